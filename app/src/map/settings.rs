//! About this map: title, brand, whom it sells to, as it is or to be; its personas and channels.

use leptos::prelude::*;
use leptos::web_sys::HtmlTextAreaElement;
use model::board::{MapState, Market, PERSONA_COLORS};
use model::edit::{At, Edit, Entity, MapField, TextField};
use model::id::{ChannelId, PersonaId};
use model::templates::{StageSet, Template};
use wasm_bindgen::JsCast;

use super::bar::tool;
use super::desk::{Desk, key_of, selector_of};
use super::field::{Ways, line, text_field};
use super::panel::choice::{Choice, choice, pick_under};
use super::portrait::{color_of, portrait};
use super::words;
use super::{dom, outside};
use crate::language::{label, t, t_string};
use crate::ui::dialog::Dialog;
use crate::ui::dynamic::{any, dynamic, each, text};
use crate::ui::icons::Glyph;

/// The dialog.
pub fn settings(desk: Desk) -> impl IntoView {
    let language = desk.language;
    let open = desk.dialogs.settings;
    let form = dynamic(move || open.get().then(|| form(desk).into_any()));
    view! {
        <Dialog open=open title=label!(language, map.settings)>
            {form}
        </Dialog>
    }
}

fn form(desk: Desk) -> impl IntoView {
    let language = desk.language;
    let map = desk.editor.map();
    let (title, brand, market, state) = (map.clone(), map.clone(), map.clone(), map);
    let own = |text: String| (!text.is_empty()).then_some(text);
    let market = choice(
        label!(language, map.market),
        Signal::derive(move || {
            vec![
                Choice::new("", t_string!(language, panel.unset)),
                Choice::new(Market::B2b.word(), t_string!(language, map.market_b2b)),
                Choice::new(Market::B2c.word(), t_string!(language, map.market_b2c)),
            ]
        }),
        Signal::derive(move || market.with(|map| map.market.map_or("", Market::word).to_owned())),
        Callback::new(move |word: String| {
            desk.apply(Edit::SetMap(MapField::Market(
                own(word).and_then(|word| Market::from_word(&word)),
            )));
        }),
    );
    let state = choice(
        label!(language, map.state),
        Signal::derive(move || {
            vec![
                Choice::new("", t_string!(language, panel.unset)),
                Choice::new(MapState::AsIs.word(), t_string!(language, map.state_as_is)),
                Choice::new(MapState::ToBe.word(), t_string!(language, map.state_to_be)),
            ]
        }),
        Signal::derive(move || state.with(|map| map.state.map_or("", MapState::word).to_owned())),
        Callback::new(move |word: String| {
            desk.apply(Edit::SetMap(MapField::State(
                own(word).and_then(|word| MapState::from_word(&word)),
            )));
        }),
    );
    let print = move |_| {
        desk.dialogs.settings.set(false);
        outside::print(desk);
    };
    view! {
        <div class="form">
            <div class="form__field">
                {line_field(
                    desk,
                    "title".to_owned(),
                    Signal::derive(move || title.with(|map| map.title.clone())),
                    label!(language, map.title_label),
                    Callback::new(|text| Edit::SetMap(MapField::Title(text))),
                )}
            </div>
            <div class="form__field">
                {line_field(
                    desk,
                    "brand".to_owned(),
                    Signal::derive(move || brand.with(|map| map.brand.clone())),
                    label!(language, map.brand),
                    Callback::new(|text| Edit::SetMap(MapField::Brand(text))),
                )}
            </div>
            <div class="form__pair">{market} {state}</div>
            {stage_set(desk)}
            {personas(desk).into_any()}
            {channels(desk).into_any()}
            <div class="form__act">
                <button class="btn btn--s" type="button" on:click=move |_| outside::copy_address(desk)>
                    {t!(language, map.copy_address)}
                </button>
                <button class="btn btn--s" type="button" on:click=print>
                    {t!(language, map.print)}
                </button>
            </div>
        </div>
    }
}

/// A stage set for a map that has stages already: those of the same name keep their cards.
fn stage_set(desk: Desk) -> AnyView {
    let language = desk.language;
    let sets = Signal::derive(move || {
        let sets = StageSet::ALL.iter().filter(|set| **set != StageSet::Blank);
        sets.map(|set| Choice::new(Template::StageSet(*set).word(), words::stage_set(language, *set)))
            .collect()
    });
    let apply = Callback::new(move |word: String| {
        let Some(Template::StageSet(set)) = Template::from_word(&word) else {
            return;
        };
        let edit = desk
            .editor
            .with_board(|board, layout| set.apply(language.peek().into(), board, layout));
        if desk.apply(edit) {
            let text = untrack(|| t_string!(language, map.set_applied, name = words::stage_set(language, set)));
            desk.say(text.clone());
            desk.notify_with_undo(text);
        }
    });
    pick_under(
        label!(language, map.set_apply),
        label!(language, app.choose),
        sets,
        apply,
    )
}

/// A line with its label.
fn line_field(
    desk: Desk,
    key: String,
    value: Signal<String>,
    label: Signal<String>,
    keep: Callback<String, Edit>,
) -> AnyView {
    view! {
        <label class="line">
            <span>{move || label.get()}</span>
            {line(desk, key, "input", value, label, keep)}
        </label>
    }
    .into_any()
}

/// Adds an entry and asks for its name.
pub fn add_entry(desk: Desk, entity: Entity, add: Edit) {
    if desk.apply(add) {
        dom::after_paint(move || {
            if let Some(name) = dom::find(&selector_of(entity)) {
                dom::focus(&name);
                name.unchecked_into::<HtmlTextAreaElement>().select();
            }
        });
    }
}

/// A button that puts an entry into the trash.
pub fn trash_tool(desk: Desk, entity: Entity) -> impl IntoView {
    let label = label!(desk.language, map.to_trash);
    tool(
        Glyph::Trash2,
        "",
        label,
        Signal::derive(|| false),
        Callback::new(move |()| desk.trash(entity)),
    )
}

fn personas(desk: Desk) -> impl IntoView {
    let language = desk.language;
    let order = desk.editor.persona_order();
    let add = move |_| {
        let name = t_string!(language, map.persona_new).to_owned();
        let id = PersonaId::fresh();
        add_entry(desk, Entity::Persona(id), Edit::AddPersona { id, name, at: At::Last });
    };
    view! {
        <section class="sec">
            <h3 class="sec__h">{t!(language, map.personas)}</h3>
            {each(move || order.get(), move |id| {
                    let persona = desk.editor.persona(id);
                    let say = move |read: fn(&model::board::Persona) -> &String| {
                        let persona = persona.clone();
                        Signal::derive(move || persona.with(|p| p.as_ref().map(|p| read(p).clone()).unwrap_or_default()))
                    };
                    let who = label!(desk.language, map.persona_demographics);
                    let needs = label!(desk.language, map.persona_needs);
                    let hard = label!(desk.language, map.persona_difficulties);
                    view! {
                        <div class="entry">
                            {portrait(desk, id)}
                            {line_field(
                                desk,
                                key_of(Entity::Persona(id)),
                                say(|p| &p.name),
                                label!(desk.language, map.persona_placeholder),
                                Callback::new(move |name| Edit::RenamePersona(id, name)),
                            )}
                            {trash_tool(desk, Entity::Persona(id))}
                            <div class="entry__more">
                                {colors(desk, id)}
                                <span class="fact__label">{who}</span>
                                {text_field(desk, "input area", TextField::PersonaDemographics(id), say(|p| &p.demographics), who, who, Ways::PLAIN)}
                                <span class="fact__label">{needs}</span>
                                {text_field(desk, "input area", TextField::PersonaNeeds(id), say(|p| &p.needs), needs, needs, Ways::PLAIN)}
                                <span class="fact__label">{hard}</span>
                                {text_field(desk, "input area", TextField::PersonaDifficulties(id), say(|p| &p.difficulties), hard, hard, Ways::PLAIN)}
                            </div>
                        </div>
                    }
                })}
            <button class="btn btn--s" type="button" on:click=add>
                {t!(language, map.persona_add)}
            </button>
        </section>
    }
}

/// The colours to choose from.
fn colors(desk: Desk, id: PersonaId) -> AnyView {
    let language = desk.language;
    let swatches = (1..=PERSONA_COLORS).map(|color| {
        let label = text(move || t_string!(language, map.persona_color, number = color));
        any(view! {
            <button
                class=format!("who who--{color} who--pick")
                type="button"
                aria-label=label
                aria-pressed=move || if color_of(desk, id) == color { "true" } else { "false" }
                on:click=move |_| _ = desk.apply(Edit::SetColor(id, Some(color)))
            ></button>
        })
    });
    any(view! { <div class="whos">{swatches.collect::<Vec<_>>()}</div> })
}

fn channels(desk: Desk) -> impl IntoView {
    let language = desk.language;
    let order = desk.editor.channel_order();
    let add = move |_| {
        let name = t_string!(language, map.channel_new).to_owned();
        let id = ChannelId::fresh();
        add_entry(desk, Entity::Channel(id), Edit::AddChannel { id, name, at: At::Last });
    };
    view! {
        <section class="sec">
            <h3 class="sec__h">{t!(language, map.channels)}</h3>
            {each(move || order.get(), move |id| {
                    let channel = desk.editor.channel(id);
                    view! {
                        <div class="entry">
                            {line_field(
                                desk,
                                key_of(Entity::Channel(id)),
                                Signal::derive(move || channel.with(|c| c.as_ref().map(|c| c.name.clone()).unwrap_or_default())),
                                label!(language, map.channel_placeholder),
                                Callback::new(move |name| Edit::RenameChannel(id, name)),
                            )}
                            {trash_tool(desk, Entity::Channel(id))}
                        </div>
                    }
                })}
            <button class="btn btn--s" type="button" on:click=add>
                {t!(language, map.channel_add)}
            </button>
        </section>
    }
}
