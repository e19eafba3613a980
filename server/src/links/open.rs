//! A link that somebody has opened: what it shows, drawn once for each state of the board and kept for whoever comes
//! next.

use std::{
    collections::HashMap,
    io::Write as _,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use app::{
    api::Site,
    form::Locale,
    shared::{self, Drawn, Frame, Section, Shown},
};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use model::{
    board::Board,
    date::{Date, Zone},
    disclose::{Disclosed, Sight, disclose},
    items::Anchor,
};
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;

use super::{pass, short};
use crate::{
    limits::{LINK_KEPT, SHARED_PACE, SHARED_PAGES_MAX},
    rooms::{Lease, RoomsError},
    secrets::SecretHash,
    store::{Link, StoreError},
};

/// A link that was opened a moment ago.
pub struct OpenLink {
    token: SecretHash,
    /// Its address, `/s/…`.
    pub base: String,
    /// What the store knows of it.
    pub link: Link,
    /// Ends when something else is to be known of the link: nothing of this is right any more.
    pub ended: CancellationToken,
    lease: Lease,
    touched: Mutex<Instant>,
    /// Readers who are told of changes.
    readers: AtomicUsize,
    state: tokio::sync::Mutex<State>,
}

#[derive(Default)]
struct State {
    seen: Option<Seen>,
    pages: HashMap<Kind, Known>,
}

/// The board as it was read last.
#[derive(Clone)]
struct Seen {
    version: u64,
    at: Instant,
    board: Arc<Board>,
    disclosed: Arc<Disclosed>,
}

struct Known {
    version: u64,
    page: Arc<Page>,
}

/// Which of a link's pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kind {
    /// How it is looked at.
    pub sight: Sight,
    /// Its language.
    pub locale: Locale,
    /// Whether the address says so.
    pub is_asked: bool,
    /// The day of now where the reader is.
    pub today: Date,
    /// Where that is.
    pub zone: Zone,
}

/// A page in one state.
pub struct Page {
    /// What this state is called: pages of one name show the same.
    pub tag: String,
    drawn: Drawn,
    /// The state before, and what has changed since, as it is told.
    news: Option<(String, Bytes)>,
    whole: OnceLock<Bytes>,
    documents: Mutex<HashMap<Option<String>, Document>>,
}

/// A document as it is sent.
#[derive(Clone)]
pub struct Document {
    /// Its text.
    pub plain: Bytes,
    /// The same, pressed.
    pub gzip: Bytes,
}

/// Why a page cannot be drawn.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    /// The room cannot read the board.
    #[error(transparent)]
    Room(#[from] RoomsError),
    /// The store did not say who asks.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is nothing in the board.
    #[error("there is no such board")]
    NoBoard,
    /// Drawing it failed.
    #[error("the page could not be drawn: {0}")]
    Undrawn(String),
}

/// Whether a reader is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// They are.
    Open,
    /// They have to say the password first.
    Locked,
}

impl OpenLink {
    pub(super) fn new(token: SecretHash, base: String, link: Link, lease: Lease) -> Self {
        Self {
            token,
            base,
            link,
            ended: CancellationToken::new(),
            lease,
            touched: Mutex::new(Instant::now()),
            readers: AtomicUsize::new(0),
            state: tokio::sync::Mutex::default(),
        }
    }

    /// Whether it leads to the map itself, and to no page of its own.
    #[must_use]
    pub fn lets_edit(&self) -> bool {
        self.link.line.terms.role.may_edit()
    }

    pub(super) fn touch(&self) {
        *self.touched.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Whether nobody has opened it for a while and nobody looks on.
    pub(super) fn rests(&self) -> bool {
        let touched = *self.touched.lock().unwrap_or_else(PoisonError::into_inner);
        self.readers.load(Ordering::Relaxed) == 0 && touched.elapsed() >= LINK_KEPT
    }

    pub(super) fn comes(&self) {
        self.readers.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn goes(&self) {
        self.readers.fetch_sub(1, Ordering::Relaxed);
        self.touch();
    }

    pub(super) fn lease(&self) -> &Lease {
        &self.lease
    }

    /// Whether whoever shows this pass is let in.
    #[must_use]
    pub fn door(&self, shown: Option<&str>) -> Door {
        match (self.pass(), shown) {
            (None, _) => Door::Open,
            (Some(right), Some(shown)) if right == shown => Door::Open,
            (Some(_), _) => Door::Locked,
        }
    }

    /// What a browser shows once the password was said; `None` where none is asked for.
    #[must_use]
    pub fn pass(&self) -> Option<String> {
        Some(pass(&self.token, self.link.password.as_deref()?))
    }

    /// What a thing is called on this link's pages.
    #[must_use]
    pub fn key(&self, id: u128) -> String {
        let mut hash = Sha256::new();
        hash.update(self.token);
        hash.update(id.to_be_bytes());
        short(&hash.finalize())
    }

    /// The thing that a page calls so, if it is shown.
    #[must_use]
    pub fn anchor(&self, disclosed: &Disclosed, key: &str) -> Option<Anchor> {
        let is_it = |id: u128| self.key(id) == key;
        let board = &disclosed.board;
        let cards = board.touchpoints.values().filter(|card| !card.name.is_empty());
        let mut cards = cards.map(|card| card.id);
        if let Some(id) = cards.find(|id| is_it(id.0.as_u128())) {
            return Some(Anchor::Touchpoint(id));
        }
        let mut stages = board.stages.keys();
        if let Some(id) = stages.find(|id| is_it(id.0.as_u128())) {
            return Some(Anchor::Stage(*id));
        }
        let mut improvements = board.improvements();
        let it = improvements.find(|it| is_it(it.id.0.as_u128()))?;
        Some(Anchor::Improvement(it.id))
    }

    /// Draws something from what is shown.
    pub fn shown<T>(&self, kind: Kind, disclosed: &Disclosed, draw: impl FnOnce(&Shown<'_>) -> T) -> T {
        let terms = &self.link.line.terms;
        draw(&Shown {
            disclosed,
            sight: kind.sight,
            locale: kind.locale,
            today: kind.today,
            zone: kind.zone,
            base: &self.base,
            is_asked: kind.is_asked,
            takes_comments: terms.role.may_comment(),
            shows_comments: terms.disclosure.comments,
            key: &|id| self.key(id),
        })
    }

    /// The board, and what is shown of it, as of now.
    ///
    /// # Errors
    /// [`Reason`].
    pub async fn read(self: &Arc<Self>) -> Result<(Arc<Board>, Arc<Disclosed>), Reason> {
        let mut state = self.state.lock().await;
        let seen = self.look(&mut state, Duration::ZERO).await?;
        Ok((seen.board, seen.disclosed))
    }

    /// The page as of now.
    ///
    /// # Errors
    /// [`Reason`].
    pub async fn page(self: &Arc<Self>, kind: Kind) -> Result<Arc<Page>, Reason> {
        Ok(self.drawn(kind, Duration::ZERO).await?.0)
    }

    /// The page as of a moment ago, and when a newer one may be asked for.
    pub(super) async fn lately(self: &Arc<Self>, kind: Kind) -> Result<(Arc<Page>, Option<Instant>), Reason> {
        self.drawn(kind, SHARED_PACE).await
    }

    /// The page of a board that was read no longer ago than that, unless it has not changed since.
    async fn drawn(self: &Arc<Self>, kind: Kind, pace: Duration) -> Result<(Arc<Page>, Option<Instant>), Reason> {
        let mut state = self.state.lock().await;
        let seen = self.look(&mut state, pace).await?;
        let newer = *self.lease.published().borrow() > seen.version;
        let again = newer.then(|| seen.at + SHARED_PACE);
        if let Some(known) = state.pages.get(&kind).filter(|known| known.version == seen.version) {
            return Ok((known.page.clone(), again));
        }
        if state.pages.len() >= SHARED_PAGES_MAX && !state.pages.contains_key(&kind) {
            state.pages.clear();
        }
        let before = state.pages.get(&kind).map(|known| known.page.clone());
        let (link, disclosed) = (self.clone(), seen.disclosed.clone());
        // Large pages take milliseconds, and sockets are served by the same threads.
        let drawing = tokio::task::spawn_blocking(move || {
            let drawn = link.shown(kind, &disclosed, shared::draw);
            match before {
                Some(before) if before.drawn == drawn => before,
                before => Arc::new(Page::new(drawn, before.as_deref())),
            }
        });
        let page = drawing.await.map_err(|error| Reason::Undrawn(error.to_string()))?;
        let known = Known {
            version: seen.version,
            page: page.clone(),
        };
        state.pages.insert(kind, known);
        Ok((page, again))
    }

    /// Reads the board unless it was read no longer ago than that, or has not changed since.
    async fn look(&self, state: &mut State, pace: Duration) -> Result<Seen, Reason> {
        if let Some(seen) = &state.seen {
            let is_newest = *self.lease.published().borrow() <= seen.version;
            if is_newest || seen.at.elapsed() < pace {
                return Ok(seen.clone());
            }
        }
        let reading = self.lease.read().await?.ok_or(Reason::NoBoard)?;
        let (board, wanted) = (reading.board.clone(), self.link.line.terms.disclosure.clone());
        let disclosing = tokio::task::spawn_blocking(move || disclose(&board, &wanted));
        let disclosed = disclosing.await.map_err(|error| Reason::Undrawn(error.to_string()))?;
        let seen = Seen {
            version: reading.version,
            at: Instant::now(),
            board: reading.board,
            disclosed: Arc::new(disclosed),
        };
        state.seen = Some(seen.clone());
        Ok(seen)
    }
}

/// What is told of a page that has changed.
#[derive(serde::Serialize)]
struct Told<'a> {
    title: &'a str,
    order: Vec<&'a str>,
    sections: Vec<&'a Section>,
}

impl Page {
    fn new(drawn: Drawn, before: Option<&Self>) -> Self {
        let mut hash = Sha256::new();
        hash.update(drawn.title.as_bytes());
        for section in &drawn.sections {
            hash.update(section.html.as_bytes());
        }
        let tag = short(&hash.finalize());
        let news = before.map(|before| {
            let told = |section: &&Section| !before.drawn.sections.contains(section);
            let sections = drawn.sections.iter().filter(told).collect();
            (before.tag.clone(), event(&tag, &drawn, sections))
        });
        Self {
            tag,
            drawn,
            news,
            whole: OnceLock::new(),
            documents: Mutex::default(),
        }
    }

    /// What is told to whoever has the page in another state.
    pub(super) fn told(&self, has: &str) -> Bytes {
        match &self.news {
            Some((before, news)) if before == has => news.clone(),
            _ => {
                let whole = || event(&self.tag, &self.drawn, self.drawn.sections.iter().collect());
                self.whole.get_or_init(whole).clone()
            }
        }
    }

    /// The whole document; with the address of a picture of it, where it has one.
    pub fn document(&self, site: &Site, kind: Kind, base: &str, picture: Option<String>) -> Document {
        let mut documents = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = documents.get(&picture) {
            return known.clone();
        }
        // As many as a server has names.
        if documents.len() >= SHARED_PAGES_MAX {
            documents.clear();
        }
        let lang = app::form::code(kind.locale);
        let asked = if kind.is_asked { "&asked" } else { "" };
        let events = format!("{base}/events?view={}&lang={lang}{asked}", kind.sight.word());
        let frame = Frame {
            site,
            locale: kind.locale,
            tag: &self.tag,
            events: &events,
            picture: picture.as_deref(),
        };
        let plain = Bytes::from(shared::document(&frame, &self.drawn));
        let gzip = pressed(&plain).unwrap_or_default();
        let document = Document { plain, gzip };
        documents.insert(picture, document.clone());
        document
    }
}

fn pressed(plain: &[u8]) -> Option<Bytes> {
    let mut press = GzEncoder::new(Vec::with_capacity(plain.len() / 6), Compression::new(6));
    press.write_all(plain).ok()?;
    Some(press.finish().ok()?.into())
}

/// An event of the stream: one line of JSON, which the script reads.
fn event(tag: &str, drawn: &Drawn, sections: Vec<&Section>) -> Bytes {
    let told = Told {
        title: &drawn.title,
        order: drawn.sections.iter().map(|section| section.id.as_str()).collect(),
        sections,
    };
    let told = serde_json::to_string(&told).unwrap_or_default();
    format!("event: page\nid: {tag}\ndata: {told}\n\n").into()
}
