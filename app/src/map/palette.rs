//! The command palette: every deed of the page and every touchpoint, by a few letters of its name.

use crate::api::role;
use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::edit::Entity;
use model::fold::matches_folded;
use model::id::{PersonaId, TouchpointId};

use super::combobox::{Combobox, combobox};
use super::desk::Desk;
use super::stage::add_stage;
use super::{bulk, outside, views};
use crate::language::{label, t_string};
use crate::place::View;
use crate::ui::dialog::Dialog;
use crate::ui::dynamic::{any, dynamic};

/// Most touchpoints that are listed at once.
const SHOWN: usize = 30;

/// Something to go to or to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goal {
    View(View),
    Undo,
    Redo,
    AddStage,
    MarkAll,
    Find,
    Comments,
    Trash,
    Settings,
    CopyAddress,
    Print,
    Share,
    Keys,
    SeeBy(Option<PersonaId>),
    Card(TouchpointId),
}

const DEEDS: [Goal; 18] = [
    Goal::View(View::Map),
    Goal::View(View::Matrix),
    Goal::View(View::Wheel),
    Goal::View(View::Loop),
    Goal::View(View::Insights),
    Goal::View(View::Feedback),
    Goal::Find,
    Goal::AddStage,
    Goal::MarkAll,
    Goal::Undo,
    Goal::Redo,
    Goal::Comments,
    Goal::Settings,
    Goal::CopyAddress,
    Goal::Print,
    Goal::Share,
    Goal::Trash,
    Goal::Keys,
];

fn words(desk: Desk, goal: Goal) -> String {
    let language = desk.language;
    match goal {
        Goal::View(View::Map) => t_string!(language, view.map),
        Goal::View(View::Matrix) => t_string!(language, view.matrix),
        Goal::View(View::Wheel) => t_string!(language, view.wheel),
        Goal::View(View::Loop) => t_string!(language, view.loops),
        Goal::View(View::Insights) => t_string!(language, view.insights),
        Goal::View(View::Feedback) => t_string!(language, view.feedback),
        Goal::Undo => t_string!(language, map.undo),
        Goal::Redo => t_string!(language, map.redo),
        Goal::AddStage => t_string!(language, map.stage_add),
        Goal::MarkAll => t_string!(language, bulk.all),
        Goal::Find => t_string!(language, find.label),
        Goal::Comments => t_string!(language, comment.title),
        Goal::Trash => t_string!(language, trash.open),
        Goal::Settings => t_string!(language, map.settings),
        Goal::CopyAddress => t_string!(language, map.copy_address),
        Goal::Print => t_string!(language, map.print),
        Goal::Share => t_string!(language, share.title),
        Goal::Keys => t_string!(language, keys.open),
        Goal::SeeBy(None) => t_string!(language, find.see_everybody),
        Goal::SeeBy(Some(id)) => {
            let name = desk.name_of(Entity::Persona(id));
            return untrack(|| t_string!(language, find.see_by, name = name));
        }
        Goal::Card(id) => return desk.name_of(Entity::Touchpoint(id)),
    }
    .to_owned()
}

fn go(desk: Desk, goal: Goal) {
    desk.dialogs.palette.set(false);
    match goal {
        Goal::View(view) => views::show(desk, view),
        Goal::Undo => desk.undo(),
        Goal::Redo => desk.redo(),
        Goal::AddStage => {
            views::show(desk, View::Map);
            add_stage(desk, None);
        }
        Goal::MarkAll => bulk::mark_all(desk),
        Goal::Find => open_find(desk),
        Goal::Comments => desk.dialogs.comments.set(true),
        Goal::Trash => desk.dialogs.trash.set(true),
        Goal::Settings => desk.dialogs.settings.set(true),
        Goal::CopyAddress => outside::copy_address(desk),
        Goal::Print => outside::print(desk),
        Goal::Share => desk.dialogs.share.set(true),
        Goal::Keys => desk.dialogs.keys.set(true),
        Goal::SeeBy(persona) => desk.see_by(persona),
        Goal::Card(id) => desk.open(id),
    }
}

/// Opens the bar for finding and goes there.
pub fn open_find(desk: Desk) {
    desk.finding.set(true);
    super::dom::focus_soon("[data-find]".to_owned());
}

/// The dialog.
pub fn palette(desk: Desk) -> AnyView {
    let open = desk.dialogs.palette;
    let inner = dynamic(move || open.get().then(|| search(desk)));
    any(view! {
        <Dialog open=open title=label!(desk.language, find.palette)>
            {inner}
        </Dialog>
    })
}

fn search(desk: Desk) -> AnyView {
    let language = desk.language;
    let typed = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let typed = typed.get();
        let is_meant = |goal: &Goal| matches_folded(&model::fold::fold(&words(desk, *goal)), &typed);
        let personas = desk.editor.with_board(|_, layout| layout.personas.clone());
        let everybody = desk.seen_by.get().map(|_| Goal::SeeBy(None));
        let personas = personas.into_iter().map(|id| Goal::SeeBy(Some(id)));
        let mine = |goal: &Goal| *goal != Goal::Share || role().may_manage();
        let deeds = DEEDS.into_iter().filter(mine).chain(everybody).chain(personas);
        let mut found: Vec<Goal> = deeds.filter(is_meant).collect();
        if !typed.trim().is_empty() {
            let cards = desk.editor.with_board(|board, layout| {
                let cards = layout.in_order().into_iter().filter(|id| {
                    let card = board.touchpoints.get(id);
                    card.is_some_and(|card| matches_folded(&board.search_text(card, layout), &typed))
                });
                let mut cards: Vec<TouchpointId> = cards.collect();
                // A name that matches comes before a note that does.
                cards.sort_by_key(|id| {
                    let name = board.touchpoints.get(id).map_or("", |card| card.name.as_str());
                    !matches_folded(&model::fold::fold(name), &typed)
                });
                cards.into_iter().take(SHOWN).map(Goal::Card).collect::<Vec<_>>()
            });
            found.extend(cards);
        }
        found
    });
    let take = Callback::new(move |at: usize| {
        if let Some(goal) = found.with_untracked(|found| found.get(at).copied()) {
            go(desk, goal);
        }
    });
    let field = Combobox {
        id: "goals",
        label: label!(language, find.palette),
        hint: label!(language, find.palette_hint),
        typed,
        found: Signal::derive(move || {
            let shown = |goal: &Goal| match goal {
                Goal::Card(_) => (words(desk, *goal), "combo__i combo__i--card"),
                _ => (words(desk, *goal), "combo__i"),
            };
            found.with(|found| found.iter().map(shown).collect())
        }),
        take,
        leave: None,
    };
    any(view! { <div class="palette">{combobox(field, any(()))}</div> })
}
