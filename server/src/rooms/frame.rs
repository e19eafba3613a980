//! One WebSocket frame, ready to be written.
//!
//! What a server sends is not masked, so the frame is the same for every receiver: it is made once, and what waits in
//! a thousand queues is a short head and a reference to the shared bytes of the update.

use bytes::Bytes;
use model::wire::{Message, STEP_2, SYNC, UPDATE};

const OP_BINARY: u8 = 0x2;
const OP_CLOSE: u8 = 0x8;
const OP_PING: u8 = 0x9;
const FINAL: u8 = 0x80;
/// Longest payload of a control frame (RFC 6455, 5.5).
const CONTROL_MAX: usize = 125;
/// WebSocket: at most 10 bytes. Before the update: two message types and a length of at most 10 bytes.
const HEAD_MAX: usize = 22;

/// One frame: cheap to clone, never copied while it is written.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    head: [u8; HEAD_MAX],
    head_len: u8,
    body: Bytes,
}

impl Frame {
    /// An update, as a peer's edit arrives.
    pub fn update(update: Bytes) -> Self {
        Self::sync(UPDATE, update)
    }

    /// An update that answers SyncStep1.
    pub fn step2(update: Bytes) -> Self {
        Self::sync(STEP_2, update)
    }

    /// Any message.
    pub fn message(message: &Message<'_>) -> Self {
        Self::build(OP_BINARY, &[], message.encode().into())
    }

    /// Asks for a sign of life.
    pub fn ping() -> Self {
        Self::build(OP_PING, &[], Bytes::new())
    }

    /// The last frame of a socket. `reason` is cut to what a control frame holds.
    pub fn close(code: u16, reason: &str) -> Self {
        let mut end = reason.len().min(CONTROL_MAX - 2);
        while !reason.is_char_boundary(end) {
            end -= 1;
        }
        let mut body = code.to_be_bytes().to_vec();
        body.extend_from_slice(&reason.as_bytes()[..end]);
        Self::build(OP_CLOSE, &[], body.into())
    }

    /// Whole frames that somebody else has made.
    pub fn made(bytes: Bytes) -> Self {
        Self {
            head: [0; HEAD_MAX],
            head_len: 0,
            body: bytes,
        }
    }

    /// The bytes after the head: for an update, the update.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Head and body, in the order of the wire.
    pub fn parts(&self) -> [&[u8]; 2] {
        [&self.head[..usize::from(self.head_len)], &self.body]
    }

    /// Length on the wire.
    pub fn len(&self) -> usize {
        usize::from(self.head_len) + self.body.len()
    }

    fn sync(kind: u64, update: Bytes) -> Self {
        let mut prefix = [SYNC as u8, kind as u8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let mut at = 2;
        let mut rest = update.len();
        while rest >= 0x80 {
            prefix[at] = (rest & 0x7f) as u8 | 0x80;
            rest >>= 7;
            at += 1;
        }
        prefix[at] = rest as u8;
        Self::build(OP_BINARY, &prefix[..=at], update)
    }

    fn build(opcode: u8, prefix: &[u8], body: Bytes) -> Self {
        let mut head = [0; HEAD_MAX];
        let payload = prefix.len() + body.len();
        head[0] = FINAL | opcode;
        let start = match payload {
            0..=125 => {
                head[1] = payload as u8;
                2
            }
            126..=0xffff => {
                head[1] = 126;
                head[2..4].copy_from_slice(&(payload as u16).to_be_bytes());
                4
            }
            _ => {
                head[1] = 127;
                head[2..10].copy_from_slice(&(payload as u64).to_be_bytes());
                10
            }
        };
        let head_len = start + prefix.len();
        head[start..head_len].copy_from_slice(prefix);
        Self {
            head,
            head_len: head_len as u8,
            body,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(frame: &Frame) -> Vec<u8> {
        frame.parts().concat()
    }

    #[test]
    fn an_update_is_framed_as_the_wire_module_would() {
        for len in [0, 1, 117, 127, 128, 65_000, 70_000] {
            let update = vec![7; len];
            let expected = Message::Update(&update).encode();
            let framed = bytes(&Frame::update(update.clone().into()));
            assert!(framed.ends_with(&expected), "{len}");
            assert_eq!(framed.len(), Frame::update(update.clone().into()).len());
            let head = framed.len() - expected.len();
            assert_eq!(
                head,
                if expected.len() < 126 {
                    2
                } else if expected.len() < 65_536 {
                    4
                } else {
                    10
                }
            );
            assert!(bytes(&Frame::step2(update.clone().into())).ends_with(&Message::SyncStep2(&update).encode()));
        }
    }

    #[test]
    fn a_long_reason_is_cut_between_letters() {
        let framed = bytes(&Frame::close(1008, &"ệ".repeat(100)));
        assert_eq!(framed[1] as usize, framed.len() - 2);
        assert!(framed.len() <= 127);
        assert_eq!(std::str::from_utf8(&framed[4..]).unwrap(), "ệ".repeat(41));
    }
}
