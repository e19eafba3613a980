//! Who is here: faces in the bar, and the dialog where a person picks a name and a colour once.

use crate::ui::memo::Memo;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use model::limits::PERSON_NAME_MAX;
use model::presence::COLORS;

use super::desk::Desk;
use crate::api::{is_guest, signed_in};
use crate::editor::presence::{Holder, initials};
use crate::language::{Language, label, t, t_string};
use crate::place::ACCOUNT;
use crate::ui::dialog::Dialog;
use crate::ui::dynamic::{DynamicView, any, dynamic, effect, text};
use crate::ui::icons::{Glyph, Icon};

/// A name, or the word for a guest.
#[must_use]
pub fn name_or_guest(language: Language, name: &str) -> String {
    if name.is_empty() {
        t_string!(language, presence.guest).to_owned()
    } else {
        name.to_owned()
    }
}

/// What a card's class says of who else is on it.
#[must_use]
pub fn held_class(holder: &ArcRwSignal<Option<Holder>>) -> String {
    let color = holder.with(|holder| holder.as_ref().map(|holder| holder.color));
    color.map(|color| format!(" is-held held--{color}")).unwrap_or_default()
}

/// The name of who else is on a card.
pub fn held_name(desk: Desk, holder: ArcRwSignal<Option<Holder>>) -> DynamicView {
    dynamic(move || {
        holder.get().map(|holder| {
            view! { <span class="held__name">{name_or_guest(desk.language, &holder.name)}</span> }
        })
    })
}

/// Most faces that are drawn; the rest is a number.
const FACES: usize = 5;

/// The faces of the others, then one's own, which opens the dialog. Who has no name yet is offered to pick one as
/// soon as somebody can see them; nothing waits for it.
pub fn faces(desk: Desk) -> impl IntoView {
    let language = desk.language;
    let (peers, me, undoable) = (desk.editor.peers(), desk.editor.person(), desk.editor.undoable());
    let others = {
        let peers = peers.clone();
        dynamic(move || {
            let peers = peers.get();
            let more = peers.len().saturating_sub(FACES);
            let faces = peers
                .into_iter()
                .take(FACES)
                .map(|peer| {
                    let name = name_or_guest(language, &peer.name);
                    view! {
                        <li class=format!("face face--{}", peer.color) title=name.clone()>
                            <span aria-hidden="true">{initials(&name)}</span>
                            <span class="visually-hidden">{name.clone()}</span>
                        </li>
                    }
                })
                .map(any)
                .collect::<Vec<_>>();
            view! {
                {faces}
                {(more > 0)
                    .then(|| {
                        view! {
                            <li class="face face--more" title=t_string!(language, presence.more, count = more)>
                                {format!("+{more}")}
                            </li>
                        }
                    })}
            }
        })
    };
    let nameless = {
        let me = me.clone();
        Memo::new(move |_| {
            let nobody = me.with(|me| me.as_ref().is_some_and(|me| me.name.is_empty()));
            nobody && (peers.with(|peers| !peers.is_empty()) || undoable.get().0)
        })
    };
    let own = dynamic(move || {
        me.get().map(|me| {
            let name = name_or_guest(language, &me.name);
            let label = t_string!(language, presence.you_named, name = name.clone());
            // Whoever came by a link is called what they said there.
            if is_guest() {
                return any(view! {
                    <span class=format!("face face--me face--{}", me.color) role="img" title=label.clone() aria-label=label>
                        {initials(&name)}
                    </span>
                });
            }
            any(view! {
                <button
                    class=format!("face face--me face--{}", me.color)
                    type="button"
                    title=t_string!(language, presence.change)
                    aria-label=label
                    on:click=move |_| {
                        // Whoever has an account is called the same everywhere.
                        if signed_in().is_none() {
                            desk.dialogs.person.set(true);
                        } else {
                            let _ = window().location().set_href(ACCOUNT);
                        }
                    }
                >
                    {initials(&name)}
                </button>
            })
        })
    });
    view! {
        <ul class="people" aria-label=move || t_string!(language, presence.here)>
            {others}
        </ul>
        {move || {
            nameless
                .get()
                .then(|| {
                    view! {
                        <button
                            class="btn btn--bare btn--s hello"
                            type="button"
                            on:click=move |_| desk.dialogs.person.set(true)
                        >
                            {t!(language, presence.name)}
                        </button>
                    }
                })
        }}
        {own}
    }
}

/// The dialog for name and colour.
pub fn person_dialog(desk: Desk) -> impl IntoView {
    let language = desk.language;
    let open = desk.dialogs.person;
    let me = desk.editor.person();
    let color = RwSignal::new(1_u8);
    let name = NodeRef::<html::Input>::new();
    {
        let me = me.clone();
        effect(move || {
            if let (true, Some(me), Some(name)) = (open.get(), me.get_untracked(), name.get()) {
                color.set(me.color);
                name.set_value(&me.name);
            }
        });
    }
    let confirm = move |event: SubmitEvent| {
        event.prevent_default();
        if let (Some(mut person), Some(name)) = (me.get_untracked(), name.get_untracked()) {
            let text = name.value();
            person.name = text.trim().chars().take(PERSON_NAME_MAX).collect();
            person.color = color.get_untracked();
            desk.editor.introduce(person);
        }
        open.set(false);
    };
    let colors = (1..=COLORS)
        .map(|n| {
            let label = text(move || match n {
                1 => t_string!(language, presence.color_1),
                2 => t_string!(language, presence.color_2),
                3 => t_string!(language, presence.color_3),
                _ => t_string!(language, presence.color_4),
            });
            view! {
                <label class=format!("swatch held--{n}") title=label>
                    <input
                        type="radio"
                        name="color"
                        prop:checked=move || color.get() == n
                        on:change=move |_| color.set(n)
                    />
                    <span class="visually-hidden">{label.clone()}</span>
                    <Icon glyph=Glyph::Check small=true />
                </label>
            }
        })
        .map(any)
        .collect::<Vec<_>>();
    view! {
        <Dialog open=open title=label!(language, presence.dialog_title)>
            <form class="form" on:submit=confirm>
                <p class="form__hint">{t!(language, presence.dialog_hint)}</p>
                <label class="form__field">
                    <span>{t!(language, presence.name)}</span>
                    <input
                        class="input"
                        type="text"
                        maxlength=PERSON_NAME_MAX.to_string()
                        autocomplete="nickname"
                        autofocus=true
                        node_ref=name
                        placeholder=t!(language, presence.name_placeholder)
                    />
                </label>
                <fieldset class="form__field">
                    <legend>{t!(language, presence.color)}</legend>
                    <div class="swatches">{colors}</div>
                </fieldset>
                <div class="form__act">
                    <button class="btn btn--main" type="submit">
                        {t!(language, presence.confirm)}
                    </button>
                </div>
            </form>
        </Dialog>
    }
}
