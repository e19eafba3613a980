//! What a visitor gets: pages, files, headers, and the requests that are turned away.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{io::Write, net::SocketAddr};

use axum::http::Method;
use flate2::write::GzDecoder;
use leptos::server_fn::axum::server_fn_paths;
use model::date::{Date, Zone};
use server::{
    cli::Open,
    config::Config,
    serve::{self, Running},
};
use support::http::{Answer, ask, get, post, until_refused};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const PAGE: (&str, &str) = ("accept", "text/html,application/xhtml+xml");

async fn server(open: Open) -> (Running, TempDir) {
    server_named(open, &[]).await
}

async fn server_named(open: Open, hosts: &[&str]) -> (Running, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        open: Some(open),
        hosts: hosts.iter().map(|&name| name.to_owned()).collect(),
        ..Config::local(folder.path())
    };
    (serve::start(&config, CancellationToken::new()).await.unwrap(), folder)
}

/// How many maps the start page shows for a search.
async fn maps(addr: SocketAddr, search: &str) -> usize {
    let page = get(addr, &format!("/?q={search}"), &[PAGE]).await;
    assert_eq!(page.status, 200);
    page.text().matches("href=\"/map/").count()
}

#[tokio::test]
async fn health_and_readiness_answer() {
    let (server, _folder) = server(Open::Local).await;
    let alive = get(server.addr, "/healthz", &[]).await;
    assert_eq!((alive.status, alive.text()), (200, "alive\n"));
    let ready = get(server.addr, "/readyz", &[]).await;
    assert_eq!((ready.status, ready.text()), (200, "ready\n"));
    server.stop().await.unwrap();
}

#[tokio::test]
async fn f3_a_store_that_cannot_be_written_is_not_ready() {
    use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
    let (server, folder) = server(Open::Local).await;
    let file = SqliteConnectOptions::new().filename(folder.path().join("touchloop.db"));
    let mut other = file.connect().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let refused = get(server.addr, "/readyz", &[]).await;
    assert_eq!((refused.status, refused.text()), (503, "the store cannot be written\n"));
    assert_eq!(get(server.addr, "/healthz", &[]).await.status, 200);
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    assert_eq!(get(server.addr, "/readyz", &[]).await.status, 200, "without a restart");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn the_files_in_the_binary_are_served_compressed_and_for_good() {
    use ::server::site::{Embedded, Files};
    assert!(
        !Embedded.names().is_empty(),
        "build the site first, as `make test` does"
    );
    let (server, _folder) = server(Open::Local).await;
    let page = get(server.addr, "/", &[PAGE]).await;
    for ending in [".js", ".wasm", ".css"] {
        let mut quoted = page.text().split('"');
        let path = quoted.find(|path| path.starts_with("/pkg/touchloop") && path.ends_with(ending));
        let path = path.unwrap_or_else(|| panic!("the page names no {ending}"));
        let file = get(server.addr, path, &[("accept-encoding", "gzip, br")]).await;
        assert_eq!((file.status, file.header("content-encoding")), (200, "br"), "{path}");
        assert_eq!(
            file.header("cache-control"),
            "public, max-age=31536000, immutable",
            "{path}"
        );
        let plain = get(server.addr, path, &[]).await;
        assert_eq!((plain.status, plain.header("content-encoding")), (200, ""), "{path}");
        assert!(file.body.len() < plain.body.len(), "{path}");
    }
    server.stop().await.unwrap();
}

#[tokio::test]
async fn pages_are_rendered_in_the_readers_language_with_a_nonce_of_their_own() {
    let (server, _folder) = server(Open::Local).await;
    let mut nonces = Vec::new();
    for (asked, lang) in [("en-GB,en;q=0.9", "en"), ("vi", "vi"), ("de", "vi")] {
        let page = get(server.addr, "/", &[PAGE, ("accept-language", asked)]).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains(&format!("lang=\"{lang}\"")), "{asked}");
        let policy = page.header("content-security-policy");
        let nonce = policy
            .split("'nonce-")
            .nth(1)
            .and_then(|rest| rest.split('\'').next())
            .expect("a nonce")
            .to_owned();
        assert!(
            page.text().contains(&format!("nonce=\"{nonce}\"")),
            "the scripts do not carry {nonce}"
        );
        assert!(
            policy.contains("'wasm-unsafe-eval'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        nonces.push(nonce);
    }
    nonces.dedup();
    assert_eq!(nonces.len(), 3, "a nonce was used twice");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn every_answer_carries_an_id_and_the_security_headers() {
    let (server, _folder) = server(Open::Local).await;
    for path in ["/", "/healthz", "/api/forms?board=nothing", "/nothing", "/sync/nothing"] {
        let answer = get(server.addr, path, &[]).await;
        assert_eq!(answer.header("x-request-id").len(), 36, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert!(
            answer
                .header("content-security-policy")
                .contains("frame-ancestors 'none'"),
            "{path}"
        );
    }
    let passed_on = get(server.addr, "/healthz", &[("x-request-id", "from-the-proxy")]).await;
    assert_eq!(passed_on.header("x-request-id"), "from-the-proxy");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn what_does_not_exist_is_404() {
    let (server, _folder) = server(Open::Local).await;
    let page = get(server.addr, "/no/such/page", &[PAGE]).await;
    assert_eq!(
        (page.status, page.header("content-type")),
        (404, "text/html; charset=utf-8")
    );
    let file = get(server.addr, "/pkg/no-such-file.js", &[]).await;
    assert_eq!((file.status, file.text()), (404, "not found\n"));
    let board = get(server.addr, "/map/0190b6e0-0000-7000-8000-000000000000", &[PAGE]).await;
    assert_eq!(board.status, 404);
    let posted = post(server.addr, "/no/such/page", &[], "").await;
    assert_eq!(posted.status, 404);
    for method in ["GET", "POST", "PUT"] {
        let call = ask(server.addr, method, "/api/nothing", &[PAGE], "").await;
        assert_eq!((call.status, call.text()), (404, "not found\n"), "{method}");
    }
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_board_is_created_found_and_shown() {
    let (server, _folder) = server(Open::Local).await;
    let created = post(
        server.addr,
        "/api/create",
        &[PAGE],
        "template=cafe&lang=vi&title=Qu%C3%A1n+c%E1%BB%A7a+B%C3%A9",
    )
    .await;
    assert_eq!(created.status, 302);
    let map = created.header("location").to_owned();
    assert!(map.starts_with("/map/"), "{map}");

    let found = get(server.addr, "/?q=quan+be", &[PAGE]).await;
    assert!(found.text().contains("Quán của Bé"), "{}", found.text());
    assert_eq!(maps(server.addr, "quan+be").await, 1);
    assert_eq!(maps(server.addr, "elsewhere").await, 0);

    let page = get(server.addr, &map, &[PAGE]).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Quán của Bé"));
    server.stop().await.unwrap();
}

#[tokio::test]
async fn f31_another_site_can_post_nothing() {
    let (server, _folder) = server(Open::Local).await;
    let own = format!("http://{}", server.addr);
    let form = "template=blank&lang=en";
    for headers in [
        &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")][..],
        &[("sec-fetch-site", "same-site"), ("origin", own.as_str())][..],
        &[("origin", "https://evil.example")][..],
        &[("origin", "null")][..],
    ] {
        let refused = post(server.addr, "/api/create", headers, form).await;
        assert_eq!(refused.status, 403, "{headers:?}");
    }
    assert_eq!(maps(server.addr, "").await, 0);
    for headers in [
        &[("sec-fetch-site", "same-origin"), ("origin", own.as_str())][..],
        &[("origin", own.as_str())][..],
        &[][..],
    ] {
        let taken = post(server.addr, "/api/create", headers, form).await;
        assert!(matches!(taken.status, 200 | 302), "{headers:?}: {taken:?}");
    }
    server.stop().await.unwrap();
}

#[tokio::test]
async fn when_a_map_has_changed_is_told_in_the_readers_zone() {
    let (server, _folder) = server(Open::Local).await;
    post(server.addr, "/api/create", &[PAGE], "template=blank&lang=vi").await;
    // They are 26 hours apart: it is never the same day in both.
    for minutes in [14 * 60, -12 * 60] {
        let zone = Zone::new(minutes).unwrap();
        let cookie = format!("lang=vi; zone={minutes}");
        let page = get(server.addr, "/", &[PAGE, ("cookie", &cookie)]).await;
        let (_, at) = page.text().split_once("data-at=\"").unwrap();
        let (at, _) = at.split_once('"').unwrap();
        let day = Date::of_ms_in(at.parse().unwrap(), zone);
        let (year, month, of_month) = day.civil();
        let told = format!("datetime=\"{day}\" data-at=\"{at}\">{of_month:02}/{month:02}/{year}</time>");
        assert!(page.text().contains(&told), "{told}: {}", page.text());
    }
    server.stop().await.unwrap();
}

#[tokio::test]
async fn f31_no_get_changes_anything() {
    let (server, _folder) = server(Open::Local).await;
    let posts = || server_fn_paths().filter(|(_, method)| *method == Method::POST);
    assert!(posts().any(|(path, _)| path == "/api/create") && posts().count() > 1);
    for (path, _) in posts() {
        let tried = get(server.addr, &format!("{path}?template=blank&lang=en"), &[]).await;
        assert_eq!(
            (tried.status, tried.header("allow")),
            (405, "POST"),
            "{path}: {tried:?}"
        );
    }
    assert_eq!(maps(server.addr, "").await, 0);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_for_this_machine_answers_to_its_names_only() {
    let (server, _folder) = server(Open::Local).await;
    assert_eq!(get(server.addr, "/", &[("host", "evil.example")]).await.status, 421);
    assert_eq!(
        get(server.addr, "/healthz", &[("host", "localhost:3000")]).await.status,
        200
    );
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_for_the_network_answers_to_no_name_of_somebody_else() {
    let (server, _folder) = server_named(Open::Network, &["maps.example"]).await;
    for own in ["10.0.0.1:3000", "laptop.local", "maps.example"] {
        assert_eq!(
            get(server.addr, "/healthz", &[("host", own)]).await.status,
            200,
            "{own}"
        );
    }
    let foreign = ("host", "evil.example");
    let told = get(server.addr, "/", &[foreign]).await;
    assert_eq!(told.status, 421);
    assert!(told.text().contains("--host"), "{}", told.text());
    for (lang, words) in [("en", "does not answer to the name"), ("vi", "không nhận tên")] {
        let page = get(server.addr, "/", &[foreign, PAGE, ("accept-language", lang)]).await;
        assert_eq!(
            (page.status, page.header("content-type")),
            (421, "text/html; charset=utf-8")
        );
        assert!(
            page.text().contains(words) && page.text().contains("--host"),
            "{}",
            page.text()
        );
    }
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused() {
    let (server, _folder) = server(Open::Local).await;
    let huge = format!(
        "template=blank&lang=en&title={}",
        "x".repeat(::server::limits::BODY_MAX)
    );
    assert_eq!(post(server.addr, "/api/create", &[], &huge).await.status, 413);
    let long = format!(
        "template=blank&lang=en&title={}",
        "x".repeat(model::limits::NAME_MAX + 1)
    );
    assert_eq!(post(server.addr, "/api/create", &[], &long).await.status, 413);
    assert_eq!(maps(server.addr, "").await, 0);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_read_is_400_and_explained() {
    let (server, _folder) = server(Open::Local).await;
    for form in [
        "",
        "template=blank",
        "template=nonsense&lang=en",
        "template=blank&lang=tlh",
        "%ff=%zz&&&",
        "\0",
    ] {
        let refused = post(server.addr, "/api/create", &[], form).await;
        assert_eq!((refused.status, refused.text()), (400, "\"malformed\""), "{form:?}");
    }
    let refused = post(server.addr, "/api/language", &[], "").await;
    assert_eq!((refused.status, refused.text()), (400, "\"malformed\""));

    // A plain form is led back to its page, which says it in the reader's language.
    let home = format!("http://{}/", server.addr);
    let form = "template=nonsense&lang=en";
    let led = post(server.addr, "/api/create", &[PAGE, ("referer", &home)], form).await;
    assert_eq!(led.status, 302);
    let back = led.header("location").strip_prefix(home.trim_end_matches('/')).unwrap();
    for (lang, words) in [
        ("en", "The server could not read the request"),
        ("vi", "Máy chủ không hiểu"),
    ] {
        let page = get(server.addr, back, &[PAGE, ("accept-language", lang)]).await;
        assert!(page.text().contains(words), "{lang}: {back}");
    }
    assert_eq!(maps(server.addr, "").await, 0);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn pages_are_compressed_and_head_has_no_body() {
    let (server, _folder) = server(Open::Local).await;
    let page = get(server.addr, "/", &[PAGE, ("accept-encoding", "gzip, br")]).await;
    assert_eq!((page.status, page.header("content-encoding")), (200, "br"));
    let head = ask(server.addr, "HEAD", "/", &[PAGE], "").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    server.stop().await.unwrap();
}

#[tokio::test]
async fn what_is_seen_of_a_map_is_sent_before_its_document() {
    let (server, _folder) = server(Open::Local).await;
    let created = post(server.addr, "/api/create", &[PAGE], "template=cafe&lang=vi").await;
    let map = created.header("location");
    let page = get(server.addr, map, &[PAGE, ("accept-encoding", "gzip")]).await;
    assert_eq!((page.status, page.header("content-encoding")), (200, "gzip"));
    // Read piece by piece as it was sent: one of them ends where the document begins.
    let mut read = GzDecoder::new(Vec::new());
    let mut pieces = page.pieces().into_iter();
    let seen = pieces.find_map(|piece| {
        read.write_all(piece).unwrap();
        read.flush().unwrap();
        let seen = String::from_utf8_lossy(read.get_ref()).into_owned();
        seen.ends_with("</noscript>").then_some(seen)
    });
    let seen = seen.expect("a piece that ends where the document begins");
    assert!(seen.contains("data-touchpoint-id"), "{seen}");
    assert!(pieces.len() > 0, "the document is missing");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn f24_an_address_that_asks_too_often_is_told_to_wait() {
    use ::server::limits::REQUESTS_BURST;
    let (server, _folder) = server(Open::Local).await;
    let addr = server.addr;
    let (mut taken, mut refused) = (0, Vec::<Answer>::new());
    while refused.is_empty() && taken < 10 * REQUESTS_BURST as usize {
        let asked = (0..50).map(|_| get(addr, "/api/nothing", &[]));
        for answer in futures::future::join_all(asked).await {
            match answer.status {
                404 => taken += 1,
                _ => refused.push(answer),
            }
        }
    }
    assert!(taken >= REQUESTS_BURST as usize, "refused after {taken}");
    let refused = refused.first().expect("somebody who is refused");
    assert_eq!((refused.status, refused.header("retry-after")), (429, "1"));
    assert_eq!(refused.text().lines().count(), 1);
    let page = until_refused(addr, "/api/nothing", &[PAGE, ("accept-language", "en")]).await;
    assert_eq!(page.header("retry-after"), "1");
    assert!(page.text().contains("Too many requests came"), "{}", page.text());
    // What costs nothing, and what watches the process, is not counted.
    assert_eq!(get(addr, "/healthz", &[]).await.status, 200);
    server.stop().await.unwrap();
}
