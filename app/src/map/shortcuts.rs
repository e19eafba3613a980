//! The sheet of keyboard shortcuts: those of the way of looking that is shown, those of everywhere, and the others.

use leptos::prelude::*;

use super::desk::Desk;
use crate::language::{Language, label, t_string};
use crate::place::View;
use crate::ui::dialog::Dialog;
use crate::ui::dynamic::{any, dynamic};

/// What is done, and its keys.
type Row = (&'static str, &'static str);

/// Where keys are for the map, the feedback-loop board and what customers said.
const VIEWS: [View; 3] = [View::Map, View::Loop, View::Feedback];

/// The dialog.
pub fn shortcuts(desk: Desk) -> impl IntoView {
    let language = desk.language;
    let open = desk.dialogs.keys;
    let sheet = dynamic(move || {
        open.get().then(|| {
            let shown = desk.view.get();
            let (here, elsewhere) = VIEWS.into_iter().partition::<Vec<_>, _>(|view| *view == shown);
            let group = move |view: View| {
                let (heading, rows) = of_view(language, view);
                group(heading, rows)
            };
            let mut all: Vec<AnyView> = here.into_iter().map(group).collect();
            all.push(group_everywhere(language));
            all.extend(elsewhere.into_iter().map(group));
            all
        })
    });
    view! {
        <Dialog open=open title=label!(language, keys.title)>
            {sheet}
        </Dialog>
    }
}

fn group(heading: &'static str, rows: Vec<Row>) -> AnyView {
    let rows = rows
        .into_iter()
        .map(|(what, keys)| any(view! { <div class="shortcut"><dt>{what}</dt><dd><kbd>{keys}</kbd></dd></div> }))
        .collect::<Vec<_>>();
    any(view! {
        <h3 class="shortcuts__h">{heading}</h3>
        <dl class="shortcuts">{rows}</dl>
    })
}

fn group_everywhere(language: Language) -> AnyView {
    let rows = vec![
        (t_string!(language, keys.leave), "Esc"),
        (t_string!(language, app.menu), "Shift+F10"),
        (t_string!(language, keys.trash), "Delete"),
        (t_string!(language, keys.undo), "Ctrl+Z"),
        (t_string!(language, keys.redo), "Ctrl+Shift+Z, Ctrl+Y"),
        (t_string!(language, keys.palette), "Ctrl+K"),
        (t_string!(language, keys.help), "?"),
    ];
    group(t_string!(language, keys.everywhere), rows)
}

fn of_view(language: Language, view: View) -> (&'static str, Vec<Row>) {
    match view {
        View::Loop => (
            t_string!(language, view.loops),
            vec![
                (t_string!(language, keys.walk), t_string!(language, keys.walk_keys)),
                (t_string!(language, keys.details), "Enter"),
                (t_string!(language, keys.shift_job), "Alt+← →"),
                (t_string!(language, keys.shift_in_column), "Alt+↑ ↓"),
            ],
        ),
        View::Feedback => (
            t_string!(language, view.feedback),
            vec![
                (t_string!(language, keys.walk_voices), "↑ ↓, Home, End"),
                (t_string!(language, feedback.edit), "Enter, F2"),
                (t_string!(language, keys.keep_voice), "Ctrl+Enter"),
                (t_string!(language, keys.link_voice), "L"),
                (t_string!(language, feedback.improve), "I"),
            ],
        ),
        _ => (
            t_string!(language, view.map),
            vec![
                (t_string!(language, keys.walk), t_string!(language, keys.walk_keys)),
                (
                    t_string!(language, keys.details),
                    t_string!(language, keys.details_keys),
                ),
                (t_string!(language, keys.rename), t_string!(language, keys.rename_keys)),
                (t_string!(language, keys.next), "Enter"),
                (t_string!(language, keys.field), "Tab"),
                (
                    t_string!(language, keys.shift_card),
                    t_string!(language, keys.shift_card_keys),
                ),
                (t_string!(language, keys.mark), t_string!(language, keys.mark_keys)),
                (t_string!(language, keys.duplicate), "Ctrl+D"),
                (t_string!(language, keys.copy), "Ctrl+C, Ctrl+V"),
                (t_string!(language, keys.find), "Ctrl+F"),
            ],
        ),
    }
}
