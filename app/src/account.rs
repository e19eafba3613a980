//! The pages of accounts and teams: documents of their own that work without a script.
//!
//! Whoever signs in does not have to fetch a map's editor for it, and no script of this page sees a password.

mod enter;
mod lines;
pub mod mine;
mod parts;
pub mod team;
pub mod tokens;

use leptos_i18n::td_string;
use model::date::Zone;
use model::teams::Account;

pub use mine::{Mine, SessionLine};
pub use team::{TeamPage, Told};

pub use enter::{Join, NewAccount, Reset, SetUp, SignIn, SignUp};

use crate::api::Site;
pub use crate::language::Locale;
use crate::language::asked;
use crate::ui::markup::Markup;

/// What every page is drawn with.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The reader's language.
    pub locale: Locale,
    /// The reader's zone.
    pub zone: Zone,
    /// Where the sheet is.
    pub site: &'a Site,
    /// Who is signed in.
    pub who: Option<&'a Account>,
}

/// How somebody who lost a password gets a new one, and who may have an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ways {
    /// Whether a link is sent by mail.
    pub mail: bool,
    /// Whether anybody may have an account, or only whoever is invited.
    pub open: bool,
}

/// A page.
#[derive(Clone, Copy, Debug)]
pub enum Page<'a> {
    /// Sign in.
    SignIn(SignIn<'a>),
    /// The first account of a server.
    SetUp(SetUp<'a>),
    /// An account for anybody.
    SignUp(SignUp<'a>),
    /// A team that somebody was invited to.
    Join(Join<'a>),
    /// Where a link to set a password anew should go.
    Forgot(Option<&'a Problem>, &'a str),
    /// That it is on its way, if there is somebody to get it.
    Sent,
    /// A new password.
    Reset(Reset<'a>),
    /// Somebody's account.
    Mine(Mine<'a>),
    /// A team.
    Team(TeamPage<'a>),
    /// A link that was mistyped, is over, used up or taken back: nobody learns which.
    Nowhere,
    /// Nothing that the reader may see.
    Missing,
}

/// What became of what was posted from a page with several forms.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome<'a> {
    /// Which form; empty where nothing was posted.
    pub at: &'a str,
    /// Why it was not done; `None` where it was.
    pub problem: Option<&'a Problem>,
    /// The name that was typed.
    pub typed: &'a str,
}

impl<'a> Outcome<'a> {
    fn is_done(&self, what: &str) -> bool {
        self.at == what && self.problem.is_none()
    }

    fn problem_at(&self, what: &str) -> Option<&'a Problem> {
        self.problem.filter(|_| self.at == what)
    }

    fn problem_anywhere_but(&self, what: &str) -> Option<&'a Problem> {
        self.problem.filter(|_| self.at != what)
    }

    /// The name to begin with: what was typed, where that was not taken.
    fn typed_or(&self, what: &str, stored: &'a str) -> &'a str {
        match self.problem_at(what) {
            Some(_) => self.typed,
            None => stored,
        }
    }
}

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A name is blank.
    NameBlank,
    /// A name is longer than this.
    NameLong(usize),
    /// The team's name is blank.
    TeamBlank,
    /// The team's name is longer than this.
    TeamLong(usize),
    /// What was typed is no address.
    EmailWrong,
    /// Somebody has an account under this address.
    EmailTaken,
    /// The new password is too short.
    PasswordShort,
    /// The new password is too long.
    PasswordLong,
    /// The password of now is another one.
    PasswordWrong,
    /// Address and password do not fit, or there is no such account: nobody learns which.
    NotKnown,
    /// Too many tries.
    TooOften,
    /// There are as many as there may be.
    Full,
    /// Only an owner may do that.
    NotAllowed,
    /// These teams would have no owner.
    LastOwner(Vec<String>),
    /// The server could not store it.
    NotTaken,
}

impl Problem {
    /// The field that it is about.
    fn field(&self) -> &'static str {
        match self {
            Self::NameBlank | Self::NameLong(_) => "name",
            Self::TeamBlank | Self::TeamLong(_) => "team",
            Self::EmailWrong | Self::EmailTaken => "email",
            Self::PasswordShort | Self::PasswordLong => "new",
            Self::PasswordWrong | Self::NotKnown => "password",
            Self::TooOften | Self::Full | Self::NotAllowed | Self::LastOwner(_) | Self::NotTaken => "",
        }
    }

    /// What happened and what to do.
    fn explain(&self, locale: Locale) -> String {
        use model::teams::{PASSWORD_MAX, PASSWORD_MIN};
        match self {
            Self::NameBlank => td_string!(locale, account.name_blank).to_owned(),
            Self::NameLong(max) => td_string!(locale, account.name_long, max = max.to_string()),
            Self::TeamBlank => td_string!(locale, account.team_blank).to_owned(),
            Self::TeamLong(max) => td_string!(locale, account.team_long, max = max.to_string()),
            Self::EmailWrong => td_string!(locale, account.email_wrong).to_owned(),
            Self::EmailTaken => td_string!(locale, account.email_taken).to_owned(),
            Self::PasswordShort => td_string!(locale, account.password_short, min = PASSWORD_MIN.to_string()),
            Self::PasswordLong => td_string!(locale, account.password_long, max = PASSWORD_MAX.to_string()),
            Self::PasswordWrong => td_string!(locale, account.password_wrong).to_owned(),
            Self::NotKnown => td_string!(locale, account.not_known).to_owned(),
            Self::TooOften => td_string!(locale, account.too_often).to_owned(),
            Self::Full => td_string!(locale, account.full).to_owned(),
            Self::NotAllowed => td_string!(locale, account.not_allowed).to_owned(),
            Self::LastOwner(teams) => td_string!(locale, account.last_owner, teams = teams.join(", ")),
            Self::NotTaken => td_string!(locale, account.not_taken).to_owned(),
        }
    }
}

/// The language that a request asks for.
#[must_use]
pub fn language(headers: &http::HeaderMap) -> Locale {
    asked(headers)
}

/// The mail that brings a link to a new password: its subject and its text.
#[must_use]
pub fn mail(name: &str, link: &str, locale: Locale) -> (String, String) {
    (
        td_string!(locale, account.mail_subject).to_owned(),
        td_string!(locale, account.mail_text, name = name, link = link),
    )
}

/// The whole document.
#[must_use]
pub fn draw(page: &Page<'_>, frame: &Frame<'_>) -> String {
    let locale = frame.locale;
    let title = match page {
        Page::SignIn(_) => td_string!(locale, account.sign_in).to_owned(),
        Page::SetUp(_) => td_string!(locale, account.set_up).to_owned(),
        Page::SignUp(_) => td_string!(locale, account.sign_up).to_owned(),
        Page::Join(join) => td_string!(locale, account.join_title, team = join.team),
        Page::Forgot(..) => td_string!(locale, account.forgot_title).to_owned(),
        Page::Sent => td_string!(locale, account.sent_title).to_owned(),
        Page::Reset(_) => td_string!(locale, account.reset_title).to_owned(),
        Page::Mine(_) => td_string!(locale, account.mine).to_owned(),
        Page::Team(page) => page.team.name.clone(),
        Page::Nowhere => td_string!(locale, account.nowhere).to_owned(),
        Page::Missing => td_string!(locale, error.page_title).to_owned(),
    };
    let mut markup = parts::begin(&title, frame);
    markup.says("h1", "acct__h", &title);
    match page {
        Page::SignIn(page) => enter::sign_in(&mut markup, page, locale),
        Page::SetUp(page) => enter::set_up(&mut markup, page, locale),
        Page::SignUp(page) => enter::sign_up(&mut markup, page, locale),
        Page::Join(page) => enter::join(&mut markup, page, locale),
        Page::Forgot(problem, typed) => enter::forgot(&mut markup, *problem, typed, locale),
        Page::Sent => hint(&mut markup, td_string!(locale, account.sent_hint)),
        Page::Reset(page) => enter::reset(&mut markup, page, locale),
        Page::Mine(page) => mine::draw(&mut markup, page, frame),
        Page::Team(page) => team::draw(&mut markup, page, frame),
        Page::Nowhere => hint(&mut markup, td_string!(locale, account.nowhere_hint)),
        Page::Missing => hint(&mut markup, td_string!(locale, account.missing_hint)),
    }
    markup.finish()
}

fn hint(markup: &mut Markup, text: &str) {
    markup.says("p", "acct__p", text);
}
