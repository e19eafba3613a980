//! The gate in front of yrs: a structural walk over an update that somebody sent.
//!
//! yrs decodes trusted bytes well and hostile bytes badly: it keeps an update whose past is missing and panics on
//! it later, runs out of stack on nested values, and mends what is inconsistent through raw pointers. So what
//! comes from a socket or a store is walked here first, without yrs, in memory bounded by its length. An update
//! that passes
//! - is a whole Yjs update of version 1 and nothing more, of the contents that yrs and Yjs read alike;
//! - nests its values, and its shared types, at most [`NESTING_MAX`] deep (F16);
//! - has all of its past: no gap before any client's blocks, and every id it speaks of known already or in it,
//!   in an order in which it can be integrated (F17);
//! - ties nothing to a parent that cannot have children, puts no item between neighbours of different lists, and
//!   nothing into a list that does not belong there.
//!
//! [`scan`] judges by clocks alone, so it can say the last point only about what is inside the update.
//! [`Ledger`] remembers, in about a byte per byte of document, which list each known item is in, and says it
//! about everything.
//!
//! Not let in although yrs knows them: sub-documents, weak links, XML hooks (yrs misreads them), the JSON content
//! of Yjs before version 13 (yrs reads one element too many), types without a name, empty items.

mod split;

/// The root types of what is said about a map, and of who says it.
const TALK: [&str; 2] = ["comments", "people"];

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use crate::lib0::{Malformed, Reader, json_is_shallow};
use crate::limits::{DOCUMENT_MAX, NESTING_MAX};
pub(crate) use split::split;

/// What an update holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// The blocks as ranges of clocks, the end exclusive: (client, from, to). What is known already may be among
    /// them.
    pub blocks: Vec<(u64, u32, u32)>,
    /// Neither blocks nor deletions.
    pub empty: bool,
    /// Formats of rich text are among the blocks. As a map entry such a block holds no value.
    pub formats: bool,
    /// What its new blocks are about. Only a [`Ledger`] can tell.
    pub news: News,
}

/// What the new blocks of an update are about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum News {
    /// There are none.
    #[default]
    None,
    /// What is said about the map, and who says it.
    Talk,
    /// The map, or what cannot be told.
    Map,
}

/// Why an update is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// Not an update, or with contents that are not let in.
    #[error("malformed at byte {at}")]
    Malformed {
        /// Offset of what was refused.
        at: usize,
    },
    /// Values or shared types nested deeper than [`NESTING_MAX`].
    #[error("nested too deep at byte {at}")]
    TooDeep {
        /// Offset of what was refused.
        at: usize,
    },
    /// Longer than [`DOCUMENT_MAX`].
    #[error("longer than a document may be")]
    TooLong,
    /// Something the update builds on is missing. The sender has more to send.
    #[error("builds on clock {clock} of client {client}, which is missing")]
    Incomplete {
        /// Whose block is missing.
        client: u64,
        /// Its clock.
        clock: u32,
    },
}

impl From<Malformed> for ScanError {
    fn from(Malformed { at }: Malformed) -> Self {
        Self::Malformed { at }
    }
}

/// Walks an update against the clocks that are known: `known` says for a client which clock comes next.
pub fn scan(update: &[u8], known: impl Fn(u64) -> u32) -> Result<Scan, ScanError> {
    let past = Clocks {
        known,
        seed: RandomState::new(),
    };
    let (scan, _) = walk(update, &past)?;
    Ok(scan)
}

/// Reads a state vector: (client, next clock) pairs.
pub fn scan_state_vector(bytes: &[u8]) -> Result<Vec<(u64, u32)>, ScanError> {
    if bytes.len() > DOCUMENT_MAX {
        return Err(ScanError::TooLong);
    }
    let mut reader = Reader::new(bytes);
    let count = reader.count(2)?;
    let mut clocks = Vec::with_capacity(count);
    for _ in 0..count {
        clocks.push((reader.client()?, reader.uint32()?));
    }
    end(&reader)?;
    Ok(clocks)
}

/// What is known of a document's items, so that an update can be judged in full: for each client, which clock
/// comes next, and for each of its items which list it is in and how deep that lies.
///
/// It has to be told of every update that the document takes in, its own edits included.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    clients: HashMap<u64, Account>,
    seed: RandomState,
}

#[derive(Clone, Debug, Default)]
struct Account {
    next: u32,
    runs: Vec<Run>,
}

/// Neighbouring clocks of which the same is known.
#[derive(Clone, Copy, Debug)]
struct Run {
    from: u32,
    fact: Fact,
}

impl Ledger {
    /// Of an empty document.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The clock that comes next for a client.
    #[must_use]
    pub fn clock_of(&self, client: u64) -> u32 {
        self.clients.get(&client).map_or(0, |account| account.next)
    }

    /// Judges an update without remembering it.
    pub fn check(&self, update: &[u8]) -> Result<Scan, ScanError> {
        walk(update, self).map(|(scan, _)| scan)
    }

    /// Judges an update and remembers what it brings. After an error nothing is remembered.
    pub fn admit(&mut self, update: &[u8]) -> Result<Scan, ScanError> {
        let (scan, walk) = walk(update, self)?;
        for section in &walk.sections {
            if section.to <= section.known {
                continue;
            }
            let account = self.clients.entry(section.client).or_default();
            account.next = section.to;
            for block in walk.blocks.get(section.first..section.end).unwrap_or_default() {
                if account.runs.last().is_none_or(|run| run.fact != block.fact) {
                    account.runs.push(Run {
                        from: block.from,
                        fact: block.fact,
                    });
                }
            }
        }
        Ok(scan)
    }
}

/// What an item is to those that build on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// An array: may be a parent, as the three that follow.
    Array,
    /// A map.
    Map,
    /// A text.
    Text,
    /// An XML element or fragment.
    Xml,
    /// Deleted or collected: what it was is forgotten. Yjs lets what is tied to it go the same way.
    Gone,
    /// A value: may not be a parent.
    Value,
    /// Known by its clock only.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fact {
    /// The list or map entry that the item is in, hashed from parent and key; 0: not known.
    list: u32,
    kind: Kind,
    /// How many shared types the item lies inside.
    level: u8,
    /// What else may be in that list.
    holds: Holds,
    /// Below which root it lies.
    root: Root,
}

/// The root type below which an item lies, as far as roles are told apart by it (SPEC A21).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Root {
    Unknown,
    /// Comments, and what people are called.
    Talk,
    Other,
}

impl Root {
    fn of(name: &str) -> Self {
        if TALK.contains(&name) { Self::Talk } else { Self::Other }
    }

    /// What is known of it once something else is known of it.
    const fn or(self, other: Self) -> Self {
        match self {
            Self::Unknown => other,
            known => known,
        }
    }
}

const UNKNOWN: Fact = Fact {
    list: 0,
    kind: Kind::Unknown,
    level: 0,
    holds: Holds::Anything,
    root: Root::Unknown,
};

/// What may stand in a list, by the type that it is the list of. yrs reads and changes a list in the belief that
/// nothing else is there: a text among the values of an array keeps it reading for ever, and a map entry of
/// several clocks that is cut in two leaves it with a pointer to what was freed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    /// The list of a root type, which is what the reader takes it for.
    Anything,
    /// The entry of a map: one value, or several that are deleted.
    Entry,
    /// Characters, their formats, embedded things.
    Text,
    /// Values.
    Values,
    /// XML nodes.
    Nodes,
    /// A map has entries only.
    Nothing,
}

/// What an item brings along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    /// One value, or several that were written together.
    Value,
    Values,
    Characters,
    Embed,
    Format,
    Type,
    Gone,
}

impl Holds {
    fn of_children(kind: Kind) -> Self {
        match kind {
            Kind::Array => Self::Values,
            Kind::Map => Self::Nothing,
            Kind::Text => Self::Text,
            Kind::Xml => Self::Nodes,
            Kind::Gone | Kind::Value | Kind::Unknown => Self::Anything,
        }
    }

    fn takes(self, content: Content) -> bool {
        match content {
            Content::Gone => true,
            Content::Type => self != Self::Nothing,
            Content::Value => matches!(self, Self::Anything | Self::Entry | Self::Values),
            Content::Values => matches!(self, Self::Anything | Self::Entry | Self::Values),
            Content::Embed => matches!(self, Self::Anything | Self::Entry | Self::Text),
            Content::Characters | Content::Format => matches!(self, Self::Anything | Self::Text),
        }
    }
}

/// What was there before the update.
trait Past {
    fn clock(&self, client: u64) -> u32;
    /// Of an item below the client's clock.
    fn fact(&self, id: Id) -> Fact;
    fn seed(&self) -> &RandomState;
}

struct Clocks<F> {
    known: F,
    seed: RandomState,
}

impl<F: Fn(u64) -> u32> Past for Clocks<F> {
    fn clock(&self, client: u64) -> u32 {
        (self.known)(client)
    }

    fn fact(&self, _: Id) -> Fact {
        UNKNOWN
    }

    fn seed(&self) -> &RandomState {
        &self.seed
    }
}

impl Past for Ledger {
    fn clock(&self, client: u64) -> u32 {
        self.clock_of(client)
    }

    fn fact(&self, id: Id) -> Fact {
        let Some(account) = self.clients.get(&id.client) else {
            return UNKNOWN;
        };
        let after = account.runs.partition_point(|run| run.from <= id.clock);
        after
            .checked_sub(1)
            .and_then(|at| account.runs.get(at))
            .map_or(UNKNOWN, |run| run.fact)
    }

    fn seed(&self) -> &RandomState {
        &self.seed
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Id {
    client: u64,
    clock: u32,
}

/// What one client's blocks in the update are.
#[derive(Debug)]
struct Section {
    client: u64,
    /// The client's next clock before the update.
    known: u32,
    /// The client's next clock after it.
    to: u32,
    /// Its new blocks: indices into [`Walk::blocks`].
    first: usize,
    end: usize,
    /// The block to settle next, and the clock before which all is settled.
    next: usize,
    settled: u32,
    /// Another section is waiting for this one, or it is at work: whoever waits for it now waits for itself.
    busy: bool,
}

/// A block that is new, or the part of it that is.
#[derive(Debug)]
struct Block {
    /// Left neighbour at the time of writing.
    origin: Option<Id>,
    /// Right neighbour at the time of writing.
    right: Option<Id>,
    /// The shared type it is in, when that is not a root type and is written out.
    parent: Option<Id>,
    from: u32,
    /// Where in the update it stands.
    at: u32,
    content: Content,
    /// Until the block is settled, `list` is 0 if it has to be taken from the neighbours.
    fact: Fact,
}

#[derive(Debug, Default)]
struct Walk {
    sections: Vec<Section>,
    blocks: Vec<Block>,
    /// (client, index into `sections`), sorted.
    index: Vec<(u64, usize)>,
    /// Map entries of several clocks: (client, from, to, offset). Two values of one entry grow together when both
    /// are deleted and kept for an undo; alive there is never more than one.
    dead: Vec<(u64, u32, u32, usize)>,
}

/// yrs subtracts clocks as signed numbers of 32 bits.
const CLOCK_MAX: u32 = i32::MAX as u32;

const HAS_ORIGIN: u8 = 0x80;
const HAS_RIGHT_ORIGIN: u8 = 0x40;
const HAS_PARENT_SUB: u8 = 0x20;
const CONTENT: u8 = 0x1f;

fn walk(update: &[u8], past: &impl Past) -> Result<(Scan, Walk), ScanError> {
    if update.len() > DOCUMENT_MAX {
        return Err(ScanError::TooLong);
    }
    let mut reader = Reader::new(update);
    let mut scan = Scan::default();
    let mut walk = Walk::default();
    read_blocks(&mut reader, past, &mut scan, &mut walk)?;
    walk.settle(past)?;
    let deletes = read_deletes(&mut reader, past, &walk)?;
    end(&reader)?;
    scan.empty = scan.blocks.is_empty() && !deletes;
    let about = walk.blocks.iter().map(|block| match block.fact.root {
        Root::Talk => News::Talk,
        Root::Other | Root::Unknown => News::Map,
    });
    scan.news = about.max().unwrap_or_default();
    Ok((scan, walk))
}

fn end(reader: &Reader<'_>) -> Result<(), ScanError> {
    if reader.is_done() {
        Ok(())
    } else {
        Err(ScanError::Malformed { at: reader.at() })
    }
}

fn read_blocks(reader: &mut Reader<'_>, past: &impl Past, scan: &mut Scan, walk: &mut Walk) -> Result<(), ScanError> {
    // A section takes a count, a client, a clock, and a block of at least two bytes.
    let sections = reader.count(5)?;
    walk.sections.reserve_exact(sections);
    for _ in 0..sections {
        let start = reader.at();
        let blocks = reader.count(2)?;
        let client = reader.client()?;
        if blocks == 0 {
            return Err(ScanError::Malformed { at: start });
        }
        let known = past.clock(client);
        let mut clock = reader.uint32()?;
        if clock > known {
            return Err(ScanError::Incomplete { client, clock: known });
        }
        let first = walk.blocks.len();
        let mut from = clock;
        for _ in 0..blocks {
            let at = reader.at();
            let info = reader.byte()?;
            scan.formats |= info & CONTENT == 6;
            let id = Id { client, clock };
            let read = read_block(reader, past, at, info, id)?;
            let to = match clock.checked_add(read.len) {
                Some(to) if to <= CLOCK_MAX => to,
                _ => return Err(ScanError::Malformed { at }),
            };
            if read.skip {
                // A hole. Harmless where everything is known.
                if to > known {
                    return Err(ScanError::Incomplete {
                        client,
                        clock: clock.max(known),
                    });
                }
                if from < clock {
                    scan.blocks.push((client, from, clock));
                }
                from = to;
            } else if to > known {
                let mut block = read.block;
                let collected = block.is_collected();
                if clock < known {
                    block.from = known;
                    if !collected {
                        // yrs and Yjs cut off what they have and tie the rest to it.
                        block.origin = Some(Id {
                            client,
                            clock: known - 1,
                        });
                    }
                }
                let last = walk.blocks.get(first..).and_then(<[Block]>::last);
                if !(collected && last.is_some_and(Block::is_collected)) {
                    walk.blocks.push(block);
                }
            }
            clock = to;
        }
        if from < clock {
            scan.blocks.push((client, from, clock));
        }
        walk.index.push((client, walk.sections.len()));
        walk.sections.push(Section {
            client,
            known,
            to: clock,
            first,
            end: walk.blocks.len(),
            next: first,
            settled: known,
            busy: false,
        });
    }
    walk.index.sort_unstable();
    if walk.index.windows(2).any(|pair| matches!(pair, [a, b] if a.0 == b.0)) {
        // yrs would append the second to the first, Yjs would forget the first.
        return Err(ScanError::Malformed { at: 0 });
    }
    Ok(())
}

struct ReadBlock {
    len: u32,
    skip: bool,
    block: Block,
}

fn read_block(reader: &mut Reader<'_>, past: &impl Past, at: usize, info: u8, id: Id) -> Result<ReadBlock, ScanError> {
    let malformed = ScanError::Malformed { at };
    let mut block = Block {
        origin: None,
        right: None,
        parent: None,
        from: id.clock,
        at: u32::try_from(at).map_err(|_| ScanError::TooLong)?,
        content: Content::Gone,
        fact: Fact {
            kind: Kind::Gone,
            ..UNKNOWN
        },
    };
    if matches!(info, 0 | 10) {
        return match reader.uint32()? {
            0 => Err(malformed),
            len => Ok(ReadBlock {
                len,
                skip: info == 10,
                block,
            }),
        };
    }
    if info & HAS_ORIGIN != 0 {
        block.origin = Some(read_id(reader)?);
    }
    if info & HAS_RIGHT_ORIGIN != 0 {
        block.right = Some(read_id(reader)?);
    }
    if info & (HAS_ORIGIN | HAS_RIGHT_ORIGIN) == 0 {
        let name = match reader.byte()? {
            0 => {
                block.parent = Some(read_id(reader)?);
                None
            }
            1 => Some(reader.string()?),
            _ => return Err(malformed),
        };
        let key = if info & HAS_PARENT_SUB == 0 {
            None
        } else {
            Some(reader.string()?)
        };
        block.fact.list = list_of(past.seed(), name, block.parent, key);
        block.fact.root = name.map_or(Root::Unknown, Root::of);
        if key.is_some() {
            block.fact.holds = Holds::Entry;
        }
    }
    let (len, content, kind) = read_content(reader, info & CONTENT)?;
    if len == 0 {
        return Err(malformed);
    }
    block.content = content;
    block.fact.kind = kind;
    Ok(ReadBlock {
        len,
        skip: false,
        block,
    })
}

fn read_id(reader: &mut Reader<'_>) -> Result<Id, ScanError> {
    Ok(Id {
        client: reader.client()?,
        clock: reader.uint32()?,
    })
}

/// A short name for a list or a map entry, seeded so that nobody can choose two that look the same.
fn list_of(seed: &RandomState, name: Option<&str>, parent: Option<Id>, key: Option<&str>) -> u32 {
    let parent = parent.map(|id| (id.client, id.clock));
    (seed.hash_one((name, parent, key)) as u32).max(1)
}

/// Reads the content of an item: its length in clocks, and what it is.
fn read_content(reader: &mut Reader<'_>, content: u8) -> Result<(u32, Content, Kind), ScanError> {
    let at = reader.at();
    let malformed = ScanError::Malformed { at };
    match content {
        1 => Ok((reader.uint32()?, Content::Gone, Kind::Gone)),
        3 => {
            reader.buffer()?;
            Ok((1, Content::Value, Kind::Value))
        }
        4 => Ok((utf16_len(reader.string()?), Content::Characters, Kind::Value)),
        5 => {
            read_json(reader)?;
            Ok((1, Content::Embed, Kind::Value))
        }
        6 => {
            reader.string()?;
            read_json(reader)?;
            Ok((1, Content::Format, Kind::Value))
        }
        7 => {
            let kind = match reader.byte()? {
                0 => Kind::Array,
                1 => Kind::Map,
                // Text, XML text.
                2 | 6 => Kind::Text,
                // XML element, with its name.
                3 => {
                    reader.string()?;
                    Kind::Xml
                }
                4 => Kind::Xml,
                _ => return Err(malformed),
            };
            Ok((1, Content::Type, kind))
        }
        8 => {
            let count = reader.count(1)?;
            for _ in 0..count {
                read_any(reader, 1)?;
            }
            let content = if count == 1 { Content::Value } else { Content::Values };
            Ok((u32::try_from(count).map_err(|_| malformed)?, content, Kind::Value))
        }
        _ => Err(malformed),
    }
}

/// Yjs counts texts in UTF-16 units. A string is shorter than [`DOCUMENT_MAX`], so it fits.
fn utf16_len(text: &str) -> u32 {
    // One for each byte that starts a character, one more for those beyond the basic plane.
    text.bytes()
        .map(|byte| u32::from(byte & 0xc0 != 0x80) + u32::from(byte >= 0xf0))
        .sum()
}

/// JSON inside an update (formatting of rich text). Rare, so it may be parsed into values.
fn read_json(reader: &mut Reader<'_>) -> Result<(), ScanError> {
    let at = reader.at();
    let json = reader.string()?;
    if !json_is_shallow(json, NESTING_MAX) {
        return Err(ScanError::TooDeep { at });
    }
    let value: serde_json::Value = serde_json::from_str(json).map_err(|_| ScanError::Malformed { at })?;
    if fits_yrs(&value) {
        Ok(())
    } else {
        Err(ScanError::Malformed { at })
    }
}

/// yrs refuses whole numbers beyond 63 bits.
fn fits_yrs(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Number(number) => number.is_i64() || !number.is_u64(),
        serde_json::Value::Array(values) => values.iter().all(fits_yrs),
        serde_json::Value::Object(entries) => entries.values().all(fits_yrs),
        _ => true,
    }
}

/// Steps over one value of lib0's "any" encoding. Bounded recursion: at most [`NESTING_MAX`] deep.
fn read_any(reader: &mut Reader<'_>, depth: usize) -> Result<(), ScanError> {
    let at = reader.at();
    match reader.byte()? {
        // Undefined, null, true, false.
        127 | 126 | 121 | 120 => {}
        125 => reader.skip_int()?,
        124 => {
            reader.take(4)?;
        }
        123 | 122 => {
            reader.take(8)?;
        }
        119 => {
            reader.string()?;
        }
        116 => {
            reader.buffer()?;
        }
        kind @ (117 | 118) => {
            if depth >= NESTING_MAX {
                return Err(ScanError::TooDeep { at });
            }
            let is_map = kind == 118;
            for _ in 0..reader.count(if is_map { 2 } else { 1 })? {
                if is_map {
                    reader.string()?;
                }
                read_any(reader, depth + 1)?;
            }
        }
        _ => return Err(ScanError::Malformed { at }),
    }
    Ok(())
}

/// Reads the delete set; whether it deletes anything.
fn read_deletes(reader: &mut Reader<'_>, past: &impl Past, walk: &Walk) -> Result<bool, ScanError> {
    let start = reader.at();
    let mut ranges = Vec::new();
    let count = reader.count(2)?;
    let mut clients = Vec::with_capacity(count);
    let mut any = false;
    for _ in 0..count {
        let client = reader.client()?;
        let known = match walk.section(client) {
            Some(section) => section.to.max(section.known),
            None => past.clock(client),
        };
        for _ in 0..reader.count(2)? {
            let at = reader.at();
            let clock = reader.uint32()?;
            let len = reader.uint32()?;
            match clock.checked_add(len) {
                Some(to) if len > 0 && to <= CLOCK_MAX => {
                    if to > known {
                        return Err(ScanError::Incomplete {
                            client,
                            clock: clock.max(known),
                        });
                    }
                    if !walk.dead.is_empty() {
                        ranges.push((client, clock, to));
                    }
                }
                _ => return Err(ScanError::Malformed { at }),
            }
            any = true;
        }
        clients.push(client);
    }
    ranges.sort_unstable();
    for &(client, from, to, at) in &walk.dead {
        let after = ranges.partition_point(|range| (range.0, range.1) <= (client, from));
        let before = after.checked_sub(1).and_then(|before| ranges.get(before));
        if !before.is_some_and(|range| range.0 == client && to <= range.2) {
            return Err(ScanError::Malformed { at });
        }
    }
    clients.sort_unstable();
    if clients.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
        // yrs would forget the first.
        return Err(ScanError::Malformed { at: start });
    }
    Ok(any)
}

impl Block {
    /// A range of clocks of which nothing is left but that they were used.
    fn is_collected(&self) -> bool {
        self.fact.list == 0 && self.origin.is_none() && self.right.is_none()
    }
}

/// Where an id is to be found.
enum Place {
    /// Known before.
    Before,
    /// In the update, settled.
    Here(usize),
    /// In the update, not settled yet.
    Later,
}

impl Walk {
    fn section_at(&self, client: u64) -> Option<usize> {
        // One or a few clients in nearly every update.
        if self.index.len() <= 4 {
            return self.index.iter().find(|entry| entry.0 == client).map(|entry| entry.1);
        }
        let at = self.index.binary_search_by_key(&client, |entry| entry.0).ok()?;
        self.index.get(at).map(|entry| entry.1)
    }

    fn section(&self, client: u64) -> Option<&Section> {
        self.sections.get(self.section_at(client)?)
    }

    fn place(&self, past: &impl Past, id: Id) -> Result<Place, ScanError> {
        let missing = Err(ScanError::Incomplete {
            client: id.client,
            clock: id.clock,
        });
        let Some(at) = self.section_at(id.client) else {
            return if id.clock < past.clock(id.client) {
                Ok(Place::Before)
            } else {
                missing
            };
        };
        match self.sections.get(at) {
            Some(section) if id.clock < section.known => Ok(Place::Before),
            Some(section) if id.clock < section.settled => Ok(Place::Here(at)),
            Some(section) if id.clock < section.to => Ok(Place::Later),
            _ => missing,
        }
    }

    /// What is known of a settled item in the update.
    fn fact(&self, section: usize, clock: u32) -> Fact {
        let Some(section) = self.sections.get(section) else {
            return UNKNOWN;
        };
        // What was written last is what is most often built on.
        let settled = self.blocks.get(section.first..section.next).unwrap_or_default();
        if let Some(last) = settled.last().filter(|last| last.from <= clock) {
            return last.fact;
        }
        let after = settled.partition_point(|block| block.from <= clock);
        after
            .checked_sub(1)
            .and_then(|at| settled.get(at))
            .map_or(UNKNOWN, |block| block.fact)
    }

    /// Goes through the blocks in an order in which each finds what it builds on, as yrs will. If there is none,
    /// two blocks wait for each other, and yrs would keep them waiting for ever.
    fn settle(&mut self, past: &impl Past) -> Result<(), ScanError> {
        // (section, the clock it has to reach). No recursion: a chain may be as long as there are clients.
        let mut stack = Vec::new();
        for start in 0..self.sections.len() {
            stack.push((start, u32::MAX));
            while let Some(&(at, goal)) = stack.last() {
                match self.advance(past, at, goal)? {
                    None => {
                        stack.pop();
                        if let Some(section) = self.sections.get_mut(at) {
                            section.busy = false;
                        }
                    }
                    Some(wanted) => {
                        if let Some(section) = self.sections.get_mut(at) {
                            section.busy = true;
                        }
                        match self.section_at(wanted.client) {
                            Some(next) if self.sections.get(next).is_some_and(|section| !section.busy) => {
                                stack.push((next, wanted.clock + 1));
                            }
                            _ => {
                                let Id { client, clock } = wanted;
                                return Err(ScanError::Incomplete { client, clock });
                            }
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Settles a section's blocks until `goal` is reached, or until one needs something of another section first:
    /// that is returned.
    fn advance(&mut self, past: &impl Past, at: usize, goal: u32) -> Result<Option<Id>, ScanError> {
        loop {
            let Some(section) = self.sections.get(at) else {
                return Ok(None);
            };
            let (next, to) = (section.next, section.to);
            if next >= section.end || section.settled >= goal {
                return Ok(None);
            }
            let Some(block) = self.blocks.get(next) else {
                return Ok(None);
            };
            let (mut fact, content) = (block.fact, block.content);
            let offset = block.at as usize;
            for (id, is_parent) in [(block.origin, false), (block.right, false), (block.parent, true)] {
                let Some(id) = id else { continue };
                let found = match self.place(past, id)? {
                    Place::Before => past.fact(id),
                    Place::Here(section) => self.fact(section, id.clock),
                    Place::Later => return Ok(Some(id)),
                };
                fact.root = fact.root.or(found.root);
                if is_parent {
                    match found.kind {
                        Kind::Array | Kind::Map | Kind::Text | Kind::Xml => {
                            fact.level = fact.level.max(found.level.saturating_add(1));
                            if fact.holds == Holds::Anything {
                                fact.holds = Holds::of_children(found.kind);
                            }
                        }
                        Kind::Unknown => {}
                        // yrs forgets the item together with its parent.
                        Kind::Gone => (fact.list, fact.kind) = (0, Kind::Gone),
                        Kind::Value => return Err(ScanError::Malformed { at: offset }),
                    }
                } else {
                    if found.list != 0 && fact.list != 0 && found.list != fact.list {
                        return Err(ScanError::Malformed { at: offset });
                    }
                    fact.list = fact.list.max(found.list);
                    fact.level = fact.level.max(found.level);
                    if fact.holds == Holds::Anything {
                        fact.holds = found.holds;
                    }
                }
            }
            if content == Content::Type && usize::from(fact.level) >= NESTING_MAX {
                return Err(ScanError::TooDeep { at: offset });
            }
            if fact.kind != Kind::Gone && !fact.holds.takes(content) {
                return Err(ScanError::Malformed { at: offset });
            }
            if fact.holds == Holds::Entry && content == Content::Values {
                let after = self.blocks.get(next + 1).filter(|_| next + 1 < section.end);
                let to = after.map_or(to, |after| after.from);
                self.dead.push((section.client, block.from, to, offset));
            }
            if let Some(block) = self.blocks.get_mut(next) {
                block.fact = fact;
            }
            let settled = self.blocks.get(next + 1).map_or(to, |block| block.from);
            if let Some(section) = self.sections.get_mut(at) {
                section.next += 1;
                section.settled = if section.next == section.end { to } else { settled };
            }
        }
    }
}
