//! Share links: what a board's people say of a link. A link is no part of the map; whoever keeps the map keeps it.

use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::disclose::Disclosure;

/// Most sites that may show a link's page in a frame.
pub const EMBEDS_MAX: usize = 8;
/// Longest address of such a site, in bytes.
const ORIGIN_MAX: usize = 253;

/// What a link gives to whoever holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// What its makers call it; whoever opens it is not told.
    pub label: String,
    /// What may be done with it.
    pub role: Role,
    /// From when on it opens nothing, in milliseconds since 1970 by the server's clock; `None` never.
    #[serde(default)]
    pub expires_at: Option<u64>,
    /// What it shows.
    pub disclosure: Disclosure,
    /// The sites that may show its page in a frame, as [`origin`] writes them.
    #[serde(default)]
    pub embeds: Vec<String>,
}

/// A share link as its map's people see it. Its address is not in it: that is told once, when it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareLine {
    /// Which one.
    pub id: i64,
    /// What it gives.
    pub terms: Terms,
    /// Whether it asks for a password.
    pub has_password: bool,
    /// When it was made, in milliseconds since 1970, by the server's clock; so are the next two.
    pub created_at: u64,
    /// When it was revoked.
    pub revoked_at: Option<u64>,
    /// When it was opened last.
    pub used_at: Option<u64>,
    /// How often it was opened.
    pub uses: u64,
}

impl ShareLine {
    /// Whether it opens its page at this moment.
    #[must_use]
    pub fn opens(&self, now_ms: u64) -> bool {
        self.revoked_at.is_none() && self.terms.expires_at.is_none_or(|end| now_ms < end)
    }
}

/// What becomes of a link's password.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Password {
    /// It stays as it is; a new link has none.
    #[default]
    Keep,
    /// There is none any more.
    Remove,
    /// It is this one from now on.
    Set(String),
}

/// The site at an address as it is kept: scheme, name and port, in lower case. `None` for what is none, and for any
/// other scheme than `http` and `https`.
///
/// ```
/// use model::share::origin;
/// assert_eq!(origin("Hien.example/menu").as_deref(), Some("https://hien.example"));
/// assert_eq!(origin("http://localhost:8080").as_deref(), Some("http://localhost:8080"));
/// assert_eq!(origin("https://*"), None);
/// ```
#[must_use]
pub fn origin(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme @ ("http" | "https"), rest)) => (scheme, rest),
        Some(_) => return None,
        None => ("https", &*text),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let is_label = |label: &str| {
        let plain = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        plain && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
    };
    let is_good = host.split('.').all(is_label)
        && port.is_none_or(|port| port.parse::<u16>().is_ok())
        && authority.len() <= ORIGIN_MAX;
    is_good.then(|| format!("{scheme}://{authority}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sites_may_frame_a_page() {
        for bad in [
            "",
            "*",
            "https://*.example",
            "javascript:alert(1)",
            "https://a b",
            "https://a.b; script-src *",
            "https://a.b:x",
            "https://user@a.b",
            "https://-a.b",
            "https://a..b",
            "data://a.b",
            "https://quán.vn",
        ] {
            assert_eq!(origin(bad), None, "{bad:?}");
        }
        assert_eq!(origin(" HTTPS://A.b:443/x?y#z ").as_deref(), Some("https://a.b:443"));
        assert_eq!(origin(&format!("https://{}", "a".repeat(300))), None);
    }

    #[test]
    fn f28_a_link_ends_by_the_servers_clock() {
        let line = |expires_at, revoked_at| ShareLine {
            id: 1,
            terms: Terms {
                label: String::new(),
                role: Role::Viewer,
                expires_at,
                disclosure: Disclosure::default(),
                embeds: Vec::new(),
            },
            has_password: false,
            created_at: 0,
            revoked_at,
            used_at: None,
            uses: 0,
        };
        assert!(line(None, None).opens(u64::MAX));
        assert!(line(Some(10), None).opens(9) && !line(Some(10), None).opens(10));
        assert!(!line(None, Some(1)).opens(0));
    }
}
