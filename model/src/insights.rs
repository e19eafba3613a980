//! What the map as a whole shows: coverage, the rule of 7, the consistency of brand assets.

use crate::board::{Board, Consistency, Phase};
use crate::find::{Facet, Group};
use crate::id::{AssetId, PersonaId, TouchpointId};
use crate::layout::Layout;

/// How many encounters a prospect is said to need before buying: a guide and never a gate. The rule goes back to
/// the film advertising of the 1930s; the quality of each encounter matters more than the number.
pub const RULE_OF_SEVEN: usize = 7;

/// How brand assets are met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// As they should be.
    pub consistent: usize,
    /// Otherwise than they should be.
    pub inconsistent: usize,
    /// Missing where they should be.
    pub absent: usize,
    /// No place for them.
    pub not_applicable: usize,
    /// Not looked at yet.
    pub unset: usize,
}

impl Tally {
    fn count(&mut self, mark: Option<&Consistency>) {
        *match mark {
            Some(Consistency::Consistent) => &mut self.consistent,
            Some(Consistency::Inconsistent) => &mut self.inconsistent,
            Some(Consistency::Absent) => &mut self.absent,
            Some(Consistency::NotApplicable) => &mut self.not_applicable,
            None => &mut self.unset,
        } += 1;
    }

    /// The share that is as it should be, 0.0–1.0: consistent ÷ (consistent + inconsistent + absent). What is not
    /// applicable or not looked at yet is left out; `None` when nothing is left.
    #[must_use]
    pub fn score(&self) -> Option<f64> {
        let seen = self.consistent + self.inconsistent + self.absent;
        (seen > 0).then(|| self.consistent as f64 / seen as f64)
    }
}

impl Board {
    /// How one brand asset is met at the touchpoints that can be seen.
    #[must_use]
    pub fn asset_tally(&self, asset: AssetId, layout: &Layout) -> Tally {
        let mut tally = Tally::default();
        for card in layout.in_order().iter().filter_map(|id| self.touchpoints.get(id)) {
            tally.count(card.assets.get(&asset));
        }
        tally
    }

    /// How the brand assets that are not in the trash are met at one touchpoint.
    #[must_use]
    pub fn touchpoint_tally(&self, card: TouchpointId) -> Tally {
        let mut tally = Tally::default();
        let marks = self.touchpoints.get(&card).map(|card| &card.assets);
        for asset in self.assets() {
            tally.count(marks.and_then(|marks| marks.get(&asset.id)));
        }
        tally
    }

    /// How many touchpoints a persona meets before purchase (see [`RULE_OF_SEVEN`]).
    #[must_use]
    pub fn before_purchase(&self, persona: PersonaId, layout: &Layout) -> usize {
        let cards = layout.in_order();
        let before = |id: &&TouchpointId| {
            self.touchpoints.get(id).is_some_and(|card| {
                let stage = self.stages.get(&card.stage);
                card.personas.contains(&persona) && stage.is_some_and(|stage| stage.phase == Phase::Before)
            })
        };
        cards.iter().filter(before).count()
    }

    /// How the touchpoints spread over phase, nature, directness and control. Each list has all its values, those
    /// without touchpoints too; touchpoints without a value are a last group with the empty value.
    #[must_use]
    pub fn coverage(&self, layout: &Layout) -> [(Facet, Vec<Group>); 4] {
        let (cards, ratings) = (layout.in_order(), self.ratings_for(None));
        [Facet::Phase, Facet::Nature, Facet::Directness, Facet::Control]
            .map(|facet| (facet, self.groups(&cards, facet, ratings, layout)))
    }
}
