//! Every message on the sync socket (`/sync/{board}`, binary WebSocket frames, one message a frame).
//!
//! The first four are the standard Yjs protocol (y-protocols), so stock `y-websocket` clients work. Numbers are
//! lib0 variable-length integers, payloads have their length in front.
//!
//! | bytes | message | meaning |
//! |---|---|---|
//! | `0 0 state-vector` | [`Message::SyncStep1`] | "this is what I have": the other side answers with what is missing |
//! | `0 1 update` | [`Message::SyncStep2`] | the answer |
//! | `0 2 update` | [`Message::Update`] | an edit |
//! | `1 awareness` | [`Message::Awareness`] | who is here (see [`crate::presence`]) |
//! | `2 …` | [`Message::Auth`] | ignored |
//! | `3` | [`Message::QueryAwareness`] | "who is here?" |
//! | `100 count` | [`Message::Ack`] | server to client: so many of this connection's updates are done with |
//! | `101 number code reason` | [`Message::Refused`] | server to client: that update was not taken, and why |
//! | `102 name` | [`Message::Release`] | server to client: which release of the pages it serves |
//!
//! The last three go only to clients that offered the subprotocol [`SUBPROTOCOL`]. They count the SyncStep2 and
//! Update messages that a connection has sent, in order, from 1. An acknowledged update is durable unless a
//! [`Message::Refused`] with its number came before the acknowledgement.
//!
//! Version policy: the meaning of a message never changes under one name of the subprotocol. A message of an
//! unknown type is [`WireError::Unknown`] and has to be skipped, so messages can be added; a changed one, and a
//! new refusal code, take a new name, offered beside the old one. Anything else that cannot be read is
//! [`WireError::Malformed`] and ends the connection (F11).

use crate::lib0::{Malformed, Reader, Writer};

/// The WebSocket subprotocol that asks for acknowledgements and refusals.
pub const SUBPROTOCOL: &str = "touchloop.v1";

/// Type of the three messages that carry documents.
pub const SYNC: u64 = 0;
const AWARENESS: u64 = 1;
const AUTH: u64 = 2;
const QUERY_AWARENESS: u64 = 3;
const ACK: u64 = 100;
const REFUSED: u64 = 101;
const RELEASE: u64 = 102;

const STEP_1: u64 = 0;
/// Second number of [`Message::SyncStep2`].
pub const STEP_2: u64 = 1;
/// Second number of [`Message::Update`].
pub const UPDATE: u64 = 2;

/// A message. Payloads are borrowed and not looked into: see [`crate::scan`] and [`crate::presence`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// A state vector: what the sender has.
    SyncStep1(&'a [u8]),
    /// The update that answers a state vector.
    SyncStep2(&'a [u8]),
    /// An edit.
    Update(&'a [u8]),
    /// Presence.
    Awareness(&'a [u8]),
    /// Asks for everybody's presence.
    QueryAwareness,
    /// Authentication of y-protocols; unused, ignored.
    Auth(&'a [u8]),
    /// How many SyncStep2 and Update messages of this connection have been committed or refused so far.
    Ack {
        /// Their count since the connection began.
        updates: u64,
    },
    /// An update was not taken. Nothing of it was stored or shown to anybody.
    Refused {
        /// Which SyncStep2 or Update message of this connection, from 1.
        update: u64,
        /// What to do about it.
        code: RefusalCode,
        /// A sentence for the log, in English.
        reason: &'a str,
    },
    /// The name of the release whose pages the server serves; a page of another one is old, or newer than the server.
    Release(&'a str),
}

/// Why an update was not taken. Who sends too fast is not refused: what they send waits in the network (F24), and 5,
/// which would have said so, stays free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefusalCode {
    /// It cannot be read, or holds what is not let in. Sending it again is no use.
    Malformed = 1,
    /// Its past is missing. Synchronise, then send it again.
    Incomplete = 2,
    /// The message or the document would be too large.
    TooLarge = 3,
    /// The server could not store it. Keep it and try again.
    NotStored = 4,
    /// The role does not cover it.
    NotAllowed = 6,
}

impl RefusalCode {
    const ALL: [Self; 5] = [
        Self::Malformed,
        Self::Incomplete,
        Self::TooLarge,
        Self::NotStored,
        Self::NotAllowed,
    ];

    fn from_code(code: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|known| *known as u64 == code)
    }
}

/// Why a frame is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Cannot be read: end the connection.
    #[error("malformed at byte {at}")]
    Malformed {
        /// Offset of what could not be read.
        at: usize,
    },
    /// Longer, or with more in it, than is let in: end the connection.
    #[error("too large")]
    TooLarge,
    /// A type of message that this version does not know: skip it.
    #[error("unknown message type {0}")]
    Unknown(u64),
}

impl From<Malformed> for WireError {
    fn from(Malformed { at }: Malformed) -> Self {
        Self::Malformed { at }
    }
}

impl<'a> Message<'a> {
    /// Reads a frame.
    pub fn decode(frame: &'a [u8]) -> Result<Self, WireError> {
        let mut reader = Reader::new(frame);
        let message = match reader.uint()? {
            SYNC => {
                let at = reader.at();
                match reader.uint()? {
                    STEP_1 => Self::SyncStep1(reader.buffer()?),
                    STEP_2 => Self::SyncStep2(reader.buffer()?),
                    UPDATE => Self::Update(reader.buffer()?),
                    _ => return Err(WireError::Malformed { at }),
                }
            }
            AWARENESS => Self::Awareness(reader.buffer()?),
            AUTH => Self::Auth(reader.rest()),
            QUERY_AWARENESS => Self::QueryAwareness,
            ACK => Self::Ack {
                updates: reader.uint()?,
            },
            REFUSED => {
                let update = reader.uint()?;
                let at = reader.at();
                let Some(code) = RefusalCode::from_code(reader.uint()?) else {
                    return Err(WireError::Malformed { at });
                };
                Self::Refused {
                    update,
                    code,
                    reason: reader.string()?,
                }
            }
            RELEASE => Self::Release(reader.string()?),
            unknown => return Err(WireError::Unknown(unknown)),
        };
        if reader.is_done() {
            Ok(message)
        } else {
            Err(WireError::Malformed { at: reader.at() })
        }
    }

    /// Writes a frame.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let payload = match self {
            Self::SyncStep1(bytes)
            | Self::SyncStep2(bytes)
            | Self::Update(bytes)
            | Self::Awareness(bytes)
            | Self::Auth(bytes) => bytes.len(),
            Self::Refused { reason, .. } => reason.len(),
            Self::Release(name) => name.len(),
            Self::QueryAwareness | Self::Ack { .. } => 0,
        };
        let mut writer = Writer::with_capacity(payload + 16);
        match *self {
            Self::SyncStep1(bytes) => sync(&mut writer, STEP_1, bytes),
            Self::SyncStep2(bytes) => sync(&mut writer, STEP_2, bytes),
            Self::Update(bytes) => sync(&mut writer, UPDATE, bytes),
            Self::Awareness(bytes) => {
                writer.uint(AWARENESS);
                writer.buffer(bytes);
            }
            Self::Auth(bytes) => {
                writer.uint(AUTH);
                writer.raw(bytes);
            }
            Self::QueryAwareness => writer.uint(QUERY_AWARENESS),
            Self::Ack { updates } => {
                writer.uint(ACK);
                writer.uint(updates);
            }
            Self::Refused { update, code, reason } => {
                writer.uint(REFUSED);
                writer.uint(update);
                writer.uint(code as u64);
                writer.string(reason);
            }
            Self::Release(name) => {
                writer.uint(RELEASE);
                writer.string(name);
            }
        }
        writer.finish()
    }
}

fn sync(writer: &mut Writer, step: u64, bytes: &[u8]) {
    writer.uint(SYNC);
    writer.uint(step);
    writer.buffer(bytes);
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_message_comes_back() {
        let reason = "đĩa đầy";
        let mut messages = vec![
            Message::SyncStep1(&[0]),
            Message::SyncStep2(&[0, 0]),
            Message::Update(&[]),
            Message::Awareness(&[0]),
            Message::QueryAwareness,
            Message::Auth(&[0, 1, 2]),
            Message::Ack { updates: 0 },
            Message::Ack { updates: u64::MAX },
            Message::Release("1f2e3d"),
        ];
        messages.extend(RefusalCode::ALL.map(|code| Message::Refused {
            update: 300,
            code,
            reason,
        }));
        for message in messages {
            assert_eq!(Message::decode(&message.encode()), Ok(message));
        }
    }

    #[test]
    fn the_bytes_are_those_of_y_protocols() {
        assert_eq!(Message::SyncStep1(&[0]).encode(), [0, 0, 1, 0]);
        assert_eq!(Message::SyncStep2(&[0, 0]).encode(), [0, 1, 2, 0, 0]);
        assert_eq!(Message::Update(&[7; 200]).encode()[..4], [0, 2, 0xc8, 1]);
        assert_eq!(Message::Awareness(&[0]).encode(), [1, 1, 0]);
        assert_eq!(Message::QueryAwareness.encode(), [3]);
        assert_eq!(Message::Ack { updates: 128 }.encode(), [100, 0x80, 1]);
        let refused = Message::Refused {
            update: 1,
            code: RefusalCode::NotStored,
            reason: "full",
        };
        assert_eq!(refused.encode(), [101, 1, 4, 4, b'f', b'u', b'l', b'l']);
    }

    #[test]
    fn f11_bad_frames_are_errors() {
        for frame in [
            &[][..],
            &[0],
            &[0, 0],
            &[0, 3, 0],
            &[0, 2, 5, 1],
            &[0, 2, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0, 0, 1, 0, 9],
            &[1, 3, 0],
            &[3, 0],
            &[100],
            &[101, 1, 0, 0],
            &[101, 1, 5, 0],
            &[101, 1, 7, 0],
            &[101, 1, 1, 2, 0xc3, 0x28],
        ] {
            assert!(
                matches!(Message::decode(frame), Err(WireError::Malformed { .. })),
                "{frame:?}"
            );
        }
    }

    #[test]
    fn unknown_types_are_told_from_bad_ones() {
        assert_eq!(Message::decode(&[4, 1, 2]), Err(WireError::Unknown(4)));
        assert_eq!(Message::decode(&[0x80, 1]), Err(WireError::Unknown(128)));
    }
}
