//! Values that are put together from pieces, quoted and bare, as in a shell: `a"b c"'d'`.
//!
//! Each scanner here reads one value and says what it is made of to a [`Sink`]. The parser runs it for the end of the value
//! and for what is wrong with it; decoding and expansion run it again for what it stands for. So there is one grammar for
//! each loader, and not one for every use.

mod dotenvy;
mod php;
pub(crate) mod shell;
mod symfony;
mod systemd;

use super::dialect::Words;
use super::document::SyntaxErrorKind;

/// What a value is made of, told in the order of the text.
pub(crate) trait Sink {
    /// Bytes of the value, which stand at `at`, or stand for what stands there. A `$` in them may begin a reference if they
    /// are `live`; in a shell, those are outside of quotes.
    fn text(&mut self, at: usize, bytes: &[u8], live: bool);

    /// A parameter of a shell.
    fn parameter(&mut self, parameter: Parameter) {
        let _ = parameter;
    }

    /// A `~` for the home directory.
    fn home(&mut self, at: usize) {
        let _ = at;
    }

    /// Something that can't be known without running the shell.
    fn unknown(&mut self) {}

    /// Something over which a shell gives up the command.
    fn fails(&mut self, at: usize) {
        let _ = at;
    }

    /// Quotes of a shell, or an escape.
    fn quotes(&mut self) {}

    /// The status of the last command of a shell.
    fn status(&mut self, at: usize) {
        let _ = at;
        self.unknown();
    }

    /// Arithmetic of a shell, as a range of the text.
    fn arithmetic(&mut self, expression: (usize, usize)) {
        let _ = expression;
        self.unknown();
    }

    /// The piece is read; `live` unless it was in single quotes.
    fn piece(&mut self, live: bool) {
        let _ = live;
    }

    /// A reference: its place, and the place of the name in it.
    fn reference(&mut self, whole: (usize, usize), name: (usize, usize)) {
        let _ = (whole, name);
    }
}

/// A parameter of a shell, as ranges of the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameter {
    pub(crate) whole: (usize, usize),
    pub(crate) name: (usize, usize),
    pub(crate) operator: Operator,
    pub(crate) argument: (usize, usize),
    /// Whether it stands in double quotes.
    pub(crate) quoted: bool,
}

/// What is done with a parameter of a shell. Those with a `colon` take one that is empty for one that is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    /// `${name}`
    None,
    /// `${name:-word}`
    Default { colon: bool },
    /// `${name:=word}`
    Assign { colon: bool },
    /// `${name:+word}`
    Alternative { colon: bool },
    /// `${name:?word}`
    Require { colon: bool },
    /// `${#name}`
    Length,
    /// `${name#pattern}`
    Prefix { longest: bool },
    /// `${name%pattern}`
    Suffix { longest: bool },
    /// `${name/pattern/word}`
    Replace { all: bool },
    /// `${name^}`, `${name,}`
    Case { upper: bool, all: bool },
    /// `${name:from:length}`
    Substring,
    /// `${!name}`
    Indirect,
}

/// Nobody listens.
impl Sink for () {
    fn text(&mut self, _: usize, _: &[u8], _: bool) {}
}

/// Tells of bytes as they stand at `at`, in which CRLF and CR are LF to the loader.
fn raw(sink: &mut dyn Sink, mut at: usize, bytes: &[u8], live: bool) {
    let mut rest = bytes;
    while let Some(cr) = memchr::memchr(b'\r', rest) {
        let len = if rest[cr..].starts_with(b"\r\n") { 2 } else { 1 };
        sink.text(at, &rest[..cr], live);
        sink.text(at + cr, b"\n", live);
        at += cr + len;
        rest = &rest[cr + len..];
    }
    sink.text(at, rest, live);
}

/// Where a value ends, and where the next statement begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct End {
    /// Behind the last byte of the value, its quotes included.
    pub(crate) value: usize,
    /// Behind what belongs to the statement.
    pub(crate) next: usize,
}

/// Why a value can't be read, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: SyntaxErrorKind,
    pub(crate) at: usize,
}

/// Reads the value that begins at `start`, white space skipped.
pub(crate) fn scan(words: Words, text: &[u8], start: usize, sink: &mut dyn Sink) -> Result<End, Fault> {
    match words {
        Words::Systemd => Ok(systemd::scan(text, start, sink)),
        Words::Dotenvy | Words::DotenvRs => dotenvy::scan(text, start, sink),
        Words::Php => php::scan(text, start, sink),
        Words::Symfony | Words::Symfony5 => symfony::scan(text, start, sink, words == Words::Symfony5),
        Words::Shell(shell) => shell::word(shell, text, start, sink).map(|end| End { value: end, next: end }),
    }
}

/// The end of the line that a value begins on, where quotes may hide line ends from the loader.
pub(crate) fn logical_line(words: Words, text: &[u8], start: usize) -> Result<End, Fault> {
    match words {
        Words::Dotenvy => dotenvy::logical_line(text, start),
        Words::DotenvRs => Ok(dotenvy::physical_line(text, start)),
        Words::Php => Ok(php::logical_line(text, start)),
        Words::Systemd | Words::Symfony | Words::Symfony5 | Words::Shell(_) => Ok(End {
            value: text.len(),
            next: text.len(),
        }),
    }
}
