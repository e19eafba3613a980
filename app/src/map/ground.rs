//! Dragging on the map: cards to a stage, stages and lanes to their places.

use leptos::web_sys::Element;
use model::edit::{At, Entity};
use model::id::{LaneId, StageId, TouchpointId};

use super::desk::Desk;
use super::dom::{self, find_all, holder_of, within};
use super::drag::{Ground, Line};
use super::moves;

/// What the things of the map are dragged on.
pub const MAP: Ground = Ground {
    at: ".canvas",
    things: "[data-touchpoint-id], [data-stage-id], [data-lane-id]",
    still: "button",
    line,
    drop,
};

fn line(_: Desk, what: Entity, x: f64, y: f64) -> Option<Line> {
    match what {
        Entity::Touchpoint(id) => card_goal(id, x, y).map(|(.., line)| line),
        Entity::Stage(id) => stage_goal(id, x).map(|(_, line)| line),
        Entity::Lane(id) => lane_goal(id, y).map(|(_, line)| line),
        _ => None,
    }
}

fn drop(desk: Desk, what: Entity, x: f64, y: f64) {
    match what {
        Entity::Touchpoint(id) => {
            if let Some((stage, at, _)) = card_goal(id, x, y) {
                moves::move_card(desk, id, stage, at);
            }
        }
        Entity::Stage(id) => {
            if let Some((at, _)) = stage_goal(id, x) {
                moves::move_stage(desk, id, at);
            }
        }
        Entity::Lane(id) => {
            if let Some((at, _)) = lane_goal(id, y) {
                moves::move_lane(desk, id, at);
            }
        }
        _ => {}
    }
}

fn card_goal(held: TouchpointId, x: f64, y: f64) -> Option<(StageId, At<TouchpointId>, Line)> {
    let column = find_all("[data-column]").into_iter().find(|column| {
        let place = column.get_bounding_client_rect();
        (place.left()..place.right()).contains(&x)
    })?;
    let stage = StageId::parse(&column.get_attribute("data-column")?)?;
    let mut last: Option<Element> = None;
    for card in within(&column, "[data-touchpoint-id]") {
        let place = card.get_bounding_client_rect();
        let id = TouchpointId::parse(&card.get_attribute("data-touchpoint-id")?)?;
        if id != held && y < place.top() + place.height() / 2.0 {
            let line = (place.left(), place.top() - 6.0, place.width(), 2.0);
            return Some((stage, At::Before(id), line));
        }
        last = Some(card);
    }
    let place = column.get_bounding_client_rect();
    let top = last.map_or(place.top() + 8.0, |last| last.get_bounding_client_rect().bottom() + 4.0);
    let line = (place.left() + 8.0, top, place.width() - 16.0, 2.0);
    Some((stage, At::Last, line))
}

fn stage_goal(held: StageId, x: f64) -> Option<(At<StageId>, Line)> {
    let canvas = dom::find(".canvas")?.get_bounding_client_rect();
    let mut goal = None;
    for head in find_all("[data-stage-id]") {
        let (Some((_, id)), place) = (holder_of(&head, "data-stage-id"), head.get_bounding_client_rect()) else {
            continue;
        };
        let Some(id) = StageId::parse(&id) else { continue };
        let height = canvas.bottom() - place.top();
        if id != held && x < place.left() + place.width() / 2.0 {
            return Some((At::Before(id), (place.left() - 1.0, place.top(), 2.0, height)));
        }
        goal = Some((At::Last, (place.right() - 1.0, place.top(), 2.0, height)));
    }
    goal
}

fn lane_goal(held: LaneId, y: f64) -> Option<(At<LaneId>, Line)> {
    let canvas = dom::find(".canvas")?.get_bounding_client_rect();
    let mut goal = None;
    for head in find_all("[data-lane-id]") {
        let (Some((_, id)), place) = (holder_of(&head, "data-lane-id"), head.get_bounding_client_rect()) else {
            continue;
        };
        let Some(id) = LaneId::parse(&id) else { continue };
        if id != held && y < place.top() + place.height() / 2.0 {
            return Some((At::Before(id), (canvas.left(), place.top() - 1.0, canvas.width(), 2.0)));
        }
        goal = Some((At::Last, (canvas.left(), place.bottom() - 1.0, canvas.width(), 2.0)));
    }
    goal
}
