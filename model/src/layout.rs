//! What is where: order and placement, derived from a [`Board`] (SPEC R…).

use std::collections::BTreeSet;

use crate::board::{Board, NoteHome, Rank, Trashed};
use crate::edit::Entity;
use crate::id::{ChannelId, LaneId, NoteId, PersonaId, StageId, TouchpointId};
use crate::loops::lanes::Columns;
use crate::table::Table;

/// Everything that lives, in the order in which it stands.
///
/// Every touchpoint is in exactly one place: in [`cards`](Self::cards), in [`adrift`](Self::adrift), in the
/// [`trash`](Self::trash), or out of sight inside a stage that lies in the trash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Columns of the picture, left to right.
    pub stages: Vec<StageId>,
    /// Rows of the picture, top to bottom.
    pub lanes: Vec<LaneId>,
    /// [`Self::stages`] with the hidden ones in their places.
    pub all_stages: Vec<StageId>,
    /// [`Self::lanes`] with the hidden ones in their places.
    pub all_lanes: Vec<LaneId>,
    /// Personas; the first is the one in focus.
    pub personas: Vec<PersonaId>,
    /// Channels.
    pub channels: Vec<ChannelId>,
    /// Cards of each live stage, hidden ones included; a stage without cards has an empty list.
    pub cards: Table<StageId, Vec<TouchpointId>>,
    /// Live cards whose stage is not in the document at all, by rank.
    pub adrift: Vec<TouchpointId>,
    /// Notes of each home that can be seen. Notes whose touchpoint, lane or stage is in the trash or gone are
    /// out of sight, and come back with it.
    pub notes: Table<NoteHome, Vec<NoteId>>,
    /// Cards of the feedback-loop board, column by column.
    pub improvements: Columns,
    /// What lies in the trash, newest first.
    pub trash: Vec<(Entity, Trashed)>,
}

impl Layout {
    /// Every touchpoint that is not in the trash or in a stage that is: in the order of the map, those of hidden
    /// stages included, then those adrift.
    #[must_use]
    pub fn in_order(&self) -> Vec<TouchpointId> {
        let cards = self.all_stages.iter().filter_map(|stage| self.cards.get(stage));
        cards.flatten().chain(&self.adrift).copied().collect()
    }

    /// The same with no other touchpoints than these, for figures about a part of the map.
    #[must_use]
    pub fn with_only(&self, kept: &BTreeSet<TouchpointId>) -> Self {
        let mut part = self.clone();
        let lists = part.cards.values_mut().chain([&mut part.adrift]);
        lists.for_each(|list| list.retain(|id| kept.contains(id)));
        part
    }
}

fn in_order<Id: Ord + Copy>(mut items: Vec<(&Rank, Id)>) -> Vec<Id> {
    items.sort_unstable();
    items.into_iter().map(|(_, id)| id).collect()
}

fn shown<Id: Copy>(all: &[Id], is_shown: impl Fn(Id) -> bool) -> Vec<Id> {
    all.iter().copied().filter(|id| is_shown(*id)).collect()
}

macro_rules! live {
    ($map:expr) => {
        in_order(
            $map.values()
                .filter(|item| item.trashed.is_none())
                .map(|item| (&item.rank, item.id))
                .collect(),
        )
    };
}

impl Board {
    /// Derives order and placement. Costs a walk over everything.
    #[must_use]
    pub fn layout(&self) -> Layout {
        let all_stages: Vec<StageId> = live!(self.stages);
        let all_lanes: Vec<LaneId> = live!(self.lanes);
        let mut cards: Table<StageId, Vec<(&Rank, TouchpointId)>> =
            all_stages.iter().map(|id| (*id, Vec::new())).collect();
        let mut adrift = Vec::new();
        for card in self.touchpoints.values().filter(|card| card.trashed.is_none()) {
            if let Some(stage) = cards.get_mut(&card.stage) {
                stage.push((&card.rank, card.id));
            } else if !self.stages.contains_key(&card.stage) {
                adrift.push((&card.rank, card.id));
            }
        }
        let mut notes: Table<NoteHome, Vec<(&Rank, NoteId)>> = Table::new();
        for note in self
            .notes
            .values()
            .filter(|note| note.trashed.is_none() && self.shows(note.home))
        {
            notes
                .get_or_insert_with(note.home, Vec::new)
                .push((&note.rank, note.id));
        }
        Layout {
            stages: shown(&all_stages, |id| {
                self.stages.get(&id).is_some_and(|stage| !stage.hidden)
            }),
            lanes: shown(&all_lanes, |id| self.lanes.get(&id).is_some_and(|lane| !lane.hidden)),
            all_stages,
            all_lanes,
            personas: live!(self.personas),
            channels: live!(self.channels),
            cards: cards
                .into_pairs()
                .map(|(stage, list)| (stage, in_order(list)))
                .collect(),
            adrift: in_order(adrift),
            notes: notes.into_pairs().map(|(home, list)| (home, in_order(list))).collect(),
            improvements: self.loop_columns(),
            trash: self.trash(),
        }
    }

    /// Whether a touchpoint can be seen: live, and not inside a stage that lies in the trash.
    #[must_use]
    pub fn shows_touchpoint(&self, id: TouchpointId) -> bool {
        self.touchpoints.get(&id).is_some_and(|card| {
            card.trashed.is_none() && self.stages.get(&card.stage).is_none_or(|stage| stage.trashed.is_none())
        })
    }

    /// Whether notes at this home can be seen.
    #[must_use]
    pub fn shows(&self, home: NoteHome) -> bool {
        match home {
            NoteHome::Pain(id) | NoteHome::Opportunity(id) => self.shows_touchpoint(id),
            NoteHome::Cell { lane, stage } => {
                self.lanes.get(&lane).is_some_and(|lane| lane.trashed.is_none())
                    && self.stages.get(&stage).is_some_and(|stage| stage.trashed.is_none())
            }
        }
    }

    fn trash(&self) -> Vec<(Entity, Trashed)> {
        let mut trash: Vec<(Entity, Trashed)> = Vec::new();
        macro_rules! collect {
            ($($map:ident: $kind:ident),+) => {
                $(trash.extend(self.$map.values().filter_map(|item| Some((Entity::$kind(item.id), item.trashed.clone()?))));)+
            };
        }
        collect!(stages: Stage, lanes: Lane, personas: Persona, channels: Channel, touchpoints: Touchpoint, notes: Note);
        trash.extend(
            self.items
                .iter()
                .filter_map(|(entity, item)| Some((*entity, item.trashed()?.clone()))),
        );
        trash.sort_by(|(a, then), (b, other)| other.at.cmp(&then.at).then(a.cmp(b)));
        trash
    }
}
