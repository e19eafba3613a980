//! A copy of the database, made beside a server that goes on (F8).
//!
//! Invariants:
//! - The copy is the state after one commit, whole, and has passed SQLite's integrity check.
//! - Until it is, and until the disk has it, nothing bears its name; what bears that name already is left alone.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::open::{DATABASE, primary_code, reader_options};

/// Why there is no copy. The database was not changed, and nothing was left behind.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// No server ever worked in this folder.
    #[error("there is no database at {}; say with --data where it is", .database.display())]
    NoDatabase {
        /// Where it was looked for.
        database: PathBuf,
    },
    /// Something bears the name of the copy, or of the unfinished copy.
    #[error("{} exists already and was left as it is; choose another name, or move it away", .file.display())]
    Exists {
        /// What is in the way.
        file: PathBuf,
    },
    /// The copy cannot be written.
    #[error("the copy {} cannot be written: {cause}", .copy.display())]
    NotWritable {
        /// The copy.
        copy: PathBuf,
        /// What the system or SQLite said.
        cause: String,
    },
    /// The database is damaged, or no database at all.
    #[error("the database {} is damaged, so there is no copy of it ({what})", .database.display())]
    Damaged {
        /// The database file.
        database: PathBuf,
        /// The first finding.
        what: String,
    },
    /// Anything else that SQLite said.
    #[error("the database {} cannot be read: {cause}", .database.display())]
    Database {
        /// The database file.
        database: PathBuf,
        /// What SQLite said.
        #[source]
        cause: sqlx::Error,
    },
}

/// Copies the database in `folder` to the new file `copy` and answers with the size of it in bytes. A server may work
/// in the folder all the while; what it commits after the start is not in the copy.
///
/// # Errors
/// [`BackupError`]; there is no copy then.
pub async fn back_up(folder: &Path, copy: &Path) -> Result<u64, BackupError> {
    let database = folder.join(DATABASE);
    if !database.is_file() {
        return Err(BackupError::NoDatabase { database });
    }
    // Absolute, since SQLite takes a name that starts with "file:" for an address.
    let copy = std::path::absolute(copy).map_err(not_writable(copy))?;
    if copy.symlink_metadata().is_ok() {
        return Err(BackupError::Exists { file: copy });
    }
    let mut unfinished = copy.clone().into_os_string();
    unfinished.push(".unfinished");
    let unfinished = PathBuf::from(unfinished);
    if let Err(cause) = File::create_new(&unfinished) {
        return Err(match cause.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Exists { file: unfinished },
            _ => not_writable(&copy)(cause),
        });
    }
    let written = write(&database, &unfinished, &copy).await;
    if written.is_err() {
        // The reason for the failure says more than that its remains could not be taken away.
        let _ = fs::remove_file(&unfinished);
    }
    written
}

async fn write(database: &Path, unfinished: &Path, copy: &Path) -> Result<u64, BackupError> {
    let name = unfinished.to_str().ok_or_else(|| BackupError::NotWritable {
        copy: copy.to_owned(),
        cause: "the name has to be Unicode".to_owned(),
    })?;
    let trouble = |cause: sqlx::Error| match primary_code(&cause) {
        // Read-only, an error of the disk, a full disk.
        Some(8 | 10 | 13) => BackupError::NotWritable {
            copy: copy.to_owned(),
            cause: cause.to_string(),
        },
        // The file is malformed; it is not a database.
        Some(11 | 26) => BackupError::Damaged {
            database: database.to_owned(),
            what: cause.to_string(),
        },
        _ => BackupError::Database {
            database: database.to_owned(),
            cause,
        },
    };
    let mut source = reader_options(database).connect().await.map_err(trouble)?;
    // One reading transaction: the server writes on meanwhile, and its log waits for this to end.
    sqlx::query("VACUUM INTO ?1")
        .bind(name)
        .execute(&mut source)
        .await
        .map_err(trouble)?;
    source.close().await.map_err(trouble)?;

    let mut written = reader_options(unfinished).connect().await.map_err(trouble)?;
    let finding = first_finding(&mut written).await.map_err(trouble)?;
    written.close().await.map_err(trouble)?;
    if finding != "ok" {
        return Err(BackupError::Damaged {
            database: database.to_owned(),
            what: finding,
        });
    }
    finish(unfinished, copy).map_err(not_writable(copy))
}

async fn first_finding(connection: &mut SqliteConnection) -> Result<String, sqlx::Error> {
    sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_one(connection)
        .await
}

/// Gives the copy its name once the disk has it: SQLite does not wait for that.
fn finish(unfinished: &Path, copy: &Path) -> io::Result<u64> {
    let file = File::open(unfinished)?;
    file.sync_all()?;
    fs::rename(unfinished, copy)?;
    #[cfg(unix)]
    if let Some(folder) = copy.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(file.metadata()?.len())
}

fn not_writable(copy: &Path) -> impl FnOnce(io::Error) -> BackupError {
    |cause| BackupError::NotWritable {
        copy: copy.to_owned(),
        cause: cause.to_string(),
    }
}
