//! The page of a feedback form: for customers, on any phone, without an account and without a script.
//!
//! A document of its own and nothing of the app: whoever opens a link at the till should not fetch a map's editor.

use leptos_i18n::td_string;
use model::limits::FEEDBACK_MAX;
use model::loops::forms::Score;

use crate::api::Site;
use crate::language;
pub use crate::language::Locale;
use crate::ui::markup::Markup;

/// A field that people do not see and programs fill in.
pub const TRAP: &str = "website";

/// What a form says.
#[derive(Clone, Copy, Debug)]
pub enum Page<'a> {
    /// It asks.
    Ask(Form<'a>),
    /// It has been answered.
    Thanks {
        /// Who asked; may be empty.
        brand: &'a str,
    },
    /// There is none, or none any more.
    Closed,
}

/// A form that asks.
#[derive(Clone, Copy, Debug)]
pub struct Form<'a> {
    /// Who asks; may be empty.
    pub brand: &'a str,
    /// What is asked about, where it is one touchpoint.
    pub touchpoint: Option<&'a str>,
    /// The question beside the text; `None` where the form could not be looked up.
    pub score: Option<Score>,
    /// What was filled in before.
    pub filled: Filled<'a>,
    /// Why that was not taken.
    pub problem: Option<Problem>,
}

impl<'a> Form<'a> {
    /// A form that nobody has filled in.
    #[must_use]
    pub fn new(brand: &'a str, touchpoint: Option<&'a str>, score: Option<Score>) -> Self {
        Self {
            brand,
            touchpoint,
            score,
            filled: Filled::default(),
            problem: None,
        }
    }
}

/// What was filled in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filled<'a> {
    /// The words.
    pub text: &'a str,
    /// The score.
    pub score: Option<u8>,
}

/// Why an answer was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Neither words nor a score.
    Empty,
    /// More words than the limit.
    TooLong {
        /// How many characters.
        len: usize,
    },
    /// A score that is not on the scale.
    OffScale,
    /// Too many answers from one address, or to one form.
    TooOften,
    /// Forms have brought in as much as they may, today or altogether.
    Full,
    /// The server could not store it.
    NotTaken,
}

/// The language that a request asks for.
#[must_use]
pub fn language(headers: &http::HeaderMap) -> Locale {
    language::asked(headers)
}

/// The language of a word, as in an address.
#[must_use]
pub fn language_of(code: &str) -> Option<Locale> {
    language::from_code(code)
}

/// The word for a language in an address.
#[must_use]
pub fn code(locale: Locale) -> &'static str {
    language::code(locale)
}

/// The whole document.
#[must_use]
pub fn draw(page: &Page<'_>, locale: Locale, site: &Site) -> String {
    let title = match page {
        Page::Ask(_) => td_string!(locale, form.title),
        Page::Thanks { .. } => td_string!(locale, form.thanks),
        Page::Closed => td_string!(locale, form.closed),
    };
    let mut markup = begin(title, locale, site);
    match page {
        Page::Ask(form) => ask(&mut markup, form, locale),
        Page::Thanks { brand } => {
            brand_line(&mut markup, brand);
            markup
                .says("h1", "ask__h", title)
                .says("p", "ask__p", td_string!(locale, form.thanks_hint));
        }
        Page::Closed => {
            markup
                .says("h1", "ask__h", title)
                .says("p", "ask__p", td_string!(locale, form.closed_hint));
        }
    }
    let other = code(language::other(locale));
    let thanks = if matches!(page, Page::Thanks { .. }) {
        "thanks&"
    } else {
        ""
    };
    markup
        .close()
        .open("footer", &[("class", "ask__foot")])
        .open(
            "a",
            &[
                ("href", &format!("?{thanks}lang={other}")),
                ("lang", other),
                ("hreflang", other),
            ],
        )
        .text(td_string!(locale, form.other_language))
        .close()
        .close();
    markup.finish()
}

/// A document without a script, up to where its page begins.
pub(crate) fn begin(title: &str, locale: Locale, site: &Site) -> Markup {
    let mut markup = head(title, locale, site);
    markup
        .open("body", &[("class", "ask")])
        .open("main", &[("class", "ask__page"), ("id", "main")]);
    markup
}

/// A document without a script, up to where its body begins.
pub(crate) fn head(title: &str, locale: Locale, site: &Site) -> Markup {
    let mut markup = Markup::default();
    markup
        .put("<!DOCTYPE html>")
        .open("html", &[("lang", code(locale))])
        .open("head", &[])
        .lone("meta", &[("charset", "utf-8")])
        .lone(
            "meta",
            &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")],
        )
        .lone("meta", &[("name", "color-scheme"), ("content", "light dark")])
        .lone("meta", &[("name", "robots"), ("content", "noindex, nofollow")])
        .open("title", &[])
        .text(title)
        .close()
        .lone("link", &[("rel", "stylesheet"), ("href", &site.css)])
        .lone(
            "link",
            &[("rel", "icon"), ("href", &site.icon), ("type", "image/svg+xml")],
        )
        .close();
    markup
}

fn brand_line(markup: &mut Markup, brand: &str) {
    if !brand.is_empty() {
        markup.says("p", "ask__brand", brand);
    }
}

fn ask(markup: &mut Markup, form: &Form<'_>, locale: Locale) {
    brand_line(markup, form.brand);
    markup.says("h1", "ask__h", td_string!(locale, form.title));
    if let Some(touchpoint) = form.touchpoint.filter(|name| !name.is_empty()) {
        markup.says("p", "ask__p", &td_string!(locale, form.about, name = touchpoint));
    }
    let problem = form.problem.map(|problem| explain(problem, form.score, locale));
    let described = if problem.is_some() { "problem" } else { "" };
    if let Some(problem) = &problem {
        markup
            .open("p", &[("class", "problem"), ("id", "problem"), ("role", "alert")])
            .text(problem)
            .close();
    }
    let invalid = |is: bool| if is { "true" } else { "" };
    let of_text = matches!(form.problem, Some(Problem::Empty | Problem::TooLong { .. }));
    markup
        .open(
            "form",
            &[
                ("class", "ask__form"),
                ("method", "post"),
                ("action", &format!("?lang={}", code(locale))),
            ],
        )
        .open("label", &[("class", "field")])
        .says("span", "field__name", td_string!(locale, form.text))
        .open(
            "textarea",
            &[
                ("class", "input ask__text"),
                ("name", "text"),
                ("rows", "6"),
                ("maxlength", &FEEDBACK_MAX.to_string()),
                ("aria-invalid", invalid(of_text)),
                ("aria-describedby", described),
            ],
        )
        // A parser drops the first line feed of a field.
        .put("\n")
        .text(form.filled.text)
        .close()
        .close();
    match form.score {
        Some(score) => scores(markup, score, form.filled, locale),
        // What was chosen on a scale that is not known is sent again as it was.
        None => {
            if let Some(score) = form.filled.score {
                let value = score.to_string();
                markup.lone("input", &[("type", "hidden"), ("name", "score"), ("value", &value)]);
            }
        }
    }
    markup
        .open("p", &[("class", "ask__trap"), ("aria-hidden", "true")])
        .open("label", &[("for", TRAP)])
        .text(td_string!(locale, form.trap))
        .close()
        .lone(
            "input",
            &[
                ("id", TRAP),
                ("type", "text"),
                ("name", TRAP),
                ("tabindex", "-1"),
                ("autocomplete", "off"),
            ],
        )
        .close()
        .open("button", &[("class", "btn btn--main btn--l"), ("type", "submit")])
        .text(td_string!(locale, form.send))
        .close()
        .says("p", "ask__note", td_string!(locale, form.privacy))
        .close();
}

fn scores(markup: &mut Markup, score: Score, filled: Filled<'_>, locale: Locale) {
    let (question, low, high) = match score {
        Score::Csat => (
            td_string!(locale, form.csat),
            td_string!(locale, form.csat_low),
            td_string!(locale, form.csat_high),
        ),
        Score::Nps => (
            td_string!(locale, form.nps),
            td_string!(locale, form.nps_low),
            td_string!(locale, form.nps_high),
        ),
    };
    markup
        .open("fieldset", &[("class", "ask__scores")])
        .says("legend", "field__name", question)
        .open("div", &[("class", "ask__scale")]);
    for score in score.scale() {
        let checked = if filled.score == Some(score) { "checked" } else { "" };
        markup
            .open("label", &[("class", "ask__score")])
            .lone(
                "input",
                &[
                    ("type", "radio"),
                    ("name", "score"),
                    ("value", &score.to_string()),
                    ("checked", checked),
                ],
            )
            .says("span", "", &score.to_string())
            .close();
    }
    markup
        .close()
        .open("div", &[("class", "ask__ends")])
        .says("span", "", low)
        .says("span", "", high)
        .close()
        .close();
}

/// What happened and what to do; what was typed is still in the field.
fn explain(problem: Problem, score: Option<Score>, locale: Locale) -> String {
    match problem {
        Problem::Empty => td_string!(locale, form.empty).to_owned(),
        Problem::TooLong { len } => td_string!(
            locale,
            form.too_long,
            len = len.to_string(),
            max = FEEDBACK_MAX.to_string()
        ),
        Problem::OffScale => {
            let scale = score.unwrap_or_default().scale();
            td_string!(
                locale,
                form.off_scale,
                low = scale.start().to_string(),
                high = scale.end().to_string()
            )
        }
        Problem::TooOften => td_string!(locale, form.too_often).to_owned(),
        Problem::Full => td_string!(locale, form.full).to_owned(),
        Problem::NotTaken => td_string!(locale, form.not_taken).to_owned(),
    }
}
