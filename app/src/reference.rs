//! The description of the API as a page to read, drawn from the description itself: nothing is said twice.

use leptos_i18n::td_string;
use serde_json::{Map, Value};

use crate::api::Site;
use crate::form::{Locale, begin};
use crate::ui::markup::Markup;

/// The whole document. What the description does not say is left out.
#[must_use]
pub fn draw(described: &Value, locale: Locale, site: &Site) -> String {
    let mut markup = begin(td_string!(locale, reference.title), locale, site);
    markup
        .says("h1", "ask__h", td_string!(locale, reference.title))
        .says("p", "ask__p", word(&described["info"], "description"))
        .open("p", &[("class", "ask__p")])
        .open("a", &[("href", "/api/v1/openapi.json")])
        .text("openapi.json")
        .close()
        .close();
    for (path, methods) in entries(&described["paths"]) {
        for (method, operation) in entries(methods).filter(|(method, _)| *method != "parameters") {
            markup
                .open("section", &[("class", "ask__form")])
                .open("h2", &[("class", "reference__h")])
                .says("code", "", &format!("{} {path}", method.to_uppercase()))
                .close()
                .says("p", "ask__p", word(operation, "summary"));
            let parameters = [&methods["parameters"], &operation["parameters"]];
            let parameters = parameters.into_iter().filter_map(Value::as_array).flatten();
            let body = &operation["requestBody"]["content"]["application/json"]["schema"];
            let fields = entries(&resolve(described, body)["properties"]);
            markup.open("dl", &[("class", "reference__list")]);
            for parameter in parameters {
                told(&mut markup, word(parameter, "name"), parameter, &parameter["schema"]);
            }
            for (name, field) in fields {
                told(&mut markup, name, field, field);
            }
            for (status, response) in entries(&operation["responses"]) {
                let said = word(resolve(described, response), "description");
                markup.says("dt", "", status).says("dd", "", said);
            }
            markup.close().close();
        }
    }
    markup.finish()
}

fn told(markup: &mut Markup, name: &str, of: &Value, schema: &Value) {
    let words: Vec<&str> = schema["enum"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let about = [word(of, "description").to_owned(), words.join(", ")];
    let about: Vec<String> = about.into_iter().filter(|text| !text.is_empty()).collect();
    markup.says("dt", "", name).says("dd", "", &about.join(" "));
}

fn word<'a>(of: &'a Value, key: &str) -> &'a str {
    of[key].as_str().unwrap_or_default()
}

fn entries(of: &Value) -> impl Iterator<Item = (&str, &Value)> {
    of.as_object()
        .into_iter()
        .flat_map(Map::iter)
        .map(|(key, value)| (key.as_str(), value))
}

/// What a `$ref` leads to.
fn resolve<'a>(described: &'a Value, value: &'a Value) -> &'a Value {
    let path = value["$ref"].as_str().and_then(|path| path.strip_prefix('#'));
    path.and_then(|path| described.pointer(path)).unwrap_or(value)
}
