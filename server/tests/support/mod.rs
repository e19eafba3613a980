//! The vocabulary of the server's tests: a store in a folder of its own, a server inside the test, the real binary.
#![allow(dead_code, unused_macros, unused_imports, clippy::unwrap_used, clippy::expect_used)]

pub mod contract;
pub mod http;
pub mod net;
pub mod peer;
pub mod people;
pub mod process;
pub mod scene;
pub mod team;
