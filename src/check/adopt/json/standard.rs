//! JSON Schema itself: keywords of older drafts are rewritten as in 2020-12, and what has no counterpart in envgate
//! is reported.

use super::{flag, written};
use crate::check::adopt::target::distinct;
use crate::check::adopt::{Adopted, Draft, Kind, READS, Refused, is_format, quoted, word};
use crate::check::draft;
use crate::schema::json::{Member, Node};
use crate::schema::pattern::Pattern;
use crate::schema::{Keyword, LANGUAGE, Types, declares};
use crate::source::Span;

/// Converts a JSON Schema, of 2020-12 or an older draft; nearly all of it stays as it is.
pub(super) fn schema(text: &str, root: &Node<'_>, draft: Draft) -> Result<Adopted, Refused> {
    let mut writer = Writer {
        text,
        draft,
        of_secret: false,
    };
    // Generators put the schema itself among the definitions and refer to it.
    let named = root
        .get("$ref")
        .filter(|_| root.get("properties").is_none())
        .and_then(Node::as_str);
    let target = named.and_then(|named| {
        named
            .strip_prefix("#/")?
            .split('/')
            .try_fold(root, |node, name| node.get(name))
    });
    let own = target.unwrap_or(root);
    if !declares_keys(own) {
        return Err(Refused {
            span: None,
            message: "it declares no key".to_owned(),
            help: READS.to_owned(),
        });
    }
    let mut body = writer.object(own, Place::Root, 1);
    if let (Some(target), Some(named)) = (target, named) {
        body.extend(writer.members_beside_target(root, target, text.matches(named).count() > 1));
    }
    let mut written = format!("{{\n  \"$schema\": \"{LANGUAGE}\"");
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
    let Writer { draft, .. } = writer;
    let shift = draft.shift;
    draft.adopted(Kind::JsonSchema, written, |path| {
        let span = place(own, path).or_else(|| place(root, path))?;
        Some(Span::new(span.start as usize + shift, span.end as usize + shift))
    })
}

/// Whether a schema says anything about keys.
fn declares_keys(node: &Node<'_>) -> bool {
    const APPLICATORS: [&str; 6] = ["$ref", "allOf", "anyOf", "oneOf", "if", "patternProperties"];
    !node.members("properties").is_empty() || APPLICATORS.iter().any(|name| node.get(name).is_some())
}

/// Finds in the original schema what the converted one has at a path: the innermost member that exists under its current or older name.
fn place(root: &Node<'_>, path: &[String]) -> Option<Span> {
    let (mut node, mut found) = (root, None);
    for step in path {
        let older = match step.as_str() {
            "$defs" => "definitions",
            "prefixItems" => "items",
            "items" => "additionalItems",
            "dependentRequired" | "dependentSchemas" => "dependencies",
            other => other,
        };
        let object = node.as_object();
        if let Some(member) = object.and_then(|object| object.get(step).or_else(|| object.get(older))) {
            found = Some(member.key_span);
            node = &member.value;
        } else if let Some(item) = step.parse::<usize>().ok().and_then(|at| node.as_array()?.get(at)) {
            node = item;
        } else {
            break;
        }
    }
    found
}

/// Whether a schema says that its value is a secret.
fn is_declared_secret(object: &[Member<'_>]) -> bool {
    object.iter().any(|one| {
        one.key == "writeOnly" && flag(&one.value) == Some(true)
            || one.key == "format" && one.value.as_str() == Some("password")
    })
}

/// Whether a schema, or one in it, contains the value of a secret.
fn tells(node: &Node<'_>, of_secret: bool) -> bool {
    if let Some(items) = node.as_array() {
        return items.iter().any(|item| tells(item, of_secret));
    }
    let object = node.own_members();
    let of_secret = of_secret || is_declared_secret(object);
    object.iter().any(|member| match &*member.key {
        "const" | "enum" => of_secret,
        "default" | "examples" => false,
        name => tells(&member.value, of_secret || draft::is_secret_by_name(name)),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    /// The schema of a key.
    Property,
    /// Any other schema.
    Inside,
}

struct Writer<'t> {
    text: &'t str,
    /// Collects what is lost.
    draft: Draft,
    /// Whether the schema that is being converted is about a secret: what it says of its value is left out.
    of_secret: bool,
}

impl Writer<'_> {
    /// Returns the members next to the root's `$ref` to the schema itself. Definitions are kept, except for the target, unless others refer
    /// to it.
    fn members_beside_target(&mut self, root: &Node<'_>, target: &Node<'_>, is_named_again: bool) -> Vec<String> {
        let mut members = Vec::new();
        for member in root.own_members() {
            match &*member.key {
                "$ref" | "$schema" | "$id" | "id" | "$comment" | "title" | "description" => {}
                "$defs" | "definitions" => {
                    let is_other = |one: &&Member<'_>| is_named_again || one.value.span != target.span;
                    let others: Vec<&Member<'_>> = member.value.own_members().iter().filter(is_other).collect();
                    if !others.is_empty() {
                        members.push(format!("\"$defs\": {}", self.members(&others, Place::Inside, 1)));
                    }
                }
                name => {
                    let message = format!("{} beside \"$ref\" is left out", word(name));
                    self.draft.lose(member.key_span, message);
                }
            }
        }
        members
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

    /// Writes a mapping of names to schemas.
    fn map(&mut self, node: &Node<'_>, place: Place, depth: usize) -> String {
        match node.as_object() {
            Some(object) => self.members(&object.members.iter().collect::<Vec<_>>(), place, depth),
            None => written(node, self.text),
        }
    }

    fn members(&mut self, members: &[&Member<'_>], place: Place, depth: usize) -> String {
        let pad = "  ".repeat(depth + 1);
        let members: Vec<String> = members
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

    /// Returns the members of a schema, converted.
    fn object(&mut self, node: &Node<'_>, place: Place, depth: usize) -> Vec<String> {
        let object = node.own_members();
        let by_name = place != Place::Root && draft::is_secret_by_name(&self.name_of(node));
        let is_secret = is_declared_secret(object);
        let outer = self.of_secret;
        self.of_secret |= is_secret || by_name;
        let types = node.get("type").map_or(Types::NONE, declares);
        let mut members = Vec::new();
        for member in object {
            if !self.rename(member, depth, &mut members)
                && !self.refuse(member, place)
                && !self.has_no_effect(node, member, types)
                && let Some(json) = self.value(node, member, place, depth)
            {
                members.push(format!("{}: {json}", quoted(&member.key)));
            }
        }
        self.of_secret = outer;
        if place == Place::Property && (is_secret || by_name) {
            members.push("\"secret\": true".to_owned());
            if !is_secret && !object.iter().any(|member| member.key == "$comment") {
                members.insert(0, "\"$comment\": \"secret by its name\"".to_owned());
            }
        }
        members
    }

    /// Converts a member that 2020-12 has renamed; returns whether this is one.
    fn rename(&mut self, member: &Member<'_>, depth: usize, members: &mut Vec<String>) -> bool {
        let value = &member.value;
        match &*member.key {
            "definitions" => members.push(format!("\"$defs\": {}", self.map(value, Place::Inside, depth))),
            "dependencies" => members.extend(self.dependencies(value, depth)),
            "items" if value.as_array().is_some() => {
                members.push(format!("\"prefixItems\": {}", self.list(value, depth)));
            }
            "additionalItems" => members.push(format!("\"items\": {}", self.schema(value, Place::Inside, depth))),
            _ => return false,
        }
        true
    }

    /// Whether a member is left out because of its name; reports it unless nothing is lost.
    fn refuse(&mut self, member: &Member<'_>, place: Place) -> bool {
        let name = word(&member.key);
        let message = match &*member.key {
            "$schema" | "$id" | "id" if place == Place::Root => return true,
            "exclusiveMinimum" | "exclusiveMaximum" if flag(&member.value).is_some() => {
                format!("{name} is a number since draft 6: it is left out")
            }
            "default" | "examples" | "const" | "enum" if self.of_secret => format!("{name} of a secret is left out"),
            // Without the value in it, it would ask for something else.
            "not" | "if" | "oneOf" if tells(&member.value, self.of_secret) => {
                format!("{name} contains the value of a secret: it is left out")
            }
            // In a plain JSON Schema, this name means something else.
            "secret" | "environments" | "rules" | "rotation" | "phases" | "in" | "dialects" | "requiredIn"
            | "allowedIn" | "owner" | "runbook" => {
                format!("{name} is a word of envgate, not of JSON Schema: it is left out")
            }
            known if Keyword::find(known).is_some() => return false,
            _ => format!("{name} is not a keyword of JSON Schema 2020-12: it is left out"),
        };
        self.draft.lose(member.key_span, message);
        true
    }

    /// Whether a member has no effect: it doesn't apply to the declared types, or needs another member that is missing.
    fn has_no_effect(&mut self, node: &Node<'_>, member: &Member<'_>, types: Types) -> bool {
        let partners: &[&str] = match &*member.key {
            "if" => &["then", "else"],
            "then" | "else" => &["if"],
            "minContains" | "maxContains" => &["contains"],
            _ => &[],
        };
        let is_left_out = |partner: &&str| {
            let value = node.get(partner);
            value.is_none_or(|value| *partner == "if" && tells(value, self.of_secret))
        };
        if !partners.is_empty() && partners.iter().all(is_left_out) {
            let partners: Vec<String> = partners.iter().map(|partner| quoted(partner)).collect();
            let message = format!(
                "{} has no effect without {}: it is left out",
                word(&member.key),
                partners.join(" or ")
            );
            self.draft.lose(member.key_span, message);
            return true;
        }
        let concerns = Keyword::find(&member.key).map_or(Types::NONE, Keyword::concerns);
        let is_idle = !types.is_empty() && !concerns.is_empty() && !types.meets(concerns);
        if is_idle {
            let message = format!("{} has no effect on this type: it is left out", word(&member.key));
            self.draft.lose(member.key_span, message);
        }
        is_idle
    }

    /// Converts the value of a member; `None` if it can't be kept, which is reported if it is a loss.
    fn value(&mut self, node: &Node<'_>, member: &Member<'_>, place: Place, depth: usize) -> Option<String> {
        let value = &member.value;
        let as_it_is = || written(value, self.text);
        let json = match &*member.key {
            "$ref" => self.reference(value)?,
            "enum" | "required" => self.each_once(value),
            "format" => self.format(value)?,
            "pattern" => {
                if let Some(Err(error)) = value.as_str().map(Pattern::check) {
                    self.draft
                        .lose(value.span, format!("the pattern is not carried over: {error}"));
                    return None;
                }
                as_it_is()
            }
            "default" | "examples" => {
                if self.may_be_secret(node, value) {
                    let message = format!("{} may be a secret: it is left out", word(&member.key));
                    self.draft.lose(member.key_span, message);
                    return None;
                }
                as_it_is()
            }
            "properties" if place == Place::Root => self.map(value, Place::Property, depth),
            "properties" | "$defs" | "patternProperties" | "dependentSchemas" => self.map(value, Place::Inside, depth),
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
            _ => as_it_is(),
        };
        Some(json)
    }

    fn reference(&mut self, value: &Node<'_>) -> Option<String> {
        match value.as_str() {
            Some(target) if target.starts_with('#') => Some(quoted(&target.replace("#/definitions/", "#/$defs/"))),
            _ => {
                let message = "\"$ref\" to another file is not followed: carry over by hand what it declares";
                self.draft.lose(value.span, message);
                None
            }
        }
    }

    /// Returns a list without duplicates, which some validators accept but envgate reports as errors.
    fn each_once(&self, value: &Node<'_>) -> String {
        let items = value.as_array().unwrap_or_default();
        let items: Vec<String> = items.iter().map(|item| written(item, self.text)).collect();
        let each = distinct(items.iter().cloned());
        if each.len() == items.len() {
            written(value, self.text)
        } else {
            format!("[{}]", each.join(", "))
        }
    }

    fn format(&mut self, value: &Node<'_>) -> Option<String> {
        match value.as_str() {
            Some("password") => None,
            Some("url") => {
                let message = "the format \"url\" is of ajv-formats: \"uri\" stands for it, which takes every scheme";
                self.draft.lose(value.span, message);
                Some(quoted("uri"))
            }
            Some(name) if is_format(name) => Some(quoted(name)),
            other => {
                let shown = other.map_or_else(|| "this".to_owned(), word);
                let message = format!("{shown} is not a format that envgate has");
                self.draft.lose(value.span, message);
                None
            }
        }
    }

    /// Whether a default or example, or any item of a list of them, may be a secret.
    fn may_be_secret(&self, node: &Node<'_>, value: &Node<'_>) -> bool {
        let key = self.name_of(node);
        let said = match value.as_array() {
            Some(items) => items.iter().filter_map(Node::as_str).collect(),
            None => vec![value.as_str().unwrap_or_default()],
        };
        said.iter().any(|text| draft::is_secret_value(&key, text))
    }

    /// Returns the name of the key that a schema belongs to: the string in front of it.
    fn name_of(&self, node: &Node<'_>) -> String {
        let before = self.text[..node.span.start as usize]
            .trim_end()
            .trim_end_matches(':')
            .trim_end();
        let inner = before.strip_suffix('"').unwrap_or(before);
        inner.rsplit('"').next().unwrap_or_default().to_owned()
    }

    /// Converts `dependencies` of drafts up to 7: lists of keys, and schemas.
    fn dependencies(&mut self, node: &Node<'_>, depth: usize) -> Vec<String> {
        let members = node.own_members();
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
