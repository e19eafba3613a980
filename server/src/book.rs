//! The book of what is done to boards and to the links that lead to them, for the owners of their teams. What is done in
//! a board its document says.

use std::sync::Arc;

use model::{access::Role, audit::What, id::BoardId, teams::Home};

use crate::{
    access::{Asker, Caller},
    store::{Accounts, Audit, AuditNote, Store, StoreError},
};

/// Where it is noted.
#[derive(Clone)]
pub struct Book {
    audit: Arc<dyn Audit>,
    accounts: Arc<dyn Accounts>,
    store: Arc<dyn Store>,
}

/// A board as something is done to it.
#[derive(Debug)]
pub struct Entry {
    board: BoardId,
    title: String,
    homes: Vec<Home>,
}

impl Entry {
    /// It is somewhere else afterwards, where that is of interest, too.
    #[must_use]
    pub fn and_at(mut self, home: Home) -> Self {
        if !self.homes.contains(&home) {
            self.homes.push(home);
        }
        self
    }
}

impl Book {
    /// A book in this store.
    #[must_use]
    pub fn new<S: Audit + Accounts + Store>(store: Arc<S>) -> Self {
        Self {
            audit: store.clone(),
            accounts: store.clone(),
            store,
        }
    }

    /// A board as it is before something is done to it. `None` in open mode, where nobody reads the book, and where
    /// the board cannot be looked up: that is no reason not to do it.
    pub async fn open(&self, asker: &Asker, board: BoardId) -> Option<Entry> {
        if !matches!(asker.caller, Caller::Person { .. }) {
            return None;
        }
        let read = async {
            let standing = self.accounts.standing(board).await?;
            let title = self.store.summary(board).await?.map(|summary| summary.title);
            Ok::<_, StoreError>((standing, title))
        };
        match read.await {
            Ok((standing, title)) => Some(Entry {
                board,
                title: title.unwrap_or_default(),
                homes: vec![standing?.home],
            }),
            Err(error) => {
                tracing::warn!(%board, %error, "a board was not looked up for the book");
                None
            }
        }
    }

    /// Notes what was done, once it is; with the role that it was about, if it was about one.
    pub async fn note(&self, asker: &Asker, what: What, role: Option<Role>, entry: Option<Entry>) {
        let (Some(entry), Some(account)) = (entry, asker.caller.account()) else {
            return;
        };
        let detail = match role {
            Some(role) => format!("{} {}", role.word(), entry.title),
            None => entry.title,
        };
        let teams = entry.homes.iter().filter_map(|home| match home {
            Home::Team(team) => Some(Some(*team)),
            Home::Person(_) | Home::Nobody => None,
        });
        let mut teams: Vec<_> = teams.collect();
        // What concerns no team concerns whoever did it.
        if teams.is_empty() {
            teams.push(None);
        }
        for team in teams {
            let note = AuditNote {
                what,
                person: Some(account.id),
                team,
                board: Some(entry.board),
                address: asker.from.to_canonical().to_string(),
                detail: detail.clone(),
            };
            if let Err(error) = self.audit.note(note).await {
                tracing::warn!(%error, what = what.word(), "what was done to a board was not noted");
            }
        }
    }
}
