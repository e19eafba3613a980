//! Editing together: sync, acknowledgement, presence, memory and restarts, over real sockets and a real file.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{sync::atomic::Ordering, time::Duration};

use model::{
    board::Board,
    edit::{Edit, MapField},
    id::BoardId,
    teams::Pile,
    templates::{self, Lang, Template},
    wire::RefusalCode,
};
use serde_json::json;
use server::rooms::RoomsConfig;
use support::{
    net::{Net, brisk, memory, until},
    peer::{Call, Dialect, Peer, stage},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_reaches_the_store_the_sender_and_everybody_else() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let mut ana = net.join(board).await;
    let mut binh = net.join(board).await;
    ana.save(stage("Discover")).await;
    assert!(
        net.stored(board)
            .await
            .stages
            .values()
            .any(|stage| stage.name == "Discover")
    );
    binh.until("Ana's stage", |binh| binh.has_stage("Discover")).await;
    binh.save(stage("Buy")).await;
    ana.agrees_with(&mut binh).await;
    assert_eq!((ana.updates, binh.updates), (1, 1), "nobody hears their own edit");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledgements_count_every_message_in_order() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let mut ana = net.join(board).await;
    for n in 0..300 {
        ana.edit(stage(&n.to_string())).await;
    }
    ana.saved().await;
    assert_eq!((ana.acked, ana.sent), (300, 300));
    assert!(ana.refusals.is_empty());
    assert_eq!(net.stored(board).await, *ana.board());
    // What is known already is acknowledged too, and stored no second time.
    let rows = net.stored_rows(board).await;
    let all = ana.doc.encode();
    ana.send(model::wire::Message::Update(&all)).await;
    ana.saved().await;
    assert_eq!((ana.acked, net.stored_rows(board).await), (301, rows));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_openers_of_one_new_board_share_one_document() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let addr = net.addr;
    let openers = (0..20).map(|n| {
        tokio::spawn(async move {
            let mut peer = Peer::join(addr, board, Dialect::Touchloop).await;
            peer.save(stage(&format!("stage of {n}"))).await;
            peer.until("everybody's stage", |peer| peer.board().stages.len() == 20)
                .await;
            peer.board().clone()
        })
    });
    let boards = futures::future::join_all(openers.collect::<Vec<_>>()).await;
    let stored = net.stored(board).await;
    assert_eq!(stored.stages.len(), 20);
    assert!(boards.into_iter().all(|board| board.unwrap() == stored));
    assert_eq!(net.store.loads.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_stored_is_not_shown() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let mut ana = net.join(board).await;
    let mut binh = net.join(board).await;
    ana.save(stage("kept")).await;
    binh.until("the first stage", |binh| binh.has_stage("kept")).await;

    net.store.full.store(true, Ordering::SeqCst);
    ana.save(stage("unsent")).await;
    assert_eq!(ana.refusals, [(2, RefusalCode::NotStored)]);
    net.store.full.store(false, Ordering::SeqCst);

    // What comes after builds on what was refused, so the server asks for it again.
    ana.save(stage("later")).await;
    assert_eq!(
        ana.refusals,
        [(2, RefusalCode::NotStored), (3, RefusalCode::Incomplete)]
    );
    ana.until("the question what it has", |ana| ana.asked == 1).await;
    ana.saved().await;
    ana.agrees_with(&mut binh).await;
    assert!(binh.has_stage("unsent") && binh.has_stage("later"));
    assert_eq!(binh.updates, 2, "nothing was shown before it was stored");
    assert_eq!(net.stored(board).await, *binh.board());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stock_client_speaks_plain_yjs() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let mut ours = net.join(board).await;
    let mut stock = net.join_stock(board).await;
    assert_eq!(stock.asked, 0, "who has nothing is not asked for it");
    stock.edit(stage("from afar")).await;
    ours.until("the stock client's stage", |ours| ours.has_stage("from afar"))
        .await;
    ours.save(stage("from here")).await;
    stock.agrees_with(&mut ours).await;
    assert_eq!((stock.acked, stock.refusals.len()), (0, 0));

    // It cannot be told that something was not stored; it comes back and is asked for what it has.
    net.store.full.store(true, Ordering::SeqCst);
    stock.edit(stage("kept by the client")).await;
    assert_eq!(stock.closed().await.0, 1013);
    net.store.full.store(false, Ordering::SeqCst);
    stock.rejoin(net.addr, board).await;
    ours.until("what was not stored", |ours| ours.has_stage("kept by the client"))
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomer_gets_snapshot_and_tail_as_they_lie() {
    let (_, sync) = brisk();
    let rooms = RoomsConfig {
        compact_rows: 10,
        ..brisk().0
    };
    let net = Net::start_with(rooms, sync).await;
    let board = BoardId::fresh();
    let mut ana = net.join(board).await;
    for n in 0..10 {
        ana.save(stage(&n.to_string())).await;
    }
    until("the compaction", || net.store.compactions.load(Ordering::SeqCst) == 1).await;
    for n in 10..13 {
        ana.save(stage(&n.to_string())).await;
    }
    let newcomer = net.join(board).await;
    assert_eq!(
        (newcomer.updates, newcomer.synced),
        (3, 1),
        "the snapshot, two updates, the last as SyncStep2"
    );
    assert_eq!(newcomer.board(), ana.board());
    let empty = net.join(BoardId::fresh()).await;
    assert_eq!((empty.updates, empty.synced), (0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn compaction_while_people_edit_keeps_everything() {
    let (_, sync) = brisk();
    let net = Net::start_with(
        RoomsConfig {
            compact_rows: 7,
            ..brisk().0
        },
        sync,
    )
    .await;
    let board = BoardId::fresh();
    let mut ana = net.join(board).await;
    let mut binh = net.join(board).await;
    for n in 0..60 {
        ana.save(stage(&format!("a{n}"))).await;
        binh.save(stage(&format!("b{n}"))).await;
    }
    ana.agrees_with(&mut binh).await;
    until("compactions", || net.store.compactions.load(Ordering::SeqCst) > 3).await;
    assert_eq!(net.stored(board).await, *ana.board());
    assert!(net.stored_rows(board).await < 60);
    let net = net.restarted().await;
    assert_eq!(net.join(board).await.board(), ana.board());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_room_to_which_somebody_came_back_is_not_compacted_under_them() {
    let (mut rooms, sync) = brisk();
    rooms.grace = Duration::from_secs(2);
    let net = Net::start_with(rooms, sync).await;
    let board = BoardId::fresh();
    let mut ana = net.join(board).await;
    ana.save(stage("kept")).await;
    drop(ana);
    until("Ana to be gone", || net.rooms.sockets() == 0).await;
    let _binh = net.join(board).await;
    // A room that is left later leaves memory: by then the time of the first is over, too.
    drop(net.join(BoardId::fresh()).await);
    until("the other room to leave", || net.rooms.open_boards() == 1).await;
    assert!(net.rooms.page(board).await.unwrap().is_some(), "it answers");
    assert_eq!(net.store.compactions.load(Ordering::SeqCst), 0);
    assert_eq!(net.stored_rows(board).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_board_of_many_authors_is_compacted() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let mut crowd = Vec::new();
    for n in 0..40 {
        let mut peer = net.join(board).await;
        peer.save(stage(&n.to_string())).await;
        crowd.push(peer);
    }
    assert_eq!(net.stored_rows(board).await, 40);
    drop(crowd);
    until("the room to leave", || net.rooms.open_boards() == 0).await;
    assert_eq!(net.stored_rows(board).await, 0);
    assert_eq!(net.join(board).await.board().stages.len(), 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_room_leaves_memory_and_comes_back() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let mut ana = net.join(board).await;
    ana.save(stage("kept")).await;
    assert_eq!(net.rooms.open_boards(), 1);
    drop(ana);
    until("the room to leave", || net.rooms.open_boards() == 0).await;
    assert_eq!(net.stored_rows(board).await, 0, "compacted on the way out");
    assert!(net.join(board).await.has_stage("kept"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_between_edits_loses_nothing() {
    let mut net = Net::start().await;
    let board = BoardId::fresh();
    let mut ana = net.join(board).await;
    let mut binh = net.join(board).await;
    for round in 0..4 {
        ana.save(stage(&format!("saved {round}"))).await;
        let (stopped, closes) = tokio::join!(net.restarted(), async { (ana.closed().await, binh.closed().await) });
        net = stopped;
        assert_eq!((closes.0.0, closes.1.0), (1012, 1012));
        // Both go on while the server is away.
        ana.doc.edit(stage(&format!("ana, offline {round}"))).unwrap();
        binh.doc.edit(stage(&format!("binh, offline {round}"))).unwrap();
        ana.rejoin(net.addr, board).await;
        binh.rejoin(net.addr, board).await;
        ana.agrees_with(&mut binh).await;
    }
    ana.until("all stages", |ana| ana.board().stages.len() == 12).await;
    assert_eq!(net.stored(board).await, *ana.board());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_is_rendered_from_the_rooms_board() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    assert!(net.rooms.page(board).await.unwrap().is_none());
    let mut ana = net.join(board).await;
    assert!(net.rooms.page(board).await.unwrap().is_none(), "opening writes nothing");
    ana.save(Edit::SetMap(MapField::Title("Quán cà phê".into()))).await;
    let page = net.rooms.page(board).await.unwrap().unwrap();
    assert_eq!((&*page.board, page.version), (ana.board(), 1));
    let again = net.rooms.page(board).await.unwrap().unwrap();
    assert!(std::sync::Arc::ptr_eq(&page.board, &again.board) && page.encoded.as_ptr() == again.encoded.as_ptr());
    ana.save(stage("new")).await;
    let next = net.rooms.page(board).await.unwrap().unwrap();
    assert_eq!((&*next.board, next.version), (ana.board(), 2));
    let decoded = model::doc::BoardDoc::open(server::env::ENV, &next.encoded).unwrap();
    assert_eq!(decoded.board(), ana.board());
    assert_eq!(
        *page.board.stages.keys().collect::<Vec<_>>(),
        [] as [&model::id::StageId; 0]
    );
    assert_ne!(*next.board, Board::default());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_follows_what_is_written() {
    use server::store::{Store, Whose};
    let net = Net::start().await;
    let board = BoardId::fresh();
    let mut ana = net.join(board).await;
    ana.save(Edit::SetMap(MapField::Title("Tiệm bánh".into()))).await;
    let cards = net
        .store
        .list(Whose::Everybody, Pile::Shelf, "banh", 10)
        .await
        .unwrap()
        .cards;
    assert_eq!(
        cards
            .iter()
            .map(|card| (card.id, card.summary.title.as_str()))
            .collect::<Vec<_>>(),
        [(board, "Tiệm bánh")]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_summary_that_was_left_behind_is_caught_up() {
    use server::store::{Digest, Store, Whose};
    let net = Net::start().await;
    let board = BoardId::fresh();
    let mut doc = model::doc::BoardDoc::new(server::env::ENV);
    let title = |title: &str| Edit::SetMap(MapField::Title(title.into()));
    let titles = async || -> Vec<String> {
        let listed = net.store.list(Whose::Everybody, Pile::Shelf, "", 10).await.unwrap();
        listed.cards.into_iter().map(|card| card.summary.title).collect()
    };
    // As a process leaves it that ends between an update and its summary.
    let update = doc.edit(title("Tiệm bánh")).unwrap().update;
    net.store
        .append(board, vec![update.into()], Digest::default())
        .await
        .unwrap();
    let changed = net
        .store
        .list(Whose::Everybody, Pile::Shelf, "", 10)
        .await
        .unwrap()
        .cards[0]
        .changed_at;
    assert_eq!(titles().await, [""]);

    // Somebody opens the map while the disk is full: tried, not stored, and not forgotten.
    net.store.full.store(true, Ordering::SeqCst);
    let _reader = net.join(board).await;
    until("the refused summary", || net.store.refusals.load(Ordering::SeqCst) > 0).await;
    assert_eq!(titles().await, [""]);
    net.store.full.store(false, Ordering::SeqCst);
    let deadline = std::time::Instant::now() + support::net::PATIENCE;
    while titles().await != ["Tiệm bánh"] {
        assert!(std::time::Instant::now() < deadline, "the summary was forgotten");
        tokio::task::yield_now().await;
    }
    let listed = net.store.list(Whose::Everybody, Pile::Shelf, "", 10).await.unwrap();
    assert_eq!(listed.cards[0].changed_at, changed, "nobody has changed the board");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn presence_comes_and_goes_with_its_socket() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let mut ana = net.join(board).await;
    let mut binh = net.join(board).await;
    ana.be(11, 1, Some(json!({"user": {"name": "Ana"}}))).await;
    binh.until("Ana", |binh| binh.presence.contains_key(&11)).await;
    ana.be(11, 2, Some(json!({"user": {"name": "Ana"}, "on": "x"}))).await;
    binh.until("where Ana is", |binh| binh.presence[&11]["on"] == "x").await;
    let mut chi = net.join(board).await;
    chi.until("who is here", |chi| chi.presence.contains_key(&11)).await;
    drop(ana);
    binh.until("Ana to be gone", |binh| binh.presence.is_empty()).await;
    chi.until("Ana to be gone", |chi| chi.presence.is_empty()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quiet_stock_client_hears_enough_not_to_reconnect() {
    let (rooms, mut sync) = brisk();
    sync.ping_every = Duration::from_millis(20);
    let net = Net::start_with(rooms, sync).await;
    let mut stock = Peer::dial(
        net.addr,
        BoardId::fresh(),
        Call {
            dialect: Dialect::Standard,
            ..Call::default()
        },
    )
    .await
    .unwrap();
    // y-websocket counts messages, not pings.
    stock
        .until("messages with nothing in them", |stock| {
            stock.pings > 5 && stock.heartbeats > 5
        })
        .await;
    assert!(stock.presence.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn syncing_again_and_again_is_answered() {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let mut ana = net.join(board).await;
    let mut binh = net.join(board).await;
    for n in 0..19 {
        ana.edit(stage(&n.to_string())).await;
        binh.ask().await;
    }
    ana.saved().await;
    binh.until("nineteen answers", |binh| binh.synced == 20).await;
    binh.agrees_with(&mut ana).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rooms_that_leave_give_their_memory_back() {
    let net = Net::start().await;
    let example = templates::seed(server::env::ENV, Template::Cafe, Lang::Vi, None)
        .unwrap()
        .encode();
    let mut rounds = Vec::new();
    for _ in 0..6 {
        let mut crowd = Vec::new();
        for _ in 0..20 {
            let mut peer = Peer::dial(net.addr, BoardId::fresh(), Call::default()).await.unwrap();
            peer.send(model::wire::Message::Update(&example)).await;
            peer.saved().await;
            crowd.push(peer);
        }
        drop(crowd);
        until("the rooms to leave", || net.rooms.open_boards() == 0).await;
        rounds.push(memory() / 1024);
    }
    println!("KiB after each round of 20 boards: {rounds:?}");
    // The allocator keeps what the first rounds took, and the later ones use most of it again, sooner or later: rooms
    // that stayed would add about 10 MiB with every round.
    let grown = rounds[2..].windows(2).map(|two| two[1].saturating_sub(two[0]));
    assert!(grown.min() < Some(5 * 1024), "{rounds:?}");
}
