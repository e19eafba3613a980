//! What the ratings of a touchpoint say together, who may see them, and what they put first.

use crate::board::{Board, Quadrant, Score, Touchpoint, word};
use crate::id::{PersonId, TouchpointId};
use crate::items::{Item, Round};
use crate::layout::Layout;
use crate::table::Table;

word!(/// What a touchpoint is rated by.
    Criterion { /// How much it matters to the customer.
        Importance = "importance", /// How well it goes.
        Performance = "performance" });

/// The middle of the scale from 1 to 5. A mean at or above it counts as high.
pub const MIDPOINT: f64 = 3.0;

/// Ratings of one criterion by all raters together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// Arithmetic mean, 1.0–5.0.
    pub mean: f64,
    /// Highest rating minus lowest, 0.0–4.0.
    pub spread: f64,
    /// Lowest rating, 1–5.
    pub low: u8,
    /// Highest rating, 1–5.
    pub high: u8,
    /// Standard deviation of the population, √(Σ(x − mean)² ÷ n), 0.0–2.0: the raters are all there are, not a
    /// sample of more. Source: ISO 3534-1, 2.36 and its notes.
    pub deviation: f64,
    /// How many people rated.
    pub raters: usize,
}

impl Mean {
    fn of(scores: &Table<PersonId, Score>) -> Option<Self> {
        let (mut sum, mut squares, mut low, mut high) = (0_u32, 0_u32, u8::MAX, 0);
        for score in scores.values() {
            let n = score.get();
            sum += u32::from(n);
            squares += u32::from(n) * u32::from(n);
            low = low.min(n);
            high = high.max(n);
        }
        let raters = scores.len();
        let n = raters as f64;
        // n·Σx² − (Σx)² is whole, so equal ratings deviate by exactly 0.
        let squared = n * f64::from(squares) - f64::from(sum) * f64::from(sum);
        (raters > 0).then(|| Self {
            mean: f64::from(sum) / n,
            spread: f64::from(high - low),
            low,
            high,
            deviation: squared.max(0.0).sqrt() / n,
            raters,
        })
    }
}

impl Touchpoint {
    /// The scores of one criterion, whoever may see them: views ask [`Board::ratings_for`].
    #[must_use]
    pub fn scores(&self, criterion: Criterion) -> &Table<PersonId, Score> {
        match criterion {
            Criterion::Importance => &self.importance,
            Criterion::Performance => &self.performance,
        }
    }
}

/// Which ratings a person sees: all, or while a round is open their own only (SPEC G1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratings {
    person: Option<PersonId>,
    secret: bool,
}

impl Ratings {
    /// The scores of one criterion that may be shown.
    pub fn scores(self, card: &Touchpoint, criterion: Criterion) -> impl Iterator<Item = (PersonId, Score)> {
        card.scores(criterion)
            .iter()
            .map(|(rater, score)| (*rater, *score))
            .filter(move |(rater, _)| !self.secret || Some(*rater) == self.person)
    }

    /// The person's own score.
    #[must_use]
    pub fn own(self, card: &Touchpoint, criterion: Criterion) -> Option<Score> {
        card.scores(criterion).get(&self.person?).copied()
    }

    /// Mean, spread and count over all raters; `None` while nobody has rated or a round is open.
    #[must_use]
    pub fn mean(self, card: &Touchpoint, criterion: Criterion) -> Option<Mean> {
        if self.secret {
            None
        } else {
            Mean::of(card.scores(criterion))
        }
    }

    /// The number a card or dot is drawn by: the mean, or while a round is open the person's own score.
    #[must_use]
    pub fn shown(self, card: &Touchpoint, criterion: Criterion) -> Option<f64> {
        if self.secret {
            self.own(card, criterion).map(|score| f64::from(score.get()))
        } else {
            self.mean(card, criterion).map(|mean| mean.mean)
        }
    }

    /// The quarter of the matrix a touchpoint is in; `None` while one of the two is not rated.
    #[must_use]
    pub fn quadrant(self, card: &Touchpoint) -> Option<Quadrant> {
        let importance = self.shown(card, Criterion::Importance)?;
        Some(Quadrant::of(importance, self.shown(card, Criterion::Performance)?))
    }
}

impl Quadrant {
    /// The quarter of two numbers on the scale from 1 to 5; [`MIDPOINT`] itself is high.
    #[must_use]
    pub fn of(importance: f64, performance: f64) -> Self {
        match (importance >= MIDPOINT, performance >= MIDPOINT) {
            (true, false) => Self::Concentrate,
            (true, true) => Self::KeepUp,
            (false, false) => Self::Low,
            (false, true) => Self::Overkill,
        }
    }
}

/// A rated touchpoint among the priorities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Priority {
    /// Which one.
    pub id: TouchpointId,
    /// Importance, 1.0–5.0.
    pub importance: f64,
    /// Performance, 1.0–5.0.
    pub performance: f64,
    /// Importance less performance, −4.0–4.0.
    pub gap: f64,
    /// Its quarter of the matrix.
    pub quadrant: Quadrant,
}

/// What comes first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Priorities {
    /// Rated touchpoints, the most urgent first.
    pub ranked: Vec<Priority>,
    /// Touchpoints that lack one rating or both, in the order of the map.
    pub unrated: Vec<TouchpointId>,
}

impl Priorities {
    /// Where a touchpoint stands among the rated ones, counted from 1, and why; `None` while it is not rated. An
    /// improvement has the priority of its touchpoint.
    #[must_use]
    pub fn of(&self, touchpoint: TouchpointId) -> Option<(usize, &Priority)> {
        (1..).zip(&self.ranked).find(|(_, priority)| priority.id == touchpoint)
    }
}

impl Board {
    /// Which ratings a person sees; `None` is somebody without an identity. Every view asks this, so that an
    /// open round is kept everywhere.
    #[must_use]
    pub fn ratings_for(&self, person: Option<PersonId>) -> Ratings {
        Ratings {
            person,
            secret: self.open_round().is_some(),
        }
    }

    /// The round that is open, the oldest where several were opened at once.
    #[must_use]
    pub fn open_round(&self) -> Option<&Round> {
        self.items.values().find_map(|item| match item {
            Item::Round(round) if round.revealed.is_none() && round.trashed.is_none() => Some(round),
            _ => None,
        })
    }

    /// Touchpoints by urgency: those of high importance and low performance first ("concentrate here"), then the
    /// rest; within both the larger gap between importance and performance first, then the more important, then
    /// the order of the map.
    ///
    /// Source: Martilla and James, "Importance-Performance Analysis", Journal of Marketing 41 (1977), pp. 77–79,
    /// for the quadrants; the gap as a measure within them is Slack, "The Importance-Performance Matrix as a
    /// Determinant of Improvement Priority", IJOPM 14 (1994).
    #[must_use]
    pub fn priorities(&self, ratings: Ratings, layout: &Layout) -> Priorities {
        let mut priorities = Priorities::default();
        for id in layout.in_order() {
            let Some(card) = self.touchpoints.get(&id) else {
                continue;
            };
            let shown = |criterion| ratings.shown(card, criterion);
            match (shown(Criterion::Importance), shown(Criterion::Performance)) {
                (Some(importance), Some(performance)) => priorities.ranked.push(Priority {
                    id,
                    importance,
                    performance,
                    gap: importance - performance,
                    quadrant: Quadrant::of(importance, performance),
                }),
                _ => priorities.unrated.push(id),
            }
        }
        // Millionths: what differs by less was rounded differently and ties.
        let whole = |n: f64| (n * 1e6).round() as i64;
        priorities.ranked.sort_by_key(|it| {
            let first = it.quadrant != Quadrant::Concentrate;
            (first, -whole(it.gap), -whole(it.importance))
        });
        priorities
    }
}
