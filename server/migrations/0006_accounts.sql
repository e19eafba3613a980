-- Who may sign in. An address is kept as it was typed and found by its lower case.
CREATE TABLE people (
    id            BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    email         TEXT    NOT NULL,
    email_key     TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,            -- argon2id, PHC string
    created_at    INTEGER NOT NULL             -- ms since 1970, server time, as all below
) STRICT;

CREATE TABLE sessions (
    token_hash BLOB    NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    person_id  BLOB    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    agent      TEXT    NOT NULL,               -- what the browser calls itself
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_person ON sessions (person_id);

CREATE TABLE teams (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE members (
    team_id   BLOB    NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    person_id BLOB    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    role      TEXT    NOT NULL CHECK (role IN ('viewer', 'commenter', 'editor', 'owner')),
    joined_at INTEGER NOT NULL,
    PRIMARY KEY (team_id, person_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX members_by_person ON members (person_id);

-- Links by which people come into a team.
CREATE TABLE invites (
    id         INTEGER NOT NULL PRIMARY KEY,
    token_hash BLOB    NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    team_id    BLOB    NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    role       TEXT    NOT NULL CHECK (role IN ('viewer', 'commenter', 'editor', 'owner')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    uses_max   INTEGER,                        -- null for as many as like
    uses       INTEGER NOT NULL DEFAULT 0,
    revoked_at INTEGER
) STRICT;

CREATE INDEX invites_by_team ON invites (team_id);

-- Links by which somebody who has forgotten a password sets a new one.
CREATE TABLE resets (
    token_hash BLOB    NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    person_id  BLOB    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX resets_by_person ON resets (person_id);

-- Secrets by which programs do something for somebody.
CREATE TABLE tokens (
    id         INTEGER NOT NULL PRIMARY KEY,
    token_hash BLOB    NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    person_id  BLOB    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    label      TEXT    NOT NULL,
    scope      TEXT    NOT NULL CHECK (scope IN ('read', 'write')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT;

CREATE INDEX tokens_by_person ON tokens (person_id);

-- Whose a board is: a team's, one person's, or nobody's, as all are in open mode.
ALTER TABLE boards ADD COLUMN team_id BLOB REFERENCES teams (id) ON DELETE CASCADE;
ALTER TABLE boards ADD COLUMN owner_id BLOB REFERENCES people (id) ON DELETE CASCADE;
ALTER TABLE boards ADD COLUMN archived_at INTEGER;
ALTER TABLE boards ADD COLUMN deleted_at INTEGER;  -- in the bin since then

CREATE INDEX boards_by_team ON boards (team_id);
CREATE INDEX boards_by_owner ON boards (owner_id);

-- What was done to accounts, teams, links and boards. It outlives them, so it refers to nothing.
CREATE TABLE audit (
    id      INTEGER NOT NULL PRIMARY KEY,
    at      INTEGER NOT NULL,
    what    TEXT    NOT NULL,
    person  BLOB,                              -- who did it, where known
    team    BLOB,
    board   BLOB,
    address TEXT    NOT NULL,                  -- from where
    detail  TEXT    NOT NULL
) STRICT;

CREATE INDEX audit_by_team ON audit (team, id);
