//! From checked writes to the shared document.

use std::collections::HashMap;
use std::sync::Arc;

use yrs::types::text::YChange;
use yrs::{
    Any, GetString, In, Map, MapPrelim, MapRef, Number, Out, ReadTxn, Text, TextPrelim, TextRef, TransactionMut,
};

use crate::edit::{Entity, Splice, TextField};
use crate::id::PersonId;
use crate::people::Person;
use crate::plan::Write;
use crate::read::{KINDS, Kind, META, PEOPLE, key_of, shared_text, text_place, whole_text};
use crate::thing::{Key, Value};

/// The shared maps that make up the document.
pub(crate) struct Roots {
    pub(crate) meta: MapRef,
    pub(crate) people: MapRef,
    kinds: [MapRef; KINDS],
}

impl Roots {
    /// Defines every root as a map, whatever an update will put there.
    pub(crate) fn of(doc: &yrs::Doc) -> Self {
        Self {
            meta: doc.get_or_insert_map(META),
            people: doc.get_or_insert_map(PEOPLE),
            kinds: Kind::ALL.map(|kind| doc.get_or_insert_map(kind.root())),
        }
    }

    pub(crate) fn kind(&self, kind: Kind) -> &MapRef {
        &self.kinds[kind as usize]
    }

    /// What undo keeps to: everything but the people, whom nobody takes back.
    pub(crate) fn undoable(&self) -> impl Iterator<Item = &MapRef> {
        std::iter::once(&self.meta).chain(&self.kinds)
    }

    /// The map of one entity.
    pub(crate) fn entity<T: ReadTxn>(&self, txn: &T, entity: Entity) -> Option<MapRef> {
        match self.kind(Kind::of(entity)).get(txn, &key_of(entity))? {
            Out::YMap(map) => Some(map),
            _ => None,
        }
    }

    pub(crate) fn is_taken<T: ReadTxn>(&self, txn: &T, entity: Entity) -> bool {
        self.kind(Kind::of(entity)).contains_key(txn, &key_of(entity))
    }

    pub(crate) fn whole_text<T: ReadTxn>(&self, txn: &T, field: TextField) -> Option<String> {
        let (entity, key) = text_place(field);
        whole_text(txn, &self.entity(txn, entity)?, key)
    }

    /// Makes an entity with its fields.
    pub(crate) fn create(&self, txn: &mut TransactionMut<'_>, entity: Entity, fields: &[(Key, Value)]) {
        let map = self
            .kind(Kind::of(entity))
            .insert(txn, key_of(entity), MapPrelim::default());
        for (key, value) in fields {
            map.insert(txn, key.as_ref(), shared(value));
        }
    }

    /// Sets or takes away one field of an entity; what is not there stays not there.
    pub(crate) fn set(&self, txn: &mut TransactionMut<'_>, entity: Entity, key: &str, value: Option<&Value>) {
        if let Some(map) = self.entity(txn, entity) {
            set(txn, &map, key, value);
        }
    }

    /// Makes the shared text of a field where there is none yet, from the plain string that may stand there.
    pub(crate) fn ensure_text(&self, txn: &mut TransactionMut<'_>, field: TextField) {
        let (entity, key) = text_place(field);
        if let Some(map) = self.entity(txn, entity)
            && shared_text(txn, &map, key).is_none()
        {
            let text = whole_text(txn, &map, key).unwrap_or_default();
            map.insert(txn, key, TextPrelim::new(text));
        }
    }

    /// Whether [`Self::ensure_text`] would have something to do.
    pub(crate) fn lacks_text<T: ReadTxn>(&self, txn: &T, field: TextField) -> bool {
        let (entity, key) = text_place(field);
        self.entity(txn, entity)
            .is_some_and(|map| shared_text(txn, &map, key).is_none())
    }

    /// Says what somebody is called; `None` takes them out.
    pub(crate) fn introduce(&self, txn: &mut TransactionMut<'_>, id: PersonId, person: Option<&Person>) {
        let record = person.map(|person| {
            Value::Record(vec![
                ("name", Value::Text(person.name.clone())),
                ("color", Value::Int(person.color.into())),
            ])
        });
        set(txn, &self.people, &id.to_string(), record.as_ref());
    }

    /// Does one write.
    pub(crate) fn write(&self, txn: &mut TransactionMut<'_>, write: &Write) {
        match write {
            Write::Map(key, value) => set(txn, &self.meta, key, value.as_ref()),
            Write::Create(entity, fields) => self.create(txn, *entity, fields),
            Write::Set(entity, key, value) => self.set(txn, *entity, key, value.as_ref()),
            Write::Splice(field, splice) => {
                self.ensure_text(txn, *field);
                let (entity, key) = text_place(*field);
                let text = self.entity(txn, entity).and_then(|map| shared_text(txn, &map, key));
                if let Some(text) = text {
                    type_into(txn, &text, splice);
                }
            }
        }
    }
}

fn set(txn: &mut TransactionMut<'_>, map: &MapRef, key: &str, value: Option<&Value>) {
    match value {
        Some(value) => {
            map.insert(txn, key, shared(value));
        }
        None => {
            map.remove(txn, key);
        }
    }
}

fn shared(value: &Value) -> In {
    match value {
        Value::Running(text) => In::Text(TextPrelim::new(text.as_str()).into()),
        other => In::Any(plain(other)),
    }
}

fn plain(value: &Value) -> Any {
    match value {
        Value::Bool(value) => Any::Bool(*value),
        Value::Int(n) => Any::Number(Number::Int(*n)),
        Value::Float(n) => Any::Number(Number::Float(*n)),
        Value::Bytes(bytes) => Any::Buffer(Arc::from(bytes.as_slice())),
        Value::Text(text) | Value::Running(text) => Any::String(Arc::from(text.as_str())),
        Value::Record(fields) => {
            let record: HashMap<String, Any> = fields
                .iter()
                .map(|(key, value)| ((*key).to_owned(), plain(value)))
                .collect();
            Any::Map(Arc::new(record))
        }
    }
}

fn units(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

fn type_into(txn: &mut TransactionMut<'_>, text: &TextRef, splice: &Splice) {
    let len = units(&text.get_string(txn));
    let (mut at, mut end) = (splice.at.min(len), splice.at.saturating_add(splice.remove).min(len));
    if text.len(txn) != len {
        // A foreign client has embedded things in the text: they count in the document, not in what is read.
        let steps: Vec<Option<u32>> = text
            .diff(txn, YChange::identity)
            .into_iter()
            .map(|chunk| match chunk.insert {
                Out::Any(Any::String(text)) => Some(units(&text)),
                _ => None,
            })
            .collect();
        (at, end) = (index_among(&steps, at), index_among(&steps, end));
    }
    if end > at {
        text.remove_range(txn, at, end - at);
    }
    text.insert(txn, at, &splice.insert);
}

/// The document's index of an offset in the readable text; `None` steps are embedded things, one wide.
fn index_among(steps: &[Option<u32>], offset: u32) -> u32 {
    let (mut read, mut index) = (0, 0);
    for step in steps {
        match step {
            Some(len) if read + len >= offset => return index + (offset - read),
            Some(len) => {
                read += len;
                index += len;
            }
            None if read == offset => return index,
            None => index += 1,
        }
    }
    index
}
