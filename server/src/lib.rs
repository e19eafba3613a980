//! Touchloop's server: one binary, one database file.
//!
//! Read it in this order: `cli` and `config` say what can be asked for, `router` what can be visited, `store` what is
//! kept, `rooms` and `sync` how people edit together.

pub mod env;
pub mod limits;
pub mod rooms;
pub mod store;
pub mod sync;
