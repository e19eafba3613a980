//! The ways to look at a map: its tabs, and the one that is shown.

use crate::ui::memo::Memo;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::desk::Desk;
use super::find::grouped;
use super::grid::{canvas, grid};
use super::insights::insights;
use super::matrix::matrix;
use super::wheel::wheel;
use crate::language::{Language, t, t_string};
use crate::parts::Part;
use crate::place::{Place, View};
use crate::ui::dynamic::{DynamicView, any, dynamic, text};

/// The one that is shown.
pub fn view(desk: Desk) -> DynamicView {
    let is_grouped = Memo::new(move |_| desk.query.with(|query| query.group.is_some()));
    dynamic(move || match desk.view.get() {
        View::Map if !is_grouped.get() => any(grid(desk)),
        view => desk.parts.view(desk, view),
    })
}

/// Another way than the map as it is.
pub fn other_view(desk: Desk, view: View) -> AnyView {
    match view {
        View::Map => any(canvas(desk, any(grouped(desk)))),
        View::Matrix => matrix(desk),
        View::Wheel => wheel(desk),
        View::Insights => insights(desk),
        // Parts of their own.
        View::Loop | View::Feedback => any(()),
    }
}

/// The tabs. Without a script they are links like any other.
pub fn tabs(desk: Desk) -> AnyView {
    let id = desk.editor.id();
    let tabs = View::ALL
        .into_iter()
        .filter(|view| *view != View::Feedback)
        .map(|view| {
            let words = text(move || words(desk, view));
            any(view! {
                <a
                    class="tab"
                    href=view.address(id)
                    aria-current=move || current(view, desk.view.get())
                    on:click=move |event| go(desk, view, &event)
                >
                    {words}
                </a>
            })
        })
        .collect::<Vec<_>>();
    let label = text(move || t_string!(desk.language, view.label));
    any(view! {
        <nav class="tabs" aria-label=label>
            {tabs}
        </nav>
    })
}

/// What a tab says of itself: that it is the page, or that the page belongs to it, as what customers said does to the
/// feedback loop.
const fn current(tab: View, shown: View) -> Option<&'static str> {
    match (tab, shown) {
        (View::Loop, View::Feedback) => Some("true"),
        _ if tab as usize == shown as usize => Some("page"),
        _ => None,
    }
}

fn words(desk: Desk, view: View) -> &'static str {
    match view {
        View::Map => t_string!(desk.language, view.map),
        View::Matrix => t_string!(desk.language, view.matrix),
        View::Wheel => t_string!(desk.language, view.wheel),
        View::Loop => t_string!(desk.language, view.loops),
        View::Insights => t_string!(desk.language, view.insights),
        View::Feedback => t_string!(desk.language, view.feedback),
    }
}

/// A press on a tab. One that opens another window is the browser's.
fn go(desk: Desk, view: View, event: &MouseEvent) {
    if event.ctrl_key() || event.meta_key() || event.shift_key() {
        return;
    }
    event.prevent_default();
    // The page around asks before it is left; it is not.
    event.stop_propagation();
    show(desk, view);
}

/// Why a way of looking has nothing to show: nothing is found, or the map has no touchpoint yet, which it leads to.
pub fn nothing(desk: Desk, class: &'static str, none_yet: fn(Language) -> &'static str) -> DynamicView {
    let language = desk.language;
    dynamic(move || {
        if desk.found.with(Option::is_some) {
            return any(view! { <p class=class>{t!(language, find.nothing)}</p> });
        }
        any(view! {
            <p class=class>{text(move || none_yet(language))}</p>
            <a
                class="btn"
                href=View::Map.address(desk.editor.id())
                on:click=move |event| go(desk, View::Map, &event)
            >
                {t!(language, view.to_map)}
            </a>
        })
    })
}

/// Goes to another way of looking at the map.
pub fn show(desk: Desk, view: View) {
    if desk.view.get_untracked() == view {
        return;
    }
    fetch(desk, view);
    if let Ok(history) = window().history() {
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&view.address(desk.editor.id())));
    }
    desk.view.set(view);
}

/// Fetches what this way of looking is made of. The map is here; grouped, it is made of the other ways' part.
fn fetch(desk: Desk, view: View) {
    let is_grouped = desk.query.with_untracked(|query| query.group.is_some());
    if view != View::Map || is_grouped {
        desk.parts.fetch(Part::of_view(view));
    }
}

/// The browser went back or forth.
pub fn follow_address(desk: Desk) {
    if let Place::Map(_, view) = Place::here() {
        fetch(desk, view);
        desk.view.set(view);
    }
}
