//! The numbers of an attempt: its own baseline, target and days, seen against the values of its metric.

use std::ops::Bound;

use super::Improvement;
use crate::board::Board;
use crate::date::Date;
use crate::items::{Direction, Figure, Metric, gone, reached};

/// An attempt in numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Which way the metric should go; `None` while nobody has said so.
    pub direction: Option<Direction>,
    /// Where the attempt started; `None` when not said or off the metric's scale.
    pub baseline: Option<Figure>,
    /// Where it should get to; `None` when not said or off the metric's scale.
    pub target: Option<Figure>,
    /// The last of its values, and its day.
    pub latest: Option<(Date, Figure)>,
    /// How many values it has.
    pub values: usize,
    /// Whether the last value meets the target; `None` while one of them or the direction is missing.
    pub met: Option<bool>,
    /// How far the way from baseline to target is gone, 0.0–1.0, as [`Metric::progress`] reckons it; `None` while one
    /// of them, a value or the direction is missing.
    pub progress: Option<f64>,
}

impl Improvement {
    /// The values that say how this attempt did, oldest first: dated after the day it went live and, once it is
    /// judged, not after the value it was judged by, as what follows belongs to the next attempt.
    pub fn values<'a>(&self, metric: &'a Metric) -> impl Iterator<Item = (Date, Figure)> + 'a {
        let judged = self.verdict.as_ref().filter(|_| self.ended().is_some());
        let until = judged.and_then(|verdict| verdict.on).unwrap_or(Date::MAX);
        let from = self.live.unwrap_or(Date::MAX);
        let values = metric.values.range((Bound::Excluded(from), Bound::Unbounded));
        values
            .map(|(date, figure)| (*date, *figure))
            .take_while(move |(date, _)| *date <= until)
    }

    /// The attempt against the values of its metric.
    #[must_use]
    pub fn measure(&self, metric: &Metric) -> Measure {
        let direction = metric.direction();
        let fits = |figure: Option<Figure>| figure.filter(|figure| metric.takes(*figure));
        let (baseline, target) = (fits(self.baseline), fits(self.target));
        let (latest, values) = (self.values(metric).last(), self.values(metric).count());
        let seen = direction.zip(target).zip(latest);
        let met = seen.map(|((direction, target), (_, value))| reached(direction, target, value));
        let progress = baseline
            .zip(seen)
            .map(|(baseline, ((direction, target), (_, value)))| gone(direction, baseline, target, value));
        Measure {
            direction,
            baseline,
            target,
            latest,
            values,
            met,
            progress,
        }
    }
}

impl Board {
    /// An improvement in numbers; `None` while it has no metric, or one that is in the trash or gone.
    #[must_use]
    pub fn measure(&self, it: &Improvement) -> Option<Measure> {
        let metric = self.metric(it.metric?)?;
        metric.trashed.is_none().then(|| it.measure(metric))
    }
}
