//! A touchpoint card: three rows, and what is missing leaves its place empty.

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::board::Control;
use model::edit::{At, Edit, Entity};
use model::id::{StageId, TouchpointId};

use super::desk::{Adding, Desk, add_key, card_selector, key_of};
use super::dom::focus_soon;
use super::field::{After, Leave, name_editor, name_field, typist};
use super::loops::links::chip;
use super::person::{held_class, held_name};
use super::rating::rating;
use super::words;
use crate::editor::presence::initials;
use crate::language::{label, t, t_string};
use crate::ui::dynamic::{any, dynamic, text};
use crate::ui::icons::{Glyph, Icon};
use crate::ui::marks::{RatingSize, class_of, href_of};

/// The card of a touchpoint.
pub fn card(desk: Desk, id: TouchpointId) -> impl IntoView {
    let language = desk.language;
    let touchpoint = desk.editor.touchpoint(id);
    let holder = desk.editor.holder(Entity::Touchpoint(id));

    let away = Memo::new(move |_| {
        let is_out = desk
            .found
            .with(|found| found.as_ref().is_some_and(|found| !found.contains(&id)));
        match (is_out, is_out && desk.seen_by_alone.get()) {
            (true, true) => " is-back",
            (true, false) => " is-out",
            _ => "",
        }
    });
    let class = {
        let holder = holder.clone();
        text(move || {
            let mut class = "card".to_owned();
            if desk.is_selected(id) {
                class.push_str(" is-selected");
            }
            if desk.marked.with(|marked| marked.contains(&id)) {
                class.push_str(" is-marked");
            }
            class.push_str(away.get());
            class.push_str(&held_class(&holder));
            class
        })
    };
    let label = {
        let touchpoint = touchpoint.clone();
        move || touchpoint.with(|card| card.as_ref().map(|card| card.name.clone()))
    };
    let top = {
        let touchpoint = touchpoint.clone();
        dynamic(move || {
            let card = touchpoint.get();
            let card = card.as_deref();
            let nature = card.and_then(|card| card.nature);
            let channel = card
                .and_then(|card| card.channel)
                .and_then(|id| desk.editor.channel(id).get());
            let channel = channel.filter(|channel| channel.trashed.is_none());
            let emotion = card.and_then(|card| card.emotion.get(&desk.focus.get()).copied());
            view! {
                <p class="card__top">
                    <svg
                        class="icon icon--s"
                        role=nature.map(|_| "img")
                        aria-hidden=nature.is_none().then_some("true")
                        aria-label=nature.map(|nature| words::nature(language, nature))
                    >
                        <use href=nature.map(|nature| words::nature_glyph(nature).href())></use>
                    </svg>
                    <span class="card__channel">{channel.map(|channel| channel.name.clone())}</span>
                    <svg class=class_of(emotion) role="img" aria-label=words::emotion(language, emotion)>
                        <use href=href_of(emotion)></use>
                    </svg>
                </p>
            }
        })
    };
    let title = {
        let touchpoint = touchpoint.clone();
        dynamic(move || {
            if desk.is_editing(Entity::Touchpoint(id)) {
                any(name_editor(
                    desk,
                    Entity::Touchpoint(id),
                    "inline card__title",
                    label!(language, panel.name),
                    label!(language, touchpoint.placeholder),
                ))
            } else {
                let touchpoint = touchpoint.clone();
                any(view! {
                    <h3 class="card__title">
                        {move || touchpoint.with(|card| card.as_ref().map(|card| card.name.clone()))}
                    </h3>
                })
            }
        })
    };
    let foot = dynamic(move || {
        let card = touchpoint.get();
        let outside = card
            .as_deref()
            .is_some_and(|card| card.control == Some(Control::Outside));
        view! {
            <p class="card__foot">
                {rating(desk, card.as_deref(), RatingSize::Card)}
                {chip(desk, id)}
                {card
                    .as_deref()
                    .filter(|card| card.moment_of_truth)
                    .map(|_| {
                        view! {
                            <span class="moment" role="img" aria-label=t_string!(language, panel.moment) title=t_string!(language, panel.moment)>
                                <Icon glyph=Glyph::Star small=true />
                            </span>
                        }
                    })}
                {card
                    .as_deref()
                    .filter(|card| !card.owner.is_empty())
                    .map(|card| view! { <span class="owner" title=card.owner.clone()>{initials(&card.owner)}</span> })}
                {outside
                    .then(|| {
                        view! {
                            <span class="watch" role="img" aria-label=t_string!(language, touchpoint.watched)>
                                <Icon glyph=Glyph::Eye small=true />
                            </span>
                        }
                    })}
            </p>
        }
    });
    view! {
        <article class=class tabindex="-1" aria-label=label data-touchpoint-id=id.to_string() data-nav="">
            {held_name(desk, holder)}
            {top}
            {title}
            {foot}
            {typist(desk, key_of(Entity::Touchpoint(id)))}
            <button
                class="more"
                type="button"
                tabindex="-1"
                data-menu=""
                aria-haspopup="menu"
                aria-label=t!(language, app.more)
            ></button>
        </article>
    }
}

/// The row at the end of a column that adds a card.
pub fn add_card(desk: Desk, stage: StageId) -> impl IntoView {
    let language = desk.language;
    let open = Memo::new(move |_| desk.adding.get() == Some(Adding::Card(stage)));
    let left = Callback::new(move |(name, how): (String, Leave)| {
        if how == Leave::Escape || name.is_empty() {
            if desk.adding.get_untracked() == Some(Adding::Card(stage)) {
                desk.adding.set(None);
            }
            if how != Leave::Blur {
                focus_soon(format!("[data-column=\"{stage}\"] .add"));
            }
            return After::Close;
        }
        let id = TouchpointId::fresh();
        if let Err(error) = desk.editor.edit(Edit::AddTouchpoint {
            id,
            name: name.clone(),
            stage,
            at: At::Last,
        }) {
            return After::Stay(error);
        }
        desk.say(untrack(|| t_string!(language, a11y.added, name = name)));
        if how == Leave::Enter {
            After::Next
        } else {
            if desk.adding.get_untracked() == Some(Adding::Card(stage)) {
                desk.adding.set(None);
            }
            if how != Leave::Blur {
                focus_soon(card_selector(id));
            }
            After::Close
        }
    });
    dynamic(move || {
        if open.get() {
            any(view! {
                <div class="card card--new">
                    {name_field(
                        desk,
                        add_key(Adding::Card(stage)),
                        "inline card__title",
                        String::new(),
                        label!(language, touchpoint.add),
                        label!(language, touchpoint.placeholder),
                        left,
                    )}
                </div>
            })
        } else {
            any(view! {
                <button
                    class="add"
                    type="button"
                    tabindex="-1"
                    data-nav=""
                    on:click=move |_| desk.adding.set(Some(Adding::Card(stage)))
                >
                    <Icon glyph=Glyph::Plus small=true />
                    {t!(language, touchpoint.add)}
                </button>
            })
        }
    })
}
