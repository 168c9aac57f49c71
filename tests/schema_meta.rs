//! The meta-schema for editors and the compiler agree: on what is a schema, and on the words.
#![cfg(feature = "full")]

use envgate::parse::dialect::DIALECTS;
use envgate::rotation::presets::PRESETS;
use envgate::schema::{Format, Schema, Vocabulary};
use envgate::source::Source;
use serde_json::Value;

const META: &str = include_str!("../schemas/env.schema.v1.json");

fn source(text: &str) -> Source {
    Source::new("env.schema.json", text).expect("small")
}

/// Whether the compiler, and whether the meta-schema, takes it.
fn judged(text: &str) -> (bool, bool) {
    let vocabulary = Vocabulary {
        rules: &["unknown-key"],
        ..Vocabulary::default()
    };
    (
        Schema::compile(&source(text), &vocabulary).is_ok(),
        Schema::check_meta(&source(text)).is_empty(),
    )
}

/// What the root is made of declares keys with all their words; what only may hold, does not.
#[test]
fn keys_of_all_of_are_keys() {
    let all_of = |inner: &str| format!(r#"{{"environments": {{"dev": {{}}}}, "allOf": [{inner}]}}"#);
    let key = r#"{"properties": {"A": {"secret": true, "requiredIn": ["dev"]}}}"#;
    assert_eq!(judged(&all_of(key)), (true, true));
    assert_eq!(judged(&all_of(&format!(r#"{{"allOf": [{key}]}}"#))), (true, true));
    assert_eq!(judged(&all_of(&format!(r#"{{"anyOf": [{key}]}}"#))), (false, false));
    assert_eq!(
        judged(&all_of(
            r#"{"properties": {"A": {"properties": {"B": {"secret": true}}}}}"#
        )),
        (false, false)
    );
}

#[test]
fn the_meta_schema_is_a_schema_of_2020_12() {
    let meta: Value = serde_json::from_str(META).expect("JSON");
    jsonschema::draft202012::meta::validate(&meta).expect("valid against 2020-12");
}

/// The README says that the page explains every keyword; those of JSON Schema, the standard explains.
#[test]
fn the_docs_name_every_keyword_that_json_schema_has_not() {
    let meta: Value = serde_json::from_str(META).expect("JSON");
    let page = include_str!("../docs/schema.md");
    let standard = meta
        .pointer("/$defs/keywords/properties")
        .expect("the keywords of JSON Schema");
    let mut named = 0;
    for pointer in [
        "/properties",
        "/$defs/property/properties",
        "/$defs/environment/properties",
    ] {
        let members = meta.pointer(pointer).and_then(Value::as_object).expect("an object");
        let own = members.keys().filter(|name| standard.get(name).is_none());
        for name in own.filter(|name| !matches!(name.as_str(), "$schema" | "$id" | "properties" | "allOf")) {
            assert!(page.contains(&format!("`{name}`")), "{name} is not in docs/schema.md");
            named += 1;
        }
    }
    assert!(named > 20, "the keywords are gone");
}

/// What an editor completes is what the compiler knows.
#[test]
fn formats_dialects_and_presets_are_the_same() {
    let meta: Value = serde_json::from_str(META).expect("JSON");
    let listed = |pointer: &str| -> Vec<&str> {
        let all = meta.pointer(pointer).and_then(Value::as_array).expect("a list");
        all.iter().map(|name| name.as_str().expect("a name")).collect()
    };
    let formats: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
    assert_eq!(listed("/$defs/keywords/properties/format/enum"), formats);
    let names = DIALECTS.iter().map(|dialect| dialect.name);
    let aliases = DIALECTS.iter().flat_map(|dialect| dialect.aliases.iter().copied());
    let dialects: Vec<&str> = names.chain(aliases).collect();
    assert_eq!(listed("/$defs/dialect/enum"), dialects);
    let presets: Vec<&str> = PRESETS.iter().map(|preset| preset.name).collect();
    assert_eq!(listed("/properties/rotation/properties/presets/items/enum"), presets);
}

/// An editor shows the description when a word is typed or pointed at, so each has one.
#[test]
fn every_word_is_described() {
    fn look(schema: &Value, at: &str, silent: &mut Vec<String>) {
        if let Some(words) = schema.get("properties").and_then(Value::as_object) {
            for (word, about) in words.iter().filter(|(_, about)| about.is_object()) {
                if about.get("description").is_none() {
                    silent.push(format!("{at}/{word}"));
                }
                look(about, &format!("{at}/{word}"), silent);
            }
        }
        for (name, inner) in schema.get("$defs").and_then(Value::as_object).into_iter().flatten() {
            look(inner, &format!("{at}/$defs/{name}"), silent);
        }
    }
    let mut silent = Vec::new();
    look(&serde_json::from_str(META).expect("JSON"), "", &mut silent);
    assert!(silent.is_empty(), "{silent:#?}");
}

/// What an editor offers for a whole key or all environments is taken by the compiler, once its gaps are filled with what they propose.
#[test]
fn snippets_are_good_schemas() {
    /// A gap is `$1`, `${1:proposed}`, or with `^` in front where no string is meant.
    fn fill(body: &Value) -> Value {
        match body {
            Value::String(text) => {
                let proposed = text.trim_start_matches('^').trim_start_matches("${");
                let filled = match proposed.split_once(':') {
                    Some((_, proposed)) if text.contains("${") => proposed.trim_end_matches('}'),
                    _ => text.strip_prefix('$').map_or(text.as_str(), |_| "what it is for"),
                };
                match text.strip_prefix('^') {
                    Some(_) => serde_json::from_str(filled).expect("JSON"),
                    None => filled.into(),
                }
            }
            Value::Array(items) => items.iter().map(fill).collect(),
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| (name.clone(), fill(value)))
                .collect(),
            other => other.clone(),
        }
    }
    let meta: Value = serde_json::from_str(META).expect("JSON");
    let snippets = |pointer: &str| {
        meta.pointer(pointer)
            .and_then(Value::as_array)
            .expect("snippets")
            .clone()
    };
    let environments = fill(&snippets("/properties/environments/defaultSnippets")[0]["body"]);
    let keys = snippets("/$defs/property/defaultSnippets");
    assert!(keys.len() > 3);
    for key in keys {
        let property = fill(&key["body"]);
        let text = serde_json::json!({ "environments": environments, "properties": { "KEY": property } }).to_string();
        assert_eq!(judged(&text), (true, true), "{text}");
    }
}

#[test]
fn both_take_good_schemas() {
    for text in [
        "{}",
        r#"{"$schema": "urn:envgate:schema:1", "title": "x", "x-note": 1}"#,
        r#"{"$schema": "./schemas/env.schema.v1.json"}"#,
        r#"{"environments": {"development": {"aliases": ["dev"], "files": [".env"]}, "production": {"extends": "dev", "title": "P", "rules": {"unknown-key": "off"}}},
            "environmentKey": "ENVIRONMENT", "rules": {"unknown-key": "error"}, "required": ["ENVIRONMENT"],
            "rotation": {"db": {"maxAge": "P90D", "warnBefore": ["P14D", "7d"], "expiry": {"required": true, "minRemaining": "P1W"},
                "previous": {"key": "OLD", "overlap": "PT48H"}, "evidence": "ledger", "owner": "x", "changedSince": "2026-01-31"}},
            "together": [["A", "B"]], "exclusive": [["A", "C"]],
            "properties": {
                "ENVIRONMENT": {"enum": ["development", "production"]},
                "A": {"type": "string", "secret": "db", "requiredIn": ["production"], "in": {"production": {"minBits": 256, "minLength": 3}}, "encoding": "hex"},
                "B": {"type": ["integer", "null"], "allowedIn": ["dev"], "phases": ["run"], "category": "x", "deprecated": true, "replacedBy": "A"},
                "C": {"type": "array", "separator": ";", "items": {"format": "uri"}, "distinctAcross": []},
                "D": true, "E": {"secret": {"maxAge": "P30D", "class": "db", "in": {"dev": {"maxAge": "P3W", "evidence": "copy"}}}},
                "OLD": {"secret": {"maxAge": "P30D"}, "in": {"production": {"secret": {"grace": "P0D"}}, "dev": {"secret": false}}}
            },
            "patternProperties": {"^F_": {"type": "boolean"}}, "additionalProperties": false}"#,
        r##"{"$defs": {"key": {"secret": true, "minBits": 128}}, "properties": {"K": {"$ref": "#/$defs/key"}}, "if": {"required": ["K"]}, "then": {"minProperties": 2}}"##,
        r#"{"properties": {"A": {"type": "object", "properties": {"x": {"type": "integer"}}, "unevaluatedProperties": false}}}"#,
    ] {
        assert_eq!(judged(text), (true, true), "{text}");
    }
}

#[test]
fn both_refuse_bad_schemas() {
    for text in [
        "[]",
        "true",
        r#"{"propertys": {}}"#,
        r#"{"properties": {"A": {"minLenght": 3}}}"#,
        r#"{"properties": {"A": {"type": "int"}}}"#,
        r#"{"properties": {"A": {"type": []}}}"#,
        r#"{"properties": {"A": {"format": "urii"}}}"#,
        r#"{"properties": {"A": {"enum": []}}}"#,
        r#"{"properties": {"A": {"enum": [1, 1.0]}}}"#,
        r#"{"properties": {"A": {"minLength": -1}}}"#,
        r#"{"properties": {"A": {"minLength": 1.5}}}"#,
        r#"{"properties": {"A": {"multipleOf": 0}}}"#,
        r#"{"properties": {"A": {"anyOf": []}}}"#,
        r#"{"properties": {"A": {"anyOf": [{"secret": true}]}}}"#,
        r#"{"properties": {"A": {"then": {}}}}"#,
        r#"{"properties": {"A": {"$id": "x"}}}"#,
        r#"{"properties": {"A": {"in": {"x": {"requiredIn": ["x"]}}}}, "environments": {"x": {}}}"#,
        r#"{"properties": {"A": {"secret": {"maxAge": "P1DT12H"}}}}"#,
        r#"{"properties": {"A": {"in": {"x": {"secret": {"maxage": "P1D"}}}}}, "environments": {"x": {}}}"#,
        r#"{"rotation": {"x": {"class": "y"}, "y": {}}}"#,
        r#"{"rotation": {"x": {"in": {"p": {"in": {"p": {}}}}}}, "environments": {"p": {}}}"#,
        r#"{"properties": {"A": {"secret": 1}}}"#,
        r#"{"properties": {"A": {"encoding": "hexx"}}}"#,
        r#"{"properties": {"A": {"phases": []}}}"#,
        r#"{"properties": {"A": {"minBits": 0}}}"#,
        r#"{"properties": {"A": {"separator": ""}}}"#,
        r#"{"properties": {"A": {"requiredIn": "x"}}}"#,
        r#"{"properties": {"A": 1}}"#,
        r#"{"required": ["A", "A"]}"#,
        r#"{"type": "string"}"#,
        r#"{"$schema": "http://json-schema.org/draft-07/schema#"}"#,
        r#"{"environments": {}}"#,
        r#"{"environments": {"x": {"file": ".env"}}}"#,
        r#"{"environments": {"x": {"files": ".env"}}}"#,
        r#"{"dialects": []}"#,
        r#"{"dialects": ["dotnev"]}"#,
        r#"{"environments": {"x": {"dialects": ["docker-composer"]}}}"#,
        r#"{"rotation": {"presets": ["cis-aws"]}}"#,
        r#"{"rules": {"unknown-key": "warn"}}"#,
        r#"{"rules": {"no-such-rule": "off"}}"#,
        r#"{"together": [["A"]]}"#,
        r#"{"rotation": {"x": {"maxAge": "P3M"}}}"#,
        r#"{"rotation": {"x": {"maxage": "P90D"}}}"#,
        r#"{"rotation": {"x": {"previous": {}}}}"#,
        r#"{"rotation": {"x": {"evidence": "hearsay"}}}"#,
        r#"{"definitions": {}}"#,
    ] {
        assert_eq!(judged(text), (false, false), "{text}");
    }
}

/// What only the compiler can see.
#[test]
fn the_compiler_sees_more() {
    for text in [
        r#"{"properties": {"A": {"minLength": 5, "maxLength": 3}}}"#,
        r#"{"properties": {"A": {"pattern": "("}}}"#,
        r##"{"properties": {"A": {"$ref": "#/$defs/x"}}}"##,
        r#"{"properties": {"A": {"requiredIn": ["x"]}}}"#,
        r#"{"rotation": {"x": {"maxAge": "P1D", "warnBefore": "P2D"}}}"#,
        r#"{"together": [["A", "B"]]}"#,
    ] {
        assert_eq!(judged(text), (false, true), "{text}");
    }
}
