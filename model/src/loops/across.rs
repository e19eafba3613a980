//! Improvements of all maps: which of them are asked for, and how they do altogether. Whoever keeps the maps counts.

use super::overview::LoopLine;
use crate::id::BoardId;

/// Which improvements are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// Those that have not ended.
    #[default]
    Running,
    /// Those that are overdue.
    Overdue,
    /// Those that are measured and have no value yet.
    Waiting,
    /// Those that have ended this quarter.
    Judged,
}

impl Show {
    /// Every choice, in the order of the page.
    pub const ALL: [Self; 4] = [Self::Running, Self::Overdue, Self::Waiting, Self::Judged];

    /// The word for it in the address.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Overdue => "overdue",
            Self::Waiting => "waiting",
            Self::Judged => "judged",
        }
    }
}

/// What a page across maps is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Who sees to them, accents and case aside; everybody where it is blank.
    pub owner: String,
    /// Which of theirs.
    pub show: Show,
}

/// An improvement and the map that it is on.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The map.
    pub board: BoardId,
    /// Its title; may be empty.
    pub title: String,
    /// The improvement.
    pub line: LoopLine,
}

/// Improvements of all maps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Across {
    /// Those that are wanted, as far as one page shows them.
    pub found: Vec<Found>,
    /// How many there are of each [`Show`].
    pub counts: [u64; 4],
    /// How many have ever ended in success.
    pub successes: u64,
    /// How many have ever ended in Plan B.
    pub plan_bs: u64,
    /// [`median`] of the whole days that they stayed in each column, in the order of [`super::Step::ALL`]; `None` where
    /// none has left it yet.
    pub days: [Option<f64>; 5],
    /// Who sees to improvements: some names to choose from.
    pub owners: Vec<String>,
}

impl Across {
    /// How many were tried and judged: what was left as it was is not among them (G17).
    #[must_use]
    pub const fn tried(&self) -> u64 {
        self.successes.saturating_add(self.plan_bs)
    }

    /// The share of successes among what was tried and judged, 0.0–1.0; `None` where nothing was (G17).
    #[must_use]
    pub fn success_rate(&self) -> Option<f64> {
        // Counts of improvements: far below 2^53.
        #[allow(clippy::cast_precision_loss)]
        (self.tried() > 0).then(|| self.successes as f64 / self.tried() as f64)
    }
}

/// The middle one of values, each with how often it occurs, smallest value first; between two it is their mean. `None`
/// where nothing occurs. Long stays are few and very long, so their mean would say what nobody has seen (G18).
#[must_use]
pub fn median(counted: &[(u64, u64)]) -> Option<f64> {
    let total: u64 = counted.iter().map(|(_, count)| count).sum();
    let at = |place: u64| {
        let mut before = 0;
        counted.iter().find_map(|(value, count)| {
            before += count;
            (place < before).then_some(*value)
        })
    };
    let (low, high) = (at(total.saturating_sub(1) / 2)?, at(total / 2)?);
    // Days of a human's project: far below 2^53.
    #[allow(clippy::cast_precision_loss)]
    Some((low + high) as f64 / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g17_only_what_was_tried_and_judged_counts() {
        let rate = |successes, plan_bs| {
            let across = Across {
                successes,
                plan_bs,
                // Left as they were, or still running.
                counts: [9; 4],
                ..Across::default()
            };
            (across.tried(), across.success_rate())
        };
        assert_eq!(rate(0, 0), (0, None));
        assert_eq!(rate(0, 2), (2, Some(0.0)));
        assert_eq!(rate(3, 1), (4, Some(0.75)));
        assert_eq!(rate(5, 0), (5, Some(1.0)));
    }

    #[test]
    fn g18_the_median_is_in_the_middle() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[(3, 0)]), None);
        assert_eq!(median(&[(3, 1)]), Some(3.0));
        assert_eq!(median(&[(1, 1), (4, 1)]), Some(2.5));
        assert_eq!(median(&[(1, 3), (9, 2)]), Some(1.0));
        assert_eq!(median(&[(0, 2), (5, 2)]), Some(2.5));
    }
}
