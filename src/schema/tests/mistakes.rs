//! The mistakes for which a schema is refused.

use super::*;

#[test]
fn mistakes_are_reported_at_their_place() {
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
        r#"{"rotation": {"classes": {"x": {"maxAge": "P90D"}}}}"#,
        r#"a class stands directly under "rotation""#,
    );
    mistake(
        r#"{"properties": {"A": {"type": "url"}}}"#,
        r#"this is a format: "type": "string", "format": "uri""#,
    );
    mistake(
        r#"{"properties": {"A": {"type": "uuid"}}}"#,
        r#"this is a format: "type": "string", "format": "uuid""#,
    );
    mistake(r#"{"properties": {"A": {"type": "port"}}}"#, r#""maximum": 65535"#);
    mistake(
        r#"{"properties": {"A": {"type": "enum"}}}"#,
        r#"allowed values is "enum""#,
    );
    mistake(
        r#"{"properties": {"A": {"maxAge": "P90D"}}}"#,
        r#"said by its policy: "secret""#,
    );
    mistake(
        r#"{"properties": {"A": {"environments": ["a"]}}}"#,
        r#"may set a key are a list, "allowedIn""#,
    );
    mistake(r#"{"environments": ["production"]}"#, r#"such as { "production": "#);
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
        r#"{"dialects": ["Rails"]}"#,
        r#"there is no dialect "Rails": the env files of rails are read by ruby-dotenv: name that"#,
    );
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
    mistake("", "the file is empty");
    mistake("[]", "a schema is an object, not an array");
    mistake(r#"{"DATABASE_URL": {}}"#, r#"is it a key?"#);
    mistake(r#"{"definitions": {}}"#, r#"$defs"#);
}

#[test]
fn all_mistakes_are_reported_in_text_order() {
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
fn ten_thousand_mistakes_are_reported_quickly() {
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
fn references_cannot_explode() {
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

/// A program would get the default without a check.
#[test]
fn a_default_must_be_a_valid_value() {
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
fn a_condition_must_name_declared_keys() {
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
    for dependent in [r#"{"OTHER": ["SECRET"]}"#, r#"{"SECRET": ["OTHER"]}"#] {
        let all =
            format!(r#"{{"properties": {{"MODE": {{}}, "SECRET": {{}}}}, {closed} "dependentRequired": {dependent}}}"#);
        mistake(
            &all,
            r#""dependentRequired" names "OTHER", which "properties" does not declare"#,
        );
    }
    // Even where any key may be set, a likely typing mistake is reported.
    mistake(
        &about("", r#"{"properties": {"MOED": {"const": "x"}}}"#),
        r#"did you mean "MODE"?"#,
    );
    // A branch may declare keys.
    good(r#"{"properties": {"AWS_KEY": {}}, "allOf": [{"properties": {"AWS_KEYS": {"type": "array"}}}]}"#);
    good(&about(
        "",
        r#"{"properties": {"OTHER": {"const": "x"}}, "required": ["ELSE"]}"#,
    ));
}

#[test]
fn a_condition_must_name_a_value_that_the_key_may_have() {
    let about = |condition: &str| {
        format!(
            r#"{{"properties": {{"MODE": {{"enum": ["production", "test", 1]}}, "SECRET": {{}}}}, "if": {{"properties": {{"MODE": {condition}}}}}, "then": {{"required": ["SECRET"]}}}}"#
        )
    };
    let never = r#"the "enum" of "MODE" has no such value, so it is never this"#;
    mistake(&about(r#"{"const": "prodution"}"#), never);
    mistake(&about(r#"{"enum": ["prod", "live"]}"#), never);
    mistake(&about(r#"{"not": {"const": "tset"}}"#), never);
    good(&about(r#"{"const": "production"}"#));
    good(&about(r#"{"const": 1.0}"#));
    good(&about(r#"{"enum": ["prod", "production"]}"#));
    good(&about(r#"{"pattern": "^prod"}"#));
}
