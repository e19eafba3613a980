//! The feedback-loop board as it is read: its columns, what was tried and what came of it.

use leptos_i18n::td_string;
use model::items::Anchor;
use model::loops::Step;

use super::{Pen, Section, section};
use crate::map::loop_face::{draw as card, face};
use crate::map::words;
use crate::ui::markup::Markup;

pub fn draw(pen: &Pen<'_>) -> Vec<Section> {
    let (shown, locale) = (pen.shown.disclosed, pen.locale());
    let chains = shown.board.chains();
    let mut markup = Markup::default();
    markup.open("section", &[("class", "sh-loop"), ("id", "loop")]);
    if shown.board.improvements().next().is_none() {
        markup.says("p", "sh-none", td_string!(locale, shared.no_loops));
        return vec![section("loop", markup)];
    }
    for step in Step::ALL {
        let ids = &shown.layout.improvements[*step as usize];
        markup.open("div", &[("class", "sh-col")]);
        markup
            .open("h2", &[("class", "sh-col__h")])
            .text(words::step(locale, *step))
            .says("span", "sh-col__n", &ids.len().to_string())
            .close();
        for it in ids.iter().filter_map(|id| shown.board.improvement(*id)) {
            let mut face = face(&shown.board, &chains, it, pen.shown.zone);
            face.attempt = shown.attempts.get(&it.id).copied().unwrap_or(face.attempt);
            face.accepted = shown.accepted.contains(&it.id);
            // They stand on the board themselves.
            face.next.clear();
            markup.open("article", &[("class", "job")]);
            markup.put(&card(pen.language, &face, &[], Some(pen.shown.today)));
            let name = words::or_unnamed(pen.language, &it.name);
            pen.talk_link(&mut markup, it.id.0.as_u128(), Anchor::Improvement(it.id), &name);
            markup.close();
        }
        markup.close();
    }
    vec![section("loop", markup)]
}
