//! What the browser fetches to start without the server: the worker that keeps the product there, the page without
//! content, the texts of the examples, and what the system is told of the installed app.

use app::{
    Alone,
    offline::{self, DRAFTS},
};
use axum::{
    Router,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use leptos::context::provide_context;

use crate::{
    access::{Asker, Caller, cookie},
    rate::address_of,
    router::Server,
};

/// Asked for by browsers beside every page; they do not count against an address.
pub fn routes() -> Router<Server> {
    Router::new()
        .route("/worker.js", get(worker))
        .route("/manifest.webmanifest", get(manifest))
        .route("/examples/{file}", get(example))
}

/// A file that is written here: asked for anew each time, as the next release has another one.
fn file(kind: &'static str, text: impl IntoResponse) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, text).into_response()
}

/// The worker, for the files of this build.
async fn worker(State(server): State<Server>) -> Response {
    // It fetches what it keeps, and nothing else.
    const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; connect-src 'self'");
    let mut answer = file("text/javascript; charset=utf-8", offline::worker(&server.addresses));
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
    answer
}

async fn manifest(State(server): State<Server>, headers: HeaderMap) -> Response {
    let manifest = offline::manifest(&server.addresses, app::form::language(&headers));
    file("application/manifest+json; charset=utf-8", manifest)
}

/// The text that an example is made from, in both languages.
async fn example(Path(file_name): Path<String>) -> Response {
    match file_name.strip_suffix(".txt").and_then(offline::example) {
        Some(text) => file("text/plain; charset=utf-8", text),
        None => (StatusCode::NOT_FOUND, "not found\n").into_response(),
    }
}

/// The page without content. Nobody in particular asks for it: it is kept for whoever comes later.
pub async fn shell(State(server): State<Server>, request: Request) -> Response {
    bare(&server, Alone::Offline, request).await
}

/// Whether whoever asks has begun maps without an account, as their browser says.
pub fn has_drafts(headers: &HeaderMap) -> bool {
    cookie(headers, DRAFTS).is_some()
}

/// A page without content.
pub async fn bare(server: &Server, alone: Alone, request: Request) -> Response {
    let nobody = Asker {
        caller: Caller::Stranger,
        from: address_of(&request),
    };
    let context = server.context(&nobody, &request);
    let context = move || {
        context();
        provide_context(alone);
    };
    let render = leptos_axum::render_app_async_with_context(context, server.shell());
    render(request).await.into_response()
}
