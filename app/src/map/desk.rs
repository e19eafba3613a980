//! What the page around the map knows: what is selected, what is being edited, which dialog is open.

use std::collections::BTreeSet;

use crate::ui::memo::Memo;
use leptos::prelude::*;
use leptos::reactive::computed::Selector;
use model::board::{Board, NoteHome};
use model::date::{Date, Zone};
use model::edit::{Edit, Entity, TouchpointField, one_line};
use model::find::{Facet, Query};
use model::id::{PersonaId, StageId, TouchpointId};
use model::items::Anchor;
use model::layout::Layout;
use model::loops::feedback::FeedbackFilter;
use model::ratings::Ratings;
use model::rows::Report;

use super::comments::ReadThreads;
use super::dom::focus_soon;
use super::loops::links::Chips;
use super::loops::{Loops, links};
use super::menu::Menu;
use super::words;
use crate::editor::{Editor, Held};
use crate::language::{Language, t_string, use_language};
use crate::parts::Parts;
use crate::place::View;
use crate::ui::live::{Announcer, use_announcer};
use crate::ui::toast::{Toast, Toaster, use_toaster};
use crate::zone::drawn_in;

/// The row for adding that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adding {
    /// A card at the end of a stage.
    Card(StageId),
    /// A note at the end of its home.
    Note(NoteHome),
}

/// The dialog that is open.
#[derive(Clone, Copy)]
pub struct Dialogs {
    /// The trash.
    pub trash: RwSignal<bool>,
    /// About this map.
    pub settings: RwSignal<bool>,
    /// Keyboard shortcuts.
    pub keys: RwSignal<bool>,
    /// Name and colour of who sits here.
    pub person: RwSignal<bool>,
    /// What is stored, and where.
    pub sync: RwSignal<bool>,
    /// Every thread of comments.
    pub comments: RwSignal<bool>,
    /// Commands and touchpoints by name.
    pub palette: RwSignal<bool>,
    /// Share links.
    pub share: RwSignal<bool>,
}

/// The page's own state, handed to each of its parts.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The map.
    pub editor: Editor,
    /// How it is looked at.
    pub view: RwSignal<View>,
    /// What of the app is here.
    pub parts: Parts,
    /// The reader's language.
    pub language: Language,
    announcer: Announcer,
    toaster: Toaster,
    /// The selected card.
    pub selected: RwSignal<Option<TouchpointId>>,
    is_selected: StoredValue<Selector<Option<TouchpointId>>>,
    /// Whether the panel is open.
    pub panel: RwSignal<bool>,
    /// On a phone: whether the sheet is drawn up.
    pub sheet: RwSignal<bool>,
    editing: RwSignal<Option<Entity>>,
    is_editing: StoredValue<Selector<Option<Entity>>>,
    /// The row for adding that is open.
    pub adding: RwSignal<Option<Adding>>,
    chosen_focus: RwSignal<Option<PersonaId>>,
    /// The one persona whose touchpoints are looked at, if the map is filtered by one.
    pub seen_by: Memo<Option<PersonaId>>,
    /// Whether nothing else is filtered by: what that persona does not meet then steps back and stays in the picture.
    pub seen_by_alone: Memo<bool>,
    /// The persona in focus: the one the map is filtered by, the chosen one, or the first.
    pub focus: Memo<Option<PersonaId>>,
    /// Which ratings this person may see.
    pub ratings: Memo<Ratings>,
    /// The open menu.
    pub menu: RwSignal<Option<Menu>>,
    /// The dialogs.
    pub dialogs: Dialogs,
    /// Zoom in percent.
    pub zoom: RwSignal<u16>,
    /// The card from which a range is marked: the one that was selected before the press.
    pub anchor: StoredValue<Option<TouchpointId>>,
    /// Cards that are marked together.
    pub marked: RwSignal<BTreeSet<TouchpointId>>,
    /// Whether the bar for finding was asked for.
    pub finding: RwSignal<bool>,
    /// What is looked for.
    pub query: RwSignal<Query>,
    /// The cards that were found; `None` while nothing is looked for.
    pub found: Memo<Option<BTreeSet<TouchpointId>>>,
    /// What of the feedback-loop board is open.
    pub loops: Loops,
    /// The loop that each card of the map shows.
    pub chips: Memo<Chips>,
    /// What could not be taken as it stands when rows were pasted.
    pub report: RwSignal<Report>,
    /// How much of each thread this device has shown.
    pub read: RwSignal<ReadThreads>,
    /// How many comments of others it has not shown.
    pub unread: RwSignal<usize>,
    /// What the dialog of comments offers to comment on.
    pub comment_on: RwSignal<Option<Anchor>>,
    /// The day by the reader's clock; unknown while the page is rendered.
    pub today: RwSignal<Option<Date>>,
    /// The zone whose days the moments are told in: what the page was drawn in, then the reader's.
    pub zone: RwSignal<Zone>,
    /// Which feedback is looked at.
    pub voices: RwSignal<FeedbackFilter>,
    presses: StoredValue<u32>,
    /// What the last message offers to take out of the trash, and which message that is.
    offered: StoredValue<Option<(Entity, u32)>>,
}

impl Desk {
    /// The state of a page that shows this map.
    #[must_use]
    pub fn new(editor: Editor, view: View) -> Self {
        let selected = RwSignal::new(None);
        let editing = RwSignal::new(None);
        let chosen_focus = RwSignal::new(None);
        let query = RwSignal::new(Query::default());
        let living = editor.persona_order();
        let seen_by = Memo::new(move |_| {
            let wanted = query.with(|query| query.only(Facet::Persona).and_then(PersonaId::parse));
            wanted.filter(|wanted| living.with(|living| living.contains(wanted)))
        });
        let seen_by_alone = Memo::new(move |_| {
            seen_by.get().is_some() && {
                let mut rest = query.get();
                rest.want_only(Facet::Persona, None);
                rest == Query::default()
            }
        });
        let personas = editor.persona_order();
        let focus = Memo::new(move |_| {
            let personas = personas.read();
            let chosen = chosen_focus.get().filter(|chosen| personas.contains(chosen));
            seen_by.get().or(chosen).or_else(|| personas.first().copied())
        });
        let me = editor.person();
        let ratings = Memo::new(move |_| {
            let me = me.with(|me| me.as_ref().map(|me| me.id));
            editor.follow_board(|board, _| board.ratings_for(me))
        });
        let found = Memo::new(move |_| {
            let query = query.read();
            (!query.is_everything()).then(|| {
                let (text, ratings) = (!query.text.trim().is_empty(), ratings.get());
                let find = |board: &Board, layout: &Layout| board.find(&query, ratings, layout).into_iter().collect();
                if text {
                    editor.follow_texts(find)
                } else {
                    editor.follow_board(find)
                }
            })
        });
        Self {
            editor,
            view: RwSignal::new(view),
            parts: Parts::default(),
            language: use_language(),
            announcer: use_announcer(),
            toaster: use_toaster(),
            selected,
            is_selected: StoredValue::new(Selector::new(move || selected.get())),
            panel: RwSignal::new(false),
            sheet: RwSignal::new(false),
            editing,
            is_editing: StoredValue::new(Selector::new(move || editing.get())),
            adding: RwSignal::new(None),
            chosen_focus,
            seen_by,
            seen_by_alone,
            focus,
            ratings,
            menu: RwSignal::new(None),
            dialogs: Dialogs {
                trash: RwSignal::new(false),
                settings: RwSignal::new(false),
                keys: RwSignal::new(false),
                person: RwSignal::new(false),
                sync: RwSignal::new(false),
                comments: RwSignal::new(false),
                palette: RwSignal::new(false),
                share: RwSignal::new(false),
            },
            zoom: RwSignal::new(100),
            anchor: StoredValue::new(None),
            marked: RwSignal::new(BTreeSet::new()),
            finding: RwSignal::new(false),
            query,
            found,
            loops: Loops::default(),
            chips: links::chips(editor),
            report: RwSignal::new(Report::default()),
            read: RwSignal::new(ReadThreads::new()),
            unread: RwSignal::new(0),
            comment_on: RwSignal::new(None),
            today: RwSignal::new(None),
            zone: RwSignal::new(drawn_in()),
            voices: RwSignal::new(FeedbackFilter::default()),
            presses: StoredValue::new(0),
            offered: StoredValue::new(None),
        }
    }

    /// Whether this card is selected; follows it.
    #[must_use]
    pub fn is_selected(self, id: TouchpointId) -> bool {
        self.is_selected.with_value(|selector| selector.selected(&Some(id)))
    }

    /// Selects a card, here and in the eyes of the others.
    pub fn select(self, id: Option<TouchpointId>) {
        if self.selected.get_untracked() != id {
            self.selected.set(id);
            self.editor.stand_on(id.map(Entity::Touchpoint));
        }
    }

    /// Counts a press; the number tells it from later ones.
    pub fn count_press(self) -> u32 {
        self.presses.update_value(|presses| *presses = presses.wrapping_add(1));
        self.presses.get_value()
    }

    /// Whether no press came after this one.
    #[must_use]
    pub fn is_last_press(self, press: u32) -> bool {
        self.presses.try_get_value() == Some(press)
    }

    /// Opens the panel on a card.
    pub fn open(self, id: TouchpointId) {
        self.select(Some(id));
        self.panel.set(true);
        self.keep_in_view(id);
    }

    /// Closes the panel.
    pub fn close_panel(self) {
        self.panel.set(false);
        self.sheet.set(false);
    }

    /// Keeps a card whole in view when the grid beside the panel narrows.
    pub fn keep_in_view(self, id: TouchpointId) {
        super::dom::after_paint(move || {
            if let Some(card) = super::dom::find(&card_selector(id)) {
                super::dom::show(&card);
            }
        });
    }

    /// Whether the details of something stand beside the map; follows it.
    #[must_use]
    pub fn has_details(self) -> bool {
        (self.panel.get() && self.selected.with(Option::is_some)) || self.loops.open.with(Option::is_some)
    }

    /// Whether this thing is being edited in place; follows it.
    #[must_use]
    pub fn is_editing(self, entity: Entity) -> bool {
        self.is_editing.with_value(|selector| selector.selected(&Some(entity)))
    }

    /// What is being edited in place.
    #[must_use]
    pub fn edited(self) -> Option<Entity> {
        self.editing.get_untracked()
    }

    /// Starts editing a thing in place.
    pub fn edit(self, entity: Entity) {
        self.adding.set(None);
        self.editing.set(Some(entity));
    }

    /// Ends editing in place.
    pub fn edit_no_more(self) {
        self.editing.set(None);
        self.editor.type_in(None);
    }

    /// Puts a persona into focus; a map that is looked at as another one meets it turns to this one.
    pub fn focus_on(self, persona: PersonaId) {
        if self.seen_by.get_untracked().is_some() {
            self.see_by(Some(persona));
        } else {
            self.chosen_focus.set(Some(persona));
        }
    }

    /// Looks at the map as one persona meets it, or as all do. The persona stays in focus afterwards.
    pub fn see_by(self, persona: Option<PersonaId>) {
        let wanted = persona.map(|id| id.to_string());
        self.query
            .update(|query| query.want_only(Facet::Persona, wanted.as_deref()));
        if persona.is_some() {
            self.chosen_focus.set(persona);
        }
        let language = self.language;
        self.say(untrack(|| match persona {
            Some(id) => {
                let count = self.found.with(|found| found.as_ref().map_or(0, BTreeSet::len));
                let name = self.name_of(Entity::Persona(id));
                t_string!(language, find.seen_by, name = name, count = count)
            }
            None => t_string!(language, find.seen_by_all).to_owned(),
        }));
    }

    /// Applies an edit; a refusal is explained, and `false` tells the caller to keep what was typed.
    pub fn apply(self, edit: Edit) -> bool {
        match self.editor.edit(edit) {
            Ok(()) => true,
            Err(error) => {
                self.toaster
                    .show(Toast::failed(untrack(|| words::refusal(self.language, &error))));
                false
            }
        }
    }

    /// Says something to those who cannot see it.
    pub fn say(self, text: impl Into<String>) {
        self.announcer.say(text);
    }

    /// The name of a thing, for messages.
    #[must_use]
    pub fn name_of(self, entity: Entity) -> String {
        let language = self.language;
        self.editor.with_board(|board, _| {
            let name = name_in(board, entity).unwrap_or_default();
            untrack(|| match entity {
                Entity::Lane(id) if name.is_empty() => board
                    .lanes
                    .get(&id)
                    .map_or("", |lane| words::lane(language, lane.kind))
                    .to_owned(),
                // What a customer says may be long.
                Entity::Feedback(_) => words::or_unnamed(language, &words::first_words(name, FEEDBACK_NAME)),
                _ => words::or_unnamed(language, name),
            })
        })
    }

    /// The same, for a view that follows it.
    #[must_use]
    pub fn name_of_followed(self, entity: Entity) -> String {
        self.editor.follow_board(|_, _| ());
        let _ = self.language.get();
        self.name_of(entity)
    }

    /// The name that is edited: a lane without one of its own has its kind's.
    #[must_use]
    pub fn name_to_edit(self, entity: Entity) -> String {
        match entity {
            Entity::Lane(_) => self.name_of(entity),
            _ => self
                .editor
                .with_board(|board, _| name_in(board, entity).unwrap_or_default().to_owned()),
        }
    }

    /// Puts something into the trash and offers to take it back.
    pub fn trash(self, entity: Entity) {
        self.trash_by(entity, Edit::Trash(entity));
    }

    /// The same, by an edit that does something more.
    pub fn trash_by(self, entity: Entity, edit: Edit) {
        let gone_with_it = match entity {
            Entity::Stage(id) => self
                .editor
                .with_board(|_, layout| layout.cards.get(&id).map_or(0, Vec::len)),
            _ => 0,
        };
        if !self.apply(edit) {
            return;
        }
        let name = self.name_of(entity);
        if self
            .selected
            .get_untracked()
            .is_some_and(|card| entity == Entity::Touchpoint(card))
        {
            self.select(None);
        }
        let language = self.language;
        untrack(|| {
            let text = if gone_with_it > 0 {
                t_string!(language, trash.moved_stage, name = name.clone(), count = gone_with_it)
            } else {
                t_string!(language, trash.moved_named, name = name.clone())
            };
            self.say(t_string!(language, a11y.trashed, name = name));
            self.offer(entity, Toast::done(text));
        });
    }

    /// Shows a message that offers to take something out of the trash; it goes once that is out.
    fn offer(self, entity: Entity, toast: Toast) {
        let word = untrack(|| t_string!(self.language, trash.undo));
        let shown = self.toaster.show(toast.with(word, move || self.restore(entity)));
        self.offered.set_value(Some((entity, shown)));
    }

    /// Shows a message.
    pub fn notify(self, toast: Toast) {
        self.toaster.show(toast);
    }

    /// Says what was done and offers to take it back.
    pub fn notify_with_undo(self, text: String) {
        let word = untrack(|| t_string!(self.language, trash.undo));
        self.toaster.show(Toast::done(text).with(word, move || self.undo()));
    }

    /// After a change: messages and editors that it has made pointless are taken away, and the latter is said.
    pub fn mind_what_went(self) {
        let Some(offered) = self.offered.try_get_value() else {
            return;
        };
        if let Some((entity, shown)) = offered
            && self.taken_by(entity) != Some(entity)
        {
            self.offered.set_value(None);
            self.toaster.close_if(shown);
        }
        let edited = self.editing.get_untracked();
        let adding = self.adding.get_untracked().map(|adding| match adding {
            Adding::Card(stage) => Entity::Stage(stage),
            Adding::Note(NoteHome::Pain(card) | NoteHome::Opportunity(card)) => Entity::Touchpoint(card),
            Adding::Note(NoteHome::Cell { lane, stage }) => self
                .taken_by(Entity::Lane(lane))
                .map_or(Entity::Stage(stage), |_| Entity::Lane(lane)),
        });
        for entity in edited.into_iter().chain(adding) {
            let Some(culprit) = self.taken_by(entity) else { continue };
            if edited == Some(entity) {
                self.keep_half_typed(entity);
                self.edit_no_more();
            } else if matches!(entity, Entity::Touchpoint(_)) {
                // The panel stays, and what is written there.
                continue;
            } else if let Some(adding) = self.adding.get_untracked() {
                self.hold_carried(&add_key(adding));
                self.adding.set(None);
            }
            let text = untrack(|| self.deleted_words(culprit));
            self.offer(culprit, Toast::done(text));
        }
    }

    /// A name that was being typed into something that is gone goes with it.
    fn keep_half_typed(self, entity: Entity) {
        let key = key_of(entity);
        let Some(written) = super::focus::carried(&key) else {
            return;
        };
        let name = one_line(&written.text);
        if !name.is_empty()
            && let Some(edit) = rename(entity, name)
            && self.editor.edit(edit).is_err()
        {
            self.hold_carried(&key);
        }
    }

    fn hold_carried(self, key: &str) {
        if let Some(written) = super::focus::carried(key).filter(|written| !written.text.trim().is_empty()) {
            let held = Held {
                agreed: String::new(),
                typed: written.text,
            };
            self.editor.hold(key, Some(held));
        }
    }

    /// What lies in the trash and takes this out of sight: itself, or what it stands in.
    #[must_use]
    pub fn taken_by(self, entity: Entity) -> Option<Entity> {
        self.editor.with_board(|board, _| taken_by(board, entity))
    }

    /// Says who has put something into the trash.
    pub fn deleted_words(self, culprit: Entity) -> String {
        let who = self.editor.follow_board(|board, _| {
            let by = board.trashed(culprit)?.by?;
            board.called(by).map(str::to_owned)
        });
        match who {
            Some(name) => t_string!(self.language, trash.deleted_by, name = name),
            None => t_string!(self.language, trash.deleted_by_someone).to_owned(),
        }
    }

    /// Takes something out of the trash.
    pub fn restore(self, entity: Entity) {
        if self.apply(Edit::Restore(entity)) {
            let name = self.name_of(entity);
            self.say(untrack(|| t_string!(self.language, a11y.restored, name = name)));
            focus_soon(selector_of(entity));
        }
    }

    /// Takes the last own step back.
    pub fn undo(self) {
        let done = self.editor.undo();
        self.say(untrack(|| {
            if done {
                t_string!(self.language, a11y.undone)
            } else {
                t_string!(self.language, a11y.nothing_to_undo)
            }
        }));
    }

    /// Makes it again.
    pub fn redo(self) {
        let done = self.editor.redo();
        self.say(untrack(|| {
            if done {
                t_string!(self.language, a11y.redone)
            } else {
                t_string!(self.language, a11y.nothing_to_redo)
            }
        }));
    }
}

/// How much of a feedback entry stands for its name, in characters.
const FEEDBACK_NAME: usize = 60;

/// Where in the page a card is.
#[must_use]
pub fn card_selector(id: TouchpointId) -> String {
    format!("[data-touchpoint-id=\"{id}\"]")
}

/// Where in the page a thing is.
#[must_use]
pub fn selector_of(entity: Entity) -> String {
    match entity {
        Entity::Touchpoint(id) => card_selector(id),
        Entity::Stage(id) => super::stage::stage_selector(id),
        Entity::Lane(id) => super::lane::lane_selector(id),
        Entity::Note(id) => format!("[data-note-id=\"{id}\"]"),
        Entity::Improvement(id) => format!("[data-job=\"{id}\"]"),
        _ => format!("[data-field=\"{}\"]", key_of(entity)),
    }
}

/// How the field of a thing's name is called, here, on the others' pages and among the texts that are held.
#[must_use]
pub fn key_of(entity: Entity) -> String {
    match entity {
        Entity::Touchpoint(id) => format!("name/{id}"),
        Entity::Stage(id) => format!("stage/{id}"),
        Entity::Lane(id) => format!("lane/{id}"),
        Entity::Persona(id) => format!("persona/{id}"),
        Entity::Channel(id) => format!("channel/{id}"),
        Entity::Note(id) => format!("note/{id}"),
        Entity::Asset(id) => format!("asset/{id}"),
        Entity::Metric(id) => format!("metric/{id}"),
        Entity::Round(id) => format!("round/{id}"),
        Entity::View(id) => format!("view/{id}"),
        Entity::Comment(id) => format!("comment/{id}"),
        Entity::Review(id) => format!("review/{id}"),
        Entity::Improvement(id) => format!("improvement/{id}"),
        Entity::Feedback(id) => format!("feedback/{id}"),
    }
}

/// The same for the row that adds something.
#[must_use]
pub fn add_key(adding: Adding) -> String {
    match adding {
        Adding::Card(stage) => format!("add/card/{stage}"),
        Adding::Note(NoteHome::Pain(card)) => format!("add/pain/{card}"),
        Adding::Note(NoteHome::Opportunity(card)) => format!("add/opportunity/{card}"),
        Adding::Note(NoteHome::Cell { lane, stage }) => format!("add/note/{lane}/{stage}"),
    }
}

/// The edit that gives a thing a name; a note has none.
#[must_use]
pub fn rename(entity: Entity, name: String) -> Option<Edit> {
    Some(match entity {
        Entity::Touchpoint(id) => Edit::SetTouchpoint(id, TouchpointField::Name(name)),
        Entity::Stage(id) => Edit::RenameStage(id, name),
        Entity::Lane(id) => Edit::RenameLane(id, name),
        Entity::Persona(id) => Edit::RenamePersona(id, name),
        Entity::Channel(id) => Edit::RenameChannel(id, name),
        _ => return None,
    })
}

fn name_in(board: &Board, entity: Entity) -> Option<&str> {
    Some(match entity {
        Entity::Stage(id) => &board.stages.get(&id)?.name,
        Entity::Lane(id) => &board.lanes.get(&id)?.name,
        Entity::Persona(id) => &board.personas.get(&id)?.name,
        Entity::Channel(id) => &board.channels.get(&id)?.name,
        Entity::Touchpoint(id) => &board.touchpoints.get(&id)?.name,
        Entity::Note(id) => &board.notes.get(&id)?.text,
        other => board.items.get(&other)?.title(),
    })
}

fn taken_by(board: &Board, entity: Entity) -> Option<Entity> {
    if board.trashed(entity).is_some() {
        return Some(entity);
    }
    let within = match entity {
        Entity::Touchpoint(id) => Entity::Stage(board.touchpoints.get(&id)?.stage),
        Entity::Note(id) => match board.notes.get(&id)?.home {
            NoteHome::Pain(card) | NoteHome::Opportunity(card) => Entity::Touchpoint(card),
            NoteHome::Cell { lane, stage } => taken_by(board, Entity::Lane(lane)).unwrap_or(Entity::Stage(stage)),
        },
        _ => return None,
    };
    taken_by(board, within)
}
