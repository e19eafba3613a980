//! The shelf: every map as a card, and the search that finds one.

use std::time::Duration;

use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::thumbnail::Thumbnail;
use crate::api::{ApiError, BoardCard, list_boards};
use crate::language::{self, iso_day, t, t_string, use_language};
use crate::ui::dynamic::{any, effect};
use crate::ui::icons::{Glyph, Icon};

/// How long typing rests before the server is asked: below what is felt as waiting, above the gap between two keys.
const REST: Duration = Duration::from_millis(150);

/// The maps of this server, newest change first.
#[component]
pub fn Shelf(
    /// What the address searches for: without a script the search is a plain GET form.
    asked: String,
) -> impl IntoView {
    let language = use_language();
    let query = RwSignal::new(asked.clone());
    let boards = Resource::new(move || query.get(), list_boards);
    // Only after the page is taken over: the server has another clock.
    let now = RwSignal::new(None);
    effect(move || now.set(language::now()));
    // Whether anything stands on the shelf at all decides what an empty list says.
    let searching = move || !query.with(|query| query.trim().is_empty());

    view! {
        <section class="shelfpart" aria-labelledby="shelf">
            <div class="shelf__top">
                <h2 class="shelf__h" id="shelf">
                    {t!(language, home.shelf)}
                </h2>
                <span class="shelf__n" role="status">
                    <Transition>
                        {move || Suspend::new(async move {
                            let counts = boards.await.ok().map(|listed| (listed.cards.len() as u64, listed.total));
                            move || {
                                counts
                                    .filter(|(_, total)| *total > 0 || searching())
                                    .map(|(shown, total)| match (searching(), shown < total) {
                                        (true, false) => t_string!(language, home.found, count = total),
                                        (false, false) => t_string!(language, home.count, count = total),
                                        (true, true) => {
                                            t_string!(language, home.found_newest, shown = shown, count = total)
                                        }
                                        (false, true) => {
                                            t_string!(language, home.newest, shown = shown, count = total)
                                        }
                                    })
                            }
                        })}
                    </Transition>
                </span>
                <Search query asked />
            </div>
            <Transition>
                {move || Suspend::new(async move {
                    match boards.await {
                        Ok(listed) if listed.cards.is_empty() => {
                            any(view! { <Nothing query=query.get_untracked() /> })
                        }
                        Ok(listed) => {
                            any(
                                view! {
                                    <ul class="shelf">
                                        {listed.cards.into_iter().map(|card| view! { <MapCard card now /> }).map(any).collect::<Vec<_>>()}
                                    </ul>
                                },
                            )
                        }
                        Err(error) => {
                            any(view! { <Problem error on_retry=move || boards.refetch() /> })
                        }
                    }
                })}
            </Transition>
        </section>
    }
    .into_any()
}

/// The search: it asks the server a moment after the last key, and ignores accents.
#[component]
fn Search(
    /// What is looked for.
    query: RwSignal<String>,
    /// What the address asked for.
    asked: String,
) -> impl IntoView {
    let language = use_language();
    let field = NodeRef::<html::Input>::new();
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let ask = move |words: String| {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        timer.set_value(set_timeout_with_handle(move || query.set(words), REST).ok());
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(field) = field.get_untracked() {
            query.set(field.value());
        }
    };
    view! {
        <form class="searchbox" role="search" method="get" action="/" on:submit=submit>
            <Icon glyph=Glyph::Search />
            <input
                class="searchbox__field"
                type="search"
                name="q"
                value=asked
                autocomplete="off"
                aria-label=t!(language, home.search)
                placeholder=t!(language, home.search_placeholder)
                node_ref=field
                on:input:target=move |event| ask(event.target().value())
            />
        </form>
    }
    .into_any()
}

/// A map on the shelf.
#[component]
fn MapCard(
    /// What is known of it.
    card: BoardCard,
    /// The reader's clock, once there is one.
    now: RwSignal<Option<u64>>,
) -> impl IntoView {
    let language = use_language();
    let BoardCard {
        id,
        summary,
        changed_at,
    } = card;
    let picture = view! { <Thumbnail summary=&summary /> };
    let touchpoints = summary.touchpoints;
    let title = if summary.title.is_empty() {
        any(t!(language, home.untitled))
    } else {
        any(summary.title)
    };
    view! {
        <li>
            <a class="mapcard" href=format!("/map/{id}")>
                {picture}
                <h3 class="mapcard__t">{title}</h3>
                <p class="mapcard__m">
                    <span class="mapcard__brand">{summary.brand}</span>
                    <time class="mapcard__day" datetime=iso_day(changed_at)>
                        {move || language::when(changed_at, now.get(), language.get())}
                    </time>
                    <span class="state">{t!(language, home.touchpoints, count = touchpoints)}</span>
                </p>
            </a>
        </li>
    }
}

/// An empty shelf, or a search without a find: says what to do next.
#[component]
fn Nothing(
    /// What was looked for.
    query: String,
) -> impl IntoView {
    let language = use_language();
    let query = query.trim().to_owned();
    if query.is_empty() {
        any(view! {
            <div class="teach">
                <p class="teach__h">{t!(language, home.empty_title)}</p>
                <p class="teach__p">{t!(language, home.empty_hint)}</p>
            </div>
        })
    } else {
        any(view! {
            <div class="teach">
                <p class="teach__h">{t!(language, home.nothing_title, query = query.clone())}</p>
                <p class="teach__p">{t!(language, home.nothing_hint)}</p>
            </div>
        })
    }
}

/// The list could not be had: why, and a way to try again.
#[component]
fn Problem(
    /// What went wrong.
    error: ApiError,
    /// Tries again.
    on_retry: impl Fn() + 'static,
) -> impl IntoView {
    let language = use_language();
    view! {
        <div class="teach">
            <p class="teach__p" role="alert">
                {move || error.explain(language.get())}
            </p>
            <button class="btn" type="button" on:click=move |_| on_retry()>
                {t!(language, app.retry)}
            </button>
        </div>
    }
}
