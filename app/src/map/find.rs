//! Finding: words without accents, filters by any field, grouping, and views that are kept with the map.

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::board::{Board, Quadrant};
use model::edit::{At, Edit, Entity};
use model::find::{Facet, Group, Query};
use model::id::{ChannelId, PersonaId, StageId, ViewId};
use model::layout::Layout;

use super::bar::tool;
use super::card::card;
use super::desk::Desk;
use super::insights::value_name;
use super::matrix::quadrant_name;
use super::panel::choice::{Choice, choice};
use super::words;
use crate::language::{Language, label, t, t_string};
use crate::parts::Part;
use crate::place::View;
use crate::ui::dynamic::{DynamicView, any, dynamic, each, text};
use crate::ui::icons::{Glyph, Icon};

/// How a facet is called.
#[must_use]
pub fn facet_name(language: Language, facet: Facet) -> &'static str {
    match facet {
        Facet::Stage => t_string!(language, map.stage),
        Facet::Phase => t_string!(language, phase.label),
        Facet::Channel => t_string!(language, panel.channel),
        Facet::Persona => t_string!(language, find.persona),
        Facet::Nature => t_string!(language, panel.nature),
        Facet::Directness => t_string!(language, panel.directness),
        Facet::Control => t_string!(language, panel.control),
        Facet::Owner => t_string!(language, panel.owner),
        Facet::Department => t_string!(language, panel.department),
        Facet::MomentOfTruth => t_string!(language, panel.moment),
        Facet::Rated => t_string!(language, find.rated),
        Facet::Quadrant => t_string!(language, view.matrix),
        Facet::Emotion => t_string!(language, panel.emotion),
    }
}

/// How a value of a facet is called on this map.
fn value_on(language: Language, board: &Board, facet: Facet, value: &str) -> String {
    let named = |name: Option<&String>| name.map(|name| words::or_unnamed(language, name));
    let known = match facet {
        Facet::Stage => named(
            StageId::parse(value)
                .and_then(|id| board.stages.get(&id))
                .map(|it| &it.name),
        ),
        Facet::Channel => named(
            ChannelId::parse(value)
                .and_then(|id| board.channels.get(&id))
                .map(|it| &it.name),
        ),
        Facet::Persona => named(
            PersonaId::parse(value)
                .and_then(|id| board.personas.get(&id))
                .map(|it| &it.name),
        ),
        Facet::Quadrant => Quadrant::from_word(value).map(|it| quadrant_name(language, it, &board.map.quadrants)),
        Facet::Emotion => value
            .parse::<i64>()
            .ok()
            .and_then(|n| n.try_into().ok())
            .map(|it| words::emotion(language, Some(it)).to_owned()),
        // Folded in the query; shown as the first touchpoint writes it.
        Facet::Owner => written(board, value, |card| &card.owner),
        Facet::Department => written(board, value, |card| &card.department),
        Facet::MomentOfTruth | Facet::Rated if value == "yes" => Some(t_string!(language, panel.yes).to_owned()),
        _ => None,
    };
    known.unwrap_or_else(|| value_name(language, facet, value))
}

fn written(board: &Board, folded: &str, read: fn(&model::board::Touchpoint) -> &String) -> Option<String> {
    let mut cards = board.touchpoints.values().map(read);
    cards
        .find(|text| !folded.is_empty() && model::fold::fold(text.trim()) == folded)
        .cloned()
}

/// The values of a facet that touchpoints of this map have.
fn values(board: &Board, layout: &Layout, facet: Facet, desk: Desk) -> Vec<Group> {
    let mut groups = board.groups(&layout.in_order(), facet, desk.ratings.get(), layout);
    groups.retain(|group| !group.cards.is_empty());
    groups
}

/// The bar over the map; only while something is looked for, or it was asked for. On the map itself a persona alone is
/// seen and changed in its corner.
pub fn find_bar(desk: Desk) -> AnyView {
    let open = desk.finding;
    let shown = Memo::new(move |_| {
        let in_corner = desk.view.get() == View::Map && desk.seen_by_alone.get();
        open.get() || (!in_corner && desk.query.with(|query| *query != Query::default()))
    });
    any(dynamic(move || shown.get().then(|| bar(desk))))
}

fn bar(desk: Desk) -> AnyView {
    let language = desk.language;
    let facet = RwSignal::new(None::<Facet>);
    let found = text(move || match desk.found.get() {
        Some(found) => t_string!(language, home.found, count = found.len()),
        None => String::new(),
    });
    let facets = move |first: &'static str| {
        let facets = Facet::ALL
            .iter()
            .map(|it| Choice::new(it.word(), facet_name(language, *it)));
        std::iter::once(Choice::new("", first))
            .chain(facets)
            .collect::<Vec<_>>()
    };
    let pick_facet = choice(
        label!(language, find.filter),
        Signal::derive(move || facets(t_string!(language, find.pick))),
        Signal::derive(move || facet.get().map_or("", Facet::word).to_owned()),
        Callback::new(move |word: String| facet.set(Facet::from_word(&word))),
    );
    let pick_value = dynamic(move || {
        let picked = facet.get()?;
        let all = Signal::derive(move || {
            desk.editor.follow_board(|board, layout| {
                let groups = values(board, layout, picked, desk);
                let values = groups.iter().map(|group| {
                    let name = value_on(language, board, picked, &group.value);
                    Choice::new(format!("={}", group.value), format!("{name} ({})", group.cards.len()))
                });
                std::iter::once(Choice::new("", t_string!(language, find.pick_value)))
                    .chain(values)
                    .collect::<Vec<_>>()
            })
        });
        let choose = Callback::new(move |value: String| {
            if let Some(value) = value.strip_prefix('=') {
                desk.query.update(|query| query.toggle(picked, value));
                facet.set(None);
            }
        });
        Some(choice(
            Signal::derive(move || facet_name(language, picked).to_owned()),
            all,
            Signal::derive(String::new),
            choose,
        ))
    });
    let chips = dynamic(move || {
        let query = desk.query.get();
        let wanted = query
            .wanted
            .into_iter()
            .flat_map(|(facet, values)| values.into_iter().map(move |value| (facet, value)));
        wanted
            .map(|(facet, value)| {
                let name = desk
                    .editor
                    .follow_board(|board, _| value_on(language, board, facet, &value));
                let words = format!("{}: {name}", facet_name(language, facet));
                any(view! {
                    <button
                        class="tag tag--go"
                        type="button"
                        title=t_string!(language, find.remove)
                        on:click=move |_| desk.query.update(|query| query.toggle(facet, &value))
                    >
                        {words}
                        <Icon glyph=Glyph::X small=true />
                    </button>
                })
            })
            .collect::<Vec<_>>()
    });
    let group = choice(
        label!(language, find.group),
        Signal::derive(move || facets(t_string!(language, find.no_group))),
        Signal::derive(move || desk.query.with(|query| query.group.map_or("", Facet::word).to_owned())),
        Callback::new(move |word: String| {
            desk.parts.fetch(Part::Views);
            desk.query.update(|query| query.group = Facet::from_word(&word));
        }),
    );
    let views = Signal::derive(move || {
        desk.editor.follow_board(|board, _| {
            let views = board
                .views()
                .into_iter()
                .map(|view| Choice::new(view.id.to_string(), view.name.clone()));
            std::iter::once(Choice::new("", t_string!(language, find.pick_view)))
                .chain(views)
                .collect::<Vec<_>>()
        })
    });
    // The saved view that is shown just now.
    let now = Signal::derive(move || {
        let query = desk.query.get().to_string();
        desk.editor.follow_board(|board, _| {
            let views = board.views();
            views
                .iter()
                .find(|view| view.query == query)
                .map(|view| view.id.to_string())
                .unwrap_or_default()
        })
    });
    let saved = choice(
        label!(language, find.views),
        views,
        now,
        Callback::new(move |id: String| {
            let query = desk.editor.with_board(|board, _| {
                ViewId::parse(&id)
                    .and_then(|id| board.view(id))
                    .map(|view| view.query.clone())
            });
            desk.parts.fetch(Part::Views);
            desk.query
                .set(query.map(|query| Query::parse(&query)).unwrap_or_default());
        }),
    );
    let keep = Callback::new(move |()| {
        let query = desk.query.get_untracked();
        let name = untrack(|| name_of(desk, &query));
        let id = ViewId::fresh();
        if desk.apply(Edit::AddView {
            id,
            name: name.clone(),
            query: query.to_string(),
            at: At::Last,
        }) {
            let text = untrack(|| t_string!(language, find.kept, name = name));
            desk.say(text.clone());
            desk.notify_with_undo(text);
        }
    });
    let forget = Callback::new(move |()| {
        if let Some(id) = ViewId::parse(&now.get_untracked()) {
            desk.trash(Entity::View(id));
        }
    });
    let close = Callback::new(move |()| {
        desk.query.set(Query::default());
        desk.finding.set(false);
    });
    any(view! {
        <search class="find">
            <input
                class="input find__text"
                type="search"
                data-find=""
                aria-label=t!(language, find.label)
                placeholder=t!(language, find.placeholder)
                prop:value=move || desk.query.with(|query| query.text.clone())
                on:input=move |event| desk.query.update(|query| query.text = event_target_value(&event))
            />
            {pick_facet}
            {pick_value}
            {chips}
            {group}
            {saved}
            {tool(Glyph::ListPlus, "", label!(language, find.keep), Signal::derive(move || desk.query.with(|query| *query == Query::default()) || !now.get().is_empty()), keep)}
            {tool(Glyph::Trash2, "", label!(language, find.forget), Signal::derive(move || now.get().is_empty()), forget)}
            <span class="find__n" role="status">{found}</span>
            {tool(Glyph::X, "", label!(language, find.clear), Signal::derive(|| false), close)}
        </search>
    })
}

/// What a query is called when it is kept: its words and values.
fn name_of(desk: Desk, query: &Query) -> String {
    let mut parts = Vec::new();
    if !query.text.trim().is_empty() {
        parts.push(query.text.trim().to_owned());
    }
    desk.editor.with_board(|board, _| {
        for (facet, values) in &query.wanted {
            parts.extend(values.iter().map(|value| value_on(desk.language, board, *facet, value)));
        }
    });
    if let Some(facet) = query.group {
        parts.push(t_string!(
            desk.language,
            find.by,
            facet = facet_name(desk.language, facet)
        ));
    }
    parts.join(", ").chars().take(model::limits::NAME_MAX).collect()
}

/// Touchpoints in columns by a facet, in the place of the map.
pub fn grouped(desk: Desk) -> DynamicView {
    let language = desk.language;
    let groups = Memo::new(move |_| {
        let (found, ratings) = (desk.found.get(), desk.ratings.get());
        let facet = desk.query.with(|query| query.group).unwrap_or(Facet::Stage);
        desk.editor.follow_board(|board, layout| {
            let mut cards = layout.in_order();
            cards.retain(|id| found.as_ref().is_none_or(|found| found.contains(id)));
            let groups = board.groups(&cards, facet, ratings, layout);
            let named = groups
                .into_iter()
                .filter(|group| !group.cards.is_empty() || !group.value.is_empty());
            named
                .map(|group| (value_on(language, board, facet, &group.value), group.cards))
                .collect::<Vec<_>>()
        })
    });
    let count = Memo::new(move |_| groups.with(Vec::len));
    dynamic(move || {
        let columns = (0..count.get())
            .map(|at| {
                let name =
                    text(move || groups.with(|groups| groups.get(at).map(|group| group.0.clone()).unwrap_or_default()));
                let number =
                    text(move || groups.with(|groups| groups.get(at).map_or(0, |group| group.1.len()).to_string()));
                let cards = each(
                    move || groups.with(|groups| groups.get(at).map(|group| group.1.clone()).unwrap_or_default()),
                    move |id| card(desk, id),
                );
                any(view! {
                    <section class="group" data-col=at.to_string() data-row="cards">
                        <h2 class="stage__name">{name} <span class="stage__n">{number}</span></h2>
                        {cards}
                    </section>
                })
            })
            .collect::<Vec<_>>();
        any(view! { <div class="groups">{columns}</div> })
    })
}
