//! Importance and performance of a touchpoint, as a card shows them.

use leptos::prelude::*;
use model::board::Touchpoint;
use model::ratings::Criterion;

use super::desk::Desk;
use crate::language::{Language, decimal, t_string};
use crate::ui::marks::{RatingSize, rating_line};

/// What this person may see of both, in one line: the means, or while a round is open their own scores.
pub fn rating(desk: Desk, touchpoint: Option<&Touchpoint>, size: RatingSize) -> impl IntoView + use<> {
    let ratings = desk.ratings.get();
    let shown = |criterion| touchpoint.and_then(|card| ratings.shown(card, criterion));
    line_of(
        desk.language,
        shown(Criterion::Importance),
        shown(Criterion::Performance),
        size,
    )
}

/// Two numbers in one line.
pub fn line_of(
    language: Language,
    importance: Option<f64>,
    performance: Option<f64>,
    size: RatingSize,
) -> impl IntoView + use<> {
    rating_line(importance, performance, words(language, importance, performance), size)
}

/// Both in words.
#[must_use]
pub fn words(language: Language, importance: Option<f64>, performance: Option<f64>) -> String {
    if importance.is_none() && performance.is_none() {
        return t_string!(language, touchpoint.rating_none).to_owned();
    }
    let say = |mean: Option<f64>| {
        mean.map_or_else(
            || t_string!(language, panel.unrated).to_lowercase(),
            |mean| decimal(mean, language.get()),
        )
    };
    t_string!(
        language,
        touchpoint.rating_summary,
        importance = say(importance),
        performance = say(performance)
    )
}
