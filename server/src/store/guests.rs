//! Guests: whoever has come by a share link that lets edit. Known by a hash only, and no longer than their link works.

use async_trait::async_trait;
use model::{
    access::Role,
    id::{BoardId, PersonId},
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    SqliteStore, StoreError,
    accounts::{after, now},
    sqlite::{unsigned, uuid},
};
use crate::{limits::GUESTS_PER_LINK, secrets::SecretHash};

/// A guest to be.
#[derive(Clone, Debug)]
pub struct NewGuest {
    /// What their browser is known by.
    pub token: SecretHash,
    /// The link that they came by.
    pub link: i64,
    /// Under which id they edit.
    pub person: PersonId,
    /// What the others see.
    pub name: String,
    /// How long they are let in, in milliseconds; never longer than their link.
    pub lasts: u64,
}

/// A guest as they are found by their cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    /// Under which id they edit.
    pub person: PersonId,
    /// What the others see.
    pub name: String,
    /// The link that they came by.
    pub link: i64,
    /// The board that they edit.
    pub board: BoardId,
    /// When it ends, in milliseconds since 1970.
    pub ends_at: u64,
}

/// Keeps guests.
#[async_trait]
pub trait Guests: Send + Sync + 'static {
    /// Lets a guest in, where their link lets edit and has room for one more; says whether it does.
    async fn add_guest(&self, guest: NewGuest) -> Result<bool, StoreError>;
    /// A guest whose link lets edit at this moment.
    async fn guest(&self, token: SecretHash) -> Result<Option<Guest>, StoreError>;
}

#[async_trait]
impl Guests for SqliteStore {
    async fn add_guest(&self, guest: NewGuest) -> Result<bool, StoreError> {
        self.write(move |connection, now| {
            Box::pin(async move {
                sqlx::query("DELETE FROM guests WHERE link_id = ?1 AND expires_at <= ?2")
                    .bind(guest.link)
                    .bind(now)
                    .execute(&mut *connection)
                    .await?;
                let added = sqlx::query(
                    "INSERT INTO guests (token_hash, link_id, person, name, created_at, expires_at) \
                     SELECT ?1, id, ?3, ?4, ?5, min(?6, coalesce(expires_at, ?6)) FROM share_links \
                     WHERE id = ?2 AND role = ?7 AND revoked_at IS NULL AND coalesce(expires_at, ?6) > ?5 \
                     AND (SELECT count(*) FROM guests WHERE link_id = ?2) < ?8",
                )
                .bind(&guest.token[..])
                .bind(guest.link)
                .bind(&guest.person.0.as_bytes()[..])
                .bind(guest.name)
                .bind(now)
                .bind(after(now, guest.lasts))
                .bind(Role::Editor.word())
                .bind(GUESTS_PER_LINK)
                .execute(connection)
                .await?;
                Ok(added.rows_affected() > 0)
            })
        })
        .await
    }

    async fn guest(&self, token: SecretHash) -> Result<Option<Guest>, StoreError> {
        let row = sqlx::query(
            "SELECT person, name, link_id, board_id, min(guests.expires_at, coalesce(share_links.expires_at, \
             guests.expires_at)) AS ends_at FROM guests JOIN share_links ON share_links.id = link_id \
             WHERE guests.token_hash = ?1 AND role = ?2 AND revoked_at IS NULL AND ends_at > ?3",
        )
        .bind(&token[..])
        .bind(Role::Editor.word())
        .bind(now())
        .fetch_optional(self.readers())
        .await?;
        let guest = |row: &SqliteRow| -> Result<Guest, StoreError> {
            Ok(Guest {
                person: PersonId(uuid(row.try_get("person")?)?),
                name: row.try_get("name")?,
                link: row.try_get("link_id")?,
                board: BoardId(uuid(row.try_get("board_id")?)?),
                ends_at: unsigned(row.try_get("ends_at")?),
            })
        };
        row.as_ref().map(guest).transpose()
    }
}

/// Whoever has come by a link comes again: its address or its password is another.
pub(super) async fn let_go(connection: &mut SqliteConnection, link: i64) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM guests WHERE link_id = ?1")
        .bind(link)
        .execute(connection)
        .await?;
    Ok(())
}
