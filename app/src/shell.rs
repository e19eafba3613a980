//! The document around the app, as the server writes it.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::App;
use crate::api::{OPENED, Opened, SignedIn, Site, written};
use crate::language::{self, Locale};
use crate::offline::{MANIFEST, STRANGER};
use crate::parts::Part;
use crate::place::Place;
use crate::zone;

/// Icons and marks, written once a page and referred to from everywhere.
const SPRITE: &str = include_str!("ui/sprite.svg");

/// Fetches the app's scripts and files, and starts it.
const START: &str = include_str!("start.js");

/// Says that the page is to be without content: the browser puts the app up in it.
#[derive(Clone, Copy, Debug)]
pub enum Alone {
    /// For when the server does not answer.
    Offline,
    /// For somebody without an account, who has drafts on their device.
    Stranger,
}

/// The HTML document. What is in it beside [`App`] is never touched by the browser's half.
#[must_use]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let site = use_context::<Arc<Site>>().unwrap_or_default();
    let locale = language::initial();
    let role = use_context::<Opened>()
        .and_then(Result::ok)
        .map(|seed| seed.role.word());
    let SignedIn { person, is_guest } = use_context().unwrap_or_default();
    let alone = use_context::<Alone>().map(|alone| match alone {
        Alone::Offline => "",
        Alone::Stranger => STRANGER,
    });
    secure(&options);

    view! {
        <!DOCTYPE html>
        <html
            lang=language::code(locale)
            data-open=site.open.then_some("")
            data-release=site.release.clone()
            data-alone=alone
            data-zone=zone::drawn_in().minutes()
            data-role=role
            data-person=person.as_ref().map(|(id, _)| id.to_string())
            data-name=person.map(|(_, name)| name)
            data-guest=is_guest.then_some("")
        >
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" content="#f8f5ee" media="(prefers-color-scheme: light)" />
                <meta name="theme-color" content="#1a1815" media="(prefers-color-scheme: dark)" />
                <meta name="description" content=leptos_i18n::td_string!(locale, app.description) />
                {site
                    .first_fonts()
                    .filter(|font| needed(font, locale))
                    .map(|font| {
                        view! {
                            <link rel="preload" href=font.clone() r#as="font" r#type="font/woff2" crossorigin="" />
                        }
                    })
                    .collect_view()}
                <link rel="stylesheet" href=site.css.clone() />
                <link rel="manifest" href=MANIFEST />
                <link rel="icon" href=site.icon.clone() r#type="image/svg+xml" />
                <Start site=site.clone() alone=alone.is_some() />
                <AutoReload options />
                <MetaTags />
            </head>
            <body>
                {alone.is_none().then(|| view! { <App /> })}
                <svg class="sprite" aria-hidden="true" inner_html=SPRITE></svg>
                <noscript>
                    <p class="noscript">{leptos_i18n::td_string!(locale, app.no_script)}</p>
                </noscript>
                // The last of all that is to be seen: see `api::document_at`.
                {use_context::<Opened>()
                    .map(|opened| view! { <script type="text/plain" id=OPENED inner_html=written(&opened)></script> })}
            </body>
        </html>
    }
}

/// Whether the first paint in this language needs the font; browsers complain about one that is fetched early and not
/// used. English may do without the Vietnamese letters, nothing without the Latin ones.
fn needed(font: &str, locale: Locale) -> bool {
    match locale {
        Locale::vi => true,
        Locale::en => !font.contains("vietnamese"),
    }
}

/// Loads the app and hands it the page, once the page has been painted: what is read first has the line to itself.
/// Nobody sees a page in the background paint. Written here since the names of the files come from [`Site`].
#[component]
fn Start(site: Arc<Site>, alone: bool) -> impl IntoView {
    // The files of the parts that the page is taken over with, so that they come beside the app and not after it. A page
    // without content takes the place of any.
    let needed = if alone { &[] } else { Part::of(&Place::here()) };
    let parts: BTreeSet<&String> = needed
        .iter()
        .flat_map(|part| site.parts.get(part.word()).into_iter().flatten())
        .collect();
    let files: Vec<&String> = std::iter::once(&site.wasm).chain(parts).collect();
    // Debug writes lists of strings as JavaScript does; the addresses are ours and plain.
    let script = format!("{START}({:?},{files:?})", [&site.js, &site.loader]);
    view! { <script nonce=use_nonce()>{script}</script> }
}

/// What the page may load and run. Inline scripts need this answer's nonce.
fn secure(options: &LeptosOptions) {
    let (Some(response), Some(nonce)) = (use_context::<leptos_axum::ResponseOptions>(), use_nonce()) else {
        return;
    };
    // Asks the same of the environment as `AutoReload` does, whose script reaches for another port of this machine.
    let reload = std::env::var("LEPTOS_WATCH").is_ok().then_some(options.reload_port);
    if let Ok(policy) = http::HeaderValue::from_str(&policy(&nonce.to_string(), reload)) {
        response.insert_header(http::header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// The policy of a page; `reload` is the port that tells it to load itself anew, while someone works on the product.
fn policy(nonce: &str, reload: Option<u32>) -> String {
    let connect = match reload {
        Some(port) => format!("connect-src 'self' ws://127.0.0.1:{port} ws://localhost:{port}; "),
        None => String::new(),
    };
    format!(
        "default-src 'self'; {connect}script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         style-src-attr 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::policy;

    #[test]
    fn only_a_page_under_work_may_reach_another_port() {
        assert!(policy("n", Some(3001)).contains("connect-src 'self' ws://127.0.0.1:3001 ws://localhost:3001;"));
        assert!(!policy("n", None).contains("ws://"));
    }
}
