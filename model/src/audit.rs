//! What was done to accounts, teams, links and boards, as it is told to whoever may know. None of it is part of a map.

use crate::board::word;

word!(/// What somebody did.
    What { /// Set the server up.
        SetUp = "set-up", /// Made an account.
        SignedUp = "signed-up", /// Signed in.
        SignedIn = "signed-in", /// Tried to, with a wrong password.
        SignInFailed = "sign-in-failed", /// Signed out everywhere else.
        SignedOutElsewhere = "signed-out-elsewhere", /// Changed their password.
        PasswordChanged = "password-changed", /// Made a link by which a password is set anew; the detail says whose.
        ResetMade = "reset-made", /// Set a password by such a link.
        PasswordReset = "password-reset", /// Made a team.
        TeamMade = "team-made", /// Renamed it; the detail is the new name.
        TeamRenamed = "team-renamed", /// Made a link into a team; the detail is the role.
        Invited = "invited", /// Took one back.
        InviteRevoked = "invite-revoked", /// Came into a team by one; the detail is the role.
        Joined = "joined", /// Gave a member another role; the detail is the role, a blank, and the name.
        RoleSet = "role-set", /// Took a member out; the detail is the name.
        Removed = "removed", /// Left a team.
        Left = "left", /// Made a token for a program; the detail is its name.
        TokenMade = "token-made", /// Took one away.
        TokenEnded = "token-ended", /// Deleted their account; the detail is the name.
        Deleted = "deleted", /// Deleted a team; the detail is its name.
        TeamDeleted = "team-deleted", /// Made a link to a board; the detail is the role, a blank, and the board's title.
        LinkMade = "link-made", /// Changed what one gives; the detail is the same.
        LinkChanged = "link-changed", /// Gave one another address; the detail is the board's title, as of all below.
        LinkRenewed = "link-renewed", /// Revoked one.
        LinkRevoked = "link-revoked", /// Gave a board to a team or a person.
        BoardMoved = "board-moved", /// Put a board into the bin.
        BoardBinned = "board-binned", /// Put it away.
        BoardArchived = "board-archived", /// Put it back on the shelf.
        BoardShelved = "board-shelved" });

/// One line of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLine {
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// What.
    pub what: What,
    /// The name of whoever did it, while they have an account.
    pub who: Option<String>,
    /// From which address.
    pub address: String,
    /// What [`What`] says of it.
    pub detail: String,
}
