//! Reads `rotation` and `secret`: classes, presets and policies, each member with its place.

use jiff::Timestamp;

use super::{Class, Declared, Rotation, SecretWord};
use crate::rotation::policy::{ExpiryPolicy, Previous};
use crate::rotation::presets::{PRESETS, Preset};
use crate::rotation::time::{self, Moment};
use crate::rotation::{Duration, Rank};
use crate::schema::json::{Json, Node, quoted};
use crate::schema::{EnvironmentId, EnvironmentSpec, Errors, environments};
use crate::source::Span;
use crate::suggest;

/// Reads `rotation`: the policies by class, and the presets it names.
#[inline(never)]
pub(crate) fn read(node: &Node<'_>, environments: &[EnvironmentSpec], errors: &mut Errors) -> Rotation {
    let mut rotation = Rotation::default();
    let Some(object) = node.as_object() else {
        errors.wrong_kind(node, "rotation", "an object: classes of secrets to policies");
        return rotation;
    };
    for member in &object.members {
        if member.key == "presets" {
            for (node, name) in errors.strings(&member.value, "presets") {
                match Preset::find(name) {
                    Some(preset) if rotation.presets.iter().any(|other| other.name == name) => {
                        errors.push(node.span, format!("the preset {} is named twice", quoted(preset.name)));
                    }
                    Some(preset) => rotation.presets.push(preset),
                    None => {
                        let known = PRESETS.iter().map(|preset| preset.name);
                        let message = format!(
                            "there is no preset {}; the presets are {}",
                            quoted(name),
                            suggest::list(known.clone(), "and")
                        );
                        errors.unknown(node.span, &message, name, known);
                    }
                }
            }
        } else if !member.key.starts_with("x-") {
            let declared = Declared {
                span: member.key_span,
                ..read_policy(&member.value, &member.key, Inside::Class, environments, errors)
            };
            rotation.classes.push(Class {
                name: member.key.to_string(),
                declared,
            });
        }
    }
    rotation
}

/// Reads the value of `secret`: `true`, `false`, a class, or a policy.
pub(crate) fn read_secret(
    node: &Node<'_>,
    rotation: &Rotation,
    environments: &[EnvironmentSpec],
    errors: &mut Errors,
) -> SecretWord {
    let mut word = SecretWord {
        is_secret: true,
        ..SecretWord::default()
    };
    match &node.json {
        Json::Bool(is_secret) => word.is_secret = *is_secret,
        Json::String(class) => {
            word.class = Some(class.to_string());
            check_class(node, class, rotation, errors);
        }
        Json::Object(_) => {
            let declared = read_policy(node, "secret", Inside::Secret, environments, errors);
            word.class.clone_from(&declared.policy.class);
            if let (Some(class), Some(node)) = (&word.class, node.get("class")) {
                check_class(node, class, rotation, errors);
            }
            word.declared = Some(declared);
        }
        _ => errors.wrong_kind(node, "secret", "true, a class of \"rotation\", or a policy"),
    }
    word
}

fn check_class(node: &Node<'_>, class: &str, rotation: &Rotation, errors: &mut Errors) {
    if !rotation.class_names().any(|name| name == class) {
        let message = format!("\"rotation\" has no class {}", quoted(class));
        let otherwise = "declare the class in \"rotation\", or write true, without quotes, where no age is asked for";
        errors.undeclared(node.span, &message, class, &mut rotation.class_names(), otherwise);
    }
}

/// Where a policy is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Class,
    Secret,
    /// The `in` of one of them.
    In,
}

/// The members of a policy, besides `in`, and `class`, which only the policy of a key may have.
const MEMBERS: [&str; 13] = [
    "maxAge",
    "warnBefore",
    "grace",
    "changedSince",
    "expiry",
    "previous",
    "evidence",
    "owner",
    "runbook",
    "in",
    "title",
    "description",
    "$comment",
];

fn read_policy(
    node: &Node<'_>,
    name: &str,
    inside: Inside,
    environments: &[EnvironmentSpec],
    errors: &mut Errors,
) -> Declared {
    let mut declared = Declared {
        span: node.span,
        ..Declared::default()
    };
    let Some(object) = node.as_object() else {
        errors.wrong_kind(node, name, "a policy: an object with \"maxAge\", \"warnBefore\", …");
        return declared;
    };
    let Declared {
        policy, members, own, ..
    } = &mut declared;
    for member in &object.members {
        let value = &member.value;
        let mut at = |pointer| members.push((pointer, value.span));
        match &*member.key {
            "maxAge" => {
                at("/maxAge");
                policy.max_age = read_duration(value, "maxAge", errors);
            }
            "warnBefore" => {
                at("/warnBefore");
                policy.warn_before = Some(read_durations(value, errors));
            }
            "grace" => {
                at("/grace");
                policy.grace = read_duration(value, "grace", errors);
            }
            "changedSince" => {
                at("/changedSince");
                policy.changed_since = read_date(value, errors);
            }
            "expiry" => policy.expiry = read_expiry(value, members, errors),
            "previous" => policy.previous = read_previous(value, members, errors),
            "evidence" => policy.evidence = read_rank(value, errors),
            "owner" => policy.owner = errors.string(value, "owner").map(str::to_owned),
            "runbook" => policy.runbook = errors.string(value, "runbook").map(str::to_owned),
            "title" | "description" | "$comment" => drop(errors.string(value, &member.key)),
            "class" if inside == Inside::Secret => policy.class = errors.string(value, "class").map(str::to_owned),
            "in" if inside != Inside::In => read_in(value, environments, own, errors),
            other if other.starts_with("x-") => {}
            other => {
                let message = format!("{} is not a setting of a policy", quoted(other));
                let class = (inside == Inside::Secret).then_some("class");
                let otherwise = if value.as_object().is_some() {
                    "a class stands directly under \"rotation\": { \"database-password\": { \"maxAge\": \"P90D\" } }"
                } else {
                    "the age is \"maxAge\", a warning ahead \"warnBefore\", and a note of your own begins with \"x-\""
                };
                errors.undeclared(
                    member.key_span,
                    &message,
                    other,
                    &mut MEMBERS.into_iter().chain(class),
                    otherwise,
                );
            }
        }
    }
    declared
}

/// Reads the policies of particular environments.
fn read_in(
    node: &Node<'_>,
    environments: &[EnvironmentSpec],
    own: &mut Vec<(EnvironmentId, Declared)>,
    errors: &mut Errors,
) {
    let Some(branches) = node.as_object() else {
        errors.wrong_kind(node, "in", "an object: environments to policies");
        return;
    };
    for branch in &branches.members {
        if let Some(id) = environments::find_in(&branch.key, branch.key_span, environments, errors) {
            own.push((id, read_policy(&branch.value, "in", Inside::In, environments, errors)));
        }
    }
}

fn read_date(node: &Node<'_>, errors: &mut Errors) -> Option<Timestamp> {
    const HELP: &str = "write it as 2026-01-31 or 2026-01-31T12:00:00Z";
    let text = errors.string(node, "changedSince")?;
    match time::parse(text, false) {
        Ok(Moment::At(at)) => return Some(at),
        Ok(Moment::Never | Moment::Unset) => {
            errors.push_help(node.span, "\"changedSince\" is not the date of a change", HELP);
        }
        Err(error) => errors.push_help(node.span, &format!("\"changedSince\" {error}"), HELP),
    }
    None
}

fn read_rank(node: &Node<'_>, errors: &mut Errors) -> Option<Rank> {
    let name = errors.string(node, "evidence")?;
    let rank = Rank::parse(name);
    if rank.is_none() {
        let known = || Rank::ALL.into_iter().map(Rank::name);
        let list = suggest::list(known(), "and");
        let message = format!("{} is not an origin of evidence; the origins are {list}", quoted(name));
        errors.unknown(node.span, &message, name, known());
    }
    rank
}

fn read_expiry(node: &Node<'_>, members: &mut Vec<(&'static str, Span)>, errors: &mut Errors) -> Option<ExpiryPolicy> {
    let mut expiry = ExpiryPolicy::default();
    let Some(object) = node.as_object() else {
        errors.wrong_kind(
            node,
            "expiry",
            "an object with \"required\", \"maxLifetime\", \"minRemaining\"",
        );
        return None;
    };
    for member in &object.members {
        let value = &member.value;
        match &*member.key {
            "required" => {
                members.push(("/expiry/required", value.span));
                expiry.required = errors.flag(value, "required");
            }
            "maxLifetime" => {
                members.push(("/expiry/maxLifetime", value.span));
                expiry.max_lifetime = read_duration(value, "maxLifetime", errors);
            }
            "minRemaining" => {
                members.push(("/expiry/minRemaining", value.span));
                expiry.min_remaining = read_duration(value, "minRemaining", errors);
            }
            other => {
                let known = ["required", "maxLifetime", "minRemaining"];
                let message = format!("{} is not a setting of \"expiry\"", quoted(other));
                errors.unknown(member.key_span, &message, other, known);
            }
        }
    }
    Some(expiry)
}

fn read_previous(node: &Node<'_>, members: &mut Vec<(&'static str, Span)>, errors: &mut Errors) -> Option<Previous> {
    let Some(object) = node.as_object() else {
        errors.wrong_kind(node, "previous", "an object with \"key\" and \"overlap\"");
        return None;
    };
    let (mut key, mut overlap) = (None, None);
    for member in &object.members {
        let value = &member.value;
        match &*member.key {
            "key" => {
                members.push(("/previous/key", value.span));
                key = errors.string(value, "key").map(str::to_owned);
            }
            "overlap" => {
                members.push(("/previous/overlap", value.span));
                overlap = read_duration(value, "overlap", errors);
            }
            other => {
                let message = format!("{} is not a setting of \"previous\"", quoted(other));
                errors.unknown(member.key_span, &message, other, ["key", "overlap"]);
            }
        }
    }
    if object.get("key").is_none() {
        errors.push(node.span, "\"previous\" needs the \"key\" that holds the value before");
    }
    key.map(|key| Previous { key, overlap })
}

/// Visits the names of previous keys in a property's policies: its own, and those in its `in`.
pub(crate) fn predecessors(property: &Node<'_>, found: &mut dyn FnMut(&Node<'_>)) {
    for place in [property]
        .into_iter()
        .chain(property.members("in").iter().map(|branch| &branch.value))
    {
        if let Some(secret) = place.get("secret") {
            predecessor(secret, found);
        }
    }
}

/// Visits the names of previous keys in a policy and in its `in`.
pub(crate) fn predecessor(policy: &Node<'_>, found: &mut dyn FnMut(&Node<'_>)) {
    for place in [policy]
        .into_iter()
        .chain(policy.members("in").iter().map(|branch| &branch.value))
    {
        if let Some(key) = place.get("previous").and_then(|previous| previous.get("key")) {
            found(key);
        }
    }
}

/// Reads one or more durations.
fn read_durations(node: &Node<'_>, errors: &mut Errors) -> Vec<Duration> {
    let one = std::slice::from_ref(node);
    let items = node.as_array().unwrap_or(one);
    items
        .iter()
        .filter_map(|item| read_duration(item, "warnBefore", errors))
        .collect()
}

fn read_duration(node: &Node<'_>, keyword: &str, errors: &mut Errors) -> Option<Duration> {
    let text = errors.string(node, keyword)?;
    match Duration::parse(text) {
        Ok(duration) => Some(duration),
        Err(error) => {
            errors.push_help(node.span, &format!("{} {}", quoted(text), error.message), error.help);
            None
        }
    }
}
