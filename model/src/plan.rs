//! From an edit to writes: every check is made here, before the document is touched (SPEC E…).
//!
//! A batch is planned edit by edit on a [`Plan`], which lays what the earlier edits will have changed over the
//! board; only when the last one has passed is anything written.

use std::collections::BTreeMap;

use crate::board::{Board, Channel, Lane, LaneKind, Note, NoteHome, Persona, Phase, Rank, Stage, Touchpoint, Trashed};
use crate::doc::Env;
use crate::edit::{At, Edit, EditError, Entity, MapField, Splice, TextField, TouchpointField};
use crate::id::{ChannelId, LaneId, NoteId, PersonId, PersonaId, StageId, TouchpointId};
use crate::limits::{NAME_MAX, TEXT_MAX};
use crate::rank;
use crate::read::text_place;

/// A plain value to be written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Bool(bool),
    Int(i64),
    Text(String),
    /// Where something is, or since when it is in the trash: one value of several words.
    Record(Vec<(&'static str, Value)>),
    /// A running text: becomes a shared text.
    Running(String),
}

/// One write.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Write {
    /// Sets or takes away a field of the map itself.
    Map(&'static str, Option<Value>),
    /// Makes an entity with these fields.
    Create(Entity, Vec<(&'static str, Value)>),
    /// Sets or takes away a field of an entity.
    Set(Entity, String, Option<Value>),
    /// Changes a running text.
    Splice(TextField, Splice),
}

/// What the plan has to know of the document beyond the board.
pub(crate) trait Raw {
    /// Whether anything at all stands under the entity's key, understood or not.
    fn is_taken(&self, entity: Entity) -> bool;
    /// The whole running text, over its limit too.
    fn text(&self, field: TextField) -> String;
}

/// Edits checked so far, and what the board will say after them.
pub(crate) struct Plan<'a, R> {
    env: Env,
    board: &'a Board,
    raw: &'a R,
    author: Option<PersonId>,
    over: Board,
    texts: BTreeMap<TextField, String>,
    title: Option<String>,
    /// Whether every edit so far makes the document smaller, or as good as.
    pub(crate) shrinks: bool,
    pub(crate) writes: Vec<Write>,
}

/// What lists of siblings need to know of an entity.
trait Sibling {
    type Id: Copy + Ord;
    fn id(&self) -> Self::Id;
    fn rank(&self) -> &Rank;
    fn live(&self) -> bool;
}

macro_rules! sibling {
    ($($kind:ident: $id:ident),+) => {
        $(impl Sibling for $kind {
            type Id = $id;
            fn id(&self) -> $id { self.id }
            fn rank(&self) -> &Rank { &self.rank }
            fn live(&self) -> bool { self.trashed.is_none() }
        })+
    };
}
sibling!(Stage: StageId, Lane: LaneId, Persona: PersonaId, Channel: ChannelId, Touchpoint: TouchpointId, Note: NoteId);

/// Live siblings in order, without the one that is about to be placed.
fn siblings<'a, S: Sibling>(
    board: &'a BTreeMap<S::Id, S>,
    over: &'a BTreeMap<S::Id, S>,
    but: S::Id,
    here: impl Fn(&S) -> bool,
) -> Vec<(&'a Rank, S::Id)> {
    let mut list: Vec<(&'a Rank, S::Id)> = board
        .values()
        .filter(|item| here(item) && item.live() && item.id() != but && !over.contains_key(&item.id()))
        .chain(
            over.values()
                .filter(|item| here(item) && item.live() && item.id() != but),
        )
        .map(|item| (item.rank(), item.id()))
        .collect();
    list.sort_unstable();
    list
}

/// The position an [`At`] names among siblings.
fn index_of<Id: Copy + Eq>(list: &[(&Rank, Id)], at: At<Id>) -> usize {
    let find = |id: Id| list.iter().position(|(_, other)| *other == id);
    match at {
        At::First => 0,
        At::Last => list.len(),
        At::Before(id) => find(id).unwrap_or(list.len()),
        At::After(id) => find(id).map_or(list.len(), |i| i + 1),
    }
}

/// Whether something of this rank and id already stands at this position.
fn stands_at<Id: Copy + Ord>(list: &[(&Rank, Id)], index: usize, rank: &Rank, id: Id) -> bool {
    let own = (rank, id);
    let before = index.checked_sub(1).and_then(|i| list.get(i));
    before.is_none_or(|sibling| *sibling < own) && list.get(index).is_none_or(|sibling| own < *sibling)
}

macro_rules! entity_access {
    ($($get:ident, $edit:ident, $list:ident: $kind:ident($id:ident)),+) => {
        $(
            fn $get(&self, id: $id) -> Result<&$kind, EditError> {
                self.over.$list.get(&id).or_else(|| self.board.$list.get(&id)).ok_or(EditError::Missing(Entity::$kind(id)))
            }

            fn $edit(&mut self, id: $id, change: impl FnOnce(&mut $kind)) {
                let old = self.board.$list.get(&id);
                let entry = match self.over.$list.entry(id) {
                    std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
                    std::collections::btree_map::Entry::Vacant(entry) => match old {
                        Some(old) => entry.insert(old.clone()),
                        None => return,
                    },
                };
                change(entry);
            }
        )+
    };
}

macro_rules! place_among {
    ($($name:ident, $edit:ident, $list:ident: $kind:ident($id:ident));+ $(;)?) => {
        $(
            /// The rank for a place among all siblings; tied ones are moved apart.
            fn $name(&mut self, id: $id, at: At<$id>, standing: Option<&Rank>) -> Option<Rank> {
                let list = siblings(&self.board.$list, &self.over.$list, id, |_| true);
                let index = index_of(&list, at);
                if standing.is_some_and(|rank| stands_at(&list, index, rank, id)) {
                    return None;
                }
                let placed = rank::place(&list, index);
                for (other, rank) in placed.moved {
                    self.set(Entity::$kind(other), "place", Some(rank_value(&rank)));
                    self.$edit(other, |item| item.rank = rank);
                }
                Some(placed.rank)
            }
        )+
    };
}

impl<'a, R: Raw> Plan<'a, R> {
    pub(crate) fn new(env: Env, board: &'a Board, raw: &'a R, author: Option<PersonId>) -> Self {
        Self {
            env,
            board,
            raw,
            author,
            over: Board::default(),
            texts: BTreeMap::new(),
            title: None,
            shrinks: true,
            writes: Vec::new(),
        }
    }

    entity_access!(
        stage, edit_stage, stages: Stage(StageId),
        lane, edit_lane, lanes: Lane(LaneId),
        persona, edit_persona, personas: Persona(PersonaId),
        channel, edit_channel, channels: Channel(ChannelId),
        touchpoint, edit_touchpoint, touchpoints: Touchpoint(TouchpointId),
        note, edit_note, notes: Note(NoteId)
    );

    place_among!(
        place_stage, edit_stage, stages: Stage(StageId);
        place_lane, edit_lane, lanes: Lane(LaneId);
        place_persona, edit_persona, personas: Persona(PersonaId);
        place_channel, edit_channel, channels: Channel(ChannelId);
    );

    fn place_touchpoint(
        &mut self,
        id: TouchpointId,
        stage: StageId,
        at: At<TouchpointId>,
        standing: Option<&Rank>,
    ) -> Option<Rank> {
        let list = siblings(&self.board.touchpoints, &self.over.touchpoints, id, |card| {
            card.stage == stage
        });
        let index = index_of(&list, at);
        if standing.is_some_and(|rank| stands_at(&list, index, rank, id)) {
            return None;
        }
        let placed = rank::place(&list, index);
        for (other, rank) in placed.moved {
            self.set(Entity::Touchpoint(other), "place", Some(card_place(stage, &rank)));
            self.edit_touchpoint(other, |card| card.rank = rank);
        }
        Some(placed.rank)
    }

    fn place_note(&mut self, id: NoteId, home: NoteHome, at: At<NoteId>, standing: Option<&Rank>) -> Option<Rank> {
        let list = siblings(&self.board.notes, &self.over.notes, id, |note| note.home == home);
        let index = index_of(&list, at);
        if standing.is_some_and(|rank| stands_at(&list, index, rank, id)) {
            return None;
        }
        let placed = rank::place(&list, index);
        for (other, rank) in placed.moved {
            self.set(Entity::Note(other), "place", Some(note_place(home, &rank)));
            self.edit_note(other, |note| note.rank = rank);
        }
        Some(placed.rank)
    }

    fn set(&mut self, entity: Entity, key: impl Into<String>, value: Option<Value>) {
        self.writes.push(Write::Set(entity, key.into(), value));
    }

    /// A name as it will be stored: one line, trimmed, NFC, within its limit.
    fn name(&self, name: &str) -> Result<String, EditError> {
        let line: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let name = (self.env.nfc)(line.trim());
        within(&name, NAME_MAX)?;
        Ok(name)
    }

    fn full_name(&self, name: &str) -> Result<String, EditError> {
        let name = self.name(name)?;
        if name.is_empty() {
            Err(EditError::Blank)
        } else {
            Ok(name)
        }
    }

    fn free(&self, entity: Entity) -> Result<(), EditError> {
        let planned = match entity {
            Entity::Stage(id) => self.over.stages.contains_key(&id),
            Entity::Lane(id) => self.over.lanes.contains_key(&id),
            Entity::Persona(id) => self.over.personas.contains_key(&id),
            Entity::Channel(id) => self.over.channels.contains_key(&id),
            Entity::Touchpoint(id) => self.over.touchpoints.contains_key(&id),
            Entity::Note(id) => self.over.notes.contains_key(&id),
        };
        if planned || self.raw.is_taken(entity) {
            Err(EditError::Taken(entity))
        } else {
            Ok(())
        }
    }

    fn home(&self, home: NoteHome) -> Result<(), EditError> {
        match home {
            NoteHome::Pain(id) | NoteHome::Opportunity(id) => self.touchpoint(id).map(|_| ()),
            NoteHome::Cell { lane, stage } => {
                self.lane(lane)?;
                self.stage(stage).map(|_| ())
            }
        }
    }

    /// Checks one edit and adds its writes.
    pub(crate) fn add(&mut self, edit: Edit) -> Result<(), EditError> {
        self.shrinks &= match &edit {
            Edit::Trash(_) | Edit::Restore(_) | Edit::Batch(_) => true,
            Edit::Type(_, splice) => splice.insert.is_empty(),
            _ => false,
        };
        match edit {
            Edit::SetMap(field) => self.set_map(field),
            Edit::AddStage { id, name, phase, at } => {
                let name = self.full_name(&name)?;
                self.free(Entity::Stage(id))?;
                let rank = self.place_stage(id, at, None).unwrap_or_default();
                self.create(
                    Entity::Stage(id),
                    vec![
                        ("name", text(&name)),
                        ("phase", text(phase.word())),
                        ("place", rank_value(&rank)),
                    ],
                );
                self.over.stages.insert(
                    id,
                    Stage {
                        id,
                        name,
                        phase,
                        rank,
                        trashed: None,
                    },
                );
                Ok(())
            }
            Edit::RenameStage(id, name) => {
                let name = self.full_name(&name)?;
                if self.stage(id)?.name != name {
                    self.set(Entity::Stage(id), "name", Some(text(&name)));
                    self.edit_stage(id, |stage| stage.name = name);
                }
                Ok(())
            }
            Edit::SetPhase(id, phase) => self.set_phase(id, phase),
            Edit::MoveStage(id, at) => {
                let standing = self.stage(id)?.rank.clone();
                if let Some(rank) = self.place_stage(id, at, Some(&standing)) {
                    self.set(Entity::Stage(id), "place", Some(rank_value(&rank)));
                    self.edit_stage(id, |stage| stage.rank = rank);
                }
                Ok(())
            }
            Edit::AddLane { id, kind, name, at } => {
                let name = if kind == LaneKind::Text {
                    self.full_name(&name)?
                } else {
                    self.name(&name)?
                };
                self.free(Entity::Lane(id))?;
                let rank = self.place_lane(id, at, None).unwrap_or_default();
                self.create(
                    Entity::Lane(id),
                    vec![
                        ("name", text(&name)),
                        ("kind", text(kind.word())),
                        ("place", rank_value(&rank)),
                    ],
                );
                self.over.lanes.insert(
                    id,
                    Lane {
                        id,
                        kind,
                        name,
                        rank,
                        trashed: None,
                    },
                );
                Ok(())
            }
            Edit::RenameLane(id, name) => {
                let lane = self.lane(id)?;
                let name = if lane.kind == LaneKind::Text {
                    self.full_name(&name)?
                } else {
                    self.name(&name)?
                };
                if lane.name != name {
                    self.set(Entity::Lane(id), "name", Some(text(&name)));
                    self.edit_lane(id, |lane| lane.name = name);
                }
                Ok(())
            }
            Edit::MoveLane(id, at) => {
                let standing = self.lane(id)?.rank.clone();
                if let Some(rank) = self.place_lane(id, at, Some(&standing)) {
                    self.set(Entity::Lane(id), "place", Some(rank_value(&rank)));
                    self.edit_lane(id, |lane| lane.rank = rank);
                }
                Ok(())
            }
            Edit::AddPersona { id, name, at } => {
                let name = self.full_name(&name)?;
                self.free(Entity::Persona(id))?;
                let rank = self.place_persona(id, at, None).unwrap_or_default();
                let running = || Value::Running(String::new());
                self.create(
                    Entity::Persona(id),
                    vec![
                        ("name", text(&name)),
                        ("place", rank_value(&rank)),
                        ("demographics", running()),
                        ("needs", running()),
                        ("difficulties", running()),
                    ],
                );
                let [demographics, needs, difficulties] = [const { String::new() }; 3];
                let persona = Persona {
                    id,
                    name,
                    demographics,
                    needs,
                    difficulties,
                    rank,
                    trashed: None,
                };
                self.over.personas.insert(id, persona);
                Ok(())
            }
            Edit::RenamePersona(id, name) => {
                let name = self.full_name(&name)?;
                if self.persona(id)?.name != name {
                    self.set(Entity::Persona(id), "name", Some(text(&name)));
                    self.edit_persona(id, |persona| persona.name = name);
                }
                Ok(())
            }
            Edit::MovePersona(id, at) => {
                let standing = self.persona(id)?.rank.clone();
                if let Some(rank) = self.place_persona(id, at, Some(&standing)) {
                    self.set(Entity::Persona(id), "place", Some(rank_value(&rank)));
                    self.edit_persona(id, |persona| persona.rank = rank);
                }
                Ok(())
            }
            Edit::AddChannel { id, name, at } => {
                let name = self.full_name(&name)?;
                self.free(Entity::Channel(id))?;
                let rank = self.place_channel(id, at, None).unwrap_or_default();
                self.create(
                    Entity::Channel(id),
                    vec![("name", text(&name)), ("place", rank_value(&rank))],
                );
                self.over.channels.insert(
                    id,
                    Channel {
                        id,
                        name,
                        rank,
                        trashed: None,
                    },
                );
                Ok(())
            }
            Edit::RenameChannel(id, name) => {
                let name = self.full_name(&name)?;
                if self.channel(id)?.name != name {
                    self.set(Entity::Channel(id), "name", Some(text(&name)));
                    self.edit_channel(id, |channel| channel.name = name);
                }
                Ok(())
            }
            Edit::MoveChannel(id, at) => {
                let standing = self.channel(id)?.rank.clone();
                if let Some(rank) = self.place_channel(id, at, Some(&standing)) {
                    self.set(Entity::Channel(id), "place", Some(rank_value(&rank)));
                    self.edit_channel(id, |channel| channel.rank = rank);
                }
                Ok(())
            }
            Edit::AddTouchpoint { id, name, stage, at } => self.add_touchpoint(id, &name, stage, at),
            Edit::SetTouchpoint(id, field) => self.set_touchpoint(id, field),
            Edit::MoveTouchpoint { id, stage, at } => {
                self.stage(stage)?;
                let card = self.touchpoint(id)?;
                let standing = (card.stage == stage).then(|| card.rank.clone());
                if let Some(rank) = self.place_touchpoint(id, stage, at, standing.as_ref()) {
                    self.set(Entity::Touchpoint(id), "place", Some(card_place(stage, &rank)));
                    self.edit_touchpoint(id, |card| (card.stage, card.rank) = (stage, rank));
                }
                Ok(())
            }
            Edit::AddNote { id, home, text, at } => {
                let body = (self.env.nfc)(&text);
                within(&body, TEXT_MAX)?;
                self.home(home)?;
                self.free(Entity::Note(id))?;
                let rank = self.place_note(id, home, at, None).unwrap_or_default();
                self.create(
                    Entity::Note(id),
                    vec![
                        ("place", note_place(home, &rank)),
                        ("text", Value::Running(body.clone())),
                    ],
                );
                self.texts.insert(TextField::Note(id), body.clone());
                self.over.notes.insert(
                    id,
                    Note {
                        id,
                        home,
                        rank,
                        text: body,
                        trashed: None,
                    },
                );
                Ok(())
            }
            Edit::MoveNote { id, home, at } => {
                self.home(home)?;
                let note = self.note(id)?;
                let standing = (note.home == home).then(|| note.rank.clone());
                if let Some(rank) = self.place_note(id, home, at, standing.as_ref()) {
                    self.set(Entity::Note(id), "place", Some(note_place(home, &rank)));
                    self.edit_note(id, |note| (note.home, note.rank) = (home, rank));
                }
                Ok(())
            }
            Edit::Type(field, splice) => self.type_text(field, splice),
            Edit::Trash(entity) => self.trash(entity, true),
            Edit::Restore(entity) => self.trash(entity, false),
            Edit::Batch(edits) => edits.into_iter().try_for_each(|edit| self.add(edit)),
        }
    }

    fn create(&mut self, entity: Entity, fields: Vec<(&'static str, Value)>) {
        self.writes.push(Write::Create(entity, fields));
    }

    fn set_map(&mut self, field: MapField) -> Result<(), EditError> {
        let map = &self.board.map;
        let (key, value, same) = match field {
            MapField::Title(title) => {
                let title = self.full_name(&title)?;
                let same = *self.title.as_ref().unwrap_or(&map.title) == title;
                self.title = Some(title.clone());
                ("title", Some(text(&title)), same)
            }
            MapField::Brand(brand) => {
                let brand = self.name(&brand)?;
                ("brand", Some(text(&brand)), map.brand == brand)
            }
            MapField::Market(market) => ("market", market.map(|m| text(m.word())), map.market == market),
            MapField::State(state) => ("state", state.map(|s| text(s.word())), map.state == state),
        };
        // In a batch an earlier edit may have planned another value for the same field.
        let planned = self
            .writes
            .iter()
            .any(|write| matches!(write, Write::Map(other, _) if *other == key));
        if !same || planned {
            self.writes.push(Write::Map(key, value));
        }
        Ok(())
    }

    fn set_phase(&mut self, id: StageId, phase: Phase) -> Result<(), EditError> {
        if self.stage(id)?.phase != phase {
            self.set(Entity::Stage(id), "phase", Some(text(phase.word())));
            self.edit_stage(id, |stage| stage.phase = phase);
        }
        Ok(())
    }

    fn add_touchpoint(
        &mut self,
        id: TouchpointId,
        name: &str,
        stage: StageId,
        at: At<TouchpointId>,
    ) -> Result<(), EditError> {
        let name = self.full_name(name)?;
        self.stage(stage)?;
        self.free(Entity::Touchpoint(id))?;
        let rank = self.place_touchpoint(id, stage, at, None).unwrap_or_default();
        self.create(
            Entity::Touchpoint(id),
            vec![
                ("name", text(&name)),
                ("place", card_place(stage, &rank)),
                ("notes", Value::Running(String::new())),
            ],
        );
        let card = Touchpoint {
            id,
            name,
            stage,
            rank,
            channel: None,
            nature: None,
            directness: None,
            control: None,
            personas: std::collections::BTreeSet::new(),
            emotion: BTreeMap::new(),
            importance: BTreeMap::new(),
            performance: BTreeMap::new(),
            notes: String::new(),
            trashed: None,
        };
        self.over.touchpoints.insert(id, card);
        Ok(())
    }

    fn set_touchpoint(&mut self, id: TouchpointId, field: TouchpointField) -> Result<(), EditError> {
        let entity = Entity::Touchpoint(id);
        let mut changed = self.touchpoint(id)?.clone();
        let (key, value) = match field {
            TouchpointField::Name(name) => {
                changed.name = self.full_name(&name)?;
                ("name".to_owned(), Some(text(&changed.name)))
            }
            TouchpointField::Channel(channel) => {
                if let Some(channel) = channel {
                    self.channel(channel)?;
                }
                changed.channel = channel;
                ("channel".to_owned(), channel.map(|id| Value::Text(id.to_string())))
            }
            TouchpointField::Nature(nature) => {
                changed.nature = nature;
                ("nature".to_owned(), nature.map(|n| text(n.word())))
            }
            TouchpointField::Directness(directness) => {
                changed.directness = directness;
                ("directness".to_owned(), directness.map(|d| text(d.word())))
            }
            TouchpointField::Control(control) => {
                changed.control = control;
                ("control".to_owned(), control.map(|c| text(c.word())))
            }
            TouchpointField::Persona(persona, meets) => {
                if meets {
                    self.persona(persona)?;
                    changed.personas.insert(persona);
                } else {
                    changed.personas.remove(&persona);
                }
                (format!("persona/{persona}"), meets.then_some(Value::Bool(true)))
            }
            TouchpointField::Emotion(persona, emotion) => {
                if let (Some(persona), Some(_)) = (persona, emotion) {
                    self.persona(persona)?;
                }
                match emotion {
                    Some(emotion) => changed.emotion.insert(persona, emotion),
                    None => changed.emotion.remove(&persona),
                };
                let key = persona.map_or_else(|| "emotion/all".to_owned(), |id| format!("emotion/{id}"));
                (key, emotion.map(|e| Value::Int(e.into())))
            }
            TouchpointField::Importance(rater, score) => {
                match score {
                    Some(score) => changed.importance.insert(rater, score),
                    None => changed.importance.remove(&rater),
                };
                (format!("importance/{rater}"), score.map(|s| Value::Int(s.into())))
            }
            TouchpointField::Performance(rater, score) => {
                match score {
                    Some(score) => changed.performance.insert(rater, score),
                    None => changed.performance.remove(&rater),
                };
                (format!("performance/{rater}"), score.map(|s| Value::Int(s.into())))
            }
        };
        if *self.touchpoint(id)? != changed {
            self.set(entity, key, value);
            self.over.touchpoints.insert(id, changed);
        }
        Ok(())
    }

    fn type_text(&mut self, field: TextField, splice: Splice) -> Result<(), EditError> {
        match text_place(field).0 {
            Entity::Touchpoint(id) => self.touchpoint(id).map(|_| ()),
            Entity::Note(id) => self.note(id).map(|_| ()),
            Entity::Persona(id) => self.persona(id).map(|_| ()),
            other => Err(EditError::Missing(other)),
        }?;
        let old = match self.texts.get(&field) {
            Some(text) => text.clone(),
            None if self.raw.is_taken(text_place(field).0) => self.raw.text(field),
            None => String::new(),
        };
        let Some((splice, new)) = settle(&old, splice, self.env.nfc) else {
            return Ok(());
        };
        // A text that is over the limit already may still get shorter.
        if new.chars().count() > TEXT_MAX.max(old.chars().count().saturating_sub(1)) {
            within(&new, TEXT_MAX)?;
        }
        self.writes.push(Write::Splice(field, splice));
        self.texts.insert(field, new);
        Ok(())
    }

    fn trash(&mut self, entity: Entity, into: bool) -> Result<(), EditError> {
        let trashed = into.then(|| Trashed {
            at: (self.env.now_ms)(),
            by: self.author,
        });
        macro_rules! mark {
            ($get:ident, $edit:ident, $id:expr) => {{
                if self.$get($id)?.trashed.is_some() == into {
                    return Ok(());
                }
                let trashed = trashed.clone();
                self.$edit($id, |item| item.trashed = trashed);
            }};
        }
        match entity {
            Entity::Stage(id) => mark!(stage, edit_stage, id),
            Entity::Lane(id) => mark!(lane, edit_lane, id),
            Entity::Persona(id) => mark!(persona, edit_persona, id),
            Entity::Channel(id) => mark!(channel, edit_channel, id),
            Entity::Touchpoint(id) => mark!(touchpoint, edit_touchpoint, id),
            Entity::Note(id) => mark!(note, edit_note, id),
        }
        self.set(entity, "trashed", trashed.as_ref().map(trashed_value));
        Ok(())
    }
}

fn within(text: &str, max: usize) -> Result<(), EditError> {
    let len = text.chars().count();
    if len > max {
        Err(EditError::TooLong { len, max })
    } else {
        Ok(())
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn rank_value(rank: &Rank) -> Value {
    Value::Record(vec![("rank", text(&rank.0))])
}

fn card_place(stage: StageId, rank: &Rank) -> Value {
    Value::Record(vec![("stage", Value::Text(stage.to_string())), ("rank", text(&rank.0))])
}

fn note_place(home: NoteHome, rank: &Rank) -> Value {
    let mut place = match home {
        NoteHome::Pain(card) => vec![("pain", Value::Text(card.to_string()))],
        NoteHome::Opportunity(card) => vec![("opportunity", Value::Text(card.to_string()))],
        NoteHome::Cell { lane, stage } => {
            vec![
                ("lane", Value::Text(lane.to_string())),
                ("stage", Value::Text(stage.to_string())),
            ]
        }
    };
    place.push(("rank", text(&rank.0)));
    Value::Record(place)
}

/// What stands under `trashed`.
pub(crate) fn trashed_value(trashed: &Trashed) -> Value {
    let mut record = vec![("at", Value::Int(i64::try_from(trashed.at).unwrap_or(0)))];
    if let Some(by) = trashed.by {
        record.push(("by", Value::Text(by.to_string())));
    }
    Value::Record(record)
}

/// How many characters around an insertion may compose with it. Vietnamese needs two (base, two marks).
const COMPOSES: usize = 8;

/// The splice that brings `old` to what was asked for, with bounds kept, no pair torn and the result NFC where
/// it was typed; with the text it leads to. `None` when nothing changes.
fn settle(old: &str, splice: Splice, nfc: fn(&str) -> String) -> Option<(Splice, String)> {
    let start = byte_at(old, splice.at, Round::Down);
    let end = match splice.remove {
        0 => start,
        remove => byte_at(old, splice.at.saturating_add(remove), Round::Up).max(start),
    };
    let insert = nfc(&splice.insert);
    // A mark typed on its own composes with the letter before it, so the neighbourhood is normalised too.
    let from = old[..start]
        .char_indices()
        .rev()
        .take(COMPOSES)
        .last()
        .map_or(start, |(i, _)| i);
    let to = old[end..]
        .char_indices()
        .nth(COMPOSES)
        .map_or(old.len(), |(i, _)| end + i);
    let plain = [&old[from..start], &insert, &old[end..to]].concat();
    let composed = if plain.is_ascii() { plain } else { nfc(&plain) };
    let new = [&old[..from], &composed, &old[to..]].concat();
    if new == old {
        return None;
    }
    // Write only what differs, so that others' marks in the text stay where they are.
    let (before, after) = (&old[from..to], composed.as_str());
    let head = before
        .chars()
        .zip(after.chars())
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len_utf8())
        .sum::<usize>();
    let head = head.min(start - from);
    let tail_limit = (before.len() - head).min(after.len() - head);
    let mut tail = 0;
    for (a, b) in before.chars().rev().zip(after.chars().rev()) {
        if a != b || tail + a.len_utf8() > tail_limit.min(to - end) {
            break;
        }
        tail += a.len_utf8();
    }
    let units = |text: &str| u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
    let splice = Splice {
        at: units(&old[..from + head]),
        remove: units(&before[head..before.len() - tail]),
        insert: after[head..after.len() - tail].to_owned(),
    };
    Some((splice, new))
}

#[derive(Clone, Copy)]
enum Round {
    Down,
    Up,
}

/// The byte offset of a UTF-16 offset; beyond the end is the end, inside a pair goes to one of its sides.
fn byte_at(text: &str, offset: u32, round: Round) -> usize {
    let offset = offset as usize;
    let mut units = 0;
    for (byte, c) in text.char_indices() {
        if units >= offset {
            return byte;
        }
        units += c.len_utf16();
        if units > offset {
            return match round {
                Round::Down => byte,
                Round::Up => byte + c.len_utf8(),
            };
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::UnicodeNormalization;

    fn nfc(text: &str) -> String {
        text.nfc().collect()
    }

    fn spliced(old: &str, at: u32, remove: u32, insert: &str) -> Option<(u32, u32, String, String)> {
        settle(
            old,
            Splice {
                at,
                remove,
                insert: insert.to_owned(),
            },
            nfc,
        )
        .map(|(splice, new)| (splice.at, splice.remove, splice.insert, new))
    }

    fn outcome(at: u32, remove: u32, insert: &str, new: &str) -> Option<(u32, u32, String, String)> {
        Some((at, remove, insert.to_owned(), new.to_owned()))
    }

    #[test]
    fn e12_a_splice_is_brought_into_bounds() {
        assert_eq!(spliced("abc", 99, 5, "d"), outcome(3, 0, "d", "abcd"));
        assert_eq!(spliced("abc", 1, 99, ""), outcome(1, 2, "", "a"));
        assert_eq!(spliced("abc", 1, u32::MAX, "x"), outcome(1, 2, "x", "ax"));
    }

    #[test]
    fn e12_a_surrogate_pair_is_never_torn() {
        assert_eq!(spliced("☕😀b", 2, 0, "x"), outcome(1, 0, "x", "☕x😀b"));
        assert_eq!(spliced("😀b", 1, 1, ""), outcome(0, 2, "", "b"));
    }

    #[test]
    fn e12_doing_nothing_is_nothing() {
        assert_eq!(spliced("abc", 1, 1, "b"), None);
        assert_eq!(spliced("", 0, 0, ""), None);
    }

    #[test]
    fn f27_a_mark_typed_on_its_own_composes_with_the_letter_before() {
        assert_eq!(spliced("die", 3, 0, "\u{302}"), outcome(2, 1, "ê", "diê"));
        assert_eq!(spliced("diê", 3, 0, "\u{309}"), outcome(2, 1, "ể", "diể"));
        assert_eq!(spliced("dm", 1, 0, "ie\u{302}\u{309}"), outcome(1, 0, "iể", "diểm"));
    }
}
