//! A long update cut into several, since a message is smaller than a document.
//!
//! Cut between blocks, whose bytes stay as they are. Each piece can be merged once those before it are.

use std::collections::HashMap;
use std::hash::RandomState;
use std::ops::Range;

use super::{Clocks, Id, ScanError, end, read_block};
use crate::lib0::{Reader, Writer};

/// Most bytes of what stands before one client's blocks and deletions in an update.
const LINE: usize = 40;
/// Most bytes of a deletion.
const DELETION: usize = 10;
/// Most bytes of the two counts in an update.
const COUNTS: usize = 10;

/// One client's blocks in the update.
struct Line<'a> {
    client: u64,
    blocks: Vec<Block<'a>>,
    /// The block to be placed next, and the first one of the piece at hand.
    next: usize,
    first: usize,
}

struct Block<'a> {
    clocks: Range<u32>,
    needs: [Option<Id>; 3],
    bytes: &'a [u8],
}

/// A range of one client's clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Deletion {
    client: u64,
    from: u32,
    to: u32,
}

/// Cuts an update into pieces of at most `max` bytes, to be merged in this order. A piece may be longer only when it
/// is a single block that is.
///
/// # Errors
/// When it is not a whole update: see [`ScanError`].
pub(crate) fn split(update: Vec<u8>, max: usize) -> Result<Vec<Vec<u8>>, ScanError> {
    if update.len() <= max {
        return Ok(vec![update]);
    }
    let mut reader = Reader::new(&update);
    let mut lines = read_lines(&update, &mut reader)?;
    let deletions = read_deletions(&mut reader)?;
    end(&reader)?;

    let mut pieces = Vec::new();
    let mut size = COUNTS;
    let index: HashMap<u64, usize> = lines.iter().enumerate().map(|(at, line)| (line.client, at)).collect();
    for at in order(&lines, &index)? {
        let Some(line) = lines.get(at) else { continue };
        let Some(block) = line.blocks.get(line.next) else {
            continue;
        };
        let weight = block.bytes.len() + within(&deletions, line.client, &block.clocks).count() * DELETION;
        let opens = if line.next == line.first { LINE } else { 0 };
        if size > COUNTS && size + opens + weight > max {
            pieces.push(piece(&mut lines, &deletions));
            size = COUNTS + LINE + weight;
        } else {
            size += opens + weight;
        }
        if let Some(line) = lines.get_mut(at) {
            line.next += 1;
        }
    }
    pieces.push(piece(&mut lines, &deletions));

    // What is deleted of the receiver's own.
    let old: Vec<Deletion> = deletions
        .into_iter()
        .filter_map(|deletion| {
            let line = index.get(&deletion.client).and_then(|at| lines.get(*at));
            let first = line.and_then(|line| line.blocks.first());
            let to = first.map_or(deletion.to, |first| deletion.to.min(first.clocks.start));
            (deletion.from < to).then_some(Deletion { to, ..deletion })
        })
        .collect();
    for some in old.chunks(((max.saturating_sub(COUNTS)) / LINE).max(1)) {
        let mut writer = Writer::new();
        writer.uint(0);
        write_deletions(&mut writer, some);
        pieces.push(writer.finish());
    }
    Ok(pieces)
}

fn read_lines<'a>(update: &'a [u8], reader: &mut Reader<'_>) -> Result<Vec<Line<'a>>, ScanError> {
    let past = Clocks {
        known: |_| 0,
        seed: RandomState::new(),
    };
    let mut lines: Vec<Line<'a>> = Vec::new();
    for _ in 0..reader.count(5)? {
        let count = reader.count(2)?;
        let client = reader.client()?;
        let mut clock = reader.uint32()?;
        let mut blocks = Vec::with_capacity(count);
        for _ in 0..count {
            let at = reader.at();
            let malformed = ScanError::Malformed { at };
            let info = reader.byte()?;
            let read = read_block(reader, &past, at, info, Id { client, clock })?;
            let to = clock.checked_add(read.len).filter(|_| !read.skip).ok_or(malformed)?;
            blocks.push(Block {
                clocks: clock..to,
                needs: [read.block.origin, read.block.right, read.block.parent],
                bytes: update.get(at..reader.at()).ok_or(malformed)?,
            });
            clock = to;
        }
        lines.push(Line {
            client,
            blocks,
            next: 0,
            first: 0,
        });
    }
    Ok(lines)
}

fn read_deletions(reader: &mut Reader<'_>) -> Result<Vec<Deletion>, ScanError> {
    let mut deletions = Vec::new();
    for _ in 0..reader.count(2)? {
        let client = reader.client()?;
        for _ in 0..reader.count(2)? {
            let at = reader.at();
            let from = reader.uint32()?;
            let to = from.checked_add(reader.uint32()?);
            let to = to.ok_or(ScanError::Malformed { at })?;
            deletions.push(Deletion { client, from, to });
        }
    }
    deletions.sort_unstable();
    Ok(deletions)
}

/// An order of the blocks in which each comes after what it needs: for each block its line, which has its blocks
/// in order.
fn order(lines: &[Line<'_>], index: &HashMap<u64, usize>) -> Result<Vec<usize>, ScanError> {
    let mut order = Vec::with_capacity(lines.iter().map(|line| line.blocks.len()).sum());
    let mut placed = vec![0_usize; lines.len()];
    for start in 0..lines.len() {
        // (line, the clock it has to reach). No recursion: a chain may be as long as there are clients.
        let mut stack = vec![(start, u32::MAX)];
        while let Some(&(at, goal)) = stack.last() {
            let next = placed.get(at).copied().unwrap_or_default();
            let block = lines.get(at).and_then(|line| line.blocks.get(next));
            let Some(block) = block.filter(|block| block.clocks.start < goal) else {
                stack.pop();
                continue;
            };
            let wanted = block.needs.iter().flatten().find_map(|id| {
                let line = *index.get(&id.client)?;
                let next = lines.get(line)?.blocks.get(*placed.get(line)?)?;
                (line != at && next.clocks.start <= id.clock).then_some((line, *id))
            });
            match wanted {
                // Each line waits for another at most once, or they wait for each other.
                Some((_, Id { client, clock })) if stack.len() > lines.len() => {
                    return Err(ScanError::Incomplete { client, clock });
                }
                Some((line, id)) => stack.push((line, id.clock.saturating_add(1))),
                None => {
                    order.push(at);
                    if let Some(placed) = placed.get_mut(at) {
                        *placed += 1;
                    }
                }
            }
        }
    }
    Ok(order)
}

/// The deletions inside a range of one client's clocks, cut to it.
fn within(deletions: &[Deletion], client: u64, clocks: &Range<u32>) -> impl Iterator<Item = Deletion> {
    let first = deletions.partition_point(|deletion| (deletion.client, deletion.to) <= (client, clocks.start));
    let Range { start, end } = *clocks;
    deletions
        .get(first..)
        .unwrap_or_default()
        .iter()
        .take_while(move |deletion| deletion.client == client && deletion.from < end)
        .map(move |deletion| Deletion {
            client,
            from: deletion.from.max(start),
            to: deletion.to.min(end),
        })
}

/// Writes the blocks since the last piece, with what is deleted of them.
fn piece(lines: &mut [Line<'_>], deletions: &[Deletion]) -> Vec<u8> {
    let mut writer = Writer::new();
    let mut deleted = Vec::new();
    writer.uint(lines.iter().filter(|line| line.first < line.next).count() as u64);
    for line in lines {
        let blocks = line.blocks.get(line.first..line.next).unwrap_or_default();
        line.first = line.next;
        let (Some(first), Some(last)) = (blocks.first(), blocks.last()) else {
            continue;
        };
        writer.uint(blocks.len() as u64);
        writer.uint(line.client);
        writer.uint(first.clocks.start.into());
        for block in blocks {
            writer.raw(block.bytes);
        }
        deleted.extend(within(deletions, line.client, &(first.clocks.start..last.clocks.end)));
    }
    deleted.sort_unstable();
    write_deletions(&mut writer, &deleted);
    writer.finish()
}

/// Writes sorted deletions.
fn write_deletions(writer: &mut Writer, deletions: &[Deletion]) {
    let clients = || deletions.chunk_by(|a, b| a.client == b.client);
    writer.uint(clients().count() as u64);
    for of_client in clients() {
        writer.uint(of_client.first().map_or(0, |deletion| deletion.client));
        writer.uint(of_client.len() as u64);
        for deletion in of_client {
            writer.uint(deletion.from.into());
            writer.uint((deletion.to - deletion.from).into());
        }
    }
}
