//! A field that finds, over what it has found: arrows choose, Enter takes, and so does a press.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use super::dom;
use super::field::composes;
use crate::language::{t, use_language};
use crate::ui::dynamic::{any, dynamic, effect};

/// A combobox; it takes the focus when it appears.
pub struct Combobox {
    /// Tells its elements from those of others.
    pub id: &'static str,
    /// What it is for.
    pub label: Signal<String>,
    /// What can be typed.
    pub hint: Signal<String>,
    /// What is typed.
    pub typed: RwSignal<String>,
    /// What is found: words, and how they look.
    pub found: Signal<Vec<(String, &'static str)>>,
    /// Takes what is found, by its place.
    pub take: Callback<usize>,
    /// Goes away without taking anything. Without it Escape is left to what stands around.
    pub leave: Option<Callback<()>>,
}

/// The field and the list; `beside` stands at the field's end.
pub fn combobox(of: Combobox, beside: AnyView) -> AnyView {
    let Combobox {
        id,
        label,
        hint,
        typed,
        found,
        take,
        leave,
    } = of;
    let language = use_language();
    let field = NodeRef::<html::Input>::new();
    let at = RwSignal::new(0_usize);
    effect(move || {
        if let Some(field) = field.get() {
            dom::focus(&field);
        }
    });
    let keys = move |event: KeyboardEvent| {
        if composes(&event) {
            return;
        }
        let count = found.with_untracked(Vec::len);
        match (event.key().as_str(), leave) {
            ("ArrowDown", _) => at.update(|at| *at = (*at + 1) % count.max(1)),
            ("ArrowUp", _) => at.update(|at| *at = (*at + count.max(1) - 1) % count.max(1)),
            ("Enter", _) if at.get_untracked() < count => take.run(at.get_untracked()),
            ("Enter", _) => {}
            ("Escape", Some(leave)) => leave.run(()),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
        dom::after_paint(move || {
            if let Some(chosen) = dom::find(&format!("#{id} [aria-selected=true]")) {
                dom::show(&chosen);
            }
        });
    };
    let options = dynamic(move || {
        let chosen = at.get();
        let options = found.get().into_iter().enumerate().map(|(n, (words, class))| {
            any(view! {
                <li
                    class=class
                    id=format!("{id}-{n}")
                    role="option"
                    aria-selected=if n == chosen { "true" } else { "false" }
                    on:click=move |_| take.run(n)
                >
                    {words}
                </li>
            })
        });
        options.collect::<Vec<_>>()
    });
    let nothing = dynamic(move || {
        found
            .with(Vec::is_empty)
            .then(|| any(view! { <p class="form__hint">{t!(language, find.nothing)}</p> }))
    });
    any(view! {
        <div class="combo">
            <input
                class="input"
                type="text"
                role="combobox"
                autocomplete="off"
                aria-expanded="true"
                aria-controls=id
                aria-activedescendant=move || format!("{id}-{}", at.get())
                aria-label=move || label.get()
                placeholder=move || hint.get()
                node_ref=field
                on:input=move |event| {
                    at.set(0);
                    typed.set(event_target_value(&event));
                }
                on:keydown=keys
            />
            {beside}
        </div>
        <ul class="combo__list" id=id role="listbox" aria-label=move || label.get()>
            {options}
        </ul>
        {nothing}
    })
}
