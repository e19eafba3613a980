//! What waits to be written to one socket: bounded, and never in anybody's way.
//!
//! Invariants:
//! - Whoever puts something in never waits. Only the socket itself does.
//! - A socket either has every update up to `reached` on its way, in order, or it is *behind*: then its pending updates
//!   are dropped, new ones are not queued, and once it has written what it has it asks its room for the difference.
//! - Acknowledgements are one number, presence is one frame a client, so neither grows with time.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use model::wire::{Message, RefusalCode};
use tokio::sync::Notify;

use super::{ConnId, frame::Frame};
use crate::limits::{BACKLOG_MAX, REPLIES_MAX, WRITE_BYTES, WRITE_FRAMES};

/// How much may wait for one socket before its pending updates are dropped.
#[derive(Clone, Copy, Debug)]
pub struct QueueBounds {
    /// Updates.
    pub frames: usize,
    /// Bytes of updates; one larger update is let in when nothing else waits.
    pub bytes: usize,
}

/// Whether the client asked for acknowledgements and refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// The Yjs protocol and nothing else.
    Standard,
    /// With our own messages.
    Touchloop,
}

/// A committed update on its way to everybody.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    /// Its number in the store.
    pub seq: u64,
    /// Who sent it, and so needs no copy.
    pub from: ConnId,
    /// The update, framed.
    pub frame: Frame,
}

/// What [`Outbox::take`] found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Take {
    /// Frames to write.
    Frames,
    /// Nothing; wait for [`Outbox::work`].
    Idle,
    /// Everything is written and updates after this number are missing: ask the room.
    Behind(u64),
    /// The last frame has been taken.
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stream {
    /// The client has not said what it knows, so it gets no updates.
    Silent,
    /// It gets every update; all up to this number are written or in the backlog.
    Flowing { reached: u64 },
    /// Updates after `since` were dropped. `asked`: the room has been asked for them.
    Behind { since: u64, asked: bool },
}

enum Ending {
    Open,
    /// Write what is due, then this frame (if any), then nothing more.
    Closing(Option<Frame>),
    Closed,
}

struct State {
    /// Pongs and the echo of a close frame, made by the WebSocket reader.
    echoes: Vec<u8>,
    replies: VecDeque<Frame>,
    reply_bytes: usize,
    acked: Option<u64>,
    backlog: VecDeque<Frame>,
    updates: VecDeque<(u64, Frame)>,
    update_bytes: usize,
    stream: Stream,
    presence: BTreeMap<u64, Frame>,
    ping: bool,
    ending: Ending,
}

/// The outgoing queue of one socket.
pub(crate) struct Outbox {
    bounds: QueueBounds,
    dialect: Dialect,
    state: Mutex<State>,
    /// Something came in.
    pub work: Notify,
    /// Replies were written.
    relief: Notify,
    /// The socket was told to close.
    pub ending: Notify,
}

impl Outbox {
    pub fn new(bounds: QueueBounds, dialect: Dialect) -> Self {
        let state = State {
            echoes: Vec::new(),
            replies: VecDeque::new(),
            reply_bytes: 0,
            acked: None,
            backlog: VecDeque::new(),
            updates: VecDeque::new(),
            update_bytes: 0,
            stream: Stream::Silent,
            presence: BTreeMap::new(),
            ping: false,
            ending: Ending::Open,
        };
        Self {
            bounds,
            dialect,
            state: Mutex::new(state),
            work: Notify::new(),
            relief: Notify::new(),
            ending: Notify::new(),
        }
    }

    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics half way; and a poisoned queue must not take the room with it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes the WebSocket reader wants to write by itself. Dropped when the peer asks for more than it reads.
    pub fn echo(&self, bytes: &[u8]) {
        let mut state = self.state();
        if state.echoes.len() + bytes.len() <= 1024 {
            state.echoes.extend_from_slice(bytes);
            drop(state);
            self.work.notify_one();
        }
    }

    /// Something said to this socket alone.
    pub fn reply(&self, frame: Frame) {
        let mut state = self.state();
        state.reply_bytes += frame.len();
        state.replies.push_back(frame);
        drop(state);
        self.work.notify_one();
    }

    /// Says that message `number` was refused, where the client understands that.
    pub fn refuse(&self, number: u64, code: RefusalCode, reason: &str) {
        if self.dialect == Dialect::Touchloop {
            self.reply(Frame::message(&Message::Refused {
                update: number,
                code,
                reason,
            }));
        }
    }

    /// Says that the first `number` messages were committed or refused.
    pub fn ack(&self, number: u64) {
        if self.dialect == Dialect::Touchloop {
            self.state().acked = Some(number);
            self.work.notify_one();
        }
    }

    /// Brings the client from what it knows to `version` and lets updates flow from there.
    pub fn bring_to(&self, version: u64, frames: impl IntoIterator<Item = Frame>) {
        let mut state = self.state();
        // What was on its way is contained in what comes instead. Answers stay, as every question has its own; but
        // who asks and asks without reading gets the last one only.
        state.updates.clear();
        state.update_bytes = 0;
        if state.backlog.len() > BACKLOG_MAX {
            state.backlog.clear();
        }
        state.backlog.extend(frames);
        state.stream = Stream::Flowing { reached: version };
        drop(state);
        self.work.notify_one();
    }

    /// Updates that were committed together.
    pub fn pass_on(&self, pieces: &[Piece], me: ConnId) {
        let mut state = self.state();
        let Stream::Flowing { reached } = state.stream else {
            return;
        };
        for piece in pieces.iter().filter(|piece| piece.from != me) {
            let full = state.updates.len() >= self.bounds.frames
                || (!state.updates.is_empty() && state.update_bytes + piece.frame.len() > self.bounds.bytes);
            if full {
                state.stream = Stream::Behind {
                    since: reached,
                    asked: false,
                };
                state.updates.clear();
                state.update_bytes = 0;
                break;
            }
            state.update_bytes += piece.frame.len();
            state.updates.push_back((piece.seq, piece.frame.clone()));
        }
        drop(state);
        self.work.notify_one();
    }

    /// The newest presence of one client; an older one that still waits is replaced.
    pub fn show(&self, client: u64, frame: Frame) {
        self.state().presence.insert(client, frame);
        self.work.notify_one();
    }

    /// Asks for a sign of life. Clients that get no messages of ours hear an empty presence instead of silence:
    /// y-websocket reconnects when it has heard nothing for 30 s, and browsers do not show it pings.
    pub fn ping(&self) {
        self.state().ping = true;
        self.work.notify_one();
    }

    /// Closes with a code. Replies that are due are written first; updates are not, they come after a reconnect.
    pub fn close(&self, code: u16, reason: &str) {
        self.end(Some(Frame::close(code, reason)));
    }

    /// Closes after what the reader has to echo, because the peer closed.
    pub fn finish(&self) {
        self.end(None);
    }

    fn end(&self, last: Option<Frame>) {
        let mut state = self.state();
        if !matches!(state.ending, Ending::Open) {
            return;
        }
        state.ending = Ending::Closing(last);
        state.backlog.clear();
        state.updates.clear();
        state.presence.clear();
        state.stream = Stream::Silent;
        drop(state);
        self.work.notify_one();
        self.ending.notify_one();
    }

    /// Waits until the client has read enough of its replies that it may ask for more.
    pub async fn relieved(&self) {
        loop {
            let relief = self.relief.notified();
            {
                let state = self.state();
                let due = state.reply_bytes > REPLIES_MAX || !state.backlog.is_empty();
                if !due || !matches!(state.ending, Ending::Open) {
                    return;
                }
            }
            relief.await;
        }
    }

    /// Moves what should be written next into `frames`: at most [`WRITE_FRAMES`], about [`WRITE_BYTES`].
    pub fn take(&self, frames: &mut Vec<Frame>) -> Take {
        let mut state = self.state();
        let state = &mut *state;
        if matches!(state.ending, Ending::Closed) {
            return Take::Closed;
        }
        let mut bytes = 0;
        let mut push = |frame: Frame| {
            bytes += frame.len();
            frames.push(frame);
            frames.len() < WRITE_FRAMES && bytes < WRITE_BYTES
        };
        let mut more = true;
        if !state.echoes.is_empty() {
            more = push(Frame::made(Bytes::from(std::mem::take(&mut state.echoes))));
        }
        while more && let Some(frame) = state.replies.pop_front() {
            state.reply_bytes -= frame.len();
            more = push(frame);
        }
        if more && let Some(updates) = state.acked.take() {
            more = push(Frame::message(&Message::Ack { updates }));
        }
        while more && let Some(frame) = state.backlog.pop_front() {
            more = push(frame);
        }
        while more && let Some((seq, frame)) = state.updates.pop_front() {
            state.update_bytes -= frame.len();
            state.stream = Stream::Flowing { reached: seq };
            more = push(frame);
        }
        while more && let Some((_, frame)) = state.presence.pop_first() {
            more = push(frame);
        }
        if more && std::mem::take(&mut state.ping) {
            more = push(Frame::ping()) && push(Frame::message(&Message::Awareness(&[0])));
        }
        if more && let Ending::Closing(last) = &mut state.ending {
            if let Some(last) = last.take() {
                push(last);
            }
            state.ending = Ending::Closed;
        }
        self.relief.notify_one();
        if !frames.is_empty() {
            return Take::Frames;
        }
        if matches!(state.ending, Ending::Closed) {
            return Take::Closed;
        }
        if let Stream::Behind {
            since,
            asked: asked @ false,
        } = &mut state.stream
        {
            *asked = true;
            return Take::Behind(*since);
        }
        Take::Idle
    }

    /// Updates that wait, and their bytes. For tests.
    #[cfg(test)]
    fn waiting(&self) -> (usize, usize) {
        let state = self.state();
        (state.updates.len(), state.update_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: ConnId = ConnId(1);
    const OTHER: ConnId = ConnId(2);

    fn outbox(frames: usize) -> Outbox {
        Outbox::new(QueueBounds { frames, bytes: 1000 }, Dialect::Touchloop)
    }

    fn piece(seq: u64, from: ConnId) -> Piece {
        Piece {
            seq,
            from,
            frame: Frame::update(vec![seq as u8; 10].into()),
        }
    }

    fn take(outbox: &Outbox) -> (Take, Vec<Vec<u8>>) {
        let mut frames = Vec::new();
        let take = outbox.take(&mut frames);
        (take, frames.iter().map(|frame| frame.body().to_vec()).collect())
    }

    #[test]
    fn updates_flow_in_order_and_not_back_to_their_sender() {
        let outbox = outbox(10);
        outbox.pass_on(&[piece(1, OTHER)], ME);
        assert_eq!(
            take(&outbox),
            (Take::Idle, vec![]),
            "nothing before the client said what it knows"
        );
        outbox.bring_to(1, [Frame::step2(vec![1; 10].into())]);
        outbox.pass_on(&[piece(2, OTHER), piece(3, ME), piece(4, OTHER)], ME);
        assert_eq!(
            take(&outbox),
            (Take::Frames, vec![vec![1; 10], vec![2; 10], vec![4; 10]])
        );
        assert_eq!(take(&outbox), (Take::Idle, vec![]));
    }

    #[test]
    fn f14_a_full_queue_drops_its_updates_and_asks_once_for_the_difference() {
        let outbox = outbox(3);
        outbox.bring_to(5, []);
        outbox.pass_on(&[piece(6, OTHER)], ME);
        assert_eq!(take(&outbox).0, Take::Frames);
        for seq in 7..1000 {
            outbox.pass_on(&[piece(seq, OTHER)], ME);
            assert!(outbox.waiting().0 <= 3);
        }
        assert_eq!(take(&outbox), (Take::Behind(6), vec![]));
        assert_eq!(take(&outbox), (Take::Idle, vec![]));
        outbox.bring_to(999, [Frame::update(vec![9; 9].into())]);
        outbox.pass_on(&[piece(1000, OTHER)], ME);
        assert_eq!(take(&outbox), (Take::Frames, vec![vec![9; 9], vec![232; 10]]));
    }

    #[test]
    fn the_bound_counts_bytes_too_but_lets_one_large_update_through() {
        let outbox = Outbox::new(QueueBounds { frames: 100, bytes: 50 }, Dialect::Standard);
        outbox.bring_to(0, []);
        outbox.pass_on(
            &[Piece {
                seq: 1,
                from: OTHER,
                frame: Frame::update(vec![0; 5000].into()),
            }],
            ME,
        );
        assert_eq!(outbox.waiting().0, 1);
        outbox.pass_on(&[piece(2, OTHER)], ME);
        assert_eq!(outbox.waiting(), (0, 0));
        assert_eq!(take(&outbox).0, Take::Behind(0));
    }

    #[test]
    fn acknowledgements_and_presence_do_not_pile_up() {
        let outbox = outbox(10);
        for n in 1..=100 {
            outbox.ack(n);
            outbox.show(7, Frame::message(&Message::Awareness(&[n as u8])));
        }
        let (_, frames) = take(&outbox);
        assert_eq!(
            frames,
            [
                Message::Ack { updates: 100 }.encode(),
                Message::Awareness(&[100]).encode()
            ]
        );
    }

    #[test]
    fn a_standard_client_never_gets_our_own_messages() {
        let outbox = Outbox::new(QueueBounds { frames: 10, bytes: 10 }, Dialect::Standard);
        outbox.ack(1);
        outbox.refuse(1, RefusalCode::NotStored, "no");
        assert_eq!(take(&outbox), (Take::Idle, vec![]));
    }

    #[test]
    fn closing_writes_replies_and_the_code_but_no_updates() {
        let outbox = outbox(10);
        outbox.bring_to(0, []);
        outbox.pass_on(&[piece(1, OTHER)], ME);
        outbox.ack(3);
        outbox.close(1012, "restart");
        outbox.close(1008, "a second close is not heard");
        let (_, frames) = take(&outbox);
        assert_eq!(
            frames,
            [
                Message::Ack { updates: 3 }.encode(),
                [&1012u16.to_be_bytes()[..], b"restart"].concat()
            ]
        );
        assert_eq!(take(&outbox), (Take::Closed, vec![]));
    }
}
