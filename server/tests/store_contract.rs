//! The SQLite store does what every store must.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

for_every_rule!(support::scene::Scene::new);
