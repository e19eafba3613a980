//! Share links: made, changed and revoked by a board's people, opened by whoever holds the address.
//!
//! An open link stays in memory for a while with what it shows, so that the next who opens it waits for nothing and a
//! thousand who look on are told of a change by one drawing. What is known of links changes here and nowhere else, so
//! a link that is changed or revoked is forgotten at once, and whoever looks on is told.

mod live;
mod open;

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use app::api::{ApiError, Links as Called, MadeLink, Site};
use async_trait::async_trait;
use model::{
    access::Role,
    audit::What,
    edit::one_line,
    id::{BoardId, PersonId},
    limits::NAME_MAX,
    share::{EMBEDS_MAX, Password, ShareLine, Terms, origin},
};
use sha2::{Digest as _, Sha256};
use tokio::sync::broadcast::{self, error::RecvError};

pub use self::{
    live::news,
    open::{Door, Kind, OpenLink, Page, Reason},
};
use crate::{
    access::{Access, Asker, Change, Deed},
    book::Book,
    env::now_ms,
    limits::{
        GUEST_ADDRESS_BURST, GUEST_ADDRESS_PER_SECOND, GUEST_LINK_BURST, GUEST_LINK_PER_SECOND, LINK_KEPT,
        LINK_MISSES_BURST, LINK_MISSES_PER_SECOND, LINK_PASS_KEPT, LINK_PASSWORD_MAX, LINK_PASSWORD_MIN,
        LINK_TRIES_BURST, LINK_TRIES_OF_ONE_BURST, LINK_TRIES_OF_ONE_PER_SECOND, LINK_TRIES_PER_SECOND, LINK_USES_WAIT,
        LINKS_PER_BOARD, SHARED_LIVE_MAX, SHARED_LIVE_PER_ADDRESS,
    },
    names::PublicUrl,
    passwords::Passwords,
    rate::{Caps, Places, Rate, Throttle},
    rooms::Rooms,
    secrets::{self, SecretHash},
    store::{Guests, Links, NewGuest, NewLink, StoreError},
};

/// The longest address that is looked up, in bytes. Those that are made have 32.
const TOKEN_MAX: usize = 64;

/// The share links of all boards.
#[derive(Clone)]
pub struct ServerLinks {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn Links>,
    editors: Arc<dyn Guests>,
    rooms: Rooms,
    access: Access,
    book: Book,
    url: Option<PublicUrl>,
    site: Arc<Site>,
    passwords: Passwords,
    register: Mutex<Register>,
    misses: Throttle,
    tries: Throttle,
    tries_of_one: Throttle<i64>,
    guests: Throttle,
    guests_of_one: Throttle<i64>,
    uses: Mutex<HashMap<i64, u64>>,
    places: Arc<Places>,
}

/// The links that are open.
#[derive(Default)]
struct Register {
    /// Counts what was changed, so that what was read before a change is not taken for what is.
    changes: u64,
    open: HashMap<SecretHash, Arc<OpenLink>>,
}

/// Why an address opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    /// There is no such link, or none any more.
    Closed,
    /// Too many addresses from there led nowhere.
    TooOften,
    /// The store or the room cannot say.
    NotNow,
}

impl ServerLinks {
    /// Links kept in this store, to boards of these rooms.
    #[must_use]
    pub fn new<S: Links + Guests>(
        store: Arc<S>,
        rooms: Rooms,
        access: Access,
        book: Book,
        site: Arc<Site>,
        passwords: Passwords,
        url: Option<PublicUrl>,
    ) -> Self {
        let rate = |per_second, burst| Rate { per_second, burst };
        Self {
            inner: Arc::new(Inner {
                editors: store.clone(),
                store,
                rooms,
                access,
                book,
                url,
                site,
                passwords,
                register: Mutex::default(),
                misses: Throttle::new(rate(LINK_MISSES_PER_SECOND, LINK_MISSES_BURST)),
                tries: Throttle::new(rate(LINK_TRIES_PER_SECOND, LINK_TRIES_BURST)),
                tries_of_one: Throttle::new(rate(LINK_TRIES_OF_ONE_PER_SECOND, LINK_TRIES_OF_ONE_BURST)),
                guests: Throttle::new(rate(GUEST_ADDRESS_PER_SECOND, GUEST_ADDRESS_BURST)),
                guests_of_one: Throttle::new(rate(GUEST_LINK_PER_SECOND, GUEST_LINK_BURST)),
                uses: Mutex::default(),
                places: Places::new(Caps {
                    total: SHARED_LIVE_MAX,
                    per_address: SHARED_LIVE_PER_ADDRESS,
                }),
            }),
        }
    }

    /// Where the site's files are.
    #[must_use]
    pub fn site(&self) -> &Site {
        &self.inner.site
    }

    /// Who asks, and what they may do.
    pub(crate) fn access(&self) -> &Access {
        &self.inner.access
    }

    /// Where people reach the server, if that was said.
    pub(crate) fn url(&self) -> Option<&PublicUrl> {
        self.inner.url.as_ref()
    }

    /// Where links lead to boards.
    pub(crate) fn rooms(&self) -> &Rooms {
        &self.inner.rooms
    }

    /// Readers who are told of changes.
    pub(crate) fn places(&self) -> &Arc<Places> {
        &self.inner.places
    }

    /// The link that an address leads to.
    ///
    /// # Errors
    /// [`Shut`].
    pub async fn find(&self, token: &str, from: IpAddr) -> Result<Arc<OpenLink>, Shut> {
        if token.len() > TOKEN_MAX {
            return Err(Shut::Closed);
        }
        let hash = secrets::hash(token);
        loop {
            let changes = {
                let mut register = self.inner.register();
                if let Some(open) = register.open.get(&hash).cloned() {
                    if open.link.line.opens(now_ms()) {
                        open.touch();
                        return Ok(open);
                    }
                    register.forget(|known| known.link.line.id == open.link.line.id);
                }
                register.changes
            };
            if !self.inner.misses.would_admit(from, Instant::now()) {
                return Err(Shut::TooOften);
            }
            let found = self.inner.store.link(hash).await.map_err(|error| {
                tracing::error!(%error, "the store did not answer a share link");
                Shut::NotNow
            })?;
            let Some(link) = found.filter(|link| link.line.opens(now_ms())) else {
                self.inner.misses.admits(from, Instant::now());
                return Err(Shut::Closed);
            };
            let lease = self.inner.rooms.open(link.board).map_err(|_| Shut::NotNow)?;
            let opened = Arc::new(OpenLink::new(hash, format!("/s/{token}"), link, lease));
            let mut register = self.inner.register();
            if register.changes != changes {
                continue;
            }
            let open = register.open.entry(hash).or_insert_with(|| opened.clone()).clone();
            drop(register);
            if Arc::ptr_eq(&open, &opened) {
                self.watch(hash, opened);
            }
            return Ok(open);
        }
    }

    /// Forgets a link once nobody has opened it for a while, so that its board may leave memory.
    fn watch(&self, hash: SecretHash, open: Arc<OpenLink>) {
        let inner = Arc::downgrade(&self.inner);
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    () = open.ended.cancelled() => return,
                    () = tokio::time::sleep(LINK_KEPT) => {}
                }
                let Some(inner) = inner.upgrade() else { return };
                let mut register = inner.register();
                if open.rests() {
                    let known = register.open.get(&hash);
                    if known.is_some_and(|known| Arc::ptr_eq(known, &open)) {
                        register.open.remove(&hash);
                    }
                    return;
                }
            }
        });
    }

    /// Whether a password opens a link; `None` when too many were tried.
    pub async fn tries(&self, open: &OpenLink, password: &str, from: IpAddr) -> Option<bool> {
        let now = Instant::now();
        if !self.inner.tries.admits(from, now) || !self.inner.tries_of_one.takes(open.link.line.id, now) {
            return None;
        }
        Some(
            self.inner
                .passwords
                .matches(password, open.link.password.as_deref())
                .await,
        )
    }

    /// Whether a guest may say one more thing.
    pub fn may_say(&self, open: &OpenLink, from: IpAddr) -> bool {
        let now = Instant::now();
        self.inner.guests.admits(from, now) && self.inner.guests_of_one.takes(open.link.line.id, now)
    }

    /// Lets somebody edit who came by a link that gives that, under this name; answers with the secret that their
    /// browser shows from now on. `None` where the link gives it no more, or to nobody more.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn let_in(&self, open: &OpenLink, name: &str) -> Result<Option<String>, ApiError> {
        let secret = minted()?;
        let guest = NewGuest {
            token: secrets::hash(&secret),
            link: open.link.line.id,
            person: PersonId::fresh(),
            name: name.to_owned(),
            lasts: LINK_PASS_KEPT.as_millis() as u64,
        };
        let added = self.inner.editors.add_guest(guest).await;
        let added = added.map_err(|error| unavailable(&error))?;
        if added {
            self.used(open);
        }
        Ok(added.then_some(secret))
    }

    /// Counts that a link was opened; many of them are stored together.
    pub fn used(&self, open: &OpenLink) {
        let is_first = {
            let mut uses = self.inner.uses();
            let is_first = uses.is_empty();
            *uses.entry(open.link.line.id).or_insert(0) += 1;
            is_first
        };
        if is_first {
            let links = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(LINK_USES_WAIT).await;
                links.count().await;
            });
        }
    }

    /// Stores how often links were opened.
    pub async fn count(&self) {
        let uses: Vec<(i64, u64)> = std::mem::take(&mut *self.inner.uses()).into_iter().collect();
        if uses.is_empty() {
            return;
        }
        if let Err(error) = self.inner.store.links_used(uses).await {
            tracing::warn!(%error, "uses of share links were not counted");
        }
    }

    /// As whoever asks may make and revoke them.
    #[must_use]
    pub fn of(&self, asker: Asker) -> CallersLinks {
        CallersLinks {
            links: self.clone(),
            asker,
        }
    }

    /// Looks anew at the links of boards that went into the bin, came out of it, or are no more.
    pub async fn follow(self, mut changes: broadcast::Receiver<Change>) {
        loop {
            match changes.recv().await {
                Ok(Change::Board(board) | Change::Gone(board)) => {
                    self.inner.register().forget(|open| open.link.board == board)
                }
                Ok(Change::Session(_) | Change::Person(_) | Change::Link(_)) => {}
                // A team that is gone takes its boards along.
                Ok(Change::Team(_)) | Err(RecvError::Lagged(_)) => self.inner.register().forget(|_| true),
                Err(RecvError::Closed) => return,
            }
        }
    }

    async fn of_board(&self, board: BoardId) -> Result<Vec<ShareLine>, ApiError> {
        let links = self
            .inner
            .store
            .links(board)
            .await
            .map_err(|error| unavailable(&error))?;
        Ok(links.into_iter().map(|link| link.line).collect())
    }

    /// The hash of a password that a link gets; `None` for none.
    async fn hashed(&self, password: &str) -> Result<String, ApiError> {
        let len = password.chars().count();
        if len < LINK_PASSWORD_MIN {
            return Err(ApiError::Malformed);
        }
        if len > LINK_PASSWORD_MAX {
            return Err(ApiError::TooLarge);
        }
        self.inner.passwords.hash(password).await.ok_or(ApiError::Unexpected)
    }

    /// Forgets what was known of a link. Whoever looks on is told, and whoever edits by it is looked at anew.
    fn changed(&self, id: i64) {
        self.inner.register().forget(|open| open.link.line.id == id);
        self.inner.access.changed(Change::Link(id));
    }
}

impl Inner {
    fn register(&self) -> MutexGuard<'_, Register> {
        // Never left half changed, so a panic elsewhere does not matter to it.
        self.register.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn uses(&self) -> MutexGuard<'_, HashMap<i64, u64>> {
        self.uses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Register {
    fn forget(&mut self, is_it: impl Fn(&OpenLink) -> bool) {
        self.changes += 1;
        self.open.retain(|_, open| {
            let gone = is_it(open);
            if gone {
                open.ended.cancel();
            }
            !gone
        });
    }
}

fn unavailable(error: &StoreError) -> ApiError {
    tracing::error!(%error, "the store did not answer a share link");
    ApiError::Unavailable
}

fn minted() -> Result<String, ApiError> {
    secrets::mint().map_err(|error| {
        tracing::error!(%error, "the system has no random bytes");
        ApiError::Unexpected
    })
}

/// Terms as they are kept, if a link may have them.
fn settled(mut terms: Terms, has_password: bool) -> Result<Terms, ApiError> {
    terms.label = one_line(&terms.label);
    if terms.label.chars().count() > NAME_MAX || terms.embeds.len() > EMBEDS_MAX {
        return Err(ApiError::TooLarge);
    }
    // Nobody becomes an owner by a link.
    if terms.role.may_manage() {
        return Err(ApiError::Refused);
    }
    // Whoever edits sees everything, and in no frame of another site.
    let shows = !terms.disclosure.sights.is_empty();
    if terms.role.may_edit() && !terms.embeds.is_empty() || !terms.role.may_edit() && !shows {
        return Err(ApiError::Refused);
    }
    let sites = terms.embeds.iter().map(|site| origin(site));
    terms.embeds = sites.collect::<Option<_>>().ok_or(ApiError::Malformed)?;
    // In the frame of another site a browser keeps no sign that the password was said.
    if has_password && !terms.embeds.is_empty() {
        return Err(ApiError::Refused);
    }
    Ok(terms)
}

/// The links of boards, as somebody may make and revoke them: what the pages' server functions call.
pub struct CallersLinks {
    links: ServerLinks,
    asker: Asker,
}

impl CallersLinks {
    async fn allow(&self, board: BoardId) -> Result<(), ApiError> {
        self.links
            .inner
            .access
            .allow(&self.asker.caller, board, Deed::Manage)
            .await?;
        // In open mode a board may be opened before there is one; a link to it may not.
        match self.links.inner.rooms.exists(board).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(ApiError::NotFound),
            Err(error) => Err(unavailable(&error)),
        }
    }

    async fn note(&self, what: What, board: BoardId, role: Option<Role>) {
        let book = &self.links.inner.book;
        let entry = book.open(&self.asker, board).await;
        book.note(&self.asker, what, role, entry).await;
    }
}

#[async_trait]
impl Called for CallersLinks {
    async fn create(&self, board: BoardId, terms: Terms, password: Password) -> Result<MadeLink, ApiError> {
        self.allow(board).await?;
        let password = match password {
            Password::Keep | Password::Remove => None,
            Password::Set(password) => Some(password),
        };
        let terms = settled(terms, password.is_some())?;
        if self.links.of_board(board).await?.len() >= LINKS_PER_BOARD {
            return Err(ApiError::TooLarge);
        }
        let password = match password {
            Some(password) => Some(self.links.hashed(&password).await?),
            None => None,
        };
        let token = minted()?;
        let role = terms.role;
        let link = NewLink {
            token: secrets::hash(&token),
            board,
            terms,
            password,
        };
        let id = self
            .links
            .inner
            .store
            .add_link(link)
            .await
            .map_err(|error| unavailable(&error))?;
        let id = id.ok_or(ApiError::NotFound)?;
        tracing::info!(%board, link = id, "share link made");
        self.note(What::LinkMade, board, Some(role)).await;
        self.links.made(board, id, &token).await
    }

    async fn list(&self, board: BoardId) -> Result<Vec<ShareLine>, ApiError> {
        self.allow(board).await?;
        self.links.count().await;
        self.links.of_board(board).await
    }

    async fn change(&self, board: BoardId, id: i64, terms: Terms, password: Password) -> Result<(), ApiError> {
        self.allow(board).await?;
        let mut known = self.links.of_board(board).await?.into_iter();
        let known = known.find(|line| line.id == id).ok_or(ApiError::NotFound)?;
        let has_password = match &password {
            Password::Keep => known.has_password,
            Password::Remove => false,
            Password::Set(_) => true,
        };
        let terms = settled(terms, has_password)?;
        let password = match password {
            Password::Keep => None,
            Password::Remove => Some(None),
            Password::Set(password) => Some(Some(self.links.hashed(&password).await?)),
        };
        let role = terms.role;
        let changed = self.links.inner.store.change_link(board, id, terms, password).await;
        // Also when it is not known whether it was: what is read again is right.
        self.links.changed(id);
        match changed.map_err(|error| unavailable(&error))? {
            true => {
                self.note(What::LinkChanged, board, Some(role)).await;
                Ok(())
            }
            false => Err(ApiError::NotFound),
        }
    }

    async fn renew(&self, board: BoardId, id: i64) -> Result<MadeLink, ApiError> {
        self.allow(board).await?;
        let token = minted()?;
        let renewed = self
            .links
            .inner
            .store
            .renew_link(board, id, secrets::hash(&token))
            .await;
        self.links.changed(id);
        match renewed.map_err(|error| unavailable(&error))? {
            true => {
                self.note(What::LinkRenewed, board, None).await;
                self.links.made(board, id, &token).await
            }
            false => Err(ApiError::NotFound),
        }
    }

    async fn revoke(&self, board: BoardId, id: i64) -> Result<(), ApiError> {
        self.allow(board).await?;
        let revoked = self.links.inner.store.revoke_link(board, id).await;
        self.links.changed(id);
        match revoked.map_err(|error| unavailable(&error))? {
            true => {
                tracing::info!(%board, link = id, "share link revoked");
                self.note(What::LinkRevoked, board, None).await;
                Ok(())
            }
            false => Err(ApiError::NotFound),
        }
    }
}

impl ServerLinks {
    async fn made(&self, board: BoardId, id: i64, token: &str) -> Result<MadeLink, ApiError> {
        let mut lines = self.of_board(board).await?.into_iter();
        let line = lines.find(|line| line.id == id).ok_or(ApiError::Unexpected)?;
        Ok(MadeLink {
            line,
            path: format!("/s/{token}"),
        })
    }
}

/// The beginning of a hash, as it stands in addresses and pages.
fn short(hash: &[u8]) -> String {
    use std::fmt::Write as _;
    hash.iter().take(8).fold(String::with_capacity(16), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What a browser shows that has said the password. It is worth nothing once the link has another address or
/// password: both are in it, the latter with its salt.
fn pass(token: &SecretHash, password: &str) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let mut hash = Sha256::new();
    hash.update(b"touchloop share pass\0");
    hash.update(token);
    hash.update(password.as_bytes());
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f32_a_pass_ends_with_the_address_and_with_the_password() {
        let (one, two) = ([1; 32], [2; 32]);
        assert_eq!(pass(&one, "hash"), pass(&one, "hash"));
        assert_ne!(pass(&one, "hash"), pass(&two, "hash"));
        assert_ne!(pass(&one, "hash"), pass(&one, "hash 2"));
    }

    #[test]
    fn nobody_becomes_an_owner_by_a_link_and_nobody_edits_in_a_frame() {
        let terms = |role, embeds: &[&str]| Terms {
            label: " a\n b ".to_owned(),
            role,
            expires_at: None,
            disclosure: serde_json::from_str("{\"sights\":[\"map\"]}").unwrap(),
            embeds: embeds.iter().map(|site| (*site).to_owned()).collect(),
        };
        assert_eq!(settled(terms(Role::Commenter, &[]), true).unwrap().label, "a b");
        assert_eq!(settled(terms(Role::Editor, &[]), true).unwrap().role, Role::Editor);
        assert_eq!(
            settled(terms(Role::Editor, &["hien.example"]), false),
            Err(ApiError::Refused)
        );
        assert_eq!(settled(terms(Role::Owner, &[]), false), Err(ApiError::Refused));
        let framed = settled(terms(Role::Viewer, &["Hien.example/"]), false).unwrap();
        assert_eq!(framed.embeds, ["https://hien.example"]);
        assert_eq!(
            settled(terms(Role::Viewer, &["hien.example"]), true),
            Err(ApiError::Refused)
        );
        assert_eq!(settled(terms(Role::Viewer, &["*"]), false), Err(ApiError::Malformed));
        let mut nothing = terms(Role::Viewer, &[]);
        nothing.disclosure.sights.clear();
        assert_eq!(settled(nothing.clone(), false), Err(ApiError::Refused));
        nothing.role = Role::Editor;
        assert!(settled(nothing, false).is_ok(), "it shows everything");
    }
}
