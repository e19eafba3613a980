//! What the bars of all pages share.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::access::Role;

use crate::api::{SetLanguage, is_open, role, signed_in};
use crate::language::{self, t, use_language};
use crate::place::{ACCOUNT, SIGN_IN};

/// The button that switches the language: at once where the script runs, by posting a form where it does not.
#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let language = use_language();
    let to = move || language::other(language.get());
    let switch = move |event: SubmitEvent| {
        event.prevent_default();
        language.set(language::other(language.peek()));
    };
    view! {
        <form method="post" action=SetLanguage::url() on:submit=switch>
            <input type="hidden" name="language" value=move || language::code(to()) />
            <button
                class="btn btn--bare lang"
                type="submit"
                lang=move || language::code(to())
                aria-label=t!(language, app.language_switch_label)
            >
                {t!(language, app.language_switch_short)}
            </button>
        </form>
    }
}

/// That the server is open, and what that means.
pub fn open_tag() -> Option<AnyView> {
    let language = use_language();
    is_open().then(|| {
        view! {
            <span class="tag bar__open" title=t!(language, app.open_mode)>
                {t!(language, app.open_mode_short)}
            </span>
        }
        .into_any()
    })
}

/// That a map can only be looked at, or talked about.
pub fn role_tag() -> Option<AnyView> {
    let language = use_language();
    let words = match role() {
        Role::Viewer => t!(language, map.only_look),
        Role::Commenter => t!(language, map.only_talk),
        Role::Editor | Role::Owner => return None,
    };
    Some(view! { <span class="tag bar__role">{words}</span> }.into_any())
}

/// Who is signed in, and the way to their account; where nobody is, the way in.
fn account_link() -> Option<AnyView> {
    let language = use_language();
    match signed_in() {
        Some((_, name)) => Some(view! { <a class="btn btn--bare bar__account" href=ACCOUNT>{name}</a> }.into_any()),
        None if is_open() => None,
        None => Some(
            view! { <a class="btn btn--bare bar__account" href=SIGN_IN>{t!(language, account.sign_in)}</a> }.into_any(),
        ),
    }
}

/// The bar of the pages beside the map: the name of the product and the language.
#[component]
pub fn HomeBar() -> impl IntoView {
    let language = use_language();
    view! {
        <header class="bar">
            <a class="wordmark" href="/" aria-label=t!(language, app.to_home)>
                <svg class="mark" aria-hidden="true">
                    <use href="#mark"></use>
                </svg>
                <span translate="no">{t!(language, app.name)}</span>
            </a>
            <div class="bar__end">
                {open_tag()}
                {account_link()}
                <LanguageSwitch />
            </div>
        </header>
    }
    .into_any()
}
