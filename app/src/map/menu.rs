//! The one menu of the page: every move and deed as an entry, for a card, a stage, a lane, for adding a lane, or, on a
//! phone, for what the bar has no room for.

use leptos::ev::{FocusEvent, KeyboardEvent, MouseEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::web_sys::{Element, Node};
use model::board::{LaneKind, NoteHome, Phase};
use model::edit::{At, Edit, Entity};
use model::id::{ImprovementId, StageId};
use model::items::Anchor;
use model::loops::{Step as Column, VerdictKind};
use wasm_bindgen::JsCast;

use super::desk::{Desk, selector_of};
use super::dom::{self, focus_soon};
use super::keys::may_trash;
use super::lane::add_lane;
use super::loops::moves as loop_moves;
use super::moves::{self, Step};
use super::stage::{add_stage, stage_selector};
use super::words;
use crate::api::role;
use crate::language::{self, t_string};
use crate::ui::dynamic::{any, dynamic, effect};
use crate::ui::icons::{Glyph, Icon};

/// A menu and where it opens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Menu {
    about: About,
    x: f64,
    y: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum About {
    Thing(Entity),
    NewLane,
    Page,
}

impl Menu {
    /// At a point of the window.
    #[must_use]
    pub const fn at(entity: Entity, x: f64, y: f64) -> Self {
        Self {
            about: About::Thing(entity),
            x,
            y,
        }
    }

    /// Under an element.
    #[must_use]
    pub fn under(entity: Entity, element: &Element) -> Self {
        let place = element.get_bounding_client_rect();
        Self::at(entity, place.left(), place.bottom())
    }

    /// The kinds of lanes to add, at the button that was pressed.
    #[must_use]
    pub fn lanes(event: &MouseEvent) -> Option<Self> {
        let place = dom::target(event)?.get_bounding_client_rect();
        Some(Self {
            about: About::NewLane,
            x: place.left(),
            y: place.top(),
        })
    }

    /// What the bar of a phone has no room for, at the button that was pressed.
    #[must_use]
    pub fn of_page(event: &MouseEvent) -> Option<Self> {
        let place = dom::target(event)?.get_bounding_client_rect();
        Some(Self {
            about: About::Page,
            x: place.left(),
            y: place.bottom(),
        })
    }
}

/// An entry: its icon, its words, its keys, what it does, and for a choice whether it is the current one.
struct Entry {
    glyph: Option<Glyph>,
    words: String,
    keys: &'static str,
    deed: Box<dyn Fn() + Send + Sync>,
    chosen: Option<bool>,
    heading: Option<String>,
}

fn entry(glyph: Glyph, words: impl Into<String>, keys: &'static str, deed: impl Fn() + Send + Sync + 'static) -> Entry {
    Entry {
        glyph: Some(glyph),
        words: words.into(),
        keys,
        deed: Box::new(deed),
        chosen: None,
        heading: None,
    }
}

fn choice(words: impl Into<String>, chosen: bool, deed: impl Fn() + Send + Sync + 'static) -> Entry {
    Entry {
        glyph: None,
        words: words.into(),
        keys: "",
        deed: Box::new(deed),
        chosen: Some(chosen),
        heading: None,
    }
}

fn entries(desk: Desk, about: About) -> Vec<Entry> {
    let language = desk.language;
    let steps = |entity: Entity, which: &[(Step, Glyph, &'static str, &'static str)]| -> Vec<Entry> {
        which
            .iter()
            .map(|&(step, glyph, words, keys)| entry(glyph, words, keys, move || moves::step(desk, entity, step)))
            .collect()
    };
    let up = (Step::Up, Glyph::ArrowUp, t_string!(language, map.move_up), "Alt+↑");
    let down = (
        Step::Down,
        Glyph::ArrowDown,
        t_string!(language, map.move_down),
        "Alt+↓",
    );
    let left = (
        Step::Left,
        Glyph::ArrowLeft,
        t_string!(language, map.move_left),
        "Alt+←",
    );
    let right = (
        Step::Right,
        Glyph::ArrowRight,
        t_string!(language, map.move_right),
        "Alt+→",
    );
    let mut all = Vec::new();
    match about {
        About::NewLane => {
            let there: Vec<LaneKind> = desk.editor.with_board(|board, layout| {
                layout
                    .all_lanes
                    .iter()
                    .filter_map(|id| board.lanes.get(id))
                    .map(|lane| lane.kind)
                    .collect()
            });
            for (entity, name) in hidden_lanes(desk) {
                let words = t_string!(language, map.show_hidden, name = name);
                all.push(entry(Glyph::Eye, words, "", move || {
                    _ = desk.apply(Edit::Hide(entity, false))
                }));
            }
            for kind in LaneKind::ALL {
                if *kind == LaneKind::Text || !there.contains(kind) {
                    all.push(entry(Glyph::Rows3, words::lane(language, *kind), "", move || {
                        add_lane(desk, *kind)
                    }));
                }
            }
            return all;
        }
        About::Page => return of_page(desk),
        About::Thing(entity @ Entity::Touchpoint(id)) => {
            all.push(entry(
                Glyph::Pencil,
                t_string!(language, map.rename),
                "Enter",
                move || desk.edit(entity),
            ));
            all.push(entry(
                Glyph::PanelRight,
                t_string!(language, map.open_details),
                "Space",
                move || desk.open(id),
            ));
            all.push(entry(
                Glyph::Copy,
                t_string!(language, map.duplicate),
                "Ctrl+D",
                move || {
                    super::bulk::duplicate(desk, &[id]);
                },
            ));
            all.push(entry(Glyph::Repeat, t_string!(language, loops.start), "", move || {
                loop_moves::begin(desk, id, None)
            }));
            all.extend(steps(entity, &[up, down, left, right]));
            let (stage, stages) = desk.editor.with_board(|board, layout| {
                let name = |id: &StageId| board.stages.get(id).map_or(String::new(), |stage| stage.name.clone());
                let all: Vec<_> = layout.stages.iter().map(|id| (*id, name(id))).collect();
                (board.touchpoints.get(&id).map(|card| card.stage), all)
            });
            for (i, (to, name)) in stages.into_iter().enumerate() {
                let here = stage == Some(to);
                let mut go = choice(name, here, move || {
                    if !here {
                        moves::move_card(desk, id, to, At::Last);
                    }
                });
                go.heading = (i == 0).then(|| t_string!(language, map.move_to).to_owned());
                all.push(go);
            }
        }
        About::Thing(entity @ Entity::Stage(id)) => {
            all.push(entry(
                Glyph::Pencil,
                t_string!(language, map.rename),
                "Enter",
                move || desk.edit(entity),
            ));
            all.extend(steps(entity, &[left, right]));
            all.push(entry(Glyph::Plus, t_string!(language, map.stage_add), "", move || {
                add_stage(desk, Some(id))
            }));
            all.push(entry(
                Glyph::MessageSquare,
                t_string!(language, comment.on),
                "",
                move || {
                    desk.comment_on.set(Some(Anchor::Stage(id)));
                    desk.dialogs.comments.set(true);
                },
            ));
            all.push(hide(desk, entity));
            for (stage, name) in hidden_stages(desk) {
                let words = t_string!(language, map.show_hidden, name = name);
                all.push(entry(Glyph::Eye, words, "", move || {
                    _ = desk.apply(Edit::Hide(stage, false))
                }));
            }
            let now = desk
                .editor
                .with_board(|board, _| board.stages.get(&id).map(|stage| stage.phase));
            for (i, phase) in Phase::ALL.iter().enumerate() {
                let mut set = choice(words::phase(language, *phase), now == Some(*phase), move || {
                    desk.apply(Edit::SetPhase(id, *phase));
                    focus_soon(stage_selector(id));
                });
                set.heading = (i == 0).then(|| t_string!(language, map.set_phase).to_owned());
                all.push(set);
            }
        }
        About::Thing(entity @ Entity::Lane(_)) => {
            all.push(entry(
                Glyph::Pencil,
                t_string!(language, map.rename),
                "Enter",
                move || desk.edit(entity),
            ));
            all.extend(steps(entity, &[up, down]));
            if may_trash(desk, entity) {
                all.push(hide(desk, entity));
            }
        }
        About::Thing(Entity::Improvement(id)) => all.extend(of_improvement(desk, id)),
        About::Thing(entity) => {
            if let Entity::Note(note) = entity
                && desk.editor.with_board(|board, _| {
                    let home = board.notes.get(&note).map(|note| note.home);
                    matches!(home, Some(NoteHome::Pain(_) | NoteHome::Opportunity(_)))
                })
            {
                all.push(entry(Glyph::Repeat, t_string!(language, loops.start), "", move || {
                    loop_moves::begin_from(desk, note)
                }));
            }
            all.push(entry(
                Glyph::Pencil,
                t_string!(language, map.edit),
                "Enter",
                move || desk.edit(entity),
            ));
        }
    }
    if let About::Thing(entity) = about
        && may_trash(desk, entity)
    {
        let mut trash = entry(Glyph::Trash2, t_string!(language, map.to_trash), "Delete", move || {
            desk.trash(entity)
        });
        trash.heading = Some(String::new());
        all.push(trash);
    }
    all
}

/// What stands in the bar where that is wide.
fn of_page(desk: Desk) -> Vec<Entry> {
    let language = desk.language;
    let dialogs = desk.dialogs;
    let (undoable, redoable) = desk.editor.undoable().get_untracked();
    let mut all = Vec::new();
    if undoable {
        all.push(entry(Glyph::Undo2, t_string!(language, map.undo), "", move || {
            desk.undo()
        }));
    }
    if redoable {
        all.push(entry(Glyph::Redo2, t_string!(language, map.redo), "", move || {
            desk.redo()
        }));
    }
    if role().may_manage() {
        all.push(entry(Glyph::Share2, t_string!(language, share.title), "", move || {
            dialogs.share.set(true)
        }));
    }
    all.push(entry(Glyph::Trash2, t_string!(language, trash.open), "", move || {
        dialogs.trash.set(true)
    }));
    if desk.editor.person().with_untracked(Option::is_some) {
        all.push(entry(
            Glyph::UserRound,
            t_string!(language, presence.change),
            "",
            move || dialogs.person.set(true),
        ));
    }
    all.push(entry(Glyph::Keyboard, t_string!(language, keys.open), "", move || {
        dialogs.keys.set(true)
    }));
    all.push(entry(
        Glyph::Languages,
        t_string!(language, app.language_switch_label),
        "",
        move || language.set(language::other(language.peek())),
    ));
    all
}

/// A card of the feedback-loop board: to any column, to any end.
fn of_improvement(desk: Desk, id: ImprovementId) -> Vec<Entry> {
    let language = desk.language;
    let mut all = vec![entry(
        Glyph::PanelRight,
        t_string!(language, map.open_details),
        "Enter",
        move || {
            desk.close_panel();
            desk.loops.open.set(Some(id));
        },
    )];
    let found = desk
        .editor
        .with_board(|board, _| board.improvement(id).map(|it| (it.step, it.ended())));
    let Some((here, ended)) = found else { return all };
    for (step, glyph, words, keys) in [
        (Step::Up, Glyph::ArrowUp, t_string!(language, map.move_up), "Alt+↑"),
        (
            Step::Down,
            Glyph::ArrowDown,
            t_string!(language, map.move_down),
            "Alt+↓",
        ),
    ] {
        all.push(entry(glyph, words, keys, move || loop_moves::step(desk, id, step)));
    }
    for (i, column) in Column::ALL.iter().enumerate() {
        let column = *column;
        let mut go = choice(words::step(language.get(), column), here == column, move || {
            if here != column {
                loop_moves::go(desk, id, column, At::Last);
            }
        });
        go.heading = (i == 0).then(|| t_string!(language, loops.move_to).to_owned());
        all.push(go);
    }
    if ended.is_none() {
        for (i, kind) in VerdictKind::ALL.iter().enumerate() {
            let kind = *kind;
            let mut end = choice(words::verdict(language.get(), kind), false, move || {
                let ask = loop_moves::Ask::Judge(kind);
                loop_moves::open_gate(desk, loop_moves::Gate { id, ask });
            });
            end.heading = (i == 0).then(|| t_string!(language, loops.end_as).to_owned());
            all.push(end);
        }
    }
    all
}

/// Leaves a stage or a lane out of the picture. What is hidden is not in the trash.
fn hide(desk: Desk, entity: Entity) -> Entry {
    entry(Glyph::EyeOff, t_string!(desk.language, map.hide), "", move || {
        let name = desk.name_of(entity);
        if desk.apply(Edit::Hide(entity, true)) {
            let text = untrack(|| t_string!(desk.language, map.hid, name = name));
            desk.say(text.clone());
            desk.notify_with_undo(text);
        }
    })
}

fn hidden_lanes(desk: Desk) -> Vec<(Entity, String)> {
    let hidden = desk.editor.with_board(|_, layout| {
        let lanes = layout.all_lanes.iter().filter(|id| !layout.lanes.contains(id));
        lanes.map(|id| Entity::Lane(*id)).collect::<Vec<_>>()
    });
    hidden
        .into_iter()
        .map(|entity| (entity, desk.name_of(entity)))
        .collect()
}

fn hidden_stages(desk: Desk) -> Vec<(Entity, String)> {
    let hidden = desk.editor.with_board(|_, layout| {
        let stages = layout.all_stages.iter().filter(|id| !layout.stages.contains(id));
        stages.map(|id| Entity::Stage(*id)).collect::<Vec<_>>()
    });
    hidden
        .into_iter()
        .map(|entity| (entity, desk.name_of(entity)))
        .collect()
}

/// The menu, when it is open.
pub fn menu(desk: Desk) -> impl IntoView {
    dynamic(move || desk.menu.get().map(|menu| open_menu(desk, menu).into_any()))
}

fn open_menu(desk: Desk, menu: Menu) -> impl IntoView {
    let sheet = NodeRef::<html::Div>::new();
    effect(move || {
        let Some(sheet) = sheet.get() else { return };
        // Kept inside the window.
        let place = sheet.get_bounding_client_rect();
        let fits = |at: f64, size: f64, room: f64| at.min(room - size - 8.0).max(8.0);
        let room = |side: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>| {
            side.ok().and_then(|v| v.as_f64()).unwrap_or(0.0)
        };
        let x = fits(menu.x, place.width(), room(window().inner_width()));
        let y = fits(menu.y, place.height(), room(window().inner_height()));
        let _ = sheet.set_attribute("style", &format!("left:{x}px;top:{y}px"));
        if let Some(first) = dom::find(".menu [role^=menuitem]") {
            dom::focus(&first);
        }
    });
    // At once, so that what follows finds the focus on what it is about.
    let back = move || {
        let from = match menu.about {
            About::Thing(entity) => selector_of(entity),
            About::NewLane => ".lane--add button".to_owned(),
            About::Page => ".bar__more".to_owned(),
        };
        if let Some(from) = dom::find(&from) {
            dom::focus(&from);
        }
    };
    let keys = move |event: KeyboardEvent| {
        let all = dom::find_all(".menu [role^=menuitem]");
        let here = document().active_element();
        let at = all
            .iter()
            .position(|entry| here.as_ref().is_some_and(|here| entry.is_same_node(Some(here))));
        let goal = match event.key().as_str() {
            "ArrowDown" => at.map_or(0, |at| (at + 1) % all.len()),
            "ArrowUp" => at.map_or(0, |at| (at + all.len() - 1) % all.len()),
            "Home" => 0,
            "End" => all.len().saturating_sub(1),
            "Escape" | "Tab" => {
                event.prevent_default();
                event.stop_propagation();
                desk.menu.set(None);
                back();
                return;
            }
            _ => return,
        };
        event.prevent_default();
        if let Some(goal) = all.get(goal) {
            dom::focus(goal);
        }
    };
    let left = move |event: FocusEvent| {
        let goes_to = event.related_target().and_then(|target| target.dyn_into::<Node>().ok());
        if let Some(sheet) = sheet.try_get_untracked().flatten()
            && !goes_to.is_some_and(|node| sheet.contains(Some(&node)))
        {
            desk.menu.set(None);
        }
    };
    let all = untrack(|| entries(desk, menu.about));
    view! {
        <section aria-label=t_string!(desk.language, app.menu)>
        <div
            class="menu"
            role="menu"
            aria-label=t_string!(desk.language, app.menu)
            style=format!("left:{}px;top:{}px", menu.x, menu.y)
            node_ref=sheet
            on:keydown=keys
            on:focusout=left
        >
            {all
                .into_iter()
                .map(|entry| {
                    let deed = entry.deed;
                    view! {
                        {entry
                            .heading
                            .map(|words| {
                                view! { <p class="menu__heading" role="presentation">{words}</p> }
                            })}
                        <button
                            class="menu__item"
                            type="button"
                            tabindex="-1"
                            role=if entry.chosen.is_some() { "menuitemradio" } else { "menuitem" }
                            aria-checked=entry.chosen.map(|chosen| if chosen { "true" } else { "false" })
                            on:click=move |_| {
                                desk.menu.set(None);
                                back();
                                deed();
                            }
                        >
                            <Icon glyph=entry.glyph.unwrap_or(Glyph::Check) small=true />
                            <span class="menu__words">{entry.words}</span>
                            <kbd class="menu__keys">{entry.keys}</kbd>
                        </button>
                    }
                })
                .map(any).collect::<Vec<_>>()}
        </div>
        </section>
    }
}
