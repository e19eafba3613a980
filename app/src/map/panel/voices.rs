//! What customers said of a touchpoint: how much, whether it grows, the scores, and the last words.

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::id::TouchpointId;
use model::loops::feedback::{FeedbackFilter, Linked, Tally, Trend};

use crate::language::{Language, date, decimal, figure, t, t_string};
use crate::map::desk::Desk;
use crate::map::views::show;
use crate::map::words;
use crate::place::View;
use crate::ui::dynamic::{any, dynamic};
use crate::ui::icons::{Glyph, Icon};
use crate::ui::markup::Markup;

/// How many of the last entries are shown.
const LAST: usize = 3;
/// How much of each, in characters.
const WORDS: usize = 120;

/// The section.
pub fn voices(desk: Desk, id: TouchpointId) -> AnyView {
    let language = desk.language;
    let picture = Memo::new(move |_| {
        let today = desk.today.get();
        desk.editor.follow_board(|board, _| {
            let entries = board.feedback_at(id);
            let mut markup = Markup::default();
            if entries.is_empty() {
                markup.says("p", "form__hint", t_string!(language, feedback.none_here));
                return markup.finish();
            }
            let mut tally = Tally::default();
            for it in &entries {
                tally.add(&it.entry);
            }
            let trend = today.map(|today| board.feedback_trend(Some(id), today));
            numbers(&mut markup, language, &tally, trend);
            markup.open("ul", &[("class", "heard__last")]);
            for it in entries.iter().take(LAST) {
                let entry = &it.entry;
                let said = match entry.text.as_str() {
                    "" => t_string!(language, feedback.no_words).to_owned(),
                    text => words::first_words(text, WORDS),
                };
                let about = [
                    entry.on.map(|on| date(on, language.get())),
                    Some(entry.source.clone()),
                    entry.csat.map(|csat| format!("CSAT {csat}")),
                    entry.nps.map(|nps| format!("NPS {nps}")),
                ];
                let about: Vec<String> = about.into_iter().flatten().filter(|words| !words.is_empty()).collect();
                markup
                    .open("li", &[])
                    .says("p", "heard__words", &said)
                    .says("p", "heard__about", &about.join(" · "))
                    .close();
            }
            markup.finish()
        })
    });
    let all = move |_| {
        desk.voices.set(FeedbackFilter {
            linked: Linked::To(id),
            ..FeedbackFilter::default()
        });
        show(desk, View::Feedback);
    };
    let to_all = dynamic(move || {
        (desk.view.get() != View::Feedback || desk.voices.get().linked != Linked::To(id)).then(|| {
            any(view! {
                <button class="btn btn--bare btn--s" type="button" on:click=all>
                    <Icon glyph=Glyph::ArrowRight small=true />
                    {t!(language, feedback.see_all)}
                </button>
            })
        })
    });
    any(view! {
        <section class="sec heard">
            <h3 class="sec__h">{t!(language, view.feedback)}</h3>
            <div inner_html=move || picture.get()></div>
            {to_all}
        </section>
    })
}

/// The numbers: how much was said, CSAT and NPS, each with what it was in the month before.
fn numbers(markup: &mut Markup, language: Language, tally: &Tally, trend: Option<Trend>) {
    let csat = |tally: &Tally| tally.csat().map(|csat| decimal(csat, language.get()));
    let nps = |tally: &Tally| {
        tally
            .nps()
            .map(|nps| figure(nps.round(), language.get()).replace('-', "−"))
    };
    let number = |markup: &mut Markup, name: &str, now: &str, then: Option<String>| {
        markup
            .open("li", &[])
            .says("span", "heard__name", name)
            .says("b", "heard__n", now);
        if let Some(then) = then {
            markup.says("span", "heard__then", &then);
        }
        markup.close();
    };
    let then = |read: &dyn Fn(&Tally) -> Option<String>| {
        let trend = trend?;
        let (late, before) = (read(&trend.late)?, read(&trend.before)?);
        Some(t_string!(language, feedback.trend, late = late, before = before))
    };
    let count = |tally: &Tally| Some(tally.count.to_string());
    markup.open("ul", &[("class", "heard__numbers")]);
    number(
        markup,
        t_string!(language, feedback.entries),
        &tally.count.to_string(),
        then(&count),
    );
    if let Some(now) = csat(tally) {
        number(markup, "CSAT", &now, then(&csat));
    }
    if let Some(now) = nps(tally) {
        number(markup, "NPS", &now, then(&nps));
    }
    markup.close();
}
