//! Behind a proxy, over real sockets: whose requests are counted, and whether cookies are sent by TLS only.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use server::{
    config::Config,
    limits::LINK_MISSES_BURST,
    proxy,
    serve::{self, Running},
};
use support::http::{get, post};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

async fn start(trusted: Option<&str>) -> (Running, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        proxies: trusted.map(|trusted| proxy::proxies(trusted).unwrap()),
        ..Config::local(folder.path())
    };
    let server = serve::start(&config, CancellationToken::new()).await.unwrap();
    (server, folder)
}

/// Guesses addresses of links until nothing more is answered from there.
async fn guess(server: &Running, from: &str) {
    for _ in 0..LINK_MISSES_BURST as usize + 5 {
        get(server.addr, "/s/guess", &[("x-forwarded-for", from)]).await;
    }
}

async fn status(server: &Running, from: &str) -> u16 {
    get(server.addr, "/s/guess", &[("x-forwarded-for", from)]).await.status
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f24_behind_a_proxy_each_visitor_has_their_own_share() {
    for trusted in ["1", "127.0.0.0/8"] {
        let (server, _folder) = start(Some(trusted)).await;
        guess(&server, "203.0.113.1").await;
        assert_eq!(status(&server, "203.0.113.1").await, 429, "{trusted}");
        assert_eq!(status(&server, "203.0.113.2").await, 404, "{trusted}");
        // What somebody writes before it changes nothing, and brings nobody else in trouble.
        assert_eq!(status(&server, "198.51.100.7, 203.0.113.1").await, 429, "{trusted}");
        assert_eq!(status(&server, "203.0.113.1, 203.0.113.3").await, 404, "{trusted}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f24_nobody_is_believed_where_no_proxy_is_said() {
    for trusted in [None, Some("10.0.0.0/8")] {
        let (server, _folder) = start(trusted).await;
        guess(&server, "203.0.113.1").await;
        assert_eq!(status(&server, "203.0.113.2").await, 429, "{trusted:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_tls_a_session_is_sent_by_tls_only() {
    const FORM: &str = "name=Linh&email=linh%40cafe.vn&new=ca+phe+sua+da&team=Hien";
    for (trusted, said, is_secure) in [
        (Some("1"), "https", true),
        (Some("1"), "http", false),
        (None, "https", false),
    ] {
        let (server, _folder) = start(trusted).await;
        let set_up = server.set_up.clone().unwrap();
        let host = ("host", "localhost");
        let headers = [host, ("x-forwarded-proto", said), ("origin", "https://localhost")];
        let made = post(server.addr, &set_up, &headers, FORM).await;
        let cookie = made.header("set-cookie");
        assert!(cookie.starts_with("session="), "{} {}", made.status, made.text());
        assert_eq!(cookie.contains("; Secure"), is_secure, "{trusted:?} {said}: {cookie}");
    }
}
