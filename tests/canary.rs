//! No value is ever printed, not even a prefix: random secrets are planted wherever something can stand in a file, and nothing that the
//! library says of it (messages, keys, `Debug`, every format) may hold four bytes of one.
//!
//! Secrets are words of both cases made of letters that no fixed text and no schema has four of in a row, so a hit is never chance.
#![cfg(all(feature = "cli", feature = "full"))]

use std::collections::HashSet;

use proptest::prelude::*;

use envgate::check::rules;
use envgate::diagnostic::Severity;
use envgate::model::ProcessEnvironment;
use envgate::parse::dialect::DIALECTS;
use envgate::report::human::{self, Style};
use envgate::report::{Export, Report, concise, github, gitlab, json, junit, markdown, rdjson, sarif};
use envgate::schema::{Schema, Vocabulary};
use envgate::source::{PositionEncoding, Source, SourceId};
use envgate::{EnvironmentInput, Options, check};

/// Every keyword that looks at a value, and every rule that looks at a key.
const SCHEMA: &str = r#"{
  "environments": {
    "development": { "files": [".env"] },
    "staging": { "files": [".env.staging"] },
    "production": { "aliases": ["prod"], "files": [".env.production"] }
  },
  "environmentKey": "APP_ENV",
  "required": ["DATABASE_URL", "REDIS_URL"],
  "together": [["SMTP_HOST", "SMTP_PASSWORD"]],
  "exclusive": [["REDIS_URL", "REDIS_SOCKET"]],
  "dependentRequired": { "SMTP_HOST": ["SMTP_PORT"] },
  "properties": {
    "APP_ENV": { "type": "string" },
    "PORT": { "type": "integer", "minimum": 1, "maximum": 10, "multipleOf": 5 },
    "RATIO": { "type": "number", "exclusiveMaximum": 1 },
    "RELOAD": { "type": "boolean", "allowedIn": ["development"] },
    "LOG_LEVEL": { "enum": ["debug", "info"] },
    "NODE_ENV": { "const": "production" },
    "RELEASE": { "type": "string", "pattern": "^v[0-9]+$" },
    "SECRET_KEY": { "type": "string", "minLength": 64, "secret": true, "minBits": 512 },
    "HEX_KEY": { "type": "string", "secret": true, "minBits": 64, "encoding": "hex" },
    "DATABASE_URL": { "type": "string", "format": "uri", "secret": true },
    "REDIS_URL": { "type": "string", "maxLength": 3 },
    "REDIS_SOCKET": { "type": "string", "deprecated": true, "replacedBy": "REDIS_URL" },
    "HOSTS": { "type": "array", "items": { "type": "string", "format": "hostname", "maxLength": 2 }, "maxItems": 1, "uniqueItems": true },
    "COUNTS": { "type": "array", "items": { "type": "integer" } },
    "SETTINGS": { "type": "object" },
    "WORKERS": { "oneOf": [{ "type": "integer" }, { "const": "auto" }] },
    "EITHER": { "anyOf": [{ "type": "string", "minLength": 900 }, { "type": "string", "pattern": "^[0-9]$" }] },
    "NEITHER": { "type": "string", "not": { "minLength": 4 } },
    "NEVER": false,
    "NEXT_PUBLIC_TOKEN": { "type": "string", "secret": true, "examples": ["token"] },
    "SMTP_HOST": { "type": "string" },
    "SMTP_PORT": { "type": "integer" },
    "SMTP_PASSWORD": { "type": "string", "secret": true }
  },
  "additionalProperties": false
}"#;

const KEYS: &[&str] = &[
    "APP_ENV",
    "PORT",
    "RATIO",
    "RELOAD",
    "LOG_LEVEL",
    "NODE_ENV",
    "RELEASE",
    "SECRET_KEY",
    "HEX_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "REDIS_SOCKET",
    "HOSTS",
    "COUNTS",
    "SETTINGS",
    "WORKERS",
    "EITHER",
    "NEITHER",
    "NEVER",
    "NEXT_PUBLIC_TOKEN",
    "SMTP_HOST",
    "SMTP_PORT",
    "SMTP_PASSWORD",
    "REDIS_URI",
    "UNDECLARED",
    "VITE_CLIENT_SECRET",
    "lower.case-key",
];

/// What may stand in a line: `K` is a key, `@` a secret, `§` an `@`, `#0` a zero byte, `#F` a byte that is no UTF-8.
const LINES: &[&str] = &[
    "K=@",
    "K=\"@\"",
    "K='@'",
    "K=`@`",
    "export K=@",
    "K = @",
    "K: @",
    "K=@ # @",
    "K=\"@\" # @",
    "# @",
    "#@",
    "# envgate: ignore[@] @",
    "# envgate: @[unknown-key]",
    "K=@ # envgate: ignore[unknown-key, @] @",
    "@",
    "@ @",
    "@=",
    "@==",
    "=@",
    ":@",
    "@=@",
    "export @",
    "export @=",
    "K=\"@",
    "K='@",
    "K=\"@\"@",
    "K='@' @",
    "K @",
    "K=@ @",
    "K=${@}",
    "K=$@",
    "K=${UNSET:-@}",
    "K=${UNSET-@}",
    "K=${UNSET:?@}",
    "K=${UNSET:+@}",
    "K=${@",
    "K=${@:-@}",
    "K=$(@)",
    "K=\"${@}\"",
    "K=\"$@ ${PORT}\"",
    "BASE=@\nK=${BASE}@",
    "K=\\@",
    "K=\"\\@\\n@\"",
    "K=\"@\n@\"",
    "K='@\n@'",
    "K=@#0@",
    "K=#F@",
    "@#F",
    "#F#F=@",
    "@#0=@",
    "K=@,@",
    "K=[@,@]",
    "K={\"@\":\"@\"}",
    "K={\"@\":",
    "K=https://user:@§host/@",
    "K=postgres://@:@§db/@?@#@",
    "K=<@>",
    "STRIPE_SECRET_KEY=sk_live_@@@",
    "STRIPE_SECRET_KEY=SG.@@@",
    "CLERK_PUBLISHABLE_KEY=pk_test_@@@@@==",
    "K=sk_test_@@@",
    "K=your-@-here",
    "K=changeme@",
    "K=@@@@",
    "K=\u{feff}@",
    "\u{feff}K=@",
    "K=@\r",
    "K=\n@=",
    "K:\n@: @",
    "K=\"\n@\n\"",
    "K='-----BEGIN PRIVATE KEY-----\n@\n@\n-----END PRIVATE KEY-----'",
    "K=-----BEGIN PRIVATE KEY-----\n@\n@==\n-----END PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\n@\n@=\n-----END PRIVATE KEY-----",
    "K=é@",
    "é@=@",
    "K@=@",
    "@K=x",
    "@.@=x",
    "@ K=x",
];

/// A word of both cases, long enough that no rule takes it for a name.
fn secret() -> impl Strategy<Value = String> {
    "[qxzjvkw]{2}[QXZJVKW]{2}[qxzjvkwQXZJVKW]{8,40}"
}

/// A file, and the secrets in it.
fn file() -> impl Strategy<Value = (Vec<u8>, Vec<String>)> {
    let line = (0..LINES.len(), 0..KEYS.len(), prop::collection::vec(secret(), 8));
    prop::collection::vec(line, 1..12).prop_map(|lines| {
        let (mut text, mut planted) = (Vec::new(), Vec::new());
        for (line, key, secrets) in lines {
            let mut secrets = secrets.into_iter().cycle();
            let mut letters = LINES[line].chars().peekable();
            while let Some(letter) = letters.next() {
                match (letter, letters.peek()) {
                    ('@', _) => {
                        let secret = secrets.next().unwrap();
                        text.extend_from_slice(secret.as_bytes());
                        planted.push(secret);
                    }
                    ('§', _) => text.push(b'@'),
                    ('K', next) if next.is_none_or(|next| !next.is_ascii_uppercase() && *next != 'E') => {
                        text.extend_from_slice(KEYS[key].as_bytes());
                    }
                    ('#', Some('0')) => {
                        letters.next();
                        text.push(0);
                    }
                    ('#', Some('F')) => {
                        letters.next();
                        text.push(0xFF);
                    }
                    _ => text.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
                }
            }
            text.push(b'\n');
        }
        (text, planted)
    })
}

/// Compiles a schema that may name every rule.
fn compile(source: &Source) -> Schema {
    let codes = rules::codes();
    let vocabulary = Vocabulary {
        rules: &codes,
        ..Vocabulary::default()
    };
    Schema::compile(source, &vocabulary).unwrap()
}

/// Few enough `cases` for every run of the tests; `PROPTEST_CASES` asks for more.
fn config(cases: u32) -> ProptestConfig {
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() {
        ProptestConfig::default().cases
    } else {
        cases
    };
    ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    }
}

/// Variables of the process: a key, and a value and a name that are secrets.
fn process() -> impl Strategy<Value = Vec<(usize, String, String)>> {
    prop::collection::vec((0..KEYS.len(), secret(), secret()), 0..4)
}

// Two tests, so that two cores share what takes longest here.
proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn nothing_that_is_said_of_two_files_holds_a_piece_of_a_secret((first, mut planted) in file(), (second, more) in file(), process in process()) {
        planted.extend(more);
        says_nothing(first, second, process, planted)?;
    }

    #[test]
    fn nothing_that_is_said_of_a_file_of_two_environments_holds_a_piece_of_a_secret((file, planted) in file(), process in process()) {
        says_nothing(file.clone(), file, process, planted)?;
    }
}

/// Checks two environments as every loader reads them, and looks for pieces of what was planted in all that is said of it.
fn says_nothing(
    first: Vec<u8>,
    second: Vec<u8>,
    process: Vec<(usize, String, String)>,
    mut planted: Vec<String>,
) -> Result<(), TestCaseError> {
    let process: ProcessEnvironment = process
        .into_iter()
        .flat_map(|(key, value, name)| {
            planted.extend([value.clone(), name.clone()]);
            [(KEYS[key].to_owned(), value.clone()), (name, value)]
        })
        .collect();
    let sources = [
        Source::new("env.schema.json", SCHEMA).unwrap(),
        Source::new(".env.staging", first.clone()).unwrap(),
        Source::new(".env.production", second).unwrap(),
        Source::new(".env.example", first).unwrap(),
    ];
    let schema = compile(&sources[0]);
    let pieces = Pieces::of(&planted);
    let mut looked_at = HashSet::new();
    for dialect in DIALECTS {
        let input = |name: &str, file| EnvironmentInput {
            id: schema.find_environment(name).unwrap(),
            files: vec![SourceId(file).into()],
            dialect: Some(dialect),
            process: process.clone(),
        };
        let environments = [input("staging", 1), input("production", 2)];
        let options = Options {
            now: "2026-11-20T00:00:00Z".parse().unwrap(),
            example: Some(SourceId(3)),
            ..Options::default()
        };
        let report = check(&schema, &sources, &environments, &options);
        let baseline = envgate::check::baseline(&schema, &sources, &environments, &options);
        let debug = debug_of(&schema, &sources, &environments, &report);
        // What comes of the same report and the same masks was looked at already: half of the loaders read most files alike.
        let is_new = looked_at.insert(debug.clone());
        let mut said = vec![("baseline", baseline)];
        if is_new {
            said.extend(debug);
            said.extend(everything_said(&schema, &sources, &environments, &report));
            said.extend(exports_of(&sources, &report));
        }
        for (what, text) in said {
            if let Some(piece) = pieces.leaked(&text) {
                return Err(TestCaseError::fail(format!(
                    "{what} under {} holds {piece}:\n{text}",
                    dialect.name
                )));
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(48))]

    /// What `envgate init` writes is made from values, and is committed.
    #[test]
    fn a_drafted_schema_holds_no_piece_of_a_secret((first, mut planted) in file(), (second, more) in file(), doubt in any::<bool>()) {
        use envgate::check::draft::{Draft, Found};
        planted.extend(more);
        let found = |name: &str, file: &str, text: &[u8]| Found { name: name.to_owned(), files: vec![Source::new(file, text).unwrap()], is_guessed: false, dialect: None };
        let environments = [found("staging", ".env.staging", &first), found("production", ".env.production", &second)];
        let example = Source::new(".env.example", first.clone()).unwrap();
        let doubted: Vec<String> = if doubt { KEYS.iter().map(|key| (*key).to_owned()).collect() } else { Vec::new() };
        let pieces = Pieces::of(&planted);
        for environments in [&environments[..], &[]] {
            let text = Draft { environments, example: Some(&example), loader: None, doubted: &doubted }.write();
            if let Some(piece) = pieces.leaked(&text) {
                return Err(TestCaseError::fail(format!("the draft holds {piece}:\n{text}")));
            }
            let source = Source::new("env.schema.json", text.clone()).unwrap();
            prop_assert!(Schema::compile(&source, &Vocabulary::default()).is_ok(), "no schema:\n{text}");
        }
    }
}

/// Exports of every kind that is read, and of some that are refused: `@` is a secret, wherever one may stand in such a file.
const EXPORTS: &[&str] = &[
    r#"{"SecretList":[{"Name":"prod/SECRET_KEY","ARN":"@","Description":"@","CreatedDate":1741687200,"LastChangedDate":"@","Tags":[{"Key":"@","Value":"@"}]}],"NextToken":"@"}"#,
    r#"{"Name":"SECRET_KEY","Versions":[{"VersionId":"@ @","VersionStages":["AWSCURRENT","@"],"CreatedDate":"2025-10-02T08:14:22Z","@":"@"}]}"#,
    r#"{"Name":"@","CreatedDate":"2025-10-02T08:14:22Z"}"#,
    r#"{"SecretString":"@","Name":"SECRET_KEY"}"#,
    r#"{"Parameters":[{"Name":"/prod/SECRET_KEY","Value":"@","LastModifiedDate":1759392862,"Policies":[{"PolicyText":"@"}]}]}"#,
    r#"{"AccessKeyMetadata":[{"UserName":"@","AccessKeyId":"@","SecretAccessKey":"@","CreateDate":"@","Status":"@"}]}"#,
    "user,arn,access_key_1_active,access_key_1_last_rotated\nSECRET_KEY,@,true,@\n@,@,true,2025-10-02T08:14:22Z\n@",
    r#"{"data":{"current_version":2,"versions":{"2":{"created_time":"2025-10-02T08:14:22Z","@":"@"}},"custom_metadata":{"expires":"@","@":"@"}}}"#,
    r#"{"data":{"data":{"SECRET_KEY":"@"},"metadata":{"created_time":"@"}}}"#,
    r#"[{"name":"projects/@/secrets/SECRET_KEY/versions/3","state":"ENABLED","createTime":"2025-10-02T08:14:22Z","etag":"@"}]"#,
    r#"[{"id":"https://@.vault.azure.net/secrets/SECRET-KEY/@","value":"@","attributes":{"created":1759392862,"expires":"@"},"tags":{"@":"@"}}]"#,
    r#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"@","namespace":"@","creationTimestamp":"2025-10-02T08:14:22Z","annotations":{"@":"@"}},"data":{"SECRET_KEY":"@","@":"@"}}"#,
    "apiVersion: v1\nkind: Secret\nmetadata:\n  creationTimestamp: '@'\nstringData:\n  SECRET_KEY: '@'\n  '@': \"@\"\n  B: |\n    @\n",
    r#"[{"name":"SECRET_KEY","updatedAt":"2025-10-02T08:14:22Z","value":"@","visibility":"@"},{"name":"@","updatedAt":"@"}]"#,
    r#"{"SECRET_KEY":"ENC[AES256_GCM,data:@,iv:@,tag:@,type:str]","@":"@","sops":{"lastmodified":"2025-10-02T08:14:22Z","mac":"@"}}"#,
    "SECRET_KEY=ENC[AES256_GCM,data:@,iv:@ @,type:str]\n@=@\nsops_lastmodified=@\nsops_mac=@\n",
    r#"{"secrets":[{"secretKey":"SECRET_KEY","secretValue":"@","secretComment":"@","updatedAt":"@","environment":"@"}]}"#,
    r#"{"logs":[{"created_at":"2025-10-02T08:14:22Z","text":"@","diff":[{"name":"SECRET_KEY","added":"@","removed":"@"}]}]}"#,
    r#"{"title":"@","vault":{"name":"@"},"category":"@","updated_at":"2025-10-02T08:14:22Z","fields":[{"label":"SECRET_KEY","value":"@"},{"label":"@","value":"@"}]}"#,
    r#"{"envs":[{"key":"SECRET_KEY","value":"@","target":["production","@"],"updatedAt":1759392862123,"@":"@"}]}"#,
    r#"[{"key":"SECRET_KEY","values":[{"context":"@","value":"@"}],"updated_at":"@"}]"#,
    r#"{"secrets":[{"name":"SECRET_KEY","digest":"@","updated_at":"2025-10-02T08:14:22Z"}]}"#,
    r#"[{"version":1,"description":"Set SECRET_KEY, @ config vars","created_at":"2025-10-02T08:14:22Z","status":"@"}]"#,
    r#"{"SECRET_KEY":"@"}"#,
    r#"["@"]"#,
    r#"{"errors":["@"]}"#,
    "@",
    "{\"SECRET_KEY\": @",
    "{\"SECRET_KEY\": \"@",
];

/// Ledgers, sound and otherwise, the same way.
const LEDGERS: &[&str] = &[
    r#"{"environment":"production","key":"SECRET_KEY","rotatedAt":"2026-11-01T00:00:00Z","by":"@ @","origin":"@"}"#,
    r#"{"environment":"production","key":"SECRET_KEY","rotatedAt":"2027-11-01T00:00:00Z","kid":"@","fingerprint":"KRXB","mac":"AAAAAAAAAAAAAAAAAAAAAA"},
       {"environment":"production","key":"SECRET_KEY","rotatedAt":"2027-11-01T00:00:00Z","kid":"@"}"#,
    r#"{"environment":"@","key":"SECRET_KEY","rotatedAt":"2026-11-01T00:00:00Z"}"#,
    r#"{"environment":"production","key":"@","rotatedAt":"2026-11-01T00:00:00Z"}"#,
    r#"{"environment":"production","key":"SECRET_KEY","rotatedAt":"@","reason":"@","@":"@","fingerprint":"@","mac":"@"}"#,
    "<<<<<<< @\nnull,\n>>>>>>> @\nnull",
    "@",
];

proptest! {
    #![proptest_config(config(48))]

    /// What an export or a ledger holds is no more said than what an env file holds.
    #[test]
    fn nothing_that_is_said_of_evidence_holds_a_piece_of_a_secret(
        exports in prop::collection::vec(0..EXPORTS.len(), 1..6),
        ledger in 0..LEDGERS.len(),
        secrets in prop::collection::vec(secret(), 24),
    ) {
        use envgate::check::{AgeEvidence, ExportInput};
        use envgate::report::ages;

        let mut fill = secrets.iter().cycle();
        let mut filled = |text: &str| text.split('@').collect::<Vec<_>>().iter().enumerate().fold(String::new(), |text, (index, part)| {
            if index == 0 { (*part).to_owned() } else { text + fill.next().unwrap() + part }
        });
        let schema = SCHEMA.replacen("\"secret\": true, \"minBits\": 512", "\"secret\": { \"maxAge\": \"P90D\", \"evidence\": \"comment\" }", 1);
        let mut sources = vec![
            Source::new("env.schema.json", schema).unwrap(),
            Source::new(".env.production", format!("# rotated: {}\nSECRET_KEY={}\n", secrets[0], secrets[1])).unwrap(),
        ];
        for export in exports {
            sources.push(Source::new(format!("SECRET_KEY.{}.json", sources.len()), filled(EXPORTS[export])).unwrap());
        }
        let book = SourceId(u32::try_from(sources.len()).unwrap());
        sources.push(Source::new("env.rotation.json", format!("{{\"version\": 1, \"entries\": [\n{},\nnull]}}", filled(LEDGERS[ledger]))).unwrap());
        let schema = compile(&sources[0]);
        let id = schema.find_environment("production");
        let environments = [EnvironmentInput { id: id.unwrap(), files: vec![SourceId(1).into()], dialect: None, process: Default::default() }];
        let input = |source| ExportInput { source: SourceId(source), environment: id, ..ExportInput::default() };
        let mut said = Vec::new();
        // What can be used of it all: each alone, so that one that is refused keeps no other away.
        for source in 2..=book.0 {
            let (exports, ledger) = if source == book.0 { (vec![], Some(book)) } else { (vec![input(source)], None) };
            let read = AgeEvidence::read(&schema, &sources, &exports, Vec::new(), ledger);
            said.push(("what evidence is refused for", format!("{:?}", read.as_ref().err())));
            let Ok(ages) = read else { continue };
            said.extend(ages.notes().map(|(_, note)| ("a note", note.message.clone())));
            let options = Options { now: "2026-11-20T00:00:00Z".parse().unwrap(), ages, ..Options::default() };
            let report = check(&schema, &sources, &environments, &options);
            said.extend(debug_of(&schema, &sources, &environments, &report));
            said.extend(everything_said(&schema, &sources, &environments, &report));
            said.extend(exports_of(&sources, &report));
            said.extend([
                ("the table", ages::table::render(&report)),
                ("the ages", ages::json::render(&report, &sources, PositionEncoding::Scalar)),
                ("the list", ages::markdown::render(&report)),
                ("the calendar", ages::calendar::render(&report, "a", ages::calendar::Names::Shown)),
                ("the gauges", ages::prometheus::render(&report)),
            ]);
            let mut masked = envgate::check::mask(&schema, &sources, &environments);
            masked[book.0 as usize] = envgate::check::mask_ledger(&schema, &sources[book.0 as usize]);
            said.push(("human", human::render(&report, &sources, &masked, Style { colour: false, width: 200 })));
        }
        let pieces = Pieces::of(&secrets);
        for (what, text) in said {
            if let Some(piece) = pieces.leaked(&text) {
                return Err(TestCaseError::fail(format!("{what} holds {piece}:\n{text}")));
            }
        }
    }
}

#[test]
fn a_leak_would_be_seen() {
    let pieces = Pieces::of(&["qxZJvkwq".to_owned()]);
    assert_eq!(pieces.leaked("nothing here"), None);
    assert_eq!(pieces.leaked("letters of secrets, but none of them: wqxz kkkk"), None);
    assert!(pieces.leaked("a value jVKW of it").is_some(), "in any case of letters");
    assert!(
        pieces.leaked("the bytes [118, 107, 119, 113]").is_some(),
        "and as the numbers of a derived Debug"
    );
}

#[test]
fn the_schema_makes_many_rules_speak() {
    // Otherwise the test above would be silent for the wrong reason.
    let text: String = KEYS.iter().map(|key| format!("{key}=qxZJvkwQXzjVKqxZ\n")).collect();
    let sources = [
        Source::new("env.schema.json", SCHEMA).unwrap(),
        Source::new(".env.production", text).unwrap(),
    ];
    let schema = compile(&sources[0]);
    let id = schema.find_environment("production").unwrap();
    let environments = [EnvironmentInput {
        id,
        files: vec![SourceId(1).into()],
        dialect: None,
        process: Default::default(),
    }];
    let options = Options {
        now: "2026-11-20T00:00:00Z".parse().unwrap(),
        phase: None,
        example: None,
        ..Options::default()
    };
    let report = check(&schema, &sources, &environments, &options);
    let mut spoken: Vec<&str> = report.diagnostics.iter().map(|diagnostic| diagnostic.code.0).collect();
    spoken.sort_unstable();
    spoken.dedup();
    assert!(spoken.len() >= 14, "{spoken:?}");
    assert!(
        report
            .diagnostics
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    );
}

/// What a developer could print of a check: all that its texts are made of.
fn debug_of(
    schema: &Schema,
    sources: &[Source],
    environments: &[EnvironmentInput],
    report: &Report,
) -> Vec<(&'static str, String)> {
    vec![
        ("the Debug of the report", format!("{report:?}")),
        ("the Debug of the sources", format!("{sources:?}")),
        (
            "the Debug of the masked sources",
            format!("{:?}", envgate::check::mask(schema, sources, environments)),
        ),
    ]
}

/// The formats for people and programs.
fn everything_said(
    schema: &Schema,
    sources: &[Source],
    environments: &[EnvironmentInput],
    report: &Report,
) -> Vec<(&'static str, String)> {
    let masked = envgate::check::mask(schema, sources, environments);
    let human = |colour| human::render(report, sources, &masked, Style { colour, width: 80 });
    vec![
        ("json", json::render(report, sources, PositionEncoding::Scalar)),
        (
            "json for editors",
            json::render(report, sources, PositionEncoding::Utf16),
        ),
        ("concise", concise::render(report, sources)),
        ("human", human(false)),
        ("human, in colour", human(true)),
    ]
}

/// The formats for other tools.
fn exports_of(sources: &[Source], report: &Report) -> Vec<(&'static str, String)> {
    let export = Export {
        report,
        sources,
        folder: "services/api",
        complete: false,
        floor: Severity::Warning,
        encoding: PositionEncoding::Scalar,
    };
    vec![
        ("sarif", sarif::render(&export, &[])),
        ("github", github::render(&export)),
        ("gitlab", gitlab::render(&export)),
        ("junit", junit::render(&export)),
        ("markdown", markdown::render(&export)),
        ("rdjson", rdjson::render(&export)),
    ]
}

/// Every four bytes in a row of the secrets that were planted, in lower case.
struct Pieces(HashSet<[u8; 4]>);

impl Pieces {
    fn of(planted: &[String]) -> Pieces {
        let windows = planted.iter().flat_map(|secret| secret.as_bytes().windows(4));
        Pieces(windows.map(lower).collect())
    }

    /// A piece that stands in the text, in either case or as numbers.
    fn leaked(&self, text: &str) -> Option<String> {
        // What stands between two commas and is no number becomes one that no letter is.
        let number = |item: &str| item.rsplit('[').next()?.split(']').next()?.parse().ok();
        let numbers: Vec<u8> = text.split(", ").map(|item| number(item).unwrap_or_default()).collect();
        self.find(text.as_bytes()).or_else(|| self.find(&numbers))
    }

    fn find(&self, bytes: &[u8]) -> Option<String> {
        // Only where four letters of secrets stand in a row is a look into the set worth its time.
        let mut run = 0;
        bytes.iter().enumerate().find_map(|(at, byte)| {
            run = if IS_LETTER[usize::from(*byte)] { run + 1 } else { 0 };
            let piece = (run >= 4).then(|| lower(&bytes[at - 3..=at]))?;
            let is_leaked = self.0.contains(&piece);
            is_leaked.then(|| String::from_utf8_lossy(&piece).into_owned())
        })
    }
}

/// Which bytes secrets are made of.
static IS_LETTER: [bool; 256] = {
    let letters = b"qxzjvkwQXZJVKW";
    let (mut table, mut at) = ([false; 256], 0);
    while at < letters.len() {
        table[letters[at] as usize] = true;
        at += 1;
    }
    table
};

fn lower(piece: &[u8]) -> [u8; 4] {
    std::array::from_fn(|at| piece[at].to_ascii_lowercase())
}
