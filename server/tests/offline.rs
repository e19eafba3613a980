//! What a browser keeps to start without the server, and how an open page learns that it is not of this release.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::collections::BTreeSet;

use model::{id::BoardId, templates::Template};
use server::{cli::Open, config::Config, serve};
use support::{
    http::get,
    peer::{Dialect, Peer, stage},
};
use tokio_util::sync::CancellationToken;

async fn open_server() -> (tempfile::TempDir, serve::Running) {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        open: Some(Open::Local),
        ..Config::local(folder.path())
    };
    let server = serve::start(&config, CancellationToken::new()).await.unwrap();
    (folder, server)
}

/// What follows `name="` in a page.
fn attribute<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_worker_keeps_files_that_are_there() {
    let (_folder, server) = open_server().await;
    let worker = get(server.addr, "/worker.js", &[]).await;
    assert_eq!(worker.status, 200);
    assert_eq!(worker.header("cache-control"), "no-cache");
    assert_eq!(worker.header("content-type"), "text/javascript; charset=utf-8");
    // It may fetch from here, and do nothing else.
    assert_eq!(
        worker.header("content-security-policy"),
        "default-src 'none'; connect-src 'self'"
    );
    let script = worker.text();
    let given = &script[script.rfind("})(").unwrap() + 3..];
    let given = given.trim_end().trim_end_matches(");");
    let given: (String, String, BTreeSet<String>) = serde_json::from_str(&format!("[{given}]")).unwrap();
    let (release, shell, files) = given;
    for example in Template::EXAMPLES {
        assert!(
            files.contains(&format!("/examples/{}.txt", example.word())),
            "{files:?}"
        );
    }
    for file in files.iter().chain([&shell]) {
        let answer = get(server.addr, file, &[]).await;
        assert_eq!(answer.status, 200, "{file}");
    }
    // A page of this release says so, with content and without.
    for path in [&*shell, "/"] {
        let page = get(server.addr, path, &[("accept", "text/html")]).await;
        assert_eq!(attribute(page.text(), "data-release"), Some(&*release), "{path}");
        assert_eq!(page.text().contains(" data-alone"), path == shell, "{path}");
        assert_eq!(page.text().contains("id=\"main\""), path != shell, "{path}");
    }
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f44_a_socket_is_told_the_release_and_stock_clients_are_not() {
    let (_folder, server) = open_server().await;
    let page = get(server.addr, "/", &[("accept", "text/html")]).await;
    let board = BoardId::fresh();
    let mut ours = Peer::join(server.addr, board, Dialect::Touchloop).await;
    ours.until("the release", |peer| peer.release.is_some()).await;
    assert_eq!(ours.release.as_deref(), attribute(page.text(), "data-release"));
    let mut stock = Peer::join(server.addr, board, Dialect::Standard).await;
    ours.save(stage("Trước")).await;
    stock.until("the stage", |peer| peer.has_stage("Trước")).await;
    assert_eq!(stock.release, None);
    server.stop().await.unwrap();
}
