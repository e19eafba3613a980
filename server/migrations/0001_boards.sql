-- An append rewrites `boards` only, so that row stays small: no text, no blob.
CREATE TABLE boards (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    last_seq   INTEGER NOT NULL DEFAULT 0,  -- number of the newest update, 0 for none
    created_at INTEGER NOT NULL,            -- ms since 1970, server time
    changed_at INTEGER NOT NULL             -- ms since 1970, server time
) STRICT;

CREATE INDEX boards_by_change ON boards (changed_at);

-- What the list shows of a board. A board that was only ever written by a foreign client may have none yet.
CREATE TABLE summaries (
    board_id BLOB NOT NULL PRIMARY KEY REFERENCES boards (id) ON DELETE CASCADE,
    title    TEXT NOT NULL,
    summary  TEXT NOT NULL,                 -- JSON, without the search text
    search   TEXT NOT NULL                  -- folded: lower case, no accents
) STRICT, WITHOUT ROWID;

-- The document as it was at `seq`; the updates after it are the tail.
CREATE TABLE snapshots (
    board_id BLOB    NOT NULL PRIMARY KEY REFERENCES boards (id) ON DELETE CASCADE,
    seq      INTEGER NOT NULL,
    bytes    BLOB    NOT NULL
) STRICT;

CREATE TABLE updates (
    board_id BLOB    NOT NULL REFERENCES boards (id) ON DELETE CASCADE,
    seq      INTEGER NOT NULL,              -- 1, 2, 3 … within its board
    bytes    BLOB    NOT NULL,
    PRIMARY KEY (board_id, seq)
) STRICT, WITHOUT ROWID;

-- Written and emptied again by the readiness check.
CREATE TABLE probe (bytes BLOB NOT NULL) STRICT;
