//! The trash: everything in it can be taken out again.

use leptos::prelude::*;

use super::desk::Desk;
use super::words;
use crate::language::{day, label, t, t_string};
use crate::ui::dialog::Dialog;
use crate::ui::dynamic::{any, dynamic};
use crate::ui::icons::{Glyph, Icon};

/// How many things are listed, the last first: an import that was taken back is ten thousand.
const SHOWN: usize = 200;

/// The dialog.
pub fn trash_dialog(desk: Desk) -> impl IntoView {
    let language = desk.language;
    let open = desk.dialogs.trash;
    let trash = desk.editor.trash();
    // Drawn only while it is open.
    let list = dynamic(move || {
        if !open.get() {
            return None;
        }
        let list = trash.get();
        if list.is_empty() {
            return Some(any(view! { <p class="form__hint">{t!(language, trash.empty)}</p> }));
        }
        let rest = list.len().saturating_sub(SHOWN);
        let items = list
            .into_iter()
            .take(SHOWN)
            .map(|(entity, trashed)| {
                let name = desk.name_of(entity);
                let label = t_string!(language, trash.restore_named, name = name.clone());
                let when = (trashed.at > 0).then(|| {
                    t_string!(
                        language,
                        trash.when,
                        when = day(trashed.at, desk.zone.get(), language.get())
                    )
                });
                view! {
                    <li class="bin__item">
                        <span class="bin__name">{name}</span>
                        <span class="bin__kind">
                            <span>{words::kind(language, entity)}</span>
                            {when.map(|when| view! { <span class="sep">{when}</span> })}
                        </span>
                        <button
                            class="btn btn--s"
                            type="button"
                            aria-label=label
                            on:click=move |_| desk.restore(entity)
                        >
                            <Icon glyph=Glyph::RotateCcw small=true />
                            {t!(language, trash.restore)}
                        </button>
                    </li>
                }
            })
            .map(any)
            .collect::<Vec<_>>();
        let rest = (rest > 0).then(|| view! { <p class="form__hint">{t!(language, trash.rest, count = rest)}</p> });
        Some(any(view! {
            <ul class="bin">{items}</ul>
            {rest}
        }))
    });
    view! {
        <Dialog open=open title=label!(language, trash.title)>
            {list}
        </Dialog>
    }
}
