//! The line under the map: how many touchpoints, what to fix first, the key, and the zoom.

use std::collections::BTreeSet;

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::board::Quadrant;

use super::bar::tool;
use super::desk::Desk;
use super::dom;
use crate::language::{label, t, t_string};
use crate::place::View;
use crate::ui::dynamic::text;
use crate::ui::icons::Glyph;
use crate::ui::marks::{RatingSize, rating_line};

const ZOOM_MIN: u16 = 50;
const ZOOM_MAX: u16 = 150;
const ZOOM_STEP: u16 = 10;

#[derive(Clone, Copy, Default, PartialEq)]
struct Counts {
    all: usize,
    /// Of these, how many are found; `None` while nothing is looked for.
    found: Option<usize>,
    first: usize,
    unrated: usize,
}

/// The line.
pub fn foot(desk: Desk) -> impl IntoView {
    let language = desk.language;
    let counts = Memo::new(move |_| {
        let (ratings, found) = (desk.ratings.get(), desk.found.get());
        desk.editor.follow_board(|board, layout| {
            let mut priorities = board.priorities(ratings, layout);
            let all = priorities.ranked.len() + priorities.unrated.len();
            if let Some(found) = &found {
                priorities.ranked.retain(|it| found.contains(&it.id));
                priorities.unrated.retain(|id| found.contains(id));
            }
            let first = priorities
                .ranked
                .iter()
                .filter(|it| it.quadrant == Quadrant::Concentrate);
            Counts {
                all,
                found: found.as_ref().map(BTreeSet::len),
                first: first.count(),
                unrated: priorities.unrated.len(),
            }
        })
    });
    let step = move |up: bool| {
        desk.zoom.update(|zoom| {
            *zoom = if up {
                *zoom + ZOOM_STEP
            } else {
                zoom.saturating_sub(ZOOM_STEP)
            }
            .clamp(ZOOM_MIN, ZOOM_MAX);
        });
    };
    let never = Signal::derive(|| false);
    view! {
        <footer class="status">
            <p hidden=move || desk.view.get() == View::Loop>
                <span>
                    {text(move || match counts.get() {
                        Counts { all, found: Some(found), .. } => t_string!(language, map.foot_found, count = found, all = all),
                        Counts { all, .. } => t_string!(language, map.foot_touchpoints, count = all),
                    })}
                </span>
                <span class="sep">{move || t_string!(language, map.foot_first, count = counts.get().first)}</span>
                <span class="sep">{move || t_string!(language, map.foot_unrated, count = counts.get().unrated)}</span>
            </p>
            {desk.parts.loop_foot(desk)}
            <ul class="key" aria-label=move || t_string!(language, map.legend)>
                <li>
                    {move || rating_line(Some(4.2), Some(2.4), t_string!(language, map.legend_rating).to_owned(), RatingSize::Long)}
                    {t!(language, map.legend_rating)}
                </li>
            </ul>
            <div class="zoom">
                {tool(Glyph::Minus, "", label!(desk.language, map.zoom_out), Signal::derive(move || desk.zoom.get() <= ZOOM_MIN), Callback::new(move |()| step(false)))}
                <button
                    class="zoom__n"
                    type="button"
                    title=move || t_string!(language, map.zoom_reset)
                    on:click=move |_| desk.zoom.set(100)
                >
                    {move || t_string!(language, map.zoom_value, percent = desk.zoom.get())}
                </button>
                {tool(Glyph::Plus, "", label!(desk.language, map.zoom_in), Signal::derive(move || desk.zoom.get() >= ZOOM_MAX), Callback::new(move |()| step(true)))}
                {tool(Glyph::Scan, "", label!(desk.language, map.zoom_fit), never, Callback::new(move |()| fit(desk)))}
            </div>
        </footer>
    }
}

/// The zoom at which the whole grid is in the window.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn fit(desk: Desk) {
    desk.zoom.set(100);
    dom::after_paint(move || {
        let (Some(canvas), Some(grid)) = (dom::find(".canvas"), dom::find(".grid")) else {
            return;
        };
        let across = f64::from(canvas.client_width()) / f64::from(grid.scroll_width().max(1));
        let down = f64::from(canvas.client_height()) / f64::from(grid.scroll_height().max(1));
        let percent = (across.min(down) * 100.0).floor().clamp(f64::from(ZOOM_MIN), 100.0);
        desk.zoom.set(percent as u16);
    });
}
