//! Reading is total: SPEC R1–R11, FAULTS F11, F15, F16, F20.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod scene;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use model::board::{Emotion, LaneKind, NoteHome, Phase, Rank, Score, Trashed};
use model::doc::BoardDoc;
use model::edit::{At, Edit, EditError, Entity, Splice, TextField};
use model::id::{LaneId, NoteId, PersonId, PersonaId, StageId, TouchpointId};
use model::limits::{NAME_MAX, TEXT_MAX};
use model::loops::{Step, VerdictKind};
use proptest::prelude::*;
use scene::{Scene, editor, env, reopened, replica};
use uuid::Uuid;
use yrs::updates::decoder::Decode;
use yrs::{
    Any, Array, ArrayPrelim, Doc, In, Map, MapPrelim, MapRef, Number, Options, ReadTxn, StateVector, Text, TextPrelim,
    Transact, Update, WriteTxn, XmlElementPrelim, XmlFragment, XmlTextPrelim,
};

/// A client that knows nothing of our schema.
struct Foreign(Doc);

impl Foreign {
    fn new() -> Self {
        Self(Doc::with_options(Options {
            offset_kind: yrs::OffsetKind::Utf16,
            ..Options::default()
        }))
    }

    fn put(&self, root: &str, key: &str, fields: impl IntoIterator<Item = (&'static str, In)>) {
        let root = self.0.get_or_insert_map(root);
        let mut txn = self.0.transact_mut();
        let map = root.insert(&mut txn, key, MapPrelim::default());
        for (key, value) in fields {
            map.insert(&mut txn, key, value);
        }
    }

    fn update(&self) -> Vec<u8> {
        self.0.transact().encode_diff_v1(&StateVector::default())
    }

    fn read(&self) -> BoardDoc {
        BoardDoc::open(env(), &self.update()).unwrap()
    }
}

fn text(text: &str) -> In {
    In::Any(Any::String(text.into()))
}

fn float(n: f64) -> In {
    In::Any(Any::Number(Number::Float(n)))
}

fn record<const N: usize>(fields: [(&str, Any); N]) -> In {
    let map: HashMap<String, Any> = fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    In::Any(Any::Map(Arc::new(map)))
}

fn word(text: &str) -> Any {
    Any::String(text.into())
}

fn id(n: u128) -> String {
    Uuid::from_u128(n).to_string()
}

#[test]
fn r1_an_empty_document_is_an_empty_board() {
    assert_eq!(*replica().board(), model::board::Board::default());
    assert_eq!(replica().merge(&[0, 0]).unwrap(), model::doc::Change::default());
}

#[test]
fn r2_a_key_that_is_no_canonical_id_is_skipped_and_kept() {
    let foreign = Foreign::new();
    foreign.put("stages", "not an id", [("name", text("x"))]);
    foreign.put("stages", &id(0xABC).to_uppercase(), [("name", text("x"))]);
    foreign.put("stages", &format!("{{{}}}", id(1)), [("name", text("x"))]);
    foreign.put("stages", &id(2), [("name", text("Mua"))]);
    let doc = foreign.read();
    assert_eq!(doc.board().stages.len(), 1);
    let stage = &doc.board().stages[&StageId(Uuid::from_u128(2))];
    assert_eq!(
        (stage.name.as_str(), stage.phase, &stage.rank),
        ("Mua", Phase::Before, &Rank::default())
    );
    assert!(doc.encode().len() >= foreign.update().len());
}

#[test]
fn r3_a_touchpoint_needs_a_place_a_note_a_home_and_a_lane_a_kind() {
    let foreign = Foreign::new();
    let stage = id(1);
    let place = |stage: &str| record([("stage", word(stage)), ("rank", word("i000"))]);
    foreign.put("touchpoints", &id(10), [("name", text("không chỗ"))]);
    foreign.put(
        "touchpoints",
        &id(11),
        [("name", text("chỗ lạ")), ("place", text("đây"))],
    );
    foreign.put("touchpoints", &id(12), [("place", place("không phải mã"))]);
    foreign.put("touchpoints", &id(13), [("place", place(&stage))]);
    foreign.put(
        "touchpoints",
        &id(14),
        [("place", record([("stage", word(&stage)), ("rank", Any::Null)]))],
    );
    foreign.put("lanes", &id(20), [("kind", text("lạ"))]);
    foreign.put("lanes", &id(21), [("kind", text("goals"))]);
    foreign.put("notes", &id(30), [("text", text("không nhà"))]);
    foreign.put("notes", &id(31), [("place", record([("lane", word(&id(21)))]))]);
    foreign.put(
        "notes",
        &id(32),
        [("place", record([("pain", word(&id(13)))])), ("text", text("chậm"))],
    );
    let doc = foreign.read();
    let board = doc.board();
    let cards: Vec<_> = board.touchpoints.keys().map(|id| id.0.as_u128()).collect();
    assert_eq!(cards, [13, 14]);
    assert_eq!(board.lanes[&LaneId(Uuid::from_u128(21))].kind, LaneKind::Goals);
    assert_eq!(board.lanes.len(), 1);
    let note = &board.notes[&NoteId(Uuid::from_u128(32))];
    assert_eq!(
        (note.home, note.text.as_str()),
        (NoteHome::Pain(TouchpointId(Uuid::from_u128(13))), "chậm")
    );
    assert_eq!(board.notes.len(), 1);
}

#[test]
fn r4_fields_that_do_not_fit_read_as_absent() {
    let foreign = Foreign::new();
    foreign.put(
        "touchpoints",
        &id(1),
        [
            ("place", record([("stage", word(&id(9)))])),
            ("name", float(7.0)),
            ("nature", text("thần kỳ")),
            ("channel", text("không phải mã")),
            ("control", In::Any(Any::Null)),
            ("directness", In::Map(MapPrelim::default())),
            ("notes", In::Array(ArrayPrelim::default())),
            ("persona/not-an-id", In::Any(Any::Bool(true))),
            ("importance/", float(3.0)),
            ("emotion/all", text("2")),
            ("của tương lai", text("giữ nguyên")),
        ],
    );
    let mut doc = foreign.read();
    let card_id = TouchpointId(Uuid::from_u128(1));
    let card = &doc.board().touchpoints[&card_id];
    assert_eq!((card.name.as_str(), card.notes.as_str()), ("", ""));
    assert!(card.nature.is_none() && card.channel.is_none() && card.control.is_none() && card.directness.is_none());
    assert!(card.personas.is_empty() && card.importance.is_empty() && card.emotion.is_empty());
    assert_eq!(doc.board().layout().adrift, [card_id]);
    // What was not understood survives our edits.
    doc.rename(card_id, "Tên");
    let bytes = doc.encode();
    assert!(
        bytes
            .windows("giữ nguyên".len())
            .any(|part| part == "giữ nguyên".as_bytes())
    );
}

#[test]
fn r5_numbers_read_however_they_were_written() {
    let foreign = Foreign::new();
    let who = |n| PersonId(Uuid::from_u128(n));
    let keys: Vec<&'static str> = (0..8)
        .map(|n| &*Box::leak(format!("importance/{}", who(n).0).into_boxed_str()))
        .collect();
    let persona: &'static str = Box::leak(format!("emotion/{}", id(50)).into_boxed_str());
    foreign.put(
        "touchpoints",
        &id(1),
        [
            ("place", record([("stage", word(&id(9)))])),
            (keys[0], float(4.0)),
            (keys[1], In::Any(Any::Number(Number::Int(5)))),
            (keys[2], float(4.5)),
            (keys[3], float(f64::NAN)),
            (keys[4], float(f64::INFINITY)),
            (keys[5], float(0.0)),
            (keys[6], float(6.0)),
            (keys[7], In::Any(Any::Number(Number::Int(i64::MIN)))),
            (persona, float(-2.0)),
            ("emotion/all", float(-0.0)),
        ],
    );
    let doc = foreign.read();
    let card = &doc.board().touchpoints[&TouchpointId(Uuid::from_u128(1))];
    let score = |n: i64| Score::try_from(n).unwrap();
    assert_eq!(card.importance, [(who(0), score(4)), (who(1), score(5))].into());
    let persona = PersonaId(Uuid::from_u128(50));
    assert_eq!(
        card.emotion,
        [(Some(persona), Emotion::ALL[0]), (None, Emotion::ALL[2])].into()
    );
}

#[test]
fn r6_whatever_stands_under_trashed_but_null_and_false_means_trashed() {
    let foreign = Foreign::new();
    let by = id(77);
    let cases: [(In, Option<Trashed>); 7] = [
        (In::Any(Any::Null), None),
        (In::Any(Any::Undefined), None),
        (In::Any(Any::Bool(false)), None),
        (In::Any(Any::Bool(true)), Some(Trashed { at: 0, by: None })),
        (text("x"), Some(Trashed { at: 0, by: None })),
        (
            record([
                ("at", Any::Number(Number::Float(1_700_000_000_000.0))),
                ("by", word(&by)),
            ]),
            Some(Trashed {
                at: 1_700_000_000_000,
                by: PersonId::parse(&by),
            }),
        ),
        (
            record([("at", Any::Number(Number::Float(-1.0))), ("by", word("ai"))]),
            Some(Trashed { at: 0, by: None }),
        ),
    ];
    for (n, (value, _)) in cases.iter().enumerate() {
        foreign.put("stages", &id(n as u128), [("trashed", value.clone())]);
    }
    let doc = foreign.read();
    for (n, (_, expected)) in cases.iter().enumerate() {
        assert_eq!(
            doc.board().stages[&StageId(Uuid::from_u128(n as u128))].trashed,
            *expected,
            "case {n}"
        );
    }
}

#[test]
fn r7_texts_are_read_up_to_their_limit_and_kept_whole() {
    let foreign = Foreign::new();
    foreign.put(
        "touchpoints",
        &id(1),
        [
            ("place", record([("stage", word(&id(9)))])),
            ("name", text(&"ữ".repeat(NAME_MAX + 5))),
            ("notes", In::Text(TextPrelim::new("😀".repeat(TEXT_MAX + 5)).into())),
        ],
    );
    let mut doc = foreign.read();
    let card = TouchpointId(Uuid::from_u128(1));
    assert_eq!(doc.name(card).chars().count(), NAME_MAX);
    assert_eq!(doc.notes(card).chars().count(), TEXT_MAX);
    let field = TextField::TouchpointNotes(card);
    let more = Edit::Type(
        field,
        Splice {
            at: 0,
            remove: 0,
            insert: "x".into(),
        },
    );
    assert_eq!(
        doc.edit(more),
        Err(EditError::TooLong {
            len: TEXT_MAX + 6,
            max: TEXT_MAX
        })
    );
    doc.does(Edit::Type(
        field,
        Splice {
            at: 0,
            remove: 2,
            insert: String::new(),
        },
    ));
}

#[test]
fn r8_a_plain_string_reads_as_running_text_and_becomes_one_when_typed_in() {
    let foreign = Foreign::new();
    foreign.put(
        "touchpoints",
        &id(1),
        [
            ("place", record([("stage", word(&id(9)))])),
            ("notes", text("ghi chú")),
            ("name", In::Text(TextPrelim::new("tên").into())),
        ],
    );
    let mut doc = foreign.read().with_undo();
    let card = TouchpointId(Uuid::from_u128(1));
    assert_eq!((doc.name(card).as_str(), doc.notes(card).as_str()), ("tên", "ghi chú"));
    doc.types(TextField::TouchpointNotes(card), 3, " nhớ");
    assert_eq!(doc.notes(card), "ghi nhớ chú");
    doc.undo().unwrap();
    assert_eq!(doc.notes(card), "ghi chú");
    assert_eq!(reopened(&doc), *doc.board());
}

#[test]
fn r8_embedded_things_in_a_text_do_not_shift_what_is_typed() {
    let foreign = Foreign::new();
    foreign.put(
        "touchpoints",
        &id(1),
        [
            ("place", record([("stage", word(&id(9)))])),
            ("notes", In::Text(TextPrelim::new("abcd").into())),
        ],
    );
    {
        let mut txn = foreign.0.transact_mut();
        let root = txn.get_or_insert_map("touchpoints");
        let map: MapRef = root.get(&txn, &id(1)).unwrap().cast().unwrap();
        let notes: yrs::TextRef = map.get(&txn, "notes").unwrap().cast().unwrap();
        notes.insert_embed(&mut txn, 2, Any::Bool(true));
        notes.insert_embed(&mut txn, 0, Any::Bool(true));
    }
    let mut doc = foreign.read();
    let card = TouchpointId(Uuid::from_u128(1));
    doc.types(TextField::TouchpointNotes(card), 3, "X");
    doc.types(TextField::TouchpointNotes(card), 0, "Y");
    assert_eq!(doc.notes(card), "YabcXd");
    doc.does(Edit::Type(
        TextField::TouchpointNotes(card),
        Splice {
            at: 1,
            remove: 2,
            insert: "Z".into(),
        },
    ));
    assert_eq!(doc.notes(card), "YZcXd");
}

#[test]
fn r9_foreign_ranks_are_an_order_and_inserting_among_them_works() {
    let foreign = Foreign::new();
    for (n, rank) in ["", "A", "a", "zzzz", "zzzz", "đ"].iter().enumerate() {
        foreign.put(
            "stages",
            &id(n as u128),
            [("name", text(rank)), ("place", record([("rank", word(rank))]))],
        );
    }
    let mut doc = foreign.read();
    let order = doc.board().layout().stages;
    assert_eq!(
        order.iter().map(|id| id.0.as_u128()).collect::<Vec<_>>(),
        [0, 1, 2, 3, 4, 5]
    );
    for at in 0..=6 {
        let before = doc.board().layout().stages;
        let fresh = StageId::fresh();
        let place = before.get(at).map_or(At::Last, |id| At::Before(*id));
        doc.does(Edit::AddStage {
            id: fresh,
            name: "mới".into(),
            phase: Phase::After,
            at: place,
        });
        let mut expected = before;
        expected.insert(at, fresh);
        assert_eq!(doc.board().layout().stages, expected);
    }
}

#[test]
fn r10_an_entity_replaced_under_its_key_is_noticed() {
    let foreign = Foreign::new();
    foreign.put("stages", &id(1), [("name", text("một"))]);
    let mut doc = foreign.read();
    let seen = doc.state_vector();
    foreign.put("stages", &id(1), [("name", text("hai"))]);
    foreign.put("stages", &id(2), [("name", text("ba"))]);
    let decoded = StateVector::decode_v1(&seen).unwrap();
    let change = doc.merge(&foreign.0.transact().encode_diff_v1(&decoded)).unwrap();
    let stage = |n| StageId(Uuid::from_u128(n));
    assert_eq!(doc.board().stages[&stage(1)].name, "hai");
    assert_eq!(
        change.touched.entities,
        [Entity::Stage(stage(1)), Entity::Stage(stage(2))].into()
    );
    let root = foreign.0.get_or_insert_map("stages");
    root.remove(&mut foreign.0.transact_mut(), &id(1));
    doc.merge(&foreign.update()).unwrap();
    assert!(!doc.board().stages.contains_key(&stage(1)) && doc.board().stages.contains_key(&stage(2)));
    // A field written into the replacement reaches the board.
    let mut txn = foreign.0.transact_mut();
    let map: MapRef = root.get(&txn, &id(2)).unwrap().cast().unwrap();
    map.insert(&mut txn, "name", "bốn");
    drop(txn);
    doc.merge(&foreign.update()).unwrap();
    assert_eq!(doc.board().stages[&stage(2)].name, "bốn");
}

#[test]
fn r10_a_foreign_thing_under_our_id_is_not_overwritten() {
    let foreign = Foreign::new();
    let root = foreign.0.get_or_insert_map("stages");
    root.insert(&mut foreign.0.transact_mut(), id(1), "không phải bản đồ con");
    let mut doc = foreign.read();
    let stage = StageId(Uuid::from_u128(1));
    let add = Edit::AddStage {
        id: stage,
        name: "x".into(),
        phase: Phase::Before,
        at: At::Last,
    };
    assert_eq!(doc.edit(add), Err(EditError::Taken(Entity::Stage(stage))));
}

#[test]
fn r12_links_that_run_and_numbers_off_their_scale_are_not_read() {
    let foreign = Foreign::new();
    let link = |n| &*Box::leak(format!("link/{}", id(n)).into_boxed_str());
    let to = |url: &str| record([("title", word("x")), ("url", word(url))]);
    foreign.put(
        "touchpoints",
        &id(1),
        [
            ("place", record([("stage", word(&id(9)))])),
            (link(2), to("javascript:alert(1)")),
            (link(4), to("https://a.b")),
            (link(3), to("MAILTO:a@b")),
            (link(5), text("https://a.b")),
            ("relevant", In::Any(Any::Bool(false))),
            ("endearing", text("yes")),
        ],
    );
    foreign.put(
        "metrics",
        &id(7),
        [
            ("place", record([("touchpoint", word(&id(1)))])),
            ("kind", text("nps")),
            ("target", float(101.0)),
            ("value/2026-01-31", float(-100.0)),
            ("value/2026-02-01", float(-100.5)),
            ("value/2026-02-30", float(1.0)),
            ("value/2026-02-02", float(f64::NAN)),
        ],
    );
    foreign.put("metrics", &id(8), [("kind", text("nps"))]);
    foreign.put("comments", &id(8), [("text", text("trên không"))]);
    foreign.put("reviews", &id(8), [("on", text("2026-02-30"))]);
    let doc = foreign.read();
    let card = &doc.board().touchpoints[&TouchpointId(Uuid::from_u128(1))];
    let urls: Vec<&str> = card.links.iter().map(|link| link.url.as_str()).collect();
    assert_eq!(
        (urls, card.quality),
        (vec!["MAILTO:a@b", "https://a.b"], [None, Some(false), None, None])
    );
    assert_eq!(doc.board().items.len(), 1);
    let metric = doc.board().metrics(None)[0];
    assert_eq!((metric.target, metric.values.len()), (None, 1));
    assert_eq!(reopened(&doc), *doc.board());
}

#[test]
fn r13_improvements_and_feedback_of_foreign_clients() {
    let foreign = Foreign::new();
    let card = || text(&id(50));
    foreign.put("improvements", &id(1), [("name", text("ohne Ort"))]);
    foreign.put(
        "improvements",
        &id(2),
        [("touchpoint", card()), ("verdict", record([("kind", word("won"))]))],
    );
    let place = record([("step", word("done")), ("rank", word("i000"))]);
    foreign.put("improvements", &id(3), [("touchpoint", card()), ("place", place)]);
    let place = record([("step", word("verdict")), ("rank", word("i000"))]);
    let verdict = record([
        ("kind", word("left")),
        ("accepted", Any::Bool(true)),
        ("on", word("2026-02-30")),
    ]);
    let check = record([("text", word("Đo")), ("done", word("yes"))]);
    let moved = record([("from", word("decide")), ("to", word("nowhere"))]);
    foreign.put(
        "improvements",
        &id(4),
        [("touchpoint", card()), ("place", place), ("verdict", verdict)],
    );
    foreign.put(
        "improvements",
        &id(5),
        [("touchpoint", card()), ("previous", text(&id(6)))],
    );
    foreign.put(
        "improvements",
        &id(6),
        [
            ("touchpoint", card()),
            ("previous", text(&id(5))),
            ("problem", text("chờ")),
        ],
    );
    {
        let root = foreign.0.get_or_insert_map("improvements");
        let mut txn = foreign.0.transact_mut();
        let Some(yrs::Out::YMap(map)) = root.get(&txn, &id(4)) else {
            panic!("it is a map")
        };
        map.insert(&mut txn, format!("check/{}", id(7)), check);
        map.insert(&mut txn, "check/x", "x");
        map.insert(&mut txn, format!("moved/{}", id(8)), moved);
    }
    foreign.put(
        "feedback",
        &id(9),
        [("csat", float(6.0)), ("nps", float(10.0)), ("on", text("today"))],
    );
    let doc = foreign.read();
    let board = doc.board();
    let it = |n| board.improvement(model::id::ImprovementId(Uuid::from_u128(n)));
    assert!(it(1).is_none());
    assert_eq!((it(2).unwrap().step, &it(2).unwrap().verdict), (Step::Evaluate, &None));
    assert_eq!(
        (it(3).unwrap().step, it(3).unwrap().rank.0.as_str()),
        (Step::Evaluate, "i000")
    );
    let four = it(4).unwrap();
    let verdict = four.verdict.clone().unwrap();
    assert_eq!(
        (four.ended(), verdict.accepted.as_str(), verdict.on),
        (Some(VerdictKind::Left), "", None)
    );
    assert_eq!((four.checked(), four.moves.len()), ((0, 1), 0));
    // Attempts that name each other in a ring are still two attempts.
    let chains = board.chains();
    let story = board.chain(it(5).unwrap(), &chains);
    assert_eq!((story.len(), board.attempt(story[1].id)), (2, 2));
    assert_eq!(it(6).unwrap().problem, "chờ");
    let [entry] = board.inbox()[..] else {
        panic!("one entry")
    };
    assert_eq!(
        (entry.entry.csat, entry.entry.nps, entry.entry.on),
        (None, Some(10), None)
    );
}

#[test]
fn r11_roots_of_another_type_read_as_nothing() {
    let doc = Doc::new();
    doc.get_or_insert_text("stages")
        .insert(&mut doc.transact_mut(), 0, "văn bản");
    doc.get_or_insert_array("touchpoints")
        .push_back(&mut doc.transact_mut(), 7);
    let xml = doc.get_or_insert_xml_fragment("notes");
    xml.push_back(&mut doc.transact_mut(), XmlElementPrelim::empty("p"));
    doc.get_or_insert_array("meta").push_back(&mut doc.transact_mut(), "x");
    let bytes = doc.transact().encode_diff_v1(&StateVector::default());
    let mut read = BoardDoc::open(env(), &bytes).unwrap().with_undo();
    assert_eq!(*read.board(), model::board::Board::default());
    let stage = read.stage("Mua");
    read.card(stage, "Thẻ");
    assert_eq!(reopened(&read), *read.board());
}

#[test]
fn r11_a_board_of_five_thousand_touchpoints() {
    let foreign = Foreign::new();
    let root = foreign.0.get_or_insert_map("touchpoints");
    {
        let mut txn = foreign.0.transact_mut();
        for n in 0..5_000_u128 {
            let map = root.insert(&mut txn, id(n), MapPrelim::default());
            map.insert(&mut txn, "name", format!("Điểm chạm {n}"));
            map.insert(
                &mut txn,
                "place",
                record([("stage", word(&id(n % 10))), ("rank", word(&format!("{n:04}")))]),
            );
            map.insert(&mut txn, "notes", TextPrelim::new("ghi chú"));
        }
    }
    for n in 0..10 {
        foreign.put("stages", &id(n), [("name", text("Mua"))]);
    }
    let bytes = foreign.update();
    let mut doc = BoardDoc::open(env(), &bytes).unwrap();
    let layout = doc.board().layout();
    assert_eq!(doc.board().touchpoints.len(), 5_000);
    assert!(layout.cards.values().all(|cards| cards.len() == 500) && layout.adrift.is_empty());
    let cards = &layout.cards[&StageId(Uuid::from_u128(3))];
    assert!(
        cards
            .windows(2)
            .all(|pair| pair[0].0.as_u128() + 10 == pair[1].0.as_u128())
    );
    // An edit costs what it touches, not what is there; the bound is wide for busy machines and debug builds.
    let start = Instant::now();
    for n in 0..100_u128 {
        doc.rename(TouchpointId(Uuid::from_u128(n)), "Tên");
    }
    let each = start.elapsed() / 100;
    assert!(each < Duration::from_millis(5), "took {each:?}");
}

/// What a foreign client might write anywhere.
fn plain() -> impl Strategy<Value = Any> {
    let leaf = prop_oneof![
        Just(Any::Null),
        Just(Any::Undefined),
        any::<bool>().prop_map(Any::Bool),
        any::<f64>().prop_map(|n| Any::Number(Number::Float(n))),
        any::<i64>().prop_map(|n| Any::Number(Number::Int(n))),
        (-3..7_i64).prop_map(|n| Any::Number(Number::Int(n))),
        ".{0,12}".prop_map(|text| Any::String(text.into())),
        prop_oneof![
            "before",
            "goals",
            "human",
            "own",
            "i000",
            "nps",
            "absent",
            "2026-01-31",
            "https://a.b",
            "verdict",
            "improve",
            "plan-b",
            "success"
        ]
        .prop_map(|text| Any::String(text.into())),
        (0..4_u128).prop_map(|n| Any::String(id(n).into())),
        proptest::collection::vec(any::<u8>(), 0..8).prop_map(|bytes| Any::Buffer(bytes.into())),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let key = prop_oneof![
            "rank",
            "stage",
            "lane",
            "pain",
            "opportunity",
            "touchpoint",
            "reply",
            "url",
            "at",
            "by",
            "step",
            "kind",
            "from",
            "to",
            "text",
            ".{0,4}",
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(|list| Any::Array(list.into())),
            proptest::collection::hash_map(key, inner, 0..4).prop_map(|map| Any::Map(Arc::new(map))),
        ]
    })
}

fn content() -> impl Strategy<Value = In> {
    let leaf = prop_oneof![
        6 => plain().prop_map(In::Any),
        2 => ".{0,12}".prop_map(|text| In::Text(TextPrelim::new(text).into())),
        1 => Just(In::XmlElement(XmlElementPrelim::empty("p"))),
        1 => ".{0,4}".prop_map(|text| In::XmlText(XmlTextPrelim::new(text).into())),
    ];
    leaf.prop_recursive(3, 24, 8, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(|list| In::Array(ArrayPrelim::from(list))),
            proptest::collection::hash_map(field(), inner, 0..8).prop_map(|map| In::Map(map.into_iter().collect())),
        ]
    })
}

fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just("place".to_owned()),
        4 => prop_oneof![
            "name", "kind", "phase", "trashed", "notes", "text", "channel", "nature", "emotion/all", "schema", "title",
        ],
        3 => prop_oneof![
            "hidden", "color", "owner", "moment", "relevant", "unit", "target", "on", "opened", "revealed", "written",
            "resolved", "snapshot", "query", "quadrant/low", "value/2026-01-31", "value/2026-02-30",
        ],
        3 => prop_oneof![
            "touchpoint", "metric", "previous", "verdict", "live", "baseline", "decision", "origin", "problem", "csat",
            "nps", "improvement", "wip/decide",
        ],
        1 => (0..4_u128).prop_map(|n| format!("check/{}", id(n))),
        1 => (0..4_u128).prop_map(|n| format!("moved/{}", id(n))),
        1 => (0..4_u128).prop_map(|n| format!("asset/{}", id(n))),
        1 => (0..4_u128).prop_map(|n| format!("link/{}", id(n))),
        1 => (0..4_u128).prop_map(|n| format!("persona/{}", id(n))),
        1 => (0..4_u128).prop_map(|n| format!("importance/{}", id(n))),
        1 => ".{0,6}",
    ]
}

/// One thing a foreign client does to a root: sets a key, takes it away, or treats the root as a list or text.
#[derive(Clone, Debug)]
enum Deed {
    Set(usize, String, In),
    Remove(usize, String),
    Push(usize, In),
    Write(usize, String),
    Format(usize),
}

const ROOTS: [&str; 16] = [
    "meta",
    "stages",
    "lanes",
    "personas",
    "channels",
    "touchpoints",
    "notes",
    "khác",
    "assets",
    "metrics",
    "rounds",
    "views",
    "comments",
    "reviews",
    "improvements",
    "feedback",
];

fn deed() -> impl Strategy<Value = Deed> {
    let key = prop_oneof![6 => (0..4_u128).prop_map(id), 2 => field()];
    prop_oneof![
        8 => (0..16_usize, key.clone(), content()).prop_map(|(root, key, value)| Deed::Set(root, key, value)),
        2 => (0..16_usize, key).prop_map(|(root, key)| Deed::Remove(root, key)),
        1 => (0..16_usize, content()).prop_map(|(root, value)| Deed::Push(root, value)),
        1 => (0..16_usize, ".{1,6}").prop_map(|(root, text)| Deed::Write(root, text)),
        1 => (0..16_usize).prop_map(Deed::Format),
    ]
}

fn act(doc: &Doc, deed: Deed) {
    let mut txn = doc.transact_mut();
    match deed {
        Deed::Set(root, key, value) => {
            txn.get_or_insert_map(ROOTS[root]).insert(&mut txn, key, value);
        }
        Deed::Remove(root, key) => {
            txn.get_or_insert_map(ROOTS[root]).remove(&mut txn, &key);
        }
        Deed::Push(root, value) => {
            txn.get_or_insert_array(ROOTS[root]).push_back(&mut txn, value);
        }
        Deed::Write(root, text) => txn.get_or_insert_text(ROOTS[root]).push(&mut txn, &text),
        Deed::Format(root) => {
            let root = txn.get_or_insert_text(ROOTS[root]);
            let len = root.len(&txn);
            root.format(&mut txn, 0, len, [("bold".into(), Any::Bool(true))].into());
        }
    }
}

/// Few enough for every run; `PROPTEST_CASES` asks for more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(160)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn f20_foreign_content_of_any_kind_is_read_without_a_panic(
        before in proptest::collection::vec(deed(), 0..12), after in proptest::collection::vec(deed(), 0..12),
    ) {
        let foreign = Foreign::new();
        for deed in before {
            act(&foreign.0, deed);
        }
        let mut doc = foreign.read().with_undo();
        let stage = doc.stage("Mua");
        let step = |doc: &mut BoardDoc| {
            for id in doc.board().touchpoints.keys().copied().collect::<Vec<_>>() {
                doc.rename(id, "Tên");
                doc.types(TextField::TouchpointNotes(id), 1, "ghi");
            }
            for entity in doc.board().items.keys().copied().collect::<Vec<_>>() {
                let _ = doc.edit(Edit::Rename(entity, "Tên".into()));
                let _ = doc.edit(Edit::Move(entity, At::First));
                let _ = doc.edit(Edit::Trash(entity));
            }
            let _ = doc.edit(Edit::Reveal);
            let (layout, ratings) = (doc.board().layout(), doc.board().ratings_for(None));
            let _ = doc.board().threads();
            let _ = doc.board().coverage(&layout);
            let _ = doc.board().priorities(ratings, &layout);
            let chains = doc.board().chains();
            for it in doc.board().all_improvements() {
                let _ = (doc.board().flags(it, &chains), doc.board().measure(it), it.activity());
                let story = doc.board().chain(it, &chains);
                assert!(it.trashed.is_some() || story.iter().any(|attempt| attempt.id == it.id), "{story:?}");
            }
            let _ = (doc.board().feedback_tallies(), doc.board().inbox());
            for review in doc.board().reviews() {
                let _ = doc.board().changes_since(review);
            }
            for id in doc.board().stages.keys().copied().collect::<Vec<_>>() {
                doc.does(Edit::MoveStage(id, At::First));
                doc.does(Edit::Trash(Entity::Stage(id)));
            }
        };
        for deed in after {
            step(&mut doc);
            // The foreign client works on what we made, and overwrites or removes it.
            foreign.0.transact_mut().apply_update(Update::decode_v1(&doc.encode()).unwrap()).unwrap();
            act(&foreign.0, deed);
            doc.merge(&foreign.update()).unwrap();
            // The board kept current says what the document says when it is read afresh.
            prop_assert_eq!(&reopened(&doc), doc.board());
            doc.undo();
        }
        while doc.undo().is_some() {}
        while doc.redo().is_some() {}
        prop_assert_eq!(&reopened(&doc), doc.board());
        let layout = doc.board().layout();
        prop_assert!(layout.stages.contains(&stage) || doc.board().stages[&stage].trashed.is_some());
        // And it can be edited, whatever stands there.
        for id in doc.board().touchpoints.keys().copied().collect::<Vec<_>>() {
            doc.does(Edit::MoveTouchpoint { id, stage, at: At::First });
            doc.types(TextField::TouchpointNotes(id), 1, "x");
            doc.rename(id, "Tên");
        }
        while doc.undo().is_some() {}
        prop_assert_eq!(&reopened(&doc), doc.board());
        prop_assert!(!doc.is_spent());
    }

    #[test]
    fn f11_random_bytes_are_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut doc = replica();
        let before = doc.encode();
        if doc.merge(&bytes).is_err() {
            prop_assert_eq!(doc.encode(), before);
        }
        prop_assert!(!doc.is_spent());
        let _ = doc.encode_since(&bytes);
    }

    #[test]
    fn f11_damaged_updates_are_taken_or_refused_but_never_break_the_document(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), cut in any::<prop::sample::Index>(),
    ) {
        let mut author = editor();
        let stage = author.stage("Mua");
        let card = author.card(stage, "Thẻ");
        let mut doc = BoardDoc::open(env(), &author.encode()).unwrap();
        author.types(TextField::TouchpointNotes(card), 0, "đường 😀");
        author.pain(card, "chậm");
        author.does(Edit::Trash(Entity::Touchpoint(card)));
        author.undo();
        let mut bytes = author.encode_since(&doc.state_vector()).unwrap();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cut.index(4) == 0 {
            bytes.truncate(cut.index(bytes.len()));
        }
        let before = doc.encode();
        match doc.merge(&bytes) {
            Ok(_) => prop_assert_eq!(&reopened(&doc), doc.board()),
            Err(_) => prop_assert_eq!(doc.encode(), before),
        }
        prop_assert!(!doc.is_spent());
    }
}
