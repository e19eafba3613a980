//! The pages beside the map.

pub mod home;
mod improvements;
mod missing;

use leptos::prelude::AnyView;

use crate::offline::is_alone;
use crate::place::Place;

/// What stands at a place that is no map.
pub fn without_map(place: &Place) -> AnyView {
    match place {
        Place::Improvements if is_alone() => missing::needs_network(),
        Place::Home(search) => home::home(search.clone()),
        Place::Improvements => improvements::improvements(),
        Place::Map(..) | Place::Missing => missing::missing(),
    }
}
