//! Who has worked on the map: what the people are called who stand in it by their ids.

use serde::{Deserialize, Serialize};

use crate::board::Board;
use crate::id::PersonId;
use crate::items::Item;
use crate::limits::PERSON_NAME_MAX;
use crate::presence::COLORS;

/// What somebody is called, and their colour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their name, at most [`PERSON_NAME_MAX`]; one without a name is in no document.
    pub name: String,
    /// Which of the colours of people is theirs, 1 to [`COLORS`].
    pub color: u8,
}

impl Person {
    /// A person as they stand in the document: a name of one line, cut to its limit; a colour from elsewhere becomes
    /// the first. `None` for somebody without a name.
    pub(crate) fn settled(nfc: fn(&str) -> String, name: &str, color: u8) -> Option<Self> {
        let line = nfc(name.replace(char::is_control, " ").trim());
        let name: String = line.chars().take(PERSON_NAME_MAX).collect();
        let name = name.trim_end().to_owned();
        let color = if (1..=COLORS).contains(&color) { color } else { 1 };
        (!name.is_empty()).then_some(Self { name, color })
    }
}

impl Board {
    /// What somebody is called: as they have introduced themselves, otherwise as they last signed a comment or a
    /// review. `None` for somebody who never said.
    #[must_use]
    pub fn called(&self, person: PersonId) -> Option<&str> {
        if let Some(person) = self.people.get(&person) {
            return Some(&person.name);
        }
        // From before people stood in the document.
        let signed = self.items.values().filter_map(|item| match item {
            Item::Comment(it) if it.written.by == Some(person) => Some((it.id.0, it.name.trim())),
            Item::Review(it) if it.by == Some(person) => Some((it.id.0, it.name.trim())),
            _ => None,
        });
        let named = signed.filter(|(_, name)| !name.is_empty());
        named.max_by_key(|(id, _)| *id).map(|(_, name)| name)
    }
}
