//! Over generated schemas and instances: the verdict of the plan is that of the general engine.
#![cfg(feature = "full")]

use std::thread;

use envgate::schema::{EnvironmentId, Format, Schema, Vocabulary};
use envgate::source::Source;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use serde_json::{Map, Value, json};

const KEYS: [&str; 5] = ["AAAA", "BB", "C_1", "x", "ÄÖ"];
const PATTERNS: [&str; 8] = [
    "^[A-Z]+$",
    "a|b$",
    "[0-9]{2}",
    "^\\w*$",
    "\\s",
    "^.{1,2}$",
    "é",
    "^(ab|c)*$",
];
const TEXTS: [&str; 14] = [
    "",
    "a",
    "ab",
    "abc",
    "12",
    "1",
    "true",
    "a b",
    "é",
    "😀",
    "AAAA",
    "https://example.com/x",
    "127.0.0.1",
    "2026-01-31",
];
const NUMBERS: [&str; 14] = [
    "0", "1", "-1", "2", "3", "1.5", "0.1", "0.3", "10", "100", "1e2", "2.0", "-0.5", "7",
];

fn number() -> impl Strategy<Value = Value> {
    prop::sample::select(NUMBERS.to_vec()).prop_map(|text| serde_json::from_str(text).expect("a number"))
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        3 => number(),
        5 => prop::sample::select(TEXTS.to_vec()).prop_map(Value::from),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![4 => scalar(), 2 => prop::collection::vec(scalar(), 0..4).prop_map(Value::from)]
}

fn types() -> impl Strategy<Value = Value> {
    let names = ["integer", "number", "boolean", "null", "array", "string"];
    prop_oneof![
        prop::sample::select(names.to_vec()).prop_map(Value::from),
        prop::sample::subsequence(names.to_vec(), 1..4).prop_map(Value::from),
    ]
}

fn pairs(keyword: impl Strategy<Value = (&'static str, Value)>) -> impl Strategy<Value = Value> {
    prop::collection::vec(keyword, 0..4).prop_map(|pairs| {
        Value::Object(
            pairs
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect::<Map<_, _>>(),
        )
    })
}

/// One keyword of a value, without schemas in it.
fn keyword() -> impl Strategy<Value = (&'static str, Value)> {
    let count = || (0..4u32).prop_map(Value::from);
    // Not `port`, which asks something of numbers, too; formats of the standard do not.
    let formats = ["ipv4", "uri", "date", "email", "hostname"];
    prop_oneof![
        types().prop_map(|types| ("type", types)),
        prop::collection::vec(value(), 1..4).prop_map(|values| ("enum", values.into())),
        value().prop_map(|value| ("const", value)),
        prop::sample::select(PATTERNS.to_vec()).prop_map(|pattern| ("pattern", pattern.into())),
        count().prop_map(|count| ("minLength", count)),
        count().prop_map(|count| ("maxLength", count)),
        number().prop_map(|number| ("minimum", number)),
        number().prop_map(|number| ("maximum", number)),
        number().prop_map(|number| ("exclusiveMinimum", number)),
        number().prop_map(|number| ("exclusiveMaximum", number)),
        number().prop_map(|number| ("multipleOf", number)),
        prop::sample::select(formats.to_vec()).prop_map(|format| ("format", format.into())),
        count().prop_map(|count| ("minItems", count)),
        count().prop_map(|count| ("maxItems", count)),
        any::<bool>().prop_map(|unique| ("uniqueItems", unique.into())),
    ]
}

/// One keyword with schemas in it.
fn combined(schema: BoxedStrategy<Value>) -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    let list = prop::collection::vec(schema.clone(), 1..4);
    prop_oneof![
        (prop::sample::select(vec!["allOf", "anyOf", "oneOf"]), list)
            .prop_map(|(keyword, list)| vec![(keyword, list.into())]),
        schema.clone().prop_map(|schema| vec![("not", schema)]),
        (schema.clone(), schema.clone(), schema).prop_map(|(a, b, c)| vec![("if", a), ("then", b), ("else", c)]),
    ]
}

fn of_lists(schema: BoxedStrategy<Value>) -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    prop_oneof![
        schema.clone().prop_map(|schema| vec![("items", schema)]),
        (prop::collection::vec(schema.clone(), 1..3), schema.clone())
            .prop_map(|(prefix, rest)| vec![("prefixItems", prefix.into()), ("items", rest)]),
        (schema, 0..2u32, 1..4u32).prop_map(|(schema, min, max)| vec![
            ("contains", schema),
            ("minContains", min.into()),
            ("maxContains", max.into())
        ]),
    ]
}

fn merge(base: Value, more: Vec<Vec<(&'static str, Value)>>) -> Value {
    match base {
        Value::Object(mut object) => {
            object.extend(more.into_iter().flatten().map(|(key, value)| (key.to_owned(), value)));
            Value::Object(object)
        }
        other => other,
    }
}

/// A schema of a value.
fn schema() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![8 => pairs(keyword()), 1 => any::<bool>().prop_map(Value::from)];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let more = prop_oneof![combined(inner.clone()).boxed(), of_lists(inner).boxed()];
        (pairs(keyword()), prop::collection::vec(more, 1..3)).prop_map(|(base, more)| merge(base, more))
    })
    .boxed()
}

fn keys() -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(KEYS.to_vec(), 0..4)
}

fn map(schema: BoxedStrategy<Value>) -> impl Strategy<Value = Value> {
    (keys(), prop::collection::vec(schema, 5))
        .prop_map(|(keys, schemas)| Value::Object(keys.into_iter().map(str::to_owned).zip(schemas).collect()))
}

/// A schema of the whole set.
fn root() -> BoxedStrategy<Value> {
    let of_keys = prop_oneof![
        6 => map(schema()).prop_map(|map| ("properties", map)),
        2 => keys().prop_map(|keys| ("required", keys.into())),
        1 => (prop::sample::select(PATTERNS.to_vec()), schema()).prop_map(|(pattern, schema)| ("patternProperties", json!({pattern: schema}))),
        2 => schema().prop_map(|schema| ("additionalProperties", schema)),
        2 => schema().prop_map(|schema| ("unevaluatedProperties", schema)),
        1 => prop::sample::select(PATTERNS.to_vec()).prop_map(|pattern| ("propertyNames", json!({"pattern": pattern}))),
        1 => (prop::sample::select(KEYS.to_vec()), keys()).prop_map(|(key, keys)| ("dependentRequired", json!({key: keys}))),
        1 => (prop::sample::select(KEYS.to_vec()), keys()).prop_map(|(key, keys)| ("dependentSchemas", json!({key: {"required": keys}}))),
        1 => (0..3u32).prop_map(|count| ("minProperties", count.into())),
        1 => (2..6u32).prop_map(|count| ("maxProperties", count.into())),
    ];
    pairs(of_keys)
        .boxed()
        .prop_recursive(2, 6, 3, |inner| {
            (inner.clone(), prop::collection::vec(combined(inner), 1..3)).prop_map(|(base, more)| merge(base, more))
        })
        .boxed()
}

fn instance() -> impl Strategy<Value = Value> {
    (keys(), prop::collection::vec(value(), 5))
        .prop_map(|(keys, values)| Value::Object(keys.into_iter().map(str::to_owned).zip(values).collect()))
}

/// The general engine, with the same formats.
fn engine(schema: &Value) -> jsonschema::Validator {
    let mut options = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .with_pattern_options(jsonschema::PatternOptions::regex())
        .should_validate_formats(true);
    for format in Format::ALL {
        options = options.with_format(format.name(), |text: &str| format.is_match(text));
    }
    options.build(schema).expect("a schema")
}

#[test]
fn verdicts_are_the_engines() {
    // Two threads, since the engine takes its time.
    let compared = thread::scope(|scope| {
        let halves = [1, 2].map(|seed| scope.spawn(move || compare(seed)));
        halves.map(|half| half.join().expect("the verdicts are the same"))
    });
    let [broken, met] = [0, 1].map(|which| compared.iter().map(|counts| counts[which]).sum::<u32>());
    assert!(
        broken > 200 && met > 200,
        "{broken} broken, {met} met: the generator leans to one side"
    );
}

/// Compares what comes of a seed; how many instances were broken, and how many met their schema.
fn compare(seed: u8) -> [u32; 2] {
    let config = Config {
        cases: 150,
        max_global_rejects: 100_000,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    let met = std::cell::Cell::new([0u32; 2]);
    runner
        .run(
            &(root(), prop::collection::vec(instance(), 4)),
            |(schema, instances)| {
                let source = Source::new("env.schema.json", schema.to_string()).expect("small");
                // Contradictions are refused; the rest is compared.
                let Ok(compiled) = Schema::compile(&source, &Vocabulary::default()) else {
                    return Err(TestCaseError::reject("refused"));
                };
                // Only what depends on which branch holds is left to the engine.
                let may_need_engine = schema.to_string().contains("unevaluatedProperties");
                prop_assert!(may_need_engine || !compiled.needs_engine(), "{schema}");
                let engine = engine(&schema);
                for instance in instances {
                    let ours = compiled
                        .evaluate_typed(EnvironmentId(0), &instance.to_string())
                        .expect("an object");
                    let theirs = engine.is_valid(&instance);
                    prop_assert_eq!(ours.is_empty(), theirs, "{}\n{}\n{:?}", schema, instance, ours);
                    let mut counts = met.get();
                    counts[usize::from(theirs)] += 1;
                    met.set(counts);
                }
                Ok(())
            },
        )
        .unwrap_or_else(|error| panic!("{error}"));
    met.get()
}
