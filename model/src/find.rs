//! Finding touchpoints: a filter over any field, grouping, and their short text for addresses and saved views.

use crate::board::{Board, Control, Directness, Emotion, Nature, NoteHome, Phase, Quadrant, Touchpoint, word};
use crate::fold::{fold, matches_folded, sort_key};
use crate::id::TouchpointId;
use crate::layout::Layout;
use crate::limits::QUERY_MAX;
use crate::ratings::Ratings;

word!(/// A field that touchpoints are filtered and grouped by; its word is the letter in [`Query`]'s text. The
    /// value of a touchpoint that has none is the empty text.
    Facet { /// The stage's id.
        Stage = "s", /// The phase's word.
        Phase = "p", /// The channel's id.
        Channel = "c", /// The ids of the personas that meet it.
        Persona = "w", /// The nature's word.
        Nature = "n", /// `direct` or `indirect`.
        Directness = "d", /// `own` or `outside`.
        Control = "k", /// The owner, folded.
        Owner = "o", /// The department, folded.
        Department = "t", /// `yes` for a moment of truth.
        MomentOfTruth = "m", /// `yes` for one that is rated by both criteria.
        Rated = "r", /// The quadrant's word.
        Quadrant = "q", /// −2 to 2, of any persona.
        Emotion = "e" });

/// What is looked for, and how it is grouped.
///
/// As text: parts joined by `_`; `x` and the words looked for; a facet's letter and its values, joined by `.`; `g`
/// and the letter of the facet it is grouped by. Whatever is not a letter of ASCII, a digit or `-` stands as `*`
/// and two hexadecimal digits a byte, so that the text needs no further quoting in an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Words that must all occur, accents and case ignored.
    pub text: String,
    /// Facets with the values of which a touchpoint must have one; every facet once.
    pub wanted: Vec<(Facet, Vec<String>)>,
    /// What the result is grouped by.
    pub group: Option<Facet>,
}

/// Touchpoints with one value of a facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The value; empty for those that have none.
    pub value: String,
    /// The touchpoints in the order of the map. One with several values is in each of their groups.
    pub cards: Vec<TouchpointId>,
}

impl Query {
    /// Reads the text; what cannot be understood is left out.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        if text.len() > QUERY_MAX {
            return query;
        }
        for part in text.split('_') {
            let Some(letter) = part.get(..1) else { continue };
            let rest = &part[1..];
            match (letter, Facet::from_word(letter)) {
                ("x", _) => query.text = unescaped(rest).unwrap_or_default(),
                ("g", _) => query.group = Facet::from_word(rest),
                (_, Some(facet)) => {
                    for value in rest.split('.').filter_map(unescaped) {
                        if !query.wants(facet, &value) {
                            query.toggle(facet, &value);
                        }
                    }
                }
                _ => {}
            }
        }
        query
    }

    /// Whether nothing is filtered out.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.text.trim().is_empty() && self.wanted.is_empty()
    }

    /// Whether a value is among those looked for.
    #[must_use]
    pub fn wants(&self, facet: Facet, value: &str) -> bool {
        let mut values = self.wanted.iter().filter(|(other, _)| *other == facet);
        values.any(|(_, values)| values.iter().any(|other| other == value))
    }

    /// The one value that is looked for of a facet; `None` where there is none, or several.
    #[must_use]
    pub fn only(&self, facet: Facet) -> Option<&str> {
        match self.wanted.iter().find(|(other, _)| *other == facet)?.1.as_slice() {
            [value] => Some(value),
            _ => None,
        }
    }

    /// Looks for one value of a facet and no other; with `None` for any.
    pub fn want_only(&mut self, facet: Facet, value: Option<&str>) {
        self.wanted.retain(|(other, _)| *other != facet);
        if let Some(value) = value {
            self.toggle(facet, value);
        }
    }

    /// Looks for a value too, or no longer.
    pub fn toggle(&mut self, facet: Facet, value: &str) {
        let at = self.wanted.iter().position(|(other, _)| *other == facet);
        let at = at.unwrap_or_else(|| {
            self.wanted.push((facet, Vec::new()));
            self.wanted.len() - 1
        });
        let values = &mut self.wanted[at].1;
        match values.iter().position(|other| other == value) {
            Some(there) => {
                values.remove(there);
            }
            None => values.push(value.to_owned()),
        }
        self.wanted.retain(|(_, values)| !values.is_empty());
    }
}

impl std::fmt::Display for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts = Vec::new();
        if !self.text.trim().is_empty() {
            parts.push(format!("x{}", escaped(self.text.trim())));
        }
        for (facet, values) in &self.wanted {
            let values: Vec<String> = values.iter().map(|value| escaped(value)).collect();
            parts.push(format!("{}{}", facet.word(), values.join(".")));
        }
        if let Some(facet) = self.group {
            parts.push(format!("g{}", facet.word()));
        }
        f.write_str(&parts.join("_"))
    }
}

fn escaped(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            out.push(char::from(byte));
        } else {
            out.push('*');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    out
}

fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'*' {
            let mut digit = || char::from(rest.next()?).to_digit(16);
            let (high, low) = (digit()?, digit()?);
            bytes.push(u8::try_from(high << 4 | low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

impl Board {
    /// The values a touchpoint has of a facet; one empty text where it has none.
    #[must_use]
    pub fn facet(&self, card: &Touchpoint, facet: Facet, ratings: Ratings) -> Vec<String> {
        let yes = |yes: bool| yes.then(|| "yes".to_owned());
        let word = |word: Option<&'static str>| word.map(str::to_owned);
        let stage = || self.stages.get(&card.stage);
        let one = match facet {
            Facet::Stage => Some(card.stage.to_string()),
            Facet::Phase => word(stage().map(|stage| stage.phase.word())),
            Facet::Channel => card.channel.map(|id| id.to_string()),
            Facet::Nature => word(card.nature.map(Nature::word)),
            Facet::Directness => word(card.directness.map(Directness::word)),
            Facet::Control => word(card.control.map(Control::word)),
            Facet::Owner => Some(fold(card.owner.trim())),
            Facet::Department => Some(fold(card.department.trim())),
            Facet::MomentOfTruth => yes(card.moment_of_truth),
            Facet::Rated => yes(ratings.quadrant(card).is_some()),
            Facet::Quadrant => word(ratings.quadrant(card).map(Quadrant::word)),
            Facet::Persona if !card.personas.is_empty() => {
                return card.personas.iter().map(ToString::to_string).collect();
            }
            Facet::Emotion if !card.emotion.is_empty() => {
                let mut all: Vec<Emotion> = card.emotion.values().copied().collect();
                all.sort_unstable();
                all.dedup();
                return all.iter().map(|emotion| emotion.get().to_string()).collect();
            }
            Facet::Persona | Facet::Emotion => None,
        };
        vec![one.unwrap_or_default()]
    }

    /// All that a touchpoint says, folded for the search: name, notes, owner, department, channel, links, pain
    /// points and opportunities.
    #[must_use]
    pub fn search_text(&self, card: &Touchpoint, layout: &Layout) -> String {
        let channel = card.channel.and_then(|id| self.channels.get(&id));
        let mut text = [
            card.name.as_str(),
            &card.notes,
            &card.owner,
            &card.department,
            channel.map_or("", |channel| channel.name.as_str()),
        ]
        .join("\n");
        for link in &card.links {
            text.extend(["\n", &link.title, " ", &link.url]);
        }
        for home in [NoteHome::Pain(card.id), NoteHome::Opportunity(card.id)] {
            for note in layout.notes.get(&home).into_iter().flatten() {
                text.extend(["\n", self.notes.get(note).map_or("", |note| note.text.as_str())]);
            }
        }
        fold(&text)
    }

    /// The touchpoints that a query looks for, in the order of the map.
    #[must_use]
    pub fn find(&self, query: &Query, ratings: Ratings, layout: &Layout) -> Vec<TouchpointId> {
        let mut found = layout.in_order();
        found.retain(|id| {
            let Some(card) = self.touchpoints.get(id) else {
                return false;
            };
            query.wanted.iter().all(|(facet, values)| {
                let has = self.facet(card, *facet, ratings);
                has.iter().any(|value| values.contains(value))
            }) && (query.text.trim().is_empty() || matches_folded(&self.search_text(card, layout), &query.text))
        });
        found
    }

    /// Touchpoints grouped by a facet. Groups stand in the order of the map or of the interface, owners and
    /// departments in that of the dictionary; a group that could have touchpoints and has none is empty; those
    /// without a value come last.
    #[must_use]
    pub fn groups(&self, cards: &[TouchpointId], by: Facet, ratings: Ratings, layout: &Layout) -> Vec<Group> {
        let group = |value: String| Group {
            value,
            cards: Vec::new(),
        };
        let mut groups: Vec<Group> = known_values(by, layout).into_iter().map(group).collect();
        let known = groups.len();
        for id in cards {
            let Some(card) = self.touchpoints.get(id) else { continue };
            for value in self.facet(card, by, ratings) {
                let at = groups.iter().position(|group| group.value == value);
                let at = at.unwrap_or_else(|| {
                    groups.push(group(value));
                    groups.len() - 1
                });
                groups[at].cards.push(*id);
            }
        }
        groups[known..].sort_by_cached_key(|group| (group.value.is_empty(), sort_key(&group.value)));
        groups
    }
}

/// The values of a facet in their order, where they are known beforehand.
fn known_values(facet: Facet, layout: &Layout) -> Vec<String> {
    fn texts<T: ToString>(all: &[T]) -> Vec<String> {
        all.iter().map(ToString::to_string).collect()
    }
    let words = |all: &[&str]| texts(all);
    match facet {
        Facet::Stage => texts(&layout.all_stages),
        Facet::Channel => texts(&layout.channels),
        Facet::Persona => texts(&layout.personas),
        Facet::Phase => words(&[0, 1, 2].map(|i: usize| Phase::ALL[i].word())),
        Facet::Nature => words(&[0, 1, 2, 3].map(|i: usize| Nature::ALL[i].word())),
        Facet::Directness => words(&[0, 1].map(|i: usize| Directness::ALL[i].word())),
        Facet::Control => words(&[0, 1].map(|i: usize| Control::ALL[i].word())),
        Facet::Quadrant => words(&[0, 1, 2, 3].map(|i: usize| Quadrant::ALL[i].word())),
        Facet::MomentOfTruth | Facet::Rated => words(&["yes"]),
        Facet::Emotion => words(&["-2", "-1", "0", "1", "2"]),
        Facet::Owner | Facet::Department => Vec::new(),
    }
}
