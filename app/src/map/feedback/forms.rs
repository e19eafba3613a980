//! Feedback forms: links under which customers say what happened, without an account.
//!
//! The server keeps a link's hash and not the link, so it is shown once, when it is made.

use leptos::prelude::*;
use leptos::task::spawn_local;
use model::id::TouchpointId;
use model::loops::forms::{FormLine, Score};
use qrcode::types::Color;

use super::{Voices, spoken_of};
use crate::api::{ApiError, create_form, list_forms, revoke_form};
use crate::editor::device;
use crate::language::{day, label, t, t_string};
use crate::map::panel::choice::{Choice, choice};
use crate::ui::dialog::Dialog;
use crate::ui::dynamic::{any, dynamic, text};
use crate::ui::markup::Markup;

/// What the dialog knows.
#[derive(Clone, Copy)]
struct Forms {
    voices: Voices,
    /// The forms of the map, newest first; unknown until the server has answered.
    all: RwSignal<Option<Vec<FormLine>>>,
    /// The link that was just made.
    made: RwSignal<Option<String>>,
    problem: RwSignal<Option<ApiError>>,
    label: RwSignal<String>,
    touchpoint: RwSignal<Option<TouchpointId>>,
    score: RwSignal<Score>,
}

/// The dialog.
pub fn dialog(voices: Voices) -> AnyView {
    let open = voices.forms;
    let inner = dynamic(move || {
        open.get().then(|| {
            let forms = Forms {
                voices,
                all: RwSignal::new(None),
                made: RwSignal::new(None),
                problem: RwSignal::new(None),
                label: RwSignal::new(String::new()),
                touchpoint: RwSignal::new(None),
                score: RwSignal::new(Score::default()),
            };
            forms.load();
            inside(forms)
        })
    });
    any(view! {
        <Dialog open=open title=label!(voices.desk.language, feedback.forms)>
            {inner}
        </Dialog>
    })
}

impl Forms {
    fn load(self) {
        let board = self.voices.desk.editor.id();
        spawn_local(async move {
            let listed = list_forms(board).await;
            let _ = self.problem.try_set(listed.as_ref().err().copied());
            if let Ok(all) = listed {
                let _ = self.all.try_set(Some(all));
            }
        });
    }

    fn make(self) {
        let (board, touchpoint) = (self.voices.desk.editor.id(), self.touchpoint.get_untracked());
        let (label, score) = (self.label.get_untracked(), self.score.get_untracked());
        spawn_local(async move {
            let made = create_form(board, touchpoint, label, score).await;
            let _ = self.problem.try_set(made.as_ref().err().copied());
            if let Ok(made) = made {
                let _ = self.made.try_set(Some(address(&made.path)));
                let _ = self.label.try_set(String::new());
                self.load();
            }
        });
    }

    fn revoke(self, id: i64) {
        let board = self.voices.desk.editor.id();
        spawn_local(async move {
            let revoked = revoke_form(board, id).await;
            let _ = self.problem.try_set(revoked.err());
            self.load();
        });
    }
}

/// The whole address of a form, as a customer types or scans it.
fn address(path: &str) -> String {
    format!("{}{path}", window().location().origin().unwrap_or_default())
}

fn inside(forms: Forms) -> AnyView {
    let desk = forms.voices.desk;
    let language = desk.language;
    let places = Signal::derive(move || {
        let mut all = vec![Choice::new("", t_string!(language, feedback.form_whole))];
        all.extend(spoken_of(desk));
        all
    });
    let place = Signal::derive(move || forms.touchpoint.get().map(|id| id.to_string()).unwrap_or_default());
    let set_place = Callback::new(move |id: String| forms.touchpoint.set(TouchpointId::parse(&id)));
    let scores = Signal::derive(move || {
        vec![
            Choice::new(Score::Csat.word(), t_string!(language, feedback.csat)),
            Choice::new(Score::Nps.word(), t_string!(language, feedback.nps)),
        ]
    });
    let score = Signal::derive(move || forms.score.get().word().to_owned());
    let set_score = Callback::new(move |word: String| forms.score.set(Score::from_word(&word)));
    let problem = dynamic(move || {
        let error = forms.problem.get()?;
        Some(any(
            view! { <p class="problem" role="alert">{error.explain(language.get())}</p> },
        ))
    });
    let made = dynamic(move || forms.made.get().map(|link| link_of(forms, link)));
    let list = dynamic(move || match forms.all.get() {
        None => any(view! { <p class="form__hint" role="status">{t!(language, app.loading)}</p> }),
        Some(all) if all.is_empty() => any(view! { <p class="form__hint">{t!(language, feedback.forms_none)}</p> }),
        Some(all) => {
            let lines = all.into_iter().map(|line| line_of(forms, line)).collect::<Vec<_>>();
            any(view! { <ul class="forms">{lines}</ul> })
        }
    });
    any(view! {
        <p class="form__hint">{t!(language, feedback.forms_about)}</p>
        <form
            class="forms__make"
            on:submit=move |event| {
                event.prevent_default();
                forms.make();
            }
        >
            <label class="field">
                <span class="field__name">{t!(language, feedback.form_label)}</span>
                <input
                    class="input"
                    type="text"
                    maxlength=model::limits::NAME_MAX.to_string()
                    placeholder=t!(language, feedback.form_label_placeholder)
                    prop:value=move || forms.label.get()
                    on:input=move |event| forms.label.set(event_target_value(&event))
                />
            </label>
            {choice(label!(language, feedback.touchpoint), places, place, set_place)}
            {choice(label!(language, feedback.score), scores, score, set_score)}
            <button class="btn btn--main" type="submit">
                {t!(language, feedback.form_make)}
            </button>
        </form>
        {problem}
        {made}
        {list}
    })
}

/// The link that was just made: to be copied, or to be scanned from a screen or a sheet of paper.
fn link_of(forms: Forms, link: String) -> AnyView {
    let desk = forms.voices.desk;
    let language = desk.language;
    let map = desk.editor.map();
    let brand = text(move || map.with(|map| map.brand.clone()));
    let drawn = draw(&link);
    let file = drawn.clone();
    let address = link.clone();
    let copied = RwSignal::new(false);
    let words = text(move || {
        if copied.get() {
            t_string!(language, feedback.form_copied)
        } else {
            t_string!(language, feedback.form_copy)
        }
    });
    let to_copy = link.clone();
    let copy = move |_| {
        let to_copy = to_copy.clone();
        spawn_local(async move {
            let clipboard = window().navigator().clipboard();
            let done = wasm_bindgen_futures::JsFuture::from(clipboard.write_text(&to_copy)).await;
            let _ = copied.try_set(done.is_ok());
        });
    };
    any(view! {
        <div class="forms__made" role="status">
            // On a screen the code alone; on paper all of it.
            <div class="forms__sheet">
                <p class="forms__brand">{brand}</p>
                <p class="forms__ask">{t!(language, form.title)}</p>
                <div class="forms__qr" role="img" aria-label=t!(language, feedback.form_qr) inner_html=drawn></div>
                <p class="forms__scan">{t!(language, feedback.form_scan)}</p>
                <p class="forms__address">{address}</p>
            </div>
            <div>
                <p class="form__hint">{t!(language, feedback.form_once)}</p>
                <input class="input" type="text" readonly aria-label=t!(language, feedback.form_link) value=link on:focus=move |event| {
                    event_target::<leptos::web_sys::HtmlInputElement>(&event).select();
                } />
                <div class="forms__deeds">
                    <button class="btn btn--s" type="button" on:click=copy>
                        {words}
                    </button>
                    <button class="btn btn--s" type="button" on:click=|_| _ = window().print()>
                        {t!(language, feedback.form_print)}
                    </button>
                    <button
                        class="btn btn--s"
                        type="button"
                        on:click=move |_| device::download("touchloop-qr.svg", &file)
                    >
                        {t!(language, feedback.form_svg)}
                    </button>
                </div>
            </div>
        </div>
    })
}

fn line_of(forms: Forms, line: FormLine) -> AnyView {
    let desk = forms.voices.desk;
    let language = desk.language;
    let (id, answers, is_open) = (line.id, line.answers, line.revoked_at.is_none());
    let about = text(move || match line.touchpoint {
        Some(id) => desk.name_of_followed(model::edit::Entity::Touchpoint(id)),
        None => t_string!(language, feedback.form_whole).to_owned(),
    });
    let name = if line.label.is_empty() {
        any(t!(language, feedback.form_unnamed))
    } else {
        any(line.label)
    };
    let state = text(move || {
        let day = day(line.created_at, desk.zone.get(), language.get());
        if is_open {
            t_string!(language, feedback.form_open, count = answers, day = day)
        } else {
            t_string!(language, feedback.form_closed, count = answers)
        }
    });
    any(view! {
        <li class="forms__line">
            <p>
                <b>{name}</b>
                <span class="form__hint">{about}</span>
                <span class="form__hint">{state}</span>
            </p>
            {is_open
                .then(|| {
                    any(view! {
                        <button class="btn btn--s" type="button" on:click=move |_| forms.revoke(id)>
                            {t!(language, feedback.form_revoke)}
                        </button>
                    })
                })}
        </li>
    })
}

/// A QR code (ISO/IEC 18004) of the link, with the quiet zone of four modules that scanners need. Dark on light in
/// either theme, since many scanners read nothing else. It is a whole file, too.
fn draw(link: &str) -> String {
    const QUIET: usize = 4;
    let Ok(code) = qrcode::QrCode::new(link) else {
        return String::new();
    };
    let (width, colors) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (at, _) in colors.iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
        path.push_str(&format!("M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET));
    }
    let side = width + 2 * QUIET;
    let mut markup = Markup::default();
    markup
        .open(
            "svg",
            &[
                ("xmlns", "http://www.w3.org/2000/svg"),
                ("viewBox", &format!("0 0 {side} {side}")),
                ("shape-rendering", "crispEdges"),
            ],
        )
        .leaf("path", &[("fill", "#fff"), ("d", &format!("M0 0h{side}v{side}H0z"))])
        .leaf("path", &[("fill", "#000"), ("d", &path)]);
    markup.finish()
}

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn a_link_is_drawn_with_its_three_eyes_and_a_quiet_zone() {
        let drawn = draw("https://touchloop.example/f/abc");
        // The corners of the eyes, and nothing outside the quiet zone.
        assert!(drawn.contains("M4 4h1v1h-1z"));
        assert!(!drawn.contains("M3 ") && !drawn.contains(" 3h1"));
        assert_ne!(
            draw("https://touchloop.example/f/abc"),
            draw("https://touchloop.example/f/abd")
        );
    }
}
