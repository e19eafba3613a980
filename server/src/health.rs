//! Whether the process lives, and whether it can store what people do.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::IntoResponse};

use crate::store::Store;

/// Answers as long as the process does.
pub async fn alive() -> &'static str {
    "alive\n"
}

/// Answers 200 when something was really written just now, 503 otherwise.
pub async fn ready(State(store): State<Arc<dyn Store>>) -> impl IntoResponse {
    match store.probe().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready: the store cannot be written");
            (StatusCode::SERVICE_UNAVAILABLE, "the store cannot be written\n")
        }
    }
}
