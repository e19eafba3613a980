//! The sheet of keyboard shortcuts.

use leptos::prelude::*;

use super::desk::Desk;
use crate::language::{label, t_string};
use crate::ui::dialog::Dialog;
use crate::ui::dynamic::{any, dynamic};

/// The dialog.
pub fn shortcuts(desk: Desk) -> impl IntoView {
    let language = desk.language;
    let open = desk.dialogs.keys;
    let list = dynamic(move || {
        open.get().then(|| {
            let rows: [(&'static str, &'static str); 18] = [
                (t_string!(language, keys.walk), t_string!(language, keys.walk_keys)),
                (
                    t_string!(language, keys.details),
                    t_string!(language, keys.details_keys),
                ),
                (t_string!(language, keys.rename), t_string!(language, keys.rename_keys)),
                (t_string!(language, keys.next), "Enter"),
                (t_string!(language, keys.field), "Tab"),
                (t_string!(language, keys.leave), "Esc"),
                (
                    t_string!(language, keys.shift_card),
                    t_string!(language, keys.shift_card_keys),
                ),
                (t_string!(language, keys.shift_job), "Alt+← →"),
                (t_string!(language, app.menu), "Shift+F10"),
                (t_string!(language, keys.trash), "Delete"),
                (t_string!(language, keys.undo), "Ctrl+Z"),
                (t_string!(language, keys.redo), "Ctrl+Shift+Z, Ctrl+Y"),
                (t_string!(language, keys.mark), t_string!(language, keys.mark_keys)),
                (t_string!(language, keys.duplicate), "Ctrl+D"),
                (t_string!(language, keys.copy), "Ctrl+C, Ctrl+V"),
                (t_string!(language, keys.find), "Ctrl+F"),
                (t_string!(language, keys.palette), "Ctrl+K"),
                (t_string!(language, keys.help), "?"),
            ];
            rows.into_iter()
                .map(|(what, keys)| view! { <div class="shortcut"><dt>{what}</dt><dd><kbd>{keys}</kbd></dd></div> })
                .map(any)
                .collect::<Vec<_>>()
        })
    });
    view! {
        <Dialog open=open title=label!(language, keys.title)>
            <dl class="shortcuts">{list}</dl>
        </Dialog>
    }
}
