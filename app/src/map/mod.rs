//! The map page and its parts.

mod bar;
mod card;
mod cell;
mod curve;
mod desk;
mod dom;
mod drag;
mod field;
mod focus;
mod foot;
mod grid;
mod keys;
mod lane;
mod menu;
mod moves;
mod page;
mod panel;
mod person;
mod rating;
mod settings;
mod shortcuts;
mod stage;
mod sync;
mod trash;
mod words;

pub use page::MapPage;
