//! The general path: the `jsonschema` library, for keywords that the plan has no check for. No other file uses it.
//!
//! The engine is given a whole schema, since such keywords depend on their neighbours, but is asked only about those
//! keywords: the plan answers for all others. The library's errors hold the instance, so none of them leaves this file;
//! what leaves is which keyword is not met, and for which key.

use std::fmt;

use jsonschema::{Draft, PatternOptions, Registry, Validator};
use serde_json::{Map, Number, Value as Tree};

use super::documents::Documents;
use super::errors::SchemaError;
use super::format::Format;
use super::instance::Constant;
use super::json::{self, Json, Node};
use super::pattern;
use super::plan::SiteId;
use crate::schema::META_SCHEMA;
use crate::source::Source;

/// The prefix of the URIs by which the library knows the documents; nothing is ever fetched.
const BASE: &str = "urn:envgate:document:";

/// A schema that the library evaluates.
pub(crate) struct Engine {
    /// The keywords it evaluates.
    pub keywords: Vec<(&'static str, SiteId)>,
    validator: Validator,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("keywords", &self.keywords)
            .finish_non_exhaustive()
    }
}

/// A keyword that is not met.
pub(crate) struct Unmet {
    /// Index into [`Engine::keywords`].
    pub keyword: usize,
    /// The key concerned, for a schema about the set of variables: everything before the first step into a value.
    pub key: Option<String>,
}

impl Engine {
    /// Returns the keywords that an instance does not meet, each once per key.
    pub(crate) fn evaluate(&self, instance: &Constant) -> Vec<Unmet> {
        let tree = to_tree(instance);
        let mut found: Vec<Unmet> = Vec::new();
        for error in self.validator.iter_errors(&tree) {
            // The first step leads from the reference to the schema itself.
            let path = error.evaluation_path().as_str().trim_start_matches('/').to_owned();
            let mut steps = path.split('/');
            let step = if steps.next() == Some("$ref") {
                steps.next()
            } else {
                None
            };
            let Some(keyword) = self.keywords.iter().position(|(name, _)| Some(*name) == step) else {
                continue;
            };
            let mut keys: Vec<String> = match error.kind() {
                jsonschema::error::ValidationErrorKind::UnevaluatedProperties { unexpected }
                | jsonschema::error::ValidationErrorKind::AdditionalProperties { unexpected } => unexpected.clone(),
                _ => Vec::new(),
            };
            if keys.is_empty() {
                let first = error.instance_path().as_str().split('/').nth(1);
                keys.extend(first.map(|step| step.replace("~1", "/").replace("~0", "~")));
            }
            let keys: Vec<Option<String>> = if keys.is_empty() {
                vec![None]
            } else {
                keys.into_iter().map(Some).collect()
            };
            for key in keys {
                if !found.iter().any(|unmet| unmet.keyword == keyword && unmet.key == key) {
                    found.push(Unmet { keyword, key });
                }
            }
        }
        found
    }
}

/// The documents in the library's form.
pub(crate) struct Library {
    documents: Vec<(String, Tree)>,
}

impl Library {
    pub(crate) fn new(documents: &Documents<'_>) -> Library {
        let mut all = Vec::with_capacity(documents.count());
        for file in 0..documents.count() {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the caller of the compiler bounds the files"
            )]
            let file = file as u16;
            let adapter = Adapter { documents, file };
            all.push((format!("{BASE}{file}"), adapter.schema(documents.root(file))));
        }
        Library { documents: all }
    }

    /// Builds an engine for the schema at a pointer in a file.
    ///
    /// # Errors
    /// Returns what the library can't handle in it.
    pub(crate) fn engine(
        &self,
        file: u16,
        pointer: &str,
        keywords: Vec<(&'static str, SiteId)>,
    ) -> Result<Engine, String> {
        let has_pattern = keywords
            .iter()
            .any(|(name, _)| matches!(*name, "pattern" | "patternProperties"));
        let failed = || {
            String::from(if has_pattern {
                "the pattern does not compile: `\\p{…}` names an unknown property, or something else in it is wrong"
            } else {
                "the engine can't compile the schema that contains this keyword"
            })
        };
        let mut registry = Registry::new();
        for (name, tree) in &self.documents {
            registry = registry.add(name.clone(), tree.clone()).map_err(|_| failed())?;
        }
        let registry = registry.prepare().map_err(|_| failed())?;
        let reference: String = pointer.chars().map(escape).collect();
        let entry = serde_json::json!({ "$ref": format!("{BASE}{file}#{reference}") });
        let mut options = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_pattern_options(PatternOptions::regex().size_limit(1 << 22).dfa_size_limit(1 << 22))
            .should_validate_formats(true)
            .with_registry(&registry)
            .offline();
        for format in Format::ALL {
            options = options.with_format(format.name(), |text: &str| format.is_match(text));
        }
        let validator = options.build(&entry).map_err(|_| failed())?;
        Ok(Engine { keywords, validator })
    }
}

/// Validates a text against the meta-schema that editors use.
pub(crate) fn check_meta(source: &Source) -> Vec<SchemaError> {
    let mut errors = Vec::new();
    let Ok(text) = std::str::from_utf8(source.bytes()) else {
        return errors;
    };
    let (Ok(root), Ok(meta)) = (
        json::parse(text, &mut errors),
        serde_json::from_str::<Tree>(META_SCHEMA),
    ) else {
        return errors;
    };
    let options = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .with_pattern_options(PatternOptions::regex())
        .offline();
    let Ok(validator) = options.build(&meta) else {
        return errors;
    };
    let tree = to_tree(&Constant::of(&root));
    for error in validator.iter_errors(&tree) {
        let node = find(&root, error.instance_path().as_str());
        let keyword = error.kind().keyword();
        errors.push(SchemaError::new(
            node.span,
            format!("this is not what the meta-schema allows here ({keyword})"),
        ));
    }
    errors.sort_by_key(|error| error.span);
    errors
}

/// Returns the node at a pointer, or the last existing one on the way to it.
fn find<'n, 's>(root: &'n Node<'s>, pointer: &str) -> &'n Node<'s> {
    let mut node = root;
    for step in pointer.split('/').skip(1) {
        let next = match &node.json {
            Json::Array(items) => step.parse::<usize>().ok().and_then(|index| items.get(index)),
            _ => node.get(&step.replace("~1", "/").replace("~0", "~")),
        };
        match next {
            Some(next) => node = next,
            None => break,
        }
    }
    node
}

/// Converts a document to what the library needs: references use the names by which it knows the documents, patterns
/// the syntax of its matcher, and our dialect becomes the standard's.
struct Adapter<'a, 's> {
    documents: &'a Documents<'s>,
    file: u16,
}

impl Adapter<'_, '_> {
    fn schema(&self, node: &Node<'_>) -> Tree {
        let Some(object) = node.as_object() else {
            return to_tree(&Constant::of(node));
        };
        let mut tree = Map::new();
        for member in &object.members {
            let value = match &*member.key {
                "$schema" | "$id" | "environments" | "rotation" | "rules" | "together" | "exclusive" | "in" => continue,
                "const" | "enum" | "default" | "examples" => to_tree(&Constant::of(&member.value)),
                "pattern" => Tree::from(member.value.as_str().map(translate).unwrap_or_default()),
                "patternProperties" => Tree::Object(self.map(&member.value, translate)),
                "properties" | "$defs" | "dependentSchemas" => Tree::Object(self.map(&member.value, str::to_owned)),
                "$ref" => Tree::from(self.reference(member.value.as_str().unwrap_or_default())),
                _ => match &member.value.json {
                    Json::Array(items) => items.iter().map(|item| self.schema(item)).collect(),
                    _ => self.schema(&member.value),
                },
            };
            tree.insert(member.key.to_string(), value);
        }
        if tree.get("format").and_then(Tree::as_str) == Some(Format::Port.name()) {
            // The library applies formats to strings only.
            let port = serde_json::json!({ "if": { "type": "number" }, "then": { "type": "integer", "minimum": 1, "maximum": 65_535 } });
            let mut all = match tree.remove("allOf") {
                Some(Tree::Array(all)) => all,
                _ => Vec::new(),
            };
            all.push(port);
            tree.insert("allOf".to_owned(), Tree::Array(all));
        }
        Tree::Object(tree)
    }

    fn map(&self, node: &Node<'_>, key: impl Fn(&str) -> String) -> Map<String, Tree> {
        let members = node.own_members();
        members
            .iter()
            .map(|member| (key(&member.key), self.schema(&member.value)))
            .collect()
    }

    fn reference(&self, reference: &str) -> String {
        let (path, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let target = self
            .documents
            .resolve(self.file, path)
            .map_or(self.file, |target| target.file);
        format!("{BASE}{target}#{fragment}")
    }
}

/// Translates a pattern to the syntax of the library's matcher.
fn translate(pattern: &str) -> String {
    pattern::to_regex(pattern).unwrap_or_else(|_| pattern.to_owned())
}

/// Converts to a tree of the library. Numbers it can't hold exactly are rounded, as they would be if it read them.
fn to_tree(constant: &Constant) -> Tree {
    match constant {
        Constant::Null => Tree::Null,
        Constant::Bool(flag) => Tree::Bool(*flag),
        Constant::Number(number) => {
            let text = number.to_string();
            match (text.parse::<i64>(), text.parse::<u64>()) {
                (Ok(number), _) => Tree::from(number),
                (_, Ok(number)) => Tree::from(number),
                _ => text
                    .parse::<f64>()
                    .ok()
                    .and_then(Number::from_f64)
                    .map_or(Tree::Null, Tree::Number),
            }
        }
        Constant::String(text) => Tree::from(&**text),
        Constant::Array(items) => items.iter().map(to_tree).collect(),
        Constant::Object(members) => Tree::Object(
            members
                .iter()
                .map(|(key, value)| (key.to_string(), to_tree(value)))
                .collect(),
        ),
    }
}

/// Escapes a character of a pointer for use in a URI fragment.
fn escape(character: char) -> String {
    if character.is_ascii_alphanumeric() || "-._~/$&'()*+,;=:@!".contains(character) {
        return character.to_string();
    }
    let mut bytes = [0; 4];
    character
        .encode_utf8(&mut bytes)
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect()
}
