//! New accounts, where anybody may have one.

use app::account::{NewAccount, Page, Problem, SignUp};
use axum::{body::Bytes, extract::State, http::StatusCode, response::Response};
use model::{
    audit::What,
    edit::one_line,
    id::PersonId,
    limits::{NAME_MAX, PERSON_NAME_MAX},
    teams::{Account, PASSWORD_MAX, PASSWORD_MIN, email_key},
};

use super::{Asked, ServerAccounts, SignedUp, Typed, see, see_as, status_of};
use crate::{env::ENV, store::NewPerson};

pub(super) async fn show(State(accounts): State<ServerAccounts>, asked: Asked) -> Response {
    if !accounts.inner.ways.open {
        return accounts.page(&asked, StatusCode::NOT_FOUND, &Page::Missing);
    }
    if asked.caller.account().is_some() {
        return see("/");
    }
    let page = SignUp {
        typed: NewAccount::default(),
        problem: None,
    };
    accounts.page(&asked, StatusCode::OK, &Page::SignUp(page))
}

pub(super) async fn take(State(accounts): State<ServerAccounts>, asked: Asked, body: Bytes) -> Response {
    if !accounts.inner.ways.open {
        return accounts.page(&asked, StatusCode::NOT_FOUND, &Page::Missing);
    }
    let typed = Typed::read(&body);
    let signed_up = async {
        let person = accounts.new_person(&asked, &typed).await?;
        let id = person.account.id;
        signed_up(accounts.inner.store.sign_up(person).await?)?;
        accounts
            .note(&asked, What::SignedUp, Some(id), None, String::new())
            .await;
        accounts.begin_session(&asked, id).await
    };
    match signed_up.await {
        Ok(cookie) => see_as("/", cookie),
        Err(problem) => {
            let page = SignUp {
                typed: typed.new_account(),
                problem: Some(&problem),
            };
            accounts.page(&asked, status_of(&problem), &Page::SignUp(page))
        }
    }
}

pub(super) fn signed_up(outcome: SignedUp) -> Result<(), Problem> {
    match outcome {
        SignedUp::Done => Ok(()),
        SignedUp::Taken => Err(Problem::EmailTaken),
        SignedUp::Closed => Err(Problem::NotTaken),
    }
}

impl Typed {
    /// What is shown again when it was not taken: all but the password.
    pub(super) fn new_account(&self) -> NewAccount<'_> {
        NewAccount {
            name: self.get("name"),
            email: self.get("email"),
        }
    }

    pub(super) fn name(&self) -> Result<String, Problem> {
        let name = cleaned(self.get("name"));
        match name.chars().count() {
            0 => Err(Problem::NameBlank),
            len if len > PERSON_NAME_MAX => Err(Problem::NameLong(PERSON_NAME_MAX)),
            _ => Ok(name),
        }
    }

    pub(super) fn team(&self) -> Result<String, Problem> {
        let name = cleaned(self.get("team"));
        match name.chars().count() {
            0 => Err(Problem::TeamBlank),
            len if len > NAME_MAX => Err(Problem::TeamLong(NAME_MAX)),
            _ => Ok(name),
        }
    }

    /// A new password, in one form whatever keyboard typed it.
    pub(super) fn new_password(&self) -> Result<String, Problem> {
        let password = (ENV.nfc)(self.get("new"));
        if password.chars().count() < PASSWORD_MIN {
            return Err(Problem::PasswordShort);
        }
        if password.len() > PASSWORD_MAX {
            return Err(Problem::PasswordLong);
        }
        Ok(password)
    }
}

/// A name as it is kept: in one line, without what cannot be seen.
fn cleaned(name: &str) -> String {
    let seen: String = (ENV.nfc)(name)
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    one_line(&seen)
}

impl ServerAccounts {
    /// Somebody who may have an account as far as what they typed goes. Whether the address is taken is not looked at,
    /// so it takes as long for one that is.
    pub(super) async fn new_person(&self, asked: &Asked, typed: &Typed) -> Result<NewPerson, Problem> {
        let name = typed.name()?;
        let email = typed.get("email").trim().to_owned();
        let email_key = email_key(&email).ok_or(Problem::EmailWrong)?;
        let password = typed.new_password()?;
        if !self.inner.sign_ups.admits(asked.from, asked.at) {
            return Err(Problem::TooOften);
        }
        let password = self.inner.passwords.hash(&password).await.ok_or(Problem::NotTaken)?;
        Ok(NewPerson {
            account: Account {
                id: PersonId::fresh(),
                email,
                name,
            },
            email_key,
            password,
        })
    }
}
