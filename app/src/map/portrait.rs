//! The portrait of a persona: initials on its colour.

use leptos::prelude::*;
use model::board::PERSONA_COLORS;
use model::id::PersonaId;

use super::desk::Desk;
use crate::editor::presence::initials;
use crate::ui::dynamic::{any, text};

/// The colour of a persona: the chosen one, or one by its place.
#[must_use]
pub fn color_of(desk: Desk, id: PersonaId) -> u8 {
    let chosen = desk
        .editor
        .persona(id)
        .with(|persona| persona.as_ref().and_then(|persona| persona.color));
    let place = desk
        .editor
        .persona_order()
        .with(|order| order.iter().position(|other| *other == id));
    chosen.unwrap_or_else(|| u8::try_from(place.unwrap_or(0)).unwrap_or(0) % PERSONA_COLORS + 1)
}

/// The portrait. Its name stands beside it.
pub fn portrait(desk: Desk, id: PersonaId) -> AnyView {
    let persona = desk.editor.persona(id);
    let letters = text(move || {
        persona.with(|persona| {
            persona
                .as_ref()
                .map(|persona| initials(&persona.name))
                .unwrap_or_default()
        })
    });
    let class = text(move || format!("who who--{}", color_of(desk, id)));
    any(view! { <span class=class aria-hidden="true">{letters}</span> })
}
