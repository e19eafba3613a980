//! Share links over real sockets: what is disclosed reaches whoever has the address, and nothing else ever does.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{
    collections::BTreeSet,
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};

use app::api::MadeLink;
use model::{
    access::Role,
    board::{Board, LaneKind},
    disclose::{Disclosure, Sight},
    edit::{Edit, Entity, TouchpointField},
    id::{BoardId, TouchpointId},
    items::{Anchor, Comment, Item},
    limits::COMMENT_MAX,
    share::{Password, ShareLine, Terms},
};
use serde_json::json;
use server::{
    cli::Open,
    config::Config,
    env::now_ms,
    limits::{LINK_MISSES_BURST, LINK_TRIES_BURST},
    serve::{self, Running},
};
use support::{
    http::{Answer, ask, get, post, post_from},
    net::PATIENCE,
    peer::{Dialect, Peer},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

const VI: (&str, &str) = ("accept-language", "vi");
const JSON: (&str, &str) = ("content-type", "application/json");

struct Scene {
    server: Running,
    addr: SocketAddr,
    board: BoardId,
    folder: TempDir,
}

impl Scene {
    /// A server with the café.
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            open: Some(Open::Local),
            ..Config::local(folder.path())
        };
        let server = serve::start(&config, CancellationToken::new()).await.unwrap();
        let addr = server.addr;
        let made = post(addr, "/api/create", &[], "template=cafe&lang=vi").await;
        let board = made.text().trim_matches('"').parse().unwrap();
        Self {
            server,
            addr,
            board,
            folder,
        }
    }

    async fn peer(&self) -> Peer {
        Peer::join(self.addr, self.board, Dialect::Touchloop).await
    }

    /// A link of everything that the usual one shows.
    async fn terms(&self, role: Role) -> Terms {
        let peer = self.peer().await;
        Terms {
            label: "Cho khách".to_owned(),
            role,
            expires_at: None,
            disclosure: Disclosure::usual(peer.board()),
            embeds: Vec::new(),
        }
    }

    async fn create(&self, terms: &Terms, password: &Password) -> Answer {
        let said = json!({ "board": self.board, "terms": terms, "password": password });
        ask(self.addr, "POST", "/api/links/create", &[JSON], &said.to_string()).await
    }

    async fn link(&self, terms: &Terms, password: &Password) -> MadeLink {
        let made = self.create(terms, password).await;
        assert_eq!(made.status, 200, "{}", made.text());
        serde_json::from_str(made.text()).unwrap()
    }

    async fn change(&self, id: i64, terms: &Terms, password: &Password) -> u16 {
        let said = json!({ "board": self.board, "id": id, "terms": terms, "password": password });
        ask(self.addr, "POST", "/api/links/change", &[JSON], &said.to_string())
            .await
            .status
    }

    async fn revoke(&self, id: i64) {
        let said = format!("board={}&id={id}", self.board);
        assert_eq!(post(self.addr, "/api/links/revoke", &[], &said).await.status, 200);
    }

    async fn lines(&self) -> Vec<ShareLine> {
        let listed = get(self.addr, &format!("/api/links?board={}", self.board), &[]).await;
        serde_json::from_str(listed.text()).unwrap()
    }

    async fn page(&self, path: &str) -> Answer {
        get(self.addr, path, &[VI]).await
    }
}

/// A stream of events, as a browser reads it.
struct Stream {
    socket: TcpStream,
    said: String,
}

impl Stream {
    async fn open(addr: SocketAddr, path: &str, headers: &str) -> Self {
        let mut socket = TcpStream::connect(addr).await.unwrap();
        let asked =
            format!("GET {path} HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\naccept-language: vi\r\n{headers}\r\n");
        socket.write_all(asked.as_bytes()).await.unwrap();
        let mut stream = Self {
            socket,
            said: String::new(),
        };
        stream.until("\r\n\r\n").await;
        stream
    }

    /// Reads until the server has said this; what it has said since the last time.
    async fn until(&mut self, what: &str) -> String {
        let reading = async {
            while !self.said.contains(what) {
                let mut bytes = Vec::new();
                assert!(
                    self.socket.read_buf(&mut bytes).await.unwrap() > 0,
                    "ended without {what}: {}",
                    self.said
                );
                self.said.push_str(&String::from_utf8_lossy(&bytes));
            }
            // What came with it is for whoever waits next.
            let end = self.said.find(what).map_or(0, |at| at + what.len());
            let rest = self.said.split_off(end);
            std::mem::replace(&mut self.said, rest)
        };
        timeout(PATIENCE, reading).await.expect("the server says it")
    }

    /// Reads what the server says first.
    async fn greeted(&mut self) -> String {
        let mut said = self.until("retry:").await;
        said.push_str(&self.until("\n\n\r\n").await);
        said
    }

    /// Reads until the server ends.
    async fn rest(mut self) -> String {
        let mut bytes = Vec::new();
        timeout(PATIENCE, self.socket.read_to_end(&mut bytes))
            .await
            .expect("the server ends")
            .unwrap();
        self.said.push_str(&String::from_utf8_lossy(&bytes));
        self.said
    }
}

/// Where the page says that its changes are told.
fn events_of(page: &str) -> String {
    let of = |name: &str| {
        let (_, rest) = page.split_once(&format!("{name}=\"")).unwrap();
        rest.split('"').next().unwrap().replace("&amp;", "&")
    };
    format!("{}&tag={}", of("data-events"), of("data-tag"))
}

fn lane(board: &Board, kind: LaneKind) -> model::id::LaneId {
    board.lanes.values().find(|lane| lane.kind == kind).unwrap().id
}

/// The first card of the map.
fn first_card(board: &Board) -> TouchpointId {
    board.layout().in_order()[0]
}

fn comments(board: &Board) -> Vec<&Comment> {
    let comments = board.items.values().filter_map(|item| match item {
        Item::Comment(it) if it.written.by.is_none() => Some(it),
        _ => None,
    });
    comments.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f35_a_page_is_whole_without_a_script_and_tells_nobody_where_it_is() {
    let scene = Scene::new().await;
    let link = scene.link(&scene.terms(Role::Viewer).await, &Password::Keep).await;
    assert_eq!(link.path.len(), "/s/".len() + 32, "192 bits");
    let page = scene.page(&link.path).await;
    let peer = scene.peer().await;
    assert_eq!(page.status, 200);
    for (name, value) in [
        ("referrer-policy", "no-referrer"),
        ("x-robots-tag", "noindex, nofollow"),
        ("cache-control", "no-store, private"),
        ("x-frame-options", "DENY"),
        ("content-type", "text/html; charset=utf-8"),
    ] {
        assert_eq!(page.header(name), value, "{name}");
    }
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("frame-ancestors 'none'") && policy.contains("script-src 'self'"),
        "{policy}"
    );
    assert!(
        page.text()
            .contains("<meta name=\"robots\" content=\"noindex, nofollow\">")
    );
    assert!(page.text().contains("<html lang=\"vi\">"));
    let title = &peer.board().map.title;
    assert!(
        page.text()
            .contains(&format!("<meta property=\"og:title\" content=\"{title}\">"))
    );
    // What is shown of it in a conversation: a file of this server.
    let (_, picture) = page
        .text()
        .split_once("<meta property=\"og:image\" content=\"")
        .unwrap();
    let picture = picture.split('"').next().unwrap();
    let there = picture.strip_prefix(&format!("http://{}", scene.addr)).unwrap();
    let file = get(scene.addr, there, &[]).await;
    assert_eq!((file.status, file.header("content-type")), (200, "image/png"));
    assert!(file.body.starts_with(b"\x89PNG") && file.body.len() < 100_000);
    let layout = peer.board().layout();
    for stage in &layout.stages {
        assert!(page.text().contains(&peer.board().stages[stage].name));
        for card in &layout.cards[stage] {
            assert!(page.text().contains(&peer.board().touchpoints[card].name));
        }
    }
    // No id of the map, no prompt to sign in, nothing of the app.
    assert!(!page.text().contains(&scene.board.to_string()) && !page.text().contains("wasm"));
    for id in peer.board().touchpoints.keys() {
        assert!(!page.text().contains(&id.to_string()));
    }
    for view in ["matrix", "wheel"] {
        let page = scene.page(&format!("{}/{view}", link.path)).await;
        assert_eq!(
            (page.status, page.header("referrer-policy")),
            (200, "no-referrer"),
            "{view}"
        );
    }
    for view in ["loop", "insights", "map", "nothing", "feedback"] {
        let status = scene.page(&format!("{}/{view}", link.path)).await.status;
        assert_eq!(status, if view == "map" { 200 } else { 404 }, "{view}");
    }
    let english = scene.page(&format!("{}?lang=en", link.path)).await;
    assert!(english.text().contains("<html lang=\"en\">") && english.text().contains("/matrix?lang=en"));
    let pressed = get(scene.addr, &link.path, &[VI, ("accept-encoding", "gzip, br")]).await;
    assert_eq!(pressed.header("content-encoding"), "gzip");
    let mut plain = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&pressed.body[..]), &mut plain).unwrap();
    assert_eq!(plain, page.text());
    // Its script is a file of this server, and the only one.
    let script = page
        .text()
        .split("<script src=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let file = get(scene.addr, script, &[]).await;
    assert_eq!((file.status, page.text().matches("<script").count()), (200, 1));
    assert!(file.header("cache-control").contains("immutable"));
}

/// Every text of the board that a link of two lanes and no ratings must not tell.
fn hidden(board: &Board) -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    texts.extend(board.notes.values().map(|note| note.text.clone()));
    texts.extend(board.channels.values().map(|channel| channel.name.clone()));
    texts.extend(board.people.values().map(|person| person.name.clone()));
    for persona in board.personas.values() {
        texts.extend([&persona.demographics, &persona.needs, &persona.difficulties].map(Clone::clone));
    }
    for card in board.touchpoints.values() {
        texts.extend([&card.owner, &card.department, &card.notes].map(Clone::clone));
        texts.extend(
            card.links
                .iter()
                .flat_map(|link| [link.title.clone(), link.url.clone()]),
        );
    }
    for item in board.items.values() {
        texts.insert(item.title().to_owned());
        match item {
            Item::Improvement(it) => {
                texts.extend([&it.problem, &it.practice, &it.owner, &it.reason].map(Clone::clone));
                texts.extend(it.checks.iter().map(|check| check.text.clone()));
            }
            Item::Comment(it) => texts.extend([it.text.clone(), it.name.clone()]),
            Item::Feedback(it) => texts.extend([it.entry.text.clone(), it.entry.source.clone()]),
            _ => {}
        }
    }
    // What a card is called is shown, whoever else is called so; a word of two letters is in many others.
    let shown: String = board
        .touchpoints
        .values()
        .map(|card| card.name.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    texts.retain(|text| text.chars().count() > 4 && !shown.contains(text.as_str()));
    texts
}

fn assert_hidden(sent: &str, texts: &BTreeSet<String>, board: &Board) {
    let sent = sent.replace("&#39;", "'").replace("&quot;", "\"").replace("&amp;", "&");
    // What the trap for programs is called in a form, which a channel is called, too.
    let sent = sent.replace("Trang web (để trống ô này)", "");
    for text in texts {
        // What stands in an address or in JSON is written otherwise.
        let written = serde_json::to_string(text).unwrap();
        assert!(
            !sent.contains(text.as_str()) && !sent.contains(written.trim_matches('"')),
            "{text}"
        );
    }
    for id in board.people.keys() {
        assert!(!sent.contains(&id.to_string()), "a person's id");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a1_no_byte_that_is_sent_tells_what_is_hidden() {
    let scene = Scene::new().await;
    let mut peer = scene.peer().await;
    let mut terms = scene.terms(Role::Commenter).await;
    terms.disclosure.ratings = false;
    terms.disclosure.sights = Sight::ALL
        .iter()
        .copied()
        .filter(|sight| *sight != Sight::Loop)
        .collect();
    terms.disclosure.lanes = BTreeSet::from([
        lane(peer.board(), LaneKind::Touchpoints),
        lane(peer.board(), LaneKind::Emotion),
    ]);
    let link = scene.link(&terms, &Password::Keep).await;
    let mut texts = hidden(peer.board());
    assert!(texts.len() > 60, "{}", texts.len());
    let mut sent = String::new();
    for view in ["", "/wheel", "/insights", "/matrix", "/loop"] {
        for lang in ["vi", "en"] {
            let page = scene.page(&format!("{}{view}?lang={lang}", link.path)).await;
            assert_eq!(
                page.status,
                if matches!(view, "/matrix" | "/loop") { 404 } else { 200 },
                "{view}"
            );
            sent.push_str(page.text());
        }
    }
    let page = scene.page(&link.path).await;
    let href = page
        .text()
        .split("class=\"sh-talk\" href=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    sent.push_str(scene.page(&href.replace("&amp;", "&")).await.text());
    let mut stream = Stream::open(scene.addr, &events_of(page.text()), "").await;
    stream.greeted().await;

    // What is added where nobody may look is told to nobody either; what may be seen is.
    let card = first_card(peer.board());
    peer.edit(Edit::AddNote {
        id: model::id::NoteId::fresh(),
        home: model::board::NoteHome::Pain(card),
        text: "marker of a pain".to_owned(),
        at: model::edit::At::Last,
    })
    .await;
    peer.edit(Edit::SetTouchpoint(
        card,
        TouchpointField::Owner("marker of an owner".to_owned()),
    ))
    .await;
    peer.edit(Edit::AddLane {
        id: model::id::LaneId::fresh(),
        kind: LaneKind::Text,
        name: "marker of a lane".to_owned(),
        at: model::edit::At::Last,
    })
    .await;
    peer.saved().await;
    peer.edit(Edit::SetTouchpoint(card, TouchpointField::Name("Tên mới".to_owned())))
        .await;
    sent.push_str(&stream.until("Tên mới").await);
    texts.extend(["marker of a pain", "marker of an owner", "marker of a lane"].map(str::to_owned));
    sent.push_str(scene.page(&link.path).await.text());
    assert_hidden(&sent, &texts, peer.board());
    // The test itself can fail.
    let shown = peer.board().touchpoints[&card].name.clone();
    assert!(sent.contains(&shown));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_told_at_once_and_only_what_has_changed() {
    let scene = Scene::new().await;
    let mut peer = scene.peer().await;
    let link = scene.link(&scene.terms(Role::Viewer).await, &Password::Keep).await;
    let page = scene.page(&link.path).await;
    let events = events_of(page.text());
    let mut stream = Stream::open(scene.addr, &events, "").await;
    stream.greeted().await;
    let card = first_card(peer.board());
    let asked = Instant::now();
    peer.edit(Edit::SetTouchpoint(
        card,
        TouchpointField::Name("Một tên khác".to_owned()),
    ))
    .await;
    let told = stream.until("\n\n\r\n").await;
    assert!(asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());
    assert!(told.contains("event: page") && told.contains("Một tên khác"), "{told}");
    let layout = peer.board().layout();
    let of_last = &peer.board().touchpoints[layout.in_order().last().unwrap()].name;
    // The first card is in the sentence of the head, and in its own stage.
    let sections: Vec<&str> = told.split("\"id\":\"").skip(1).collect();
    assert_eq!(sections.len(), 2, "{told}");
    let json = told.split("data: ").nth(1).unwrap().split("\n\n").next().unwrap();
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    assert!(json["order"].as_array().unwrap().len() > 5);
    assert!(json["sections"][1]["html"].as_str().unwrap().contains("Một tên khác"));
    assert!(!json["sections"][1]["html"].as_str().unwrap().contains(of_last.as_str()));

    // Who comes back says what it has: nothing is told twice, and what was missed is told.
    let tag = told
        .split("id: ")
        .nth(1)
        .unwrap()
        .split('\n')
        .next()
        .unwrap()
        .to_owned();
    drop(stream);
    let mut back = Stream::open(scene.addr, &events, &format!("last-event-id: {tag}\r\n")).await;
    back.greeted().await;
    peer.edit(Edit::SetTouchpoint(
        card,
        TouchpointField::Name("Tên thứ ba".to_owned()),
    ))
    .await;
    let told = back.until("\n\n\r\n").await;
    assert!(told.contains("Tên thứ ba") && !told.contains("Một tên khác"), "{told}");
    let mut late = Stream::open(scene.addr, &events, "").await;
    let told = late.until("Tên thứ ba").await;
    assert!(told.contains("event: page"));
    // What does not show is not told.
    peer.save(Edit::SetTouchpoint(card, TouchpointField::Owner("Thảo".to_owned())))
        .await;
    peer.edit(Edit::SetTouchpoint(
        card,
        TouchpointField::Name("Tên thứ tư".to_owned()),
    ))
    .await;
    let told = late.until("Tên thứ tư").await;
    assert_eq!(told.matches("event: page").count(), 1, "{told}");
    // The server's end ends what is told.
    scene.server.stop().await.unwrap();
    late.rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f36_a_revoked_link_closes_what_it_has_opened() {
    let scene = Scene::new().await;
    let terms = scene.terms(Role::Viewer).await;
    let link = scene.link(&terms, &Password::Keep).await;
    let other = scene.link(&terms, &Password::Keep).await;
    let (page, other_page) = (scene.page(&link.path).await, scene.page(&other.path).await);
    let mut stream = Stream::open(scene.addr, &events_of(page.text()), "").await;
    let mut other_stream = Stream::open(scene.addr, &events_of(other_page.text()), "").await;
    stream.greeted().await;
    other_stream.greeted().await;
    let asked = Instant::now();
    scene.revoke(link.line.id).await;
    assert!(stream.rest().await.contains("event: again"));
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    assert_eq!(scene.page(&link.path).await.status, 404);
    assert_eq!(scene.page(&events_of(page.text())).await.status, 404);
    assert!(
        scene
            .lines()
            .await
            .iter()
            .find(|line| line.id == link.line.id)
            .unwrap()
            .revoked_at
            .is_some()
    );
    assert_eq!(
        scene.change(link.line.id, &terms, &Password::Keep).await,
        404,
        "for good"
    );
    // The other goes on, until it shows something else.
    assert_eq!(scene.page(&other.path).await.status, 200);
    let mut less = terms.clone();
    less.disclosure.sights = BTreeSet::from([Sight::Wheel]);
    assert_eq!(scene.change(other.line.id, &less, &Password::Keep).await, 200);
    assert!(other_stream.rest().await.contains("event: again"));
    let page = scene.page(&other.path).await;
    assert!(page.status == 200 && page.text().contains("class=\"wheel\"") && !page.text().contains("sh-stage"));
    // Another address takes the one before away.
    let said = format!("board={}&id={}", scene.board, other.line.id);
    let renewed: MadeLink =
        serde_json::from_str(post(scene.addr, "/api/links/renew", &[], &said).await.text()).unwrap();
    assert_ne!(renewed.path, other.path);
    assert_eq!(scene.page(&other.path).await.status, 404);
    assert_eq!(scene.page(&renewed.path).await.status, 200);
}

/// An answer without what differs from one to the next.
fn bare(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let headers = answer
        .headers
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "date" | "x-request-id"));
    (answer.status, headers.cloned().collect(), answer.text().to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f35_wrong_expired_and_revoked_look_alike() {
    let scene = Scene::new().await;
    let mut terms = scene.terms(Role::Commenter).await;
    let revoked = scene.link(&terms, &Password::Keep).await;
    assert_eq!(scene.page(&revoked.path).await.status, 200);
    scene.revoke(revoked.line.id).await;
    terms.expires_at = Some(now_ms() - 1);
    let expired = scene.link(&terms, &Password::Set("mật khẩu".to_owned())).await;
    let wrong = format!("/s/{}", "A".repeat(32));
    let never = bare(&scene.page(&wrong).await);
    assert_eq!(never.0, 404);
    assert!(!never.2.contains("Hiên"), "nothing of the map");
    for path in [
        revoked.path,
        expired.path,
        "/s/x".to_owned(),
        format!("/s/{}", "A".repeat(2_000)),
    ] {
        for more in ["", "/matrix", "/wheel", "/nothing", "/events?view=map", "/comment?on=x"] {
            assert_eq!(bare(&scene.page(&format!("{path}{more}")).await), never, "{path}{more}");
        }
        for more in ["", "/matrix", "/comment?on=x"] {
            let said = post(scene.addr, &format!("{path}{more}"), &[VI], "password=x&guest=a&text=b").await;
            assert_eq!(bare(&said), never, "{path}{more}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f35_who_guesses_waits() {
    let scene = Scene::new().await;
    let link = scene.link(&scene.terms(Role::Viewer).await, &Password::Keep).await;
    let mut refused = 0;
    for number in 0..LINK_MISSES_BURST as usize + 20 {
        refused += usize::from(scene.page(&format!("/s/{number:032}")).await.status == 429);
    }
    assert!(refused > 0);
    // Right or wrong: the one that nobody has opened yet, too.
    assert_eq!(scene.page(&link.path).await.status, 429);
    // From elsewhere it opens.
    let from = IpAddr::from([127, 0, 3, 1]);
    let elsewhere = post_from(from, scene.addr, &link.path, &[VI], "").await;
    assert_eq!(elsewhere.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_opens_its_own_link_until_it_changes() {
    let scene = Scene::new().await;
    let terms = scene.terms(Role::Viewer).await;
    let set = |password: &str| Password::Set(password.to_owned());
    assert_eq!(scene.create(&terms, &set("abc")).await.status, 400, "too short");
    let link = scene.link(&terms, &set("cà phê sữa")).await;
    let other = scene.link(&terms, &set("cà phê sữa")).await;
    assert!(link.line.has_password);
    let peer = scene.peer().await;
    let locked = scene.page(&link.path).await;
    assert_eq!((locked.status, locked.header("referrer-policy")), (401, "same-origin"));
    for said in [&peer.board().map.title, &peer.board().map.brand] {
        assert!(!locked.text().contains(said.as_str()), "{said}");
    }
    assert!(!locked.text().contains("<script"));
    for path in ["/matrix", "/events?view=map", "/comment?on=x"] {
        assert_eq!(scene.page(&format!("{}{path}", link.path)).await.status, 401, "{path}");
    }
    let wrong = post(scene.addr, &link.path, &[VI], "password=ca+phe+sua").await;
    assert_eq!(wrong.status, 401);
    assert!(wrong.text().contains("role=\"alert\"") && wrong.headers.iter().all(|(name, _)| name != "set-cookie"));
    let there = format!("{}/matrix?lang=en", link.path);
    let right = post(scene.addr, &there, &[VI], "password=c%C3%A0+ph%C3%AA+s%E1%BB%AFa").await;
    assert_eq!((right.status, right.header("location")), (303, &*there));
    let cookie = right.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Lax", &format!("Path={};", link.path)] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let pass = cookie.split(';').next().unwrap().to_owned();
    let with = |path: String| {
        let pass = pass.clone();
        async move { get(scene.addr, &path, &[VI, ("cookie", &pass)]).await }
    };
    assert_eq!(with(link.path.clone()).await.status, 200);
    assert_eq!(with(there).await.status, 200);
    assert_eq!(with(other.path.clone()).await.status, 401, "of its own link only");
    // The password stays as it is while other terms change, and the pass with it.
    assert_eq!(scene.change(link.line.id, &terms, &Password::Keep).await, 200);
    assert_eq!(with(link.path.clone()).await.status, 200);
    let opened = with(link.path.clone()).await;
    let events = events_of(opened.text());
    let stream = Stream::open(scene.addr, &events, &format!("cookie: {pass}\r\n")).await;
    assert_eq!(scene.change(link.line.id, &terms, &set("trà đá vỉa hè")).await, 200);
    assert!(stream.rest().await.contains("event: again"));
    assert_eq!(
        with(link.path.clone()).await.status,
        401,
        "the pass is worth nothing any more"
    );
    assert_eq!(scene.change(link.line.id, &terms, &Password::Remove).await, 200);
    assert_eq!(scene.page(&link.path).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f33_passwords_are_not_tried_without_end() {
    let scene = Scene::new().await;
    let password = Password::Set("cà phê sữa".to_owned());
    let link = scene.link(&scene.terms(Role::Viewer).await, &password).await;
    let mut last = 0;
    for number in 0..LINK_TRIES_BURST as usize + 2 {
        last = post(scene.addr, &link.path, &[VI], &format!("password={number}"))
            .await
            .status;
    }
    assert_eq!(last, 429);
    let right = "password=c%C3%A0+ph%C3%AA+s%E1%BB%AFa";
    assert_eq!(
        post(scene.addr, &link.path, &[VI], right).await.status,
        429,
        "right or wrong"
    );
    let from = IpAddr::from([127, 0, 3, 2]);
    assert_eq!(post_from(from, scene.addr, &link.path, &[VI], right).await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f28_a_link_ends_when_it_says_while_it_is_looked_at() {
    let scene = Scene::new().await;
    let mut terms = scene.terms(Role::Viewer).await;
    let link = scene.link(&terms, &Password::Keep).await;
    terms.expires_at = Some(now_ms() + 2_500);
    assert_eq!(scene.change(link.line.id, &terms, &Password::Keep).await, 200);
    let page = scene.page(&link.path).await;
    assert_eq!(page.status, 200);
    let stream = Stream::open(scene.addr, &events_of(page.text()), "").await;
    assert!(stream.rest().await.contains("event: again"));
    assert_eq!(scene.page(&link.path).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_sites_that_a_link_names_may_frame_it() {
    let scene = Scene::new().await;
    let mut terms = scene.terms(Role::Viewer).await;
    terms.embeds = vec!["hien.example/blog".to_owned()];
    let link = scene.link(&terms, &Password::Keep).await;
    assert_eq!(link.line.terms.embeds, ["https://hien.example"]);
    let page = scene.page(&link.path).await;
    assert!(page.headers.iter().all(|(name, _)| name != "x-frame-options"));
    let policy = page.header("content-security-policy");
    assert!(policy.ends_with("frame-ancestors https://hien.example"), "{policy}");
    let closed = scene.page("/s/x").await;
    assert_eq!(closed.header("x-frame-options"), "DENY");
    assert_eq!(
        scene.create(&terms, &Password::Set("mật khẩu".to_owned())).await.status,
        403
    );
    terms.embeds = vec!["https://*".to_owned()];
    assert_eq!(scene.create(&terms, &Password::Keep).await.status, 400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_says_something_and_the_team_sees_who_it_was() {
    let scene = Scene::new().await;
    let mut peer = scene.peer().await;
    let mut terms = scene.terms(Role::Commenter).await;
    terms.disclosure.comments = true;
    let link = scene.link(&terms, &Password::Keep).await;
    let page = scene.page(&link.path).await;
    let card = first_card(peer.board());
    let href = page
        .text()
        .split("class=\"sh-tp__t\"")
        .nth(1)
        .unwrap()
        .split("class=\"sh-talk\" href=\"")
        .nth(1)
        .unwrap();
    let talk = href.split('"').next().unwrap().replace("&amp;", "&");
    let form = scene.page(&talk).await;
    assert_eq!((form.status, form.header("referrer-policy")), (200, "same-origin"));
    assert!(form.text().contains(&peer.board().touchpoints[&card].name));
    for (said, status, kept) in [
        ("guest=+&text=gi%E1%BB%AF", 400, "giữ</textarea>"),
        ("guest=Mai&text=+", 400, "value=\"Mai\""),
        (
            &*format!("guest=Mai&text={}", "x".repeat(COMMENT_MAX + 1)),
            413,
            "xxx</textarea>",
        ),
        (
            &*format!("guest={}&text=gi%E1%BB%AF", "M".repeat(61)),
            413,
            "giữ</textarea>",
        ),
    ] {
        let refused = post(scene.addr, &talk, &[VI], said).await;
        assert_eq!(refused.status, status, "{said:.40}");
        assert!(
            refused.text().contains(kept) && refused.text().contains("role=\"alert\""),
            "{said:.40}"
        );
    }
    let trapped = post(scene.addr, &talk, &[VI], "guest=Bot&text=spam&website=x").await;
    let said = post(
        scene.addr,
        &talk,
        &[VI],
        "guest=Mai+%3Cb%3E&text=Ch%E1%BB%9D+l%C3%A2u%0D%0A%3Cscript%3E",
    )
    .await;
    assert_eq!((said.status, trapped.status), (303, 303), "{}", said.text());
    peer.until("the comment", |peer| !comments(peer.board()).is_empty())
        .await;
    let [comment] = &comments(peer.board())[..] else {
        panic!("one comment")
    };
    assert_eq!(
        (comment.on, comment.name.as_str()),
        (Anchor::Touchpoint(card), "Mai <b>")
    );
    assert_eq!((comment.text.as_str(), comment.written.by), ("Chờ lâu\n<script>", None));
    // F38: it is text, wherever it is shown; the name is remembered for this link.
    let cookie = said.header("set-cookie").split(';').next().unwrap().to_owned();
    let shown = get(scene.addr, said.header("location"), &[VI, ("cookie", &cookie)]).await;
    assert!(shown.text().contains("Mai &lt;b&gt;") && shown.text().contains("&lt;script&gt;"));
    assert!(shown.text().contains("value=\"Mai &lt;b&gt;\"") && !shown.text().contains("<script>"));
    assert!(scene.page(&link.path).await.text().contains("Góp ý (1)"));

    // A link to look takes nothing, and one that shows no comments tells none.
    terms.role = Role::Viewer;
    terms.disclosure.comments = false;
    assert_eq!(scene.change(link.line.id, &terms, &Password::Keep).await, 200);
    assert_eq!(post(scene.addr, &talk, &[VI], "guest=Mai&text=x").await.status, 404);
    assert_eq!(scene.page(&talk).await.status, 404);
    assert!(!scene.page(&link.path).await.text().contains("sh-talk"));
    // F21: nothing that a link to look at gives changes the document.
    assert_eq!(comments(peer.board()).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f34_links_of_another_board_are_nowhere() {
    let scene = Scene::new().await;
    let terms = scene.terms(Role::Viewer).await;
    let link = scene.link(&terms, &Password::Keep).await;
    let elsewhere = BoardId::fresh();
    let told = |body: serde_json::Value, path: &'static str| async move {
        ask(scene.addr, "POST", path, &[JSON], &body.to_string()).await.status
    };
    let create = json!({ "board": elsewhere, "terms": &terms, "password": "keep" });
    assert_eq!(told(create, "/api/links/create").await, 404);
    let made = post(scene.addr, "/api/create", &[], "template=blank&lang=vi").await;
    let other: BoardId = made.text().trim_matches('"').parse().unwrap();
    for board in [elsewhere, other] {
        let change = json!({ "board": board, "id": link.line.id, "terms": &terms, "password": "keep" });
        assert_eq!(told(change, "/api/links/change").await, 404);
        for path in ["/api/links/revoke", "/api/links/renew"] {
            let said = format!("board={board}&id={}", link.line.id);
            assert_eq!(post(scene.addr, path, &[], &said).await.status, 404, "{path}");
        }
    }
    assert_eq!(
        get(scene.addr, &format!("/api/links?board={elsewhere}"), &[])
            .await
            .status,
        404
    );
    assert_eq!(scene.page(&link.path).await.status, 200);
    let mut owns = terms.clone();
    owns.role = Role::Owner;
    assert_eq!(scene.create(&owns, &Password::Keep).await.status, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uses_are_counted_and_outlive_the_server_and_the_address_is_nowhere() {
    let scene = Scene::new().await;
    let link = scene.link(&scene.terms(Role::Viewer).await, &Password::Keep).await;
    for _ in 0..3 {
        scene.page(&link.path).await;
    }
    // From one of its pages to the next is no other use.
    get(scene.addr, &link.path, &[VI, ("sec-fetch-site", "same-origin")]).await;
    let line = scene.lines().await.remove(0);
    assert_eq!(line.uses, 3);
    assert!(line.used_at.is_some());
    scene.page(&link.path).await;
    scene.server.stop().await.unwrap();
    let token = link.path.trim_start_matches("/s/").as_bytes();
    for file in std::fs::read_dir(scene.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(token.len()).any(|part| part == token), "hashed only");
    }
    let config = Config {
        open: Some(Open::Local),
        ..Config::local(scene.folder.path())
    };
    let again = serve::start(&config, CancellationToken::new()).await.unwrap();
    assert_eq!(get(again.addr, &link.path, &[VI]).await.status, 200);
    let listed = get(again.addr, &format!("/api/links?board={}", scene.board), &[]).await;
    let lines: Vec<ShareLine> = serde_json::from_str(listed.text()).unwrap();
    assert_eq!(lines[0].uses, 5);
    again.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_in_the_trash_or_hidden_leaves_a_page_that_is_open() {
    let scene = Scene::new().await;
    let mut peer = scene.peer().await;
    let link = scene.link(&scene.terms(Role::Viewer).await, &Password::Keep).await;
    let page = scene.page(&link.path).await;
    let layout = peer.board().layout();
    let (stage, hidden) = (layout.stages[0], layout.stages[1]);
    let card = layout.cards[&stage][0];
    let name = peer.board().touchpoints[&card].name.clone();
    let mut stream = Stream::open(scene.addr, &events_of(page.text()), "").await;
    stream.greeted().await;
    let stage_name = peer.board().stages[&hidden].name.clone();
    peer.edit(Edit::Batch(vec![
        Edit::Trash(Entity::Touchpoint(card)),
        Edit::Hide(Entity::Stage(hidden), true),
    ]))
    .await;
    let told = stream.until("\n\n\r\n").await;
    assert!(!told.contains(&name) && !told.contains(&stage_name), "{told}");
    let page = scene.page(&link.path).await;
    assert!(!page.text().contains(&name) && !page.text().contains(&stage_name));
}
