//! Rating in the matrix: a dot is dragged, or stepped with the arrow keys. What changes is one's own rating; the dot
//! goes to where the mean then is.

use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent};
use leptos::prelude::*;
use leptos::web_sys::{Element, HtmlElement};
use model::board::{Score, Touchpoint};
use model::edit::{Edit, Entity, TouchpointField};
use model::id::TouchpointId;
use model::ratings::Criterion;
use wasm_bindgen::JsCast;

use super::places::score_at;
use crate::language::t_string;
use crate::map::desk::Desk;
use crate::map::dom::{self, holder_of, is_field};

/// How far a pointer goes before a press becomes a drag, in pixels.
const THRESHOLD: f64 = 5.0;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum State {
    #[default]
    Idle,
    /// Pressed; it may become a drag.
    Pressed {
        id: TouchpointId,
        pointer: i32,
        x: f64,
        y: f64,
    },
    /// Held.
    Held { id: TouchpointId, pointer: i32 },
    /// Let go of; the press that the browser reports now is the end of the drag.
    Dropped,
}

/// What a person does to dots.
#[derive(Clone, Copy)]
pub struct Hands {
    desk: Desk,
    state: StoredValue<State>,
}

fn rated_at(element: &Element, attribute: &str) -> Option<TouchpointId> {
    TouchpointId::parse(&holder_of(element, attribute)?.1)
}

fn score(value: f64) -> Option<Score> {
    // Within 1 to 5 already.
    #[allow(clippy::cast_possible_truncation)]
    Score::try_from(value.round() as i64).ok()
}

impl Hands {
    /// Nothing is held yet.
    #[must_use]
    pub fn new(desk: Desk) -> Self {
        Self {
            desk,
            state: StoredValue::new(State::Idle),
        }
    }

    /// A press opens what was pressed.
    pub fn press(self, event: &MouseEvent) {
        if self.state.get_value() == State::Dropped {
            self.state.set_value(State::Idle);
            return;
        }
        let Some(target) = dom::target(event) else { return };
        if let Some(id) = rated_at(&target, "data-rate").or_else(|| rated_at(&target, "data-open")) {
            self.desk.select(Some(id));
            self.desk.panel.set(true);
        }
    }

    /// A press on a dot may become a drag.
    pub fn down(self, event: &PointerEvent) {
        let id = dom::target(event).and_then(|target| rated_at(&target, "data-rate"));
        if let (Some(id), 0, State::Idle | State::Dropped) = (id, event.button(), self.state.get_value()) {
            let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
            let pointer = event.pointer_id();
            self.state.set_value(State::Pressed { id, pointer, x, y });
        }
    }

    /// The pointer moves; the dot follows it.
    pub fn moved(self, event: &PointerEvent) {
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        if let State::Pressed {
            id,
            pointer,
            x: x0,
            y: y0,
        } = self.state.get_value()
            && pointer == event.pointer_id()
            && (x - x0).hypot(y - y0) >= THRESHOLD
        {
            if let Some(plot) = plot() {
                let _ = plot.set_pointer_capture(pointer);
            }
            self.state.set_value(State::Held { id, pointer });
        }
        if let State::Held { id, pointer } = self.state.get_value()
            && pointer == event.pointer_id()
        {
            event.prevent_default();
            draw(id, Some((x, y)));
        }
    }

    /// The drop rates.
    pub fn up(self, event: &PointerEvent) {
        match self.state.get_value() {
            State::Held { id, pointer } if pointer == event.pointer_id() => {
                self.state.set_value(State::Dropped);
                draw(id, None);
                let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
                if let Some((across, up)) = share_of(x, y) {
                    self.rate(id, score(score_at(up)), score(score_at(across)));
                }
            }
            State::Held { .. } => {}
            _ => self.state.set_value(State::Idle),
        }
    }

    /// The browser takes the pointer away, or Escape does.
    pub fn lost(self) {
        if let State::Held { id, .. } = self.state.get_value() {
            draw(id, None);
        }
        self.state.set_value(State::Idle);
    }

    /// Arrow keys step one's own rating; Escape lets go.
    pub fn key(self, event: &KeyboardEvent) {
        let Some(target) = dom::target(event) else { return };
        if event.key() == "Escape" && matches!(self.state.get_value(), State::Held { .. }) {
            event.prevent_default();
            event.stop_propagation();
            self.lost();
            return;
        }
        let (criterion, by) = match event.key().as_str() {
            "ArrowUp" => (Criterion::Importance, 1),
            "ArrowDown" => (Criterion::Importance, -1),
            "ArrowRight" => (Criterion::Performance, 1),
            "ArrowLeft" => (Criterion::Performance, -1),
            _ => return,
        };
        let modified = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
        let Some(id) = rated_at(&target, "data-rate").filter(|_| !modified && !is_field(&target)) else {
            return;
        };
        event.prevent_default();
        event.stop_propagation();
        self.step(id, criterion, by);
    }

    fn step(self, id: TouchpointId, criterion: Criterion, by: i64) {
        let Some(me) = self.me() else { return };
        let scores = self.desk.editor.with_board(|board, _| {
            let (card, ratings) = (board.touchpoints.get(&id)?, board.ratings_for(Some(me)));
            // Who has not rated starts from what the dot shows, or from the middle.
            let from = |card: &Touchpoint, criterion| {
                let own = ratings.own(card, criterion).map(|score| i64::from(score.get()));
                #[allow(clippy::cast_possible_truncation)]
                own.or_else(|| ratings.shown(card, criterion).map(|mean| mean.round() as i64))
                    .unwrap_or(3)
            };
            let next = |other| {
                let step = if other == criterion { by } else { 0 };
                Score::try_from((from(card, other) + step).clamp(1, 5)).ok()
            };
            Some((next(Criterion::Importance), next(Criterion::Performance)))
        });
        if let Some((importance, performance)) = scores {
            self.rate(id, importance, performance);
            dom::focus_soon(format!("[data-rate=\"{id}\"]"));
        }
    }

    fn me(self) -> Option<model::id::PersonId> {
        self.desk
            .editor
            .person()
            .with_untracked(|me| me.as_ref().map(|me| me.id))
    }

    fn rate(self, id: TouchpointId, importance: Option<Score>, performance: Option<Score>) {
        let (Some(me), Some(i), Some(p)) = (self.me(), importance, performance) else {
            return;
        };
        let rate = |field| Edit::SetTouchpoint(id, field);
        let both = Edit::Batch(vec![
            rate(TouchpointField::Importance(me, importance)),
            rate(TouchpointField::Performance(me, performance)),
        ]);
        if self.desk.apply(both) {
            // Where it is now a heap may stand for it; the selected one is drawn beside that.
            self.desk.select(Some(id));
            let name = self.desk.name_of(Entity::Touchpoint(id));
            self.desk.say(untrack(|| {
                t_string!(
                    self.desk.language,
                    matrix.rated,
                    name = name,
                    importance = i.get(),
                    performance = p.get()
                )
            }));
        }
    }
}

fn plot() -> Option<Element> {
    dom::find(".plot")
}

/// Where a point of the window is in the plot, in shares across and up.
fn share_of(x: f64, y: f64) -> Option<(f64, f64)> {
    let place = plot()?.get_bounding_client_rect();
    let (across, up) = (
        (x - place.left()) / place.width(),
        (place.bottom() - y) / place.height(),
    );
    ((-0.05..=1.05).contains(&across) && (-0.05..=1.05).contains(&up)).then_some((across, up))
}

/// Draws a dot under the pointer, or where it belongs. Beside its style, so that nothing else is drawn anew.
fn draw(id: TouchpointId, at: Option<(f64, f64)>) {
    let Some(dot) = dom::find(&format!("[data-rate=\"{id}\"]")).and_then(|dot| dot.dyn_into::<HtmlElement>().ok())
    else {
        return;
    };
    let _ = dot.class_list().toggle_with_force("is-dragged", at.is_some());
    match at {
        Some((x, y)) => {
            let _ = dot.style().set_property("left", &format!("{x}px"));
            let _ = dot.style().set_property("top", &format!("{y}px"));
        }
        None => {
            let _ = dot.style().remove_property("left");
            let _ = dot.style().remove_property("top");
        }
    }
}
