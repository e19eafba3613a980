//! Figures of the real binary over real sockets, one line a figure: edits committed and passed on, opening a large
//! board, memory. Server and clients share this machine's cores; CPU is the server's alone.
//!
//! `cargo bench -p server --bench fanout -- memory` runs one part; the parts are `fanout`, `open` and `memory`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    env, fs,
    time::{Duration, Instant},
};

use futures::{SinkExt, StreamExt};
use model::{
    board::Phase,
    doc::BoardDoc,
    edit::{At, Edit},
    id::{BoardId, StageId, TouchpointId},
    templates::{self, Lang, Template},
    wire::Message,
};
use server::{env::ENV, limits::ROOM_GRACE};
use support::{
    net::{PATIENCE, until},
    peer::{Call, Dialect, Peer, stage},
    process::Touchloop,
};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message as Frame};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

const WRITERS: usize = 4;
const EDITS: usize = 1_000;
/// How long the allocator may take to give memory back.
const ALLOCATOR_GRACE: Duration = Duration::from_secs(20);

/// CPU time of a process so far. The kernel counts it in hundredths of a second.
fn cpu(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    let ticks = |field: usize| fields[field].parse::<u64>().unwrap();
    Duration::from_millis((ticks(11) + ticks(12)) * 10)
}

/// Resident memory of a process, in KiB.
fn resident(pid: u32) -> u64 {
    status(pid, "VmRSS:")
}

/// The part of it that is the program's own file, of which the system takes back what it needs.
fn of_the_program(pid: u32) -> u64 {
    status(pid, "RssFile:")
}

fn status(pid: u32, field: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// A socket that has the whole document, and how many bytes that took.
async fn dial(server: &Touchloop, board: BoardId) -> (Socket, usize) {
    let (mut socket, _) = connect_async(format!("ws://{}/sync/{board}", server.addr))
        .await
        .unwrap();
    socket
        .send(Frame::binary(Message::SyncStep1(&[0]).encode()))
        .await
        .unwrap();
    let mut bytes = 0;
    loop {
        let frame = socket.next().await.unwrap().unwrap().into_data();
        bytes += frame.len();
        if matches!(Message::decode(&frame), Ok(Message::SyncStep2(_))) {
            return (socket, bytes);
        }
    }
}

fn last_of(writer: usize) -> String {
    format!("the last edit of writer {writer}")
}

/// Counts messages until every writer's last edit has come, in whatever message.
async fn listen(mut socket: Socket) -> usize {
    let marks: Vec<String> = (0..WRITERS).map(last_of).collect();
    let mut missing = vec![true; WRITERS];
    let mut messages = 0;
    while missing.contains(&true) {
        let frame = timeout(PATIENCE, socket.next()).await.unwrap().unwrap().unwrap();
        if let Frame::Binary(bytes) = frame {
            messages += 1;
            for (mark, missing) in marks.iter().zip(&mut missing) {
                *missing &= !bytes.windows(mark.len()).any(|window| window == mark.as_bytes());
            }
        }
    }
    messages
}

/// Sends prepared edits, at most this many under way, and waits for the last acknowledgement.
async fn write(mut peer: Peer, updates: Vec<Vec<u8>>) {
    const UNDER_WAY: u64 = 64;
    for update in &updates {
        peer.until("a place", |peer| peer.sent < peer.acked + UNDER_WAY).await;
        peer.send(Message::Update(update)).await;
    }
    peer.saved().await;
}

async fn fan_out(listeners: usize) {
    let folder = tempfile::tempdir().unwrap();
    let server = Touchloop::serve(folder.path());
    let board = BoardId::fresh();
    let mut listening = Vec::new();
    for _ in 0..listeners {
        listening.push(tokio::spawn(listen(dial(&server, board).await.0)));
    }
    let mut writers = Vec::new();
    for n in 0..WRITERS {
        let mut doc = BoardDoc::new(ENV);
        let id = StageId::fresh();
        let place = Edit::AddStage {
            id,
            name: "s".to_owned(),
            phase: Phase::During,
            at: At::Last,
        };
        let mut updates = vec![doc.edit(place).unwrap().update];
        for edit in 1..EDITS {
            let name = if edit == EDITS - 1 {
                last_of(n)
            } else {
                format!("edit {edit}")
            };
            updates.push(doc.edit(Edit::RenameStage(id, name)).unwrap().update);
        }
        // It says nothing of what it knows, so it hears nothing but acknowledgements.
        writers.push((Peer::dial(server.addr, board, Call::default()).await.unwrap(), updates));
    }
    let (start, busy) = (Instant::now(), cpu(server.pid()));
    let writers: Vec<_> = writers
        .into_iter()
        .map(|(peer, updates)| tokio::spawn(write(peer, updates)))
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let committed = start.elapsed();
    let mut messages = 0;
    for listener in listening {
        messages += listener.await.unwrap();
    }
    let (delivered, busy) = (start.elapsed(), cpu(server.pid()) - busy);
    let edits = WRITERS * EDITS;
    println!(
        "fan-out to {listeners} sockets: {:.0} edits/s committed, {:.0} edits/s delivered to all; {messages} messages, {:.1} µs of CPU each, {:.0} µs of CPU an edit",
        edits as f64 / committed.as_secs_f64(),
        edits as f64 / delivered.as_secs_f64(),
        busy.as_micros() as f64 / messages as f64,
        busy.as_micros() as f64 / edits as f64,
    );
}

/// From connecting to the last byte of the document.
async fn opening(server: &Touchloop, board: BoardId) -> (Duration, usize) {
    let start = Instant::now();
    let (_socket, bytes) = dial(server, board).await;
    (start.elapsed(), bytes)
}

async fn open_large() {
    let folder = tempfile::tempdir().unwrap();
    let server = Touchloop::serve(folder.path());
    let board = BoardId::fresh();
    let mut author = Peer::join(server.addr, board, Dialect::Touchloop).await;
    let stages: Vec<StageId> = (0..6).map(|_| StageId::fresh()).collect();
    let mut edits: Vec<Edit> = stages
        .iter()
        .map(|id| Edit::AddStage {
            id: *id,
            name: "Giai đoạn".into(),
            phase: Phase::During,
            at: At::Last,
        })
        .collect();
    edits.extend((0..5_000).map(|n| Edit::AddTouchpoint {
        id: TouchpointId::fresh(),
        name: format!("Điểm chạm số {n}"),
        stage: stages[n % 6],
        at: At::Last,
    }));
    author.save(Edit::Batch(edits)).await;
    drop(author);
    server.kill();

    let server = Touchloop::serve(folder.path());
    let (cold, bytes) = opening(&server, board).await;
    let mut warm = Vec::new();
    for _ in 0..21 {
        warm.push(opening(&server, board).await.0);
    }
    warm.sort();
    println!(
        "opening 5,000 touchpoints over the socket: {cold:.1?} from the store, {:.1?} from memory (median of 21), {bytes} bytes",
        warm[10]
    );
    let encoded = {
        let (mut socket, _) = connect_async(format!("ws://{}/sync/{board}", server.addr))
            .await
            .unwrap();
        socket
            .send(Frame::binary(Message::SyncStep1(&[0]).encode()))
            .await
            .unwrap();
        socket.next().await.unwrap().unwrap().into_data()
    };
    let start = Instant::now();
    let Ok(Message::SyncStep2(update) | Message::Update(update)) = Message::decode(&encoded) else {
        return;
    };
    let doc = BoardDoc::open(ENV, update).unwrap();
    println!(
        "… and decoding it at the client: {:.1?} ({} touchpoints)",
        start.elapsed(),
        doc.board().touchpoints.len()
    );
}

async fn memory() {
    const BOARDS: u64 = 100;
    const SOCKETS: u64 = 500;
    let folder = tempfile::tempdir().unwrap();
    let server = Touchloop::serve(folder.path());
    let (idle, program) = (resident(server.pid()), of_the_program(server.pid()));
    println!("memory of an idle server: {:.1} MiB", idle as f64 / 1024.0);

    let mut authors = Vec::new();
    for n in 0..BOARDS {
        let mut author = Peer::join(server.addr, BoardId::fresh(), Dialect::Touchloop).await;
        let example = templates::seed(ENV, Template::Cafe, Lang::Vi, Some(&format!("map {n}")))
            .unwrap()
            .encode();
        author.send(Message::Update(&example)).await;
        author.saved().await;
        authors.push(author);
    }
    let boards = resident(server.pid());
    println!(
        "memory of an open board (the café example, one editor): {} KiB",
        (boards - idle) / BOARDS
    );

    let one = BoardId::fresh();
    let mut first = Peer::join(server.addr, one, Dialect::Touchloop).await;
    first.save(stage("one")).await;
    let before = resident(server.pid());
    let mut crowd = Vec::new();
    for _ in 0..SOCKETS {
        crowd.push(dial(&server, one).await.0);
    }
    println!(
        "memory of a socket: {:.1} KiB",
        (resident(server.pid()) - before) as f64 / SOCKETS as f64
    );
    drop((crowd, authors, first));
    until("the sockets to be gone", || {
        fs::read_dir(format!("/proc/{}/fd", server.pid())).is_ok_and(|files| files.count() < 50)
    })
    .await;
    // Rooms stay for a while after the last one left, and the allocator keeps for a while what they freed.
    tokio::time::sleep(ROOM_GRACE + ALLOCATOR_GRACE).await;
    println!(
        "memory kept when all have left: {:.1} MiB more than idle, of which {:.1} MiB are code of the program",
        (resident(server.pid()) - idle) as f64 / 1024.0,
        (of_the_program(server.pid()) - program) as f64 / 1024.0
    );
}

#[tokio::main]
async fn main() {
    // Cargo adds options of its own.
    let asked: Vec<String> = env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let wanted = |part: &str| asked.is_empty() || asked.iter().any(|asked| asked == part);
    if wanted("fanout") {
        for listeners in [2, 50, 200] {
            fan_out(listeners).await;
        }
    }
    if wanted("open") {
        open_large().await;
    }
    if wanted("memory") {
        memory().await;
    }
}
