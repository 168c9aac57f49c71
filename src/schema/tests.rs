//! What the modules of this folder do together: small schemas in, mistakes or violations out.

use super::*;
use crate::model::{Origin, Value, Variable};
use crate::secret::Secret;

const CODES: [&str; 2] = ["unknown-key", "duplicate-key"];

fn compile(text: &str) -> Result<Schema, Vec<SchemaError>> {
    Schema::compile(
        &Source::new("env.schema.json", text).unwrap(),
        &Vocabulary {
            rules: &CODES,
            ..Vocabulary::default()
        },
    )
}

#[track_caller]
fn good(text: &str) -> Schema {
    compile(text).unwrap_or_else(|errors| panic!("{text}\n{errors:#?}"))
}

/// The mistakes, each as `the text at its place: message (help)`.
fn mistakes(text: &str) -> Vec<String> {
    let errors = compile(text).err().unwrap_or_default();
    errors
        .into_iter()
        .map(|error| {
            let place = String::from_utf8_lossy(error.span.of(text.as_bytes())).into_owned();
            let help = error.help.map(|help| format!(" ({help})")).unwrap_or_default();
            format!("{place}: {}{help}", error.message)
        })
        .collect()
}

#[track_caller]
fn mistake(text: &str, expected: &str) {
    let found = mistakes(text);
    assert!(
        found.len() == 1 && found[0].contains(expected),
        "{text}\nexpected {expected}\nfound {found:#?}"
    );
}

fn environment<'s>(pairs: &[(&'s str, &'s str)]) -> Environment<'s> {
    let mut variables: Vec<Variable<'s>> = pairs
        .iter()
        .map(|(key, value)| Variable {
            key: key.as_bytes(),
            value: Value::Known(Secret::borrowed(value.as_bytes())),
            origin: Origin::Process,
            overridden: Vec::new(),
            references: Vec::new(),
        })
        .collect();
    variables.sort_by_key(|variable| variable.key);
    Environment {
        variables,
        failures: Vec::new(),
        commands: Vec::new(),
    }
}

/// The violations, each as `KEY pointer kind`.
fn violations(schema: &Schema, environment_name: &str, pairs: &[(&str, &str)]) -> Vec<String> {
    let instance = environment(pairs);
    let id = schema.find_environment(environment_name).unwrap();
    let found = schema.evaluate(id, None, &instance);
    found
        .into_iter()
        .map(|violation| {
            let key = match (violation.property, violation.variable) {
                (Some(index), _) => schema.properties()[usize::from(index)].name.clone(),
                (None, Some(index)) => String::from_utf8_lossy(instance.variables[index as usize].key).into_owned(),
                (None, None) => String::from("-"),
            };
            format!("{key} {} {:?}", violation.pointer, violation.kind)
        })
        .collect()
}

#[track_caller]
fn finds(schema: &str, pairs: &[(&str, &str)], expected: &[&str]) {
    let found = violations(&good(schema), "default", pairs);
    let same = found.len() == expected.len()
        && found
            .iter()
            .zip(expected)
            .all(|(found, expected)| found.starts_with(expected));
    assert!(same, "{schema}\n{pairs:?}\nexpected {expected:#?}\nfound {found:#?}");
}

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
    // What can't be read makes a condition unknown, not false.
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
    // To be named elsewhere is not to be declared.
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
    // Neither asks for all that the other does.
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

#[test]
fn what_is_not_known_is_there_and_not_checked() {
    let schema = good(r#"{"required": ["A"], "properties": {"A": {"type": "integer"}, "B": {"minLength": 3}}}"#);
    let mut instance = environment(&[("A", "x"), ("B", "y")]);
    instance.variables[0].value = Value::Unknown(crate::model::Unknown::Command);
    instance.variables[1].value = Value::Known(Secret::borrowed(b"\xFF"));
    assert!(schema.evaluate(EnvironmentId(0), None, &instance).is_empty());
}

#[test]
fn mistakes_are_told_at_their_place() {
    mistake(
        r#"{"properties": {"A": {"minLenght": 3}}}"#,
        r#""minLenght": there is no keyword "minLenght" (did you mean "minLength"?)"#,
    );
    mistake(
        r#"{"properties": {"A": {"minLength": "3"}}}"#,
        r#""3": "minLength" takes a whole number"#,
    );
    mistake(
        r#"{"properties": {"A": {"minLength": 5, "maxLength": 3}}}"#,
        r#"allow nothing"#,
    );
    mistake(
        r#"{"properties": {"A": {"type": "int"}}}"#,
        r#"did you mean "integer"?"#,
    );
    mistake(r#"{"properties": {"A": {"format": "urii"}}}"#, r#"did you mean "uri"?"#);
    mistake(
        r#"{"properties": {"A": {"pattern": "^[a-z"}}}"#,
        r#"the pattern does not compile, at its character"#,
    );
    mistake(
        r#"{"properties": {"A": {"requiredIn": ["prod"]}}, "environments": {"production": {}}}"#,
        r#""prod": there is no environment "prod" (did you mean "production"?)"#,
    );
    mistake(
        r#"{"properties": {"A": {"requiredIn": ["stage"]}}, "environments": {"production": {}, "staging": {}}}"#,
        r#"did you mean "staging"?"#,
    );
    mistake(
        r#"{"properties": {"A": {"requiredIn": ["prod-eu"]}}, "environments": {"prod-us": {}}}"#,
        r#"declare it in "environments""#,
    );
    mistake(
        r#"{"properties": {"A": {"in": {"productoin": {}}}}, "environments": {"production": {}}}"#,
        r#"did you mean "production"?"#,
    );
    mistake(r##"{"properties": {"A": {"$ref": "#/$defs/x"}}}"##, r#"leads nowhere"#);
    mistake(
        r#"{"properties": {"A": {"$ref": "https://example.com/x.json"}}}"#,
        r#"nothing is ever fetched"#,
    );
    mistake(
        r#"{"properties": {"A": {"$ref": "x.json"}}}"#,
        r#"the file "x.json" is not there"#,
    );
    mistake(
        r#"{"$schema": "http://json-schema.org/draft-07/schema#"}"#,
        r#"names another language"#,
    );
    mistake(
        r#"{"rules": {"unknown-keys": "error"}}"#,
        r#"did you mean "unknown-key"?"#,
    );
    mistake(r#"{"rules": {"unknown-key": "warn"}}"#, r#"is not a severity"#);
    mistake(r#"{"secret": true}"#, r#"belongs in the schema of a key, not here"#);
    mistake(
        r#"{"properties": {"A": {"environments": {}}}}"#,
        r#"belongs at the root of the schema, not here"#,
    );
    mistake(
        r#"{"rotation": {"x": {"maxAge": "P14D", "warnBefore": "P14D"}}}"#,
        r#"not shorter than"#,
    );
    mistake(r#"{"rotation": {"x": {"maxAge": "P3M"}}}"#, r#"counts months"#);
    mistake(
        r#"{"properties": {"A": {"secret": "databse"}}, "rotation": {"database": {"maxAge": "P90D"}}}"#,
        r#"did you mean "database"?"#,
    );
    mistake(
        r#"{"together": [["AAAA", "BBBB"]], "properties": {"AAAA": {}}}"#,
        r#""BBBB": "together" names "BBBB", which "properties" does not declare"#,
    );
    mistake(
        r#"{"required": ["DATABSE_URL"], "properties": {"DATABASE_URL": {}}}"#,
        r#"did you mean "DATABASE_URL"?"#,
    );
    mistake(
        r#"{"environments": {"a": {"extends": "b"}, "b": {}, "c": {"extends": "c"}}}"#,
        r#"leads back to it"#,
    );
    mistake(
        r#"{"environments": {"a": {"aliases": ["b"]}, "b": {}}}"#,
        r#"already names an environment"#,
    );
    mistake(r#"{"dialects": ["nosuch"]}"#, r#"there is no dialect "nosuch""#);
    mistake(
        r##"{"properties": {"A": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}]}}}"##,
        r#"leads back to itself"#,
    );
    mistake(
        r#"{"required": ["A"], "environments": {"a": {}, "b": {}}, "properties": {"A": {"allowedIn": ["a"]}}}"#,
        r#"required everywhere"#,
    );
    mistake(
        r#"{"environments": {"a": {}, "b": {}}, "properties": {"A": {"requiredIn": ["b"], "allowedIn": ["a"]}}}"#,
        r#"does not allow it"#,
    );
    mistake(r#"{"properties": {"A": {}, "A": {}}}"#, r#"appears twice"#);
    mistake("\u{feff}{}", "byte order mark");
    mistake("", "the schema is empty");
    mistake("[]", "a schema is an object, not an array");
    mistake(r#"{"DATABASE_URL": {}}"#, r#"is it a key?"#);
    mistake(r#"{"definitions": {}}"#, r#"$defs"#);
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_the_text() {
    let found = mistakes(
        r#"{"properties": {"A": {"tpye": "x", "minLength": -1}, "B": {"enum": []}}, "together": "x", "rules": {"no": "off"}}"#,
    );
    let places: Vec<&str> = found
        .iter()
        .map(|mistake| mistake.split(": ").next().unwrap())
        .collect();
    assert_eq!(places, ["\"tpye\"", "-1", "[]", "\"x\"", "\"no\""], "{found:#?}");
}

#[test]
fn files_beside_the_schema() {
    let source = |name: &str, text: &str| Source::new(name, text).unwrap();
    let schema = source(
        "c/env.schema.json",
        r##"{"properties": {"A": {"$ref": "d/defs.json#/$defs/port"}}}"##,
    );
    assert_eq!(Schema::files(&schema), ["c/d/defs.json"]);
    let files = [
        source(
            "c/d/defs.json",
            r##"{"$defs": {"port": {"$ref": "../more.json#port"}}}"##,
        ),
        source(
            "c/more.json",
            r##"{"$defs": {"x": {"$anchor": "port", "type": "integer", "maximum": 9}}}"##,
        ),
    ];
    let schema = Schema::compile(
        &schema,
        &Vocabulary {
            files: &files,
            ..Vocabulary::default()
        },
    )
    .unwrap();
    let found = schema.evaluate(EnvironmentId(0), None, &environment(&[("A", "10")]));
    assert_eq!((found[0].file, &*found[0].pointer), (2, "/$defs/x/maximum"));
}

#[test]
fn a_value_that_looks_like_an_anchor_is_none() {
    let schema = r##"{"$defs": {"a": {"enum": [{"$anchor": "x", "type": "null"}]}, "b": {"$anchor": "x", "maxLength": 1}},
        "properties": {"A": {"$ref": "#x"}}}"##;
    let schema = Schema::compile(&Source::new("env.schema.json", schema).unwrap(), &Vocabulary::default()).unwrap();
    let found = schema.evaluate(EnvironmentId(0), None, &environment(&[("A", "10")]));
    assert_eq!(&*found[0].pointer, "/$defs/b/maxLength");
}

#[test]
fn ten_thousand_keys_and_mistakes_do_not_take_long() {
    let keys: Vec<String> = (0..10_000)
        .map(|index| format!("\"KEY_{index}\": {{\"$ref\": \"#/$defs/d{index}\"}}"))
        .collect();
    let defs: Vec<String> = (0..10_000)
        .map(|index| format!("\"d{index}\": {{\"minLength\": 3}}"))
        .collect();
    let names: Vec<String> = (0..10_000).map(|index| format!("\"KEX_{index}\"")).collect();
    let schema = good(&format!(
        "{{\"properties\": {{{}}}, \"$defs\": {{{}}}}}",
        keys.join(","),
        defs.join(",")
    ));
    assert_eq!(
        schema
            .evaluate(EnvironmentId(0), None, &environment(&[("KEY_77", "x")]))
            .len(),
        1
    );
    let wrong = format!(
        "{{\"additionalProperties\": false, \"required\": [{}], \"properties\": {{{}}}}}",
        names.join(","),
        keys.join(",")
    );
    assert_eq!(compile(&wrong).err().unwrap().len(), 1001);
}

#[test]
fn references_can_not_be_a_bomb() {
    let defs: Vec<String> = (0..60)
        .map(|index| {
            format!(
                "\"d{index}\": {{\"anyOf\": [{{\"$ref\": \"#/$defs/d{0}\"}}, {{\"$ref\": \"#/$defs/d{0}\"}}]}}",
                index + 1
            )
        })
        .collect();
    let text = format!(
        "{{\"properties\": {{\"A\": {{\"$ref\": \"#/$defs/d0\"}}}}, \"$defs\": {{{}, \"d60\": {{\"minLength\": 3}}}}}}",
        defs.join(",")
    );
    assert!(mistakes(&text)[0].contains("bounded time"));
    let chain: Vec<String> = (0..5000)
        .map(|index| format!("\"d{index}\": {{\"$ref\": \"#/$defs/d{}\"}}", index + 1))
        .collect();
    let text = format!(
        "{{\"properties\": {{\"A\": {{\"$ref\": \"#/$defs/d0\"}}}}, \"$defs\": {{{}, \"d5000\": {{\"minLength\": 3}}}}}}",
        chain.join(",")
    );
    assert!(mistakes(&text)[0].contains("bounded time"));
}

/// Keywords that the plan has no check for: the engine answers for those alone, where there is one.
#[test]
fn what_the_plan_leaves_is_the_engines() {
    let object = r#"{"required": ["A"], "properties": {"A": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}, "B": {"maxLength": 2}}}"#;
    let closed = r#"{"properties": {"A": {}}, "anyOf": [{"properties": {"B": {}}}], "unevaluatedProperties": false}"#;
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

#[test]
fn a_predecessor_is_a_declared_key_wherever_a_policy_names_it() {
    let with = |class: &str, secret: &str, own: &str| {
        format!(
            r#"{{"environments": {{"production": {{"files": [".env"]}}}}, "rotation": {{"signing": {{"maxAge": "P365D"{class}}}}},
                "properties": {{"SIGNING_KEY": {{"type": "string", "secret": {{"class": "signing"{secret}}}, "in": {{"production": {{{own}}}}}}},
                "SIGNING_KEY_OLD": {{"type": "string"}}}}}}"#
        )
    };
    let previous = |key: &str| format!(r#""previous": {{"key": "{key}"}}"#);
    let within = |key: &str| format!(r#", "in": {{"production": {{{}}}}}"#, previous(key));
    for key in ["SIGNING_KEY_OLD", "SIGNING_KEY_ODL"] {
        let beside = format!(", {}", previous(key));
        let own = format!(r#""secret": {{{}}}"#, previous(key));
        for text in [
            with(&beside, "", ""),
            with(&within(key), "", ""),
            with("", &beside, ""),
            with("", &within(key), ""),
            with("", "", &own),
        ] {
            if key == "SIGNING_KEY_OLD" {
                good(&text);
            } else {
                mistake(
                    &text,
                    "\"previous\" names \"SIGNING_KEY_ODL\", which \"properties\" does not declare (did you mean \"SIGNING_KEY_OLD\"?)",
                );
            }
        }
    }
}

/// A program would get it without a check.
#[test]
fn a_default_is_a_value_that_the_key_may_have() {
    for (schema, keyword) in [
        (r#"{"type": "string", "minLength": 3, "default": "ab"}"#, "minLength"),
        (r#"{"type": "string", "maxLength": 1, "default": "ab"}"#, "maxLength"),
        (r#"{"type": "integer", "minimum": 1, "default": 0}"#, "minimum"),
        (r#"{"type": "number", "maximum": 1, "default": "1.5"}"#, "maximum"),
        (r#"{"enum": ["a", "b"], "default": "c"}"#, "enum"),
        (r#"{"type": "integer", "enum": [1, 2], "default": 3}"#, "enum"),
        (r#"{"const": "a", "default": "b"}"#, "const"),
    ] {
        mistake(
            &format!(r#"{{"properties": {{"A": {schema}}}}}"#),
            &format!("{keyword:?} does not allow this default"),
        );
    }
    good(
        r#"{"properties": {"A": {"type": "string", "minLength": 3, "default": ""}, "B": {"enum": [1, "a"], "default": 1}, "C": {"enum": ["a"], "default": "a"},
            "D": {"type": "boolean", "default": "on", "const": true}, "E": {"type": "number", "enum": [1, 2.5], "default": "2.50"}, "F": {"default": "x"}}}"#,
    );
}

#[test]
fn a_condition_is_about_keys_that_there_are() {
    let about = |closed: &str, condition: &str| {
        format!(
            r#"{{"properties": {{"MODE": {{}}, "SECRET": {{}}}}, {closed} "allOf": [{{"if": {condition}, "then": {{"required": ["SECRET"]}}}}]}}"#
        )
    };
    let closed = r#""additionalProperties": false,"#;
    mistake(
        &about(closed, r#"{"properties": {"OTHER": {"const": "x"}}}"#),
        r#"this condition is about "OTHER", which the schema does not declare"#,
    );
    mistake(
        &about(closed, r#"{"required": ["OTHER"]}"#),
        r#""required" names "OTHER", which "properties" does not declare"#,
    );
    // Where any key may be set, a slip is still a slip.
    mistake(
        &about("", r#"{"properties": {"MOED": {"const": "x"}}}"#),
        r#"did you mean "MODE"?"#,
    );
    good(&about(
        "",
        r#"{"properties": {"OTHER": {"const": "x"}}, "required": ["ELSE"]}"#,
    ));
}
