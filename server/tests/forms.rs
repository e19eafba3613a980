//! Feedback forms over real sockets: what a customer writes reaches whoever has the map open, and nothing else does.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::net::{IpAddr, SocketAddr};

use app::api::MadeForm;
use model::{
    board::Board,
    date::{Date, Zone},
    edit::Edit,
    id::{BoardId, FeedbackId, TouchpointId},
    limits::FEEDBACK_MAX,
    loops::{
        feedback::{Entry, Feedback},
        forms::{FormLine, Score},
    },
};
use server::{
    cli::Open,
    config::Config,
    env::now_ms,
    limits::{FORM_ADDRESS_BURST, FORM_ANSWERS_PER_DAY, FORM_BURST, FORM_ENTRY_BYTES, FORMS_BYTES_MAX},
    serve::{self, Running},
};
use support::{
    http::{Answer, get, post, post_from, until_refused},
    peer::{Dialect, Peer},
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// What the form of these tests is called.
const SOURCE: &str = "Tờ QR ở quầy";
const VI: (&str, &str) = ("accept-language", "vi");

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
        let server = serve::start(&config(&folder), CancellationToken::new()).await.unwrap();
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

    async fn form(&self, more: &str) -> MadeForm {
        let made = post(
            self.addr,
            "/api/forms/create",
            &[],
            &format!("board={}&label=T%E1%BB%9D+QR+%E1%BB%9F+qu%E1%BA%A7y{more}", self.board),
        )
        .await;
        assert_eq!(made.status, 200, "{}", made.text());
        serde_json::from_str(made.text()).unwrap()
    }

    async fn forms(&self) -> Vec<FormLine> {
        let listed = get(self.addr, &format!("/api/forms?board={}", self.board), &[]).await;
        serde_json::from_str(listed.text()).unwrap()
    }

    async fn peer(&self) -> Peer {
        Peer::join(self.addr, self.board, Dialect::Touchloop).await
    }

    async fn say(&self, form: &MadeForm, said: &str) -> Answer {
        post(self.addr, &form.path, &[VI], said).await
    }
}

fn config(folder: &TempDir) -> Config {
    Config {
        open: Some(Open::Local),
        ..Config::local(folder.path())
    }
}

/// An answer as the form of these tests brings it in.
fn answered(text: String, on: Option<Date>) -> Edit {
    let entry = Entry {
        text,
        on,
        source: SOURCE.to_owned(),
        ..Entry::default()
    };
    Edit::AddFeedback {
        id: FeedbackId::fresh(),
        entry: Box::new(entry),
    }
}

fn entries(board: &Board) -> Vec<&Feedback> {
    board.feedback_where(|entry| entry.source == SOURCE)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_is_seen_at_once_and_outlives_the_server() {
    let scene = Scene::new().await;
    let mut peer = scene.peer().await;
    let card: TouchpointId = *peer.board().touchpoints.keys().next().unwrap();
    let name = peer.board().touchpoints[&card].name.clone();
    let form = scene.form(&format!("&touchpoint={card}&score=nps")).await;
    assert_eq!((form.form.touchpoint, form.form.score), (Some(card), Score::Nps));

    let page = get(scene.addr, &form.path, &[VI]).await;
    assert_eq!((page.status, page.header("x-robots-tag")), (200, "noindex, nofollow"));
    assert!(
        page.text().contains(&name) && !page.text().contains("<script"),
        "{}",
        page.text()
    );
    let english = get(scene.addr, &format!("{}?lang=en", form.path), &[VI]).await;
    assert!(english.text().contains("lang=\"en\"") && english.text().contains("How did it go?"));

    let answer = scene
        .say(&form, "text=Ch%E1%BB%9D+l%C3%A2u%0D%0Aqu%C3%A1&score=3&website=")
        .await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let thanks = get(scene.addr, answer.header("location"), &[]).await;
    assert!(thanks.text().contains("Cảm ơn bạn!"), "{}", thanks.text());

    peer.until("the answer", |peer| !entries(peer.board()).is_empty()).await;
    let entry = entries(peer.board())[0].entry.clone();
    assert_eq!(
        (entry.text.as_str(), entry.nps, entry.csat),
        ("Chờ lâu\nquá", Some(3), None)
    );
    let today = Date::of_ms_in(now_ms(), Zone::VIETNAM);
    assert_eq!((entry.touchpoint, entry.on), (Some(card), Some(today)));

    let [line] = &scene.forms().await[..] else {
        panic!("one form")
    };
    assert_eq!(line.answers, 1);
    assert!(line.used_at.is_some() && line.revoked_at.is_none());
    drop(peer);
    // The link itself is nowhere in the file.
    scene.server.stop().await.unwrap();
    let token = form.path.trim_start_matches("/f/").as_bytes();
    let file = std::fs::read(scene.folder.path().join("touchloop.db")).unwrap();
    assert!(!file.windows(token.len()).any(|bytes| bytes == token));
    let again = serve::start(&config(&scene.folder), CancellationToken::new())
        .await
        .unwrap();
    let newcomer = Peer::join(again.addr, scene.board, Dialect::Touchloop).await;
    assert_eq!(entries(newcomer.board()).len(), 1);
    again.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_of_a_map_goes_to_the_inbox_and_names_no_touchpoint() {
    let scene = Scene::new().await;
    let mut peer = scene.peer().await;
    let form = scene.form("").await;
    let page = get(scene.addr, &form.path, &[VI]).await;
    for card in peer.board().touchpoints.values() {
        assert!(!page.text().contains(&card.name), "{}", card.name);
    }
    assert_eq!(scene.say(&form, "text=&score=5").await.status, 303, "a score is enough");
    peer.until("the answer", |peer| !entries(peer.board()).is_empty()).await;
    let entry = &entries(peer.board())[0].entry;
    assert_eq!((entry.touchpoint, entry.csat), (None, Some(5)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_taken_stays_in_its_field() {
    let scene = Scene::new().await;
    let mut peer = scene.peer().await;
    let form = scene.form("").await;
    let long = "<b>".repeat(FEEDBACK_MAX / 3 + 1);
    let refused = scene.say(&form, &format!("text={long}&score=4")).await;
    assert_eq!(refused.status, 413);
    assert!(
        refused.text().contains(&"&lt;b&gt;".repeat(FEEDBACK_MAX / 3 + 1)),
        "the text is kept"
    );
    assert!(refused.text().contains("value=\"4\" checked"), "the score is kept");
    assert!(refused.text().contains("tối đa là 5000"), "it is said why");
    for nothing in [
        "",
        "text=+%0D%0A",
        "text=kept&score=6",
        "text=kept&score=-1",
        "text=kept&score=x",
    ] {
        let refused = scene.say(&form, nothing).await;
        assert_eq!(refused.status, 400, "{nothing}");
        assert_eq!(
            refused.text().contains("kept</textarea>"),
            nothing.contains("kept"),
            "{nothing}"
        );
        assert!(refused.text().contains("role=\"alert\""), "{nothing}");
    }
    assert_eq!(
        scene.say(&form, &format!("text={}", "x".repeat(300_000))).await.status,
        413
    );
    assert_eq!(scene.say(&form, "text=end").await.status, 303);
    peer.until("the last", |peer| !entries(peer.board()).is_empty()).await;
    assert_eq!(entries(peer.board()).len(), 1, "and nothing before it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_fills_in_everything_is_thanked_and_not_heard() {
    let scene = Scene::new().await;
    let mut peer = scene.peer().await;
    let form = scene.form("").await;
    let trapped = scene
        .say(&form, "text=Buy+now&score=5&website=http%3A%2F%2Fspam.example")
        .await;
    let heard = scene.say(&form, "text=end&website=").await;
    assert_eq!(
        (trapped.status, trapped.header("location")),
        (heard.status, heard.header("location"))
    );
    peer.until("the other", |peer| !entries(peer.board()).is_empty()).await;
    assert_eq!(entries(peer.board()).len(), 1);
    assert_eq!(scene.forms().await[0].answers, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f24_an_address_that_answers_too_often_waits_and_loses_nothing() {
    let scene = Scene::new().await;
    let form = scene.form("").await;
    // The rate gives one back every ten seconds: the burst is over long before.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let burst = FORM_ADDRESS_BURST as usize;
    let mut answers = Vec::new();
    for number in 0..burst + 3 {
        answers.push(scene.say(&form, &format!("text=answer+{number}")).await);
    }
    let taken = answers.iter().filter(|answer| answer.status == 303).count();
    assert!((burst..burst + 3).contains(&taken), "{taken}");
    let refused = answers.iter().enumerate().filter(|(_, answer)| answer.status != 303);
    for (number, refused) in refused {
        assert_eq!(refused.status, 429);
        assert!(refused.text().contains(&format!("answer {number}</textarea>")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f24_a_form_that_many_answer_at_once_waits_and_another_does_not() {
    let scene = Scene::new().await;
    let (form, other) = (scene.form("").await, scene.form("").await);
    // So few from each address that none of them has asked too often.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let (burst, share) = (FORM_BURST as usize, FORM_ADDRESS_BURST as usize / 2);
    let (mut taken, mut refused) = (0, None);
    for guest in 1..=250 {
        let from = IpAddr::from([127, 0, 2, guest]);
        let said = format!("text=guest+{guest}");
        let asked = (0..share).map(|_| post_from(from, scene.addr, &form.path, &[VI], &said));
        for answer in futures::future::join_all(asked).await {
            match answer.status {
                303 => taken += 1,
                _ => refused = Some((from, answer)),
            }
        }
        if refused.is_some() {
            break;
        }
    }
    // While they ask, some come back.
    assert!(taken >= burst, "{taken}");
    let (from, refused) = refused.expect("a form has an end");
    assert_eq!(refused.status, 429);
    assert!(refused.text().contains("guest ") && refused.text().contains("</textarea>"));
    let elsewhere = post_from(from, scene.addr, &other.path, &[VI], "text=here").await;
    assert_eq!(elsewhere.status, 303, "another form is as it was");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_link_and_one_that_never_was_look_alike() {
    let scene = Scene::new().await;
    let form = scene.form("").await;
    let revoke = format!("board={}&id={}", scene.board, form.form.id);
    let of_another = format!("board={}&id={}", BoardId::fresh(), form.form.id);
    assert_eq!(
        post(scene.addr, "/api/forms/revoke", &[], &of_another).await.status,
        404
    );
    assert_eq!(get(scene.addr, &form.path, &[VI]).await.status, 200);
    assert_eq!(post(scene.addr, "/api/forms/revoke", &[], &revoke).await.status, 200);

    let wrong = format!("/f/{}", "A".repeat(32));
    let revoked = [
        get(scene.addr, &form.path, &[VI]).await,
        get(scene.addr, &format!("{}?thanks", form.path), &[VI]).await,
        scene.say(&form, "text=late").await,
    ];
    let never = get(scene.addr, &wrong, &[VI]).await;
    assert_eq!(never.status, 404);
    for answer in revoked {
        assert_eq!((answer.status, answer.text()), (404, never.text()));
    }
    assert!(!never.text().contains("Hiên"), "nothing of the map");
    let lines = scene.forms().await;
    assert!(lines[0].revoked_at.is_some());
    assert_eq!(lines[0].answers, 0);

    let unknown = post(
        scene.addr,
        "/api/forms/create",
        &[],
        &format!("board={}&label=x", BoardId::fresh()),
    )
    .await;
    assert_eq!(unknown.status, 404);
    let foreign = format!("board={}&label=x&touchpoint={}", scene.board, TouchpointId::fresh());
    assert_eq!(post(scene.addr, "/api/forms/create", &[], &foreign).await.status, 404);
    scene.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f24_forms_fill_no_document() {
    let scene = Scene::new().await;
    let mut peer = scene.peer().await;
    let form = scene.form("").await;
    let long = "ạ".repeat(FEEDBACK_MAX);
    let each = long.len() + FORM_ENTRY_BYTES + SOURCE.len();
    for _ in 0..FORMS_BYTES_MAX / each {
        peer.edit(answered(long.clone(), None)).await;
    }
    peer.saved().await;
    assert_eq!(scene.say(&form, "text=the+last").await.status, 303);
    peer.edit(answered(long, None)).await;
    peer.saved().await;
    let refused = scene.say(&form, "text=too+much&score=4").await;
    assert_eq!(refused.status, 507);
    assert!(refused.text().contains("too much</textarea>") && refused.text().contains("value=\"4\" checked"));
    // Whoever works with the map is not held up.
    peer.save(answered("by hand".to_owned(), None)).await;
    assert_eq!(peer.refusals, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f24_a_form_has_so_many_answers_a_day() {
    let scene = Scene::new().await;
    let mut peer = scene.peer().await;
    let form = scene.form("").await;
    let today = Date::of_ms_in(now_ms(), Zone::VIETNAM);
    for n in 0..FORM_ANSWERS_PER_DAY {
        peer.edit(answered(n.to_string(), Some(today))).await;
    }
    peer.saved().await;
    let refused = scene.say(&form, "text=tomorrow").await;
    assert_eq!(refused.status, 507);
    assert!(refused.text().contains("tomorrow</textarea>"));
    let other = scene.form("+2").await;
    assert_eq!(
        scene.say(&other, "text=here").await.status,
        303,
        "each form counts for itself"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_board_that_cannot_be_opened_loses_no_answer() {
    use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
    let scene = Scene::new().await;
    let form = scene.form("&score=nps").await;
    scene.server.stop().await.unwrap();
    let file = SqliteConnectOptions::new().filename(scene.folder.path().join("touchloop.db"));
    let mut store = file.connect().await.unwrap();
    sqlx::query("UPDATE snapshots SET bytes = x'ff00ff'")
        .execute(&mut store)
        .await
        .unwrap();
    store.close().await.unwrap();
    let server = serve::start(&config(&scene.folder), CancellationToken::new())
        .await
        .unwrap();

    let refused = post(server.addr, &form.path, &[VI], "text=kept&score=9").await;
    assert_eq!(refused.status, 500, "a damaged board is told as one");
    assert!(refused.text().contains("kept</textarea>"), "{}", refused.text());
    assert!(refused.text().contains("value=\"9\" checked"), "{}", refused.text());
    let page = get(server.addr, &form.path, &[VI]).await;
    assert_eq!(page.status, 500);
    assert!(
        page.text().contains("Hiện chưa mở được"),
        "not that it is closed: {}",
        page.text()
    );
    let more = format!("board={}&label=x", scene.board);
    assert_eq!(post(server.addr, "/api/forms/create", &[], &more).await.status, 500);
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f24_an_address_that_asks_too_often_loses_no_answer() {
    let scene = Scene::new().await;
    let form = scene.form("").await;
    // The rate gives a hundred back each second, so somebody else asks on.
    let busy = tokio::spawn(async move {
        loop {
            until_refused(scene.addr, "/api/nothing", &[]).await;
        }
    });
    until_refused(scene.addr, "/api/nothing", &[]).await;
    for _ in 0..10_000 {
        let answer = post(scene.addr, &form.path, &[VI], "text=kept&score=4").await;
        match answer.status {
            // Taken: there was one left just then, or the form's own count says that it is enough.
            303 => {}
            429 => assert!(answer.text().contains("kept</textarea>"), "{}", answer.text()),
            other => panic!("{other}: {}", answer.text()),
        }
        // Nothing is looked up for it, so the scale is not known.
        if answer.text().contains("type=\"hidden\" name=\"score\" value=\"4\"") {
            busy.abort();
            return;
        }
    }
    panic!("it was never asked too often");
}
