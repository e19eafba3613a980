//! What lists and the page across maps know of a board, read out of its document anew: for boards from before there
//! was such a page, and for whoever asks for it on the command line.

use std::path::{Path, PathBuf};

use model::{doc::BoardDoc, id::BoardId, loops::overview::LoopLine, summary::Summary};

use crate::{
    env::ENV,
    store::{Digest, Lines, OpenError, SqliteStore, Store, StoreError, Stored},
};

/// Times that a board is read again because somebody edited it meanwhile; the room of whoever does will tell.
const TRIES: usize = 3;

/// What came of rebuilding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Boards that were read.
    pub boards: usize,
    /// Improvements in them.
    pub improvements: usize,
    /// Boards of which something else was stored than what they say.
    pub repaired: usize,
    /// Boards whose documents cannot be read; what was stored of them is as it was.
    pub damaged: usize,
}

/// Why nothing was rebuilt, or not all.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// No server ever worked in this folder.
    #[error("there is no database in {}; say with --data where it is", .folder.display())]
    NoDatabase {
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// The data folder cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store failed on the way. What was rebuilt until then stays.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads every board in `folder` and writes its summary and its improvements anew. No server may work there.
///
/// # Errors
/// [`RebuildError`].
pub async fn rebuild(folder: &Path) -> Result<Rebuilt, RebuildError> {
    if !SqliteStore::is_in(folder) {
        return Err(RebuildError::NoDatabase {
            folder: folder.to_owned(),
        });
    }
    let store = SqliteStore::open(folder).await?;
    let rebuilt = rebuild_in(&store).await;
    store.close().await;
    Ok(rebuilt?)
}

async fn rebuild_in(store: &dyn Store) -> Result<Rebuilt, StoreError> {
    let mut rebuilt = Rebuilt::default();
    for (id, indexed) in store.boards().await? {
        rebuilt.boards += 1;
        let before = (store.summary(id).await?, store.lines(id).await?);
        match index(store, id).await? {
            Some((summary, lines)) => {
                rebuilt.improvements += lines.len();
                rebuilt.repaired += usize::from(!indexed || (summary, lines) != before);
            }
            None => rebuilt.damaged += 1,
        }
    }
    Ok(rebuilt)
}

/// Tells of the boards of which that was never done. Boards that people edit meanwhile are told of by their rooms.
///
/// # Errors
/// [`StoreError::Unavailable`]; what is left is done at the next start.
pub async fn index_older(store: &dyn Store) -> Result<usize, StoreError> {
    let boards = store.boards().await?;
    let mut told = 0;
    for (id, _) in boards.into_iter().filter(|(_, indexed)| !indexed) {
        told += usize::from(index(store, id).await?.is_some());
    }
    Ok(told)
}

/// What is stored of a board now.
type Told = (Option<Summary>, Vec<LoopLine>);

/// Tells of one board; `None` when its document cannot be read.
async fn index(store: &dyn Store, id: BoardId) -> Result<Option<Told>, StoreError> {
    let mut told = None;
    for _ in 0..TRIES {
        let Some(stored) = store.load(id).await? else { break };
        let last = stored.last_seq();
        // A panic of the CRDT ends that thread's work and nothing else.
        let read = tokio::task::spawn_blocking(move || read(&stored)).await;
        let digest = match read {
            Ok(Ok(digest)) => digest,
            Ok(Err(error)) => {
                tracing::error!(board = %id, error, "a board cannot be read");
                return Ok(None);
            }
            Err(error) => {
                tracing::error!(board = %id, %error, "a board cannot be read");
                return Ok(None);
            }
        };
        let lines = match &digest.lines {
            Lines::All(lines) => lines.clone(),
            _ => Vec::new(),
        };
        told = Some((digest.summary.clone(), lines));
        if store.retell(id, last, digest).await? {
            break;
        }
    }
    Ok(told)
}

fn read(stored: &Stored) -> Result<Digest, String> {
    let mut doc = if stored.snapshot.is_empty() {
        BoardDoc::new(ENV)
    } else {
        BoardDoc::open(ENV, &stored.snapshot).map_err(|error| error.to_string())?
    };
    for (_, update) in &stored.tail {
        doc.merge(update).map_err(|error| error.to_string())?;
    }
    Ok(Digest::of(doc.board()))
}
