//! When this page talks to the server, and what it may claim about it.
//!
//! One pure state machine: every event goes through [`Sync::step`], which answers with what to do. The adapter
//! that owns the socket and the clock is `link.rs`.
//!
//! Invariants:
//! - There is at most one connection, and an edit flows over it only after the server's state vector on *this*
//!   connection was answered: nothing reaches the server before what it depends on.
//! - `unsent` counts the edits no acknowledgement covers yet. Losing the connection never lowers it.
//! - "Saved" is said only when `unsent` is 0 on a connection that has caught up; "connecting" only when it is 0.
//! - After a rejection nothing more is sent: later edits depend on the rejected one. They stay on this device.
//! - A server that answers slowly is never left at the same point twice: patience grows with what has to be
//!   uploaded, while it is seen to go out, and with every time it ran out.

use std::collections::VecDeque;

use model::limits::MESSAGE_MAX;
use model::wire::{Message, RefusalCode};

/// Where the connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Not asked for yet, or given up for good.
    Idle,
    /// A socket is being opened; so many tries failed before.
    Connecting {
        /// Tries that failed in a row.
        attempt: u32,
    },
    /// Open, state vectors are being exchanged.
    Syncing {
        /// Tries that failed in a row.
        attempt: u32,
        /// The server's state vector was answered: edits may flow.
        answered: bool,
        /// The server's answer to ours has arrived.
        caught_up: bool,
    },
    /// Open and level with the server.
    Live,
    /// The connection was lost; the next try comes after a pause.
    Waiting {
        /// Tries that failed in a row.
        attempt: u32,
    },
}

/// What the page may honestly say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncState {
    /// The server has stored everything.
    Saved,
    /// Edits that the server has not stored yet.
    Unsent {
        /// How many.
        count: u32,
        /// Why the server could not take them when it was last asked.
        why: Option<RefusalCode>,
    },
    /// No connection; so many edits wait on this device.
    Offline {
        /// Edits that wait.
        unsent: u32,
    },
    /// The first connection is being made and nothing waits.
    Connecting,
    /// The server refused something for good.
    Rejected {
        /// Edits that it has not stored.
        unsent: u32,
        /// Why.
        code: RefusalCode,
    },
}

/// What can happen.
#[derive(Debug)]
pub enum Event<'a> {
    /// The page is ready.
    Start,
    /// The socket is open.
    Opened,
    /// A message has come.
    Received(Message<'a>),
    /// The socket is closed, or never opened.
    Closed,
    /// The pause before the next try is over.
    WaitOver,
    /// The pause before sending refused edits again is over.
    RetryOver,
    /// The browser says the network is back.
    Online,
    /// Somebody is likely to be there again, or to want to know: the person has come back to this tab, or another tab
    /// has got through.
    Likely,
    /// The browser says the network has gone. Open sockets may not notice for minutes, so they are left; where
    /// the server is near (on this machine) the next try reaches it all the same.
    Offline,
    /// An edit was made here; these are its bytes.
    Edited(&'a [u8]),
    /// Edits that came from this device's draft and that nobody acknowledged.
    Recovered {
        /// How many edits the draft held.
        edits: u32,
        /// The state vector of this document before it took them in.
        before: &'a [u8],
    },
    /// What the server sent cannot be brought into the document as it is; the socket is closed.
    Unmergeable,
    /// The document can take in nothing more. The socket is closed.
    Broken(RefusalCode),
    /// Time passes.
    Tick {
        /// Milliseconds of any steady clock.
        now: u64,
        /// Bytes that the browser has not handed to the network yet.
        buffered: u64,
    },
}

/// What the adapter has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Open a socket.
    Connect,
    /// Close the socket; [`Event::Closed`] follows at once.
    Hangup,
    /// Send these bytes.
    Send(Vec<u8>),
    /// Say who is here.
    Greet,
    /// Bring a remote update into the document.
    Apply(Vec<u8>),
    /// Bring what others say about themselves up to date.
    Presence(Vec<u8>),
    /// Come back with [`Event::WaitOver`] after a random part of this many milliseconds.
    Wait(u64),
    /// Come back with [`Event::RetryOver`] after a random part of this many milliseconds.
    Retry(u64),
}

/// The document, as far as talking about it goes.
pub trait Replica {
    /// What it has.
    fn state_vector(&self) -> Vec<u8>;
    /// What it has beyond a state vector, in updates of at most [`PIECE_MAX`] bytes where that is possible, to be
    /// merged in this order; `None` when the state vector cannot be read.
    fn since(&self, state_vector: &[u8]) -> Option<Vec<Vec<u8>>>;
    /// Everything it has, in the same way.
    fn whole(&self) -> Vec<Vec<u8>>;
}

/// The longest update that fits into a message, in bytes.
pub const PIECE_MAX: usize = MESSAGE_MAX - 16;

/// The longest pause between tries, in milliseconds, before the dice are thrown.
pub const PAUSE_MAX: u64 = 30_000;
const PAUSE_FIRST: u64 = 500;
/// A server that owes an answer for so long is taken for gone, in milliseconds; longer while an upload goes on.
const ANSWER_WITHIN: u64 = 10_000;
/// How often that doubles when it was not enough, so that a slow line gets there in the end.
const DOUBLINGS_MAX: u32 = 5;
/// The slowest upload that is waited for, in bytes a millisecond (128 kbit/s).
const SLOWEST: u64 = 16;
/// Most bytes that lie between the browser and the server unseen, in the buffers of the system and of proxies.
const UNSEEN_MAX: u64 = 2 * 1024 * 1024;

/// An update message under way.
#[derive(Debug)]
struct Sent {
    /// Its number on this connection.
    number: u64,
    /// How many edits are stored once it is.
    edits: u32,
    bytes: u64,
}

/// The state machine.
#[derive(Debug)]
pub struct Sync {
    link: Link,
    unsent: u32,
    in_flight: VecDeque<Sent>,
    /// Update messages sent on this connection.
    sent: u64,
    /// The first message that says again everything sent before it, so that a gap in those is no news.
    said_again: u64,
    /// What the server had when this connection began.
    server_has: Vec<u8>,
    /// The server could not take edits just now; a retry is due.
    holding: bool,
    /// The whole document went out to mend a gap, and nothing was acknowledged since.
    sent_whole: bool,
    refusals: u32,
    /// Why edits were not taken when they were last sent; cleared by the next acknowledgement.
    why: Option<RefusalCode>,
    rejected: Option<RefusalCode>,
    /// Updates that could not be merged.
    unmerged: u32,
    now: u64,
    answer_by: Option<u64>,
    /// How often in a row the server was left for not answering.
    timeouts: u32,
    /// What the browser had still to hand to the network when time last passed, and what was sent since.
    buffered: u64,
    sent_since: u64,
}

impl Default for Sync {
    fn default() -> Self {
        Self {
            link: Link::Idle,
            unsent: 0,
            in_flight: VecDeque::new(),
            sent: 0,
            said_again: 0,
            server_has: Vec::new(),
            holding: false,
            sent_whole: false,
            refusals: 0,
            why: None,
            rejected: None,
            unmerged: 0,
            now: 0,
            answer_by: None,
            timeouts: 0,
            buffered: 0,
            sent_since: 0,
        }
    }
}

impl Sync {
    /// What the page may say.
    #[must_use]
    pub fn state(&self) -> SyncState {
        match (self.rejected, self.link) {
            (Some(code), _) => SyncState::Rejected {
                unsent: self.unsent,
                code,
            },
            (None, Link::Connecting { attempt: 1.. } | Link::Waiting { .. }) => {
                SyncState::Offline { unsent: self.unsent }
            }
            (None, _) if self.unsent > 0 => SyncState::Unsent {
                count: self.unsent,
                why: self.why,
            },
            (None, Link::Live) => SyncState::Saved,
            (None, Link::Idle | Link::Connecting { .. } | Link::Syncing { .. }) => SyncState::Connecting,
        }
    }

    /// Edits that no acknowledgement covers.
    #[must_use]
    pub fn unsent(&self) -> u32 {
        self.unsent
    }

    /// Whether edits flow right now.
    #[must_use]
    pub fn flows(&self) -> bool {
        let answered = matches!(self.link, Link::Live | Link::Syncing { answered: true, .. });
        answered && !self.holding && self.rejected.is_none()
    }

    /// The one transition function.
    pub fn step(&mut self, event: Event<'_>, replica: &dyn Replica) -> Vec<Action> {
        match (self.link, event) {
            (Link::Idle, Event::Start) => self.connect(0),
            (Link::Waiting { attempt }, Event::WaitOver | Event::Likely) => self.connect(attempt),
            (Link::Waiting { .. }, Event::Online) => self.connect(0),
            (Link::Live | Link::Syncing { .. } | Link::Connecting { .. }, Event::Offline) => vec![Action::Hangup],

            (Link::Connecting { attempt }, Event::Opened) => {
                self.link = Link::Syncing {
                    attempt,
                    answered: false,
                    caught_up: false,
                };
                self.in_flight.clear();
                self.sent = 0;
                self.said_again = 0;
                self.holding = false;
                self.sent_whole = false;
                self.buffered = 0;
                self.sent_since = 0;
                self.answer_by = Some(self.now + self.patience());
                vec![
                    Action::Send(Message::SyncStep1(&replica.state_vector()).encode()),
                    Action::Greet,
                ]
            }
            (Link::Connecting { attempt } | Link::Syncing { attempt, .. }, Event::Closed) => self.lose(attempt + 1),
            (Link::Live, Event::Closed) => self.lose(1),
            (Link::Syncing { .. } | Link::Live, Event::Unmergeable) => {
                self.unmerged += 1;
                self.lose(self.unmerged)
            }
            (_, Event::Broken(code)) => {
                self.rejected = Some(code);
                self.link = Link::Idle;
                self.in_flight.clear();
                self.answer_by = None;
                Vec::new()
            }

            (Link::Syncing { .. } | Link::Live, Event::Received(message)) => self.receive(&message, replica),

            (_, Event::Edited(update)) => {
                self.unsent += 1;
                if !self.flows() {
                    Vec::new()
                } else if update.len() <= PIECE_MAX {
                    self.send_updates(vec![Message::Update(update).encode()])
                } else {
                    self.send_unacknowledged(replica)
                }
            }
            (_, Event::Recovered { edits, before }) => {
                self.unsent += edits;
                if !self.flows() {
                    return Vec::new();
                }
                match replica.since(before) {
                    Some(pieces) => self.send_updates(messages(&pieces)),
                    None => vec![Action::Hangup],
                }
            }
            (Link::Syncing { .. } | Link::Live, Event::RetryOver) if self.holding && self.rejected.is_none() => {
                self.holding = false;
                self.send_unacknowledged(replica)
            }
            (_, Event::Tick { now, buffered }) => {
                self.now = now;
                // What is handed over at once says nothing: the system takes it for a dead line too.
                let goes_out = self.buffered > 0 && buffered < self.buffered + self.sent_since;
                self.buffered = buffered;
                self.sent_since = 0;
                if goes_out && self.answer_by.is_some() {
                    self.answer_by = Some(now + self.patience());
                }
                if self.answer_by.is_some_and(|by| now >= by) {
                    self.answer_by = None;
                    self.timeouts += 1;
                    return vec![Action::Hangup];
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn receive(&mut self, message: &Message<'_>, replica: &dyn Replica) -> Vec<Action> {
        self.answer_by = None;
        let actions = match *message {
            Message::SyncStep1(state_vector) => {
                self.server_has = state_vector.to_vec();
                let Some(pieces) = replica.since(state_vector) else {
                    return vec![Action::Hangup];
                };
                if let Link::Syncing { answered, .. } = &mut self.link {
                    *answered = true;
                }
                if self.rejected.is_some() {
                    Vec::new()
                } else {
                    let mut messages = messages(&pieces);
                    if let (Some(first), Some(piece)) = (messages.first_mut(), pieces.first()) {
                        *first = Message::SyncStep2(piece).encode();
                    }
                    self.send_again(messages)
                }
            }
            Message::SyncStep2(update) => {
                if let Link::Syncing { caught_up, .. } = &mut self.link {
                    *caught_up = true;
                }
                vec![Action::Apply(update.to_vec())]
            }
            Message::Update(update) => vec![Action::Apply(update.to_vec())],
            Message::Awareness(bytes) => vec![Action::Presence(bytes.to_vec())],
            Message::QueryAwareness => vec![Action::Greet],
            Message::Ack { updates } => {
                while let Some(sent) = self.in_flight.pop_front_if(|sent| sent.number <= updates) {
                    self.unsent = self.unsent.saturating_sub(sent.edits);
                    self.refusals = 0;
                    self.why = None;
                    self.sent_whole = false;
                }
                Vec::new()
            }
            Message::Refused { update, code, .. } => self.refused(update, code, replica),
            _ => Vec::new(),
        };
        if self.link_is_level() {
            self.link = Link::Live;
        }
        if self.link != Link::Live || !self.in_flight.is_empty() {
            self.answer_by = Some(self.now + self.patience());
        } else {
            self.timeouts = 0;
        }
        actions
    }

    /// A refused message's edits stay unsent; what happens next depends on why.
    fn refused(&mut self, number: u64, code: RefusalCode, replica: &dyn Replica) -> Vec<Action> {
        self.in_flight.retain(|sent| sent.number != number);
        if self.rejected.is_some() {
            return Vec::new();
        }
        if code == RefusalCode::Incomplete && (self.holding || number < self.said_again) {
            // It built on what was refused before it; both were sent again since, or will be.
            return Vec::new();
        }
        self.why = Some(code);
        match code {
            RefusalCode::Incomplete if self.sent_whole => vec![Action::Hangup],
            RefusalCode::Incomplete => {
                self.sent_whole = true;
                self.send_again(messages(&replica.whole()))
            }
            RefusalCode::NotStored => {
                if self.holding {
                    return Vec::new();
                }
                self.holding = true;
                self.refusals += 1;
                vec![Action::Retry(pause(self.refusals))]
            }
            RefusalCode::Malformed | RefusalCode::TooLarge | RefusalCode::NotAllowed => {
                self.rejected = Some(code);
                Vec::new()
            }
        }
    }

    fn link_is_level(&self) -> bool {
        matches!(
            self.link,
            Link::Syncing {
                answered: true,
                caught_up: true,
                ..
            }
        )
    }

    fn connect(&mut self, attempt: u32) -> Vec<Action> {
        self.link = Link::Connecting { attempt };
        self.answer_by = Some(self.now + self.patience());
        vec![Action::Connect]
    }

    fn lose(&mut self, attempt: u32) -> Vec<Action> {
        self.link = Link::Waiting { attempt };
        self.in_flight.clear();
        self.answer_by = None;
        vec![Action::Wait(pause(attempt))]
    }

    /// How long an answer may take from now on.
    fn patience(&self) -> u64 {
        let under_way: u64 = self.in_flight.iter().map(|sent| sent.bytes).sum();
        (ANSWER_WITHIN << self.timeouts.min(DOUBLINGS_MAX)) + under_way.min(UNSEEN_MAX) / SLOWEST
    }

    /// Sends everything that the server has not acknowledged on this connection.
    fn send_unacknowledged(&mut self, replica: &dyn Replica) -> Vec<Action> {
        match replica.since(&self.server_has) {
            Some(pieces) => self.send_again(messages(&pieces)),
            None => vec![Action::Hangup],
        }
    }

    /// Sends messages that together hold every edit, those under way included.
    fn send_again(&mut self, messages: Vec<Vec<u8>>) -> Vec<Action> {
        for sent in &mut self.in_flight {
            sent.edits = 0;
        }
        self.said_again = self.sent + 1;
        self.send_updates(messages)
    }

    /// Sends messages that together hold every edit not under way yet. They are stored once the last one is.
    fn send_updates(&mut self, messages: Vec<Vec<u8>>) -> Vec<Action> {
        if messages.iter().any(|message| message.len() > MESSAGE_MAX) {
            // The server would end the connection, and this one would come back with the same.
            self.rejected = Some(RefusalCode::TooLarge);
            return Vec::new();
        }
        let under_way: u32 = self.in_flight.iter().map(|sent| sent.edits).sum();
        let edits = self.unsent.saturating_sub(under_way);
        let total: u64 = messages.iter().map(|message| message.len() as u64).sum();
        let last = self.sent + messages.len() as u64;
        for message in &messages {
            self.sent += 1;
            self.in_flight.push_back(Sent {
                number: self.sent,
                edits: if self.sent == last { edits } else { 0 },
                bytes: message.len() as u64,
            });
        }
        self.sent_since += total;
        // An answer that is owed already is not waited for longer, but for the time that this takes to upload.
        self.answer_by = Some(match self.answer_by {
            Some(by) => by + total.min(UNSEEN_MAX) / SLOWEST,
            None => self.now + self.patience(),
        });
        messages.into_iter().map(Action::Send).collect()
    }
}

fn messages(pieces: &[Vec<u8>]) -> Vec<Vec<u8>> {
    pieces.iter().map(|piece| Message::Update(piece).encode()).collect()
}

/// The ceiling of the pause after so many failures in a row; the adapter throws the dice below it (full jitter).
fn pause(failures: u32) -> u64 {
    PAUSE_FIRST.saturating_mul(1 << failures.min(10)).min(PAUSE_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    // State vectors that the document has something particular beyond.
    const BEFORE_DRAFT: &[u8] = &[40];
    const FAR_BEHIND: &[u8] = &[50];
    const ONE_LONG_VALUE: &[u8] = &[60];

    struct Doc;
    impl Replica for Doc {
        fn state_vector(&self) -> Vec<u8> {
            vec![1]
        }
        fn since(&self, state_vector: &[u8]) -> Option<Vec<Vec<u8>>> {
            match state_vector {
                [99] => None,
                BEFORE_DRAFT => Some(vec![vec![4]]),
                FAR_BEHIND => Some(vec![vec![5], vec![6], vec![7]]),
                ONE_LONG_VALUE => Some(vec![vec![8], vec![0; MESSAGE_MAX]]),
                _ => Some(vec![vec![2]]),
            }
        }
        fn whole(&self) -> Vec<Vec<u8>> {
            vec![vec![3]]
        }
    }

    impl Sync {
        fn on(&mut self, event: Event<'_>) -> Vec<Action> {
            self.step(event, &Doc)
        }
        fn tick(&mut self, now: u64) -> Vec<Action> {
            self.on(Event::Tick { now, buffered: 0 })
        }
        fn refuses(&mut self, update: u64, code: RefusalCode) -> Vec<Action> {
            self.hears(Message::Refused {
                update,
                code,
                reason: "",
            })
        }
        /// A connection to a server that has what the state vector says, and that has not acknowledged anything.
        fn meets(&mut self, server_has: &[u8]) -> Vec<Action> {
            self.on(Event::Opened);
            let sent = self.hears(Message::SyncStep1(server_has));
            self.hears(Message::SyncStep2(&[7]));
            sent
        }
        fn hears(&mut self, message: Message<'_>) -> Vec<Action> {
            self.on(Event::Received(message))
        }
    }

    fn send(message: Message<'_>) -> Action {
        Action::Send(message.encode())
    }

    fn waits(count: u32) -> SyncState {
        SyncState::Unsent { count, why: None }
    }

    fn live() -> Sync {
        let mut sync = Sync::default();
        assert_eq!(sync.state(), SyncState::Connecting);
        assert_eq!(sync.on(Event::Start), [Action::Connect]);
        assert_eq!(sync.on(Event::Opened), [send(Message::SyncStep1(&[1])), Action::Greet]);
        assert_eq!(sync.hears(Message::SyncStep1(&[0])), [send(Message::SyncStep2(&[2]))]);
        assert_eq!(sync.hears(Message::SyncStep2(&[7])), [Action::Apply(vec![7])]);
        sync.hears(Message::Ack { updates: 1 });
        assert_eq!(sync.state(), SyncState::Saved);
        sync
    }

    #[test]
    fn saved_only_when_everything_is_acknowledged() {
        let mut sync = live();
        assert_eq!(sync.on(Event::Edited(&[8])), [send(Message::Update(&[8]))]);
        assert_eq!(sync.on(Event::Edited(&[9])), [send(Message::Update(&[9]))]);
        assert_eq!(sync.state(), waits(2));
        sync.hears(Message::Ack { updates: 2 });
        assert_eq!(sync.state(), waits(1));
        sync.hears(Message::Ack { updates: 3 });
        assert_eq!(sync.state(), SyncState::Saved);
    }

    #[test]
    fn every_state_of_the_connection_is_honest_about_what_waits() {
        use SyncState::{Connecting, Offline, Saved};
        let syncing = |attempt, answered, caught_up| Link::Syncing {
            attempt,
            answered,
            caught_up,
        };
        // Where the connection stands, what is said when nothing waits, and whether it is gone.
        let all = [
            (Link::Idle, Connecting, false),
            (Link::Connecting { attempt: 0 }, Connecting, false),
            (Link::Connecting { attempt: 1 }, Offline { unsent: 0 }, true),
            (Link::Connecting { attempt: 7 }, Offline { unsent: 0 }, true),
            (syncing(0, false, false), Connecting, false),
            (syncing(0, true, false), Connecting, false),
            (syncing(0, false, true), Connecting, false),
            (syncing(1, false, false), Connecting, false),
            (syncing(7, true, false), Connecting, false),
            (Link::Live, Saved, false),
            (Link::Waiting { attempt: 1 }, Offline { unsent: 0 }, true),
            (Link::Waiting { attempt: 7 }, Offline { unsent: 0 }, true),
        ];
        for (link, nothing_waits, gone) in all {
            for unsent in [0, 1, 2] {
                for why in [None, Some(RefusalCode::NotStored)] {
                    let mut sync = Sync {
                        link,
                        unsent,
                        why,
                        ..Sync::default()
                    };
                    let honest = match (unsent, gone) {
                        (0, _) => nothing_waits,
                        (unsent, true) => Offline { unsent },
                        (count, false) => SyncState::Unsent { count, why },
                    };
                    assert_eq!(sync.state(), honest, "{link:?}, {unsent} unsent, {why:?}");
                    sync.rejected = Some(RefusalCode::TooLarge);
                    let code = RefusalCode::TooLarge;
                    assert_eq!(sync.state(), SyncState::Rejected { unsent, code }, "{link:?}");
                }
            }
        }
    }

    #[test]
    fn an_edit_waits_until_the_server_said_what_it_has() {
        let mut sync = Sync::default();
        sync.on(Event::Start);
        assert_eq!(sync.on(Event::Edited(&[8])), []);
        sync.on(Event::Opened);
        assert_eq!(sync.on(Event::Edited(&[9])), []);
        assert_eq!(sync.state(), waits(2));
        assert_eq!(sync.hears(Message::SyncStep1(&[0])), [send(Message::SyncStep2(&[2]))]);
        assert_eq!(sync.on(Event::Edited(&[10])), [send(Message::Update(&[10]))]);
        sync.hears(Message::SyncStep2(&[7]));
        sync.hears(Message::Ack { updates: 1 });
        assert_eq!(sync.state(), waits(1));
        sync.hears(Message::Ack { updates: 2 });
        assert_eq!(sync.state(), SyncState::Saved);
    }

    #[test]
    fn what_was_under_way_is_unsent_again_when_the_connection_goes() {
        let mut sync = live();
        sync.on(Event::Edited(&[8]));
        assert_eq!(sync.on(Event::Closed), [Action::Wait(1_000)]);
        assert_eq!(sync.state(), SyncState::Offline { unsent: 1 });
        sync.on(Event::Edited(&[9]));
        assert_eq!(sync.state(), SyncState::Offline { unsent: 2 });
        assert_eq!(sync.on(Event::WaitOver), [Action::Connect]);
        assert_eq!(sync.on(Event::Closed), [Action::Wait(2_000)]);
        assert_eq!(sync.on(Event::Online), [Action::Connect]);
        sync.on(Event::Opened);
        sync.hears(Message::SyncStep1(&[0]));
        sync.hears(Message::SyncStep2(&[7]));
        assert_eq!(sync.state(), waits(2));
        sync.hears(Message::Ack { updates: 1 });
        assert_eq!(sync.state(), SyncState::Saved);
    }

    #[test]
    fn whoever_comes_back_is_not_kept_waiting_and_a_server_that_stays_away_is_not_pressed() {
        let mut sync = live();
        sync.on(Event::Closed);
        assert_eq!(sync.on(Event::Likely), [Action::Connect]);
        // Nothing is claimed before it is known, and the pauses go on growing.
        assert_eq!(sync.state(), SyncState::Offline { unsent: 0 });
        assert_eq!(sync.on(Event::Likely), []);
        assert_eq!(sync.on(Event::Closed), [Action::Wait(2_000)]);
        assert_eq!(live().on(Event::Likely), []);
    }

    #[test]
    fn pauses_double_up_to_a_ceiling() {
        let mut sync = Sync::default();
        sync.on(Event::Start);
        let mut pauses = Vec::new();
        for _ in 0..8 {
            pauses.extend(sync.on(Event::Closed));
            sync.on(Event::WaitOver);
        }
        let expected = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000].map(Action::Wait);
        assert_eq!(pauses, expected);
    }

    #[test]
    fn a_gap_is_mended_with_the_whole_document_once() {
        let mut sync = live();
        sync.on(Event::Edited(&[8]));
        let refused = Message::Refused {
            update: 2,
            code: RefusalCode::Incomplete,
            reason: "",
        };
        assert_eq!(sync.hears(refused), [send(Message::Update(&[3]))]);
        let why = Some(RefusalCode::Incomplete);
        assert_eq!(sync.state(), SyncState::Unsent { count: 1, why });
        sync.hears(Message::Ack { updates: 3 });
        assert_eq!(sync.state(), SyncState::Saved);

        sync.on(Event::Edited(&[8]));
        sync.hears(Message::Refused {
            update: 4,
            code: RefusalCode::Incomplete,
            reason: "",
        });
        let again = Message::Refused {
            update: 5,
            code: RefusalCode::Incomplete,
            reason: "",
        };
        assert_eq!(sync.hears(again), [Action::Hangup]);
        assert_eq!(sync.on(Event::Closed), [Action::Wait(1_000)]);
        assert_eq!(sync.state(), SyncState::Offline { unsent: 1 });
    }

    #[test]
    fn what_the_server_could_not_store_is_kept_and_sent_again() {
        let mut sync = live();
        sync.on(Event::Edited(&[8]));
        let refused = Message::Refused {
            update: 2,
            code: RefusalCode::NotStored,
            reason: "disk full",
        };
        assert_eq!(sync.hears(refused), [Action::Retry(1_000)]);
        let why = Some(RefusalCode::NotStored);
        assert_eq!(sync.state(), SyncState::Unsent { count: 1, why });
        assert_eq!(
            sync.on(Event::Edited(&[9])),
            [],
            "held back: it depends on what was refused"
        );
        assert_eq!(sync.on(Event::RetryOver), [send(Message::Update(&[2]))]);
        sync.hears(Message::Ack { updates: 3 });
        assert_eq!(sync.state(), SyncState::Saved);
        sync.on(Event::Edited(&[10]));
        assert_eq!(sync.state(), waits(1), "the reason went with what it was about");
    }

    #[test]
    fn the_reason_outlives_a_lost_connection() {
        let mut sync = live();
        sync.on(Event::Edited(&[8]));
        sync.hears(Message::Refused {
            update: 2,
            code: RefusalCode::NotStored,
            reason: "",
        });
        sync.on(Event::Closed);
        assert_eq!(sync.state(), SyncState::Offline { unsent: 1 });
        sync.on(Event::WaitOver);
        sync.on(Event::Opened);
        let why = Some(RefusalCode::NotStored);
        assert_eq!(sync.state(), SyncState::Unsent { count: 1, why });
    }

    #[test]
    fn a_rejection_is_said_and_nothing_more_is_sent() {
        let mut sync = live();
        sync.on(Event::Edited(&[8]));
        sync.hears(Message::Refused {
            update: 2,
            code: RefusalCode::TooLarge,
            reason: "",
        });
        let code = RefusalCode::TooLarge;
        assert_eq!(sync.state(), SyncState::Rejected { unsent: 1, code });
        assert_eq!(sync.on(Event::Edited(&[9])), []);
        assert_eq!(sync.unsent(), 2);
    }

    #[test]
    fn what_built_on_a_rejected_edit_does_not_send_the_whole_document_after_it() {
        let mut sync = live();
        sync.on(Event::Edited(&[8]));
        sync.on(Event::Edited(&[9]));
        assert_eq!(sync.refuses(2, RefusalCode::Malformed), []);
        assert_eq!(sync.refuses(3, RefusalCode::Incomplete), []);
        let code = RefusalCode::Malformed;
        assert_eq!(sync.state(), SyncState::Rejected { unsent: 2, code });
    }

    #[test]
    fn what_built_on_a_refused_edit_is_sent_again_with_it() {
        let mut sync = live();
        for edit in 8..11 {
            sync.on(Event::Edited(&[edit]));
        }
        assert_eq!(sync.refuses(2, RefusalCode::NotStored), [Action::Retry(1_000)]);
        assert_eq!(sync.refuses(3, RefusalCode::Incomplete), []);
        assert_eq!(sync.on(Event::RetryOver), [send(Message::Update(&[2]))]);
        assert_eq!(sync.refuses(4, RefusalCode::Incomplete), [], "sent again in number 5");
        sync.hears(Message::Ack { updates: 4 });
        assert_eq!(sync.unsent(), 3);
        sync.hears(Message::Ack { updates: 5 });
        assert_eq!(sync.state(), SyncState::Saved);
    }

    #[test]
    fn more_than_a_message_holds_goes_in_several_and_is_saved_with_the_last() {
        let mut sync = Sync::default();
        sync.on(Event::Start);
        sync.on(Event::Edited(&[1]));
        let pieces = [
            send(Message::SyncStep2(&[5])),
            send(Message::Update(&[6])),
            send(Message::Update(&[7])),
        ];
        assert_eq!(sync.meets(FAR_BEHIND), pieces);
        sync.on(Event::Edited(&[9]));
        sync.hears(Message::Ack { updates: 2 });
        assert_eq!(sync.state(), waits(2));
        sync.hears(Message::Ack { updates: 3 });
        assert_eq!(sync.state(), waits(1));
        sync.hears(Message::Ack { updates: 4 });
        assert_eq!(sync.state(), SyncState::Saved);

        // The same for one edit that is too long.
        let pieces = [&[5], &[6], &[7]].map(|piece| send(Message::Update(piece)));
        assert_eq!(sync.on(Event::Edited(&[0; PIECE_MAX + 1])), pieces);
        assert_eq!(sync.on(Event::Edited(&[0; PIECE_MAX])).len(), 1);
    }

    #[test]
    fn what_no_message_holds_is_rejected_here() {
        let mut sync = Sync::default();
        sync.on(Event::Start);
        sync.on(Event::Edited(&[1]));
        assert_eq!(sync.meets(ONE_LONG_VALUE), []);
        let code = RefusalCode::TooLarge;
        assert_eq!(sync.state(), SyncState::Rejected { unsent: 1, code });
    }

    #[test]
    fn of_a_draft_only_what_it_adds_is_sent() {
        let mut sync = live();
        let recovered = Event::Recovered {
            edits: 1,
            before: BEFORE_DRAFT,
        };
        assert_eq!(sync.on(recovered), [send(Message::Update(&[4]))]);
        assert_eq!(sync.state(), waits(1));
        sync.hears(Message::Ack { updates: 2 });
        assert_eq!(sync.state(), SyncState::Saved);
    }

    #[test]
    fn what_cannot_be_merged_is_asked_for_again_ever_less_often() {
        let mut sync = live();
        for pause in [1_000, 2_000, 4_000] {
            assert_eq!(sync.on(Event::Unmergeable), [Action::Wait(pause)]);
            assert_eq!(sync.on(Event::WaitOver), [Action::Connect]);
            sync.meets(&[0]);
            sync.hears(Message::Ack { updates: 1 });
            assert_eq!(sync.state(), SyncState::Saved);
        }
    }

    #[test]
    fn a_document_that_takes_in_nothing_more_stays_away_and_says_so() {
        let mut sync = live();
        sync.on(Event::Edited(&[8]));
        assert_eq!(sync.on(Event::Broken(RefusalCode::Malformed)), []);
        let code = RefusalCode::Malformed;
        assert_eq!(sync.state(), SyncState::Rejected { unsent: 1, code });
        assert_eq!(sync.on(Event::Closed), []);
        assert_eq!(sync.on(Event::Online), []);
        assert_eq!(sync.tick(1_000_000), []);
    }

    /// How long from then on a silent server is waited for.
    fn patience(sync: &mut Sync, from: u64) -> u64 {
        (from..)
            .step_by(1_000)
            .find(|now| sync.tick(*now) == [Action::Hangup])
            .map_or(0, |now| now - from)
    }

    #[test]
    fn an_upload_that_goes_on_is_waited_for() {
        let mut sync = live();
        sync.tick(0);
        let update = vec![0; 1_000_000];
        sync.on(Event::Edited(&update));
        // 5 KB a second: more than three minutes.
        for second in 1..200 {
            let buffered = 1_000_000 - 5_000 * second;
            let now = second * 1_000;
            assert_eq!(sync.on(Event::Tick { now, buffered }), [], "after {second} s");
        }
        // What is sent in between does not hide it.
        sync.on(Event::Edited(&[8; 100]));
        assert_eq!(
            sync.on(Event::Tick {
                now: 200_000,
                buffered: 4_000
            }),
            []
        );
        let stuck = |now| Event::Tick { now, buffered: 4_000 };
        let unseen = 1_000_000 / SLOWEST;
        assert_eq!(sync.on(stuck(200_000 + ANSWER_WITHIN + unseen)), []);
        let left = 201_000 + ANSWER_WITHIN + unseen;
        assert_eq!(sync.on(stuck(left)), [Action::Hangup]);
    }

    #[test]
    fn what_the_system_hides_of_an_upload_is_waited_for_too() {
        let mut sync = live();
        sync.tick(0);
        sync.on(Event::Edited(&[0; 320_000]));
        assert_eq!(sync.tick(29_000), []);
        // Typing on does not put it off.
        sync.on(Event::Edited(&[8]));
        assert_eq!(sync.tick(31_000), [Action::Hangup]);
    }

    #[test]
    fn patience_grows_until_a_slow_server_gets_through() {
        let mut sync = live();
        sync.tick(0);
        sync.on(Event::Edited(&[8]));
        let mut now = 0;
        let mut waited = Vec::new();
        for _ in 0..7 {
            waited.push(patience(&mut sync, now));
            now += 1_000_000;
            sync.tick(now);
            sync.on(Event::Closed);
            sync.on(Event::WaitOver);
            sync.meets(&[0]);
        }
        assert_eq!(waited, [10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 320_000]);
        sync.hears(Message::Ack { updates: 1 });
        assert_eq!(sync.state(), SyncState::Saved);
        sync.on(Event::Edited(&[8]));
        assert_eq!(patience(&mut sync, now), 10_000);
    }

    #[test]
    fn every_message_of_the_server_is_a_sign_of_life() {
        let mut sync = Sync::default();
        sync.on(Event::Start);
        sync.on(Event::Opened);
        sync.tick(9_000);
        sync.hears(Message::Awareness(&[0]));
        assert_eq!(sync.tick(18_000), []);
        assert_eq!(sync.tick(19_000), [Action::Hangup], "it still owes its state vector");
    }

    #[test]
    fn a_silent_server_is_left() {
        let mut sync = live();
        sync.tick(1_000);
        sync.on(Event::Edited(&[8]));
        assert_eq!(sync.tick(10_000), []);
        assert_eq!(sync.tick(11_000), [Action::Hangup]);

        let mut sync = live();
        assert_eq!(sync.on(Event::Offline), [Action::Hangup]);
    }

    #[test]
    fn an_unreadable_state_vector_ends_the_connection() {
        let mut sync = Sync::default();
        sync.on(Event::Start);
        sync.on(Event::Opened);
        assert_eq!(sync.hears(Message::SyncStep1(&[99])), [Action::Hangup]);
    }
}
