//! Values that are computed from others and kept, all of them as *one* type.
//!
//! Leptos' own memo is compiled again for each type of value and each closure: two kilobytes a memo, most of it the
//! same. Here the value lies behind a pointer that knows its type, and the closure in a box.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use leptos::prelude::{Signal, With, WithUntracked};

type Value = Arc<dyn Any + Send + Sync>;

struct Kept {
    value: Value,
    same: fn(&Value, &Value) -> bool,
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        (self.same)(&self.value, &other.value)
    }
}

/// A value that is computed anew when what it reads changes, and tells its readers only when it is another.
pub struct Memo<T: 'static> {
    kept: leptos::prelude::Memo<Kept>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Memo<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Memo<T> {}

impl<T: PartialEq + Send + Sync + 'static> Memo<T> {
    /// Computes with `make`, which is given the value before.
    pub fn new(make: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Self {
        Self {
            kept: keep(Box::new(move |before| Kept {
                value: Arc::new(make(before.map(|kept| of_type::<T>(&kept.value)))),
                same: |one, other| of_type::<T>(one) == of_type::<T>(other),
            })),
            of: PhantomData,
        }
    }

    /// Reads the value; whoever does so in a reactive closure is told of the next.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read(of_type(&tracked(self.kept)))
    }

    /// Is told of the next value.
    pub fn track(self) {
        drop(tracked(self.kept));
    }

    /// Reads the value of now.
    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read(of_type(&untracked(self.kept)))
    }
}

impl<T: Clone + PartialEq + Send + Sync + 'static> Memo<T> {
    /// The value; whoever asks in a reactive closure is told of the next.
    #[must_use]
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// The value of now.
    #[must_use]
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}

impl<T: Clone + PartialEq + Send + Sync + 'static> From<Memo<T>> for Signal<T> {
    fn from(memo: Memo<T>) -> Self {
        Self::derive(move || memo.get())
    }
}

type Make = Box<dyn Fn(Option<&Kept>) -> Kept + Send + Sync>;

fn keep(make: Make) -> leptos::prelude::Memo<Kept> {
    leptos::prelude::Memo::new(make)
}

fn tracked(memo: leptos::prelude::Memo<Kept>) -> Value {
    memo.with(|kept| Arc::clone(&kept.value))
}

fn untracked(memo: leptos::prelude::Memo<Kept>) -> Value {
    memo.with_untracked(|kept| Arc::clone(&kept.value))
}

fn of_type<T: 'static>(value: &Value) -> &T {
    match (**value).downcast_ref() {
        Some(value) => value,
        None => unreachable!("a memo keeps values of the type it was made for"),
    }
}

#[cfg(test)]
mod tests {
    use leptos::prelude::*;

    use super::Memo;

    #[test]
    fn it_follows_what_it_reads_and_knows_the_value_before() {
        let owner = Owner::new();
        owner.set();
        let number = RwSignal::new(1);
        let sum = Memo::new(move |before: Option<&i32>| before.copied().unwrap_or(0) + number.get());
        assert_eq!(sum.get_untracked(), 1);
        number.set(5);
        assert_eq!(sum.get_untracked(), 6);
        assert_eq!(sum.with_untracked(|sum| *sum), 6);
    }

    #[test]
    fn an_equal_value_is_not_told() {
        let owner = Owner::new();
        owner.set();
        let number = RwSignal::new(1);
        let odd = Memo::new(move |_| number.get() % 2 == 1);
        let told = Memo::new(move |before: Option<&usize>| {
            odd.with(|_| ());
            before.map_or(1, |times| times + 1)
        });
        assert_eq!(told.get_untracked(), 1);
        number.set(3);
        assert_eq!(told.get_untracked(), 1);
        number.set(4);
        assert_eq!(told.get_untracked(), 2);
    }
}
