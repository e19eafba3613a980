//! What the binary says and with which code it ends, when it is asked for something it cannot do.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Command, Output, Stdio},
    time::Instant,
};

use support::{
    http,
    process::{Touchloop, run, touchloop},
};
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn serve(data: &Path) -> Output {
    run(&[
        "serve",
        "--open",
        "--addr",
        "127.0.0.1:0",
        "--data",
        data.to_str().unwrap(),
    ])
}

/// It ended with this code and one sentence that holds these words.
#[track_caller]
fn ended(output: &Output, code: i32, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    let sentences: Vec<&str> = said.lines().filter(|line| line.starts_with("touchloop: ")).collect();
    assert_eq!(sentences.len(), 1, "{said}");
    for word in words {
        assert!(sentences[0].contains(word), "{word:?} is not in {said}");
    }
}

#[test]
fn version_and_help_read_well() {
    let version = run(&["--version"]);
    assert_eq!(
        String::from_utf8_lossy(&version.stdout),
        concat!("touchloop ", env!("CARGO_PKG_VERSION"), "\n")
    );

    let help = run(&["serve", "--help"]);
    let help = String::from_utf8_lossy(&help.stdout);
    for word in [
        "--addr <HOST:PORT>",
        "TOUCHLOOP_ADDR",
        "TOUCHLOOP_DATA",
        "TOUCHLOOP_OPEN",
        "TOUCHLOOP_HOST",
        "TOUCHLOOP_URL",
        "TOUCHLOOP_SIGN_UP",
        "Exit codes",
        "Examples",
    ] {
        assert!(help.contains(word), "{word} is missing in:\n{help}");
    }
    assert_eq!(run(&[]).status.code(), Some(2));
}

#[tokio::test]
async fn without_open_it_says_where_the_first_account_is_made_while_there_is_none() {
    let folder = folder();
    let args = ["--url", "https://maps.example.com"];
    let (server, said) = Touchloop::serve_with_accounts(folder.path(), &args);
    let (before, token) = said.split_once("/setup/").expect(&said);
    assert_eq!(
        before,
        "touchloop: set up the first account at https://maps.example.com"
    );
    let set_up = format!("/setup/{}", token.trim());
    assert_eq!(http::get(server.addr, &set_up, &[]).await.status, 200);
    server.kill();

    // Each start has a link of its own.
    let (server, said) = Touchloop::serve_with_accounts(folder.path(), &args);
    assert_eq!(http::get(server.addr, &set_up, &[]).await.status, 404);
    let set_up = format!("/setup/{}", said.split_once("/setup/").unwrap().1.trim());
    let person = "name=Linh&email=Linh%40cafe.vn&new=ca+phe+sua+da&team=Hi%C3%AAn";
    assert_eq!(http::post(server.addr, &set_up, &[], person).await.status, 303);
    assert_eq!(http::get(server.addr, &set_up, &[]).await.status, 404);

    // Beside the server that runs.
    let data = folder.path().to_str().unwrap();
    let listed = run(&["user", "list", "--data", data]);
    assert_eq!(String::from_utf8_lossy(&listed.stdout), "Linh@cafe.vn\tLinh\n");
    ended(
        &run(&["user", "reset", "nobody@cafe.vn", "--data", data]),
        13,
        &["nobody@cafe.vn"],
    );
    let made = run(&[
        "user",
        "reset",
        "linh@cafe.vn",
        "--data",
        data,
        "--url",
        "https://maps.example.com",
    ]);
    let said = String::from_utf8_lossy(&made.stdout).into_owned();
    let token = said.split_once("https://maps.example.com/reset/").expect(&said).1;
    let reset = format!("/reset/{}", token.split(',').next().unwrap());
    assert_eq!(http::get(server.addr, &reset, &[]).await.status, 200);
    assert_eq!(
        http::post(server.addr, &reset, &[], "new=tra+da+via+he").await.status,
        303
    );
    let signed_in = http::post(
        server.addr,
        "/sign-in",
        &[],
        "email=linh%40cafe.vn&password=tra+da+via+he",
    )
    .await;
    assert_eq!(signed_in.status, 303, "{}", signed_in.text());
}

#[test]
fn people_of_a_folder_without_accounts_are_told_to_be_none() {
    let folder = folder();
    let data = folder.path().to_str().unwrap();
    ended(&run(&["user", "list", "--data", data]), 10, &["no database", "--data"]);
    ended(&run(&["user", "reset", "a@b.vn", "--data", data]), 10, &["no database"]);
}

#[test]
fn accounts_and_open_mode_do_not_go_together() {
    let both = run(&["serve", "--open", "--sign-up", "open"]);
    let said = String::from_utf8_lossy(&both.stderr);
    assert!(both.status.code() == Some(2) && said.contains("--sign-up"), "{said}");
    let wrong = run(&["serve", "--url", "maps.example.com"]);
    let said = String::from_utf8_lossy(&wrong.stderr);
    assert!(
        wrong.status.code() == Some(2) && said.contains("https://maps.example.com"),
        "{said}"
    );
}

#[test]
fn open_alone_listens_on_this_machine_only() {
    let data = folder();
    let data = data.path().to_str().unwrap();
    ended(
        &run(&["serve", "--open", "--addr", "0.0.0.0:0", "--data", data]),
        2,
        &["0.0.0.0:0", "--open=network"],
    );
    let environment = touchloop(&["serve", "--data", data])
        .envs([("TOUCHLOOP_OPEN", "true"), ("TOUCHLOOP_ADDR", "0.0.0.0:0")])
        .output()
        .unwrap();
    ended(&environment, 2, &["--open=network"]);
}

#[test]
fn a_host_that_is_no_name_is_explained() {
    let wrong = run(&["serve", "--open", "--host", "https://maps.example.com"]);
    let said = String::from_utf8_lossy(&wrong.stderr);
    assert_eq!(wrong.status.code(), Some(2), "{said}");
    assert!(said.contains("--host") && said.contains("without https://"), "{said}");
}

#[test]
fn a_taken_port_is_told() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = other.local_addr().unwrap().to_string();
    let data = folder();
    let data = data.path().join("data");
    ended(
        &run(&["serve", "--open", "--addr", &addr, "--data", data.to_str().unwrap()]),
        3,
        &[&addr, "taken"],
    );
    assert!(!data.exists(), "the data folder was touched");
}

#[test]
fn a_data_folder_that_cannot_be_written_is_told() {
    let folder = folder();
    let file = folder.path().join("file");
    fs::write(&file, b"").unwrap();
    ended(
        &serve(&file.join("data")),
        4,
        &["cannot be written", file.to_str().unwrap()],
    );
}

#[test]
fn a_folder_in_use_is_told() {
    let folder = folder();
    let _first = Touchloop::serve(folder.path());
    ended(&serve(folder.path()), 5, &["in use", folder.path().to_str().unwrap()]);
}

#[tokio::test]
async fn f9_a_database_from_a_newer_version_is_told() {
    use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
    let folder = folder();
    let server = Touchloop::serve(folder.path());
    server.signal("TERM");
    assert!(server.ended().success());
    let options = SqliteConnectOptions::new().filename(folder.path().join("touchloop.db"));
    let mut database = options.connect().await.unwrap();
    sqlx::query("UPDATE _sqlx_migrations SET version = 9001 WHERE version = 1")
        .execute(&mut database)
        .await
        .unwrap();
    database.close().await.unwrap();
    ended(&serve(folder.path()), 6, &["newer version", "9001"]);
}

#[test]
fn f4_a_damaged_database_is_told_and_left_as_it_is() {
    let folder = folder();
    let database = folder.path().join("touchloop.db");
    let damaged = b"neither SQLite nor anything else".repeat(300);
    fs::write(&database, &damaged).unwrap();
    ended(
        &serve(folder.path()),
        7,
        &["damaged", "left as it is", database.to_str().unwrap()],
    );
    assert_eq!(fs::read(&database).unwrap(), damaged);
}

fn back_up(data: &Path, copy: &Path) -> Output {
    run(&["backup", "--data", data.to_str().unwrap(), copy.to_str().unwrap()])
}

#[test]
fn f8_a_backup_leaves_one_file_and_overwrites_nothing() {
    let (data, elsewhere) = (folder(), folder());
    let _server = Touchloop::serve(data.path());
    let copy = elsewhere.path().join("maps.db");
    let done = back_up(data.path(), &copy);
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success() && said.contains("checked copy"), "{done:?}");
    let names = || -> Vec<_> {
        let files = fs::read_dir(elsewhere.path()).unwrap();
        files.map(|file| file.unwrap().file_name()).collect()
    };
    assert_eq!(names(), ["maps.db"]);

    fs::write(&copy, b"the only copy there is").unwrap();
    ended(&back_up(data.path(), &copy), 11, &["exists already", "maps.db"]);
    ended(&back_up(data.path(), elsewhere.path()), 11, &["exists already"]);
    assert_eq!(fs::read(&copy).unwrap(), b"the only copy there is");
    assert_eq!(names(), ["maps.db"]);

    let nowhere = elsewhere.path().join("no such folder").join("maps.db");
    ended(
        &back_up(data.path(), &nowhere),
        4,
        &["cannot be written", "no such folder"],
    );
}

#[test]
fn a_backup_of_nothing_is_told() {
    let folder = folder();
    let copy = folder.path().join("maps.db");
    ended(&back_up(folder.path(), &copy), 10, &["no database", "--data"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn f4_a_damaged_database_is_not_copied() {
    let folder = folder();
    let damaged = b"neither SQLite nor anything else".repeat(300);
    fs::write(folder.path().join("touchloop.db"), &damaged).unwrap();
    let copy = folder.path().join("maps.db");
    ended(&back_up(folder.path(), &copy), 7, &["damaged", "touchloop.db"]);
    assert!(!copy.exists());
    assert_eq!(fs::read(folder.path().join("touchloop.db")).unwrap(), damaged);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_log_filter_that_makes_no_sense_is_told() {
    ended(
        &run(&["serve", "--open", "--addr", "127.0.0.1:0", "--log", "a=b=c"]),
        2,
        &["--log"],
    );
}

#[test]
fn a_log_for_machines_is_one_json_object_a_line() {
    let folder = folder();
    let mut child = touchloop(&[
        "serve",
        "--open",
        "--addr",
        "127.0.0.1:0",
        "--log-format",
        "json",
        "--data",
    ])
    .arg(folder.path())
    .stdout(Stdio::piped())
    .stderr(Stdio::piped())
    .spawn()
    .unwrap();
    let mut said = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut said)
        .unwrap();
    assert!(said.starts_with("touchloop "), "{said}");
    let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(told.unwrap().success());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0));
    let log = String::from_utf8(ended.stderr).unwrap();
    let mut messages = Vec::new();
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(line["timestamp"].is_string() && line["level"].is_string(), "{line}");
        messages.push(line["message"].as_str().unwrap_or_default().to_owned());
    }
    assert!(
        messages
            .iter()
            .any(|message| message == "stopped; everything is stored"),
        "{messages:?}"
    );
}

#[tokio::test]
async fn a_signal_ends_it_cleanly_and_what_was_there_is_there_again() {
    let folder = folder();
    for signal in ["TERM", "INT"] {
        let server = Touchloop::serve(folder.path());
        assert_eq!(http::get(server.addr, "/readyz", &[]).await.status, 200);
        let asked = Instant::now();
        server.signal(signal);
        assert_eq!(server.ended().code(), Some(0), "{signal}");
        assert!(asked.elapsed().as_secs() < 5, "{signal} took {:?}", asked.elapsed());
    }
}

#[tokio::test]
async fn f1_a_created_board_survives_kill_9() {
    let folder = folder();
    let server = Touchloop::serve(folder.path());
    let created = http::post(server.addr, "/api/create", &[], "template=cafe&lang=vi").await;
    assert!(matches!(created.status, 200 | 302), "{created:?}");
    server.kill();
    let server = Touchloop::serve(folder.path());
    let home = http::get(server.addr, "/", &[("accept", "text/html")]).await;
    assert_eq!(home.text().matches("href=\"/map/").count(), 1, "{home:?}");
}
