//! Several files of one environment and variables of the process, as two loaders read them. With debug assertions, every quick way through
//! expansion and verdict is compared with the long one; here the verdict is compared with the report, too.
//!
//! The input is a byte for each loader, a byte for the process environment, and the files, from low to high precedence,
//! with a NUL between them.
#![no_main]

use envgate::check::known_values;
use envgate::diagnostic::Severity;
use envgate::parse::dialect::DIALECTS;
use envgate::schema::{EnvironmentId, Schema, Vocabulary};
use envgate::source::{Source, SourceId};
use envgate::{EnvironmentInput, Options, check, passes};
use libfuzzer_sys::fuzz_target;

/// What the process may have: each bit of a byte stands for one.
const PROCESS: [(&str, &str); 8] = [
    ("A", ""),
    ("A", "one"),
    ("B", "$A"),
    ("B", "${C}two"),
    ("C", "three"),
    ("HOME", "/home/one"),
    ("1", "four"),
    ("D", "`A`"),
];

fuzz_target!(|data: &[u8]| {
    let [first, second, bits, files @ ..] = data else {
        return;
    };
    let dialect = |byte: u8| DIALECTS[usize::from(byte) % DIALECTS.len()].name;
    let schema = format!(
        r#"{{
          "environments": {{ "production": {{ "files": [".env"] }} }},
          "dialects": ["{}", "{}"],
          "required": ["A"],
          "properties": {{ "A": {{}}, "B": {{ "secret": true }}, "C": {{ "type": "integer" }}, "D": {{ "maxLength": 9 }} }}
        }}"#,
        dialect(*first),
        dialect(*second),
    );
    let mut sources = vec![Source::new("env.schema.json", schema).expect("the schema is short")];
    // The same loader twice is refused.
    let Ok(schema) = Schema::compile(&sources[0], &Vocabulary::default()) else {
        return;
    };
    for text in files.split(|&byte| byte == 0).take(4) {
        sources.push(Source::new(format!(".env.{}", sources.len()), text).expect("the file is short"));
    }

    let process = PROCESS.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1);
    let environment = EnvironmentInput {
        process: process.map(|(_, variable)| *variable).collect(),
        ..EnvironmentInput::new(EnvironmentId(0), (1..).map(SourceId).take(sources.len() - 1))
    };
    let environments = [environment];
    let options = Options::default();
    let report = check(&schema, &sources, &environments, &options);
    for floor in [Severity::Error, Severity::Warning] {
        assert_eq!(
            passes(&schema, &sources, &environments, &options, floor),
            !report.diagnostics.iter().any(|one| one.severity >= floor),
            "the verdict at {floor:?} is not that of the report"
        );
    }
    let _ = known_values(&schema, &sources, &environments);
});
