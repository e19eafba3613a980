//! Insights: when the map was reviewed and what changed since, what it covers, the rule of 7, the consistency of brand
//! assets, and what is not rated yet.

mod assets;
mod review;

use std::collections::BTreeSet;

use crate::ui::memo::Memo;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use model::board::{Board, Control, Directness, Nature, Persona, Phase};
use model::find::{Facet, Group, Query};
use model::id::TouchpointId;
use model::insights::RULE_OF_SEVEN;
use model::layout::Layout;

use super::desk::Desk;
use super::dom::{self, holder_of};
use super::views::nothing;
use super::words;
use crate::language::{Language, t, t_string};
use crate::ui::dynamic::{DynamicView, any, dynamic};
use crate::ui::markup::Markup;

/// The view.
pub fn insights(desk: Desk) -> AnyView {
    let language = desk.language;
    let look = move |draw: fn(Language, &Board, &Layout) -> String| {
        Memo::new(move |_| follow_found(desk, |board, layout| draw(language, board, layout)))
    };
    let coverage = look(coverage);
    let seven = Memo::new(move |_| {
        let wanted = desk.query.get();
        follow_found(desk, |board, layout| rule_of_seven(language, board, layout, &wanted))
    });
    let unrated = Memo::new(move |_| {
        let ratings = desk.ratings.get();
        follow_found(desk, |board, layout| {
            let cards = board.priorities(ratings, layout).unrated;
            links(language, board, &cards, t_string!(language, matrix.all_rated))
        })
    });
    let is_empty = Memo::new(move |_| follow_found(desk, |_, layout| layout.in_order().is_empty()));
    let to_rate = dynamic(move || {
        if is_empty.get() {
            let none_yet: fn(Language) -> &'static str = |language| t_string!(language, insights.empty);
            any(nothing(desk, "isec__p", none_yet))
        } else {
            any(view! { <div inner_html=move || unrated.get()></div> })
        }
    });
    let has_personas = Memo::new(move |_| {
        let personas = desk.editor.persona_order();
        personas.with(|personas| !personas.is_empty())
    });
    let sevens = dynamic(move || {
        if has_personas.get() {
            any(view! { <div inner_html=move || seven.get()></div> })
        } else {
            no_personas(desk)
        }
    });
    any(view! {
        <main class="insights" id="main" tabindex="-1" on:click=move |event| open(desk, &event)>
            {part_only(desk)}
            {review::review(desk)}
            <section class="isec">
                <h2 class="isec__h">{t!(language, insights.coverage)}</h2>
                <p class="isec__p">{t!(language, insights.coverage_about)}</p>
                <div class="covers" inner_html=move || coverage.get()></div>
            </section>
            <section class="isec">
                <h2 class="isec__h">{t!(language, insights.seven)}</h2>
                <p class="isec__p">{t!(language, insights.seven_about)}</p>
                {sevens}
            </section>
            {assets::assets(desk)}
            <section class="isec">
                <h2 class="isec__h">{t!(language, insights.unrated)}</h2>
                {to_rate}
            </section>
        </main>
    })
}

/// Says that there is nobody to count for, and opens where personas are added.
fn no_personas(desk: Desk) -> AnyView {
    let language = desk.language;
    any(view! {
        <p class="isec__p">{t!(language, insights.no_personas)}</p>
        <button class="btn" type="button" on:click=move |_| desk.dialogs.settings.set(true)>
            {t!(language, map.settings)}
        </button>
    })
}

/// Looks at what is found of the board, and follows it; at all of it while nothing is looked for.
fn follow_found<T>(desk: Desk, look: impl FnOnce(&Board, &Layout) -> T) -> T {
    let found = desk.found.get();
    desk.editor.follow_board(|board, layout| match &found {
        Some(found) => look(board, &layout.with_only(found)),
        None => look(board, layout),
    })
}

/// Says that the figures are about a part of the map, while they are.
fn part_only(desk: Desk) -> DynamicView {
    let language = desk.language;
    let counts = Memo::new(move |_| {
        let found = desk.found.with(|found| found.as_ref().map(BTreeSet::len))?;
        let all = desk.editor.follow_board(|_, layout| layout.in_order().len());
        Some((found, all))
    });
    dynamic(move || {
        let (count, all) = counts.get()?;
        Some(any(view! {
            <div class="ipart" role="status">
                <p>{t_string!(language, insights.part, count = count, all = all)}</p>
                <button class="btn btn--s" type="button" on:click=move |_| see_all(desk)>
                    {t!(language, insights.whole)}
                </button>
            </div>
        }))
    })
}

/// Looks at the whole map again.
fn see_all(desk: Desk) {
    desk.query.set(Query::default());
    desk.finding.set(false);
    desk.say(untrack(|| t_string!(desk.language, insights.whole_again)));
    // The button is gone with what it said.
    dom::focus_soon("#main".to_owned());
}

/// A press on a touchpoint's name opens it.
fn open(desk: Desk, event: &MouseEvent) {
    let id = dom::target(event)
        .and_then(|target| holder_of(&target, "data-open"))
        .and_then(|(_, id)| TouchpointId::parse(&id));
    if let Some(id) = id {
        desk.select(Some(id));
        desk.panel.set(true);
    }
}

/// Touchpoints as a list of buttons, or why there are none.
fn links(language: Language, board: &Board, cards: &[TouchpointId], none: &str) -> String {
    let mut markup = Markup::default();
    if cards.is_empty() {
        markup.says("p", "isec__p", none);
        return markup.finish();
    }
    markup.open("ul", &[("class", "chips")]);
    for id in cards {
        let name = board.touchpoints.get(id).map_or("", |card| card.name.as_str());
        markup.open("li", &[]);
        let id = id.to_string();
        markup.open(
            "button",
            &[("class", "tag tag--go"), ("type", "button"), ("data-open", &id)],
        );
        markup.text(&words::or_unnamed(language, name)).close().close();
    }
    markup.finish()
}

/// How a value of a facet is called.
#[must_use]
pub fn value_name(language: Language, facet: Facet, value: &str) -> String {
    let known = match facet {
        Facet::Phase => Phase::from_word(value).map(|it| words::phase(language, it)),
        Facet::Nature => Nature::from_word(value).map(|it| words::nature(language, it)),
        Facet::Directness => Directness::from_word(value).map(|it| words::directness(language, it)),
        Facet::Control => Control::from_word(value).map(|it| words::control(language, it)),
        _ => None,
    };
    known.unwrap_or_else(|| t_string!(language, panel.unset)).to_owned()
}

fn facet_name(language: Language, facet: Facet) -> &'static str {
    match facet {
        Facet::Nature => t_string!(language, panel.nature),
        Facet::Directness => t_string!(language, panel.directness),
        Facet::Control => t_string!(language, panel.control),
        _ => t_string!(language, phase.label),
    }
}

/// A share of a bar, 0 to 1, as its style has it.
fn style_of(name: &str, share: f64) -> String {
    format!("{name}:{:.1}%", share.clamp(0.0, 1.0) * 100.0)
}

/// A bar with its name and its number.
fn bar(markup: &mut Markup, name: &str, number: &str, style: &str, class: &str) {
    markup.open("li", &[("class", class), ("style", style)]);
    markup.says("span", "ibar__name", name);
    markup.leaf("i", &[("class", "ibar__line")]);
    markup.says("b", "ibar__n", number).close();
}

/// How the touchpoints spread.
#[must_use]
pub fn coverage(language: Language, board: &Board, layout: &Layout) -> String {
    let mut markup = Markup::default();
    let all = layout.in_order().len().max(1) as f64;
    for (facet, groups) in board.coverage(layout) {
        markup.open("section", &[("class", "cover")]);
        markup.says("h3", "cover__h", facet_name(language, facet));
        markup.open("ul", &[]);
        let is_shown = |group: &&Group| !group.value.is_empty() || !group.cards.is_empty();
        for group in groups.iter().filter(is_shown) {
            let count = group.cards.len();
            let class = match (group.value.is_empty(), count) {
                (true, _) => "ibar ibar--unset",
                (_, 0) => "ibar ibar--none",
                _ => "ibar",
            };
            bar(
                &mut markup,
                &value_name(language, facet, &group.value),
                &count.to_string(),
                &style_of("--share", count as f64 / all),
                class,
            );
        }
        markup.close().close();
    }
    markup.finish()
}

/// How many touchpoints each persona meets before purchase.
#[must_use]
pub fn rule_of_seven(language: Language, board: &Board, layout: &Layout, wanted: &Query) -> String {
    let mut markup = Markup::default();
    markup.open("ul", &[("class", "sevens")]);
    let is_any = wanted.wanted.iter().all(|(facet, _)| *facet != Facet::Persona);
    let is_meant = |persona: &&Persona| is_any || wanted.wants(Facet::Persona, &persona.id.to_string());
    let personas = layout.personas.iter().filter_map(|id| board.personas.get(id));
    let met: Vec<(&Persona, usize)> = personas
        .filter(is_meant)
        .map(|persona| (persona, board.before_purchase(persona.id, layout)))
        .collect();
    // The bars go on behind the notch: it is a guide, not an end.
    let most = met.iter().map(|(_, met)| *met).fold(RULE_OF_SEVEN + 3, usize::max) as f64;
    let goal = style_of("--goal", RULE_OF_SEVEN as f64 / most);
    for (persona, met) in met {
        let number = t_string!(language, insights.seven_of, count = met, goal = RULE_OF_SEVEN);
        let name = words::or_unnamed(language, &persona.name);
        let style = format!("{};{goal}", style_of("--share", met as f64 / most));
        bar(&mut markup, &name, &number, &style, "ibar ibar--goal");
    }
    markup.finish()
}
