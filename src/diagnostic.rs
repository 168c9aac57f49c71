//! What is told about the user's files.
//!
//! This module does not know [`Secret`](crate::secret::Secret), so a diagnostic can't hold a value by accident: it holds what
//! happened, where, and what to do, in words that come from the schema and from allow-listed names.

use std::borrow::Cow;
use std::fmt;

use crate::source::{Location, Span};

/// How bad it is: the four of LSP and of CodeMirror.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Something that could be nicer.
    Hint,
    /// Something worth knowing.
    Info,
    /// Something that may bite.
    Warning,
    /// Something that must not ship.
    Error,
}

impl Severity {
    /// The name in reports, in schemas and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Severity::Hint => "hint",
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// The stable, kebab-case id of a rule.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleCode(pub &'static str);

impl fmt::Display for RuleCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for RuleCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// One thing told about the user's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which rule says it.
    pub code: RuleCode,
    /// How bad it is here.
    pub severity: Severity,
    /// What is wrong and what was expected, in one sentence without a full stop.
    pub message: String,
    /// The environment it is about, if about one.
    pub environment: Option<String>,
    /// The key it is about, if that may be shown.
    pub key: Option<String>,
    /// Where: in a file that was checked, or in the schema for what is absent. `None` where neither has it (the process environment).
    pub location: Option<Location>,
    /// Other places that explain it.
    pub related: Vec<Label>,
    /// The part of the schema that asks for it, as a JSON Pointer.
    pub schema_pointer: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// An edit that mends it.
    pub fix: Option<Fix>,
}

/// A further place of a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub location: Location,
    /// What is there.
    pub message: Cow<'static, str>,
}

/// A change that mends a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in the imperative.
    pub title: Cow<'static, str>,
    /// Whether it may be applied without being read.
    pub applicability: Applicability,
    /// The edits, in one file, sorted and disjoint.
    pub edits: Vec<Edit>,
}

/// Whether a fix may be applied unseen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applicability {
    /// No loader of the schema sees another value after it.
    Safe,
    /// Somebody must look.
    Unsafe,
}

/// One replacement. The text is fixed (a quote, a line end): a fix cannot carry a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What stands there instead.
    pub text: &'static str,
}
