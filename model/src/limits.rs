//! Every limit of the product, in one place. The README states them.

/// Longest title, name or label, in Unicode scalar values.
pub const NAME_MAX: usize = 200;
/// Longest name that a person goes by in front of the others, in Unicode scalar values.
pub const PERSON_NAME_MAX: usize = 60;
/// Longest running text (notes, pain points, opportunities), in Unicode scalar values.
pub const TEXT_MAX: usize = 20_000;
/// Largest message taken from a socket, in bytes.
pub const MESSAGE_MAX: usize = 8 * 1024 * 1024;
/// Largest document, encoded, in bytes.
pub const DOCUMENT_MAX: usize = 32 * 1024 * 1024;
/// Deepest nesting of values in an update that is let in from a socket.
pub const NESTING_MAX: usize = 32;
/// Longest address of a link, in bytes.
pub const LINK_MAX: usize = 2_000;
/// Most links of one touchpoint.
pub const LINKS_MAX: usize = 50;
/// Longest unit of a metric, in Unicode scalar values.
pub const UNIT_MAX: usize = 20;
/// Most dated values of one metric.
pub const VALUES_MAX: usize = 1_000;
/// Longest filter and grouping of a saved view, as text, in bytes.
pub const QUERY_MAX: usize = 4_000;
/// Longest comment, in Unicode scalar values.
pub const COMMENT_MAX: usize = 5_000;
/// Most rows that are pasted at once.
pub const ROWS_MAX: usize = 1_000;
/// Longest reason for a decision or a verdict, in Unicode scalar values.
pub const REASON_MAX: usize = 2_000;
/// Most lines of an improvement's checklist.
pub const CHECKS_MAX: usize = 100;
/// Longest feedback entry, in Unicode scalar values.
pub const FEEDBACK_MAX: usize = 5_000;
/// Most feedback entries that are imported at once.
pub const IMPORT_MAX: usize = 10_000;
/// Highest limit of work in progress in a column of the feedback-loop board.
pub const WIP_MAX: u8 = 99;
