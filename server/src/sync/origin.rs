//! Which pages may open a socket (F30).
//!
//! Browsers say which page a socket belongs to and send this site's cookies along whatever page it is, so a foreign
//! page must not get one. A program without cookies has nothing that could be misused and need not say.

use axum::http::{HeaderMap, header};

/// Whether a request with these headers may open a socket.
pub(super) fn allowed(headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (None, _) => !headers.contains_key(header::COOKIE),
        (Some(_), Some(_)) => false,
        (Some(origin), None) => {
            let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
            let origin = origin.to_str().ok();
            match (host, origin) {
                (Some(host), Some(origin)) => same_host(origin, host),
                _ => false,
            }
        }
    }
}

/// The scheme is not compared: behind a proxy that ends TLS the server cannot know it.
fn same_host(origin: &str, host: &str) -> bool {
    let (port, authority) = match origin.split_once("://") {
        Some(("http", authority)) => (":80", authority),
        Some(("https", authority)) => (":443", authority),
        _ => return false,
    };
    let bare = |text: &str| text.strip_suffix(port).unwrap_or(text).to_ascii_lowercase();
    !authority.is_empty() && bare(authority) == bare(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn f30_only_this_sites_own_pages_open_sockets() {
        let host = (header::HOST, "Example.org:3000");
        let cookie = (header::COOKIE, "id=1");
        let origin = |value| (header::ORIGIN, value);
        assert!(allowed(&headers(&[
            host.clone(),
            origin("http://example.org:3000"),
            cookie.clone()
        ])));
        assert!(allowed(&headers(&[
            (header::HOST, "example.org"),
            origin("https://example.org:443")
        ])));
        assert!(
            allowed(&headers(std::slice::from_ref(&host))),
            "a program without cookies"
        );
        assert!(!allowed(&headers(&[host.clone(), cookie])), "cookies without an origin");
        for foreign in [
            "http://evil.example",
            "http://example.org",
            "null",
            "",
            "http://",
            "file://example.org:3000",
        ] {
            assert!(!allowed(&headers(&[host.clone(), origin(foreign)])), "{foreign}");
        }
        let mut two = headers(&[host, origin("http://example.org:3000")]);
        two.append(header::ORIGIN, "http://evil.example".parse().unwrap());
        assert!(!allowed(&two));
    }
}
