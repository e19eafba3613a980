//! One socket: reads messages for the room, writes what the room has put into the outbox.
//!
//! Reading goes through tungstenite (masks, fragments, limits). Writing does not: the frames are made already and
//! shared by all receivers, so they are written as they are, several with one call, and no socket keeps a write buffer.

use std::{
    io::{self, IoSlice},
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures::StreamExt;
use model::{
    limits::MESSAGE_MAX,
    presence,
    wire::{Message, RefusalCode, WireError},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf},
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        self,
        protocol::{Role, WebSocketConfig},
    },
};

use super::{Standing, SyncConfig};
use crate::{
    limits::{CLIENTS_PER_SOCKET, READ_BUFFER},
    rate::Bucket,
    rooms::{
        ConnId, Lease, Mail,
        close::{AWAY, INVALID_DATA, POLICY, PROTOCOL, RESTART, TOO_BIG, UNSUPPORTED},
        frame::Frame,
        queue::{Outbox, Take},
    },
};

/// A socket on its board.
pub(super) struct Socket {
    pub conn: ConnId,
    pub lease: Lease,
    pub outbox: Arc<Outbox>,
    pub standing: Standing,
    pub config: SyncConfig,
}

/// When the peer was heard last.
struct Pulse {
    start: Instant,
    heard_ms: AtomicU64,
    /// The server itself is not listening just now, so silence means nothing.
    deaf: AtomicBool,
}

impl Pulse {
    fn beat(&self) {
        self.heard_ms
            .store(self.start.elapsed().as_millis() as u64, Ordering::Relaxed);
    }

    fn silence(&self) -> Duration {
        if self.deaf.load(Ordering::Relaxed) {
            return Duration::ZERO;
        }
        self.start
            .elapsed()
            .saturating_sub(Duration::from_millis(self.heard_ms.load(Ordering::Relaxed)))
    }

    /// Does something that may take a while without holding it against the peer.
    async fn while_deaf<T>(&self, work: impl Future<Output = T>) -> T {
        self.deaf.store(true, Ordering::Relaxed);
        let done = work.await;
        self.beat();
        self.deaf.store(false, Ordering::Relaxed);
        done
    }
}

enum End {
    /// The peer closed or is gone.
    Peer,
    /// Our close frame is written.
    Closed,
    /// Nothing can be written any more, or the time is over.
    Lost,
}

impl Socket {
    /// Serves the socket until either side closes it.
    pub async fn run(self, io: impl AsyncRead + AsyncWrite + Unpin) {
        let Self {
            conn,
            lease,
            outbox,
            standing,
            config,
        } = &self;
        tracing::debug!(board = %lease.id(), %conn, "socket opened");
        let pulse = Pulse {
            start: Instant::now(),
            heard_ms: AtomicU64::new(0),
            deaf: AtomicBool::new(false),
        };
        let (read, write) = tokio::io::split(io);
        if lease
            .send(Mail::Join {
                conn: *conn,
                outbox: outbox.clone(),
            })
            .await
            .is_err()
        {
            outbox.close(RESTART, "the server restarts");
        }
        {
            let mut reader = pin!(self.read(
                Wire {
                    read,
                    outbox,
                    pulse: &pulse
                },
                &pulse
            ));
            let mut writer = pin!(self.write(write));
            let end = tokio::select! {
                () = &mut reader => End::Peer,
                end = &mut writer => end,
                () = self.watch(&pulse) => End::Lost,
                () = self.heed(standing) => End::Lost,
                () = async { outbox.ending.notified().await; sleep(config.close_wait).await } => End::Lost,
            };
            match end {
                End::Peer => {
                    outbox.finish();
                    let _ = timeout(config.close_wait, writer).await;
                }
                // The peer has to read the close frame; cutting the connection now could take it away unread.
                End::Closed => drop(timeout(config.close_wait, reader).await),
                End::Lost => {}
            }
        }
        // The room has ended when this fails; then it knows nobody any more.
        let _ = lease.send(Mail::Leave(*conn)).await;
        tracing::debug!(board = %lease.id(), %conn, "socket closed");
    }

    /// Asks for signs of life and closes when there have been none for too long (F13). Never returns.
    async fn watch(&self, pulse: &Pulse) {
        let mut tick = interval(self.config.ping_every);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        tick.tick().await;
        loop {
            tick.tick().await;
            if pulse.silence() >= self.config.silence_max {
                tracing::debug!(conn = %self.conn, "a silent socket is dropped");
                self.outbox.close(AWAY, "no sign of life");
                std::future::pending::<()>().await;
            }
            self.outbox.ping();
        }
    }

    /// Closes once whoever is here may no longer do what they came for. Never returns.
    async fn heed(&self, standing: &Standing) {
        match standing.changed().await {
            // Whoever comes back comes as what they are now.
            Some(_) => self.outbox.close(RESTART, "your role has changed"),
            None => {
                const WHY: &str = "you may no longer see this";
                self.outbox.refuse(0, RefusalCode::NotAllowed, WHY);
                self.outbox.close(POLICY, WHY);
            }
        }
        tracing::debug!(conn = %self.conn, "a socket is closed: what it may do has changed");
        std::future::pending::<()>().await;
    }

    // ---- reading ----

    /// Returns when the peer has closed or is gone. After a violation it closes, then reads on without listening.
    async fn read(&self, wire: Wire<'_, impl AsyncRead + Unpin>, pulse: &Pulse) {
        let limits = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(0)
            .max_message_size(Some(MESSAGE_MAX))
            .max_frame_size(Some(MESSAGE_MAX));
        let mut stream = WebSocketStream::from_raw_socket(wire, Role::Server, Some(limits)).await;
        let mut rates = Rates::new(&self.config);
        let violation = loop {
            self.outbox.relieved().await;
            match stream.next().await {
                Some(Ok(tungstenite::Message::Binary(bytes))) => {
                    if let Err(violation) = self.hear(&bytes, &mut rates, pulse).await {
                        break violation;
                    }
                }
                Some(Ok(tungstenite::Message::Text(_))) => break Violation(UNSUPPORTED, "binary messages only".into()),
                // tungstenite answers pings and closes by itself, through the outbox.
                Some(Ok(_)) => {}
                Some(Err(error)) => match violation(&error) {
                    Some(violation) => break violation,
                    None => return,
                },
                None => return,
            }
        };
        let Violation(code, reason) = violation;
        tracing::debug!(conn = %self.conn, code, %reason, "a socket is closed");
        self.outbox.close(code, &reason);
        // Unread bytes would make the system reset the connection before the peer has read why.
        let mut waste = [0; 4096];
        while stream.get_mut().read(&mut waste).await.is_ok_and(|count| count > 0) {}
    }

    async fn hear(&self, bytes: &[u8], rates: &mut Rates, pulse: &Pulse) -> Result<(), Violation> {
        let message = match Message::decode(bytes) {
            Ok(message) => message,
            // From a newer client; it finds out by getting no answer.
            Err(WireError::Unknown(_)) => return Ok(()),
            Err(error) => return Err(Violation(INVALID_DATA, error.to_string())),
        };
        let now = Instant::now();
        let mut wait = rates.bytes.borrow(bytes.len() as f64, now);
        let conn = self.conn;
        let mail = match message {
            Message::SyncStep1(state_vector) => {
                wait = wait.max(rates.questions.borrow(1.0, now));
                Some(Mail::Knows {
                    conn,
                    state_vector: Bytes::copy_from_slice(state_vector),
                })
            }
            Message::SyncStep2(update) | Message::Update(update) => {
                wait = wait.max(rates.updates.borrow(1.0, now));
                rates.number += 1;
                // What the role covers is judged where the document is: who only reads answers the handshake, too.
                let update = Bytes::copy_from_slice(update);
                let send = self.lease.send_update(conn, self.standing.role(), rates.number, update);
                pulse.while_deaf(send).await.map_err(|_| Violation::stopping())?;
                None
            }
            Message::Awareness(update) => {
                let mut entries =
                    presence::decode(update).map_err(|error| Violation(INVALID_DATA, error.to_string()))?;
                entries.retain(|entry| rates.speaks_for(entry.client));
                let seen = self.standing.role().may_comment() && !entries.is_empty() && rates.presence.take(now);
                let name = self.standing.name();
                seen.then_some(Mail::Presence { conn, name, entries })
            }
            Message::QueryAwareness => rates.presence.take(now).then_some(Mail::QueryPresence(conn)),
            // Nothing a client could say to us.
            Message::Auth(_) | Message::Ack { .. } | Message::Refused { .. } | Message::Release(_) => None,
        };
        if let Some(mail) = mail {
            pulse
                .while_deaf(self.lease.send(mail))
                .await
                .map_err(|_| Violation::stopping())?;
        }
        if !wait.is_zero() {
            // Not read is not lost: what comes too fast waits in the network, and its sender with it (F24).
            pulse.while_deaf(sleep(wait)).await;
        }
        Ok(())
    }

    // ---- writing ----

    async fn write(&self, mut io: impl AsyncWrite + Unpin) -> End {
        let mut frames = Vec::new();
        loop {
            let work = self.outbox.work.notified();
            match self.outbox.take(&mut frames) {
                Take::Frames => {
                    if write_all(&mut io, &frames).await.is_err() {
                        return End::Lost;
                    }
                    frames.clear();
                    // A queue that was long once should not stay large.
                    frames.shrink_to(4);
                }
                Take::Behind(since) => {
                    if self.lease.send(Mail::CatchUp { conn: self.conn, since }).await.is_err() {
                        return End::Lost;
                    }
                }
                Take::Idle => work.await,
                Take::Closed => {
                    let _ = io.shutdown().await;
                    return End::Closed;
                }
            }
        }
    }
}

/// Says why nobody is let in here, and closes.
pub(super) async fn turn_away(mut io: impl AsyncRead + AsyncWrite + Unpin, reason: &str, wait: Duration) {
    let refused = Message::Refused {
        update: 0,
        code: RefusalCode::NotAllowed,
        reason,
    };
    let frames = [Frame::message(&refused), Frame::close(POLICY, reason)];
    let leave = async {
        write_all(&mut io, &frames).await?;
        io.shutdown().await?;
        // Unread bytes would make the system reset the connection before the peer has read why.
        let mut waste = [0; 1024];
        while io.read(&mut waste).await? > 0 {}
        io::Result::Ok(())
    };
    let _ = timeout(wait, leave).await;
}

/// What one socket has used up.
struct Rates {
    updates: Bucket,
    questions: Bucket,
    bytes: Bucket,
    presence: Bucket,
    /// SyncStep2 and Update messages so far.
    number: u64,
    /// The first client ids it spoke for. y-websocket repeats everybody's presence: that costs nothing from here on.
    clients: Vec<u64>,
}

impl Rates {
    fn new(config: &SyncConfig) -> Self {
        let now = Instant::now();
        Self {
            updates: Bucket::full(config.updates, now),
            questions: Bucket::full(config.questions, now),
            bytes: Bucket::full(config.bytes, now),
            presence: Bucket::full(config.presence, now),
            number: 0,
            clients: Vec::new(),
        }
    }

    fn speaks_for(&mut self, client: u64) -> bool {
        if self.clients.contains(&client) {
            return true;
        }
        let room = self.clients.len() < CLIENTS_PER_SOCKET;
        if room {
            self.clients.push(client);
        }
        room
    }
}

/// Why a socket is closed: code and reason.
struct Violation(u16, String);

impl Violation {
    fn stopping() -> Self {
        Self(RESTART, "the server restarts".to_owned())
    }
}

/// What to tell the peer about a failed read; nothing where nobody would hear it.
fn violation(error: &tungstenite::Error) -> Option<Violation> {
    use tungstenite::error::{Error, ProtocolError};
    match error {
        Error::Capacity(_) => Some(Violation(TOO_BIG, format!("messages may have {MESSAGE_MAX} bytes"))),
        Error::Utf8(_) => Some(Violation(UNSUPPORTED, "binary messages only".to_owned())),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
        Error::Protocol(error) => Some(Violation(PROTOCOL, error.to_string())),
        _ => None,
    }
}

/// The connection as tungstenite sees it: it reads from the network and writes into the outbox.
struct Wire<'a, R> {
    read: R,
    outbox: &'a Outbox,
    pulse: &'a Pulse,
}

impl<R: AsyncRead + Unpin> AsyncRead for Wire<'_, R> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.read).poll_read(cx, buf))?;
        if buf.filled().len() > before {
            self.pulse.beat();
        }
        Poll::Ready(Ok(()))
    }
}

impl<R: Unpin> AsyncWrite for Wire<'_, R> {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.outbox.echo(buf);
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Writes frames in order, as many with one call as the system takes.
async fn write_all(io: &mut (impl AsyncWrite + Unpin), frames: &[Frame]) -> io::Result<()> {
    let mut at = 0;
    let mut done = 0;
    while at < frames.len() {
        let written = {
            let mut skip = done;
            let mut slices = Vec::with_capacity(2 * (frames.len() - at));
            for part in frames[at..].iter().flat_map(Frame::parts) {
                let cut = skip.min(part.len());
                skip -= cut;
                if cut < part.len() {
                    slices.push(IoSlice::new(&part[cut..]));
                }
            }
            io.write_vectored(&slices).await?
        };
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        done += written;
        while at < frames.len() && done >= frames[at].len() {
            done -= frames[at].len();
            at += 1;
        }
    }
    io.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn frames_are_written_whole_however_little_the_system_takes() {
        let frames: Vec<Frame> = (0..20)
            .map(|n| Frame::update(vec![n; usize::from(n) * 9].into()))
            .collect();
        let expected: Vec<u8> = frames.iter().flat_map(|frame| frame.parts().concat()).collect();
        for capacity in [1, 2, 3, 7, 64, 100_000] {
            let (mut here, mut there) = tokio::io::duplex(capacity);
            let mut got = Vec::new();
            let write = async {
                write_all(&mut here, &frames).await.unwrap();
                drop(here);
            };
            tokio::join!(write, async { there.read_to_end(&mut got).await.unwrap() });
            assert_eq!(got, expected, "{capacity}");
        }
    }
}
