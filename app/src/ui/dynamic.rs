//! Views, texts and lists that follow their signals, each as *one* type.
//!
//! A closure is a type of its own, and for each type the view machinery is compiled again: some kilobytes a closure.
//! The `view!` macro erases the closures that are written into it; these erase those that are made elsewhere.

use std::sync::{Arc, Mutex};

use leptos::prelude::*;
use leptos::tachys::reactive_graph::SharedReactiveFunction;
use model::id::{AssetId, ChannelId, CommentId, LaneId, LinkId, MetricId, NoteId, PersonaId, StageId, TouchpointId};

/// A view that is made anew when what it reads changes.
pub type DynamicView = SharedReactiveFunction<AnyView>;
/// A text that is made anew when what it reads changes.
pub type DynamicText = SharedReactiveFunction<String>;

/// A view that follows what it reads.
pub fn dynamic<V: IntoView + 'static>(mut view: impl FnMut() -> V + Send + 'static) -> DynamicView {
    Arc::new(Mutex::new(move || any(view())))
}

/// A text that follows what it reads, for attributes and for what stands between tags.
pub fn text<S: Into<String>>(mut text: impl FnMut() -> S + Send + 'static) -> DynamicText {
    Arc::new(Mutex::new(move || text().into()))
}

/// Runs in the browser after each change of what it reads.
pub fn effect(run: impl FnMut() + 'static) {
    let run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(run);
}

/// One of several views of different types.
pub fn any(view: impl IntoView + 'static) -> AnyView {
    view.into_view().into_inner().into_any()
}

/// What tells the entries of a list apart: the bits of one id, or of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(pub u128, pub u128);

/// Something that stands in a list at most once.
pub trait Listed: Copy + Send + Sync + 'static {
    /// Tells it apart from the others of its list.
    fn key(self) -> Key;
}

macro_rules! listed {
    ($($id:ty),+) => {$(
        impl Listed for $id {
            fn key(self) -> Key {
                Key(self.0.as_u128(), 0)
            }
        }
    )+};
}
listed!(
    StageId,
    LaneId,
    PersonaId,
    ChannelId,
    TouchpointId,
    NoteId,
    AssetId,
    CommentId,
    LinkId,
    MetricId
);

// The feedback-loop board and what customers said.
listed!(model::id::ImprovementId, model::id::CheckId, model::id::FeedbackId);

impl<A: Listed, B: Listed> Listed for (A, B) {
    fn key(self) -> Key {
        Key(self.0.key().0, self.1.key().0)
    }
}

type Make = Box<dyn FnOnce() -> AnyView + Send>;

/// A list whose entries are kept while their keys are there, and moved when their order changes.
pub fn each<T: Listed, V: IntoView + 'static>(
    items: impl Fn() -> Vec<T> + Send + 'static,
    entry: impl Fn(T) -> V + Send + Sync + 'static,
) -> AnyView {
    let entry = Arc::new(entry);
    let make = move |item: T| -> (Key, Make) {
        let entry = Arc::clone(&entry);
        (item.key(), Box::new(move || any(entry(item))))
    };
    keyed(Box::new(move || items().into_iter().map(&make).collect()))
}

fn keyed(items: Box<dyn Fn() -> Vec<(Key, Make)> + Send>) -> AnyView {
    any(view! { <For each=items key=|item| item.0 children=|item| (item.1)() /> })
}
