//! Every dialect against what its loader was recorded to do: the same variables, or an error where the loader errors.
//!
//! `tests/dialects/recorded.json` holds inputs and answers, `tests/dialects/found.json` those that `make dialects-fuzz` found,
//! `tests/dialects/layers.json` those to several files at once.
//! `ENVGATE_DIALECT_CORPUS=/path/to/corpus.json` holds another corpus of the same form against the table, prints the agreement of
//! each loader and what differs, and fails where a core loader agrees in less than 99 of 100 cases.
#![allow(clippy::print_stdout, reason = "a test that reports")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use envgate::model::{Environment, Failure, Layer, ProcessEnvironment, Unknown, Value as Resolved};
use envgate::parse::dialect::{Order, Precedence, Unfit};
use envgate::parse::{Dialect, Effect, SyntaxErrorKind, parse};
use envgate::source::SourceId;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

/// Recorded loaders and the dialects that stand for them.
const LOADERS: &[(&str, &str)] = &[
    ("dotenv", "dotenv"),
    ("dotenv-override", "dotenv-override"),
    ("dotenv-fast", "dotenv"),
    ("dotenv-17", "dotenv"),
    ("dotenv-16", "dotenv"),
    ("dotenv-15", "dotenv@15"),
    ("dotenv-14", "dotenv@14"),
    ("dotenv-10", "dotenv@10"),
    ("dotenv-8", "dotenv@10"),
    ("dotenv-expand-10", "dotenv-expand@10"),
    ("dotenv-expand-11", "dotenv-expand@11"),
    ("dotenv-expand-5", "dotenv-expand@5"),
    ("dotenv-expand-12", "dotenv-expand"),
    ("dotenv-expand-13", "dotenv-expand"),
    ("dotenv-expand-1000", "dotenv-expand@1000"),
    ("compose", "docker-compose"),
    ("compose-go-lib", "docker-compose"),
    ("compose-raw", "docker-compose-raw"),
    ("docker-run", "docker"),
    ("kubectl", "kubectl"),
    ("node", "node"),
    ("node-24", "node"),
    ("node-22", "node"),
    ("node-20", "node@20"),
    ("node-parseEnv", "node-parse-env"),
    ("vite", "vite"),
    ("vite-7", "vite@7"),
    ("vite-6", "vite@7"),
    ("vite-5", "vite@5"),
    ("next", "next"),
    ("next-15", "next"),
    ("next-14", "next"),
    ("nuxt", "nuxt"),
    ("bun", "bun"),
    ("deno", "deno"),
    ("python-dotenv", "python-dotenv"),
    ("python-dotenv-1.1.1", "python-dotenv@1.1"),
    ("python-dotenv-1.0.1", "python-dotenv@1.1"),
    ("python-dotenv-0.21", "python-dotenv@1.1"),
    ("python-dotenv-override", "python-dotenv-override"),
    ("python-decouple", "python-decouple"),
    ("django-environ-0.9", "django-environ"),
    ("ruby-dotenv", "ruby-dotenv"),
    ("ruby-dotenv-override", "ruby-dotenv-override"),
    ("godotenv", "godotenv"),
    ("systemd", "systemd"),
    ("dotenvy", "dotenvy"),
    ("dotenvy-override", "dotenvy-override"),
    ("dotenv-rs-0.15", "dotenv-rs"),
    ("just", "just"),
    ("uv", "uv"),
    ("phpdotenv", "phpdotenv"),
    ("symfony", "symfony"),
    ("django-environ", "django-environ"),
    ("dotenvx", "dotenvx"),
    ("direnv", "direnv"),
    ("env-cmd", "env-cmd"),
    ("bash", "bash"),
    ("zsh", "zsh"),
    ("dash", "dash"),
];

/// Up to Node 24 a program that lists `process.env` is not told of names that are digits; it can read them.
const LISTS_NO_DIGITS: &[&str] = &["node-20", "node-22", "node-24"];

/// Where Vite keeps for itself what a file says of `NODE_ENV`.
const VITE_NOTES: &[u8] = b"VITE_USER_NODE_ENV";

/// Loader, case, and why the dialect does not follow.
const XFAIL: &[(&str, &str, &str)] = &[
    (
        "dotenvx",
        "enc-utf16le",
        "dotenvx reads UTF-16; here that is a file which is not UTF-8, and said so",
    ),
    (
        "ruby-dotenv",
        "esc-legacy-linebreak-mode",
        "a deprecated switch in the file that changes how the rest of it is read",
    ),
    (
        "ruby-dotenv-override",
        "esc-legacy-linebreak-mode",
        "a deprecated switch in the file that changes how the rest of it is read",
    ),
    (
        "ruby-dotenv",
        "export-of-process",
        "Ruby takes a variable of the process environment for one that has a value",
    ),
];

/// Loaders of which 99 of 100 cases must agree in any corpus.
const CORE: &[&str] = &[
    "dotenv",
    "dotenv-expand-13",
    "dotenv-expand-1000",
    "node",
    "vite",
    "next",
    "bun",
    "deno",
    "python-dotenv",
    "ruby-dotenv",
    "godotenv",
    "docker-run",
    "compose",
    "bash",
    "systemd",
    "dotenvy",
    "phpdotenv",
    "symfony",
];

#[test]
fn dialects_agree_with_their_loaders() {
    let mut differing = vec![];
    for name in ["recorded", "found", "layers"] {
        let path = format!("{}/tests/dialects/{name}.json", env!("CARGO_MANIFEST_DIR"));
        for agreement in run(&read(Path::new(&path))) {
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
    let corpus = read(Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/dialects/recorded.json"
    )));
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
    for dialect in envgate::parse::dialect::DIALECTS {
        assert!(
            before.contains(&format!("`{}`", dialect.name)),
            "README.md does not name {}",
            dialect.name
        );
    }
}

#[test]
fn known_differences_are_few() {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for name in ["recorded", "found", "layers"] {
        let path = format!("{}/tests/dialects/{name}.json", env!("CARGO_MANIFEST_DIR"));
        for agreement in run(&read(Path::new(&path))) {
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
    let corpus = read(Path::new(&path));
    let agreements = run(&corpus);
    let known = |name: &String| LOADERS.iter().any(|(loader, _)| loader == name);
    let asked: BTreeSet<&String> = cases(&corpus)
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

/// Cases in which a loader hands variables on in another order.
const OTHER_ORDER: &[(&str, &str, &str)] = &[
    (
        "symfony",
        "int-self",
        "Symfony sets a variable that asks for itself behind the others",
    ),
    (
        "symfony",
        "op-self-default",
        "Symfony sets a variable that asks for itself behind the others",
    ),
];

/// Loaders that have no order, or whose drivers list the process environment, in which what they override keeps its place.
const NO_ORDER: &[&str] = &[
    "compose",
    "compose-go-lib",
    "compose-raw",
    "deno",
    "godotenv",
    "just",
    "kubectl",
    "uv",
    "direnv",
];

/// The keys of the members of an object, as they stand.
#[derive(Default)]
struct Keys(Vec<String>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Keys, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Keys;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut keys = vec![];
                while let Some(key) = map.next_key()? {
                    let _: Value = map.next_value()?;
                    keys.push(key);
                }
                Ok(Keys(keys))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

#[test]
fn variables_come_in_the_order_of_their_loader() {
    // The reader of JSON sorts members, so each object of variables is read again where it stands.
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/dialects/recorded.json")).unwrap();
    let corpus: Value = serde_json::from_str(&text).unwrap();
    let process = process(&corpus);
    let mut compared = 0;
    let mut differing = vec![];
    for line in text.lines().filter(|line| line.starts_with("{\"id\"")) {
        let case: Value = serde_json::from_str(line.trim_end_matches(',')).unwrap();
        let id = case["id"].as_str().unwrap();
        let input = input(&case);
        for &(loader, name) in LOADERS {
            let dialect = Dialect::find(name).unwrap();
            let is_listed = OTHER_ORDER.iter().any(|&(l, c, _)| (l, c) == (loader, id));
            if dialect.order == Order::None || NO_ORDER.contains(&loader) || is_listed {
                continue;
            }
            let Some(expected) = recorded_order(line, loader) else {
                continue;
            };
            let document = parse(&input, dialect);
            let layers = [Layer {
                source: SourceId(0),
                text: &input,
                document: &document,
                dialect,
            }];
            let environment = Environment::resolve(&layers, &process);
            let variables = environment.in_order(dialect.order);
            // What is there before keeps its place in the process environment.
            let of_process = |key: &String| process.pairs().any(|(name, _)| name == key.as_bytes());
            let got: Vec<_> = variables
                .iter()
                .map(|variable| String::from_utf8_lossy(variable.key).into_owned())
                .filter(|key| expected.contains(key) && !of_process(key))
                .collect();
            let expected: Vec<_> = expected.into_iter().filter(|key| !of_process(key)).collect();
            compared += 1;
            if got != expected {
                differing.push(format!("{loader} {id}: expected {expected:?}, got {got:?}"));
            }
        }
    }
    assert!(
        differing.is_empty(),
        "{} orders differ:\n{}",
        differing.len(),
        differing.join("\n")
    );
    assert!(compared > 3500, "{compared} orders compared");
}

/// The keys that a loader gave, in its order, if it gave more than one.
fn recorded_order(line: &str, loader: &str) -> Option<Vec<String>> {
    let from = line.find(&format!("\"{loader}\": {{\"ok\": true"))?;
    let at = from + line[from..].find("\"vars\": ")? + "\"vars\": ".len();
    let mut members = serde_json::Deserializer::from_str(&line[at..]).into_iter::<Keys>();
    let Keys(keys) = members.next()?.ok()?;
    (keys.len() > 1).then_some(keys)
}

/// How a loader's dialect did.
struct Agreement {
    loader: &'static str,
    total: usize,
    agree: usize,
    /// The dialect says that it does not know.
    declined: Vec<String>,
    /// Cases that XFAIL lists.
    expected: usize,
    /// Cases that XFAIL lists for no reason.
    stale: Vec<String>,
    differs: Vec<(String, String)>,
}

fn read(path: &Path) -> Value {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn cases(corpus: &Value) -> &[Value] {
    corpus["cases"].as_array().expect("a corpus has cases")
}

/// Holds every loader that has a row and an answer against a corpus; prints the agreement.
fn run(corpus: &Value) -> Vec<Agreement> {
    let process = process(corpus);
    let mut agreements = vec![];
    for &(loader, name) in LOADERS {
        let dialect = Dialect::find(name).unwrap();
        let mut agreement = Agreement {
            loader,
            total: 0,
            agree: 0,
            declined: vec![],
            expected: 0,
            stale: vec![],
            differs: vec![],
        };
        for case in cases(corpus) {
            let recorded = &case["results"][loader];
            if recorded.is_null() {
                continue;
            }
            agreement.total += 1;
            let id = case["id"].as_str().unwrap();
            let is_listed = XFAIL.iter().any(|&(l, c, _)| l == loader && c == id);
            match compare(&files(case), (loader, dialect), &process, recorded) {
                Verdict::Agrees if is_listed => agreement.stale.push(id.to_owned()),
                Verdict::Agrees => agreement.agree += 1,
                Verdict::Declines => agreement.declined.push(id.to_owned()),
                Verdict::Differs(_) if is_listed => agreement.expected += 1,
                Verdict::Differs(how) => agreement.differs.push((id.to_owned(), how)),
            }
        }
        if agreement.total > 0 {
            println!(
                "{loader:20} {:4} of {} agree, {} declined, {} known to differ, {} differ",
                agreement.agree,
                agreement.total,
                agreement.declined.len(),
                agreement.expected,
                agreement.differs.len()
            );
            agreements.push(agreement);
        }
    }
    agreements
}

/// The environment in which a corpus was recorded.
fn process(corpus: &Value) -> ProcessEnvironment {
    corpus["header"]["fixed_process_environment"]
        .as_object()
        .expect("a corpus says with what environment it was recorded")
        .iter()
        .map(|(key, value)| (key, bytes(value)))
        .collect()
}

enum Verdict {
    Agrees,
    /// The dialect says that the value is not known; the rest agrees.
    Declines,
    Differs(String),
}

type Variables = BTreeMap<Vec<u8>, Vec<u8>>;

/// What the dialect makes of a file.
struct Ours {
    /// The loader gives the file up.
    rejects: bool,
    /// Some value could only be told by running something, or never.
    declines: bool,
    /// A shell script is not followed any further from somewhere on.
    stops: bool,
    /// The variables that the loader sets.
    vars: Variables,
    /// The keys whose values are said not to be known.
    unknown: Vec<Vec<u8>>,
}

impl Ours {
    fn read(files: &[Vec<u8>], dialect: &'static Dialect, process: &ProcessEnvironment) -> Ours {
        let documents: Vec<_> = files.iter().map(|text| parse(text, dialect)).collect();
        let layers: Vec<Layer<'_>> = (0..)
            .zip(files.iter().zip(&documents))
            .map(|(at, (text, document))| Layer {
                source: SourceId(at),
                text,
                document,
                dialect,
            })
            .collect();
        let environment = Environment::resolve(&layers, process);
        let fails = |is: fn(Effect) -> bool| environment.failures.iter().any(|failure| is(failure.effect));
        let mut errors = documents.iter().flat_map(|document| document.errors());
        let stops = errors.any(|error| error.kind == SyntaxErrorKind::NotStatic);
        let mut ours = Ours {
            rejects: documents.iter().any(|document| document.rejected().is_some())
                || fails(|effect| matches!(effect, Effect::Rejected | Effect::Halted)),
            declines: stops,
            stops,
            vars: Variables::new(),
            unknown: vec![],
        };
        let dropped = |at: &usize| {
            let of_file = |failure: &&Failure| failure.source.0 as usize == *at && failure.effect == Effect::Dropped;
            environment.failures.iter().any(|failure| of_file(&failure))
        };
        if fails(|effect| effect == Effect::Dropped) {
            // The loader goes on without these files.
            let rest: Vec<_> = (0..files.len())
                .filter(|at| !dropped(at))
                .map(|at| files[at].clone())
                .collect();
            return Ours::read(&rest, dialect, process);
        }
        for variable in &environment.variables {
            match &variable.value {
                Resolved::Unknown(reason) => {
                    ours.declines |= matches!(reason, Unknown::Command | Unknown::Cycle | Unknown::TooLarge);
                    ours.unknown.push(variable.key.to_vec());
                }
                // Loaders that only hand a map on say nothing of what was there before.
                Resolved::Known(value) if is_map(dialect) || before(process, variable.key) != Some(value.expose()) => {
                    ours.vars.insert(variable.key.to_vec(), value.expose().to_vec());
                }
                Resolved::Known(_) => {}
            }
        }
        ours
    }

    /// Makes of the variables what the answer of the loader can hold of them.
    fn as_told_by(&mut self, loader: &str, dialect: &Dialect) {
        if loader == "compose" || loader == "direnv" {
            // Their output is JSON, in which Go writes each byte that is not UTF-8 as U+FFFD.
            for value in self.vars.values_mut() {
                let chunks = value.utf8_chunks();
                let text: String = chunks
                    .map(|chunk| chunk.valid().to_owned() + &"\u{FFFD}".repeat(chunk.invalid().len()))
                    .collect();
                *value = text.into_bytes();
            }
        }
        if loader == "just" {
            // It is asked through a recipe, whose shell hands on what is a name to it.
            let is_name = |key: &[u8]| key.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
            self.vars.retain(|key, _| is_name(key));
        }
        if LISTS_NO_DIGITS.contains(&loader) {
            // A leading zero, or a number that is too large, makes a name of it.
            self.vars.retain(|key, _| {
                let number = std::str::from_utf8(key).ok().and_then(|key| key.parse::<u32>().ok());
                number.is_none_or(|number| number == u32::MAX || number.to_string().as_bytes() != key)
            });
        }
        if matches!(dialect.reader.invalid_utf8, Unfit::Replaced(_)) {
            // Keys are names in the file, of which the loader hands on a copy with U+FFFD.
            self.vars = std::mem::take(&mut self.vars)
                .into_iter()
                .map(|(key, value)| (String::from_utf8_lossy(&key).into_owned().into_bytes(), value))
                .collect();
        }
    }
}

fn is_map(dialect: &Dialect) -> bool {
    dialect.precedence == Precedence::FileAlone
}

/// What a variable was before the file was loaded.
fn before<'p>(process: &'p ProcessEnvironment, key: &[u8]) -> Option<&'p [u8]> {
    process.pairs().find(|(name, _)| *name == key).map(|(_, value)| value)
}

fn compare(
    files: &[Vec<u8>],
    (loader, dialect): (&str, &'static Dialect),
    process: &ProcessEnvironment,
    recorded: &Value,
) -> Verdict {
    let mut ours = Ours::read(files, dialect, process);
    let ok = recorded["ok"].as_bool().unwrap();
    if ours.rejects && !ok {
        return Verdict::Agrees;
    }
    if ours.rejects == ok && (ok || !ours.declines) {
        let rejects = ours.rejects;
        return Verdict::Differs(format!("loader ok: {ok}, dialect rejects: {rejects}; {recorded}"));
    }
    if !ok {
        return Verdict::Declines;
    }
    ours.as_told_by(loader, dialect);
    let mut expected: Variables = recorded["vars"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, value)| (key_bytes(key), bytes(value)))
        .collect();
    if loader.starts_with("vite") && !ours.vars.contains_key(VITE_NOTES) {
        expected.remove(VITE_NOTES);
    }
    if !is_map(dialect) {
        // direnv says of all that it sets, be it there before.
        expected.retain(|key, value| before(process, key) != Some(value.as_slice()));
    }
    if loader.starts_with("ruby-dotenv") && ours.declines && expected.is_empty() {
        // It takes a command that is not there for a file that is not there, and loads nothing. Which it is, only running it could tell.
        return Verdict::Declines;
    }
    // What is said not to be known is no answer; what is said must be right all the same.
    expected.retain(|key, _| !ours.unknown.contains(key) && (!ours.stops || ours.vars.contains_key(key)));
    if ours.vars != expected {
        return Verdict::Differs(format!(
            "\n    input    {:?}\n    expected {:?}\n    got      {:?}",
            files.iter().map(|text| shorten(text)).collect::<Vec<_>>(),
            shown(&expected),
            shown(&ours.vars)
        ));
    }
    if ours.declines {
        Verdict::Declines
    } else {
        Verdict::Agrees
    }
}

fn shown(vars: &Variables) -> BTreeMap<String, String> {
    let text = |(key, value): (&Vec<u8>, &Vec<u8>)| (String::from_utf8_lossy(key).into_owned(), shorten(value));
    vars.iter().map(text).collect()
}

fn shorten(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(120)]).into_owned()
}

/// The files of a case, from low to high precedence.
fn files(case: &Value) -> Vec<Vec<u8>> {
    match case["files"].as_array() {
        Some(files) => files.iter().map(bytes).collect(),
        None => vec![input(case)],
    }
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
