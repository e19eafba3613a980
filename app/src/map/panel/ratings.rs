//! Importance and performance: everybody's mean and spread, and one's own rating on the same scale.

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::board::Score;
use model::edit::{Edit, TouchpointField};
use model::id::{PersonId, TouchpointId};
use model::ratings::{Criterion, MIDPOINT, Mean};

use super::{follow, marks};
use crate::language::{decimal, label, t, t_string};
use crate::map::desk::Desk;
use crate::ui::dynamic::dynamic;

/// The score of one rater as a field.
const fn field(criterion: Criterion, rater: PersonId, score: Option<Score>) -> TouchpointField {
    match criterion {
        Criterion::Importance => TouchpointField::Importance(rater, score),
        Criterion::Performance => TouchpointField::Performance(rater, score),
    }
}

/// The section.
pub fn ratings(desk: Desk, id: TouchpointId) -> impl IntoView {
    let language = desk.language;
    let raters = follow(desk, id, |card| {
        card.importance
            .keys()
            .chain(card.performance.keys())
            .collect::<std::collections::BTreeSet<_>>()
            .len()
    });
    view! {
        <section class="sec">
            <h3 class="sec__h">
                {t!(language, panel.ratings)}
                <span class="sec__n">
                    {move || {
                        let count = raters.get();
                        (count > 0).then(|| t_string!(language, panel.raters, count = count))
                    }}
                </span>
            </h3>
            <div class="strips">
                {strip(desk, id, Criterion::Importance)} {strip(desk, id, Criterion::Performance)}
            </div>
        </section>
    }
}

/// One criterion: the mean, its spread, and one's own rating.
pub fn strip(desk: Desk, id: TouchpointId, criterion: Criterion) -> impl IntoView {
    let language = desk.language;
    let me = desk.editor.person();
    let label = match criterion {
        Criterion::Importance => label!(language, panel.importance_short),
        Criterion::Performance => label!(language, panel.performance_short),
    };
    // While a rating round is open there is no mean to show.
    let all = {
        let card = desk.editor.touchpoint(id);
        Memo::new(move |_| card.with(|card| desk.ratings.get().mean(card.as_ref()?, criterion)))
    };
    let own = {
        let me = me.clone();
        let card = desk.editor.touchpoint(id);
        Signal::derive(move || {
            let me = me.with(|me| me.as_ref().map(|me| me.id))?;
            card.with(|card| card.as_ref()?.scores(criterion).get(&me).copied())
        })
    };
    let rate = Callback::new(move |score: Option<Score>| {
        if let Some(me) = me.with_untracked(|me| me.as_ref().map(|me| me.id)) {
            desk.apply(Edit::SetTouchpoint(id, field(criterion, me, score)));
        }
    });
    let group = criterion.word();
    let percent = |score: f64| (score - 1.0) / 4.0 * 100.0;
    let line = dynamic(move || {
        all.get().map(|Mean { mean, low, high, .. }| {
            let style = format!(
                "--lo:{:.1}%;--hi:{:.1}%;--at:{:.1}%",
                percent(f64::from(low)),
                percent(f64::from(high)),
                percent(mean)
            );
            let is_low = criterion == Criterion::Performance && mean < MIDPOINT;
            view! {
                <span class="strip__marks" style=style>
                    <i class="strip__span"></i>
                    <i class=if is_low { "strip__dot strip__dot--low" } else { "strip__dot" }></i>
                </span>
            }
        })
    });
    let spread = move || {
        all.get()
            .map(|Mean { low, high, .. }| t_string!(language, panel.spread, low = low, high = high))
    };
    let name = move |score: Score| {
        let words = match score.get() {
            ..=1 => t_string!(language, panel.score_1),
            2 => t_string!(language, panel.score_2),
            3 => t_string!(language, panel.score_3),
            4 => t_string!(language, panel.score_4),
            5.. => t_string!(language, panel.score_5),
        };
        t_string!(language, panel.score_of, score = score.get(), label = words)
    };
    view! {
        <div class="strip">
            <p class="strip__label" title=spread>
                {move || label.get()}
                <b class="strip__mean">{move || all.get().map(|all| decimal(all.mean, language.get()))}</b>
            </p>
            <div class="strip__line">{line}</div>
            <div
                class="strip__ticks"
                role="radiogroup"
                aria-label=move || format!("{}, {}", label.get(), t_string!(language, panel.your_rating))
            >
                {marks(
                    format!("{group}/{id}"),
                    "strip__t",
                    &Score::ALL,
                    own,
                    name,
                    |score| view! { <span>{score.get()}</span> },
                    rate,
                )}
            </div>
        </div>
    }
}
