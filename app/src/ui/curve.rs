//! The line through ratings: monotone between its points, so that it never passes a rating.

use std::fmt::Write as _;

/// An SVG path through the points, in their order, `x` ascending. Cubic pieces with Fritsch and Carlson's slopes
/// ("Monotone Piecewise Cubic Interpolation", SIAM J. Numer. Anal. 17, 1980): flat at every local extreme, and
/// elsewhere the harmonic mean of the neighbouring slopes weighted by width, which keeps each piece monotone.
/// No point gives an empty path, one point a lone move.
#[must_use]
pub fn monotone_path(points: &[(f64, f64)]) -> String {
    let mut path = String::with_capacity(points.len() * 40);
    let Some(&(x, y)) = points.first() else { return path };
    let _ = write!(path, "M{x:.1} {y:.1}");

    let secants: Vec<f64> = points.windows(2).map(|pair| slope(pair[0], pair[1])).collect();
    let tangents: Vec<f64> = (0..points.len())
        .map(
            |i| match (i.checked_sub(1).and_then(|before| secants.get(before)), secants.get(i)) {
                (Some(&before), Some(&after)) => {
                    let (left, right) = (points[i].0 - points[i - 1].0, points[i + 1].0 - points[i].0);
                    inner(before, after, left, right)
                }
                (Some(&only), None) | (None, Some(&only)) => only,
                (None, None) => 0.0,
            },
        )
        .collect();

    for (i, pair) in points.windows(2).enumerate() {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        let third = (x1 - x0) / 3.0;
        let _ = write!(
            path,
            "C{:.1} {:.1} {:.1} {:.1} {x1:.1} {y1:.1}",
            x0 + third,
            y0 + third * tangents[i],
            x1 - third,
            y1 - third * tangents[i + 1],
        );
    }
    path
}

/// Rise over run; points one above the other have none.
fn slope((x0, y0): (f64, f64), (x1, y1): (f64, f64)) -> f64 {
    if x1 > x0 { (y1 - y0) / (x1 - x0) } else { 0.0 }
}

fn inner(before: f64, after: f64, left: f64, right: f64) -> f64 {
    if before * after <= 0.0 {
        return 0.0;
    }
    let (w1, w2) = (2.0 * right + left, right + 2.0 * left);
    (w1 + w2) / (w1 / before + w2 / after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_and_one_point_draw_no_line() {
        assert_eq!(monotone_path(&[]), "");
        assert_eq!(monotone_path(&[(3.0, 4.0)]), "M3.0 4.0");
    }

    #[test]
    fn two_points_are_a_straight_line() {
        assert_eq!(
            monotone_path(&[(0.0, 0.0), (3.0, 6.0)]),
            "M0.0 0.0C1.0 2.0 2.0 4.0 3.0 6.0"
        );
    }

    #[test]
    fn extremes_are_flat() {
        assert_eq!(
            monotone_path(&[(0.0, 0.0), (3.0, 3.0), (6.0, 0.0)]),
            "M0.0 0.0C1.0 1.0 2.0 3.0 3.0 3.0C4.0 3.0 5.0 1.0 6.0 0.0"
        );
    }

    /// Every control point lies between the ends of its piece, and so does the curve.
    #[test]
    fn the_line_never_passes_a_rating() {
        let ratings = [
            1.0, 0.0, 2.0, 0.0, -1.0, 1.0, 2.0, -1.0, 1.0, -2.0, 2.0, 1.0, -1.0, 0.0, 0.0, 1.0,
        ];
        let points: Vec<(f64, f64)> = ratings
            .iter()
            .enumerate()
            .map(|(i, r)| (f64::from(u32::try_from(i * i).unwrap()), *r))
            .collect();
        let path = monotone_path(&points);
        for (piece, pair) in path.split('C').skip(1).zip(points.windows(2)) {
            let n: Vec<f64> = piece.split(' ').map(|n| n.parse().unwrap()).collect();
            let (low, high) = (pair[0].1.min(pair[1].1), pair[0].1.max(pair[1].1));
            for y in [n[1], n[3], n[5]] {
                assert!(
                    (low - 0.05..=high + 0.05).contains(&y),
                    "{piece}: {y} outside {low}..{high}"
                );
            }
        }
    }

    #[test]
    fn points_one_above_the_other_do_no_harm() {
        assert!(!monotone_path(&[(1.0, 0.0), (1.0, 2.0), (1.0, -2.0)]).contains("NaN"));
    }
}
