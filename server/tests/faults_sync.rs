//! FAULTS F11–F29 as far as a socket can provoke them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use model::{
    access::Role,
    board::{Board, LaneKind},
    doc::{BoardDoc, Env},
    edit::{At, Edit, Entity, MapField},
    id::{BoardId, LaneId, StageId},
    limits::MESSAGE_MAX,
    scan::scan,
    teams::Pile,
    wire::{Message, RefusalCode},
};
use serde_json::json;
use server::{
    access::Admission,
    env::{ENV, now_ms},
    rate::Rate,
    rooms::{RoomsConfig, queue::QueueBounds},
    store::{Digest, Store, Whose},
};
use support::{
    net::{Net, brisk, figure, memory, until},
    peer::{Call, Dialect, Peer, note, stage},
    team::Team,
};
use tokio_tungstenite::tungstenite::{
    Error, Message as Frame,
    http::{StatusCode, header},
    protocol::frame::{
        Frame as Raw,
        coding::{Data, OpCode},
    },
};

const MIB: usize = 1024 * 1024;

async fn dial(net: &Net, board: BoardId) -> Peer {
    Peer::dial(net.addr, board, Call::default()).await.unwrap()
}

/// Somebody else on the same board goes on as if nothing had happened.
async fn unharmed(witness: &mut Peer, net: &Net, board: BoardId) {
    let name = format!("after {}", witness.sent);
    witness.save(stage(&name)).await;
    assert_eq!(
        (witness.closed.clone(), witness.refusals.len(), witness.asked),
        (None, 0, 0)
    );
    assert_eq!(net.stored(board).await, *witness.board());
}

/// Whether an update takes the clocks that this client will write next: what Yjs has no defence against, since an
/// item is whatever was first heard under its id (SPEC S5). Who may edit may do that, as they may delete everything.
fn writes_on_as(peer: &Peer, update: &[u8]) -> bool {
    let own = peer.doc.client_id();
    let next = peer.doc.clock_of(own);
    scan(update, |client| if client == own { next } else { 0 })
        .is_ok_and(|scan| scan.blocks.iter().any(|(client, _, to)| *client == own && *to > next))
}

/// A small generator, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f11_a_bad_frame_closes_its_own_socket_and_no_other() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let mut witness = net.join(board).await;
    witness.save(stage("first")).await;

    let frames: [(Frame, u16); 8] = [
        (Frame::binary(vec![]), 1007),
        (Frame::binary(vec![0]), 1007),
        (Frame::binary(vec![0, 3, 0]), 1007),
        (Frame::binary(vec![0, 2, 200, 1]), 1007),
        (Frame::binary(vec![0, 0, 3, 1, 2]), 1007),
        (Frame::binary(vec![1, 2, 1, 1]), 1007),
        (Frame::text("hello"), 1003),
        (
            Frame::Frame(Raw::message(vec![1], OpCode::Data(Data::Continue), true)),
            1002,
        ),
    ];
    for (frame, code) in frames {
        let mut attacker = dial(&net, board).await;
        attacker.send_frame(frame.clone()).await;
        let (closed, reason) = attacker.closed().await;
        assert_eq!(closed, code, "{frame:?}: {reason}");
        assert!(!reason.is_empty());
    }
    unharmed(&mut witness, &net, board).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f11_updates_from_the_fuzzers_corpus_are_refused_and_never_stored() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let mut witness = net.join(board).await;
    witness.save(stage("first")).await;
    let rows = net.stored_rows(board).await;
    let mut bad = 0;
    for entry in std::fs::read_dir("../model/fuzz/corpus/scan").unwrap() {
        let path = entry.unwrap().path();
        if !path.file_name().unwrap().to_str().unwrap().starts_with("bad-") {
            continue;
        }
        bad += 1;
        let update = std::fs::read(&path).unwrap();
        for message in [Message::Update(&update), Message::SyncStep2(&update)] {
            let mut attacker = dial(&net, board).await;
            attacker.send(message).await;
            attacker.until("a refusal", |peer| !peer.refusals.is_empty()).await;
            let code = attacker.refusals[0].1;
            assert!(
                matches!(code, RefusalCode::Malformed | RefusalCode::Incomplete),
                "{path:?}: {code:?}"
            );
            if code == RefusalCode::Malformed {
                assert_eq!(attacker.closed().await.0, 1007, "{path:?}");
            }
        }
    }
    assert!(bad >= 8);
    assert_eq!(net.stored_rows(board).await, rows);
    unharmed(&mut witness, &net, board).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f11_random_frames_do_no_harm() {
    let seed = std::env::var("TOUCHLOOP_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(now_ms);
    println!("TOUCHLOOP_SEED={seed}");
    let mut dice = Dice(seed | 1);
    let net = Net::start().await;
    let board = BoardId::fresh();
    let mut witness = net.join(board).await;
    witness.save(stage("first")).await;
    let good = witness.doc.encode();
    for _ in 0..60 {
        let mut attacker = dial(&net, board).await;
        for _ in 0..10 {
            let bytes = match dice.roll() % 3 {
                // Noise, and noise that starts like a message.
                0 => (0..dice.roll() % 100).map(|_| dice.roll() as u8).collect(),
                1 => {
                    let body: Vec<u8> = (0..dice.roll() % 60).map(|_| dice.roll() as u8).collect();
                    Message::Update(&body).encode()
                }
                // A good update with one byte changed.
                _ => {
                    let mut body = good.clone();
                    let at = dice.roll() as usize % body.len();
                    body[at] = dice.roll() as u8;
                    if writes_on_as(&witness, &body) {
                        continue;
                    }
                    Message::Update(&body).encode()
                }
            };
            attacker.send_bytes(bytes).await;
        }
    }
    // Some of it may be valid content; nobody is disturbed, and the board still opens.
    witness.save(stage("last")).await;
    assert_eq!(witness.closed, None);
    witness.until("everything", |_| true).await;
    let mut newcomer = net.join(board).await;
    newcomer.agrees_with(&mut witness).await;
    assert!(newcomer.has_stage("last"));
    assert_eq!(net.stored(board).await, *newcomer.board());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f12_a_message_above_the_limit_is_1009_and_takes_no_memory() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let mut witness = net.join(board).await;
    let before = memory();
    for _ in 0..3 {
        let mut attacker = dial(&net, board).await;
        attacker.send_bytes(vec![0; MESSAGE_MAX + 1]).await;
        assert_eq!(attacker.closed().await.0, 1009);
    }
    // Fragments without an end.
    let mut attacker = dial(&net, board).await;
    attacker
        .send_frame(Frame::Frame(Raw::message(
            vec![0; MIB],
            OpCode::Data(Data::Binary),
            false,
        )))
        .await;
    for _ in 0..8 {
        attacker
            .send_frame(Frame::Frame(Raw::message(
                vec![0; MIB],
                OpCode::Data(Data::Continue),
                false,
            )))
            .await;
    }
    assert_eq!(attacker.closed().await.0, 1009);
    drop(attacker);
    until("the sockets to be gone", || net.rooms.sockets() == 1).await;
    // The attackers live in this process too; their buffers are a part of this.
    assert!(memory() < before + 64 * MIB, "{} MiB more", (memory() - before) / MIB);
    unharmed(&mut witness, &net, board).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f13_a_silent_socket_is_dropped_and_a_quiet_one_is_not() {
    let (rooms, mut sync) = brisk();
    (sync.ping_every, sync.silence_max) = (Duration::from_millis(50), Duration::from_millis(200));
    let net = Net::start_with(rooms, sync).await;
    let board = BoardId::fresh();
    let mut quiet = net.join(board).await;
    // It never reads, so it never answers a ping: to the server it is a cable that was cut.
    let mut silent = net.join(board).await;
    silent.be(5, 1, Some(json!({}))).await;
    quiet
        .until("the silent one", |quiet| quiet.presence.contains_key(&5))
        .await;
    quiet.until("it to be dropped", |quiet| quiet.presence.is_empty()).await;
    quiet.until("many signs of life", |quiet| quiet.pings > 12).await;
    assert_eq!((quiet.closed.clone(), net.rooms.sockets()), (None, 1));
    drop(silent);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f14_a_reader_that_stops_reading_harms_nobody_and_catches_up() {
    let (_, sync) = brisk();
    let rooms = RoomsConfig {
        queue: QueueBounds {
            frames: 64,
            bytes: 256 * 1024,
        },
        ..brisk().0
    };
    let net = Net::start_with(rooms, sync).await;
    let board = BoardId::fresh();
    let mut ana = net.join(board).await;
    let mut binh = net.join(board).await;
    let call = Call {
        receive_buffer: Some(4096),
        ..Call::default()
    };
    let mut stuck = Peer::dial(net.addr, board, call).await.unwrap();
    stuck.sync().await;

    let (lane, column) = (LaneId::fresh(), StageId::fresh());
    ana.save(Edit::AddLane {
        id: lane,
        kind: LaneKind::Text,
        name: "notes".into(),
        at: At::Last,
    })
    .await;
    ana.save(Edit::AddStage {
        id: column,
        name: "one".into(),
        phase: model::board::Phase::Before,
        at: At::Last,
    })
    .await;
    binh.agrees_with(&mut ana).await;

    // 8 MB: more than the system's buffers and the queue hold, so the network of `stuck` is full after a part of it.
    const NOTES: usize = 140;
    let mut slowest = Duration::ZERO;
    for n in 0..NOTES {
        let sent = Instant::now();
        ana.edit(note(column, lane, format!("{n} {}", "ệ".repeat(19_000))))
            .await;
        binh.until("the note", |binh| binh.board().notes.len() > n).await;
        slowest = slowest.max(sent.elapsed());
    }
    ana.saved().await;
    println!("slowest delivery {slowest:?}");
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");

    stuck.agrees_with(&mut ana).await;
    assert!(stuck.updates < NOTES, "it heard {} updates one by one", stuck.updates);
    ana.save(stage("afterwards")).await;
    stuck.agrees_with(&mut ana).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f15_a_length_bomb_is_refused_without_taking_memory() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let mut witness = net.join(board).await;
    // The peaks: what a bomb takes for a moment is given back before anybody could look.
    let peaks = || ["VmHWM", "VmPeak"].map(|peak| figure(std::process::id(), peak));
    let before = peaks();
    let bombs: [&[u8]; 4] = [
        // Two hundred million clients; as many blocks; a string and an array that long.
        &[0xff, 0xff, 0xff, 0x7f, 1, 1],
        &[1, 0xff, 0xff, 0xff, 0x7f, 1, 0],
        &[1, 1, 1, 0, 4, 1, 1, b'm', 0xff, 0xff, 0xff, 0x7f],
        &[1, 1, 1, 0, 8, 1, 1, b'm', 1, 117, 0xff, 0xff, 0xff, 0x7f],
    ];
    for bomb in bombs {
        let mut attacker = dial(&net, board).await;
        attacker.send(Message::Update(bomb)).await;
        attacker
            .until("a refusal", |peer| peer.refusals == [(1, RefusalCode::Malformed)])
            .await;
        assert_eq!(attacker.closed().await.0, 1007);
    }
    let after = peaks();
    assert!(
        after[0] < before[0] + 32 * MIB,
        "used {} MiB more",
        (after[0] - before[0]) / MIB
    );
    // Threads reserve some for themselves; a bomb that is believed reserves gigabytes.
    assert!(
        after[1] < before[1] + 512 * MIB,
        "reserved {} MiB more",
        (after[1] - before[1]) / MIB
    );
    unharmed(&mut witness, &net, board).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f16_a_nesting_bomb_is_refused_before_it_is_decoded() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let mut witness = net.join(board).await;
    let mut bomb = vec![1, 1, 1, 0, 8, 1, 1, b'm', 1];
    bomb.extend([117, 1].repeat(20_000));
    bomb.extend([126, 0]);
    let mut attacker = dial(&net, board).await;
    attacker.send(Message::Update(&bomb)).await;
    attacker
        .until("a refusal", |peer| peer.refusals == [(1, RefusalCode::Malformed)])
        .await;
    let deep = format!("{}1{}", "[".repeat(30_000), "]".repeat(30_000));
    let mut entry = vec![1, 9, 1];
    let mut length = deep.len();
    while length > 0x7f {
        entry.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    entry.push(length as u8);
    entry.extend(deep.bytes());
    let mut attacker = dial(&net, board).await;
    attacker.send(Message::Awareness(&entry)).await;
    assert_eq!(attacker.closed().await.0, 1007);
    unharmed(&mut witness, &net, board).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f17_an_update_without_its_past_is_sent_back_for_a_resync() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let mut witness = net.join(board).await;
    witness.save(stage("first")).await;
    let mut ana = net.join(board).await;

    ana.doc.edit(stage("the past")).unwrap();
    ana.edit(stage("what builds on it")).await;
    ana.until("a refusal and a question", |ana| {
        ana.refusals == [(1, RefusalCode::Incomplete)] && ana.asked == 1
    })
    .await;
    // The answer to the question carries both.
    ana.saved().await;
    ana.agrees_with(&mut witness).await;
    assert!(witness.has_stage("the past") && witness.has_stage("what builds on it"));
    assert_eq!(witness.updates, 1, "what was refused was shown to nobody");
    assert_eq!(net.stored(board).await, *witness.board());

    // One who never sends the past is not asked for ever.
    let mut endless = dial(&net, board).await;
    let mut foreign = BoardDoc::new(ENV);
    foreign.edit(stage("never sent")).unwrap();
    let orphan = foreign.edit(stage("orphan")).unwrap().update;
    for _ in 0..10 {
        endless.send(Message::Update(&orphan)).await;
    }
    assert_eq!(endless.closed().await.0, 1008);
    unharmed(&mut witness, &net, board).await;
}

/// `meta.title` as a client with this id would set it.
fn titled(client: u64, title: &str) -> Vec<u8> {
    let mut update = vec![1, 1];
    let mut rest = client;
    while rest > 0x7f {
        update.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    update.extend([rest as u8, 0, 0x28, 1, 4]);
    update.extend(b"meta\x05title\x01\x77");
    update.push(title.len() as u8);
    update.extend(title.bytes());
    update.push(0);
    update
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f18_client_ids_of_53_bits_pass_unchanged_and_larger_ones_not_at_all() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let largest = (1 << 53) - 1;
    let mut ana = dial(&net, board).await;
    ana.send(Message::Update(&titled(largest, "53 bits"))).await;
    ana.saved().await;
    assert!(ana.refusals.is_empty());
    let newcomer = net.join(board).await;
    assert_eq!(
        (newcomer.board().map.title.as_str(), newcomer.doc.clock_of(largest)),
        ("53 bits", 1)
    );
    assert_eq!(
        net.rooms.page(board).await.unwrap().unwrap().encoded,
        titled(largest, "53 bits")
    );

    ana.send(Message::Update(&titled(1 << 53, "54 bits"))).await;
    ana.until("a refusal", |ana| ana.refusals == [(2, RefusalCode::Malformed)])
        .await;
    assert_eq!(net.join(board).await.board().map.title, "53 bits");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f19_two_tabs_with_one_draft_both_keep_their_edits() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let mut draft = BoardDoc::new(ENV);
    draft.edit(stage("in the draft")).unwrap();
    let draft = draft.encode();
    let (mut one, mut two) = (dial(&net, board).await, dial(&net, board).await);
    for (tab, name) in [(&mut one, "first tab"), (&mut two, "second tab")] {
        tab.doc = BoardDoc::open(ENV, &draft).unwrap();
        tab.doc.edit(stage(name)).unwrap();
    }
    assert_ne!(one.doc.client_id(), two.doc.client_id());
    one.sync().await;
    two.sync().await;
    one.agrees_with(&mut two).await;
    one.until("both edits", |one| one.board().stages.len() == 3).await;
    one.saved().await;
    two.saved().await;
    assert_eq!(net.stored(board).await, *one.board());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f20_content_that_fits_no_schema_is_kept_and_read_as_nothing() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let mut ana = net.join(board).await;
    ana.save(stage("real")).await;
    // A touchpoint that is a number, under a key that is no id.
    let mut foreign = vec![1, 1, 7, 0, 0x28, 1, 11];
    foreign.extend(b"touchpoints\x07nothing\x01\x7d\x05\x00");
    ana.doc.merge(&foreign).unwrap();
    ana.send(Message::Update(&foreign)).await;
    ana.saved().await;
    assert!(ana.refusals.is_empty());
    let page = net.rooms.page(board).await.unwrap().unwrap();
    assert_eq!((page.board.touchpoints.len(), page.board.stages.len()), (0, 1));
    let newcomer = net.join(board).await;
    assert_eq!(newcomer.doc.clock_of(7), 1, "kept");
    assert_eq!(newcomer.board(), &*page.board);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f21_f22_a_view_only_client_changes_nothing_and_is_not_seen() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let mut editor = net.join(board).await;
    editor.save(stage("by an editor")).await;
    let folder = net.stopped().await;
    let (rooms, sync) = brisk();
    let net = Net::start_as(Admission::Accounts, folder, rooms, sync).await;
    let team = Team::with(&net.store.inner).await;
    let linh = team.member(Role::Viewer).await;

    let before = net.rooms.page(board).await.unwrap().unwrap();
    let mut viewer = net.join_as(&linh, board, Dialect::Touchloop).await;
    let mut stock = net.join_as(&linh, board, Dialect::Standard).await;
    assert!(viewer.has_stage("by an editor"), "it may read");
    viewer.save(stage("by a viewer")).await;
    assert_eq!(viewer.refusals, [(1, RefusalCode::NotAllowed)]);
    stock.edit(stage("by a stock viewer")).await;
    let all = viewer.doc.encode();
    viewer.send(Message::SyncStep2(&all)).await;
    viewer.saved().await;
    viewer.be(1, 1, Some(json!({"user": {"name": "Ghost"}}))).await;
    // Whatever was said before the question has been heard before its answer.
    viewer.sync().await;
    stock.sync().await;
    let after = net.rooms.page(board).await.unwrap().unwrap();
    assert_eq!((before.encoded, before.version), (after.encoded, after.version));
    assert!(stock.presence.is_empty() && viewer.presence.is_empty());
    assert_eq!(net.stored(board).await, *after.board);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f23_presence_carries_what_the_server_knows_and_nobody_speaks_for_another() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let (mut ana, mut binh, mut chi) = (net.join(board).await, net.join(board).await, net.join(board).await);
    ana.be(1, 1, Some(json!({"user": {"name": "Ana", "conn": "not mine"}})))
        .await;
    chi.until("Ana", |chi| chi.presence.contains_key(&1)).await;
    let conn = chi.presence[&1]["user"]["conn"].clone();
    assert_ne!(conn, "not mine");

    // Binh takes Ana's client id, and her connection's name under his own.
    binh.be(1, 9, Some(json!({"user": {"name": "Ana, says Binh"}}))).await;
    binh.be(1, 10, None).await;
    binh.be(2, 1, Some(json!({"user": {"name": "Ana", "conn": conn}})))
        .await;
    chi.until("Binh", |chi| chi.presence.contains_key(&2)).await;
    assert_eq!(chi.presence[&1]["user"]["name"], "Ana");
    assert_ne!(chi.presence[&2]["user"]["conn"], conn);

    binh.be(2, 2, Some(json!({"user": {"name": "x".repeat(1000)}}))).await;
    chi.until("the long name", |chi| chi.presence[&2]["user"]["name"] != "Ana")
        .await;
    assert_eq!(chi.presence[&2]["user"]["name"], "x".repeat(60));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f24_a_flood_of_updates_is_slowed_down_and_loses_nothing() {
    let (rooms, mut sync) = brisk();
    sync.updates = Rate {
        per_second: 100.0,
        burst: 10.0,
    };
    let net = Net::start_with(rooms, sync).await;
    let board = BoardId::fresh();
    let mut flood = net.join(board).await;
    let mut calm = net.join(board).await;
    let start = Instant::now();
    for n in 0..60 {
        flood.edit(stage(&n.to_string())).await;
    }
    let asked = Instant::now();
    calm.save(stage("calm")).await;
    let answered = asked.elapsed();
    flood.saved().await;
    assert!(start.elapsed() > Duration::from_millis(400), "{:?}", start.elapsed());
    assert!(
        answered < Duration::from_millis(400),
        "the calm one waited {answered:?}"
    );
    assert!(flood.refusals.is_empty());
    flood.agrees_with(&mut calm).await;
    assert_eq!(calm.board().stages.len(), 61);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f24_a_flood_of_questions_is_slowed_down_and_answered() {
    let (rooms, mut sync) = brisk();
    sync.questions = Rate {
        per_second: 100.0,
        burst: 10.0,
    };
    let net = Net::start_with(rooms, sync).await;
    let board = BoardId::fresh();
    let mut calm = net.join(board).await;
    calm.save(stage("one")).await;
    let mut flood = dial(&net, board).await;
    let start = Instant::now();
    for _ in 0..60 {
        flood.ask().await;
    }
    flood.until("sixty answers", |flood| flood.synced == 60).await;
    assert!(start.elapsed() > Duration::from_millis(400), "{:?}", start.elapsed());
    calm.save(stage("two")).await;
    flood.agrees_with(&mut calm).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f24_f30_a_foreign_page_uses_up_nobodys_attempts() {
    let (rooms, mut sync) = brisk();
    sync.attempts = Rate {
        per_second: 0.001,
        burst: 2.0,
    };
    let net = Net::start_with(rooms, sync).await;
    let board = BoardId::fresh();
    let foreign = Call {
        headers: vec![(header::ORIGIN, "https://evil.example")],
        ..Call::default()
    };
    for _ in 0..5 {
        let refused = Peer::dial(net.addr, board, foreign.clone()).await;
        assert_eq!(refused.err(), Some(StatusCode::FORBIDDEN));
    }
    let _first = dial(&net, board).await;
    let _second = dial(&net, board).await;
    let third = Peer::dial(net.addr, board, Call::default()).await;
    assert_eq!(third.err(), Some(StatusCode::TOO_MANY_REQUESTS));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f24_a_guessed_address_opens_no_room() {
    let (mut rooms, sync) = brisk();
    rooms.grace = Duration::from_secs(600);
    let net = Net::start_with(rooms, sync).await;
    for _ in 0..10 {
        assert!(net.rooms.page(BoardId::fresh()).await.unwrap().is_none());
    }
    assert_eq!(
        (net.rooms.open_boards(), net.store.loads.load(Ordering::SeqCst)),
        (0, 0)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f24_connections_are_capped_by_address_and_altogether() {
    let (rooms, mut sync) = brisk();
    sync.caps.per_address = 3;
    sync.caps.total = 4;
    sync.attempts = Rate {
        per_second: 0.001,
        burst: 6.0,
    };
    let net = Net::start_with(rooms, sync).await;
    let board = BoardId::fresh();
    let dial = |from| {
        Peer::dial(
            net.addr,
            board,
            Call {
                from,
                ..Call::default()
            },
        )
    };
    let mut first = Vec::new();
    for _ in 0..3 {
        first.push(dial("127.0.0.1").await.unwrap());
    }
    assert_eq!(dial("127.0.0.1").await.err(), Some(StatusCode::TOO_MANY_REQUESTS));
    let _other = dial("127.0.0.2").await.unwrap();
    assert_eq!(dial("127.0.0.3").await.err(), Some(StatusCode::SERVICE_UNAVAILABLE));
    first.clear();
    until("the places to be free", || net.rooms.sockets() == 1).await;
    let _again = dial("127.0.0.1").await.unwrap();
    let _and_again = dial("127.0.0.1").await.unwrap();
    assert_eq!(
        dial("127.0.0.1").await.err(),
        Some(StatusCode::TOO_MANY_REQUESTS),
        "the seventh attempt"
    );
}

/// A board of 5,000 cards whose names were changed 100,000 times, in turns so that no two tombstones are neighbours.
fn worn_board() -> BoardDoc {
    let mut doc = BoardDoc::new(ENV);
    let column = StageId::fresh();
    doc.edit(Edit::AddStage {
        id: column,
        name: "one".into(),
        phase: model::board::Phase::Before,
        at: At::Last,
    })
    .unwrap();
    let cards: Vec<_> = (0..5_000).map(|_| model::id::TouchpointId::fresh()).collect();
    for id in &cards {
        doc.edit(Edit::AddTouchpoint {
            id: *id,
            name: "new".into(),
            stage: column,
            at: At::Last,
        })
        .unwrap();
    }
    for round in 0..20 {
        for id in &cards {
            doc.edit(Edit::Rename(Entity::Touchpoint(*id), format!("name {round}")))
                .unwrap();
        }
    }
    doc
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f26_a_room_compacts_a_hundred_thousand_tombstones_and_keeps_the_content() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let worn = worn_board();
    let update = worn.encode().into();
    net.store.append(board, vec![update], Digest::default()).await.unwrap();
    let start = Instant::now();
    let mut ana = Peer::dial(net.addr, board, Call::default()).await.unwrap();
    ana.sync().await;
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "opened after {:?}",
        start.elapsed()
    );
    assert_eq!(ana.board(), worn.board());
    ana.save(stage("after")).await;
    let expected = ana.board().clone();
    drop(ana);
    until("the room to leave", || net.rooms.open_boards() == 0).await;
    assert_eq!(net.store.compactions.load(Ordering::SeqCst), 1);
    assert_eq!(net.stored_rows(board).await, 0);
    assert_eq!(net.stored(board).await, expected);
    assert_eq!(*net.join(board).await.board(), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f28_a_clock_that_is_wrong_by_a_day_changes_no_order() {
    const fn tomorrow() -> u64 {
        4_000_000_000_000
    }
    let net = Net::start().await;
    let (wrong, right) = (BoardId::fresh(), BoardId::fresh());
    let mut ana = net.join(wrong).await;
    ana.doc = BoardDoc::new(Env {
        now_ms: tomorrow,
        ..ENV
    });
    let id = StageId::fresh();
    let start = now_ms();
    ana.save(Edit::AddStage {
        id,
        name: "s".into(),
        phase: model::board::Phase::Before,
        at: At::Last,
    })
    .await;
    ana.save(Edit::Trash(Entity::Stage(id))).await;
    assert_eq!(
        net.stored(wrong).await.stages[&id].trashed.as_ref().unwrap().at,
        tomorrow()
    );
    let between = now_ms();
    while now_ms() == between {
        tokio::task::yield_now().await;
    }
    let mut binh = net.join(right).await;
    binh.save(Edit::SetMap(MapField::Title("later".into()))).await;
    let cards = net
        .store
        .list(Whose::Everybody, Pile::Shelf, "", 10)
        .await
        .unwrap()
        .cards;
    assert_eq!(cards.iter().map(|card| card.id).collect::<Vec<_>>(), [right, wrong]);
    assert!(cards.iter().all(|card| (start..=now_ms()).contains(&card.changed_at)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f29_a_room_that_panics_starts_again_from_the_store_and_others_go_on() {
    let net = Net::start().await;
    let (one, two) = (BoardId::fresh(), BoardId::fresh());
    let mut ana = net.join(one).await;
    let mut binh = net.join(one).await;
    let mut elsewhere = net.join(two).await;
    ana.save(stage("kept")).await;
    net.store.panic.store(true, Ordering::SeqCst);
    ana.edit(stage("in the panic")).await;
    assert_eq!(ana.closed().await.0, 1011);
    assert_eq!(binh.closed().await.0, 1011);
    elsewhere.save(stage("undisturbed")).await;
    assert_eq!(elsewhere.closed, None);
    ana.rejoin(net.addr, one).await;
    binh.rejoin(net.addr, one).await;
    binh.until("what came back with Ana", |binh| binh.has_stage("in the panic"))
        .await;
    ana.saved().await;
    assert_eq!(net.stored(one).await, *binh.board());
    assert_ne!(*binh.board(), Board::default());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f30_pages_of_other_sites_get_no_socket() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let call = |headers: &[(header::HeaderName, &'static str)]| {
        Peer::dial(
            net.addr,
            board,
            Call {
                headers: headers.to_vec(),
                ..Call::default()
            },
        )
    };
    let cookie = (header::COOKIE, "session=1");
    assert_eq!(
        call(&[(header::ORIGIN, "https://evil.example")]).await.err(),
        Some(StatusCode::FORBIDDEN)
    );
    assert_eq!(
        call(std::slice::from_ref(&cookie)).await.err(),
        Some(StatusCode::FORBIDDEN)
    );
    assert_eq!(
        call(&[cookie, (header::ORIGIN, "null")]).await.err(),
        Some(StatusCode::FORBIDDEN)
    );
    assert!(call(&[]).await.is_ok());
    // The page's own origin has the server's port in it.
    let own: &'static str = format!("http://{}", net.addr).leak();
    assert!(
        call(&[(header::COOKIE, "session=1"), (header::ORIGIN, own)])
            .await
            .is_ok()
    );
    assert_eq!(net.join_stock(board).await.closed, None);
    let nowhere = tokio_tungstenite::connect_async(format!("ws://{}/sync/not-an-id", net.addr)).await;
    assert!(matches!(nowhere, Err(Error::Http(answer)) if answer.status() == StatusCode::NOT_FOUND));
}
