//! The live region: what a screen reader is told when something moved or changed away from the focus.

use leptos::prelude::*;

/// Speaks through the page's one live region.
#[derive(Clone, Copy)]
pub struct Announcer(RwSignal<String>);

impl Announcer {
    /// Says it; a sentence said twice in a row is heard twice.
    pub fn say(self, text: impl Into<String>) {
        let mut text = text.into();
        if self.0.with_untracked(|said| *said == text) {
            // A no-break space: another text to the region, the same to the ear.
            text.push('\u{a0}');
        }
        self.0.set(text);
    }
}

/// Sets the region up; once, at the root.
pub fn provide() {
    provide_context(Announcer(RwSignal::new(String::new())));
}

/// The page's announcer.
#[must_use]
pub fn use_announcer() -> Announcer {
    use_context().unwrap_or_else(|| Announcer(RwSignal::new(String::new())))
}

/// The region itself.
#[component]
pub fn LiveRegion() -> impl IntoView {
    let Announcer(text) = use_announcer();
    view! {
        <p class="live visually-hidden" role="status" aria-live="polite">
            {move || text.get()}
        </p>
    }
}
