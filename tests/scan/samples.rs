//! A file of each language: every name that begins with `USED_` is read there, and none that begins with `TRAP_` is, since those are in
//! comments, in strings, in regular expressions, in tags, or are only set.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use envgate::schema::{Schema, Vocabulary};
use envgate::source::Source;
use envgate::usage::{Finder, Language};

use crate::support::Folder;

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scan/samples");

#[test]
fn only_reads_are_found() {
    let tree = Folder::new();
    tree.write("env.schema.json", "{}");
    let mut expected = BTreeSet::new();
    for entry in fs::read_dir(SAMPLES).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        for (line, content) in text.lines().enumerate() {
            for (at, _) in content.match_indices("USED_") {
                let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
                if content[..at].ends_with(is_word) {
                    continue;
                }
                let used: String = content[at..].chars().take_while(|letter| is_word(*letter)).collect();
                // It is set there.
                if content[at + used.len()..].starts_with('=') {
                    continue;
                }
                expected.insert(format!(
                    "{name}:{}:{} {used}",
                    line + 1,
                    content[..at].chars().count() + 1
                ));
            }
        }
        tree.write(&name, text);
    }
    let output = tree.run(&["--list", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut found = BTreeSet::new();
    for variable in list["variables"].as_array().unwrap() {
        let key = variable["key"].as_str().unwrap();
        for place in variable["uses"].as_array().unwrap() {
            found.insert(format!(
                "{}:{}:{} {key}",
                place["file"].as_str().unwrap(),
                place["line"],
                place["column"]
            ));
        }
    }
    let mut wrong = String::new();
    for one in expected.difference(&found) {
        let _ = writeln!(wrong, "not found: {one}");
    }
    for one in found.difference(&expected) {
        let _ = writeln!(wrong, "found:     {one}");
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(expected.len() > 100, "the samples are gone");
}

/// Each sample cut after each of its characters, in every language: while somebody types, files end anywhere.
#[test]
fn a_file_may_end_anywhere() {
    let schema = Source::new("env.schema.json", "{}").unwrap();
    let finder = Finder::new(&Schema::compile(&schema, &Vocabulary::default()).unwrap());
    for entry in fs::read_dir(SAMPLES).unwrap() {
        let path = entry.unwrap().path();
        let Some(language) = Language::of(path.file_name().unwrap().to_str().unwrap()) else {
            continue;
        };
        let text = fs::read(&path).unwrap();
        for end in (0..text.len()).filter(|&end| text[end].is_ascii_punctuation()) {
            let _ = finder.look(&text[..=end], language);
        }
    }
}
