//! Close codes (RFC 6455; 1012 and 1013 from the IANA registry).

/// No sign of life.
pub(crate) const AWAY: u16 = 1001;
/// Not WebSocket.
pub(crate) const PROTOCOL: u16 = 1002;
/// Not a binary message.
pub(crate) const UNSUPPORTED: u16 = 1003;
/// A message or an update that cannot be read.
pub(crate) const INVALID_DATA: u16 = 1007;
/// Something that is not let in.
pub(crate) const POLICY: u16 = 1008;
/// A message above the limit.
pub(crate) const TOO_BIG: u16 = 1009;
/// The room or its board is in trouble.
pub(crate) const INTERNAL: u16 = 1011;
/// The server stops.
pub(crate) const RESTART: u16 = 1012;
/// The store is in trouble.
pub(crate) const TRY_LATER: u16 = 1013;
