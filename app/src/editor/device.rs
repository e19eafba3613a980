//! What the browser lends us: its clock, its Unicode tables, its storage.

use gloo_storage::errors::StorageError;
use gloo_storage::{LocalStorage, Storage};
use model::doc::Env;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

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
    Env { nfc, now_ms: now }
}

/// Milliseconds since 1970 by this device's clock.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn now() -> u64 {
    js_sys::Date::now().max(0.0) as u64
}

/// The browser's own tables: ours would be 51 KB more to load.
fn nfc(text: &str) -> String {
    if text.is_ascii() {
        text.to_owned()
    } else {
        js_sys::JsString::from(text).normalize("NFC").into()
    }
}

/// Whether the browser lets us keep something. Asked first: the storage library takes it for granted.
fn allowed() -> bool {
    web_sys::window()
        .and_then(|window| window.local_storage().ok().flatten())
        .is_some()
}

/// Reads a value.
///
/// # Errors
/// When the browser forbids it, or what is there is not such a value.
pub fn read<T: DeserializeOwned>(key: &str) -> Result<Option<T>, StorageFault> {
    if !allowed() {
        return Err(StorageFault::Refused);
    }
    match LocalStorage::get(key) {
        Ok(value) => Ok(Some(value)),
        Err(StorageError::KeyNotFound(_)) => Ok(None),
        Err(StorageError::SerdeError(_)) => Err(StorageFault::Broken),
        Err(StorageError::JsError(_)) => Err(StorageFault::Refused),
    }
}

/// Reads the bare text of a value that may be anything.
#[must_use]
pub fn read_raw(key: &str) -> Option<String> {
    if allowed() {
        LocalStorage::raw().get_item(key).ok().flatten()
    } else {
        None
    }
}

/// What lies under a key as the browser's own text, undefined without any. Telling two of them apart copies nothing.
#[must_use]
pub fn stored(key: &str) -> JsValue {
    if allowed() {
        js_sys::Reflect::get(&LocalStorage::raw(), &key.into()).unwrap_or_default()
    } else {
        JsValue::UNDEFINED
    }
}

/// Keeps a value.
///
/// # Errors
/// When the browser forbids it or has no room.
pub fn write<T: Serialize>(key: &str, value: &T) -> Result<(), StorageFault> {
    if !allowed() {
        return Err(StorageFault::Refused);
    }
    LocalStorage::set(key, value).map_err(|_| StorageFault::Full)
}

/// Forgets a value.
pub fn forget(key: &str) {
    if allowed() {
        LocalStorage::delete(key);
    }
}

/// Puts a value that cannot be read out of the way, without losing it.
pub fn set_aside(key: &str) {
    if let Some(text) = read_raw(key)
        && LocalStorage::raw().set_item(&format!("{key}.aside"), &text).is_ok()
    {
        forget(key);
    }
}
