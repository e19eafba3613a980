//! Turns `locales/*.json` into the `i18n` module. A key that one language lacks stops the build.

use std::error::Error;
use std::path::PathBuf;

use leptos_i18n_parser::parse_locales::options::{Config, ParseOptions};
use leptos_i18n_parser::parse_locales::parse_locales;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");

    let config = Config::new("vi")?
        .add_locale("en")?
        .parse_options(ParseOptions::new().interpolate_display(true));
    let parsed = parse_locales(None, config)?;
    for problem in parsed.diag.errors().iter() {
        println!("cargo::error={problem}");
    }
    for problem in parsed.diag.warnings().iter() {
        println!("cargo::error={problem}");
    }

    let attributes =
        "#![allow(dead_code, missing_docs, unused_imports, clippy::all, clippy::unwrap_used, clippy::expect_used)]"
            .parse()?;
    let code = leptos_i18n_codegen::gen_code(&parsed, None, false, Some(&attributes), false)?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("i18n.rs");
    std::fs::write(out, code.to_string())?;
    Ok(())
}
