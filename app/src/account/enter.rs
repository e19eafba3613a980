//! The pages by which somebody comes in.

use leptos_i18n::td_string;
use model::access::Role;

use super::parts::{Field, Form, aside, button, done, hidden};
use super::{Locale, Problem, Ways, hint};
use crate::ui::markup::Markup;

/// The button of a page that asks for one thing.
const MAIN: &str = "btn btn--main btn--l";

/// Signing in.
#[derive(Clone, Copy, Debug)]
pub struct SignIn<'a> {
    /// The address that was typed.
    pub email: &'a str,
    /// Where to go afterwards, a path of this server; may be empty.
    pub to: &'a str,
    /// Whether a password was just set anew.
    pub was_reset: bool,
    /// How else one comes in.
    pub ways: Ways,
    /// Why it was not done.
    pub problem: Option<&'a Problem>,
}

/// What somebody types who is going to have an account.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewAccount<'a> {
    /// The name.
    pub name: &'a str,
    /// The address.
    pub email: &'a str,
}

/// The first account of a server, and its team.
#[derive(Clone, Copy, Debug)]
pub struct SetUp<'a> {
    /// Who.
    pub typed: NewAccount<'a>,
    /// The team's name.
    pub team: &'a str,
    /// Why it was not done.
    pub problem: Option<&'a Problem>,
}

/// An account for anybody.
#[derive(Clone, Copy, Debug)]
pub struct SignUp<'a> {
    /// Who.
    pub typed: NewAccount<'a>,
    /// Why it was not done.
    pub problem: Option<&'a Problem>,
}

/// An invitation into a team.
#[derive(Clone, Copy, Debug)]
pub struct Join<'a> {
    /// The team's name.
    pub team: &'a str,
    /// What one may do in it.
    pub role: Role,
    /// The address of the invitation itself, to come back to.
    pub here: &'a str,
    /// Under which address somebody is signed in already.
    pub as_email: Option<&'a str>,
    /// Who.
    pub typed: NewAccount<'a>,
    /// Why it was not done.
    pub problem: Option<&'a Problem>,
}

/// A new password by a link.
#[derive(Clone, Copy, Debug)]
pub struct Reset<'a> {
    /// Whose.
    pub email: &'a str,
    /// Why it was not done.
    pub problem: Option<&'a Problem>,
}

pub(super) fn sign_in(markup: &mut Markup, page: &SignIn<'_>, locale: Locale) {
    if page.was_reset {
        done(markup, td_string!(locale, account.reset_done));
    }
    let form = Form::begin(markup, "acct__form", "/sign-in", "", page.problem, locale);
    if !page.to.is_empty() {
        hidden(markup, "to", page.to);
    }
    form.field(markup, Field::Email(page.email))
        .field(markup, Field::Password)
        .send(markup, MAIN, td_string!(locale, account.sign_in));
    if page.ways.mail {
        aside(markup, "", Some(("/forgot", td_string!(locale, account.forgot))));
    } else {
        aside(markup, td_string!(locale, account.forgot_ask), None);
    }
    if page.ways.open {
        let link = Some(("/sign-up", td_string!(locale, account.sign_up)));
        aside(markup, td_string!(locale, account.no_account), link);
    } else {
        aside(markup, td_string!(locale, account.no_account_ask), None);
    }
}

fn new_account(markup: &mut Markup, form: &Form<'_>, typed: NewAccount<'_>) {
    form.field(markup, Field::Name(typed.name))
        .field(markup, Field::Email(typed.email))
        .field(markup, Field::NewPassword);
}

pub(super) fn set_up(markup: &mut Markup, page: &SetUp<'_>, locale: Locale) {
    hint(markup, td_string!(locale, account.set_up_hint));
    let form = Form::begin(markup, "acct__form", "", "", page.problem, locale);
    new_account(markup, &form, page.typed);
    form.field(markup, Field::Team(page.team))
        .send(markup, MAIN, td_string!(locale, account.set_up));
}

pub(super) fn sign_up(markup: &mut Markup, page: &SignUp<'_>, locale: Locale) {
    let form = Form::begin(markup, "acct__form", "", "", page.problem, locale);
    new_account(markup, &form, page.typed);
    form.send(markup, MAIN, td_string!(locale, account.sign_up));
    let link = Some(("/sign-in", td_string!(locale, account.sign_in)));
    aside(markup, td_string!(locale, account.have_account), link);
}

pub(super) fn join(markup: &mut Markup, page: &Join<'_>, locale: Locale) {
    hint(
        markup,
        &td_string!(locale, account.join_as, role = role_word(page.role, locale)),
    );
    if let Some(email) = page.as_email {
        Form::begin(markup, "acct__form", "", "", page.problem, locale);
        button(markup, MAIN, &td_string!(locale, account.join_with, email = email));
        markup.close();
        return;
    }
    let form = Form::begin(markup, "acct__form", "", "", page.problem, locale);
    new_account(markup, &form, page.typed);
    form.send(markup, MAIN, td_string!(locale, account.join_new));
    let sign_in = format!("/sign-in?to={}", page.here);
    let link = Some((sign_in.as_str(), td_string!(locale, account.join_sign_in)));
    aside(markup, td_string!(locale, account.have_account), link);
}

pub(super) fn forgot(markup: &mut Markup, problem: Option<&Problem>, typed: &str, locale: Locale) {
    hint(markup, td_string!(locale, account.forgot_hint));
    let form = Form::begin(markup, "acct__form", "", "", problem, locale);
    form.field(markup, Field::Email(typed))
        .send(markup, MAIN, td_string!(locale, account.forgot_send));
}

pub(super) fn reset(markup: &mut Markup, page: &Reset<'_>, locale: Locale) {
    hint(markup, &td_string!(locale, account.reset_for, email = page.email));
    let form = Form::begin(markup, "acct__form", "", "", page.problem, locale);
    // Password managers file the new one under it.
    markup.lone(
        "input",
        &[
            ("type", "hidden"),
            ("name", "email"),
            ("value", page.email),
            ("autocomplete", "username"),
        ],
    );
    form.field(markup, Field::NewPassword)
        .send(markup, MAIN, td_string!(locale, account.reset_do));
}

/// A role in the reader's language.
pub(super) fn role_word(role: Role, locale: Locale) -> &'static str {
    match role {
        Role::Viewer => td_string!(locale, account.role_viewer),
        Role::Commenter => td_string!(locale, account.role_commenter),
        Role::Editor => td_string!(locale, account.role_editor),
        Role::Owner => td_string!(locale, account.role_owner),
    }
}
