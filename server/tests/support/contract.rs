//! What every [`Store`] must do. Each function is one rule; `for_every_rule!` makes each a test of its own.

use std::collections::BTreeSet;

use model::{
    access::Role,
    disclose::{Disclosure, Sight},
    id::{BoardId, LaneId},
    share::Terms,
    teams::{Home, Pile},
};
use server::store::{Digest, Link, Links, NewLink, Store, StoreError, Stored, Whose};

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
            a_link_is_found_by_its_token_and_nothing_else,
            a_link_needs_a_board,
            a_link_changes_on_its_own_board_only,
            a_renewed_link_has_one_address,
            a_link_is_revoked_once_and_never_changes_again,
            a_link_counts_how_often_it_was_opened,
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

fn new_link(board: BoardId, token: u8) -> NewLink {
    NewLink {
        token: [token; 32],
        board,
        terms: Terms {
            label: "Cho Hiên".to_owned(),
            role: Role::Commenter,
            expires_at: Some(1_900_000_000_000),
            disclosure: Disclosure {
                sights: BTreeSet::from([Sight::Map, Sight::Loop]),
                lanes: BTreeSet::from([LaneId::fresh()]),
                comments: true,
                ratings: false,
            },
            embeds: vec!["https://hien.example".to_owned(), "http://localhost:8080".to_owned()],
        },
        password: Some("a hash".to_owned()),
    }
}

/// A store with a board, and a link of it.
async fn linked(store: &(impl Store + Links)) -> (BoardId, i64, NewLink) {
    let board = BoardId::fresh();
    store
        .create(board, Home::Nobody, update("seed"), summary("").into())
        .await
        .unwrap();
    let link = new_link(board, 1);
    let id = store.add_link(link.clone()).await.unwrap().expect("there is a board");
    (board, id, link)
}

async fn only(store: &impl Links, board: BoardId) -> Link {
    let mut all = store.links(board).await.unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

pub async fn a_link_is_found_by_its_token_and_nothing_else(store: &(impl Store + Links)) {
    let (board, id, made) = linked(store).await;
    let found = store.link([1; 32]).await.unwrap().expect("it is there");
    assert_eq!(
        (found.board, found.line.id, &found.line.terms),
        (board, id, &made.terms)
    );
    assert_eq!(
        (found.password.as_deref(), found.line.has_password),
        (Some("a hash"), true)
    );
    assert!(found.line.created_at > 0 && found.line.revoked_at.is_none() && found.line.used_at.is_none());
    assert_eq!(store.link([2; 32]).await.unwrap(), None);
    assert_eq!(only(store, board).await, found);
    let newer = NewLink {
        password: None,
        ..new_link(board, 2)
    };
    let newer = store.add_link(newer).await.unwrap();
    let ids: Vec<_> = store
        .links(board)
        .await
        .unwrap()
        .iter()
        .map(|link| link.line.id)
        .collect();
    assert_eq!(ids, [newer.unwrap(), id], "newest first");
}

pub async fn a_link_needs_a_board(store: &(impl Store + Links)) {
    let nowhere = BoardId::fresh();
    assert_eq!(store.add_link(new_link(nowhere, 1)).await.unwrap(), None);
    assert_eq!(store.link([1; 32]).await.unwrap(), None);
    assert!(store.links(nowhere).await.unwrap().is_empty());
}

pub async fn a_link_changes_on_its_own_board_only(store: &(impl Store + Links)) {
    let (board, id, made) = linked(store).await;
    let terms = Terms {
        label: String::new(),
        role: Role::Viewer,
        expires_at: None,
        embeds: Vec::new(),
        ..made.terms.clone()
    };
    let elsewhere = BoardId::fresh();
    assert!(
        !store
            .change_link(elsewhere, id, terms.clone(), Some(None))
            .await
            .unwrap()
    );
    assert_eq!(only(store, board).await.line.terms, made.terms);
    assert!(store.change_link(board, id, terms.clone(), None).await.unwrap());
    let changed = only(store, board).await;
    assert_eq!(
        (&changed.line.terms, changed.password.as_deref()),
        (&terms, Some("a hash"))
    );
    let other = Some(Some("another".to_owned()));
    assert!(store.change_link(board, id, terms.clone(), other).await.unwrap());
    assert_eq!(only(store, board).await.password.as_deref(), Some("another"));
    assert!(store.change_link(board, id, terms, Some(None)).await.unwrap());
    assert_eq!(only(store, board).await.password, None);
}

pub async fn a_renewed_link_has_one_address(store: &(impl Store + Links)) {
    let (board, id, _) = linked(store).await;
    assert!(!store.renew_link(BoardId::fresh(), id, [9; 32]).await.unwrap());
    assert!(store.renew_link(board, id, [9; 32]).await.unwrap());
    assert_eq!(store.link([1; 32]).await.unwrap(), None);
    assert_eq!(store.link([9; 32]).await.unwrap().map(|link| link.line.id), Some(id));
}

pub async fn a_link_is_revoked_once_and_never_changes_again(store: &(impl Store + Links)) {
    let (board, id, made) = linked(store).await;
    assert!(!store.revoke_link(BoardId::fresh(), id).await.unwrap());
    assert!(store.revoke_link(board, id).await.unwrap());
    let revoked = only(store, board).await.line.revoked_at;
    assert!(revoked.is_some());
    next_millisecond().await;
    assert!(store.revoke_link(board, id).await.unwrap());
    assert_eq!(only(store, board).await.line.revoked_at, revoked);
    assert!(!store.change_link(board, id, made.terms, None).await.unwrap());
    assert!(!store.renew_link(board, id, [9; 32]).await.unwrap());
    assert!(
        store.link([1; 32]).await.unwrap().is_some(),
        "whoever asks is told that it is revoked"
    );
}

pub async fn a_link_counts_how_often_it_was_opened(store: &(impl Store + Links)) {
    let (board, id, _) = linked(store).await;
    store.links_used(vec![(id, 2), (id + 100, 1)]).await.unwrap();
    store.links_used(vec![(id, 1)]).await.unwrap();
    store.links_used(Vec::new()).await.unwrap();
    let line = only(store, board).await.line;
    assert_eq!(line.uses, 3);
    assert!(line.used_at.is_some_and(|at| at >= line.created_at));
}

/// The list sorts by the server's clock in milliseconds.
async fn next_millisecond() {
    let now = server::env::now_ms();
    while server::env::now_ms() <= now {
        tokio::task::yield_now().await;
    }
}
