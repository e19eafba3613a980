//! Fractional indices: texts that sort as bytes and leave room between any two (SPEC "Ranks").
//!
//! A rank is read as the digits of a fraction in base 36 (`0`–`9`, `a`–`z`). The ends of a list count in steps
//! of the first four digits, so that thousands of cards appended one after another keep short ranks; between
//! two neighbours the digits are halved. Nothing here fails: where there is no room, the caller gives the
//! neighbours new ranks ([`place`]).

use crate::board::Rank;

/// Digits that count at the ends of a list.
const HEAD: usize = 4;
/// How many numbers the head has: 36⁴.
const HEADS: u32 = 36 * 36 * 36 * 36;
/// A longer rank is given up and its neighbours are ranked afresh.
const LONGEST: usize = 48;

fn digit(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'a'..=b'z' => Some(u32::from(byte - b'a') + 10),
        _ => None,
    }
}

fn letter(digit: u32) -> char {
    char::from_digit(digit, 36).unwrap_or('i')
}

/// The digits of a rank; `None` for a foreign text.
fn digits(rank: &Rank) -> Option<Vec<u32>> {
    if rank.0.is_empty() || rank.0.len() > LONGEST {
        return None;
    }
    rank.0.bytes().map(digit).collect()
}

fn head(digits: &[u32]) -> u32 {
    (0..HEAD).fold(0, |n, i| n * 36 + digits.get(i).copied().unwrap_or(0))
}

fn from_head(n: u32) -> Rank {
    let mut rest = n;
    let mut text = [0; HEAD];
    for slot in text.iter_mut().rev() {
        *slot = rest % 36;
        rest /= 36;
    }
    Rank(text.into_iter().map(letter).collect())
}

/// A rank between two neighbours, either of which may be an end of the list. `None` when there is no room or
/// a neighbour is not one of ours.
#[must_use]
pub fn between(left: Option<&Rank>, right: Option<&Rank>) -> Option<Rank> {
    match (left, right) {
        (None, None) => Some(from_head(HEADS / 2)),
        (Some(left), None) => {
            let n = head(&digits(left)?) + 1;
            (n < HEADS).then(|| from_head(n))
        }
        (None, Some(right)) => head(&digits(right)?).checked_sub(1).map(from_head),
        (Some(left), Some(right)) => halve(&digits(left)?, &digits(right)?),
    }
}

fn halve(left: &[u32], right: &[u32]) -> Option<Rank> {
    if left >= right {
        return None;
    }
    let mut text = String::new();
    // Until the texts part, `right` bounds each digit; after that anything above `left` will do.
    let mut bound = true;
    for i in 0..LONGEST {
        let low = left.get(i).copied().unwrap_or(0);
        let high = if bound { *right.get(i)? } else { 36 };
        if high > low + 1 {
            text.push(letter((low + high) / 2));
            return Some(Rank(text));
        }
        bound = bound && high == low;
        text.push(letter(low));
    }
    None
}

/// `count` ranks in order between two neighbours; `None` when there is no room for them.
fn spread(left: Option<&Rank>, right: Option<&Rank>, count: usize) -> Option<Vec<Rank>> {
    if count == 0 {
        return Some(Vec::new());
    }
    if left.is_none() || right.is_none() {
        // At an end: count off the head, never halve.
        let mut ranks = Vec::with_capacity(count);
        for _ in 0..count {
            let next = if right.is_none() {
                between(ranks.last().or(left), None)?
            } else {
                between(None, ranks.last().or(right))?
            };
            ranks.push(next);
        }
        if right.is_some() {
            ranks.reverse();
        }
        return Some(ranks);
    }
    let middle = between(left, right)?;
    let before = (count - 1) / 2;
    let mut ranks = spread(left, Some(&middle), before)?;
    let after = spread(Some(&middle), right, count - 1 - before)?;
    ranks.push(middle);
    ranks.extend(after);
    Some(ranks)
}

/// Where something goes in a list, and what has to make room for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed<Id> {
    /// Its rank.
    pub rank: Rank,
    /// Siblings that get a new rank in the same edit, because they were tied or foreign.
    pub moved: Vec<(Id, Rank)>,
}

/// Finds a rank for position `index` among `siblings`, which are in order and do not hold the thing itself.
///
/// Siblings with one and the same rank come from people who inserted at one place at one time. Whoever
/// inserts among them next gives the shorter side of the tied run new ranks.
#[must_use]
pub fn place<Id: Copy>(siblings: &[(&Rank, Id)], index: usize) -> Placed<Id> {
    let index = index.min(siblings.len());
    let rank_at = |i: usize| siblings.get(i).map(|(rank, _)| *rank);
    let left = index.checked_sub(1).and_then(rank_at);
    let right = rank_at(index);
    if let Some(rank) = between(left, right) {
        return Placed {
            rank,
            moved: Vec::new(),
        };
    }
    if let (Some(left), Some(right)) = (left, right)
        && left == right
    {
        let start = siblings.partition_point(|(rank, _)| *rank < left);
        let end = siblings.partition_point(|(rank, _)| *rank <= left);
        let sides = [
            (index, end, Some(left), rank_at(end)),
            (start, index, start.checked_sub(1).and_then(rank_at), Some(right)),
        ];
        let shorter = usize::from(index - start < end - index);
        for side in [shorter, 1 - shorter] {
            let (from, to, low, high) = sides[side];
            let Some(mut ranks) = spread(low, high, to - from + 1) else {
                continue;
            };
            let rank = ranks.remove(if side == 0 { 0 } else { to - from });
            let moved = siblings[from..to].iter().map(|(_, id)| *id).zip(ranks).collect();
            return Placed { rank, moved };
        }
    }
    // Foreign ranks, or no room left at all: number the whole list.
    let first = (HEADS / 2).saturating_sub(u32::try_from(siblings.len() / 2).unwrap_or(0));
    let mut rank = from_head(first);
    let mut moved = Vec::with_capacity(siblings.len());
    for (i, n) in (0..=siblings.len()).zip(first..HEADS) {
        let fresh = from_head(n);
        match i.cmp(&index) {
            std::cmp::Ordering::Less => moved.push((siblings[i].1, fresh)),
            std::cmp::Ordering::Equal => rank = fresh,
            std::cmp::Ordering::Greater => moved.push((siblings[i - 1].1, fresh)),
        }
    }
    moved.retain(|(_, fresh)| !fresh.0.is_empty());
    Placed { rank, moved }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rank(text: &str) -> Rank {
        Rank(text.to_owned())
    }

    #[test]
    fn an_empty_list_starts_in_the_middle() {
        assert_eq!(between(None, None), Some(rank("i000")));
    }

    #[test]
    fn the_ends_count_and_stay_short() {
        assert_eq!(between(Some(&rank("i000")), None), Some(rank("i001")));
        assert_eq!(between(None, Some(&rank("i000"))), Some(rank("hzzz")));
        let mut last = rank("i000");
        for _ in 0..20_000 {
            let next = between(Some(&last), None).unwrap();
            assert!(next > last && next.0.len() == 4);
            last = next;
        }
    }

    #[test]
    fn neighbours_are_halved() {
        assert_eq!(between(Some(&rank("i000")), Some(&rank("i001"))), Some(rank("i000i")));
        assert_eq!(between(Some(&rank("a")), Some(&rank("a1"))), Some(rank("a0i")));
        assert_eq!(between(Some(&rank("a")), Some(&rank("a0"))), None);
        assert_eq!(between(Some(&rank("b")), Some(&rank("a"))), None);
        assert_eq!(between(Some(&rank("A")), None), None);
    }

    proptest! {
        #[test]
        fn whatever_stands_there_the_order_asked_for_comes_out(
            mut list in proptest::collection::vec("[0-9a-z]{0,6}|.{0,3}", 0..40), at in 0..41_usize,
        ) {
            list.sort();
            let ranks: Vec<_> = list.iter().map(|text| rank(text)).collect();
            let siblings: Vec<_> = ranks.iter().zip(0..).collect();
            let index = at.min(siblings.len());
            let placed = place(&siblings, index);
            let mut after: Vec<_> = siblings
                .iter()
                .map(|(old, id)| (placed.moved.iter().find(|(m, _)| m == id).map_or(*old, |(_, new)| new).clone(), *id))
                .collect();
            after.insert(index, (placed.rank.clone(), usize::MAX));
            // The newcomer stands strictly between its neighbours; the others keep their order.
            for pair in after.windows(2) {
                prop_assert!(pair[0].0 <= pair[1].0, "{after:?}");
                if pair[0].1 == usize::MAX || pair[1].1 == usize::MAX {
                    prop_assert!(pair[0].0 < pair[1].0, "{after:?}");
                }
            }
        }

        #[test]
        fn inserting_anywhere_again_and_again_keeps_ranks_short(places in proptest::collection::vec(0..1000_usize, 0..300)) {
            let mut list: Vec<(Rank, usize)> = Vec::new();
            for (id, at) in places.into_iter().enumerate() {
                let index = at % (list.len() + 1);
                let siblings: Vec<_> = list.iter().map(|(rank, id)| (rank, *id)).collect();
                let placed = place(&siblings, index);
                for (moved, new) in placed.moved {
                    let i = moved_index(&list, moved);
                    list[i].0 = new;
                }
                list.insert(index, (placed.rank, id));
            }
            prop_assert!(list.windows(2).all(|pair| pair[0].0 < pair[1].0));
            prop_assert!(list.iter().all(|(rank, _)| rank.0.len() <= LONGEST));
        }
    }

    fn moved_index(list: &[(Rank, usize)], id: usize) -> usize {
        list.iter().position(|(_, other)| *other == id).unwrap()
    }
}
