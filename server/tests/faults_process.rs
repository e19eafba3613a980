//! FAULTS F1, F8, F14, F45 and F46: the real binary is killed, copied from, stopped and started again while people
//! edit, and some of them do not read.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use model::{
    board::{LaneKind, Phase},
    edit::{At, Edit},
    id::{BoardId, LaneId, StageId},
    limits::NAME_MAX,
};
use server::limits::{ATTEMPTS_BURST, QUEUE_BYTES};
use support::{
    http,
    net::{PATIENCE, figure, until},
    peer::{Call, Dialect, Peer, note, stage},
    process::{Touchloop, run},
};
use tokio::time::{sleep, timeout};

/// Names of stages that have to be there whatever happens.
type Promised = Arc<Mutex<BTreeSet<String>>>;

fn promise(promised: &Promised, name: String) {
    assert!(name.len() <= NAME_MAX);
    promised.lock().unwrap().insert(name);
}

/// Adds stages until the server is gone. What was acknowledged, or seen by the other peer, is promised.
async fn write_until_killed(mut writer: Peer, mut witness: Peer, round: usize, who: usize, promised: Promised) {
    const UNDER_WAY: u64 = 8;
    let mut names = Vec::new();
    let mut alive = true;
    while alive {
        while writer.sent < writer.acked + UNDER_WAY {
            let name = format!("round {round}, writer {who}, edit {}", names.len());
            writer.edit(stage(&name)).await;
            names.push(name);
        }
        let acked = writer.acked;
        let heard = async {
            tokio::select! {
                heard = writer.hear() => heard,
                heard = witness.hear() => heard,
            }
        };
        alive = timeout(PATIENCE, heard).await.expect("an answer or the end");
        for acked in acked..writer.acked {
            promise(&promised, names[usize::try_from(acked).unwrap()].clone());
        }
    }
    // What had reached the witness when the server died was seen.
    while timeout(PATIENCE, witness.hear()).await.expect("the end") {}
    for stage in witness.board().stages.values() {
        promise(&promised, stage.name.clone());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f1_what_was_acknowledged_or_seen_survives_every_kill() {
    let folder = tempfile::tempdir().unwrap();
    let board = BoardId::fresh();
    let promised = Promised::default();
    for round in 0..6 {
        let server = Touchloop::serve(folder.path());
        let mut writers = Vec::new();
        for who in 0..3 {
            let due = promised.lock().unwrap().clone();
            let writer = Peer::join(server.addr, board, Dialect::Touchloop).await;
            let witness = Peer::join(server.addr, board, Dialect::Touchloop).await;
            let here: BTreeSet<String> = witness
                .board()
                .stages
                .values()
                .map(|stage| stage.name.clone())
                .collect();
            let missing: Vec<_> = due.difference(&here).collect();
            assert!(missing.is_empty(), "lost in round {round}: {missing:?}");
            writers.push(tokio::spawn(write_until_killed(
                writer,
                witness,
                round,
                who,
                promised.clone(),
            )));
        }
        let before = promised.lock().unwrap().len();
        let goal = before + 40 + 13 * round;
        until("some edits", || promised.lock().unwrap().len() > goal).await;
        server.kill();
        for writer in writers {
            writer.await.unwrap();
        }
    }
    let server = Touchloop::serve(folder.path());
    let last = Peer::join(server.addr, board, Dialect::Touchloop).await;
    let here: BTreeSet<String> = last.board().stages.values().map(|stage| stage.name.clone()).collect();
    let promised = promised.lock().unwrap();
    assert!(promised.is_subset(&here));
    println!("{} edits were promised, {} are there", promised.len(), here.len());
}

/// Edits until told to stop, at least once before and once after the copy; says how often.
async fn write_through_a_backup(
    mut peer: Peer,
    who: usize,
    going: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
) -> (Peer, usize) {
    let mut edits = 0;
    loop {
        let last = stop.load(Ordering::SeqCst);
        peer.save(stage(&format!("writer {who}, edit {edits}"))).await;
        edits += 1;
        if edits == 1 {
            going.fetch_add(1, Ordering::SeqCst);
        }
        if last {
            return (peer, edits);
        }
        // As fast as somebody who types.
        sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f8_a_backup_made_while_fifty_edit_converges_with_them_when_restored() {
    use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
    const CROWD: usize = 50;
    let folder = tempfile::tempdir().unwrap();
    let board = BoardId::fresh();
    let server = Touchloop::serve(folder.path());
    let (going, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let mut crowd = Vec::new();
    for who in 0..CROWD {
        let peer = Peer::join(server.addr, board, Dialect::Touchloop).await;
        crowd.push(tokio::spawn(write_through_a_backup(
            peer,
            who,
            going.clone(),
            stop.clone(),
        )));
    }
    until("everybody to edit", || going.load(Ordering::SeqCst) == CROWD).await;
    let restored = tempfile::tempdir().unwrap();
    let copy = restored.path().join("touchloop.db");
    let (data, file) = (folder.path().to_owned(), copy.clone());
    let backup = move || run(&["backup", "--data", data.to_str().unwrap(), file.to_str().unwrap()]);
    let done = tokio::task::spawn_blocking(backup).await.unwrap();
    assert!(done.status.success(), "{done:?}");
    stop.store(true, Ordering::SeqCst);
    let (mut people, mut edits) = (Vec::new(), 0);
    for peer in crowd {
        let (peer, made) = peer.await.unwrap();
        people.push(peer);
        edits += made;
    }
    server.kill();

    let options = SqliteConnectOptions::new().filename(&copy).read_only(true);
    let mut database = options.connect().await.unwrap();
    let finding: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&mut database)
        .await
        .unwrap();
    assert_eq!(finding, "ok");
    database.close().await.unwrap();

    let server = Touchloop::serve(restored.path());
    let old = Peer::join(server.addr, board, Dialect::Touchloop).await;
    let copied = old.board().stages.len();
    // Everybody still has the page open, with all that the copy lacks.
    for person in &mut people {
        person.rejoin(server.addr, board).await;
    }
    println!("{copied} of {edits} edits were in the copy");
    assert!(copied >= CROWD && copied < edits, "{copied} of {edits}");
    for person in &mut people {
        person
            .until("everybody's edits", |person| person.board().stages.len() == edits)
            .await;
    }
    let newcomer = Peer::join(server.addr, board, Dialect::Touchloop).await;
    for person in &people {
        assert_eq!(person.board(), newcomer.board());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f45_a_thousand_sockets_are_closed_with_everything_stored() {
    let folder = tempfile::tempdir().unwrap();
    let server = Touchloop::serve(folder.path());
    let addr = server.addr;
    let boards: Vec<BoardId> = (0..20).map(|_| BoardId::fresh()).collect();
    let mut quiet = Vec::new();
    for n in 0..980 {
        // A crowd from a few addresses: one alone may not open as many.
        let from = ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"][n % 4];
        quiet.push(
            Peer::dial(
                addr,
                boards[n % 20],
                Call {
                    from,
                    ..Call::default()
                },
            )
            .await
            .unwrap(),
        );
    }
    let mut writers = Vec::new();
    for board in &boards {
        let mut peer = Peer::join(addr, *board, Dialect::Touchloop).await;
        peer.save(stage("at rest")).await;
        writers.push(peer);
    }
    for peer in &mut writers {
        peer.edit(stage("on its way")).await;
    }
    let told = Instant::now();
    server.signal("TERM");
    for peer in &mut writers {
        assert_eq!(peer.closed().await.0, 1012);
    }
    for peer in &mut quiet {
        assert_eq!(peer.closed().await.0, 1012);
    }
    let ended = tokio::task::spawn_blocking(|| server.ended()).await.unwrap();
    let took = told.elapsed();
    println!("1,000 sockets: stopped after {took:?}");
    assert!(
        ended.success() && took < Duration::from_secs(10),
        "{ended} after {took:?}"
    );

    let server = Touchloop::serve(folder.path());
    for (peer, board) in writers.iter().zip(&boards) {
        let again = Peer::join(server.addr, *board, Dialect::Touchloop).await;
        assert!(again.has_stage("at rest"));
        assert!(peer.acked < 2 || again.has_stage("on its way"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f45_who_neither_reads_nor_asks_holds_up_no_stop() {
    use tokio::{io::AsyncWriteExt, net::TcpStream};
    let folder = tempfile::tempdir().unwrap();
    let server = Touchloop::serve(folder.path());
    let board = BoardId::fresh();
    let mut deaf = Vec::new();
    for _ in 0..50 {
        deaf.push(Peer::join(server.addr, board, Dialect::Touchloop).await);
    }
    let mut half = TcpStream::connect(server.addr).await.unwrap();
    half.write_all(b"POST /api/create HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n")
        .await
        .unwrap();
    let told = Instant::now();
    server.signal("TERM");
    let ended = tokio::task::spawn_blocking(|| server.ended()).await.unwrap();
    let took = told.elapsed();
    assert!(
        ended.success() && took < Duration::from_secs(5),
        "{ended} after {took:?}"
    );
    drop((deaf, half));
}

/// Much is written while `deaf` others do not read; how much memory the server had at most, in bytes.
async fn peak_with(deaf: usize) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let server = Touchloop::serve(folder.path());
    let board = BoardId::fresh();
    let mut ana = Peer::join(server.addr, board, Dialect::Touchloop).await;
    let (lane, column) = (LaneId::fresh(), StageId::fresh());
    ana.edit(Edit::AddLane {
        id: lane,
        kind: LaneKind::Text,
        name: "notes".into(),
        at: At::Last,
    })
    .await;
    ana.save(Edit::AddStage {
        id: column,
        name: "one".into(),
        phase: Phase::Before,
        at: At::Last,
    })
    .await;
    let mut others = Vec::new();
    for _ in 0..deaf {
        let call = Call {
            receive_buffer: Some(4096),
            ..Call::default()
        };
        let mut other = Peer::dial(server.addr, board, call).await.unwrap();
        other.sync().await;
        others.push(other);
    }
    for n in 0..140 {
        ana.save(note(column, lane, format!("{n} {}", "ệ".repeat(19_000))))
            .await;
    }
    figure(server.pid(), "VmHWM")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f14_who_does_not_read_costs_the_server_no_more_than_its_queue() {
    const MIB: usize = 1024 * 1024;
    const DEAF: usize = 40;
    let (alone, crowd) = (peak_with(0).await, peak_with(DEAF).await);
    println!(
        "{} MiB alone, {} MiB with {DEAF} that do not read",
        alone / MIB,
        crowd / MIB
    );
    // A buffer of its own for each would be 8 MB.
    assert!(
        crowd < alone + DEAF * QUEUE_BYTES + 32 * MIB,
        "{alone} alone, {crowd} with {DEAF}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f46_everyone_comes_back_within_half_a_minute() {
    const CROWD: usize = 400;
    let folder = tempfile::tempdir().unwrap();
    let board = BoardId::fresh();
    let server = Touchloop::serve(folder.path());
    let mut first = Peer::join(server.addr, board, Dialect::Touchloop).await;
    for n in 0..100 {
        first.edit(stage(&n.to_string())).await;
    }
    first.saved().await;
    let known = first.doc.encode();
    drop(first);
    server.kill();

    let server = Touchloop::serve(folder.path());
    let addr = server.addr;
    // Others from the same address were there first: more come back than are let in at once.
    let mut before = 0;
    while before < 4 * ATTEMPTS_BURST as usize {
        let asked = (0..100).map(|_| http::get(addr, "/sync/nothing", &[]));
        before += 100;
        if futures::future::join_all(asked)
            .await
            .iter()
            .any(|answer| answer.status == 429)
        {
            break;
        }
    }
    let (failed, turned_away) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let start = Instant::now();
    let crowd: Vec<_> = (0..CROWD)
        .map(|n| {
            let (known, failed, turned_away) = (known.clone(), failed.clone(), turned_away.clone());
            tokio::spawn(async move {
                // All at the same moment, without any jitter; whoever is turned away tries again a second later.
                let mut peer = loop {
                    match Peer::dial(addr, board, Call::default()).await {
                        Ok(peer) => break peer,
                        Err(status) => {
                            assert_eq!(status, 429);
                            turned_away.fetch_add(1, Ordering::SeqCst);
                            sleep(Duration::from_secs(1)).await;
                        }
                    }
                };
                peer.doc.merge(&known).unwrap();
                // Every tenth has edited while the server was away.
                if n % 10 == 0 {
                    peer.doc.edit(stage(&format!("offline {n}"))).unwrap();
                }
                peer.sync().await;
                // Who comes last has everybody's edits at once; the others need this one's.
                peer.until("the question what it has", |peer| peer.asked > 0).await;
                peer.saved().await;
                peer.until("everybody's edits", |peer| {
                    peer.board().stages.len() == 100 + CROWD / 10
                })
                .await;
                if start.elapsed() > Duration::from_secs(30) {
                    failed.store(true, Ordering::SeqCst);
                }
            })
        })
        .collect();
    for peer in crowd {
        peer.await.unwrap();
    }
    let turned_away = turned_away.load(Ordering::SeqCst);
    println!(
        "{CROWD} sockets: back after {:?}, turned away {turned_away} times",
        start.elapsed()
    );
    assert!(turned_away > 0, "nobody had to wait");
    assert!(!failed.load(Ordering::SeqCst));
}
