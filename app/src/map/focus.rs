//! The focus outlives a repaint.
//!
//! A thing that moves is taken out of the page and put back, and a browser takes the focus away from what is taken
//! out. So before a change is painted it is noted what has the focus, and afterwards it gets it back: the same
//! element, the one that stands for the same thing now, or a neighbour of what is gone. A field that loses the focus
//! meanwhile has not been left.
//!
//! Painting is microtasks only, so nothing that a person does can fall between the two.

use std::cell::{Cell, RefCell};

use leptos::prelude::*;
use leptos::web_sys::{Element, HtmlElement, HtmlInputElement, HtmlTextAreaElement, NodeList};
use wasm_bindgen::JsCast;

use super::desk::{Desk, selector_of};
use super::dom::{self, has_focus};
use super::keys::entity_of;

/// What was being typed into a field, and where the caret was.
#[derive(Clone, Debug)]
pub struct Written {
    /// The field.
    pub key: String,
    /// What it showed.
    pub text: String,
    /// Start of the selection, in UTF-16 units.
    pub start: u32,
    /// Its end.
    pub end: u32,
}

thread_local! {
    static PAINTS: Cell<u32> = const { Cell::new(0) };
    static WRITTEN: RefCell<Option<Written>> = const { RefCell::new(None) };
}

/// Whether a change is being painted: what loses the focus now loses it to nobody.
#[must_use]
pub fn is_painting() -> bool {
    PAINTS.get() > 0
}

/// What was being typed into this field when the change began to be painted that takes it elsewhere.
#[must_use]
pub fn carried(key: &str) -> Option<Written> {
    WRITTEN.with_borrow(|written| written.clone().filter(|written| written.key == key))
}

/// Notes what has the focus and gives it back once the change stands. Before every change.
pub fn keep(desk: Desk) {
    let kept = Kept::now();
    if PAINTS.get() == 0 {
        WRITTEN.set(kept.as_ref().and_then(Kept::written));
    }
    PAINTS.set(PAINTS.get() + 1);
    dom::after_paint(move || {
        PAINTS.set(PAINTS.get() - 1);
        if let Some(kept) = kept {
            kept.give_back();
        }
        desk.mind_what_went();
        if PAINTS.get() == 0 {
            WRITTEN.set(None);
        }
    });
}

struct Kept {
    element: Element,
    /// What finds the element that stands for the same thing.
    address: Option<String>,
    caret: Option<(u32, u32)>,
    /// What stands around it, in the order of the page, nearest list first.
    around: Vec<NodeList>,
}

impl Kept {
    fn now() -> Option<Self> {
        let element = document()
            .active_element()
            .filter(|element| element.tag_name() != "BODY")?;
        let address = match element.get_attribute("data-field") {
            Some(key) => Some(format!("[data-field=\"{key}\"]")),
            None => entity_of(&element).map(selector_of),
        };
        let mut around = Vec::new();
        for (holder, neighbours) in [
            ("[data-col]", "[data-nav],textarea"),
            (".canvas [data-row]", "[data-nav]"),
            ("[data-cell]", "[data-job]"),
            (".loops__board", "[data-job]"),
            ("dialog,.panel", "button,input,select,textarea"),
        ] {
            if let Some(holder) = element.closest(holder).ok().flatten() {
                around.extend(holder.query_selector_all(neighbours));
            }
        }
        Some(Self {
            caret: caret(&element),
            element,
            address,
            around,
        })
    }

    fn written(&self) -> Option<Written> {
        let (start, end) = self.caret?;
        Some(Written {
            key: self.element.get_attribute("data-field")?,
            text: self.element.dyn_ref::<HtmlTextAreaElement>()?.value(),
            start,
            end,
        })
    }

    fn give_back(self) {
        if has_focus() || dom::focus_is_coming() {
            return;
        }
        if self.element.is_connected() {
            self.focus(&self.element);
        } else if let Some(same) = self.address.as_ref().and_then(|address| dom::find(address)) {
            self.focus(&same);
        }
        let here = self.element.closest("[data-nav],[data-job]").ok().flatten();
        let here = here.as_ref().unwrap_or(&self.element);
        let stays: fn(&Element) -> Option<Element> = |next| next.is_connected().then(|| next.clone());
        // Where the lanes of a board are others, their cards are drawn anew.
        let again: fn(&Element) -> Option<Element> = |next| dom::find(&selector_of(entity_of(next)?));
        for (find, list) in [stays, again]
            .into_iter()
            .flat_map(|find| self.around.iter().map(move |list| (find, list)))
        {
            let all = dom::listed(list);
            let at = all.iter().position(|other| other.is_same_node(Some(here))).unwrap_or(0);
            let (before, after) = all.split_at(at);
            for next in after.iter().chain(before.iter().rev()) {
                if has_focus() {
                    return;
                }
                if let Some(next) = find(next) {
                    dom::focus(&next);
                }
            }
        }
        if !has_focus()
            && let Some(canvas) = dom::find("#main")
        {
            dom::focus(&canvas);
        }
    }

    fn focus(&self, element: &Element) {
        if let Some(element) = element.dyn_ref::<HtmlElement>() {
            dom::focus_where_it_is(element);
        }
        if let (Some((start, end)), Some(area)) = (self.caret, element.dyn_ref::<HtmlTextAreaElement>()) {
            let _ = area.set_selection_range(start, end);
        }
        if let (Some((start, end)), Some(input)) = (self.caret, element.dyn_ref::<HtmlInputElement>()) {
            let _ = input.set_selection_range(start, end);
        }
    }
}

/// Where the caret is; not every kind of input tells.
fn caret(element: &Element) -> Option<(u32, u32)> {
    let (start, end) = if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
        (area.selection_start(), area.selection_end())
    } else {
        let input = element.dyn_ref::<HtmlInputElement>()?;
        (input.selection_start(), input.selection_end())
    };
    Some((start.ok()??, end.ok()??))
}
