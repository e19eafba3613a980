//! Dragging with mouse, finger and pen. What can be dragged, and where to, is the ground's.
//!
//! Nothing moves in the document until the drop, which is one edit. While it lasts, a copy follows the pointer and
//! a line shows where it would go; both are put into the page directly, since nothing else has to know of them.
//! A finger picks up after a long press, so that a swipe still scrolls.

use std::time::Duration;

use leptos::ev::{KeyboardEvent, PointerEvent, TouchEvent};
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;
use model::edit::Entity;
use wasm_bindgen::JsCast;

use super::desk::{Desk, selector_of};
use super::dom::{self, find_all, is_field};
use super::keys::entity_of;
use crate::language::t_string;
use crate::place::View;
use crate::ui::dynamic::effect;

/// How far a pointer goes before a press becomes a drag, in pixels.
const THRESHOLD: f64 = 5.0;
/// How long a finger rests before it picks up.
const LONG_PRESS: Duration = Duration::from_millis(380);
/// How near an edge the ground begins to scroll, and how fast at most, in pixels and pixels a frame.
const EDGE: f64 = 56.0;
const SPEED: f64 = 14.0;

/// Left, top, width, height of the line that shows where something would go.
pub type Line = (f64, f64, f64, f64);

/// What things are dragged on. Its elements are named by selectors.
#[derive(Clone, Copy)]
pub struct Ground {
    /// The ground itself, which scrolls.
    pub at: &'static str,
    /// What can be picked up.
    pub things: &'static str,
    /// What of them does something else when it is pressed.
    pub still: &'static str,
    /// The place of something that is held over a point of the window.
    pub line: fn(Desk, Entity, f64, f64) -> Option<Line>,
    /// Puts it there.
    pub drop: fn(Desk, Entity, f64, f64),
}

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
    },
}

/// The drag of a page.
#[derive(Clone, Copy)]
pub struct Dragging {
    desk: Desk,
    ground: Ground,
    state: StoredValue<State>,
}

impl Dragging {
    /// Nothing is held yet.
    #[must_use]
    pub fn new(desk: Desk, ground: Ground) -> Self {
        let dragging = Self {
            desk,
            ground,
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
        let around = |selector| target.closest(selector).ok().flatten();
        if event.button() != 0 || is_field(&target) || around(self.ground.still).is_some() {
            return;
        }
        let Some(what) = around(self.ground.things).and_then(|thing| entity_of(&thing)) else {
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
                if let Some(ground) = dom::find(self.ground.at) {
                    let _ = ground.set_pointer_capture(pointer);
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
        let (what, x, y) = match self.state.get_value() {
            State::Held {
                what, pointer, x, y, ..
            } if pointer == event.pointer_id() => (what, x, y),
            State::Held { .. } => return,
            State::Idle | State::Pressed { .. } => {
                self.state.set_value(State::Idle);
                return;
            }
        };
        self.put_away();
        (self.ground.drop)(self.desk, what, x, y);
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
        let Some(original) = dom::find(&selector_of(what)) else {
            return;
        };
        let place = original.get_bounding_client_rect();
        self.desk.menu.set(None);
        if let (Some(body), Ok(copy)) = (document().body(), original.clone_node_with_deep(true))
            && let Ok(copy) = copy.dyn_into::<HtmlElement>()
        {
            for name in [
                "id",
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
        if let Some(mark) = dom::find(".drop") {
            let style = match (self.ground.line)(self.desk, what, x, y) {
                Some((left, top, width, height)) => {
                    format!("left:{left}px;top:{top}px;width:{width}px;height:{height}px")
                }
                None => "display:none".to_owned(),
            };
            let _ = mark.set_attribute("style", &style);
        }
        self.state.set_value(State::Held {
            what,
            pointer,
            x,
            y,
            dx,
            dy,
        });
    }

    /// Near an edge the ground scrolls on, frame by frame, for as long as something is held.
    fn scroll(self) {
        request_animation_frame(move || {
            let Some(State::Held { x, y, .. }) = self.state.try_get_value() else {
                return;
            };
            if let Some(ground) = dom::find(self.ground.at) {
                let place = ground.get_bounding_client_rect();
                let push = |at: f64, low: f64, high: f64| {
                    let near = (low + EDGE - at).max(0.0) - (at - (high - EDGE)).max(0.0);
                    -(near / EDGE).clamp(-1.0, 1.0) * SPEED
                };
                let (right, down) = (
                    push(x, place.left(), place.right()),
                    push(y, place.top(), place.bottom()),
                );
                if right != 0.0 || down != 0.0 {
                    ground.scroll_by_with_x_and_y(right, down);
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
            && let Some(original) = dom::find(&selector_of(what))
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
