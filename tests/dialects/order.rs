//! Variables come in the order in which their loader hands them on: what a program does with them may depend on it.

use envgate::model::{Environment, Layer};
use envgate::parse::dialect::Order;
use envgate::parse::{Dialect, parse};
use envgate::source::SourceId;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::corpus::{input, process};
use crate::loaders::LOADERS;

/// Cases in which a loader hands variables on in another order.
const OTHER_ORDER: &[(&str, &str, &str)] = &[
    (
        "symfony-6",
        "int-self",
        "Symfony sets a variable that asks for itself behind the others",
    ),
    (
        "symfony-6",
        "op-self-default",
        "Symfony sets a variable that asks for itself behind the others",
    ),
    (
        "expo",
        "mix-bom-crlf",
        "a key has its place by the byte order mark that Expo takes off later",
    ),
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
    "compose-5",
    "podman",
    "deno",
    "godotenv",
    "gotenv",
    "just",
    "kubectl",
    "uv",
    "direnv",
];

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
