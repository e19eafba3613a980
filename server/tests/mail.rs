//! Forgotten passwords by mail, with a mail server that speaks just enough SMTP.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{net::SocketAddr, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use server::{
    account::Mailer,
    config::Config,
    names,
    serve::{self, Running},
};
use support::http::{get, post};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

const SET_UP: &str = "name=Linh&email=Linh%40cafe.vn&new=ca+phe+sua+da&team=Hien";

/// A mail as it came in.
struct Mail {
    to: String,
    data: String,
}

impl Mail {
    /// Its text, as a mail program shows it.
    fn text(&self) -> String {
        let (head, body) = self.data.split_once("\r\n\r\n").unwrap();
        if head.contains("Content-Transfer-Encoding: base64") {
            let lines: String = body.split_whitespace().collect();
            return String::from_utf8(STANDARD.decode(lines).unwrap()).unwrap();
        }
        let mut bytes = Vec::new();
        let joined = body.replace("=\r\n", "");
        let mut rest = joined.as_bytes();
        while let [first, tail @ ..] = rest {
            match (first, tail) {
                (b'=', [a, b, after @ ..]) => {
                    let hex = [*a, *b];
                    bytes.push(u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap());
                    rest = after;
                }
                _ => {
                    bytes.push(*first);
                    rest = tail;
                }
            }
        }
        String::from_utf8(bytes).unwrap()
    }
}

/// Takes mail and hands it on.
async fn mail_server() -> (SocketAddr, mpsc::UnboundedReceiver<Mail>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let (taken, mails) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(converse(socket, taken.clone()));
        }
    });
    (addr, mails)
}

async fn converse(socket: TcpStream, taken: mpsc::UnboundedSender<Mail>) {
    let mut socket = BufReader::new(socket);
    socket.write_all(b"220 mail.example ESMTP\r\n").await.unwrap();
    let mut mail = Mail {
        to: String::new(),
        data: String::new(),
    };
    loop {
        let mut line = String::new();
        if socket.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        let answer = match line.split([' ', '\r']).next().unwrap() {
            "EHLO" => "250 mail.example",
            "MAIL" | "RSET" | "NOOP" => "250 OK",
            "RCPT" => {
                mail.to = line.split(['<', '>']).nth(1).unwrap().to_owned();
                "250 OK"
            }
            "DATA" => {
                socket.write_all(b"354 go on\r\n").await.unwrap();
                loop {
                    let mut line = String::new();
                    socket.read_line(&mut line).await.unwrap();
                    if line == ".\r\n" {
                        break;
                    }
                    mail.data.push_str(&line);
                }
                let data = std::mem::take(&mut mail.data);
                let to = mail.to.clone();
                taken.send(Mail { to, data }).unwrap();
                "250 taken"
            }
            "QUIT" => {
                let _ = socket.write_all(b"221 bye\r\n").await;
                return;
            }
            _ => "502 not here",
        };
        socket.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
    }
}

async fn server(smtp: SocketAddr) -> (Running, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        url: Some(names::url("https://maps.example.com").unwrap()),
        mail: Some(Mailer::new(&format!("smtp://{smtp}"), "Bản đồ <maps@example.com>").unwrap()),
        ..Config::local(folder.path())
    };
    let server = serve::start(&config, CancellationToken::new()).await.unwrap();
    let set_up = server.set_up.clone().unwrap();
    assert_eq!(post(server.addr, &set_up, &[], SET_UP).await.status, 303);
    (server, folder)
}

async fn next(mails: &mut mpsc::UnboundedReceiver<Mail>) -> Mail {
    timeout(Duration::from_secs(20), mails.recv())
        .await
        .expect("a mail")
        .unwrap()
}

#[tokio::test]
async fn whoever_forgot_a_password_is_mailed_a_link_in_their_language() {
    let (smtp, mut mails) = mail_server().await;
    let (server, _folder) = server(smtp).await;
    let (vi, en) = (("accept-language", "vi"), ("accept-language", "en"));
    let sign_in = get(server.addr, "/sign-in", &[en]).await;
    assert!(sign_in.text().contains("href=\"/forgot\""), "{}", sign_in.text());
    let mut links = Vec::new();
    for (language, greeting) in [(vi, "Chào Linh,"), (en, "Hello Linh,")] {
        let answer = post(server.addr, "/forgot", &[language], "email=linh%40CAFE.vn").await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let mail = next(&mut mails).await;
        assert_eq!(mail.to, "Linh@cafe.vn");
        assert!(mail.data.contains("maps@example.com"), "{}", mail.data);
        let text = mail.text();
        assert!(text.contains(greeting), "{text}");
        let link = text
            .split("https://maps.example.com")
            .nth(1)
            .expect(&text)
            .split_whitespace()
            .next()
            .unwrap();
        links.push(link.to_owned());
    }
    assert_eq!(
        get(server.addr, &links[0], &[]).await.status,
        404,
        "the one before works no more"
    );
    assert_eq!(post(server.addr, &links[1], &[], "new=tra+da+via+he").await.status, 303);
    let signed_in = post(
        server.addr,
        "/sign-in",
        &[],
        "email=linh%40cafe.vn&password=tra+da+via+he",
    )
    .await;
    assert_eq!(signed_in.status, 303);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn f33_nobody_learns_by_mail_who_has_an_account() {
    let (smtp, mut mails) = mail_server().await;
    let (server, _folder) = server(smtp).await;
    let mut answers = Vec::new();
    for email in ["nobody%40cafe.vn", "linh%40cafe.vn"] {
        let answer = post(server.addr, "/forgot", &[], &format!("email={email}")).await;
        answers.push((answer.status, answer.text().to_owned()));
    }
    assert_eq!(answers[0], answers[1]);
    // The one mail that came is for who has an account.
    assert_eq!(next(&mut mails).await.to, "Linh@cafe.vn");
    assert!(mails.try_recv().is_err());
    // A mailbox is not filled by others.
    let mut last = 0;
    for _ in 0..3 {
        last = post(server.addr, "/forgot", &[], "email=linh%40cafe.vn").await.status;
    }
    assert_eq!(last, 429);
    server.stop().await.unwrap();
}

#[test]
fn a_mail_server_that_is_none_is_explained() {
    for (smtp, from, word) in [
        ("mail.example.com", "maps@example.com", "--smtp"),
        ("https://mail.example.com", "maps@example.com", "--smtp"),
        ("smtp://mail.example.com", "maps", "--mail-from"),
    ] {
        let said = Mailer::new(smtp, from).unwrap_err();
        assert!(said.contains(word), "{said}");
    }
}
