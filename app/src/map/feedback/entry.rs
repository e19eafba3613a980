//! One entry: what was said and by whom, what it speaks of, and what is done about it.

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::board::{Board, Emotion};
use model::edit::{Edit, Entity, FeedbackField};
use model::id::{FeedbackId, ImprovementId};
use model::layout::Layout;
use model::loops::feedback::{Entry, Mood};

use super::fields::{fields, note_of};
use super::{Purpose, Voices, deeds, gone_name, link};
use crate::language::{Language, date, label, t, t_string};
use crate::map::desk::key_of;
use crate::map::words;
use crate::ui::dynamic::{any, dynamic, text};
use crate::ui::icons::{Glyph, Icon};
use crate::ui::marks::{class_of, href_of};
use crate::ui::markup::Markup;

/// A button with an icon alone that Tab comes to only where it stops.
fn tool(glyph: Glyph, keys: &'static str, label: Signal<String>, stop: Signal<bool>, deed: Callback<()>) -> AnyView {
    let title = text(move || match keys {
        "" => label.get(),
        keys => format!("{} ({keys})", label.get()),
    });
    any(view! {
        <button
            class="btn btn--bare btn--icon"
            type="button"
            tabindex=move || if stop.get() { "0" } else { "-1" }
            aria-label=move || label.get()
            title=title
            on:click=move |_| deed.run(())
        >
            <Icon glyph=glyph />
        </button>
    })
}

/// What is shown of an entry.
#[derive(Clone, Debug, Default, PartialEq)]
struct Face {
    said: String,
    card: Option<String>,
    job: Option<(ImprovementId, String)>,
}

/// The mark of how content a customer is: CSAT runs as emotion does, NPS has three grades.
pub fn emotion_of(entry: &Entry) -> Option<Emotion> {
    let grade = match (entry.csat, entry.mood()) {
        (Some(csat), _) => i64::from(csat) - 3,
        (None, Mood::Low) => -1,
        (None, Mood::Fair) => 0,
        (None, Mood::High) => 1,
        (None, Mood::Unscored) => return None,
    };
    grade.try_into().ok()
}

/// Where an entry comes from and what was scored, in words.
pub fn about(language: Language, board: &Board, entry: &Entry) -> Vec<String> {
    let channel = entry.channel.and_then(|id| board.channels.get(&id));
    let persona = entry.persona.and_then(|id| board.personas.get(&id));
    let words = [
        entry.on.map(|on| date(on, language.get())),
        Some(entry.source.clone()),
        channel.map(|it| it.name.clone()),
        persona.map(|it| it.name.clone()),
        entry.csat.map(|csat| format!("CSAT {csat}")),
        entry.nps.map(|nps| format!("NPS {nps}")),
    ];
    words.into_iter().flatten().filter(|words| !words.is_empty()).collect()
}

/// An entry as it is read.
pub fn said(markup: &mut Markup, language: Language, board: &Board, entry: &Entry) {
    let emotion = emotion_of(entry);
    markup.open("svg", &[("class", class_of(emotion)), ("aria-hidden", "true")]);
    markup.leaf("use", &[("href", href_of(emotion))]).close();
    markup.open("div", &[("class", "voice__words")]);
    if entry.text.is_empty() {
        markup.says(
            "p",
            "voice__text voice__text--none",
            t_string!(language, feedback.no_words),
        );
    } else {
        markup.says("p", "voice__text", &entry.text);
    }
    markup.open("p", &[("class", "voice__about")]);
    for (n, words) in about(language, board, entry).iter().enumerate() {
        markup.says("span", if n > 0 { "sep" } else { "" }, words);
    }
    markup.close().close();
}

fn face(language: Language, board: &Board, layout: &Layout, id: FeedbackId) -> Face {
    let Some(it) = board.feedback(id) else {
        return Face::default();
    };
    let mut markup = Markup::default();
    said(&mut markup, language, board, &it.entry);
    let card = it.entry.touchpoint.map(|id| {
        let card = board.touchpoints.get(&id);
        let is_there = card.is_some_and(|card| card.trashed.is_none() && layout.cards.contains_key(&card.stage))
            || layout.adrift.contains(&id);
        match card {
            Some(card) if is_there => words::or_unnamed(language, &card.name),
            _ => gone_name(language, board, id),
        }
    });
    let job = it.entry.improvement.and_then(|id| board.improvement(id));
    let job = job.filter(|job| job.trashed.is_none());
    Face {
        said: markup.finish(),
        card,
        job: job.map(|job| (job.id, words::or_unnamed(language, &job.name))),
    }
}

/// The entry. `stop` is the one that Tab comes to.
pub fn entry(voices: Voices, id: FeedbackId, stop: Memo<Option<FeedbackId>>) -> AnyView {
    let desk = voices.desk;
    let language = desk.language;
    let face = Memo::new(move |_| {
        desk.editor
            .follow_board(|board, layout| face(language, board, layout, id))
    });
    let is_open = Memo::new(move |_| voices.open.get() == Some(id));
    let linking = Memo::new(move |_| voices.linking.get().filter(|(other, _)| *other == id));
    let stop_here = Signal::derive(move || stop.get() == Some(id));
    let tab = move || if stop.get() == Some(id) { "0" } else { "-1" };
    let body = dynamic(move || {
        if is_open.get() {
            let value = Signal::derive(move || {
                desk.editor
                    .follow_board(|board, _| board.feedback(id).map(|it| it.entry.clone()).unwrap_or_default())
            });
            let set = Callback::new(move |field: FeedbackField| desk.editor.edit(Edit::SetFeedback(id, field)).err());
            let done = Callback::new(move |()| deeds::close(voices, id));
            any(view! {
                <div class="voice__form">
                    {fields(desk, format!("feedback/{id}"), value, set, done)}
                    <div class="voice__end">
                        <button class="btn btn--s" type="button" on:click=move |_| deeds::close(voices, id)>
                            {t!(language, feedback.done)}
                        </button>
                        {note_of(language)}
                    </div>
                </div>
            })
        } else {
            any(view! {
                <div
                    class="voice__said"
                    inner_html=move || face.with(|face| face.said.clone())
                    on:dblclick=move |_| deeds::open(voices, id)
                ></div>
            })
        }
    });
    let card_words = text(move || {
        face.with(|face| face.card.clone())
            .unwrap_or_else(|| t_string!(language, feedback.link).to_owned())
    });
    let has_card = Memo::new(move |_| face.with(|face| face.card.is_some()));
    let unlink = dynamic(move || {
        has_card.get().then(|| {
            let deed = Callback::new(move |()| deeds::link(voices, id, None));
            tool(Glyph::X, "", label!(language, feedback.unlink), stop_here, deed)
        })
    });
    let job = Memo::new(move |_| face.with(|face| face.job.clone()));
    let job_words = text(move || {
        job.get()
            .map_or_else(|| t_string!(language, feedback.improve).to_owned(), |(_, name)| name)
    });
    let link_class = text(move || {
        if has_card.get() {
            "voice__link"
        } else {
            "voice__link voice__link--none"
        }
    });
    let picker = dynamic(move || linking.get().map(|(id, purpose)| link::picker(voices, id, purpose)));
    let at = key_of(Entity::Feedback(id));
    any(view! {
        <li class="voice" data-voice=id.to_string() data-field=at tabindex=tab>
            {body}
            <div class="voice__foot">
                <button
                    class=link_class
                    type="button"
                    tabindex=tab
                    title=t!(language, feedback.link_title)
                    on:click=move |_| deeds::choose_card(voices, id, Purpose::Link)
                >
                    {card_words}
                </button>
                {unlink}
                <button
                    class="voice__job"
                    type="button"
                    tabindex=tab
                    title=t!(language, feedback.improve_title)
                    on:click=move |_| deeds::improve(voices, id)
                >
                    <Icon glyph=Glyph::ArrowRight small=true />
                    <span>{job_words}</span>
                </button>
                <span class="voice__tools">
                    {tool(
                        Glyph::Pencil,
                        "Enter",
                        label!(language, feedback.edit),
                        stop_here,
                        Callback::new(move |()| deeds::open(voices, id)),
                    )}
                    {tool(
                        Glyph::Trash2,
                        "Delete",
                        label!(language, map.to_trash),
                        stop_here,
                        Callback::new(move |()| deeds::trash(voices, id)),
                    )}
                </span>
            </div>
            {picker}
        </li>
    })
}
