//! What people see: pages, components, server functions, editor state.
//!
//! Rendered on the server (`ssr`), then again in the browser (`hydrate`); both must come to the same result, so
//! nothing here reads a clock, a random number or local storage while it renders.
#![recursion_limit = "512"]

#[cfg(feature = "ssr")]
pub mod account;
pub mod api;
#[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
mod ask;
// The server draws what the editor holds; only the browser edits.
#[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
mod editor;
#[cfg(feature = "ssr")]
pub mod form;
mod language;
mod map;
#[cfg(feature = "ssr")]
pub mod notice;
pub mod offline;
mod pages;
pub mod parts;
mod place;
#[cfg(feature = "ssr")]
pub mod reference;
#[cfg(feature = "ssr")]
pub mod shared;
#[cfg(feature = "ssr")]
mod shell;
mod ui;
mod zone;

#[allow(unreachable_pub)]
mod words {
    include!(concat!(env!("OUT_DIR"), "/i18n.rs"));
}
use words::i18n;

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use place::Place;

#[cfg(feature = "ssr")]
pub use place::{searched, wanted};
#[cfg(feature = "ssr")]
pub use shell::{Alone, shell};
#[cfg(feature = "ssr")]
pub use zone::zone;

/// The whole app: the pages, and what lies over every page (messages, the live region).
#[component]
#[must_use]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let language = language::provide();
    ui::toast::provide();
    ui::live::provide();

    // Effects run once the page is taken over: from here on it answers to clicks, and tests wait for it.
    Effect::new(|_| {
        if let Some(html) = document().document_element() {
            let _ = html.set_attribute("data-hydrated", "true");
        }
        zone::say();
    });

    let page = match Place::here() {
        Place::Map(id, view) => map::map_page(id, view),
        place => parts::without_map(&place),
    };
    view! {
        <a class="skip" href="#main">
            {language::t!(language, app.skip)}
        </a>
        {page}
        <ui::toast::Toasts />
        <ui::live::LiveRegion />
    }
}
