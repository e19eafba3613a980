//! The smaller things of a map: brand assets, metrics, rating rounds, saved views, comments, reviews, improvements
//! and feedback.
//!
//! They share one collection of the [`Board`] and one way of being read and written, so that a further kind
//! costs its fields and nothing else.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::board::{Board, Mark, Rank, word};
use crate::date::Date;
use crate::edit::Entity;
use crate::id::{
    AssetId, CommentId, FeedbackId, ImprovementId, MetricId, PersonId, ReviewId, RoundId, StageId, TouchpointId, ViewId,
};
use crate::loops::Improvement;
use crate::loops::feedback::Feedback;
use crate::read::Kind;
use crate::review::Snapshot;
use crate::table::Table;

/// Something that must look the same at every touchpoint: logo, colours, typeface, slogan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// Its id.
    pub id: AssetId,
    /// Its name.
    pub name: String,
    /// Its place among the assets.
    pub rank: Rank,
    /// Set while in the trash.
    pub trashed: Option<Mark>,
}

word!(/// The numbers of the field.
    MetricKind { /// Conversion rate: 0…100 %.
        Conversion = "conversion", /// Customer satisfaction: 1…5, or 0…100 where the unit is `%`.
        Csat = "csat", /// Net promoter score: −100…100. Source: Reichheld, Harvard Business Review (2003).
        Nps = "nps", /// Customer effort score: 1…7, "it was easy" agreed with (CES 2.0, CEB 2013), so higher is better.
        Ces = "ces", /// Return on investment: gain less cost, over cost, in %.
        Roi = "roi", /// The team's own, with a name and a unit.
        Own = "own" });
word!(/// Which way a metric should go.
    Direction { /// Higher is better.
        Higher = "higher", /// Lower is better.
        Lower = "lower" });

/// A number as measured: finite, at most 10¹⁵ away from zero.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Figure(f64);

impl Eq for Figure {}

impl Figure {
    /// A figure, if the number is one.
    #[must_use]
    pub fn new(n: f64) -> Option<Self> {
        // Adding zero turns −0 into 0.
        (n.abs() <= 1e15).then_some(Self(n + 0.0))
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl From<Figure> for f64 {
    fn from(figure: Figure) -> Self {
        figure.0
    }
}

impl TryFrom<f64> for Figure {
    type Error = &'static str;
    fn try_from(n: f64) -> Result<Self, &'static str> {
        Self::new(n).ok_or("not a figure")
    }
}

/// A number that is measured at a touchpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metric {
    /// Its id.
    pub id: MetricId,
    /// Where it is measured.
    pub touchpoint: TouchpointId,
    /// Its place among the touchpoint's metrics.
    pub rank: Rank,
    /// Which number of the field it is.
    pub kind: MetricKind,
    /// Its own name; empty means the kind's name in the reader's language.
    pub name: String,
    /// The unit as written, for kind `Own`; `%` or empty for `Csat`. See [`Self::unit`].
    pub own_unit: String,
    /// Which way it should go, where the team has said so. See [`Self::direction`].
    pub own_direction: Option<Direction>,
    /// Where it should get to.
    pub target: Option<Figure>,
    /// Where it started; `None` means the first value.
    pub baseline: Option<Figure>,
    /// One value a day, oldest first.
    pub values: Table<Date, Figure>,
    /// Set while in the trash.
    pub trashed: Option<Mark>,
}

/// A metric's last value seen against its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The target is reached or passed.
    Met,
    /// It is not.
    Short,
}

impl MetricKind {
    /// Lowest and highest value, for a unit.
    #[must_use]
    pub fn range(self, unit: &str) -> (f64, f64) {
        match self {
            Self::Conversion => (0.0, 100.0),
            Self::Csat if unit == "%" => (0.0, 100.0),
            Self::Csat => (1.0, 5.0),
            Self::Nps => (-100.0, 100.0),
            Self::Ces => (1.0, 7.0),
            Self::Roi | Self::Own => (-1e15, 1e15),
        }
    }
}

impl Metric {
    /// The unit it is shown with; may be empty.
    #[must_use]
    pub fn unit(&self) -> &str {
        match self.kind {
            MetricKind::Conversion | MetricKind::Roi => "%",
            MetricKind::Nps | MetricKind::Ces => "",
            MetricKind::Csat | MetricKind::Own => &self.own_unit,
        }
    }

    /// Which way it should go: every number of the field is better when higher, unless the team says otherwise. Of a
    /// number of the team's own nobody knows until they say so.
    #[must_use]
    pub fn direction(&self) -> Option<Direction> {
        let usual = (self.kind != MetricKind::Own).then_some(Direction::Higher);
        self.own_direction.or(usual)
    }

    /// Whether a value is on the metric's scale.
    #[must_use]
    pub fn takes(&self, figure: Figure) -> bool {
        let (low, high) = self.kind.range(&self.own_unit);
        (low..=high).contains(&figure.get())
    }

    /// The last value and its day.
    #[must_use]
    pub fn latest(&self) -> Option<(Date, Figure)> {
        self.values.last().map(|(date, figure)| (*date, *figure))
    }

    /// The baseline: as set, otherwise the first value.
    #[must_use]
    pub fn start(&self) -> Option<Figure> {
        self.baseline.or_else(|| self.values.values().next().copied())
    }

    /// The last value against the target; `None` while one of them or the direction is missing.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        let met = reached(self.direction()?, self.target?, self.latest()?.1);
        Some(if met { Standing::Met } else { Standing::Short })
    }

    /// How far the way from start to target is gone, 0.0–1.0: (latest − start) ÷ (target − start). `None` while
    /// one of them or the direction is missing; 1 or 0 where there is no way to go.
    #[must_use]
    pub fn progress(&self) -> Option<f64> {
        Some(gone(self.direction()?, self.start()?, self.target?, self.latest()?.1))
    }
}

/// Whether a value reaches a target or passes it.
pub(crate) fn reached(direction: Direction, target: Figure, value: Figure) -> bool {
    match direction {
        Direction::Higher => value >= target,
        Direction::Lower => value <= target,
    }
}

/// How far the way from start to target is gone, 0.0–1.0: see [`Metric::progress`].
pub(crate) fn gone(direction: Direction, start: Figure, target: Figure, value: Figure) -> f64 {
    let way = target.get() - start.get();
    if reached(direction, target, value) {
        1.0
    } else if way == 0.0 {
        0.0
    } else {
        ((value.get() - start.get()) / way).clamp(0.0, 1.0)
    }
}

/// A rating round: while it is open, each rater sees their own scores only. See [`Board::ratings_for`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Its id; ids sort by age.
    pub id: RoundId,
    /// Since when, and who opened it.
    pub opened: Mark,
    /// When the scores were shown to all, and by whom; `None` while it is open.
    pub revealed: Option<Mark>,
    /// Set while in the trash: a round that was called off.
    pub trashed: Option<Mark>,
}

/// A saved view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Its id.
    pub id: ViewId,
    /// Its name.
    pub name: String,
    /// Filter and grouping as [`crate::find::Query`] writes them.
    pub query: String,
    /// Its place among the views.
    pub rank: Rank,
    /// Set while in the trash.
    pub trashed: Option<Mark>,
}

/// What a comment speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// A touchpoint.
    Touchpoint(TouchpointId),
    /// A stage.
    Stage(StageId),
    /// A card of the feedback-loop board.
    Improvement(ImprovementId),
    /// The comment that opened the thread.
    Reply(CommentId),
}

/// A comment. The first of a thread stands on a thing of the map, its answers on the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// What it speaks of.
    pub on: Anchor,
    /// Its place among the comments there. An answer comes after all that its author had seen, whatever
    /// anybody's clock says.
    pub rank: Rank,
    /// When it was written, and by whom.
    pub written: Mark,
    /// How the author was called then; may be empty.
    pub name: String,
    /// What it says.
    pub text: String,
    /// When it was last changed, in milliseconds since 1970.
    pub edited: Option<u64>,
    /// Of a thread's first comment: when the thread was settled, and by whom.
    pub resolved: Option<Mark>,
    /// Set while in the trash: shown as taken back where others have answered.
    pub trashed: Option<Mark>,
}

/// That the map was reviewed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Its id.
    pub id: ReviewId,
    /// The day it was reviewed.
    pub on: Date,
    /// The day it is due again; `None` means a year later.
    pub next: Option<Date>,
    /// Who reviewed it, where known.
    pub by: Option<PersonId>,
    /// How they were called then; may be empty.
    pub name: String,
    /// What the map was like: see [`Board::changes_since`].
    pub snapshot: Snapshot,
    /// Set while in the trash: a mark that was taken back.
    pub trashed: Option<Mark>,
}

/// One of the smaller things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Item {
    /// A brand asset.
    Asset(Asset),
    /// A metric.
    Metric(Metric),
    /// A rating round.
    Round(Round),
    /// A saved view.
    View(View),
    /// A comment.
    Comment(Comment),
    /// A review.
    Review(Review),
    /// A card of the feedback-loop board.
    Improvement(Box<Improvement>),
    /// A feedback entry.
    Feedback(Feedback),
}

impl Item {
    /// Which thing it is.
    #[must_use]
    pub fn entity(&self) -> Entity {
        match self {
            Self::Asset(asset) => Entity::Asset(asset.id),
            Self::Metric(metric) => Entity::Metric(metric.id),
            Self::Round(round) => Entity::Round(round.id),
            Self::View(view) => Entity::View(view.id),
            Self::Comment(comment) => Entity::Comment(comment.id),
            Self::Review(review) => Entity::Review(review.id),
            Self::Improvement(it) => Entity::Improvement(it.id),
            Self::Feedback(it) => Entity::Feedback(it.id),
        }
    }

    /// What it is called, for messages and the trash: its name, or what a comment or a customer says. May be empty.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::Asset(Asset { name, .. })
            | Self::Metric(Metric { name, .. })
            | Self::View(View { name, .. })
            | Self::Review(Review { name, .. })
            | Self::Comment(Comment { text: name, .. }) => name,
            Self::Improvement(it) => &it.name,
            Self::Feedback(it) => &it.entry.text,
            Self::Round(_) => "",
        }
    }

    /// Set while it lies in the trash.
    #[must_use]
    pub fn trashed(&self) -> Option<&Mark> {
        match self {
            Self::Asset(Asset { trashed, .. })
            | Self::Metric(Metric { trashed, .. })
            | Self::Round(Round { trashed, .. })
            | Self::View(View { trashed, .. })
            | Self::Comment(Comment { trashed, .. })
            | Self::Review(Review { trashed, .. })
            | Self::Feedback(Feedback { trashed, .. }) => trashed.as_ref(),
            Self::Improvement(it) => it.trashed.as_ref(),
        }
    }

    pub(crate) fn trashed_mut(&mut self) -> &mut Option<Mark> {
        match self {
            Self::Asset(Asset { trashed, .. })
            | Self::Metric(Metric { trashed, .. })
            | Self::Round(Round { trashed, .. })
            | Self::View(View { trashed, .. })
            | Self::Comment(Comment { trashed, .. })
            | Self::Review(Review { trashed, .. })
            | Self::Feedback(Feedback { trashed, .. }) => trashed,
            Self::Improvement(it) => &mut it.trashed,
        }
    }

    /// Its place among its siblings; rounds, reviews and feedback have none, they go by age.
    pub(crate) fn rank(&self) -> Option<&Rank> {
        match self {
            Self::Asset(Asset { rank, .. })
            | Self::Metric(Metric { rank, .. })
            | Self::View(View { rank, .. })
            | Self::Comment(Comment { rank, .. }) => Some(rank),
            Self::Improvement(it) => Some(&it.rank),
            Self::Round(_) | Self::Review(_) | Self::Feedback(_) => None,
        }
    }

    pub(crate) fn rank_mut(&mut self) -> Option<&mut Rank> {
        match self {
            Self::Asset(Asset { rank, .. })
            | Self::Metric(Metric { rank, .. })
            | Self::View(View { rank, .. })
            | Self::Comment(Comment { rank, .. }) => Some(rank),
            Self::Improvement(it) => Some(&mut it.rank),
            Self::Round(_) | Self::Review(_) | Self::Feedback(_) => None,
        }
    }
}

/// Kinds of things in [`Board::items`], picked by type.
macro_rules! kinds {
    ($($(#[$doc:meta])* $one:ident: $kind:ident($id:ident)),+ $(,)?) => {
        impl Board {
            $(
                $(#[$doc])*
                #[must_use]
                pub fn $one(&self, id: $id) -> Option<&$kind> {
                    match self.items.get(&Entity::$kind(id)) {
                        Some(Item::$kind(item)) => Some(item),
                        _ => None,
                    }
                }
            )+
        }
    };
}

kinds!(
    /// A brand asset, in the trash or not.
    asset: Asset(AssetId),
    /// A metric, in the trash or not.
    metric: Metric(MetricId),
    /// A rating round, in the trash or not.
    round: Round(RoundId),
    /// A saved view, in the trash or not.
    view: View(ViewId),
    /// A comment, in the trash or not.
    comment: Comment(CommentId),
    /// A review, in the trash or not.
    review: Review(ReviewId),
    /// An improvement, in the trash or not.
    improvement: Improvement(ImprovementId),
    /// A feedback entry, in the trash or not.
    feedback: Feedback(FeedbackId),
);

impl Board {
    /// Items of one kind, in the order of their ids. Costs what there is of that kind only.
    pub(crate) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Item> {
        let all = kind.with(Uuid::nil())..=kind.with(Uuid::max());
        self.items.range(all).map(|(_, item)| item)
    }

    /// Items that are not in the trash and that `pick` takes, in the order of rank and age.
    pub(crate) fn live_items<'a, T: ?Sized>(&'a self, pick: impl Fn(&'a Item) -> Option<&'a T>) -> Vec<&'a T> {
        let mut items: Vec<(Option<&Rank>, Entity, &T)> = self
            .items
            .iter()
            .filter(|(_, item)| item.trashed().is_none())
            .filter_map(|(entity, item)| Some((item.rank(), *entity, pick(item)?)))
            .collect();
        items.sort_unstable_by_key(|(rank, entity, _)| (*rank, *entity));
        items.into_iter().map(|(_, _, item)| item).collect()
    }

    /// The brand assets in order, without those in the trash.
    #[must_use]
    pub fn assets(&self) -> Vec<&Asset> {
        self.live_items(|item| if let Item::Asset(it) = item { Some(it) } else { None })
    }

    /// The saved views in order, without those in the trash.
    #[must_use]
    pub fn views(&self) -> Vec<&View> {
        self.live_items(|item| if let Item::View(it) = item { Some(it) } else { None })
    }

    /// The metrics of a touchpoint in order, without those in the trash; `None` asks for those of all.
    #[must_use]
    pub fn metrics(&self, of: Option<TouchpointId>) -> Vec<&Metric> {
        self.live_items(|item| match item {
            Item::Metric(it) if of.is_none_or(|of| of == it.touchpoint) => Some(it),
            _ => None,
        })
    }
}

/// Items as a list: JSON object keys are strings, and each item knows its id.
pub(crate) mod list {
    use super::{Deserialize, Entity, Item, Table};
    use serde::{Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(items: &Table<Entity, Item>, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(items.values())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Table<Entity, Item>, D::Error> {
        let items = Vec::<Item>::deserialize(from)?;
        Ok(items.into_iter().map(|item| (item.entity(), item)).collect())
    }
}
