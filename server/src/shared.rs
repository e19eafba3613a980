//! The client's page: what a share link opens, without an account.
//!
//! A link that was revoked, one that has expired and one that never was are answered alike. Pages that tell something
//! say nothing to other sites of where they are; those with a form say it to this server only, which would otherwise
//! take what is posted for another site's.

use std::{
    convert::Infallible,
    net::IpAddr,
    sync::{Arc, LazyLock},
    time::Instant,
};

use app::{
    form::{self, Locale},
    notice::Notice,
    shared::{self, ComeIn, GUEST, Locked, ON, PASSWORD, Problem, TEXT, Talk},
};
use axum::{
    body::{Body, Bytes},
    extract::{FromRequestParts, RawPathParams, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};
use model::{
    board::Board,
    date::Date,
    disclose::Sight,
    edit::{Edit, one_line},
    id::CommentId,
    items::Item,
    limits::{COMMENT_MAX, PERSON_NAME_MAX},
};

use crate::{
    access::GUEST_COOKIE,
    env::now_ms,
    limits::{GUEST_BYTES_MAX, GUEST_COMMENT_BYTES, LINK_PASS_KEPT},
    links::{Door, Kind, OpenLink, Reason, ServerLinks, Shut, news},
    names::PublicUrl,
    proxy::ByTls,
    rate::{Throttle, address_in},
    rooms::EditError,
    router::Server,
    store::StoreError,
};

/// The cookie of a browser that has said the password; it belongs to the address of one link.
const PASS: &str = "pass";
/// The longest value of a cookie that is read, in bytes.
const COOKIE_MAX: usize = 1024;

/// Says that other sites may frame an answer: its own policy says which.
#[derive(Clone, Copy, Debug)]
pub struct Framed;

/// How a page was asked for.
struct Asked {
    locale: Locale,
    is_asked: bool,
    view: Option<Sight>,
    on: String,
    tag: String,
    is_sent: bool,
}

impl Asked {
    fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let mut asked = Self {
            locale: form::language(headers),
            is_asked: false,
            view: None,
            on: String::new(),
            tag: String::new(),
            is_sent: false,
        };
        let mut by_script = None;
        for (key, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            match &*key {
                "lang" => {
                    if let Some(locale) = form::language_of(&value) {
                        (asked.locale, asked.is_asked) = (locale, true);
                    }
                }
                "view" => {
                    asked.view = Sight::from_word(&value);
                    by_script.get_or_insert(false);
                }
                "asked" => by_script = Some(true),
                "sent" => asked.is_sent = true,
                "tag" => asked.tag = value.into_owned(),
                ON => asked.on = value.into_owned(),
                _ => {}
            }
        }
        // The script always says the language, as the page has it.
        asked.is_asked = by_script.unwrap_or(asked.is_asked);
        asked
    }

    fn kind(&self, sight: Sight, headers: &HeaderMap) -> Kind {
        let zone = app::zone(headers);
        Kind {
            sight,
            locale: self.locale,
            is_asked: self.is_asked,
            today: Date::of_ms_in(now_ms(), zone),
            zone,
        }
    }
}

/// What an answer has to say beside its page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// It is read.
    Read,
    /// It has a form.
    Form,
}

/// A document of a link: kept nowhere, found by no search engine, framed where the link says so.
fn document(status: StatusCode, text: impl Into<Body>, manner: Manner, embeds: &[String]) -> Response {
    let framed_by = if embeds.is_empty() {
        "'none'".to_owned()
    } else {
        embeds.join(" ")
    };
    let policy = format!(
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; \
         font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {framed_by}"
    );
    let referrer = match manner {
        Manner::Read => "no-referrer",
        Manner::Form => "same-origin",
    };
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store, private")),
        (header::REFERRER_POLICY, HeaderValue::from_static(referrer)),
        (
            HeaderName::from_static("x-robots-tag"),
            HeaderValue::from_static("noindex, nofollow"),
        ),
    ];
    let mut response = (status, headers, text.into()).into_response();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if !embeds.is_empty() {
        response.extensions_mut().insert(Framed);
    }
    response
}

/// The value of a cookie.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut pairs = cookies
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(known, value)| known.trim() == name && value.len() <= COOKIE_MAX)?;
    // As a field of a form is written, so that any name fits.
    let text = format!("v={}", value.trim());
    let (_, value) = form_urlencoded::parse(text.as_bytes()).next()?;
    Some(value.into_owned())
}

/// A request for something of a link.
pub struct Visit {
    links: ServerLinks,
    token: String,
    /// How it is looked at, where the address says so.
    view: Option<String>,
    from: IpAddr,
    is_by_tls: bool,
    uri: Uri,
    headers: HeaderMap,
    asked: Asked,
}

impl FromRequestParts<Server> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Infallible> {
        let path = RawPathParams::from_request_parts(parts, server).await;
        let mut values = path
            .iter()
            .flat_map(|path| path.iter().map(|(_, value)| value.to_owned()));
        Ok(Self {
            links: server.links.clone(),
            token: values.next().unwrap_or_default(),
            view: values.next(),
            from: address_in(&parts.extensions),
            is_by_tls: parts.extensions.get::<ByTls>().is_some(),
            uri: parts.uri.clone(),
            asked: Asked::of(&parts.uri, &parts.headers),
            headers: parts.headers.clone(),
        })
    }
}

/// The same by somebody who is let in.
pub struct Entered {
    visit: Visit,
    open: Arc<OpenLink>,
}

impl FromRequestParts<Server> for Entered {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Response> {
        let Ok(visit) = Visit::from_request_parts(parts, server).await;
        visit.enter_page().await
    }
}

impl Visit {
    /// Where programs that show a link in a conversation find a picture. What asks for a password tells them nothing.
    fn picture_of(&self, open: &OpenLink) -> Option<String> {
        if open.link.password.is_some() {
            return None;
        }
        let base = match self.links.url() {
            Some(url) => url.to_string(),
            // Admitted as a name of this server before anything else was looked at.
            None => {
                let host = self.headers.get(header::HOST)?.to_str().ok()?;
                let scheme = if self.is_by_tls { "https" } else { "http" };
                format!("{scheme}://{host}")
            }
        };
        Some(format!("{base}{}", picture_address()))
    }

    fn set_cookie(&self, name: &str, value: &str, path: &str) -> Option<HeaderValue> {
        let written: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
        let kept = LINK_PASS_KEPT.as_secs();
        let is_public_by_tls = self.links.url().is_some_and(PublicUrl::is_secure);
        let secure = match self.is_by_tls || is_public_by_tls {
            true => "; Secure",
            false => "",
        };
        HeaderValue::try_from(format!(
            "{name}={written}; Path={path}; Max-Age={kept}; HttpOnly; SameSite=Lax{secure}"
        ))
        .ok()
    }

    /// The same, where the link has a page: what leads to the map itself has none beside it.
    async fn enter_page(self) -> Result<Entered, Response> {
        let entered = self.enter().await?;
        match entered.open.lets_edit() {
            true => Err(entered.visit.links.shut(Shut::Closed, &entered.visit.asked)),
            false => Ok(entered),
        }
    }

    /// Whoever asks, if they are let in.
    async fn enter(self) -> Result<Entered, Response> {
        let found = self.links.find(&self.token, self.from).await;
        let open = found.map_err(|shut| self.links.shut(shut, &self.asked))?;
        match open.door(cookie(&self.headers, PASS).as_deref()) {
            Door::Open => Ok(Entered { visit: self, open }),
            Door::Locked => Err(self.links.locked(&self.asked, StatusCode::UNAUTHORIZED, None)),
        }
    }
}

impl ServerLinks {
    fn shut(&self, shut: Shut, asked: &Asked) -> Response {
        let (status, text) = match shut {
            Shut::Closed => (StatusCode::NOT_FOUND, shared::closed(asked.locale, self.site())),
            Shut::TooOften => (
                StatusCode::TOO_MANY_REQUESTS,
                app::notice::draw(Notice::TooMany, asked.locale, self.site()),
            ),
            Shut::NotNow => (
                StatusCode::SERVICE_UNAVAILABLE,
                app::notice::draw(Notice::NotNow, asked.locale, self.site()),
            ),
        };
        document(status, text, Manner::Read, &[])
    }

    fn failed(&self, open: &OpenLink, reason: &Reason, asked: &Asked) -> Response {
        tracing::error!(board = %open.link.board, link = open.link.line.id, error = %reason, "a shared page cannot be drawn");
        self.shut(Shut::NotNow, asked)
    }

    fn locked(&self, asked: &Asked, status: StatusCode, problem: Option<Locked>) -> Response {
        document(
            status,
            shared::locked(asked.locale, self.site(), problem),
            Manner::Form,
            &[],
        )
    }

    /// The page of a link, looked at some way.
    async fn page(&self, visit: &Visit, open: &Arc<OpenLink>, sight: Option<Sight>) -> Response {
        let Visit { asked, headers, .. } = visit;
        let sight = match sight {
            Some(sight) => sight,
            // The address itself is the first that there is.
            None => match open.read().await {
                Ok((_, disclosed)) => disclosed.sights.first().copied().unwrap_or(Sight::Map),
                Err(reason) => return self.failed(open, &reason, asked),
            },
        };
        let kind = asked.kind(sight, headers);
        let page = match open.page(kind).await {
            Ok(page) => page,
            Err(reason) => return self.failed(open, &reason, asked),
        };
        // A page that is opened by its address, not one that leads on from another of its pages.
        if headers.get("sec-fetch-site").is_none_or(|site| site != "same-origin") {
            self.used(open);
        }
        let picture = visit.picture_of(open);
        let written = page.document(self.site(), kind, &open.base, picture);
        let accepted = headers
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok());
        let takes_gzip = accepted.is_some_and(|accepted| {
            let mut parts = accepted.split(',').map(str::trim);
            parts.any(|part| part == "gzip" || part.starts_with("gzip;") && !part.ends_with("q=0"))
        });
        let embeds = &open.link.line.terms.embeds;
        if !takes_gzip || written.gzip.is_empty() {
            return document(StatusCode::OK, written.plain, Manner::Read, embeds);
        }
        let mut response = document(StatusCode::OK, written.gzip, Manner::Read, embeds);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        response
    }
}

/// The page itself, or the way to the map.
pub async fn show(visit: Visit) -> Response {
    match visit.enter().await {
        Ok(entered) if entered.open.lets_edit() => entered.to_map().await,
        Ok(Entered { visit, open }) => visit.links.page(&visit, &open, None).await,
        Err(answer) => answer,
    }
}

impl Entered {
    /// Whoever may edit the map goes on to it; everybody else is asked who they are.
    async fn to_map(&self) -> Response {
        let Self { visit, open } = self;
        let access = visit.links.access();
        let known = async {
            let caller = access.caller(&visit.headers).await?;
            let role = access.role(&caller, open.link.board).await?;
            let name = caller.account().map(|account| account.name.clone());
            Ok::<_, StoreError>((role, name))
        };
        match known.await {
            Ok((Some(role), _)) if role.may_edit() => {
                visit.links.used(open);
                see_map(open)
            }
            Ok((_, name)) => visit.asks_name(&name.unwrap_or_default(), None),
            Err(error) => visit.links.failed(open, &error.into(), &visit.asked),
        }
    }

    /// Lets somebody edit who has said who they are.
    async fn come_in(&self, said: &Said, is_much: bool) -> Response {
        let Self { visit, open } = self;
        let links = &visit.links;
        let name = said.guest.as_str();
        if let Some((status, problem)) = said.problem_of_name() {
            return visit.asks_name(name, Some((status, problem)));
        }
        if is_much || !links.may_say(open, visit.from) {
            return links.shut(Shut::TooOften, &visit.asked);
        }
        let secret = match links.let_in(open, name).await {
            Ok(Some(secret)) => secret,
            Ok(None) | Err(_) => return links.shut(Shut::NotNow, &visit.asked),
        };
        let mut response = see_map(open);
        let name = format!("{GUEST_COOKIE}{}", open.link.line.id);
        if let Some(cookie) = visit.set_cookie(&name, &secret, "/") {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

impl Visit {
    /// The page that asks who somebody is who is going to edit.
    fn asks_name(&self, name: &str, problem: Option<(StatusCode, Problem)>) -> Response {
        let status = problem.map_or(StatusCode::OK, |(status, _)| status);
        let come_in = ComeIn {
            name,
            problem: problem.map(|(_, problem)| problem),
        };
        let text = shared::come_in(self.asked.locale, self.links.site(), &come_in);
        document(status, text, Manner::Form, &[])
    }
}

fn see_map(open: &OpenLink) -> Response {
    let map = [
        (header::LOCATION, format!("/map/{}", open.link.board)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (StatusCode::SEE_OTHER, map).into_response()
}

/// What is posted to a link's own address: who somebody is who is going to edit, or its password.
pub async fn take(visit: Visit, State(requests): State<Arc<Throttle>>, body: Bytes) -> Response {
    let said = Said::read(&body);
    if said.password || !said.is_named {
        return unlock(visit, State(requests), body).await;
    }
    let is_much = !requests.admits(visit.from, Instant::now());
    match visit.enter().await {
        Ok(entered) if entered.open.lets_edit() => entered.come_in(&said, is_much).await,
        Ok(Entered { visit, .. }) => visit.links.shut(Shut::Closed, &visit.asked),
        Err(answer) => answer,
    }
}

/// The page looked at another way.
pub async fn show_view(Entered { visit, open }: Entered) -> Response {
    let Visit { links, asked, .. } = &visit;
    // A view that the link does not show is nowhere.
    match (visit.view.as_deref().and_then(Sight::from_word), open.read().await) {
        (Some(sight), Ok((_, disclosed))) if disclosed.sights.contains(&sight) => {
            links.page(&visit, &open, Some(sight)).await
        }
        (_, Err(reason)) => links.failed(&open, &reason, asked),
        _ => links.shut(Shut::Closed, asked),
    }
}

/// What changes of a page while it is looked at.
pub async fn events(Entered { visit, open }: Entered) -> Response {
    let Visit {
        links,
        asked,
        headers,
        from,
        ..
    } = &visit;
    let sights = match open.read().await {
        Ok((_, disclosed)) => disclosed.sights.clone(),
        Err(reason) => return links.failed(&open, &reason, asked),
    };
    // A view of which nothing may be shown says so, and goes on saying it.
    let sight = match asked.view {
        Some(sight) if sights.contains(&sight) || sight == Sight::Map => sight,
        _ => return links.shut(Shut::Closed, asked),
    };
    let Ok(place) = links.places().take(*from) else {
        return links.shut(Shut::TooOften, asked);
    };
    // A browser that comes back says what it has.
    let has = headers.get("last-event-id").and_then(|tag| tag.to_str().ok());
    let tag = has.map_or_else(|| asked.tag.clone(), ToOwned::to_owned);
    let told = news(open, asked.kind(sight, headers), tag, place);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store, private")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        // What stands between would wait for more before it passes anything on.
        (
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ),
    ];
    (StatusCode::OK, headers, Body::from_stream(told)).into_response()
}

/// The password of a link. Right, it leads to the page that was asked for.
pub async fn unlock(visit: Visit, State(requests): State<Arc<Throttle>>, body: Bytes) -> Response {
    let Visit {
        links,
        asked,
        from,
        uri,
        ..
    } = &visit;
    if !requests.admits(*from, Instant::now()) {
        return links.shut(Shut::TooOften, asked);
    }
    let open = match links.find(&visit.token, *from).await {
        Ok(open) => open,
        Err(shut) => return links.shut(shut, asked),
    };
    let there = uri.path_and_query().map_or("/", |path| path.as_str());
    let there = [(header::LOCATION, there.to_owned())];
    let Some(pass) = open.pass() else {
        return (StatusCode::SEE_OTHER, there).into_response();
    };
    let mut fields = form_urlencoded::parse(&body);
    let said = fields
        .find(|(key, _)| key == PASSWORD)
        .map(|(_, value)| value.into_owned());
    match links.tries(&open, &said.unwrap_or_default(), *from).await {
        None => links.locked(asked, StatusCode::TOO_MANY_REQUESTS, Some(Locked::TooOften)),
        Some(false) => links.locked(asked, StatusCode::UNAUTHORIZED, Some(Locked::Wrong)),
        Some(true) => {
            let mut response = (StatusCode::SEE_OTHER, there).into_response();
            if let Some(cookie) = visit.set_cookie(PASS, &pass, &open.base) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
    }
}

/// What somebody has said.
#[derive(Default)]
struct Said {
    guest: String,
    /// Whether there was a field for the name.
    is_named: bool,
    text: String,
    trapped: bool,
    password: bool,
}

impl Said {
    fn read(body: &[u8]) -> Self {
        let mut said = Self::default();
        for (key, value) in form_urlencoded::parse(body) {
            match &*key {
                GUEST => (said.guest, said.is_named) = (one_line(&value), true),
                // A form sends its lines as DOS did.
                TEXT => said.text = value.replace("\r\n", "\n"),
                form::TRAP => said.trapped = !value.is_empty(),
                PASSWORD => said.password = true,
                _ => {}
            }
        }
        said
    }

    fn problem_of_name(&self) -> Option<(StatusCode, Problem)> {
        match self.guest.chars().count() {
            0 => Some((StatusCode::BAD_REQUEST, Problem::Nameless)),
            len if len > PERSON_NAME_MAX => Some((StatusCode::PAYLOAD_TOO_LARGE, Problem::LongName)),
            _ => None,
        }
    }

    fn problem(&self) -> Option<(StatusCode, Problem)> {
        let len = self.text.trim().chars().count();
        if let Some(problem) = self.problem_of_name() {
            Some(problem)
        } else if len == 0 {
            Some((StatusCode::BAD_REQUEST, Problem::Empty))
        } else if len > COMMENT_MAX {
            Some((StatusCode::PAYLOAD_TOO_LARGE, Problem::TooLong { len }))
        } else {
            None
        }
    }
}

/// Whether guests have said as much as they may. Their comments have a name and nobody of the team.
fn is_full(board: &Board) -> bool {
    let said = board.items.values().filter_map(|item| match item {
        Item::Comment(it) if it.written.by.is_none() => Some(GUEST_COMMENT_BYTES + it.text.len() + it.name.len()),
        _ => None,
    });
    said.sum::<usize>() >= GUEST_BYTES_MAX
}

/// What was said about a thing, and the form for saying something.
pub async fn talk(Entered { visit, open }: Entered) -> Response {
    let Visit {
        links, asked, headers, ..
    } = &visit;
    let guest = cookie(headers, GUEST).unwrap_or_default();
    let said = Said {
        guest: one_line(&guest).chars().take(PERSON_NAME_MAX).collect(),
        ..Said::default()
    };
    links.talk(&open, asked, headers, &said, None).await
}

impl ServerLinks {
    /// The page about one thing, with what was typed and why that was not taken.
    async fn talk(
        &self,
        open: &Arc<OpenLink>,
        asked: &Asked,
        headers: &HeaderMap,
        said: &Said,
        problem: Option<(StatusCode, Problem)>,
    ) -> Response {
        let disclosed = match open.read().await {
            Ok((_, disclosed)) => disclosed,
            Err(reason) => return self.failed(open, &reason, asked),
        };
        let terms = &open.link.line.terms;
        let may = terms.role.may_comment() || terms.disclosure.comments;
        let Some(on) = open.anchor(&disclosed, &asked.on).filter(|_| may) else {
            return self.shut(Shut::Closed, asked);
        };
        let talk = Talk {
            on,
            guest: &said.guest,
            text: &said.text,
            problem: problem.map(|(_, problem)| problem),
            is_sent: asked.is_sent,
        };
        let kind = asked.kind(Sight::Map, headers);
        let text = open.shown(kind, &disclosed, |shown| shared::talk(shown, &talk, self.site()));
        let status = problem.map_or(StatusCode::OK, |(status, _)| status);
        document(status, text, Manner::Form, &terms.embeds)
    }
}

/// A comment of a guest. The password may come here, too, where it was not said yet.
pub async fn say(visit: Visit, State(requests): State<Arc<Throttle>>, body: Bytes) -> Response {
    let said = Said::read(&body);
    if said.password {
        return unlock(visit, State(requests), body).await;
    }
    let is_much = !requests.admits(visit.from, Instant::now());
    let Entered { visit, open } = match visit.enter_page().await {
        Ok(entered) => entered,
        Err(answer) => return answer,
    };
    let Visit {
        links,
        asked,
        headers,
        from,
        ..
    } = &visit;
    if !open.link.line.terms.role.may_comment() {
        return links.shut(Shut::Closed, asked);
    }
    if let Some(problem) = said.problem() {
        return links.talk(&open, asked, headers, &said, Some(problem)).await;
    }
    if is_much || !links.may_say(&open, *from) {
        let problem = (StatusCode::TOO_MANY_REQUESTS, Problem::TooOften);
        return links.talk(&open, asked, headers, &said, Some(problem)).await;
    }
    let sent = format!(
        "{}/comment?{ON}={}&sent&lang={}",
        open.base,
        form_urlencoded::byte_serialize(asked.on.as_bytes()).collect::<String>(),
        form::code(asked.locale)
    );
    let mut sent = (StatusCode::SEE_OTHER, [(header::LOCATION, sent)]).into_response();
    if said.trapped {
        // Whoever fell for it is told nothing.
        tracing::debug!(link = open.link.line.id, "a comment by a program was dropped");
        return sent;
    }
    let (board, disclosed) = match open.read().await {
        Ok(read) => read,
        Err(reason) => {
            tracing::error!(board = %open.link.board, error = %reason, "a comment was not stored");
            let problem = (StatusCode::SERVICE_UNAVAILABLE, Problem::NotTaken);
            return links.talk(&open, asked, headers, &said, Some(problem)).await;
        }
    };
    let Some(on) = open.anchor(&disclosed, &asked.on) else {
        return links.shut(Shut::Closed, asked);
    };
    if is_full(&board) {
        let problem = (StatusCode::INSUFFICIENT_STORAGE, Problem::Full);
        return links.talk(&open, asked, headers, &said, Some(problem)).await;
    }
    let edit = Edit::AddComment {
        id: CommentId::fresh(),
        on,
        name: said.guest.clone(),
        text: said.text.clone(),
    };
    let problem = match links.rooms().edit(open.link.board, edit).await {
        Ok(()) => None,
        Err(EditError::Refused(error)) => {
            tracing::warn!(board = %open.link.board, link = open.link.line.id, %error, "a comment was refused");
            Some((StatusCode::INSUFFICIENT_STORAGE, Problem::NotTaken))
        }
        Err(error) => {
            tracing::error!(board = %open.link.board, link = open.link.line.id, %error, "a comment was not stored");
            Some((StatusCode::SERVICE_UNAVAILABLE, Problem::NotTaken))
        }
    };
    if problem.is_some() {
        return links.talk(&open, asked, headers, &said, problem).await;
    }
    if let Some(cookie) = visit.set_cookie(GUEST, &said.guest, &open.base) {
        sent.headers_mut().append(header::SET_COOKIE, cookie);
    }
    sent
}

/// The script of the page.
pub async fn script() -> Response {
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/javascript; charset=utf-8"),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ),
    ];
    (headers, shared::SCRIPT).into_response()
}

/// The picture of the product that stands for a shared page in a conversation.
const PICTURE: &[u8] = include_bytes!("shared/picture.png");

/// The picture of a shared page. It is the same for all: what a map shows is read on its page.
pub async fn picture() -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/png")),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ),
    ];
    (headers, PICTURE).into_response()
}

/// Where the script is: another one has another address.
#[must_use]
pub fn script_address() -> String {
    format!("/live.{}.js", sign_of(shared::SCRIPT.as_bytes()))
}

/// Where the picture is, in the same way.
#[must_use]
pub fn picture_address() -> &'static str {
    static ADDRESS: LazyLock<String> = LazyLock::new(|| format!("/shared.{}.png", sign_of(PICTURE)));
    &ADDRESS
}

fn sign_of(file: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};
    let hash = Sha256::digest(file);
    format!("{:02x}{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2], hash[3])
}
