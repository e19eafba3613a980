//! What was done to accounts, teams and links. It outlives those that it speaks of, and the oldest lines go first.

use async_trait::async_trait;
use model::{
    audit::{AuditLine, What},
    id::{BoardId, PersonId, TeamId},
};
use sqlx::{Row, sqlite::SqliteRow};

use super::{SqliteStore, StoreError, sqlite::unsigned};
use crate::limits::AUDIT_LINES_KEPT;

/// Something to be noted, at the server's time.
#[derive(Clone, Debug)]
pub struct AuditNote {
    /// What was done.
    pub what: What,
    /// Who did it, where that is known.
    pub person: Option<PersonId>,
    /// In which team.
    pub team: Option<TeamId>,
    /// To which board.
    pub board: Option<BoardId>,
    /// From which address.
    pub address: String,
    /// What [`What`] says of it.
    pub detail: String,
}

/// Keeps what was done.
#[async_trait]
pub trait Audit: Send + Sync + 'static {
    /// Notes something.
    async fn note(&self, note: AuditNote) -> Result<(), StoreError>;
    /// What was done in a team, and which tokens its members made and ended: a program comes in by them, too. The last
    /// first, so many lines at most.
    async fn of_team(&self, team: TeamId, lines: u32) -> Result<Vec<AuditLine>, StoreError>;
    /// What somebody did, and what was done in their name, the last first, so many lines at most.
    async fn of_person(&self, person: PersonId, lines: u32) -> Result<Vec<AuditLine>, StoreError>;
}

#[async_trait]
impl Audit for SqliteStore {
    async fn note(&self, note: AuditNote) -> Result<(), StoreError> {
        self.write(move |connection, now| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO audit (at, what, person, team, board, address, detail) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )
                .bind(now)
                .bind(note.what.word())
                .bind(note.person.as_ref().map(|id| &id.0.as_bytes()[..]))
                .bind(note.team.as_ref().map(|id| &id.0.as_bytes()[..]))
                .bind(note.board.as_ref().map(|id| &id.0.as_bytes()[..]))
                .bind(note.address)
                .bind(note.detail)
                .execute(&mut *connection)
                .await?;
                sqlx::query("DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?1")
                    .bind(AUDIT_LINES_KEPT)
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    async fn of_team(&self, team: TeamId, lines: u32) -> Result<Vec<AuditLine>, StoreError> {
        let rows = sqlx::query(
            "SELECT at, what, name, address, detail FROM audit LEFT JOIN people ON people.id = person \
             WHERE team = ?1 OR (team IS NULL AND what IN (?3, ?4) \
             AND person IN (SELECT person_id FROM members WHERE team_id = ?1)) ORDER BY audit.id DESC LIMIT ?2",
        )
        .bind(&team.0.as_bytes()[..])
        .bind(lines)
        .bind(What::TokenMade.word())
        .bind(What::TokenEnded.word())
        .fetch_all(self.readers())
        .await?;
        lines_of(&rows)
    }

    async fn of_person(&self, person: PersonId, lines: u32) -> Result<Vec<AuditLine>, StoreError> {
        let rows = sqlx::query(
            "SELECT at, what, name, address, detail FROM audit LEFT JOIN people ON people.id = person \
             WHERE person = ?1 ORDER BY audit.id DESC LIMIT ?2",
        )
        .bind(&person.0.as_bytes()[..])
        .bind(lines)
        .fetch_all(self.readers())
        .await?;
        lines_of(&rows)
    }
}

/// Lines that a later release has written and this one does not know are left out.
fn lines_of(rows: &[SqliteRow]) -> Result<Vec<AuditLine>, StoreError> {
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(what) = What::from_word(row.try_get("what")?) else {
            continue;
        };
        lines.push(AuditLine {
            at: unsigned(row.try_get("at")?),
            what,
            who: row.try_get("name")?,
            address: row.try_get("address")?,
            detail: row.try_get("detail")?,
        });
    }
    Ok(lines)
}
