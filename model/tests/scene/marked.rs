//! A board in which every text says which one it is, and when it may be told.
//!
//! Shared with the tests of the page that shows it.

use std::collections::BTreeSet;

use model::board::{
    Board, Channel, Control, Emotion, Lane, LaneKind, Link, MapInfo, Mark, Market, Nature, Note, NoteHome, Persona,
    Phase, Rank, Score, Stage, Touchpoint,
};
use model::date::Date;
use model::disclose::{Disclosure, Sight};
use model::edit::Entity;
use model::id::{
    AssetId, ChannelId, CheckId, CommentId, FeedbackId, ImprovementId, LaneId, LinkId, MetricId, NoteId, PersonId,
    PersonaId, ReviewId, StageId, TouchpointId, ViewId,
};
use model::items::{Anchor, Asset, Comment, Figure, Item, Metric, MetricKind, Review, View};
use model::loops::feedback::{Entry, Feedback};
use model::loops::{Check, Decision, Improvement, Moved, Step, Verdict, VerdictKind};
use model::people::Person;
use model::review::Snapshot;

/// Whether a text may be told under a disclosure.
pub type May = Box<dyn Fn(&Disclosure) -> bool>;

/// The board, its texts, and the ids by which it knows people.
pub struct Marked {
    pub board: Board,
    /// Each text and when it may be told.
    pub texts: Vec<(String, May)>,
    /// Ids that nobody is told, as they are written.
    pub people: Vec<String>,
    /// Lanes that can be seen.
    pub lanes: Vec<(LaneKind, LaneId)>,
    /// Lanes that cannot, whoever asks for them.
    pub unseen: Vec<LaneId>,
}

struct Writer {
    texts: Vec<(String, May)>,
    people: Vec<PersonId>,
    rank: u32,
}

impl Writer {
    /// A text of its own. Nothing of it is changed by escaping, and none begins with another.
    fn text(&mut self, what: &str, may: impl Fn(&Disclosure) -> bool + 'static) -> String {
        let text = format!("{what}x{:04}z", self.texts.len());
        self.texts.push((text.clone(), Box::new(may)));
        text
    }

    fn never(&mut self, what: &str) -> String {
        self.text(what, |_| false)
    }

    fn rank(&mut self) -> Rank {
        self.rank += 1;
        Rank(format!("i{:06}", self.rank))
    }

    fn person(&mut self) -> PersonId {
        let id = PersonId::fresh();
        self.people.push(id);
        id
    }

    fn mark(&mut self) -> Mark {
        let by = Some(self.person());
        Mark {
            at: 1_700_000_000_000,
            by,
        }
    }
}

/// Whether a lane of this kind is disclosed.
fn told(kinds: &[(LaneKind, LaneId)], kind: LaneKind) -> impl Fn(&Disclosure) -> bool + Clone + 'static {
    let ids: Vec<LaneId> = kinds.iter().filter(|(of, _)| *of == kind).map(|(_, id)| *id).collect();
    move |wanted| ids.iter().any(|id| wanted.lanes.contains(id))
}

fn sees(sight: Sight) -> impl Fn(&Disclosure) -> bool + Clone + 'static {
    move |wanted| wanted.sights.contains(&sight)
}

/// The board.
#[must_use]
#[allow(clippy::too_many_lines)]
pub fn marked() -> Marked {
    let mut to = Writer {
        texts: Vec::new(),
        people: Vec::new(),
        rank: 0,
    };
    let lanes: Vec<(LaneKind, LaneId)> = LaneKind::ALL.iter().map(|kind| (*kind, LaneId::fresh())).collect();
    let (hidden_lane, trashed_lane) = (LaneId::fresh(), LaneId::fresh());
    let mut board = Board::default();
    let named = told(&lanes, LaneKind::Touchpoints);
    let matrix = {
        let named = named.clone();
        move |wanted: &Disclosure| named(wanted) && wanted.ratings && wanted.sights.contains(&Sight::Matrix)
    };
    let counted = {
        let named = named.clone();
        move |wanted: &Disclosure| named(wanted) && wanted.sights.contains(&Sight::Insights)
    };
    let looped = {
        let named = named.clone();
        move |wanted: &Disclosure| named(wanted) && wanted.sights.contains(&Sight::Loop)
    };
    let map = sees(Sight::Map);

    board.map = MapInfo {
        schema: 1,
        title: to.text("title", |_| true),
        brand: to.text("brand", |_| true),
        market: Some(Market::B2c),
        state: None,
        quadrants: [0, 1, 2, 3].map(|_| to.text("quadrant", matrix.clone())),
        wip: [Some(3); 5],
    };

    // Stages: one that is seen, one that is hidden, one in the trash.
    let stages = [StageId::fresh(), StageId::fresh(), StageId::fresh()];
    for (at, id) in stages.into_iter().enumerate() {
        let name = to.text("stage", move |_| at == 0);
        let (rank, mark) = (to.rank(), to.mark());
        let stage = Stage {
            id,
            name,
            phase: Phase::ALL[at],
            hidden: at == 1,
            rank,
            trashed: (at == 2).then_some(mark),
        };
        board.stages.insert(id, stage);
    }

    for (kind, id) in lanes
        .iter()
        .copied()
        .chain([(LaneKind::Text, hidden_lane), (LaneKind::Text, trashed_lane)])
    {
        let map = map.clone();
        let name = to.text("lane", move |wanted| {
            map(wanted) && wanted.lanes.contains(&id) && !is_none(id, &[hidden_lane, trashed_lane])
        });
        let (rank, mark) = (to.rank(), to.mark());
        let lane = Lane {
            id,
            kind,
            name,
            hidden: id == hidden_lane,
            rank,
            trashed: (id == trashed_lane).then_some(mark),
        };
        board.lanes.insert(id, lane);
    }

    // Personas: one that is there, one in the trash.
    let personas = [PersonaId::fresh(), PersonaId::fresh()];
    for (at, id) in personas.into_iter().enumerate() {
        let (feels, counted) = (told(&lanes, LaneKind::Emotion), counted.clone());
        let name = to.text("persona", move |wanted| at == 0 && (feels(wanted) || counted(wanted)));
        let (rank, mark) = (to.rank(), to.mark());
        let persona = Persona {
            id,
            name,
            demographics: to.never("demographics"),
            needs: to.never("needs"),
            difficulties: to.never("difficulties"),
            color: None,
            rank,
            trashed: (at == 1).then_some(mark),
        };
        board.personas.insert(id, persona);
    }

    // Channels: one that a card has, one that only a hidden card has, one in the trash that a card has.
    let channels = [ChannelId::fresh(), ChannelId::fresh(), ChannelId::fresh()];
    for (at, id) in channels.into_iter().enumerate() {
        let told = told(&lanes, LaneKind::Channels);
        let name = to.text("channel", move |wanted| at == 0 && told(wanted));
        let (rank, mark) = (to.rank(), to.mark());
        let channel = Channel {
            id,
            name,
            rank,
            trashed: (at == 2).then_some(mark),
        };
        board.channels.insert(id, channel);
    }

    // Cards: two that are seen, then one in each stage that is not, one in the trash, one adrift.
    let homes = [
        (stages[0], 0, false),
        (stages[0], 2, false),
        (stages[1], 1, false),
        (stages[2], 1, false),
        (stages[0], 1, true),
        (StageId::fresh(), 1, false),
    ];
    let assets = [AssetId::fresh()];
    for id in assets {
        let (name, rank) = (to.never("asset"), to.rank());
        let trashed = None;
        board.items.insert(
            Entity::Asset(id),
            Item::Asset(Asset {
                id,
                name,
                rank,
                trashed,
            }),
        );
    }
    let mut cards = Vec::new();
    for (at, (stage, channel, in_trash)) in homes.into_iter().enumerate() {
        let id = TouchpointId::fresh();
        cards.push(id);
        let named = named.clone();
        let is_seen = at < 2;
        let mut card = Touchpoint::blank(id, stage);
        card.name = to.text("card", move |wanted| is_seen && named(wanted));
        card.rank = to.rank();
        card.channel = Some(channels[channel]);
        card.nature = Some(Nature::Digital);
        card.control = Some(Control::Outside);
        card.moment_of_truth = true;
        card.owner = to.never("owner");
        card.department = to.never("department");
        card.notes = to.never("notes");
        card.links = vec![Link {
            id: LinkId::fresh(),
            title: to.never("link"),
            url: format!("https://{}.example/", to.never("url")),
        }];
        card.assets = assets
            .into_iter()
            .map(|id| (id, model::board::Consistency::Absent))
            .collect();
        card.personas = BTreeSet::from(personas);
        card.emotion = [None, Some(personas[0]), Some(personas[1])]
            .into_iter()
            .zip([-2, 1, 2])
            .map(|(whose, emotion)| (whose, Emotion::try_from(emotion).unwrap()))
            .collect();
        card.importance = [(to.person(), score(5)), (to.person(), score(4))].into_iter().collect();
        card.performance = [(to.person(), score(2))].into_iter().collect();
        let mark = to.mark();
        card.trashed = in_trash.then_some(mark);
        board.touchpoints.insert(id, card);

        for kind in [LaneKind::Pains, LaneKind::Opportunities] {
            let (told, map) = (told(&lanes, kind), map.clone());
            let home = match kind {
                LaneKind::Pains => NoteHome::Pain(id),
                _ => NoteHome::Opportunity(id),
            };
            let text = to.text("note", move |wanted| is_seen && told(wanted) && map(wanted));
            note(&mut board, &mut to, home, text, false);
        }
        let text = to.never("note-in-trash");
        note(&mut board, &mut to, NoteHome::Pain(id), text, true);
    }
    for (_, lane) in lanes
        .iter()
        .copied()
        .chain([(LaneKind::Text, hidden_lane), (LaneKind::Text, trashed_lane)])
    {
        for (at, stage) in stages.into_iter().enumerate() {
            let map = map.clone();
            let text = to.text("cell", move |wanted| {
                at == 0 && map(wanted) && wanted.lanes.contains(&lane) && !is_none(lane, &[hidden_lane, trashed_lane])
            });
            note(&mut board, &mut to, NoteHome::Cell { lane, stage }, text, false);
        }
    }

    // The loop: an attempt at a card that is seen, one at a hidden card, one in the trash.
    let day = Date::of_ms_in(1_700_000_000_000, model::date::Zone::VIETNAM);
    for (at, card) in [cards[0], cards[2], cards[1]].into_iter().enumerate() {
        let looped = looped.clone();
        let may = move |wanted: &Disclosure| at == 0 && looped(wanted);
        let metric = MetricId::fresh();
        let (name, rank) = (to.text("metric", may.clone()), to.rank());
        let it = Metric {
            id: metric,
            touchpoint: card,
            rank,
            kind: MetricKind::Own,
            name,
            own_unit: to.text("unit", may.clone()),
            own_direction: Some(model::items::Direction::Higher),
            target: Figure::new(9.0),
            baseline: Figure::new(1.0),
            values: [(day.plus_days(5), Figure::new(4.0).unwrap())].into_iter().collect(),
            trashed: None,
        };
        board.items.insert(Entity::Metric(metric), Item::Metric(it));
        let id = ImprovementId::fresh();
        let mut it = Improvement::blank(id, card);
        it.step = Step::Measure;
        it.name = to.text("improvement", may);
        it.rank = to.rank();
        it.problem = to.never("problem");
        it.practice = to.never("practice");
        it.accepting = to.never("accepting");
        it.next = to.never("next");
        it.decision = Some(Decision::Improve);
        it.reason = to.never("reason");
        it.owner = to.never("job-owner");
        it.metric = Some(metric);
        it.baseline = Figure::new(1.0);
        it.target = Figure::new(9.0);
        it.live = Some(day);
        it.measure_by = Some(day.plus_days(30));
        it.verdict = Some(Verdict {
            kind: VerdictKind::Success,
            accepted: to.never("accepted"),
            on: None,
            given: to.mark(),
        });
        it.checks = vec![Check {
            id: CheckId::fresh(),
            text: to.never("check"),
            done: true,
            rank: Rank::default(),
        }];
        let moved = Moved {
            from: Step::Decide,
            to: Step::Implement,
            reopened: None,
            mark: to.mark(),
        };
        it.moves = [(model::id::MoveId::fresh(), moved)].into_iter().collect();
        let mark = to.mark();
        it.trashed = (at == 2).then_some(mark);
        board
            .items
            .insert(Entity::Improvement(id), Item::Improvement(Box::new(it)));
    }

    // Comments: on a card and on a stage that are seen, on those that are not, settled, taken back.
    let said = {
        let named = named.clone();
        move |wanted: &Disclosure| wanted.comments && named(wanted)
    };
    let on_card = comment(&mut board, &mut to, Anchor::Touchpoint(cards[0]), said.clone(), |_| {});
    comment(&mut board, &mut to, Anchor::Reply(on_card), said, |_| {});
    comment(
        &mut board,
        &mut to,
        Anchor::Stage(stages[0]),
        |wanted| wanted.comments,
        |_| {},
    );
    comment(&mut board, &mut to, Anchor::Touchpoint(cards[2]), |_| false, |_| {});
    comment(&mut board, &mut to, Anchor::Touchpoint(cards[4]), |_| false, |_| {});
    comment(&mut board, &mut to, Anchor::Stage(stages[1]), |_| false, |_| {});
    comment(
        &mut board,
        &mut to,
        Anchor::Stage(stages[0]),
        |_| false,
        |it| {
            it.resolved = Some(it.written.clone());
        },
    );
    let back = comment(
        &mut board,
        &mut to,
        Anchor::Stage(stages[0]),
        |_| false,
        |it| {
            it.trashed = Some(it.written.clone());
        },
    );
    comment(
        &mut board,
        &mut to,
        Anchor::Reply(back),
        |wanted| wanted.comments,
        |_| {},
    );

    // What no link ever shows.
    let view = ViewId::fresh();
    let it = View {
        id: view,
        name: to.never("view"),
        query: to.never("query"),
        rank: to.rank(),
        trashed: None,
    };
    board.items.insert(Entity::View(view), Item::View(it));
    let review = ReviewId::fresh();
    let it = Review {
        id: review,
        on: day,
        next: None,
        by: Some(to.person()),
        name: to.never("reviewer"),
        snapshot: Snapshot::default(),
        trashed: None,
    };
    board.items.insert(Entity::Review(review), Item::Review(it));
    let feedback = FeedbackId::fresh();
    let entry = Entry {
        text: to.never("feedback"),
        source: to.never("source"),
        touchpoint: Some(cards[0]),
        ..Entry::default()
    };
    let it = Feedback {
        id: feedback,
        entry,
        trashed: None,
    };
    board.items.insert(Entity::Feedback(feedback), Item::Feedback(it));
    let people: Vec<PersonId> = to.people.clone();
    for id in people {
        let name = to.never("person");
        board.people.insert(id, Person { name, color: 1 });
    }
    Marked {
        board,
        people: to.people.iter().map(ToString::to_string).collect(),
        texts: to.texts,
        lanes,
        unseen: vec![hidden_lane, trashed_lane],
    }
}

fn is_none(lane: LaneId, unseen: &[LaneId]) -> bool {
    unseen.contains(&lane)
}

fn score(n: i64) -> Score {
    Score::try_from(n).unwrap()
}

fn note(board: &mut Board, to: &mut Writer, home: NoteHome, text: String, in_trash: bool) {
    let id = NoteId::fresh();
    let (rank, mark) = (to.rank(), to.mark());
    let trashed = in_trash.then_some(mark);
    board.notes.insert(
        id,
        Note {
            id,
            home,
            rank,
            text,
            trashed,
        },
    );
}

fn comment(
    board: &mut Board,
    to: &mut Writer,
    on: Anchor,
    may: impl Fn(&Disclosure) -> bool + Clone + 'static,
    change: impl FnOnce(&mut Comment),
) -> CommentId {
    let id = CommentId::fresh();
    let mut it = Comment {
        id,
        on,
        rank: to.rank(),
        written: to.mark(),
        name: to.text("commenter", may.clone()),
        text: to.text("comment", may),
        edited: None,
        resolved: None,
        trashed: None,
    };
    change(&mut it);
    board.items.insert(Entity::Comment(id), Item::Comment(it));
    id
}

impl Marked {
    /// A disclosure by bits: five ways to look, comments, ratings, then the lanes.
    #[must_use]
    pub fn disclosure(&self, bits: u32) -> Disclosure {
        let on = |at: usize| bits >> at & 1 == 1;
        let sights = Sight::ALL
            .iter()
            .enumerate()
            .filter(|(at, _)| on(*at))
            .map(|(_, sight)| *sight);
        let lanes = self
            .lanes
            .iter()
            .enumerate()
            .filter(|(at, _)| on(7 + at))
            .map(|(_, (_, id))| *id);
        // Lanes that cannot be seen are asked for every time.
        let lanes = lanes.chain(self.unseen.iter().copied());
        Disclosure {
            sights: sights.collect(),
            lanes: lanes.collect(),
            comments: on(5),
            ratings: on(6),
        }
    }
}

/// How many bits [`Marked::disclosure`] reads.
pub const BITS: u32 = 16;
