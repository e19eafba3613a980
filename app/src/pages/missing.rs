//! The page for an address that leads nowhere.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::language::{t, t_string, use_language};
use crate::ui::bar::HomeBar;

/// Says that there is no such page and where to go on, with status 404.
#[component]
pub fn Missing() -> impl IntoView {
    let language = use_language();
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text=move || t_string!(language, app.page_title, title = t_string!(language, error.page_title)) />
        <div class="home">
            <HomeBar />
            <main class="page" id="main" tabindex="-1">
                <section class="teach">
                    <h1 class="teach__h">{t!(language, error.page_title)}</h1>
                    <p class="teach__p">{t!(language, error.page_hint)}</p>
                    <a class="btn btn--main btn--l" href="/">
                        {t!(language, error.page_home)}
                    </a>
                </section>
            </main>
        </div>
    }
    .into_any()
}
