//! People with an account: how they come in, and what they do with their teams. Pages without a script; what changes
//! anything is posted, and each page posts to its own address.
//!
//! Whether there is an account, a link or a team that somebody may not know of shows in no answer, nor in how long it
//! takes (F33–F35).

mod enter;
mod join;
mod mail;
mod mine;
mod new;
mod reset;
mod set_up;
mod team;
mod tokens;

pub use mail::Mailer;

use std::{
    collections::HashMap,
    io,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use app::{
    account::{Frame, Locale, Page, Problem, Ways},
    api::Site,
    notice::Notice,
};
use axum::{
    Router,
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use model::{
    audit::What,
    date::Zone,
    id::{PersonId, TeamId},
};

use crate::{
    access::{Access, Caller, Change, SESSION_COOKIE, session_of},
    cli::SignUp,
    config::Config,
    error::StartError,
    limits::{
        AGENT_MAX, GUESSES_ADDRESS_BURST, GUESSES_ADDRESS_PER_SECOND, MAIL_ACCOUNT_BURST, MAIL_ACCOUNT_PER_SECOND,
        SESSION_COOKIE_KEPT, SESSION_LASTS, SIGN_IN_ACCOUNT_BURST, SIGN_IN_ACCOUNT_PER_SECOND, SIGN_IN_ADDRESS_BURST,
        SIGN_IN_ADDRESS_PER_SECOND, SIGN_UP_ADDRESS_BURST, SIGN_UP_ADDRESS_PER_SECOND,
    },
    names::PublicUrl,
    notice,
    passwords::Passwords,
    proxy::ByTls,
    rate::{Rate, Throttle, address_in},
    router::Server,
    secrets::{self, SecretHash},
    store::{Accounts, Audit, AuditNote, Changed, NewSession, SignedUp, StoreError, Tokens},
};

/// Where they are.
pub fn routes() -> Router<Server> {
    Router::new()
        .route("/setup/{token}", get(set_up::show).post(set_up::take))
        .route("/sign-in", get(enter::show).post(enter::take))
        .route("/sign-out", post(enter::leave))
        .route("/sign-up", get(new::show).post(new::take))
        .route("/join/{token}", get(join::show).post(join::take))
        .route("/forgot", get(mail::show).post(mail::take))
        .route("/reset/{token}", get(reset::show).post(reset::take))
        .route("/account", get(mine::show).post(mine::take))
        .route("/teams/{id}", get(team::show).post(team::take))
}

/// The accounts of a server.
#[derive(Clone)]
pub struct ServerAccounts {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn Accounts>,
    audit: Arc<dyn Audit>,
    tokens: Arc<dyn Tokens>,
    access: Access,
    passwords: Passwords,
    site: Arc<Site>,
    ways: Ways,
    url: Option<PublicUrl>,
    /// What opens the set-up, while nobody has an account.
    set_up: Mutex<Option<SecretHash>>,
    sign_ins: Throttle,
    /// By account and network: whoever guesses one password does not lock its owner out.
    sign_ins_to: Throttle<SecretHash>,
    sign_ups: Throttle,
    guesses: Throttle,
    /// By account: nobody's mailbox is filled by others.
    mails_to: Throttle<SecretHash>,
    mailer: Option<Mailer>,
}

impl ServerAccounts {
    /// Accounts kept in this store.
    #[must_use]
    pub fn new<S: Accounts + Audit + Tokens>(
        store: Arc<S>,
        access: Access,
        config: &Config,
        site: Arc<Site>,
        passwords: Passwords,
    ) -> Self {
        let rate = |per_second, burst| Rate { per_second, burst };
        Self {
            inner: Arc::new(Inner {
                store: store.clone(),
                audit: store.clone(),
                tokens: store,
                access,
                passwords,
                site,
                ways: Ways {
                    mail: config.mail.is_some(),
                    open: config.sign_up == SignUp::Open,
                },
                url: config.url.clone(),
                set_up: Mutex::default(),
                sign_ins: Throttle::new(rate(SIGN_IN_ADDRESS_PER_SECOND, SIGN_IN_ADDRESS_BURST)),
                sign_ins_to: Throttle::new(rate(SIGN_IN_ACCOUNT_PER_SECOND, SIGN_IN_ACCOUNT_BURST)),
                sign_ups: Throttle::new(rate(SIGN_UP_ADDRESS_PER_SECOND, SIGN_UP_ADDRESS_BURST)),
                guesses: Throttle::new(rate(GUESSES_ADDRESS_PER_SECOND, GUESSES_ADDRESS_BURST)),
                mails_to: Throttle::new(rate(MAIL_ACCOUNT_PER_SECOND, MAIL_ACCOUNT_BURST)),
                mailer: config.mail.clone(),
            }),
        }
    }

    /// Where the first account is made, while there is none. Another call makes the place before worthless.
    ///
    /// # Errors
    /// The store does not answer, or the system has no random bytes.
    pub async fn open_set_up(&self) -> Result<Option<String>, StartError> {
        let has_people = self.inner.store.has_people().await.map_err(io::Error::other)?;
        if has_people {
            return Ok(None);
        }
        let token = secrets::mint().map_err(io::Error::other)?;
        *self.set_up() = Some(secrets::hash(&token));
        Ok(Some(format!("/setup/{token}")))
    }

    fn set_up(&self) -> std::sync::MutexGuard<'_, Option<SecretHash>> {
        self.inner.set_up.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn page(&self, asked: &Asked, status: StatusCode, page: &Page<'_>) -> Response {
        let frame = Frame {
            locale: asked.locale,
            zone: asked.zone,
            site: &self.inner.site,
            who: asked.caller.account(),
        };
        notice::document(status, app::account::draw(page, &frame))
    }

    /// A link that leads nowhere, whatever the reason. Whoever follows many has to wait.
    fn nowhere(&self, asked: &Asked) -> Response {
        if self.inner.guesses.admits(asked.from, asked.at) {
            return self.page(asked, StatusCode::NOT_FOUND, &Page::Nowhere);
        }
        let status = StatusCode::TOO_MANY_REQUESTS;
        notice::document(
            status,
            app::notice::draw(Notice::TooMany, asked.locale, &self.inner.site),
        )
    }

    fn not_now(&self, asked: &Asked, error: &StoreError) -> Response {
        tracing::error!(%error, "the store did not answer a page of accounts");
        let status = StatusCode::SERVICE_UNAVAILABLE;
        notice::document(
            status,
            app::notice::draw(Notice::NotNow, asked.locale, &self.inner.site),
        )
    }

    /// Begins a session in the place of the one that the request may have, and says the cookie of it.
    async fn begin_session(&self, asked: &Asked, person: PersonId) -> Result<HeaderValue, Problem> {
        let secret = minted()?;
        let before = session_of(&asked.headers);
        let agent = asked
            .headers
            .get(header::USER_AGENT)
            .and_then(|agent| agent.to_str().ok());
        let session = NewSession {
            token: secrets::hash(&secret),
            person,
            agent: agent.unwrap_or_default().chars().take(AGENT_MAX).collect(),
            lasts: SESSION_LASTS.as_millis() as u64,
            instead_of: before,
        };
        self.inner.store.begin_session(session).await?;
        if let Some(before) = before {
            self.inner.access.changed(Change::Session(before));
        }
        self.cookie(asked, &secret, SESSION_COOKIE_KEPT.as_secs())
    }

    fn cookie(&self, asked: &Asked, value: &str, kept: u64) -> Result<HeaderValue, Problem> {
        let is_public_by_tls = self.inner.url.as_ref().is_some_and(PublicUrl::is_secure);
        let secure = match asked.is_by_tls || is_public_by_tls {
            true => "; Secure",
            false => "",
        };
        let cookie = format!("{SESSION_COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={kept}{secure}");
        HeaderValue::from_str(&cookie).map_err(|_| Problem::NotTaken)
    }

    /// Notes what was done. That it was not noted is no reason to say that it was not done.
    async fn note(&self, asked: &Asked, what: What, person: Option<PersonId>, team: Option<TeamId>, detail: String) {
        let note = AuditNote {
            what,
            person,
            team,
            board: None,
            address: asked.from.to_canonical().to_string(),
            detail,
        };
        if let Err(error) = self.inner.audit.note(note).await {
            tracing::warn!(%error, what = what.word(), "what was done to an account was not noted");
        }
    }

    /// What the links begin with that are given to people.
    fn base(&self, asked: &Asked) -> String {
        match &self.inner.url {
            Some(url) => url.to_string(),
            // Admitted as a name of this server before anything else was looked at.
            None if asked.is_by_tls => format!("https://{}", asked.host),
            None => format!("http://{}", asked.host),
        }
    }
}

/// A request as these pages see it.
struct Asked {
    locale: Locale,
    zone: Zone,
    from: IpAddr,
    is_by_tls: bool,
    at: Instant,
    caller: Caller,
    headers: HeaderMap,
    uri: Uri,
    host: String,
}

impl FromRequestParts<Server> for Asked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Response> {
        let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let mut asked = Self {
            locale: app::account::language(&parts.headers),
            zone: app::zone(&parts.headers),
            from: address_in(&parts.extensions),
            is_by_tls: parts.extensions.get::<ByTls>().is_some(),
            at: Instant::now(),
            caller: Caller::Stranger,
            host: host.unwrap_or("localhost").to_owned(),
            headers: parts.headers.clone(),
            uri: parts.uri.clone(),
        };
        match server.access.caller(&asked.headers).await {
            Ok(caller) => asked.caller = caller,
            Err(error) => return Err(server.accounts.not_now(&asked, &error)),
        }
        Ok(asked)
    }
}

impl Asked {
    /// What the address says under a name, after the question mark.
    fn query(&self, name: &str) -> Option<String> {
        let pairs = form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes());
        pairs
            .into_iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }
}

/// What somebody has typed into a form.
struct Typed(HashMap<String, String>);

impl Typed {
    fn read(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

/// Another page is to be seen next.
fn see(path: &str) -> Response {
    (
        StatusCode::SEE_OTHER,
        [(header::LOCATION, path), (header::CACHE_CONTROL, "no-store")],
    )
        .into_response()
}

/// The same, with a session.
fn see_as(path: &str, cookie: HeaderValue) -> Response {
    let mut response = see(path);
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    response
}

/// Whoever is not signed in does that first, and comes back.
fn sign_in_first(here: &str) -> Response {
    let to: String = form_urlencoded::byte_serialize(here.as_bytes()).collect();
    see(&format!("/sign-in?to={to}"))
}

fn minted() -> Result<String, Problem> {
    secrets::mint().map_err(|error| {
        tracing::error!(%error, "the system has no random bytes");
        Problem::NotTaken
    })
}

fn status_of(problem: &Problem) -> StatusCode {
    match problem {
        Problem::NotKnown | Problem::PasswordWrong | Problem::NotAllowed => StatusCode::FORBIDDEN,
        Problem::TooOften => StatusCode::TOO_MANY_REQUESTS,
        Problem::EmailTaken | Problem::LastOwner(_) | Problem::Full => StatusCode::CONFLICT,
        Problem::NotTaken => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store did not take what was done to an account");
        Self::NotTaken
    }
}

/// A path of this server and nothing else: a page elsewhere that looks like this one could be led to otherwise.
fn own_path(typed: &str) -> Option<&str> {
    let fits = typed.starts_with('/')
        && !typed.starts_with("//")
        && typed.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    fits.then_some(typed)
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn after_signing_in_one_stays_on_this_server() {
        for own in ["/", "/map/1?x=%2F#y", "/join/abc"] {
            assert_eq!(own_path(own), Some(own));
        }
        for elsewhere in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/a\r\nset-cookie: x",
            "evil",
            "/điểm",
        ] {
            assert_eq!(own_path(elsewhere), None, "{elsewhere:?}");
        }
    }
}
