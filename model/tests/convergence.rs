//! Many editors, a bad network, one board: SPEC S1–S4, FAULTS F25.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod scene;

use std::collections::VecDeque;

use model::board::{Board, Consistency, Emotion, LaneKind, NoteHome, Phase, Quality, Score};
use model::bulk::move_all;
use model::date::Date;
use model::doc::{BoardDoc, MergeError};
use model::edit::{
    At, Edit, Entity, FeedbackField, ImprovementField, Judgement, MapField, MetricField, Splice, TextField,
    TouchpointField,
};
use model::id::{
    AssetId, CheckId, CommentId, FeedbackId, ImprovementId, LaneId, LinkId, MetricId, NoteId, PersonId, PersonaId,
    ReviewId, RoundId, StageId, TouchpointId,
};
use model::items::{Anchor, Figure, MetricKind};
use model::loops::feedback::Entry;
use model::loops::gates::{Flag, Missing};
use model::loops::{Decision, Origin, Step, VerdictKind};
use scene::{Scene, another, editor, env, reopened, replica, wait};

/// A small random generator (splitmix64), so that a seed says everything.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.roll() % n.max(1) as u64).unwrap()
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Copy>(&mut self, from: impl IntoIterator<Item = T>) -> Option<T> {
        let all: Vec<T> = from.into_iter().collect();
        if all.is_empty() {
            None
        } else {
            Some(all[self.below(all.len())])
        }
    }
}

/// The seed: from `TOUCHLOOP_SEED`, or a fixed one. Printed, so that a failure can be run again.
fn seeds(several: u64) -> Vec<u64> {
    match std::env::var("TOUCHLOOP_SEED") {
        Ok(seed) => vec![seed.parse().expect("TOUCHLOOP_SEED is a number")],
        Err(_) => (1..=several).collect(),
    }
}

fn place<Id>(dice: &mut Dice, other: Option<Id>) -> At<Id> {
    match (dice.below(4), other) {
        (0, _) => At::First,
        (1, Some(id)) => At::Before(id),
        (2, Some(id)) => At::After(id),
        _ => At::Last,
    }
}

fn random_edit(dice: &mut Dice, board: &Board) -> Option<Edit> {
    const WORDS: [&str; 6] = ["điểm chạm", "Giỏ hàng", "đường", "☕ cà phê 😀", "e\u{302}\u{301}", "x"];
    let word = WORDS[dice.below(WORDS.len())].to_owned();
    let stage = dice.pick(board.stages.keys().copied());
    let card = dice.pick(board.touchpoints.keys().copied());
    let near = dice.pick(board.touchpoints.keys().copied());
    let beside = dice.pick(board.stages.keys().copied());
    let note = dice.pick(board.notes.keys().copied());
    let persona = dice.pick(board.personas.keys().copied());
    let rater = PersonId(uuid::Uuid::from_u128(dice.below(3) as u128));
    let stranger = dice.below(56);
    if stranger >= 40 {
        return loop_edit(dice, board);
    }
    if stranger >= 24 {
        return smaller_edit(dice, board, stranger);
    }
    Some(match stranger {
        0 => Edit::AddStage {
            id: StageId::fresh(),
            name: word,
            phase: Phase::During,
            at: place(dice, stage),
        },
        1..=4 => Edit::AddTouchpoint {
            id: TouchpointId::fresh(),
            name: word,
            stage: stage?,
            at: place(dice, card),
        },
        5..=9 => Edit::MoveTouchpoint {
            id: card?,
            stage: stage?,
            at: place(dice, near),
        },
        10 => Edit::MoveStage(stage?, place(dice, beside)),
        11 => Edit::SetTouchpoint(card?, TouchpointField::Name(word)),
        12 => Edit::SetTouchpoint(card?, TouchpointField::Importance(rater, dice.pick(Score::ALL))),
        13 => Edit::SetTouchpoint(
            card?,
            TouchpointField::Emotion(persona, dice.pick(Emotion::ALL).filter(|_| !dice.one_in(3))),
        ),
        14 => Edit::SetTouchpoint(card?, TouchpointField::Persona(persona?, !dice.one_in(3))),
        15 => Edit::AddPersona {
            id: PersonaId::fresh(),
            name: word,
            at: place(dice, persona),
        },
        16 => Edit::AddLane {
            id: LaneId::fresh(),
            kind: LaneKind::Text,
            name: word,
            at: At::Last,
        },
        17 => Edit::AddNote {
            id: NoteId::fresh(),
            home: NoteHome::Pain(card?),
            text: word,
            at: place(dice, note),
        },
        18 => Edit::MoveNote {
            id: note?,
            home: NoteHome::Opportunity(card?),
            at: place(dice, note),
        },
        19 => {
            let entity = match dice.below(3) {
                0 => Entity::Stage(stage?),
                1 => Entity::Note(note?),
                _ => Entity::Touchpoint(card?),
            };
            if dice.one_in(2) {
                Edit::Trash(entity)
            } else {
                Edit::Restore(entity)
            }
        }
        20 => Edit::SetMap(MapField::Title(word)),
        _ => {
            let field = match (dice.below(3), note, persona) {
                (0, Some(note), _) => TextField::Note(note),
                (1, _, Some(persona)) => TextField::PersonaNeeds(persona),
                _ => TextField::TouchpointNotes(card?),
            };
            let (at, remove) = (dice.below(12), dice.below(5));
            Edit::Type(
                field,
                Splice {
                    at: at.try_into().ok()?,
                    remove: remove.try_into().ok()?,
                    insert: word,
                },
            )
        }
    })
}

/// Edits of the later fields and of the smaller things.
fn smaller_edit(dice: &mut Dice, board: &Board, which: usize) -> Option<Edit> {
    const WORDS: [&str; 3] = ["Chỉ số", "e\u{301}", "x"];
    let word = WORDS[dice.below(WORDS.len())].to_owned();
    let card = dice.pick(board.touchpoints.keys().copied());
    let stage = dice.pick(board.stages.keys().copied());
    let item = dice.pick(board.items.keys().copied());
    let of = |dice: &mut Dice, wanted: fn(&Entity) -> bool| dice.pick(board.items.keys().copied().filter(wanted));
    let asset = match of(dice, |entity| matches!(entity, Entity::Asset(_))) {
        Some(Entity::Asset(id)) => Some(id),
        _ => None,
    };
    let metric = match of(dice, |entity| matches!(entity, Entity::Metric(_))) {
        Some(Entity::Metric(id)) => Some(id),
        _ => None,
    };
    let comment = match of(dice, |entity| matches!(entity, Entity::Comment(_))) {
        Some(Entity::Comment(id)) => Some(id),
        _ => None,
    };
    let on = Date::of_ms(1_700_000_000_000).plus_days(i32::try_from(dice.below(5)).ok()?);
    Some(match which {
        24 => Edit::AddAsset {
            id: AssetId::fresh(),
            name: word,
            at: place(dice, asset),
        },
        25 => Edit::SetTouchpoint(
            card?,
            TouchpointField::Asset(
                asset?,
                dice.pick(Consistency::ALL.iter().copied()).filter(|_| !dice.one_in(4)),
            ),
        ),
        26 => Edit::AddMetric {
            id: MetricId::fresh(),
            touchpoint: card?,
            kind: dice.pick(MetricKind::ALL.iter().copied())?,
            name: word,
            at: At::First,
        },
        27 => {
            let figure = Figure::new(dice.below(9) as f64 / 2.0);
            let field = match dice.below(4) {
                0 => MetricField::Target(figure),
                1 => MetricField::Kind(dice.pick(MetricKind::ALL.iter().copied())?),
                _ => MetricField::Value(on, figure.filter(|_| !dice.one_in(4))),
            };
            Edit::SetMetric(metric?, field)
        }
        28 => {
            let on = match (dice.below(3), comment, stage) {
                (0, Some(comment), _) => Anchor::Reply(comment),
                (1, _, Some(stage)) => Anchor::Stage(stage),
                _ => Anchor::Touchpoint(card?),
            };
            Edit::AddComment {
                id: CommentId::fresh(),
                on,
                name: String::new(),
                text: word,
            }
        }
        29 => Edit::Resolve(comment?, dice.one_in(2)),
        30 if dice.one_in(2) => Edit::OpenRound(RoundId::fresh()),
        30 => Edit::Reveal,
        31 => Edit::AddReview {
            id: ReviewId::fresh(),
            on,
            next: None,
            name: word,
        },
        32 => Edit::Hide(Entity::Stage(stage?), dice.one_in(2)),
        33 => {
            let id = LinkId(uuid::Uuid::from_u128(dice.below(4) as u128));
            let link = (word, "https://hien.example".to_owned());
            Edit::SetTouchpoint(card?, TouchpointField::Link(id, Some(link).filter(|_| !dice.one_in(3))))
        }
        34 => {
            let question = dice.pick(Quality::ALL.iter().copied())?;
            Edit::SetTouchpoint(
                card?,
                TouchpointField::Quality(question, dice.pick([None, Some(true), Some(false)])?),
            )
        }
        35 => Edit::SetTouchpoint(card?, TouchpointField::Owner(word)),
        36 => board.duplicate(&[card?], &board.layout()).0,
        37 => {
            let cards: Vec<TouchpointId> = (0..3)
                .filter_map(|_| dice.pick(board.touchpoints.keys().copied()))
                .collect();
            let at = place(dice, card);
            move_all(&cards, stage?, at, &board.layout())
        }
        38 => Edit::Move(item?, At::First),
        _ if dice.one_in(2) => Edit::Trash(item?),
        _ => Edit::Restore(item?),
    })
}

/// Edits of the feedback-loop board.
fn loop_edit(dice: &mut Dice, board: &Board) -> Option<Edit> {
    let card = dice.pick(board.touchpoints.keys().copied())?;
    let it = dice.pick(board.all_improvements());
    let near = dice.pick(board.all_improvements().map(|it| it.id));
    let entry = dice.pick(board.feedback_where(|_| true).into_iter().map(|it| it.id));
    let step = dice.pick(Step::ALL.iter().copied())?;
    let on = Date::of_ms(1_700_000_000_000).plus_days(i32::try_from(dice.below(5)).ok()?);
    let which = dice.below(16);
    if which == 0 || it.is_none() {
        let origin = entry.filter(|_| dice.one_in(2)).map(Origin::Feedback);
        return Some(Edit::AddImprovement {
            id: ImprovementId::fresh(),
            touchpoint: card,
            name: "Cải tiến".into(),
            origin,
            at: place(dice, near),
        });
    }
    let it = it?;
    let id = it.id;
    let set = |field| Edit::SetImprovement(id, field);
    Some(match which {
        // Everything that the gates ask for, so that the later columns are reached, too.
        1..=3 => {
            let (rater, score) = (PersonId(uuid::Uuid::from_u128(1)), Score::try_from(4).ok());
            let metric = dice.pick(board.metrics(Some(it.touchpoint)).into_iter().map(|metric| metric.id));
            let fresh = MetricId::fresh();
            let mut edits = vec![
                Edit::SetTouchpoint(it.touchpoint, TouchpointField::Importance(rater, score)),
                Edit::SetTouchpoint(it.touchpoint, TouchpointField::Performance(rater, score)),
                typed(TextField::Problem(id), "chờ "),
                typed(TextField::Practice(id), "gọi số "),
                set(ImprovementField::Decision(Some(Decision::Improve))),
                set(ImprovementField::Owner("An".into())),
            ];
            if metric.is_none() {
                edits.push(Edit::AddMetric {
                    id: fresh,
                    touchpoint: it.touchpoint,
                    kind: MetricKind::Nps,
                    name: String::new(),
                    at: At::Last,
                });
            }
            let metric = metric.unwrap_or(fresh);
            edits.extend([
                set(ImprovementField::Metric(Some(metric))),
                set(ImprovementField::Baseline(Figure::new(1.0))),
                set(ImprovementField::Target(Figure::new(2.0))),
                set(ImprovementField::MeasureBy(Some(on))),
                set(ImprovementField::Live(Some(on))),
                Edit::SetMetric(
                    metric,
                    MetricField::Value(on.plus_days(1), Figure::new(dice.below(4) as f64)),
                ),
            ]);
            Edit::Batch(edits)
        }
        4..=6 => Edit::MoveImprovement {
            id,
            step,
            at: place(dice, near),
        },
        7 => Edit::Judge(
            id,
            Judgement::Success {
                accepted: if dice.one_in(2) { "đủ" } else { "" }.into(),
            },
        ),
        8 | 9 => Edit::Judge(
            id,
            Judgement::PlanB {
                successor: ImprovementId::fresh(),
                practice: String::new(),
            },
        ),
        10 => Edit::Judge(id, Judgement::Left { reason: "thôi".into() }),
        11 => match dice.below(4) {
            0 => set(ImprovementField::Owner(String::new())),
            1 => set(ImprovementField::Live(None)),
            2 => set(ImprovementField::Decision(dice.pick([None, Some(Decision::Leave)])?)),
            _ => set(ImprovementField::Metric(None)),
        },
        12 => match dice.pick(it.checks.iter().map(|check| check.id)) {
            Some(check) if dice.one_in(2) => set(ImprovementField::CheckDone(check, dice.one_in(2))),
            Some(check) if dice.one_in(3) => set(ImprovementField::RemoveCheck(check)),
            check => set(ImprovementField::AddCheck {
                id: CheckId::fresh(),
                text: "việc".into(),
                at: place(dice, check),
            }),
        },
        13 => Edit::AddFeedback {
            id: FeedbackId::fresh(),
            entry: Box::new(Entry {
                text: "lời khách".into(),
                nps: u8::try_from(dice.below(11)).ok(),
                touchpoint: Some(card).filter(|_| dice.one_in(2)),
                ..Entry::default()
            }),
        },
        14 => Edit::SetFeedback(entry?, FeedbackField::Improvement(Some(id).filter(|_| dice.one_in(2)))),
        _ if dice.one_in(2) => Edit::Trash(Entity::Improvement(id)),
        _ => Edit::Restore(Entity::Improvement(id)),
    })
}

fn typed(field: TextField, insert: &str) -> Edit {
    let (at, remove, insert) = (0, 0, insert.to_owned());
    Edit::Type(field, Splice { at, remove, insert })
}

/// Every improvement is in one column or in the trash, and none is somewhere without what that asks for, unless it says
/// so (G13, S11). Returns how many went beyond the first columns.
fn assert_loops_are_honest(board: &Board) -> usize {
    let layout = board.layout();
    let mut seen: Vec<ImprovementId> = layout.improvements.iter().flatten().copied().collect();
    seen.extend(layout.trash.iter().filter_map(|(entity, _)| match entity {
        Entity::Improvement(id) => Some(*id),
        _ => None,
    }));
    seen.sort_unstable();
    let all: Vec<ImprovementId> = board.all_improvements().map(|it| it.id).collect();
    assert_eq!(seen, all);
    let chains = board.chains();
    let mut beyond = 0;
    for it in board.improvements() {
        let flags = board.flags(it, &chains);
        let flagged = |missing| flags.contains(&Flag::Missing(missing));
        let card = &board.touchpoints[&it.touchpoint];
        let left = it.ended() == Some(VerdictKind::Left);
        if it.step > Step::Evaluate {
            assert_eq!(it.problem.trim().is_empty(), flagged(Missing::Problem));
            assert_eq!(card.performance.is_empty(), flagged(Missing::Performance));
        }
        if it.step > Step::Decide && !left {
            beyond += 1;
            assert_eq!(it.owner.is_empty(), flagged(Missing::Owner));
            assert_eq!(it.decision != Some(Decision::Improve), flagged(Missing::Decision));
            let metric = it.metric.and_then(|id| board.metric(id));
            assert_eq!(metric.is_none_or(|it| it.trashed.is_some()), flagged(Missing::Metric));
        }
        if it.step > Step::Implement && !left {
            assert_eq!(it.live.is_none(), flagged(Missing::Live));
        }
        if it.ended() == Some(VerdictKind::Success) && it.verdict.as_ref().is_some_and(|it| it.accepted.is_empty()) {
            let met = board.measure(it).and_then(|measure| measure.met) == Some(true);
            assert_eq!(!met, flagged(Missing::Accepted));
        }
        assert_eq!(
            it.verdict.is_some() && it.step != Step::Verdict,
            flags.contains(&Flag::Verdict)
        );
        let next: Vec<_> = board
            .improvements()
            .filter(|next| next.previous == Some(it.id))
            .collect();
        assert!(next.len() < 2 || flags.contains(&Flag::Fork));
        assert!(next.is_empty() || it.ended() == Some(VerdictKind::PlanB) || flags.contains(&Flag::Successor));
        let story = board.chain(it, &chains);
        assert!(
            story
                .iter()
                .any(|attempt| attempt.id == it.id && attempt.number == board.attempt(it.id))
        );
    }
    beyond
}

/// Every card is in exactly one place, and so is everything else.
fn assert_one_place_each(board: &Board) {
    let layout = board.layout();
    let mut seen: Vec<TouchpointId> = layout.cards.values().flatten().copied().collect();
    seen.extend(&layout.adrift);
    seen.extend(layout.trash.iter().filter_map(|(entity, _)| match entity {
        Entity::Touchpoint(id) => Some(*id),
        _ => None,
    }));
    seen.extend(board.touchpoints.values().filter_map(|card| {
        let hidden = board
            .stages
            .get(&card.stage)
            .is_some_and(|stage| stage.trashed.is_some());
        (card.trashed.is_none() && hidden).then_some(card.id)
    }));
    seen.sort_unstable();
    assert_eq!(seen, board.touchpoints.keys().copied().collect::<Vec<_>>());
}

/// Five editors, a relay that holds the truth, and wires that drop, repeat and reorder.
struct World {
    dice: Dice,
    editors: Vec<BoardDoc>,
    relay: BoardDoc,
    online: Vec<bool>,
    up: Vec<VecDeque<Vec<u8>>>,
    down: Vec<VecDeque<Vec<u8>>>,
}

impl World {
    fn new(seed: u64, editors: usize) -> Self {
        let mut first = editor();
        for name in ["Trước", "Trong", "Sau"] {
            first.stage(name);
        }
        let mut relay = replica();
        relay.merge(&first.encode()).unwrap();
        let mut all = vec![first];
        while all.len() < editors {
            all.push(another(&relay));
        }
        Self {
            dice: Dice(seed),
            relay,
            online: vec![true; editors],
            up: vec![VecDeque::new(); editors],
            down: vec![VecDeque::new(); editors],
            editors: all,
        }
    }

    fn send(&mut self, from: usize, update: Vec<u8>) {
        if self.online[from] && !update.is_empty() {
            self.up[from].push_back(update);
        }
    }

    fn step(&mut self) {
        let who = self.dice.below(self.editors.len());
        match self.dice.below(20) {
            0..=9 => {
                wait(self.dice.roll() % 900);
                if let Some(edit) = random_edit(&mut self.dice, self.editors[who].board())
                    && let Ok(change) = self.editors[who].edit(edit)
                {
                    self.send(who, change.update);
                }
            }
            10 => {
                let change = if self.dice.one_in(3) {
                    self.editors[who].redo()
                } else {
                    self.editors[who].undo()
                };
                if let Some(change) = change {
                    self.send(who, change.update);
                }
            }
            11..=14 => self.deliver_up(who),
            15..=18 => self.deliver_down(who),
            _ => {
                self.online[who] = !self.online[who];
                if self.online[who] {
                    self.reconnect(who);
                } else {
                    // What was on the wire is lost.
                    self.up[who].clear();
                    self.down[who].clear();
                }
            }
        }
    }

    fn deliver_up(&mut self, who: usize) {
        if self.up[who].len() > 1 && self.dice.one_in(8) {
            self.up[who].swap(0, 1);
        }
        let Some(update) = self.up[who].pop_front() else { return };
        if self.dice.one_in(8) {
            self.up[who].push_back(update.clone());
        }
        match self.relay.merge(&update) {
            Ok(change) if !change.update.is_empty() => {
                for to in 0..self.editors.len() {
                    if to != who && self.online[to] {
                        self.down[to].push_back(change.update.clone());
                    }
                }
            }
            Ok(_) => {}
            // Out of order: the relay asks for everything since its state.
            Err(MergeError::Incomplete) => {
                let all = self.editors[who].encode_since(&self.relay.state_vector()).unwrap();
                self.up[who].push_front(all);
            }
            Err(error) => panic!("{error}"),
        }
    }

    fn deliver_down(&mut self, who: usize) {
        if self.down[who].len() > 1 && self.dice.one_in(8) {
            self.down[who].swap(0, 1);
        }
        let Some(update) = self.down[who].pop_front() else {
            return;
        };
        if self.dice.one_in(8) {
            self.down[who].push_back(update.clone());
        }
        match self.editors[who].merge(&update) {
            Ok(_) => {}
            Err(MergeError::Incomplete) => {
                let all = self.relay.encode_since(&self.editors[who].state_vector()).unwrap();
                self.editors[who].merge(&all).unwrap();
            }
            Err(error) => panic!("{error}"),
        }
    }

    fn reconnect(&mut self, who: usize) {
        let up = self.editors[who].encode_since(&self.relay.state_vector()).unwrap();
        let down = self.relay.encode_since(&self.editors[who].state_vector()).unwrap();
        self.up[who].push_back(up);
        self.down[who].push_back(down);
    }

    fn settle(&mut self) {
        for who in 0..self.editors.len() {
            self.online[who] = true;
        }
        // Twice: the second round carries to the first editors what came from the last.
        for _ in 0..2 {
            for who in 0..self.editors.len() {
                self.reconnect(who);
                while !self.up[who].is_empty() {
                    self.deliver_up(who);
                }
                while !self.down[who].is_empty() {
                    self.deliver_down(who);
                }
            }
        }
    }
}

#[test]
fn s1_five_editors_on_a_bad_network_end_with_one_board() {
    let mut beyond = 0;
    for seed in seeds(6) {
        println!("TOUCHLOOP_SEED={seed}");
        let mut world = World::new(seed, 5);
        for step in 0..1_600 {
            world.step();
            if step % 300 == 299 {
                for editor in &world.editors {
                    assert_eq!(
                        reopened(editor),
                        *editor.board(),
                        "seed {seed}: the board kept current is the board read afresh"
                    );
                }
            }
        }
        world.settle();
        let board = world.relay.board();
        for (i, editor) in world.editors.iter().enumerate() {
            assert_eq!(editor.board(), board, "seed {seed}: editor {i}");
            assert!(!editor.is_spent());
        }
        assert_one_place_each(board);
        beyond += assert_loops_are_honest(board);
        assert_eq!(reopened(&world.relay), *board, "seed {seed}");
        assert!(board.touchpoints.len() > 20, "seed {seed}: the test did something");
        assert!(board.items.len() > 10, "seed {seed}: of the smaller things too");
    }
    assert!(beyond > 0, "improvements went beyond their first columns");
}

#[test]
fn s2_a_card_moved_by_two_at_once_is_in_one_place() {
    let mut a = editor();
    let (one, two, three) = (a.stage("1"), a.stage("2"), a.stage("3"));
    let card = a.card(one, "Thẻ");
    let mut b = another(&a);
    a.does(Edit::MoveTouchpoint {
        id: card,
        stage: two,
        at: At::First,
    });
    b.does(Edit::MoveTouchpoint {
        id: card,
        stage: three,
        at: At::First,
    });
    scene::sync(&mut a, &mut b);
    assert_eq!(a.cards(two).len() + a.cards(three).len(), 1);
    assert_eq!(a.cards(one).len(), 0);
}

#[test]
fn s3_trashing_and_editing_at_once_keeps_both() {
    let mut a = editor();
    let stage = a.stage("1");
    let card = a.card(stage, "Thẻ");
    let mut b = another(&a);
    scene::trash(&mut a, card);
    b.rename(card, "Thẻ của B");
    b.types(TextField::TouchpointNotes(card), 0, "ghi chú");
    scene::sync(&mut a, &mut b);
    assert!(a.board().touchpoints[&card].trashed.is_some());
    a.does(Edit::Restore(Entity::Touchpoint(card)));
    assert_eq!(
        (a.name(card).as_str(), a.notes(card).as_str()),
        ("Thẻ của B", "ghi chú")
    );
}

#[test]
fn s4_two_type_in_one_text_and_both_stand() {
    let mut a = editor();
    let stage = a.stage("1");
    let card = a.card(stage, "Thẻ");
    let field = TextField::TouchpointNotes(card);
    a.types(field, 0, "đường ");
    let mut b = another(&a);
    a.types(field, 6, "A");
    b.types(field, 0, "B ");
    scene::sync(&mut a, &mut b);
    assert_eq!(a.notes(card), "B đường A");
}

#[test]
fn f25_ten_thousand_moves_at_once_have_one_order_everywhere() {
    let mut base = replica();
    let stages: Vec<StageId> = (0..4).map(|i| base.stage(&i.to_string())).collect();
    let cards: Vec<TouchpointId> = (0..200).map(|i| base.card(stages[i % 4], &i.to_string())).collect();
    let bytes = base.encode();
    let mut dice = Dice(25);
    // Ten people, each of whom has seen nothing of what the others do.
    let mut people: Vec<BoardDoc> = (0..10).map(|_| BoardDoc::open(env(), &bytes).unwrap()).collect();
    let mut updates = Vec::new();
    for _ in 0..1_000 {
        for person in &mut people {
            let (id, near) = (cards[dice.below(200)], cards[dice.below(200)]);
            let stage = stages[dice.below(4)];
            let at = match dice.below(3) {
                0 => At::First,
                1 => At::Before(near),
                _ => At::Last,
            };
            updates.push(person.edit(Edit::MoveTouchpoint { id, stage, at }).unwrap().update);
        }
    }
    let (mut forward, mut backward) = (
        BoardDoc::open(env(), &bytes).unwrap(),
        BoardDoc::open(env(), &bytes).unwrap(),
    );
    for update in updates.iter().filter(|update| !update.is_empty()) {
        forward.merge(update).unwrap();
    }
    for person in people.iter().rev() {
        let since = person.encode_since(&backward.state_vector()).unwrap();
        backward.merge(&since).unwrap();
    }
    assert_eq!(forward.board(), backward.board());
    let layout = forward.board().layout();
    let mut all: Vec<TouchpointId> = layout.cards.values().flatten().copied().collect();
    all.sort_unstable();
    let mut expected = cards.clone();
    expected.sort_unstable();
    assert_eq!(all, expected);
}

#[test]
fn f25_whoever_inserts_among_cards_that_tied_still_gets_the_place() {
    let mut a = editor();
    let stage = a.stage("1");
    let mut others: Vec<BoardDoc> = (0..5).map(|_| another(&a)).collect();
    for (i, other) in others.iter_mut().enumerate() {
        other.card(stage, &format!("cùng lúc {i}"));
    }
    for other in &others {
        a.merge(&other.encode()).unwrap();
    }
    let order = a.board().layout().cards[&stage].clone();
    let id = TouchpointId::fresh();
    a.does(Edit::AddTouchpoint {
        id,
        name: "giữa".into(),
        stage,
        at: At::After(order[2]),
    });
    let mut expected = order;
    expected.insert(3, id);
    assert_eq!(a.board().layout().cards[&stage], expected);
}

#[test]
fn s1_the_same_history_is_the_same_state_vector() {
    let mut all = editor();
    all.stage("1");
    let mut people: Vec<BoardDoc> = (0..40).map(|_| another(&all)).collect();
    for (i, person) in people.iter_mut().enumerate() {
        person.stage(&i.to_string());
    }
    for person in &people {
        all.merge(&person.encode()).unwrap();
    }
    let mut backwards = replica();
    for person in people.iter().rev() {
        backwards.merge(&person.encode()).unwrap();
    }
    let read_again = BoardDoc::open(env(), &all.encode()).unwrap();
    assert_eq!(all.state_vector(), backwards.state_vector());
    assert_eq!(all.state_vector(), read_again.state_vector());
}

#[test]
fn a_long_update_in_pieces_brings_the_same_as_in_one() {
    const MAX: usize = 600;
    for seed in seeds(20) {
        eprintln!("seed {seed}");
        let mut dice = Dice(seed);
        let mut ana = editor();
        ana.stage("Mua");
        let mut binh = another(&ana);
        let mut early = replica();
        for step in 0..400 {
            let doc = if dice.one_in(2) { &mut ana } else { &mut binh };
            if dice.one_in(12) {
                doc.undo();
            } else if dice.one_in(20) {
                doc.redo();
            } else if let Some(edit) = random_edit(&mut dice, doc.board()) {
                wait(700);
                let _ = doc.edit(edit);
            }
            if dice.one_in(7) {
                scene::sync(&mut ana, &mut binh);
            }
            if step == 200 {
                early.merge(&ana.encode()).unwrap();
            }
        }
        scene::sync(&mut ana, &mut binh);
        for mut receiver in [replica(), early] {
            let had = receiver.state_vector();
            let pieces = ana.encode_since_in_pieces(&had, MAX).unwrap();
            assert!(pieces.len() > 5, "{} pieces", pieces.len());
            for piece in &pieces {
                // The snapshot of a round is one value, and so one block of one client.
                let one_block = piece.starts_with(&[1, 1]);
                assert!(piece.len() <= MAX || one_block, "a piece of {} bytes", piece.len());
                receiver.merge(piece).unwrap();
            }
            assert_eq!(receiver.board(), ana.board());
            assert_eq!(receiver.state_vector(), ana.state_vector());
            // Every deletion came along, those of what was known before too.
            let nothing_new = ana.encode_since(&receiver.state_vector()).unwrap();
            assert!(receiver.merge(&nothing_new).unwrap().update.is_empty());
            assert_eq!(reopened(&receiver), *ana.board());

            let whole = ana.encode_since_in_pieces(&had, usize::MAX).unwrap();
            assert_eq!(whole, [ana.encode_since(&had).unwrap()]);
        }
    }
}
