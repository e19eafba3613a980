//! The maps on the shelf: only the server draws them, here and in the page that a search asks for.

use leptos::prelude::use_context;
use leptos_i18n::td_string;

use super::draw::{Shelf, failed};
use super::thumbnail;
use crate::api::{ApiError, CreateBoard, Shelved, Today};
use crate::language::{Locale, day, iso_day};
use crate::place;
use crate::ui::markup::Markup;
use crate::zone::drawn_in;
use leptos::server_fn::ServerFn;
use model::summary::{BoardCard, Listed, Summary};

/// Draws what the server has looked up, and says why the form that led here failed.
pub fn shelf(asked: &str, locale: Locale) -> Shelf {
    let query = asked.trim();
    let mut markup = Markup::default();
    let mut said = Markup::default();
    match use_context::<Shelved>().unwrap_or(Err(ApiError::Unexpected)) {
        Ok(listed) => {
            said.text(&count(&listed, query, locale));
            if listed.cards.is_empty() {
                nothing(&mut markup, query, locale);
            } else {
                markup.open("ul", &[("class", "shelf")]);
                for card in &listed.cards {
                    draw(&mut markup, card, locale);
                }
            }
        }
        Err(error) => {
            error.answer();
            failed(&mut markup, locale, error, asked);
        }
    }
    Shelf {
        count: said.finish(),
        cards: markup.finish(),
        refused: place::failure(CreateBoard::PATH).map(|error| error.explain(locale).to_owned()),
    }
}

fn count(listed: &Listed, query: &str, locale: Locale) -> String {
    let (shown, total) = (listed.cards.len() as u64, listed.total);
    match (query.is_empty(), shown < total) {
        (true, _) if total == 0 => String::new(),
        (true, false) => td_string!(locale, home.count, count = total),
        (true, true) => td_string!(locale, home.newest, shown = shown, count = total),
        (false, false) => td_string!(locale, home.found, count = total),
        (false, true) => td_string!(locale, home.found_newest, shown = shown, count = total),
    }
}

/// A map on the shelf.
fn draw(markup: &mut Markup, card: &BoardCard, locale: Locale) {
    let summary = &card.summary;
    let title = if summary.title.is_empty() {
        td_string!(locale, home.untitled)
    } else {
        &summary.title
    };
    let (at, zone) = (card.changed_at, drawn_in());
    markup
        .open("li", &[])
        .open("a", &[("class", "mapcard"), ("href", &format!("/map/{}", card.id))]);
    thumbnail::draw(markup, summary);
    markup
        .says("h3", "mapcard__t", title)
        .open("p", &[("class", "mapcard__m")])
        .says("span", "mapcard__brand", &summary.brand)
        .open(
            "time",
            &[
                ("class", "mapcard__day"),
                ("datetime", &iso_day(at, zone)),
                ("data-at", &at.to_string()),
            ],
        )
        .text(&day(at, zone, locale))
        .close()
        .says(
            "span",
            "state",
            &td_string!(locale, home.touchpoints, count = summary.touchpoints),
        )
        .close();
    miniature(markup, summary, locale);
    markup.close().close();
}

/// The feedback-loop board of a map: its columns as bars, and what they come to.
fn miniature(markup: &mut Markup, summary: &Summary, locale: Locale) {
    /// Width, height and distance of the bars, in the picture's own units.
    const BAR: (u32, u32, u32) = (6, 14, 10);
    let loops = &summary.loops;
    if loops.count() == 0 {
        return;
    }
    let most = loops.steps.iter().copied().max().unwrap_or(1).max(1);
    let [evaluate, decide, implement, measure, verdict] = loops.steps;
    let columns = td_string!(
        locale,
        improvements.mini,
        evaluate = evaluate,
        decide = decide,
        implement = implement,
        measure = measure,
        verdict = verdict
    );
    markup.open("p", &[("class", "mini")]).open(
        "svg",
        &[
            ("class", "mini__bars"),
            ("viewBox", "0 0 46 16"),
            ("role", "img"),
            ("aria-label", &columns),
        ],
    );
    for (at, count) in (0..).zip(loops.steps) {
        let (width, height, apart) = BAR;
        let full = (u64::from(count) * u64::from(height)).div_ceil(u64::from(most));
        let x = (at * apart).to_string();
        let mut bar = |class, top: u64, tall: u64| {
            markup.leaf(
                "rect",
                &[
                    ("class", class),
                    ("x", &x),
                    ("y", &top.to_string()),
                    ("width", &width.to_string()),
                    ("height", &tall.to_string()),
                    ("rx", "1"),
                ],
            );
        };
        bar("mini__track", u64::from(height), 2);
        if full > 0 {
            bar(if at == 4 { "mini__bar--end" } else { "mini__bar" }, 16 - full, full);
        }
    }
    markup.close();
    let ended = loops.successes + loops.plan_bs + loops.left;
    let running = loops.count().saturating_sub(ended);
    markup.says(
        "span",
        "",
        &td_string!(locale, improvements.mini_running, count = running),
    );
    if loops.successes > 0 {
        let successes = td_string!(locale, improvements.mini_successes, count = loops.successes);
        markup.says("span", "mini__success", &successes);
    }
    let late = use_context::<Today>().map_or(0, |Today(today)| loops.overdue(today));
    if late > 0 {
        let late = td_string!(locale, improvements.mini_overdue, count = late as u64);
        markup.says("span", "mini__late", &late);
    }
    markup.close();
}

/// An empty shelf, or a search without a find: says what to do next.
fn nothing(markup: &mut Markup, query: &str, locale: Locale) {
    let (title, hint) = if query.is_empty() {
        (
            td_string!(locale, home.empty_title).to_owned(),
            td_string!(locale, home.empty_hint),
        )
    } else {
        (
            td_string!(locale, home.nothing_title, query = query),
            td_string!(locale, home.nothing_hint),
        )
    };
    markup
        .open("div", &[("class", "teach")])
        .says("p", "teach__h", &title)
        .says("p", "teach__p", hint)
        .close();
}
