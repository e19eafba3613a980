//! What is where: order and placement, derived from a [`Board`] (SPEC R…).

use std::collections::BTreeMap;

use crate::board::{Board, NoteHome, Rank, Score, Touchpoint, Trashed};
use crate::edit::Entity;
use crate::id::{ChannelId, LaneId, NoteId, PersonaId, StageId, TouchpointId};

/// Everything that lives, in the order in which it stands.
///
/// Every touchpoint is in exactly one place: in [`cards`](Self::cards), in [`adrift`](Self::adrift), in the
/// [`trash`](Self::trash), or out of sight inside a stage that lies in the trash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Columns, left to right.
    pub stages: Vec<StageId>,
    /// Rows, top to bottom.
    pub lanes: Vec<LaneId>,
    /// Personas; the first is the one in focus.
    pub personas: Vec<PersonaId>,
    /// Channels.
    pub channels: Vec<ChannelId>,
    /// Cards of each live stage; a stage without cards has an empty list.
    pub cards: BTreeMap<StageId, Vec<TouchpointId>>,
    /// Live cards whose stage is not in the document at all, by rank.
    pub adrift: Vec<TouchpointId>,
    /// Notes of each home that can be seen. Notes whose touchpoint, lane or stage is in the trash or gone are
    /// out of sight, and come back with it.
    pub notes: BTreeMap<NoteHome, Vec<NoteId>>,
    /// What lies in the trash, newest first.
    pub trash: Vec<(Entity, Trashed)>,
}

fn in_order<Id: Ord + Copy>(mut items: Vec<(&Rank, Id)>) -> Vec<Id> {
    items.sort_unstable();
    items.into_iter().map(|(_, id)| id).collect()
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
        let stages: Vec<StageId> = live!(self.stages);
        let mut cards: BTreeMap<StageId, Vec<(&Rank, TouchpointId)>> =
            stages.iter().map(|id| (*id, Vec::new())).collect();
        let mut adrift = Vec::new();
        for card in self.touchpoints.values().filter(|card| card.trashed.is_none()) {
            if let Some(stage) = cards.get_mut(&card.stage) {
                stage.push((&card.rank, card.id));
            } else if !self.stages.contains_key(&card.stage) {
                adrift.push((&card.rank, card.id));
            }
        }
        let mut notes: BTreeMap<NoteHome, Vec<(&Rank, NoteId)>> = BTreeMap::new();
        for note in self
            .notes
            .values()
            .filter(|note| note.trashed.is_none() && self.shows(note.home))
        {
            notes.entry(note.home).or_default().push((&note.rank, note.id));
        }
        Layout {
            stages,
            lanes: live!(self.lanes),
            personas: live!(self.personas),
            channels: live!(self.channels),
            cards: cards.into_iter().map(|(stage, list)| (stage, in_order(list))).collect(),
            adrift: in_order(adrift),
            notes: notes.into_iter().map(|(home, list)| (home, in_order(list))).collect(),
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
        trash.sort_by(|(a, then), (b, other)| other.at.cmp(&then.at).then(a.cmp(b)));
        trash
    }
}

/// Ratings of one criterion by all raters together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// Arithmetic mean, 1.0–5.0.
    pub mean: f64,
    /// Highest rating minus lowest, 0.0–4.0.
    pub spread: f64,
    /// How many people rated.
    pub raters: usize,
}

impl Mean {
    fn of<'a>(scores: impl Iterator<Item = &'a Score>) -> Option<Self> {
        let (mut sum, mut low, mut high, mut raters) = (0_u32, u8::MAX, 0, 0_u32);
        for score in scores {
            sum += u32::from(score.get());
            low = low.min(score.get());
            high = high.max(score.get());
            raters += 1;
        }
        (raters > 0).then(|| Self {
            mean: f64::from(sum) / f64::from(raters),
            spread: f64::from(high - low),
            raters: raters as usize,
        })
    }
}

impl Touchpoint {
    /// Importance over all raters; `None` while nobody has rated.
    #[must_use]
    pub fn mean_importance(&self) -> Option<Mean> {
        Mean::of(self.importance.values())
    }

    /// Performance over all raters; `None` while nobody has rated.
    #[must_use]
    pub fn mean_performance(&self) -> Option<Mean> {
        Mean::of(self.performance.values())
    }
}
