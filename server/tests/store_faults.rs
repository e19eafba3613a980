//! What the disk, the clock of the scheduler and other programs can do to the store.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use futures::FutureExt;
use model::id::BoardId;
use server::store::{Digest, OpenError, SqliteStore, Store, StoreError};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use support::scene::{Scene, load, summary, tail, titles, update, updates};
use uuid::Uuid;

const DATABASE: &str = "touchloop.db";

// ---- F1: killed in the middle ----

const CHILD_FOLDER: &str = "F1_FOLDER";
/// Boards that the killed process writes to, all at once.
const CHILD_BOARDS: u128 = 8;

fn child_board(number: u128) -> BoardId {
    BoardId(Uuid::from_u128(number))
}

/// What update `seq` of a board must read, so that a wrong one is noticed and not only a missing one.
fn child_update(board: u128, seq: u64) -> String {
    format!(
        "board {board}, update {seq}, {}",
        "x".repeat(usize::try_from(seq % 977).unwrap())
    )
}

/// Not a test: the process that [`f1_acknowledged_updates_survive_kill_9`] kills.
#[ignore = "started by f1_acknowledged_updates_survive_kill_9"]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f1_child() {
    let folder = std::env::var(CHILD_FOLDER).expect("started by the test");
    let store = SqliteStore::open(Path::new(&folder)).await.unwrap();
    futures::future::join_all((0..CHILD_BOARDS).map(|board| {
        let store = &store;
        async move {
            let id = child_board(board);
            let mut last = store.load(id).await.unwrap().map_or(0, |stored| stored.last_seq());
            loop {
                let next = last + 1;
                let batch = (next..next + 3).map(|seq| child_update(board, seq).into()).collect();
                last = store
                    .append(id, batch, summary(&format!("board {board}")).into())
                    .await
                    .unwrap();
                let mut out = std::io::stdout().lock();
                writeln!(out, "stored {board} {last}")
                    .and_then(|()| out.flush())
                    .unwrap();
                if last % 30 == 0 {
                    store
                        .compact(id, last, format!("snapshot {last}").into())
                        .await
                        .unwrap();
                }
            }
        }
    }))
    .await;
}

fn start_child(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "f1_child", "--ignored", "--nocapture"])
        .env(CHILD_FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f1_acknowledged_updates_survive_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = [0_u64; CHILD_BOARDS as usize];
    for round in 0..12 {
        let mut child = start_child(folder.path());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Killed after so many acknowledgements, at whatever point the other boards then are.
        let mut left = 10 + round * 17;
        while left > 0 {
            let line = lines.next().expect("the child writes until it is killed").unwrap();
            left -= usize::from(note(&line, &mut acknowledged));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        for line in lines.map_while(Result::ok) {
            note(&line, &mut acknowledged);
        }

        let store = SqliteStore::open(folder.path()).await.unwrap();
        for board in 0..CHILD_BOARDS {
            let last = acknowledged[board as usize];
            let Some(stored) = store.load(child_board(board)).await.unwrap() else {
                assert_eq!(last, 0, "board {board} is gone");
                continue;
            };
            assert!(
                stored.last_seq() >= last,
                "board {board} lost {}..={last}",
                stored.last_seq() + 1
            );
            assert_eq!(stored.last_seq() % 3, 0, "board {board} holds half an append");
            assert_eq!(stored.snapshot_seq % 30, 0);
            for (nth, (seq, bytes)) in (stored.snapshot_seq + 1..).zip(&stored.tail) {
                assert_eq!(nth, *seq, "board {board} has a gap");
                assert_eq!(*bytes, child_update(board, *seq));
            }
        }
        store.close().await;
    }
    assert!(
        acknowledged.iter().all(|last| *last > 30),
        "too little was written to mean anything: {acknowledged:?}"
    );
}

fn note(line: &str, acknowledged: &mut [u64]) -> bool {
    // The test harness's own words share the pipe; a line that was cut off by the kill parses as a smaller number.
    let Some(rest) = line.find("stored ").map(|at| &line[at + 7..]) else {
        return false;
    };
    let mut numbers = rest.split(' ').map(|number| number.parse::<u64>());
    let (Some(Ok(board)), Some(Ok(last))) = (numbers.next(), numbers.next()) else {
        return false;
    };
    let known = &mut acknowledged[usize::try_from(board).unwrap()];
    *known = last.max(*known);
    true
}

// ---- F2: what was answered is in the file ----

#[tokio::test]
async fn f2_an_answer_comes_after_the_commit() {
    let scene = Scene::new().await;
    let mut other = SqliteConnectOptions::new()
        .filename(scene.folder.path().join(DATABASE))
        .connect()
        .await
        .unwrap();
    let id = BoardId::fresh();
    for expected in 1..50 {
        let seq = scene
            .store
            .append(id, updates(["edit"]), Digest::default())
            .await
            .unwrap();
        let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM updates")
            .fetch_one(&mut other)
            .await
            .unwrap();
        assert_eq!((seq, seen), (expected, i64::try_from(expected).unwrap()));
    }
}

// ---- F3: no room ----

#[tokio::test]
async fn f3_a_full_disk_refuses_writes_and_recovers_without_a_restart() {
    let scene = Scene::new().await;
    let store = &scene.store;
    let id = BoardId::fresh();
    store
        .append(id, updates(["before"]), summary("Trước").into())
        .await
        .unwrap();

    store.cap_pages(1).await.unwrap(); // SQLite takes the present size instead: not a page more.
    let big = update(&"x".repeat(50_000));
    for _ in 0..3 {
        let refused = store.append(id, vec![big.clone()], summary("Sau").into()).await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
        let refused = store.create(BoardId::fresh(), big.clone(), summary("Mới").into()).await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
        assert!(matches!(store.probe().await, Err(StoreError::Unavailable(_))));
        // Everybody in a group hears it.
        let together =
            futures::future::join_all((0..20).map(|_| store.append(id, vec![big.clone()], Digest::default()))).await;
        assert!(together.iter().all(Result::is_err), "{together:?}");
        assert_eq!(tail(&load(store, id).await), [(1, "before")]);
        assert_eq!(titles(store, "").await, ["Trước"]);
    }

    store.cap_pages(1_000_000).await.unwrap();
    store.probe().await.unwrap();
    assert_eq!(
        store.append(id, updates(["after"]), Digest::default()).await.unwrap(),
        2
    );
    assert_eq!(tail(&load(store, id).await), [(1, "before"), (2, "after")]);
}

#[tokio::test]
async fn f3_a_data_folder_that_cannot_be_written_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, b"").unwrap();
    for impossible in [file.join("data"), file] {
        let refused = SqliteStore::open(&impossible).await;
        assert!(matches!(refused, Err(OpenError::NotWritable { .. })), "{refused:?}");
    }
}

// ---- F4: a damaged file ----

#[tokio::test]
async fn f4_a_damaged_database_is_refused_and_left_as_it_is() {
    let scene = Scene::new().await;
    for number in 0..200 {
        scene
            .store
            .create(
                BoardId::fresh(),
                update("seed"),
                summary(&format!("board {number}")).into(),
            )
            .await
            .unwrap();
    }
    scene.store.close().await;
    let database = scene.folder.path().join(DATABASE);
    let good = std::fs::read(&database).unwrap();
    assert!(good.len() > 10 * 4096);

    let mut torn_page = good.clone();
    torn_page[5 * 4096..9 * 4096].fill(0xA5);
    let mut no_header = good.clone();
    no_header[..16].copy_from_slice(b"something else!!");
    let cut_off = good[..good.len() / 2].to_vec();
    let text = b"This is not a database at all. ".repeat(200);
    for (what, bytes) in [
        ("torn page", torn_page),
        ("no header", no_header),
        ("cut off", cut_off),
        ("text", text),
    ] {
        std::fs::write(&database, &bytes).unwrap();
        let refused = SqliteStore::open(scene.folder.path()).await;
        assert!(matches!(refused, Err(OpenError::Damaged { .. })), "{what}: {refused:?}");
        assert!(
            std::fs::read(&database).unwrap() == bytes,
            "{what}: the file was changed"
        );
    }

    std::fs::write(&database, &good).unwrap();
    let store = SqliteStore::open(scene.folder.path()).await.unwrap();
    assert_eq!(store.list("", 200).await.unwrap().cards.len(), 200);
}

// ---- F6: a burst ----

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f6_nobody_hears_that_the_database_is_locked() {
    let scene = Scene::new().await;
    let store = &scene.store;
    let ids: Vec<BoardId> = (0..20).map(|_| BoardId::fresh()).collect();
    let writers = (0..200).map(|writer| {
        let id = ids[writer % ids.len()];
        async move {
            for _ in 0..5 {
                store
                    .append(id, updates(["a", "b"]), summary("board").into())
                    .await
                    .unwrap();
                store.load(id).await.unwrap();
                store.list("board", 5).await.unwrap();
            }
            store.compact(id, 1, update("a")).await.unwrap();
        }
    });
    futures::future::join_all(writers).await;
    for id in ids {
        assert_eq!(load(store, id).await.last_seq(), 100);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f6_a_write_waits_for_another_program_that_writes() {
    let scene = Scene::new().await;
    let mut other = SqliteConnectOptions::new()
        .filename(scene.folder.path().join(DATABASE))
        .connect()
        .await
        .unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let id = BoardId::fresh();
    let mut append = scene.store.append(id, updates(["a"]), Digest::default());
    // The other program holds the file: the append cannot be done yet, however long this takes.
    assert!(
        tokio::time::timeout(Duration::from_millis(300), &mut append)
            .await
            .is_err()
    );
    sqlx::query("COMMIT").execute(&mut other).await.unwrap();
    assert_eq!(append.await.unwrap(), 1);
    other.close().await.unwrap();
}

// ---- F7: given up half way ----

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f7_an_abandoned_append_is_whole_or_absent() {
    let scene = Scene::new().await;
    let store = &scene.store;
    let id = BoardId::fresh();
    let mut kept = 0;
    for round in 0..300_u32 {
        let text = round.to_string();
        let batch = vec![update(&text); 5];
        if round % 3 == 0 {
            store.append(id, batch, Digest::default()).await.unwrap();
            kept += 1;
            continue;
        }
        // Dropped after one or a few steps: before it was asked, while it waits, or just before the answer.
        let mut append = store.append(id, batch, summary(&text).into());
        for _ in 0..round % 7 {
            if (&mut append).now_or_never().is_some() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(append);
        let mut loading = store.load(id);
        (&mut loading).now_or_never();
        drop(loading);
    }
    store.probe().await.unwrap();

    let stored = load(store, id).await;
    assert!(stored.tail.len() >= kept * 5);
    for (group, expected) in stored.tail.chunks(5).zip(0_u64..) {
        assert!(
            group.len() == 5 && group.iter().all(|(_, text)| text == &group[0].1),
            "half an append: {group:?}"
        );
        assert_eq!(group[0].0, expected * 5 + 1);
    }
    assert_eq!(titles(store, "").await.len(), 1);
}

// ---- one server a folder; what was there is there again ----

#[tokio::test]
async fn a_folder_is_used_by_one_store_at_a_time() {
    let scene = Scene::new().await;
    let second = SqliteStore::open(scene.folder.path()).await;
    assert!(matches!(second, Err(OpenError::InUse { .. })), "{second:?}");
    scene
        .store
        .append(BoardId::fresh(), updates(["a"]), Digest::default())
        .await
        .unwrap();

    let scene = scene.reopened().await;
    assert_eq!(scene.store.list("", 10).await.unwrap().cards.len(), 1);
}

#[tokio::test]
async fn a_closed_store_leaves_one_file_to_copy() {
    let scene = Scene::new().await;
    scene
        .store
        .append(BoardId::fresh(), updates(["a"]), Digest::default())
        .await
        .unwrap();
    scene.store.close().await;
    let wal = scene.folder.path().join("touchloop.db-wal");
    assert!(std::fs::metadata(wal).map_or(0, |wal| wal.len()) == 0);
}
