//! `rotation`, and the policies in `secret`: what is asked of the age of each declared secret, by environment. Judging it is for `check/`.
//!
//! A policy may stand in five places, and what stands nearer wins, member by member: `in` of the key, the key, `in` of its class, the class, the presets.
//! Here they are laid over each other; what can't be meant is a mistake at the member that can't be ([`Policy::contradictions`]), and what asks less than a
//! preset is noted ([`Remark`]), for a rule to tell.

mod read;

pub(crate) use read::{predecessor, predecessors, read, read_secret};

use super::json::quoted;
use super::{EnvironmentId, Errors, SchemaError};
use crate::rotation::Policy;
use crate::rotation::presets::{self, Preset};
use crate::source::Span;

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
