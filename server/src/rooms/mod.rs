//! Rooms: each open board is one task that owns its document.
//!
//! [`Rooms`] is the register. It starts a room when somebody asks for a board, exactly once however many ask, and lets
//! it leave memory when nobody has held a [`Lease`] for a while. What happens inside is in [`room`].

pub(crate) mod close;
pub(crate) mod frame;
mod presence;
pub mod queue;
mod room;

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use model::{
    access::Role,
    board::Board,
    doc::{BoardDoc, Env},
    edit::Edit,
    id::BoardId,
    presence::Entry,
    wire::RefusalCode,
};
use tokio::sync::{
    Notify, OwnedSemaphorePermit, Semaphore,
    broadcast::{self, error::RecvError},
    mpsc, oneshot, watch,
};
use tokio_util::task::TaskTracker;

use self::queue::{Outbox, QueueBounds};
use crate::{
    access,
    env::ENV,
    limits::{COMPACT_BYTES, COMPACT_ROWS, MAILBOX, MAILBOX_BYTES, QUEUE_BYTES, QUEUE_FRAMES, ROOM_GRACE},
    store::{Store, StoreError},
};

/// One connection, for as long as this process lives. 0 is nobody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ConnId(pub u64);

impl ConnId {
    /// For what lay in the store before anybody came.
    pub const NOBODY: Self = Self(0);
}

impl fmt::Display for ConnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How rooms behave.
#[derive(Clone, Copy, Debug)]
pub struct RoomsConfig {
    /// How long a room stays after the last one left.
    pub grace: Duration,
    /// How much may wait for one socket.
    pub queue: QueueBounds,
    /// Updates in the store after which a board is compacted.
    pub compact_rows: u64,
    /// Bytes of updates in the store after which a board is compacted.
    pub compact_bytes: usize,
    /// Whether a board begins with the first that is written to it. Where people have accounts it does by being made.
    pub begins: bool,
    /// Clock and normalisation.
    pub env: Env,
}

impl Default for RoomsConfig {
    fn default() -> Self {
        Self {
            grace: ROOM_GRACE,
            queue: QueueBounds {
                frames: QUEUE_FRAMES,
                bytes: QUEUE_BYTES,
            },
            compact_rows: COMPACT_ROWS,
            compact_bytes: COMPACT_BYTES,
            begins: true,
            env: ENV,
        }
    }
}

/// A board as a page is rendered from it.
#[derive(Clone, Debug)]
pub struct PageBoard {
    /// The whole document, one encoded update.
    pub encoded: Bytes,
    /// What it says.
    pub board: Arc<Board>,
    /// Number of the newest update in it.
    pub version: u64,
}

/// What a board says.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub board: Arc<Board>,
    /// Number of the newest update in it.
    pub version: u64,
}

/// Why a room cannot do it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RoomsError {
    /// The server is stopping.
    #[error("the server is stopping")]
    Stopping,
    /// The store cannot be read now.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What lies in the store is not a document. It is left as it is.
    #[error("the stored document cannot be read: {0}")]
    Damaged(Arc<str>),
}

/// Why an edit of the server's own was not done.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// There is no such board.
    #[error("there is no such board")]
    NotFound,
    /// The model does not allow it.
    #[error(transparent)]
    Refused(model::edit::EditError),
    /// The room did not take the update.
    #[error("the update was not taken: {0:?}")]
    NotTaken(RefusalCode),
    /// The room cannot do it.
    #[error(transparent)]
    Room(#[from] RoomsError),
}

/// What is said to a room.
pub(crate) enum Mail {
    /// A socket is there.
    Join { conn: ConnId, outbox: Arc<Outbox> },
    /// It is gone.
    Leave(ConnId),
    /// SyncStep1: what the client knows.
    Knows { conn: ConnId, state_vector: Bytes },
    /// SyncStep2 or Update, the `number`th of this socket.
    Update {
        conn: ConnId,
        role: Role,
        number: u64,
        update: Bytes,
        _room_for_it: OwnedSemaphorePermit,
    },
    /// An update of the server's own, and where to say what became of it.
    Submit {
        update: Bytes,
        done: oneshot::Sender<Result<(), RefusalCode>>,
        _room_for_it: OwnedSemaphorePermit,
    },
    /// What a client says of itself, and what whoever sits there is called, where the server knows.
    Presence {
        conn: ConnId,
        name: Option<Arc<str>>,
        entries: Vec<Entry>,
    },
    /// Who is here?
    QueryPresence(ConnId),
    /// The socket has written all it had and lacks what came after `since`.
    CatchUp { conn: ConnId, since: u64 },
    /// The board for a page; `None` when there is nothing in it yet.
    Page(oneshot::Sender<Result<Option<PageBoard>, RoomsError>>),
    /// What the board says, for whoever needs no document; `None` when there is nothing in it yet.
    Read(oneshot::Sender<Result<Option<Reading>, RoomsError>>),
    /// The board was deleted for good.
    Gone,
    /// Store what has come, close the sockets, end.
    Stop,
}

/// The register of rooms.
#[derive(Clone)]
pub struct Rooms {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub store: Arc<dyn Store>,
    pub config: RoomsConfig,
    /// Rooms, and what they have under way in the store.
    pub tasks: TaskTracker,
    sockets: TaskTracker,
    next_conn: AtomicU64,
    register: Mutex<Register>,
}

#[derive(Default)]
struct Register {
    stopping: bool,
    rooms: HashMap<BoardId, Occupied>,
}

#[derive(Clone)]
struct Door {
    mail: mpsc::Sender<Mail>,
    /// Bytes of updates that may still come in.
    space: Arc<Semaphore>,
    /// The last lease was given back.
    vacant: Arc<Notify>,
    /// Number of the newest update that was shown to anybody; closed when the room has ended.
    published: watch::Receiver<u64>,
}

struct Occupied {
    door: Door,
    leases: usize,
}

impl Rooms {
    /// A register without rooms.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, config: RoomsConfig) -> Self {
        Self {
            inner: Arc::new(Inner {
                store,
                config,
                tasks: TaskTracker::new(),
                sockets: TaskTracker::new(),
                next_conn: AtomicU64::new(1),
                register: Mutex::default(),
            }),
        }
    }

    /// Holds a board's room open, starting it if need be.
    ///
    /// # Errors
    /// [`RoomsError::Stopping`].
    pub(crate) fn open(&self, id: BoardId) -> Result<Lease, RoomsError> {
        let mut register = self.inner.register();
        if register.stopping {
            return Err(RoomsError::Stopping);
        }
        let entry = register.rooms.entry(id).or_insert_with(|| {
            let (mail, inbox) = mpsc::channel(MAILBOX);
            let (publisher, published) = watch::channel(0);
            let door = Door {
                mail,
                space: Arc::new(Semaphore::new(MAILBOX_BYTES as usize)),
                vacant: Arc::new(Notify::new()),
                published,
            };
            let room = room::Room::new(id, self.inner.clone(), inbox, door.vacant.clone(), publisher);
            self.inner.tasks.spawn(room.live());
            Occupied { door, leases: 0 }
        });
        entry.leases += 1;
        Ok(Lease {
            id,
            door: entry.door.clone(),
            inner: self.inner.clone(),
        })
    }

    /// Whether anything was ever written to a board.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn exists(&self, id: BoardId) -> Result<bool, StoreError> {
        self.inner.store.exists(id).await
    }

    /// The board as it is now, for rendering; `None` when nothing was ever written to it.
    ///
    /// # Errors
    /// When the server is stopping, or the store cannot be read, or what it holds is damaged.
    pub async fn page(&self, id: BoardId) -> Result<Option<PageBoard>, RoomsError> {
        // Whoever guesses addresses should not fill the memory with empty rooms.
        if !self.inner.store.exists(id).await? {
            return Ok(None);
        }
        let lease = self.open(id)?;
        let (answer, page) = oneshot::channel();
        lease.send(Mail::Page(answer)).await?;
        page.await.map_err(|_| RoomsError::Stopping)?
    }

    /// Edits a board for somebody who is not connected: checked by the model, stored, and shown to whoever is, as
    /// any edit.
    ///
    /// # Errors
    /// [`EditError`]; the board is as it was, except where the room ended before it answered.
    pub async fn edit(&self, id: BoardId, edit: Edit) -> Result<(), EditError> {
        let page = self.page(id).await?.ok_or(EditError::NotFound)?;
        let env = self.inner.config.env;
        // The room's own document is for what is stored already.
        let made = tokio::task::spawn_blocking(move || {
            let mut doc = BoardDoc::open(env, &page.encoded)
                .map_err(|error| EditError::Room(RoomsError::Damaged(error.to_string().into())))?;
            doc.edit(edit).map(|change| change.update).map_err(EditError::Refused)
        });
        let made = made
            .await
            .map_err(|error| RoomsError::Damaged(error.to_string().into()))?;
        let update: Bytes = made?.into();
        let answer = self.open(id)?.submit(update).await?;
        answer
            .await
            .map_err(|_| RoomsError::Stopping)?
            .map_err(EditError::NotTaken)
    }

    /// Closes the rooms of boards that are no more.
    pub async fn follow(self, mut changes: broadcast::Receiver<access::Change>) {
        loop {
            match changes.recv().await {
                Ok(access::Change::Gone(board)) => {
                    let door = {
                        let register = self.inner.register();
                        register.rooms.get(&board).map(|entry| entry.door.clone())
                    };
                    if let Some(door) = door {
                        // A room that has ended in the meantime needs no telling.
                        let _ = door.mail.send(Mail::Gone).await;
                    }
                }
                // What was passed over is found out at the next write: the store takes nothing for what is no more.
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }

    /// How many boards are in memory.
    #[must_use]
    pub fn open_boards(&self) -> usize {
        self.inner.register().rooms.len()
    }

    /// How many sockets are connected.
    #[must_use]
    pub fn sockets(&self) -> usize {
        self.inner.sockets.len()
    }

    /// Takes no more updates, stores what has come, closes every socket with 1012 and waits for that. Whoever waits
    /// with a deadline may drop the future: what is acknowledged is stored already.
    pub async fn shutdown(&self) {
        let doors: Vec<Door> = {
            let mut register = self.inner.register();
            register.stopping = true;
            register.rooms.values().map(|entry| entry.door.clone()).collect()
        };
        tracing::info!(rooms = doors.len(), sockets = self.sockets(), "closing all rooms");
        for door in doors {
            // A room that has ended in the meantime needs no telling.
            let _ = door.mail.send(Mail::Stop).await;
        }
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        self.inner.sockets.close();
        self.inner.sockets.wait().await;
    }

    /// A fresh name for a connection.
    pub(crate) fn next_conn(&self) -> ConnId {
        ConnId(self.inner.next_conn.fetch_add(1, Ordering::Relaxed))
    }

    /// Runs a socket so that [`Rooms::shutdown`] waits for it.
    pub(crate) fn spawn_socket(&self, socket: impl Future<Output = ()> + Send + 'static) {
        self.inner.sockets.spawn(socket);
    }

    /// How much may wait for one socket.
    pub(crate) fn queue_bounds(&self) -> QueueBounds {
        self.inner.config.queue
    }
}

impl Inner {
    fn register(&self) -> MutexGuard<'_, Register> {
        // The register is never left half changed, so a panic elsewhere does not matter to it.
        self.register.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nobody holds a room.
    fn is_vacant(&self, id: BoardId) -> bool {
        self.register().rooms.get(&id).is_some_and(|entry| entry.leases == 0)
    }

    /// Takes a room out of the register unless somebody holds it. The room may end when the answer is `true`: nobody
    /// has a way to speak to it any more, and who comes now gets a new one.
    fn retire(&self, id: BoardId) -> bool {
        let mut register = self.register();
        let vacant = register.rooms.get(&id).is_some_and(|entry| entry.leases == 0);
        if vacant {
            register.rooms.remove(&id);
        }
        vacant
    }
}

/// Keeps a room in memory and speaks to it.
pub(crate) struct Lease {
    id: BoardId,
    door: Door,
    inner: Arc<Inner>,
}

impl Lease {
    pub fn id(&self) -> BoardId {
        self.id
    }

    /// Tells of every update that is shown to anybody.
    pub fn published(&self) -> watch::Receiver<u64> {
        self.door.published.clone()
    }

    /// What the board says now; `None` when nothing was ever written to it.
    ///
    /// # Errors
    /// When the server is stopping, or the store cannot be read, or what it holds is damaged.
    pub async fn read(&self) -> Result<Option<Reading>, RoomsError> {
        let (answer, read) = oneshot::channel();
        self.send(Mail::Read(answer)).await?;
        read.await.map_err(|_| RoomsError::Stopping)?
    }

    /// Waits for a place in the mailbox.
    ///
    /// # Errors
    /// [`RoomsError::Stopping`]: the room has ended.
    pub async fn send(&self, mail: Mail) -> Result<(), RoomsError> {
        self.door.mail.send(mail).await.map_err(|_| RoomsError::Stopping)
    }

    /// Hands in an update of the server's own, waiting while too much waits already; the answer comes once it is
    /// stored or refused.
    ///
    /// # Errors
    /// [`RoomsError::Stopping`]: the room has ended.
    pub async fn submit(&self, update: Bytes) -> Result<oneshot::Receiver<Result<(), RefusalCode>>, RoomsError> {
        let (done, answer) = oneshot::channel();
        let room_for_it = self.space(&update).await?;
        self.send(Mail::Submit {
            update,
            done,
            _room_for_it: room_for_it,
        })
        .await?;
        Ok(answer)
    }

    async fn space(&self, update: &Bytes) -> Result<OwnedSemaphorePermit, RoomsError> {
        let size = u32::try_from(update.len()).unwrap_or(u32::MAX).clamp(1, MAILBOX_BYTES);
        let space = self.door.space.clone();
        space.acquire_many_owned(size).await.map_err(|_| RoomsError::Stopping)
    }

    /// Hands in an update, waiting while too much waits already.
    ///
    /// # Errors
    /// [`RoomsError::Stopping`]: the room has ended.
    pub async fn send_update(&self, conn: ConnId, role: Role, number: u64, update: Bytes) -> Result<(), RoomsError> {
        let room_for_it = self.space(&update).await?;
        self.send(Mail::Update {
            conn,
            role,
            number,
            update,
            _room_for_it: room_for_it,
        })
        .await
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut register = self.inner.register();
        if let Some(entry) = register.rooms.get_mut(&self.id) {
            entry.leases -= 1;
            if entry.leases == 0 {
                entry.door.vacant.notify_one();
            }
        }
    }
}
