//! The loop as a ring of five arcs, filled to the step that was reached.

use model::loops::{Step, VerdictKind};

use crate::ui::markup::Markup;

/// Around the ring are 50 units: five arcs of 8 with 2 between them.
const ARC: &str = "8 2";

/// Draws it. The words beside it say the same, so it is hidden from a screen reader.
pub fn draw(markup: &mut Markup, step: Step, verdict: Option<VerdictKind>) {
    let reached = step as usize + 1;
    // So many arcs, then nothing all the way round.
    let filled = format!("{}60", "8 2 ".repeat(reached - 1) + "8 ");
    let class = match verdict {
        Some(VerdictKind::Success) => "ring ring--success",
        Some(VerdictKind::PlanB) => "ring ring--plan-b",
        Some(VerdictKind::Left) => "ring ring--left",
        None => "ring",
    };
    markup.open(
        "svg",
        &[("class", class), ("viewBox", "0 0 16 16"), ("aria-hidden", "true")],
    );
    for (class, dashes) in [("ring__track", ARC), ("ring__way", filled.as_str())] {
        markup.leaf(
            "circle",
            &[
                ("class", class),
                ("cx", "8"),
                ("cy", "8"),
                ("r", "6"),
                ("pathLength", "50"),
                ("stroke-dasharray", dashes),
            ],
        );
    }
    markup.close();
}
