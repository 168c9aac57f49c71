//! Every dialect against what its loader was recorded to do: the same variables, or an error where the loader errors.
//!
//! Of the corpora beside this file, `recorded.json` holds inputs and answers, `found.json` those that `make dialects-fuzz` found, and
//! `layers.json` those about several files at once.
//! `ENVGATE_DIALECT_CORPUS=/path/to/corpus.json` compares the table with another corpus of the same form, prints how often each
//! loader agrees and what differs, and fails if a core loader agrees in fewer than 99 of 100 cases.
#![allow(clippy::print_stdout, reason = "a test that reports")]

mod compare;
mod corpus;
mod loaders;
mod order;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use compare::{Agreement, run};
use envgate::parse::Dialect;
use loaders::{CORE, LOADERS};

/// A corpus of this repository, by its name.
fn own(name: &str) -> serde_json::Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialects");
    corpus::read(&folder.join(name).with_extension("json"))
}

#[test]
fn dialects_agree_with_their_loaders() {
    let mut differing = vec![];
    for name in ["recorded", "found", "layers"] {
        for agreement in run(&own(name)) {
            let loader = agreement.loader;
            differing.extend(
                agreement
                    .differs
                    .iter()
                    .map(|(case, how)| format!("{loader} {case}: {how}")),
            );
            differing.extend(
                agreement
                    .stale
                    .iter()
                    .map(|case| format!("{loader} {case}: agrees, yet is listed in XFAIL")),
            );
        }
    }
    assert!(
        differing.is_empty(),
        "{} answers differ:\n{}",
        differing.len(),
        differing.join("\n")
    );
}

#[test]
fn the_table_of_agreement_is_true() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let corpus = own("recorded");
    let mut table = String::from(
        "| Dialect | Versions | Loader that was asked | Cases | Agree | Declined | Listed |\n|---|---|---|--:|--:|--:|--:|\n",
    );
    for agreement in run(&corpus) {
        let (_, name) = LOADERS.iter().find(|(loader, _)| *loader == agreement.loader).unwrap();
        let dialect = Dialect::find(name).unwrap();
        let version = corpus["header"]["loaders"][agreement.loader]["version"]
            .as_str()
            .unwrap();
        let number = |count: usize| if count == 0 { String::new() } else { count.to_string() };
        table += &format!(
            "| `{name}` | {} | {version} | {} | {} | {} | {} |\n",
            dialect.versions,
            agreement.total,
            agreement.agree,
            number(agreement.declined.len()),
            number(agreement.expected),
        );
    }
    let text = std::fs::read_to_string(path).unwrap();
    let (before, rest) = text
        .split_once("<!-- agreement -->\n")
        .expect("a mark before the table");
    let (_, behind) = rest.split_once("<!-- end -->\n").expect("a mark behind the table");
    let now = format!("{before}<!-- agreement -->\n{table}<!-- end -->\n{behind}");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    assert!(
        text == now || std::env::var_os("UPDATE").is_some(),
        "UPDATE=1 cargo test --test dialects rewrites {path}"
    );
}

#[test]
fn every_dialect_is_named_in_the_docs() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/loaders.md");
    let text = std::fs::read_to_string(path).unwrap();
    for dialect in envgate::parse::dialect::DIALECTS {
        assert!(
            text.contains(&format!("`{}`", dialect.name)),
            "{path} does not name {}",
            dialect.name,
        );
    }
}

#[test]
fn known_differences_are_few() {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for name in ["recorded", "found", "layers"] {
        for agreement in run(&own(name)) {
            let (expected, total) = counts.entry(agreement.loader).or_default();
            *expected += agreement.expected;
            *total += agreement.total;
        }
    }
    for (loader, (expected, total)) in counts {
        assert!(
            expected * 100 <= total,
            "{loader}: {expected} of {total} cases are known to differ"
        );
    }
}

#[test]
fn a_corpus_from_elsewhere_agrees() {
    let Some(path) = std::env::var_os("ENVGATE_DIALECT_CORPUS") else {
        return;
    };
    let corpus = corpus::read(Path::new(&path));
    let agreements = run(&corpus);
    let known = |name: &String| LOADERS.iter().any(|(loader, _)| loader == name);
    let asked: BTreeSet<&String> = corpus::cases(&corpus)
        .iter()
        .filter_map(|case| case["results"].as_object())
        .flat_map(|results| results.keys())
        .collect();
    for name in asked.into_iter().filter(|name| !known(name)) {
        println!("{name:20} skipped: no dialect stands for it");
    }
    for Agreement {
        loader,
        declined,
        differs,
        ..
    } in &agreements
    {
        for case in declined {
            println!("declined: {loader} {case}");
        }
        for (case, how) in differs {
            println!("differs: {loader} {case}: {how}");
        }
    }
    let mut low = vec![];
    for agreement in &agreements {
        let right = agreement.agree + agreement.declined.len();
        if CORE.contains(&agreement.loader) && right * 100 < agreement.total * 99 {
            low.push(format!("{}: {right} of {}", agreement.loader, agreement.total));
        }
    }
    assert!(low.is_empty(), "less than 99 of 100 cases agree: {}", low.join(", "));
}
