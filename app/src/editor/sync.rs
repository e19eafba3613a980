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

use std::collections::VecDeque;

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
    Rejected(RefusalCode),
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
    /// The browser says the network has gone. Open sockets may not notice for minutes, so they are left; where
    /// the server is near (on this machine) the next try reaches it all the same.
    Offline,
    /// An edit was made here; these are its bytes.
    Edited(&'a [u8]),
    /// Edits that came from this device's draft and that nobody acknowledged.
    Recovered {
        /// How many edits the draft held.
        edits: u32,
        /// What they add to this document.
        update: &'a [u8],
    },
    /// Time passes. Milliseconds of any steady clock.
    Tick(u64),
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
    /// What it has beyond a state vector; `None` when that cannot be read.
    fn since(&self, state_vector: &[u8]) -> Option<Vec<u8>>;
    /// Everything it has.
    fn whole(&self) -> Vec<u8>;
}

/// The longest pause between tries, in milliseconds, before the dice are thrown.
pub const PAUSE_MAX: u64 = 30_000;
const PAUSE_FIRST: u64 = 500;
/// A server that owes an answer for so long is taken for gone.
const ANSWER_WITHIN: u64 = 10_000;

/// The state machine.
#[derive(Debug)]
pub struct Sync {
    link: Link,
    unsent: u32,
    /// Messages under way: their number on this connection, and how many edits each carries.
    in_flight: VecDeque<(u64, u32)>,
    /// Update messages sent on this connection.
    sent: u64,
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
    now: u64,
    answer_by: Option<u64>,
}

impl Default for Sync {
    fn default() -> Self {
        Self {
            link: Link::Idle,
            unsent: 0,
            in_flight: VecDeque::new(),
            sent: 0,
            server_has: Vec::new(),
            holding: false,
            sent_whole: false,
            refusals: 0,
            why: None,
            rejected: None,
            now: 0,
            answer_by: None,
        }
    }
}

impl Sync {
    /// What the page may say.
    #[must_use]
    pub fn state(&self) -> SyncState {
        match (self.rejected, self.link) {
            (Some(code), _) => SyncState::Rejected(code),
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
            (Link::Waiting { attempt }, Event::WaitOver) => self.connect(attempt),
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
                self.holding = false;
                self.sent_whole = false;
                self.answer_by = Some(self.now + ANSWER_WITHIN);
                vec![
                    Action::Send(Message::SyncStep1(&replica.state_vector()).encode()),
                    Action::Greet,
                ]
            }
            (Link::Connecting { attempt } | Link::Syncing { attempt, .. }, Event::Closed) => self.lose(attempt + 1),
            (Link::Live, Event::Closed) => self.lose(1),

            (Link::Syncing { .. } | Link::Live, Event::Received(message)) => self.receive(&message, replica),

            (_, Event::Edited(update)) => {
                self.unsent += 1;
                self.pass_on(update)
            }
            (_, Event::Recovered { edits, update }) => {
                self.unsent += edits;
                self.pass_on(update)
            }
            (Link::Syncing { .. } | Link::Live, Event::RetryOver) if self.holding => {
                self.holding = false;
                let Some(update) = replica.since(&self.server_has) else {
                    return vec![Action::Hangup];
                };
                self.send_update(Message::Update(&update))
            }
            (_, Event::Tick(now)) => {
                self.now = now;
                if self.answer_by.is_some_and(|by| now >= by) {
                    self.answer_by = None;
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
                let Some(update) = replica.since(state_vector) else {
                    return vec![Action::Hangup];
                };
                if let Link::Syncing { answered, .. } = &mut self.link {
                    *answered = true;
                }
                if self.rejected.is_some() {
                    Vec::new()
                } else {
                    self.send_update(Message::SyncStep2(&update))
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
                while let Some(&(number, edits)) = self.in_flight.front()
                    && number <= updates
                {
                    self.in_flight.pop_front();
                    self.unsent = self.unsent.saturating_sub(edits);
                    self.refusals = 0;
                    self.why = None;
                    self.sent_whole = false;
                }
                Vec::new()
            }
            Message::Refused { update, code, .. } => self.refused(update, code, replica),
            _ => Vec::new(),
        };
        if !self.in_flight.is_empty() && self.answer_by.is_none() {
            self.answer_by = Some(self.now + ANSWER_WITHIN);
        }
        if self.link_is_level() {
            self.link = Link::Live;
        }
        actions
    }

    /// A refused message's edits stay unsent; what happens next depends on why.
    fn refused(&mut self, number: u64, code: RefusalCode, replica: &dyn Replica) -> Vec<Action> {
        self.in_flight.retain(|(n, _)| *n != number);
        self.why = Some(code);
        match code {
            RefusalCode::Incomplete if self.sent_whole => vec![Action::Hangup],
            RefusalCode::Incomplete => {
                self.sent_whole = true;
                self.send_update(Message::Update(&replica.whole()))
            }
            RefusalCode::NotStored | RefusalCode::RateLimited => {
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
        self.answer_by = Some(self.now + ANSWER_WITHIN);
        vec![Action::Connect]
    }

    fn lose(&mut self, attempt: u32) -> Vec<Action> {
        self.link = Link::Waiting { attempt };
        self.in_flight.clear();
        self.answer_by = None;
        vec![Action::Wait(pause(attempt))]
    }

    fn pass_on(&mut self, update: &[u8]) -> Vec<Action> {
        if self.flows() {
            self.send_update(Message::Update(update))
        } else {
            Vec::new()
        }
    }

    /// Sends a message that carries every edit not under way yet.
    fn send_update(&mut self, message: Message<'_>) -> Vec<Action> {
        let under_way: u32 = self.in_flight.iter().map(|(_, edits)| edits).sum();
        self.sent += 1;
        self.in_flight
            .push_back((self.sent, self.unsent.saturating_sub(under_way)));
        self.answer_by.get_or_insert(self.now + ANSWER_WITHIN);
        vec![Action::Send(message.encode())]
    }
}

/// The ceiling of the pause after so many failures in a row; the adapter throws the dice below it (full jitter).
fn pause(failures: u32) -> u64 {
    PAUSE_FIRST.saturating_mul(1 << failures.min(10)).min(PAUSE_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Doc;
    impl Replica for Doc {
        fn state_vector(&self) -> Vec<u8> {
            vec![1]
        }
        fn since(&self, state_vector: &[u8]) -> Option<Vec<u8>> {
            (state_vector != [99]).then(|| vec![2])
        }
        fn whole(&self) -> Vec<u8> {
            vec![3]
        }
    }

    impl Sync {
        fn on(&mut self, event: Event<'_>) -> Vec<Action> {
            self.step(event, &Doc)
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
                    assert_eq!(sync.state(), SyncState::Rejected(RefusalCode::TooLarge), "{link:?}");
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
        assert_eq!(sync.state(), SyncState::Rejected(RefusalCode::TooLarge));
        assert_eq!(sync.on(Event::Edited(&[9])), []);
        assert_eq!(sync.unsent(), 2);
    }

    #[test]
    fn a_silent_server_is_left() {
        let mut sync = live();
        sync.on(Event::Tick(1_000));
        sync.on(Event::Edited(&[8]));
        assert_eq!(sync.on(Event::Tick(10_000)), []);
        assert_eq!(sync.on(Event::Tick(11_000)), [Action::Hangup]);

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
