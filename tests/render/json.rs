//! `report.v1`: its bytes, and what its schema promises of them.

use envgate::report::{Export, json};
use envgate::source::PositionEncoding;
use snapbox::{assert_data_eq, file};

use crate::sample::{report, sources};

#[test]
fn json() {
    assert_data_eq!(
        json::render(&Export::new(&report(), &sources(), PositionEncoding::Scalar)),
        file!["report.json"]
    );
}

#[test]
fn json_counts_columns_as_asked() {
    let end = |encoding| -> serde_json::Value {
        let text = json::render(&Export::new(&report(), &sources(), encoding));
        serde_json::from_str::<serde_json::Value>(&text).unwrap()["diagnostics"][0]["end"].clone()
    };
    assert_eq!(
        end(PositionEncoding::Scalar),
        serde_json::json!({ "line": 3, "column": 33, "offset": 84 })
    );
    assert_eq!(
        end(PositionEncoding::Utf16),
        serde_json::json!({ "line": 3, "column": 34, "offset": 84 })
    );
}

/// The promise in `schemas/` and the bytes: every field of the one is in the other, and nothing else.
#[test]
#[cfg(feature = "full")]
fn json_is_what_its_schema_promises() {
    let schema: serde_json::Value = serde_json::from_str(include_str!("../../schemas/report.v1.schema.json")).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let mut json: serde_json::Value = serde_json::from_str(&json::render(&Export::new(
        &report(),
        &sources(),
        PositionEncoding::Scalar,
    )))
    .unwrap();
    let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    for pointer in [
        "",
        "/tool",
        "/hidden",
        "/environments/0",
        "/environments/0/variables/0",
        "/diagnostics/0",
        "/diagnostics/1/fix",
    ] {
        let object = json.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
        object.insert("more".to_owned(), serde_json::Value::Null);
        assert!(!validator.is_valid(&json), "a field more in {pointer:?}");
        json.pointer_mut(pointer)
            .unwrap()
            .as_object_mut()
            .unwrap()
            .remove("more");
    }
    assert!(validator.is_valid(&json));
}
