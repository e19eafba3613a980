//! Dragging cards, stages, lanes and the cards of the feedback-loop board with mouse, finger and pen.
//!
//! Nothing moves in the document until the drop, which is one edit. While it lasts, a copy follows the pointer and
//! a line shows where it would go; both are put into the page directly, since nothing else has to know of them.
//! A finger picks up after a long press, so that a swipe still scrolls.

use std::time::Duration;

use leptos::ev::{KeyboardEvent, PointerEvent, TouchEvent};
use leptos::prelude::*;
use leptos::web_sys::{Element, HtmlElement};
use model::edit::{At, Entity};
use model::id::{ImprovementId, LaneId, StageId, TouchpointId};
use model::loops::Step;
use wasm_bindgen::JsCast;

use super::desk::Desk;
use super::dom::{self, find_all, holder_of, is_field};
use super::keys::entity_of;
use super::{loops, moves};
use crate::language::t_string;
use crate::place::View;
use crate::ui::dynamic::effect;

/// How far a pointer goes before a press becomes a drag, in pixels.
const THRESHOLD: f64 = 5.0;
/// How long a finger rests before it picks up.
const LONG_PRESS: Duration = Duration::from_millis(380);
/// How near an edge the canvas begins to scroll, and how fast at most, in pixels and pixels a frame.
const EDGE: f64 = 56.0;
const SPEED: f64 = 14.0;

/// Where something would be dropped.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Goal {
    Card(StageId, At<TouchpointId>),
    Stage(At<StageId>),
    Lane(At<LaneId>),
    Job(Step, At<ImprovementId>),
}

/// The ground that things are dragged on.
const GROUND: &str = ".canvas, .loops__board";

/// Every event of a drag is one of the state's transitions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum State {
    /// Nothing is held.
    #[default]
    Idle,
    /// Pressed; it may become a drag.
    Pressed {
        what: Entity,
        pointer: i32,
        finger: bool,
        x: f64,
        y: f64,
    },
    /// Held. `dx`, `dy`: from the corner of the copy to the pointer.
    Held {
        what: Entity,
        pointer: i32,
        x: f64,
        y: f64,
        dx: f64,
        dy: f64,
        goal: Option<Goal>,
    },
}

/// The drag of a page.
#[derive(Clone, Copy)]
pub struct Dragging {
    desk: Desk,
    state: StoredValue<State>,
}

impl Dragging {
    /// Nothing is held yet.
    #[must_use]
    pub fn new(desk: Desk) -> Self {
        let dragging = Self {
            desk,
            state: StoredValue::new(State::Idle),
        };
        effect(move || {
            // Ahead of everything else: while something is held, Escape only lets go of it.
            let keys = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
                if event.key() == "Escape" && dragging.holds() {
                    event.prevent_default();
                    dragging.cancel();
                }
            });
            on_cleanup(move || keys.remove());
        });
        dragging
    }

    fn holds(self) -> bool {
        matches!(self.state.get_value(), State::Held { .. })
    }

    /// A press may become a drag.
    pub fn down(self, event: &PointerEvent) {
        if self.holds() {
            // A second finger changes nothing.
            return;
        }
        let Some(target) = dom::target(event) else { return };
        let within = target
            .closest("button, a, .gate, [data-touchpoint-id], [data-stage-id], [data-lane-id], [data-job]")
            .ok()
            .flatten();
        if event.button() != 0
            || is_field(&target)
            || within.is_none_or(|within| within.tag_name() == "BUTTON" || within.class_list().contains("gate"))
        {
            return;
        }
        let Some(what @ (Entity::Touchpoint(_) | Entity::Stage(_) | Entity::Lane(_) | Entity::Improvement(_))) =
            entity_of(&target)
        else {
            return;
        };
        let finger = event.pointer_type() == "touch";
        let (x, y, pointer) = (
            f64::from(event.client_x()),
            f64::from(event.client_y()),
            event.pointer_id(),
        );
        self.state.set_value(State::Pressed {
            what,
            pointer,
            finger,
            x,
            y,
        });
        if finger {
            set_timeout(
                move || {
                    if let Some(State::Pressed {
                        what: now,
                        pointer: same,
                        x: x0,
                        y: y0,
                        ..
                    }) = self.state.try_get_value()
                        && (now, same, x0, y0) == (what, pointer, x, y)
                    {
                        self.pick_up(what, pointer, x, y);
                    }
                },
                LONG_PRESS,
            );
        }
    }

    /// The pointer moves.
    pub fn moved(self, event: &PointerEvent) {
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        match self.state.get_value() {
            State::Idle => {}
            State::Pressed {
                what,
                pointer,
                finger,
                x: x0,
                y: y0,
            } => {
                if pointer != event.pointer_id() || (x - x0).hypot(y - y0) < THRESHOLD {
                    return;
                }
                if finger {
                    self.state.set_value(State::Idle);
                    return;
                }
                if let Some(canvas) = dom::find(GROUND) {
                    let _ = canvas.set_pointer_capture(pointer);
                }
                self.pick_up(what, pointer, x0, y0);
                self.follow(x, y);
            }
            State::Held { pointer, .. } => {
                event.prevent_default();
                if pointer == event.pointer_id() {
                    self.follow(x, y);
                }
            }
        }
    }

    /// A finger that holds something does not scroll.
    pub fn hold_scroll(self, event: &TouchEvent) {
        if self.holds() && event.cancelable() {
            event.prevent_default();
        }
    }

    /// The drop.
    pub fn up(self, event: &PointerEvent) {
        let (what, goal) = match self.state.get_value() {
            State::Held {
                what, pointer, goal, ..
            } if pointer == event.pointer_id() => (what, goal),
            State::Held { .. } => return,
            State::Idle | State::Pressed { .. } => {
                self.state.set_value(State::Idle);
                return;
            }
        };
        self.put_away();
        match (what, goal) {
            (Entity::Touchpoint(id), Some(Goal::Card(stage, at))) => moves::move_card(self.desk, id, stage, at),
            (Entity::Stage(id), Some(Goal::Stage(at))) => moves::move_stage(self.desk, id, at),
            (Entity::Lane(id), Some(Goal::Lane(at))) => moves::move_lane(self.desk, id, at),
            (Entity::Improvement(id), Some(Goal::Job(step, at))) => loops::moves::go(self.desk, id, step, at),
            _ => {}
        }
    }

    /// The browser takes a pointer away.
    pub fn lost(self, event: &PointerEvent) {
        if !matches!(self.state.get_value(), State::Held { pointer, .. } if pointer != event.pointer_id()) {
            self.cancel();
        }
    }

    /// Lets go; everything is where it was.
    fn cancel(self) {
        if let State::Held { what, .. } = self.state.get_value() {
            let name = self.desk.name_of(what);
            self.desk.say(untrack(|| {
                t_string!(self.desk.language, a11y.drag_cancelled, name = name)
            }));
            self.put_away();
        } else {
            self.state.set_value(State::Idle);
        }
    }

    fn pick_up(self, what: Entity, pointer: i32, x: f64, y: f64) {
        let Some(original) = element_of(what) else { return };
        let place = original.get_bounding_client_rect();
        self.desk.menu.set(None);
        if let (Some(body), Ok(copy)) = (document().body(), original.clone_node_with_deep(true))
            && let Ok(copy) = copy.dyn_into::<HtmlElement>()
        {
            for name in [
                "data-touchpoint-id",
                "data-stage-id",
                "data-lane-id",
                "data-job",
                "data-col",
                "data-nav",
            ] {
                let _ = copy.remove_attribute(name);
            }
            let _ = copy.class_list().add_1("ghost");
            let _ = copy.set_attribute("aria-hidden", "true");
            // As large as what it is a copy of, which the grid draws at its zoom.
            let zoom = self.zoom();
            let _ = copy.style().set_property("zoom", &zoom.to_string());
            let _ = copy
                .style()
                .set_property("width", &format!("{}px", place.width() / zoom));
            let _ = copy
                .style()
                .set_property("height", &format!("{}px", place.height() / zoom));
            let _ = body.append_child(&copy);
        }
        let _ = original.class_list().add_1("is-lifted");
        if let (Some(body), Ok(mark)) = (document().body(), document().create_element("div")) {
            mark.set_class_name("drop");
            let _ = body.append_child(&mark);
            let _ = body.class_list().add_1("is-dragging");
        }
        self.state.set_value(State::Held {
            what,
            pointer,
            x,
            y,
            dx: x - place.left(),
            dy: y - place.top(),
            goal: None,
        });
        self.follow(x, y);
        self.scroll();
    }

    /// The copy goes to the pointer, and the line to where it would be dropped.
    fn follow(self, x: f64, y: f64) {
        let State::Held {
            what, pointer, dx, dy, ..
        } = self.state.get_value()
        else {
            return;
        };
        if let Some(ghost) = dom::find(".ghost").and_then(|ghost| ghost.dyn_into::<HtmlElement>().ok()) {
            let zoom = self.zoom();
            let (left, top) = ((x - dx) / zoom, (y - dy) / zoom);
            let _ = ghost
                .style()
                .set_property("transform", &format!("translate({left}px,{top}px)"));
        }
        let found = match what {
            Entity::Touchpoint(id) => card_goal(id, x, y),
            Entity::Stage(id) => stage_goal(id, x),
            Entity::Lane(id) => lane_goal(id, y),
            Entity::Improvement(id) => job_goal(id, x, y),
            _ => None,
        };
        if let Some(mark) = dom::find(".drop") {
            let style = found.as_ref().map_or_else(
                || "display:none".to_owned(),
                |(_, place)| {
                    format!(
                        "left:{}px;top:{}px;width:{}px;height:{}px",
                        place.0, place.1, place.2, place.3
                    )
                },
            );
            let _ = mark.set_attribute("style", &style);
        }
        self.state.set_value(State::Held {
            what,
            pointer,
            x,
            y,
            dx,
            dy,
            goal: found.map(|(goal, _)| goal),
        });
    }

    /// Near an edge the canvas scrolls on, frame by frame, for as long as something is held.
    fn scroll(self) {
        request_animation_frame(move || {
            let Some(State::Held { x, y, .. }) = self.state.try_get_value() else {
                return;
            };
            if let Some(canvas) = dom::find(GROUND) {
                let place = canvas.get_bounding_client_rect();
                let push = |at: f64, low: f64, high: f64| {
                    let near = (low + EDGE - at).max(0.0) - (at - (high - EDGE)).max(0.0);
                    -(near / EDGE).clamp(-1.0, 1.0) * SPEED
                };
                let (right, down) = (
                    push(x, place.left(), place.right()),
                    push(y, place.top(), place.bottom()),
                );
                if right != 0.0 || down != 0.0 {
                    canvas.scroll_by_with_x_and_y(right, down);
                    self.follow(x, y);
                }
            }
            self.scroll();
        });
    }

    /// The zoom of the grid; nothing else has one.
    fn zoom(self) -> f64 {
        if self.desk.view.get_untracked() != View::Map {
            return 1.0;
        }
        f64::from(self.desk.zoom.get_untracked()) / 100.0
    }

    fn put_away(self) {
        if let State::Held { what, .. } = self.state.get_value()
            && let Some(original) = element_of(what)
        {
            let _ = original.class_list().remove_1("is-lifted");
        }
        for left in find_all(".ghost, .drop") {
            left.remove();
        }
        if let Some(body) = document().body() {
            let _ = body.class_list().remove_1("is-dragging");
        }
        self.state.set_value(State::Idle);
    }
}

fn element_of(what: Entity) -> Option<Element> {
    dom::find(&match what {
        Entity::Touchpoint(id) => super::desk::card_selector(id),
        Entity::Stage(id) => super::stage::stage_selector(id),
        Entity::Lane(id) => super::lane::lane_selector(id),
        Entity::Improvement(_) => super::desk::selector_of(what),
        _ => return None,
    })
}

/// Left, top, width, height of the line that shows the place.
type Place = (f64, f64, f64, f64);

fn card_goal(held: TouchpointId, x: f64, y: f64) -> Option<(Goal, Place)> {
    let column = find_all("[data-column]").into_iter().find(|column| {
        let place = column.get_bounding_client_rect();
        (place.left()..place.right()).contains(&x)
    })?;
    let stage = StageId::parse(&column.get_attribute("data-column")?)?;
    let mut last: Option<Element> = None;
    let cards = column.query_selector_all("[data-touchpoint-id]").ok()?;
    for i in 0..cards.length() {
        let Some(card) = cards.item(i).and_then(|card| card.dyn_into::<Element>().ok()) else {
            continue;
        };
        let place = card.get_bounding_client_rect();
        let id = TouchpointId::parse(&card.get_attribute("data-touchpoint-id")?)?;
        if id != held && y < place.top() + place.height() / 2.0 {
            let line = (place.left(), place.top() - 6.0, place.width(), 2.0);
            return Some((Goal::Card(stage, At::Before(id)), line));
        }
        last = Some(card);
    }
    let place = column.get_bounding_client_rect();
    let top = last.map_or(place.top() + 8.0, |last| last.get_bounding_client_rect().bottom() + 4.0);
    Some((
        Goal::Card(stage, At::Last),
        (place.left() + 8.0, top, place.width() - 16.0, 2.0),
    ))
}

fn job_goal(held: ImprovementId, x: f64, y: f64) -> Option<(Goal, Place)> {
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
    let mut last: Option<Element> = None;
    let cards = cell.query_selector_all("[data-job]").ok()?;
    for i in 0..cards.length() {
        let Some(card) = cards.item(i).and_then(|card| card.dyn_into::<Element>().ok()) else {
            continue;
        };
        let place = card.get_bounding_client_rect();
        let id = ImprovementId::parse(&card.get_attribute("data-job")?)?;
        if id != held && y < place.top() + place.height() / 2.0 {
            let line = (place.left(), place.top() - 7.0, place.width(), 2.0);
            return Some((Goal::Job(step, At::Before(id)), line));
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
    let line = (place.left() + 12.0, top, place.width() - 24.0, 2.0);
    Some((Goal::Job(step, at), line))
}

fn stage_goal(held: StageId, x: f64) -> Option<(Goal, Place)> {
    let canvas = dom::find(".canvas")?.get_bounding_client_rect();
    let mut goal = None;
    for head in find_all("[data-stage-id]") {
        let (Some((_, id)), place) = (holder_of(&head, "data-stage-id"), head.get_bounding_client_rect()) else {
            continue;
        };
        let Some(id) = StageId::parse(&id) else { continue };
        let height = canvas.bottom() - place.top();
        if id != held && x < place.left() + place.width() / 2.0 {
            return Some((
                Goal::Stage(At::Before(id)),
                (place.left() - 1.0, place.top(), 2.0, height),
            ));
        }
        goal = Some((Goal::Stage(At::Last), (place.right() - 1.0, place.top(), 2.0, height)));
    }
    goal
}

fn lane_goal(held: LaneId, y: f64) -> Option<(Goal, Place)> {
    let canvas = dom::find(".canvas")?.get_bounding_client_rect();
    let mut goal = None;
    for head in find_all("[data-lane-id]") {
        let (Some((_, id)), place) = (holder_of(&head, "data-lane-id"), head.get_bounding_client_rect()) else {
            continue;
        };
        let Some(id) = LaneId::parse(&id) else { continue };
        if id != held && y < place.top() + place.height() / 2.0 {
            return Some((
                Goal::Lane(At::Before(id)),
                (canvas.left(), place.top() - 1.0, canvas.width(), 2.0),
            ));
        }
        goal = Some((
            Goal::Lane(At::Last),
            (canvas.left(), place.bottom() - 1.0, canvas.width(), 2.0),
        ));
    }
    goal
}
