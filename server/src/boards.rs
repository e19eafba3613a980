//! The boards as the pages ask for them: lists from the store, documents from the rooms. Everything is asked by
//! somebody, and [`Access`] decides what they get.

use std::sync::Arc;

use app::api::{ApiError, BoardSeed, Boards, Place};
use async_trait::async_trait;
use model::{
    audit::What,
    date::{Date, Zone},
    doc::BoardDoc,
    edit::{Edit, MapField},
    id::BoardId,
    loops::across::{Across, Wanted},
    summary::Listed,
    teams::{Home, Pile, Team},
    templates::{self, Lang, Template},
};

use crate::{
    access::{Access, Asker, Caller, Change, Deed, Denied},
    book::Book,
    env::ENV,
    limits::LIST_MAX,
    rooms::{PageBoard, Rooms, RoomsError},
    store::{Accounts, Digest, Shelf, Store, StoreError},
};

/// All boards.
#[derive(Clone)]
pub struct ServerBoards {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn Store>,
    shelf: Arc<dyn Shelf>,
    accounts: Arc<dyn Accounts>,
    rooms: Rooms,
    access: Access,
    book: Book,
}

/// The boards of somebody: what the pages' server functions call.
pub struct CallersBoards {
    boards: ServerBoards,
    asker: Asker,
}

impl ServerBoards {
    /// Boards of this store, opened in these rooms.
    #[must_use]
    pub fn new<S: Store + Shelf + Accounts>(store: Arc<S>, rooms: Rooms, access: Access, book: Book) -> Self {
        Self {
            inner: Arc::new(Inner {
                shelf: store.clone(),
                accounts: store.clone(),
                store,
                rooms,
                access,
                book,
            }),
        }
    }

    /// As whoever asks may see them.
    #[must_use]
    pub fn of(&self, asker: Asker) -> CallersBoards {
        CallersBoards {
            boards: self.clone(),
            asker,
        }
    }
}

impl CallersBoards {
    fn inner(&self) -> &Inner {
        &self.boards.inner
    }

    /// Where a board of the caller's goes.
    async fn home(&self, place: Place) -> Result<Home, ApiError> {
        let account = match (&self.asker.caller, place) {
            (Caller::Everybody, Place::Usual | Place::Mine) => return Ok(Home::Nobody),
            (_, Place::Team(team)) => return Ok(Home::Team(team)),
            (caller, _) => caller.account().ok_or(ApiError::SignedOut)?,
        };
        let first = match place {
            Place::Usual => self.places().await?.first().map(|team| team.id),
            _ => None,
        };
        Ok(first.map_or(Home::Person(account.id), Home::Team))
    }

    async fn add(&self, document: &BoardDoc, home: Home) -> Result<BoardId, ApiError> {
        let id = BoardId::fresh();
        self.inner()
            .store
            .create(id, home, document.encode().into(), Digest::of(document.board()))
            .await
            .map_err(|error| refused("create", Some(id), &error))?;
        Ok(id)
    }

    async fn allow(&self, board: BoardId, deed: Deed) -> Result<model::access::Role, ApiError> {
        Ok(self.inner().access.allow(&self.asker.caller, board, deed).await?)
    }
}

#[async_trait]
impl Boards for CallersBoards {
    async fn list(&self, pile: Pile, query: &str) -> Result<Listed, ApiError> {
        let whose = self.inner().access.whose(&self.asker.caller)?;
        self.inner()
            .store
            .list(whose, pile, query, LIST_MAX)
            .await
            .map_err(|error| refused("list", None, &error))
    }

    async fn across(&self, wanted: &Wanted, today: Date, zone: Zone) -> Result<Across, ApiError> {
        let whose = self.inner().access.whose(&self.asker.caller)?;
        self.inner()
            .store
            .across(whose, wanted, today, zone)
            .await
            .map_err(|error| refused("across", None, &error))
    }

    async fn create(
        &self,
        template: Template,
        lang: Lang,
        title: Option<String>,
        place: Place,
    ) -> Result<BoardId, ApiError> {
        let home = self.home(place).await?;
        self.inner().access.allow_home(&self.asker.caller, home).await?;
        // Seeded here and only here: two seeded histories would merge into duplicates (F10).
        let document = templates::seed(ENV, template, lang, title.as_deref()).map_err(|error| {
            tracing::warn!(%error, ?template, "a board could not be seeded");
            ApiError::Refused
        })?;
        let id = self.add(&document, home).await?;
        tracing::info!(board = %id, ?template, "board created");
        Ok(id)
    }

    async fn begin(&self, id: BoardId) -> Result<(), ApiError> {
        let home = self.home(Place::Usual).await?;
        self.inner().access.allow_home(&self.asker.caller, home).await?;
        let document = BoardDoc::new(ENV);
        let begun = self
            .inner()
            .store
            .create(id, home, document.encode().into(), Digest::of(document.board()))
            .await;
        match begun {
            Ok(()) => tracing::info!(board = %id, "board begun"),
            // A second try; or somebody else's, which is answered as their board is.
            Err(StoreError::Exists) => return self.allow(id, Deed::Edit).await.map(drop),
            Err(error) => return Err(refused("begin", Some(id), &error)),
        }
        self.inner().access.changed(Change::Board(id));
        Ok(())
    }

    async fn open(&self, id: BoardId) -> Result<BoardSeed, ApiError> {
        let role = self.allow(id, Deed::Read).await?;
        let page = opened(&self.inner().rooms, id).await?.ok_or(ApiError::NotFound)?;
        Ok(BoardSeed {
            encoded: page.encoded[..].into(),
            board: Some(page.board),
            role,
        })
    }

    async fn duplicate(&self, id: BoardId, title: String) -> Result<BoardId, ApiError> {
        self.allow(id, Deed::Edit).await?;
        let home = match self.inner().accounts.standing(id).await {
            Ok(Some(standing)) => standing.home,
            Ok(None) => return Err(ApiError::NotFound),
            Err(error) => return Err(refused("duplicate", Some(id), &error)),
        };
        // Whoever came by a link has no place among the boards of those who gave it to them.
        let home = match self.inner().access.allow_home(&self.asker.caller, home).await {
            Ok(()) => home,
            Err(Denied::Store(error)) => return Err(refused("duplicate", Some(id), &error)),
            Err(_) => self.home(Place::Usual).await?,
        };
        let page = opened(&self.inner().rooms, id).await?.ok_or(ApiError::NotFound)?;
        // The same history under another id: the two never meet, so they never merge.
        let mut document = BoardDoc::open(ENV, &page.encoded).map_err(|error| {
            tracing::error!(board = %id, %error, "a board could not be copied");
            ApiError::Unexpected
        })?;
        document
            .edit(Edit::SetMap(MapField::Title(title)))
            .map_err(|_| ApiError::Refused)?;
        let copy = self.add(&document, home).await?;
        tracing::info!(board = %copy, of = %id, "board copied");
        Ok(copy)
    }

    async fn give(&self, id: BoardId, place: Place) -> Result<(), ApiError> {
        self.allow(id, Deed::Manage).await?;
        let home = self.home(place).await?;
        self.inner().access.allow_home(&self.asker.caller, home).await?;
        let entry = self.inner().book.open(&self.asker, id).await;
        let given = self.inner().shelf.give(id, home).await;
        self.settled(id, given)?;
        let entry = entry.map(|entry| entry.and_at(home));
        self.inner().book.note(&self.asker, What::BoardMoved, None, entry).await;
        Ok(())
    }

    async fn put(&self, id: BoardId, pile: Pile) -> Result<(), ApiError> {
        self.inner()
            .access
            .allow_in_bin(&self.asker.caller, id, Deed::Manage)
            .await?;
        let entry = self.inner().book.open(&self.asker, id).await;
        let put = self.inner().shelf.put(id, pile).await;
        self.settled(id, put)?;
        let what = match pile {
            Pile::Shelf => What::BoardShelved,
            Pile::Archive => What::BoardArchived,
            Pile::Bin => What::BoardBinned,
        };
        self.inner().book.note(&self.asker, what, None, entry).await;
        Ok(())
    }

    async fn places(&self) -> Result<Vec<Team>, ApiError> {
        let Some(account) = self.asker.caller.account() else {
            return Ok(Vec::new());
        };
        let teams = self.inner().accounts.teams(account.id).await;
        let mut teams = teams.map_err(|error| refused("places", None, &error))?;
        teams.retain(|team| team.role.may_edit());
        Ok(teams)
    }
}

impl CallersBoards {
    /// Whoever has the board open looks anew whether they may.
    fn settled(&self, id: BoardId, done: Result<bool, StoreError>) -> Result<(), ApiError> {
        let there = done.map_err(|error| refused("put", Some(id), &error))?;
        self.inner().access.changed(Change::Board(id));
        if there { Ok(()) } else { Err(ApiError::NotFound) }
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
        StoreError::Gone => ApiError::NotFound,
        StoreError::Unavailable(_) => ApiError::Unavailable,
    }
}
