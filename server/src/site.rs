//! The built site, carried inside the binary: script, app, stylesheet, fonts and their compressed siblings.
//!
//! In a debug build the files are read from `target/site` at every request, so that `make dev` needs no rebuild of
//! the server.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header},
};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

/// A file of the site as it lies in the binary.
#[derive(Clone, Debug)]
pub struct File {
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// The start of its SHA-256.
    pub hash: [u8; 8],
    /// When it was built, in seconds since 1970; 0 when unknown. Tells this build's files from the last one's.
    pub built: u64,
}

/// Where the files come from.
pub trait Files: Send + Sync + 'static {
    /// The file of that name, relative to the site's root and without a leading slash.
    fn get(&self, name: &str) -> Option<File>;
    /// All names.
    fn names(&self) -> Vec<Cow<'static, str>>;
}

/// The site that was built beside this binary.
#[derive(Clone, Copy, Debug, rust_embed::Embed)]
#[folder = "../target/site"]
#[allow_missing = true]
pub struct Embedded;

impl Files for Embedded {
    fn get(&self, name: &str) -> Option<File> {
        let file = <Self as rust_embed::RustEmbed>::get(name)?;
        let mut hash = [0; 8];
        hash.copy_from_slice(&file.metadata.sha256_hash()[..8]);
        Some(File {
            bytes: file.data,
            hash,
            built: file.metadata.last_modified().unwrap_or(0),
        })
    }

    fn names(&self) -> Vec<Cow<'static, str>> {
        <Self as rust_embed::RustEmbed>::iter().collect()
    }
}

/// Encodings that the site is compressed with, best first, and the ending of their files.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// Answers requests for files of the site.
#[derive(Clone)]
pub struct StaticSite {
    files: Arc<dyn Files>,
}

impl StaticSite {
    /// Serves these files.
    #[must_use]
    pub fn new(files: impl Files) -> Self {
        Self { files: Arc::new(files) }
    }

    /// The file at a request's path, if the site has one: 200, or 304 when the browser has it already.
    #[must_use]
    pub fn respond(&self, method: &Method, path: &str, asked: &HeaderMap) -> Option<Response<Body>> {
        let name = path.strip_prefix('/')?;
        if name.split('/').any(|part| matches!(part, "" | "." | "..")) || is_compressed(name) {
            return None;
        }
        let plain = self.files.get(name)?;
        let accepted = asked
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("");
        let compressed = ENCODINGS
            .into_iter()
            .filter(|(encoding, _)| accepts(accepted, encoding))
            .find_map(|(encoding, ending)| Some((encoding, self.files.get(&format!("{name}{ending}"))?)));

        let mut etag = String::with_capacity(32);
        etag.push('"');
        for byte in plain.hash {
            etag.push_str(&format!("{byte:02x}"));
        }
        if let Some((encoding, _)) = &compressed {
            // Two encodings of one file are two representations.
            etag.push('-');
            etag.push_str(encoding);
        }
        etag.push('"');

        let caching = if is_hashed(name) {
            "public, max-age=31536000, immutable"
        } else {
            "public, no-cache"
        };
        let mut response = Response::builder()
            .header(header::CONTENT_TYPE, content_type(name))
            .header(header::CACHE_CONTROL, caching)
            .header(header::VARY, "accept-encoding")
            .header(header::ETAG, &etag);
        let has_it = asked
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|known| matches!(known.trim(), "*") || known.trim().trim_start_matches("W/") == etag);
        if has_it {
            return response.status(StatusCode::NOT_MODIFIED).body(Body::empty()).ok();
        }
        let file = match compressed {
            Some((encoding, file)) => {
                response = response.header(header::CONTENT_ENCODING, encoding);
                file
            }
            None => plain,
        };
        let body = match file.bytes {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => bytes.into(),
        };
        response = response.header(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        response
            .body(if *method == Method::HEAD {
                Body::empty()
            } else {
                body.into()
            })
            .ok()
    }

    /// The files of each part of the app, as the build has listed them.
    fn parts(&self, manifest: &str) -> BTreeMap<String, Vec<String>> {
        let listed = self.files.get(manifest.trim_start_matches('/')).map(|file| file.bytes);
        let listed: BTreeMap<String, Vec<String>> =
            serde_json::from_slice(listed.as_deref().unwrap_or(b"{}")).unwrap_or_else(|error| {
                tracing::error!(%error, manifest, "the list of the app's parts cannot be read; they load without a head start");
                BTreeMap::new()
            });
        let address = |name: String| format!("/pkg/{name}.wasm");
        listed
            .into_iter()
            .map(|(part, files)| (part, files.into_iter().map(address).collect()))
            .collect()
    }

    /// The addresses that a page refers to. Empty where the site was not built.
    #[must_use]
    pub fn addresses(&self, open: bool) -> app::api::Site {
        let names = self.files.names();
        let newest = |folder: &str, ending: &str| {
            names
                .iter()
                .filter(|name| name.starts_with(folder) && name.ends_with(ending))
                .max_by_key(|name| (self.files.get(name).map_or(0, |file| file.built), name.len()))
                .map_or_else(String::new, |name| format!("/{name}"))
        };
        let mut fonts: Vec<String> = names
            .iter()
            .filter(|name| name.starts_with("fonts/") && name.ends_with(".woff2"))
            .map(|name| format!("/{name}"))
            .collect();
        fonts.sort();
        let mut site = app::api::Site {
            css: newest("pkg/touchloop", ".css"),
            js: newest("pkg/touchloop", ".js"),
            wasm: newest("pkg/touchloop", ".wasm"),
            loader: newest("pkg/__wasm_split.", ".js"),
            parts: self.parts(&newest("pkg/__wasm_split_manifest", ".json")),
            fonts,
            icon: newest("icon", ".svg"),
            live: crate::shared::script_address(),
            release: String::new(),
            open,
        };
        // Names change with what is in the files, so all of them together name the release.
        let hash = Sha256::digest(format!("{site:?}"));
        site.release = hash[..6].iter().map(|byte| format!("{byte:02x}")).collect();
        site
    }
}

fn is_compressed(name: &str) -> bool {
    ENCODINGS.iter().any(|(_, ending)| name.ends_with(ending))
}

/// Whether an `Accept-Encoding` lets this encoding in; `q=0` keeps it out.
fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|part| {
        let mut pieces = part.split(';').map(str::trim);
        let named = pieces.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let refused = pieces.any(|parameter| {
            parameter
                .strip_prefix("q=")
                .and_then(|q| q.parse::<f32>().ok())
                .is_some_and(|q| q <= 0.0)
        });
        named && !refused
    })
}

/// Whether the name carries a content hash: a part of eight or more letters and digits, not a plain word, between the
/// first dot or dash and the ending.
fn is_hashed(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let mut parts = file.rsplit('.');
    let _ending = parts.next();
    let Some(last) = parts.next() else { return false };
    // `touchloop.<hash>.js` carries it between dots, `name-<hash>.woff2` behind a dash; a hash may hold dashes itself.
    let candidate = if parts.next().is_some() {
        last
    } else {
        last.rsplit('-').next().filter(|part| *part != last).unwrap_or("")
    };
    candidate.len() >= 8
        && candidate
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        && candidate
            .bytes()
            .any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or("") {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "html" => "text/html; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    struct Fixed(BTreeMap<&'static str, (&'static str, u64)>);

    impl Files for Fixed {
        fn get(&self, name: &str) -> Option<File> {
            let (text, built) = *self.0.get(name)?;
            Some(File {
                bytes: Cow::Borrowed(text.as_bytes()),
                hash: [text.len().try_into().unwrap(); 8],
                built,
            })
        }
        fn names(&self) -> Vec<Cow<'static, str>> {
            self.0.keys().map(|name| Cow::Borrowed(*name)).collect()
        }
    }

    fn site() -> StaticSite {
        StaticSite::new(Fixed(BTreeMap::from([
            ("pkg/touchloop.8rVFSFQKqmO_N8HNBqVwcw.js", ("script", 2)),
            ("pkg/touchloop.8rVFSFQKqmO_N8HNBqVwcw.js.br", ("br", 2)),
            ("pkg/touchloop.8rVFSFQKqmO_N8HNBqVwcw.js.gz", ("gz", 2)),
            ("pkg/touchloop.zzzFSFQKqmO_N8HNBqVwcw.js", ("last week's script", 1)),
            ("pkg/touchloop.w-mFSFQKqmO_N8HNBqVwcw.wasm", ("app", 2)),
            ("pkg/__wasm_split.ExSCYYzG7g2FgguYk6wttA.js", ("loader", 2)),
            (
                "pkg/__wasm_split_manifest.grqN-tPuLcpF493qVZbdcQ.json",
                (
                    r#"{"home":["chunk_4.NhG0oWJ6-wNzIFRviUO4SQ","split_home.xHapKEvQM9LVlbi_LqxI-Q"]}"#,
                    2,
                ),
            ),
            ("pkg/touchloop.c8sFSFQKqmO_N8HNBqVwcw.css", ("style", 2)),
            ("fonts/be-vietnam-pro-latin-400-normal.1a2b3c4d.woff2", ("font", 2)),
            ("fonts/be-vietnam-pro-latin-700-normal.1a2b3c4d.woff2", ("bold", 2)),
            ("icon.svg", ("<svg/>", 2)),
        ])))
    }

    const SCRIPT: &str = "/pkg/touchloop.8rVFSFQKqmO_N8HNBqVwcw.js";

    fn ask(path: &str, headers: &[(header::HeaderName, &str)]) -> Option<Response<Body>> {
        let asked = headers
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().unwrap()))
            .collect();
        site().respond(&Method::GET, path, &asked)
    }

    fn head<'a>(response: &'a Response<Body>, name: &str) -> &'a str {
        response.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    async fn body(response: Response<Body>) -> Bytes {
        axum::body::to_bytes(response.into_body(), 1024).await.unwrap()
    }

    #[tokio::test]
    async fn the_best_accepted_encoding_is_sent() {
        for (accepted, encoding, text) in [
            ("gzip, deflate, br, zstd", "br", "br"),
            ("gzip", "gzip", "gz"),
            ("br;q=0, GZIP;q=0.5", "gzip", "gz"),
            ("identity", "", "script"),
            ("", "", "script"),
            ("brotli", "", "script"),
        ] {
            let response = ask(SCRIPT, &[(header::ACCEPT_ENCODING, accepted)]).unwrap();
            assert_eq!(head(&response, "content-encoding"), encoding, "{accepted}");
            assert_eq!(head(&response, "content-type"), "text/javascript; charset=utf-8");
            assert_eq!(head(&response, "vary"), "accept-encoding");
            assert_eq!(head(&response, "cache-control"), "public, max-age=31536000, immutable");
            assert_eq!(head(&response, "content-length"), text.len().to_string());
            assert_eq!(body(response).await, text, "{accepted}");
        }
    }

    #[tokio::test]
    async fn a_file_without_a_hash_is_asked_for_again_and_answered_briefly() {
        let first = ask("/icon.svg", &[]).unwrap();
        assert_eq!(head(&first, "cache-control"), "public, no-cache");
        let etag = head(&first, "etag").to_owned();
        let second = ask("/icon.svg", &[(header::IF_NONE_MATCH, &format!("\"other\", W/{etag}"))]).unwrap();
        assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(body(second).await, "");
    }

    #[tokio::test]
    async fn head_answers_like_get_without_the_body() {
        let response = site().respond(&Method::HEAD, SCRIPT, &HeaderMap::new()).unwrap();
        assert_eq!(head(&response, "content-length"), "6");
        assert_eq!(body(response).await, "");
    }

    #[test]
    fn what_the_site_does_not_have_is_absent() {
        for path in [
            "/",
            "",
            "/pkg",
            "/pkg/",
            "/pkg/../icon.svg",
            "//icon.svg",
            "/nothing.js",
            &format!("{SCRIPT}.br"),
        ] {
            assert!(ask(path, &[]).is_none(), "{path}");
        }
    }

    #[test]
    fn pages_refer_to_the_newest_build() {
        let site = site().addresses(true);
        assert_eq!(site.js, SCRIPT);
        assert_eq!(site.wasm, "/pkg/touchloop.w-mFSFQKqmO_N8HNBqVwcw.wasm");
        assert_eq!(site.loader, "/pkg/__wasm_split.ExSCYYzG7g2FgguYk6wttA.js");
        let home = [
            "/pkg/chunk_4.NhG0oWJ6-wNzIFRviUO4SQ.wasm",
            "/pkg/split_home.xHapKEvQM9LVlbi_LqxI-Q.wasm",
        ];
        assert_eq!(site.parts["home"], home);
        assert_eq!(site.css, "/pkg/touchloop.c8sFSFQKqmO_N8HNBqVwcw.css");
        // All weights: a browser that keeps the product needs them, a page asks for the first ones itself.
        let fonts = [
            "/fonts/be-vietnam-pro-latin-400-normal.1a2b3c4d.woff2",
            "/fonts/be-vietnam-pro-latin-700-normal.1a2b3c4d.woff2",
        ];
        assert_eq!(site.fonts, fonts);
        assert_eq!(site.icon, "/icon.svg");
        assert!(site.open);
        // Another build has another name, the same one the same.
        assert_eq!(site.release, self::site().addresses(true).release);
        assert_ne!(site.release, StaticSite::new(Embedded).addresses(true).release);
        assert_eq!(site.release.len(), 12);
    }

    #[test]
    fn a_hash_is_told_from_a_word() {
        for hashed in [
            "a.1a2b3c4d.js",
            "pkg/touchloop.w-mFSFQKqmO_N8HNBqVwcw.wasm",
            "be-vietnam-400-1a2b3c4d.woff2",
        ] {
            assert!(is_hashed(hashed), "{hashed}");
        }
        for plain in [
            "touchloop.js",
            "touchloop.min.js",
            "some.component.css",
            "icon.svg",
            "be-vietnam-400.woff2",
            "LICENSE",
        ] {
            assert!(!is_hashed(plain), "{plain}");
        }
    }
}
