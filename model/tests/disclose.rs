//! What a link shows: SPEC A1–A9.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "scene/marked.rs"]
mod marked;
mod scene;

use std::collections::BTreeSet;

use marked::{BITS, Marked, marked};
use model::board::{LaneKind, NoteHome};
use model::disclose::{Disclosed, Disclosure, Sight, disclose};
use model::edit::Entity;
use model::id::{LaneId, RoundId};
use model::items::{Item, Round};
use proptest::prelude::*;

/// Every letter of what is disclosed.
fn written(shown: &Disclosed) -> String {
    format!("{} {shown:?}", serde_json::to_string(&shown.board).unwrap())
}

fn all(scene: &Marked) -> Disclosure {
    scene.disclosure(u32::MAX)
}

/// What is told under a disclosure is what may be told, and all of it.
fn checks_out(scene: &Marked, wanted: &Disclosure) {
    let told = written(&disclose(&scene.board, wanted));
    for (text, may) in &scene.texts {
        assert_eq!(told.contains(text.as_str()), may(wanted), "{text} under {wanted:?}");
    }
    for id in &scene.people {
        assert!(!told.contains(id.as_str()), "a person under {wanted:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a1_what_is_hidden_is_absent_whatever_is_disclosed(bits in 0_u32..1 << BITS) {
        let scene = marked();
        checks_out(&scene, &scene.disclosure(bits));
    }
}

#[test]
fn a1_nothing_is_disclosed_by_saying_nothing() {
    let scene = marked();
    let shown = disclose(&scene.board, &Disclosure::default());
    assert!(shown.sights.is_empty() && shown.means.is_empty());
    assert!(shown.board.touchpoints.is_empty() && shown.board.lanes.is_empty() && shown.board.items.is_empty());
    checks_out(&scene, &Disclosure::default());
    checks_out(&scene, &all(&scene));
}

#[test]
fn a2_a_lane_that_is_added_later_is_not_disclosed() {
    let mut scene = marked();
    let wanted = all(&scene);
    let mut later = scene
        .board
        .lanes
        .values()
        .find(|lane| lane.kind == LaneKind::Goals)
        .unwrap()
        .clone();
    later.id = LaneId::fresh();
    later.name = "later".to_owned();
    let mut note = scene.board.notes.values().next().unwrap().clone();
    note.id = model::id::NoteId::fresh();
    note.text = "of-later".to_owned();
    let stage = scene
        .board
        .stages
        .values()
        .find(|stage| !stage.hidden && stage.trashed.is_none())
        .unwrap()
        .id;
    note.home = NoteHome::Cell { lane: later.id, stage };
    note.trashed = None;
    scene.board.lanes.insert(later.id, later);
    scene.board.notes.insert(note.id, note);
    assert!(!written(&disclose(&scene.board, &wanted)).contains("later"));
}

#[test]
fn a3_views_of_touchpoints_are_shown_with_their_lane_only() {
    let scene = marked();
    let mut wanted = all(&scene);
    assert_eq!(disclose(&scene.board, &wanted).sights, Sight::ALL);
    wanted.ratings = false;
    let without_matrix = [Sight::Map, Sight::Wheel, Sight::Loop, Sight::Insights];
    assert_eq!(disclose(&scene.board, &wanted).sights, without_matrix);
    wanted.ratings = true;
    let cards = scene
        .lanes
        .iter()
        .find(|(kind, _)| *kind == LaneKind::Touchpoints)
        .unwrap()
        .1;
    wanted.lanes.remove(&cards);
    let shown = disclose(&scene.board, &wanted);
    assert_eq!(shown.sights, [Sight::Map]);
    // The curve still has its points.
    assert!(
        shown
            .board
            .touchpoints
            .values()
            .all(|card| card.name.is_empty() && !card.emotion.is_empty())
    );
    assert!(!shown.board.touchpoints.is_empty() && shown.means.is_empty());
}

#[test]
fn a4_ratings_are_means_and_an_open_round_has_none() {
    let mut scene = marked();
    let wanted = all(&scene);
    let shown = disclose(&scene.board, &wanted);
    assert_eq!(shown.means.len(), 2);
    assert!(
        shown
            .means
            .values()
            .all(|it| (it.importance, it.performance) == (Some(4.5), Some(2.0)))
    );
    assert_eq!(shown.priorities.ranked.len(), 2);
    let id = RoundId::fresh();
    let opened = model::board::Mark { at: 1, by: None };
    let round = Round {
        id,
        opened,
        revealed: None,
        trashed: None,
    };
    scene.board.items.insert(Entity::Round(id), Item::Round(round));
    let shown = disclose(&scene.board, &wanted);
    assert!(shown.means.is_empty() && shown.priorities.ranked.is_empty());
    assert!(!shown.board.items.contains_key(&Entity::Round(id)));
}

#[test]
fn a5_the_loop_keeps_its_count_of_attempts() {
    let mut scene = marked();
    let wanted = all(&scene);
    let ids: Vec<_> = scene.board.all_improvements().map(|it| it.id).collect();
    // Its predecessor is in the trash.
    if let Some(Item::Improvement(it)) = scene.board.items.get_mut(&Entity::Improvement(ids[0])) {
        it.previous = Some(ids[2]);
    }
    let shown = disclose(&scene.board, &wanted);
    assert_eq!(shown.attempts.iter().collect::<Vec<_>>(), [(&ids[0], &2)]);
    assert_eq!(shown.board.improvement(ids[0]).unwrap().previous, None);
    assert!(shown.accepted.contains(&ids[0]));
    let metric = shown.board.improvement(ids[0]).unwrap().metric.unwrap();
    let metric = shown.board.metric(metric).unwrap();
    assert_eq!((metric.values.len(), metric.target, metric.baseline), (1, None, None));
}

#[test]
fn a6_a_disclosure_reads_back_and_a_short_one_hides_the_rest() {
    let scene = marked();
    let wanted = all(&scene);
    let json = serde_json::to_string(&wanted).unwrap();
    assert_eq!(serde_json::from_str::<Disclosure>(&json).unwrap(), wanted);
    let short: Disclosure = serde_json::from_str("{\"sights\":[\"map\"]}").unwrap();
    assert_eq!(short.sights, BTreeSet::from([Sight::Map]));
    assert!(short.lanes.is_empty() && !short.comments && !short.ratings);
}

#[test]
fn a7_a_new_link_shows_the_lanes_that_can_be_seen() {
    let scene = marked();
    let usual = Disclosure::usual(&scene.board);
    assert_eq!(usual.lanes, scene.lanes.iter().map(|(_, id)| *id).collect());
    assert!(usual.ratings && !usual.comments && !usual.sights.contains(&Sight::Loop));
    checks_out(&scene, &usual);
}

#[test]
fn a9_what_a_guest_wrote_is_taken_back_by_whoever_edits_and_changed_by_nobody() {
    use model::edit::{Edit, EditError};
    use model::id::{CommentId, PersonId};
    use scene::{Scene, editor, env};
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let id = CommentId::fresh();
    // As the server writes it: with a name, and nobody's.
    doc.does(Edit::AddComment {
        id,
        on: model::items::Anchor::Stage(stage),
        name: "Mai".to_owned(),
        text: "Chờ lâu".to_owned(),
    });
    let entity = Entity::Comment(id);
    assert_eq!(
        doc.edit(Edit::Trash(entity)).unwrap_err(),
        EditError::NotYours(entity),
        "a guest edits nothing"
    );
    let open = |doc: &model::doc::BoardDoc| {
        let doc = model::doc::BoardDoc::open(env(), &doc.encode()).unwrap();
        doc.with_undo().with_author(PersonId::fresh())
    };
    let mut team = open(&doc);
    let changed = team.edit(Edit::EditComment(id, "khác".to_owned()));
    assert_eq!(changed.unwrap_err(), EditError::NotYours(entity));
    team.does(Edit::Trash(entity));
    assert!(team.board().comment(id).unwrap().trashed.is_some());
    team.does(Edit::Restore(entity));
    assert!(team.board().comment(id).unwrap().trashed.is_none());
}
