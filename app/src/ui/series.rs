//! A metric over time: the small line on a card and the chart in the panel, as SVG.
//!
//! An open dot is the baseline, the line the readings, the accent dot the last of them; dashed is the target, dotted
//! the straight way there. Above or below it is the story.

use std::fmt::Write as _;

use model::date::Date;

use super::markup::Markup;

/// What is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// Readings by day, oldest first.
    pub values: Vec<(Date, f64)>,
    /// Where it started.
    pub baseline: Option<f64>,
    /// The day it started on, where readings from before are drawn, too; the left edge without.
    pub begun: Option<Date>,
    /// Where it should get to.
    pub target: Option<f64>,
    /// The first and the last day of the drawing, where it is wider than the readings.
    pub days: Option<(Date, Date)>,
}

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeriesSize {
    /// Beside a number.
    Spark,
    /// Across a card: the way from baseline to target is there before anything was measured.
    Card,
    /// With its ends and its target named.
    Chart,
}

/// Numbers and days in the reader's words.
pub struct SeriesWords<'a> {
    /// All of it, for those who cannot see it.
    pub label: &'a str,
    /// A number.
    pub figure: &'a dyn Fn(f64) -> String,
    /// A day.
    pub day: &'a dyn Fn(Date) -> String,
}

/// How near to an edge of the chart a number keeps to it: the room of a number.
const EDGE: f64 = 48.0;
/// The height of a number on the chart.
const LINE: f64 = 12.0;

/// The drawing; empty while there is nothing to draw.
#[must_use]
pub fn series(series: &Series, size: SeriesSize, words: &SeriesWords<'_>) -> String {
    let mut markup = Markup::default();
    let ends = series.values.first().zip(series.values.last());
    let Some(start) = series.baseline.or(ends.map(|(first, _)| first.1)) else {
        return markup.finish();
    };
    if ends.is_none() && size != SeriesSize::Card {
        return markup.finish();
    }
    let (width, height, margin) = match size {
        SeriesSize::Spark => (88.0, 24.0, 4.0),
        SeriesSize::Card => (200.0, 44.0, 6.0),
        SeriesSize::Chart => (308.0, 132.0, 22.0),
    };
    let all = series
        .values
        .iter()
        .map(|(_, value)| *value)
        .chain([start])
        .chain(series.target);
    let (low, high) = all.fold((f64::MAX, f64::MIN), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let span = if high > low { high - low } else { 1.0 };
    let read = ends.map(|(first, last)| (first.0, last.0));
    let (first, last) = match (read, series.days) {
        (Some((first, last)), Some((from, until))) => (first.min(from), last.max(until)),
        (Some(days), None) | (None, Some(days)) => days,
        (None, None) => (Date::MIN, Date::MIN),
    };
    let days = f64::from((last.days() - first.days()).max(1));
    // A lone reading stands at the right, where "now" is.
    let x = |date: Date| {
        let share = if last == first {
            1.0
        } else {
            f64::from(date.days() - first.days()) / days
        };
        6.0 + share * (width - 12.0)
    };
    let y = |value: f64| height - margin - (value - low) / span * (height - 2.0 * margin);

    let begun = (series.begun.map_or(6.0, x) * 10.0).round() / 10.0;

    let view = format!("0 0 {width} {height}");
    let class = match size {
        SeriesSize::Spark => "spark",
        SeriesSize::Card => "spark spark--card",
        SeriesSize::Chart => "spark spark--chart",
    };
    markup.open(
        "svg",
        &[
            ("class", class),
            ("viewBox", &view),
            ("role", "img"),
            ("aria-label", words.label),
        ],
    );
    if let Some(target) = series.target {
        let level = y(target);
        markup.leaf(
            "path",
            &[("class", "s-target"), ("d", &format!("M0 {level:.1}H{width}"))],
        );
        if begun < width - 6.0 {
            let way = format!("M{begun} {:.1}L{:.1} {level:.1}", y(start), width - 6.0);
            markup.leaf("path", &[("class", "s-way"), ("d", &way)]);
        }
    }
    let mut line = String::new();
    if size == SeriesSize::Card && !series.values.is_empty() {
        let _ = write!(line, "M6.0 {:.1}", y(start));
    }
    for (date, value) in &series.values {
        let _ = write!(
            line,
            "{}{:.1} {:.1}",
            if line.is_empty() { 'M' } else { 'L' },
            x(*date),
            y(*value)
        );
    }
    markup.leaf("path", &[("class", "s-line"), ("d", &line)]);
    dot(&mut markup, "s-start", begun, y(start));
    let Some((_, &(last_read, now))) = ends else {
        return markup.finish();
    };
    dot(&mut markup, "s-now", x(last_read), y(now));
    if size == SeriesSize::Chart {
        let mut say = |x: f64, y: f64, anchor, text: &str| {
            let (x, y) = (format!("{x:.1}"), format!("{y:.1}"));
            markup
                .open("text", &[("x", &x), ("y", &y), ("text-anchor", anchor)])
                .text(text)
                .close();
        };
        say(0.0, height - 4.0, "start", &(words.day)(first));
        if last != first {
            say(width, height - 4.0, "end", &(words.day)(last));
        }
        // Away from each other, and inside the drawing; where they would lie on each other, the last alone.
        let read = x(last_read);
        if read - begun > EDGE || (y(start) - y(now)).abs() > LINE {
            let (at, anchor) = if begun < EDGE { (0.0, "start") } else { (begun, "end") };
            say(at, y(start) - 7.0, anchor, &(words.figure)(start));
        }
        let (at, anchor) = if read > width - EDGE {
            (width, "end")
        } else {
            (read, "start")
        };
        say(at, y(now) - 7.0, anchor, &(words.figure)(now));
    }
    markup.finish()
}

fn dot(markup: &mut Markup, class: &str, x: f64, y: f64) {
    let (x, y) = (format!("{x:.1}"), format!("{y:.1}"));
    markup.leaf("circle", &[("class", class), ("cx", &x), ("cy", &y), ("r", "3")]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: i32) -> Date {
        Date::new(2026, 1, 1).unwrap().plus_days(n)
    }

    fn draw(it: &Series, size: SeriesSize) -> String {
        let words = SeriesWords {
            label: "NPS",
            figure: &|value| format!("{value:.1}"),
            day: &|date| date.to_string(),
        };
        series(it, size, &words)
    }

    #[test]
    fn nothing_measured_draws_nothing() {
        assert_eq!(draw(&Series::default(), SeriesSize::Chart), "");
        assert_eq!(draw(&Series::default(), SeriesSize::Card), "");
    }

    #[test]
    fn a_card_shows_the_way_before_anything_is_measured_and_the_readings_on_it() {
        let mut it = Series {
            baseline: Some(1.0),
            target: Some(5.0),
            days: Some((day(0), day(100))),
            ..Series::default()
        };
        let drawn = draw(&it, SeriesSize::Card);
        assert!(drawn.contains("d=\"M6 38.0L194.0 6.0\""), "{drawn}");
        assert!(!drawn.contains("s-now"), "{drawn}");
        // Half of the days and half of the way: 1 stands at 38, 5 at 6.
        it.values = vec![(day(50), 3.0)];
        let drawn = draw(&it, SeriesSize::Card);
        assert!(drawn.contains("d=\"M6.0 38.0L100.0 22.0\""), "{drawn}");
    }

    #[test]
    fn an_attempt_starts_on_its_own_day_among_the_readings_from_before() {
        let it = Series {
            values: vec![(day(0), 5.0), (day(75), 3.0)],
            baseline: Some(4.0),
            target: Some(1.0),
            begun: Some(day(50)),
            days: Some((day(50), day(100))),
        };
        // 308 by 132 with a margin of 22: half of the days is 154, 5 stands at 22, 1 at 110.
        let drawn = draw(&it, SeriesSize::Chart);
        assert!(drawn.contains("class=\"s-start\" cx=\"154.0\" cy=\"44.0\""), "{drawn}");
        assert!(drawn.contains("d=\"M154 44.0L302.0 110.0\""), "{drawn}");
        assert!(drawn.contains("d=\"M6.0 22.0L228.0 66.0\""), "{drawn}");
        // Not yet begun: the last reading is the start, and there is no way to draw.
        let it = Series {
            begun: Some(day(75)),
            days: None,
            ..it
        };
        assert!(!draw(&it, SeriesSize::Chart).contains("s-way"));
    }

    #[test]
    fn one_reading_and_equal_readings_are_drawn_without_dividing_by_nothing() {
        for values in [vec![(day(0), 3.0)], vec![(day(0), 3.0), (day(9), 3.0)]] {
            let it = Series {
                values,
                ..Series::default()
            };
            for size in [SeriesSize::Spark, SeriesSize::Chart] {
                let drawn = draw(&it, size);
                assert!(drawn.contains("s-now") && !drawn.contains("NaN") && !drawn.contains("inf"));
            }
        }
    }

    #[test]
    fn higher_is_drawn_higher_and_later_further_right() {
        let it = Series {
            values: vec![(day(0), 2.0), (day(10), 4.0)],
            baseline: Some(1.0),
            target: Some(5.0),
            ..Series::default()
        };
        // 88 by 24 with a margin of 4: 1 stands at 20, 5 at 4.
        let drawn = draw(&it, SeriesSize::Spark);
        assert!(drawn.contains("d=\"M6.0 16.0L82.0 8.0\""), "{drawn}");
        assert!(drawn.contains("d=\"M0 4.0H88\""), "{drawn}");
        assert!(drawn.contains("d=\"M6 20.0L82.0 4.0\""), "{drawn}");
    }
}
