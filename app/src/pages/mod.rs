//! The pages beside the map.

mod home;
mod improvements;
mod missing;

pub use home::home;
pub use improvements::improvements;
pub use missing::Missing;
