//! The shapes in which people have an export: whole answers, what `--query`, `--jq` or `jq` took out of them, pages one behind the other or in a list, YAML,
//! and the spellings of other tools that ask the same service. Each with what it proves, which is never more than what its fields say.

mod aws;
mod clouds;
mod limits;
mod platforms;
mod stores;

use envgate::rotation::importers::{ImportError, ImportOptions, import};

use crate::importers::shown;

fn named(text: &[u8]) -> Result<String, ImportError> {
    let options = ImportOptions {
        name: Some("BY_FILE"),
        ..ImportOptions::default()
    };
    import(text, &options).map(|import| shown(&import))
}

#[track_caller]
fn proves(text: &str, expected: &str) {
    let expected: String = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(
        named(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error:?}")),
        expected,
        "{text}"
    );
}

#[track_caller]
fn is_refused(text: &str, message: &str, help: &str) {
    let error = named(text.as_bytes()).expect_err(text);
    assert!(
        error.message.contains(message) && error.help.contains(help),
        "{text}: {error:?}"
    );
}
