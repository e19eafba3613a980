//! The page as markup, the same on the server and in the browser.

use leptos::server_fn::ServerFn;
use leptos_i18n::td_string;
use model::limits::NAME_MAX;
use model::templates::{Lang, StageSet, Template};

use crate::api::{ApiError, CreateBoard, is_open};
use crate::language::Locale;
use crate::place::{IMPROVEMENTS, SEARCH};
use crate::ui::icons::Glyph;
use crate::ui::markup::Markup;

/// The button that creates a map; its words say that it is on the way.
pub const GO: &str = "start-go";
/// Why no map was created.
pub const REFUSED: &str = "start-refused";
/// The name of the map to be.
pub const TITLE: &str = "start-title";
/// What is searched for.
pub const SEARCHED: &str = "shelf-search";
/// How many maps there are, or were found.
pub const COUNT: &str = "shelf-count";
/// Where the map to be goes.
pub const PLACES: &str = "start-places";
/// What this device has of maps and the server has not.
pub const HERE: &str = "shelf-here";
/// Opens a draft that another device has handed over.
pub const FILE: &str = "start-file";
/// The maps.
pub const CARDS: &str = "shelf-cards";

/// What somebody has filled in.
#[derive(Debug)]
pub struct Filled {
    /// The stage set to start from.
    pub set: StageSet,
    /// The name of the map to be.
    pub title: String,
    /// What is searched for.
    pub search: String,
}

impl Default for Filled {
    fn default() -> Self {
        Self {
            set: StageSet::Awareness,
            title: String::new(),
            search: String::new(),
        }
    }
}

/// What the server knows: markup of the shelf, and why a form was refused.
#[derive(Debug, Default)]
pub struct Shelf {
    /// How many maps there are, or were found.
    pub count: String,
    /// The maps, or what to do where there are none.
    pub cards: String,
    /// Where the map to be can go, where there is a choice.
    pub places: String,
    /// Why the form that led here failed.
    pub refused: Option<String>,
}

/// Draws the page.
pub fn draw(locale: Locale, filled: &Filled, shelf: &Shelf) -> String {
    let mut markup = Markup::default();
    lead(&mut markup, locale);
    start(&mut markup, locale, filled, shelf);
    markup
        .open("section", &[("class", "shelfpart"), ("aria-labelledby", "shelf")])
        .open("div", &[("class", "shelf__top")])
        .open("h2", &[("class", "shelf__h"), ("id", "shelf")])
        .text(td_string!(locale, home.shelf))
        .close()
        .open("span", &[("class", "shelf__n"), ("id", COUNT), ("role", "status")])
        .put(&shelf.count)
        .close()
        .open("a", &[("class", "shelf__more"), ("href", IMPROVEMENTS)])
        .text(td_string!(locale, improvements.all))
        .close()
        .open(
            "form",
            &[
                ("class", "searchbox"),
                ("role", "search"),
                ("method", "get"),
                ("action", "/"),
            ],
        );
    Glyph::Search.draw(&mut markup, "icon");
    markup
        .lone(
            "input",
            &[
                ("class", "searchbox__field"),
                ("id", SEARCHED),
                ("type", "search"),
                ("name", SEARCH),
                ("autocomplete", "off"),
                ("aria-label", td_string!(locale, home.search)),
                ("placeholder", td_string!(locale, home.search_placeholder)),
                ("value", &filled.search),
            ],
        )
        .close()
        .close()
        .leaf("div", &[("id", HERE)])
        .open("div", &[("id", CARDS)])
        .put(&shelf.cards)
        .close()
        .close();
    if is_open() {
        markup.says("p", "page__foot", td_string!(locale, app.open_mode));
    }
    markup.finish()
}

/// The words of the button that creates a map.
pub fn go(locale: Locale, pending: bool) -> &'static str {
    if pending {
        td_string!(locale, home.creating)
    } else {
        td_string!(locale, home.create)
    }
}

/// The file that was chosen is no draft.
pub fn bad_file(locale: Locale) -> &'static str {
    td_string!(locale, offline.open_file_bad)
}

/// The list could not be had: why, and a way to try again.
pub fn failed(markup: &mut Markup, locale: Locale, error: ApiError, search: &str) {
    again(markup, error.explain(locale), search, locale);
}

/// Says why the server's list is not here, and asks for it again on a press.
pub fn again(markup: &mut Markup, why: &str, search: &str, locale: Locale) {
    markup
        .open("form", &[("class", "teach"), ("method", "get"), ("action", "/")])
        .lone("input", &[("type", "hidden"), ("name", SEARCH), ("value", search)])
        .open("p", &[("class", "teach__p"), ("role", "alert")])
        .text(why)
        .close()
        .open("button", &[("class", "btn"), ("type", "submit")])
        .text(td_string!(locale, app.retry))
        .close()
        .close();
}

/// What the product is, and the examples.
fn lead(markup: &mut Markup, locale: Locale) {
    markup
        .open("section", &[("class", "lead")])
        .says("h1", "lead__h", td_string!(locale, home.headline));
    create(markup, "lead__example", locale, Some(Template::Cafe));
    markup
        .open(
            "button",
            &[
                ("class", "btn btn--l"),
                ("type", "submit"),
                ("aria-describedby", "example-hint"),
            ],
        )
        .text(td_string!(locale, home.example))
        .close()
        .open("p", &[("class", "lead__note"), ("id", "example-hint")])
        .text(td_string!(locale, home.example_hint))
        .close()
        .close()
        .open("div", &[("class", "lead__more")])
        .says("span", "lead__note", td_string!(locale, home.example_more));
    for (template, words) in [
        (Template::Shop, td_string!(locale, home.example_shop)),
        (Template::Software, td_string!(locale, home.example_software)),
    ] {
        create(markup, "", locale, Some(template));
        markup
            .open("button", &[("class", "btn"), ("type", "submit")])
            .text(words)
            .close()
            .close();
    }
    markup.close().close();
}

/// Opens a form that creates a map, from a template or from what is chosen in it.
fn create(markup: &mut Markup, class: &str, locale: Locale, template: Option<Template>) {
    let hidden = |markup: &mut Markup, name: &str, value: &str| {
        markup.lone("input", &[("type", "hidden"), ("name", name), ("value", value)]);
    };
    let form = [("class", class), ("method", "post"), ("action", CreateBoard::PATH)];
    markup.open("form", &form);
    hidden(markup, "lang", Lang::from(locale).word());
    if let Some(template) = template {
        hidden(markup, "template", template.word());
    }
}

/// A map of one's own: a stage set and a name.
fn start(markup: &mut Markup, locale: Locale, filled: &Filled, shelf: &Shelf) {
    markup.open("section", &[("class", "start"), ("aria-labelledby", "start")]);
    create(markup, "start__form", locale, None);
    markup
        .open("div", &[("class", "start__head")])
        .open("h2", &[("class", "start__h"), ("id", "start")])
        .text(td_string!(locale, home.start))
        .close()
        .open("p", &[("class", "start__p"), ("id", "start-hint")])
        .text(td_string!(locale, home.start_hint))
        .close()
        .close()
        .open("fieldset", &[("class", "sets"), ("aria-describedby", "start-hint")])
        .says("legend", "visually-hidden", td_string!(locale, home.stage_set));
    for set in StageSet::ALL {
        choice(markup, locale, *set, filled.set == *set);
    }
    markup
        .close()
        .open("div", &[("class", "start__foot")])
        .open("label", &[("class", "field start__title")])
        .says("span", "field__name", td_string!(locale, home.title_label))
        .lone(
            "input",
            &[
                ("class", "input"),
                ("id", TITLE),
                ("type", "text"),
                ("name", "title"),
                ("maxlength", &NAME_MAX.to_string()),
                ("autocomplete", "off"),
                ("placeholder", td_string!(locale, home.title_placeholder)),
                ("value", &filled.title),
            ],
        )
        .close()
        .open("div", &[("id", PLACES), ("class", "start__place")])
        .put(&shelf.places)
        .close()
        .open(
            "button",
            &[
                ("class", "btn btn--main btn--l start__go"),
                ("id", GO),
                ("type", "submit"),
            ],
        );
    Glyph::Plus.draw(markup, "icon");
    markup
        .says("span", "", go(locale, false))
        .close()
        .open("label", &[("class", "btn btn--bare btn--l start__file")])
        .lone(
            "input",
            &[
                ("class", "visually-hidden"),
                ("id", FILE),
                ("type", "file"),
                ("accept", ".json,application/json"),
            ],
        )
        .text(td_string!(locale, offline.open_file))
        .close()
        .close()
        .open("p", &[("class", "problem"), ("id", REFUSED), ("role", "alert")])
        .text(shelf.refused.as_deref().unwrap_or_default())
        .close()
        .close()
        .close();
}

/// A stage set to choose.
fn choice(markup: &mut Markup, locale: Locale, set: StageSet, chosen: bool) {
    let [name, stages, hint] = words(set, locale);
    markup
        .open("label", &[("class", "set")])
        .lone(
            "input",
            &[
                ("class", "set__pick"),
                ("type", "radio"),
                ("name", "template"),
                ("value", Template::StageSet(set).word()),
                ("checked", if chosen { "checked" } else { "" }),
            ],
        )
        .says("span", "set__name", name)
        .open("span", &[("class", "set__pic"), ("aria-hidden", "true")]);
    for class in picture(set) {
        markup.leaf("span", &[("class", class)]);
    }
    markup
        .close()
        .says("span", "set__stages", stages)
        .says("span", "set__hint", hint)
        .close();
}

/// Name, stages and purpose of a stage set.
fn words(set: StageSet, locale: Locale) -> [&'static str; 3] {
    match set {
        StageSet::Purchase => [
            td_string!(locale, home.set.purchase.name),
            td_string!(locale, home.set.purchase.stages),
            td_string!(locale, home.set.purchase.hint),
        ],
        StageSet::LifeCycle => [
            td_string!(locale, home.set.life_cycle.name),
            td_string!(locale, home.set.life_cycle.stages),
            td_string!(locale, home.set.life_cycle.hint),
        ],
        StageSet::Awareness => [
            td_string!(locale, home.set.awareness.name),
            td_string!(locale, home.set.awareness.stages),
            td_string!(locale, home.set.awareness.hint),
        ],
        StageSet::Blank => [
            td_string!(locale, home.set.blank.name),
            td_string!(locale, home.set.blank.stages),
            td_string!(locale, home.set.blank.hint),
        ],
    }
}

/// The stages of a set as blocks, drawn by their phase.
const fn picture(set: StageSet) -> &'static [&'static str] {
    const BESIDE: &str = "block";
    const DURING: &str = "block block--during";
    match set {
        StageSet::Purchase => &[BESIDE, DURING, BESIDE],
        StageSet::LifeCycle | StageSet::Awareness => &[BESIDE, BESIDE, DURING, BESIDE, BESIDE],
        StageSet::Blank => &["block block--open"],
    }
}
