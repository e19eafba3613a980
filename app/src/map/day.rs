//! A day: the browser's own field and calendar, and over it the day as the page writes it. A browser orders day and
//! month as its own language has it, whatever that of the page; while the field is written in, both are seen.

use crate::ui::memo::Memo;
use leptos::html;
use leptos::prelude::*;
use model::date::Date;

use crate::language::{Language, date, t_string};
use crate::ui::dynamic::{any, effect, text};

/// The field. `label` is for one that stands in no label of its own.
pub fn day_field(
    language: Language,
    class: &'static str,
    label: Option<Signal<String>>,
    value: Signal<Option<Date>>,
    keep: Callback<Option<Date>>,
) -> AnyView {
    let input = NodeRef::<html::Input>::new();
    // Of the days that are typed in part only a change of this one may be told.
    let value = Memo::new(move |_| value.get());
    effect(move || {
        let now = value.get().map(String::from).unwrap_or_default();
        // What stands there already is left alone: it may be half-typed.
        if let Some(input) = input.get().filter(|input| input.value() != now) {
            input.set_value(&now);
        }
    });
    let changed = move |typed: String| {
        // A browser hands over a day only once it is whole.
        let day = Date::parse(&typed);
        if day.is_some() || typed.is_empty() {
            keep.run(day);
        }
    };
    let says = text(move || match value.get() {
        Some(day) => date(day, language.get()),
        None => t_string!(language, date.pick).to_owned(),
    });
    any(view! {
        <span class=move || if value.get().is_some() { "day" } else { "day day--none" }>
            <input
                class=class
                type="date"
                aria-label=move || label.map(|label| label.get())
                node_ref=input
                on:change=move |event| changed(event_target_value(&event))
            />
            <span class="day__says" aria-hidden="true">
                {says}
            </span>
        </span>
    })
}
