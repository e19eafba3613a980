//! Fields to write in: a name edited in place, a line that is always there, and a running text that several people
//! type in at once.
//!
//! Enter never acts while an input method is composing (Telex, VNI): `isComposing`, and key code 229 where a
//! browser forgets to say so. What the document refuses stays in its field, is said beside it, and is held by the
//! editor: leaving the field, the map or the browser does not lose it.

use leptos::ev::{Event, FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::web_sys::HtmlTextAreaElement;
use model::edit::{Edit, EditError, Entity, TextField, one_line};

use super::desk::{Adding, Desk, card_selector, key_of, rename, selector_of};
use super::{dom, focus, words};
use crate::editor::Held;
use crate::editor::splice::{diff, merge, rebase, shift};
use crate::language::t_string;
use crate::ui::dynamic::{DynamicView, dynamic, effect};

/// How a field was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// With Enter.
    Enter,
    /// By going elsewhere.
    Blur,
    /// With Escape: of a name nothing is kept.
    Escape,
    /// With Tab, to the next of its kind.
    Next,
    /// With Shift+Tab, to the one before.
    Back,
}

/// What becomes of a field after it was left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    /// It is done with.
    Close,
    /// It stays as it is: what was typed was refused.
    Stay(EditError),
    /// It is cleared for the next.
    Next,
}

/// Whether an input method is still putting a letter together.
#[must_use]
pub fn composes(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

/// Why a field's text was refused; said where it stands.
fn problem_line(desk: Desk, problem: RwSignal<Option<EditError>>) -> DynamicView {
    dynamic(move || {
        problem
            .get()
            .map(|error| view! { <p class="problem" role="alert">{words::refusal(desk.language, &error)}</p> })
    })
}

fn invalid(problem: RwSignal<Option<EditError>>) -> Option<&'static str> {
    problem.with(Option::is_some).then_some("true")
}

fn held_text(desk: Desk, key: &str) -> Option<Held> {
    desk.editor.held().with_untracked(|held| held.get(key).cloned())
}

/// A field for a name, with the focus and everything selected. `key` tells it from every other field; `left` decides
/// what becomes of it.
pub fn name_field(
    desk: Desk,
    key: String,
    class: &'static str,
    value: String,
    label: Signal<String>,
    placeholder: Signal<String>,
    left: Callback<(String, Leave), After>,
) -> AnyView {
    let area = NodeRef::<html::Textarea>::new();
    let done = StoredValue::new(false);
    let problem = RwSignal::new(None);
    // The same field stood elsewhere until a moment ago, or its text was refused earlier.
    let carried = focus::carried(&key);
    let range = carried.as_ref().map(|written| (written.start, written.end));
    let value = carried
        .map(|written| written.text)
        .or_else(|| held_text(desk, &key).map(|held| held.typed))
        .unwrap_or(value);
    effect(move || {
        if let Some(area) = area.get() {
            // Here and not as a property of the view: that would come a moment later, over what stands here by then.
            area.set_value(&value);
            let _ = area.focus();
            match range {
                Some((start, end)) => _ = area.set_selection_range(start, end),
                None => area.select(),
            }
        }
    });
    let tabs = key.starts_with("name/") || key.starts_with("add/card/");
    let field = key.clone();
    let leave = Callback::new(move |how: Leave| {
        let Some(area) = area.try_get_untracked().flatten() else {
            return;
        };
        if done.try_get_value() != Some(false) || (how == Leave::Blur && focus::is_painting()) {
            return;
        }
        // Set first: leaving takes the field out of the page, which is one more way of leaving it.
        done.set_value(true);
        let text = one_line(&area.value());
        let after = left.run((text.clone(), how));
        let refused = matches!(&after, After::Stay(error) if *error != EditError::Blank);
        desk.editor.hold(
            &field,
            refused.then_some(Held {
                agreed: String::new(),
                typed: text,
            }),
        );
        match after {
            After::Close => {}
            After::Stay(error) => {
                done.set_value(false);
                problem.set(Some(error));
            }
            After::Next => {
                done.set_value(false);
                problem.set(None);
                area.set_value("");
            }
        }
    });
    let keys = move |event: KeyboardEvent| {
        if composes(&event) {
            return;
        }
        let how = match event.key().as_str() {
            "Enter" => Leave::Enter,
            "Escape" => Leave::Escape,
            "Tab" if tabs && event.shift_key() => Leave::Back,
            "Tab" if tabs => Leave::Next,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        leave.run(how);
    };
    view! {
        <textarea
            class=class
            rows="1"
            spellcheck="false"
            autocomplete="off"
            node_ref=area
            data-field=key
            aria-label=move || label.get()
            aria-invalid=move || invalid(problem)
            placeholder=move || placeholder.get()
            on:keydown=keys
            on:input=move |_| problem.set(None)
            // Taking the field out of the page is one more way of leaving it, when it is gone already.
            on:blur=move |_| _ = leave.try_run(Leave::Blur)
        ></textarea>
        {problem_line(desk, problem)}
    }
    .into_any()
}

/// The name of a thing of the grid, edited in place.
pub fn name_editor(
    desk: Desk,
    entity: Entity,
    class: &'static str,
    label: Signal<String>,
    placeholder: Signal<String>,
) -> AnyView {
    let key = key_of(entity);
    let before = desk.name_to_edit(entity);
    let name = before.clone();
    desk.editor.type_in(Some(key.clone()));
    let left = Callback::new(move |(text, how): (String, Leave)| {
        let mut unchanged = how == Leave::Escape || text == before;
        if !unchanged && let Some(edit) = rename(entity, text.clone()) {
            match desk.editor.edit(edit) {
                Ok(()) => {}
                // Who goes away from an emptied name leaves the old one.
                Err(EditError::Blank) if how == Leave::Blur => unchanged = true,
                Err(error) => return After::Stay(error),
            }
        }
        desk.edit_no_more();
        if !unchanged {
            desk.say(untrack(|| t_string!(desk.language, a11y.renamed, name = text)));
        }
        go_on(desk, entity, how);
        After::Close
    });
    name_field(desk, key, class, name, label, placeholder, left)
}

/// Where the focus goes after a name was edited in place.
fn go_on(desk: Desk, entity: Entity, how: Leave) {
    let (next, end) = desk.editor.with_board(|_, layout| {
        let Entity::Touchpoint(id) = entity else {
            return (None, None);
        };
        let all: Vec<_> = layout
            .stages
            .iter()
            .filter_map(|stage| layout.cards.get(stage))
            .flatten()
            .collect();
        let here = all.iter().position(|card| **card == id);
        let next = here.and_then(|here| match how {
            Leave::Next => all.get(here + 1),
            Leave::Back => all.get(here.checked_sub(1)?),
            _ => None,
        });
        let end = layout.cards.iter().find(|(_, cards)| cards.last() == Some(&id));
        (next.map(|next| **next), end.map(|(stage, _)| *stage))
    });
    match (how, next, end) {
        (Leave::Blur, ..) => {}
        (Leave::Enter, _, Some(stage)) => desk.adding.set(Some(Adding::Card(stage))),
        (_, Some(next), _) => desk.edit(Entity::Touchpoint(next)),
        _ => dom::focus_soon(selector_of(entity)),
    }
}

/// A name that always stands in its field: kept when the field is left or on Enter, taken back on Escape. `keep` makes
/// the edit. While somebody writes here, a value from elsewhere waits.
pub fn line(
    desk: Desk,
    key: String,
    class: &'static str,
    value: Signal<String>,
    label: Signal<String>,
    keep: Callback<String, Edit>,
) -> AnyView {
    let area = NodeRef::<html::Textarea>::new();
    let problem = RwSignal::new(None);
    // What stood here when somebody began to write.
    let before = StoredValue::new(None::<String>);
    let field = key.clone();
    let show = Callback::new(move |area: HtmlTextAreaElement| {
        let held = held_text(desk, &field).map(|held| held.typed);
        area.set_value(&held.unwrap_or_else(|| value.get_untracked()));
    });
    let field = key.clone();
    let save = Callback::new(move |area: HtmlTextAreaElement| {
        let text = one_line(&area.value());
        if before.with_value(|before| before.as_ref() != Some(&text)) {
            let error = if text == value.get_untracked() {
                None
            } else {
                desk.editor.edit(keep.run(text.clone())).err()
            };
            // Who empties a name gets the old one back; anything else stays as it was typed.
            let refused = error.as_ref().is_some_and(|error| *error != EditError::Blank);
            desk.editor.hold(
                &field,
                refused.then_some(Held {
                    agreed: String::new(),
                    typed: text,
                }),
            );
            problem.set(error);
        }
        show.run(area.clone());
        before.set_value(Some(one_line(&area.value())));
    });
    let field = key.clone();
    effect(move || {
        value.track();
        let Some(area) = area.get().filter(|_| before.with_value(Option::is_none)) else {
            return;
        };
        show.run(area.clone());
        if held_text(desk, &field).is_some() && problem.with_untracked(Option::is_none) {
            // Refused earlier: it says again why, or fits by now.
            save.run(area);
            before.set_value(None);
        }
    });
    let field = key.clone();
    let key_down = move |event: KeyboardEvent| {
        let Some(area) = area.try_get_untracked().flatten() else {
            return;
        };
        if composes(&event) {
            return;
        }
        match event.key().as_str() {
            "Enter" => {
                event.prevent_default();
                save.run(area);
            }
            "Escape" => {
                let in_dialog = area.closest("dialog").ok().flatten().is_some();
                if !in_dialog || area.value() != value.get_untracked() {
                    event.prevent_default();
                    event.stop_propagation();
                }
                desk.editor.hold(&field, None);
                problem.set(None);
                show.run(area.clone());
                before.set_value(Some(one_line(&area.value())));
                if !in_dialog {
                    let _ = area.blur();
                }
            }
            _ => {}
        }
    };
    let (here, typing) = (key.clone(), key.clone());
    view! {
        <textarea
            class=class
            rows="1"
            spellcheck="false"
            autocomplete="off"
            node_ref=area
            data-field=here
            aria-label=move || label.get()
            aria-invalid=move || invalid(problem)
            on:keydown=key_down
            on:focus=move |_| {
                if !focus::is_painting() {
                    before.set_value(area.try_get_untracked().flatten().map(|area| one_line(&area.value())));
                    desk.editor.type_in(Some(typing.clone()));
                }
            }
            on:blur=move |_| {
                if !focus::is_painting() && let Some(area) = area.try_get_untracked().flatten() {
                    save.run(area);
                    before.set_value(None);
                    desk.editor.type_in(None);
                }
            }
        >
            {value.get_untracked()}
        </textarea>
        {problem_line(desk, problem)}
        {typist(desk, key)}
    }
    .into_any()
}

/// A line under its label.
pub fn fact(
    desk: Desk,
    key: String,
    label: Signal<String>,
    value: Signal<String>,
    keep: Callback<String, Edit>,
) -> AnyView {
    view! {
        <label class="fact">
            <span class="fact__label">{move || label.get()}</span>
            {line(desk, key, "fact__line", value, label, keep)}
        </label>
    }
    .into_any()
}

/// How a running text was left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// What stood there when the field got the focus.
    pub before: String,
    /// What stands there now.
    pub text: String,
    /// How.
    pub how: Leave,
}

/// What a running text's field does beside taking text.
#[derive(Clone, Copy)]
pub struct Ways {
    /// Enter leaves the field instead of breaking the line.
    pub enter: bool,
    /// What happens when the field is left. Without it the focus goes back to the selected card.
    pub left: Option<Callback<Left>>,
    /// Whether the field takes the focus when it appears.
    pub focus: bool,
}

impl Ways {
    /// Only taking text.
    pub const PLAIN: Self = Self {
        enter: false,
        left: None,
        focus: false,
    };
}

/// A field for a running text. What is typed goes into the document letter by letter as splices; what others type
/// appears around the caret, which stays with its letter. While an input method composes, neither happens: both
/// sides are brought together when it is done. What the document refuses stays too, and what others type goes around
/// it.
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
    let key = StoredValue::new(field_name(field));
    let held = held_text(desk, &key.get_value());
    // What the field and the document last agreed on.
    let agreed = StoredValue::new(
        held.as_ref()
            .map_or_else(|| value.get_untracked(), |held| held.agreed.clone()),
    );
    let initial = held.map_or_else(|| value.get_untracked(), |held| held.typed);
    let composing = StoredValue::new(false);
    let problem = RwSignal::new(None);
    let before = StoredValue::new(String::new());
    let done = StoredValue::new(false);

    let follow = move |area: &HtmlTextAreaElement, new: &str| {
        let shown = area.value();
        let merged = merge(&agreed.get_value(), &shown, new);
        agreed.set_value(new.to_owned());
        let Some(splice) = diff(&shown, &merged) else { return };
        let start = area.selection_start().ok().flatten().unwrap_or(0);
        let end = area.selection_end().ok().flatten().unwrap_or(start);
        let scrolled = area.scroll_top();
        area.set_value(&merged);
        let _ = area.set_selection_range(shift(start, &splice), shift(end, &splice));
        area.set_scroll_top(scrolled);
    };
    let send = Callback::new(move |area: HtmlTextAreaElement| {
        let typed = area.value();
        let before = agreed.get_value();
        let refused = diff(&before, &typed).and_then(|mine| {
            let now = desk.editor.text(field).unwrap_or_else(|| before.clone());
            let mine = diff(&before, &now).map_or_else(|| mine.clone(), |theirs| rebase(&mine, &theirs));
            let refused = desk.editor.edit(Edit::Type(field, mine)).err();
            if refused.is_none() {
                agreed.set_value(typed.clone());
                if let Some(now) = desk.editor.text(field) {
                    follow(&area, &now);
                }
            }
            refused
        });
        desk.editor.hold(
            &key.get_value(),
            refused.is_some().then_some(Held { agreed: before, typed }),
        );
        if problem.with_untracked(|problem| *problem != refused) {
            problem.set(refused);
        }
    });
    let mut initial = Some(initial);
    effect(move || {
        let Some(area) = area.get() else { return };
        if let Some(initial) = initial.take() {
            area.set_value(&initial);
        }
        let new = value.get();
        if composing.try_get_value() == Some(false) {
            follow(&area, &new);
            if held_text(desk, &key.get_value()).is_some() {
                // Perhaps it fits by now.
                send.run(area);
            }
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
            send.run(area);
        }
    };
    let composed = move |_| {
        composing.set_value(false);
        if let Some(area) = area.try_get_untracked().flatten() {
            send.run(area.clone());
            if let Some(now) = desk.editor.text(field) {
                follow(&area, &now);
            }
        }
    };
    let leave = Callback::new(move |how: Leave| {
        let (Some(left), Some(area)) = (ways.left, area.try_get_untracked().flatten()) else {
            return;
        };
        if !done.get_value() {
            done.set_value(true);
            left.run(Left {
                before: before.get_value(),
                text: area.value(),
                how,
            });
        }
    });
    let keys = move |event: KeyboardEvent| {
        if composes(&event) {
            return;
        }
        let how = match event.key().as_str() {
            "Enter" if ways.enter && !event.shift_key() => Leave::Enter,
            // A dialog closes: what was typed is in the document.
            "Escape" if dom::target(&event).is_some_and(|area| area.closest("dialog").ok().flatten().is_some()) => {
                return;
            }
            "Escape" => Leave::Escape,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if ways.left.is_some() {
            leave.run(how);
        } else if let Some(card) = desk.selected.get_untracked() {
            dom::focus_soon(card_selector(card));
        }
    };
    let enter_field = move |_: FocusEvent| {
        if let Some(area) = area.try_get_untracked().flatten().filter(|_| !focus::is_painting()) {
            before.set_value(area.value());
            done.set_value(false);
            desk.editor.type_in(Some(field_name(field)));
        }
    };
    let leave_field = move |_: FocusEvent| {
        if !focus::is_painting() {
            desk.editor.type_in(None);
            desk.editor.cut_undo();
            let _ = leave.try_run(Leave::Blur);
        }
    };
    view! {
        <textarea
            class=class
            rows="1"
            node_ref=area
            data-field=field_name(field)
            aria-label=move || label.get()
            aria-invalid=move || invalid(problem)
            placeholder=move || placeholder.get()
            on:input=input
            on:compositionstart=move |_| composing.set_value(true)
            on:compositionend=composed
            on:keydown=keys
            on:focus=enter_field
            on:blur=leave_field
        ></textarea>
        {problem_line(desk, problem)}
        {typist(desk, field_name(field))}
    }
    .into_any()
}

/// How the others' pages, and the texts that are held, know a running text.
fn field_name(field: TextField) -> String {
    match field {
        TextField::TouchpointNotes(id) => format!("notes/{id}"),
        TextField::Note(id) => format!("note/{id}"),
        TextField::PersonaDemographics(id) => format!("demographics/{id}"),
        TextField::PersonaNeeds(id) => format!("needs/{id}"),
        TextField::PersonaDifficulties(id) => format!("difficulties/{id}"),
        TextField::Problem(id) => format!("problem/{id}"),
        TextField::Practice(id) => format!("practice/{id}"),
        TextField::Accepting(id) => format!("accepting/{id}"),
        TextField::Next(id) => format!("next/{id}"),
    }
}

/// The name of whoever else types in a field.
pub fn typist(desk: Desk, field: String) -> DynamicView {
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
