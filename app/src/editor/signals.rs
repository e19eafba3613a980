//! One signal a thing, made when somebody first looks at it.

use std::sync::{Mutex, PoisonError};

use leptos::prelude::*;
use model::table::Table;

/// Signals by key. A change sets only those that exist and whose value differs, so a remote edit repaints one
/// card and not the grid.
pub struct Signals<K, V>(Mutex<Table<K, ArcRwSignal<V>>>);

impl<K, V> Default for Signals<K, V> {
    fn default() -> Self {
        Self(Mutex::new(Table::default()))
    }
}

impl<K, V> Signals<K, V>
where
    K: Ord + Copy,
    V: Clone + PartialEq + Send + Sync + 'static,
{
    /// The signal of `key`; `now` gives its value when it is the first look.
    pub fn of(&self, key: K, now: impl FnOnce() -> V) -> ArcRwSignal<V> {
        if let Some(signal) = self.lock().get(&key) {
            return signal.clone();
        }
        let signal = ArcRwSignal::new(now());
        self.lock().get_or_insert_with(key, || signal).clone()
    }

    /// Shows a new value of `key` to whoever looks.
    pub fn show(&self, key: K, value: impl FnOnce() -> V) {
        let signal = self.lock().get(&key).cloned();
        if let Some(signal) = signal {
            set_if_changed(&signal, value());
        }
    }

    /// Shows new values of everything that somebody looks at.
    pub fn show_all(&self, value: impl Fn(&K) -> V) {
        let all: Vec<_> = self.lock().iter().map(|(k, s)| (*k, s.clone())).collect();
        for (key, signal) in all {
            set_if_changed(&signal, value(&key));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Table<K, ArcRwSignal<V>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sets a signal only when that changes something, so that nobody repaints for nothing.
pub fn set_if_changed<V: PartialEq + Send + Sync + 'static>(signal: &ArcRwSignal<V>, value: V) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}
