//! The wheel as it is read.

use leptos_i18n::td_string;
use model::ratings::Criterion;

use super::{Pen, Section, map, section};
use crate::map::wheel_drawing::{draw as drawing, list};
use crate::map::{Colour, gather_wheel};
use crate::ui::markup::Markup;

pub fn draw(pen: &Pen<'_>) -> Vec<Section> {
    let (shown, locale) = (pen.shown.disclosed, pen.locale());
    // Without ratings the wheel tells how customers feel.
    let colour = if shown.means.is_empty() {
        Colour::Emotion
    } else {
        Colour::Performance
    };
    let rating = |card: &model::board::Touchpoint, criterion| {
        let means = shown.means.get(&card.id)?;
        match criterion {
            Criterion::Importance => means.importance,
            Criterion::Performance => means.performance,
        }
    };
    let mut wheel = gather_wheel(
        pen.language,
        &shown.board,
        &shown.layout,
        map::focus(pen),
        &rating,
        &|id| shown.board.touchpoints.contains_key(&id),
        colour,
    );
    for spoke in &mut wheel.spokes {
        spoke.id = None;
    }
    let mut markup = Markup::default();
    markup.open("section", &[("class", "sh-wheel"), ("id", "wheel")]);
    if wheel.spokes.is_empty() {
        markup.says("p", "sh-none", td_string!(locale, shared.no_touchpoints));
        return vec![section("wheel", markup)];
    }
    if !shown.means.is_empty() {
        let heading = match &wheel.widest {
            Some(stage) => td_string!(locale, wheel.widest, stage = stage.as_str()),
            None if wheel.is_rated() => td_string!(locale, wheel.no_gap).to_owned(),
            None => td_string!(locale, wheel.unrated).to_owned(),
        };
        markup.says("h2", "wside__h", &heading);
    }
    let about = match colour {
        Colour::Performance => td_string!(locale, wheel.about),
        Colour::Emotion => td_string!(locale, wheel.about_emotion),
    };
    markup.says("p", "wside__p", about);
    if colour == Colour::Performance {
        markup
            .open("ul", &[("class", "wkey sh-wkey")])
            .says("li", "wkey__perf", td_string!(locale, panel.performance))
            .says("li", "wkey__imp", td_string!(locale, panel.importance))
            .says("li", "wkey__gap", td_string!(locale, wheel.gap))
            .close();
    }
    markup
        .open("div", &[("class", "wheelbox")])
        .put(&drawing(&wheel))
        .close();
    // On a phone the names around the wheel have no room: there it is the list that has them.
    let class = if wheel.is_crowded() {
        "wlist sh-wlist"
    } else {
        "wlist sh-wlist sh-wlist--phone"
    };
    markup
        .open("div", &[("class", class)])
        .says("h2", "wside__t", td_string!(locale, wheel.list))
        .open("div", &[("class", "wlist__in")])
        .put(&list(&wheel))
        .close()
        .close();
    vec![section("wheel", markup)]
}
