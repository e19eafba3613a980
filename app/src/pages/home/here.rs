//! The start page where the server does not answer: the maps that this device keeps, and maps that begin on it.

use leptos::prelude::{document, window};
use leptos::server_fn::ServerFn;
use leptos::web_sys::{FormData, HtmlFormElement, HtmlInputElement};
use leptos_i18n::td_string;
use model::fold::fold;
use model::id::BoardId;
use model::templates::{Lang, Template};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::draw::{Shelf, again};
use crate::api::{ApiError, CreateBoard, is_open, signed_in};
use crate::editor::kept::{self, Known};
use crate::language::{Locale, day, iso_day};
use crate::offline::is_alone;
use crate::parts;
use crate::place::View;
use crate::ui::icons::Glyph;
use crate::ui::markup::Markup;
use crate::zone::here;

pub fn shelf(search: &str, locale: Locale) -> Shelf {
    if !is_alone() {
        return Shelf::default();
    }
    let wanted = fold(search.trim());
    let mut maps = kept::all();
    maps.retain(|(_, known)| fold(title(known, locale)).contains(&wanted));
    let mut said = Markup::default();
    let mut markup = Markup::default();
    again(&mut markup, td_string!(locale, offline.shelf), search, locale);
    if maps.is_empty() {
        markup.says("p", "shelf__note", td_string!(locale, offline.nothing));
    } else {
        said.text(&td_string!(locale, home.count, count = maps.len()));
        list(&mut markup, &maps, locale);
    }
    Shelf {
        count: said.finish(),
        cards: markup.finish(),
        ..Shelf::default()
    }
}

/// What this device has of maps that the server has not: drawn over the server's own shelf. Empty when there is
/// nothing.
pub fn unsent(locale: Locale) -> String {
    if is_alone() {
        return String::new();
    }
    let mut maps = kept::all();
    maps.retain(|(id, _)| kept::has_draft(*id));
    let mut markup = Markup::default();
    if !maps.is_empty() {
        markup
            .open("div", &[("class", "waiting")])
            .says("h3", "waiting__h", td_string!(locale, offline.unsent))
            // Without an account the server takes nothing in.
            .says(
                "p",
                "shelf__note",
                match is_open() || signed_in().is_some() {
                    true => td_string!(locale, offline.unsent_hint),
                    false => td_string!(locale, offline.unsent_hint_stranger),
                },
            );
        list(&mut markup, &maps, locale);
        markup.close();
    }
    markup.finish()
}

/// Begins the map that the form asks for on this device, since the server did not make it for this reason; only where
/// the page of it can be opened all the same.
pub async fn begin(form: &HtmlFormElement, error: ApiError) -> Result<Option<String>, ApiError> {
    let creates = form.action().ends_with(CreateBoard::PATH);
    let opens = error == ApiError::SignedOut || opens_alone();
    let fields = FormData::new_with_form(form).ok().filter(|_| creates && opens);
    let fields = fields.ok_or(error)?;
    let said = |name| fields.get(name).as_string().unwrap_or_default();
    let (Some(template), Some(lang)) = (Template::from_word(&said("template")), Lang::from_word(&said("lang"))) else {
        return Err(ApiError::Unexpected);
    };
    let board = parts::begin(template, lang, said("title").trim()).await?;
    Ok(Some(View::Map.address(board)))
}

/// Begins a map from the draft in the file that was chosen in this field, and says its address.
pub async fn open_file(field: &str) -> Result<String, ApiError> {
    let field = document()
        .get_element_by_id(field)
        .and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    let file = field
        .as_ref()
        .and_then(HtmlInputElement::files)
        .and_then(|files| files.get(0));
    let text = JsFuture::from(file.ok_or(ApiError::Malformed)?.text())
        .await
        .map_err(|_| ApiError::Malformed)?;
    let board = kept::take(&text.as_string().unwrap_or_default());
    if let Some(field) = field {
        // The same file may be chosen again.
        field.set_value("");
    }
    Ok(View::Map.address(board?))
}

/// Whether a page of this product opens without the server: the browser keeps it, and uses what it keeps.
fn opens_alone() -> bool {
    let of = |object: &JsValue, name: &str| js_sys::Reflect::get(object, &name.into()).ok();
    // Where the connection is not secure there is nobody to ask.
    of(&window().navigator(), "serviceWorker")
        .filter(JsValue::is_object)
        .and_then(|workers| of(&workers, "controller"))
        .is_some_and(|controller| controller.is_object())
}

fn title(known: &Known, locale: Locale) -> &str {
    if known.title.is_empty() {
        td_string!(locale, home.untitled)
    } else {
        &known.title
    }
}

fn list(markup: &mut Markup, maps: &[(BoardId, Known)], locale: Locale) {
    markup.open("ul", &[("class", "shelf shelf--here")]);
    for (id, known) in maps {
        let zone = here();
        markup
            .open("li", &[("class", "shelf__place")])
            .open("a", &[("class", "mapcard"), ("href", &format!("/map/{id}"))])
            .says("h3", "mapcard__t", title(known, locale))
            .open("p", &[("class", "mapcard__m")])
            .open(
                "time",
                &[
                    ("class", "mapcard__day"),
                    ("datetime", &iso_day(known.at, zone)),
                    ("data-at", &known.at.to_string()),
                ],
            )
            .text(&day(known.at, zone, locale))
            .close();
        let state = match (known.begun_here, kept::has_draft(*id)) {
            (true, _) => Some(td_string!(locale, offline.only_here)),
            (false, true) => Some(td_string!(locale, offline.waits)),
            (false, false) => None,
        };
        if let Some(state) = state {
            markup.open("span", &[("class", "state state--here")]);
            Glyph::HardDrive.draw(markup, "icon icon--s");
            markup.text(state).close();
        }
        markup.close().close().close();
    }
    markup.close();
}
