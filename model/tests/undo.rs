//! Undo and redo: SPEC E30–E37.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod scene;

use model::edit::{At, Edit, Entity, Splice, TextField, TouchpointField};
use model::id::TouchpointId;
use scene::{Scene, another, at_time, editor, reopened, replica, sync, titled, trash, wait};

#[test]
fn e30_undoing_an_add_moves_it_to_the_trash_and_redo_brings_it_back() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "Giỏ hàng");
    doc.undo().unwrap();
    assert_eq!(doc.cards(stage), [""; 0]);
    assert_eq!(doc.board().layout().trash[0].0, Entity::Touchpoint(card));
    doc.redo().unwrap();
    assert_eq!(doc.cards(stage), ["Giỏ hàng"]);
    assert_eq!(reopened(&doc), *doc.board());
}

#[test]
fn e30_what_others_wrote_into_a_card_outlives_the_undo_of_its_adding() {
    let mut a = editor();
    let stage = a.stage("Mua");
    let card = a.card(stage, "Giỏ hàng");
    let mut b = another(&a);
    b.types(TextField::TouchpointNotes(card), 0, "của B");
    sync(&mut a, &mut b);
    a.undo().unwrap();
    sync(&mut a, &mut b);
    b.does(Edit::Restore(Entity::Touchpoint(card)));
    assert_eq!(b.notes(card), "của B");
    assert_eq!(b.cards(stage), ["Giỏ hàng"]);
}

#[test]
fn e31_undo_leaves_a_later_edit_of_the_same_field_by_another_alone() {
    let mut a = editor();
    let stage = a.stage("Mua");
    let card = a.card(stage, "first");
    a.rename(card, "by A");
    let mut b = another(&a);
    b.rename(card, "by B");
    sync(&mut a, &mut b);
    a.undo();
    assert_eq!(a.name(card), "by B");
    sync(&mut a, &mut b);
    assert_eq!(b.name(card), "by B");
}

#[test]
fn e32_only_own_edits_are_undone() {
    let mut a = editor();
    titled(&mut a, "Bản đồ");
    let mut b = another(&a);
    assert!(!b.can_undo());
    assert_eq!(b.undo(), None);
    titled(&mut b, "Map");
    sync(&mut a, &mut b);
    b.undo().unwrap();
    assert_eq!(b.board().map.title, "Bản đồ");
}

#[test]
fn e33_typing_without_a_pause_in_one_field_is_one_step() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let (one, two) = (doc.card(stage, "1"), doc.card(stage, "2"));
    let field = TextField::TouchpointNotes;
    at_time(10_000);
    doc.types(field(one), 0, "a");
    wait(499);
    doc.types(field(one), 1, "b");
    wait(500);
    doc.types(field(one), 2, "c");
    doc.types(field(two), 0, "x");
    doc.undo().unwrap();
    assert_eq!((doc.notes(one).as_str(), doc.notes(two).as_str()), ("abc", ""));
    doc.undo().unwrap();
    assert_eq!(doc.notes(one), "ab");
    doc.undo().unwrap();
    assert_eq!(doc.notes(one), "");
    doc.redo().unwrap();
    assert_eq!(doc.notes(one), "ab");
    doc.types(field(one), 2, "d");
    doc.cut_undo();
    doc.types(field(one), 3, "e");
    doc.undo().unwrap();
    assert_eq!(doc.notes(one), "abd");
    assert!(!doc.can_redo() || doc.redo().is_some());
}

#[test]
fn e33_a_clock_that_goes_back_cuts_the_step() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "1");
    at_time(10_000);
    doc.types(TextField::TouchpointNotes(card), 0, "a");
    at_time(5_000);
    doc.types(TextField::TouchpointNotes(card), 1, "b");
    doc.undo().unwrap();
    assert_eq!(doc.notes(card), "a");
}

#[test]
fn e34_undo_of_trash_move_and_type() {
    let mut doc = editor();
    let (one, two) = (doc.stage("1"), doc.stage("2"));
    let card = doc.card(one, "Thẻ");
    trash(&mut doc, card);
    assert_eq!(doc.cards(one), [""; 0]);
    doc.undo().unwrap();
    assert_eq!(doc.cards(one), ["Thẻ"]);
    doc.does(Edit::MoveTouchpoint {
        id: card,
        stage: two,
        at: At::First,
    });
    assert_eq!(doc.cards(two), ["Thẻ"]);
    doc.undo().unwrap();
    assert_eq!((doc.cards(one), doc.cards(two)), (vec!["Thẻ".to_owned()], vec![]));
    doc.redo().unwrap();
    assert_eq!(doc.cards(two), ["Thẻ"]);
}

#[test]
fn e34_undo_of_typing_keeps_what_another_typed_between() {
    let mut a = editor();
    let stage = a.stage("Mua");
    let card = a.card(stage, "Thẻ");
    let field = TextField::TouchpointNotes(card);
    a.types(field, 0, "cà phê");
    let mut b = another(&a);
    b.types(field, 3, "sữa ");
    sync(&mut a, &mut b);
    assert_eq!(a.notes(card), "cà sữa phê");
    a.undo().unwrap();
    sync(&mut a, &mut b);
    assert_eq!(b.notes(card), "sữa ");
}

#[test]
fn e35_a_batch_is_one_step() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let id = TouchpointId::fresh();
    doc.does(Edit::Batch(vec![
        Edit::AddTouchpoint {
            id,
            name: "Thẻ".into(),
            stage,
            at: At::Last,
        },
        Edit::SetTouchpoint(id, TouchpointField::Name("Thẻ mới".into())),
        Edit::Type(
            TextField::TouchpointNotes(id),
            Splice {
                at: 0,
                remove: 0,
                insert: "ghi chú".into(),
            },
        ),
    ]));
    assert_eq!((doc.name(id).as_str(), doc.notes(id).as_str()), ("Thẻ mới", "ghi chú"));
    doc.undo().unwrap();
    assert_eq!(doc.cards(stage), [""; 0]);
    doc.redo().unwrap();
    assert_eq!(
        (doc.cards(stage), doc.notes(id).as_str()),
        (vec!["Thẻ mới".to_owned()], "ghi chú")
    );
}

#[test]
fn e36_every_change_says_the_same_in_its_update() {
    let mut doc = editor();
    let mut other = replica();
    let stage = StageOf::add(&mut doc, &mut other);
    let id = TouchpointId::fresh();
    for edit in [
        Edit::AddTouchpoint {
            id,
            name: "Thẻ".into(),
            stage,
            at: At::Last,
        },
        Edit::Type(
            TextField::TouchpointNotes(id),
            Splice {
                at: 0,
                remove: 0,
                insert: "a".into(),
            },
        ),
        Edit::Trash(Entity::Touchpoint(id)),
    ] {
        let change = doc.does(edit);
        other.merge(&change.update).unwrap();
        assert_eq!(doc.board(), other.board());
    }
    while let Some(change) = doc.undo() {
        other.merge(&change.update).unwrap();
        assert_eq!(doc.board(), other.board());
    }
    while let Some(change) = doc.redo() {
        other.merge(&change.update).unwrap();
        assert_eq!(doc.board(), other.board());
    }
}

struct StageOf;

impl StageOf {
    fn add(doc: &mut model::doc::BoardDoc, other: &mut model::doc::BoardDoc) -> model::id::StageId {
        let stage = doc.stage("Mua");
        other.merge(&doc.encode()).unwrap();
        stage
    }
}

#[test]
fn e37_an_edit_that_changes_nothing_is_no_step_and_no_update() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "Thẻ");
    doc.undo().unwrap();
    doc.redo().unwrap();
    doc.undo().unwrap();
    let change = doc.does(Edit::SetTouchpoint(card, TouchpointField::Name(" Thẻ ".into())));
    assert!(change.update.is_empty() && change.touched.is_empty());
    assert!(doc.can_redo());
}
