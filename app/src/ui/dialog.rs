//! A dialog over the page, on the browser's own `<dialog>`: focus stays inside, Escape closes, and focus returns.

use leptos::html;
use leptos::prelude::*;

use crate::language::{t, use_language};
#[cfg(feature = "hydrate")]
use crate::ui::dynamic::effect;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::toast::stand_in;

/// A dialog with a title. It is closed by Escape, its cross and a press beside it; each only sets `open` to false.
#[component]
pub fn Dialog(
    /// Whether it is shown.
    open: RwSignal<bool>,
    /// Its title.
    #[prop(into)]
    title: Signal<String>,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let language = use_language();
    let dialog = NodeRef::<html::Dialog>::new();
    #[cfg(feature = "hydrate")]
    effect(move || {
        let Some(dialog) = dialog.get() else { return };
        if open.get() {
            if !dialog.open() {
                let _ = dialog.show_modal();
                stand_in(Some(&dialog));
            }
        } else if dialog.open() {
            stand_in(None);
            dialog.close();
        }
    });
    let beside = move |event: leptos::ev::MouseEvent| {
        // The dialog itself is hit only outside its inner sheet.
        if event.target() == event.current_target() {
            open.set(false);
        }
    };
    view! {
        <dialog
            class="dialog"
            node_ref=dialog
            aria-label=move || title.get()
            on:close=move |_| {
                if open.get_untracked() {
                    stand_in(None);
                    open.set(false);
                }
            }
            on:click=beside
        >
            <div class="dialog__sheet">
                <div class="dialog__head">
                    <h2 class="dialog__title">{move || title.get()}</h2>
                    <button
                        class="btn btn--bare btn--icon"
                        type="button"
                        aria-label=t!(language, app.close)
                        on:click=move |_| open.set(false)
                    >
                        <Icon glyph=Glyph::X />
                    </button>
                </div>
                {children()}
            </div>
        </dialog>
    }
}
