//! The pages of accounts and teams over real sockets: who comes in, what they may do, and what nobody learns.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use server::{
    cli::{Open, SignUp},
    config::Config,
    limits::{GUESSES_ADDRESS_BURST, SIGN_IN_ACCOUNT_BURST},
    names,
    serve::{self, Running},
};
use support::http::{Answer, ask, get, post, post_from};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const PASSWORD: &str = "ca phe sua da";
const EN: (&str, &str) = ("accept-language", "en");

struct Scene {
    server: Running,
    addr: SocketAddr,
    _folder: TempDir,
}

/// Somebody at a browser of their own.
#[derive(Clone)]
struct Person {
    addr: SocketAddr,
    /// The cookie that the browser sends.
    cookie: String,
}

impl Scene {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::local(folder.path());
        change(&mut config);
        let server = serve::start(&config, CancellationToken::new()).await.unwrap();
        Self {
            addr: server.addr,
            server,
            _folder: folder,
        }
    }

    fn stranger(&self) -> Person {
        Person {
            addr: self.addr,
            cookie: String::new(),
        }
    }

    /// The first person, who owns the first team.
    async fn owner(&self) -> (Person, Team) {
        let mut linh = self.stranger();
        let set_up = self.server.set_up.clone().unwrap();
        let form = format!("{}&team=Hi%C3%AAn", new_account("Linh"));
        let made = linh.comes_in(&set_up, &form).await;
        assert_eq!(made.status, 303, "{}", made.text());
        let team = linh.teams().await.remove(0);
        (linh, team)
    }

    /// Somebody who comes into a team.
    async fn member(&self, owner: &Person, team: &Team, name: &str, role: &str) -> Person {
        let invitation = owner.invites(team, role, "1").await;
        let mut person = self.stranger();
        let came = person.comes_in(&invitation, &new_account(name)).await;
        assert_eq!(came.status, 303, "{}", came.text());
        person
    }
}

/// The address of a team's page.
type Team = String;

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn new_account(name: &str) -> String {
    format!(
        "name={}&email={}%40cafe.vn&new={}",
        encoded(name),
        encoded(&name.to_lowercase()),
        encoded(PASSWORD)
    )
}

fn credentials(name: &str, password: &str) -> String {
    format!("email={}%40cafe.vn&password={}", encoded(name), encoded(password))
}

/// What stands in the field from which a link is copied, without the server's name.
fn told(page: &Answer) -> String {
    let field = page
        .text()
        .split("id=\"told\"")
        .nth(1)
        .unwrap_or_else(|| panic!("{}", page.text()));
    let address = field.split("value=\"").nth(1).unwrap().split('"').next().unwrap();
    let path = address.splitn(4, '/').nth(3).unwrap();
    format!("/{path}")
}

fn session_in(answer: &Answer) -> Option<&str> {
    let cookie = answer.header("set-cookie");
    cookie
        .starts_with("session=")
        .then(|| cookie.split(';').next().unwrap())
}

impl Person {
    async fn get(&self, path: &str) -> Answer {
        get(self.addr, path, &[("cookie", &self.cookie), EN]).await
    }

    async fn post(&self, path: &str, form: &str) -> Answer {
        post(self.addr, path, &[("cookie", &self.cookie), EN], form).await
    }

    /// Posts, and keeps the session that the answer brings.
    async fn comes_in(&mut self, path: &str, form: &str) -> Answer {
        let answer = self.post(path, form).await;
        if let Some(session) = session_in(&answer) {
            self.cookie = session.to_owned();
        }
        answer
    }

    async fn is_signed_in(&self) -> bool {
        self.get("/account").await.status == 200
    }

    async fn teams(&self) -> Vec<Team> {
        let page = self.get("/account").await;
        let links = page.text().split("href=\"/teams/").skip(1);
        links
            .map(|rest| format!("/teams/{}", rest.split('"').next().unwrap()))
            .collect()
    }

    async fn invites(&self, team: &Team, role: &str, uses: &str) -> String {
        let made = self
            .post(team, &format!("do=invite&role={role}&days=7&uses={uses}"))
            .await;
        assert_eq!(made.status, 200, "{}", made.text());
        told(&made)
    }

    /// The id of a member, as the owner's page has it.
    async fn id_of(&self, team: &Team, name: &str) -> String {
        let page = self.get(team).await;
        let mut rows = page.text().split("<li class=\"acct__row\">").skip(1);
        let row = rows.find(|row| row.contains(&format!(">{name}"))).unwrap();
        let id = row.split("name=\"id\" value=\"").nth(1).unwrap();
        id.split('"').next().unwrap().to_owned()
    }
}

#[tokio::test]
async fn the_first_account_is_made_once_by_the_link_that_the_server_told() {
    let scene = Scene::new().await;
    let set_up = scene.server.set_up.clone().unwrap();
    let page = scene.stranger().get(&set_up).await;
    assert_eq!((page.status, page.header("cache-control")), (200, "no-store"));
    assert!(page.text().contains("autocomplete=\"new-password\"") && !page.text().contains("<script"));

    // What was typed stays, but for the password.
    let wrong = scene
        .stranger()
        .post(&set_up, "name=Linh&email=linh&new=ca+phe+sua+da&team=Hien")
        .await;
    assert_eq!(wrong.status, 400);
    assert!(
        wrong.text().contains("value=\"Linh\"") && wrong.text().contains("value=\"Hien\""),
        "{}",
        wrong.text()
    );
    assert!(wrong.text().contains("aria-invalid=\"true\"") && !wrong.text().contains("sua da"));

    let (linh, team) = scene.owner().await;
    assert!(linh.is_signed_in().await);
    assert!(
        linh.get(&team).await.text().contains("Linh set the server up"),
        "the log"
    );
    for again in [
        scene.stranger().get(&set_up).await,
        scene.stranger().post(&set_up, &new_account("Huy")).await,
    ] {
        assert_eq!(again.status, 404);
    }
    scene.server.stop().await.unwrap();
}

#[tokio::test]
async fn f32_a_session_is_new_with_each_sign_in_and_its_cookie_is_for_this_server_alone() {
    let scene = Scene::with(|config| config.url = Some(names::url("https://maps.example.com").unwrap())).await;
    let (mut linh, _) = scene.owner().await;
    let before = linh.clone();
    let signed_in = linh.comes_in("/sign-in", &credentials("linh", PASSWORD)).await;
    let cookie = signed_in.header("set-cookie");
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Max-Age=", "; Secure"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert!(
        linh.is_signed_in().await && !before.is_signed_in().await,
        "the one before is over"
    );

    // A cookie that somebody has put there is no session, neither before nor after signing in.
    let mut planted = scene.stranger();
    planted.cookie = "session=known-to-somebody-else".to_owned();
    let fixed = planted.clone();
    assert_eq!(
        planted
            .comes_in("/sign-in", &credentials("linh", PASSWORD))
            .await
            .status,
        303
    );
    assert!(planted.is_signed_in().await && !fixed.is_signed_in().await);

    let wrong = planted
        .post("/account", "do=password&password=wrong&new=tra+da+via+he")
        .await;
    assert_eq!(wrong.status, 403);
    let before = planted.clone();
    let changed = planted
        .comes_in(
            "/account",
            &format!("do=password&password={}&new=tra+da+via+he", encoded(PASSWORD)),
        )
        .await;
    assert_eq!(changed.status, 303, "{}", changed.text());
    assert!(planted.is_signed_in().await);
    assert!(
        !before.is_signed_in().await && !linh.is_signed_in().await,
        "signed out elsewhere"
    );
    assert_eq!(
        linh.comes_in("/sign-in", &credentials("linh", PASSWORD)).await.status,
        403
    );
    assert_eq!(
        linh.comes_in("/sign-in", &credentials("linh", "tra da via he"))
            .await
            .status,
        303
    );

    // Everywhere else, and here.
    assert_eq!(linh.post("/account", "do=sessions").await.status, 303);
    assert!(linh.is_signed_in().await && !planted.is_signed_in().await);
    let out = linh.post("/sign-out", "").await;
    assert!(
        out.status == 303 && out.header("set-cookie").contains("Max-Age=0"),
        "{out:?}"
    );
    assert!(!linh.is_signed_in().await);
    scene.server.stop().await.unwrap();
}

#[tokio::test]
async fn f31_nothing_is_changed_from_elsewhere_nor_by_looking_at_it() {
    let scene = Scene::new().await;
    let (linh, team) = scene.owner().await;
    let invitation = linh.invites(&team, "editor", "1").await;
    for path in ["/sign-in", "/sign-out", "/account", &team, &invitation] {
        for elsewhere in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
            let headers = [("cookie", linh.cookie.as_str()), elsewhere];
            let refused = post(scene.addr, path, &headers, "do=sessions").await;
            assert_eq!(refused.status, 403, "{path} {elsewhere:?}");
        }
    }
    assert!(linh.is_signed_in().await);
    assert_eq!(linh.get("/sign-out").await.status, 405);
    for _ in 0..3 {
        assert_eq!(
            scene.stranger().get(&invitation).await.status,
            200,
            "looking uses nothing up"
        );
    }
    assert!(linh.is_signed_in().await);
    scene.server.stop().await.unwrap();
}

#[tokio::test]
async fn f33_guessing_ends_soon_and_tells_nothing() {
    let scene = Scene::new().await;
    let (_linh, _) = scene.owner().await;
    let guess = |name: &'static str| async move {
        post(scene.addr, "/sign-in", &[EN], &credentials(name, "a guess of mine")).await
    };
    let (known, unknown) = (guess("linh").await, guess("nobody").await);
    assert_eq!(known.status, 403);
    assert_eq!(known.text().replace("linh@", "nobody@"), unknown.text());

    // Who asked says the connection, not a header.
    let mut refused = 0;
    for n in 0..(SIGN_IN_ACCOUNT_BURST as usize + 2) {
        let forged = format!("10.0.0.{n}");
        let headers = [EN, ("x-forwarded-for", forged.as_str()), ("forwarded", "for=10.9.9.9")];
        let answer = post(
            scene.addr,
            "/sign-in",
            &headers,
            &credentials("linh", "a guess of mine"),
        )
        .await;
        refused += usize::from(answer.status == 429);
    }
    assert!(refused >= 2, "{refused}");
    // Whoever guesses locks out themselves; the owner comes in from elsewhere.
    let elsewhere = IpAddr::from(Ipv4Addr::new(127, 0, 0, 2));
    let own = post_from(elsewhere, scene.addr, "/sign-in", &[], &credentials("linh", PASSWORD)).await;
    assert_eq!(own.status, 303);
    // Those who have no account are counted as well, or they would be known by that.
    let mut last = 0;
    for _ in 0..(SIGN_IN_ACCOUNT_BURST as usize) {
        last = guess("nobody").await.status;
    }
    assert_eq!(last, 429);
    scene.server.stop().await.unwrap();
}

#[tokio::test]
async fn f34_another_teams_page_is_answered_as_one_that_is_not_there() {
    let scene = Scene::new().await;
    let (linh, team) = scene.owner().await;
    let huy = scene.member(&linh, &team, "Huy", "viewer").await;
    let made = huy.post("/account", "do=team&team=Ri%C3%AAng").await;
    let own = made.header("location").to_owned();
    assert_eq!(huy.get(&own).await.status, 200);
    let absent = format!("/teams/{}", model::id::TeamId::fresh());
    let foreign = linh.get(&own).await;
    for none in [linh.get(&absent).await, linh.get("/teams/x").await] {
        assert_eq!((none.status, none.text()), (404, foreign.text()));
    }
    assert_eq!(foreign.status, 404);
    for deed in [
        "do=name&team=Mine",
        "do=leave",
        "do=invite&role=editor&days=7&uses=1",
        "do=revoke&id=1",
    ] {
        let (foreign, none) = (linh.post(&own, deed).await, linh.post(&absent, deed).await);
        assert_eq!((foreign.status, foreign.text()), (404, none.text()), "{deed}");
    }
    // A stranger learns of none.
    for path in [&own, &absent] {
        let asked = scene.stranger().get(path).await;
        assert_eq!(
            (asked.status, asked.header("location")),
            (303, format!("/sign-in?to={}", encoded(path)).as_str())
        );
    }
    // An invitation of one team is not taken back through another.
    let invitation = huy.invites(&own, "viewer", "").await;
    for id in 1..5 {
        linh.post(&team, &format!("do=revoke&id={id}")).await;
    }
    assert_eq!(scene.stranger().get(&invitation).await.status, 200);
    scene.server.stop().await.unwrap();
}

#[tokio::test]
async fn a_viewer_sees_their_team_and_changes_nothing_in_it() {
    let scene = Scene::new().await;
    let (linh, team) = scene.owner().await;
    let huy = scene.member(&linh, &team, "Huy", "viewer").await;
    let page = huy.get(&team).await;
    assert!(
        page.text().contains(">Linh<") && !page.text().contains("linh@cafe.vn"),
        "{}",
        page.text()
    );
    assert!(!page.text().contains("set the server up"), "the log is for owners");
    let (id, owner) = (linh.id_of(&team, "Huy").await, linh.id_of(&team, "Linh").await);
    for deed in [
        "do=name&team=Mine".to_owned(),
        format!("do=role&id={id}&role=owner"),
        format!("do=remove&id={owner}"),
        format!("do=reset&id={owner}"),
        format!("do=hand-over&id={id}"),
        "do=invite&role=editor&days=7&uses=1".to_owned(),
        "do=revoke&id=1".to_owned(),
    ] {
        let refused = huy.post(&team, &deed).await;
        assert_eq!(refused.status, 403, "{deed}");
        assert!(
            refused.text().contains("Only an owner") && !refused.text().contains("id=\"told\""),
            "{deed}"
        );
    }
    let page = linh.get(&team).await;
    assert!(page.text().contains(">Hiên<") && page.text().contains("Members: 2"));
    assert_eq!(huy.post(&team, "do=leave").await.status, 303);
    assert_eq!(huy.get(&team).await.status, 404);
    assert!(linh.get(&team).await.text().contains("Huy left"));
    scene.server.stop().await.unwrap();
}

#[tokio::test]
async fn a_team_is_led_and_handed_over() {
    let scene = Scene::new().await;
    let (linh, team) = scene.owner().await;
    let huy = scene.member(&linh, &team, "Huy", "viewer").await;
    let (own, id) = (linh.id_of(&team, "Linh").await, linh.id_of(&team, "Huy").await);
    for deed in [
        format!("do=role&id={own}&role=editor"),
        format!("do=remove&id={own}"),
        "do=leave".to_owned(),
    ] {
        let refused = linh.post(&team, &deed).await;
        assert_eq!(refused.status, 409, "{deed}");
        assert!(refused.text().contains("Hiên has only this one"), "{}", refused.text());
    }
    // The account cannot go either, and says because of which team.
    let refused = linh
        .post("/account", &format!("do=delete&password={}", encoded(PASSWORD)))
        .await;
    assert!(
        refused.status == 409 && refused.text().contains("Hiên has only this one"),
        "{}",
        refused.text()
    );

    assert_eq!(linh.post(&team, "do=name&team=Hi%C3%AAn+2").await.status, 303);
    assert_eq!(
        linh.post(&team, &format!("do=role&id={id}&role=editor")).await.status,
        303
    );
    assert!(huy.get(&team).await.text().contains("Your role: Editor"));
    assert_eq!(linh.post(&team, &format!("do=hand-over&id={id}")).await.status, 303);
    assert!(linh.get(&team).await.text().contains("Your role: Editor"));
    let page = huy.get(&team).await;
    for said in [
        "Your role: Owner",
        "Linh set the role of Huy to Editor",
        "Linh renamed the team to Hiên 2",
        "Huy joined, role Viewer",
    ] {
        assert!(page.text().contains(said), "{said}");
    }
    assert_eq!(huy.post(&team, &format!("do=remove&id={own}")).await.status, 303);
    assert_eq!(linh.get(&team).await.status, 404);

    // What was theirs alone goes with them, and their sessions.
    let deleted = linh
        .post("/account", &format!("do=delete&password={}", encoded(PASSWORD)))
        .await;
    assert_eq!(deleted.status, 303, "{}", deleted.text());
    assert!(!linh.is_signed_in().await);
    assert_eq!(linh.post("/sign-in", &credentials("linh", PASSWORD)).await.status, 403);
    scene.server.stop().await.unwrap();
}

#[tokio::test]
async fn f35_links_that_lead_nowhere_are_all_answered_alike_and_not_for_long() {
    let scene = Scene::new().await;
    let (linh, team) = scene.owner().await;
    let used = linh.invites(&team, "editor", "1").await;
    let mut huy = scene.stranger();
    assert_eq!(huy.comes_in(&used, &new_account("Huy")).await.status, 303);
    let revoked = linh.invites(&team, "editor", "").await;
    let page = linh.get(&team).await;
    let id = page
        .text()
        .split("value=\"revoke\"")
        .nth(1)
        .unwrap()
        .split("value=\"")
        .nth(1)
        .unwrap();
    let id = id.split('"').next().unwrap();
    assert_eq!(linh.post(&team, &format!("do=revoke&id={id}")).await.status, 303);
    let stranger = scene.stranger();
    let wrong = stranger.get("/join/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await;
    for header in [
        ("cache-control", "no-store"),
        ("referrer-policy", "same-origin"),
        ("x-robots-tag", "noindex, nofollow"),
    ] {
        assert_eq!(wrong.header(header.0), header.1);
    }
    for path in [used.as_str(), &revoked, "/setup/x", "/reset/x", "/join/x"] {
        for answer in [stranger.get(path).await, stranger.post(path, &new_account("Lan")).await] {
            assert_eq!((answer.status, answer.text()), (404, wrong.text()), "{path}");
        }
    }
    let mut last = 0;
    for _ in 0..GUESSES_ADDRESS_BURST as usize {
        last = stranger.get("/join/x").await.status;
    }
    assert_eq!(last, 429);
    // Whoever has a link that leads somewhere still comes in.
    let good = linh.invites(&team, "viewer", "1").await;
    assert_eq!(stranger.get(&good).await.status, 200);
    scene.server.stop().await.unwrap();
}

#[tokio::test]
async fn an_invitation_is_taken_with_an_account_or_with_a_new_one() {
    let scene = Scene::with(|config| config.sign_up = SignUp::Open).await;
    let (linh, team) = scene.owner().await;
    let mut huy = scene.stranger();
    let asked = huy.get("/sign-in").await;
    assert!(asked.text().contains("href=\"/sign-up\""));
    assert_eq!(huy.comes_in("/sign-up", &new_account("Huy")).await.status, 303);
    assert!(huy.teams().await.is_empty());
    let taken = scene.stranger().post("/sign-up", &new_account("HUY")).await;
    assert_eq!((taken.status, session_in(&taken)), (409, None));

    let invitation = linh.invites(&team, "commenter", "1").await;
    // As a stranger one signs in and comes back.
    let page = scene.stranger().get(&invitation).await;
    let sign_in = format!("/sign-in?to={invitation}");
    assert!(page.text().contains(&format!("href=\"{sign_in}\"")), "{}", page.text());
    let asked = scene.stranger().get(&sign_in).await;
    assert!(asked.text().contains(&format!("name=\"to\" value=\"{invitation}\"")));
    let form = format!("{}&to={}", credentials("huy", PASSWORD), encoded(&invitation));
    let back = huy.comes_in("/sign-in", &form).await;
    assert_eq!((back.status, back.header("location")), (303, invitation.as_str()));
    assert!(huy.get(&invitation).await.text().contains("Join as huy@cafe.vn"));
    let joined = huy.post(&invitation, "").await;
    assert_eq!((joined.status, joined.header("location")), (303, team.as_str()));
    assert!(huy.get(&team).await.text().contains("Your role: Commenter"));
    // Nobody is let in to another host.
    for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example"] {
        let form = format!("{}&to={}", credentials("huy", PASSWORD), encoded(elsewhere));
        assert_eq!(
            huy.comes_in("/sign-in", &form).await.header("location"),
            "/",
            "{elsewhere}"
        );
    }
    scene.server.stop().await.unwrap();
}

#[tokio::test]
async fn accounts_are_made_by_invitation_unless_it_was_said_otherwise() {
    let scene = Scene::new().await;
    let (linh, team) = scene.owner().await;
    assert_eq!(scene.stranger().get("/sign-up").await.status, 404);
    assert_eq!(scene.stranger().post("/sign-up", &new_account("Huy")).await.status, 404);
    // An invitation that was made for one lets one in, whoever is faster.
    let invitation = linh.invites(&team, "viewer", "1").await;
    let tries = ["Huy", "Lan", "Mai"].map(|name| {
        let (stranger, invitation) = (scene.stranger(), invitation.clone());
        async move { stranger.post(&invitation, &new_account(name)).await.status }
    });
    let mut answers = futures::future::join_all(tries).await;
    answers.sort_unstable();
    assert_eq!(answers, [303, 404, 404]);
    scene.server.stop().await.unwrap();
}

#[tokio::test]
async fn an_owner_helps_those_who_are_in_no_other_team() {
    let scene = Scene::new().await;
    let (linh, team) = scene.owner().await;
    let huy = scene.member(&linh, &team, "Huy", "editor").await;
    let lan = scene.member(&linh, &team, "Lan", "editor").await;
    assert_eq!(lan.post("/account", "do=team&team=Ri%C3%AAng").await.status, 303);
    let (huys, lans) = (linh.id_of(&team, "Huy").await, linh.id_of(&team, "Lan").await);
    assert_eq!(linh.post(&team, &format!("do=reset&id={lans}")).await.status, 403);

    let made = linh.post(&team, &format!("do=reset&id={huys}")).await;
    let reset = told(&made);
    assert!(!linh.get(&team).await.text().contains("id=\"told\""), "it is told once");
    let page = scene.stranger().get(&reset).await;
    assert!(page.status == 200 && page.text().contains("huy@cafe.vn"));
    assert_eq!(scene.stranger().post(&reset, "new=short").await.status, 400);
    let set = scene.stranger().post(&reset, "new=tra+da+via+he").await;
    assert_eq!(
        (set.status, set.header("location"), session_in(&set)),
        (303, "/sign-in?reset", None)
    );
    assert!(!huy.is_signed_in().await, "signed out everywhere");
    assert_eq!(scene.stranger().get(&reset).await.status, 404);
    assert_eq!(
        huy.post("/sign-in", &credentials("huy", "tra da via he")).await.status,
        303
    );
    scene.server.stop().await.unwrap();
}

#[tokio::test]
async fn f38_names_and_addresses_stay_text() {
    let scene = Scene::new().await;
    let (linh, team) = scene.owner().await;
    let hostile = "\"><script>alert(1)</script>";
    let renamed = format!("do=name&name={}", encoded(&format!("L{hostile}")));
    assert_eq!(linh.post("/account", &renamed).await.status, 303);
    assert_eq!(
        linh.post(&team, &format!("do=name&team={}", encoded(hostile)))
            .await
            .status,
        303
    );
    let invitation = linh.invites(&team, "viewer", "").await;
    let wrong = format!("name={0}&email={0}&new={1}", encoded(hostile), encoded(PASSWORD));
    for page in [
        linh.get("/account").await,
        linh.get(&team).await,
        scene.stranger().get(&invitation).await,
        scene.stranger().post(&invitation, &wrong).await,
        scene
            .stranger()
            .post("/sign-in", &format!("email={0}&password=x&to={0}", encoded(hostile)))
            .await,
        linh.get(&format!("/account?done={}", encoded(hostile))).await,
    ] {
        assert!(
            !page.text().contains("<script") && page.text().contains("</html>"),
            "{}",
            page.text()
        );
        assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    }
    scene.server.stop().await.unwrap();
}

#[tokio::test]
async fn in_open_mode_there_are_no_accounts() {
    let scene = Scene::with(|config| config.open = Some(Open::Local)).await;
    assert_eq!(scene.server.set_up, None);
    for path in [
        "/sign-in", "/sign-up", "/account", "/setup/x", "/join/x", "/reset/x", "/teams/x",
    ] {
        assert_eq!(scene.stranger().get(path).await.status, 404, "{path}");
        assert_eq!(
            scene.stranger().post(path, &new_account("Linh")).await.status,
            404,
            "{path}"
        );
    }
    assert_eq!(ask(scene.addr, "POST", "/sign-out", &[], "").await.status, 404);
    assert_eq!(scene.stranger().get("/").await.status, 200);
    scene.server.stop().await.unwrap();
}
