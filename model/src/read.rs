//! Reading the document: total on any content (SPEC R…).
//!
//! Whatever a foreign client has written under our names is either understood or skipped; nothing here can
//! fail, and nothing here changes the document. Map entries are fetched by key and never through the CRDT's
//! value iterators, which recurse or panic on entries that hold no value.

use yrs::branch::{Branch, BranchPtr};
use yrs::{Any, GetString, Map, MapRef, Number, Out, ReadTxn, TextRef};

use crate::board::{
    Board, Channel, Control, Directness, Emotion, Lane, LaneKind, MapInfo, MapState, Market, Nature, Note, NoteHome,
    Persona, Phase, Rank, Score, Stage, Touchpoint, Trashed,
};
use crate::edit::{Entity, TextField};
use crate::id::{ChannelId, LaneId, NoteId, PersonId, PersonaId, StageId, TouchpointId};
use crate::limits::{NAME_MAX, TEXT_MAX};

/// The root under which the map itself is described.
pub(crate) const META: &str = "meta";

/// Kinds of entities; each has a root of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Stage,
    Lane,
    Persona,
    Channel,
    Touchpoint,
    Note,
}

impl Kind {
    pub(crate) const ALL: [Self; 6] = [
        Self::Stage,
        Self::Lane,
        Self::Persona,
        Self::Channel,
        Self::Touchpoint,
        Self::Note,
    ];

    /// The name of the root.
    pub(crate) const fn root(self) -> &'static str {
        match self {
            Self::Stage => "stages",
            Self::Lane => "lanes",
            Self::Persona => "personas",
            Self::Channel => "channels",
            Self::Touchpoint => "touchpoints",
            Self::Note => "notes",
        }
    }

    pub(crate) const fn of(entity: Entity) -> Self {
        match entity {
            Entity::Stage(_) => Self::Stage,
            Entity::Lane(_) => Self::Lane,
            Entity::Persona(_) => Self::Persona,
            Entity::Channel(_) => Self::Channel,
            Entity::Touchpoint(_) => Self::Touchpoint,
            Entity::Note(_) => Self::Note,
        }
    }

    /// Reads a key of this root.
    pub(crate) fn entity(self, key: &str) -> Option<Entity> {
        Some(match self {
            Self::Stage => Entity::Stage(StageId::parse(key)?),
            Self::Lane => Entity::Lane(LaneId::parse(key)?),
            Self::Persona => Entity::Persona(PersonaId::parse(key)?),
            Self::Channel => Entity::Channel(ChannelId::parse(key)?),
            Self::Touchpoint => Entity::Touchpoint(TouchpointId::parse(key)?),
            Self::Note => Entity::Note(NoteId::parse(key)?),
        })
    }
}

/// The key of an entity in its root.
pub(crate) fn key_of(entity: Entity) -> String {
    match entity {
        Entity::Stage(id) => id.to_string(),
        Entity::Lane(id) => id.to_string(),
        Entity::Persona(id) => id.to_string(),
        Entity::Channel(id) => id.to_string(),
        Entity::Touchpoint(id) => id.to_string(),
        Entity::Note(id) => id.to_string(),
    }
}

/// Whose text it is, and under which key it stands there.
pub(crate) fn text_place(field: TextField) -> (Entity, &'static str) {
    match field {
        TextField::TouchpointNotes(id) => (Entity::Touchpoint(id), "notes"),
        TextField::Note(id) => (Entity::Note(id), "text"),
        TextField::PersonaDemographics(id) => (Entity::Persona(id), "demographics"),
        TextField::PersonaNeeds(id) => (Entity::Persona(id), "needs"),
        TextField::PersonaDifficulties(id) => (Entity::Persona(id), "difficulties"),
    }
}

/// Identifies the shared type behind a value, so that a replacement under the same key is noticed.
pub(crate) fn branch_of(value: &Out) -> Option<BranchPtr> {
    value.try_branch().map(|branch: &Branch| BranchPtr::from(branch))
}

struct Fields<'a, T> {
    txn: &'a T,
    map: &'a MapRef,
}

impl<T: ReadTxn> Fields<'_, T> {
    fn get(&self, key: &str) -> Option<Out> {
        self.map.get(self.txn, key)
    }

    fn any(&self, key: &str) -> Option<Any> {
        match self.get(key)? {
            Out::Any(any) => Some(any),
            _ => None,
        }
    }

    /// A plain string or a shared text, at most `max` characters of it; anything else is empty.
    fn string(&self, key: &str, max: usize) -> String {
        match self.get(key) {
            Some(Out::Any(Any::String(text))) => shortened(&text, max).to_owned(),
            Some(Out::YText(text)) => {
                let mut text = text.get_string(self.txn);
                text.truncate(shortened(&text, max).len());
                text
            }
            _ => String::new(),
        }
    }

    fn name(&self) -> String {
        self.string("name", NAME_MAX)
    }

    fn word<W>(&self, key: &str, from_word: fn(&str) -> Option<W>) -> Option<W> {
        from_word(&word(&self.any(key)?)?)
    }

    fn rank(&self) -> Rank {
        self.any("place").map(|place| place_rank(&place)).unwrap_or_default()
    }

    fn trashed(&self) -> Option<Trashed> {
        match self.get("trashed")? {
            Out::Any(Any::Null | Any::Undefined | Any::Bool(false)) => None,
            Out::Any(Any::Map(map)) => Some(Trashed {
                at: map
                    .get("at")
                    .and_then(integer)
                    .and_then(|at| u64::try_from(at).ok())
                    .unwrap_or(0),
                by: map.get("by").and_then(word).and_then(|by| PersonId::parse(&by)),
            }),
            _ => Some(Trashed { at: 0, by: None }),
        }
    }
}

fn shortened(text: &str, max: usize) -> &str {
    // Bytes are never fewer than characters: short texts need no counting.
    if text.len() <= max {
        return text;
    }
    text.char_indices().nth(max).map_or(text, |(end, _)| &text[..end])
}

fn word(any: &Any) -> Option<std::sync::Arc<str>> {
    match any {
        Any::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// A whole number however a client wrote it: integer, float without fraction, or big integer.
fn integer(any: &Any) -> Option<i64> {
    match any {
        Any::Number(Number::Int(n)) => Some(*n),
        #[allow(clippy::cast_possible_truncation)] // within ±2⁵³ every whole float is an i64
        Any::Number(Number::Float(n)) if n.fract() == 0.0 && n.abs() <= 9_007_199_254_740_992.0 => Some(*n as i64),
        _ => None,
    }
}

fn place_rank(place: &Any) -> Rank {
    let Any::Map(place) = place else { return Rank::default() };
    place
        .get("rank")
        .and_then(word)
        .map(|rank| Rank(shortened(&rank, NAME_MAX).to_owned()))
        .unwrap_or_default()
}

fn read_stage<T: ReadTxn>(id: StageId, at: &Fields<'_, T>) -> Stage {
    Stage {
        id,
        name: at.name(),
        phase: at.word("phase", Phase::from_word).unwrap_or(Phase::Before),
        rank: at.rank(),
        trashed: at.trashed(),
    }
}

fn read_lane<T: ReadTxn>(id: LaneId, at: &Fields<'_, T>) -> Option<Lane> {
    let kind = at.word("kind", LaneKind::from_word)?;
    Some(Lane {
        id,
        kind,
        name: at.name(),
        rank: at.rank(),
        trashed: at.trashed(),
    })
}

fn read_persona<T: ReadTxn>(id: PersonaId, at: &Fields<'_, T>) -> Persona {
    Persona {
        id,
        name: at.name(),
        demographics: at.string("demographics", TEXT_MAX),
        needs: at.string("needs", TEXT_MAX),
        difficulties: at.string("difficulties", TEXT_MAX),
        rank: at.rank(),
        trashed: at.trashed(),
    }
}

fn read_channel<T: ReadTxn>(id: ChannelId, at: &Fields<'_, T>) -> Channel {
    Channel {
        id,
        name: at.name(),
        rank: at.rank(),
        trashed: at.trashed(),
    }
}

fn read_touchpoint<T: ReadTxn>(id: TouchpointId, at: &Fields<'_, T>) -> Option<Touchpoint> {
    let place = at.any("place")?;
    let Any::Map(values) = &place else { return None };
    let stage = StageId::parse(&word(values.get("stage")?)?)?;
    let mut card = Touchpoint {
        id,
        name: at.name(),
        stage,
        rank: place_rank(&place),
        channel: at.word("channel", ChannelId::parse),
        nature: at.word("nature", Nature::from_word),
        directness: at.word("directness", Directness::from_word),
        control: at.word("control", Control::from_word),
        personas: std::collections::BTreeSet::new(),
        emotion: std::collections::BTreeMap::new(),
        importance: std::collections::BTreeMap::new(),
        performance: std::collections::BTreeMap::new(),
        notes: at.string("notes", TEXT_MAX),
        trashed: at.trashed(),
    };
    for key in at.map.keys(at.txn) {
        let Some((field, who)) = key.split_once('/') else {
            continue;
        };
        let Some(value) = at.any(key) else { continue };
        match field {
            "persona" => {
                if let (Some(persona), Any::Bool(true)) = (PersonaId::parse(who), value) {
                    card.personas.insert(persona);
                }
            }
            "emotion" => {
                let persona = if who == "all" {
                    Some(None)
                } else {
                    PersonaId::parse(who).map(Some)
                };
                let emotion = integer(&value).and_then(|n| Emotion::try_from(n).ok());
                if let (Some(persona), Some(emotion)) = (persona, emotion) {
                    card.emotion.insert(persona, emotion);
                }
            }
            "importance" | "performance" => {
                let score = integer(&value).and_then(|n| Score::try_from(n).ok());
                if let (Some(rater), Some(score)) = (PersonId::parse(who), score) {
                    if field == "importance" {
                        &mut card.importance
                    } else {
                        &mut card.performance
                    }
                    .insert(rater, score);
                }
            }
            _ => {}
        }
    }
    Some(card)
}

fn read_note<T: ReadTxn>(id: NoteId, at: &Fields<'_, T>) -> Option<Note> {
    let place = at.any("place")?;
    let Any::Map(values) = &place else { return None };
    let text = |key: &str| values.get(key).and_then(word);
    let home = if let Some(card) = text("pain") {
        NoteHome::Pain(TouchpointId::parse(&card)?)
    } else if let Some(card) = text("opportunity") {
        NoteHome::Opportunity(TouchpointId::parse(&card)?)
    } else {
        NoteHome::Cell {
            lane: LaneId::parse(&text("lane")?)?,
            stage: StageId::parse(&text("stage")?)?,
        }
    };
    Some(Note {
        id,
        home,
        rank: place_rank(&place),
        text: at.string("text", TEXT_MAX),
        trashed: at.trashed(),
    })
}

/// Reads what the map says of itself.
pub(crate) fn read_map<T: ReadTxn>(txn: &T, meta: &MapRef) -> MapInfo {
    let at = Fields { txn, map: meta };
    MapInfo {
        schema: at
            .any("schema")
            .as_ref()
            .and_then(integer)
            .and_then(|n| u32::try_from(n).ok())
            .unwrap_or(0),
        title: at.string("title", NAME_MAX),
        brand: at.string("brand", NAME_MAX),
        market: at.word("market", Market::from_word),
        state: at.word("state", MapState::from_word),
    }
}

/// What re-reading one entity brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It says what it said before.
    Same,
    /// A field has changed.
    Changed,
    /// It came, went, moved, or went into or out of the trash.
    Moved,
}

/// Reads one entity anew into the board. `root` is the collection it belongs to.
pub(crate) fn refresh<T: ReadTxn>(txn: &T, root: &MapRef, entity: Entity, board: &mut Board) -> Seen {
    let value = root.get(txn, &key_of(entity));
    let map = match &value {
        Some(Out::YMap(map)) => Some(map),
        _ => None,
    };
    macro_rules! put {
        ($list:ident, $id:expr, $read:expr, $($place:ident),+) => {{
            let fresh = map.and_then(|map| {
                let at = Fields { txn, map };
                $read(at)
            });
            let old = board.$list.get(&$id);
            let seen = match (old, &fresh) {
                (None, None) => Seen::Same,
                (Some(old), Some(new)) if old == new => Seen::Same,
                (Some(old), Some(new)) if $(old.$place == new.$place)&&+ && old.trashed == new.trashed => Seen::Changed,
                _ => Seen::Moved,
            };
            match fresh {
                Some(fresh) if seen != Seen::Same => {
                    board.$list.insert($id, fresh);
                }
                None => {
                    board.$list.remove(&$id);
                }
                Some(_) => {}
            }
            seen
        }};
    }
    match entity {
        Entity::Stage(id) => put!(stages, id, |at| Some(read_stage(id, &at)), rank),
        Entity::Lane(id) => put!(lanes, id, |at| read_lane(id, &at), rank),
        Entity::Persona(id) => put!(personas, id, |at| Some(read_persona(id, &at)), rank),
        Entity::Channel(id) => put!(channels, id, |at| Some(read_channel(id, &at)), rank),
        Entity::Touchpoint(id) => put!(touchpoints, id, |at| read_touchpoint(id, &at), rank, stage),
        Entity::Note(id) => put!(notes, id, |at| read_note(id, &at), rank, home),
    }
}

/// The whole running text in the document, over its limit too; `None` when there is none.
pub(crate) fn whole_text<T: ReadTxn>(txn: &T, map: &MapRef, key: &str) -> Option<String> {
    match map.get(txn, key)? {
        Out::YText(text) => Some(text.get_string(txn)),
        Out::Any(Any::String(text)) => Some(text.to_string()),
        _ => None,
    }
}

/// The shared text under a key.
pub(crate) fn shared_text<T: ReadTxn>(txn: &T, map: &MapRef, key: &str) -> Option<TextRef> {
    match map.get(txn, key)? {
        Out::YText(text) => Some(text),
        _ => None,
    }
}
