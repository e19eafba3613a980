//! How much one socket and one address may ask for, and how often (F24).

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    extract::{ConnectInfo, Request},
    http::Extensions,
};

use crate::limits::ADDRESSES_MAX;

/// A rate that lasts and a burst above it.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Tokens that come back each second.
    pub per_second: f64,
    /// Tokens at most.
    pub burst: f64,
}

/// A token bucket.
#[derive(Debug)]
pub(crate) struct Bucket {
    rate: Rate,
    tokens: f64,
    filled: Instant,
}

impl Bucket {
    pub fn full(rate: Rate, now: Instant) -> Self {
        Self {
            rate,
            tokens: rate.burst,
            filled: now,
        }
    }

    fn fill(&mut self, now: Instant) {
        let since = now.saturating_duration_since(self.filled).as_secs_f64();
        self.tokens = (self.tokens + since * self.rate.per_second).min(self.rate.burst);
        self.filled = now;
    }

    /// Takes `n` tokens, going into debt if need be; answers how long to wait until the debt is paid.
    pub fn borrow(&mut self, n: f64, now: Instant) -> Duration {
        self.fill(now);
        self.tokens -= n;
        Duration::from_secs_f64((-self.tokens / self.rate.per_second).max(0.0))
    }

    /// Takes one token if there is one.
    pub fn take(&mut self, now: Instant) -> bool {
        self.fill(now);
        let there = self.tokens >= 1.0;
        if there {
            self.tokens -= 1.0;
        }
        there
    }

    fn is_full(&mut self, now: Instant) -> bool {
        self.fill(now);
        self.tokens >= self.rate.burst
    }
}

/// A bucket for each address, or whatever else is counted.
pub struct Throttle<K = IpAddr> {
    rate: Rate,
    buckets: Mutex<HashMap<K, Bucket>>,
}

impl<K: Copy + Eq + Hash> Throttle<K> {
    /// Nobody has asked for anything yet.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self {
            rate,
            buckets: Mutex::default(),
        }
    }

    /// Whether there is one more for this one.
    pub fn takes(&self, key: K, now: Instant) -> bool {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= ADDRESSES_MAX && !buckets.contains_key(&key) {
            buckets.retain(|_, bucket| !bucket.is_full(now));
            if buckets.len() >= ADDRESSES_MAX {
                return false;
            }
        }
        let bucket = buckets.entry(key).or_insert_with(|| Bucket::full(self.rate, now));
        bucket.take(now)
    }
}

impl Throttle {
    /// Whether this address could do it once more; asking takes nothing.
    pub fn would_admit(&self, address: IpAddr, now: Instant) -> bool {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.get_mut(&network(address));
        bucket.is_none_or(|bucket| {
            bucket.fill(now);
            bucket.tokens >= 1.0
        })
    }

    /// Whether this address may do it once more.
    pub fn admits(&self, address: IpAddr, now: Instant) -> bool {
        self.takes(network(address), now)
    }
}

/// So many places altogether, and so many for one address.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    /// Altogether.
    pub total: u32,
    /// For one address.
    pub per_address: u32,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPlace {
    /// This address has its share.
    Address,
    /// All are taken.
    Full,
}

/// Places that are taken and given back.
pub struct Places {
    caps: Caps,
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    total: u32,
    by_address: HashMap<IpAddr, u32>,
}

/// One place, given back when dropped.
pub struct Place {
    places: Arc<Places>,
    address: IpAddr,
}

impl Places {
    /// All are free.
    #[must_use]
    pub fn new(caps: Caps) -> Arc<Self> {
        Arc::new(Self {
            caps,
            book: Mutex::default(),
        })
    }

    /// Takes a place.
    ///
    /// # Errors
    /// [`NoPlace`].
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Result<Place, NoPlace> {
        self.take_up_to(self.caps.per_address, address)
    }

    /// The same for an address that may have all of them.
    ///
    /// # Errors
    /// [`NoPlace::Full`].
    pub fn take_of_all(self: &Arc<Self>, address: IpAddr) -> Result<Place, NoPlace> {
        self.take_up_to(self.caps.total, address)
    }

    fn take_up_to(self: &Arc<Self>, most: u32, address: IpAddr) -> Result<Place, NoPlace> {
        let address = network(address);
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        if book.by_address.get(&address).is_some_and(|taken| *taken >= most) {
            return Err(NoPlace::Address);
        }
        if book.total >= self.caps.total {
            return Err(NoPlace::Full);
        }
        book.total += 1;
        *book.by_address.entry(address).or_default() += 1;
        Ok(Place {
            places: self.clone(),
            address,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut book = self.places.book.lock().unwrap_or_else(PoisonError::into_inner);
        book.total -= 1;
        if let Some(taken) = book.by_address.get_mut(&self.address) {
            *taken -= 1;
            if *taken == 0 {
                book.by_address.remove(&self.address);
            }
        }
    }
}

/// Who asks. A server that is started without connect info takes all for one.
#[must_use]
pub fn address_of(request: &Request) -> IpAddr {
    address_in(request.extensions())
}

/// The same, of what a request brings along.
#[must_use]
pub fn address_in(extensions: &Extensions) -> IpAddr {
    extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(Ipv4Addr::UNSPECIFIED.into(), |ConnectInfo(address)| address.ip())
}

/// One subscriber: an IPv4 address, or the /64 that an IPv6 subscriber has to itself.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.into(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        per_second: 10.0,
        burst: 5.0,
    };

    #[test]
    fn f24_a_bucket_gives_its_burst_and_then_its_rate() {
        let start = Instant::now();
        let mut bucket = Bucket::full(RATE, start);
        assert_eq!((0..10).filter(|_| bucket.take(start)).count(), 5);
        assert_eq!(
            (0..10)
                .filter(|_| bucket.take(start + Duration::from_millis(300)))
                .count(),
            3
        );
        assert_eq!(
            (0..10).filter(|_| bucket.take(start + Duration::from_secs(60))).count(),
            5
        );
    }

    #[test]
    fn f24_debt_is_paid_by_waiting() {
        let start = Instant::now();
        let mut bucket = Bucket::full(RATE, start);
        assert_eq!(bucket.borrow(5.0, start), Duration::ZERO);
        assert_eq!(bucket.borrow(20.0, start), Duration::from_secs(2));
        assert_eq!(bucket.borrow(0.0, start + Duration::from_secs(2)), Duration::ZERO);
    }

    #[test]
    fn f24_places_are_counted_by_address_and_altogether() {
        let places = Places::new(Caps {
            total: 4,
            per_address: 2,
        });
        let take = |address: &str| places.take(address.parse().unwrap());
        let first = take("10.0.0.1").ok().unwrap();
        let _second = take("::ffff:10.0.0.1").ok().unwrap();
        assert_eq!(take("10.0.0.1").err(), Some(NoPlace::Address));
        drop(first);
        let _third = take("10.0.0.1").ok().unwrap();
        let _network = ["2001:db8::1", "2001:db8::2"].map(|address| take(address).ok().unwrap());
        assert_eq!(take("2001:db8::3").err(), Some(NoPlace::Address), "one network");
        assert_eq!(take("10.0.0.3").err(), Some(NoPlace::Full));
    }

    #[test]
    fn f24_each_address_has_a_bucket_of_its_own() {
        let now = Instant::now();
        let throttle = Throttle::new(RATE);
        let admitted = |address: &str, now| {
            let address = address.parse().unwrap();
            (0..10).filter(|_| throttle.admits(address, now)).count()
        };
        assert_eq!(admitted("10.0.0.1", now), 5);
        assert_eq!(admitted("10.0.0.2", now), 5);
        assert_eq!(
            admitted("2001:db8::1", now) + admitted("2001:db8::2", now),
            5,
            "one network"
        );
        assert_eq!(admitted("10.0.0.1", now + Duration::from_millis(200)), 2);
    }

    #[test]
    fn f24_whatever_is_counted_has_a_bucket_of_its_own_while_there_is_room() {
        let now = Instant::now();
        let throttle = Throttle::new(RATE);
        let taken = |key: usize, now| (0..10).filter(|_| throttle.takes(key, now)).count();
        assert_eq!((taken(0, now), taken(0, now), taken(1, now)), (5, 0, 5));
        for key in 2..ADDRESSES_MAX {
            assert!(throttle.takes(key, now));
        }
        // The book is full: whoever stands in it has their share, a newcomer has none.
        assert_eq!((taken(2, now), taken(ADDRESSES_MAX, now)), (4, 0));
        // Who has asked for nothing since makes room.
        let later = now + Duration::from_millis(100);
        assert_eq!((taken(ADDRESSES_MAX, later), taken(0, later)), (5, 1));
    }
}
