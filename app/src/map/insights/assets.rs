//! How each brand asset is met at each touchpoint: a grid of marks, pressed or typed, with a score at both edges.

use crate::ui::memo::Memo;
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use leptos::web_sys::Element;
use model::board::{Board, Consistency};
use model::edit::{At, Edit, Entity, TouchpointField};
use model::id::{AssetId, StageId, TouchpointId};
use model::insights::Tally;
use model::layout::Layout;

use crate::language::{Language, label, percent, t, t_string};
use crate::map::desk::{Desk, key_of};
use crate::map::dom::{self, find_all, focus_soon, holder_of};
use crate::map::field::line;
use crate::map::panel::choice::{Choice, choice};
use crate::map::settings::{add_entry, trash_tool};
use crate::map::words;
use crate::ui::dynamic::{any, dynamic, each};
use crate::ui::markup::Markup;

/// From this many touchpoints on the grid shows one stage at a time.
const WHOLE_MAX: usize = 120;

/// The section.
pub fn assets(desk: Desk) -> AnyView {
    let language = desk.language;
    let order = Memo::new(move |_| {
        desk.editor
            .follow_board(|board, _| board.assets().iter().map(|asset| asset.id).collect::<Vec<AssetId>>())
    });
    // The stage that is shown; none shows all.
    let chosen = RwSignal::new(None::<StageId>);
    let is_large = Memo::new(move |_| {
        desk.editor
            .follow_board(|_, layout| layout.in_order().len() > WHOLE_MAX)
    });
    let stage = Memo::new(move |_| {
        let first = || desk.editor.follow_board(|_, layout| layout.all_stages.first().copied());
        chosen.get().or_else(|| is_large.get().then(first).flatten())
    });
    let grid = Memo::new(move |_| {
        let stage = stage.get();
        super::follow_found(desk, |board, layout| grid(language, board, layout, stage))
    });
    let add = move |_| {
        let (id, name) = (AssetId::fresh(), t_string!(language, insights.asset_new).to_owned());
        add_entry(desk, Entity::Asset(id), Edit::AddAsset { id, name, at: At::Last });
    };
    let names = each(
        move || order.get(),
        move |id| {
            let entity = Entity::Asset(id);
            let value = Signal::derive(move || {
                desk.editor
                    .follow_board(|board, _| board.asset(id).map(|asset| asset.name.clone()).unwrap_or_default())
            });
            let keep = Callback::new(move |name| Edit::Rename(entity, name));
            any(view! {
                <li class="asset">
                    {line(desk, key_of(entity), "input", value, label!(language, insights.asset), keep)}
                    {trash_tool(desk, entity)}
                </li>
            })
        },
    );
    let pick = dynamic(move || {
        is_large.get().then(|| {
            let stages = Signal::derive(move || {
                desk.editor.follow_board(|board, layout| {
                    let stages = layout.all_stages.iter().filter_map(|id| board.stages.get(id));
                    stages
                        .map(|stage| Choice::new(stage.id.to_string(), stage.name.clone()))
                        .collect()
                })
            });
            choice(
                label!(language, map.stage),
                stages,
                Signal::derive(move || stage.get().map(|id| id.to_string()).unwrap_or_default()),
                Callback::new(move |id: String| chosen.set(StageId::parse(&id))),
            )
        })
    });
    any(view! {
        <section class="isec isec--wide">
            <h2 class="isec__h">{t!(language, insights.assets)}</h2>
            <p class="isec__p">{t!(language, insights.assets_about)}</p>
            <ul class="assets">
                {names}
                <li>
                    <button class="btn btn--s" type="button" on:click=add>
                        {t!(language, insights.asset_add)}
                    </button>
                </li>
            </ul>
            {pick}
            <div
                class="marks"
                inner_html=move || grid.get()
                on:click=move |event| press(desk, &event)
                on:keydown=move |event| key(desk, &event)
            ></div>
        </section>
    })
}

const fn sign(mark: Option<Consistency>) -> &'static str {
    match mark {
        Some(Consistency::Consistent) => "✓",
        Some(Consistency::Inconsistent) => "≠",
        Some(Consistency::Absent) => "∅",
        Some(Consistency::NotApplicable) => "–",
        None => "",
    }
}

fn score(language: Language, tally: Tally) -> String {
    tally
        .score()
        .map_or_else(|| "·".to_owned(), |share| percent(share, language.get()))
}

fn grid(language: Language, board: &Board, layout: &Layout, stage: Option<StageId>) -> String {
    let mut markup = Markup::default();
    let assets = board.assets();
    if assets.is_empty() {
        return String::new();
    }
    markup.open(
        "table",
        &[("class", "mgrid"), ("aria-label", t_string!(language, insights.assets))],
    );
    markup.open("thead", &[]).open("tr", &[]);
    markup
        .open("th", &[("scope", "col")])
        .text(t_string!(language, trash.kind_touchpoint))
        .close();
    for asset in &assets {
        markup
            .open("th", &[("scope", "col"), ("class", "mgrid__a")])
            .text(&asset.name);
        markup
            .says("b", "mgrid__n", &score(language, board.asset_tally(asset.id, layout)))
            .close();
    }
    markup
        .says("th", "mgrid__s", t_string!(language, insights.score))
        .close()
        .close();
    markup.open("tbody", &[]);
    let mut first = true;
    for id in layout.in_order() {
        let Some(card) = board
            .touchpoints
            .get(&id)
            .filter(|card| stage.is_none_or(|stage| stage == card.stage))
        else {
            continue;
        };
        let (name, id) = (words::or_unnamed(language, &card.name), id.to_string());
        markup.open("tr", &[]).open("th", &[("scope", "row")]);
        markup
            .open(
                "button",
                &[("class", "mgrid__go"), ("type", "button"), ("data-open", &id)],
            )
            .text(&name);
        markup.close().close();
        for asset in &assets {
            let mark = card.assets.get(&asset.id).copied();
            let says = format!("{}, {}: {}", name, asset.name, words::consistency(language, mark));
            let asset = asset.id.to_string();
            let attributes = [
                ("type", "button"),
                ("class", mark.map_or("mark", |mark| class(mark))),
                ("tabindex", if first { "0" } else { "-1" }),
                ("aria-label", says.as_str()),
                ("title", words::consistency(language, mark)),
                ("data-card", &id),
                ("data-asset", &asset),
            ];
            first = false;
            markup
                .open("td", &[])
                .open("button", &attributes)
                .text(sign(mark))
                .close()
                .close();
        }
        let tally = score(language, board.touchpoint_tally(card.id));
        markup.says("td", "mgrid__s", &tally).close();
    }
    markup.finish()
}

const fn class(mark: Consistency) -> &'static str {
    match mark {
        Consistency::Consistent => "mark mark--good",
        Consistency::Inconsistent => "mark mark--bad",
        Consistency::Absent => "mark mark--gone",
        Consistency::NotApplicable => "mark mark--na",
    }
}

fn cell(element: &Element) -> Option<(TouchpointId, AssetId)> {
    let (cell, card) = holder_of(element, "data-card")?;
    Some((
        TouchpointId::parse(&card)?,
        AssetId::parse(&cell.get_attribute("data-asset")?)?,
    ))
}

fn set(desk: Desk, (card, asset): (TouchpointId, AssetId), mark: Option<Consistency>) {
    if desk.apply(Edit::SetTouchpoint(card, TouchpointField::Asset(asset, mark))) {
        let said = untrack(|| words::consistency(desk.language, mark));
        desk.say(said);
        focus_soon(selector(card, asset));
    }
}

fn selector(card: TouchpointId, asset: AssetId) -> String {
    format!("[data-card=\"{card}\"][data-asset=\"{asset}\"]")
}

/// A press goes on to the next mark, and after the last back to none.
fn press(desk: Desk, event: &MouseEvent) {
    let Some(at) = dom::target(event).and_then(|target| cell(&target)) else {
        return;
    };
    let now = desk
        .editor
        .with_board(|board, _| board.touchpoints.get(&at.0)?.assets.get(&at.1).copied());
    let next = match now {
        None => Consistency::ALL.first(),
        Some(mark) => Consistency::ALL.iter().skip_while(|other| **other != mark).nth(1),
    };
    set(desk, at, next.copied());
}

/// Arrow keys walk, 1 to 4 mark, 0 and Delete take the mark back.
fn key(desk: Desk, event: &KeyboardEvent) {
    let Some(target) = dom::target(event) else { return };
    let Some(at) = cell(&target) else { return };
    let all = find_all(".mgrid [data-card]");
    let across = find_all(".mgrid__a").len();
    let here = all.iter().position(|other| other.is_same_node(Some(&target)));
    let (key, goal) = (event.key(), |step: isize| {
        here.and_then(|here| here.checked_add_signed(step))
    });
    let wide = isize::try_from(across).unwrap_or(1);
    let goal = match key.as_str() {
        "ArrowRight" => goal(1),
        "ArrowLeft" => goal(-1),
        "ArrowDown" => goal(wide),
        "ArrowUp" => goal(-wide),
        "0" | "Delete" | "Backspace" => {
            set(desk, at, None);
            None
        }
        "1" | "2" | "3" | "4" => {
            let mark = key.parse::<usize>().ok().and_then(|n| Consistency::ALL.get(n - 1));
            set(desk, at, mark.copied());
            None
        }
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    if let Some(goal) = goal.and_then(|goal| all.get(goal)) {
        let _ = target.set_attribute("tabindex", "-1");
        let _ = goal.set_attribute("tabindex", "0");
        dom::focus(goal);
    }
}
