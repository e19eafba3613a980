//! A new password by a link, once.

use app::account::{Page, Problem, Reset};
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use model::audit::What;

use super::{Asked, ServerAccounts, Typed, see, status_of};
use crate::{access::Change, secrets};

pub(super) async fn show(State(accounts): State<ServerAccounts>, Path(token): Path<String>, asked: Asked) -> Response {
    match accounts.inner.store.reset(secrets::hash(&token)).await {
        Ok(Some(account)) => {
            let page = Reset {
                email: &account.email,
                problem: None,
            };
            accounts.page(&asked, StatusCode::OK, &Page::Reset(page))
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
    let token = secrets::hash(&token);
    let account = match accounts.inner.store.reset(token).await {
        Ok(Some(account)) => account,
        Ok(None) => return accounts.nowhere(&asked),
        Err(error) => return accounts.not_now(&asked, &error),
    };
    let set = async {
        let password = Typed::read(&body).new_password()?;
        let hash = accounts
            .inner
            .passwords
            .hash(&password)
            .await
            .ok_or(Problem::NotTaken)?;
        Ok::<_, Problem>(accounts.inner.store.use_reset(token, hash).await?)
    };
    match set.await {
        Ok(Some(person)) => {
            accounts
                .note(&asked, What::PasswordReset, Some(person), None, String::new())
                .await;
            accounts.inner.access.changed(Change::Person(person));
            see("/sign-in?reset")
        }
        Ok(None) => accounts.nowhere(&asked),
        Err(problem) => {
            let page = Reset {
                email: &account.email,
                problem: Some(&problem),
            };
            accounts.page(&asked, status_of(&problem), &Page::Reset(page))
        }
    }
}
