//! The proxies in front of the server, and what is believed of what they say: from which address somebody comes, and
//! whether by TLS. Without any nothing is: whoever asks could write it.

use std::{
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName},
    middleware::Next,
    response::Response,
};

use crate::router::Server;

/// Every proxy writes at its end from where it was asked.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Which proxies there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proxies {
    /// So many, one behind the other; the last is whoever connects.
    Count(usize),
    /// Those in these networks.
    At(Vec<Network>),
}

/// Addresses that begin alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

/// The request came to the proxy by TLS.
#[derive(Clone, Copy, Debug)]
pub struct ByTls;

impl Network {
    fn holds(self, address: IpAddr) -> bool {
        let differing = match (self.address, address.to_canonical()) {
            (IpAddr::V4(one), IpAddr::V4(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros(),
            (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros(),
            _ => return false,
        };
        differing >= self.bits
    }
}

impl FromStr for Network {
    type Err = ();

    fn from_str(typed: &str) -> Result<Self, ()> {
        let (address, bits) = match typed.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().map_err(|_| ())?)),
            None => (typed, None),
        };
        let address = address.parse::<IpAddr>().map_err(|_| ())?.to_canonical();
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(all);
        (bits <= all).then_some(Self { address, bits }).ok_or(())
    }
}

/// Reads which proxies there are as it is typed: how many, or their addresses and networks.
///
/// # Errors
/// A sentence for whoever typed it.
pub fn proxies(typed: &str) -> Result<Proxies, String> {
    if let Ok(count) = typed.trim().parse() {
        return Ok(Proxies::Count(count));
    }
    let networks: Result<Vec<Network>, ()> = typed.split(',').map(|network| network.trim().parse()).collect();
    networks.map(Proxies::At).map_err(|()| {
        "say how many proxies there are, such as 1, or their addresses, such as 127.0.0.1,10.0.0.0/8".to_owned()
    })
}

impl Proxies {
    /// Whether an address, so many steps before the server, is a proxy's.
    fn believes(&self, address: IpAddr, steps: usize) -> bool {
        match self {
            Self::Count(count) => steps < *count,
            Self::At(networks) => networks.iter().any(|network| network.holds(address)),
        }
    }

    /// Whether whoever connects is one of them.
    #[must_use]
    pub fn are_at(&self, peer: IpAddr) -> bool {
        self.believes(peer, 0)
    }

    /// From where a request comes that somebody at `peer` has handed on: the last address that no proxy has. What
    /// stands before it whoever asks may have written.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines = headers.get_all(FORWARDED_FOR).iter();
        let lines: Vec<&str> = lines.map(|line| line.to_str().unwrap_or_default()).collect();
        let mut before = lines.iter().rev().flat_map(|line| line.rsplit(','));
        let (mut client, mut steps) = (peer, 0);
        while self.believes(client, steps) {
            match before.next().and_then(address) {
                Some(address) => (client, steps) = (address, steps + 1),
                None => break,
            }
        }
        client
    }

    /// Whether it came to the proxy next to the server by TLS.
    #[must_use]
    pub fn is_by_tls(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        let said = headers.get_all(FORWARDED_PROTO).iter().next_back();
        let said = said
            .and_then(|said| said.to_str().ok())
            .and_then(|said| said.rsplit(',').next());
        self.are_at(peer) && said.is_some_and(|said| said.trim().eq_ignore_ascii_case("https"))
    }
}

/// An address as proxies write it, with a port or without.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// Puts what the proxies say in the place of what the connection says.
pub async fn heed(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().copied();
    if let (Some(proxies), Some(ConnectInfo(peer))) = (&server.proxies, peer) {
        let client = proxies.client(peer.ip(), request.headers());
        let is_by_tls = proxies.is_by_tls(peer.ip(), request.headers());
        let extensions = request.extensions_mut();
        extensions.insert(ConnectInfo(SocketAddr::new(client, peer.port())));
        if is_by_tls {
            extensions.insert(ByTls);
        }
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &str, peer: &str, said: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in said {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        let proxies = proxies(trusted).unwrap();
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn f24_what_stands_before_the_proxies_is_not_believed() {
        let said = ["6.6.6.6, 1.1.1.1", "10.0.0.2"];
        assert_eq!(client("0", "10.0.0.1", &said), "10.0.0.1");
        assert_eq!(client("1", "10.0.0.1", &said), "10.0.0.2");
        assert_eq!(client("2", "10.0.0.1", &said), "1.1.1.1");
        assert_eq!(client("10.0.0.0/8", "10.0.0.1", &said), "1.1.1.1");
        assert_eq!(client("10.0.0.1,::1", "10.0.0.1", &said), "10.0.0.2");
        assert_eq!(client("10.0.0.0/8", "9.9.9.9", &said), "9.9.9.9", "no proxy of ours");
        assert_eq!(client("1", "10.0.0.1", &[]), "10.0.0.1", "the proxy says nothing");
        assert_eq!(client("2", "10.0.0.1", &["1.1.1.1, unknown"]), "10.0.0.1");
        assert_eq!(
            client("3", "::1", &["[2001:db8::7]:443, ::ffff:1.2.3.4"]),
            "2001:db8::7"
        );
    }

    #[test]
    fn what_is_typed_is_a_count_or_addresses() {
        assert_eq!(proxies(" 2 "), Ok(Proxies::Count(2)));
        for wrong in ["", "-1", "proxy.local", "10.0.0.0/33", "10.0.0.1;10.0.0.2", "10.0.0.1,"] {
            assert!(proxies(wrong).is_err(), "{wrong:?}");
        }
        let holds = |network: &str, address: &str| network.parse::<Network>().unwrap().holds(address.parse().unwrap());
        assert!(holds("10.1.0.0/16", "10.1.255.3") && !holds("10.1.0.0/16", "10.2.0.1"));
        assert!(holds("10.1.0.0/16", "::ffff:10.1.0.9") && !holds("10.0.0.0/8", "::1"));
        assert!(holds("2001:db8::/32", "2001:db8:1::2") && holds("0.0.0.0/0", "8.8.8.8"));
    }

    #[test]
    fn only_a_proxy_says_that_somebody_comes_by_tls() {
        let mut headers = HeaderMap::new();
        headers.insert(FORWARDED_PROTO, "https".parse().unwrap());
        let proxies = proxies("127.0.0.1").unwrap();
        assert!(proxies.is_by_tls("127.0.0.1".parse().unwrap(), &headers));
        assert!(!proxies.is_by_tls("127.0.0.2".parse().unwrap(), &headers));
        headers.append(FORWARDED_PROTO, "http".parse().unwrap());
        assert!(
            !proxies.is_by_tls("127.0.0.1".parse().unwrap(), &headers),
            "the last says so"
        );
    }
}
