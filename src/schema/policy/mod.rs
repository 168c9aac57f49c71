//! `rotation`, and the policies in `secret`: the requirements on the age of each declared secret, by environment.
//! Judging ages is left to `check/`.
//!
//! A policy can be in five places, and the nearer one wins, member by member: `in` of the key, the key, `in` of its
//! class, the class, the presets. Here they are layered; a contradiction is a mistake at the member that causes it
//! ([`Policy::contradictions`]), and a policy weaker than a preset is noted ([`Remark`]), for a rule to report.

mod read;

pub(crate) use read::{predecessor, predecessors, read, read_secret};

use super::json::quoted;
use super::{EnvironmentId, Errors, SchemaError};
use crate::find;
use crate::rotation::Policy;
use crate::rotation::presets::{self, Preset};
use crate::source::Span;

/// The contents of `rotation`.
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

/// A policy as declared in one place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Declared {
    policy: Policy,
    span: Span,
    /// Which of the schema's files it is in; a definition may be in another file.
    file: u16,
    /// The places of its members, by their JSON Pointers relative to the policy.
    members: Vec<(&'static str, Span)>,
    /// What its own `in` overrides.
    own: Vec<(EnvironmentId, Declared)>,
}

impl Declared {
    /// Records the file it is in.
    pub(crate) fn set_file(&mut self, file: u16) {
        self.file = file;
        self.own.iter_mut().for_each(|(_, own)| own.file = file);
    }
}

/// The contents of one `secret`.
#[derive(Debug, Clone, Default)]
pub(crate) struct SecretWord {
    /// Whether it is anything but `false`.
    pub is_secret: bool,
    pub class: Option<String>,
    pub declared: Option<Declared>,
}

/// The requirements on the age of a secret in one environment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SecretPolicy {
    /// All layers combined.
    pub policy: Policy,
    /// The place of the nearest layer in the schema; empty if there are only presets.
    pub span: Span,
}

/// A policy that is weaker than a preset it is based on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    /// The environment concerned.
    pub environment: EnvironmentId,
    /// The key concerned.
    pub key: String,
    /// The place of the member, the policy or the key.
    pub span: Span,
    /// One sentence, with the source of the requirement.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Rotation {
    /// Returns whether it declares nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.classes.is_empty() && self.presets.is_empty()
    }

    /// Returns the classes that `secret` may name.
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

    /// Returns the requirements on a secret for each environment: empty if there are none in any.
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

    /// Returns the layers, the nearest first. A class that `in` names replaces that of the key.
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

    /// Reports contradictions in classes that no key uses; those of used classes are reported with their keys.
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

/// The declarations that apply to a secret in an environment, the nearest first.
struct Layers<'l>(Vec<&'l Declared>);

impl Layers<'_> {
    /// Returns the place of a member of the policy: the file and the span.
    fn place(&self, pointer: &str) -> Option<(u16, Span)> {
        self.0.iter().find_map(|layer| {
            let (_, span) = layer.members.iter().find(|(member, _)| *member == pointer)?;
            Some((layer.file, *span))
        })
    }

    /// Returns the nearest layer in the schema itself.
    fn nearest(&self) -> Option<Span> {
        self.0.iter().find(|layer| layer.file == 0).map(|layer| layer.span)
    }
}

/// Reports where a policy falls short of a preset.
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
        let place = layers.place(&format!("/{}", find::replace(loosened.member, ".", "/")));
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
    /// All environments of the schema.
    pub environments: &'k [EnvironmentId],
    pub word: &'k SecretWord,
    /// What `in` declares.
    pub own: &'k [(EnvironmentId, SecretWord)],
}
