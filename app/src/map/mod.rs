//! The map page and its parts.

mod bar;
mod bulk;
mod card;
mod cell;
mod combobox;
mod comments;
pub mod curve;
mod day;
mod desk;
pub mod dom;
mod drag;
mod feedback;
mod field;
mod find;
mod focus;
mod foot;
mod grid;
mod ground;
mod insights;
mod keys;
mod lane;
mod long;
mod loops;
mod matrix;
mod menu;
mod moves;
mod outside;
mod page;
mod palette;
mod panel;
mod person;
mod portrait;
mod rating;
mod seen;
mod settings;
mod share;
mod shortcuts;
mod stage;
mod sync;
mod trash;
mod views;
mod wheel;
pub mod words;

pub use desk::Desk;
pub use feedback::feedback;
#[cfg(feature = "ssr")]
pub use insights::{coverage, rule_of_seven};
#[cfg(feature = "ssr")]
pub use loops::face as loop_face;
pub use loops::{loop_board, loop_foot};
#[cfg(feature = "ssr")]
pub use matrix::{places as matrix_places, quadrant_name};
pub use page::{map_page, slot};
#[cfg(feature = "ssr")]
pub use rating::words as rating_words;
pub use views::other_view;
#[cfg(feature = "ssr")]
pub use wheel::{Colour, drawing as wheel_drawing, gather as gather_wheel};
