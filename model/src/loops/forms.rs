//! Feedback forms: what customers are asked by a link. A form is no part of the map; whoever keeps the map keeps it.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::feedback::{CSAT, NPS};
use crate::id::TouchpointId;

/// The question that a feedback form asks beside what happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Score {
    /// How satisfied somebody is, 1 to 5.
    #[default]
    Csat,
    /// How likely somebody is to recommend the brand, 0 to 10.
    Nps,
}

impl Score {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Csat => "csat",
            Self::Nps => "nps",
        }
    }

    /// Reads the word; a foreign one is [`Score::Csat`].
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        if word == Self::Nps.word() {
            Self::Nps
        } else {
            Self::Csat
        }
    }

    /// Lowest and highest answer.
    #[must_use]
    pub const fn scale(self) -> RangeInclusive<u8> {
        match self {
            Self::Csat => CSAT,
            Self::Nps => NPS,
        }
    }
}

/// A feedback form as its map's people see it. Its link is not in it: that is told once, when the form is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormLine {
    /// Which one.
    pub id: i64,
    /// What its answers speak of; `None` puts them into the inbox.
    pub touchpoint: Option<TouchpointId>,
    /// The source of its answers.
    pub label: String,
    /// The question beside the text.
    pub score: Score,
    /// When it was made, in milliseconds since 1970, by the server's clock; so are the next two.
    pub created_at: u64,
    /// When its link was revoked.
    pub revoked_at: Option<u64>,
    /// When it was answered last.
    pub used_at: Option<u64>,
    /// How many answers it has brought.
    pub answers: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_question_is_how_satisfied_somebody_is() {
        for score in [Score::Csat, Score::Nps] {
            assert_eq!(Score::from_word(score.word()), score);
        }
        assert_eq!(Score::from_word("ces"), Score::Csat);
    }
}
