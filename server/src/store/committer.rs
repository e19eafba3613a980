//! The one writer. It owns the one connection that writes, takes everything that waits, puts it into one transaction
//! and answers everybody after the commit: one fsync serves all (F2, F6).
//!
//! Invariants:
//! - A transaction begins and ends inside [`Committer::commit`]; whoever asked may go away at any point without
//!   touching it (F7).
//! - Nobody hears `Ok` before the commit returned.
//! - When a commit fails, everybody in the group hears it, nothing of the group is in the file, and the next group
//!   starts afresh: no restart is needed once the disk has room again (F3).

use std::fs::File;

use bytes::Bytes;
use futures::future::BoxFuture;
use model::{id::BoardId, teams::Home};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::{Lines, StoreError, improvements, shelf::keys_of};
use crate::{
    env::now_ms,
    limits::{COMMIT_BYTES_MAX, COMMIT_ROWS_MAX},
};

/// A summary as it goes into its table.
pub(super) struct SummaryRow {
    pub title: String,
    pub json: String,
    pub search: String,
}

/// A digest as it goes into its tables.
pub(super) struct DigestRows {
    pub summary: Option<SummaryRow>,
    pub lines: Lines,
}

/// What can be asked of the writer. Each carries where to answer.
pub(super) enum Command {
    Create {
        id: BoardId,
        home: Home,
        snapshot: Bytes,
        digest: DigestRows,
        reply: Reply<()>,
    },
    Append {
        id: BoardId,
        /// Whether a board that is not there begins with it.
        begins: bool,
        updates: Vec<Bytes>,
        digest: DigestRows,
        reply: Reply<u64>,
    },
    Retell {
        id: BoardId,
        upto: u64,
        digest: DigestRows,
        reply: Reply<bool>,
    },
    Compact {
        id: BoardId,
        upto: u64,
        snapshot: Bytes,
        reply: Reply<()>,
    },
    Work(Box<dyn Work>),
    Probe {
        reply: Reply<()>,
    },
    CapPages {
        pages: u32,
        reply: Reply<()>,
    },
}

pub(super) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// Work on the tables beside the documents. It is done in the transaction of its group, at the server's time. What it
/// refuses it says in its answer: an error means that the store failed, and the whole group with it.
pub(super) trait Work: Send + Sync {
    fn run<'c>(&'c mut self, connection: &'c mut SqliteConnection, now: i64) -> BoxFuture<'c, Result<(), sqlx::Error>>;

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>);
}

/// [`Work`] that is one function.
pub(super) struct Job<F, T> {
    work: Option<F>,
    done: Option<T>,
    reply: Reply<T>,
}

impl<F, T> Job<F, T> {
    pub(super) fn new(work: F, reply: Reply<T>) -> Self {
        let work = Some(work);
        Self {
            work,
            done: None,
            reply,
        }
    }
}

impl<F, T> Work for Job<F, T>
where
    F: for<'c> FnOnce(&'c mut SqliteConnection, i64) -> BoxFuture<'c, Result<T, sqlx::Error>> + Send + Sync,
    T: Send + Sync,
{
    fn run<'c>(&'c mut self, connection: &'c mut SqliteConnection, now: i64) -> BoxFuture<'c, Result<(), sqlx::Error>> {
        Box::pin(async move {
            if let Some(work) = self.work.take() {
                self.done = Some(work(connection, now).await?);
            }
            Ok(())
        })
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        let done = self.done.ok_or_else(|| StoreError::unavailable("it was not done"));
        // Whoever asked may have left; there is nobody to tell then.
        drop(self.reply.send(outcome.and(done)));
    }
}

impl Command {
    /// How much it adds to a transaction: rows and bytes.
    fn weight(&self) -> (usize, usize) {
        match self {
            Self::Create { snapshot, digest, .. } => (2 + digest.rows(), snapshot.len()),
            Self::Compact { snapshot, .. } => (2, snapshot.len()),
            Self::Append { updates, digest, .. } => {
                (updates.len() + 1 + digest.rows(), updates.iter().map(Bytes::len).sum())
            }
            Self::Retell { digest, .. } => (1 + digest.rows(), 0),
            Self::Work(_) | Self::Probe { .. } | Self::CapPages { .. } => (1, 0),
        }
    }

    fn answer(self, outcome: Result<Outcome, StoreError>) {
        // Whoever asked may have left; there is nobody to tell then.
        match self {
            Self::Append { reply, .. } => drop(reply.send(outcome.and_then(|outcome| match outcome {
                Outcome::Appended(seq) => Ok(seq),
                Outcome::Done | Outcome::Taken => Err(StoreError::Gone),
            }))),
            Self::Work(work) => work.answer(outcome.map(drop)),
            Self::Retell { reply, .. } => {
                drop(reply.send(outcome.map(|outcome| !matches!(outcome, Outcome::Taken))));
            }
            Self::Create { reply, .. }
            | Self::Compact { reply, .. }
            | Self::Probe { reply }
            | Self::CapPages { reply, .. } => drop(reply.send(outcome.and_then(|outcome| match outcome {
                Outcome::Appended(_) | Outcome::Done => Ok(()),
                Outcome::Taken => Err(StoreError::Exists),
            }))),
        }
    }
}

/// What became of a command in a transaction that can be committed.
#[derive(Clone, Copy)]
enum Outcome {
    Appended(u64),
    Done,
    /// The place was taken, by a board of that id or by a newer update, or is no more; nothing was written for this
    /// command.
    Taken,
}

impl DigestRows {
    fn rows(&self) -> usize {
        let lines = match &self.lines {
            Lines::Same | Lines::Unknown => 0,
            Lines::All(lines) => lines.len() + 1,
            Lines::Changed { put, gone } => put.len() + gone.len(),
        };
        usize::from(self.summary.is_some()) + lines
    }
}

pub(super) struct Committer {
    options: SqliteConnectOptions,
    /// `None` after the connection was lost; opened again for the next group.
    connection: Option<SqliteConnection>,
    inbox: mpsc::Receiver<Command>,
    closing: CancellationToken,
    /// Held while anything can still be written: keeps other servers out of the folder.
    _folder: File,
}

impl Committer {
    pub(super) fn new(
        options: SqliteConnectOptions,
        connection: SqliteConnection,
        inbox: mpsc::Receiver<Command>,
        closing: CancellationToken,
        folder: File,
    ) -> Self {
        Self {
            options,
            connection: Some(connection),
            inbox,
            closing,
            _folder: folder,
        }
    }

    /// Runs until it is told to close, or until nobody can ask any more.
    pub(super) async fn run(mut self) {
        let closing = self.closing.clone();
        loop {
            let first = tokio::select! {
                biased;
                first = self.inbox.recv() => first,
                () = closing.cancelled() => break,
            };
            match first {
                Some(first) => self.serve(first).await,
                None => break,
            }
        }
        // What was asked for before closing is stored; what comes later is refused by the closed channel.
        self.inbox.close();
        while let Some(late) = self.inbox.recv().await {
            self.serve(late).await;
        }
        if let Some(mut connection) = self.connection.take() {
            if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(&mut connection)
                .await
            {
                tracing::warn!(%error, "the write-ahead log stays beside the database until the next start");
            }
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "the database connection did not close cleanly");
            }
        }
    }

    /// Commits `first` together with everything that waits behind it, up to the bounds of a group.
    async fn serve(&mut self, first: Command) {
        let (mut rows, mut bytes) = (0, 0);
        let mut group = Vec::new();
        let mut next = Some(first);
        while let Some(command) = next.take() {
            let weight = command.weight();
            rows += weight.0;
            bytes += weight.1;
            group.push(command);
            if rows < COMMIT_ROWS_MAX && bytes < COMMIT_BYTES_MAX {
                next = self.inbox.try_recv().ok();
            }
        }
        match self.commit(&mut group).await {
            Ok(outcomes) => {
                for (command, outcome) in group.into_iter().zip(outcomes) {
                    command.answer(Ok(outcome));
                }
            }
            Err(error) => {
                tracing::error!(%error, commands = group.len(), "nothing of this group was stored");
                let error = StoreError::from(error);
                for command in group {
                    command.answer(Err(error.clone()));
                }
            }
        }
    }

    /// One transaction, whole or not at all.
    async fn commit(&mut self, group: &mut [Command]) -> Result<Vec<Outcome>, sqlx::Error> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.options.connect().await?,
        };
        // Put back only when it is certain that no transaction is left open on it.
        match transact(&mut connection, group).await {
            Ok(outcomes) => {
                self.connection = Some(connection);
                Ok(outcomes)
            }
            Err(error) => {
                if leave_transaction(&mut connection).await {
                    self.connection = Some(connection);
                }
                Err(error)
            }
        }
    }
}

async fn transact(connection: &mut SqliteConnection, group: &mut [Command]) -> Result<Vec<Outcome>, sqlx::Error> {
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    let now = i64::try_from(now_ms()).unwrap_or(i64::MAX);
    let mut outcomes = Vec::with_capacity(group.len());
    for command in group {
        outcomes.push(match command {
            Command::Create {
                id,
                home,
                snapshot,
                digest,
                ..
            } => create(connection, *id, *home, snapshot, digest, now).await?,
            Command::Append {
                id,
                begins,
                updates,
                digest,
                ..
            } => append(connection, *id, *begins, updates, digest, now).await?,
            Command::Retell { id, upto, digest, .. } => retell(connection, *id, *upto, digest).await?,
            Command::Compact { id, upto, snapshot, .. } => compact(connection, *id, *upto, snapshot).await?,
            Command::Work(work) => {
                work.run(connection, now).await?;
                Outcome::Done
            }
            Command::Probe { .. } => probe(connection).await?,
            Command::CapPages { pages, .. } => cap_pages(connection, *pages).await?,
        });
    }
    sqlx::query("COMMIT").execute(&mut *connection).await?;
    Ok(outcomes)
}

/// Whether the connection is certainly outside a transaction now. SQLite rolls back by itself after some errors, and
/// says "no transaction is active" then.
async fn leave_transaction(connection: &mut SqliteConnection) -> bool {
    match sqlx::query("ROLLBACK").execute(connection).await {
        Ok(_) => true,
        Err(sqlx::Error::Database(error)) => error.message().contains("no transaction is active"),
        Err(_) => false,
    }
}

async fn create(
    connection: &mut SqliteConnection,
    id: BoardId,
    home: Home,
    snapshot: &Bytes,
    digest: &DigestRows,
    now: i64,
) -> Result<Outcome, sqlx::Error> {
    let (team, owner) = keys_of(&home);
    let added = sqlx::query(
        "INSERT INTO boards (id, created_at, changed_at, team_id, owner_id) VALUES (?1, ?2, ?2, ?3, ?4) \
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(key(&id))
    .bind(now)
    .bind(team)
    .bind(owner)
    .execute(&mut *connection)
    .await?;
    if added.rows_affected() == 0 {
        return Ok(Outcome::Taken);
    }
    sqlx::query("INSERT INTO snapshots (board_id, seq, bytes) VALUES (?1, 0, ?2)")
        .bind(key(&id))
        .bind(&snapshot[..])
        .execute(&mut *connection)
        .await?;
    tell(connection, id, digest, 0).await?;
    Ok(Outcome::Done)
}

async fn append(
    connection: &mut SqliteConnection,
    id: BoardId,
    begins: bool,
    updates: &[Bytes],
    digest: &DigestRows,
    now: i64,
) -> Result<Outcome, sqlx::Error> {
    let count = i64::try_from(updates.len()).unwrap_or(i64::MAX);
    let statement = match begins {
        true => {
            "INSERT INTO boards (id, last_seq, created_at, changed_at) VALUES (?1, ?2, ?3, ?3) \
             ON CONFLICT (id) DO UPDATE SET last_seq = last_seq + ?2, changed_at = iif(?2 > 0, ?3, changed_at) \
             RETURNING last_seq"
        }
        false => {
            "UPDATE boards SET last_seq = last_seq + ?2, changed_at = iif(?2 > 0, ?3, changed_at) WHERE id = ?1 \
             RETURNING last_seq"
        }
    };
    let last: Option<i64> = sqlx::query_scalar(statement)
        .bind(key(&id))
        .bind(count)
        .bind(now)
        .fetch_optional(&mut *connection)
        .await?;
    let Some(last) = last else {
        return Ok(Outcome::Taken);
    };
    let mut seq = last - count;
    let mut rest = updates;
    while !rest.is_empty() {
        // Two statements only, so that both stay prepared.
        let (rows, statement) = if rest.len() >= INSERT_ROWS {
            (INSERT_ROWS, INSERT_MANY)
        } else {
            (1, INSERT_ONE)
        };
        let (now_rows, later) = rest.split_at(rows);
        let mut insert = sqlx::query(statement).bind(key(&id));
        for update in now_rows {
            seq += 1;
            insert = insert.bind(seq).bind(&update[..]);
        }
        insert.execute(&mut *connection).await?;
        rest = later;
    }
    tell(connection, id, digest, last).await?;
    Ok(Outcome::Appended(u64::try_from(last).unwrap_or(0)))
}

const INSERT_ONE: &str = "INSERT INTO updates (board_id, seq, bytes) VALUES (?1, ?2, ?3)";
const INSERT_ROWS: usize = 8;
const INSERT_MANY: &str = "INSERT INTO updates (board_id, seq, bytes) VALUES (?1, ?2, ?3), (?1, ?4, ?5), \
     (?1, ?6, ?7), (?1, ?8, ?9), (?1, ?10, ?11), (?1, ?12, ?13), (?1, ?14, ?15), (?1, ?16, ?17)";

async fn compact(
    connection: &mut SqliteConnection,
    id: BoardId,
    upto: u64,
    snapshot: &Bytes,
) -> Result<Outcome, sqlx::Error> {
    let upto = i64::try_from(upto).unwrap_or(i64::MAX);
    let replaced = sqlx::query(
        "INSERT INTO snapshots (board_id, seq, bytes) SELECT id, ?2, ?3 FROM boards WHERE id = ?1 AND last_seq >= ?2 \
         ON CONFLICT (board_id) DO UPDATE SET seq = excluded.seq, bytes = excluded.bytes WHERE seq < excluded.seq",
    )
    .bind(key(&id))
    .bind(upto)
    .bind(&snapshot[..])
    .execute(&mut *connection)
    .await?;
    if replaced.rows_affected() > 0 {
        sqlx::query("DELETE FROM updates WHERE board_id = ?1 AND seq <= ?2")
            .bind(key(&id))
            .bind(upto)
            .execute(&mut *connection)
            .await?;
    }
    Ok(Outcome::Done)
}

async fn retell(
    connection: &mut SqliteConnection,
    id: BoardId,
    upto: u64,
    digest: &DigestRows,
) -> Result<Outcome, sqlx::Error> {
    let last: Option<i64> = sqlx::query_scalar("SELECT last_seq FROM boards WHERE id = ?1")
        .bind(key(&id))
        .fetch_optional(&mut *connection)
        .await?;
    match last {
        Some(last) if u64::try_from(last) == Ok(upto) => {
            tell(connection, id, digest, last).await?;
            Ok(Outcome::Done)
        }
        _ => Ok(Outcome::Taken),
    }
}

/// Writes what is told of a board as of update `seq`.
async fn tell(
    connection: &mut SqliteConnection,
    id: BoardId,
    digest: &DigestRows,
    seq: i64,
) -> Result<(), sqlx::Error> {
    if let Some(summary) = &digest.summary {
        summarise(connection, id, summary, seq).await?;
    }
    improvements::write(connection, id, &digest.lines).await
}

async fn summarise(
    connection: &mut SqliteConnection,
    id: BoardId,
    summary: &SummaryRow,
    seq: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO summaries (board_id, title, summary, search, seq) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (board_id) DO UPDATE \
         SET title = excluded.title, summary = excluded.summary, search = excluded.search, seq = excluded.seq",
    )
    .bind(key(&id))
    .bind(summary.title.as_str())
    .bind(summary.json.as_str())
    .bind(summary.search.as_str())
    .bind(seq)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes two new pages and gives them back: a full disk fails here as it would for an edit.
async fn probe(connection: &mut SqliteConnection) -> Result<Outcome, sqlx::Error> {
    sqlx::query("INSERT INTO probe (bytes) VALUES (zeroblob(8192))")
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM probe").execute(&mut *connection).await?;
    Ok(Outcome::Done)
}

async fn cap_pages(connection: &mut SqliteConnection, pages: u32) -> Result<Outcome, sqlx::Error> {
    // A pragma takes no parameters; a number needs no escaping.
    sqlx::query(AssertSqlSafe(format!("PRAGMA max_page_count = {pages}")))
        .execute(connection)
        .await?;
    Ok(Outcome::Done)
}

fn key(id: &BoardId) -> &[u8] {
    id.0.as_bytes()
}
