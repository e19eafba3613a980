//! The page as markup: only the server draws it, from what it has looked up.

use leptos::prelude::use_context;
use leptos_i18n::td_string;
use model::date::{Date, Zone};
use model::loops::across::{Across, Found, Show, Wanted};
use model::loops::overview::LoopLine;
use model::loops::{Step, VerdictKind};

use crate::api::{ApiError, Crossed, Today, is_open};
use crate::language::{Locale, date, decimal, percent};
use crate::map::words::{due, step as step_word, verdict};
use crate::place::{IMPROVEMENTS, OWNER, SHOW, View};
use crate::ui::markup::Markup;
use crate::ui::ring;
use crate::zone::drawn_in;

/// What says which day it is and was: the reader's.
#[derive(Clone, Copy)]
struct Days {
    today: Date,
    zone: Zone,
}

/// Draws what the server has looked up.
pub fn draw(locale: Locale) -> String {
    let wanted = use_context::<Wanted>().unwrap_or_default();
    let days = Days {
        today: use_context::<Today>().map_or(Date::MIN, |Today(today)| today),
        zone: drawn_in(),
    };
    let mut markup = Markup::default();
    markup
        .open("section", &[("class", "imps__lead")])
        .says("h1", "imps__h", td_string!(locale, improvements.title))
        .says("p", "imps__p", td_string!(locale, improvements.lead))
        .open("a", &[("class", "imps__back"), ("href", "/")])
        .text(td_string!(locale, improvements.to_maps))
        .close()
        .close();
    match use_context::<Crossed>().unwrap_or(Err(ApiError::Unexpected)) {
        Ok(across) => found(&mut markup, locale, &wanted, &across, days),
        Err(error) => {
            error.answer();
            failed(&mut markup, locale, &wanted, error);
        }
    }
    if is_open() {
        markup.says("p", "page__foot", td_string!(locale, app.open_mode));
    }
    markup.finish()
}

fn found(markup: &mut Markup, locale: Locale, wanted: &Wanted, across: &Across, days: Days) {
    let everything = across.counts[Show::Running as usize] + across.tried();
    if everything == 0 && across.found.is_empty() && wanted.owner.trim().is_empty() {
        teach(
            markup,
            td_string!(locale, improvements.empty_title),
            td_string!(locale, improvements.empty_hint),
        );
        return;
    }
    figures(markup, locale, across);
    markup.open("section", &[("class", "imps"), ("aria-labelledby", "imps-show")]);
    choices(markup, locale, wanted, across);
    if across.found.is_empty() {
        none_of(markup, locale, wanted);
    } else {
        let (shown, count) = (across.found.len() as u64, across.counts[wanted.show as usize]);
        let said = if shown < count {
            td_string!(locale, improvements.newest, shown = shown, count = count)
        } else {
            td_string!(locale, improvements.count, count = count)
        };
        markup
            .says("p", "imps__n", &said)
            .open("ul", &[("class", "imps__list")]);
        for it in &across.found {
            row(markup, locale, it, days);
        }
        markup.close();
    }
    markup.close();
}

/// How often it works, and how long each step takes.
fn figures(markup: &mut Markup, locale: Locale, across: &Across) {
    markup
        .open("dl", &[("class", "imps__figures")])
        .open("div", &[("class", "imps__figure")])
        .says("dt", "imps__name", td_string!(locale, improvements.success_rate));
    match across.success_rate() {
        Some(rate) => markup.says("dd", "imps__value", &percent(rate, locale)).says(
            "dd",
            "imps__note",
            &td_string!(
                locale,
                improvements.success_of,
                successes = across.successes,
                count = across.tried()
            ),
        ),
        None => markup.says("dd", "imps__note", td_string!(locale, improvements.no_rate)),
    };
    markup
        .close()
        .open("div", &[("class", "imps__figure imps__figure--wide")])
        .says("dt", "imps__name", td_string!(locale, improvements.days))
        .open("dd", &[("class", "imps__steps")]);
    for (step, days) in Step::ALL.iter().zip(across.days).take(Step::Verdict as usize) {
        let days = match days {
            Some(days) if days.fract() == 0.0 => {
                td_string!(locale, improvements.days_value, days = format!("{days:.0}"))
            }
            Some(days) => td_string!(locale, improvements.days_value, days = decimal(days, locale)),
            None => td_string!(locale, improvements.no_days).to_owned(),
        };
        markup
            .open("span", &[("class", "imps__step")])
            .says("span", "imps__note", step_word(locale, *step))
            .says("b", "imps__days", &days)
            .close();
    }
    markup.close().close().close();
}

/// Whose, and which of them: a form and links, so that every choice has an address.
fn choices(markup: &mut Markup, locale: Locale, wanted: &Wanted, across: &Across) {
    let owner = wanted.owner.trim();
    markup
        .says("h2", "visually-hidden", td_string!(locale, improvements.show))
        .open("div", &[("class", "imps__top")])
        .open(
            "nav",
            &[
                ("class", "imps__tabs"),
                ("id", "imps-show"),
                ("aria-label", td_string!(locale, improvements.show)),
            ],
        );
    for (show, count) in Show::ALL.into_iter().zip(across.counts) {
        let current = if show == wanted.show { "page" } else { "" };
        markup
            .open(
                "a",
                &[
                    ("class", "imps__tab"),
                    ("href", &address(owner, show)),
                    ("aria-current", current),
                ],
            )
            .text(words(show, locale))
            .says("span", "imps__count", &count.to_string())
            .close();
    }
    markup
        .close()
        .open(
            "form",
            &[
                ("class", "imps__form"),
                ("role", "search"),
                ("method", "get"),
                ("action", IMPROVEMENTS),
            ],
        )
        .lone(
            "input",
            &[("type", "hidden"), ("name", SHOW), ("value", wanted.show.word())],
        )
        .open("label", &[("class", "imps__who")])
        .says("span", "imps__label", td_string!(locale, improvements.owner))
        .lone(
            "input",
            &[
                ("class", "input"),
                ("type", "text"),
                ("name", OWNER),
                ("list", "imps-owners"),
                ("autocomplete", "off"),
                ("placeholder", td_string!(locale, improvements.owner_placeholder)),
                ("value", owner),
            ],
        )
        .close()
        .open("datalist", &[("id", "imps-owners")]);
    for name in &across.owners {
        markup.leaf("option", &[("value", name)]);
    }
    markup
        .close()
        .open("button", &[("class", "btn"), ("type", "submit")])
        .text(td_string!(locale, improvements.filter))
        .close();
    if !owner.is_empty() {
        markup
            .open("a", &[("class", "imps__all"), ("href", &address("", wanted.show))])
            .text(td_string!(locale, improvements.everybody))
            .close();
    }
    markup.close().close();
}

fn row(markup: &mut Markup, locale: Locale, it: &Found, days: Days) {
    let line = &it.line;
    let title = if it.title.is_empty() {
        td_string!(locale, home.untitled)
    } else {
        &it.title
    };
    let href = format!("{}#improvement-{}", View::Loop.address(it.board), line.id);
    markup
        .open("li", &[])
        .open("a", &[("class", "imp"), ("href", &href)])
        .open("span", &[("class", "imp__what")])
        .says("b", "imp__name", &line.name)
        .open("span", &[("class", "imp__where")]);
    if !line.touchpoint_name.is_empty() {
        markup.says("span", "imp__card", &line.touchpoint_name);
    }
    markup.says("span", "imp__map", title).close().close();
    markup.open("span", &[("class", "imp__step")]);
    let ended = line.verdict.map(|(kind, _)| kind);
    // Coloured by how it ended.
    markup.open("span", &[("class", sign_class(ended))]);
    ring::draw(markup, line.step, ended);
    markup.close();
    markup.text(step_word(locale, line.step));
    if line.attempt > 1 {
        let attempt = td_string!(locale, improvements.attempt, number = line.attempt.to_string());
        markup.says("span", "tag", &attempt);
    }
    markup.close();
    if line.owner.is_empty() {
        markup.says(
            "span",
            "imp__owner imp__owner--none",
            td_string!(locale, improvements.no_owner),
        );
    } else {
        markup.says("span", "imp__owner", &line.owner);
    }
    markup.open("span", &[("class", "imp__end")]);
    if !line.flags.is_empty() {
        markup.says("span", "imp__flag", td_string!(locale, improvements.flagged));
    }
    if line.waits_for_value {
        markup.says("span", "imp__flag", td_string!(locale, improvements.no_value));
    }
    let (class, when) = when(line, locale, days);
    markup.says("span", class, &when).close().close().close();
}

/// What is next, and whether it is late.
fn when(line: &LoopLine, locale: Locale, days: Days) -> (&'static str, String) {
    if let Some((kind, at)) = line.verdict {
        let class = match kind {
            VerdictKind::Success => "imp__when imp__when--success",
            VerdictKind::PlanB => "imp__when imp__when--plan-b",
            VerdictKind::Left => "imp__when",
        };
        let how = verdict(locale, kind);
        let day = date(Date::of_ms_in(at, days.zone), locale);
        let said = td_string!(locale, improvements.ended, how = how, day = day);
        return (class, said);
    }
    match line.deadline.map(|deadline| due(locale, deadline, days.today)) {
        None => ("imp__when", td_string!(locale, improvements.no_deadline).to_owned()),
        Some((said, false)) => ("imp__when", said),
        Some((said, true)) => ("imp__when imp__when--late", said),
    }
}

fn failed(markup: &mut Markup, locale: Locale, wanted: &Wanted, error: ApiError) {
    markup
        .open("div", &[("class", "teach")])
        .open("p", &[("class", "teach__p"), ("role", "alert")])
        .text(error.explain(locale))
        .close()
        .open("a", &[("class", "btn"), ("href", &address(&wanted.owner, wanted.show))])
        .text(td_string!(locale, app.retry))
        .close()
        .close();
}

/// Says of which choice there is nothing.
fn none_of(markup: &mut Markup, locale: Locale, wanted: &Wanted) {
    let (owner, show) = (wanted.owner.trim(), words(wanted.show, locale));
    if owner.is_empty() {
        let title = td_string!(locale, improvements.nothing_title, show = show);
        teach(markup, &title, td_string!(locale, improvements.nothing_hint));
    } else {
        let title = td_string!(locale, improvements.nothing_of, owner = owner, show = show);
        teach(markup, &title, td_string!(locale, improvements.nothing_of_hint));
    }
}

fn teach(markup: &mut Markup, title: &str, hint: &str) {
    markup
        .open("div", &[("class", "teach")])
        .says("p", "teach__h", title)
        .says("p", "teach__p", hint)
        .close();
}

fn address(owner: &str, show: Show) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair(SHOW, show.word());
    if !owner.is_empty() {
        query.append_pair(OWNER, owner);
    }
    format!("{IMPROVEMENTS}?{}", query.finish())
}

fn words(show: Show, locale: Locale) -> &'static str {
    match show {
        Show::Running => td_string!(locale, improvements.running),
        Show::Overdue => td_string!(locale, improvements.overdue),
        Show::Waiting => td_string!(locale, improvements.waiting),
        Show::Judged => td_string!(locale, improvements.judged),
    }
}

const fn sign_class(verdict: Option<VerdictKind>) -> &'static str {
    match verdict {
        Some(VerdictKind::Success) => "imp__sign imp__sign--ok",
        Some(VerdictKind::PlanB) => "imp__sign imp__sign--b",
        Some(VerdictKind::Left) => "imp__sign imp__sign--left",
        None => "imp__sign",
    }
}
