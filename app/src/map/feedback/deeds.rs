//! What is done with an entry: opened for editing, linked, made an improvement, put into the trash.

use leptos::prelude::*;
use model::edit::{At, Edit, Entity, FeedbackField};
use model::id::{FeedbackId, ImprovementId, TouchpointId};
use model::loops::Origin;

use super::{Purpose, Voices, selector};
use crate::language::t_string;
use crate::map::desk::{Desk, selector_of};
use crate::map::dom::{after_paint, find, focus, focus_soon};
use crate::map::views::show;
use crate::map::words;
use crate::place::View;

/// How much of what was said names an improvement, in characters.
const NAME: usize = 60;

/// Opens an entry for editing.
pub fn open(voices: Voices, id: FeedbackId) {
    voices.open.set(Some(id));
    focus_soon(format!("[data-field=\"feedback/{id}/text\"]"));
}

/// Ends that.
pub fn close(voices: Voices, id: FeedbackId) {
    voices.open.set(None);
    focus_soon(selector(id));
}

/// Runs an edit that may take an entry out of the list; its neighbour then gets the focus.
fn keeping_focus(voices: Voices, id: FeedbackId, run: impl FnOnce() -> bool) -> bool {
    let next = voices.neighbour(id);
    let done = run();
    if done {
        after_paint(move || {
            let next = next.map(selector);
            let goal = find(&selector(id)).or_else(|| next.and_then(|next| find(&next)));
            if let Some(goal) = goal.or_else(|| find("[data-sought]")) {
                focus(&goal);
            }
        });
    }
    done
}

/// Puts an entry into the trash.
pub fn trash(voices: Voices, id: FeedbackId) {
    keeping_focus(voices, id, || {
        voices.desk.trash(Entity::Feedback(id));
        true
    });
}

/// Opens the choice of a touchpoint.
pub fn choose_card(voices: Voices, id: FeedbackId, purpose: Purpose) {
    voices.linking.set(Some((id, purpose)));
}

/// Leaves it.
pub fn choose_no_card(voices: Voices) {
    if let Some((id, _)) = voices.linking.get_untracked() {
        voices.linking.set(None);
        focus_soon(selector(id));
    }
}

/// Links an entry to a touchpoint, or puts it back into the inbox.
pub fn link(voices: Voices, id: FeedbackId, card: Option<TouchpointId>) {
    let desk = voices.desk;
    voices.linking.set(None);
    let edit = Edit::SetFeedback(id, FeedbackField::Touchpoint(card));
    if keeping_focus(voices, id, || desk.apply(edit)) {
        desk.say(untrack(|| match card {
            Some(card) => {
                let name = desk.name_of(Entity::Touchpoint(card));
                t_string!(desk.language, feedback.linked, name = name)
            }
            None => t_string!(desk.language, feedback.unlinked).to_owned(),
        }));
    }
}

/// Begins an improvement of what an entry speaks of; where nobody has said yet what that is, it is asked first.
pub fn improve(voices: Voices, id: FeedbackId) {
    let (card, job) = voices.desk.editor.with_board(|board, _| {
        let entry = board.feedback(id).map(|it| &it.entry);
        let job = entry.and_then(|entry| board.improvement(entry.improvement?));
        (
            entry.and_then(|entry| entry.touchpoint),
            job.filter(|job| job.trashed.is_none()).map(|job| job.id),
        )
    });
    match (job, card) {
        (Some(job), _) => go_to(voices.desk, job),
        (None, Some(card)) => begin(voices, id, card, Vec::new()),
        (None, None) => choose_card(voices, id, Purpose::Improve),
    }
}

/// Links an entry to a touchpoint and begins an improvement of it, in one step.
pub fn link_and_improve(voices: Voices, id: FeedbackId, card: TouchpointId) {
    voices.linking.set(None);
    let link = Edit::SetFeedback(id, FeedbackField::Touchpoint(Some(card)));
    begin(voices, id, card, vec![link]);
}

fn begin(voices: Voices, id: FeedbackId, card: TouchpointId, mut edits: Vec<Edit>) {
    let desk = voices.desk;
    let job = ImprovementId::fresh();
    let said = desk.editor.with_board(|board, _| {
        let said = board.feedback(id).map_or("", |it| it.entry.text.as_str());
        words::first_words(said, NAME)
    });
    let name = if said.is_empty() {
        desk.name_of(Entity::Touchpoint(card))
    } else {
        said
    };
    edits.push(Edit::AddImprovement {
        id: job,
        touchpoint: card,
        name: name.clone(),
        origin: Some(Origin::Feedback(id)),
        at: At::Last,
    });
    if desk.apply(Edit::Batch(edits)) {
        desk.say(untrack(|| {
            t_string!(desk.language, feedback.improved, name = name.clone())
        }));
        desk.notify_with_undo(untrack(|| t_string!(desk.language, feedback.improved, name = name)));
        go_to(desk, job);
    }
}

/// Goes to an improvement on the feedback-loop board.
pub fn go_to(desk: Desk, job: ImprovementId) {
    show(desk, View::Loop);
    focus_soon(selector_of(Entity::Improvement(job)));
}
