//! Newtype ids. Every id is a UUID; new ones are version 7, so ids sort by age.
//!
//! In the document an id is its lower-case hyphenated text. A key that is not such a text is foreign
//! content: it is kept and skipped (SPEC R2).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Reads an id as it stands in the document: lower case, with hyphens.
pub(crate) fn canonical(text: &str) -> Option<Uuid> {
    let id = Uuid::try_parse(text).ok()?;
    (id.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text).then_some(id)
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A fresh id: UUID version 7, never used before. Not a secret.
            #[must_use]
            pub fn fresh() -> Self {
                Self(Uuid::now_v7())
            }

            /// Reads the canonical text form (lower case, hyphens); anything else is `None`.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                canonical(text).map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
    };
}

id!(/// One document: a touchpoint map and its feedback-loop board.
    BoardId);
id!(/// People who work together.
    TeamId);
id!(/// A column of the map.
    StageId);
id!(/// A row of the map.
    LaneId);
id!(/// One kind of customer.
    PersonaId);
id!(/// A place where touchpoints happen.
    ChannelId);
id!(/// A moment in which a customer meets the brand.
    TouchpointId);
id!(/// A pain point, an opportunity, or a text in a cell of the map.
    NoteId);
id!(/// Someone who edits or rates. In `--open` mode: an id kept on their device.
    PersonId);
id!(/// A thing of the brand that must look the same everywhere: logo, colours, slogan.
    AssetId);
id!(/// A number that is measured at a touchpoint.
    MetricId);
id!(/// A rating round: everybody rates, then all scores are shown at once.
    RoundId);
id!(/// A saved view: filter and grouping under a name.
    ViewId);
id!(/// A comment, or an answer to one.
    CommentId);
id!(/// That the map was reviewed, once.
    ReviewId);
id!(/// A link of a touchpoint.
    LinkId);
id!(/// A card of the feedback-loop board.
    ImprovementId);
id!(/// What a customer said, once.
    FeedbackId);
id!(/// A line of an improvement's checklist.
    CheckId);
id!(/// That an improvement went from one column to another.
    MoveId);
