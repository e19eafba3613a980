//! The emotion curve over the cards' own columns: one line a persona, the one in focus solid and with its marks.
//! What is unrated is passed by. A map that is looked at as one persona meets it has that one's line alone.

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::board::Emotion;
use model::id::{PersonaId, TouchpointId};

use super::desk::Desk;
use super::stage::{phase_of, tint};
use super::words;
use crate::language::{t, t_string};
use crate::ui::curve::monotone_path;
use crate::ui::dynamic::{Key, Listed, any, dynamic, each, text};
use crate::ui::marks::{class_of, href_of};

/// Width of a column in the drawing; the drawing is stretched over the real ones.
const COLUMN: f64 = 100.0;
/// Where "neutral" lies, and how far apart two ratings are, in percent of the height.
const NEUTRAL: f64 = 42.0;
const STEP: f64 = 16.0;

/// Beyond this many ratings of a persona marks would cover the line, which then stands alone but for the selected one.
const MARKS_MAX: usize = 400;

#[derive(Clone, Copy, Debug, PartialEq)]
struct Point {
    card: TouchpointId,
    x: f64,
    emotion: Emotion,
}

/// A point as it stands in the page, and the key it stands there under: one that has moved is another one, and all
/// others stay untouched.
#[derive(Clone, Copy)]
struct Mark {
    card: TouchpointId,
    /// 0 for the persona in focus, then the others in order.
    line: usize,
    /// From the left, in hundredths of a percent.
    across: u32,
    emotion: Emotion,
}

impl Listed for Mark {
    fn key(self) -> Key {
        let height = u128::from(self.emotion.get().unsigned_abs()) << 1 | u128::from(self.emotion.get() < 0);
        Key(
            self.card.0.as_u128(),
            (self.line as u128) << 64 | u128::from(self.across) << 8 | height,
        )
    }
}

impl Mark {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss
    )]
    fn of(point: &Point, columns: usize, line: usize) -> Self {
        Self {
            card: point.card,
            line,
            across: (point.x / columns.max(1) as f64 * 100.0).round() as u32,
            emotion: point.emotion,
        }
    }

    fn style(self) -> String {
        format!(
            "--x:{}.{:02}%;--y:{}%",
            self.across / 100,
            self.across % 100,
            height(self.emotion)
        )
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Picture {
    columns: usize,
    cards: usize,
    focus: Vec<Point>,
    others: Vec<Vec<Point>>,
}

/// Where a rating stands, in percent from the top.
pub fn height(emotion: Emotion) -> f64 {
    NEUTRAL - STEP * f64::from(emotion.get())
}

#[allow(clippy::cast_precision_loss)]
fn picture(desk: Desk) -> Memo<Picture> {
    let (stages, personas) = (desk.editor.stage_order(), desk.editor.persona_order());
    Memo::new(move |_| {
        let (stages, personas, focus) = (stages.get(), personas.get(), desk.focus.get());
        let is_alone = desk.seen_by.get().is_some();
        let is_other = |persona: &PersonaId| !is_alone && Some(*persona) != focus;
        let others: Vec<PersonaId> = personas.into_iter().filter(is_other).collect();
        let mut picture = Picture {
            columns: stages.len(),
            others: vec![Vec::new(); others.len()],
            ..Picture::default()
        };
        for (column, stage) in stages.into_iter().enumerate() {
            let cards = desk.editor.cards(stage).get();
            picture.cards += cards.len();
            for (i, id) in cards.iter().enumerate() {
                let x = (column as f64 + (i as f64 + 0.5) / cards.len() as f64) * COLUMN;
                desk.editor.touchpoint(*id).with(|card| {
                    let Some(card) = card else { return };
                    let point = |persona: &Option<PersonaId>| {
                        card.emotion.get(persona).map(|emotion| Point {
                            card: *id,
                            x,
                            emotion: *emotion,
                        })
                    };
                    picture.focus.extend(point(&focus));
                    for (line, persona) in picture.others.iter_mut().zip(&others) {
                        line.extend(point(&Some(*persona)));
                    }
                });
            }
        }
        picture
    })
}

fn path(points: &[Point]) -> String {
    monotone_path(
        &points
            .iter()
            .map(|point| (point.x, height(point.emotion)))
            .collect::<Vec<_>>(),
    )
}

fn point(desk: Desk, mark: Mark) -> impl IntoView {
    let emotion = Some(mark.emotion);
    view! {
        <i class=move || if desk.is_selected(mark.card) { "pt is-selected" } else { "pt" } style=mark.style()>
            <svg class=class_of(emotion) aria-hidden="true">
                <use href=href_of(emotion)></use>
            </svg>
        </i>
    }
}

/// The curve.
pub fn curve(desk: Desk) -> impl IntoView {
    let language = desk.language;
    let picture = picture(desk);
    let columns = move || picture.with(|picture| picture.columns.max(1));
    let label = text(move || {
        let name = desk.focus.get().map_or_else(
            || t_string!(language, map.persona_all).to_owned(),
            |persona| {
                desk.editor
                    .persona(persona)
                    .with(|p| p.as_ref().map(|p| p.name.clone()).unwrap_or_default())
            },
        );
        let (count, lowest) = picture.with(|picture| {
            let lowest = picture.focus.iter().min_by_key(|point| point.emotion);
            (picture.focus.len(), lowest.map(|point| point.card))
        });
        let mut label = t_string!(language, map.curve_label, name = name, count = count);
        if let Some(lowest) = lowest
            && let Some(card) = desk.editor.touchpoint(lowest).get()
        {
            label.push_str("; ");
            label.push_str(&t_string!(language, map.curve_lowest, name = card.name.clone()));
        }
        label
    });
    let stages = desk.editor.stage_order();
    let marks = move || {
        let selected = desk.selected.get();
        picture.with(|picture| {
            let columns = picture.columns;
            let all = picture.focus.len() <= MARKS_MAX;
            picture
                .focus
                .iter()
                .filter(|point| all || Some(point.card) == selected)
                .map(|point| Mark::of(point, columns, 0))
                .collect::<Vec<_>>()
        })
    };
    let dots = move || {
        picture.with(|picture| {
            let (columns, others) = (picture.columns, picture.others.iter().enumerate());
            others
                .filter(|(_, points)| points.len() <= MARKS_MAX)
                .flat_map(|(line, points)| points.iter().map(move |point| Mark::of(point, columns, line + 1)))
                .collect::<Vec<_>>()
        })
    };
    let callout = dynamic(move || {
        let selected = desk.selected.get()?;
        let mark = picture.with(|picture| {
            let point = picture.focus.iter().find(|point| point.card == selected)?;
            Some(Mark::of(point, picture.columns, 0))
        })?;
        let name = desk
            .editor
            .touchpoint(selected)
            .with(|card| card.as_ref().map(|card| card.name.clone()))?;
        Some(view! { <span class="callout" style=mark.style()>{name}</span> })
    });
    let lines = dynamic(move || {
        picture.with(|picture| {
            let others = picture
                .others
                .iter()
                .map(|line| view! { <path class="c-b" d=path(line)></path> })
                .map(any)
                .collect::<Vec<_>>();
            view! {
                {others}
                <path class="c-a" d=path(&picture.focus)></path>
            }
        })
    });
    let empty = Memo::new(move |_| {
        picture.with(|picture| picture.focus.is_empty() && picture.others.iter().all(Vec::is_empty))
    });
    let drawing = dynamic(move || {
        if empty.get() {
            any(view! { <p class="curve__empty">{t!(language, map.curve_empty)}</p> })
        } else {
            any(view! {
                <div class="curve__in" role="img" aria-label=label.clone()>
                    <svg
                        class="curve__svg"
                        viewBox=move || format!("0 0 {} 100", columns() * 100)
                        preserveAspectRatio="none"
                        aria-hidden="true"
                    >
                        <path class="c-grid" d=move || format!("M0 74H{}", columns() * 100)></path>
                        <path class="c-grid c-zero" d=move || format!("M0 42H{}", columns() * 100)></path>
                        <path class="c-grid" d=move || format!("M0 10H{}", columns() * 100)></path>
                        {lines.clone()}
                    </svg>
                    {each(dots, |mark: Mark| view! { <i class="pt pt--b" style=mark.style()></i> })}
                    {each(marks, move |mark| point(desk, mark))}
                    {callout.clone()}
                </div>
            })
        }
    });
    view! {
        <div class="curve">
            <div class="curve__bg">
                {each(move || stages.get(), move |id| view! { <span class=move || tint(phase_of(desk, id))></span> })}
            </div>
            {drawing}
        </div>
    }
}

/// The names of the lines; a press puts a persona into focus.
pub fn legend(desk: Desk) -> impl IntoView {
    let language = desk.language;
    let personas = desk.editor.persona_order();
    view! {
        <ul class="legend">
            {each(move || personas.get(), move |id| {
                    let persona = desk.editor.persona(id);
                    let name = text(move || {
                        persona.with(|p| words::or_unnamed(language, p.as_ref().map_or("", |p| p.name.as_str())))
                    });
                    let in_focus = move || desk.focus.get() == Some(id);
                    view! {
                        <li>
                            <button
                                class=move || {
                                    if in_focus() { "legend__i legend__i--a" } else { "legend__i legend__i--b" }
                                }
                                type="button"
                                aria-pressed=move || if in_focus() { "true" } else { "false" }
                                title=t!(language, map.persona_focus)
                                on:click=move |_| desk.focus_on(id)
                            >
                                {name}
                            </button>
                        </li>
                    }
                })}
        </ul>
    }
}
