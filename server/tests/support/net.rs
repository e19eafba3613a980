//! Sync sockets of a real server inside the test, on a real SQLite file, with a store that can be told to fail.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use axum::{Router, routing::get, serve::ListenerExt};
use bytes::Bytes;
use model::{
    board::Board,
    date::{Date, Zone},
    doc::BoardDoc,
    id::BoardId,
    loops::{
        across::{Across, Wanted},
        forms::FormLine,
        overview::LoopLine,
    },
    summary::{Listed, Summary},
    teams::{Home, Pile},
};
use server::{
    access::{Access, Admission},
    env::ENV,
    rooms::{Rooms, RoomsConfig},
    secrets::SecretHash,
    store::{Digest, NewForm, SqliteStore, Store, StoreError, Stored, Whose},
    sync::{Sync, SyncConfig, connect},
};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};

use tokio_tungstenite::tungstenite::http::{StatusCode, header};

use super::{
    peer::{Call, Dialect, Peer},
    team::Somebody,
};

/// No test waits longer for anything.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until `done` says so.
pub async fn until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < deadline, "waited too long: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The SQLite store, with switches.
pub struct Switched {
    pub inner: Arc<SqliteStore>,
    /// Refuse to append.
    pub full: AtomicBool,
    /// Appends that were refused.
    pub refusals: AtomicUsize,
    /// Panic at the next append.
    pub panic: AtomicBool,
    /// Times a board was loaded.
    pub loads: AtomicUsize,
    /// Compactions that were done.
    pub compactions: AtomicUsize,
}

impl Switched {
    fn fails(&self) -> Result<(), StoreError> {
        if self.full.load(Ordering::SeqCst) {
            self.refusals.fetch_add(1, Ordering::SeqCst);
            return Err(StoreError::unavailable("the test says that the disk is full"));
        }
        assert!(
            !self.panic.swap(false, Ordering::SeqCst),
            "the test says that the room panics"
        );
        Ok(())
    }
}

#[async_trait]
impl Store for Switched {
    async fn create(&self, id: BoardId, home: Home, snapshot: Bytes, digest: Digest) -> Result<(), StoreError> {
        self.inner.create(id, home, snapshot, digest).await
    }

    async fn load(&self, id: BoardId) -> Result<Option<Stored>, StoreError> {
        self.loads.fetch_add(1, Ordering::SeqCst);
        self.inner.load(id).await
    }

    async fn exists(&self, id: BoardId) -> Result<bool, StoreError> {
        self.inner.exists(id).await
    }

    async fn append(&self, id: BoardId, updates: Vec<Bytes>, digest: Digest) -> Result<u64, StoreError> {
        self.fails()?;
        self.inner.append(id, updates, digest).await
    }

    async fn extend(&self, id: BoardId, updates: Vec<Bytes>, digest: Digest) -> Result<u64, StoreError> {
        self.fails()?;
        self.inner.extend(id, updates, digest).await
    }

    async fn retell(&self, id: BoardId, upto: u64, digest: Digest) -> Result<bool, StoreError> {
        self.inner.retell(id, upto, digest).await
    }

    async fn boards(&self) -> Result<Vec<(BoardId, bool)>, StoreError> {
        self.inner.boards().await
    }

    async fn summary(&self, id: BoardId) -> Result<Option<Summary>, StoreError> {
        self.inner.summary(id).await
    }

    async fn lines(&self, id: BoardId) -> Result<Vec<LoopLine>, StoreError> {
        self.inner.lines(id).await
    }

    async fn compact(&self, id: BoardId, upto: u64, snapshot: Bytes) -> Result<(), StoreError> {
        self.inner.compact(id, upto, snapshot).await?;
        self.compactions.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    async fn list(&self, whose: Whose, pile: Pile, query: &str, limit: u32) -> Result<Listed, StoreError> {
        self.inner.list(whose, pile, query, limit).await
    }

    async fn across(&self, whose: Whose, wanted: &Wanted, today: Date, zone: Zone) -> Result<Across, StoreError> {
        self.inner.across(whose, wanted, today, zone).await
    }

    async fn add_form(&self, form: NewForm) -> Result<Option<i64>, StoreError> {
        self.inner.add_form(form).await
    }

    async fn form(&self, token: SecretHash) -> Result<Option<(BoardId, FormLine)>, StoreError> {
        self.inner.form(token).await
    }

    async fn forms(&self, board: BoardId) -> Result<Vec<FormLine>, StoreError> {
        self.inner.forms(board).await
    }

    async fn revoke_form(&self, board: BoardId, id: i64) -> Result<bool, StoreError> {
        self.inner.revoke_form(board, id).await
    }

    async fn form_answered(&self, id: i64) -> Result<(), StoreError> {
        self.inner.form_answered(id).await
    }

    async fn probe(&self) -> Result<(), StoreError> {
        self.inner.probe().await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}

/// A server inside the test.
pub struct Net {
    pub addr: SocketAddr,
    pub access: Access,
    pub rooms: Rooms,
    pub store: Arc<Switched>,
    folder: TempDir,
    http: JoinHandle<()>,
}

/// Short waits, so that a test sees in milliseconds what takes seconds otherwise.
pub fn brisk() -> (RoomsConfig, SyncConfig) {
    let rooms = RoomsConfig {
        grace: Duration::from_millis(50),
        ..RoomsConfig::default()
    };
    let sync = SyncConfig {
        close_wait: Duration::from_millis(500),
        ..SyncConfig::default()
    };
    (rooms, sync)
}

impl Net {
    pub async fn start() -> Self {
        let (rooms, sync) = brisk();
        Self::start_with(rooms, sync).await
    }

    pub async fn start_with(rooms: RoomsConfig, sync: SyncConfig) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), rooms, sync).await
    }

    pub async fn start_in(folder: TempDir, rooms: RoomsConfig, sync: SyncConfig) -> Self {
        Self::start_as(Admission::Everybody, folder, rooms, sync).await
    }

    /// With accounts, or without.
    pub async fn start_as(admission: Admission, folder: TempDir, rooms: RoomsConfig, sync: SyncConfig) -> Self {
        let store = Arc::new(Switched {
            inner: Arc::new(SqliteStore::open(folder.path()).await.unwrap()),
            full: false.into(),
            refusals: 0.into(),
            panic: false.into(),
            loads: 0.into(),
            compactions: 0.into(),
        });
        let access = Access::new(admission, store.inner.clone());
        let rooms = Rooms::new(
            store.clone(),
            RoomsConfig {
                begins: admission == Admission::Everybody,
                ..rooms
            },
        );
        tokio::spawn(rooms.clone().follow(access.changes()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let listener = listener.tap_io(|socket| socket.set_nodelay(true).unwrap());
        let app = Router::new().route("/sync/{board}", get(connect)).with_state(Sync::new(
            rooms.clone(),
            access.clone(),
            sync,
        ));
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
        let http = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self {
            addr,
            access,
            rooms,
            store,
            folder,
            http,
        }
    }

    /// Stops as on SIGTERM and starts again with the same file, at another address.
    pub async fn restarted(self) -> Self {
        let (rooms, sync) = brisk();
        let folder = self.stopped().await;
        Self::start_in(folder, rooms, sync).await
    }

    /// Stops as on SIGTERM; what is left is the data folder.
    pub async fn stopped(self) -> TempDir {
        self.rooms.shutdown().await;
        self.http.abort();
        self.store.close().await;
        self.folder
    }

    /// A peer of ours that is in sync.
    pub async fn join(&self, board: BoardId) -> Peer {
        Peer::join(self.addr, board, Dialect::Touchloop).await
    }

    /// As a stock y-websocket client connects.
    pub async fn join_stock(&self, board: BoardId) -> Peer {
        Peer::join(self.addr, board, Dialect::Standard).await
    }

    /// A peer of somebody who is signed in, in sync.
    pub async fn join_as(&self, who: &Somebody, board: BoardId, dialect: Dialect) -> Peer {
        let mut peer = self.dial_as(who, board, dialect).await.unwrap();
        peer.sync().await;
        peer
    }

    /// A socket of somebody who is signed in, if they are let in.
    pub async fn dial_as(&self, who: &Somebody, board: BoardId, dialect: Dialect) -> Result<Peer, StatusCode> {
        // As a page of this server does (F30).
        let origin: &'static str = format!("http://{}", self.addr).leak();
        let headers = vec![(header::COOKIE, who.cookie()), (header::ORIGIN, origin)];
        let call = Call {
            dialect,
            headers,
            ..Call::default()
        };
        Peer::dial(self.addr, board, call).await
    }

    /// What the store holds of a board, decoded.
    pub async fn stored(&self, board: BoardId) -> Board {
        read(&self.store.inner.load(board).await.unwrap().unwrap_or_default())
    }

    /// Rows of the tail in the store.
    pub async fn stored_rows(&self, board: BoardId) -> usize {
        self.store
            .inner
            .load(board)
            .await
            .unwrap()
            .unwrap_or_default()
            .tail
            .len()
    }
}

/// Decodes what lies in a store.
pub fn read(stored: &Stored) -> Board {
    let mut doc = BoardDoc::new(ENV);
    if !stored.snapshot.is_empty() {
        doc.merge(&stored.snapshot).unwrap();
    }
    for (_, update) in &stored.tail {
        doc.merge(update).unwrap();
    }
    doc.board().clone()
}

/// A figure of `/proc/…/status` of a process, in bytes: `VmHWM` is the most memory it ever really used, `VmPeak` the
/// most it ever reserved.
pub fn figure(pid: u32, name: &str) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    let kib = line.split_whitespace().nth(1).unwrap();
    kib.parse::<usize>().unwrap() * 1024
}

/// Memory of this process that is really in use, in bytes.
pub fn memory() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}
