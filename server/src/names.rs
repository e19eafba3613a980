//! The names a server answers to.
//!
//! A foreign page whose own name was pointed at this server's address (DNS rebinding) would count as the same origin.
//! An address is nobody's name, and neither is what no public DNS knows, so those and the given ones are all there is.

use std::{fmt, net::IpAddr};

use axum::http::{HeaderMap, Uri, header, uri::Authority};

use crate::cli::Open;

/// Endings of names that are a local network's own (RFC 6762, RFC 8375, and what routers hand out).
const OF_A_NETWORK: [&str; 3] = [".local", ".lan", ".home.arpa"];

/// The names a server answers to.
#[derive(Clone, Debug)]
pub struct Names {
    open: Open,
    given: Vec<String>,
}

impl Names {
    /// Those that follow from who may come in, and those that were given, as [`host`] reads them.
    #[must_use]
    pub fn new(open: Open, given: Vec<String>) -> Self {
        Self { open, given }
    }

    /// Who may come in.
    #[must_use]
    pub fn open(&self) -> Open {
        self.open
    }

    /// Whether a request with this target and these headers asks for this server.
    #[must_use]
    pub fn admit(&self, target: Option<&Authority>, headers: &HeaderMap) -> bool {
        let named = headers
            .get(header::HOST)
            .map(|host| host.to_str().ok().and_then(|host| host.parse::<Authority>().ok()));
        let authority = match (target, named) {
            (Some(target), _) => target.clone(),
            (None, Some(Some(host))) => host,
            (None, Some(None)) => return false,
            // HTTP/1.0 names nobody, and no browser speaks it.
            (None, None) => return true,
        };
        let name = authority.host().trim_end_matches('.').to_ascii_lowercase();
        if self.given.contains(&name) || name == "localhost" || name.ends_with(".localhost") {
            return true;
        }
        let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        match (self.open, address) {
            (Open::Local, address) => address.is_ok_and(|ip| ip.is_loopback()),
            (Open::Network, Ok(_)) => true,
            (Open::Network, Err(_)) => {
                !name.is_empty() && (!name.contains('.') || OF_A_NETWORK.iter().any(|ending| name.ends_with(ending)))
            }
        }
    }
}

/// Where the server is reached from outside: what the links begin with that it gives to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    authority: Authority,
    secure: bool,
}

impl PublicUrl {
    /// Whether browsers reach it by TLS, so that cookies need never be sent without.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// The name in it, as [`host`] reads one.
    #[must_use]
    pub fn name(&self) -> String {
        self.authority.host().trim_end_matches('.').to_ascii_lowercase()
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority)
    }
}

/// Reads such an address as it is typed.
///
/// # Errors
/// A sentence for whoever typed it.
pub fn url(typed: &str) -> Result<PublicUrl, String> {
    const WRONG: &str = "give an address such as https://maps.example.com, without a path";
    let uri: Uri = typed.trim().parse().map_err(|_| WRONG.to_owned())?;
    let secure = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => false,
        _ => return Err(WRONG.to_owned()),
    };
    match uri.authority() {
        Some(authority)
            if matches!(uri.path(), "" | "/") && uri.query().is_none() && !authority.as_str().contains('@') =>
        {
            Ok(PublicUrl {
                authority: authority.clone(),
                secure,
            })
        }
        _ => Err(WRONG.to_owned()),
    }
}

/// Reads the name of a host as it is typed.
///
/// # Errors
/// A sentence for whoever typed it.
pub fn host(typed: &str) -> Result<String, String> {
    let name = typed.trim().trim_end_matches('.').to_ascii_lowercase();
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_');
    if name.is_empty() || !name.chars().all(fits) {
        return Err("give a name such as maps.example.com, without https://, port or path".to_owned());
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(names: &Names, host: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        names.admit(None, &headers)
    }

    #[test]
    fn a_rebound_name_is_not_this_machine() {
        let names = Names::new(Open::Local, Vec::new());
        for own in [
            "localhost",
            "localhost:3000",
            "maps.localhost:80",
            "127.0.0.1:3000",
            "[::1]:3000",
            "127.9.9.9",
        ] {
            assert!(admitted(&names, own), "{own}");
        }
        for foreign in [
            "example.com",
            "example.com:3000",
            "127.0.0.1.example.com",
            "localhost.example.com",
            "10.0.0.1",
            "laptop.local",
            "laptop",
            "a b",
        ] {
            assert!(!admitted(&names, foreign), "{foreign}");
        }
    }

    #[test]
    fn a_rebound_name_is_not_in_this_network() {
        let names = Names::new(Open::Network, vec![host("Maps.Example.com.").unwrap()]);
        for own in [
            "localhost:3000",
            "10.0.0.1",
            "203.0.113.9:3000",
            "[2001:db8::1]:3000",
            "laptop",
            "laptop:3000",
            "Laptop.local",
            "laptop.lan:3000",
            "laptop.home.arpa.",
            "maps.example.com:443",
            "MAPS.example.com.",
        ] {
            assert!(admitted(&names, own), "{own}");
        }
        for foreign in [
            "example.com",
            "evil.maps.example.com",
            "10.0.0.1.example.com",
            "laptop.local.example.com",
            "laptop.notlocal",
            ".",
            "a b",
        ] {
            assert!(!admitted(&names, foreign), "{foreign}");
        }
        assert!(admitted(
            &Names::new(Open::Local, vec!["maps.example.com".into()]),
            "maps.example.com"
        ));
    }

    #[test]
    fn a_public_address_has_no_path() {
        let read = |typed| url(typed).map(|url| (url.to_string(), url.name(), url.is_secure()));
        let public = |url: &str, name: &str, secure| Ok((url.to_owned(), name.to_owned(), secure));
        assert_eq!(
            read(" https://Maps.example.com/ "),
            public("https://Maps.example.com", "maps.example.com", true)
        );
        assert_eq!(
            read("http://10.0.0.5:3000"),
            public("http://10.0.0.5:3000", "10.0.0.5", false)
        );
        for wrong in [
            "",
            "maps.example.com",
            "ftp://maps.example.com",
            "https://maps.example.com/maps",
            "https://maps.example.com?x",
            "https://me@maps.example.com",
            "https://",
        ] {
            assert!(url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_host_is_a_name_and_nothing_more() {
        assert_eq!(host(" Maps.Example.com. ").as_deref(), Ok("maps.example.com"));
        for wrong in [
            "",
            " ",
            ".",
            "https://maps.example.com",
            "maps.example.com:443",
            "maps.example.com/map",
            "quán.vn",
        ] {
            assert!(host(wrong).is_err(), "{wrong}");
        }
    }
}
