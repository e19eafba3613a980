//! The edits a person can make. [`crate::doc::BoardDoc::edit`] checks and applies them (SPEC E…).

use crate::access::Role;
use crate::board::{
    Consistency, Control, Directness, Emotion, LaneKind, MapState, Market, Nature, NoteHome, Phase, Quadrant, Quality,
    Score,
};
use crate::date::Date;
use crate::id::{
    AssetId, ChannelId, CheckId, CommentId, FeedbackId, ImprovementId, LaneId, LinkId, MetricId, NoteId, PersonId,
    PersonaId, ReviewId, RoundId, StageId, TouchpointId, ViewId,
};
use crate::items::{Anchor, Direction, Figure, MetricKind};
use crate::loops::feedback::Entry;
use crate::loops::gates::Missing;
use crate::loops::{Decision, Origin, Step};

/// One thing in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entity {
    /// A stage.
    Stage(StageId),
    /// A lane.
    Lane(LaneId),
    /// A persona.
    Persona(PersonaId),
    /// A channel.
    Channel(ChannelId),
    /// A touchpoint.
    Touchpoint(TouchpointId),
    /// A note: pain point, opportunity or cell text.
    Note(NoteId),
    /// A brand asset.
    Asset(AssetId),
    /// A metric of a touchpoint.
    Metric(MetricId),
    /// A rating round.
    Round(RoundId),
    /// A saved view.
    View(ViewId),
    /// A comment.
    Comment(CommentId),
    /// A review of the map.
    Review(ReviewId),
    /// A card of the feedback-loop board.
    Improvement(ImprovementId),
    /// A feedback entry.
    Feedback(FeedbackId),
}

impl<Id> At<Id> {
    pub(crate) fn map<To>(self, to: impl Fn(Id) -> To) -> At<To> {
        match self {
            Self::First => At::First,
            Self::Last => At::Last,
            Self::Before(id) => At::Before(to(id)),
            Self::After(id) => At::After(to(id)),
        }
    }
}

/// Where among its siblings something goes. A sibling that is gone meanwhile means `Last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At<Id> {
    /// Before all others.
    First,
    /// After all others.
    Last,
    /// Just before this one.
    Before(Id),
    /// Just after this one.
    After(Id),
}

/// A field of the map itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MapField {
    /// Title; may not be blank.
    Title(String),
    /// Brand; may be blank.
    Brand(String),
    /// B2B or B2C.
    Market(Option<Market>),
    /// As-is or to-be.
    State(Option<MapState>),
    /// What the team calls a quarter of the matrix; blank goes back to the quadrant's own name.
    Quadrant(Quadrant, String),
    /// How many cards the team wants in a column of the feedback-loop board at most, 1 to
    /// [`crate::limits::WIP_MAX`].
    Wip(Step, Option<u8>),
}

/// A field of a touchpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TouchpointField {
    /// Name; may not be blank.
    Name(String),
    /// Where it happens.
    Channel(Option<ChannelId>),
    /// What it is made of.
    Nature(Option<Nature>),
    /// Direct or indirect.
    Directness(Option<Directness>),
    /// The brand's own or not.
    Control(Option<Control>),
    /// Whether a persona meets it.
    Persona(PersonaId, bool),
    /// Emotion of a persona (`None`: customers in general); `None` takes the rating back.
    Emotion(Option<PersonaId>, Option<Emotion>),
    /// Importance by one rater; `None` takes the rating back.
    Importance(PersonId, Option<Score>),
    /// Performance by one rater; `None` takes the rating back.
    Performance(PersonId, Option<Score>),
    /// The answer to one of the four questions; `None` takes it back.
    Quality(Quality, Option<bool>),
    /// Who looks after it; may be blank.
    Owner(String),
    /// Which department it belongs to; may be blank.
    Department(String),
    /// Whether it is a moment of truth.
    MomentOfTruth(bool),
    /// A link: title (may be blank) and address; `None` takes it away. See [`crate::links::address`].
    Link(LinkId, Option<(String, String)>),
    /// How a brand asset is met here; `None` takes the mark back.
    Asset(AssetId, Option<Consistency>),
}

/// A field of a metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetricField {
    /// Which number it is. Values off the new scale stay in the document and are not read.
    Kind(MetricKind),
    /// The unit: any for kind `Own`, `%` or blank for `Csat`; others have theirs.
    Unit(String),
    /// Which way it should go; `None` goes back to the kind's own.
    Direction(Option<Direction>),
    /// Where it should get to.
    Target(Option<Figure>),
    /// Where it started.
    Baseline(Option<Figure>),
    /// The value of a day; `None` takes it away.
    Value(Date, Option<Figure>),
}

/// A field of an improvement. Its name is changed by [`Edit::Rename`], its texts by [`Edit::Type`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImprovementField {
    /// Whether the touchpoint is improved. To end with leaving it, see [`Judgement::Left`].
    Decision(Option<Decision>),
    /// Why it is left; may be blank.
    Reason(String),
    /// Who sees to it; may be blank.
    Owner(String),
    /// What it is measured by: a metric of its touchpoint. Baseline and target are copied from another metric than
    /// before: its start and its target.
    Metric(Option<MetricId>),
    /// Where this attempt starts.
    Baseline(Option<Figure>),
    /// Where it should get to.
    Target(Option<Figure>),
    /// The day by which it is measured.
    MeasureBy(Option<Date>),
    /// The day it went live.
    Live(Option<Date>),
    /// The day it should be live.
    Due(Option<Date>),
    /// A further line of the checklist; may not be blank.
    AddCheck {
        /// A fresh id.
        id: CheckId,
        /// What is to be done.
        text: String,
        /// Where in the list.
        at: At<CheckId>,
    },
    /// What a line of the checklist says; may not be blank.
    CheckText(CheckId, String),
    /// Whether a line of the checklist is done.
    CheckDone(CheckId, bool),
    /// Moves a line of the checklist.
    MoveCheck(CheckId, At<CheckId>),
    /// Takes a line of the checklist away.
    RemoveCheck(CheckId),
}

/// How a round of the loop ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// It worked.
    Success {
        /// Why it counts though the target is not met; blank where it is.
        accepted: String,
    },
    /// It did not: another attempt follows.
    PlanB {
        /// A fresh id for the next attempt, or that of the one that follows already.
        successor: ImprovementId,
        /// The next attempt's practice; may be blank for now.
        practice: String,
    },
    /// The touchpoint is left as it is.
    Left {
        /// Why; may not be blank.
        reason: String,
    },
}

/// A field of a feedback entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedbackField {
    /// The customer's words; blank only where there is a score.
    Text(String),
    /// Where it comes from; may be blank.
    Source(String),
    /// The channel it came by.
    Channel(Option<ChannelId>),
    /// The day it was said.
    On(Option<Date>),
    /// How satisfied this customer is, 1 to 5.
    Csat(Option<u8>),
    /// How likely this customer is to recommend the brand, 0 to 10.
    Nps(Option<u8>),
    /// Who said it.
    Persona(Option<PersonaId>),
    /// What it speaks of; `None` puts it into the inbox.
    Touchpoint(Option<TouchpointId>),
    /// What is done about it.
    Improvement(Option<ImprovementId>),
}

/// A running text that several people may type in at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextField {
    /// Notes of a touchpoint.
    TouchpointNotes(TouchpointId),
    /// Text of a note.
    Note(NoteId),
    /// Who the persona is.
    PersonaDemographics(PersonaId),
    /// What the persona needs.
    PersonaNeeds(PersonaId),
    /// What the persona finds hard.
    PersonaDifficulties(PersonaId),
    /// What is wrong at the touchpoint of an improvement.
    Problem(ImprovementId),
    /// The practice that an improvement follows.
    Practice(ImprovementId),
    /// Why what an improvement has reached is to be accepted, until that is its verdict.
    Accepting(ImprovementId),
    /// The practice of the next attempt, until Plan B begins it.
    Next(ImprovementId),
}

/// A change inside a running text. Offsets count UTF-16 units, as browsers and Yjs do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Splice {
    /// Where it starts; beyond the end means the end. Inside a surrogate pair means before the pair.
    pub at: u32,
    /// How many units go.
    pub remove: u32,
    /// What comes instead.
    pub insert: String,
}

/// One edit. Applied whole or not at all, in one transaction, undone as one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Change the map itself.
    SetMap(MapField),
    /// Add a stage.
    AddStage {
        /// A fresh id.
        id: StageId,
        /// Its name.
        name: String,
        /// Its phase.
        phase: Phase,
        /// Where among its siblings.
        at: At<StageId>,
    },
    /// Rename a stage.
    RenameStage(StageId, String),
    /// Put a stage into a phase.
    SetPhase(StageId, Phase),
    /// Move a stage among the stages.
    MoveStage(StageId, At<StageId>),
    /// Add a lane; the name may be blank for a standard kind.
    AddLane {
        /// A fresh id.
        id: LaneId,
        /// What it shows.
        kind: LaneKind,
        /// Its name.
        name: String,
        /// Where among its siblings.
        at: At<LaneId>,
    },
    /// Rename a lane; blank goes back to the kind's own name (not for `Text`).
    RenameLane(LaneId, String),
    /// Move a lane among the lanes.
    MoveLane(LaneId, At<LaneId>),
    /// Add a persona.
    AddPersona {
        /// A fresh id.
        id: PersonaId,
        /// Its name.
        name: String,
        /// Where among its siblings.
        at: At<PersonaId>,
    },
    /// Rename a persona.
    RenamePersona(PersonaId, String),
    /// Move a persona among the personas.
    MovePersona(PersonaId, At<PersonaId>),
    /// Add a channel.
    AddChannel {
        /// A fresh id.
        id: ChannelId,
        /// Its name.
        name: String,
        /// Where among its siblings.
        at: At<ChannelId>,
    },
    /// Rename a channel.
    RenameChannel(ChannelId, String),
    /// Move a channel among the channels.
    MoveChannel(ChannelId, At<ChannelId>),
    /// Add a touchpoint to a stage.
    AddTouchpoint {
        /// A fresh id.
        id: TouchpointId,
        /// Its name.
        name: String,
        /// The stage.
        stage: StageId,
        /// Where among its siblings.
        at: At<TouchpointId>,
    },
    /// Change a field of a touchpoint.
    SetTouchpoint(TouchpointId, TouchpointField),
    /// Move a touchpoint to a place in a stage.
    MoveTouchpoint {
        /// Which one.
        id: TouchpointId,
        /// The stage.
        stage: StageId,
        /// Where among its siblings.
        at: At<TouchpointId>,
    },
    /// Add a note.
    AddNote {
        /// A fresh id.
        id: NoteId,
        /// Where it belongs.
        home: NoteHome,
        /// Its text.
        text: String,
        /// Where among its siblings.
        at: At<NoteId>,
    },
    /// Move a note, to another home too.
    MoveNote {
        /// Which one.
        id: NoteId,
        /// Where it belongs.
        home: NoteHome,
        /// Where among its siblings.
        at: At<NoteId>,
    },
    /// Change a running text.
    Type(TextField, Splice),
    /// Rename anything that has a name, an improvement too. A metric other than `Own` may be blank, like a lane other than `Text`.
    Rename(Entity, String),
    /// Move a stage, lane, persona, channel, brand asset, metric or view among its siblings.
    Move(Entity, At<Entity>),
    /// Leave a stage or lane out of the picture, or show it again.
    Hide(Entity, bool),
    /// Give a persona a colour, 1 to [`crate::board::PERSONA_COLORS`].
    SetColor(PersonaId, Option<u8>),
    /// Add a brand asset.
    AddAsset {
        /// A fresh id.
        id: AssetId,
        /// Its name.
        name: String,
        /// Where among its siblings.
        at: At<AssetId>,
    },
    /// Add a metric to a touchpoint; the name may be blank for a number of the field.
    AddMetric {
        /// A fresh id.
        id: MetricId,
        /// Where it is measured.
        touchpoint: TouchpointId,
        /// Which number it is.
        kind: MetricKind,
        /// Its name.
        name: String,
        /// Where among its siblings.
        at: At<MetricId>,
    },
    /// Change a field of a metric.
    SetMetric(MetricId, MetricField),
    /// Open a rating round; refused while one is open.
    OpenRound(RoundId),
    /// Show all scores: ends every open round.
    Reveal,
    /// Save a view.
    AddView {
        /// A fresh id.
        id: ViewId,
        /// Its name.
        name: String,
        /// Filter and grouping, as [`crate::find::Query`] writes them.
        query: String,
        /// Where among its siblings.
        at: At<ViewId>,
    },
    /// Change what a view shows.
    SetView(ViewId, String),
    /// Comment on something, or answer: the author is the document's.
    AddComment {
        /// A fresh id.
        id: CommentId,
        /// What it speaks of. An answer to an answer goes to the first comment of the thread.
        on: Anchor,
        /// How the author is called; may be blank.
        name: String,
        /// What it says; may not be blank.
        text: String,
    },
    /// Change an own comment.
    EditComment(CommentId, String),
    /// Settle a thread, or open it again.
    Resolve(CommentId, bool),
    /// Mark the map as reviewed, with a snapshot of what it was like before this edit; the reviewer is the document's
    /// author.
    AddReview {
        /// A fresh id.
        id: ReviewId,
        /// The day.
        on: Date,
        /// The day it is due again; `None` means a year later.
        next: Option<Date>,
        /// How the reviewer is called; may be blank.
        name: String,
    },
    /// Set the day a review is due again.
    SetNextReview(ReviewId, Option<Date>),
    /// Begin an improvement of a touchpoint. A feedback entry that it starts from is linked to it, too.
    AddImprovement {
        /// A fresh id.
        id: ImprovementId,
        /// What is improved.
        touchpoint: TouchpointId,
        /// Its name.
        name: String,
        /// What it starts from, beside the touchpoint.
        origin: Option<Origin>,
        /// Where among the cards to evaluate.
        at: At<ImprovementId>,
    },
    /// Change a field of an improvement.
    SetImprovement(ImprovementId, ImprovementField),
    /// Move an improvement to a place in a column. Forward it needs what the gates ask for; back is free and takes
    /// the verdict away. One that is decided to be left, moved to the end, is left ([`Judgement::Left`]).
    MoveImprovement {
        /// Which one.
        id: ImprovementId,
        /// The column.
        step: Step,
        /// Where among the cards there.
        at: At<ImprovementId>,
    },
    /// End a round, from whatever column it is in, if the gates let it through.
    Judge(ImprovementId, Judgement),
    /// Add a feedback entry.
    AddFeedback {
        /// A fresh id.
        id: FeedbackId,
        /// What it says.
        entry: Box<Entry>,
    },
    /// Change a field of a feedback entry.
    SetFeedback(FeedbackId, FeedbackField),
    /// Put something into the trash. Of comments only one's own.
    Trash(Entity),
    /// Take something out of the trash.
    Restore(Entity),
    /// Several edits as one step; the first refusal refuses them all.
    Batch(Vec<Edit>),
}

/// Text as names are kept: in one line, no break, no blanks around.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Edit {
    /// The least role that covers it (SPEC A20).
    #[must_use]
    pub fn needs(&self) -> Role {
        match self {
            Self::AddComment { .. }
            | Self::EditComment(..)
            | Self::Resolve(..)
            | Self::Trash(Entity::Comment(_))
            | Self::Restore(Entity::Comment(_)) => Role::Commenter,
            Self::Batch(edits) => edits.iter().map(Self::needs).max().unwrap_or(Role::Viewer),
            _ => Role::Editor,
        }
    }
}

/// Why an edit was refused. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// A name that may not be blank is.
    #[error("the name is blank")]
    Blank,
    /// A name or text is longer than its limit.
    #[error("{len} characters where {max} are allowed")]
    TooLong {
        /// How long it is, in Unicode scalar values.
        len: usize,
        /// How long it may be.
        max: usize,
    },
    /// What the edit speaks of is not in the document.
    #[error("{0:?} is not in the document")]
    Missing(Entity),
    /// The id to add is taken.
    #[error("{0:?} is in the document already")]
    Taken(Entity),
    /// Only who wrote it may change it or take it back.
    #[error("{0:?} is somebody else's")]
    NotYours(Entity),
    /// A number is not on the scale of what it is for.
    #[error("the number is off its scale")]
    OffScale,
    /// An address that is not `http`, `https` or `mailto`, or too long.
    #[error("not an address of a page or a mailbox")]
    BadLink,
    /// There are as many as there may be.
    #[error("there are {max} already")]
    TooMany {
        /// How many there may be.
        max: usize,
    },
    /// A rating round is open already.
    #[error("a rating round is open already")]
    RoundOpen,
    /// The improvement lacks what the column asks for.
    #[error("the improvement lacks {0:?}")]
    Gate(Vec<Missing>),
    /// An attempt follows this one already: it ends in Plan B, with that one or none.
    #[error("{0} follows already")]
    Succeeded(ImprovementId),
    /// Whoever has the document open may not do this with it.
    #[error("the role does not cover this")]
    NotAllowed,
    /// The document would grow beyond [`crate::limits::DOCUMENT_MAX`].
    #[error("the document is full")]
    Full,
}
