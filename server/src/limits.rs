//! The server's own limits, in one place. What a document may hold stands in `model::limits`.

use std::time::Duration;

/// Most rows that one commit takes.
pub const COMMIT_ROWS_MAX: usize = 1024;
/// Most bytes that one commit takes, the last command aside.
pub const COMMIT_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Commands that may wait for the writer before the next one has to wait for a place.
pub const COMMIT_QUEUE: usize = 1024;
/// How long a write waits for another process that holds the database, such as a backup tool.
pub const DATABASE_BUSY: Duration = Duration::from_secs(5);
/// Connections that read. Each is a thread with a cache of [`READER_CACHE_KIB`].
pub const READERS: u32 = 4;
/// Page cache of one reading connection.
pub const READER_CACHE_KIB: u32 = 1024;
/// Page cache of the writing connection. It stays in memory; what it does not hold is in the system's file cache.
pub const WRITER_CACHE_KIB: u32 = 1024;
/// Size to which the write-ahead log shrinks again after a burst.
pub const WAL_KEPT_BYTES: u32 = 16 * 1024 * 1024;
/// Longest search, in characters, and most words looked for; the rest is ignored.
pub const SEARCH_CHARS_MAX: usize = 200;
/// Most words of a search; the rest is ignored.
pub const SEARCH_WORDS_MAX: usize = 12;
/// Most boards that one list shows.
pub const LIST_MAX: u32 = 200;
/// Most names that the page of improvements offers when a name is typed.
pub const OWNERS_MAX: u32 = 100;
/// How often it is looked whether a board has lain in the bin for long enough.
pub const BIN_ROUND: Duration = Duration::from_secs(60 * 60);
/// Boards that go out of the bin for good in one transaction: others wait for the writer meanwhile.
pub const BIN_BATCH: u32 = 16;
/// Passwords that are hashed at a time. Each takes a processor and 19 MiB.
pub const HASHES_AT_ONCE: usize = 1;
/// Most feedback forms of one board, revoked ones among them.
pub const FORMS_PER_BOARD: usize = 500;
/// Answers a second to one feedback form, lasting.
pub const FORM_PER_SECOND: f64 = 1.0;
/// Answers to one feedback form at once.
pub const FORM_BURST: f64 = 120.0;
/// Answers a second to feedback forms from one address, lasting. Guests of a shop may share one.
pub const FORM_ADDRESS_PER_SECOND: f64 = 0.1;
/// Answers to feedback forms from one address at once.
pub const FORM_ADDRESS_BURST: f64 = 20.0;
/// Answers to one feedback form on one day, as whoever answers has it in their calendar.
pub const FORM_ANSWERS_PER_DAY: usize = 2_000;
/// Bytes of a document that what came by feedback forms may take, about: the rest is for those who work with it.
pub const FORMS_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Bytes that a feedback entry takes beside its words, about.
pub const FORM_ENTRY_BYTES: usize = 256;
/// How long a session lasts without being used.
pub const SESSION_LASTS: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How often it is noted that a session is used.
pub const SESSION_TOUCH: Duration = Duration::from_secs(60 * 60);
/// How long a link into a team is kept after it stopped to work.
pub const INVITE_KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long a link works by which a password is set anew.
pub const RESET_LASTS: Duration = Duration::from_secs(60 * 60);
/// Changes of access that somebody who is connected may fall behind before looking anew at everything.
pub const CHANGES_KEPT: usize = 256;
/// Tries to sign in from one address at once.
pub const SIGN_IN_ADDRESS_BURST: f64 = 20.0;
/// Tries to sign in from one address a second, lasting.
pub const SIGN_IN_ADDRESS_PER_SECOND: f64 = 0.2;
/// Tries to sign in to one account from one network at once.
pub const SIGN_IN_ACCOUNT_BURST: f64 = 8.0;
/// Tries to sign in to one account from one network a second, lasting.
pub const SIGN_IN_ACCOUNT_PER_SECOND: f64 = 1.0 / 60.0;
/// Accounts that one address makes, and mails to set a password anew that it asks for, at once.
pub const SIGN_UP_ADDRESS_BURST: f64 = 10.0;
/// Such a second, lasting.
pub const SIGN_UP_ADDRESS_PER_SECOND: f64 = 1.0 / 60.0;
/// Mails to one account by which a password is set anew, at once.
pub const MAIL_ACCOUNT_BURST: f64 = 3.0;
/// Such mails a second, lasting.
pub const MAIL_ACCOUNT_PER_SECOND: f64 = 1.0 / 600.0;
/// How long the mail server may take for each thing that it is asked.
pub const MAIL_WAIT: Duration = Duration::from_secs(30);
/// Links into a team or to a password that lead nowhere, of one address, at once.
pub const GUESSES_ADDRESS_BURST: f64 = 60.0;
/// Such links a second, lasting.
pub const GUESSES_ADDRESS_PER_SECOND: f64 = 0.2;
/// How much is kept of what a browser calls itself, in characters.
pub const AGENT_MAX: usize = 200;
/// How long a browser keeps the cookie of a session, the longest that browsers allow. How long a session lasts is
/// decided here, by [`SESSION_LASTS`].
pub const SESSION_COOKIE_KEPT: Duration = Duration::from_secs(400 * 24 * 60 * 60);
/// Lines that are kept of what was done to accounts, teams and links.
pub const AUDIT_LINES_KEPT: u32 = 100_000;
/// Lines of it that one page shows.
pub const AUDIT_LINES_SHOWN: u32 = 50;
/// Lines of it that somebody sees of their own.
pub const AUDIT_LINES_OWN: u32 = 10;
/// Most links into one team, those that no longer work among them.
pub const INVITES_PER_TEAM: usize = 200;
/// Most members of one team.
pub const MEMBERS_PER_TEAM: usize = 1_000;
/// Most tokens of one person.
pub const TOKENS_PER_PERSON: usize = 50;
/// Most teams of one person.
pub const TEAMS_PER_PERSON: usize = 50;
/// Most share links of one board, revoked ones among them.
pub const LINKS_PER_BOARD: usize = 200;
/// Longest password of a share link, in Unicode scalar values, and the shortest.
pub const LINK_PASSWORD_MAX: usize = 200;
/// Shortest password of a share link, in Unicode scalar values.
pub const LINK_PASSWORD_MIN: usize = 4;
/// Addresses that lead nowhere, a second from one network address, lasting. More is taken for guessing.
pub const LINK_MISSES_PER_SECOND: f64 = 1.0;
/// Such addresses at once.
pub const LINK_MISSES_BURST: f64 = 60.0;
/// Passwords tried a second from one address, lasting.
pub const LINK_TRIES_PER_SECOND: f64 = 0.1;
/// Passwords tried from one address at once.
pub const LINK_TRIES_BURST: f64 = 10.0;
/// Passwords tried a second at one share link, lasting.
pub const LINK_TRIES_OF_ONE_PER_SECOND: f64 = 0.5;
/// Passwords tried at one share link at once.
pub const LINK_TRIES_OF_ONE_BURST: f64 = 50.0;
/// How long a browser that has said the password is let in.
pub const LINK_PASS_KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Guests of one share link that lets edit.
pub const GUESTS_PER_LINK: u32 = 1_000;
/// Links that let edit which one browser is known by at a time; what it shows beyond is not looked up.
pub const PASSES_MAX: usize = 16;
/// Comments a second by share links from one address, lasting.
pub const GUEST_ADDRESS_PER_SECOND: f64 = 0.1;
/// Comments by share links from one address at once.
pub const GUEST_ADDRESS_BURST: f64 = 20.0;
/// Comments a second by one share link, lasting.
pub const GUEST_LINK_PER_SECOND: f64 = 1.0;
/// Comments by one share link at once.
pub const GUEST_LINK_BURST: f64 = 60.0;
/// Bytes of a document that comments of guests may take, about.
pub const GUEST_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Bytes that a comment takes beside its words, about.
pub const GUEST_COMMENT_BYTES: usize = 256;
/// How long what is known of a share link stays in memory after it was opened last.
pub const LINK_KEPT: Duration = Duration::from_secs(60);
/// States of a shared page that are kept at a time: views, languages, days.
pub const SHARED_PAGES_MAX: usize = 64;
/// How often a shared page that somebody looks at is drawn anew, at most.
pub const SHARED_PACE: Duration = Duration::from_millis(200);
/// Readers of shared pages that are told of changes, altogether. Each is one of [`CONNECTIONS_MAX`].
pub const SHARED_LIVE_MAX: u32 = 1_200;
/// Such readers of one address.
pub const SHARED_LIVE_PER_ADDRESS: u32 = 1_020;
/// How long one connection tells of changes; the browser opens the next one by itself.
pub const SHARED_LIVE: Duration = Duration::from_secs(30 * 60);
/// Time between two signs of life to such a reader.
pub const SHARED_SIGN: Duration = Duration::from_secs(20);
/// How long uses of share links wait to be counted together.
pub const LINK_USES_WAIT: Duration = Duration::from_secs(1);
/// Requests a second of one address for pages, server functions and readiness, lasting.
pub const REQUESTS_PER_SECOND: f64 = 100.0;
/// Such requests of one address at once. A whole school may share one.
pub const REQUESTS_BURST: f64 = 600.0;
/// Connections that are not sync sockets, altogether.
pub const CONNECTIONS_MAX: u32 = 1_800;
/// Connections of one address that are not sync sockets. Each sync socket is one for a moment.
pub const CONNECTIONS_PER_ADDRESS: u32 = SOCKETS_PER_ADDRESS;
/// How long a connection may take to say what it wants, and may rest after it was answered.
pub const HEADERS_WAIT: Duration = Duration::from_secs(30);
/// How long the body of a request may take to come, from its head on.
pub const BODY_WAIT: Duration = Duration::from_secs(30);
/// How long a request may take to be answered. What is slower has come to a stop.
pub const REQUEST_WAIT: Duration = Duration::from_secs(60);
/// How long accepting rests when the process has no more files to open.
pub const ACCEPT_REST: Duration = Duration::from_secs(1);
/// Largest body of a request that is not a sync socket, in bytes.
pub const BODY_MAX: usize = 256 * 1024;
/// How long a graceful stop may take before what is left is cut off. Nothing acknowledged depends on it.
pub const STOP_GRACE: Duration = Duration::from_secs(4);

// Sync sockets and rooms.

/// Updates that may wait for one socket before they are dropped and sent as a difference later.
pub const QUEUE_FRAMES: usize = 256;
/// Bytes of updates that may wait for one socket. The bytes are shared among all sockets of a room.
pub const QUEUE_BYTES: usize = 1024 * 1024;
/// Bytes of answers a client may leave unread before its next question has to wait.
pub const REPLIES_MAX: usize = 64 * 1024;
/// Frames of answers to SyncStep1 that may wait for one socket; their bytes are shared.
pub const BACKLOG_MAX: usize = 1024;
/// Most frames in one write.
pub const WRITE_FRAMES: usize = 32;
/// About the most bytes in one write.
pub const WRITE_BYTES: usize = 128 * 1024;
/// Buffer from which a socket is read; grows for a larger message.
pub const READ_BUFFER: usize = 2 * 1024;
/// Messages from sockets that may wait for one room before the next one has to wait for a place.
pub const MAILBOX: usize = 1024;
/// Bytes of updates that may wait for one room.
pub const MAILBOX_BYTES: u32 = 32 * 1024 * 1024;
/// Most messages that a room takes up at once, and so the most updates in one of its commits.
pub const BATCH: usize = 256;
/// From this many bytes on, work on a document leaves the threads that serve sockets.
pub const HEAVY_BYTES: usize = 64 * 1024;
/// Threads for such work on a machine with fewer processors.
pub const HEAVY_THREADS_MIN: usize = 2;
/// Updates in the store after which a board is compacted.
pub const COMPACT_ROWS: u64 = 500;
/// Bytes of updates in the store after which a board is compacted.
pub const COMPACT_BYTES: usize = 1024 * 1024;
/// Bytes of updates that a room remembers for slow readers after they went into a snapshot.
pub const LOG_KEPT_BYTES: usize = 256 * 1024;
/// How long a room stays in memory after the last one left.
pub const ROOM_GRACE: Duration = Duration::from_secs(30);
/// Client ids for which one socket may speak.
pub const CLIENTS_PER_SOCKET: usize = 4;
/// Largest presence of one client, encoded, in bytes.
pub const PRESENCE_BYTES_MAX: usize = 4 * 1024;
/// Longest name in a presence, in Unicode scalar values.
pub const PRESENCE_NAME_MAX: usize = model::limits::PERSON_NAME_MAX;
/// Clients that a room remembers to have left.
pub const PRESENCE_GONE_MAX: usize = 1024;
/// Time between two signs of life that the server asks for. y-websocket gives up after 30 s of silence.
pub const PING_EVERY: Duration = Duration::from_secs(20);
/// Silence after which a socket is taken for dead. It is looked for every [`PING_EVERY`], and closing takes up to
/// [`CLOSE_WAIT`]: together no more than 60 s.
pub const SILENCE_MAX: Duration = Duration::from_secs(35);
/// How long a socket may take to close after it was told to.
pub const CLOSE_WAIT: Duration = Duration::from_secs(2);
/// Updates a second of one socket, lasting; faster ones wait in the network.
pub const UPDATES_PER_SECOND: f64 = 1_000.0;
/// Updates of one socket at once.
pub const UPDATES_BURST: f64 = 4_000.0;
/// Questions a second of one socket what it lacks (SyncStep1), lasting. An answer may be a whole document.
pub const QUESTIONS_PER_SECOND: f64 = 5.0;
/// Such questions of one socket at once.
pub const QUESTIONS_BURST: f64 = 20.0;
/// Bytes a second from one socket, lasting.
pub const BYTES_PER_SECOND: f64 = 4.0 * 1024.0 * 1024.0;
/// Bytes from one socket at once.
pub const BYTES_BURST: f64 = 32.0 * 1024.0 * 1024.0;
/// Presence messages a second of one socket, lasting; what is more is dropped.
pub const PRESENCE_PER_SECOND: f64 = 30.0;
/// Presence messages of one socket at once.
pub const PRESENCE_BURST: f64 = 100.0;
/// Sockets from one address (one IPv6 network). A whole school may share one.
pub const SOCKETS_PER_ADDRESS: u32 = 1_024;
/// Sockets altogether.
pub const SOCKETS_MAX: u32 = 10_000;
/// Open files that the process asks for: [`SOCKETS_MAX`], [`CONNECTIONS_MAX`], the database and some room.
pub const FILES_WANTED: u64 = 12_000;
/// Connection attempts a second from one address, lasting.
pub const ATTEMPTS_PER_SECOND: f64 = 100.0;
/// Connection attempts from one address at once: after a restart everybody comes back together.
pub const ATTEMPTS_BURST: f64 = 1_200.0;
/// Addresses whose attempts are counted at the same time.
pub const ADDRESSES_MAX: usize = 65_536;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f13_a_silent_socket_is_dropped_within_a_minute() {
        // Silence that falls just short of the limit at one look is seen at the next.
        assert!(SILENCE_MAX + PING_EVERY + CLOSE_WAIT <= Duration::from_secs(60));
        // One lost answer is no silence.
        assert!(SILENCE_MAX > PING_EVERY);
    }

    #[test]
    fn f24_all_that_may_be_connected_has_a_file() {
        const { assert!(((SOCKETS_MAX + CONNECTIONS_MAX) as u64) < FILES_WANTED) }
    }
}
