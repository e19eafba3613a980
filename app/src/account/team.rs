//! A team, as one of its members sees it.

use leptos_i18n::td_string;
use model::access::Role;
use model::audit::AuditLine;
use model::id::PersonId;
use model::teams::{BIN_DAYS, Invite, Member, Team};

use super::enter::role_word;
use super::parts::{Field, Form, Label, behind, button, choice, days_long, done, hidden, moment, part, told, trouble};
use super::{Frame, Locale, Outcome, lines};
use crate::ui::markup::Markup;

/// What its forms do, as they say it and as the address says afterwards that it was done.
pub mod deed {
    /// Another name.
    pub const NAME: &str = "name";
    /// Another role for a member.
    pub const ROLE: &str = "role";
    /// Taking a member out.
    pub const REMOVE: &str = "remove";
    /// A link by which a member sets a password anew.
    pub const RESET: &str = "reset";
    /// A link into the team.
    pub const INVITE: &str = "invite";
    /// Taking one back.
    pub const REVOKE: &str = "revoke";
    /// Making another member the owner in one's place.
    pub const HAND_OVER: &str = "hand-over";
    /// Leaving.
    pub const LEAVE: &str = "leave";
    /// Deleting the team.
    pub const DELETE: &str = "delete";
}

/// What becomes of the boards of a team that is deleted: they are those of whoever deletes it.
pub const BOARDS_MINE: &str = "mine";
/// The same, in the bin.
pub const BOARDS_BIN: &str = "bin";

/// How many days an invitation can be made for.
pub const DAYS: [u64; 3] = [7, 3, 1];
/// The roles that an invitation gives: to own a team is given to people, not to links.
pub const INVITED_AS: [Role; 3] = [Role::Editor, Role::Commenter, Role::Viewer];

/// The page of a team.
#[derive(Clone, Copy, Debug)]
pub struct TeamPage<'a> {
    /// The team, and what the reader may do in it.
    pub team: &'a Team,
    /// Who reads.
    pub me: PersonId,
    /// Who is in it, and whether the reader may make them a link to set a password anew.
    pub members: &'a [(Member, bool)],
    /// The links into it; for owners.
    pub invites: &'a [Invite],
    /// What was done in it lately; for owners.
    pub lines: &'a [AuditLine],
    /// A link that was just made: the only moment at which it can be had.
    pub told: Option<Told<'a>>,
    /// What became of what was posted.
    pub outcome: Outcome<'a>,
    /// The time, in milliseconds since 1970.
    pub now: u64,
}

/// A link that is told once.
#[derive(Clone, Copy, Debug)]
pub enum Told<'a> {
    /// Into the team.
    Invite(&'a str),
    /// To a new password, for whom.
    Reset(&'a str, &'a str),
}

pub(super) fn draw(markup: &mut Markup, page: &TeamPage<'_>, frame: &Frame<'_>) {
    let locale = frame.locale;
    let owns = page.team.role.may_manage();
    markup.says(
        "p",
        "acct__p",
        &td_string!(locale, account.team_role, role = role_word(page.team.role, locale)),
    );
    // Whoever does not own the team has no form for its name, where it would be said otherwise.
    let problem = match owns {
        true => page.outcome.problem_anywhere_but(deed::NAME),
        false => page.outcome.problem,
    };
    if let Some(problem) = problem {
        trouble(markup, problem, locale);
    }
    if page.outcome.problem.is_none() {
        match page.outcome.at {
            "" => {}
            deed::INVITE | deed::RESET if page.told.is_some() => {}
            _ => done(markup, td_string!(locale, account.saved)),
        }
    }
    members(markup, page, frame);
    if owns {
        invites(markup, page, frame);
        part(markup, deed::NAME, td_string!(locale, account.team_rename));
        let problem = page.outcome.problem_at(deed::NAME);
        let typed = page.outcome.typed_or(deed::NAME, &page.team.name);
        Form::begin(markup, "acct__form", "", deed::NAME, problem, locale)
            .field(markup, Field::Team(typed))
            .send(markup, "btn", td_string!(locale, account.save));
        markup.close();
        hand_over(markup, page, locale);
    }
    part(markup, deed::LEAVE, td_string!(locale, account.leave));
    markup.says(
        "p",
        "acct__note",
        &td_string!(locale, account.leave_hint, team = page.team.name.as_str()),
    );
    behind(markup, td_string!(locale, account.leave), false);
    Form::begin(markup, "acct__sure", "", deed::LEAVE, None, locale);
    button(markup, "btn acct__danger", td_string!(locale, account.leave_do));
    markup.close().close().close();
    if owns {
        delete(markup, page, locale);
    }
    lines::draw(markup, td_string!(locale, account.team_lately), page.lines, frame);
}

fn members(markup: &mut Markup, page: &TeamPage<'_>, frame: &Frame<'_>) {
    let locale = frame.locale;
    let owns = page.team.role.may_manage();
    part(
        markup,
        "members",
        &td_string!(locale, account.members, count = page.members.len()),
    );
    if let Some(Told::Reset(name, address)) = page.told {
        told(
            markup,
            &td_string!(locale, account.reset_told, name = name),
            address,
            locale,
        );
    }
    markup.open("ul", &[("class", "acct__list")]);
    for (Member { account, role, .. }, may_reset) in page.members {
        let id = account.id.to_string();
        markup
            .open("li", &[("class", "acct__row")])
            .open("div", &[("class", "acct__what")])
            .open("span", &[("class", "acct__strong")])
            .text(&account.name);
        if account.id == page.me {
            markup.text(" ").text(td_string!(locale, account.member_me));
        }
        markup.close();
        if owns {
            markup.says("span", "acct__note", &account.email);
        }
        markup.close();
        if !owns {
            markup.says("span", "acct__note", role_word(*role, locale)).close();
            continue;
        }
        Form::begin(markup, "acct__line-form", "", deed::ROLE, None, locale);
        hidden(markup, "id", &id);
        let label = td_string!(locale, account.role_of, name = account.name.as_str());
        choice(
            markup,
            "role",
            Label::Heard(&label),
            &roles(&all_roles(), locale),
            role.word(),
        );
        button(markup, "btn", td_string!(locale, account.role_set));
        markup.close();
        if account.id != page.me {
            behind(
                markup,
                &td_string!(locale, account.member_more, name = account.name.as_str()),
                false,
            );
            if *may_reset {
                Form::begin(markup, "acct__sure", "", deed::RESET, None, locale);
                hidden(markup, "id", &id);
                markup.says("p", "acct__note", td_string!(locale, account.reset_make_hint));
                button(markup, "btn", td_string!(locale, account.reset_make));
                markup.close();
            }
            Form::begin(markup, "acct__sure", "", deed::REMOVE, None, locale);
            hidden(markup, "id", &id);
            markup.says("p", "acct__note", td_string!(locale, account.remove_hint));
            let remove = td_string!(locale, account.remove_do, name = account.name.as_str());
            button(markup, "btn acct__danger", &remove);
            markup.close().close();
        }
        markup.close();
    }
    markup.close().close();
}

fn all_roles() -> Vec<Role> {
    Role::ALL.iter().rev().copied().collect()
}

fn roles(roles: &[Role], locale: Locale) -> Vec<(&'static str, &'static str)> {
    roles
        .iter()
        .map(|role| (role.word(), role_word(*role, locale)))
        .collect()
}

fn invites(markup: &mut Markup, page: &TeamPage<'_>, frame: &Frame<'_>) {
    let locale = frame.locale;
    part(markup, deed::INVITE, td_string!(locale, account.invites));
    if let Some(Told::Invite(address)) = page.told {
        told(markup, td_string!(locale, account.invite_told), address, locale);
    }
    let form = Form::begin(markup, "acct__form acct__form--line", "", deed::INVITE, None, locale);
    let role = Label::Seen("invite-role", td_string!(locale, account.invite_role));
    choice(markup, "role", role, &roles(&INVITED_AS, locale), Role::Editor.word());
    let days: Vec<(String, String)> = DAYS
        .iter()
        .map(|days| (days.to_string(), days_long(*days, locale)))
        .collect();
    let days: Vec<(&str, &str)> = days
        .iter()
        .map(|(value, text)| (value.as_str(), text.as_str()))
        .collect();
    choice(
        markup,
        "days",
        Label::Seen("invite-days", td_string!(locale, account.invite_lasts)),
        &days,
        "",
    );
    let uses = [
        ("1", td_string!(locale, account.invite_once)),
        ("", td_string!(locale, account.invite_many)),
    ];
    choice(
        markup,
        "uses",
        Label::Seen("invite-uses", td_string!(locale, account.invite_uses)),
        &uses,
        "1",
    );
    form.send(markup, "btn btn--main", td_string!(locale, account.invite_make));
    let open: Vec<&Invite> = page.invites.iter().filter(|invite| invite.is_open(page.now)).collect();
    if !open.is_empty() {
        markup.open("ul", &[("class", "acct__list")]);
        for invite in open {
            markup
                .open("li", &[("class", "acct__row")])
                .open("div", &[("class", "acct__what")])
                .says("span", "acct__strong", role_word(invite.role, locale))
                .open("span", &[("class", "acct__note")]);
            let uses = match invite.uses_max {
                Some(_) => td_string!(locale, account.invite_once).to_owned(),
                None => td_string!(locale, account.invite_used, count = invite.uses),
            };
            markup
                .text(&uses)
                .text(" · ")
                .text(td_string!(locale, account.invite_until))
                .text(" ");
            moment(markup, invite.expires_at, frame.zone, locale);
            markup.close().close();
            Form::begin(markup, "acct__line-form", "", deed::REVOKE, None, locale);
            hidden(markup, "id", &invite.id.to_string());
            button(markup, "btn", td_string!(locale, account.invite_revoke));
            markup.close().close();
        }
        markup.close();
    }
    markup.close();
}

fn delete(markup: &mut Markup, page: &TeamPage<'_>, locale: Locale) {
    part(markup, deed::DELETE, td_string!(locale, account.team_delete));
    let team = page.team.name.as_str();
    markup.says(
        "p",
        "acct__note",
        &td_string!(locale, account.team_delete_hint, team = team, days = BIN_DAYS),
    );
    behind(markup, td_string!(locale, account.team_delete), false);
    let form = Form::begin(markup, "acct__form", "", deed::DELETE, None, locale);
    let options = [
        (BOARDS_MINE, td_string!(locale, account.team_delete_mine)),
        (BOARDS_BIN, td_string!(locale, account.team_delete_bin)),
    ];
    let label = Label::Seen("delete-boards", td_string!(locale, account.team_delete_boards));
    choice(markup, "boards", label, &options, BOARDS_MINE);
    form.send(markup, "btn acct__danger", td_string!(locale, account.team_delete_do));
    markup.close().close();
}

fn hand_over(markup: &mut Markup, page: &TeamPage<'_>, locale: Locale) {
    let others: Vec<(String, &str)> = page
        .members
        .iter()
        .filter(|(member, _)| member.account.id != page.me)
        .map(|(member, _)| (member.account.id.to_string(), member.account.name.as_str()))
        .collect();
    if others.is_empty() {
        return;
    }
    part(markup, deed::HAND_OVER, td_string!(locale, account.hand_over));
    markup.says("p", "acct__note", td_string!(locale, account.hand_over_hint));
    behind(markup, td_string!(locale, account.hand_over), false);
    let form = Form::begin(markup, "acct__form", "", deed::HAND_OVER, None, locale);
    let options: Vec<(&str, &str)> = others.iter().map(|(id, name)| (id.as_str(), *name)).collect();
    let label = Label::Seen("hand-over-id", td_string!(locale, account.hand_over_to));
    choice(markup, "id", label, &options, "");
    form.send(markup, "btn acct__danger", td_string!(locale, account.hand_over_do));
    markup.close().close();
}
