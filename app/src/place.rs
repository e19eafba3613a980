//! Where in the product an address leads. There are four places, and each is a page of its own: going from one to
//! another loads it, so neither side needs a router.

use model::id::BoardId;

/// Where an address says what is searched for; the field of the search is called so.
pub(crate) const SEARCH: &str = "q";

/// Where the address of the start page says which pile of boards.
#[cfg(feature = "ssr")]
pub(crate) const PILE: &str = "pile";

/// A place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The start page, with what the address searches for.
    Home(String),
    /// A map and how it is looked at; no map when the address is not that of any.
    Map(Option<BoardId>, View),
    /// The improvements of all maps.
    Improvements,
    /// Nowhere.
    Missing,
}

/// Where one signs in.
pub(crate) const SIGN_IN: &str = "/sign-in";
/// Where somebody's own account is.
pub(crate) const ACCOUNT: &str = "/account";
/// Where the improvements of all maps are.
pub(crate) const IMPROVEMENTS: &str = "/improvements";
/// Where the address says whose improvements; the field is called so.
#[cfg(feature = "ssr")]
pub(crate) const OWNER: &str = "owner";
/// Where the address says which of them.
#[cfg(feature = "ssr")]
pub(crate) const SHOW: &str = "show";

/// How a map is looked at: each way has an address of its own, and going from one to another loads nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// Stages across, lanes down.
    #[default]
    Map,
    /// Importance by performance.
    Matrix,
    /// The touchpoint wheel.
    Wheel,
    /// The feedback-loop board.
    Loop,
    /// Coverage, consistency, what is unrated and overdue.
    Insights,
    /// What customers said.
    Feedback,
}

impl View {
    /// Every way, in the order of the tabs. The last one has none: it is led to from the feedback-loop board.
    pub const ALL: [Self; 6] = [
        Self::Map,
        Self::Matrix,
        Self::Wheel,
        Self::Loop,
        Self::Insights,
        Self::Feedback,
    ];

    /// The word for it in the page.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self.path() {
            "" => "map",
            path => path.trim_start_matches('/'),
        }
    }

    /// What stands behind the map's own address.
    const fn path(self) -> &'static str {
        match self {
            Self::Map => "",
            Self::Matrix => "/matrix",
            Self::Wheel => "/wheel",
            Self::Loop => "/loop",
            Self::Insights => "/insights",
            Self::Feedback => "/feedback",
        }
    }

    /// The address of a map looked at this way.
    #[must_use]
    pub fn address(self, id: BoardId) -> String {
        format!("/map/{id}{}", self.path())
    }
}

impl Place {
    fn of(path: &str, search: String) -> Self {
        let Some(rest) = path.strip_prefix("/map/") else {
            return match path {
                "/" => Self::Home(search),
                IMPROVEMENTS => Self::Improvements,
                _ => Self::Missing,
            };
        };
        let (id, view) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        match View::ALL.into_iter().find(|known| known.path() == view) {
            Some(view) => Self::Map(BoardId::parse(id), view),
            None => Self::Missing,
        }
    }

    /// The place that was asked for. Without a request (when the server starts) it is nowhere.
    #[cfg(feature = "ssr")]
    pub fn here() -> Self {
        let Some(request) = leptos::prelude::use_context::<http::request::Parts>() else {
            return Self::Missing;
        };
        Self::of(request.uri.path(), asked(SEARCH).unwrap_or_default())
    }

    /// The place that the window shows.
    #[cfg(not(feature = "ssr"))]
    pub fn here() -> Self {
        let path = leptos::prelude::window().location().pathname();
        Self::of(&path.unwrap_or_default(), asked(SEARCH).unwrap_or_default())
    }
}

/// Why the form that was posted to this path failed. Where no script runs, the server says it in the address.
#[cfg(feature = "ssr")]
pub fn failure(path: &str) -> Option<crate::api::ApiError> {
    let error = asked("__err").filter(|_| asked("__path").as_deref() == Some(path))?;
    Some(leptos::server_fn::error::ServerFnUrlError::decode_err(&error))
}

/// What the address says under this key.
#[cfg(feature = "ssr")]
fn asked(key: &str) -> Option<String> {
    asked_of(&leptos::prelude::use_context::<http::request::Parts>()?.uri, key)
}

#[cfg(feature = "ssr")]
fn asked_of(address: &http::Uri, key: &str) -> Option<String> {
    form_urlencoded::parse(address.query()?.as_bytes())
        .find_map(|(known, value)| (known == key).then(|| value.into_owned()))
}

/// Which boards the address of the start page asks for: a pile, and what is searched for in it.
#[cfg(feature = "ssr")]
#[must_use]
pub fn searched(address: &http::Uri) -> (model::teams::Pile, String) {
    use model::teams::Pile;
    let pile = asked_of(address, PILE).and_then(|word| Pile::from_word(&word));
    (
        pile.unwrap_or(Pile::Shelf),
        asked_of(address, SEARCH).unwrap_or_default(),
    )
}

/// Which improvements the address asks for. What it says wrongly it does not say.
#[cfg(feature = "ssr")]
#[must_use]
pub fn wanted(address: &http::Uri) -> model::loops::across::Wanted {
    use model::loops::across::{Show, Wanted};
    let show = asked_of(address, SHOW).unwrap_or_default();
    Wanted {
        owner: asked_of(address, OWNER)
            .unwrap_or_default()
            .chars()
            .take(model::limits::NAME_MAX)
            .collect(),
        show: Show::ALL
            .into_iter()
            .find(|known| known.word() == show)
            .unwrap_or_default(),
    }
}

/// What the address says under this key.
#[cfg(not(feature = "ssr"))]
fn asked(key: &str) -> Option<String> {
    let search = leptos::prelude::window().location().search().ok()?;
    web_sys::UrlSearchParams::new_with_str(&search).ok()?.get(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_one_place() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let of = |path: &str| Place::of(path, String::new());
        assert_eq!(of("/"), Place::Home(String::new()));
        for view in View::ALL {
            let board = BoardId::parse(id).unwrap();
            assert_eq!(of(&view.address(board)), Place::Map(Some(board), view));
        }
        assert_eq!(of("/map/nothing"), Place::Map(None, View::Map));
        assert_eq!(of(&format!("/map/{id}/nothing")), Place::Missing);
        assert_eq!(of("/map"), Place::Missing);
        assert_eq!(of(IMPROVEMENTS), Place::Improvements);
        assert_eq!(of("/elsewhere"), Place::Missing);
    }
}
