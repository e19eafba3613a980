//! Maps that this device keeps beside its drafts: those that were opened here and of which the server has everything,
//! so that they open without it; and those that were begun here and that the server has yet to hear of.
//!
//! A copy holds nothing that the server has not stored. What it has not is in the draft, alone: where both hold an
//! edit, nobody could tell any more that it is unsent. Copies give way, the longest unopened first, when there is no
//! room for a draft.

use std::sync::Arc;

use model::access::Role;
use model::doc::BoardDoc;
use model::id::BoardId;
use serde::{Deserialize, Serialize};

use super::Room;
use super::device::{self, StorageFault};
use super::draft::{Bytes64, Draft, HeldTexts, key as draft_key};
use crate::api::{ApiError, BoardSeed};
use crate::offline::DRAFTS;

/// What this device knows of a map without opening it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// What it was called when it was last kept.
    pub title: String,
    /// When it was last kept, in milliseconds since 1970.
    pub at: u64,
    /// What whoever has opened it here may do with it.
    pub role: Role,
    /// Whether the server has yet to hear of it.
    #[serde(default)]
    pub begun_here: bool,
}

/// How the names of everything of this product begin.
const OURS: &str = "touchloop.";
const KNOWN: &str = "touchloop.board.";
const COPY: &str = "touchloop.copy.";

fn known_key(board: BoardId) -> String {
    format!("{KNOWN}{board}")
}

fn copy_key(board: BoardId) -> String {
    format!("{COPY}{board}")
}

/// What is known of a map.
#[must_use]
pub fn known(board: BoardId) -> Option<Known> {
    device::read(&known_key(board)).ok().flatten()
}

/// Whether there are edits of a map here that the server has not.
#[must_use]
pub fn has_draft(board: BoardId) -> bool {
    !device::stored(&draft_key(board)).is_undefined()
}

/// The maps that can be opened here, the latest first.
#[must_use]
pub fn all() -> Vec<(BoardId, Known)> {
    let mut all: Vec<(BoardId, Known)> = device::names(KNOWN)
        .iter()
        .filter_map(|name| BoardId::parse(name.strip_prefix(KNOWN)?))
        .filter_map(|id| Some((id, known(id)?)))
        .collect();
    all.sort_by_key(|(id, known)| (std::cmp::Reverse(known.at), *id));
    all
}

/// Keeps a copy of a map of which the server has everything. Says whether there was room for it.
pub fn keep(board: BoardId, known: &Known, document: &Bytes64) -> bool {
    let was_only_here = self::known(board).is_some_and(|known| known.begun_here);
    let kept = making_room(board, || {
        device::write(&copy_key(board), document)?;
        device::write(&known_key(board), known)
    });
    if kept.is_err() {
        // Half of it opens nothing.
        forget(board);
    }
    if was_only_here {
        mark();
    }
    kept.is_ok()
}

/// Keeps a draft, and what is known of its map.
///
/// # Errors
/// When the browser forbids it, or has no room even without any copy.
pub fn keep_draft(board: BoardId, known: &Known, draft: &Draft) -> Result<(), StorageFault> {
    making_room(board, || {
        device::write(&draft_key(board), draft)?;
        device::write(&known_key(board), known)
    })
}

/// Drops the copy of a map, and what is known of it, but no draft.
pub fn forget(board: BoardId) {
    device::forget(&copy_key(board));
    if !has_draft(board) {
        device::forget(&known_key(board));
    }
}

/// What this device keeps of all maps, `open` being the one that is open.
#[must_use]
pub fn room(open: Option<BoardId>) -> Room {
    // Names and values lie there as UTF-16.
    let bytes = |name: &String| 2 * (name.len() + device::length(name));
    let sum = |names: &[String]| names.iter().map(bytes).sum::<usize>();
    let copies = copies_but(open);
    let names: Vec<String> = copies.iter().map(|board| copy_key(*board)).collect();
    Room {
        all: sum(&device::names(OURS)),
        copies: sum(&names),
    }
}

/// Drops the copies of all maps but this one.
pub fn free(open: Option<BoardId>) {
    for board in copies_but(open) {
        forget(board);
    }
}

fn copies_but(open: Option<BoardId>) -> Vec<BoardId> {
    device::names(COPY)
        .iter()
        .filter_map(|name| BoardId::parse(name.strip_prefix(COPY)?))
        .filter(|board| Some(*board) != open)
        .collect()
}

/// Writes, dropping copies of other maps while there is no room, and that of the same map last.
fn making_room(board: BoardId, write: impl Fn() -> Result<(), StorageFault>) -> Result<(), StorageFault> {
    let mut others: Option<Vec<BoardId>> = None;
    loop {
        match write() {
            Err(StorageFault::Full) => {}
            done => return done,
        }
        let others = others.get_or_insert_with(|| {
            let mut copies = copies_but(Some(board));
            // The last one goes first.
            copies.sort_by_key(|id| std::cmp::Reverse(known(*id).map_or(0, |known| known.at)));
            copies.insert(0, board);
            copies
        });
        let Some(longest) = others.pop() else {
            return Err(StorageFault::Full);
        };
        forget(longest);
    }
}

/// A map as this device has it, without asking the server. Edits that it has not come from the draft afterwards, so
/// that they are known to be unsent.
///
/// # Errors
/// [`ApiError::NotHere`]; or what is kept cannot be read.
pub fn open(board: BoardId) -> Result<BoardSeed, ApiError> {
    let copy: Option<Bytes64> = device::read(&copy_key(board)).map_err(|_| ApiError::NotHere)?;
    let encoded = match copy {
        Some(copy) => copy.0,
        None if has_draft(board) => BoardDoc::new(device::env()).encode().into(),
        None => return Err(ApiError::NotHere),
    };
    Ok(BoardSeed {
        encoded,
        board: None,
        // Whoever began it owns it; of others the server tells once it is there.
        role: known(board).map_or(Role::Editor, |known| known.role),
    })
}

/// Begins a map on this device: a draft of which the server has nothing.
///
/// # Errors
/// When the device cannot keep it.
pub fn begin(document: &BoardDoc) -> Result<BoardId, StorageFault> {
    let document_bytes = Bytes64(Arc::from(document.encode()));
    begin_with(
        document.board().map.title.clone(),
        Draft {
            unsent: 1,
            document: document_bytes,
            held: HeldTexts::new(),
        },
    )
}

/// The same from a draft, whose history goes on under another id: the two never meet, so they never merge.
///
/// # Errors
/// When the device cannot keep it.
pub fn begin_with(title: String, draft: Draft) -> Result<BoardId, StorageFault> {
    let board = BoardId::fresh();
    let known = Known {
        title,
        at: device::now(),
        role: Role::Owner,
        begun_here: true,
    };
    keep_draft(board, &known, &draft)?;
    mark();
    Ok(board)
}

/// Begins a map from a draft in a file, as another device has handed it over.
///
/// # Errors
/// [`ApiError::Malformed`] when it is none; [`ApiError::NotKept`] when there is no room for it.
pub fn take(file: &str) -> Result<BoardId, ApiError> {
    let draft: Draft = serde_json::from_str(file).map_err(|_| ApiError::Malformed)?;
    let document = BoardDoc::open(device::env(), &draft.document.0).map_err(|_| ApiError::Malformed)?;
    let title = document.board().map.title.clone();
    let draft = Draft {
        unsent: draft.unsent.max(1),
        ..draft
    };
    begin_with(title, draft).map_err(|_| ApiError::NotKept)
}

/// Tells the server, which leads people without an account to where they sign in, that there are drafts here that can
/// be opened without one.
fn mark() {
    let any = all().iter().any(|(_, known)| known.begun_here);
    device::mark(DRAFTS, any);
}
