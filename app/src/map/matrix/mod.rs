//! The matrix: importance by performance, what comes first beside it, and what is not rated yet.

mod hands;
pub mod places;
mod round;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::board::Quadrant;
use model::edit::{Edit, Entity, MapField};
use model::id::TouchpointId;
use model::ratings::{Criterion, Priority};
use model::table::Table;

use super::desk::Desk;
use super::field::line;
use super::loops::links::beside;
use super::rating::{line_of, words as rating_words};
use super::views::nothing;
use super::words;
use crate::language::{Language, label, t, t_string};
use crate::ui::dialog::Dialog;
use crate::ui::dynamic::{DynamicView, any, dynamic, each, effect, text};
use crate::ui::marks::RatingSize;
use places::{Fan, Heap, Places, Side, Spot, heaps, places, share};

/// A rated touchpoint as it is drawn.
#[derive(Clone, Debug, PartialEq)]
struct Dot {
    rank: usize,
    name: String,
    priority: Priority,
    spot: Spot,
    /// Whether on a phone a heap stands for it.
    is_heaped: bool,
}

/// Everything that is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
struct Picture {
    dots: Table<TouchpointId, Dot>,
    order: Vec<TouchpointId>,
    fans: Vec<Fan>,
    /// What there is too much of for a fan.
    heaps: Vec<Heap>,
    /// The same on a phone, where a finger needs room.
    phone_heaps: Vec<Heap>,
    unrated: Vec<TouchpointId>,
}

fn picture(desk: Desk) -> Memo<Arc<Picture>> {
    Memo::new(move |_| {
        let (ratings, found) = (desk.ratings.get(), desk.found.get());
        let picture = desk.editor.follow_board(|board, layout| {
            let mut priorities = board.priorities(ratings, layout);
            if let Some(found) = &found {
                priorities.ranked.retain(|it| found.contains(&it.id));
                priorities.unrated.retain(|id| found.contains(id));
            }
            let name = |id: &TouchpointId| board.touchpoints.get(id).map_or("", |card| card.name.as_str());
            let places_of: Vec<(f64, f64, usize)> = priorities
                .ranked
                .iter()
                .map(|it| (it.performance, it.importance, name(&it.id).chars().count()))
                .collect();
            let Places {
                spots,
                fans,
                heaps: crowds,
            } = places(&places_of);
            let phone_heaps = heaps(&places_of);
            let heaped: BTreeSet<usize> = phone_heaps.iter().flat_map(|heap| heap.dots.iter().copied()).collect();
            let dots = priorities.ranked.iter().zip(spots).enumerate();
            Picture {
                order: priorities.ranked.iter().map(|it| it.id).collect(),
                dots: dots
                    .map(|(at, (priority, spot))| {
                        let dot = Dot {
                            rank: at + 1,
                            name: name(&priority.id).to_owned(),
                            priority: *priority,
                            spot,
                            is_heaped: heaped.contains(&at),
                        };
                        (priority.id, dot)
                    })
                    .collect(),
                fans,
                heaps: crowds,
                phone_heaps,
                unrated: priorities.unrated,
            }
        });
        Arc::new(picture)
    })
}

/// The view.
pub fn matrix(desk: Desk) -> AnyView {
    let language = desk.language;
    let picture = picture(desk);
    let hands = hands::Hands::new(desk);
    let is_empty = Memo::new(move |_| picture.with(|picture| picture.order.is_empty() && picture.unrated.is_empty()));
    let opened = RwSignal::new(Vec::new());
    let rings = dynamic(move || {
        picture
            .get()
            .fans
            .iter()
            .map(|fan| {
                let style = format!(
                    "--x:{:.2}%;--y:{:.2}%;--k:{:.2}",
                    fan.x * 100.0,
                    fan.y * 100.0,
                    fan.width
                );
                any(view! { <i class="fan" style=style></i> })
            })
            .collect::<Vec<_>>()
    });
    let plot = view! {
        <div
            class="plot"
        >
            {rings}
            {each(move || picture.get().order.clone(), move |id| dot(desk, picture, id))}
            {heaps_of(desk, picture, opened)}
            {dynamic(move || is_empty.get().then(|| {
                let none_yet: fn(Language) -> &'static str = |language| t_string!(language, matrix.empty);
                any(view! { <div class="plot__none">{nothing(desk, "blank__hint", none_yet)}</div> })
            }))}
        </div>
    };
    any(view! {
        <main
            class="split"
            id="main"
            tabindex="-1"
            on:click=move |event| hands.press(&event)
            on:keydown=move |event| hands.key(&event)
        >
            <section
                class="plotwrap"
                aria-label=t!(language, matrix.label)
                on:pointerdown=move |event| hands.down(&event)
                on:pointermove=move |event| hands.moved(&event)
                on:pointerup=move |event| hands.up(&event)
                on:pointercancel=move |_| hands.lost()
            >
                {quadrants(desk, [Quadrant::Concentrate, Quadrant::KeepUp], "quads")}
                {axis("axis axis--y", language, Criterion::Importance)}
                {plot}
                {quadrants(desk, [Quadrant::Low, Quadrant::Overkill], "quads quads--low")}
                {axis("axis axis--x", language, Criterion::Performance)}
                {tray(desk, picture)}
            </section>
            {list(desk, picture)}
        </main>
        {heap_dialog(desk, picture, opened)}
    })
}

/// What stands for dots that are too close to be drawn, and on a phone for those that are too close for a finger. A
/// press lists them.
fn heaps_of(desk: Desk, picture: Memo<Arc<Picture>>, opened: RwSignal<Vec<TouchpointId>>) -> DynamicView {
    let language = desk.language;
    dynamic(move || {
        let picture = picture.get();
        let button = |heap: &Heap, room: &str| {
            let ids: Vec<TouchpointId> = heap
                .dots
                .iter()
                .filter_map(|at| picture.order.get(*at).copied())
                .collect();
            let mut dots = ids.iter().filter_map(|id| picture.dots.get(id));
            let is_first = dots.any(|dot| dot.priority.quadrant == Quadrant::Concentrate);
            let first = if is_first { " heap--first" } else { "" };
            let class = format!("heap heap--{room}{first}");
            let style = format!("--x:{:.2}%;--y:{:.2}%", heap.x * 100.0, heap.y * 100.0);
            let count = ids.len();
            any(view! {
                <button
                    class=class
                    type="button"
                    style=style
                    aria-haspopup="dialog"
                    aria-label=t_string!(language, matrix.heap, count = count)
                    on:click=move |_| opened.set(ids.clone())
                >
                    {format!("×{count}")}
                </button>
            })
        };
        let wide = picture.heaps.iter().map(|heap| button(heap, "wide"));
        let phone = picture.phone_heaps.iter().map(|heap| button(heap, "phone"));
        wide.chain(phone).collect::<Vec<_>>()
    })
}

/// The dots of a heap by name and rating; a press opens one.
fn heap_dialog(desk: Desk, picture: Memo<Arc<Picture>>, opened: RwSignal<Vec<TouchpointId>>) -> AnyView {
    let open = RwSignal::new(false);
    effect(move || open.set(opened.with(|opened| !opened.is_empty())));
    effect(move || {
        if !open.get() && opened.with_untracked(|opened| !opened.is_empty()) {
            opened.set(Vec::new());
        }
    });
    let show = move |id| {
        open.set(false);
        desk.select(Some(id));
        desk.panel.set(true);
    };
    let rows = each(
        move || opened.get(),
        move |id| {
            any(view! {
                <li class="ri">
                    <button class="ri__go" type="button" on:click=move |_| show(id)>
                        {rating_of(desk, picture, id)}
                    </button>
                </li>
            })
        },
    );
    any(view! {
        <Dialog open=open title=label!(desk.language, matrix.heap_title)>
            <ol class="heap__list">{rows}</ol>
        </Dialog>
    })
}

fn dot(desk: Desk, picture: Memo<Arc<Picture>>, id: TouchpointId) -> AnyView {
    let see = move |look: fn(Language, &Dot) -> String| {
        text(move || {
            picture.with(|picture| {
                picture
                    .dots
                    .get(&id)
                    .map(|dot| look(desk.language, dot))
                    .unwrap_or_default()
            })
        })
    };
    let class = text(move || {
        let first = picture.with(|picture| {
            let dot = picture.dots.get(&id);
            dot.is_some_and(|dot| dot.priority.quadrant == Quadrant::Concentrate)
        });
        let (is_heaped, is_crowded) = picture.with(|picture| {
            let dot = picture.dots.get(&id);
            dot.map_or((false, false), |dot| (dot.is_heaped, dot.spot.is_crowded))
        });
        let mut class = "dotm".to_owned();
        for (has, word) in [
            (first, " dotm--first"),
            (is_heaped, " dotm--heaped"),
            (is_crowded, " dotm--crowded"),
            (desk.is_selected(id), " is-selected"),
        ] {
            if has {
                class.push_str(word);
            }
        }
        class
    });
    let style = see(|_, dot| {
        let Spot { x, y, dx, dy, .. } = dot.spot;
        // Its own place beside that of its fan.
        let (own_x, own_y) = (share(dot.priority.performance), share(dot.priority.importance));
        format!(
            "--x:{:.2}%;--y:{:.2}%;--dx:{dx:.2};--dy:{dy:.2};--own-x:{:.2}%;--own-y:{:.2}%",
            x * 100.0,
            y * 100.0,
            own_x * 100.0,
            own_y * 100.0
        )
    });
    let name = dynamic(move || {
        picture.with(|picture| {
            let dot = picture.dots.get(&id)?;
            let class = match (dot.spot.name, dot.spot.is_long) {
                (Some(Side::Right), false) => "dotm__l",
                (Some(Side::Right), true) => "dotm__l dotm__l--long",
                (Some(Side::Left), false) => "dotm__l dotm__l--left",
                (Some(Side::Left), true) => "dotm__l dotm__l--left dotm__l--long",
                (None, _) if dot.spot.x > 0.5 => "dotm__l dotm__l--left dotm__l--shy",
                (None, _) => "dotm__l dotm__l--shy",
            };
            Some(any(view! { <span class=class>{dot.name.clone()}</span> }))
        })
    });
    any(view! {
        <button
            class=class
            type="button"
            style=style
            aria-label=see(|language, dot| {
                format!("{}. {}: {}", dot.rank, dot.name, rating_words(language, Some(dot.priority.importance), Some(dot.priority.performance)))
            })
            aria-describedby="matrix-hint"
            data-rate=id.to_string()
        >
            {see(|_, dot| dot.rank.to_string())}
            {name}
        </button>
    })
}

/// The name of a quarter, in the team's words or the field's.
#[must_use]
pub fn quadrant_name(language: Language, quadrant: Quadrant, own: &[String; 4]) -> String {
    let own = Quadrant::ALL
        .iter()
        .position(|other| *other == quadrant)
        .map(|at| own[at].as_str());
    match own {
        Some(own) if !own.is_empty() => own.to_owned(),
        _ => words::quadrant(language, quadrant).to_owned(),
    }
}

fn quadrants(desk: Desk, pair: [Quadrant; 2], class: &'static str) -> AnyView {
    let language = desk.language;
    let names = pair.map(|quadrant| {
        let map = desk.editor.map();
        let value = Signal::derive(move || map.with(|map| quadrant_name(language, quadrant, &map.quadrants)));
        let label = Signal::derive(move || {
            t_string!(
                language,
                matrix.quadrant_label,
                name = words::quadrant(language, quadrant)
            )
        });
        let keep = Callback::new(move |name| Edit::SetMap(MapField::Quadrant(quadrant, name)));
        let class = if quadrant == Quadrant::Concentrate {
            "quad quad--first"
        } else {
            "quad"
        };
        any(view! {
            <div class=class>
                {line(desk, format!("quadrant/{}", quadrant.word()), "quad__name", value, label, keep)}
                <span>{text(move || words::quadrant_hint(language, quadrant))}</span>
            </div>
        })
    });
    any(view! { <div class=class>{names.into_iter().collect::<Vec<_>>()}</div> })
}

fn axis(class: &'static str, language: Language, criterion: Criterion) -> AnyView {
    let ticks = (1..=5_u8)
        .map(|score| any(view! { <span class="tick" style=format!("--at:{:.1}%", share(f64::from(score)) * 100.0)>{score}</span> }))
        .collect::<Vec<_>>();
    let name = text(move || words::criterion(language, criterion));
    any(view! {
        <p class=class aria-hidden="true">
            {ticks}
            <b>{name}</b>
        </p>
    })
}

/// What waits for a rating: it is dragged from here into the plot, or rated with the arrow keys.
fn tray(desk: Desk, picture: Memo<Arc<Picture>>) -> AnyView {
    let language = desk.language;
    // Nothing left to rate, and whether that is so because all is rated.
    let done =
        Memo::new(move |_| picture.with(|picture| picture.unrated.is_empty().then(|| !picture.order.is_empty())));
    let inner = dynamic(move || {
        if let Some(is_rated) = done.get() {
            let words = is_rated.then(|| any(view! { <span>{t!(language, matrix.all_rated)}</span> }));
            return any(words);
        }
        let chips = each(
            move || picture.get().unrated.clone(),
            move |id| {
                let name = text(move || desk.name_of_followed(Entity::Touchpoint(id)));
                any(view! {
                    <button class="tray__i" type="button" data-rate=id.to_string() aria-describedby="matrix-hint">
                        {name}
                    </button>
                })
            },
        );
        any(view! {
            <span>{t!(language, matrix.unrated)}</span>
            {chips}
        })
    });
    any(view! {
        <div class="tray">
            {inner} <span class="visually-hidden" id="matrix-hint">
                {t!(language, matrix.hint)}
            </span>
        </div>
    })
}

/// What comes first, beside the plot.
fn list(desk: Desk, picture: Memo<Arc<Picture>>) -> AnyView {
    let language = desk.language;
    let rows = each(move || picture.get().order.clone(), move |id| row(desk, picture, id));
    any(view! {
        <aside class="rank" aria-label=t!(language, matrix.first)>
            <h2 class="rank__h">{t!(language, matrix.first)}</h2>
            <p class="rank__p">{t!(language, matrix.formula)}</p>
            {round::round(desk)}
            <ol class="rank__list">{rows}</ol>
        </aside>
    })
}

/// Rank, name and rating of a dot.
fn rating_of(desk: Desk, picture: Memo<Arc<Picture>>, id: TouchpointId) -> DynamicView {
    dynamic(move || {
        let language = desk.language;
        picture.with(|picture| {
            let dot = picture.dots.get(&id)?;
            let (importance, performance) = (Some(dot.priority.importance), Some(dot.priority.performance));
            Some(any(view! {
                <span class="ri__n">{dot.rank}</span>
                <b class="ri__t">{dot.name.clone()}</b>
                <span class="ri__s">
                    {line_of(language, importance, performance, RatingSize::Card)}
                    <span class="ri__said">{rating_words(language, importance, performance)}</span>
                </span>
            }))
        })
    })
}

fn row(desk: Desk, picture: Memo<Arc<Picture>>, id: TouchpointId) -> AnyView {
    let class = text(move || {
        let first = picture.with(|picture| {
            let dot = picture.dots.get(&id);
            dot.is_some_and(|dot| dot.priority.quadrant == Quadrant::Concentrate)
        });
        if first { "ri" } else { "ri ri--late" }
    });
    any(view! {
        <li class=class>
            <button class="ri__go" type="button" data-open=id.to_string()>
                {rating_of(desk, picture, id)}
            </button>
            {beside(desk, id)}
        </li>
    })
}
