//! Icons: one sprite a page, written by the server; a component only refers to it.
//!
//! The drawings are Lucide's (ISC licence).

use leptos::prelude::*;

use super::markup::Markup;

macro_rules! glyphs {
    ($($name:ident = $href:literal,)+) => {
        /// A drawing in the sprite.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Glyph { $($name),+ }

        impl Glyph {
            /// Where in the page it is.
            #[must_use]
            pub const fn href(self) -> &'static str {
                match self { $(Self::$name => $href),+ }
            }

            /// Draws it as markup, beside a text that says the same.
            pub fn draw(self, markup: &mut Markup, class: &str) {
                markup
                    .open("svg", &[("class", class), ("aria-hidden", "true")])
                    .leaf("use", &[("href", self.href())])
                    .close();
            }

            /// Every drawing.
            #[cfg(test)]
            const ALL: &'static [Self] = &[$(Self::$name),+];
        }
    };
}

glyphs! {
    Plus = "#i-plus",
    Minus = "#i-minus",
    X = "#i-x",
    Check = "#i-check",
    Search = "#i-search",
    Ellipsis = "#i-ellipsis",
    Undo2 = "#i-undo-2",
    Redo2 = "#i-redo-2",
    Trash2 = "#i-trash-2",
    Pencil = "#i-pencil",
    ArrowLeft = "#i-arrow-left",
    ArrowRight = "#i-arrow-right",
    ArrowUp = "#i-arrow-up",
    ArrowDown = "#i-arrow-down",
    ChevronUp = "#i-chevron-up",
    CloudCheck = "#i-cloud-check",
    CloudUpload = "#i-cloud-upload",
    CloudOff = "#i-cloud-off",
    CloudAlert = "#i-cloud-alert",
    HardDrive = "#i-hard-drive",
    Keyboard = "#i-keyboard",
    UserRound = "#i-user-round",
    Smartphone = "#i-smartphone",
    Store = "#i-store",
    Megaphone = "#i-megaphone",
    Eye = "#i-eye",
    Scan = "#i-scan",
    Map = "#i-map",
    PanelRight = "#i-panel-right",
    RotateCcw = "#i-rotate-ccw",
    Rows3 = "#i-rows-3",
    Copy = "#i-copy",
    ListPlus = "#i-list-plus",
    Star = "#i-star",
    EyeOff = "#i-eye-off",
    MessageSquare = "#i-message-square",
    Inbox = "#i-inbox",
    Repeat = "#i-repeat",
    Languages = "#i-languages",
    CornerDownRight = "#i-corner-down-right",
    TriangleAlert = "#i-triangle-alert",
    CircleDot = "#i-circle-dot",
    Printer = "#i-printer",
    Share2 = "#i-share-2",
}

/// An icon beside a text that says the same; a control with an icon alone carries its own label.
#[component]
pub fn Icon(
    /// Which one.
    glyph: Glyph,
    /// The small size, for lines of 11 and 12 px.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    let class = if small { "icon icon--s" } else { "icon" };
    view! {
        <svg class=class aria-hidden="true">
            <use href=glyph.href()></use>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::Glyph;

    #[test]
    fn every_glyph_is_in_the_sprite_and_nothing_else() {
        let sprite = include_str!("sprite.svg");
        for glyph in Glyph::ALL {
            let id = format!("id=\"{}\"", &glyph.href()[1..]);
            assert!(sprite.contains(&id), "{id}");
        }
        assert_eq!(
            sprite.matches("id=\"i-").count(),
            Glyph::ALL.len(),
            "a drawing that nothing refers to"
        );
    }
}
