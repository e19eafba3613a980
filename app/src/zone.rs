//! Which day is today where the reader is: the browser tells the server how far its clocks are ahead.

use model::date::Date;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
use model::date::Zone;

/// The cookie in which the browser says it, in minutes.
#[cfg(any(feature = "ssr", feature = "hydrate"))]
const COOKIE: &str = "zone";

/// The zone that a request comes from; Vietnam's, where the first users work, while its browser has not said.
#[cfg(feature = "ssr")]
#[must_use]
pub fn zone(headers: &http::HeaderMap) -> Zone {
    let cookies = headers.get_all(http::header::COOKIE);
    let texts = cookies.iter().filter_map(|value| value.to_str().ok());
    let pairs = texts
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.split_once('='));
    let mut said = pairs.filter(|(name, _)| name.trim() == COOKIE);
    said.find_map(|(_, value)| Zone::parse(value.trim()))
        .unwrap_or_default()
}

#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
fn here() -> Zone {
    // Minutes that UTC is ahead of here, so the other way round; never more than some hundred.
    #[allow(clippy::cast_possible_truncation)]
    let behind = js_sys::Date::new_0().get_timezone_offset() as i32;
    Zone::new(-behind).unwrap_or_default()
}

/// The day of now where the reader is; only the browser has a clock.
#[must_use]
pub fn today() -> Option<Date> {
    #[cfg(all(feature = "hydrate", not(feature = "ssr")))]
    {
        crate::language::now().map(|now| Date::of_ms_in(now, here()))
    }
    #[cfg(not(all(feature = "hydrate", not(feature = "ssr"))))]
    None
}

/// Tells the server with the next request. Said anew with every page, as people travel and clocks change.
pub fn say() {
    #[cfg(all(feature = "hydrate", not(feature = "ssr")))]
    {
        use leptos::prelude::document;
        use wasm_bindgen::JsCast;
        if let Ok(document) = document().dyn_into::<web_sys::HtmlDocument>() {
            let minutes = here().minutes();
            let _ = document.set_cookie(&format!("{COOKIE}={minutes}; Path=/; Max-Age=31536000; SameSite=Lax"));
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_browser_that_has_not_said_is_in_vietnam() {
        let asked = |cookies: &[&'static str]| {
            let mut headers = http::HeaderMap::new();
            for cookie in cookies {
                headers.append(http::header::COOKIE, http::HeaderValue::from_static(cookie));
            }
            zone(&headers).minutes()
        };
        for silent in [
            &[][..],
            &["lang=en"],
            &["zone="],
            &["zone=x"],
            &["zone=9999"],
            &["a zone=60"],
        ] {
            assert_eq!(asked(silent), 7 * 60, "{silent:?}");
        }
        assert_eq!(asked(&["lang=vi; zone=-480"]), -480);
        assert_eq!(asked(&["lang=vi", "zone=345;x=1"]), 345);
        assert_eq!(asked(&["zone=0"]), 0);
    }
}
