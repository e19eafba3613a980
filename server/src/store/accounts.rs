//! People with an account: their sessions, their teams, and the links that bring them in. Links and sessions are known
//! by a hash only.

use async_trait::async_trait;
use model::{
    access::Role,
    id::{BoardId, PersonId, TeamId},
    teams::{Account, Home, Invite, Member, Team},
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    SqliteStore, StoreError,
    shelf::home,
    sqlite::{unsigned, uuid},
};
use crate::{limits::INVITE_KEPT, secrets::SecretHash};

/// Somebody who is going to have an account.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Their account.
    pub account: Account,
    /// What their address is found by.
    pub email_key: String,
    /// The hash of their password.
    pub password: String,
}

/// A link into a team to be.
#[derive(Clone, Copy, Debug)]
pub struct NewInvite {
    /// What it is known by.
    pub token: SecretHash,
    /// Where it leads.
    pub team: TeamId,
    /// What whoever comes by it may do.
    pub role: Role,
    /// How long it works, in milliseconds.
    pub lasts: u64,
    /// How many may come by it; `None` is as many as like.
    pub uses_max: Option<u64>,
}

/// A session to be.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// What it is known by.
    pub token: SecretHash,
    /// Whose it is.
    pub person: PersonId,
    /// What the browser calls itself.
    pub agent: String,
    /// How long it lasts without being used, in milliseconds.
    pub lasts: u64,
    /// The session that it takes the place of.
    pub instead_of: Option<SecretHash>,
}

/// What became of somebody who wanted an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedUp {
    /// They have one.
    Done,
    /// Somebody has one under this address.
    Taken,
    /// Nobody may have one this way, or no more.
    Closed,
}

/// What became of a change of a team's members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It was made.
    Done,
    /// A team has at least one owner.
    LastOwner,
    /// There is no such team, or they are not in it.
    Absent,
}

/// A session as it is found by its cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub account: Account,
    /// When it was last noted to be used, in milliseconds since 1970.
    pub seen_at: u64,
}

/// One session in the list of somebody's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionLine {
    /// What it is known by.
    pub token: SecretHash,
    /// What the browser calls itself.
    pub agent: String,
    /// When it was begun, in milliseconds since 1970.
    pub created_at: u64,
    /// When it was last noted to be used.
    pub seen_at: u64,
}

/// Where a board stands among teams and people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whose it is.
    pub home: Home,
    /// Whether it is in the bin.
    pub binned: bool,
}

/// Keeps people, sessions and teams. Times are the server's own. What it promises of writes is what [`super::Store`]
/// promises.
#[async_trait]
pub trait Accounts: Send + Sync + 'static {
    /// Whether anybody has an account.
    async fn has_people(&self) -> Result<bool, StoreError>;
    /// The first account and its team, which gets all boards that are nobody's. [`SignedUp::Closed`] when there is one
    /// already.
    async fn set_up(&self, person: NewPerson, team: TeamId, name: String) -> Result<SignedUp, StoreError>;
    /// An account without a team.
    async fn sign_up(&self, person: NewPerson) -> Result<SignedUp, StoreError>;
    /// An account that comes by an invitation, and is in its team from then on.
    async fn sign_up_by(&self, person: NewPerson, invite: SecretHash) -> Result<SignedUp, StoreError>;

    /// Who has this address, and the hash of their password.
    async fn by_email(&self, key: String) -> Result<Option<(Account, String)>, StoreError>;
    /// An account, and the hash of its password.
    async fn person(&self, id: PersonId) -> Result<Option<(Account, String)>, StoreError>;
    /// Renames somebody.
    async fn rename_person(&self, id: PersonId, name: String) -> Result<bool, StoreError>;
    /// Sets a password and ends all sessions but one.
    async fn set_password(&self, id: PersonId, password: String, but: Option<SecretHash>) -> Result<bool, StoreError>;
    /// Deletes an account, with its private boards and the teams that nobody else is in, and says which boards those
    /// were. [`Changed::LastOwner`] where a team with others in it would have no owner.
    async fn delete_person(&self, id: PersonId) -> Result<(Changed, Vec<BoardId>), StoreError>;

    /// Begins a session, and ends the one that it takes the place of.
    async fn begin_session(&self, session: NewSession) -> Result<(), StoreError>;
    /// A session that is not over.
    async fn session(&self, token: SecretHash) -> Result<Option<Session>, StoreError>;
    /// Notes that a session is used, so that it lasts so long again.
    async fn touch_session(&self, token: SecretHash, lasts: u64) -> Result<(), StoreError>;
    /// Ends a session.
    async fn end_session(&self, token: SecretHash) -> Result<(), StoreError>;
    /// Ends all sessions of somebody but one.
    async fn end_sessions(&self, person: PersonId, but: Option<SecretHash>) -> Result<(), StoreError>;
    /// The sessions of somebody that are not over, the last used first.
    async fn sessions(&self, person: PersonId) -> Result<Vec<SessionLine>, StoreError>;

    /// Adds a link by which a password is set anew; the one before it works no more.
    async fn add_reset(&self, person: PersonId, token: SecretHash, lasts: u64) -> Result<(), StoreError>;
    /// Whose password a link sets.
    async fn reset(&self, token: SecretHash) -> Result<Option<Account>, StoreError>;
    /// Sets a password by a link, once, and ends all sessions. Says whose it was.
    async fn use_reset(&self, token: SecretHash, password: String) -> Result<Option<PersonId>, StoreError>;

    /// The teams of somebody, by name.
    async fn teams(&self, person: PersonId) -> Result<Vec<Team>, StoreError>;
    /// Makes a team that somebody owns.
    async fn create_team(&self, id: TeamId, name: String, owner: PersonId) -> Result<(), StoreError>;
    /// Renames a team.
    async fn rename_team(&self, id: TeamId, name: String) -> Result<bool, StoreError>;
    /// Deletes a team. Its boards are somebody's alone from then on, in their bin where that is said; answers with
    /// which those are.
    async fn delete_team(&self, team: TeamId, heir: PersonId, binned: bool) -> Result<Vec<BoardId>, StoreError>;
    /// Who is in a team, owners first.
    async fn members(&self, team: TeamId) -> Result<Vec<Member>, StoreError>;
    /// Gives a member another role.
    async fn set_role(&self, team: TeamId, person: PersonId, role: Role) -> Result<Changed, StoreError>;
    /// Takes somebody out of a team.
    async fn remove_member(&self, team: TeamId, person: PersonId) -> Result<Changed, StoreError>;

    /// Adds a link into a team and says its number; `None` when there is no such team.
    async fn add_invite(&self, invite: NewInvite) -> Result<Option<i64>, StoreError>;
    /// The links into a team, newest first.
    async fn invites(&self, team: TeamId) -> Result<Vec<Invite>, StoreError>;
    /// Takes a link into a team back; says whether the team has it.
    async fn revoke_invite(&self, team: TeamId, id: i64) -> Result<bool, StoreError>;
    /// Where a link leads: the team's id and name, and the link, open or not.
    async fn invite(&self, token: SecretHash) -> Result<Option<(TeamId, String, Invite)>, StoreError>;
    /// Somebody with an account comes into a team by a link that is open. Nobody's role gets less by it.
    async fn join(&self, token: SecretHash, person: PersonId) -> Result<Option<TeamId>, StoreError>;

    /// Those in a team who are in no team but those that `owner` owns.
    async fn in_teams_of(&self, owner: PersonId, team: TeamId) -> Result<Vec<PersonId>, StoreError>;

    /// Where a board stands; `None` where there is none.
    async fn standing(&self, board: BoardId) -> Result<Option<Standing>, StoreError>;
    /// What somebody may do in a team.
    async fn role_in(&self, team: TeamId, person: PersonId) -> Result<Option<Role>, StoreError>;
}

impl NewPerson {
    async fn add(&self, connection: &mut SqliteConnection, now: i64) -> Result<SignedUp, sqlx::Error> {
        let added = sqlx::query(
            "INSERT INTO people (id, email, email_key, name, password_hash, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
             ON CONFLICT (email_key) DO NOTHING",
        )
        .bind(person_key(&self.account.id))
        .bind(self.account.email.as_str())
        .bind(self.email_key.as_str())
        .bind(self.account.name.as_str())
        .bind(self.password.as_str())
        .bind(now)
        .execute(connection)
        .await?;
        Ok(if added.rows_affected() == 0 {
            SignedUp::Taken
        } else {
            SignedUp::Done
        })
    }
}

#[async_trait]
impl Accounts for SqliteStore {
    async fn has_people(&self) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM people)")
            .fetch_one(self.readers())
            .await?)
    }

    async fn set_up(&self, person: NewPerson, team: TeamId, name: String) -> Result<SignedUp, StoreError> {
        self.write(move |connection, now| {
            Box::pin(async move {
                let is_set_up: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM people)")
                    .fetch_one(&mut *connection)
                    .await?;
                if is_set_up {
                    return Ok(SignedUp::Closed);
                }
                let added = person.add(connection, now).await?;
                add_team(connection, team, &name, person.account.id, now).await?;
                sqlx::query("UPDATE boards SET team_id = ?1 WHERE team_id IS NULL AND owner_id IS NULL")
                    .bind(team_key(&team))
                    .execute(connection)
                    .await?;
                Ok(added)
            })
        })
        .await
    }

    async fn sign_up(&self, person: NewPerson) -> Result<SignedUp, StoreError> {
        self.write(move |connection, now| Box::pin(async move { person.add(connection, now).await }))
            .await
    }

    async fn sign_up_by(&self, person: NewPerson, invite: SecretHash) -> Result<SignedUp, StoreError> {
        self.write(move |connection, now| {
            Box::pin(async move {
                let is_taken: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM people WHERE email_key = ?1)")
                    .bind(person.email_key.as_str())
                    .fetch_one(&mut *connection)
                    .await?;
                if is_taken {
                    return Ok(SignedUp::Taken);
                }
                let Some((team, role)) = take_invite(connection, &invite, now).await? else {
                    return Ok(SignedUp::Closed);
                };
                let added = person.add(connection, now).await?;
                add_member(connection, team, person.account.id, role, now).await?;
                Ok(added)
            })
        })
        .await
    }

    async fn by_email(&self, key: String) -> Result<Option<(Account, String)>, StoreError> {
        let row = sqlx::query("SELECT id, email, name, password_hash FROM people WHERE email_key = ?1")
            .bind(key)
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(with_password).transpose()
    }

    async fn person(&self, id: PersonId) -> Result<Option<(Account, String)>, StoreError> {
        let row = sqlx::query("SELECT id, email, name, password_hash FROM people WHERE id = ?1")
            .bind(person_key(&id))
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(with_password).transpose()
    }

    async fn rename_person(&self, id: PersonId, name: String) -> Result<bool, StoreError> {
        self.write(move |connection, _| {
            Box::pin(async move {
                let renamed = sqlx::query("UPDATE people SET name = ?2 WHERE id = ?1")
                    .bind(person_key(&id))
                    .bind(name)
                    .execute(connection)
                    .await?;
                Ok(renamed.rows_affected() > 0)
            })
        })
        .await
    }

    async fn set_password(&self, id: PersonId, password: String, but: Option<SecretHash>) -> Result<bool, StoreError> {
        self.write(move |connection, _| {
            Box::pin(async move { set_password(connection, id, &password, but.as_ref()).await })
        })
        .await
    }

    async fn delete_person(&self, id: PersonId) -> Result<(Changed, Vec<BoardId>), StoreError> {
        let (changed, boards) = self
            .write(move |connection, _| {
                Box::pin(async move {
                    let orphans: bool = sqlx::query_scalar(
                        "SELECT EXISTS (SELECT 1 FROM members AS mine WHERE person_id = ?1 AND role = 'owner' \
                     AND EXISTS (SELECT 1 FROM members WHERE team_id = mine.team_id AND person_id != ?1) \
                     AND NOT EXISTS (SELECT 1 FROM members WHERE team_id = mine.team_id AND person_id != ?1 \
                     AND role = 'owner'))",
                    )
                    .bind(person_key(&id))
                    .fetch_one(&mut *connection)
                    .await?;
                    if orphans {
                        return Ok((Changed::LastOwner, Vec::new()));
                    }
                    let boards: Vec<Vec<u8>> = sqlx::query_scalar(
                        "SELECT id FROM boards WHERE owner_id = ?1 OR team_id IN (SELECT team_id FROM members AS mine \
                     WHERE person_id = ?1 AND NOT EXISTS (SELECT 1 FROM members WHERE team_id = mine.team_id \
                     AND person_id != ?1))",
                    )
                    .bind(person_key(&id))
                    .fetch_all(&mut *connection)
                    .await?;
                    sqlx::query(
                        "DELETE FROM teams WHERE id IN (SELECT team_id FROM members WHERE person_id = ?1) \
                     AND NOT EXISTS (SELECT 1 FROM members WHERE team_id = teams.id AND person_id != ?1)",
                    )
                    .bind(person_key(&id))
                    .execute(&mut *connection)
                    .await?;
                    let gone = sqlx::query("DELETE FROM people WHERE id = ?1")
                        .bind(person_key(&id))
                        .execute(connection)
                        .await?;
                    let changed = if gone.rows_affected() > 0 {
                        Changed::Done
                    } else {
                        Changed::Absent
                    };
                    Ok((changed, boards))
                })
            })
            .await?;
        let boards: Result<_, StoreError> = boards.iter().map(|id| uuid(id).map(BoardId)).collect();
        Ok((changed, boards?))
    }

    async fn begin_session(&self, session: NewSession) -> Result<(), StoreError> {
        self.write(move |connection, now| {
            Box::pin(async move {
                // Whoever has none any more costs nothing to keep, but a table that only grows does.
                sqlx::query("DELETE FROM sessions WHERE expires_at <= ?1 OR token_hash = ?2")
                    .bind(now)
                    .bind(session.instead_of.as_ref().map(|token| &token[..]))
                    .execute(&mut *connection)
                    .await?;
                sqlx::query(
                    "INSERT INTO sessions (token_hash, person_id, agent, created_at, seen_at, expires_at) \
                     SELECT ?1, id, ?3, ?4, ?4, ?5 FROM people WHERE id = ?2",
                )
                .bind(&session.token[..])
                .bind(person_key(&session.person))
                .bind(session.agent)
                .bind(now)
                .bind(after(now, session.lasts))
                .execute(connection)
                .await?;
                Ok(())
            })
        })
        .await
    }

    async fn session(&self, token: SecretHash) -> Result<Option<Session>, StoreError> {
        let row = sqlx::query(
            "SELECT id, email, name, seen_at FROM sessions JOIN people ON id = person_id \
             WHERE token_hash = ?1 AND expires_at > ?2",
        )
        .bind(&token[..])
        .bind(now())
        .fetch_optional(self.readers())
        .await?;
        let session = |row: &SqliteRow| -> Result<Session, StoreError> {
            Ok(Session {
                account: account(row)?,
                seen_at: unsigned(row.try_get("seen_at")?),
            })
        };
        row.as_ref().map(session).transpose()
    }

    async fn touch_session(&self, token: SecretHash, lasts: u64) -> Result<(), StoreError> {
        self.write(move |connection, now| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE sessions SET seen_at = ?2, expires_at = ?3 WHERE token_hash = ?1 AND expires_at > ?2",
                )
                .bind(&token[..])
                .bind(now)
                .bind(after(now, lasts))
                .execute(connection)
                .await?;
                Ok(())
            })
        })
        .await
    }

    async fn end_session(&self, token: SecretHash) -> Result<(), StoreError> {
        self.write(move |connection, _| {
            Box::pin(async move {
                sqlx::query("DELETE FROM sessions WHERE token_hash = ?1")
                    .bind(&token[..])
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    async fn end_sessions(&self, person: PersonId, but: Option<SecretHash>) -> Result<(), StoreError> {
        self.write(move |connection, _| Box::pin(async move { end_sessions(connection, person, but.as_ref()).await }))
            .await
    }

    async fn sessions(&self, person: PersonId) -> Result<Vec<SessionLine>, StoreError> {
        let rows = sqlx::query(
            "SELECT token_hash, agent, created_at, seen_at FROM sessions WHERE person_id = ?1 AND expires_at > ?2 \
             ORDER BY seen_at DESC, token_hash",
        )
        .bind(person_key(&person))
        .bind(now())
        .fetch_all(self.readers())
        .await?;
        let line = |row: &SqliteRow| -> Result<SessionLine, StoreError> {
            let token: &[u8] = row.try_get("token_hash")?;
            Ok(SessionLine {
                token: token.try_into().map_err(StoreError::unavailable)?,
                agent: row.try_get("agent")?,
                created_at: unsigned(row.try_get("created_at")?),
                seen_at: unsigned(row.try_get("seen_at")?),
            })
        };
        rows.iter().map(line).collect()
    }

    async fn add_reset(&self, person: PersonId, token: SecretHash, lasts: u64) -> Result<(), StoreError> {
        self.write(move |connection, now| {
            Box::pin(async move { add_reset(connection, person, &token, lasts, now).await })
        })
        .await
    }

    async fn reset(&self, token: SecretHash) -> Result<Option<Account>, StoreError> {
        let row = sqlx::query(
            "SELECT id, email, name FROM resets JOIN people ON id = person_id WHERE token_hash = ?1 AND expires_at > ?2",
        )
        .bind(&token[..])
        .bind(now())
        .fetch_optional(self.readers())
        .await?;
        row.as_ref().map(account).transpose()
    }

    async fn use_reset(&self, token: SecretHash, password: String) -> Result<Option<PersonId>, StoreError> {
        let person = self
            .write(move |connection, now| {
                Box::pin(async move {
                    let person: Option<Vec<u8>> = sqlx::query_scalar(
                        "DELETE FROM resets WHERE token_hash = ?1 AND expires_at > ?2 RETURNING person_id",
                    )
                    .bind(&token[..])
                    .bind(now)
                    .fetch_optional(&mut *connection)
                    .await?;
                    let Some(person) = person.as_deref().map(uuid::Uuid::from_slice) else {
                        return Ok(None);
                    };
                    let person = PersonId(person.map_err(|error| sqlx::Error::Decode(error.into()))?);
                    set_password(connection, person, &password, None).await?;
                    Ok(Some(person))
                })
            })
            .await?;
        Ok(person)
    }

    async fn teams(&self, person: PersonId) -> Result<Vec<Team>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, name, role FROM members JOIN teams ON id = team_id WHERE person_id = ?1 ORDER BY name, id",
        )
        .bind(person_key(&person))
        .fetch_all(self.readers())
        .await?;
        let team = |row: &SqliteRow| -> Result<Team, StoreError> {
            Ok(Team {
                id: TeamId(uuid(row.try_get("id")?)?),
                name: row.try_get("name")?,
                role: role(row.try_get("role")?),
            })
        };
        rows.iter().map(team).collect()
    }

    async fn create_team(&self, id: TeamId, name: String, owner: PersonId) -> Result<(), StoreError> {
        self.write(move |connection, now| Box::pin(async move { add_team(connection, id, &name, owner, now).await }))
            .await
    }

    async fn rename_team(&self, id: TeamId, name: String) -> Result<bool, StoreError> {
        self.write(move |connection, _| {
            Box::pin(async move {
                let renamed = sqlx::query("UPDATE teams SET name = ?2 WHERE id = ?1")
                    .bind(team_key(&id))
                    .bind(name)
                    .execute(connection)
                    .await?;
                Ok(renamed.rows_affected() > 0)
            })
        })
        .await
    }

    async fn delete_team(&self, team: TeamId, heir: PersonId, binned: bool) -> Result<Vec<BoardId>, StoreError> {
        let boards: Vec<Vec<u8>> = self
            .write(move |connection, now| {
                Box::pin(async move {
                    let boards = sqlx::query_scalar(
                        "UPDATE boards SET team_id = NULL, owner_id = ?2, \
                         deleted_at = CASE WHEN ?3 THEN coalesce(deleted_at, ?4) ELSE deleted_at END \
                         WHERE team_id = ?1 RETURNING id",
                    )
                    .bind(team_key(&team))
                    .bind(person_key(&heir))
                    .bind(binned)
                    .bind(now)
                    .fetch_all(&mut *connection)
                    .await?;
                    sqlx::query("DELETE FROM teams WHERE id = ?1")
                        .bind(team_key(&team))
                        .execute(connection)
                        .await?;
                    Ok(boards)
                })
            })
            .await?;
        boards.iter().map(|id| uuid(id).map(BoardId)).collect()
    }

    async fn members(&self, team: TeamId) -> Result<Vec<Member>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, email, name, role, joined_at FROM members JOIN people ON id = person_id WHERE team_id = ?1 \
             ORDER BY role != 'owner', name, id",
        )
        .bind(team_key(&team))
        .fetch_all(self.readers())
        .await?;
        let member = |row: &SqliteRow| -> Result<Member, StoreError> {
            Ok(Member {
                account: account(row)?,
                role: role(row.try_get("role")?),
                joined_at: unsigned(row.try_get("joined_at")?),
            })
        };
        rows.iter().map(member).collect()
    }

    async fn set_role(&self, team: TeamId, person: PersonId, role: Role) -> Result<Changed, StoreError> {
        self.write(move |connection, _| {
            Box::pin(async move {
                if !role.may_manage() && is_last_owner(connection, team, person).await? {
                    return Ok(Changed::LastOwner);
                }
                let changed = sqlx::query("UPDATE members SET role = ?3 WHERE team_id = ?1 AND person_id = ?2")
                    .bind(team_key(&team))
                    .bind(person_key(&person))
                    .bind(role.word())
                    .execute(connection)
                    .await?;
                Ok(if changed.rows_affected() > 0 {
                    Changed::Done
                } else {
                    Changed::Absent
                })
            })
        })
        .await
    }

    async fn remove_member(&self, team: TeamId, person: PersonId) -> Result<Changed, StoreError> {
        self.write(move |connection, _| {
            Box::pin(async move {
                if is_last_owner(connection, team, person).await? {
                    return Ok(Changed::LastOwner);
                }
                let gone = sqlx::query("DELETE FROM members WHERE team_id = ?1 AND person_id = ?2")
                    .bind(team_key(&team))
                    .bind(person_key(&person))
                    .execute(connection)
                    .await?;
                Ok(if gone.rows_affected() > 0 {
                    Changed::Done
                } else {
                    Changed::Absent
                })
            })
        })
        .await
    }

    async fn add_invite(&self, invite: NewInvite) -> Result<Option<i64>, StoreError> {
        self.write(move |connection, now| {
            Box::pin(async move {
                // Those that have not worked for a while make room.
                sqlx::query("DELETE FROM invites WHERE team_id = ?1 AND min(expires_at, coalesce(revoked_at, expires_at)) <= ?2")
                    .bind(team_key(&invite.team))
                    .bind(now.saturating_sub(i64::try_from(INVITE_KEPT.as_millis()).unwrap_or(i64::MAX)))
                    .execute(&mut *connection)
                    .await?;
                sqlx::query_scalar(
                    "INSERT INTO invites (token_hash, team_id, role, created_at, expires_at, uses_max) \
                     SELECT ?1, id, ?3, ?4, ?5, ?6 FROM teams WHERE id = ?2 RETURNING invites.id",
                )
                .bind(&invite.token[..])
                .bind(team_key(&invite.team))
                .bind(invite.role.word())
                .bind(now)
                .bind(after(now, invite.lasts))
                .bind(invite.uses_max.map(|max| i64::try_from(max).unwrap_or(i64::MAX)))
                .fetch_optional(connection)
                .await
            })
        })
        .await
    }

    async fn invites(&self, team: TeamId) -> Result<Vec<Invite>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, role, created_at, expires_at, uses_max, uses, revoked_at FROM invites WHERE team_id = ?1 \
             ORDER BY id DESC",
        )
        .bind(team_key(&team))
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(invite).collect()
    }

    async fn revoke_invite(&self, team: TeamId, id: i64) -> Result<bool, StoreError> {
        self.write(move |connection, now| {
            Box::pin(async move {
                let revoked = sqlx::query(
                    "UPDATE invites SET revoked_at = coalesce(revoked_at, ?3) WHERE team_id = ?1 AND id = ?2",
                )
                .bind(team_key(&team))
                .bind(id)
                .bind(now)
                .execute(connection)
                .await?;
                Ok(revoked.rows_affected() > 0)
            })
        })
        .await
    }

    async fn invite(&self, token: SecretHash) -> Result<Option<(TeamId, String, Invite)>, StoreError> {
        let row = sqlx::query(
            "SELECT invites.id, role, invites.created_at, expires_at, uses_max, uses, revoked_at, team_id, name \
             FROM invites JOIN teams ON teams.id = team_id WHERE token_hash = ?1",
        )
        .bind(&token[..])
        .fetch_optional(self.readers())
        .await?;
        let found = |row: &SqliteRow| -> Result<(TeamId, String, Invite), StoreError> {
            let team = TeamId(uuid(row.try_get("team_id")?)?);
            Ok((team, row.try_get("name")?, invite(row)?))
        };
        row.as_ref().map(found).transpose()
    }

    async fn join(&self, token: SecretHash, person: PersonId) -> Result<Option<TeamId>, StoreError> {
        self.write(move |connection, now| {
            Box::pin(async move {
                let Some((team, role)) = take_invite(connection, &token, now).await? else {
                    return Ok(None);
                };
                add_member(connection, team, person, role, now).await?;
                Ok(Some(team))
            })
        })
        .await
    }

    async fn in_teams_of(&self, owner: PersonId, team: TeamId) -> Result<Vec<PersonId>, StoreError> {
        let keys: Vec<Vec<u8>> = sqlx::query_scalar(
            "SELECT person_id FROM members AS theirs WHERE team_id = ?2 AND NOT EXISTS (SELECT 1 FROM members AS other \
             WHERE other.person_id = theirs.person_id AND NOT EXISTS (SELECT 1 FROM members AS mine \
             WHERE mine.team_id = other.team_id AND mine.person_id = ?1 AND mine.role = 'owner'))",
        )
        .bind(person_key(&owner))
        .bind(team_key(&team))
        .fetch_all(self.readers())
        .await?;
        keys.iter().map(|key| uuid(key).map(PersonId)).collect()
    }

    async fn standing(&self, board: BoardId) -> Result<Option<Standing>, StoreError> {
        let row = sqlx::query("SELECT team_id, owner_id, deleted_at IS NOT NULL AS binned FROM boards WHERE id = ?1")
            .bind(&board.0.as_bytes()[..])
            .fetch_optional(self.readers())
            .await?;
        let standing = |row: SqliteRow| -> Result<Standing, StoreError> {
            let home = home(&row)?;
            let binned = row.try_get("binned")?;
            Ok(Standing { home, binned })
        };
        row.map(standing).transpose()
    }

    async fn role_in(&self, team: TeamId, person: PersonId) -> Result<Option<Role>, StoreError> {
        let word: Option<String> = sqlx::query_scalar("SELECT role FROM members WHERE team_id = ?1 AND person_id = ?2")
            .bind(team_key(&team))
            .bind(person_key(&person))
            .fetch_optional(self.readers())
            .await?;
        Ok(word.map(|word| role(&word)))
    }
}

pub(super) async fn add_reset(
    connection: &mut SqliteConnection,
    person: PersonId,
    token: &SecretHash,
    lasts: u64,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM resets WHERE person_id = ?1 OR expires_at <= ?2")
        .bind(person_key(&person))
        .bind(now)
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO resets (token_hash, person_id, expires_at) SELECT ?1, id, ?3 FROM people WHERE id = ?2")
        .bind(&token[..])
        .bind(person_key(&person))
        .bind(after(now, lasts))
        .execute(connection)
        .await?;
    Ok(())
}

async fn add_team(
    connection: &mut SqliteConnection,
    team: TeamId,
    name: &str,
    owner: PersonId,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO teams (id, name, created_at) VALUES (?1, ?2, ?3)")
        .bind(team_key(&team))
        .bind(name)
        .bind(now)
        .execute(&mut *connection)
        .await?;
    add_member(connection, team, owner, Role::Owner, now).await
}

async fn add_member(
    connection: &mut SqliteConnection,
    team: TeamId,
    person: PersonId,
    new: Role,
    now: i64,
) -> Result<(), sqlx::Error> {
    let had: Option<String> = sqlx::query_scalar("SELECT role FROM members WHERE team_id = ?1 AND person_id = ?2")
        .bind(team_key(&team))
        .bind(person_key(&person))
        .fetch_optional(&mut *connection)
        .await?;
    if had.is_some_and(|had| role(&had) >= new) {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO members (team_id, person_id, role, joined_at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (team_id, person_id) DO UPDATE SET role = excluded.role",
    )
    .bind(team_key(&team))
    .bind(person_key(&person))
    .bind(new.word())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Uses an invitation once, if it is open.
async fn take_invite(
    connection: &mut SqliteConnection,
    token: &SecretHash,
    now: i64,
) -> Result<Option<(TeamId, Role)>, sqlx::Error> {
    let row = sqlx::query(
        "UPDATE invites SET uses = uses + 1 WHERE token_hash = ?1 AND revoked_at IS NULL AND expires_at > ?2 \
         AND (uses_max IS NULL OR uses < uses_max) RETURNING team_id, role",
    )
    .bind(&token[..])
    .bind(now)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let team = uuid::Uuid::from_slice(row.try_get("team_id")?).map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(Some((TeamId(team), role(row.try_get("role")?))))
}

async fn is_last_owner(connection: &mut SqliteConnection, team: TeamId, person: PersonId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM members WHERE team_id = ?1 AND person_id = ?2 AND role = 'owner') \
         AND NOT EXISTS (SELECT 1 FROM members WHERE team_id = ?1 AND person_id != ?2 AND role = 'owner')",
    )
    .bind(team_key(&team))
    .bind(person_key(&person))
    .fetch_one(connection)
    .await
}

async fn set_password(
    connection: &mut SqliteConnection,
    person: PersonId,
    password: &str,
    but: Option<&SecretHash>,
) -> Result<bool, sqlx::Error> {
    let set = sqlx::query("UPDATE people SET password_hash = ?2 WHERE id = ?1")
        .bind(person_key(&person))
        .bind(password)
        .execute(&mut *connection)
        .await?;
    // A link to set it anew is for a password that is lost; this one is not.
    sqlx::query("DELETE FROM resets WHERE person_id = ?1")
        .bind(person_key(&person))
        .execute(&mut *connection)
        .await?;
    end_sessions(connection, person, but).await?;
    Ok(set.rows_affected() > 0)
}

async fn end_sessions(
    connection: &mut SqliteConnection,
    person: PersonId,
    but: Option<&SecretHash>,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM sessions WHERE person_id = ?1 AND token_hash IS NOT ?2")
        .bind(person_key(&person))
        .bind(but.map(|token| &token[..]))
        .execute(connection)
        .await?;
    Ok(())
}

fn person_key(id: &PersonId) -> &[u8] {
    id.0.as_bytes()
}

fn team_key(id: &TeamId) -> &[u8] {
    id.0.as_bytes()
}

/// The table takes no other words.
pub(super) fn role(word: &str) -> Role {
    Role::from_word(word).unwrap_or(Role::Viewer)
}

pub(super) fn account(row: &SqliteRow) -> Result<Account, StoreError> {
    Ok(Account {
        id: PersonId(uuid(row.try_get("id")?)?),
        email: row.try_get("email")?,
        name: row.try_get("name")?,
    })
}

fn with_password(row: &SqliteRow) -> Result<(Account, String), StoreError> {
    Ok((account(row)?, row.try_get("password_hash")?))
}

fn invite(row: &SqliteRow) -> Result<Invite, StoreError> {
    Ok(Invite {
        id: row.try_get("id")?,
        role: role(row.try_get("role")?),
        created_at: unsigned(row.try_get("created_at")?),
        expires_at: unsigned(row.try_get("expires_at")?),
        uses_max: row.try_get::<Option<i64>, _>("uses_max")?.map(unsigned),
        uses: unsigned(row.try_get("uses")?),
        revoked_at: row.try_get::<Option<i64>, _>("revoked_at")?.map(unsigned),
    })
}

pub(super) fn after(now: i64, ms: u64) -> i64 {
    now.saturating_add(i64::try_from(ms).unwrap_or(i64::MAX))
}

pub(super) fn now() -> i64 {
    i64::try_from(crate::env::now_ms()).unwrap_or(i64::MAX)
}
