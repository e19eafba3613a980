//! Comments: the threads of a touchpoint in its panel, and those of the whole map in a dialog, where a thread stays
//! findable whose touchpoint or stage is gone.
//!
//! How much of a thread was read is kept on this device: looking is no edit.

use crate::ui::memo::Memo;
use leptos::html;
use leptos::prelude::*;
use model::board::Board;
use model::edit::{Edit, Entity};
use model::id::CommentId;
use model::items::{Anchor, Comment};
use model::table::Table;

use super::desk::Desk;
use super::field::composes;
use super::person::name_or_guest;
use super::words;
use crate::editor::device;
use crate::language::{Language, label, now, t, t_string, when};
use crate::ui::dialog::Dialog;
use crate::ui::dynamic::{any, dynamic, each, effect, text};

/// How many comments of each thread this device has shown.
pub type ReadThreads = Table<CommentId, usize>;

fn key(desk: Desk) -> String {
    format!("touchloop.read.{}", desk.editor.id())
}

/// A thread as it is shown.
#[derive(Clone, Debug, PartialEq)]
struct Shown {
    first: Comment,
    replies: Vec<Comment>,
    /// What it is about, for the dialog; `None` when that is in the trash or gone.
    about: Option<(Entity, String)>,
    was_about: String,
}

impl Shown {
    fn count(&self) -> usize {
        1 + self.replies.len()
    }
}

fn about(language: Language, board: &Board, anchor: Anchor) -> (Option<(Entity, String)>, String) {
    let (entity, name, is_live) = match anchor {
        Anchor::Touchpoint(id) => {
            let name = board.touchpoints.get(&id).map(|card| card.name.clone());
            (Some(Entity::Touchpoint(id)), name, board.shows_touchpoint(id))
        }
        Anchor::Stage(id) => {
            let stage = board.stages.get(&id);
            (
                Some(Entity::Stage(id)),
                stage.map(|stage| stage.name.clone()),
                stage.is_some_and(|stage| stage.trashed.is_none()),
            )
        }
        Anchor::Improvement(id) => {
            let it = board.improvement(id);
            (
                Some(Entity::Improvement(id)),
                it.map(|it| it.name.clone()),
                it.is_some_and(|it| it.trashed.is_none()),
            )
        }
        Anchor::Reply(_) => (None, None, false),
    };
    let name = words::or_unnamed(language, &name.unwrap_or_default());
    (entity.filter(|_| is_live).map(|entity| (entity, name.clone())), name)
}

/// A comment with what its author is called: as it was signed, otherwise as they have introduced themselves since.
fn signed(board: &Board, comment: &Comment) -> Comment {
    let mut signed = comment.clone();
    if signed.name.trim().is_empty()
        && let Some(name) = signed.written.by.and_then(|author| board.called(author))
    {
        signed.name = name.to_owned();
    }
    signed
}

fn threads(desk: Desk, of: Option<Anchor>) -> Memo<Vec<Shown>> {
    Memo::new(move |_| {
        desk.editor.follow_board(|board, _| {
            let threads = board
                .threads()
                .into_iter()
                .filter(|thread| of.is_none_or(|of| of == thread.anchor()));
            threads
                .map(|thread| {
                    let (about, was_about) = about(desk.language, board, thread.anchor());
                    Shown {
                        first: signed(board, thread.first),
                        replies: thread.replies.into_iter().map(|reply| signed(board, reply)).collect(),
                        about,
                        was_about,
                    }
                })
                .collect()
        })
    })
}

/// Counts, from here on, the comments of other people that this device has not shown yet.
pub fn count_unread(desk: Desk) {
    desk.read
        .set(device::read(&key(desk)).ok().flatten().unwrap_or_default());
    let all = threads(desk, None);
    effect(move || {
        let me = desk.editor.person().with(|me| me.as_ref().map(|me| me.id));
        let read = desk.read.read();
        let count = all.with(|all| {
            all.iter()
                .map(|thread| {
                    let seen = read.get(&thread.first.id).copied().unwrap_or(0);
                    let comments = std::iter::once(&thread.first).chain(&thread.replies).skip(seen);
                    comments
                        .filter(|comment| comment.written.by != me && comment.trashed.is_none())
                        .count()
                })
                .sum()
        });
        desk.unread.set(count);
    });
}

/// What is on the screen counts as read.
fn mark_read(desk: Desk, shown: &[Shown]) {
    let is_new = |read: &ReadThreads| {
        shown
            .iter()
            .any(|it| read.get(&it.first.id).copied().unwrap_or(0) < it.count())
    };
    if desk.read.with_untracked(is_new) {
        desk.read.update(|read| {
            for it in shown {
                read.insert(it.first.id, it.count());
            }
        });
        // A device that keeps nothing shows them as new again; nothing is lost.
        let _ = device::write(&key(desk), &*desk.read.read_untracked());
    }
}

/// The threads of a thing, and a field for a new one.
pub fn comments(desk: Desk, on: Anchor) -> AnyView {
    let language = desk.language;
    let all = threads(desk, Some(on));
    effect(move || all.with(|all| mark_read(desk, all)));
    any(view! {
        <section class="sec">
            <h3 class="sec__h">{t!(language, comment.title)}</h3>
            {list(desk, all, false)}
            {writer(desk, on, label!(language, comment.add), None)}
        </section>
    })
}

fn list(desk: Desk, all: Memo<Vec<Shown>>, with_subject: bool) -> AnyView {
    each(
        move || all.with(|all| all.iter().map(|it| it.first.id).collect::<Vec<CommentId>>()),
        move |id| thread(desk, all, id, with_subject),
    )
}

fn thread(desk: Desk, all: Memo<Vec<Shown>>, id: CommentId, with_subject: bool) -> AnyView {
    let language = desk.language;
    let it = Memo::new(move |_| all.with(|all| all.iter().find(|it| it.first.id == id).cloned()));
    let answering = RwSignal::new(false);
    let editing = RwSignal::new(None::<CommentId>);
    let subject = dynamic(move || {
        if !with_subject {
            return None;
        }
        it.get().map(|it| match it.about {
            Some((entity, name)) => any(view! {
                <button class="thread__about" type="button" on:click=move |_| go(desk, entity)>
                    {name}
                </button>
            }),
            None => any(view! { <span class="thread__about">{t_string!(language, comment.about_gone, name = it.was_about)}</span> }),
        })
    });
    let said = dynamic(move || {
        let me = desk.editor.person().with(|me| me.as_ref().map(|me| me.id));
        it.get().map(|it| {
            let comments = std::iter::once(it.first).chain(it.replies);
            comments
                .map(|comment| {
                    let (at, is_mine) = (comment.id, me.is_some() && comment.written.by == me);
                    if editing.get() == Some(at) {
                        return editor(desk, &comment, editing);
                    }
                    one(desk, &comment, is_mine, editing)
                })
                .collect::<Vec<_>>()
        })
    });
    let is_settled = Memo::new(move |_| it.with(|it| it.as_ref().is_some_and(|it| it.first.resolved.is_some())));
    let foot = dynamic(move || {
        if answering.get() {
            return writer(
                desk,
                Anchor::Reply(id),
                label!(language, comment.answer),
                Some(answering),
            );
        }
        let settle = text(move || {
            if is_settled.get() {
                t_string!(language, comment.reopen)
            } else {
                t_string!(language, comment.settle)
            }
        });
        any(view! {
            <p class="thread__foot">
                <button class="btn btn--bare btn--s" type="button" on:click=move |_| answering.set(true)>
                    {t!(language, comment.answer)}
                </button>
                <button
                    class="btn btn--bare btn--s"
                    type="button"
                    on:click=move |_| _ = desk.apply(Edit::Resolve(id, !is_settled.get_untracked()))
                >
                    {settle}
                </button>
            </p>
        })
    });
    any(view! {
        <article class=move || if is_settled.get() { "thread is-settled" } else { "thread" } data-thread=id.to_string()>
            {subject} {said} {foot}
        </article>
    })
}

fn one(desk: Desk, comment: &Comment, is_mine: bool, editing: RwSignal<Option<CommentId>>) -> AnyView {
    let language = desk.language;
    let (id, who, at) = (comment.id, name_or_guest(language, &comment.name), comment.written.at);
    let when = text(move || when(at, now(), desk.zone.get(), language.get()));
    let edited = comment
        .edited
        .map(|_| any(view! { <span class="sep">{t!(language, comment.edited)}</span> }));
    // Nobody of the team: they came by a link.
    let is_guest = comment.written.by.is_none();
    let guest = (is_guest && !comment.name.is_empty())
        .then(|| any(view! { <span class="sep">{t!(language, presence.guest)}</span> }));
    let head = view! {
        <p class="said__who">
            <b>{who}</b>
            {guest}
            <span class="sep">{when}</span>
            {edited}
        </p>
    };
    if comment.trashed.is_some() {
        return any(view! {
            <div class="said">
                {head} <p class="said__gone">{t!(language, comment.taken_back)}</p>
            </div>
        });
    }
    let edit = is_mine.then(|| {
        any(view! {
            <button class="btn btn--bare btn--s" type="button" on:click=move |_| editing.set(Some(id))>
                {t!(language, map.edit)}
            </button>
        })
    });
    let own = (is_mine || is_guest).then(|| {
        any(view! {
            <p class="said__own">
                {edit}
                <button class="btn btn--bare btn--s" type="button" on:click=move |_| desk.trash(Entity::Comment(id))>
                    {t!(language, comment.take_back)}
                </button>
            </p>
        })
    });
    let text = comment.text.clone();
    any(view! {
        <div class="said">
            {head} <p class="said__text">{text}</p> {own}
        </div>
    })
}

fn editor(desk: Desk, comment: &Comment, editing: RwSignal<Option<CommentId>>) -> AnyView {
    let id = comment.id;
    let keep = Callback::new(move |text: String| {
        let kept = desk.apply(Edit::EditComment(id, text));
        if kept {
            editing.set(None);
        }
        kept
    });
    area(
        desk,
        comment.text.clone(),
        label!(desk.language, map.edit),
        keep,
        Callback::new(move |()| editing.set(None)),
        true,
    )
}

/// A field that adds a comment; an answer's closes when it is done.
fn writer(desk: Desk, on: Anchor, label: Signal<String>, answering: Option<RwSignal<bool>>) -> AnyView {
    let close = move || {
        if let Some(answering) = answering {
            answering.set(false);
        }
    };
    let keep = Callback::new(move |text: String| {
        let name = desk
            .editor
            .person()
            .with_untracked(|me| me.as_ref().map(|me| me.name.clone()).unwrap_or_default());
        let kept = desk.apply(Edit::AddComment {
            id: CommentId::fresh(),
            on,
            name,
            text,
        });
        if kept {
            close();
        }
        kept
    });
    area(
        desk,
        String::new(),
        label,
        keep,
        Callback::new(move |()| close()),
        answering.is_some(),
    )
}

/// A field for a comment. Enter sends it, Shift+Enter breaks the line; what is refused stays.
fn area(
    desk: Desk,
    value: String,
    label: Signal<String>,
    keep: Callback<String, bool>,
    leave: Callback<()>,
    focused: bool,
) -> AnyView {
    let field = NodeRef::<html::Textarea>::new();
    if focused {
        effect(move || {
            if let Some(field) = field.get() {
                let _ = field.focus();
            }
        });
    }
    let send = move || {
        if let Some(field) = field.get_untracked()
            && !field.value().trim().is_empty()
            && keep.run(field.value())
            && field.is_connected()
        {
            field.set_value("");
        }
    };
    any(view! {
        <form
            class="writer"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <textarea
                class="input area"
                rows="1"
                node_ref=field
                prop:value=value
                aria-label=move || label.get()
                placeholder=move || label.get()
                on:keydown=move |event| {
                    if composes(&event) {
                        return;
                    }
                    match event.key().as_str() {
                        "Enter" if !event.shift_key() => {
                            event.prevent_default();
                            send();
                        }
                        "Escape" if focused => {
                            event.prevent_default();
                            event.stop_propagation();
                            leave.run(());
                        }
                        _ => {}
                    }
                }
            ></textarea>
            <button class="btn btn--s" type="submit">
                {t!(desk.language, comment.send)}
            </button>
        </form>
    })
}

fn go(desk: Desk, entity: Entity) {
    desk.dialogs.comments.set(false);
    match entity {
        Entity::Touchpoint(id) => desk.open(id),
        Entity::Improvement(id) => super::loops::moves::open(desk, id),
        entity => {
            super::views::show(desk, crate::place::View::Map);
            super::dom::focus_soon(super::desk::selector_of(entity));
        }
    }
}

/// Every thread of the map.
pub fn comments_dialog(desk: Desk) -> AnyView {
    let language = desk.language;
    let open = desk.dialogs.comments;
    let all = threads(desk, None);
    let settled = RwSignal::new(false);
    let shown = Memo::new(move |_| {
        let settled = settled.get();
        all.with(|all| {
            let all = all.iter().filter(|it| settled || it.first.resolved.is_none());
            all.cloned().collect::<Vec<Shown>>()
        })
    });
    let inner = dynamic(move || {
        open.get().then(|| {
            effect(move || shown.with(|shown| mark_read(desk, shown)));
            let empty = Memo::new(move |_| shown.with(Vec::is_empty));
            let on = desk.comment_on.get();
            let fresh = on.map(|on| {
                let (_, name) = desk.editor.with_board(|board, _| about(language, board, on));
                any(view! {
                    <p class="thread__about">{name}</p>
                    {writer(desk, on, label!(language, comment.add), None)}
                })
            });
            any(view! {
                <div class="form">
                    {fresh}
                    <label class="tick-line">
                        <input
                            type="checkbox"
                            prop:checked=move || settled.get()
                            on:change=move |event| settled.set(event_target_checked(&event))
                        />
                        <span>{t!(language, comment.show_settled)}</span>
                    </label>
                    {move || empty.get().then(|| any(view! { <p class="form__hint">{t!(language, comment.none)}</p> }))}
                    {list(desk, shown, true)}
                </div>
            })
        })
    });
    any(view! {
        <Dialog open=open title=label!(language, comment.title)>
            {inner}
        </Dialog>
    })
}
