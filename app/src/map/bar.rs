//! The bar over the map: what it is called, whether it is stored, who is here, undo, trash, language. On a phone most
//! of that stands in a menu, and the name has the room.

use leptos::prelude::*;

use super::desk::Desk;
use super::menu::Menu;
use super::person::faces;
use super::sync::{newer, sync_chip};
use super::views::tabs;
use super::words;
use crate::api::role;
use crate::language::{label, t, t_string};
use crate::ui::bar::{LanguageSwitch, open_tag, role_tag};
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
            {tabs(desk)}
            <div class="bar__end">
                {newer(desk).into_any()}
                {open_tag()}
                {role_tag()}
                {faces(desk).into_any()}
                {tool(Glyph::Search, "Ctrl+K", label!(language, find.palette), Signal::derive(|| false), Callback::new(move |()| desk.dialogs.palette.set(true)))}
                {talk(desk)}
                {role()
                    .may_manage()
                    .then(|| tool(Glyph::Share2, "", label!(language, share.title), Signal::derive(|| false), Callback::new(move |()| desk.dialogs.share.set(true))))}
                {tool(Glyph::Undo2, "Ctrl+Z", label!(language, map.undo), Signal::derive(move || !undoable.get().0), Callback::new(move |()| desk.undo()))}
                {tool(Glyph::Redo2, "Ctrl+Shift+Z", label!(language, map.redo), Signal::derive(move || !can_redo.get().1), Callback::new(move |()| desk.redo()))}
                {tool(Glyph::Trash2, "", label!(language, trash.open), Signal::derive(|| false), Callback::new(move |()| desk.dialogs.trash.set(true)))}
                {tool(Glyph::Keyboard, "?", label!(language, keys.open), Signal::derive(|| false), Callback::new(move |()| desk.dialogs.keys.set(true)))}
                <LanguageSwitch />
                <button
                    class="btn btn--bare btn--icon bar__more"
                    type="button"
                    aria-haspopup="menu"
                    aria-label=t!(language, app.more)
                    on:click=move |event| desk.menu.set(Menu::of_page(&event))
                >
                    <Icon glyph=Glyph::Ellipsis />
                </button>
            </div>
        </header>
    }
}

/// The button of the comments, with how many are new.
fn talk(desk: Desk) -> AnyView {
    let language = desk.language;
    let unread = desk.unread;
    let label = Signal::derive(move || match unread.get() {
        0 => t_string!(language, comment.title).to_owned(),
        count => t_string!(language, comment.unread, count = count),
    });
    let badge = dynamic(move || {
        let count = unread.get();
        (count > 0).then(|| view! { <span class="badge" aria-hidden="true">{count}</span> })
    });
    let open = Callback::new(move |()| {
        desk.comment_on.set(None);
        desk.dialogs.comments.set(true);
    });
    view! { <span class="talk">{tool(Glyph::MessageSquare, "", label, Signal::derive(|| false), open)} {badge}</span> }
        .into_any()
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

/// The title of the tab.
pub fn tab_title(desk: Desk) -> impl Fn() -> String + Clone + Send + Sync + 'static {
    let map = desk.editor.map();
    move || {
        let title = map.with(|map| words::or_unnamed(desk.language, &map.title));
        t_string!(desk.language, app.page_title, title = title)
    }
}
