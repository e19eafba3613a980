//! The first account of a server, by a link that only its log has.

use app::account::{NewAccount, Page, Problem, SetUp};
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderValue, StatusCode},
    response::Response,
};
use model::{audit::What, id::TeamId};

use super::{Asked, ServerAccounts, Typed, see_as, status_of};
use crate::{secrets, store::SignedUp};

pub(super) async fn show(State(accounts): State<ServerAccounts>, Path(token): Path<String>, asked: Asked) -> Response {
    if !accounts.opens_set_up(&token) {
        return accounts.nowhere(&asked);
    }
    let page = SetUp {
        typed: NewAccount::default(),
        team: "",
        problem: None,
    };
    accounts.page(&asked, StatusCode::OK, &Page::SetUp(page))
}

pub(super) async fn take(
    State(accounts): State<ServerAccounts>,
    Path(token): Path<String>,
    asked: Asked,
    body: Bytes,
) -> Response {
    if !accounts.opens_set_up(&token) {
        return accounts.nowhere(&asked);
    }
    let typed = Typed::read(&body);
    match accounts.begin(&asked, &typed).await {
        Ok(Some(cookie)) => see_as("/", cookie),
        Ok(None) => accounts.nowhere(&asked),
        Err(problem) => {
            let page = SetUp {
                typed: typed.new_account(),
                team: typed.get("team"),
                problem: Some(&problem),
            };
            accounts.page(&asked, status_of(&problem), &Page::SetUp(page))
        }
    }
}

impl ServerAccounts {
    fn opens_set_up(&self, token: &str) -> bool {
        self.set_up()
            .is_some_and(|known| secrets::same(&known, &secrets::hash(token)))
    }

    /// `None` where somebody was faster.
    async fn begin(&self, asked: &Asked, typed: &Typed) -> Result<Option<HeaderValue>, Problem> {
        let name = typed.team()?;
        let person = self.new_person(asked, typed).await?;
        let (id, team) = (person.account.id, TeamId::fresh());
        let outcome = self.inner.store.set_up(person, team, name).await?;
        // Whoever it was, there is somebody now.
        *self.set_up() = None;
        if outcome != SignedUp::Done {
            return Ok(None);
        }
        self.note(asked, What::SetUp, Some(id), Some(team), String::new()).await;
        self.begin_session(asked, id).await.map(Some)
    }
}
