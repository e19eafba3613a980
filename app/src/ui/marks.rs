//! The product's own signs: the emotion marks and the rating line.

use leptos::prelude::*;
use model::board::Emotion;

/// How happy a customer is, told by shape as well as by colour: diamonds are bad, circles good, filled at the ends.
/// A dashed ring is unrated. Without a label it is decoration beside words.
#[component]
pub fn EmotionMark(
    /// The rating.
    #[prop(into)]
    value: Signal<Option<Emotion>>,
    /// Its name, where no words stand beside it.
    #[prop(optional, into)]
    label: Option<Signal<String>>,
) -> impl IntoView {
    view! {
        <svg
            class=move || class_of(value.get())
            role=label.map(|_| "img")
            aria-hidden=if label.is_some() { None } else { Some("true") }
            aria-label=label.map(|label| move || label.get())
        >
            <use href=move || href_of(value.get())></use>
        </svg>
    }
}

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
const GAP_MIN: f64 = 0.25;

/// Importance and performance in one line: the bar is performance, the notch importance, and the stretch between
/// what is missing. A dashed track is unrated.
#[component]
pub fn RatingLine(
    /// Mean importance, 1–5.
    #[prop(into)]
    importance: Signal<Option<f64>>,
    /// Mean performance, 1–5.
    #[prop(into)]
    performance: Signal<Option<f64>>,
    /// Both in words.
    #[prop(into)]
    label: Signal<String>,
    /// The long form, for the panel.
    #[prop(optional)]
    long: bool,
) -> impl IntoView {
    let width = if long { 46.0 } else { 36.0 };
    // The scale runs from 0, so that a 1 is still a stretch of bar.
    let at = move |score: f64| (score / 5.0 * width).clamp(0.0, width - 1.0);
    let gap = move || {
        let (importance, performance) = (importance.get()?, performance.get()?);
        (importance - performance > GAP_MIN)
            .then(|| format!("M{:.1} 6H{:.1}", (at(performance) - 1.0).max(0.0), at(importance)))
    };
    view! {
        <svg class=if long { "rate rate--l" } else { "rate" } viewBox=format!("0 0 {width} 12") role="img" aria-label=move || label.get()>
            <rect
                class=move || if performance.get().is_some() { "r-t" } else { "r-t r-u" }
                x="0"
                y="4"
                width=width.to_string()
                height="4"
                rx="2"
            ></rect>
            <path class="r-g" d=move || gap().unwrap_or_default()></path>
            <rect
                class="r-p"
                x="0"
                y="4"
                width=move || format!("{:.1}", performance.get().map_or(0.0, at))
                height="4"
                rx="2"
            ></rect>
            <path
                class="r-i"
                d=move || importance.get().map(|score| format!("M{:.1} 1.5v9", at(score))).unwrap_or_default()
            ></path>
        </svg>
    }
}
