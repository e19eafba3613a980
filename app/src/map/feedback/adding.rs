//! The form for a new entry. After one is added it is ready for the next, which often comes from the same place.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use model::edit::{Edit, EditError, FeedbackField};
use model::id::{FeedbackId, TouchpointId};
use model::loops::feedback::{Entry, Linked};

use super::fields::{fields, note_of};
use super::{Voices, cards_of};
use crate::language::{label, t, t_string};
use crate::map::dom::focus_soon;
use crate::map::panel::choice::{Choice, choice};
use crate::map::words;
use crate::ui::dynamic::{any, dynamic};

/// Where its fields are.
const KEY: &str = "add/feedback";

/// The form, while it is open.
pub fn form(voices: Voices) -> AnyView {
    any(dynamic(move || voices.adding.get().then(|| open_form(voices))))
}

fn open_form(voices: Voices) -> AnyView {
    let desk = voices.desk;
    let language = desk.language;
    let entry = RwSignal::new(Entry {
        on: desk.today.get_untracked(),
        touchpoint: match desk.voices.get_untracked().linked {
            Linked::To(card) => Some(card),
            _ => None,
        },
        channel: desk.voices.get_untracked().channel,
        ..Entry::default()
    });
    let problem = RwSignal::new(None::<EditError>);
    let set = Callback::new(move |field: FeedbackField| {
        use FeedbackField as Field;
        problem.set(None);
        entry.update(|entry| match field {
            Field::Text(text) => entry.text = text,
            Field::Source(source) => entry.source = source,
            Field::Channel(channel) => entry.channel = channel,
            Field::On(day) => entry.on = day,
            Field::Csat(score) => entry.csat = score,
            Field::Nps(score) => entry.nps = score,
            Field::Persona(persona) => entry.persona = persona,
            Field::Touchpoint(card) => entry.touchpoint = card,
            Field::Improvement(job) => entry.improvement = job,
        });
        None
    });
    let add = Callback::new(move |()| {
        let id = FeedbackId::fresh();
        let made = Box::new(entry.get_untracked());
        match desk.editor.edit(Edit::AddFeedback { id, entry: made }) {
            Ok(()) => {
                problem.set(None);
                entry.update(|entry| {
                    entry.text.clear();
                    (entry.csat, entry.nps) = (None, None);
                });
                let said = untrack(|| t_string!(language, feedback.added));
                desk.say(said);
            }
            Err(error) => problem.set(Some(error)),
        }
        focus_soon(format!("[data-field=\"{KEY}/text\"]"));
    });
    let cards = Signal::derive(move || {
        let mut all = vec![Choice::new("", t_string!(language, feedback.inbox))];
        all.extend(cards_of(desk));
        all
    });
    let card =
        Signal::derive(move || entry.with(|entry| entry.touchpoint.map(|id| id.to_string()).unwrap_or_default()));
    let said = dynamic(move || {
        problem.get().map(|error| {
            let words = match error {
                EditError::Blank => t_string!(language, feedback.blank).to_owned(),
                error => words::refusal(language, &error),
            };
            view! { <p class="problem" role="alert">{words}</p> }
        })
    });
    let close = move || {
        voices.adding.set(false);
        focus_soon(".voices__deeds .btn--main".to_owned());
    };
    any(view! {
        <form
            class="voice voice--new"
            aria-label=t!(language, feedback.add)
            on:submit=move |event: SubmitEvent| {
                event.prevent_default();
                add.run(());
            }
            on:keydown=move |event| {
                if event.key() == "Escape" && !event.is_composing() && !event.default_prevented() {
                    event.prevent_default();
                    close();
                }
            }
        >
            <div class="voice__form">
                {fields(desk, KEY.to_owned(), entry.into(), set, add)}
                <div class="facts voice__facts">
                    {choice(
                        label!(language, feedback.touchpoint),
                        cards,
                        card,
                        Callback::new(move |id: String| {
                            set.run(FeedbackField::Touchpoint(TouchpointId::parse(&id)));
                        }),
                    )}
                </div>
                {said}
                <div class="voice__end">
                    <button class="btn" type="submit">
                        {t!(language, feedback.add_this)}
                    </button>
                    <button class="btn btn--bare" type="button" on:click=move |_| close()>
                        {t!(language, app.close)}
                    </button>
                    {note_of(language)}
                </div>
            </div>
        </form>
    })
}
