//! Who asks, and what they may do: the one place that decides it, for pages, server functions, sync sockets, events and
//! the API alike.
//!
//! A board that somebody may not see and a board that does not exist are answered alike (F34).

use std::{net::IpAddr, sync::Arc};

use app::api::ApiError;
use axum::http::{HeaderMap, header};
use model::{
    access::Role,
    id::{BoardId, PersonId, TeamId},
    teams::{Account, Home, Scope},
};
use tokio::sync::broadcast;

use crate::{
    env::now_ms,
    limits::{CHANGES_KEPT, PASSES_MAX, SESSION_LASTS, SESSION_TOUCH},
    secrets::{self, SecretHash},
    store::{Accounts, Guest, Guests, StoreError, Tokens, Whose},
};

/// The cookie of a session.
pub const SESSION_COOKIE: &str = "session";
/// The cookie of a guest, before the number of the link that they came by.
pub const GUEST_COOKIE: &str = "guest-";

/// Who comes in at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Whoever reaches the server, without an account.
    Everybody,
    /// People with an account, and whoever has a link.
    Accounts,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Whoever reaches the server, in open mode.
    Everybody,
    /// Somebody who is signed in, or a program of theirs.
    Person {
        /// Who.
        account: Arc<Account>,
        /// How the server knows.
        by: Credential,
        /// The links that they came by, besides.
        passes: Passes,
    },
    /// Whoever came by links that let edit, and has no account or is not signed in.
    Guest(Passes),
    /// Nobody that the server knows.
    Stranger,
}

/// What a browser shows of a link that it came by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    token: SecretHash,
    guest: Guest,
}

/// One for each link; none for most.
pub type Passes = Arc<[Pass]>;

/// By what the server knows somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// The session of their browser.
    Session(SecretHash),
    /// A token that they made for a program.
    Token(SecretHash, Scope),
}

impl Credential {
    /// What it lets through of somebody's role.
    fn cap(self, role: Role) -> Role {
        match self {
            Self::Session(_) | Self::Token(_, Scope::Write) => role,
            Self::Token(_, Scope::Read) => role.min(Role::Viewer),
        }
    }
}

impl Caller {
    /// Who is signed in, if anybody is.
    #[must_use]
    pub fn account(&self) -> Option<&Account> {
        match self {
            Self::Person { account, .. } => Some(account),
            Self::Everybody | Self::Guest(_) | Self::Stranger => None,
        }
    }

    /// Whether signing in may help.
    #[must_use]
    pub fn is_signed_out(&self) -> bool {
        matches!(self, Self::Guest(_) | Self::Stranger)
    }

    /// As whom somebody edits a board: by their account, or as a guest of a link to it. `None` where nobody has to say
    /// who they are.
    #[must_use]
    pub fn known_on(&self, board: BoardId) -> Option<(PersonId, &str)> {
        if let Some(account) = self.account() {
            return Some((account.id, &account.name));
        }
        let guest = self.pass_to(board).map(|pass| &pass.guest)?;
        Some((guest.person, &guest.name))
    }

    /// When what they came by ends, where they came by a link.
    #[must_use]
    pub fn ends_at(&self, board: BoardId) -> Option<u64> {
        self.pass_to(board).map(|pass| pass.guest.ends_at)
    }

    fn pass_to(&self, board: BoardId) -> Option<&Pass> {
        self.passes().iter().find(|pass| pass.guest.board == board)
    }

    fn passes(&self) -> &[Pass] {
        match self {
            Self::Person { passes, .. } | Self::Guest(passes) => passes,
            Self::Everybody | Self::Stranger => &[],
        }
    }
}

/// Who has sent a request, and from where.
#[derive(Clone, Debug)]
pub struct Asker {
    /// Who.
    pub caller: Caller,
    /// From which address.
    pub from: IpAddr,
}

/// What is asked for on a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Reading it.
    Read,
    /// Changing it.
    Edit,
    /// Saying who else may, moving it, deleting it.
    Manage,
}

impl Deed {
    fn is_covered_by(self, role: Role) -> bool {
        match self {
            Self::Read => true,
            Self::Edit => role.may_edit(),
            Self::Manage => role.may_manage(),
        }
    }
}

/// Why something is not done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Denied {
    /// Nobody that the server knows has asked; signing in may help.
    #[error("sign in first")]
    SignedOut,
    /// There is no such thing, or none that the caller may see.
    #[error("there is no such thing")]
    Absent,
    /// The caller sees it, and may not do this.
    #[error("this is not allowed")]
    NotAllowed,
    /// The store could not be asked.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Denied> for ApiError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::SignedOut => Self::SignedOut,
            Denied::Absent => Self::NotFound,
            Denied::NotAllowed => Self::Refused,
            Denied::Store(error) => {
                tracing::error!(%error, "the store did not say what somebody may do");
                Self::Unavailable
            }
        }
    }
}

/// What has changed in what somebody may do. Whoever stays connected looks anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A session is over.
    Session(SecretHash),
    /// All sessions of somebody but perhaps one are over, or their account.
    Person(PersonId),
    /// Somebody's role in a team, or the team.
    Team(TeamId),
    /// Where a board belongs, or that it is in the bin.
    Board(BoardId),
    /// A board is no more.
    Gone(BoardId),
    /// What a share link gives, or to whom.
    Link(i64),
}

/// Decides.
#[derive(Clone)]
pub struct Access {
    inner: Arc<Inner>,
}

struct Inner {
    admission: Admission,
    accounts: Arc<dyn Accounts>,
    tokens: Arc<dyn Tokens>,
    guests: Arc<dyn Guests>,
    changes: broadcast::Sender<Change>,
}

impl Access {
    /// Decides by what this store knows.
    #[must_use]
    pub fn new<S: Accounts + Tokens + Guests>(admission: Admission, store: Arc<S>) -> Self {
        let (changes, _) = broadcast::channel(CHANGES_KEPT);
        Self {
            inner: Arc::new(Inner {
                admission,
                accounts: store.clone(),
                tokens: store.clone(),
                guests: store,
                changes,
            }),
        }
    }

    /// Who comes in at all.
    #[must_use]
    pub fn admission(&self) -> Admission {
        self.inner.admission
    }

    /// Who has sent this request.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn caller(&self, headers: &HeaderMap) -> Result<Caller, StoreError> {
        if self.inner.admission == Admission::Everybody {
            return Ok(Caller::Everybody);
        }
        if let Some(token) = bearer(headers) {
            return self.program(secrets::hash(token)).await;
        }
        let passes = self.passes(headers).await?;
        let found = match session_of(headers) {
            Some(session) => self
                .inner
                .accounts
                .session(session)
                .await?
                .map(|found| (session, found)),
            None => None,
        };
        let Some((session, found)) = found else {
            return Ok(match passes.is_empty() {
                true => Caller::Stranger,
                false => Caller::Guest(passes),
            });
        };
        if now_ms().saturating_sub(found.seen_at) > SESSION_TOUCH.as_millis() as u64 {
            // That it lasts longer is no reason to fail a request.
            if let Err(error) = self
                .inner
                .accounts
                .touch_session(session, SESSION_LASTS.as_millis() as u64)
                .await
            {
                tracing::warn!(%error, "a session was not noted to be used");
            }
        }
        Ok(Caller::Person {
            account: Arc::new(found.account),
            by: Credential::Session(session),
            passes,
        })
    }

    async fn passes(&self, headers: &HeaderMap) -> Result<Passes, StoreError> {
        let shown = cookies(headers).filter(|(key, value)| key.starts_with(GUEST_COOKIE) && !value.is_empty());
        let mut passes = Vec::new();
        for (_, secret) in shown.take(PASSES_MAX) {
            let token = secrets::hash(secret);
            if let Some(guest) = self.inner.guests.guest(token).await? {
                passes.push(Pass { token, guest });
            }
        }
        Ok(passes.into())
    }

    async fn program(&self, token: SecretHash) -> Result<Caller, StoreError> {
        let Some((account, scope)) = self.inner.tokens.token(token).await? else {
            return Ok(Caller::Stranger);
        };
        Ok(Caller::Person {
            account: Arc::new(account),
            by: Credential::Token(token, scope),
            passes: Passes::default(),
        })
    }

    /// What a caller may do on a board at most; `None` where they may not see it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn role(&self, caller: &Caller, board: BoardId) -> Result<Option<Role>, StoreError> {
        match self.standing(caller, board).await? {
            // In open mode a board is begun by whoever first opens it.
            None if *caller == Caller::Everybody => Ok(Some(Role::Owner)),
            Some((role, false)) => Ok(Some(role)),
            None | Some((_, true)) => Ok(None),
        }
    }

    /// The same, and whether the board is in the bin; `None` where there is none that they may see.
    async fn standing(&self, caller: &Caller, board: BoardId) -> Result<Option<(Role, bool)>, StoreError> {
        if *caller == Caller::Stranger {
            return Ok(None);
        }
        let Some(standing) = self.inner.accounts.standing(board).await? else {
            return Ok(None);
        };
        let role = match (caller, standing.home) {
            (Caller::Everybody, _) => Some(Role::Owner),
            (Caller::Guest(_) | Caller::Stranger, _) | (Caller::Person { .. }, Home::Nobody) => None,
            (Caller::Person { account, by, .. }, Home::Person(owner)) => {
                (owner == account.id).then(|| by.cap(Role::Owner))
            }
            (Caller::Person { account, by, .. }, Home::Team(team)) => self.role_in(team, account, *by).await?,
        };
        // Whichever gives more.
        let role = match role {
            Some(role) if role.may_edit() => Some(role),
            role => role.max(self.role_by_link(caller, board).await?),
        };
        Ok(role.map(|role| (role, standing.binned)))
    }

    /// What a link gives that somebody came by. Looked up anew: it may give less by now.
    async fn role_by_link(&self, caller: &Caller, board: BoardId) -> Result<Option<Role>, StoreError> {
        let Some(pass) = caller.pass_to(board) else {
            return Ok(None);
        };
        let guest = self.inner.guests.guest(pass.token).await?;
        Ok(guest.map(|_| Role::Editor))
    }

    async fn role_in(&self, team: TeamId, account: &Account, by: Credential) -> Result<Option<Role>, StoreError> {
        let role = self.inner.accounts.role_in(team, account.id).await?;
        Ok(role.map(|role| by.cap(role)))
    }

    /// Whether a caller may do something on a board, and as what.
    ///
    /// # Errors
    /// [`Denied`].
    pub async fn allow(&self, caller: &Caller, board: BoardId, deed: Deed) -> Result<Role, Denied> {
        covers(self.role(caller, board).await?, caller, deed)
    }

    /// The same for a board that may be in the bin: there is a way out of it.
    ///
    /// # Errors
    /// [`Denied`].
    pub async fn allow_in_bin(&self, caller: &Caller, board: BoardId, deed: Deed) -> Result<Role, Denied> {
        let standing = self.standing(caller, board).await?;
        covers(standing.map(|(role, _)| role), caller, deed)
    }

    /// Whether a caller may do something in a team, and as what.
    ///
    /// # Errors
    /// [`Denied`].
    pub async fn allow_in_team(&self, caller: &Caller, team: TeamId, deed: Deed) -> Result<Role, Denied> {
        let Caller::Person { account, by, .. } = caller else {
            return Err(Denied::SignedOut);
        };
        covers(self.role_in(team, account, *by).await?, caller, deed)
    }

    /// Those in a team whom a caller may make a link by which a password is set anew. Whoever has such a link is that
    /// person everywhere, so the caller has to own every team that they are in.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn may_reset(&self, caller: &Caller, team: TeamId) -> Result<Vec<PersonId>, StoreError> {
        match caller.account() {
            Some(account) => self.inner.accounts.in_teams_of(account.id, team).await,
            None => Ok(Vec::new()),
        }
    }

    /// Whether a caller may put a board there.
    ///
    /// # Errors
    /// [`Denied`].
    pub async fn allow_home(&self, caller: &Caller, home: Home) -> Result<(), Denied> {
        let allowed = match (caller, home) {
            (Caller::Guest(_) | Caller::Stranger, _) => return Err(Denied::SignedOut),
            (Caller::Everybody, home) => home == Home::Nobody,
            (Caller::Person { account, by, .. }, Home::Person(owner)) => {
                owner == account.id && by.cap(Role::Owner).may_edit()
            }
            (Caller::Person { .. }, Home::Nobody) => false,
            (Caller::Person { .. }, Home::Team(team)) => {
                return self.allow_in_team(caller, team, Deed::Edit).await.map(drop);
            }
        };
        if allowed { Ok(()) } else { Err(Denied::NotAllowed) }
    }

    /// Whose boards a caller looks through.
    ///
    /// # Errors
    /// [`Denied::SignedOut`].
    pub fn whose(&self, caller: &Caller) -> Result<Whose, Denied> {
        match caller {
            Caller::Everybody => Ok(Whose::Everybody),
            Caller::Person { account, .. } => Ok(Whose::Person(account.id)),
            Caller::Guest(_) | Caller::Stranger => Err(Denied::SignedOut),
        }
    }

    /// A caller as they are now, under the name that they have now; `None` where they are no longer who they were.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn again(&self, caller: &Caller) -> Result<Option<Caller>, StoreError> {
        let mut passes = Vec::new();
        for pass in caller.passes() {
            if let Some(guest) = self.inner.guests.guest(pass.token).await? {
                let token = pass.token;
                passes.push(Pass { token, guest });
            }
        }
        let passes: Passes = passes.into();
        let by = match caller {
            Caller::Everybody | Caller::Stranger => return Ok(Some(caller.clone())),
            Caller::Guest(_) => return Ok(Some(Caller::Guest(passes))),
            Caller::Person { by, .. } => by,
        };
        let account = match by {
            Credential::Session(session) => self.inner.accounts.session(*session).await?.map(|found| found.account),
            Credential::Token(token, _) => self.inner.tokens.token(*token).await?.map(|(account, _)| account),
        };
        Ok(account.map(|account| Caller::Person {
            account: Arc::new(account),
            by: *by,
            passes,
        }))
    }

    /// Hears of every change from now on.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.inner.changes.subscribe()
    }

    /// Says that something has changed, once it is stored.
    pub fn changed(&self, change: Change) {
        // Nobody listens where nobody is connected.
        let _ = self.inner.changes.send(change);
    }
}

fn covers(role: Option<Role>, caller: &Caller, deed: Deed) -> Result<Role, Denied> {
    match role {
        Some(role) if deed.is_covered_by(role) => Ok(role),
        Some(_) => Err(Denied::NotAllowed),
        None if caller.is_signed_out() => Err(Denied::SignedOut),
        None => Err(Denied::Absent),
    }
}

impl Change {
    /// Whether a caller on a board has to look anew.
    #[must_use]
    pub fn concerns(self, caller: &Caller, board: BoardId) -> bool {
        match (self, caller) {
            (Self::Board(changed) | Self::Gone(changed), _) => changed == board,
            (Self::Session(ended), Caller::Person { by, .. }) => matches!(by, Credential::Session(it) if *it == ended),
            (Self::Person(person), Caller::Person { account, .. }) => person == account.id,
            (Self::Team(_), Caller::Person { .. }) => true,
            (Self::Link(link), caller) => caller.passes().iter().any(|pass| pass.guest.link == link),
            (_, Caller::Everybody | Caller::Guest(_) | Caller::Stranger) => false,
        }
    }
}

/// What the server knows the session of a request by.
#[must_use]
pub fn session_of(headers: &HeaderMap) -> Option<SecretHash> {
    cookie(headers, SESSION_COOKIE).map(secrets::hash)
}

/// The token of a program, if the request has one.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The value of a cookie, if the request has it.
#[must_use]
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    cookies(headers).find_map(|(key, value)| (key == name && !value.is_empty()).then_some(value))
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "lang=vi; session=abc".parse().unwrap());
        headers.append(header::COOKIE, "zone=420; empty=".parse().unwrap());
        assert_eq!(cookie(&headers, "session"), Some("abc"));
        assert_eq!(cookie(&headers, "zone"), Some("420"));
        assert_eq!(cookie(&headers, "empty"), None);
        assert_eq!(cookie(&headers, "sess"), None);
    }
}
