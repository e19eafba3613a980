//! What is done to a card of the feedback-loop board: it is begun, moved, judged. What lacks something for that opens
//! the gate in the card.

use leptos::prelude::*;
use model::board::{Board, NoteHome};
use model::edit::{At, Edit, Entity, ImprovementField, Judgement, Splice, TextField, one_line};
use model::id::{ImprovementId, NoteId, TouchpointId};
use model::limits::NAME_MAX;
use model::loops::chain::Chains;
use model::loops::gates::{Flag, Missing};
use model::loops::lanes::{Swim, SwimOf};
use model::loops::{Decision, Improvement, Origin, Step, VerdictKind};

use super::super::desk::{Desk, selector_of};
use super::super::dom::{self, focus_soon};
use super::super::moves::Step as Way;
use super::super::{views, words};
use super::{lanes_now, swim_name};
use crate::language::t_string;
use crate::place::View;
use crate::ui::toast::Toast;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// To go to a place in a column.
    Step(Step, At<ImprovementId>),
    /// To end this way.
    Judge(VerdictKind),
}

impl Ask {
    /// The column that it leads to.
    #[must_use]
    pub const fn column(self) -> Step {
        match self {
            Self::Step(step, _) => step,
            Self::Judge(_) => Step::Verdict,
        }
    }
}

/// A gate that is open in its card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gate {
    /// The card.
    pub id: ImprovementId,
    /// What is asked for.
    pub ask: Ask,
}

/// What is asked for in truth: what is decided to be left goes on to its end only.
#[must_use]
pub fn meant(it: &Improvement, ask: Ask) -> Ask {
    match ask {
        Ask::Step(step, _) if step > Step::Decide && it.decision == Some(Decision::Leave) && it.ended().is_none() => {
            Ask::Judge(VerdictKind::Left)
        }
        ask => ask,
    }
}

/// What an improvement lacks for what is asked for.
#[must_use]
pub fn lacks(board: &Board, it: &Improvement, ask: Ask) -> Vec<Missing> {
    let kind = match ask {
        Ask::Step(step, _) => return board.missing_for(it.id, step),
        Ask::Judge(kind) => kind,
    };
    let mut lacks = if it.step == Step::Verdict {
        let flags = board.flags(it, &Chains::default()).into_iter();
        flags
            .filter_map(|flag| match flag {
                Flag::Missing(what) => Some(what),
                _ => None,
            })
            .collect()
    } else {
        board.missing_for(it.id, Step::Verdict)
    };
    match kind {
        VerdictKind::Left => {
            lacks.retain(|what| matches!(what, Missing::Problem | Missing::Importance | Missing::Performance));
            if it.reason.trim().is_empty() {
                lacks.push(Missing::Reason);
            }
        }
        VerdictKind::Success if is_short(board, it) && it.accepting.trim().is_empty() => {
            lacks.push(Missing::Accepted);
        }
        VerdictKind::Success | VerdictKind::PlanB => {}
    }
    lacks
}

/// Whether an improvement has not reached its target.
fn is_short(board: &Board, it: &Improvement) -> bool {
    board.measure(it).and_then(|measure| measure.met) != Some(true)
}

/// What is asked for on the way, there or not, in the order of the columns.
#[must_use]
pub fn asked(board: &Board, it: &Improvement, ask: Ask, lacks: &[Missing]) -> Vec<Missing> {
    let evaluate = [Missing::Problem, Missing::Importance, Missing::Performance];
    let decide = [
        Missing::Decision,
        Missing::Practice,
        Missing::Owner,
        Missing::Metric,
        Missing::Baseline,
        Missing::Target,
        Missing::MeasureBy,
    ];
    let leaves = ask == Ask::Judge(VerdictKind::Left);
    let passes = |step: Step| it.step <= step && step < ask.column();
    let mut all: Vec<(bool, Missing)> = Vec::new();
    all.extend(evaluate.map(|what| (passes(Step::Evaluate), what)));
    all.extend(decide.map(|what| (passes(Step::Decide) && !leaves, what)));
    all.push((passes(Step::Implement) && !leaves, Missing::Live));
    all.push((passes(Step::Measure) && !leaves, Missing::Value));
    all.push((leaves, Missing::Reason));
    let succeeds = ask == Ask::Judge(VerdictKind::Success);
    all.push((succeeds && is_short(board, it), Missing::Accepted));
    all.into_iter()
        .filter(|(is_asked, what)| *is_asked || lacks.iter().any(|lack| row_of(*lack) == *what))
        .map(|(_, what)| what)
        .collect()
}

/// The row of the form that something missing is put right in.
#[must_use]
pub fn row_of(what: Missing) -> Missing {
    match what {
        Missing::Way => Missing::Metric,
        Missing::Direction => Missing::Target,
        what => what,
    }
}

/// Moves a card to a place in a column, or asks in it for what that needs.
pub fn go(desk: Desk, id: ImprovementId, step: Step, at: At<ImprovementId>) {
    let wanted = Ask::Step(step, at);
    let found = desk.editor.with_board(|board, _| {
        let it = board.improvement(id)?;
        let ask = meant(it, wanted);
        Some((ask, lacks(board, it, ask).is_empty()))
    });
    match found {
        Some((ask, true)) if ask == wanted || step == Step::Verdict => {
            carry_out(desk, id, ask);
        }
        Some((ask, _)) => open_gate(desk, Gate { id, ask }),
        None => {}
    }
}

/// Opens the gate in its card and goes to the first thing to fill in.
pub fn open_gate(desk: Desk, gate: Gate) {
    desk.loops.gate.set(Some(gate));
    dom::after_paint(move || enter_gate(gate.id));
}

/// Goes back into the gate that is open when its card went to another lane by what was written into it.
pub fn stay_in_gate(desk: Desk) {
    let gate = desk.loops.gate.get_untracked();
    dom::after_paint(move || {
        if let Some(gate) = gate.filter(|_| !dom::has_focus()) {
            enter_gate(gate.id);
        }
    });
}

fn enter_gate(id: ImprovementId) {
    let card = selector_of(Entity::Improvement(id));
    let inner = |what: &str| dom::find(&format!("{card} {what}"));
    let first = inner(".need--open :is(textarea,input,select)").or_else(|| inner(".gate__do"));
    if let Some(form) = inner(".gate") {
        dom::show(&form);
    }
    if let Some(first) = first {
        dom::focus(&first);
    }
}

/// Closes the gate; what was written into it is kept.
pub fn close_gate(desk: Desk) {
    if let Some(gate) = desk.loops.gate.get_untracked() {
        desk.loops.gate.set(None);
        focus_soon(selector_of(Entity::Improvement(gate.id)));
    }
}

/// Does what was asked for. Says whether the model let it through.
pub fn carry_out(desk: Desk, id: ImprovementId, ask: Ask) -> bool {
    let edit = match ask {
        Ask::Step(step, at) => Some(Edit::MoveImprovement { id, step, at }),
        Ask::Judge(kind) => desk.editor.with_board(|board, _| {
            let it = board.improvement(id)?;
            let next = || board.chains().successors(id).first().copied();
            let judgement = match kind {
                VerdictKind::Success if is_short(board, it) => Judgement::Success {
                    accepted: it.accepting.clone(),
                },
                VerdictKind::Success => Judgement::Success {
                    accepted: String::new(),
                },
                VerdictKind::PlanB => Judgement::PlanB {
                    successor: next().unwrap_or_else(ImprovementId::fresh),
                    practice: it.next.clone(),
                },
                VerdictKind::Left => Judgement::Left {
                    reason: it.reason.clone(),
                },
            };
            Some(Edit::Judge(id, judgement))
        }),
    };
    let Some(edit) = edit else { return false };
    if !desk.apply(edit) {
        return false;
    }
    if desk
        .loops
        .gate
        .with_untracked(|gate| gate.is_some_and(|gate| gate.id == id))
    {
        desk.loops.gate.set(None);
    }
    focus_soon(selector_of(Entity::Improvement(id)));
    match ask {
        Ask::Step(step, _) => desk.say(place_of(desk, id, step)),
        Ask::Judge(kind) => say_verdict(desk, id, kind),
    }
    true
}

fn place_of(desk: Desk, id: ImprovementId, step: Step) -> String {
    let (position, count) = desk.editor.with_board(|_, layout| {
        let column = &layout.improvements[step as usize];
        let at = column.iter().position(|other| *other == id);
        (at.map_or(0, |at| at + 1), column.len())
    });
    let name = desk.name_of(Entity::Improvement(id));
    untrack(|| {
        t_string!(
            desk.language,
            loops.moved,
            name = name,
            step = words::step(desk.language.get(), step),
            position = position,
            count = count
        )
    })
}

fn say_verdict(desk: Desk, id: ImprovementId, kind: VerdictKind) {
    let language = desk.language;
    let name = desk.name_of(Entity::Improvement(id));
    let next = desk.editor.with_board(|board, _| {
        let next = *board.chains().successors(id).first()?;
        Some((board.attempt(next), board.improvement(next)?.step))
    });
    let text = untrack(|| match next.filter(|_| kind == VerdictKind::PlanB) {
        Some((attempt, step)) => t_string!(
            language,
            loops.began_next,
            name = name,
            attempt = attempt,
            step = words::step(language.get(), step)
        ),
        None => t_string!(
            language,
            loops.judged,
            name = name,
            verdict = words::verdict(language.get(), kind)
        ),
    });
    desk.say(text.clone());
    desk.notify_with_undo(text);
}

/// Moves a card one step among those that are shown, by key or by menu: over the edge of its lane into the next one.
pub fn step(desk: Desk, id: ImprovementId, way: Way) {
    let lanes = lanes_now(desk);
    let step = desk
        .editor
        .with_board(|board, _| board.improvement(id).map(|it| it.step));
    let goal = step.and_then(|step| {
        let here = lanes.iter().position(|lane| lane.holds(id))?;
        let (lane, column) = (&lanes[here], step as usize);
        let cards = &lane.columns[column];
        let at = cards.iter().position(|other| *other == id)?;
        let of = lane.of.clone();
        match way {
            Way::Up if at > 0 => Some((step, At::Before(cards[at - 1]), of)),
            Way::Up => {
                let lane = lanes.get(here.checked_sub(1)?)?;
                let at = lane.columns[column].last().map_or(At::Last, |last| At::After(*last));
                Some((step, at, lane.of.clone()))
            }
            Way::Down if at + 1 < cards.len() => Some((step, At::After(cards[at + 1]), of)),
            Way::Down => {
                let lane = lanes.get(here + 1)?;
                let at = lane.columns[column]
                    .first()
                    .map_or(At::Last, |first| At::Before(*first));
                Some((step, at, lane.of.clone()))
            }
            Way::Left => Some((*Step::ALL.get(column.checked_sub(1)?)?, At::Last, of)),
            Way::Right => Some((*Step::ALL.get(column + 1)?, At::Last, of)),
        }
    });
    match goal {
        Some((step, at, lane)) => put(desk, id, step, at, lane),
        None => desk.say(untrack(|| t_string!(desk.language, a11y.cannot_move))),
    }
}

/// Whether the lanes are those of stages, which a card stays in.
pub fn is_bound(desk: Desk) -> bool {
    desk.loops.swim.get_untracked() == Some(Swim::Stage)
}

/// Moves a card to a place in a column and into a lane. In the lane of an owner it becomes theirs; the lane of a stage is
/// its touchpoint's, and the map is where that is moved.
pub fn put(desk: Desk, id: ImprovementId, step: Step, at: At<ImprovementId>, lane: Option<SwimOf>) {
    let here = lanes_now(desk).into_iter().find(|lane| lane.holds(id));
    let here = here.and_then(|here| here.of);
    match lane {
        Some(SwimOf::Owner(owner)) if here != Some(SwimOf::Owner(owner.clone())) => {
            hand_over(desk, id, owner, step, at)
        }
        Some(SwimOf::Stage(stage)) if here != Some(SwimOf::Stage(stage)) => {
            let (name, stage) = (desk.name_of(Entity::Improvement(id)), swim_name(desk, here.as_ref()));
            let text = untrack(|| t_string!(desk.language, loops.bound, name = name, stage = stage));
            desk.say(text.clone());
            desk.notify(Toast::done(text));
        }
        _ => go(desk, id, step, at),
    }
}

/// Gives a card to somebody and moves it, as one step. Where the column asks for something first, it is theirs and asked
/// for that.
fn hand_over(desk: Desk, id: ImprovementId, owner: String, step: Step, at: At<ImprovementId>) {
    let hand = Edit::SetImprovement(id, ImprovementField::Owner(owner.clone()));
    let both = Edit::Batch(vec![hand.clone(), Edit::MoveImprovement { id, step, at }]);
    let is_there = desk.editor.edit(both).is_ok();
    if !is_there && !desk.apply(hand) {
        return;
    }
    let name = desk.name_of(Entity::Improvement(id));
    let text = untrack(|| {
        let language = desk.language;
        if owner.is_empty() {
            t_string!(language, loops.handed_to_nobody, name = name)
        } else {
            t_string!(language, loops.handed, name = name, owner = owner)
        }
    });
    desk.notify_with_undo(text.clone());
    if is_there {
        focus_soon(selector_of(Entity::Improvement(id)));
        desk.say(format!("{text}. {}", place_of(desk, id, step)));
    } else {
        desk.say(text);
        go(desk, id, step, at);
    }
}

/// Shows an improvement on the board, with its details.
pub fn open(desk: Desk, id: ImprovementId) {
    views::show(desk, View::Loop);
    desk.close_panel();
    desk.loops.open.set(Some(id));
    focus_soon(selector_of(Entity::Improvement(id)));
}

/// Begins an improvement of a touchpoint and shows it. What it starts from gives it its name and says what is wrong.
pub fn begin(desk: Desk, touchpoint: TouchpointId, origin: Option<Origin>) {
    let id = ImprovementId::fresh();
    let said = match origin {
        Some(Origin::Pain(note) | Origin::Opportunity(note)) => desk
            .editor
            .text(TextField::Note(note))
            .unwrap_or_else(|| desk.name_of(Entity::Note(note))),
        Some(Origin::Feedback(entry)) => desk.name_of(Entity::Feedback(entry)),
        None => String::new(),
    };
    let said = said.trim().to_owned();
    let name = if said.is_empty() {
        desk.name_of(Entity::Touchpoint(touchpoint))
    } else {
        one_line(&said).chars().take(NAME_MAX).collect()
    };
    let mut edits = vec![Edit::AddImprovement {
        id,
        touchpoint,
        name: name.clone(),
        origin,
        at: At::Last,
    }];
    // An opportunity says what could be better, not what is wrong.
    if !said.is_empty() && !matches!(origin, Some(Origin::Opportunity(_))) {
        let insert = said;
        edits.push(Edit::Type(
            TextField::Problem(id),
            Splice {
                at: 0,
                remove: 0,
                insert,
            },
        ));
    }
    if desk.apply(Edit::Batch(edits)) {
        desk.say(untrack(|| t_string!(desk.language, a11y.added, name = name)));
        open(desk, id);
    }
}

/// Begins an improvement from a pain point or an opportunity.
pub fn begin_from(desk: Desk, note: NoteId) {
    let home = desk
        .editor
        .with_board(|board, _| board.notes.get(&note).map(|note| note.home));
    match home {
        Some(NoteHome::Pain(card)) => begin(desk, card, Some(Origin::Pain(note))),
        Some(NoteHome::Opportunity(card)) => begin(desk, card, Some(Origin::Opportunity(note))),
        _ => {}
    }
}
