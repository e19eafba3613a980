//! What stands in the cells beside the cards: notes of the lane, notes of the cards, channels.

use std::collections::BTreeSet;

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::board::{LaneKind, NoteHome};
use model::edit::{At, Edit, Entity, Splice, TextField};
use model::id::{NoteId, StageId, TouchpointId};

use super::desk::{Adding, Desk, add_key, selector_of};
use super::dom::focus_soon;
use super::field::{After, Leave, Left, Ways, name_field, text_field};
use super::long::long;
use crate::language::{label, t_string};
use crate::ui::dynamic::{any, dynamic, each};
use crate::ui::icons::{Glyph, Icon};

/// The notes of a cell, each edited in place, and the row that adds one.
pub fn notes(desk: Desk, home: NoteHome, kind: LaneKind) -> impl IntoView {
    let list = desk.editor.notes(home);
    view! {
        {each(move || list.get(), move |id| note(desk, home, id))}
        {add_note(desk, home, "goal-add", Signal::derive(move || hint(desk, kind)))}
    }
}

fn hint(desk: Desk, kind: LaneKind) -> String {
    match kind {
        LaneKind::Goals => t_string!(desk.language, map.goal_add),
        LaneKind::Actions => t_string!(desk.language, map.action_add),
        _ => t_string!(desk.language, map.note_add),
    }
    .to_owned()
}

fn note(desk: Desk, home: NoteHome, id: NoteId) -> impl IntoView {
    let note = desk.editor.note(id);
    let text =
        Signal::derive(move || note.with(|note| note.as_ref().map(|note| note.text.clone()).unwrap_or_default()));
    dynamic(move || {
        if desk.is_editing(Entity::Note(id)) {
            let ways = Ways {
                enter: true,
                left: Some(Callback::new(move |left: Left| {
                    if desk.edited() == Some(Entity::Note(id)) {
                        desk.edit_no_more();
                    }
                    let dropped = drop_if_blank(desk, id, &left);
                    match left.how {
                        Leave::Enter => desk.adding.set(Some(Adding::Note(home))),
                        Leave::Blur => {}
                        _ if dropped => {}
                        _ => focus_soon(selector_of(Entity::Note(id))),
                    }
                })),
                focus: true,
            };
            let label = label!(desk.language, map.note_placeholder);
            any(text_field(
                desk,
                "inline goal",
                TextField::Note(id),
                text,
                label,
                label,
                ways,
            ))
        } else {
            any(view! {
                <p class="goal" tabindex="-1" data-nav="" data-note-id=id.to_string()>
                    {text}
                </p>
            })
        }
    })
}

/// A note that was emptied is no note. It goes to the trash with what stood there before, as one step. Says whether.
pub fn drop_if_blank(desk: Desk, id: NoteId, left: &Left) -> bool {
    let blank = left.text.trim().is_empty();
    if blank && left.before.trim().is_empty() {
        desk.apply(Edit::Trash(Entity::Note(id)));
    } else if blank {
        let as_it_was = Splice {
            at: 0,
            remove: u32::MAX,
            insert: left.before.clone(),
        };
        let back = Edit::Type(TextField::Note(id), as_it_was);
        desk.trash_by(Entity::Note(id), Edit::Batch(vec![back, Edit::Trash(Entity::Note(id))]));
    }
    blank
}

/// The row that adds a note; Enter adds and stays for the next.
pub fn add_note(desk: Desk, home: NoteHome, class: &'static str, hint: Signal<String>) -> impl IntoView {
    let open = Memo::new(move |_| desk.adding.get() == Some(Adding::Note(home)));
    let mark = add_key(Adding::Note(home));
    let key = mark.clone();
    let back = format!("[data-add=\"{mark}\"]");
    let left = Callback::new(move |(text, how): (String, Leave)| {
        let close = || {
            if desk.adding.get_untracked() == Some(Adding::Note(home)) {
                desk.adding.set(None);
            }
            if how != Leave::Blur {
                focus_soon(back.clone());
            }
            After::Close
        };
        if how == Leave::Escape || text.is_empty() {
            return close();
        }
        if let Err(error) = desk.editor.edit(Edit::AddNote {
            id: NoteId::fresh(),
            home,
            text,
            at: At::Last,
        }) {
            return After::Stay(error);
        }
        if how == Leave::Enter { After::Next } else { close() }
    });
    dynamic(move || {
        if open.get() {
            any(name_field(
                desk,
                key.clone(),
                "inline goal",
                String::new(),
                hint,
                hint,
                left,
            ))
        } else {
            any(view! {
                <button
                    class=class
                    type="button"
                    tabindex=if matches!(home, NoteHome::Cell { .. }) { "-1" } else { "0" }
                    data-nav=matches!(home, NoteHome::Cell { .. }).then_some("")
                    data-add=mark.clone()
                    on:click=move |_| desk.adding.set(Some(Adding::Note(home)))
                >
                    <Icon glyph=Glyph::Plus small=true />
                    <span>{move || hint.get()}</span>
                </button>
            })
        }
    })
}

/// The pain points or opportunities of a stage's cards. A press goes to the card.
pub fn card_notes(
    desk: Desk,
    stage: StageId,
    home: fn(TouchpointId) -> NoteHome,
    class: &'static str,
) -> impl IntoView {
    let cards = desk.editor.cards(stage);
    let list = Memo::new(move |_| {
        let mut list: Vec<(TouchpointId, NoteId)> = Vec::new();
        for card in cards.get() {
            list.extend(desk.editor.notes(home(card)).get().into_iter().map(|note| (card, note)));
        }
        list
    });
    long(
        desk,
        list,
        |(card, _)| card,
        move |(card, id)| {
            let note = desk.editor.note(id);
            view! {
                <button
                    class=class
                    type="button"
                    tabindex="-1"
                    data-nav=""
                    on:click=move |_| desk.open(card)
                >
                    {move || note.with(|note| note.as_ref().map(|note| note.text.clone()))}
                </button>
            }
        },
    )
}

/// The channels used in a stage, each once, in the order of the channels.
pub fn channels(desk: Desk, stage: StageId) -> impl IntoView {
    let cards = desk.editor.cards(stage);
    let order = desk.editor.channel_order();
    let used = Memo::new(move |_| {
        let used: BTreeSet<_> = cards
            .get()
            .into_iter()
            .filter_map(|card| {
                desk.editor
                    .touchpoint(card)
                    .with(|card| card.as_ref().and_then(|card| card.channel))
            })
            .collect();
        order
            .get()
            .into_iter()
            .filter(|channel| used.contains(channel))
            .collect::<Vec<_>>()
    });
    view! {
        <ul class="chips">
            {each(move || used.get(), move |id| {
                    let channel = desk.editor.channel(id);
                    view! {
                        <li class="tag">
                            {move || channel.with(|channel| channel.as_ref().map(|channel| channel.name.clone()))}
                        </li>
                    }
                })}
        </ul>
    }
}
