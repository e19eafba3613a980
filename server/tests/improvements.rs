//! The index of improvements says what the documents say: after edits, after every kill, after rebuilding.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::path::Path;

use model::{
    board::Board,
    date::{Date, Zone},
    doc::BoardDoc,
    edit::{At, Edit, Entity, ImprovementField, Judgement, MetricField},
    id::{BoardId, ImprovementId},
    items::Figure,
    loops::{
        Step, VerdictKind,
        across::{Show, Wanted},
        overview::improvements_of,
    },
    teams::{Home, Pile},
    templates::{self, Lang, Template},
    wire::Message,
};
use server::{
    env::{ENV, now_ms},
    index,
    store::{Digest, Lines, SqliteStore, Store, Whose},
};
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use support::{
    http,
    net::{Net, PATIENCE, read},
    peer::{Dialect, Peer, stage},
    process::{Touchloop, run},
    scene::{Scene, summary, update, updates},
};
use tokio::time::timeout;

/// A café with a loop in progress.
fn cafe() -> BoardDoc {
    templates::seed(ENV, Template::Cafe, Lang::Vi, None).unwrap()
}

async fn put(store: &dyn Store, document: &BoardDoc) -> BoardId {
    let id = BoardId::fresh();
    let digest = Digest::of(document.board());
    store
        .create(id, Home::Nobody, document.encode().into(), digest)
        .await
        .unwrap();
    id
}

/// What is stored of every board is what it says; answers how many improvements there are.
async fn agrees(store: &dyn Store) -> usize {
    let mut count = 0;
    for (id, indexed) in store.boards().await.unwrap() {
        let document = read(&store.load(id).await.unwrap().unwrap());
        let lines = store.lines(id).await.unwrap();
        assert_eq!(lines, improvements_of(&document), "{id}");
        assert!(indexed, "{id}");
        count += lines.len();
    }
    count
}

/// Behind the store's back.
async fn meddle(folder: &Path, statement: &'static str) {
    let mut file: SqliteConnection = SqliteConnectOptions::new()
        .filename(folder.join("touchloop.db"))
        .connect()
        .await
        .unwrap();
    sqlx::query(statement).execute(&mut file).await.unwrap();
    file.close().await.unwrap();
}

struct Dice(u64);

impl Dice {
    fn seeded() -> Self {
        let seed = std::env::var("TOUCHLOOP_SEED")
            .ok()
            .and_then(|seed| seed.parse().ok())
            .unwrap_or_else(now_ms);
        println!("TOUCHLOOP_SEED={seed}");
        Self(seed | 1)
    }

    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides.max(1) as u64).unwrap()
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.roll(all.len())]
    }

    /// Something that happens on a feedback-loop board, refused or not.
    fn edit(&mut self, board: &Board) -> Edit {
        let improvements: Vec<ImprovementId> = board.all_improvements().map(|it| it.id).collect();
        let cards: Vec<_> = board.touchpoints.keys().copied().collect();
        let metrics: Vec<_> = board.all_improvements().filter_map(|it| it.metric).collect();
        let id = self.of(&improvements);
        let day = Date::parse("2026-01-01")
            .unwrap()
            .plus_days(i32::try_from(self.roll(400)).unwrap());
        match self.roll(11) {
            0 => Edit::AddImprovement {
                id: ImprovementId::fresh(),
                touchpoint: self.of(&cards),
                name: format!("Cải tiến {}", self.roll(1000)),
                origin: None,
                at: At::Last,
            },
            1 => Edit::Rename(Entity::Improvement(id), format!("Tên {}", self.roll(1000))),
            2 => Edit::Rename(Entity::Touchpoint(self.of(&cards)), format!("Thẻ {}", self.roll(1000))),
            3 => Edit::SetImprovement(id, ImprovementField::Owner(self.of(&["Đức", "Lan Anh", ""]).to_owned())),
            4 => Edit::SetImprovement(id, ImprovementField::Due(Some(day))),
            5 => Edit::SetImprovement(id, ImprovementField::Live(Some(day))),
            6 => {
                let value = Figure::new(f64::from(u32::try_from(self.roll(5)).unwrap()) + 1.0);
                Edit::SetMetric(self.of(&metrics), MetricField::Value(day, value))
            }
            7 => {
                let step = self.of(Step::ALL);
                Edit::MoveImprovement {
                    id,
                    step,
                    at: At::First,
                }
            }
            8 => Edit::Judge(
                id,
                match self.roll(3) {
                    0 => Judgement::Success {
                        accepted: "Đủ rồi".to_owned(),
                    },
                    1 => Judgement::PlanB {
                        successor: ImprovementId::fresh(),
                        practice: String::new(),
                    },
                    _ => Judgement::Left {
                        reason: "Để sau".to_owned(),
                    },
                },
            ),
            9 => Edit::Trash(Entity::Improvement(id)),
            _ => Edit::Restore(Entity::Improvement(id)),
        }
    }
}

/// Does something and sends it, unless the model refuses.
async fn act(peer: &mut Peer, dice: &mut Dice) {
    let edit = dice.edit(peer.board());
    if let Ok(change) = peer.doc.edit(edit)
        && !change.update.is_empty()
    {
        peer.send(Message::Update(&change.update)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_stored_of_improvements_agrees_with_the_documents_after_every_edit() {
    let mut dice = Dice::seeded();
    let net = Net::start().await;
    let board = put(&*net.store, &cafe()).await;
    assert!(agrees(&*net.store).await > 0);
    let (mut one, mut two) = (net.join(board).await, net.join(board).await);
    for _ in 0..60 {
        for _ in 0..=dice.roll(4) {
            act(&mut one, &mut dice).await;
            act(&mut two, &mut dice).await;
        }
        one.saved().await;
        two.saved().await;
        agrees(&*net.store).await;
    }
    // A foreign client makes a board of its own, first without and then with an improvement.
    let mut foreign = net.join_stock(BoardId::fresh()).await;
    foreign.edit(stage("Gọi món")).await;
    foreign.send(Message::Update(&cafe().encode())).await;
    foreign.sync().await;
    assert!(agrees(&*net.store).await > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f3_what_was_not_stored_is_not_in_the_index_either() {
    use std::sync::atomic::Ordering;
    let net = Net::start().await;
    let board = put(&*net.store, &cafe()).await;
    let mut peer = net.join(board).await;
    let first = peer.board().all_improvements().next().unwrap().id;
    let rename = |name: &str| Edit::Rename(Entity::Improvement(first), name.to_owned());
    peer.save(rename("Trước")).await;
    net.store.full.store(true, Ordering::SeqCst);
    peer.save(rename("Đầy đĩa")).await;
    assert_eq!(peer.refusals.len(), 1);
    agrees(&*net.store).await;
    net.store.full.store(false, Ordering::SeqCst);
    peer.sync().await;
    peer.send(Message::Update(&peer.doc.encode())).await;
    peer.saved().await;
    agrees(&*net.store).await;
    let names: Vec<String> = net
        .store
        .lines(board)
        .await
        .unwrap()
        .into_iter()
        .map(|line| line.name)
        .collect();
    assert!(names.contains(&"Đầy đĩa".to_owned()), "{names:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f1_the_index_agrees_after_every_kill() {
    let mut dice = Dice::seeded();
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path()).await.unwrap();
    let boards = [put(&store, &cafe()).await, put(&store, &cafe()).await];
    store.close().await;
    drop(store);
    for round in 0..4 {
        let server = Touchloop::serve(folder.path());
        let mut peers = Vec::new();
        for board in boards {
            peers.push(Peer::join(server.addr, board, Dialect::Touchloop).await);
        }
        // Some is acknowledged, some is under way.
        while peers.iter().any(|peer| peer.acked < 15 + 5 * round) {
            for peer in &mut peers {
                act(peer, &mut dice).await;
                if peer.sent > peer.acked + 4 {
                    let acked = peer.acked;
                    peer.until("an acknowledgement", |peer| peer.acked > acked).await;
                }
            }
        }
        server.kill();
        for peer in &mut peers {
            while timeout(PATIENCE, peer.hear()).await.expect("the end") {}
        }
        let store = SqliteStore::open(folder.path()).await.unwrap();
        assert!(agrees(&store).await > 0, "round {round}");
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rebuilding_repairs_whatever_was_done_to_the_index() {
    let Scene { store, folder } = Scene::new().await;
    let damaged = BoardId::fresh();
    let (one, _two) = (put(&store, &cafe()).await, put(&store, &cafe()).await);
    let count = agrees(&store).await;
    store.close().await;
    let data = folder.path().to_str().unwrap();
    let rebuild = || run(&["rebuild-index", "--data", data]);
    let said = |output: &std::process::Output| String::from_utf8_lossy(&output.stdout).into_owned();

    let nothing = rebuild();
    assert_eq!(nothing.status.code(), Some(0));
    assert_eq!(
        said(&nothing),
        format!("touchloop: 2 maps read, {count} improvements in them, 0 maps repaired\n")
    );
    for wrong in [
        "DELETE FROM improvements",
        "UPDATE improvements SET name = 'gone wrong', deadline = '2001-01-01'",
        "UPDATE boards SET indexed = 0",
        "DELETE FROM summaries",
    ] {
        meddle(folder.path(), wrong).await;
        let repaired = rebuild();
        assert_eq!(repaired.status.code(), Some(0), "{wrong}");
        assert!(
            said(&repaired).ends_with("2 maps repaired\n"),
            "{wrong}: {}",
            said(&repaired)
        );
        let store = SqliteStore::open(folder.path()).await.unwrap();
        assert_eq!(agrees(&store).await, count, "{wrong}");
        let listed = store.list(Whose::Everybody, Pile::Shelf, "", 9).await.unwrap();
        assert!(
            listed.cards.iter().all(|card| card.summary.loops.count() > 0),
            "{wrong}"
        );
        store.close().await;
    }

    // What cannot be read is left out, and said.
    let store = SqliteStore::open(folder.path()).await.unwrap();
    store
        .create(damaged, Home::Nobody, update("no document"), summary("Zzz").into())
        .await
        .unwrap();
    store.close().await;
    let partly = rebuild();
    assert_eq!(partly.status.code(), Some(12));
    assert!(said(&partly).starts_with("touchloop: 3 maps read"), "{}", said(&partly));
    let store = SqliteStore::open(folder.path()).await.unwrap();
    assert!(!store.lines(one).await.unwrap().is_empty());
    let titles: Vec<String> = store
        .list(Whose::Everybody, Pile::Shelf, "zzz", 9)
        .await
        .unwrap()
        .cards
        .into_iter()
        .map(|card| card.summary.title)
        .collect();
    assert_eq!(titles, ["Zzz"]);
    store.close().await;

    let running = Touchloop::serve(folder.path());
    assert_eq!(rebuild().status.code(), Some(5));
    drop(running);
    let nowhere = tempfile::tempdir().unwrap();
    assert_eq!(
        run(&["rebuild-index", "--data", nowhere.path().to_str().unwrap()])
            .status
            .code(),
        Some(10)
    );
    assert!(std::fs::read_dir(nowhere.path()).unwrap().next().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn boards_from_before_the_index_are_in_it_soon_after_the_start() {
    let Scene { store, folder } = Scene::new().await;
    put(&store, &cafe()).await;
    put(&store, &cafe()).await;
    store.close().await;
    for older in ["DELETE FROM improvements", "UPDATE boards SET indexed = 0"] {
        meddle(folder.path(), older).await;
    }
    let store = SqliteStore::open(folder.path()).await.unwrap();
    assert_eq!(index::index_older(&store).await.unwrap(), 2);
    assert!(agrees(&store).await > 0);
    assert_eq!(index::index_older(&store).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_late_gives_way_to_what_was_edited_meanwhile() {
    let Scene { store, folder: _folder } = Scene::new().await;
    let document = cafe();
    let id = put(&store, &document).await;
    store.append(id, updates(["later"]), Digest::default()).await.unwrap();
    let empty = || Digest::of(BoardDoc::new(ENV).board());
    assert!(!store.retell(id, 0, empty()).await.unwrap());
    assert_eq!(store.lines(id).await.unwrap(), improvements_of(document.board()));
    assert!(store.retell(id, 1, empty()).await.unwrap());
    assert!(store.lines(id).await.unwrap().is_empty());
    assert!(!store.retell(BoardId::fresh(), 0, empty()).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_overdue_is_so_on_the_readers_day() {
    let Scene { store, folder } = Scene::new().await;
    let mut document = cafe();
    let touchpoint = *document.board().touchpoints.keys().next().unwrap();
    let (id, name) = (ImprovementId::fresh(), "Bảng số thứ tự".to_owned());
    // They are 26 hours apart: it is never the same day in both.
    let (east, west) = (Zone::new(14 * 60).unwrap(), Zone::new(-12 * 60).unwrap());
    let due = Date::of_ms_in(now_ms(), east).plus_days(-1);
    let (origin, at) = (None, At::Last);
    let begin = Edit::AddImprovement {
        id,
        touchpoint,
        name: name.clone(),
        origin,
        at,
    };
    let until = Edit::SetImprovement(id, ImprovementField::Due(Some(due)));
    document.edit(Edit::Batch(vec![begin, until])).unwrap();
    put(&store, &document).await;
    store.close().await;
    let server = Touchloop::serve(folder.path());
    for (zone, is_late) in [(east, true), (west, false)] {
        let cookie = format!("lang=vi; zone={}", zone.minutes());
        let page = http::get(server.addr, "/improvements?show=overdue", &[("cookie", &cookie)]).await;
        assert_eq!((page.status, page.text().contains(&name)), (200, is_late), "{zone:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g18_what_ended_in_a_quarter_did_so_on_the_readers_days() {
    let Scene { store, folder: _folder } = Scene::new().await;
    let (east, west) = (Zone::new(14 * 60).unwrap(), Zone::new(-12 * 60).unwrap());
    let first = Date::parse("2026-10-01").unwrap();
    let mut line = improvements_of(cafe().board()).remove(0);
    for (at, ended) in [
        // The quarter's first moment and the last of the one before, in the east and in the west.
        (first.begins_in(east) - 1, [false, false]),
        (first.begins_in(east), [true, false]),
        (first.begins_in(west) - 1, [true, false]),
        (first.begins_in(west), [true, true]),
    ] {
        line.verdict = Some((VerdictKind::Success, at));
        let digest = Digest {
            summary: Some(summary("Quý")),
            lines: Lines::All(vec![line.clone()]),
        };
        let board = BoardId::fresh();
        store
            .create(board, Home::Nobody, update("no document"), digest)
            .await
            .unwrap();
        assert_eq!(store.lines(board).await.unwrap(), [line.clone()]);
        for (zone, ended) in [east, west].into_iter().zip(ended) {
            let wanted = Wanted {
                show: Show::Judged,
                ..Wanted::default()
            };
            let across = store
                .across(Whose::Everybody, &wanted, first.plus_days(40), zone)
                .await
                .unwrap();
            let found = across.found.iter().any(|found| found.board == board);
            assert_eq!(found, ended, "{at} in {zone:?}");
            assert_eq!(across.counts[Show::Judged as usize], across.found.len() as u64);
        }
    }
}
