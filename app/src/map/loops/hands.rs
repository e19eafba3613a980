//! Presses and keys on the board.

use leptos::ev::{FocusEvent, KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use leptos::web_sys::Element;
use model::edit::Entity;
use model::id::ImprovementId;
use model::loops::Step;

use super::super::desk::{Desk, selector_of};
use super::super::dom::{self, find_all, holder_of, is_field};
use super::super::field::composes;
use super::super::keys::entity_of;
use super::super::menu::Menu;
use super::super::moves::Step as Way;
use super::moves;

fn job_of(element: &Element) -> Option<ImprovementId> {
    match entity_of(element) {
        Some(Entity::Improvement(id)) => Some(id),
        _ => None,
    }
}

/// A press opens the details, the menu, or another attempt.
pub fn press(desk: Desk, event: &MouseEvent) {
    let Some(target) = dom::target(event) else { return };
    if let Some((_, id)) = holder_of(&target, "data-go") {
        if let Some(id) = ImprovementId::parse(&id) {
            moves::open(desk, id);
        }
        return;
    }
    let Some(id) = job_of(&target) else { return };
    if let Some((button, _)) = holder_of(&target, "data-menu") {
        desk.menu.set(Some(Menu::under(Entity::Improvement(id), &button)));
    } else if target.closest(".gate, .judge, button").ok().flatten().is_none() {
        show(desk, id);
    }
}

fn show(desk: Desk, id: ImprovementId) {
    desk.close_panel();
    desk.loops.open.set(Some(id));
    // The board narrows beside the details.
    dom::after_paint(move || {
        if let Some(card) = dom::find(&selector_of(Entity::Improvement(id))) {
            dom::show(&card);
        }
    });
}

/// What has the focus is where Tab comes back to, and where the others see this person.
pub fn focused(desk: Desk, event: &FocusEvent) {
    let Some(id) = dom::target(event).and_then(|target| job_of(&target)) else {
        return;
    };
    if desk.loops.at.get_untracked() != Some(id) {
        desk.loops.at.set(Some(id));
    }
    desk.editor.stand_on(Some(Entity::Improvement(id)));
}

/// Keys: on a card they walk, move, open and trash; Escape closes what is open.
pub fn key(desk: Desk, event: &KeyboardEvent) {
    let Some(target) = dom::target(event) else { return };
    if composes(event) || event.default_prevented() || event.ctrl_key() || event.meta_key() {
        return;
    }
    if event.key() == "Escape" {
        if desk.loops.gate.with_untracked(Option::is_some) {
            moves::close_gate(desk);
        } else if let Some(open) = desk.loops.open.get_untracked() {
            desk.loops.open.set(None);
            dom::focus_soon(selector_of(Entity::Improvement(open)));
        } else {
            desk.editor.stand_on(None);
            return;
        }
        event.prevent_default();
        return;
    }
    // Within a card its fields and buttons have their own keys.
    let Some(id) = job_of(&target).filter(|_| !is_field(&target) && target.has_attribute("data-job")) else {
        return;
    };
    let way = match event.key().as_str() {
        "ArrowUp" => Some(Way::Up),
        "ArrowDown" => Some(Way::Down),
        "ArrowLeft" => Some(Way::Left),
        "ArrowRight" => Some(Way::Right),
        _ => None,
    };
    match (way, event.key().as_str()) {
        (Some(way), _) if event.alt_key() => moves::step(desk, id, way),
        (Some(way), _) => walk(&target, way),
        (None, "Enter" | " ") => show(desk, id),
        (None, "Delete" | "Backspace") => desk.trash(Entity::Improvement(id)),
        (None, "ContextMenu") => desk.menu.set(Some(Menu::under(Entity::Improvement(id), &target))),
        (None, "F10") if event.shift_key() => {
            desk.menu.set(Some(Menu::under(Entity::Improvement(id), &target)));
        }
        _ => return,
    }
    event.prevent_default();
}

/// The cards of a column, in one lane or in all.
fn in_column(step: Step, lane: Option<&str>) -> Vec<Element> {
    let lane = lane.map(|lane| format!("[data-swim=\"{lane}\"]")).unwrap_or_default();
    find_all(&format!(
        ".loops__board [data-cell=\"{}\"]{lane} [data-job]",
        step.word()
    ))
}

/// Takes the focus to the neighbour, or to the same height of the next column that has cards in this lane.
fn walk(here: &Element, way: Way) {
    let Some(step) = holder_of(here, "data-cell").and_then(|(_, word)| Step::from_word(&word)) else {
        return;
    };
    let lane = holder_of(here, "data-swim").map(|(_, lane)| lane);
    let (column, height) = (in_column(step, None), in_column(step, lane.as_deref()));
    let place = |cards: &[Element]| cards.iter().position(|card| card.is_same_node(Some(here)));
    let (Some(at), Some(height)) = (place(&column), place(&height)) else {
        return;
    };
    let steps = Step::ALL;
    let beside = |steps: &mut dyn Iterator<Item = &Step>| {
        let mut columns = steps.map(|step| in_column(*step, lane.as_deref()));
        let column = columns.find(|column| !column.is_empty())?;
        column.get(height.min(column.len() - 1)).cloned()
    };
    let goal = match way {
        Way::Up => at.checked_sub(1).and_then(|at| column.get(at).cloned()),
        Way::Down => column.get(at + 1).cloned(),
        Way::Left => beside(&mut steps[..step as usize].iter().rev()),
        Way::Right => beside(&mut steps[step as usize + 1..].iter()),
    };
    if let Some(goal) = goal {
        dom::focus(&goal);
    }
}
