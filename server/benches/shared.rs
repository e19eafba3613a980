//! Figures of shared pages, of the real binary over real sockets, one line a figure: pages a second, and the time until
//! a change has reached everybody who looks on. Server and clients share this machine's cores; CPU is the server's alone.
//!
//! `cargo bench -p server --bench shared -- live` runs one part; the parts are `pages` and `live`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    env, fs,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};

use app::api::MadeLink;
use model::{
    access::Role,
    board::Phase,
    disclose::Disclosure,
    edit::{At, Edit, TouchpointField},
    id::{BoardId, StageId, TouchpointId},
    share::{Password, Terms},
};
use serde_json::json;
use server::limits::{REQUESTS_BURST, SHARED_PACE};
use support::{
    http::ask,
    net::PATIENCE,
    peer::{Dialect, Peer},
    process::Touchloop,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufStream},
    net::{TcpSocket, TcpStream},
    sync::mpsc,
    time::timeout,
};

const STAGES: usize = 6;
const TOUCHPOINTS: usize = 300;
/// As many as one address may look on, in a few so that none asks too often.
const VIEWERS: usize = 1_000;
const EDITS: usize = 20;
/// Connections that ask for pages at a time.
const READERS: usize = 8;

/// A map of 300 touchpoints with a link to it.
struct Scene {
    server: Touchloop,
    path: String,
    author: Peer,
    cards: Vec<TouchpointId>,
    _folder: TempDir,
}

impl Scene {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Touchloop::serve(folder.path());
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        let made = ask(server.addr, "POST", "/api/create", &kind, "template=blank&lang=vi").await;
        let board: BoardId = made.text().trim_matches('"').parse().unwrap();
        let mut author = Peer::join(server.addr, board, Dialect::Touchloop).await;
        let stages: Vec<StageId> = (0..STAGES).map(|_| StageId::fresh()).collect();
        let cards: Vec<TouchpointId> = (0..TOUCHPOINTS).map(|_| TouchpointId::fresh()).collect();
        let mut edits: Vec<Edit> = Vec::new();
        edits.extend(stages.iter().map(|id| Edit::AddStage {
            id: *id,
            name: "Giai đoạn".to_owned(),
            phase: Phase::During,
            at: At::Last,
        }));
        edits.extend(cards.iter().enumerate().map(|(n, id)| Edit::AddTouchpoint {
            id: *id,
            name: format!("Điểm chạm số {n}"),
            stage: stages[n % STAGES],
            at: At::Last,
        }));
        author.save(Edit::Batch(edits)).await;
        let terms = Terms {
            label: String::new(),
            role: Role::Viewer,
            expires_at: None,
            disclosure: Disclosure::usual(author.board()),
            embeds: Vec::new(),
        };
        let said = json!({ "board": board, "terms": terms, "password": Password::Keep }).to_string();
        let kind = [("content-type", "application/json")];
        let made = ask(server.addr, "POST", "/api/links/create", &kind, &said).await;
        let made: MadeLink = serde_json::from_str(made.text()).unwrap();
        Self {
            server,
            path: made.path,
            author,
            cards,
            _folder: folder,
        }
    }
}

/// CPU time of a process so far. The kernel counts it in hundredths of a second.
fn cpu(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    let ticks = |field: usize| fields[field].parse::<u64>().unwrap();
    Duration::from_millis((ticks(11) + ticks(12)) * 10)
}

/// One of the addresses of this machine: each may ask for so much.
fn address(n: usize) -> IpAddr {
    Ipv4Addr::new(127, 0, 1, u8::try_from(n).unwrap()).into()
}

async fn connect(from: IpAddr, to: SocketAddr) -> BufStream<TcpStream> {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(from, 0)).unwrap();
    let stream = socket.connect(to).await.unwrap();
    stream.set_nodelay(true).unwrap();
    BufStream::new(stream)
}

/// Reads an answer whose length is said; how many bytes its body has.
async fn answer(socket: &mut BufStream<TcpStream>) -> usize {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 200"), "{head}");
    let length = head.split("content-length: ").nth(1).unwrap();
    let length = length.split("\r\n").next().unwrap().parse().unwrap();
    let mut body = vec![0; length];
    socket.read_exact(&mut body).await.unwrap();
    length
}

fn percentile(sorted: &[Duration], share: f64) -> Duration {
    sorted[((sorted.len() - 1) as f64 * share) as usize]
}

/// The page as it is kept for the newest state of its map: readers who ask as fast as they are answered.
async fn pages() {
    // As many as one address may ask for at once, without the first that draws the page.
    let each = REQUESTS_BURST as usize - 1;
    let scene = Scene::new().await;
    let request = format!(
        "GET {} HTTP/1.1\r\nhost: {}\r\naccept-language: vi\r\naccept-encoding: gzip\r\n\r\n",
        scene.path, scene.server.addr
    );
    let mut first = connect(address(250), scene.server.addr).await;
    let start = Instant::now();
    first.write_all(request.as_bytes()).await.unwrap();
    first.flush().await.unwrap();
    let bytes = answer(&mut first).await;
    println!(
        "shared page of {TOUCHPOINTS} touchpoints: drawn in {:.1?}, {bytes} bytes",
        start.elapsed()
    );
    let (start, busy) = (Instant::now(), cpu(scene.server.pid()));
    let readers: Vec<_> = (0..READERS)
        .map(|reader| {
            let (request, to) = (request.clone(), scene.server.addr);
            tokio::spawn(async move {
                let mut times = Vec::new();
                for n in 0..5 {
                    let mut socket = connect(address(1 + reader * 5 + n), to).await;
                    for _ in 0..each {
                        let asked = Instant::now();
                        socket.write_all(request.as_bytes()).await.unwrap();
                        socket.flush().await.unwrap();
                        answer(&mut socket).await;
                        times.push(asked.elapsed());
                    }
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for reader in readers {
        times.extend(reader.await.unwrap());
    }
    let (took, busy) = (start.elapsed(), cpu(scene.server.pid()) - busy);
    times.sort();
    println!(
        "… and kept: {:.0} pages/s to {READERS} readers, p50 {:.2?}, p99 {:.2?}, {:.0} µs of CPU a page",
        times.len() as f64 / took.as_secs_f64(),
        percentile(&times, 0.5),
        percentile(&times, 0.99),
        busy.as_micros() as f64 / times.len() as f64
    );
}

/// Looks on, and says when it has heard of each change.
async fn look_on(mut socket: BufStream<TcpStream>, heard: mpsc::UnboundedSender<Instant>) {
    let mut kept = Vec::new();
    loop {
        if socket.read_buf(&mut kept).await.unwrap_or(0) == 0 {
            return;
        }
        while let Some(end) = kept.windows(2).position(|bytes| bytes == b"\n\n") {
            let event: Vec<u8> = kept.drain(..end + 2).collect();
            let is_page = event.windows(11).any(|bytes| bytes == b"event: page");
            if is_page && heard.send(Instant::now()).is_err() {
                return;
            }
        }
    }
}

/// A thousand who look on, and somebody who edits.
async fn live() {
    let mut scene = Scene::new().await;
    let page = ask(scene.server.addr, "GET", &scene.path, &[("accept-language", "vi")], "").await;
    let of = |name: &str| {
        let (_, rest) = page.text().split_once(&format!("{name}=\"")).unwrap();
        rest.split('"').next().unwrap().replace("&amp;", "&")
    };
    let events = format!("{}&tag={}", of("data-events"), of("data-tag"));
    let (heard, mut hears) = mpsc::unbounded_channel();
    let mut viewers = Vec::new();
    for n in 0..VIEWERS {
        let mut socket = connect(address(1 + n % 4), scene.server.addr).await;
        let asked = format!(
            "GET {events} HTTP/1.1\r\nhost: {}\r\naccept-language: vi\r\n\r\n",
            scene.server.addr
        );
        socket.write_all(asked.as_bytes()).await.unwrap();
        socket.flush().await.unwrap();
        let mut greeting = Vec::new();
        while !greeting.windows(6).any(|bytes| bytes == b"retry:") {
            assert!(
                timeout(PATIENCE, socket.read_buf(&mut greeting))
                    .await
                    .unwrap()
                    .unwrap()
                    > 0
            );
        }
        viewers.push(tokio::spawn(look_on(socket, heard.clone())));
    }
    let busy = cpu(scene.server.pid());
    let (mut one, mut all) = (Vec::new(), Vec::new());
    for n in 0..EDITS {
        // Not in the pause after the change before.
        tokio::time::sleep(2 * SHARED_PACE).await;
        let card = scene.cards[n * TOUCHPOINTS / EDITS];
        let start = Instant::now();
        scene
            .author
            .edit(Edit::SetTouchpoint(card, TouchpointField::Name(format!("Tên mới {n}"))))
            .await;
        let mut times = Vec::new();
        for _ in 0..VIEWERS {
            let at = timeout(PATIENCE, hears.recv()).await.expect("everybody hears").unwrap();
            times.push(at - start);
        }
        times.sort();
        one.push(percentile(&times, 0.5));
        all.push(times[VIEWERS - 1]);
    }
    let busy = cpu(scene.server.pid()) - busy;
    one.sort();
    all.sort();
    println!(
        "{VIEWERS} look on: an edit is seen by half of them after {:.1?}, by all after p50 {:.1?}, worst of {EDITS} {:.1?}; {:.0} µs of CPU a viewer and edit",
        percentile(&one, 0.5),
        percentile(&all, 0.5),
        all[EDITS - 1],
        busy.as_micros() as f64 / (VIEWERS * EDITS) as f64
    );
    for viewer in viewers {
        viewer.abort();
    }
}

#[tokio::main]
async fn main() {
    // Cargo adds options of its own.
    let asked: Vec<String> = env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let wanted = |part: &str| asked.is_empty() || asked.iter().any(|asked| asked == part);
    if wanted("pages") {
        pages().await;
    }
    if wanted("live") {
        live().await;
    }
}
