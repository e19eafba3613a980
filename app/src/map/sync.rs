//! What is stored, and where: the chip in the bar says it in a word, its dialog in full. And the question before
//! leaving a map of which something would be lost.

use crate::ui::memo::Memo;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::web_sys::HtmlAnchorElement;
use model::wire::RefusalCode;
use wasm_bindgen::JsCast;

use super::desk::Desk;
use super::dom;
use crate::editor::sync::SyncState;
use crate::editor::{DraftState, Editor, Room};
use crate::language::{figure, label, t, t_string};
use crate::place::{SIGN_IN, View};
use crate::ui::dialog::Dialog;
use crate::ui::dynamic::{any, dynamic, effect, text};
use crate::ui::icons::{Glyph, Icon};

/// What may be said now.
#[derive(Clone, PartialEq)]
struct Said {
    /// For machines and the style sheet.
    word: &'static str,
    glyph: Glyph,
    /// For the bar.
    text: String,
    /// The whole truth.
    hint: &'static str,
    /// What is left of the words where the bar is narrow.
    count: Option<usize>,
    /// What is wrong with keeping things on this device.
    trouble: Option<&'static str>,
}

fn said(desk: Desk) -> Said {
    let language = desk.language;
    let (state, draft) = (desk.editor.sync().get(), desk.editor.draft().get());
    let held = desk.editor.held().with(|held| held.len());
    let here = draft == DraftState::Kept;
    let hint = if here {
        t_string!(language, sync.saved_here_hint)
    } else {
        t_string!(language, sync.kept)
    };
    let too = |text: String| {
        if here {
            format!("{text} · {}", t_string!(language, sync.saved_here))
        } else {
            text
        }
    };
    let (word, glyph, text, hint, count) = match state {
        SyncState::Saved if held > 0 => (
            "held",
            Glyph::CloudAlert,
            t_string!(language, sync.held, count = held),
            t_string!(language, sync.held_hint),
            held,
        ),
        SyncState::Connecting => (
            "connecting",
            Glyph::CloudUpload,
            t_string!(language, sync.connecting).to_owned(),
            "",
            0,
        ),
        SyncState::Saved => (
            "saved",
            Glyph::CloudCheck,
            t_string!(language, sync.saved).to_owned(),
            t_string!(language, sync.saved_hint),
            0,
        ),
        SyncState::Unsent { count, why: None } => (
            "unsent",
            Glyph::CloudUpload,
            too(t_string!(language, sync.unsent, count = count)),
            hint,
            count as usize,
        ),
        SyncState::Unsent { count, why: Some(why) } => (
            "unsaved",
            Glyph::CloudAlert,
            t_string!(language, sync.unsaved, count = count, reason = reason(desk, why)),
            hint,
            count as usize,
        ),
        SyncState::Offline { unsent } if desk.editor.only_here().get() => (
            "here",
            Glyph::HardDrive,
            t_string!(language, offline.only_this_device).to_owned(),
            t_string!(language, offline.only_this_device_hint),
            unsent as usize,
        ),
        SyncState::Offline { unsent: 0 } => (
            "offline",
            Glyph::CloudOff,
            t_string!(language, sync.offline).to_owned(),
            t_string!(language, sync.offline_hint),
            0,
        ),
        SyncState::Offline { unsent } => (
            "offline",
            Glyph::CloudOff,
            too(t_string!(language, sync.offline_unsent, count = unsent)),
            hint,
            unsent as usize,
        ),
        SyncState::Rejected { code, .. } => (
            "rejected",
            Glyph::CloudAlert,
            t_string!(language, sync.rejected, reason = reason(desk, code)),
            hint,
            0,
        ),
    };
    let trouble = match draft {
        DraftState::Refused => Some(t_string!(language, sync.draft_refused)),
        DraftState::Full => Some(t_string!(language, sync.draft_full)),
        DraftState::Empty | DraftState::Kept => desk
            .editor
            .set_aside()
            .get()
            .then(|| t_string!(language, sync.draft_broken)),
    };
    Said {
        word,
        glyph: if trouble.is_some() { Glyph::HardDrive } else { glyph },
        text,
        hint,
        count: (count > 0).then_some(count),
        trouble,
    }
}

fn reason(desk: Desk, code: RefusalCode) -> &'static str {
    let language = desk.language;
    match code {
        RefusalCode::Malformed => t_string!(language, sync.reason_malformed),
        RefusalCode::Incomplete => t_string!(language, sync.reason_incomplete),
        RefusalCode::TooLarge => t_string!(language, sync.reason_too_large),
        RefusalCode::NotStored => t_string!(language, sync.reason_not_stored),
        RefusalCode::NotAllowed => t_string!(language, sync.reason_not_allowed),
    }
}

/// The chip; a press opens the dialog. What it says changes twice with every letter, so each part changes alone and
/// what stays is left in peace.
pub fn sync_chip(desk: Desk) -> impl IntoView {
    let said = Memo::new(move |_| said(desk));
    let class = text(move || {
        said.with(|said| {
            let word = if said.trouble.is_some() { "unsent" } else { said.word };
            format!("sync sync--{word}")
        })
    });
    let count = Memo::new(move |_| said.with(|said| said.count));
    let count = dynamic(move || {
        count
            .get()
            .map(|count| view! { <span class="sync__n" aria-hidden="true">{count}</span> })
    });
    let trouble = Memo::new(move |_| said.with(|said| said.trouble));
    let trouble = dynamic(move || {
        trouble
            .get()
            .map(|text| view! { <span class="sync__more sync__trouble" role="alert">{text}</span> })
    });
    view! {
        <button
            class=class
            type="button"
            data-sync=text(move || said.with(|said| said.word))
            title=text(move || said.with(|said| said.hint))
            on:click=move |_| desk.dialogs.sync.set(true)
        >
            <span class="sync__said" role="status">
                <svg class="icon icon--s" aria-hidden="true">
                    <use href=text(move || said.with(|said| said.glyph.href()))></use>
                </svg>
                <span class="sync__more">{text(move || said.with(|said| said.text.clone()))}</span>
                {count}
                {trouble}
            </span>
        </button>
    }
}

/// That the server has another release than this page is of, and the way to it. What is unsent is kept on the way.
pub fn newer(desk: Desk) -> impl IntoView {
    let language = desk.language;
    let outdated = desk.editor.outdated();
    dynamic(move || {
        outdated.get().then(|| {
            view! {
                <button
                    class="sync sync--newer"
                    type="button"
                    data-newer=""
                    aria-label=t!(language, offline.newer)
                    title=t!(language, offline.newer_hint)
                    on:click=move |_| {
                        let _ = window().location().reload();
                    }
                >
                    <span class="sync__said" role="status">
                        <Icon glyph=Glyph::RotateCcw small=true />
                        <span class="sync__more">{t!(language, offline.newer)}</span>
                    </span>
                </button>
            }
        })
    })
}

/// The dialog: everything the chip has no room for, and what can still be saved.
pub fn sync_dialog(desk: Desk) -> impl IntoView {
    let language = desk.language;
    let open = desk.dialogs.sync;
    let discarding = RwSignal::new(false);
    effect(move || {
        // Once nothing can be lost any more, the way is free.
        let saved = desk.editor.sync().get() == SyncState::Saved;
        match desk.editor.bound_for().get() {
            Some(place) if saved && !Editor::at_risk() => go(&place),
            Some(_) => open.set(true),
            None => {}
        }
    });
    effect(move || {
        if !open.get() {
            desk.editor.bound_for().set(None);
            discarding.set(false);
        }
    });
    let inner = dynamic(move || {
        if !open.get() {
            return None;
        }
        let said = said(desk);
        let held = desk.editor.held().get();
        let waits = said.count.is_some() || said.word == "rejected" || !held.is_empty();
        let broken = desk.editor.set_aside().get();
        let leaving = desk.editor.bound_for().get();
        let rejected = match desk.editor.sync().get() {
            SyncState::Rejected { unsent, .. } => Some(discard(desk, unsent, discarding)),
            _ => None,
        };
        let texts = (!held.is_empty()).then(|| {
            view! {
                <p>{t!(language, sync.held_hint)}</p>
                <ul class="held-texts">
                    {held.into_values().map(|held| view! { <li>{held.typed}</li> }).collect_view()}
                </ul>
                {button(label!(language, sync.held_forget), Callback::new(move |()| desk.editor.hold_nothing()))}
            }
        });
        Some(any(view! {
            <div class="form form__hint">
                {leaving.is_some().then(|| view! { <p><b>{t!(language, sync.leave_warning)}</b></p> })}
                <p><b>{said.text}</b></p>
                <p>{said.hint}</p>
                {said.trouble.map(|text| view! { <p class="problem">{text}</p> })}
                {texts}
                {waits
                    .then(|| {
                        view! {
                            <p>{t!(language, sync.download_hint)}</p>
                            {button(label!(language, sync.download), Callback::new(|()| Editor::download()))}
                        }
                    })}
                {desk
                    .editor
                    .only_here()
                    .get()
                    .then(|| {
                        let to = format!("{SIGN_IN}?to={}", View::Map.address(desk.editor.id()));
                        view! { <a class="btn btn--main" href=to>{t!(language, account.sign_in)}</a> }
                    })}
                {rejected}
                {room(desk)}
                {broken
                    .then(|| {
                        view! {
                            {button(label!(language, sync.aside_download), Callback::new(|()| Editor::download_set_aside()))}
                            {button(label!(language, sync.aside_forget), Callback::new(|()| Editor::forget_set_aside()))}
                        }
                    })}
                {leaving
                    .map(|path| {
                        button(label!(language, sync.leave), Callback::new(move |()| {
                            Editor::let_go();
                            go(&path);
                        }))
                    })}
            </div>
        }))
    });
    view! {
        <Dialog open=open title=label!(language, sync.title)>
            {inner}
        </Dialog>
    }
}

/// What this device keeps of all maps, and what of that the server has too.
fn room(desk: Desk) -> AnyView {
    let language = desk.language;
    let freed = RwSignal::new(0_u32);
    let said = dynamic(move || {
        freed.track();
        let Room { all, copies } = Editor::room();
        let mebibytes = |bytes: usize| figure(bytes as f64 / f64::from(1_u32 << 20), language.get());
        let free = (copies > 0).then(|| {
            let deed = Callback::new(move |()| {
                Editor::free_room();
                freed.update(|times| *times += 1);
            });
            view! {
                <p>{t_string!(language, offline.copies, size = mebibytes(copies))}</p>
                {button(label!(language, offline.free), deed)}
            }
        });
        view! {
            <p>{t_string!(language, offline.room, size = mebibytes(all))}</p>
            {free}
        }
    });
    view! { {said} }.into_any()
}

/// The way out of a rejection: everything that only this device has is given up, once it was said what that is.
fn discard(desk: Desk, unsent: u32, discarding: RwSignal<bool>) -> AnyView {
    let language = desk.language;
    let warned = dynamic(move || {
        discarding.get().then(|| {
            view! {
                <p class="problem" role="alert">{t_string!(language, sync.discard_warning, count = unsent)}</p>
                {button(label!(language, sync.discard_confirm), Callback::new(|()| Editor::discard()))}
            }
        })
    });
    let failed = RwSignal::new(false);
    let anew = Callback::new(move |()| match Editor::begin_anew() {
        Some(place) => go(&place),
        None => failed.set(true),
    });
    view! {
        <p>{t!(language, offline.anew_hint)}</p>
        {button(label!(language, offline.anew), anew)}
        {dynamic(move || {
            failed.get().then(|| view! { <p class="problem" role="alert">{t!(language, error.not_kept)}</p> })
        })}
        {button(label!(language, sync.discard), Callback::new(move |()| discarding.set(true)))}
        {warned}
    }
    .into_any()
}

/// Asks before a link leads away from something that would be lost. On the whole page.
pub fn ask_before(desk: Desk, event: &MouseEvent) {
    let link = dom::target(event).and_then(|target| target.closest("a[href]").ok().flatten());
    if let Some(link) = link
        && let Ok(link) = link.dyn_into::<HtmlAnchorElement>()
        && link.hash().is_empty()
        && link.target().is_empty()
        // Without the dialog the browser asks.
        && desk.parts.has_desk()
        && !(event.ctrl_key() || event.meta_key() || event.shift_key())
        && Editor::at_risk()
    {
        event.prevent_default();
        desk.editor.bound_for().set(Some(link.href()));
    }
}

fn go(place: &str) {
    let _ = window().location().set_href(place);
}

fn button(words: Signal<String>, deed: Callback<()>) -> AnyView {
    view! {
        <button class="btn" type="button" on:click=move |_| deed.run(())>
            {move || words.get()}
        </button>
    }
    .into_any()
}
