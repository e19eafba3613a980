//! Somebody's own account.

use leptos_i18n::td_string;
use model::audit::AuditLine;
use model::teams::{Account, Team, Token};

use super::enter::role_word;
use super::parts::{Field, Form, behind, button, done, hidden, moment, part, trouble};
use super::{Frame, Outcome, lines, tokens};
use crate::ui::markup::Markup;

/// What its forms do, as they say it and as the address says afterwards that it was done.
pub mod deed {
    /// Another name.
    pub const NAME: &str = "name";
    /// Another password.
    pub const PASSWORD: &str = "password";
    /// Signing out everywhere else.
    pub const SESSIONS: &str = "sessions";
    /// A new team.
    pub const TEAM: &str = "team";
    /// Leaving a team.
    pub const LEAVE: &str = "leave";
    /// The end of a team, which is brought about on its own page.
    pub const TEAM_END: &str = "team-end";
    /// A token for a program.
    pub const TOKEN: &str = "token";
    /// The end of one.
    pub const TOKEN_END: &str = "token-end";
    /// Deleting the account.
    pub const DELETE: &str = "delete";
}

/// The page of an account.
#[derive(Clone, Copy, Debug)]
pub struct Mine<'a> {
    /// Whose.
    pub account: &'a Account,
    /// Where they are signed in, the last used first.
    pub sessions: &'a [SessionLine<'a>],
    /// Their teams.
    pub teams: &'a [Team],
    /// What programs come by in their name.
    pub tokens: &'a [Token],
    /// A token that was just made: the only moment at which it can be had.
    pub told: Option<&'a str>,
    /// What was done in their name lately.
    pub lines: &'a [AuditLine],
    /// The name that was typed for a team to be.
    pub team: &'a str,
    /// What became of what was posted.
    pub outcome: Outcome<'a>,
}

/// A place where somebody is signed in.
#[derive(Clone, Copy, Debug)]
pub struct SessionLine<'a> {
    /// What the browser calls itself.
    pub agent: &'a str,
    /// When it was last used, in milliseconds since 1970.
    pub seen_at: u64,
    /// Whether it is the one that asks.
    pub here: bool,
}

pub(super) fn draw(markup: &mut Markup, page: &Mine<'_>, frame: &Frame<'_>) {
    let locale = frame.locale;
    markup.says("p", "acct__p", &page.account.email);
    let outcome = page.outcome;

    part(markup, deed::TEAM, td_string!(locale, account.teams));
    said(markup, outcome, deed::LEAVE, td_string!(locale, account.left));
    said(
        markup,
        outcome,
        deed::TEAM_END,
        td_string!(locale, account.team_deleted),
    );
    if let Some(problem) = outcome.problem_at(deed::LEAVE) {
        trouble(markup, problem, locale);
    }
    if page.teams.is_empty() {
        markup.says("p", "acct__note", td_string!(locale, account.teams_none));
    } else {
        markup.open("ul", &[("class", "acct__list")]);
        for team in page.teams {
            let here = format!("/teams/{}", team.id);
            markup
                .open("li", &[("class", "acct__row")])
                .open("div", &[("class", "acct__what")])
                .open("a", &[("class", "acct__link acct__strong"), ("href", &here)])
                .text(&team.name)
                .close()
                .says("span", "acct__note", role_word(team.role, locale))
                .close();
            behind(markup, td_string!(locale, account.leave), false);
            let form = Form::begin(markup, "acct__sure", "", deed::LEAVE, None, locale);
            hidden(markup, "id", &team.id.to_string());
            markup.says(
                "p",
                "acct__note",
                &td_string!(locale, account.leave_hint, team = team.name.as_str()),
            );
            form.send(markup, "btn acct__danger", td_string!(locale, account.leave_do));
            markup.close().close();
        }
        markup.close();
    }
    behind(
        markup,
        td_string!(locale, account.team_make),
        outcome.problem_at(deed::TEAM).is_some(),
    );
    let form = Form::begin(
        markup,
        "acct__form",
        "",
        deed::TEAM,
        outcome.problem_at(deed::TEAM),
        locale,
    );
    form.field(markup, Field::Team(page.team))
        .send(markup, "btn", td_string!(locale, account.team_make));
    markup.close().close();

    part(markup, deed::NAME, td_string!(locale, account.profile));
    said(markup, outcome, deed::NAME, td_string!(locale, account.saved));
    let form = Form::begin(
        markup,
        "acct__form",
        "",
        deed::NAME,
        outcome.problem_at(deed::NAME),
        locale,
    );
    form.field(markup, Field::Name(outcome.typed_or(deed::NAME, &page.account.name)))
        .send(markup, "btn", td_string!(locale, account.save));
    markup.close();

    part(markup, deed::PASSWORD, td_string!(locale, account.password_change));
    said(
        markup,
        outcome,
        deed::PASSWORD,
        td_string!(locale, account.password_changed),
    );
    markup.says("p", "acct__note", td_string!(locale, account.password_change_hint));
    let form = Form::begin(
        markup,
        "acct__form",
        "",
        deed::PASSWORD,
        outcome.problem_at(deed::PASSWORD),
        locale,
    );
    user_name(markup, page.account);
    form.field(markup, Field::Password)
        .field(markup, Field::NewPassword)
        .send(markup, "btn", td_string!(locale, account.password_change));
    markup.close();

    sessions(markup, page, frame);
    tokens::draw(markup, page, frame);
    lines::draw(markup, td_string!(locale, account.lately), page.lines, frame);

    part(markup, deed::DELETE, td_string!(locale, account.delete));
    markup.says("p", "acct__note", td_string!(locale, account.delete_hint));
    let problem = outcome.problem_at(deed::DELETE);
    behind(markup, td_string!(locale, account.delete), problem.is_some());
    let form = Form::begin(markup, "acct__form", "", deed::DELETE, problem, locale);
    user_name(markup, page.account);
    form.field(markup, Field::Password)
        .send(markup, "btn acct__danger", td_string!(locale, account.delete_do));
    markup.close().close();
}

pub(super) fn said(markup: &mut Markup, outcome: Outcome<'_>, what: &str, text: &str) {
    if outcome.is_done(what) {
        done(markup, text);
    }
}

/// Whose password it is, for whatever keeps passwords.
fn user_name(markup: &mut Markup, account: &Account) {
    markup.lone(
        "input",
        &[
            ("class", "visually-hidden"),
            ("type", "text"),
            ("name", "user"),
            ("value", &account.email),
            ("autocomplete", "username"),
            ("tabindex", "-1"),
            ("aria-hidden", "true"),
            ("readonly", "readonly"),
        ],
    );
}

fn sessions(markup: &mut Markup, page: &Mine<'_>, frame: &Frame<'_>) {
    let locale = frame.locale;
    part(markup, deed::SESSIONS, td_string!(locale, account.sessions));
    said(
        markup,
        page.outcome,
        deed::SESSIONS,
        td_string!(locale, account.sessions_ended),
    );
    if let Some(problem) = page.outcome.problem_at(deed::SESSIONS) {
        trouble(markup, problem, locale);
    }
    markup.open("ul", &[("class", "acct__list")]);
    for session in page.sessions {
        let name = browser(session.agent).unwrap_or_else(|| td_string!(locale, account.session_unknown).to_owned());
        markup
            .open("li", &[("class", "acct__row")])
            .open("div", &[("class", "acct__what")])
            .says("span", "acct__strong", &name);
        markup.open("span", &[("class", "acct__note")]);
        if session.here {
            markup.text(td_string!(locale, account.session_here));
        } else {
            markup.text(td_string!(locale, account.session_seen)).text(" ");
            moment(markup, session.seen_at, frame.zone, locale);
        }
        markup.close().close().close();
    }
    markup.close();
    if page.sessions.len() > 1 {
        Form::begin(markup, "acct__form", "", deed::SESSIONS, None, locale);
        button(markup, "btn", td_string!(locale, account.sessions_end));
        markup.close();
    }
    markup.close();
}

/// The browser and the system, as far as they can be told from what a browser calls itself. Names of products are the
/// same in every language.
fn browser(agent: &str) -> Option<String> {
    // Each calls itself by the names of those before it, too.
    const BROWSERS: [(&str, &str); 7] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("coc_coc_browser/", "Coc Coc"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let known = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(part, _)| agent.contains(part))
            .map(|(_, name)| *name)
    };
    let browser = known(&BROWSERS)?;
    Some(match known(&SYSTEMS) {
        Some(system) => format!("{browser}, {system}"),
        None => browser.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn a_browser_is_told_by_the_name_that_is_its_own() {
        let told = |agent| browser(agent).unwrap_or_default();
        assert_eq!(
            told(
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0"
            ),
            "Edge, Windows"
        );
        assert_eq!(
            told(
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
            ),
            "Safari, iPhone"
        );
        assert_eq!(
            told("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
            "Firefox, Linux"
        );
        assert_eq!(browser("curl/8.1"), None);
        assert_eq!(browser(""), None);
    }
}
