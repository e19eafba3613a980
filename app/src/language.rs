//! The reader's language: which one it is, how it is switched and remembered, and how numbers and dates look in it.
//!
//! The server decides (cookie, then `Accept-Language`, then Vietnamese) and writes it into `<html lang>`; the browser
//! reads it from there, so that both render the same words.

use leptos::prelude::*;
use model::date::{Date, Zone};
use model::items::Figure;

pub use crate::i18n::Locale;
use crate::ui::dynamic::{self, DynamicText};

/// The cookie that remembers a choice, for a year.
#[cfg_attr(not(any(feature = "ssr", feature = "hydrate")), allow(dead_code))]
const COOKIE: &str = "lang";

/// The text under a key, as a view or an attribute that follows a switch of language.
macro_rules! t {
    ($language:expr, $($key:ident).+ $(,)?) => {
        $crate::language::text_of($language, |locale| leptos_i18n::td_string!(locale, $($key).+))
    };
    ($language:expr, $($rest:tt)*) => {{
        let language: $crate::language::Language = $language;
        $crate::ui::dynamic::text(move || leptos_i18n::td_string!(language.get(), $($rest)*))
    }};
}
/// The text under a key, for whoever takes a signal.
macro_rules! label {
    ($language:expr, $($key:ident).+) => {
        $crate::language::label_of($language, |locale| leptos_i18n::td_string!(locale, $($key).+))
    };
}
/// The text under a key in the language of now; in a reactive closure it follows a switch.
macro_rules! t_string {
    ($language:expr, $($rest:tt)*) => {
        leptos_i18n::td_string!($crate::language::Language::get($language), $($rest)*)
    };
}
pub(crate) use {label, t, t_string};

/// What `t!` makes of a key: one function for all of them.
pub(crate) fn text_of(language: Language, text: fn(Locale) -> &'static str) -> DynamicText {
    dynamic::text(move || text(language.get()))
}

/// What `label!` makes of a key.
pub(crate) fn label_of(language: Language, text: fn(Locale) -> &'static str) -> Signal<String> {
    Signal::derive(move || text(language.get()).to_owned())
}

/// The language the page is in.
#[derive(Clone, Copy)]
pub struct Language(RwSignal<Locale>);

impl Language {
    /// A language that is never switched, for a page without a script.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn fixed(locale: Locale) -> Self {
        Self(RwSignal::new(locale))
    }

    /// The language; whoever asks inside a reactive closure is told of a switch.
    #[must_use]
    pub fn get(self) -> Locale {
        self.0.get()
    }

    /// The language of now, for event handlers.
    #[must_use]
    pub fn peek(self) -> Locale {
        self.0.get_untracked()
    }

    /// Switches at once and remembers the choice.
    pub fn set(self, locale: Locale) {
        remember(locale);
        self.0.set(locale);
    }
}

/// Sets the language of the page up; once, at the root.
pub fn provide() -> Language {
    let language = Language(RwSignal::new(initial()));
    provide_context(language);
    language
}

/// The language of the page.
#[must_use]
pub fn use_language() -> Language {
    use_context().unwrap_or_else(|| Language(RwSignal::new(initial())))
}

/// The language that is not this one.
#[must_use]
pub const fn other(locale: Locale) -> Locale {
    match locale {
        Locale::vi => Locale::en,
        Locale::en => Locale::vi,
    }
}

/// The word for it in `<html lang>`, cookies and forms.
#[must_use]
pub const fn code(locale: Locale) -> &'static str {
    match locale {
        Locale::vi => "vi",
        Locale::en => "en",
    }
}

/// Reads such a word; a region after a hyphen does not matter.
#[must_use]
pub fn from_code(code: &str) -> Option<Locale> {
    let primary = code.trim().split('-').next()?;
    if primary.eq_ignore_ascii_case("vi") {
        Some(Locale::vi)
    } else if primary.eq_ignore_ascii_case("en") {
        Some(Locale::en)
    } else {
        None
    }
}

/// The language that cookies say was chosen.
#[cfg_attr(not(any(feature = "ssr", feature = "hydrate")), allow(dead_code))]
pub fn chosen(cookies: &str) -> Option<Locale> {
    cookies
        .split(';')
        .filter_map(|pair| pair.split_once('='))
        .find_map(|(name, value)| (name.trim() == COOKIE).then(|| from_code(value))?)
}

#[cfg(feature = "ssr")]
mod place {
    use super::{Locale, chosen, from_code};
    use http::HeaderMap;
    use http::header::{ACCEPT_LANGUAGE, COOKIE as COOKIES};
    use http::request::Parts;
    use leptos::prelude::use_context;

    /// What the request asks for. Without a request (when the routes are listed) it is the default.
    pub fn initial() -> Locale {
        let Some(parts) = use_context::<Parts>() else {
            return Locale::default();
        };
        asked(&parts.headers)
    }

    /// What the headers of a request ask for.
    pub fn asked(headers: &HeaderMap) -> Locale {
        let text = |name| {
            headers
                .get(name)
                .and_then(|value: &http::HeaderValue| value.to_str().ok())
        };
        text(COOKIES)
            .and_then(chosen)
            .or_else(|| text(ACCEPT_LANGUAGE).and_then(preferred))
            .unwrap_or_default()
    }

    pub fn remember(_: Locale) {}

    /// The language with the greatest weight that we have; of equal ones the first.
    pub fn preferred(accept: &str) -> Option<Locale> {
        let mut best: Option<(Locale, f32)> = None;
        for entry in accept.split(',') {
            let mut parts = entry.split(';');
            let Some(locale) = parts.next().and_then(from_code) else {
                continue;
            };
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
            if weight > best.map_or(0.0, |(_, weight)| weight) {
                best = Some((locale, weight));
            }
        }
        best.map(|(locale, _)| locale)
    }
}

#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
mod place {
    use super::{Locale, code, cookie, from_code};
    use leptos::prelude::document;
    use wasm_bindgen::JsCast;

    pub fn initial() -> Locale {
        document()
            .document_element()
            .and_then(|html| html.get_attribute("lang"))
            .and_then(|lang| from_code(&lang))
            .unwrap_or_default()
    }

    /// A browser that refuses cookies still switches, until the next load.
    pub fn remember(locale: Locale) {
        if let Some(html) = document().document_element() {
            let _ = html.set_attribute("lang", code(locale));
        }
        if let Ok(document) = document().dyn_into::<web_sys::HtmlDocument>() {
            let _ = document.set_cookie(&cookie(locale));
        }
    }
}

#[cfg(not(any(feature = "ssr", feature = "hydrate")))]
mod place {
    use super::Locale;

    pub fn initial() -> Locale {
        Locale::default()
    }
    pub fn remember(_: Locale) {}
}

#[cfg(feature = "ssr")]
pub use place::asked;
pub use place::initial;
use place::remember;

/// The cookie as it is set, by the server or by the page.
#[cfg_attr(not(any(feature = "ssr", feature = "hydrate")), allow(dead_code))]
pub fn cookie(locale: Locale) -> String {
    format!("{COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax", code(locale))
}

/// A mean with one decimal: a comma in Vietnamese, a point in English.
#[must_use]
pub fn decimal(value: f64, locale: Locale) -> String {
    let text = format!("{value:.1}");
    match locale {
        Locale::vi => text.replace('.', ","),
        Locale::en => text,
    }
}

/// A number as it is measured: up to two decimals, thousands apart.
#[must_use]
pub fn figure(value: f64, locale: Locale) -> String {
    let text = format!("{value:.2}");
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let (apart, point) = match locale {
        Locale::vi => ('.', ','),
        Locale::en => (',', '.'),
    };
    let mut out = sign.to_owned();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(apart);
        }
        out.push(digit);
    }
    let decimals = decimals.trim_end_matches('0');
    if !decimals.is_empty() {
        out.push(point);
        out.push_str(decimals);
    }
    out
}

/// Reads a number as people write it: a lone point or comma stands before the decimals; of several, the one that
/// repeats sets thousands apart.
#[must_use]
pub fn parse_figure(text: &str) -> Option<Figure> {
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let marks = text.matches([',', '.']).count();
    let last = text.rfind([',', '.']);
    let plain = match last {
        // 1.234.567 and 1,234,567 have no decimals; 12.500,5 has.
        Some(at) if marks > 1 && text[..at].contains(char::from(text.as_bytes()[at])) => text.replace([',', '.'], ""),
        Some(at) => format!("{}.{}", text[..at].replace([',', '.'], ""), &text[at + 1..]),
        None => text,
    };
    plain.parse().ok().and_then(Figure::new)
}

/// A share from 0 to 1 in whole percent.
#[must_use]
pub fn percent(share: f64, locale: Locale) -> String {
    match locale {
        Locale::vi => format!("{:.0}\u{a0}%", share * 100.0),
        Locale::en => format!("{:.0}%", share * 100.0),
    }
}

/// The day of a moment in a zone, as the reader writes it.
#[must_use]
pub fn day(at_ms: u64, zone: Zone, locale: Locale) -> String {
    date(Date::of_ms_in(at_ms, zone), locale)
}

/// A day as the reader writes it.
#[must_use]
pub fn date(date: Date, locale: Locale) -> String {
    use leptos_i18n::td_string;
    let (year, month, day) = date.civil();
    let month = td_string!(locale, date.months)
        .split(' ')
        .nth(month as usize - 1)
        .unwrap_or_default();
    let day = match locale {
        Locale::vi => format!("{day:02}"),
        Locale::en => day.to_string(),
    };
    td_string!(locale, date.day, day = day, month = month, year = year)
}

/// How long ago it was, while that says more than the day; `now` is the reader's clock, unknown while the page is
/// rendered, and the day stands in until then.
#[must_use]
pub fn when(at_ms: u64, now_ms: Option<u64>, zone: Zone, locale: Locale) -> String {
    use leptos_i18n::td_string;
    const MINUTE: u64 = 60_000;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    let Some(now) = now_ms else {
        return day(at_ms, zone, locale);
    };
    // A clock that is behind the server's has no past to speak of.
    match now.saturating_sub(at_ms) {
        ..MINUTE => td_string!(locale, home.now).to_owned(),
        age @ MINUTE..HOUR => td_string!(locale, home.minutes_ago, count = age / MINUTE),
        age @ HOUR..DAY => td_string!(locale, home.hours_ago, count = age / HOUR),
        age if age < 2 * DAY => td_string!(locale, home.yesterday).to_owned(),
        age if age < 7 * DAY => td_string!(locale, home.days_ago, count = age / DAY),
        _ => day(at_ms, zone, locale),
    }
}

/// The reader's clock, in milliseconds since 1970; only the browser has one.
#[must_use]
pub fn now() -> Option<u64> {
    #[cfg(all(feature = "hydrate", not(feature = "ssr")))]
    {
        // Whole milliseconds, far below 2^53.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Some(js_sys::Date::now() as u64)
    }
    #[cfg(not(all(feature = "hydrate", not(feature = "ssr"))))]
    None
}

/// The day for `<time datetime>`.
#[must_use]
#[cfg_attr(not(feature = "ssr"), allow(dead_code))]
pub fn iso_day(at_ms: u64, zone: Zone) -> String {
    Date::of_ms_in(at_ms, zone).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_the_reader_writes_them() {
        let at = 1_763_900_000_000; // 2025-11-23 12:13 UTC
        let utc = Zone::new(0).unwrap();
        assert_eq!(day(at, utc, Locale::vi), "23/11/2025");
        assert_eq!(day(at, utc, Locale::en), "23 Nov 2025");
        assert_eq!(iso_day(at, utc), "2025-11-23");
        assert_eq!(iso_day(0, utc), "1970-01-01");
        assert_eq!(iso_day(951_782_400_000, utc), "2000-02-29");
        assert_eq!(iso_day(4_107_542_400_000, utc), "2100-03-01");
    }

    #[test]
    fn a_moment_has_the_day_of_the_readers_zone() {
        let late = 1_763_920_800_000; // 2025-11-23 18:00 UTC, one in the morning in Vietnam
        let (vietnam, azores) = (Zone::VIETNAM, Zone::new(-60).unwrap());
        assert_eq!(day(late, vietnam, Locale::vi), "24/11/2025");
        assert_eq!(day(late, azores, Locale::vi), "23/11/2025");
        assert_eq!(iso_day(late, vietnam), "2025-11-24");
        assert_eq!(when(late, None, vietnam, Locale::vi), "24/11/2025");
        let week_later = Some(late + 8 * 86_400_000);
        assert_eq!(when(late, week_later, vietnam, Locale::vi), "24/11/2025");
        assert_eq!(when(late, week_later, azores, Locale::vi), "23/11/2025");
    }

    #[test]
    fn what_is_fresh_is_told_by_its_age() {
        let at = 1_763_900_000_000;
        let utc = Zone::new(0).unwrap();
        let told = |age: u64| when(at, Some(at + age), utc, Locale::vi);
        assert_eq!(when(at, None, utc, Locale::vi), "23/11/2025");
        assert_eq!(when(at, Some(at - 5_000), utc, Locale::vi), "vừa xong");
        assert_eq!(told(59_999), "vừa xong");
        assert_eq!(told(5 * 60_000), "5 phút trước");
        assert_eq!(told(3 * 3_600_000), "3 giờ trước");
        assert_eq!(told(25 * 3_600_000), "hôm qua");
        assert_eq!(told(49 * 3_600_000), "2 ngày trước");
        assert_eq!(told(8 * 86_400_000), "23/11/2025");
    }

    #[test]
    fn a_mean_has_a_decimal_comma_in_vietnamese() {
        assert_eq!(decimal(4.68, Locale::vi), "4,7");
        assert_eq!(decimal(2.0, Locale::en), "2.0");
    }

    #[test]
    fn numbers_are_written_and_read_as_the_reader_writes_them() {
        assert_eq!(figure(1_234_567.5, Locale::vi), "1.234.567,5");
        assert_eq!(figure(-1_234.25, Locale::en), "-1,234.25");
        assert_eq!(figure(9.0, Locale::vi), "9");
        assert_eq!(figure(0.005, Locale::en), "0.01");
        let read = |text| parse_figure(text).map(Figure::get);
        assert_eq!(read("9,5"), Some(9.5));
        assert_eq!(read("9.5"), Some(9.5));
        assert_eq!(read("-12.500,5"), Some(-12_500.5));
        assert_eq!(read("1.234.567"), Some(1_234_567.0));
        assert_eq!(read(" 40 "), Some(40.0));
        assert_eq!(read("năm"), None);
        assert_eq!(read(""), None);
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn the_language_comes_from_the_cookie_then_from_the_browser() {
        use super::place::preferred;
        assert_eq!(chosen("theme=dark; lang=en"), Some(Locale::en));
        assert_eq!(chosen("lang=xx"), None);
        assert_eq!(preferred("en-GB,en;q=0.9,vi;q=0.8"), Some(Locale::en));
        assert_eq!(preferred("fr;q=1, en;q=0.3, vi-VN;q=0.7"), Some(Locale::vi));
        assert_eq!(preferred("de, fr"), None);
        assert_eq!(preferred("en;q=0"), None);
    }
}
