//! The details of an improvement, beside the board: what is wrong, what is done about it, how it is measured, what is
//! to be done, and the attempts as one story.

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::board::{Board, Mark};
use model::edit::{At, Edit, Entity, ImprovementField, TextField};
use model::id::{CheckId, ImprovementId};
use model::items::{Anchor, Metric};
use model::loops::{Check, Decision, Improvement, Moved, Step, VerdictKind};

use super::super::bar::tool;
use super::super::comments::comments;
use super::super::desk::{Desk, key_of, selector_of};
use super::super::dom::{self, focus_soon, holder_of};
use super::super::field::{fact, line};
use super::super::panel::choice::{Choice, choice};
use super::super::panel::frame::{self, adder};
use super::super::panel::metrics::{add_value, metric_name, readings, with_unit};
use super::super::words;
use super::face::{self, Numbers};
use super::gate::{self, read, seen, set};
use super::{hands, moves};
use crate::language::{Language, date, day, label, t, t_string};
use crate::place::View;
use crate::ui::dynamic::{DynamicView, any, dynamic, each, text};
use crate::ui::icons::{Glyph, Icon};
use crate::ui::markup::Markup;
use crate::ui::ring::{self, ring};
use crate::ui::series::SeriesSize;

/// The panel, when a card is open. The details of a touchpoint stand in its place while they are open.
pub fn panel(desk: Desk) -> DynamicView {
    let shown = Memo::new(move |_| {
        desk.loops
            .open
            .get()
            .filter(|_| desk.view.get() == View::Loop)
            .filter(|_| !desk.panel.get() || desk.selected.get().is_none())
    });
    dynamic(move || shown.get().map(|id| details(desk, id)))
}

fn details(desk: Desk, id: ImprovementId) -> AnyView {
    let language = desk.language;
    let it = seen(desk, id);
    let is_there = Memo::new(move |_| it.with(Option::is_some));
    let close = Callback::new(move |()| {
        desk.loops.open.set(None);
        focus_soon(selector_of(Entity::Improvement(id)));
    });
    let class = text(move || if desk.sheet.get() { "panel is-up" } else { "panel" });
    let inner = dynamic(move || is_there.get().then(|| body(desk, id, it)));
    any(view! {
        <aside
            class=class
            aria-label=t!(language, loops.details)
            on:keydown=move |event| hands::key(desk, &event)
            on:click=move |event| {
                let other = dom::target(&event).and_then(|target| holder_of(&target, "data-go"));
                if let Some(other) = other.and_then(|(_, id)| ImprovementId::parse(&id)) {
                    moves::open(desk, other);
                }
            }
        >
            {peek(desk, it)}
            <div class="panel__body">
                {frame::head(desk, Entity::Improvement(id), where_it_is(desk, id, it), close)}
                {inner}
            </div>
        </aside>
    })
}

/// What is seen of them on a phone while they lie low.
fn peek(desk: Desk, it: Memo<Option<Improvement>>) -> AnyView {
    let row = dynamic(move || {
        it.with(|it| {
            it.as_ref().map(|it| {
                any(view! {
                    <span class="col__ring" inner_html=ring(it.step, it.ended())></span>
                    <span class="peek__t">{words::or_unnamed(desk.language, &it.name)}</span>
                })
            })
        })
    });
    frame::peek(desk, row)
}

fn where_it_is(desk: Desk, id: ImprovementId, it: Memo<Option<Improvement>>) -> DynamicView {
    let language = desk.language;
    let attempt = Memo::new(move |_| desk.editor.follow_board(|board, _| board.attempt(id)));
    dynamic(move || {
        it.with(|it| {
            it.as_ref().map(|it| {
                any(view! {
                    <span>{words::step(language.get(), it.step)}</span>
                    <span class="sep">{t_string!(language, loops.attempt, attempt = attempt.get())}</span>
                })
            })
        })
    })
}

fn body(desk: Desk, id: ImprovementId, it: Memo<Option<Improvement>>) -> AnyView {
    let language = desk.language;
    let entity = Entity::Improvement(id);
    let trashed = dynamic(move || {
        let is_gone = it.with(|it| it.as_ref().is_some_and(|it| it.trashed.is_some()));
        is_gone.then(|| frame::gone(desk, entity))
    });
    let name = read(it, |it| it.name.clone());
    let label = label!(language, loops.name);
    let keep_name = Callback::new(move |name| Edit::Rename(entity, name));
    let touchpoint = Memo::new(move |_| it.with(|it| it.as_ref().map(|it| it.touchpoint)));
    let to_touchpoint = dynamic(move || {
        touchpoint.get().map(|card| {
            let name = text(move || desk.name_of_followed(Entity::Touchpoint(card)));
            any(view! {
                <button
                    class="btn btn--bare btn--s"
                    type="button"
                    title=t!(language, panel.label)
                    on:click=move |_| {
                        desk.select(Some(card));
                        desk.panel.set(true);
                    }
                >
                    <Icon glyph=Glyph::PanelRight small=true />
                    {name}
                </button>
            })
        })
    });
    any(view! {
        {trashed}
        <h2 class="visually-hidden">{move || name.get()}</h2>
        {line(desk, key_of(entity), "panel__title", name, label, keep_name)}
        {to_touchpoint}
        {verdict(desk, id, it)}
        {facts(desk, id, it)}
        <section class="sec">
            {gate::running(desk, TextField::Problem(id), label!(language, loops.need.problem), label!(language, loops.problem_hint))}
            {gate::running(desk, TextField::Practice(id), label!(language, loops.need.practice), label!(language, loops.practice_hint))}
        </section>
        {measured(desk, id, it)}
        {checklist(desk, id, it)}
        {story(desk, id)}
        {activity(desk, id)}
        {comments(desk, Anchor::Improvement(id))}
    })
}

/// How it ended, and the way back.
fn verdict(desk: Desk, id: ImprovementId, it: Memo<Option<Improvement>>) -> DynamicView {
    let language = desk.language;
    let ended = Memo::new(move |_| {
        it.with(|it| {
            let it = it.as_ref()?;
            let accepted = it.verdict.as_ref().map(|verdict| verdict.accepted.clone());
            Some((it.ended()?, accepted.unwrap_or_default(), it.reason.clone()))
        })
    });
    dynamic(move || {
        ended.get().map(|(kind, accepted, reason)| {
            let why = if kind == VerdictKind::Left { reason } else { accepted };
            // What was left never came to be measured.
            let back = if kind == VerdictKind::Left {
                Step::Decide
            } else {
                Step::Measure
            };
            any(view! {
                <div class="ended">
                    <p class=face::verdict_class(kind)>
                        <span class="col__ring" inner_html=ring(Step::Verdict, Some(kind))></span>
                        {words::verdict(language.get(), kind)}
                    </p>
                    <p class="ended__why">{why}</p>
                    <button class="btn btn--s" type="button" on:click=move |_| moves::go(desk, id, back, At::Last)>
                        <Icon glyph=Glyph::RotateCcw small=true />
                        {t_string!(language, loops.reopen, step = words::step(language.get(), back))}
                    </button>
                </div>
            })
        })
    })
}

fn facts(desk: Desk, id: ImprovementId, it: Memo<Option<Improvement>>) -> AnyView {
    let language = desk.language;
    let steps = Signal::derive(move || {
        let steps = Step::ALL.iter();
        steps
            .map(|step| Choice::new(step.word(), words::step(language.get(), *step)))
            .collect()
    });
    let shown = RwSignal::new(0_u32);
    let step = Signal::derive(move || {
        // A gate that was not passed leaves it where it is: the list goes back.
        shown.track();
        it.with(|it| it.as_ref().map_or("", |it| it.step.word()).to_owned())
    });
    let go = Callback::new(move |word: String| {
        if let Some(step) = Step::from_word(&word) {
            moves::go(desk, id, step, At::Last);
        }
        shown.update(|shown| *shown = shown.wrapping_add(1));
    });
    let leaves = Memo::new(move |_| it.with(|it| it.as_ref().is_some_and(|it| it.decision == Some(Decision::Leave))));
    let reason = dynamic(move || {
        leaves.get().then(|| {
            let label = label!(language, loops.need.reason);
            let keep = Callback::new(move |text| set(id, ImprovementField::Reason(text)));
            fact(
                desk,
                format!("reason/{id}"),
                label,
                read(it, |it| it.reason.clone()),
                keep,
            )
        })
    });
    any(view! {
        <div class="facts">
            {choice(label!(language, loops.column), steps, step, go)}
            {gate::owner(desk, id, it)}
            {gate::decision(desk, id, it)}
            {reason}
            {gate::day(desk, id, label!(language, loops.due), read(it, |it| it.due), ImprovementField::Due)}
            {gate::day(desk, id, label!(language, loops.need.live), read(it, |it| it.live), ImprovementField::Live)}
            {gate::day(desk, id, label!(language, loops.need.measure_by), read(it, |it| it.measure_by), ImprovementField::MeasureBy)}
        </div>
    })
}

/// The metric, this attempt's line, and the dated values, which are the touchpoint's.
fn measured(desk: Desk, id: ImprovementId, it: Memo<Option<Improvement>>) -> AnyView {
    let language = desk.language;
    let touchpoint = it.with_untracked(|it| it.as_ref().map(|it| it.touchpoint));
    let chosen = Memo::new(move |_| it.with(|it| it.as_ref().and_then(|it| it.metric)));
    let chart = Memo::new(move |_| {
        desk.editor.follow_board(|board, _| {
            let numbers = face::numbers(board, board.improvement(id)?)?;
            // The whole history of the metric, and in it this attempt from its own day to its own end. What has not
            // gone live starts from the last value.
            let it = board.improvement(id)?;
            let metric = board.metric(numbers.metric.id)?;
            let series = crate::ui::series::Series {
                values: metric.values.iter().map(|(day, value)| (*day, value.get())).collect(),
                begun: it.live.or_else(|| metric.latest().map(|(day, _)| day)),
                ..numbers.series.clone()
            };
            let words = face::standing(language, &numbers, false);
            let line = face::line(language, &Numbers { series, ..numbers }, SeriesSize::Chart);
            Some((line, words))
        })
    });
    let drawn = move || chart.with(|chart| chart.as_ref().map(|chart| chart.0.clone()).unwrap_or_default());
    let said = text(move || chart.with(|chart| chart.as_ref().map(|chart| chart.1.clone()).unwrap_or_default()));
    let values = dynamic(move || {
        chosen.get().map(|metric| {
            let seen: Memo<Option<Metric>> =
                Memo::new(move |_| desk.editor.follow_board(|board, _| board.metric(metric).cloned()));
            any(view! {
                {add_value(desk, metric)}
                {readings(desk, metric, seen)}
            })
        })
    });
    any(view! {
        <section class="sec measured">
            <h3 class="sec__h">
                {t!(language, loops.need.metric)}
                <span class="sec__n">{said}</span>
            </h3>
            {touchpoint.map(|touchpoint| gate::metric(desk, id, it, touchpoint))}
            <div class="facts">{gate::baseline(desk, id, it)} {gate::target(desk, id, it)}</div>
            <div class="metric__chart" inner_html=drawn></div>
            {values}
        </section>
    })
}

fn checklist(desk: Desk, id: ImprovementId, it: Memo<Option<Improvement>>) -> AnyView {
    let language = desk.language;
    let checks = Memo::new(move |_| it.with(|it| it.as_ref().map(|it| it.checks.clone()).unwrap_or_default()));
    let add = Callback::new(move |text: String| {
        let field = ImprovementField::AddCheck {
            id: CheckId::fresh(),
            text,
            at: At::Last,
        };
        desk.editor.edit(set(id, field))
    });
    let words = label!(language, loops.check_add);
    let add = adder(desk, format!("add/check/{id}"), words, words, add);
    let tally = text(move || {
        checks.with(|checks| {
            let done = checks.iter().filter(|check| check.done).count();
            if checks.is_empty() {
                String::new()
            } else {
                format!("{done}/{}", checks.len())
            }
        })
    });
    let rows = each(
        move || checks.with(|checks| checks.iter().map(|check| check.id).collect::<Vec<CheckId>>()),
        move |check| check_row(desk, id, checks, check),
    );
    any(view! {
        <section class="sec">
            <h3 class="sec__h">
                {t!(language, loops.checklist)}
                <span class="sec__n">{tally}</span>
            </h3>
            <ul class="checks">{rows}</ul>
            {add}
        </section>
    })
}

fn check_row(desk: Desk, id: ImprovementId, checks: Memo<Vec<Check>>, check: CheckId) -> AnyView {
    let language = desk.language;
    let see = move |read: fn(&Check) -> String| {
        Signal::derive(move || {
            checks.with(|checks| {
                let check = checks.iter().find(|other| other.id == check);
                check.map(read).unwrap_or_default()
            })
        })
    };
    let done = Memo::new(move |_| checks.with(|checks| checks.iter().any(|other| other.id == check && other.done)));
    let place = Memo::new(move |_| checks.with(|checks| checks.iter().position(|other| other.id == check)));
    let beside = move |by: isize| {
        let at = place.get_untracked()?.checked_add_signed(by)?;
        checks.with_untracked(|checks| checks.get(at).map(|other| other.id))
    };
    let move_to = move |at: Option<At<CheckId>>| {
        if let Some(at) = at {
            desk.apply(set(id, ImprovementField::MoveCheck(check, at)));
        }
    };
    let first = Signal::derive(move || place.get() == Some(0));
    let last = Signal::derive(move || place.get().is_some_and(|at| at + 1 == checks.with(Vec::len)));
    let up = Callback::new(move |()| move_to(beside(-1).map(At::Before)));
    let down = Callback::new(move |()| move_to(beside(1).map(At::After)));
    let away = Callback::new(move |()| {
        let name = see(|check| check.text.clone()).get_untracked();
        if desk.apply(set(id, ImprovementField::RemoveCheck(check))) {
            desk.notify_with_undo(untrack(|| t_string!(language, loops.check_removed, name = name)));
        }
    });
    let label = label!(language, loops.check);
    let keep = Callback::new(move |text| set(id, ImprovementField::CheckText(check, text)));
    any(view! {
        <li class=text(move || if done.get() { "check is-done" } else { "check" })>
            <input
                type="checkbox"
                aria-label=move || see(|check| check.text.clone()).get()
                prop:checked=move || done.get()
                on:change=move |event| {
                    desk.apply(set(id, ImprovementField::CheckDone(check, event_target_checked(&event))));
                }
            />
            {line(desk, format!("check/{check}"), "fact__line", see(|check| check.text.clone()), label, keep)}
            <span class="check__tools">
                {tool(Glyph::ArrowUp, "", label!(language, map.move_up), first, up)}
                {tool(Glyph::ArrowDown, "", label!(language, map.move_down), last, down)}
                {tool(Glyph::X, "", label!(language, loops.check_remove), Signal::derive(|| false), away)}
            </span>
        </li>
    })
}

/// The attempts as one story: what each tried, what it measured, and how it ended.
fn story(desk: Desk, id: ImprovementId) -> AnyView {
    let language = desk.language;
    let told = Memo::new(move |_| {
        desk.editor.follow_texts(|board, _| {
            let it = board.improvement(id)?;
            let chain = board.chain(it, &board.chains());
            let mut markup = Markup::default();
            markup.open("ol", &[("class", "story")]);
            for attempt in chain {
                if let Some(other) = board.improvement(attempt.id) {
                    tell(&mut markup, language, board, other, attempt.number, attempt.id == id);
                }
            }
            Some(markup.finish())
        })
    });
    any(view! {
        <section class="sec">
            <h3 class="sec__h">{t!(language, loops.story)}</h3>
            <div inner_html=move || told.get().unwrap_or_default()></div>
        </section>
    })
}

fn tell(markup: &mut Markup, language: Language, board: &Board, it: &Improvement, number: usize, is_this: bool) {
    markup.open("li", &[("class", "story__i")]);
    ring::draw(markup, it.step, it.ended());
    let head = t_string!(language, loops.attempt, attempt = number);
    let id = it.id.to_string();
    if is_this {
        markup.says("b", "story__n", &head);
    } else {
        markup.open(
            "button",
            &[("class", "story__n story__go"), ("type", "button"), ("data-go", &id)],
        );
        markup.text(&head).close();
    }
    let place = match it.ended() {
        Some(kind) => words::verdict(language.get(), kind),
        None => words::step(language.get(), it.step),
    };
    markup.says("span", "story__where", place);
    if !it.practice.trim().is_empty() {
        markup.says("p", "story__p", it.practice.trim());
    }
    if let Some(numbers) = face::numbers(board, it) {
        let say = |value: Option<f64>| value.map(|value| with_unit(language, &numbers.metric, value));
        let unknown = || t_string!(language, loops.not_yet).to_owned();
        let last = numbers.series.values.last().map(|(_, value)| *value);
        let name = metric_name(language, &numbers.metric);
        let text = t_string!(
            language,
            loops.story_measured,
            name = name,
            from = say(numbers.series.baseline).unwrap_or_else(unknown),
            to = say(last).unwrap_or_else(unknown),
            target = say(numbers.series.target).unwrap_or_else(unknown)
        );
        markup.says("p", "story__m", &text);
    }
    if let Some(verdict) = it.verdict.as_ref().filter(|verdict| !verdict.accepted.is_empty()) {
        markup.says("p", "story__m", &verdict.accepted);
    }
    if it.ended() == Some(VerdictKind::Left) {
        markup.says("p", "story__m", &it.reason);
    }
    markup.close();
}

/// Where it has been, and who moved it.
fn activity(desk: Desk, id: ImprovementId) -> AnyView {
    let language = desk.language;
    let told = Memo::new(move |_| {
        desk.editor.follow_board(|board, _| {
            let it = board.improvement(id)?;
            let mut markup = Markup::default();
            markup.open("ol", &[("class", "activity")]);
            let mut says = |at: Option<u64>, text: &str| {
                markup.open("li", &[]);
                markup.open("span", &[]).text(text).close();
                let when = at
                    .filter(|at| *at > 0)
                    .map(|at| day(at, desk.zone.get(), language.get()));
                markup.says("span", "activity__when", &when.unwrap_or_default());
                markup.close();
            };
            let who = |mark: &Mark| words::name_or_someone(language, board, mark.by);
            if let Some(verdict) = it.verdict.as_ref() {
                let on = verdict.on.map(|on| date(on, language.get()));
                let verdict_words = words::verdict(language.get(), verdict.kind);
                let who = who(&verdict.given);
                let text = match on {
                    Some(on) => t_string!(
                        language,
                        loops.activity.judged_by,
                        who = who,
                        verdict = verdict_words,
                        day = on
                    ),
                    None => t_string!(language, loops.activity.judged, who = who, verdict = verdict_words),
                };
                says(Some(verdict.given.at), &text);
            }
            for Moved {
                from,
                to,
                reopened,
                mark,
            } in it.activity().into_iter().rev()
            {
                let (from, to) = (words::step(language.get(), *from), words::step(language.get(), *to));
                let text = match reopened {
                    Some(kind) => {
                        let verdict = words::verdict(language.get(), *kind);
                        t_string!(
                            language,
                            loops.activity.reopened,
                            who = who(mark),
                            verdict = verdict,
                            to = to
                        )
                    }
                    None => t_string!(language, loops.activity.moved, who = who(mark), from = from, to = to),
                };
                says(Some(mark.at), &text);
            }
            says(it.begun_ms(), t_string!(language, loops.activity.begun));
            Some(markup.finish())
        })
    });
    any(view! {
        <section class="sec">
            <h3 class="sec__h">{t!(language, loops.activity.title)}</h3>
            <div inner_html=move || told.get().unwrap_or_default()></div>
        </section>
    })
}
