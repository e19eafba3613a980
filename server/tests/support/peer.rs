//! A client: a document and a socket.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use futures::{SinkExt, StreamExt};
use model::{
    board::{Board, Phase},
    doc::BoardDoc,
    edit::{At, Edit},
    id::{BoardId, StageId, TouchpointId},
    presence::{self, Entry},
    wire::{Message, RefusalCode, SUBPROTOCOL},
};
use serde_json::Value;
use server::env::ENV;
use tokio::{
    net::{TcpSocket, TcpStream},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message as Frame,
        client::IntoClientRequest,
        handshake::client::Request,
        http::{HeaderValue, StatusCode, header},
        protocol::WebSocketConfig,
    },
};

use super::net::PATIENCE;

/// What the client understands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    /// The Yjs protocol.
    Standard,
    /// With acknowledgements and refusals.
    Touchloop,
}

/// How to connect.
#[derive(Clone)]
pub struct Call {
    pub dialect: Dialect,
    pub headers: Vec<(header::HeaderName, &'static str)>,
    pub receive_buffer: Option<u32>,
    pub from: &'static str,
}

impl Default for Call {
    fn default() -> Self {
        Self {
            dialect: Dialect::Touchloop,
            headers: Vec::new(),
            receive_buffer: None,
            from: "127.0.0.1",
        }
    }
}

/// A client. It hears the server only inside [`Peer::until`] and what calls it.
pub struct Peer {
    pub doc: BoardDoc,
    socket: WebSocketStream<TcpStream>,
    /// SyncStep2 and Update messages sent.
    pub sent: u64,
    /// How many of them were committed or refused.
    pub acked: u64,
    pub refusals: Vec<(u64, RefusalCode)>,
    /// SyncStep2 messages heard.
    pub synced: usize,
    /// SyncStep1 messages heard.
    pub asked: usize,
    /// Updates heard that were not SyncStep2.
    pub updates: usize,
    pub pings: usize,
    /// Presence messages about nobody.
    pub heartbeats: usize,
    pub presence: BTreeMap<u64, Value>,
    /// The release of the pages that the server has named.
    pub release: Option<String>,
    pub closed: Option<(u16, String)>,
}

impl Peer {
    /// Opens a socket without saying anything.
    pub async fn dial(addr: SocketAddr, board: BoardId, call: Call) -> Result<Self, StatusCode> {
        let mut request: Request = format!("ws://{addr}/sync/{board}").into_client_request().unwrap();
        let headers = request.headers_mut();
        if call.dialect == Dialect::Touchloop {
            headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
        }
        for (name, value) in call.headers {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let tcp = TcpSocket::new_v4().unwrap();
        if let Some(size) = call.receive_buffer {
            tcp.set_recv_buffer_size(size).unwrap();
        }
        tcp.bind(SocketAddr::new(call.from.parse().unwrap(), 0)).unwrap();
        let Ok(tcp) = tcp.connect(addr).await else {
            return Err(StatusCode::BAD_GATEWAY);
        };
        tcp.set_nodelay(true).unwrap();
        let limits = WebSocketConfig::default()
            .max_message_size(None)
            .max_frame_size(None)
            .read_buffer_size(4096);
        match tokio_tungstenite::client_async_with_config(request, tcp, Some(limits)).await {
            Ok((socket, _)) => Ok(Self::on(socket)),
            Err(Error::Http(response)) => Err(response.status()),
            Err(error) => {
                eprintln!("handshake: {error}");
                Err(StatusCode::BAD_GATEWAY)
            }
        }
    }

    fn on(socket: WebSocketStream<TcpStream>) -> Self {
        Self {
            doc: BoardDoc::new(ENV),
            socket,
            sent: 0,
            acked: 0,
            refusals: Vec::new(),
            synced: 0,
            asked: 0,
            updates: 0,
            pings: 0,
            heartbeats: 0,
            presence: BTreeMap::new(),
            release: None,
            closed: None,
        }
    }

    /// Opens a socket and syncs.
    pub async fn join(addr: SocketAddr, board: BoardId, dialect: Dialect) -> Self {
        let mut peer = Self::dial(
            addr,
            board,
            Call {
                dialect,
                ..Call::default()
            },
        )
        .await
        .unwrap();
        peer.sync().await;
        peer
    }

    /// Opens another socket with the document as it is.
    pub async fn rejoin(&mut self, addr: SocketAddr, board: BoardId) {
        let fresh = Self::dial(addr, board, Call::default()).await.unwrap();
        let doc = std::mem::replace(&mut self.doc, BoardDoc::new(ENV));
        *self = Self { doc, ..fresh };
        self.sync().await;
        if self.doc.state_vector() != [0] {
            self.until("the question what it has", |peer| peer.asked > 0).await;
        }
    }

    /// Says what it knows and waits for the rest.
    pub async fn sync(&mut self) {
        let before = self.synced;
        self.ask().await;
        self.until("the answer to SyncStep1", |peer| peer.synced > before).await;
    }

    /// Says what it knows.
    pub async fn ask(&mut self) {
        let known = self.doc.state_vector();
        self.send(Message::SyncStep1(&known)).await;
    }

    pub async fn send(&mut self, message: Message<'_>) {
        if matches!(message, Message::SyncStep2(_) | Message::Update(_)) {
            self.sent += 1;
        }
        self.send_bytes(message.encode()).await;
    }

    pub async fn send_bytes(&mut self, bytes: Vec<u8>) {
        self.send_frame(Frame::Binary(bytes.into())).await;
    }

    /// Sends, unless the server has gone: then the next wait shows it.
    pub async fn send_frame(&mut self, frame: Frame) {
        let sent = timeout(PATIENCE, self.socket.send(frame)).await;
        drop(sent.expect("the server takes frames"));
    }

    /// Edits and sends, without waiting.
    pub async fn edit(&mut self, edit: Edit) {
        let update = self.doc.edit(edit).unwrap().update;
        self.send(Message::Update(&update)).await;
    }

    /// Edits and waits until it is committed.
    pub async fn save(&mut self, edit: Edit) {
        self.edit(edit).await;
        self.saved().await;
    }

    /// Waits until everything sent is committed or refused.
    pub async fn saved(&mut self) {
        self.until("the acknowledgement", |peer| peer.acked == peer.sent).await;
    }

    pub async fn be(&mut self, client: u64, clock: u32, state: Option<Value>) {
        let entry = presence::encode(&[Entry { client, clock, state }]);
        self.send(Message::Awareness(&entry)).await;
    }

    /// Hears the server until `done`.
    pub async fn until(&mut self, what: &str, mut done: impl FnMut(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !done(self) {
            let left = deadline.saturating_duration_since(Instant::now());
            let heard = timeout(left, self.hear())
                .await
                .unwrap_or_else(|_| panic!("waited too long: {what}"));
            assert!(
                heard || done(self),
                "closed with {:?} while waiting for {what}",
                self.closed
            );
        }
    }

    /// Waits until the server has closed, and says how.
    pub async fn closed(&mut self) -> (u16, String) {
        let deadline = Instant::now() + PATIENCE;
        while timeout(deadline.saturating_duration_since(Instant::now()), self.hear())
            .await
            .expect("the close")
        {}
        self.closed.clone().unwrap_or((1006, String::new()))
    }

    /// Waits until both have the same board.
    pub async fn agrees_with(&mut self, other: &mut Self) {
        let deadline = Instant::now() + PATIENCE;
        while self.board() != other.board() {
            assert!(Instant::now() < deadline, "two peers do not agree");
            tokio::select! {
                heard = self.hear() => assert!(heard, "{:?}", self.closed),
                heard = other.hear() => assert!(heard, "{:?}", other.closed),
                () = tokio::time::sleep(Duration::from_millis(50)) => {}
            }
        }
    }

    pub fn board(&self) -> &Board {
        self.doc.board()
    }

    pub fn has_stage(&self, name: &str) -> bool {
        self.board().stages.values().any(|stage| stage.name == name)
    }

    /// Takes one message; `false` when the connection is over.
    pub async fn hear(&mut self) -> bool {
        match self.socket.next().await {
            Some(Ok(Frame::Binary(bytes))) => {
                self.take(&bytes).await;
                true
            }
            Some(Ok(Frame::Ping(_))) => {
                self.pings += 1;
                // The pong goes out with the next write or read.
                let _ = self.socket.flush().await;
                true
            }
            Some(Ok(Frame::Close(frame))) => {
                self.closed = frame.map(|frame| (frame.code.into(), frame.reason.as_str().to_owned()));
                true
            }
            Some(Ok(_)) => true,
            Some(Err(_)) | None => false,
        }
    }

    async fn take(&mut self, bytes: &[u8]) {
        match Message::decode(bytes).unwrap() {
            Message::SyncStep1(known) => {
                self.asked += 1;
                let update = self.doc.encode_since(known).unwrap();
                self.send(Message::SyncStep2(&update)).await;
            }
            Message::SyncStep2(update) => {
                self.doc.merge(update).unwrap();
                self.synced += 1;
            }
            Message::Update(update) => {
                self.doc.merge(update).unwrap();
                self.updates += 1;
            }
            Message::Awareness(update) => {
                let entries = presence::decode(update).unwrap();
                self.heartbeats += usize::from(entries.is_empty());
                for entry in entries {
                    match entry.state {
                        Some(state) => self.presence.insert(entry.client, state),
                        None => self.presence.remove(&entry.client),
                    };
                }
            }
            Message::Ack { updates } => {
                assert!(
                    updates >= self.acked && updates <= self.sent,
                    "{updates} of {}",
                    self.sent
                );
                self.acked = updates;
            }
            Message::Refused { update, code, .. } => self.refusals.push((update, code)),
            Message::Release(name) => self.release = Some(name.to_owned()),
            Message::QueryAwareness | Message::Auth(_) => {}
        }
    }
}

pub fn stage(name: &str) -> Edit {
    Edit::AddStage {
        id: StageId::fresh(),
        name: name.to_owned(),
        phase: Phase::Before,
        at: At::Last,
    }
}

pub fn touchpoint(name: &str, stage: StageId) -> Edit {
    Edit::AddTouchpoint {
        id: TouchpointId::fresh(),
        name: name.to_owned(),
        stage,
        at: At::Last,
    }
}

/// A long piece of text, for edits that weigh something.
pub fn note(stage: StageId, lane: model::id::LaneId, text: String) -> Edit {
    Edit::AddNote {
        id: model::id::NoteId::fresh(),
        home: model::board::NoteHome::Cell { lane, stage },
        text,
        at: At::Last,
    }
}
