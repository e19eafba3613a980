//! What is done on the page once the script runs: creating a map, searching, following a switch of language.

use std::time::Duration;

use leptos::ev::{Event, SubmitEvent};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::web_sys::{Element, HtmlFormElement, HtmlInputElement, UrlSearchParams};
use model::templates::{StageSet, Template};
use wasm_bindgen::JsCast;

use super::draw::{
    CARDS, COUNT, FILE, Filled, GO, HERE, PLACES, REFUSED, SEARCHED, Shelf, TITLE, bad_file, draw, failed, go,
};
use super::here;
use crate::api::ApiError;
use crate::ask;
use crate::language::{self, Language};
use crate::offline::is_alone;
use crate::place::SEARCH;
use crate::ui::dynamic::effect;
use crate::ui::markup::Markup;

/// How long typing rests before the server is asked: below what is felt as waiting, above the gap between two keys.
const REST: Duration = Duration::from_millis(150);

/// What is under way.
#[derive(Default)]
struct State {
    /// Whether a map is being created.
    pending: bool,
    /// Waits for typing to rest.
    rest: Option<TimeoutHandle>,
    /// How often the server was asked for the shelf: only the last answer counts.
    asked: u32,
    /// The language that the page is drawn in.
    shown: Option<language::Locale>,
}

/// What the page does.
#[derive(Clone, Copy)]
pub struct Deeds {
    language: Language,
    state: StoredValue<State>,
}

impl Deeds {
    /// Takes over what the server has drawn.
    pub fn new(language: Language) -> Self {
        let this = Self {
            language,
            state: StoredValue::new(State::default()),
        };
        effect(move || this.follow(language.get()));
        this
    }

    /// A form is posted, or searches.
    pub fn submit(self, event: &SubmitEvent) {
        event.prevent_default();
        let Some(form) = event.target().and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) else {
            return;
        };
        if form.method() == "get" {
            return self.search();
        }
        if self.state.with_value(|state| state.pending) {
            return;
        }
        self.pending(true, None);
        leptos::task::spawn_local(async move {
            let posted = match ask::post(&form).await {
                Err(error @ (ApiError::Network | ApiError::SignedOut)) => here::begin(&form, error).await,
                answered => answered,
            };
            match posted {
                Ok(to) => {
                    self.pending(false, None);
                    let _ = window().location().set_href(to.as_deref().unwrap_or("/"));
                }
                Err(error) => self.pending(false, Some(error)),
            }
        });
    }

    /// The search asks the server a moment after the last key.
    pub fn input(self, event: &Event) {
        let field = event.target().and_then(|field| field.dyn_into::<Element>().ok());
        if field.as_ref().is_some_and(|field| field.id() == FILE) {
            return self.open_file();
        }
        if field.is_none_or(|field| field.id() != SEARCHED) {
            return;
        }
        self.no_more();
        let rest = set_timeout_with_handle(move || self.search(), REST).ok();
        self.state.update_value(|state| state.rest = rest);
    }

    /// Begins a map from the draft in the file that was chosen.
    fn open_file(self) {
        self.pending(true, None);
        leptos::task::spawn_local(async move {
            match here::open_file(FILE).await {
                Ok(place) => _ = window().location().set_href(&place),
                Err(error) => {
                    self.pending(false, Some(error));
                    if error == ApiError::Malformed
                        && let Some(place) = element(REFUSED)
                    {
                        place.set_text_content(Some(bad_file(self.language.peek())));
                    }
                }
            }
        });
    }

    fn no_more(self) {
        let rest = self.state.try_update_value(|state| state.rest.take()).flatten();
        if let Some(rest) = rest {
            rest.clear();
        }
    }

    fn pending(self, pending: bool, refused: Option<ApiError>) {
        let locale = self.language.peek();
        self.state.update_value(|state| state.pending = pending);
        if let Some(button) = element(GO) {
            let _ = button.set_attribute("aria-disabled", if pending { "true" } else { "false" });
            if let Some(words) = button.last_element_child() {
                words.set_text_content(Some(go(locale, pending)));
            }
        }
        if let Some(place) = element(REFUSED) {
            place.set_text_content(refused.map(|error| error.explain(locale)));
        }
    }

    /// Asks for the shelf: the page as the server draws it for what is searched for.
    fn search(self) {
        self.no_more();
        let search = value(SEARCHED);
        if is_alone() {
            let shelf = here::shelf(&search, self.language.peek());
            put([(COUNT, shelf.count), (CARDS, shelf.cards)]);
            return told_by_age(self.language.peek());
        }
        let Some(address) = address(&search) else { return };
        let this = self.state.try_update_value(|state| {
            state.asked += 1;
            state.asked
        });
        leptos::task::spawn_local(async move {
            let page = ask::page(&address).await;
            if self.state.try_with_value(|state| state.asked) != this {
                return;
            }
            let drawn = page.and_then(|page| {
                let part = |id| page.get_element_by_id(id).map(|part| part.inner_html());
                part(COUNT).zip(part(CARDS)).ok_or(ApiError::Unavailable)
            });
            let (count, cards) = drawn.unwrap_or_else(|error| {
                let mut markup = Markup::default();
                failed(&mut markup, self.language.peek(), error, &search);
                (String::new(), markup.finish())
            });
            put([(COUNT, count), (CARDS, cards)]);
            told_by_age(self.language.peek());
        });
    }

    /// Draws the page in another language; the shelf comes from the server.
    fn follow(self, locale: language::Locale) {
        let before = self
            .state
            .try_update_value(|state| state.shown.replace(locale))
            .flatten();
        if before.is_none_or(|before| before == locale) {
            put([(HERE, here::unsent(locale))]);
            return told_by_age(locale);
        }
        let part = |id| element(id).map(|part| part.inner_html()).unwrap_or_default();
        let shelf = Shelf {
            count: part(COUNT),
            cards: part(CARDS),
            places: part(PLACES),
            refused: None,
        };
        if let Some(page) = element("main") {
            page.set_inner_html(&draw(locale, &filled(), &shelf));
        }
        put([(HERE, here::unsent(locale))]);
        self.search();
    }
}

/// Puts markup in its places: the server's own, or ours. Everything typed is escaped in both.
fn put<const N: usize>(places: [(&str, String); N]) {
    for (id, markup) in places {
        if let Some(place) = element(id) {
            place.set_inner_html(&markup);
        }
    }
}

fn element(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

fn value(id: &str) -> String {
    element(id)
        .and_then(|field| field.dyn_into::<HtmlInputElement>().ok())
        .map(|field| field.value())
        .unwrap_or_default()
}

/// What stands in the fields of the page.
fn filled() -> Filled {
    let set = document().query_selector(".set__pick:checked").ok().flatten();
    let set = set.and_then(|pick| pick.get_attribute("value"));
    let known = |known: &StageSet| set.as_deref() == Some(Template::StageSet(*known).word());
    Filled {
        set: StageSet::ALL
            .iter()
            .copied()
            .find(known)
            .unwrap_or(Filled::default().set),
        title: value(TITLE),
        search: value(SEARCHED),
    }
}

fn address(search: &str) -> Option<String> {
    let asked = UrlSearchParams::new().ok()?;
    asked.append(SEARCH, search);
    Some(format!("/?{}", String::from(asked.to_string())))
}

/// Says how long ago each map has changed: only the reader has the clock to tell by.
fn told_by_age(locale: language::Locale) {
    let (now, zone) = (language::now(), crate::zone::here());
    let times = element("main").and_then(|page| page.query_selector_all("time[data-at]").ok());
    for time in times
        .iter()
        .flat_map(|times| (0..times.length()).map(|at| times.get(at)))
    {
        let time = time.and_then(|time| time.dyn_into::<Element>().ok());
        let at = time.as_ref().and_then(|time| time.get_attribute("data-at"));
        if let (Some(time), Some(at)) = (time, at.and_then(|at| at.parse().ok())) {
            time.set_text_content(Some(&language::when(at, now, zone, locale)));
        }
    }
}
