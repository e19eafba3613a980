//! `/api/v1`: the boards for programs. It asks the same [`Access`] as the pages, and says the same errors.
//!
//! Described by `api/openapi.json`, which a test holds against the routes here.

use std::{str::FromStr, sync::Arc};

use app::{
    api::{ApiError, Boards, Links, Place},
    form::{self, Locale},
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{FromRequestParts, Query, RawPathParams, Request, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, patch},
};
use model::{
    access::Role,
    disclose::Disclosure,
    id::{BoardId, TeamId},
    share::{Password, ShareLine, Terms},
    teams::{Account, Home, Pile},
    templates::{Lang, Template},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    access::{Access, Asker, Caller, Deed, Denied},
    boards::CallersBoards,
    links::CallersLinks,
    router::Server,
    store::{Accounts, StoreError},
};

/// The description of what is here.
pub const DESCRIPTION: &str = include_str!("api/openapi.json");

/// The routes below `/api/v1`.
pub fn routes() -> Router<Server> {
    Router::new()
        .route("/api/v1", get(reference))
        .route("/api/v1/openapi.json", get(description))
        .route("/api/v1/me", get(me))
        .route("/api/v1/boards", get(boards).post(create))
        .route("/api/v1/boards/{id}", get(board).delete(discard))
        .route("/api/v1/boards/{id}/links", get(links).post(make_link))
        .route(
            "/api/v1/boards/{id}/links/{link}",
            patch(change_link).delete(revoke_link),
        )
        .route("/api/v1/teams", get(teams))
        .route("/api/v1/teams/{id}/members", get(members))
        .route_layer(middleware::from_fn(speak))
}

/// Why something is not done. [`speak`] says it.
#[derive(Clone, Copy)]
struct Problem(ApiError);

impl From<ApiError> for Problem {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        Self(denied.into())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store did not answer the API");
        Self(ApiError::Unavailable)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

type Answer = Result<Response, Problem>;

/// Says what went wrong, for a program and, in the language that the request asks for, for whoever reads its log.
async fn speak(request: Request, next: Next) -> Response {
    let locale = form::language(request.headers());
    let answer = next.run(request).await;
    match answer.extensions().get() {
        Some(Problem(error)) => told(*error, locale),
        None => answer,
    }
}

fn told(error: ApiError, locale: Locale) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Json(json!({"error": error, "message": error.explain(locale)}))).into_response();
    if error == ApiError::SignedOut {
        let how = header::HeaderValue::from_static("Bearer");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, how);
    }
    response
}

/// Who is signed in, where somebody has to be.
struct Me(Account);

impl FromRequestParts<Server> for Me {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Response> {
        let caller = Caller::from_request_parts(parts, server).await?;
        let account = caller.account().cloned();
        account
            .map(Self)
            .ok_or_else(|| Problem(ApiError::SignedOut).into_response())
    }
}

/// The boards of whoever asks.
impl FromRequestParts<Server> for CallersBoards {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Response> {
        let asker = Asker::from_request_parts(parts, server).await?;
        Ok(server.boards.of(asker))
    }
}

/// The links of boards, of whoever asks.
impl FromRequestParts<Server> for CallersLinks {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Response> {
        let asker = Asker::from_request_parts(parts, server).await?;
        Ok(server.links.of(asker))
    }
}

/// What an address speaks of first. What is no id is nobody's.
struct Of<T>(T);

/// What it speaks of then.
struct Under<T>(T);

impl<T: FromStr + Send> FromRequestParts<Server> for Of<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Problem> {
        named(parts, server, 0).await.map(Self)
    }
}

impl<T: FromStr + Send> FromRequestParts<Server> for Under<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Problem> {
        named(parts, server, 1).await.map(Self)
    }
}

async fn named<T: FromStr>(parts: &mut Parts, server: &Server, at: usize) -> Result<T, Problem> {
    let path = RawPathParams::from_request_parts(parts, server).await;
    let id = path
        .ok()
        .and_then(|path| path.iter().nth(at).and_then(|(_, id)| id.parse().ok()));
    id.ok_or(Problem(ApiError::NotFound))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|_| ApiError::Malformed)
}

async fn description() -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (kind, DESCRIPTION).into_response()
}

/// The description as a page to read.
async fn reference(State(addresses): State<Arc<app::api::Site>>, headers: HeaderMap) -> Response {
    let described = serde_json::from_str(DESCRIPTION).unwrap_or(Value::Null);
    let page = app::reference::draw(&described, form::language(&headers), &addresses);
    crate::notice::document(StatusCode::OK, page)
}

async fn me(Me(account): Me) -> Response {
    Json(json!({"id": account.id, "email": account.email, "name": account.name})).into_response()
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    pile: Option<Pile>,
}

async fn boards(boards: CallersBoards, wanted: Result<Query<Wanted>, QueryRejection>) -> Answer {
    let Query(wanted) = wanted.map_err(|_| ApiError::Malformed)?;
    let pile = wanted.pile.unwrap_or(Pile::Shelf);
    let listed = boards.list(pile, wanted.q.trim()).await?;
    let cards: Vec<Value> = listed
        .cards
        .iter()
        .map(|card| {
            json!({
                "id": card.id,
                "title": card.summary.title,
                "brand": card.summary.brand,
                "touchpoints": card.summary.touchpoints,
                "changed_at": card.changed_at,
                "role": card.role,
                "team": match card.home { Home::Team(team) => Some(team), _ => None },
            })
        })
        .collect();
    Ok(Json(json!({"boards": cards, "total": listed.total})).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    template: Template,
    #[serde(default)]
    lang: Lang,
    #[serde(default)]
    title: Option<String>,
    /// A team; without it, where boards of the caller's usually go.
    #[serde(default)]
    team: Option<TeamId>,
}

async fn create(boards: CallersBoards, body: Bytes) -> Answer {
    let new: New = read(&body)?;
    let title = new.title.map(|title| model::edit::one_line(&title));
    if title
        .as_ref()
        .is_some_and(|title| title.chars().count() > model::limits::NAME_MAX)
    {
        return Err(ApiError::TooLarge.into());
    }
    let title = title.filter(|title| !title.is_empty());
    let place = new.team.map_or(Place::Usual, Place::Team);
    let id = boards.create(new.template, new.lang, title, place).await?;
    let made = [(header::LOCATION, format!("/api/v1/boards/{id}"))];
    Ok((StatusCode::CREATED, made, Json(json!({"id": id}))).into_response())
}

async fn board(boards: CallersBoards, Of(id): Of<BoardId>) -> Answer {
    let seed = boards.open(id).await?;
    Ok(Json(json!({"id": id, "role": seed.role, "board": seed.board})).into_response())
}

/// Into the bin: it can be had back as from the page.
async fn discard(boards: CallersBoards, Of(id): Of<BoardId>) -> Answer {
    boards.put(id, Pile::Bin).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What is told of a link.
fn line(line: &ShareLine) -> Value {
    let terms = &line.terms;
    json!({
        "id": line.id,
        "label": terms.label,
        "role": terms.role,
        "expires_at": terms.expires_at,
        "disclosure": terms.disclosure,
        "embeds": terms.embeds,
        "has_password": line.has_password,
        "created_at": line.created_at,
        "revoked_at": line.revoked_at,
        "used_at": line.used_at,
        "uses": line.uses,
    })
}

async fn links(links: CallersLinks, Of(board): Of<BoardId>) -> Answer {
    let lines = links.list(board).await?;
    let lines: Vec<Value> = lines.iter().map(line).collect();
    Ok(Json(json!({"links": lines})).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewLink {
    #[serde(default)]
    label: String,
    role: Role,
    #[serde(default)]
    expires_at: Option<u64>,
    /// Without it, what a new link usually shows.
    #[serde(default)]
    disclosure: Option<Disclosure>,
    #[serde(default)]
    embeds: Vec<String>,
    #[serde(default)]
    password: Option<String>,
}

async fn make_link(boards: CallersBoards, links: CallersLinks, Of(board): Of<BoardId>, body: Bytes) -> Answer {
    let new: NewLink = read(&body)?;
    let disclosure = match new.disclosure {
        Some(disclosure) => disclosure,
        None => {
            let seed = boards.open(board).await?;
            seed.board.map(|board| Disclosure::usual(&board)).unwrap_or_default()
        }
    };
    let terms = Terms {
        label: new.label,
        role: new.role,
        expires_at: new.expires_at,
        disclosure,
        embeds: new.embeds,
    };
    let password = new.password.map_or(Password::Keep, Password::Set);
    let made = links.create(board, terms, password).await?;
    let mut told = line(&made.line);
    told["path"] = made.path.into();
    let here = [(
        header::LOCATION,
        format!("/api/v1/boards/{board}/links/{}", made.line.id),
    )];
    Ok((StatusCode::CREATED, here, Json(told)).into_response())
}

/// What becomes of a link: what is not said stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OtherTerms {
    #[serde(default)]
    label: Option<String>,
    #[serde(default)]
    role: Option<Role>,
    #[serde(default, deserialize_with = "said")]
    expires_at: Option<Option<u64>>,
    #[serde(default)]
    disclosure: Option<Disclosure>,
    #[serde(default)]
    embeds: Option<Vec<String>>,
    #[serde(default, deserialize_with = "said")]
    password: Option<Option<String>>,
}

/// Tells `null` from what is not there.
fn said<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

async fn change_link(links: CallersLinks, Of(board): Of<BoardId>, Under(id): Under<i64>, body: Bytes) -> Answer {
    let mut lines = links.list(board).await?.into_iter();
    let known = lines.find(|line| line.id == id).ok_or(ApiError::NotFound)?;
    let other: OtherTerms = read(&body)?;
    let terms = Terms {
        label: other.label.unwrap_or(known.terms.label),
        role: other.role.unwrap_or(known.terms.role),
        expires_at: other.expires_at.unwrap_or(known.terms.expires_at),
        disclosure: other.disclosure.unwrap_or(known.terms.disclosure),
        embeds: other.embeds.unwrap_or(known.terms.embeds),
    };
    let password = match other.password {
        None => Password::Keep,
        Some(None) => Password::Remove,
        Some(Some(password)) => Password::Set(password),
    };
    links.change(board, id, terms, password).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn revoke_link(links: CallersLinks, Of(board): Of<BoardId>, Under(id): Under<i64>) -> Answer {
    links.revoke(board, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn teams(State(accounts): State<Arc<dyn Accounts>>, Me(account): Me) -> Answer {
    let teams = accounts.teams(account.id).await?;
    let teams: Vec<Value> = teams
        .iter()
        .map(|team| json!({"id": team.id, "name": team.name, "role": team.role}))
        .collect();
    Ok(Json(json!({"teams": teams})).into_response())
}

async fn members(
    State(accounts): State<Arc<dyn Accounts>>,
    State(access): State<Access>,
    caller: Caller,
    Of(team): Of<TeamId>,
) -> Answer {
    access.allow_in_team(&caller, team, Deed::Read).await?;
    let members = accounts.members(team).await?;
    let members: Vec<Value> = members
        .iter()
        .map(|member| {
            json!({
                "id": member.account.id,
                "email": member.account.email,
                "name": member.account.name,
                "role": member.role,
                "joined_at": member.joined_at,
            })
        })
        .collect();
    Ok(Json(json!({"members": members})).into_response())
}
