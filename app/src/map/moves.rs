//! Moving things one step, by key or by menu. Every drag can be made this way too.

use leptos::prelude::*;
use model::edit::{At, Edit, Entity};
use model::id::{LaneId, StageId, TouchpointId};

use super::desk::{Desk, card_selector};
use super::dom::focus_soon;
use super::lane::lane_selector;
use super::stage::stage_selector;
use crate::language::t_string;

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Towards the top.
    Up,
    /// Towards the bottom.
    Down,
    /// Towards the first stage.
    Left,
    /// Towards the last stage.
    Right,
}

/// Moves a card, a stage or a lane one step and says where it is now.
pub fn step(desk: Desk, entity: Entity, step: Step) {
    match entity {
        Entity::Touchpoint(id) => step_card(desk, id, step),
        Entity::Stage(id) => {
            let order = desk.editor.with_board(|_, layout| layout.stages.clone());
            match (beside(&order, id, step == Step::Left || step == Step::Up), step) {
                (Some(at), Step::Left | Step::Right) => move_stage(desk, id, at),
                _ => cannot(desk),
            }
        }
        Entity::Lane(id) => {
            let order = desk.editor.with_board(|_, layout| layout.lanes.clone());
            match (beside(&order, id, step == Step::Left || step == Step::Up), step) {
                (Some(at), Step::Up | Step::Down) => move_lane(desk, id, at),
                _ => cannot(desk),
            }
        }
        _ => {}
    }
}

/// The place on the other side of the neighbour.
fn beside<Id: Copy + PartialEq>(order: &[Id], id: Id, before: bool) -> Option<At<Id>> {
    let here = order.iter().position(|other| *other == id)?;
    if before {
        Some(At::Before(*order.get(here.checked_sub(1)?)?))
    } else {
        Some(At::After(*order.get(here + 1)?))
    }
}

fn step_card(desk: Desk, id: TouchpointId, step: Step) {
    let goal = desk.editor.with_board(|board, layout| {
        let stage = board.touchpoints.get(&id)?.stage;
        let cards = layout.cards.get(&stage);
        let here = cards.and_then(|cards| cards.iter().position(|card| *card == id));
        let column = layout.stages.iter().position(|other| *other == stage);
        let beside_in = |stage: StageId| {
            let at = here
                .and_then(|here| layout.cards.get(&stage)?.get(here))
                .map_or(At::Last, |card| At::Before(*card));
            Some((stage, at))
        };
        match step {
            Step::Up | Step::Down => Some((stage, beside(cards?, id, step == Step::Up)?)),
            Step::Left => beside_in(
                *layout
                    .stages
                    .get(column.map_or(Some(0), |column| column.checked_sub(1))?)?,
            ),
            Step::Right => beside_in(*layout.stages.get(column.map_or(0, |column| column + 1))?),
        }
    });
    match goal {
        Some((stage, at)) => move_card(desk, id, stage, at),
        None => cannot(desk),
    }
}

fn cannot(desk: Desk) {
    desk.say(untrack(|| t_string!(desk.language, a11y.cannot_move)));
}

/// Moves a card to a place and says which.
pub fn move_card(desk: Desk, id: TouchpointId, stage: StageId, at: At<TouchpointId>) {
    if !desk.apply(Edit::MoveTouchpoint { id, stage, at }) {
        return;
    }
    focus_soon(card_selector(id));
    let (position, count) = desk.editor.with_board(|_, layout| {
        let cards = layout.cards.get(&stage).map_or(&[][..], Vec::as_slice);
        (
            cards.iter().position(|card| *card == id).map_or(0, |at| at + 1),
            cards.len(),
        )
    });
    let (name, stage) = (desk.name_of(Entity::Touchpoint(id)), desk.name_of(Entity::Stage(stage)));
    desk.say(untrack(|| {
        t_string!(
            desk.language,
            a11y.moved_card,
            name = name,
            stage = stage,
            position = position,
            count = count
        )
    }));
}

/// Moves a stage to a place and says which.
pub fn move_stage(desk: Desk, id: StageId, at: At<StageId>) {
    if !desk.apply(Edit::MoveStage(id, at)) {
        return;
    }
    focus_soon(stage_selector(id));
    let (position, count) = desk.editor.with_board(|_, layout| place(&layout.stages, id));
    let name = desk.name_of(Entity::Stage(id));
    desk.say(untrack(|| {
        t_string!(
            desk.language,
            a11y.moved_stage,
            name = name,
            position = position,
            count = count
        )
    }));
}

/// Moves a lane to a place and says which.
pub fn move_lane(desk: Desk, id: LaneId, at: At<LaneId>) {
    if !desk.apply(Edit::MoveLane(id, at)) {
        return;
    }
    focus_soon(lane_selector(id));
    let (position, count) = desk.editor.with_board(|_, layout| place(&layout.lanes, id));
    let name = desk.name_of(Entity::Lane(id));
    desk.say(untrack(|| {
        t_string!(
            desk.language,
            a11y.moved_lane,
            name = name,
            position = position,
            count = count
        )
    }));
}

fn place<Id: PartialEq>(order: &[Id], id: Id) -> (usize, usize) {
    (
        order.iter().position(|other| *other == id).map_or(0, |at| at + 1),
        order.len(),
    )
}
