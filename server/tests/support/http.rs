//! The few words of HTTP that the tests speak, over real sockets.

use std::net::{IpAddr, SocketAddr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Where each piece of the body ends that was sent by itself.
    ends: Vec<usize>,
}

impl Answer {
    /// The header's value, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }

    /// The body as it was sent.
    pub fn pieces(&self) -> Vec<&[u8]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts
            .zip(&self.ends)
            .map(|(&start, &end)| &self.body[start..end])
            .collect()
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

pub async fn get(addr: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Answer {
    ask(addr, "GET", path, headers, "").await
}

/// Asks until the address has asked too often, and answers what it is told then.
pub async fn until_refused(addr: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Answer {
    for _ in 0..200 {
        let asked = (0..50).map(|_| get(addr, path, headers));
        let answers = futures::future::join_all(asked).await;
        if let Some(refused) = answers.into_iter().find(|answer| answer.status == 429) {
            return refused;
        }
    }
    panic!("nobody is refused");
}

/// Posts a form.
pub async fn post(addr: SocketAddr, path: &str, headers: &[(&str, &str)], form: &str) -> Answer {
    let headers = [headers, &[("content-type", "application/x-www-form-urlencoded")]].concat();
    ask(addr, "POST", path, &headers, form).await
}

/// The same from another address of this machine.
pub async fn post_from(from: IpAddr, addr: SocketAddr, path: &str, headers: &[(&str, &str)], form: &str) -> Answer {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(from, 0)).unwrap();
    let headers = [headers, &[("content-type", "application/x-www-form-urlencoded")]].concat();
    converse(socket.connect(addr).await.unwrap(), addr, "POST", path, &headers, form).await
}

pub async fn ask(addr: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let socket = TcpStream::connect(addr).await.unwrap();
    converse(socket, addr, method, path, headers, body).await
}

async fn converse(
    mut socket: TcpStream,
    addr: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        request.push_str(&format!("host: {addr}\r\n"));
    }
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    request.push_str(body);
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    parse(&answer)
}

fn parse(answer: &[u8]) -> Answer {
    let end = answer
        .windows(4)
        .position(|bytes| bytes == b"\r\n\r\n")
        .expect("an answer has a head");
    let head = std::str::from_utf8(&answer[..end]).unwrap();
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .unwrap()
        .parse()
        .unwrap();
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let body = &answer[end + 4..];
    let chunked = headers
        .iter()
        .any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let (body, ends) = match chunked {
        true => unchunk(body),
        false => (body.to_vec(), vec![body.len()]),
    };
    Answer {
        status,
        headers,
        body,
        ends,
    }
}

fn unchunk(mut rest: &[u8]) -> (Vec<u8>, Vec<usize>) {
    let (mut body, mut ends) = (Vec::new(), Vec::new());
    while let Some(end) = rest.windows(2).position(|bytes| bytes == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        if size == 0 {
            break;
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + size]);
        ends.push(body.len());
        rest = &rest[end + 2 + size + 2..];
    }
    (body, ends)
}
