//! [`Store`] on one SQLite file.

use std::{path::Path, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use futures::future::BoxFuture;
use model::{
    date::{Date, Zone},
    fold::fold,
    id::BoardId,
    loops::{
        across::{Across, Wanted},
        forms::FormLine,
        overview::LoopLine,
    },
    summary::{BoardCard, Listed, Summary},
    teams::{Home, Pile},
};
use sqlx::{
    Row, SqliteConnection, SqlitePool,
    sqlite::{SqlitePoolOptions, SqliteRow},
};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Digest, NewForm, OpenError, Store, StoreError, Stored, Whose,
    accounts::role,
    committer::{Command, Committer, DigestRows, Job, Reply, SummaryRow},
    forms::{self, FormWrite},
    improvements,
    open::{self, DATABASE, MIGRATIONS},
    shelf::home,
};
use crate::{
    limits::{COMMIT_QUEUE, DATABASE_BUSY, LIST_MAX, READERS, SEARCH_CHARS_MAX, SEARCH_WORDS_MAX},
    secrets::SecretHash,
};

/// The boards of pile `?3` that person `?4` may see, all where that is null, and in whose search text every word of
/// `?1`, a JSON array, occurs.
macro_rules! found {
    () => {
        "FROM boards LEFT JOIN summaries ON board_id = id \
         WHERE CASE ?3 WHEN 'bin' THEN deleted_at IS NOT NULL WHEN 'archive' THEN deleted_at IS NULL \
         AND archived_at IS NOT NULL ELSE deleted_at IS NULL AND archived_at IS NULL END \
         AND (?4 IS NULL OR owner_id = ?4 OR team_id IN (SELECT team_id FROM members WHERE person_id = ?4)) \
         AND NOT EXISTS (SELECT 1 FROM json_each(?1) WHERE instr(coalesce(search, ''), value) = 0)"
    };
}

/// One file, one writer, a few readers that never wait for it.
#[derive(Debug)]
pub struct SqliteStore {
    writer: mpsc::Sender<Command>,
    readers: SqlitePool,
    closing: CancellationToken,
    committer: tokio::sync::Mutex<Option<JoinHandle<()>>>,
}

impl SqliteStore {
    /// Whether there is a database in `folder`.
    #[must_use]
    pub fn is_in(folder: &Path) -> bool {
        folder.join(DATABASE).is_file()
    }

    /// Opens the database in `folder`, creating both where they do not exist. The file is read through first, so this
    /// takes a moment on a large one.
    ///
    /// # Errors
    /// [`OpenError`]; the file was left as it was.
    pub async fn open(folder: &Path) -> Result<Self, OpenError> {
        let lock = open::lock_folder(folder)?;
        let database = folder.join(DATABASE);
        let connection = open::open_database(&database, &MIGRATIONS, &open::sqlite_version().await?).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(DATABASE_BUSY)
            .idle_timeout(Duration::from_secs(60))
            .connect_lazy_with(open::reader_options(&database));
        let (writer, inbox) = mpsc::channel(COMMIT_QUEUE);
        let closing = CancellationToken::new();
        let committer = Committer::new(
            open::writer_options(&database),
            connection,
            inbox,
            closing.clone(),
            lock,
        );
        let committer = tokio::spawn(committer.run());
        Ok(Self {
            writer,
            readers,
            closing,
            committer: Some(committer).into(),
        })
    }

    /// Caps the database at so many pages of 4 KiB. A file at its cap refuses what would make it larger, as a full
    /// disk does; reading goes on.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn cap_pages(&self, pages: u32) -> Result<(), StoreError> {
        self.ask(|reply| Command::CapPages { pages, reply }).await
    }

    /// Writes to the tables beside the documents, together with whatever else waits.
    pub(super) async fn write<T: Send + Sync + 'static>(
        &self,
        work: impl for<'c> FnOnce(&'c mut SqliteConnection, i64) -> BoxFuture<'c, Result<T, sqlx::Error>>
        + Send
        + Sync
        + 'static,
    ) -> Result<T, StoreError> {
        self.ask(|reply| Command::Work(Box::new(Job::new(work, reply)))).await
    }

    /// Where the tables are read.
    pub(super) fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    async fn write_form(&self, what: FormWrite) -> Result<Option<i64>, StoreError> {
        self.write(|connection, now| Box::pin(async move { forms::write(connection, &what, now).await }))
            .await
    }

    async fn add(&self, id: BoardId, begins: bool, updates: Vec<Bytes>, digest: Digest) -> Result<u64, StoreError> {
        let digest = rows_of(digest)?;
        self.ask(|reply| Command::Append {
            id,
            begins,
            updates,
            digest,
            reply,
        })
        .await
    }

    /// A caller that goes away while waiting for a place has asked nothing; after that the writer finishes without it.
    async fn ask<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.writer
            .send(command(reply))
            .await
            .map_err(|_| StoreError::unavailable("the store is closed"))?;
        answer.await.map_err(|_| StoreError::unavailable("the writer ended"))?
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn create(&self, id: BoardId, home: Home, snapshot: Bytes, digest: Digest) -> Result<(), StoreError> {
        let digest = rows_of(digest)?;
        self.ask(|reply| Command::Create {
            id,
            home,
            snapshot,
            digest,
            reply,
        })
        .await
    }

    async fn load(&self, id: BoardId) -> Result<Option<Stored>, StoreError> {
        let key = id.0;
        // One transaction, so that a compaction in between cannot make a gap between snapshot and tail.
        let mut reader = self.readers.begin().await?;
        let indexed: Option<bool> = sqlx::query_scalar("SELECT indexed FROM boards WHERE id = ?1")
            .bind(&key.as_bytes()[..])
            .fetch_optional(&mut *reader)
            .await?;
        let Some(indexed) = indexed else { return Ok(None) };
        let snapshot: Option<(i64, Vec<u8>)> = sqlx::query_as("SELECT seq, bytes FROM snapshots WHERE board_id = ?1")
            .bind(&key.as_bytes()[..])
            .fetch_optional(&mut *reader)
            .await?;
        let (snapshot_seq, snapshot) = snapshot.unwrap_or_default();
        let tail: Vec<(i64, Vec<u8>)> =
            sqlx::query_as("SELECT seq, bytes FROM updates WHERE board_id = ?1 AND seq > ?2 ORDER BY seq")
                .bind(&key.as_bytes()[..])
                .bind(snapshot_seq)
                .fetch_all(&mut *reader)
                .await?;
        let summarised: Option<i64> = sqlx::query_scalar("SELECT seq FROM summaries WHERE board_id = ?1")
            .bind(&key.as_bytes()[..])
            .fetch_optional(&mut *reader)
            .await?;
        reader.commit().await?;
        Ok(Some(Stored {
            snapshot: snapshot.into(),
            snapshot_seq: unsigned(snapshot_seq),
            summarised: unsigned(summarised.unwrap_or(0)),
            indexed,
            tail: tail
                .into_iter()
                .map(|(seq, bytes)| (unsigned(seq), bytes.into()))
                .collect(),
        }))
    }

    async fn exists(&self, id: BoardId) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM boards WHERE id = ?1)")
            .bind(&id.0.as_bytes()[..])
            .fetch_one(&self.readers)
            .await?)
    }

    async fn append(&self, id: BoardId, updates: Vec<Bytes>, digest: Digest) -> Result<u64, StoreError> {
        self.add(id, true, updates, digest).await
    }

    async fn extend(&self, id: BoardId, updates: Vec<Bytes>, digest: Digest) -> Result<u64, StoreError> {
        self.add(id, false, updates, digest).await
    }

    async fn retell(&self, id: BoardId, upto: u64, digest: Digest) -> Result<bool, StoreError> {
        let digest = rows_of(digest)?;
        self.ask(|reply| Command::Retell {
            id,
            upto,
            digest,
            reply,
        })
        .await
    }

    async fn boards(&self) -> Result<Vec<(BoardId, bool)>, StoreError> {
        let rows: Vec<(Vec<u8>, bool)> = sqlx::query_as("SELECT id, indexed FROM boards ORDER BY id")
            .fetch_all(&self.readers)
            .await?;
        let board = |(id, indexed): (Vec<u8>, bool)| Ok((BoardId(uuid(&id)?), indexed));
        rows.into_iter().map(board).collect()
    }

    async fn summary(&self, id: BoardId) -> Result<Option<Summary>, StoreError> {
        let stored: Option<(String, String)> =
            sqlx::query_as("SELECT summary, search FROM summaries WHERE board_id = ?1")
                .bind(&id.0.as_bytes()[..])
                .fetch_optional(&self.readers)
                .await?;
        Ok(stored.and_then(|(json, search)| {
            let summary: Summary = serde_json::from_str(&json).ok()?;
            Some(Summary { search, ..summary })
        }))
    }

    async fn lines(&self, id: BoardId) -> Result<Vec<LoopLine>, StoreError> {
        improvements::of_board(&self.readers, id).await
    }

    async fn compact(&self, id: BoardId, upto: u64, snapshot: Bytes) -> Result<(), StoreError> {
        self.ask(|reply| Command::Compact {
            id,
            upto,
            snapshot,
            reply,
        })
        .await
    }

    async fn list(&self, whose: Whose, pile: Pile, query: &str, limit: u32) -> Result<Listed, StoreError> {
        let query: String = query.chars().take(SEARCH_CHARS_MAX).collect();
        let folded = fold(&query);
        let words: Vec<&str> = folded.split_whitespace().take(SEARCH_WORDS_MAX).collect();
        let words = serde_json::to_string(&words).map_err(StoreError::unavailable)?;
        let limit = limit.min(LIST_MAX);
        let person = whose.person();
        let person = person.as_ref().map(|id| &id.0.as_bytes()[..]);
        // One transaction, so that the number is that of the list.
        let mut reader = self.readers.begin().await?;
        let rows = sqlx::query(concat!(
            "SELECT id, changed_at, summary, team_id, owner_id, CASE WHEN ?4 IS NULL OR owner_id = ?4 THEN 'owner' \
             ELSE (SELECT role FROM members WHERE team_id = boards.team_id AND person_id = ?4) END AS role ",
            found!(),
            " ORDER BY changed_at DESC, id DESC LIMIT ?2"
        ))
        .bind(&words)
        .bind(limit)
        .bind(pile.word())
        .bind(person)
        .fetch_all(&mut *reader)
        .await?;
        let total = if rows.len() < limit as usize {
            rows.len() as u64
        } else {
            let total = sqlx::query_scalar(concat!("SELECT count(*) ", found!()))
                .bind(&words)
                .bind(limit)
                .bind(pile.word())
                .bind(person);
            unsigned(total.fetch_one(&mut *reader).await?)
        };
        reader.commit().await?;
        Ok(Listed {
            cards: rows.iter().map(card).collect::<Result<_, _>>()?,
            total,
        })
    }

    async fn across(&self, whose: Whose, wanted: &Wanted, today: Date, zone: Zone) -> Result<Across, StoreError> {
        improvements::across(&self.readers, whose, wanted, today, zone).await
    }

    async fn add_form(&self, form: NewForm) -> Result<Option<i64>, StoreError> {
        self.write_form(FormWrite::Add(form)).await
    }

    async fn form(&self, token: SecretHash) -> Result<Option<(BoardId, FormLine)>, StoreError> {
        forms::by_token(self.readers(), &token).await
    }

    async fn forms(&self, board: BoardId) -> Result<Vec<FormLine>, StoreError> {
        forms::of_board(self.readers(), board).await
    }

    async fn revoke_form(&self, board: BoardId, id: i64) -> Result<bool, StoreError> {
        let revoked = self.write_form(FormWrite::Revoke { board, id }).await?;
        Ok(revoked.is_some())
    }

    async fn form_answered(&self, id: i64) -> Result<(), StoreError> {
        self.write_form(FormWrite::Answered(id)).await?;
        Ok(())
    }

    async fn probe(&self) -> Result<(), StoreError> {
        self.ask(|reply| Command::Probe { reply }).await
    }

    async fn close(&self) {
        self.closing.cancel();
        // Two callers: the second waits here until the first is done.
        if let Some(committer) = self.committer.lock().await.take()
            && let Err(error) = committer.await
        {
            tracing::error!(%error, "the writer did not end cleanly");
        }
        self.readers.close().await;
    }
}

fn rows_of(digest: Digest) -> Result<DigestRows, StoreError> {
    Ok(DigestRows {
        summary: digest.summary.map(row_of).transpose()?,
        lines: digest.lines,
    })
}

/// The search text has a column of its own and is left out of the rest.
fn row_of(mut summary: Summary) -> Result<SummaryRow, StoreError> {
    let search = std::mem::take(&mut summary.search);
    let json = serde_json::to_string(&summary).map_err(StoreError::unavailable)?;
    Ok(SummaryRow {
        title: summary.title,
        json,
        search,
    })
}

fn card(row: &SqliteRow) -> Result<BoardCard, StoreError> {
    let id = BoardId(uuid(row.try_get("id")?)?);
    let summary: Option<String> = row.try_get("summary")?;
    // A summary that cannot be read costs the list a title, not the list; the next edit writes it anew.
    let summary = summary
        .and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or_default();
    Ok(BoardCard {
        id,
        summary,
        changed_at: unsigned(row.try_get("changed_at")?),
        home: home(row)?,
        role: role(row.try_get("role")?),
    })
}

pub(super) fn uuid(bytes: &[u8]) -> Result<Uuid, StoreError> {
    Uuid::from_slice(bytes).map_err(StoreError::unavailable)
}

pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
