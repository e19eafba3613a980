//! Pain points and opportunities of the card, each a running text of its own.

use leptos::prelude::*;
use model::board::NoteHome;
use model::edit::{Entity, TextField};
use model::id::{NoteId, TouchpointId};

use crate::language::{label, t};
use crate::map::cell::{add_note, drop_if_blank};
use crate::map::desk::{Adding, Desk, card_selector};
use crate::map::dom::focus_soon;
use crate::map::field::{Leave, Left, Ways, text_field};
use crate::map::loops::links::start_from;
use crate::ui::dynamic::each;
use crate::ui::icons::{Glyph, Icon};

/// What goes wrong.
pub fn pains(desk: Desk, id: TouchpointId) -> impl IntoView {
    section(
        desk,
        NoteHome::Pain(id),
        "note note--pain",
        label!(desk.language, panel.pains),
        label!(desk.language, panel.pain_add),
    )
}

/// What could be better.
pub fn opportunities(desk: Desk, id: TouchpointId) -> impl IntoView {
    section(
        desk,
        NoteHome::Opportunity(id),
        "note note--chance",
        label!(desk.language, panel.opportunities),
        label!(desk.language, panel.opportunity_add),
    )
}

fn section(
    desk: Desk,
    home: NoteHome,
    class: &'static str,
    heading: Signal<String>,
    add: Signal<String>,
) -> impl IntoView {
    let list = desk.editor.notes(home);
    view! {
        <section class="sec">
            <h3 class="sec__h">{move || heading.get()}</h3>
            {each(move || list.get(), move |id| note(desk, home, id, class, heading))}
            {add_note(desk, home, "goal-add goal-add--stay", add)}
        </section>
    }
}

fn note(desk: Desk, home: NoteHome, id: NoteId, class: &'static str, label: Signal<String>) -> impl IntoView {
    let note = desk.editor.note(id);
    let text =
        Signal::derive(move || note.with(|note| note.as_ref().map(|note| note.text.clone()).unwrap_or_default()));
    let ways = Ways {
        enter: true,
        left: Some(Callback::new(move |left: Left| {
            let dropped = drop_if_blank(desk, id, &left);
            match (left.how, home) {
                (Leave::Enter, _) => desk.adding.set(Some(Adding::Note(home))),
                (Leave::Escape, NoteHome::Pain(card) | NoteHome::Opportunity(card)) if !dropped => {
                    focus_soon(card_selector(card));
                }
                _ => {}
            }
        })),
        focus: false,
    };
    view! {
        <div class=class>
            {start_from(desk, id)}
            {text_field(desk, "inline note__text", TextField::Note(id), text, label, label, ways)}
            <button
                class="more"
                type="button"
                aria-label=t!(desk.language, panel.note_remove)
                on:click=move |_| desk.trash(Entity::Note(id))
            >
                <Icon glyph=Glyph::X small=true />
            </button>
        </div>
    }
}
