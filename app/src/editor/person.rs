//! Who sits at this device, in the eyes of the others.

use model::id::PersonId;
use model::presence::COLORS;
use serde::{Deserialize, Serialize};

use super::device;

/// Name and colour are picked once and kept on this device; the id tells raters apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who rates.
    pub id: PersonId,
    /// Empty until picked: a guest.
    pub name: String,
    /// One of the colours of people, 1 to [`COLORS`].
    pub color: u8,
}

const KEY: &str = "touchloop.person";

impl Person {
    /// Who was here last on this device, or a fresh guest, who is kept too: their ratings have to stay theirs.
    #[must_use]
    pub fn of_this_device() -> Self {
        if let Some(person) = device::read::<Self>(KEY).ok().flatten()
            && (1..=COLORS).contains(&person.color)
        {
            return person;
        }
        let id = PersonId::fresh();
        let color = 1 + id.0.as_bytes()[15] % COLORS;
        let person = Self {
            id,
            name: String::new(),
            color,
        };
        person.keep();
        person
    }

    /// Keeps it on this device. Where the device refuses, it holds until the page is left.
    pub fn keep(&self) {
        let _ = device::write(KEY, self);
    }
}
