//! The three kinds of exceptions: a [`suppression`] is a comment in the file that it applies to, a [`waiver`] names an owner and an end
//! date, and the [`baseline`] holds what was there when a team began. They are read here; [`triage`](super::triage) applies them.
//!
//! No exception can make a gate pass that has not checked: that is a failure of the job, not a diagnostic. Nor can an exception hide
//! findings about exceptions. Findings that grow worse with time, or that suggest tampering with the record of rotations, can only be
//! waived: a waiver ends and somebody is responsible for it, while a comment or a baseline would hide an overdue secret for good.

pub mod baseline;
pub(crate) mod suppression;
pub mod waiver;

pub use baseline::Baseline;
pub use waiver::Waivers;

use super::rule::Check;
use super::rules::{
    changed_without_record, edited_record, expired_waiver, expires_soon, not_utf8, previous_key_overlap,
    secret_due_soon, secret_expired, secret_overdue, stale_baseline, unknown_suppression, unused_suppression,
    unused_waiver,
};
use crate::diagnostic::RuleCode;
use crate::schema::json::{Json, Member, Node, quoted};
use crate::schema::{EnvironmentId, Schema, SchemaError, documents::text_of, errors::Errors, json};
use crate::source::Source;

/// The waivers and the baseline of a project. Empty by default.
#[derive(Debug, Clone, Default)]
pub struct Quiet {
    /// `env.waivers.json`
    pub waivers: Waivers,
    /// `env.baseline.json`
    pub baseline: Baseline,
}

impl Quiet {
    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.waivers.all.is_empty() && self.baseline.all.is_empty()
    }
}

/// Whether nothing can hide the findings of a rule: those about exceptions, and that a file is not UTF-8.
#[must_use]
pub fn is_never_hidden(code: RuleCode) -> bool {
    [
        expired_waiver::RULE.code,
        not_utf8::RULE.code,
        stale_baseline::RULE.code,
        unknown_suppression::RULE.code,
        unused_suppression::RULE.code,
        unused_waiver::RULE.code,
    ]
    .contains(&code)
}

/// Whether only a waiver can hide the findings of a rule, because a waiver ends.
#[must_use]
pub fn is_only_waived(code: RuleCode) -> bool {
    [
        changed_without_record::RULE.code,
        edited_record::RULE.code,
        expires_soon::RULE.code,
        previous_key_overlap::RULE.code,
        secret_due_soon::RULE.code,
        secret_expired::RULE.code,
        secret_overdue::RULE.code,
    ]
    .contains(&code)
}

/// Whether a rule reports what a search finds, in files that belong to no environment.
fn is_of_search(code: RuleCode) -> bool {
    super::rules::find(code.0).is_some_and(|rule| matches!(rule.check, Check::Search))
}

/// Reads `{ "version": 1, LIST: [ { … }, … ] }`, converting each item with `read`.
fn entries<T>(
    source: &Source,
    list: &str,
    members: &[&str],
    read: &mut dyn FnMut(&Node<'_>, &mut Errors) -> Option<T>,
) -> Result<Vec<T>, Vec<SchemaError>> {
    let mut errors = Errors::default();
    let mut found = Vec::new();
    match parse(source) {
        Err(mistakes) => return Err(mistakes),
        Ok(root) => {
            known_members(&root, &["$schema", "version", list], &mut errors);
            match root.get("version").map(|node| (&node.json, node.span)) {
                Some((Json::Number(number), _)) if number.as_count() == Some(1) => {}
                Some((_, span)) => errors.push(span, "this version of the format is not known; write 1"),
                None => errors.push(root.span, format!("{} is missing: `\"version\": 1`", quoted("version"))),
            }
            match root.get(list).map(|node| (node, node.as_array())) {
                Some((_, Some(items))) => {
                    for item in items {
                        if known_members(item, members, &mut errors) {
                            found.extend(read(item, &mut errors));
                        }
                    }
                }
                Some((node, None)) => errors.wrong_kind(node, list, "a list"),
                None => errors.push(root.span, format!("{} is missing", quoted(list))),
            }
        }
    }
    if errors.is_empty() {
        Ok(found)
    } else {
        Err(errors.finish())
    }
}

fn parse(source: &Source) -> Result<Node<'_>, Vec<SchemaError>> {
    let text = text_of(source).map_err(|mistake| vec![mistake])?;
    let mut mistakes = Vec::new();
    let root = json::parse(text, &mut mistakes).map_err(|mistake| vec![mistake])?;
    if mistakes.is_empty() { Ok(root) } else { Err(mistakes) }
}

/// Whether this is an object; unknown members are reported.
fn known_members(node: &Node<'_>, known: &[&str], errors: &mut Errors) -> bool {
    let Some(object) = node.as_object() else {
        errors.push(node.span, format!("an object is expected here, not {}", node.kind()));
        return false;
    };
    for Member { key, key_span, .. } in &object.members {
        if !known.contains(&&**key) {
            errors.unknown(
                *key_span,
                &format!("there is no member {}", quoted(key)),
                key,
                known.iter().copied(),
            );
        }
    }
    true
}

/// Returns the text of a required member, which must not be blank.
fn text<'n>(item: &'n Node<'_>, name: &str, errors: &mut Errors) -> Option<&'n str> {
    let Some(node) = item.get(name) else {
        errors.push(item.span, format!("{} is missing", quoted(name)));
        return None;
    };
    let text = errors.string(node, name)?;
    if text.trim().is_empty() {
        errors.push(node.span, format!("{} is empty", quoted(name)));
        return None;
    }
    Some(text)
}

/// Returns the environment of an exception. The inner `None` means that none is named and the rule needs none.
fn environment(
    item: &Node<'_>,
    code: Option<RuleCode>,
    schema: &Schema,
    errors: &mut Errors,
) -> Option<Option<EnvironmentId>> {
    if item.get("environment").is_none() && code.is_some_and(is_of_search) {
        return Some(None);
    }
    let name = text(item, "environment", errors)?;
    let found = schema.find_environment(name);
    if found.is_none() {
        let message = format!("the schema has no environment {}", quoted(name));
        let names = schema.environments().iter().map(|spec| spec.name.as_str());
        errors.unknown(item.get("environment")?.span, &message, name, names);
    }
    found.map(Some)
}

/// Returns the rule that an exception names, if it may be hidden.
fn rule(item: &Node<'_>, errors: &mut Errors) -> Option<RuleCode> {
    let code = text(item, "rule", errors)?;
    let span = item.get("rule")?.span;
    match super::rules::find(code) {
        Some(rule) if is_never_hidden(rule.code) => {
            errors.push(span, format!("{} can't be hidden", quoted(code)));
            None
        }
        Some(rule) => Some(rule.code),
        None => {
            errors.unknown(
                span,
                &format!("there is no rule {}", quoted(code)),
                code,
                super::rules::codes(),
            );
            None
        }
    }
}
