//! Links that let edit, over real sockets: whoever comes by one says who they are and edits, for as long as it works.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use app::api::MadeLink;
use model::{
    access::Role,
    disclose::Disclosure,
    id::BoardId,
    share::{Password, ShareLine, Terms},
    teams::Home,
    templates::{self, Lang, StageSet, Template},
    wire::RefusalCode,
};
use serde_json::json;
use server::{
    config::Config,
    env::{ENV, now_ms},
    limits::GUESTS_PER_LINK,
    secrets,
    serve::{self, Running},
    store::{Digest, Guests, Links, NewGuest, NewLink, SqliteStore, Store},
};
use support::{
    http::{Answer, ask, get, post},
    peer::{Call, Peer, stage},
    team::Team,
};
use tempfile::TempDir;
use tokio_tungstenite::tungstenite::http::{StatusCode, header};
use tokio_util::sync::CancellationToken;

const JSON: (&str, &str) = ("content-type", "application/json");

/// A server with accounts, a team, and a board of it.
struct Scene {
    server: Running,
    addr: SocketAddr,
    board: BoardId,
    owner: &'static str,
    outsider: &'static str,
    folder: TempDir,
}

fn terms(role: Role) -> Terms {
    Terms {
        label: "Cho thợ thiết kế".to_owned(),
        role,
        expires_at: None,
        disclosure: Disclosure::default(),
        embeds: Vec::new(),
    }
}

impl Scene {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let board = BoardId::fresh();
        let store = Arc::new(SqliteStore::open(folder.path()).await.unwrap());
        let team = Team::with(&store).await;
        let document = templates::seed(ENV, Template::StageSet(StageSet::Blank), Lang::Vi, None).unwrap();
        let digest = Digest::of(document.board());
        let home = Home::Team(team.id);
        store
            .create(board, home, document.encode().into(), digest)
            .await
            .unwrap();
        let (owner, outsider) = (team.owner.cookie(), team.outsider().await.cookie());
        drop(team);
        store.close().await;
        let server = serve::start(&Config::local(folder.path()), CancellationToken::new())
            .await
            .unwrap();
        Self {
            addr: server.addr,
            server,
            board,
            owner,
            outsider,
            folder,
        }
    }

    async fn by_owner(&self, path: &str, body: &serde_json::Value) -> Answer {
        let headers = [JSON, ("cookie", self.owner)];
        ask(self.addr, "POST", path, &headers, &body.to_string()).await
    }

    async fn link(&self, terms: &Terms, password: &Password) -> MadeLink {
        let said = json!({ "board": self.board, "terms": terms, "password": password });
        let made = self.by_owner("/api/links/create", &said).await;
        assert_eq!(made.status, 200, "{}", made.text());
        serde_json::from_str(made.text()).unwrap()
    }

    async fn change(&self, id: i64, terms: &Terms, password: &Password) {
        let said = json!({ "board": self.board, "id": id, "terms": terms, "password": password });
        let changed = self.by_owner("/api/links/change", &said).await;
        assert_eq!(changed.status, 200, "{}", changed.text());
    }

    async fn ends(&self, what: &str, id: i64) {
        let said = format!("board={}&id={id}", self.board);
        let ended = post(
            self.addr,
            &format!("/api/links/{what}"),
            &[("cookie", self.owner)],
            &said,
        )
        .await;
        assert_eq!(ended.status, 200, "{}", ended.text());
    }

    async fn line(&self, id: i64) -> ShareLine {
        let path = format!("/api/links?board={}", self.board);
        let listed = get(self.addr, &path, &[("cookie", self.owner)]).await;
        let lines: Vec<ShareLine> = serde_json::from_str(listed.text()).unwrap();
        lines.into_iter().find(|line| line.id == id).unwrap()
    }

    /// Comes by a link without a password, under a name; answers with the cookie.
    async fn come(&self, path: &str, name: &str) -> &'static str {
        let came = post(self.addr, path, &[], &format!("guest={name}")).await;
        assert_eq!(
            (came.status, came.header("location")),
            (303, &*self.map()),
            "{}",
            came.text()
        );
        cookie(&came)
    }

    fn map(&self) -> String {
        format!("/map/{}", self.board)
    }

    async fn dial(&self, cookie: &'static str) -> Result<Peer, StatusCode> {
        let origin: &'static str = format!("http://{}", self.addr).leak();
        let call = Call {
            headers: vec![(header::COOKIE, cookie), (header::ORIGIN, origin)],
            ..Call::default()
        };
        Peer::dial(self.addr, self.board, call).await
    }

    async fn join(&self, cookie: &'static str) -> Peer {
        let mut peer = self.dial(cookie).await.unwrap();
        peer.sync().await;
        peer
    }
}

/// What a browser keeps of an answer.
fn cookie(answer: &Answer) -> &'static str {
    let set = answer.header("set-cookie");
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
    set.split(';').next().unwrap().to_owned().leak()
}

/// Waits until a socket is closed because its right is over.
async fn out(peer: &mut Peer, why: &str) {
    let since = Instant::now();
    peer.until(why, |peer| peer.closed.is_some()).await;
    assert_eq!(peer.closed.as_ref().unwrap().0, 1008, "{why}");
    assert_eq!(peer.refusals, [(0, RefusalCode::NotAllowed)], "{why}");
    assert!(since.elapsed() < Duration::from_secs(2), "{why}: {:?}", since.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_comes_by_an_edit_link_says_who_they_are_and_edits() {
    let scene = Scene::new().await;
    let secret = Password::Set("cà phê sữa".to_owned());
    let link = scene.link(&terms(Role::Editor), &secret).await;
    // The password first; nothing is told before it.
    let locked = get(scene.addr, &link.path, &[]).await;
    assert_eq!(locked.status, 401);
    let uninvited = post(scene.addr, &link.path, &[], "guest=Lan").await;
    assert_eq!((uninvited.status, uninvited.header("set-cookie")), (401, ""));
    let opened = post(scene.addr, &link.path, &[], "password=c%C3%A0+ph%C3%AA+s%E1%BB%AFa").await;
    assert_eq!(opened.status, 303);
    let pass = cookie(&opened);
    // Then the name.
    let asked = get(scene.addr, &link.path, &[("cookie", pass)]).await;
    assert!(
        asked.status == 200 && asked.text().contains("name=\"guest\""),
        "{}",
        asked.text()
    );
    assert!(asked.text().contains("noindex") && !asked.text().contains(&scene.board.to_string()));
    for (name, status) in [("", 400), ("+%0A+", 400), (&*"x".repeat(61), 413)] {
        let refused = post(scene.addr, &link.path, &[("cookie", pass)], &format!("guest={name}")).await;
        assert_eq!((refused.status, refused.header("set-cookie")), (status, ""), "{name}");
    }
    let came = post(scene.addr, &link.path, &[("cookie", pass)], "guest=Lan+Anh").await;
    assert_eq!((came.status, came.header("location")), (303, &*scene.map()));
    let guest = cookie(&came);
    // The map knows them, and so does everybody on it.
    let page = get(scene.addr, &scene.map(), &[("cookie", guest)]).await;
    assert_eq!(page.status, 200);
    let head = page.text().split('>').nth(1).unwrap();
    for said in ["data-role=\"editor\"", "data-guest", "data-name=\"Lan Anh\""] {
        assert!(head.contains(said), "{said}: {head}");
    }
    let mut owner = scene.join(scene.owner).await;
    let mut lan = scene.join(guest).await;
    lan.save(stage("Của khách")).await;
    assert_eq!(lan.refusals, []);
    owner
        .until("the guest's edit", |owner| owner.has_stage("Của khách"))
        .await;
    lan.be(7, 1, Some(json!({"user": {"name": "Chủ quán"}}))).await;
    owner.until("who it is", |owner| owner.presence.contains_key(&7)).await;
    assert_eq!(owner.presence[&7]["user"]["name"], "Lan Anh");
    owner.be(8, 1, Some(json!({"user": {"name": "Ai đó"}}))).await;
    lan.until("who that is", |lan| lan.presence.contains_key(&8)).await;
    assert_eq!(lan.presence[&8]["user"]["name"], "chi", "the name of the account");
    // Whoever may edit already is asked nothing.
    for known in [guest, scene.owner] {
        let cookies = format!("{pass}; {known}");
        let led = get(scene.addr, &link.path, &[("cookie", &cookies)]).await;
        assert_eq!((led.status, led.header("location")), (303, &*scene.map()));
    }
    assert_eq!(scene.line(link.line.id).await.uses, 3);
    // Nothing else is theirs, and there is no page beside the map.
    let boards = get(scene.addr, "/", &[("cookie", guest)]).await;
    assert!(boards.status == 200 && !boards.text().contains("class=\"mapcard\""));
    for path in ["/matrix", "/events?view=map", "/comment?on=x"] {
        let nowhere = get(scene.addr, &format!("{}{path}", link.path), &[("cookie", pass)]).await;
        assert_eq!(nowhere.status, 404, "{path}");
    }
    let copy = format!("board={}&title=Copy", scene.board);
    let copied = post(scene.addr, "/api/boards/duplicate", &[("cookie", guest)], &copy).await;
    assert_eq!(copied.status, 401);
    // What their browser shows is nowhere on the disk.
    scene.server.stop().await.unwrap();
    let kept = std::fs::read(scene.folder.path().join("touchloop.db")).unwrap();
    let shown = guest.split('=').nth(1).unwrap().as_bytes();
    assert!(!kept.windows(shown.len()).any(|bytes| bytes == shown));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f32_f36_whoever_edits_by_a_link_is_out_when_it_ends() {
    let scene = Scene::new().await;
    for way in ["revoke", "renew", "password", "role", "expires"] {
        let link = scene.link(&terms(Role::Editor), &Password::Keep).await;
        let guest = scene.come(&link.path, "Lan").await;
        let mut peer = scene.join(guest).await;
        peer.save(stage(way)).await;
        let id = link.line.id;
        match way {
            "revoke" | "renew" => scene.ends(way, id).await,
            "password" => {
                scene
                    .change(id, &terms(Role::Editor), &Password::Set("1234".to_owned()))
                    .await
            }
            "role" => {
                let mut viewer = terms(Role::Viewer);
                viewer.disclosure = serde_json::from_str("{\"sights\":[\"map\"]}").unwrap();
                scene.change(id, &viewer, &Password::Keep).await;
            }
            _ => {
                let mut soon = terms(Role::Editor);
                soon.expires_at = Some(now_ms() + 1_000);
                scene.change(id, &soon, &Password::Keep).await;
            }
        }
        out(&mut peer, way).await;
        let page = get(scene.addr, &scene.map(), &[("cookie", guest)]).await;
        assert!(
            page.header("location").starts_with("/sign-in"),
            "{way}: {}",
            page.status
        );
    }
    let lines = scene.join(scene.owner).await;
    assert!(lines.has_stage("expires"), "what they did stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_with_an_account_edits_under_it() {
    let scene = Scene::new().await;
    let link = scene.link(&terms(Role::Editor), &Password::Keep).await;
    let asked = get(scene.addr, &link.path, &[("cookie", scene.outsider)]).await;
    assert!(
        asked.text().contains(" value=\""),
        "the name is there: {}",
        asked.text()
    );
    let came = post(
        scene.addr,
        &link.path,
        &[("cookie", scene.outsider)],
        "guest=Ai+cũng+được",
    )
    .await;
    let both: &'static str = format!("{}; {}", scene.outsider, cookie(&came)).leak();
    let page = get(scene.addr, &scene.map(), &[("cookie", both)]).await;
    let head = page.text().split('>').nth(1).unwrap();
    assert!(
        head.contains("data-role=\"editor\"") && !head.contains("data-guest"),
        "{head}"
    );
    let mut peer = scene.join(both).await;
    peer.save(stage("Của người quen")).await;
    assert_eq!(peer.refusals, []);
    scene.ends("revoke", link.line.id).await;
    out(&mut peer, "revoked").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_lets_in_so_many_and_none_that_it_should_not() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path()).await.unwrap();
    let board = BoardId::fresh();
    store
        .create(board, Home::Nobody, "seed".into(), Digest::default())
        .await
        .unwrap();
    let mut links = Vec::new();
    for (role, expires_at) in [(Role::Editor, None), (Role::Commenter, None), (Role::Editor, Some(1))] {
        let new = NewLink {
            token: secrets::hash(&format!("{role:?} {expires_at:?}")),
            board,
            terms: Terms {
                expires_at,
                ..terms(role)
            },
            password: None,
        };
        links.push(store.add_link(new).await.unwrap().unwrap());
    }
    let guest = |link: i64, number: u32, lasts: u64| NewGuest {
        token: secrets::hash(&format!("{link} {number}")),
        link,
        person: model::id::PersonId::fresh(),
        name: "Lan".to_owned(),
        lasts,
    };
    assert!(
        !store.add_guest(guest(links[1], 0, 1_000)).await.unwrap(),
        "it does not let edit"
    );
    assert!(!store.add_guest(guest(links[2], 0, 1_000)).await.unwrap(), "it is over");
    let all = (0..GUESTS_PER_LINK + 5).map(|number| store.add_guest(guest(links[0], number, 60_000)));
    let added = futures::future::join_all(all).await;
    let added = added.into_iter().filter(|added| *added.as_ref().unwrap()).count();
    assert_eq!(added, GUESTS_PER_LINK as usize);
    let found = store
        .guest(secrets::hash(&format!("{} 0", links[0])))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((found.board, found.link, &*found.name), (board, links[0], "Lan"));
    assert!(store.renew_link(board, links[0], secrets::hash("new")).await.unwrap());
    assert_eq!(
        store.guest(secrets::hash(&format!("{} 0", links[0]))).await.unwrap(),
        None
    );
    assert!(
        store.add_guest(guest(links[0], 0, 60_000)).await.unwrap(),
        "there is room again"
    );
}
