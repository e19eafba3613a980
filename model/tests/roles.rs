//! Roles (SPEC A…): what an edit needs, and what an update of somebody else may hold.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod scene;

use model::access::Role;
use model::board::Phase;
use model::doc::{BoardDoc, MergeError};
use model::edit::{At, Edit, EditError, Entity};
use model::id::{CommentId, PersonId, StageId};
use model::items::Anchor;

fn stage(name: &str) -> (StageId, Edit) {
    let id = StageId::fresh();
    let (name, phase, at) = (name.to_owned(), Phase::Before, At::Last);
    (id, Edit::AddStage { id, name, phase, at })
}

fn comment(stage: StageId, text: &str) -> (CommentId, Edit) {
    let id = CommentId::fresh();
    let (on, name, text) = (Anchor::Stage(stage), "Linh".to_owned(), text.to_owned());
    (id, Edit::AddComment { id, on, name, text })
}

/// A document with a stage, and its replica in the hands of somebody in that role.
fn shared(role: Role) -> (BoardDoc, BoardDoc, StageId) {
    let mut here = scene::replica();
    let (id, edit) = stage("Nhận biết");
    here.edit(edit).unwrap();
    let there = BoardDoc::open(scene::env(), &here.encode()).unwrap();
    let mut there = there.with_role(role);
    there.sign(PersonId::fresh(), "Linh", 1);
    (here, there, id)
}

#[test]
fn a20_an_edit_that_the_role_does_not_cover_is_refused() {
    for role in [Role::Viewer, Role::Commenter] {
        let (_, mut doc, id) = shared(role);
        let before = doc.encode();
        assert_eq!(doc.edit(stage("Mua").1), Err(EditError::NotAllowed), "{role:?}");
        assert_eq!(doc.edit(Edit::Trash(Entity::Stage(id))), Err(EditError::NotAllowed));
        let both = Edit::Batch(vec![comment(id, "?").1, stage("Mua").1]);
        assert_eq!(
            doc.edit(both),
            Err(EditError::NotAllowed),
            "a batch needs what its parts need"
        );
        assert_eq!(doc.encode(), before);
    }
    let (_, mut viewer, id) = shared(Role::Viewer);
    assert_eq!(viewer.edit(comment(id, "?").1), Err(EditError::NotAllowed));
    let (_, mut commenter, id) = shared(Role::Commenter);
    let (said, edit) = comment(id, "Chỗ này khó tìm");
    commenter.edit(edit).unwrap();
    commenter
        .edit(Edit::EditComment(said, "Khó tìm quá".to_owned()))
        .unwrap();
    commenter.edit(Edit::Resolve(said, true)).unwrap();
    commenter.edit(Edit::Trash(Entity::Comment(said))).unwrap();
}

#[test]
fn a21_an_update_is_merged_only_where_the_role_covers_all_of_it() {
    let (mut here, _, id) = shared(Role::Viewer);
    // A client of its own making asks nobody what it may do.
    let mut there = BoardDoc::open(scene::env(), &here.encode()).unwrap();
    there.sign(PersonId::fresh(), "Linh", 1);
    let known = here.state_vector();
    there.edit(comment(id, "Chỗ này khó tìm").1).unwrap();
    let talk = there.encode_since(&known).unwrap();
    assert_eq!(here.merge_as(Role::Viewer, &talk), Err(MergeError::NotAllowed));
    assert!(!here.is_spent() && here.board().items.is_empty());
    let change = here.merge_as(Role::Commenter, &talk).unwrap();
    assert_eq!((change.touched.entities.len(), here.board().items.len()), (1, 1));
    assert!(here.board().people.values().any(|person| person.name == "Linh"));

    // Both at once is not half allowed.
    let known = here.state_vector();
    there.edit(comment(id, "Và đây nữa").1).unwrap();
    there.edit(stage("Mua").1).unwrap();
    let both = there.encode_since(&known).unwrap();
    let before = here.encode();
    assert_eq!(here.merge_as(Role::Commenter, &both), Err(MergeError::NotAllowed));
    assert_eq!((here.encode(), here.is_spent()), (before, false));
    here.merge_as(Role::Editor, &both).unwrap();
    assert_eq!(here.board(), there.board());
}

#[test]
fn a21_what_only_repeats_what_is_known_is_no_offence() {
    let (mut here, mut there, id) = shared(Role::Owner);
    // Something deleted for good, so that every full state carries deletions.
    there.edit(Edit::RenameStage(id, "Biết đến".to_owned())).unwrap();
    here.merge(&there.encode()).unwrap();
    for role in [Role::Viewer, Role::Commenter] {
        let change = here.merge_as(role, &there.encode()).unwrap();
        assert!(change.touched.is_empty() && !here.is_spent());
    }
}

#[test]
fn a21_a_deletion_is_no_way_around() {
    let (here, mut there, id) = shared(Role::Owner);
    there.edit(Edit::RenameStage(id, "Biết đến".to_owned())).unwrap();
    // The name that was, deleted by its clock and nothing put in its place: Yjs deletes by ids alone.
    let name = deletions(&there.encode());
    for role in [Role::Viewer, Role::Commenter] {
        let mut doc = BoardDoc::open(scene::env(), &here.encode()).unwrap();
        assert_eq!(doc.merge_as(role, &name), Err(MergeError::NotAllowed), "{role:?}");
        assert!(doc.is_spent(), "whoever has it opens it again");
    }
    let mut doc = BoardDoc::open(scene::env(), &here.encode()).unwrap();
    assert!(
        doc.merge_as(Role::Editor, &name)
            .unwrap()
            .touched
            .entities
            .contains(&Entity::Stage(id))
    );
}

/// An update that holds nothing but the deletions of another.
fn deletions(update: &[u8]) -> Vec<u8> {
    use yrs::updates::decoder::Decode as _;
    use yrs::updates::encoder::Encode as _;
    let update = yrs::Update::decode_v1(update).unwrap();
    let mut only = vec![0];
    only.extend(update.delete_set().encode_v1());
    only
}
