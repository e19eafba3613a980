//! `/api/v1`: the boards for programs. It asks the same [`Access`] as the pages, and says the same errors.
//!
//! Described by `api/openapi.json`, which a test holds against the routes here.

use app::{
    api::{ApiError, Boards, Place},
    form::{self, Locale},
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use model::{
    id::{BoardId, TeamId},
    teams::{Home, Pile},
    templates::{Lang, Template},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    access::{Access, Caller, Deed},
    boards::ServerBoards,
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
}

/// Why something is not done, for a program and for whoever reads its log.
struct Problem {
    error: ApiError,
    locale: Locale,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let said = json!({"error": self.error, "message": self.error.explain(self.locale)});
        let mut response = (status, Json(said)).into_response();
        if self.error == ApiError::SignedOut {
            let how = header::HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, how);
        }
        response
    }
}

type Answer = Result<Response, Problem>;

/// Says errors in the language that a request asks for.
fn speak(headers: &HeaderMap) -> impl Fn(ApiError) -> Problem + Copy + use<> {
    let locale = form::language(headers);
    move |error| Problem { error, locale }
}

fn store(error: &StoreError) -> ApiError {
    tracing::error!(%error, "the store did not answer the API");
    ApiError::Unavailable
}

async fn description() -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (kind, DESCRIPTION).into_response()
}

/// The description as a page to read.
async fn reference(State(addresses): State<std::sync::Arc<app::api::Site>>, headers: HeaderMap) -> Response {
    let described = serde_json::from_str(DESCRIPTION).unwrap_or(Value::Null);
    let page = app::reference::draw(&described, form::language(&headers), &addresses);
    crate::notice::document(StatusCode::OK, page)
}

async fn me(caller: Caller, headers: HeaderMap) -> Answer {
    let account = caller.account().ok_or(ApiError::SignedOut).map_err(speak(&headers))?;
    Ok(Json(json!({"id": account.id, "email": account.email, "name": account.name})).into_response())
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    pile: Option<Pile>,
}

async fn boards(
    State(boards): State<ServerBoards>,
    caller: Caller,
    headers: HeaderMap,
    wanted: Result<Query<Wanted>, axum::extract::rejection::QueryRejection>,
) -> Answer {
    let speak = speak(&headers);
    let Query(wanted) = wanted.map_err(|_| speak(ApiError::Malformed))?;
    let pile = wanted.pile.unwrap_or(Pile::Shelf);
    let listed = boards.of(caller).list(pile, wanted.q.trim()).await.map_err(speak)?;
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

async fn create(State(boards): State<ServerBoards>, caller: Caller, headers: HeaderMap, body: Bytes) -> Answer {
    let speak = speak(&headers);
    let new: New = serde_json::from_slice(&body).map_err(|_| speak(ApiError::Malformed))?;
    let title = new.title.map(|title| model::edit::one_line(&title));
    if title
        .as_ref()
        .is_some_and(|title| title.chars().count() > model::limits::NAME_MAX)
    {
        return Err(speak(ApiError::TooLarge));
    }
    let title = title.filter(|title| !title.is_empty());
    let place = new.team.map_or(Place::Usual, Place::Team);
    let id = boards
        .of(caller)
        .create(new.template, new.lang, title, place)
        .await
        .map_err(speak)?;
    let made = [(header::LOCATION, format!("/api/v1/boards/{id}"))];
    Ok((StatusCode::CREATED, made, Json(json!({"id": id}))).into_response())
}

fn board_of(id: &str) -> Result<BoardId, ApiError> {
    BoardId::parse(id).ok_or(ApiError::NotFound)
}

async fn board(
    State(boards): State<ServerBoards>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Answer {
    let speak = speak(&headers);
    let id = board_of(&id).map_err(speak)?;
    let seed = boards.of(caller).open(id).await.map_err(speak)?;
    Ok(Json(json!({"id": id, "role": seed.role, "board": seed.board})).into_response())
}

/// Into the bin: it can be had back as from the page.
async fn discard(
    State(boards): State<ServerBoards>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Answer {
    let speak = speak(&headers);
    let id = board_of(&id).map_err(speak)?;
    boards.of(caller).put(id, Pile::Bin).await.map_err(speak)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn teams(State(accounts): State<std::sync::Arc<dyn Accounts>>, caller: Caller, headers: HeaderMap) -> Answer {
    let speak = speak(&headers);
    let account = caller.account().ok_or(ApiError::SignedOut).map_err(speak)?;
    let teams = accounts.teams(account.id).await.map_err(|error| speak(store(&error)))?;
    let teams: Vec<Value> = teams
        .iter()
        .map(|team| json!({"id": team.id, "name": team.name, "role": team.role}))
        .collect();
    Ok(Json(json!({"teams": teams})).into_response())
}

async fn members(
    State(accounts): State<std::sync::Arc<dyn Accounts>>,
    State(access): State<Access>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Answer {
    let speak = speak(&headers);
    let team = TeamId::parse(&id).ok_or(ApiError::NotFound).map_err(speak)?;
    access
        .allow_in_team(&caller, team, Deed::Read)
        .await
        .map_err(|denied| speak(denied.into()))?;
    let members = accounts.members(team).await.map_err(|error| speak(store(&error)))?;
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
