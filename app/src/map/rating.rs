//! Importance and performance of a touchpoint, as a card shows them.

use leptos::prelude::*;
use model::board::Touchpoint;

use crate::language::{Language, decimal, t_string};
use crate::ui::marks::{RatingSize, rating_line};

/// Both means in one line.
pub fn rating(language: Language, touchpoint: Option<&Touchpoint>, size: RatingSize) -> impl IntoView + use<> {
    let importance = touchpoint.and_then(Touchpoint::mean_importance).map(|mean| mean.mean);
    let performance = touchpoint.and_then(Touchpoint::mean_performance).map(|mean| mean.mean);
    rating_line(importance, performance, words(language, importance, performance), size)
}

fn words(language: Language, importance: Option<f64>, performance: Option<f64>) -> String {
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
