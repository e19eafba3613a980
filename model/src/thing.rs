//! Any entity with all it says, and how that is written into the document.
//!
//! An edit changes a [`Thing`]; what differs between its fields before and after is what is written. So a field
//! is named once where it is read ([`crate::read`]) and once here, and every edit, duplicate and paste follows.

use std::borrow::Cow;

use uuid::Uuid;

use crate::board::{
    Board, Channel, Lane, MapInfo, Mark, Note, NoteHome, Persona, Quadrant, Quality, Rank, Stage, Touchpoint,
};
use crate::edit::Entity;
use crate::id::{StageId, TouchpointId};
use crate::items::{Anchor, Figure, Item};
use crate::loops::feedback::Feedback;
use crate::loops::{Improvement, Origin, Step};
use crate::read::{Kind, quadrant_key, wip_key};

/// A plain value to be written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    /// Where something is, or since when it is in the trash: one value of several words.
    Record(Vec<(&'static str, Value)>),
    /// A running text: becomes a shared text.
    Running(String),
}

/// The key of a field.
pub(crate) type Key = Cow<'static, str>;

/// Keys and values of an entity, without those that are not set.
pub(crate) type Fields = Vec<(Key, Value)>;

/// Any entity.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Thing {
    Stage(Stage),
    Lane(Lane),
    Persona(Persona),
    Channel(Channel),
    Touchpoint(Box<Touchpoint>),
    Note(Note),
    Item(Item),
}

/// Among which siblings something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// Among all of its kind.
    Root,
    /// Touchpoints of a stage.
    Stage(StageId),
    /// Notes of one home.
    Note(NoteHome),
    /// Metrics of a touchpoint.
    Metric(TouchpointId),
    /// Comments on one thing.
    Comment(Anchor),
    /// Improvements in a column.
    Step(Step),
}

/// Applies one expression to whatever the thing is.
macro_rules! each {
    ($thing:expr, $it:ident => $do:expr, $item:ident => $do_item:expr) => {
        match $thing {
            Thing::Stage($it) => $do,
            Thing::Lane($it) => $do,
            Thing::Persona($it) => $do,
            Thing::Channel($it) => $do,
            Thing::Touchpoint($it) => $do,
            Thing::Note($it) => $do,
            Thing::Item($item) => $do_item,
        }
    };
}

impl Thing {
    /// What the board says of an entity.
    pub(crate) fn of(board: &Board, entity: Entity) -> Option<Self> {
        Some(match entity {
            Entity::Stage(id) => Self::Stage(board.stages.get(&id)?.clone()),
            Entity::Lane(id) => Self::Lane(board.lanes.get(&id)?.clone()),
            Entity::Persona(id) => Self::Persona(board.personas.get(&id)?.clone()),
            Entity::Channel(id) => Self::Channel(board.channels.get(&id)?.clone()),
            Entity::Touchpoint(id) => Self::Touchpoint(Box::new(board.touchpoints.get(&id)?.clone())),
            Entity::Note(id) => Self::Note(board.notes.get(&id)?.clone()),
            other => Self::Item(board.items.get(&other)?.clone()),
        })
    }

    pub(crate) fn entity(&self) -> Entity {
        match self {
            Self::Stage(it) => Entity::Stage(it.id),
            Self::Lane(it) => Entity::Lane(it.id),
            Self::Persona(it) => Entity::Persona(it.id),
            Self::Channel(it) => Entity::Channel(it.id),
            Self::Touchpoint(it) => Entity::Touchpoint(it.id),
            Self::Note(it) => Entity::Note(it.id),
            Self::Item(item) => item.entity(),
        }
    }

    pub(crate) fn home(&self) -> Home {
        match self {
            Self::Touchpoint(card) => Home::Stage(card.stage),
            Self::Note(note) => Home::Note(note.home),
            Self::Item(item) => item_home(item),
            _ => Home::Root,
        }
    }

    pub(crate) fn rank(&self) -> Option<&Rank> {
        each!(self, it => Some(&it.rank), item => item.rank())
    }

    pub(crate) fn set_rank(&mut self, rank: Rank) {
        let own = each!(self, it => Some(&mut it.rank), item => item.rank_mut());
        if let Some(own) = own {
            *own = rank;
        }
    }

    pub(crate) fn trashed(&self) -> Option<&Mark> {
        each!(self, it => it.trashed.as_ref(), item => item.trashed())
    }

    pub(crate) fn trashed_mut(&mut self) -> &mut Option<Mark> {
        each!(self, it => &mut it.trashed, item => item.trashed_mut())
    }

    /// The name, of things that have one.
    pub(crate) fn name_mut(&mut self) -> Option<&mut String> {
        Some(match self {
            Self::Stage(it) => &mut it.name,
            Self::Lane(it) => &mut it.name,
            Self::Persona(it) => &mut it.name,
            Self::Channel(it) => &mut it.name,
            Self::Touchpoint(it) => &mut it.name,
            Self::Item(Item::Asset(it)) => &mut it.name,
            Self::Item(Item::Metric(it)) => &mut it.name,
            Self::Item(Item::View(it)) => &mut it.name,
            Self::Item(Item::Improvement(it)) => &mut it.name,
            Self::Note(_) | Self::Item(_) => return None,
        })
    }

    /// A running text by its key.
    pub(crate) fn text_mut(&mut self, key: &str) -> Option<&mut String> {
        match (self, key) {
            (Self::Touchpoint(it), "notes") => Some(&mut it.notes),
            (Self::Note(it), "text") => Some(&mut it.text),
            (Self::Persona(it), "demographics") => Some(&mut it.demographics),
            (Self::Persona(it), "needs") => Some(&mut it.needs),
            (Self::Persona(it), "difficulties") => Some(&mut it.difficulties),
            (Self::Item(Item::Improvement(it)), "problem") => Some(&mut it.problem),
            (Self::Item(Item::Improvement(it)), "practice") => Some(&mut it.practice),
            (Self::Item(Item::Improvement(it)), "accepting") => Some(&mut it.accepting),
            (Self::Item(Item::Improvement(it)), "next") => Some(&mut it.next),
            _ => None,
        }
    }

    /// Everything it says, as it is written.
    pub(crate) fn fields(&self) -> Fields {
        let mut to = Writer(Vec::new());
        match self {
            Self::Stage(it) => {
                to.text("name", &it.name);
                to.text("phase", it.phase.word());
                to.flag("hidden", it.hidden);
            }
            Self::Lane(it) => {
                to.text("name", &it.name);
                to.text("kind", it.kind.word());
                to.flag("hidden", it.hidden);
            }
            Self::Persona(it) => {
                to.text("name", &it.name);
                to.running("demographics", &it.demographics);
                to.running("needs", &it.needs);
                to.running("difficulties", &it.difficulties);
                to.some("color", it.color.map(|color| Value::Int(color.into())));
            }
            Self::Channel(it) => to.text("name", &it.name),
            Self::Touchpoint(it) => touchpoint_fields(it, &mut to),
            Self::Note(it) => to.running("text", &it.text),
            Self::Item(item) => item_fields(item, &mut to),
        }
        if let Some(rank) = self.rank() {
            to.put("place", place(self.home(), rank));
        }
        to.some("trashed", self.trashed().map(mark));
        to.0
    }
}

/// Live things of a kind in one home, in no order.
pub(crate) fn each_sibling<'a>(board: &'a Board, kind: Kind, home: Home, take: &mut dyn FnMut(Uuid, &'a Rank)) {
    macro_rules! walk {
        ($list:ident, $here:expr) => {
            for item in board.$list.values() {
                if item.trashed.is_none() && $here(item) {
                    take(item.id.0, &item.rank);
                }
            }
        };
    }
    match kind {
        Kind::Stage => walk!(stages, |_: &Stage| true),
        Kind::Lane => walk!(lanes, |_: &Lane| true),
        Kind::Persona => walk!(personas, |_: &Persona| true),
        Kind::Channel => walk!(channels, |_: &Channel| true),
        Kind::Touchpoint => walk!(touchpoints, |card: &Touchpoint| Home::Stage(card.stage) == home),
        Kind::Note => walk!(notes, |note: &Note| Home::Note(note.home) == home),
        _ => {
            for item in board.of_kind(kind) {
                if item.trashed().is_none()
                    && item_home(item) == home
                    && let Some(rank) = item.rank()
                {
                    take(item.entity().uuid(), rank);
                }
            }
        }
    }
}

pub(crate) fn item_home(item: &Item) -> Home {
    match item {
        Item::Metric(metric) => Home::Metric(metric.touchpoint),
        Item::Comment(comment) => Home::Comment(comment.on),
        Item::Improvement(it) => Home::Step(it.step),
        _ => Home::Root,
    }
}

/// Fields as they are put together.
struct Writer(Fields);

impl Writer {
    fn put(&mut self, key: impl Into<Key>, value: Value) {
        self.0.push((key.into(), value));
    }

    fn some(&mut self, key: &'static str, value: Option<Value>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    fn text(&mut self, key: &'static str, text: &str) {
        self.put(key, Value::Text(text.to_owned()));
    }

    /// A text that is not written while it is empty.
    fn full(&mut self, key: &'static str, text: &str) {
        if !text.is_empty() {
            self.text(key, text);
        }
    }

    fn word(&mut self, key: &'static str, word: Option<&'static str>) {
        self.some(key, word.map(|word| Value::Text(word.to_owned())));
    }

    /// An id or a day: what stands in the document as the text it is shown as.
    fn id(&mut self, key: &'static str, id: Option<impl std::fmt::Display>) {
        self.some(key, id.map(|id| Value::Text(id.to_string())));
    }

    fn running(&mut self, key: &'static str, text: &str) {
        self.put(key, Value::Running(text.to_owned()));
    }

    /// A flag that is not written while it is off.
    fn flag(&mut self, key: &'static str, on: bool) {
        if on {
            self.put(key, Value::Bool(true));
        }
    }

    /// A flat key, so that two people who set two of them never overwrite each other.
    fn flat(&mut self, field: &str, of: &dyn std::fmt::Display, value: Value) {
        self.put(format!("{field}/{of}"), value);
    }

    fn figure(&mut self, key: impl Into<Key>, figure: Option<Figure>) {
        if let Some(figure) = figure {
            self.put(key, number(figure));
        }
    }
}

fn touchpoint_fields(it: &Touchpoint, to: &mut Writer) {
    to.text("name", &it.name);
    to.running("notes", &it.notes);
    to.some("channel", it.channel.map(|id| Value::Text(id.to_string())));
    to.word("nature", it.nature.map(|it| it.word()));
    to.word("directness", it.directness.map(|it| it.word()));
    to.word("control", it.control.map(|it| it.word()));
    for (question, answer) in Quality::ALL.iter().zip(it.quality) {
        to.some(question.word(), answer.map(Value::Bool));
    }
    to.full("owner", &it.owner);
    to.full("department", &it.department);
    to.flag("moment", it.moment_of_truth);
    for link in &it.links {
        let value = vec![
            ("title", Value::Text(link.title.clone())),
            ("url", Value::Text(link.url.clone())),
        ];
        to.flat("link", &link.id, Value::Record(value));
    }
    for (asset, mark) in &it.assets {
        to.flat("asset", asset, Value::Text(mark.word().to_owned()));
    }
    for persona in &it.personas {
        to.flat("persona", persona, Value::Bool(true));
    }
    for (persona, emotion) in &it.emotion {
        let value = Value::Int((*emotion).into());
        match persona {
            Some(persona) => to.flat("emotion", persona, value),
            None => to.put("emotion/all", value),
        }
    }
    for (field, scores) in [("importance", &it.importance), ("performance", &it.performance)] {
        for (rater, score) in scores {
            to.flat(field, rater, Value::Int((*score).into()));
        }
    }
}

fn item_fields(item: &Item, to: &mut Writer) {
    match item {
        Item::Asset(it) => to.text("name", &it.name),
        Item::Metric(it) => {
            to.text("kind", it.kind.word());
            to.full("name", &it.name);
            to.full("unit", &it.own_unit);
            to.word("direction", it.own_direction.map(|it| it.word()));
            to.figure("target", it.target);
            to.figure("baseline", it.baseline);
            for (date, figure) in &it.values {
                to.flat("value", date, number(*figure));
            }
        }
        Item::Round(it) => {
            to.put("opened", mark(&it.opened));
            to.some("revealed", it.revealed.as_ref().map(mark));
        }
        Item::View(it) => {
            to.text("name", &it.name);
            to.text("query", &it.query);
        }
        Item::Comment(it) => {
            to.put("written", mark(&it.written));
            to.full("name", &it.name);
            to.text("text", &it.text);
            to.some("edited", it.edited.map(time));
            to.some("resolved", it.resolved.as_ref().map(mark));
        }
        Item::Review(it) => {
            to.put("on", Value::Text(it.on.to_string()));
            to.some("next", it.next.map(|date| Value::Text(date.to_string())));
            to.some("by", it.by.map(|by| Value::Text(by.to_string())));
            to.full("name", &it.name);
            to.put("snapshot", Value::Bytes(it.snapshot.bytes().to_vec()));
        }
        Item::Improvement(it) => improvement_fields(it, to),
        Item::Feedback(it) => feedback_fields(it, to),
    }
}

fn improvement_fields(it: &Improvement, to: &mut Writer) {
    to.text("name", &it.name);
    to.id("touchpoint", Some(it.touchpoint));
    to.running("problem", &it.problem);
    to.running("practice", &it.practice);
    to.running("accepting", &it.accepting);
    to.running("next", &it.next);
    to.word("decision", it.decision.map(|it| it.word()));
    to.full("reason", &it.reason);
    to.full("owner", &it.owner);
    to.id("metric", it.metric);
    to.figure("baseline", it.baseline);
    to.figure("target", it.target);
    to.id("measure-by", it.measure_by);
    to.id("live", it.live);
    to.id("due", it.due);
    if let Some(verdict) = &it.verdict {
        let mut record = vec![("kind", Value::Text(verdict.kind.word().to_owned()))];
        if !verdict.accepted.is_empty() {
            record.push(("accepted", Value::Text(verdict.accepted.clone())));
        }
        record.extend(verdict.on.map(|on| ("on", Value::Text(on.to_string()))));
        record.extend(stamp(&verdict.given));
        to.put("verdict", Value::Record(record));
    }
    to.id("previous", it.previous);
    if let Some(origin) = it.origin {
        let kind = match origin {
            Origin::Pain(_) => "pain",
            Origin::Opportunity(_) => "opportunity",
            Origin::Feedback(_) => "feedback",
        };
        let id = origin.entity().uuid().to_string();
        to.put("origin", Value::Record(vec![(kind, Value::Text(id))]));
    }
    for check in &it.checks {
        let record = vec![
            ("text", Value::Text(check.text.clone())),
            ("done", Value::Bool(check.done)),
            ("rank", Value::Text(check.rank.0.clone())),
        ];
        to.flat("check", &check.id, Value::Record(record));
    }
    for (id, moved) in &it.moves {
        let step = |step: Step| Value::Text(step.word().to_owned());
        let mut record = vec![("from", step(moved.from)), ("to", step(moved.to))];
        record.extend(
            moved
                .reopened
                .map(|kind| ("verdict", Value::Text(kind.word().to_owned()))),
        );
        record.extend(stamp(&moved.mark));
        to.flat("moved", id, Value::Record(record));
    }
}

fn feedback_fields(it: &Feedback, to: &mut Writer) {
    let entry = &it.entry;
    to.full("text", &entry.text);
    to.full("source", &entry.source);
    to.id("channel", entry.channel);
    to.id("on", entry.on);
    to.some("csat", entry.csat.map(|n| Value::Int(n.into())));
    to.some("nps", entry.nps.map(|n| Value::Int(n.into())));
    to.id("persona", entry.persona);
    to.id("touchpoint", entry.touchpoint);
    to.id("improvement", entry.improvement);
}

/// What the map says of itself, as it is written.
pub(crate) fn map_fields(map: &MapInfo) -> Fields {
    let mut to = Writer(Vec::new());
    to.full("title", &map.title);
    to.full("brand", &map.brand);
    to.word("market", map.market.map(|it| it.word()));
    to.word("state", map.state.map(|it| it.word()));
    for (quadrant, name) in Quadrant::ALL.iter().zip(&map.quadrants) {
        to.full(quadrant_key(*quadrant), name);
    }
    for (step, limit) in Step::ALL.iter().zip(map.wip) {
        to.some(wip_key(*step), limit.map(|limit| Value::Int(limit.into())));
    }
    to.0
}

/// What to write so that `old` becomes `new`: texts that people type in are left out.
pub(crate) fn differences(old: Fields, new: Fields) -> Vec<(Key, Option<Value>)> {
    let is_text = |value: &Value| matches!(value, Value::Running(_));
    let gone = old
        .iter()
        .filter(|(key, value)| !is_text(value) && !new.iter().any(|(other, _)| other == key))
        .map(|(key, _)| (key.clone(), None));
    let mut writes: Vec<(Key, Option<Value>)> = gone.collect();
    writes.extend(
        new.into_iter()
            .filter(|field| !is_text(&field.1) && !old.contains(field))
            .map(|(key, value)| (key, Some(value))),
    );
    writes
}

fn number(figure: Figure) -> Value {
    let n = figure.get();
    // Whole numbers as such: shorter, and the same for every client.
    #[allow(clippy::cast_possible_truncation)] // a figure is within ±10¹⁵
    if n.fract() == 0.0 {
        Value::Int(n as i64)
    } else {
        Value::Float(n)
    }
}

fn time(ms: u64) -> Value {
    Value::Int(i64::try_from(ms).unwrap_or(0))
}

/// When something was done, and by whom.
pub(crate) fn mark(mark: &Mark) -> Value {
    Value::Record(stamp(mark).collect())
}

/// The words of a mark, for records that say more than that.
fn stamp(mark: &Mark) -> impl Iterator<Item = (&'static str, Value)> {
    let by = mark.by.map(|by| ("by", Value::Text(by.to_string())));
    [("at", time(mark.at))].into_iter().chain(by)
}

/// Where something is: one value, so that two people who move it leave it in one place.
fn place(home: Home, rank: &Rank) -> Value {
    let id = |id: &dyn std::fmt::Display| Value::Text(id.to_string());
    let mut place = match home {
        Home::Root => Vec::new(),
        Home::Stage(stage) => vec![("stage", id(&stage))],
        Home::Metric(card) | Home::Comment(Anchor::Touchpoint(card)) => vec![("touchpoint", id(&card))],
        Home::Note(NoteHome::Pain(card)) => vec![("pain", id(&card))],
        Home::Note(NoteHome::Opportunity(card)) => vec![("opportunity", id(&card))],
        Home::Note(NoteHome::Cell { lane, stage }) => vec![("lane", id(&lane)), ("stage", id(&stage))],
        Home::Comment(Anchor::Stage(stage)) => vec![("stage", id(&stage))],
        Home::Comment(Anchor::Improvement(card)) => vec![("improvement", id(&card))],
        Home::Comment(Anchor::Reply(comment)) => vec![("reply", id(&comment))],
        Home::Step(step) => vec![("step", Value::Text(step.word().to_owned()))],
    };
    place.push(("rank", Value::Text(rank.0.clone())));
    Value::Record(place)
}
