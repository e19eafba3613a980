//! `/api/v1`: the boards for programs. It asks the same [`Access`] as the pages, and says the same errors.
//!
//! Described by `api/openapi.json`, which a test holds against the routes here.

use std::{str::FromStr, sync::Arc};

use app::{
    api::{ApiError, Boards, Place},
    form::{self, Locale},
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{FromRequestParts, Path, Query, Request, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use model::{
    id::{BoardId, TeamId},
    teams::{Account, Home, Pile},
    templates::{Lang, Template},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    access::{Access, Caller, Deed, Denied},
    boards::CallersBoards,
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
        Some(Problem(error)) => said(*error, locale),
        None => answer,
    }
}

fn said(error: ApiError, locale: Locale) -> Response {
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
        let caller = Caller::from_request_parts(parts, server).await?;
        Ok(server.boards.of(caller))
    }
}

/// What an address speaks of. What is no id is nobody's.
struct Of<T>(T);

impl<T: FromStr + Send> FromRequestParts<Server> for Of<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, server).await;
        let id = path.ok().and_then(|Path(id)| id.parse().ok());
        id.map(Self).ok_or(Problem(ApiError::NotFound))
    }
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
    let new: New = serde_json::from_slice(&body).map_err(|_| ApiError::Malformed)?;
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
