//! Tells whoever has a shared page open what has changed of it, by server-sent events.

use std::{convert::Infallible, sync::Arc, time::Duration};

use bytes::Bytes;
use futures::{Stream, stream};
use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};

use super::open::{Kind, OpenLink, Reason};
use crate::{
    env::now_ms,
    limits::{SHARED_LIVE, SHARED_PACE, SHARED_SIGN},
    rate::Place,
};

/// The page is to be asked for anew: it is closed, or shows something else.
const AGAIN: Bytes = Bytes::from_static(b"event: again\ndata:\n\n");
/// A sign of life.
const SIGN: Bytes = Bytes::from_static(b":\n\n");

struct Reader {
    open: Arc<OpenLink>,
    kind: Kind,
    published: watch::Receiver<u64>,
    /// The state of the page that the reader has.
    tag: String,
    /// Whether the page may be another than the reader has.
    due: bool,
    next_look: Instant,
    until: Instant,
    stage: Stage,
    _place: Place,
}

#[derive(PartialEq, Eq)]
enum Stage {
    Greeting,
    Telling,
    Done,
}

/// What has changed since the state of a page that the reader has, for as long as they look on.
pub fn news(
    open: Arc<OpenLink>,
    kind: Kind,
    tag: String,
    place: Place,
) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
    open.comes();
    let reader = Reader {
        published: open.lease().published(),
        open,
        kind,
        tag,
        due: true,
        next_look: Instant::now(),
        until: Instant::now() + SHARED_LIVE,
        stage: Stage::Greeting,
        _place: place,
    };
    stream::unfold(reader, |mut reader| async move {
        let told = reader.next().await?;
        Some((Ok(told), reader))
    })
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.open.goes();
    }
}

impl Reader {
    async fn next(&mut self) -> Option<Bytes> {
        match self.stage {
            Stage::Done => return None,
            Stage::Greeting => {
                self.stage = Stage::Telling;
                // Not all at the same moment, when the server has been away.
                let wait = 2_000 + now_ms() % 2_000;
                return Some(format!("retry: {wait}\n\n").into());
            }
            Stage::Telling => {}
        }
        let ended = self.open.ended.clone();
        let left = self
            .open
            .link
            .line
            .terms
            .expires_at
            .map(|end| end.saturating_sub(now_ms()));
        let until = self.until;
        tokio::select! {
            () = ended.cancelled() => self.again(),
            () = after(left) => self.again(),
            () = sleep_until(until) => None,
            () = sleep(SHARED_SIGN) => Some(SIGN),
            told = self.changes() => match told {
                Ok(told) => Some(told),
                Err(error) => {
                    tracing::debug!(link = self.open.link.line.id, %error, "a shared page is told of no further changes");
                    None
                }
            },
        }
    }

    fn again(&mut self) -> Option<Bytes> {
        self.stage = Stage::Done;
        Some(AGAIN)
    }

    /// Waits until the page is another. Whoever drops this half way may ask again.
    async fn changes(&mut self) -> Result<Bytes, Reason> {
        loop {
            if !self.due {
                let changed = self.published.changed().await;
                changed.map_err(|_| crate::rooms::RoomsError::Stopping)?;
                self.due = true;
            }
            sleep_until(self.next_look).await;
            self.published.borrow_and_update();
            let (page, again) = self.open.lately(self.kind).await?;
            self.due = again.is_some();
            self.next_look = again.map_or_else(|| Instant::now() + SHARED_PACE, Instant::from_std);
            if page.tag != self.tag {
                let told = page.told(&self.tag);
                self.tag.clone_from(&page.tag);
                return Ok(told);
            }
        }
    }
}

async fn after(ms: Option<u64>) {
    match ms {
        Some(ms) => sleep(Duration::from_millis(ms)).await,
        None => std::future::pending().await,
    }
}
