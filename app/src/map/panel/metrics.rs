//! The numbers that are measured at a touchpoint: the last value, its line over time, and where it should get to.

use crate::ui::memo::Memo;
use leptos::html;
use leptos::prelude::*;
use model::date::Date;
use model::edit::{At, Edit, Entity, MetricField};
use model::id::{MetricId, TouchpointId};
use model::items::{Direction, Figure, Metric, MetricKind, Standing};

use super::choice::{Choice, choice, pick_under};
use crate::language::{Language, date, figure, label, parse_figure, t, t_string};
use crate::map::bar::tool;
use crate::map::day::day_field;
use crate::map::desk::{Desk, key_of};
use crate::map::field::fact;
use crate::map::settings::trash_tool;
use crate::map::words;
use crate::ui::dynamic::{any, dynamic, each, text};
use crate::ui::icons::Glyph;
use crate::ui::series::{Series, SeriesSize, SeriesWords, series};

/// The section.
pub fn metrics(desk: Desk, id: TouchpointId) -> AnyView {
    let language = desk.language;
    let list = Memo::new(move |_| {
        desk.editor.follow_board(|board, _| {
            board
                .metrics(Some(id))
                .iter()
                .map(|metric| metric.id)
                .collect::<Vec<MetricId>>()
        })
    });
    // The one that is open for writing.
    let open = RwSignal::new(None::<MetricId>);
    let add = Callback::new(move |kind: String| {
        let Some(kind) = MetricKind::from_word(&kind) else {
            return;
        };
        let (metric, name) = match kind {
            MetricKind::Own => (MetricId::fresh(), t_string!(language, metric.fresh).to_owned()),
            _ => (MetricId::fresh(), String::new()),
        };
        if desk.apply(Edit::AddMetric {
            id: metric,
            touchpoint: id,
            kind,
            name,
            at: At::Last,
        }) {
            open.set(Some(metric));
        }
    });
    let kinds = Signal::derive(move || {
        let kinds = MetricKind::ALL.iter();
        kinds
            .map(|kind| Choice::new(kind.word(), words::metric_kind(language, *kind)))
            .collect()
    });
    any(view! {
        <section class="sec">
            <h3 class="sec__h">{t!(language, metric.title)}</h3>
            {each(move || list.get(), move |metric| row(desk, metric, open))}
            {pick_under(label!(language, metric.add), label!(language, app.choose), kinds, add)}
        </section>
    })
}

/// What a metric is called.
#[must_use]
pub fn metric_name(language: Language, metric: &Metric) -> String {
    if metric.name.is_empty() {
        words::metric_kind(language, metric.kind).to_owned()
    } else {
        metric.name.clone()
    }
}

/// A value with the metric's unit.
#[must_use]
pub fn with_unit(language: Language, metric: &Metric, value: f64) -> String {
    let number = figure(value, language.get());
    match metric.unit() {
        "" => number,
        "%" => format!("{number}\u{a0}%"),
        unit => format!("{number} {unit}"),
    }
}

/// The line of a metric.
#[must_use]
pub fn drawing(language: Language, metric: &Metric, size: SeriesSize) -> String {
    let data = Series {
        values: metric.values.iter().map(|(date, value)| (*date, value.get())).collect(),
        baseline: metric.start().map(Figure::get),
        target: metric.target.map(Figure::get),
        ..Series::default()
    };
    let now = metric
        .latest()
        .map(|(_, value)| with_unit(language, metric, value.get()));
    let name = metric_name(language, metric);
    let label = match (now, metric.target) {
        (Some(now), Some(target)) => {
            let target = with_unit(language, metric, target.get());
            t_string!(language, metric.drawn_target, name = name, now = now, target = target)
        }
        (now, _) => t_string!(language, metric.drawn, name = name, now = now.unwrap_or_default()),
    };
    let words = SeriesWords {
        label: &label,
        figure: &|value| figure(value, language.get()),
        day: &|day| date(day, language.get()),
    };
    series(&data, size, &words)
}

fn row(desk: Desk, id: MetricId, open: RwSignal<Option<MetricId>>) -> AnyView {
    let language = desk.language;
    let metric = Memo::new(move |_| desk.editor.follow_board(|board, _| board.metric(id).cloned()));
    let is_open = Memo::new(move |_| open.get() == Some(id));
    let head = dynamic(move || {
        metric.with(|metric| {
            let metric = metric.as_ref()?;
            let latest = metric
                .latest()
                .map(|(_, value)| with_unit(language, metric, value.get()));
            let class = match metric.standing() {
                Some(Standing::Met) => "metric__now metric__now--met",
                _ => "metric__now",
            };
            Some(any(view! {
                <span class="metric__name">{metric_name(language, metric)}</span>
                <span class="metric__spark" inner_html=drawing(language, metric, SeriesSize::Spark)></span>
                <b class=class>{latest}</b>
            }))
        })
    });
    let details = dynamic(move || is_open.get().then(|| details(desk, id, metric)));
    any(view! {
        <div class="metric">
            <button
                class="metric__head"
                type="button"
                aria-expanded=move || if is_open.get() { "true" } else { "false" }
                on:click=move |_| open.update(|open| *open = (*open != Some(id)).then_some(id))
            >
                {head}
            </button>
            {details}
        </div>
    })
}

fn details(desk: Desk, id: MetricId, metric: Memo<Option<Metric>>) -> AnyView {
    let language = desk.language;
    let chart = Memo::new(move |_| {
        metric.with(|metric| {
            let metric = metric.as_ref();
            metric
                .map(|metric| drawing(language, metric, SeriesSize::Chart))
                .unwrap_or_default()
        })
    });
    let number =
        move |label: Signal<String>, now: fn(&Metric) -> Option<Figure>, field: fn(Option<Figure>) -> MetricField| {
            let value = Signal::derive(move || {
                let now = metric.with(|metric| metric.as_ref().and_then(now));
                now.map(|now| figure(now.get(), language.get())).unwrap_or_default()
            });
            number_field(
                desk,
                label,
                value,
                Callback::new(move |figure| Edit::SetMetric(id, field(figure))),
            )
        };
    let has_own_unit = Memo::new(move |_| {
        metric.with(|metric| {
            metric
                .as_ref()
                .is_some_and(|metric| matches!(metric.kind, MetricKind::Own | MetricKind::Csat))
        })
    });
    let own_unit = dynamic(move || has_own_unit.get().then(|| unit(desk, id, metric)));
    any(view! {
        <div class="metric__more">
            <div class="metric__chart" inner_html=move || chart.get()></div>
            {add_value(desk, id)}
            {readings(desk, id, metric)}
            <div class="facts">
                {name(desk, id, metric)}
                {direction(desk, id, metric)}
                {number(label!(language, metric.baseline), |metric| metric.baseline, MetricField::Baseline)}
                {number(label!(language, metric.target), |metric| metric.target, MetricField::Target)}
                {own_unit}
                {trash_tool(desk, Entity::Metric(id))}
            </div>
        </div>
    })
}

fn read(metric: Memo<Option<Metric>>, read: fn(&Metric) -> String) -> Signal<String> {
    Signal::derive(move || metric.with(|metric| metric.as_ref().map(read).unwrap_or_default()))
}

/// What it is called.
pub fn name(desk: Desk, id: MetricId, metric: Memo<Option<Metric>>) -> AnyView {
    let entity = Entity::Metric(id);
    let keep = Callback::new(move |name| Edit::Rename(entity, name));
    let now = read(metric, |metric| metric.name.clone());
    fact(desk, key_of(entity), label!(desk.language, metric.name), now, keep)
}

/// What it is counted in, where that is its own.
pub fn unit(desk: Desk, id: MetricId, metric: Memo<Option<Metric>>) -> AnyView {
    let keep = Callback::new(move |unit| Edit::SetMetric(id, MetricField::Unit(unit)));
    let now = read(metric, |metric| metric.own_unit.clone());
    fact(
        desk,
        format!("unit/{id}"),
        label!(desk.language, metric.unit),
        now,
        keep,
    )
}

/// Which way the metric should go. Of a number of one's own it is not known before it is chosen.
pub fn direction(desk: Desk, id: MetricId, metric: Memo<Option<Metric>>) -> AnyView {
    let language = desk.language;
    let is_own =
        Memo::new(move |_| metric.with(|metric| metric.as_ref().is_some_and(|metric| metric.kind == MetricKind::Own)));
    let choices = Signal::derive(move || {
        let open = is_own.get().then(|| Choice::new("", t_string!(language, panel.unset)));
        let ways = [
            Choice::new(Direction::Higher.word(), t_string!(language, metric.higher)),
            Choice::new(Direction::Lower.word(), t_string!(language, metric.lower)),
        ];
        open.into_iter().chain(ways).collect()
    });
    let now = Signal::derive(move || {
        let way = metric.with(|metric| metric.as_ref().and_then(Metric::direction));
        way.map_or("", Direction::word).to_owned()
    });
    let turn = Callback::new(move |word: String| {
        desk.apply(Edit::SetMetric(id, MetricField::Direction(Direction::from_word(&word))));
    });
    choice(label!(language, metric.direction), choices, now, turn)
}

/// The dated values, the last first; each can be taken away.
pub fn readings(desk: Desk, id: MetricId, metric: Memo<Option<Metric>>) -> AnyView {
    let language = desk.language;
    let days = Memo::new(move |_| {
        metric.with(|metric| {
            let days = metric
                .as_ref()
                .map(|metric| metric.values.keys().rev().map(ToString::to_string));
            days.map(Iterator::collect::<Vec<String>>).unwrap_or_default()
        })
    });
    let rows = dynamic(move || {
        days.get()
            .into_iter()
            .filter_map(|day| Date::parse(&day))
            .map(|day| {
                let value = text(move || {
                    metric.with(|metric| {
                        let metric = metric.as_ref();
                        metric
                            .and_then(|metric| Some(with_unit(language, metric, metric.values.get(&day)?.get())))
                            .unwrap_or_default()
                    })
                });
                let away = Callback::new(move |()| {
                    desk.apply(Edit::SetMetric(id, MetricField::Value(day, None)));
                });
                any(view! {
                    <li class="reading">
                        <span>{text(move || date(day, language.get()))}</span>
                        <b>{value}</b>
                        {tool(Glyph::X, "", label!(language, metric.remove), Signal::derive(|| false), away)}
                    </li>
                })
            })
            .collect::<Vec<_>>()
    });
    any(view! { <ul class="readings">{rows}</ul> })
}

/// A number that stands in its field; what is no number stays and is marked.
pub fn number_field(
    desk: Desk,
    label: Signal<String>,
    value: Signal<String>,
    keep: Callback<Option<Figure>, Edit>,
) -> AnyView {
    let bad = RwSignal::new(false);
    let save = move |typed: String| {
        let parsed = parse_figure(&typed);
        let ok = (typed.trim().is_empty() || parsed.is_some()) && desk.apply(keep.run(parsed));
        bad.set(!ok);
    };
    any(view! {
        <label class="fact">
            <span class="fact__label">{move || label.get()}</span>
            <input
                class="fact__line"
                type="text"
                inputmode="decimal"
                autocomplete="off"
                prop:value=move || value.get()
                aria-invalid=move || bad.get().then_some("true")
                on:change=move |event| save(event_target_value(&event))
            />
        </label>
    })
}

/// The line that adds a dated value.
pub fn add_value(desk: Desk, id: MetricId) -> AnyView {
    let language = desk.language;
    let day = RwSignal::new(desk.today.get_untracked());
    let number = NodeRef::<html::Input>::new();
    let bad = RwSignal::new(false);
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(field) = number.get_untracked() else {
            return;
        };
        let (date, value) = (day.get_untracked(), parse_figure(&field.value()));
        let ok = match (date, value) {
            (Some(date), Some(value)) => desk.apply(Edit::SetMetric(id, MetricField::Value(date, Some(value)))),
            _ => false,
        };
        bad.set(!ok);
        if ok {
            field.set_value("");
            let _ = field.focus();
        }
    };
    any(view! {
        <form class="reading__new" on:submit=add>
            {day_field(
                language,
                "input",
                Some(label!(language, metric.day)),
                day.into(),
                Callback::new(move |typed| day.set(typed)),
            )}
            <input
                class="input"
                type="text"
                inputmode="decimal"
                autocomplete="off"
                aria-label=t!(language, metric.value)
                placeholder=t!(language, metric.value)
                aria-invalid=move || bad.get().then_some("true")
                node_ref=number
            />
            <button class="btn btn--s" type="submit">
                {t!(language, metric.record)}
            </button>
        </form>
    })
}
