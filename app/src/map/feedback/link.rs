//! Choosing a touchpoint for an entry: by its name, without accents, with keys or a press.

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::fold::{fold, matches_folded};
use model::id::{FeedbackId, TouchpointId};

use super::{Purpose, Voices, cards_of, deeds};
use crate::language::{label, t_string};
use crate::map::bar::tool;
use crate::map::combobox::{Combobox, combobox};
use crate::map::panel::choice::Choice;
use crate::ui::dynamic::{any, text};
use crate::ui::icons::Glyph;

/// How many touchpoints are offered at once.
const OFFERED: usize = 40;

/// The choice.
pub fn picker(voices: Voices, id: FeedbackId, purpose: Purpose) -> AnyView {
    let desk = voices.desk;
    let language = desk.language;
    let typed = RwSignal::new(String::new());
    let offered = Memo::new(move |_| {
        let typed = typed.get();
        let mut cards: Vec<Choice> = cards_of(desk);
        cards.retain(|card| matches_folded(&fold(&card.words), &typed));
        cards.truncate(OFFERED);
        cards
    });
    let take = Callback::new(move |at: usize| {
        let card = offered.with_untracked(|all| TouchpointId::parse(&all.get(at)?.value));
        match (card, purpose) {
            (Some(card), Purpose::Link) => deeds::link(voices, id, Some(card)),
            (Some(card), Purpose::Improve) => deeds::link_and_improve(voices, id, card),
            (None, _) => {}
        }
    });
    let leave = Callback::new(move |()| deeds::choose_no_card(voices));
    let heading = text(move || match purpose {
        Purpose::Link => t_string!(language, feedback.link_about),
        Purpose::Improve => t_string!(language, feedback.improve_about),
    });
    let field = Combobox {
        id: "links",
        label: label!(language, feedback.link),
        hint: label!(language, find.placeholder),
        typed,
        found: Signal::derive(move || {
            let words = |card: &Choice| (card.words.clone(), "combo__i");
            offered.with(|offered| offered.iter().map(words).collect())
        }),
        take,
        leave: Some(leave),
    };
    let close = tool(
        Glyph::X,
        "",
        label!(language, app.close),
        Signal::derive(|| false),
        leave,
    );
    any(view! {
        <div class="linker">
            <p class="linker__about">{heading}</p>
            {combobox(field, close)}
        </div>
    })
}
