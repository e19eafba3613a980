//! Asking the server without leaving the page: what the browser would do with a form or a link, done by the script.
//!
//! Pages come as the server renders them, so that what is only looked at (the shelf) needs no code in the browser.

use leptos::prelude::*;
use leptos::web_sys::{
    Document, DomParser, FormData, HtmlFormElement, RequestInit, Response, SupportedType, UrlSearchParams,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::api::ApiError;

/// Posts a form where it says. Says where the answer leads, if anywhere.
pub async fn post(form: &HtmlFormElement) -> Result<Option<String>, ApiError> {
    let fields = FormData::new_with_form(form)
        .and_then(|fields| UrlSearchParams::new_with_str_sequence_sequence(&fields))
        .map_err(|_| ApiError::Unexpected)?;
    let how = RequestInit::new();
    how.set_method("POST");
    how.set_body(&fields);
    let answer = ask(&form.action(), &how).await?;
    if answer.ok() {
        return Ok(answer.headers().get("location").ok().flatten());
    }
    Err(serde_json::from_str(&text(&answer).await?).unwrap_or(ApiError::Unexpected))
}

/// Says something to a function of this server that answers with nothing.
pub async fn tell(path: &str, fields: &[(&str, &str)]) -> Result<(), ApiError> {
    let said = UrlSearchParams::new().map_err(|_| ApiError::Unexpected)?;
    for (name, value) in fields {
        said.append(name, value);
    }
    let how = RequestInit::new();
    how.set_method("POST");
    how.set_body(&said);
    let answer = ask(path, &how).await?;
    if answer.ok() {
        return Ok(());
    }
    Err(serde_json::from_str(&text(&answer).await?).unwrap_or(ApiError::Unexpected))
}

/// A file of this server that is text.
pub async fn file(path: &str) -> Result<String, ApiError> {
    let answer = ask(path, &RequestInit::new()).await?;
    if answer.ok() {
        text(&answer).await
    } else {
        Err(ApiError::NotFound)
    }
}

/// A page of this server; one that says what went wrong is a page too.
pub async fn page(address: &str) -> Result<Document, ApiError> {
    let answer = ask(address, &RequestInit::new()).await?;
    let text = text(&answer).await?;
    DomParser::new()
        .and_then(|parser| parser.parse_from_string(&text, SupportedType::TextHtml))
        .map_err(|_| ApiError::Unexpected)
}

async fn ask(address: &str, how: &RequestInit) -> Result<Response, ApiError> {
    JsFuture::from(window().fetch_with_str_and_init(address, how))
        .await
        .map_err(|_| ApiError::Network)?
        .dyn_into()
        .map_err(|_: JsValue| ApiError::Unexpected)
}

async fn text(answer: &Response) -> Result<String, ApiError> {
    let text = answer.text().map_err(|_| ApiError::Unexpected)?;
    let text = JsFuture::from(text).await.map_err(|_| ApiError::Network)?;
    text.as_string().ok_or(ApiError::Unexpected)
}
