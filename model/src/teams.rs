//! People with an account and the teams they work in, as the pages show them. None of it is part of a map; whoever
//! keeps the maps keeps it.

use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::board::word;
use crate::id::{PersonId, TeamId};

/// Shortest password, in Unicode scalar values. Length is what counts; no kind of letter is asked for (NIST SP 800-63B).
pub const PASSWORD_MIN: usize = 10;
/// Longest password, in bytes: longer ones only take time to hash.
pub const PASSWORD_MAX: usize = 200;
/// Longest e-mail address, in bytes (RFC 5321, 4.5.3.1.3).
pub const EMAIL_MAX: usize = 254;

/// Somebody who can sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Who edits, rates and comments under it.
    pub id: PersonId,
    /// As it was typed.
    pub email: String,
    /// What the others see.
    pub name: String,
}

/// A team, as one of its members sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// What that member may do in it.
    pub role: Role,
}

/// Somebody in a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub account: Account,
    /// What they may do.
    pub role: Role,
    /// Since when they are in it, in milliseconds since 1970.
    pub joined_at: u64,
}

/// A link into a team. The link itself is known only to whoever made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    /// Its number.
    pub id: i64,
    /// What whoever comes by it may do.
    pub role: Role,
    /// When it was made, in milliseconds since 1970, as those below.
    pub created_at: u64,
    /// When it stops to work.
    pub expires_at: u64,
    /// How many may come by it; `None` is as many as like.
    pub uses_max: Option<u64>,
    /// How many have.
    pub uses: u64,
    /// Set once it was taken back.
    pub revoked_at: Option<u64>,
}

impl Invite {
    /// Whether somebody can come by it at that moment.
    #[must_use]
    pub fn is_open(&self, now: u64) -> bool {
        self.revoked_at.is_none() && now < self.expires_at && self.uses_max.is_none_or(|max| self.uses < max)
    }
}

/// Whose a board is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Home {
    /// Whoever reaches the server works with it: open mode.
    #[default]
    Nobody,
    /// One person's.
    Person(PersonId),
    /// A team's.
    Team(TeamId),
}

word!(/// Where boards lie.
    Pile { /// Those that are worked with.
        Shelf = "shelf", /// Those that are kept, and not in the way.
        Archive = "archive", /// Those that were deleted, for as long as they can be had back.
        Bin = "bin" });

word!(/// What a program may do for whoever made its token.
    Scope { /// Reading what they may see.
        Read = "read", /// All that they may.
        Write = "write" });

/// A token that somebody made for a program. The token itself is known only to whoever made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its number.
    pub id: i64,
    /// What it is for.
    pub label: String,
    /// What it may do.
    pub scope: Scope,
    /// When it was made, in milliseconds since 1970, as those below.
    pub created_at: u64,
    /// When it stops to work.
    pub expires_at: u64,
    /// When it was last used, to the hour.
    pub used_at: Option<u64>,
}

/// How long a deleted board can be had back, in days.
pub const BIN_DAYS: u16 = 30;

/// What an address is found by: `None` for what is none. Whether mail arrives there only sending shows, so no more is
/// asked than a mail server would: something, one `@`, a domain without spaces.
#[must_use]
pub fn email_key(typed: &str) -> Option<String> {
    let email = typed.trim();
    let (local, domain) = email.rsplit_once('@')?;
    let fits = email.len() <= EMAIL_MAX
        && !local.is_empty()
        && !domain.is_empty()
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && email
            .chars()
            .all(|letter| !letter.is_whitespace() && !letter.is_control())
        && !local.contains('@');
    fits.then(|| email.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_however_it_is_typed() {
        assert_eq!(email_key(" Linh@Cafe.VN ").as_deref(), Some("linh@cafe.vn"));
        assert_eq!(email_key("a+b@xn--abc").as_deref(), Some("a+b@xn--abc"));
        for none in [
            "",
            "linh",
            "@cafe.vn",
            "linh@",
            "li nh@cafe.vn",
            "a@b@c",
            "a@.vn",
            "a@vn.",
            "a\n@b.vn",
        ] {
            assert_eq!(email_key(none), None, "{none:?}");
        }
        assert_eq!(email_key(&format!("{}@cafe.vn", "a".repeat(EMAIL_MAX))), None);
    }

    #[test]
    fn an_invitation_is_open_until_it_is_used_up_over_or_taken_back() {
        let invite = Invite {
            id: 1,
            role: Role::Editor,
            created_at: 0,
            expires_at: 10,
            uses_max: Some(2),
            uses: 1,
            revoked_at: None,
        };
        assert!(invite.is_open(9));
        assert!(!invite.is_open(10));
        assert!(
            !Invite {
                uses: 2,
                ..invite.clone()
            }
            .is_open(9)
        );
        assert!(
            Invite {
                uses: 2,
                uses_max: None,
                ..invite.clone()
            }
            .is_open(9)
        );
        assert!(
            !Invite {
                revoked_at: Some(5),
                ..invite
            }
            .is_open(9)
        );
    }
}
