//! The board in short: a miniature for lists of maps, and a line an improvement for the page across maps.

use serde::{Deserialize, Serialize};

use super::gates::Flag;
use super::{Improvement, Moved, Step, Verdict, VerdictKind};
use crate::board::Board;
use crate::date::Date;
use crate::id::{ImprovementId, TouchpointId};

const MS_PER_DAY: u64 = 86_400_000;

/// The feedback-loop board of a map in short.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoopSummary {
    /// How many improvements stand in each column, in the order of [`Step::ALL`].
    pub steps: [u32; 5],
    /// How many have ended in success.
    pub successes: u32,
    /// How many have ended in Plan B.
    pub plan_bs: u32,
    /// How many were left as they were.
    pub left: u32,
    /// The days on which the others are due, the first first: those before today are overdue.
    pub deadlines: Vec<Date>,
    /// How many are flagged.
    pub flagged: u32,
    /// How many feedback entries wait in the inbox.
    pub inbox: u32,
}

impl LoopSummary {
    /// How many improvements are overdue on a day.
    #[must_use]
    pub fn overdue(&self, today: Date) -> usize {
        self.deadlines.partition_point(|day| *day < today)
    }

    /// How many improvements there are.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.steps.iter().sum()
    }
}

/// What a page across maps shows of one improvement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoopLine {
    /// Which one.
    pub id: ImprovementId,
    /// Its name.
    pub name: String,
    /// Its touchpoint.
    pub touchpoint: TouchpointId,
    /// What that is called; empty when it is gone.
    pub touchpoint_name: String,
    /// The column it is in.
    pub step: Step,
    /// Who sees to it; may be empty.
    pub owner: String,
    /// Which attempt of its chain it is, from 1.
    pub attempt: usize,
    /// The attempt before.
    pub previous: Option<ImprovementId>,
    /// When it was made, in milliseconds since 1970 by the clock of whoever did; `None` for a foreign id.
    pub begun: Option<u64>,
    /// The day it should be live.
    pub due: Option<Date>,
    /// The day it went live.
    pub live: Option<Date>,
    /// The day by which it is measured.
    pub measure_by: Option<Date>,
    /// The day the next thing is due: see [`Improvement::deadline`].
    pub deadline: Option<Date>,
    /// How it ended, and when, in milliseconds since 1970: which day that is, the reader's zone says.
    pub verdict: Option<(VerdictKind, u64)>,
    /// Days spent in each column, in the order of [`Step::ALL`], in whole days of what is over: see
    /// [`Improvement::stays`]. `None` where it never was.
    pub days: [Option<u32>; 5],
    /// Since when it is where it is, in milliseconds since 1970.
    pub since: Option<u64>,
    /// Whether it is measured and no value is there yet.
    pub waits_for_value: bool,
    /// How far from baseline to target it is, 0.0–1.0.
    pub progress: Option<f64>,
    /// What is wrong with it.
    pub flags: Vec<Flag>,
}

impl Improvement {
    /// How long it was in each column, in milliseconds, all its stays that are over added up, in the order of
    /// [`Step::ALL`], and since when it is where it is. Reckoned from the moves and the age of the id, by the clocks of
    /// whoever moved it: a clock that went back counts as no time.
    #[must_use]
    pub fn stays(&self) -> ([Option<u64>; 5], Option<u64>) {
        let mut stays = [None; 5];
        let mut since = self.begun_ms();
        for Moved { from, mark, .. } in self.activity() {
            if let Some(since) = since {
                let stay: &mut Option<u64> = &mut stays[*from as usize];
                *stay = Some(stay.unwrap_or(0) + mark.at.saturating_sub(since));
            }
            since = Some(mark.at);
        }
        (stays, since)
    }
}

impl Board {
    /// The feedback-loop board in short.
    #[must_use]
    pub fn loop_summary(&self) -> LoopSummary {
        let mut summary = LoopSummary::default();
        let chains = self.chains();
        for it in self.improvements() {
            summary.steps[it.step as usize] += 1;
            match it.ended() {
                Some(VerdictKind::Success) => summary.successes += 1,
                Some(VerdictKind::PlanB) => summary.plan_bs += 1,
                Some(VerdictKind::Left) => summary.left += 1,
                None => summary.deadlines.extend(it.deadline()),
            }
            summary.flagged += u32::from(!self.flags(it, &chains).is_empty());
        }
        summary.deadlines.sort_unstable();
        summary.inbox = self.feedback_tallies().get(&None).map_or(0, |tally| tally.count);
        summary
    }
}

/// What a page across maps shows of each improvement of one, oldest first, without those in the trash.
#[must_use]
pub fn improvements_of(board: &Board) -> Vec<LoopLine> {
    let (chains, attempts) = (board.chains(), board.attempts());
    let line = |it: &Improvement| {
        let (stays, since) = it.stays();
        let measure = board.measure(it);
        let card = board.touchpoints.get(&it.touchpoint);
        let given = |verdict: &Verdict| (verdict.kind, verdict.given.at);
        LoopLine {
            id: it.id,
            name: it.name.clone(),
            touchpoint: it.touchpoint,
            touchpoint_name: card.map_or_else(String::new, |card| card.name.clone()),
            step: it.step,
            owner: it.owner.clone(),
            attempt: attempts.get(&it.id).copied().unwrap_or(1),
            previous: it.previous,
            begun: it.begun_ms(),
            due: it.due,
            live: it.live,
            measure_by: it.measure_by,
            deadline: it.deadline(),
            verdict: it.verdict.as_ref().filter(|_| it.ended().is_some()).map(given),
            days: stays.map(|stay| u32::try_from(stay? / MS_PER_DAY).ok()),
            since,
            waits_for_value: it.step == Step::Measure && measure.as_ref().is_none_or(|it| it.latest.is_none()),
            progress: measure.and_then(|measure| measure.progress),
            flags: board.flags(it, &chains),
        }
    };
    board.improvements().map(line).collect()
}
