//! What the page asks of the server: the lists, creation, opening a board, the language.
//!
//! Every function here is a public endpoint. It checks what it is given and then calls [`Boards`], which the server
//! provides by context; this crate knows no storage. Forms post to the same addresses when no script runs.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Json, JsonEncoding};
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use model::access::Role;
use model::board::Board;
#[cfg(feature = "ssr")]
use model::id::TeamId;
use model::id::{BoardId, PersonId, TouchpointId};
#[cfg(feature = "ssr")]
use model::loops::across::{Across, Wanted};
use model::loops::forms::{FormLine, Score};
use model::share::{Password, ShareLine, Terms};
#[cfg(feature = "ssr")]
use model::summary::Listed;
use model::teams::Pile;
#[cfg(feature = "ssr")]
use model::teams::Team;
use model::templates::{Lang, Template};
use serde::{Deserialize, Serialize};

use crate::language::Locale;

pub(crate) use calls::*;

/// What the start page was asked for. The server looks it up before it renders and provides it by context; the page
/// carries it as markup, which the browser's half leaves as it is.
#[cfg(feature = "ssr")]
pub type Shelved = Result<Shelf, ApiError>;

/// What stands on the shelf, and where it could stand.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug)]
pub struct Shelf {
    /// The pile that was asked for.
    pub pile: Pile,
    /// The boards of it that match.
    pub listed: Listed,
    /// The teams in which whoever looks may put boards.
    pub places: Vec<Team>,
}

/// The day of now where the reader is: nothing that draws reads a clock. The server provides it by context.
#[cfg(feature = "ssr")]
#[derive(Clone, Copy, Debug)]
pub struct Today(pub model::date::Date);

/// What the page of improvements was asked for; the server provides it by context.
#[cfg(feature = "ssr")]
pub type Crossed = Result<Arc<Across>, ApiError>;

/// A form that was just made: the only moment at which its link can be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeForm {
    /// The form.
    pub form: FormLine,
    /// Its address on this server, `/f/…`.
    pub path: String,
}

/// The feedback forms as the server keeps them.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Forms: Send + Sync + 'static {
    /// Makes a form of a board, or of one of its touchpoints.
    async fn create(
        &self,
        board: BoardId,
        touchpoint: Option<TouchpointId>,
        label: String,
        score: Score,
    ) -> Result<MadeForm, ApiError>;
    /// The forms of a board, newest first.
    async fn list(&self, board: BoardId) -> Result<Vec<FormLine>, ApiError>;
    /// Closes a form for good.
    async fn revoke(&self, board: BoardId, id: i64) -> Result<(), ApiError>;
}

/// A share link that was just made, or got another address: the only moment at which that can be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeLink {
    /// The link.
    pub line: ShareLine,
    /// Its address on this server, `/s/…`.
    pub path: String,
}

/// The share links as the server keeps them.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Links: Send + Sync + 'static {
    /// Makes a link to a board.
    async fn create(&self, board: BoardId, terms: Terms, password: Password) -> Result<MadeLink, ApiError>;
    /// The links of a board, newest first.
    async fn list(&self, board: BoardId) -> Result<Vec<ShareLine>, ApiError>;
    /// Gives a link other terms; whoever has its page open sees it anew.
    async fn change(&self, board: BoardId, id: i64, terms: Terms, password: Password) -> Result<(), ApiError>;
    /// Gives a link another address; the one it had opens nothing any more.
    async fn renew(&self, board: BoardId, id: i64) -> Result<MadeLink, ApiError>;
    /// Closes a link for good, and the pages that it has opened.
    async fn revoke(&self, board: BoardId, id: i64) -> Result<(), ApiError>;
}

/// A whole document as the page gets it.
#[derive(Clone, Debug)]
pub struct BoardSeed {
    /// The document, encoded; both sides render from these bytes. Shared: a large one is handed around as it lies.
    pub encoded: Arc<[u8]>,
    /// The same as plain values, where the server has them at hand.
    pub board: Option<Arc<Board>>,
    /// What whoever has asked may do with it.
    pub role: Role,
}

/// The map that a page was asked for, or why there is none. The server loads it before it renders, provides it by
/// context, and writes it into the page beside the app, where the browser's half finds it.
pub type Opened = Result<BoardSeed, ApiError>;

/// The element that carries it.
pub(crate) const OPENED: &str = "opened";
/// Stands before the reason why there is no map. Not a letter of base64.
const REASON: char = '!';

/// The text that carries it.
#[cfg(feature = "ssr")]
pub(crate) fn written(opened: &Opened) -> String {
    use base64::Engine as _;
    match opened {
        Ok(seed) => base64::engine::general_purpose::STANDARD.encode(&seed.encoded),
        Err(error) => format!("{REASON}{}", serde_json::to_string(error).unwrap_or_default()),
    }
}

/// Where in a page the text begins that carries its map: what stands before it can be looked at without it.
#[cfg(feature = "ssr")]
#[must_use]
pub fn document_at(page: &[u8]) -> usize {
    let id = format!("id=\"{OPENED}\"");
    let element = page.windows(id.len()).position(|part| part == id.as_bytes());
    element
        .and_then(|at| page[..at].iter().rposition(|byte| *byte == b'<'))
        .unwrap_or(page.len())
}

/// What the server has provided.
#[cfg(feature = "ssr")]
pub(crate) fn opened() -> Opened {
    use_context::<Opened>().unwrap_or(Err(ApiError::NotFound))
}

#[cfg(not(feature = "ssr"))]
fn written() -> String {
    document()
        .get_element_by_id(OPENED)
        .and_then(|element| element.text_content())
        .unwrap_or_default()
}

/// Why the server has written no map into the page, where it says so.
#[cfg(not(feature = "ssr"))]
#[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
pub(crate) fn refusal() -> Option<ApiError> {
    let text = written();
    let reason = text.strip_prefix(REASON)?;
    Some(serde_json::from_str(reason).unwrap_or(ApiError::Unexpected))
}

/// What the server has written into the page.
#[cfg(not(feature = "ssr"))]
pub(crate) fn opened() -> Opened {
    use base64::Engine as _;
    if let Some(reason) = refusal() {
        return Err(reason);
    }
    let text = written();
    let encoded = base64::engine::general_purpose::STANDARD
        .decode(text)
        .map_err(|_| ApiError::Unexpected)?;
    Ok(BoardSeed {
        encoded: encoded.into(),
        board: None,
        role: role(),
    })
}

/// What the page says that whoever has asked may do with its map.
#[cfg(not(feature = "ssr"))]
pub(crate) fn role() -> Role {
    let word = said_of_page("data-role").and_then(|word| Role::from_word(&word));
    word.unwrap_or(Role::Viewer)
}

#[cfg(feature = "ssr")]
pub(crate) fn role() -> Role {
    opened().map_or(Role::Viewer, |seed| seed.role)
}

/// Who is signed in, as the page says: their id and name.
#[cfg(not(feature = "ssr"))]
pub(crate) fn signed_in() -> Option<(PersonId, String)> {
    let id = said_of_page("data-person").and_then(|id| PersonId::parse(&id))?;
    Some((id, said_of_page("data-name").unwrap_or_default()))
}

#[cfg(feature = "ssr")]
pub(crate) fn signed_in() -> Option<(PersonId, String)> {
    use_context::<SignedIn>()?.person
}

/// Whether that is no account, but the name that somebody gave who came by a link.
#[cfg(not(feature = "ssr"))]
pub(crate) fn is_guest() -> bool {
    said_of_page("data-guest").is_some()
}

#[cfg(feature = "ssr")]
pub(crate) fn is_guest() -> bool {
    use_context::<SignedIn>().is_some_and(|signed_in| signed_in.is_guest)
}

/// The release of the product that the page is of.
#[cfg(not(feature = "ssr"))]
#[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
pub(crate) fn release() -> Option<String> {
    said_of_page("data-release")
}

/// What the server has written on the element of the whole page.
#[cfg(not(feature = "ssr"))]
fn said_of_page(name: &str) -> Option<String> {
    document().document_element()?.get_attribute(name)
}

/// Who is signed in, if the server has accounts and somebody is; the server provides it by context.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, Default)]
pub struct SignedIn {
    /// Their id and name.
    pub person: Option<(PersonId, String)>,
    /// Whether they have no account and came by a link.
    pub is_guest: bool,
}

impl From<Locale> for Lang {
    fn from(locale: Locale) -> Self {
        match locale {
            Locale::vi => Self::Vi,
            Locale::en => Self::En,
        }
    }
}

/// Why the server did not do what it was asked. Says nothing of causes: those are in the server's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum ApiError {
    /// There is no such board.
    #[error("not found")]
    NotFound,
    /// Nobody that the server knows has asked; signing in helps.
    #[error("signed out")]
    SignedOut,
    /// Asked for something that is not allowed or out of bounds.
    #[error("refused")]
    Refused,
    /// More than the limits allow.
    #[error("too large")]
    TooLarge,
    /// The store cannot read or write just now.
    #[error("unavailable")]
    Unavailable,
    /// The request could not be read.
    #[error("malformed")]
    Malformed,
    /// The server could not be reached; only the browser says so.
    #[error("no connection")]
    Network,
    /// The server could not be reached, and this device has no such map; only the browser says so.
    #[error("not kept on this device")]
    NotHere,
    /// This device keeps nothing more; only the browser says so.
    #[error("this device has no room")]
    NotKept,
    /// Anything else.
    #[error("unexpected")]
    Unexpected,
}

impl ApiError {
    /// The HTTP status it is answered with.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::SignedOut => 401,
            Self::Refused => 403,
            Self::TooLarge => 413,
            Self::Malformed => 400,
            Self::Unavailable | Self::Network | Self::NotHere | Self::NotKept => 503,
            Self::Unexpected => 500,
        }
    }

    /// Gives the answer that is being made its status.
    #[cfg(feature = "ssr")]
    pub(crate) fn answer(self) {
        if let Some(response) = use_context::<leptos_axum::ResponseOptions>()
            && let Ok(status) = http::StatusCode::from_u16(self.status())
        {
            response.set_status(status);
        }
    }

    /// What happened, what was kept and what to do, in the reader's language.
    #[must_use]
    pub fn explain(self, locale: Locale) -> &'static str {
        use leptos_i18n::td_string;
        match self {
            Self::NotFound => td_string!(locale, error.map_not_found),
            Self::SignedOut => td_string!(locale, error.signed_out),
            Self::Refused => td_string!(locale, error.refused),
            Self::TooLarge => td_string!(locale, error.too_large),
            Self::Unavailable => td_string!(locale, error.unavailable),
            Self::Malformed => td_string!(locale, error.malformed),
            Self::Network => td_string!(locale, error.network),
            Self::NotHere => td_string!(locale, error.not_here),
            Self::NotKept => td_string!(locale, error.not_kept),
            Self::Unexpected => td_string!(locale, error.unexpected),
        }
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let error = match error {
            ServerFnErrorErr::Request(_) => Self::Network,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::Malformed
            }
            _ => Self::Unexpected,
        };
        // What cannot be read never comes as far as the function that would say so.
        #[cfg(feature = "ssr")]
        give_status(error);
        error
    }
}

/// Where somebody wants a board.
#[cfg(feature = "ssr")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// Where boards of theirs go: in their first team, or with themselves.
    #[default]
    Usual,
    /// With themselves.
    Mine,
    /// In a team.
    Team(TeamId),
}

#[cfg(feature = "ssr")]
impl Place {
    /// The word for oneself in a form.
    pub(crate) const MINE: &'static str = "mine";

    /// Reads what a form says.
    fn read(word: Option<&str>) -> Result<Self, ApiError> {
        match word.map(str::trim) {
            None | Some("") => Ok(Self::Usual),
            Some(Self::MINE) => Ok(Self::Mine),
            Some(id) => TeamId::parse(id).map(Self::Team).ok_or(ApiError::Malformed),
        }
    }
}

/// The boards as the server keeps them.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Boards: Send + Sync + 'static {
    /// Boards of a pile that match, newest change first; an empty query matches all. Accents do not matter.
    async fn list(&self, pile: Pile, query: &str) -> Result<Listed, ApiError>;
    /// Improvements of all boards, on the reader's day.
    async fn across(
        &self,
        wanted: &Wanted,
        today: model::date::Date,
        zone: model::date::Zone,
    ) -> Result<Across, ApiError>;
    /// Creates a board and says its id.
    async fn create(
        &self,
        template: Template,
        lang: Lang,
        title: Option<String>,
        place: Place,
    ) -> Result<BoardId, ApiError>;
    /// Makes room for a board with this id, with nothing in it.
    async fn begin(&self, id: BoardId) -> Result<(), ApiError>;
    /// The document of a board.
    async fn open(&self, id: BoardId) -> Result<BoardSeed, ApiError>;
    /// A board of its own with what is in this one, named so, where that one stands.
    async fn duplicate(&self, id: BoardId, title: String) -> Result<BoardId, ApiError>;
    /// Gives a board to a team, or keeps it for oneself.
    async fn give(&self, id: BoardId, place: Place) -> Result<(), ApiError>;
    /// Puts a board on a pile.
    async fn put(&self, id: BoardId, pile: Pile) -> Result<(), ApiError>;
    /// Where whoever asks may put a board.
    async fn places(&self) -> Result<Vec<Team>, ApiError>;
}

/// Where the files of the site are, and what the page must know of the server. Addresses carry a content hash.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// The stylesheet.
    pub css: String,
    /// The script that loads the app.
    pub js: String,
    /// The app.
    pub wasm: String,
    /// The script that fetches the app's parts.
    pub loader: String,
    /// The files of each part, by its name.
    pub parts: std::collections::BTreeMap<String, Vec<String>>,
    /// The fonts, in all weights.
    pub fonts: Vec<String>,
    /// The icon of the tab.
    pub icon: String,
    /// The script that keeps a shared page up to date.
    pub live: String,
    /// What this build of the site is called.
    pub release: String,
    /// Whether whoever reaches the server may edit.
    pub open: bool,
}

#[cfg(feature = "ssr")]
impl Site {
    /// The fonts that every page paints with at once; browsers complain about others fetched early.
    pub(crate) fn first_fonts(&self) -> impl Iterator<Item = &String> {
        const FIRST_WEIGHT: &str = "-400-";
        self.fonts.iter().filter(|font| font.contains(FIRST_WEIGHT))
    }
}

#[allow(missing_docs, clippy::unused_async)]
mod calls {
    use super::*;

    /// Begins a board that somebody has drafted on their device, so that they may bring it; that it is there already is
    /// as good, where it is theirs.
    #[server(prefix = "/api", endpoint = "begin")]
    pub async fn begin_board(board: BoardId) -> Result<(), ApiError> {
        answer(boards()?.begin(board).await)
    }

    /// Creates a board and goes there.
    #[server(prefix = "/api", endpoint = "create")]
    pub async fn create_board(
        template: Template,
        lang: Lang,
        #[server(default)] title: Option<String>,
        #[server(default)] place: Option<String>,
    ) -> Result<BoardId, ApiError> {
        let title = title
            .map(|title| title.trim().to_owned())
            .filter(|title| !title.is_empty());
        if title
            .as_ref()
            .is_some_and(|title| title.chars().count() > model::limits::NAME_MAX)
        {
            return answer(Err(ApiError::TooLarge));
        }
        let place = answer(Place::read(place.as_deref()))?;
        let id = answer(boards()?.create(template, lang, title, place).await)?;
        leptos_axum::redirect(&format!("/map/{id}"));
        Ok(id)
    }

    /// Copies a board and goes back to the shelf, where the copy stands first.
    #[server(prefix = "/api", endpoint = "boards/duplicate")]
    pub async fn duplicate_board(board: BoardId, title: String) -> Result<(), ApiError> {
        let title = model::edit::one_line(&title);
        let title = title.chars().take(model::limits::NAME_MAX).collect();
        answer(boards()?.duplicate(board, title).await)?;
        leptos_axum::redirect("/");
        Ok(())
    }

    /// Gives a board to a team, or keeps it for oneself.
    #[server(prefix = "/api", endpoint = "boards/give")]
    pub async fn give_board(board: BoardId, place: String) -> Result<(), ApiError> {
        let place = answer(Place::read(Some(&place)))?;
        answer(boards()?.give(board, place).await)?;
        leptos_axum::redirect("/");
        Ok(())
    }

    /// Puts a board on the shelf, away, or into the bin.
    #[server(prefix = "/api", endpoint = "boards/put")]
    pub async fn put_board(board: BoardId, pile: Pile) -> Result<(), ApiError> {
        answer(boards()?.put(board, pile).await)?;
        leptos_axum::redirect("/");
        Ok(())
    }

    /// Makes a feedback form; the answer is the only one that ever says its link.
    #[server(prefix = "/api", endpoint = "forms/create")]
    pub async fn create_form(
        board: BoardId,
        #[server(default)] touchpoint: Option<TouchpointId>,
        label: String,
        #[server(default)] score: Score,
    ) -> Result<MadeForm, ApiError> {
        let label = model::edit::one_line(&label);
        if label.chars().count() > model::limits::NAME_MAX {
            return answer(Err(ApiError::TooLarge));
        }
        answer(forms()?.create(board, touchpoint, label, score).await)
    }

    /// The feedback forms of a board, newest first.
    #[server(prefix = "/api", endpoint = "forms", input = GetUrl)]
    pub async fn list_forms(board: BoardId) -> Result<Vec<FormLine>, ApiError> {
        answer(forms()?.list(board).await)
    }

    /// Closes a feedback form for good.
    #[server(prefix = "/api", endpoint = "forms/revoke")]
    pub async fn revoke_form(board: BoardId, id: i64) -> Result<(), ApiError> {
        answer(forms()?.revoke(board, id).await)
    }

    /// Makes a share link; the answer is the only one that ever says its address.
    #[server(prefix = "/api", endpoint = "links/create", input = Json)]
    pub async fn create_link(board: BoardId, terms: Terms, password: Password) -> Result<MadeLink, ApiError> {
        answer(links()?.create(board, terms, password).await)
    }

    /// The share links of a board, newest first.
    #[server(prefix = "/api", endpoint = "links", input = GetUrl)]
    pub async fn list_links(board: BoardId) -> Result<Vec<ShareLine>, ApiError> {
        answer(links()?.list(board).await)
    }

    /// Gives a share link other terms.
    #[server(prefix = "/api", endpoint = "links/change", input = Json)]
    pub async fn change_link(board: BoardId, id: i64, terms: Terms, password: Password) -> Result<(), ApiError> {
        answer(links()?.change(board, id, terms, password).await)
    }

    /// Gives a share link another address, which the answer says, and no other ever will.
    #[server(prefix = "/api", endpoint = "links/renew")]
    pub async fn renew_link(board: BoardId, id: i64) -> Result<MadeLink, ApiError> {
        answer(links()?.renew(board, id).await)
    }

    /// Closes a share link for good.
    #[server(prefix = "/api", endpoint = "links/revoke")]
    pub async fn revoke_link(board: BoardId, id: i64) -> Result<(), ApiError> {
        answer(links()?.revoke(board, id).await)
    }

    /// Remembers a language; a form that posts here is led back to its page.
    #[server(prefix = "/api", endpoint = "language")]
    pub async fn set_language(language: Locale) -> Result<(), ApiError> {
        if let (Some(response), Ok(cookie)) = (
            use_context::<leptos_axum::ResponseOptions>(),
            http::HeaderValue::from_str(&crate::language::cookie(language)),
        ) {
            response.insert_header(http::header::SET_COOKIE, cookie);
        }
        Ok(())
    }
}

/// Boards that match what somebody has typed.
#[cfg(feature = "ssr")]
pub async fn shelved(boards: &dyn Boards, pile: Pile, query: &str) -> Shelved {
    let listed = boards.list(pile, query.trim()).await?;
    let places = boards.places().await?;
    Ok(Shelf { pile, listed, places })
}

#[cfg(feature = "ssr")]
fn boards() -> Result<Arc<dyn Boards>, ApiError> {
    use_context().ok_or(ApiError::Unexpected)
}

#[cfg(feature = "ssr")]
fn forms() -> Result<Arc<dyn Forms>, ApiError> {
    use_context().ok_or(ApiError::Unexpected)
}

#[cfg(feature = "ssr")]
fn links() -> Result<Arc<dyn Links>, ApiError> {
    use_context().ok_or(ApiError::Unexpected)
}

/// Gives a failure its HTTP status.
#[cfg(feature = "ssr")]
fn answer<T>(result: Result<T, ApiError>) -> Result<T, ApiError> {
    result.inspect_err(|error| give_status(*error))
}

/// Answers with the HTTP status of a failure, except to a plain form: that is led back to its page, which says what
/// happened.
#[cfg(feature = "ssr")]
fn give_status(error: ApiError) {
    if !from_form() {
        error.answer();
    }
}

/// Whether a browser posted this without a script's help.
#[cfg(feature = "ssr")]
fn from_form() -> bool {
    use_context::<http::request::Parts>().is_some_and(|parts| {
        parts.method == http::Method::POST
            && parts
                .headers
                .get(http::header::ACCEPT)
                .and_then(|accept| accept.to_str().ok())
                .is_some_and(|accept| accept.contains("text/html"))
    })
}

/// Whether whoever reaches the server may edit; the page says so. The server writes it into the document, where the
/// browser finds it.
#[must_use]
pub(crate) fn is_open() -> bool {
    #[cfg(feature = "ssr")]
    {
        use_context::<Arc<Site>>().is_some_and(|site| site.open)
    }
    #[cfg(not(feature = "ssr"))]
    {
        document()
            .document_element()
            .is_some_and(|html| html.has_attribute("data-open"))
    }
}
