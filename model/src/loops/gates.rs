//! What an improvement has to have before it goes on, and what is shown of one that lacks it (SPEC G5–G13).

use serde::{Deserialize, Serialize};

use super::chain::Chains;
use super::{Decision, Improvement, Step, VerdictKind};
use crate::board::{Board, Touchpoint, word};
use crate::id::ImprovementId;
use crate::items::{Direction, Figure, Metric};

word!(/// What an improvement lacks.
    Missing { /// What is wrong.
        Problem = "problem", /// Somebody's rating of how important the touchpoint is.
        Importance = "importance", /// Somebody's rating of how well it does.
        Performance = "performance", /// The decision: to go on it must be to improve, to be left it must be to leave.
        Decision = "decision", /// Why it is left as it is.
        Reason = "reason", /// The practice to follow.
        Practice = "practice", /// Who sees to it.
        Owner = "owner", /// A metric that is not in the trash.
        Metric = "metric", /// Which way the metric should go: of a number of the team's own nobody knows by itself.
        Way = "way", /// Where the attempt starts, on the metric's scale.
        Baseline = "baseline", /// Where it should get to, on the metric's scale.
        Target = "target", /// A target that lies the way the metric should go.
        Direction = "direction", /// The day by which it is measured.
        MeasureBy = "measure-by", /// The day it went live.
        Live = "live", /// A value of the metric dated after that day.
        Value = "value", /// The target met, or a reason to accept what was reached.
        Accepted = "accepted" });

/// What is wrong with an improvement as it stands, after edits that met or things that were taken away later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flag {
    /// It lacks what its column asks for.
    Missing(Missing),
    /// It has a verdict and stands in another column.
    Verdict,
    /// It has a successor and has not ended in Plan B.
    Successor,
    /// It has ended in Plan B and has no successor.
    NoSuccessor,
    /// Two attempts follow the same one: Plan B was begun twice.
    Fork,
}

/// What an improvement lacks for being where it is. Empty for whatever a forward move has let through.
pub(crate) fn missing(it: &Improvement, card: Option<&Touchpoint>, metric: Option<&Metric>) -> Vec<Missing> {
    let mut lacks = Vec::new();
    let mut ask = |has: bool, what: Missing| {
        if !has {
            lacks.push(what);
        }
    };
    let says = |text: &str| !text.trim().is_empty();
    if it.step > Step::Evaluate {
        ask(says(&it.problem), Missing::Problem);
        ask(
            card.is_some_and(|card| !card.importance.is_empty()),
            Missing::Importance,
        );
        ask(
            card.is_some_and(|card| !card.performance.is_empty()),
            Missing::Performance,
        );
    }
    if it.ended() == Some(VerdictKind::Left) {
        ask(it.decision == Some(Decision::Leave), Missing::Decision);
        ask(says(&it.reason), Missing::Reason);
        return lacks;
    }
    let metric = metric.filter(|metric| metric.trashed.is_none());
    if it.step > Step::Decide {
        let fits =
            |figure: Option<Figure>| figure.is_some_and(|figure| metric.is_none_or(|metric| metric.takes(figure)));
        ask(it.decision == Some(Decision::Improve), Missing::Decision);
        ask(says(&it.practice), Missing::Practice);
        ask(says(&it.owner), Missing::Owner);
        ask(metric.is_some(), Missing::Metric);
        let way = metric.and_then(Metric::direction);
        ask(metric.is_none() || way.is_some(), Missing::Way);
        ask(fits(it.baseline), Missing::Baseline);
        ask(fits(it.target), Missing::Target);
        let against = way
            .zip(it.baseline.zip(it.target))
            .is_some_and(|(way, (baseline, target))| match way {
                Direction::Higher => target < baseline,
                Direction::Lower => target > baseline,
            });
        ask(!against, Missing::Direction);
        ask(it.measure_by.is_some(), Missing::MeasureBy);
    }
    if it.step > Step::Implement {
        ask(it.live.is_some(), Missing::Live);
    }
    if it.step == Step::Verdict {
        let measure = metric.map(|metric| it.measure(metric));
        let is_measured = measure.as_ref().is_some_and(|measure| measure.latest.is_some());
        ask(is_measured, Missing::Value);
        if let Some(verdict) = it.verdict.as_ref().filter(|it| it.kind == VerdictKind::Success) {
            let met = measure.is_some_and(|measure| measure.met == Some(true));
            ask(met || says(&verdict.accepted), Missing::Accepted);
        }
    }
    lacks
}

/// Whether going to a column is going forward. What was left as it is has come to its end past the columns between:
/// they are still before it.
pub(crate) fn goes_on(it: &Improvement, to: Step) -> bool {
    let skipped = it.ended() == Some(VerdictKind::Left) && to > Step::Decide && to < Step::Verdict;
    to > it.step || skipped
}

impl Board {
    /// What an improvement would lack in a column: what moving it there is refused for. Moving back asks for nothing.
    #[must_use]
    pub fn missing_for(&self, id: ImprovementId, step: Step) -> Vec<Missing> {
        let Some(it) = self.improvement(id).filter(|it| goes_on(it, step)) else {
            return Vec::new();
        };
        let mut there = it.clone();
        there.step = step;
        self.lacking(&there)
    }

    fn lacking(&self, it: &Improvement) -> Vec<Missing> {
        let metric = it.metric.and_then(|metric| self.metric(metric));
        missing(it, self.touchpoints.get(&it.touchpoint), metric)
    }

    /// What is wrong with an improvement as it stands. See [`Chains`] for why the chains are handed in.
    #[must_use]
    pub fn flags(&self, it: &Improvement, chains: &Chains) -> Vec<Flag> {
        let mut flags: Vec<Flag> = self.lacking(it).into_iter().map(Flag::Missing).collect();
        if it.verdict.is_some() && it.step != Step::Verdict {
            flags.push(Flag::Verdict);
        }
        let successors = chains.successors(it.id).len();
        let plan_b = it.ended() == Some(VerdictKind::PlanB);
        if successors > 0 && !plan_b {
            flags.push(Flag::Successor);
        }
        if successors == 0 && plan_b {
            flags.push(Flag::NoSuccessor);
        }
        let siblings = it.previous.map_or(0, |previous| chains.successors(previous).len());
        if successors > 1 || siblings > 1 {
            flags.push(Flag::Fork);
        }
        flags
    }
}
