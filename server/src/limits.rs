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
/// Page cache of the writing connection.
pub const WRITER_CACHE_KIB: u32 = 4096;
/// Size to which the write-ahead log shrinks again after a burst.
pub const WAL_KEPT_BYTES: u32 = 16 * 1024 * 1024;
/// Longest search, in characters, and most words looked for; the rest is ignored.
pub const SEARCH_CHARS_MAX: usize = 200;
/// Most words of a search; the rest is ignored.
pub const SEARCH_WORDS_MAX: usize = 12;
/// Most boards that one list shows.
pub const LIST_MAX: u32 = 200;
/// Largest body of a request that is not a sync socket, in bytes.
pub const BODY_MAX: usize = 256 * 1024;
/// How long a graceful stop may take before what is left is cut off. Nothing acknowledged depends on it.
pub const STOP_GRACE: Duration = Duration::from_secs(4);
