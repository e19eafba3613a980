//! The fields of an entry: the same for a new one and for one that is edited in place.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::web_sys::HtmlTextAreaElement;
use model::edit::{EditError, FeedbackField};
use model::id::{ChannelId, PersonaId};
use model::loops::feedback::{CSAT, Entry, NPS};

use super::{channels_of, personas_of};
use crate::editor::Held;
use crate::language::{Language, label, t, t_string};
use crate::map::day::day_field;
use crate::map::desk::Desk;
use crate::map::field::{composes, typist};
use crate::map::focus;
use crate::map::panel::choice::{Choice, choice};
use crate::map::words;
use crate::ui::dynamic::{DynamicView, any, dynamic, effect};

/// Sets a field; says why it was refused.
pub type Save = Callback<FeedbackField, Option<EditError>>;

/// All fields of an entry but its touchpoint. `done` is run by Ctrl+Enter in one of the texts, once that is set.
pub fn fields(desk: Desk, key: String, value: Signal<Entry>, set: Save, done: Callback<()>) -> AnyView {
    let language = desk.language;
    let said = Signal::derive(move || value.with(|entry| entry.text.clone()));
    let source = Signal::derive(move || value.with(|entry| entry.source.clone()));
    let set_it = move |field: FeedbackField| {
        if let Some(error) = set.run(field) {
            desk.notify(crate::ui::toast::Toast::failed(untrack(|| {
                words::refusal(language, &error)
            })));
        }
    };
    let unset = move || Choice::new("", t_string!(language, panel.unset));
    let score = move |heading: Signal<String>,
                      scale: std::ops::RangeInclusive<u8>,
                      now: fn(&Entry) -> Option<u8>,
                      field: fn(Option<u8>) -> FeedbackField| {
        let all = Signal::derive(move || {
            let mut all = vec![unset()];
            all.extend(scale.clone().map(|n| Choice::new(n.to_string(), n.to_string())));
            all
        });
        let now = Signal::derive(move || value.with(now).map(|n| n.to_string()).unwrap_or_default());
        choice(
            heading,
            all,
            now,
            Callback::new(move |n: String| set_it(field(n.parse().ok()))),
        )
    };
    let named = move |all: fn(Desk) -> Vec<Choice>| {
        Signal::derive(move || {
            let mut choices = vec![unset()];
            choices.extend(all(desk));
            choices
        })
    };
    let channel =
        Signal::derive(move || value.with(|entry| entry.channel.map(|id| id.to_string()).unwrap_or_default()));
    let persona =
        Signal::derive(move || value.with(|entry| entry.persona.map(|id| id.to_string()).unwrap_or_default()));
    any(view! {
        {written(
            desk,
            format!("{key}/text"),
            Kind::Words,
            said,
            label!(language, feedback.words),
            Callback::new(move |text| set.run(FeedbackField::Text(text))),
            done,
        )}
        <div class="facts voice__facts">
            <label class="fact">
                <span class="fact__label">{t!(language, feedback.source)}</span>
                {written(
                    desk,
                    format!("{key}/source"),
                    Kind::Line,
                    source,
                    label!(language, feedback.source),
                    Callback::new(move |text| set.run(FeedbackField::Source(text))),
                    done,
                )}
            </label>
            <label class="fact">
                <span class="fact__label">{t!(language, feedback.day)}</span>
                {day_field(
                    language,
                    "fact__line",
                    None,
                    Signal::derive(move || value.with(|entry| entry.on)),
                    Callback::new(move |day| set_it(FeedbackField::On(day))),
                )}
            </label>
            {choice(
                label!(language, panel.channel),
                named(channels_of),
                channel,
                Callback::new(move |id: String| set_it(FeedbackField::Channel(ChannelId::parse(&id)))),
            )}
            {choice(
                label!(language, find.persona),
                named(personas_of),
                persona,
                Callback::new(move |id: String| set_it(FeedbackField::Persona(PersonaId::parse(&id)))),
            )}
            {score(label!(language, feedback.csat), CSAT, |entry| entry.csat, FeedbackField::Csat)}
            {score(label!(language, feedback.nps), NPS, |entry| entry.nps, FeedbackField::Nps)}
        </div>
    })
}

/// What the keys do in the texts.
pub fn note_of(language: Language) -> AnyView {
    any(view! { <span class="voice__note">{t!(language, feedback.keys)}</span> })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Several lines.
    Words,
    /// One.
    Line,
}

fn problem_line(desk: Desk, problem: RwSignal<Option<EditError>>) -> DynamicView {
    dynamic(move || {
        problem.get().map(|error| {
            let words = match error {
                EditError::Blank => t_string!(desk.language, feedback.blank).to_owned(),
                error => words::refusal(desk.language, &error),
            };
            view! { <p class="problem" role="alert">{words}</p> }
        })
    })
}

/// A text that is set when its field is left. While somebody writes here, a value from elsewhere waits; what is refused
/// stays, is said and held.
fn written(
    desk: Desk,
    key: String,
    kind: Kind,
    value: Signal<String>,
    label: Signal<String>,
    save: Callback<String, Option<EditError>>,
    done: Callback<()>,
) -> AnyView {
    let area = NodeRef::<html::Textarea>::new();
    let problem = RwSignal::new(None::<EditError>);
    // What stood here when somebody began to write.
    let before = StoredValue::new(None::<String>);
    let key = StoredValue::new(key);
    let held = move || {
        desk.editor
            .held()
            .with_untracked(|held| key.with_value(|key| held.get(key).map(|held| held.typed.clone())))
    };
    let show = move |area: &HtmlTextAreaElement| {
        area.set_value(&held().unwrap_or_else(|| value.get_untracked()));
    };
    // Says whether the text is taken.
    let keep = Callback::new(move |area: HtmlTextAreaElement| -> bool {
        let text = area.value();
        if before.with_value(|before| before.as_ref() == Some(&text)) && problem.with_untracked(Option::is_none) {
            return true;
        }
        let error = if text == value.get_untracked() {
            None
        } else {
            save.run(text.clone())
        };
        let refused = error.is_some().then_some(Held {
            agreed: String::new(),
            typed: text,
        });
        desk.editor.hold(&key.get_value(), refused);
        let is_taken = error.is_none();
        problem.set(error);
        show(&area);
        before.set_value(Some(area.value()));
        is_taken
    });
    effect(move || {
        value.track();
        if let Some(area) = area.get().filter(|_| before.with_value(Option::is_none)) {
            show(&area);
        }
    });
    let keys = move |event: KeyboardEvent| {
        let Some(area) = area.try_get_untracked().flatten() else {
            return;
        };
        if composes(&event) {
            return;
        }
        match event.key().as_str() {
            "Enter" if event.ctrl_key() || event.meta_key() || kind == Kind::Line => {
                event.prevent_default();
                event.stop_propagation();
                if keep.run(area.clone()) && (event.ctrl_key() || event.meta_key()) {
                    done.run(());
                    if before.try_get_value().is_some() {
                        show(&area);
                        before.set_value(Some(area.value()));
                    }
                }
            }
            "Escape" if area.value() != value.get_untracked() => {
                event.prevent_default();
                event.stop_propagation();
                desk.editor.hold(&key.get_value(), None);
                problem.set(None);
                show(&area);
                before.set_value(Some(area.value()));
            }
            _ => {}
        }
    };
    let class = match kind {
        Kind::Words => "input voice__area",
        Kind::Line => "fact__line",
    };
    any(view! {
        <textarea
            class=class
            rows="1"
            autocomplete="off"
            node_ref=area
            data-field=key.get_value()
            aria-label=move || label.get()
            aria-invalid=move || problem.with(Option::is_some).then_some("true")
            on:keydown=keys
            on:focus=move |_| {
                if !focus::is_painting() {
                    before.set_value(area.try_get_untracked().flatten().map(|area| area.value()));
                    desk.editor.type_in(Some(key.get_value()));
                }
            }
            on:blur=move |_| {
                if !focus::is_painting() && let Some(area) = area.try_get_untracked().flatten() {
                    let _ = keep.try_run(area);
                    before.set_value(None);
                    desk.editor.type_in(None);
                }
            }
        ></textarea>
        {problem_line(desk, problem)}
        {typist(desk, key.get_value())}
    })
}
