//! Diagnostics: what we report about the user's files.
//!
//! This module does not know [`Secret`](crate::secret::Secret), so a diagnostic can't hold a value by accident. It says
//! what happened, where, and what to do, in words from the schema and in allow-listed names.

use std::borrow::Cow;
use std::fmt;

use crate::source::{Location, Span};

/// How bad a finding is: the four severities of LSP and of CodeMirror.
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

/// One finding about the user's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule that reports it.
    pub code: RuleCode,
    /// Its severity here, which may differ from the default of the rule.
    pub severity: Severity,
    /// What is wrong and what was expected, in one sentence without a full stop.
    pub message: String,
    /// The environment concerned, if there is exactly one.
    pub environment: Option<String>,
    /// The key concerned, if it may be shown.
    pub key: Option<String>,
    /// Where: in a file that was checked, or in the schema if something is missing. `None` if it is in neither, as with
    /// the process environment.
    pub location: Option<Location>,
    /// Other places that help to explain it.
    pub related: Vec<Label>,
    /// The JSON Pointer to the part of the schema that is violated.
    pub schema_pointer: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// An edit that resolves it.
    pub fix: Option<Fix>,
}

/// A secondary place of a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub location: Location,
    /// What is there.
    pub message: Cow<'static, str>,
}

/// A change that resolves a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in the imperative.
    pub title: Cow<'static, str>,
    /// Whether it may be applied without review.
    pub applicability: Applicability,
    /// The edits, all in one file, sorted and disjoint.
    pub edits: Vec<Edit>,
}

/// Whether a fix may be applied without review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applicability {
    /// Every loader of the schema reads the same values as before.
    Safe,
    /// A person must review it.
    Unsafe,
}

/// One replacement. Its text is `'static` (a quote, a line end), so a fix cannot carry a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edit {
    /// The bytes to replace; empty for an insertion.
    pub span: Span,
    /// The new text.
    pub text: &'static str,
}
