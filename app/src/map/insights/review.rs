//! When the map was reviewed, when that is due again, and what changed in between.

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::date::Date;
use model::edit::Edit;
use model::id::ReviewId;

use super::links;
use crate::language::{Language, date, t, t_string};
use crate::map::day::day_field;
use crate::map::desk::Desk;
use crate::map::words;
use crate::ui::dynamic::{any, dynamic, text};

/// The section.
pub fn review(desk: Desk) -> AnyView {
    let language = desk.language;
    let state = Memo::new(move |_| {
        let today = desk.today.get();
        desk.editor.follow_board(|board, _| {
            let state = board.review_state(today.unwrap_or(Date::MIN));
            let last = state.last.map(|review| {
                let who = match review.name.trim() {
                    "" => words::name_or_someone(language, board, review.by),
                    signed => signed.to_owned(),
                };
                (review.on, who, review.id)
            });
            (last, state.due, today.is_some() && state.overdue)
        })
    });
    let said = text(move || {
        let (last, due, _) = state.get();
        let mut said = match last {
            Some((on, who, _)) => t_string!(language, insights.reviewed, day = date(on, language.get()), who = who),
            None => t_string!(language, insights.never_reviewed).to_owned(),
        };
        if let Some(due) = due {
            said.push(' ');
            said.push_str(&t_string!(language, insights.due, day = date(due, language.get())));
        }
        said
    });
    let badge = dynamic(move || {
        state
            .get()
            .2
            .then(|| any(view! { <span class="tag tag--late">{t!(language, insights.overdue)}</span> }))
    });
    let mark = move |_| {
        let Some(today) = desk.today.get_untracked() else {
            return;
        };
        let name = desk
            .editor
            .person()
            .with_untracked(|me| me.as_ref().map(|me| me.name.clone()).unwrap_or_default());
        let id = ReviewId::fresh();
        if desk.apply(Edit::AddReview {
            id,
            on: today,
            next: None,
            name,
        }) {
            desk.say(untrack(|| t_string!(language, insights.marked)));
        }
    };
    let next = Callback::new(move |day: Option<Date>| {
        if let Some((_, _, id)) = state.get_untracked().0 {
            desk.apply(Edit::SetNextReview(id, day));
        }
    });
    let is_reviewed = Memo::new(move |_| state.with(|state| state.0.is_some()));
    let due = dynamic(move || {
        is_reviewed.get().then(|| {
            let due = Signal::derive(move || state.get().1);
            any(view! {
                <label class="fact review__next">
                    <span class="fact__label">{t!(language, insights.next)}</span>
                    {day_field(language, "input", None, due, next)}
                </label>
            })
        })
    });
    let changes = Memo::new(move |_| desk.editor.follow_texts(|board, _| changes(language, board)));
    any(view! {
        <section class="isec isec--review">
            <h2 class="isec__h">{t!(language, insights.review)} {badge}</h2>
            <p class="isec__p">{said}</p>
            <div class="review">
                <button class="btn" type="button" on:click=mark>
                    {t!(language, insights.mark)}
                </button>
                {due}
            </div>
            <div inner_html=move || changes.get()></div>
        </section>
    })
}

fn changes(language: Language, board: &model::board::Board) -> String {
    let Some(last) = board.reviews().first().copied() else {
        return String::new();
    };
    let changes = board.changes_since(last);
    let mut rated: Vec<_> = changes.rated.iter().map(|shift| shift.id).collect();
    rated.dedup();
    let lists = [
        (t_string!(language, insights.added), &changes.added),
        (t_string!(language, insights.gone), &changes.gone),
        (t_string!(language, insights.moved), &changes.moved),
        (t_string!(language, insights.edited), &changes.edited),
        (t_string!(language, insights.rated), &rated),
    ];
    let mut html = String::new();
    for (heading, cards) in lists.into_iter().filter(|(_, cards)| !cards.is_empty()) {
        let mut markup = crate::ui::markup::Markup::default();
        markup.says("h3", "cover__h", &format!("{heading} · {}", cards.len()));
        html.push_str(&markup.finish());
        html.push_str(&links(language, board, cards, ""));
    }
    if html.is_empty() {
        let mut markup = crate::ui::markup::Markup::default();
        markup.says("p", "isec__p", t_string!(language, insights.nothing_changed));
        return markup.finish();
    }
    html
}
