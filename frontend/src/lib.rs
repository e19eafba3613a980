//! The wasm entry point: starts the app in the browser, and knows how its parts are fetched.

#![recursion_limit = "512"]

use std::future::Future;
use std::pin::Pin;

use app::offline::{self, Found};
use app::parts::{self, Part};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// Takes over the page that the server rendered, or puts the app up where it has rendered none. Called once, by the
/// page's own script. A page whose part cannot be fetched stays as the server sent it: readable, with its links and
/// forms.
#[wasm_bindgen]
pub fn hydrate() {
    parts::fetch_by(fetch);
    let found = offline::dress();
    wasm_bindgen_futures::spawn_local(async move {
        for part in parts::needed() {
            if !fetch(*part).await {
                return;
            }
        }
        match found {
            Found::Drawn => leptos::mount::hydrate_body(app::App),
            Found::Bare => leptos::mount::mount_to_body(app::App),
            Found::Left => {}
        }
    });
}

fn fetch(part: Part) -> Pin<Box<dyn Future<Output = bool>>> {
    Box::pin(async move {
        match part {
            Part::Home => home().await.is_ok(),
            Part::Desk => desk().await.is_ok(),
            Part::Views => views().await.is_ok(),
            Part::Loop => loop_board().await.is_ok(),
            Part::Feedback => feedback().await.is_ok(),
            Part::Begin => begin().await.is_ok(),
        }
    })
}

#[wasm_split(home, fallible)]
fn home() -> Result<(), SplitLoaderError> {
    parts::install_home();
    Ok(())
}

#[wasm_split(desk, fallible)]
fn desk() -> Result<(), SplitLoaderError> {
    parts::install_desk();
    Ok(())
}

#[wasm_split(views, fallible)]
fn views() -> Result<(), SplitLoaderError> {
    parts::install_views();
    Ok(())
}

#[wasm_split(loop, fallible)]
fn loop_board() -> Result<(), SplitLoaderError> {
    parts::install_loop();
    Ok(())
}

#[wasm_split(feedback, fallible)]
fn feedback() -> Result<(), SplitLoaderError> {
    parts::install_feedback();
    Ok(())
}

#[wasm_split(begin, fallible)]
fn begin() -> Result<(), SplitLoaderError> {
    parts::install_begin();
    Ok(())
}
