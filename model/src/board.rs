//! The read model: what a document says, as plain values.
//!
//! A [`Board`] holds every entity that can be understood, trashed ones included, keyed by id; order and
//! placement are derived by [`Board::layout`]. Nothing here can fail (SPEC R1).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::edit::Entity;
use crate::id::{AssetId, ChannelId, LaneId, LinkId, NoteId, PersonId, PersonaId, StageId, TouchpointId};
use crate::items::Item;
use crate::people::Person;
use crate::table::Table;

/// An enum whose values stand in the document as words.
macro_rules! word {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value, in the order in which the interface lists them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that stands in the document.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads the word; a foreign one is `None`.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use word;

word!(/// Whom the brand sells to.
    Market { /// To companies.
        B2b = "b2b", /// To consumers.
        B2c = "b2c" });
word!(/// Whether the map draws what is or what should be.
    MapState { /// How it is today.
        AsIs = "as-is", /// How it should become.
        ToBe = "to-be" });
word!(/// Where a stage lies in time, seen from the purchase.
    Phase { /// Before purchase.
        Before = "before", /// During purchase.
        During = "during", /// After purchase.
        After = "after" });
word!(/// What a touchpoint is made of.
    Nature { /// A thing or a place.
        Physical = "physical", /// A screen.
        Digital = "digital", /// A person.
        Human = "human", /// A message.
        Communication = "communication" });
word!(/// Whether the brand's own staff or shop is met, or something in between.
    Directness { /// Staff, shop.
        Direct = "direct", /// Advertising, an article.
        Indirect = "indirect" });
word!(/// Who shapes the touchpoint.
    Control { /// The brand's own.
        Own = "own", /// Outside its control: watched and answered, not designed.
        Outside = "outside" });
word!(/// What a lane shows. Each kind but `Text` stands at most once in a fresh map.
    LaneKind { /// The customer's goals, as notes in cells.
        Goals = "goals", /// The customer's actions, as notes in cells.
        Actions = "actions", /// What stands in the customer's way, as notes in cells.
        Obstacles = "obstacles", /// The touchpoint cards.
        Touchpoints = "touchpoints", /// The channels used in each stage.
        Channels = "channels", /// The emotion curve.
        Emotion = "emotion", /// Pain points of the touchpoints.
        Pains = "pains", /// Opportunities of the touchpoints.
        Opportunities = "opportunities", /// The team's own row: notes in cells.
        Text = "text" });
word!(/// The four questions to ask of each touchpoint.
    Quality { /// Does it fit context and culture?
        Appropriate = "appropriate", /// Does it do what the customer needs?
        Relevant = "relevant", /// Does the customer feel a purpose?
        Meaningful = "meaningful", /// Does it leave a bond?
        Endearing = "endearing" });
word!(/// How a brand asset is met at a touchpoint. Not looked at yet is absent.
    Consistency { /// As it should be.
        Consistent = "consistent", /// There, but otherwise than it should be.
        Inconsistent = "inconsistent", /// Missing where it should be.
        Absent = "absent", /// Has no place here.
        NotApplicable = "not-applicable" });
word!(/// A quarter of the importance–performance matrix. Source: Martilla and James, "Importance-Performance
    /// Analysis", Journal of Marketing 41 (1977).
    Quadrant { /// Important, performs badly: concentrate here.
        Concentrate = "concentrate", /// Important, performs well: keep up the good work.
        KeepUp = "keep-up", /// Unimportant, performs badly: low priority.
        Low = "low", /// Unimportant, performs well: possible overkill.
        Overkill = "overkill" });

/// Emotion at a touchpoint, −2 (very bad) to +2 (very good). Unrated is absent, never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Emotion(i8);

/// A rating of importance or performance, 1 (low) to 5 (high). Unrated is absent, never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Score(u8);

/// A number outside the range of its scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is outside the scale")]
pub struct OffScale(pub i64);

impl Emotion {
    /// Every value, worst first.
    pub const ALL: [Self; 5] = [Self(-2), Self(-1), Self(0), Self(1), Self(2)];
    /// −2…+2.
    #[must_use]
    pub const fn get(self) -> i8 {
        self.0
    }
}
impl Score {
    /// Every value, lowest first.
    pub const ALL: [Self; 5] = [Self(1), Self(2), Self(3), Self(4), Self(5)];
    /// 1…5.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}
impl TryFrom<i64> for Emotion {
    type Error = OffScale;
    fn try_from(n: i64) -> Result<Self, OffScale> {
        i8::try_from(n)
            .ok()
            .filter(|n| (-2..=2).contains(n))
            .map(Self)
            .ok_or(OffScale(n))
    }
}
impl TryFrom<i64> for Score {
    type Error = OffScale;
    fn try_from(n: i64) -> Result<Self, OffScale> {
        u8::try_from(n)
            .ok()
            .filter(|n| (1..=5).contains(n))
            .map(Self)
            .ok_or(OffScale(n))
    }
}
impl From<Emotion> for i64 {
    fn from(e: Emotion) -> i64 {
        e.0.into()
    }
}
impl From<Score> for i64 {
    fn from(s: Score) -> i64 {
        s.0.into()
    }
}

/// A fractional index as text; compares as bytes. Equal ranks are ordered by id.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rank(pub String);

/// That something lies in the trash, and since when.
pub type Trashed = Mark;

/// When something was done, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Milliseconds since 1970 by the clock of whoever did it; 0 when unknown.
    pub at: u64,
    /// Who did it, where known.
    pub by: Option<PersonId>,
}

/// What the map as a whole says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapInfo {
    /// Schema version of the document; 0 for a document nobody seeded.
    pub schema: u32,
    /// Title, at most [`crate::limits::NAME_MAX`].
    pub title: String,
    /// The brand the map is about.
    pub brand: String,
    /// B2B or B2C.
    pub market: Option<Market>,
    /// As-is or to-be.
    pub state: Option<MapState>,
    /// What the team calls the quarters of the matrix, in the order of [`Quadrant::ALL`]; empty means the
    /// quadrant's name in the reader's language.
    pub quadrants: [String; 4],
    /// How many cards the team wants in each column of the feedback-loop board at most, in the order of
    /// [`crate::loops::Step::ALL`]. A warning and never a gate.
    pub wip: [Option<u8>; 5],
}

/// A column of the map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Its id.
    pub id: StageId,
    /// Its name.
    pub name: String,
    /// Before, during or after purchase; `Before` when the document does not say.
    pub phase: Phase,
    /// Left out of the picture, with its cards; not in the trash.
    pub hidden: bool,
    /// Its place among the stages.
    pub rank: Rank,
    /// Set while in the trash.
    pub trashed: Option<Trashed>,
}

/// A row of the map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// Its id.
    pub id: LaneId,
    /// What it shows.
    pub kind: LaneKind,
    /// Its own name; empty means the kind's name in the reader's language.
    pub name: String,
    /// Left out of the picture; not in the trash.
    pub hidden: bool,
    /// Its place among the lanes.
    pub rank: Rank,
    /// Set while in the trash.
    pub trashed: Option<Trashed>,
}

/// How many colours personas are told apart by.
pub const PERSONA_COLORS: u8 = 8;

/// One kind of customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Persona {
    /// Its id.
    pub id: PersonaId,
    /// Its name.
    pub name: String,
    /// Age, work, place: who this is, in a line.
    pub demographics: String,
    /// What this customer needs.
    pub needs: String,
    /// What this customer finds hard.
    pub difficulties: String,
    /// Its colour, 1 to [`PERSONA_COLORS`]; `None` lets the interface choose by place.
    pub color: Option<u8>,
    /// Its place among the personas; the first is the persona in focus.
    pub rank: Rank,
    /// Set while in the trash.
    pub trashed: Option<Trashed>,
}

/// A place where touchpoints happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// Its name.
    pub name: String,
    /// Its place among the channels.
    pub rank: Rank,
    /// Set while in the trash.
    pub trashed: Option<Trashed>,
}

/// A moment in which a customer meets the brand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touchpoint {
    /// Its id.
    pub id: TouchpointId,
    /// Its name.
    pub name: String,
    /// The stage it is in: one value with `rank`, so a card is always in exactly one place.
    pub stage: StageId,
    /// Its place in the stage.
    pub rank: Rank,
    /// Where it happens.
    pub channel: Option<ChannelId>,
    /// What it is made of.
    pub nature: Option<Nature>,
    /// Direct or indirect.
    pub directness: Option<Directness>,
    /// The brand's own, or outside its control.
    pub control: Option<Control>,
    /// The answers to the four questions, in the order of [`Quality::ALL`].
    pub quality: [Option<bool>; 4],
    /// Who looks after it; may be empty.
    pub owner: String,
    /// Which department it belongs to; may be empty.
    pub department: String,
    /// Whether it makes or breaks what the customer thinks of the brand.
    pub moment_of_truth: bool,
    /// Pages and addresses about it, oldest first.
    pub links: Vec<Link>,
    /// How each brand asset is met here.
    pub assets: Table<AssetId, Consistency>,
    /// The personas that meet it.
    pub personas: BTreeSet<PersonaId>,
    /// Emotion per persona; `None` is the customer in general, for maps without personas.
    #[serde(with = "crate::pairs")]
    pub emotion: Table<Option<PersonaId>, Emotion>,
    /// Importance by rater.
    pub importance: Table<PersonId, Score>,
    /// Performance by rater.
    pub performance: Table<PersonId, Score>,
    /// Running text.
    pub notes: String,
    /// Set while in the trash.
    pub trashed: Option<Trashed>,
}

impl Touchpoint {
    /// A touchpoint of which nothing is known but where it is.
    #[must_use]
    pub fn blank(id: TouchpointId, stage: StageId) -> Self {
        Self {
            id,
            name: String::new(),
            stage,
            rank: Rank::default(),
            channel: None,
            nature: None,
            directness: None,
            control: None,
            quality: [None; 4],
            owner: String::new(),
            department: String::new(),
            moment_of_truth: false,
            links: Vec::new(),
            assets: Table::new(),
            personas: BTreeSet::new(),
            emotion: Table::new(),
            importance: Table::new(),
            performance: Table::new(),
            notes: String::new(),
            trashed: None,
        }
    }
}

/// A link of a touchpoint. Its address is `http`, `https` or `mailto` (F38).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its id.
    pub id: LinkId,
    /// What it is called; may be empty.
    pub title: String,
    /// Where it leads.
    pub url: String,
}

/// Where a note is, and so what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteHome {
    /// A pain point of a touchpoint.
    Pain(TouchpointId),
    /// An opportunity of a touchpoint.
    Opportunity(TouchpointId),
    /// A text in a cell of a lane of kind goals, actions, obstacles or text.
    Cell {
        /// The row.
        lane: LaneId,
        /// The column.
        stage: StageId,
    },
}

/// A pain point, an opportunity, or a text in a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// Where it is: one value with `rank`.
    pub home: NoteHome,
    /// Its place there.
    pub rank: Rank,
    /// Running text.
    pub text: String,
    /// Set while in the trash.
    pub trashed: Option<Trashed>,
}

/// The whole document as plain values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// Title, brand and the like.
    pub map: MapInfo,
    /// Stages by id, trashed ones included.
    pub stages: Table<StageId, Stage>,
    /// Lanes by id, trashed ones included.
    pub lanes: Table<LaneId, Lane>,
    /// Personas by id, trashed ones included.
    pub personas: Table<PersonaId, Persona>,
    /// Channels by id, trashed ones included.
    pub channels: Table<ChannelId, Channel>,
    /// Touchpoints by id, trashed ones included.
    pub touchpoints: Table<TouchpointId, Touchpoint>,
    /// Notes by id, trashed ones included.
    pub notes: Table<NoteId, Note>,
    /// What the people are called who have edited the map; see [`Self::called`].
    pub people: Table<PersonId, Person>,
    /// Everything else, trashed things included: brand assets, metrics, rating rounds, views, comments, reviews,
    /// improvements, feedback.
    #[serde(with = "crate::items::list")]
    pub items: Table<Entity, Item>,
}

impl Board {
    /// Since when something lies in the trash itself, and who put it there.
    #[must_use]
    pub fn trashed(&self, entity: Entity) -> Option<&Trashed> {
        match entity {
            Entity::Stage(id) => self.stages.get(&id)?.trashed.as_ref(),
            Entity::Lane(id) => self.lanes.get(&id)?.trashed.as_ref(),
            Entity::Persona(id) => self.personas.get(&id)?.trashed.as_ref(),
            Entity::Channel(id) => self.channels.get(&id)?.trashed.as_ref(),
            Entity::Touchpoint(id) => self.touchpoints.get(&id)?.trashed.as_ref(),
            Entity::Note(id) => self.notes.get(&id)?.trashed.as_ref(),
            other => self.items.get(&other)?.trashed(),
        }
    }
}
