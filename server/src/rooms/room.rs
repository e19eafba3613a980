//! One open board.
//!
//! Invariants:
//! - Nothing is sent to anybody, and nothing is acknowledged, before the store has it.
//! - The document holds what the store holds and, only while a commit is under way, what is being committed. When a
//!   commit fails the document is thrown away and read again from the store.
//! - An update that the scan refuses, or on which the CRDT panics, reaches neither the store nor another client.
//! - Newcomers and slow readers are served from the committed bytes as they lie; the document is decoded only when
//!   somebody needs more than that.

use std::{
    any::Any,
    collections::{BTreeMap, HashMap, VecDeque},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures::FutureExt;
use model::{
    access::Role,
    doc::{BoardDoc, Change, Env, MergeError, Touched},
    edit::Entity,
    id::{BoardId, ImprovementId},
    loops::overview::{LoopLine, improvements_of},
    summary::Summary,
    wire::{Message, RefusalCode},
};
use tokio::{
    sync::{Notify, mpsc, oneshot, watch},
    task::JoinHandle,
};

use super::{
    ConnId, Inner, Mail, PageBoard, Reading, RoomsError,
    close::{INTERNAL, INVALID_DATA, POLICY, RESTART, TRY_LATER},
    frame::Frame,
    presence::Presences,
    queue::{Dialect, Outbox, Piece},
};
use crate::{
    limits::{BATCH, HEAVY_BYTES, LOG_KEPT_BYTES},
    store::{Digest, Lines, StoreError},
};

/// An encoded update that changes nothing.
const EMPTY_UPDATE: &[u8] = &[0, 0];
/// Times in a row that a client is asked to sync again before it is taken for broken.
const RESYNCS_MAX: u32 = 8;
/// The share of time that may go into writing the board's summary.
const SUMMARY_SHARE: u32 = 20;
/// Shortest and longest time that a changed summary waits.
const SUMMARY_WAIT: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));
/// How long a summary waits that could not be stored.
const SUMMARY_RETRY: Duration = Duration::from_secs(2);

struct Member {
    outbox: Arc<Outbox>,
    /// Times in a row that it sent something incomplete.
    resyncs: u32,
}

struct Incoming {
    conn: ConnId,
    /// What the sender may do.
    role: Role,
    number: u64,
    update: Bytes,
    /// Where to say what became of it, if it came by no socket.
    done: Option<oneshot::Sender<Result<(), RefusalCode>>>,
}

#[derive(Clone, Debug, PartialEq)]
enum Verdict {
    /// It changes the document.
    News,
    /// It is known already.
    Known,
    /// It may not go in.
    Refused(RefusalCode, String),
}

/// The committed state.
struct Content {
    snapshot: Bytes,
    snapshot_seq: u64,
    /// Committed updates: all after the snapshot, and before it as far back as `log_from`.
    log: VecDeque<Piece>,
    log_from: u64,
    log_bytes: usize,
    version: u64,
    /// Rows and bytes after the snapshot that the store has.
    uncompacted: (u64, usize),
    /// `None` until somebody needs it.
    doc: Option<BoardDoc>,
    page: Option<PageBoard>,
    reading: Option<Reading>,
    /// What the store's table says of the board's improvements; `None` until it was written from here.
    lines: Option<KnownLines>,
    /// Whether the table may say something else than the document will.
    lines_due: bool,
    /// The last difference that was asked for: after a restart everybody asks for the same.
    difference: Option<Difference>,
}

type KnownLines = BTreeMap<ImprovementId, LoopLine>;

/// What a client that knows `asked` lacks, and what the room knows.
struct Difference {
    asked: Bytes,
    lacks: Bytes,
    known: Bytes,
}

/// A room. See the module's invariants.
pub(super) struct Room {
    id: BoardId,
    inner: Arc<Inner>,
    inbox: mpsc::Receiver<Mail>,
    vacant: Arc<Notify>,
    published: watch::Sender<u64>,
    members: HashMap<ConnId, Member>,
    presences: Presences,
    /// `None` before the first use, and after a failure.
    content: Option<Content>,
    /// Number of the newest update that may have been sent to anybody; `None` before the first load.
    shown: Option<u64>,
    compaction: Option<Compaction>,
    summary: SummaryClock,
}

struct Compaction {
    task: JoinHandle<Result<(), StoreError>>,
    rows: u64,
    bytes: usize,
}

/// Writes the summary with every commit of a small board, and seldom enough of a large one.
struct SummaryClock {
    /// Set while the store's summary says less than the store's document.
    due: Option<Instant>,
    wait: Duration,
    last: Option<Instant>,
}

impl Room {
    pub fn new(
        id: BoardId,
        inner: Arc<Inner>,
        inbox: mpsc::Receiver<Mail>,
        vacant: Arc<Notify>,
        published: watch::Sender<u64>,
    ) -> Self {
        Self {
            id,
            inner,
            inbox,
            vacant,
            published,
            members: HashMap::new(),
            presences: Presences::default(),
            content: None,
            shown: None,
            compaction: None,
            summary: SummaryClock {
                due: None,
                wait: Duration::ZERO,
                last: None,
            },
        }
    }

    /// Lives until the room is empty for long enough or the server stops. A panic restarts it from the store (F29).
    pub async fn live(mut self) {
        while let Err(panic) = AssertUnwindSafe(self.run()).catch_unwind().await {
            tracing::error!(board = %self.id, panic = text_of(&*panic), sockets = self.members.len(), "room restarts");
            for (_, member) in self.members.drain() {
                member.outbox.close(INTERNAL, "the room restarts");
            }
            self.presences = Presences::default();
            self.content = None;
            self.compaction = None;
        }
    }

    async fn run(&mut self) {
        let grace = self.inner.config.grace;
        let mut leaves_at = None;
        let mut mails = Vec::new();
        loop {
            let summary_due = self.summary.due;
            tokio::select! {
                count = self.inbox.recv_many(&mut mails, BATCH) => {
                    if count == 0 || self.take_up(&mut mails).await == Flow::Stop {
                        return;
                    }
                }
                () = self.vacant.notified() => leaves_at = Some(Instant::now() + grace),
                () = at(leaves_at), if leaves_at.is_some() => {
                    leaves_at = None;
                    // Somebody may have come since; when they leave, it is asked again.
                    if !self.inner.is_vacant(self.id) {
                        continue;
                    }
                    self.tidy_up().await;
                    if self.inner.retire(self.id) {
                        tracing::debug!(board = %self.id, "room leaves memory");
                        return;
                    }
                }
                () = at(summary_due), if summary_due.is_some() => self.write_summary().await,
                done = compacted(&mut self.compaction), if self.compaction.is_some() => self.note_compaction(done),
            }
        }
    }

    async fn take_up(&mut self, mails: &mut Vec<Mail>) -> Flow {
        let mut updates = Vec::new();
        let mut places = Vec::new();
        let mut is_gone = false;
        let mut flow = Flow::On;
        for mail in mails.drain(..) {
            match mail {
                // Once told to stop, what still comes is not acknowledged: its sender keeps it.
                Mail::Update {
                    conn,
                    role,
                    number,
                    update,
                    _room_for_it,
                } if flow == Flow::On => {
                    updates.push(Incoming {
                        conn,
                        role,
                        number,
                        update,
                        done: None,
                    });
                    places.push(_room_for_it);
                }
                Mail::Submit {
                    update,
                    done,
                    _room_for_it,
                } if flow == Flow::On => {
                    updates.push(Incoming {
                        conn: ConnId::NOBODY,
                        role: Role::Owner,
                        number: 0,
                        update,
                        done: Some(done),
                    });
                    places.push(_room_for_it);
                }
                Mail::Update { .. } | Mail::Submit { .. } => {}
                Mail::Join { conn, outbox } => self.join(conn, outbox),
                Mail::Leave(conn) => {
                    self.members.remove(&conn);
                    let frames = self.presences.leave(conn);
                    self.show(conn, &frames);
                }
                Mail::Knows { conn, state_vector } => self.bring_up_to_date(conn, state_vector).await,
                Mail::Presence { conn, name, entries } => {
                    let frames = self.presences.hear(conn, name.as_deref(), entries);
                    self.show(conn, &frames);
                }
                Mail::QueryPresence(conn) => {
                    if let Some(member) = self.members.get(&conn) {
                        self.introduce(&member.outbox);
                    }
                }
                Mail::CatchUp { conn, since } => self.catch_up(conn, since).await,
                Mail::Page(answer) => {
                    // Whoever asked may have gone; then nobody reads the answer.
                    let _ = answer.send(self.page().await);
                }
                Mail::Read(answer) => {
                    let _ = answer.send(self.read().await);
                }
                Mail::Gone => is_gone = true,
                Mail::Stop => flow = Flow::Stop,
            }
        }
        if is_gone {
            self.close_for_good();
        } else if !updates.is_empty() {
            self.commit(updates).await;
        }
        if flow == Flow::Stop {
            if self.summary.due.is_some() {
                self.write_summary().await;
            }
            for member in self.members.values() {
                member.outbox.close(RESTART, "the server restarts");
            }
        }
        flow
    }

    /// The board is no more: nobody has it open, and nothing of it is written.
    fn close_for_good(&mut self) {
        const WHY: &str = "this map was deleted";
        tracing::info!(board = %self.id, sockets = self.members.len(), "the board of a room was deleted");
        for member in self.members.values() {
            member.outbox.refuse(0, RefusalCode::NotAllowed, WHY);
            member.outbox.close(POLICY, WHY);
        }
        self.content = None;
        self.shown = None;
        self.summary.due = None;
    }

    fn join(&mut self, conn: ConnId, outbox: Arc<Outbox>) {
        self.introduce(&outbox);
        self.members.insert(conn, Member { outbox, resyncs: 0 });
    }

    fn introduce(&self, outbox: &Outbox) {
        for (client, frame) in self.presences.all() {
            outbox.show(client, frame);
        }
    }

    fn show(&self, from: ConnId, frames: &[(u64, Frame)]) {
        if frames.is_empty() {
            return;
        }
        for (conn, member) in &self.members {
            if *conn != from {
                for (client, frame) in frames {
                    member.outbox.show(*client, frame.clone());
                }
            }
        }
    }

    // ---- reading ----

    async fn bring_up_to_date(&mut self, conn: ConnId, state_vector: Bytes) {
        let Some(outbox) = self.members.get(&conn).map(|member| member.outbox.clone()) else {
            return;
        };
        let knows_nothing = matches!(&state_vector[..], [] | [0]);
        let answer = if knows_nothing {
            self.everything().await
        } else {
            self.difference(state_vector).await
        };
        match answer {
            Ok((version, frames)) => outbox.bring_to(version, frames),
            Err(Trouble::Client(reason)) => outbox.close(INVALID_DATA, &reason),
            Err(Trouble::Room(error)) => self.turn_away(&outbox, &error),
        }
    }

    /// Snapshot and tail as they lie, the last piece as the answer to SyncStep1.
    async fn everything(&mut self) -> Result<(u64, Vec<Frame>), Trouble> {
        let content = self.content().await?;
        let mut frames = content.whole();
        let last = frames
            .pop()
            .map_or(Bytes::from_static(EMPTY_UPDATE), |last| last.body().clone());
        frames.push(Frame::step2(last));
        Ok((content.version, frames))
    }

    /// What a client with `state_vector` lacks, and the question what it has that the room lacks.
    async fn difference(&mut self, state_vector: Bytes) -> Result<(u64, Vec<Frame>), Trouble> {
        self.decode().await?;
        let content = self.content().await?;
        let last = content.difference.take().filter(|last| last.asked == state_vector);
        let difference = match last {
            Some(last) => last,
            None => {
                let asked = state_vector.clone();
                let (lacks, known) = content
                    .ask(move |doc| (doc.encode_since(&state_vector), doc.state_vector()))
                    .await?;
                let lacks = lacks.map_err(|error| Trouble::Client(format!("unreadable state vector: {error}")))?;
                Difference {
                    asked,
                    lacks: lacks.into(),
                    known: known.into(),
                }
            }
        };
        let frames = vec![
            Frame::step2(difference.lacks.clone()),
            Frame::message(&Message::SyncStep1(&difference.known)),
        ];
        content.difference = Some(difference);
        Ok((content.version, frames))
    }

    async fn catch_up(&mut self, conn: ConnId, since: u64) {
        let Some(outbox) = self.members.get(&conn).map(|member| member.outbox.clone()) else {
            return;
        };
        let id = self.id;
        match self.content().await {
            Ok(content) => {
                tracing::debug!(board = %id, version = content.version, %conn, since, "a slow reader catches up");
                outbox.bring_to(content.version, content.after(since));
            }
            Err(error) => self.turn_away(&outbox, &error),
        }
    }

    async fn page(&mut self) -> Result<Option<PageBoard>, RoomsError> {
        let Some(reading) = self.read().await? else {
            return Ok(None);
        };
        let content = self.content().await?;
        if content.page.is_none() {
            content.fold().await?;
            content.page = Some(PageBoard {
                encoded: content.snapshot.clone(),
                board: reading.board,
                version: content.version,
            });
        }
        Ok(content.page.clone())
    }

    async fn read(&mut self) -> Result<Option<Reading>, RoomsError> {
        self.decode().await?;
        let content = self.content().await?;
        if content.is_nothing() {
            return Ok(None);
        }
        if content.reading.is_none() {
            let board = content.ask(|doc| doc.board().clone()).await?;
            content.reading = Some(Reading {
                board: Arc::new(board),
                version: content.version,
            });
        }
        Ok(content.reading.clone())
    }

    fn turn_away(&self, outbox: &Outbox, error: &RoomsError) {
        tracing::warn!(board = %self.id, %error, "a socket cannot be served");
        match error {
            RoomsError::Damaged(_) => outbox.close(INTERNAL, "the board cannot be read"),
            RoomsError::Store(_) | RoomsError::Stopping => outbox.close(TRY_LATER, "try again later"),
        }
    }

    /// The committed state, read from the store when it is not here.
    async fn content(&mut self) -> Result<&mut Content, RoomsError> {
        if self.content.is_none() {
            let stored = self.inner.store.load(self.id).await?.unwrap_or_default();
            let is_there = stored.last_seq() > 0 || !stored.snapshot.is_empty();
            if stored.summarised < stored.last_seq() || (is_there && !stored.indexed) {
                // The process ended, or the disk was full, before it was written; or the board is from before there
                // was a table of improvements.
                self.summary.due.get_or_insert_with(Instant::now);
            }
            let content = Content::new(stored);
            // After a failed commit the store may have more than anybody was shown.
            if let Some(shown) = self.shown
                && content.version > shown
            {
                let pieces: Vec<_> = content.log.iter().filter(|piece| piece.seq > shown).cloned().collect();
                for (conn, member) in &self.members {
                    member.outbox.pass_on(&pieces, *conn);
                }
            }
            self.shown = Some(content.version);
            self.published.send_replace(content.version);
            return Ok(self.content.insert(content));
        }
        self.content.as_mut().ok_or_else(undecoded)
    }

    /// Makes sure that the content has its document.
    async fn decode(&mut self) -> Result<(), RoomsError> {
        let env = self.inner.config.env;
        let content = self.content().await?;
        if content.doc.is_none() {
            let pieces: Vec<Bytes> = content.whole().iter().map(|frame| frame.body().clone()).collect();
            let size: usize = pieces.iter().map(Bytes::len).sum();
            let doc = off_thread_if(size >= HEAVY_BYTES, move || guarded(|| read(env, &pieces))).await;
            let doc = doc
                .and_then(|doc| doc)
                .map_err(|panic| RoomsError::Damaged(panic.into()))?;
            content.doc = Some(doc.map_err(|error| RoomsError::Damaged(error.to_string().into()))?);
        }
        Ok(())
    }

    // ---- writing ----

    async fn commit(&mut self, mut updates: Vec<Incoming>) {
        let verdicts = match self.merge(&updates).await {
            Ok(verdicts) => verdicts,
            Err(error) => {
                tracing::error!(board = %self.id, %error, "updates cannot be taken");
                vec![not_stored(); updates.len()]
            }
        };
        let news: Vec<Bytes> = updates
            .iter()
            .zip(&verdicts)
            .filter(|(_, verdict)| **verdict == Verdict::News)
            .map(|(incoming, _)| incoming.update.clone())
            .collect();
        let verdicts = if news.is_empty() {
            verdicts
        } else {
            let (lines, known) = self.lines_now().await;
            let summary = self.summary_now();
            let summarised = summary.is_some();
            match self.store_updates(news, Digest { summary, lines }).await {
                Ok(last) => {
                    if summarised {
                        self.summary.due = None;
                    }
                    self.lines_stored(known);
                    self.publish(last, &updates, &verdicts);
                    verdicts
                }
                Err(error) => {
                    tracing::error!(board = %self.id, %error, updates = updates.len(), "updates were not stored");
                    match error {
                        StoreError::Gone => self.close_for_good(),
                        // The document is ahead of the store now; what it knew beyond is forgotten.
                        StoreError::Exists | StoreError::Unavailable(_) => self.content = None,
                    }
                    verdicts
                        .into_iter()
                        .map(|v| {
                            if matches!(v, Verdict::Refused(..)) {
                                v
                            } else {
                                not_stored()
                            }
                        })
                        .collect()
                }
            }
        };
        self.answer(&mut updates, verdicts).await;
        if self.content.as_ref().is_some_and(|content| {
            content.uncompacted.0 >= self.inner.config.compact_rows
                || content.uncompacted.1 >= self.inner.config.compact_bytes
        }) {
            self.start_compaction().await;
        }
    }

    /// A board begins here only where there was none: one that was deleted since it was read does not come back.
    async fn store_updates(&self, news: Vec<Bytes>, digest: Digest) -> Result<u64, StoreError> {
        let is_new = self.content.as_ref().is_some_and(Content::is_nothing);
        match is_new && self.inner.config.begins {
            true => self.inner.store.append(self.id, news, digest).await,
            false => self.inner.store.extend(self.id, news, digest).await,
        }
    }

    /// Tries every update on the document.
    async fn merge(&mut self, updates: &[Incoming]) -> Result<Vec<Verdict>, RoomsError> {
        let mut verdicts: Vec<Option<Verdict>> = vec![None; updates.len()];
        loop {
            self.decode().await?;
            let content = self.content().await?;
            let doc = content.doc.take().ok_or_else(undecoded)?;
            let queue: Vec<(usize, Role, Bytes)> = updates
                .iter()
                .enumerate()
                .filter(|(i, _)| verdicts[*i].is_none())
                .map(|(i, incoming)| (i, incoming.role, incoming.update.clone()))
                .collect();
            let size: usize = queue.iter().map(|(.., update)| update.len()).sum();
            let (tried, doc) = off_thread_if(size >= HEAVY_BYTES, move || try_out(doc, queue))
                .await
                .map_err(|panic| RoomsError::Damaged(panic.into()))?;
            let whole = doc.is_some();
            if let Some(content) = &mut self.content {
                content.doc = doc;
            }
            let last = tried.len();
            for (n, (i, outcome)) in tried.into_iter().enumerate() {
                let verdict = match outcome {
                    Ok(Ok(change)) if change.update.is_empty() => Verdict::Known,
                    Ok(Ok(change)) => {
                        if let Some(content) = &mut self.content {
                            content.lines_due |= touches_lines(&change.touched);
                        }
                        Verdict::News
                    }
                    Ok(Err(error)) => refusal(&error),
                    Err(panic) => {
                        tracing::error!(board = %self.id, conn = %updates[i].conn, panic, "an update broke the document");
                        Verdict::Refused(RefusalCode::Malformed, "the update cannot be applied".to_owned())
                    }
                };
                // On a document read anew everything has to be tried again but what spoilt it.
                if whole || n + 1 == last {
                    verdicts[i] = Some(verdict);
                }
            }
            if whole {
                return Ok(verdicts.into_iter().flatten().collect());
            }
        }
    }

    fn publish(&mut self, last: u64, updates: &[Incoming], verdicts: &[Verdict]) {
        let news = updates
            .iter()
            .zip(verdicts)
            .filter(|(_, verdict)| **verdict == Verdict::News);
        let count = news.clone().count() as u64;
        let pieces: Vec<Piece> = news
            .zip(last + 1 - count..)
            .map(|((incoming, _), seq)| Piece {
                seq,
                from: incoming.conn,
                frame: Frame::update(incoming.update.clone()),
            })
            .collect();
        for (conn, member) in &self.members {
            member.outbox.pass_on(&pieces, *conn);
        }
        self.shown = Some(last);
        if let Some(content) = &mut self.content {
            content.add(pieces);
        }
        self.published.send_replace(last);
    }

    /// Tells the senders what became of their updates.
    async fn answer(&mut self, updates: &mut [Incoming], verdicts: Vec<Verdict>) {
        for (incoming, verdict) in updates.iter_mut().zip(verdicts) {
            if let Some(done) = incoming.done.take() {
                // Whoever handed it in may have gone; it is stored all the same.
                let _ = done.send(match verdict {
                    Verdict::News | Verdict::Known => Ok(()),
                    Verdict::Refused(code, _) => Err(code),
                });
                continue;
            }
            let Some(member) = self.members.get_mut(&incoming.conn) else {
                continue;
            };
            match verdict {
                Verdict::News | Verdict::Known => member.resyncs = 0,
                Verdict::Refused(code, reason) => {
                    member.outbox.refuse(incoming.number, code, &reason);
                    let speaks = member.outbox.dialect() == Dialect::Touchloop;
                    match code {
                        RefusalCode::Incomplete => {
                            member.resyncs += 1;
                            if member.resyncs > RESYNCS_MAX {
                                member.outbox.close(POLICY, "updates depend on others that never came");
                            } else {
                                let outbox = member.outbox.clone();
                                self.ask_what_it_has(&outbox).await;
                            }
                        }
                        RefusalCode::Malformed => member.outbox.close(INVALID_DATA, &reason),
                        // A stock client cannot be told; when it comes back it offers again what is missing here.
                        RefusalCode::NotStored if !speaks => member.outbox.close(TRY_LATER, &reason),
                        RefusalCode::TooLarge if !speaks => member.outbox.close(POLICY, &reason),
                        _ => {}
                    }
                }
            }
            if let Some(member) = self.members.get(&incoming.conn) {
                member.outbox.ack(incoming.number);
            }
        }
    }

    async fn ask_what_it_has(&mut self, outbox: &Outbox) {
        match self.known().await {
            Ok(known) => outbox.reply(Frame::message(&Message::SyncStep1(&known))),
            Err(error) => self.turn_away(outbox, &error),
        }
    }

    async fn known(&mut self) -> Result<Vec<u8>, RoomsError> {
        self.decode().await?;
        self.content().await?.ask(BoardDoc::state_vector).await
    }

    // ---- housekeeping ----

    /// The summary, if it is time for it. It stays due until the store has it.
    fn summary_now(&mut self) -> Option<Summary> {
        let now = Instant::now();
        let next = self.summary.last.map_or(now, |last| last + self.summary.wait);
        self.summary.due.get_or_insert(next.max(now + SUMMARY_WAIT.0));
        if now < next {
            return None;
        }
        let doc = self.content.as_ref()?.doc.as_ref()?;
        let summary = doc.board().summary();
        let cost = now.elapsed();
        self.summary.wait = match cost * SUMMARY_SHARE {
            // A small board's summary costs nothing, so it goes with every commit.
            wait if wait < SUMMARY_WAIT.0 / 10 => Duration::ZERO,
            wait => wait.clamp(SUMMARY_WAIT.0, SUMMARY_WAIT.1),
        };
        self.summary.last = Some(now);
        Some(summary)
    }

    /// What has become of the board's improvements, to be stored with the updates that did it: a page across maps that
    /// lags behind would send people to what is no more. Costs nothing while no improvement can have changed.
    async fn lines_now(&mut self) -> (Lines, Option<KnownLines>) {
        let Some(content) = self.content.as_mut().filter(|content| content.lines_due) else {
            return (Lines::Same, None);
        };
        match content.ask(|doc| improvements_of(doc.board())).await {
            Ok(lines) => {
                let now: KnownLines = lines.into_iter().map(|line| (line.id, line)).collect();
                let lines = match &content.lines {
                    None => Lines::All(now.values().cloned().collect()),
                    Some(known) => Lines::Changed {
                        put: now
                            .values()
                            .filter(|line| known.get(&line.id) != Some(*line))
                            .cloned()
                            .collect(),
                        gone: known.keys().filter(|id| !now.contains_key(id)).copied().collect(),
                    },
                };
                (lines, Some(now))
            }
            Err(error) => {
                // No reason to refuse what people have written: the table says that it is behind, and what comes next
                // tries again.
                tracing::error!(board = %self.id, %error, "the improvements of a board cannot be read");
                content.lines = None;
                (Lines::Unknown, None)
            }
        }
    }

    fn lines_stored(&mut self, known: Option<KnownLines>) {
        if let Some(content) = &mut self.content
            && known.is_some()
        {
            content.lines = known;
            content.lines_due = false;
        }
    }

    async fn write_summary(&mut self) {
        self.summary.due = None;
        self.summary.last = None;
        if let Err(error) = self.store_summary().await {
            tracing::warn!(board = %self.id, %error, "the summary was not stored");
            self.summary.due = Some(Instant::now() + SUMMARY_RETRY);
        }
    }

    async fn store_summary(&mut self) -> Result<(), RoomsError> {
        self.decode().await?;
        let content = self.content().await?;
        if content.is_nothing() {
            // Its first update was not stored; a summary would make a board of nothing.
            self.summary.due = None;
            return Ok(());
        }
        let (lines, known) = self.lines_now().await;
        let summary = self.summary_now();
        let digest = Digest { summary, lines };
        match self.inner.store.extend(self.id, Vec::new(), digest).await {
            Ok(_) => {
                self.summary.due = None;
                self.lines_stored(known);
            }
            Err(StoreError::Gone) => self.close_for_good(),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Nobody is here: leaves the store in the shape in which the board opens fastest.
    async fn tidy_up(&mut self) {
        if self.summary.due.is_some() {
            self.write_summary().await;
        }
        if self.content.as_ref().is_some_and(|content| content.uncompacted.0 > 0) {
            self.start_compaction().await;
        }
        if self.compaction.is_some() {
            let done = compacted(&mut self.compaction).await;
            self.note_compaction(done);
        }
    }

    async fn start_compaction(&mut self) {
        if self.compaction.is_some() {
            return;
        }
        if let Err(error) = self.decode().await {
            tracing::error!(board = %self.id, %error, "the board was not compacted");
            return;
        }
        let Some(content) = &mut self.content else { return };
        if let Err(error) = content.fold().await {
            tracing::error!(board = %self.id, %error, "the board was not compacted");
            return;
        }
        let (known, board) = match content.ask(|doc| (doc.state_vector(), doc.board().clone())).await {
            Ok(known) => known,
            Err(error) => {
                tracing::error!(board = %self.id, %error, "the board was not compacted");
                return;
            }
        };
        let (snapshot, upto) = (content.snapshot.clone(), content.snapshot_seq);
        let (id, store, env) = (self.id, self.inner.store.clone(), self.inner.config.env);
        let task = self.inner.tasks.spawn(async move {
            // The tail it replaces is the only other copy, so the snapshot is read back before it may.
            let copy = snapshot.clone();
            let same = off_thread_if(true, move || {
                guarded(|| BoardDoc::open(env, &copy))
                    .is_ok_and(|doc| doc.is_ok_and(|doc| doc.state_vector() == known && *doc.board() == board))
            })
            .await;
            if same == Ok(true) {
                store.compact(id, upto, snapshot).await
            } else {
                Err(StoreError::unavailable("the snapshot does not read back as the board"))
            }
        });
        let (rows, bytes) = content.uncompacted;
        self.compaction = Some(Compaction { task, rows, bytes });
    }

    fn note_compaction(&mut self, done: Option<(u64, usize, Result<(), StoreError>)>) {
        self.compaction = None;
        let Some((rows, bytes, outcome)) = done else { return };
        match outcome {
            Ok(()) => tracing::debug!(board = %self.id, rows, bytes, "compacted"),
            Err(error) => tracing::warn!(board = %self.id, %error, "the board was not compacted"),
        }
        // After a failure too: the next attempt comes when as much again has gathered, not at every commit.
        if let Some(content) = &mut self.content {
            content.uncompacted.0 = content.uncompacted.0.saturating_sub(rows);
            content.uncompacted.1 = content.uncompacted.1.saturating_sub(bytes);
        }
    }
}

impl Content {
    fn new(stored: crate::store::Stored) -> Self {
        let version = stored.last_seq();
        let mut content = Self {
            snapshot: stored.snapshot,
            snapshot_seq: stored.snapshot_seq,
            log: VecDeque::new(),
            log_from: stored.snapshot_seq,
            log_bytes: 0,
            version: stored.snapshot_seq,
            uncompacted: (0, 0),
            doc: None,
            page: None,
            reading: None,
            lines: None,
            lines_due: !stored.indexed,
            difference: None,
        };
        let tail = stored.tail.into_iter();
        content.add(
            tail.map(|(seq, update)| Piece {
                seq,
                from: ConnId::NOBODY,
                frame: Frame::update(update),
            })
            .collect(),
        );
        content.version = version;
        content
    }

    /// Whether nothing was ever written to the board.
    fn is_nothing(&self) -> bool {
        self.version == 0 && self.snapshot.is_empty()
    }

    fn add(&mut self, pieces: Vec<Piece>) {
        for piece in pieces {
            self.version = piece.seq;
            self.log_bytes += piece.frame.len();
            self.uncompacted.0 += 1;
            self.uncompacted.1 += piece.frame.len();
            self.log.push_back(piece);
        }
        self.page = None;
        self.reading = None;
        self.difference = None;
    }

    /// Snapshot and the updates after it.
    fn whole(&self) -> Vec<Frame> {
        let snapshot = (!self.snapshot.is_empty()).then(|| Frame::update(self.snapshot.clone()));
        let tail = self
            .log
            .iter()
            .filter(|piece| piece.seq > self.snapshot_seq)
            .map(|piece| piece.frame.clone());
        snapshot.into_iter().chain(tail).collect()
    }

    /// What came after update `since`; everything, where that is not known any more.
    fn after(&self, since: u64) -> Vec<Frame> {
        if since < self.log_from {
            return self.whole();
        }
        self.log
            .iter()
            .filter(|piece| piece.seq > since)
            .map(|piece| piece.frame.clone())
            .collect()
    }

    /// Asks the document something, of a large one where it keeps no socket waiting.
    async fn ask<T: Send + 'static>(
        &mut self,
        question: impl FnOnce(&BoardDoc) -> T + Send + 'static,
    ) -> Result<T, RoomsError> {
        let doc = self.doc.take().ok_or_else(undecoded)?;
        let heavy = self.snapshot.len() + self.log_bytes >= HEAVY_BYTES;
        let (doc, answer) = off_thread_if(heavy, move || {
            let answer = guarded(|| question(&doc));
            (doc, answer)
        })
        .await
        .map_err(|panic| RoomsError::Damaged(panic.into()))?;
        self.doc = Some(doc);
        answer.map_err(|panic| RoomsError::Damaged(panic.into()))
    }

    /// Makes the snapshot the newest state. The store is not touched.
    async fn fold(&mut self) -> Result<(), RoomsError> {
        if self.snapshot_seq == self.version && !self.snapshot.is_empty() {
            return Ok(());
        }
        let encoded = self.ask(BoardDoc::encode).await?;
        self.snapshot = encoded.into();
        self.snapshot_seq = self.version;
        while self.log_bytes > LOG_KEPT_BYTES
            && let Some(piece) = self.log.pop_front()
        {
            self.log_bytes -= piece.frame.len();
            self.log_from = piece.seq;
        }
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Stop,
}

/// Whose fault it is that a client cannot be answered.
enum Trouble {
    Client(String),
    Room(RoomsError),
}

impl From<RoomsError> for Trouble {
    fn from(error: RoomsError) -> Self {
        Self::Room(error)
    }
}

/// Whether a line about an improvement may read differently now: it tells of its touchpoint and its metric too.
fn touches_lines(touched: &Touched) -> bool {
    let tells = |entity: &Entity| {
        matches!(
            entity,
            Entity::Improvement(_) | Entity::Touchpoint(_) | Entity::Metric(_)
        )
    };
    touched.entities.iter().any(tells)
}

fn undecoded() -> RoomsError {
    RoomsError::Damaged("the document was not decoded".into())
}

fn not_stored() -> Verdict {
    Verdict::Refused(RefusalCode::NotStored, "the server could not store it".to_owned())
}

fn refusal(error: &MergeError) -> Verdict {
    use model::scan::ScanError;
    let code = match error {
        MergeError::Incomplete | MergeError::Scan(ScanError::Incomplete { .. }) => RefusalCode::Incomplete,
        MergeError::TooLarge => RefusalCode::TooLarge,
        MergeError::NotAllowed => RefusalCode::NotAllowed,
        MergeError::Scan(_) | MergeError::Yrs(_) => RefusalCode::Malformed,
    };
    Verdict::Refused(code, error.to_string())
}

fn read(env: Env, pieces: &[Bytes]) -> Result<BoardDoc, MergeError> {
    let Some((first, rest)) = pieces.split_first() else {
        return Ok(BoardDoc::new(env));
    };
    let mut doc = BoardDoc::open(env, first)?;
    for piece in rest {
        doc.merge(piece)?;
    }
    Ok(doc)
}

/// The CRDT panics on some input that no scan can foresee; that must not cost more than the document at hand.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| text_of(&*panic).to_owned())
}

fn text_of(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

/// A document on which updates are tried.
trait Trial {
    fn merge(&mut self, role: Role, update: &[u8]) -> Result<Change, MergeError>;
    fn is_spent(&self) -> bool;
}

impl Trial for BoardDoc {
    fn merge(&mut self, role: Role, update: &[u8]) -> Result<Change, MergeError> {
        self.merge_as(role, update)
    }

    fn is_spent(&self) -> bool {
        Self::is_spent(self)
    }
}

/// What became of an update: merged, refused, or the panic's message.
type Tried = Result<Result<Change, MergeError>, String>;

/// Tries numbered updates in their order, up to the first that spoils the document: what that holds then is anybody's
/// guess, so it is gone.
fn try_out<D: Trial>(mut doc: D, queue: Vec<(usize, Role, Bytes)>) -> (Vec<(usize, Tried)>, Option<D>) {
    let mut tried = Vec::with_capacity(queue.len());
    for (i, role, update) in queue {
        let outcome = guarded(|| doc.merge(role, &update));
        let spoilt = outcome.is_err() || doc.is_spent();
        tried.push((i, outcome));
        if spoilt {
            return (tried, None);
        }
    }
    (tried, Some(doc))
}

/// Does heavy work where it keeps no socket waiting.
async fn off_thread_if<T: Send + 'static>(heavy: bool, work: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
    if heavy {
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| error.to_string())
    } else {
        Ok(work())
    }
}

async fn at(when: Option<Instant>) {
    match when {
        Some(when) => tokio::time::sleep_until(when.into()).await,
        None => std::future::pending().await,
    }
}

async fn compacted(compaction: &mut Option<Compaction>) -> Option<(u64, usize, Result<(), StoreError>)> {
    let running = compaction.as_mut()?;
    let outcome = (&mut running.task)
        .await
        .unwrap_or_else(|error| Err(StoreError::unavailable(error)));
    Some((running.rows, running.bytes, outcome))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks in the way that its next update says.
    #[derive(Default)]
    struct Brittle {
        spent: bool,
    }

    impl Trial for Brittle {
        fn merge(&mut self, _: Role, update: &[u8]) -> Result<Change, MergeError> {
            match update {
                b"good" => Ok(Change::default()),
                b"refused" => Err(MergeError::Incomplete),
                b"spends" => {
                    self.spent = true;
                    Err(MergeError::Incomplete)
                }
                _ => panic!("the test says so"),
            }
        }

        fn is_spent(&self) -> bool {
            self.spent
        }
    }

    #[test]
    fn f17_a_document_that_an_update_has_spoilt_judges_no_other() {
        let outcome = |updates: [&'static str; 3]| {
            let queue = updates
                .into_iter()
                .enumerate()
                .map(|(i, update)| (i, Role::Editor, Bytes::from_static(update.as_bytes())));
            let (tried, doc) = try_out(Brittle::default(), queue.collect());
            (tried.len(), doc.is_some())
        };
        assert_eq!(outcome(["good", "refused", "good"]), (3, true));
        assert_eq!(outcome(["good", "spends", "good"]), (2, false));
        assert_eq!(outcome(["panics", "good", "good"]), (1, false));
    }
}
