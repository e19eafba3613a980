//! Starting without a network: what the browser keeps of the product, and a page that finds its map on this device.
//!
//! A worker in the browser ([`worker`]) keeps the files of one release and the [`SHELL`], a page without content. Where
//! the server does not answer, the shell stands at the address that was asked for, and the app is put up in it instead
//! of taking over what the server has drawn. What it shows comes from what this device keeps of the maps that were
//! opened on it.

#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
mod here;
#[cfg(feature = "ssr")]
mod told;

#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
use here::stands_alone;
#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
pub use here::{Found, dress};
#[cfg(feature = "ssr")]
pub use told::{example, manifest, worker};

/// Where the page without content is.
#[cfg(feature = "ssr")]
pub const SHELL: &str = "/offline";

/// Where the description of the installed app is.
#[cfg(feature = "ssr")]
pub const MANIFEST: &str = "/manifest.webmanifest";

/// Says on a page without content that its reader is not signed in.
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub(crate) const STRANGER: &str = "stranger";

/// The cookie of a device on which somebody has begun maps without an account.
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub const DRAFTS: &str = "drafts";

/// Says on the element of the whole page that the server has drawn nothing.
#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
const ALONE: &str = "data-alone";

/// Where the text of an example is.
#[cfg_attr(not(any(feature = "ssr", feature = "hydrate")), allow(dead_code))]
pub(crate) fn example_path(example: model::templates::Template) -> String {
    format!("/examples/{}.txt", example.word())
}

/// Whether the page was begun without the server.
#[must_use]
pub(crate) fn is_alone() -> bool {
    #[cfg(all(feature = "hydrate", not(feature = "ssr")))]
    {
        stands_alone()
    }
    #[cfg(not(all(feature = "hydrate", not(feature = "ssr"))))]
    false
}
