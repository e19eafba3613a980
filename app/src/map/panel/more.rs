//! What else is known of a touchpoint: who looks after it, whether it is a moment of truth, the four questions of
//! quality, and links.

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::board::{Link, Quality};
use model::edit::{Edit, TouchpointField};
use model::id::{LinkId, TouchpointId};

use super::follow;
use super::frame::adder;
use crate::language::{label, t, t_string};
use crate::map::bar::tool;
use crate::map::desk::Desk;
use crate::map::field::fact;
use crate::map::words;
use crate::ui::dynamic::{any, dynamic, each, text};
use crate::ui::icons::Glyph;

/// Owner, department, moment of truth.
pub fn care(desk: Desk, id: TouchpointId) -> AnyView {
    let language = desk.language;
    let written = move |key: &'static str,
                        label: Signal<String>,
                        read: fn(&model::board::Touchpoint) -> &String,
                        field: fn(String) -> TouchpointField| {
        let value = follow(desk, id, move |card| read(card).clone());
        let keep = Callback::new(move |text| Edit::SetTouchpoint(id, field(text)));
        fact(desk, format!("{key}/{id}"), label, value, keep)
    };
    let moment = follow(desk, id, |card| card.moment_of_truth);
    any(view! {
        <div class="facts">
            {written("owner", label!(language, panel.owner), |card| &card.owner, TouchpointField::Owner)}
            {written("department", label!(language, panel.department), |card| &card.department, TouchpointField::Department)}
            <label class="tick-line" title=t!(language, panel.moment_about)>
                <input
                    type="checkbox"
                    prop:checked=move || moment.get()
                    on:change=move |event| {
                        let is_one = event_target_checked(&event);
                        desk.apply(Edit::SetTouchpoint(id, TouchpointField::MomentOfTruth(is_one)));
                    }
                />
                <span>{t!(language, panel.moment)}</span>
            </label>
        </div>
    })
}

/// The four questions.
pub fn quality(desk: Desk, id: TouchpointId) -> AnyView {
    let language = desk.language;
    let rows = Quality::ALL.iter().enumerate().map(|(at, &quality)| {
        let now = follow(desk, id, move |card| card.quality[at]);
        let answer = move |this: bool| {
            let words = text(move || {
                if this {
                    t_string!(language, panel.yes)
                } else {
                    t_string!(language, panel.no)
                }
            });
            any(view! {
                <button
                    class="answer"
                    type="button"
                    aria-pressed=move || if now.get() == Some(this) { "true" } else { "false" }
                    on:click=move |_| {
                        let next = (now.get_untracked() != Some(this)).then_some(this);
                        desk.apply(Edit::SetTouchpoint(id, TouchpointField::Quality(quality, next)));
                    }
                >
                    {words}
                </button>
            })
        };
        let name = text(move || words::quality(language, quality)[0]);
        let question = text(move || words::quality(language, quality)[1]);
        any(view! {
            <div class="asked" role="group" aria-label=text(move || words::quality(language, quality)[0])>
                <span class="asked__name" title=question>{name}</span>
                {answer(true)}
                {answer(false)}
            </div>
        })
    });
    any(view! {
        <section class="sec">
            <h3 class="sec__h">{t!(language, panel.quality)}</h3>
            {rows.collect::<Vec<_>>()}
        </section>
    })
}

/// Pages and addresses about it.
pub fn links(desk: Desk, id: TouchpointId) -> AnyView {
    let language = desk.language;
    let list = Memo::new({
        let card = desk.editor.touchpoint(id);
        move |_| card.with(|card| card.as_ref().map(|card| card.links.clone()).unwrap_or_default())
    });
    let add = Callback::new(move |typed: String| {
        // The address is the last word, or the only one; what stands before it is the title.
        let (title, url) = typed.rsplit_once(' ').unwrap_or(("", &typed));
        let link = Some((title.to_owned(), url.to_owned()));
        desk.editor
            .edit(Edit::SetTouchpoint(id, TouchpointField::Link(LinkId::fresh(), link)))
    });
    let (words, hint) = (
        label!(language, panel.link_add),
        label!(language, panel.link_placeholder),
    );
    let add = adder(desk, format!("add/link/{id}"), words, hint, add);
    let rows = each(
        move || list.with(|links| links.iter().map(|link| link.id).collect::<Vec<LinkId>>()),
        move |link| {
            let find = move || list.with(|links| links.iter().find(|other| other.id == link).cloned());
            let shown = dynamic(move || {
                find().map(|Link { title, url, .. }| {
                    let words = if title.is_empty() { url.clone() } else { title };
                    any(view! { <a href=url target="_blank" rel="noopener noreferrer nofollow">{words}</a> })
                })
            });
            let away = Callback::new(move |()| {
                desk.apply(Edit::SetTouchpoint(id, TouchpointField::Link(link, None)));
            });
            any(view! {
                <li class="link">
                    {shown}
                    {tool(Glyph::X, "", label!(language, panel.link_remove), Signal::derive(|| false), away)}
                </li>
            })
        },
    );
    any(view! {
        <section class="sec">
            <h3 class="sec__h">{t!(language, panel.links)}</h3>
            <ul class="links">{rows}</ul>
            {add}
        </section>
    })
}
