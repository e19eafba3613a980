//! The maps on the shelf: only the server draws them, here and in the page that a search asks for.

use leptos::prelude::use_context;
use leptos_i18n::td_string;

use super::draw::{Shelf, failed};
use super::thumbnail;
use crate::api::{self, ApiError, CreateBoard, DuplicateBoard, GiveBoard, Place, PutBoard, Shelved, Today};
use crate::language::{Locale, day, iso_day};
use crate::place::{self, PILE, SIGN_IN};
use crate::ui::icons::Glyph;
use crate::ui::markup::Markup;
use crate::zone::drawn_in;
use leptos::server_fn::ServerFn;
use model::summary::{BoardCard, Listed, Summary};
use model::teams::{BIN_DAYS, Home, Pile, Team};

/// Draws what the server has looked up, and says why the form that led here failed.
pub fn shelf(asked: &str, locale: Locale) -> Shelf {
    let query = asked.trim();
    let mut markup = Markup::default();
    let mut said = Markup::default();
    let mut places = Markup::default();
    match use_context::<Shelved>().unwrap_or(Err(ApiError::Unexpected)) {
        Ok(shelf) => {
            said.text(&count(&shelf.listed, query, locale));
            piles(&mut markup, shelf.pile, locale);
            if shelf.listed.cards.is_empty() {
                match shelf.pile {
                    Pile::Shelf => nothing(&mut markup, query, locale),
                    Pile::Archive => teach(
                        &mut markup,
                        td_string!(locale, shelf.archive_empty),
                        td_string!(locale, shelf.archive_hint),
                    ),
                    Pile::Bin => teach(
                        &mut markup,
                        td_string!(locale, shelf.bin_empty),
                        &td_string!(locale, shelf.bin_hint, days = BIN_DAYS),
                    ),
                }
            } else {
                if shelf.pile == Pile::Bin {
                    markup.says("p", "shelf__note", &td_string!(locale, shelf.bin_hint, days = BIN_DAYS));
                }
                markup.open("ul", &[("class", "shelf")]);
                for card in &shelf.listed.cards {
                    draw(&mut markup, card, &shelf, locale);
                }
                markup.close();
            }
            choose(&mut places, &shelf.places, locale);
        }
        Err(ApiError::SignedOut) => {
            markup
                .open("div", &[("class", "teach")])
                .says("p", "teach__p", td_string!(locale, offline.stranger))
                .open("a", &[("class", "btn"), ("href", SIGN_IN)])
                .text(td_string!(locale, account.sign_in))
                .close()
                .close();
        }
        Err(error) => {
            error.answer();
            failed(&mut markup, locale, error, asked);
        }
    }
    Shelf {
        count: said.finish(),
        cards: markup.finish(),
        places: places.finish(),
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
fn draw(markup: &mut Markup, card: &BoardCard, shelf: &api::Shelf, locale: Locale) {
    let summary = &card.summary;
    let title = if summary.title.is_empty() {
        td_string!(locale, home.untitled)
    } else {
        &summary.title
    };
    let (at, zone) = (card.changed_at, drawn_in());
    markup
        .open("li", &[("class", "shelf__place")])
        // What is in the bin is opened once it is out again.
        .open(
            "a",
            &[
                ("class", "mapcard"),
                (
                    "href",
                    &match shelf.pile {
                        Pile::Bin => String::new(),
                        Pile::Shelf | Pile::Archive => format!("/map/{}", card.id),
                    },
                ),
            ],
        );
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
    if let Home::Team(id) = card.home
        && shelf.places.len() > 1
        && let Some(team) = shelf.places.iter().find(|team| team.id == id)
    {
        markup.says("p", "mapcard__team", &team.name);
    }
    miniature(markup, summary, locale);
    markup.close();
    deeds(markup, card, title, shelf, locale);
    markup.close();
}

/// What can be done with a map as a whole: a menu that opens without a script.
fn deeds(markup: &mut Markup, card: &BoardCard, title: &str, shelf: &api::Shelf, locale: Locale) {
    if !card.role.may_edit() {
        return;
    }
    let id = card.id.to_string();
    let board = ("board", id.as_str());
    markup.open("details", &[("class", "deeds")]).open(
        "summary",
        &[
            ("class", "btn btn--bare btn--icon"),
            ("aria-label", &td_string!(locale, shelf.menu, title = title)),
        ],
    );
    Glyph::Ellipsis.draw(markup, "icon");
    markup.close().open("div", &[("class", "deeds__list")]);
    if shelf.pile != Pile::Bin {
        let copy = td_string!(locale, shelf.copy_of, title = title);
        deed(
            markup,
            DuplicateBoard::PATH,
            &[board, ("title", &copy)],
            td_string!(locale, shelf.duplicate),
        );
    }
    if card.role.may_manage() {
        let put = |markup: &mut Markup, pile: Pile, words| {
            deed(markup, PutBoard::PATH, &[board, ("pile", pile.word())], words);
        };
        match shelf.pile {
            Pile::Shelf => put(markup, Pile::Archive, td_string!(locale, shelf.to_archive)),
            Pile::Archive => put(markup, Pile::Shelf, td_string!(locale, shelf.to_shelf)),
            Pile::Bin => put(markup, Pile::Shelf, td_string!(locale, shelf.restore)),
        }
        if shelf.pile != Pile::Bin {
            put(markup, Pile::Bin, td_string!(locale, shelf.to_bin));
        }
        if !shelf.places.is_empty() && shelf.pile != Pile::Bin {
            markup
                .open(
                    "form",
                    &[
                        ("class", "deeds__give"),
                        ("method", "post"),
                        ("action", GiveBoard::PATH),
                    ],
                )
                .lone("input", &[("type", "hidden"), ("name", "board"), ("value", &id)])
                .open("label", &[("class", "field")])
                .says("span", "field__name", td_string!(locale, shelf.whose));
            select(markup, &shelf.places, Some(card.home), locale);
            markup
                .close()
                .open("button", &[("class", "btn btn--s"), ("type", "submit")])
                .text(td_string!(locale, shelf.give))
                .close()
                .close();
        }
    }
    markup.close().close();
}

/// One button that posts what it is about.
fn deed(markup: &mut Markup, path: &str, said: &[(&str, &str)], words: &str) {
    markup.open("form", &[("method", "post"), ("action", path)]);
    for (name, value) in said {
        markup.lone("input", &[("type", "hidden"), ("name", name), ("value", value)]);
    }
    markup
        .open("button", &[("class", "deeds__do"), ("type", "submit")])
        .text(words)
        .close()
        .close();
}

/// The teams that a map can be in, and oneself.
fn select(markup: &mut Markup, teams: &[Team], now: Option<Home>, locale: Locale) {
    markup.open("select", &[("class", "input"), ("name", "place")]);
    let mut option = |value: &str, is_now: bool, words: &str| {
        markup
            .open(
                "option",
                &[("value", value), ("selected", if is_now { "selected" } else { "" })],
            )
            .text(words)
            .close();
    };
    for team in teams {
        option(&team.id.to_string(), now == Some(Home::Team(team.id)), &team.name);
    }
    let is_mine = matches!(now, Some(Home::Person(_)));
    option(Place::MINE, is_mine, td_string!(locale, shelf.mine));
    markup.close();
}

/// Where a map to be goes: asked only of those who have a choice.
fn choose(markup: &mut Markup, teams: &[Team], locale: Locale) {
    if teams.is_empty() {
        return;
    }
    markup
        .open("label", &[("class", "field")])
        .says("span", "field__name", td_string!(locale, shelf.whose));
    select(markup, teams, None, locale);
    markup.close();
}

/// The ways to the other piles, and back.
fn piles(markup: &mut Markup, now: Pile, locale: Locale) {
    markup.open(
        "nav",
        &[("class", "piles"), ("aria-label", td_string!(locale, shelf.piles))],
    );
    for pile in Pile::ALL {
        let (address, words) = match pile {
            Pile::Shelf => ("/".to_owned(), td_string!(locale, shelf.shelf)),
            Pile::Archive => (format!("/?{PILE}={}", pile.word()), td_string!(locale, shelf.archive)),
            Pile::Bin => (format!("/?{PILE}={}", pile.word()), td_string!(locale, shelf.bin)),
        };
        let current = if *pile == now { "page" } else { "" };
        markup
            .open(
                "a",
                &[("class", "piles__to"), ("href", &address), ("aria-current", current)],
            )
            .text(words)
            .close();
    }
    markup.close();
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
    teach(markup, &title, hint);
}

fn teach(markup: &mut Markup, title: &str, hint: &str) {
    markup
        .open("div", &[("class", "teach")])
        .says("p", "teach__h", title)
        .says("p", "teach__p", hint)
        .close();
}
