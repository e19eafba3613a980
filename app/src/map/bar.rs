//! The bar over the map: what it is called, whether it is stored, who is here, undo, trash, language.

use leptos::prelude::*;
use model::wire::RefusalCode;

use super::desk::Desk;
use super::person::faces;
use super::words;
use crate::editor::DraftState;
use crate::editor::sync::SyncState;
use crate::language::{label, t, t_string};
use crate::ui::bar::LanguageSwitch;
use crate::ui::dynamic::{dynamic, text};
use crate::ui::icons::{Glyph, Icon};

/// The bar.
pub fn bar(desk: Desk) -> impl IntoView {
    let language = desk.language;
    let (map, undoable) = (desk.editor.map(), desk.editor.undoable());
    let brand = {
        let map = map.clone();
        dynamic(move || {
            let brand = map.with(|map| map.brand.clone());
            (!brand.is_empty()).then(|| view! { <p class="bar__crumb"><a href="/">{brand}</a></p> })
        })
    };
    let title = text(move || {
        let title = map.with(|map| map.title.clone());
        if title.is_empty() {
            t_string!(language, map.untitled).to_owned()
        } else {
            title
        }
    });
    let can_redo = undoable.clone();
    view! {
        <header class="bar bar--map">
            <a class="bar__mark" href="/" aria-label=t!(language, app.to_home)>
                <svg class="mark" aria-hidden="true">
                    <use href="#mark"></use>
                </svg>
            </a>
            {brand}
            <h1 class="bar__title">
                <button
                    class="bar__name"
                    type="button"
                    title=t!(language, map.settings)
                    on:click=move |_| desk.dialogs.settings.set(true)
                >
                    {title}
                </button>
            </h1>
            {sync_chip(desk).into_any()}
            <div class="bar__end">
                {faces(desk).into_any()}
                {tool(Glyph::Undo2, "Ctrl+Z", label!(language, map.undo), Signal::derive(move || !undoable.get().0), Callback::new(move |()| desk.undo()))}
                {tool(Glyph::Redo2, "Ctrl+Shift+Z", label!(language, map.redo), Signal::derive(move || !can_redo.get().1), Callback::new(move |()| desk.redo()))}
                {tool(Glyph::Trash2, "", label!(language, trash.open), Signal::derive(|| false), Callback::new(move |()| desk.dialogs.trash.set(true)))}
                {tool(Glyph::Keyboard, "?", label!(language, keys.open), Signal::derive(|| false), Callback::new(move |()| desk.dialogs.keys.set(true)))}
                <LanguageSwitch />
            </div>
        </header>
    }
}

/// A button with an icon alone.
pub fn tool(
    glyph: Glyph,
    keys: &'static str,
    label: Signal<String>,
    disabled: Signal<bool>,
    deed: Callback<()>,
) -> AnyView {
    let title = text(move || {
        if keys.is_empty() {
            label.get()
        } else {
            format!("{} ({keys})", label.get())
        }
    });
    view! {
        <button
            class="btn btn--bare btn--icon"
            type="button"
            aria-label=move || label.get()
            title=title
            disabled=move || disabled.get()
            on:click=move |_| deed.run(())
        >
            <Icon glyph=glyph />
        </button>
    }
    .into_any()
}

/// The words of the chip.
#[derive(Clone, PartialEq)]
struct Said {
    word: &'static str,
    glyph: Glyph,
    text: String,
    hint: String,
    count: Option<u32>,
}

/// What may be said about the server having everything: a word for machines, an icon, words, and the whole truth
/// in the title. It changes twice with every letter, so each part changes alone and what stays is left in peace.
fn sync_chip(desk: Desk) -> impl IntoView {
    let language = desk.language;
    let (sync, draft) = (desk.editor.sync(), desk.editor.draft());
    let kept_as = draft.clone();
    let said = Memo::new(move |_| {
        let draft = kept_as.get();
        let state = sync.get();
        // What is left of the words where the bar is narrow.
        let count = match state {
            SyncState::Unsent(count) | SyncState::Offline { unsent: count } if count > 0 => Some(count),
            _ => None,
        };
        let (word, glyph, text, hint) = match state {
            SyncState::Connecting => (
                "connecting",
                Glyph::CloudUpload,
                t_string!(language, sync.connecting).to_owned(),
                String::new(),
            ),
            SyncState::Saved => (
                "saved",
                Glyph::CloudCheck,
                t_string!(language, sync.saved).to_owned(),
                t_string!(language, sync.saved_hint).to_owned(),
            ),
            SyncState::Unsent(count) => (
                "unsent",
                Glyph::CloudUpload,
                t_string!(language, sync.unsent, count = count),
                kept(desk, draft),
            ),
            SyncState::Offline { unsent: 0 } => (
                "offline",
                Glyph::CloudOff,
                t_string!(language, sync.offline).to_owned(),
                t_string!(language, sync.offline_hint).to_owned(),
            ),
            SyncState::Offline { unsent } => (
                "offline",
                Glyph::CloudOff,
                t_string!(language, sync.offline_unsent, count = unsent),
                kept(desk, draft),
            ),
            SyncState::Rejected(code) => {
                let reason = match code {
                    RefusalCode::Malformed => t_string!(language, sync.reason_malformed),
                    RefusalCode::Incomplete => t_string!(language, sync.reason_incomplete),
                    RefusalCode::TooLarge => t_string!(language, sync.reason_too_large),
                    RefusalCode::NotStored => t_string!(language, sync.reason_not_stored),
                    RefusalCode::RateLimited => t_string!(language, sync.reason_rate_limited),
                    RefusalCode::NotAllowed => t_string!(language, sync.reason_not_allowed),
                };
                let text = t_string!(language, sync.rejected, reason = reason);
                (
                    "rejected",
                    Glyph::CloudAlert,
                    text,
                    t_string!(language, sync.kept).to_owned(),
                )
            }
        };
        Said {
            word,
            glyph,
            text,
            hint,
            count,
        }
    });
    let count = Memo::new(move |_| said.with(|said| said.count));
    let trouble = dynamic(move || {
        let text = match draft.get() {
            DraftState::Empty | DraftState::Kept => return None,
            DraftState::Refused => t_string!(language, sync.draft_refused),
            DraftState::Full => t_string!(language, sync.draft_full),
            DraftState::Broken => t_string!(language, sync.draft_broken),
        };
        Some(view! {
            <span class="sync sync--unsent" role="alert" title=text>
                <Icon glyph=Glyph::HardDrive small=true />
                <span class="sync__more">{text}</span>
            </span>
        })
    });
    view! {
        <span
            class=move || said.with(|said| format!("sync sync--{}", said.word))
            role="status"
            data-sync=move || said.with(|said| said.word)
            title=move || said.with(|said| said.hint.clone())
        >
            <svg class="icon icon--s" aria-hidden="true">
                <use href=move || said.with(|said| said.glyph.href())></use>
            </svg>
            <span class="sync__more">{move || said.with(|said| said.text.clone())}</span>
            {move || count.get().map(|count| view! { <span class="sync__n" aria-hidden="true">{count}</span> })}
        </span>
        {trouble}
    }
}

fn kept(desk: Desk, draft: DraftState) -> String {
    let language = desk.language;
    match draft {
        DraftState::Kept => t_string!(language, sync.saved_here_hint),
        _ => t_string!(language, sync.kept),
    }
    .to_owned()
}

/// The title of the tab.
pub fn tab_title(desk: Desk) -> impl Fn() -> String + Clone + Send + Sync + 'static {
    let map = desk.editor.map();
    move || {
        let title = map.with(|map| words::or_unnamed(desk.language, &map.title));
        t_string!(desk.language, app.page_title, title = title)
    }
}
