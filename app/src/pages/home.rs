//! Home: what the product is, starting a map, and the shelf of maps.
//!
//! Drawn as markup: it is words, forms and links, which work by themselves. Where the script runs, it posts the forms
//! and searches without leaving the page, and switches the language without losing what was typed.

#[cfg(feature = "hydrate")]
pub mod begin;
mod deeds;
mod draw;
#[cfg(feature = "hydrate")]
mod here;
#[cfg(not(feature = "hydrate"))]
#[path = "home/no_here.rs"]
mod here;
#[cfg(feature = "ssr")]
mod shelf;
#[cfg(feature = "ssr")]
mod thumbnail;

use leptos::prelude::*;
use leptos_meta::Title;

use crate::language::{t_string, use_language};
use crate::ui::bar::HomeBar;
use deeds::Deeds;
use draw::{Filled, draw};
#[cfg(not(feature = "ssr"))]
use here as shelf;

/// The start page, with what the address searches for.
pub fn home(search: String) -> AnyView {
    let language = use_language();
    let shelf = shelf::shelf(&search, language.peek());
    let filled = Filled {
        search,
        ..Filled::default()
    };
    let drawn = draw(language.peek(), &filled, &shelf);
    let deeds = Deeds::new(language);
    view! {
        <Title text=move || t_string!(language, app.page_title, title = t_string!(language, home.title)) />
        <div class="home">
            <HomeBar />
            <main
                class="page"
                id="main"
                tabindex="-1"
                inner_html=drawn
                on:submit=move |event| deeds.submit(&event)
                on:input=move |event| deeds.input(&event)
            ></main>
        </div>
    }
    .into_any()
}
