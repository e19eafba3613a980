//! Insights as they are read: coverage and the rule of 7.

use leptos_i18n::td_string;
use model::find::Query;

use super::{Pen, Section, section};
use crate::map::{coverage, rule_of_seven};
use crate::ui::markup::Markup;

pub fn draw(pen: &Pen<'_>) -> Vec<Section> {
    let (shown, locale) = (pen.shown.disclosed, pen.locale());
    let mut markup = Markup::default();
    markup.open("section", &[("class", "sh-insights"), ("id", "insights")]);
    if shown.board.touchpoints.is_empty() {
        markup.says("p", "sh-none", td_string!(locale, shared.no_touchpoints));
        return vec![section("insights", markup)];
    }
    markup
        .says("h2", "isec__h", td_string!(locale, insights.coverage))
        .says("p", "isec__p", td_string!(locale, insights.coverage_about))
        .open("div", &[("class", "covers")])
        .put(&coverage(pen.language, &shown.board, &shown.layout))
        .close();
    if !shown.layout.personas.is_empty() {
        markup
            .says("h2", "isec__h", td_string!(locale, insights.seven))
            .says("p", "isec__p", td_string!(locale, insights.seven_about))
            .put(&rule_of_seven(
                pen.language,
                &shown.board,
                &shown.layout,
                &Query::default(),
            ));
    }
    vec![section("insights", markup)]
}
