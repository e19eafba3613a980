//! Dragging the cards of the board: to a place in a column, and into another lane.

use leptos::web_sys::Element;
use model::edit::{At, Entity};
use model::id::ImprovementId;
use model::loops::Step;

use super::super::desk::{Desk, selector_of};
use super::super::dom::{self, find_all, holder_of, within};
use super::super::drag::{Ground, Line};
use super::{lanes_now, moves};

/// What the cards of the board are dragged on.
pub const BOARD: Ground = Ground {
    at: ".loops__board",
    things: "[data-job]",
    still: "button, .gate",
    line,
    drop,
};

/// Where a card would be dropped.
struct Goal {
    step: Step,
    at: At<ImprovementId>,
    /// Which lane across the board, from the top.
    lane: Option<usize>,
}

fn line(desk: Desk, what: Entity, x: f64, y: f64) -> Option<Line> {
    let Entity::Improvement(id) = what else { return None };
    let (goal, line) = goal(id, x, y)?;
    let here = dom::find(&selector_of(what));
    let is_elsewhere = here.is_some_and(|here| lane_of(&here) != goal.lane);
    // What cannot go there is not shown to go there; the drop says why.
    (!is_elsewhere || !moves::is_bound(desk)).then_some(line)
}

fn drop(desk: Desk, what: Entity, x: f64, y: f64) {
    let Entity::Improvement(id) = what else { return };
    if let Some((goal, _)) = goal(id, x, y) {
        let lanes = lanes_now(desk);
        let lane = goal.lane.and_then(|lane| lanes.into_iter().nth(lane)?.of);
        moves::put(desk, id, goal.step, goal.at, lane);
    }
}

fn lane_of(element: &Element) -> Option<usize> {
    holder_of(element, "data-swim")?.1.parse().ok()
}

fn goal(held: ImprovementId, x: f64, y: f64) -> Option<(Goal, Line)> {
    // With lanes across the board a column has several cells: the one under the pointer, otherwise the last.
    let mut cells = find_all(".loops__board [data-cell]");
    cells.retain(|cell| {
        let place = cell.get_bounding_client_rect();
        (place.left()..place.right()).contains(&x)
    });
    let under = cells
        .iter()
        .position(|cell| y < cell.get_bounding_client_rect().bottom());
    let cell = match under {
        Some(at) => cells.swap_remove(at),
        None => cells.pop()?,
    };
    let step = Step::from_word(&cell.get_attribute("data-cell")?)?;
    let goal = |at| {
        let lane = lane_of(&cell);
        Goal { step, at, lane }
    };
    let mut last: Option<Element> = None;
    for card in within(&cell, "[data-job]") {
        let place = card.get_bounding_client_rect();
        let id = ImprovementId::parse(&card.get_attribute("data-job")?)?;
        if id != held && y < place.top() + place.height() / 2.0 {
            let line = (place.left(), place.top() - 7.0, place.width(), 2.0);
            return Some((goal(At::Before(id)), line));
        }
        last = Some(card);
    }
    let place = cell.get_bounding_client_rect();
    let (at, top) = match last {
        Some(last) => {
            let id = ImprovementId::parse(&last.get_attribute("data-job")?)?;
            let at = if id == held { At::Last } else { At::After(id) };
            (at, last.get_bounding_client_rect().bottom() + 5.0)
        }
        None => (At::Last, place.top() + 8.0),
    };
    Some((goal(at), (place.left() + 12.0, top, place.width() - 24.0, 2.0)))
}
