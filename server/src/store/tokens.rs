//! Tokens of programs: known by a hash only, and worth what their owner is.

use async_trait::async_trait;
use model::{
    id::PersonId,
    teams::{Account, Scope, Token},
};
use sqlx::{Row, sqlite::SqliteRow};

use super::{
    SqliteStore, StoreError,
    accounts::{account, after, now},
    sqlite::unsigned,
};
use crate::{limits::SESSION_TOUCH, secrets::SecretHash};

/// A token to be.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What it is known by.
    pub token: SecretHash,
    /// Whose it is.
    pub person: PersonId,
    /// What it is for.
    pub label: String,
    /// What it may do.
    pub scope: Scope,
    /// How long it works, in milliseconds.
    pub lasts: u64,
}

/// Keeps the tokens of programs.
#[async_trait]
pub trait Tokens: Send + Sync + 'static {
    /// Adds a token.
    async fn add_token(&self, token: NewToken) -> Result<(), StoreError>;
    /// The tokens of somebody, newest first.
    async fn tokens(&self, person: PersonId) -> Result<Vec<Token>, StoreError>;
    /// Whose a token is and what it may do, if it works; notes now and then that it is used.
    async fn token(&self, token: SecretHash) -> Result<Option<(Account, Scope)>, StoreError>;
    /// Takes a token away; says whether they had it.
    async fn remove_token(&self, person: PersonId, id: i64) -> Result<bool, StoreError>;
}

#[async_trait]
impl Tokens for SqliteStore {
    async fn add_token(&self, token: NewToken) -> Result<(), StoreError> {
        self.write(move |connection, now| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO tokens (token_hash, person_id, label, scope, created_at, expires_at) \
                     SELECT ?1, id, ?3, ?4, ?5, ?6 FROM people WHERE id = ?2",
                )
                .bind(&token.token[..])
                .bind(&token.person.0.as_bytes()[..])
                .bind(token.label)
                .bind(token.scope.word())
                .bind(now)
                .bind(after(now, token.lasts))
                .execute(connection)
                .await?;
                Ok(())
            })
        })
        .await
    }

    async fn tokens(&self, person: PersonId) -> Result<Vec<Token>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, label, scope, created_at, expires_at, used_at FROM tokens WHERE person_id = ?1 ORDER BY id DESC",
        )
        .bind(&person.0.as_bytes()[..])
        .fetch_all(self.readers())
        .await?;
        let token = |row: &SqliteRow| -> Result<Token, StoreError> {
            Ok(Token {
                id: row.try_get("id")?,
                label: row.try_get("label")?,
                scope: scope(row.try_get("scope")?),
                created_at: unsigned(row.try_get("created_at")?),
                expires_at: unsigned(row.try_get("expires_at")?),
                used_at: row.try_get::<Option<i64>, _>("used_at")?.map(unsigned),
            })
        };
        rows.iter().map(token).collect()
    }

    async fn token(&self, token: SecretHash) -> Result<Option<(Account, Scope)>, StoreError> {
        let row = sqlx::query(
            "SELECT people.id, email, name, scope, used_at FROM tokens JOIN people ON people.id = person_id \
             WHERE token_hash = ?1 AND expires_at > ?2",
        )
        .bind(&token[..])
        .bind(now())
        .fetch_optional(self.readers())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let found = (account(&row)?, scope(row.try_get("scope")?));
        let used: Option<i64> = row.try_get("used_at")?;
        let touch = i64::try_from(SESSION_TOUCH.as_millis()).unwrap_or(i64::MAX);
        if used.is_none_or(|used| now().saturating_sub(used) > touch) {
            let noted = self.write(move |connection, now| {
                Box::pin(async move {
                    sqlx::query("UPDATE tokens SET used_at = ?2 WHERE token_hash = ?1")
                        .bind(&token[..])
                        .bind(now)
                        .execute(connection)
                        .await
                })
            });
            // That it was used is no reason to fail a request.
            if let Err(error) = noted.await {
                tracing::warn!(%error, "a token was not noted to be used");
            }
        }
        Ok(Some(found))
    }

    async fn remove_token(&self, person: PersonId, id: i64) -> Result<bool, StoreError> {
        self.write(move |connection, _| {
            Box::pin(async move {
                let gone = sqlx::query("DELETE FROM tokens WHERE person_id = ?1 AND id = ?2")
                    .bind(&person.0.as_bytes()[..])
                    .bind(id)
                    .execute(connection)
                    .await?;
                Ok(gone.rows_affected() > 0)
            })
        })
        .await
    }
}

/// The table takes no other words.
fn scope(word: &str) -> Scope {
    Scope::from_word(word).unwrap_or(Scope::Read)
}
