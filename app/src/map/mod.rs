//! The map page and its parts.

mod bar;
mod bulk;
mod card;
mod cell;
mod comments;
mod curve;
mod desk;
mod dom;
mod drag;
mod field;
mod find;
mod focus;
mod foot;
mod grid;
mod insights;
mod keys;
mod lane;
mod matrix;
mod menu;
mod moves;
mod page;
mod palette;
mod panel;
mod person;
mod rating;
mod settings;
mod shortcuts;
mod stage;
mod sync;
mod trash;
mod views;
mod wheel;
mod words;

pub use desk::Desk;
pub use page::{map_page, slot};
pub use views::other_view;
