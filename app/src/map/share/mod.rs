//! Share links: made, seen, changed and revoked in one dialog.
//!
//! The server keeps a link's hash and not its address, so that is shown once, when it is made. Whoever has lost it gives
//! the link another one.

mod draft;

use leptos::prelude::*;
use leptos::task::spawn_local;
use model::access::Role;
use model::date::Date;
use model::disclose::Sight;
use model::edit::Entity;
use model::id::LaneId;
use model::share::ShareLine;

use super::desk::Desk;
use super::panel::choice::{Choice, choice};
use crate::api::{ApiError, change_link, create_link, list_links, renew_link, revoke_link};
use crate::language::{Language, day, label, t, t_string};
use crate::ui::dialog::Dialog;
use crate::ui::dynamic::{any, dynamic, text};
use draft::Draft;

/// What the dialog knows.
#[derive(Clone, Copy)]
struct Share {
    desk: Desk,
    /// The links of the map, newest first; unknown until the server has answered.
    all: RwSignal<Option<Vec<ShareLine>>>,
    /// The address that was just made.
    made: RwSignal<Option<String>>,
    /// What is being made or changed.
    draft: RwSignal<Option<Draft>>,
    problem: RwSignal<Option<ApiError>>,
    /// Why what was filled in is not sent.
    lacking: RwSignal<Option<Lacking>>,
    busy: RwSignal<bool>,
}

/// What a link cannot be made without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lacking {
    Sight,
    Password,
    Site,
    Either,
}

/// The dialog.
pub fn share_dialog(desk: Desk) -> AnyView {
    let open = desk.dialogs.share;
    let inner = dynamic(move || {
        open.get().then(|| {
            let share = Share {
                desk,
                all: RwSignal::new(None),
                made: RwSignal::new(None),
                draft: RwSignal::new(None),
                problem: RwSignal::new(None),
                lacking: RwSignal::new(None),
                busy: RwSignal::new(false),
            };
            share.load();
            inside(share)
        })
    });
    any(view! {
        <Dialog open=open title=label!(desk.language, share.title)>
            {inner}
        </Dialog>
    })
}

impl Share {
    fn load(self) {
        let board = self.desk.editor.id();
        spawn_local(async move {
            let listed = list_links(board).await;
            if let Err(error) = listed {
                let _ = self.problem.try_set(Some(error));
            }
            if let Ok(all) = listed {
                let _ = self.all.try_set(Some(all));
            }
        });
    }

    /// Begins a link that shows what links usually show.
    fn begin(self) {
        let usual = self.desk.editor.with_board(|board, _| Draft::usual(board));
        self.made.set(None);
        self.lacking.set(None);
        self.problem.set(None);
        self.draft.set(Some(usual));
        super::dom::focus_soon("[data-share-label]".to_owned());
    }

    fn edit(self, line: &ShareLine) {
        self.made.set(None);
        self.lacking.set(None);
        self.problem.set(None);
        self.draft.set(Some(Draft::of(line, self.desk.zone.get_untracked())));
        super::dom::focus_soon("[data-share-label]".to_owned());
    }

    /// Sends what was filled in; what is refused stays.
    fn send(self) {
        let Some(draft) = self.draft.get_untracked().filter(|_| !self.busy.get_untracked()) else {
            return;
        };
        let lacking = draft.lacking();
        self.lacking.set(lacking);
        if lacking.is_some() {
            return;
        }
        let (board, zone) = (self.desk.editor.id(), self.desk.zone.get_untracked());
        let (terms, password) = (draft.terms(zone), draft.password());
        self.busy.set(true);
        spawn_local(async move {
            let done = match draft.id {
                None => create_link(board, terms, password).await.map(|made| Some(made.path)),
                Some(id) => change_link(board, id, terms, password).await.map(|()| None),
            };
            let _ = self.busy.try_set(false);
            let _ = self.problem.try_set(done.as_ref().err().copied());
            if let Ok(path) = done {
                let _ = self.draft.try_set(None);
                let _ = self.made.try_set(path.as_deref().map(address));
                self.load();
            }
        });
    }

    fn renew(self, id: i64) {
        let board = self.desk.editor.id();
        spawn_local(async move {
            let made = renew_link(board, id).await;
            let _ = self.problem.try_set(made.as_ref().err().copied());
            if let Ok(made) = made {
                let _ = self.made.try_set(Some(address(&made.path)));
                self.load();
            }
        });
    }

    fn revoke(self, id: i64) {
        let board = self.desk.editor.id();
        spawn_local(async move {
            let revoked = revoke_link(board, id).await;
            let _ = self.problem.try_set(revoked.err());
            self.load();
        });
    }

    /// Changes what is filled in.
    fn set(self, change: impl FnOnce(&mut Draft)) {
        self.lacking.set(None);
        self.draft.update(|draft| {
            if let Some(draft) = draft {
                change(draft);
            }
        });
    }

    fn is(self, look: impl Fn(&Draft) -> bool + Send + Sync + 'static) -> Signal<bool> {
        Signal::derive(move || self.draft.with(|draft| draft.as_ref().is_some_and(&look)))
    }
}

/// The whole address of a link, as it is sent to somebody.
fn address(path: &str) -> String {
    format!("{}{path}", window().location().origin().unwrap_or_default())
}

fn inside(share: Share) -> AnyView {
    let language = share.desk.language;
    let problem = dynamic(move || {
        let error = share.problem.get()?;
        Some(any(
            view! { <p class="problem" role="alert">{error.explain(language.get())}</p> },
        ))
    });
    let is_drafting = crate::ui::memo::Memo::new(move |_| share.draft.with(Option::is_some));
    let form = dynamic(move || {
        if is_drafting.get() {
            form(share)
        } else {
            any(view! {
                <button class="btn btn--main share__new" type="button" on:click=move |_| share.begin()>
                    {t!(language, share.make)}
                </button>
            })
        }
    });
    let made = dynamic(move || share.made.get().map(|address| made_link(share, address)));
    let list = dynamic(move || match share.all.get() {
        None => any(view! { <p class="form__hint" role="status">{t!(language, app.loading)}</p> }),
        Some(all) if all.is_empty() => any(view! { <p class="form__hint">{t!(language, share.none)}</p> }),
        Some(all) => {
            let lines = all.into_iter().map(|line| line_of(share, line)).collect::<Vec<_>>();
            any(view! { <ul class="share__list">{lines}</ul> })
        }
    });
    any(view! {
        <p class="form__hint">{t!(language, share.about)}</p>
        {form}
        {problem}
        {made}
        {list}
    })
}

/// Something that is on or off.
fn tick(words: String, is_on: Signal<bool>, set: Callback<bool>) -> AnyView {
    any(view! {
        <label class="tick-line">
            <input
                type="checkbox"
                prop:checked=move || is_on.get()
                on:change=move |event| set.run(event_target_checked(&event))
            />
            <span>{words}</span>
        </label>
    })
}

fn sight_name(language: Language, sight: Sight) -> &'static str {
    match sight {
        Sight::Map => t_string!(language, view.map),
        Sight::Matrix => t_string!(language, view.matrix),
        Sight::Wheel => t_string!(language, view.wheel),
        Sight::Loop => t_string!(language, view.loops),
        Sight::Insights => t_string!(language, view.insights),
    }
}

fn sights(share: Share) -> AnyView {
    let language = share.desk.language;
    let ticks = Sight::ALL.iter().map(|sight| {
        let sight = *sight;
        let set = Callback::new(move |on: bool| {
            share.set(|draft| {
                if on {
                    draft.disclosure.sights.insert(sight);
                } else {
                    draft.disclosure.sights.remove(&sight);
                }
            });
        });
        let is_on = share.is(move |draft| draft.disclosure.sights.contains(&sight));
        tick(untrack(|| sight_name(language, sight)).to_owned(), is_on, set)
    });
    any(view! { <div class="share__ticks">{ticks.collect::<Vec<_>>()}</div> })
}

/// The rows that can be seen now: one that is added later is not shown by the link.
fn lanes(share: Share) -> AnyView {
    let desk = share.desk;
    let lanes: Vec<LaneId> = desk.editor.with_board(|_, layout| layout.lanes.clone());
    let ticks = lanes.into_iter().map(|id| {
        let set = Callback::new(move |on: bool| {
            share.set(|draft| {
                if on {
                    draft.disclosure.lanes.insert(id);
                } else {
                    draft.disclosure.lanes.remove(&id);
                }
            });
        });
        let is_on = share.is(move |draft| draft.disclosure.lanes.contains(&id));
        tick(desk.name_of(Entity::Lane(id)), is_on, set)
    });
    any(view! { <div class="share__ticks">{ticks.collect::<Vec<_>>()}</div> })
}

/// What a page of the link shows: to be chosen.
fn shows(share: Share) -> AnyView {
    let language = share.desk.language;
    let ratings = tick(
        untrack(|| t_string!(language, share.ratings)).to_owned(),
        share.is(|draft| draft.disclosure.ratings),
        Callback::new(move |on| share.set(|draft| draft.disclosure.ratings = on)),
    );
    let comments = tick(
        untrack(|| t_string!(language, share.comments)).to_owned(),
        share.is(|draft| draft.disclosure.comments),
        Callback::new(move |on| share.set(|draft| draft.disclosure.comments = on)),
    );
    any(view! {
        <fieldset class="share__group">
            <legend class="field__name">{t!(language, share.views)}</legend>
            {sights(share)}
        </fieldset>
        <fieldset class="share__group">
            <legend class="field__name">{t!(language, share.lanes)}</legend>
            {lanes(share)}
            <p class="form__hint">{t!(language, share.lanes_hint)}</p>
        </fieldset>
        <fieldset class="share__group">
            <legend class="field__name">{t!(language, share.besides)}</legend>
            <div class="share__ticks">{ratings} {comments}</div>
            <p class="form__hint">{t!(language, share.never)}</p>
        </fieldset>
    })
}

/// The sites that may frame the page.
fn embeds(share: Share) -> AnyView {
    let language = share.desk.language;
    let typed = share
        .draft
        .with_untracked(|draft| draft.as_ref().map(|draft| draft.embeds.clone()));
    any(view! {
        <label class="field">
            <span class="field__name">{t!(language, share.embeds)}</span>
            <input
                class="input"
                type="text"
                inputmode="url"
                placeholder=t!(language, share.embeds_placeholder)
                value=typed
                on:input=move |event| share.set(|draft| draft.embeds = event_target_value(&event))
            />
        </label>
    })
}

fn form(share: Share) -> AnyView {
    let language = share.desk.language;
    let start = share.draft.get_untracked().unwrap_or_default();
    let (is_new, has_password) = (start.id.is_none(), start.has_password);
    let roles = Signal::derive(move || {
        vec![
            Choice::new(Role::Viewer.word(), t_string!(language, share.view)),
            Choice::new(Role::Commenter.word(), t_string!(language, share.comment)),
            Choice::new(Role::Editor.word(), t_string!(language, share.edit)),
        ]
    });
    let role = Signal::derive(move || {
        let role = share
            .draft
            .with(|draft| draft.as_ref().map_or(Role::Viewer, |draft| draft.role));
        role.word().to_owned()
    });
    let set_role = Callback::new(move |word: String| {
        share.set(|draft| draft.role = Role::from_word(&word).unwrap_or(Role::Viewer));
    });
    let without = has_password.then(|| {
        tick(
            untrack(|| t_string!(language, share.password_remove)).to_owned(),
            share.is(|draft| draft.removes_password),
            Callback::new(move |on| share.set(|draft| draft.removes_password = on)),
        )
    });
    let password_hint = text(move || {
        if has_password {
            t_string!(language, share.password_kept)
        } else {
            t_string!(language, share.password_hint)
        }
    });
    let lacking = dynamic(move || {
        let words = match share.lacking.get()? {
            Lacking::Sight => t_string!(language, share.lacks_view),
            Lacking::Password => t_string!(language, share.lacks_password),
            Lacking::Site => t_string!(language, share.lacks_site),
            Lacking::Either => t_string!(language, share.lacks_either),
        };
        Some(any(view! { <p class="problem" role="alert">{words}</p> }))
    });
    let submit = text(move || {
        if is_new {
            t_string!(language, share.create)
        } else {
            t_string!(language, share.save)
        }
    });
    let role = choice(label!(language, share.access), roles, role, set_role);
    let lets_edit = crate::ui::memo::Memo::new(move |_| {
        share
            .draft
            .with(|draft| draft.as_ref().is_some_and(|draft| draft.role.may_edit()))
    });
    let shows = dynamic(move || match lets_edit.get() {
        true => any(view! { <p class="form__hint" role="status">{t!(language, share.edit_hint)}</p> }),
        false => shows(share),
    });
    let embeds = dynamic(move || (!lets_edit.get()).then(|| embeds(share)));
    any(view! {
        <form
            class="share__form"
            on:submit=move |event| {
                event.prevent_default();
                share.send();
            }
        >
            <label class="field">
                <span class="field__name">{t!(language, share.label)}</span>
                <input
                    class="input"
                    type="text"
                    data-share-label=""
                    maxlength=model::limits::NAME_MAX.to_string()
                    placeholder=t!(language, share.label_placeholder)
                    value=start.label.clone()
                    on:input=move |event| share.set(|draft| draft.label = event_target_value(&event))
                />
            </label>
            {role}
            {shows}
            <label class="field">
                <span class="field__name">{t!(language, share.password)}</span>
                <input
                    class="input"
                    type="password"
                    autocomplete="new-password"
                    placeholder=password_hint
                    on:input=move |event| share.set(|draft| draft.new_password = event_target_value(&event))
                />
            </label>
            {without}
            <label class="field">
                <span class="field__name">{t!(language, share.last_day)}</span>
                <input
                    class="input"
                    type="date"
                    value=start.last_day.map(|day| day.to_string())
                    on:input=move |event| share.set(|draft| draft.last_day = Date::parse(&event_target_value(&event)))
                />
            </label>
            {embeds}
            {lacking}
            <div class="share__deeds">
                <button class="btn btn--main" type="submit" disabled=move || share.busy.get()>
                    {submit}
                </button>
                <button class="btn" type="button" on:click=move |_| share.draft.set(None)>
                    {t!(language, share.leave)}
                </button>
            </div>
        </form>
    })
}

/// The address that was just made: to be copied, or looked at as a client sees it.
fn made_link(share: Share, link: String) -> AnyView {
    let language = share.desk.language;
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
            // Only a page that came by a safe way, or from this machine, has a clipboard.
            let done = window().is_secure_context() && {
                let clipboard = window().navigator().clipboard();
                let written = clipboard.write_text(&to_copy);
                wasm_bindgen_futures::JsFuture::from(written).await.is_ok()
            };
            let _ = copied.try_set(done);
        });
    };
    let preview = link.clone();
    any(view! {
        <div class="share__made" role="status">
            <p class="form__hint">{t!(language, share.once)}</p>
            <input
                class="input"
                type="text"
                readonly
                aria-label=t!(language, share.address)
                value=link
                on:focus=move |event| {
                    event_target::<leptos::web_sys::HtmlInputElement>(&event).select();
                }
            />
            <div class="share__deeds">
                <button class="btn btn--s" type="button" on:click=copy>
                    {words}
                </button>
                <a class="btn btn--s" href=preview target="_blank" rel="noopener">
                    {t!(language, share.preview)}
                </a>
            </div>
        </div>
    })
}

fn line_of(share: Share, line: ShareLine) -> AnyView {
    let desk = share.desk;
    let language = desk.language;
    let id = line.id;
    let (used, uses, ends) = (line.used_at, line.uses, line.terms.expires_at);
    let is_revoked = line.revoked_at.is_some();
    let name = if line.terms.label.is_empty() {
        any(t!(language, share.unnamed))
    } else {
        any(line.terms.label.clone())
    };
    let (role, shown, has_password) = (line.terms.role, line.terms.disclosure.sights.clone(), line.has_password);
    let gives = text(move || {
        let said = match role {
            Role::Viewer => t_string!(language, share.view),
            Role::Commenter => t_string!(language, share.comment),
            Role::Editor | Role::Owner => t_string!(language, share.edit),
        };
        let mut parts = vec![said.to_owned()];
        if !role.may_edit() {
            let views: Vec<&str> = shown.iter().map(|sight| sight_name(language, *sight)).collect();
            parts.push(views.join(", "));
        }
        if has_password {
            parts.push(t_string!(language, share.has_password).to_owned());
        }
        parts.join(" · ")
    });
    let state = text(move || {
        let day = |at: u64| day(at, desk.zone.get(), language.get());
        let mut parts = Vec::new();
        if is_revoked {
            parts.push(t_string!(language, share.revoked).to_owned());
        } else if let Some(end) = ends {
            // The last moment of its last day.
            let on = day(end.saturating_sub(1));
            let is_over = crate::language::now().is_some_and(|now| now >= end);
            parts.push(if is_over {
                t_string!(language, share.ended, day = on)
            } else {
                t_string!(language, share.ends, day = on)
            });
        }
        parts.push(match used {
            Some(at) => t_string!(language, share.used, count = uses, day = day(at)),
            None => t_string!(language, share.unused).to_owned(),
        });
        parts.join(" · ")
    });
    let deeds = (!is_revoked).then(|| {
        any(view! {
            <span class="share__deeds">
                <button class="btn btn--s" type="button" on:click=move |_| share.edit(&line)>
                    {t!(language, map.edit)}
                </button>
                <button
                    class="btn btn--s"
                    type="button"
                    title=t!(language, share.renew_hint)
                    on:click=move |_| share.renew(id)
                >
                    {t!(language, share.renew)}
                </button>
                <button class="btn btn--s" type="button" on:click=move |_| share.revoke(id)>
                    {t!(language, share.revoke)}
                </button>
            </span>
        })
    });
    any(view! {
        <li class=if is_revoked { "share__line share__line--gone" } else { "share__line" }>
            <p>
                <b>{name}</b>
                <span class="form__hint">{gives}</span>
                <span class="form__hint">{state}</span>
            </p>
            {deeds}
        </li>
    })
}
