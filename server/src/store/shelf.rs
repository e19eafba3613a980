//! Where boards stand: whose they are, and whether they are on the shelf, kept away, or in the bin.

use async_trait::async_trait;
use model::{
    id::{BoardId, PersonId, TeamId},
    teams::{Home, Pile},
};
use sqlx::{Row, sqlite::SqliteRow};

use super::{SqliteStore, StoreError, Whose, sqlite::uuid};
use crate::limits::BIN_BATCH;

/// What leads to a board by an address of its own leads nowhere while the board is in the bin.
pub(super) const OUT_OF_BIN: &str =
    "NOT EXISTS (SELECT 1 FROM boards WHERE boards.id = board_id AND deleted_at IS NOT NULL)";

/// Puts boards in their places.
#[async_trait]
pub trait Shelf: Send + Sync + 'static {
    /// Gives a board to a team or a person; says whether there is one.
    async fn give(&self, board: BoardId, home: Home) -> Result<bool, StoreError>;
    /// Puts a board on a pile; says whether there is one.
    async fn put(&self, board: BoardId, pile: Pile) -> Result<bool, StoreError>;
    /// Takes boards away for good, with all that hangs on them, that have been in the bin for so many milliseconds:
    /// [`BIN_BATCH`] at most; says which.
    async fn empty_bin(&self, after: u64) -> Result<Vec<BoardId>, StoreError>;
}

#[async_trait]
impl Shelf for SqliteStore {
    async fn give(&self, board: BoardId, home: Home) -> Result<bool, StoreError> {
        self.write(move |connection, _| {
            Box::pin(async move {
                let (team, owner) = keys_of(&home);
                let given = sqlx::query("UPDATE boards SET team_id = ?2, owner_id = ?3 WHERE id = ?1")
                    .bind(&board.0.as_bytes()[..])
                    .bind(team)
                    .bind(owner)
                    .execute(connection)
                    .await?;
                Ok(given.rows_affected() > 0)
            })
        })
        .await
    }

    async fn put(&self, board: BoardId, pile: Pile) -> Result<bool, StoreError> {
        self.write(move |connection, now| {
            Box::pin(async move {
                let put = match pile {
                    Pile::Shelf => "UPDATE boards SET archived_at = NULL, deleted_at = NULL WHERE id = ?1 AND ?2",
                    Pile::Archive => "UPDATE boards SET archived_at = coalesce(archived_at, ?2) WHERE id = ?1",
                    Pile::Bin => "UPDATE boards SET deleted_at = coalesce(deleted_at, ?2) WHERE id = ?1",
                };
                let put = sqlx::query(put)
                    .bind(&board.0.as_bytes()[..])
                    .bind(now)
                    .execute(connection)
                    .await?;
                Ok(put.rows_affected() > 0)
            })
        })
        .await
    }

    async fn empty_bin(&self, after: u64) -> Result<Vec<BoardId>, StoreError> {
        let gone: Vec<Vec<u8>> = self
            .write(move |connection, now| {
                Box::pin(async move {
                    sqlx::query_scalar(
                        "DELETE FROM boards WHERE id IN (SELECT id FROM boards WHERE deleted_at <= ?1 LIMIT ?2) \
                         RETURNING id",
                    )
                    .bind(now.saturating_sub(i64::try_from(after).unwrap_or(i64::MAX)))
                    .bind(BIN_BATCH)
                    .fetch_all(connection)
                    .await
                })
            })
            .await?;
        gone.iter().map(|id| Ok(BoardId(uuid(id)?))).collect()
    }
}

impl Whose {
    /// Who has to be able to see them.
    pub(super) const fn person(self) -> Option<PersonId> {
        match self {
            Self::Everybody => None,
            Self::Person(person) => Some(person),
        }
    }
}

/// The team and the person whose a board is, as its row says.
pub(super) fn keys_of(home: &Home) -> (Option<&[u8]>, Option<&[u8]>) {
    match home {
        Home::Nobody => (None, None),
        Home::Person(person) => (None, Some(person.0.as_bytes())),
        Home::Team(team) => (Some(team.0.as_bytes()), None),
    }
}

/// Whose a board is.
pub(super) fn home(row: &SqliteRow) -> Result<Home, StoreError> {
    let team: Option<&[u8]> = row.try_get("team_id")?;
    let owner: Option<&[u8]> = row.try_get("owner_id")?;
    Ok(match (team, owner) {
        (Some(team), _) => Home::Team(TeamId(uuid(team)?)),
        (None, Some(owner)) => Home::Person(PersonId(uuid(owner)?)),
        (None, None) => Home::Nobody,
    })
}
