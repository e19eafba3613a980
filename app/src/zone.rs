//! Which day it is, and was, where the reader is: the browser tells the server how far its clocks are ahead.
//!
//! One number stands for all moments, those of the other half of the year among them: where clocks are put forward in
//! summer, what happened within an hour of midnight then may be told under the day beside it.

use model::date::{Date, Zone};

/// The cookie in which the browser says it, in minutes.
#[cfg(any(feature = "ssr", feature = "hydrate"))]
const COOKIE: &str = "zone";

/// What the cookies of a reader say; of several the first that can be read.
#[cfg(feature = "ssr")]
fn said<'a>(cookies: impl Iterator<Item = &'a str>) -> Option<Zone> {
    let pairs = cookies
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.split_once('='));
    let mut said = pairs.filter(|(name, _)| name.trim() == COOKIE);
    said.find_map(|(_, value)| Zone::parse(value.trim()))
}

/// The zone that a request comes from; Vietnam's, where the first users work, while its browser has not said.
#[cfg(feature = "ssr")]
#[must_use]
pub fn zone(headers: &http::HeaderMap) -> Zone {
    let cookies = headers.get_all(http::header::COOKIE);
    said(cookies.iter().filter_map(|value| value.to_str().ok())).unwrap_or_default()
}

/// The zone that the page is drawn in: what the browser had said when it asked for it. The page carries it, so that
/// both sides read the same whatever has been said since.
#[must_use]
pub fn drawn_in() -> Zone {
    #[cfg(feature = "ssr")]
    {
        use leptos::prelude::use_context;
        use_context::<http::request::Parts>().map_or_else(Zone::default, |asked| zone(&asked.headers))
    }
    #[cfg(all(feature = "hydrate", not(feature = "ssr")))]
    {
        let html = leptos::prelude::document().document_element();
        let minutes = html.and_then(|html| html.get_attribute("data-zone"));
        minutes.and_then(|minutes| Zone::parse(&minutes)).unwrap_or_default()
    }
    #[cfg(not(any(feature = "ssr", feature = "hydrate")))]
    Zone::default()
}

/// The zone that the reader is in; only the browser knows.
#[must_use]
pub fn here() -> Zone {
    #[cfg(all(feature = "hydrate", not(feature = "ssr")))]
    {
        // Minutes that UTC is ahead of here, so the other way round; never more than some hundred.
        #[allow(clippy::cast_possible_truncation)]
        let behind = js_sys::Date::new_0().get_timezone_offset() as i32;
        Zone::new(-behind).unwrap_or_default()
    }
    #[cfg(not(all(feature = "hydrate", not(feature = "ssr"))))]
    drawn_in()
}

/// The day of now where the reader is; only the browser has a clock.
#[must_use]
pub fn today() -> Option<Date> {
    crate::language::now().map(|now| Date::of_ms_in(now, here()))
}

/// Tells the server with the next request. Said anew with every page, as people travel and clocks change.
pub fn say() {
    #[cfg(all(feature = "hydrate", not(feature = "ssr")))]
    if let Ok(document) = wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlDocument>(leptos::prelude::document()) {
        let minutes = here().minutes();
        let _ = document.set_cookie(&format!("{COOKIE}={minutes}; Path=/; Max-Age=31536000; SameSite=Lax"));
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn headers(cookies: &[&'static str]) -> http::HeaderMap {
        let mut headers = http::HeaderMap::new();
        for cookie in cookies {
            headers.append(http::header::COOKIE, http::HeaderValue::from_static(cookie));
        }
        headers
    }

    #[test]
    fn a_browser_that_has_not_said_is_in_vietnam() {
        let asked = |cookies: &[&'static str]| zone(&headers(cookies)).minutes();
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

    #[test]
    fn a_page_is_drawn_in_the_zone_that_its_request_says() {
        use leptos::prelude::{Owner, provide_context};
        let drawn = |cookies: &[&'static str]| {
            Owner::new().with(|| {
                let (mut asked, ()) = http::Request::new(()).into_parts();
                asked.headers = headers(cookies);
                provide_context(asked);
                (drawn_in(), here())
            })
        };
        let nepal = Zone::new(345).unwrap();
        assert_eq!(drawn(&["lang=vi; zone=345"]), (nepal, nepal));
        assert_eq!(drawn(&[]), (Zone::VIETNAM, Zone::VIETNAM));
    }
}
