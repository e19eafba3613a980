//! Home: what the product is, starting a map, and the shelf of maps.

mod shelf;
mod start;
mod thumbnail;

use leptos::prelude::*;
use leptos_meta::Title;

use crate::api::is_open;
use crate::language::{t, t_string, use_language};
use crate::ui::bar::HomeBar;
use shelf::Shelf;
use start::Lead;

/// The start page, with what the address searches for.
pub fn home(search: String) -> AnyView {
    let language = use_language();
    view! {
        <Title text=move || t_string!(language, app.page_title, title = t_string!(language, home.title)) />
        <div class="home">
            <HomeBar />
            <main class="page" id="main" tabindex="-1">
                <Lead />
                <Shelf asked=search />
                {is_open().then(|| view! { <p class="page__foot">{t!(language, app.open_mode)}</p> })}
            </main>
        </div>
    }
    .into_any()
}
