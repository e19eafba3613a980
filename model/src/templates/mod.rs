//! What a new map starts with: a stage set, or a complete example.
//!
//! A template is applied once, on the machine that creates the map; from then on the document has a history
//! of its own and is never seeded again: two seeded histories would merge into duplicates.

mod examples;
mod stage_sets;

use serde::{Deserialize, Serialize};

use crate::board::LaneKind;
use crate::doc::{BoardDoc, Env};
use crate::edit::{At, Edit, EditError, MapField};
use crate::id::{ChannelId, LaneId};

/// The language a template is written in. Afterwards its words belong to the map, whoever reads it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lang {
    /// Vietnamese.
    #[default]
    Vi,
    /// English.
    En,
}

/// The stages of a map that is otherwise empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StageSet {
    /// Before, during, after.
    Purchase,
    /// Reach, acquisition, conversion and retention, loyalty, advocacy.
    LifeCycle,
    /// Awareness, consideration, purchase, use, loyalty.
    Awareness,
    /// One stage, to be named.
    Blank,
}

/// What a new map starts with. Read and written as one word, in forms and in JSON alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Template {
    /// Stages, lanes and channels, nothing in them.
    StageSet(StageSet),
    /// A café's morning, complete in every field.
    Cafe,
    /// An online shop (B2C), complete in every field.
    Shop,
    /// A firm that sells software to firms (B2B), complete in every field.
    Software,
}

/// A word that names no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a template")]
pub struct UnknownTemplate(pub String);

impl Lang {
    /// `vi` or `en`, as in the `lang` attribute.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// Reads the word; a foreign one is `None`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Vi, Self::En].into_iter().find(|lang| lang.word() == word)
    }
}

impl StageSet {
    /// Every set, in the order in which the interface offers them.
    pub const ALL: &'static [Self] = &[Self::Purchase, Self::LifeCycle, Self::Awareness, Self::Blank];

    /// The word for forms and JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Purchase => "purchase",
            Self::LifeCycle => "life-cycle",
            Self::Awareness => "awareness",
            Self::Blank => "blank",
        }
    }
}

impl Template {
    /// The complete examples, in the order in which the interface offers them.
    pub const EXAMPLES: &'static [Self] = &[Self::Cafe, Self::Shop, Self::Software];

    /// The word for forms and JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::StageSet(set) => set.word(),
            Self::Cafe => "cafe",
            Self::Shop => "shop",
            Self::Software => "software",
        }
    }

    /// Reads the word; a foreign one is `None`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let sets = StageSet::ALL.iter().map(|set| Self::StageSet(*set));
        sets.chain(Self::EXAMPLES.iter().copied())
            .find(|template| template.word() == word)
    }
}

impl From<Template> for &'static str {
    fn from(template: Template) -> Self {
        template.word()
    }
}

impl TryFrom<String> for Template {
    type Error = UnknownTemplate;
    fn try_from(word: String) -> Result<Self, UnknownTemplate> {
        Self::from_word(&word).ok_or(UnknownTemplate(word))
    }
}

/// One text in both languages: Vietnamese, English.
#[derive(Clone, Copy)]
struct T(&'static str, &'static str);

impl T {
    fn of(self, lang: Lang) -> String {
        match lang {
            Lang::Vi => self.0,
            Lang::En => self.1,
        }
        .to_owned()
    }
}

/// A new document made from a template, with fresh ids. A blank title means the template's own.
///
/// # Errors
/// [`EditError::TooLong`] when the title is longer than [`crate::limits::NAME_MAX`].
#[cfg(feature = "examples")]
pub fn seed(env: Env, template: Template, lang: Lang, title: Option<&str>) -> Result<BoardDoc, EditError> {
    seed_from(env, template, text(template).unwrap_or_default(), lang, title)
}

/// The same where the text of an example is not at hand but given: in the browser. A stage set needs none.
///
/// # Errors
/// As [`seed`](fn@seed).
pub fn seed_from(
    env: Env,
    template: Template,
    text: &str,
    lang: Lang,
    title: Option<&str>,
) -> Result<BoardDoc, EditError> {
    match template {
        Template::StageSet(set) => seed_stages(env, set, lang, title),
        Template::Cafe | Template::Shop | Template::Software => examples::seed(env, text, lang, full(title)),
    }
}

/// The text that an example is made from; `None` for a stage set.
#[cfg(feature = "examples")]
#[must_use]
pub const fn text(template: Template) -> Option<&'static str> {
    match template {
        Template::StageSet(_) => None,
        Template::Cafe => Some(include_str!("cafe.txt")),
        Template::Shop => Some(include_str!("shop.txt")),
        Template::Software => Some(include_str!("software.txt")),
    }
}

/// A new document made from a stage set, with fresh ids: in the browser too. A blank title means the set's own.
///
/// # Errors
/// [`EditError::TooLong`] when the title is longer than [`crate::limits::NAME_MAX`].
pub fn seed_stages(env: Env, set: StageSet, lang: Lang, title: Option<&str>) -> Result<BoardDoc, EditError> {
    let title = full(title).map_or_else(|| stage_sets::TITLE.of(lang), str::to_owned);
    let mut edits = stage_sets::edits(set, lang);
    edits.push(Edit::SetMap(MapField::Title(title)));
    let mut doc = BoardDoc::new(env);
    doc.edit(Edit::Batch(edits))?;
    Ok(doc)
}

fn full(title: Option<&str>) -> Option<&str> {
    title.map(str::trim).filter(|title| !title.is_empty())
}

/// The lanes of a fresh map from top to bottom, without names of their own: each reader sees the standard
/// name in their language.
const LANES: [LaneKind; 8] = [
    LaneKind::Goals,
    LaneKind::Actions,
    LaneKind::Obstacles,
    LaneKind::Touchpoints,
    LaneKind::Channels,
    LaneKind::Emotion,
    LaneKind::Pains,
    LaneKind::Opportunities,
];

fn add_lane(id: LaneId, kind: LaneKind) -> Edit {
    Edit::AddLane {
        id,
        kind,
        name: String::new(),
        at: At::Last,
    }
}

fn add_channel(id: ChannelId, name: String) -> Edit {
    Edit::AddChannel { id, name, at: At::Last }
}
