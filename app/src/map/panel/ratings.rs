//! Importance and performance: everybody's mean and spread, and one's own rating on the same scale.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::board::{Score, Touchpoint};
use model::edit::{Edit, TouchpointField};
use model::id::{PersonId, TouchpointId};

use super::{follow, marks};
use crate::language::{decimal, label, t, t_string};
use crate::map::desk::Desk;
use crate::ui::dynamic::dynamic;

/// Below the middle of the scale performance is low.
const LOW: f64 = 3.0;

/// One of the two criteria.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Criterion {
    Importance,
    Performance,
}

impl Criterion {
    const fn scores(self, card: &Touchpoint) -> &BTreeMap<PersonId, Score> {
        match self {
            Self::Importance => &card.importance,
            Self::Performance => &card.performance,
        }
    }

    const fn field(self, rater: PersonId, score: Option<Score>) -> TouchpointField {
        match self {
            Self::Importance => TouchpointField::Importance(rater, score),
            Self::Performance => TouchpointField::Performance(rater, score),
        }
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

fn strip(desk: Desk, id: TouchpointId, criterion: Criterion) -> impl IntoView {
    let language = desk.language;
    let me = desk.editor.person();
    let label = match criterion {
        Criterion::Importance => label!(language, panel.importance_short),
        Criterion::Performance => label!(language, panel.performance_short),
    };
    let all = follow(desk, id, move |card| {
        let scores = || criterion.scores(card).values().map(|score| f64::from(score.get()));
        let mean = match criterion {
            Criterion::Importance => card.mean_importance(),
            Criterion::Performance => card.mean_performance(),
        }?;
        Some((mean.mean, scores().fold(5.0, f64::min), scores().fold(1.0, f64::max)))
    });
    let own = {
        let me = me.clone();
        let card = desk.editor.touchpoint(id);
        Signal::derive(move || {
            let me = me.with(|me| me.as_ref().map(|me| me.id))?;
            card.with(|card| criterion.scores(card.as_ref()?).get(&me).copied())
        })
    };
    let rate = Callback::new(move |score: Option<Score>| {
        if let Some(me) = me.with_untracked(|me| me.as_ref().map(|me| me.id)) {
            desk.apply(Edit::SetTouchpoint(id, criterion.field(me, score)));
        }
    });
    let group = match criterion {
        Criterion::Importance => "importance",
        Criterion::Performance => "performance",
    };
    let percent = |score: f64| (score - 1.0) / 4.0 * 100.0;
    let line = dynamic(move || {
        all.get().map(|(mean, low, high)| {
            let style = format!(
                "--lo:{:.1}%;--hi:{:.1}%;--at:{:.1}%",
                percent(low),
                percent(high),
                percent(mean)
            );
            let is_low = criterion == Criterion::Performance && mean < LOW;
            view! {
                <span class="strip__marks" style=style>
                    <i class="strip__span"></i>
                    <i class=if is_low { "strip__dot strip__dot--low" } else { "strip__dot" }></i>
                </span>
            }
        })
    });
    let spread = move || {
        all.get().map(|(_, low, high)| {
            t_string!(
                language,
                panel.spread,
                low = decimal(low, language.get()),
                high = decimal(high, language.get())
            )
        })
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
                <b class="strip__mean">{move || all.get().map(|(mean, ..)| decimal(mean, language.get()))}</b>
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
