//! Unsent work, kept on this device until the server has it.
//!
//! One value a board: the whole document, encoded. Two tabs share it, so it is merged and never overwritten: before
//! a tab writes, it takes in what is there. It is removed once everything in it is acknowledged. With it go texts
//! that the document refused: they are in no document, and nowhere else.

use std::sync::Arc;

use model::id::BoardId;
use model::table::Table;
use serde::{Deserialize, Serialize};

use super::{Editor, link};

/// What this device keeps of the open map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftState {
    /// Nothing is unsent, so nothing is kept.
    Empty,
    /// What is unsent is kept.
    Kept,
    /// The browser forbids keeping anything.
    Refused,
    /// There is no room.
    Full,
}

/// What was typed into a field and refused, most often for being too long.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// What the field and the document last agreed on.
    pub agreed: String,
    /// What the field shows.
    pub typed: String,
}

/// What is held, by the names of the fields.
pub type HeldTexts = Table<String, Held>;

/// The value as it lies in storage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// How many edits in it no server has acknowledged.
    pub unsent: u32,
    /// The document.
    pub document: Bytes64,
    /// Texts that the document refused.
    #[serde(default)]
    pub held: HeldTexts,
}

impl Editor {
    /// Gives up everything of this map that only this device has, and opens the server's copy. The way out once the
    /// server has refused something: whatever is built on that is refused, too.
    pub fn discard() {
        link::discard();
    }
}

/// Where the draft of a board lies.
#[must_use]
pub fn key(board: BoardId) -> String {
    format!("touchloop.draft.{board}")
}

/// Bytes that travel as base64 text. Shared, since a large document is handed around as it lies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bytes64(pub Arc<[u8]>);

impl Serialize for Bytes64 {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use base64::Engine as _;
        serializer.serialize_str(&base64::engine::general_purpose::STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes64 {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use base64::Engine as _;
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(text.as_bytes())
            .map_err(serde::de::Error::custom)?;
        Ok(Self(bytes.into()))
    }
}
