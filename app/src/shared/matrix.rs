//! The matrix as it is read: the plot, and what comes first beside it.

use leptos_i18n::td_string;
use model::board::Quadrant;
use model::ratings::{Criterion, Priority};

use super::{Pen, Section, section};
use crate::map::matrix_places::{Places, Side, Spot, heaps, places, share};
use crate::map::{quadrant_name, rating_words, words};
use crate::ui::marks::{RatingSize, draw_rating};
use crate::ui::markup::Markup;

pub fn draw(pen: &Pen<'_>) -> Vec<Section> {
    if pen.shown.disclosed.priorities.ranked.is_empty() {
        let mut markup = Markup::default();
        markup.open("section", &[("class", "sh-none"), ("id", "plot")]).says(
            "p",
            "",
            td_string!(pen.locale(), shared.unrated),
        );
        return vec![section("plot", markup)];
    }
    vec![section("plot", plot(pen)), section("rank", list(pen))]
}

fn name(pen: &Pen<'_>, priority: &Priority) -> String {
    let card = pen.shown.disclosed.board.touchpoints.get(&priority.id);
    words::or_unnamed(pen.language, card.map_or("", |card| &card.name))
}

fn plot(pen: &Pen<'_>) -> Markup {
    let ranked = &pen.shown.disclosed.priorities.ranked;
    let names: Vec<String> = ranked.iter().map(|priority| name(pen, priority)).collect();
    let dots: Vec<(f64, f64, usize)> = ranked
        .iter()
        .zip(&names)
        .map(|(it, name)| (it.performance, it.importance, name.chars().count()))
        .collect();
    let Places {
        spots,
        fans,
        heaps: wide,
    } = places(&dots);
    let phone = heaps(&dots);
    let mut markup = Markup::default();
    let label = td_string!(pen.locale(), matrix.label);
    markup.open(
        "section",
        &[("class", "plotwrap sh-plot"), ("id", "plot"), ("aria-label", label)],
    );
    quadrants(&mut markup, pen, [Quadrant::Concentrate, Quadrant::KeepUp], "quads");
    axis(&mut markup, pen, Criterion::Importance, "axis axis--y");
    // The list says the same in words.
    markup.open("div", &[("class", "plot"), ("aria-hidden", "true")]);
    for fan in &fans {
        let style = format!(
            "--x:{:.2}%;--y:{:.2}%;--k:{:.2}",
            fan.x * 100.0,
            fan.y * 100.0,
            fan.width
        );
        markup.leaf("i", &[("class", "fan"), ("style", &style)]);
    }
    for (at, ((priority, spot), name)) in ranked.iter().zip(&spots).zip(&names).enumerate() {
        let is_heaped = phone.iter().any(|heap| heap.dots.contains(&at));
        dot(&mut markup, at + 1, priority, spot, name, is_heaped);
    }
    for (heaps, room) in [(&wide, "heap heap--wide"), (&phone, "heap heap--phone")] {
        for heap in heaps {
            let mut dots = heap.dots.iter().filter_map(|at| ranked.get(*at));
            let is_first = dots.any(|it| it.quadrant == Quadrant::Concentrate);
            let class = if is_first {
                format!("{room} heap--first")
            } else {
                room.to_owned()
            };
            let style = format!("--x:{:.2}%;--y:{:.2}%", heap.x * 100.0, heap.y * 100.0);
            markup
                .open("span", &[("class", &class), ("style", &style)])
                .text(&format!("×{}", heap.dots.len()))
                .close();
        }
    }
    markup.close();
    quadrants(
        &mut markup,
        pen,
        [Quadrant::Low, Quadrant::Overkill],
        "quads quads--low",
    );
    axis(&mut markup, pen, Criterion::Performance, "axis axis--x");
    markup
}

fn dot(markup: &mut Markup, rank: usize, priority: &Priority, spot: &Spot, name: &str, is_heaped: bool) {
    let mut class = "dotm".to_owned();
    for (has, word) in [
        (priority.quadrant == Quadrant::Concentrate, " dotm--first"),
        (is_heaped, " dotm--heaped"),
        (spot.is_crowded, " dotm--crowded"),
    ] {
        if has {
            class.push_str(word);
        }
    }
    let style = format!(
        "--x:{:.2}%;--y:{:.2}%;--dx:{:.2};--dy:{:.2};--own-x:{:.2}%;--own-y:{:.2}%",
        spot.x * 100.0,
        spot.y * 100.0,
        spot.dx,
        spot.dy,
        share(priority.performance) * 100.0,
        share(priority.importance) * 100.0
    );
    markup
        .open("span", &[("class", &class), ("style", &style)])
        .text(&rank.to_string());
    let side = match (spot.name, spot.is_long) {
        (Some(Side::Right), false) => "dotm__l",
        (Some(Side::Right), true) => "dotm__l dotm__l--long",
        (Some(Side::Left), false) => "dotm__l dotm__l--left",
        (Some(Side::Left), true) => "dotm__l dotm__l--left dotm__l--long",
        (None, _) => "",
    };
    if !side.is_empty() {
        markup.says("span", side, name);
    }
    markup.close();
}

fn quadrants(markup: &mut Markup, pen: &Pen<'_>, pair: [Quadrant; 2], class: &str) {
    let own = &pen.shown.disclosed.board.map.quadrants;
    markup.open("div", &[("class", class)]);
    for quadrant in pair {
        let class = if quadrant == Quadrant::Concentrate {
            "quad quad--first"
        } else {
            "quad"
        };
        markup
            .open("div", &[("class", class)])
            .says("b", "quad__name", &quadrant_name(pen.language, quadrant, own))
            .says("span", "", words::quadrant_hint(pen.language, quadrant))
            .close();
    }
    markup.close();
}

fn axis(markup: &mut Markup, pen: &Pen<'_>, criterion: Criterion, class: &str) {
    markup.open("p", &[("class", class), ("aria-hidden", "true")]);
    for score in 1..=5_u8 {
        let style = format!("--at:{:.1}%", share(f64::from(score)) * 100.0);
        markup
            .open("span", &[("class", "tick"), ("style", &style)])
            .text(&score.to_string())
            .close();
    }
    markup.says("b", "", words::criterion(pen.language, criterion)).close();
}

fn list(pen: &Pen<'_>) -> Markup {
    let (shown, locale) = (pen.shown.disclosed, pen.locale());
    let mut markup = Markup::default();
    markup.open("section", &[("class", "sh-rank"), ("id", "rank")]);
    markup
        .says("h2", "rank__h", td_string!(locale, matrix.first))
        .says("p", "rank__p", td_string!(locale, matrix.formula))
        .open("ol", &[("class", "rank__list")]);
    for (at, priority) in shown.priorities.ranked.iter().enumerate() {
        let class = if priority.quadrant == Quadrant::Concentrate {
            "ri"
        } else {
            "ri ri--late"
        };
        let (importance, performance) = (Some(priority.importance), Some(priority.performance));
        let said = rating_words(pen.language, importance, performance);
        markup
            .open("li", &[("class", class)])
            .open("div", &[("class", "ri__go")]);
        markup
            .says("span", "ri__n", &(at + 1).to_string())
            .says("b", "ri__t", &name(pen, priority))
            .open("span", &[("class", "ri__s")]);
        draw_rating(&mut markup, importance, performance, &said, RatingSize::Card);
        markup
            .open("span", &[("class", "ri__said"), ("aria-hidden", "true")])
            .text(&said)
            .close()
            .close()
            .close()
            .close();
    }
    markup.close();
    let unrated = shown
        .priorities
        .unrated
        .iter()
        .filter_map(|id| shown.board.touchpoints.get(id));
    let unrated: Vec<String> = unrated
        .map(|card| words::or_unnamed(pen.language, &card.name))
        .collect();
    if !unrated.is_empty() {
        markup.says("h3", "sh-cell", td_string!(locale, matrix.unrated));
        markup.says("p", "sh-goal", &unrated.join(" · "));
    }
    markup
}
