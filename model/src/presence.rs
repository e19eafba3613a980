//! Who is here: the awareness messages of y-protocols, read within bounds, and what Touchloop says in them.
//!
//! An awareness update is a count, and for each client its id, a clock, and its state as JSON (`null`: gone).
//! A state of Touchloop is
//! `{"user": {"name": "Lan", "color": 2, "person": "018f…"}, "on": "018f…", "field": "name"}`, where `on` is a touchpoint;
//! whoever is on an improvement says `"improvement": "018f…"` instead;
//! states of other programs are passed on as they are and read as far as they can be understood.

use serde_json::{Map, Value, json};

use crate::edit::Entity;
use crate::id::{ImprovementId, PersonId, TouchpointId};
use crate::lib0::{Reader, Writer, json_is_shallow};
use crate::limits::{NAME_MAX, NESTING_MAX, PERSON_NAME_MAX};
use crate::wire::WireError;

/// Longest awareness update that is let in, in bytes.
pub const PRESENCE_MAX: usize = 64 * 1024;
/// Most clients in one awareness update.
pub const ENTRIES_MAX: usize = 256;
/// How many colours people are told apart by.
pub const COLORS: u8 = 4;

/// The state of one client.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its document client id.
    pub client: u64,
    /// Grows with each change; an older one is ignored.
    pub clock: u32,
    /// What it says of itself; `None` when it has left.
    pub state: Option<Value>,
}

/// Reads an awareness update.
pub fn decode(update: &[u8]) -> Result<Vec<Entry>, WireError> {
    if update.len() > PRESENCE_MAX {
        return Err(WireError::TooLarge);
    }
    let mut reader = Reader::new(update);
    let count = reader.count(3)?;
    if count > ENTRIES_MAX {
        return Err(WireError::TooLarge);
    }
    let mut entries = Vec::with_capacity(count);
    for _ in 0..count {
        let client = reader.client()?;
        let clock = reader.uint32()?;
        let at = reader.at();
        let json = reader.string()?;
        if !json_is_shallow(json, NESTING_MAX) {
            return Err(WireError::Malformed { at });
        }
        let state: Value = serde_json::from_str(json).map_err(|_| WireError::Malformed { at })?;
        entries.push(Entry {
            client,
            clock,
            state: (!state.is_null()).then_some(state),
        });
    }
    if reader.is_done() {
        Ok(entries)
    } else {
        Err(WireError::Malformed { at: reader.at() })
    }
}

/// Writes an awareness update.
#[must_use]
pub fn encode(entries: &[Entry]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.uint(entries.len() as u64);
    for entry in entries {
        writer.uint(entry.client);
        writer.uint(u64::from(entry.clock));
        match &entry.state {
            Some(state) => writer.string(&state.to_string()),
            None => writer.string("null"),
        }
    }
    writer.finish()
}

/// What a person on a map says of themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// How they are called; may be blank.
    pub name: String,
    /// Which of the colours is theirs, 1 to [`COLORS`].
    pub color: u8,
    /// Who they are, if they have an identity.
    pub person: Option<PersonId>,
    /// The touchpoint or the improvement they are on.
    pub on: Option<Entity>,
    /// The field they are in, as the page names it.
    pub field: Option<String>,
}

impl Presence {
    /// Reads a state. Never fails: what cannot be understood is left out, a name is cut to
    /// [`PERSON_NAME_MAX`], a colour from elsewhere becomes the first.
    #[must_use]
    pub fn from_json(state: &Value) -> Self {
        let user = &state["user"];
        Self {
            name: short(&user["name"], PERSON_NAME_MAX).unwrap_or_default(),
            color: match user["color"].as_f64() {
                Some(color) if (1.0..=f64::from(COLORS)).contains(&color) => color as u8,
                _ => 1,
            },
            person: user["person"].as_str().and_then(PersonId::parse),
            on: on(state),
            field: short(&state["field"], NAME_MAX),
        }
    }

    /// Writes a state.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut user = Map::new();
        user.insert("name".into(), json!(self.name));
        user.insert("color".into(), json!(self.color));
        if let Some(person) = self.person {
            user.insert("person".into(), json!(person.to_string()));
        }
        let mut state = Map::new();
        state.insert("user".into(), Value::Object(user));
        match self.on {
            Some(Entity::Touchpoint(id)) => _ = state.insert("on".into(), json!(id.to_string())),
            Some(Entity::Improvement(id)) => _ = state.insert("improvement".into(), json!(id.to_string())),
            _ => {}
        }
        if let Some(field) = &self.field {
            state.insert("field".into(), json!(field));
        }
        Value::Object(state)
    }
}

fn on(state: &Value) -> Option<Entity> {
    let touchpoint = state["on"].as_str().and_then(TouchpointId::parse);
    let improvement = || state["improvement"].as_str().and_then(ImprovementId::parse);
    touchpoint
        .map(Entity::Touchpoint)
        .or_else(|| improvement().map(Entity::Improvement))
}

fn short(value: &Value, max: usize) -> Option<String> {
    let text = value.as_str()?.trim();
    (!text.is_empty()).then(|| text.chars().take(max).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn lan() -> Presence {
        Presence {
            name: "Lan".into(),
            color: 2,
            person: Some(PersonId::fresh()),
            on: Some(Entity::Touchpoint(TouchpointId::fresh())),
            field: Some("name".into()),
        }
    }

    #[test]
    fn entries_come_back() {
        let entries = [
            Entry {
                client: 1,
                clock: 0,
                state: Some(lan().to_json()),
            },
            Entry {
                client: (1 << 53) - 1,
                clock: u32::MAX,
                state: None,
            },
        ];
        assert_eq!(decode(&encode(&entries)).unwrap(), entries);
        assert_eq!(decode(&[0]).unwrap(), []);
    }

    #[test]
    fn the_bytes_are_those_of_y_protocols() {
        let entries = [
            Entry {
                client: 300,
                clock: 1,
                state: Some(json!({})),
            },
            Entry {
                client: 2,
                clock: 7,
                state: None,
            },
        ];
        assert_eq!(encode(&entries), b"\x02\xac\x02\x01\x02{}\x02\x07\x04null");
    }

    #[test]
    fn a_presence_comes_back() {
        let lan = lan();
        assert_eq!(Presence::from_json(&lan.to_json()), lan);
        let on_the_board = Presence {
            on: Some(Entity::Improvement(ImprovementId::fresh())),
            ..lan
        };
        assert_eq!(Presence::from_json(&on_the_board.to_json()), on_the_board);
        let nobody = Presence {
            name: String::new(),
            color: 1,
            person: None,
            on: None,
            field: None,
        };
        assert_eq!(Presence::from_json(&nobody.to_json()), nobody);
    }

    #[test]
    fn f20_foreign_states_are_read_as_far_as_they_go() {
        let nobody = Presence {
            name: String::new(),
            color: 1,
            person: None,
            on: None,
            field: None,
        };
        for state in [
            json!(null),
            json!(7),
            json!([]),
            json!({"user": "Lan"}),
            json!({"user": {"name": 3, "color": "#ff0000", "person": "me"}, "on": 1, "field": {}}),
            json!({"user": {"color": 0}}),
            json!({"user": {"color": 5}}),
            json!({"user": {"color": -1e300}}),
        ] {
            assert_eq!(Presence::from_json(&state), nobody, "{state}");
        }
        let long = json!({"user": {"name": "ệ".repeat(1000), "color": 4.0}});
        let long = Presence::from_json(&long);
        assert_eq!((long.name.chars().count(), long.color), (PERSON_NAME_MAX, 4));
    }

    #[test]
    fn f11_bad_updates_are_errors() {
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        let mut nested = Writer::new();
        nested.uint(1);
        nested.uint(1);
        nested.uint(1);
        nested.string(&deep);
        let nested = nested.finish();
        for update in [
            &[][..],
            &[1],
            &[1, 1, 1],
            &[1, 1, 1, 9, b'{'],
            &[1, 1, 1, 1, b'{'],
            &[0, 0],
            &[0xff, 0xff, 0xff, 0xff, 0x0f],
            b"\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01\x02{}",
            &nested,
        ] {
            assert!(matches!(decode(update), Err(WireError::Malformed { .. })), "{update:?}");
        }
        assert_eq!(decode(&vec![0; PRESENCE_MAX + 1]), Err(WireError::TooLarge));
        let crowd: Vec<Entry> = (0..=ENTRIES_MAX as u64)
            .map(|client| Entry {
                client,
                clock: 0,
                state: None,
            })
            .collect();
        assert_eq!(decode(&encode(&crowd)), Err(WireError::TooLarge));
    }
}
