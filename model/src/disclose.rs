//! What a share link shows of a board, and nothing else (SPEC A…).
//!
//! [`disclose`] lets through what is named here, field by field: whatever a board learns to hold later stays hidden
//! until somebody decides.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::board::{
    Board, Channel, Lane, LaneKind, MapInfo, Mark, Note, NoteHome, Persona, Stage, Touchpoint, Trashed, word,
};
use crate::date::Date;
use crate::edit::Entity;
use crate::id::{ImprovementId, LaneId, TouchpointId};
use crate::items::{Anchor, Comment, Figure, Item, Metric};
use crate::layout::Layout;
use crate::loops::{Improvement, Verdict};
use crate::ratings::{Criterion, Priorities};
use crate::table::Table;

word!(/// A way to look at a board that a link may offer, in the order of the tabs.
    Sight { /// Stage by stage.
        Map = "map", /// Importance by performance.
        Matrix = "matrix", /// The touchpoint wheel.
        Wheel = "wheel", /// The feedback-loop board.
        Loop = "loop", /// Coverage and the rule of 7.
        Insights = "insights" });

/// What a link shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Disclosure {
    /// The ways to look at it. Improvements are shown with [`Sight::Loop`] only.
    pub sights: BTreeSet<Sight>,
    /// The lanes that may be seen: one that is added later may not.
    pub lanes: BTreeSet<LaneId>,
    /// What was said about it, and is not settled.
    pub comments: bool,
    /// Means of importance and performance; never who rated.
    pub ratings: bool,
}

impl Disclosure {
    /// What a new link shows unless somebody says otherwise: the map as it can be seen, matrix and wheel, and means.
    #[must_use]
    pub fn usual(board: &Board) -> Self {
        Self {
            sights: BTreeSet::from([Sight::Map, Sight::Matrix, Sight::Wheel]),
            lanes: board
                .lanes
                .values()
                .filter(|lane| is_seen(lane))
                .map(|lane| lane.id)
                .collect(),
            comments: false,
            ratings: true,
        }
    }
}

/// Importance and performance of a touchpoint, by all who rated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Means {
    /// 1.0–5.0.
    pub importance: Option<f64>,
    /// 1.0–5.0.
    pub performance: Option<f64>,
}

/// What may be shown of a board.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Disclosed {
    /// The board without what is hidden: no trash, no people, no ratings of anybody.
    pub board: Board,
    /// Its order.
    pub layout: Layout,
    /// The ways to look at it for which there is something to see.
    pub sights: Vec<Sight>,
    /// Means of the touchpoints that have any.
    pub means: Table<TouchpointId, Means>,
    /// What comes first; empty without means.
    pub priorities: Priorities,
    /// Which attempt of its chain an improvement is.
    pub attempts: Table<ImprovementId, usize>,
    /// Improvements that succeeded short of their target.
    pub accepted: BTreeSet<ImprovementId>,
}

fn is_seen(lane: &Lane) -> bool {
    lane.trashed.is_none() && !lane.hidden
}

/// When, and not who.
const fn when(mark: &Mark) -> Mark {
    Mark { at: mark.at, by: None }
}

/// What of the board is asked for while it is looked through.
struct Filter<'a> {
    board: &'a Board,
    wanted: &'a Disclosure,
    kinds: BTreeSet<LaneKind>,
    sights: Vec<Sight>,
}

/// What a disclosure lets through of a board.
#[must_use]
pub fn disclose(board: &Board, wanted: &Disclosure) -> Disclosed {
    let lanes = board
        .lanes
        .values()
        .filter(|lane| is_seen(lane) && wanted.lanes.contains(&lane.id));
    let kinds: BTreeSet<LaneKind> = lanes.map(|lane| lane.kind).collect();
    let names_cards = kinds.contains(&LaneKind::Touchpoints);
    let sights = Sight::ALL.iter().copied().filter(|sight| {
        wanted.sights.contains(sight)
            && match sight {
                Sight::Map => true,
                Sight::Matrix => names_cards && wanted.ratings,
                Sight::Wheel | Sight::Loop | Sight::Insights => names_cards,
            }
    });
    let filter = Filter {
        board,
        wanted,
        sights: sights.collect(),
        kinds,
    };
    filter.run()
}

impl Filter<'_> {
    fn has(&self, kind: LaneKind) -> bool {
        self.kinds.contains(&kind)
    }

    fn offers(&self, sight: Sight) -> bool {
        self.sights.contains(&sight)
    }

    fn run(self) -> Disclosed {
        let mut shown = Board {
            map: self.map(),
            ..Board::default()
        };
        let board = self.board;
        shown.stages = board.stages.values().filter_map(stage).map(|it| (it.id, it)).collect();
        shown.lanes = board
            .lanes
            .values()
            .filter_map(|it| self.lane(it))
            .map(|it| (it.id, it))
            .collect();
        shown.personas = board
            .personas
            .values()
            .filter_map(|it| self.persona(it))
            .map(|it| (it.id, it))
            .collect();
        let cards = board.touchpoints.values().filter_map(|it| self.touchpoint(it, &shown));
        shown.touchpoints = cards.map(|it| (it.id, it)).collect();
        let met: BTreeSet<_> = shown.touchpoints.values().filter_map(|card| card.channel).collect();
        let channels = board.channels.values().filter(|it| met.contains(&it.id)).map(channel);
        shown.channels = channels.map(|it| (it.id, it)).collect();
        let notes = board.notes.values().filter_map(|it| self.note(it, &shown));
        shown.notes = notes.map(|it| (it.id, it)).collect();
        let (mut attempts, mut accepted) = (Table::new(), BTreeSet::new());
        if self.offers(Sight::Loop) {
            self.loops(&mut shown, &mut attempts, &mut accepted);
        }
        if self.wanted.comments {
            self.comments(&mut shown);
        }
        let mut disclosed = Disclosed {
            layout: shown.layout(),
            board: shown,
            attempts,
            accepted,
            ..Disclosed::default()
        };
        if self.wanted.ratings && self.has(LaneKind::Touchpoints) {
            self.rate(&mut disclosed);
        }
        disclosed.sights = self.sights;
        disclosed
    }

    fn map(&self) -> MapInfo {
        let map = &self.board.map;
        let quadrants = self.offers(Sight::Matrix).then(|| map.quadrants.clone());
        MapInfo {
            schema: 0,
            title: map.title.clone(),
            brand: map.brand.clone(),
            market: map.market,
            state: map.state,
            quadrants: quadrants.unwrap_or_default(),
            wip: [None; 5],
        }
    }

    fn lane(&self, lane: &Lane) -> Option<Lane> {
        let is_named = self.offers(Sight::Map);
        (is_seen(lane) && self.wanted.lanes.contains(&lane.id)).then(|| Lane {
            id: lane.id,
            kind: lane.kind,
            name: if is_named { lane.name.clone() } else { String::new() },
            hidden: false,
            rank: lane.rank.clone(),
            trashed: None,
        })
    }

    fn persona(&self, persona: &Persona) -> Option<Persona> {
        let is_named = self.has(LaneKind::Emotion) || self.offers(Sight::Insights);
        (is_named && persona.trashed.is_none()).then(|| Persona {
            id: persona.id,
            name: persona.name.clone(),
            demographics: String::new(),
            needs: String::new(),
            difficulties: String::new(),
            color: persona.color,
            rank: persona.rank.clone(),
            trashed: None,
        })
    }

    fn touchpoint(&self, card: &Touchpoint, shown: &Board) -> Option<Touchpoint> {
        const TOLD_BY: [LaneKind; 5] = [
            LaneKind::Touchpoints,
            LaneKind::Channels,
            LaneKind::Emotion,
            LaneKind::Pains,
            LaneKind::Opportunities,
        ];
        let is_told = TOLD_BY.into_iter().any(|kind| self.has(kind));
        if !is_told || card.trashed.is_some() || !shown.stages.contains_key(&card.stage) {
            return None;
        }
        let (is_named, is_counted) = (self.has(LaneKind::Touchpoints), self.offers(Sight::Insights));
        let feels = |whose: &Option<crate::id::PersonaId>| whose.is_none_or(|id| shown.personas.contains_key(&id));
        let emotion = card
            .emotion
            .iter()
            .filter(|(whose, _)| self.has(LaneKind::Emotion) && feels(whose));
        let channel = card.channel.filter(|id| {
            let channel = self.board.channels.get(id);
            self.has(LaneKind::Channels) && channel.is_some_and(|channel| channel.trashed.is_none())
        });
        let personas = card
            .personas
            .iter()
            .filter(|id| is_counted && shown.personas.contains_key(*id));
        Some(Touchpoint {
            id: card.id,
            name: if is_named { card.name.clone() } else { String::new() },
            stage: card.stage,
            rank: card.rank.clone(),
            channel,
            nature: card.nature.filter(|_| is_named),
            directness: card.directness.filter(|_| is_counted),
            control: card.control.filter(|_| is_named),
            quality: [None; 4],
            owner: String::new(),
            department: String::new(),
            moment_of_truth: is_named && card.moment_of_truth,
            links: Vec::new(),
            assets: Table::new(),
            personas: personas.copied().collect(),
            emotion: emotion.map(|(whose, emotion)| (*whose, *emotion)).collect(),
            importance: Table::new(),
            performance: Table::new(),
            notes: String::new(),
            trashed: None,
        })
    }

    fn note(&self, note: &Note, shown: &Board) -> Option<Note> {
        let is_shown = match note.home {
            NoteHome::Pain(id) => self.has(LaneKind::Pains) && shown.touchpoints.contains_key(&id),
            NoteHome::Opportunity(id) => self.has(LaneKind::Opportunities) && shown.touchpoints.contains_key(&id),
            NoteHome::Cell { lane, stage } => shown.lanes.contains_key(&lane) && shown.stages.contains_key(&stage),
        };
        (is_shown && self.offers(Sight::Map) && note.trashed.is_none()).then(|| Note {
            id: note.id,
            home: note.home,
            rank: note.rank.clone(),
            text: note.text.clone(),
            trashed: None,
        })
    }

    fn rate(&self, disclosed: &mut Disclosed) {
        let ratings = self.board.ratings_for(None);
        for id in disclosed.board.touchpoints.keys() {
            let Some(card) = self.board.touchpoints.get(id) else {
                continue;
            };
            let mean = |criterion| ratings.mean(card, criterion).map(|mean| mean.mean);
            let means = Means {
                importance: mean(Criterion::Importance),
                performance: mean(Criterion::Performance),
            };
            if means != Means::default() {
                disclosed.means.insert(*id, means);
            }
        }
        disclosed.priorities = self.board.priorities(ratings, &disclosed.layout);
    }

    fn loops(
        &self,
        shown: &mut Board,
        attempts: &mut Table<ImprovementId, usize>,
        accepted: &mut BTreeSet<ImprovementId>,
    ) {
        let numbers = self.board.attempts();
        let is_shown = |it: &&Improvement| shown.touchpoints.contains_key(&it.touchpoint);
        let all: Vec<&Improvement> = self.board.improvements().filter(is_shown).collect();
        let known: BTreeSet<ImprovementId> = all.iter().map(|it| it.id).collect();
        for it in all {
            attempts.insert(it.id, numbers.get(&it.id).copied().unwrap_or(1));
            if it.verdict.as_ref().is_some_and(|verdict| !verdict.accepted.is_empty()) {
                accepted.insert(it.id);
            }
            if let Some(metric) = it.metric.and_then(|id| self.board.metric(id)) {
                measured(shown, it, metric);
            }
            let kept = improvement(it, &known);
            shown
                .items
                .insert(Entity::Improvement(it.id), Item::Improvement(Box::new(kept)));
        }
    }

    fn comments(&self, shown: &mut Board) {
        let is_there = |on: Anchor| match on {
            Anchor::Touchpoint(id) => self.has(LaneKind::Touchpoints) && shown.touchpoints.contains_key(&id),
            Anchor::Stage(id) => shown.stages.contains_key(&id),
            Anchor::Improvement(id) => shown.items.contains_key(&Entity::Improvement(id)),
            Anchor::Reply(_) => false,
        };
        let mut kept = Vec::new();
        for thread in self.board.threads() {
            if thread.first.resolved.is_some() || !is_there(thread.anchor()) {
                continue;
            }
            kept.push(comment(thread.first));
            let replies = thread.replies.iter().filter(|reply| reply.trashed.is_none());
            kept.extend(replies.map(|reply| comment(reply)));
        }
        for it in kept {
            shown.items.insert(Entity::Comment(it.id), Item::Comment(it));
        }
    }
}

fn stage(stage: &Stage) -> Option<Stage> {
    (stage.trashed.is_none() && !stage.hidden).then(|| Stage {
        id: stage.id,
        name: stage.name.clone(),
        phase: stage.phase,
        hidden: false,
        rank: stage.rank.clone(),
        trashed: None,
    })
}

fn channel(channel: &Channel) -> Channel {
    Channel {
        id: channel.id,
        name: channel.name.clone(),
        rank: channel.rank.clone(),
        trashed: None,
    }
}

/// The numbers of a metric that an attempt was measured by.
fn measured(shown: &mut Board, it: &Improvement, metric: &Metric) {
    if metric.trashed.is_some() {
        return;
    }
    let values: Vec<(Date, Figure)> = it.values(metric).collect();
    let entity = Entity::Metric(metric.id);
    let kept = shown.items.get_or_insert_with(entity, || {
        Item::Metric(Metric {
            id: metric.id,
            touchpoint: metric.touchpoint,
            rank: metric.rank.clone(),
            kind: metric.kind,
            name: metric.name.clone(),
            own_unit: metric.own_unit.clone(),
            own_direction: metric.own_direction,
            target: None,
            baseline: None,
            values: Table::new(),
            trashed: None,
        })
    });
    if let Item::Metric(kept) = kept {
        for (day, value) in values {
            kept.values.insert(day, value);
        }
    }
}

fn improvement(it: &Improvement, known: &BTreeSet<ImprovementId>) -> Improvement {
    Improvement {
        id: it.id,
        touchpoint: it.touchpoint,
        step: it.step,
        rank: it.rank.clone(),
        name: it.name.clone(),
        problem: String::new(),
        practice: String::new(),
        accepting: String::new(),
        next: String::new(),
        decision: it.decision,
        reason: String::new(),
        owner: String::new(),
        metric: it.metric,
        baseline: it.baseline,
        target: it.target,
        measure_by: it.measure_by,
        live: it.live,
        due: it.due,
        verdict: it.verdict.as_ref().map(|verdict| Verdict {
            kind: verdict.kind,
            accepted: String::new(),
            on: verdict.on,
            given: when(&verdict.given),
        }),
        previous: it.previous.filter(|id| known.contains(id)),
        origin: None,
        checks: Vec::new(),
        moves: Table::new(),
        trashed: None,
    }
}

/// What somebody said and how they were called. Of what was taken back nothing is left but that it was.
fn comment(it: &Comment) -> Comment {
    let is_back = it.trashed.is_some();
    let said = |text: &String| if is_back { String::new() } else { text.clone() };
    Comment {
        id: it.id,
        on: it.on,
        rank: it.rank.clone(),
        written: when(&it.written),
        name: said(&it.name),
        text: said(&it.text),
        edited: it.edited.filter(|_| !is_back),
        resolved: None,
        trashed: it.trashed.as_ref().map(|_| Trashed { at: 0, by: None }),
    }
}
