//! What an edit does and what it refuses: SPEC E1–E17.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod scene;

use model::board::{Control, Directness, Emotion, LaneKind, MapState, Market, Nature, NoteHome, Phase, Score};
use model::doc::{BoardDoc, MergeError, Touched};
use model::edit::{At, Edit, EditError, Entity, MapField, Splice, TextField, TouchpointField};
use model::id::{ChannelId, LaneId, NoteId, PersonId, PersonaId, StageId, TouchpointId};
use model::limits::DOCUMENT_MAX;
use model::ratings::Criterion;
use scene::{Scene, at_time, editor, env, reopened, replica, titled, trash};
use yrs::{Map, ReadTxn, Transact};

fn refused(doc: &mut BoardDoc, edit: Edit) -> EditError {
    let before = (doc.encode(), doc.board().clone());
    let error = doc.edit(edit).unwrap_err();
    assert_eq!(
        (doc.encode(), doc.board().clone()),
        before,
        "a refused edit changes nothing"
    );
    error
}

fn add_card(id: TouchpointId, stage: StageId, name: &str) -> Edit {
    Edit::AddTouchpoint {
        id,
        name: name.into(),
        stage,
        at: At::Last,
    }
}

#[test]
fn e1_names_are_one_trimmed_line() {
    let mut doc = editor();
    let stage = doc.stage("  Mua\nhàng\t ");
    assert_eq!(doc.board().stages[&stage].name, "Mua hàng");
}

#[test]
fn e1_blank_names_are_refused_but_where_blank_means_something() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    assert_eq!(
        refused(&mut doc, Edit::RenameStage(stage, " \n".into())),
        EditError::Blank
    );
    assert_eq!(
        refused(&mut doc, Edit::SetMap(MapField::Title(String::new()))),
        EditError::Blank
    );
    assert_eq!(
        refused(&mut doc, add_card(TouchpointId::fresh(), stage, " ")),
        EditError::Blank
    );
    let nameless = Edit::AddLane {
        id: LaneId::fresh(),
        kind: LaneKind::Text,
        name: String::new(),
        at: At::Last,
    };
    assert_eq!(refused(&mut doc, nameless), EditError::Blank);
    let lane = doc.lane(LaneKind::Goals, "");
    doc.does(Edit::RenameLane(lane, "Mục tiêu".into()));
    doc.does(Edit::RenameLane(lane, " ".into()));
    assert_eq!(doc.board().lanes[&lane].name, "");
    doc.does(Edit::SetMap(MapField::Brand("Cà phê".into())));
    doc.does(Edit::SetMap(MapField::Brand(" ".into())));
    assert_eq!(doc.board().map.brand, "");
}

#[test]
fn e3_what_an_edit_speaks_of_must_be_there() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "Thẻ");
    let missing = |entity| EditError::Missing(entity);
    let (s, c, l, p, h, n) = (
        StageId::fresh(),
        TouchpointId::fresh(),
        LaneId::fresh(),
        PersonaId::fresh(),
        ChannelId::fresh(),
        NoteId::fresh(),
    );
    let home = NoteHome::Cell { lane: l, stage };
    for (edit, entity) in [
        (Edit::RenameStage(s, "x".into()), Entity::Stage(s)),
        (add_card(c, s, "x"), Entity::Stage(s)),
        (
            Edit::MoveTouchpoint {
                id: card,
                stage: s,
                at: At::First,
            },
            Entity::Stage(s),
        ),
        (
            Edit::MoveTouchpoint {
                id: c,
                stage,
                at: At::First,
            },
            Entity::Touchpoint(c),
        ),
        (
            Edit::SetTouchpoint(card, TouchpointField::Channel(Some(h))),
            Entity::Channel(h),
        ),
        (
            Edit::SetTouchpoint(card, TouchpointField::Persona(p, true)),
            Entity::Persona(p),
        ),
        (
            Edit::SetTouchpoint(card, TouchpointField::Emotion(Some(p), Some(Emotion::ALL[0]))),
            Entity::Persona(p),
        ),
        (Edit::MoveLane(l, At::First), Entity::Lane(l)),
        (
            Edit::AddNote {
                id: n,
                home,
                text: "x".into(),
                at: At::Last,
            },
            Entity::Lane(l),
        ),
        (
            Edit::MoveNote {
                id: n,
                home: NoteHome::Pain(card),
                at: At::Last,
            },
            Entity::Note(n),
        ),
        (
            Edit::Type(
                TextField::Note(n),
                Splice {
                    at: 0,
                    remove: 0,
                    insert: "x".into(),
                },
            ),
            Entity::Note(n),
        ),
        (Edit::Trash(Entity::Persona(p)), Entity::Persona(p)),
        (Edit::Restore(Entity::Channel(h)), Entity::Channel(h)),
    ] {
        assert_eq!(refused(&mut doc, edit), missing(entity));
    }
    // Taking back what points to something gone is always possible.
    doc.does(Edit::SetTouchpoint(card, TouchpointField::Persona(p, false)));
    doc.does(Edit::SetTouchpoint(card, TouchpointField::Emotion(Some(p), None)));
}

#[test]
fn e4_an_id_is_added_once() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "Thẻ");
    assert_eq!(
        refused(&mut doc, add_card(card, stage, "x")),
        EditError::Taken(Entity::Touchpoint(card))
    );
    trash(&mut doc, card);
    assert_eq!(
        refused(&mut doc, add_card(card, stage, "x")),
        EditError::Taken(Entity::Touchpoint(card))
    );
    let id = TouchpointId::fresh();
    let twice = Edit::Batch(vec![add_card(id, stage, "x"), add_card(id, stage, "y")]);
    assert_eq!(refused(&mut doc, twice), EditError::Taken(Entity::Touchpoint(id)));
}

#[test]
fn e5_things_go_where_they_are_put() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let mut put = |name: &str, at| {
        let id = TouchpointId::fresh();
        doc.does(Edit::AddTouchpoint {
            id,
            name: name.into(),
            stage,
            at,
        });
        id
    };
    let b = put("b", At::Last);
    let d = put("d", At::Last);
    put("a", At::First);
    put("c", At::Before(d));
    put("b2", At::After(b));
    put("e", At::After(TouchpointId::fresh()));
    assert_eq!(doc.cards(stage), ["a", "b", "b2", "c", "d", "e"]);
    doc.does(Edit::MoveTouchpoint {
        id: b,
        stage,
        at: At::After(d),
    });
    assert_eq!(doc.cards(stage), ["a", "b2", "c", "d", "b", "e"]);
    let other = doc.stage("Sau");
    doc.does(Edit::MoveStage(other, At::Before(stage)));
    assert_eq!(doc.board().layout().stages, [other, stage]);
    doc.does(Edit::MoveStage(other, At::After(other)));
    assert_eq!(doc.board().layout().stages, [stage, other]);
}

#[test]
fn e5_every_kind_of_thing_can_be_moved() {
    let mut doc = editor();
    let (l1, l2) = (doc.lane(LaneKind::Goals, ""), doc.lane(LaneKind::Text, "Ghi chú"));
    doc.does(Edit::MoveLane(l2, At::First));
    let (p1, p2) = (doc.persona("An"), doc.persona("Bình"));
    doc.does(Edit::MovePersona(p1, At::Last));
    let (c1, c2) = (doc.channel("Zalo"), doc.channel("Cửa hàng"));
    doc.does(Edit::MoveChannel(c2, At::Before(c1)));
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "Thẻ");
    let (n1, n2) = (doc.pain(card, "1"), doc.pain(card, "2"));
    doc.does(Edit::MoveNote {
        id: n2,
        home: NoteHome::Pain(card),
        at: At::First,
    });
    let layout = doc.board().layout();
    assert_eq!(
        (layout.lanes, layout.personas, layout.channels),
        (vec![l2, l1], vec![p2, p1], vec![c2, c1])
    );
    assert_eq!(layout.notes[&NoteHome::Pain(card)], [n2, n1]);
    let cell = NoteHome::Cell { lane: l2, stage };
    doc.does(Edit::MoveNote {
        id: n1,
        home: cell,
        at: At::First,
    });
    assert_eq!(doc.board().layout().notes[&cell], [n1]);
    assert_eq!(reopened(&doc), *doc.board());
}

#[test]
fn e6_moving_to_where_it_is_changes_nothing() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let (a, b) = (doc.card(stage, "a"), doc.card(stage, "b"));
    for edit in [
        Edit::MoveTouchpoint {
            id: a,
            stage,
            at: At::First,
        },
        Edit::MoveTouchpoint {
            id: a,
            stage,
            at: At::Before(b),
        },
        Edit::MoveTouchpoint {
            id: b,
            stage,
            at: At::Last,
        },
        Edit::MoveStage(stage, At::First),
    ] {
        assert_eq!(doc.does(edit).update, [0; 0]);
    }
}

#[test]
fn e7_all_fields_of_a_touchpoint_are_set_and_taken_back() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "Thẻ");
    let (channel, persona, rater) = (doc.channel("Zalo"), doc.persona("An"), PersonId::fresh());
    let (score, good) = (Score::ALL[4], Emotion::ALL[4]);
    for field in [
        TouchpointField::Name("Tên".into()),
        TouchpointField::Channel(Some(channel)),
        TouchpointField::Nature(Some(Nature::Human)),
        TouchpointField::Directness(Some(Directness::Indirect)),
        TouchpointField::Control(Some(Control::Outside)),
        TouchpointField::Persona(persona, true),
        TouchpointField::Emotion(Some(persona), Some(good)),
        TouchpointField::Emotion(None, Some(Emotion::ALL[0])),
        TouchpointField::Importance(rater, Some(score)),
        TouchpointField::Performance(rater, Some(Score::ALL[0])),
    ] {
        let change = doc.does(Edit::SetTouchpoint(card, field));
        let entities = [Entity::Touchpoint(card)].into();
        assert_eq!(
            change.touched,
            Touched {
                map: false,
                people: false,
                entities,
                facts: true,
                layout: false
            }
        );
    }
    let read = doc.board().touchpoints[&card].clone();
    assert_eq!(
        (read.name.as_str(), read.channel, read.nature),
        ("Tên", Some(channel), Some(Nature::Human))
    );
    assert_eq!(
        (read.directness, read.control),
        (Some(Directness::Indirect), Some(Control::Outside))
    );
    assert_eq!(read.personas, [persona].into());
    assert_eq!(read.emotion, [(Some(persona), good), (None, Emotion::ALL[0])].into());
    assert_eq!(
        (read.importance, read.performance),
        ([(rater, score)].into(), [(rater, Score::ALL[0])].into())
    );
    assert_eq!(reopened(&doc), *doc.board());
    for field in [
        TouchpointField::Channel(None),
        TouchpointField::Nature(None),
        TouchpointField::Directness(None),
        TouchpointField::Control(None),
        TouchpointField::Persona(persona, false),
        TouchpointField::Emotion(Some(persona), None),
        TouchpointField::Emotion(None, None),
        TouchpointField::Importance(rater, None),
        TouchpointField::Performance(rater, None),
    ] {
        doc.does(Edit::SetTouchpoint(card, field));
    }
    let bare = &doc.board().touchpoints[&card];
    assert!(bare.channel.is_none() && bare.personas.is_empty() && bare.emotion.is_empty());
    assert!(bare.importance.is_empty() && bare.performance.is_empty());
}

#[test]
fn e7_ratings_are_kept_by_rater() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "Thẻ");
    for n in [1, 3, 5, 4] {
        let rating = TouchpointField::Importance(PersonId::fresh(), Score::try_from(n).ok());
        doc.does(Edit::SetTouchpoint(card, rating));
    }
    let ratings = doc.board().ratings_for(None);
    let card = &doc.board().touchpoints[&card];
    let mean = ratings.mean(card, Criterion::Importance).unwrap();
    assert_eq!((mean.mean, mean.spread, mean.raters), (3.25, 4.0, 4));
    assert_eq!(ratings.mean(card, Criterion::Performance), None);
}

#[test]
fn e8_the_trash_says_when_and_by_whom_newest_first() {
    let who = PersonId::fresh();
    let mut doc = editor().with_author(who);
    let stage = doc.stage("Mua");
    let (a, b) = (doc.card(stage, "a"), doc.card(stage, "b"));
    at_time(1_000);
    trash(&mut doc, a);
    at_time(1_800_000_000_000);
    trash(&mut doc, b);
    assert_eq!(doc.does(Edit::Trash(Entity::Touchpoint(b))).update, [0; 0]);
    let trash = doc.board().layout().trash;
    assert_eq!(
        trash.iter().map(|(entity, _)| *entity).collect::<Vec<_>>(),
        [b, a].map(Entity::Touchpoint)
    );
    assert_eq!((trash[0].1.at, trash[0].1.by), (1_800_000_000_000, Some(who)));
    assert!(doc.does(Edit::Restore(Entity::Touchpoint(a))).touched.layout);
    assert_eq!(doc.cards(stage), ["a"]);
    assert_eq!(reopened(&doc), *doc.board());
}

#[test]
fn e9_what_lies_in_the_trash_can_be_edited() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "Thẻ");
    trash(&mut doc, card);
    doc.rename(card, "Tên mới");
    doc.does(Edit::Trash(Entity::Stage(stage)));
    doc.card(stage, "vào cột đã xoá");
    doc.does(Edit::Restore(Entity::Stage(stage)));
    doc.does(Edit::Restore(Entity::Touchpoint(card)));
    assert_eq!(doc.cards(stage), ["Tên mới", "vào cột đã xoá"]);
}

#[test]
fn e10_a_stage_takes_its_cards_and_their_notes_along_and_brings_them_back() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let lane = doc.lane(LaneKind::Goals, "");
    let card = doc.card(stage, "Thẻ");
    let pain = doc.pain(card, "chậm");
    let cell = NoteId::fresh();
    let home = NoteHome::Cell { lane, stage };
    doc.does(Edit::AddNote {
        id: cell,
        home,
        text: "mục tiêu".into(),
        at: At::Last,
    });
    doc.does(Edit::Trash(Entity::Stage(stage)));
    let layout = doc.board().layout();
    assert!(layout.cards.is_empty() && layout.adrift.is_empty() && layout.notes.is_empty());
    assert_eq!(layout.trash.len(), 1);
    // A note restored while its card is out of sight stays out of sight.
    doc.does(Edit::Trash(Entity::Note(pain)));
    doc.does(Edit::Restore(Entity::Note(pain)));
    assert!(doc.board().layout().notes.is_empty());
    doc.does(Edit::Restore(Entity::Stage(stage)));
    let layout = doc.board().layout();
    assert_eq!(
        (layout.notes[&home].clone(), layout.notes[&NoteHome::Pain(card)].clone()),
        (vec![cell], vec![pain])
    );
    assert_eq!(doc.cards(stage), ["Thẻ"]);
}

#[test]
fn e11_a_batch_is_applied_whole_or_not_at_all() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "Thẻ");
    let half = Edit::Batch(vec![
        Edit::SetTouchpoint(card, TouchpointField::Name("Tên".into())),
        Edit::Batch(vec![Edit::Trash(Entity::Stage(StageId::fresh()))]),
    ]);
    assert!(matches!(refused(&mut doc, half), EditError::Missing(Entity::Stage(_))));
    let (new_stage, new_card, persona) = (StageId::fresh(), TouchpointId::fresh(), PersonaId::fresh());
    let change = doc.does(Edit::Batch(vec![
        Edit::SetMap(MapField::Title("một".into())),
        Edit::SetMap(MapField::Title("hai".into())),
        Edit::AddStage {
            id: new_stage,
            name: "Sau".into(),
            phase: Phase::After,
            at: At::Last,
        },
        Edit::AddPersona {
            id: persona,
            name: "An".into(),
            at: At::Last,
        },
        add_card(new_card, new_stage, "1"),
        Edit::SetTouchpoint(new_card, TouchpointField::Persona(persona, true)),
        Edit::MoveTouchpoint {
            id: card,
            stage: new_stage,
            at: At::Before(new_card),
        },
        Edit::Type(
            TextField::PersonaNeeds(persona),
            Splice {
                at: 0,
                remove: 0,
                insert: "nhanh".into(),
            },
        ),
        Edit::Type(
            TextField::PersonaNeeds(persona),
            Splice {
                at: 5,
                remove: 0,
                insert: " gọn".into(),
            },
        ),
    ]));
    assert_eq!(doc.cards(new_stage), ["Thẻ", "1"]);
    assert_eq!(doc.board().map.title, "hai");
    assert_eq!(doc.board().personas[&persona].needs, "nhanh gọn");
    assert!(change.touched.map && change.touched.layout);
    assert_eq!(reopened(&doc), *doc.board());
}

#[test]
fn e13_a_document_without_undo_edits_all_the_same() {
    let mut doc = replica();
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "Thẻ");
    doc.types(TextField::TouchpointNotes(card), 0, "ghi chú");
    assert_eq!((doc.can_undo(), doc.undo()), (false, None));
    assert_eq!(doc.text(TextField::TouchpointNotes(card)).as_deref(), Some("ghi chú"));
    assert_eq!(doc.text(TextField::TouchpointNotes(TouchpointId::fresh())), None);
    assert_eq!(reopened(&doc), *doc.board());
}

#[test]
fn e14_a_full_document_refuses_more_and_can_still_be_tidied() {
    let foreign = yrs::Doc::new();
    let filler = "x".repeat(DOCUMENT_MAX - 400_000);
    foreign
        .get_or_insert_map("filler")
        .insert(&mut foreign.transact_mut(), "x", filler);
    let mut doc = replica();
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "Thẻ");
    doc.merge(&foreign.transact().encode_diff_v1(&yrs::StateVector::default()))
        .unwrap();
    let note = || {
        let (id, home) = (NoteId::fresh(), NoteHome::Pain(card));
        Edit::AddNote {
            id,
            home,
            text: "x".repeat(20_000),
            at: At::Last,
        }
    };
    let mut added = 0;
    while doc.edit(note()).is_ok() {
        added += 1;
    }
    assert!((1..10).contains(&added), "{added}");
    assert_eq!(doc.edit(note()), Err(EditError::Full));
    trash(&mut doc, card);
    let more = yrs::Doc::new();
    more.get_or_insert_map("filler")
        .insert(&mut more.transact_mut(), "y", "y".repeat(400_000));
    let update = more.transact().encode_diff_v1(&yrs::StateVector::default());
    assert_eq!(doc.merge(&update), Err(MergeError::TooLarge));
    assert!(!doc.is_spent());
}

#[test]
fn e15_the_map_itself() {
    let mut doc = editor();
    assert_eq!(doc.board().map.schema, 0);
    titled(&mut doc, "Bản đồ");
    doc.does(Edit::SetMap(MapField::Market(Some(Market::B2c))));
    let change = doc.does(Edit::SetMap(MapField::State(Some(MapState::ToBe))));
    assert!(change.touched.map && !change.touched.layout && change.touched.entities.is_empty());
    let map = &doc.board().map;
    assert_eq!(
        (map.schema, map.market, map.state),
        (1, Some(Market::B2c), Some(MapState::ToBe))
    );
    doc.does(Edit::SetMap(MapField::Market(None)));
    assert_eq!(doc.board().map.market, None);
    // Undo goes back through the fields and leaves the schema standing.
    while doc.undo().is_some() {}
    assert_eq!((doc.board().map.title.as_str(), doc.board().map.schema), ("", 1));
}

#[test]
fn e16_a_change_says_what_it_touched_and_no_more() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "Thẻ");
    doc.card(stage, "Thẻ khác");
    let change = doc.does(Edit::Type(
        TextField::TouchpointNotes(card),
        Splice {
            at: 0,
            remove: 0,
            insert: "a".into(),
        },
    ));
    let entities = [Entity::Touchpoint(card)].into();
    assert_eq!(
        change.touched,
        Touched {
            map: false,
            people: false,
            entities,
            facts: false,
            layout: false
        }
    );
    let mut other = BoardDoc::open(env(), &doc.encode()).unwrap();
    let change = doc.does(Edit::MoveTouchpoint {
        id: card,
        stage,
        at: At::Last,
    });
    assert_eq!(other.merge(&change.update).unwrap().touched, change.touched);
    assert!(change.touched.layout);
    assert_eq!(other.merge(&change.update).unwrap(), model::doc::Change::default());
}

#[test]
fn e17_a_document_goes_from_thread_to_thread() {
    fn sent<T: Send>(value: T) -> T {
        value
    }
    let mut doc = sent(editor());
    let stage = doc.stage("Mua");
    let doc = std::thread::spawn(move || {
        doc.card(stage, "Thẻ");
        doc
    });
    assert_eq!(doc.join().unwrap().cards(stage), ["Thẻ"]);
}
