//! The exports of the WebAssembly, called as a host calls them. `make test-wasm` runs this in Node and in headless Chromium.
#![cfg(all(target_arch = "wasm32", feature = "wasm"))]

use envgate::wasm::{buffer, check, compare, compile, mask, references, release, render, rules, verdict, version};
use serde_json::Value;
use wasm_bindgen_test::wasm_bindgen_test;

const SCHEMA: &str = r#"{
  "environments": { "development": { "files": [".env"] }, "production": { "aliases": ["prod"], "files": [".env.prod"] } },
  "required": ["PORT"],
  "properties": { "PORT": { "type": "integer", "maximum": 65535 }, "TOKEN": { "secret": true, "minLength": 8 } },
  "additionalProperties": false
}"#;

/// 2026-11-20T00:00:00Z
const NOW: i64 = 1_795_132_800_000;

#[wasm_bindgen_test]
fn a_schema_lists_its_environments_and_keys() {
    let answer = json(&compile(write(&compile_request(SCHEMA))));
    assert_eq!(answer["environments"][1]["name"], "production");
    assert_eq!(answer["environments"][1]["aliases"][0], "prod");
    assert_eq!(answer["environments"][1]["files"][0], ".env.prod");
    assert_eq!(answer["keys"], serde_json::json!(["PORT", "TOKEN"]));
}

#[wasm_bindgen_test]
fn a_wrong_schema_is_refused_with_all_its_mistakes_and_their_places() {
    let text = "{\n  \"requird\": [],\n  \"properties\": { \"A\": { \"minLenght\": 1 } }\n}";
    let answer = json(&compile(write(&compile_request(text))));
    let errors = answer["errors"].as_array().expect("it is refused");
    assert_eq!(errors.len(), 2, "{answer}");
    assert_eq!(errors[0]["file"], "env.schema.json");
    assert_eq!(errors[0]["start"]["line"], 2);
    assert_eq!(errors[1]["start"]["line"], 3);
}

#[wasm_bindgen_test]
fn a_file_is_checked() {
    let schema = schema();
    let report = json(&check(schema, write(&check_request("production", "PORT=80\n"))));
    assert_eq!(report["version"], 1);
    assert_eq!(report["checkedAt"], "2026-11-20T00:00:00Z");
    assert_eq!(report["environments"][0]["name"], "production");
    assert_eq!(report["environments"][0]["files"][0], ".env");
    assert_eq!(report["environments"][0]["errors"], 0);

    let report = json(&check(
        schema,
        write(&check_request("prod", "PORT=http\nTOKEN=x\nPROT=1\n")),
    ));
    assert_eq!(
        report["environments"][0]["errors"].as_u64(),
        Some(report["diagnostics"].as_array().map_or(0, Vec::len) as u64)
    );
    for code in ["schema-type", "schema-length", "unknown-key"] {
        assert!(
            report["diagnostics"]
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one["code"] == code)),
            "{code}: {report}"
        );
    }
}

#[wasm_bindgen_test]
fn a_verdict_is_an_exit_code() {
    let schema = schema();
    assert_eq!(verdict(schema, 3, write(&check_request("production", "PORT=80\n"))), 0);
    assert_eq!(
        verdict(schema, 3, write(&check_request("production", "PORT=http\n"))),
        1
    );
    assert_eq!(verdict(schema, 3, write(&check_request("prodution", "PORT=80\n"))), 2);
    assert_eq!(verdict(schema, 4, write(&check_request("production", "PORT=80\n"))), 2);
}

#[wasm_bindgen_test]
fn a_file_that_is_not_utf8_gets_a_report_and_no_pass() {
    let schema = schema();
    let mut request = check_request("production", "PORT=80\nTOKEN=12345678?\n");
    let at = request.iter().position(|&byte| byte == b'?').expect("it is there");
    request[at] = 0xFF;
    assert_eq!(verdict(schema, 3, write(&request)), 2);
    let report = json(&check(schema, write(&request)));
    assert_eq!(report["diagnostics"][0]["code"], "not-utf8", "{report}");
}

#[wasm_bindgen_test]
fn a_file_without_anything_to_read_makes_a_report_incomplete() {
    let schema = schema();
    let complete = |text: &str| json(&check(schema, write(&check_request("production", text))))["complete"].clone();
    // The schema asks for PORT, so that there is a report.
    assert_eq!(complete("\n"), false);
    assert_eq!(complete("# nothing yet\n"), true);
    assert_eq!(complete("PORT=http\n"), true);
}

#[wasm_bindgen_test]
fn a_reference_file_that_is_not_utf8_keeps_no_environment_from_passing() {
    let schema = schema();
    let files = [(".env", "PORT=80\n"), (".env.example", "PORT=?\n")];
    let reading = |read: &[usize]| {
        let start = environments_beside(2, &files);
        let files: Vec<u8> = read.iter().flat_map(|&file| number(file)).collect();
        let one = [
            number(1),
            field("production"),
            field(""),
            number(read.len()),
            files,
            number(0),
        ]
        .concat();
        let mut request = [start, one, number(0)].concat();
        let at = request.iter().position(|&byte| byte == b'?').expect("it is there");
        request[at] = 0xFF;
        request
    };
    assert_eq!(verdict(schema, 3, write(&reading(&[0]))), 0);
    assert_eq!(verdict(schema, 3, write(&reading(&[0, 1]))), 2);
}

#[wasm_bindgen_test]
fn a_warning_counts_when_asked_for() {
    let schema = schema();
    let twice = "PORT=80\nPORT=81\n";
    assert_eq!(verdict(schema, 3, write(&check_request("production", twice))), 0);
    assert_eq!(verdict(schema, 2, write(&check_request("production", twice))), 1);
}

#[wasm_bindgen_test]
fn variables_are_checked_without_a_file() {
    let schema = schema();
    let with = |text: &str, count| [environments(&[]), variables("production", &[], text, count)].concat();
    let report = json(&check(schema, write(&with("PORT\0http\0TOKEN\0mahogany otter\0", 2))));
    assert_eq!(report["diagnostics"][0]["code"], "schema-type");
    assert_eq!(report["diagnostics"][0]["file"], Value::Null);
    assert_eq!(verdict(schema, 3, write(&with("PORT\x0080\0", 1))), 0);
    refused(&check(schema, write(&with("PORT\x0080\x0081\0", 1))));
}

/// The schema of these tests declares PORT and TOKEN.
#[wasm_bindgen_test]
fn values_stand_for_the_keys_of_the_schema() {
    let schema = schema();
    let with = |absent: &[usize], text: &str| {
        let absent: Vec<u8> = [
            number(absent.len()),
            absent.iter().flat_map(|&index| number(index)).collect(),
        ]
        .concat();
        let one = [number(1), field("production"), field(""), number(0), number(2)].concat();
        write(&[environments(&[]), one, absent, field(text), number(0)].concat())
    };
    let pairs = [environments(&[]), variables("production", &[], "PORT\0http\0", 1)].concat();
    assert_eq!(check(schema, with(&[1], "http\0")), check(schema, write(&pairs)));
    assert_eq!(verdict(schema, 3, with(&[1], "80\0")), 0);
    refused(&check(schema, with(&[], "80\0")));
    refused(&check(schema, with(&[1], "80\x0081\0")));
    // That PORT is missing was seen, so this is no refusal.
    assert_eq!(verdict(schema, 3, with(&[0, 1], "")), 1);
}

#[wasm_bindgen_test]
fn unchecked_input_never_passes() {
    let schema = schema();
    refused(&check(
        schema,
        write(&[environments(&[]), number(0), number(0)].concat()),
    ));
    let without_any = [
        environments(&[]),
        number(1),
        field("production"),
        field(""),
        number(0),
        number(0),
        number(0),
    ]
    .concat();
    refused(&check(schema, write(&without_any)));
    refused(&check(schema, write(&check_request("nowhere", "PORT=80\n"))));

    let compiled = |text: &str| {
        let answer = json(&compile(write(&compile_request(text))));
        u32::try_from(answer["schema"].as_u64().expect("it is compiled")).expect("it is a u32")
    };
    let silent = compiled(r#"{ "environments": { "production": {} } }"#);
    refused(&check(silent, write(&check_request("production", "A=1\n"))));
    assert_eq!(verdict(silent, 3, write(&check_request("production", "A=1\n"))), 2);

    let lenient = compiled(r#"{ "environments": { "production": {} }, "properties": { "A": { "type": "integer" } } }"#);
    assert_eq!(verdict(lenient, 3, write(&check_request("production", "A=1\n"))), 0);
    for nothing in ["", " \n\t\r\n", "# A=1\n  # B=2", "\u{FEFF}"] {
        refused(&check(lenient, write(&check_request("production", nothing))));
        assert_eq!(verdict(lenient, 3, write(&check_request("production", nothing))), 2);
    }
    refused(&check(schema, write(&[])));
}

/// The compact build reads no carrier that has parts, and says so.
#[wasm_bindgen_test]
fn an_environment_takes_a_part_of_a_file() {
    let schema = schema();
    let compose = "services:\n  web:\n    environment:\n      PORT: http\n  api:\n    environment:\n      PORT: 80\n";
    let with = |name: &str, part: &str| {
        let one = reading_the_first("production");
        let words = format!("environment\0production\0part\0{part}\0");
        let extras = [number(1), number(6), number(1), field(&words)].concat();
        [environments(&[(name, compose)]), one, extras].concat()
    };
    let verdict_of = |part| verdict(schema, 3, write(&with("compose.yaml", part)));
    if cfg!(feature = "full") {
        assert_eq!([verdict_of("api"), verdict_of("web"), verdict_of("db")], [0, 1, 1]);
    } else {
        assert_eq!(verdict_of("api"), 2);
    }
    refused(&check(schema, write(&with(".env", "api"))));
}

/// What a schema names as `compose.yaml#web`, `.env`, `compose.yaml#api` is read in that order.
#[wasm_bindgen_test]
fn parts_of_a_file_stand_where_the_environment_names_them() {
    if cfg!(not(feature = "full")) {
        return;
    }
    let schema = schema();
    let compose = "services:\n  web:\n    environment: { PORT: http }\n  api:\n    environment: { PORT: 80 }\n";
    let verdict_of = |parts: [&str; 2]| {
        let files = environments(&[("compose.yaml", compose), (".env", "PORT=http\n")]);
        let places = [number(3), number(0), number(1), number(0)].concat();
        let one = [number(1), field("production"), field(""), places, number(0), number(2)].concat();
        let extras = parts.map(|part| {
            let words = format!("environment\0production\0part\0{part}\0");
            [number(6), number(1), field(&words)].concat()
        });
        verdict(schema, 3, write(&[files, one, extras.concat()].concat()))
    };
    assert_eq!([verdict_of(["web", "api"]), verdict_of(["api", "web"])], [0, 1]);
    let referred = |name: &str, text: &str| {
        let request = [number(0), field(name), field(text), number(0)].concat();
        json(&references(write(&request)))
    };
    // Also of one part alone, and where two parts disagree.
    let web = "web: { env_file: [../web.env, { path: opt.env, required: false }], environment: { PORT: 1 } }";
    let taking = format!("services: {{ {web}, job: {{ environment: {{ PORT: 2 }} }} }}");
    let taken = serde_json::json!(["web.env", "deploy/opt.env"]);
    assert_eq!(referred("deploy/compose.yaml", &taking), taken);
}

#[wasm_bindgen_test]
fn what_is_known_of_ages_comes_with_the_request() {
    let schema = json(&compile(write(&compile_request(
        r#"{ "rotation": { "db": { "maxAge": "P90D" } }, "properties": { "DB_PASSWORD": { "secret": "db" } } }"#,
    ))));
    let schema = u32::try_from(schema["schema"].as_u64().expect("it is compiled")).expect("it is a u32");
    let with = |ledger: &str| {
        let files = environments(&[
            (".env", "DB_PASSWORD=Qz1rTq8Zt5LmXw0K\n"),
            ("env.rotation.json", ledger),
        ]);
        let list = [number(1), field("default"), field(""), number(1), number(0), number(0)].concat();
        [files, list, number(1), number(2), number(2), field("")].concat()
    };
    let ledger = |date: &str| {
        format!(
            r#"{{"version": 1, "entries": [{{"environment": "default", "key": "DB_PASSWORD", "rotatedAt": "{date}"}}]}}"#
        )
    };
    assert_eq!(verdict(schema, 3, write(&with(&ledger("2026-11-01")))), 0);
    assert_eq!(verdict(schema, 3, write(&with(&ledger("2026-08-01")))), 1);
    let report = json(&check(schema, write(&with(&ledger("2026-08-01")))));
    assert_eq!(
        report["environments"][0]["variables"][0]["age"]["due"],
        "2026-10-30T00:00:00Z"
    );
    let broken = json(&check(schema, write(&with("{\n<<<<<<< ours\n"))));
    assert_eq!(broken["errors"][0]["start"]["line"], 2, "{broken}");
}

#[wasm_bindgen_test]
fn a_mask_shows_keys_and_no_value() {
    let schema = schema();
    let text = "PORT=80 # why\r\nTOKEN=\"😀\"\nMIIEvQIBADANBgkqhkiG9w0BAQ==\n";
    let mask_of = |text: &str| json(&mask(schema, write(&check_request("production", text))));
    let answer = mask_of(text);
    let pieces: Vec<u64> = answer["files"][0]["pieces"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|number| number.as_u64().expect("a number"))
        .collect();
    let pieces: Vec<&[u64]> = pieces.chunks(4).collect();
    assert!(pieces.contains(&&[0, 0, 4, 1][..]), "the key: {answer}");
    assert!(pieces.contains(&&[0, 8, 13, 2][..]), "the comment: {answer}");
    assert!(
        pieces.contains(&&[1, 0, 5, 1][..]),
        "the key on the next line: {answer}"
    );
    // `80` and what is between the quotes.
    let shown = |line: u64, column: u64| {
        pieces
            .iter()
            .any(|piece| piece[0] == line && piece[3] != 2 && (piece[1]..piece[2]).contains(&column))
    };
    for column in [5, 6] {
        assert!(!shown(0, column), "{answer}");
    }
    assert!(!shown(1, 7) && !shown(1, 8) && shown(1, 9), "{answer}");
    assert!(
        (0..26).all(|column| !shown(2, column)),
        "what looks like data is no key: {answer}"
    );
    // A file that is not read is masked completely.
    let unread = [
        environments(&[(".env", "A=1"), ("notes", "A=1")]),
        reading_the_first("production"),
        number(0),
    ];
    assert_eq!(
        json(&mask(schema, write(&unread.concat())))["files"][1]["pieces"],
        Value::Array(Vec::new())
    );
    refused(&mask(schema, write(&[])));
}

#[wasm_bindgen_test]
fn versions_are_compared_without_their_values() {
    let schema = schema();
    let old_and_new = [
        environments(&[
            ("old", "PORT=80\nTOKEN=12345678\nGONE=1\n"),
            ("new", "PORT=80\nTOKEN=123456789\nMORE=$(date)\n"),
        ]),
        number(2),
        field("production"),
        field("bash"),
        number(1),
        number(0),
        number(0),
        field("production"),
        field("bash"),
        number(1),
        number(1),
        number(0),
        number(0),
    ];
    let answer = json(&compare(schema, write(&old_and_new.concat())));
    let of = |key: &str| -> Value {
        let keys = answer["keys"].as_array().expect("a list");
        keys.iter().find(|one| one["key"] == key).cloned().unwrap_or_default()
    };
    assert_eq!(of("PORT")["sameAs"], json("[0,0]"));
    assert_eq!(
        (&of("TOKEN")["sameAs"], &of("TOKEN")["longerThan"]),
        (&json("[0,1]"), &json("[0,1]"))
    );
    assert_eq!(of("GONE")["sameAs"], json("[0,null]"));
    assert_eq!(of("MORE")["sameAs"], json("[null,-1]"));
    assert!(!answer.to_string().contains("12345678"));
    refused(&compare(schema, write(&[])));
}

#[wasm_bindgen_test]
fn a_number_that_stands_for_no_schema_is_refused() {
    let first = schema();
    release(first);
    release(first);
    release(u32::MAX);
    let second = schema();
    assert_ne!(first, second);
    for handle in [0, first, u32::MAX] {
        refused(&check(handle, write(&check_request("production", "PORT=80\n"))));
        assert_eq!(verdict(handle, 3, write(&check_request("production", "PORT=80\n"))), 2);
    }
}

#[wasm_bindgen_test]
fn a_request_is_read_once() {
    let schema = schema();
    let len = write(&check_request("production", "PORT=80\n"));
    assert_eq!(verdict(schema, 3, len), 0);
    assert_eq!(verdict(schema, 3, len), 2);
    refused(&check(schema, usize::MAX));
}

#[wasm_bindgen_test]
fn a_report_has_other_formats() {
    let schema = schema();
    let request = || check_request("production", "PORT=http\n");
    let sarif = json(&render(schema, 1, write(&request())));
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "schema-type");
    assert!(render(schema, 2, write(&request())).starts_with("<!-- envgate -->\n### envgate: 1 error\n"));
    assert_eq!(render(schema, 0, write(&request())), check(schema, write(&request())));
    refused(&render(schema, 3, write(&request())));
}

#[wasm_bindgen_test]
fn a_torn_request_is_refused_at_every_byte() {
    let schema = schema();
    let request = check_request("production", "PORT=80\n");
    for end in 0..request.len() {
        refused(&check(schema, write(&request[..end])));
    }
}

#[wasm_bindgen_test]
fn the_rules_have_words() {
    let rules = json(&rules());
    let rules = rules.as_array().expect("a list");
    assert!(rules.iter().any(|rule| rule["code"] == "duplicate-key"));
    for rule in rules {
        for part in ["code", "severity", "summary", "docs"] {
            let is_there = rule[part].as_str().is_some_and(|text| !text.is_empty());
            assert_eq!(is_there, part != "docs" || cfg!(feature = "full"), "{part} of {rule}");
        }
    }
}

#[wasm_bindgen_test]
fn the_version_is_that_of_the_package() {
    assert_eq!(version(), env!("CARGO_PKG_VERSION"));
}

fn schema() -> u32 {
    let answer = json(&compile(write(&compile_request(SCHEMA))));
    u32::try_from(answer["schema"].as_u64().expect("it is compiled")).expect("it is a u32")
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("an answer is JSON")
}

#[track_caller]
fn refused(answer: &str) {
    let answer = json(answer);
    let message = answer["errors"][0]["message"].as_str();
    assert!(message.is_some_and(|message| !message.is_empty()), "{answer}");
}

/// Writes a request as a host does: at the address that it is given.
#[expect(unsafe_code, reason = "a host writes into the memory")]
fn write(request: &[u8]) -> usize {
    let start = buffer(request.len());
    // SAFETY: there is room for so many bytes at `start`, until the next call.
    unsafe { std::ptr::copy_nonoverlapping(request.as_ptr(), start, request.len()) };
    request.len()
}

fn number(number: usize) -> Vec<u8> {
    u32::try_from(number).expect("it is small").to_le_bytes().to_vec()
}

fn field(text: &str) -> Vec<u8> {
    [number(text.len()), text.as_bytes().to_vec()].concat()
}

fn compile_request(schema: &str) -> Vec<u8> {
    [number(0), field("env.schema.json"), field(schema), number(0)].concat()
}

/// A request up to its list of environments, without a reference file.
fn environments(files: &[(&str, &str)]) -> Vec<u8> {
    environments_beside(0, files)
}

/// A request up to its list of environments; the reference file is the one with that number, counted from 1.
fn environments_beside(example: usize, files: &[(&str, &str)]) -> Vec<u8> {
    let mut request = [
        number(0),
        number(0),
        NOW.to_le_bytes().to_vec(),
        number(example),
        number(files.len()),
    ]
    .concat();
    for (name, text) in files {
        request.extend([field(name), field(text)].concat());
    }
    request
}

/// A list of one environment with variables, and no extras.
fn variables(environment: &str, files: &[usize], text: &str, count: usize) -> Vec<u8> {
    let files: Vec<u8> = files.iter().flat_map(|&file| number(file)).collect();
    [
        number(1),
        field(environment),
        field(""),
        number(files.len() / 4),
        files,
        number(1),
        number(count),
        field(text),
        number(0),
    ]
    .concat()
}

/// A list of one environment that reads the first file, up to the extras.
fn reading_the_first(environment: &str) -> Vec<u8> {
    [
        number(1),
        field(environment),
        field(""),
        number(1),
        number(0),
        number(0),
    ]
    .concat()
}

fn check_request(environment: &str, text: &str) -> Vec<u8> {
    let one = reading_the_first(environment);
    [environments(&[(".env", text)]), one, number(0)].concat()
}
