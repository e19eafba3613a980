//! What customers said: entries by hand or from a table, linked to touchpoints or waiting in the inbox.

mod adding;
mod deeds;
mod entry;
mod fields;
mod forms;
mod intake;
mod link;
mod list;
mod tallies;

use crate::ui::memo::Memo;
use leptos::ev::DragEvent;
use leptos::prelude::*;
use model::board::Board;
use model::edit::Entity;
use model::id::{ChannelId, FeedbackId, TouchpointId};
use model::loops::feedback::{FeedbackFilter, Linked, Mood};

use super::bar::tool;
use super::desk::Desk;
use super::dom::{self, focus_soon};
use super::panel::choice::{Choice, choice};
use super::views::show;
use super::words;
use crate::editor::device;
use crate::language::{Language, label, t, t_string};
use crate::place::View;
use crate::ui::dynamic::{any, dynamic, text};
use crate::ui::icons::{Glyph, Icon};

/// What a touchpoint is chosen for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// To link the entry to it.
    Link,
    /// To begin an improvement of it, too.
    Improve,
}

/// What the view knows beside the map and the filter.
#[derive(Clone, Copy)]
struct Voices {
    desk: Desk,
    /// Words that are looked for.
    sought: RwSignal<String>,
    /// The entries that were found, the last said first.
    found: Memo<Vec<FeedbackId>>,
    /// Which page of them is shown, from 0.
    page: RwSignal<usize>,
    /// The entry that Tab comes back to.
    at: RwSignal<Option<FeedbackId>>,
    /// The entry that is edited in place.
    open: RwSignal<Option<FeedbackId>>,
    /// The entry that a touchpoint is chosen for.
    linking: RwSignal<Option<(FeedbackId, Purpose)>>,
    /// Whether the form for a new entry is open.
    adding: RwSignal<bool>,
    /// Whether the dialog for importing is open.
    importing: RwSignal<bool>,
    /// Whether the dialog of forms for customers is open.
    forms: RwSignal<bool>,
}

/// The view.
pub fn feedback(desk: Desk) -> AnyView {
    let language = desk.language;
    let sought = RwSignal::new(String::new());
    let voices = Voices {
        desk,
        sought,
        found: list::found(desk, sought),
        page: RwSignal::new(0),
        at: RwSignal::new(None),
        open: RwSignal::new(None),
        linking: RwSignal::new(None),
        adding: RwSignal::new(false),
        importing: RwSignal::new(false),
        forms: RwSignal::new(false),
    };
    let folded = RwSignal::new(true);
    let class = text(move || {
        if folded.get() {
            "voices__side is-folded"
        } else {
            "voices__side"
        }
    });
    any(view! {
        <main
            class="voices"
            id="main"
            tabindex="-1"
            on:dragenter=move |event| {
                if brings_files(&event) {
                    voices.importing.set(true);
                }
            }
            on:dragover=keep_here
            on:drop=keep_here
        >
            {head(voices)}
            {filters(voices)}
            <div class="voices__body">
                <div class="voices__main">
                    {adding::form(voices)}
                    {list::list(voices)}
                </div>
                <section class=class aria-labelledby="voices-by">
                    <h3 class="voices__h" id="voices-by">{t!(language, feedback.by_touchpoint)}</h3>
                    <button
                        class="btn btn--s voices__fold"
                        type="button"
                        aria-expanded=move || if folded.get() { "false" } else { "true" }
                        on:click=move |_| folded.update(|folded| *folded = !*folded)
                    >
                        {t!(language, feedback.by_touchpoint)}
                    </button>
                    {tallies::tallies(desk)}
                </section>
            </div>
            {intake::dialog(voices)}
            {forms::dialog(voices)}
        </main>
    })
}

fn brings_files(event: &DragEvent) -> bool {
    let types = event.data_transfer().map(|it| it.types());
    types.is_some_and(|types| types.includes(&"Files".into(), 0))
}

/// A file that is dropped beside the field for it does not take the place of the page.
fn keep_here(event: DragEvent) {
    let on_field = dom::target(&event).is_some_and(|target| target.class_list().contains("intake__file"));
    if brings_files(&event) && !on_field {
        event.prevent_default();
    }
}

/// The heading, and what can be done.
fn head(voices: Voices) -> AnyView {
    let desk = voices.desk;
    let language = desk.language;
    let is_empty = Memo::new(move |_| desk.editor.follow_board(|board, _| !board.has_feedback()));
    any(view! {
        <div class="voices__head">
            <button class="btn btn--bare btn--s" type="button" on:click=move |_| show(desk, View::Loop)>
                <Icon glyph=Glyph::ArrowLeft small=true />
                {t!(language, view.loops)}
            </button>
            <h2 class="voices__title">{t!(language, view.feedback)}</h2>
            <div class="voices__deeds">
                <button
                    class="btn btn--main"
                    type="button"
                    on:click=move |_| {
                        voices.adding.set(true);
                        focus_soon("[data-field=\"add/feedback/text\"]".to_owned());
                    }
                >
                    <Icon glyph=Glyph::Plus small=true />
                    {t!(language, feedback.add)}
                </button>
                <button class="btn" type="button" on:click=move |_| voices.importing.set(true)>
                    {t!(language, feedback.import)}
                </button>
                <button class="btn" type="button" on:click=move |_| voices.forms.set(true)>
                    {t!(language, feedback.forms)}
                </button>
                <button
                    class="btn"
                    type="button"
                    disabled=move || is_empty.get()
                    on:click=move |_| export(desk)
                >
                    {t!(language, feedback.export)}
                </button>
            </div>
        </div>
    })
}

/// Hands all feedback over as a table.
fn export(desk: Desk) {
    let lang = desk.language.peek().into();
    let (table, count) = desk
        .editor
        .with_board(|board, _| (board.export_feedback(lang), board.feedback_where(|_| true).len()));
    device::download(&format!("touchloop-feedback-{}.csv", desk.editor.id()), &table);
    desk.say(untrack(|| t_string!(desk.language, feedback.exported, count = count)));
}

/// What is looked for.
fn filters(voices: Voices) -> AnyView {
    let desk = voices.desk;
    let language = desk.language;
    let filter = desk.voices;
    let field = move |heading, all, now, choose: fn(&mut FeedbackFilter, &str)| {
        let set = Callback::new(move |value: String| filter.update(|filter| choose(filter, &value)));
        choice(heading, all, now, set)
    };
    let links = Signal::derive(move || {
        let inbox = t_string!(language, feedback.inbox);
        let mut all = vec![
            Choice::new("", t_string!(language, feedback.everything)),
            Choice::new("inbox", inbox),
        ];
        all.extend(spoken_of(desk));
        all
    });
    let linked = Signal::derive(move || match filter.get().linked {
        Linked::Any => String::new(),
        Linked::Inbox => "inbox".to_owned(),
        Linked::To(card) => card.to_string(),
    });
    let channels = Signal::derive(move || {
        let mut all = vec![Choice::new("", t_string!(language, feedback.any_channel))];
        all.extend(channels_of(desk));
        all
    });
    let channel = Signal::derive(move || filter.get().channel.map(|id| id.to_string()).unwrap_or_default());
    let moods = Signal::derive(move || {
        let mut all = vec![Choice::new("", t_string!(language, feedback.any_mood))];
        all.extend(
            Mood::ALL
                .iter()
                .map(|mood| Choice::new(mood.word(), mood_name(language, *mood))),
        );
        all
    });
    let mood = Signal::derive(move || filter.get().mood.map_or("", Mood::word).to_owned());
    let chosen = Memo::new(move |_| match filter.get().linked {
        Linked::To(card) => Some(card),
        _ => None,
    });
    let details = dynamic(move || {
        chosen.get().map(|card| {
            any(view! {
                <button class="btn btn--s" type="button" on:click=move |_| desk.open(card)>
                    <Icon glyph=Glyph::PanelRight small=true />
                    {t!(language, feedback.details)}
                </button>
            })
        })
    });
    let is_everything = Memo::new(move |_| {
        filter.get() == FeedbackFilter::default() && voices.sought.with(|sought| sought.trim().is_empty())
    });
    let clear = Callback::new(move |()| {
        filter.set(FeedbackFilter::default());
        voices.sought.set(String::new());
        focus_soon("[data-sought]".to_owned());
    });
    any(view! {
        <search class="find voices__find">
            <input
                class="input find__text"
                type="search"
                data-sought=""
                aria-label=t!(language, feedback.search)
                placeholder=t!(language, find.placeholder)
                prop:value=move || voices.sought.get()
                on:input=move |event| voices.sought.set(event_target_value(&event))
            />
            {field(label!(language, feedback.touchpoint), links, linked, |filter, value| {
                filter.linked = match value {
                    "" => Linked::Any,
                    id => TouchpointId::parse(id).map_or(Linked::Inbox, Linked::To),
                };
            })}
            {field(label!(language, panel.channel), channels, channel, |filter, value| {
                filter.channel = ChannelId::parse(value);
            })}
            {field(label!(language, feedback.score), moods, mood, |filter, value| {
                filter.mood = Mood::from_word(value);
            })}
            {details}
            <span class="find__n" role="status">
                {text(move || t_string!(language, feedback.count, count = voices.found.with(Vec::len)))}
            </span>
            {dynamic(move || {
                (!is_everything.get())
                    .then(|| tool(Glyph::X, "", label!(language, find.clear), Signal::derive(|| false), clear))
            })}
        </search>
    })
}

fn mood_name(language: Language, mood: Mood) -> &'static str {
    match mood {
        Mood::Low => t_string!(language, feedback.mood_low),
        Mood::Fair => t_string!(language, feedback.mood_fair),
        Mood::High => t_string!(language, feedback.mood_high),
        Mood::Unscored => t_string!(language, feedback.mood_unscored),
    }
}

/// Touchpoints to choose from, in the order of the map.
fn cards_of(desk: Desk) -> Vec<Choice> {
    desk.editor.follow_board(|board, layout| {
        let cards = layout.in_order();
        let cards = cards.iter().filter_map(|id| board.touchpoints.get(id));
        cards
            .map(|card| Choice::new(card.id.to_string(), words::or_unnamed(desk.language, &card.name)))
            .collect()
    })
}

/// Those, and touchpoints out of sight of which something was said.
fn spoken_of(desk: Desk) -> Vec<Choice> {
    let mut all = cards_of(desk);
    desk.editor.follow_board(|board, layout| {
        for id in tallies::out_of_sight(board, layout) {
            all.push(Choice::new(id.to_string(), gone_name(desk.language, board, id)));
        }
    });
    all
}

/// The name of a touchpoint that is out of sight.
fn gone_name(language: Language, board: &Board, id: TouchpointId) -> String {
    let name = board.touchpoints.get(&id).map_or("", |card| card.name.as_str());
    t_string!(language, comment.about_gone, name = words::or_unnamed(language, name))
}

fn channels_of(desk: Desk) -> Vec<Choice> {
    desk.editor.follow_board(|board, layout| {
        let channels = layout.channels.iter().filter_map(|id| board.channels.get(id));
        channels
            .map(|it| Choice::new(it.id.to_string(), words::or_unnamed(desk.language, &it.name)))
            .collect()
    })
}

fn personas_of(desk: Desk) -> Vec<Choice> {
    desk.editor.follow_board(|board, layout| {
        let personas = layout.personas.iter().filter_map(|id| board.personas.get(id));
        personas
            .map(|it| Choice::new(it.id.to_string(), words::or_unnamed(desk.language, &it.name)))
            .collect()
    })
}

/// Where in the page an entry is.
fn selector(id: FeedbackId) -> String {
    super::desk::selector_of(Entity::Feedback(id))
}
