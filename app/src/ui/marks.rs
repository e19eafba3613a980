//! The product's own signs: the emotion marks and the rating line.
//!
//! How happy a customer is, is told by shape as well as by colour: diamonds are bad, circles good, filled at the
//! ends. A dashed ring is unrated.

use leptos::prelude::*;
use model::board::Emotion;

/// Where in the sprite the mark of a rating is.
#[must_use]
pub const fn href_of(value: Option<Emotion>) -> &'static str {
    match value {
        None => "#e-x",
        Some(emotion) => match emotion.get() {
            ..=-2 => "#e-n2",
            -1 => "#e-n1",
            0 => "#e-0",
            1 => "#e-p1",
            2.. => "#e-p2",
        },
    }
}

/// The class that colours it.
#[must_use]
pub const fn class_of(value: Option<Emotion>) -> &'static str {
    match value {
        None => "emo",
        Some(emotion) => match emotion.get() {
            ..=-2 => "emo emo--n2",
            -1 => "emo emo--n1",
            0 => "emo emo--0",
            1 => "emo emo--p1",
            2.. => "emo emo--p2",
        },
    }
}

/// The gap between importance and performance from which it is drawn: less is noise between raters.
pub const GAP_MIN: f64 = 0.25;

/// Importance and performance in one line: the bar is performance, the notch importance, and the stretch between
/// what is missing. A dashed track is unrated. Means from 1 to 5; `label` says both in words.
pub fn rating_line(
    importance: Option<f64>,
    performance: Option<f64>,
    label: String,
    size: RatingSize,
) -> impl IntoView {
    let line = Line::of(importance, performance, size);
    let (class, width, gap, notch) = (line.class, line.width, line.gap, line.notch);
    view! {
        <svg class=class viewBox=format!("0 0 {width} 12") role="img" aria-label=label>
            <rect
                class=line.track
                x="0"
                y="4"
                width=width
                height="4"
                rx="2"
            ></rect>
            <path class="r-g" d=gap></path>
            <rect
                class="r-p"
                x="0"
                y="4"
                width=line.bar
                height="4"
                rx="2"
            ></rect>
            <path class="r-i" d=notch></path>
        </svg>
    }
}

/// The line in numbers.
struct Line {
    class: &'static str,
    track: &'static str,
    width: f64,
    gap: Option<String>,
    bar: String,
    notch: Option<String>,
}

impl Line {
    fn of(importance: Option<f64>, performance: Option<f64>, size: RatingSize) -> Self {
        let (class, width) = match size {
            RatingSize::Card => ("rate", 36.0),
            RatingSize::Long => ("rate rate--l", 46.0),
        };
        // The scale runs from 0, so that a 1 is still a stretch of bar.
        let at = |score: f64| (score / 5.0 * width).clamp(0.0, width - 1.0);
        let gap = importance
            .zip(performance)
            .filter(|(importance, performance)| importance - performance > GAP_MIN);
        Self {
            class,
            track: if performance.is_some() { "r-t" } else { "r-t r-u" },
            width,
            gap: gap.map(|(importance, performance)| {
                format!("M{:.1} 6H{:.1}", (at(performance) - 1.0).max(0.0), at(importance))
            }),
            bar: format!("{:.1}", performance.map_or(0.0, at)),
            notch: importance.map(|importance| format!("M{:.1} 1.5v9", at(importance))),
        }
    }
}

/// The same as markup.
#[cfg(feature = "ssr")]
pub fn draw_rating(
    markup: &mut super::markup::Markup,
    importance: Option<f64>,
    performance: Option<f64>,
    label: &str,
    size: RatingSize,
) {
    let line = Line::of(importance, performance, size);
    let width = line.width.to_string();
    let rect = |class, width| {
        [
            ("class", class),
            ("x", "0"),
            ("y", "4"),
            ("width", width),
            ("height", "4"),
            ("rx", "2"),
        ]
    };
    markup
        .open(
            "svg",
            &[
                ("class", line.class),
                ("viewBox", &format!("0 0 {width} 12")),
                ("role", "img"),
                ("aria-label", label),
            ],
        )
        .leaf("rect", &rect(line.track, &width));
    if let Some(gap) = &line.gap {
        markup.leaf("path", &[("class", "r-g"), ("d", gap)]);
    }
    markup.leaf("rect", &rect("r-p", &line.bar));
    if let Some(notch) = &line.notch {
        markup.leaf("path", &[("class", "r-i"), ("d", notch)]);
    }
    markup.close();
}

/// How long the line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RatingSize {
    /// On a card.
    Card,
    /// In the panel and in the key.
    Long,
}
