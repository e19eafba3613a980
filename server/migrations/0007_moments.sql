-- When an improvement was begun and when it ended is a moment: which day that is, and whether it is in this quarter, is
-- the reader's to say. What stands there was told in days of UTC; their beginnings stand in until the boards are read
-- again, which marking them as not indexed brings about.
ALTER TABLE improvements ADD COLUMN begun_at INTEGER;  -- ms since 1970
ALTER TABLE improvements ADD COLUMN ended_at INTEGER;  -- ms since 1970

UPDATE improvements SET begun_at = unixepoch(begun) * 1000, ended_at = unixepoch(ended) * 1000;

DROP INDEX improvements_in_short;

ALTER TABLE improvements DROP COLUMN begun;
ALTER TABLE improvements DROP COLUMN ended;

CREATE INDEX improvements_in_short ON improvements (
    owner_folded, owner, verdict, ended_at, deadline, waits_for_value,
    days_evaluate, days_decide, days_implement, days_measure, days_verdict
);

UPDATE boards SET indexed = 0;
