//! What was done to accounts, teams, links and boards, in sentences.

use leptos_i18n::td_string;
use model::access::Role;
use model::audit::{AuditLine, What};

use super::enter::role_word;
use super::parts::{moment, part};
use super::{Frame, Locale};
use crate::ui::markup::Markup;

pub(super) fn draw(markup: &mut Markup, heading: &str, lines: &[AuditLine], frame: &Frame<'_>) {
    if lines.is_empty() {
        return;
    }
    part(markup, "lines", heading).open("ol", &[("class", "acct__list acct__lines")]);
    for line in lines {
        markup.open("li", &[("class", "acct__line")]);
        moment(markup, line.at, frame.zone, frame.locale);
        markup
            .text(" ")
            .says("span", "acct__said", &sentence(line, frame.locale))
            .close();
    }
    markup.close().close();
}

fn sentence(line: &AuditLine, locale: Locale) -> String {
    let who = line.who.as_deref().unwrap_or(td_string!(locale, account.line_somebody));
    let detail = line.detail.as_str();
    let (role, name) = detail.split_once(' ').unwrap_or((detail, ""));
    let role = Role::from_word(role).map_or(role, |role| role_word(role, locale));
    let address = line.address.as_str();
    let title = |title: &str| match title {
        "" => td_string!(locale, map.untitled).to_owned(),
        title => title.to_owned(),
    };
    match line.what {
        What::SetUp => td_string!(locale, account.line_set_up, who = who),
        What::SignedUp => td_string!(locale, account.line_signed_up, who = who, address = address),
        What::SignedIn => td_string!(locale, account.line_signed_in, who = who, address = address),
        What::SignInFailed => td_string!(locale, account.line_sign_in_failed, address = address),
        What::SignedOutElsewhere => td_string!(locale, account.line_signed_out, who = who),
        What::PasswordChanged => td_string!(locale, account.line_password, who = who, address = address),
        What::ResetMade => td_string!(locale, account.line_reset_made, who = who, name = detail),
        What::PasswordReset => td_string!(locale, account.line_reset, who = who, address = address),
        What::TeamMade => td_string!(locale, account.line_team_made, who = who),
        What::TeamRenamed => td_string!(locale, account.line_team_renamed, who = who, name = detail),
        What::Invited => td_string!(locale, account.line_invited, who = who, role = role),
        What::InviteRevoked => td_string!(locale, account.line_revoked, who = who),
        What::Joined => td_string!(locale, account.line_joined, who = who, role = role),
        What::RoleSet => td_string!(locale, account.line_role, who = who, name = name, role = role),
        What::Removed => td_string!(locale, account.line_removed, who = who, name = detail),
        What::Left => td_string!(locale, account.line_left, who = who),
        What::TokenMade => td_string!(locale, account.line_token_made, who = who, name = detail),
        What::TokenEnded => td_string!(locale, account.line_token_ended, who = who),
        What::Deleted => td_string!(locale, account.line_deleted, name = detail),
        What::TeamDeleted => td_string!(locale, account.line_team_deleted, who = who, name = detail),
        What::LinkMade => td_string!(
            locale,
            account.line_link_made,
            who = who,
            name = title(name),
            role = role
        ),
        What::LinkChanged => td_string!(
            locale,
            account.line_link_changed,
            who = who,
            name = title(name),
            role = role
        ),
        What::LinkRenewed => td_string!(locale, account.line_link_renewed, who = who, name = title(detail)),
        What::LinkRevoked => td_string!(locale, account.line_link_revoked, who = who, name = title(detail)),
        What::BoardMoved => td_string!(locale, account.line_board_moved, who = who, name = title(detail)),
        What::BoardBinned => td_string!(locale, account.line_board_binned, who = who, name = title(detail)),
        What::BoardArchived => td_string!(locale, account.line_board_archived, who = who, name = title(detail)),
        What::BoardShelved => td_string!(locale, account.line_board_shelved, who = who, name = title(detail)),
    }
}
