//! The details of the selected touchpoint: beside the grid, and on a phone a sheet that can be drawn up.

pub mod choice;
mod facts;
mod feelings;
pub mod frame;
pub mod metrics;
mod more;
mod notes;
pub mod ratings;
mod voices;

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::board::Touchpoint;
use model::edit::{Edit, Entity, TextField, TouchpointField};
use model::id::TouchpointId;
use model::items::Anchor;

use super::comments::comments;
use super::desk::{Desk, card_selector, key_of};
use super::dom::focus_soon;
use super::field::{Ways, line, text_field};
use super::loops::links;
use super::rating::rating;
use super::views::show;
use super::words;
use crate::language::{label, t};
use crate::place::View;
use crate::ui::dynamic::{any, dynamic, text};
use crate::ui::icons::{Glyph, Icon};
use crate::ui::marks::{RatingSize, class_of, href_of};

/// The panel, when it is open.
pub fn panel(desk: Desk) -> impl IntoView {
    let shown = Memo::new(move |_| desk.selected.get().filter(|_| desk.panel.get()));
    dynamic(move || shown.get().map(|id| details(desk, id)))
}

/// A value of the card that the panel follows.
pub(super) fn follow<T: Default + Send + Sync + 'static>(
    desk: Desk,
    id: TouchpointId,
    read: impl Fn(&Touchpoint) -> T + Send + Sync + 'static,
) -> Signal<T> {
    let card = desk.editor.touchpoint(id);
    Signal::derive(move || card.with(|card| card.as_ref().map(|card| read(card)).unwrap_or_default()))
}

fn details(desk: Desk, id: TouchpointId) -> impl IntoView {
    let language = desk.language;
    let card = desk.editor.touchpoint(id);
    let place = {
        let card = card.clone();
        dynamic(move || {
            let stage = card.with(|card| card.as_ref().map(|card| card.stage))?;
            let stage = desk.editor.stage(stage).get()?;
            Some(view! {
                <span>{words::phase(language, stage.phase)}</span>
                <span class="sep">{stage.name.clone()}</span>
            })
        })
    };
    let trashed = {
        let card = card.clone();
        dynamic(move || {
            // Read for the following: the card, and the stage it stands in.
            let stage = card.with(|card| card.as_ref().map(|card| card.stage));
            let _ = stage.map(|stage| desk.editor.stage(stage).get());
            desk.taken_by(Entity::Touchpoint(id))
                .map(|culprit| frame::gone(desk, culprit))
        })
    };
    let close = Callback::new(move |()| {
        desk.close_panel();
        focus_soon(card_selector(id));
    });
    // From another view back to where the card lies.
    let on_map = dynamic(move || {
        (desk.view.get() != View::Map).then(|| {
            view! {
                <button
                    class="btn btn--bare btn--s"
                    type="button"
                    on:click=move |_| {
                        show(desk, View::Map);
                        focus_soon(card_selector(id));
                    }
                >
                    <Icon glyph=Glyph::Map small=true />
                    {t!(language, view.on_map)}
                </button>
            }
        })
    });
    let written = desk.editor.written(id);
    let notes = Signal::derive(move || written.get());
    let class = text(move || if desk.sheet.get() { "panel is-up" } else { "panel" });
    view! {
        <aside class=class aria-label=t!(language, panel.label)>
            {peek(desk, id)}
            <div class="panel__body">
                {frame::head(desk, Entity::Touchpoint(id), place, close)}
                {trashed}
                {title(desk, id).into_any()}
                {on_map}
                {facts::facts(desk, id).into_any()}
                {more::care(desk, id)}
                {ratings::ratings(desk, id).into_any()}
                {feelings::feelings(desk, id).into_any()}
                {more::quality(desk, id)}
                {notes::pains(desk, id).into_any()}
                {notes::opportunities(desk, id).into_any()}
                {links::improvements(desk, id)}
                {metrics::metrics(desk, id)}
                {voices::voices(desk, id)}
                {more::links(desk, id)}
                <section class="sec">
                    <h3 class="sec__h">{t!(language, panel.notes)}</h3>
                    <div class="written">
                        {text_field(
                            desk,
                            "input area",
                            TextField::TouchpointNotes(id),
                            notes,
                            label!(desk.language, panel.notes),
                            label!(desk.language, panel.notes_placeholder),
                            Ways::PLAIN,
                        )
                            .into_any()}
                    </div>
                </section>
                {comments(desk, Anchor::Touchpoint(id))}
            </div>
        </aside>
    }
}

/// What is seen of them on a phone while they lie low.
fn peek(desk: Desk, id: TouchpointId) -> AnyView {
    let card = desk.editor.touchpoint(id);
    let row = dynamic(move || {
        let card = card.get();
        let card = card.as_deref();
        let emotion = card.and_then(|card| card.emotion.get(&desk.focus.get()).copied());
        view! {
            <svg class=class_of(emotion) aria-hidden="true">
                <use href=href_of(emotion)></use>
            </svg>
            <span class="peek__t">{card.map(|card| card.name.clone())}</span>
            {rating(desk, card, RatingSize::Long)}
        }
    });
    frame::peek(desk, row)
}

/// The name, written in place.
fn title(desk: Desk, id: TouchpointId) -> impl IntoView {
    let name = follow(desk, id, |card| card.name.clone());
    view! {
        <h2 class="visually-hidden">{move || name.get()}</h2>
        {line(
            desk,
            key_of(Entity::Touchpoint(id)),
            "panel__title",
            name,
            label!(desk.language, panel.name),
            Callback::new(move |name| Edit::SetTouchpoint(id, TouchpointField::Name(name))),
        )}
    }
}

/// A rating whose marks are radio buttons; a press on the chosen one takes it back.
pub(in crate::map) fn marks<V: Copy + PartialEq + Send + Sync + 'static, M: IntoView + 'static>(
    group: String,
    class: &'static str,
    all: &'static [V],
    now: Signal<Option<V>>,
    label: impl Fn(V) -> String + Copy + Send + Sync + 'static,
    mark: impl Fn(V) -> M,
    rate: Callback<Option<V>>,
) -> impl IntoView {
    all.iter()
        .map(|&value| {
            view! {
                <label
                    class=move || if now.get() == Some(value) { format!("{class} is-on") } else { class.to_owned() }
                    title=move || label(value)
                >
                    <input
                        class="visually-hidden"
                        type="radio"
                        name=group.clone()
                        aria-label=move || label(value)
                        prop:checked=move || now.get() == Some(value)
                        on:click=move |_| {
                            let again = now.get_untracked() == Some(value);
                            rate.run((!again).then_some(value));
                        }
                    />
                    {mark(value)}
                </label>
            }
        })
        .map(any)
        .collect::<Vec<_>>()
}
