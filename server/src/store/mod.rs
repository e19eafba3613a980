//! What keeps documents safe: the only place that speaks SQL.
//!
//! [`Store`] is the boundary: bytes in, bytes out. A board is a snapshot and the tail of updates after it; what the
//! bytes mean is nobody's business here. Every implementation passes the suite in `tests/support/contract.rs`.

mod accounts;
mod audit;
mod backup;
mod committer;
mod forms;
mod guests;
mod improvements;
mod links;
mod open;
mod people;
mod shelf;
mod sqlite;
mod tokens;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use model::{
    board::Board,
    date::{Date, Zone},
    id::{BoardId, ImprovementId, PersonId},
    loops::{
        across::{Across, Wanted},
        forms::FormLine,
        overview::{LoopLine, improvements_of},
    },
    summary::{Listed, Summary},
    teams::{Home, Pile},
};

use crate::secrets::SecretHash;

pub use accounts::{Accounts, Changed, NewInvite, NewPerson, NewSession, Session, SessionLine, SignedUp, Standing};
pub use audit::{Audit, AuditNote};
pub use backup::{BackupError, back_up};
pub use forms::NewForm;
pub use guests::{Guest, Guests, NewGuest};
pub use links::{Link, Links, NewLink};
pub use open::OpenError;
pub use people::{PeopleError, people, reset_by_hand};
pub use shelf::Shelf;
pub use sqlite::SqliteStore;
pub use tokens::{NewToken, Tokens};

/// A board as it lies in the store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// The whole document as of `snapshot_seq`, one encoded update. Empty while there is none.
    pub snapshot: Bytes,
    /// Number of the last update inside the snapshot.
    pub snapshot_seq: u64,
    /// Updates after the snapshot with their numbers, oldest first, no gaps.
    pub tail: Vec<(u64, Bytes)>,
    /// Number of the newest update that the stored summary knows of; 0 where that was never noted.
    pub summarised: u64,
    /// Whether the stored improvements are those of the newest update.
    pub indexed: bool,
}

impl Stored {
    /// Number of the newest update.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.tail.last().map_or(self.snapshot_seq, |(seq, _)| *seq)
    }
}

/// What is told of a board beside its document: for the list, and for the page across maps.
#[derive(Clone, Debug, Default)]
pub struct Digest {
    /// The board in short; `None` leaves the stored one.
    pub summary: Option<Summary>,
    /// Its improvements.
    pub lines: Lines,
}

/// The improvements of a board as of the updates that they are stored with.
#[derive(Clone, Debug, Default)]
pub enum Lines {
    /// They are what they were.
    #[default]
    Same,
    /// These and no others.
    All(Vec<LoopLine>),
    /// What they were, but for these.
    Changed {
        /// They are new or say something else.
        put: Vec<LoopLine>,
        /// They are no more.
        gone: Vec<ImprovementId>,
    },
    /// They could not be read out of the board; the stored ones are older than it.
    Unknown,
}

impl Digest {
    /// All there is to tell of a board.
    #[must_use]
    pub fn of(board: &Board) -> Self {
        Self {
            summary: Some(board.summary()),
            lines: Lines::All(improvements_of(board)),
        }
    }
}

impl From<Summary> for Digest {
    fn from(summary: Summary) -> Self {
        Self {
            summary: Some(summary),
            lines: Lines::Same,
        }
    }
}

/// Whose boards are looked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// All of them: open mode, and the server's own work.
    Everybody,
    /// Those that this person may see.
    Person(PersonId),
}

/// Keeps boards. Whatever a method has answered with `Ok` survives `kill -9` and a power cut.
///
/// A future that is dropped half way leaves the write whole or absent, never half done (F7).
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Adds a board with its first document, as whose it is.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when the id is taken; the store is then unchanged.
    async fn create(&self, id: BoardId, home: Home, snapshot: Bytes, digest: Digest) -> Result<(), StoreError>;

    /// The snapshot and every update after it; `None` for a board that does not exist.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn load(&self, id: BoardId) -> Result<Option<Stored>, StoreError>;

    /// Whether there is such a board, without reading it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn exists(&self, id: BoardId) -> Result<bool, StoreError>;

    /// Appends updates in this order, all or none, together with what is told of the board: that knows of everything
    /// up to the last of them. Creates the board when it does not exist. A digest alone is no change of the board.
    /// Answers with the number of the last update, once all of it is on the disk.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]: nothing of it was stored.
    async fn append(&self, id: BoardId, updates: Vec<Bytes>, digest: Digest) -> Result<u64, StoreError>;

    /// The same for a board that is there already: one that was deleted meanwhile does not come back by it.
    ///
    /// # Errors
    /// [`StoreError::Gone`], and [`StoreError::Unavailable`]: nothing of it was stored.
    async fn extend(&self, id: BoardId, updates: Vec<Bytes>, digest: Digest) -> Result<u64, StoreError>;

    /// Puts what is told of a board in the place of what was, unless an update after `upto` was appended meanwhile.
    /// Says whether it did.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]: what was told before is still there.
    async fn retell(&self, id: BoardId, upto: u64, digest: Digest) -> Result<bool, StoreError>;

    /// Every board, oldest first, and whether its stored improvements are those of its newest update.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn boards(&self) -> Result<Vec<(BoardId, bool)>, StoreError>;

    /// The stored summary of a board, with its search text; `None` where there is none that can be read.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn summary(&self, id: BoardId) -> Result<Option<Summary>, StoreError>;

    /// The stored improvements of a board, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn lines(&self, id: BoardId) -> Result<Vec<LoopLine>, StoreError>;

    /// Puts `snapshot` in the place of everything up to and including update `upto`, in one transaction. Does nothing
    /// when the stored snapshot is as new already, or `upto` was never appended.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]: the old snapshot and tail are still there.
    async fn compact(&self, id: BoardId, upto: u64, snapshot: Bytes) -> Result<(), StoreError>;

    /// Boards of a pile in whose title, brand, stages or touchpoints every word of `query` occurs, accents and case
    /// aside; newest change first, at most `limit`, and how many there are altogether. An empty query finds all. The
    /// summaries come without their search text.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn list(&self, whose: Whose, pile: Pile, query: &str, limit: u32) -> Result<Listed, StoreError>;

    /// Improvements of all boards on the shelf: those that are wanted, the most urgent first, as many as one list shows,
    /// and how they do altogether. The day and the quarter are the reader's.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn across(&self, whose: Whose, wanted: &Wanted, today: Date, zone: Zone) -> Result<Across, StoreError>;

    /// Adds a feedback form and says its id; `None` when there is no such board.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn add_form(&self, form: NewForm) -> Result<Option<i64>, StoreError>;

    /// The form that a link leads to, revoked or not, and its board.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn form(&self, token: SecretHash) -> Result<Option<(BoardId, FormLine)>, StoreError>;

    /// The forms of a board, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn forms(&self, board: BoardId) -> Result<Vec<FormLine>, StoreError>;

    /// Revokes a form, once; says whether the board has it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn revoke_form(&self, board: BoardId, id: i64) -> Result<bool, StoreError>;

    /// Counts an answer to a form.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn form_answered(&self, id: i64) -> Result<(), StoreError>;

    /// Really writes something and takes it away again.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the store cannot be written now.
    async fn probe(&self) -> Result<(), StoreError>;

    /// Stores everything that was asked for, then lets go of the files. Later writes are refused.
    async fn close(&self);
}

/// Why the store did not do it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// A board with this id is there already.
    #[error("a board with this id exists already")]
    Exists,
    /// There is no such board any more.
    #[error("the board was deleted")]
    Gone,
    /// The disk is full, read-only or failing, or the store is closing. Nothing was changed; trying again later may
    /// work. The text is for the log.
    #[error("the store cannot do this now: {0}")]
    Unavailable(Arc<str>),
}

impl StoreError {
    /// [`StoreError::Unavailable`] because of `cause`.
    pub fn unavailable(cause: impl std::fmt::Display) -> Self {
        Self::Unavailable(cause.to_string().into())
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::unavailable(error)
    }
}
