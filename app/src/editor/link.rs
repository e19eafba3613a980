//! The socket, the clock and the draft around [`Sync`]: everything of talking to the server that is not a decision.
//!
//! A page shows one map at a time, so there is one link, and it belongs to the browser's one thread.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use leptos::ev;
use leptos::leptos_dom::helpers::{IntervalHandle, WindowListenerHandle};
use leptos::logging::warn;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use model::doc::{BoardDoc, Change, MergeError, Touched};
use model::presence::{self as wire_presence, COLORS, Entry, Presence};
use model::table::Table;
use model::wire::{Message, RefusalCode, SUBPROTOCOL};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BeforeUnloadEvent, BinaryType, MessageEvent, WebSocket};

use super::device::{self, StorageFault};
use super::draft::{Bytes64, Draft, DraftState, HeldTexts, key};
use super::kept::{self, Known};
use super::person::Person;
use super::presence::{self, Peer};
use super::signals::set_if_changed;
use super::sync::{Action, Event, PIECE_MAX, Replica, Sync, SyncState};
use super::{Inner, Room, Source};
use crate::api::{ApiError, BeginBoard, is_open, role, signed_in};
use crate::ask;
use crate::place::View;

/// How often this person says that they are still here, in milliseconds (as y-protocols does).
const RENEW: u64 = 15_000;
/// How long somebody silent stays in the picture. Browsers wake a tab in the background once a minute.
const SILENT_MAX: u64 = 75_000;
/// How long an edit may be on its way, or wait for the server, before it is kept on this device too. The whole
/// document is written, so not with every letter.
const DRAFT_AFTER: Duration = Duration::from_millis(250);
/// How long the page may go on saying that something is on its way: while one types that comes and goes with every
/// letter, and each time the page is painted once more. That something is on its way is said at once, as is trouble.
const CALM: Duration = Duration::from_millis(200);

/// How long after a change the copy of a map is written of which the server has everything.
const COPY_AFTER: Duration = Duration::from_secs(2);
/// Copies are written so seldom that they take no more than one part in so many of the time.
const COPY_SHARE: u32 = 50;

thread_local! {
    static LINK: RefCell<Option<Rc<Link>>> = const { RefCell::new(None) };
}

struct Link {
    inner: Arc<Inner>,
    sync: RefCell<Sync>,
    socket: RefCell<Option<Socket>>,
    others: RefCell<Table<u64, Other>>,
    my_clock: Cell<u32>,
    greeted_at: Cell<u64>,
    /// The draft as this tab last saw it in storage.
    draft: RefCell<Option<Draft>>,
    /// The same as the browser's text: while it stands, nobody else has written.
    stored: RefCell<JsValue>,
    draft_due: Cell<bool>,
    /// What lies in storage cannot be read and could not be set aside: it may not be written over.
    draft_blocked: Cell<bool>,
    /// Whether this device's copy is what the document is.
    copied: Cell<bool>,
    copy_due: Cell<bool>,
    copy_took: Cell<u64>,
    /// The person goes, whatever may be lost.
    let_go: Cell<bool>,
    calming: Cell<bool>,
    left: Cell<bool>,
    listeners: RefCell<Vec<WindowListenerHandle>>,
    ticker: Cell<Option<IntervalHandle>>,
}

struct Other {
    clock: u32,
    presence: Option<Presence>,
    heard_at: u64,
}

/// A socket and the functions it calls, which live as long as it does.
struct Socket {
    socket: WebSocket,
    _on_open: Closure<dyn FnMut()>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut()>,
}

/// Starts talking about a map.
pub fn open(inner: &Arc<Inner>) {
    close();
    let link = Rc::new(Link {
        inner: Arc::clone(inner),
        sync: RefCell::default(),
        socket: RefCell::default(),
        others: RefCell::default(),
        my_clock: Cell::new(0),
        greeted_at: Cell::new(0),
        draft: RefCell::default(),
        stored: RefCell::default(),
        draft_due: Cell::new(false),
        draft_blocked: Cell::new(false),
        copied: Cell::new(false),
        copy_due: Cell::new(false),
        copy_took: Cell::new(0),
        let_go: Cell::new(false),
        calming: Cell::new(false),
        left: Cell::new(false),
        listeners: RefCell::default(),
        ticker: Cell::new(None),
    });
    LINK.with(|slot| *slot.borrow_mut() = Some(Rc::clone(&link)));

    let person = Person::here();
    inner.sign_as(&person);
    inner.person.set(Some(person));

    link.listen();
    link.take_in_draft();
    if !device::aside(&key(inner.id)).is_empty() {
        inner.set_aside.set(true);
    }
    link.tick();
    link.on(Event::Start);
}

/// Leaves the map.
pub fn close() {
    let Some(link) = LINK.with(|slot| slot.borrow_mut().take()) else {
        return;
    };
    // While it is still there: an edit of the last moment has no other place yet.
    link.write_draft();
    link.leave();
    link.left.set(true);
    for listener in link.listeners.borrow_mut().drain(..) {
        listener.remove();
    }
    if let Some(ticker) = link.ticker.take() {
        ticker.clear();
    }
    link.hangup();
}

/// An edit was made here.
pub fn edited(update: &[u8]) {
    if let Some(link) = current() {
        link.copied.set(false);
        link.on(Event::Edited(update));
        link.draft_soon();
    }
}

/// Says anew who is here and where.
pub fn greet() {
    if let Some(link) = current() {
        link.greet();
    }
}

/// What is held because the document refused it is another.
pub fn held() {
    if let Some(link) = current() {
        link.draft_soon();
    }
}

/// Whether something is neither stored by the server nor kept on this device. Keeps it first, if that can be done.
pub fn at_risk() -> bool {
    current().is_some_and(|link| link.at_risk())
}

/// Nobody is asked any more.
pub fn let_go() {
    if let Some(link) = current() {
        link.let_go.set(true);
    }
}

/// Gives up what only this device has of the map, and opens it again.
pub fn discard() {
    if let Some(link) = current() {
        // From here on nothing is written, and nobody is asked.
        link.let_go.set(true);
        link.left.set(true);
        link.hangup();
        device::forget(&key(link.inner.id));
        kept::forget(link.inner.id);
        if window().location().reload().is_err() {
            warn!("the browser would not open the page again");
        }
    }
}

/// What this device keeps of all maps.
pub fn room() -> Room {
    kept::room(current().map(|link| link.inner.id))
}

/// Drops the copies of all maps but the open one.
pub fn free_room() {
    kept::free(current().map(|link| link.inner.id));
}

/// Goes on with everything this page has as another map, which belongs to whoever sits here. Says its address.
pub fn begin_anew() -> Option<String> {
    let link = current()?;
    let title = link.inner.map.with_untracked(|map| map.title.clone());
    let draft = Draft {
        unsent: link.sync.borrow().unsent().max(1),
        ..link.as_draft()
    };
    let board = kept::begin_with(title, draft).ok()?;
    // From here on nothing is written, and nobody is asked: it is all in the other one.
    link.let_go.set(true);
    link.left.set(true);
    link.hangup();
    device::forget(&key(link.inner.id));
    kept::forget(link.inner.id);
    Some(View::Map.address(board))
}

/// Everything this page has, as a file.
pub fn download() {
    if let Some(link) = current()
        && let Ok(text) = serde_json::to_string(&link.as_draft())
    {
        device::download(&file_name(&link, "json"), &text);
    }
}

/// The drafts that cannot be read, as a file.
pub fn download_set_aside() {
    if let Some(link) = current() {
        let all = device::aside(&key(link.inner.id));
        let texts: Vec<String> = all.iter().filter_map(|name| device::read_raw(name)).collect();
        device::download(&file_name(&link, "txt"), &texts.join("\n"));
    }
}

/// Throws away the drafts that cannot be read.
pub fn forget_set_aside() {
    if let Some(link) = current() {
        for name in device::aside(&key(link.inner.id)) {
            device::forget(&name);
        }
        link.inner.set_aside.set(false);
    }
}

fn file_name(link: &Link, ending: &str) -> String {
    format!("touchloop-{}.{ending}", link.inner.id)
}

fn current() -> Option<Rc<Link>> {
    LINK.with(|slot| slot.borrow().clone())
}

impl Replica for &Inner {
    fn state_vector(&self) -> Vec<u8> {
        match &*self.source() {
            Source::Document(doc) => doc.state_vector(),
            Source::Plain(_) => Vec::new(),
        }
    }
    fn since(&self, state_vector: &[u8]) -> Option<Vec<Vec<u8>>> {
        match &*self.source() {
            Source::Document(doc) => doc.encode_since_in_pieces(state_vector, PIECE_MAX).ok(),
            Source::Plain(_) => None,
        }
    }
    fn whole(&self) -> Vec<Vec<u8>> {
        /// The state vector of nothing.
        const NOTHING: &[u8] = &[0];
        self.since(NOTHING).unwrap_or_default()
    }
}

impl Inner {
    fn encoded(&self) -> Vec<u8> {
        match &*self.source() {
            Source::Document(doc) => doc.encode(),
            Source::Plain(_) => Vec::new(),
        }
    }

    /// Puts a fresh document in the place of one that can take in nothing more: from what that one encodes, or from
    /// this device's draft. Says whether one of them could be opened.
    fn reopen(&self, draft: Option<&[u8]>) -> bool {
        let encoded = self.encoded();
        let fresh = [Some(&*encoded), draft].into_iter().flatten().find_map(|encoded| {
            let mut doc = BoardDoc::new(device::env()).with_undo();
            let change = doc.merge(encoded).ok()?;
            Some((doc, change.touched))
        });
        let Some((mut doc, touched)) = fresh else {
            return false;
        };
        if let Some(person) = self.person.get_untracked() {
            doc.sign(person.id, &person.name, person.color);
        }
        *self.source() = Source::Document(Box::new(doc));
        self.show(&Touched {
            map: true,
            layout: true,
            ..touched
        });
        true
    }
}

impl Link {
    fn on(self: &Rc<Self>, event: Event<'_>) {
        if self.left.get() {
            return;
        }
        let actions = self.sync.borrow_mut().step(event, &&*self.inner);
        self.say_state();
        if let SyncState::Rejected {
            code: RefusalCode::NotAllowed,
            ..
        } = self.sync.borrow().state()
        {
            // What somebody may not see any more does not stay here; what they wrote does.
            kept::forget(self.inner.id);
        }
        if !self.has_unkept() && self.inner.draft.get_untracked() != DraftState::Empty {
            self.draft_soon();
        }
        for action in actions {
            self.carry_out(action);
        }
        self.copy_soon();
    }

    fn say_state(self: &Rc<Self>) {
        let state = self.sync.borrow().state();
        let said = self.inner.sync.get_untracked();
        let on_its_way = |state| matches!(state, SyncState::Unsent { why: None, .. });
        if !on_its_way(said) || !(on_its_way(state) || state == SyncState::Saved) {
            set_if_changed(&self.inner.sync, state);
            return;
        }
        if said == state || self.calming.replace(true) {
            return;
        }
        let link = Rc::downgrade(self);
        set_timeout(
            move || {
                if let Some(link) = link.upgrade() {
                    link.calming.set(false);
                    set_if_changed(&link.inner.sync, link.sync.borrow().state());
                }
            },
            CALM,
        );
    }

    fn carry_out(self: &Rc<Self>, action: Action) {
        match action {
            Action::Connect => self.connect(),
            Action::Hangup => {
                self.hangup();
                self.lost(Event::Closed);
            }
            Action::Send(bytes) => self.send(&bytes),
            Action::Greet => self.greet(),
            Action::Apply(update) => {
                if let Err(error) = self.merge(&update) {
                    warn!("an update from the server cannot be merged: {error}");
                    self.hangup();
                    let event = self.recover(&error);
                    self.lost(event);
                }
            }
            Action::Presence(bytes) => self.hear(&bytes),
            Action::Wait(ceiling) => self.later(ceiling, || Event::WaitOver),
            Action::Retry(ceiling) => self.later(ceiling, || Event::RetryOver),
        }
    }

    /// Opens a socket; of a map that was begun here, once the server has made room for it.
    fn connect(self: &Rc<Self>) {
        let begun_here = kept::known(self.inner.id).is_some_and(|known| known.begun_here);
        if !begun_here || is_open() {
            return self.dial();
        }
        let link = Rc::downgrade(self);
        spawn_local(async move {
            let board = link.upgrade().map(|link| link.inner.id.to_string());
            let begun = match board {
                Some(board) if signed_in().is_some() => ask::tell(BeginBoard::PATH, &[("board", &board)]).await,
                _ => Err(ApiError::SignedOut),
            };
            let Some(link) = link.upgrade().filter(|link| !link.left.get()) else {
                return;
            };
            set_if_changed(&link.inner.only_here, begun == Err(ApiError::SignedOut));
            match begun {
                Ok(()) => link.dial(),
                // Whoever has no account has it on this device, until they have.
                Err(ApiError::Network | ApiError::Unavailable | ApiError::SignedOut) => link.on(Event::Closed),
                Err(_) => link.on(Event::Broken(RefusalCode::NotAllowed)),
            }
        });
    }

    fn dial(self: &Rc<Self>) {
        if let Some(socket) = Socket::connect(self) {
            *self.socket.borrow_mut() = Some(socket);
        } else {
            self.on(Event::Closed);
        }
    }

    /// A page of another release goes on as it is, and says so (F44).
    fn compare(&self, served: &str) {
        let is_other = crate::api::release().is_some_and(|mine| mine != served);
        set_if_changed(&self.inner.outdated, is_other);
    }

    /// Full jitter: anywhere below the ceiling, so that a crowd does not come back as one.
    fn later(self: &Rc<Self>, ceiling: u64, event: fn() -> Event<'static>) {
        #[allow(clippy::cast_precision_loss)]
        let pause = Duration::from_secs_f64(js_sys::Math::random() * ceiling as f64 / 1_000.0);
        let link = Rc::downgrade(self);
        set_timeout(
            move || {
                if let Some(link) = link.upgrade() {
                    link.on(event());
                }
            },
            pause,
        );
    }

    fn listen(self: &Rc<Self>) {
        macro_rules! weakly {
            ($link:ident, $do:expr) => {{
                let weak = Rc::downgrade(self);
                move || {
                    if let Some($link) = weak.upgrade() {
                        $do;
                    }
                }
            }};
        }
        let online = weakly!(link, link.on(Event::Online));
        let offline = weakly!(link, link.on(Event::Offline));
        let other_tab = weakly!(link, link.hear_of_other_tab());
        let look = weakly!(link, {
            if !document().hidden() {
                link.on(Event::Likely);
            }
        });
        let hide = weakly!(link, {
            device::leave_field();
            link.write_draft();
            link.write_copy();
            link.leave();
        });
        let weak = Rc::downgrade(self);
        let before_unload = move |event: BeforeUnloadEvent| {
            device::leave_field();
            if weak.upgrade().is_some_and(|link| link.at_risk()) {
                event.prevent_default();
                // Older browsers ask only for this.
                event.set_return_value("?");
            }
        };
        *self.listeners.borrow_mut() = vec![
            window_event_listener(ev::online, move |_| online()),
            window_event_listener(ev::offline, move |_| offline()),
            window_event_listener(ev::storage, move |_| other_tab()),
            window_event_listener_untyped("pagehide", move |_| hide()),
            window_event_listener_untyped("visibilitychange", move |_| look()),
            window_event_listener(ev::beforeunload, before_unload),
        ];
        let tick = weakly!(link, link.tick());
        self.ticker
            .set(set_interval_with_handle(tick, Duration::from_secs(1)).ok());
    }

    fn tick(self: &Rc<Self>) {
        let now = device::now();
        let buffered = self.socket.borrow().as_ref().map(Socket::buffered);
        self.on(Event::Tick {
            now,
            buffered: buffered.unwrap_or_default(),
        });
        if now.saturating_sub(self.greeted_at.get()) >= RENEW {
            self.greet();
        }
        let mut others = self.others.borrow_mut();
        let before = others.len();
        others.retain(|_, other| now.saturating_sub(other.heard_at) < SILENT_MAX);
        if others.len() != before {
            drop(others);
            self.show_others();
        }
    }

    // The socket -----------------------------------------------------------------------------------------------

    fn send(&self, bytes: &[u8]) {
        if let Some(socket) = &*self.socket.borrow()
            && socket.socket.ready_state() == WebSocket::OPEN
            && socket.socket.send_with_u8_array(bytes).is_err()
        {
            warn!("the browser would not send {} bytes", bytes.len());
        }
    }

    fn hangup(&self) {
        if let Some(socket) = &*self.socket.borrow() {
            socket.silence();
            let _ = socket.socket.close();
        }
    }

    fn lost(self: &Rc<Self>, how: Event<'_>) {
        self.others.borrow_mut().clear();
        self.show_others();
        self.on(how);
    }

    /// After an update from the server could not be merged: what is left of the document to go on with.
    fn recover(&self, error: &MergeError) -> Event<'static> {
        if *error == MergeError::TooLarge {
            return Event::Broken(RefusalCode::TooLarge);
        }
        let spent = match &*self.inner.source() {
            Source::Document(doc) => doc.is_spent(),
            Source::Plain(_) => false,
        };
        let opens = !spent || {
            let draft = device::read::<Draft>(&key(self.inner.id)).ok().flatten();
            self.inner.reopen(draft.as_ref().map(|draft| &*draft.document.0))
        };
        if opens {
            Event::Unmergeable
        } else {
            Event::Broken(RefusalCode::Malformed)
        }
    }

    fn merge(self: &Rc<Self>, update: &[u8]) -> Result<Change, MergeError> {
        let change = match &mut *self.inner.source() {
            Source::Document(doc) => doc.merge(update)?,
            Source::Plain(_) => return Ok(Change::default()),
        };
        self.copied.set(false);
        self.inner.brace(&change.touched);
        self.inner.show(&change.touched);
        Ok(change)
    }

    // Who is here ----------------------------------------------------------------------------------------------

    fn client(&self) -> u64 {
        match &*self.inner.source() {
            Source::Document(doc) => doc.client_id(),
            Source::Plain(_) => 0,
        }
    }

    fn greet(&self) {
        let Some(person) = self.inner.person.get_untracked() else {
            return;
        };
        let place = self.inner.place.lock().map(|place| place.clone()).unwrap_or_default();
        self.say(Some(
            Presence {
                name: person.name,
                color: person.color,
                person: Some(person.id),
                on: place.on,
                field: place.field,
            }
            .to_json(),
        ));
    }

    fn leave(&self) {
        self.say(None);
    }

    fn say(&self, state: Option<serde_json::Value>) {
        self.my_clock.set(self.my_clock.get().wrapping_add(1));
        self.greeted_at.set(device::now());
        let entry = Entry {
            client: self.client(),
            clock: self.my_clock.get(),
            state,
        };
        self.send(&Message::Awareness(&wire_presence::encode(&[entry])).encode());
    }

    fn hear(&self, bytes: &[u8]) {
        let Ok(entries) = wire_presence::decode(bytes) else {
            return;
        };
        let (me, now) = (self.client(), device::now());
        for entry in entries {
            if entry.client == me {
                // Somebody took us for gone.
                if entry.state.is_none() && entry.clock >= self.my_clock.get() {
                    self.my_clock.set(entry.clock);
                    self.greet();
                }
                continue;
            }
            let presence = entry.state.as_ref().map(Presence::from_json);
            let mut others = self.others.borrow_mut();
            let news = others
                .get(&entry.client)
                .is_none_or(|known| entry.clock > known.clock || (entry.clock == known.clock && entry.state.is_none()));
            if news {
                others.insert(
                    entry.client,
                    Other {
                        clock: entry.clock,
                        presence,
                        heard_at: now,
                    },
                );
            }
        }
        self.show_others();
    }

    fn show_others(&self) {
        let peers: Vec<Peer> = self
            .others
            .borrow()
            .iter()
            .filter_map(|(client, other)| {
                let presence = other.presence.as_ref()?;
                Some(Peer {
                    client: *client,
                    name: presence.name.clone(),
                    color: presence.color.clamp(1, COLORS),
                    on: presence.on,
                    field: presence.field.clone(),
                })
            })
            .collect();
        self.inner.holders.show_all(|card| presence::holder(&peers, *card));
        set_if_changed(&self.inner.typists, presence::typists(&peers));
        set_if_changed(&self.inner.peers, peers);
    }

    // The draft on this device ---------------------------------------------------------------------------------

    fn at_risk(self: &Rc<Self>) -> bool {
        self.write_draft();
        self.has_unkept() && !self.let_go.get() && self.inner.draft.get_untracked() != DraftState::Kept
    }

    /// Whether this page has anything that the server has not.
    fn has_unkept(&self) -> bool {
        self.sync.borrow().unsent() > 0 || !self.held().is_empty()
    }

    fn held(&self) -> HeldTexts {
        self.inner.held.get_untracked()
    }

    fn as_draft(&self) -> Draft {
        Draft {
            unsent: self.sync.borrow().unsent(),
            document: Bytes64(self.inner.encoded().into()),
            held: self.held(),
        }
    }

    fn draft_soon(self: &Rc<Self>) {
        if self.draft_due.replace(true) {
            return;
        }
        let link = Rc::downgrade(self);
        set_timeout(
            move || {
                if let Some(link) = link.upgrade() {
                    link.write_draft();
                }
            },
            DRAFT_AFTER,
        );
    }

    /// Another tab has written. Where it has no draft any more, the server has taken that in.
    fn hear_of_other_tab(self: &Rc<Self>) {
        let got_through = self.draft.borrow().is_some() && device::stored(&key(self.inner.id)).is_undefined();
        self.take_in_draft();
        if got_through {
            self.on(Event::Likely);
        }
    }

    /// Takes in what is in storage and this tab has not seen: what an earlier visit or another tab left unsent.
    fn take_in_draft(self: &Rc<Self>) {
        let key = key(self.inner.id);
        let stored = device::stored(&key);
        if !stored.is_undefined() && *self.stored.borrow() == stored {
            return;
        }
        let before = (&*self.inner).state_vector();
        match device::read::<Draft>(&key) {
            Ok(None) | Err(StorageFault::Refused | StorageFault::Full) => {}
            Ok(Some(draft)) if self.draft.borrow().as_ref() == Some(&draft) => {}
            Ok(Some(draft)) => match self.merge(&draft.document.0) {
                Ok(change) => {
                    let known = self.draft.borrow_mut().take();
                    // This tab counts what it saw in the draft before, and what it put there itself.
                    let counted = known.as_ref().map_or(0, |known| known.unsent);
                    let edits = draft.unsent.saturating_sub(counted).max(1);
                    self.hold_too(&draft.held, known.map(|known| known.held));
                    *self.draft.borrow_mut() = Some(draft);
                    self.inner.draft.set(DraftState::Kept);
                    if change.update.is_empty() {
                        self.draft_soon();
                    } else {
                        self.on(Event::Recovered { edits, before: &before });
                    }
                }
                Err(_) => self.set_aside(&key),
            },
            Err(StorageFault::Broken) => self.set_aside(&key),
        }
    }

    /// Texts that an earlier visit or another tab holds are held here too, but for those that were settled here.
    fn hold_too(&self, theirs: &HeldTexts, known: Option<HeldTexts>) {
        let known = known.unwrap_or_default();
        let mine = self.held();
        let new = theirs
            .iter()
            .filter(|(field, _)| !mine.contains_key(*field) && !known.contains_key(*field));
        let new: Vec<_> = new.map(|(field, text)| (field.clone(), text.clone())).collect();
        if !new.is_empty() {
            self.inner.held.update(|held| held.extend(new));
        }
    }

    fn set_aside(&self, key: &str) {
        self.draft_blocked.set(!device::set_aside(key));
        self.inner.set_aside.set(true);
    }

    fn write_draft(self: &Rc<Self>) {
        self.draft_due.set(false);
        if self.left.get() {
            return;
        }
        self.take_in_draft();
        let key = key(self.inner.id);
        if !self.has_unkept() {
            if self.draft.borrow_mut().take().is_some() {
                // The copy first: the map opens without the server at any moment.
                self.write_copy();
                device::forget(&key);
            }
            set_if_changed(&self.inner.draft, DraftState::Empty);
            return;
        }
        if self.draft_blocked.get() {
            set_if_changed(&self.inner.draft, DraftState::Full);
            return;
        }
        let draft = self.as_draft();
        let state = match kept::keep_draft(self.inner.id, &self.known(), &draft) {
            Ok(()) => {
                *self.draft.borrow_mut() = Some(draft);
                *self.stored.borrow_mut() = device::stored(&key);
                DraftState::Kept
            }
            Err(StorageFault::Full) => DraftState::Full,
            Err(_) => DraftState::Refused,
        };
        set_if_changed(&self.inner.draft, state);
    }
}

// The copy on this device --------------------------------------------------------------------------------------

impl Link {
    fn known(&self) -> Known {
        let begun_here = kept::known(self.inner.id).is_some_and(|known| known.begun_here);
        Known {
            title: self.inner.map.with_untracked(|map| map.title.clone()),
            at: device::now(),
            role: role(),
            begun_here: begun_here && !self.is_settled(),
        }
    }

    /// Whether the server has everything, and this page all that the server has.
    fn is_settled(&self) -> bool {
        self.sync.borrow().state() == SyncState::Saved && !self.has_unkept()
    }

    fn copy_soon(self: &Rc<Self>) {
        if self.copied.get() || !self.is_settled() || self.copy_due.replace(true) {
            return;
        }
        let link = Rc::downgrade(self);
        let pause = COPY_AFTER.max(Duration::from_millis(self.copy_took.get()) * COPY_SHARE);
        set_timeout(
            move || {
                if let Some(link) = link.upgrade() {
                    link.copy_due.set(false);
                    link.write_copy();
                }
            },
            pause,
        );
    }

    fn write_copy(self: &Rc<Self>) {
        if self.left.get() || self.copied.get() || !self.is_settled() {
            return;
        }
        let began = device::now();
        let document = Bytes64(self.inner.encoded().into());
        // Without room there is none; it is tried again after the next change.
        kept::keep(self.inner.id, &self.known(), &document);
        self.copied.set(true);
        self.copy_took.set(device::now().saturating_sub(began));
    }
}

impl Socket {
    fn connect(link: &Rc<Link>) -> Option<Self> {
        let location = window().location();
        let scheme = if location.protocol().ok()? == "https:" {
            "wss"
        } else {
            "ws"
        };
        let url = format!("{scheme}://{}/sync/{}", location.host().ok()?, link.inner.id);
        let socket = WebSocket::new_with_str(&url, SUBPROTOCOL).ok()?;
        socket.set_binary_type(BinaryType::Arraybuffer);

        let weak = Rc::downgrade(link);
        let on_open = Closure::<dyn FnMut()>::new(move || {
            if let Some(link) = weak.upgrade() {
                link.on(Event::Opened);
            }
        });
        let weak = Rc::downgrade(link);
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let Some(link) = weak.upgrade() else { return };
            let Ok(buffer) = event.data().dyn_into::<js_sys::ArrayBuffer>() else {
                return;
            };
            let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
            match Message::decode(&bytes) {
                Ok(Message::Release(served)) => link.compare(served),
                Ok(message) => link.on(Event::Received(message)),
                Err(error) => warn!("a message from the server cannot be read: {error}"),
            }
        });
        let weak = Rc::downgrade(link);
        let on_close = Closure::<dyn FnMut()>::new(move || {
            if let Some(link) = weak.upgrade() {
                link.lost(Event::Closed);
            }
        });
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Some(Self {
            socket,
            _on_open: on_open,
            _on_message: on_message,
            _on_close: on_close,
        })
    }

    /// Bytes that the browser has not handed to the network yet.
    fn buffered(&self) -> u64 {
        self.socket.buffered_amount().into()
    }

    /// What this socket says from now on is nobody's business.
    fn silence(&self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.silence();
    }
}
