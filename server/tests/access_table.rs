//! Every route and every server function, asked by everybody: each cell is allowed or refused as the access rules say,
//! and a new route without a row fails.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{collections::BTreeSet, sync::Arc};

use leptos::server_fn::axum::server_fn_paths;
use model::{
    access::Role,
    disclose::Disclosure,
    id::{BoardId, PersonId, TeamId},
    share::Terms,
    teams::Home,
    templates::{self, Lang, StageSet, Template},
};
use server::{
    access::GUEST_COOKIE,
    config::Config,
    env::ENV,
    secrets, serve,
    store::{Digest, Guests, Links, NewGuest, NewLink, SqliteStore, Store},
};
use support::{
    http::ask,
    team::{LONG, Team},
};
use tokio_util::sync::CancellationToken;

/// What an answer comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    /// It is done, or leads to where it is seen.
    Yes,
    /// "Sign in first."
    SignIn,
    /// There is no such thing, as far as this caller is told.
    Absent,
    /// The caller sees it, and may not.
    No,
}
use Cell::{Absent, No, SignIn, Yes};

/// Whoever asks, in the order of the cells.
const CALLERS: [&str; 7] = [
    "nobody",
    "somebody of another team",
    "viewer",
    "commenter",
    "editor",
    "owner",
    "guest of an edit link",
];

const EVERYBODY: [Cell; 7] = [Yes; 7];
const ACCOUNTS: [Cell; 7] = [SignIn, Yes, Yes, Yes, Yes, Yes, SignIn];
/// On the board of the scene.
const MEMBERS: [Cell; 7] = [SignIn, Absent, Yes, Yes, Yes, Yes, Yes];
const EDITORS: [Cell; 7] = [SignIn, Absent, No, No, Yes, Yes, Yes];
const OWNERS: [Cell; 7] = [SignIn, Absent, No, No, No, Yes, No];
/// In its team, where whoever came by a link to the board has no place.
const OF_THE_TEAM: [Cell; 7] = [SignIn, Absent, Yes, Yes, Yes, Yes, SignIn];
const EDITING_IN_IT: [Cell; 7] = [SignIn, Absent, No, No, Yes, Yes, SignIn];
const OWNING_IT: [Cell; 7] = [SignIn, Absent, No, No, No, Yes, SignIn];
/// Whoever asks, there is nothing at a made-up address.
const NOWHERE: [Cell; 7] = [Absent; 7];

/// A route as the router has it, how it is asked, and what becomes of that.
struct Row {
    route: &'static str,
    method: &'static str,
    path: &'static str,
    body: &'static str,
    cells: [Cell; 7],
}

const fn row(
    route: &'static str,
    method: &'static str,
    path: &'static str,
    body: &'static str,
    cells: [Cell; 7],
) -> Row {
    Row {
        route,
        method,
        path,
        body,
        cells,
    }
}

/// `{board}` and `{team}` stand for those of the scene.
const TABLE: &[Row] = &[
    // Pages.
    // Whoever has no account begins a map on their device, and sees no other.
    row("/", "GET", "/", "", EVERYBODY),
    row("/improvements", "GET", "/improvements", "", ACCOUNTS),
    row("/map/{id}", "GET", "/map/{board}", "", MEMBERS),
    row("/map/{id}/matrix", "GET", "/map/{board}/matrix", "", MEMBERS),
    row("/map/{id}/wheel", "GET", "/map/{board}/wheel", "", MEMBERS),
    row("/map/{id}/loop", "GET", "/map/{board}/loop", "", MEMBERS),
    row("/map/{id}/insights", "GET", "/map/{board}/insights", "", MEMBERS),
    row("/map/{id}/feedback", "GET", "/map/{board}/feedback", "", MEMBERS),
    // What is opened by an address alone.
    row("/f/{token}", "GET", "/f/guess", "", NOWHERE),
    row("/f/{token}", "POST", "/f/guess", "text=x", NOWHERE),
    row("/s/{token}", "GET", "/s/guess", "", NOWHERE),
    row("/s/{token}", "POST", "/s/guess", "password=x", NOWHERE),
    row("/s/{token}/events", "GET", "/s/guess/events", "", NOWHERE),
    row("/s/{token}/comment", "GET", "/s/guess/comment", "", NOWHERE),
    row("/s/{token}/comment", "POST", "/s/guess/comment", "text=x", NOWHERE),
    row("/s/{token}/{view}", "GET", "/s/guess/matrix", "", NOWHERE),
    row("/s/{token}/{view}", "POST", "/s/guess/matrix", "password=x", NOWHERE),
    row("/setup/{token}", "GET", "/setup/guess", "", NOWHERE),
    row("/setup/{token}", "POST", "/setup/guess", "name=x", NOWHERE),
    row("/join/{token}", "GET", "/join/guess", "", NOWHERE),
    row("/join/{token}", "POST", "/join/guess", "", NOWHERE),
    // Without a mail server nobody is mailed anything.
    row("/forgot", "GET", "/forgot", "", NOWHERE),
    row("/forgot", "POST", "/forgot", "email=a@cafe.vn", NOWHERE),
    row("/reset/{token}", "GET", "/reset/guess", "", NOWHERE),
    row("/reset/{token}", "POST", "/reset/guess", "new=0123456789", NOWHERE),
    // Accounts and teams.
    row("/sign-in", "GET", "/sign-in", "", EVERYBODY),
    row(
        "/sign-in",
        "POST",
        "/sign-in",
        "email=nobody@cafe.vn&password=x",
        [No; 7],
    ),
    row("/sign-up", "GET", "/sign-up", "", NOWHERE),
    row("/sign-up", "POST", "/sign-up", "email=a@cafe.vn", NOWHERE),
    row("/account", "GET", "/account", "", ACCOUNTS),
    row("/account", "POST", "/account", "do=name&name=Linh", ACCOUNTS),
    row("/teams/{id}", "GET", "/teams/{team}", "", OF_THE_TEAM),
    row("/teams/{id}", "POST", "/teams/{team}", "do=name&team=Hien", OWNING_IT),
    // Server functions.
    row("/api/create", "POST", "/api/create", "template=blank&lang=vi", ACCOUNTS),
    row(
        "/api/create",
        "POST",
        "/api/create",
        "template=blank&lang=vi&place={team}",
        EDITING_IN_IT,
    ),
    row(
        "/api/boards/duplicate",
        "POST",
        "/api/boards/duplicate",
        "board={board}&title=Copy",
        EDITING_IN_IT,
    ),
    row(
        "/api/boards/give",
        "POST",
        "/api/boards/give",
        "board={board}&place={team}",
        OWNERS,
    ),
    row(
        "/api/boards/put",
        "POST",
        "/api/boards/put",
        "board={board}&pile=shelf",
        OWNERS,
    ),
    row("/api/forms", "GET", "/api/forms?board={board}", "", EDITORS),
    row(
        "/api/forms/create",
        "POST",
        "/api/forms/create",
        "board={board}&label=Q",
        EDITORS,
    ),
    row(
        "/api/forms/revoke",
        "POST",
        "/api/forms/revoke",
        "board={board}&id=1",
        EDITORS,
    ),
    row("/api/links", "GET", "/api/links?board={board}", "", OWNERS),
    row("/api/links/create", "POST", "/api/links/create", LINK, OWNERS),
    row("/api/links/change", "POST", "/api/links/change", LINK_OF_ONE, OWNERS),
    row(
        "/api/links/renew",
        "POST",
        "/api/links/renew",
        "board={board}&id=2",
        OWNERS,
    ),
    row(
        "/api/links/revoke",
        "POST",
        "/api/links/revoke",
        "board={board}&id=2",
        OWNERS,
    ),
    row("/api/language", "POST", "/api/language", "language=en", EVERYBODY),
    row("/api/{*name}", "POST", "/api/nothing", "", NOWHERE),
    // For programs.
    row("/api/v1", "GET", "/api/v1", "", EVERYBODY),
    row("/api/v1/openapi.json", "GET", "/api/v1/openapi.json", "", EVERYBODY),
    row("/api/v1/me", "GET", "/api/v1/me", "", ACCOUNTS),
    row("/api/v1/boards", "GET", "/api/v1/boards", "", ACCOUNTS),
    row(
        "/api/v1/boards",
        "POST",
        "/api/v1/boards",
        "{\"template\":\"blank\",\"team\":\"{team}\"}",
        EDITING_IN_IT,
    ),
    row("/api/v1/boards/{id}", "GET", "/api/v1/boards/{board}", "", MEMBERS),
    row(
        "/api/v1/boards/{id}/links",
        "GET",
        "/api/v1/boards/{board}/links",
        "",
        OWNERS,
    ),
    row(
        "/api/v1/boards/{id}/links",
        "POST",
        "/api/v1/boards/{board}/links",
        "{\"role\":\"viewer\"}",
        OWNERS,
    ),
    row(
        "/api/v1/boards/{id}/links/{link}",
        "PATCH",
        "/api/v1/boards/{board}/links/3",
        "{\"label\":\"Q\"}",
        OWNERS,
    ),
    row(
        "/api/v1/boards/{id}/links/{link}",
        "DELETE",
        "/api/v1/boards/{board}/links/3",
        "",
        OWNERS,
    ),
    row("/api/v1/teams", "GET", "/api/v1/teams", "", ACCOUNTS),
    row(
        "/api/v1/teams/{id}/members",
        "GET",
        "/api/v1/teams/{team}/members",
        "",
        OF_THE_TEAM,
    ),
    // What a browser keeps to start without the server: nothing of anybody's.
    row("/offline", "GET", "/offline", "", EVERYBODY),
    row("/worker.js", "GET", "/worker.js", "", EVERYBODY),
    row("/manifest.webmanifest", "GET", "/manifest.webmanifest", "", EVERYBODY),
    row("/examples/{file}", "GET", "/examples/cafe.txt", "", EVERYBODY),
    // Of a board that is there already: whose it is not, learns no more than of any other.
    row("/api/begin", "POST", "/api/begin", "board={board}", EDITING_IN_IT),
    // Whether it lives.
    row("/readyz", "GET", "/readyz", "", EVERYBODY),
    row("/healthz", "GET", "/healthz", "", EVERYBODY),
    // Last of all, since after it the board is in the bin, and the session over.
    row("/api/v1/boards/{id}", "DELETE", "/api/v1/boards/{board}", "", OWNERS),
    row("/sign-out", "POST", "/sign-out", "", EVERYBODY),
];

const LINK: &str =
    r#"{"board":"{board}","terms":{"label":"","role":"viewer","disclosure":{"sights":["map"]}},"password":"keep"}"#;
const LINK_OF_ONE: &str = r#"{"board":"{board}","id":2,"terms":{"label":"","role":"viewer","disclosure":{"sights":["map"]}},"password":"keep"}"#;

/// Sockets are asked in `access.rs`, and the script of shared pages has its address from its content.
const ELSEWHERE: [&str; 1] = ["/sync/{id}"];

/// The routes that the sources of the server name.
fn routes() -> BTreeSet<&'static str> {
    let sources = [
        include_str!("../src/router.rs"),
        include_str!("../src/api.rs"),
        include_str!("../src/account/mod.rs"),
        include_str!("../src/offline.rs"),
    ];
    let named = sources.iter().flat_map(|source| source.split(".route(\"").skip(1));
    named.filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_route_and_every_server_function_has_a_row() {
    let rows: BTreeSet<&str> = TABLE.iter().map(|row| row.route).chain(ELSEWHERE).collect();
    let missing: Vec<&str> = routes().difference(&rows).copied().collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
    let functions: Vec<&str> = server_fn_paths().map(|(path, _)| path).collect();
    assert!(functions.len() > 10, "{functions:?}");
    for path in functions {
        assert!(rows.contains(path), "no row for the server function {path}");
    }
    // And what the description of the API says is there, is there.
    let described: serde_json::Value = serde_json::from_str(server::api::DESCRIPTION).unwrap();
    for (path, methods) in described["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys().filter(|key| *key != "parameters") {
            let is_there = TABLE
                .iter()
                .any(|row| row.route == path && row.method.eq_ignore_ascii_case(method));
            assert!(is_there, "{method} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f34_each_caller_gets_what_the_rules_say() {
    let folder = tempfile::tempdir().unwrap();
    let board = BoardId::fresh();
    let (team, cookies) = people(folder.path(), board).await;
    let stop = CancellationToken::new();
    let server = serve::start(&Config::local(folder.path()), stop).await.unwrap();
    let fill = |text: &str| {
        text.replace("{board}", &board.to_string())
            .replace("{team}", &team.to_string())
    };
    let mut wrong = Vec::new();
    for row in TABLE {
        let (path, body) = (fill(row.path), fill(row.body));
        let kind = match body.starts_with('{') {
            true => "application/json",
            false => "application/x-www-form-urlencoded",
        };
        for (caller, (cookie, expected)) in CALLERS.iter().zip(cookies.iter().zip(row.cells)) {
            let mut headers = vec![("content-type", kind), ("accept", "application/json")];
            if !row.path.starts_with("/api") {
                headers[1].1 = "text/html";
            }
            if let Some(cookie) = cookie {
                headers.push(("cookie", cookie));
            }
            let answer = ask(server.addr, row.method, &path, &headers, &body).await;
            let to_sign_in = answer.header("location").starts_with("/sign-in") && row.route != "/sign-out";
            let got = match answer.status {
                401 => SignIn,
                303 if to_sign_in => SignIn,
                200..=399 => Yes,
                404 => Absent,
                403 => No,
                other => panic!("{} {path} by {caller}: {other} {}", row.method, answer.text()),
            };
            // Of what there is none, whoever may know is told so: the first form and link are made by the rows before.
            if got != expected {
                wrong.push(format!(
                    "{} {path} by {caller}: {got:?} ({}), not {expected:?}",
                    row.method, answer.status
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    server.stop().await.unwrap();
}

/// A team with somebody in each role and a board, and somebody outside: the cookie of each.
async fn people(folder: &std::path::Path, board: BoardId) -> (TeamId, Vec<Option<&'static str>>) {
    let store = Arc::new(SqliteStore::open(folder).await.unwrap());
    let team = Team::with(&store).await;
    let document = templates::seed(ENV, Template::StageSet(StageSet::Blank), Lang::Vi, None).unwrap();
    let digest = Digest::of(document.board());
    let home = Home::Team(team.id);
    store
        .create(board, home, document.encode().into(), digest)
        .await
        .unwrap();
    let mut cookies = vec![None, Some(team.outsider().await.cookie())];
    for role in [Role::Viewer, Role::Commenter, Role::Editor] {
        cookies.push(Some(team.member(role).await.cookie()));
    }
    cookies.push(Some(team.owner.cookie()));
    cookies.push(Some(guest(&store, board).await));
    let id = team.id;
    drop(team);
    store.close().await;
    (id, cookies)
}

/// Somebody who has come to the board by a link that lets edit.
async fn guest(store: &SqliteStore, board: BoardId) -> &'static str {
    let terms = Terms {
        label: String::new(),
        role: Role::Editor,
        expires_at: None,
        disclosure: Disclosure::default(),
        embeds: Vec::new(),
    };
    let link = NewLink {
        token: secrets::hash("an edit link"),
        board,
        terms,
        password: None,
    };
    let link = store.add_link(link).await.unwrap().unwrap();
    let secret = secrets::mint().unwrap();
    let guest = NewGuest {
        token: secrets::hash(&secret),
        link,
        person: PersonId::fresh(),
        name: "Lan".to_owned(),
        lasts: LONG,
    };
    assert!(store.add_guest(guest).await.unwrap());
    format!("lang=en; {GUEST_COOKIE}{link}={secret}").leak()
}
