//! Searches any text for values, tokens and variables: as source in every language, and as a schema of each other tool.
//! Searching must end, findings must lie within the text, and they must not depend on how the text is cut into pieces.
//!
//! The first byte determines the length of the pieces.
#![no_main]

use std::sync::OnceLock;

use envgate::EnvironmentInput;
use envgate::check::adopt::adopt;
use envgate::check::{KnownValue, known_values};
use envgate::leak::{Found, Needles, Search};
use envgate::schema::{EnvironmentId, Schema, Vocabulary};
use envgate::source::{Source, SourceId};
use envgate::usage::{Finder, Language};
use libfuzzer_sys::fuzz_target;

const SCHEMA: &str = r#"{ "properties": { "TOKEN": { "type": "string", "secret": true }, "URL": { "type": "string", "secret": true } } }"#;
const VALUES: &str = "TOKEN='q8&Zt5/LmXw0+Kd7Rb3x'\nURL=postgres://app:m4Tz9QwLr7@db/app\n";
const NAMES: [&str; 18] = [
    "a.js",
    "a.ts",
    "a.vue",
    "a.py",
    "a.rs",
    "a.go",
    "a.rb",
    "a.php",
    "a.java",
    "a.kt",
    "a.scala",
    "a.cs",
    "a.c",
    "a.ex",
    "a.prisma",
    "a.sh",
    "compose.yaml",
    "Dockerfile",
];

fn tools() -> &'static (Finder, Needles) {
    static TOOLS: OnceLock<(Finder, Needles)> = OnceLock::new();
    TOOLS.get_or_init(|| {
        let sources = [Source::new("env.schema.json", SCHEMA), Source::new(".env", VALUES)];
        let sources = sources.map(|source| source.expect("the text is short"));
        let schema = Schema::compile(&sources[0], &Vocabulary::default()).expect("the schema is valid");
        let environment = EnvironmentInput::new(EnvironmentId(0), [SourceId(1)]);
        let known: Vec<KnownValue> = known_values(&schema, &sources, &[environment]);
        (Finder::new(&schema), Needles::build(known))
    })
}

fuzz_target!(|data: &[u8]| {
    let Some((&size, text)) = data.split_first() else {
        return;
    };
    let (finder, needles) = tools();
    let whole = Search::whole(needles, text);
    assert!(
        whole
            .hits
            .iter()
            .all(|hit| hit.start <= hit.end && hit.end <= text.len() as u64)
    );
    let pieces = in_pieces(needles, text, usize::from(size) + 1);
    assert_eq!(places(&whole), places(&pieces), "what is found depends on the pieces");
    let _ = needles.redact(&String::from_utf8_lossy(text));

    for name in NAMES {
        if let Some(language) = Language::of(name) {
            let _ = finder.look(text, language);
        }
    }
    for name in [".env.schema", "Envfile", "schema.json", "schema.yaml"] {
        if let Ok(source) = Source::new(name, text) {
            let _ = adopt(&source);
        }
    }
});

fn in_pieces(needles: &Needles, text: &[u8], size: usize) -> Found {
    let mut search = Search::new(needles);
    for piece in text.chunks(size) {
        search.space()[..piece.len()].copy_from_slice(piece);
        search.filled(piece.len());
    }
    search.finish()
}

fn places(found: &Found) -> Vec<(u64, u64)> {
    found.hits.iter().map(|hit| (hit.start, hit.end)).collect()
}
