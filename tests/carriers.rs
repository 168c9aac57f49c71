//! Other carriers, with anything in them: reading never fails, places lie within the file, and no value comes out.

#![cfg(feature = "yaml")]

use envgate::carrier::{self, Carrier};
use envgate::check::{FileInput, Form, mask};
use envgate::report::{concise, json};
use envgate::schema::{EnvironmentId, Schema, Vocabulary};
use envgate::source::{PositionEncoding, Source, SourceId, Span};
use envgate::{EnvironmentInput, Options, check};
use proptest::prelude::*;

const CANARY: &str = "zQ9xCanaryW7";

/// One of each kind, with the canary where values stand.
const SEEDS: [&str; 6] = [
    r#"{"HOST":"zQ9xCanaryW7","PORT":1,"X":null,"Y":[1],"Z":"\u0041zQ9xCanaryW7"}"#,
    "x: &c\n  A: zQ9xCanaryW7\nservices:\n  web:\n    env_file: [a.env, {path: b.env, required: false, format: raw}]\n    environment:\n      <<: [*c, *c]\n      HOST: 'zQ9xCanaryW7'\n      PORT: ${PORT}\n  db:\n    environment:\n      - A=zQ9xCanaryW7\n      - B\n      - \"C=$$zQ9xCanaryW7\"\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata:\n  HOST: elE5eENhbmFyeVc3\nstringData:\n  B: |\n    zQ9xCanaryW7\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w}\nspec:\n  template:\n    spec:\n      containers:\n      - name: c\n        envFrom: [{prefix: P_, secretRef: {name: a}}]\n        env:\n        - {name: HOST, value: zQ9xCanaryW7}\n        - {name: PORT, value: $(HOST)$$(X)}\n        - name: T\n          valueFrom: {secretKeyRef: {name: b, key: c}}\n",
    "on: push\nenv: {A: zQ9xCanaryW7, B: '${{ secrets.B }}'}\njobs:\n  t:\n    env:\n      HOST: zQ9xCanaryW7\n    steps:\n    - id: s\n      env: {A: other}\n",
    "[Service]\nEnvironment=HOST=zQ9xCanaryW7 \"B=x zQ9xCanaryW7\" \\\n  'C=\\x41zQ9xCanaryW7'\nEnvironment=D=%h\nPassEnvironment=E F\nUnsetEnvironment=B\nEnvironmentFile=-/etc/x.env\n",
    "HOST: zQ9xCanaryW7\nPORT: 0x1F\nA: yes\n? B\n: !t zQ9xCanaryW7\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn anything_is_read_and_no_value_comes_out(
        seed in 0..SEEDS.len(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..24_usize), 0..6),
    ) {
        const PIECES: [&str; 24] = [
            "\n", " ", "  ", "\t", ":", "- ", "&a ", "*a", "<<: *c\n", "{", "}", "[", "]", "\"", "'", "#", "|\n", "---\n", "!!str ", "\\", "$", "${", "=", "\u{e9}",
        ];
        let mut text = SEEDS[seed].to_owned();
        for (at, piece) in edits {
            let mut at = at.index(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            // Not within the canary, of which a piece is none.
            if text.match_indices(CANARY).any(|(start, _)| start < at && at < start + CANARY.len()) {
                continue;
            }
            text.insert_str(at, PIECES[piece]);
        }
        let schema = r#"{ "required": ["HOST"], "properties": { "HOST": { "minLength": 50 }, "PORT": { "type": "integer" } }, "additionalProperties": false }"#;
        let sources = [Source::new("env.schema.json", schema).unwrap(), Source::new("file", text.clone()).unwrap()];
        let codes = envgate::check::rules::codes();
        let schema = Schema::compile(&sources[0], &Vocabulary { rules: &codes, ..Vocabulary::default() }).unwrap();
        for one in Carrier::ALL {
            for part in [None, Some("web".to_owned())] {
                let read = carrier::read(text.as_bytes(), one, part.as_deref());
                prop_assert!(read.document.errors().iter().all(|error| error.span.end as usize <= text.len()));
                for index in 0..read.document.assignments().len() {
                    let (key, value) = read.document.place(index);
                    prop_assert!(key.end as usize <= text.len() && value.end as usize <= text.len());
                }
                let input = EnvironmentInput {
                    id: EnvironmentId(0),
                    files: vec![FileInput { source: SourceId(1), form: Form::Carried(one, part) }],
                    dialect: None,
                    process: Default::default(),
                };
                let inputs = [input];
                let options = Options {
                    now: "2026-11-20T00:00:00Z".parse().unwrap(),
                    phase: None,
                    example: None,
                    quiet: envgate::check::quiet::Quiet::default(),
                    ages: envgate::check::AgeEvidence::default(),
                };
                let report = check(&schema, &sources, &inputs, &options);
                let masked = mask(&schema, &sources, &inputs);
                let mut said = concise::render(&report, &sources) + &json::render(&report, &sources, PositionEncoding::Scalar);
                let mut at = 0;
                for line in text.split_inclusive('\n') {
                    said += &masked[1].excerpt(Span::new(at, at + line.len()), 0).text;
                    at += line.len();
                }
                prop_assert!(!said.contains(CANARY) && !said.contains("elE5eENhbmFyeVc3"), "{one:?}: {said}");
            }
        }
    }
}
