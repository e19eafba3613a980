//! The page that a share link leads to: for clients, on any phone and on paper, whole without a script.
//!
//! A document of its own and nothing of the app. It is drawn from what the link discloses ([`model::disclose`]), in
//! sections with names: where the script is there, those that change are put in the place of those that were.

mod insights;
mod loops;
mod map;
mod matrix;
mod talk;
mod wheel;

use std::collections::BTreeMap;

use leptos::prelude::Owner;
use leptos_i18n::td_string;
use model::date::{Date, Zone};
use model::disclose::{Disclosed, Sight};
use model::items::Anchor;
use serde::Serialize;

use crate::api::Site;
use crate::form;
use crate::language::{self, Language, Locale};
use crate::ui::markup::Markup;
pub use talk::{ComeIn, GUEST, Problem, TEXT, Talk, come_in, talk};

/// The script that keeps the page up to date.
pub const SCRIPT: &str = include_str!("live.js");
/// The field of the password.
pub const PASSWORD: &str = "password";
/// Where the address says which thing is commented on.
pub const ON: &str = "on";

/// The signs that the page refers to.
const SPRITE: &str = include_str!("../ui/sprite.svg");

/// What the page is drawn from.
pub struct Shown<'a> {
    /// What may be shown.
    pub disclosed: &'a Disclosed,
    /// How it is looked at.
    pub sight: Sight,
    /// Its language.
    pub locale: Locale,
    /// The day of now where the reader is.
    pub today: Date,
    /// The reader's zone.
    pub zone: Zone,
    /// The link's address, `/s/…`.
    pub base: &'a str,
    /// Whether the language was asked for by the address, and goes on being so.
    pub is_asked: bool,
    /// Whether comments are taken.
    pub takes_comments: bool,
    /// Whether comments are shown.
    pub shows_comments: bool,
    /// What a thing is called on this page: its id stays where it is.
    pub key: &'a dyn Fn(u128) -> String,
}

/// A piece of the page that is changed as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Section {
    /// The `id` of its element.
    pub id: String,
    /// The element.
    pub html: String,
}

/// The page but for its frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// What it is called.
    pub title: String,
    /// What it says in a sentence; may be empty.
    pub about: String,
    /// Whose it is; may be empty.
    pub brand: String,
    /// What is seen, in order.
    pub sections: Vec<Section>,
}

/// What stands around the sections.
pub struct Frame<'a> {
    /// Where the site's files are.
    pub site: &'a Site,
    /// The page's language.
    pub locale: Locale,
    /// What this state of the page is called.
    pub tag: &'a str,
    /// Where its changes are told.
    pub events: &'a str,
    /// Where other programs find a picture of it; an address with its scheme.
    pub picture: Option<&'a str>,
}

/// The word for a way of looking in an address.
#[must_use]
pub fn path(base: &str, sight: Sight) -> String {
    match sight {
        Sight::Map => base.to_owned(),
        sight => format!("{base}/{}", sight.word()),
    }
}

/// Draws what is seen.
#[must_use]
pub fn draw(shown: &Shown<'_>) -> Drawn {
    // The words of the app ask a signal for the language.
    Owner::new().with(|| {
        let mut said = BTreeMap::new();
        for thread in shown.disclosed.board.threads() {
            *said.entry(thread.anchor()).or_insert(0) += thread.count();
        }
        let pen = Pen {
            shown,
            said,
            language: Language::fixed(shown.locale),
        };
        let board = &shown.disclosed.board;
        let mut sections = vec![section("top", pen.head()), section("views", pen.tabs())];
        sections.extend(match shown.sight {
            sight if !shown.disclosed.sights.contains(&sight) => vec![section("none", pen.nothing())],
            Sight::Map => map::draw(&pen),
            Sight::Matrix => matrix::draw(&pen),
            Sight::Wheel => wheel::draw(&pen),
            Sight::Loop => loops::draw(&pen),
            Sight::Insights => insights::draw(&pen),
        });
        sections.push(section("foot", pen.foot()));
        Drawn {
            title: pen.title(),
            about: pen.sentence(),
            brand: board.map.brand.clone(),
            sections,
        }
    })
}

fn section(id: impl Into<String>, markup: Markup) -> Section {
    Section {
        id: id.into(),
        html: markup.finish(),
    }
}

/// The whole document.
#[must_use]
pub fn document(frame: &Frame<'_>, drawn: &Drawn) -> String {
    let mut markup = Markup::default();
    let content = |name, content| [("name", name), ("content", content)];
    markup
        .put("<!DOCTYPE html>")
        .open("html", &[("lang", language::code(frame.locale))])
        .open("head", &[])
        .lone("meta", &[("charset", "utf-8")])
        .lone("meta", &content("viewport", "width=device-width, initial-scale=1"))
        .lone("meta", &content("color-scheme", "light dark"))
        .lone("meta", &content("robots", "noindex, nofollow"))
        .lone("meta", &content("description", &drawn.about));
    let mut told = vec![
        ("og:type", "website"),
        ("og:title", &drawn.title),
        ("og:site_name", &drawn.brand),
        ("og:description", &drawn.about),
    ];
    if let Some(picture) = frame.picture {
        told.push(("og:image", picture));
    }
    for (property, content) in told.into_iter().filter(|(_, content)| !content.is_empty()) {
        markup.lone("meta", &[("property", property), ("content", content)]);
    }
    markup.open("title", &[]).text(&drawn.title).close();
    for font in frame.site.first_fonts() {
        markup.lone(
            "link",
            &[
                ("rel", "preload"),
                ("href", font),
                ("as", "font"),
                ("type", "font/woff2"),
                ("crossorigin", "anonymous"),
            ],
        );
    }
    markup
        .lone("link", &[("rel", "stylesheet"), ("href", &frame.site.css)])
        .lone(
            "link",
            &[("rel", "icon"), ("href", &frame.site.icon), ("type", "image/svg+xml")],
        );
    if !frame.site.live.is_empty() {
        markup.leaf("script", &[("src", &frame.site.live), ("defer", "defer")]);
    }
    markup
        .close()
        .open("body", &[("class", "sharedpage")])
        .put("<svg class=\"sprite\" aria-hidden=\"true\">")
        .put(&signs())
        .put("</svg>")
        .open("a", &[("class", "skip"), ("href", "#main")])
        .text(td_string!(frame.locale, app.skip))
        .close()
        .open(
            "main",
            &[
                ("class", "shared"),
                ("id", "main"),
                ("tabindex", "-1"),
                ("data-tag", frame.tag),
                ("data-events", frame.events),
            ],
        );
    for section in &drawn.sections {
        markup.put(&section.html);
    }
    markup.finish()
}

/// The marks of the sprite: of the icons the page has none.
fn signs() -> String {
    let mut signs = String::new();
    for line in SPRITE.lines().filter(|line| line.contains("id=\"e-")) {
        signs.push_str(line);
    }
    signs
}

/// The page for whoever still has to say the password. It tells nothing of what is behind it.
#[must_use]
pub fn locked(locale: Locale, site: &Site, problem: Option<Locked>) -> String {
    let title = td_string!(locale, shared.locked);
    let mut markup = form::begin(title, locale, site);
    markup
        .says("h1", "ask__h", title)
        .says("p", "ask__p", td_string!(locale, shared.locked_hint));
    let problem = problem.map(|problem| match problem {
        Locked::Wrong => td_string!(locale, shared.locked_wrong),
        Locked::TooOften => td_string!(locale, shared.locked_often),
    });
    if let Some(problem) = problem {
        markup
            .open("p", &[("class", "problem"), ("id", "problem"), ("role", "alert")])
            .text(problem)
            .close();
    }
    let described = if problem.is_some() { "problem" } else { "" };
    markup
        .open("form", &[("class", "ask__form"), ("method", "post")])
        .open("label", &[("class", "field")])
        .says("span", "field__name", td_string!(locale, shared.password))
        .lone(
            "input",
            &[
                ("class", "input"),
                ("type", "password"),
                ("name", PASSWORD),
                ("autocomplete", "current-password"),
                ("required", "required"),
                ("autofocus", "autofocus"),
                ("aria-describedby", described),
            ],
        )
        .close()
        .open("button", &[("class", "btn btn--main btn--l"), ("type", "submit")])
        .text(td_string!(locale, shared.unlock))
        .close()
        .close();
    end(&mut markup, locale, "?");
    markup.finish()
}

/// Why a password did not open the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locked {
    /// It is another.
    Wrong,
    /// Too many were tried.
    TooOften,
}

/// The page of a link that leads nowhere, or nowhere any more; which of the two, nobody is told.
#[must_use]
pub fn closed(locale: Locale, site: &Site) -> String {
    let title = td_string!(locale, shared.closed);
    let mut markup = form::begin(title, locale, site);
    markup
        .says("h1", "ask__h", title)
        .says("p", "ask__p", td_string!(locale, shared.closed_hint));
    end(&mut markup, locale, "?");
    markup.finish()
}

/// The way to the other language, under the page.
fn end(markup: &mut Markup, locale: Locale, query: &str) {
    markup.close().open("footer", &[("class", "ask__foot")]);
    other_language(markup, locale, query);
    markup.close();
}

fn other_language(markup: &mut Markup, locale: Locale, query: &str) {
    let other = language::code(language::other(locale));
    markup
        .open(
            "a",
            &[
                ("href", &format!("{query}lang={other}")),
                ("lang", other),
                ("hreflang", other),
            ],
        )
        .text(td_string!(locale, form.other_language))
        .close();
}

/// Draws one page in one language.
struct Pen<'a> {
    shown: &'a Shown<'a>,
    /// How many comments there are about a thing.
    said: BTreeMap<Anchor, usize>,
    language: Language,
}

impl Pen<'_> {
    fn locale(&self) -> Locale {
        self.shown.locale
    }

    fn key(&self, id: u128) -> String {
        (self.shown.key)(id)
    }

    fn title(&self) -> String {
        let title = &self.shown.disclosed.board.map.title;
        if title.trim().is_empty() {
            td_string!(self.locale(), map.untitled).to_owned()
        } else {
            title.clone()
        }
    }

    /// Where customers begin and where they end.
    fn sentence(&self) -> String {
        let shown = self.shown.disclosed;
        let cards = shown.layout.in_order();
        let name = |id: Option<&model::id::TouchpointId>| {
            let card = id.and_then(|id| shown.board.touchpoints.get(id));
            card.map(|card| card.name.clone()).filter(|name| !name.is_empty())
        };
        let Some((first, last)) = name(cards.first()).zip(name(cards.last())) else {
            return String::new();
        };
        match cards.len() {
            1 => String::new(),
            count => td_string!(
                self.locale(),
                shared.sentence,
                count = count,
                first = first,
                last = last
            ),
        }
    }

    fn head(&self) -> Markup {
        let mut markup = Markup::default();
        let brand = self.shown.disclosed.board.map.brand.trim();
        markup.open("header", &[("class", "sh-head"), ("id", "top")]);
        if let Some(initial) = brand.chars().find(|letter| letter.is_alphanumeric()) {
            let initial: String = initial.to_uppercase().collect();
            markup
                .open("p", &[("class", "sh-brand")])
                .open("span", &[("class", "sh-brand__logo"), ("aria-hidden", "true")])
                .text(&initial)
                .close()
                .text(brand)
                .close();
        }
        markup.says("h1", "sh-title", &self.title());
        let sentence = self.sentence();
        if !sentence.is_empty() {
            markup.says("p", "sh-sub", &sentence);
        }
        markup
    }

    fn tabs(&self) -> Markup {
        let mut markup = Markup::default();
        let locale = self.locale();
        markup.open(
            "nav",
            &[
                ("class", "sh-tabs"),
                ("id", "views"),
                ("aria-label", td_string!(locale, view.label)),
            ],
        );
        let sights = &self.shown.disclosed.sights;
        // One alone is no choice; its name stands in the title.
        for sight in sights.iter().filter(|_| sights.len() > 1) {
            let words = match sight {
                Sight::Map => td_string!(locale, view.map),
                Sight::Matrix => td_string!(locale, view.matrix),
                Sight::Wheel => td_string!(locale, view.wheel),
                Sight::Loop => td_string!(locale, view.loops),
                Sight::Insights => td_string!(locale, view.insights),
            };
            let current = if *sight == self.shown.sight { "page" } else { "" };
            let mut href = path(self.shown.base, *sight);
            if self.shown.is_asked {
                href.push_str("?lang=");
                href.push_str(language::code(locale));
            }
            markup
                .open("a", &[("class", "tab"), ("href", &href), ("aria-current", current)])
                .text(words)
                .close();
        }
        markup
    }

    fn nothing(&self) -> Markup {
        let mut markup = Markup::default();
        markup.open("section", &[("class", "sh-none"), ("id", "none")]).says(
            "p",
            "",
            td_string!(self.locale(), shared.nothing),
        );
        markup
    }

    fn foot(&self) -> Markup {
        let locale = self.locale();
        let shown = self.shown.disclosed;
        let mut markup = Markup::default();
        markup.open("footer", &[("class", "sh-foot"), ("id", "foot")]);
        let day = language::date(self.shown.today, locale);
        let brand = shown.board.map.brand.trim();
        let said = if brand.is_empty() {
            td_string!(locale, shared.as_of, day = day)
        } else {
            td_string!(locale, shared.as_of_brand, day = day, brand = brand)
        };
        markup.says("p", "", &said);
        if !shown.means.is_empty() && matches!(self.shown.sight, Sight::Map | Sight::Matrix) {
            markup.says("p", "", td_string!(locale, shared.key));
        }
        markup.open("p", &[("class", "sh-lang")]);
        other_language(&mut markup, locale, "?");
        markup.close();
        markup
    }

    /// The way to what was said about a thing, and to saying something.
    fn talk_link(&self, markup: &mut Markup, id: u128, on: Anchor, name: &str) {
        let count = self.said.get(&on).copied().unwrap_or(0);
        if !(self.shown.takes_comments || self.shown.shows_comments && count > 0) {
            return;
        }
        let locale = self.locale();
        let words = if self.shown.shows_comments && count > 0 {
            td_string!(locale, shared.talk_count, count = count)
        } else {
            td_string!(locale, shared.talk).to_owned()
        };
        let mut href = format!("{}/comment?{ON}={}", self.shown.base, self.key(id));
        if self.shown.is_asked {
            href.push_str("&lang=");
            href.push_str(language::code(locale));
        }
        let label = format!("{words}: {name}");
        markup
            .open("a", &[("class", "sh-talk"), ("href", &href), ("aria-label", &label)])
            .text(&words)
            .close();
    }
}

#[cfg(test)]
#[path = "../../../model/tests/scene/marked.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::must_use_candidate
)]
mod marked;

#[cfg(test)]
mod tests {
    use model::disclose::{Disclosure, disclose};
    use model::items::Item;

    use super::marked::{BITS, Marked, marked};
    use super::*;

    fn site() -> Site {
        Site {
            css: "/style.css".to_owned(),
            live: "/live.js".to_owned(),
            ..Site::default()
        }
    }

    /// Every page of a link, in both languages, and every page about a thing.
    fn pages(scene: &Marked, wanted: &Disclosure, takes_comments: bool) -> String {
        let disclosed = disclose(&scene.board, wanted);
        let key = |id: u128| format!("{:016x}", (id.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 64) as u64);
        let mut all = String::new();
        for (sight, locale) in Sight::ALL
            .iter()
            .flat_map(|sight| [(*sight, Locale::vi), (*sight, Locale::en)])
        {
            let shown = Shown {
                disclosed: &disclosed,
                sight,
                locale,
                today: Date::of_ms_in(1_700_000_000_000, Zone::VIETNAM),
                zone: Zone::VIETNAM,
                base: "/s/token",
                is_asked: true,
                takes_comments,
                shows_comments: wanted.comments,
                key: &key,
            };
            let drawn = draw(&shown);
            let site = site();
            let frame = Frame {
                site: &site,
                locale,
                tag: "tag",
                events: "/s/token/events?view=map",
                picture: None,
            };
            all.push_str(&document(&frame, &drawn));
            let on = |on| Talk {
                on,
                guest: "",
                text: "",
                problem: None,
                is_sent: false,
            };
            for id in disclosed.board.touchpoints.keys() {
                all.push_str(&talk(&shown, &on(Anchor::Touchpoint(*id)), &site));
            }
            for id in disclosed.board.stages.keys() {
                all.push_str(&talk(&shown, &on(Anchor::Stage(*id)), &site));
            }
        }
        all
    }

    #[test]
    fn a1_no_page_tells_what_is_hidden() {
        let scene = marked();
        let ids = |board: &model::board::Board| {
            let cards = board.touchpoints.keys().map(ToString::to_string);
            let stages = board.stages.keys().map(ToString::to_string);
            let items = board.items.values().filter_map(|item| match item {
                Item::Improvement(it) => Some(it.id.to_string()),
                Item::Comment(it) => Some(it.id.to_string()),
                _ => None,
            });
            cards.chain(stages).chain(items).collect::<Vec<_>>()
        };
        let ids = ids(&scene.board);
        for n in 0_u32..150 {
            let bits = match n {
                0 => 0,
                1 => u32::MAX,
                n => n.wrapping_mul(2_654_435_761) >> (32 - BITS),
            };
            let wanted = scene.disclosure(bits);
            let told = pages(&scene, &wanted, n % 2 == 0);
            for (text, may) in &scene.texts {
                assert!(may(&wanted) || !told.contains(text.as_str()), "{text} under {wanted:?}");
            }
            for id in scene.people.iter().chain(&ids) {
                assert!(!told.contains(id.as_str()), "an id under {wanted:?}");
            }
        }
    }

    #[test]
    fn what_is_disclosed_is_shown() {
        let scene = marked();
        let wanted = scene.disclosure(u32::MAX);
        let told = pages(&scene, &wanted, true);
        // The names of lanes whose notes stand under stages are those of the rows without a name of their own.
        let shown = [
            "title",
            "brand",
            "stage",
            "card",
            "persona",
            "channel",
            "note",
            "cell",
            "improvement",
            "comment",
        ];
        for (text, may) in scene.texts.iter().filter(|(_, may)| may(&wanted)) {
            if shown.iter().any(|what| text.starts_with(&format!("{what}x"))) {
                assert!(may(&wanted) && told.contains(text.as_str()), "{text}");
            }
        }
        assert_eq!(
            told.matches("class=\"sh-talk\"").count(),
            2 * 4,
            "two cards, a stage, an improvement"
        );
    }

    #[test]
    fn f38_hostile_names_stay_text() {
        let mut scene = marked();
        let bad = "\"><script>alert(1)</script>";
        scene.board.map.title = bad.to_owned();
        scene.board.map.brand = bad.to_owned();
        for stage in scene.board.stages.values_mut() {
            stage.name = bad.to_owned();
        }
        for card in scene.board.touchpoints.values_mut() {
            card.name = bad.to_owned();
        }
        let told = pages(&scene, &scene.disclosure(u32::MAX), true);
        assert!(!told.contains("<script>") && told.contains("&lt;script&gt;"));
    }

    #[test]
    fn a_page_without_anything_says_so() {
        let scene = marked();
        let told = pages(&scene, &Disclosure::default(), false);
        assert!(told.contains("sh-none") && !told.contains("sh-tabs\" id=\"views\" aria-label=\"x\""));
        assert!(!told.contains("class=\"tab\""), "nothing to choose");
    }
}
