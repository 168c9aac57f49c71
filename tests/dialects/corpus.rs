//! A corpus: cases, what is in their files, and the environment in which the loaders were asked. [The format](README.md).

use std::path::Path;

use base64ct::{Base64, Encoding as _};
use envgate::model::ProcessEnvironment;
use serde_json::Value;

pub(crate) fn read(path: &Path) -> Value {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn cases(corpus: &Value) -> &[Value] {
    corpus["cases"].as_array().expect("a corpus has cases")
}

/// The environment in which a corpus was recorded.
pub(crate) fn process(corpus: &Value) -> ProcessEnvironment {
    corpus["header"]["fixed_process_environment"]
        .as_object()
        .expect("a corpus says with what environment it was recorded")
        .iter()
        .map(|(key, value)| (key, bytes(value)))
        .collect()
}

/// The files of a case, from low to high precedence.
pub(crate) fn files(case: &Value) -> Vec<Vec<u8>> {
    match case["files"].as_array() {
        Some(files) => files.iter().map(bytes).collect(),
        None => vec![input(case)],
    }
}

pub(crate) fn input(case: &Value) -> Vec<u8> {
    if let Some(text) = case["input"].as_str() {
        return text.as_bytes().to_vec();
    }
    if let Some(text) = case["input_base64"].as_str() {
        return base64(text);
    }
    case["input_parts"].as_array().unwrap().iter().flat_map(bytes).collect()
}

/// A value of the corpus: text, bytes in base64, or a repetition.
pub(crate) fn bytes(value: &Value) -> Vec<u8> {
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

pub(crate) fn key_bytes(key: &str) -> Vec<u8> {
    key.strip_prefix("$b64:")
        .map_or_else(|| key.as_bytes().to_vec(), base64)
}

fn base64(text: &str) -> Vec<u8> {
    Base64::decode_vec(text).unwrap()
}
