//! What was said of each touchpoint together: how much, whether it grows, and the scores. A row is also the filter.

use std::collections::BTreeMap;

use crate::ui::memo::Memo;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use model::board::Board;
use model::id::TouchpointId;
use model::layout::Layout;
use model::loops::feedback::{FeedbackFilter, Linked, Tally, Trend};

use super::gone_name;
use crate::language::{Language, decimal, figure, t_string};
use crate::map::desk::Desk;
use crate::map::dom::{self, focus_soon, holder_of};
use crate::map::words;
use crate::ui::dynamic::any;
use crate::ui::markup::Markup;

/// Touchpoints in the trash, or gone, of which something was said.
pub fn out_of_sight(board: &Board, layout: &Layout) -> Vec<TouchpointId> {
    let shown = layout.in_order();
    let spoken_of = board.feedback_tallies().into_keys().flatten();
    spoken_of.filter(|id| !shown.contains(id)).collect()
}

fn word(linked: Linked) -> String {
    match linked {
        Linked::Any => "any".to_owned(),
        Linked::Inbox => "inbox".to_owned(),
        Linked::To(card) => card.to_string(),
    }
}

/// The net promoter score as it is written, with its sign.
pub fn nps(language: Language, tally: &Tally) -> Option<String> {
    let nps = tally.nps()?.round();
    let sign = if nps > 0.0 { "+" } else { "" };
    Some(format!("{sign}{}", figure(nps, language.get()).replace('-', "−")))
}

/// The mean of the CSAT answers as it is written.
pub fn csat(language: Language, tally: &Tally) -> Option<String> {
    tally.csat().map(|csat| decimal(csat, language.get()))
}

/// Whether more or less is said than before.
pub fn arrow(trend: Trend) -> &'static str {
    match trend.late.count.cmp(&trend.before.count) {
        std::cmp::Ordering::Greater => "↑",
        std::cmp::Ordering::Less => "↓",
        std::cmp::Ordering::Equal => "=",
    }
}

/// The table.
pub fn tallies(desk: Desk) -> AnyView {
    let language = desk.language;
    let table = Memo::new(move |_| {
        let (today, linked) = (desk.today.get(), desk.voices.get().linked);
        desk.editor.follow_board(|board, layout| {
            let trends = today.map(|today| board.feedback_trends(today));
            table(language, board, layout, trends.as_ref(), linked)
        })
    });
    any(view! {
        <div class="tallies" inner_html=move || table.get() on:click=move |event| press(desk, &event)></div>
    })
}

fn table(
    language: Language,
    board: &Board,
    layout: &Layout,
    trends: Option<&BTreeMap<Option<TouchpointId>, Trend>>,
    chosen: Linked,
) -> String {
    let tallies = board.feedback_tallies();
    let all = tallies.values().fold(Tally::default(), |all, tally| all + *tally);
    let of = |card: Option<TouchpointId>| tallies.get(&card).copied().unwrap_or_default();
    let trend_of = |card: Option<TouchpointId>| trends.map(|trends| trends.get(&card).copied().unwrap_or_default());
    let mut markup = Markup::default();
    markup.open(
        "table",
        &[
            ("class", "tally"),
            ("aria-label", t_string!(language, feedback.by_touchpoint)),
        ],
    );
    markup.open("thead", &[]).open("tr", &[]);
    for (class, heading) in [
        ("", t_string!(language, feedback.touchpoint)),
        ("tally__n", t_string!(language, view.feedback)),
        ("tally__n", t_string!(language, feedback.late)),
        ("tally__n", "CSAT"),
        ("tally__n", "NPS"),
    ] {
        markup
            .open("th", &[("scope", "col"), ("class", class)])
            .text(heading)
            .close();
    }
    markup.close().close().open("tbody", &[]);
    let mut line = |linked: Linked, name: &str, tally: Tally, trend: Option<Trend>| {
        let is_chosen = linked == chosen;
        let word = word(linked);
        let class = if is_chosen { "tally__row is-on" } else { "tally__row" };
        markup.open("tr", &[("class", class)]).open("th", &[("scope", "row")]);
        let pressed = if is_chosen { "true" } else { "false" };
        let attributes = [
            ("class", "tally__go"),
            ("type", "button"),
            ("aria-pressed", pressed),
            ("data-tally", word.as_str()),
        ];
        markup.open("button", &attributes).text(name).close().close();
        markup.says("td", "tally__n", &tally.count.to_string());
        match trend {
            Some(trend) => {
                let (late, before) = (trend.late.count, trend.before.count);
                let says = t_string!(language, feedback.trend, late = late, before = before);
                markup
                    .open("td", &[("class", "tally__n"), ("title", &says)])
                    .open("span", &[("aria-hidden", "true")])
                    .text(&format!("{late} {}", arrow(trend)))
                    .close()
                    .says("span", "visually-hidden", &says)
                    .close();
            }
            None => {
                markup.says("td", "tally__n", "");
            }
        }
        markup.says("td", "tally__n", csat(language, &tally).as_deref().unwrap_or("·"));
        markup.says("td", "tally__n", nps(language, &tally).as_deref().unwrap_or("·"));
        markup.close();
    };
    let whole = trends.map(|trends| {
        let mut whole = Trend::default();
        for trend in trends.values() {
            whole.late = whole.late + trend.late;
            whole.before = whole.before + trend.before;
        }
        whole
    });
    line(Linked::Any, t_string!(language, feedback.everything), all, whole);
    let inbox = t_string!(language, feedback.inbox);
    line(Linked::Inbox, inbox, of(None), trend_of(None));
    let spoken_of = layout
        .in_order()
        .into_iter()
        .filter(|id| tallies.contains_key(&Some(*id)));
    for id in spoken_of {
        let name = board.touchpoints.get(&id).map_or("", |card| card.name.as_str());
        let name = words::or_unnamed(language, name);
        line(Linked::To(id), &name, of(Some(id)), trend_of(Some(id)));
    }
    for id in out_of_sight(board, layout) {
        let name = gone_name(language, board, id);
        line(Linked::To(id), &name, of(Some(id)), trend_of(Some(id)));
    }
    markup.finish()
}

/// A press on a row shows what was said there; on the chosen one, everything again.
fn press(desk: Desk, event: &MouseEvent) {
    let Some((_, word)) = dom::target(event).and_then(|target| holder_of(&target, "data-tally")) else {
        return;
    };
    let linked = match word.as_str() {
        "any" => Linked::Any,
        "inbox" => Linked::Inbox,
        id => TouchpointId::parse(id).map_or(Linked::Any, Linked::To),
    };
    let again = desk.voices.get_untracked().linked == linked;
    let linked = if again { Linked::Any } else { linked };
    desk.voices
        .update(|filter| *filter = FeedbackFilter { linked, ..*filter });
    focus_soon(format!("[data-tally=\"{word}\"]"));
}
