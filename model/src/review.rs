//! A map is a living document: when it was reviewed, when that is due again, and what has changed since.

use serde::{Deserialize, Serialize};

use crate::board::{Board, NoteHome};
use crate::date::Date;
use crate::id::TouchpointId;
use crate::items::{Item, Review};
use crate::ratings::{Criterion, Ratings};
use crate::table::Table;
use crate::thing::{Thing, Value};

/// Months from one review to the next, where nobody has said otherwise: a map is reviewed at least once a year.
pub const REVIEW_MONTHS: i32 = 12;

/// What each touchpoint was like on the day of a review, in 26 bytes: its id; importance and performance in
/// fiftieths, 0 for unrated; a hash of its stage; a hash of what it says, its pain points and opportunities
/// included. Enough to say what has changed, not what it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot(Vec<u8>);

/// The form of the snapshot, its first byte.
const FORM: u8 = 1;
const LINE: usize = 16 + 2 + 4 + 4;
/// How fine means are kept.
const STEPS: f64 = 50.0;

/// One touchpoint of a [`Snapshot`].
#[derive(Clone, Copy, PartialEq, Eq)]
struct Line {
    importance: u8,
    performance: u8,
    stage: u32,
    says: u32,
}

impl Snapshot {
    /// What the board is like. While a round is open the means are nobody's yet: they are left out.
    #[must_use]
    pub fn take(board: &Board) -> Self {
        let mut bytes = vec![FORM];
        for (id, line) in lines(board).into_pairs() {
            bytes.extend(id.0.as_bytes());
            bytes.extend([line.importance, line.performance]);
            bytes.extend(line.stage.to_le_bytes());
            bytes.extend(line.says.to_le_bytes());
        }
        Self(bytes)
    }

    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// What was written of each touchpoint; nothing for another form, a broken end is left out.
    fn lines(&self) -> Table<TouchpointId, Line> {
        let Some((&FORM, rest)) = self.0.split_first() else {
            return Table::new();
        };
        let word = |bytes: &[u8]| bytes.iter().rev().fold(0_u32, |n, byte| n << 8 | u32::from(*byte));
        rest.chunks_exact(LINE)
            .filter_map(|line| {
                let id = uuid::Uuid::from_slice(&line[..16]).ok()?;
                let line = Line {
                    importance: line[16],
                    performance: line[17],
                    stage: word(&line[18..22]),
                    says: word(&line[22..26]),
                };
                Some((TouchpointId(id), line))
            })
            .collect()
    }
}

fn lines(board: &Board) -> Table<TouchpointId, Line> {
    let ratings = board.ratings_for(None);
    // Added up, so that the order of the notes does not matter.
    let mut notes: Table<TouchpointId, u32> = Table::new();
    for note in board.notes.values().filter(|note| note.trashed.is_none()) {
        let (card, seed) = match note.home {
            NoteHome::Pain(card) => (card, b"pain".as_slice()),
            NoteHome::Opportunity(card) => (card, b"opportunity".as_slice()),
            NoteHome::Cell { .. } => continue,
        };
        let mut hash = Hash::default();
        hash.eat(seed);
        hash.eat(note.text.as_bytes());
        let sum = notes.get_or_insert_with(card, u32::default);
        *sum = sum.wrapping_add(hash.0);
    }
    let mut lines = Table::new();
    for (id, card) in &board.touchpoints {
        if !board.shows_touchpoint(*id) {
            continue;
        }
        let mut says = Hash::default();
        for (key, value) in Thing::Touchpoint(Box::new(card.clone())).fields() {
            if key == "place" || key.starts_with("importance/") || key.starts_with("performance/") {
                continue;
            }
            says.eat(key.as_bytes());
            says.value(&value);
        }
        let mut stage = Hash::default();
        stage.eat(card.stage.0.as_bytes());
        let line = Line {
            importance: in_steps(ratings, card, Criterion::Importance),
            performance: in_steps(ratings, card, Criterion::Performance),
            stage: stage.0,
            says: says.0.wrapping_add(notes.get(id).copied().unwrap_or(0)),
        };
        lines.insert(*id, line);
    }
    lines
}

fn in_steps(ratings: Ratings, card: &crate::board::Touchpoint, criterion: Criterion) -> u8 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 50 to 250
    ratings
        .mean(card, criterion)
        .map_or(0, |mean| (mean.mean * STEPS).round() as u8)
}

/// FNV-1a, 32 bits. Source: Fowler, Noll, Vo, IETF draft-eastlake-fnv.
struct Hash(u32);

impl Default for Hash {
    fn default() -> Self {
        Self(0x811c_9dc5)
    }
}

impl Hash {
    /// Takes in some bytes and where they end.
    fn eat(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().chain(&[0xff]) {
            self.0 = (self.0 ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Bool(it) => self.eat(&[u8::from(*it)]),
            Value::Int(n) => self.eat(&n.to_le_bytes()),
            Value::Float(n) => self.eat(&n.to_le_bytes()),
            Value::Text(text) | Value::Running(text) => self.eat(text.as_bytes()),
            Value::Bytes(bytes) => self.eat(bytes),
            Value::Record(fields) => {
                for (key, value) in fields {
                    self.eat(key.as_bytes());
                    self.value(value);
                }
            }
        }
    }
}

/// How a mean went from then to now; `None` is unrated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// Which touchpoint.
    pub id: TouchpointId,
    /// Which criterion.
    pub criterion: Criterion,
    /// On the day of the review, to 0.02.
    pub then: Option<f64>,
    /// Now, to 0.02.
    pub now: Option<f64>,
}

/// What has changed since a review.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Touchpoints that were not there.
    pub added: Vec<TouchpointId>,
    /// Touchpoints that are in the trash, out of sight or gone since; what is left of them is in the board.
    pub gone: Vec<TouchpointId>,
    /// Touchpoints in another stage.
    pub moved: Vec<TouchpointId>,
    /// Touchpoints that say something else: any field, notes, pain points, opportunities.
    pub edited: Vec<TouchpointId>,
    /// Means that are others.
    pub rated: Vec<Shift>,
}

/// Whether the map is due for review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReviewState<'a> {
    /// The last review, if there was one.
    pub last: Option<&'a Review>,
    /// The day it is due: as that review says, otherwise [`REVIEW_MONTHS`] after it; of a map never reviewed,
    /// after it was begun. `None` for an empty map.
    pub due: Option<Date>,
    /// Whether that day has passed.
    pub overdue: bool,
}

impl Board {
    /// The reviews, the last first, without those in the trash.
    #[must_use]
    pub fn reviews(&self) -> Vec<&Review> {
        let mut reviews = self.live_items(|item| if let Item::Review(it) = item { Some(it) } else { None });
        reviews.sort_by_key(|review| std::cmp::Reverse((review.on, review.id)));
        reviews
    }

    /// Whether the map is due for review on a day.
    #[must_use]
    pub fn review_state(&self, today: Date) -> ReviewState<'_> {
        let last = self.reviews().first().copied();
        let due = match last {
            Some(review) => Some(review.next.unwrap_or_else(|| review.on.plus_months(REVIEW_MONTHS))),
            None => self.begun().map(|day| day.plus_months(REVIEW_MONTHS)),
        };
        let overdue = due.is_some_and(|due| due < today);
        ReviewState { last, due, overdue }
    }

    /// The day (UTC) on which the first stage or touchpoint was made, as its id says.
    #[must_use]
    pub fn begun(&self) -> Option<Date> {
        let stages = self.stages.keys().map(|id| id.0);
        stages
            .chain(self.touchpoints.keys().map(|id| id.0))
            .filter(|id| id.get_version_num() == 7)
            .map(|id| id.as_u128() >> 80)
            .min()
            .map(|ms| Date::of_ms(ms as u64))
    }

    /// What has changed since a review, in the order of ids. A review without a readable snapshot saw nothing.
    #[must_use]
    pub fn changes_since(&self, review: &Review) -> Changes {
        let (then, now) = (review.snapshot.lines(), lines(self));
        let mut changes = Changes::default();
        let mean = |steps: u8| (steps > 0).then(|| f64::from(steps) / STEPS);
        for (id, new) in &now {
            let Some(old) = then.get(id) else {
                changes.added.push(*id);
                continue;
            };
            if old.stage != new.stage {
                changes.moved.push(*id);
            }
            if old.says != new.says {
                changes.edited.push(*id);
            }
            for (criterion, then, now) in [
                (Criterion::Importance, old.importance, new.importance),
                (Criterion::Performance, old.performance, new.performance),
            ] {
                if then != now {
                    let (id, then, now) = (*id, mean(then), mean(now));
                    changes.rated.push(Shift {
                        id,
                        criterion,
                        then,
                        now,
                    });
                }
            }
        }
        changes.gone = then.keys().filter(|id| !now.contains_key(id)).copied().collect();
        changes
    }
}
