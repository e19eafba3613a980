-- Whoever has come by a link that lets edit: under which name and id, and what their browser is known by.
CREATE TABLE guests (
    token_hash BLOB    NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    link_id    INTEGER NOT NULL REFERENCES share_links (id) ON DELETE CASCADE,
    person     BLOB    NOT NULL CHECK (length(person) = 16),
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,               -- ms since 1970, server time, as the next
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX guests_by_link ON guests (link_id);

-- The bin is looked into from time to time.
CREATE INDEX boards_in_bin ON boards (deleted_at) WHERE deleted_at IS NOT NULL;
