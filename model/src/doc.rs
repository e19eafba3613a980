//! The shared document: the one place that opens transactions.
//!
//! [`BoardDoc`] owns the CRDT document, its undo manager and a [`Board`] that is kept current by re-reading
//! what a transaction touched and nothing else. Invariants: no transaction outlives a method; the board always
//! says what the document says; nothing waits for missing updates.

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use yrs::types::{Event, PathSegment};
use yrs::undo::UndoManager;
use yrs::updates::decoder::Decode;
use yrs::{
    BranchID, ClientID, DeepObservable, Doc, ID, Map, OffsetKind, Options, ReadTxn, StateVector, Transact,
    TransactionMut, Update, WriteTxn,
};

use crate::access::Role;
use crate::apply::Roots;
use crate::board::{Board, Mark};
use crate::edit::{Edit, EditError, Entity, TextField};
use crate::id::PersonId;
use crate::lib0::Writer;
use crate::limits::DOCUMENT_MAX;
use crate::people::Person;
use crate::plan::{Plan, Raw, Write};
use crate::read::{Kind, Seen, branch_of, key_of, read_map, read_people, refresh, text_place};
use crate::scan::{self, Ledger, News, ScanError};
use crate::thing::{Value, mark};

/// What the model takes from the world around it, so that it stays pure.
#[derive(Clone, Copy)]
pub struct Env {
    /// Unicode normalisation form C.
    pub nfc: fn(&str) -> String,
    /// Milliseconds since 1970.
    pub now_ms: fn() -> u64,
}

impl std::fmt::Debug for Env {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Env")
    }
}

/// What a transaction did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The same in one update (v1) for others to merge; empty when nothing changed.
    pub update: Vec<u8>,
    /// What has to be drawn anew.
    pub touched: Touched,
}

/// Which parts of the board say something else than before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// The map's own fields.
    pub map: bool,
    /// What somebody is called.
    pub people: bool,
    /// Entities that came, went or changed.
    pub entities: BTreeSet<Entity>,
    /// Whether anything but running texts (notes, pain points and the like) says something else.
    pub facts: bool,
    /// Whether something was added, moved, trashed or restored, so that [`Board::layout`] is another.
    pub layout: bool,
}

impl Touched {
    /// Whether nothing has to be drawn anew.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.map && !self.people && self.entities.is_empty()
    }

    /// Adds what another change touched.
    pub fn extend(&mut self, other: Self) {
        self.map |= other.map;
        self.people |= other.people;
        self.entities.extend(other.entities);
        self.facts |= other.facts;
        self.layout |= other.layout;
    }
}

/// Why an update was not merged. The document is as it was, unless [`BoardDoc::is_spent`] says otherwise: then throw
/// it away and open it again from the store, whichever error this is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// It is not an update.
    #[error(transparent)]
    Scan(ScanError),
    /// It builds on something that is not here: ask for everything since our state, then try again.
    #[error("the update builds on what is not here")]
    Incomplete,
    /// The document would grow beyond [`DOCUMENT_MAX`].
    #[error("the document is full")]
    TooLarge,
    /// The role of whoever sent it does not cover it.
    #[error("the role does not cover this update")]
    NotAllowed,
    /// The CRDT library failed on it.
    #[error("the update cannot be applied: {0}")]
    Yrs(String),
}

impl From<ScanError> for MergeError {
    fn from(error: ScanError) -> Self {
        match error {
            ScanError::Incomplete { .. } => Self::Incomplete,
            other => Self::Scan(other),
        }
    }
}

/// The schema version that this release writes.
pub const SCHEMA: u32 = 1;
/// Consecutive typing in one field within this many milliseconds is undone as one step.
pub const TYPING_PAUSE_MS: u64 = 500;
/// Room that edits leave below [`DOCUMENT_MAX`], so that a full document can still be tidied and undone.
const RESERVE: usize = 256 * 1024;
/// Roughly how much somebody's name adds to the document, in bytes.
const INTRODUCTION: usize = 512;

/// Client ids are whole numbers in JavaScript (F18).
const CLIENT_BITS: u32 = 53;

const LOCAL: &str = "local";
const GROUND: &str = "ground";
const REMOTE: &str = "remote";

/// What the observers have seen in the transaction at hand.
#[derive(Default)]
struct Dirty {
    map: bool,
    people: bool,
    entities: BTreeSet<Entity>,
    /// Roots whose changed keys could not be listed.
    roots: Vec<Kind>,
    /// Set while an update is applied whose map entries may hold no value: listing them would panic.
    careful: bool,
}

/// A board's document with everything that belongs to it.
pub struct BoardDoc {
    env: Env,
    author: Option<PersonId>,
    /// What whoever edits may do.
    role: Role,
    /// What the author is called, until the document has been told.
    introduction: Option<Person>,
    /// How far its clock is set back, in milliseconds: examples tell what happened before.
    back: u64,
    undo: Option<UndoManager<()>>,
    doc: Doc,
    roots: Roots,
    board: Board,
    dirty: Arc<Mutex<Dirty>>,
    /// Which shared map each entity is, to notice one that was replaced under its key.
    branches: HashMap<Entity, ID>,
    /// Which list each item is in, to judge updates by.
    ledger: Ledger,
    /// The last typing and when it was, while it can still grow.
    typing: Option<(TextField, u64)>,
    /// Encoded size: never less than it is.
    size: usize,
    size_is_exact: bool,
    spent: bool,
}

impl std::fmt::Debug for BoardDoc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BoardDoc")
            .field("client", &self.client_id())
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

struct RawDoc<'a> {
    txn: yrs::Transaction<'a>,
    roots: &'a Roots,
}

impl Raw for RawDoc<'_> {
    fn is_taken(&self, entity: Entity) -> bool {
        self.roots.is_taken(&self.txn, entity)
    }

    fn text(&self, field: TextField) -> String {
        self.roots.whole_text(&self.txn, field).unwrap_or_default()
    }
}

fn lock(dirty: &Mutex<Dirty>) -> MutexGuard<'_, Dirty> {
    dirty.lock().unwrap_or_else(PoisonError::into_inner)
}

impl BoardDoc {
    /// An empty document with a fresh client id and without undo: a replica.
    #[must_use]
    pub fn new(env: Env) -> Self {
        // From the system's randomness: two documents with one client id would diverge unnoticed (F19).
        let random = uuid::Uuid::now_v7().as_u128() & ((1 << CLIENT_BITS) - 1);
        let mut options = Options::with_client_id(ClientID::new(random as u64));
        options.offset_kind = OffsetKind::Utf16;
        // Formats in foreign rich text are not ours to tidy.
        options.cleanup_formatting = false;
        let doc = Doc::with_options(options);
        let roots = Roots::of(&doc);
        let dirty = Arc::new(Mutex::new(Dirty::default()));
        watch(&roots, &dirty);
        Self {
            env,
            author: None,
            role: Role::Owner,
            introduction: None,
            back: 0,
            undo: None,
            doc,
            roots,
            board: Board::default(),
            dirty,
            branches: HashMap::new(),
            ledger: Ledger::new(),
            typing: None,
            size: 0,
            size_is_exact: true,
            spent: false,
        }
    }

    /// Opens an encoded document.
    ///
    /// # Errors
    /// When the bytes are not a whole document; see [`MergeError`].
    pub fn open(env: Env, encoded: &[u8]) -> Result<Self, MergeError> {
        let mut doc = Self::new(env);
        doc.merge(encoded)?;
        Ok(doc)
    }

    /// Keeps undo and redo of this document's own edits from here on.
    #[must_use]
    pub fn with_undo(mut self) -> Self {
        let mut manager = UndoManager::with_options(yrs::undo::Options {
            // Steps are cut in `edit`; the manager's own clock stands still, so it never cuts.
            capture_timeout_millis: u64::MAX,
            tracked_origins: [LOCAL.into()].into(),
            capture_transaction: None,
            timestamp: Arc::new(|| 1),
            init_undo_stack: Vec::new(),
            init_redo_stack: Vec::new(),
        });
        for root in self.roots.undoable() {
            manager.expand_scope(&self.doc, root);
        }
        self.undo = Some(manager);
        self
    }

    /// Says who edits; stands beside what they do.
    #[must_use]
    pub fn with_author(mut self, author: PersonId) -> Self {
        self.author = Some(author);
        self
    }

    /// Says what whoever edits may do; without it, everything.
    #[must_use]
    pub fn with_role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    /// Says who edits and what they are called. Their first edit tells the document, if it does not know; to look on
    /// is no edit.
    pub fn sign(&mut self, author: PersonId, name: &str, color: u8) {
        self.author = Some(author);
        self.introduction = Person::settled(self.env.nfc, name, color);
    }

    /// The same of somebody who has just said what they are called: the document is told at once, of a name that was
    /// given up, too. No step of undo.
    pub fn introduce(&mut self, author: PersonId, name: &str, color: u8) -> Change {
        self.sign(author, name, color);
        if self.introduction.is_none() && self.board.people.contains_key(&author) {
            return self.tell(author, None);
        }
        match self.news() {
            Some((author, person)) => self.tell(author, Some(&person)),
            None => Change::default(),
        }
    }

    /// What the document has to be told of its author: once, as another page of theirs may know better later.
    fn news(&mut self) -> Option<(PersonId, Person)> {
        let author = self.author?;
        let person = self.introduction.take()?;
        let is_new = self.board.people.get(&author) != Some(&person);
        (is_new && self.has_room(INTRODUCTION)).then_some((author, person))
    }

    fn tell(&mut self, author: PersonId, person: Option<&Person>) -> Change {
        let mut txn = self.doc.transact_mut_with(GROUND);
        self.roots.introduce(&mut txn, author, person);
        txn.commit();
        let update = txn.encode_update_v1();
        drop(txn);
        self.own(&update);
        self.change(update)
    }

    /// Sets the clock back, for edits that tell what happened before.
    pub(crate) fn set_back(&mut self, ms: u64) {
        self.back = ms;
    }

    /// The document as plain values, always current.
    #[must_use]
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// Checks an edit and applies it whole, in one undo step.
    ///
    /// # Errors
    /// When a rule refuses it; nothing has changed then.
    pub fn edit(&mut self, edit: Edit) -> Result<Change, EditError> {
        if self.role < edit.needs() {
            return Err(EditError::NotAllowed);
        }
        let typing = match &edit {
            Edit::Type(field, _) => Some((*field, (self.env.now_ms)())),
            _ => None,
        };
        let plan = {
            let raw = RawDoc {
                txn: self.doc.transact(),
                roots: &self.roots,
            };
            let now = (self.env.now_ms)().saturating_sub(self.back);
            let mut plan = Plan::new(self.env, now, &self.board, &raw, self.author);
            plan.add(edit)?;
            (plan.writes, plan.shrinks)
        };
        let (writes, shrinks) = plan;
        if writes.is_empty() {
            return Ok(Change::default());
        }
        if !shrinks && !self.has_room(writes.iter().map(weight).sum::<usize>() + RESERVE) {
            return Err(EditError::Full);
        }
        let goes_on = matches!((self.typing, typing), (Some((last, then)), Some((field, now)))
            if last == field && now.checked_sub(then).is_some_and(|pause| pause < TYPING_PAUSE_MS));
        if let Some(undo) = &mut self.undo
            && !goes_on
        {
            undo.reset();
        }
        self.typing = typing;
        let update = self.write(&writes);
        self.own(&update);
        Ok(self.change(update))
    }

    /// Writes in one transaction, or in two when there is undo: what others will build on (new entities, new
    /// texts) is laid as ground that undo leaves standing (SPEC E30).
    fn write(&mut self, writes: &[Write]) -> Vec<u8> {
        let seeds = self.board.map.schema == 0;
        let news = self.news();
        let schema = Write::Map("schema".into(), Some(Value::Int(SCHEMA.into())));
        let mut ground = Vec::new();
        if self.undo.is_some() {
            let lacking: Vec<TextField> = {
                let txn = self.doc.transact();
                let lacks = |field: &TextField| self.roots.lacks_text(&txn, *field);
                writes
                    .iter()
                    .filter_map(|w| {
                        if let Write::Splice(field, _) = w {
                            Some(*field)
                        } else {
                            None
                        }
                    })
                    .filter(lacks)
                    .collect()
            };
            let creates = writes.iter().any(|write| matches!(write, Write::Create(..)));
            if seeds || creates || news.is_some() || !lacking.is_empty() {
                let trashed = mark(&Mark {
                    at: (self.env.now_ms)(),
                    by: self.author,
                });
                let mut txn = self.doc.transact_mut_with(GROUND);
                if seeds {
                    self.roots.write(&mut txn, &schema);
                }
                if let Some((author, person)) = &news {
                    self.roots.introduce(&mut txn, *author, Some(person));
                }
                for write in writes {
                    if let Write::Create(entity, fields) = write {
                        self.roots.create(&mut txn, *entity, fields);
                        self.roots.set(&mut txn, *entity, "trashed", Some(&trashed));
                    }
                }
                for field in lacking {
                    self.roots.ensure_text(&mut txn, field);
                }
                txn.commit();
                ground = txn.encode_update_v1();
            }
        }
        let mut txn = self.doc.transact_mut_with(LOCAL);
        if self.undo.is_none() {
            if seeds {
                self.roots.write(&mut txn, &schema);
            }
            if let Some((author, person)) = &news {
                self.roots.introduce(&mut txn, *author, Some(person));
            }
        }
        for write in writes {
            match write {
                Write::Create(entity, fields) if self.undo.is_some() => {
                    let trashed = fields.iter().find(|(key, _)| key == "trashed").map(|(_, value)| value);
                    self.roots.set(&mut txn, *entity, "trashed", trashed);
                }
                write => self.roots.write(&mut txn, write),
            }
        }
        txn.commit();
        let update = if txn.has_changes() {
            txn.encode_update_v1()
        } else {
            Vec::new()
        };
        drop(txn);
        joined(vec![ground, update])
    }

    /// Merges an update of another replica. Not undone by [`Self::undo`].
    ///
    /// # Errors
    /// When it is malformed, incomplete or too much; see [`MergeError`].
    pub fn merge(&mut self, update: &[u8]) -> Result<Change, MergeError> {
        if self.spent {
            return Err(MergeError::Yrs("the document is spent".to_owned()));
        }
        if !self.has_room(update.len()) {
            // It may all be known already.
            return if self.ledger.check(update)?.empty {
                Ok(Change::default())
            } else {
                Err(MergeError::TooLarge)
            };
        }
        let scan = self.ledger.admit(update)?;
        if scan.empty {
            return Ok(Change::default());
        }
        lock(&self.dirty).careful = scan.formats;
        let outcome = self.take_in(update);
        lock(&self.dirty).careful = false;
        match outcome {
            Ok(changed) => Ok(self.change(if changed { update.to_vec() } else { Vec::new() })),
            Err(error) => {
                // The ledger has it by now, and the document may have half of it.
                self.spent = true;
                Err(error)
            }
        }
    }

    /// Merges an update of somebody in that role, if the role covers all of it (SPEC A21). One that cannot be judged
    /// before it is merged, as it deletes something, may leave the document spent.
    ///
    /// # Errors
    /// [`MergeError::NotAllowed`], or as [`Self::merge`].
    pub fn merge_as(&mut self, role: Role, update: &[u8]) -> Result<Change, MergeError> {
        if role.may_edit() {
            return self.merge(update);
        }
        let scan = self.ledger.check(update)?;
        if scan.empty {
            return Ok(Change::default());
        }
        let most = if role.may_comment() { News::Talk } else { News::None };
        if scan.news > most {
            return Err(MergeError::NotAllowed);
        }
        let change = self.merge(update)?;
        let touched = &change.touched;
        let covered = match most {
            News::Talk => !touched.map && touched.entities.iter().all(|it| matches!(it, Entity::Comment(_))),
            _ => touched.is_empty(),
        };
        if !covered {
            self.spent = true;
            return Err(MergeError::NotAllowed);
        }
        Ok(change)
    }

    /// Decodes and applies an update; whether anything changed.
    fn take_in(&self, update: &[u8]) -> Result<bool, MergeError> {
        let decoded = catch_unwind(|| Update::decode_v1(update))
            .map_err(|_| MergeError::Yrs("decoding failed".to_owned()))?
            .map_err(|error| MergeError::Yrs(error.to_string()))?;
        self.apply(decoded)
    }

    /// Enters an own update into the ledger. One that does not pass would be refused by everyone else, too.
    fn own(&mut self, update: &[u8]) {
        if !update.is_empty() && self.ledger.admit(update).is_err() {
            self.spent = true;
        }
    }

    /// Applies a decoded update; whether anything changed. The transaction stays outside the unwinding part:
    /// were it dropped while unwinding, a second panic in its commit would end the process.
    fn apply(&self, update: Update) -> Result<bool, MergeError> {
        let failed = || MergeError::Yrs("the CRDT library panicked".to_owned());
        let mut txn: Option<TransactionMut<'_>> = Some(self.doc.transact_mut_with(REMOTE));
        let applied = catch_unwind(AssertUnwindSafe(|| {
            let Some(txn) = txn.as_mut() else { return Ok(false) };
            txn.apply_update(update)
                .map_err(|error| MergeError::Yrs(error.to_string()))?;
            if txn.has_missing_updates() {
                txn.prune_pending();
                return Err(MergeError::Incomplete);
            }
            txn.commit();
            Ok(txn.has_changes())
        }));
        let closed = catch_unwind(AssertUnwindSafe(|| drop(txn.take())));
        let changed = applied.map_err(|_| failed())??;
        closed.map_err(|_| failed())?;
        Ok(changed)
    }

    /// Whether an update failed in a way that leaves this document unusable.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.spent
    }

    /// Takes back this document's last own edit that still shows; `None` when there is none.
    pub fn undo(&mut self) -> Option<Change> {
        self.step(UndoManager::undo_blocking)
    }

    /// Makes the last undone edit again; `None` when there is none.
    pub fn redo(&mut self) -> Option<Change> {
        self.step(UndoManager::redo_blocking)
    }

    fn step(&mut self, step: fn(&mut UndoManager<()>) -> bool) -> Option<Change> {
        self.typing = None;
        let undo = self.undo.as_mut()?;
        let updates = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&updates);
        self.doc
            .observe_update_v1("step", move |_, event| {
                seen.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(event.update.clone());
            })
            .ok()?;
        let changed = step(undo);
        self.doc.unobserve_update_v1("step").ok();
        undo.reset();
        let updates = std::mem::take(&mut *updates.lock().unwrap_or_else(PoisonError::into_inner));
        let update = joined(updates);
        self.own(&update);
        let change = self.change(update);
        changed.then_some(change)
    }

    /// Whether there is an own edit to take back.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        self.undo.as_ref().is_some_and(UndoManager::can_undo)
    }

    /// Whether there is an undone edit to make again.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        self.undo.as_ref().is_some_and(UndoManager::can_redo)
    }

    /// Ends the current undo step: typing that follows is a step of its own.
    pub fn cut_undo(&mut self) {
        self.typing = None;
    }

    /// The whole document as one update (v1).
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.doc.transact().encode_diff_v1(&StateVector::default())
    }

    /// What a replica with this state vector (v1) lacks, as one update.
    ///
    /// # Errors
    /// When the bytes are not a state vector.
    pub fn encode_since(&self, state_vector: &[u8]) -> Result<Vec<u8>, MergeError> {
        scan::scan_state_vector(state_vector)?;
        let since = StateVector::decode_v1(state_vector).map_err(|error| MergeError::Yrs(error.to_string()))?;
        Ok(self.doc.transact().encode_diff_v1(&since))
    }

    /// The same in several updates, to be merged in this order, each at most `max` bytes long: a message is smaller
    /// than a document. One is longer only when it holds a single value that is.
    ///
    /// # Errors
    /// When the bytes are not a state vector.
    pub fn encode_since_in_pieces(&self, state_vector: &[u8], max: usize) -> Result<Vec<Vec<u8>>, MergeError> {
        Ok(scan::split(self.encode_since(state_vector)?, max)?)
    }

    /// How much of each client's history is here, encoded (v1). Replicas with the same history have the same bytes:
    /// the largest client id comes first, as in Yjs, where yrs follows the order of its hash table.
    #[must_use]
    pub fn state_vector(&self) -> Vec<u8> {
        let known = self.doc.transact().state_vector();
        let mut clocks: Vec<(u64, u32)> = known.iter().map(|(client, clock)| (client.get(), *clock)).collect();
        clocks.sort_unstable_by(|a, b| b.cmp(a));
        let mut bytes = Writer::new();
        bytes.uint(clocks.len() as u64);
        for (client, clock) in clocks {
            bytes.uint(client);
            bytes.uint(clock.into());
        }
        bytes.finish()
    }

    /// How much of one client's history is here.
    #[must_use]
    pub fn clock_of(&self, client: u64) -> u32 {
        self.ledger.clock_of(client)
    }

    /// This document's own client id: random, 53 bits, never stored.
    #[must_use]
    pub fn client_id(&self) -> u64 {
        self.doc.client_id().get()
    }

    /// A running text, as [`Edit::Type`] counts in it; `None` when what it belongs to is not there.
    #[must_use]
    pub fn text(&self, field: TextField) -> Option<String> {
        let txn = self.doc.transact();
        self.roots.entity(&txn, text_place(field).0)?;
        Some(self.roots.whole_text(&txn, field).unwrap_or_default())
    }

    /// Whether the document can take this many bytes more. Sizes only add up between exact measurements.
    fn has_room(&mut self, bytes: usize) -> bool {
        if self.size + bytes > DOCUMENT_MAX && !self.size_is_exact {
            self.size = self.encode().len();
            self.size_is_exact = true;
        }
        self.size + bytes <= DOCUMENT_MAX
    }

    /// Brings the board up to date after a transaction.
    fn change(&mut self, update: Vec<u8>) -> Change {
        self.size += update.len();
        self.size_is_exact &= update.is_empty();
        let dirty = {
            let mut dirty = lock(&self.dirty);
            let careful = dirty.careful;
            std::mem::replace(
                &mut *dirty,
                Dirty {
                    careful,
                    ..Dirty::default()
                },
            )
        };
        let mut touched = Touched::default();
        let txn = self.doc.transact();
        if dirty.map {
            let map = read_map(&txn, &self.roots.meta);
            touched.map = map != self.board.map;
            touched.facts = touched.map;
            self.board.map = map;
        }
        if dirty.people {
            let people = read_people(&txn, &self.roots.people);
            touched.people = people != self.board.people;
            touched.facts |= touched.people;
            self.board.people = people;
        }
        let mut entities = dirty.entities;
        for kind in dirty.roots {
            self.find_replaced(&txn, kind, &mut entities);
        }
        for entity in entities {
            let root = self.roots.kind(Kind::of(entity));
            match root
                .get(&txn, &key_of(entity))
                .as_ref()
                .and_then(branch_of)
                .map(|branch| branch.id())
            {
                Some(BranchID::Nested(id)) => self.branches.insert(entity, id),
                _ => self.branches.remove(&entity),
            };
            match refresh(&txn, root, entity, &mut self.board) {
                Seen::Same => continue,
                Seen::Written => {}
                Seen::Changed => touched.facts = true,
                Seen::Moved => (touched.facts, touched.layout) = (true, true),
            }
            touched.entities.insert(entity);
        }
        Change { update, touched }
    }

    /// Finds the entities of a kind that came, went or were replaced, by comparing the whole root.
    fn find_replaced<T: ReadTxn>(&self, txn: &T, kind: Kind, entities: &mut BTreeSet<Entity>) {
        let root = self.roots.kind(kind);
        let now = |key: &str| {
            root.get(txn, key)
                .as_ref()
                .and_then(branch_of)
                .map(|branch| branch.id())
        };
        for entity in root.keys(txn).filter_map(|key| kind.entity(key)) {
            if now(&key_of(entity)) != self.branches.get(&entity).map(|id| BranchID::Nested(*id)) {
                entities.insert(entity);
            }
        }
        let known = self.branches.keys().filter(|entity| Kind::of(**entity) == kind);
        entities.extend(known.filter(|entity| !root.contains_key(txn, &key_of(**entity))));
    }
}

/// Roughly how much a write adds to the document, in bytes.
fn weight(write: &Write) -> usize {
    fn of(value: &Value) -> usize {
        match value {
            Value::Bool(_) | Value::Int(_) | Value::Float(_) => 16,
            Value::Bytes(bytes) => 24 + bytes.len(),
            Value::Text(text) | Value::Running(text) => 24 + text.len(),
            Value::Record(fields) => fields.iter().map(|(_, value)| 16 + of(value)).sum(),
        }
    }
    match write {
        Write::Map(_, value) | Write::Set(_, _, value) => 96 + value.as_ref().map_or(0, of),
        Write::Create(_, fields) => 128 + fields.iter().map(|(_, value)| 32 + of(value)).sum::<usize>(),
        Write::Splice(_, splice) => 64 + splice.insert.len(),
    }
}

/// Several updates as one.
fn joined(mut updates: Vec<Vec<u8>>) -> Vec<u8> {
    updates.retain(|update| !update.is_empty());
    if updates.len() > 1
        && let Ok(one) = yrs::merge_updates_v1(&updates)
    {
        return one;
    }
    updates.pop().unwrap_or_default()
}

/// Notes down what each transaction changes.
fn watch(roots: &Roots, dirty: &Arc<Mutex<Dirty>>) {
    let shared = Arc::clone(dirty);
    roots.meta.observe_deep("board", move |_, _| lock(&shared).map = true);
    let shared = Arc::clone(dirty);
    roots
        .people
        .observe_deep("board", move |_, _| lock(&shared).people = true);
    for kind in Kind::ALL {
        let shared = Arc::clone(dirty);
        roots.kind(kind).observe_deep("board", move |txn, events| {
            let mut dirty = lock(&shared);
            for event in events.iter() {
                let path = event.path();
                match (path.front(), event) {
                    (Some(PathSegment::Key(key)), _) => dirty.entities.extend(kind.entity(key)),
                    // Things in a list under our root: not ours.
                    (Some(PathSegment::Index(_)), _) => {}
                    (None, Event::Map(event)) if !dirty.careful => {
                        let keys = event.keys(txn);
                        dirty.entities.extend(keys.keys().filter_map(|key| kind.entity(key)));
                    }
                    (None, _) => dirty.roots.push(kind),
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENV: Env = Env {
        nfc: str::to_owned,
        now_ms: || 0,
    };

    #[test]
    fn whatever_the_crdt_refuses_after_the_scan_leaves_a_spent_document() {
        let mut author = BoardDoc::new(ENV);
        let title = |title: &str| Edit::SetMap(crate::edit::MapField::Title(title.to_owned()));
        let past = author.edit(title("một")).unwrap().update;
        let next = author.edit(title("hai")).unwrap().update;

        // A ledger that knows of a past which the document lacks, so that only the CRDT finds out.
        let mut doc = BoardDoc::new(ENV);
        doc.ledger.admit(&past).unwrap();
        assert_eq!(doc.merge(&next), Err(MergeError::Incomplete));
        assert!(doc.is_spent());
        assert!(matches!(doc.merge(&past), Err(MergeError::Yrs(_))));
    }
}
