//! The page for an address that leads nowhere.

use leptos::prelude::*;
use leptos_meta::Title;

use leptos_i18n::td_string;

use crate::language::{Locale, t, t_string, text_of, use_language};
use crate::ui::bar::HomeBar;

/// Says that there is no such page and where to go on, with status 404.
pub fn missing() -> AnyView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    says(
        |locale| td_string!(locale, error.page_title),
        |locale| td_string!(locale, error.page_hint),
    )
}

/// Says that only the server can draw what stands here.
pub fn needs_network() -> AnyView {
    says(
        |locale| td_string!(locale, offline.needs_network),
        |locale| td_string!(locale, offline.needs_network_hint),
    )
}

fn says(title: fn(Locale) -> &'static str, hint: fn(Locale) -> &'static str) -> AnyView {
    let language = use_language();
    view! {
        <Title text=move || t_string!(language, app.page_title, title = title(language.get())) />
        <div class="home">
            <HomeBar />
            <main class="page" id="main" tabindex="-1">
                <section class="teach">
                    <h1 class="teach__h">{text_of(language, title)}</h1>
                    <p class="teach__p">{text_of(language, hint)}</p>
                    <a class="btn btn--main btn--l" href="/">
                        {t!(language, error.page_home)}
                    </a>
                </section>
            </main>
        </div>
    }
    .into_any()
}
