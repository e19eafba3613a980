//! Attempts that follow one another: a chain from the first to Plan B after Plan B reads as one story.

use std::collections::{BTreeMap, BTreeSet};

use super::Improvement;
use crate::board::Board;
use crate::id::ImprovementId;
use crate::table::Table;

/// Which attempts follow which, for a whole board: worked out once and asked for every card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chains {
    /// Attempts that are not in the trash, by the one before, oldest first.
    live: Table<ImprovementId, Vec<ImprovementId>>,
    /// The same with those in the trash: a chain goes on behind them.
    all: Table<ImprovementId, Vec<ImprovementId>>,
}

/// One attempt of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Which one.
    pub id: ImprovementId,
    /// The first is 1.
    pub number: usize,
    /// Whether another one has the same number, as Plan B was begun twice.
    pub forked: bool,
}

impl Chains {
    /// The attempts after one, without those in the trash, oldest first: one, or several where Plan B was begun by
    /// several people at once.
    #[must_use]
    pub fn successors(&self, id: ImprovementId) -> &[ImprovementId] {
        self.live.get(&id).map_or(&[], Vec::as_slice)
    }
}

impl Board {
    /// Which attempts follow which.
    #[must_use]
    pub fn chains(&self) -> Chains {
        let mut chains = Chains::default();
        for it in self.all_improvements() {
            let Some(previous) = it.previous else { continue };
            chains.all.get_or_insert_with(previous, Vec::new).push(it.id);
            if it.trashed.is_none() {
                chains.live.get_or_insert_with(previous, Vec::new).push(it.id);
            }
        }
        chains
    }

    /// The attempts before one, nearest first. Attempts that name each other in a ring (no edit makes one) end where
    /// they would repeat.
    fn before(&self, id: ImprovementId) -> Vec<ImprovementId> {
        let previous = |id| self.improvement(id).and_then(|it| it.previous);
        let mut before: Vec<ImprovementId> = Vec::new();
        let mut at = id;
        while let Some(next) = previous(at).filter(|next| self.improvement(*next).is_some()) {
            if next == id || before.contains(&next) {
                break;
            }
            before.push(next);
            at = next;
        }
        before
    }

    /// Which attempt of its chain an improvement is: the first is 1. Attempts in the trash count.
    #[must_use]
    pub fn attempt(&self, id: ImprovementId) -> usize {
        self.before(id).len() + 1
    }

    /// [`Self::attempt`] of every improvement, those in the trash too. Linear, however long the chains are.
    #[must_use]
    pub fn attempts(&self) -> BTreeMap<ImprovementId, usize> {
        let mut attempts: BTreeMap<ImprovementId, usize> = BTreeMap::new();
        for it in self.all_improvements() {
            let (mut path, mut on_path) = (Vec::new(), BTreeMap::new());
            let mut at = Some(it.id);
            let mut number = 0;
            while let Some(id) = at {
                if let Some(known) = attempts.get(&id) {
                    number = *known;
                    break;
                }
                if let Some(from) = on_path.insert(id, path.len()) {
                    // Everything in a ring has all the others before it.
                    let ring = path.split_off(from);
                    number = ring.len();
                    attempts.extend(ring.into_iter().map(|id| (id, number)));
                    break;
                }
                path.push(id);
                let previous = self.improvement(id).and_then(|it| it.previous);
                at = previous.filter(|previous| self.improvement(*previous).is_some());
            }
            for id in path.into_iter().rev() {
                number += 1;
                attempts.insert(id, number);
            }
        }
        attempts
    }

    /// The first attempt of the chain that an improvement belongs to, in the trash or not.
    #[must_use]
    pub fn first_attempt(&self, it: &Improvement) -> ImprovementId {
        self.before(it.id).last().copied().unwrap_or(it.id)
    }

    /// The whole chain of an improvement in order, without attempts in the trash. Where Plan B was begun twice, both
    /// branches are there, the attempts of one number side by side, oldest first.
    #[must_use]
    pub fn chain(&self, it: &Improvement, chains: &Chains) -> Vec<Attempt> {
        let mut story: Vec<Attempt> = Vec::new();
        let mut seen: BTreeSet<ImprovementId> = BTreeSet::new();
        let (mut row, mut number) = (vec![self.first_attempt(it)], 1);
        while !row.is_empty() {
            row.retain(|id| seen.insert(*id));
            let is_live = |id: &&ImprovementId| self.improvement(**id).is_some_and(|it| it.trashed.is_none());
            let live: Vec<ImprovementId> = row.iter().filter(is_live).copied().collect();
            let forked = live.len() > 1;
            story.extend(live.into_iter().map(|id| Attempt { id, number, forked }));
            let next = row.iter().filter_map(|id| chains.all.get(id)).flatten();
            row = next.copied().collect();
            row.sort_unstable();
            number += 1;
        }
        story
    }
}
