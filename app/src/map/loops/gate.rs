//! The gate of a card: what it has for going on, with a tick, and what it lacks, as fields. What is written is kept as
//! it is written, the words of a verdict that is not given yet too.

use std::collections::BTreeSet;

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::board::Board;
use model::date::Date;
use model::edit::{At, Edit, ImprovementField, TextField};
use model::id::{ImprovementId, MetricId, TouchpointId};
use model::items::{Direction, Figure, Metric, MetricKind};
use model::loops::gates::Missing;
use model::loops::{Decision, Improvement, VerdictKind};
use model::ratings::Criterion;

use super::super::day::day_field;
use super::super::desk::Desk;
use super::super::field::{Leave, Left, Ways, fact, text_field};
use super::super::panel::choice::{Choice, choice};
use super::super::panel::metrics::{self, add_value, metric_name, number_field, with_unit};
use super::super::panel::ratings::strip;
use super::super::words;
use super::moves::{self, Ask, Gate};
use crate::language::{date, decimal, figure, label, t, t_string};
use crate::ui::dynamic::{DynamicView, any, dynamic, effect, text};
use crate::ui::icons::Glyph;

/// What the form follows.
#[derive(Clone, Debug, PartialEq)]
struct Needs {
    ask: Ask,
    /// The rows, in order.
    rows: Vec<Missing>,
    lacks: Vec<Missing>,
}

fn needs(desk: Desk, id: ImprovementId) -> Memo<Option<Needs>> {
    Memo::new(move |_| {
        let gate = desk.loops.gate.get().filter(|gate| gate.id == id)?;
        desk.editor.follow_texts(|board, _| {
            let it = board.improvement(id)?;
            let ask = moves::meant(it, gate.ask);
            let lacks = moves::lacks(board, it, ask);
            let rows = moves::asked(board, it, ask, &lacks);
            Some(Needs { ask, rows, lacks })
        })
    })
}

/// An improvement as it is now, without following what is typed.
pub fn seen(desk: Desk, id: ImprovementId) -> Memo<Option<Improvement>> {
    Memo::new(move |_| desk.editor.follow_board(|board, _| board.improvement(id).cloned()))
}

/// The form.
pub fn gate(desk: Desk, id: ImprovementId) -> AnyView {
    let language = desk.language;
    let needs = needs(desk, id);
    let it = seen(desk, id);
    let rows =
        Memo::new(move |_| needs.with(|needs| needs.as_ref().map(|needs| needs.rows.clone()).unwrap_or_default()));
    let lacks =
        Memo::new(move |_| needs.with(|needs| needs.as_ref().map(|needs| needs.lacks.clone()).unwrap_or_default()));
    let ask = Memo::new(move |_| needs.with(|needs| needs.as_ref().map(|needs| needs.ask)));
    // A field stays a field once it is one: what is typed there does not take it away. Nowhere but here can it be read
    // why something is accepted before it is.
    let fields = StoredValue::new(BTreeSet::from([Missing::Accepted]));
    let is_field = move |what: Missing| {
        Memo::new(move |_| {
            let lacks = lacks.with(|lacks| lacks.iter().any(|lack| moves::row_of(*lack) == what));
            if lacks {
                fields.update_value(|fields| _ = fields.insert(what));
            }
            fields.with_value(|fields| fields.contains(&what))
        })
    };
    let list = dynamic(move || {
        let rows = rows.get().into_iter();
        rows.map(|what| {
            let has = Memo::new(move |_| lacks.with(|lacks| !lacks.iter().any(|lack| moves::row_of(*lack) == what)));
            need(desk, id, it, what, has, is_field(what))
        })
        .collect::<Vec<_>>()
    });
    let heading = text(move || match ask.get() {
        Some(Ask::Step(step, _)) => t_string!(language, loops.needed_for, step = words::step(language.get(), step)),
        Some(Ask::Judge(kind)) => words::verdict(language.get(), kind).to_owned(),
        None => String::new(),
    });
    let held = text(move || {
        let all = rows.with(Vec::len);
        if all == 0 {
            return String::new();
        }
        let lacking: BTreeSet<Missing> = lacks.with(|lacks| lacks.iter().map(|lack| moves::row_of(*lack)).collect());
        t_string!(language, loops.held, count = all - lacking.len().min(all), all = all)
    });
    let plan_b = dynamic(move || {
        (ask.get() == Some(Ask::Judge(VerdictKind::PlanB))).then(|| {
            let words = label!(language, loops.next_practice);
            let hint = label!(language, loops.practice_hint);
            any(view! { <div class="need__in" data-need="next">{in_gate(desk, TextField::Next(id), words, hint)}</div> })
        })
    });
    let button = text(move || {
        let count = lacks.with(Vec::len);
        match ask.get() {
            _ if count > 0 => t_string!(language, loops.lacking, count = count),
            Some(Ask::Step(step, _)) => t_string!(language, loops.go_to, step = words::step(language.get(), step)),
            Some(Ask::Judge(kind)) => {
                t_string!(language, loops.conclude, verdict = words::verdict(language.get(), kind))
            }
            None => String::new(),
        }
    });
    let label = heading.clone();
    let complete = move || lacks.with_untracked(Vec::is_empty);
    let go = move || match ask.get_untracked() {
        Some(ask) if complete() => _ = moves::carry_out(desk, id, ask),
        Some(ask) => moves::open_gate(desk, Gate { id, ask }),
        None => {}
    };
    any(view! {
        // No form of its own: the line that records a value is one, and forms do not stand in forms.
        <div class="gate" role="group" aria-label=label>
            <p class="gate__h">
                {heading}
                <span>{held}</span>
            </p>
            {list}
            {plan_b}
            <p class="gate__act">
                <button
                    class="btn btn--main gate__do"
                    type="button"
                    aria-disabled=move || lacks.with(|lacks| if lacks.is_empty() { "false" } else { "true" })
                    on:click=move |_| go()
                >
                    {button}
                </button>
                <button class="btn btn--bare" type="button" on:click=move |_| moves::close_gate(desk)>
                    {t!(language, loops.later)}
                </button>
            </p>
        </div>
    })
}

/// What a card at the end asks for: how it ended.
pub fn verdicts(desk: Desk, id: ImprovementId) -> AnyView {
    let language = desk.language;
    let ways = VerdictKind::ALL.iter().map(|kind| {
        let kind = *kind;
        let name = text(move || words::verdict(language.get(), kind));
        any(view! {
            <button
                class="btn btn--s"
                type="button"
                tabindex=move || if desk.loops.at.get() == Some(id) { "0" } else { "-1" }
                data-judge=kind.word()
                on:click=move |_| moves::open_gate(desk, Gate { id, ask: Ask::Judge(kind) })
            >
                {name}
            </button>
        })
    });
    any(view! {
        <div class="judge" role="group" aria-label=t!(language, loops.how_ended)>
            <p class="judge__q">{t!(language, loops.how_ended)}</p>
            {ways.collect::<Vec<_>>()}
        </div>
    })
}

/// One row: a tick and the value, or a field.
fn need(
    desk: Desk,
    id: ImprovementId,
    it: Memo<Option<Improvement>>,
    what: Missing,
    has: Memo<bool>,
    is_field: Memo<bool>,
) -> AnyView {
    let class = text(move || match (is_field.get(), has.get()) {
        (true, false) => "need need--open",
        (true, true) => "need need--field",
        (false, _) => "need",
    });
    let sign = dynamic(move || {
        let glyph = if has.get() { Glyph::Check } else { Glyph::CircleDot };
        any(view! {
            <svg class="icon need__sign" aria-hidden="true">
                <use href=glyph.href()></use>
            </svg>
        })
    });
    let name = move || t_name(desk, what);
    let value = text(move || it.with(|it| it.as_ref().map(|it| value_of(desk, it, what)).unwrap_or_default()));
    let inner = dynamic(move || {
        if is_field.get() {
            return field(desk, id, it, what);
        }
        any(view! {
            <p class="need__row">
                <span class="need__k">{text(name)}</span>
                <span class="need__v">{value.clone()}</span>
            </p>
        })
    });
    any(view! { <div class=class data-need=what.word()>{sign} <div class="need__in">{inner}</div></div> })
}

fn t_name(desk: Desk, what: Missing) -> &'static str {
    words::missing(desk.language, what)
}

/// What is there, in short.
fn value_of(desk: Desk, it: &Improvement, what: Missing) -> String {
    let language = desk.language;
    let day = |day: Option<Date>| day.map(|day| date(day, language.get())).unwrap_or_default();
    let with_metric = |say: &dyn Fn(&Metric) -> Option<String>| {
        let found = desk.editor.with_board(|board, _| say(board.metric(it.metric?)?));
        found.unwrap_or_default()
    };
    let number =
        |value: Option<Figure>| with_metric(&|metric| value.map(|value| with_unit(language, metric, value.get())));
    let mean = |criterion: Criterion| {
        let ratings = desk.ratings.get();
        let card = desk.editor.touchpoint(it.touchpoint).get();
        let mean = card.and_then(|card| ratings.shown(&card, criterion));
        mean.map(|mean| decimal(mean, language.get())).unwrap_or_default()
    };
    match what {
        Missing::Problem => desk
            .editor
            .follow_texts(|board, _| text_of(board, TextField::Problem(it.id))),
        Missing::Importance => mean(Criterion::Importance),
        Missing::Performance => mean(Criterion::Performance),
        Missing::Decision => it
            .decision
            .map(|it| words::decision(language, it).to_owned())
            .unwrap_or_default(),
        Missing::Reason => it.reason.clone(),
        Missing::Practice => desk
            .editor
            .follow_texts(|board, _| text_of(board, TextField::Practice(it.id))),
        Missing::Owner => it.owner.clone(),
        Missing::Metric | Missing::Way => with_metric(&|metric| Some(metric_name(language, metric))),
        Missing::Baseline => number(it.baseline),
        Missing::Target | Missing::Direction => number(it.target),
        Missing::MeasureBy => day(it.measure_by),
        Missing::Live => day(it.live),
        Missing::Value => with_metric(&|metric| {
            let (_, value) = it.measure(metric).latest?;
            Some(with_unit(language, metric, value.get()))
        }),
        Missing::Accepted => String::new(),
    }
}

/// The field that puts right what is missing.
fn field(desk: Desk, id: ImprovementId, it: Memo<Option<Improvement>>, what: Missing) -> AnyView {
    let language = desk.language;
    let label = Signal::derive(move || t_name(desk, what).to_owned());
    let touchpoint = it.with_untracked(|it| it.as_ref().map(|it| it.touchpoint));
    let Some(touchpoint) = touchpoint else { return any(()) };
    match what {
        Missing::Problem => in_gate(
            desk,
            TextField::Problem(id),
            label,
            label!(language, loops.problem_hint),
        ),
        Missing::Practice => in_gate(
            desk,
            TextField::Practice(id),
            label,
            label!(language, loops.practice_hint),
        ),
        Missing::Importance => any(strip(desk, touchpoint, Criterion::Importance)),
        Missing::Performance => any(strip(desk, touchpoint, Criterion::Performance)),
        Missing::Decision => decision(desk, id, it),
        Missing::Reason => {
            let value = read(it, |it| it.reason.clone());
            fact(
                desk,
                format!("reason/{id}"),
                label,
                value,
                Callback::new(move |text| set(id, ImprovementField::Reason(text))),
            )
        }
        Missing::Owner => owner(desk, id, it),
        Missing::Metric | Missing::Way => metric(desk, id, it, touchpoint),
        Missing::Baseline => baseline(desk, id, it),
        Missing::Target | Missing::Direction => target(desk, id, it),
        Missing::MeasureBy => day(
            desk,
            id,
            label,
            read_day(it, |it| it.measure_by),
            ImprovementField::MeasureBy,
        ),
        Missing::Live => day(desk, id, label, read_day(it, |it| it.live), ImprovementField::Live),
        Missing::Value => value(desk, it),
        Missing::Accepted => in_gate(
            desk,
            TextField::Accepting(id),
            label,
            label!(language, loops.accept_hint),
        ),
    }
}

/// The edit that sets a field.
pub const fn set(id: ImprovementId, field: ImprovementField) -> Edit {
    Edit::SetImprovement(id, field)
}

/// A value of the improvement.
pub fn read<T: Default + Send + Sync + 'static>(
    it: Memo<Option<Improvement>>,
    read: fn(&Improvement) -> T,
) -> Signal<T> {
    Signal::derive(move || it.with(|it| it.as_ref().map(read).unwrap_or_default()))
}

fn read_day(it: Memo<Option<Improvement>>, read: fn(&Improvement) -> Option<Date>) -> Signal<Option<Date>> {
    Signal::derive(move || it.with(|it| it.as_ref().and_then(read)))
}

fn text_of(board: &Board, field: TextField) -> String {
    let text = match field {
        TextField::Problem(id) => board.improvement(id).map(|it| &it.problem),
        TextField::Practice(id) => board.improvement(id).map(|it| &it.practice),
        TextField::Accepting(id) => board.improvement(id).map(|it| &it.accepting),
        TextField::Next(id) => board.improvement(id).map(|it| &it.next),
        _ => None,
    };
    text.cloned().unwrap_or_default()
}

/// A running text of the improvement.
pub fn running(desk: Desk, field: TextField, label: Signal<String>, hint: Signal<String>) -> AnyView {
    written_in(desk, field, label, hint, Ways::PLAIN)
}

/// The same in the gate, which Escape closes.
fn in_gate(desk: Desk, field: TextField, label: Signal<String>, hint: Signal<String>) -> AnyView {
    let left = Callback::new(move |left: Left| {
        if left.how == Leave::Escape {
            moves::close_gate(desk);
        }
    });
    let ways = Ways {
        left: Some(left),
        ..Ways::PLAIN
    };
    written_in(desk, field, label, hint, ways)
}

fn written_in(desk: Desk, field: TextField, label: Signal<String>, hint: Signal<String>, ways: Ways) -> AnyView {
    let value = Signal::derive(move || desk.editor.follow_texts(|board, _| text_of(board, field)));
    any(view! {
        <div class="written">
            <p class="fact__label">{move || label.get()}</p>
            {text_field(desk, "input area", field, value, label, hint, ways)}
        </div>
    })
}

/// Who sees to it.
pub fn owner(desk: Desk, id: ImprovementId, it: Memo<Option<Improvement>>) -> AnyView {
    let keep = Callback::new(move |text| set(id, ImprovementField::Owner(text)));
    fact(
        desk,
        format!("loop-owner/{id}"),
        label!(desk.language, loops.owner),
        read(it, |it| it.owner.clone()),
        keep,
    )
}

/// Whether the touchpoint is improved, and otherwise why not.
pub fn decision(desk: Desk, id: ImprovementId, it: Memo<Option<Improvement>>) -> AnyView {
    let language = desk.language;
    let choices = Signal::derive(move || {
        let all = Decision::ALL
            .iter()
            .map(|value| Choice::new(value.word(), words::decision(language, *value)));
        std::iter::once(Choice::new("", t_string!(language, panel.unset)))
            .chain(all)
            .collect()
    });
    let choose = Callback::new(move |word: String| {
        desk.apply(set(id, ImprovementField::Decision(Decision::from_word(&word))));
    });
    choice(
        label!(language, loops.need.decision),
        choices,
        read(it, |it| it.decision.map_or("", Decision::word).to_owned()),
        choose,
    )
}

/// The metric: one of the touchpoint's, or a new one, whose own facts are then asked for.
pub fn metric(desk: Desk, id: ImprovementId, it: Memo<Option<Improvement>>, touchpoint: TouchpointId) -> AnyView {
    let language = desk.language;
    let fresh = RwSignal::new(None::<MetricId>);
    let choices = Signal::derive(move || {
        let mut all = vec![Choice::new("", t_string!(language, metric.pick))];
        desk.editor.follow_board(|board, _| {
            let there = board.metrics(Some(touchpoint)).into_iter();
            all.extend(there.map(|metric| Choice::new(metric.id.to_string(), metric_name(language, metric))));
        });
        // No id looks like a kind with a sign before it.
        let kinds = MetricKind::ALL.iter();
        all.extend(kinds.map(|kind| {
            Choice::new(
                format!("+{}", kind.word()),
                format!("+ {}", words::metric_kind(language, *kind)),
            )
        }));
        all
    });
    let choose = Callback::new(move |word: String| {
        let Some(kind) = word.strip_prefix('+').and_then(MetricKind::from_word) else {
            fresh.set(None);
            desk.apply(set(id, ImprovementField::Metric(MetricId::parse(&word))));
            return;
        };
        let metric = MetricId::fresh();
        let name = match kind {
            MetricKind::Own => t_string!(language, metric.fresh).to_owned(),
            _ => String::new(),
        };
        let both = Edit::Batch(vec![
            Edit::AddMetric {
                id: metric,
                touchpoint,
                kind,
                name,
                at: At::Last,
            },
            set(id, ImprovementField::Metric(Some(metric))),
        ]);
        if desk.apply(both) {
            fresh.set(Some(metric));
        }
    });
    // Asked for from then on, so that choosing it does not take the field away.
    let wayless = Memo::new(move |_| {
        let chosen = it.with(|it| it.as_ref().and_then(|it| it.metric))?;
        desk.editor.follow_board(|board, _| {
            let metric = board.metric(chosen)?;
            metric.direction().is_none().then_some(chosen)
        })
    });
    effect(move || {
        if let Some(metric) = wayless.get() {
            fresh.set(Some(metric));
        }
    });
    let own = dynamic(move || fresh.get().map(|metric| fresh_metric(desk, metric)));
    any(view! {
        {choice(label!(language, loops.need.metric), choices, read(it, |it| it.metric.map(|id| id.to_string()).unwrap_or_default()), choose)}
        {own}
    })
}

/// Name, unit and direction of a metric that was just added, or of one of which it is not known where it should go.
fn fresh_metric(desk: Desk, id: MetricId) -> AnyView {
    let metric = Memo::new(move |_| desk.editor.follow_board(|board, _| board.metric(id).cloned()));
    let is_own = metric.with_untracked(|metric| metric.as_ref().is_some_and(|metric| metric.kind == MetricKind::Own));
    let own = is_own.then(|| {
        any(view! {
            {metrics::name(desk, id, metric)}
            {metrics::unit(desk, id, metric)}
        })
    });
    any(view! {
        <div class="need__more">
            {own}
            {metrics::direction(desk, id, metric)}
        </div>
    })
}

/// Where the attempt starts.
pub fn baseline(desk: Desk, id: ImprovementId, it: Memo<Option<Improvement>>) -> AnyView {
    let language = desk.language;
    let value = Signal::derive(move || {
        let now = it.with(|it| it.as_ref().and_then(|it| it.baseline));
        now.map(|now| figure(now.get(), language.get())).unwrap_or_default()
    });
    let keep = Callback::new(move |figure| set(id, ImprovementField::Baseline(figure)));
    number_field(desk, label!(language, loops.need.baseline), value, keep)
}

/// Where it should get to; a target on the wrong side says so.
pub fn target(desk: Desk, id: ImprovementId, it: Memo<Option<Improvement>>) -> AnyView {
    let language = desk.language;
    let value = Signal::derive(move || {
        let now = it.with(|it| it.as_ref().and_then(|it| it.target));
        now.map(|now| figure(now.get(), language.get())).unwrap_or_default()
    });
    let keep = Callback::new(move |figure| set(id, ImprovementField::Target(figure)));
    let against = Memo::new(move |_| {
        desk.editor.follow_board(|board, _| {
            let it = board.improvement(id)?;
            let (metric, baseline, target) = (board.metric(it.metric?)?, it.baseline?, it.target?);
            match metric.direction()? {
                Direction::Higher if target < baseline => Some(Direction::Higher),
                Direction::Lower if target > baseline => Some(Direction::Lower),
                _ => None,
            }
        })
    });
    let warning: DynamicView = dynamic(move || {
        against.get().map(|direction| {
            let words = match direction {
                Direction::Higher => t_string!(language, loops.against_higher),
                Direction::Lower => t_string!(language, loops.against_lower),
            };
            any(view! { <p class="problem" role="alert">{words}</p> })
        })
    });
    any(view! {
        {number_field(desk, label!(language, loops.need.target), value, keep)}
        {warning}
    })
}

/// A day of the improvement.
pub fn day(
    desk: Desk,
    id: ImprovementId,
    label: Signal<String>,
    value: Signal<Option<Date>>,
    field: fn(Option<Date>) -> ImprovementField,
) -> AnyView {
    let keep = Callback::new(move |day| _ = desk.apply(set(id, field(day))));
    any(view! {
        <label class="fact">
            <span class="fact__label">{move || label.get()}</span>
            {day_field(desk.language, "input input--day", None, value, keep)}
        </label>
    })
}

/// The value to judge by: dated after the day it went live.
fn value(desk: Desk, it: Memo<Option<Improvement>>) -> AnyView {
    let language = desk.language;
    let chosen = read(it, |it| it.metric);
    let live = read(it, |it| it.live);
    let inner = dynamic(move || chosen.get().map(|metric| add_value(desk, metric)));
    let hint = text(move || {
        let live = live.get().map(|live| date(live, language.get())).unwrap_or_default();
        t_string!(language, loops.value_after, day = live)
    });
    any(view! {
        <p class="fact__label">{text(move || t_name(desk, Missing::Value))}</p>
        <p class="need__hint">{hint}</p>
        {inner}
    })
}
