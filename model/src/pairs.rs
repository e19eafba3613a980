//! Emotions as a list of pairs: JSON object keys are strings, and the key for customers in general is none.

use serde::{Deserialize, Deserializer, Serializer};

use crate::board::Emotion;
use crate::id::PersonaId;
use crate::table::Table;

/// Writes `[[persona or null, emotion], …]`, ordered by persona.
///
/// # Errors
/// Whatever the serializer reports.
pub fn serialize<S: Serializer>(map: &Table<Option<PersonaId>, Emotion>, to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(map)
}

/// Reads what [`serialize`] wrote; the last of two pairs with one persona counts.
///
/// # Errors
/// When it is not such a list.
pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Table<Option<PersonaId>, Emotion>, D::Error> {
    Ok(Vec::deserialize(from)?.into_iter().collect())
}
