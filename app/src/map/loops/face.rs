//! What a card of the board shows, and how that is drawn.

use std::sync::Arc;

use crate::ui::memo::Memo;
use leptos::prelude::Get;
use model::board::Board;
use model::date::{Date, Zone};
use model::id::ImprovementId;
use model::items::{Direction, Figure, Metric, MetricKind};
use model::loops::chain::Chains;
use model::loops::gates::Flag;
use model::loops::{Improvement, Step, VerdictKind};
use model::table::Table;

use super::super::desk::Desk;
use super::super::panel::metrics::{metric_name, with_unit};
use super::super::words;
use crate::editor::presence::initials;
use crate::language::{Language, date, figure, t_string};
use crate::ui::icons::Glyph;
use crate::ui::markup::Markup;
use crate::ui::ring;
use crate::ui::series::{Series, SeriesSize, SeriesWords, series};

/// Another attempt of the chain, as a card names it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Other {
    /// Which one.
    pub id: ImprovementId,
    /// The first is 1.
    pub attempt: usize,
    /// Where it is.
    pub step: Step,
    /// How it ended.
    pub ended: Option<VerdictKind>,
}

/// An attempt in numbers, as they are drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    /// The metric, without its values.
    pub metric: Metric,
    /// The attempt's line.
    pub series: Series,
    /// The last value, or where it starts.
    pub now: Option<f64>,
    /// How far past its target it is, the way the metric should go; less than 0 is short of it.
    pub past: Option<f64>,
}

/// What a card shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Face {
    /// Its name.
    pub name: String,
    /// Its touchpoint's stage, and the touchpoint where the card is called otherwise.
    pub place: Vec<String>,
    /// Which attempt it is, from 1.
    pub attempt: usize,
    /// Its column.
    pub step: Step,
    /// Who sees to it.
    pub owner: String,
    /// Its numbers; `None` without a metric.
    pub numbers: Option<Numbers>,
    /// How it ended, and on which day.
    pub ended: Option<(VerdictKind, Date)>,
    /// Whether a success was accepted short of its target.
    pub accepted: bool,
    /// When the next thing is due.
    pub deadline: Option<Date>,
    /// Lines of the checklist: done and all.
    pub checked: (usize, usize),
    /// The attempt before.
    pub from: Option<Other>,
    /// Those after.
    pub next: Vec<Other>,
}

/// Every card of the board.
pub type Faces = Arc<Table<ImprovementId, Arc<Face>>>;
/// What is wrong with cards; the others are not in it.
pub type Flags = Arc<Table<ImprovementId, Vec<Flag>>>;

/// The cards as they follow the document.
pub fn faces(desk: Desk) -> Memo<Faces> {
    Memo::new(move |_| {
        let zone = desk.zone.get();
        desk.editor.follow_board(|board, _| {
            let chains = board.chains();
            let faces = board
                .improvements()
                .map(|it| (it.id, Arc::new(face(board, &chains, it, zone))));
            Arc::new(faces.collect())
        })
    })
}

/// What is wrong with them: a text that was emptied, too.
pub fn flags(desk: Desk) -> Memo<Flags> {
    Memo::new(move |_| {
        desk.editor.follow_texts(|board, _| {
            let chains = board.chains();
            let flags = board.improvements().map(|it| (it.id, board.flags(it, &chains)));
            Arc::new(flags.filter(|(_, flags)| !flags.is_empty()).collect())
        })
    })
}

/// An attempt in numbers.
#[must_use]
pub fn numbers(board: &Board, it: &Improvement) -> Option<Numbers> {
    let metric = board.metric(it.metric?).filter(|metric| metric.trashed.is_none())?;
    let measure = it.measure(metric);
    let values: Vec<(Date, f64)> = it.values(metric).map(|(day, value)| (day, value.get())).collect();
    let now = measure.latest.map(|(_, value)| value).or(measure.baseline);
    let past = measure
        .target
        .zip(measure.latest)
        .zip(measure.direction)
        .map(|((target, (_, value)), direction)| match direction {
            Direction::Higher => value.get() - target.get(),
            Direction::Lower => target.get() - value.get(),
        });
    let days = it
        .live
        .map(|live| (live, it.measure_by.unwrap_or(live).max(live.plus_days(1))));
    let metric = Metric {
        values: Table::new(),
        ..metric.clone()
    };
    Some(Numbers {
        metric,
        series: Series {
            values,
            baseline: measure.baseline.map(Figure::get),
            target: measure.target.map(Figure::get),
            begun: None,
            days,
        },
        now: now.map(Figure::get),
        past,
    })
}

/// One card.
#[must_use]
pub fn face(board: &Board, chains: &Chains, it: &Improvement, zone: Zone) -> Face {
    let card = board.touchpoints.get(&it.touchpoint);
    let stage = card.and_then(|card| board.stages.get(&card.stage));
    let mut place: Vec<String> = stage.map(|stage| stage.name.clone()).into_iter().collect();
    place.extend(card.map(|card| card.name.clone()).filter(|name| *name != it.name));
    let other = |id: ImprovementId| {
        let other = board.improvement(id)?;
        Some(Other {
            id,
            attempt: board.attempt(id),
            step: other.step,
            ended: other.ended(),
        })
    };
    let given = it
        .verdict
        .as_ref()
        .map(|verdict| Date::of_ms_in(verdict.given.at, zone));
    Face {
        name: it.name.clone(),
        place,
        attempt: board.attempt(it.id),
        step: it.step,
        owner: it.owner.clone(),
        numbers: numbers(board, it),
        ended: it.ended().zip(given),
        accepted: it.verdict.as_ref().is_some_and(|verdict| !verdict.accepted.is_empty()),
        deadline: it.deadline(),
        checked: it.checked(),
        from: it.previous.and_then(other),
        next: chains.successors(it.id).iter().copied().filter_map(other).collect(),
    }
}

/// The class that colours a verdict.
#[must_use]
pub const fn verdict_class(kind: VerdictKind) -> &'static str {
    match kind {
        VerdictKind::Success => "verdict verdict--ok",
        VerdictKind::PlanB => "verdict verdict--b",
        VerdictKind::Left => "verdict",
    }
}

/// Where an attempt stands to its target, in words.
#[must_use]
pub fn standing(language: Language, numbers: &Numbers, accepted: bool) -> String {
    let Some(past) = numbers.past else { return String::new() };
    let by = distance(language, &numbers.metric, past.abs());
    if past == 0.0 {
        t_string!(language, loops.on_target).to_owned()
    } else if past > 0.0 {
        t_string!(language, loops.past_target, by = by)
    } else if accepted {
        t_string!(language, loops.short_accepted, by = by)
    } else {
        t_string!(language, loops.short_of_target, by = by)
    }
}

/// A difference between two values of a metric: of a share it is points, not percent.
fn distance(language: Language, metric: &Metric, by: f64) -> String {
    // What is left of subtracting decimals is no difference.
    let by = (by * 100.0).round() / 100.0;
    let number = figure(by, language.get());
    match (metric.unit(), metric.kind) {
        ("%", _) => t_string!(language, loops.percent_points, number = number),
        ("", MetricKind::Own) => number,
        ("", _) => t_string!(language, loops.points, number = number),
        _ => with_unit(language, metric, by),
    }
}

/// How an attempt did, as a line.
#[must_use]
pub fn line(language: Language, numbers: &Numbers, size: SeriesSize) -> String {
    let metric = &numbers.metric;
    let say = |value: Option<f64>| {
        value
            .map(|value| with_unit(language, metric, value))
            .unwrap_or_default()
    };
    let name = metric_name(language, metric);
    let label = t_string!(
        language,
        metric.drawn_target,
        name = name,
        now = say(numbers.now),
        target = say(numbers.series.target)
    );
    let words = SeriesWords {
        label: &label,
        figure: &|value| figure(value, language.get()),
        day: &|day| date(day, language.get()),
    };
    series(&numbers.series, size, &words)
}

/// When it is due, and whether that has passed. Before the reader's clock is known it is the day.
#[must_use]
pub fn due(language: Language, face: &Face, today: Option<Date>) -> Option<(String, bool)> {
    if let Some((_, on)) = face.ended {
        return Some((t_string!(language, loops.closed, day = date(on, language.get())), false));
    }
    let deadline = face.deadline?;
    let Some(today) = today else {
        let day = date(deadline, language.get());
        return Some((t_string!(language, loops.due_on, day = day), false));
    };
    Some(words::due(language.get(), deadline, today))
}

/// The flags in words.
#[must_use]
pub fn flagged(language: Language, flags: &[Flag]) -> Vec<String> {
    let missing: Vec<&str> = flags
        .iter()
        .filter_map(|flag| match flag {
            Flag::Missing(what) => Some(words::missing(language, *what)),
            _ => None,
        })
        .collect();
    let mut all = Vec::new();
    if !missing.is_empty() {
        all.push(t_string!(language, loops.flag.missing, what = missing.join(", ")));
    }
    let others = flags.iter().filter_map(|flag| match flag {
        Flag::Missing(_) => None,
        Flag::Verdict => Some(t_string!(language, loops.flag.verdict)),
        Flag::Successor => Some(t_string!(language, loops.flag.successor)),
        Flag::NoSuccessor => Some(t_string!(language, loops.flag.no_successor)),
        Flag::Fork => Some(t_string!(language, loops.flag.fork)),
    });
    all.extend(others.map(str::to_owned));
    all
}

/// Where another attempt is, in words.
#[must_use]
pub fn whereabouts(language: Language, other: &Other) -> String {
    let place = match other.ended {
        Some(kind) => words::verdict(language.get(), kind),
        None => words::step(language.get(), other.step),
    };
    t_string!(language, loops.attempt_at, attempt = other.attempt, place = place)
}

/// The card.
#[must_use]
pub fn draw(language: Language, face: &Face, flags: &[Flag], today: Option<Date>) -> String {
    let mut markup = Markup::default();
    if let Some((kind, _)) = face.ended {
        markup.open("p", &[("class", verdict_class(kind))]);
        ring::draw(&mut markup, Step::Verdict, Some(kind));
        markup.text(words::verdict(language.get(), kind));
        if kind != VerdictKind::Left
            && let Some(numbers) = &face.numbers
        {
            markup.says("span", "verdict__why", &standing(language, numbers, face.accepted));
        }
        markup.close();
    }
    if let Some(from) = &face.from {
        markup.open("p", &[("class", "from")]);
        Glyph::CornerDownRight.draw(&mut markup, "icon icon--s");
        markup.text(&t_string!(language, loops.continues, attempt = from.attempt));
        markup.close();
    }
    markup.open("p", &[("class", "job__top")]);
    markup.says(
        "span",
        "tag",
        &t_string!(language, loops.attempt, attempt = face.attempt),
    );
    markup.says("span", "job__place", &face.place.join(" · "));
    markup.close();
    markup.says("h3", "job__title", &words::or_unnamed(language, &face.name));
    if let Some(numbers) = &face.numbers {
        draw_numbers(&mut markup, language, numbers);
    }
    for flag in flagged(language, flags) {
        markup.open("p", &[("class", "job__flag")]);
        Glyph::TriangleAlert.draw(&mut markup, "icon icon--s");
        markup.open("span", &[]).text(&flag).close().close();
    }
    draw_foot(&mut markup, language, face, today);
    for next in &face.next {
        let id = next.id.to_string();
        markup.open(
            "button",
            &[
                ("class", "job__next"),
                ("type", "button"),
                // The details lead there, too.
                ("tabindex", "-1"),
                ("data-go", &id),
            ],
        );
        Glyph::ArrowRight.draw(&mut markup, "icon icon--s");
        markup.text(&whereabouts(language, next)).close();
    }
    markup.finish()
}

fn draw_numbers(markup: &mut Markup, language: Language, numbers: &Numbers) {
    let metric = &numbers.metric;
    markup.open("p", &[("class", "job__metric")]);
    markup.says("span", "", &metric_name(language, metric));
    if let Some(now) = numbers.now {
        markup.says("b", "", &with_unit(language, metric, now));
    }
    markup.close();
    markup.put(&line(language, numbers, SeriesSize::Card));
    let end = |value: f64| with_unit(language, metric, value);
    markup.open("p", &[("class", "job__ends")]);
    let start = numbers.series.baseline;
    let start = start.map(|value| t_string!(language, loops.from_value, value = end(value)));
    markup.says("span", "", &start.unwrap_or_default());
    let target = numbers.series.target;
    let target = target.map(|value| t_string!(language, loops.to_value, value = end(value)));
    markup.says("span", "job__target", &target.unwrap_or_default());
    markup.close();
}

fn draw_foot(markup: &mut Markup, language: Language, face: &Face, today: Option<Date>) {
    markup.open("p", &[("class", "job__foot")]);
    if !face.owner.is_empty() {
        markup.open("span", &[("class", "owner"), ("aria-hidden", "true")]);
        markup.text(&initials(&face.owner)).close();
        markup.says("span", "job__owner", &face.owner);
    }
    let (done, all) = face.checked;
    if all > 0 {
        markup.open("span", &[("class", "job__checks")]);
        Glyph::Check.draw(markup, "icon icon--s");
        markup.text(&format!("{done}/{all}")).close();
    }
    if let Some((text, late)) = due(language, face, today) {
        markup.says("span", if late { "due due--late" } else { "due" }, &text);
    }
    markup.close();
}
