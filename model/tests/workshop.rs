//! What a workshop does with a map: SPEC E18–E24, G1–G4, R12, S10.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod scene;

use model::board::{Consistency, Emotion, Nature, NoteHome, Phase, Quadrant, Quality, Score};
use model::bulk::{feel_all, move_all, set_all, trash_all};
use model::date::Date;
use model::doc::BoardDoc;
use model::edit::{At, Edit, EditError, Entity, MapField, MetricField, TouchpointField as Field};
use model::find::{Facet, Query};
use model::id::{AssetId, CommentId, LinkId, MetricId, PersonId, ReviewId, RoundId, TouchpointId, ViewId};
use model::insights::Tally;
use model::items::{Anchor, Direction, Figure, MetricKind, Standing};
use model::limits::{LINKS_MAX, QUERY_MAX};
use model::ratings::{Criterion, Mean};
use model::templates::{Lang, StageSet};
use proptest::prelude::*;
use scene::{Scene, another, at_time, editor, env, reopened, replica, sync, trash, wait};

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn figure(n: f64) -> Figure {
    Figure::new(n).unwrap()
}

fn score(n: i64) -> Option<Score> {
    Some(Score::try_from(n).unwrap())
}

fn set(doc: &mut BoardDoc, card: TouchpointId, field: Field) {
    doc.does(Edit::SetTouchpoint(card, field));
}

fn rates(doc: &mut BoardDoc, who: PersonId, card: TouchpointId, importance: i64, performance: i64) {
    set(doc, card, Field::Importance(who, score(importance)));
    set(doc, card, Field::Performance(who, score(performance)));
}

fn asset(doc: &mut BoardDoc, name: &str) -> AssetId {
    let id = AssetId::fresh();
    doc.does(Edit::AddAsset {
        id,
        name: name.into(),
        at: At::Last,
    });
    id
}

fn metric(doc: &mut BoardDoc, card: TouchpointId, kind: MetricKind, name: &str) -> MetricId {
    let id = MetricId::fresh();
    doc.does(Edit::AddMetric {
        id,
        touchpoint: card,
        kind,
        name: name.into(),
        at: At::Last,
    });
    id
}

fn says(doc: &mut BoardDoc, on: Anchor, text: &str) -> CommentId {
    let id = CommentId::fresh();
    doc.does(Edit::AddComment {
        id,
        on,
        name: "Lan".into(),
        text: text.into(),
    });
    id
}

fn names(doc: &BoardDoc, cards: &[TouchpointId]) -> Vec<String> {
    cards.iter().map(|id| doc.name(*id)).collect()
}

#[test]
fn e18_what_a_batch_adds_is_laid_down_whole_and_undone_whole() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let id = TouchpointId::fresh();
    let add = Edit::AddTouchpoint {
        id,
        name: "Thẻ".into(),
        stage,
        at: At::Last,
    };
    doc.does(Edit::Batch(vec![
        add,
        Edit::SetTouchpoint(id, Field::Nature(Some(Nature::Human))),
        Edit::SetTouchpoint(id, Field::Owner("Lan".into())),
        Edit::SetTouchpoint(id, Field::Owner(String::new())),
        Edit::Trash(Entity::Touchpoint(id)),
    ]));
    assert!(
        doc.board().touchpoints[&id].trashed.is_some(),
        "added and trashed at once is in the trash"
    );
    doc.does(Edit::Restore(Entity::Touchpoint(id)));
    let card = &doc.board().touchpoints[&id];
    assert_eq!((card.nature, card.owner.as_str()), (Some(Nature::Human), ""));
    assert_eq!(reopened(&doc), *doc.board());
}

#[test]
fn e7_the_later_fields_of_a_touchpoint_are_set_and_taken_back() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "Thẻ");
    let (logo, link) = (asset(&mut doc, "Logo"), LinkId::fresh());
    let bare = doc.board().touchpoints[&card].clone();
    let url = "https://hien.example/menu";
    let fields = [
        (Field::Owner("  Lan\n".into()), Field::Owner(String::new())),
        (Field::Department("Bán hàng".into()), Field::Department(" ".into())),
        (Field::MomentOfTruth(true), Field::MomentOfTruth(false)),
        (
            Field::Quality(Quality::Relevant, Some(false)),
            Field::Quality(Quality::Relevant, None),
        ),
        (
            Field::Quality(Quality::Endearing, Some(true)),
            Field::Quality(Quality::Endearing, None),
        ),
        (Field::Asset(logo, Some(Consistency::Absent)), Field::Asset(logo, None)),
        (
            Field::Link(link, Some(("Thực đơn".into(), url.into()))),
            Field::Link(link, None),
        ),
    ];
    for (field, _) in &fields {
        let change = doc.does(Edit::SetTouchpoint(card, field.clone()));
        assert_eq!(change.touched.entities, [Entity::Touchpoint(card)].into());
        assert!(!change.touched.layout);
        assert_eq!(doc.does(Edit::SetTouchpoint(card, field.clone())).update, [0; 0]);
    }
    let read = doc.board().touchpoints[&card].clone();
    assert_eq!(
        (read.owner.as_str(), read.department.as_str(), read.moment_of_truth),
        ("Lan", "Bán hàng", true)
    );
    assert_eq!(read.quality, [None, Some(false), None, Some(true)]);
    assert_eq!(read.assets, [(logo, Consistency::Absent)].into());
    assert_eq!(
        (read.links[0].title.as_str(), read.links[0].url.as_str()),
        ("Thực đơn", url)
    );
    assert_eq!(reopened(&doc), *doc.board());
    for (_, back) in fields {
        set(&mut doc, card, back);
    }
    assert_eq!(doc.board().touchpoints[&card], bare);
}

#[test]
fn e19_f38_links_are_addresses_of_pages_and_mailboxes_and_not_too_many() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "Thẻ");
    let link = |url: &str| Edit::SetTouchpoint(card, Field::Link(LinkId::fresh(), Some((String::new(), url.into()))));
    assert_eq!(doc.edit(link("javascript:alert(1)")), Err(EditError::BadLink));
    doc.does(link("hien.example"));
    assert_eq!(doc.board().touchpoints[&card].links[0].url, "https://hien.example");
    for _ in 1..LINKS_MAX {
        doc.does(link("mailto:lan@hien.example"));
    }
    assert_eq!(doc.edit(link("a.b")), Err(EditError::TooMany { max: LINKS_MAX }));
}

#[test]
fn hidden_is_not_trash() {
    let mut doc = editor();
    let (one, two) = (doc.stage("1"), doc.stage("2"));
    let card = doc.card(one, "Thẻ");
    let lane = doc.lane(model::board::LaneKind::Obstacles, "");
    let change = doc.does(Edit::Hide(Entity::Stage(one), true));
    assert!(change.touched.layout);
    doc.does(Edit::Hide(Entity::Lane(lane), true));
    let layout = doc.board().layout();
    assert_eq!((&layout.stages, &layout.all_stages), (&vec![two], &vec![one, two]));
    assert_eq!((&layout.lanes, &layout.all_lanes), (&vec![], &vec![lane]));
    assert_eq!((layout.in_order(), layout.trash.len()), (vec![card], 0));
    assert_eq!(doc.board().summary().touchpoints, 1);
    assert_eq!(doc.board().summary().stages, [(Phase::Before, 0)]);
    assert_eq!(reopened(&doc), *doc.board());
    doc.does(Edit::Hide(Entity::Stage(one), false));
    assert_eq!(doc.board().layout().stages, [one, two]);
    assert!(matches!(
        doc.edit(Edit::Hide(Entity::Touchpoint(card), true)),
        Err(EditError::Missing(_))
    ));
}

#[test]
fn a_persona_has_a_colour_of_the_palette() {
    let mut doc = editor();
    let an = doc.persona("An");
    doc.does(Edit::SetColor(an, Some(8)));
    assert_eq!(doc.board().personas[&an].color, Some(8));
    for color in [0, 9, 255] {
        assert_eq!(doc.edit(Edit::SetColor(an, Some(color))), Err(EditError::OffScale));
    }
    assert_eq!(reopened(&doc), *doc.board());
    doc.does(Edit::SetColor(an, None));
    assert_eq!(doc.board().personas[&an].color, None);
}

#[test]
fn e20_a_duplicate_has_all_but_what_people_said_of_the_original() {
    let who = PersonId::fresh();
    let mut doc = editor().with_author(who);
    let stage = doc.stage("Mua");
    let (card, next) = (doc.card(stage, "Thẻ"), doc.card(stage, "Sau"));
    let (an, zalo, logo) = (doc.persona("An"), doc.channel("Zalo"), asset(&mut doc, "Logo"));
    doc.types(model::edit::TextField::TouchpointNotes(card), 0, "ghi chú");
    doc.pain(card, "chậm");
    doc.does(Edit::AddNote {
        id: model::id::NoteId::fresh(),
        home: NoteHome::Opportunity(card),
        text: "nhanh hơn".into(),
        at: At::Last,
    });
    for field in [
        Field::Channel(Some(zalo)),
        Field::Persona(an, true),
        Field::Emotion(Some(an), Some(Emotion::ALL[1])),
        Field::Quality(Quality::Relevant, Some(true)),
        Field::Owner("Lan".into()),
        Field::MomentOfTruth(true),
        Field::Asset(logo, Some(Consistency::Consistent)),
        Field::Link(LinkId::fresh(), Some(("Trang".into(), "https://a.b".into()))),
    ] {
        set(&mut doc, card, field);
    }
    rates(&mut doc, who, card, 5, 1);
    metric(&mut doc, card, MetricKind::Nps, "");
    says(&mut doc, Anchor::Touchpoint(card), "nhớ hỏi lại");
    let (edit, copies) = doc.board().duplicate(&[card], &doc.board().layout());
    doc.does(edit);
    let copy = copies[0];
    let layout = doc.board().layout();
    assert_eq!(layout.cards[&stage], [card, copy, next]);
    let mut expected = doc.board().touchpoints[&card].clone();
    let read = doc.board().touchpoints[&copy].clone();
    assert_ne!(read.links[0].id, expected.links[0].id);
    (expected.id, expected.rank, expected.links[0].id) = (copy, read.rank.clone(), read.links[0].id);
    expected.importance.clear();
    expected.performance.clear();
    assert_eq!(read, expected);
    let texts = |home| {
        layout.notes[&home]
            .iter()
            .map(|id| doc.board().notes[id].text.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(NoteHome::Pain(copy)), ["chậm"]);
    assert_eq!(texts(NoteHome::Opportunity(copy)), ["nhanh hơn"]);
    assert_eq!(
        (doc.board().metrics(Some(copy)).len(), doc.board().threads().len()),
        (0, 1)
    );
    assert_eq!(reopened(&doc), *doc.board());
    doc.undo().unwrap();
    assert_eq!(doc.cards(stage), ["Thẻ", "Sau"]);
}

#[test]
fn e21_cards_moved_together_keep_their_order() {
    let mut doc = editor();
    let (one, two) = (doc.stage("1"), doc.stage("2"));
    let a: Vec<TouchpointId> = ["a", "b", "c", "d"].iter().map(|name| doc.card(one, name)).collect();
    let e = doc.card(two, "e");
    let moves = |doc: &BoardDoc, cards: &[TouchpointId], stage, at| move_all(cards, stage, at, &doc.board().layout());
    let edit = moves(&doc, &[a[3], a[0], e], two, At::Before(e));
    doc.does(edit);
    assert_eq!(
        (doc.cards(one).concat(), doc.cards(two).concat()),
        ("bc".into(), "ade".into())
    );
    let edit = moves(&doc, &[e, a[1]], two, At::After(e));
    doc.does(edit);
    assert_eq!(
        (doc.cards(one).concat(), doc.cards(two).concat()),
        ("c".into(), "adbe".into())
    );
    let edit = moves(&doc, &[a[3], a[1]], two, At::First);
    doc.does(edit);
    assert_eq!(doc.cards(two).concat(), "dbae");
    // One step takes all of it back.
    doc.undo().unwrap();
    assert_eq!(doc.cards(two).concat(), "adbe");
    doc.does(trash_all(&[Entity::Touchpoint(e), Entity::Touchpoint(a[0])]));
    doc.does(set_all(&[a[1], a[3]], &Field::Nature(Some(Nature::Digital))));
    assert_eq!(doc.cards(two).concat(), "db");
    assert!(
        [a[1], a[3]]
            .iter()
            .all(|id| doc.board().touchpoints[id].nature == Some(Nature::Digital))
    );
    // How several personas feel there is one step too, and taken back as one.
    let whose = [Some(doc.persona("An")), Some(doc.persona("Bình"))];
    let good = Emotion::try_from(1).ok();
    doc.does(feel_all(&[a[1], a[3]], &whose, good));
    let felt = |doc: &BoardDoc| {
        let cards = [a[1], a[3]].map(|id| doc.board().touchpoints[&id].emotion.clone());
        cards
            .iter()
            .map(|felt| whose.map(|who| felt.get(&who).copied()))
            .collect::<Vec<_>>()
    };
    assert_eq!(felt(&doc), [[good; 2]; 2]);
    doc.does(feel_all(&[a[1], a[3]], &whose[..1], None));
    assert_eq!(felt(&doc), [[None, good]; 2]);
    doc.undo().unwrap();
    doc.undo().unwrap();
    assert_eq!(felt(&doc), [[None; 2]; 2]);
}

#[test]
fn e23_a_stage_set_keeps_what_has_something_in_it() {
    let mut doc = editor();
    let (use_, empty, own) = (doc.stage("su dung"), doc.stage("Trống"), doc.stage("Của riêng"));
    doc.card(use_, "Thẻ");
    doc.card(own, "Thẻ riêng");
    let edit = StageSet::Awareness.apply(Lang::Vi, doc.board(), &doc.board().layout());
    doc.does(edit);
    let layout = doc.board().layout();
    let stages: Vec<_> = layout
        .stages
        .iter()
        .map(|id| doc.board().stages[id].name.as_str())
        .collect();
    assert_eq!(
        stages,
        [
            "Của riêng",
            "Nhận biết",
            "Cân nhắc",
            "Mua hàng",
            "su dung",
            "Trung thành"
        ]
    );
    assert_eq!(doc.board().stages[&use_].phase, Phase::After);
    assert_eq!(layout.trash[0].0, Entity::Stage(empty));
    let again = StageSet::Awareness.apply(Lang::En, doc.board(), &doc.board().layout());
    doc.does(again);
    assert_eq!(doc.board().layout().stages, layout.stages);
    doc.undo();
    doc.undo();
    assert_eq!(doc.board().layout().stages, [use_, empty, own]);
}

#[test]
fn means_say_how_many_rated_and_how_far_they_are_apart() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "Thẻ");
    for n in [1, 3, 5, 5] {
        set(&mut doc, card, Field::Importance(PersonId::fresh(), score(n)));
    }
    let mean = doc
        .board()
        .ratings_for(None)
        .mean(&doc.board().touchpoints[&card], Criterion::Importance);
    let deviation = 2.75_f64.sqrt();
    let (low, high) = (1, 5);
    assert_eq!(
        mean,
        Some(Mean {
            mean: 3.5,
            spread: 4.0,
            low,
            high,
            deviation,
            raters: 4
        })
    );
    set(&mut doc, card, Field::Performance(PersonId::fresh(), score(2)));
    let one = doc
        .board()
        .ratings_for(None)
        .mean(&doc.board().touchpoints[&card], Criterion::Performance);
    let one = one.unwrap();
    assert_eq!((one.mean, one.spread, one.deviation, one.raters), (2.0, 0.0, 0.0, 1));
}

#[test]
fn g1_while_a_round_is_open_each_sees_their_own_scores() {
    let (lan, minh) = (PersonId::fresh(), PersonId::fresh());
    let mut doc = editor().with_author(lan);
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "Thẻ");
    at_time(7_000);
    doc.does(Edit::OpenRound(RoundId::fresh()));
    rates(&mut doc, lan, card, 5, 1);
    rates(&mut doc, minh, card, 3, 3);
    let see = |doc: &BoardDoc, who| {
        let (ratings, card) = (doc.board().ratings_for(who), &doc.board().touchpoints[&card]);
        let scores: Vec<u8> = ratings
            .scores(card, Criterion::Importance)
            .map(|(_, score)| score.get())
            .collect();
        let mean = ratings.mean(card, Criterion::Importance).map(|mean| mean.mean);
        (
            scores,
            mean,
            ratings.shown(card, Criterion::Importance),
            ratings.quadrant(card),
        )
    };
    assert_eq!(
        see(&doc, Some(lan)),
        (vec![5], None, Some(5.0), Some(Quadrant::Concentrate))
    );
    assert_eq!(
        see(&doc, Some(minh)),
        (vec![3], None, Some(3.0), Some(Quadrant::KeepUp))
    );
    assert_eq!(see(&doc, None), (vec![], None, None, None));
    let round = doc.board().open_round().unwrap();
    assert_eq!(
        (round.opened.at, round.opened.by, &round.revealed),
        (7_000, Some(lan), &None)
    );
    doc.does(Edit::Reveal);
    let all = see(&doc, None);
    assert_eq!(
        (all.0.len(), all.1, all.2, all.3),
        (2, Some(4.0), Some(4.0), Some(Quadrant::Concentrate))
    );
    assert_eq!(doc.does(Edit::Reveal).update, [0; 0]);
    assert_eq!(reopened(&doc), *doc.board());
    doc.undo().unwrap();
    assert!(doc.board().open_round().is_some());
}

#[test]
fn g2_one_round_at_a_time_and_two_opened_apart_end_together() {
    let mut a = editor();
    a.stage("Mua");
    let mut b = another(&a);
    a.does(Edit::OpenRound(RoundId::fresh()));
    assert_eq!(a.edit(Edit::OpenRound(RoundId::fresh())), Err(EditError::RoundOpen));
    b.does(Edit::OpenRound(RoundId::fresh()));
    sync(&mut a, &mut b);
    a.does(Edit::Reveal);
    assert!(a.board().open_round().is_none());
    sync(&mut a, &mut b);
    let again = RoundId::fresh();
    b.does(Edit::OpenRound(again));
    // Calling a round off shows everything again.
    b.does(Edit::Trash(Entity::Round(again)));
    assert!(b.board().open_round().is_none());
}

#[test]
fn g3_important_and_poor_comes_first_then_the_gap() {
    let who = PersonId::fresh();
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let mut card = |name: &str, rating: Option<(i64, i64)>| {
        let id = doc.card(stage, name);
        if let Some((importance, performance)) = rating {
            rates(&mut doc, who, id, importance, performance);
        }
        id
    };
    let low = card("ít quan trọng", Some((2, 1)));
    let unrated = card("chưa chấm", None);
    let keep = card("giữ", Some((5, 3)));
    let narrow = card("hẹp", Some((3, 2)));
    let wide = card("rộng", Some((5, 1)));
    let tied = card("cùng khoảng", Some((3, 2)));
    let higher = card("quan trọng hơn", Some((4, 3)));
    let over = card("thừa", Some((1, 5)));
    let half = doc.card(stage, "một nửa");
    set(&mut doc, half, Field::Importance(who, score(4)));
    let layout = doc.board().layout();
    let priorities = doc.board().priorities(doc.board().ratings_for(None), &layout);
    let order: Vec<_> = priorities.ranked.iter().map(|it| it.id).collect();
    assert_eq!(order, [wide, narrow, tied, keep, higher, low, over]);
    assert_eq!(priorities.unrated, [unrated, half]);
    let quadrants: Vec<_> = priorities.ranked.iter().map(|it| it.quadrant).collect();
    use Quadrant::{Concentrate, KeepUp, Low, Overkill};
    assert_eq!(
        quadrants,
        [Concentrate, Concentrate, Concentrate, KeepUp, KeepUp, Low, Overkill]
    );
    assert_eq!((priorities.ranked[0].gap, priorities.ranked[6].gap), (4.0, -4.0));
    let place = |id| priorities.of(id).map(|(place, it)| (place, it.gap));
    assert_eq!((place(keep), place(unrated)), (Some((4, 2.0)), None));
}

#[test]
fn the_quarters_of_the_matrix_can_be_named() {
    let mut doc = editor();
    let name = |quadrant, name: &str| Edit::SetMap(MapField::Quadrant(quadrant, name.into()));
    doc.does(name(Quadrant::Concentrate, "Làm trước"));
    doc.does(name(Quadrant::Overkill, "Thừa"));
    assert_eq!(doc.board().map.quadrants, ["Làm trước", "", "", "Thừa"]);
    doc.does(name(Quadrant::Overkill, " "));
    assert_eq!(doc.board().map.quadrants[3], "");
    assert_eq!(reopened(&doc), *doc.board());
}

#[test]
fn r12_numbers_of_metrics_keep_to_their_scales() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "Thẻ");
    let limits = [
        (MetricKind::Conversion, 0.0, 100.0),
        (MetricKind::Csat, 1.0, 5.0),
        (MetricKind::Nps, -100.0, 100.0),
        (MetricKind::Ces, 1.0, 7.0),
    ];
    for (kind, low, high) in limits {
        let id = metric(&mut doc, card, kind, "");
        let value = |n| Edit::SetMetric(id, MetricField::Value(day("2026-01-31"), Some(figure(n))));
        for n in [low, high, (low + high) / 2.0 + 0.25] {
            doc.does(value(n));
            assert_eq!(
                doc.board().metric(id).unwrap().latest(),
                Some((day("2026-01-31"), figure(n)))
            );
        }
        for n in [low - 0.01, high + 0.01] {
            assert_eq!(doc.edit(value(n)), Err(EditError::OffScale));
            let target = Edit::SetMetric(id, MetricField::Target(Some(figure(n))));
            assert_eq!(doc.edit(target), Err(EditError::OffScale));
        }
    }
    // A satisfaction in percent has another scale; what does not fit it any more is kept and not read.
    let csat = metric(&mut doc, card, MetricKind::Csat, "");
    let change = |doc: &mut BoardDoc, field| doc.does(Edit::SetMetric(csat, field));
    change(&mut doc, MetricField::Unit("%".into()));
    change(&mut doc, MetricField::Value(day("2026-01-01"), Some(figure(82.5))));
    change(&mut doc, MetricField::Unit(String::new()));
    assert!(doc.board().metric(csat).unwrap().values.is_empty());
    change(&mut doc, MetricField::Unit("%".into()));
    assert_eq!(doc.board().metric(csat).unwrap().values.len(), 1);
    assert_eq!(reopened(&doc), *doc.board());
    let nameless = Edit::AddMetric {
        id: MetricId::fresh(),
        touchpoint: card,
        kind: MetricKind::Own,
        name: " ".into(),
        at: At::Last,
    };
    assert_eq!(doc.edit(nameless), Err(EditError::Blank));
    assert_eq!(Figure::new(f64::NAN), None);
    assert_eq!(Figure::new(f64::INFINITY), None);
    assert!(Figure::new(-0.0).unwrap().get().is_sign_positive());
}

#[test]
fn a_metric_stands_against_its_target() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "Thẻ");
    let wait = metric(&mut doc, card, MetricKind::Own, "Thời gian chờ");
    let standing = |doc: &BoardDoc| {
        let metric = doc.board().metric(wait).unwrap();
        (metric.standing(), metric.progress())
    };
    let mut does = |field| doc.does(Edit::SetMetric(wait, field));
    does(MetricField::Unit("phút".into()));
    does(MetricField::Direction(Some(Direction::Lower)));
    does(MetricField::Value(day("2026-03-01"), Some(figure(7.5))));
    does(MetricField::Value(day("2026-01-01"), Some(figure(10.0))));
    does(MetricField::Target(Some(figure(5.0))));
    assert_eq!(standing(&doc), (Some(Standing::Short), Some(0.5)));
    let metric = doc.board().metric(wait).unwrap();
    assert_eq!(
        (metric.unit(), metric.start(), metric.direction()),
        ("phút", Some(figure(10.0)), Some(Direction::Lower))
    );
    let series: Vec<f64> = metric.values.values().map(|value| value.get()).collect();
    assert_eq!(series, [10.0, 7.5]);
    doc.does(Edit::SetMetric(
        wait,
        MetricField::Value(day("2026-04-01"), Some(figure(5.0))),
    ));
    assert_eq!(standing(&doc), (Some(Standing::Met), Some(1.0)));
    doc.does(Edit::SetMetric(wait, MetricField::Target(None)));
    assert_eq!(standing(&doc), (None, None));
    doc.does(Edit::Rename(Entity::Metric(wait), "Chờ".into()));
    assert_eq!(
        doc.edit(Edit::Rename(Entity::Metric(wait), String::new())),
        Err(EditError::Blank)
    );
}

#[test]
fn metrics_assets_and_views_have_an_order() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "Thẻ");
    let (nps, ces) = (
        metric(&mut doc, card, MetricKind::Nps, ""),
        metric(&mut doc, card, MetricKind::Ces, ""),
    );
    doc.does(Edit::Move(Entity::Metric(ces), At::First));
    let order = |doc: &BoardDoc| {
        doc.board()
            .metrics(Some(card))
            .iter()
            .map(|it| it.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(order(&doc), [ces, nps]);
    let (logo, font) = (asset(&mut doc, "Logo"), asset(&mut doc, "Chữ"));
    doc.does(Edit::Move(Entity::Asset(font), At::Before(Entity::Asset(logo))));
    assert_eq!(
        doc.board().assets().iter().map(|it| it.id).collect::<Vec<_>>(),
        [font, logo]
    );
    doc.does(Edit::Rename(Entity::Asset(font), "Kiểu chữ".into()));
    doc.does(Edit::Trash(Entity::Asset(logo)));
    assert_eq!(doc.board().assets()[0].name, "Kiểu chữ");
    assert_eq!(doc.board().layout().trash[0].0, Entity::Asset(logo));
    let view = ViewId::fresh();
    let query = "nhuman_gs".to_owned();
    let (name, at) = ("Con người".to_owned(), At::Last);
    doc.does(Edit::AddView {
        id: view,
        name,
        query,
        at,
    });
    doc.does(Edit::SetView(view, "ndigital".into()));
    assert_eq!(doc.board().views()[0].query, "ndigital");
    let long = Edit::SetView(view, "x".repeat(QUERY_MAX + 1));
    assert!(matches!(doc.edit(long), Err(EditError::TooLong { .. })));
    // Rounds, reviews and cards are not moved that way.
    assert!(matches!(
        doc.edit(Edit::Move(Entity::Touchpoint(card), At::First)),
        Err(EditError::Missing(_))
    ));
    assert_eq!(reopened(&doc), *doc.board());
}

#[test]
fn assets_are_scored_by_what_was_looked_at() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let cards: Vec<_> = (0..5).map(|n| doc.card(stage, &n.to_string())).collect();
    let (logo, font) = (asset(&mut doc, "Logo"), asset(&mut doc, "Chữ"));
    for (card, mark) in cards.iter().zip(Consistency::ALL) {
        set(&mut doc, *card, Field::Asset(logo, Some(*mark)));
    }
    let layout = doc.board().layout();
    let tally = doc.board().asset_tally(logo, &layout);
    let [consistent, inconsistent, absent, not_applicable, unset] = [1; 5];
    assert_eq!(
        tally,
        Tally {
            consistent,
            inconsistent,
            absent,
            not_applicable,
            unset
        }
    );
    assert_eq!(tally.score(), Some(1.0 / 3.0));
    assert_eq!(doc.board().asset_tally(font, &layout).score(), None);
    let first = doc.board().touchpoint_tally(cards[0]);
    assert_eq!((first.consistent, first.unset, first.score()), (1, 1, Some(1.0)));
    doc.does(Edit::Trash(Entity::Asset(logo)));
    assert_eq!(doc.board().touchpoint_tally(cards[0]).score(), None);
    let gone = Field::Asset(AssetId::fresh(), Some(Consistency::Absent));
    assert!(matches!(
        doc.edit(Edit::SetTouchpoint(cards[0], gone)),
        Err(EditError::Missing(_))
    ));
}

#[test]
fn coverage_and_the_rule_of_seven() {
    let mut doc = editor();
    let (before, after) = (doc.stage("Trước"), doc.stage("Sau"));
    doc.does(Edit::SetPhase(after, Phase::After));
    let an = doc.persona("An");
    let cards: Vec<_> = [before, before, after]
        .iter()
        .map(|stage| doc.card(*stage, "Thẻ"))
        .collect();
    for card in &cards {
        set(&mut doc, *card, Field::Persona(an, true));
    }
    set(&mut doc, cards[0], Field::Nature(Some(Nature::Human)));
    let layout = doc.board().layout();
    let counts = |i: usize| {
        let (facet, groups) = &doc.board().coverage(&layout)[i];
        (
            *facet,
            groups
                .iter()
                .map(|group| (group.value.clone(), group.cards.len()))
                .collect::<Vec<_>>(),
        )
    };
    let pairs = |all: &[(&str, usize)]| all.iter().map(|(word, n)| ((*word).to_owned(), *n)).collect::<Vec<_>>();
    assert_eq!(
        counts(0),
        (Facet::Phase, pairs(&[("before", 2), ("during", 0), ("after", 1)]))
    );
    let nature = pairs(&[
        ("physical", 0),
        ("digital", 0),
        ("human", 1),
        ("communication", 0),
        ("", 2),
    ]);
    assert_eq!(counts(1), (Facet::Nature, nature));
    assert_eq!(
        counts(3),
        (Facet::Control, pairs(&[("own", 0), ("outside", 0), ("", 3)]))
    );
    assert_eq!(doc.board().before_purchase(an, &layout), 2);

    // Of a part of the map.
    let part = layout.with_only(&cards[1..].iter().copied().collect());
    assert_eq!(part.in_order(), cards[1..]);
    assert_eq!(doc.board().before_purchase(an, &part), 1);
}

#[test]
fn g4_a_map_is_due_a_year_after_its_last_review() {
    let lan = PersonId::fresh();
    let mut doc = editor().with_author(lan);
    assert_eq!(doc.board().review_state(day("2026-01-01")).due, None);
    let stage = doc.stage("Mua");
    let begun = doc.board().begun().unwrap();
    let state = doc.board().review_state(begun.plus_months(12));
    assert_eq!(
        (state.last, state.due, state.overdue),
        (None, Some(begun.plus_months(12)), false)
    );
    assert!(doc.board().review_state(begun.plus_months(12).plus_days(1)).overdue);
    let kept = doc.card(stage, "giữ nguyên");
    let (moved, edited, gone) = (doc.card(stage, "chuyển"), doc.card(stage, "sửa"), doc.card(stage, "bỏ"));
    rates(&mut doc, lan, edited, 3, 3);
    let (id, on) = (ReviewId::fresh(), day("2026-02-28"));
    let name = "Lan".to_owned();
    doc.does(Edit::AddReview {
        id,
        on,
        next: None,
        name,
    });
    let state = doc.board().review_state(day("2027-02-28"));
    assert_eq!((state.due, state.overdue), (Some(day("2027-02-28")), false));
    let review = state.last.unwrap();
    assert_eq!((review.by, review.name.as_str(), review.on), (Some(lan), "Lan", on));
    assert_eq!(doc.board().changes_since(review), model::review::Changes::default());

    let other = doc.stage("Sau");
    doc.does(Edit::MoveTouchpoint {
        id: moved,
        stage: other,
        at: At::First,
    });
    doc.pain(edited, "chậm");
    rates(&mut doc, PersonId::fresh(), edited, 4, 3);
    trash(&mut doc, gone);
    let added = doc.card(stage, "mới");
    let review = doc.board().review(id).unwrap();
    let changes = doc.board().changes_since(review);
    assert_eq!((changes.added, changes.gone), (vec![added], vec![gone]));
    assert_eq!((changes.moved, changes.edited), (vec![moved], vec![edited]));
    let shift = changes.rated[0];
    assert_eq!(
        (shift.id, shift.criterion, shift.then, shift.now),
        (edited, Criterion::Importance, Some(3.0), Some(3.5))
    );
    assert_eq!(changes.rated.len(), 1);
    assert_ne!(kept, added);
    doc.does(Edit::SetNextReview(id, Some(day("2026-06-01"))));
    assert!(doc.board().review_state(day("2026-06-02")).overdue);
    assert_eq!(reopened(&doc), *doc.board());
    // The last review counts by its day, not by when it was put in.
    let (earlier, on) = (ReviewId::fresh(), day("2025-01-01"));
    doc.does(Edit::AddReview {
        id: earlier,
        on,
        next: None,
        name: String::new(),
    });
    assert_eq!(
        doc.board().reviews().iter().map(|review| review.id).collect::<Vec<_>>(),
        [id, earlier]
    );
    doc.does(Edit::Trash(Entity::Review(id)));
    assert_eq!(doc.board().review_state(day("2026-06-02")).last.unwrap().id, earlier);
}

#[test]
fn finding_by_any_field_and_without_accents() {
    let who = PersonId::fresh();
    let mut doc = editor();
    let (before, after) = (doc.stage("Trước"), doc.stage("Sau"));
    let (an, zalo) = (doc.persona("An"), doc.channel("Zalo"));
    let first = doc.card(before, "Hỏi đường");
    let second = doc.card(after, "Hoá đơn");
    let third = doc.card(after, "Góp ý");
    set(&mut doc, first, Field::Channel(Some(zalo)));
    set(&mut doc, first, Field::Persona(an, true));
    set(&mut doc, second, Field::Owner("Đặng Lan".into()));
    set(&mut doc, second, Field::Emotion(Some(an), Some(Emotion::ALL[0])));
    set(&mut doc, third, Field::Nature(Some(Nature::Human)));
    set(&mut doc, third, Field::MomentOfTruth(true));
    rates(&mut doc, who, third, 5, 1);
    doc.pain(second, "sai mã số thuế");
    let find = |text: &str| {
        let (board, query) = (doc.board(), Query::parse(text));
        assert_eq!(Query::parse(&query.to_string()), query);
        names(&doc, &board.find(&query, board.ratings_for(Some(who)), &board.layout()))
    };
    let all = ["Hỏi đường", "Hoá đơn", "Góp ý"];
    assert_eq!(find(""), all);
    assert_eq!(find("xduong"), all[..1]);
    assert_eq!(find("xTHUE*20ma"), all[1..2]);
    assert_eq!(find("xzalo"), all[..1]);
    assert_eq!(find(&format!("c{zalo}")), all[..1]);
    assert_eq!(find("c"), all[1..]);
    assert_eq!(find(&format!("s{after}_nhuman")), all[2..]);
    assert_eq!(find("pbefore.after_nhuman."), all);
    assert_eq!(find("odang*20lan"), all[1..2]);
    assert_eq!(find("myes"), all[2..]);
    assert_eq!(find("qconcentrate_ryes"), all[2..]);
    assert_eq!(find("r"), all[..2]);
    assert_eq!(find("e-2"), all[1..2]);
    assert_eq!(find(&format!("w{an}_e-2")), [""; 0]);
    assert_eq!(find("?_\u{1F600}_n*zz_gn"), all);
    let groups = |facet| {
        let (board, layout) = (doc.board(), doc.board().layout());
        let groups = board.groups(&layout.in_order(), facet, board.ratings_for(None), &layout);
        groups
            .into_iter()
            .map(|group| (group.value, group.cards.len()))
            .collect::<Vec<_>>()
    };
    assert_eq!(groups(Facet::Stage), [(before.to_string(), 1), (after.to_string(), 2)]);
    assert_eq!(groups(Facet::Owner), [("dang lan".to_owned(), 1), (String::new(), 2)]);
    assert_eq!(
        groups(Facet::MomentOfTruth),
        [("yes".to_owned(), 1), (String::new(), 2)]
    );
}

#[test]
fn a_query_is_toggled_value_by_value() {
    let mut query = Query::default();
    query.toggle(Facet::Nature, "human");
    query.toggle(Facet::Nature, "");
    query.toggle(Facet::Owner, "nguyễn a.b_c");
    query.group = Some(Facet::Stage);
    query.text = " điểm chạm ".into();
    let text = query.to_string();
    assert!(
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.*".contains(&byte)),
        "{text}"
    );
    let read = Query::parse(&text);
    assert_eq!(
        (&read.wanted, read.group, read.text.as_str()),
        (&query.wanted, query.group, "điểm chạm")
    );
    query.toggle(Facet::Nature, "human");
    assert!(!query.wants(Facet::Nature, "human") && query.wants(Facet::Nature, ""));
    query.toggle(Facet::Nature, "");
    query.toggle(Facet::Owner, "nguyễn a.b_c");
    query.text.clear();
    assert!(query.is_everything());
    assert_eq!(query.to_string(), "gs");

    query.toggle(Facet::Nature, "human");
    query.want_only(Facet::Persona, Some("an"));
    assert_eq!(query.only(Facet::Persona), Some("an"));
    query.toggle(Facet::Persona, "bình");
    assert_eq!(query.only(Facet::Persona), None);
    query.want_only(Facet::Persona, Some("bình"));
    assert_eq!(query.to_string(), "nhuman_wb*c3*acnh_gs");
    query.want_only(Facet::Persona, None);
    assert_eq!(query.to_string(), "nhuman_gs");
}

#[test]
fn e24_comments_are_threads_and_only_ones_own_are_changed() {
    let (lan, minh) = (PersonId::fresh(), PersonId::fresh());
    let mut a = editor().with_author(lan);
    let stage = a.stage("Mua");
    let card = a.card(stage, "Thẻ");
    at_time(1_000);
    let first = says(&mut a, Anchor::Touchpoint(card), " có đúng không? ");
    let mut b = another(&a).with_author(minh);
    at_time(500);
    let reply = says(&mut b, Anchor::Reply(first), "đúng");
    let nested = says(&mut b, Anchor::Reply(reply), "chắc chắn");
    sync(&mut a, &mut b);
    let threads = a.board().threads();
    assert_eq!(threads.len(), 1);
    let thread = &threads[0];
    assert_eq!(
        (thread.first.text.as_str(), thread.first.written.by),
        ("có đúng không?", Some(lan))
    );
    // In the order in which they were written, whatever the clock said.
    assert_eq!(
        thread.replies.iter().map(|it| it.id).collect::<Vec<_>>(),
        [reply, nested]
    );
    assert_eq!(
        (thread.anchor(), thread.latest(), thread.unread(1)),
        (Anchor::Touchpoint(card), 1_000, 2)
    );
    let edit = Edit::EditComment(reply, "sai".into());
    assert_eq!(a.edit(edit.clone()), Err(EditError::NotYours(Entity::Comment(reply))));
    assert_eq!(
        a.edit(Edit::Trash(Entity::Comment(reply))),
        Err(EditError::NotYours(Entity::Comment(reply)))
    );
    assert!(replica().edit(Edit::Trash(Entity::Comment(reply))).is_err());
    wait(1);
    b.does(edit);
    let comment = b.board().comment(reply).unwrap();
    assert_eq!((comment.text.as_str(), comment.edited), ("sai", Some(501)));
    a.does(Edit::Resolve(first, true));
    assert!(a.board().threads()[0].first.resolved.is_some());
    a.does(Edit::Resolve(first, false));
    assert!(a.board().threads()[0].first.resolved.is_none());
    // The anchor goes, the thread stays; the first comment goes, its answers stay.
    trash(&mut a, card);
    a.does(Edit::Trash(Entity::Comment(first)));
    assert_eq!(a.board().threads().len(), 1);
    assert!(a.board().threads()[0].first.trashed.is_some());
    sync(&mut a, &mut b);
    b.does(Edit::Trash(Entity::Comment(reply)));
    b.does(Edit::Trash(Entity::Comment(nested)));
    assert!(b.board().threads().is_empty());
    assert_eq!(b.board().items.len(), 3);
    assert_eq!(reopened(&b), *b.board());
    let id = CommentId::fresh();
    let (on, name) = (Anchor::Stage(stage), String::new());
    let blank = Edit::AddComment {
        id,
        on,
        name,
        text: " \n".into(),
    };
    assert_eq!(a.edit(blank), Err(EditError::Blank));
}

#[test]
fn s10_what_two_people_set_under_two_flat_keys_stands_both() {
    let mut a = editor();
    let stage = a.stage("Mua");
    let card = a.card(stage, "Thẻ");
    let (nps, logo, font) = (
        metric(&mut a, card, MetricKind::Nps, ""),
        asset(&mut a, "Logo"),
        asset(&mut a, "Chữ"),
    );
    let mut b = another(&a);
    let value = |on: &str, n| Edit::SetMetric(nps, MetricField::Value(day(on), Some(figure(n))));
    a.does(value("2026-01-01", 10.0));
    b.does(value("2026-02-01", 20.0));
    set(&mut a, card, Field::Asset(logo, Some(Consistency::Absent)));
    set(&mut b, card, Field::Asset(font, Some(Consistency::Consistent)));
    set(
        &mut a,
        card,
        Field::Link(LinkId::fresh(), Some(("a".into(), "a.b".into()))),
    );
    set(
        &mut b,
        card,
        Field::Link(LinkId::fresh(), Some(("b".into(), "b.c".into()))),
    );
    sync(&mut a, &mut b);
    let card = &a.board().touchpoints[&card];
    assert_eq!((card.assets.len(), card.links.len()), (2, 2));
    assert_eq!(a.board().metric(nps).unwrap().values.len(), 2);
}

#[test]
fn a_board_of_everything_travels_as_json() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let card = doc.card(stage, "Thẻ");
    let nps = metric(&mut doc, card, MetricKind::Nps, "");
    doc.does(Edit::SetMetric(
        nps,
        MetricField::Value(day("2026-01-01"), Some(figure(10.5))),
    ));
    asset(&mut doc, "Logo");
    says(&mut doc, Anchor::Stage(stage), "hỏi");
    doc.does(Edit::OpenRound(RoundId::fresh()));
    let json = serde_json::to_string(doc.board()).unwrap();
    assert_eq!(
        &serde_json::from_str::<model::board::Board>(&json).unwrap(),
        doc.board()
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_a_query_and_comes_back(text in "[spcwndkotmrqexg_.*0-9a-f-]{0,40}|.{0,20}") {
        let query = Query::parse(&text);
        prop_assert_eq!(&Query::parse(&query.to_string()), &Query { text: query.text.trim().to_owned(), ..query.clone() });
    }

    #[test]
    fn any_bytes_are_a_snapshot(bytes in proptest::collection::vec(any::<u8>(), 0..120), form in any::<bool>()) {
        use yrs::{Any, Map, MapPrelim, ReadTxn, Transact};
        let mut bytes = bytes;
        if form && !bytes.is_empty() {
            bytes[0] = 1;
        }
        let foreign = yrs::Doc::new();
        let root = foreign.get_or_insert_map("reviews");
        let id = ReviewId::fresh();
        {
            let mut txn = foreign.transact_mut();
            let map = root.insert(&mut txn, id.to_string(), MapPrelim::default());
            map.insert(&mut txn, "on", "2026-01-01");
            map.insert(&mut txn, "snapshot", Any::Buffer(bytes.into()));
        }
        let doc = BoardDoc::open(env(), &foreign.transact().encode_diff_v1(&yrs::StateVector::default())).unwrap();
        let review = doc.board().review(id).unwrap();
        let changes = doc.board().changes_since(review);
        prop_assert!(changes.added.is_empty() && changes.moved.is_empty());
    }
}
