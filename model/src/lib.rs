//! What a touchpoint map is: the document, its edits, its read model and its wire messages.
//!
//! Pure: compiles unchanged for the browser and the server. Only this crate knows the CRDT. The rules are
//! numbered in `SPEC.md`; tests cite them.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod access;
mod apply;
pub mod audit;
pub mod board;
pub mod bulk;
pub mod date;
pub mod disclose;
pub mod doc;
pub mod edit;
pub mod find;
pub mod fold;
pub mod id;
pub mod insights;
pub mod items;
pub mod layout;
pub mod lib0;
pub mod limits;
pub mod links;
pub mod loops;
pub mod pairs;
pub mod people;
mod plan;
pub mod presence;
mod rank;
pub mod ratings;
mod read;
pub mod review;
pub mod rows;
pub mod scan;
pub mod share;
pub mod summary;
pub mod table;
pub mod teams;
pub mod templates;
mod thing;
pub mod threads;
pub mod wire;
