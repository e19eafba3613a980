//! The pages beside the map.

mod home;
mod missing;

pub use home::Home;
pub use missing::Missing;
