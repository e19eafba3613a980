//! People with an account, and their team.

use std::sync::Arc;

use model::{
    access::Role,
    id::{BoardId, PersonId, TeamId},
    teams::{Account, Home, email_key},
};
use server::{
    access::SESSION_COOKIE,
    secrets::{self, SecretHash},
    store::{Accounts, NewInvite, NewPerson, NewSession, Shelf, SignedUp, SqliteStore},
};

/// Long enough for any test, in milliseconds.
pub const LONG: u64 = 600_000;

/// Somebody who is signed in.
pub struct Somebody {
    pub account: Account,
    /// What the browser keeps.
    pub secret: String,
}

impl Somebody {
    /// What the server knows the session by.
    pub fn session(&self) -> SecretHash {
        secrets::hash(&self.secret)
    }

    /// The header of a request.
    pub fn cookie(&self) -> &'static str {
        format!("lang=en; {SESSION_COOKIE}={}", self.secret).leak()
    }
}

/// A team, and where its people are kept.
pub struct Team {
    pub id: TeamId,
    pub owner: Somebody,
    store: Arc<SqliteStore>,
}

/// Somebody to be, whose password nobody knows.
pub fn newcomer(email: &str) -> NewPerson {
    NewPerson {
        account: Account {
            id: PersonId::fresh(),
            email: email.to_owned(),
            name: email.split('@').next().unwrap().to_owned(),
        },
        email_key: email_key(email).unwrap(),
        password: "no hash".to_owned(),
    }
}

/// Signs somebody in.
pub async fn sign_in(store: &SqliteStore, account: Account) -> Somebody {
    let secret = secrets::mint().unwrap();
    let session = NewSession {
        token: secrets::hash(&secret),
        person: account.id,
        agent: "a test".to_owned(),
        lasts: LONG,
        instead_of: None,
    };
    store.begin_session(session).await.unwrap();
    Somebody { account, secret }
}

impl Team {
    /// Sets the server up: a team with an owner, which gets all boards that are there.
    pub async fn with(store: &Arc<SqliteStore>) -> Self {
        let (id, owner) = (TeamId::fresh(), newcomer("chi@cafe.vn"));
        let account = owner.account.clone();
        let done = store.set_up(owner, id, "Cà phê Hiên".to_owned()).await.unwrap();
        assert_eq!(done, SignedUp::Done);
        Self {
            id,
            owner: sign_in(store, account).await,
            store: store.clone(),
        }
    }

    /// Somebody new in it.
    pub async fn member(&self, role: Role) -> Somebody {
        let token = secrets::hash(&secrets::mint().unwrap());
        let invite = NewInvite {
            token,
            team: self.id,
            role,
            lasts: LONG,
            uses_max: Some(1),
        };
        self.store.add_invite(invite).await.unwrap().unwrap();
        let person = newcomer(&format!("{}-{}@cafe.vn", role.word(), PersonId::fresh()));
        let account = person.account.clone();
        assert_eq!(self.store.sign_up_by(person, token).await.unwrap(), SignedUp::Done);
        sign_in(&self.store, account).await
    }

    /// Somebody of another team.
    pub async fn outsider(&self) -> Somebody {
        let person = newcomer(&format!("{}@other.vn", PersonId::fresh()));
        let account = person.account.clone();
        assert_eq!(self.store.sign_up(person).await.unwrap(), SignedUp::Done);
        let team = TeamId::fresh();
        self.store
            .create_team(team, "Khác".to_owned(), account.id)
            .await
            .unwrap();
        sign_in(&self.store, account).await
    }

    /// Makes a board the team's.
    pub async fn takes(&self, board: BoardId) {
        assert!(self.store.give(board, Home::Team(self.id)).await.unwrap());
    }
}
