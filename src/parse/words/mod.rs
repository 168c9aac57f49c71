//! Values that are composed of quoted and bare pieces, as in a shell: `a"b c"'d'`.
//!
//! Each scanner reads one value and reports its parts to a [`Sink`]. The parser runs it to find the end of the value
//! and what is wrong with it; decoding and expansion run it again to find what it represents. So each loader has one
//! grammar for all three uses.

mod dotenvy;
pub(super) mod make;
mod php;
pub(super) mod properties;
pub(crate) mod shlex;
pub(crate) mod shell;
mod symfony;
mod systemd;
pub(super) mod xargs;

use super::dialect::Words;
use super::document::SyntaxErrorKind;

/// Receives the parts of a value, in the order of the text.
pub(crate) trait Sink {
    /// Bytes of the value, which are at `at` or are represented there by an escape. If they are `live`, a `$` in them
    /// may start a reference; in a shell, `live` bytes are those outside quotes.
    fn text(&mut self, at: usize, bytes: &[u8], live: bool);

    /// A parameter of a shell.
    fn parameter(&mut self, parameter: Parameter) {
        let _ = parameter;
    }

    /// A `~` for the home directory.
    fn home(&mut self, at: usize) {
        let _ = at;
    }

    /// Something that only running the shell would tell.
    fn unknown(&mut self) {}

    /// Something at which a shell gives up on the command.
    fn fails(&mut self, at: usize) {
        let _ = at;
    }

    /// Quotes of a shell, or an escape.
    fn quotes(&mut self) {}

    /// The exit status of the last command of a shell.
    fn status(&mut self, at: usize) {
        let _ = at;
        self.unknown();
    }

    /// Arithmetic of a shell, as a range of the text.
    fn arithmetic(&mut self, expression: (usize, usize)) {
        let _ = expression;
        self.unknown();
    }

    /// The end of a piece; `live` unless it was in single quotes.
    fn piece(&mut self, live: bool) {
        let _ = live;
    }

    /// A reference: its range, and that of its name.
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
    /// Whether it is in double quotes.
    pub(crate) quoted: bool,
}

/// The operation on a parameter of a shell. With `colon`, an empty parameter counts as unset.
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

/// Collects the text.
impl Sink for Vec<u8> {
    fn text(&mut self, _: usize, bytes: &[u8], _: bool) {
        self.extend_from_slice(bytes);
    }
}

/// Ignores everything.
impl Sink for () {
    fn text(&mut self, _: usize, _: &[u8], _: bool) {}
}

/// Reports bytes at `at` in which the loader reads CRLF and CR as LF.
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

/// Where a value ends, and where the next statement starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct End {
    /// After the last byte of the value, including its quotes.
    pub(crate) value: usize,
    /// After everything that belongs to the statement.
    pub(crate) next: usize,
}

/// Why a value can't be read, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: SyntaxErrorKind,
    pub(crate) at: usize,
}

/// Reads the value that starts at `start`, after any white space.
pub(crate) fn scan(words: Words, text: &[u8], start: usize, sink: &mut dyn Sink) -> Result<End, Fault> {
    match words {
        Words::Systemd => Ok(systemd::scan(text, start, sink)),
        Words::Dotenvy | Words::DotenvRs => dotenvy::scan(text, start, sink),
        Words::Php => php::scan(text, start, sink),
        Words::Shlex => shlex::scan(text, start, sink),
        Words::Make => Ok(make::scan(text, start, sink)),
        Words::Xargs => Ok(xargs::scan(text, start, sink)),
        Words::Properties(reader) => properties::scan(text, start, reader, sink),
        Words::Symfony | Words::Symfony5 => symfony::scan(text, start, sink, words == Words::Symfony5),
        Words::Shell(shell) => shell::word(shell, text, start, sink).map(|end| End { value: end, next: end }),
    }
}

/// Returns the end of the logical line of a statement, for loaders from which quotes may hide line ends.
pub(crate) fn logical_line(words: Words, text: &[u8], start: usize) -> Result<End, Fault> {
    match words {
        Words::Dotenvy => dotenvy::logical_line(text, start),
        Words::DotenvRs => Ok(dotenvy::physical_line(text, start)),
        Words::Php => Ok(php::logical_line(text, start)),
        Words::Systemd
        | Words::Shlex
        | Words::Make
        | Words::Xargs
        | Words::Properties(_)
        | Words::Symfony
        | Words::Symfony5
        | Words::Shell(_) => Ok(End {
            value: text.len(),
            next: text.len(),
        }),
    }
}
