-- Links under which a board is shown to whoever holds them, without an account.
CREATE TABLE share_links (
    id         INTEGER NOT NULL PRIMARY KEY,
    token_hash BLOB    NOT NULL UNIQUE CHECK (length(token_hash) = 32),  -- SHA-256; the token itself is with whoever made it
    board_id   BLOB    NOT NULL REFERENCES boards (id) ON DELETE CASCADE,
    label      TEXT    NOT NULL,
    role       TEXT    NOT NULL,
    password   TEXT,                        -- argon2id; none asks for none
    disclosure TEXT    NOT NULL,            -- JSON
    embeds     TEXT    NOT NULL,            -- sites that may frame its page, parted by spaces
    expires_at INTEGER,                     -- ms since 1970, server time, as those below
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    used_at    INTEGER,
    uses       INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX share_links_by_board ON share_links (board_id);
