//! Links of boards for programs, what the book of a team says of what was done, and the end of a team, over real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{net::SocketAddr, sync::Arc};

use model::{
    access::Role,
    id::{BoardId, TeamId},
    teams::{Home, Scope},
    templates::{self, Lang, StageSet, Template},
};
use serde_json::{Value, json};
use server::{
    config::Config,
    env::ENV,
    secrets,
    serve::{self, Running},
    store::{Digest, NewToken, SqliteStore, Store, Tokens},
};
use support::{
    http::{Answer, ask, get, post},
    team::{LONG, Team},
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// A server with accounts, a team with an owner and an editor, and a board of it.
struct Scene {
    server: Running,
    addr: SocketAddr,
    board: BoardId,
    team: TeamId,
    owner: &'static str,
    editor: &'static str,
    /// Tokens of the owner.
    writes: String,
    reads: String,
    _folder: TempDir,
}

impl Scene {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let board = BoardId::fresh();
        let store = Arc::new(SqliteStore::open(folder.path()).await.unwrap());
        let team = Team::with(&store).await;
        let document = templates::seed(ENV, Template::StageSet(StageSet::Blank), Lang::Vi, Some("Hiên")).unwrap();
        let digest = Digest::of(document.board());
        store
            .create(board, Home::Team(team.id), document.encode().into(), digest)
            .await
            .unwrap();
        let mut tokens = Vec::new();
        for scope in [Scope::Write, Scope::Read] {
            let secret = secrets::mint().unwrap();
            let token = NewToken {
                token: secrets::hash(&secret),
                person: team.owner.account.id,
                label: "a test".to_owned(),
                scope,
                lasts: LONG,
            };
            store.add_token(token).await.unwrap();
            tokens.push(format!("Bearer {secret}"));
        }
        let (owner, editor, id) = (team.owner.cookie(), team.member(Role::Editor).await.cookie(), team.id);
        drop(team);
        store.close().await;
        let server = serve::start(&Config::local(folder.path()), CancellationToken::new())
            .await
            .unwrap();
        let reads = tokens.pop().unwrap();
        let writes = tokens.pop().unwrap();
        Self {
            addr: server.addr,
            server,
            board,
            team: id,
            owner,
            editor,
            writes,
            reads,
            _folder: folder,
        }
    }

    /// Asks the API for something of the links of the board.
    async fn links(&self, token: &str, method: &str, path: &str, body: &Value) -> Answer {
        let path = format!("/api/v1/boards/{}/links{path}", self.board);
        let headers = [("authorization", token), ("content-type", "application/json")];
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        ask(self.addr, method, &path, &headers, &body).await
    }

    async fn team_page(&self) -> String {
        let path = format!("/teams/{}", self.team);
        let page = get(self.addr, &path, &[("cookie", self.owner)]).await;
        page.text().to_owned()
    }

    /// The boards of a pile, as the owner sees them.
    async fn pile(&self, pile: &str) -> Value {
        let path = format!("/api/v1/boards?pile={pile}");
        let listed = get(self.addr, &path, &[("cookie", self.owner)]).await;
        serde_json::from_str::<Value>(listed.text()).unwrap()["boards"].take()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_makes_changes_and_revokes_links() {
    let scene = Scene::new().await;
    let none = Value::Null;
    let new = json!({"role": "viewer", "label": "Cho khách"});
    let refused = scene.links(&scene.reads, "POST", "", &new).await;
    assert_eq!(refused.status, 403, "a token for reading makes none");
    let made = scene.links(&scene.writes, "POST", "", &new).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let link: Value = serde_json::from_str(made.text()).unwrap();
    let (id, path) = (link["id"].as_i64().unwrap(), link["path"].as_str().unwrap());
    assert!(made.header("location").ends_with(&format!("/links/{id}")));
    assert_eq!(get(scene.addr, path, &[]).await.status, 200);

    let here = format!("/{id}");
    let other = json!({"label": "Cho ban giám đốc", "password": "cà phê"});
    assert_eq!(scene.links(&scene.writes, "PATCH", &here, &other).await.status, 204);
    assert_eq!(get(scene.addr, path, &[]).await.status, 401);
    let listed = scene.links(&scene.writes, "GET", "", &none).await;
    let listed: Value = serde_json::from_str(listed.text()).unwrap();
    let line = &listed["links"][0];
    assert_eq!(
        (&line["label"], &line["role"], &line["has_password"]),
        (&json!("Cho ban giám đốc"), &json!("viewer"), &json!(true)),
        "what was not said stays"
    );
    assert!(line["path"].is_null() && line["disclosure"]["sights"].as_array().unwrap().len() == 3);
    let open = json!({"password": null});
    assert_eq!(scene.links(&scene.writes, "PATCH", &here, &open).await.status, 204);
    assert_eq!(get(scene.addr, path, &[]).await.status, 200);

    for (body, status) in [
        (json!({"rôle": "viewer"}), 400),
        (json!({"role": "owner"}), 403),
        (json!({"role": "editor", "embeds": ["hien.example"]}), 403),
        (json!({"embeds": ["*"]}), 400),
        (json!({"password": "x"}), 400),
        (json!({"label": "x".repeat(300)}), 413),
    ] {
        let refused = scene.links(&scene.writes, "PATCH", &here, &body).await;
        assert_eq!(refused.status, status, "{body} {}", refused.text());
        assert!(refused.text().contains("\"message\""), "{}", refused.text());
    }
    for nowhere in ["/999", "/x"] {
        assert_eq!(scene.links(&scene.writes, "PATCH", nowhere, &open).await.status, 404);
    }
    assert_eq!(scene.links(&scene.reads, "DELETE", &here, &none).await.status, 403);
    assert_eq!(scene.links(&scene.writes, "DELETE", &here, &none).await.status, 204);
    assert_eq!(get(scene.addr, path, &[]).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_teams_list_says_what_was_done_to_links_boards_and_tokens() {
    let scene = Scene::new().await;
    let new = json!({"role": "commenter"});
    let made = scene.links(&scene.writes, "POST", "", &new).await;
    let link: Value = serde_json::from_str(made.text()).unwrap();
    let id = link["id"].as_i64().unwrap();
    let here = format!("/{id}");
    let role = json!({"role": "viewer"});
    assert_eq!(scene.links(&scene.writes, "PATCH", &here, &role).await.status, 204);
    let owner = [("cookie", scene.owner)];
    let renewed = format!("board={}&id={id}", scene.board);
    assert_eq!(post(scene.addr, "/api/links/renew", &owner, &renewed).await.status, 200);
    assert_eq!(
        scene.links(&scene.writes, "DELETE", &here, &Value::Null).await.status,
        204
    );
    let token = post(scene.addr, "/account", &owner, "do=token&name=Robot&scope=read&days=30").await;
    assert_eq!(token.status, 200);
    for pile in ["archive", "shelf", "bin", "shelf"] {
        let put = format!("board={}&pile={pile}", scene.board);
        assert_eq!(
            post(scene.addr, "/api/boards/put", &owner, &put).await.status,
            200,
            "{pile}"
        );
    }
    let mine = format!("board={}&place=mine", scene.board);
    let given = post(scene.addr, "/api/boards/give", &owner, &mine).await;
    assert_eq!(given.status, 200, "{}", given.text());
    let page = scene.team_page().await;
    let mut from = 0;
    // The last first.
    for line in [
        "chi moved the map “Hiên”",
        "chi put the map “Hiên” back on the shelf",
        "chi put the map “Hiên” into the bin",
        "chi put the map “Hiên” back on the shelf",
        "chi put the map “Hiên” into the archive",
        "chi made a token for a program, “Robot”",
        "chi revoked a link to the map “Hiên”",
        "chi gave a link to the map “Hiên” a new address",
        "chi changed a link to the map “Hiên”, role Viewer",
        "chi made a link to the map “Hiên”, role Commenter",
    ] {
        let at = page[from..].find(line).unwrap_or_else(|| panic!("no {line} in {page}"));
        from += at + line.len();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_boards_of_a_team_outlive_it() {
    for (boards, pile, other) in [("mine", "shelf", "bin"), ("bin", "bin", "shelf")] {
        let scene = Scene::new().await;
        let path = format!("/teams/{}", scene.team);
        let said = get(scene.addr, &path, &[("cookie", scene.owner)]).await;
        assert!(said.text().contains("Delete the team"), "{}", said.text());
        let form = format!("do=delete&boards={boards}");
        let refused = post(scene.addr, &path, &[("cookie", scene.editor)], &form).await;
        assert_eq!(refused.status, 403, "an editor deletes no team");
        let deleted = post(scene.addr, &path, &[("cookie", scene.owner)], &form).await;
        assert_eq!(deleted.header("location"), "/account?done=team-end#team");
        let account = get(scene.addr, deleted.header("location"), &[("cookie", scene.owner)]).await;
        for said in ["The team is deleted.", "chi deleted the team Cà phê Hiên"] {
            assert!(account.text().contains(said), "{said}: {}", account.text());
        }
        let there = scene.pile(pile).await;
        assert_eq!(
            (&there[0]["id"], &there[0]["role"]),
            (&json!(scene.board), &json!("owner"))
        );
        assert!(there[0]["team"].is_null() && scene.pile(other).await == json!([]));
        let map = format!("/map/{}", scene.board);
        assert_eq!(get(scene.addr, &map, &[("cookie", scene.editor)]).await.status, 404);
        assert_eq!(get(scene.addr, &path, &[("cookie", scene.owner)]).await.status, 404);
        scene.server.stop().await.unwrap();
    }
}
