//! The violations that a schema finds in a set of variables.

use super::*;

#[test]
fn every_keyword_of_one_key() {
    let schema = r#"{"properties": {
        "PORT": {"type": "integer", "format": "port", "minimum": 1024},
        "LEVEL": {"enum": ["debug", "info"]},
        "NAME": {"minLength": 3, "maxLength": 5, "pattern": "^[a-z]+$"},
        "RATE": {"type": "number", "exclusiveMaximum": 1, "multipleOf": 0.05},
        "ON": {"type": "boolean", "const": true},
        "HOSTS": {"type": "array", "items": {"format": "hostname"}, "minItems": 1, "uniqueItems": true, "contains": {"const": "a"}}
    }}"#;
    finds(
        schema,
        &[
            ("PORT", "8000"),
            ("LEVEL", "info"),
            ("NAME", "abc"),
            ("RATE", "0.15"),
            ("ON", "yes"),
            ("HOSTS", "a, b"),
        ],
        &[],
    );
    finds(schema, &[("PORT", "80")], &["PORT /properties/PORT/minimum Range"]);
    finds(
        schema,
        &[("PORT", "http")],
        &["PORT /properties/PORT/type Type { expected: [Integer], unreadable: true }"],
    );
    finds(
        schema,
        &[("LEVEL", "trace")],
        &["LEVEL /properties/LEVEL/enum Enum { allowed: [\"debug\", \"info\"] }"],
    );
    finds(
        schema,
        &[("NAME", "ABCDEF")],
        &[
            "NAME /properties/NAME/maxLength Length { actual: 6, min: Some(3), max: Some(5) }",
            "NAME /properties/NAME/pattern Pattern",
        ],
    );
    finds(
        schema,
        &[("NAME", "éé")],
        &[
            "NAME /properties/NAME/minLength Length { actual: 2,",
            "NAME /properties/NAME/pattern",
        ],
    );
    finds(
        schema,
        &[("RATE", "1.01")],
        &[
            "RATE /properties/RATE/exclusiveMaximum",
            "RATE /properties/RATE/multipleOf",
        ],
    );
    finds(
        schema,
        &[("ON", "off")],
        &["ON /properties/ON/const Const { allowed: \"true\" }"],
    );
    finds(
        schema,
        &[("HOSTS", "b,-c,b")],
        &[
            "HOSTS /properties/HOSTS/items/format Format",
            "HOSTS /properties/HOSTS/uniqueItems Unique { items: (0, 2) }",
            "HOSTS /properties/HOSTS/contains",
        ],
    );
    finds(
        schema,
        &[("HOSTS", "")],
        &[
            "HOSTS /properties/HOSTS/minItems ItemCount { actual: 0",
            "HOSTS /properties/HOSTS/contains",
        ],
    );
}

/// The schema of `contains` gives the type as which items are read; an item that is not of that type is not an error.
#[test]
fn an_item_of_a_type() {
    let schema = r#"{"properties": {"PORTS": {"type": "array", "contains": {"type": "integer", "minimum": 80}}, "FLAGS": {"type": "array", "contains": {"const": true}}}}"#;
    finds(schema, &[("PORTS", "http,80"), ("FLAGS", "x,on")], &[]);
    finds(
        schema,
        &[("PORTS", "http,79"), ("FLAGS", "x,off")],
        &["PORTS /properties/PORTS/contains", "FLAGS /properties/FLAGS/contains"],
    );
}

#[test]
fn required_and_empty() {
    let schema = r#"{"required": ["A", "B"], "properties": {"A": {"type": "integer"}, "B": {"enum": ["", "x"]}}}"#;
    finds(
        schema,
        &[("A", ""), ("B", "")],
        &["A /required EmptyRequired { key: \"A\" }"],
    );
    finds(
        schema,
        &[],
        &[
            "A /required Required { key: \"A\" }",
            "B /required Required { key: \"B\" }",
        ],
    );
    finds(schema, &[("A", "x"), ("B", "x")], &["A /properties/A/type Type"]);
}

#[test]
fn groups_and_dependencies() {
    let schema = r#"{"properties": {"A1": {}, "B1": {}, "C1": {}, "D1": {}}, "together": [["A1", "B1"]], "exclusive": [["C1", "D1"]],
        "dependentRequired": {"C1": ["A1"]}}"#;
    finds(
        schema,
        &[("A1", "x")],
        &["- /together/0 Together { present: [\"A1\"], missing: [\"B1\"] }"],
    );
    finds(schema, &[("A1", "x"), ("B1", "")], &["- /together/0 Together"]);
    finds(
        schema,
        &[("A1", "x"), ("B1", "y"), ("C1", "x"), ("D1", "x")],
        &["- /exclusive/0 Exclusive { present: [\"C1\", \"D1\"] }"],
    );
    finds(
        schema,
        &[("C1", "x")],
        &["A1 /dependentRequired/C1 DependentRequired { missing: \"A1\", because: \"C1\" }"],
    );
}

#[test]
fn combinators() {
    let schema = r#"{"properties": {"A": {"anyOf": [{"type": "integer"}, {"const": "auto"}]}, "B": {"not": {"pattern": "localhost"}},
        "C": {"oneOf": [{"minLength": 3}, {"maxLength": 4}]}}}"#;
    finds(schema, &[("A", "5"), ("B", "x"), ("C", "x")], &[]);
    finds(schema, &[("A", "auto"), ("C", "xxxxx")], &[]);
    finds(
        schema,
        &[("A", "x")],
        &["A /properties/A/anyOf Combinator { keyword: AnyOf, branches: [[Violation"],
    );
    finds(
        schema,
        &[("B", "http://localhost")],
        &["B /properties/B/not Combinator { keyword: Not"],
    );
    finds(
        schema,
        &[("C", "xxx")],
        &["C /properties/C/oneOf Combinator { keyword: OneOf, branches: [], matched: [0, 1] }"],
    );
    let schema = r#"{"properties": {"MODE": {}, "KEY": {}, "N": {"type": "integer"}},
        "if": {"properties": {"MODE": {"const": "tls"}}, "required": ["MODE"]}, "then": {"required": ["KEY"], "properties": {"N": {"minimum": 2}}}}"#;
    finds(schema, &[("MODE", "plain")], &[]);
    finds(
        schema,
        &[("MODE", "tls"), ("N", "1")],
        &["KEY /then/required Required", "N /then/properties/N/minimum"],
    );
    // A value that can't be read makes a condition unknown, not false.
    let schema = r#"{"properties": {"N": {"type": "integer"}}, "if": {"properties": {"N": {"minimum": 2}}}, "then": {"required": ["KEY"]}, "else": {"required": ["KEY"]}}"#;
    finds(schema, &[("N", "x")], &["N /properties/N/type"]);
}

#[test]
fn other_keys() {
    let schema = r#"{"properties": {"A": {}}, "patternProperties": {"^F_": {"type": "boolean"}}, "additionalProperties": false,
        "propertyNames": {"pattern": "^[A-Z_]+$"}}"#;
    finds(
        schema,
        &[("A", ""), ("F_X", "on"), ("F_Y", "maybe"), ("b", "x")],
        &[
            "F_Y /patternProperties/^F_/type Type { expected: [Boolean], unreadable: true }",
            "b /additionalProperties Additional",
            "b /propertyNames PropertyName",
        ],
    );
    finds(
        r#"{"additionalProperties": {"type": "integer"}}"#,
        &[("X", "y")],
        &["X /additionalProperties/type Type"],
    );
    // A key that is only named in another keyword is not declared.
    let named = r#"{"properties": {"A": {}, "F_A": {}}, "patternProperties": {"^F_": {"type": "boolean"}}, "additionalProperties": {"type": "integer"},
        "dependentRequired": {"B": ["C", "F_B"]}}"#;
    finds(
        named,
        &[("A", "1"), ("B", "1"), ("C", "2"), ("F_A", "on"), ("F_B", "off")],
        &[],
    );
    finds(
        named,
        &[("B", "b"), ("C", "2"), ("F_A", "x"), ("F_B", "off")],
        &[
            "B /additionalProperties/type Type { expected: [Integer], unreadable: true }",
            "F_A /patternProperties/^F_/type Type { expected: [Boolean], unreadable: true }",
        ],
    );
    finds(
        r#"{"properties": {"A": false}, "maxProperties": 1}"#,
        &[("A", ""), ("B", "")],
        &["A /properties/A Never", "- /maxProperties KeyCount"],
    );
}

#[test]
fn environments_differ() {
    let schema = good(
        r##"{"environments": {"development": {"aliases": ["dev"], "files": [".env"]}, "staging": {"extends": "dev", "files": [".env.staging"]},
            "production": {"extends": "staging", "files": [".env.production"]}},
            "$defs": {"key": {"secret": true, "minLength": 4, "requiredIn": ["production"]}},
            "rules": {"unknown-key": "error"},
            "properties": {"KEY": {"$ref": "#/$defs/key", "in": {"production": {"minLength": 8, "minBits": 256}}}, "DEBUG": {"type": "boolean", "allowedIn": ["dev"]}}}"##,
    );
    assert_eq!(
        schema.environments()[2].files,
        [".env", ".env.staging", ".env.production"]
    );
    assert!(violations(&schema, "dev", &[("KEY", "xxxx")]).is_empty());
    assert_eq!(violations(&schema, "production", &[("KEY", "xxxx")]).len(), 1);
    assert!(
        violations(&schema, "production", &[("KEY", "xxxx")])[0]
            .starts_with("KEY /properties/KEY/in/production/minLength")
    );
    assert!(violations(&schema, "production", &[])[0].starts_with("KEY /$defs/key/requiredIn Required"));
    let key = schema.property(b"KEY").unwrap();
    assert_eq!(key.min_bits, [None, None, Some(256)]);
    assert_eq!(key.distinct_across.len(), 3);
    assert_eq!(
        schema.property(b"DEBUG").unwrap().allowed_in,
        Some(vec![EnvironmentId(0)])
    );
    assert_eq!(
        schema.severity(EnvironmentId(0), RuleCode("unknown-key")),
        Some(Some(Severity::Error))
    );
    assert_eq!(schema.severity(EnvironmentId(0), RuleCode("duplicate-key")), None);
}

#[test]
fn a_value_falls_short_of_a_keyword_and_its_refinement_once() {
    let schema = good(
        r#"{"environments": {"development": {"files": [".env"]}, "production": {"files": [".env.production"]}}, "properties": {
            "KEY": {"minLength": 8, "pattern": "^k", "in": {"production": {"minLength": 32, "pattern": "^k"}}},
            "LOOSE": {"minLength": 8, "in": {"production": {"minLength": 4}}},
            "PORT": {"type": "integer", "minimum": 1, "in": {"production": {"exclusiveMinimum": 1, "minimum": 0, "maximum": 9}}},
            "LEVEL": {"enum": ["debug", "info", "error"], "in": {"production": {"enum": ["info", "error"]}}},
            "OTHER": {"enum": ["a", "b"], "pattern": "^[a-c]$", "in": {"production": {"enum": ["b", "c"], "pattern": "^[b-d]$"}}},
            "BOTH": {"maxLength": 4, "in": {"production": {"minLength": 8}}},
            "HOSTS": {"type": "array", "items": {"enum": ["a", "b"]}, "in": {"production": {"items": {"const": "a"}}}}
        }}"#,
    );
    let told = |key: &str, value: &str| -> Vec<String> {
        let all = violations(&schema, "production", &[(key, value)]);
        let pointer = |line: &String| line.split(' ').nth(1).unwrap_or_default().replace("/properties/", "");
        all.iter().map(pointer).collect()
    };
    assert_eq!(
        told("KEY", "short"),
        ["KEY/in/production/minLength", "KEY/in/production/pattern"]
    );
    assert_eq!(told("KEY", "k5678901"), ["KEY/in/production/minLength"]);
    assert_eq!(told("LOOSE", "abc"), ["LOOSE/minLength"]);
    assert_eq!(told("PORT", "-1"), ["PORT/in/production/exclusiveMinimum"]);
    assert_eq!(told("PORT", "10"), ["PORT/in/production/maximum"]);
    assert_eq!(told("LEVEL", "trace"), ["LEVEL/in/production/enum"]);
    // Neither keyword implies the other.
    assert_eq!(told("OTHER", "x").len(), 4);
    assert_eq!(
        told("BOTH", "sixsix"),
        ["BOTH/maxLength", "BOTH/in/production/minLength"]
    );
    assert_eq!(told("HOSTS", "x,a,y"), ["HOSTS/in/production/items/const"; 2]);
    assert_eq!(violations(&schema, "development", &[("KEY", "short")]).len(), 2);
}

#[test]
fn phases() {
    let schema = good(r#"{"required": ["A"], "properties": {"A": {"phases": ["run"]}}}"#);
    let instance = environment(&[]);
    let count = |phase| schema.evaluate(EnvironmentId(0), phase, &instance).len();
    assert_eq!(
        (count(None), count(Some(Phase::Run)), count(Some(Phase::Build))),
        (1, 1, 0)
    );
}

/// A program in one phase has no use for what the group needs in another.
#[test]
fn a_group_demands_no_key_of_another_phase() {
    let schema = good(r#"{"together": [["DSN", "TOKEN"]], "properties": {"DSN": {}, "TOKEN": {"phases": ["build"]}}}"#);
    let count = |phase, pairs| schema.evaluate(EnvironmentId(0), phase, &environment(pairs)).len();
    let (dsn, token) = (&[("DSN", "x")][..], &[("TOKEN", "x")][..]);
    assert_eq!(
        (
            count(None, dsn),
            count(Some(Phase::Build), dsn),
            count(Some(Phase::Run), dsn)
        ),
        (1, 1, 0)
    );
    assert_eq!(
        (count(Some(Phase::Build), token), count(Some(Phase::Run), token)),
        (1, 1)
    );
}

/// A part of a project that adds to a shared key takes nothing away from it.
#[test]
fn what_a_key_leaves_unsaid_is_as_the_shared_file_says() {
    let schema = good(
        r#"{
        "environments": { "development": { "files": [".env"] }, "production": { "files": [".env.production"] } },
        "allOf": [{ "properties": { "A": { "requiredIn": ["production"], "in": { "production": { "minLength": 3 } } }, "B": { "requiredIn": ["production"] } } }],
        "properties": { "A": { "maxLength": 5 }, "B": { "requiredIn": ["development"] } }
    }"#,
    );
    let count = |environment, pairs| violations(&schema, environment, pairs).len();
    assert_eq!(count("production", &[]), 1);
    assert_eq!(count("production", &[("A", "xx")]), 1);
    assert_eq!(count("production", &[("A", "xxx")]), 0);
    assert_eq!(count("development", &[]), 1);
}

/// Whether a key of another phase will be set there is unknown, so nothing follows from it.
#[test]
fn nothing_follows_from_a_key_of_another_phase() {
    for rule in [
        r#""not": {"required": ["A"]}"#,
        r#""if": {"required": ["A"]}, "then": {"required": ["C"]}"#,
        r#""oneOf": [{"required": ["A"]}, {"required": ["B"]}]"#,
    ] {
        let schema = good(&format!(
            r#"{{"properties": {{"A": {{"phases": ["run"]}}, "B": {{}}, "C": {{}}}}, {rule}}}"#
        ));
        let count = |phase, pairs| schema.evaluate(EnvironmentId(0), phase, &environment(pairs)).len();
        for phase in [None, Some(Phase::Build), Some(Phase::Run)] {
            assert_eq!(count(phase, &[("B", "x")]), 0, "{rule} {phase:?}");
            assert_eq!(count(phase, &[("A", "x"), ("B", "x")]), 1, "{rule} {phase:?}");
        }
    }
    for rule in [
        r#""if": {"required": ["A"]}, "then": true, "else": {"required": ["C"]}"#,
        r#""anyOf": [{"required": ["A"]}, {"required": ["C"]}]"#,
        r#""dependentRequired": {"B": ["A"]}"#,
        r#""dependentSchemas": {"B": {"required": ["A"]}}"#,
    ] {
        let schema = good(&format!(
            r#"{{"properties": {{"A": {{"phases": ["run"]}}, "B": {{}}, "C": {{}}}}, {rule}}}"#
        ));
        let count = |phase| {
            schema
                .evaluate(EnvironmentId(0), phase, &environment(&[("B", "x")]))
                .len()
        };
        assert_eq!(
            (count(None), count(Some(Phase::Build)), count(Some(Phase::Run))),
            (1, 0, 1),
            "{rule}"
        );
    }
}

#[test]
fn unknown_values_are_present_and_not_checked() {
    let schema = good(r#"{"required": ["A"], "properties": {"A": {"type": "integer"}, "B": {"minLength": 3}}}"#);
    let mut instance = environment(&[("A", "x"), ("B", "y")]);
    instance.variables[0].value = Value::Unknown(crate::model::Unknown::Command);
    instance.variables[1].value = Value::Known(Secret::borrowed(b"\xFF"));
    assert!(schema.evaluate(EnvironmentId(0), None, &instance).is_empty());
}

/// Keywords that the plan doesn't cover: the engine evaluates those alone, in builds that have one.
#[test]
fn the_engine_evaluates_what_the_plan_leaves() {
    let object = r#"{"required": ["A"], "properties": {"A": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}, "B": {"maxLength": 2}}}"#;
    let closed = r#"{"properties": {"A": {}}, "anyOf": [{"properties": {"B": {}}}], "unevaluatedProperties": false}"#;
    let put_together = r##"{"properties": {"A": {}}, "allOf": [{"$ref": "#/$defs/base"}], "if": {"required": ["A"], "properties": {"B": {}}}, "then": {"required": ["B"]},
        "$defs": {"base": {"properties": {"B": {}}, "patternProperties": {"^C": {}}}}, "unevaluatedProperties": false}"##;
    finds(put_together, &[("A", "x"), ("B", "x"), ("C1", "x")], &[]);
    finds(put_together, &[("Z", "x")], &["Z /unevaluatedProperties Additional"]);
    let letters = r#"{"properties": {"A": {"pattern": "^\\p{Lu}+$", "minLength": 2}}}"#;
    if cfg!(feature = "full") {
        finds(object, &[("A", "{\"n\": 1}")], &[]);
        finds(
            object,
            &[("A", "{}"), ("B", "xxx")],
            &["A /properties/A/required Engine", "B /properties/B/maxLength Length"],
        );
        finds(
            object,
            &[("A", "{")],
            &["A /properties/A/type Type { expected: [Object], unreadable: true }"],
        );
        finds(closed, &[("A", "x"), ("B", "x")], &[]);
        finds(
            closed,
            &[("A", "x"), ("Z", "x")],
            &["Z /unevaluatedProperties Engine { keyword: \"unevaluatedProperties\" }"],
        );
        finds(letters, &[("A", "ÄÖ")], &[]);
        finds(
            letters,
            &[("A", "ä")],
            &["A /properties/A/minLength Length", "A /properties/A/pattern Engine"],
        );
    } else {
        for (schema, count) in [(object, 2), (closed, 1)] {
            let found = mistakes(schema);
            assert!(
                found.len() == count && found.iter().all(|mistake| mistake.contains("needs the full build")),
                "{found:#?}"
            );
        }
        mistake(letters, "needs the full build");
    }
}
