//! Where the dots of the matrix stand: at their ratings, fanned out where they would cover each other, with a name
//! where there is room for one.
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
/// A letter's mean width at 12 px, and the most letters that a name beside a dot has.
const LETTER: f64 = 6.4;
const LETTERS_MAX: usize = 22;
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

/// Dots that stand too close on a small plot to be pressed one by one; there one button stands for them.
#[derive(Clone, Debug, PartialEq)]
pub struct Heap {
    /// The middle of their places, in shares of the plot.
    pub x: f64,
    /// Upwards.
    pub y: f64,
    /// Which ones, by their number.
    pub dots: Vec<usize>,
}

/// A rectangle in pixels: left, bottom, right, top.
type Box4 = (f64, f64, f64, f64);

fn touch(a: Box4, b: Box4) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

/// Puts dots in order of rank, each by performance and importance and with as many letters as its name has, into the
/// plot. Earlier ones get their names first.
#[must_use]
pub fn places(dots: &[(f64, f64, usize)]) -> (Vec<Spot>, Vec<Fan>) {
    let mut spots: Vec<Spot> = dots
        .iter()
        .map(|&(performance, importance, _)| Spot {
            x: share(performance),
            y: share(importance),
            dx: 0.0,
            dy: 0.0,
            name: None,
        })
        .collect();
    let fans = fan_out(&mut spots);
    name(&mut spots, dots);
    (spots, fans)
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
    let heap = |dots_of: Vec<usize>| {
        let count = dots_of.len() as f64;
        let mean = |score: &dyn Fn(usize) -> f64| dots_of.iter().map(|i| share(score(*i))).sum::<f64>() / count;
        let (x, y) = (mean(&|i| dots[i].0), mean(&|i| dots[i].1));
        Heap { x, y, dots: dots_of }
    };
    let mut heaps: Vec<Heap> = cells.into_values().map(heap).collect();
    while let Some((a, b)) = nearest(&heaps) {
        let mut both = heaps.swap_remove(b).dots;
        both.append(&mut heaps[a].dots);
        both.sort_unstable();
        heaps[a] = heap(both);
    }
    heaps.retain(|heap| heap.dots.len() > 1);
    heaps.sort_by_key(|heap| heap.dots.first().copied());
    heaps
}

/// The two nearest of them that are too close, the later one last.
fn nearest(heaps: &[Heap]) -> Option<(usize, usize)> {
    let mut found = None;
    let mut least = TOUCH;
    for (b, other) in heaps.iter().enumerate() {
        for (a, one) in heaps[..b].iter().enumerate() {
            let apart = ((one.x - other.x) * SMALL).hypot((one.y - other.y) * SMALL);
            if apart < least {
                (least, found) = (apart, Some((a, b)));
            }
        }
    }
    found
}

fn fan_out(spots: &mut [Spot]) -> Vec<Fan> {
    let mut heaps: Vec<Vec<usize>> = Vec::new();
    for i in 0..spots.len() {
        // A dot joins the heap whose first dot it would cover: heaps stay small, however many dots stand in a row.
        let near = heaps.iter_mut().find(|heap| {
            let (a, b) = (&spots[heap[0]], &spots[i]);
            ((a.x - b.x) * PLOT.0).hypot((a.y - b.y) * PLOT.1) < DOT
        });
        match near {
            Some(heap) => heap.push(i),
            None => heaps.push(vec![i]),
        }
    }
    let mut fans = Vec::new();
    for heap in heaps.iter().filter(|heap| heap.len() > 1) {
        let count = heap.len() as f64;
        let x = heap.iter().map(|&i| spots[i].x).sum::<f64>() / count;
        let y = heap.iter().map(|&i| spots[i].y).sum::<f64>() / count;
        let mut reach: f64 = 0.0;
        for (n, &i) in heap.iter().enumerate() {
            let (dx, dy) = petal(n, heap.len());
            reach = reach.max(dx.hypot(dy));
            spots[i].dx = dx;
            spots[i].dy = dy;
            spots[i].x = x;
            spots[i].y = y;
        }
        fans.push(Fan {
            x,
            y,
            width: 2.0 * reach + 1.4,
        });
    }
    fans
}

/// The place of one of several around their middle, in diameters: rings of six, twelve, eighteen, so that none covers
/// another; a lone ring is as tight as its number allows.
fn petal(n: usize, of: usize) -> (f64, f64) {
    let (mut ring, mut first) = (1, 0);
    while n >= first + 6 * ring {
        first += 6 * ring;
        ring += 1;
    }
    let on_ring = (6 * ring).min(of - first);
    let radius = if ring == 1 {
        (0.56 / (TAU / 2.0 / on_ring as f64).sin()).max(0.56)
    } else {
        1.12 * ring as f64
    };
    // Two side by side; from three on the first at the top.
    let turn = if on_ring == 2 { 0.5 } else { 0.25 };
    let angle = TAU * (turn - (n - first) as f64 / on_ring as f64);
    (radius * angle.cos(), radius * angle.sin())
}

fn name(spots: &mut [Spot], dots: &[(f64, f64, usize)]) {
    let middle = |spot: &Spot| (spot.x * PLOT.0 + spot.dx * DOT, spot.y * PLOT.1 + spot.dy * DOT);
    let mut taken: Vec<Box4> = spots
        .iter()
        .map(|spot| {
            let (x, y) = middle(spot);
            (x - DOT / 2.0, y - DOT / 2.0, x + DOT / 2.0, y + DOT / 2.0)
        })
        .collect();
    for (i, (.., letters)) in dots.iter().enumerate() {
        let (x, y) = middle(&spots[i]);
        let width = (*letters).min(LETTERS_MAX) as f64 * LETTER + 6.0;
        let (low, high) = (y - 9.0, y + 9.0);
        let right = (x + DOT / 2.0 + 1.0, low, x + DOT / 2.0 + width, high);
        let left = (x - DOT / 2.0 - width, low, x - DOT / 2.0 - 1.0, high);
        let fits = |space: Box4| space.0 >= 0.0 && space.2 <= PLOT.0 && taken.iter().all(|other| !touch(space, *other));
        let found = [(Side::Right, right), (Side::Left, left)]
            .into_iter()
            .find(|(_, space)| fits(*space));
        if let Some((side, space)) = found {
            spots[i].name = Some(side);
            taken.push(space);
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
        let (spots, fans) = places(&[(2.1, 4.7, 10)]);
        assert!(fans.is_empty());
        assert_eq!((spots[0].dx, spots[0].dy, spots[0].name), (0.0, 0.0, Some(Side::Right)));
    }

    #[test]
    fn a_name_goes_to_the_left_of_a_dot_at_the_right_edge() {
        let (spots, _) = places(&[(5.0, 3.0, 20)]);
        assert_eq!(spots[0].name, Some(Side::Left));
    }

    #[test]
    fn dots_of_one_place_fan_out_and_none_covers_another() {
        for count in [2, 3, 5, 6, 7, 19, 60] {
            let (spots, fans) = places(&vec![(3.0, 3.0, 8); count]);
            assert_eq!(fans.len(), 1);
            for (i, a) in spots.iter().enumerate() {
                let ((ax, ay), reach) = (drawn(a), fans[0].width / 2.0);
                assert!(a.dx.hypot(a.dy) <= reach, "{count}: outside its fan");
                for b in &spots[i + 1..] {
                    let (bx, by) = drawn(b);
                    assert!((ax - bx).hypot(ay - by) >= DOT, "{count}: {a:?} covers {b:?}");
                }
            }
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
        let (spots, _) = places(&dots);
        let named = spots.iter().filter(|spot| spot.name.is_some()).count();
        assert!((5..40).contains(&named), "{named}");
    }
}
