//! What somebody may do on a board, whichever way they came in: as a member of its team, or by a link.

use crate::board::word;

word!(/// A role, the least first: each may all that those before it may. As members have it in their team, and a link gives
    /// it to whoever holds it.
    Role { /// Reads.
        Viewer = "viewer", /// Reads, and says something about it.
        Commenter = "commenter", /// Changes it.
        Editor = "editor", /// Says who else may. No link gives this.
        Owner = "owner" });

impl Role {
    /// Whether comments are taken from it.
    #[must_use]
    pub fn may_comment(self) -> bool {
        self >= Self::Commenter
    }

    /// Whether any edit is taken from it.
    #[must_use]
    pub fn may_edit(self) -> bool {
        self >= Self::Editor
    }

    /// Whether it gives others their access, and takes it away.
    #[must_use]
    pub fn may_manage(self) -> bool {
        self >= Self::Owner
    }
}
