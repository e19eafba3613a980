//! The vocabulary of the tests: a map that grows word by word, and what can be seen of it.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::cell::Cell;

use model::board::{Board, LaneKind, NoteHome, Phase};
use model::doc::{BoardDoc, Change, Env};
use model::edit::{At, Edit, Entity, MapField, Splice, TextField};
use model::id::{ChannelId, LaneId, NoteId, PersonaId, StageId, TouchpointId};
use unicode_normalization::UnicodeNormalization;

thread_local! {
    static NOW: Cell<u64> = const { Cell::new(1_700_000_000_000) };
}

/// Lets the clock go on.
pub fn wait(ms: u64) {
    NOW.with(|now| now.set(now.get() + ms));
}

/// Sets the clock.
pub fn at_time(ms: u64) {
    NOW.with(|now| now.set(ms));
}

pub fn env() -> Env {
    Env {
        nfc: |text| text.nfc().collect(),
        now_ms: || NOW.with(Cell::get),
    }
}

/// A replica that makes no edits.
pub fn replica() -> BoardDoc {
    BoardDoc::new(env())
}

/// An editor's document.
pub fn editor() -> BoardDoc {
    BoardDoc::new(env()).with_undo()
}

/// A second editor on the same document.
pub fn another(doc: &BoardDoc) -> BoardDoc {
    BoardDoc::open(env(), &doc.encode()).unwrap().with_undo()
}

/// The same content read afresh.
pub fn reopened(doc: &BoardDoc) -> Board {
    BoardDoc::open(env(), &doc.encode()).unwrap().board().clone()
}

/// Exchanges everything between two documents.
pub fn sync(a: &mut BoardDoc, b: &mut BoardDoc) {
    let to_b = a.encode_since(&b.state_vector()).unwrap();
    let to_a = b.encode_since(&a.state_vector()).unwrap();
    a.merge(&to_a).unwrap();
    b.merge(&to_b).unwrap();
    assert_eq!(a.board(), b.board());
}

/// Words that read as what is done.
pub trait Scene {
    fn does(&mut self, edit: Edit) -> Change;
    fn stage(&mut self, name: &str) -> StageId;
    fn lane(&mut self, kind: LaneKind, name: &str) -> LaneId;
    fn persona(&mut self, name: &str) -> PersonaId;
    fn channel(&mut self, name: &str) -> ChannelId;
    fn card(&mut self, stage: StageId, name: &str) -> TouchpointId;
    fn pain(&mut self, card: TouchpointId, text: &str) -> NoteId;
    fn rename(&mut self, card: TouchpointId, name: &str);
    fn types(&mut self, field: TextField, at: u32, text: &str);
    fn cards(&self, stage: StageId) -> Vec<String>;
    fn name(&self, card: TouchpointId) -> String;
    fn notes(&self, card: TouchpointId) -> String;
}

impl Scene for BoardDoc {
    fn does(&mut self, edit: Edit) -> Change {
        self.edit(edit).unwrap()
    }

    fn stage(&mut self, name: &str) -> StageId {
        let id = StageId::fresh();
        self.does(Edit::AddStage {
            id,
            name: name.to_owned(),
            phase: Phase::Before,
            at: At::Last,
        });
        id
    }

    fn lane(&mut self, kind: LaneKind, name: &str) -> LaneId {
        let id = LaneId::fresh();
        self.does(Edit::AddLane {
            id,
            kind,
            name: name.to_owned(),
            at: At::Last,
        });
        id
    }

    fn persona(&mut self, name: &str) -> PersonaId {
        let id = PersonaId::fresh();
        self.does(Edit::AddPersona {
            id,
            name: name.to_owned(),
            at: At::Last,
        });
        id
    }

    fn channel(&mut self, name: &str) -> ChannelId {
        let id = ChannelId::fresh();
        self.does(Edit::AddChannel {
            id,
            name: name.to_owned(),
            at: At::Last,
        });
        id
    }

    fn card(&mut self, stage: StageId, name: &str) -> TouchpointId {
        let id = TouchpointId::fresh();
        self.does(Edit::AddTouchpoint {
            id,
            name: name.to_owned(),
            stage,
            at: At::Last,
        });
        id
    }

    fn pain(&mut self, card: TouchpointId, text: &str) -> NoteId {
        let id = NoteId::fresh();
        self.does(Edit::AddNote {
            id,
            home: NoteHome::Pain(card),
            text: text.to_owned(),
            at: At::Last,
        });
        id
    }

    fn rename(&mut self, card: TouchpointId, name: &str) {
        self.does(Edit::SetTouchpoint(
            card,
            model::edit::TouchpointField::Name(name.to_owned()),
        ));
    }

    fn types(&mut self, field: TextField, at: u32, text: &str) {
        self.does(Edit::Type(
            field,
            Splice {
                at,
                remove: 0,
                insert: text.to_owned(),
            },
        ));
    }

    fn cards(&self, stage: StageId) -> Vec<String> {
        let layout = self.board().layout();
        let Some(cards) = layout.cards.get(&stage) else {
            return Vec::new();
        };
        cards.iter().map(|id| self.name(*id)).collect()
    }

    fn name(&self, card: TouchpointId) -> String {
        self.board().touchpoints[&card].name.clone()
    }

    fn notes(&self, card: TouchpointId) -> String {
        self.board().touchpoints[&card].notes.clone()
    }
}

/// Says what the map is called.
pub fn titled(doc: &mut BoardDoc, title: &str) {
    doc.does(Edit::SetMap(MapField::Title(title.to_owned())));
}

/// Puts a card into the trash.
pub fn trash(doc: &mut BoardDoc, card: TouchpointId) {
    doc.does(Edit::Trash(Entity::Touchpoint(card)));
}
