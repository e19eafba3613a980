//! The pages beside the map.

mod home;
mod missing;

pub use home::home;
pub use missing::Missing;
