//! Edits of the feedback-loop board: what goes on is asked for what its column needs (SPEC G5–G13).

use super::{Done, Plan, index_of, within};
use crate::board::{Rank, Touchpoint};
use crate::edit::{At, Edit, EditError, Entity, FeedbackField, ImprovementField, Judgement, TextField};
use crate::id::{CheckId, FeedbackId, ImprovementId, MetricId, MoveId, TouchpointId};
use crate::items::{Figure, Item, Metric};
use crate::limits::{CHECKS_MAX, FEEDBACK_MAX, REASON_MAX};
use crate::loops::feedback::{CSAT, Entry, Feedback, NPS};
use crate::loops::gates::{goes_on, missing};
use crate::loops::{Check, Decision, Improvement, Moved, Origin, Step, Verdict, VerdictKind};
use crate::rank;
use crate::thing::{Home, Thing};

impl Plan<'_> {
    pub(super) fn add_loop(&mut self, edit: Edit) -> Done {
        match edit {
            Edit::AddImprovement {
                id,
                touchpoint,
                name,
                origin,
                at,
            } => {
                let name = self.name(&name, false)?;
                self.has(Entity::Touchpoint(touchpoint))?;
                origin.map_or(Ok(()), |origin| self.has(origin.entity()))?;
                let it = Improvement {
                    name,
                    origin,
                    ..Improvement::blank(id, touchpoint)
                };
                self.create(improvement(it), at.map(|id| id.0))?;
                match origin {
                    Some(Origin::Feedback(entry)) => self.change(Entity::Feedback(entry), &mut |thing| {
                        if let Thing::Item(Item::Feedback(it)) = thing {
                            it.entry.improvement = Some(id);
                        }
                    }),
                    _ => Ok(()),
                }
            }
            Edit::SetImprovement(id, field) => {
                let old = self.improvement(id)?;
                let mut new = old.clone();
                self.set_improvement(&mut new, field)?;
                self.put(improvement(old), improvement(new));
                Ok(())
            }
            Edit::MoveImprovement { id, step, at } => self.move_improvement(id, step, at),
            Edit::Judge(id, judgement) => self.judge(id, judgement),
            Edit::AddFeedback { id, mut entry } => {
                self.settle_entry(&mut entry)?;
                let (entry, trashed) = (*entry, None);
                self.create(Thing::Item(Item::Feedback(Feedback { id, entry, trashed })), At::Last)
            }
            Edit::SetFeedback(id, field) => self.set_feedback(id, field),
            // Everything else has been seen to before.
            _ => Ok(()),
        }
    }

    fn improvement(&self, id: ImprovementId) -> Result<Improvement, EditError> {
        match self.get(Entity::Improvement(id))? {
            Thing::Item(Item::Improvement(it)) => Ok(*it),
            _ => Err(EditError::Missing(Entity::Improvement(id))),
        }
    }

    fn metric(&self, id: MetricId) -> Option<Metric> {
        match self.get(Entity::Metric(id)) {
            Ok(Thing::Item(Item::Metric(metric))) => Some(metric),
            _ => None,
        }
    }

    fn card(&self, id: TouchpointId) -> Option<Touchpoint> {
        match self.get(Entity::Touchpoint(id)) {
            Ok(Thing::Touchpoint(card)) => Some(*card),
            _ => None,
        }
    }

    /// Whether an improvement has what it needs for being where it is.
    fn passes(&self, it: &Improvement) -> Done {
        let mut it = it.clone();
        // What this batch has typed stands beside the things.
        for (field, text) in [
            (TextField::Problem(it.id), &mut it.problem),
            (TextField::Practice(it.id), &mut it.practice),
        ] {
            if let Some(typed) = self.texts.get(&field) {
                text.clone_from(typed);
            }
        }
        let metric = it.metric.and_then(|id| self.metric(id));
        let lacks = missing(&it, self.card(it.touchpoint).as_ref(), metric.as_ref());
        if lacks.is_empty() {
            Ok(())
        } else {
            Err(EditError::Gate(lacks))
        }
    }

    /// The attempt that follows one, the oldest where several do; those in the trash do not.
    fn successor(&self, of: ImprovementId) -> Option<ImprovementId> {
        let follows = |it: &Improvement| it.previous == Some(of) && it.trashed.is_none();
        let planned = self.over.values().filter_map(|thing| match thing {
            Thing::Item(Item::Improvement(it)) if follows(it) => Some(it.id),
            _ => None,
        });
        let there = self.board.improvements().filter(|it| follows(it)).map(|it| it.id);
        let there = there.filter(|id| !self.over.contains_key(&Entity::Improvement(*id)));
        planned.chain(there).min()
    }

    fn move_improvement(&mut self, id: ImprovementId, step: Step, at: At<ImprovementId>) -> Done {
        let old = self.improvement(id)?;
        if step == Step::Verdict && old.step != step && old.decision == Some(Decision::Leave) {
            return self.leave(old, at);
        }
        let mut new = old.clone();
        new.step = step;
        if step != Step::Verdict {
            new.verdict = None;
        }
        if goes_on(&old, step) {
            self.passes(&new)?;
        }
        self.bring(old, new, at)
    }

    fn judge(&mut self, id: ImprovementId, judgement: Judgement) -> Done {
        let old = self.improvement(id)?;
        let (kind, accepted, next) = match judgement {
            Judgement::Left { reason } => {
                let reason = self.reason(&reason)?;
                return self.leave(Improvement { reason, ..old }, At::Last);
            }
            Judgement::Success { accepted } => (VerdictKind::Success, self.reason(&accepted)?, None),
            Judgement::PlanB { successor, practice } => {
                let next = self.next_attempt(&old, successor, &practice)?;
                (VerdictKind::PlanB, String::new(), Some(next))
            }
        };
        let mut new = old.clone();
        new.step = Step::Verdict;
        let new = self.judged(new, kind, accepted);
        self.passes(&new)?;
        match (self.successor(id), next) {
            (Some(other), next) if next.as_ref().is_none_or(|next| next.id != other) => {
                return Err(EditError::Succeeded(other));
            }
            (None, Some(next)) => self.create(improvement(next), At::Last)?,
            _ => {}
        }
        self.bring(old, new, At::Last)
    }

    /// Ends a round by leaving the touchpoint as it is.
    fn leave(&mut self, with_reason: Improvement, at: At<ImprovementId>) -> Done {
        let old = self.improvement(with_reason.id)?;
        if let Some(other) = self.successor(old.id) {
            return Err(EditError::Succeeded(other));
        }
        let mut new = with_reason;
        (new.step, new.decision) = (Step::Verdict, Some(Decision::Leave));
        let new = self.judged(new, VerdictKind::Left, String::new());
        self.passes(&new)?;
        self.bring(old, new, at)
    }

    /// The attempt after one: same touchpoint, problem, metric and target, a practice of its own, from where the last
    /// one got to. What was evaluated holds, so it begins with the decision, or before it where that was not done.
    fn next_attempt(&self, of: &Improvement, id: ImprovementId, practice: &str) -> Result<Improvement, EditError> {
        let practice = (self.env.nfc)(practice.trim());
        within(&practice, crate::limits::TEXT_MAX)?;
        let problem = self.texts.get(&TextField::Problem(of.id)).unwrap_or(&of.problem);
        let metric = of.metric.and_then(|metric| self.metric(metric));
        let reached = metric.and_then(|metric| of.measure(&metric).latest);
        let mut next = Improvement {
            step: Step::Decide,
            name: of.name.clone(),
            problem: problem.clone(),
            practice,
            owner: of.owner.clone(),
            metric: of.metric,
            baseline: reached.map(|(_, value)| value).or(of.baseline),
            target: of.target,
            previous: Some(of.id),
            ..Improvement::blank(id, of.touchpoint)
        };
        if self.passes(&next).is_err() {
            next.step = Step::Evaluate;
        }
        Ok(next)
    }

    /// The improvement judged, by the last value there is of it. Judging the same way again is no new verdict.
    fn judged(&self, mut it: Improvement, kind: VerdictKind, accepted: String) -> Improvement {
        let before = it.verdict.take();
        let metric = it.metric.and_then(|metric| self.metric(metric));
        let latest = metric.and_then(|metric| it.measure(&metric).latest);
        let on = latest.map(|(day, _)| day);
        let same = |was: &Verdict| was.kind == kind && was.accepted == accepted && was.on == on;
        let given = before.filter(same).map_or_else(|| self.now(), |was| was.given);
        it.verdict = Some(Verdict {
            kind,
            accepted,
            on,
            given,
        });
        it
    }

    /// Writes an improvement that goes to a place in a column, and that it went.
    fn bring(&mut self, old: Improvement, mut new: Improvement, at: At<ImprovementId>) -> Done {
        let entity = Entity::Improvement(old.id);
        let reopened = old.verdict.as_ref().filter(|_| old.verdict != new.verdict);
        if old.step != new.step || reopened.is_some() {
            let moved = Moved {
                from: old.step,
                to: new.step,
                reopened: reopened.map(|verdict| verdict.kind),
                mark: self.now(),
            };
            new.moves.insert(MoveId::fresh(), moved);
        }
        let thing = self.get(entity)?;
        let home = Home::Step(new.step);
        if let Some(rank) = self.place(&thing, home, at.map(|id| id.0), thing.home() == home) {
            new.rank = rank;
        }
        self.put(thing, improvement(new));
        Ok(())
    }

    /// A reason as it will be stored; may be blank.
    fn reason(&self, text: &str) -> Result<String, EditError> {
        let text = (self.env.nfc)(text.trim());
        within(&text, REASON_MAX)?;
        Ok(text)
    }

    fn set_improvement(&self, it: &mut Improvement, field: ImprovementField) -> Done {
        use ImprovementField as Field;
        let metric = it.metric.and_then(|metric| self.metric(metric));
        let fits = |figure: Option<Figure>| match (figure, &metric) {
            (Some(figure), Some(metric)) if !metric.takes(figure) => Err(EditError::OffScale),
            _ => Ok(figure),
        };
        match field {
            Field::Decision(decision) => it.decision = decision,
            Field::Reason(reason) => it.reason = self.reason(&reason)?,
            Field::Owner(owner) => it.owner = self.name(&owner, true)?,
            Field::Metric(chosen) => {
                if let Some(chosen) = chosen.filter(|chosen| it.metric != Some(*chosen)) {
                    let metric = self.metric(chosen).filter(|metric| metric.touchpoint == it.touchpoint);
                    let metric = metric.ok_or(EditError::Missing(Entity::Metric(chosen)))?;
                    (it.baseline, it.target) = (metric.start(), metric.target);
                }
                it.metric = chosen;
            }
            Field::Baseline(figure) => it.baseline = fits(figure)?,
            Field::Target(figure) => it.target = fits(figure)?,
            Field::MeasureBy(day) => it.measure_by = day,
            Field::Live(day) => it.live = day,
            Field::Due(day) => it.due = day,
            Field::AddCheck { id, text, at } => {
                let text = self.name(&text, false)?;
                if it.checks.iter().any(|check| check.id == id) {
                    return Err(EditError::Taken(Entity::Improvement(it.id)));
                }
                if it.checks.len() >= CHECKS_MAX {
                    return Err(EditError::TooMany { max: CHECKS_MAX });
                }
                let (done, rank) = (false, Rank::default());
                put_check(&mut it.checks, Check { id, text, done, rank }, at);
            }
            Field::CheckText(id, text) => {
                let text = self.name(&text, false)?;
                check(it, id)?.text = text;
            }
            Field::CheckDone(id, done) => check(it, id)?.done = done,
            Field::MoveCheck(id, at) => {
                let moved = check(it, id)?.clone();
                let before: Vec<CheckId> = it.checks.iter().map(|check| check.id).collect();
                let mut checks = it.checks.clone();
                checks.retain(|check| check.id != id);
                put_check(&mut checks, moved, at);
                if checks.iter().map(|check| check.id).ne(before) {
                    it.checks = checks;
                }
            }
            Field::RemoveCheck(id) => it.checks.retain(|check| check.id != id),
        }
        Ok(())
    }

    fn set_feedback(&mut self, id: FeedbackId, field: FeedbackField) -> Done {
        use FeedbackField as Field;
        let old = self.get(Entity::Feedback(id))?;
        let mut new = old.clone();
        if let Thing::Item(Item::Feedback(Feedback { entry, .. })) = &mut new {
            // Only what is set is looked at: the rest may name what is gone (E3).
            let mut set = Entry::default();
            match field {
                Field::Text(text) => entry.text = self.said(&text)?,
                Field::Source(source) => entry.source = self.name(&source, true)?,
                Field::Channel(channel) => (set.channel, entry.channel) = (channel, channel),
                Field::On(day) => entry.on = day,
                Field::Csat(score) => (set.csat, entry.csat) = (score, score),
                Field::Nps(score) => (set.nps, entry.nps) = (score, score),
                Field::Persona(persona) => (set.persona, entry.persona) = (persona, persona),
                Field::Touchpoint(card) => (set.touchpoint, entry.touchpoint) = (card, card),
                Field::Improvement(it) => (set.improvement, entry.improvement) = (it, it),
            }
            self.check_entry(&set)?;
            if is_empty(entry) {
                return Err(EditError::Blank);
            }
        }
        self.put(old, new);
        Ok(())
    }

    /// The words of a customer as they will be stored.
    fn said(&self, text: &str) -> Result<String, EditError> {
        let text = (self.env.nfc)(text.trim());
        within(&text, FEEDBACK_MAX)?;
        Ok(text)
    }

    /// A new entry as it will be stored.
    fn settle_entry(&self, entry: &mut Entry) -> Done {
        entry.text = self.said(&entry.text)?;
        entry.source = self.name(&entry.source, true)?;
        if is_empty(entry) {
            return Err(EditError::Blank);
        }
        self.check_entry(entry)
    }

    /// Whether scores are on their scales and what is named is there.
    fn check_entry(&self, entry: &Entry) -> Done {
        if entry.csat.is_some_and(|n| !CSAT.contains(&n)) || entry.nps.is_some_and(|n| !NPS.contains(&n)) {
            return Err(EditError::OffScale);
        }
        let named = [
            entry.channel.map(Entity::Channel),
            entry.persona.map(Entity::Persona),
            entry.touchpoint.map(Entity::Touchpoint),
            entry.improvement.map(Entity::Improvement),
        ];
        named.into_iter().flatten().try_for_each(|entity| self.has(entity))
    }
}

fn improvement(it: Improvement) -> Thing {
    Thing::Item(Item::Improvement(Box::new(it)))
}

fn is_empty(entry: &Entry) -> bool {
    entry.text.is_empty() && entry.csat.is_none() && entry.nps.is_none()
}

fn check(it: &mut Improvement, id: CheckId) -> Result<&mut Check, EditError> {
    let missing = EditError::Missing(Entity::Improvement(it.id));
    it.checks.iter_mut().find(|check| check.id == id).ok_or(missing)
}

/// Puts a line into its place in the list; lines that tie are moved apart.
fn put_check(checks: &mut Vec<Check>, mut check: Check, at: At<CheckId>) {
    let list: Vec<(&Rank, uuid::Uuid)> = checks.iter().map(|check| (&check.rank, check.id.0)).collect();
    let index = index_of(&list, at.map(|id| id.0));
    let placed = rank::place(&list, index);
    for (id, rank) in placed.moved {
        if let Some(other) = checks.iter_mut().find(|other| other.id.0 == id) {
            other.rank = rank;
        }
    }
    check.rank = placed.rank;
    checks.insert(index, check);
}
