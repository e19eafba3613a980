//! The ring of a loop: five arcs, one a step, filled to the one that is reached; inside it a tick for success, a turn
//! for Plan B, a bar for what was left as it is.

use model::loops::{Step, VerdictKind};

use super::markup::Markup;

const ARCS: [&str; Step::ALL.len()] = [
    "M8.97 2.49A5.6 5.6 0 0 1 12.94 5.37",
    "M13.55 7.22A5.6 5.6 0 0 1 12.03 11.89",
    "M10.45 13.03A5.6 5.6 0 0 1 5.55 13.03",
    "M3.97 11.89A5.6 5.6 0 0 1 2.45 7.22",
    "M3.06 5.37A5.6 5.6 0 0 1 7.03 2.49",
];

/// Draws the ring; the words stand beside it.
pub fn draw(markup: &mut Markup, step: Step, end: Option<VerdictKind>) {
    markup.open(
        "svg",
        &[("class", "ring"), ("viewBox", "0 0 16 16"), ("aria-hidden", "true")],
    );
    for (at, arc) in ARCS.iter().enumerate() {
        let class = if at <= step as usize { "on" } else { "off" };
        markup.leaf("path", &[("class", class), ("d", arc)]);
    }
    let sign = match end {
        Some(VerdictKind::Success) => "M5.9 8.1 7.4 9.6 10.2 6.6",
        Some(VerdictKind::PlanB) => "M6.4 6v2.6h3.4M8.6 7.2 10 8.6 8.6 10",
        Some(VerdictKind::Left) => "M5.8 8h4.4",
        None => "",
    };
    if end.is_some() {
        markup.leaf("path", &[("class", "in"), ("d", sign)]);
    }
    markup.close();
}

/// The ring alone.
#[must_use]
pub fn ring(step: Step, end: Option<VerdictKind>) -> String {
    let mut markup = Markup::default();
    draw(&mut markup, step, end);
    markup.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ring_is_filled_to_the_step_and_signed_at_the_end() {
        let drawn = ring(Step::Implement, None);
        assert_eq!(
            (drawn.matches("\"on\"").count(), drawn.matches("\"off\"").count()),
            (3, 2)
        );
        assert!(!drawn.contains("\"in\""));
        assert!(ring(Step::Verdict, Some(VerdictKind::Success)).contains("class=\"in\""));
    }
}
