//! What a word of a shell contains that decides whether its command can be followed.

use super::super::words::{Operator, Parameter, Sink};

/// A [`Sink`] that notes what a word contains.
#[derive(Default)]
pub(super) struct Seen<'t> {
    pub(super) typed: &'t [u8],
    /// The word without quotes and without what is substituted. Empty for a value, where it is not needed.
    pub(super) text: Vec<u8>,
    is_value: bool,
    /// Whether something is quoted or escaped.
    pub(super) quoted: bool,
    /// Whether something known is substituted: a parameter, arithmetic, a home directory.
    pub(super) expands: bool,
    /// Whether something is substituted that can't be known.
    pub(super) unknown: bool,
    /// Where the shell gives up.
    pub(super) fails: Option<usize>,
    /// Parameters that are set if unset: `${name:=word}`.
    pub(super) sets: Vec<Parameter>,
    /// Whether the shell only goes on if some parameter is set: `${name:?word}`.
    pub(super) asks: bool,
    /// Whether the argument of a parameter may set or require another one.
    pub(super) nests: bool,
    /// The first byte outside quotes that makes the word a pattern.
    pub(super) pattern: Option<usize>,
    /// The number of open braces, and whether the last byte is a closing brace without an opening one.
    depth: usize,
    pub(super) ends_in_brace: bool,
}

impl<'t> Seen<'t> {
    pub(super) fn new(typed: &'t [u8]) -> Seen<'t> {
        Seen {
            typed,
            ..Seen::default()
        }
    }

    /// Like [`Seen::new`], for the value of an assignment.
    pub(super) fn of_value(typed: &'t [u8]) -> Seen<'t> {
        Seen {
            is_value: true,
            ..Seen::new(typed)
        }
    }

    /// Returns whether the word is known from its text alone, except for its quotes.
    pub(super) fn is_literal(&self) -> bool {
        !self.expands && !self.unknown && self.fails.is_none()
    }
}

impl Sink for Seen<'_> {
    fn text(&mut self, at: usize, bytes: &[u8], live: bool) {
        if !self.is_value {
            self.text.extend_from_slice(bytes);
        }
        if bytes.is_empty() {
            return;
        }
        self.ends_in_brace = false;
        if !live {
            return;
        }
        for (offset, byte) in bytes.iter().enumerate() {
            self.ends_in_brace = false;
            match byte {
                b'*' | b'?' | b'[' => {
                    self.pattern.get_or_insert(at + offset);
                }
                b'{' => self.depth += 1,
                b'}' if self.depth > 0 => self.depth -= 1,
                b'}' => self.ends_in_brace = true,
                _ => {}
            }
        }
    }

    fn quotes(&mut self) {
        self.quoted = true;
        self.ends_in_brace = false;
    }

    fn home(&mut self, _: usize) {
        self.expands = true;
    }

    fn unknown(&mut self) {
        self.unknown = true;
    }

    fn fails(&mut self, at: usize) {
        self.fails.get_or_insert(at);
    }

    fn status(&mut self, _: usize) {
        self.expands = true;
    }

    fn arithmetic(&mut self, _: (usize, usize)) {
        self.expands = true;
    }

    fn parameter(&mut self, parameter: Parameter) {
        self.expands = true;
        self.ends_in_brace = false;
        let argument = &self.typed[parameter.argument.0..parameter.argument.1];
        self.nests |= crate::find::find(argument, b"${").is_some() && memchr::memchr2(b'=', b'?', argument).is_some();
        match parameter.operator {
            Operator::Assign { .. } => self.sets.push(parameter),
            Operator::Require { .. } => self.asks = true,
            _ => {}
        }
    }
}
