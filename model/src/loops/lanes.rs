//! The picture of the board: its columns, a filter, and lanes across by owner or stage.

use std::collections::BTreeMap;

use super::{Improvement, Step};
use crate::board::{Board, word};
use crate::date::Date;
use crate::fold::{SortKey, fold, sort_key};
use crate::id::{ImprovementId, StageId};
use crate::layout::Layout;

/// The cards of each column, in the order of [`Step::ALL`].
pub type Columns = [Vec<ImprovementId>; Step::ALL.len()];

/// Which cards are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoopFilter {
    /// Those of this owner, case and accents ignored; `Some("")` those of nobody.
    pub owner: Option<String>,
    /// Those in this column.
    pub step: Option<Step>,
    /// Those overdue on this day.
    pub overdue: Option<Date>,
    /// Those that are open, whatever else is asked for: nobody's work goes out of sight.
    pub open: Vec<ImprovementId>,
}

word!(/// What the board is cut across by.
    Swim { /// Who sees to it.
        Owner = "owner", /// The stage of the touchpoint.
        Stage = "stage" });

/// Whose lane it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SwimOf {
    /// An owner, as most recently written; empty for nobody.
    Owner(String),
    /// A stage; `None` for touchpoints whose stage is not on the map.
    Stage(Option<StageId>),
}

/// A lane across the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swimlane {
    /// Whose it is.
    pub of: SwimOf,
    /// Its cards.
    pub columns: Columns,
}

impl LoopFilter {
    /// Whether a card is shown.
    #[must_use]
    pub fn takes(&self, it: &Improvement) -> bool {
        self.open.contains(&it.id) || self.asks_for(it)
    }

    fn asks_for(&self, it: &Improvement) -> bool {
        self.owner
            .as_ref()
            .is_none_or(|owner| fold(owner.trim()) == fold(&it.owner))
            && self.step.is_none_or(|step| step == it.step)
            && self.overdue.is_none_or(|today| it.is_overdue(today))
    }
}

impl Board {
    /// The columns of the board with their cards in order, without those in the trash.
    #[must_use]
    pub fn loop_columns(&self) -> Columns {
        let mut ranked: Vec<&Improvement> = self.improvements().collect();
        ranked.sort_unstable_by_key(|it| (&it.rank, it.id));
        let mut columns = Columns::default();
        for it in ranked {
            columns[it.step as usize].push(it.id);
        }
        columns
    }

    /// Who sees to improvements, in the order of a Vietnamese dictionary, nobody left out.
    #[must_use]
    pub fn loop_owners(&self) -> Vec<String> {
        let mut owners: BTreeMap<String, &str> = BTreeMap::new();
        for it in self.improvements().filter(|it| !it.owner.is_empty()) {
            owners.insert(fold(&it.owner), &it.owner);
        }
        let mut owners: Vec<String> = owners.into_values().map(str::to_owned).collect();
        owners.sort_by_cached_key(|owner| sort_key(owner));
        owners
    }

    /// The cards that a filter takes, cut into lanes: owners by name, then what is nobody's; stages in the order of
    /// the map, then what is in none. Lanes without cards are left out.
    #[must_use]
    pub fn swimlanes(&self, by: Swim, filter: &LoopFilter, layout: &Layout) -> Vec<Swimlane> {
        // Sorted by the key, which says where the lane stands.
        let mut lanes: BTreeMap<(usize, Option<SortKey>), Swimlane> = BTreeMap::new();
        let names: BTreeMap<String, String> = self
            .loop_owners()
            .into_iter()
            .map(|owner| (fold(&owner), owner))
            .collect();
        for id in layout.improvements.iter().flatten() {
            let Some(it) = self.improvement(*id).filter(|it| filter.takes(it)) else {
                continue;
            };
            let (key, of) = match by {
                Swim::Owner => match names.get(&fold(&it.owner)) {
                    Some(owner) => ((0, Some(sort_key(owner))), SwimOf::Owner(owner.clone())),
                    None => ((1, None), SwimOf::Owner(String::new())),
                },
                Swim::Stage => {
                    let stage = self.touchpoints.get(&it.touchpoint).map(|card| card.stage);
                    let at = layout.all_stages.iter().position(|id| Some(*id) == stage);
                    match at {
                        Some(at) => ((at, None), SwimOf::Stage(stage)),
                        None => ((usize::MAX, None), SwimOf::Stage(None)),
                    }
                }
            };
            let columns = Columns::default();
            let lane = lanes.entry(key).or_insert(Swimlane { of, columns });
            lane.columns[it.step as usize].push(it.id);
        }
        lanes.into_values().collect()
    }
}
