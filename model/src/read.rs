//! Reading the document: total on any content (SPEC R…).
//!
//! Whatever a foreign client has written under our names is either understood or skipped; nothing here can
//! fail, and nothing here changes the document. Map entries are fetched by key and never through the CRDT's
//! value iterators, which recurse or panic on entries that hold no value.

use std::collections::HashMap;

use yrs::branch::{Branch, BranchPtr};
use yrs::{Any, GetString, Map, MapRef, Number, Out, ReadTxn, TextRef};

use uuid::Uuid;

use crate::board::{
    Board, Channel, Consistency, Control, Directness, Emotion, Lane, LaneKind, Link, MapInfo, MapState, Mark, Market,
    Nature, Note, NoteHome, PERSONA_COLORS, Persona, Phase, Quadrant, Quality, Rank, Score, Stage, Touchpoint,
};
use crate::date::Date;
use crate::edit::{Entity, TextField};
use crate::id::{
    AssetId, ChannelId, CommentId, FeedbackId, ImprovementId, LaneId, LinkId, MetricId, NoteId, PersonId, PersonaId,
    ReviewId, RoundId, StageId, TouchpointId, ViewId, canonical,
};
use crate::items::{Anchor, Asset, Comment, Direction, Figure, Item, Metric, MetricKind, Review, Round, View};
use crate::limits::{COMMENT_MAX, NAME_MAX, PERSON_NAME_MAX, QUERY_MAX, TEXT_MAX, UNIT_MAX, WIP_MAX};
use crate::links;
use crate::loops::Step;
use crate::people::Person;
use crate::presence::COLORS;
use crate::review::Snapshot;
use crate::table::Table;
use crate::thing::item_home;

mod loops;

use loops::{read_feedback, read_improvement};

/// The root under which the map itself is described.
pub(crate) const META: &str = "meta";

/// The root under which people are introduced.
pub(crate) const PEOPLE: &str = "people";

macro_rules! kinds {
    ($($kind:ident($id:ident) = $root:literal),+ $(,)?) => {
        /// Kinds of entities; each has a root of its own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Kind { $($kind),+ }

        impl Kind {
            pub(crate) const ALL: [Self; KINDS] = [$(Self::$kind),+];

            /// The name of the root.
            pub(crate) const fn root(self) -> &'static str {
                match self { $(Self::$kind => $root),+ }
            }

            pub(crate) const fn of(entity: Entity) -> Self {
                match entity { $(Entity::$kind(_) => Self::$kind),+ }
            }

            /// The entity of this kind with this id.
            pub(crate) const fn with(self, id: Uuid) -> Entity {
                match self { $(Self::$kind => Entity::$kind($id(id))),+ }
            }
        }

        impl Entity {
            /// The id, whatever kind of thing it is.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                match self { $(Self::$kind(id) => id.0),+ }
            }
        }
    };
}

/// How many kinds there are.
pub(crate) const KINDS: usize = 14;

kinds!(
    Stage(StageId) = "stages",
    Lane(LaneId) = "lanes",
    Persona(PersonaId) = "personas",
    Channel(ChannelId) = "channels",
    Touchpoint(TouchpointId) = "touchpoints",
    Note(NoteId) = "notes",
    Asset(AssetId) = "assets",
    Metric(MetricId) = "metrics",
    Round(RoundId) = "rounds",
    View(ViewId) = "views",
    Comment(CommentId) = "comments",
    Review(ReviewId) = "reviews",
    Improvement(ImprovementId) = "improvements",
    Feedback(FeedbackId) = "feedback",
);

impl Kind {
    /// Reads a key of this root.
    pub(crate) fn entity(self, key: &str) -> Option<Entity> {
        canonical(key).map(|id| self.with(id))
    }
}

/// The key of an entity in its root.
pub(crate) fn key_of(entity: Entity) -> String {
    entity.uuid().to_string()
}

/// Whose text it is, and under which key it stands there.
pub(crate) fn text_place(field: TextField) -> (Entity, &'static str) {
    match field {
        TextField::TouchpointNotes(id) => (Entity::Touchpoint(id), "notes"),
        TextField::Note(id) => (Entity::Note(id), "text"),
        TextField::PersonaDemographics(id) => (Entity::Persona(id), "demographics"),
        TextField::PersonaNeeds(id) => (Entity::Persona(id), "needs"),
        TextField::PersonaDifficulties(id) => (Entity::Persona(id), "difficulties"),
        TextField::Problem(id) => (Entity::Improvement(id), "problem"),
        TextField::Practice(id) => (Entity::Improvement(id), "practice"),
        TextField::Accepting(id) => (Entity::Improvement(id), "accepting"),
        TextField::Next(id) => (Entity::Improvement(id), "next"),
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

    fn trashed(&self) -> Option<Mark> {
        self.mark("trashed")
    }

    /// When something was done, and by whom: anything but `null`, `undefined` or `false` says that it was.
    fn mark(&self, key: &str) -> Option<Mark> {
        match self.get(key)? {
            Out::Any(Any::Null | Any::Undefined | Any::Bool(false)) => None,
            Out::Any(Any::Map(map)) => Some(stamp(&map)),
            _ => Some(Mark { at: 0, by: None }),
        }
    }

    fn flag(&self, key: &str) -> Option<bool> {
        match self.any(key)? {
            Any::Bool(flag) => Some(flag),
            _ => None,
        }
    }

    fn figure(&self, key: &str) -> Option<Figure> {
        figure(&self.any(key)?)
    }

    /// A whole number within bounds.
    fn small(&self, key: &str, bounds: std::ops::RangeInclusive<u8>) -> Option<u8> {
        let n = u8::try_from(integer(&self.any(key)?)?).ok()?;
        bounds.contains(&n).then_some(n)
    }

    fn date(&self, key: &str) -> Option<Date> {
        self.word(key, Date::parse)
    }

    /// An id under a word of `place`.
    fn home(&self, key: &str) -> Option<Uuid> {
        let Any::Map(place) = self.any("place")? else {
            return None;
        };
        canonical(&word(place.get(key)?)?)
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

/// A whole number that is not negative.
fn natural(any: &Any) -> Option<u64> {
    integer(any).and_then(|n| u64::try_from(n).ok())
}

fn figure(any: &Any) -> Option<Figure> {
    match any {
        Any::Number(Number::Float(n)) => Figure::new(*n),
        #[allow(clippy::cast_precision_loss)] // beyond 2⁵³ it is no figure that anybody measured
        Any::Number(Number::Int(n)) => Figure::new(*n as f64),
        _ => None,
    }
}

/// When something was done, and by whom, among the words of a record.
fn stamp(record: &HashMap<String, Any>) -> Mark {
    Mark {
        at: record.get("at").and_then(natural).unwrap_or(0),
        by: record.get("by").and_then(word).and_then(|by| PersonId::parse(&by)),
    }
}

fn place_rank(place: &Any) -> Rank {
    let Any::Map(place) = place else { return Rank::default() };
    rank_in(place)
}

fn rank_in(record: &HashMap<String, Any>) -> Rank {
    record
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
        hidden: at.flag("hidden") == Some(true),
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
        hidden: at.flag("hidden") == Some(true),
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
        color: at.small("color", 1..=PERSONA_COLORS),
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
        name: at.name(),
        rank: place_rank(&place),
        channel: at.word("channel", ChannelId::parse),
        nature: at.word("nature", Nature::from_word),
        directness: at.word("directness", Directness::from_word),
        control: at.word("control", Control::from_word),
        quality: [0, 1, 2, 3].map(|i: usize| at.flag(Quality::ALL[i].word())),
        owner: at.string("owner", NAME_MAX),
        department: at.string("department", NAME_MAX),
        moment_of_truth: at.flag("moment") == Some(true),
        notes: at.string("notes", TEXT_MAX),
        trashed: at.trashed(),
        ..Touchpoint::blank(id, stage)
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
            "asset" => {
                let mark = word(&value).and_then(|word| Consistency::from_word(&word));
                if let (Some(asset), Some(mark)) = (AssetId::parse(who), mark) {
                    card.assets.insert(asset, mark);
                }
            }
            "link" => card
                .links
                .extend(LinkId::parse(who).and_then(|id| read_link(id, &value))),
            _ => {}
        }
    }
    card.links.sort_unstable_by_key(|link| link.id);
    Some(card)
}

fn read_link(id: LinkId, value: &Any) -> Option<Link> {
    let Any::Map(value) = value else { return None };
    let text = |key: &str| value.get(key).and_then(word);
    Some(Link {
        id,
        title: text("title").map_or_else(String::new, |title| shortened(&title, NAME_MAX).to_owned()),
        url: links::address(&text("url")?)?,
    })
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

fn read_item<T: ReadTxn>(entity: Entity, at: &Fields<'_, T>) -> Option<Item> {
    Some(match entity {
        Entity::Asset(id) => Item::Asset(Asset {
            id,
            name: at.name(),
            rank: at.rank(),
            trashed: at.trashed(),
        }),
        Entity::Metric(id) => Item::Metric(read_metric(id, at)?),
        Entity::Round(id) => Item::Round(Round {
            id,
            opened: at.mark("opened").unwrap_or(Mark { at: 0, by: None }),
            revealed: at.mark("revealed"),
            trashed: at.trashed(),
        }),
        Entity::View(id) => Item::View(View {
            id,
            name: at.name(),
            query: at.string("query", QUERY_MAX),
            rank: at.rank(),
            trashed: at.trashed(),
        }),
        Entity::Comment(id) => Item::Comment(Comment {
            id,
            on: [
                at.home("touchpoint").map(|id| Anchor::Touchpoint(TouchpointId(id))),
                at.home("stage").map(|id| Anchor::Stage(StageId(id))),
                at.home("improvement").map(|id| Anchor::Improvement(ImprovementId(id))),
                at.home("reply").map(|id| Anchor::Reply(CommentId(id))),
            ]
            .into_iter()
            .flatten()
            .next()?,
            rank: at.rank(),
            written: at.mark("written").unwrap_or(Mark { at: 0, by: None }),
            name: at.name(),
            text: at.string("text", COMMENT_MAX),
            edited: at.any("edited").as_ref().and_then(natural),
            resolved: at.mark("resolved"),
            trashed: at.trashed(),
        }),
        Entity::Review(id) => Item::Review(Review {
            id,
            on: at.date("on")?,
            next: at.date("next"),
            by: at.word("by", PersonId::parse),
            name: at.name(),
            snapshot: match at.any("snapshot") {
                Some(Any::Buffer(bytes)) => Snapshot::of_bytes(&bytes),
                _ => Snapshot::default(),
            },
            trashed: at.trashed(),
        }),
        Entity::Improvement(id) => Item::Improvement(Box::new(read_improvement(id, at)?)),
        Entity::Feedback(id) => Item::Feedback(read_feedback(id, at)),
        _ => return None,
    })
}

fn read_metric<T: ReadTxn>(id: MetricId, at: &Fields<'_, T>) -> Option<Metric> {
    let mut metric = Metric {
        id,
        touchpoint: TouchpointId(at.home("touchpoint")?),
        rank: at.rank(),
        kind: at.word("kind", MetricKind::from_word)?,
        name: at.name(),
        own_unit: at.string("unit", UNIT_MAX),
        own_direction: at.word("direction", Direction::from_word),
        target: None,
        baseline: None,
        values: Table::new(),
        trashed: at.trashed(),
    };
    metric.target = at.figure("target").filter(|n| metric.takes(*n));
    metric.baseline = at.figure("baseline").filter(|n| metric.takes(*n));
    for key in at.map.keys(at.txn) {
        let Some(date) = key.strip_prefix("value/").and_then(Date::parse) else {
            continue;
        };
        if let Some(value) = at.figure(key).filter(|n| metric.takes(*n)) {
            metric.values.insert(date, value);
        }
    }
    Some(metric)
}

/// The key under which the name of a quarter of the matrix stands.
pub(crate) const fn quadrant_key(quadrant: Quadrant) -> &'static str {
    match quadrant {
        Quadrant::Concentrate => "quadrant/concentrate",
        Quadrant::KeepUp => "quadrant/keep-up",
        Quadrant::Low => "quadrant/low",
        Quadrant::Overkill => "quadrant/overkill",
    }
}

/// The key under which the limit of a column of the feedback-loop board stands.
pub(crate) const fn wip_key(step: Step) -> &'static str {
    match step {
        Step::Evaluate => "wip/evaluate",
        Step::Decide => "wip/decide",
        Step::Implement => "wip/implement",
        Step::Measure => "wip/measure",
        Step::Verdict => "wip/verdict",
    }
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
        quadrants: [0, 1, 2, 3].map(|i: usize| at.string(quadrant_key(Quadrant::ALL[i]), NAME_MAX)),
        wip: [0, 1, 2, 3, 4].map(|i: usize| at.small(wip_key(Step::ALL[i]), 1..=WIP_MAX)),
    }
}

/// Reads what people are called. Who has no readable name is left out.
pub(crate) fn read_people<T: ReadTxn>(txn: &T, people: &MapRef) -> Table<PersonId, Person> {
    let at = Fields { txn, map: people };
    let read = |key: &str| {
        let Any::Map(record) = at.any(key)? else { return None };
        let name = shortened(&word(record.get("name")?)?, PERSON_NAME_MAX).to_owned();
        let color = record.get("color").and_then(natural).and_then(|n| u8::try_from(n).ok());
        let color = color.filter(|color| (1..=COLORS).contains(color)).unwrap_or(1);
        (!name.trim().is_empty()).then_some(Person { name, color })
    };
    let keys = people.keys(txn);
    keys.filter_map(|key| Some((PersonId::parse(key)?, read(key)?)))
        .collect()
}

/// What re-reading one entity brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It says what it said before.
    Same,
    /// Nothing but its running text has changed.
    Written,
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
        ($list:ident, $id:expr, $read:expr, $same_place:expr) => {{
            let fresh = map.and_then(|map| {
                let at = Fields { txn, map };
                $read(at)
            });
            let old = board.$list.get(&$id);
            let seen = match (old, &fresh) {
                (None, None) => Seen::Same,
                (Some(old), Some(new)) if old == new => Seen::Same,
                (Some(old), Some(new)) if $same_place(old, new) => Seen::Changed,
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
    macro_rules! same {
        ($old:ident, $new:ident; $($place:ident),+) => { $($old.$place == $new.$place)&&+ };
    }
    match entity {
        Entity::Stage(id) => {
            put!(
                stages,
                id,
                |at| Some(read_stage(id, &at)),
                |old: &Stage, new: &Stage| same!(old, new; trashed, rank, hidden)
            )
        }
        Entity::Lane(id) => {
            put!(
                lanes,
                id,
                |at| read_lane(id, &at),
                |old: &Lane, new: &Lane| same!(old, new; trashed, rank, hidden)
            )
        }
        Entity::Persona(id) => {
            put!(
                personas,
                id,
                |at| Some(read_persona(id, &at)),
                |old: &Persona, new: &Persona| same!(old, new; trashed, rank)
            )
        }
        Entity::Channel(id) => {
            put!(
                channels,
                id,
                |at| Some(read_channel(id, &at)),
                |old: &Channel, new: &Channel| same!(old, new; trashed, rank)
            )
        }
        Entity::Touchpoint(id) => {
            let before = board.touchpoints.get(&id).cloned();
            let seen = put!(
                touchpoints,
                id,
                |at| read_touchpoint(id, &at),
                |old: &Touchpoint, new: &Touchpoint| same!(old, new; trashed, rank, stage)
            );
            let but_for_text = before.zip(board.touchpoints.get(&id)).is_some_and(|(mut old, new)| {
                old.notes.clone_from(&new.notes);
                old == *new
            });
            match seen {
                Seen::Changed if but_for_text => Seen::Written,
                seen => seen,
            }
        }
        Entity::Note(id) => {
            let seen = put!(
                notes,
                id,
                |at| read_note(id, &at),
                |old: &Note, new: &Note| same!(old, new; trashed, rank, home)
            );
            // A note in its place has nothing but its text to change.
            match seen {
                Seen::Changed => Seen::Written,
                seen => seen,
            }
        }
        Entity::Improvement(id) => {
            let before = board.improvement(id).cloned();
            let seen = put!(items, entity, |at| read_item(entity, &at), |old: &Item, new: &Item| {
                old.trashed() == new.trashed() && old.rank() == new.rank() && item_home(old) == item_home(new)
            });
            let but_for_texts = before.zip(board.improvement(id)).is_some_and(|(mut old, new)| {
                old.problem.clone_from(&new.problem);
                old.practice.clone_from(&new.practice);
                old.accepting.clone_from(&new.accepting);
                old.next.clone_from(&new.next);
                old == *new
            });
            match seen {
                Seen::Changed if but_for_texts => Seen::Written,
                seen => seen,
            }
        }
        entity => put!(items, entity, |at| read_item(entity, &at), |old: &Item, new: &Item| {
            old.trashed() == new.trashed() && old.rank() == new.rank() && item_home(old) == item_home(new)
        }),
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
