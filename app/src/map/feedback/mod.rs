//! What customers said: entries by hand or from a table, linked to touchpoints or waiting in the inbox.

use leptos::prelude::*;

use super::desk::Desk;
use crate::ui::dynamic::any;

/// The view.
pub fn feedback(_desk: Desk) -> AnyView {
    any(view! { <main class="voices" id="main" tabindex="-1"></main> })
}
