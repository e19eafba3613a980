//! What the pages of accounts are put together from.

use leptos_i18n::td_string;
use model::date::Zone;
use model::limits::{NAME_MAX, PERSON_NAME_MAX};
use model::teams::{EMAIL_MAX, PASSWORD_MAX, PASSWORD_MIN};

use super::{Frame, Locale, Problem};
use crate::api::SetLanguage;
use crate::form;
use crate::language;
use crate::ui::markup::Markup;
use leptos::server_fn::ServerFn;

/// The id of what went wrong: there is one on a page at most.
const PROBLEM: &str = "problem";

/// A document up to where its page begins: the bar with the way home, to the account and out.
pub(super) fn begin(title: &str, frame: &Frame<'_>) -> Markup {
    let locale = frame.locale;
    let mut markup = form::head(&td_string!(locale, app.page_title, title = title), locale, frame.site);
    markup
        .open("body", &[("class", "acct")])
        .open("a", &[("class", "skip"), ("href", "#main")])
        .text(td_string!(locale, app.skip))
        .close()
        .open("header", &[("class", "bar")])
        .open(
            "a",
            &[
                ("class", "wordmark"),
                ("href", "/"),
                ("aria-label", td_string!(locale, app.to_home)),
            ],
        )
        .open(
            "svg",
            &[("class", "mark"), ("viewBox", "0 0 24 24"), ("aria-hidden", "true")],
        )
        .leaf(
            "path",
            &[
                ("d", "M19.4 9.2A8 8 0 1 0 20 12"),
                ("fill", "none"),
                ("stroke", "currentColor"),
                ("stroke-width", "2.4"),
                ("stroke-linecap", "round"),
            ],
        )
        .leaf(
            "circle",
            &[("cx", "12"), ("cy", "12"), ("r", "3"), ("fill", "currentColor")],
        )
        .close()
        .open("span", &[("class", "acct__name"), ("translate", "no")])
        .text(td_string!(locale, app.name))
        .close()
        .close()
        .open("div", &[("class", "bar__end")]);
    if let Some(who) = frame.who {
        markup
            .open("a", &[("class", "btn btn--bare acct__who"), ("href", "/account")])
            .says("span", "visually-hidden", td_string!(locale, account.mine))
            .says("span", "acct__me", &who.name)
            .close()
            .open("form", &[("method", "post"), ("action", "/sign-out")]);
        button(&mut markup, "btn btn--bare", td_string!(locale, account.sign_out));
        markup.close();
    }
    let other = language::code(language::other(locale));
    markup
        .open("form", &[("method", "post"), ("action", SetLanguage::url())])
        .lone("input", &[("type", "hidden"), ("name", "language"), ("value", other)])
        .open(
            "button",
            &[
                ("class", "btn btn--bare lang"),
                ("type", "submit"),
                ("lang", other),
                ("aria-label", td_string!(locale, app.language_switch_label)),
            ],
        )
        .text(td_string!(locale, app.language_switch_short))
        .close()
        .close()
        .close()
        .close()
        .open("main", &[("class", "acct__page"), ("id", "main")]);
    markup
}

/// A button that sends its form.
pub(super) fn button(markup: &mut Markup, class: &str, text: &str) {
    markup
        .open("button", &[("class", class), ("type", "submit")])
        .text(text)
        .close();
}

/// A link in a line of its own, with what leads to it.
pub(super) fn aside(markup: &mut Markup, text: &str, link: Option<(&str, &str)>) {
    markup.open("p", &[("class", "acct__aside")]).text(text);
    if let Some((address, text)) = link {
        markup
            .text(" ")
            .open("a", &[("class", "acct__link"), ("href", address)])
            .text(text)
            .close();
    }
    markup.close();
}

/// What went well, at the top of what it is about.
pub(super) fn done(markup: &mut Markup, text: &str) {
    markup
        .open("p", &[("class", "acct__done"), ("role", "status")])
        .text(text)
        .close();
}

/// What went wrong, where it is said once.
pub(super) fn trouble(markup: &mut Markup, problem: &Problem, locale: Locale) {
    markup
        .open("p", &[("class", "problem"), ("id", PROBLEM), ("role", "alert")])
        .text(&problem.explain(locale))
        .close();
}

/// A form that is being drawn.
pub(super) struct Form<'a> {
    locale: Locale,
    what: &'a str,
    problem: Option<&'a Problem>,
}

/// A field of it.
#[derive(Clone, Copy)]
pub(super) enum Field<'a> {
    /// The name that the others see.
    Name(&'a str),
    /// A team's name.
    Team(&'a str),
    /// What something is called.
    Label(&'a str),
    /// An address to sign in with.
    Email(&'a str),
    /// The password of now.
    Password,
    /// A new one.
    NewPassword,
}

impl<'a> Form<'a> {
    /// Begins a form that posts to where it stands, or elsewhere; `what` tells the forms of one page apart.
    pub(super) fn begin(
        markup: &mut Markup,
        class: &str,
        action: &str,
        what: &'a str,
        problem: Option<&'a Problem>,
        locale: Locale,
    ) -> Self {
        markup.open("form", &[("class", class), ("method", "post"), ("action", action)]);
        if !what.is_empty() {
            hidden(markup, "do", what);
        }
        if let Some(problem) = problem {
            trouble(markup, problem, locale);
        }
        Self { locale, what, problem }
    }

    /// Draws a field with its label and its hint; passwords are never filled in.
    pub(super) fn field(&self, markup: &mut Markup, field: Field<'_>) -> &Self {
        let locale = self.locale;
        let (name, kind, value, autocomplete) = match field {
            Field::Name(value) => ("name", "text", value, "name"),
            Field::Team(value) => ("team", "text", value, "organization"),
            Field::Label(value) => ("name", "text", value, "off"),
            Field::Email(value) => ("email", "email", value, "username"),
            Field::Password => ("password", "password", "", "current-password"),
            Field::NewPassword => ("new", "password", "", "new-password"),
        };
        let (label, hint) = match field {
            Field::Name(_) => (
                td_string!(locale, account.name),
                td_string!(locale, account.name_hint).to_owned(),
            ),
            Field::Team(_) => (td_string!(locale, account.team), String::new()),
            Field::Label(_) => (td_string!(locale, account.token_label), String::new()),
            Field::Email(_) => (td_string!(locale, account.email), String::new()),
            Field::Password => (td_string!(locale, account.password), String::new()),
            Field::NewPassword => (
                td_string!(locale, account.password_new),
                td_string!(locale, account.password_hint, min = PASSWORD_MIN.to_string()),
            ),
        };
        let (min, max) = match field {
            Field::Name(_) => (1, PERSON_NAME_MAX),
            Field::Team(_) | Field::Label(_) => (1, NAME_MAX),
            Field::Email(_) => (3, EMAIL_MAX),
            Field::Password => (1, PASSWORD_MAX),
            Field::NewPassword => (PASSWORD_MIN, PASSWORD_MAX),
        };
        let wrong = self.problem.is_some_and(|problem| problem.field() == name);
        let id = format!("{}-{name}", self.what);
        let hint_id = if hint.is_empty() {
            String::new()
        } else {
            format!("{id}-hint")
        };
        let described = match (wrong, hint_id.is_empty()) {
            (true, true) => PROBLEM.to_owned(),
            (true, false) => format!("{PROBLEM} {hint_id}"),
            (false, _) => hint_id.clone(),
        };
        markup
            .open("div", &[("class", "field")])
            .open("label", &[("class", "field__name"), ("for", &id)])
            .text(label)
            .close()
            .lone(
                "input",
                &[
                    ("class", "input"),
                    ("id", &id),
                    ("type", kind),
                    ("name", name),
                    ("value", value),
                    ("autocomplete", autocomplete),
                    ("minlength", &min.to_string()),
                    ("maxlength", &max.to_string()),
                    ("required", "required"),
                    ("aria-invalid", if wrong { "true" } else { "" }),
                    ("aria-describedby", &described),
                ],
            );
        if !hint.is_empty() {
            markup
                .open("p", &[("class", "acct__note"), ("id", &hint_id)])
                .text(&hint)
                .close();
        }
        markup.close();
        self
    }

    /// The button that sends it, and the end.
    pub(super) fn send(&self, markup: &mut Markup, class: &str, text: &str) {
        button(markup, class, text);
        markup.close();
    }
}

/// What a form carries along unseen.
pub(super) fn hidden(markup: &mut Markup, name: &str, value: &str) {
    markup.lone("input", &[("type", "hidden"), ("name", name), ("value", value)]);
}

/// A moment as the reader writes it, to the minute.
pub(super) fn moment(markup: &mut Markup, at_ms: u64, zone: Zone, locale: Locale) {
    let local = at_ms.saturating_add_signed(i64::from(zone.minutes()) * 60_000) / 60_000;
    let (hour, minute) = (local / 60 % 24, local % 60);
    let day = language::iso_day(at_ms, zone);
    markup
        .open("time", &[("datetime", &format!("{day}T{hour:02}:{minute:02}"))])
        .text(&format!("{} {hour:02}:{minute:02}", language::day(at_ms, zone, locale)))
        .close();
}

/// A part of a longer page, under a heading of its own. Whoever begins it closes it.
pub(super) fn part<'m>(markup: &'m mut Markup, id: &str, heading: &str) -> &'m mut Markup {
    markup
        .open("section", &[("class", "acct__part"), ("id", id)])
        .says("h2", "acct__h2", heading)
}

/// What is not done by one press: it opens first, and is open where something went wrong in it.
pub(super) fn behind<'m>(markup: &'m mut Markup, summary: &str, open: bool) -> &'m mut Markup {
    markup
        .open(
            "details",
            &[("class", "acct__more"), ("open", if open { "open" } else { "" })],
        )
        .open("summary", &[("class", "btn btn--bare")])
        .text(summary)
        .close()
}

/// A choice among a few.
pub(super) fn choice(markup: &mut Markup, name: &str, label: Label<'_>, options: &[(&str, &str)], chosen: &str) {
    let spoken = match label {
        Label::Seen(id, text) => {
            markup
                .open("div", &[("class", "field")])
                .open("label", &[("class", "field__name"), ("for", id)])
                .text(text)
                .close()
                .open("select", &[("class", "input"), ("name", name), ("id", id)]);
            true
        }
        Label::Heard(text) => {
            markup.open(
                "select",
                &[("class", "input acct__pick"), ("name", name), ("aria-label", text)],
            );
            false
        }
    };
    for (value, text) in options {
        let selected = if *value == chosen { "selected" } else { "" };
        markup
            .open("option", &[("value", value), ("selected", selected)])
            .text(text)
            .close();
    }
    markup.close();
    if spoken {
        markup.close();
    }
}

/// So many days, in words.
pub(super) fn days_long(days: u64, locale: Locale) -> String {
    match days {
        1 => td_string!(locale, account.invite_day).to_owned(),
        days => td_string!(locale, account.invite_days, count = days),
    }
}

/// A secret that is shown once, in a field from which it is copied.
pub(super) fn told(markup: &mut Markup, text: &str, address: &str, locale: Locale) {
    markup
        .open("div", &[("class", "acct__told"), ("role", "status")])
        .open("label", &[("class", "field__name"), ("for", "told")])
        .text(text)
        .close()
        .lone(
            "input",
            &[
                ("class", "input"),
                ("id", "told"),
                ("type", "text"),
                ("value", address),
                ("readonly", "readonly"),
                ("autofocus", "autofocus"),
            ],
        )
        .says("p", "acct__note", td_string!(locale, account.told_once))
        .close();
}

/// What a choice is about: written over it, under an id, or only heard where it stands in a line.
#[derive(Clone, Copy)]
pub(super) enum Label<'a> {
    /// An id and a text.
    Seen(&'a str, &'a str),
    /// A text.
    Heard(&'a str),
}
