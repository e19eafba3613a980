//! FAULTS F17–F20, F26, F27 as far as the model has a part in them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod scene;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant};

use model::board::Board;
use model::doc::{BoardDoc, MergeError};
use model::edit::{Edit, EditError, Entity, MapField, Splice, TextField};
use model::limits::{NAME_MAX, TEXT_MAX};
use scene::{Scene, another, editor, env, reopened, replica, sync, titled};
use uuid::Uuid;
use yrs::{Any, Map, ReadTxn, Transact, WriteTxn};

#[test]
fn f17_an_update_that_lacks_its_past_changes_nothing() {
    let mut a = editor();
    let stage = a.stage("1");
    let first = a.does(Edit::SetMap(MapField::Title("một".into())));
    let second = a.does(Edit::SetMap(MapField::Title("hai".into())));
    let mut b = replica();
    let empty = b.encode();
    for update in [&first.update, &second.update] {
        assert_eq!(b.merge(update), Err(MergeError::Incomplete));
        assert_eq!(b.encode(), empty);
        assert_eq!(*b.board(), Board::default());
    }
    assert!(!b.is_spent());
    b.merge(&a.encode()).unwrap();
    assert!(b.board().stages.contains_key(&stage));
}

#[test]
fn f17_deleting_what_is_not_there_is_incomplete_too() {
    let mut doc = replica();
    // No blocks; one deletion of client 7, clock 0, length 1.
    assert_eq!(doc.merge(&[0, 1, 7, 1, 0, 1]), Err(MergeError::Incomplete));
    assert_eq!(doc.encode(), replica().encode());
}

#[test]
fn f20_a_map_entry_without_a_value_does_no_harm() {
    // Two blocks of client 9: formats of rich text as entries of `stages` and of `meta`. The scan refuses them;
    // were they let in, they would be read around.
    let mut update = vec![1, 2, 9, 0];
    for (root, key) in [("stages", "00000000-0000-0000-0000-000000000001"), ("meta", "title")] {
        update.extend([0x26, 1, u8::try_from(root.len()).unwrap()]);
        update.extend(root.bytes());
        update.push(u8::try_from(key.len()).unwrap());
        update.extend(key.bytes());
        update.extend([1, b'b', 4]);
        update.extend(b"true");
    }
    update.push(0);
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let _ = doc.merge(&update);
    titled(&mut doc, "Bản đồ");
    doc.undo().unwrap();
    doc.does(Edit::Trash(Entity::Stage(stage)));
    assert!(!doc.is_spent());
    assert_eq!(reopened(&doc), *doc.board());
    assert_eq!(doc.board().stages.len(), 1);
}

#[test]
fn f18_a_client_id_of_53_bits_comes_back_the_same() {
    // One block of client 2⁵³−1: `meta.title` is a string.
    let client = (1_u64 << 53) - 1;
    let mut update = vec![1, 1];
    let mut rest = client;
    while rest > 0x7f {
        update.push(u8::try_from(rest & 0x7f).unwrap() | 0x80);
        rest >>= 7;
    }
    update.push(u8::try_from(rest).unwrap());
    update.extend([0, 0x28, 1, 4]);
    update.extend(b"meta");
    update.push(5);
    update.extend(b"title");
    update.extend([1, 119, 4]);
    update.extend(b"53!?");
    update.push(0);
    let mut doc = replica();
    doc.merge(&update).unwrap();
    assert_eq!(doc.board().map.title, "53!?");
    assert_eq!(doc.clock_of(client), 1);
    assert_eq!(doc.encode(), update);
    let again = BoardDoc::open(env(), &doc.encode()).unwrap();
    assert_eq!(again.encode(), update);
}

#[test]
fn f18_own_client_ids_fit_into_53_bits() {
    for _ in 0..100 {
        assert!(replica().client_id() < 1 << 53);
    }
    assert!((0..100).any(|_| replica().client_id() >= 1 << 40));
}

#[test]
fn f19_two_tabs_on_one_draft_have_ids_of_their_own_and_both_edits_merge() {
    let mut first = editor();
    let stage = first.stage("Mua");
    let draft = first.encode();
    let mut one = BoardDoc::open(env(), &draft).unwrap().with_undo();
    let mut two = BoardDoc::open(env(), &draft).unwrap().with_undo();
    assert_ne!(one.client_id(), two.client_id());
    assert_ne!(one.client_id(), first.client_id());
    one.card(stage, "thẻ của một");
    two.card(stage, "thẻ của hai");
    sync(&mut one, &mut two);
    let mut names = one.cards(stage);
    names.sort();
    assert_eq!(names, ["thẻ của hai", "thẻ của một"]);
}

fn hash(board: &Board) -> u64 {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(board).unwrap().hash(&mut hasher);
    hasher.finish()
}

#[test]
fn f26_a_hundred_thousand_tombstones_open_fast_and_compaction_keeps_the_content() {
    let foreign = yrs::Doc::new();
    {
        let mut txn = foreign.transact_mut();
        let root = txn.get_or_insert_map("touchpoints");
        let place: Any = [
            ("stage", Any::from(Uuid::nil().to_string())),
            ("rank", Any::from("i000")),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into_iter()
        .collect::<HashMap<_, _>>()
        .into();
        for n in 0..5_000_u128 {
            let card = root.insert(&mut txn, Uuid::from_u128(n).to_string(), yrs::MapPrelim::default());
            card.insert(&mut txn, "place", place.clone());
            // Overwritten in turns, so that no two tombstones are neighbours and can be told as one.
            for round in 0..8 {
                card.insert(&mut txn, "name", format!("Tên {round}"));
                card.insert(&mut txn, "nature", "human");
                card.insert(&mut txn, format!("importance/{}", Uuid::from_u128(n)), 5);
            }
        }
    }
    let deletions = foreign
        .transact()
        .snapshot()
        .delete_set
        .iter()
        .map(|(_, ranges)| ranges.iter().map(|range| range.end - range.start).sum::<u32>())
        .sum::<u32>();
    assert!(deletions >= 100_000, "{deletions}");
    let bytes = foreign.transact().encode_diff_v1(&yrs::StateVector::default());
    let doc = BoardDoc::open(env(), &bytes).unwrap();
    assert_eq!(doc.board().touchpoints.len(), 5_000);
    let start = Instant::now();
    let encoded = doc.encode();
    let opened = BoardDoc::open(env(), &encoded).unwrap();
    let took = start.elapsed();
    assert!(took < Duration::from_secs(2), "took {took:?}");
    assert_eq!(hash(opened.board()), hash(doc.board()));
    assert_eq!(hash(&reopened(&opened)), hash(doc.board()));
    assert_eq!(opened.encode().len(), encoded.len());
}

#[test]
fn f27_what_is_typed_is_stored_nfc() {
    let mut doc = editor();
    let stage = doc.stage("Giai d\u{323}oa\u{323}n");
    let card = doc.card(stage, "Đie\u{302}\u{309}m");
    doc.types(TextField::TouchpointNotes(card), 0, "đươ\u{300}ng");
    titled(&mut doc, "Ba\u{309}n đo\u{302}\u{300}");
    assert_eq!(doc.board().stages[&stage].name, "Giai ḍoạn");
    assert_eq!((doc.name(card).as_str(), doc.notes(card).as_str()), ("Điểm", "đường"));
    assert_eq!(doc.board().map.title, "Bản đồ");
}

#[test]
fn f27_offsets_count_utf_16_units() {
    let mut doc = editor();
    let stage = doc.stage("1");
    let card = doc.card(stage, "1");
    let field = TextField::TouchpointNotes(card);
    doc.types(field, 0, "đ😀ữ");
    doc.types(field, 3, "|");
    assert_eq!(doc.notes(card), "đ😀|ữ");
    doc.does(Edit::Type(
        field,
        Splice {
            at: 2,
            remove: 1,
            insert: String::new(),
        },
    ));
    assert_eq!(doc.notes(card), "đ|ữ");
    let mut other = another(&doc);
    other.types(field, 2, "x");
    sync(&mut doc, &mut other);
    assert_eq!(doc.notes(card), "đ|xữ");
}

#[test]
fn f12_names_and_texts_have_their_limits() {
    let mut doc = editor();
    let stage = doc.stage(&"ữ".repeat(NAME_MAX));
    let card = doc.card(stage, "1");
    let long = "x".repeat(NAME_MAX + 1);
    assert_eq!(
        doc.edit(Edit::RenameStage(stage, long)),
        Err(EditError::TooLong {
            len: NAME_MAX + 1,
            max: NAME_MAX
        })
    );
    let field = TextField::TouchpointNotes(card);
    doc.types(field, 0, &"ữ".repeat(TEXT_MAX));
    let one_more = Edit::Type(
        field,
        Splice {
            at: 5,
            remove: 0,
            insert: "y".into(),
        },
    );
    assert_eq!(
        doc.edit(one_more),
        Err(EditError::TooLong {
            len: TEXT_MAX + 1,
            max: TEXT_MAX
        })
    );
    doc.does(Edit::Type(
        field,
        Splice {
            at: 0,
            remove: 1,
            insert: "y".into(),
        },
    ));
}
