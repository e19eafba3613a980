//! Channel, nature, directness, control.

use leptos::prelude::*;
use model::board::{Control, Directness, Nature};
use model::edit::{At, Edit, TouchpointField};
use model::id::{ChannelId, TouchpointId};

use super::choice::{Choice, choice};
use super::follow;
use crate::language::{label, t_string};
use crate::map::desk::Desk;
use crate::map::field::{After, Leave, name_field};
use crate::map::words;
use crate::ui::dynamic::{any, dynamic};

/// The value of the entry that adds a channel. No id looks like it.
const NEW: &str = "+";

/// The facts.
pub fn facts(desk: Desk, id: TouchpointId) -> impl IntoView {
    let language = desk.language;
    let set = move |field: TouchpointField| {
        desk.apply(Edit::SetTouchpoint(id, field));
    };
    let unset = move || Choice::new("", t_string!(language, panel.unset));
    let nature = choice(
        label!(desk.language, panel.nature),
        Signal::derive(move || {
            let all = Nature::ALL
                .iter()
                .map(|value| Choice::new(value.word(), words::nature(language, *value)));
            std::iter::once(unset()).chain(all).collect()
        }),
        follow(desk, id, |card| card.nature.map_or("", Nature::word).to_owned()),
        Callback::new(move |word: String| set(TouchpointField::Nature(Nature::from_word(&word)))),
    );
    let directness = choice(
        label!(desk.language, panel.directness),
        Signal::derive(move || {
            let all = Directness::ALL
                .iter()
                .map(|value| Choice::new(value.word(), words::directness(language, *value)));
            std::iter::once(unset()).chain(all).collect()
        }),
        follow(desk, id, |card| card.directness.map_or("", Directness::word).to_owned()),
        Callback::new(move |word: String| set(TouchpointField::Directness(Directness::from_word(&word)))),
    );
    let control = choice(
        label!(desk.language, panel.control),
        Signal::derive(move || {
            let all = Control::ALL
                .iter()
                .map(|value| Choice::new(value.word(), words::control(language, *value)));
            std::iter::once(unset()).chain(all).collect()
        }),
        follow(desk, id, |card| card.control.map_or("", Control::word).to_owned()),
        Callback::new(move |word: String| set(TouchpointField::Control(Control::from_word(&word)))),
    );
    view! { <div class="facts">{channel(desk, id).into_any()} {nature} {directness} {control}</div> }
}

fn channel(desk: Desk, id: TouchpointId) -> impl IntoView {
    let language = desk.language;
    let order = desk.editor.channel_order();
    let adding = RwSignal::new(false);
    let choices = Signal::derive(move || {
        let mut all = vec![Choice::new("", t_string!(language, panel.channel_unset))];
        all.extend(order.get().into_iter().map(|channel| {
            let name = desk
                .editor
                .channel(channel)
                .with(|c| c.as_ref().map(|c| c.name.clone()).unwrap_or_default());
            Choice::new(channel.to_string(), name)
        }));
        all.push(Choice::new(NEW, format!("+ {}", t_string!(language, map.channel_add))));
        all
    });
    let choose = Callback::new(move |value: String| {
        if value == NEW {
            adding.set(true);
        } else {
            desk.apply(Edit::SetTouchpoint(
                id,
                TouchpointField::Channel(ChannelId::parse(&value)),
            ));
        }
    });
    let left = Callback::new(move |(name, how): (String, Leave)| {
        if how != Leave::Escape && !name.is_empty() {
            let channel = ChannelId::fresh();
            let both = Edit::Batch(vec![
                Edit::AddChannel {
                    id: channel,
                    name,
                    at: At::Last,
                },
                Edit::SetTouchpoint(id, TouchpointField::Channel(Some(channel))),
            ]);
            if let Err(error) = desk.editor.edit(both) {
                return After::Stay(error);
            }
        }
        adding.set(false);
        After::Close
    });
    let label = label!(desk.language, panel.channel);
    let value = follow(desk, id, |card| {
        card.channel.map(|channel| channel.to_string()).unwrap_or_default()
    });
    dynamic(move || {
        if adding.get() {
            let hint = label!(desk.language, map.channel_placeholder);
            any(view! {
                <div class="fact">
                    <span class="fact__label">{label}</span>
                    {name_field(desk, format!("add/channel/{id}"), "inline input", String::new(), label, hint, left)}
                </div>
            })
        } else {
            any(choice(label, choices, value, choose))
        }
    })
}
