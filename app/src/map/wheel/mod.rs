//! The touchpoint wheel: the map as a ring of three segments, a spoke for each touchpoint.

pub mod drawing;

use std::sync::Arc;

use crate::ui::memo::Memo;
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use model::board::{Board, Emotion, Touchpoint};
use model::edit::Entity;
use model::id::{PersonaId, TouchpointId};
use model::layout::Layout;
use model::ratings::Criterion;

use super::desk::Desk;
use super::dom::{self, find_all, holder_of};
use super::rating::{line_of, words as rating_words};
use super::views::nothing;
use super::words;
use crate::language::{Language, t, t_string};
use crate::ui::dynamic::{any, dynamic, effect, text};
use crate::ui::icons::{Glyph, Icon};
use crate::ui::marks::{RatingSize, class_of, href_of};
use drawing::{Spoke, Wheel, draw, list};

/// What the colour of a spoke tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// How well it goes, and what is missing.
    #[default]
    Performance,
    /// How the persona in focus feels.
    Emotion,
}

fn wheel_of(desk: Desk, colour: Colour) -> Wheel {
    let (language, focus, ratings, found) = (desk.language, desk.focus.get(), desk.ratings.get(), desk.found.get());
    desk.editor.follow_board(|board, layout| {
        let shown = |card: &Touchpoint, criterion| ratings.shown(card, criterion);
        let is_meant = |id: TouchpointId| found.as_ref().is_none_or(|found| found.contains(&id));
        gather(language, board, layout, focus, &shown, &is_meant, colour)
    })
}

/// The touchpoints that are meant, as they stand on the wheel.
pub fn gather(
    language: Language,
    board: &Board,
    layout: &Layout,
    focus: Option<PersonaId>,
    shown: &dyn Fn(&Touchpoint, Criterion) -> Option<f64>,
    is_meant: &dyn Fn(TouchpointId) -> bool,
    colour: Colour,
) -> Wheel {
    let mut widest: Option<(f64, String)> = None;
    let mut spokes = Vec::new();
    for stage in layout.all_stages.iter().filter_map(|id| board.stages.get(id)) {
        let mut missing = 0.0;
        for card in layout
            .cards
            .get(&stage.id)
            .into_iter()
            .flatten()
            .filter(|id| is_meant(**id))
            .filter_map(|id| board.touchpoints.get(id))
        {
            let (importance, performance) = (shown(card, Criterion::Importance), shown(card, Criterion::Performance));
            missing += importance
                .zip(performance)
                .map_or(0.0, |(importance, performance)| (importance - performance).max(0.0));
            let channel = card.channel.and_then(|id| board.channels.get(&id));
            spokes.push(Spoke {
                id: Some(card.id),
                phase: stage.phase,
                name: words::or_unnamed(language, &card.name),
                channel: channel.map(|channel| channel.name.clone()).unwrap_or_default(),
                emotion: card.emotion.get(&focus).copied(),
                importance,
                performance,
                says: String::new(),
            });
        }
        if missing > widest.as_ref().map_or(0.0, |(most, _)| *most) {
            widest = Some((missing, stage.name.clone()));
        }
    }
    // The ring goes before, during, after, whatever the order of the stages.
    spokes.sort_by_key(|spoke| spoke.phase);
    for spoke in &mut spokes {
        let rating = rating_words(language, spoke.importance, spoke.performance);
        spoke.says = format!("{}: {rating}, {}", spoke.name, words::emotion(language, spoke.emotion));
    }
    Wheel {
        brand: if board.map.brand.is_empty() {
            board.map.title.clone()
        } else {
            board.map.brand.clone()
        },
        count: t_string!(language, map.foot_touchpoints, count = spokes.len()),
        phases: [0, 1, 2].map(|at: usize| words::phase(language, model::board::Phase::ALL[at]).to_owned()),
        spokes,
        colour,
        widest: widest.map(|(_, stage)| stage),
    }
}

/// The view.
pub fn wheel(desk: Desk) -> AnyView {
    let colour = RwSignal::new(Colour::Performance);
    let data = Memo::new(move |_| Arc::new(wheel_of(desk, colour.get())));
    let is_empty = Memo::new(move |_| data.with(|wheel| wheel.spokes.is_empty()));
    let class = text(move || {
        if is_empty.get() {
            "blank blank--view"
        } else {
            "wheelpage"
        }
    });
    let inner = dynamic(move || {
        if is_empty.get() {
            let none_yet: fn(Language) -> &'static str = |language| t_string!(language, wheel.empty);
            any(nothing(desk, "blank__hint", none_yet))
        } else {
            filled(desk, colour, data)
        }
    });
    any(view! {
        <main class=class id="main" tabindex="-1">
            {inner}
        </main>
    })
}

/// What is said of the wheel, and the wheel.
fn filled(desk: Desk, colour: RwSignal<Colour>, data: Memo<Arc<Wheel>>) -> AnyView {
    let language = desk.language;
    let markup = Memo::new(move |_| data.with(|wheel| draw(wheel)));
    effect(move || {
        // The selected spoke is marked on the drawing that stands, so that selecting draws nothing anew.
        markup.track();
        let selected = desk.selected.get();
        dom::after_paint(move || mark(selected));
    });
    let heading = text(move || {
        data.with(|wheel| match &wheel.widest {
            Some(stage) => t_string!(language, wheel.widest, stage = stage.clone()),
            None if wheel.is_rated() => t_string!(language, wheel.no_gap).to_owned(),
            None => t_string!(language, wheel.unrated).to_owned(),
        })
    });
    let about = text(move || match colour.get() {
        Colour::Performance => t_string!(language, wheel.about),
        Colour::Emotion => t_string!(language, wheel.about_emotion),
    });
    let selected = dynamic(move || {
        let id = desk.selected.get()?;
        data.with(|wheel| {
            let spoke = wheel.spokes.iter().find(|spoke| spoke.id == Some(id))?;
            Some(any(view! {
                <section class="sec">
                    <p class="panel__where">{words::phase(language, spoke.phase)}</p>
                    <h3 class="wside__t">{spoke.name.clone()}</h3>
                    <p class="ri__s">
                        {line_of(language, spoke.importance, spoke.performance, RatingSize::Card)}
                        {rating_words(language, spoke.importance, spoke.performance)}
                    </p>
                </section>
            }))
        })
    });
    let button = move |this: Colour, words: fn(Language) -> &'static str| {
        any(view! {
            <button
                class="seg__i"
                type="button"
                aria-pressed=move || if colour.get() == this { "true" } else { "false" }
                on:click=move |_| colour.set(this)
            >
                {text(move || words(language))}
            </button>
        })
    };
    let key = dynamic(move || match colour.get() {
        Colour::Performance => any(view! {
            <ul class="wkey">
                <li class="wkey__perf">{t!(language, panel.performance)}</li>
                <li class="wkey__imp">{t!(language, panel.importance)}</li>
                <li class="wkey__gap">{t!(language, wheel.gap)}</li>
            </ul>
        }),
        Colour::Emotion => any(view! {
            <ul class="wkey">
                {Emotion::ALL
                    .into_iter()
                    .map(|emotion| {
                        let emotion = Some(emotion);
                        any(view! {
                            <li>
                                <svg class=class_of(emotion) aria-hidden="true">
                                    <use href=href_of(emotion)></use>
                                </svg>
                                {text(move || words::emotion(language, emotion))}
                            </li>
                        })
                    })
                    .collect::<Vec<_>>()}
                <li class="wkey__imp">{t!(language, panel.importance)}</li>
            </ul>
        }),
    });
    let listed = Memo::new(move |_| data.with(|wheel| wheel.is_crowded().then(|| list(wheel))));
    let is_listed = Memo::new(move |_| listed.with(Option::is_some));
    let all = dynamic(move || {
        is_listed.get().then(|| {
            any(view! {
                <section class="wlist" on:click=move |event| press(desk, &event)>
                    <h2 class="wside__t">{t!(language, wheel.list)}</h2>
                    <div class="wlist__in" inner_html=move || listed.get().unwrap_or_default()></div>
                </section>
            })
        })
    });
    any(view! {
        <section class="wside">
            <h2 class="wside__h">{heading}</h2>
            <p class="wside__p">{about}</p>
            <div class="wside__pick">
                <div class="seg" role="group" aria-label=t!(language, wheel.colour)>
                    {button(Colour::Performance, |language| t_string!(language, panel.performance))}
                    {button(Colour::Emotion, |language| t_string!(language, panel.emotion))}
                </div>
                <button class="btn btn--bare btn--s" type="button" on:click=|_| _ = window().print()>
                    <Icon glyph=Glyph::Printer small=true />
                    {t!(language, wheel.print)}
                </button>
            </div>
            {key}
            {selected}
        </section>
        <div
            class="wheelbox"
            inner_html=move || markup.get()
            on:click=move |event| press(desk, &event)
            on:keydown=move |event| walk(desk, &event)
        ></div>
        {all}
    })
}

fn spoke_at(event: &leptos::web_sys::Event) -> Option<TouchpointId> {
    TouchpointId::parse(&holder_of(&dom::target(event)?, "data-spoke")?.1)
}

fn press(desk: Desk, event: &MouseEvent) {
    let listed = || TouchpointId::parse(&holder_of(&dom::target(event)?, "data-open")?.1);
    if let Some(id) = spoke_at(event).or_else(listed) {
        desk.select(Some(id));
        desk.panel.set(true);
    }
}

/// Arrow keys go round, Enter opens.
fn walk(desk: Desk, event: &KeyboardEvent) {
    let Some(id) = spoke_at(event) else { return };
    let all = find_all("[data-spoke]");
    let at = all
        .iter()
        .position(|spoke| spoke.get_attribute("data-spoke") == Some(id.to_string()));
    let goal = match (event.key().as_str(), at) {
        ("ArrowRight" | "ArrowDown", Some(at)) => (at + 1) % all.len(),
        ("ArrowLeft" | "ArrowUp", Some(at)) => (at + all.len() - 1) % all.len(),
        ("Home", _) => 0,
        ("End", _) => all.len() - 1,
        ("Enter" | " ", _) => {
            event.prevent_default();
            event.stop_propagation();
            desk.select(Some(id));
            desk.panel.set(true);
            return;
        }
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    if let Some(goal) = all.get(goal) {
        let id = goal.get_attribute("data-spoke").and_then(|id| TouchpointId::parse(&id));
        desk.select(id);
        dom::focus(goal);
        desk.say(id.map(|id| desk.name_of(Entity::Touchpoint(id))).unwrap_or_default());
    }
}

/// Marks the selected spoke; it is where Tab comes to.
fn mark(selected: Option<TouchpointId>) {
    let selected = selected.map(|id| id.to_string());
    let all = find_all("[data-spoke]");
    let there = all.iter().any(|spoke| spoke.get_attribute("data-spoke") == selected);
    for (at, spoke) in all.iter().enumerate() {
        let is_it = selected.is_some() && spoke.get_attribute("data-spoke") == selected;
        let _ = spoke.class_list().toggle_with_force("w-sel", is_it);
        let _ = spoke.set_attribute("tabindex", if is_it || (!there && at == 0) { "0" } else { "-1" });
    }
}
