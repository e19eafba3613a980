//! Several cards at once: marking them, changing and moving them as one step, duplicating, and copying and pasting as
//! the rows of a spreadsheet.

use std::collections::BTreeSet;

use crate::ui::memo::Memo;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::web_sys::{ClipboardEvent, HtmlTextAreaElement};
use model::board::{Control, Directness, Emotion, Nature};
use model::bulk::{feel_all, move_all, set_all, trash_all};
use model::edit::{At, Entity, TouchpointField};
use model::id::{ChannelId, PersonaId, StageId, TouchpointId};
use model::limits::NAME_MAX;
use model::rows::{PasteError, PasteInto, Problem, Report, Why};

use super::desk::{Desk, card_selector};
use super::dom::{self, focus_soon, is_field};
use super::field::composes;
use super::palette;
use super::panel::choice::{Choice, choice, pick};
use super::words;
use crate::language::{label, t, t_string};
use crate::ui::dialog::Dialog;
use crate::ui::dynamic::{any, dynamic, effect};
use crate::ui::toast::Toast;

/// The keys and the clipboard of several cards, and of finding.
pub fn listen(desk: Desk) {
    effect(move || {
        let keys = window_event_listener(leptos::ev::keydown, move |event| key(desk, &event));
        let copied = window_event_listener(leptos::ev::copy, move |event| copy(desk, &event));
        let pasted = window_event_listener(leptos::ev::paste, move |event| paste(desk, &event));
        on_cleanup(move || {
            for listener in [keys, copied, pasted] {
                listener.remove();
            }
        });
    });
}

fn key(desk: Desk, event: &KeyboardEvent) {
    let Some(target) = dom::target(event) else { return };
    let (key, held) = (event.key().to_ascii_lowercase(), event.ctrl_key() || event.meta_key());
    if held && key == "k" {
        event.prevent_default();
        desk.dialogs.palette.update(|open| *open = !*open);
        return;
    }
    let elsewhere = is_field(&target) || target.closest("dialog, .menu").ok().flatten().is_some();
    if elsewhere || event.default_prevented() || composes(event) {
        return;
    }
    match key.as_str() {
        "a" if held => mark_all(desk),
        "d" if held => duplicate(desk, &targets(desk, None)),
        "f" if held => palette::open_find(desk),
        "delete" | "backspace" if desk.marked.with_untracked(|marked| !marked.is_empty()) => {
            trash(desk, &targets(desk, None));
        }
        _ => return,
    }
    event.prevent_default();
}

/// Marks a card too, or no longer. The selected card is the first of them.
pub fn toggle(desk: Desk, id: TouchpointId) {
    let selected = desk.anchor.get_value();
    desk.marked.update(|marked| {
        if marked.is_empty() {
            marked.extend(selected.filter(|selected| *selected != id));
        }
        if !marked.remove(&id) {
            marked.insert(id);
        }
    });
    say_count(desk);
}

/// Marks everything from the selected card to this one, in the order of the map.
pub fn extend_to(desk: Desk, id: TouchpointId) {
    let order = desk.editor.with_board(|_, layout| layout.in_order());
    let at = |card| order.iter().position(|other| *other == card);
    let (Some(from), Some(to)) = (desk.anchor.get_value().and_then(at).or(Some(0)), at(id)) else {
        return;
    };
    let range = order[from.min(to)..=from.max(to)].iter().copied();
    desk.marked.set(range.collect());
    say_count(desk);
}

/// Marks every card that can be seen.
pub fn mark_all(desk: Desk) {
    let order = desk.editor.with_board(|_, layout| layout.in_order());
    let found = desk.found.get_untracked();
    desk.marked.set(
        order
            .into_iter()
            .filter(|id| found.as_ref().is_none_or(|found| found.contains(id)))
            .collect(),
    );
    say_count(desk);
}

fn say_count(desk: Desk) {
    let count = desk.marked.with_untracked(BTreeSet::len);
    desk.say(untrack(|| t_string!(desk.language, bulk.marked, count = count)));
}

/// What a deed is about: the marked cards in the order of the map, or the one it was asked for.
#[must_use]
pub fn targets(desk: Desk, asked: Option<TouchpointId>) -> Vec<TouchpointId> {
    let marked = desk.marked.get_untracked();
    match asked {
        Some(one) if !marked.contains(&one) => vec![one],
        None if marked.is_empty() => desk.selected.get_untracked().into_iter().collect(),
        _ => {
            let mut order = desk.editor.with_board(|_, layout| layout.in_order());
            order.retain(|id| marked.contains(id));
            order
        }
    }
}

fn done(desk: Desk, text: String) {
    desk.say(text.clone());
    desk.notify_with_undo(text);
}

/// Copies cards right after their originals.
pub fn duplicate(desk: Desk, cards: &[TouchpointId]) {
    let (edit, copies) = desk.editor.with_board(|board, layout| board.duplicate(cards, layout));
    if copies.is_empty() || !desk.apply(edit) {
        return;
    }
    desk.marked.set(if copies.len() > 1 {
        copies.iter().copied().collect()
    } else {
        BTreeSet::new()
    });
    desk.select(copies.first().copied());
    if let Some(first) = copies.first() {
        focus_soon(card_selector(*first));
    }
    done(
        desk,
        untrack(|| t_string!(desk.language, map.duplicated, count = copies.len())),
    );
}

/// Puts cards into the trash.
pub fn trash(desk: Desk, cards: &[TouchpointId]) {
    let things: Vec<Entity> = cards.iter().map(|id| Entity::Touchpoint(*id)).collect();
    if desk.apply(trash_all(&things)) {
        desk.marked.set(BTreeSet::new());
        done(
            desk,
            untrack(|| t_string!(desk.language, bulk.trashed, count = cards.len())),
        );
    }
}

fn move_to(desk: Desk, cards: &[TouchpointId], stage: StageId) {
    let edit = desk
        .editor
        .with_board(|_, layout| move_all(cards, stage, At::Last, layout));
    if desk.apply(edit) {
        let name = desk.name_of(Entity::Stage(stage));
        done(
            desk,
            untrack(|| t_string!(desk.language, bulk.moved, count = cards.len(), stage = name)),
        );
    }
}

/// The bar under the map while several cards are marked.
pub fn bulk_bar(desk: Desk) -> AnyView {
    let count = Memo::new(move |_| desk.marked.with(BTreeSet::len));
    let shown = Memo::new(move |_| count.get() > 0);
    any(dynamic(move || shown.get().then(|| bar(desk, count))))
}

/// Whose emotion is set on several cards.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// The persona in focus; on a map without personas customers in general.
    InFocus,
    One(PersonaId),
    /// Every persona of the map.
    All,
}

/// What stands for every persona, and for taking an emotion back, in a list to choose from.
const EVERYBODY: &str = "all";
const UNSET: &str = "none";

fn bar(desk: Desk, count: Memo<usize>) -> AnyView {
    let language = desk.language;
    let set = move |field: TouchpointField| {
        let cards = targets(desk, None);
        if desk.apply(set_all(&cards, &field)) {
            done(
                desk,
                untrack(|| t_string!(desk.language, bulk.changed, count = cards.len())),
            );
        }
    };
    let stages = Signal::derive(move || {
        desk.editor.follow_board(|board, layout| {
            let stages = layout.all_stages.iter().filter_map(|id| board.stages.get(id));
            stages
                .map(|stage| Choice::new(stage.id.to_string(), stage.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let channels = Signal::derive(move || {
        desk.editor.follow_board(|board, layout| {
            let channels = layout.channels.iter().filter_map(|id| board.channels.get(id));
            channels
                .map(|it| Choice::new(it.id.to_string(), it.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let natures = Signal::derive(move || {
        Nature::ALL
            .iter()
            .map(|it| Choice::new(it.word(), words::nature(language, *it)))
            .collect::<Vec<_>>()
    });
    let directness = Signal::derive(move || {
        Directness::ALL
            .iter()
            .map(|it| Choice::new(it.word(), words::directness(language, *it)))
            .collect::<Vec<_>>()
    });
    let controls = Signal::derive(move || {
        Control::ALL
            .iter()
            .map(|it| Choice::new(it.word(), words::control(language, *it)))
            .collect::<Vec<_>>()
    });
    // Whose emotion: that of the persona in focus, until another one is chosen.
    let whose = RwSignal::new(Whose::InFocus);
    let personas = Signal::derive(move || {
        desk.editor.follow_board(|board, layout| {
            let personas = layout.personas.iter().filter_map(|id| board.personas.get(id));
            let personas = personas.map(|it| {
                let name = words::or_unnamed(language, &it.name);
                Choice::new(it.id.to_string(), t_string!(language, panel.emotion_of, name = name))
            });
            let all = Choice::new(EVERYBODY, t_string!(language, bulk.emotion_all));
            personas.chain([all]).collect::<Vec<_>>()
        })
    });
    let who = Signal::derive(move || match whose.get() {
        Whose::All => EVERYBODY.to_owned(),
        Whose::InFocus => desk.focus.get().map(|id| id.to_string()).unwrap_or_default(),
        Whose::One(id) => id.to_string(),
    });
    let pick_who = dynamic(move || {
        desk.focus.with(Option::is_some).then(|| {
            let choose = Callback::new(move |id: String| {
                whose.set(PersonaId::parse(&id).map_or(Whose::All, Whose::One));
            });
            choice(label!(language, bulk.emotion_whose), personas, who, choose)
        })
    });
    let emotions = Signal::derive(move || {
        let unset = Choice::new(UNSET, t_string!(language, bulk.emotion_unset));
        let all = Emotion::ALL.iter().rev();
        let all = all.map(|it| Choice::new(it.get().to_string(), words::emotion(language, Some(*it))));
        all.chain([unset]).collect::<Vec<_>>()
    });
    let feel = Callback::new(move |word: String| {
        let emotion = word.parse::<i64>().ok().and_then(|n| Emotion::try_from(n).ok());
        let all = desk.editor.with_board(|_, layout| layout.personas.clone());
        let whose: Vec<Option<PersonaId>> = match whose.get_untracked() {
            Whose::All => all.into_iter().map(Some).collect(),
            Whose::One(id) if all.contains(&id) => vec![Some(id)],
            _ => vec![desk.focus.get_untracked()],
        };
        let cards = targets(desk, None);
        if desk.apply(feel_all(&cards, &whose, emotion)) {
            done(
                desk,
                untrack(|| t_string!(desk.language, bulk.changed, count = cards.len())),
            );
        }
    });
    let button = move |words: Signal<String>, deed: Callback<()>| {
        any(view! {
            <button class="btn btn--s" type="button" on:click=move |_| deed.run(())>
                {move || words.get()}
            </button>
        })
    };
    any(view! {
        <section class="bulk" aria-label=t!(language, bulk.label)>
            <b class="bulk__n">{move || t_string!(language, bulk.marked, count = count.get())}</b>
            {pick(label!(language, map.move_to), stages, Callback::new(move |id: String| {
                if let Some(stage) = StageId::parse(&id) {
                    move_to(desk, &targets(desk, None), stage);
                }
            }))}
            {pick(label!(language, panel.channel), channels, Callback::new(move |id: String| {
                if let Some(channel) = ChannelId::parse(&id) {
                    set(TouchpointField::Channel(Some(channel)));
                }
            }))}
            {pick(label!(language, panel.nature), natures, Callback::new(move |word: String| set(TouchpointField::Nature(Nature::from_word(&word)))))}
            {pick(label!(language, panel.directness), directness, Callback::new(move |word: String| set(TouchpointField::Directness(Directness::from_word(&word)))))}
            {pick(label!(language, panel.control), controls, Callback::new(move |word: String| set(TouchpointField::Control(Control::from_word(&word)))))}
            {pick_who}
            {pick(label!(language, bulk.emotion), emotions, feel)}
            {button(label!(language, map.duplicate), Callback::new(move |()| duplicate(desk, &targets(desk, None))))}
            {button(label!(language, map.to_trash), Callback::new(move |()| trash(desk, &targets(desk, None))))}
            {button(label!(language, bulk.none), Callback::new(move |()| desk.marked.set(BTreeSet::new())))}
        </section>
    })
}

/// Whether keys and the clipboard are about cards here, and not about a text.
fn is_about_cards(event: &ClipboardEvent) -> bool {
    let is_selecting = || {
        window()
            .get_selection()
            .ok()
            .flatten()
            .is_some_and(|selection| !selection.is_collapsed())
    };
    dom::target(event).is_none_or(|target| {
        !is_field(&target) && target.closest("dialog, .panel").ok().flatten().is_none() && !is_selecting()
    })
}

/// Cards go to the clipboard as rows with headers.
pub fn copy(desk: Desk, event: &ClipboardEvent) {
    let cards = targets(desk, None);
    if cards.is_empty() || !is_about_cards(event) {
        return;
    }
    let text = desk
        .editor
        .with_board(|board, layout| board.copy(&cards, desk.language.peek().into(), layout));
    if let Some(clipboard) = event.clipboard_data()
        && clipboard.set_data("text/plain", &text).is_ok()
    {
        event.prevent_default();
        desk.say(untrack(|| t_string!(desk.language, bulk.copied, count = cards.len())));
    }
}

/// Rows from the clipboard become cards: after the selected card, or at the end of the first stage.
pub fn paste(desk: Desk, event: &ClipboardEvent) {
    if !is_about_cards(event) {
        return;
    }
    let Some(text) = event
        .clipboard_data()
        .and_then(|clipboard| clipboard.get_data("text/plain").ok())
    else {
        return;
    };
    let rater = desk.editor.person().with_untracked(|me| me.as_ref().map(|me| me.id));
    let pasted = desk.editor.with_board(|board, layout| {
        let selected = desk.selected.get_untracked();
        let card = selected.and_then(|id| board.touchpoints.get(&id));
        let (stage, at) = match card {
            Some(card) => (card.stage, At::After(card.id)),
            None => (*layout.stages.first()?, At::Last),
        };
        Some(board.paste(&text, PasteInto { stage, at, rater }, layout))
    });
    let language = desk.language;
    match pasted {
        None | Some(Err(PasteError::Nothing)) => {}
        Some(Err(PasteError::TooMany { rows, max })) => {
            event.prevent_default();
            let text = untrack(|| t_string!(language, bulk.too_many, rows = rows, max = max));
            desk.notify(Toast::failed(text));
        }
        Some(Ok(paste)) => {
            event.prevent_default();
            if !desk.apply(paste.edit) {
                return;
            }
            desk.marked.set(paste.cards.iter().copied().collect());
            if let Some(first) = paste.cards.first() {
                desk.select(Some(*first));
                focus_soon(card_selector(*first));
            }
            done(
                desk,
                untrack(|| t_string!(language, bulk.pasted, count = paste.cards.len())),
            );
            desk.report.set(paste.report);
        }
    }
}

/// What could not be taken as it stands when rows were pasted.
pub fn problems_dialog(desk: Desk) -> AnyView {
    let language = desk.language;
    let open = RwSignal::new(false);
    let is_any = |report: &Report| !report.problems.is_empty();
    effect(move || open.set(desk.report.with(is_any)));
    effect(move || {
        if !open.get() && desk.report.with_untracked(is_any) {
            desk.report.set(Report::default());
        }
    });
    let rows = dynamic(move || {
        let say = |problem: Problem| {
            let why = match problem.why {
                Why::Unknown => t_string!(language, bulk.why_unknown),
                Why::NotFound => t_string!(language, bulk.why_not_found),
                Why::TooLong => t_string!(language, bulk.why_too_long),
                Why::NoName => t_string!(language, bulk.why_no_name),
            };
            // A row without a name has all its cells here.
            let cells = problem.cell.split('\t').filter(|cell| !cell.is_empty());
            let cell = words::first_words(&cells.collect::<Vec<_>>().join(" · "), NAME_MAX);
            let line = t_string!(language, bulk.row, row = problem.row, cell = cell, why = why);
            any(view! { <li>{line}</li> })
        };
        desk.report.get().problems.into_iter().map(say).collect::<Vec<_>>()
    });
    any(view! {
        <Dialog open=open title=label!(language, bulk.problems)>
            <p class="form__hint">{t!(language, bulk.problems_about)}</p>
            <ul class="held-texts">{rows}</ul>
            <label class="unmet">
                <span class="fact__label">{t!(language, bulk.rows)}</span>
                <textarea
                    class="input area"
                    readonly
                    rows="4"
                    prop:value=move || desk.report.with(|report| report.rows.clone())
                    on:focus=move |event| {
                        event_target::<HtmlTextAreaElement>(&event).select();
                    }
                ></textarea>
            </label>
        </Dialog>
    })
}
