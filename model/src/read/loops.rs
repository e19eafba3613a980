//! Reading improvements and feedback.

use yrs::{Any, Map, ReadTxn};

use super::{Fields, rank_in, shortened, stamp, word};
use crate::date::Date;
use crate::id::{ChannelId, CheckId, FeedbackId, ImprovementId, MetricId, MoveId, NoteId, PersonaId, TouchpointId};
use crate::limits::{FEEDBACK_MAX, NAME_MAX, REASON_MAX, TEXT_MAX};
use crate::loops::feedback::{CSAT, Entry, Feedback, NPS};
use crate::loops::{Check, Decision, Improvement, Moved, Origin, Step, Verdict, VerdictKind};

pub(super) fn read_improvement<T: ReadTxn>(id: ImprovementId, at: &Fields<'_, T>) -> Option<Improvement> {
    let step = match at.any("place") {
        Some(Any::Map(place)) => place.get("step").and_then(word).and_then(|step| Step::from_word(&step)),
        _ => None,
    };
    let mut it = Improvement {
        step: step.unwrap_or(Step::Evaluate),
        rank: at.rank(),
        name: at.name(),
        problem: at.string("problem", TEXT_MAX),
        practice: at.string("practice", TEXT_MAX),
        accepting: at.string("accepting", TEXT_MAX),
        next: at.string("next", TEXT_MAX),
        decision: at.word("decision", Decision::from_word),
        reason: at.string("reason", REASON_MAX),
        owner: at.string("owner", NAME_MAX),
        metric: at.word("metric", MetricId::parse),
        baseline: at.figure("baseline"),
        target: at.figure("target"),
        measure_by: at.date("measure-by"),
        live: at.date("live"),
        due: at.date("due"),
        verdict: at.any("verdict").as_ref().and_then(read_verdict),
        previous: at.word("previous", ImprovementId::parse),
        origin: at.any("origin").as_ref().and_then(read_origin),
        trashed: at.trashed(),
        ..Improvement::blank(id, at.word("touchpoint", TouchpointId::parse)?)
    };
    for key in at.map.keys(at.txn) {
        let Some((field, of)) = key.split_once('/') else {
            continue;
        };
        match field {
            "check" => it.checks.extend(read_check(of, at, key)),
            "moved" => it.moves.extend(read_moved(of, at, key)),
            _ => {}
        }
    }
    it.checks.sort_unstable_by(|a, b| (&a.rank, a.id).cmp(&(&b.rank, b.id)));
    Some(it)
}

fn read_verdict(value: &Any) -> Option<Verdict> {
    let Any::Map(record) = value else { return None };
    let text = |key: &str| record.get(key).and_then(word);
    Some(Verdict {
        kind: VerdictKind::from_word(&text("kind")?)?,
        accepted: text("accepted").map_or_else(String::new, |text| shortened(&text, REASON_MAX).to_owned()),
        on: text("on").and_then(|on| Date::parse(&on)),
        given: stamp(record),
    })
}

fn read_origin(value: &Any) -> Option<Origin> {
    let Any::Map(record) = value else { return None };
    let text = |key: &str| record.get(key).and_then(word);
    let pain = text("pain").and_then(|id| NoteId::parse(&id)).map(Origin::Pain);
    pain.or_else(|| {
        text("opportunity")
            .and_then(|id| NoteId::parse(&id))
            .map(Origin::Opportunity)
    })
    .or_else(|| {
        text("feedback")
            .and_then(|id| FeedbackId::parse(&id))
            .map(Origin::Feedback)
    })
}

fn read_check<T: ReadTxn>(id: &str, at: &Fields<'_, T>, key: &str) -> Option<Check> {
    let Any::Map(record) = at.any(key)? else { return None };
    Some(Check {
        id: CheckId::parse(id)?,
        text: shortened(&record.get("text").and_then(word)?, NAME_MAX).to_owned(),
        done: matches!(record.get("done"), Some(Any::Bool(true))),
        rank: rank_in(&record),
    })
}

fn read_moved<T: ReadTxn>(id: &str, at: &Fields<'_, T>, key: &str) -> Option<(MoveId, Moved)> {
    let Any::Map(record) = at.any(key)? else { return None };
    let step = |key: &str| Step::from_word(&record.get(key).and_then(word)?);
    let moved = Moved {
        from: step("from")?,
        to: step("to")?,
        reopened: record
            .get("verdict")
            .and_then(word)
            .and_then(|kind| VerdictKind::from_word(&kind)),
        mark: stamp(&record),
    };
    Some((MoveId::parse(id)?, moved))
}

pub(super) fn read_feedback<T: ReadTxn>(id: FeedbackId, at: &Fields<'_, T>) -> Feedback {
    Feedback {
        id,
        entry: Entry {
            text: at.string("text", FEEDBACK_MAX),
            source: at.string("source", NAME_MAX),
            channel: at.word("channel", ChannelId::parse),
            on: at.date("on"),
            csat: at.small("csat", CSAT),
            nps: at.small("nps", NPS),
            persona: at.word("persona", PersonaId::parse),
            touchpoint: at.word("touchpoint", TouchpointId::parse),
            improvement: at.word("improvement", ImprovementId::parse),
        },
        trashed: at.trashed(),
    }
}
