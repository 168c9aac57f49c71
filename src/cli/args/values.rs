//! The values of options: names of formats, severities, phases and loaders, and instants.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser};
use clap::{Arg, Command, ValueEnum};
use envgate::carrier::Carrier;
use envgate::diagnostic::Severity;
use envgate::parse::dialect::DIALECTS;
use envgate::parse::tools;
use envgate::rotation::ledger::Reason;
use envgate::rotation::time::{self, Moment};
use envgate::schema::Phase;
use jiff::Timestamp;

/// The name of the carrier that is none: a .env file.
pub(crate) const ENV: &str = "env";

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Framed excerpts, values masked
    Human,
    /// One line per diagnostic
    Concise,
    /// For programs: report.v1
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// GitHub annotations, and a job summary where there is one to write
    Github,
    /// GitLab code quality
    Gitlab,
    /// JUnit XML
    Junit,
    /// A comment for a pull request
    Markdown,
    /// For reviewdog
    Rdjson,
}

impl Format {
    /// Whether several reports may stand below each other.
    pub(crate) fn is_lines(self) -> bool {
        matches!(self, Format::Human | Format::Concise | Format::Github)
    }
}

/// A report to be written to a file.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) path: PathBuf,
}

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// A table
    Human,
    /// For programs
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum PhaseName {
    Build,
    Deploy,
    Run,
}

impl From<PhaseName> for Phase {
    fn from(name: PhaseName) -> Phase {
        match name {
            PhaseName::Build => Phase::Build,
            PhaseName::Deploy => Phase::Deploy,
            PhaseName::Run => Phase::Run,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SeverityName {
    Error,
    Warning,
    Info,
    Hint,
}

impl From<SeverityName> for Severity {
    fn from(name: SeverityName) -> Severity {
        match name {
            SeverityName::Error => Severity::Error,
            SeverityName::Warning => Severity::Warning,
            SeverityName::Info => Severity::Info,
            SeverityName::Hint => Severity::Hint,
        }
    }
}

/// The name of a dialect.
#[derive(Clone)]
pub(super) struct DialectName;

impl DialectName {
    /// The names and aliases in the table of loaders, so that a new row needs no change here.
    fn known() -> impl Iterator<Item = PossibleValue> {
        let names = DIALECTS.iter();
        names.map(|dialect| PossibleValue::new(dialect.name).aliases(dialect.aliases))
    }
}

impl TypedValueParser for DialectName {
    type Value = String;

    fn parse_ref(&self, cmd: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, clap::Error> {
        match value.to_str().and_then(tools::hint) {
            // What is known of it is more than a list of what there is.
            Some(hint) => {
                let refusing = StringValueParser::new().try_map(move |_| Err::<String, String>(hint.clone()));
                refusing.parse_ref(cmd, arg, value)
            }
            None => PossibleValuesParser::new(DialectName::known()).parse_ref(cmd, arg, value),
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(DialectName::known()))
    }
}

pub(super) fn output(text: &str) -> Result<Output, String> {
    let (format, path) = text
        .split_once('=')
        .ok_or("not FORMAT=FILE, such as sarif=envgate.sarif")?;
    let known = || Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let format = Format::from_str(format, false).map_err(|_| {
        let names: Vec<String> = known().map(|value| value.get_name().to_owned()).collect();
        format!("the formats are {}", names.join(", "))
    })?;
    if path.is_empty() || path == "-" {
        return Err("a file is needed after `=`; --format says what is printed".to_owned());
    }
    Ok(Output {
        format,
        path: path.into(),
    })
}

pub(super) fn reason(text: &str) -> Result<Reason, String> {
    Reason::parse(text).ok_or_else(|| format!("the reasons are {}", Reason::ALL.map(Reason::name).join(", ")))
}

/// An instant, or a date for its beginning in UTC.
pub(super) fn date(text: &str) -> Result<Timestamp, String> {
    match time::parse(text, false) {
        Ok(Moment::At(at)) => Ok(at),
        Ok(Moment::Never | Moment::Unset) => Err("not a date on which something was changed".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

pub(super) fn store_name(text: &str) -> Result<(String, String), String> {
    // A name of a store may hold a `=`, a key can't.
    text.rsplit_once('=')
        .filter(|(name, key)| !name.is_empty() && !key.is_empty())
        .map(|(name, key)| (name.to_owned(), key.to_owned()))
        .ok_or_else(|| "write the name in the export, `=`, and the key: prod/app/db=DATABASE_PASSWORD".to_owned())
}

/// `env`, and the names of all other carriers.
pub(super) fn carriers() -> PossibleValuesParser {
    PossibleValuesParser::new(std::iter::once(ENV).chain(Carrier::ALL.map(Carrier::name)))
}

pub(super) fn instant(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| match time::parse(text, false) {
        Ok(Moment::Never) => "time ends at 9999-12-30T22:00:00Z here".to_owned(),
        Ok(Moment::At(_)) if !text.contains(':') => {
            "write the time of day as well, such as 2026-11-20T00:00:00Z".to_owned()
        }
        _ => "not an instant in RFC 3339, such as 2026-11-20T00:00:00Z".to_owned(),
    })
}
