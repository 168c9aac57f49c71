//! `env.schema.json` to a [`Schema`]: compiled once, evaluated for every environment.
//!
//! Two tiers behind one interface: the plan, flat and quick, and the engine (feature `full`) for what the plan doesn't cover.

use crate::diagnostic::{RuleCode, Severity};
use crate::model::Environment;
use crate::parse::Dialect;
use crate::source::{Source, Span};

/// A compiled schema.
#[derive(Debug)]
pub struct Schema {}

/// One mistake in a schema; a schema with any is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaError {
    /// Where in the schema's text.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl Schema {
    /// Reads and compiles a schema.
    ///
    /// # Errors
    /// Every mistake in it, in the order of the text.
    pub fn compile(source: &Source) -> Result<Schema, Vec<SchemaError>> {
        let _ = source;
        unimplemented!()
    }

    /// The environments in promotion order. A schema without any has one, named `default`, whose file is `.env`.
    #[must_use]
    pub fn environments(&self) -> &[EnvironmentSpec] {
        unimplemented!()
    }

    /// The environment of that name or alias.
    #[must_use]
    pub fn find_environment(&self, name: &str) -> Option<EnvironmentId> {
        let _ = name;
        unimplemented!()
    }

    /// The declared keys, in the order of the schema.
    #[must_use]
    pub fn properties(&self) -> &[Property] {
        unimplemented!()
    }

    /// The declared key of that name.
    #[must_use]
    pub fn property(&self, key: &[u8]) -> Option<&Property> {
        let _ = key;
        unimplemented!()
    }

    /// Severity that the schema sets for a rule in an environment: `None` where it says nothing, `Some(None)` for `off`.
    #[must_use]
    pub fn severity(&self, environment: EnvironmentId, code: RuleCode) -> Option<Option<Severity>> {
        let _ = (environment, code);
        unimplemented!()
    }

    /// Everything that JSON Schema and the envgate vocabulary ask of the set of variables in that environment and phase:
    /// empty when they are met. A value that its type can't read is one violation and no other.
    #[must_use]
    pub fn evaluate(&self, environment: EnvironmentId, phase: Option<Phase>, instance: &Environment<'_>) -> Vec<Violation> {
        let _ = (environment, phase, instance);
        unimplemented!()
    }
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
    /// The place of its name in the schema.
    pub span: Span,
}

/// A declared key: what the schema says of it beside what [`Schema::evaluate`] checks.
#[derive(Debug)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// The place of its name in the schema.
    pub span: Span,
    /// `/properties/NAME`.
    pub pointer: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it is declared a secret.
    pub secret: Option<SecretSpec>,
    /// Whether it has a default, so that a missing key is `defaulted`.
    pub has_default: bool,
    /// The environments it is allowed in; `None` for all.
    pub allowed_in: Option<Vec<EnvironmentId>>,
    /// Bits of key material asked for, for each environment (`in` may differ), and how the value is decoded.
    pub min_bits: Vec<Option<u32>>,
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
}

/// What `secret` says; the policy belongs to rotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretSpec {
    /// The class, if it names one.
    pub class: Option<String>,
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

/// Something that the schema asks and the variables don't meet. Holds no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// What kind, with the limits of the schema.
    pub kind: ViolationKind,
    /// The key it is about: an index into [`Schema::properties`], or `None` for the whole set or an undeclared key.
    pub property: Option<u16>,
    /// For an undeclared key: an index into the variables of the instance.
    pub variable: Option<u32>,
    /// The keyword, as a JSON Pointer.
    pub pointer: String,
    /// The keyword's place in the schema.
    pub span: Span,
}

/// What kind of violation. Texts in it come from the schema, counts from the value's length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViolationKind {
    /// A required key is not there. `empty`: it is there, but empty where empty can't be meant.
    Required,
}
