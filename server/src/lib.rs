//! What keeps it safe.
