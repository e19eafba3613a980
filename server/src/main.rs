//! The `touchloop` binary.
fn main() {}
