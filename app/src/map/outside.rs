//! How a map gets to others who are not in it: by its address, and on paper.

use leptos::prelude::*;

use super::desk::Desk;
use super::{dom, views};
use crate::language::t_string;
use crate::place::View;
use crate::ui::toast::Toast;

/// Copies the address of the map, without how it is looked at.
pub fn copy_address(desk: Desk) {
    let path = View::Map.address(desk.editor.id());
    let address = window()
        .location()
        .origin()
        .map(|origin| origin + &path)
        .unwrap_or(path);
    leptos::task::spawn_local(async move {
        // Only a page that came by a safe way, or from this machine, has a clipboard.
        let done = window().is_secure_context() && {
            let clipboard = window().navigator().clipboard();
            wasm_bindgen_futures::JsFuture::from(clipboard.write_text(&address))
                .await
                .is_ok()
        };
        let language = desk.language;
        desk.notify(untrack(|| {
            if done {
                Toast::done(t_string!(language, map.address_copied))
            } else {
                Toast::failed(t_string!(language, map.address_kept))
            }
        }));
    });
}

/// Prints the map as it is looked at.
pub fn print(desk: Desk) {
    views::show(desk, View::Map);
    // The dialog that this was asked for in is gone by then.
    dom::after_paint(|| _ = window().print());
}
