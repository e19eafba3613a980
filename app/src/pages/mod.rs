//! The pages beside the map.

mod home;
mod improvements;
mod missing;

use leptos::prelude::AnyView;

use crate::place::Place;
use crate::ui::dynamic::any;

/// What stands at a place that is no map.
pub fn without_map(place: &Place) -> AnyView {
    match place {
        Place::Home(search) => home::home(search.clone()),
        Place::Improvements => improvements::improvements(),
        Place::Map(..) | Place::Missing => any(missing::Missing()),
    }
}
