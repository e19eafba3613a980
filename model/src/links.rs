//! Addresses that may stand in a link: pages and mailboxes, nothing that runs (F38).

use crate::limits::LINK_MAX;

/// The address as it is kept: trimmed, `https://` before one that names no scheme. `None` for any other scheme
/// than `http`, `https` and `mailto`, for blanks and control characters inside, and beyond [`LINK_MAX`].
///
/// ```
/// use model::links::address;
/// assert_eq!(address(" hien.example/menu ").as_deref(), Some("https://hien.example/menu"));
/// assert_eq!(address("mailto:lan@hien.example").as_deref(), Some("mailto:lan@hien.example"));
/// assert_eq!(address("javascript:alert(1)"), None);
/// ```
#[must_use]
pub fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let path = text.find(['/', '?', '#']).unwrap_or(text.len());
    let (scheme, rest) = match text[..path].split_once(':') {
        Some((scheme, _)) => (scheme, &text[scheme.len() + 1..]),
        None => ("", text),
    };
    let is = |name: &str| scheme.eq_ignore_ascii_case(name);
    let host = |rest: &str| rest.starts_with(|c: char| c.is_alphanumeric() || c == '[');
    let good = if is("mailto") {
        rest.contains('@')
    } else if is("http") || is("https") {
        rest.strip_prefix("//").is_some_and(host)
    } else {
        scheme.is_empty() && path > 0 && host(rest) && text[..path].contains('.')
    };
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '\\' | '`');
    if !good || text.contains(odd) || text.len() + "https://".len() > LINK_MAX {
        return None;
    }
    Some(if scheme.is_empty() {
        format!("https://{text}")
    } else {
        text.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f38_only_pages_and_mailboxes_are_addresses() {
        for good in [
            "http://a.b",
            "HTTPS://hien.example:8080/x?y=1#z",
            "mailto:a@b",
            "https://[::1]/",
            "https://điểm.vn/chạm",
        ] {
            assert_eq!(address(good).as_deref(), Some(good));
        }
        assert_eq!(address("\t a.b/c:d\n").as_deref(), Some("https://a.b/c:d"));
        for bad in [
            "",
            "javascript:alert(1)",
            "JaVaScRiPt://x.y/%0aalert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "//a.b",
            "/a.b",
            "a.b:80",
            "https:a.b",
            "https://",
            "https:///a",
            "https://a b",
            "https://a.b/\"onclick=",
            "mailto:",
            "localhost",
            "\u{1}javascript:alert(1)",
            "https://a.b/<script>",
        ] {
            assert_eq!(address(bad), None, "{bad:?}");
        }
        assert_eq!(address(&format!("https://a.b/{}", "x".repeat(LINK_MAX))), None);
    }
}
