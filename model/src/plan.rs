//! From an edit to writes: every check is made here, before the document is touched (SPEC E…).
//!
//! A batch is planned edit by edit on a [`Plan`], which lays what the earlier edits will have changed over the
//! board; only when the last one has passed is anything written.

use uuid::Uuid;

use crate::board::{
    Board, Channel, Lane, LaneKind, MapInfo, Mark, Note, NoteHome, PERSONA_COLORS, Persona, Rank, Stage, Touchpoint,
};
use crate::doc::Env;
use crate::edit::{At, Edit, EditError, Entity, MapField, MetricField, Splice, TextField, TouchpointField};
use crate::id::{PersonId, TouchpointId};
use crate::items::{Anchor, Asset, Comment, Figure, Item, Metric, MetricKind, Review, Round, View};
use crate::limits::{COMMENT_MAX, LINKS_MAX, NAME_MAX, QUERY_MAX, TEXT_MAX, UNIT_MAX, VALUES_MAX, WIP_MAX};
use crate::links;
use crate::rank;
use crate::read::{Kind, text_place};
use crate::review::Snapshot;
use crate::table::Table;
use crate::thing::{Fields, Home, Key, Thing, Value, differences, each_sibling, map_fields};

/// One write.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Write {
    /// Sets or takes away a field of the map itself.
    Map(Key, Option<Value>),
    /// Makes an entity with these fields.
    Create(Entity, Fields),
    /// Sets or takes away a field of an entity.
    Set(Entity, Key, Option<Value>),
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
pub(crate) struct Plan<'a> {
    env: Env,
    /// Milliseconds since 1970: all edits of a batch happen at once.
    now: u64,
    board: &'a Board,
    raw: &'a dyn Raw,
    author: Option<PersonId>,
    over: Table<Entity, Thing>,
    /// Where in the writes the things stand that this plan makes: what is set of them later goes there too.
    created: Table<Entity, usize>,
    texts: Table<TextField, String>,
    map: Option<MapInfo>,
    /// Whether every edit so far makes the document smaller, or as good as.
    pub(crate) shrinks: bool,
    pub(crate) writes: Vec<Write>,
}

mod loops;

type Done = Result<(), EditError>;

/// The position an [`At`] names among siblings.
fn index_of(list: &[(&Rank, Uuid)], at: At<Uuid>) -> usize {
    let find = |id: Uuid| list.iter().position(|(_, other)| *other == id);
    match at {
        At::First => 0,
        At::Last => list.len(),
        At::Before(id) => find(id).unwrap_or(list.len()),
        At::After(id) => find(id).map_or(list.len(), |i| i + 1),
    }
}

/// Whether something of this rank and id already stands at this position.
fn stands_at(list: &[(&Rank, Uuid)], index: usize, rank: &Rank, id: Uuid) -> bool {
    let own = (rank, id);
    let before = index.checked_sub(1).and_then(|i| list.get(i));
    before.is_none_or(|sibling| *sibling < own) && list.get(index).is_none_or(|sibling| own < *sibling)
}

impl<'a> Plan<'a> {
    pub(crate) fn new(env: Env, now: u64, board: &'a Board, raw: &'a dyn Raw, author: Option<PersonId>) -> Self {
        Self {
            env,
            now,
            board,
            raw,
            author,
            over: Table::new(),
            created: Table::new(),
            texts: Table::new(),
            map: None,
            shrinks: true,
            writes: Vec::new(),
        }
    }

    /// What an entity says after the edits so far.
    fn get(&self, entity: Entity) -> Result<Thing, EditError> {
        let planned = self.over.get(&entity).cloned();
        planned
            .or_else(|| Thing::of(self.board, entity))
            .ok_or(EditError::Missing(entity))
    }

    fn has(&self, entity: Entity) -> Done {
        let there = self.over.contains_key(&entity)
            || match entity {
                Entity::Stage(id) => self.board.stages.contains_key(&id),
                Entity::Lane(id) => self.board.lanes.contains_key(&id),
                Entity::Persona(id) => self.board.personas.contains_key(&id),
                Entity::Channel(id) => self.board.channels.contains_key(&id),
                Entity::Touchpoint(id) => self.board.touchpoints.contains_key(&id),
                Entity::Note(id) => self.board.notes.contains_key(&id),
                other => self.board.items.contains_key(&other),
            };
        if there { Ok(()) } else { Err(EditError::Missing(entity)) }
    }

    /// Makes `new` of what `old` was: only what differs is written.
    fn put(&mut self, old: Thing, new: Thing) {
        if old == new {
            return;
        }
        let entity = new.entity();
        if let Some(Write::Create(_, fields)) = self.created.get(&entity).and_then(|at| self.writes.get_mut(*at)) {
            *fields = new.fields();
        } else {
            let writes = differences(old.fields(), new.fields());
            self.writes
                .extend(writes.into_iter().map(|(key, value)| Write::Set(entity, key, value)));
        }
        self.over.insert(entity, new);
    }

    fn change(&mut self, entity: Entity, with: &mut dyn FnMut(&mut Thing)) -> Done {
        let old = self.get(entity)?;
        let mut new = old.clone();
        with(&mut new);
        self.put(old, new);
        Ok(())
    }

    /// Adds a new thing among its siblings.
    fn create(&mut self, mut thing: Thing, at: At<Uuid>) -> Done {
        let entity = thing.entity();
        if self.over.contains_key(&entity) || self.raw.is_taken(entity) {
            return Err(EditError::Taken(entity));
        }
        // What goes by age has no place to be found among its siblings.
        if thing.rank().is_some()
            && let Some(rank) = self.place(&thing, thing.home(), at, false)
        {
            thing.set_rank(rank);
        }
        self.created.insert(entity, self.writes.len());
        self.writes.push(Write::Create(entity, thing.fields()));
        self.over.insert(entity, thing);
        Ok(())
    }

    /// The rank for a place among the siblings in a home; `None` when the thing stands there already. Siblings
    /// that tie are moved apart.
    fn place(&mut self, thing: &Thing, home: Home, at: At<Uuid>, stands: bool) -> Option<Rank> {
        let entity = thing.entity();
        let (kind, own) = (Kind::of(entity), entity.uuid());
        let standing = if stands { thing.rank()? } else { &Rank::default() };
        let over = &self.over;
        let mut list: Vec<(&Rank, Uuid)> = Vec::new();
        each_sibling(self.board, kind, home, &mut |id, rank| {
            if id != own && !over.contains_key(&kind.with(id)) {
                list.push((rank, id));
            }
        });
        for (other, item) in over {
            if Kind::of(*other) == kind
                && *other != entity
                && item.trashed().is_none()
                && item.home() == home
                && let Some(rank) = item.rank()
            {
                list.push((rank, other.uuid()));
            }
        }
        list.sort_unstable();
        let index = index_of(&list, at);
        if stands && stands_at(&list, index, standing, own) {
            return None;
        }
        let placed = rank::place(&list, index);
        for (other, rank) in placed.moved {
            // It is among the siblings, so it is there.
            let _ = self.change(kind.with(other), &mut |item| item.set_rank(rank.clone()));
        }
        Some(placed.rank)
    }

    /// Moves a thing among the siblings of a home; `there` puts it into that home.
    fn move_to(&mut self, entity: Entity, home: Home, at: At<Uuid>, there: &mut dyn FnMut(&mut Thing)) -> Done {
        let thing = self.get(entity)?;
        if let Some(rank) = self.place(&thing, home, at, thing.home() == home) {
            self.change(entity, &mut |thing| {
                there(thing);
                thing.set_rank(rank.clone());
            })?;
        }
        Ok(())
    }

    /// Moves a thing within its home. Touchpoints, notes and what goes by age are moved otherwise or not at all.
    fn move_among(&mut self, entity: Entity, at: At<Uuid>) -> Done {
        let thing = self.get(entity)?;
        if !matches!(thing.home(), Home::Root | Home::Metric(_)) || thing.rank().is_none() {
            return Err(EditError::Missing(entity));
        }
        self.move_to(entity, thing.home(), at, &mut |_| {})
    }

    /// A name as it will be stored: one line, trimmed, NFC, within its limit.
    fn name(&self, name: &str, blank: bool) -> Result<String, EditError> {
        let line: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let name = (self.env.nfc)(line.trim());
        within(&name, NAME_MAX)?;
        if name.is_empty() && !blank {
            return Err(EditError::Blank);
        }
        Ok(name)
    }

    fn rename(&mut self, entity: Entity, name: &str) -> Done {
        let old = self.get(entity)?;
        let blank = match &old {
            Thing::Lane(lane) => lane.kind != LaneKind::Text,
            Thing::Item(Item::Metric(metric)) => metric.kind != MetricKind::Own,
            _ => false,
        };
        let name = self.name(name, blank)?;
        let mut new = old.clone();
        *new.name_mut().ok_or(EditError::Missing(entity))? = name;
        self.put(old, new);
        Ok(())
    }

    fn home(&self, home: NoteHome) -> Done {
        match home {
            NoteHome::Pain(id) | NoteHome::Opportunity(id) => self.has(Entity::Touchpoint(id)),
            NoteHome::Cell { lane, stage } => {
                self.has(Entity::Lane(lane))?;
                self.has(Entity::Stage(stage))
            }
        }
    }

    fn now(&self) -> Mark {
        Mark {
            at: self.now,
            by: self.author,
        }
    }

    /// Checks one edit and adds its writes.
    pub(crate) fn add(&mut self, edit: Edit) -> Done {
        self.shrinks &= match &edit {
            Edit::Trash(_) | Edit::Restore(_) | Edit::Batch(_) => true,
            Edit::Type(_, splice) => splice.insert.is_empty(),
            _ => false,
        };
        let (rank, trashed) = (Rank::default(), None);
        match edit {
            Edit::SetMap(field) => self.set_map(field),
            Edit::AddStage { id, name, phase, at } => {
                let name = self.name(&name, false)?;
                let hidden = false;
                let stage = Stage {
                    id,
                    name,
                    phase,
                    hidden,
                    rank,
                    trashed,
                };
                self.create(Thing::Stage(stage), at.map(|id| id.0))
            }
            Edit::RenameStage(id, name) => self.rename(Entity::Stage(id), &name),
            Edit::SetPhase(id, phase) => self.change(Entity::Stage(id), &mut |thing| {
                if let Thing::Stage(stage) = thing {
                    stage.phase = phase;
                }
            }),
            Edit::MoveStage(id, at) => self.move_among(Entity::Stage(id), at.map(|id| id.0)),
            Edit::AddLane { id, kind, name, at } => {
                let name = self.name(&name, kind != LaneKind::Text)?;
                let hidden = false;
                let lane = Lane {
                    id,
                    kind,
                    name,
                    hidden,
                    rank,
                    trashed,
                };
                self.create(Thing::Lane(lane), at.map(|id| id.0))
            }
            Edit::RenameLane(id, name) => self.rename(Entity::Lane(id), &name),
            Edit::MoveLane(id, at) => self.move_among(Entity::Lane(id), at.map(|id| id.0)),
            Edit::AddPersona { id, name, at } => {
                let name = self.name(&name, false)?;
                let [demographics, needs, difficulties] = [const { String::new() }; 3];
                let color = None;
                let persona = Persona {
                    id,
                    name,
                    demographics,
                    needs,
                    difficulties,
                    color,
                    rank,
                    trashed,
                };
                self.create(Thing::Persona(persona), at.map(|id| id.0))
            }
            Edit::RenamePersona(id, name) => self.rename(Entity::Persona(id), &name),
            Edit::MovePersona(id, at) => self.move_among(Entity::Persona(id), at.map(|id| id.0)),
            Edit::AddChannel { id, name, at } => {
                let name = self.name(&name, false)?;
                self.create(
                    Thing::Channel(Channel {
                        id,
                        name,
                        rank,
                        trashed,
                    }),
                    at.map(|id| id.0),
                )
            }
            Edit::RenameChannel(id, name) => self.rename(Entity::Channel(id), &name),
            Edit::MoveChannel(id, at) => self.move_among(Entity::Channel(id), at.map(|id| id.0)),
            Edit::AddTouchpoint { id, name, stage, at } => {
                let name = self.name(&name, false)?;
                self.has(Entity::Stage(stage))?;
                let card = Touchpoint {
                    name,
                    ..Touchpoint::blank(id, stage)
                };
                self.create(Thing::Touchpoint(Box::new(card)), at.map(|id| id.0))
            }
            Edit::SetTouchpoint(id, field) => self.set_touchpoint(id, field),
            Edit::MoveTouchpoint { id, stage, at } => {
                self.has(Entity::Stage(stage))?;
                let (entity, at) = (Entity::Touchpoint(id), at.map(|id| id.0));
                self.move_to(entity, Home::Stage(stage), at, &mut |thing| {
                    if let Thing::Touchpoint(card) = thing {
                        card.stage = stage;
                    }
                })
            }
            Edit::AddNote { id, home, text, at } => {
                let text = (self.env.nfc)(&text);
                within(&text, TEXT_MAX)?;
                self.home(home)?;
                self.create(
                    Thing::Note(Note {
                        id,
                        home,
                        rank,
                        text,
                        trashed,
                    }),
                    at.map(|id| id.0),
                )
            }
            Edit::MoveNote { id, home, at } => {
                self.home(home)?;
                let (entity, at) = (Entity::Note(id), at.map(|id| id.0));
                self.move_to(entity, Home::Note(home), at, &mut |thing| {
                    if let Thing::Note(note) = thing {
                        note.home = home;
                    }
                })
            }
            Edit::Type(field, splice) => self.type_text(field, splice),
            Edit::Rename(entity, name) => self.rename(entity, &name),
            Edit::Move(entity, at) => self.move_among(entity, at.map(Entity::uuid)),
            Edit::Hide(entity, hide) => {
                let old = self.get(entity)?;
                let mut new = old.clone();
                match &mut new {
                    Thing::Stage(stage) => stage.hidden = hide,
                    Thing::Lane(lane) => lane.hidden = hide,
                    _ => return Err(EditError::Missing(entity)),
                }
                self.put(old, new);
                Ok(())
            }
            Edit::SetColor(id, color) => {
                if color.is_some_and(|color| !(1..=PERSONA_COLORS).contains(&color)) {
                    return Err(EditError::OffScale);
                }
                self.change(Entity::Persona(id), &mut |thing| {
                    if let Thing::Persona(persona) = thing {
                        persona.color = color;
                    }
                })
            }
            Edit::Trash(entity) => self.trash(entity, true),
            Edit::Restore(entity) => self.trash(entity, false),
            Edit::Batch(edits) => edits.into_iter().try_for_each(|edit| self.add(edit)),
            other => self.add_item(other),
        }
    }

    /// Edits of the smaller things.
    fn add_item(&mut self, edit: Edit) -> Done {
        let (rank, trashed) = (Rank::default(), None);
        match edit {
            Edit::AddAsset { id, name, at } => {
                let name = self.name(&name, false)?;
                let asset = Asset {
                    id,
                    name,
                    rank,
                    trashed,
                };
                self.create(Thing::Item(Item::Asset(asset)), at.map(|id| id.0))
            }
            Edit::AddMetric {
                id,
                touchpoint,
                kind,
                name,
                at,
            } => {
                let name = self.name(&name, kind != MetricKind::Own)?;
                self.has(Entity::Touchpoint(touchpoint))?;
                let metric = Metric {
                    id,
                    touchpoint,
                    rank,
                    kind,
                    name,
                    own_unit: String::new(),
                    own_direction: None,
                    target: None,
                    baseline: None,
                    values: Table::new(),
                    trashed,
                };
                self.create(Thing::Item(Item::Metric(metric)), at.map(|id| id.0))
            }
            Edit::SetMetric(id, field) => {
                let old = self.get(Entity::Metric(id))?;
                let mut new = old.clone();
                if let Thing::Item(Item::Metric(metric)) = &mut new {
                    self.set_metric(metric, field)?;
                }
                self.put(old, new);
                Ok(())
            }
            Edit::OpenRound(id) => {
                if self.open_rounds().next().is_some() {
                    return Err(EditError::RoundOpen);
                }
                let (opened, revealed) = (self.now(), None);
                self.create(
                    Thing::Item(Item::Round(Round {
                        id,
                        opened,
                        revealed,
                        trashed,
                    })),
                    At::Last,
                )
            }
            Edit::Reveal => {
                let (open, now): (Vec<Entity>, _) = (self.open_rounds().collect(), self.now());
                open.into_iter().try_for_each(|entity| {
                    self.change(entity, &mut |thing| {
                        if let Thing::Item(Item::Round(round)) = thing {
                            round.revealed = Some(now.clone());
                        }
                    })
                })
            }
            Edit::AddView { id, name, query, at } => {
                let name = self.name(&name, false)?;
                within(&query, QUERY_MAX)?;
                let view = View {
                    id,
                    name,
                    query,
                    rank,
                    trashed,
                };
                self.create(Thing::Item(Item::View(view)), at.map(|id| id.0))
            }
            Edit::SetView(id, query) => {
                within(&query, QUERY_MAX)?;
                self.change(Entity::View(id), &mut |thing| {
                    if let Thing::Item(Item::View(view)) = thing {
                        view.query.clone_from(&query);
                    }
                })
            }
            Edit::AddComment { id, on, name, text } => {
                let (name, text) = (self.name(&name, true)?, self.comment(&text)?);
                let on = match on {
                    Anchor::Touchpoint(id) => self.has(Entity::Touchpoint(id)).map(|()| on)?,
                    Anchor::Stage(id) => self.has(Entity::Stage(id)).map(|()| on)?,
                    Anchor::Improvement(id) => self.has(Entity::Improvement(id)).map(|()| on)?,
                    Anchor::Reply(id) => match self.get(Entity::Comment(id))? {
                        Thing::Item(Item::Comment(Comment {
                            on: first @ Anchor::Reply(_),
                            ..
                        })) => first,
                        _ => on,
                    },
                };
                let written = self.now();
                let (edited, resolved) = (None, None);
                let comment = Comment {
                    id,
                    on,
                    rank,
                    written,
                    name,
                    text,
                    edited,
                    resolved,
                    trashed,
                };
                self.create(Thing::Item(Item::Comment(comment)), At::Last)
            }
            Edit::EditComment(id, text) => {
                let entity = Entity::Comment(id);
                self.own(entity)?;
                let (text, now) = (self.comment(&text)?, self.now);
                self.change(entity, &mut |thing| {
                    if let Thing::Item(Item::Comment(comment)) = thing
                        && comment.text != text
                    {
                        comment.text.clone_from(&text);
                        comment.edited = Some(now);
                    }
                })
            }
            Edit::Resolve(id, settled) => {
                let now = self.now();
                self.change(Entity::Comment(id), &mut |thing| {
                    if let Thing::Item(Item::Comment(comment)) = thing
                        && comment.resolved.is_some() != settled
                    {
                        comment.resolved = settled.then(|| now.clone());
                    }
                })
            }
            Edit::AddReview { id, on, next, name } => {
                let name = self.name(&name, true)?;
                let (by, snapshot) = (self.author, Snapshot::take(self.board));
                let review = Review {
                    id,
                    on,
                    next,
                    by,
                    name,
                    snapshot,
                    trashed,
                };
                self.create(Thing::Item(Item::Review(review)), At::Last)
            }
            Edit::SetNextReview(id, next) => self.change(Entity::Review(id), &mut |thing| {
                if let Thing::Item(Item::Review(review)) = thing {
                    review.next = next;
                }
            }),
            other => self.add_loop(other),
        }
    }

    /// Rounds that are neither revealed nor called off.
    fn open_rounds(&self) -> impl Iterator<Item = Entity> {
        let is_open =
            |item: &Item| matches!(item, Item::Round(round) if round.revealed.is_none() && round.trashed.is_none());
        let planned = self
            .over
            .values()
            .filter(move |thing| matches!(thing, Thing::Item(item) if is_open(item)))
            .map(Thing::entity);
        let there = self
            .board
            .items
            .iter()
            .filter(move |(entity, item)| is_open(item) && !self.over.contains_key(entity))
            .map(|(entity, _)| *entity);
        planned.chain(there)
    }

    /// The text of a comment as it will be stored.
    fn comment(&self, text: &str) -> Result<String, EditError> {
        let text = (self.env.nfc)(text.trim());
        within(&text, COMMENT_MAX)?;
        if text.is_empty() {
            Err(EditError::Blank)
        } else {
            Ok(text)
        }
    }

    /// Whether a comment is the author's own.
    fn own(&self, entity: Entity) -> Done {
        match self.get(entity)? {
            Thing::Item(Item::Comment(comment)) if self.author.is_none() || comment.written.by != self.author => {
                Err(EditError::NotYours(entity))
            }
            _ => Ok(()),
        }
    }

    /// Whether a comment is the author's own, or of a guest, who has come by a link and is nobody of the map.
    fn own_or_guests(&self, entity: Entity) -> Done {
        match self.get(entity)? {
            Thing::Item(Item::Comment(comment)) if comment.written.by.is_none() && self.author.is_some() => Ok(()),
            _ => self.own(entity),
        }
    }

    fn set_map(&mut self, field: MapField) -> Done {
        let old = self.map.clone().unwrap_or_else(|| self.board.map.clone());
        let mut new = old.clone();
        match field {
            MapField::Title(title) => new.title = self.name(&title, false)?,
            MapField::Brand(brand) => new.brand = self.name(&brand, true)?,
            MapField::Market(market) => new.market = market,
            MapField::State(state) => new.state = state,
            MapField::Wip(step, limit) => {
                if limit.is_some_and(|limit| !(1..=WIP_MAX).contains(&limit)) {
                    return Err(EditError::OffScale);
                }
                new.wip[step as usize] = limit;
            }
            MapField::Quadrant(quadrant, name) => new.quadrants[quadrant as usize] = self.name(&name, true)?,
        }
        let writes = differences(map_fields(&old), map_fields(&new));
        self.writes
            .extend(writes.into_iter().map(|(key, value)| Write::Map(key, value)));
        self.map = Some(new);
        Ok(())
    }

    fn set_touchpoint(&mut self, id: TouchpointId, field: TouchpointField) -> Done {
        let old = self.get(Entity::Touchpoint(id))?;
        let mut new = old.clone();
        if let Thing::Touchpoint(card) = &mut new {
            self.set_field(card, field)?;
        }
        self.put(old, new);
        Ok(())
    }

    fn set_field(&self, card: &mut Touchpoint, field: TouchpointField) -> Done {
        match field {
            TouchpointField::Name(name) => card.name = self.name(&name, false)?,
            TouchpointField::Channel(channel) => {
                if let Some(channel) = channel {
                    self.has(Entity::Channel(channel))?;
                }
                card.channel = channel;
            }
            TouchpointField::Nature(nature) => card.nature = nature,
            TouchpointField::Directness(directness) => card.directness = directness,
            TouchpointField::Control(control) => card.control = control,
            TouchpointField::Persona(persona, meets) => {
                if meets {
                    self.has(Entity::Persona(persona))?;
                    card.personas.insert(persona);
                } else {
                    card.personas.remove(&persona);
                }
            }
            TouchpointField::Emotion(persona, emotion) => {
                if let (Some(persona), Some(_)) = (persona, emotion) {
                    self.has(Entity::Persona(persona))?;
                }
                match emotion {
                    Some(emotion) => card.emotion.insert(persona, emotion),
                    None => card.emotion.remove(&persona),
                };
            }
            TouchpointField::Importance(rater, score) => set_score(&mut card.importance, rater, score),
            TouchpointField::Performance(rater, score) => set_score(&mut card.performance, rater, score),
            TouchpointField::Quality(question, answer) => card.quality[question as usize] = answer,
            TouchpointField::Owner(owner) => card.owner = self.name(&owner, true)?,
            TouchpointField::Department(department) => card.department = self.name(&department, true)?,
            TouchpointField::MomentOfTruth(it_is) => card.moment_of_truth = it_is,
            TouchpointField::Link(id, link) => {
                let at = card.links.binary_search_by_key(&id, |link| link.id);
                match (link, at) {
                    (Some((title, url)), at) => {
                        let title = self.name(&title, true)?;
                        let url = links::address(&(self.env.nfc)(&url)).ok_or(EditError::BadLink)?;
                        let link = crate::board::Link { id, title, url };
                        match at {
                            Ok(at) => card.links[at] = link,
                            Err(_) if card.links.len() >= LINKS_MAX => {
                                return Err(EditError::TooMany { max: LINKS_MAX });
                            }
                            Err(at) => card.links.insert(at, link),
                        }
                    }
                    (None, Ok(at)) => {
                        card.links.remove(at);
                    }
                    (None, Err(_)) => {}
                }
            }
            TouchpointField::Asset(asset, mark) => match mark {
                Some(mark) => {
                    self.has(Entity::Asset(asset))?;
                    card.assets.insert(asset, mark);
                }
                None => {
                    card.assets.remove(&asset);
                }
            },
        }
        Ok(())
    }

    fn set_metric(&self, metric: &mut Metric, field: MetricField) -> Done {
        let fits = |figure: Option<Figure>, metric: &Metric| match figure {
            Some(figure) if !metric.takes(figure) => Err(EditError::OffScale),
            _ => Ok(figure),
        };
        match field {
            MetricField::Kind(kind) => {
                if kind == MetricKind::Own && metric.name.is_empty() {
                    return Err(EditError::Blank);
                }
                metric.kind = kind;
            }
            MetricField::Unit(unit) => {
                let unit = self.name(&unit, true)?;
                within(&unit, UNIT_MAX)?;
                metric.own_unit = unit;
            }
            MetricField::Direction(direction) => metric.own_direction = direction,
            MetricField::Target(target) => metric.target = fits(target, metric)?,
            MetricField::Baseline(baseline) => metric.baseline = fits(baseline, metric)?,
            MetricField::Value(date, value) => match fits(value, metric)? {
                Some(value) => {
                    if metric.values.len() >= VALUES_MAX && !metric.values.contains_key(&date) {
                        return Err(EditError::TooMany { max: VALUES_MAX });
                    }
                    metric.values.insert(date, value);
                }
                None => {
                    metric.values.remove(&date);
                }
            },
        }
        Ok(())
    }

    fn type_text(&mut self, field: TextField, splice: Splice) -> Done {
        let (entity, key) = text_place(field);
        self.has(entity)?;
        let made_here = self.created.contains_key(&entity);
        let old = match self.texts.get(&field) {
            Some(text) => text.clone(),
            None if made_here => self.get(entity)?.text_mut(key).cloned().unwrap_or_default(),
            None => self.raw.text(field),
        };
        let Some((splice, new)) = settle(&old, splice, self.env.nfc) else {
            return Ok(());
        };
        // A text that is over the limit already may still get shorter.
        if new.chars().count() > TEXT_MAX.max(old.chars().count().saturating_sub(1)) {
            within(&new, TEXT_MAX)?;
        }
        if made_here {
            return self.change(entity, &mut |thing| {
                if let Some(text) = thing.text_mut(key) {
                    text.clone_from(&new);
                }
            });
        }
        self.writes.push(Write::Splice(field, splice));
        self.texts.insert(field, new);
        Ok(())
    }

    fn trash(&mut self, entity: Entity, into: bool) -> Done {
        self.own_or_guests(entity)?;
        let now = self.now();
        self.change(entity, &mut |thing| {
            let trashed = thing.trashed_mut();
            if trashed.is_some() != into {
                *trashed = into.then(|| now.clone());
            }
        })
    }
}

fn set_score(scores: &mut Table<PersonId, crate::board::Score>, rater: PersonId, score: Option<crate::board::Score>) {
    match score {
        Some(score) => scores.insert(rater, score),
        None => scores.remove(&rater),
    };
}

fn within(text: &str, max: usize) -> Done {
    let len = text.chars().count();
    if len > max {
        Err(EditError::TooLong { len, max })
    } else {
        Ok(())
    }
}

/// How many characters around an insertion may compose with it. Vietnamese needs two (base, two marks).
const COMPOSES: usize = 8;

/// The splice that brings `old` to what was asked for, with bounds kept, no pair torn and the result NFC where
/// it was typed; with the text it leads to. `None` when nothing changes.
fn settle(old: &str, splice: Splice, nfc: fn(&str) -> String) -> Option<(Splice, String)> {
    let start = byte_at(old, splice.at, Side::Down);
    let end = match splice.remove {
        0 => start,
        remove => byte_at(old, splice.at.saturating_add(remove), Side::Up).max(start),
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
enum Side {
    Down,
    Up,
}

/// The byte offset of a UTF-16 offset; beyond the end is the end, inside a pair goes to one of its sides.
fn byte_at(text: &str, offset: u32, round: Side) -> usize {
    let offset = offset as usize;
    let mut units = 0;
    for (byte, c) in text.char_indices() {
        if units >= offset {
            return byte;
        }
        units += c.len_utf16();
        if units > offset {
            return match round {
                Side::Down => byte,
                Side::Up => byte + c.len_utf8(),
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
