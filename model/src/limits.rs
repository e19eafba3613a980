//! Every limit of the product, in one place. The README states them.

/// Longest title, name or label, in Unicode scalar values.
pub const NAME_MAX: usize = 200;
/// Longest running text (notes, pain points, opportunities), in Unicode scalar values.
pub const TEXT_MAX: usize = 20_000;
/// Largest message taken from a socket, in bytes.
pub const MESSAGE_MAX: usize = 8 * 1024 * 1024;
/// Largest document, encoded, in bytes.
pub const DOCUMENT_MAX: usize = 32 * 1024 * 1024;
/// Deepest nesting of values in an update that is let in from a socket.
pub const NESTING_MAX: usize = 32;
