//! The complete examples: one text each, in both languages, read when a map is made from it.
//!
//! The texts are no part of the browser's code (feature `examples`): it fetches the one that it makes a map from. A
//! line is `key: value`. What people read stands as `Vietnamese | English`, or once where both say the same; lines
//! belong to the stage, card or persona above them. Days count from the day the map is made, so an example never
//! grows old.
//!
//! ```text
//! title, brand, market, state: …         asset KEY: name      channel KEY: name
//! persona KEY: name                      who, needs, hard: text
//! stage PHASE: name                      goal, action, obstacle: text
//! card: name                             in: CHANNEL NATURE DIRECTNESS CONTROL
//! meets: PERSONA EMOTION, PERSONA        rated: importance and performance, a digit a rater, `.` is unrated
//! owner, department, note: text          pain, opportunity: text
//! truth: yes                             quality: y, n or . for each of the four questions
//! asset: KEY MARK, KEY MARK              link: ADDRESS title
//! metric KIND lower unit=… target=… base=… DAY=VALUE …: name
//! comment RATER NAME: text               reply RATER NAME: text
//! view QUERY: name                       review DAY NAME:
//! feedback DAY csatN|npsN|. PERSONA|. SOURCE: text       inbox …: the same, of no touchpoint
//! loop RATER DAY OWNER pain|opportunity|feedback|none: name   an improvement of the card, from its last such thing
//! problem, practice: text                measured base=… target=… by=DAY: by the card's last metric
//! due DAY: or live DAY:                  check yes|no: text
//! step STEP RATER DAY:                   success RATER DAY: why, if not met
//! leave RATER DAY: reason                plan-b RATER DAY: practice of the attempt that the next lines are of
//! ```
//!
//! Improvements, their moves and the values of metrics happen in the order of their days, each on its day, so that a
//! verdict is given by what was known then.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{LANES, Lang, add_channel, add_lane};
use crate::board::{
    Consistency, Control, Directness, Emotion, LaneKind, MapState, Market, Nature, NoteHome, Phase, Quality, Score,
};
use crate::date::Date;
use crate::doc::{BoardDoc, Env};
use crate::edit::{
    At, Edit, EditError, ImprovementField, Judgement, MapField, MetricField, Splice, TextField, TouchpointField,
};
use crate::id::{
    AssetId, ChannelId, CheckId, CommentId, FeedbackId, ImprovementId, LaneId, LinkId, MetricId, NoteId, PersonId,
    PersonaId, ReviewId, StageId, TouchpointId, ViewId,
};
use crate::items::{Anchor, Direction, Figure, MetricKind};
use crate::loops::feedback::Entry;
use crate::loops::{Decision, Origin, Step};

/// Who rated and wrote in the examples: the same five for everybody, nobody's real id.
fn rater(n: usize) -> PersonId {
    PersonId(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001 + n as u128))
}

/// A new document made from an example, with fresh ids. Without a title it has the example's own.
pub(super) fn seed(env: Env, text: &str, lang: Lang, title: Option<&str>) -> Result<BoardDoc, EditError> {
    let mut example = Example::read(text, lang, Date::of_ms((env.now_ms)()));
    if let Some(title) = title {
        example.edits.push(Edit::SetMap(MapField::Title(title.to_owned())));
    }
    let mut doc = BoardDoc::new(env);
    doc.edit(Edit::Batch(example.edits))?;
    example.said.sort_by_key(|(day, ..)| *day);
    for (day, who, edit) in example.said {
        doc = doc.with_author(who);
        doc.set_back(u64::from(day.unsigned_abs()) * MS_PER_DAY);
        doc.edit(edit)?;
    }
    doc.set_back(0);
    Ok(doc)
}

const MS_PER_DAY: u64 = 86_400_000;

/// The improvement that lines belong to, and what was last done with it.
#[derive(Clone, Copy)]
struct Round {
    id: ImprovementId,
    day: i32,
    by: PersonId,
}

/// An example as edits.
struct Example<'a> {
    lang: Lang,
    today: Date,
    /// What the map is.
    edits: Vec<Edit>,
    /// What people do with it and say of it, each with its day counted from today: 0 or before.
    said: Vec<(i32, PersonId, Edit)>,
    lanes: [(LaneKind, LaneId); LANES.len()],
    channels: BTreeMap<&'a str, ChannelId>,
    personas: BTreeMap<&'a str, PersonaId>,
    assets: BTreeMap<&'a str, AssetId>,
    persona: Option<PersonaId>,
    stage: Option<StageId>,
    card: Option<TouchpointId>,
    comment: Option<CommentId>,
    metric: Option<MetricId>,
    /// What the card's next improvement may start from.
    origins: [Option<Origin>; 3],
    round: Option<Round>,
    /// Lines that say nothing: none, as the tests see to.
    unread: Vec<&'a str>,
}

impl<'a> Example<'a> {
    fn read(text: &'a str, lang: Lang, today: Date) -> Self {
        let lanes = LANES.map(|kind| (kind, LaneId::fresh()));
        let mut example = Self {
            lang,
            today,
            edits: lanes.map(|(kind, id)| add_lane(id, kind)).into(),
            said: Vec::new(),
            lanes,
            channels: BTreeMap::new(),
            personas: BTreeMap::new(),
            assets: BTreeMap::new(),
            persona: None,
            stage: None,
            card: None,
            comment: None,
            metric: None,
            origins: [None; 3],
            round: None,
            unread: Vec::new(),
        };
        let lines = text.lines().map(str::trim);
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if example.line(line).is_none() {
                example.unread.push(line);
            }
        }
        example
    }

    /// A text in the example's language.
    fn word(&self, text: &str) -> String {
        let (vi, en) = text.split_once(" | ").unwrap_or((text, text));
        match self.lang {
            Lang::Vi => vi,
            Lang::En => en,
        }
        .to_owned()
    }

    fn line(&mut self, line: &'a str) -> Option<()> {
        let (key, value) = line.split_once(':')?;
        let value = value.trim();
        let (what, rest) = key.split_once(' ').unwrap_or((key, ""));
        let text = self.word(value);
        match what {
            "title" => self.edits.push(Edit::SetMap(MapField::Title(text))),
            "brand" => self.edits.push(Edit::SetMap(MapField::Brand(text))),
            "market" => self
                .edits
                .push(Edit::SetMap(MapField::Market(Some(Market::from_word(value)?)))),
            "state" => self
                .edits
                .push(Edit::SetMap(MapField::State(Some(MapState::from_word(value)?)))),
            "channel" => {
                let id = ChannelId::fresh();
                self.edits.push(add_channel(id, text));
                self.channels.insert(rest, id);
            }
            "asset" if self.card.is_none() => {
                let (id, name) = (AssetId::fresh(), text);
                self.edits.push(Edit::AddAsset { id, name, at: At::Last });
                self.assets.insert(rest, id);
            }
            "persona" => {
                let (id, name) = (PersonaId::fresh(), text);
                self.edits.push(Edit::AddPersona { id, name, at: At::Last });
                let color = u8::try_from(self.personas.len() + 1).ok();
                self.edits.push(Edit::SetColor(id, color));
                self.personas.insert(rest, id);
                self.persona = Some(id);
            }
            "who" => self
                .edits
                .push(write(TextField::PersonaDemographics(self.persona?), text)),
            "needs" => self.edits.push(write(TextField::PersonaNeeds(self.persona?), text)),
            "hard" => self
                .edits
                .push(write(TextField::PersonaDifficulties(self.persona?), text)),
            "stage" => {
                let (id, name, phase) = (StageId::fresh(), text, Phase::from_word(rest)?);
                self.edits.push(Edit::AddStage {
                    id,
                    name,
                    phase,
                    at: At::Last,
                });
                self.stage = Some(id);
                self.card = None;
                self.round = None;
            }
            "goal" => self.cell(LaneKind::Goals, text)?,
            "action" => self.cell(LaneKind::Actions, text)?,
            "obstacle" => self.cell(LaneKind::Obstacles, text)?,
            "card" => {
                let (id, name, stage) = (TouchpointId::fresh(), text, self.stage?);
                self.edits.push(Edit::AddTouchpoint {
                    id,
                    name,
                    stage,
                    at: At::Last,
                });
                self.card = Some(id);
                (self.metric, self.origins, self.round) = (None, [None; 3], None);
            }
            "pain" => {
                let id = self.note(NoteHome::Pain(self.card?), text);
                self.origins[0] = Some(Origin::Pain(id));
            }
            "opportunity" => {
                let id = self.note(NoteHome::Opportunity(self.card?), text);
                self.origins[1] = Some(Origin::Opportunity(id));
            }
            "feedback" => {
                let id = self.feedback(self.card, rest, text)?;
                self.origins[2] = Some(Origin::Feedback(id));
            }
            "inbox" => {
                self.feedback(None, rest, text)?;
            }
            "loop" => self.begin(rest, text)?,
            "problem" | "practice" | "measured" | "due" | "live" | "check" | "step" | "success" | "leave"
            | "plan-b" => {
                self.go_on(what, rest, text)?;
            }
            "note" => self.edits.push(write(TextField::TouchpointNotes(self.card?), text)),
            "comment" => {
                let card = Anchor::Touchpoint(self.card?);
                let on = self.round.map_or(card, |round| Anchor::Improvement(round.id));
                self.comment(on, rest, text)?;
            }
            "reply" => self.comment(Anchor::Reply(self.comment?), rest, text)?,
            "metric" => self.metric(rest, text)?,
            "view" => {
                let (id, name, query) = (ViewId::fresh(), text, rest.to_owned());
                self.edits.push(Edit::AddView {
                    id,
                    name,
                    query,
                    at: At::Last,
                });
            }
            "review" => {
                let (day, name) = rest.split_once(' ')?;
                let (id, on, name) = (ReviewId::fresh(), self.day(day)?, name.to_owned());
                self.said.push((
                    0,
                    rater(0),
                    Edit::AddReview {
                        id,
                        on,
                        next: None,
                        name,
                    },
                ));
            }
            _ => {
                let fields = self.fields(what, value, text)?;
                let card = self.card?;
                self.edits
                    .extend(fields.into_iter().map(|field| Edit::SetTouchpoint(card, field)));
            }
        }
        Some(())
    }

    /// Fields of a touchpoint.
    fn fields(&self, what: &str, value: &str, text: String) -> Option<Vec<TouchpointField>> {
        use TouchpointField as Field;
        let mut fields = Vec::new();
        match what {
            "in" => {
                let mut words = value.split(' ');
                fields.push(Field::Channel(Some(*self.channels.get(words.next()?)?)));
                fields.push(Field::Nature(Some(Nature::from_word(words.next()?)?)));
                fields.push(Field::Directness(Some(Directness::from_word(words.next()?)?)));
                fields.push(Field::Control(Some(Control::from_word(words.next()?)?)));
            }
            "meets" => {
                for met in value.split(", ") {
                    let (persona, emotion) = met.split_once(' ').unwrap_or((met, ""));
                    let persona = *self.personas.get(persona)?;
                    fields.push(Field::Persona(persona, true));
                    if !emotion.is_empty() {
                        let emotion = Emotion::try_from(emotion.parse::<i64>().ok()?).ok()?;
                        fields.push(Field::Emotion(Some(persona), Some(emotion)));
                    }
                }
            }
            "rated" => {
                let (importance, performance) = value.split_once(' ')?;
                let score = |digit: char| match digit.to_digit(10) {
                    Some(n) => Score::try_from(i64::from(n)).ok(),
                    None => None,
                };
                for (n, digit) in importance.chars().enumerate().filter(|(_, digit)| *digit != '.') {
                    fields.push(Field::Importance(rater(n), Some(score(digit)?)));
                }
                for (n, digit) in performance.chars().enumerate().filter(|(_, digit)| *digit != '.') {
                    fields.push(Field::Performance(rater(n), Some(score(digit)?)));
                }
            }
            "owner" => fields.push(Field::Owner(text)),
            "department" => fields.push(Field::Department(text)),
            "truth" => fields.push(Field::MomentOfTruth(value == "yes")),
            "quality" => {
                for (question, answer) in Quality::ALL.iter().zip(value.chars()) {
                    fields.push(Field::Quality(*question, (answer != '.').then_some(answer == 'y')));
                }
            }
            "asset" => {
                for pair in value.split(", ") {
                    let (asset, mark) = pair.split_once(' ')?;
                    fields.push(Field::Asset(
                        *self.assets.get(asset)?,
                        Some(Consistency::from_word(mark)?),
                    ));
                }
            }
            "link" => {
                let (url, title) = value.split_once(' ')?;
                fields.push(Field::Link(LinkId::fresh(), Some((self.word(title), url.to_owned()))));
            }
            _ => return None,
        }
        Some(fields)
    }

    fn cell(&mut self, kind: LaneKind, text: String) -> Option<()> {
        let (_, lane) = *self.lanes.iter().find(|(other, _)| *other == kind)?;
        let stage = self.stage?;
        self.note(NoteHome::Cell { lane, stage }, text);
        Some(())
    }

    fn note(&mut self, home: NoteHome, text: String) -> NoteId {
        let (id, at) = (NoteId::fresh(), At::Last);
        self.edits.push(Edit::AddNote { id, home, text, at });
        id
    }

    fn feedback(&mut self, touchpoint: Option<TouchpointId>, how: &str, text: String) -> Option<FeedbackId> {
        let mut words = how.splitn(4, ' ');
        let on = Some(self.day(words.next()?)?);
        let score = words.next()?;
        let of = |scale: &str| score.strip_prefix(scale).and_then(|n| n.parse().ok());
        let (csat, nps) = (of("csat"), of("nps"));
        if score != "." && csat.is_none() && nps.is_none() {
            return None;
        }
        let persona = match words.next()? {
            "." => None,
            key => Some(*self.personas.get(key)?),
        };
        let entry = Entry {
            text,
            source: self.either(words.next()?),
            on,
            csat,
            nps,
            persona,
            touchpoint,
            ..Entry::default()
        };
        let (id, entry) = (FeedbackId::fresh(), Box::new(entry));
        self.edits.push(Edit::AddFeedback { id, entry });
        Some(id)
    }

    /// A word in the example's language, among other words: without blanks around the bar.
    fn either(&self, word: &str) -> String {
        self.word(&word.replace('|', " | "))
    }

    /// Begins an improvement of the card.
    fn begin(&mut self, how: &str, name: String) -> Option<()> {
        let mut words = how.split(' ');
        let by = rater(words.next()?.parse::<usize>().ok()?.checked_sub(1)?);
        let day: i32 = words.next()?.parse().ok()?;
        let owner = words.next()?.to_owned();
        let origin = match words.next()? {
            "pain" => Some(self.origins[0]?),
            "opportunity" => Some(self.origins[1]?),
            "feedback" => Some(self.origins[2]?),
            "none" => None,
            _ => return None,
        };
        let id = born_on(self.today.plus_days(day));
        let touchpoint = self.card?;
        self.round = Some(Round { id, day, by });
        self.does(Edit::AddImprovement {
            id,
            touchpoint,
            name,
            origin,
            at: At::Last,
        })?;
        self.does(Edit::SetImprovement(id, ImprovementField::Owner(owner)))
    }

    /// What is done with the improvement at hand, on the last day that was named.
    fn does(&mut self, edit: Edit) -> Option<()> {
        let Round { day, by, .. } = self.round?;
        self.said.push((day, by, edit));
        Some(())
    }

    fn go_on(&mut self, what: &str, how: &str, text: String) -> Option<()> {
        use ImprovementField as Field;
        let id = self.round?.id;
        let mut words = how.split(' ');
        let mut set = Vec::new();
        match what {
            "problem" => return self.does(write(TextField::Problem(id), text)),
            "practice" => return self.does(write(TextField::Practice(id), text)),
            "due" => set.push(Field::Due(Some(self.day(how)?))),
            "live" => set.push(Field::Live(Some(self.day(how)?))),
            "check" => {
                let (check, at) = (CheckId::fresh(), At::Last);
                set.push(Field::AddCheck { id: check, text, at });
                set.push(Field::CheckDone(check, how == "yes"));
            }
            "measured" => {
                set.push(Field::Metric(Some(self.metric?)));
                for word in words {
                    set.push(match word.split_once('=')? {
                        ("base", n) => Field::Baseline(Some(figure(n)?)),
                        ("target", n) => Field::Target(Some(figure(n)?)),
                        ("by", day) => Field::MeasureBy(Some(self.day(day)?)),
                        _ => return None,
                    });
                }
            }
            _ => {
                let step = if what == "step" {
                    Step::from_word(words.next()?)
                } else {
                    None
                };
                let by = rater(words.next()?.parse::<usize>().ok()?.checked_sub(1)?);
                let day = words.next()?.parse().ok()?;
                self.round = Some(Round { id, day, by });
                let judgement = match what {
                    "success" => Judgement::Success { accepted: text },
                    "leave" => Judgement::Left { reason: text },
                    "plan-b" => Judgement::PlanB {
                        successor: born_on(self.today.plus_days(day)),
                        practice: text,
                    },
                    _ => {
                        let (step, at) = (step?, At::Last);
                        if step == Step::Implement {
                            let decision = Field::Decision(Some(Decision::Improve));
                            self.does(Edit::SetImprovement(id, decision))?;
                        }
                        return self.does(Edit::MoveImprovement { id, step, at });
                    }
                };
                if let Judgement::PlanB { successor, .. } = judgement {
                    self.does(Edit::Judge(id, judgement))?;
                    self.round = Some(Round { id: successor, day, by });
                    return Some(());
                }
                return self.does(Edit::Judge(id, judgement));
            }
        }
        set.into_iter()
            .try_for_each(|field| self.does(Edit::SetImprovement(id, field)))
    }

    fn comment(&mut self, on: Anchor, by: &str, text: String) -> Option<()> {
        let (n, name) = by.split_once(' ')?;
        let (id, name) = (CommentId::fresh(), name.to_owned());
        let n: usize = n.parse().ok()?;
        // Of an improvement at its time; of the map once everything is there.
        let day = match (on, self.round) {
            (Anchor::Improvement(_), Some(round)) => round.day,
            _ => 0,
        };
        self.said
            .push((day, rater(n.checked_sub(1)?), Edit::AddComment { id, on, name, text }));
        if !matches!(on, Anchor::Reply(_)) {
            self.comment = Some(id);
        }
        Some(())
    }

    fn metric(&mut self, how: &str, name: String) -> Option<()> {
        let id = MetricId::fresh();
        self.metric = Some(id);
        let mut words = how.split(' ');
        let (touchpoint, at) = (self.card?, At::Last);
        let kind = MetricKind::from_word(words.next()?)?;
        self.edits.push(Edit::AddMetric {
            id,
            touchpoint,
            kind,
            name,
            at,
        });
        for word in words {
            let field = match word.split_once('=') {
                None => MetricField::Direction(Some(Direction::from_word(word)?)),
                Some(("unit", unit)) => MetricField::Unit(self.either(unit)),
                Some(("target", n)) => MetricField::Target(Some(figure(n)?)),
                Some(("base", n)) => MetricField::Baseline(Some(figure(n)?)),
                Some((day, n)) => {
                    let value = MetricField::Value(self.day(day)?, Some(figure(n)?));
                    self.said
                        .push((day.parse().ok()?, rater(0), Edit::SetMetric(id, value)));
                    continue;
                }
            };
            self.edits.push(Edit::SetMetric(id, field));
        }
        Some(())
    }

    /// A day counted from today.
    fn day(&self, days: &str) -> Option<Date> {
        Some(self.today.plus_days(days.parse().ok()?))
    }
}

/// A fresh id that says it was made on that day.
fn born_on(day: Date) -> ImprovementId {
    let seconds = u64::try_from(day.days()).unwrap_or(0) * (MS_PER_DAY / 1_000);
    ImprovementId(Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, 0)))
}

fn figure(n: &str) -> Option<Figure> {
    Figure::new(n.parse().ok()?)
}

fn write(field: TextField, insert: String) -> Edit {
    let (at, remove) = (0, 0);
    Edit::Type(field, Splice { at, remove, insert })
}

#[cfg(test)]
mod tests {
    use super::super::{Template, text};
    use super::*;

    #[test]
    fn every_line_of_every_example_says_something() {
        for template in Template::EXAMPLES {
            let text = text(*template).unwrap();
            for lang in [Lang::Vi, Lang::En] {
                let example = Example::read(text, lang, Date::of_ms(0));
                assert_eq!(example.unread, [""; 0], "{template:?}");
            }
        }
    }
}
