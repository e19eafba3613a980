//! Who is here. A socket speaks only for client ids that nobody else holds, and the server says which socket it was.
//!
//! y-websocket passes every presence it hears back to the server, so entries that are not the sender's own are an
//! everyday thing: they are skipped, not punished.

use std::collections::HashMap;

use model::presence::{Entry, encode};
use model::wire::Message;
use serde_json::{Value, json};

use super::{ConnId, frame::Frame};
use crate::limits::{CLIENTS_PER_SOCKET, PRESENCE_BYTES_MAX, PRESENCE_GONE_MAX, PRESENCE_NAME_MAX};

struct Present {
    conn: ConnId,
    clock: u32,
    frame: Frame,
}

/// The presence of everybody in a room.
#[derive(Default)]
pub(crate) struct Presences {
    here: HashMap<u64, Present>,
    /// Clocks of those who left, so that an echo of theirs does not bring them back.
    gone: HashMap<u64, u32>,
}

impl Presences {
    /// Takes what `conn` says of itself; answers with what the others should hear. A name that the server knows stands
    /// in the place of what is said.
    pub fn hear(&mut self, conn: ConnId, name: Option<&str>, entries: Vec<Entry>) -> Vec<(u64, Frame)> {
        entries
            .into_iter()
            .filter_map(|entry| self.hear_one(conn, name, entry))
            .collect()
    }

    fn hear_one(&mut self, conn: ConnId, name: Option<&str>, entry: Entry) -> Option<(u64, Frame)> {
        let Entry { client, clock, state } = entry;
        match (self.here.get(&client), state) {
            (Some(present), _) if present.conn != conn => None,
            (Some(present), Some(_)) if clock <= present.clock => None,
            (Some(present), None) => (clock >= present.clock).then(|| (client, self.remove(client, clock))),
            (None, None) => None,
            (known, Some(state)) => {
                if known.is_none() {
                    let held = self.here.values().filter(|present| present.conn == conn).count();
                    if held >= CLIENTS_PER_SOCKET || self.gone.get(&client).is_some_and(|left| clock <= *left) {
                        return None;
                    }
                }
                let state = stamp(state, conn, name)?;
                let frame = frame(Entry {
                    client,
                    clock,
                    state: Some(state),
                })?;
                self.gone.remove(&client);
                self.here.insert(
                    client,
                    Present {
                        conn,
                        clock,
                        frame: frame.clone(),
                    },
                );
                Some((client, frame))
            }
        }
    }

    /// Removes everything of `conn`; answers with what the others should hear.
    pub fn leave(&mut self, conn: ConnId) -> Vec<(u64, Frame)> {
        let mut leaving: Vec<_> = self
            .here
            .iter()
            .filter(|(_, p)| p.conn == conn)
            .map(|(client, p)| (*client, p.clock))
            .collect();
        leaving.sort_unstable();
        leaving
            .into_iter()
            .map(|(client, clock)| (client, self.remove(client, clock)))
            .collect()
    }

    /// Everybody who is here.
    pub fn all(&self) -> impl Iterator<Item = (u64, Frame)> + '_ {
        self.here
            .iter()
            .map(|(client, present)| (*client, present.frame.clone()))
    }

    fn remove(&mut self, client: u64, clock: u32) -> Frame {
        self.here.remove(&client);
        if self.gone.len() >= PRESENCE_GONE_MAX {
            self.gone.clear();
        }
        self.gone.insert(client, clock);
        let bytes = encode(&[Entry {
            client,
            clock,
            state: None,
        }]);
        Frame::message(&Message::Awareness(&bytes))
    }
}

/// Writes the server's own knowledge into what a client says of itself. `None` for what is no presence.
fn stamp(mut state: Value, conn: ConnId, name: Option<&str>) -> Option<Value> {
    let fields = state.as_object_mut()?;
    let user = fields.entry("user").or_insert_with(|| json!({}));
    if !user.is_object() {
        *user = json!({});
    }
    let user = user.as_object_mut()?;
    if let Some(name) = name {
        user.insert("name".to_owned(), Value::String(name.to_owned()));
    }
    if let Some(Value::String(name)) = user.get_mut("name")
        && let Some((end, _)) = name.char_indices().nth(PRESENCE_NAME_MAX)
    {
        name.truncate(end);
    }
    user.insert("conn".to_owned(), Value::String(conn.to_string()));
    Some(state)
}

fn frame(entry: Entry) -> Option<Frame> {
    let bytes = encode(&[entry]);
    (bytes.len() <= PRESENCE_BYTES_MAX).then(|| Frame::message(&Message::Awareness(&bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANA: ConnId = ConnId(1);
    const BINH: ConnId = ConnId(2);

    fn says(client: u64, clock: u32, state: Value) -> Vec<Entry> {
        vec![Entry {
            client,
            clock,
            state: (!state.is_null()).then_some(state),
        }]
    }

    fn heard(frames: &[(u64, Frame)]) -> Vec<(u64, u32, Option<Value>)> {
        frames
            .iter()
            .flat_map(|(_, frame)| match Message::decode(frame.body()).unwrap() {
                Message::Awareness(bytes) => model::presence::decode(bytes).unwrap(),
                other => panic!("{other:?}"),
            })
            .map(|entry| (entry.client, entry.clock, entry.state))
            .collect()
    }

    #[test]
    fn f23_the_server_says_who_it_was() {
        let mut room = Presences::default();
        let frames = room.hear(
            ANA,
            None,
            says(
                10,
                1,
                json!({"user": {"name": "x".repeat(100), "conn": "2"}, "on": "t"}),
            ),
        );
        let expected = json!({"user": {"name": "x".repeat(60), "conn": "1"}, "on": "t"});
        assert_eq!(heard(&frames), [(10, 1, Some(expected))]);
    }

    #[test]
    fn f23_whoever_has_an_account_is_called_what_they_are_called_there() {
        let mut room = Presences::default();
        let frames = room.hear(ANA, Some("Ana"), says(10, 1, json!({"user": {"name": "Binh"}})));
        let expected = json!({"user": {"name": "Ana", "conn": "1"}});
        assert_eq!(heard(&frames), [(10, 1, Some(expected))]);
    }

    #[test]
    fn f23_nobody_speaks_for_another() {
        let mut room = Presences::default();
        room.hear(ANA, None, says(10, 1, json!({})));
        assert!(
            room.hear(BINH, None, says(10, 5, json!({"user": {"name": "Ana"}})))
                .is_empty()
        );
        assert!(room.hear(BINH, None, says(10, 5, Value::Null)).is_empty());
        assert_eq!(heard(&room.leave(ANA)), [(10, 1, None)]);
        assert!(
            room.hear(BINH, None, says(10, 1, json!({}))).is_empty(),
            "an echo does not bring Ana back"
        );
        assert_eq!(room.all().count(), 0);
    }

    #[test]
    fn a_socket_holds_a_few_client_ids_and_no_more() {
        let mut room = Presences::default();
        for client in 0..10 {
            room.hear(ANA, None, says(client, 1, json!({})));
        }
        assert_eq!(room.all().count(), CLIENTS_PER_SOCKET);
        assert_eq!(room.leave(ANA).len(), CLIENTS_PER_SOCKET);
    }

    #[test]
    fn what_is_no_presence_is_skipped() {
        let mut room = Presences::default();
        assert!(room.hear(ANA, None, says(1, 1, json!("text"))).is_empty());
        assert!(
            room.hear(ANA, None, says(1, 1, json!({"big": "x".repeat(PRESENCE_BYTES_MAX)})))
                .is_empty()
        );
        assert_eq!(room.all().count(), 0);
    }
}
