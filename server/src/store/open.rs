//! Opening the data folder: everything is checked before anything is written, and what looks wrong is left as it is.

use std::{
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::limits::{DATABASE_BUSY, READER_CACHE_KIB, WAL_KEPT_BYTES, WRITER_CACHE_KIB};

/// The database file inside the data folder.
pub(super) const DATABASE: &str = "touchloop.db";
/// Held locked while a server uses the folder. The system lets go of it however the server ends.
const LOCK: &str = "touchloop.lock";
/// The first SQLite without the write-ahead log's reset bug, which can corrupt a database (F5).
const SQLITE_MIN: [u32; 3] = [3, 51, 3];
/// SQLite's result code for a write that the connection may not do.
const READ_ONLY: u32 = 8;

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!();

/// Why the data folder cannot be used. Nothing in it was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder or a file in it cannot be created or written.
    #[error("the data folder {} cannot be written: {cause}", .folder.display())]
    NotWritable {
        /// The data folder.
        folder: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// Another server works with this folder.
    #[error("the data folder {} is in use by another touchloop", .folder.display())]
    InUse {
        /// The data folder.
        folder: PathBuf,
    },
    /// Written by a later release.
    #[error(
        "the database {} is from a newer version of touchloop (its schema is {found}, this one knows {known}); \
         start that version, or restore a backup from before the change", .database.display()
    )]
    Newer {
        /// The database file.
        database: PathBuf,
        /// Its schema version.
        found: i64,
        /// The newest schema version that this release knows.
        known: i64,
    },
    /// The file is damaged, or no database at all.
    #[error(
        "the database {} is damaged and was left as it is; restore a backup, or move the file away ({what})",
        .database.display()
    )]
    Damaged {
        /// The database file.
        database: PathBuf,
        /// The first finding.
        what: String,
    },
    /// This build carries a SQLite that can corrupt the database.
    #[error("this build carries SQLite {found}, which can corrupt a database; 3.51.3 or newer is needed")]
    OldSqlite {
        /// Its version.
        found: String,
    },
    /// A migration failed and was rolled back: the version that wrote the database still starts.
    #[error("the database {} could not be brought to this version and was left as it was: {cause}", .database.display())]
    Migration {
        /// The database file.
        database: PathBuf,
        /// What went wrong.
        #[source]
        cause: MigrateError,
    },
    /// Anything else that SQLite said.
    #[error("the database {} cannot be opened: {cause}", .database.display())]
    Database {
        /// The database file.
        database: PathBuf,
        /// What SQLite said.
        #[source]
        cause: sqlx::Error,
    },
}

/// Creates the folder if need be and locks it for this process.
pub(super) fn lock_folder(folder: &Path) -> Result<File, OpenError> {
    let not_writable = |cause| OpenError::NotWritable {
        folder: folder.to_owned(),
        cause,
    };
    std::fs::create_dir_all(folder).map_err(not_writable)?;
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(LOCK))
        .map_err(not_writable)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(OpenError::InUse {
                folder: folder.to_owned(),
            });
        }
        Err(TryLockError::Error(cause)) => return Err(not_writable(cause)),
    }
    // SQLite creates its two side files here too, so one more file must be possible, not only the lock.
    let trial = folder.join("touchloop.trial");
    std::fs::write(&trial, b"")
        .and_then(|()| std::fs::remove_file(&trial))
        .map_err(not_writable)?;
    Ok(lock)
}

/// How the writer connects: every commit reaches the disk before it returns (F2).
pub(super) fn writer_options(database: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(database)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(DATABASE_BUSY)
        .pragma("cache_size", format!("-{WRITER_CACHE_KIB}"))
        .pragma("journal_size_limit", WAL_KEPT_BYTES.to_string())
        .thread_name(|_| "store-writer".to_owned())
        .disable_statement_logging()
}

/// How readers connect: they cannot write, whatever they are told.
pub(super) fn reader_options(database: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(database)
        .read_only(true)
        .busy_timeout(DATABASE_BUSY)
        .pragma("cache_size", format!("-{READER_CACHE_KIB}"))
        .thread_name(|number| format!("store-reader-{number}"))
        .disable_statement_logging()
}

/// The version of the SQLite that this build carries, asked without touching any file.
pub(super) async fn sqlite_version() -> Result<String, OpenError> {
    let memory = Path::new(":memory:");
    let trouble = |cause| explain(memory, cause);
    let mut connection = SqliteConnectOptions::new().connect().await.map_err(trouble)?;
    sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(&mut connection)
        .await
        .map_err(trouble)
}

/// Checks the file and brings it to this release's schema; answers with the connection that writes. `sqlite` is
/// [`sqlite_version`]: one that can corrupt a file does not get to open it.
pub(super) async fn open_database(
    database: &Path,
    migrations: &Migrator,
    sqlite: &str,
) -> Result<SqliteConnection, OpenError> {
    if !recent_enough(sqlite) {
        return Err(OpenError::OldSqlite {
            found: sqlite.to_owned(),
        });
    }
    if std::fs::metadata(database).is_ok_and(|file| file.len() > 0) {
        match check(database, migrations, true).await {
            // Whoever created the file was killed while doing so: only one who may write can take that back.
            Err(OpenError::Database { cause, .. }) if primary_code(&cause) == Some(READ_ONLY) => {
                check(database, migrations, false).await?;
            }
            checked => checked?,
        }
    }
    let trouble = |cause| explain(database, cause);
    let mut writer = writer_options(database).connect().await.map_err(trouble)?;
    migrate(&mut writer, migrations)
        .await
        .map_err(|cause| OpenError::Migration {
            database: database.to_owned(),
            cause,
        })?;
    Ok(writer)
}

/// Reads the whole file through, before this release changes anything in it (F4, F9).
async fn check(database: &Path, migrations: &Migrator, read_only: bool) -> Result<(), OpenError> {
    let trouble = |cause| explain(database, cause);
    let mut connection = SqliteConnectOptions::new()
        .filename(database)
        .read_only(read_only)
        .busy_timeout(DATABASE_BUSY)
        .disable_statement_logging()
        .connect()
        .await
        .map_err(trouble)?;
    let finding: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(&mut connection)
        .await
        .map_err(trouble)?;
    if finding != "ok" {
        return Err(OpenError::Damaged {
            database: database.to_owned(),
            what: finding,
        });
    }
    let migrated: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations')")
            .fetch_one(&mut connection)
            .await
            .map_err(trouble)?;
    if migrated {
        let found: i64 = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations")
            .fetch_one(&mut connection)
            .await
            .map_err(trouble)?;
        let known = migrations.iter().map(|migration| migration.version).max().unwrap_or(0);
        if found > known {
            return Err(OpenError::Newer {
                database: database.to_owned(),
                found,
                known,
            });
        }
    }
    connection.close().await.map_err(trouble)
}

/// All pending migrations in one transaction: the schema is the old one or the new one, never one in between (F9).
async fn migrate(writer: &mut SqliteConnection, migrations: &Migrator) -> Result<(), MigrateError> {
    let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
    migrations.run_direct(None, &mut *transaction, false).await?;
    transaction.commit().await?;
    Ok(())
}

/// The result code that SQLite gave, without its extension.
pub(super) fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let code = error.as_database_error()?.code()?;
    code.parse().ok().map(|extended: u32| extended & 0xff)
}

fn explain(database: &Path, cause: sqlx::Error) -> OpenError {
    match primary_code(&cause) {
        // The file is malformed; it is not a database.
        Some(11 | 26) => OpenError::Damaged {
            database: database.to_owned(),
            what: cause.to_string(),
        },
        _ => OpenError::Database {
            database: database.to_owned(),
            cause,
        },
    }
}

fn recent_enough(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let parts: [u32; 3] = std::array::from_fn(|_| parts.next().unwrap_or(0));
    parts >= SQLITE_MIN
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "3.51.3";

    #[test]
    fn f5_an_old_sqlite_is_refused() {
        for old in ["3.46.0", "3.51.2", "3.7.17", "2.99.99", "", "nonsense"] {
            assert!(!recent_enough(old), "{old}");
        }
        for good in ["3.51.3", "3.52.0", "4.0.0"] {
            assert!(recent_enough(good), "{good}");
        }
    }

    #[tokio::test]
    async fn f5_an_old_sqlite_touches_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join(DATABASE);
        let refused = open_database(&database, &MIGRATIONS, "3.51.2").await;
        assert!(
            matches!(&refused, Err(OpenError::OldSqlite { found }) if found == "3.51.2"),
            "{refused:?}"
        );
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        // What this build carries is asked of SQLite itself.
        assert!(recent_enough(&sqlite_version().await.unwrap()));
    }

    #[test]
    fn f5_exactly_one_sqlite_is_linked() {
        let lock = include_str!("../../../Cargo.lock");
        assert_eq!(lock.matches("name = \"libsqlite3-sys\"").count(), 1);
    }

    #[tokio::test]
    async fn f2_the_writer_waits_for_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = open_database(&folder.path().join(DATABASE), &MIGRATIONS, GOOD)
            .await
            .unwrap();
        let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
            .fetch_one(&mut writer)
            .await
            .unwrap();
        let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous")
            .fetch_one(&mut writer)
            .await
            .unwrap();
        const FULL: i64 = 2;
        assert_eq!((journal.as_str(), synchronous), ("wal", FULL));
    }

    #[tokio::test]
    async fn f9_a_failing_migration_rolls_back_all_of_them() {
        use sqlx::migrate::{Migration, MigrationType};
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join(DATABASE);
        drop(open_database(&database, &MIGRATIONS, GOOD).await.unwrap());

        let later = |version, sql| {
            Migration::new(
                version,
                "later".into(),
                MigrationType::Simple,
                sqlx::SqlStr::from_static(sql),
                false,
            )
        };
        let mut next: Vec<Migration> = MIGRATIONS.iter().cloned().collect();
        next.push(later(9001, "CREATE TABLE fine (id INTEGER) STRICT"));
        next.push(later(9002, "CREATE TABLE broken (id NO_SUCH_TYPE) STRICT"));
        let failed = open_database(&database, &Migrator::with_migrations(next), GOOD).await;
        assert!(matches!(failed, Err(OpenError::Migration { .. })), "{failed:?}");

        // The old release starts again, and nothing of the first new migration stayed.
        let mut old = open_database(&database, &MIGRATIONS, GOOD).await.unwrap();
        let left: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'fine')")
            .fetch_one(&mut old)
            .await
            .unwrap();
        assert!(!left);
    }

    #[tokio::test]
    async fn days_of_improvements_become_moments_until_the_board_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join(DATABASE);
        let before = MIGRATIONS
            .iter()
            .filter(|it| it.version < 7)
            .cloned()
            .collect::<Vec<_>>();
        let mut old = open_database(&database, &Migrator::with_migrations(before), GOOD)
            .await
            .unwrap();
        for insert in [
            "INSERT INTO boards (id, created_at, changed_at, indexed) VALUES (zeroblob(16), 0, 0, 1)",
            "INSERT INTO improvements (board_id, id, name, touchpoint, touchpoint_name, step, owner, owner_folded, \
             attempt, begun, verdict, ended, waits_for_value, flags) VALUES (zeroblob(16), zeroblob(16), '', \
             zeroblob(16), '', 'verdict', '', '', 1, NULL, 'success', '2024-03-10', 0, '[]')",
        ] {
            sqlx::query(insert).execute(&mut old).await.unwrap();
        }
        old.close().await.unwrap();
        let mut new = open_database(&database, &MIGRATIONS, GOOD).await.unwrap();
        let told: (Option<i64>, Option<i64>, bool) =
            sqlx::query_as("SELECT begun_at, ended_at, indexed FROM improvements JOIN boards ON boards.id = board_id")
                .fetch_one(&mut new)
                .await
                .unwrap();
        assert_eq!(told, (None, Some(1_710_028_800_000), false));
    }

    #[tokio::test]
    async fn f9_a_newer_schema_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join(DATABASE);
        let mut writer = open_database(&database, &MIGRATIONS, GOOD).await.unwrap();
        sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES (9001, 'later', true, x'00', 0)",
        )
        .execute(&mut writer)
        .await
        .unwrap();
        writer.close().await.unwrap();
        let before = std::fs::read(&database).unwrap();
        let refused = open_database(&database, &MIGRATIONS, GOOD).await;
        assert!(
            matches!(refused, Err(OpenError::Newer { found: 9001, .. })),
            "{refused:?}"
        );
        assert_eq!(std::fs::read(&database).unwrap(), before);
    }
}
