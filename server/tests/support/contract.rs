//! What every [`Store`] must do. Each function is one rule; `for_every_rule!` makes each a test of its own.

use model::{
    id::BoardId,
    teams::{Home, Pile},
};
use server::store::{Digest, Store, StoreError, Stored, Whose};

use super::scene::{load, summary, tail, titles, update, updates};

/// Runs every rule against a fresh store; `$open` makes something with a field `store`.
#[macro_export]
macro_rules! for_every_rule {
    ($open:path) => {
        $crate::for_every_rule!($open:
            an_unknown_board_is_none,
            a_created_board_is_its_snapshot,
            an_id_is_taken_once,
            an_append_creates_the_board,
            updates_keep_their_order_and_numbers,
            an_append_of_nothing_changes_no_number,
            a_summary_knows_how_far_it_goes,
            a_board_exists_from_its_first_write_on,
            boards_do_not_share_numbers,
            a_compaction_replaces_what_it_covers,
            an_older_compaction_changes_nothing,
            a_compaction_beyond_the_end_changes_nothing,
            a_compaction_of_nothing_known_changes_nothing,
            an_empty_update_is_kept,
            a_large_board_comes_back_whole,
            the_list_is_newest_change_first,
            the_list_carries_the_summary_without_its_search_text,
            the_list_keeps_to_its_limit_and_tells_how_many_there_are,
            the_search_wants_every_word_and_ignores_accents,
            the_search_takes_signs_as_they_are,
            a_board_without_a_summary_is_listed,
            a_writable_store_says_so,
            concurrent_appends_get_numbers_of_their_own,
            a_closed_store_refuses_writes_and_keeps_what_it_had,
        );
    };
    ($open:path: $($rule:ident),+ $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                let scene = $open().await;
                $crate::support::contract::$rule(&scene.store).await;
            }
        )+
    };
}

pub async fn an_unknown_board_is_none(store: &dyn Store) {
    assert_eq!(store.load(BoardId::fresh()).await.unwrap(), None);
}

pub async fn a_created_board_is_its_snapshot(store: &dyn Store) {
    let id = BoardId::fresh();
    store
        .create(id, Home::Nobody, update("seed"), summary("Quán cà phê").into())
        .await
        .unwrap();
    assert_eq!(
        load(store, id).await,
        Stored {
            snapshot: update("seed"),
            ..Stored::default()
        }
    );
    assert_eq!(titles(store, "").await, ["Quán cà phê"]);
}

pub async fn an_id_is_taken_once(store: &dyn Store) {
    let id = BoardId::fresh();
    store
        .create(id, Home::Nobody, update("first"), summary("first").into())
        .await
        .unwrap();
    let second = store
        .create(id, Home::Nobody, update("second"), summary("second").into())
        .await;
    assert!(matches!(second, Err(StoreError::Exists)), "{second:?}");
    assert_eq!(load(store, id).await.snapshot, "first");
    assert_eq!(titles(store, "").await, ["first"]);
}

pub async fn an_append_creates_the_board(store: &dyn Store) {
    let id = BoardId::fresh();
    assert_eq!(store.append(id, updates(["a"]), Digest::default()).await.unwrap(), 1);
    assert_eq!(
        load(store, id).await,
        Stored {
            tail: vec![(1, update("a"))],
            ..Stored::default()
        }
    );
}

pub async fn updates_keep_their_order_and_numbers(store: &dyn Store) {
    let id = BoardId::fresh();
    store
        .create(id, Home::Nobody, update("seed"), summary("").into())
        .await
        .unwrap();
    assert_eq!(
        store.append(id, updates(["a", "b"]), Digest::default()).await.unwrap(),
        2
    );
    assert_eq!(store.append(id, updates(["c"]), Digest::default()).await.unwrap(), 3);
    let stored = load(store, id).await;
    assert_eq!(tail(&stored), [(1, "a"), (2, "b"), (3, "c")]);
    assert_eq!(stored.last_seq(), 3);

    let many: Vec<_> = (4..=40).map(|seq: u64| update(&seq.to_string())).collect();
    assert_eq!(store.append(id, many, Digest::default()).await.unwrap(), 40);
    let stored = load(store, id).await;
    assert!(tail(&stored)[3..].iter().all(|(seq, text)| seq.to_string() == *text));
    assert_eq!(stored.tail.len(), 40);
}

pub async fn an_append_of_nothing_changes_no_number(store: &dyn Store) {
    let id = BoardId::fresh();
    assert_eq!(store.append(id, vec![], summary("empty").into()).await.unwrap(), 0);
    assert_eq!(load(store, id).await, Stored::default());
    assert_eq!(titles(store, "empty").await, ["empty"]);
    assert_eq!(store.append(id, updates(["a"]), Digest::default()).await.unwrap(), 1);
    assert_eq!(store.append(id, vec![], summary("renamed").into()).await.unwrap(), 1);
    assert_eq!(titles(store, "").await, ["renamed"]);
}

pub async fn a_summary_knows_how_far_it_goes(store: &dyn Store) {
    let id = BoardId::fresh();
    store
        .create(id, Home::Nobody, update("seed"), summary("one").into())
        .await
        .unwrap();
    assert_eq!(load(store, id).await.summarised, 0);
    store
        .append(id, updates(["a", "b"]), summary("two").into())
        .await
        .unwrap();
    assert_eq!(load(store, id).await.summarised, 2);
    store.append(id, updates(["c"]), Digest::default()).await.unwrap();
    store.compact(id, 3, update("abc")).await.unwrap();
    assert_eq!(load(store, id).await.summarised, 2, "of the third it knows nothing");
    store.append(id, vec![], summary("three").into()).await.unwrap();
    assert_eq!(load(store, id).await.summarised, 3);
}

pub async fn a_board_exists_from_its_first_write_on(store: &dyn Store) {
    let (created, appended) = (BoardId::fresh(), BoardId::fresh());
    assert!(!store.exists(created).await.unwrap());
    store
        .create(created, Home::Nobody, update("seed"), summary("").into())
        .await
        .unwrap();
    assert!(store.exists(created).await.unwrap());
    assert!(!store.exists(appended).await.unwrap());
    store.append(appended, updates(["a"]), Digest::default()).await.unwrap();
    assert!(store.exists(appended).await.unwrap());
}

pub async fn boards_do_not_share_numbers(store: &dyn Store) {
    let (one, two) = (BoardId::fresh(), BoardId::fresh());
    store
        .append(one, updates(["1a", "1b"]), Digest::default())
        .await
        .unwrap();
    assert_eq!(store.append(two, updates(["2a"]), Digest::default()).await.unwrap(), 1);
    assert_eq!(tail(&load(store, one).await), [(1, "1a"), (2, "1b")]);
    assert_eq!(tail(&load(store, two).await), [(1, "2a")]);
}

pub async fn a_compaction_replaces_what_it_covers(store: &dyn Store) {
    let id = BoardId::fresh();
    store
        .append(id, updates(["a", "b", "c"]), Digest::default())
        .await
        .unwrap();
    store.compact(id, 2, update("ab")).await.unwrap();
    let stored = load(store, id).await;
    assert_eq!((&stored.snapshot[..], stored.snapshot_seq), (&b"ab"[..], 2));
    assert_eq!(tail(&stored), [(3, "c")]);

    store.compact(id, 3, update("abc")).await.unwrap();
    let stored = load(store, id).await;
    assert_eq!(
        stored,
        Stored {
            snapshot: update("abc"),
            snapshot_seq: 3,
            ..Stored::default()
        }
    );
    assert_eq!(stored.last_seq(), 3);
    assert_eq!(store.append(id, updates(["d"]), Digest::default()).await.unwrap(), 4);
}

pub async fn an_older_compaction_changes_nothing(store: &dyn Store) {
    let id = BoardId::fresh();
    store
        .append(id, updates(["a", "b", "c"]), Digest::default())
        .await
        .unwrap();
    store.compact(id, 2, update("ab")).await.unwrap();
    store.compact(id, 1, update("a")).await.unwrap();
    store.compact(id, 2, update("other")).await.unwrap();
    let stored = load(store, id).await;
    assert_eq!((&stored.snapshot[..], stored.snapshot_seq), (&b"ab"[..], 2));
    assert_eq!(tail(&stored), [(3, "c")]);
}

pub async fn a_compaction_beyond_the_end_changes_nothing(store: &dyn Store) {
    let id = BoardId::fresh();
    store.append(id, updates(["a"]), Digest::default()).await.unwrap();
    store.compact(id, 2, update("never appended")).await.unwrap();
    assert_eq!(tail(&load(store, id).await), [(1, "a")]);
}

pub async fn a_compaction_of_nothing_known_changes_nothing(store: &dyn Store) {
    let id = BoardId::fresh();
    store.compact(id, 0, update("ghost")).await.unwrap();
    assert_eq!(store.load(id).await.unwrap(), None);
}

pub async fn an_empty_update_is_kept(store: &dyn Store) {
    let id = BoardId::fresh();
    store.append(id, updates(["", "b"]), Digest::default()).await.unwrap();
    assert_eq!(tail(&load(store, id).await), [(1, ""), (2, "b")]);
}

pub async fn a_large_board_comes_back_whole(store: &dyn Store) {
    let id = BoardId::fresh();
    let big: Vec<u8> = (0..3_000_000_u32).map(|at| (at % 251) as u8).collect();
    store
        .create(id, Home::Nobody, big.clone().into(), summary("big").into())
        .await
        .unwrap();
    store
        .append(id, vec![big.clone().into()], Digest::default())
        .await
        .unwrap();
    let stored = load(store, id).await;
    assert!(stored.snapshot == big);
    assert!(stored.tail[0].1 == big);
}

pub async fn the_list_is_newest_change_first(store: &dyn Store) {
    let (one, two) = (BoardId::fresh(), BoardId::fresh());
    store
        .create(one, Home::Nobody, update("1"), summary("one").into())
        .await
        .unwrap();
    next_millisecond().await;
    store
        .create(two, Home::Nobody, update("2"), summary("two").into())
        .await
        .unwrap();
    assert_eq!(titles(store, "").await, ["two", "one"]);
    next_millisecond().await;
    store.append(one, updates(["edit"]), Digest::default()).await.unwrap();
    assert_eq!(titles(store, "").await, ["one", "two"]);

    // Compacting is the server's business: nobody changed the board.
    next_millisecond().await;
    store.append(two, updates(["edit"]), Digest::default()).await.unwrap();
    next_millisecond().await;
    store.compact(one, 1, update("1 edit")).await.unwrap();
    store.append(one, vec![], summary("one").into()).await.unwrap();
    let list = store.list(Whose::Everybody, Pile::Shelf, "", 10).await.unwrap().cards;
    assert_eq!(list.iter().map(|card| card.id).collect::<Vec<_>>(), [two, one]);
    assert!(list[0].changed_at > list[1].changed_at);
}

pub async fn the_list_carries_the_summary_without_its_search_text(store: &dyn Store) {
    let full = model::summary::Summary {
        brand: "Nhà".to_owned(),
        curve: vec![Some(-2), None, Some(2)],
        touchpoints: 3,
        ..summary("Quán")
    };
    store
        .create(BoardId::fresh(), Home::Nobody, update("seed"), full.clone().into())
        .await
        .unwrap();
    let listed = store
        .list(Whose::Everybody, Pile::Shelf, "quan", 1)
        .await
        .unwrap()
        .cards
        .remove(0)
        .summary;
    assert_eq!(
        listed,
        model::summary::Summary {
            search: String::new(),
            ..full
        }
    );
}

pub async fn the_list_keeps_to_its_limit_and_tells_how_many_there_are(store: &dyn Store) {
    for number in 0..5 {
        let title = if number < 4 { "board" } else { "other" };
        store
            .create(BoardId::fresh(), Home::Nobody, update("seed"), summary(title).into())
            .await
            .unwrap();
    }
    for (query, limit, shown, total) in [
        ("", 3, 3, 5),
        ("", 9, 5, 5),
        ("board", 0, 0, 4),
        ("board", 2, 2, 4),
        ("none", 9, 0, 0),
    ] {
        let listed = store.list(Whose::Everybody, Pile::Shelf, query, limit).await.unwrap();
        assert_eq!((listed.cards.len(), listed.total), (shown, total), "{query:?}, {limit}");
    }
}

/// F27.
pub async fn the_search_wants_every_word_and_ignores_accents(store: &dyn Store) {
    for title in ["Điểm chạm của quán", "Con đường dài", "Diem den"] {
        store
            .create(BoardId::fresh(), Home::Nobody, update("seed"), summary(title).into())
            .await
            .unwrap();
        next_millisecond().await;
    }
    assert_eq!(titles(store, "diem").await, ["Diem den", "Điểm chạm của quán"]);
    assert_eq!(titles(store, "ĐIỂM quan").await, ["Điểm chạm của quán"]);
    assert_eq!(titles(store, "duong").await, ["Con đường dài"]);
    // The same word with its accents taken apart.
    assert_eq!(titles(store, "đu\u{31b}o\u{31b}\u{300}ng").await, ["Con đường dài"]);
    assert_eq!(titles(store, "  duong   con ").await, ["Con đường dài"]);
    assert_eq!(titles(store, "duong quan").await, [""; 0]);
}

pub async fn the_search_takes_signs_as_they_are(store: &dyn Store) {
    for title in ["100% sữa", "a_b", "back\\slash", "it's \"quoted\""] {
        store
            .create(BoardId::fresh(), Home::Nobody, update("seed"), summary(title).into())
            .await
            .unwrap();
    }
    assert_eq!(titles(store, "%").await, ["100% sữa"]);
    assert_eq!(titles(store, "_").await, ["a_b"]);
    assert_eq!(titles(store, "\\").await, ["back\\slash"]);
    assert_eq!(titles(store, "'s \"q").await, ["it's \"quoted\""]);
    assert_eq!(titles(store, "\u{0}").await, [""; 0]);
    assert_eq!(titles(store, &"x".repeat(100_000)).await, [""; 0]);
}

pub async fn a_board_without_a_summary_is_listed(store: &dyn Store) {
    let id = BoardId::fresh();
    store.append(id, updates(["a"]), Digest::default()).await.unwrap();
    assert_eq!(
        store.list(Whose::Everybody, Pile::Shelf, "", 10).await.unwrap().cards[0].id,
        id
    );
    assert_eq!(titles(store, "anything").await, [""; 0]);
}

pub async fn a_writable_store_says_so(store: &dyn Store) {
    store.probe().await.unwrap();
    store.probe().await.unwrap();
    assert_eq!(
        store
            .list(Whose::Everybody, Pile::Shelf, "", 10)
            .await
            .unwrap()
            .cards
            .len(),
        0
    );
}

pub async fn concurrent_appends_get_numbers_of_their_own(store: &dyn Store) {
    let id = BoardId::fresh();
    let texts: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    let appends = texts
        .iter()
        .map(|text| store.append(id, updates([text, text]), Digest::default()));
    let lasts: Vec<u64> = futures::future::try_join_all(appends).await.unwrap();
    let stored = load(store, id).await;
    assert_eq!(stored.tail.len(), 200);
    for (last, text) in lasts.into_iter().zip(&texts) {
        let at = usize::try_from(last).unwrap();
        assert_eq!(
            tail(&stored)[at - 2..at],
            [(last - 1, text.as_str()), (last, text.as_str())]
        );
    }
}

pub async fn a_closed_store_refuses_writes_and_keeps_what_it_had(store: &dyn Store) {
    let id = BoardId::fresh();
    // Asked for before the store is closed, answered after: stored all the same.
    let under_way = store.append(id, updates(["a"]), Digest::default());
    let (stored, ()) = futures::join!(under_way, store.close());
    assert_eq!(stored.unwrap(), 1);
    let late = store.append(id, updates(["b"]), Digest::default()).await;
    assert!(matches!(late, Err(StoreError::Unavailable(_))), "{late:?}");
    store.close().await;
}

/// The list sorts by the server's clock in milliseconds.
async fn next_millisecond() {
    let now = server::env::now_ms();
    while server::env::now_ms() <= now {
        tokio::task::yield_now().await;
    }
}
