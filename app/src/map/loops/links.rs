//! Between the map and its loops: the sign on a card, the list in the details, and where an improvement is begun.

use std::sync::Arc;

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::board::Board;
use model::id::{ImprovementId, NoteId, TouchpointId};
use model::loops::{Improvement, Step, VerdictKind};
use model::table::Table;

use super::super::desk::Desk;
use super::super::words;
use super::moves;
use crate::editor::Editor;
use crate::language::{Language, t, t_string};
use crate::place::View;
use crate::ui::dynamic::{DynamicView, any, dynamic, each, text};
use crate::ui::icons::{Glyph, Icon};
use crate::ui::ring::ring;

/// The loop that a card of the map shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chip {
    id: ImprovementId,
    step: Step,
    ended: Option<VerdictKind>,
}

/// By touchpoint.
pub type Chips = Arc<Table<TouchpointId, Chip>>;

/// The loop of every touchpoint that has one.
pub fn chips(editor: Editor) -> Memo<Chips> {
    Memo::new(move |_| editor.follow_board(|board, _| Arc::new(all(board))))
}

/// Of several the one that goes on, the youngest; where none does, the one that was begun last. Plan B shows until its
/// successor has got further than deciding.
fn all(board: &Board) -> Table<TouchpointId, Chip> {
    let mut chips: Table<TouchpointId, Chip> = Table::new();
    for it in board.improvements() {
        let failed = it
            .previous
            .and_then(|previous| board.improvement(previous))
            .filter(|previous| it.step <= Step::Decide && previous.ended() == Some(VerdictKind::PlanB));
        let chip = Chip {
            id: it.id,
            step: failed.map_or(it.step, |_| Step::Verdict),
            ended: failed.map_or_else(|| it.ended(), Improvement::ended),
        };
        let goes_on = it.ended().is_none();
        let before = chips.get(&it.touchpoint).and_then(|chip| board.improvement(chip.id));
        // Oldest first: a later one takes the place, but what has ended takes none from what goes on.
        if goes_on || before.is_none_or(|before| before.ended().is_some()) {
            chips.insert(it.touchpoint, chip);
        }
    }
    chips
}

fn class_of(ended: Option<VerdictKind>) -> &'static str {
    match ended {
        None => "loop",
        Some(VerdictKind::Success) => "loop loop--ok",
        Some(VerdictKind::PlanB) => "loop loop--b",
        Some(VerdictKind::Left) => "loop loop--left",
    }
}

fn word(language: Language, step: Step, ended: Option<VerdictKind>) -> &'static str {
    match ended {
        Some(kind) => words::verdict(language.get(), kind),
        None => words::step(language.get(), step),
    }
}

/// The sign on a card of the map: it leads to the board.
pub fn chip(desk: Desk, id: TouchpointId) -> DynamicView {
    let language = desk.language;
    let chip = Memo::new(move |_| desk.chips.with(|chips| chips.get(&id).copied()));
    dynamic(move || {
        chip.get().map(|Chip { id, step, ended }| {
            let words = word(language, step, ended);
            any(view! {
                <a
                    class=class_of(ended)
                    href=View::Loop.address(desk.editor.id())
                    tabindex="-1"
                    title=t_string!(language, loops.chip, step = words)
                    aria-label=t_string!(language, loops.chip, step = words)
                    on:click=move |event| {
                        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                            event.prevent_default();
                            event.stop_propagation();
                            moves::open(desk, id);
                        }
                    }
                >
                    <span class="loop__ring" inner_html=ring(step, ended)></span>
                    <span class="loop__word">{words}</span>
                </a>
            })
        })
    })
}

/// The improvements of a touchpoint, in its details.
pub fn improvements(desk: Desk, id: TouchpointId) -> AnyView {
    let language = desk.language;
    let list = Memo::new(move |_| {
        desk.editor
            .follow_board(|board, _| board.improvements_at(id).map(|it| it.id).collect::<Vec<_>>())
    });
    let row = move |it: ImprovementId| {
        let shown = Memo::new(move |_| {
            desk.editor.follow_board(|board, _| {
                let improvement = board.improvement(it)?;
                let name = words::or_unnamed(language, &improvement.name);
                Some((name, improvement.step, improvement.ended(), board.attempt(it)))
            })
        });
        let inner = dynamic(move || {
            shown.get().map(|(name, step, ended, attempt)| {
                any(view! {
                    <span class=class_of(ended)>
                        <span class="loop__ring" inner_html=ring(step, ended)></span>
                        {word(language, step, ended)}
                    </span>
                    <span class="loops__name">{name}</span>
                    <span class="tag">{t_string!(language, loops.attempt, attempt = attempt)}</span>
                })
            })
        });
        any(view! {
            <li>
                <button class="loops__row" type="button" on:click=move |_| moves::open(desk, it)>
                    {inner}
                </button>
            </li>
        })
    };
    any(view! {
        <section class="sec">
            <h3 class="sec__h">{t!(language, loops.improvements)}</h3>
            <ul class="loops__list">{each(move || list.get(), row)}</ul>
            {start(desk, id, "goal-add goal-add--stay")}
        </section>
    })
}

/// The button that begins an improvement of a touchpoint.
pub fn start(desk: Desk, id: TouchpointId, class: &'static str) -> AnyView {
    any(view! {
        <button
            class=class
            type="button"
            title=t!(desk.language, loops.start)
            data-start=id.to_string()
            on:click=move |_| moves::begin(desk, id, None)
        >
            <Icon glyph=Glyph::Repeat small=true />
            <span>{t!(desk.language, loops.start)}</span>
        </button>
    })
}

/// Beside a row of the list of what comes first: the loop that is going on, or the button that begins one.
pub fn beside(desk: Desk, id: TouchpointId) -> DynamicView {
    let has = Memo::new(move |_| desk.chips.with(|chips| chips.contains_key(&id)));
    dynamic(move || {
        if has.get() {
            any(chip(desk, id))
        } else {
            start(desk, id, "btn btn--bare btn--s ri__start")
        }
    })
}

/// The button that begins an improvement from a pain point or an opportunity, or shows the one that was begun.
pub fn start_from(desk: Desk, note: NoteId) -> AnyView {
    let language = desk.language;
    let begun = Memo::new(move |_| {
        desk.editor.follow_board(|board, _| {
            let origin = model::edit::Entity::Note(note);
            board.improvements_from(origin).last().map(|it| it.id)
        })
    });
    let label = text(move || match begun.get() {
        Some(_) => t_string!(language, loops.show_begun),
        None => t_string!(language, loops.start),
    });
    any(view! {
        <button
            class=text(move || if begun.get().is_some() { "more more--loop is-on" } else { "more more--loop" })
            type="button"
            aria-label=label.clone()
            title=label
            data-from=note.to_string()
            on:click=move |_| match begun.get_untracked() {
                Some(it) => moves::open(desk, it),
                None => moves::begin_from(desk, note),
            }
        >
            <Icon glyph=Glyph::Repeat small=true />
        </button>
    })
}
