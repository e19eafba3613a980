//! Presses and keys in the grid. One listener each on the canvas and the window, however many cards there are.

use std::time::Duration;

use leptos::ev::{FocusEvent, KeyboardEvent, MouseEvent, PointerEvent};
use leptos::prelude::*;
use leptos::web_sys::Element;
use model::board::LaneKind;
use model::edit::Entity;
use model::id::{ImprovementId, LaneId, NoteId, StageId, TouchpointId};

use super::bulk;
use super::desk::Desk;
use super::dom::{self, find_all, holder_of, is_field};
use super::field::composes;
use super::menu::Menu;
use super::moves::{self, Step};

/// How long the panel waits for the second press of a double press, lest the card slides away under it.
const SECOND_PRESS: Duration = Duration::from_millis(240);

/// The thing an element of the grid stands for.
#[must_use]
pub fn entity_of(element: &Element) -> Option<Entity> {
    let value = |name| holder_of(element, name).map(|(_, value)| value);
    if let Some(id) = value("data-touchpoint-id") {
        return TouchpointId::parse(&id).map(Entity::Touchpoint);
    }
    if let Some(id) = value("data-note-id") {
        return NoteId::parse(&id).map(Entity::Note);
    }
    if let Some(id) = value("data-job") {
        return ImprovementId::parse(&id).map(Entity::Improvement);
    }
    if let Some(id) = value("data-stage-id") {
        return StageId::parse(&id).map(Entity::Stage);
    }
    LaneId::parse(&value("data-lane-id")?).map(Entity::Lane)
}

/// A press begins: what has the focus now loses it to what is pressed.
pub fn pressed(desk: Desk, event: &PointerEvent) {
    if !event.shift_key() {
        desk.anchor.set_value(desk.selected.get_untracked());
    }
}

/// A press somewhere on the canvas.
pub fn press(desk: Desk, event: &MouseEvent) {
    let Some(target) = dom::target(event) else { return };
    if let Some((button, _)) = holder_of(&target, "data-menu") {
        if let Some(entity) = entity_of(&button) {
            desk.menu.set(Some(Menu::under(entity, &button)));
        }
        return;
    }
    if is_field(&target) {
        return;
    }
    let Some(Entity::Touchpoint(id)) = entity_of(&target) else {
        return;
    };
    if event.shift_key() {
        bulk::extend_to(desk, id);
        return;
    }
    if event.ctrl_key() || event.meta_key() {
        bulk::toggle(desk, id);
        return;
    }
    desk.marked.update(|marked| marked.clear());
    desk.anchor.set_value(Some(id));
    desk.select(Some(id));
    if desk.panel.get_untracked() {
        desk.keep_in_view(id);
    } else {
        let this = desk.count_press();
        set_timeout(
            move || {
                if desk.is_last_press(this) {
                    desk.open(id);
                }
            },
            SECOND_PRESS,
        );
    }
}

/// A double press edits in place.
pub fn double_press(desk: Desk, event: &MouseEvent) {
    let Some(target) = dom::target(event) else { return };
    if !is_field(&target)
        && holder_of(&target, "data-menu").is_none()
        && let Some(entity) = entity_of(&target)
    {
        event.prevent_default();
        desk.count_press();
        desk.edit(entity);
    }
}

/// The menu of the thing under the pointer.
pub fn context_menu(desk: Desk, event: &MouseEvent) {
    let Some(target) = dom::target(event) else { return };
    if document()
        .body()
        .is_some_and(|body| body.class_list().contains("is-dragging"))
    {
        // A finger that rests long enough to drag.
        event.prevent_default();
    } else if !is_field(&target)
        && let Some(entity) = entity_of(&target)
    {
        event.prevent_default();
        desk.menu.set(Some(Menu::at(
            entity,
            f64::from(event.client_x()),
            f64::from(event.client_y()),
        )));
    }
}

/// What has the focus is where Tab comes back to; a card with the focus is the selected one.
pub fn focused(desk: Desk, event: &FocusEvent) {
    let Some(target) = dom::target(event) else { return };
    if !target.has_attribute("data-nav") {
        return;
    }
    for old in find_all(".canvas [data-nav][tabindex=\"0\"]") {
        let _ = old.set_attribute("tabindex", "-1");
    }
    let _ = target.set_attribute("tabindex", "0");
    if let Some(Entity::Touchpoint(id)) = entity_of(&target) {
        desk.select(Some(id));
    }
}

/// Every key of the page that no field has taken.
pub fn key(desk: Desk, event: &KeyboardEvent) {
    let Some(target) = dom::target(event) else { return };
    if composes(event)
        || event.default_prevented()
        || (is_field(&target) && !(target.tag_name() == "SELECT" && (event.ctrl_key() || event.meta_key())))
        || target.closest("dialog, .menu").ok().flatten().is_some()
    {
        return;
    }
    if event.ctrl_key() || event.meta_key() {
        match event.key().to_ascii_lowercase().as_str() {
            "z" if event.shift_key() => desk.redo(),
            "z" => desk.undo(),
            "y" => desk.redo(),
            _ => return,
        }
        event.prevent_default();
        return;
    }
    if event.key() == "?" {
        desk.dialogs.keys.set(true);
        return;
    }
    let Some(here) = place(desk, &target) else {
        if event.key() == "Escape" {
            leave(desk);
        }
        return;
    };
    if grid_key(desk, event, &here) {
        event.prevent_default();
    }
}

/// Where in the grid the keys act: on what has the focus; where nothing has, on the selected card.
fn place(desk: Desk, target: &Element) -> Option<Element> {
    if target.closest(".canvas").ok().flatten().is_some() {
        return Some(target.clone());
    }
    if target.tag_name() == "BODY" {
        return desk
            .selected
            .get_untracked()
            .and_then(|id| dom::find(&super::desk::card_selector(id)));
    }
    None
}

fn grid_key(desk: Desk, event: &KeyboardEvent, here: &Element) -> bool {
    let entity = entity_of(here);
    let arrow = match event.key().as_str() {
        "ArrowUp" => Some(Step::Up),
        "ArrowDown" => Some(Step::Down),
        "ArrowLeft" => Some(Step::Left),
        "ArrowRight" => Some(Step::Right),
        _ => None,
    };
    if let Some(step) = arrow {
        if event.alt_key() {
            if let Some(entity) = entity {
                moves::step(desk, entity, step);
            }
            return true;
        }
        return walk(here, step);
    }
    let on_button = here.tag_name() == "BUTTON";
    match (event.key().as_str(), entity) {
        ("Enter" | " ", _) if on_button => false,
        ("Enter" | "F2", Some(entity)) => {
            desk.edit(entity);
            true
        }
        (" ", Some(Entity::Touchpoint(id))) => {
            desk.open(id);
            true
        }
        // Of several cards together (see `bulk`).
        ("Delete" | "Backspace", _) if desk.marked.with_untracked(|marked| !marked.is_empty()) => false,
        ("Delete" | "Backspace", Some(entity)) if may_trash(desk, entity) => {
            // Its neighbour gets the focus.
            if let Some(here) = here.closest("[data-nav]").ok().flatten() {
                dom::focus(&here);
            }
            desk.trash(entity);
            true
        }
        ("ContextMenu", Some(entity)) => {
            desk.menu.set(Some(Menu::under(entity, here)));
            true
        }
        ("F10", Some(entity)) if event.shift_key() => {
            desk.menu.set(Some(Menu::under(entity, here)));
            true
        }
        ("Escape", _) => {
            leave(desk);
            true
        }
        _ => false,
    }
}

/// The row of the cards stays: without it there is no map.
#[must_use]
pub fn may_trash(desk: Desk, entity: Entity) -> bool {
    match entity {
        Entity::Lane(id) => desk.editor.with_board(|board, _| {
            board
                .lanes
                .get(&id)
                .is_some_and(|lane| lane.kind != LaneKind::Touchpoints)
        }),
        _ => true,
    }
}

fn leave(desk: Desk) {
    if desk.marked.with_untracked(|marked| !marked.is_empty()) {
        desk.marked.update(|marked| marked.clear());
    } else if desk.panel.get_untracked() {
        desk.close_panel();
    } else {
        desk.select(None);
    }
}

fn column_of(here: &Element) -> Option<String> {
    Some(holder_of(here, "data-col")?.1)
}

fn in_column(column: &str) -> Vec<Element> {
    find_all(&format!(
        ".canvas [data-col=\"{column}\"] [data-nav], .canvas [data-col=\"{column}\"][data-nav]"
    ))
}

/// Takes the focus one step through the grid.
fn walk(here: &Element, step: Step) -> bool {
    let Some(here) = here.closest("[data-nav]").ok().flatten() else {
        // The canvas itself has the focus: arrows enter the grid.
        return match find_all(".canvas [data-nav]").first() {
            Some(first) if here.class_list().contains("canvas") => {
                dom::focus(first);
                true
            }
            _ => false,
        };
    };
    let Some(column) = column_of(&here) else { return false };
    let goal = match step {
        Step::Up | Step::Down => {
            let all = in_column(&column);
            let at = all.iter().position(|other| other.is_same_node(Some(&here)));
            at.and_then(|at| {
                if step == Step::Up {
                    at.checked_sub(1)
                } else {
                    Some(at + 1)
                }
            })
            .and_then(|at| all.get(at).cloned())
        }
        Step::Left | Step::Right => sideways(&here, &column, step == Step::Left),
    };
    if let Some(goal) = goal {
        dom::focus(&goal);
    }
    true
}

/// The thing at the same height in the next column that has anything in this row.
fn sideways(here: &Element, column: &str, left: bool) -> Option<Element> {
    let (_, row) = holder_of(here, "data-row")?;
    let mut columns: Vec<String> = vec!["lane".to_owned()];
    columns.extend(
        find_all("[data-row=\"head\"] [data-col]")
            .iter()
            .filter_map(|stage| stage.get_attribute("data-col")),
    );
    let in_row = |column: &str| {
        find_all(&format!(
            "[data-row=\"{row}\"] [data-col=\"{column}\"] [data-nav], [data-row=\"{row}\"] [data-col=\"{column}\"][data-nav]"
        ))
    };
    let height = in_row(column).iter().position(|other| other.is_same_node(Some(here)))?;
    let at = columns.iter().position(|other| other == column)?;
    let beyond: Vec<&String> = if left {
        columns[..at].iter().rev().collect()
    } else {
        columns[at + 1..].iter().collect()
    };
    beyond
        .into_iter()
        .map(|column| in_row(column))
        .find(|all| !all.is_empty())
        .map(|all| all[height.min(all.len() - 1)].clone())
}
