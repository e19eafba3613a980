//! What a touchpoint map is: the document, its edits, its read model and its wire messages.
//!
//! Pure: compiles unchanged for the browser and the server. Only this crate knows the CRDT. The rules are
//! numbered in `SPEC.md`; tests cite them.

pub mod board;
pub mod edit;
pub mod id;
pub mod limits;
