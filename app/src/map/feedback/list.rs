//! The entries that were found, a page at a time: however many there are, the browser holds one page of them.

use crate::ui::memo::Memo;
use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::prelude::*;
use model::fold::matches_folded;
use model::id::FeedbackId;
use model::loops::feedback::{FeedbackFilter, Linked};

use super::{Voices, deeds, entry, selector};
use crate::language::{label, t, t_string};
use crate::map::bar::tool;
use crate::map::desk::Desk;
use crate::map::dom::{self, focus_soon, holder_of, is_field};
use crate::map::field::composes;
use crate::ui::dynamic::{any, dynamic, each, effect, text};
use crate::ui::icons::Glyph;

/// How many entries a page has.
const PAGE: usize = 50;

/// The entries that are looked for.
pub fn found(desk: Desk, sought: RwSignal<String>) -> Memo<Vec<FeedbackId>> {
    let has_words = Memo::new(move |_| sought.with(|sought| !sought.trim().is_empty()));
    // Folded once and not with every letter of the search.
    let folded = Memo::new(move |_| {
        let filter = desk.voices.get();
        has_words.get().then(|| {
            desk.editor.follow_board(|board, _| {
                let entries = board.feedback_where(|entry| filter.takes(entry));
                entries
                    .into_iter()
                    .map(|it| (it.id, board.feedback_text(&it.entry)))
                    .collect::<Vec<_>>()
            })
        })
    });
    Memo::new(move |_| {
        if !has_words.get() {
            let filter = desk.voices.get();
            return desk.editor.follow_board(|board, _| {
                let entries = board.feedback_where(|entry| filter.takes(entry));
                entries.into_iter().map(|it| it.id).collect()
            });
        }
        let sought = sought.get();
        folded.with(|folded| {
            let folded = folded.iter().flatten();
            folded
                .filter(|(_, text)| matches_folded(text, &sought))
                .map(|(id, _)| *id)
                .collect()
        })
    })
}

/// How many pages so many entries have; at least one.
const fn pages(count: usize) -> usize {
    let pages = count.div_ceil(PAGE);
    if pages == 0 { 1 } else { pages }
}

impl Voices {
    /// The page that is shown: the last one when there are fewer by now.
    fn page_now(self) -> usize {
        self.page.get().min(pages(self.found.with(Vec::len)) - 1)
    }

    /// The entries that are shown.
    fn shown(self) -> Vec<FeedbackId> {
        let from = self.page_now() * PAGE;
        self.found
            .with(|found| found.iter().skip(from).take(PAGE).copied().collect())
    }

    /// Goes to another page, and there to its first or last entry.
    fn turn(self, forth: bool, to_last: bool) -> bool {
        untrack(|| {
            let (now, all) = (self.page_now(), pages(self.found.with(Vec::len)));
            let page = if forth { now + 1 } else { now.wrapping_sub(1) };
            if page >= all {
                return false;
            }
            self.page.set(page);
            let shown = self.shown();
            if let Some(id) = if to_last { shown.last() } else { shown.first() } {
                focus_soon(selector(*id));
            }
            let said = t_string!(self.desk.language, feedback.page, page = page + 1, count = all);
            self.desk.say(said);
            true
        })
    }

    /// The entry beside one, which gets the focus when that goes.
    pub fn neighbour(self, id: FeedbackId) -> Option<FeedbackId> {
        self.found.with_untracked(|found| {
            let at = found.iter().position(|other| *other == id)?;
            found.get(at + 1).or_else(|| found.get(at.checked_sub(1)?)).copied()
        })
    }
}

/// The list, or what to do where it is empty.
pub fn list(voices: Voices) -> AnyView {
    let desk = voices.desk;
    let language = desk.language;
    effect(move || {
        desk.voices.track();
        voices.sought.track();
        voices.page.set(0);
    });
    let shown = Memo::new(move |_| voices.shown());
    // Tab comes back to the entry it left, or to the first.
    let stop = Memo::new(move |_| {
        let at = voices.at.get();
        shown.with(|shown| at.filter(|at| shown.contains(at)).or_else(|| shown.first().copied()))
    });
    let is_empty = Memo::new(move |_| voices.found.with(Vec::is_empty));
    let empty = dynamic(move || is_empty.get().then(|| empty(voices)));
    any(view! {
        <ol
            class="voices__list"
            hidden=move || is_empty.get()
            aria-label=t!(language, view.feedback)
            on:keydown=move |event| key(voices, &event)
            on:focusin=move |event| focused(voices, &event)
        >
            {each(move || shown.get(), move |id| entry::entry(voices, id, stop))}
        </ol>
        {empty}
        {pager(voices)}
    })
}

/// Which entries these are, and the ways to the others.
fn pager(voices: Voices) -> AnyView {
    let language = voices.desk.language;
    let count = Memo::new(move |_| voices.found.with(Vec::len));
    let page = Memo::new(move |_| voices.page_now());
    let has_more = Memo::new(move |_| count.get() > PAGE);
    any(dynamic(move || {
        has_more.get().then(|| {
            let words = text(move || {
                let (from, all) = (page.get() * PAGE, count.get());
                let to = (from + PAGE).min(all);
                t_string!(language, feedback.range, from = from + 1, to = to, count = all)
            });
            any(view! {
                <nav class="voices__pager" aria-label=t!(language, feedback.pages)>
                    {tool(
                        Glyph::ArrowLeft,
                        "",
                        label!(language, feedback.page_back),
                        Signal::derive(move || page.get() == 0),
                        Callback::new(move |()| _ = voices.turn(false, false)),
                    )}
                    <span>{words}</span>
                    {tool(
                        Glyph::ArrowRight,
                        "",
                        label!(language, feedback.page_forth),
                        Signal::derive(move || page.get() + 1 >= pages(count.get())),
                        Callback::new(move |()| _ = voices.turn(true, false)),
                    )}
                </nav>
            })
        })
    }))
}

fn empty(voices: Voices) -> AnyView {
    let desk = voices.desk;
    let language = desk.language;
    let filter = desk.voices.get();
    let none_at_all = !desk.editor.follow_board(|board, _| board.has_feedback());
    let is_inbox = filter
        == FeedbackFilter {
            linked: Linked::Inbox,
            ..FeedbackFilter::default()
        };
    let (heading, hint) = if none_at_all {
        (label!(language, feedback.none), label!(language, feedback.none_hint))
    } else if is_inbox && voices.sought.with(|sought| sought.trim().is_empty()) {
        (
            label!(language, feedback.inbox_empty),
            label!(language, feedback.inbox_empty_hint),
        )
    } else {
        (label!(language, find.nothing), label!(language, feedback.nothing_hint))
    };
    let deeds = none_at_all.then(|| {
        any(view! {
            <button class="btn" type="button" on:click=move |_| voices.importing.set(true)>
                {t!(language, feedback.import)}
            </button>
        })
    });
    any(view! {
        <div class="teach">
            <h3 class="teach__h">{move || heading.get()}</h3>
            <p class="teach__p">{move || hint.get()}</p>
            {deeds}
        </div>
    })
}

fn entry_of(event: &leptos::web_sys::Event) -> Option<FeedbackId> {
    let target = dom::target(event)?;
    FeedbackId::parse(&holder_of(&target, "data-voice")?.1)
}

fn focused(voices: Voices, event: &FocusEvent) {
    let id = entry_of(event);
    if id.is_some() && voices.at.get_untracked() != id {
        voices.at.set(id);
    }
}

/// Keys on an entry.
fn key(voices: Voices, event: &KeyboardEvent) {
    let (Some(target), Some(id)) = (dom::target(event), entry_of(event)) else {
        return;
    };
    if composes(event) || event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    if event.key() == "Escape" && voices.open.get_untracked() == Some(id) {
        deeds::close(voices, id);
        event.prevent_default();
        return;
    }
    if is_field(&target) {
        return;
    }
    let shown = untrack(|| voices.shown());
    let Some(here) = shown.iter().position(|other| *other == id) else {
        return;
    };
    let go = |at: usize| {
        if let Some(id) = shown.get(at) {
            focus_soon(selector(*id));
        }
    };
    let on_entry = target.has_attribute("data-voice");
    match event.key().as_str() {
        "ArrowDown" if here + 1 < shown.len() => go(here + 1),
        "ArrowDown" => _ = voices.turn(true, false),
        "ArrowUp" if here > 0 => go(here - 1),
        "ArrowUp" => _ = voices.turn(false, true),
        "Home" => go(0),
        "End" => go(shown.len() - 1),
        "Enter" | "F2" if on_entry => deeds::open(voices, id),
        "Delete" | "Backspace" => deeds::trash(voices, id),
        "l" | "L" => deeds::choose_card(voices, id, super::Purpose::Link),
        "i" | "I" => deeds::improve(voices, id),
        _ => return,
    }
    event.prevent_default();
}
