//! Choosing a touchpoint for an entry: by its name, without accents, with keys or a press.

use crate::ui::memo::Memo;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use model::fold::{fold, matches_folded};
use model::id::{FeedbackId, TouchpointId};

use super::{Purpose, Voices, cards_of, deeds};
use crate::language::{label, t, t_string};
use crate::map::bar::tool;
use crate::map::dom;
use crate::map::field::composes;
use crate::map::panel::choice::Choice;
use crate::ui::dynamic::{any, dynamic, text};
use crate::ui::icons::Glyph;

/// How many touchpoints are offered at once.
const OFFERED: usize = 40;

/// The choice.
pub fn picker(voices: Voices, id: FeedbackId, purpose: Purpose) -> AnyView {
    let desk = voices.desk;
    let language = desk.language;
    let field = NodeRef::<html::Input>::new();
    let typed = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let offered = Memo::new(move |_| {
        let typed = typed.get();
        let mut cards: Vec<Choice> = cards_of(desk);
        cards.retain(|card| matches_folded(&fold(&card.words), &typed));
        cards.truncate(OFFERED);
        cards
            .into_iter()
            .map(|card| (card.value, card.words))
            .collect::<Vec<(String, String)>>()
    });
    let choose = move |card: &str| {
        let Some(card) = TouchpointId::parse(card) else { return };
        match purpose {
            Purpose::Link => deeds::link(voices, id, Some(card)),
            Purpose::Improve => deeds::link_and_improve(voices, id, card),
        }
    };
    let keys = move |event: KeyboardEvent| {
        if composes(&event) {
            return;
        }
        let count = offered.with_untracked(Vec::len).max(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1) % count),
            "ArrowUp" => at.update(|at| *at = (*at + count - 1) % count),
            "Enter" => {
                let card = offered.with_untracked(|all| all.get(at.get_untracked()).map(|(id, _)| id.clone()));
                if let Some(card) = card {
                    choose(&card);
                }
            }
            "Escape" => deeds::choose_no_card(voices),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
        dom::after_paint(|| {
            if let Some(chosen) = dom::find(".linker [aria-selected=true]") {
                dom::show(&chosen);
            }
        });
    };
    let options = dynamic(move || {
        let chosen = at.get();
        let offered = offered.get();
        let options = offered.into_iter().enumerate().map(|(n, (id, name))| {
            any(view! {
                <li
                    class="palette__i"
                    id=format!("link-{n}")
                    role="option"
                    aria-selected=if n == chosen { "true" } else { "false" }
                    on:click=move |_| choose(&id)
                >
                    {name}
                </li>
            })
        });
        options.collect::<Vec<_>>()
    });
    let nothing = dynamic(move || {
        offered
            .with(Vec::is_empty)
            .then(|| any(view! { <p class="form__hint">{t!(language, find.nothing)}</p> }))
    });
    let heading = text(move || match purpose {
        Purpose::Link => t_string!(language, feedback.link_about),
        Purpose::Improve => t_string!(language, feedback.improve_about),
    });
    any(view! {
        <div class="linker">
            <p class="linker__about">{heading}</p>
            <div class="linker__field">
                <input
                    class="input"
                    type="text"
                    role="combobox"
                    autocomplete="off"
                    data-link=""
                    aria-expanded="true"
                    aria-controls="links"
                    aria-activedescendant=move || format!("link-{}", at.get())
                    aria-label=t!(language, feedback.link)
                    placeholder=t!(language, find.placeholder)
                    node_ref=field
                    on:input=move |event| {
                        at.set(0);
                        typed.set(event_target_value(&event));
                    }
                    on:keydown=keys
                />
                {tool(
                    Glyph::X,
                    "",
                    label!(language, app.close),
                    Signal::derive(|| false),
                    Callback::new(move |()| deeds::choose_no_card(voices)),
                )}
            </div>
            <ul class="linker__list" id="links" role="listbox" aria-label=t!(language, feedback.link)>
                {options}
            </ul>
            {nothing}
        </div>
    })
}
