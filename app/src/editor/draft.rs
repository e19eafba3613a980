//! Unsent work, kept on this device until the server has it.
//!
//! One value a board: the whole document, encoded. Two tabs share it, so it is merged and never overwritten: before
//! a tab writes, it takes in what is there. It is removed once everything in it is acknowledged.

use model::id::BoardId;
use serde::{Deserialize, Serialize};

use crate::api::Bytes64;

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
    /// What was there could not be read and was set aside.
    Broken,
}

/// The value as it lies in storage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// How many edits in it no server has acknowledged.
    pub unsent: u32,
    /// The document.
    pub document: Bytes64,
}

/// Where the draft of a board lies.
#[must_use]
pub fn key(board: BoardId) -> String {
    format!("touchloop.draft.{board}")
}
