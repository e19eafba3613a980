//! What the details of a card have around them, whatever card it is.

use leptos::prelude::*;
use model::edit::{EditError, Entity};

use crate::language::t;
use crate::map::desk::Desk;
use crate::map::dom;
use crate::map::field::{After, Leave, name_field};
use crate::map::menu::Menu;
use crate::ui::dynamic::{DynamicView, any, dynamic, text};
use crate::ui::icons::{Glyph, Icon};

/// On a phone the details lie low and show this row; a press draws them up.
pub fn peek(desk: Desk, row: DynamicView) -> AnyView {
    any(view! {
        <button
            class="peek"
            type="button"
            aria-expanded=move || if desk.sheet.get() { "true" } else { "false" }
            on:click=move |_| desk.sheet.update(|up| *up = !*up)
        >
            <span class="peek__grip"></span>
            {row}
            <Icon glyph=Glyph::ChevronUp />
        </button>
    })
}

/// Where the card is, its menu, and the way out.
pub fn head(desk: Desk, entity: Entity, place: DynamicView, close: Callback<()>) -> AnyView {
    let language = desk.language;
    any(view! {
        <div class="panel__head">
            <p class="panel__where">{place}</p>
            <button
                class="btn btn--bare btn--icon btn--s"
                type="button"
                aria-haspopup="menu"
                aria-label=t!(language, app.more)
                on:click=move |event| {
                    if let Some(button) = dom::target(&event) {
                        desk.menu.set(Some(Menu::under(entity, &button)));
                    }
                }
            >
                <Icon glyph=Glyph::Ellipsis />
            </button>
            <button
                class="btn btn--bare btn--icon btn--s"
                type="button"
                aria-label=t!(language, app.close)
                on:click=move |_| close.run(())
            >
                <Icon glyph=Glyph::X />
            </button>
        </div>
    })
}

/// That somebody has put the card, or what it stands in, into the trash, and the way back.
pub fn gone(desk: Desk, culprit: Entity) -> AnyView {
    let language = desk.language;
    any(view! {
        <div class="gone" role="alert">
            <p>{text(move || desk.deleted_words(culprit))}</p>
            <button class="btn btn--s" type="button" on:click=move |_| desk.restore(culprit)>
                <Icon glyph=Glyph::RotateCcw small=true />
                {t!(language, trash.restore)}
            </button>
        </div>
    })
}

/// The button that adds a line to a list: a field takes its place, where Enter adds one and stays for the next.
pub fn adder(
    desk: Desk,
    key: String,
    label: Signal<String>,
    hint: Signal<String>,
    add: Callback<String, Result<(), EditError>>,
) -> DynamicView {
    let adding = RwSignal::new(false);
    let left = Callback::new(move |(typed, how): (String, Leave)| {
        if how != Leave::Escape && !typed.is_empty() {
            if let Err(error) = add.run(typed) {
                return After::Stay(error);
            }
            if how == Leave::Enter {
                return After::Next;
            }
        }
        adding.set(false);
        After::Close
    });
    dynamic(move || {
        if adding.get() {
            name_field(desk, key.clone(), "inline input", String::new(), label, hint, left)
        } else {
            any(view! {
                <button class="goal-add goal-add--stay" type="button" on:click=move |_| adding.set(true)>
                    <Icon glyph=Glyph::Plus small=true />
                    <span>{move || label.get()}</span>
                </button>
            })
        }
    })
}
