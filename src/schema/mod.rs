//! Compiles `env.schema.json` to a [`Schema`] once, and evaluates it for every environment.
//!
//! The pipeline: [`json`] parses the text with the span of every node, [`documents`] adds the files beside it, [`lint`]
//! refuses what is not a schema, [`environments`], [`policy`] and [`property`] read envgate's own vocabulary, and
//! [`lower`] builds the [`plan`], which [`evaluate`] runs. [`typed`] passes the values to a program, and [`shape`]
//! tells a generator their types.
//! Evaluation has two tiers behind one interface: the plan, flat and fast, and the engine (feature `full`, `engine.rs`)
//! for keywords that the plan doesn't cover. A build without the engine refuses a schema that needs it, so no verdict
//! depends on the build. [`instance`] defines how text is read as numbers, booleans and lists.

pub(crate) mod documents;
#[cfg(feature = "full")]
mod engine;
mod environments;
pub(crate) mod errors;
mod evaluate;
pub mod format;
mod instance;
pub(crate) mod json;
mod keyword;
mod lint;
mod lower;
mod number;
mod parts;
pub mod pattern;
mod plan;
mod policy;
mod property;
mod reading;
mod shape;
#[cfg(test)]
mod tests;
mod typed;
mod undeclared;
mod violation;

pub use errors::SchemaError;
pub(crate) use evaluate::Assigned;
pub use format::Format;
pub(crate) use instance::boolean;
#[cfg(feature = "cli")]
pub(crate) use keyword::Keyword;
#[cfg(feature = "cli")]
pub(crate) use lint::declares;
pub use policy::{Remark, SecretPolicy};
pub use shape::{KeyShape, Shape};
#[cfg(feature = "cli")]
pub(crate) use violation::Types;
pub use violation::{Bound, Combinator, TypeName, Violation, ViolationKind};

use std::sync::atomic::{AtomicU8, AtomicU16};

use documents::Documents;
pub use environments::MAX_ENVIRONMENTS;
use environments::Rules;
use errors::Errors;
use json::Node;
use parts::{Declared, Parts};
use plan::Plan;

use crate::diagnostic::{RuleCode, Severity};
use crate::model::Environment;
use crate::parse::Dialect;
use crate::sort;
use crate::source::{Source, Span};

/// The value of `$schema` that names the language of this version.
pub const LANGUAGE: &str = "urn:envgate:schema:1";

/// The JSON Schema of `env.schema.json`, by which editors complete and check it.
pub const META_SCHEMA: &str = include_str!("../../schemas/env.schema.v1.json");

/// The maximum number of keys that a schema may declare.
const MAX_PROPERTIES: usize = u16::MAX as usize - 1;

/// The maximum number of files beside a schema.
const MAX_FILES: usize = 1000;

/// A compiled schema.
#[derive(Debug)]
pub struct Schema {
    title: Option<String>,
    environments: Vec<EnvironmentSpec>,
    environment_key: Option<String>,
    properties: Vec<Property>,
    /// Indices of the properties, sorted by name.
    sorted: Vec<u16>,
    rules: Rules,
    environment_rules: Vec<Rules>,
    remarks: Vec<Remark>,
    plan: Plan,
}

/// What a schema may refer to that is defined outside it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Vocabulary<'v> {
    /// The codes of all rules, which may occur in `rules`.
    pub rules: &'v [&'v str],
    /// The files beside the schema that `$ref` may reach. Their names are paths like the schema's own; see
    /// [`Schema::files`].
    pub files: &'v [Source],
}

impl Schema {
    /// Parses and compiles a schema.
    ///
    /// # Errors
    /// Returns every mistake in it, in the order of the text.
    pub fn compile(source: &Source, vocabulary: &Vocabulary<'_>) -> Result<Schema, Vec<SchemaError>> {
        if vocabulary.files.len() > MAX_FILES {
            let message = format!("there are more than {MAX_FILES} files beside the schema");
            return Err(vec![SchemaError::new(Span::default(), message)]);
        }
        let documents = Documents::parse(source, vocabulary.files)?;
        let root = documents.root(0);
        let mut errors = Errors::default();
        let (specs, environment_rules) = environments::read(root, vocabulary.rules, &mut errors);
        let rules = root
            .get("rules")
            .map(|node| environments::read_rules(node, vocabulary.rules, &mut errors));
        let rotation = root
            .get("rotation")
            .map(|node| policy::read(node, &specs, &mut errors))
            .unwrap_or_default();
        let names = property::Names {
            environments: &specs,
            rotation: &rotation,
        };
        let Parts { declared, files } = parts::read(&documents);
        let patterns = lint::lint(&documents, &files, &names, &mut errors);
        let (properties, mut words) = properties(&declared, &documents, &names, &mut errors)?;
        if !rotation.is_empty() {
            let used = words.iter().flat_map(property::Words::classes).collect();
            rotation.check_unused(&sort::set(used), &mut errors);
        }
        let sorted = by_name(&properties);
        let schema = Schema {
            title: root.get("title").and_then(Node::as_str).map(str::to_owned),
            environment_key: root
                .get("environmentKey")
                .and_then(|node| errors.string(node, "environmentKey"))
                .map(str::to_owned),
            properties,
            sorted,
            rules: rules.unwrap_or_default(),
            environment_rules,
            remarks: sort::set(words.iter_mut().flat_map(|word| word.remarks.drain(..)).collect()),
            plan: if errors.is_empty() {
                lower::lower(&documents, &specs, &declared, &words, patterns, &mut errors)
            } else {
                Plan::default()
            },
            environments: specs,
        };
        undeclared::check(&schema, root, &mut errors);
        if errors.is_empty() {
            Ok(schema)
        } else {
            Err(errors.finish())
        }
    }

    /// Returns the files beside the schema that a text refers to, as paths like its own name. A caller reads them and
    /// passes them to [`Schema::compile`]; they may refer to further ones.
    #[must_use]
    pub fn files(source: &Source) -> Vec<String> {
        documents::files(source)
    }

    /// Returns the name of the system.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Returns the environments in promotion order. A schema that declares none has one, named `default`, whose file is
    /// `.env`.
    #[must_use]
    pub fn environments(&self) -> &[EnvironmentSpec] {
        &self.environments
    }

    /// Returns the environment with that name or alias.
    #[must_use]
    pub fn find_environment(&self, name: &str) -> Option<EnvironmentId> {
        environments::find(&self.environments, name)
    }

    /// Returns the declaration of an environment.
    pub(crate) fn environment(&self, id: EnvironmentId) -> &EnvironmentSpec {
        &self.environments[usize::from(id.0)]
    }

    /// Returns the variable that names the environment.
    #[must_use]
    pub fn environment_key(&self) -> Option<&str> {
        self.environment_key.as_deref()
    }

    /// Returns the declared keys, in the order of the schema.
    #[must_use]
    pub fn properties(&self) -> &[Property] {
        &self.properties
    }

    /// Returns the declared keys sorted by name, for walking them in parallel with the variables of an environment.
    pub fn properties_by_name(&self) -> impl Iterator<Item = &Property> {
        self.sorted.iter().map(|&index| &self.properties[usize::from(index)])
    }

    /// Returns the declared key with that name.
    #[must_use]
    pub fn property(&self, key: &[u8]) -> Option<&Property> {
        Some(&self.properties[self.index(key)?])
    }

    /// Returns the index of the declared key with that name.
    fn index(&self, key: &[u8]) -> Option<usize> {
        let name = |index: &u16| self.properties[usize::from(*index)].name.as_bytes().cmp(key);
        let found = self.sorted.binary_search_by(name).ok()?;
        Some(usize::from(self.sorted[found]))
    }

    /// Returns the index of a declared key, and sets `next` to the one behind it, which is looked at first: variables
    /// mostly come in the order of the schema.
    #[inline]
    fn index_from(&self, next: &mut usize, key: &[u8]) -> Option<usize> {
        let is_next = self
            .properties
            .get(*next)
            .is_some_and(|next| next.name.as_bytes() == key);
        let index = if is_next { *next } else { self.index(key)? };
        *next = index + 1;
        Some(index)
    }

    /// Returns the environment that an unknown name clearly means, if any: after a typo, or `prod` for `production`.
    #[must_use]
    pub fn meant(&self, name: &str) -> Option<&str> {
        environments::meant(name, &self.environments)
    }

    /// Returns the severity that the schema sets for a rule in an environment: `None` if it sets none, `Some(None)` for
    /// `off`.
    #[must_use]
    pub fn severity(&self, environment: EnvironmentId, code: RuleCode) -> Option<Option<Severity>> {
        let own = self
            .environment_rules
            .get(usize::from(environment.0))
            .into_iter()
            .flatten();
        own.chain(&self.rules)
            .find(|rule| &*rule.0 == code.0)
            .map(|rule| rule.1)
    }

    /// Returns whether it constrains keys that it does not name (`patternProperties`, `propertyNames`, a number of
    /// keys…), so that variables from no file matter even if no declared key has their name.
    #[must_use]
    pub fn depends_on_undeclared(&self) -> bool {
        self.plan.depends_on_undeclared()
    }

    /// Returns whether it declares no key, constrains no other, and does not require several loaders to agree, so that
    /// anything passes.
    #[must_use]
    pub fn asks_nothing(&self) -> bool {
        self.properties.is_empty()
            && self.plan.asks_nothing()
            && self.rules.is_empty()
            && self.environment_rules.iter().all(Vec::is_empty)
            && self.environments.iter().all(|spec| spec.dialects.len() < 2)
    }

    /// Returns whether a pattern of `patternProperties` declares a name.
    #[must_use]
    #[cfg(all(feature = "cli", not(target_family = "wasm")))]
    pub fn declares_by_pattern(&self, name: &str) -> bool {
        self.plan.names_by_pattern(name)
    }

    /// Returns the policies that are weaker than a preset they are based on.
    #[must_use]
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// Returns everything that the set of variables violates of JSON Schema and envgate's vocabulary in an environment
    /// and phase; empty if all is met. A value that its type can't read causes a single violation.
    #[must_use]
    pub fn evaluate(
        &self,
        environment: EnvironmentId,
        phase: Option<Phase>,
        instance: &Environment<'_>,
    ) -> Vec<Violation> {
        self.plan.evaluate(usize::from(environment.0), phase, instance)
    }

    /// Like [`Schema::evaluate`], for a set of typed values given as the text of a JSON object. `None` if it is not
    /// one.
    /// For tests, which compare the plan with JSON Schema's own cases and with the engine.
    #[doc(hidden)]
    #[must_use]
    pub fn evaluate_typed(&self, environment: EnvironmentId, json: &str) -> Option<Vec<Violation>> {
        let set = instance::TypedSet::read(json)?;
        Some(self.plan.evaluate(usize::from(environment.0), None, &set))
    }

    /// Returns whether any part of it is evaluated by the engine.
    #[doc(hidden)]
    #[must_use]
    #[cfg(feature = "full")]
    pub fn needs_engine(&self) -> bool {
        !self.plan.engines.is_empty()
    }

    /// Validates a text against the meta-schema that editors use, for `envgate schema check`. [`Schema::compile`] finds
    /// more.
    #[must_use]
    #[cfg(feature = "full")]
    pub fn check_meta(source: &Source) -> Vec<SchemaError> {
        engine::check_meta(source)
    }
}

/// Reads the declared keys, and for each the keywords from which the plan is built.
fn properties(
    declared: &[Declared<'_, '_>],
    documents: &Documents<'_>,
    names: &property::Names<'_>,
    errors: &mut Errors,
) -> Result<(Vec<Property>, Vec<property::Words>), Vec<SchemaError>> {
    let root = documents.root(0);
    let required = sort::set(root.items("required").iter().filter_map(Node::as_str).collect());
    if declared.len() > MAX_PROPERTIES {
        let message = format!("the schema declares more than {MAX_PROPERTIES} keys");
        errors.push(root.span, message);
        return Err(std::mem::take(errors).finish());
    }
    let mut properties = Vec::with_capacity(declared.len());
    let mut words = Vec::with_capacity(declared.len());
    for one in declared {
        let everywhere = required.binary_search(&one.name).is_ok();
        let (property, word) = property::property(one, documents, names, everywhere, errors);
        properties.push(property);
        words.push(word);
    }
    Ok((properties, words))
}

/// Returns the indices of the keys, sorted by name.
fn by_name(properties: &[Property]) -> Vec<u16> {
    let mut sorted: Vec<u16> = (0u16..).zip(properties).map(|(index, _)| index).collect();
    let name = |index: &u16| &*properties[usize::from(*index)].name;
    sort::by(&mut sorted, &|a, b| name(a).cmp(name(b)));
    sorted
}

/// An environment, as an index into [`Schema::environments`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnvironmentId(pub u16);

/// An environment as the schema declares it.
#[derive(Debug)]
pub struct EnvironmentSpec {
    /// Its name.
    pub name: String,
    /// Other names for it.
    pub aliases: Vec<String>,
    /// Its display name.
    pub title: Option<String>,
    /// Its files, low to high precedence, relative to the schema, with those of `extends` included.
    pub files: Vec<String>,
    /// The loaders that read its files; the first determines the values.
    pub dialects: Vec<&'static Dialect>,
    /// The place of its name in the schema; empty for the implicit environment of a schema that declares none.
    pub span: Span,
    /// What the check notes of it when it first asks, see `check/promotion.rs`; 0 until then.
    pub(crate) noted: AtomicU8,
}

/// A declared key, with everything the schema says about it beyond what [`Schema::evaluate`] checks.
#[derive(Debug)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// The place of its name in the schema.
    pub span: Span,
    /// `/properties/NAME`, or through `allOf` and `$ref`.
    pub pointer: String,
    /// Its display name.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The heading under which generated files list it.
    pub category: Option<String>,
    /// Whether it is declared a secret, in any environment.
    pub secret: Option<SecretSpec>,
    /// The default as it would be written in a file.
    pub default: Option<String>,
    /// The default for each environment, since `in` may override it.
    pub default_in: Vec<Option<String>>,
    /// The environments that `requiredIn` names; those of `required` are not included.
    pub required_in: Vec<EnvironmentId>,
    /// The environments it is allowed in; `None` for all.
    pub allowed_in: Option<Vec<EnvironmentId>>,
    /// The phases in which it can be required; `None` for all.
    pub phases: Option<Vec<Phase>>,
    /// The bits of key material required for each environment, since `in` may override it.
    pub min_bits: Vec<Option<u32>>,
    /// For each environment, the JSON Pointer of the schema in `in` that requires those bits; `None` if the property
    /// itself does.
    pub bits_in: Vec<Option<String>>,
    /// How key material is decoded; `None` to decode hex or base64 if the value is valid as one, and otherwise take its
    /// bytes.
    pub encoding: Option<Encoding>,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// What to use instead of a deprecated key.
    pub replaced_by: Option<String>,
    /// The environments that must not share its value; empty for none. The default for a secret is all of them.
    pub distinct_across: Vec<EnvironmentId>,
    /// Whom to ask.
    pub owner: Option<String>,
    /// What to do.
    pub runbook: Option<String>,
    /// The values in `examples`, which are not real ones.
    pub examples: Vec<String>,
    /// Whether its name suggests a secret, and the schema does not say whether it is one.
    pub looks_secret: bool,
    /// Whether its name suggests a secret, whatever the schema says.
    pub(crate) called_secret: bool,
    /// What the check notes of it when its first value comes, see `check/traits.rs`; 0 until then.
    pub(crate) noted: AtomicU16,
}

impl Property {
    /// Returns whether it is a secret, by declaration or by name. Values that the schema gives for it (`enum`, `const`,
    /// `default`) are then not shown, because they may be real ones.
    #[must_use]
    pub fn holds_secret(&self) -> bool {
        self.secret.is_some() || self.looks_secret
    }
}

/// The contents of `secret`; judging the age is left to `check/`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SecretSpec {
    /// The requirements on its age, for each environment; empty if there are none in any.
    pub policies: Vec<SecretPolicy>,
}

impl SecretSpec {
    /// Returns the requirements on its age in an environment.
    #[must_use]
    pub fn policy(&self, environment: EnvironmentId) -> Option<&SecretPolicy> {
        self.policies.get(usize::from(environment.0))
    }
}

/// The encoding of key material.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Hexadecimal.
    Hex,
    /// RFC 4648 section 4, padding optional.
    Base64,
    /// RFC 4648 section 5, padding optional.
    Base64Url,
    /// The bytes of the text.
    Utf8,
}

/// The stage at which a gate runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// While the program is built.
    Build,
    /// While it is deployed.
    Deploy,
    /// While it runs.
    Run,
}
