//! The tokens of an account, for programs.

use leptos_i18n::td_string;
use model::teams::{Scope, Token};

use super::mine::{Mine, deed, said};
use super::parts::{Field, Form, Label, behind, choice, days_long, hidden, moment, part, told};
use super::{Frame, Locale};
use crate::ui::markup::Markup;

/// How long a token may work, in days.
pub const DAYS: [u64; 3] = [90, 30, 365];

pub(super) fn draw(markup: &mut Markup, page: &Mine<'_>, frame: &Frame<'_>) {
    let locale = frame.locale;
    part(markup, deed::TOKEN, td_string!(locale, account.tokens));
    said(markup, page.outcome, deed::TOKEN_END, td_string!(locale, account.saved));
    if let Some(token) = page.told {
        told(markup, td_string!(locale, account.token_told), token, locale);
    }
    markup
        .open("p", &[("class", "acct__note")])
        .text(td_string!(locale, account.tokens_hint))
        .text(" ")
        .open("a", &[("class", "acct__link"), ("href", "/api/v1")])
        .text("/api/v1")
        .close()
        .close();
    if !page.tokens.is_empty() {
        markup.open("ul", &[("class", "acct__list")]);
        for token in page.tokens {
            row(markup, token, frame);
        }
        markup.close();
    }
    let problem = page.outcome.problem_at(deed::TOKEN);
    behind(markup, td_string!(locale, account.token_make), problem.is_some());
    let form = Form::begin(markup, "acct__form", "", deed::TOKEN, problem, locale);
    form.field(markup, Field::Label(page.outcome.typed_or(deed::TOKEN, "")));
    let scopes = [Scope::Read, Scope::Write].map(|scope| (scope.word(), scope_word(scope, locale)));
    let label = Label::Seen("token-scope", td_string!(locale, account.token_scope));
    choice(markup, "scope", label, &scopes, Scope::Read.word());
    let days = DAYS.map(|days| (days.to_string(), days_long(days, locale)));
    let days: Vec<(&str, &str)> = days.iter().map(|(value, text)| (&**value, &**text)).collect();
    let label = Label::Seen("token-days", td_string!(locale, account.invite_lasts));
    choice(markup, "days", label, &days, "");
    form.send(markup, "btn", td_string!(locale, account.token_make));
    markup.close().close();
}

fn row(markup: &mut Markup, token: &Token, frame: &Frame<'_>) {
    let locale = frame.locale;
    markup
        .open("li", &[("class", "acct__row")])
        .open("div", &[("class", "acct__what")])
        .says("span", "acct__strong", &token.label)
        .open("span", &[("class", "acct__note")])
        .text(scope_word(token.scope, locale))
        .text(" · ")
        .text(td_string!(locale, account.token_until))
        .text(" ");
    moment(markup, token.expires_at, frame.zone, locale);
    markup.text(" · ");
    match token.used_at {
        Some(at) => {
            markup.text(td_string!(locale, account.token_used)).text(" ");
            moment(markup, at, frame.zone, locale);
        }
        None => {
            markup.text(td_string!(locale, account.token_unused));
        }
    }
    markup.close().close();
    let form = Form::begin(markup, "", "", deed::TOKEN_END, None, locale);
    hidden(markup, "id", &token.id.to_string());
    form.send(markup, "btn btn--bare", td_string!(locale, account.token_end));
    markup.close();
}

fn scope_word(scope: Scope, locale: Locale) -> &'static str {
    match scope {
        Scope::Read => td_string!(locale, account.scope_read),
        Scope::Write => td_string!(locale, account.scope_write),
    }
}
