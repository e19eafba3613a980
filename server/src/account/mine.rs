//! Somebody's own account: name, password, sessions, teams, and its end.

use app::account::{
    Mine, Outcome, Page, Problem, SessionLine,
    mine::deed::{DELETE, LEAVE, NAME, PASSWORD, SESSIONS, TEAM, TOKEN, TOKEN_END},
};
use axum::{body::Bytes, extract::State, http::StatusCode, response::Response};
use model::{
    audit::What,
    id::TeamId,
    teams::{Account, Team},
};

use super::{Asked, Changed, ServerAccounts, Typed, see, see_as, status_of};
use crate::{
    access::{Caller, Change, Credential},
    env::ENV,
    limits::{AUDIT_LINES_OWN, TEAMS_PER_PERSON},
    secrets::SecretHash,
    store::StoreError,
};

/// Where it is.
const HERE: &str = "/account";

/// Who has asked for it.
struct Owner<'a> {
    account: &'a Account,
    session: SecretHash,
}

impl<'a> Owner<'a> {
    fn of(asked: &'a Asked) -> Option<Self> {
        match &asked.caller {
            Caller::Person {
                account,
                by: Credential::Session(session),
                ..
            } => Some(Self {
                account,
                session: *session,
            }),
            // No program changes the account that it works for.
            Caller::Person { .. } | Caller::Everybody | Caller::Guest(_) | Caller::Stranger => None,
        }
    }
}

pub(super) async fn show(State(accounts): State<ServerAccounts>, asked: Asked) -> Response {
    let Some(owner) = Owner::of(&asked) else {
        return super::sign_in_first(HERE);
    };
    let at = asked.query("done").unwrap_or_default();
    let outcome = Outcome {
        at: &at,
        ..Outcome::default()
    };
    accounts
        .account_page(&asked, &owner, StatusCode::OK, "", None, outcome)
        .await
}

pub(super) async fn take(State(accounts): State<ServerAccounts>, asked: Asked, body: Bytes) -> Response {
    let Some(owner) = Owner::of(&asked) else {
        return super::sign_in_first(HERE);
    };
    let typed = Typed::read(&body);
    let done = match typed.get("do") {
        NAME => accounts.rename(&owner, &typed).await,
        PASSWORD => accounts.change_password(&asked, &owner, &typed).await,
        SESSIONS => accounts.end_other_sessions(&asked, &owner).await,
        TEAM => accounts.make_team(&asked, &owner, &typed).await,
        LEAVE => {
            accounts
                .leave_team(&asked, owner.account, TeamId::parse(typed.get("id")))
                .await
        }
        TOKEN => match accounts.make_token(&asked, owner.account.id, &typed).await {
            Ok(secret) => {
                let outcome = Outcome {
                    at: TOKEN,
                    ..Outcome::default()
                };
                let told = Some(secret.as_str());
                return accounts
                    .account_page(&asked, &owner, StatusCode::OK, "", told, outcome)
                    .await;
            }
            Err(problem) => Err(problem),
        },
        TOKEN_END => accounts
            .end_token(&asked, owner.account.id, &typed)
            .await
            .map(|()| done(TOKEN_END)),
        DELETE => accounts.delete_account(&asked, &owner, &typed).await,
        _ => Ok(see(HERE)),
    };
    match done {
        Ok(response) => response,
        Err(problem) => {
            let outcome = Outcome {
                at: typed.get("do"),
                problem: Some(&problem),
                typed: typed.get("name"),
            };
            accounts
                .account_page(&asked, &owner, status_of(&problem), typed.get("team"), None, outcome)
                .await
        }
    }
}

fn done(what: &str) -> Response {
    see(&format!("{HERE}?done={what}#{what}"))
}

impl ServerAccounts {
    async fn account_page(
        &self,
        asked: &Asked,
        owner: &Owner<'_>,
        status: StatusCode,
        team: &str,
        told: Option<&str>,
        outcome: Outcome<'_>,
    ) -> Response {
        let read = async {
            let person = owner.account.id;
            let sessions = self.inner.store.sessions(person).await?;
            let teams = self.inner.store.teams(person).await?;
            let lines = self.inner.audit.of_person(person, AUDIT_LINES_OWN).await?;
            let tokens = self.inner.tokens.tokens(person).await?;
            Ok::<_, StoreError>((sessions, teams, lines, tokens))
        };
        let (sessions, teams, lines, tokens) = match read.await {
            Ok(read) => read,
            Err(error) => return self.not_now(asked, &error),
        };
        let sessions: Vec<SessionLine<'_>> = sessions
            .iter()
            .map(|session| SessionLine {
                agent: &session.agent,
                seen_at: session.seen_at,
                here: session.token == owner.session,
            })
            .collect();
        let page = Mine {
            account: owner.account,
            sessions: &sessions,
            teams: &teams,
            tokens: &tokens,
            told,
            lines: &lines,
            team,
            outcome,
        };
        self.page(asked, status, &Page::Mine(page))
    }

    async fn rename(&self, owner: &Owner<'_>, typed: &Typed) -> Result<Response, Problem> {
        self.inner.store.rename_person(owner.account.id, typed.name()?).await?;
        // Whoever is connected goes by the new name.
        self.inner.access.changed(Change::Person(owner.account.id));
        Ok(done(NAME))
    }

    /// Whether somebody knows the password of the account that they are signed in to. Guesses count as in signing in.
    async fn knows_password(&self, asked: &Asked, account: &Account, typed: &Typed) -> Result<(), Problem> {
        if !self.may_guess(asked, &account.email) {
            return Err(Problem::TooOften);
        }
        let stored = self.inner.store.person(account.id).await?;
        let hash = stored.as_ref().map(|(_, hash)| hash.as_str());
        let password = (ENV.nfc)(typed.get("password"));
        match self.inner.passwords.matches(&password, hash).await {
            true => Ok(()),
            false => Err(Problem::PasswordWrong),
        }
    }

    async fn change_password(&self, asked: &Asked, owner: &Owner<'_>, typed: &Typed) -> Result<Response, Problem> {
        let password = typed.new_password()?;
        self.knows_password(asked, owner.account, typed).await?;
        let hash = self.inner.passwords.hash(&password).await.ok_or(Problem::NotTaken)?;
        let person = owner.account.id;
        self.inner.store.set_password(person, hash, Some(owner.session)).await?;
        // What knew the session until now may be known to others, too.
        let cookie = self.begin_session(asked, person).await?;
        self.inner.access.changed(Change::Person(person));
        self.note(asked, What::PasswordChanged, Some(person), None, String::new())
            .await;
        Ok(see_as(&format!("{HERE}?done={PASSWORD}#{PASSWORD}"), cookie))
    }

    async fn end_other_sessions(&self, asked: &Asked, owner: &Owner<'_>) -> Result<Response, Problem> {
        let person = owner.account.id;
        self.inner.store.end_sessions(person, Some(owner.session)).await?;
        self.inner.access.changed(Change::Person(person));
        self.note(asked, What::SignedOutElsewhere, Some(person), None, String::new())
            .await;
        Ok(done(SESSIONS))
    }

    async fn make_team(&self, asked: &Asked, owner: &Owner<'_>, typed: &Typed) -> Result<Response, Problem> {
        let (name, person) = (typed.team()?, owner.account.id);
        if self.inner.store.teams(person).await?.len() >= TEAMS_PER_PERSON {
            return Err(Problem::Full);
        }
        let team = TeamId::fresh();
        self.inner.store.create_team(team, name, person).await?;
        self.note(asked, What::TeamMade, Some(person), Some(team), String::new())
            .await;
        Ok(see(&format!("/teams/{team}")))
    }

    /// Somebody leaves a team. One that they are not in they have left already.
    pub(super) async fn leave_team(
        &self,
        asked: &Asked,
        account: &Account,
        team: Option<TeamId>,
    ) -> Result<Response, Problem> {
        let Some(team) = team else { return Ok(done(LEAVE)) };
        match self.inner.store.remove_member(team, account.id).await? {
            Changed::Done => {
                self.inner.access.changed(Change::Team(team));
                self.note(asked, What::Left, Some(account.id), Some(team), String::new())
                    .await;
            }
            Changed::LastOwner => {
                let teams = self.inner.store.teams(account.id).await?;
                let name = teams.into_iter().find(|mine| mine.id == team).map(|team| team.name);
                return Err(Problem::LastOwner(name.into_iter().collect()));
            }
            Changed::Absent => {}
        }
        Ok(done(LEAVE))
    }

    async fn delete_account(&self, asked: &Asked, owner: &Owner<'_>, typed: &Typed) -> Result<Response, Problem> {
        self.knows_password(asked, owner.account, typed).await?;
        let person = owner.account.id;
        let teams = self.inner.store.teams(person).await?;
        let (changed, boards) = self.inner.store.delete_person(person).await?;
        if changed == Changed::LastOwner {
            return Err(Problem::LastOwner(
                self.without_other_owner(owner.account, teams).await?,
            ));
        }
        let access = &self.inner.access;
        access.changed(Change::Person(person));
        for board in boards {
            access.changed(Change::Gone(board));
        }
        for team in teams {
            access.changed(Change::Team(team.id));
            let name = owner.account.name.clone();
            self.note(asked, What::Deleted, None, Some(team.id), name).await;
        }
        Ok(see_as("/sign-in", self.cookie(asked, "", 0)?))
    }

    /// The names of the teams with others in them that only this person owns.
    async fn without_other_owner(&self, account: &Account, teams: Vec<Team>) -> Result<Vec<String>, Problem> {
        let mut names = Vec::new();
        for team in teams.into_iter().filter(|team| team.role.may_manage()) {
            let members = self.inner.store.members(team.id).await?;
            let mut others = members
                .iter()
                .filter(|member| member.account.id != account.id)
                .peekable();
            if others.peek().is_some() && !others.any(|member| member.role.may_manage()) {
                names.push(team.name);
            }
        }
        Ok(names)
    }
}
