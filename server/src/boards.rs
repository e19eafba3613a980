//! The boards as the pages ask for them: lists from the store, documents from the rooms.

use std::sync::Arc;

use app::api::{ApiError, BoardSeed, Boards};
use async_trait::async_trait;
use model::{
    date::{Date, Zone},
    id::BoardId,
    loops::across::{Across, Wanted},
    summary::Listed,
    templates::{self, Lang, Template},
};

use crate::{
    env::ENV,
    limits::LIST_MAX,
    rooms::{PageBoard, Rooms, RoomsError},
    store::{Digest, Store, StoreError},
};

/// What the pages' server functions call.
pub struct ServerBoards {
    store: Arc<dyn Store>,
    rooms: Rooms,
}

impl ServerBoards {
    /// Boards of this store, opened in these rooms.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, rooms: Rooms) -> Self {
        Self { store, rooms }
    }
}

#[async_trait]
impl Boards for ServerBoards {
    async fn list(&self, query: &str) -> Result<Listed, ApiError> {
        self.store
            .list(query, LIST_MAX)
            .await
            .map_err(|error| refused("list", None, &error))
    }

    async fn across(&self, wanted: &Wanted, today: Date, zone: Zone) -> Result<Across, ApiError> {
        self.store
            .across(wanted, today, zone)
            .await
            .map_err(|error| refused("across", None, &error))
    }

    async fn create(&self, template: Template, lang: Lang, title: Option<String>) -> Result<BoardId, ApiError> {
        let id = BoardId::fresh();
        // Seeded here and only here: two seeded histories would merge into duplicates (F10).
        let document = templates::seed(ENV, template, lang, title.as_deref()).map_err(|error| {
            tracing::warn!(%error, ?template, "a board could not be seeded");
            ApiError::Refused
        })?;
        let digest = Digest::of(document.board());
        self.store
            .create(id, document.encode().into(), digest)
            .await
            .map_err(|error| refused("create", Some(id), &error))?;
        tracing::info!(board = %id, ?template, "board created");
        Ok(id)
    }

    async fn open(&self, id: BoardId) -> Result<BoardSeed, ApiError> {
        let page = opened(&self.rooms, id).await?.ok_or(ApiError::NotFound)?;
        Ok(BoardSeed {
            encoded: page.encoded[..].into(),
            board: Some(page.board),
        })
    }
}

/// A board as it is now; `None` when there is none. The cause of a failure goes into the log.
pub(crate) async fn opened(rooms: &Rooms, id: BoardId) -> Result<Option<PageBoard>, ApiError> {
    rooms.page(id).await.map_err(|error| {
        tracing::error!(board = %id, %error, "a board could not be opened");
        match error {
            RoomsError::Stopping | RoomsError::Store(_) => ApiError::Unavailable,
            RoomsError::Damaged(_) => ApiError::Unexpected,
        }
    })
}

/// The cause goes into the log, with the board's id; the page learns only what it can act on.
fn refused(what: &str, board: Option<BoardId>, error: &StoreError) -> ApiError {
    tracing::error!(board = board.map(tracing::field::display), %error, what, "the store did not answer a page");
    match error {
        StoreError::Exists => ApiError::Refused,
        StoreError::Unavailable(_) => ApiError::Unavailable,
    }
}
