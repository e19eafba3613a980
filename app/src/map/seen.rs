//! As whom the map is looked at: as all customers meet it, or as one persona does. What that one does not meet steps
//! back, and the curve is that one's.

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::id::PersonaId;

use super::desk::Desk;
use super::panel::choice::{Choice, choice};
use super::portrait::portrait;
use super::words;
use crate::editor::presence::called;
use crate::language::{label, t_string};
use crate::ui::dynamic::{DynamicView, any, dynamic};

/// Whose emotions the marks and the curve show, as long as nobody was chosen to look at the map as.
pub fn felt_by(desk: Desk) -> DynamicView {
    dynamic(move || {
        let persona = desk.focus.get().filter(|_| desk.seen_by.get().is_none())?;
        let name = desk
            .editor
            .persona(persona)
            .with(|p| p.as_ref().map(|p| p.name.clone()))?;
        let name = words::or_unnamed(desk.language, &name);
        let words = t_string!(desk.language, find.felt_by, name = called(&name).to_owned());
        Some(view! { <p class="felt" title=name>{words}</p> })
    })
}

/// The list to choose from; nothing on a map without personas.
pub fn seen_by(desk: Desk) -> DynamicView {
    let language = desk.language;
    let order = desk.editor.persona_order();
    let is_anybody = Memo::new(move |_| order.with(|order| !order.is_empty()));
    let choices = Memo::new(move |_| {
        desk.editor.follow_board(|board, layout| {
            let cards = layout.in_order();
            let everybody = Choice::new("", t_string!(language, find.everybody));
            let personas = layout.personas.iter().filter_map(|id| board.personas.get(id));
            let personas = personas.map(|persona| {
                let cards = cards.iter().filter_map(|id| board.touchpoints.get(id));
                let count = cards.filter(|card| card.personas.contains(&persona.id)).count();
                let name = words::or_unnamed(language, &persona.name);
                Choice::new(persona.id.to_string(), format!("{name} ({count})"))
            });
            std::iter::once(everybody).chain(personas).collect::<Vec<_>>()
        })
    });
    let now = Signal::derive(move || desk.seen_by.get().map(|id| id.to_string()).unwrap_or_default());
    let face = dynamic(move || desk.seen_by.get().map(|id| portrait(desk, id)));
    dynamic(move || {
        is_anybody.get().then(|| {
            let pick = choice(
                label!(language, find.seen_as),
                choices.into(),
                now,
                Callback::new(move |id: String| desk.see_by(PersonaId::parse(&id))),
            );
            any(view! {
                <div class=move || if desk.seen_by.get().is_some() { "seen seen--by" } else { "seen" }>
                    {face.clone()} {pick}
                </div>
            })
        })
    })
}
