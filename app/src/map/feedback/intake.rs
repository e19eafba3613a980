//! Importing a table: a file or what was pasted, what each column says, what will come of it, and then one step.
//!
//! Ten thousand rows take a while to take apart, so that is done a few hundred at a time, and the page answers in
//! between.

use std::sync::Arc;
use std::time::Duration;

use crate::ui::memo::Memo;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::{Blob, FormData};
use model::limits::DOCUMENT_MAX;
use model::loops::csv::{Column, Import, Mapping, Problem, Sheet, SheetError, SheetReader, Why};
use model::loops::feedback::FeedbackFilter;
use wasm_bindgen::JsCast;

use super::Voices;
use super::entry::about;
use crate::language::{Language, label, percent, t, t_string};
use crate::map::desk::Desk;
use crate::map::dom::{after_paint, focus_soon};
use crate::map::panel::choice::{Choice, choice};
use crate::ui::dialog::Dialog;
use crate::ui::dynamic::{any, dynamic, text};
use crate::ui::icons::{Glyph, Icon};
use crate::ui::markup::Markup;

/// How many rows are dealt with at a time.
const PIECE: usize = 400;
/// Of how many columns it can be said what they say.
const COLUMNS: usize = 40;
/// How many entries are shown as they will be.
const SAMPLES: usize = 5;
/// How many problems are listed.
const LISTED: usize = 100;
/// How much of a cell is shown, in characters.
const CELL: usize = 80;

/// A table on its way into the map.
#[derive(Clone, Copy)]
struct Intake {
    voices: Voices,
    sheet: RwSignal<Option<Arc<Sheet>>>,
    mapping: RwSignal<Mapping>,
    /// What importing will do; unknown while it is worked out.
    plan: RwSignal<Option<Arc<Import>>>,
    /// How far that is, 0.0–1.0.
    progress: RwSignal<Option<f64>>,
    /// Whether the entries are being added.
    adding: RwSignal<bool>,
    problem: RwSignal<Option<String>>,
    /// Counts what was begun: what was begun before is given up.
    run: StoredValue<u32>,
}

/// Does something piece by piece, as long as there is more; the page answers in between.
fn in_pieces(mut piece: Box<dyn FnMut() -> bool>) {
    set_timeout(
        move || {
            if piece() {
                in_pieces(piece);
            }
        },
        Duration::ZERO,
    );
}

impl Intake {
    fn new(voices: Voices) -> Self {
        Self {
            voices,
            sheet: RwSignal::new(None),
            mapping: RwSignal::new(Mapping::new()),
            plan: RwSignal::new(None),
            progress: RwSignal::new(None),
            adding: RwSignal::new(false),
            problem: RwSignal::new(None),
            run: StoredValue::new(0),
        }
    }

    fn language(self) -> Language {
        self.voices.desk.language
    }

    /// Begins something; what was begun before is given up. What is shown stays until there is something new.
    fn begin(self) -> u32 {
        self.run.update_value(|run| *run = run.wrapping_add(1));
        self.problem.set(None);
        self.progress.set(Some(0.0));
        self.run.get_value()
    }

    fn is_current(self, run: u32) -> bool {
        self.run.try_get_value() == Some(run)
    }

    fn fail(self, words: String) {
        self.progress.set(None);
        self.voices.desk.say(words.clone());
        self.problem.set(Some(words));
    }

    /// Back to the start.
    fn clear(self) {
        self.begin();
        self.progress.set(None);
        self.plan.set(None);
        self.sheet.set(None);
        self.mapping.set(Mapping::new());
    }

    /// Reads a file.
    fn read_file(self, file: &Blob) {
        let run = self.begin();
        if file.size() > DOCUMENT_MAX as f64 {
            self.fail(untrack(|| {
                t_string!(self.language(), feedback.file_too_large).to_owned()
            }));
            return;
        }
        let text = wasm_bindgen_futures::JsFuture::from(file.text());
        spawn_local(async move {
            let text = text.await.ok().and_then(|text| text.as_string());
            if self.is_current(run) {
                match text {
                    // What stands for bytes that are no UTF-8.
                    Some(text) if text.contains('\u{fffd}') => {
                        self.fail(untrack(|| t_string!(self.language(), feedback.not_utf8).to_owned()));
                    }
                    Some(text) => self.read(text),
                    None => self.fail(untrack(|| t_string!(self.language(), feedback.unreadable).to_owned())),
                }
            }
        });
    }

    /// Reads a text.
    fn read(self, text: String) {
        let run = self.begin();
        let mut reader = Some(SheetReader::new(text));
        in_pieces(Box::new(move || {
            if !self.is_current(run) {
                return false;
            }
            let Some(mut reading) = reader.take() else { return false };
            if reading.read_on(PIECE) {
                self.progress.set(Some(reading.share() / 2.0));
                reader = Some(reading);
                return true;
            }
            match reading.finish() {
                Ok(sheet) => {
                    self.mapping.set(sheet.guess());
                    self.sheet.set(Some(Arc::new(sheet)));
                    self.plan();
                }
                Err(error) => self.fail(untrack(|| match error {
                    SheetError::Nothing => t_string!(self.language(), feedback.no_rows).to_owned(),
                    SheetError::TooMany { rows, max } => {
                        t_string!(self.language(), feedback.too_many_rows, rows = rows, max = max)
                    }
                })),
            }
            false
        }));
    }

    /// Works out what importing will do.
    fn plan(self) {
        let run = self.begin();
        self.progress.set(Some(0.5));
        let (mut plan, mut at) = (Import::default(), 0);
        in_pieces(Box::new(move || {
            if !self.is_current(run) {
                return false;
            }
            let Some(sheet) = self.sheet.get_untracked() else {
                return false;
            };
            let (mapping, to) = (self.mapping.get_untracked(), (at + PIECE).min(sheet.rows.len()));
            let more = self
                .voices
                .desk
                .editor
                .with_board(|board, layout| board.import_rows(&sheet.rows[at..to], &mapping, layout));
            plan.extend(more);
            at = to;
            if at < sheet.rows.len() {
                self.progress.set(Some(0.5 + at as f64 / sheet.rows.len() as f64 / 2.0));
                return true;
            }
            let plan = std::mem::take(&mut plan);
            let (count, problems) = (plan.entries.len(), plan.problems.len());
            self.progress.set(None);
            self.plan.set(Some(Arc::new(plan)));
            let said = untrack(|| t_string!(self.language(), feedback.planned, count = count, problems = problems));
            self.voices.desk.say(said);
            false
        }));
    }

    /// Says what a column says; another that said the same is left out.
    fn map(self, column: usize, says: Option<Column>) {
        self.mapping.update(|mapping| {
            for (n, other) in mapping.iter_mut().enumerate() {
                if n == column {
                    *other = says;
                } else if says.is_some() && *other == says {
                    *other = None;
                }
            }
        });
        self.plan();
    }

    /// Adds the entries, as one step.
    fn add(self) {
        let Some(plan) = self.plan.get_untracked().filter(|plan| !plan.entries.is_empty()) else {
            return;
        };
        if self.adding.get_untracked() {
            return;
        }
        self.adding.set(true);
        // Painted before the work begins.
        set_timeout(
            move || {
                let desk = self.voices.desk;
                let count = plan.entries.len();
                let done = desk.apply(Import::clone(&plan).into_edit());
                let _ = self.adding.try_set(false);
                if done {
                    self.voices.importing.set(false);
                    self.voices.sought.set(String::new());
                    desk.voices.set(FeedbackFilter::default());
                    let said = untrack(|| t_string!(self.language(), feedback.imported, count = count));
                    desk.say(said.clone());
                    // Once the dialog is closed.
                    after_paint(move || desk.notify_with_undo(said));
                }
            },
            Duration::from_millis(30),
        );
    }
}

/// The dialog.
pub fn dialog(voices: Voices) -> AnyView {
    let open = voices.importing;
    let inner = dynamic(move || open.get().then(|| inside(Intake::new(voices))));
    any(view! {
        <Dialog open=open title=label!(voices.desk.language, feedback.import)>
            {inner}
        </Dialog>
    })
}

fn inside(intake: Intake) -> AnyView {
    let language = intake.language();
    let has_sheet = Memo::new(move |_| intake.sheet.with(Option::is_some));
    let step = dynamic(move || {
        if has_sheet.get() {
            any(review(intake))
        } else {
            any(source(intake))
        }
    });
    let problem = dynamic(move || {
        let words = intake.problem.get();
        words.map(|words| view! { <p class="problem" role="alert">{words}</p> })
    });
    let is_under_way = Memo::new(move |_| intake.progress.with(Option::is_some) && !intake.adding.get());
    let progress = dynamic(move || {
        if intake.adding.get() {
            return Some(any(view! {
                <p class="intake__progress" role="status">
                    <progress aria-label=t!(language, feedback.adding)></progress>
                    {t!(language, feedback.adding)}
                </p>
            }));
        }
        is_under_way.get().then(|| {
            let share = move || intake.progress.get().unwrap_or(1.0);
            any(view! {
                <p class="intake__progress">
                    <progress max="1" value=move || share().to_string() aria-label=t!(language, feedback.reading)></progress>
                    {text(move || format!("{} {}", t_string!(language, feedback.reading), percent(share(), language.get())))}
                </p>
            })
        })
    });
    any(view! { <div class="intake">{step} {problem} {progress}</div> })
}

/// Where the table comes from. A file may be dropped on the field that chooses one: browsers see to that themselves.
fn source(intake: Intake) -> AnyView {
    let language = intake.language();
    let form = NodeRef::<html::Form>::new();
    let (area, file) = (NodeRef::<html::Textarea>::new(), NodeRef::<html::Input>::new());
    let is_blank = RwSignal::new(true);
    let over = RwSignal::new(false);
    let chosen = move |_| {
        over.set(false);
        let file = form
            .get_untracked()
            .and_then(|form| FormData::new_with_form(&form).ok())
            .and_then(|fields| fields.get("table").dyn_into::<Blob>().ok());
        if let Some(file) = file {
            intake.read_file(&file);
        }
    };
    let class = text(move || {
        if over.get() {
            "intake__drop is-over"
        } else {
            "intake__drop"
        }
    });
    any(view! {
        <p class="form__hint">{t!(language, feedback.import_about)}</p>
        <form class="intake__from" node_ref=form on:submit=move |event| event.prevent_default()>
            <label class=class>
                <Icon glyph=Glyph::CloudUpload />
                <span>{t!(language, feedback.file)}</span>
                <input
                    class="intake__file"
                    type="file"
                    name="table"
                    accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain"
                    aria-label=t!(language, feedback.file)
                    on:change=chosen
                    // The same file may be chosen again, once it was mended.
                    on:click=move |_| {
                        if let Some(file) = file.get_untracked() {
                            file.set_value("");
                        }
                    }
                    node_ref=file
                    on:dragenter=move |_| over.set(true)
                    on:dragleave=move |_| over.set(false)
                    on:drop=move |_| over.set(false)
                />
            </label>
            <label class="field">
                <span class="field__name">{t!(language, feedback.paste)}</span>
                <textarea
                    class="input intake__paste"
                    rows="4"
                    spellcheck="false"
                    node_ref=area
                    placeholder=t!(language, feedback.paste_placeholder)
                    on:input=move |event| is_blank.set(event_target_value(&event).trim().is_empty())
                ></textarea>
            </label>
            <div class="voice__end">
                <button
                    class="btn"
                    type="button"
                    disabled=move || is_blank.get()
                    on:click=move |_| {
                        if let Some(area) = area.get_untracked() {
                            intake.read(area.value());
                        }
                    }
                >
                    {t!(language, feedback.read)}
                </button>
            </div>
        </form>
    })
}

/// How a column is called.
fn column_name(language: Language, column: Column) -> &'static str {
    match column {
        Column::Text => t_string!(language, feedback.words),
        Column::Source => t_string!(language, feedback.source),
        Column::Channel => t_string!(language, panel.channel),
        Column::Date => t_string!(language, feedback.day),
        Column::Csat => t_string!(language, feedback.csat),
        Column::Nps => t_string!(language, feedback.nps),
        Column::Persona => t_string!(language, find.persona),
        Column::Touchpoint => t_string!(language, feedback.touchpoint),
    }
}

fn why(language: Language, why: Why) -> &'static str {
    match why {
        Why::BadDate => t_string!(language, feedback.why_date),
        Why::OffScale => t_string!(language, feedback.why_scale),
        Why::NotFound => t_string!(language, feedback.why_not_found),
        Why::TooLong => t_string!(language, feedback.why_too_long),
        Why::Empty => t_string!(language, feedback.why_empty),
    }
}

/// The first cells of a column that say something.
fn samples(sheet: &Sheet, column: usize) -> String {
    let cells = sheet.rows.iter().filter_map(|(_, row)| row.get(column));
    let said = cells.map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let cut = said.take(3).map(|cell| crate::map::words::first_words(cell, CELL / 2));
    cut.collect::<Vec<_>>().join(" · ")
}

/// What each column says, and what will come of it.
fn review(intake: Intake) -> AnyView {
    let desk = intake.voices.desk;
    let language = intake.language();
    let sheet = intake.sheet.get_untracked().unwrap_or_else(|| {
        Arc::new(Sheet {
            separator: ',',
            headers: Vec::new(),
            rows: Vec::new(),
        })
    });
    let columns = (0..sheet.headers.len().min(COLUMNS))
        .map(|n| column(intake, &sheet, n))
        .collect::<Vec<_>>();
    let preview = Memo::new(move |_| {
        intake
            .plan
            .with(|plan| plan.as_ref().map(|plan| preview(desk, plan)).unwrap_or_default())
    });
    // Unknown while it is worked out anew.
    let count = Memo::new(move |_| {
        let is_known = intake.progress.with(Option::is_none);
        is_known
            .then(|| intake.plan.with(|plan| plan.as_ref().map(|plan| plan.entries.len())))
            .flatten()
    });
    let add_words = text(move || match count.get() {
        Some(count) => t_string!(language, feedback.import_these, count = count),
        None => t_string!(language, feedback.reading).to_owned(),
    });
    focus_soon(".intake__column select".to_owned());
    any(view! {
        <p class="form__hint">{t!(language, feedback.mapping_about)}</p>
        <ul class="intake__columns">{columns}</ul>
        <div class="intake__preview" inner_html=move || preview.get()></div>
        <div class="voice__end">
            <button
                class="btn btn--main"
                type="button"
                disabled=move || count.get().unwrap_or(0) == 0 || intake.adding.get()
                on:click=move |_| intake.add()
            >
                {add_words}
            </button>
            <button class="btn btn--bare" type="button" on:click=move |_| intake.clear()>
                {t!(language, feedback.another)}
            </button>
        </div>
    })
}

fn column(intake: Intake, sheet: &Sheet, n: usize) -> AnyView {
    let language = intake.language();
    let header = sheet.headers.get(n).cloned().unwrap_or_default();
    let header = if header.is_empty() {
        untrack(|| t_string!(language, feedback.column, n = n + 1))
    } else {
        header
    };
    let all = Signal::derive(move || {
        let mut all = vec![Choice::new("", t_string!(language, feedback.left_out))];
        all.extend(
            Column::ALL
                .iter()
                .map(|it| Choice::new(it.word(), column_name(language, *it))),
        );
        all
    });
    let now = Signal::derive(move || {
        let says = intake.mapping.with(|mapping| mapping.get(n).copied().flatten());
        says.map_or("", Column::word).to_owned()
    });
    let choose = Callback::new(move |word: String| intake.map(n, Column::from_word(&word)));
    let class = text(move || {
        if now.get().is_empty() {
            "intake__column is-out"
        } else {
            "intake__column"
        }
    });
    let heading = crate::map::words::first_words(&header, CELL);
    any(view! {
        <li class=class>
            {choice(Signal::derive(move || heading.clone()), all, now, choose)}
            <span class="intake__sample">{samples(sheet, n)}</span>
        </li>
    })
}

/// What importing will do, as markup.
fn preview(desk: Desk, plan: &Import) -> String {
    let language = desk.language;
    let mut markup = Markup::default();
    let (count, problems) = (plan.entries.len(), plan.problems.len());
    let said = t_string!(language, feedback.planned, count = count, problems = problems);
    markup.says("p", "intake__sum", &said);
    if count > 0 {
        markup.says("h3", "intake__h", t_string!(language, feedback.first_entries));
        markup.open("ol", &[("class", "intake__first")]);
        desk.editor.with_board(|board, _| {
            for (row, _, entry) in plan.entries.iter().take(SAMPLES) {
                let words = crate::map::words::first_words(&entry.text, CELL);
                let mut rest = about(language, board, entry);
                rest.insert(0, t_string!(language, feedback.row, row = row));
                let card = entry.touchpoint.and_then(|id| board.touchpoints.get(&id));
                rest.push(card.map_or_else(
                    || t_string!(language, feedback.inbox).to_owned(),
                    |card| card.name.clone(),
                ));
                markup
                    .open("li", &[])
                    .says("span", "intake__words", &words)
                    .says("span", "voice__about", &rest.join(" · "))
                    .close();
            }
        });
        markup.close();
    }
    if problems > 0 {
        markup.says("h3", "intake__h", t_string!(language, feedback.problems));
        markup.open("ul", &[("class", "intake__problems"), ("tabindex", "0")]);
        for problem in plan.problems.iter().take(LISTED) {
            markup.says("li", "", &problem_words(language, problem));
        }
        if problems > LISTED {
            markup.says("li", "", &t_string!(language, feedback.more, count = problems - LISTED));
        }
        markup.close();
    }
    markup.finish()
}

fn problem_words(language: Language, problem: &Problem) -> String {
    let cell = crate::map::words::first_words(&problem.cell, CELL);
    t_string!(
        language,
        feedback.problem,
        row = problem.row,
        column = column_name(language, problem.column),
        cell = cell,
        why = why(language, problem.why)
    )
}
