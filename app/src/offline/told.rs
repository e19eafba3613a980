//! The server's half: the files that only it can write.

use leptos_i18n::td_string;
use model::templates::Template;
use serde_json::json;

use super::{MANIFEST, SHELL, example_path};
use crate::api::Site;
use crate::language::Locale;

/// Keeps the product in the browser.
const SCRIPT: &str = include_str!("worker.js");

/// The script of the worker, for these files.
#[must_use]
pub fn worker(site: &Site) -> String {
    let files = [&site.css, &site.js, &site.wasm, &site.loader, &site.icon]
        .into_iter()
        .chain(site.parts.values().flatten())
        .chain(&site.fonts)
        .cloned()
        .chain([MANIFEST.to_owned()])
        .chain(Template::EXAMPLES.iter().map(|example| example_path(*example)));
    let files: std::collections::BTreeSet<String> = files.filter(|file| !file.is_empty()).collect();
    format!(
        "{}({}, {}, {});\n",
        SCRIPT.trim_end(),
        json!(site.release),
        json!(SHELL),
        json!(files)
    )
}

/// What the system is told of the app once somebody installs it.
#[must_use]
pub fn manifest(site: &Site, locale: Locale) -> String {
    json!({
        "id": "/",
        "name": td_string!(locale, app.name),
        "short_name": td_string!(locale, app.name),
        "description": td_string!(locale, app.description),
        "lang": crate::language::code(locale),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f8f5ee",
        "theme_color": "#f8f5ee",
        "icons": [{ "src": site.icon, "sizes": "any", "type": "image/svg+xml", "purpose": "any" }],
    })
    .to_string()
}

/// The text that an example is made from, by the word in its address.
#[must_use]
pub fn example(word: &str) -> Option<&'static str> {
    model::templates::text(Template::from_word(word)?)
}
