//! Parts of the app that the browser fetches in files of their own: the first load carries what it shows.
//!
//! The server has every part. In the browser, whoever fetches a part (the crate `frontend`, which knows how) calls its
//! `install`; only that names the functions of the part, so that they, and what nobody else needs, are in its file.

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;

use crate::ui::memo::Memo;
use leptos::prelude::*;

use model::id::ImprovementId;
#[cfg(feature = "hydrate")]
use model::{
    id::BoardId,
    templates::{Lang, Template},
};

#[cfg(feature = "hydrate")]
use crate::api::ApiError;
use crate::language::{t, use_language};
use crate::map::{Desk, feedback, loop_board, loop_foot, other_view, slot};
use crate::place::{Place, View};
use crate::ui::dynamic::{DynamicView, any, dynamic};

/// A part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The pages without a map: the start page, and the improvements of all maps.
    Home,
    /// What opens over and beside a map: the details, menus, dialogs.
    Desk,
    /// The other ways to look at a map.
    Views,
    /// The feedback-loop board.
    Loop,
    /// What customers said.
    Feedback,
    /// Beginning a map without the server.
    Begin,
}

/// Fetches a part and installs it. Says whether that went well.
pub type Fetch = fn(Part) -> Pin<Box<dyn Future<Output = bool>>>;

/// Where something of [`Part::Desk`] stands on the page of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// Between the bar and the map: finding.
    Above,
    /// Beside the map: the details.
    Beside,
    /// Between the map and its foot: what is done to several cards.
    Below,
    /// Over everything: menus and dialogs.
    Over,
    /// In a card of the feedback-loop board: what it needs to go on.
    Gate(ImprovementId),
    /// In a card that waits for its verdict: the ways to end.
    Verdicts(ImprovementId),
}

static HOME: OnceLock<fn(&Place) -> AnyView> = OnceLock::new();
static DESK: OnceLock<fn(Desk, Slot) -> AnyView> = OnceLock::new();
static VIEWS: OnceLock<fn(Desk, View) -> AnyView> = OnceLock::new();
static LOOP: OnceLock<fn(Desk, View) -> AnyView> = OnceLock::new();
static LOOP_FOOT: OnceLock<fn(Desk) -> AnyView> = OnceLock::new();
static FEEDBACK: OnceLock<fn(Desk, View) -> AnyView> = OnceLock::new();
#[cfg(feature = "hydrate")]
static BEGIN: OnceLock<Begin> = OnceLock::new();
static FETCH: OnceLock<Fetch> = OnceLock::new();

/// Makes the pages without a map known.
pub fn install_home() {
    let _ = HOME.set(crate::pages::without_map);
}

/// Makes known what opens over and beside a map.
pub fn install_desk() {
    let _ = DESK.set(slot);
}

/// Makes the other ways to look at a map known.
pub fn install_views() {
    let _ = VIEWS.set(other_view);
}

/// Makes the feedback-loop board known.
pub fn install_loop() {
    let _ = LOOP.set(|desk, _| loop_board(desk));
    let _ = LOOP_FOOT.set(loop_foot);
}

/// Makes the view of what customers said known.
pub fn install_feedback() {
    let _ = FEEDBACK.set(|desk, _| feedback(desk));
}

/// Begins a map on this device: from what, the text of the example, in which language, called what.
#[cfg(feature = "hydrate")]
type Begin = fn(Template, &str, Lang, &str) -> Result<BoardId, ApiError>;

/// Makes known how a map is begun without the server.
#[cfg(feature = "hydrate")]
pub fn install_begin() {
    let _ = BEGIN.set(crate::pages::home::begin::begin);
}

/// Begins a map on this device. What that takes may have to be fetched, from what the browser keeps of the product.
#[cfg(feature = "hydrate")]
pub async fn begin(template: Template, lang: Lang, title: &str) -> Result<BoardId, ApiError> {
    let text = match template {
        Template::StageSet(_) => String::new(),
        example => crate::ask::file(&crate::offline::example_path(example)).await?,
    };
    match FETCH.get() {
        Some(fetch) if fetch(Part::Begin).await => {}
        _ => return Err(ApiError::Network),
    }
    BEGIN.get().ok_or(ApiError::Unexpected)?(template, &text, lang, title)
}

/// Says how parts are fetched; once, before the app starts.
pub fn fetch_by(fetch: Fetch) {
    let _ = FETCH.set(fetch);
}

/// The parts that this page cannot be taken over without.
#[must_use]
pub fn needed() -> &'static [Part] {
    Part::of(&Place::here())
}

impl Part {
    /// The parts that a place is made of.
    pub(crate) const fn of(place: &Place) -> &'static [Self] {
        match place {
            Place::Home(_) | Place::Improvements | Place::Missing => &[Self::Home],
            Place::Map(_, View::Map) => &[],
            Place::Map(_, View::Loop) => &[Self::Loop],
            Place::Map(_, View::Feedback) => &[Self::Feedback],
            Place::Map(..) => &[Self::Views],
        }
    }

    /// The part that a way to look at a map is in.
    pub(crate) const fn of_view(view: View) -> Self {
        match view {
            View::Loop => Self::Loop,
            View::Feedback => Self::Feedback,
            _ => Self::Views,
        }
    }

    /// How its files are called.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Desk => "desk",
            Self::Views => "views",
            Self::Loop => "loop",
            Self::Feedback => "feedback",
            Self::Begin => "begin",
        }
    }
}

/// How far a part is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Absent,
    Fetching,
    Here,
    Failed,
}

/// The parts of a page as they arrive.
#[derive(Clone, Copy)]
pub struct Parts {
    desk: RwSignal<State>,
    views: RwSignal<State>,
    loops: RwSignal<State>,
    feedback: RwSignal<State>,
}

impl Default for Parts {
    fn default() -> Self {
        // Rendered alike on both sides: what opens later is never part of the first picture.
        let there = |part: Part| {
            if needed().contains(&part) {
                State::Here
            } else {
                State::Absent
            }
        };
        Self {
            desk: RwSignal::new(State::Absent),
            views: RwSignal::new(there(Part::Views)),
            loops: RwSignal::new(there(Part::Loop)),
            feedback: RwSignal::new(there(Part::Feedback)),
        }
    }
}

impl Parts {
    const fn state(self, part: Part) -> RwSignal<State> {
        match part {
            Part::Views => self.views,
            Part::Loop => self.loops,
            Part::Feedback => self.feedback,
            Part::Home | Part::Begin | Part::Desk => self.desk,
        }
    }

    /// Fetches a part unless it is here or on its way. Only in the browser.
    pub fn fetch(self, part: Part) {
        let state = self.state(part);
        let Some(fetch) = FETCH
            .get()
            .filter(|_| matches!(state.get_untracked(), State::Absent | State::Failed))
        else {
            return;
        };
        state.set(State::Fetching);
        leptos::task::spawn_local(async move {
            let here = fetch(part).await;
            let _ = state.try_set(if here { State::Here } else { State::Failed });
        });
    }

    /// Whether what opens over and beside a map is here.
    #[must_use]
    pub fn has_desk(self) -> bool {
        self.desk.get_untracked() == State::Here
    }

    /// What opens in a place, once it is here. The details are asked for, so that their being on the way is said.
    pub fn slot(self, desk: Desk, slot: Slot) -> DynamicView {
        let asked = Memo::new(move |_| match slot {
            Slot::Beside => desk.has_details(),
            Slot::Gate(_) => true,
            _ => false,
        });
        dynamic(move || {
            let view = || DESK.get().map(|part| part(desk, slot));
            match self.desk.get() {
                State::Here => view(),
                _ => asked.get().then(|| self.shown(Part::Desk, view)),
            }
        })
    }

    /// Another way to look at a map.
    pub fn view(self, desk: Desk, view: View) -> AnyView {
        let part = Part::of_view(view);
        any(dynamic(move || {
            self.shown(part, || drawn_by(part).map(|draw| draw(desk, view)))
        }))
    }

    /// What the line under the feedback-loop board says of it.
    pub fn loop_foot(self, desk: Desk) -> DynamicView {
        dynamic(move || {
            let is_here = desk.view.get() == View::Loop && self.loops.get() == State::Here;
            let draw = LOOP_FOOT.get().filter(|_| is_here)?;
            Some(draw(desk))
        })
    }

    /// The part; while it is on its way, or could not be had, that is said in its place.
    fn shown(self, part: Part, view: impl FnOnce() -> Option<AnyView>) -> AnyView {
        let language = use_language();
        match self.state(part).get() {
            State::Here => view().unwrap_or_else(|| any(())),
            State::Failed => any(view! {
                <div class="part" role="alert">
                    <p>{t!(language, error.part)}</p>
                    <button class="btn btn--s" type="button" on:click=move |_| self.fetch(part)>
                        {t!(language, app.retry)}
                    </button>
                </div>
            }),
            State::Absent | State::Fetching => {
                any(view! { <p class="part" role="status">{t!(language, app.loading)}</p> })
            }
        }
    }
}

/// What stands at a place that is no map.
pub fn without_map(place: &Place) -> AnyView {
    #[cfg(feature = "ssr")]
    install_home();
    HOME.get().map_or_else(|| any(()), |draw| draw(place))
}

/// What draws the views of a part.
fn drawn_by(part: Part) -> Option<fn(Desk, View) -> AnyView> {
    #[cfg(feature = "ssr")]
    {
        install_views();
        install_loop();
        install_feedback();
    }
    let draws = match part {
        Part::Loop => &LOOP,
        Part::Feedback => &FEEDBACK,
        _ => &VIEWS,
    };
    draws.get().copied()
}
