//! Everything that can be visited, on one screen.

use std::{convert::Infallible, marker, sync::Arc, time::Instant};

use app::{
    Alone,
    api::{ApiError, Boards, Crossed, Forms, Links, Opened, SignedIn, Today},
    notice::Notice,
};
use axum::{
    Router,
    body::Body,
    extract::{FromRef, FromRequestParts, Path, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use futures::{StreamExt, future, stream};
use leptos::{
    config::LeptosOptions,
    context::provide_context,
    prelude::{AnyView, IntoAny},
    server_fn::axum::server_fn_paths,
};
use model::{date::Date, id::BoardId};
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, NotForContentType, Predicate},
    },
    csrf::CsrfLayer,
    limit::RequestBodyLimitLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
};
use tracing::Instrument;

use crate::{
    access::{Access, Admission, Asker, Caller},
    account::{self, ServerAccounts},
    api,
    boards::ServerBoards,
    cli::Open,
    env::now_ms,
    forms::{self, ServerForms},
    health,
    limits::BODY_MAX,
    links::ServerLinks,
    names::Names,
    notice, offline,
    proxy::{self, Proxies},
    rate::{Throttle, address_in, address_of},
    shared::{self, Framed},
    site::StaticSite,
    store::{Accounts, Store},
    sync::{self, Sync},
};

/// How hard pages are pressed: a large map carries its document. Twice this takes three times as long, for a twentieth
/// of the bytes.
const PAGE_QUALITY: CompressionLevel = CompressionLevel::Precise(2);

/// What the handlers work with.
#[derive(Clone, FromRef)]
pub struct Server {
    /// How the app was built, for its shell.
    pub leptos: LeptosOptions,
    /// The boards, for whoever asks for them.
    pub boards: ServerBoards,
    /// The feedback forms, for the pages and for customers.
    pub forms: ServerForms,
    /// The share links, for the pages and for clients.
    pub links: ServerLinks,
    /// Where the site's files are, for the pages.
    pub addresses: Arc<app::api::Site>,
    /// The site's files.
    pub site: StaticSite,
    /// What keeps the boards.
    pub store: Arc<dyn Store>,
    /// Who has an account, and the teams.
    pub people: Arc<dyn Accounts>,
    /// Who asks, and what they may do.
    pub access: Access,
    /// Who may open a socket, and what sockets do.
    pub sync: Sync,
    /// How often one address may ask for what takes work.
    pub requests: Arc<Throttle>,
    /// Who may come in, and by which names.
    pub names: Arc<Names>,
    /// People with an account, where there are any.
    pub accounts: ServerAccounts,
    /// The proxies in front, if there are any.
    pub proxies: Option<Arc<Proxies>>,
}

/// The route table.
pub fn router(server: Server) -> Router {
    // What a page waits for runs on this runtime. Whoever comes second finds it done.
    let _ = any_spawner::Executor::init_tokio();

    // People, their sessions and their teams; in open mode there are none.
    let accounts = match server.access.admission() {
        Admission::Accounts => account::routes(),
        Admission::Everybody => Router::new(),
    };

    Router::new()
        .merge(accounts)
        // The pages.
        .route("/", get(home))
        .route("/improvements", get(improvements))
        .route("/map/{id}", get(map))
        .route("/map/{id}/matrix", get(map))
        .route("/map/{id}/wheel", get(map))
        .route("/map/{id}/loop", get(map))
        .route("/map/{id}/insights", get(map))
        .route("/map/{id}/feedback", get(map))
        // A page without content, for when there is no network.
        .route("/offline", get(offline::shell))
        // What customers fill in, without an account.
        .route("/f/{token}", get(forms::show))
        // The boards for programs.
        .merge(api::routes())
        // What clients look at, without an account.
        .route("/s/{token}", get(shared::show))
        .route("/s/{token}/events", get(shared::events))
        .route("/s/{token}/comment", get(shared::talk))
        .route("/s/{token}/{view}", get(shared::show_view))
        // The server functions that the pages call.
        .route("/api/{*name}", any(call))
        // Whether it can store.
        .route("/readyz", get(health::ready))
        // What is up to here takes work, so each address may ask for so much of it.
        .route_layer(middleware::from_fn_with_state(server.clone(), not_too_often))
        // It counts for itself: what somebody has typed is not lost where they have to wait.
        .route("/f/{token}", post(forms::take))
        .route("/s/{token}", post(shared::take))
        .route("/s/{token}/comment", post(shared::say))
        .route("/s/{token}/{view}", post(shared::unlock))
        // People editing together, over a WebSocket.
        .route("/sync/{id}", get(sync::connect))
        // What the browser keeps to start without a network.
        .merge(offline::routes())
        // The one script of the clients' page.
        .route(&shared::script_address(), get(shared::script))
        // The picture that other programs show of it.
        .route(shared::picture_address(), get(shared::picture))
        // Whether the process lives.
        .route("/healthz", get(health::alive))
        // The site's files; for everything else the app's page that says so.
        .fallback(file_or_missing)
        // From the inside out: the last one sees a request first.
        .layer(RequestBodyLimitLayer::new(BODY_MAX))
        .layer(
            CompressionLayer::new()
                .quality(PAGE_QUALITY)
                .compress_when(worth_compressing()),
        )
        .layer(CsrfLayer::new())
        .layer(middleware::from_fn_with_state(server.clone(), only_by_own_name))
        .layer(CatchPanicLayer::new())
        .layer(middleware::map_response(secure))
        .layer(middleware::from_fn(log))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(middleware::from_fn_with_state(server.clone(), proxy::heed))
        .with_state(server)
}

impl Server {
    pub(crate) fn context(
        &self,
        asker: &Asker,
        request: &Request,
    ) -> impl Fn() + Clone + Send + marker::Sync + 'static + use<> {
        let caller = &asker.caller;
        let today = today(request);
        let addresses = self.addresses.clone();
        let boards: Arc<dyn Boards> = Arc::new(self.boards.of(asker.clone()));
        let forms: Arc<dyn Forms> = Arc::new(self.forms.of(self.access.clone(), caller.clone()));
        let links: Arc<dyn Links> = Arc::new(self.links.of(asker.clone()));
        let signed_in = SignedIn {
            person: caller.account().map(|account| (account.id, account.name.clone())),
            is_guest: false,
        };
        move || {
            provide_context(signed_in.clone());
            provide_context(links.clone());
            provide_context(forms.clone());
            provide_context(boards.clone());
            provide_context(addresses.clone());
            provide_context(Today(today));
        }
    }

    pub(crate) fn shell(&self) -> impl Fn() -> AnyView + Clone + Send + marker::Sync + 'static {
        let options = self.leptos.clone();
        move || app::shell(options.clone()).into_any()
    }
}

/// Who has sent a request. Where the store cannot be asked, nobody gets anything.
impl FromRequestParts<Server> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Response> {
        server.access.caller(&parts.headers).await.map_err(|error| {
            tracing::error!(%error, "the store did not say who has sent a request");
            let status = StatusCode::SERVICE_UNAVAILABLE;
            notice::answer(&parts.headers, status, Notice::NotNow, &server.addresses)
        })
    }
}

impl FromRequestParts<Server> for Asker {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Response> {
        Ok(Self {
            caller: Caller::from_request_parts(parts, server).await?,
            from: address_in(&parts.extensions),
        })
    }
}

/// The day of now where the reader is.
fn today(request: &Request) -> Date {
    Date::of_ms_in(now_ms(), app::zone(request.headers()))
}

/// A page of the app, rendered whole.
async fn page(State(server): State<Server>, asker: Asker, request: Request) -> Response {
    let context = server.context(&asker, &request);
    let render = leptos_axum::render_app_async_with_context(context, server.shell());
    render(request).await.into_response()
}

/// The start page: what stands on its shelf is looked up first. Whoever has no account may begin a map all the same, on
/// their device.
async fn home(State(server): State<Server>, asker: Asker, request: Request) -> Response {
    let (pile, searched) = app::searched(request.uri());
    let shelved = app::api::shelved(&server.boards.of(asker.clone()), pile, &searched).await;
    let context = server.context(&asker, &request);
    let context = move || {
        context();
        provide_context(shelved.clone());
    };
    let render = leptos_axum::render_app_async_with_context(context, server.shell());
    render(request).await.into_response()
}

/// The improvements of all maps: looked up first.
async fn improvements(State(server): State<Server>, asker: Asker, request: Request) -> Response {
    let wanted = app::wanted(request.uri());
    let boards = server.boards.of(asker.clone());
    let zone = app::zone(request.headers());
    let across: Crossed = boards.across(&wanted, today(&request), zone).await.map(Arc::new);
    if let Err(ApiError::SignedOut) = across {
        return to_sign_in(&request);
    }
    let context = server.context(&asker, &request);
    let context = move || {
        context();
        provide_context(wanted.clone());
        provide_context(across.clone());
    };
    let render = leptos_axum::render_app_async_with_context(context, server.shell());
    render(request).await.into_response()
}

/// The page of a map: loaded first, then rendered, so that the answer knows whether there is one.
async fn map(State(server): State<Server>, asker: Asker, Path(id): Path<String>, request: Request) -> Response {
    let opened: Opened = match BoardId::parse(&id) {
        Some(id) => server.boards.of(asker.clone()).open(id).await,
        None => Err(ApiError::NotFound),
    };
    // Whoever has an account has it at an address of no map, too: the page would be taken for one after signing out.
    let known = match BoardId::parse(&id) {
        Some(id) => asker.caller.known_on(id),
        None => asker.caller.account().map(|account| (account.id, &*account.name)),
    };
    let signed_in = SignedIn {
        is_guest: asker.caller.account().is_none() && known.is_some(),
        person: known.map(|(id, name)| (id, name.to_owned())),
    };
    if let Err(ApiError::SignedOut) = opened {
        // Whether there is such a map, only their device knows.
        return match offline::has_drafts(request.headers()) {
            true => offline::bare(&server, Alone::Stranger, request).await,
            false => to_sign_in(&request),
        };
    }
    let context = server.context(&asker, &request);
    let context = move || {
        context();
        provide_context(signed_in.clone());
        provide_context(opened.clone());
    };
    let render = leptos_axum::render_app_async_with_context(context, server.shell());
    seen_first(render(request).await.into_response()).await
}

/// Sends what is seen of a map's page before its document: a large one takes longer to press than its page to draw.
async fn seen_first(response: Response) -> Response {
    let (head, body) = response.into_parts();
    let mut page = match axum::body::to_bytes(body, usize::MAX).await {
        Ok(page) => page,
        Err(error) => {
            tracing::error!(%error, "a page could not be drawn");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let seen = page.split_to(app::api::document_at(&page));
    let document = async move {
        // A body that is not ready makes the compression let go of what it has, and then the connection.
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
        page
    };
    let parts = stream::once(future::ready(seen)).chain(stream::once(document));
    Response::from_parts(head, Body::from_stream(parts.map(Ok::<_, Infallible>)))
}

/// Where somebody signs in, and comes back from to where they wanted to go.
fn to_sign_in(request: &Request) -> Response {
    let to = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("to", to)
        .finish();
    let to = [(header::LOCATION, format!("/sign-in?{query}"))];
    (StatusCode::SEE_OTHER, to).into_response()
}

/// A server function of the app. What is none is answered here: Leptos would answer with advice for its developers.
async fn call(State(server): State<Server>, asker: Asker, request: Request) -> Response {
    let path = request.uri().path();
    // Each has one method.
    match server_fn_paths().find(|(known, _)| *known == path) {
        None => return (StatusCode::NOT_FOUND, "not found\n").into_response(),
        Some((_, method)) if method != *request.method() => {
            let allowed = [(header::ALLOW, method.to_string())];
            return (StatusCode::METHOD_NOT_ALLOWED, allowed, "another method is needed\n").into_response();
        }
        Some(_) => {}
    }
    let context = server.context(&asker, &request);
    leptos_axum::handle_server_fns_with_context(context, request)
        .await
        .into_response()
}

/// A file of the site, or the app's page for what does not exist.
async fn file_or_missing(State(server): State<Server>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (StatusCode::NOT_FOUND, "not found\n").into_response();
    }
    if let Some(file) = server
        .site
        .respond(request.method(), request.uri().path(), request.headers())
    {
        return file;
    }
    if !notice::reads_pages(request.headers()) {
        return (StatusCode::NOT_FOUND, "not found\n").into_response();
    }
    let asker = Asker {
        caller: server
            .access
            .caller(request.headers())
            .await
            .unwrap_or(Caller::Stranger),
        from: address_of(&request),
    };
    let mut page = page(State(server), asker, request).await;
    if page.status() == StatusCode::OK {
        *page.status_mut() = StatusCode::NOT_FOUND;
    }
    page
}

/// Where the rest of an address is a secret that opens something.
const KEYED: [&str; 5] = ["/f/", "/s/", "/setup/", "/join/", "/reset/"];

/// One line a request, and its id on every line that is logged on the way.
async fn log(request: Request, next: Next) -> Response {
    let id = request
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.header_value().to_str().ok())
        .unwrap_or("");
    let method = request.method().clone();
    let path = request.uri().path();
    let path = match KEYED.iter().find(|place| path.starts_with(**place)) {
        Some(place) => format!("{place}…"),
        None => path.to_owned(),
    };
    let span = tracing::info_span!("request", id);
    let asked = Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let status = response.status();
    let micros = u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX);
    // Asked for every few seconds, or a dozen to a page: said only to those who want to know.
    let quiet =
        matches!(path.as_str(), "/healthz" | "/readyz") || path.starts_with("/pkg/") || path.starts_with("/fonts/");
    span.in_scope(|| {
        if status.is_server_error() {
            tracing::warn!(%method, path, status = status.as_u16(), micros, "request failed");
        } else if quiet {
            tracing::debug!(%method, path, status = status.as_u16(), micros, "request answered");
        } else {
            tracing::info!(%method, path, status = status.as_u16(), micros, "request answered");
        }
    });
    response
}

/// What every answer carries; a page brings a content policy of its own, with its nonce.
async fn secure(mut response: Response) -> Response {
    const ALWAYS: [(HeaderName, HeaderValue); 2] = [
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        ),
    ];
    for (name, value) in ALWAYS {
        response.headers_mut().insert(name, value);
    }
    if response.extensions().get::<Framed>().is_none() {
        let deny = HeaderValue::from_static("DENY");
        response.headers_mut().insert(header::X_FRAME_OPTIONS, deny);
    }
    response
        .headers_mut()
        .entry(header::REFERRER_POLICY)
        .or_insert(HeaderValue::from_static("same-origin"));
    response
        .headers_mut()
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    response
}

/// An address that asks too often is told to wait (F24).
async fn not_too_often(State(server): State<Server>, request: Request, next: Next) -> Response {
    if server.requests.admits(address_of(&request), Instant::now()) {
        return next.run(request).await;
    }
    let wait = [(header::RETRY_AFTER, "1")];
    let why = notice::answer(
        request.headers(),
        StatusCode::TOO_MANY_REQUESTS,
        Notice::TooMany,
        &server.addresses,
    );
    (wait, why).into_response()
}

/// Only what is asked of this server by its own name is answered.
async fn only_by_own_name(State(server): State<Server>, request: Request, next: Next) -> Response {
    if server.names.admit(request.uri().authority(), request.headers()) {
        return next.run(request).await;
    }
    let why = match server.names.open() {
        Open::Local => Notice::NotThisMachine,
        Open::Network => Notice::NotThisName,
    };
    notice::answer(
        request.headers(),
        StatusCode::MISDIRECTED_REQUEST,
        why,
        &server.addresses,
    )
}

/// Text is; fonts are compressed already, and the app has its compressed siblings in the binary.
fn worth_compressing() -> impl Predicate {
    DefaultPredicate::new()
        .and(NotForContentType::const_new("font/"))
        .and(NotForContentType::const_new("application/wasm"))
}
