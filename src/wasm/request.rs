//! The layout in which callers write requests to the buffer, and its reader.
//!
//! All numbers are unsigned and 32 bits, little-endian, without padding. A `field` is a number of bytes and then those bytes; a
//! `list` is a number of items and then those items. Nothing may follow the last item.
//!
//! ```text
//! compile = encoding:number schema:file beside:list(file)
//! check   = encoding:number phase:number now:instant example:option files:list(file) environments:list(environment) extras:list(extra)
//!
//! parse   = dialect:field text:field variables
//!
//! encoding    0 columns count Unicode scalar values, as in report.v1; 1 columns count UTF-16 code units, for editors
//! phase       0 all of them, 1 build, 2 deploy, 3 run
//! instant     64 bits, signed: milliseconds since 1970 in UTC, as hosts count; the module has no clock
//! option      0 for none, else 1 + the index of a file; `example` is the project's .env.example
//! file        name:field bytes:field
//! beside      the files that the schema refers to
//! environment name:field dialect:field files:list(number) variables
//!             `dialect` is empty to read the files as the schema says; `files` are indices, low to high precedence
//! variables   those from no file, one of
//!             0                                  none
//!             1 count:number text:field          so many, each as key, NUL, value, NUL
//!             2 absent:list(number) text:field   values of the schema's keys in its order, each as value, NUL; `absent` are the
//!                                                indices, ascending, of the keys that have none
//! extra       kind:number option words:field
//!             what else the check is to know: the index of a file, where it is in one, and words, each as name, NUL, text, NUL
//!             1 an export of a secret manager; words `kind`, `environment`, `exportedAt` (milliseconds), `assumeUtc` (`true`)
//!             2 the ledger, env.rotation.json; no words
//!             3 what the names in exports stand for; no file; words are those names with the keys
//!             4 the waivers, env.waivers.json; 5 the baseline, env.baseline.json; no words
//!             6 the part of a file that an environment takes, where it does not take all of it; words `environment`, `part`. A file that
//!             stands in an environment more than once gives its first part at the first place, and so on; all of it is the part ``
//!             In `files` these stand behind the env files: waivers, baseline, exports, ledger, as in the native program, so that
//!             reports are sorted alike
//! ```
//!
//! The variables are one text because a host writes one string many times faster than sixty, and no environment can
//! hold a NUL. The number of variables is given too, so that a stray NUL is noticed. `pkg/src/request.js` writes all of
//! this.
//!
//! Requests borrow from the buffer. They have no `Debug`, which would show values.

mod reader;
#[cfg(test)]
mod tests;

use std::fmt;

use jiff::Timestamp;

use crate::model::ProcessEnvironment;
use crate::schema::{Phase, Property};
use crate::source::{PositionEncoding, Source, TooLarge};
use reader::Reader;

/// A request to [`compile`](super::compile).
pub(super) struct CompileRequest<'a> {
    pub(super) encoding: PositionEncoding,
    schema: File<'a>,
    beside: Vec<File<'a>>,
}

impl<'a> CompileRequest<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let encoding = reader.encoding()?;
        let (schema, beside) = (reader.file()?, reader.list(Reader::file)?);
        reader.end()?;
        Ok(CompileRequest {
            encoding,
            schema,
            beside,
        })
    }

    /// Returns the schema and the files beside it.
    pub(super) fn sources(&self) -> Result<(Source, Vec<Source>), TooLarge> {
        let beside: Result<_, _> = self.beside.iter().map(File::source).collect();
        Ok((self.schema.source()?, beside?))
    }
}

/// A request to [`check`](fn@super::check) or [`verdict`](super::verdict).
pub(super) struct CheckRequest<'a> {
    pub(super) encoding: PositionEncoding,
    pub(super) phase: Option<Phase>,
    pub(super) now: Timestamp,
    /// An index into `files`.
    pub(super) example: Option<u32>,
    pub(super) files: Vec<File<'a>>,
    pub(super) environments: Vec<Environment<'a>>,
    pub(super) extras: Vec<Extra<'a>>,
}

impl<'a> CheckRequest<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let encoding = reader.encoding()?;
        let phase = match reader.number()? {
            0 => None,
            1 => Some(Phase::Build),
            2 => Some(Phase::Deploy),
            3 => Some(Phase::Run),
            _ => return Err(Malformed("a phase from 0 to 3")),
        };
        let now = reader.instant()?;
        let example = reader.number()?.checked_sub(1);
        let files = reader.list(Reader::file)?;
        if example.is_some_and(|index| !is_file(index, files.len())) {
            return Err(NO_SUCH_FILE);
        }
        let environments = reader.list(|reader| reader.environment(files.len()))?;
        let extras = reader.list(|reader| reader.extra(files.len()))?;
        reader.end()?;
        Ok(CheckRequest {
            encoding,
            phase,
            now,
            example,
            files,
            environments,
            extras,
        })
    }
}

/// A request to [`parse`](super::parse).
pub(super) struct ParseRequest<'a> {
    pub(super) dialect: &'a str,
    pub(super) text: &'a [u8],
    pub(super) variables: ProcessEnvironment,
}

impl<'a> ParseRequest<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let (dialect, text) = (reader.text()?, reader.field()?);
        // There is no schema, so values can't be given without their names.
        let variables = reader.variables()?.read(&[])?;
        reader.end()?;
        Ok(ParseRequest {
            dialect,
            text,
            variables,
        })
    }
}

/// A name and bytes.
pub(super) struct File<'a> {
    name: &'a str,
    bytes: &'a [u8],
}

impl File<'_> {
    /// Returns the file as a source of the library.
    pub(super) fn source(&self) -> Result<Source, TooLarge> {
        Source::new(self.name, self.bytes)
    }
}

/// An environment to check.
pub(super) struct Environment<'a> {
    pub(super) name: &'a str,
    pub(super) dialect: &'a str,
    /// Indices into the files of the request, all within bounds.
    pub(super) files: Vec<u32>,
    pub(super) variables: Variables<'a>,
}

/// Variables from no file.
pub(super) enum Variables<'a> {
    None,
    Pairs { count: u32, text: &'a [u8] },
    Values { absent: Vec<u32>, text: &'a [u8] },
}

impl Variables<'_> {
    /// Returns the variables in the library's form; `keys` are the keys of the schema. An extra NUL, which would shift
    /// names and values, is an error: a value could come to be shown as a name.
    pub(super) fn read(&self, keys: &[Property]) -> Result<ProcessEnvironment, Malformed> {
        let variables = match self {
            Variables::None => Some(ProcessEnvironment::default()),
            Variables::Pairs { count, text } => ProcessEnvironment::from_words(text, *count as usize),
            Variables::Values { absent, text } => {
                ProcessEnvironment::from_values(keys.iter().map(|property| &*property.name), absent, text)
            }
        };
        variables.ok_or(Malformed("variables, whose keys and values can't hold a NUL"))
    }
}

/// Further input of a check.
pub(super) struct Extra<'a> {
    pub(super) kind: ExtraKind,
    /// An index into the files of the request.
    pub(super) file: Option<u32>,
    /// Names with their texts.
    pub(super) words: Vec<(&'a str, &'a str)>,
}

impl<'a> Extra<'a> {
    /// Returns the text with that name.
    pub(super) fn word(&self, name: &str) -> Option<&'a str> {
        self.words.iter().find(|word| word.0 == name).map(|word| word.1)
    }
}

/// The kinds of [`Extra`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExtraKind {
    Export,
    Ledger,
    Names,
    Waivers,
    Baseline,
    Part,
}

/// A malformed request: what was expected at the place of the mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed(pub(super) &'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the request is malformed: expected {}", self.0)
    }
}

const NO_SUCH_FILE: Malformed = Malformed("the index of a file of the request");

fn is_file(index: u32, files: usize) -> bool {
    (index as usize) < files
}
