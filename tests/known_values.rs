//! The values to search for are at least those that a program would see if the files above one were not there, in any dialect, and many
//! files take no longer than each by itself.

use envgate::EnvironmentInput;
use envgate::check::known_values;
use envgate::model::{Environment, Layer, NO_PROCESS, Origin, ProcessEnvironment, Value};
use envgate::parse::{self, Dialect, dialect};
use envgate::schema::{EnvironmentId, Schema, Vocabulary};
use envgate::source::{Source, SourceId};
use proptest::prelude::*;
use proptest::sample::select;

const SCHEMA: &str = r#"{
  "environments": { "production": { "files": [".env"] } },
  "properties": { "A": { "secret": true }, "B": { "secret": true }, "C": { "secret": true }, "1": { "secret": true } }
}"#;

const KEYS: [&str; 4] = ["A", "B", "C", "1"];
const VALUES: [&str; 17] = [
    "",
    "one",
    "two",
    "$A",
    "${B}",
    "${C}x",
    "x${A}${B}",
    "\"${A}\"",
    "'$B'",
    "${A:-one}",
    "${B:=$C}",
    "${A:+two}",
    "${1}",
    "\\$A",
    "$(id)",
    "`id`",
    "{{ A }}",
];
const SEPARATORS: [&str; 5] = ["=", "=", "=", "+=", ": "];

fn files() -> impl Strategy<Value = Vec<String>> {
    let line = (select(&KEYS[..]), select(&SEPARATORS[..]), select(&VALUES[..]));
    let line = prop_oneof![
        12 => line.prop_map(|(key, separator, value)| format!("{key}{separator}{value}\n")),
        1 => select(&KEYS[..]).prop_map(|key| format!("{key}\n")),
        1 => select(&KEYS[..]).prop_map(|key| format!("unset {key}\n")),
    ];
    let file = prop::collection::vec(line, 0..4).prop_map(|lines| lines.concat());
    prop::collection::vec(file, 1..7)
}

fn process() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    prop::collection::vec((select(&KEYS[..]), select(&["", "three", "$A", "${B}y"][..])), 0..3)
}

/// Returns the values of variables, as a program would see them if the files above each were not there.
fn below(texts: &[String], dialect: &'static Dialect, process: &ProcessEnvironment) -> Vec<Vec<u8>> {
    let documents: Vec<_> = texts
        .iter()
        .map(|text| parse::parse(text.as_bytes(), dialect))
        .collect();
    let layers: Vec<Layer<'_>> = (documents.iter().zip(texts).zip(1..))
        .map(|((document, text), id)| Layer {
            source: SourceId(id),
            text: document.text(text.as_bytes()),
            document,
            dialect,
        })
        .collect();
    let mut values = Vec::new();
    let mut add = |environment: &Environment<'_>, is_wanted: &dyn Fn(&Origin) -> bool| {
        let is_declared = |key: &[u8]| KEYS.iter().any(|one| one.as_bytes() == key);
        let variables = environment.variables.iter().filter(|one| is_declared(one.key));
        for variable in variables.filter(|one| is_wanted(&one.origin)) {
            if let Value::Known(secret) = &variable.value {
                values.push(secret.expose().to_vec());
            }
        }
    };
    for count in 1..=layers.len() {
        let of = layers[count - 1].source;
        let is_here = |origin: &Origin| matches!(origin, Origin::File { source, .. } if *source == of);
        add(&Environment::resolve(&layers[..count], &NO_PROCESS), &is_here);
    }
    // What the program itself sees.
    add(&Environment::resolve(&layers, process), &|_| true);
    values.retain(|value| !value.is_empty());
    values
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_value_is_known(texts in files(), process in process(), dialect in select(dialect::DIALECTS)) {
        let schema = Source::new("env.schema.json", SCHEMA).expect("the schema is short");
        let compiled = Schema::compile(&schema, &Vocabulary::default()).expect("the schema is valid");
        let process: ProcessEnvironment = process.into_iter().collect();
        let expected = below(&texts, dialect, &process);
        let mut sources = vec![schema];
        sources.extend(texts.iter().map(|text| Source::new(".env", text.as_str()).expect("the file is short")));
        let files = (1..).take(texts.len()).map(SourceId);
        let input = EnvironmentInput {
            dialect: Some(dialect),
            process,
            ..EnvironmentInput::new(EnvironmentId(0), files)
        };
        let known = known_values(&compiled, &sources, &[input]);
        for value in expected {
            let is_known = known.iter().any(|one| one.value.expose() == value);
            prop_assert!(is_known, "{} misses {:?}", dialect.name, String::from_utf8_lossy(&value));
        }
    }
}

/// If each of these files were read with all those below it, this would take a minute.
#[test]
fn many_files_are_read_in_linear_time() {
    const FILES: u32 = 10_000;
    let schema = Source::new("env.schema.json", SCHEMA).expect("the schema is short");
    let compiled = Schema::compile(&schema, &Vocabulary::default()).expect("the schema is valid");
    let mut sources = vec![schema];
    for number in 1..=FILES {
        let text = format!("A=one{number}\nB=${{A}}\n");
        sources.push(Source::new(".env", text).expect("the file is short"));
    }
    let input = EnvironmentInput::new(EnvironmentId(0), (1..=FILES).map(SourceId));
    let known = known_values(&compiled, &sources, &[input]);
    assert!(known.len() >= 2 * FILES as usize);
}
