//! Every word a person reads comes from `locales/`: none stands in the code.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The string literals of a source file, without its comments, its own tests and the texts of error types (which go
/// into logs), each with its line.
fn literals(source: &str) -> Vec<(usize, String)> {
    let code = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let mut found = Vec::new();
    let mut open: Option<String> = None;
    for (at, line) in code.lines().enumerate() {
        if open.is_none() && (line.trim_start().starts_with("//") || line.contains("#[error(") || line.contains("#[allow(")) {
            continue;
        }
        let mut letters = line.chars().peekable();
        let mut before = ' ';
        while let Some(letter) = letters.next() {
            match (&mut open, letter) {
                (None, '/') if letters.peek() == Some(&'/') => break,
                // A quote as a character, '"', opens nothing.
                (None, '"') if before == '\'' && letters.peek() == Some(&'\'') => {}
                (None, '"') => open = Some(String::new()),
                (None, _) => {}
                (Some(text), '\\') => {
                    let _ = letters.next();
                    text.push(' ');
                }
                (Some(_), '"') => found.push((at + 1, open.take().unwrap_or_default())),
                (Some(text), letter) => text.push(letter),
            }
            before = letter;
        }
    }
    found
}

/// Whether it reads like something said to a person: a letter beyond English, or words after a capital.
fn is_said(text: &str) -> bool {
    let words: Vec<&str> = text
        .split_whitespace()
        .filter(|word| word.len() > 1 && word.chars().all(|letter| letter.is_alphabetic() || ",.!?…:".contains(letter)))
        .collect();
    text.chars().any(|letter| letter.is_alphabetic() && !letter.is_ascii())
        || (words.len() > 1 && text.trim_start().starts_with(|letter: char| letter.is_ascii_uppercase()))
}

#[test]
fn no_word_that_a_person_reads_stands_in_the_code() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut said = Vec::new();
    for file in files {
        for (line, text) in literals(&fs::read_to_string(&file).unwrap()) {
            if is_said(&text) {
                said.push(format!("{}:{line}: {text:?}", file.display()));
            }
        }
    }
    assert!(said.is_empty(), "belongs into locales/*.json:\n{}", said.join("\n"));
}

#[test]
fn the_check_knows_words_from_code() {
    assert!(is_said("Thêm"));
    assert!(is_said("Add a touchpoint"));
    assert!(!is_said("btn btn--main btn--l"));
    assert!(!is_said("M12.3 105.0C20.4 108.3"));
    assert!(!is_said("touchloop.v1"));
    let source = "// \"Not this one\"\nlet a = \"this one\"; // \"nor this\"\nlet b = '\"';\nlet c = \"two\";\n";
    assert_eq!(literals(source), vec![(2, "this one".to_owned()), (4, "two".to_owned())]);
}
