//! The server's side of `here.rs`: nothing is kept here.

use leptos::web_sys::HtmlFormElement;

use super::draw::Shelf;
use crate::api::ApiError;
use crate::language::Locale;

pub fn shelf(_: &str, _: Locale) -> Shelf {
    Shelf::default()
}

pub fn unsent(_: Locale) -> String {
    String::new()
}

#[allow(clippy::unused_async)]
pub async fn open_file(_: &str) -> Result<String, ApiError> {
    Err(ApiError::Malformed)
}

#[allow(clippy::unused_async)]
pub async fn begin(_: &HtmlFormElement, error: ApiError) -> Result<Option<String>, ApiError> {
    Err(error)
}
