//! How much one socket and one address may ask for (F24).

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
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
pub(super) struct Bucket {
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

/// Caps on connections.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    /// Sockets altogether.
    pub total: u32,
    /// Sockets from one address.
    pub per_address: u32,
    /// Connection attempts from one address, whether they succeed or not.
    pub attempts: Rate,
}

/// Why nobody is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Too many attempts, or too many sockets, from this address.
    Address,
    /// Too many sockets altogether.
    Full,
}

struct Guest {
    sockets: u32,
    attempts: Bucket,
}

#[derive(Default)]
struct Book {
    total: u32,
    guests: HashMap<IpAddr, Guest>,
}

/// Counts sockets and attempts.
pub(super) struct Gate {
    caps: Caps,
    book: Mutex<Book>,
}

/// A place for one socket, given back when dropped.
pub(super) struct Seat {
    gate: Arc<Gate>,
    address: IpAddr,
}

impl Gate {
    pub fn new(caps: Caps) -> Arc<Self> {
        Arc::new(Self {
            caps,
            book: Mutex::default(),
        })
    }

    pub fn enter(self: &Arc<Self>, address: IpAddr, now: Instant) -> Result<Seat, Refused> {
        let address = network(address);
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        if book.guests.len() >= ADDRESSES_MAX && !book.guests.contains_key(&address) {
            book.guests
                .retain(|_, guest| guest.sockets > 0 || !guest.attempts.is_full(now));
            if book.guests.len() >= ADDRESSES_MAX {
                return Err(Refused::Full);
            }
        }
        let total = book.total;
        let attempts = self.caps.attempts;
        let guest = book.guests.entry(address).or_insert_with(|| Guest {
            sockets: 0,
            attempts: Bucket::full(attempts, now),
        });
        if !guest.attempts.take(now) || guest.sockets >= self.caps.per_address {
            return Err(Refused::Address);
        }
        if total >= self.caps.total {
            return Err(Refused::Full);
        }
        guest.sockets += 1;
        book.total += 1;
        Ok(Seat {
            gate: self.clone(),
            address,
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut book = self.gate.book.lock().unwrap_or_else(PoisonError::into_inner);
        book.total -= 1;
        if let Some(guest) = book.guests.get_mut(&self.address) {
            guest.sockets -= 1;
            if guest.sockets == 0 && guest.attempts.is_full(Instant::now()) {
                book.guests.remove(&self.address);
            }
        }
    }
}

/// One subscriber: an IPv4 address, or the /64 that an IPv6 subscriber has to itself.
fn network(address: IpAddr) -> IpAddr {
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
    fn f24_sockets_and_attempts_are_counted_by_address() {
        let now = Instant::now();
        let caps = Caps {
            total: 4,
            per_address: 2,
            attempts: Rate {
                per_second: 1.0,
                burst: 3.0,
            },
        };
        let gate = Gate::new(caps);
        let (a, b, c): (IpAddr, IpAddr, IpAddr) = (
            "10.0.0.1".parse().unwrap(),
            "2001:db8::1".parse().unwrap(),
            "10.0.0.3".parse().unwrap(),
        );
        let first = gate.enter(a, now).ok().unwrap();
        let _second = gate.enter(a, now).ok().unwrap();
        assert_eq!(gate.enter(a, now).err(), Some(Refused::Address), "the third socket");
        drop(first);
        assert_eq!(gate.enter(a, now).err(), Some(Refused::Address), "the fourth attempt");
        let _third = gate.enter(a, now + Duration::from_secs(1)).ok().unwrap();
        let _b: Vec<_> = ["2001:db8::1", "2001:db8::2"]
            .map(|b| gate.enter(b.parse().unwrap(), now).ok().unwrap())
            .into();
        assert_eq!(gate.enter(b, now).err(), Some(Refused::Address), "one network");
        assert_eq!(gate.enter(c, now).err(), Some(Refused::Full));
    }
}
