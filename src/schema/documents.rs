//! The parsed texts of one schema: the schema itself and the files beside it that `$ref` reaches. Nothing is ever
//! fetched.

use super::SchemaError;
use super::json::{self, Json, Node, quoted};
use crate::find;
use crate::percent;
use crate::source::{Source, Span, is_utf16, resolved};
use crate::suggest;

/// Document 0 is the schema.
pub(crate) struct Documents<'s> {
    all: Vec<Document<'s>>,
}

pub(crate) struct Document<'s> {
    name: &'s str,
    root: Node<'s>,
}

/// The target of a `$ref`.
#[derive(Clone, Copy)]
pub(crate) struct Target<'d, 's> {
    pub file: u16,
    pub node: &'d Node<'s>,
}

impl<'d, 's> Target<'d, 's> {
    /// Returns another node of the same file.
    pub(crate) fn with(self, node: &'d Node<'s>) -> Target<'d, 's> {
        Target { file: self.file, node }
    }

    /// Returns the items of the list `key`, such as the branches of `allOf`; none if there is no such list.
    pub(crate) fn items(self, key: &str) -> impl Iterator<Item = Target<'d, 's>> + use<'d, 's> {
        self.node.items(key).iter().map(move |node| self.with(node))
    }
}

impl<'s> Documents<'s> {
    /// Parses the schema and all files beside it.
    ///
    /// # Errors
    /// Returns texts that are not JSON, and duplicate keys.
    pub(crate) fn parse(schema: &'s Source, files: &'s [Source]) -> Result<Documents<'s>, Vec<SchemaError>> {
        let mut errors = Vec::new();
        let mut all = Vec::with_capacity(1 + files.len());
        for (file, source) in (0u16..).zip(std::iter::once(schema).chain(files)) {
            let mut found = Vec::new();
            match text_of(source).and_then(|text| json::parse(text, &mut found)) {
                Ok(root) => all.push(Document {
                    name: source.name(),
                    root,
                }),
                Err(error) => found.push(error),
            }
            errors.extend(found.into_iter().map(|error| SchemaError { file, ..error }));
        }
        if errors.is_empty() {
            Ok(Documents { all })
        } else {
            Err(errors)
        }
    }

    pub(crate) fn root(&self, file: u16) -> &Node<'s> {
        &self.all[file as usize].root
    }

    pub(crate) fn count(&self) -> usize {
        self.all.len()
    }

    /// Returns the target of a `$ref` in file `from`.
    ///
    /// # Errors
    /// Returns why there is no target, and what to do about it.
    pub(crate) fn resolve(&self, from: u16, reference: &str) -> Result<Target<'_, 's>, (String, Option<String>)> {
        let (path, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let file = if path.is_empty() { from } else { self.file(from, path)? };
        let root = self.root(file);
        let Some(fragment) = decode(fragment) else {
            return Err((format!("{} has a broken % escape", quoted(reference)), None));
        };
        let node = if fragment.is_empty() {
            root
        } else if let Some(pointer) = fragment.strip_prefix('/') {
            follow(root, pointer).map_err(|(step, parent)| {
                let known = parent
                    .as_object()
                    .into_iter()
                    .flat_map(|object| object.members.iter().map(|member| &*member.key));
                let help = suggest::nearest(&step, known).map(|near| format!("did you mean {}?", quoted(near)));
                (
                    format!("{} leads nowhere: there is no {}", quoted(reference), quoted(&step)),
                    help,
                )
            })?
        } else {
            find_anchor(root, &fragment).ok_or_else(|| {
                (
                    format!("{} leads nowhere: no \"$anchor\" has that name", quoted(reference)),
                    None,
                )
            })?
        };
        Ok(Target { file, node })
    }

    /// Returns the target of a schema's `$ref`; `None` if it has none, or one without a target, which is reported where
    /// it is read.
    pub(crate) fn behind<'d>(&'d self, at: Target<'d, 's>) -> Option<Target<'d, 's>> {
        self.resolve(at.file, at.node.get("$ref")?.as_str()?).ok()
    }

    /// Returns the file with a path relative to another file.
    fn file(&self, from: u16, path: &str) -> Result<u16, (String, Option<String>)> {
        let name = beside(self.all[from as usize].name, path).map_err(|why| {
            (
                format!("{} {why}", quoted(path)),
                Some(String::from("put the file beside the schema")),
            )
        })?;
        let found = (0u16..).zip(&self.all).find(|(_, document)| document.name == name);
        found.map(|(file, _)| file).ok_or_else(|| {
            let help =
                String::from("\"$ref\" reaches \"#/$defs/…\" and files beside the schema, by their relative path");
            (format!("the file {} is not there", quoted(&name)), Some(help))
        })
    }
}

/// Returns the files that a schema, or a file beside it, refers to, as paths like its own name; in the order of the
/// text, without duplicates.
/// Empty for a text that is not JSON.
pub(crate) fn files(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let Ok(root) = text_of(source).and_then(|text| json::parse(text, &mut Vec::new())) else {
        return found;
    };
    each_reference(&root, &mut |reference| {
        let path = reference.split('#').next().unwrap_or_default();
        if !path.is_empty()
            && let Ok(name) = beside(source.name(), path)
            && name != source.name()
            && !found.contains(&name)
        {
            found.push(name);
        }
    });
    found
}

/// Returns the text of a file that is meant to be JSON.
pub(crate) fn text_of(source: &Source) -> Result<&str, SchemaError> {
    let bytes = source.bytes();
    let at = |start, end, message: &str| SchemaError::new(Span::new(start, end), message);
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        let error = at(
            0,
            3,
            "the file begins with a byte order mark, which JSON does not allow",
        );
        return Err(error.help("save it as UTF-8 without BOM"));
    }
    if is_utf16(bytes) {
        return Err(at(0, 2, "the file is UTF-16; JSON is UTF-8").help("save it as UTF-8"));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let start = error.valid_up_to();
        at(
            start,
            (start + 1).min(bytes.len()),
            "the file is not UTF-8 from here on",
        )
        .help("save it as UTF-8")
    })?;
    if text.trim_ascii().is_empty() {
        return Err(at(0, 0, "the file is empty").help("begin with `{`"));
    }
    Ok(text)
}

/// Resolves a path relative to the folder of `base`, removing `.` and `..`.
fn beside(base: &str, path: &str) -> Result<String, &'static str> {
    let path = decode(path).ok_or("has a broken % escape")?;
    let scheme = path.split_once(':').is_some_and(|(scheme, _)| {
        scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    });
    if scheme || path.starts_with("//") {
        return Err("is a URL, and nothing is ever fetched from a network");
    }
    if path.starts_with('/') || path.contains('\\') {
        return Err("is not a relative path with `/` between folders");
    }
    let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
    Ok(resolved(folder, &path))
}

/// Follows a JSON Pointer without its first slash. If a step does not exist, returns the step and the node that lacks
/// it.
fn follow<'d, 's>(root: &'d Node<'s>, pointer: &str) -> Result<&'d Node<'s>, (String, &'d Node<'s>)> {
    let mut node = root;
    for step in pointer.split('/') {
        let step = find::replace(&find::replace(step, "~1", "/"), "~0", "~");
        let next = match &node.json {
            Json::Object(object) => object.get(&step).map(|member| &member.value),
            Json::Array(items) => step.parse::<usize>().ok().and_then(|index| items.get(index)),
            _ => None,
        };
        node = next.ok_or((step, node))?;
    }
    Ok(node)
}

/// Finds the schema with an anchor.
fn find_anchor<'d, 's>(node: &'d Node<'s>, name: &str) -> Option<&'d Node<'s>> {
    if let Json::Object(object) = &node.json {
        let has = |key: &str| {
            object
                .get(key)
                .is_some_and(|member| member.value.as_str() == Some(name))
        };
        if has("$anchor") || has("$dynamicAnchor") {
            return Some(node);
        }
    }
    let mut found = None;
    each_below(node, &mut |below| {
        found = found.or_else(|| find_anchor(below, name));
    });
    found
}

fn each_reference(node: &Node<'_>, each: &mut dyn FnMut(&str)) {
    if let Some(reference) = node.get("$ref").and_then(Node::as_str) {
        each(reference);
    }
    each_below(node, &mut |below| each_reference(below, each));
}

/// Visits the schemas directly below a schema. The contents of `const`, `enum`, `default` and `examples` are values,
/// whatever they look like; where keys are names, a key with one of these names is not such a keyword.
fn each_below<'d, 's>(node: &'d Node<'s>, each: &mut dyn FnMut(&'d Node<'s>)) {
    match &node.json {
        Json::Object(object) => {
            for member in &object.members {
                match (&*member.key, &member.value.json) {
                    ("const" | "enum" | "default" | "examples", _) => {}
                    (
                        "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" | "in",
                        Json::Object(named),
                    ) => named.members.iter().for_each(|member| each(&member.value)),
                    _ => each(&member.value),
                }
            }
        }
        Json::Array(items) => items.iter().for_each(each),
        _ => {}
    }
}

/// Decodes percent escapes. Returns `None` if a `%` is none.
fn decode(text: &str) -> Option<String> {
    let bytes = percent::decode(text.as_bytes());
    // An escape makes one byte of three.
    let escapes = text.bytes().filter(|byte| *byte == b'%').count();
    let is_whole = bytes.len() + 2 * escapes == text.len();
    String::from_utf8(bytes).ok().filter(|_| is_whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_file_they_stand_in() {
        assert_eq!(beside("env.schema.json", "defs.json").as_deref(), Ok("defs.json"));
        assert_eq!(
            beside("config/env.schema.json", "./a/../defs.json").as_deref(),
            Ok("config/defs.json")
        );
        assert_eq!(beside("config/a.json", "../../x.json").as_deref(), Ok("../x.json"));
        for bad in [
            "https://example.com/x.json",
            "urn:x",
            "//host/x",
            "/etc/passwd",
            "file:x",
            "C:\\x",
        ] {
            assert!(beside("env.schema.json", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn files_are_listed_once() {
        let text =
            br##"{"properties":{"A":{"$ref":"d.json#/$defs/a"},"B":{"$ref":"d.json#/$defs/b"},"C":{"$ref":"#/x"}}}"##;
        let source = Source::new("c/env.schema.json", *text).unwrap();
        assert_eq!(files(&source), ["c/d.json"]);
        let values = br##"{"properties":{"enum":{"$ref":"d.json"},"A":{"const":{"$ref":"x.json"},"enum":[{"$ref":"x.json"}]}}}"##;
        let source = Source::new("env.schema.json", *values).unwrap();
        assert_eq!(files(&source), ["d.json"]);
    }
}
