//! A link that is being filled in.

use model::access::Role;
use model::board::Board;
use model::date::{Date, Zone};
use model::disclose::Disclosure;
use model::share::{Password, ShareLine, Terms, origin};

use super::Lacking;

const DAY_MS: i64 = 86_400_000;
const MINUTE_MS: i64 = 60_000;
/// The shortest password, in characters; the server asks for as many.
const PASSWORD_MIN: usize = 4;

/// What is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The link that is changed; `None` for a new one.
    pub id: Option<i64>,
    /// What it is called.
    pub label: String,
    /// What may be done with it.
    pub role: Role,
    /// What it shows.
    pub disclosure: Disclosure,
    /// Whether it asks for a password already.
    pub has_password: bool,
    /// Whether it is to ask for none any more.
    pub removes_password: bool,
    /// The password that it gets; empty for none, or for the one it has.
    pub new_password: String,
    /// The last day on which it opens its page.
    pub last_day: Option<Date>,
    /// The sites that may frame its page.
    pub embeds: String,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            id: None,
            label: String::new(),
            role: Role::Viewer,
            disclosure: Disclosure::default(),
            has_password: false,
            removes_password: false,
            new_password: String::new(),
            last_day: None,
            embeds: String::new(),
        }
    }
}

impl Draft {
    /// A new link of a board.
    #[must_use]
    pub fn usual(board: &Board) -> Self {
        Self {
            disclosure: Disclosure::usual(board),
            ..Self::default()
        }
    }

    /// A link that is there.
    #[must_use]
    pub fn of(line: &ShareLine, zone: Zone) -> Self {
        let terms = &line.terms;
        Self {
            id: Some(line.id),
            label: terms.label.clone(),
            role: terms.role,
            disclosure: terms.disclosure.clone(),
            has_password: line.has_password,
            // The last moment before it ends.
            last_day: terms.expires_at.map(|end| Date::of_ms_in(end.saturating_sub(1), zone)),
            embeds: terms.embeds.join(" "),
            ..Self::default()
        }
    }

    /// None for whoever edits: no other site frames the map itself.
    fn sites(&self) -> impl Iterator<Item = &str> {
        let sites = self.embeds.split([' ', ',', ';', '\n']);
        let sites = sites.map(str::trim).filter(|site| !site.is_empty());
        sites.filter(|_| !self.role.may_edit())
    }

    /// What it cannot be sent without.
    #[must_use]
    pub fn lacking(&self) -> Option<Lacking> {
        let password = self.new_password.chars().count();
        let asks = password > 0 || self.has_password && !self.removes_password;
        let shows = self.role.may_edit() || !self.disclosure.sights.is_empty();
        if !shows {
            Some(Lacking::Sight)
        } else if password > 0 && password < PASSWORD_MIN {
            Some(Lacking::Password)
        } else if self.sites().any(|site| origin(site).is_none()) {
            Some(Lacking::Site)
        } else if asks && self.sites().next().is_some() {
            Some(Lacking::Either)
        } else {
            None
        }
    }

    /// What it gives, with days as they are in a zone.
    #[must_use]
    pub fn terms(&self, zone: Zone) -> Terms {
        let end = |day: Date| {
            let midnight = (i64::from(day.days()) + 1) * DAY_MS - i64::from(zone.minutes()) * MINUTE_MS;
            u64::try_from(midnight).unwrap_or(0)
        };
        Terms {
            label: self.label.clone(),
            role: self.role,
            expires_at: self.last_day.map(end),
            disclosure: self.disclosure.clone(),
            embeds: self.sites().filter_map(origin).collect(),
        }
    }

    /// What becomes of its password.
    #[must_use]
    pub fn password(&self) -> Password {
        if !self.new_password.is_empty() {
            Password::Set(self.new_password.clone())
        } else if self.removes_password {
            Password::Remove
        } else {
            Password::Keep
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        let mut draft = Draft::default();
        draft.disclosure.sights.insert(model::disclose::Sight::Map);
        draft
    }

    #[test]
    fn a_link_opens_to_the_end_of_its_last_day_where_the_reader_is() {
        let day = Date::parse("2026-11-30");
        for zone in [Zone::VIETNAM, Zone::new(-600).unwrap(), Zone::new(0).unwrap()] {
            let draft = Draft {
                last_day: day,
                ..draft()
            };
            let end = draft.terms(zone).expires_at.unwrap();
            assert_eq!(Date::of_ms_in(end - 1, zone), day.unwrap());
            assert_eq!(Date::of_ms_in(end, zone), day.unwrap().plus_days(1));
        }
    }

    #[test]
    fn what_is_lacking_is_said_before_anything_is_sent() {
        assert_eq!(draft().lacking(), None);
        assert_eq!(Draft::default().lacking(), Some(Lacking::Sight));
        let with = |password: &str, embeds: &str| Draft {
            new_password: password.to_owned(),
            embeds: embeds.to_owned(),
            ..draft()
        };
        assert_eq!(with("abc", "").lacking(), Some(Lacking::Password));
        assert_eq!(with("", "hien.example, *").lacking(), Some(Lacking::Site));
        assert_eq!(with("abcd", "hien.example").lacking(), Some(Lacking::Either));
        assert_eq!(
            with("", "Hien.example b.example").terms(Zone::VIETNAM).embeds,
            ["https://hien.example", "https://b.example"]
        );
        let edits = Draft {
            role: Role::Editor,
            embeds: "hien.example, *".to_owned(),
            new_password: "abcd".to_owned(),
            ..Draft::default()
        };
        assert_eq!(edits.lacking(), None, "it shows everything, in no frame");
        assert!(edits.terms(Zone::VIETNAM).embeds.is_empty());
        let kept = Draft {
            has_password: true,
            ..draft()
        };
        assert_eq!(kept.password(), Password::Keep);
        let removed = Draft {
            removes_password: true,
            embeds: "a.b".to_owned(),
            ..kept
        };
        assert_eq!((removed.password(), removed.lacking()), (Password::Remove, None));
    }
}
