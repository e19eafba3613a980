//! A team: its members and the links into it.

use app::account::{
    Outcome, Page, Problem, TeamPage, Told,
    mine::deed::TEAM_END,
    team::{
        BOARDS_BIN, DAYS, INVITED_AS,
        deed::{DELETE, HAND_OVER, INVITE, LEAVE, NAME, REMOVE, RESET, REVOKE, ROLE},
    },
};
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
    teams::{Account, Member, Team},
};

use super::{Asked, Changed, ServerAccounts, Typed, minted, see, status_of};
use crate::{
    access::{Change, Deed, Denied},
    env::now_ms,
    limits::{AUDIT_LINES_SHOWN, INVITES_PER_TEAM, RESET_LASTS},
    secrets,
    store::{NewInvite, StoreError},
};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// What became of what was posted.
enum Done {
    /// Something else is to be seen.
    Go(Response),
    /// It is done.
    Here,
    /// A link was made that is told now and never again.
    Invited(String),
    /// The same, to a new password, for whom.
    Reset(String, String),
}

/// A team that somebody is in, with what they may do there.
struct Place {
    team: TeamId,
    role: Role,
    me: Account,
}

impl Place {
    fn path(&self) -> String {
        format!("/teams/{}", self.team)
    }
}

pub(super) async fn show(State(accounts): State<ServerAccounts>, Path(id): Path<String>, asked: Asked) -> Response {
    let place = match accounts.place(&asked, &id).await {
        Ok(place) => place,
        Err(answer) => return answer,
    };
    let at = asked.query("done").unwrap_or_default();
    let outcome = Outcome {
        at: &at,
        ..Outcome::default()
    };
    accounts.team_page(&asked, &place, StatusCode::OK, None, outcome).await
}

pub(super) async fn take(
    State(accounts): State<ServerAccounts>,
    Path(id): Path<String>,
    asked: Asked,
    body: Bytes,
) -> Response {
    let place = match accounts.place(&asked, &id).await {
        Ok(place) => place,
        Err(answer) => return answer,
    };
    let typed = Typed::read(&body);
    let what = typed.get("do");
    let mut outcome = Outcome {
        at: what,
        problem: None,
        typed: typed.get("team"),
    };
    match accounts.in_team(&asked, &place, &typed).await {
        Ok(Done::Go(response)) => response,
        Ok(Done::Here) => see(&format!("{}?done={what}", place.path())),
        Ok(Done::Invited(address)) => {
            let told = Some(Told::Invite(&address));
            accounts.team_page(&asked, &place, StatusCode::OK, told, outcome).await
        }
        Ok(Done::Reset(name, address)) => {
            let told = Some(Told::Reset(&name, &address));
            accounts.team_page(&asked, &place, StatusCode::OK, told, outcome).await
        }
        Err(problem) => {
            outcome.problem = Some(&problem);
            accounts
                .team_page(&asked, &place, status_of(&problem), None, outcome)
                .await
        }
    }
}

impl ServerAccounts {
    /// The team that an address speaks of. One that somebody is not in is answered as none (F34).
    async fn place(&self, asked: &Asked, id: &str) -> Result<Place, Response> {
        let missing = || self.page(asked, StatusCode::NOT_FOUND, &Page::Missing);
        let team = TeamId::parse(id).ok_or_else(missing)?;
        match self.inner.access.allow_in_team(&asked.caller, team, Deed::Read).await {
            Ok(role) => {
                let me = asked.caller.account().ok_or_else(missing)?.clone();
                Ok(Place { team, role, me })
            }
            Err(Denied::SignedOut) => Err(super::sign_in_first(asked.uri.path())),
            Err(Denied::Absent | Denied::NotAllowed) => Err(missing()),
            Err(Denied::Store(error)) => Err(self.not_now(asked, &error)),
        }
    }

    async fn team_page(
        &self,
        asked: &Asked,
        place: &Place,
        status: StatusCode,
        told: Option<Told<'_>>,
        outcome: Outcome<'_>,
    ) -> Response {
        let owns = place.role.may_manage();
        let read = async {
            let store = &self.inner.store;
            let teams = store.teams(place.me.id).await?;
            let resettable = match owns {
                true => self.inner.access.may_reset(&asked.caller, place.team).await?,
                false => Vec::new(),
            };
            let members: Vec<(Member, bool)> = store
                .members(place.team)
                .await?
                .into_iter()
                .map(|member| {
                    let id = member.account.id;
                    (member, id != place.me.id && resettable.contains(&id))
                })
                .collect();
            let (invites, lines) = match owns {
                true => (
                    store.invites(place.team).await?,
                    self.inner.audit.of_team(place.team, AUDIT_LINES_SHOWN).await?,
                ),
                false => Default::default(),
            };
            Ok::<_, StoreError>((teams, members, invites, lines))
        };
        let (teams, members, invites, lines) = match read.await {
            Ok(read) => read,
            Err(error) => return self.not_now(asked, &error),
        };
        let Some(team) = teams.into_iter().find(|team| team.id == place.team) else {
            return self.page(asked, StatusCode::NOT_FOUND, &Page::Missing);
        };
        let page = TeamPage {
            // What is shown is what was allowed: a role that changed meanwhile is the next page's.
            team: &Team {
                role: place.role,
                ..team
            },
            me: place.me.id,
            members: &members,
            invites: &invites,
            lines: &lines,
            told,
            outcome,
            now: now_ms(),
        };
        self.page(asked, status, &Page::Team(page))
    }

    async fn in_team(&self, asked: &Asked, place: &Place, typed: &Typed) -> Result<Done, Problem> {
        let what = typed.get("do");
        if what == LEAVE {
            return self.leave_team(asked, &place.me, Some(place.team)).await.map(Done::Go);
        }
        match self
            .inner
            .access
            .allow_in_team(&asked.caller, place.team, Deed::Manage)
            .await
        {
            Ok(_) => {}
            Err(Denied::Store(error)) => return Err(error.into()),
            Err(_) => return Err(Problem::NotAllowed),
        }
        match what {
            NAME => self.rename_team(asked, place, typed).await,
            ROLE => self.set_role(asked, place, typed).await,
            REMOVE => self.remove_member(asked, place, typed).await,
            RESET => self.make_reset(asked, place, typed).await,
            INVITE => self.make_invite(asked, place, typed).await,
            REVOKE => self.revoke_invite(asked, place, typed).await,
            HAND_OVER => self.hand_over(asked, place, typed).await,
            DELETE => self.delete_team(asked, place, typed).await,
            _ => Ok(Done::Go(see(&place.path()))),
        }
    }

    async fn noted(&self, asked: &Asked, place: &Place, what: What, detail: String) {
        self.note(asked, what, Some(place.me.id), Some(place.team), detail)
            .await;
    }

    async fn rename_team(&self, asked: &Asked, place: &Place, typed: &Typed) -> Result<Done, Problem> {
        let name = typed.team()?;
        self.inner.store.rename_team(place.team, name.clone()).await?;
        self.noted(asked, place, What::TeamRenamed, name).await;
        Ok(Done::Here)
    }

    /// The member that a form speaks of, if the team has them.
    async fn member(&self, place: &Place, typed: &Typed) -> Result<Option<Member>, Problem> {
        let id = PersonId::parse(typed.get("id"));
        let members = self.inner.store.members(place.team).await?;
        Ok(members.into_iter().find(|member| Some(member.account.id) == id))
    }

    async fn set_role(&self, asked: &Asked, place: &Place, typed: &Typed) -> Result<Done, Problem> {
        let (Some(member), Some(role)) = (self.member(place, typed).await?, Role::from_word(typed.get("role"))) else {
            return Ok(Done::Here);
        };
        if member.role == role {
            return Ok(Done::Here);
        }
        self.changed(
            place,
            self.inner.store.set_role(place.team, member.account.id, role).await?,
        )
        .await?;
        let detail = format!("{} {}", role.word(), member.account.name);
        self.noted(asked, place, What::RoleSet, detail).await;
        Ok(Done::Here)
    }

    /// Says to whoever is connected that something has changed, or why it has not.
    async fn changed(&self, place: &Place, changed: Changed) -> Result<(), Problem> {
        match changed {
            Changed::Done => {
                self.inner.access.changed(Change::Team(place.team));
                Ok(())
            }
            Changed::LastOwner => {
                let teams = self.inner.store.teams(place.me.id).await?;
                let name = teams
                    .into_iter()
                    .find(|team| team.id == place.team)
                    .map(|team| team.name);
                Err(Problem::LastOwner(name.into_iter().collect()))
            }
            // Somebody else was faster; the page shows what is.
            Changed::Absent => Ok(()),
        }
    }

    async fn remove_member(&self, asked: &Asked, place: &Place, typed: &Typed) -> Result<Done, Problem> {
        let Some(member) = self.member(place, typed).await? else {
            return Ok(Done::Here);
        };
        let removed = self.inner.store.remove_member(place.team, member.account.id).await?;
        self.changed(place, removed).await?;
        self.noted(asked, place, What::Removed, member.account.name).await;
        Ok(Done::Here)
    }

    async fn make_reset(&self, asked: &Asked, place: &Place, typed: &Typed) -> Result<Done, Problem> {
        let Some(Member { account, .. }) = self.member(place, typed).await? else {
            return Ok(Done::Here);
        };
        let resettable = self.inner.access.may_reset(&asked.caller, place.team).await?;
        if !resettable.contains(&account.id) {
            return Err(Problem::NotAllowed);
        }
        let token = minted()?;
        let lasts = RESET_LASTS.as_millis() as u64;
        self.inner
            .store
            .add_reset(account.id, secrets::hash(&token), lasts)
            .await?;
        self.noted(asked, place, What::ResetMade, account.name.clone()).await;
        Ok(Done::Reset(account.name, format!("{}/reset/{token}", self.base(asked))))
    }

    async fn make_invite(&self, asked: &Asked, place: &Place, typed: &Typed) -> Result<Done, Problem> {
        let role = Role::from_word(typed.get("role")).filter(|role| INVITED_AS.contains(role));
        let days = typed.get("days").parse().ok().filter(|days| DAYS.contains(days));
        let (Some(role), Some(days)) = (role, days) else {
            return Ok(Done::Here);
        };
        if self.inner.store.invites(place.team).await?.len() >= INVITES_PER_TEAM {
            return Err(Problem::Full);
        }
        let token = minted()?;
        let invite = NewInvite {
            token: secrets::hash(&token),
            team: place.team,
            role,
            lasts: days * DAY_MS,
            uses_max: (!typed.get("uses").is_empty()).then_some(1),
        };
        if self.inner.store.add_invite(invite).await?.is_none() {
            return Err(Problem::NotTaken);
        }
        self.noted(asked, place, What::Invited, role.word().to_owned()).await;
        Ok(Done::Invited(format!("{}/join/{token}", self.base(asked))))
    }

    async fn revoke_invite(&self, asked: &Asked, place: &Place, typed: &Typed) -> Result<Done, Problem> {
        let Ok(id) = typed.get("id").parse() else {
            return Ok(Done::Here);
        };
        if self.inner.store.revoke_invite(place.team, id).await? {
            self.noted(asked, place, What::InviteRevoked, String::new()).await;
        }
        Ok(Done::Here)
    }

    /// The boards outlive their team: they are those of whoever deletes it.
    async fn delete_team(&self, asked: &Asked, place: &Place, typed: &Typed) -> Result<Done, Problem> {
        let teams = self.inner.store.teams(place.me.id).await?;
        let team = teams.into_iter().find(|team| team.id == place.team);
        let binned = typed.get("boards") == BOARDS_BIN;
        let boards = self.inner.store.delete_team(place.team, place.me.id, binned).await?;
        let access = &self.inner.access;
        for board in boards {
            access.changed(Change::Board(board));
        }
        access.changed(Change::Team(place.team));
        let name = team.map(|team| team.name).unwrap_or_default();
        self.note(asked, What::TeamDeleted, Some(place.me.id), None, name).await;
        Ok(Done::Go(see(&format!("/account?done={TEAM_END}#team"))))
    }

    /// The new owner first: whatever goes wrong in between, the team has one.
    async fn hand_over(&self, asked: &Asked, place: &Place, typed: &Typed) -> Result<Done, Problem> {
        let Some(member) = self
            .member(place, typed)
            .await?
            .filter(|member| member.account.id != place.me.id)
        else {
            return Ok(Done::Here);
        };
        for (account, role) in [(&member.account, Role::Owner), (&place.me, Role::Editor)] {
            let changed = self.inner.store.set_role(place.team, account.id, role).await?;
            self.changed(place, changed).await?;
            let detail = format!("{} {}", role.word(), account.name);
            self.noted(asked, place, What::RoleSet, detail).await;
        }
        Ok(Done::Here)
    }
}
