//! The map as it is read: the curve, then stage by stage.

use leptos_i18n::td_string;
use model::board::{Emotion, Lane, LaneKind, NoteHome, Stage, Touchpoint};
use model::id::{PersonaId, StageId};
use model::items::Anchor;

use super::{Pen, Section, section};
use crate::map::curve::height;
use crate::map::words;
use crate::ui::curve::monotone_path;
use crate::ui::marks::{RatingSize, class_of, draw_rating, href_of};
use crate::ui::markup::Markup;

/// The width of a stage in the drawing, which is stretched over the real one.
const COLUMN: f64 = 100.0;
/// More marks than this would cover the line: then each stage has those of its best and its worst moment.
const MARKS_MAX: usize = 48;

/// A point of the curve.
#[derive(Clone, Copy)]
struct Point {
    stage: usize,
    x: f64,
    emotion: Emotion,
}

pub fn draw(pen: &Pen<'_>) -> Vec<Section> {
    let layout = &pen.shown.disclosed.layout;
    let mut sections = Vec::new();
    let seen = |kind| lanes(pen).any(|lane| lane.kind == kind);
    if seen(LaneKind::Emotion)
        && let Some(curve) = curve(pen)
    {
        sections.push(section("curve", curve));
    }
    let mut phase = None;
    for stage in layout
        .stages
        .iter()
        .filter_map(|id| pen.shown.disclosed.board.stages.get(id))
    {
        let is_first = phase.replace(stage.phase) != Some(stage.phase);
        let id = stage_id(pen, stage.id);
        sections.push(section(id.clone(), one(pen, stage, &id, is_first)));
    }
    sections
}

fn stage_id(pen: &Pen<'_>, id: StageId) -> String {
    format!("s-{}", pen.key(id.0.as_u128()))
}

fn lanes<'a>(pen: &'a Pen<'_>) -> impl Iterator<Item = &'a Lane> {
    let shown = pen.shown.disclosed;
    shown.layout.lanes.iter().filter_map(|id| shown.board.lanes.get(id))
}

/// The persona in focus; `None` is the customer in general.
pub fn focus(pen: &Pen<'_>) -> Option<PersonaId> {
    pen.shown.disclosed.layout.personas.first().copied()
}

fn cards<'a>(pen: &'a Pen<'_>, stage: StageId) -> impl Iterator<Item = &'a Touchpoint> {
    let shown = pen.shown.disclosed;
    let ids = shown.layout.cards.get(&stage).into_iter().flatten();
    ids.filter_map(|id| shown.board.touchpoints.get(id))
}

/// The points of one persona.
#[allow(clippy::cast_precision_loss)]
fn points(pen: &Pen<'_>, whose: Option<PersonaId>) -> Vec<Point> {
    let mut points = Vec::new();
    for (column, stage) in pen.shown.disclosed.layout.stages.iter().enumerate() {
        let cards: Vec<&Touchpoint> = cards(pen, *stage).collect();
        for (at, card) in cards.iter().enumerate() {
            if let Some(emotion) = card.emotion.get(&whose) {
                points.push(Point {
                    stage: column,
                    x: (column as f64 + (at as f64 + 0.5) / cards.len() as f64) * COLUMN,
                    emotion: *emotion,
                });
            }
        }
    }
    points
}

/// Those of the points that are marked.
fn marked(points: &[Point]) -> Vec<Point> {
    if points.len() <= MARKS_MAX {
        return points.to_vec();
    }
    let mut marked: Vec<Point> = Vec::new();
    for of_stage in points.chunk_by(|a, b| a.stage == b.stage) {
        let worst = of_stage.iter().min_by_key(|point| point.emotion);
        // The first of several, as with the worst.
        let best = of_stage.iter().rev().max_by_key(|point| point.emotion);
        marked.extend(worst);
        marked.extend(best.filter(|best| worst.is_some_and(|worst| worst.emotion != best.emotion)));
    }
    marked
}

#[allow(clippy::cast_precision_loss)]
fn curve(pen: &Pen<'_>) -> Option<Markup> {
    let (shown, locale) = (pen.shown.disclosed, pen.locale());
    let stages = shown.layout.stages.len();
    let focus = focus(pen);
    let line = points(pen, focus);
    let others: Vec<(PersonaId, Vec<Point>)> = shown
        .layout
        .personas
        .iter()
        .skip(1)
        .map(|id| (*id, points(pen, Some(*id))))
        .filter(|(_, points)| !points.is_empty())
        .collect();
    if line.is_empty() && others.is_empty() {
        return None;
    }
    let wide = COLUMN * stages.max(1) as f64;
    let mut markup = Markup::default();
    let style = format!("--n:{stages}");
    markup.open(
        "section",
        &[("class", "sh-curvebox"), ("id", "curve"), ("style", &style)],
    );
    let name = |id: Option<PersonaId>| {
        let persona = id.and_then(|id| shown.board.personas.get(&id));
        persona.map_or_else(
            || td_string!(locale, map.persona_all).to_owned(),
            |persona| words::or_unnamed(pen.language, &persona.name),
        )
    };
    let label = td_string!(locale, map.curve_label, name = name(focus), count = line.len());
    // What scrolls is reached by keys, too.
    markup
        .open(
            "div",
            &[
                ("class", "sh-curvescroll"),
                ("tabindex", "0"),
                ("role", "group"),
                ("aria-label", &label),
            ],
        )
        .open("figure", &[("class", "sh-curve")]);
    for stage in 1..stages {
        let style = format!("--x:{:.2}%", stage as f64 * COLUMN / wide * 100.0);
        markup.leaf("i", &[("class", "sh-div"), ("style", &style)]);
    }
    let view = format!("0 0 {wide:.0} 100");
    markup.open(
        "svg",
        &[
            ("class", "curve__svg"),
            ("viewBox", &view),
            ("preserveAspectRatio", "none"),
            ("aria-hidden", "true"),
        ],
    );
    for (class, y) in [("c-grid", 74), ("c-grid c-zero", 42), ("c-grid", 10)] {
        markup.leaf("path", &[("class", class), ("d", &format!("M0 {y}H{wide:.0}"))]);
    }
    let path = |points: &[Point]| {
        let places: Vec<(f64, f64)> = points.iter().map(|point| (point.x, height(point.emotion))).collect();
        monotone_path(&places)
    };
    for (_, other) in &others {
        markup.leaf("path", &[("class", "c-b"), ("d", &path(other))]);
    }
    markup.leaf("path", &[("class", "c-a"), ("d", &path(&line))]).close();
    let place = |point: &Point| format!("--x:{:.2}%;--y:{}%", point.x / wide * 100.0, height(point.emotion));
    for point in others
        .iter()
        .filter(|(_, all)| all.len() <= MARKS_MAX)
        .flat_map(|(_, all)| all)
    {
        markup.leaf("i", &[("class", "pt pt--b"), ("style", &place(point))]);
    }
    for point in marked(&line) {
        markup.open("i", &[("class", "pt"), ("style", &place(&point))]);
        mark(&mut markup, pen, Some(point.emotion), false);
        markup.close();
    }
    markup.close();
    markup.open("p", &[("class", "sh-stages")]);
    for stage in shown.layout.stages.iter().filter_map(|id| shown.board.stages.get(id)) {
        let href = format!("#{}", stage_id(pen, stage.id));
        markup
            .open("a", &[("href", &href)])
            .text(&words::or_unnamed(pen.language, &stage.name))
            .close();
    }
    markup.close().close();

    markup.open("ul", &[("class", "sh-legend")]);
    let lines = std::iter::once((focus, "legend__i legend__i--a"));
    let dotted = others.iter().map(|(id, _)| (Some(*id), "legend__i legend__i--b"));
    for (id, class) in lines.chain(dotted) {
        markup.says("li", class, &name(id));
    }
    for emotion in Emotion::ALL
        .into_iter()
        .rev()
        .filter(|emotion| emotion.get().abs() == 2)
    {
        markup.open("li", &[("class", "sh-legend__e")]);
        mark(&mut markup, pen, Some(emotion), false);
        markup.text(words::emotion(pen.language, Some(emotion))).close();
    }
    markup.close();
    Some(markup)
}

/// The sign of an emotion, with its words where none stand beside it.
fn mark(markup: &mut Markup, pen: &Pen<'_>, emotion: Option<Emotion>, is_said: bool) {
    let class = class_of(emotion);
    let label = words::emotion(pen.language, emotion);
    let attributes = if is_said {
        [("class", class), ("role", "img"), ("aria-label", label)]
    } else {
        [("class", class), ("aria-hidden", "true"), ("aria-label", "")]
    };
    markup
        .open("svg", &attributes)
        .leaf("use", &[("href", href_of(emotion))])
        .close();
}

/// The texts at a home.
fn texts<'a>(pen: &'a Pen<'_>, home: NoteHome) -> impl Iterator<Item = &'a str> {
    let shown = pen.shown.disclosed;
    let ids = shown.layout.notes.get(&home).into_iter().flatten();
    let texts = ids
        .filter_map(|id| shown.board.notes.get(id))
        .map(|note| note.text.trim());
    texts.filter(|text| !text.is_empty())
}

fn one(pen: &Pen<'_>, stage: &Stage, id: &str, is_first: bool) -> Markup {
    let mut markup = Markup::default();
    markup.open("section", &[("class", "sh-part"), ("id", id)]);
    if is_first {
        markup.says("p", "sh-phase", words::phase(pen.language, stage.phase));
    }
    markup
        .open("div", &[("class", "sh-stage")])
        .open("div", &[("class", "sh-stage__head")]);
    let name = words::or_unnamed(pen.language, &stage.name);
    markup.says("h2", "sh-stage__n", &name);
    for lane in lanes(pen) {
        cell(&mut markup, pen, lane, stage.id);
    }
    pen.talk_link(&mut markup, stage.id.0.as_u128(), Anchor::Stage(stage.id), &name);
    markup.close().open("div", &[("class", "sh-stage__body")]);
    let has = |kind| lanes(pen).any(|lane| lane.kind == kind);
    if has(LaneKind::Touchpoints) {
        let mut is_open = false;
        for card in cards(pen, stage.id) {
            if !std::mem::replace(&mut is_open, true) {
                markup.open("ul", &[("class", "sh-list")]);
            }
            touchpoint(&mut markup, pen, card, has(LaneKind::Emotion));
        }
        if is_open {
            markup.close();
        }
    } else if has(LaneKind::Channels) {
        channels(&mut markup, pen, stage.id);
    }
    let mut notes = Vec::new();
    for card in cards(pen, stage.id) {
        notes.extend(texts(pen, NoteHome::Pain(card.id)).map(|text| ("note note--pain", text)));
    }
    for card in cards(pen, stage.id) {
        notes.extend(texts(pen, NoteHome::Opportunity(card.id)).map(|text| ("note note--chance", text)));
    }
    if !notes.is_empty() {
        markup.open("div", &[("class", "sh-notes")]);
        for (class, text) in notes {
            let what = if class.ends_with("pain") {
                words::lane(pen.language, LaneKind::Pains)
            } else {
                words::lane(pen.language, LaneKind::Opportunities)
            };
            markup
                .open("p", &[("class", class)])
                .says("span", "visually-hidden", &format!("{what}: "))
                .text(text)
                .close();
        }
        markup.close();
    }
    markup
}

/// What a row says in a stage: of the goals as it stands, of others with their name.
fn cell(markup: &mut Markup, pen: &Pen<'_>, lane: &Lane, stage: StageId) {
    let texts = texts(pen, NoteHome::Cell { lane: lane.id, stage });
    let mut texts = texts.peekable();
    if texts.peek().is_none() {
        return;
    }
    if lane.kind != LaneKind::Goals {
        let name = match lane.name.trim() {
            "" => words::lane(pen.language, lane.kind),
            name => name,
        };
        markup.says("h3", "sh-cell", name);
    }
    for text in texts {
        markup.says("p", "sh-goal", text);
    }
}

/// The channels of a stage, where its cards are not shown.
fn channels(markup: &mut Markup, pen: &Pen<'_>, stage: StageId) {
    let shown = pen.shown.disclosed;
    let used = |id| cards(pen, stage).any(|card| card.channel == Some(id));
    let names: Vec<&str> = shown
        .layout
        .channels
        .iter()
        .filter(|id| used(**id))
        .filter_map(|id| shown.board.channels.get(id))
        .map(|channel| channel.name.as_str())
        .collect();
    if !names.is_empty() {
        markup.says("h3", "sh-cell", words::lane(pen.language, LaneKind::Channels));
        markup.says("p", "sh-goal", &names.join(" · "));
    }
}

fn touchpoint(markup: &mut Markup, pen: &Pen<'_>, card: &Touchpoint, feels: bool) {
    let shown = pen.shown.disclosed;
    let class = if feels { "sh-tp" } else { "sh-tp sh-tp--plain" };
    let id = format!("t-{}", pen.key(card.id.0.as_u128()));
    markup.open("li", &[("class", class), ("id", &id)]);
    if feels {
        mark(markup, pen, card.emotion.get(&focus(pen)).copied(), true);
    }
    let name = words::or_unnamed(pen.language, &card.name);
    markup.says("h3", "sh-tp__t", &name);
    if let Some(channel) = card.channel.and_then(|id| shown.board.channels.get(&id)) {
        markup.says("p", "sh-tp__c", &channel.name);
    }
    if pen.shown.disclosed.means.is_empty() {
        pen.talk_link(markup, card.id.0.as_u128(), Anchor::Touchpoint(card.id), &name);
        markup.close();
        return;
    }
    let means = shown.means.get(&card.id).copied().unwrap_or_default();
    let label = crate::map::rating_words(pen.language, means.importance, means.performance);
    draw_rating(markup, means.importance, means.performance, &label, RatingSize::Long);
    pen.talk_link(markup, card.id.0.as_u128(), Anchor::Touchpoint(card.id), &name);
    markup.close();
}
