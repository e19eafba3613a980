//! The head of the page: what the product is, and the ways to start a map.

use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::limits::NAME_MAX;
use model::templates::{Lang, StageSet, Template};

use crate::api::{ApiError, CreateBoard};
use crate::language::{t, t_string, use_language};
use crate::ui::dynamic::{any, text};
use crate::ui::icons::{Glyph, Icon};

/// The sentence, and the forms that create a map. They post by themselves where no script runs.
#[component]
pub fn Lead() -> impl IntoView {
    let language = use_language();
    let create = ServerAction::<CreateBoard>::new();
    let title = NodeRef::<html::Input>::new();
    let chosen = RwSignal::new(StageSet::Awareness);
    let pending = create.pending();
    let failed = move || create.value().get().and_then(Result::err);

    let start = move |event: SubmitEvent| {
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        let title = title.get_untracked().map(|title| title.value());
        create.dispatch(CreateBoard {
            template: Template::StageSet(chosen.get_untracked()),
            lang: language.peek().into(),
            title,
        });
    };
    let example = move |event: SubmitEvent, template: Template| {
        event.prevent_default();
        if !pending.get_untracked() {
            create.dispatch(CreateBoard {
                template,
                lang: language.peek().into(),
                title: None,
            });
        }
    };
    let others = [Template::Shop, Template::Software].map(|template| {
        let words = text(move || match template {
            Template::Shop => t_string!(language, home.example_shop),
            _ => t_string!(language, home.example_software),
        });
        any(view! {
            <form method="post" action=CreateBoard::url() on:submit=move |event| example(event, template)>
                <input type="hidden" name="template" value=template.word() />
                <LangField />
                <button class="btn" type="submit">
                    {words}
                </button>
            </form>
        })
    });

    let sets = StageSet::ALL
        .iter()
        .map(|&set| {
            view! {
                <label class="set">
                    <input
                        class="set__pick"
                        type="radio"
                        name="template"
                        value=Template::StageSet(set).word()
                        checked=set == StageSet::Awareness
                        prop:checked=move || chosen.get() == set
                        on:change=move |_| chosen.set(set)
                    />
                    <span class="set__name">{move || words(set, language)[0]}</span>
                    <span class="set__pic" aria-hidden="true">
                        {picture(set).iter().map(|class| view! { <span class=*class></span> }).map(any).collect::<Vec<_>>()}
                    </span>
                    <span class="set__stages">{move || words(set, language)[1]}</span>
                    <span class="set__hint">{move || words(set, language)[2]}</span>
                </label>
            }
        })
        .map(any).collect::<Vec<_>>();

    // Erased part by part: types as deep as the page are slow to compile and large.
    let lead = view! {
        <section class="lead">
            <h1 class="lead__h">{t!(language, home.headline)}</h1>
            <form class="lead__example" method="post" action=CreateBoard::url() on:submit=move |event| example(event, Template::Cafe)>
                <input type="hidden" name="template" value=Template::Cafe.word() />
                <LangField />
                <button class="btn btn--l" type="submit" aria-describedby="example-hint">
                    {t!(language, home.example)}
                </button>
                <p class="lead__note" id="example-hint">
                    {t!(language, home.example_hint)}
                </p>
            </form>
            <div class="lead__more">
                <span class="lead__note">{t!(language, home.example_more)}</span>
                {others.into_iter().collect::<Vec<_>>()}
            </div>
        </section>
    }
    .into_any();
    let start = view! {
        <section class="start" aria-labelledby="start">
            <form class="start__form" method="post" action=CreateBoard::url() on:submit=start>
                <div class="start__head">
                    <h2 class="start__h" id="start">
                        {t!(language, home.start)}
                    </h2>
                    <p class="start__p" id="start-hint">
                        {t!(language, home.start_hint)}
                    </p>
                </div>
                <LangField />
                <fieldset class="sets" aria-describedby="start-hint">
                    <legend class="visually-hidden">{t!(language, home.stage_set)}</legend>
                    {sets}
                </fieldset>
                <div class="start__foot">
                    <label class="field start__title">
                        <span class="field__name">{t!(language, home.title_label)}</span>
                        <input
                            class="input"
                            type="text"
                            name="title"
                            maxlength=NAME_MAX.to_string()
                            autocomplete="off"
                            placeholder=t!(language, home.title_placeholder)
                            node_ref=title
                        />
                    </label>
                    <button
                        class="btn btn--main btn--l start__go"
                        type="submit"
                        aria-disabled=move || pending.get().then_some("true")
                    >
                        <Icon glyph=Glyph::Plus />
                        {move || {
                            if pending.get() {
                                t_string!(language, home.creating)
                            } else {
                                t_string!(language, home.create)
                            }
                        }}
                    </button>
                </div>
                <p class="problem" role="alert">
                    {move || failed().map(|error: ApiError| error.explain(language.get()))}
                </p>
            </form>
        </section>
    }
    .into_any();
    (lead, start)
}

/// The language that a new map is written in.
#[component]
fn LangField() -> impl IntoView {
    let language = use_language();
    let word = text(move || Lang::from(language.get()).word());
    view! { <input type="hidden" name="lang" value=word /> }
}

/// Name, stages and purpose of a stage set.
fn words(set: StageSet, language: crate::language::Language) -> [&'static str; 3] {
    match set {
        StageSet::Purchase => [
            t_string!(language, home.set.purchase.name),
            t_string!(language, home.set.purchase.stages),
            t_string!(language, home.set.purchase.hint),
        ],
        StageSet::LifeCycle => [
            t_string!(language, home.set.life_cycle.name),
            t_string!(language, home.set.life_cycle.stages),
            t_string!(language, home.set.life_cycle.hint),
        ],
        StageSet::Awareness => [
            t_string!(language, home.set.awareness.name),
            t_string!(language, home.set.awareness.stages),
            t_string!(language, home.set.awareness.hint),
        ],
        StageSet::Blank => [
            t_string!(language, home.set.blank.name),
            t_string!(language, home.set.blank.stages),
            t_string!(language, home.set.blank.hint),
        ],
    }
}

/// The stages of a set as blocks, drawn by their phase.
const fn picture(set: StageSet) -> &'static [&'static str] {
    const BESIDE: &str = "block";
    const DURING: &str = "block block--during";
    match set {
        StageSet::Purchase => &[BESIDE, DURING, BESIDE],
        StageSet::LifeCycle | StageSet::Awareness => &[BESIDE, BESIDE, DURING, BESIDE, BESIDE],
        StageSet::Blank => &["block block--open"],
    }
}
