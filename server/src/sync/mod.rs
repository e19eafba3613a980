//! `GET /sync/{board}`: the Yjs protocol over a WebSocket.
//!
//! The handler decides who is let in (origin, caps, board) and what the socket may do; then the socket is a thin
//! adapter between the wire and the board's room.

mod origin;
mod socket;

use std::{
    net::IpAddr,
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use model::{
    access::Role,
    id::BoardId,
    wire::{Message, SUBPROTOCOL},
};
use tokio::sync::{
    Mutex,
    broadcast::{self, error::RecvError},
};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::{
    access::{Access, Caller, Change},
    env::now_ms,
    limits::{
        ATTEMPTS_BURST, ATTEMPTS_PER_SECOND, BYTES_BURST, BYTES_PER_SECOND, CLOSE_WAIT, PING_EVERY, PRESENCE_BURST,
        PRESENCE_PER_SECOND, QUESTIONS_BURST, QUESTIONS_PER_SECOND, SILENCE_MAX, SOCKETS_MAX, SOCKETS_PER_ADDRESS,
        UPDATES_BURST, UPDATES_PER_SECOND,
    },
    rate::{Caps, NoPlace, Places, Rate, Throttle, address_of},
    rooms::{
        Rooms,
        frame::Frame,
        queue::{Dialect, Outbox},
    },
    store::StoreError,
};

/// How sockets behave.
#[derive(Clone, Copy, Debug)]
pub struct SyncConfig {
    /// Time between two signs of life that are asked for.
    pub ping_every: Duration,
    /// Silence after which a socket is taken for dead.
    pub silence_max: Duration,
    /// How long closing may take.
    pub close_wait: Duration,
    /// Updates from one socket.
    pub updates: Rate,
    /// Questions from one socket what it lacks (SyncStep1).
    pub questions: Rate,
    /// Bytes from one socket.
    pub bytes: Rate,
    /// Presence messages from one socket.
    pub presence: Rate,
    /// How many sockets there may be.
    pub caps: Caps,
    /// Attempts of one address to open a socket, whether they succeed or not.
    pub attempts: Rate,
}

impl Default for SyncConfig {
    fn default() -> Self {
        Self {
            ping_every: PING_EVERY,
            silence_max: SILENCE_MAX,
            close_wait: CLOSE_WAIT,
            updates: Rate {
                per_second: UPDATES_PER_SECOND,
                burst: UPDATES_BURST,
            },
            questions: Rate {
                per_second: QUESTIONS_PER_SECOND,
                burst: QUESTIONS_BURST,
            },
            bytes: Rate {
                per_second: BYTES_PER_SECOND,
                burst: BYTES_BURST,
            },
            presence: Rate {
                per_second: PRESENCE_PER_SECOND,
                burst: PRESENCE_BURST,
            },
            caps: Caps {
                total: SOCKETS_MAX,
                per_address: SOCKETS_PER_ADDRESS,
            },
            attempts: Rate {
                per_second: ATTEMPTS_PER_SECOND,
                burst: ATTEMPTS_BURST,
            },
        }
    }
}

/// What the handler works with.
#[derive(Clone)]
pub struct Sync {
    rooms: Rooms,
    access: Access,
    config: SyncConfig,
    attempts: Arc<Throttle>,
    places: Arc<Places>,
    release: Option<Arc<str>>,
}

impl Sync {
    /// Sockets for these rooms.
    #[must_use]
    pub fn new(rooms: Rooms, access: Access, config: SyncConfig) -> Self {
        Self {
            rooms,
            access,
            config,
            attempts: Arc::new(Throttle::new(config.attempts)),
            places: Places::new(config.caps),
            release: None,
        }
    }

    /// Says to each page that comes, which release of the pages is served now (F44).
    #[must_use]
    pub fn of_release(mut self, release: &str) -> Self {
        self.release = Some(release.into());
        self
    }
}

/// Why no socket is opened. The cause is for programs and logs; pages show their own words.
#[derive(Debug, thiserror::Error)]
enum Denied {
    #[error("no such board")]
    NoBoard,
    #[error("sign in first")]
    SignedOut,
    #[error("the server cannot open this now; try again later")]
    Unavailable,
    #[error("this address opens WebSockets (RFC 6455, version 13) only")]
    NoWebSocket,
    #[error("a page of another site may not open this socket")]
    Origin,
    #[error("too many connections from this address; try again later")]
    Address,
    #[error("the server is full; try again later")]
    Full,
    #[error("the server is stopping; try again later")]
    Stopping,
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        let status = match self {
            Self::NoBoard => StatusCode::NOT_FOUND,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::NoWebSocket => StatusCode::UPGRADE_REQUIRED,
            Self::Origin => StatusCode::FORBIDDEN,
            Self::Address => StatusCode::TOO_MANY_REQUESTS,
            Self::Full | Self::Stopping | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        };
        let mut response = (status, self.to_string()).into_response();
        let headers = response.headers_mut();
        match self {
            Self::NoWebSocket => {
                headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            }
            Self::Address | Self::Full | Self::Stopping | Self::Unavailable => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            Self::NoBoard | Self::SignedOut | Self::Origin => {}
        }
        response
    }
}

/// Opens a socket on a board. The server has to be started with connect info, or all clients count as one address.
pub async fn connect(State(sync): State<Sync>, Path(board): Path<String>, mut request: Request) -> Response {
    let address = address_of(&request);
    let upgrade = request.extensions_mut().remove::<OnUpgrade>();
    match accept(&sync, &board, address, request.headers(), upgrade).await {
        Ok(response) => response,
        Err(denied) => {
            tracing::debug!(%address, board, cause = %denied, "no socket");
            denied.into_response()
        }
    }
}

async fn accept(
    sync: &Sync,
    board: &str,
    address: IpAddr,
    headers: &HeaderMap,
    upgrade: Option<OnUpgrade>,
) -> Result<Response, Denied> {
    // First of all: a foreign page makes its visitors' browsers ask, and that must not use up what is theirs.
    if !origin::allowed(headers) {
        return Err(Denied::Origin);
    }
    if !sync.attempts.admits(address, Instant::now()) {
        return Err(Denied::Address);
    }
    let place = sync.places.take(address).map_err(|refused| match refused {
        NoPlace::Address => Denied::Address,
        NoPlace::Full => Denied::Full,
    })?;
    let board = BoardId::parse(board).ok_or(Denied::NoBoard)?;
    let (Some(upgrade), Some(key)) = (upgrade, handshake_key(headers)) else {
        return Err(Denied::NoWebSocket);
    };
    let dialect = if offers(headers, SUBPROTOCOL) {
        Dialect::Touchloop
    } else {
        Dialect::Standard
    };
    let response = switch(key, dialect)?;
    let standing = match Standing::of(&sync.access, headers, board).await {
        Ok(standing) => standing,
        // A page in a browser is not told the status of an upgrade that fails: it hears why on the socket.
        Err(denied) if dialect == Dialect::Touchloop && !matches!(denied, Denied::Unavailable) => {
            let wait = sync.config.close_wait;
            sync.rooms.spawn_socket(async move {
                let _place = place;
                if let Ok(upgraded) = upgrade.await {
                    socket::turn_away(TokioIo::new(upgraded), &denied.to_string(), wait).await;
                }
            });
            return Ok(response);
        }
        Err(denied) => return Err(denied),
    };
    let lease = sync.rooms.open(board).map_err(|_| Denied::Stopping)?;
    let outbox = Arc::new(Outbox::new(sync.rooms.queue_bounds(), dialect));
    if let (Some(release), Dialect::Touchloop) = (&sync.release, dialect) {
        outbox.reply(Frame::message(&Message::Release(release)));
    }
    let socket = socket::Socket {
        conn: sync.rooms.next_conn(),
        lease,
        outbox,
        standing,
        config: sync.config,
    };
    sync.rooms.spawn_socket(async move {
        let _place = place;
        match upgrade.await {
            Ok(upgraded) => socket.run(TokioIo::new(upgraded)).await,
            Err(error) => tracing::debug!(%error, "the client left during the handshake"),
        }
    });
    Ok(response)
}

/// The answer that makes a socket of a connection.
fn switch(key: &HeaderValue, dialect: Dialect) -> Result<Response, Denied> {
    let mut response = StatusCode::SWITCHING_PROTOCOLS.into_response();
    let answer = response.headers_mut();
    answer.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    answer.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    let accepted = HeaderValue::try_from(derive_accept_key(key.as_bytes())).map_err(|_| Denied::NoWebSocket)?;
    answer.insert(header::SEC_WEBSOCKET_ACCEPT, accepted);
    if dialect == Dialect::Touchloop {
        answer.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
    }
    Ok(response)
}

/// Who is at the other end as they are now, and where it is heard that this has changed.
struct Watched {
    caller: Caller,
    changes: broadcast::Receiver<Change>,
}

/// Who is at the other end, and what they may do there.
pub(crate) struct Standing {
    access: Access,
    board: BoardId,
    role: Role,
    watched: Mutex<Watched>,
    /// What they are called; `None` where that is theirs to say.
    name: std::sync::Mutex<Option<Arc<str>>>,
}

impl Standing {
    async fn of(access: &Access, headers: &HeaderMap, board: BoardId) -> Result<Self, Denied> {
        let failed = |error: StoreError| {
            tracing::error!(%board, %error, "the store did not say who opens a socket");
            Denied::Unavailable
        };
        // First of all, so that no change falls between the question and the listening.
        let changes = access.changes();
        let caller = access.caller(headers).await.map_err(failed)?;
        let role = match access.role(&caller, board).await.map_err(failed)? {
            Some(role) => role,
            None if caller.is_signed_out() => return Err(Denied::SignedOut),
            None => return Err(Denied::NoBoard),
        };
        Ok(Self {
            access: access.clone(),
            board,
            role,
            name: std::sync::Mutex::new(name_on(&caller, board)),
            watched: Mutex::new(Watched { caller, changes }),
        })
    }

    /// What they may do.
    pub const fn role(&self) -> Role {
        self.role
    }

    /// What the others see; `None` where that is theirs to say.
    pub fn name(&self) -> Option<Arc<str>> {
        self.name.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns once they may do something else than when they came (F32, F36), and says what; `None`: nothing.
    pub async fn changed(&self) -> Option<Role> {
        let watched = &mut *self.watched.lock().await;
        loop {
            let ends_at = watched.caller.ends_at(self.board);
            tokio::select! {
                change = watched.changes.recv() => match change {
                    Ok(change) if !change.concerns(&watched.caller, self.board) => continue,
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    // The server stops.
                    Err(RecvError::Closed) => std::future::pending().await,
                },
                () = until(ends_at) => {}
            }
            match self.role_now(&mut watched.caller).await {
                Ok(role) if role == Some(self.role) => {}
                Ok(role) => return role,
                // Who cannot be looked up is let in nowhere.
                Err(error) => {
                    tracing::error!(board = %self.board, %error, "a socket is closed: the store did not say who it is");
                    return None;
                }
            }
        }
    }

    async fn role_now(&self, caller: &mut Caller) -> Result<Option<Role>, StoreError> {
        let Some(now) = self.access.again(caller).await? else {
            return Ok(None);
        };
        *self.name.lock().unwrap_or_else(PoisonError::into_inner) = name_on(&now, self.board);
        *caller = now;
        self.access.role(caller, self.board).await
    }
}

fn name_on(caller: &Caller, board: BoardId) -> Option<Arc<str>> {
    caller.known_on(board).map(|(_, name)| name.into())
}

async fn until(end: Option<u64>) {
    match end {
        Some(end) => tokio::time::sleep(Duration::from_millis(end.saturating_sub(now_ms()))).await,
        None => std::future::pending().await,
    }
}

/// The client's key, if this is a WebSocket handshake.
fn handshake_key(headers: &HeaderMap) -> Option<&HeaderValue> {
    let says = |name, word: &str| {
        headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| value.split(',').any(|part| part.trim().eq_ignore_ascii_case(word)))
    };
    let right = says(header::CONNECTION, "upgrade")
        && says(header::UPGRADE, "websocket")
        && says(header::SEC_WEBSOCKET_VERSION, "13");
    headers.get(header::SEC_WEBSOCKET_KEY).filter(|_| right)
}

fn offers(headers: &HeaderMap, protocol: &str) -> bool {
    headers
        .get_all(header::SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.split(',').any(|offered| offered.trim() == protocol))
}
