//! The server's side of `link.rs`: there is nobody to connect to.

use std::sync::Arc;

use super::{Inner, Room};

pub fn open(_: &Arc<Inner>) {}

pub fn close() {}

pub fn edited(_: &[u8]) {}

pub fn greet() {}

pub fn held() {}

pub fn at_risk() -> bool {
    false
}

pub fn let_go() {}

pub fn discard() {}

pub fn room() -> Room {
    Room::default()
}

pub fn free_room() {}

pub fn begin_anew() -> Option<String> {
    None
}

pub fn download() {}

pub fn download_set_aside() {}

pub fn forget_set_aside() {}
