//! The page of one map: fetched with its document, rendered on both sides from the same bytes.

use leptos::prelude::*;
use leptos_meta::Title;
use model::id::BoardId;

use super::bar::{bar, tab_title};
use super::desk::Desk;
use super::focus;
use super::foot::foot;
use super::grid::grid;
use super::keys;
use super::menu::menu;
use super::panel::panel;
use super::person::person_dialog;
use super::settings::settings;
use super::shortcuts::shortcuts;
use super::sync::{ask_before, sync_dialog};
use super::trash::trash_dialog;
use crate::api::{ApiError, opened};
use crate::editor::Editor;
use crate::language::{t, t_string, use_language};
use crate::ui::dynamic::{any, effect};

/// The page of one map.
#[component]
pub fn MapPage(
    /// Which one; none when the address names none.
    id: Option<BoardId>,
) -> impl IntoView {
    let editor = opened().and_then(|seed| {
        let id = id.ok_or(ApiError::NotFound)?;
        Editor::open(id, &seed).map_err(|_| ApiError::Unexpected)
    });
    match editor {
        Ok(editor) => any(map(editor)),
        Err(error) => any(failed(error)),
    }
}

fn map(editor: Editor) -> impl IntoView {
    let desk = Desk::new(editor);
    editor.before_paint(move || focus::keep(desk));
    effect(move || {
        editor.start();
        let keys = window_event_listener(leptos::ev::keydown, move |event| keys::key(desk, &event));
        on_cleanup(move || keys.remove());
    });
    view! {
        <Title text=tab_title(desk) />
        <div class="screen screen--map" on:click=move |event| ask_before(desk, &event)>
            {bar(desk).into_any()}
            <div class="work">{grid(desk).into_any()} {panel(desk).into_any()}</div>
            {foot(desk).into_any()}
            {menu(desk).into_any()}
            {trash_dialog(desk).into_any()}
            {settings(desk).into_any()}
            {shortcuts(desk).into_any()}
            {person_dialog(desk).into_any()}
            {sync_dialog(desk).into_any()}
        </div>
    }
}

/// Why there is no map, and the way back.
fn failed(error: ApiError) -> impl IntoView {
    let language = use_language();
    #[cfg(feature = "ssr")]
    error.answer();
    view! {
        <Title text=move || t_string!(language, app.name) />
        <main class="blank" id="main" tabindex="-1">
            <h1 class="blank__title">{move || error.explain(language.get())}</h1>
            <p class="blank__hint">
                <a href="/">{t!(language, error.page_home)}</a>
            </p>
        </main>
    }
}
