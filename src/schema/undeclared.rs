//! Finds keys that a schema mentions but does not declare, where that can only be a typo, and groups that are
//! malformed.

use super::errors::{Errors, SchemaError};
use super::json::{Json, Node, quoted};
use super::{Schema, policy};
use crate::source::Span;

/// Checks all keywords that name keys.
pub(super) fn check(schema: &Schema, root: &Node<'_>, errors: &mut Errors) {
    let is_closed = matches!(
        root.get("additionalProperties").map(|node| &node.json),
        Some(Json::Bool(false))
    ) && root.get("patternProperties").is_none();
    if is_closed {
        for property in schema
            .properties
            .iter()
            .filter(|one| !one.pointer.starts_with("/properties/"))
        {
            let name = quoted(&property.name);
            errors.push_help(
                property.span,
                &format!("\"additionalProperties\" refuses {name}, which only \"allOf\" or \"$ref\" declares"),
                "write \"unevaluatedProperties\": false, which sees what they declare",
            );
        }
    }
    let expected = if is_closed { Names::Declared } else { Names::Any };
    let mut check = Check { schema, errors };
    for keyword in GROUPS {
        for group in root.items(keyword).iter().filter(|group| names(group) >= 2) {
            check.keys(group, Names::Declared, keyword);
        }
    }
    if let Some(keys) = root.get("required") {
        check.keys(keys, expected, "required");
    }
    check.branches(root, expected, 0);
    if let Some(key) = root.get("environmentKey") {
        check.key(key, Names::Declared, "environmentKey");
    }
    for member in root.members("properties") {
        if let Some(key) = member.value.get("replacedBy") {
            check.key(key, Names::Declared, "replacedBy");
        }
        policy::predecessors(&member.value, &mut |key| check.key(key, Names::Declared, "previous"));
    }
    for class in root.members("rotation") {
        policy::predecessor(&class.value, &mut |key| check.key(key, Names::Declared, "previous"));
    }
    for keyword in GROUPS {
        if let Some(node) = root.get(keyword) {
            check_groups(node, keyword, errors);
        }
    }
}

const GROUPS: [&str; 2] = ["together", "exclusive"];

/// How deep conditions are followed; real schemas nest them less.
const MAX_DEPTH: usize = 16;

/// Which keys a keyword can sensibly name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    /// Declared ones only.
    Declared,
    /// Others too, so that only a name that resembles a declared one is a typo.
    Any,
}

struct Check<'c> {
    schema: &'c Schema,
    errors: &'c mut Errors,
}

impl Check<'_> {
    fn keys(&mut self, node: &Node<'_>, expected: Names, keyword: &str) {
        for key in list(node) {
            self.key(key, expected, keyword);
        }
    }

    /// Checks names in conditions and alternatives: a condition on a misspelt key would silently never hold. A branch
    /// that is not a condition may declare keys of its own.
    fn branches(&mut self, node: &Node<'_>, expected: Names, depth: usize) {
        for keyword in ["if", "then", "else", "not"] {
            if let Some(branch) = node.get(keyword) {
                self.branch(branch, expected, keyword, depth + 1);
            }
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for branch in node.items(keyword) {
                self.branch(branch, expected, keyword, depth + 1);
            }
        }
        for member in node.members("dependentRequired") {
            self.name(&member.key, member.key_span, expected, "dependentRequired");
            self.keys(&member.value, expected, "dependentRequired");
        }
        for member in node.members("dependentSchemas") {
            self.name(&member.key, member.key_span, expected, "dependentSchemas");
            self.branch(&member.value, expected, "dependentSchemas", depth + 1);
        }
    }

    /// Checks a schema below a keyword that combines schemas.
    fn branch(&mut self, node: &Node<'_>, expected: Names, keyword: &str, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        if let Some(keys) = node.get("required") {
            self.keys(keys, expected, "required");
        }
        let is_condition = matches!(keyword, "if" | "not");
        if expected == Names::Declared || is_condition {
            for member in node.members("properties") {
                self.name(&member.key, member.key_span, expected, "properties");
            }
        }
        self.branches(node, expected, depth);
    }

    fn key(&mut self, node: &Node<'_>, expected: Names, keyword: &str) {
        self.name(node.as_str().unwrap_or_default(), node.span, expected, keyword);
    }

    fn name(&mut self, name: &str, span: Span, expected: Names, keyword: &str) {
        if self.schema.property(name.as_bytes()).is_some() {
            return;
        }
        let known = self.schema.properties.iter().map(|property| &*property.name);
        let near = self.errors.nearest(name, &mut known.filter(|known| known.len() >= 4));
        if expected == Names::Any && near.is_none() {
            return;
        }
        let help = near.map(|near| format!("did you mean {}?", quoted(near)));
        let message = if keyword == "properties" {
            format!(
                "this condition is about {}, which the schema does not declare",
                quoted(name)
            )
        } else {
            format!(
                "{} names {}, which \"properties\" does not declare",
                quoted(keyword),
                quoted(name)
            )
        };
        self.errors.add(SchemaError {
            help,
            ..SchemaError::new(span, message)
        });
    }
}

/// Reports malformed groups here, since the plan ignores them.
fn check_groups(node: &Node<'_>, keyword: &str, errors: &mut Errors) {
    let Some(groups) = node.as_array() else {
        errors.wrong_kind(node, keyword, "a list of groups, each a list of keys");
        return;
    };
    let is_group = |group: &Node<'_>| names(group) >= 2 && names(group) == list(group).len();
    for group in groups.iter().filter(|group| !is_group(group)) {
        let message = format!("a group of {} is a list of two or more keys", quoted(keyword));
        errors.push(group.span, message);
    }
}

fn list<'n, 's>(node: &'n Node<'s>) -> &'n [Node<'s>] {
    node.as_array().unwrap_or_default()
}

/// Returns how many items of a list are strings.
fn names(node: &Node<'_>) -> usize {
    list(node).iter().filter_map(Node::as_str).count()
}
