//! Answers without a script: pages for customers, and pages that say why there is no other.

use app::{
    api::Site,
    form,
    notice::{self, Notice},
};
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// No script at all, nothing from elsewhere, and posting to this server only.
const POLICY: &str = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// Whether a page is asked for, and not something for a program.
#[must_use]
pub fn reads_pages(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// A document that is kept nowhere and found by no search engine.
pub fn document(status: StatusCode, text: String) -> Response {
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (
            header::HeaderName::from_static("x-robots-tag"),
            HeaderValue::from_static("noindex, nofollow"),
        ),
    ];
    (status, headers, text).into_response()
}

/// Says why there is no page: in the reader's language, or in one line for a program.
pub fn answer(asked: &HeaderMap, status: StatusCode, notice: Notice, site: &Site) -> Response {
    if reads_pages(asked) {
        return document(status, notice::draw(notice, form::language(asked), site));
    }
    let line = match notice {
        Notice::TooMany => "too many requests from this address; try again later\n",
        Notice::NotNow => "this cannot be opened now; try again later\n",
        Notice::NotThisMachine => {
            "this server answers as localhost only; start it with --open=network to let others in\n"
        }
        Notice::NotThisName => "this server does not answer to this name; start it with --host and the name\n",
    };
    (status, line).into_response()
}
