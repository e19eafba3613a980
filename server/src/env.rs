//! What the model takes from outside on this side of the wire: the clock and Unicode normalisation.

use std::time::{SystemTime, UNIX_EPOCH};

use model::doc::Env;
use unicode_normalization::UnicodeNormalization;

/// The model's surroundings on the server.
pub const ENV: Env = Env { nfc, now_ms };

fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// Milliseconds since 1970 by this machine's clock; 0 for a clock set before that.
#[must_use]
pub fn now_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
