//! `rotation`, and the policies in `secret`: what is asked of the age of each declared secret, by environment. Judging it is for `check/`.
//!
//! A policy may stand in five places, and what stands nearer wins, member by member: `in` of the key, the key, `in` of its class, the class, the presets.
//! Here they are laid over each other; what can't be meant is a mistake at the member that can't be ([`Policy::contradictions`]), and what asks less than a
//! preset is noted ([`Remark`]), for a rule to tell.

use jiff::Timestamp;

use super::environments;
use super::json::{Json, Node, quoted};
use super::{EnvironmentId, EnvironmentSpec, Errors, SchemaError};
use crate::rotation::policy::{ExpiryPolicy, Previous};
use crate::rotation::presets::{self, PRESETS, Preset};
use crate::rotation::time::{self, Moment};
use crate::rotation::{Duration, Policy, Rank};
use crate::source::Span;
use crate::suggest;

/// What `rotation` declares.
#[derive(Debug, Default)]
pub(crate) struct Rotation {
    classes: Vec<Class>,
    presets: Vec<&'static Preset>,
}

#[derive(Debug)]
struct Class {
    name: String,
    declared: Declared,
}

/// A policy as it stands in one place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Declared {
    policy: Policy,
    span: Span,
    /// Which of the schema's files; a definition may stand beside it.
    file: u16,
    /// The places of its members, by their JSON Pointers below it.
    members: Vec<(&'static str, Span)>,
    /// What its own `in` lays over it.
    own: Vec<(EnvironmentId, Declared)>,
}

impl Declared {
    /// Says in which file it stands.
    pub(crate) fn stand_in(&mut self, file: u16) {
        self.file = file;
        self.own.iter_mut().for_each(|(_, own)| own.file = file);
    }
}

/// What one `secret` says.
#[derive(Debug, Clone, Default)]
pub(crate) struct SecretWord {
    /// Not `false`.
    pub is_secret: bool,
    pub class: Option<String>,
    pub declared: Option<Declared>,
}

/// What is asked of the age of a secret in one environment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SecretPolicy {
    /// All layers of it.
    pub policy: Policy,
    /// Where the nearest of them stands in the schema; empty where only presets ask.
    pub span: Span,
}

/// A policy that asks less than a preset that it stands on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    /// Where it holds.
    pub environment: EnvironmentId,
    /// For which key.
    pub key: String,
    /// The member, or the policy, or the key.
    pub span: Span,
    /// In one sentence, with the source.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Rotation {
    /// Whether it declares anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.classes.is_empty() && self.presets.is_empty()
    }

    /// The classes that `secret` may name.
    pub(crate) fn class_names(&self) -> impl Iterator<Item = &str> {
        let brought = self
            .presets
            .iter()
            .flat_map(|preset| preset.class_names())
            .map(|name| -> &str { name });
        self.classes.iter().map(|class| class.name.as_str()).chain(brought)
    }

    fn class(&self, name: &str) -> Option<&Declared> {
        self.classes
            .iter()
            .find(|class| class.name == name)
            .map(|class| &class.declared)
    }

    /// What is asked of a secret in each environment: empty where nothing is asked in any.
    pub(crate) fn of(&self, key: &Key<'_>, errors: &mut Errors, remarks: &mut Vec<Remark>) -> Vec<SecretPolicy> {
        let asks = |word: &SecretWord| word.class.is_some() || word.declared.is_some();
        if self.presets.is_empty() && !asks(key.word) && !key.own.iter().any(|(_, word)| asks(word)) {
            return Vec::new();
        }
        key.environments
            .iter()
            .map(|&id| self.here(key, id, errors, remarks))
            .collect()
    }

    fn here(&self, key: &Key<'_>, id: EnvironmentId, errors: &mut Errors, remarks: &mut Vec<Remark>) -> SecretPolicy {
        let nearer = key.own.iter().find(|(other, _)| *other == id).map(|(_, word)| word);
        if !nearer.unwrap_or(key.word).is_secret {
            return SecretPolicy::default();
        }
        let class = nearer
            .and_then(|word| word.class.as_deref())
            .or(key.word.class.as_deref());
        let layers = self.layers(key, nearer, id);
        let declared = layers
            .0
            .iter()
            .fold(Policy::default(), |above, below| above.over(&below.policy));
        let mut policy = presets::layered(&self.presets, class.unwrap_or_default(), declared);
        policy.class = class.map(str::to_owned);
        policy.owner = key.owner.map(str::to_owned).or(policy.owner);
        policy.runbook = key.runbook.map(str::to_owned).or(policy.runbook);

        for contradiction in policy.contradictions(key.name) {
            let (file, span) = layers.place(contradiction.pointer).unwrap_or((0, key.span));
            errors.add_in(
                file,
                SchemaError::new(span, contradiction.message).help(contradiction.help),
            );
        }
        for preset in &self.presets {
            remark(preset, &policy, &layers, key, id, remarks);
        }
        SecretPolicy {
            policy,
            span: layers.nearest().unwrap_or_default(),
        }
    }

    /// The nearest first. A class that `in` names takes the place of the key's.
    fn layers<'l>(&'l self, key: &Key<'l>, nearer: Option<&'l SecretWord>, id: EnvironmentId) -> Layers<'l> {
        let class_of = |word: &SecretWord| word.class.as_deref().and_then(|name| self.class(name));
        let is_renamed = nearer.is_some_and(|word| word.class.is_some());
        let layers = [
            nearer.and_then(|word| word.declared.as_ref()),
            nearer.and_then(class_of),
            key.word.declared.as_ref(),
            if is_renamed { None } else { class_of(key.word) },
        ];
        let layers = layers.into_iter().flatten().flat_map(|declared| {
            let own = declared.own.iter().find(|(other, _)| *other == id).map(|(_, own)| own);
            own.into_iter().chain([declared])
        });
        Layers(layers.collect())
    }

    /// What can't be meant in a class that no key uses: of one that is used, its keys say so.
    pub(crate) fn check_unused(&self, used: &[&str], errors: &mut Errors) {
        for class in self.classes.iter().filter(|class| !used.contains(&&*class.name)) {
            let own = class
                .declared
                .own
                .iter()
                .map(|(_, own)| own.policy.clone().over(&class.declared.policy));
            for policy in own.chain([class.declared.policy.clone()]) {
                for contradiction in presets::layered(&self.presets, &class.name, policy).contradictions("") {
                    let members = class.declared.own.iter().map(|(_, own)| own).chain([&class.declared]);
                    let span = members
                        .flat_map(|declared| &declared.members)
                        .find(|(member, _)| *member == contradiction.pointer)
                        .map_or(class.declared.span, |(_, span)| *span);
                    errors.push_help(span, &contradiction.message, contradiction.help);
                }
            }
        }
    }
}

/// What is said of one secret in one environment, the nearest first.
struct Layers<'l>(Vec<&'l Declared>);

impl Layers<'_> {
    /// Where a member of the policy stands: the file and the span.
    fn place(&self, pointer: &str) -> Option<(u16, Span)> {
        self.0.iter().find_map(|layer| {
            let (_, span) = layer.members.iter().find(|(member, _)| *member == pointer)?;
            Some((layer.file, *span))
        })
    }

    /// The nearest in the schema itself.
    fn nearest(&self) -> Option<Span> {
        self.0.iter().find(|layer| layer.file == 0).map(|layer| layer.span)
    }
}

/// What a policy falls short of that a preset asks.
fn remark(
    preset: &Preset,
    policy: &Policy,
    layers: &Layers<'_>,
    key: &Key<'_>,
    environment: EnvironmentId,
    remarks: &mut Vec<Remark>,
) {
    let class = policy.class.as_deref();
    let name = class.unwrap_or_default();
    let Some(row) = preset.class(name) else { return };
    let what = class.map_or_else(|| key.name.to_owned(), |class| format!("the class {}", quoted(class)));
    let source = format!("{} ({}, {})", preset.name, preset.source, row.citation());
    let mut push = |span: Option<Span>, message, help| {
        remarks.push(Remark {
            environment,
            key: key.name.to_owned(),
            span: span.unwrap_or(key.span),
            message,
            help,
        });
    };
    for loosened in preset.loosened(name, policy) {
        let place = layers.place(&format!("/{}", loosened.member.replace('.', "/")));
        let (member, is, asked) = (loosened.member, loosened.policy, loosened.preset);
        push(
            place.filter(|(file, _)| *file == 0).map(|(_, span)| span),
            format!("{what} has {member} {is}, which is weaker than the {asked} of {source}"),
            format!("write at most {asked}, or remove the preset"),
        );
    }
    for unmet in preset.unmet(name, policy) {
        let (message, help) = unmet.words();
        push(
            layers.nearest(),
            format!("{what} does not meet {source}: {message}"),
            help.to_owned(),
        );
    }
}

/// A declared key that is a secret.
pub(crate) struct Key<'k> {
    pub name: &'k str,
    pub span: Span,
    pub owner: Option<&'k str>,
    pub runbook: Option<&'k str>,
    /// All of the schema.
    pub environments: &'k [EnvironmentId],
    pub word: &'k SecretWord,
    /// What `in` says.
    pub own: &'k [(EnvironmentId, SecretWord)],
}

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

/// Reads what `secret` takes: `true`, `false`, a class, or a policy.
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
        errors.unknown(node.span, &message, class, rotation.class_names());
    }
}

/// Where a policy stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Class,
    Secret,
    /// `in` of one of them.
    In,
}

/// What a policy may hold beside `class`, which is for those of a key, and `in`.
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
                errors.unknown(member.key_span, &message, other, MEMBERS.into_iter().chain(class));
            }
        }
    }
    declared
}

/// The policies of single environments.
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

/// The names of the keys before this one, wherever a property gives a policy: in itself, and in its `in`.
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

/// The names of the keys before this one in a policy, and in its `in`.
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

/// One duration or several.
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
