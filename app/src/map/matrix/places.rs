//! Where the dots of the matrix stand: at their ratings, fanned out where a few would cover each other, in a heap where
//! many would, with a name where there is room for one.
//!
//! Pure geometry in the plot's own shares: 0 to 1 across and up. How large the plot will be is not known while it is
//! rendered, so distances are reckoned for a common size; on another one the fans are a little wide or narrow.

use std::collections::BTreeMap;
use std::f64::consts::TAU;

/// The size that distances are reckoned for, in pixels.
const PLOT: (f64, f64) = (900.0, 650.0);
/// A dot's diameter in pixels: the token `--dot`.
const DOT: f64 = 24.0;
/// The side of the plot on a small phone, and the room that a finger needs: the token `--touch`.
const SMALL: f64 = 300.0;
const TOUCH: f64 = 44.0;
/// More dots of one place than this are no fan but a heap: a fan of them would reach over its neighbours and the edge.
const FAN_MAX: usize = 7;
/// How far aside of its heap a dot is drawn that is looked at, in diameters.
const ASIDE: f64 = 1.2;
/// A letter's mean width at 12 px, and the most letters that a name beside a dot has: where neighbours are near, and
/// where there is room. The sheet cuts at the same widths.
const LETTER: f64 = 6.4;
const LETTERS_MAX: usize = 22;
const LETTERS_LONG: usize = 40;
/// The ends of the scale stand a little inside the plot, so that a dot there is whole.
const MARGIN: f64 = 0.04;

/// Where a score from 1 to 5 stands on an axis, 0 to 1.
#[must_use]
pub fn share(score: f64) -> f64 {
    MARGIN + (score - 1.0) / 4.0 * (1.0 - 2.0 * MARGIN)
}

/// The score at a share of an axis, within the scale.
#[must_use]
pub fn score_at(share: f64) -> f64 {
    (1.0 + (share - MARGIN) / (1.0 - 2.0 * MARGIN) * 4.0).clamp(1.0, 5.0)
}

/// The side of a dot on which its name stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// After it.
    Right,
    /// Before it.
    Left,
}

/// A dot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// Its true place, in shares of the plot.
    pub x: f64,
    /// Upwards.
    pub y: f64,
    /// How far aside it is drawn, in diameters.
    pub dx: f64,
    /// Upwards.
    pub dy: f64,
    /// Where its name stands; nowhere without room.
    pub name: Option<Side>,
    /// Whether a long name has the room to stand there as it is.
    pub is_long: bool,
    /// Whether a heap stands for it, on every plot.
    pub is_crowded: bool,
}

/// Dots that are drawn aside, around the place they share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fan {
    /// The middle, in shares of the plot.
    pub x: f64,
    /// Upwards.
    pub y: f64,
    /// Its diameter, in diameters of a dot.
    pub width: f64,
}

/// Dots that stand too close to be drawn one by one; one button stands for them.
#[derive(Clone, Debug, PartialEq)]
pub struct Heap {
    /// The middle of their places, in shares of the plot.
    pub x: f64,
    /// Upwards.
    pub y: f64,
    /// Which ones, by their number.
    pub dots: Vec<usize>,
}

/// Where everything stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Places {
    /// The dots, in the order in which they were given.
    pub spots: Vec<Spot>,
    /// Where a few are drawn aside.
    pub fans: Vec<Fan>,
    /// Where there are more than a fan holds.
    pub heaps: Vec<Heap>,
}

/// A rectangle in pixels: left, bottom, right, top.
type Box4 = (f64, f64, f64, f64);

/// Touches nothing.
const NOWHERE: Box4 = (-1.0, -1.0, -1.0, -1.0);

fn touch(a: Box4, b: Box4) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

/// Puts dots in order of rank, each by performance and importance and with as many letters as its name has, into the
/// plot. Earlier ones get their names first.
#[must_use]
pub fn places(dots: &[(f64, f64, usize)]) -> Places {
    let mut spots: Vec<Spot> = dots
        .iter()
        .map(|&(performance, importance, _)| Spot {
            x: share(performance),
            y: share(importance),
            dx: 0.0,
            dy: 0.0,
            name: None,
            is_long: false,
            is_crowded: false,
        })
        .collect();
    let mut groups = covering(dots);
    // What would stand under the button of a heap belongs to it.
    join(&mut groups, dots, PLOT, |one, other| {
        one.dots.len().max(other.dots.len()) > FAN_MAX
    });
    let (heaps, groups): (Vec<Heap>, Vec<Heap>) = groups.into_iter().partition(|group| group.dots.len() > FAN_MAX);
    let fans = groups
        .iter()
        .filter(|group| group.dots.len() > 1)
        .map(|group| fan(&mut spots, group))
        .collect();
    for heap in &heaps {
        crowd(&mut spots, heap);
    }
    name(&mut spots, dots, &heaps);
    Places { spots, fans, heaps }
}

/// Gathers dots, each by performance and importance, for a plot as wide as a phone: the middles of heaps, and of dots
/// that stay alone, are a finger's width apart. What is returned has two dots or more.
#[must_use]
pub fn heaps(dots: &[(f64, f64, usize)]) -> Vec<Heap> {
    // Neighbours in a fine grid come together at once, so that the rest is little however many dots there are.
    let mut cells: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
    for (i, (performance, importance, _)) in dots.iter().enumerate() {
        #[allow(clippy::cast_possible_truncation)]
        let cell = |score: f64| (share(score) * SMALL / (TOUCH / 2.0)).floor() as i64;
        cells
            .entry((cell(*performance), cell(*importance)))
            .or_default()
            .push(i);
    }
    let mut heaps: Vec<Heap> = cells.into_values().map(|members| heap(dots, members)).collect();
    join(&mut heaps, dots, (SMALL, SMALL), |_, _| true);
    heaps.retain(|heap| heap.dots.len() > 1);
    heaps.sort_by_key(|heap| heap.dots.first().copied());
    heaps
}

/// Dots as one, in the middle of their places.
fn heap(dots: &[(f64, f64, usize)], members: Vec<usize>) -> Heap {
    let count = members.len() as f64;
    let x = members.iter().map(|&i| share(dots[i].0)).sum::<f64>() / count;
    let y = members.iter().map(|&i| share(dots[i].1)).sum::<f64>() / count;
    Heap { x, y, dots: members }
}

/// Joins the two nearest of those that `may`, until those are a finger's width apart on a plot of this size.
fn join(heaps: &mut Vec<Heap>, dots: &[(f64, f64, usize)], plot: (f64, f64), may: impl Fn(&Heap, &Heap) -> bool) {
    while let Some((a, b)) = nearest(heaps, plot, &may) {
        let mut both = heaps.swap_remove(b).dots;
        both.append(&mut heaps[a].dots);
        both.sort_unstable();
        heaps[a] = heap(dots, both);
    }
}

/// The two nearest of those that may be joined and are too close, the later one last.
fn nearest(heaps: &[Heap], plot: (f64, f64), may: impl Fn(&Heap, &Heap) -> bool) -> Option<(usize, usize)> {
    let mut found = None;
    let mut least = TOUCH;
    for (b, other) in heaps.iter().enumerate() {
        for (a, one) in heaps[..b].iter().enumerate().filter(|(_, one)| may(one, other)) {
            let apart = ((one.x - other.x) * plot.0).hypot((one.y - other.y) * plot.1);
            if apart < least {
                (least, found) = (apart, Some((a, b)));
            }
        }
    }
    found
}

/// Groups of dots that would cover each other; most have one dot.
fn covering(dots: &[(f64, f64, usize)]) -> Vec<Heap> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for i in 0..dots.len() {
        // A dot joins the group whose first dot it would cover: groups stay small, however many dots stand in a row.
        let near = groups.iter_mut().find(|group| {
            let (a, b) = (dots[group[0]], dots[i]);
            ((share(a.0) - share(b.0)) * PLOT.0).hypot((share(a.1) - share(b.1)) * PLOT.1) < DOT
        });
        match near {
            Some(group) => group.push(i),
            None => groups.push(vec![i]),
        }
    }
    groups.into_iter().map(|group| heap(dots, group)).collect()
}

/// Draws a few dots around the place they share, all of them within the plot.
fn fan(spots: &mut [Spot], group: &Heap) -> Fan {
    let mut reach: f64 = 0.0;
    for (n, &i) in group.dots.iter().enumerate() {
        let (dx, dy) = petal(n, group.dots.len());
        reach = reach.max(dx.hypot(dy));
        (spots[i].dx, spots[i].dy) = (dx, dy);
    }
    let within = |middle: f64, size: f64| {
        let edge = (reach + 0.5) * DOT / size;
        middle.clamp(edge, 1.0 - edge)
    };
    let (x, y) = (within(group.x, PLOT.0), within(group.y, PLOT.1));
    for &i in &group.dots {
        (spots[i].x, spots[i].y) = (x, y);
    }
    Fan {
        x,
        y,
        width: 2.0 * reach + 1.4,
    }
}

/// Puts dots beside the heap that stands for them, towards the middle of the plot: there one is drawn that is looked at.
fn crowd(spots: &mut [Spot], heap: &Heap) {
    let inwards = |share: f64| if share > 0.5 { -ASIDE } else { ASIDE };
    for &i in &heap.dots {
        spots[i] = Spot {
            x: heap.x,
            y: heap.y,
            dx: inwards(heap.x),
            dy: inwards(heap.y),
            name: None,
            is_long: false,
            is_crowded: true,
        };
    }
}

/// The place of one of a few around their middle, in diameters: on a ring as tight as their number allows, the seventh
/// in its middle, so that none covers another.
fn petal(n: usize, of: usize) -> (f64, f64) {
    let on_ring = of.min(FAN_MAX - 1);
    if n >= on_ring {
        return (0.0, 0.0);
    }
    let radius = (0.56 / (TAU / 2.0 / on_ring as f64).sin()).max(0.56);
    // Two side by side; from three on the first at the top.
    let turn = if on_ring == 2 { 0.5 } else { 0.25 };
    let angle = TAU * (turn - n as f64 / on_ring as f64);
    (radius * angle.cos(), radius * angle.sin())
}

fn name(spots: &mut [Spot], dots: &[(f64, f64, usize)], heaps: &[Heap]) {
    let middle = |spot: &Spot| (spot.x * PLOT.0 + spot.dx * DOT, spot.y * PLOT.1 + spot.dy * DOT);
    let around = |(x, y): (f64, f64), size: f64| (x - size / 2.0, y - size / 2.0, x + size / 2.0, y + size / 2.0);
    let alone = spots.iter().filter(|spot| !spot.is_crowded);
    let mut taken: Vec<Box4> = alone.map(|spot| around(middle(spot), DOT)).collect();
    taken.extend(
        heaps
            .iter()
            .map(|heap| around((heap.x * PLOT.0, heap.y * PLOT.1), TOUCH)),
    );
    let beside = |(x, y): (f64, f64), side: Side, letters: usize| {
        let width = letters as f64 * LETTER + 6.0;
        match side {
            Side::Right => (x + DOT / 2.0 + 1.0, y - 9.0, x + DOT / 2.0 + width, y + 9.0),
            Side::Left => (x - DOT / 2.0 - width, y - 9.0, x - DOT / 2.0 - 1.0, y + 9.0),
        }
    };
    let fits = |space: Box4, taken: &[Box4]| {
        space.0 >= 0.0 && space.2 <= PLOT.0 && taken.iter().all(|other| !touch(space, *other))
    };
    let mut short = Vec::new();
    for (i, &(.., letters)) in dots.iter().enumerate() {
        if spots[i].is_crowded {
            continue;
        }
        let found = [Side::Right, Side::Left].into_iter().find_map(|side| {
            let space = beside(middle(&spots[i]), side, letters.min(LETTERS_MAX));
            fits(space, &taken).then_some((side, space))
        });
        if let Some((side, space)) = found {
            spots[i].name = Some(side);
            if letters > LETTERS_MAX {
                short.push((i, side, letters.min(LETTERS_LONG), taken.len()));
            }
            taken.push(space);
        }
    }
    // What is left over goes to names that were cut, so that no long name keeps another from being there at all.
    for (i, side, letters, at) in short {
        let own = std::mem::replace(&mut taken[at], NOWHERE);
        let other = match side {
            Side::Right => Side::Left,
            Side::Left => Side::Right,
        };
        let found = [side, other].into_iter().find_map(|side| {
            let space = beside(middle(&spots[i]), side, letters);
            fits(space, &taken).then_some((side, space))
        });
        taken[at] = found.map_or(own, |(_, space)| space);
        if let Some((side, _)) = found {
            (spots[i].name, spots[i].is_long) = (Some(side), true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(spot: &Spot) -> (f64, f64) {
        (spot.x * PLOT.0 + spot.dx * DOT, spot.y * PLOT.1 + spot.dy * DOT)
    }

    #[test]
    fn a_score_and_its_place_belong_together() {
        for score in [1.0, 2.25, 3.0, 4.7, 5.0] {
            assert!((score_at(share(score)) - score).abs() < 1e-9, "{score}");
        }
        assert!((score_at(-0.5) - 1.0).abs() < 1e-9);
        assert!((score_at(1.5) - 5.0).abs() < 1e-9);
    }

    #[test]
    fn a_dot_alone_stands_at_its_rating_with_its_name() {
        let Places { spots, fans, .. } = places(&[(2.1, 4.7, 10)]);
        assert!(fans.is_empty());
        assert_eq!((spots[0].dx, spots[0].dy, spots[0].name), (0.0, 0.0, Some(Side::Right)));
    }

    #[test]
    fn a_name_goes_to_the_left_of_a_dot_at_the_right_edge() {
        let Places { spots, .. } = places(&[(5.0, 3.0, 20)]);
        assert_eq!(spots[0].name, Some(Side::Left));
    }

    #[test]
    fn a_few_dots_of_one_place_fan_out_within_the_plot_and_none_covers_another() {
        for (count, score) in (2..=FAN_MAX).flat_map(|count| [(count, 1.0), (count, 3.0), (count, 5.0)]) {
            let Places { spots, fans, heaps } = places(&vec![(score, score, 8); count]);
            assert_eq!((fans.len(), heaps.len()), (1, 0));
            for (i, a) in spots.iter().enumerate() {
                let ((ax, ay), reach) = (drawn(a), fans[0].width / 2.0);
                assert!(a.dx.hypot(a.dy) <= reach, "{count}: outside its fan");
                let half = DOT / 2.0 - 1e-9;
                assert!((half..=PLOT.0 - half).contains(&ax) && (half..=PLOT.1 - half).contains(&ay));
                for b in &spots[i + 1..] {
                    let (bx, by) = drawn(b);
                    assert!((ax - bx).hypot(ay - by) >= DOT, "{count}: {a:?} covers {b:?}");
                }
            }
        }
    }

    #[test]
    fn more_dots_than_a_fan_holds_are_a_heap_and_nothing_stands_under_it() {
        for count in [FAN_MAX + 1, 60, 300] {
            let mut dots = vec![(3.0, 3.0, 8); count];
            // One that its button would cover, one beside it.
            dots.extend([(3.15, 3.0, 8), (3.4, 3.0, 8)]);
            let Places { spots, fans, heaps } = places(&dots);
            assert!(fans.is_empty());
            assert_eq!(heaps.len(), 1);
            assert_eq!(heaps[0].dots, (0..=count).collect::<Vec<_>>());
            assert!(
                spots[..=count]
                    .iter()
                    .all(|spot| spot.is_crowded && spot.name.is_none())
            );
            assert!(!spots[count + 1].is_crowded);
        }
    }

    #[test]
    fn on_a_phone_a_finger_finds_each_heap_and_each_dot_that_is_alone() {
        for count in [1, 2, 40, 300] {
            let dots: Vec<(f64, f64, usize)> = (0..count)
                .map(|n| {
                    (
                        1.0 + f64::from(n * 7 % 17) / 4.25,
                        1.0 + f64::from(n * 5 % 13) / 3.25,
                        8,
                    )
                })
                .collect();
            let heaps = heaps(&dots);
            let heaped: Vec<usize> = heaps.iter().flat_map(|heap| heap.dots.clone()).collect();
            let alone = (0..dots.len()).filter(|i| !heaped.contains(i));
            let mut places: Vec<(f64, f64)> = alone.map(|i| (share(dots[i].0), share(dots[i].1))).collect();
            assert_eq!(places.len() + heaped.len(), dots.len(), "each dot once");
            places.extend(heaps.iter().map(|heap| (heap.x, heap.y)));
            for (i, a) in places.iter().enumerate() {
                for b in &places[i + 1..] {
                    assert!(
                        ((a.0 - b.0) * SMALL).hypot((a.1 - b.1) * SMALL) >= TOUCH,
                        "{count}: {a:?} {b:?}"
                    );
                }
            }
        }
        assert_eq!(heaps(&[(3.0, 3.0, 8), (5.0, 1.0, 8), (3.0, 3.0, 8)])[0].dots, [0, 2]);
    }

    #[test]
    fn names_cover_neither_dots_nor_each_other() {
        let dots: Vec<(f64, f64, usize)> = (0..40)
            .map(|n| {
                (
                    1.0 + f64::from(n * 7 % 17) / 4.25,
                    1.0 + f64::from(n * 5 % 13) / 3.25,
                    18,
                )
            })
            .collect();
        let Places { spots, .. } = places(&dots);
        let named = spots.iter().filter(|spot| spot.name.is_some()).count();
        assert!((5..40).contains(&named), "{named}");
    }

    #[test]
    fn a_long_name_is_whole_where_there_is_room_and_never_instead_of_another() {
        let Places { spots, .. } = places(&[(2.0, 2.0, 32)]);
        assert_eq!((spots[0].name, spots[0].is_long), (Some(Side::Right), true));
        // The second is named, so the first is cut: to its left there is no room either.
        let Places { spots, .. } = places(&[(1.0, 2.0, 32), (1.9, 2.0, 8)]);
        assert_eq!((spots[0].name, spots[0].is_long), (Some(Side::Right), false));
        assert!(spots[1].name.is_some());
    }
}
