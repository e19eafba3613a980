//! A page that says why there is no other. Drawn without looking anything up, and without a script.

use leptos_i18n::td_string;

use crate::api::Site;
use crate::form;
use crate::language::Locale;

/// Why there is no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The address has asked too often.
    TooMany,
    /// The server cannot read what the page is made of.
    NotNow,
    /// A server for its own machine was asked under another name.
    NotThisMachine,
    /// A server for the network was asked under a name that it was not given.
    NotThisName,
}

/// The whole document.
#[must_use]
pub fn draw(notice: Notice, locale: Locale, site: &Site) -> String {
    let (title, hint) = match notice {
        Notice::TooMany => (
            td_string!(locale, notice.too_many),
            td_string!(locale, notice.too_many_hint),
        ),
        Notice::NotNow => (
            td_string!(locale, notice.not_now),
            td_string!(locale, notice.not_now_hint),
        ),
        Notice::NotThisMachine => (
            td_string!(locale, notice.other_name),
            td_string!(locale, notice.other_name_machine),
        ),
        Notice::NotThisName => (
            td_string!(locale, notice.other_name),
            td_string!(locale, notice.other_name_network),
        ),
    };
    let mut markup = form::begin(title, locale, site);
    markup.says("h1", "ask__h", title).says("p", "ask__p", hint);
    markup.finish()
}
