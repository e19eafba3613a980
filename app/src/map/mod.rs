//! The map page.

use leptos::prelude::*;

/// The page of one map.
#[component]
pub fn MapPage() -> impl IntoView {}
