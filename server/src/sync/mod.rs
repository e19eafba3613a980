//! `GET /sync/{board}`: the Yjs protocol over a WebSocket.
//!
//! The handler decides who is let in (origin, caps, board) and what the socket may do; then the socket is a thin
//! adapter between the wire and the board's room.

mod origin;
mod socket;

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use model::{id::BoardId, wire::SUBPROTOCOL};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::{
    limits::{
        ATTEMPTS_BURST, ATTEMPTS_PER_SECOND, BYTES_BURST, BYTES_PER_SECOND, CLOSE_WAIT, PING_EVERY, PRESENCE_BURST,
        PRESENCE_PER_SECOND, QUESTIONS_BURST, QUESTIONS_PER_SECOND, SILENCE_MAX, SOCKETS_MAX, SOCKETS_PER_ADDRESS,
        UPDATES_BURST, UPDATES_PER_SECOND,
    },
    rate::{Caps, NoPlace, Places, Rate, Throttle, address_of},
    rooms::{
        Rooms,
        queue::{Dialect, Outbox},
    },
};

/// What a socket may do on its board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read and write.
    Edit,
    /// Read.
    View,
}

impl Access {
    /// Whether updates are taken from it.
    #[must_use]
    pub const fn can_edit(self) -> bool {
        matches!(self, Self::Edit)
    }

    /// Whether the others see it.
    #[must_use]
    pub const fn can_be_seen(self) -> bool {
        matches!(self, Self::Edit)
    }
}

/// How sockets behave.
#[derive(Clone, Copy, Debug)]
pub struct SyncConfig {
    /// What every socket may do. In `--open` mode: edit.
    pub access: Access,
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
            access: Access::Edit,
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
    config: SyncConfig,
    attempts: Arc<Throttle>,
    places: Arc<Places>,
}

impl Sync {
    /// Sockets for these rooms.
    #[must_use]
    pub fn new(rooms: Rooms, config: SyncConfig) -> Self {
        Self {
            rooms,
            config,
            attempts: Arc::new(Throttle::new(config.attempts)),
            places: Places::new(config.caps),
        }
    }
}

/// Why no socket is opened. The cause is for programs and logs; pages show their own words.
#[derive(Debug, thiserror::Error)]
enum Denied {
    #[error("no such board")]
    NoBoard,
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
            Self::NoWebSocket => StatusCode::UPGRADE_REQUIRED,
            Self::Origin => StatusCode::FORBIDDEN,
            Self::Address => StatusCode::TOO_MANY_REQUESTS,
            Self::Full | Self::Stopping => StatusCode::SERVICE_UNAVAILABLE,
        };
        let mut response = (status, self.to_string()).into_response();
        let headers = response.headers_mut();
        match self {
            Self::NoWebSocket => {
                headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            }
            Self::Address | Self::Full | Self::Stopping => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            Self::NoBoard | Self::Origin => {}
        }
        response
    }
}

/// Opens a socket on a board. The server has to be started with connect info, or all clients count as one address.
pub async fn connect(State(sync): State<Sync>, Path(board): Path<String>, mut request: Request) -> Response {
    let address = address_of(&request);
    let upgrade = request.extensions_mut().remove::<OnUpgrade>();
    match accept(&sync, &board, address, request.headers(), upgrade) {
        Ok(response) => response,
        Err(denied) => {
            tracing::debug!(%address, board, cause = %denied, "no socket");
            denied.into_response()
        }
    }
}

fn accept(
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
    let lease = sync.rooms.open(board).map_err(|_| Denied::Stopping)?;

    let dialect = if offers(headers, SUBPROTOCOL) {
        Dialect::Touchloop
    } else {
        Dialect::Standard
    };
    let mut response = StatusCode::SWITCHING_PROTOCOLS.into_response();
    let answer = response.headers_mut();
    answer.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    answer.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    let accepted = HeaderValue::try_from(derive_accept_key(key.as_bytes())).map_err(|_| Denied::NoWebSocket)?;
    answer.insert(header::SEC_WEBSOCKET_ACCEPT, accepted);
    if dialect == Dialect::Touchloop {
        answer.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
    }

    let outbox = Arc::new(Outbox::new(sync.rooms.queue_bounds(), dialect));
    let socket = socket::Socket {
        conn: sync.rooms.next_conn(),
        lease,
        outbox,
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
