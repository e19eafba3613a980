//! Boards and updates to store.

use bytes::Bytes;
use model::{id::BoardId, summary::Summary, teams::Pile};
use server::store::{SqliteStore, Store, Stored, Whose};
use tempfile::TempDir;

/// A store in a folder that goes away with it.
pub struct Scene {
    pub store: SqliteStore,
    pub folder: TempDir,
}

impl Scene {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            store: SqliteStore::open(folder.path()).await.unwrap(),
            folder,
        }
    }

    /// Closes the store and opens it again.
    pub async fn reopened(self) -> Self {
        let Self { store, folder } = self;
        store.close().await;
        drop(store);
        Self {
            store: SqliteStore::open(folder.path()).await.unwrap(),
            folder,
        }
    }
}

pub fn summary(title: &str) -> Summary {
    Summary {
        title: title.to_owned(),
        search: model::fold::fold(title),
        ..Summary::default()
    }
}

pub fn update(text: &str) -> Bytes {
    Bytes::from(text.to_owned())
}

pub fn updates<const N: usize>(texts: [&str; N]) -> Vec<Bytes> {
    texts.into_iter().map(update).collect()
}

/// The tail as text, oldest first.
pub fn tail(stored: &Stored) -> Vec<(u64, &str)> {
    stored
        .tail
        .iter()
        .map(|(seq, bytes)| (*seq, std::str::from_utf8(bytes).unwrap()))
        .collect()
}

pub async fn titles(store: &dyn Store, query: &str) -> Vec<String> {
    store
        .list(Whose::Everybody, Pile::Shelf, query, 100)
        .await
        .unwrap()
        .cards
        .into_iter()
        .map(|card| card.summary.title)
        .collect()
}

pub async fn load(store: &dyn Store, id: BoardId) -> Stored {
    store.load(id).await.unwrap().expect("the board is there")
}
