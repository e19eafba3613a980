//! A tiny true picture of a map: its stages, its cards, and the emotion curve.

use model::board::Phase;
use model::summary::Summary;

use crate::ui::curve::monotone_path;
use crate::ui::markup::Markup;

/// The picture's own units; the page scales it to its column.
const WIDTH: f64 = 368.0;
const HEIGHT: f64 = 150.0;
/// Where the cards begin and must end, above the curve.
const CARDS_TOP: f64 = 26.0;
const CARDS_END: f64 = 88.0;
/// Height of a row of cards while there is room.
const ROW: f64 = 13.0;
/// More rows than this would be hairlines; a fuller column is drawn full.
const ROWS_MAX: u32 = 12;
/// The curve's middle, and one step of emotion.
const CURVE_ZERO: f64 = 115.0;
const CURVE_STEP: f64 = 10.0;
/// Beyond this many ratings dots would cover the line.
const DOTS_MAX: usize = 60;

/// Draws a map. The picture says nothing that the words beside it do not say, so it is hidden from a screen reader.
pub fn draw(markup: &mut Markup, summary: &Summary) {
    let column = WIDTH / f64::from(u32::try_from(summary.stages.len().max(1)).unwrap_or(1));
    let (mut bands, mut heads, mut cards) = (String::new(), String::new(), String::new());
    for (at, (phase, count)) in summary.stages.iter().enumerate() {
        let left = column * float(at);
        if *phase == Phase::During {
            bands.push_str(&rect(left, 0.0, column, HEIGHT, 0.0));
        }
        let inset = (column * 0.12).min(9.0);
        heads.push_str(&rect(left + inset, 13.0, (column * 0.42).min(30.0), 3.5, 1.5));
        let rows = (*count).min(ROWS_MAX);
        let row = if rows == 0 {
            ROW
        } else {
            ROW.min((CARDS_END - CARDS_TOP) / f64::from(rows))
        };
        for i in 0..rows {
            cards.push_str(&rect(
                left + inset,
                CARDS_TOP + row * f64::from(i),
                column - 2.0 * inset,
                row * 0.73,
                (row * 0.2).min(2.5),
            ));
        }
    }

    let points = curve(summary, column);
    let path = monotone_path(&points.iter().map(|(x, y, _)| (*x, *y)).collect::<Vec<_>>());
    markup.open(
        "svg",
        &[("class", "thumb"), ("viewBox", "0 0 368 150"), ("aria-hidden", "true")],
    );
    for (class, d) in [("th-b", &bands), ("th-h", &heads), ("th-c", &cards), ("th-l", &path)] {
        markup.leaf("path", &[("class", class), ("d", d)]);
    }
    if points.len() <= DOTS_MAX {
        for (x, y, emotion) in points {
            let (x, y) = (format!("{x:.1}"), format!("{y:.1}"));
            markup.leaf("circle", &[("class", dot(emotion)), ("cx", &x), ("cy", &y), ("r", "3")]);
        }
    }
    markup.close();
}

/// One point a rated touchpoint, spread over its stage's column in card order; the unrated are passed by.
fn curve(summary: &Summary, column: f64) -> Vec<(f64, f64, i8)> {
    let mut points = Vec::new();
    let mut ratings = summary.curve.iter();
    for (at, (_, count)) in summary.stages.iter().enumerate() {
        for i in 0..*count {
            let Some(rating) = ratings.next() else { return points };
            let Some(emotion) = *rating else { continue };
            let x = column * (float(at) + (f64::from(i) + 0.5) / f64::from(*count));
            points.push((x, CURVE_ZERO - CURVE_STEP * f64::from(emotion), emotion));
        }
    }
    points
}

const fn dot(emotion: i8) -> &'static str {
    match emotion {
        ..=-2 => "th--n2",
        -1 => "th--n1",
        0 => "th--0",
        1 => "th--p1",
        2.. => "th--p2",
    }
}

fn float(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

/// A rectangle as a piece of a path: one element for all of them keeps a shelf of many maps light.
fn rect(x: f64, y: f64, width: f64, height: f64, r: f64) -> String {
    let (across, down) = (width - 2.0 * r, height - 2.0 * r);
    if r == 0.0 {
        return format!("M{x:.1} {y:.1}h{width:.1}v{height:.1}h-{width:.1}z");
    }
    format!(
        "M{:.1} {y:.1}h{across:.1}a{r:.1} {r:.1} 0 0 1 {r:.1} {r:.1}v{down:.1}a{r:.1} {r:.1} 0 0 1 -{r:.1} \
         {r:.1}h-{across:.1}a{r:.1} {r:.1} 0 0 1 -{r:.1} -{r:.1}v-{down:.1}a{r:.1} {r:.1} 0 0 1 {r:.1} -{r:.1}z",
        x + r,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_passes_unrated_cards_by() {
        let summary = Summary {
            stages: vec![(Phase::Before, 2), (Phase::During, 0), (Phase::After, 2)],
            curve: vec![Some(2), None, Some(-2), Some(0)],
            ..Summary::default()
        };
        assert_eq!(
            curve(&summary, 100.0),
            vec![(25.0, 95.0, 2), (225.0, 135.0, -2), (275.0, 115.0, 0)]
        );
    }

    #[test]
    fn a_curve_that_is_too_short_ends_early() {
        let summary = Summary {
            stages: vec![(Phase::Before, 3)],
            curve: vec![Some(1)],
            ..Summary::default()
        };
        assert_eq!(curve(&summary, 90.0).len(), 1);
    }
}
