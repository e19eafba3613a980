//! The page of one map: fetched with its document, rendered on both sides from the same bytes.

use leptos::prelude::*;
use leptos_meta::Title;
use model::id::BoardId;

use super::bar::{bar, tab_title};
use super::comments::{comments_dialog, count_unread};
use super::desk::Desk;
use super::find::find_bar;
use super::focus;
use super::foot::foot;
use super::keys;
use super::menu::menu;
use super::palette::palette;
use super::panel::panel;
use super::person::person_dialog;
use super::settings::settings;
use super::share::share_dialog;
use super::shortcuts::shortcuts;
use super::sync::{ask_before, sync_dialog};
use super::trash::trash_dialog;
use super::{bulk, loops, views};
use crate::api::{ApiError, Opened, opened};
use crate::editor::Editor;
use crate::language::{t, t_string, use_language};
use crate::parts::{Part, Slot};
use crate::place::View;
use crate::ui::dynamic::{any, effect, text};
use crate::zone::{here, today};

/// The page of one map, looked at some way; no id when the address names none.
pub fn map_page(id: Option<BoardId>, view: View) -> AnyView {
    let editor = match id {
        Some(id) => seed(id).and_then(|seed| Editor::open(id, &seed).map_err(|_| ApiError::Unexpected)),
        None => Err(ApiError::NotFound),
    };
    match editor {
        Ok(editor) => any(map(editor, view)),
        Err(error) => any(failed(error)),
    }
}

/// From the server; where that has drawn nothing, from this device.
fn seed(id: BoardId) -> Opened {
    #[cfg(all(feature = "hydrate", not(feature = "ssr")))]
    if crate::offline::is_alone() {
        return crate::editor::kept::open(id);
    }
    let _ = id;
    opened()
}

fn map(editor: Editor, view: View) -> impl IntoView {
    let desk = Desk::new(editor, view);
    editor.before_paint(move || focus::keep(desk));
    effect(move || {
        editor.start();
        desk.today.set(today());
        let zone = here();
        if desk.zone.get_untracked() != zone {
            desk.zone.set(zone);
        }
        desk.parts.fetch(Part::Desk);
        let keys = window_event_listener(leptos::ev::keydown, move |event| keys::key(desk, &event));
        let back = window_event_listener(leptos::ev::popstate, move |_| views::follow_address(desk));
        on_cleanup(move || {
            for listener in [keys, back] {
                listener.remove();
            }
        });
    });
    let slot = move |slot| desk.parts.slot(desk, slot);
    view! {
        <Title text=tab_title(desk) />
        <div class="screen screen--map" data-view=text(move || desk.view.get().word()) on:click=move |event| ask_before(desk, &event)>
            {bar(desk).into_any()}
            {slot(Slot::Above)}
            <div class=text(move || if desk.has_details() { "work work--beside" } else { "work" })>{views::view(desk)} {slot(Slot::Beside)}</div>
            {slot(Slot::Below)}
            {foot(desk).into_any()}
            {slot(Slot::Over)}
        </div>
    }
}

/// What opens on this page when it is asked for.
pub fn slot(desk: Desk, slot: Slot) -> AnyView {
    match slot {
        Slot::Above => find_bar(desk),
        Slot::Beside => any(view! {
            {panel(desk)}
            {loops::panel::panel(desk)}
        }),
        Slot::Gate(id) => loops::gate::gate(desk, id),
        Slot::Verdicts(id) => loops::gate::verdicts(desk, id),
        Slot::Below => bulk::bulk_bar(desk),
        Slot::Over => {
            bulk::listen(desk);
            count_unread(desk);
            any(view! {
                {menu(desk).into_any()}
                {trash_dialog(desk).into_any()}
                {settings(desk).into_any()}
                {shortcuts(desk).into_any()}
                {person_dialog(desk).into_any()}
                {sync_dialog(desk).into_any()}
                {comments_dialog(desk)}
                {palette(desk)}
                {share_dialog(desk)}
                {bulk::problems_dialog(desk)}
            })
        }
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
