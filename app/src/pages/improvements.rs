//! The improvements of all maps: what is under way, what is late, what came of it.
//!
//! The server draws the page as markup of forms and links; the browser has nothing to add to it.

#[cfg(feature = "ssr")]
mod list;

use leptos::prelude::*;
use leptos_meta::Title;

use crate::language::{t_string, use_language};
use crate::ui::bar::HomeBar;
use crate::ui::dynamic::effect;

/// The page across maps.
pub fn improvements() -> AnyView {
    let language = use_language();
    #[cfg(feature = "ssr")]
    let drawn = list::draw(language.peek());
    // What the server has written stays.
    #[cfg(not(feature = "ssr"))]
    let drawn = String::new();
    let drawn_in = language.peek();
    effect(move || {
        if language.get() != drawn_in {
            let _ = window().location().reload();
        }
    });
    view! {
        <Title text=move || t_string!(language, app.page_title, title = t_string!(language, improvements.title)) />
        <div class="home">
            <HomeBar />
            <main class="page" id="main" tabindex="-1" inner_html=drawn></main>
        </div>
    }
    .into_any()
}
