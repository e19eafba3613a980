//! What the browser lends us: its clock, its Unicode tables, its storage.

use std::time::Duration;

use gloo_storage::errors::StorageError;
use gloo_storage::{LocalStorage, Storage};
use leptos::prelude::{document, set_timeout};
use model::doc::Env;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, HtmlAnchorElement, HtmlElement, Url};

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

/// How long what lies under a key is, in units of UTF-16.
#[must_use]
pub fn length(key: &str) -> usize {
    js_sys::JsString::from(stored(key)).length() as usize
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

/// Puts a value that cannot be read out of the way, beside those put there earlier. `false`: it could not be moved and
/// is where it was, so nothing may be written there.
#[must_use]
pub fn set_aside(key: &str) -> bool {
    let Some(text) = read_raw(key) else { return true };
    // Taken away first: a full storage has room for it only then.
    forget(key);
    let moved = LocalStorage::raw()
        .set_item(&format!("{key}{ASIDE}{}", now()), &text)
        .is_ok();
    if !moved {
        let _ = LocalStorage::raw().set_item(key, &text);
    }
    moved
}

/// Sets a cookie that says yes, for a year, or takes it away.
pub fn mark(name: &str, is_set: bool) {
    const YEAR: u32 = 365 * 24 * 3600;
    let lasts = if is_set { YEAR } else { 0 };
    if let Ok(page) = document().dyn_into::<web_sys::HtmlDocument>() {
        // A browser that refuses cookies leads to where one signs in; the start page still lists the draft.
        let _ = page.set_cookie(&format!("{name}=1; Path=/; Max-Age={lasts}; SameSite=Lax"));
    }
}

const ASIDE: &str = ".aside.";

/// Where the values lie that were set aside from a key.
#[must_use]
pub fn aside(key: &str) -> Vec<String> {
    names(&format!("{key}{ASIDE}"))
}

/// The names of all values that begin so.
#[must_use]
pub fn names(prefix: &str) -> Vec<String> {
    if !allowed() {
        return Vec::new();
    }
    let storage = LocalStorage::raw();
    (0..storage.length().unwrap_or(0))
        .filter_map(|at| storage.key(at).ok().flatten())
        .filter(|name| name.starts_with(prefix))
        .collect()
}

/// How long the browser may take to write a file before its bytes are given up.
const FILE_STAYS: Duration = Duration::from_secs(60);

/// Hands a text over as a file.
pub fn download(name: &str, text: &str) {
    let parts = js_sys::Array::of1(&text.into());
    let Ok(url) = Blob::new_with_str_sequence(&parts).and_then(|blob| Url::create_object_url_with_blob(&blob)) else {
        return;
    };
    if let Ok(link) = document().create_element("a") {
        let link: HtmlAnchorElement = link.unchecked_into();
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    set_timeout(move || _ = Url::revoke_object_url(&url), FILE_STAYS);
}

/// Leaves the field that has the focus, so that what was typed there is taken in.
pub fn leave_field() {
    if let Some(field) = document().active_element() {
        let _ = field.unchecked_into::<HtmlElement>().blur();
    }
}
