//! The maps on the shelf: only the server draws them, here and in the page that a search asks for.

use leptos::prelude::use_context;
use leptos_i18n::td_string;

use super::draw::{Shelf, failed};
use super::thumbnail;
use crate::api::{ApiError, BoardCard, CreateBoard, Listed, Shelved};
use crate::language::{Locale, day, iso_day};
use crate::place;
use crate::ui::markup::Markup;
use leptos::server_fn::ServerFn;

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
    let at = card.changed_at;
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
                ("datetime", &iso_day(at)),
                ("data-at", &at.to_string()),
            ],
        )
        .text(&day(at, locale))
        .close()
        .says(
            "span",
            "state",
            &td_string!(locale, home.touchpoints, count = summary.touchpoints),
        )
        .close()
        .close()
        .close();
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
