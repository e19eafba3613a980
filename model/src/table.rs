//! The maps of a board: sorted lists of ids and what they stand for.
//!
//! A map whose things lie behind a pointer looks the same to the machine whatever the things are, so the page holds
//! its code once and not once a kind (ARCHITECTURE.md, "The size of the page").

use std::borrow::Borrow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Bound, Index, RangeBounds};

use litemap::LiteMap;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Things by their ids, in the order of the ids. Adding at the end and finding are quick; adding in between moves a
/// pointer and an id for each thing that comes after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table<K, V>(LiteMap<K, Box<V>>);

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self(LiteMap::new_vec())
    }
}

impl<K: Ord, V> Table<K, V> {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What stands under this id.
    #[must_use]
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.0.get(key).map(|value| &**value)
    }

    /// What stands under this id, to change it.
    #[must_use]
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.0.get_mut(key).map(|value| &mut **value)
    }

    /// Whether anything stands under this id.
    #[must_use]
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.contains_key(key)
    }

    /// Puts something under this id, and says what was there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.0.insert(key, Box::new(value)).map(|value| *value)
    }

    /// What stands under this id, to change it; put there first if nothing does.
    pub fn get_or_insert_with(&mut self, key: K, value: impl FnOnce() -> V) -> &mut V {
        self.0.entry(key).or_insert_with(|| Box::new(value()))
    }

    /// Takes away everything.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Takes away what stands under this id.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.0.remove(key).map(|value| *value)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The last of them.
    #[must_use]
    pub fn last(&self) -> Option<(&K, &V)> {
        self.0.last().map(|(key, value)| (key, &**value))
    }

    /// Ids and things.
    #[must_use]
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter(self.0.as_slice().iter())
    }

    /// The ids.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator {
        self.0.as_slice().iter().map(|(key, _)| key)
    }

    /// The things, in the order of their ids.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator {
        self.0.as_slice().iter().map(|(_, value)| &**value)
    }

    /// Ids and things, taken out.
    pub fn into_pairs(self) -> impl Iterator<Item = (K, V)> {
        self.0.into_tuple_vec().into_iter().map(|(key, value)| (key, *value))
    }

    /// The things, taken out.
    pub fn into_values(self) -> impl Iterator<Item = V> {
        self.into_pairs().map(|(_, value)| value)
    }

    /// The things, to change them.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.0.iter_mut().map(|(_, value)| &mut **value)
    }

    /// Ids and things from one id to another.
    #[must_use]
    pub fn range(&self, keys: impl RangeBounds<K>) -> Iter<'_, K, V> {
        let all = self.0.as_slice();
        let from = match keys.start_bound() {
            Bound::Included(start) => all.partition_point(|(key, _)| key < start),
            Bound::Excluded(start) => all.partition_point(|(key, _)| key <= start),
            Bound::Unbounded => 0,
        };
        let rest = all.get(from..).unwrap_or_default();
        let count = match keys.end_bound() {
            Bound::Included(end) => rest.partition_point(|(key, _)| key <= end),
            Bound::Excluded(end) => rest.partition_point(|(key, _)| key < end),
            Bound::Unbounded => rest.len(),
        };
        Iter(rest.get(..count).unwrap_or_default().iter())
    }

    /// Keeps what `keep` says.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &V) -> bool) {
        self.0.retain(|key, value| keep(key, value));
    }
}

impl<K: Ord, V> Index<&K> for Table<K, V> {
    type Output = V;

    fn index(&self, key: &K) -> &V {
        &self.0[key]
    }
}

impl<K: Ord, V, const N: usize> From<[(K, V); N]> for Table<K, V> {
    fn from(pairs: [(K, V); N]) -> Self {
        pairs.into_iter().collect()
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Table<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(key, value)| (key, Box::new(value))).collect())
    }
}

impl<K: Ord, V> Extend<(K, V)> for Table<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, pairs: I) {
        for (key, value) in pairs {
            self.insert(key, value);
        }
    }
}

impl<'a, K: Ord, V> IntoIterator for &'a Table<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Iter<'a, K, V> {
        self.iter()
    }
}

/// Ids and things of a [`Table`].
#[derive(Clone, Debug)]
pub struct Iter<'a, K, V>(std::slice::Iter<'a, (K, Box<V>)>);

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(key, value)| (key, &**value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|(key, value)| (key, &**value))
    }
}

impl<K, V> ExactSizeIterator for Iter<'_, K, V> {}

impl<K: Serialize + Ord, V: Serialize> Serialize for Table<K, V> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self)
    }
}

impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Deserialize<'de> for Table<K, V> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Pairs<K, V>(PhantomData<(K, V)>);

        impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Visitor<'de> for Pairs<K, V> {
            type Value = Table<K, V>;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Self::Value, A::Error> {
                let mut table = Table::new();
                while let Some((key, value)) = pairs.next_entry()? {
                    table.insert(key, value);
                }
                Ok(table)
            }
        }

        from.deserialize_map(Pairs(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::{Bound, Table};

    fn table(keys: impl IntoIterator<Item = u32>) -> Table<u32, u32> {
        keys.into_iter().map(|key| (key, key * 10)).collect()
    }

    #[test]
    fn things_stand_in_the_order_of_their_ids_and_the_last_under_an_id_counts() {
        let mut table = table([3, 1, 2]);
        assert_eq!(table.insert(2, 21), Some(20));
        assert_eq!(
            table.iter().map(|(k, v)| (*k, *v)).collect::<Vec<_>>(),
            [(1, 10), (2, 21), (3, 30)]
        );
        assert_eq!(table.remove(&1), Some(10));
        assert_eq!(table.remove(&1), None);
        assert_eq!((table.len(), table.get(&1), table[&3]), (2, None, 30));
    }

    #[test]
    fn a_range_holds_what_is_between_its_ends() {
        let table = table([1, 3, 5, 7]);
        let keys = |from, to| table.range((from, to)).map(|(key, _)| *key).collect::<Vec<_>>();
        assert_eq!(keys(Bound::Included(3), Bound::Included(5)), [3, 5]);
        assert_eq!(keys(Bound::Included(2), Bound::Excluded(5)), [3]);
        assert_eq!(keys(Bound::Excluded(3), Bound::Unbounded), [5, 7]);
        assert_eq!(keys(Bound::Included(8), Bound::Included(9)), [0; 0]);
        assert_eq!(keys(Bound::Unbounded, Bound::Unbounded), [1, 3, 5, 7]);
    }

    #[test]
    fn it_is_written_as_a_map_and_read_back() {
        let table = table([2, 1]);
        let json = serde_json::to_string(&table).unwrap();
        assert_eq!(json, r#"{"1":10,"2":20}"#);
        assert_eq!(serde_json::from_str::<Table<u32, u32>>(&json).unwrap(), table);
    }
}
