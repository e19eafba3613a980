//! Who sits at this device, in the eyes of the others.

use model::id::PersonId;
use model::presence::COLORS;
use serde::{Deserialize, Serialize};

use super::device;
use crate::api::signed_in;

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
    /// Who is signed in; where nobody can be, who was here last on this device.
    #[must_use]
    pub fn here() -> Self {
        match signed_in() {
            Some((id, name)) => Self {
                id,
                name,
                color: color_of(id),
            },
            None => Self::of_this_device(),
        }
    }

    /// Who was here last on this device, or a fresh guest, who is kept too: their ratings have to stay theirs.
    fn of_this_device() -> Self {
        if let Some(person) = device::read::<Self>(KEY).ok().flatten()
            && (1..=COLORS).contains(&person.color)
        {
            return person;
        }
        let id = PersonId::fresh();
        let color = color_of(id);
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

fn color_of(id: PersonId) -> u8 {
    1 + id.0.as_bytes()[15] % COLORS
}
