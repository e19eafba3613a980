//! The complete examples: one text each, in both languages, read when a map is made from it.
//!
//! Only the server makes maps from examples, so their texts are no part of the browser's code (feature `examples`).
//! A line is `key: value`. What people read stands as `Vietnamese | English`, or once where both say the same; lines
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
//! ```

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{LANES, Lang, Template, add_channel, add_lane};
use crate::board::{
    Consistency, Control, Directness, Emotion, LaneKind, MapState, Market, Nature, NoteHome, Phase, Quality, Score,
};
use crate::date::Date;
use crate::doc::{BoardDoc, Env};
use crate::edit::{At, Edit, EditError, MapField, MetricField, Splice, TextField, TouchpointField};
use crate::id::{
    AssetId, ChannelId, CommentId, LaneId, LinkId, MetricId, NoteId, PersonId, PersonaId, ReviewId, StageId,
    TouchpointId, ViewId,
};
use crate::items::{Anchor, Direction, Figure, MetricKind};

const CAFE: &str = include_str!("cafe.txt");
const SHOP: &str = include_str!("shop.txt");
const SOFTWARE: &str = include_str!("software.txt");

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
    for (who, edit) in example.said {
        doc = doc.with_author(who);
        doc.edit(edit)?;
    }
    Ok(doc)
}

/// The text of an example; `None` for a stage set.
pub(super) const fn text(template: Template) -> Option<&'static str> {
    match template {
        Template::StageSet(_) => None,
        Template::Cafe => Some(CAFE),
        Template::Shop => Some(SHOP),
        Template::Software => Some(SOFTWARE),
    }
}

/// An example as edits.
struct Example<'a> {
    lang: Lang,
    today: Date,
    /// What the map is.
    edits: Vec<Edit>,
    /// What people say of it, once it is there.
    said: Vec<(PersonId, Edit)>,
    lanes: [(LaneKind, LaneId); LANES.len()],
    channels: BTreeMap<&'a str, ChannelId>,
    personas: BTreeMap<&'a str, PersonaId>,
    assets: BTreeMap<&'a str, AssetId>,
    persona: Option<PersonaId>,
    stage: Option<StageId>,
    card: Option<TouchpointId>,
    comment: Option<CommentId>,
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
            }
            "pain" => self.note(NoteHome::Pain(self.card?), text),
            "opportunity" => self.note(NoteHome::Opportunity(self.card?), text),
            "note" => self.edits.push(write(TextField::TouchpointNotes(self.card?), text)),
            "comment" => self.comment(Anchor::Touchpoint(self.card?), rest, text)?,
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

    fn note(&mut self, home: NoteHome, text: String) {
        let (id, at) = (NoteId::fresh(), At::Last);
        self.edits.push(Edit::AddNote { id, home, text, at });
    }

    fn comment(&mut self, on: Anchor, by: &str, text: String) -> Option<()> {
        let (n, name) = by.split_once(' ')?;
        let (id, name) = (CommentId::fresh(), name.to_owned());
        let n: usize = n.parse().ok()?;
        self.said
            .push((rater(n.checked_sub(1)?), Edit::AddComment { id, on, name, text }));
        if !matches!(on, Anchor::Reply(_)) {
            self.comment = Some(id);
        }
        Some(())
    }

    fn metric(&mut self, how: &str, name: String) -> Option<()> {
        let id = MetricId::fresh();
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
                None if word == "lower" => MetricField::Direction(Some(Direction::Lower)),
                None => return None,
                Some(("unit", unit)) => MetricField::Unit(self.word(&unit.replace('|', " | "))),
                Some(("target", n)) => MetricField::Target(Some(figure(n)?)),
                Some(("base", n)) => MetricField::Baseline(Some(figure(n)?)),
                Some((day, n)) => MetricField::Value(self.day(day)?, Some(figure(n)?)),
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

fn figure(n: &str) -> Option<Figure> {
    Figure::new(n.parse().ok()?)
}

fn write(field: TextField, insert: String) -> Edit {
    let (at, remove) = (0, 0);
    Edit::Type(field, Splice { at, remove, insert })
}

#[cfg(test)]
mod tests {
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
