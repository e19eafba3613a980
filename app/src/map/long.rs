//! Long lists: only what is near the screen stands in the page.
//!
//! A list longer than [`WHOLE_MAX`] is cut into stretches. The server draws the first one; the browser draws those that
//! come near the screen, and the one in which something is selected with its neighbours, so that keys find their way.
//! A stretch that is not drawn keeps the room that it last took, or what its entries take on average.

use crate::ui::memo::Memo;
use leptos::html;
use leptos::prelude::*;
use leptos::web_sys::{HtmlElement, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit, js_sys};
use model::id::TouchpointId;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::desk::Desk;
use crate::ui::dynamic::{Key, Listed, any, dynamic, each, effect};

/// Up to this many entries a list stands in the page whole.
const WHOLE_MAX: usize = 60;
/// Entries of a stretch.
const STRETCH: usize = 20;
/// How near a stretch comes before it is drawn: a screen or so.
const NEAR: &str = "800px 400px";

/// Which stretch of its list it is.
#[derive(Clone, Copy, PartialEq, Eq)]
struct At(usize);

impl Listed for At {
    fn key(self) -> Key {
        Key(self.0 as u128, 0)
    }
}

/// A list of things that belong to touchpoints.
pub fn long<T: Listed + PartialEq, V: IntoView + 'static>(
    desk: Desk,
    items: Memo<Vec<T>>,
    card_of: fn(T) -> TouchpointId,
    entry: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> AnyView {
    let is_long = Memo::new(move |_| items.with(Vec::len) > WHOLE_MAX);
    let selected = Memo::new(move |_| {
        let card = desk.selected.get().filter(|_| is_long.get())?;
        let at = items.with(|items| items.iter().position(|item| card_of(*item) == card))?;
        Some(at / STRETCH)
    });
    any(dynamic(move || {
        let entry = entry.clone();
        if is_long.get() {
            let stretches = move || (0..items.with(|items| items.len().div_ceil(STRETCH))).map(At).collect();
            each(stretches, move |at| stretch(at.0, items, selected, entry.clone()))
        } else {
            each(move || items.get(), entry)
        }
    }))
}

fn stretch<T: Listed + PartialEq, V: IntoView + 'static>(
    at: usize,
    items: Memo<Vec<T>>,
    selected: Memo<Option<usize>>,
    entry: impl Fn(T) -> V + Send + Sync + 'static,
) -> AnyView {
    let near = RwSignal::new(at == 0);
    let room = RwSignal::new(None::<i32>);
    let place = NodeRef::<html::Div>::new();
    let mine =
        Memo::new(move |_| items.with(|items| items.chunks(STRETCH).nth(at).map(<[T]>::to_vec).unwrap_or_default()));
    let is_drawn = Memo::new(move |_| near.get() || selected.get().is_some_and(|selected| selected.abs_diff(at) <= 1));
    effect(move || {
        if let Some(place) = place.get() {
            watch(&place, near, room);
        }
    });
    // Paper shows all there is.
    let printing = window_event_listener(leptos::ev::beforeprint, move |_| near.set(true));
    on_cleanup(move || printing.remove());
    let style = move || match (is_drawn.get(), room.get()) {
        (true, _) => String::new(),
        (false, Some(room)) => format!("height:{room}px"),
        (false, None) => format!("--entries:{}", mine.with(Vec::len)),
    };
    any(view! {
        <div class="stretch" class:stretch--far=move || !is_drawn.get() style=style node_ref=place>
            {each(move || if is_drawn.get() { mine.get() } else { Vec::new() }, entry)}
        </div>
    })
}

/// Follows whether a stretch is near the screen, as long as it is in the page.
fn watch(place: &HtmlElement, near: RwSignal<bool>, room: RwSignal<Option<i32>>) {
    let element = place.clone();
    let seen = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
        let last = entries.pop().dyn_into::<IntersectionObserverEntry>().ok();
        let is_near = last.is_some_and(|entry| entry.is_intersecting());
        // What is being dragged must not vanish under the hand.
        let is_held = || {
            document()
                .body()
                .is_some_and(|body| body.class_list().contains("is-dragging"))
        };
        if near.try_get_untracked().is_none_or(|before| before == is_near) || (!is_near && is_held()) {
            return;
        }
        if !is_near {
            room.set(Some(element.offset_height()));
        }
        near.set(is_near);
    });
    let options = IntersectionObserverInit::new();
    options.set_root_margin(NEAR);
    if let Ok(Some(canvas)) = place.closest(".canvas") {
        options.set_root(Some(&canvas));
    }
    let Ok(observer) = IntersectionObserver::new_with_options(seen.as_ref().unchecked_ref(), &options) else {
        near.set(true);
        return;
    };
    observer.observe(place);
    let held = StoredValue::new_local((observer, seen));
    on_cleanup(move || {
        held.try_with_value(|(observer, _)| observer.disconnect());
    });
}
