//! Days of the calendar, without a clock: "today" is always told from outside.

use serde::{Deserialize, Serialize};

/// A day of the Gregorian calendar, 0001-01-01 to 9999-12-31, written `yyyy-mm-dd`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(i32);

/// How far the clocks of a place are ahead of UTC, in minutes; less than 0 where they are behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Zone(i16);

impl Zone {
    /// Vietnam, all year.
    pub const VIETNAM: Self = Self(7 * 60);

    /// A zone as far ahead, from 12 hours behind to 14 ahead: there is no place beyond.
    #[must_use]
    pub fn new(minutes: i32) -> Option<Self> {
        let minutes = i16::try_from(minutes).ok()?;
        (-12 * 60..=14 * 60).contains(&minutes).then_some(Self(minutes))
    }

    /// Reads the minutes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().and_then(Self::new)
    }

    /// The minutes.
    #[must_use]
    pub const fn minutes(self) -> i16 {
        self.0
    }
}

/// Of those who have not said where they are.
impl Default for Zone {
    fn default() -> Self {
        Self::VIETNAM
    }
}

/// A text that is no day of the calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a day")]
pub struct NoDate(pub String);

const MS_PER_DAY: u64 = 86_400_000;

/// Days from 1970-01-01 to a day that may lie outside its month.
///
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (`days_from_civil`).
const fn days(year: i32, month: u32, day: u32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year as i32 - 719_468
}

const fn days_in(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl Date {
    /// The first day there is.
    pub const MIN: Self = Self(days(1, 1, 1));
    /// The last day there is.
    pub const MAX: Self = Self(days(9999, 12, 31));

    /// A day, if the calendar has it.
    #[must_use]
    pub const fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        if year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= days_in(year, month) {
            Some(Self(days(year, month, day)))
        } else {
            None
        }
    }

    /// Reads `yyyy-mm-dd` and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let digits = |from: usize, to: usize| {
            bytes[from..to].iter().try_fold(0_u32, |n, byte| {
                byte.is_ascii_digit().then(|| n * 10 + u32::from(byte - b'0'))
            })
        };
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        Self::new(i32::try_from(digits(0, 4)?).ok()?, digits(5, 7)?, digits(8, 10)?)
    }

    /// The day in UTC of a time in milliseconds since 1970.
    #[must_use]
    pub fn of_ms(ms: u64) -> Self {
        Self(i32::try_from(ms / MS_PER_DAY).unwrap_or(i32::MAX).min(Self::MAX.0))
    }

    /// The day in a zone of a time in milliseconds since 1970.
    #[must_use]
    pub fn of_ms_in(ms: u64, zone: Zone) -> Self {
        Self::of_ms(ms.saturating_add_signed(i64::from(zone.0) * 60_000))
    }

    /// The moment at which it begins in a zone, in milliseconds since 1970; 0 where that is earlier.
    #[must_use]
    pub fn begins_in(self, zone: Zone) -> u64 {
        let minutes = i64::from(self.0) * 24 * 60 - i64::from(zone.0);
        u64::try_from(minutes * 60_000).unwrap_or(0)
    }

    /// Year, month (1–12), day (1–31).
    #[must_use]
    pub const fn civil(self) -> (i32, u32, u32) {
        // The reverse of `days`, from the same source.
        let z = self.0 + 719_468;
        let era = z.div_euclid(146_097);
        let of_era = z.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let m = (5 * of_year + 2) / 153;
        let day = (of_year - (153 * m + 2) / 5 + 1) as u32;
        let month = (if m < 10 { m + 3 } else { m - 9 }) as u32;
        let year = year_of_era + era * 400;
        (if month <= 2 { year + 1 } else { year }, month, day)
    }

    /// Days since 1970-01-01: differences and axes are reckoned with it.
    #[must_use]
    pub const fn days(self) -> i32 {
        self.0
    }

    /// Some days on, or back; stays within the calendar.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days).clamp(Self::MIN.0, Self::MAX.0))
    }

    /// The first day of its quarter: 1 January, April, July or October.
    #[must_use]
    pub fn quarter_start(self) -> Self {
        let (year, month, _) = self.civil();
        Self::new(year, month - (month - 1) % 3, 1).unwrap_or(Self::MIN)
    }

    /// Some months on, or back: the same day of that month, or its last.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let (year, month, day) = self.civil();
        let sum = year
            .saturating_mul(12)
            .saturating_add(month as i32 - 1)
            .saturating_add(months);
        let (year, month) = (sum.div_euclid(12), sum.rem_euclid(12) as u32 + 1);
        match Self::new(year, month, day.min(days_in(year, month))) {
            Some(date) => date,
            None if months < 0 => Self::MIN,
            None => Self::MAX,
        }
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl TryFrom<String> for Date {
    type Error = NoDate;
    fn try_from(text: String) -> Result<Self, NoDate> {
        Self::parse(&text).ok_or(NoDate(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(Date::new(1970, 1, 1).unwrap().days(), 0);
        assert_eq!(Date::new(2000, 3, 1).unwrap().days(), 11_017);
        assert_eq!(Date::of_ms(1_700_000_000_000).to_string(), "2023-11-14");
        // 22:13 in London, five in the morning in Hanoi.
        let day = |minutes| Date::of_ms_in(1_700_000_000_000, Zone::new(minutes).unwrap()).to_string();
        assert_eq!(
            (day(0), day(106), day(107)),
            ("2023-11-14".into(), "2023-11-14".into(), "2023-11-15".into())
        );
        assert_eq!(
            (day(-12 * 60), day(14 * 60)),
            ("2023-11-14".into(), "2023-11-15".into())
        );
        assert_eq!(
            Date::of_ms_in(0, Zone::new(-60).unwrap()),
            Date::of_ms(0),
            "before it there is no day"
        );
        let first = Date::parse("2026-10-01").unwrap();
        for minutes in [-12 * 60, 0, 345, 14 * 60] {
            let zone = Zone::new(minutes).unwrap();
            let begins = first.begins_in(zone);
            let days = [begins - 1, begins].map(|ms| Date::of_ms_in(ms, zone));
            assert_eq!(days, [first.plus_days(-1), first], "{minutes}");
        }
        assert_eq!(Date::MIN.begins_in(Zone::VIETNAM), 0);
        assert_eq!(Zone::parse("420"), Some(Zone::VIETNAM));
        for nowhere in ["", "7:00", "-721", "841", "99999", "+"] {
            assert_eq!(Zone::parse(nowhere), None, "{nowhere}");
        }
        for date in [
            (2023, 2, 29),
            (1900, 2, 29),
            (2024, 4, 31),
            (0, 1, 1),
            (2024, 13, 1),
            (2024, 1, 0),
        ] {
            assert_eq!(Date::new(date.0, date.1, date.2), None, "{date:?}");
        }
        let mut day = Date::MIN;
        for _ in 0..3_000_000 {
            let (year, month, date) = day.civil();
            assert_eq!(Date::new(year, month, date), Some(day));
            if day == Date::MAX {
                break;
            }
            day = day.plus_days(1);
        }
        assert_eq!(
            (Date::MIN.to_string(), Date::MAX.plus_days(9)),
            ("0001-01-01".into(), Date::MAX)
        );
    }

    #[test]
    fn only_the_one_form_is_read() {
        assert_eq!(Date::parse("2024-02-29").map(Date::civil), Some((2024, 2, 29)));
        for text in [
            "",
            "2024-2-29",
            "2024-02-30",
            "24-02-28",
            "2024/02/28",
            "+024-02-28",
            "2024-02-28 ",
            "２024-1-1",
        ] {
            assert_eq!(Date::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn g18_a_quarter_begins_in_january_april_july_or_october() {
        let first = |day| String::from(Date::parse(day).unwrap().quarter_start());
        assert_eq!(first("2026-11-28"), "2026-10-01");
        assert_eq!(first("2026-03-31"), "2026-01-01");
        assert_eq!(first("2026-07-01"), "2026-07-01");
        assert_eq!(Date::MIN.quarter_start(), Date::MIN);
        assert_eq!(String::from(Date::MAX.quarter_start()), "9999-10-01");
    }

    #[test]
    fn a_year_later_is_the_same_day_or_the_last_of_its_month() {
        let later = |text: &str, months| Date::parse(text).unwrap().plus_months(months).to_string();
        assert_eq!(later("2024-02-29", 12), "2025-02-28");
        assert_eq!(later("2024-01-31", 1), "2024-02-29");
        assert_eq!(later("2024-01-31", -2), "2023-11-30");
        assert_eq!(later("9999-06-01", 12), "9999-12-31");
        assert_eq!(later("0001-01-01", -1), "0001-01-01");
    }
}
