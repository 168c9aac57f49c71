//! The keywords at the root that define the environments, the loaders of their files, and the severity of each rule.

use std::sync::atomic::AtomicU8;

use super::json::{Json, Member, Node, quoted};
use super::{EnvironmentId, EnvironmentSpec, Errors};
use crate::diagnostic::Severity;
use crate::parse::Dialect;
use crate::parse::dialect::{self, DIALECTS};
use crate::parse::tools;
use crate::source::Span;
use crate::suggest;

/// The maximum number of environments in a schema.
pub const MAX_ENVIRONMENTS: usize = 256;

/// Severities by rule code; `None` for `off`.
pub(crate) type Rules = Vec<(Box<str>, Option<Severity>)>;

/// Reads `environments`, with the rules of each.
pub(crate) fn read(root: &Node<'_>, codes: &[&str], errors: &mut Errors) -> (Vec<EnvironmentSpec>, Vec<Rules>) {
    let shared = root
        .get("dialects")
        .map(|node| dialects(node, errors))
        .unwrap_or_default();
    let shared = if shared.is_empty() {
        vec![dialect::DEFAULT]
    } else {
        shared
    };
    let Some(node) = root.get("environments") else {
        return (vec![unnamed(shared)], vec![Rules::new()]);
    };
    let Some(object) = node.as_object() else {
        errors.wrong_kind(
            node,
            "environments",
            "an object, the environments in promotion order, such as { \"production\": { \"files\": [\".env.production\"] } }",
        );
        return (vec![unnamed(shared)], vec![Rules::new()]);
    };
    if object.members.is_empty() || object.members.len() > MAX_ENVIRONMENTS {
        errors.push(
            node.span,
            format!("\"environments\" names between 1 and {MAX_ENVIRONMENTS} environments"),
        );
        return (vec![unnamed(shared)], vec![Rules::new()]);
    }
    let mut specs: Vec<EnvironmentSpec> = Vec::with_capacity(object.members.len());
    let mut rules = Vec::with_capacity(object.members.len());
    let mut parents = Vec::with_capacity(object.members.len());
    for member in &object.members {
        let mut settings = Settings {
            spec: EnvironmentSpec {
                name: member.key.to_string(),
                span: member.key_span,
                dialects: shared.clone(),
                ..unnamed(Vec::new())
            },
            rules: Rules::new(),
            parent: None,
        };
        settings.spec.files.clear();
        settings.read(member, codes, errors);
        specs.push(settings.spec);
        rules.push(settings.rules);
        parents.push(settings.parent);
    }
    clashes(object, &specs, errors);
    extend(&mut specs, &parents, errors);
    (specs, rules)
}

/// The declaration of one environment.
struct Settings<'n> {
    spec: EnvironmentSpec,
    rules: Rules,
    /// The environment it extends, and where that is declared.
    parent: Option<(&'n str, &'n Node<'n>)>,
}

impl<'n> Settings<'n> {
    fn read(&mut self, member: &'n Member<'n>, codes: &[&str], errors: &mut Errors) {
        if member.key.is_empty() {
            errors.push(member.key_span, "an environment needs a name");
        }
        let Some(settings) = member.value.as_object() else {
            errors.wrong_kind(&member.value, &member.key, "an object with \"files\", \"aliases\", …");
            return;
        };
        let names = |node, keyword, errors: &mut Errors| -> Vec<String> {
            let names = errors.strings(node, keyword).into_iter();
            names.map(|(_, name)| name.to_owned()).collect()
        };
        let spec = &mut self.spec;
        for Member { key, key_span, value } in &settings.members {
            match &**key {
                "aliases" => spec.aliases = names(value, "aliases", errors),
                "files" => spec.files = names(value, "files", errors),
                "title" => spec.title = errors.string(value, "title").map(str::to_owned),
                "description" | "$comment" => drop(errors.string(value, key)),
                "extends" => self.parent = errors.string(value, "extends").map(|name| (name, value)),
                "dialects" => spec.dialects = dialects(value, errors),
                "rules" => self.rules = read_rules(value, codes, errors),
                other if other.starts_with("x-") => {}
                other => {
                    let message = format!("{} is not a setting of an environment", quoted(other));
                    errors.unknown(*key_span, &message, other, SETTINGS);
                }
            }
        }
    }
}

/// The members that an environment may have.
const SETTINGS: [&str; 8] = [
    "aliases",
    "files",
    "title",
    "description",
    "extends",
    "dialects",
    "rules",
    "$comment",
];

/// Reads `rules`.
pub(crate) fn read_rules(node: &Node<'_>, codes: &[&str], errors: &mut Errors) -> Rules {
    let mut rules = Rules::new();
    let Some(object) = node.as_object() else {
        errors.wrong_kind(
            node,
            "rules",
            "an object: rule codes to \"off\", \"hint\", \"info\", \"warning\" or \"error\"",
        );
        return rules;
    };
    for member in &object.members {
        if !codes.contains(&&*member.key) {
            errors.unknown(
                member.key_span,
                &format!("there is no rule {}", quoted(&member.key)),
                &member.key,
                codes.iter().copied(),
            );
        }
        let severity = match member.value.as_str() {
            Some("off") => None,
            Some("hint") => Some(Severity::Hint),
            Some("info") => Some(Severity::Info),
            Some("warning") => Some(Severity::Warning),
            Some("error") => Some(Severity::Error),
            Some(other) => {
                let message = format!(
                    "{} is not a severity: \"off\", \"hint\", \"info\", \"warning\" or \"error\"",
                    quoted(other)
                );
                errors.unknown(
                    member.value.span,
                    &message,
                    other,
                    ["off", "hint", "info", "warning", "error"],
                );
                continue;
            }
            None => {
                errors.wrong_kind(
                    &member.value,
                    &member.key,
                    "\"off\", \"hint\", \"info\", \"warning\" or \"error\"",
                );
                continue;
            }
        };
        rules.push((member.key.as_ref().into(), severity));
    }
    rules
}

/// Returns the environment with that name or alias.
pub(crate) fn find(specs: &[EnvironmentSpec], name: &str) -> Option<EnvironmentId> {
    let index = specs.iter().position(|spec| spec.name == name).or_else(|| {
        specs
            .iter()
            .position(|spec| spec.aliases.iter().any(|alias| alias == name))
    })?;
    u16::try_from(index).ok().map(EnvironmentId)
}

/// Returns the environment that a member of `in` names. An unknown name is a mistake.
pub(crate) fn find_in(name: &str, span: Span, specs: &[EnvironmentSpec], errors: &mut Errors) -> Option<EnvironmentId> {
    let found = find(specs, name);
    if found.is_none() {
        unknown(span, name, specs, errors);
    }
    found
}

/// Reads a list of environments, such as that of `requiredIn`.
pub(crate) fn read_names(
    node: &Node<'_>,
    keyword: &str,
    specs: &[EnvironmentSpec],
    errors: &mut Errors,
) -> Vec<EnvironmentId> {
    let mut found = Vec::new();
    for (node, name) in errors.strings(node, keyword) {
        match find(specs, name) {
            Some(id) if found.contains(&id) => errors.push(node.span, format!("{} is named twice", quoted(name))),
            Some(id) => found.push(id),
            None => unknown_environment(node, name, specs, errors),
        }
    }
    found
}

/// Reports the name of an unknown environment.
pub(crate) fn unknown_environment(node: &Node<'_>, name: &str, specs: &[EnvironmentSpec], errors: &mut Errors) {
    unknown(node.span, name, specs, errors);
}

fn unknown(span: Span, name: &str, specs: &[EnvironmentSpec], errors: &mut Errors) {
    let message = format!("there is no environment {}", quoted(name));
    let otherwise = short_for(name, specs).map_or_else(
        || String::from("declare it in \"environments\""),
        |known| format!("did you mean {}?", quoted(known)),
    );
    errors.undeclared(span, &message, name, &mut known(specs), &otherwise);
}

/// Returns the environment that an unknown name probably means: a typo, or a common short form.
pub(super) fn meant<'s>(name: &str, specs: &'s [EnvironmentSpec]) -> Option<&'s str> {
    suggest::nearest_of(name, &mut known(specs)).or_else(|| short_for(name, specs))
}

/// Handles `prod` for `production`, which is not a typo.
fn short_for<'s>(name: &str, specs: &'s [EnvironmentSpec]) -> Option<&'s str> {
    known(specs).find(|known| is_short_for(name, known))
}

/// Returns whether one of two words is the beginning of the other, or nearly so: `stage` and `staging`.
fn is_short_for(one: &str, other: &str) -> bool {
    let shared = one
        .bytes()
        .zip(other.bytes())
        .take_while(|(a, b)| a.eq_ignore_ascii_case(b))
        .count();
    shared >= 3 && shared + 1 >= one.len().min(other.len())
}

/// Returns all names and aliases.
pub(crate) fn known(specs: &[EnvironmentSpec]) -> impl Iterator<Item = &str> {
    specs
        .iter()
        .flat_map(|spec| std::iter::once(&*spec.name).chain(spec.aliases.iter().map(String::as_str)))
}

/// The environment of a schema without `environments`.
fn unnamed(dialects: Vec<&'static Dialect>) -> EnvironmentSpec {
    EnvironmentSpec {
        name: String::from("default"),
        aliases: Vec::new(),
        title: None,
        files: vec![String::from(".env")],
        dialects,
        span: crate::source::Span::default(),
        noted: AtomicU8::default(),
    }
}

fn dialects(node: &Node<'_>, errors: &mut Errors) -> Vec<&'static Dialect> {
    let mut found: Vec<&'static Dialect> = Vec::new();
    for (node, name) in errors.strings(node, "dialects") {
        match Dialect::find(name) {
            Some(dialect) if found.iter().any(|known| known.name == dialect.name) => {
                errors.push(node.span, format!("{} is named twice", quoted(name)));
            }
            Some(dialect) => found.push(dialect),
            None => {
                let known = || DIALECTS.iter().map(|dialect| dialect.name);
                let what = format!("there is no dialect {}", quoted(name));
                match tools::hint(name) {
                    Some(hint) => errors.push(node.span, format!("{what}: {hint}")),
                    None => {
                        let message = format!("{what}; the dialects are {}", suggest::list(known(), "and"));
                        errors.unknown(node.span, &message, name, known());
                    }
                }
            }
        }
    }
    if node.as_array().is_some_and(<[_]>::is_empty) {
        errors.push(node.span, "\"dialects\" needs at least one loader");
    }
    found
}

/// Reports names that two environments share.
fn clashes(object: &super::json::Object<'_>, specs: &[EnvironmentSpec], errors: &mut Errors) {
    for (index, member) in object.members.iter().enumerate() {
        let Some(Json::Array(aliases)) = member.value.get("aliases").map(|node| &node.json) else {
            continue;
        };
        for (at, alias) in aliases.iter().enumerate() {
            let Some(name) = alias.as_str() else { continue };
            let earlier = aliases[..at].iter().any(|other| other.as_str() == Some(name));
            let named = specs.iter().any(|spec| spec.name == name);
            let before = specs[..index]
                .iter()
                .any(|spec| spec.aliases.iter().any(|other| other == name));
            if earlier || named || before {
                errors.push(
                    alias.span,
                    format!("the alias {} already names an environment", quoted(name)),
                );
            }
        }
    }
}

/// Prepends the files of extended environments to an environment's own.
fn extend(specs: &mut [EnvironmentSpec], parents: &[Option<(&str, &Node<'_>)>], errors: &mut Errors) {
    let ids: Vec<Option<usize>> = parents
        .iter()
        .map(|parent| {
            let (name, node) = (*parent)?;
            let found = find(specs, name);
            if found.is_none() {
                unknown_environment(node, name, specs, errors);
            }
            found.map(|id| usize::from(id.0))
        })
        .collect();
    let own: Vec<Vec<String>> = specs.iter().map(|spec| spec.files.clone()).collect();
    for start in 0..specs.len() {
        let mut files = own[start].clone();
        let mut at = start;
        let mut steps = 0;
        while let Some(parent) = ids[at] {
            steps += 1;
            if parent == start || steps > specs.len() {
                if let Some((name, node)) = parents[start].filter(|_| parent == start) {
                    errors.push(
                        node.span,
                        format!(
                            "{} extends {}, which leads back to it",
                            quoted(&specs[start].name),
                            quoted(name)
                        ),
                    );
                }
                break;
            }
            let mut below = own[parent].clone();
            below.retain(|file| !files.contains(file));
            below.append(&mut files);
            files = below;
            at = parent;
        }
        specs[start].files = files;
    }
}
