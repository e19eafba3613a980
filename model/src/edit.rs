//! The edits a person can make. [`crate::doc::BoardDoc::edit`] checks and applies them (SPEC E…).

use crate::board::{Control, Directness, Emotion, LaneKind, MapState, Market, Nature, NoteHome, Phase, Score};
use crate::id::{ChannelId, LaneId, NoteId, PersonId, PersonaId, StageId, TouchpointId};

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
    /// Put something into the trash.
    Trash(Entity),
    /// Take something out of the trash.
    Restore(Entity),
    /// Several edits as one step; the first refusal refuses them all.
    Batch(Vec<Edit>),
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
    /// The document would grow beyond [`crate::limits::DOCUMENT_MAX`].
    #[error("the document is full")]
    Full,
}
