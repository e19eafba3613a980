//! Coming into a team by an invitation, with an account or with a new one.

use app::account::{Join, NewAccount, Page, Problem};
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use model::{
    access::Role,
    audit::What,
    id::{PersonId, TeamId},
};

use super::{Asked, ServerAccounts, Typed, see, see_as, status_of};
use crate::{
    access::Change,
    env::now_ms,
    limits::{MEMBERS_PER_TEAM, TEAMS_PER_PERSON},
    secrets::{self, SecretHash},
    store::{SignedUp, StoreError},
};

/// Where an invitation leads.
struct Invited {
    token: SecretHash,
    here: String,
    team: TeamId,
    name: String,
    role: Role,
}

impl Invited {
    fn page<'a>(&'a self, asked: &'a Asked, typed: NewAccount<'a>, problem: Option<&'a Problem>) -> Page<'a> {
        Page::Join(Join {
            team: &self.name,
            role: self.role,
            here: &self.here,
            as_email: asked.caller.account().map(|account| account.email.as_str()),
            typed,
            problem,
        })
    }
}

pub(super) async fn show(State(accounts): State<ServerAccounts>, Path(token): Path<String>, asked: Asked) -> Response {
    match accounts.invited(&token).await {
        Ok(Some(invited)) => {
            let page = invited.page(&asked, NewAccount::default(), None);
            accounts.page(&asked, StatusCode::OK, &page)
        }
        Ok(None) => accounts.nowhere(&asked),
        Err(error) => accounts.not_now(&asked, &error),
    }
}

pub(super) async fn take(
    State(accounts): State<ServerAccounts>,
    Path(token): Path<String>,
    asked: Asked,
    body: Bytes,
) -> Response {
    let invited = match accounts.invited(&token).await {
        Ok(Some(invited)) => invited,
        Ok(None) => return accounts.nowhere(&asked),
        Err(error) => return accounts.not_now(&asked, &error),
    };
    let typed = Typed::read(&body);
    let joined = match asked.caller.account() {
        Some(account) => accounts.join(&asked, &invited, account.id).await,
        None => accounts.sign_up_and_join(&asked, &invited, &typed).await,
    };
    match joined {
        Ok(Some(response)) => response,
        Ok(None) => accounts.nowhere(&asked),
        Err(problem) => {
            let page = invited.page(&asked, typed.new_account(), Some(&problem));
            accounts.page(&asked, status_of(&problem), &page)
        }
    }
}

impl ServerAccounts {
    async fn invited(&self, token: &str) -> Result<Option<Invited>, StoreError> {
        let hash = secrets::hash(token);
        let found = self.inner.store.invite(hash).await?;
        Ok(found
            .filter(|(_, _, invite)| invite.is_open(now_ms()))
            .map(|(team, name, invite)| Invited {
                token: hash,
                here: format!("/join/{token}"),
                team,
                name,
                role: invite.role,
            }))
    }

    async fn has_room(&self, team: TeamId) -> Result<(), Problem> {
        if self.inner.store.members(team).await?.len() >= MEMBERS_PER_TEAM {
            return Err(Problem::Full);
        }
        Ok(())
    }

    /// `None` where the invitation was taken by another meanwhile.
    async fn join(&self, asked: &Asked, invited: &Invited, person: PersonId) -> Result<Option<Response>, Problem> {
        let place = format!("/teams/{}", invited.team);
        let teams = self.inner.store.teams(person).await?;
        match teams.iter().find(|team| team.id == invited.team) {
            // Nothing would change, so nobody else's place is used up.
            Some(team) if team.role >= invited.role => return Ok(Some(see(&place))),
            Some(_) => {}
            None if teams.len() >= TEAMS_PER_PERSON => return Err(Problem::Full),
            None => self.has_room(invited.team).await?,
        }
        if self.inner.store.join(invited.token, person).await?.is_none() {
            return Ok(None);
        }
        self.joined(asked, invited, person).await;
        Ok(Some(see(&place)))
    }

    async fn sign_up_and_join(
        &self,
        asked: &Asked,
        invited: &Invited,
        typed: &Typed,
    ) -> Result<Option<Response>, Problem> {
        let person = self.new_person(asked, typed).await?;
        self.has_room(invited.team).await?;
        let id = person.account.id;
        match self.inner.store.sign_up_by(person, invited.token).await? {
            SignedUp::Done => {}
            SignedUp::Taken => return Err(Problem::EmailTaken),
            SignedUp::Closed => return Ok(None),
        }
        self.note(asked, What::SignedUp, Some(id), None, String::new()).await;
        self.joined(asked, invited, id).await;
        let cookie = self.begin_session(asked, id).await?;
        Ok(Some(see_as("/", cookie)))
    }

    async fn joined(&self, asked: &Asked, invited: &Invited, person: PersonId) {
        let role = invited.role.word().to_owned();
        self.note(asked, What::Joined, Some(person), Some(invited.team), role)
            .await;
        self.inner.access.changed(Change::Team(invited.team));
    }
}
