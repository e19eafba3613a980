//! The feedback-loop board: evaluate, decide, implement, measure, verdict.
//!
//! An [`Improvement`] is one round of the loop at one touchpoint. What it has to have before it goes on is in
//! [`gates`], its numbers in [`measure`], the attempts that belong together in [`chain`], the picture of the board in
//! [`lanes`], the board in short in [`overview`], all maps together in [`across`], and what customers said in
//! [`feedback`], [`csv`] and, by way of a link, [`forms`].

pub mod across;
pub mod chain;
pub mod csv;
pub mod feedback;
pub mod forms;
pub mod gates;
pub mod lanes;
pub mod measure;
pub mod overview;

use serde::{Deserialize, Serialize};

use crate::board::{Board, Mark, Rank, word};
use crate::date::Date;
use crate::edit::Entity;
use crate::id::{CheckId, FeedbackId, ImprovementId, MetricId, MoveId, NoteId, TouchpointId};
use crate::items::{Figure, Item};
use crate::read::Kind;
use crate::table::Table;

word!(/// The columns of the board, in the order in which an improvement goes through them.
    Step { /// The touchpoint as it is: what the problem is, and how it is rated.
        Evaluate = "evaluate", /// Whether to improve it, by which practice, and how that will be measured.
        Decide = "decide", /// The improvement is being made.
        Implement = "implement", /// It is live, and its effect is measured against the baseline.
        Measure = "measure", /// It is to be judged, or has ended.
        Verdict = "verdict" });
word!(/// Whether the touchpoint is improved.
    Decision { /// It is.
        Improve = "improve", /// It is left as it is, for a reason.
        Leave = "leave" });
word!(/// How a round ends.
    VerdictKind { /// The target is met, or what was reached is accepted.
        Success = "success", /// It did not work: another attempt follows.
        PlanB = "plan-b", /// The touchpoint is left as it is.
        Left = "left" });

/// What an improvement started from, beside its touchpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A pain point.
    Pain(NoteId),
    /// An opportunity.
    Opportunity(NoteId),
    /// What a customer said.
    Feedback(FeedbackId),
}

impl Origin {
    /// The thing itself.
    #[must_use]
    pub const fn entity(self) -> Entity {
        match self {
            Self::Pain(id) | Self::Opportunity(id) => Entity::Note(id),
            Self::Feedback(id) => Entity::Feedback(id),
        }
    }
}

/// How a round ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Success, Plan B, or left as it is.
    pub kind: VerdictKind,
    /// Why a success counts as one though its target is not met; otherwise empty.
    pub accepted: String,
    /// The day of the value it was judged by. Later values of the metric do not change the verdict.
    pub on: Option<Date>,
    /// When it was given, and by whom.
    pub given: Mark,
}

/// A line of the checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Its id.
    pub id: CheckId,
    /// What is to be done.
    pub text: String,
    /// Whether it is.
    pub done: bool,
    /// Its place in the list.
    pub rank: Rank,
}

/// That an improvement went from one column to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The column it left.
    pub from: Step,
    /// The column it went to.
    pub to: Step,
    /// The verdict that was taken back with it.
    pub reopened: Option<VerdictKind>,
    /// When, and who moved it.
    pub mark: Mark,
}

/// A card of the feedback-loop board: one round of the loop at one touchpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Improvement {
    /// Its id; ids sort by age.
    pub id: ImprovementId,
    /// The touchpoint that is improved.
    pub touchpoint: TouchpointId,
    /// The column it is in: one value with `rank`, so a card is always in exactly one.
    pub step: Step,
    /// Its place in the column.
    pub rank: Rank,
    /// Its name.
    pub name: String,
    /// What is wrong: running text.
    pub problem: String,
    /// The practice to follow: running text.
    pub practice: String,
    /// What is being written for a verdict, why what was reached is accepted: running text. It stays when the verdict is
    /// given, so that it is there when that is reopened.
    pub accepting: String,
    /// What is being written for a verdict, the practice of the next attempt: running text.
    pub next: String,
    /// Whether the touchpoint is improved.
    pub decision: Option<Decision>,
    /// Why it is left as it is; may be empty.
    pub reason: String,
    /// Who sees to it; may be empty.
    pub owner: String,
    /// What it is measured by. The values stand there and nowhere else.
    pub metric: Option<MetricId>,
    /// Where this attempt started.
    pub baseline: Option<Figure>,
    /// Where this attempt should get to.
    pub target: Option<Figure>,
    /// The day by which its effect is measured.
    pub measure_by: Option<Date>,
    /// The day it went live.
    pub live: Option<Date>,
    /// The day it should be live.
    pub due: Option<Date>,
    /// How it ended.
    pub verdict: Option<Verdict>,
    /// The attempt before.
    pub previous: Option<ImprovementId>,
    /// What it started from.
    pub origin: Option<Origin>,
    /// What is to be done, in order.
    pub checks: Vec<Check>,
    /// Where it has been. See [`Self::activity`].
    pub moves: Table<MoveId, Moved>,
    /// Set while in the trash.
    pub trashed: Option<Mark>,
}

impl Improvement {
    /// An improvement of which nothing is known but what it improves.
    #[must_use]
    pub fn blank(id: ImprovementId, touchpoint: TouchpointId) -> Self {
        Self {
            id,
            touchpoint,
            step: Step::Evaluate,
            rank: Rank::default(),
            name: String::new(),
            problem: String::new(),
            practice: String::new(),
            accepting: String::new(),
            next: String::new(),
            decision: None,
            reason: String::new(),
            owner: String::new(),
            metric: None,
            baseline: None,
            target: None,
            measure_by: None,
            live: None,
            due: None,
            verdict: None,
            previous: None,
            origin: None,
            checks: Vec::new(),
            moves: Table::new(),
            trashed: None,
        }
    }

    /// How it ended, if it did: a verdict counts in its own column only.
    #[must_use]
    pub fn ended(&self) -> Option<VerdictKind> {
        let verdict = self.verdict.as_ref().filter(|_| self.step == Step::Verdict);
        verdict.map(|verdict| verdict.kind)
    }

    /// Its moves in the order of the clocks of whoever made them.
    #[must_use]
    pub fn activity(&self) -> Vec<&Moved> {
        let mut moves: Vec<(&MoveId, &Moved)> = self.moves.iter().collect();
        moves.sort_by_key(|(id, moved)| (moved.mark.at, **id));
        moves.into_iter().map(|(_, moved)| moved).collect()
    }

    /// When it was made, in milliseconds since 1970, as its id says; `None` for a foreign id.
    #[must_use]
    pub fn begun_ms(&self) -> Option<u64> {
        let id = self.id.0;
        (id.get_version_num() == 7).then(|| (id.as_u128() >> 80) as u64)
    }

    /// How many lines of the checklist are done, and how many there are.
    #[must_use]
    pub fn checked(&self) -> (usize, usize) {
        (self.checks.iter().filter(|check| check.done).count(), self.checks.len())
    }

    /// The day the next thing is due: that it is live, then that its effect is measured; `None` once it has ended.
    #[must_use]
    pub fn deadline(&self) -> Option<Date> {
        match (self.ended(), self.step) {
            (Some(_), _) => None,
            (None, Step::Measure | Step::Verdict) => self.measure_by.or(self.due),
            (None, _) => self.due.or(self.measure_by),
        }
    }

    /// Days until [`Self::deadline`]; 0 is today, less is overdue.
    #[must_use]
    pub fn days_left(&self, today: Date) -> Option<i32> {
        Some(self.deadline()?.days() - today.days())
    }

    /// Whether [`Self::deadline`] has passed.
    #[must_use]
    pub fn is_overdue(&self, today: Date) -> bool {
        self.days_left(today).is_some_and(|days| days < 0)
    }
}

impl Board {
    /// Every improvement, those in the trash too, oldest first.
    pub fn all_improvements(&self) -> impl Iterator<Item = &Improvement> {
        self.of_kind(Kind::Improvement).filter_map(|item| match item {
            Item::Improvement(it) => Some(&**it),
            _ => None,
        })
    }

    /// The improvements that are not in the trash, oldest first. That their touchpoint is in the trash or gone does
    /// not hide them.
    pub fn improvements(&self) -> impl Iterator<Item = &Improvement> {
        self.all_improvements().filter(|it| it.trashed.is_none())
    }

    /// The improvements of one touchpoint, oldest first.
    pub fn improvements_at(&self, touchpoint: TouchpointId) -> impl Iterator<Item = &Improvement> {
        self.improvements().filter(move |it| it.touchpoint == touchpoint)
    }

    /// The improvements that started from a pain point, an opportunity or a feedback entry, oldest first.
    pub fn improvements_from(&self, origin: Entity) -> impl Iterator<Item = &Improvement> {
        self.improvements()
            .filter(move |it| it.origin.is_some_and(|from| from.entity() == origin))
    }

    /// How many cards a column holds more than the team wants in it; 0 when within the limit or without one. A
    /// warning and never a gate.
    #[must_use]
    pub fn over_limit(&self, step: Step) -> usize {
        let cards = self.improvements().filter(|it| it.step == step && it.ended().is_none());
        self.map.wip[step as usize].map_or(0, |limit| cards.count().saturating_sub(limit.into()))
    }
}
