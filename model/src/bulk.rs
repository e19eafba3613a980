//! Edits of many cards at once: one batch each, so one update and one undo step (SPEC E11).

use std::collections::BTreeSet;

use crate::board::{Board, Emotion, NoteHome, Touchpoint};
use crate::edit::{At, Edit, Entity, TouchpointField};
use crate::id::{LinkId, NoteId, PersonaId, StageId, TouchpointId};
use crate::layout::Layout;

/// Sets one field of several touchpoints.
#[must_use]
pub fn set_all(cards: &[TouchpointId], field: &TouchpointField) -> Edit {
    let set = |id: &TouchpointId| Edit::SetTouchpoint(*id, field.clone());
    Edit::Batch(cards.iter().map(set).collect())
}

/// Sets how customers feel at several touchpoints: each of the personas, or with `None` customers in general. Without
/// an emotion it is taken back.
#[must_use]
pub fn feel_all(cards: &[TouchpointId], whose: &[Option<PersonaId>], emotion: Option<Emotion>) -> Edit {
    let set = |card: TouchpointId| {
        let fields = whose.iter().map(move |who| TouchpointField::Emotion(*who, emotion));
        fields.map(move |field| Edit::SetTouchpoint(card, field))
    };
    Edit::Batch(cards.iter().copied().flat_map(set).collect())
}

/// Moves several things to the trash.
#[must_use]
pub fn trash_all(things: &[Entity]) -> Edit {
    Edit::Batch(things.iter().map(|entity| Edit::Trash(*entity)).collect())
}

/// Moves several touchpoints to one place; among themselves they keep the order of the map. A place named by one
/// of them means the place of its nearest neighbour that stays.
#[must_use]
pub fn move_all(cards: &[TouchpointId], stage: StageId, at: At<TouchpointId>, layout: &Layout) -> Edit {
    let moved: BTreeSet<TouchpointId> = cards.iter().copied().collect();
    let mut at = match at {
        At::Before(id) | At::After(id) if moved.contains(&id) => {
            let there = layout.cards.get(&stage).map_or(&[][..], Vec::as_slice);
            let before = there.iter().take_while(|other| **other != id);
            match before.filter(|other| !moved.contains(other)).last() {
                Some(stays) => At::After(*stays),
                None => At::First,
            }
        }
        at => at,
    };
    let mut edits = Vec::new();
    let mut put = |id: TouchpointId| {
        edits.push(Edit::MoveTouchpoint { id, stage, at });
        at = At::After(id);
    };
    let order = layout.in_order();
    order.iter().copied().filter(|id| moved.contains(id)).for_each(&mut put);
    // What lies in the trash, or in a stage that does, comes after what is seen.
    let seen: BTreeSet<TouchpointId> = order.into_iter().collect();
    moved.difference(&seen).copied().for_each(&mut put);
    Edit::Batch(edits)
}

impl Board {
    /// Copies touchpoints, each right after its original, with fresh ids: every field, notes, links, pain points and
    /// opportunities, emotions, answers and marks of brand assets. Not what people have said or measured of the
    /// original: ratings belong to their raters (SPEC E7), comments and metrics to what they were made for.
    #[must_use]
    pub fn duplicate(&self, cards: &[TouchpointId], layout: &Layout) -> (Edit, Vec<TouchpointId>) {
        let (mut edits, mut copies) = (Vec::new(), Vec::new());
        for card in cards.iter().filter_map(|id| self.touchpoints.get(id)) {
            let texts = |home| {
                let notes = layout.notes.get(&home).map_or(&[][..], Vec::as_slice);
                let texts = notes.iter().filter_map(|id| self.notes.get(id));
                texts.map(|note| note.text.clone()).collect::<Vec<String>>()
            };
            let (pains, opportunities) = (texts(NoteHome::Pain(card.id)), texts(NoteHome::Opportunity(card.id)));
            let id = TouchpointId::fresh();
            let copy = Touchpoint { id, ..card.clone() };
            add_card(&copy, At::After(card.id), pains, opportunities, &mut edits);
            copies.push(id);
        }
        (Edit::Batch(edits), copies)
    }
}

/// Adds a touchpoint with all it says, but for ratings.
pub(crate) fn add_card(
    card: &Touchpoint,
    at: At<TouchpointId>,
    pains: Vec<String>,
    opportunities: Vec<String>,
    edits: &mut Vec<Edit>,
) {
    use TouchpointField as Field;
    let id = card.id;
    let (name, stage) = (card.name.clone(), card.stage);
    edits.push(Edit::AddTouchpoint { id, name, stage, at });
    let mut fields = vec![
        Field::Channel(card.channel),
        Field::Nature(card.nature),
        Field::Directness(card.directness),
        Field::Control(card.control),
        Field::Owner(card.owner.clone()),
        Field::Department(card.department.clone()),
        Field::MomentOfTruth(card.moment_of_truth),
    ];
    let questions = crate::board::Quality::ALL.iter().zip(card.quality);
    fields.extend(questions.map(|(question, answer)| Field::Quality(*question, answer)));
    fields.extend(card.personas.iter().map(|id| Field::Persona(*id, true)));
    fields.extend(card.emotion.iter().map(|(who, how)| Field::Emotion(*who, Some(*how))));
    fields.extend(
        card.assets
            .iter()
            .map(|(asset, mark)| Field::Asset(*asset, Some(*mark))),
    );
    let links = card.links.iter();
    fields.extend(links.map(|link| Field::Link(LinkId::fresh(), Some((link.title.clone(), link.url.clone())))));
    edits.extend(fields.into_iter().map(|field| Edit::SetTouchpoint(id, field)));
    if !card.notes.is_empty() {
        let splice = crate::edit::Splice {
            at: 0,
            remove: 0,
            insert: card.notes.clone(),
        };
        edits.push(Edit::Type(crate::edit::TextField::TouchpointNotes(id), splice));
    }
    for (home, texts) in [(NoteHome::Pain(id), pains), (NoteHome::Opportunity(id), opportunities)] {
        edits.extend(texts.into_iter().map(|text| {
            let id = NoteId::fresh();
            Edit::AddNote {
                id,
                home,
                text,
                at: At::Last,
            }
        }));
    }
}
