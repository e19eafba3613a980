//! What the page around the map knows: what is selected, what is being edited, which dialog is open.

use leptos::prelude::*;
use leptos::reactive::computed::Selector;
use model::board::NoteHome;
use model::edit::{Edit, Entity};
use model::id::{PersonaId, StageId, TouchpointId};

use super::menu::Menu;
use super::words;
use crate::editor::Editor;
use crate::language::{Language, t_string, use_language};
use crate::ui::live::{Announcer, use_announcer};
use crate::ui::toast::{Toast, Toaster, use_toaster};

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
}

/// The page's own state, handed to each of its parts.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The map.
    pub editor: Editor,
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
    /// The persona in focus: the chosen one, or the first.
    pub focus: Memo<Option<PersonaId>>,
    /// The open menu.
    pub menu: RwSignal<Option<Menu>>,
    /// The dialogs.
    pub dialogs: Dialogs,
    /// Zoom in percent.
    pub zoom: RwSignal<u16>,
    presses: StoredValue<u32>,
}

impl Desk {
    /// The state of a page that shows this map.
    #[must_use]
    pub fn new(editor: Editor) -> Self {
        let selected = RwSignal::new(None);
        let editing = RwSignal::new(None);
        let chosen_focus = RwSignal::new(None);
        let personas = editor.persona_order();
        let focus = Memo::new(move |_| {
            let personas = personas.read();
            chosen_focus
                .get()
                .filter(|chosen| personas.contains(chosen))
                .or_else(|| personas.first().copied())
        });
        Self {
            editor,
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
            focus,
            menu: RwSignal::new(None),
            dialogs: Dialogs {
                trash: RwSignal::new(false),
                settings: RwSignal::new(false),
                keys: RwSignal::new(false),
                person: RwSignal::new(false),
            },
            zoom: RwSignal::new(100),
            presses: StoredValue::new(0),
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
            self.editor.stand_on(id);
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

    /// Puts a persona into focus.
    pub fn focus_on(self, persona: PersonaId) {
        self.chosen_focus.set(Some(persona));
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

    /// Shows a message.
    pub fn toast(self, toast: Toast) {
        self.toaster.show(toast);
    }

    /// The name of a thing, for messages.
    #[must_use]
    pub fn name_of(self, entity: Entity) -> String {
        let language = self.language;
        let name = self.editor.with_board(|board, _| match entity {
            Entity::Stage(id) => board.stages.get(&id).map(|stage| stage.name.clone()),
            Entity::Lane(id) => board.lanes.get(&id).map(|lane| {
                if lane.name.is_empty() {
                    untrack(|| words::lane(language, lane.kind)).to_owned()
                } else {
                    lane.name.clone()
                }
            }),
            Entity::Persona(id) => board.personas.get(&id).map(|persona| persona.name.clone()),
            Entity::Channel(id) => board.channels.get(&id).map(|channel| channel.name.clone()),
            Entity::Touchpoint(id) => board.touchpoints.get(&id).map(|card| card.name.clone()),
            Entity::Note(id) => board.notes.get(&id).map(|note| note.text.clone()),
            other => board.items.get(&other).map(|item| item.title().to_owned()),
        });
        untrack(|| words::or_unnamed(language, &name.unwrap_or_default()))
    }

    /// Puts something into the trash and offers to take it back.
    pub fn trash(self, entity: Entity) {
        let name = self.name_of(entity);
        let gone_with_it = match entity {
            Entity::Stage(id) => self
                .editor
                .with_board(|_, layout| layout.cards.get(&id).map_or(0, Vec::len)),
            _ => 0,
        };
        if !self.apply(Edit::Trash(entity)) {
            return;
        }
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
            self.toast(Toast::done(text).with(t_string!(language, trash.undo), move || self.restore(entity)));
        });
    }

    /// Takes something out of the trash.
    pub fn restore(self, entity: Entity) {
        if self.apply(Edit::Restore(entity)) {
            let name = self.name_of(entity);
            self.say(untrack(|| t_string!(self.language, a11y.restored, name = name)));
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

/// Where in the page a card is.
#[must_use]
pub fn card_selector(id: TouchpointId) -> String {
    format!("[data-touchpoint-id=\"{id}\"]")
}
