//! The feedback-loop board: five columns that an improvement goes through.
//!
//! A card is markup drawn from [`face::Face`]; the gate opens inside it. One listener each on the board takes presses
//! and keys, however many cards there are.

pub mod face;
mod foot;
pub mod gate;
mod ground;
mod hands;
pub mod links;
pub mod moves;
pub mod panel;

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::board::Board;
use model::edit::{Edit, Entity, MapField};
use model::id::{ImprovementId, TouchpointId};
use model::layout::Layout;
use model::loops::Step;
use model::loops::lanes::{Columns, LoopFilter, Swim, SwimOf};

use super::desk::{Desk, key_of};
use super::drag::Dragging;
use super::field::typist;
use super::panel::choice::{Choice, choice, pick};
use super::person::{held_class, held_name};
use super::{views, words};
use crate::language::{label, t, t_string};
use crate::parts::Slot;
use crate::place::View;
use crate::ui::dynamic::{DynamicView, any, dynamic, each, effect, text};
use crate::ui::icons::{Glyph, Icon};
use crate::ui::ring::ring;
use face::{Faces, Flags};
pub use foot::foot as loop_foot;
use moves::Gate;

/// What of the board is open, and which of its cards are shown.
#[derive(Clone, Copy)]
pub struct Loops {
    /// The card whose details are open.
    pub open: RwSignal<Option<ImprovementId>>,
    /// The gate that is open.
    pub gate: RwSignal<Option<Gate>>,
    /// The card that Tab comes back to.
    at: RwSignal<Option<ImprovementId>>,
    /// What the board is cut across by.
    swim: RwSignal<Option<Swim>>,
    /// Whose cards are shown: `Some("")` those of nobody.
    owner: RwSignal<Option<String>>,
    step: RwSignal<Option<Step>>,
    overdue: RwSignal<bool>,
}

impl Default for Loops {
    fn default() -> Self {
        Self {
            open: RwSignal::new(None),
            gate: RwSignal::new(None),
            at: RwSignal::new(None),
            swim: RwSignal::new(None),
            owner: RwSignal::new(None),
            step: RwSignal::new(None),
            overdue: RwSignal::new(false),
        }
    }
}

impl Loops {
    /// Which cards are shown. What is open is, whatever is asked for.
    pub fn filter(self, desk: Desk) -> LoopFilter {
        let gate = self.gate.get().map(|gate| gate.id);
        LoopFilter {
            owner: self.owner.get(),
            step: self.step.get(),
            overdue: desk.today.get().filter(|_| self.overdue.get()),
            open: gate.into_iter().chain(self.open.get()).collect(),
        }
    }
}

/// A lane across the board.
#[derive(Clone, PartialEq)]
struct Lane {
    /// Whose it is; nobody's where the board is not cut.
    of: Option<SwimOf>,
    columns: Columns,
}

impl Lane {
    fn holds(&self, id: ImprovementId) -> bool {
        self.columns.iter().any(|column| column.contains(&id))
    }
}

fn lanes_of(board: &Board, layout: &Layout, swim: Option<Swim>, filter: &LoopFilter) -> Vec<Lane> {
    let Some(by) = swim else {
        let mut columns = layout.improvements.clone();
        for column in &mut columns {
            column.retain(|id| board.improvement(*id).is_some_and(|it| filter.takes(it)));
        }
        return vec![Lane { of: None, columns }];
    };
    let lanes = board.swimlanes(by, filter, layout).into_iter();
    lanes
        .map(|lane| Lane {
            of: Some(lane.of),
            columns: lane.columns,
        })
        .collect()
}

fn lanes(desk: Desk) -> Memo<Vec<Lane>> {
    Memo::new(move |_| {
        let (filter, swim) = (desk.loops.filter(desk), desk.loops.swim.get());
        desk.editor
            .follow_board(|board, layout| lanes_of(board, layout, swim, &filter))
    })
}

/// The lanes as they are now, from the top.
fn lanes_now(desk: Desk) -> Vec<Lane> {
    let (filter, swim) = untrack(|| (desk.loops.filter(desk), desk.loops.swim.get()));
    desk.editor
        .with_board(|board, layout| lanes_of(board, layout, swim, &filter))
}

/// What the cards are drawn from.
#[derive(Clone, Copy)]
struct Drawn {
    faces: Memo<Faces>,
    flags: Memo<Flags>,
    /// The card that Tab stops at: the one it left, or the first.
    stop: Memo<Option<ImprovementId>>,
}

/// The view.
pub fn loop_board(desk: Desk) -> AnyView {
    let language = desk.language;
    let lanes = lanes(desk);
    let stop = Memo::new(move |_| {
        let at = desk.loops.at.get();
        lanes.with(|lanes| {
            let mut shown = lanes.iter().flat_map(|lane| lane.columns.iter().flatten());
            at.filter(|at| shown.clone().any(|id| id == at))
                .or_else(|| shown.next().copied())
        })
    });
    let drawn = Drawn {
        faces: face::faces(desk),
        flags: face::flags(desk),
        stop,
    };
    let drag = Dragging::new(desk, ground::BOARD);
    effect(move || {
        lanes.track();
        moves::stay_in_gate(desk);
    });
    // Whoever goes to another view is on the touchpoint that is selected there.
    effect(move || {
        on_cleanup(move || {
            let selected = desk.selected.try_get_untracked().flatten();
            desk.editor.stand_on(selected.map(Entity::Touchpoint));
        });
    });
    let heads = Memo::new(move |_| lanes.with(|lanes| lanes.iter().map(|lane| lane.of.clone()).collect::<Vec<_>>()));
    let is_cut = Memo::new(move |_| desk.loops.swim.get().is_some());
    let cells = move |nth: usize, of: Option<SwimOf>| {
        let lane = Memo::new(move |_| {
            lanes.with(|lanes| {
                let lane = lanes.iter().find(|lane| lane.of == of);
                lane.map(|lane| lane.columns.clone()).unwrap_or_default()
            })
        });
        let cells = Step::ALL.iter().map(|step| {
            let cell = cell(desk, lane, drawn, nth, *step);
            if is_cut.get_untracked() {
                return cell;
            }
            any(view! { <section class=column_class(*step)>{head(desk, lanes, *step)} {cell}</section> })
        });
        cells.collect::<Vec<_>>()
    };
    let board = dynamic(move || {
        if !is_cut.get() {
            return any(view! { <div class="loops__columns">{cells(0, None)}</div> });
        }
        let cut = heads.get().into_iter().enumerate().map(|(nth, of)| {
            any(view! {
                <h2 class="swim">{swim_name(desk, of.as_ref())}</h2>
                {cells(nth, of)}
            })
        });
        let heads = Step::ALL
            .iter()
            .map(|step| any(view! { <div class=column_class(*step)>{head(desk, lanes, *step)}</div> }));
        any(view! {
            <div class="loops__columns loops__columns--cut">
                {heads.collect::<Vec<_>>()} {cut.collect::<Vec<_>>()}
            </div>
        })
    });
    any(view! {
        <main
            class="loops"
            id="main"
            tabindex="-1"
            aria-label=t!(language, loops.label)
            on:click=move |event| hands::press(desk, &event)
            on:keydown=move |event| hands::key(desk, &event)
            on:focusin=move |event| hands::focused(desk, &event)
            on:contextmenu=move |event| super::keys::context_menu(desk, &event)
        >
            {tools(desk)}
            <div
                class="loops__board"
                on:pointerdown=move |event| drag.down(&event)
                on:pointermove=move |event| drag.moved(&event)
                on:pointerup=move |event| drag.up(&event)
                on:pointercancel=move |event| drag.lost(&event)
                on:touchmove=move |event| drag.hold_scroll(&event)
            >
                {board}
            </div>
        </main>
    })
}

const fn column_class(step: Step) -> &'static str {
    match step {
        Step::Verdict => "col col--end",
        _ => "col",
    }
}

/// What is over the board: beginning, showing less of it, cutting it across, and what customers said.
fn tools(desk: Desk) -> AnyView {
    let language = desk.language;
    let loops = desk.loops;
    let cards = Signal::derive(move || {
        desk.editor.follow_board(|board, layout| {
            let cards = layout.in_order().into_iter();
            let named = cards.filter_map(|id| Some(Choice::new(id.to_string(), &board.touchpoints.get(&id)?.name)));
            named.collect::<Vec<_>>()
        })
    });
    let begin = Callback::new(move |id: String| {
        if let Some(id) = TouchpointId::parse(&id) {
            moves::begin(desk, id, None);
        }
    });
    // The values of the list: nothing is everybody, a blank is nobody, and a name follows its sign.
    let owners = Signal::derive(move || {
        let mut all = vec![Choice::new("", t_string!(language, loops.everyone))];
        let owners = desk.editor.follow_board(|board, _| board.loop_owners());
        all.extend(owners.into_iter().map(|owner| Choice::new(format!("={owner}"), owner)));
        all.push(Choice::new("=", t_string!(language, loops.nobody)));
        all
    });
    let owner = Signal::derive(move || loops.owner.get().map(|owner| format!("={owner}")).unwrap_or_default());
    let by_owner = Callback::new(move |word: String| loops.owner.set(word.strip_prefix('=').map(str::to_owned)));
    let steps = Signal::derive(move || {
        let steps = Step::ALL
            .iter()
            .map(|step| Choice::new(step.word(), words::step(language.get(), *step)));
        std::iter::once(Choice::new("", t_string!(language, loops.every_step)))
            .chain(steps)
            .collect()
    });
    let step = Signal::derive(move || loops.step.get().map_or("", Step::word).to_owned());
    let swims = Signal::derive(move || {
        vec![
            Choice::new("", t_string!(language, loops.swim_none)),
            Choice::new(Swim::Owner.word(), t_string!(language, loops.owner)),
            Choice::new(Swim::Stage.word(), t_string!(language, map.stage)),
        ]
    });
    let swim = Signal::derive(move || loops.swim.get().map_or("", Swim::word).to_owned());
    let feedback = View::Feedback;
    any(view! {
        <div class="loops__tools">
            {pick(label!(language, loops.begin), cards, begin)}
            {choice(label!(language, loops.owner), owners, owner, by_owner)}
            {choice(label!(language, loops.column), steps, step, Callback::new(move |word: String| loops.step.set(Step::from_word(&word))))}
            {choice(label!(language, loops.swim), swims, swim, Callback::new(move |word: String| loops.swim.set(Swim::from_word(&word))))}
            <label class="tick-line">
                <input
                    type="checkbox"
                    prop:checked=move || loops.overdue.get()
                    on:change=move |event| loops.overdue.set(event_target_checked(&event))
                />
                <span>{t!(language, loops.only_overdue)}</span>
            </label>
            <a
                class="btn btn--s loops__voices"
                href=feedback.address(desk.editor.id())
                on:click=move |event| {
                    if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                        event.prevent_default();
                        event.stop_propagation();
                        views::show(desk, feedback);
                    }
                }
            >
                <Icon glyph=Glyph::Inbox small=true />
                {t!(language, view.feedback)}
            </a>
        </div>
    })
}

fn swim_name(desk: Desk, of: Option<&SwimOf>) -> String {
    match of {
        Some(SwimOf::Owner(owner)) if !owner.is_empty() => owner.clone(),
        Some(SwimOf::Stage(Some(stage))) => desk.name_of_followed(Entity::Stage(*stage)),
        Some(SwimOf::Stage(None)) => t_string!(desk.language, map.adrift_title).to_owned(),
        _ => t_string!(desk.language, loops.nobody).to_owned(),
    }
}

/// The head of a column: how far along it is, what it asks, how many cards it shows and how many the team wants.
fn head(desk: Desk, lanes: Memo<Vec<Lane>>, step: Step) -> AnyView {
    let language = desk.language;
    let count = Memo::new(move |_| {
        let shown = lanes.with(|lanes| {
            lanes
                .iter()
                .map(|lane| lane.columns[step as usize].len())
                .sum::<usize>()
        });
        desk.editor
            .follow_board(|board, _| (shown, board.map.wip[step as usize], board.over_limit(step)))
    });
    // Against a limit only what goes on counts.
    let number = text(move || match count.get() {
        (all, None, _) => all.to_string(),
        (_, Some(limit), over) if over > 0 => format!("{}/{limit}", usize::from(limit) + over),
        (_, Some(limit), _) => {
            let going = desk.editor.follow_board(|board, _| {
                board
                    .improvements()
                    .filter(|it| it.step == step && it.ended().is_none())
                    .count()
            });
            format!("{going}/{limit}")
        }
    });
    let class = text(move || {
        if count.get().2 > 0 {
            "col__n col__n--over"
        } else {
            "col__n"
        }
    });
    let about = text(move || match count.get() {
        (_, Some(limit), over) if over > 0 => t_string!(language, loops.over_limit, over = over, limit = limit),
        (all, Some(limit), _) => t_string!(language, loops.within_limit, count = all, limit = limit),
        (all, None, _) => t_string!(language, loops.no_limit, count = all),
    });
    let setting = RwSignal::new(false);
    let set = move |typed: String| {
        let limit = typed.trim().parse::<u8>().ok().filter(|limit| *limit > 0);
        desk.apply(Edit::SetMap(MapField::Wip(step, limit)));
    };
    let limit = dynamic(move || {
        setting.get().then(|| {
            let now = count.get_untracked().1.map(|limit| limit.to_string());
            any(view! {
                <label class="col__limit">
                    <span>{t!(language, loops.limit)}</span>
                    <input
                        class="input"
                        type="number"
                        min="1"
                        max="99"
                        data-limit=step.word()
                        prop:value=now
                        on:change=move |event| set(event_target_value(&event))
                        on:keydown=move |event| {
                            if matches!(event.key().as_str(), "Enter" | "Escape") {
                                event.prevent_default();
                                event.stop_propagation();
                                if event.key() == "Enter" {
                                    set(event_target_value(&event));
                                }
                                setting.set(false);
                            }
                        }
                    />
                </label>
            })
        })
    });
    let name = text(move || words::step(language.get(), step));
    let question = text(move || words::step_question(language, step));
    let sign = ring(step, None);
    any(view! {
        <div class="col__head">
            <div class="col__row">
                <h2 class="col__h">
                    <span class="col__ring" inner_html=sign></span>
                    {name}
                </h2>
                <button
                    class=class
                    type="button"
                    title=about.clone()
                    aria-label=about
                    aria-expanded=move || if setting.get() { "true" } else { "false" }
                    on:click=move |_| {
                        setting.update(|setting| *setting = !*setting);
                        super::dom::focus_soon(format!("[data-limit=\"{}\"]", step.word()));
                    }
                >
                    {number}
                </button>
            </div>
            <p class="col__q">{question}</p>
            {limit}
        </div>
    })
}

/// The cards of a column, in one lane: the nth from the top.
fn cell(desk: Desk, lane: Memo<Columns>, drawn: Drawn, nth: usize, step: Step) -> AnyView {
    let language = desk.language;
    let list = Memo::new(move |_| lane.with(|columns| columns[step as usize].clone()));
    let is_whole = Memo::new(move |_| desk.loops.swim.get().is_none());
    // Where the card would go whose gate is open.
    let goal = dynamic(move || {
        let gate = desk.loops.gate.get().filter(|gate| gate.ask.column() == step)?;
        let elsewhere = Step::ALL
            .iter()
            .any(|from| *from != step && lane.with(|columns| columns[*from as usize].contains(&gate.id)));
        elsewhere.then(|| {
            let name = text(move || desk.name_of_followed(Entity::Improvement(gate.id)));
            any(view! { <p class="job__goal">{name}</p> })
        })
    });
    let teach = dynamic(move || {
        let none = is_whole.get() && step == Step::Evaluate && lane.with(|columns| columns.iter().all(Vec::is_empty));
        none.then(|| {
            let words = text(move || {
                // Without touchpoints there is none to choose.
                if desk
                    .editor
                    .follow_board(|_, layout| layout.cards.values().all(Vec::is_empty))
                {
                    t_string!(language, loops.empty_map)
                } else {
                    t_string!(language, loops.empty)
                }
            });
            any(view! { <p class="loops__teach">{words}</p> })
        })
    });
    any(view! {
        <div class="col__cards" data-cell=step.word() data-swim=nth.to_string()>
            {each(move || list.get(), move |id| card(desk, drawn, id))}
            {goal}
            {teach}
        </div>
    })
}

fn card(desk: Desk, drawn: Drawn, id: ImprovementId) -> AnyView {
    let language = desk.language;
    let Drawn { faces, flags, stop } = drawn;
    let holder = desk.editor.holder(Entity::Improvement(id));
    let face = Memo::new(move |_| faces.with(|faces| faces.get(&id).cloned()));
    let flags = Memo::new(move |_| flags.with(|flags| flags.get(&id).cloned().unwrap_or_default()));
    let is_asked = Memo::new(move |_| desk.loops.gate.with(|gate| gate.is_some_and(|gate| gate.id == id)));
    let is_open = Memo::new(move |_| desk.loops.open.get() == Some(id) && !desk.panel.get());
    let body = Memo::new(move |_| {
        face.with(|face| {
            let face = face.as_ref()?;
            Some(flags.with(|flags| face::draw(language, face, flags, desk.today.get())))
        })
    });
    let name = text(move || {
        let name = face.with(|face| face.as_ref().map(|face| face.name.clone()).unwrap_or_default());
        words::or_unnamed(language, &name)
    });
    let class = {
        let holder = holder.clone();
        text(move || {
            let mut class = "job".to_owned();
            if is_asked.get() || is_open.get() {
                class.push_str(" is-open");
            }
            class.push_str(&held_class(&holder));
            class
        })
    };
    let is_stop = Memo::new(move |_| stop.get() == Some(id));
    let waits = Memo::new(move |_| {
        face.with(|face| {
            face.as_ref()
                .is_some_and(|face| face.step == Step::Verdict && face.ended.is_none())
        })
    });
    let below: DynamicView = dynamic(move || match (is_asked.get(), waits.get()) {
        (true, _) => Some(desk.parts.slot(desk, Slot::Gate(id))),
        (false, true) => Some(desk.parts.slot(desk, Slot::Verdicts(id))),
        (false, false) => None,
    });
    any(view! {
        // Lists of improvements lead here by this name.
        <article
            class=class
            id=format!("improvement-{id}")
            tabindex=move || if is_stop.get() { "0" } else { "-1" }
            aria-label=name
            data-job=id.to_string()
        >
            {held_name(desk, holder)}
            <div class="job__body" inner_html=move || body.get().unwrap_or_default()></div>
            {typist(desk, key_of(Entity::Improvement(id)))}
            {below}
            <button
                class="more"
                type="button"
                tabindex="-1"
                data-menu=""
                aria-haspopup="menu"
                aria-label=t!(language, app.more)
            >
                <Icon glyph=Glyph::Ellipsis small=true />
            </button>
        </article>
    })
}
