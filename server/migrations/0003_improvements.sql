-- What the page across maps shows: a row for each improvement that is not in the trash. Written in the transaction of
-- the update that it follows from, so the two always agree. Days are yyyy-mm-dd.
CREATE TABLE improvements (
    board_id        BLOB    NOT NULL REFERENCES boards (id) ON DELETE CASCADE,
    id              BLOB    NOT NULL CHECK (length(id) = 16),
    name            TEXT    NOT NULL,
    touchpoint      BLOB    NOT NULL,
    touchpoint_name TEXT    NOT NULL,       -- empty when it is gone
    step            TEXT    NOT NULL,
    owner           TEXT    NOT NULL,
    owner_folded    TEXT    NOT NULL,       -- lower case, no accents
    attempt         INTEGER NOT NULL,       -- the first is 1
    previous        BLOB,
    begun           TEXT,
    due             TEXT,
    live            TEXT,
    measure_by      TEXT,
    deadline        TEXT,                   -- null once it has ended
    verdict         TEXT,
    ended           TEXT,
    days_evaluate   INTEGER,                -- null where it never was
    days_decide     INTEGER,
    days_implement  INTEGER,
    days_measure    INTEGER,
    days_verdict    INTEGER,
    since           INTEGER,                -- ms since 1970
    waits_for_value INTEGER NOT NULL,
    progress        REAL,                   -- 0 to 1
    flags           TEXT    NOT NULL,       -- JSON
    PRIMARY KEY (board_id, id)
) STRICT, WITHOUT ROWID;

-- 1 once the board's improvements are in the table. 0 in boards from before it, and where they could not be read.
ALTER TABLE boards ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;

-- What is counted for the page: narrow, so that going through all of it is a matter of milliseconds.
CREATE INDEX improvements_in_short ON improvements (
    owner_folded, owner, verdict, ended, deadline, waits_for_value,
    days_evaluate, days_decide, days_implement, days_measure, days_verdict
);
