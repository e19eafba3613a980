-- Links under which customers may say something of a map or of one of its touchpoints, without an account.
CREATE TABLE feedback_forms (
    id         INTEGER NOT NULL PRIMARY KEY,
    token_hash BLOB    NOT NULL UNIQUE CHECK (length(token_hash) = 32),  -- SHA-256; the token itself is with whoever made it
    board_id   BLOB    NOT NULL REFERENCES boards (id) ON DELETE CASCADE,
    touchpoint BLOB,
    label      TEXT    NOT NULL,
    score      TEXT    NOT NULL,
    created_at INTEGER NOT NULL,            -- ms since 1970, server time, as those below
    revoked_at INTEGER,
    used_at    INTEGER,
    answers    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX feedback_forms_by_board ON feedback_forms (board_id);
