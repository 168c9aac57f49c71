//! Every dialect against what its loader was recorded to do: the same variables, or an error where the loader errors.
//!
//! `tests/dialects/recorded.json` holds inputs and answers. `ENVGATE_DIALECT_CORPUS=/path/to/corpus.json` runs another
//! corpus of the same form, and prints the agreement of each loader.
#![allow(clippy::print_stdout, reason = "a test that reports")]

use std::collections::BTreeMap;

use envgate::model::{Environment, Layer, Unknown, Value as Resolved};
use envgate::parse::dialect::{Precedence, Unfit};
use envgate::parse::{Dialect, Effect, SyntaxErrorKind, parse};
use envgate::source::SourceId;
use serde_json::Value;

/// Recorded loaders and the dialects that stand for them.
const LOADERS: &[(&str, &str)] = &[
    ("dotenv", "dotenv"),
    ("dotenv-fast", "dotenv"),
    ("dotenv-17", "dotenv"),
    ("dotenv-16", "dotenv"),
    ("dotenv-expand-13", "dotenv-expand"),
    ("dotenv-expand-1000", "dotenv-expand@1000"),
    ("compose", "docker-compose"),
    ("compose-raw", "docker-compose-raw"),
    ("docker-run", "docker"),
    ("kubectl", "kubectl"),
    ("node", "node"),
    ("node-24", "node"),
    ("node-22", "node"),
    ("node-20", "node@20"),
    ("vite", "vite"),
    ("next", "next"),
    ("bun", "bun"),
    ("deno", "deno"),
    ("python-dotenv", "python-dotenv"),
    ("python-dotenv-1.1.1", "python-dotenv@1.1"),
    ("python-dotenv-1.0.1", "python-dotenv@1.1"),
    ("ruby-dotenv", "ruby-dotenv"),
    ("godotenv", "godotenv"),
    ("systemd", "systemd"),
    ("dotenvy", "dotenvy"),
    ("just", "just"),
    ("uv", "uv"),
    ("phpdotenv", "phpdotenv"),
    ("symfony", "symfony"),
    ("django-environ", "django-environ"),
    ("dotenvx", "dotenvx"),
    ("bash", "bash"),
    ("zsh", "zsh"),
    ("dash", "dash"),
];

/// Loader, case, and why the dialect does not follow.
const XFAIL: &[(&str, &str, &str)] = &[
    (
        "dotenvx",
        "enc-utf16le",
        "dotenvx reads UTF-16; here that is a file which is not UTF-8, and said so",
    ),
    (
        "django-environ",
        "enc-u2028",
        "Python's splitlines ends lines at nine more characters, which stand in no line of such a file",
    ),
    (
        "django-environ",
        "enc-u0085",
        "Python's splitlines ends lines at nine more characters, which stand in no line of such a file",
    ),
    (
        "ruby-dotenv",
        "esc-legacy-linebreak-mode",
        "a deprecated switch in the file that changes how the rest of it is read",
    ),
    (
        "just",
        "key-dot",
        "the recipe's shell, dash, drops a name with a dot; just itself sets it",
    ),
    (
        "just",
        "int-dot-name",
        "the recipe's shell, dash, drops a name with a dot; just itself sets it",
    ),
];

#[test]
fn dialects_agree_with_their_loaders() {
    let recorded = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/dialects/recorded.json")).unwrap();
    let failures = run(&serde_json::from_slice(&recorded).unwrap());
    assert!(
        failures.is_empty(),
        "{} answers differ:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn a_corpus_from_elsewhere_agrees() {
    let Some(path) = std::env::var_os("ENVGATE_DIALECT_CORPUS") else {
        return;
    };
    let failures = run(&serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap());
    assert!(
        failures.is_empty(),
        "{} answers differ:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// Holds every loader that has a row against a corpus; prints the agreement, gives what differs.
fn run(corpus: &Value) -> Vec<String> {
    let process: Vec<(Vec<u8>, Vec<u8>)> = corpus["header"]["fixed_process_environment"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, value)| (key.clone().into_bytes(), bytes(value)))
        .collect();
    let mut failures = vec![];
    for &(loader, name) in LOADERS {
        let dialect = Dialect::find(name).unwrap();
        let (mut agree, mut declined, mut expected, mut total) = (0, 0, 0, 0);
        for case in corpus["cases"].as_array().unwrap() {
            let recorded = &case["results"][loader];
            if recorded.is_null() {
                continue;
            }
            total += 1;
            let id = case["id"].as_str().unwrap();
            let verdict = compare(&input(case), dialect, &process, recorded);
            let is_xfail = XFAIL.iter().any(|&(l, c, _)| l == loader && c == id);
            match verdict {
                Verdict::Agrees if is_xfail => failures.push(format!("{loader} {id}: agrees, yet is listed in XFAIL")),
                Verdict::Agrees => agree += 1,
                Verdict::Declines => declined += 1,
                Verdict::Differs(_) if is_xfail => expected += 1,
                Verdict::Differs(how) => failures.push(format!("{loader} {id}: {how}")),
            }
        }
        println!("{loader:20} {agree:4} of {total} agree, {declined} declined, {expected} known to differ");
    }
    failures
}

enum Verdict {
    Agrees,
    /// The dialect says that the value is not known; the rest agrees.
    Declines,
    Differs(String),
}

fn compare(input: &[u8], dialect: &'static Dialect, process: &[(Vec<u8>, Vec<u8>)], recorded: &Value) -> Verdict {
    let document = parse(input, dialect);
    let layer = Layer {
        source: SourceId(0),
        text: input,
        document: &document,
        dialect,
    };
    let environment = Environment::resolve(&[layer], process);
    let gives_up = |effect| matches!(effect, Effect::Rejected | Effect::Halted);
    let rejected = document.rejected().is_some() || environment.failures.iter().any(|failure| gives_up(failure.effect));
    let ignored = environment
        .failures
        .iter()
        .any(|failure| failure.effect == Effect::Dropped);
    let ok = recorded["ok"].as_bool().unwrap();
    let mut declines = false;
    let mut vars: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    let before = |key: &[u8]| {
        process
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_slice())
    };
    // Loaders that only hand a map on say nothing of what was there before.
    let is_map = dialect.precedence == Precedence::FileAlone;
    let mut unknown = vec![];
    for variable in environment.variables.iter().filter(|_| !ignored) {
        match &variable.value {
            Resolved::Unknown(reason) => {
                declines |= matches!(reason, Unknown::Command | Unknown::Cycle);
                unknown.push(variable.key.to_vec());
            }
            Resolved::Known(value) => {
                let changed = is_map || before(variable.key) != Some(value.expose());
                if changed {
                    vars.insert(variable.key.to_vec(), value.expose().to_vec());
                }
            }
        }
    }
    let stops = document
        .errors()
        .iter()
        .any(|error| error.kind == SyntaxErrorKind::NotStatic);
    declines |= stops;
    if rejected && !ok {
        return Verdict::Agrees;
    }
    if rejected == ok && (ok || !declines) {
        return Verdict::Differs(format!("loader ok: {ok}, dialect rejects: {rejected}; {recorded}"));
    }
    if !ok {
        return Verdict::Declines;
    }
    let mut expected: BTreeMap<Vec<u8>, Vec<u8>> = recorded["vars"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, value)| (key_bytes(key), bytes(value)))
        .collect();
    if dialect.name == "docker-compose" {
        // Its output is JSON, in which it writes what is not UTF-8 as U+FFFD.
        for value in vars.values_mut() {
            *value = String::from_utf8_lossy(value).into_owned().into_bytes();
        }
    }
    if matches!(dialect.reader.invalid_utf8, Unfit::Replaced(_)) {
        // Keys are names in the file, of which the loader hands on a copy with U+FFFD.
        vars = vars
            .into_iter()
            .map(|(key, value)| (String::from_utf8_lossy(&key).into_owned().into_bytes(), value))
            .collect();
    }
    // What is said not to be known is no answer; what is said must be right all the same.
    expected.retain(|key, _| !unknown.contains(key) && (!stops || vars.contains_key(key)));
    if vars != expected {
        let shown: BTreeMap<_, _> = vars
            .iter()
            .map(|(k, v)| (String::from_utf8_lossy(k), shorten(v)))
            .collect();
        let want: BTreeMap<_, _> = expected
            .iter()
            .map(|(k, v)| (String::from_utf8_lossy(k), shorten(v)))
            .collect();
        return Verdict::Differs(format!(
            "\n    input    {:?}\n    expected {want:?}\n    got      {shown:?}",
            shorten(input)
        ));
    }
    if declines { Verdict::Declines } else { Verdict::Agrees }
}

fn shorten(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(120)]).into_owned()
}

fn input(case: &Value) -> Vec<u8> {
    if let Some(text) = case["input"].as_str() {
        return text.as_bytes().to_vec();
    }
    if let Some(text) = case["input_base64"].as_str() {
        return base64(text);
    }
    case["input_parts"].as_array().unwrap().iter().flat_map(bytes).collect()
}

/// A value of the corpus: text, bytes in base64, or a repetition.
fn bytes(value: &Value) -> Vec<u8> {
    if let Some(text) = value.as_str() {
        return text.as_bytes().to_vec();
    }
    if let Some(text) = value["$b64"].as_str() {
        return base64(text);
    }
    let (unit, count) = (&value["$repeat"][0], value["$repeat"][1].as_u64().unwrap());
    unit.as_str()
        .unwrap()
        .repeat(usize::try_from(count).unwrap())
        .into_bytes()
}

fn key_bytes(key: &str) -> Vec<u8> {
    key.strip_prefix("$b64:")
        .map_or_else(|| key.as_bytes().to_vec(), base64)
}

fn base64(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = vec![];
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes().filter(|&byte| byte != b'=') {
        bits = bits << 6 | u32::try_from(ALPHABET.iter().position(|&digit| digit == byte).unwrap()).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    out
}
