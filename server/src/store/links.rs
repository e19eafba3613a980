//! The table of share links: known by a hash only.

use async_trait::async_trait;
use model::{
    access::Role,
    id::BoardId,
    share::{ShareLine, Terms},
};
use sqlx::{Row, sqlite::SqliteRow};

use super::{
    StoreError, guests,
    shelf::OUT_OF_BIN,
    sqlite::{SqliteStore, unsigned, uuid},
};
use crate::secrets::SecretHash;

/// A share link as the server keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it opens.
    pub board: BoardId,
    /// What its makers see of it.
    pub line: ShareLine,
    /// The hash of its password, where it asks for one.
    pub password: Option<String>,
}

/// A share link to be.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// What its address is known by.
    pub token: SecretHash,
    /// What it opens.
    pub board: BoardId,
    /// What it gives.
    pub terms: Terms,
    /// The hash of its password.
    pub password: Option<String>,
}

/// Keeps share links, as [`super::Store`] keeps boards.
#[async_trait]
pub trait Links: Send + Sync + 'static {
    /// Adds a link and says its id; `None` when there is no such board.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn add_link(&self, link: NewLink) -> Result<Option<i64>, StoreError>;

    /// The link that an address leads to, revoked or expired or not.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn link(&self, token: SecretHash) -> Result<Option<Link>, StoreError>;

    /// The links of a board, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn links(&self, board: BoardId) -> Result<Vec<Link>, StoreError>;

    /// Gives a link that is not revoked other terms, and where one is said another password or none; says whether the
    /// board has such a link.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn change_link(
        &self,
        board: BoardId,
        id: i64,
        terms: Terms,
        password: Option<Option<String>>,
    ) -> Result<bool, StoreError>;

    /// Gives a link that is not revoked another address: the one it had leads nowhere any more. Says whether the
    /// board has such a link.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn renew_link(&self, board: BoardId, id: i64, token: SecretHash) -> Result<bool, StoreError>;

    /// Revokes a link, once; says whether the board has it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn revoke_link(&self, board: BoardId, id: i64) -> Result<bool, StoreError>;

    /// Counts how often links were opened since this was told last.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn links_used(&self, uses: Vec<(i64, u64)>) -> Result<(), StoreError>;
}

const COLUMNS: &str = "SELECT id, board_id, label, role, password, disclosure, embeds, expires_at, created_at, \
                       revoked_at, used_at, uses FROM share_links WHERE ";

#[async_trait]
impl Links for SqliteStore {
    async fn add_link(&self, link: NewLink) -> Result<Option<i64>, StoreError> {
        let disclosure = written(&link.terms)?;
        self.write(move |connection, now| {
            Box::pin(async move {
                sqlx::query_scalar(
                    "INSERT INTO share_links \
                     (token_hash, board_id, label, role, password, disclosure, embeds, expires_at, created_at) \
                     SELECT ?1, id, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM boards WHERE id = ?2 RETURNING share_links.id",
                )
                .bind(&link.token[..])
                .bind(&link.board.0.as_bytes()[..])
                .bind(link.terms.label.as_str())
                .bind(link.terms.role.word())
                .bind(link.password.as_deref())
                .bind(disclosure.as_str())
                .bind(link.terms.embeds.join(" "))
                .bind(link.terms.expires_at.map(signed))
                .bind(now)
                .fetch_optional(connection)
                .await
            })
        })
        .await
    }

    async fn link(&self, token: SecretHash) -> Result<Option<Link>, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{COLUMNS} token_hash = ?1 AND {OUT_OF_BIN}"
        )))
        .bind(&token[..])
        .fetch_optional(self.readers())
        .await?;
        row.as_ref().map(read).transpose()
    }

    async fn links(&self, board: BoardId) -> Result<Vec<Link>, StoreError> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} board_id = ?1 ORDER BY id DESC")))
            .bind(&board.0.as_bytes()[..])
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(read).collect()
    }

    async fn change_link(
        &self,
        board: BoardId,
        id: i64,
        terms: Terms,
        password: Option<Option<String>>,
    ) -> Result<bool, StoreError> {
        let disclosure = written(&terms)?;
        self.write(move |connection, _| {
            Box::pin(async move {
                let changed: Option<i64> = sqlx::query_scalar(
                    "UPDATE share_links SET label = ?3, role = ?4, disclosure = ?5, embeds = ?6, expires_at = ?7, \
                     password = CASE WHEN ?8 THEN ?9 ELSE password END \
                     WHERE id = ?1 AND board_id = ?2 AND revoked_at IS NULL RETURNING id",
                )
                .bind(id)
                .bind(&board.0.as_bytes()[..])
                .bind(terms.label.as_str())
                .bind(terms.role.word())
                .bind(disclosure.as_str())
                .bind(terms.embeds.join(" "))
                .bind(terms.expires_at.map(signed))
                .bind(password.is_some())
                .bind(password.as_ref().and_then(Option::as_deref))
                .fetch_optional(&mut *connection)
                .await?;
                if changed.is_some() && password.is_some() {
                    guests::let_go(connection, id).await?;
                }
                Ok(changed.is_some())
            })
        })
        .await
    }

    async fn renew_link(&self, board: BoardId, id: i64, token: SecretHash) -> Result<bool, StoreError> {
        self.write(move |connection, _| {
            Box::pin(async move {
                let changed: Option<i64> = sqlx::query_scalar(
                    "UPDATE share_links SET token_hash = ?3 \
                     WHERE id = ?1 AND board_id = ?2 AND revoked_at IS NULL RETURNING id",
                )
                .bind(id)
                .bind(&board.0.as_bytes()[..])
                .bind(&token[..])
                .fetch_optional(&mut *connection)
                .await?;
                if changed.is_some() {
                    guests::let_go(connection, id).await?;
                }
                Ok(changed.is_some())
            })
        })
        .await
    }

    async fn revoke_link(&self, board: BoardId, id: i64) -> Result<bool, StoreError> {
        self.write(move |connection, now| {
            Box::pin(async move {
                let revoked: Option<i64> = sqlx::query_scalar(
                    "UPDATE share_links SET revoked_at = coalesce(revoked_at, ?3) WHERE id = ?1 AND board_id = ?2 \
                     RETURNING id",
                )
                .bind(id)
                .bind(&board.0.as_bytes()[..])
                .bind(now)
                .fetch_optional(connection)
                .await?;
                Ok(revoked.is_some())
            })
        })
        .await
    }

    async fn links_used(&self, uses: Vec<(i64, u64)>) -> Result<(), StoreError> {
        self.write(move |connection, now| {
            Box::pin(async move {
                for (id, times) in uses {
                    sqlx::query("UPDATE share_links SET uses = uses + ?2, used_at = ?3 WHERE id = ?1")
                        .bind(id)
                        .bind(signed(times))
                        .bind(now)
                        .execute(&mut *connection)
                        .await?;
                }
                Ok(())
            })
        })
        .await
    }
}

fn written(terms: &Terms) -> Result<String, StoreError> {
    serde_json::to_string(&terms.disclosure).map_err(StoreError::unavailable)
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A role or a disclosure that cannot be read gives the least there is.
fn read(row: &SqliteRow) -> Result<Link, StoreError> {
    let time = |name| -> Result<Option<u64>, sqlx::Error> { Ok(row.try_get::<Option<i64>, _>(name)?.map(unsigned)) };
    let password: Option<String> = row.try_get("password")?;
    let embeds: &str = row.try_get("embeds")?;
    let terms = Terms {
        label: row.try_get("label")?,
        role: Role::from_word(row.try_get("role")?).unwrap_or(Role::Viewer),
        expires_at: time("expires_at")?,
        disclosure: serde_json::from_str(row.try_get("disclosure")?).unwrap_or_default(),
        embeds: embeds
            .split(' ')
            .filter(|site| !site.is_empty())
            .map(str::to_owned)
            .collect(),
    };
    let line = ShareLine {
        id: row.try_get("id")?,
        terms,
        has_password: password.is_some(),
        created_at: unsigned(row.try_get("created_at")?),
        revoked_at: time("revoked_at")?,
        used_at: time("used_at")?,
        uses: unsigned(row.try_get("uses")?),
    };
    Ok(Link {
        board: BoardId(uuid(row.try_get("board_id")?)?),
        line,
        password,
    })
}
