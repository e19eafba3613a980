//! What the line under the feedback-loop board says.

use leptos::prelude::*;
use model::loops::VerdictKind;

use crate::language::t_string;
use crate::map::desk::Desk;
use crate::ui::dynamic::{any, dynamic};
use crate::ui::memo::Memo;

/// Of the loops that are shown. Before the reader's clock is known nothing is overdue.
#[derive(Clone, Copy, PartialEq)]
struct LoopCounts {
    running: usize,
    overdue: Option<usize>,
    successes: usize,
    /// How many are shown of how many, where that is not all.
    hidden: Option<(usize, usize)>,
}

/// How many loops are going on, how many are overdue, and how many were a success.
pub fn foot(desk: Desk) -> AnyView {
    let language = desk.language;
    let counts = Memo::new(move |_| {
        let (today, filter) = (desk.today.get(), desk.loops.filter(desk));
        desk.editor.follow_board(|board, _| {
            let shown: Vec<_> = board.improvements().filter(|it| filter.takes(it)).collect();
            let running = || shown.iter().filter(|it| it.ended().is_none());
            let successes = shown
                .iter()
                .filter(|it| it.ended() == Some(VerdictKind::Success))
                .count();
            let all = board.improvements().count();
            LoopCounts {
                running: running().count(),
                overdue: today.map(|today| running().filter(|it| it.is_overdue(today)).count()),
                successes,
                hidden: (shown.len() < all).then_some((shown.len(), all)),
            }
        })
    });
    any(dynamic(move || {
        let LoopCounts {
            running,
            overdue,
            successes,
            hidden,
        } = counts.get();
        let hidden = hidden.map(|(count, all)| {
            any(view! { <span>{t_string!(language, loops.foot_shown, count = count, all = all)}</span> })
        });
        let first = if hidden.is_some() { "sep" } else { "" };
        let overdue = overdue.map(|overdue| {
            any(view! { <span class="sep">{t_string!(language, loops.foot_overdue, count = overdue)}</span> })
        });
        any(view! {
            <p>
                {hidden}
                <span class=first>{t_string!(language, loops.foot_running, count = running)}</span>
                {overdue}
                <span class="sep">{t_string!(language, loops.foot_successes, count = successes)}</span>
            </p>
        })
    }))
}
