//! Signing in and out.

use app::account::{Page, Problem, SignIn};
use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderValue, StatusCode},
    response::Response,
};
use model::{audit::What, teams::email_key};

use super::{Asked, ServerAccounts, Typed, own_path, see, see_as, status_of};
use crate::{
    access::{Caller, Change, Credential},
    env::ENV,
    rate::network,
    secrets,
};

/// Where one is after signing in, unless something else was asked for.
const HOME: &str = "/";

pub(super) async fn show(State(accounts): State<ServerAccounts>, asked: Asked) -> Response {
    let to = asked.query("to").unwrap_or_default();
    let to = own_path(&to);
    if asked.caller.account().is_some() {
        return see(to.unwrap_or(HOME));
    }
    let page = SignIn {
        email: "",
        to: to.unwrap_or_default(),
        was_reset: asked.query("reset").is_some(),
        ways: accounts.inner.ways,
        problem: None,
    };
    accounts.page(&asked, StatusCode::OK, &Page::SignIn(page))
}

pub(super) async fn take(State(accounts): State<ServerAccounts>, asked: Asked, body: Bytes) -> Response {
    let typed = Typed::read(&body);
    let to = own_path(typed.get("to"));
    match accounts.sign_in(&asked, &typed).await {
        Ok(cookie) => see_as(to.unwrap_or(HOME), cookie),
        Err(problem) => {
            let page = SignIn {
                email: typed.get("email"),
                to: to.unwrap_or_default(),
                was_reset: false,
                ways: accounts.inner.ways,
                problem: Some(&problem),
            };
            accounts.page(&asked, status_of(&problem), &Page::SignIn(page))
        }
    }
}

/// Where whoever signs out arrives: at the page that takes from the device what it keeps of their teams' maps.
const OUT: &str = "/";

pub(super) async fn leave(State(accounts): State<ServerAccounts>, asked: Asked) -> Response {
    let Caller::Person {
        by: Credential::Session(session),
        ..
    } = asked.caller
    else {
        return see(OUT);
    };
    if let Err(error) = accounts.inner.store.end_session(session).await {
        return accounts.not_now(&asked, &error);
    }
    accounts.inner.access.changed(Change::Session(session));
    match accounts.cookie(&asked, "", 0) {
        Ok(none) => see_as(OUT, none),
        Err(_) => see(OUT),
    }
}

impl ServerAccounts {
    /// Whether the password of an account, or of none, may be tried once more from where the request comes.
    pub(super) fn may_guess(&self, asked: &Asked, email: &str) -> bool {
        let key = email_key(email).unwrap_or_default();
        let to = secrets::hash(&format!("{key} {}", network(asked.from)));
        self.inner.sign_ins.admits(asked.from, asked.at) && self.inner.sign_ins_to.takes(to, asked.at)
    }

    async fn sign_in(&self, asked: &Asked, typed: &Typed) -> Result<HeaderValue, Problem> {
        let inner = &self.inner;
        if !self.may_guess(asked, typed.get("email")) {
            return Err(Problem::TooOften);
        }
        let key = email_key(typed.get("email"));
        let found = match key {
            Some(key) => inner.store.by_email(key).await?,
            None => None,
        };
        let password = (ENV.nfc)(typed.get("password"));
        let hash = found.as_ref().map(|(_, hash)| hash.as_str());
        let right = inner.passwords.matches(&password, hash).await;
        let who = found.map(|(account, _)| account.id);
        match who {
            Some(person) if right => {
                let cookie = self.begin_session(asked, person).await?;
                self.note(asked, What::SignedIn, who, None, String::new()).await;
                Ok(cookie)
            }
            // Noted for nobody too: it takes as long.
            _ => {
                self.note(asked, What::SignInFailed, who, None, String::new()).await;
                Err(Problem::NotKnown)
            }
        }
    }
}
