//! Takes connections: how many there may be, how long one may take to say what it wants, and how long a request may
//! take (F24).
//!
//! `axum::serve` knows neither. A connection that becomes a sync socket gives its place back: those are counted by
//! [`crate::sync`].

use std::{io, net::SocketAddr, pin::pin, time::Duration};

use axum::{Extension, Router, extract::ConnectInfo, http::StatusCode};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    time::sleep,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower_http::timeout::{RequestBodyDeadlineLayer, TimeoutLayer};

use crate::{
    limits::{ACCEPT_REST, BODY_WAIT, CONNECTIONS_MAX, CONNECTIONS_PER_ADDRESS, HEADERS_WAIT, REQUEST_WAIT},
    proxy::Proxies,
    rate::{Caps, Places},
};

/// What connections may take.
#[derive(Clone, Debug)]
pub struct ConnectionLimits {
    /// How many there may be.
    pub caps: Caps,
    /// Those that come for everybody: each of them may have as many as there are.
    pub proxies: Option<Proxies>,
    /// How long one may take until it has said what it wants, and may rest between two requests.
    pub headers: Duration,
    /// How long the body of a request may take to come, all of it.
    pub body: Duration,
    /// How long a request may take to be answered. A sync socket is answered once it is one.
    pub request: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            caps: Caps {
                total: CONNECTIONS_MAX,
                per_address: CONNECTIONS_PER_ADDRESS,
            },
            proxies: None,
            headers: HEADERS_WAIT,
            body: BODY_WAIT,
            request: REQUEST_WAIT,
        }
    }
}

/// Answers whoever connects until told to stop, then lets what is under way end.
pub async fn serve(listener: TcpListener, app: Router, limits: ConnectionLimits, stop: CancellationToken) {
    let app = app
        .layer(RequestBodyDeadlineLayer::new(limits.body))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            limits.request,
        ));
    let places = Places::new(limits.caps);
    let under_way = TaskTracker::new();
    loop {
        let (socket, address) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    rest_after(&error).await;
                    continue;
                }
            },
        };
        let comes_for_all = limits.proxies.as_ref();
        let comes_for_all = comes_for_all.is_some_and(|proxies| proxies.are_at(address.ip()));
        let place = match comes_for_all {
            true => places.take_of_all(address.ip()),
            false => places.take(address.ip()),
        };
        match place {
            Ok(place) => {
                let answering = answer(socket, address, app.clone(), limits.headers, stop.clone());
                under_way.spawn(async move {
                    let _place = place;
                    answering.await;
                });
            }
            // Closed without a word: whoever opens so many is not going to read one.
            Err(refused) => tracing::debug!(%address, ?refused, "a connection is refused"),
        }
    }
    drop(listener);
    under_way.close();
    under_way.wait().await;
}

async fn answer(socket: TcpStream, address: SocketAddr, app: Router, headers: Duration, stop: CancellationToken) {
    // Without it a peer's edit waits up to 40 ms for the acknowledgement of the one before.
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "a socket sends with delay");
    }
    let service = TowerToHyperService::new(app.layer(Extension(ConnectInfo(address))));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(headers)
        .serve_connection(TokioIo::new(socket), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let mut stopping = pin!(stop.cancelled());
    let mut told = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%address, %error, "a connection ended badly");
                }
                return;
            }
            () = stopping.as_mut(), if !told => {
                told = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// A client that has left already costs nothing; when the process has no more files, others have to be closed first.
async fn rest_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "no connection can be accepted");
        sleep(ACCEPT_REST).await;
    }
}

#[cfg(test)]
mod tests {
    use axum::{body::Bytes, routing::get};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        task::JoinHandle,
        time::timeout,
    };

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);
    const ASK: &[u8] = b"GET / HTTP/1.1\r\nhost: here\r\n\r\n";

    async fn start(limits: ConnectionLimits) -> (SocketAddr, CancellationToken, JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new()
            .route(
                "/",
                get(|ConnectInfo(address): ConnectInfo<SocketAddr>| async move { format!("{address} is answered") })
                    .post(|body: Bytes| async move { format!("{} bytes", body.len()) }),
            )
            .route("/never", get(std::future::pending::<()>));
        let stop = CancellationToken::new();
        let serving = tokio::spawn(serve(listener, app, limits, stop.clone()));
        (address, stop, serving)
    }

    /// What the server says until it closes.
    async fn all(socket: &mut TcpStream) -> String {
        let mut said = Vec::new();
        // A reset is a close, too.
        let _ = timeout(PATIENCE, socket.read_to_end(&mut said))
            .await
            .expect("the server closes");
        String::from_utf8(said).unwrap()
    }

    async fn answered(socket: &mut TcpStream) -> bool {
        socket.write_all(ASK).await.unwrap();
        let mut said = Vec::new();
        while !said.ends_with(b"is answered") {
            let more = timeout(PATIENCE, socket.read_buf(&mut said)).await.expect("an answer");
            if more.unwrap() == 0 {
                return false;
            }
        }
        said.starts_with(b"HTTP/1.1 200")
    }

    #[tokio::test]
    async fn f24_who_does_not_say_what_it_wants_is_dropped() {
        let limits = ConnectionLimits {
            headers: Duration::from_millis(100),
            ..ConnectionLimits::default()
        };
        let (address, ..) = start(limits).await;
        let mut silent = TcpStream::connect(address).await.unwrap();
        let mut slow = TcpStream::connect(address).await.unwrap();
        slow.write_all(b"GET / HTTP/1.1\r\nhost: ").await.unwrap();
        let mut idle = TcpStream::connect(address).await.unwrap();
        assert!(answered(&mut idle).await);
        for (who, socket) in [("silent", &mut silent), ("slow", &mut slow), ("idle", &mut idle)] {
            assert!(!all(socket).await.contains("200 OK"), "{who}");
        }
    }

    #[tokio::test]
    async fn f24_a_body_that_does_not_come_is_not_waited_for() {
        const HEAD: &[u8] = b"POST / HTTP/1.1\r\nhost: here\r\nconnection: close\r\ncontent-length: 9\r\n\r\n";
        let limits = ConnectionLimits {
            body: Duration::from_millis(100),
            ..ConnectionLimits::default()
        };
        let (address, ..) = start(limits).await;
        let mut none = TcpStream::connect(address).await.unwrap();
        none.write_all(HEAD).await.unwrap();
        // Each piece comes in good time, the whole never does.
        let (mut dripping, mut drops) = TcpStream::connect(address).await.unwrap().into_split();
        drops.write_all(HEAD).await.unwrap();
        tokio::spawn(async move {
            while drops.write_all(b"x").await.is_ok() {
                sleep(Duration::from_millis(30)).await;
            }
        });
        assert!(!all(&mut none).await.contains("200 OK"));
        let mut said = Vec::new();
        let _ = timeout(PATIENCE, dripping.read_to_end(&mut said))
            .await
            .expect("the server closes");
        assert!(!String::from_utf8(said).unwrap().contains("200 OK"));
        let mut whole = TcpStream::connect(address).await.unwrap();
        whole.write_all(&[HEAD, b"nine char"].concat()).await.unwrap();
        assert!(all(&mut whole).await.contains("9 bytes"));
    }

    #[tokio::test]
    async fn f24_a_request_that_comes_to_a_stop_ends() {
        let limits = ConnectionLimits {
            request: Duration::from_millis(100),
            headers: Duration::from_millis(100),
            ..ConnectionLimits::default()
        };
        let (address, ..) = start(limits).await;
        let mut waiting = TcpStream::connect(address).await.unwrap();
        waiting
            .write_all(b"GET /never HTTP/1.1\r\nhost: here\r\n\r\n")
            .await
            .unwrap();
        assert!(all(&mut waiting).await.starts_with("HTTP/1.1 408"));
    }

    #[tokio::test]
    async fn f24_connections_are_capped_and_places_come_back() {
        let limits = ConnectionLimits {
            caps: Caps {
                total: 10,
                per_address: 2,
            },
            ..ConnectionLimits::default()
        };
        let (address, ..) = start(limits).await;
        let (mut one, mut two) = (
            TcpStream::connect(address).await.unwrap(),
            TcpStream::connect(address).await.unwrap(),
        );
        assert!(answered(&mut one).await && answered(&mut two).await);
        let mut three = TcpStream::connect(address).await.unwrap();
        assert_eq!(all(&mut three).await, "");
        drop(one);
        let deadline = std::time::Instant::now() + PATIENCE;
        loop {
            let mut again = TcpStream::connect(address).await.unwrap();
            let _ = again
                .write_all(b"GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n")
                .await;
            if all(&mut again).await.contains("200 OK") {
                break;
            }
            assert!(std::time::Instant::now() < deadline, "the place did not come back");
        }
        assert!(answered(&mut two).await);
    }

    #[tokio::test]
    async fn it_ends_when_it_is_told_to_and_nobody_asks_any_more() {
        let (address, stop, serving) = start(ConnectionLimits::default()).await;
        let mut idle = TcpStream::connect(address).await.unwrap();
        assert!(answered(&mut idle).await);
        stop.cancel();
        timeout(PATIENCE, serving).await.expect("the end").unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }
}
