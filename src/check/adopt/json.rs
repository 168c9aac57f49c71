//! Schemas in JSON: of dotenv-linter, of zenv, which may also be YAML, and JSON Schema itself.

use super::{
    Adopted, Draft, Key, Kind, Lost, READS, Refused, is_format, quoted, shown, simple_type, take_pattern, word,
};
use crate::carrier::as_json::AsJson;
use crate::schema::Keyword;
use crate::schema::json::{self, Json, Member, Node};
use crate::schema::pattern::Pattern;
use crate::source::Span;

/// Reads a text that begins as a JSON object.
pub(super) fn read(text: &str, mut draft: Draft) -> Result<Adopted, Refused> {
    let mut doubles = Vec::new();
    let root = json::parse(text, &mut doubles).map_err(|error| Refused {
        span: Some(error.span),
        message: error.message,
        help: error.help.unwrap_or_else(|| READS.to_owned()),
    })?;
    if root
        .get("$schema")
        .and_then(Node::as_str)
        .is_some_and(|name| name.starts_with("urn:envgate:"))
    {
        return Err(Refused {
            span: None,
            message: "it is a schema of envgate already".to_owned(),
            help: "copy it to env.schema.json".to_owned(),
        });
    }
    let keyword = |name: &str| root.get(name).is_some();
    if root.get("entries").is_some_and(|node| node.as_object().is_some()) && !keyword("properties") {
        linter(&root, &mut draft);
        return whole(draft, Kind::DotenvLinter);
    }
    let is_schema = root.get("properties").is_some_and(|node| {
        node.as_object().is_some_and(|all| {
            all.members
                .iter()
                .all(|one| one.value.as_object().is_some() || matches!(one.value.json, Json::Bool(_)))
        })
    });
    if is_schema || keyword("$schema") || keyword("allOf") || keyword("$ref") {
        return Ok(schema(text, &root, draft));
    }
    if let Some(keys) = of_zenv(&root) {
        zenv(text, keys, &mut draft);
        return whole(draft, Kind::Zenv);
    }
    Err(Refused {
        span: None,
        message: "it is no schema that envgate can read".to_owned(),
        help: READS.to_owned(),
    })
}

/// Reads a schema of zenv in YAML; `None` if it is none. Its places are those of the YAML.
pub(super) fn read_yaml(text: &str, shift: usize) -> Option<Result<Adopted, Refused>> {
    let written = AsJson::of(text)?;
    let root = json::parse(&written.text, &mut Vec::new()).ok()?;
    let keys = of_zenv(&root)?;
    let mut draft = Draft::new(shift);
    zenv(&written.text, keys, &mut draft);
    for lost in &mut draft.lost {
        let place = written.place(lost.span.start as usize - shift);
        lost.span = Span::new(place.start as usize + shift, place.end as usize + shift);
    }
    Some(whole(draft, Kind::Zenv))
}

/// The keys of a schema of zenv, `extends` among them: objects of which each says something of a key, and nothing else.
fn of_zenv<'n, 's>(root: &'n Node<'s>) -> Option<&'n [Member<'s>]> {
    const WORDS: [&str; 8] = [
        "type",
        "required",
        "description",
        "default",
        "values",
        "validate",
        "secret",
        "severity",
    ];
    let keys = &root.as_object()?.members;
    let is_a_key = |member: &Member<'_>| {
        let object = member.value.as_object();
        object.is_some_and(|all| all.members.iter().any(|one| WORDS.contains(&&*one.key)))
    };
    let mut declared = keys.iter().filter(|member| member.key != "extends").peekable();
    (declared.peek().is_some() && declared.all(is_a_key)).then_some(keys)
}

fn whole(draft: Draft, kind: Kind) -> Result<Adopted, Refused> {
    if draft.keys.is_empty() {
        return Err(Refused {
            span: None,
            message: "it declares no key".to_owned(),
            help: READS.to_owned(),
        });
    }
    Ok(draft.finish(kind))
}

fn at(span: Span) -> (usize, usize) {
    (span.start as usize, span.end as usize)
}

fn flag(node: &Node<'_>) -> Option<bool> {
    match node.json {
        Json::Bool(flag) => Some(flag),
        _ => None,
    }
}

fn unknown(draft: &mut Draft, name: &str, member: &Member<'_>) {
    let (start, end) = at(member.key_span);
    draft.lose(
        start,
        end,
        format!(
            "{}: {} is not known to the tool that this is of, nor to envgate",
            shown(name),
            word(&member.key)
        ),
    );
}

/// `{ "version": …, "allow_other_keys": …, "entries": { NAME: { "type", "required", "regex" } } }`
fn linter(root: &Node<'_>, draft: &mut Draft) {
    let mut is_open = false;
    for member in root.as_object().map_or(&[][..], |all| &all.members) {
        match &*member.key {
            "version" | "entries" => {}
            "allow_other_keys" => is_open = flag(&member.value) == Some(true),
            _ => {
                let (start, end) = at(member.key_span);
                draft.lose(
                    start,
                    end,
                    format!("{} is not known to dotenv-linter, nor to envgate", word(&member.key)),
                );
            }
        }
    }
    let entries = root
        .get("entries")
        .and_then(Node::as_object)
        .map_or(&[][..], |all| &all.members);
    for entry in entries {
        let mut key = Key::new(&entry.key);
        let mut is_text = true;
        if let Some(kind) = entry.value.get("type") {
            let name = kind.as_str().unwrap_or_default();
            is_text = name == "String";
            if !simple_type(&mut key, name) {
                let (start, end) = at(kind.span);
                draft.lose(
                    start,
                    end,
                    format!("{}: {} is no type that envgate has", shown(&entry.key), word(name)),
                );
            }
        }
        for member in entry.value.as_object().map_or(&[][..], |all| &all.members) {
            match &*member.key {
                "type" | "key" => {}
                "required" => key.required = flag(&member.value) == Some(true),
                "regex" => match member.value.as_str() {
                    // Only texts are held against it.
                    Some(pattern) if is_text => take_pattern(draft, &mut key, pattern, at(member.value.span)),
                    _ => {
                        let (start, end) = at(member.value.span);
                        draft.lose(
                            start,
                            end,
                            format!("{}: dotenv-linter heeds a regex of texts only", shown(&entry.key)),
                        );
                    }
                },
                _ => unknown(draft, &entry.key, member),
            }
        }
        key.guess_secret();
        draft.keys.push(key);
    }
    if !is_open {
        draft.tail.push(("additionalProperties", "false".to_owned()));
    }
}

/// `{ NAME: { "type", "required", "description", "values", "default", "validate", "secret", "severity" } }`
fn zenv(text: &str, keys: &[Member<'_>], draft: &mut Draft) {
    for entry in keys {
        if entry.key == "extends" {
            let (start, end) = at(entry.value.span);
            draft.lose(
                start,
                end,
                "\"extends\" is not followed: carry that file over by itself",
            );
            continue;
        }
        let mut key = Key::new(&entry.key);
        let members = entry.value.as_object().map_or(&[][..], |all| &all.members);
        let kind = entry.value.get("type").and_then(Node::as_str).unwrap_or("string");
        if kind != "enum" && !simple_type(&mut key, kind) {
            let (start, end) = at(entry.value.get("type").map_or(entry.key_span, |node| node.span));
            draft.lose(
                start,
                end,
                format!("{}: {} is no type that envgate has", shown(&entry.key), word(kind)),
            );
        }
        let mut default = None;
        for member in members {
            let value = &member.value;
            match &*member.key {
                "type" => {}
                "required" => key.required = flag(value) == Some(true),
                "description" => {
                    if let Some(text) = value.as_str() {
                        key.text("description", text);
                    }
                }
                "values" => {
                    let words: Vec<String> = value
                        .as_array()
                        .unwrap_or_default()
                        .iter()
                        .filter_map(Node::as_str)
                        .map(quoted)
                        .collect();
                    if kind == "enum" && !words.is_empty() {
                        key.set("enum", format!("[{}]", words.join(", ")));
                    }
                }
                "default" => default = Some(value),
                "secret" => {
                    if flag(value) == Some(true) {
                        key.set("secret", "true");
                    }
                }
                "severity" => {
                    if value.as_str() == Some("warning") {
                        let (start, end) = at(value.span);
                        draft.lose(
                            start,
                            end,
                            format!(
                                "{}: a severity belongs to a rule, not to a key: it is an error",
                                shown(&entry.key)
                            ),
                        );
                    }
                }
                "validate" => rules(text, value, kind, &mut key, draft),
                _ => unknown(draft, &entry.key, member),
            }
        }
        if entry.value.get("secret").and_then(flag) != Some(false) {
            key.guess_secret();
        }
        if let Some(value) = default.filter(|value| !matches!(value.json, Json::Null)) {
            let json = written(value, text);
            let said = value.as_str().map_or_else(|| json.clone(), str::to_owned);
            key.fall_back(&said, json);
            if key.required && key.has("default") {
                key.required = false;
                key.comment("required there, which its default satisfies");
            }
        }
        draft.keys.push(key);
    }
}

/// `"validate": { "min", "max", "min_value", "max_value", "min_length", "max_length", "pattern" }`
fn rules(text: &str, node: &Node<'_>, kind: &str, key: &mut Key, draft: &mut Draft) {
    let name = key.name.clone();
    for member in node.as_object().map_or(&[][..], |all| &all.members) {
        let value = &member.value;
        let place = at(value.span);
        let word = match (&*member.key, kind) {
            (_, _) if matches!(value.json, Json::Null) => continue,
            ("pattern", "string") => {
                match value.as_str() {
                    Some(pattern) => take_pattern(draft, key, pattern, place),
                    None => draft.lose(place.0, place.1, format!("{}: its pattern is no text", shown(&name))),
                }
                continue;
            }
            ("min", "int") | ("min_value", "float") => "minimum",
            ("max", "int") | ("max_value", "float") => "maximum",
            ("min_length", "string") => "minLength",
            ("max_length", "string") => "maxLength",
            ("min" | "max" | "min_value" | "max_value" | "min_length" | "max_length" | "pattern", _) => {
                draft.lose(
                    place.0,
                    place.1,
                    format!("{}: zenv does not hold a value of this type against it", shown(&name)),
                );
                continue;
            }
            _ => {
                unknown(draft, &name, member);
                continue;
            }
        };
        match value.json {
            Json::Number(_) => key.set(word, written(value, text)),
            _ => draft.lose(place.0, place.1, format!("{}: {word} is no number", shown(&name))),
        }
    }
}

/// A value as it stands in the text.
fn written(node: &Node<'_>, text: &str) -> String {
    text[node.span.range()].to_owned()
}

/// A JSON Schema, of 2020-12 or an older draft: nearly all of it stays as it is.
fn schema(text: &str, root: &Node<'_>, draft: Draft) -> Adopted {
    let mut writer = Writer {
        text,
        shift: draft.shift,
        lost: draft.lost,
    };
    // Generators put the schema itself among the definitions.
    let target = root
        .get("$ref")
        .filter(|_| root.get("properties").is_none())
        .and_then(Node::as_str);
    let target = target.and_then(|target| {
        target
            .strip_prefix("#/")?
            .split('/')
            .try_fold(root, |node, name| node.get(name))
    });
    let mut body = writer.object(target.unwrap_or(root), Place::Root, 1);
    if target.is_some() {
        for node in ["$defs", "definitions"].iter().filter_map(|name| root.get(name)) {
            body.push(format!("\"$defs\": {}", writer.map(node, Place::Inside, 1)));
        }
    }
    let mut written = String::from("{\n  \"$schema\": \"urn:envgate:schema:1\"");
    if root.get("$comment").is_none() {
        let comment = format!(
            "Carried over from {} by `envgate init --from`.",
            Kind::JsonSchema.title()
        );
        written.push_str(&format!(",\n  \"$comment\": {}", quoted(&comment)));
    }
    for line in body {
        written.push_str(&format!(",\n  {line}"));
    }
    written.push_str("\n}\n");
    writer.lost.sort();
    writer.lost.dedup();
    Adopted {
        kind: Kind::JsonSchema,
        text: written,
        lost: writer.lost,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    /// The schema of a key.
    Property,
    /// Any other.
    Inside,
}

struct Writer<'t> {
    text: &'t str,
    shift: usize,
    lost: Vec<Lost>,
}

impl Writer<'_> {
    fn lose(&mut self, span: Span, message: String) {
        self.lost.push(Lost {
            span: Span::new(span.start as usize + self.shift, span.end as usize + self.shift),
            message,
        });
    }

    fn schema(&mut self, node: &Node<'_>, place: Place, depth: usize) -> String {
        if node.as_object().is_none() {
            return written(node, self.text);
        }
        let members = self.object(node, place, depth + 1);
        if members.is_empty() {
            "{}".to_owned()
        } else {
            format!("{{ {} }}", members.join(", "))
        }
    }

    /// A mapping of names to schemas.
    fn map(&mut self, node: &Node<'_>, place: Place, depth: usize) -> String {
        let Some(object) = node.as_object() else {
            return written(node, self.text);
        };
        let pad = "  ".repeat(depth + 1);
        let members: Vec<String> = object
            .members
            .iter()
            .map(|member| {
                format!(
                    "{pad}{}: {}",
                    quoted(&member.key),
                    self.schema(&member.value, place, depth + 1)
                )
            })
            .collect();
        if members.is_empty() {
            "{}".to_owned()
        } else {
            format!("{{\n{}\n{}}}", members.join(",\n"), "  ".repeat(depth))
        }
    }

    fn list(&mut self, node: &Node<'_>, depth: usize) -> String {
        let Some(items) = node.as_array() else {
            return written(node, self.text);
        };
        let items: Vec<String> = items
            .iter()
            .map(|item| self.schema(item, Place::Inside, depth))
            .collect();
        format!("[{}]", items.join(", "))
    }

    /// The members of a schema, each as it is to be written.
    fn object(&mut self, node: &Node<'_>, place: Place, depth: usize) -> Vec<String> {
        let object = node.as_object().map_or(&[][..], |object| &object.members);
        let is_secret = object.iter().any(|one| {
            one.key == "writeOnly" && flag(&one.value) == Some(true)
                || one.key == "format" && one.value.as_str() == Some("password")
        });
        let mut members = Vec::new();
        for member in object {
            let value = &member.value;
            let json = match &*member.key {
                "$schema" | "$id" | "id" if place == Place::Root => continue,
                "definitions" => {
                    members.push(format!("\"$defs\": {}", self.map(value, Place::Inside, depth)));
                    continue;
                }
                "dependencies" => {
                    members.extend(self.dependencies(value, depth));
                    continue;
                }
                "items" if value.as_array().is_some() => {
                    members.push(format!("\"prefixItems\": {}", self.list(value, depth)));
                    continue;
                }
                "additionalItems" => {
                    members.push(format!("\"items\": {}", self.schema(value, Place::Inside, depth)));
                    continue;
                }
                "exclusiveMinimum" | "exclusiveMaximum" if flag(value).is_some() => {
                    self.lose(
                        member.key_span,
                        format!("{} is a number since draft 6: it is left out", word(&member.key)),
                    );
                    continue;
                }
                "$ref" => match value.as_str() {
                    Some(target) => quoted(&target.replace("#/definitions/", "#/$defs/")),
                    None => written(value, self.text),
                },
                "format" => match value.as_str() {
                    Some("password") => continue,
                    Some(name) if is_format(name) => quoted(name),
                    _ => {
                        self.lose(
                            value.span,
                            format!("{} is no format that envgate has", self.shown(value)),
                        );
                        continue;
                    }
                },
                "pattern" => match value.as_str().map(Pattern::check) {
                    Some(Ok(())) => written(value, self.text),
                    Some(Err(error)) => {
                        self.lose(value.span, format!("the pattern is not carried over: {error}"));
                        continue;
                    }
                    None => written(value, self.text),
                },
                "default" | "examples" | "const" if is_secret => {
                    self.lose(
                        member.key_span,
                        format!("{} of a secret is left out", word(&member.key)),
                    );
                    continue;
                }
                "default" if place == Place::Property => {
                    let key = self.name_of(node);
                    let text = value.as_str().map_or_else(|| written(value, self.text), str::to_owned);
                    if super::draft::is_secret_by_name(&key) || super::draft::is_secret_value(&key, &text) {
                        self.lose(
                            member.key_span,
                            "this default may be a secret: it is left out".to_owned(),
                        );
                        continue;
                    }
                    written(value, self.text)
                }
                "properties" => self.map(
                    value,
                    if place == Place::Root {
                        Place::Property
                    } else {
                        Place::Inside
                    },
                    depth,
                ),
                "$defs" | "patternProperties" | "dependentSchemas" => self.map(value, Place::Inside, depth),
                "allOf" | "anyOf" | "oneOf" | "prefixItems" => self.list(value, depth),
                "additionalProperties"
                | "propertyNames"
                | "not"
                | "if"
                | "then"
                | "else"
                | "items"
                | "contains"
                | "unevaluatedProperties"
                | "unevaluatedItems" => self.schema(value, Place::Inside, depth),
                // What a plain JSON Schema has under this name is something else.
                "secret" | "environments" | "rules" | "rotation" | "phases" | "in" | "dialects" | "requiredIn"
                | "allowedIn" | "owner" | "runbook" => {
                    self.lose(
                        member.key_span,
                        format!(
                            "{} is a word of envgate, and was none of JSON Schema: it is left out",
                            word(&member.key)
                        ),
                    );
                    continue;
                }
                name if Keyword::find(name).is_some() => written(value, self.text),
                name => {
                    self.lose(
                        member.key_span,
                        format!("{} is no keyword of JSON Schema 2020-12: it is left out", word(name)),
                    );
                    continue;
                }
            };
            members.push(format!("{}: {json}", quoted(&member.key)));
        }
        if place == Place::Property && is_secret {
            members.push("\"secret\": true".to_owned());
        } else if place == Place::Property && super::draft::is_secret_by_name(&self.name_of(node)) {
            members.push("\"secret\": true".to_owned());
            if !object.iter().any(|member| member.key == "$comment") {
                members.insert(0, "\"$comment\": \"secret by its name\"".to_owned());
            }
        }
        members
    }

    /// The name of the key whose schema this is: the string in front of it.
    fn name_of(&self, node: &Node<'_>) -> String {
        let before = self.text[..node.span.start as usize]
            .trim_end()
            .trim_end_matches(':')
            .trim_end();
        let inner = before.strip_suffix('"').unwrap_or(before);
        inner.rsplit('"').next().unwrap_or_default().to_owned()
    }

    fn shown(&self, node: &Node<'_>) -> String {
        node.as_str().map_or_else(|| "this".to_owned(), word)
    }

    /// `dependencies` of drafts up to 7: lists of keys, and schemas.
    fn dependencies(&mut self, node: &Node<'_>, depth: usize) -> Vec<String> {
        let members = node.as_object().map_or(&[][..], |object| &object.members);
        let (lists, schemas): (Vec<_>, Vec<_>) = members.iter().partition(|member| member.value.as_array().is_some());
        let lists: Vec<String> = lists
            .into_iter()
            .map(|one| format!("{}: {}", quoted(&one.key), written(&one.value, self.text)))
            .collect();
        let schemas: Vec<String> = schemas
            .into_iter()
            .map(|one| {
                format!(
                    "{}: {}",
                    quoted(&one.key),
                    self.schema(&one.value, Place::Inside, depth)
                )
            })
            .collect();
        [("dependentRequired", lists), ("dependentSchemas", schemas)]
            .into_iter()
            .filter(|(_, all)| !all.is_empty())
            .map(|(name, all)| format!("\"{name}\": {{ {} }}", all.join(", ")))
            .collect()
    }
}
