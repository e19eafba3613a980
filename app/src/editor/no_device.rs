//! The server's side of `device.rs`: no clock, no storage, nothing that a browser would do differently.

use model::doc::Env;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Why the device keeps nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageFault {
    /// There is no storage, or the browser forbids it.
    Refused,
    /// There is no room left.
    Full,
    /// What is there cannot be read.
    Broken,
}

/// What the document needs from outside.
#[must_use]
pub fn env() -> Env {
    Env {
        nfc: str::to_owned,
        now_ms: || 0,
    }
}

/// Reads a value; there is none.
///
/// # Errors
/// Never.
pub fn read<T: DeserializeOwned>(_: &str) -> Result<Option<T>, StorageFault> {
    Ok(None)
}

/// Hands nothing over.
pub fn download(_: &str, _: &str) {}

/// Keeps nothing.
///
/// # Errors
/// Always: there is no storage here.
pub fn write<T: Serialize>(_: &str, _: &T) -> Result<(), StorageFault> {
    Err(StorageFault::Refused)
}
