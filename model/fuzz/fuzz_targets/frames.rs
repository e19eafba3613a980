//! Frames from a socket: reading is total, and what was read is written as it came.
#![no_main]

use libfuzzer_sys::fuzz_target;
use model::presence::{self, Presence};
use model::wire::Message;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(message) = Message::decode(bytes) {
        assert_eq!(Message::decode(&message.encode()), Ok(message));
    }
    if let Ok(entries) = presence::decode(bytes) {
        for state in entries.iter().filter_map(|entry| entry.state.as_ref()) {
            let read = Presence::from_json(state);
            assert_eq!(Presence::from_json(&read.to_json()), read);
        }
        let _ = presence::decode(&presence::encode(&entries));
    }
});
