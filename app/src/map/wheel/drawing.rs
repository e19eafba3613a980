//! The drawing of the wheel, as SVG.

use std::f64::consts::TAU;

use model::board::{Emotion, Phase};
use model::id::TouchpointId;

use super::Colour;
use crate::ui::marks::{GAP_MIN, class_of, href_of};
use crate::ui::markup::Markup;

/// The middle and the size of the picture, in its own units.
const MIDDLE: (f64, f64) = (540.0, 410.0);
const SIZE: (f64, f64) = (1080.0, 820.0);
/// Where the spokes begin, and how much longer one is for each point of a score.
const INNER: f64 = 164.0;
const POINT: f64 = 28.0;
/// The middle of the band of phases.
const BAND: f64 = 138.0;
/// Where the names stand.
const NAMES: f64 = 326.0;
/// Between two phases, in turns; between two spokes, as a share of a spoke.
const BETWEEN: f64 = 0.012;
const SLIT: f64 = 0.06;
/// More spokes than this stand too close for all their names: of neighbours the one with the widest gap has its own,
/// each is named in the middle while it is looked at, and all stand numbered in a list.
const NAMED_MAX: usize = 44;
/// How many names a crowded wheel has at most.
const NAMED_OF_MANY: usize = 36;
/// Where the numbers of a crowded wheel stand, and every how many spokes there is one.
const NUMBERS: f64 = 314.0;
const NUMBER_EVERY: usize = 10;
/// A line of names: what is nearer than this to the one above moves down.
const LINE: f64 = 34.0;

/// A touchpoint on the wheel.
#[derive(Clone, Debug, PartialEq)]
pub struct Spoke {
    /// Which one; `None` where it is only looked at.
    pub id: Option<TouchpointId>,
    /// Its segment.
    pub phase: Phase,
    /// What it is called.
    pub name: String,
    /// Where it happens; may be empty.
    pub channel: String,
    /// How the persona in focus feels.
    pub emotion: Option<Emotion>,
    /// 1 to 5.
    pub importance: Option<f64>,
    /// 1 to 5.
    pub performance: Option<f64>,
    /// All of it in words.
    pub says: String,
}

/// Everything that is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wheel {
    /// What stands in the middle.
    pub brand: String,
    /// How many touchpoints, in words.
    pub count: String,
    /// The names of the phases.
    pub phases: [String; 3],
    /// In the order of the ring, phase by phase.
    pub spokes: Vec<Spoke>,
    /// What colours tell.
    pub colour: Colour,
    /// The stage in which most is missing.
    pub widest: Option<String>,
}

impl Spoke {
    /// How much performance stays behind importance.
    fn gap(&self) -> f64 {
        let both = self.importance.zip(self.performance);
        both.map_or(0.0, |(importance, performance)| importance - performance)
    }
}

impl Wheel {
    /// Whether there is a touchpoint of which it is known what is missing.
    #[must_use]
    pub fn is_rated(&self) -> bool {
        let mut ratings = self.spokes.iter().map(|spoke| spoke.importance.zip(spoke.performance));
        ratings.any(|both| both.is_some())
    }

    /// Whether there is no room for all names.
    #[must_use]
    pub fn is_crowded(&self) -> bool {
        self.spokes.len() > NAMED_MAX
    }
}

/// A point at a turn (clockwise from the top) and a distance from the middle.
fn point(turn: f64, radius: f64) -> (f64, f64) {
    let angle = turn * TAU;
    (MIDDLE.0 + radius * angle.sin(), MIDDLE.1 - radius * angle.cos())
}

/// An arc from one turn to another, as a path; against the clock when `to` is less than `from`.
fn arc(from: f64, to: f64, radius: f64, start: char) -> String {
    let (large, sweep) = (u8::from((to - from).abs() > 0.5), u8::from(to > from));
    let ((x0, y0), (x1, y1)) = (point(from, radius), point(to, radius));
    format!("{start}{x0:.1} {y0:.1}A{radius:.1} {radius:.1} 0 {large} {sweep} {x1:.1} {y1:.1}")
}

/// A piece of a ring.
fn piece(from: f64, to: f64, inner: f64, outer: f64) -> String {
    let mut path = arc(from, to, outer, 'M');
    path.push_str(&arc(to, from, inner, 'L'));
    path.push('Z');
    path
}

fn outwards(score: f64) -> f64 {
    INNER + POINT * score.clamp(0.0, 5.0)
}

/// The wheel as SVG.
#[must_use]
pub fn draw(wheel: &Wheel) -> String {
    let mut markup = Markup::default();
    let view = format!("0 0 {} {}", SIZE.0, SIZE.1);
    markup.open(
        "svg",
        &[
            ("class", "wheel"),
            ("viewBox", &view),
            ("role", "group"),
            ("aria-label", &wheel.count),
        ],
    );
    let phases: Vec<(usize, usize)> = Phase::ALL
        .iter()
        .map(|phase| {
            let first = wheel.spokes.iter().position(|spoke| spoke.phase == *phase).unwrap_or(0);
            (first, wheel.spokes.iter().filter(|spoke| spoke.phase == *phase).count())
        })
        .collect();
    let segments = phases.iter().filter(|(_, count)| *count > 0).count();
    let width = (1.0 - BETWEEN * segments as f64) / wheel.spokes.len().max(1) as f64;
    let mut turn = BETWEEN / 2.0;
    let mut names = Vec::new();
    for (at, (first, count)) in phases.into_iter().enumerate().filter(|(_, (_, count))| *count > 0) {
        band(&mut markup, at, &wheel.phases[at], turn, turn + width * count as f64);
        for (n, spoke) in wheel.spokes.iter().enumerate().skip(first).take(count) {
            let (from, to) = (turn + width * SLIT, turn + width * (1.0 - SLIT));
            let number = wheel.is_crowded().then_some(n + 1);
            self::spoke(&mut markup, spoke, number, wheel.colour, from, to);
            names.push(Named {
                turn: (from + to) / 2.0,
                number,
                spoke,
            });
            turn += width;
        }
        turn += BETWEEN;
    }
    if wheel.is_crowded() {
        numbers(&mut markup, &names);
        names = of_many(&names);
    }
    name(&mut markup, &names);
    label(&mut markup, "w-hub", (MIDDLE.0, MIDDLE.1 - 4.0), "middle", &wheel.brand);
    label(
        &mut markup,
        "w-sub",
        (MIDDLE.0, MIDDLE.1 + 18.0),
        "middle",
        &wheel.count,
    );
    markup.finish()
}

fn label(markup: &mut Markup, class: &str, (x, y): (f64, f64), anchor: &str, words: &str) {
    let (x, y) = (format!("{x:.1}"), format!("{y:.1}"));
    let attributes = [("class", class), ("x", &x), ("y", &y), ("text-anchor", anchor)];
    markup.open("text", &attributes).text(&short(words)).close();
}

/// A spoke whose name is drawn.
#[derive(Clone, Copy, Debug)]
struct Named<'a> {
    /// Where it is on the ring.
    turn: f64,
    /// Its number on a crowded wheel.
    number: Option<usize>,
    spoke: &'a Spoke,
}

impl Named<'_> {
    fn name(&self) -> String {
        match self.number {
            Some(number) => format!("{number}. {}", self.spoke.name),
            None => self.spoke.name.clone(),
        }
    }
}

/// Of each run of neighbours the one with the widest gap, the first of several.
fn of_many<'a>(names: &[Named<'a>]) -> Vec<Named<'a>> {
    let run = names.len().div_ceil(NAMED_OF_MANY).max(1);
    let widest = |run: &[Named<'a>]| {
        let first = run.first().copied();
        run.iter().copied().fold(first, |most, other| match most {
            Some(most) if other.spoke.gap() <= most.spoke.gap() => Some(most),
            _ => Some(other),
        })
    };
    names.chunks(run).filter_map(widest).collect()
}

/// Every tenth number at the rim, so that a spoke is found in the list and on paper.
fn numbers(markup: &mut Markup, names: &[Named<'_>]) {
    for named in names {
        let Some(number) = named.number.filter(|number| number % NUMBER_EVERY == 0) else {
            continue;
        };
        let (x, y) = point(named.turn, NUMBERS);
        label(markup, "w-num", (x, y + 3.5), "middle", &number.to_string());
    }
}

/// Every touchpoint of a crowded wheel by its number, phase by phase.
#[must_use]
pub fn list(wheel: &Wheel) -> String {
    let mut markup = Markup::default();
    for (at, phase) in Phase::ALL.iter().enumerate() {
        let Some(first) = wheel.spokes.iter().position(|spoke| spoke.phase == *phase) else {
            continue;
        };
        markup.says("h3", "wlist__h", &wheel.phases[at]);
        markup.open("ol", &[("start", &(first + 1).to_string())]);
        for (n, spoke) in wheel
            .spokes
            .iter()
            .enumerate()
            .filter(|(_, spoke)| spoke.phase == *phase)
        {
            markup.open("li", &[]);
            if let Some(id) = spoke.id {
                let id = id.to_string();
                let attributes = [
                    ("class", "wlist__go"),
                    ("type", "button"),
                    ("data-open", id.as_str()),
                    ("aria-label", &spoke.says),
                ];
                markup.open("button", &attributes);
            } else {
                markup.open("p", &[("class", "wlist__go")]);
            }
            markup.says("span", "wlist__n", &(n + 1).to_string());
            markup.says("span", "", &spoke.name).close().close();
        }
        markup.close();
    }
    markup.finish()
}

/// The most letters of a name beside the wheel.
const LETTERS_MAX: usize = 30;

fn short(words: &str) -> String {
    if words.chars().count() <= LETTERS_MAX {
        return words.to_owned();
    }
    let mut short: String = words.chars().take(LETTERS_MAX - 1).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// A phase: its band, and its name along it. In the lower half the name runs the other way round, so that it stands
/// upright.
fn band(markup: &mut Markup, at: usize, name: &str, from: f64, to: f64) {
    let class = if at == 1 { "w-band w-band--1" } else { "w-band" };
    markup.leaf("path", &[("class", class), ("d", &arc(from, to, BAND, 'M'))]);
    let middle = (from + to) / 2.0;
    let line = if (0.25..0.75).contains(&middle) {
        arc(to, from, BAND + 4.5, 'M')
    } else {
        arc(from, to, BAND - 4.5, 'M')
    };
    let (id, href) = (format!("phase-{at}"), format!("#phase-{at}"));
    markup.leaf("path", &[("id", &id), ("fill", "none"), ("d", &line)]);
    markup.open("text", &[("class", "w-bandt"), ("text-anchor", "middle")]);
    markup
        .open("textPath", &[("href", &href), ("startOffset", "50%")])
        .text(name);
    markup.close().close();
}

fn spoke(markup: &mut Markup, spoke: &Spoke, number: Option<usize>, colour: Colour, from: f64, to: f64) {
    if let Some(id) = spoke.id {
        let id = id.to_string();
        let attributes = [
            ("class", "w-i"),
            ("role", "button"),
            ("tabindex", "-1"),
            ("aria-label", &spoke.says),
            ("data-spoke", &id),
        ];
        markup.open("g", &attributes);
    } else {
        markup.open("g", &[("class", "w-i"), ("role", "img"), ("aria-label", &spoke.says)]);
    }
    let whole = piece(from, to, INNER, outwards(5.0));
    markup.leaf("path", &[("class", "w-track"), ("d", &whole)]);
    let (importance, performance) = (spoke.importance.map(outwards), spoke.performance.map(outwards));
    match colour {
        Colour::Performance => {
            if let Some(performance) = performance {
                markup.leaf(
                    "path",
                    &[("class", "w-perf"), ("d", &piece(from, to, INNER, performance))],
                );
            }
            if let Some((importance, performance)) = importance.zip(performance)
                && importance - performance > GAP_MIN * POINT
            {
                markup.leaf(
                    "path",
                    &[("class", "w-gap"), ("d", &piece(from, to, performance, importance))],
                );
            }
        }
        Colour::Emotion => {
            if let Some(emotion) = spoke.emotion {
                let class = format!("w-emo {}", class_of(Some(emotion)));
                let reach = outwards(f64::from(emotion.get()) + 3.0);
                markup.leaf("path", &[("class", &class), ("d", &piece(from, to, INNER, reach))]);
            }
        }
    }
    if let Some(importance) = importance {
        markup.leaf("path", &[("class", "w-imp"), ("d", &arc(from, to, importance, 'M'))]);
    }
    markup.leaf("path", &[("class", "w-ring"), ("d", &whole)]);
    if number.is_some() {
        // In the middle, while it is pointed at or has the focus.
        let named = Named {
            turn: from,
            number,
            spoke,
        };
        markup.open("g", &[("class", "w-now"), ("aria-hidden", "true")]);
        let (x, y) = MIDDLE;
        label(markup, "w-t", (x, y - 4.0), "middle", &named.name());
        label(markup, "w-c", (x, y + 14.0), "middle", &spoke.channel);
        markup.close();
    }
    markup.close();
}

/// Names around the wheel: right of it to the right, left of it to the left, each with its mark; what would stand in
/// another's line moves away from it.
fn name(markup: &mut Markup, spokes: &[Named<'_>]) {
    let mut right: Vec<(f64, f64, Named<'_>)> = Vec::new();
    let mut left = Vec::new();
    for named in spokes {
        let (x, y) = point(named.turn, NAMES);
        if named.turn < 0.5 {
            right.push((x, y, *named))
        } else {
            left.push((x, y, *named))
        }
    }
    left.reverse();
    for (side, anchor) in [(&mut right, "start"), (&mut left, "end")] {
        spread(side);
        let out = if anchor == "start" { 1.0 } else { -1.0 };
        for (x, y, named) in side.iter() {
            let spoke = named.spoke;
            if named.number.is_some() {
                // Which one of many it is.
                let ((x0, y0), x1) = (point(named.turn, outwards(5.0) + 2.0), x - out * 3.0);
                let line = format!("M{x0:.1} {y0:.1}L{x1:.1} {y:.1}");
                markup.leaf("path", &[("class", "w-lead"), ("d", &line)]);
            }
            let (at, size) = (if anchor == "start" { *x } else { x - 18.0 }, "18");
            let (mx, my) = (format!("{at:.1}"), format!("{:.1}", y - 9.0));
            let class = format!("emw {}", class_of(spoke.emotion));
            markup.open("g", &[("class", "w-n"), ("aria-hidden", "true")]);
            markup.open(
                "svg",
                &[
                    ("class", &class),
                    ("x", &mx),
                    ("y", &my),
                    ("width", size),
                    ("height", size),
                ],
            );
            markup.leaf("use", &[("href", href_of(spoke.emotion))]).close();
            label(markup, "w-t", (x + out * 25.0, y - 1.0), anchor, &named.name());
            label(markup, "w-c", (x + out * 25.0, y + 14.0), anchor, &spoke.channel);
            markup.close();
        }
    }
}

/// Moves names down, and back up from the lower edge, until each has its line. They come in from the top.
fn spread<T>(names: &mut [(f64, f64, T)]) {
    let line = LINE.min((SIZE.1 - 40.0) / names.len().max(1) as f64);
    let mut free = 18.0;
    for (_, y, _) in names.iter_mut() {
        *y = y.max(free);
        free = *y + line;
    }
    let mut free = SIZE.1 - 18.0;
    for (x, y, _) in names.iter_mut().rev() {
        *y = y.min(free);
        free = *y - line;
        // Pushed towards the top or the bottom, a name moves out of the ring's way.
        let (dx, dy) = (*x - MIDDLE.0, *y - MIDDLE.1);
        let clear = (NAMES * NAMES - dy * dy).max(0.0).sqrt();
        if dx.abs() < clear {
            *x = MIDDLE.0 + clear.copysign(dx);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wheel(count: usize) -> Wheel {
        Wheel {
            brand: "<b>Hiên</b>".into(),
            spokes: (0..count)
                .map(|n| Spoke {
                    id: Some(TouchpointId::fresh()),
                    phase: Phase::ALL[n * 3 / count],
                    name: format!("Điểm chạm {n}"),
                    channel: "Zalo".into(),
                    emotion: Emotion::try_from(1).ok(),
                    importance: Some(4.5),
                    performance: Some(2.0),
                    says: format!("\"{n}\""),
                })
                .collect(),
            ..Wheel::default()
        }
    }

    #[test]
    fn every_touchpoint_has_a_spoke_however_many_there_are() {
        for count in [1, 2, 3, 36, 300] {
            let wheel = wheel(count);
            let drawn = draw(&wheel);
            for spoke in &wheel.spokes {
                assert!(
                    drawn.contains(&format!("data-spoke=\"{}\"", spoke.id.unwrap())),
                    "{count}"
                );
            }
            assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{count}");
            assert_eq!(drawn.matches("class=\"w-gap\"").count(), count);
        }
    }

    #[test]
    fn a_crowded_wheel_names_some_and_lists_all() {
        let mut wheel = wheel(90);
        wheel.spokes[7].importance = Some(5.0);
        let drawn = draw(&wheel);
        assert_eq!(drawn.matches("class=\"w-n\"").count(), 30);
        // Of its neighbours the one with the widest gap.
        assert!(drawn.contains(">8. Điểm chạm 7</text>"));
        assert_eq!(drawn.matches("class=\"w-now\"").count(), 90);
        assert_eq!(drawn.matches("class=\"w-num\"").count(), 9);
        let list = list(&wheel);
        assert_eq!(list.matches("data-open=").count(), 90);
        assert_eq!(list.matches("<ol start=").count(), 3);
        assert!(list.contains("<ol start=\"31\">"));
    }

    #[test]
    fn an_empty_wheel_is_drawn_too() {
        assert!(draw(&Wheel::default()).ends_with("</svg>"));
    }

    #[test]
    fn f39_names_are_text() {
        assert!(draw(&wheel(1)).contains("&lt;b&gt;Hiên&lt;/b&gt;"));
    }

    #[test]
    fn names_stand_in_lines_of_their_own_and_outside_the_ring() {
        let wheel = wheel(36);
        let mut side: Vec<(f64, f64, &Spoke)> = wheel.spokes[..18]
            .iter()
            .enumerate()
            .map(|(n, spoke)| {
                let (x, y) = point((n as f64 + 0.5) / 36.0, NAMES);
                (x, y, spoke)
            })
            .collect();
        spread(&mut side);
        for pair in side.windows(2) {
            assert!(
                pair[1].1 - pair[0].1 >= LINE - 0.01,
                "{} after {}",
                pair[1].1,
                pair[0].1
            );
        }
        for (x, y, _) in &side {
            assert!((x - MIDDLE.0).hypot(y - MIDDLE.1) >= NAMES - 0.01);
            assert!((0.0..=SIZE.1).contains(y));
        }
    }
}
