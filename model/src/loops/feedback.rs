//! What customers said: entries by hand or from a table, the inbox, and what they say together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::board::{Board, Mark};
use crate::date::Date;
use crate::id::{ChannelId, FeedbackId, ImprovementId, PersonaId, TouchpointId};
use crate::items::Item;
use crate::read::Kind;

/// Lowest and highest answer to how satisfied one customer is.
pub const CSAT: std::ops::RangeInclusive<u8> = 1..=5;
/// Lowest and highest answer of one customer to how likely they are to recommend the brand.
pub const NPS: std::ops::RangeInclusive<u8> = 0..=10;
/// Days that [`Board::feedback_trend`] compares with as many before.
pub const TREND_DAYS: i32 = 30;

/// What an entry says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The customer's words; empty only where there is a score.
    pub text: String,
    /// Where it comes from: a survey, a review site, a call; may be empty.
    pub source: String,
    /// The channel it came by.
    pub channel: Option<ChannelId>,
    /// The day it was said.
    pub on: Option<Date>,
    /// How satisfied this customer is, 1…5.
    pub csat: Option<u8>,
    /// How likely this customer is to recommend the brand, 0…10.
    pub nps: Option<u8>,
    /// Who said it.
    pub persona: Option<PersonaId>,
    /// What it speaks of; `None` keeps it in the inbox.
    pub touchpoint: Option<TouchpointId>,
    /// What is done about it.
    pub improvement: Option<ImprovementId>,
}

/// A feedback entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// Its id.
    pub id: FeedbackId,
    /// What it says.
    pub entry: Entry,
    /// Set while in the trash.
    pub trashed: Option<Mark>,
}

/// Several entries together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many there are.
    pub count: u32,
    /// Sum and number of the CSAT answers.
    csat: (u32, u32),
    /// Promoters, passives, detractors.
    nps: [u32; 3],
}

impl Tally {
    /// Adds an entry.
    pub fn add(&mut self, entry: &Entry) {
        self.count += 1;
        if let Some(csat) = entry.csat {
            self.csat = (self.csat.0 + u32::from(csat), self.csat.1 + 1);
        }
        match entry.nps {
            Some(9..) => self.nps[0] += 1,
            Some(7 | 8) => self.nps[1] += 1,
            Some(_) => self.nps[2] += 1,
            None => {}
        }
    }

    /// Mean of the CSAT answers, 1.0–5.0; `None` without one.
    #[must_use]
    pub fn csat(&self) -> Option<f64> {
        (self.csat.1 > 0).then(|| f64::from(self.csat.0) / f64::from(self.csat.1))
    }

    /// How many gave a CSAT answer.
    #[must_use]
    pub fn csat_answers(&self) -> u32 {
        self.csat.1
    }

    /// Net promoter score, −100.0–100.0: the share of promoters (9 and 10) less that of detractors (0 to 6), in
    /// percent of all who answered; `None` without one. Source: Reichheld, Harvard Business Review (2003).
    #[must_use]
    pub fn nps(&self) -> Option<f64> {
        let answers = self.nps_answers();
        (answers > 0).then(|| (f64::from(self.nps[0]) - f64::from(self.nps[2])) * 100.0 / f64::from(answers))
    }

    /// How many gave an NPS answer.
    #[must_use]
    pub fn nps_answers(&self) -> u32 {
        self.nps.iter().sum()
    }
}

/// What was said of late and before. Entries without a day are in neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trend {
    /// In the last [`TREND_DAYS`] days, today among them.
    pub late: Tally,
    /// In as many days before.
    pub before: Tally,
}

impl Board {
    fn live_feedback(&self) -> impl Iterator<Item = &Feedback> {
        self.of_kind(Kind::Feedback).filter_map(|item| match item {
            Item::Feedback(it) if it.trashed.is_none() => Some(it),
            _ => None,
        })
    }

    /// The entries that `wanted` takes, the last said first, those without a day after them; without those in the
    /// trash.
    #[must_use]
    pub fn feedback_where(&self, wanted: impl Fn(&Entry) -> bool) -> Vec<&Feedback> {
        let mut entries: Vec<&Feedback> = self.live_feedback().filter(|it| wanted(&it.entry)).collect();
        entries.sort_by_key(|it| std::cmp::Reverse((it.entry.on, it.id)));
        entries
    }

    /// The entries of a touchpoint, the last said first.
    #[must_use]
    pub fn feedback_at(&self, touchpoint: TouchpointId) -> Vec<&Feedback> {
        self.feedback_where(|entry| entry.touchpoint == Some(touchpoint))
    }

    /// The entries that nobody has linked to a touchpoint yet, the last said first.
    #[must_use]
    pub fn inbox(&self) -> Vec<&Feedback> {
        self.feedback_where(|entry| entry.touchpoint.is_none())
    }

    /// What was said of every touchpoint of which something was, and under `None` what is in the inbox.
    #[must_use]
    pub fn feedback_tallies(&self) -> BTreeMap<Option<TouchpointId>, Tally> {
        let mut tallies: BTreeMap<Option<TouchpointId>, Tally> = BTreeMap::new();
        for it in self.live_feedback() {
            tallies.entry(it.entry.touchpoint).or_default().add(&it.entry);
        }
        tallies
    }

    /// How what is said of a touchpoint goes on; `None` asks for all entries.
    #[must_use]
    pub fn feedback_trend(&self, touchpoint: Option<TouchpointId>, today: Date) -> Trend {
        let mut trend = Trend::default();
        for it in self.live_feedback() {
            if touchpoint.is_some() && it.entry.touchpoint != touchpoint {
                continue;
            }
            match it.entry.on.map(|on| today.days() - on.days()) {
                Some(ago) if (0..TREND_DAYS).contains(&ago) => trend.late.add(&it.entry),
                Some(ago) if (TREND_DAYS..2 * TREND_DAYS).contains(&ago) => trend.before.add(&it.entry),
                _ => {}
            }
        }
        trend
    }
}
