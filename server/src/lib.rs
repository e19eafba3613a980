#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]
//! Touchloop's server: one binary, one database file.
//!
//! Read it in this order: `cli` and `config` say what can be asked for, `router` what can be visited, `store` what is
//! kept, `rooms` and `sync` how people edit together.

// A page's type nests as deep as its HTML, and the compiler has to lay all of it out here.
#![recursion_limit = "512"]

pub mod access;
pub mod account;
pub mod api;
pub mod bin;
pub mod boards;
pub mod book;
pub mod cli;
pub mod config;
pub mod connections;
pub mod descriptors;
pub mod env;
pub mod error;
pub mod forms;
pub mod health;
pub mod index;
pub mod limits;
pub mod links;
pub mod names;
pub mod notice;
mod offline;
pub mod passwords;
pub mod proxy;
pub mod rate;
pub mod rooms;
pub mod router;
pub mod secrets;
pub mod serve;
pub mod shared;
pub mod shutdown;
pub mod site;
pub mod store;
pub mod sync;
