//! The message at the foot of the page: what was done, and how to take it back.

use std::sync::Arc;
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::web_sys::Element;

use crate::language::{t, use_language};
use crate::ui::icons::{Glyph, Icon};

/// How long a message stays: long enough to read it twice and reach its button.
const STAYS: Duration = Duration::from_secs(8);

/// What a message's button does.
pub type Deed = Arc<dyn Fn() + Send + Sync>;

/// A message.
#[derive(Clone)]
pub struct Toast {
    /// What happened.
    pub text: String,
    /// A button with a word and a deed, such as "Undo". It outlives whoever made it, a menu for example.
    pub action: Option<(String, Deed)>,
    /// Whether something failed: it then stays until it is closed.
    pub failed: bool,
}

impl Toast {
    /// A message that says something was done.
    #[must_use]
    pub fn done(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            action: None,
            failed: false,
        }
    }

    /// A message that says something went wrong.
    #[must_use]
    pub fn failed(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            action: None,
            failed: true,
        }
    }

    /// With a button.
    #[must_use]
    pub fn with(mut self, word: impl Into<String>, deed: impl Fn() + Send + Sync + 'static) -> Self {
        self.action = Some((word.into(), Arc::new(deed)));
        self
    }
}

/// Shows messages, one at a time: a new one takes the place of the old.
#[derive(Clone, Copy)]
pub struct Toaster {
    shown: RwSignal<Option<Toast>>,
    count: StoredValue<u32>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Toaster {
    fn new() -> Self {
        Self {
            shown: RwSignal::new(None),
            count: StoredValue::new(0),
            timer: StoredValue::new(None),
        }
    }

    /// Shows a message; the number tells it from later ones.
    pub fn show(self, toast: Toast) -> u32 {
        self.rest();
        let stays = toast.failed;
        self.shown.set(Some(toast));
        if !stays {
            self.leave_soon();
        }
        self.count.update_value(|count| *count = count.wrapping_add(1));
        self.count.get_value()
    }

    /// Takes this message away, unless another has taken its place.
    pub fn close_if(self, shown: u32) {
        if self.count.get_value() == shown {
            self.close();
        }
    }

    /// Takes the message away.
    pub fn close(self) {
        self.rest();
        self.shown.set(None);
    }

    fn rest(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }

    fn leave_soon(self) {
        self.rest();
        let timer = set_timeout_with_handle(move || self.shown.set(None), STAYS).ok();
        self.timer.set_value(timer);
    }
}

/// Sets the messages up; once, at the root.
pub fn provide() {
    provide_context(Toaster::new());
}

/// The page's messages.
#[must_use]
pub fn use_toaster() -> Toaster {
    use_context().unwrap_or_else(Toaster::new)
}

/// Brings messages, and the live region, into a dialog, or back to the end of the page. Whatever lies outside an open
/// dialog is neither heard nor pressed.
pub fn stand_in(dialog: Option<&Element>) {
    let Ok(all) = document().query_selector_all(".toasts,.live") else {
        return;
    };
    let body = document().body();
    let Some(place) = dialog.or(body.as_deref()) else {
        return;
    };
    for at in 0..all.length() {
        if let Some(part) = all.item(at) {
            let _ = place.append_child(&part);
        }
    }
}

/// Where messages appear. Always in the page, so that a screen reader hears what comes into it.
#[component]
pub fn Toasts() -> impl IntoView {
    let toaster = use_toaster();
    let language = use_language();
    view! {
        <div
            class="toasts"
            role="status"
            aria-live="polite"
            on:pointerenter=move |_| toaster.rest()
            on:focusin=move |_| toaster.rest()
            on:pointerleave=move |_| {
                if toaster.shown.with_untracked(|toast| toast.as_ref().is_some_and(|toast| !toast.failed)) {
                    toaster.leave_soon();
                }
            }
        >
            {move || {
                toaster
                    .shown
                    .get()
                    .map(|toast| {
                        view! {
                            <div class="toast" class:toast--failed=toast.failed>
                                <p class="toast__text">{toast.text}</p>
                                {toast
                                    .action
                                    .map(|(word, deed)| {
                                        view! {
                                            <button
                                                class="btn btn--s toast__do"
                                                type="button"
                                                on:click=move |_| {
                                                    toaster.close();
                                                    deed();
                                                }
                                            >
                                                {word}
                                            </button>
                                        }
                                    })}
                                <button
                                    class="btn btn--bare btn--icon btn--s"
                                    type="button"
                                    aria-label=t!(language, app.close)
                                    on:click=move |_| toaster.close()
                                >
                                    <Icon glyph=Glyph::X small=true />
                                </button>
                            </div>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}
