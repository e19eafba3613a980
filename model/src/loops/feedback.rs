//! What customers said: entries by hand or from a table, the inbox, and what they say together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::board::{Board, Mark, word};
use crate::date::Date;
use crate::fold::fold;
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

word!(/// How content a customer is, by their scores.
    Mood { /// Some score is low: CSAT 1 or 2, NPS 0 to 6.
        Low = "low", /// Neither of the others.
        Fair = "fair", /// Every score is high: CSAT 4 or 5, NPS 9 or 10.
        High = "high", /// There is no score.
        Unscored = "unscored" });

impl Entry {
    /// How content the customer is.
    #[must_use]
    pub fn mood(&self) -> Mood {
        let csat = self.csat.map(|csat| (csat <= 2, csat >= 4));
        let nps = self.nps.map(|nps| (nps <= 6, nps >= 9));
        let scores = || csat.into_iter().chain(nps);
        if scores().next().is_none() {
            Mood::Unscored
        } else if scores().any(|(is_low, _)| is_low) {
            Mood::Low
        } else if scores().all(|(_, is_high)| is_high) {
            Mood::High
        } else {
            Mood::Fair
        }
    }
}

/// Which entries by what they speak of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Linked {
    /// All of them.
    #[default]
    Any,
    /// Those that nobody has linked to a touchpoint yet.
    Inbox,
    /// Those of a touchpoint.
    To(TouchpointId),
}

/// Which entries are looked for, but for words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeedbackFilter {
    /// What they speak of.
    pub linked: Linked,
    /// The channel they came by.
    pub channel: Option<ChannelId>,
    /// How content their customers are.
    pub mood: Option<Mood>,
}

impl FeedbackFilter {
    /// Whether an entry is looked for.
    #[must_use]
    pub fn takes(&self, entry: &Entry) -> bool {
        let is_linked = match self.linked {
            Linked::Any => true,
            Linked::Inbox => entry.touchpoint.is_none(),
            Linked::To(card) => entry.touchpoint == Some(card),
        };
        is_linked
            && self.channel.is_none_or(|channel| entry.channel == Some(channel))
            && self.mood.is_none_or(|mood| entry.mood() == mood)
    }
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

impl std::ops::Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let sum = |at: usize| self.nps[at] + other.nps[at];
        Self {
            count: self.count + other.count,
            csat: (self.csat.0 + other.csat.0, self.csat.1 + other.csat.1),
            nps: [sum(0), sum(1), sum(2)],
        }
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

impl Trend {
    fn add(&mut self, entry: &Entry, today: Date) {
        match entry.on.map(|on| today.days() - on.days()) {
            Some(ago) if (0..TREND_DAYS).contains(&ago) => self.late.add(entry),
            Some(ago) if (TREND_DAYS..2 * TREND_DAYS).contains(&ago) => self.before.add(entry),
            _ => {}
        }
    }
}

impl Board {
    fn live_feedback(&self) -> impl Iterator<Item = &Feedback> {
        self.of_kind(Kind::Feedback).filter_map(|item| match item {
            Item::Feedback(it) if it.trashed.is_none() => Some(it),
            _ => None,
        })
    }

    /// Whether there is any feedback.
    #[must_use]
    pub fn has_feedback(&self) -> bool {
        self.live_feedback().next().is_some()
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

    /// All that an entry says, folded for the search: the words, the source, and the names of channel, persona and
    /// touchpoint.
    #[must_use]
    pub fn feedback_text(&self, entry: &Entry) -> String {
        let channel = entry.channel.and_then(|id| self.channels.get(&id));
        let persona = entry.persona.and_then(|id| self.personas.get(&id));
        let card = entry.touchpoint.and_then(|id| self.touchpoints.get(&id));
        let text = [
            entry.text.as_str(),
            &entry.source,
            channel.map_or("", |it| &it.name),
            persona.map_or("", |it| &it.name),
            card.map_or("", |it| &it.name),
        ];
        fold(&text.join("\n"))
    }

    /// How what is said goes on, of every touchpoint of which something was, and under `None` in the inbox.
    #[must_use]
    pub fn feedback_trends(&self, today: Date) -> BTreeMap<Option<TouchpointId>, Trend> {
        let mut trends: BTreeMap<Option<TouchpointId>, Trend> = BTreeMap::new();
        for it in self.live_feedback() {
            trends.entry(it.entry.touchpoint).or_default().add(&it.entry, today);
        }
        trends
    }

    /// How what is said of a touchpoint goes on; `None` asks for all entries.
    #[must_use]
    pub fn feedback_trend(&self, touchpoint: Option<TouchpointId>, today: Date) -> Trend {
        let mut trend = Trend::default();
        for it in self.live_feedback() {
            if touchpoint.is_none() || it.entry.touchpoint == touchpoint {
                trend.add(&it.entry, today);
            }
        }
        trend
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_low_score_is_low_and_high_takes_all_of_them() {
        let mood = |csat, nps| {
            Entry {
                csat,
                nps,
                ..Entry::default()
            }
            .mood()
        };
        for (csat, nps, expected) in [
            (None, None, Mood::Unscored),
            (Some(2), None, Mood::Low),
            (Some(3), None, Mood::Fair),
            (Some(4), None, Mood::High),
            (None, Some(6), Mood::Low),
            (None, Some(7), Mood::Fair),
            (None, Some(9), Mood::High),
            (Some(5), Some(6), Mood::Low),
            (Some(5), Some(8), Mood::Fair),
            (Some(3), Some(10), Mood::Fair),
            (Some(4), Some(9), Mood::High),
        ] {
            assert_eq!(mood(csat, nps), expected, "{csat:?} {nps:?}");
        }
    }

    #[test]
    fn a_filter_takes_what_fits_all_of_it() {
        let (card, channel) = (TouchpointId::fresh(), ChannelId::fresh());
        let entry = Entry {
            channel: Some(channel),
            csat: Some(1),
            touchpoint: Some(card),
            ..Entry::default()
        };
        let filter = |linked, channel, mood| FeedbackFilter { linked, channel, mood };
        for (filter, expected) in [
            (FeedbackFilter::default(), true),
            (filter(Linked::To(card), Some(channel), Some(Mood::Low)), true),
            (filter(Linked::Inbox, None, None), false),
            (filter(Linked::To(TouchpointId::fresh()), None, None), false),
            (filter(Linked::Any, Some(ChannelId::fresh()), None), false),
            (filter(Linked::Any, None, Some(Mood::Fair)), false),
        ] {
            assert_eq!(filter.takes(&entry), expected, "{filter:?}");
        }
        let inbox = filter(Linked::Inbox, None, Some(Mood::Unscored));
        assert!(inbox.takes(&Entry::default()));
    }
}
