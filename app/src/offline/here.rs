//! The browser's half: a page that the server has not drawn is given what the server would have written on it.

use leptos::prelude::{document, window};
use leptos::web_sys::UrlSearchParams;
use model::access::Role;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsCast;

use super::{ALONE, STRANGER};
use crate::api::{ApiError, is_guest, refusal, signed_in};
use crate::editor::{device, kept};
use crate::language::{self, Locale};
use crate::place::Place;

/// Who was signed in when the server last said so: offline they are who they were.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
struct Account {
    id: String,
    name: String,
}

const ACCOUNT: &str = "touchloop.account";

/// Whether the page was begun without the server.
#[must_use]
pub fn stands_alone() -> bool {
    document()
        .document_element()
        .is_some_and(|html| html.has_attribute(ALONE))
}

/// What the page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Drawn by the server: the app takes it over.
    Drawn,
    /// Without content: the app is put up in it.
    Bare,
    /// Left for another one.
    Left,
}

/// Looks what the page is, and makes one without content what it has to be before the app is put up.
#[must_use]
pub fn dress() -> Found {
    let Some(html) = document().document_element() else {
        return Found::Drawn;
    };
    match html.get_attribute(ALONE).as_deref() {
        None => {
            remember();
            if !is_only_here() {
                return Found::Drawn;
            }
            clear();
        }
        Some(STRANGER) if !is_draft() => {
            sign_in();
            return Found::Left;
        }
        Some(_) => {}
    }
    let mut says = vec![("lang", language::code(asked()).to_owned())];
    if let Place::Map(Some(board), _) = Place::here() {
        let role = kept::known(board).map_or(Role::Editor, |known| known.role);
        says.push(("data-role", role.word().to_owned()));
    }
    if signed_in().is_none()
        && let Ok(Some(Account { id, name })) = device::read(ACCOUNT)
    {
        says.extend([("data-person", id), ("data-name", name)]);
    }
    for (name, value) in says {
        let _ = html.set_attribute(name, &value);
    }
    Found::Bare
}

/// Whether the page is that of a map of which there is a draft here.
fn is_draft() -> bool {
    matches!(Place::here(), Place::Map(Some(board), _) if kept::has_draft(board))
}

/// Goes where one signs in, and comes back from to here.
fn sign_in() {
    let here = window().location();
    if let (Ok(path), Ok(asked)) = (here.pathname(), UrlSearchParams::new()) {
        asked.append("to", &path);
        let _ = here.replace(&format!("/sign-in?{}", String::from(asked.to_string())));
    }
}

/// Keeps who is signed in, for when the server cannot say it, and drops what it keeps for somebody else.
fn remember() {
    if is_guest() {
        // By a link, of one map.
        return;
    }
    let now = signed_in().map(|(id, name)| Account {
        id: id.to_string(),
        name,
    });
    let before: Option<Account> = device::read(ACCOUNT).ok().flatten();
    if before == now {
        return;
    }
    if before.is_some() {
        // Whoever comes after somebody does not find their maps here; what those have not sent yet is all that stays.
        kept::free(None);
    }
    match now {
        Some(account) => _ = device::write(ACCOUNT, &account),
        None => device::forget(ACCOUNT),
    }
}

/// Whether the server has no such map, or none for this reader, and this device has a draft of it: what was written
/// has to be seen, and can be had.
fn is_only_here() -> bool {
    is_draft() && refusal() == Some(ApiError::NotFound)
}

/// Takes away what the server has drawn, but for the icons.
fn clear() {
    let page = document();
    if let Some(html) = page.document_element() {
        let _ = html.set_attribute(ALONE, "");
    }
    let Some(body) = page.body() else { return };
    while let Some(node) = body.first_child() {
        let is_sprite = node
            .dyn_ref::<leptos::web_sys::Element>()
            .is_some_and(|element| element.class_list().contains("sprite"));
        if is_sprite {
            break;
        }
        let _ = body.remove_child(&node);
    }
}

/// The language: what was chosen here, or the browser's own.
fn asked() -> Locale {
    let cookies = document()
        .dyn_into::<web_sys::HtmlDocument>()
        .ok()
        .and_then(|page| page.cookie().ok());
    let chosen = cookies.as_deref().and_then(language::chosen);
    let browsers = || {
        let navigator = window().navigator();
        navigator.language().as_deref().and_then(language::from_code)
    };
    chosen.or_else(browsers).unwrap_or_default()
}
