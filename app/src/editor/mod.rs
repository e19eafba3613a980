//! What the map page knows and does: one document, one signal a thing, one way in for edits.
//!
//! Works the same where the server renders a page (from the plain [`Board`]) and in the browser (from the
//! document's own bytes), so both sides come to the same picture.

mod draft;
mod person;
pub mod presence;
mod signals;
pub mod splice;
pub mod sync;

#[cfg(feature = "hydrate")]
pub mod device;
#[cfg(not(feature = "hydrate"))]
#[path = "no_device.rs"]
pub mod device;
#[cfg(feature = "hydrate")]
pub mod kept;
#[cfg(feature = "hydrate")]
mod link;
#[cfg(not(feature = "hydrate"))]
#[path = "no_link.rs"]
mod link;

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use leptos::prelude::*;
use model::board::{Board, Channel, Lane, MapInfo, Note, NoteHome, Persona, Rank, Stage, Touchpoint, Trashed};
use model::doc::{BoardDoc, Change, MergeError, Touched};
use model::edit::{Edit, EditError, Entity, TextField};
use model::id::{BoardId, ChannelId, LaneId, NoteId, PersonaId, StageId, TouchpointId};
use model::layout::Layout;

use crate::api::BoardSeed;
pub use draft::{DraftState, Held, HeldTexts};
pub use person::Person;
use presence::{Holder, Peer};
use signals::{Signals, set_if_changed};
use sync::SyncState;

/// Bytes that this device keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// Of drafts and copies.
    pub all: usize,
    /// Of copies of maps that are not open: the server has what is in them.
    pub copies: usize,
}

/// A thing that may be gone.
pub type Seen<T> = ArcRwSignal<Option<Arc<T>>>;
/// An ordered list of things.
pub type Listed<Id> = ArcRwSignal<Vec<Id>>;

/// One open map. Cheap to copy; lives as long as the page that opened it.
#[derive(Clone, Copy)]
pub struct Editor(StoredValue<Arc<Inner>>);

/// Everything behind [`Editor`]; callbacks of the browser hold this, since they may outlive the page.
pub struct Inner {
    id: BoardId,
    source: Mutex<Source>,
    layout: Mutex<Layout>,

    map: ArcRwSignal<MapInfo>,
    stages: Signals<StageId, Option<Arc<Stage>>>,
    lanes: Signals<LaneId, Option<Arc<Lane>>>,
    personas: Signals<PersonaId, Option<Arc<Persona>>>,
    channels: Signals<ChannelId, Option<Arc<Channel>>>,
    touchpoints: Signals<TouchpointId, Option<Arc<Touchpoint>>>,
    written: Signals<TouchpointId, String>,
    notes: Signals<NoteId, Option<Arc<Note>>>,

    stage_order: Listed<StageId>,
    lane_order: Listed<LaneId>,
    persona_order: Listed<PersonaId>,
    channel_order: Listed<ChannelId>,
    cards: Signals<StageId, Vec<TouchpointId>>,
    adrift: Listed<TouchpointId>,
    note_lists: Signals<NoteHome, Vec<NoteId>>,
    trash: ArcRwSignal<Vec<(Entity, Trashed)>>,

    /// Counts changes, for whoever follows the board as a whole: all, and those of more than running texts.
    version: ArcRwSignal<u32>,
    facts: ArcRwSignal<u32>,
    undoable: ArcRwSignal<(bool, bool)>,
    sync: ArcRwSignal<SyncState>,
    draft: ArcRwSignal<DraftState>,
    held: ArcRwSignal<HeldTexts>,
    set_aside: ArcRwSignal<bool>,
    bound_for: ArcRwSignal<Option<String>>,
    outdated: ArcRwSignal<bool>,
    only_here: ArcRwSignal<bool>,
    person: ArcRwSignal<Option<Person>>,
    peers: ArcRwSignal<Vec<Peer>>,
    holders: Signals<Entity, Option<Holder>>,
    typists: ArcRwSignal<Vec<(String, Holder)>>,
    place: Mutex<presence::Place>,
    before_paint: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

/// Where values come from: plain ones on the server, the document in the browser.
enum Source {
    Plain(Arc<Board>),
    Document(Box<BoardDoc>),
}

impl Source {
    fn board(&self) -> &Board {
        match self {
            Self::Plain(board) => board,
            Self::Document(doc) => doc.board(),
        }
    }
}

/// What a card shows of its touchpoint, so that neither a letter in its text nor its own move paints it anew.
fn face(card: &Touchpoint) -> Arc<Touchpoint> {
    let mut card = card.clone();
    card.notes = String::new();
    card.rank = Rank::default();
    Arc::new(card)
}

fn text_of(board: &Board, id: TouchpointId) -> String {
    board
        .touchpoints
        .get(&id)
        .map(|card| card.notes.clone())
        .unwrap_or_default()
}

macro_rules! seen {
    ($(#[$doc:meta])* $name:ident, $field:ident, $id:ty, $value:ty) => {
        $(#[$doc])*
        #[must_use]
        pub fn $name(self, id: $id) -> Seen<$value> {
            let inner = self.inner();
            inner.$field.of(id, || inner.source().board().$field.get(&id).cloned().map(Arc::new))
        }
    };
}

impl Editor {
    /// Opens a map from what the server sent.
    ///
    /// # Errors
    /// When the bytes are no document.
    pub fn open(id: BoardId, seed: &BoardSeed) -> Result<Self, MergeError> {
        let source = match &seed.board {
            Some(board) => Source::Plain(Arc::clone(board)),
            None => Source::Document(Box::new(
                BoardDoc::open(device::env(), &seed.encoded)?
                    .with_undo()
                    .with_role(seed.role),
            )),
        };
        let layout = source.board().layout();
        let inner = Inner {
            id,
            map: ArcRwSignal::new(source.board().map.clone()),
            stages: Signals::default(),
            lanes: Signals::default(),
            personas: Signals::default(),
            channels: Signals::default(),
            touchpoints: Signals::default(),
            written: Signals::default(),
            notes: Signals::default(),
            stage_order: ArcRwSignal::new(layout.stages.clone()),
            lane_order: ArcRwSignal::new(layout.lanes.clone()),
            persona_order: ArcRwSignal::new(layout.personas.clone()),
            channel_order: ArcRwSignal::new(layout.channels.clone()),
            cards: Signals::default(),
            adrift: ArcRwSignal::new(layout.adrift.clone()),
            note_lists: Signals::default(),
            trash: ArcRwSignal::new(layout.trash.clone()),
            version: ArcRwSignal::new(0),
            facts: ArcRwSignal::new(0),
            undoable: ArcRwSignal::new((false, false)),
            sync: ArcRwSignal::new(SyncState::Connecting),
            draft: ArcRwSignal::new(DraftState::Empty),
            held: ArcRwSignal::new(HeldTexts::new()),
            set_aside: ArcRwSignal::new(false),
            bound_for: ArcRwSignal::new(None),
            outdated: ArcRwSignal::new(false),
            only_here: ArcRwSignal::new(false),
            person: ArcRwSignal::new(None),
            peers: ArcRwSignal::new(Vec::new()),
            holders: Signals::default(),
            typists: ArcRwSignal::new(Vec::new()),
            place: Mutex::new(presence::Place::default()),
            before_paint: OnceLock::new(),
            source: Mutex::new(source),
            layout: Mutex::new(layout),
        };
        Ok(Self(StoredValue::new(Arc::new(inner))))
    }

    /// Connects to the server, reads this device's draft and says who is here. Only in the browser, after hydration.
    pub fn start(self) {
        link::open(&self.inner());
        on_cleanup(link::close);
    }

    /// What runs before things come, go or move on the page, while it still stands as it was.
    pub fn before_paint(self, run: impl Fn() + Send + Sync + 'static) {
        let _ = self.inner().before_paint.set(Box::new(run));
    }

    fn inner(self) -> Arc<Inner> {
        self.0.get_value()
    }

    /// Which map it is.
    #[must_use]
    pub fn id(self) -> BoardId {
        self.inner().id
    }

    seen!(/// A stage.
        stage, stages, StageId, Stage);
    seen!(/// A lane.
        lane, lanes, LaneId, Lane);
    seen!(/// A persona.
        persona, personas, PersonaId, Persona);
    seen!(/// A channel.
        channel, channels, ChannelId, Channel);
    seen!(/// A note.
        note, notes, NoteId, Note);

    /// A touchpoint, without its running text and its rank: those change with every letter and every move, and
    /// whoever shows them follows [`written`](Self::written) and [`cards`](Self::cards).
    #[must_use]
    pub fn touchpoint(self, id: TouchpointId) -> Seen<Touchpoint> {
        let inner = self.inner();
        inner
            .touchpoints
            .of(id, || inner.source().board().touchpoints.get(&id).map(face))
    }

    /// The running text of a touchpoint.
    #[must_use]
    pub fn written(self, id: TouchpointId) -> ArcRwSignal<String> {
        let inner = self.inner();
        inner.written.of(id, || text_of(inner.source().board(), id))
    }

    /// Title, brand and the like.
    #[must_use]
    pub fn map(self) -> ArcRwSignal<MapInfo> {
        self.inner().map.clone()
    }

    /// Columns in order.
    #[must_use]
    pub fn stage_order(self) -> Listed<StageId> {
        self.inner().stage_order.clone()
    }

    /// Rows in order.
    #[must_use]
    pub fn lane_order(self) -> Listed<LaneId> {
        self.inner().lane_order.clone()
    }

    /// Personas in order.
    #[must_use]
    pub fn persona_order(self) -> Listed<PersonaId> {
        self.inner().persona_order.clone()
    }

    /// Channels in order.
    #[must_use]
    pub fn channel_order(self) -> Listed<ChannelId> {
        self.inner().channel_order.clone()
    }

    /// Cards of a stage in order.
    #[must_use]
    pub fn cards(self, stage: StageId) -> Listed<TouchpointId> {
        let inner = self.inner();
        inner
            .cards
            .of(stage, || inner.layout().cards.get(&stage).cloned().unwrap_or_default())
    }

    /// Live cards whose stage is not in the document.
    #[must_use]
    pub fn adrift(self) -> Listed<TouchpointId> {
        self.inner().adrift.clone()
    }

    /// Notes of a home in order.
    #[must_use]
    pub fn notes(self, home: NoteHome) -> Listed<NoteId> {
        let inner = self.inner();
        inner
            .note_lists
            .of(home, || inner.layout().notes.get(&home).cloned().unwrap_or_default())
    }

    /// What lies in the trash, newest first.
    #[must_use]
    pub fn trash(self) -> ArcRwSignal<Vec<(Entity, Trashed)>> {
        self.inner().trash.clone()
    }

    /// Whether something can be undone, and redone.
    #[must_use]
    pub fn undoable(self) -> ArcRwSignal<(bool, bool)> {
        self.inner().undoable.clone()
    }

    /// What may be said about the server having everything.
    #[must_use]
    pub fn sync(self) -> ArcRwSignal<SyncState> {
        self.inner().sync.clone()
    }

    /// Whether the server has another release of the product than this page is of.
    #[must_use]
    pub fn outdated(self) -> ArcRwSignal<bool> {
        self.inner().outdated.clone()
    }

    /// Whether the server is not asked to keep the map, since nobody is signed in.
    #[must_use]
    pub fn only_here(self) -> ArcRwSignal<bool> {
        self.inner().only_here.clone()
    }

    /// What this device keeps of the map.
    #[must_use]
    pub fn draft(self) -> ArcRwSignal<DraftState> {
        self.inner().draft.clone()
    }

    /// Texts that the document refused, by the names of their fields.
    #[must_use]
    pub fn held(self) -> ArcRwSignal<HeldTexts> {
        self.inner().held.clone()
    }

    /// Keeps what a field shows and the document refused, here and in the draft; `None` when it is no longer needed.
    pub fn hold(self, field: &str, text: Option<Held>) {
        let Some(inner) = self.0.try_get_value() else { return };
        if inner.held.with_untracked(|held| held.get(field) == text.as_ref()) {
            return;
        }
        inner.held.update(|held| match text {
            Some(text) => _ = held.insert(field.to_owned(), text),
            None => _ = held.remove(field),
        });
        link::held();
    }

    /// Gives up every text that the document refused.
    pub fn hold_nothing(self) {
        self.inner().held.set(HeldTexts::new());
        link::held();
    }

    /// Whether this device has drafts of this map that cannot be read.
    #[must_use]
    pub fn set_aside(self) -> ArcRwSignal<bool> {
        self.inner().set_aside.clone()
    }

    /// Whether leaving now may lose something: it is neither on the server nor in this device's draft.
    #[must_use]
    pub fn at_risk() -> bool {
        link::at_risk()
    }

    /// Where the person was about to go when something would have been lost.
    #[must_use]
    pub fn bound_for(self) -> ArcRwSignal<Option<String>> {
        self.inner().bound_for.clone()
    }

    /// From here on nobody is asked before leaving.
    pub fn let_go() {
        link::let_go();
    }

    /// What this device keeps of all maps.
    #[must_use]
    pub fn room() -> Room {
        link::room()
    }

    /// Drops what the server has too, of all maps but the open one.
    pub fn free_room() {
        link::free_room();
    }

    /// Goes on with everything this page has as a map of its own, and says its address; `None` when this device cannot
    /// keep it.
    #[must_use]
    pub fn begin_anew() -> Option<String> {
        link::begin_anew()
    }

    /// Hands over the whole map as a file, with everything unsent and refused: the same value that a draft has.
    pub fn download() {
        link::download();
    }

    /// Hands over the drafts that cannot be read, as they are.
    pub fn download_set_aside() {
        link::download_set_aside();
    }

    /// Throws away the drafts that cannot be read.
    pub fn forget_set_aside() {
        link::forget_set_aside();
    }

    /// Who sits here; nobody until the page runs in a browser.
    #[must_use]
    pub fn person(self) -> ArcRwSignal<Option<Person>> {
        self.inner().person.clone()
    }

    /// Changes name and colour of who sits here, keeps them on this device and tells the map.
    pub fn introduce(self, person: Person) {
        let inner = self.inner();
        person.keep();
        let change = match &mut *inner.source() {
            Source::Document(doc) => doc.introduce(person.id, &person.name, person.color),
            Source::Plain(_) => Change::default(),
        };
        inner.person.set(Some(person));
        inner.made_here(change);
        link::greet();
    }

    /// Who else is here.
    #[must_use]
    pub fn peers(self) -> ArcRwSignal<Vec<Peer>> {
        self.inner().peers.clone()
    }

    /// Who else is on a card.
    #[must_use]
    pub fn holder(self, card: Entity) -> ArcRwSignal<Option<Holder>> {
        let inner = self.inner();
        inner
            .holders
            .of(card, || presence::holder(&inner.peers.get_untracked(), card))
    }

    /// Who else types where: the fields' names and their people.
    #[must_use]
    pub fn typists(self) -> ArcRwSignal<Vec<(String, Holder)>> {
        self.inner().typists.clone()
    }

    /// Tells the others which card this person is on.
    pub fn stand_on(self, card: Option<Entity>) {
        // The page may be gone: leaving a field is also what happens to a field that goes with its page.
        let Some(inner) = self.0.try_get_value() else { return };
        if inner.move_to(|place| std::mem::replace(&mut place.on, card) != card) {
            link::greet();
        }
    }

    /// Tells the others which field this person types in.
    pub fn type_in(self, field: Option<String>) {
        let Some(inner) = self.0.try_get_value() else { return };
        if inner.move_to(|place| {
            let changed = place.field != field;
            place.field = field;
            changed
        }) {
            link::greet();
        }
    }

    /// Looks at the board as it is now, without following it.
    pub fn with_board<R>(self, look: impl FnOnce(&Board, &Layout) -> R) -> R {
        let inner = self.inner();
        let source = inner.source();
        let layout = inner.layout();
        look(source.board(), &layout)
    }

    /// Looks at the board as a whole and follows it, but for its running texts: a letter typed somewhere makes no
    /// picture anew that does not show it.
    pub fn follow_board<R>(self, look: impl FnOnce(&Board, &Layout) -> R) -> R {
        self.inner().facts.track();
        self.with_board(look)
    }

    /// The same with its running texts.
    pub fn follow_texts<R>(self, look: impl FnOnce(&Board, &Layout) -> R) -> R {
        self.inner().version.track();
        self.with_board(look)
    }

    /// A running text as it is now.
    #[must_use]
    pub fn text(self, field: TextField) -> Option<String> {
        match &*self.inner().source() {
            Source::Document(doc) => doc.text(field),
            Source::Plain(_) => None,
        }
    }

    /// Applies an edit, paints it and passes it on.
    ///
    /// # Errors
    /// When the model refuses it; then nothing has changed.
    pub fn edit(self, edit: Edit) -> Result<(), EditError> {
        let inner = self.inner();
        let change = match &mut *inner.source() {
            Source::Document(doc) => doc.edit(edit)?,
            Source::Plain(_) => return Ok(()),
        };
        inner.made_here(change);
        Ok(())
    }

    /// Takes this person's last step back. Says whether there was one.
    pub fn undo(self) -> bool {
        self.step(BoardDoc::undo)
    }

    /// Makes the step again that was last taken back. Says whether there was one.
    pub fn redo(self) -> bool {
        self.step(BoardDoc::redo)
    }

    fn step(self, step: fn(&mut BoardDoc) -> Option<Change>) -> bool {
        let inner = self.inner();
        let change = match &mut *inner.source() {
            Source::Document(doc) => step(doc),
            Source::Plain(_) => None,
        };
        let there_was = change.is_some();
        if let Some(change) = change {
            inner.brace(&change.touched);
            inner.made_here(change);
        }
        there_was
    }

    /// Ends the undo step under way: what is typed next is another one.
    pub fn cut_undo(self) {
        let Some(inner) = self.0.try_get_value() else { return };
        if let Source::Document(doc) = &mut *inner.source() {
            doc.cut_undo();
        }
    }
}

impl Inner {
    fn source(&self) -> MutexGuard<'_, Source> {
        self.source.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn layout(&self) -> MutexGuard<'_, Layout> {
        self.layout.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whom the document names beside what is done on this page.
    #[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
    fn sign_as(&self, person: &Person) {
        if let Source::Document(doc) = &mut *self.source() {
            doc.sign(person.id, &person.name, person.color);
        }
    }

    fn move_to(&self, change: impl FnOnce(&mut presence::Place) -> bool) -> bool {
        change(&mut self.place.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Shows a change made on this page and passes it on.
    fn made_here(&self, change: Change) {
        self.show(&change.touched);
        if !change.update.is_empty() {
            link::edited(&change.update);
        }
    }

    /// Before a change is shown that is not made in a field of this page. The feedback-loop board places its cards by what
    /// they say, too: by owner, or by what is asked for. Where somebody writes just that, their next field has the focus.
    fn brace(&self, touched: &Touched) {
        let is_job = |entity: &Entity| matches!(entity, Entity::Improvement(_));
        let moves = !touched.layout && touched.facts && touched.entities.iter().any(is_job);
        if let Some(before_paint) = self.before_paint.get().filter(|_| moves) {
            before_paint();
        }
    }

    /// Sets the signals of what was touched, and no others.
    fn show(&self, touched: &Touched) {
        if let Some(before_paint) = self.before_paint.get().filter(|_| touched.layout) {
            before_paint();
        }
        let source = self.source();
        let board = source.board();
        if touched.map {
            set_if_changed(&self.map, board.map.clone());
        }
        macro_rules! show {
            ($field:ident, $id:expr) => {
                self.$field
                    .show($id, || board.$field.get(&$id).cloned().map(Arc::new))
            };
        }
        for entity in &touched.entities {
            match *entity {
                Entity::Stage(id) => show!(stages, id),
                Entity::Lane(id) => show!(lanes, id),
                Entity::Persona(id) => show!(personas, id),
                Entity::Channel(id) => show!(channels, id),
                Entity::Touchpoint(id) => {
                    self.touchpoints.show(id, || board.touchpoints.get(&id).map(face));
                    self.written.show(id, || text_of(board, id));
                }
                Entity::Note(id) => show!(notes, id),
                // Whoever shows these follows the board.
                _ => {}
            }
        }
        if touched.layout {
            let layout = board.layout();
            // Lists of things first, so that whoever hears of a new stage finds its cards.
            self.cards
                .show_all(|stage| layout.cards.get(stage).cloned().unwrap_or_default());
            self.note_lists
                .show_all(|home| layout.notes.get(home).cloned().unwrap_or_default());
            set_if_changed(&self.stage_order, layout.stages.clone());
            set_if_changed(&self.lane_order, layout.lanes.clone());
            set_if_changed(&self.persona_order, layout.personas.clone());
            set_if_changed(&self.channel_order, layout.channels.clone());
            set_if_changed(&self.adrift, layout.adrift.clone());
            set_if_changed(&self.trash, layout.trash.clone());
            *self.layout() = layout;
        }
        if let Source::Document(doc) = &*source {
            set_if_changed(&self.undoable, (doc.can_undo(), doc.can_redo()));
        }
        drop(source);
        let count = |version: &ArcRwSignal<u32>| version.update(|version| *version = version.wrapping_add(1));
        if touched.facts {
            count(&self.facts);
        }
        if !touched.is_empty() {
            count(&self.version);
        }
    }
}
