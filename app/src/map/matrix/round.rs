//! The rating round: everybody rates without seeing the others, until the scores are shown.

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::edit::Edit;
use model::id::RoundId;
use model::ratings::Criterion;

use crate::language::{t, t_string};
use crate::map::desk::Desk;
use crate::ui::dynamic::{DynamicView, any, dynamic};

/// Opens a round, or says that one is open and ends it.
pub fn round(desk: Desk) -> DynamicView {
    let language = desk.language;
    // While one is open: how many touchpoints this person has rated by both criteria, and of how many.
    let open = Memo::new(move |_| {
        let ratings = desk.ratings.get();
        desk.editor.follow_board(|board, layout| {
            board.open_round()?;
            let cards = layout.in_order();
            let rated = cards.iter().filter_map(|id| board.touchpoints.get(id)).filter(|card| {
                ratings.own(card, Criterion::Importance).is_some()
                    && ratings.own(card, Criterion::Performance).is_some()
            });
            Some((rated.count(), cards.len()))
        })
    });
    dynamic(move || match open.get() {
        Some((rated, all)) => any(view! {
            <div class="round" role="status">
                <p>
                    <b>{t!(language, matrix.round_open)}</b>
                    {move || t_string!(language, matrix.round_hint, rated = rated, all = all)}
                </p>
                <button class="btn btn--main btn--s" type="button" on:click=move |_| _ = desk.apply(Edit::Reveal)>
                    {t!(language, matrix.reveal)}
                </button>
            </div>
        }),
        None => any(view! {
            <button
                class="btn btn--s"
                type="button"
                title=t!(language, matrix.round_about)
                on:click=move |_| _ = desk.apply(Edit::OpenRound(RoundId::fresh()))
            >
                {t!(language, matrix.round_start)}
            </button>
        }),
    })
}
