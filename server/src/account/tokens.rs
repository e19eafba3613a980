//! The tokens that somebody makes for programs.

use app::account::{Problem, tokens::DAYS};
use model::{audit::What, edit::one_line, id::PersonId, limits::NAME_MAX, teams::Scope};

use super::{Asked, ServerAccounts, Typed, minted};
use crate::{access::Change, limits::TOKENS_PER_PERSON, secrets, store::NewToken};

const DAY: u64 = 24 * 60 * 60 * 1000;

impl ServerAccounts {
    /// Makes a token: the answer is the only one that ever says it.
    pub(super) async fn make_token(&self, asked: &Asked, person: PersonId, typed: &Typed) -> Result<String, Problem> {
        let label = one_line(typed.get("name"));
        if label.is_empty() {
            return Err(Problem::NameBlank);
        }
        if label.chars().count() > NAME_MAX {
            return Err(Problem::NameLong(NAME_MAX));
        }
        if self.inner.tokens.tokens(person).await?.len() >= TOKENS_PER_PERSON {
            return Err(Problem::Full);
        }
        let days = DAYS.iter().find(|days| days.to_string() == typed.get("days"));
        let secret = minted()?;
        let token = NewToken {
            token: secrets::hash(&secret),
            person,
            label: label.clone(),
            scope: Scope::from_word(typed.get("scope")).unwrap_or(Scope::Read),
            lasts: days.unwrap_or(&DAYS[0]) * DAY,
        };
        self.inner.tokens.add_token(token).await?;
        self.note(asked, What::TokenMade, Some(person), None, label).await;
        Ok(secret)
    }

    /// Takes a token away. Whatever is connected by it is closed.
    pub(super) async fn end_token(&self, asked: &Asked, person: PersonId, typed: &Typed) -> Result<(), Problem> {
        let Ok(id) = typed.get("id").parse() else { return Ok(()) };
        if self.inner.tokens.remove_token(person, id).await? {
            self.inner.access.changed(Change::Person(person));
            self.note(asked, What::TokenEnded, Some(person), None, String::new())
                .await;
        }
        Ok(())
    }
}
