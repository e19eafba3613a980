//! Who meets this touchpoint, and how they feel there.

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::board::Emotion;
use model::edit::{At, Edit, TouchpointField};
use model::id::{PersonaId, TouchpointId};

use super::{follow, marks};
use crate::language::{label, t, t_string};
use crate::map::desk::Desk;
use crate::map::field::{After, Leave, name_field};
use crate::map::portrait::portrait;
use crate::map::words;
use crate::ui::dynamic::{any, dynamic, each, text};
use crate::ui::icons::{Glyph, Icon};
use crate::ui::marks::{class_of, href_of};

/// The section.
pub fn feelings(desk: Desk, id: TouchpointId) -> impl IntoView {
    let language = desk.language;
    let order = desk.editor.persona_order();
    let nobody = {
        let order = order.clone();
        Memo::new(move |_| order.with(Vec::is_empty))
    };
    view! {
        <section class="sec">
            <h3 class="sec__h">{t!(language, panel.emotion)}</h3>
            {move || {
                nobody
                    .get()
                    .then(|| {
                        view! {
                            <div class="emorow">
                                <span class="emorow__name">{t!(language, map.persona_all)}</span>
                                {scale(desk, id, None)}
                            </div>
                        }
                    })
            }}
            {each(move || order.get(), move |persona| row(desk, id, persona))}
            {add_persona(desk, id)}
        </section>
    }
}

fn row(desk: Desk, id: TouchpointId, persona: PersonaId) -> impl IntoView {
    let language = desk.language;
    let seen = desk.editor.persona(persona);
    let name =
        Signal::derive(move || seen.with(|p| words::or_unnamed(language, p.as_ref().map_or("", |p| p.name.as_str()))));
    let meets = follow(desk, id, move |card| card.personas.contains(&persona));
    let class = text(move || {
        if desk.focus.get() == Some(persona) {
            "legend__i legend__i--a"
        } else {
            "legend__i legend__i--b"
        }
    });
    view! {
        <div class="emorow">
            <label class="emorow__name" title=t!(language, panel.personas)>
                <input
                    type="checkbox"
                    prop:checked=move || meets.get()
                    on:change=move |event| {
                        let meets = event_target_checked(&event);
                        desk.apply(Edit::SetTouchpoint(id, TouchpointField::Persona(persona, meets)));
                    }
                />
                {portrait(desk, persona)}
                <span class=class>{move || name.get()}</span>
            </label>
            {scale(desk, id, Some((persona, name)))}
        </div>
    }
}

fn scale(desk: Desk, id: TouchpointId, persona: Option<(PersonaId, Signal<String>)>) -> impl IntoView {
    let language = desk.language;
    let key = persona.map(|(persona, _)| persona);
    let now = follow(desk, id, move |card| card.emotion.get(&key).copied());
    let rate = Callback::new(move |emotion: Option<Emotion>| {
        desk.apply(Edit::SetTouchpoint(id, TouchpointField::Emotion(key, emotion)));
    });
    let label = text(move || match persona {
        Some((_, name)) => t_string!(language, panel.emotion_of, name = name.get()),
        None => t_string!(language, panel.emotion).to_owned(),
    });
    let group = key.map_or_else(|| format!("emotion/{id}"), |persona| format!("emotion/{id}/{persona}"));
    view! {
        <div class="emorow__scale" role="radiogroup" aria-label=label>
            {marks(
                group,
                "pick",
                &Emotion::ALL,
                now,
                move |emotion| words::emotion(language, Some(emotion)).to_owned(),
                |emotion| {
                    view! {
                        <svg class=class_of(Some(emotion)) aria-hidden="true">
                            <use href=href_of(Some(emotion))></use>
                        </svg>
                    }
                },
                rate,
            )}
        </div>
    }
}

/// Adds a persona who meets this touchpoint.
fn add_persona(desk: Desk, id: TouchpointId) -> impl IntoView {
    let language = desk.language;
    let adding = RwSignal::new(false);
    let left = Callback::new(move |(name, how): (String, Leave)| {
        if how != Leave::Escape && !name.is_empty() {
            let persona = PersonaId::fresh();
            let both = Edit::Batch(vec![
                Edit::AddPersona {
                    id: persona,
                    name,
                    at: At::Last,
                },
                Edit::SetTouchpoint(id, TouchpointField::Persona(persona, true)),
            ]);
            if let Err(error) = desk.editor.edit(both) {
                return After::Stay(error);
            }
        }
        adding.set(false);
        After::Close
    });
    dynamic(move || {
        if adding.get() {
            any(name_field(
                desk,
                format!("add/persona/{id}"),
                "inline input",
                String::new(),
                label!(desk.language, map.persona_add),
                label!(desk.language, map.persona_placeholder),
                left,
            ))
        } else {
            any(view! {
                <button class="goal-add goal-add--stay" type="button" on:click=move |_| adding.set(true)>
                    <Icon glyph=Glyph::Plus small=true />
                    <span>{t!(language, map.persona_add)}</span>
                </button>
            })
        }
    })
}
