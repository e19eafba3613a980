//! The head of the grid: phase bands over adjacent stages of one phase, and the stages themselves.

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::board::Phase;
use model::edit::{At, Edit, Entity};
use model::id::StageId;

use super::desk::Desk;
use super::field::name_editor;
use super::words;
use crate::language::{label, t, t_string};
use crate::ui::dynamic::{any, dynamic, text};
use crate::ui::icons::{Glyph, Icon};

/// The phase a stage is in.
#[must_use]
pub fn phase_of(desk: Desk, id: StageId) -> Phase {
    desk.editor
        .stage(id)
        .with(|stage| stage.as_ref().map_or(Phase::Before, |stage| stage.phase))
}

/// The class that tints a column.
#[must_use]
pub const fn tint(phase: Phase) -> &'static str {
    match phase {
        Phase::Before => "cell--ph0",
        Phase::During => "cell--ph1",
        Phase::After => "cell--ph2",
    }
}

/// Adjacent stages of one phase, merged: the phase and how many stages.
#[must_use]
pub fn bands(desk: Desk) -> Memo<Vec<(Phase, usize)>> {
    let order = desk.editor.stage_order();
    Memo::new(move |_| {
        let mut bands: Vec<(Phase, usize)> = Vec::new();
        for id in order.get() {
            let phase = phase_of(desk, id);
            match bands.last_mut() {
                Some((last, span)) if *last == phase => *span += 1,
                _ => bands.push((phase, 1)),
            }
        }
        bands
    })
}

/// The row of phase bands.
pub fn phase_row(desk: Desk, bands: Memo<Vec<(Phase, usize)>>) -> impl IntoView {
    dynamic(move || {
        bands
            .get()
            .into_iter()
            .map(|(phase, span)| {
                let class = match phase {
                    Phase::During => "phase phase--1",
                    Phase::Before | Phase::After => "phase",
                };
                view! {
                    <div class=class style=format!("--span:{span}")>
                        <span class="phase__name">{words::phase(desk.language, phase)}</span>
                    </div>
                }
            })
            .map(any)
            .collect::<Vec<_>>()
    })
}

/// The head of one column.
pub fn stage_head(desk: Desk, id: StageId) -> impl IntoView {
    let language = desk.language;
    let stage = desk.editor.stage(id);
    let cards = desk.editor.cards(id);
    let order = desk.editor.stage_order();
    let name = {
        let stage = stage.clone();
        move || stage.with(|stage| stage.as_ref().map(|stage| stage.name.clone()).unwrap_or_default())
    };
    let title = {
        let name = name.clone();
        dynamic(move || {
            if desk.is_editing(Entity::Stage(id)) {
                let hint = label!(language, map.stage_placeholder);
                any(name_editor(desk, Entity::Stage(id), "inline stage__name", hint, hint))
            } else {
                any(view! { <h2 class="stage__name">{name.clone()}</h2> })
            }
        })
    };
    let is_last = Memo::new(move |_| order.with(|order| order.last() == Some(&id)));
    let actions = text(move || t_string!(language, map.stage_actions, name = name()));
    view! {
        <div
            class=move || format!("stage {}", tint(phase_of(desk, id)))
            tabindex="-1"
            data-stage-id=id.to_string()
            data-col=id.to_string()
            data-nav=""
        >
            {title}
            <span class="stage__n">{move || cards.with(Vec::len)}</span>
            <span class="stage__tools">
                <button
                    class="more"
                    type="button"
                    tabindex="-1"
                    data-menu=""
                    aria-haspopup="menu"
                    aria-label=actions
                >
                    <Icon glyph=Glyph::Ellipsis small=true />
                </button>
                {move || {
                    is_last
                        .get()
                        .then(|| {
                            view! {
                                <button
                                    class="more more--stay"
                                    type="button"
                                    aria-label=t!(language, map.stage_add)
                                    title=t!(language, map.stage_add)
                                    on:click=move |_| add_stage(desk, Some(id))
                                >
                                    <Icon glyph=Glyph::Plus small=true />
                                </button>
                            }
                        })
                }}
            </span>
        </div>
    }
}

/// Adds a stage after another one (at the end without one), in its phase, and asks for its name.
pub fn add_stage(desk: Desk, after: Option<StageId>) {
    let id = StageId::fresh();
    let phase = after
        .and_then(|after| {
            desk.editor
                .with_board(|board, _| board.stages.get(&after).map(|stage| stage.phase))
        })
        .unwrap_or(Phase::Before);
    let name = untrack(|| t_string!(desk.language, map.stage_new)).to_owned();
    if desk.apply(Edit::AddStage {
        id,
        name,
        phase,
        at: after.map_or(At::Last, At::After),
    }) {
        desk.edit(Entity::Stage(id));
    }
}

/// Where in the page the head of a stage is.
#[must_use]
pub fn stage_selector(id: StageId) -> String {
    format!("[data-stage-id=\"{id}\"]")
}
