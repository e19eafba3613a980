//! The interface's words for the model's values.

use leptos_i18n::td_string;
use model::board::{Board, Consistency, Control, Directness, Emotion, LaneKind, Nature, Phase, Quadrant, Quality};
use model::date::Date;
use model::edit::{EditError, Entity};
use model::id::PersonId;
use model::items::MetricKind;
use model::loops::gates::Missing;
use model::loops::{Decision, Step, VerdictKind};
use model::ratings::Criterion;
use model::templates::StageSet;

use crate::language::{Language, Locale, t_string};
use crate::ui::icons::Glyph;

/// Before, during, after purchase.
#[must_use]
pub fn phase(language: Language, phase: Phase) -> &'static str {
    match phase {
        Phase::Before => t_string!(language, phase.before),
        Phase::During => t_string!(language, phase.during),
        Phase::After => t_string!(language, phase.after),
    }
}

/// The standard name of a lane.
#[must_use]
pub fn lane(language: Language, kind: LaneKind) -> &'static str {
    match kind {
        LaneKind::Goals => t_string!(language, lane.kind.goals),
        LaneKind::Actions => t_string!(language, lane.kind.actions),
        LaneKind::Obstacles => t_string!(language, lane.kind.obstacles),
        LaneKind::Touchpoints => t_string!(language, lane.kind.touchpoints),
        LaneKind::Channels => t_string!(language, lane.kind.channels),
        LaneKind::Emotion => t_string!(language, lane.kind.emotion),
        LaneKind::Pains => t_string!(language, lane.kind.pains),
        LaneKind::Opportunities => t_string!(language, lane.kind.opportunities),
        LaneKind::Text => t_string!(language, lane.kind.text),
    }
}

/// What a touchpoint is made of.
#[must_use]
pub fn nature(language: Language, nature: Nature) -> &'static str {
    match nature {
        Nature::Physical => t_string!(language, panel.nature_physical),
        Nature::Digital => t_string!(language, panel.nature_digital),
        Nature::Human => t_string!(language, panel.nature_human),
        Nature::Communication => t_string!(language, panel.nature_communication),
    }
}

/// Its drawing.
#[must_use]
pub const fn nature_glyph(nature: Nature) -> Glyph {
    match nature {
        Nature::Physical => Glyph::Store,
        Nature::Digital => Glyph::Smartphone,
        Nature::Human => Glyph::UserRound,
        Nature::Communication => Glyph::Megaphone,
    }
}

/// Direct or indirect.
#[must_use]
pub fn directness(language: Language, directness: Directness) -> &'static str {
    match directness {
        Directness::Direct => t_string!(language, panel.directness_direct),
        Directness::Indirect => t_string!(language, panel.directness_indirect),
    }
}

/// Own or outside control.
#[must_use]
pub fn control(language: Language, control: Control) -> &'static str {
    match control {
        Control::Own => t_string!(language, panel.control_own),
        Control::Outside => t_string!(language, panel.control_outside),
    }
}

/// How a customer feels; absent is unrated.
#[must_use]
pub fn emotion(language: Language, emotion: Option<Emotion>) -> &'static str {
    match emotion.map(Emotion::get) {
        None => t_string!(language, panel.unrated),
        Some(..=-2) => t_string!(language, panel.emotion_m2),
        Some(-1) => t_string!(language, panel.emotion_m1),
        Some(0) => t_string!(language, panel.emotion_p0),
        Some(1) => t_string!(language, panel.emotion_p1),
        Some(2..) => t_string!(language, panel.emotion_p2),
    }
}

/// The name of a stage set.
#[must_use]
pub fn stage_set(language: Language, set: StageSet) -> &'static str {
    match set {
        StageSet::Purchase => t_string!(language, home.set.purchase.name),
        StageSet::LifeCycle => t_string!(language, home.set.life_cycle.name),
        StageSet::Awareness => t_string!(language, home.set.awareness.name),
        StageSet::Blank => t_string!(language, home.set.blank.name),
    }
}

/// A quarter of the matrix.
#[must_use]
pub fn quadrant(language: Language, quadrant: Quadrant) -> &'static str {
    match quadrant {
        Quadrant::Concentrate => t_string!(language, matrix.concentrate),
        Quadrant::KeepUp => t_string!(language, matrix.keep_up),
        Quadrant::Low => t_string!(language, matrix.low),
        Quadrant::Overkill => t_string!(language, matrix.overkill),
    }
}

/// What stands in it.
#[must_use]
pub fn quadrant_hint(language: Language, quadrant: Quadrant) -> &'static str {
    match quadrant {
        Quadrant::Concentrate => t_string!(language, matrix.concentrate_hint),
        Quadrant::KeepUp => t_string!(language, matrix.keep_up_hint),
        Quadrant::Low => t_string!(language, matrix.low_hint),
        Quadrant::Overkill => t_string!(language, matrix.overkill_hint),
    }
}

/// What a touchpoint is rated by.
#[must_use]
pub fn criterion(language: Language, criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Importance => t_string!(language, panel.importance),
        Criterion::Performance => t_string!(language, panel.performance),
    }
}

/// How a brand asset is met.
#[must_use]
pub fn consistency(language: Language, mark: Option<Consistency>) -> &'static str {
    match mark {
        Some(Consistency::Consistent) => t_string!(language, insights.consistent),
        Some(Consistency::Inconsistent) => t_string!(language, insights.inconsistent),
        Some(Consistency::Absent) => t_string!(language, insights.absent),
        Some(Consistency::NotApplicable) => t_string!(language, insights.not_applicable),
        None => t_string!(language, insights.unmarked),
    }
}

/// One of the four questions: its short name, and the question.
#[must_use]
pub fn quality(language: Language, quality: Quality) -> [&'static str; 2] {
    match quality {
        Quality::Appropriate => [
            t_string!(language, panel.appropriate),
            t_string!(language, panel.appropriate_q),
        ],
        Quality::Relevant => [
            t_string!(language, panel.relevant),
            t_string!(language, panel.relevant_q),
        ],
        Quality::Meaningful => [
            t_string!(language, panel.meaningful),
            t_string!(language, panel.meaningful_q),
        ],
        Quality::Endearing => [
            t_string!(language, panel.endearing),
            t_string!(language, panel.endearing_q),
        ],
    }
}

/// A number of the field.
#[must_use]
pub fn metric_kind(language: Language, kind: MetricKind) -> &'static str {
    match kind {
        MetricKind::Conversion => t_string!(language, metric.conversion),
        MetricKind::Csat => t_string!(language, metric.csat),
        MetricKind::Nps => t_string!(language, metric.nps),
        MetricKind::Ces => t_string!(language, metric.ces),
        MetricKind::Roi => t_string!(language, metric.roi),
        MetricKind::Own => t_string!(language, metric.own),
    }
}

/// A column of the feedback-loop board.
#[must_use]
pub fn step(locale: Locale, step: Step) -> &'static str {
    match step {
        Step::Evaluate => td_string!(locale, loops.step.evaluate),
        Step::Decide => td_string!(locale, loops.step.decide),
        Step::Implement => td_string!(locale, loops.step.implement),
        Step::Measure => td_string!(locale, loops.step.measure),
        Step::Verdict => td_string!(locale, loops.step.verdict),
    }
}

/// How long it is until a deadline, and whether that has passed.
#[must_use]
pub fn due(locale: Locale, deadline: Date, today: Date) -> (String, bool) {
    let text = match deadline.days() - today.days() {
        0 => td_string!(locale, loops.due_today).to_owned(),
        days if days > 0 => td_string!(locale, loops.days_left, count = days),
        days => td_string!(locale, loops.overdue_by, count = -days),
    };
    (text, deadline < today)
}

/// What a column asks.
#[must_use]
pub fn step_question(language: Language, step: Step) -> &'static str {
    match step {
        Step::Evaluate => t_string!(language, loops.question.evaluate),
        Step::Decide => t_string!(language, loops.question.decide),
        Step::Implement => t_string!(language, loops.question.implement),
        Step::Measure => t_string!(language, loops.question.measure),
        Step::Verdict => t_string!(language, loops.question.verdict),
    }
}

/// How a round ends.
#[must_use]
pub fn verdict(locale: Locale, verdict: VerdictKind) -> &'static str {
    match verdict {
        VerdictKind::Success => td_string!(locale, loops.verdict.success),
        VerdictKind::PlanB => td_string!(locale, loops.verdict.plan_b),
        VerdictKind::Left => td_string!(locale, loops.verdict.left),
    }
}

/// Whether a touchpoint is improved.
#[must_use]
pub fn decision(language: Language, decision: Decision) -> &'static str {
    match decision {
        Decision::Improve => t_string!(language, loops.decision.improve),
        Decision::Leave => t_string!(language, loops.decision.leave),
    }
}

/// What a column asks for.
#[must_use]
pub fn missing(language: Language, what: Missing) -> &'static str {
    match what {
        Missing::Problem => t_string!(language, loops.need.problem),
        Missing::Importance => t_string!(language, panel.importance),
        Missing::Performance => t_string!(language, panel.performance),
        Missing::Decision => t_string!(language, loops.need.decision),
        Missing::Reason => t_string!(language, loops.need.reason),
        Missing::Practice => t_string!(language, loops.need.practice),
        Missing::Owner => t_string!(language, loops.owner),
        Missing::Metric => t_string!(language, loops.need.metric),
        Missing::Way => t_string!(language, loops.need.way),
        Missing::Baseline => t_string!(language, loops.need.baseline),
        Missing::Target => t_string!(language, loops.need.target),
        Missing::Direction => t_string!(language, loops.need.direction),
        Missing::MeasureBy => t_string!(language, loops.need.measure_by),
        Missing::Live => t_string!(language, loops.need.live),
        Missing::Value => t_string!(language, loops.need.value),
        Missing::Accepted => t_string!(language, loops.need.accepted),
    }
}

/// What kind of thing it is.
#[must_use]
pub fn kind(language: Language, entity: Entity) -> &'static str {
    match entity {
        Entity::Stage(_) => t_string!(language, trash.kind_stage),
        Entity::Lane(_) => t_string!(language, trash.kind_lane),
        Entity::Persona(_) => t_string!(language, trash.kind_persona),
        Entity::Channel(_) => t_string!(language, trash.kind_channel),
        Entity::Touchpoint(_) => t_string!(language, trash.kind_touchpoint),
        Entity::Note(_) => t_string!(language, trash.kind_note),
        Entity::Asset(_) => t_string!(language, trash.kind_asset),
        Entity::Metric(_) => t_string!(language, trash.kind_metric),
        Entity::Round(_) => t_string!(language, trash.kind_round),
        Entity::View(_) => t_string!(language, trash.kind_view),
        Entity::Comment(_) => t_string!(language, trash.kind_comment),
        Entity::Review(_) => t_string!(language, trash.kind_review),
        Entity::Improvement(_) => t_string!(language, trash.kind_improvement),
        Entity::Feedback(_) => t_string!(language, trash.kind_feedback),
    }
}

/// Why an edit was refused, what was kept and what to do.
#[must_use]
pub fn refusal(language: Language, error: &EditError) -> String {
    match error {
        EditError::Blank => t_string!(language, error.blank).to_owned(),
        EditError::TooLong { len, max } => t_string!(language, error.too_long, len = *len, max = *max),
        EditError::Missing(_) => t_string!(language, error.missing).to_owned(),
        EditError::Taken(_) => t_string!(language, error.taken).to_owned(),
        EditError::NotYours(_) => t_string!(language, error.not_yours).to_owned(),
        EditError::OffScale => t_string!(language, error.off_scale).to_owned(),
        EditError::BadLink => t_string!(language, error.bad_link).to_owned(),
        EditError::TooMany { max } => t_string!(language, error.too_many, max = *max),
        EditError::RoundOpen => t_string!(language, error.round_open).to_owned(),
        EditError::NotAllowed => t_string!(language, error.not_allowed).to_owned(),
        EditError::Full => t_string!(language, error.full).to_owned(),
        EditError::Gate(_) => t_string!(language, error.gate).to_owned(),
        EditError::Succeeded(_) => t_string!(language, error.succeeded).to_owned(),
    }
}

/// A name, or the word for having none.
#[must_use]
pub fn or_unnamed(language: Language, name: &str) -> String {
    if name.trim().is_empty() {
        t_string!(language, trash.unnamed).to_owned()
    } else {
        name.to_owned()
    }
}

/// The first words of a text in one line, with an ellipsis where some are left out.
#[must_use]
pub fn first_words(text: &str, max: usize) -> String {
    let mut first = String::new();
    let mut left = max;
    for word in text.split_whitespace() {
        let length = word.chars().count() + usize::from(!first.is_empty());
        if length > left {
            if first.is_empty() {
                first.extend(word.chars().take(max));
            }
            first.push('…');
            return first;
        }
        if !first.is_empty() {
            first.push(' ');
        }
        first.push_str(word);
        left -= length;
    }
    first
}

/// Who did it, or the word for not knowing.
#[must_use]
pub fn name_or_someone(language: Language, board: &Board, who: Option<PersonId>) -> String {
    let name = who.and_then(|who| board.called(who));
    name.unwrap_or_else(|| t_string!(language, insights.someone)).to_owned()
}

#[cfg(test)]
mod tests {
    use super::first_words;

    #[test]
    fn a_text_is_cut_between_words() {
        assert_eq!(first_words("Chờ  lâu\nquá", 12), "Chờ lâu quá");
        assert_eq!(first_words("Chờ lâu quá", 11), "Chờ lâu quá");
        assert_eq!(first_words("Chờ lâu quá", 10), "Chờ lâu…");
        assert_eq!(first_words("Lâuuuuuuuu", 3), "Lâu…");
        assert_eq!(first_words(" ", 3), "");
    }
}
