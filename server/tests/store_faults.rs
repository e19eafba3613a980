//! What the disk, the clock of the scheduler and other programs can do to the store.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
};

use futures::FutureExt;
use model::{
    id::BoardId,
    teams::{Home, Pile},
};
use server::store::{Digest, OpenError, SqliteStore, Store, StoreError, Whose};
use sqlx::{
    ConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use support::scene::{Scene, load, summary, tail, titles, update, updates};
use uuid::Uuid;

const DATABASE: &str = "touchloop.db";

// ---- F1: killed in the middle ----

const CHILD_FOLDER: &str = "STORE_FAULTS_FOLDER";
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
                say(format_args!("stored {board} {last}"));
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

/// This program as one of its children that are not tests.
fn child(mut command: Command, name: &str, folder: &Path) -> Command {
    command
        .args(["--exact", name, "--ignored", "--nocapture"])
        .env(CHILD_FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

fn myself() -> Command {
    Command::new(std::env::current_exe().unwrap())
}

/// Says something to whoever started this process, at once and in one piece.
fn say(what: std::fmt::Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{what}").and_then(|()| out.flush()).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f1_acknowledged_updates_survive_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = [0_u64; CHILD_BOARDS as usize];
    for round in 0..12 {
        let mut child = child(myself(), "f1_child", folder.path()).spawn().unwrap();
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

/// Not a test: the process that [`f2_what_is_acknowledged_was_handed_to_the_disk`] watches.
#[ignore = "started by f2_what_is_acknowledged_was_handed_to_the_disk"]
#[tokio::test]
async fn f2_child() {
    let folder = std::env::var(CHILD_FOLDER).expect("started by the test");
    let folder = Path::new(&folder);
    let store = SqliteStore::open(folder).await.unwrap();
    let id = child_board(0);
    for _ in 0..ACKNOWLEDGED {
        store.append(id, updates(["edit"]), Digest::default()).await.unwrap();
        say(format_args!("stored"));
    }
    // The same by a writer that does not wait for the disk, so that it is known how that looks.
    let mut hasty = SqliteConnectOptions::new()
        .filename(folder.join("hasty.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .connect()
        .await
        .unwrap();
    sqlx::query("CREATE TABLE edits (text TEXT)")
        .execute(&mut hasty)
        .await
        .unwrap();
    for _ in 0..ACKNOWLEDGED {
        sqlx::query("INSERT INTO edits VALUES ('edit')")
            .execute(&mut hasty)
            .await
            .unwrap();
        say(format_args!("hurried"));
    }
}

const ACKNOWLEDGED: usize = 20;

/// For each time the process said `word`: whether something had been written to `file`, and all of it was flushed.
fn flushed_before(trace: &str, file: &str, word: &str) -> Vec<bool> {
    let file = format!("{file}>");
    let said = format!("{word}\\n\"");
    let (mut written, mut waiting, mut flushing, mut flushed) = (false, false, None, Vec::new());
    for line in trace.lines() {
        let (thread, call) = line.trim_start().split_once(' ').unwrap_or_default();
        let is_flush = call.contains("sync(") && call.contains(&file);
        let is_done = call.ends_with("= 0");
        if is_flush && call.contains("unfinished") {
            flushing = Some(thread);
        } else if is_done && (is_flush || call.contains("sync resumed>") && flushing == Some(thread)) {
            (waiting, flushing) = (false, None);
        } else if call.contains("write") && call.contains(&file) {
            (written, waiting) = (true, true);
        } else if call.contains("write") && call.contains(&said) {
            flushed.push(written && !waiting);
            written = false;
        }
    }
    flushed
}

/// What this shows: between the last byte of an edit that is written to the log and its acknowledgement, the system
/// was asked to flush the log and answered that it has. That the disk keeps what it says it has, no test can show.
/// Needs `strace`; where that is not to be had or not allowed, it says so and shows nothing.
#[cfg(target_os = "linux")]
#[test]
fn f2_what_is_acknowledged_was_handed_to_the_disk() {
    let can_watch = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !can_watch {
        println!("not shown: there is no strace here, or it may not watch");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let mut strace = Command::new("strace");
    strace
        .args(["-f", "-y", "-e", "trace=write,pwrite64,writev,fsync,fdatasync", "-o"])
        .arg(&trace)
        .arg(std::env::current_exe().unwrap());
    let ended = child(strace, "f2_child", folder.path()).output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    let trace = std::fs::read_to_string(trace).unwrap();
    let kept = flushed_before(&trace, "touchloop.db-wal", "stored");
    assert_eq!(kept, [true; ACKNOWLEDGED], "{trace}");
    // A writer that does not wait is noticed.
    let hurried = flushed_before(&trace, "hasty.db-wal", "hurried");
    assert_eq!(hurried, [false; ACKNOWLEDGED], "{trace}");
}

async fn append(store: &SqliteStore, id: BoardId, text: &str) -> Result<u64, StoreError> {
    store.append(id, vec![update(text)], summary("Bảng").into()).await
}

#[tokio::test]
async fn f2_a_log_that_is_torn_behind_what_was_acknowledged_loses_the_rest_only() {
    let scene = Scene::new().await;
    let file = |name: &str| scene.folder.path().join(name);
    let id = BoardId::fresh();
    append(&scene.store, id, "acknowledged").await.unwrap();
    let kept = std::fs::metadata(file("touchloop.db-wal")).unwrap().len();
    append(&scene.store, id, &"x".repeat(20_000)).await.unwrap();
    let (database, log) = (
        std::fs::read(file(DATABASE)).unwrap(),
        std::fs::read(file("touchloop.db-wal")).unwrap(),
    );
    let kept = usize::try_from(kept).unwrap();
    // A frame of the log is a head of 24 bytes and a page.
    let frame = 24 + 4096;
    assert!(log.len() > kept + 5 * frame, "{} after {kept}", log.len());

    let cuts = [0, 1, 24, frame, frame + 100, 4 * frame, log.len() - kept - 1].map(|cut| kept + cut);
    for cut in cuts {
        let mut zeroed = log.clone();
        zeroed[cut..].fill(0);
        let mut noisy = log.clone();
        noisy[cut..].iter_mut().for_each(|byte| *byte ^= 0xA5);
        for (rest, torn) in [("gone", log[..cut].to_vec()), ("zeros", zeroed), ("noise", noisy)] {
            if torn == log {
                // Zeros where zeros were tear nothing.
                continue;
            }
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(DATABASE), &database).unwrap();
            std::fs::write(folder.path().join("touchloop.db-wal"), torn).unwrap();
            let store = SqliteStore::open(folder.path()).await.unwrap();
            let what = format!("{rest} from {cut} of {kept}");
            assert_eq!(tail(&load(&store, id).await), [(1, "acknowledged")], "{what}");
            assert_eq!(append(&store, id, "next").await.unwrap(), 2, "{what}");
            store.close().await;
        }
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
        let refused = store
            .create(BoardId::fresh(), Home::Nobody, big.clone(), summary("Mới").into())
            .await;
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
                Home::Nobody,
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
    assert_eq!(
        store
            .list(Whose::Everybody, Pile::Shelf, "", 200)
            .await
            .unwrap()
            .cards
            .len(),
        200
    );
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
                store.list(Whose::Everybody, Pile::Shelf, "board", 5).await.unwrap();
            }
            store.compact(id, 1, update("a")).await.unwrap();
        }
    });
    futures::future::join_all(writers).await;
    for id in ids {
        assert_eq!(load(store, id).await.last_seq(), 100);
    }
}

/// Not a test: another process that takes the lock of all writers and lets go of it, each when it is told.
#[ignore = "started by the tests of F6"]
#[tokio::test]
async fn f6_child() {
    let folder = std::env::var(CHILD_FOLDER).expect("started by the test");
    let mut other = SqliteConnectOptions::new()
        .filename(Path::new(&folder).join(DATABASE))
        .connect()
        .await
        .unwrap();
    for told in std::io::stdin().lines() {
        match told.unwrap().as_str() {
            "take" => sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap(),
            _ => sqlx::query("COMMIT").execute(&mut other).await.unwrap(),
        };
        say(format_args!("done"));
    }
}

struct OtherProcess {
    child: Child,
    said: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl OtherProcess {
    fn start(folder: &Path) -> Self {
        let mut child = child(myself(), "f6_child", folder)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, said }
    }

    /// Answers once it is done.
    fn does(&mut self, what: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{what}").unwrap();
        let is_done = |line: std::io::Result<String>| line.unwrap().ends_with("done");
        assert!(self.said.by_ref().any(is_done), "the other process ended");
    }
}

impl Drop for OtherProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f6_a_burst_waits_for_another_process_that_writes() {
    let scene = Scene::new().await;
    let store = &scene.store;
    let ids: Vec<BoardId> = (0..20).map(|_| BoardId::fresh()).collect();
    for id in &ids {
        store
            .append(*id, updates(["before"]), summary("board").into())
            .await
            .unwrap();
    }
    let mut other = OtherProcess::start(scene.folder.path());
    for round in 0..8 {
        other.does("take");
        let burst = (0..200).map(|writer| {
            let id = ids[writer % ids.len()];
            store.append(id, updates(["a", "b"]), summary("board").into())
        });
        let mut burst = std::pin::pin!(futures::future::try_join_all(burst));
        // Nobody can be answered, nobody is refused, and whoever only reads does not wait.
        for id in &ids {
            assert!(burst.as_mut().now_or_never().is_none(), "round {round}");
            assert_eq!(load(store, *id).await.last_seq(), 1 + 20 * round);
            assert_eq!(
                store
                    .list(Whose::Everybody, Pile::Shelf, "board", 50)
                    .await
                    .unwrap()
                    .cards
                    .len(),
                20
            );
        }
        other.does("let go");
        burst.await.unwrap();
    }
    for id in ids {
        assert_eq!(load(store, id).await.tail.len(), 1 + 8 * 20);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f6_who_waits_too_long_for_another_process_is_told_and_nothing_is_stored() {
    let scene = Scene::new().await;
    let id = BoardId::fresh();
    let mut other = OtherProcess::start(scene.folder.path());
    other.does("take");
    let refused = scene.store.append(id, updates(["a"]), Digest::default()).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    other.does("let go");
    assert!(scene.store.load(id).await.unwrap().is_none());
    assert_eq!(
        scene.store.append(id, updates(["b"]), Digest::default()).await.unwrap(),
        1
    );
    assert_eq!(tail(&load(&scene.store, id).await), [(1, "b")]);
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
    assert_eq!(
        scene
            .store
            .list(Whose::Everybody, Pile::Shelf, "", 10)
            .await
            .unwrap()
            .cards
            .len(),
        1
    );
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
