//! Beginning a map on this device, where the server does not answer.

use model::id::BoardId;
use model::templates::{Lang, Template, seed_from};

use crate::api::ApiError;
use crate::editor::{device, kept};

/// Makes the map, from the text of the example where it is one, and says its id.
pub fn begin(template: Template, text: &str, lang: Lang, title: &str) -> Result<BoardId, ApiError> {
    let document = seed_from(device::env(), template, text, lang, Some(title)).map_err(|_| ApiError::TooLarge)?;
    kept::begin(&document).map_err(|_| ApiError::NotKept)
}
