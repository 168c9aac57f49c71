//! `env.schema.json` to a [`Schema`]: compiled once, evaluated for every environment.
//!
//! The way through: [`json`] reads the text with the span of every node, [`documents`] adds the files beside it, [`lint`] refuses what
//! is no schema, [`environments`], [`policy`] and [`property`] read the vocabulary of envgate, and [`lower`] makes the [`plan`],
//! which [`evaluate`] runs; [`typed`] hands the values to a program, [`shape`] tells a generator what they are.
//! Evaluation has two tiers behind one interface: the plan, flat and quick, and the engine (feature `full`, `engine.rs`) for the
//! keywords that the plan doesn't cover. A schema that needs the engine is refused where there is none; no verdict depends on it.
//! How text is read as numbers, booleans and lists stands in [`instance`].

mod documents;
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
#[cfg(feature = "cli")]
pub(crate) use keyword::Keyword;
#[cfg(feature = "cli")]
pub(crate) use lint::declares;
pub use policy::{Remark, SecretPolicy};
pub use shape::{KeyShape, Shape};
#[cfg(feature = "cli")]
pub(crate) use violation::Types;
pub use violation::{Bound, Combinator, TypeName, Violation, ViolationKind};

use documents::{Documents, Target};
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

/// The most keys that a schema may declare.
const MAX_PROPERTIES: usize = u16::MAX as usize - 1;

/// The most files beside a schema.
const MAX_FILES: usize = 1000;

/// A compiled schema.
#[derive(Debug)]
pub struct Schema {
    title: Option<String>,
    environments: Vec<EnvironmentSpec>,
    environment_key: Option<String>,
    properties: Vec<Property>,
    /// Indices of the properties in the order of their names.
    sorted: Vec<u16>,
    rules: Rules,
    environment_rules: Vec<Rules>,
    remarks: Vec<Remark>,
    plan: Plan,
}

/// What a schema may name that is defined above or beside it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Vocabulary<'v> {
    /// The codes of all rules, which `rules` may name.
    pub rules: &'v [&'v str],
    /// The files beside the schema that `$ref` may reach. A name is a path like the schema's own; see [`Schema::files`].
    pub files: &'v [Source],
}

impl Schema {
    /// Reads and compiles a schema.
    ///
    /// # Errors
    /// Every mistake in it, in the order of the text.
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
        let schemas: Vec<(&str, Target<'_, '_>)> = declared.iter().map(|one| (one.name, one.schema)).collect();
        let (properties, mut words) = properties(declared, &documents, &names, &mut errors)?;
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
                lower::lower(&documents, &specs, &schemas, &words, patterns, &mut errors)
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

    /// The files beside the schema that a text refers to, as paths like its own name, for a shell to read and to give to
    /// [`Schema::compile`]; those files may refer to further ones.
    #[must_use]
    pub fn files(source: &Source) -> Vec<String> {
        documents::files(source)
    }

    /// What the system is called.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// The environments in promotion order. A schema without any has one, named `default`, whose file is `.env`.
    #[must_use]
    pub fn environments(&self) -> &[EnvironmentSpec] {
        &self.environments
    }

    /// The environment of that name or alias.
    #[must_use]
    pub fn find_environment(&self, name: &str) -> Option<EnvironmentId> {
        environments::find(&self.environments, name)
    }

    /// What it says of an environment.
    pub(crate) fn environment(&self, id: EnvironmentId) -> &EnvironmentSpec {
        &self.environments[usize::from(id.0)]
    }

    /// The variable that names the environment.
    #[must_use]
    pub fn environment_key(&self) -> Option<&str> {
        self.environment_key.as_deref()
    }

    /// The declared keys, in the order of the schema.
    #[must_use]
    pub fn properties(&self) -> &[Property] {
        &self.properties
    }

    /// The declared keys, in the order of their names: for walking beside the variables of an environment.
    pub fn properties_by_name(&self) -> impl Iterator<Item = &Property> {
        self.sorted.iter().map(|&index| &self.properties[usize::from(index)])
    }

    /// The declared key of that name.
    #[must_use]
    pub fn property(&self, key: &[u8]) -> Option<&Property> {
        Some(&self.properties[self.index(key)?])
    }

    /// Where the declared key of that name is in the properties.
    fn index(&self, key: &[u8]) -> Option<usize> {
        let name = |index: &u16| self.properties[usize::from(*index)].name.as_bytes().cmp(key);
        let found = self.sorted.binary_search_by(name).ok()?;
        Some(usize::from(self.sorted[found]))
    }

    /// The environment that is meant by a name that is none's, if one plainly is: a slip, or `prod` for `production`.
    #[must_use]
    pub fn meant(&self, name: &str) -> Option<&str> {
        environments::meant(name, &self.environments)
    }

    /// Severity that the schema sets for a rule in an environment: `None` where it says nothing, `Some(None)` for `off`.
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

    /// Whether it speaks of keys that it does not name (`patternProperties`, `propertyNames`, a count of keys…), so that variables from no file
    /// matter that no declared key has.
    #[must_use]
    pub fn speaks_of_others(&self) -> bool {
        self.plan.speaks_of_others()
    }

    /// Whether it declares no key, and asks nothing of any other, nor that several loaders read the same: whatever is held against it passes.
    #[must_use]
    pub fn asks_nothing(&self) -> bool {
        self.properties.is_empty()
            && self.plan.asks_nothing()
            && self.rules.is_empty()
            && self.environment_rules.iter().all(Vec::is_empty)
            && self.environments.iter().all(|spec| spec.dialects.len() < 2)
    }

    /// Whether a pattern of `patternProperties` declares a name.
    #[must_use]
    #[cfg(all(feature = "cli", not(target_family = "wasm")))]
    pub fn declares_by_pattern(&self, name: &str) -> bool {
        self.plan.names_by_pattern(name)
    }

    /// Policies that ask less than a preset that they stand on.
    #[must_use]
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// Everything that JSON Schema and the envgate vocabulary ask of the set of variables in that environment and phase:
    /// empty when they are met. A value that its type can't read is one violation and no other.
    #[must_use]
    pub fn evaluate(
        &self,
        environment: EnvironmentId,
        phase: Option<Phase>,
        instance: &Environment<'_>,
    ) -> Vec<Violation> {
        self.plan.evaluate(usize::from(environment.0), phase, instance)
    }

    /// As [`Schema::evaluate`], for a set of typed values: a text that is a JSON object. `None` when it is not one.
    /// For tests, which hold the plan against JSON Schema's own cases and against the engine.
    #[doc(hidden)]
    #[must_use]
    pub fn evaluate_typed(&self, environment: EnvironmentId, json: &str) -> Option<Vec<Violation>> {
        let set = instance::TypedSet::read(json)?;
        Some(self.plan.evaluate(usize::from(environment.0), None, &set))
    }

    /// Whether any part of it is evaluated by the engine.
    #[doc(hidden)]
    #[must_use]
    #[cfg(feature = "full")]
    pub fn needs_engine(&self) -> bool {
        !self.plan.engines.is_empty()
    }

    /// What is wrong with a text as the meta-schema for editors sees it; for `envgate schema check`. [`Schema::compile`] sees more.
    #[must_use]
    #[cfg(feature = "full")]
    pub fn check_meta(source: &Source) -> Vec<SchemaError> {
        engine::check_meta(source)
    }
}

/// The declared keys, and the words of each that the plan is made from.
fn properties(
    declared: Vec<Declared<'_, '_>>,
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

/// Indices of the keys in the order of their names.
fn by_name(properties: &[Property]) -> Vec<u16> {
    let mut sorted: Vec<u16> = (0u16..).zip(properties).map(|(index, _)| index).collect();
    let name = |index: &u16| &*properties[usize::from(*index)].name;
    sort::by(&mut sorted, &|a, b| name(a).cmp(name(b)));
    sorted
}

/// Which environment: an index into [`Schema::environments`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnvironmentId(pub u16);

/// An environment as the schema declares it.
#[derive(Debug)]
pub struct EnvironmentSpec {
    /// Its name.
    pub name: String,
    /// Other names for it.
    pub aliases: Vec<String>,
    /// A name for people.
    pub title: Option<String>,
    /// Its files, low to high precedence, relative to the schema, after `extends`.
    pub files: Vec<String>,
    /// The loaders that read its files; the first decides what a value is.
    pub dialects: Vec<&'static Dialect>,
    /// The place of its name in the schema; empty for the one that a schema without any has.
    pub span: Span,
}

/// A declared key: what the schema says of it beside what [`Schema::evaluate`] checks.
#[derive(Debug)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// The place of its name in the schema.
    pub span: Span,
    /// `/properties/NAME`, or through `allOf` and `$ref`.
    pub pointer: String,
    /// A name for people.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The heading under which a page shows it.
    pub category: Option<String>,
    /// Whether it is declared a secret, in any environment.
    pub secret: Option<SecretSpec>,
    /// The default as it would stand in a file.
    pub default: Option<String>,
    /// The same for each environment: `in` may give another.
    pub default_in: Vec<Option<String>>,
    /// The environments that `requiredIn` names; `required` is not in it.
    pub required_in: Vec<EnvironmentId>,
    /// The environments it is allowed in; `None` for all.
    pub allowed_in: Option<Vec<EnvironmentId>>,
    /// The phases in which it can be required; `None` for all.
    pub phases: Option<Vec<Phase>>,
    /// Bits of key material asked for, for each environment (`in` may differ), and how the value is decoded.
    pub min_bits: Vec<Option<u32>>,
    /// For each environment, the schema in `in` that asks for those bits, as a JSON Pointer; `None` where the property itself does.
    pub bits_in: Vec<Option<String>>,
    /// How key material is decoded; `None` to take hex or base64 where the value is one, else the bytes.
    pub encoding: Option<Encoding>,
    /// Whether it is deprecated, and what replaces it.
    pub deprecated: bool,
    /// What to use instead.
    pub replaced_by: Option<String>,
    /// Environments that must not share its value; empty for none. Default: all, for a secret.
    pub distinct_across: Vec<EnvironmentId>,
    /// Who to ask.
    pub owner: Option<String>,
    /// What to do.
    pub runbook: Option<String>,
    /// Values that the schema shows in `examples`, which are no real values.
    pub examples: Vec<String>,
    /// Whether the name says that the value is a secret, whatever `secret` says.
    pub looks_secret: bool,
}

impl Property {
    /// Whether it is a secret, declared so or named like one. What the schema gives for it (`enum`, `const`, `default`) is not shown
    /// then, because it may be a value.
    #[must_use]
    pub fn holds_secret(&self) -> bool {
        self.secret.is_some() || self.looks_secret
    }
}

/// What `secret` says; judging the age belongs to `check/`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SecretSpec {
    /// What is asked of its age, for each environment; empty where nothing is asked in any.
    pub policies: Vec<SecretPolicy>,
}

impl SecretSpec {
    /// What is asked of its age in an environment.
    #[must_use]
    pub fn policy(&self, environment: EnvironmentId) -> Option<&SecretPolicy> {
        self.policies.get(usize::from(environment.0))
    }
}

/// How key material is written.
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

/// When a gate runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// While the program is built.
    Build,
    /// While it is deployed.
    Deploy,
    /// While it runs.
    Run,
}
