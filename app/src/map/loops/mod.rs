//! The feedback-loop board: five columns that an improvement goes through.

use leptos::prelude::*;

use super::desk::Desk;
use crate::ui::dynamic::any;

/// The view.
pub fn loop_board(_desk: Desk) -> AnyView {
    any(view! { <main class="loops" id="main" tabindex="-1"></main> })
}
