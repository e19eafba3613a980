//! What was said about a thing, and the form for saying something, without a script.

use leptos::prelude::Owner;
use leptos_i18n::td_string;
use model::edit::Entity;
use model::items::{Anchor, Comment};
use model::limits::{COMMENT_MAX, PERSON_NAME_MAX};

use super::{ON, Shown, end};
use crate::api::Site;
use crate::form;
use crate::language::Locale;
use crate::language::{self, Language};
use crate::map::words;
use crate::ui::markup::Markup;

/// The field of the guest's name.
pub const GUEST: &str = "guest";
/// The field of what is said.
pub const TEXT: &str = "text";

/// The page about one thing.
pub struct Talk<'a> {
    /// The thing.
    pub on: Anchor,
    /// What the guest is called; may be empty.
    pub guest: &'a str,
    /// What was typed before.
    pub text: &'a str,
    /// Why that was not taken.
    pub problem: Option<Problem>,
    /// Whether something was just said.
    pub is_sent: bool,
}

/// Why a comment was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No name.
    Nameless,
    /// A name above the limit.
    LongName,
    /// Nothing is said.
    Empty,
    /// More than the limit.
    TooLong {
        /// How many characters.
        len: usize,
    },
    /// Too many comments from one address, or by one link.
    TooOften,
    /// Guests have said as much as they may.
    Full,
    /// The server could not store it.
    NotTaken,
}

/// The whole document.
#[must_use]
pub fn talk(shown: &Shown<'_>, talk: &Talk<'_>, site: &Site) -> String {
    Owner::new().with(|| document(shown, talk, site))
}

fn document(shown: &Shown<'_>, talk: &Talk<'_>, site: &Site) -> String {
    let locale = shown.locale;
    let language = Language::fixed(locale);
    let board = &shown.disclosed.board;
    let name = match talk.on {
        Anchor::Touchpoint(id) => board.touchpoints.get(&id).map(|it| it.name.as_str()),
        Anchor::Stage(id) => board.stages.get(&id).map(|it| it.name.as_str()),
        Anchor::Improvement(id) => board.improvement(id).map(|it| it.name.as_str()),
        Anchor::Reply(_) => None,
    };
    let name = words::or_unnamed(language, name.unwrap_or_default());
    let mut markup = form::begin(
        &td_string!(locale, shared.talk_title, name = name.as_str()),
        locale,
        site,
    );
    markup
        .open("p", &[("class", "ask__brand")])
        .open("a", &[("href", shown.base)])
        .text(td_string!(locale, shared.back))
        .close()
        .close();
    markup.says("h1", "ask__h", &name);
    if talk.is_sent {
        markup
            .open("p", &[("class", "sh-sent"), ("role", "status")])
            .text(td_string!(locale, shared.sent))
            .close();
    }
    if shown.shows_comments {
        threads(&mut markup, shown, talk.on, language);
    }
    if shown.takes_comments {
        ask(&mut markup, shown, talk);
    }
    let id = match talk.on {
        Anchor::Touchpoint(id) => id.0,
        Anchor::Stage(id) => id.0,
        Anchor::Improvement(id) => id.0,
        Anchor::Reply(id) => id.0,
    };
    let query = format!("?{ON}={}&", (shown.key)(id.as_u128()));
    end(&mut markup, locale, &query);
    markup.finish()
}

fn threads(markup: &mut Markup, shown: &Shown<'_>, on: Anchor, language: Language) {
    let threads = shown.disclosed.board.threads();
    let mut about = threads.iter().filter(|thread| thread.anchor() == on).peekable();
    if about.peek().is_none() {
        return;
    }
    markup.open("ol", &[("class", "sh-threads")]);
    for thread in about {
        markup.open("li", &[("class", "sh-thread")]);
        said(markup, shown, thread.first, language);
        for reply in &thread.replies {
            said(markup, shown, reply, language);
        }
        markup.close();
    }
    markup.close();
}

fn said(markup: &mut Markup, shown: &Shown<'_>, comment: &Comment, _language: Language) {
    let locale = shown.locale;
    markup.open("div", &[("class", "said")]);
    if shown.disclosed.board.trashed(Entity::Comment(comment.id)).is_some() {
        markup
            .says("p", "said__gone", td_string!(locale, comment.taken_back))
            .close();
        return;
    }
    let name = match comment.name.trim() {
        "" => td_string!(locale, presence.guest),
        name => name,
    };
    let day = language::day(comment.written.at, shown.zone, locale);
    markup
        .open("p", &[("class", "said__who")])
        .says("b", "", name)
        .says("span", "sep", &day)
        .close()
        .says("p", "said__text", &comment.text)
        .close();
}

fn ask(markup: &mut Markup, shown: &Shown<'_>, talk: &Talk<'_>) {
    let locale = shown.locale;
    if let Some(problem) = talk.problem {
        markup
            .open("p", &[("class", "problem"), ("id", "problem"), ("role", "alert")])
            .text(&explain(problem, shown.locale))
            .close();
    }
    let of_name = matches!(talk.problem, Some(Problem::Nameless | Problem::LongName));
    let of_text = matches!(talk.problem, Some(Problem::Empty | Problem::TooLong { .. }));
    let invalid = |is: bool| if is { "true" } else { "" };
    let described = |is: bool| if is { "problem" } else { "" };
    markup
        .open("form", &[("class", "ask__form"), ("method", "post")])
        .open("label", &[("class", "field")])
        .says("span", "field__name", td_string!(locale, presence.name))
        .lone(
            "input",
            &[
                ("class", "input"),
                ("type", "text"),
                ("name", GUEST),
                ("value", talk.guest),
                ("maxlength", &PERSON_NAME_MAX.to_string()),
                ("autocomplete", "name"),
                ("required", "required"),
                ("aria-invalid", invalid(of_name)),
                ("aria-describedby", described(of_name)),
            ],
        )
        .close()
        .open("label", &[("class", "field")])
        .says("span", "field__name", td_string!(locale, shared.say))
        .open(
            "textarea",
            &[
                ("class", "input ask__text"),
                ("name", TEXT),
                ("rows", "5"),
                ("maxlength", &COMMENT_MAX.to_string()),
                ("required", "required"),
                ("aria-invalid", invalid(of_text)),
                ("aria-describedby", described(of_text)),
            ],
        )
        // A parser drops the first line feed of a field.
        .put("\n")
        .text(talk.text)
        .close()
        .close()
        .open("p", &[("class", "ask__trap"), ("aria-hidden", "true")])
        .open("label", &[("for", form::TRAP)])
        .text(td_string!(locale, form.trap))
        .close()
        .lone(
            "input",
            &[
                ("id", form::TRAP),
                ("type", "text"),
                ("name", form::TRAP),
                ("tabindex", "-1"),
                ("autocomplete", "off"),
            ],
        )
        .close()
        .open("button", &[("class", "btn btn--main btn--l"), ("type", "submit")])
        .text(td_string!(locale, shared.send))
        .close()
        .says("p", "ask__note", td_string!(locale, shared.who_reads))
        .close();
}

/// Who somebody says they are who is going to edit.
#[derive(Clone, Copy, Debug)]
pub struct ComeIn<'a> {
    /// The name, as it was typed or is known.
    pub name: &'a str,
    /// Why it was not taken.
    pub problem: Option<Problem>,
}

/// The page for whoever has come by a link that lets edit, and still has to say who they are.
#[must_use]
pub fn come_in(locale: Locale, site: &Site, asked: &ComeIn<'_>) -> String {
    let title = td_string!(locale, shared.edit);
    let mut markup = form::begin(title, locale, site);
    markup
        .says("h1", "ask__h", title)
        .says("p", "ask__p", td_string!(locale, shared.edit_hint));
    if let Some(problem) = asked.problem {
        let words = match problem {
            Problem::Nameless => td_string!(locale, shared.edit_nameless).to_owned(),
            problem => explain(problem, locale),
        };
        markup
            .open("p", &[("class", "problem"), ("id", "problem"), ("role", "alert")])
            .text(&words)
            .close();
    }
    let described = if asked.problem.is_some() { "problem" } else { "" };
    markup
        .open("form", &[("class", "ask__form"), ("method", "post")])
        .open("label", &[("class", "field")])
        .says("span", "field__name", td_string!(locale, presence.name))
        .lone(
            "input",
            &[
                ("class", "input"),
                ("type", "text"),
                ("name", GUEST),
                ("value", asked.name),
                ("maxlength", &PERSON_NAME_MAX.to_string()),
                ("autocomplete", "name"),
                ("required", "required"),
                ("autofocus", "autofocus"),
                ("aria-describedby", described),
            ],
        )
        .close()
        .open("button", &[("class", "btn btn--main btn--l"), ("type", "submit")])
        .text(td_string!(locale, presence.confirm))
        .close()
        .close();
    super::end(&mut markup, locale, "?");
    markup.finish()
}

/// What happened and what to do; what was typed is still in the field.
fn explain(problem: Problem, locale: Locale) -> String {
    match problem {
        Problem::Nameless => td_string!(locale, shared.nameless).to_owned(),
        Problem::LongName => td_string!(locale, shared.long_name, max = PERSON_NAME_MAX.to_string()),
        Problem::Empty => td_string!(locale, shared.empty).to_owned(),
        Problem::TooLong { len } => td_string!(
            locale,
            shared.too_long,
            len = len.to_string(),
            max = COMMENT_MAX.to_string()
        ),
        Problem::TooOften => td_string!(locale, shared.too_often).to_owned(),
        Problem::Full => td_string!(locale, shared.full).to_owned(),
        Problem::NotTaken => td_string!(locale, shared.not_taken).to_owned(),
    }
}
