//! Reaching into the page: only from event handlers and after painting, never while rendering.

use std::cell::Cell;

use leptos::prelude::*;
use leptos::web_sys::{
    self, Element, FocusOptions, HtmlElement, NodeList, ScrollIntoViewOptions, ScrollLogicalPosition, SvgElement,
};
use wasm_bindgen::JsCast;

/// The element an event happened on.
#[must_use]
pub fn target(event: &web_sys::Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// The nearest ancestor (or the element itself) with an attribute, and its value.
#[must_use]
pub fn holder_of(element: &Element, attribute: &str) -> Option<(Element, String)> {
    let found = element.closest(&format!("[{attribute}]")).ok().flatten()?;
    let value = found.get_attribute(attribute)?;
    Some((found, value))
}

/// Whether keys typed here are text.
#[must_use]
pub fn is_field(element: &Element) -> bool {
    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
}

/// The first element that a selector finds.
#[must_use]
pub fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

/// Every element that a selector finds, in the order of the page.
#[must_use]
pub fn find_all(selector: &str) -> Vec<Element> {
    document()
        .query_selector_all(selector)
        .map(|list| listed(&list))
        .unwrap_or_default()
}

/// The same within an element.
#[must_use]
pub fn within(element: &Element, selector: &str) -> Vec<Element> {
    element
        .query_selector_all(selector)
        .map(|list| listed(&list))
        .unwrap_or_default()
}

/// What a list of the page has, in its order.
#[must_use]
pub fn listed(list: &NodeList) -> Vec<Element> {
    (0..list.length())
        .filter_map(|i| list.item(i)?.dyn_into().ok())
        .collect()
}

/// Gives an element the focus and brings it into view.
pub fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        focus_where_it_is(element);
    } else if let Some(element) = element.dyn_ref::<SvgElement>() {
        let _ = element.focus();
    }
    show(element);
}

/// Gives an element the focus; nothing scrolls.
pub fn focus_where_it_is(element: &HtmlElement) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = element.focus_with_options(&options);
}

/// Brings an element into view, no further than needed.
pub fn show(element: &Element) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    options.set_inline(ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

thread_local! {
    static COMING: Cell<u32> = const { Cell::new(0) };
}

/// Gives what a selector finds the focus, once everything that is being painted stands. Before the next key.
pub fn focus_soon(selector: String) {
    COMING.set(COMING.get() + 1);
    after_paint(move || {
        COMING.set(COMING.get() - 1);
        if let Some(element) = find(&selector) {
            focus(&element);
        } else if !has_focus()
            && let Some(main) = find("#main")
        {
            focus(&main);
        }
    });
}

/// Whether something is about to get the focus. To give it to anything else before would lay the page out for nothing.
#[must_use]
pub fn focus_is_coming() -> bool {
    COMING.get() > 0
}

/// Whether anything has the focus.
#[must_use]
pub fn has_focus() -> bool {
    document()
        .active_element()
        .is_some_and(|element| element.tag_name() != "BODY")
}

/// Runs once the changes under way are in the page.
pub fn after_paint(then: impl FnOnce() + 'static) {
    let then: Box<dyn FnOnce()> = Box::new(then);
    leptos::task::spawn_local(async move {
        leptos::task::tick().await;
        leptos::task::tick().await;
        then();
    });
}
