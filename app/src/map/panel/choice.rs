//! One of several values, on the browser's own list.

use crate::ui::dynamic::any;
use leptos::prelude::*;

/// A value and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it is; empty for "none".
    pub value: String,
    /// How it is called.
    pub words: String,
}

impl Choice {
    /// A value and its words.
    #[must_use]
    pub fn new(value: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            words: words.into(),
        }
    }
}

/// A labelled list to choose from.
pub fn choice(
    label: Signal<String>,
    choices: Signal<Vec<Choice>>,
    value: Signal<String>,
    choose: Callback<String>,
) -> AnyView {
    any(view! {
        <label class="fact">
            <span class="fact__label">{move || label.get()}</span>
            <select class="fact__pick" on:change=move |event| choose.run(event_target_value(&event))>
                {move || {
                    let now = value.get();
                    choices
                        .get()
                        .into_iter()
                        .map(|choice| {
                            let chosen = choice.value == now;
                            view! {
                                <option value=choice.value prop:selected=chosen>
                                    {choice.words}
                                </option>
                            }
                        })
                        .map(any).collect::<Vec<_>>()
                }}
            </select>
        </label>
    })
}

/// A list that does something with what is chosen and goes back to its heading, so that the same can be chosen again.
/// Where the heading stands beside it, too, see [`pick_under`].
pub fn pick(heading: Signal<String>, choices: Signal<Vec<Choice>>, chosen: Callback<String>) -> AnyView {
    pick_under(heading, heading, choices, chosen)
}

/// The same under a heading that is seen: the list itself goes back to `rest`.
pub fn pick_under(
    heading: Signal<String>,
    rest: Signal<String>,
    choices: Signal<Vec<Choice>>,
    chosen: Callback<String>,
) -> AnyView {
    let all = Signal::derive(move || {
        let mut all = vec![Choice::new("", rest.get())];
        all.extend(choices.get());
        all
    });
    let now = RwSignal::new(String::new());
    let choose = Callback::new(move |value: String| {
        now.set(value.clone());
        if !value.is_empty() {
            chosen.run(value);
        }
        // Said after what was chosen is shown: only a change is.
        crate::map::dom::after_paint(move || _ = now.try_set(String::new()));
    });
    choice(heading, all, now.into(), choose)
}
