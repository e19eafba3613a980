//! What a list of maps shows of one map, and what the search looks through.

use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::board::{Board, Phase};
use crate::fold::fold;
use crate::id::BoardId;
use crate::loops::overview::LoopSummary;
use crate::teams::Home;

/// Most bytes of [`Summary::search`]; a map beyond that is found by its first names.
const SEARCH_MAX: usize = 64 * 1024;

/// A map in short: its names, a tiny true picture, and its text for the search.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Title; may be empty.
    pub title: String,
    /// Brand; may be empty.
    pub brand: String,
    /// The stages in order: phase, and how many cards stand in it.
    pub stages: Vec<(Phase, u32)>,
    /// Emotion of the persona in focus (the first; customers in general where there is none), −2…+2, one
    /// entry a card in the order of the map; `None` is unrated.
    pub curve: Vec<Option<i8>>,
    /// How many touchpoints are not in the trash, those without a stage included.
    pub touchpoints: u32,
    /// The feedback-loop board; empty in summaries from before there was one.
    #[serde(default)]
    pub loops: LoopSummary,
    /// Title, brand, names of stages and touchpoints, a line each, folded for the search, at most 64 KiB.
    pub search: String,
}

/// A map on the shelf.
#[derive(Clone, Debug, PartialEq)]
pub struct BoardCard {
    /// Its id.
    pub id: BoardId,
    /// What its picture and its search are made of.
    pub summary: Summary,
    /// When it last changed, in milliseconds since 1970, by the server's clock.
    pub changed_at: u64,
    /// Whose it is.
    pub home: Home,
    /// What whoever looks may do with it.
    pub role: Role,
}

/// Maps that match a search, as far as one list shows them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listed {
    /// Newest change first.
    pub cards: Vec<BoardCard>,
    /// How many match altogether.
    pub total: u64,
}

impl Board {
    /// The map in short. Linear in the size of the board.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let layout = self.layout();
        let focus = layout.personas.first().copied();
        let mut summary = Summary {
            title: self.map.title.clone(),
            brand: self.map.brand.clone(),
            loops: self.loop_summary(),
            ..Summary::default()
        };
        let mut search = Search::default();
        search.add(&self.map.title);
        search.add(&self.map.brand);
        for stage in &layout.stages {
            let cards = layout.cards.get(stage).map_or(&[][..], Vec::as_slice);
            let phase = self.stages.get(stage).map_or(Phase::Before, |stage| stage.phase);
            summary.stages.push((phase, count(cards.len())));
            if let Some(stage) = self.stages.get(stage) {
                search.add(&stage.name);
            }
        }
        for touchpoint in layout
            .stages
            .iter()
            .filter_map(|stage| layout.cards.get(stage))
            .flatten()
        {
            let Some(touchpoint) = self.touchpoints.get(touchpoint) else {
                continue;
            };
            summary
                .curve
                .push(touchpoint.emotion.get(&focus).map(|emotion| emotion.get()));
            search.add(&touchpoint.name);
        }
        // What is hidden is left out of the picture, not of the count and the search.
        let hidden: Vec<_> = layout
            .all_stages
            .iter()
            .filter(|id| !layout.stages.contains(id))
            .collect();
        for stage in &hidden {
            if let Some(stage) = self.stages.get(stage) {
                search.add(&stage.name);
            }
        }
        let hidden = hidden.into_iter().filter_map(|id| layout.cards.get(id)).flatten();
        let apart: Vec<_> = hidden.chain(&layout.adrift).collect();
        for touchpoint in apart.iter().filter_map(|id| self.touchpoints.get(id)) {
            search.add(&touchpoint.name);
        }
        summary.touchpoints = count(summary.curve.len() + apart.len());
        summary.search = search.0;
        summary
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Folded lines up to [`SEARCH_MAX`] bytes.
#[derive(Default)]
struct Search(String);

impl Search {
    fn add(&mut self, name: &str) {
        let room = SEARCH_MAX.saturating_sub(self.0.len() + 1);
        if room == 0 || name.is_empty() {
            return;
        }
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        let folded = fold(name);
        let end = (0..=room.min(folded.len()))
            .rev()
            .find(|&end| folded.is_char_boundary(end))
            .unwrap_or(0);
        self.0.push_str(&folded[..end]);
    }
}
