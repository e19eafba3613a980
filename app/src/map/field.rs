//! Fields to write in: a name edited in place, and a running text that several people type in at once.
//!
//! Enter never acts while an input method is composing (Telex, VNI): `isComposing`, and key code 229 where a
//! browser forgets to say so.

use leptos::ev::{Event, FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::web_sys::HtmlTextAreaElement;
use model::edit::{Edit, TextField};

use super::desk::Desk;
use super::dom;
use crate::editor::splice::{diff, rebase, shift};
use crate::ui::dynamic::{dynamic, effect};

/// How a field was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// With Enter.
    Enter,
    /// By going elsewhere.
    Blur,
    /// With Escape: nothing is kept.
    Escape,
}

/// What becomes of a field after it was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// It is done with.
    Close,
    /// It stays as it is: what was typed was refused.
    Stay,
    /// It is cleared for the next.
    Next,
}

/// Whether an input method is still putting a letter together.
#[must_use]
pub fn composes(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

/// A field for a name, with the focus and everything selected. `left` decides what becomes of it.
pub fn name_field(
    class: &'static str,
    value: String,
    label: Signal<String>,
    placeholder: Signal<String>,
    left: Callback<(String, Leave), After>,
) -> AnyView {
    let area = NodeRef::<html::Textarea>::new();
    let done = StoredValue::new(false);
    effect(move || {
        if let Some(area) = area.get() {
            let _ = area.focus();
            // Its text is put in a moment later, which would lose the selection.
            dom::after_paint(move || area.select());
        }
    });
    let leave = move |how: Leave| {
        let Some(area) = area.try_get_untracked().flatten() else {
            return;
        };
        if done.try_get_value() != Some(false) {
            return;
        }
        // Set first: leaving takes the field out of the page, which is one more way of leaving it.
        done.set_value(true);
        let text = area.value().split_whitespace().collect::<Vec<_>>().join(" ");
        match left.run((text, how)) {
            After::Close => {}
            After::Stay => done.set_value(false),
            After::Next => {
                done.set_value(false);
                area.set_value("");
            }
        }
    };
    let keys = move |event: KeyboardEvent| {
        if composes(&event) {
            return;
        }
        match event.key().as_str() {
            "Enter" => {
                event.prevent_default();
                event.stop_propagation();
                leave(Leave::Enter);
            }
            "Escape" => {
                event.prevent_default();
                event.stop_propagation();
                leave(Leave::Escape);
            }
            _ => {}
        }
    };
    view! {
        <textarea
            class=class
            rows="1"
            spellcheck="false"
            autocomplete="off"
            node_ref=area
            prop:value=value
            aria-label=move || label.get()
            placeholder=move || placeholder.get()
            on:keydown=keys
            on:blur=move |_| leave(Leave::Blur)
        ></textarea>
    }
    .into_any()
}

/// What a running text's field does beside taking text.
#[derive(Clone, Copy)]
pub struct Ways {
    /// Enter does this instead of breaking the line.
    pub enter: Option<Callback<()>>,
    /// What happens when the field is left.
    pub blur: Option<Callback<String>>,
    /// Whether the field takes the focus when it appears.
    pub focus: bool,
}

impl Ways {
    /// Only taking text.
    pub const PLAIN: Self = Self {
        enter: None,
        blur: None,
        focus: false,
    };
}

/// A field for a running text. What is typed goes into the document letter by letter as splices; what others type
/// appears around the caret, which stays with its letter. While an input method composes, neither happens: both
/// sides are brought together when it is done.
pub fn text_field(
    desk: Desk,
    class: &'static str,
    field: TextField,
    value: Signal<String>,
    label: Signal<String>,
    placeholder: Signal<String>,
    ways: Ways,
) -> AnyView {
    let area = NodeRef::<html::Textarea>::new();
    let initial = value.get_untracked();
    // What the field and the document last agreed on.
    let agreed = StoredValue::new(initial.clone());
    let composing = StoredValue::new(false);

    let patch = move |area: &HtmlTextAreaElement, new: &str| {
        let shown = area.value();
        agreed.set_value(new.to_owned());
        let Some(splice) = diff(&shown, new) else { return };
        let start = area.selection_start().ok().flatten().unwrap_or(0);
        let end = area.selection_end().ok().flatten().unwrap_or(start);
        let scrolled = area.scroll_top();
        area.set_value(new);
        let _ = area.set_selection_range(shift(start, &splice), shift(end, &splice));
        area.set_scroll_top(scrolled);
    };
    let send = move |area: &HtmlTextAreaElement| {
        let typed = area.value();
        let before = agreed.get_value();
        let Some(mine) = diff(&before, &typed) else { return };
        let now = desk.editor.text(field).unwrap_or_else(|| before.clone());
        let mine = diff(&before, &now).map_or_else(|| mine.clone(), |theirs| rebase(&mine, &theirs));
        if desk.apply(Edit::Type(field, mine)) {
            agreed.set_value(typed);
            if let Some(now) = desk.editor.text(field) {
                patch(area, &now);
            }
        }
    };
    effect(move || {
        let Some(area) = area.get() else { return };
        let new = value.get();
        if composing.try_get_value() == Some(false) {
            patch(&area, &new);
        }
    });
    if ways.focus {
        effect(move || {
            if let Some(area) = area.get() {
                let _ = area.focus();
                let end = u32::try_from(area.value().encode_utf16().count()).unwrap_or(0);
                let _ = area.set_selection_range(end, end);
            }
        });
    }
    let input = move |_: Event| {
        if let Some(area) = area
            .try_get_untracked()
            .flatten()
            .filter(|_| composing.try_get_value() == Some(false))
        {
            send(&area);
        }
    };
    let composed = move |_| {
        composing.set_value(false);
        if let Some(area) = area.try_get_untracked().flatten() {
            send(&area);
            if let Some(now) = desk.editor.text(field) {
                patch(&area, &now);
            }
        }
    };
    let keys = move |event: KeyboardEvent| {
        if composes(&event) {
            return;
        }
        match (event.key().as_str(), ways.enter) {
            ("Enter", Some(enter)) if !event.shift_key() => {
                event.prevent_default();
                event.stop_propagation();
                enter.run(());
            }
            ("Escape", _) => {
                event.prevent_default();
                event.stop_propagation();
                if let Some(area) = area.try_get_untracked().flatten() {
                    let _ = area.blur();
                }
            }
            _ => {}
        }
    };
    let name = field_name(field);
    let enter_field = move |_: FocusEvent| desk.editor.type_in(Some(field_name(field)));
    let leave_field = move |_: FocusEvent| {
        desk.editor.type_in(None);
        desk.editor.cut_undo();
        if let (Some(blur), Some(area)) = (ways.blur, area.try_get_untracked().flatten()) {
            blur.run(area.value());
        }
    };
    view! {
        <textarea
            class=class
            rows="1"
            node_ref=area
            prop:value=initial
            aria-label=move || label.get()
            placeholder=move || placeholder.get()
            on:input=input
            on:compositionstart=move |_| composing.set_value(true)
            on:compositionend=composed
            on:keydown=keys
            on:focus=enter_field
            on:blur=leave_field
        ></textarea>
        {typist(desk, name)}
    }
    .into_any()
}

/// How the others' pages know a running text.
fn field_name(field: TextField) -> String {
    match field {
        TextField::TouchpointNotes(id) => format!("notes/{id}"),
        TextField::Note(id) => format!("note/{id}"),
        TextField::PersonaDemographics(id) => format!("demographics/{id}"),
        TextField::PersonaNeeds(id) => format!("needs/{id}"),
        TextField::PersonaDifficulties(id) => format!("difficulties/{id}"),
    }
}

/// The name of whoever else types in a field.
pub fn typist(desk: Desk, field: String) -> impl IntoView {
    let typists = desk.editor.typists();
    dynamic(move || {
        let holder = typists.with(|list| {
            list.iter()
                .find(|(at, _)| *at == field)
                .map(|(_, holder)| holder.clone())
        })?;
        let class = format!("typist held--{}", holder.color);
        Some(view! { <span class=class>{super::person::name_or_guest(desk.language, &holder.name)}</span> })
    })
}
