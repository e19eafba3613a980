//! The feedback-loop board: SPEC E25–E29, G5–G15, R13, S11.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod scene;

use model::board::Score;
use model::date::Date;
use model::doc::BoardDoc;
use model::edit::{
    At, Edit, EditError, Entity, FeedbackField, ImprovementField as Field, Judgement, MapField, MetricField, TextField,
    TouchpointField,
};
use model::id::{CheckId, FeedbackId, ImprovementId, MetricId, PersonId, TouchpointId};
use model::items::{Anchor, Direction, Figure, MetricKind};
use model::limits::{FEEDBACK_MAX, IMPORT_MAX};
use model::loops::csv::{Column, Sheet, SheetError, Why};
use model::loops::feedback::Entry;
use model::loops::gates::{Flag, Missing};
use model::loops::lanes::{LoopFilter, Swim, SwimOf};
use model::loops::overview::{LoopLine, improvements_of};
use model::loops::{Decision, Improvement, Origin, Step, VerdictKind};
use model::rows::table_by;
use model::templates::Lang;
use scene::{Scene, another, at_time, editor, reopened, replica, sync, wait};

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn figure(n: f64) -> Option<Figure> {
    Figure::new(n)
}

fn ana() -> PersonId {
    PersonId(uuid::Uuid::from_u128(7))
}

fn rated(doc: &mut BoardDoc, card: TouchpointId) {
    let score = |n| Some(Score::try_from(n).unwrap());
    doc.does(Edit::SetTouchpoint(card, TouchpointField::Importance(ana(), score(5))));
    doc.does(Edit::SetTouchpoint(card, TouchpointField::Performance(ana(), score(2))));
}

/// Minutes of waiting: less is better, from 9 to 5.
fn waiting_time(doc: &mut BoardDoc, card: TouchpointId) -> MetricId {
    let id = MetricId::fresh();
    doc.does(Edit::AddMetric {
        id,
        touchpoint: card,
        kind: MetricKind::Own,
        name: "Thời gian chờ".into(),
        at: At::Last,
    });
    doc.does(Edit::SetMetric(id, MetricField::Direction(Some(Direction::Lower))));
    doc.does(Edit::SetMetric(id, MetricField::Target(figure(5.0))));
    doc.does(Edit::SetMetric(id, MetricField::Value(day("2024-01-10"), figure(9.0))));
    id
}

fn value(doc: &mut BoardDoc, metric: MetricId, on: &str, n: f64) {
    doc.does(Edit::SetMetric(metric, MetricField::Value(day(on), figure(n))));
}

fn begin(doc: &mut BoardDoc, card: TouchpointId, name: &str) -> ImprovementId {
    let id = ImprovementId::fresh();
    doc.does(Edit::AddImprovement {
        id,
        touchpoint: card,
        name: name.into(),
        origin: None,
        at: At::Last,
    });
    id
}

fn set(doc: &mut BoardDoc, id: ImprovementId, field: Field) {
    doc.does(Edit::SetImprovement(id, field));
}

fn to(id: ImprovementId, step: Step) -> Edit {
    Edit::MoveImprovement { id, step, at: At::Last }
}

fn lacks(doc: &mut BoardDoc, edit: Edit) -> Vec<Missing> {
    let before = doc.encode();
    let error = doc.edit(edit).unwrap_err();
    assert_eq!(doc.encode(), before, "a refused edit changes nothing");
    match error {
        EditError::Gate(missing) => missing,
        other => panic!("{other:?} instead of a gate"),
    }
}

fn it(doc: &BoardDoc, id: ImprovementId) -> &Improvement {
    doc.board().improvement(id).unwrap()
}

fn flags(doc: &BoardDoc, id: ImprovementId) -> Vec<Flag> {
    doc.board().flags(it(doc, id), &doc.board().chains())
}

fn plan_b(id: ImprovementId, practice: &str) -> (Edit, ImprovementId) {
    let successor = ImprovementId::fresh();
    let practice = practice.to_owned();
    (Edit::Judge(id, Judgement::PlanB { successor, practice }), successor)
}

fn success(id: ImprovementId, accepted: &str) -> Edit {
    let accepted = accepted.to_owned();
    Edit::Judge(id, Judgement::Success { accepted })
}

fn left(id: ImprovementId, reason: &str) -> Edit {
    let reason = reason.to_owned();
    Edit::Judge(id, Judgement::Left { reason })
}

/// A map with one rated touchpoint, its metric, and an improvement that has all it needs for being measured.
fn measured() -> (BoardDoc, TouchpointId, MetricId, ImprovementId) {
    let mut doc = editor().with_author(ana());
    let stage = doc.stage("Gọi món");
    let card = doc.card(stage, "Chờ lấy món");
    rated(&mut doc, card);
    let metric = waiting_time(&mut doc, card);
    let id = begin(&mut doc, card, "Bảng số thứ tự");
    ready(&mut doc, id, metric);
    doc.does(to(id, Step::Measure));
    (doc, card, metric, id)
}

fn ready(doc: &mut BoardDoc, id: ImprovementId, metric: MetricId) {
    doc.types(TextField::Problem(id), 0, "Chờ quá lâu");
    doc.types(TextField::Practice(id), 0, "Gọi số");
    set(doc, id, Field::Decision(Some(Decision::Improve)));
    set(doc, id, Field::Owner("Đức".into()));
    set(doc, id, Field::Metric(Some(metric)));
    set(doc, id, Field::MeasureBy(Some(day("2024-03-31"))));
    set(doc, id, Field::Live(Some(day("2024-02-01"))));
}

#[test]
fn e25_an_improvement_starts_from_a_pain_point_and_both_know_it() {
    let mut doc = editor();
    let stage = doc.stage("Gọi món");
    let card = doc.card(stage, "Chờ lấy món");
    let pain = doc.pain(card, "Không biết đến lượt chưa");
    let id = ImprovementId::fresh();
    let add = |id, touchpoint, origin| Edit::AddImprovement {
        id,
        touchpoint,
        name: " Bảng số ".into(),
        origin,
        at: At::First,
    };
    doc.does(add(id, card, Some(Origin::Pain(pain))));
    assert_eq!(
        (it(&doc, id).name.as_str(), it(&doc, id).step, it(&doc, id).origin),
        ("Bảng số", Step::Evaluate, Some(Origin::Pain(pain)))
    );
    let ids = |found: Vec<&Improvement>| found.into_iter().map(|it| it.id).collect::<Vec<_>>();
    let board = doc.board();
    assert_eq!(ids(board.improvements_at(card).collect()), [id]);
    assert_eq!(ids(board.improvements_from(Entity::Note(pain)).collect()), [id]);
    assert_eq!(board.layout().improvements[0], [id]);

    let gone = TouchpointId::fresh();
    let refused = doc.edit(add(ImprovementId::fresh(), gone, None)).unwrap_err();
    assert_eq!(refused, EditError::Missing(Entity::Touchpoint(gone)));
    assert_eq!(
        doc.edit(add(id, card, None)).unwrap_err(),
        EditError::Taken(Entity::Improvement(id))
    );
    // Its touchpoint in the trash does not take the work off the board.
    doc.does(Edit::Trash(Entity::Touchpoint(card)));
    assert_eq!(doc.board().layout().improvements[0], [id]);
    assert_eq!(reopened(&doc), *doc.board());
}

#[test]
fn e25_a_feedback_entry_that_an_improvement_starts_from_names_it() {
    let mut doc = editor();
    let stage = doc.stage("Gọi món");
    let card = doc.card(stage, "Chờ lấy món");
    let entry = FeedbackId::fresh();
    let text = "Chờ 20 phút".to_owned();
    doc.does(Edit::AddFeedback {
        id: entry,
        entry: Box::new(Entry {
            text,
            ..Entry::default()
        }),
    });
    let id = ImprovementId::fresh();
    doc.does(Edit::AddImprovement {
        id,
        touchpoint: card,
        name: "Bảng số".into(),
        origin: Some(Origin::Feedback(entry)),
        at: At::Last,
    });
    assert_eq!(doc.board().feedback(entry).unwrap().entry.improvement, Some(id));
    doc.undo().unwrap();
    assert_eq!(doc.board().feedback(entry).unwrap().entry.improvement, None);
    assert!(doc.board().layout().improvements[0].is_empty());
}

#[test]
fn e25_a_metric_brings_its_start_and_target_and_comes_from_the_touchpoint() {
    let (mut doc, _, metric, id) = measured();
    assert_eq!((it(&doc, id).baseline, it(&doc, id).target), (figure(9.0), figure(5.0)));
    set(&mut doc, id, Field::Target(figure(4.0)));
    set(&mut doc, id, Field::Metric(Some(metric)));
    assert_eq!(
        it(&doc, id).target,
        figure(4.0),
        "the same metric again changes nothing"
    );
    let stage = doc.stage("Khác");
    let elsewhere = doc.card(stage, "Khác");
    let other = waiting_time(&mut doc, elsewhere);
    assert_eq!(
        doc.edit(Edit::SetImprovement(id, Field::Metric(Some(other))))
            .unwrap_err(),
        EditError::Missing(Entity::Metric(other))
    );
}

#[test]
fn e25_numbers_off_the_scale_of_the_metric_are_refused() {
    let mut doc = editor();
    let stage = doc.stage("Gọi món");
    let card = doc.card(stage, "Chờ lấy món");
    let metric = MetricId::fresh();
    doc.does(Edit::AddMetric {
        id: metric,
        touchpoint: card,
        kind: MetricKind::Csat,
        name: String::new(),
        at: At::Last,
    });
    let id = begin(&mut doc, card, "Bảng số");
    set(&mut doc, id, Field::Metric(Some(metric)));
    for field in [Field::Baseline(figure(6.0)), Field::Target(figure(0.0))] {
        assert_eq!(
            doc.edit(Edit::SetImprovement(id, field)).unwrap_err(),
            EditError::OffScale
        );
    }
}

#[test]
fn e26_a_checklist_has_an_order_and_two_people_add_to_it_at_once() {
    let (mut a, _, _, id) = measured();
    let [one, two, three] = [(); 3].map(|()| CheckId::fresh());
    let add = |id, text: &str, at| Field::AddCheck {
        id,
        text: text.into(),
        at,
    };
    set(&mut a, id, add(one, "Đo ba sáng", At::Last));
    let mut b = another(&a);
    set(&mut a, id, add(two, "In bảng", At::First));
    set(&mut b, id, add(three, "Dạy ca sáng", At::After(one)));
    set(&mut b, id, Field::CheckDone(one, true));
    sync(&mut a, &mut b);
    let lines = |doc: &BoardDoc| it(doc, id).checks.iter().map(|check| check.id).collect::<Vec<_>>();
    assert_eq!(lines(&a), [two, one, three]);
    assert_eq!(it(&a, id).checked(), (1, 3));
    set(&mut a, id, Field::MoveCheck(three, At::Before(two)));
    assert_eq!(lines(&a), [three, two, one]);
    assert!(
        a.does(Edit::SetImprovement(id, Field::MoveCheck(three, At::First)))
            .update
            .is_empty()
    );
    set(&mut a, id, Field::RemoveCheck(two));
    assert_eq!(lines(&a), [three, one]);
    assert_eq!(
        a.edit(Edit::SetImprovement(id, Field::CheckDone(two, true)))
            .unwrap_err(),
        EditError::Missing(Entity::Improvement(id))
    );
    assert_eq!(reopened(&a), *a.board());
}

#[test]
fn g5_leaving_evaluate_needs_the_problem_and_both_ratings() {
    let mut doc = editor();
    let stage = doc.stage("Gọi món");
    let card = doc.card(stage, "Chờ lấy món");
    let id = begin(&mut doc, card, "Bảng số");
    let all = vec![Missing::Problem, Missing::Importance, Missing::Performance];
    assert_eq!(lacks(&mut doc, to(id, Step::Decide)), all);
    assert_eq!(doc.board().missing_for(id, Step::Decide), all);
    doc.types(TextField::Problem(id), 0, " \n");
    rated(&mut doc, card);
    assert_eq!(lacks(&mut doc, to(id, Step::Decide)), [Missing::Problem]);
    doc.types(TextField::Problem(id), 0, "Chờ lâu");
    doc.does(to(id, Step::Decide));
    assert_eq!(doc.board().layout().improvements[1], [id]);
    assert_eq!(flags(&doc, id), []);
}

#[test]
fn g5_a_batch_sees_what_it_has_typed() {
    let mut doc = editor();
    let stage = doc.stage("Gọi món");
    let card = doc.card(stage, "Chờ lấy món");
    rated(&mut doc, card);
    let id = begin(&mut doc, card, "Bảng số");
    let splice = model::edit::Splice {
        at: 0,
        remove: 0,
        insert: "Chờ lâu".into(),
    };
    doc.does(Edit::Batch(vec![
        Edit::Type(TextField::Problem(id), splice),
        to(id, Step::Decide),
    ]));
    assert_eq!(
        (it(&doc, id).step, it(&doc, id).problem.as_str()),
        (Step::Decide, "Chờ lâu")
    );
}

#[test]
fn g6_leaving_decide_needs_decision_practice_owner_numbers_and_a_day() {
    let mut doc = editor();
    let stage = doc.stage("Gọi món");
    let card = doc.card(stage, "Chờ lấy món");
    rated(&mut doc, card);
    let id = begin(&mut doc, card, "Bảng số");
    doc.types(TextField::Problem(id), 0, "Chờ lâu");
    doc.does(to(id, Step::Decide));
    let rest = [
        Missing::Practice,
        Missing::Owner,
        Missing::Metric,
        Missing::Baseline,
        Missing::Target,
        Missing::MeasureBy,
    ];
    let missing = lacks(&mut doc, to(id, Step::Implement));
    assert_eq!((missing[0], &missing[1..]), (Missing::Decision, &rest[..]));
    set(&mut doc, id, Field::Decision(Some(Decision::Leave)));
    assert_eq!(lacks(&mut doc, to(id, Step::Implement))[0], Missing::Decision);
    let metric = waiting_time(&mut doc, card);
    set(&mut doc, id, Field::Decision(Some(Decision::Improve)));
    set(&mut doc, id, Field::Metric(Some(metric)));
    assert_eq!(
        lacks(&mut doc, to(id, Step::Implement)),
        [Missing::Practice, Missing::Owner, Missing::MeasureBy]
    );
    // Up is not where this metric should go.
    set(&mut doc, id, Field::Target(figure(12.0)));
    ready(&mut doc, id, metric);
    assert_eq!(lacks(&mut doc, to(id, Step::Implement)), [Missing::Direction]);
    set(&mut doc, id, Field::Target(figure(5.0)));
    doc.does(Edit::Trash(Entity::Metric(metric)));
    assert_eq!(lacks(&mut doc, to(id, Step::Implement)), [Missing::Metric]);
    doc.does(Edit::Restore(Entity::Metric(metric)));
    doc.does(to(id, Step::Implement));
    assert_eq!(flags(&doc, id), []);
}

#[test]
fn g6_which_way_an_own_number_should_go_is_known_once_somebody_says_so() {
    let (mut doc, card, _, id) = measured();
    doc.does(to(id, Step::Decide));
    let own = |doc: &mut BoardDoc, kind| {
        let (metric, name) = (MetricId::fresh(), "Cốc vỡ".to_owned());
        let (touchpoint, at) = (card, At::Last);
        doc.does(Edit::AddMetric {
            id: metric,
            touchpoint,
            kind,
            name,
            at,
        });
        doc.does(Edit::SetMetric(metric, MetricField::Target(figure(4.0))));
        value(doc, metric, "2024-01-10", 3.0);
        metric
    };
    let broken = own(&mut doc, MetricKind::Own);
    set(&mut doc, id, Field::Metric(Some(broken)));
    assert_eq!(doc.board().metric(broken).unwrap().direction(), None);
    assert_eq!(doc.board().metric(broken).unwrap().standing(), None);
    assert_eq!(lacks(&mut doc, to(id, Step::Implement)), [Missing::Way]);
    value(&mut doc, broken, "2024-02-10", 1.0);
    let measure = doc.board().measure(it(&doc, id)).unwrap();
    assert_eq!((measure.values, measure.met, measure.progress), (1, None, None));

    let say = |doc: &mut BoardDoc, way| doc.does(Edit::SetMetric(broken, MetricField::Direction(way)));
    say(&mut doc, Some(Direction::Lower));
    assert_eq!(lacks(&mut doc, to(id, Step::Implement)), [Missing::Direction]);
    say(&mut doc, Some(Direction::Higher));
    doc.does(to(id, Step::Implement));
    say(&mut doc, None);
    assert_eq!(flags(&doc, id), [Flag::Missing(Missing::Way)]);

    // Of a number of the field it is known.
    let csat = own(&mut doc, MetricKind::Csat);
    doc.does(to(id, Step::Decide));
    set(&mut doc, id, Field::Metric(Some(csat)));
    assert_eq!(doc.board().metric(csat).unwrap().direction(), Some(Direction::Higher));
    doc.does(to(id, Step::Implement));
}

#[test]
fn g7_leaving_implement_needs_the_day_it_went_live() {
    let (mut doc, _, _, id) = measured();
    doc.does(to(id, Step::Implement));
    set(&mut doc, id, Field::Live(None));
    assert_eq!(lacks(&mut doc, to(id, Step::Measure)), [Missing::Live]);
    assert_eq!(lacks(&mut doc, to(id, Step::Verdict)), [Missing::Live, Missing::Value]);
}

#[test]
fn g8_a_verdict_needs_a_value_after_the_live_day() {
    let (mut doc, _, metric, id) = measured();
    value(&mut doc, metric, "2024-02-01", 4.0);
    assert_eq!(lacks(&mut doc, to(id, Step::Verdict)), [Missing::Value]);
    assert_eq!(lacks(&mut doc, plan_b(id, "").0), [Missing::Value]);
    assert_eq!(lacks(&mut doc, success(id, "tốt")), [Missing::Value]);
    value(&mut doc, metric, "2024-02-02", 8.0);
    doc.does(to(id, Step::Verdict));
    assert_eq!((it(&doc, id).ended(), flags(&doc, id)), (None, vec![]));
}

#[test]
fn g9_success_is_the_target_met_or_a_reason() {
    let (mut doc, _, metric, id) = measured();
    value(&mut doc, metric, "2024-02-10", 6.0);
    assert_eq!(lacks(&mut doc, success(id, " ")), [Missing::Accepted]);
    doc.does(success(id, " Đủ cho quý này "));
    let verdict = it(&doc, id).verdict.clone().unwrap();
    assert_eq!(
        (verdict.kind, verdict.accepted.as_str(), verdict.on, verdict.given.by),
        (
            VerdictKind::Success,
            "Đủ cho quý này",
            Some(day("2024-02-10")),
            Some(ana())
        )
    );
    assert!(
        doc.does(success(id, "Đủ cho quý này")).update.is_empty(),
        "once is enough"
    );

    let (mut doc, _, metric, id) = measured();
    value(&mut doc, metric, "2024-02-10", 5.0);
    doc.does(success(id, ""));
    assert_eq!(it(&doc, id).ended(), Some(VerdictKind::Success));
    // What is measured later does not change the verdict.
    value(&mut doc, metric, "2024-05-01", 9.0);
    let measure = doc.board().measure(it(&doc, id)).unwrap();
    assert_eq!((measure.met, measure.values, flags(&doc, id)), (Some(true), 1, vec![]));
    // What it was judged by does.
    value(&mut doc, metric, "2024-02-10", 7.0);
    assert_eq!(flags(&doc, id), [Flag::Missing(Missing::Accepted)]);
}

#[test]
fn g10_leaving_it_goes_straight_to_the_end_with_a_reason() {
    let mut doc = editor();
    let stage = doc.stage("Gọi món");
    let card = doc.card(stage, "Chờ lấy món");
    let id = begin(&mut doc, card, "Bảng số");
    assert_eq!(
        lacks(&mut doc, left(id, "")),
        [
            Missing::Problem,
            Missing::Importance,
            Missing::Performance,
            Missing::Reason
        ]
    );
    rated(&mut doc, card);
    doc.types(TextField::Problem(id), 0, "Chờ lâu");
    doc.does(to(id, Step::Decide));
    set(&mut doc, id, Field::Decision(Some(Decision::Leave)));
    assert_eq!(lacks(&mut doc, to(id, Step::Verdict)), [Missing::Reason]);
    set(&mut doc, id, Field::Reason("Sắp dời quán".into()));
    doc.does(to(id, Step::Verdict));
    assert_eq!(
        (it(&doc, id).ended(), flags(&doc, id)),
        (Some(VerdictKind::Left), vec![])
    );
    doc.undo().unwrap();
    assert_eq!(
        (it(&doc, id).step, it(&doc, id).verdict.is_none()),
        (Step::Decide, true)
    );
    doc.does(left(id, "Không đáng"));
    assert_eq!(it(&doc, id).reason, "Không đáng");
    // Reopened, it has the columns before it that it never passed.
    let missing = lacks(&mut doc, to(id, Step::Measure));
    assert_eq!((missing[0], missing.last()), (Missing::Decision, Some(&Missing::Live)));
    assert_eq!(doc.board().missing_for(id, Step::Measure), missing);
    doc.does(to(id, Step::Decide));
    assert_eq!((it(&doc, id).step, flags(&doc, id)), (Step::Decide, vec![]));
}

#[test]
fn g11_plan_b_begins_the_next_attempt_with_problem_metric_and_history() {
    let (mut doc, card, metric, id) = measured();
    value(&mut doc, metric, "2024-02-10", 7.0);
    let (edit, next) = plan_b(id, "Hai quầy");
    doc.does(edit);
    let two = it(&doc, next);
    assert_eq!(
        (two.touchpoint, two.step, two.problem.as_str(), two.practice.as_str()),
        (card, Step::Decide, "Chờ quá lâu", "Hai quầy")
    );
    assert_eq!(
        (two.metric, two.baseline, two.target, two.live, two.decision),
        (Some(metric), figure(7.0), figure(5.0), None, None)
    );
    assert_eq!(
        (it(&doc, id).ended(), doc.board().attempt(next)),
        (Some(VerdictKind::PlanB), 2)
    );
    assert_eq!((flags(&doc, id), flags(&doc, next)), (vec![], vec![]));

    // One successor: again with the same is nothing new, with another one is refused, and so is another end.
    let practice = String::new();
    let same = Judgement::PlanB {
        successor: next,
        practice,
    };
    assert!(doc.does(Edit::Judge(id, same)).update.is_empty());
    for edit in [plan_b(id, "").0, success(id, "tốt"), left(id, "thôi")] {
        assert_eq!(doc.edit(edit).unwrap_err(), EditError::Succeeded(next));
    }

    // The third attempt, and the whole story from any of them.
    set(&mut doc, next, Field::Decision(Some(Decision::Improve)));
    set(&mut doc, next, Field::MeasureBy(Some(day("2024-06-30"))));
    set(&mut doc, next, Field::Live(Some(day("2024-04-01"))));
    value(&mut doc, metric, "2024-04-20", 6.5);
    assert_eq!(
        doc.board().measure(it(&doc, id)).unwrap().latest,
        Some((day("2024-02-10"), figure(7.0).unwrap()))
    );
    let (edit, third) = plan_b(next, "");
    doc.does(edit);
    let chains = doc.board().chains();
    for id in [id, next, third] {
        let story = doc.board().chain(it(&doc, id), &chains);
        let story: Vec<_> = story.iter().map(|it| (it.id, it.number, it.forked)).collect();
        assert_eq!(story, [(story[0].0, 1, false), (next, 2, false), (third, 3, false)]);
    }
    doc.undo().unwrap();
    assert_eq!(it(&doc, next).step, Step::Decide);
    assert!(it(&doc, third).trashed.is_some());
}

#[test]
fn g11_a_successor_in_the_trash_makes_room_for_another() {
    let (mut doc, _, metric, id) = measured();
    value(&mut doc, metric, "2024-02-10", 7.0);
    let (edit, first) = plan_b(id, "");
    doc.does(edit);
    doc.does(Edit::Trash(Entity::Improvement(first)));
    assert_eq!(flags(&doc, id), [Flag::NoSuccessor]);
    let (edit, second) = plan_b(id, "");
    doc.does(edit);
    assert_eq!(flags(&doc, id), []);
    doc.does(Edit::Restore(Entity::Improvement(first)));
    for id in [id, first, second] {
        assert_eq!(flags(&doc, id), [Flag::Fork]);
    }
}

#[test]
fn g12_moving_back_is_free_recorded_and_reopens() {
    at_time(1_710_000_000_000);
    let (mut doc, _, metric, id) = measured();
    value(&mut doc, metric, "2024-02-10", 4.0);
    doc.does(success(id, ""));
    wait(60_000);
    doc.does(to(id, Step::Evaluate));
    assert_eq!((it(&doc, id).step, &it(&doc, id).verdict), (Step::Evaluate, &None));
    let activity: Vec<_> = it(&doc, id)
        .activity()
        .into_iter()
        .map(|moved| (moved.from, moved.to, moved.reopened, moved.mark.by))
        .collect();
    assert_eq!(
        activity,
        [
            (Step::Evaluate, Step::Measure, None, Some(ana())),
            (Step::Measure, Step::Verdict, None, Some(ana())),
            (Step::Verdict, Step::Evaluate, Some(VerdictKind::Success), Some(ana())),
        ]
    );
    // Within a column nothing is recorded, and to where it is nothing is done.
    assert!(doc.does(to(id, Step::Evaluate)).update.is_empty());
    doc.undo().unwrap();
    assert_eq!(
        (it(&doc, id).ended(), it(&doc, id).moves.len()),
        (Some(VerdictKind::Success), 2)
    );
    assert_eq!(reopened(&doc), *doc.board());
}

#[test]
fn g13_what_is_taken_away_later_is_flagged_not_refused() {
    let (mut doc, card, metric, id) = measured();
    set(&mut doc, id, Field::Owner(String::new()));
    doc.does(Edit::SetTouchpoint(card, TouchpointField::Importance(ana(), None)));
    doc.does(Edit::Trash(Entity::Metric(metric)));
    assert_eq!(
        flags(&doc, id),
        [Missing::Importance, Missing::Owner, Missing::Metric].map(Flag::Missing)
    );
    // Forward it needs all of it, not only what the next column adds.
    let missing = lacks(&mut doc, to(id, Step::Verdict));
    assert!(missing.starts_with(&[Missing::Importance, Missing::Owner, Missing::Metric]));
}

#[test]
fn g13_a_merge_that_no_edit_allows_is_flagged() {
    let (mut a, _, metric, id) = measured();
    value(&mut a, metric, "2024-02-10", 4.0);
    let mut b = another(&a);
    a.does(success(id, ""));
    b.does(Edit::SetMetric(metric, MetricField::Value(day("2024-02-10"), None)));
    sync(&mut a, &mut b);
    assert_eq!(flags(&a, id), [Missing::Value, Missing::Accepted].map(Flag::Missing));

    // Judged by one and taken back by the other: one column, and a verdict that is shown where it does not belong.
    let (mut a, _, metric, id) = measured();
    value(&mut a, metric, "2024-02-10", 4.0);
    let mut b = another(&a);
    a.does(success(id, ""));
    b.does(to(id, Step::Implement));
    sync(&mut a, &mut b);
    match it(&a, id).step {
        Step::Verdict => assert_eq!(
            (it(&a, id).ended(), flags(&a, id)),
            (Some(VerdictKind::Success), vec![])
        ),
        _ => {
            assert_eq!((it(&a, id).ended(), flags(&a, id)), (None, vec![Flag::Verdict]));
            a.does(to(id, Step::Implement));
            assert_eq!(flags(&a, id), []);
        }
    }
    let columns = a.board().layout().improvements;
    assert_eq!(columns.iter().flatten().filter(|other| **other == id).count(), 1);
}

#[test]
fn s11_plan_b_pressed_twice_apart_is_a_fork_that_is_shown() {
    let (mut a, _, metric, id) = measured();
    value(&mut a, metric, "2024-02-10", 7.0);
    let mut b = another(&a);
    let ((one, first), (two, second)) = (plan_b(id, "Của A"), plan_b(id, "Của B"));
    a.does(one);
    b.does(two);
    sync(&mut a, &mut b);
    for doc in [&a, &b] {
        for id in [id, first, second] {
            assert_eq!(flags(doc, id), [Flag::Fork]);
        }
        let story = doc.board().chain(it(doc, second), &doc.board().chains());
        let story: Vec<_> = story.iter().map(|it| (it.id, it.number, it.forked)).collect();
        assert_eq!(story, [(id, 1, false), (first, 2, true), (second, 2, true)]);
    }
    a.does(Edit::Trash(Entity::Improvement(second)));
    assert_eq!((flags(&a, id), flags(&a, first)), (vec![], vec![]));
}

#[test]
fn s11_success_and_plan_b_at_once_are_flagged() {
    let (mut a, _, metric, id) = measured();
    value(&mut a, metric, "2024-02-10", 4.0);
    let mut b = another(&a);
    a.does(success(id, ""));
    let (edit, next) = plan_b(id, "");
    b.does(edit);
    sync(&mut a, &mut b);
    let expected = match it(&a, id).ended() {
        Some(VerdictKind::PlanB) => vec![],
        _ => vec![Flag::Successor],
    };
    assert_eq!(flags(&a, id), expected);
    assert!(it(&a, next).trashed.is_none(), "nothing is lost");
}

#[test]
fn an_attempt_is_measured_by_the_values_of_its_metric() {
    let (mut doc, _, metric, id) = measured();
    assert_eq!(doc.board().measure(it(&doc, id)).unwrap().latest, None);
    value(&mut doc, metric, "2024-02-10", 7.0);
    let measure = doc.board().measure(it(&doc, id)).unwrap();
    assert_eq!(
        (measure.direction, measure.values, measure.met, measure.progress),
        (Some(Direction::Lower), 1, Some(false), Some(0.5))
    );
    value(&mut doc, metric, "2024-02-20", 4.0);
    let measure = doc.board().measure(it(&doc, id)).unwrap();
    assert_eq!((measure.met, measure.progress), (Some(true), Some(1.0)));
    value(&mut doc, metric, "2024-02-21", 10.0);
    assert_eq!(doc.board().measure(it(&doc, id)).unwrap().progress, Some(0.0));
}

#[test]
fn g14_due_until_it_is_live_then_until_it_is_measured() {
    let (mut doc, _, metric, id) = measured();
    set(&mut doc, id, Field::Due(Some(day("2024-01-31"))));
    assert_eq!(it(&doc, id).days_left(day("2024-03-31")), Some(0));
    assert!(it(&doc, id).is_overdue(day("2024-04-01")) && !it(&doc, id).is_overdue(day("2024-03-31")));
    doc.does(to(id, Step::Implement));
    assert_eq!(it(&doc, id).days_left(day("2024-02-03")), Some(-3));
    value(&mut doc, metric, "2024-02-10", 4.0);
    doc.does(success(id, ""));
    assert_eq!(it(&doc, id).deadline(), None);
}

#[test]
fn g15_a_limit_warns_and_stops_nobody() {
    let mut doc = editor();
    let stage = doc.stage("Gọi món");
    let card = doc.card(stage, "Chờ lấy món");
    doc.does(Edit::SetMap(MapField::Wip(Step::Evaluate, Some(1))));
    begin(&mut doc, card, "Một");
    assert_eq!(doc.board().over_limit(Step::Evaluate), 0);
    begin(&mut doc, card, "Hai");
    assert_eq!(
        (
            doc.board().over_limit(Step::Evaluate),
            doc.board().over_limit(Step::Decide)
        ),
        (1, 0)
    );
    assert_eq!(
        doc.edit(Edit::SetMap(MapField::Wip(Step::Decide, Some(0))))
            .unwrap_err(),
        EditError::OffScale
    );
    assert_eq!(reopened(&doc), *doc.board());
    doc.does(Edit::SetMap(MapField::Wip(Step::Evaluate, None)));
    assert_eq!(doc.board().map.wip, [None; 5]);
}

#[test]
fn the_board_is_filtered_and_cut_into_lanes() {
    let mut doc = editor();
    let (late, early) = (doc.stage("Sau"), doc.stage("Trước"));
    doc.does(Edit::MoveStage(early, At::First));
    let (one, two) = (doc.card(late, "Một"), doc.card(early, "Hai"));
    let (a, b, c) = (
        begin(&mut doc, one, "a"),
        begin(&mut doc, two, "b"),
        begin(&mut doc, two, "c"),
    );
    set(&mut doc, a, Field::Owner("Đức".into()));
    set(&mut doc, b, Field::Owner("An".into()));
    set(&mut doc, b, Field::Due(Some(day("2024-01-01"))));
    let board = doc.board();
    let layout = board.layout();
    let lanes = |by, filter: &LoopFilter| {
        let lanes = board.swimlanes(by, filter, &layout);
        lanes
            .into_iter()
            .map(|lane| (lane.of, lane.columns[0].clone()))
            .collect::<Vec<_>>()
    };
    let all = LoopFilter::default();
    let owner = |name: &str| SwimOf::Owner(name.into());
    assert_eq!(
        lanes(Swim::Owner, &all),
        [(owner("An"), vec![b]), (owner("Đức"), vec![a]), (owner(""), vec![c])]
    );
    assert_eq!(
        lanes(Swim::Stage, &all),
        [
            (SwimOf::Stage(Some(early)), vec![b, c]),
            (SwimOf::Stage(Some(late)), vec![a])
        ]
    );
    let of = |name: &str| LoopFilter {
        owner: Some(name.into()),
        ..LoopFilter::default()
    };
    assert_eq!(lanes(Swim::Owner, &of("duc")), [(owner("Đức"), vec![a])]);
    assert_eq!(lanes(Swim::Owner, &of("")), [(owner(""), vec![c])]);
    let overdue = LoopFilter {
        overdue: Some(day("2024-01-02")),
        ..LoopFilter::default()
    };
    assert_eq!(lanes(Swim::Owner, &overdue), [(owner("An"), vec![b])]);
    let open = LoopFilter {
        open: vec![c],
        ..overdue
    };
    assert_eq!(
        lanes(Swim::Owner, &open),
        [(owner("An"), vec![b]), (owner(""), vec![c])]
    );
    assert_eq!(board.loop_owners(), ["An", "Đức"]);
}

#[test]
fn e27_feedback_says_something_and_names_what_is_there() {
    let mut doc = editor();
    let stage = doc.stage("Gọi món");
    let card = doc.card(stage, "Chờ lấy món");
    let add = |entry: Entry| Edit::AddFeedback {
        id: FeedbackId::fresh(),
        entry: Box::new(entry),
    };
    let says = |text: &str| Entry {
        text: text.into(),
        ..Entry::default()
    };
    assert_eq!(doc.edit(add(says(" "))).unwrap_err(), EditError::Blank);
    for (csat, nps) in [(Some(0), None), (Some(6), None), (None, Some(11))] {
        let entry = Entry { csat, nps, ..says("a") };
        assert_eq!(doc.edit(add(entry)).unwrap_err(), EditError::OffScale);
    }
    let gone = TouchpointId::fresh();
    let entry = Entry {
        touchpoint: Some(gone),
        ..says("a")
    };
    assert_eq!(
        doc.edit(add(entry)).unwrap_err(),
        EditError::Missing(Entity::Touchpoint(gone))
    );

    let id = FeedbackId::fresh();
    let entry = Entry {
        nps: Some(9),
        ..Entry::default()
    };
    doc.does(Edit::AddFeedback {
        id,
        entry: Box::new(entry),
    });
    assert_eq!(doc.board().inbox().len(), 1);
    let mut set = |field| doc.edit(Edit::SetFeedback(id, field));
    set(FeedbackField::Text("  Cà phê ngon ".into())).unwrap();
    set(FeedbackField::Nps(None)).unwrap();
    assert_eq!(set(FeedbackField::Text(String::new())).unwrap_err(), EditError::Blank);
    set(FeedbackField::Touchpoint(Some(card))).unwrap();
    set(FeedbackField::On(Some(day("2024-02-29")))).unwrap();
    let entry = &doc.board().feedback(id).unwrap().entry;
    assert_eq!(
        (entry.text.as_str(), entry.on),
        ("Cà phê ngon", Some(day("2024-02-29")))
    );
    assert_eq!((doc.board().inbox().len(), doc.board().feedback_at(card).len()), (0, 1));
    assert_eq!(reopened(&doc), *doc.board());
}

#[test]
fn g16_scores_follow_their_definitions() {
    let mut doc = editor();
    let stage = doc.stage("Gọi món");
    let card = doc.card(stage, "Chờ lấy món");
    let mut says = |on: &str, csat, nps| {
        let (touchpoint, on) = (Some(card), Date::parse(on));
        let entry = Entry {
            touchpoint,
            on,
            csat,
            nps,
            ..Entry::default()
        };
        doc.does(Edit::AddFeedback {
            id: FeedbackId::fresh(),
            entry: Box::new(entry),
        });
    };
    for nps in [10, 9, 9, 8, 7, 6, 0] {
        says("2024-03-30", None, Some(nps));
    }
    says("2024-02-20", Some(4), None);
    says("2024-02-20", Some(5), Some(10));
    says("", Some(1), None);
    let tally = doc.board().feedback_tallies()[&Some(card)];
    assert_eq!((tally.count, tally.nps_answers()), (10, 8));
    assert_eq!((tally.nps(), tally.csat()), (Some(25.0), Some(10.0 / 3.0)));
    let trend = doc.board().feedback_trend(Some(card), day("2024-03-31"));
    assert_eq!((trend.late.count, trend.late.csat()), (7, None));
    assert_eq!((trend.before.count, trend.before.csat()), (2, Some(4.5)));
    let nps = trend.late.nps().unwrap();
    assert!(
        (nps - 100.0 / 7.0).abs() < 1e-9,
        "3 promoters less 2 detractors of 7: {nps}"
    );
}

#[test]
fn comments_stand_on_improvements() {
    let (mut doc, _, _, id) = measured();
    let on = |on| Edit::AddComment {
        id: model::id::CommentId::fresh(),
        on,
        name: String::new(),
        text: "Ai đo?".into(),
    };
    doc.does(on(Anchor::Improvement(id)));
    let gone = ImprovementId::fresh();
    assert_eq!(
        doc.edit(on(Anchor::Improvement(gone))).unwrap_err(),
        EditError::Missing(Entity::Improvement(gone))
    );
    assert_eq!(doc.board().threads()[0].anchor(), Anchor::Improvement(id));
}

#[test]
fn typing_the_problem_touches_no_facts() {
    let (mut doc, _, _, id) = measured();
    let change = doc.does(Edit::Type(
        TextField::Problem(id),
        model::edit::Splice {
            at: 0,
            remove: 0,
            insert: "Vẫn ".into(),
        },
    ));
    assert_eq!((change.touched.facts, change.touched.layout), (false, false));
    let change = doc.does(to(id, Step::Decide));
    assert!(change.touched.layout, "another column is another picture");
}

#[test]
fn a_board_of_loops_travels_as_json() {
    let (mut doc, _, metric, id) = measured();
    value(&mut doc, metric, "2024-02-10", 7.0);
    doc.does(plan_b(id, "").0);
    let json = serde_json::to_string(doc.board()).unwrap();
    let back: model::board::Board = serde_json::from_str(&json).unwrap();
    assert_eq!(back, *doc.board());
    let mut other = replica();
    other.merge(&doc.encode()).unwrap();
    assert_eq!(other.board(), doc.board());
}

fn map_for_import() -> (BoardDoc, TouchpointId, TouchpointId) {
    let mut doc = editor();
    let stage = doc.stage("Gọi món");
    let (wait, pay) = (doc.card(stage, "Chờ lấy món"), doc.card(stage, "=Thanh toán; nhanh"));
    doc.channel("Google Maps");
    doc.persona("Linh");
    (doc, wait, pay)
}

#[test]
fn e28_a_table_becomes_entries_and_says_what_it_could_not_take() {
    let (mut doc, wait, _) = map_for_import();
    let text = "\u{feff}Nội dung;Điểm;Ngày phản hồi;Kênh;Chân dung;Điểm chạm;Mã\r\n\
        \"Chờ lâu; hàng dài\nquá\";2;01/03/2024 08:00;google maps;Linh;cho lay mon;1\r\n\
        \r\n\
        \"Nói \"\"ngon\"\"\";9;2024-02-30;Báo;Nam;Chỗ khác;2\r\n\
        ;;31/12/2023;;;;3\r\n\
        ;0;;;;;4\r\n";
    let sheet = Sheet::read(text).unwrap();
    assert_eq!((sheet.separator, sheet.rows.len()), (';', 4));
    let mapping = sheet.guess();
    assert_eq!(
        mapping,
        [
            Some(Column::Text),
            Some(Column::Nps),
            Some(Column::Date),
            Some(Column::Channel),
            Some(Column::Persona),
            Some(Column::Touchpoint),
            None
        ]
    );
    let import = doc.board().import(&sheet, &mapping, &doc.board().layout());
    let problems: Vec<_> = import
        .problems
        .iter()
        .map(|it| (it.row, it.column, it.cell.as_str(), it.why))
        .collect();
    assert_eq!(
        problems,
        [
            (4, Column::Date, "2024-02-30", Why::BadDate),
            (4, Column::Channel, "Báo", Why::NotFound),
            (4, Column::Persona, "Nam", Why::NotFound),
            (4, Column::Touchpoint, "Chỗ khác", Why::NotFound),
            (5, Column::Text, "31/12/2023", Why::Empty),
        ]
    );
    assert_eq!(
        import.entries.iter().map(|(row, ..)| *row).collect::<Vec<_>>(),
        [2, 4, 6]
    );
    let before = doc.board().layout().channels;
    doc.does(import.into_edit());
    assert_eq!(
        doc.board().layout().channels,
        before,
        "nothing is added beside the entries"
    );
    let [entry] = doc.board().feedback_at(wait)[..] else {
        panic!("one entry")
    };
    assert_eq!(
        (entry.entry.text.as_str(), entry.entry.nps, entry.entry.on),
        ("Chờ lâu; hàng dài\nquá", Some(2), Some(day("2024-03-01")))
    );
    assert!(entry.entry.channel.is_some() && entry.entry.persona.is_some());
    assert_eq!(doc.board().inbox().len(), 2);
    doc.undo().unwrap();
    assert_eq!(doc.board().feedback_where(|_| true).len(), 0, "one batch is one step");
}

#[test]
fn e28_columns_can_be_mapped_by_hand_and_no_two_guess_the_same() {
    let (doc, ..) = map_for_import();
    let sheet = Sheet::read("comment\treview\tscore\tcsat\nA\tB\t5\t6\n").unwrap();
    // The score is on the scale of CSAT, and comes first.
    assert_eq!(sheet.guess(), [Some(Column::Text), None, Some(Column::Csat), None]);
    let mapping = [None, Some(Column::Text), Some(Column::Nps), Some(Column::Csat)];
    let import = doc.board().import(&sheet, &mapping, &doc.board().layout());
    let (_, _, entry) = &import.entries[0];
    assert_eq!((entry.text.as_str(), entry.nps, entry.csat), ("B", Some(5), None));
    assert_eq!(
        (import.problems[0].column, import.problems[0].why),
        (Column::Csat, Why::OffScale)
    );
}

#[test]
fn e28_ten_thousand_rows_are_one_step() {
    let (mut doc, wait, _) = map_for_import();
    let name = doc.board().touchpoints[&wait].name.clone();
    let row = |n: usize| format!("\"Chờ lâu,\nlời khách số {n}\",2024-03-01,{},{name}\n", n % 5 + 1);
    let text: String = (0..IMPORT_MAX).map(row).collect();
    let sheet = Sheet::read(&format!("Phản hồi,Ngày,CSAT,Điểm chạm\n{text}")).unwrap();
    let import = doc.board().import(&sheet, &sheet.guess(), &doc.board().layout());
    assert_eq!(import.problems, []);
    doc.does(import.into_edit());
    assert_eq!(doc.board().feedback_at(wait).len(), IMPORT_MAX);
    doc.undo().unwrap();
    assert!(!doc.board().has_feedback());
    doc.redo().unwrap();
    assert_eq!(doc.board().feedback_at(wait).len(), IMPORT_MAX);
}

#[test]
fn e28_too_much_and_nothing_are_refused_whole() {
    assert_eq!(Sheet::read(" \n"), Err(SheetError::Nothing));
    assert_eq!(Sheet::read("text,date\n,\n"), Err(SheetError::Nothing));
    let rows = IMPORT_MAX + 1;
    let text = format!("text\n{}", "x\n".repeat(rows));
    assert_eq!(Sheet::read(&text), Err(SheetError::TooMany { rows, max: IMPORT_MAX }));
    let (doc, ..) = map_for_import();
    let long = format!("text\n{}\n", "ơ".repeat(FEEDBACK_MAX + 1));
    let import = doc.board().import(
        &Sheet::read(&long).unwrap(),
        &[Some(Column::Text)],
        &doc.board().layout(),
    );
    assert_eq!(import.problems[0].why, Why::TooLong);
    assert_eq!(import.entries[0].2.text.chars().count(), FEEDBACK_MAX);
}

#[test]
fn e29_f40_an_exported_table_reckons_nothing_and_reads_as_it_was() {
    let (mut doc, wait, pay) = map_for_import();
    let texts = [
        "=1+1",
        "+84 90",
        "-5",
        "@SUM(A1)",
        "'=x",
        "a,b",
        "\"q\"",
        "hai\ndòng",
        "'thường",
    ];
    for (i, text) in texts.iter().enumerate() {
        let entry = Entry {
            text: (*text).into(),
            source: "=nguồn".into(),
            touchpoint: Some(if i % 2 == 0 { wait } else { pay }),
            on: Some(day("2024-01-01").plus_days(i32::try_from(i).unwrap())),
            csat: Some(4),
            ..Entry::default()
        };
        doc.does(Edit::AddFeedback {
            id: FeedbackId::fresh(),
            entry: Box::new(entry),
        });
    }
    let out = doc.board().export_feedback(Lang::Vi);
    assert!(out.starts_with("\u{feff}Phản hồi,Nguồn,"));
    for row in table_by(&out, ',') {
        for cell in row {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
        }
    }
    let sheet = Sheet::read(&out).unwrap();
    let import = doc.board().import(&sheet, &sheet.guess(), &doc.board().layout());
    assert_eq!(import.problems, []);
    let mut back: Vec<Entry> = import.entries.into_iter().map(|(_, _, entry)| entry).collect();
    back.reverse();
    let mut there: Vec<Entry> = doc
        .board()
        .feedback_where(|_| true)
        .into_iter()
        .map(|it| it.entry.clone())
        .collect();
    there.reverse();
    assert_eq!(back, there);
}

#[test]
fn the_board_in_short_for_lists_and_for_the_page_across_maps() {
    at_time(1_710_000_000_000);
    let (mut doc, card, metric, id) = measured();
    assert!(improvements_of(doc.board())[0].waits_for_value);
    value(&mut doc, metric, "2024-02-10", 7.0);
    let (edit, next) = plan_b(id, "");
    wait(3 * 86_400_000);
    doc.does(edit);
    set(&mut doc, next, Field::Due(Some(day("2024-06-01"))));
    let other = begin(&mut doc, card, "Khác");
    set(&mut doc, other, Field::Due(Some(day("2024-05-01"))));
    let short = doc.board().summary().loops;
    assert_eq!(
        (short.steps, short.successes, short.plan_bs, short.left, short.flagged),
        ([1, 1, 0, 0, 1], 0, 1, 0, 0)
    );
    assert_eq!(short.deadlines, [day("2024-05-01"), day("2024-06-01")]);
    assert_eq!(
        [day("2024-05-01"), day("2024-05-02")].map(|today| short.overdue(today)),
        [0, 1]
    );

    let lines = improvements_of(doc.board());
    let line = |id| lines.iter().find(|line| line.id == id).unwrap();
    let ended = 1_710_000_000_000 + 3 * 86_400_000;
    assert_eq!(
        (
            line(id).verdict,
            line(id).attempt,
            line(id).waits_for_value,
            line(id).progress
        ),
        (Some((VerdictKind::PlanB, ended)), 1, false, Some(0.5))
    );
    assert_eq!(line(id).days[Step::Measure as usize], Some(3));
    assert_eq!(
        (line(next).attempt, line(next).previous, line(next).step),
        (2, Some(id), Step::Decide)
    );
    assert_eq!(line(next).touchpoint_name, "Chờ lấy món");
    let json = serde_json::to_string(&lines).unwrap();
    assert_eq!(serde_json::from_str::<Vec<LoopLine>>(&json).unwrap(), lines);
}

#[test]
fn attempts_are_numbered_along_their_chains_however_those_run() {
    use yrs::{Any, Map, MapPrelim, ReadTxn, Transact};
    // An attempt, the one before it, and which one it must be. Ids do not say who came first.
    let attempts = [
        (1, None, 1),
        (5, Some(1), 2),
        (3, Some(5), 3),
        (9, Some(3), 4),
        // Plan B was begun twice.
        (2, Some(1), 2),
        (4, Some(2), 3),
        // The one before is not there.
        (6, Some(77), 1),
        (7, Some(6), 2),
        // Itself, and a ring of three with what leads into it: no edit makes them.
        (20, Some(20), 1),
        (31, Some(32), 3),
        (32, Some(33), 3),
        (33, Some(31), 3),
        (30, Some(31), 4),
        (34, Some(33), 4),
        (35, Some(34), 5),
    ];
    let id = |n: u128| uuid::Uuid::from_u128(n).to_string();
    let foreign = yrs::Doc::new();
    let root = foreign.get_or_insert_map("improvements");
    for (number, before, _) in attempts {
        let mut txn = foreign.transact_mut();
        let it = root.insert(&mut txn, id(number), MapPrelim::default());
        it.insert(&mut txn, "touchpoint", id(100));
        if let Some(before) = before {
            it.insert(&mut txn, "previous", id(before));
        }
        // One in the trash counts.
        if number == 5 {
            it.insert(&mut txn, "trashed", Any::Bool(true));
        }
    }
    let update = foreign.transact().encode_diff_v1(&yrs::StateVector::default());
    let mut doc = replica();
    doc.merge(&update).unwrap();
    let board = doc.board();
    let numbered: Vec<(u128, usize)> = board
        .attempts()
        .into_iter()
        .map(|(id, n)| (id.0.as_u128(), n))
        .collect();
    let mut expected: Vec<(u128, usize)> = attempts.map(|(id, _, number)| (id, number)).into();
    expected.sort_unstable();
    assert_eq!(numbered, expected);
    for (id, number) in expected {
        assert_eq!(board.attempt(ImprovementId(uuid::Uuid::from_u128(id))), number, "{id}");
    }
}
