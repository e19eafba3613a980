//! What whoever runs the server asks of its people by the command line, while the server runs or not: a short
//! transaction of its own, for which the server's writer waits as it would for a backup tool.

use std::path::{Path, PathBuf};

use model::{audit::What, teams::Account};
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{
    StoreError,
    accounts::{account, add_reset},
    open::{DATABASE, reader_options, writer_options},
};
use crate::{
    env::now_ms,
    limits::RESET_LASTS,
    secrets::{self, SecretHash},
};

/// Why it was not done. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// No server ever worked in this folder.
    #[error("there is no database at {}; say with --data where it is", .database.display())]
    NoDatabase {
        /// Where it was looked for.
        database: PathBuf,
    },
    /// The database is from a version without accounts.
    #[error("the database {} knows no accounts yet; start this version of touchloop once", .database.display())]
    NoAccounts {
        /// The database file.
        database: PathBuf,
    },
    /// Nobody has this address.
    #[error("nobody has an account under {0}; `touchloop user list` names everybody")]
    Nobody(String),
    /// Anything that SQLite said.
    #[error("the database {} cannot be used: {cause}", .database.display())]
    Database {
        /// The database file.
        database: PathBuf,
        /// What SQLite said.
        cause: StoreError,
    },
    /// There is no secret to be had.
    #[error("the system has no random bytes: {0}")]
    Random(getrandom::Error),
}

/// A database that is asked once.
struct Asked {
    database: PathBuf,
    connection: SqliteConnection,
}

impl Asked {
    async fn open(folder: &Path, options: impl FnOnce(&Path) -> SqliteConnectOptions) -> Result<Self, PeopleError> {
        let database = folder.join(DATABASE);
        if !database.is_file() {
            return Err(PeopleError::NoDatabase { database });
        }
        let trouble = |cause: sqlx::Error| PeopleError::Database {
            database: database.clone(),
            cause: cause.into(),
        };
        let mut connection = options(&database).connect().await.map_err(trouble)?;
        let knows: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'resets')")
            .fetch_one(&mut connection)
            .await
            .map_err(trouble)?;
        if !knows {
            return Err(PeopleError::NoAccounts { database });
        }
        Ok(Self { database, connection })
    }

    fn trouble(&self, cause: impl Into<StoreError>) -> PeopleError {
        PeopleError::Database {
            database: self.database.clone(),
            cause: cause.into(),
        }
    }
}

/// Everybody with an account in the database of `folder`, by address.
///
/// # Errors
/// [`PeopleError`].
pub async fn people(folder: &Path) -> Result<Vec<Account>, PeopleError> {
    let mut asked = Asked::open(folder, reader_options).await?;
    let rows = sqlx::query("SELECT id, email, name FROM people ORDER BY email_key")
        .fetch_all(&mut asked.connection)
        .await
        .map_err(|cause| asked.trouble(cause))?;
    let people: Result<_, StoreError> = rows.iter().map(account).collect();
    people.map_err(|cause| asked.trouble(cause))
}

/// Makes a link by which whoever has this address sets a password anew; the one before it works no more. Answers with
/// whose it is and the secret in it.
///
/// # Errors
/// [`PeopleError`].
pub async fn reset_by_hand(folder: &Path, email: &str) -> Result<(Account, String), PeopleError> {
    let nobody = || PeopleError::Nobody(email.to_owned());
    let key = model::teams::email_key(email).ok_or_else(nobody)?;
    let token = secrets::mint().map_err(PeopleError::Random)?;
    let existing = |database: &Path| writer_options(database).create_if_missing(false);
    let mut asked = Asked::open(folder, existing).await?;
    match add(&mut asked.connection, &key, &secrets::hash(&token)).await {
        Ok(Some(account)) => Ok((account, token)),
        Ok(None) => Err(nobody()),
        Err(cause) => Err(asked.trouble(cause)),
    }
}

async fn add(connection: &mut SqliteConnection, key: &str, token: &SecretHash) -> Result<Option<Account>, StoreError> {
    let now = i64::try_from(now_ms()).unwrap_or(i64::MAX);
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let row = sqlx::query("SELECT id, email, name FROM people WHERE email_key = ?1")
        .bind(key)
        .fetch_optional(&mut *transaction)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let account = account(&row)?;
    add_reset(&mut transaction, account.id, token, RESET_LASTS.as_millis() as u64, now).await?;
    sqlx::query("INSERT INTO audit (at, what, address, detail) VALUES (?1, ?2, '', ?3)")
        .bind(now)
        .bind(What::ResetMade.word())
        .bind(account.name.as_str())
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(Some(account))
}
