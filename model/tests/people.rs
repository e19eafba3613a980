//! What people are called: SPEC E38, R14, S10.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod scene;

use std::collections::HashMap;
use std::sync::Arc;

use model::doc::{BoardDoc, Change, Touched};
use model::edit::{At, Edit, Entity};
use model::id::{CommentId, PersonId};
use model::items::Anchor;
use model::limits::{DOCUMENT_MAX, PERSON_NAME_MAX};
use model::people::Person;
use scene::{Scene, another, editor, env, reopened, replica, sync, titled, trash};
use uuid::Uuid;
use yrs::{Any, Doc, In, Map, MapPrelim, Number, ReadTxn, StateVector, Text, Transact};

fn who(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

fn called(doc: &BoardDoc, n: u128) -> Option<&str> {
    doc.board().called(who(n))
}

/// The change of a name and of nothing else.
fn names_only() -> Touched {
    Touched {
        people: true,
        facts: true,
        ..Touched::default()
    }
}

#[test]
fn e38_the_first_edit_introduces_its_author_and_undo_leaves_that() {
    let mut doc = editor();
    doc.sign(who(1), " Lan\u{301}\n Anh ", 3);
    let before = doc.encode();
    assert_eq!(doc.edit(Edit::Batch(Vec::new())).unwrap(), Change::default());
    assert_eq!((doc.encode(), called(&doc, 1)), (before, None), "to look on is no edit");

    let mut other = replica();
    let stage = doc.stage("Mua");
    doc.card(stage, "Thẻ");
    let lan = Person {
        name: "La\u{144}  Anh".into(),
        color: 3,
    };
    assert_eq!(doc.board().people, [(who(1), lan)].into());
    assert_eq!(doc.board(), &reopened(&doc));
    while doc.undo().is_some() {}
    assert!(doc.board().layout().stages.is_empty());
    assert_eq!(called(&doc, 1), Some("La\u{144}  Anh"));
    sync(&mut doc, &mut other);

    // What is known is not said again, by this page or the next.
    let clock = doc.clock_of(doc.client_id());
    titled(&mut doc, "Bản đồ");
    assert_eq!(doc.clock_of(doc.client_id()), clock + 1);
    let mut next = another(&doc);
    next.sign(who(1), "La\u{144}  Anh", 3);
    titled(&mut next, "Map");
    assert_eq!(next.clock_of(next.client_id()), 1);
}

#[test]
fn e38_the_update_of_an_edit_brings_the_name() {
    let mut doc = replica();
    doc.sign(who(1), "Lan", 1);
    let change = doc.does(Edit::SetMap(model::edit::MapField::Title("Bản đồ".into())));
    assert!(change.touched.people && change.touched.map && change.touched.entities.is_empty());
    let mut other = replica();
    assert_eq!(other.merge(&change.update).unwrap().touched, change.touched);
    assert_eq!(called(&other, 1), Some("Lan"));
}

#[test]
fn e38_a_name_that_is_chosen_or_given_up_is_told_at_once_and_is_no_step() {
    let mut doc = editor();
    doc.sign(who(1), "", 2);
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "Thẻ");
    trash(&mut doc, card);
    assert_eq!((called(&doc, 1), doc.board().people.len()), (None, 0));
    let mut other = another(&doc);

    doc.undo().unwrap();
    let change = doc.introduce(who(1), "Lan", 2);
    assert_eq!(change.touched, names_only());
    assert!(doc.can_redo(), "redo is as it was");
    sync(&mut doc, &mut other);
    assert_eq!(called(&other, 1), Some("Lan"));
    assert_eq!(doc.introduce(who(1), "Lan", 2), Change::default());
    // Another colour is news, too.
    assert_eq!(doc.introduce(who(1), "Lan", 4).touched, names_only());
    doc.redo().unwrap();
    assert!(doc.board().touchpoints[&card].trashed.is_some());

    assert_eq!(doc.introduce(who(1), " ", 4).touched, names_only());
    sync(&mut doc, &mut other);
    assert_eq!((called(&other, 1), other.board().people.len()), (None, 0));
    assert_eq!(doc.introduce(who(1), "", 4), Change::default());
    titled(&mut doc, "Bản đồ");
    assert_eq!(called(&doc, 1), None);
}

#[test]
fn e38_a_page_with_an_old_name_tells_it_once_and_no_more() {
    let mut old = editor();
    old.sign(who(1), "Lan", 1);
    titled(&mut old, "Bản đồ");
    let mut new = another(&old);
    new.introduce(who(1), "Ngọc Lan", 1);
    sync(&mut old, &mut new);
    titled(&mut old, "Map");
    assert_eq!(called(&old, 1), Some("Ngọc Lan"));
}

#[test]
fn e38_a_full_document_does_without_the_name() {
    let foreign = Doc::new();
    let filler = "x".repeat(DOCUMENT_MAX - 600);
    foreign
        .get_or_insert_map("filler")
        .insert(&mut foreign.transact_mut(), "x", filler);
    let mut doc = replica();
    titled(&mut doc, "Bản đồ");
    let stage = doc.stage("Mua");
    doc.merge(&foreign.transact().encode_diff_v1(&StateVector::default()))
        .unwrap();
    doc.sign(who(1), "Lan", 1);
    doc.does(Edit::Trash(Entity::Stage(stage)));
    assert_eq!(
        (called(&doc, 1), doc.board().stages[&stage].trashed.is_some()),
        (None, true)
    );
    assert_eq!(doc.introduce(who(1), "Lan", 1), Change::default());
}

#[test]
fn s10_two_people_are_both_named_and_one_person_on_two_devices_has_one_name() {
    let mut a = editor();
    titled(&mut a, "Bản đồ");
    let mut b = another(&a);
    a.introduce(who(1), "Lan", 1);
    b.introduce(who(2), "Minh", 2);
    sync(&mut a, &mut b);
    assert_eq!((called(&a, 1), called(&a, 2)), (Some("Lan"), Some("Minh")));

    a.introduce(who(1), "Lan ở quầy", 1);
    b.introduce(who(1), "Lan ở nhà", 3);
    sync(&mut a, &mut b);
    let lan = a.board().people[&who(1)].clone();
    let whole = [("Lan ở quầy", 1), ("Lan ở nhà", 3)];
    assert!(whole.contains(&(lan.name.as_str(), lan.color)), "{lan:?}");
    assert_eq!(a.board(), &reopened(&b));

    // Giving up the name meets a new one: one of the two stands, on both sides.
    a.introduce(who(2), "", 1);
    b.introduce(who(2), "Minh Anh", 2);
    sync(&mut a, &mut b);
    assert!(matches!(called(&a, 2), None | Some("Minh Anh")));
}

#[test]
fn who_never_said_is_called_as_they_last_signed() {
    let mut doc = editor().with_author(who(1));
    let stage = doc.stage("Mua");
    for name in ["Lan", "Ngọc Lan", ""] {
        doc.does(Edit::AddComment {
            id: CommentId::fresh(),
            on: Anchor::Stage(stage),
            name: name.into(),
            text: "Chờ lâu".into(),
        });
    }
    assert_eq!((called(&doc, 1), called(&doc, 2)), (Some("Ngọc Lan"), None));
    doc.introduce(who(1), "Lan Anh", 1);
    assert_eq!(called(&doc, 1), Some("Lan Anh"));
}

#[test]
fn r14_foreign_people_are_read_as_far_as_they_go() {
    let any = |name: &str| Any::String(name.into());
    let record = |fields: &[(&str, Any)]| {
        let fields: HashMap<String, Any> = fields
            .iter()
            .map(|(key, value)| ((*key).into(), value.clone()))
            .collect();
        In::Any(Any::Map(Arc::new(fields)))
    };
    let number = |n| Any::Number(Number::Int(n));
    let foreign = Doc::new();
    let people = foreign.get_or_insert_map("people");
    {
        let mut txn = foreign.transact_mut();
        let mut put = |key: &str, value: In| people.insert(&mut txn, key, value);
        let lan = record(&[("name", any("Lan")), ("color", number(2)), ("age", number(30))]);
        put(&who(1).to_string(), lan.clone());
        put("Lan", lan.clone());
        put(&who(0xABC).to_string().to_uppercase(), lan);
        put(&who(2).to_string(), In::Any(any("Minh")));
        put(&who(3).to_string(), record(&[("name", number(3))]));
        put(&who(4).to_string(), record(&[("name", any(" "))]));
        put(&who(5).to_string(), MapPrelim::from([("name", "Minh")]).into());
        put(&who(6).to_string(), In::Any(Any::Null));
        let long = "ơ".repeat(PERSON_NAME_MAX + 1);
        put(
            &who(7).to_string(),
            record(&[("name", any(&long)), ("color", number(5))]),
        );
    }
    let update = foreign.transact().encode_diff_v1(&StateVector::default());
    let mut doc = BoardDoc::open(env(), &update).unwrap();
    let read: Vec<(PersonId, String, u8)> = doc
        .board()
        .people
        .iter()
        .map(|(id, person)| (*id, person.name.clone(), person.color))
        .collect();
    let expected = [(who(1), "Lan".to_owned(), 2), (who(7), "ơ".repeat(PERSON_NAME_MAX), 1)];
    assert_eq!(read, expected);
    // Whoever stands there unreadably can still be introduced.
    doc.introduce(who(5), "Minh", 3);
    assert_eq!(called(&doc, 5), Some("Minh"));

    // The root as a text is a map without entries.
    let foreign = Doc::new();
    foreign
        .get_or_insert_text("people")
        .insert(&mut foreign.transact_mut(), 0, "Lan");
    let update = foreign.transact().encode_diff_v1(&StateVector::default());
    let mut doc = BoardDoc::open(env(), &update).unwrap();
    assert!(doc.board().people.is_empty());
    doc.sign(who(1), "Lan", 1);
    doc.does(Edit::AddStage {
        id: model::id::StageId::fresh(),
        name: "Mua".into(),
        phase: model::board::Phase::Before,
        at: At::Last,
    });
    assert_eq!(called(&doc, 1), Some("Lan"));
}
