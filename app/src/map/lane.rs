//! The rows of the grid: a name at the left and, for each stage, what the lane's kind shows there.

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::board::{Board, LaneKind, NoteHome};
use model::edit::{At, Edit, Entity};
use model::id::{LaneId, StageId};

use super::card::{add_card, card};
use super::cell;
use super::curve;
use super::desk::Desk;
use super::dom::focus_soon;
use super::field::name_editor;
use super::long::long;
use super::stage::{phase_of, tint};
use super::words;
use crate::language::{label, t, t_string};
use crate::ui::dynamic::{DynamicView, Key, Listed, any, dynamic, each, text};
use crate::ui::icons::{Glyph, Icon};

/// What stands in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row {
    /// What it shows.
    pub kind: LaneKind,
    /// Its lane; none for the cards of a map that has no lane for them.
    pub lane: Option<LaneId>,
}

impl Listed for Row {
    fn key(self) -> Key {
        // The nil id is nobody's.
        self.lane.map_or(Key(0, 0), Listed::key)
    }
}

/// The rows in order. A kind that stands once in a fresh map is shown once, however many a merge has brought
/// together; the cards are always shown.
#[must_use]
pub fn rows(desk: Desk) -> Memo<Vec<Row>> {
    let order = desk.editor.lane_order();
    Memo::new(move |_| {
        let mut rows: Vec<Row> = Vec::new();
        for id in order.get() {
            let Some(kind) = desk.editor.lane(id).with(|lane| lane.as_ref().map(|lane| lane.kind)) else {
                continue;
            };
            if kind == LaneKind::Text || rows.iter().all(|row| row.kind != kind) {
                rows.push(Row { kind, lane: Some(id) });
            }
        }
        if rows.iter().all(|row| row.kind != LaneKind::Touchpoints) {
            rows.insert(
                0,
                Row {
                    kind: LaneKind::Touchpoints,
                    lane: None,
                },
            );
        }
        rows
    })
}

/// One row.
pub fn row(desk: Desk, row: Row) -> impl IntoView {
    let mark = row.lane.map_or_else(|| "cards".to_owned(), |lane| lane.to_string());
    let curve = row.kind == LaneKind::Emotion;
    view! {
        <div class="row" data-row=mark>
            {lane_head(desk, row).into_any()}
            {if curve { curve::curve(desk).into_any() } else { cells(desk, row).into_any() }}
        </div>
    }
}

fn cells(desk: Desk, row: Row) -> impl IntoView {
    let order = desk.editor.stage_order();
    let adrift = desk.editor.adrift();
    let is_cards = row.kind == LaneKind::Touchpoints;
    let any_adrift = Memo::new(move |_| adrift.with(|list| !list.is_empty()));
    view! {
        {each(move || order.get(), move |stage| cell_of(desk, row, stage))}
        {move || any_adrift.get().then(|| if is_cards { any(adrift_cards(desk)) } else { any(view! { <div class="cell"></div> }) })}
    }
}

fn cell_of(desk: Desk, row: Row, stage: StageId) -> impl IntoView {
    let phase = move || tint(phase_of(desk, stage));
    let home = |lane| NoteHome::Cell { lane, stage };
    let (column, inner) = match (row.kind, row.lane) {
        (LaneKind::Touchpoints, _) => (Some(stage), cards(desk, stage).into_any()),
        (LaneKind::Pains, _) => (
            None,
            cell::card_notes(desk, stage, NoteHome::Pain, "note note--pain").into_any(),
        ),
        (LaneKind::Opportunities, _) => (
            None,
            cell::card_notes(desk, stage, NoteHome::Opportunity, "note note--chance").into_any(),
        ),
        (LaneKind::Channels, _) => (None, cell::channels(desk, stage).into_any()),
        (kind, Some(lane)) => (None, cell::notes(desk, home(lane), kind).into_any()),
        (_, None) => (None, ().into_any()),
    };
    let base = if column.is_some() { "cell cell--cards" } else { "cell" };
    view! {
        <div
            class=move || format!("{base} {}", phase())
            data-col=stage.to_string()
            data-column=column.map(|stage| stage.to_string())
        >
            {inner}
            {untold(row.kind).map(|untold| teach(desk, row.kind, stage, untold))}
        </div>
    }
}

/// For a lane that only repeats what touchpoints say: whether none says anything yet.
fn untold(kind: LaneKind) -> Option<fn(&Board) -> bool> {
    match kind {
        LaneKind::Pains => Some(|board| {
            let mut notes = board.notes.values().filter(|note| note.trashed.is_none());
            !notes.any(|note| matches!(note.home, NoteHome::Pain(_)))
        }),
        LaneKind::Opportunities => Some(|board| {
            let mut notes = board.notes.values().filter(|note| note.trashed.is_none());
            !notes.any(|note| matches!(note.home, NoteHome::Opportunity(_)))
        }),
        LaneKind::Channels => Some(|board| !board.touchpoints.values().any(|card| card.channel.is_some())),
        _ => None,
    }
}

/// Where what stands in such a lane comes from, in its first cell, as long as it is empty.
fn teach(desk: Desk, kind: LaneKind, stage: StageId, untold: fn(&Board) -> bool) -> DynamicView {
    let language = desk.language;
    let is_here = Memo::new(move |_| {
        desk.editor
            .follow_board(|board, layout| layout.stages.first() == Some(&stage) && untold(board))
    });
    dynamic(move || {
        is_here.get().then(|| {
            let words = text(move || match kind {
                LaneKind::Channels => t_string!(language, map.channels_empty),
                _ => t_string!(language, map.notes_empty),
            });
            view! { <p class="cell__teach">{words}</p> }
        })
    })
}

fn cards(desk: Desk, stage: StageId) -> impl IntoView {
    let cards = desk.editor.cards(stage);
    let cards = Memo::new(move |_| cards.get());
    view! {
        {long(desk, cards, |id| id, move |id| card(desk, id))}
        {add_card(desk, stage)}
    }
}

fn adrift_cards(desk: Desk) -> impl IntoView {
    let adrift = desk.editor.adrift();
    view! {
        <div class="cell cell--cards" data-col="adrift">
            <p class="goal">{t!(desk.language, map.adrift_hint)}</p>
            {each(move || adrift.get(), move |id| card(desk, id))}
        </div>
    }
}

fn lane_head(desk: Desk, row: Row) -> impl IntoView {
    let language = desk.language;
    let name = move || {
        let own = row.lane.and_then(|id| {
            desk.editor
                .lane(id)
                .with(|lane| lane.as_ref().map(|lane| lane.name.clone()))
        });
        own.filter(|name| !name.is_empty())
            .unwrap_or_else(|| words::lane(language, row.kind).to_owned())
    };
    let class = if row.kind == LaneKind::Emotion {
        "lane lane--curve"
    } else {
        "lane"
    };
    let title = dynamic(move || match row.lane {
        Some(id) if desk.is_editing(Entity::Lane(id)) => {
            let hint = label!(language, lane.placeholder);
            any(name_editor(desk, Entity::Lane(id), "inline lane__name", hint, hint))
        }
        _ => any(view! { <span class="lane__name">{name}</span> }),
    });
    view! {
        <div
            class=class
            tabindex="-1"
            data-lane-id=row.lane.map(|lane| lane.to_string())
            data-col="lane"
            data-nav=""
        >
            {title}
            {(row.kind == LaneKind::Emotion).then(|| curve::legend(desk))}
            {row
                .lane
                .map(|_| {
                    view! {
                        <button
                            class="more"
                            type="button"
                            tabindex="-1"
                            data-menu=""
                            aria-haspopup="menu"
                            aria-label=move || t_string!(language, lane.actions_for, name = name())
                        >
                            <Icon glyph=Glyph::Ellipsis small=true />
                        </button>
                    }
                })}
        </div>
    }
}

/// Where in the page the head of a lane is.
#[must_use]
pub fn lane_selector(id: LaneId) -> String {
    format!("[data-lane-id=\"{id}\"]")
}

/// Adds a lane at the end; the team's own row is asked for its name.
pub fn add_lane(desk: Desk, kind: LaneKind) {
    let id = LaneId::fresh();
    let own = kind == LaneKind::Text;
    let name = if own {
        untrack(|| t_string!(desk.language, lane.fresh)).to_owned()
    } else {
        String::new()
    };
    if desk.apply(Edit::AddLane {
        id,
        kind,
        name,
        at: At::Last,
    }) {
        if own {
            desk.edit(Entity::Lane(id));
        } else {
            focus_soon(lane_selector(id));
        }
    }
}
