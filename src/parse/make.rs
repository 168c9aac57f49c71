//! Reads the lines of a file that GNU make includes: assignments, alone or after `export`, and the rules between them.
//!
//! At a line that it can't read, make gives up before it runs anything. Where make would have to run to tell what the rest
//! of the file means, as after `include` or `ifdef`, reading stops, as it does in the script of a shell.

use crate::name::is_name;
use crate::source::Span;

use super::document::{Assignment, AssignmentKind, Effect, RawValue, SyntaxErrorKind};
use super::parser::Parser;
use super::shell::has;
use super::words::make::{leading, line, scan};

/// Variables that change how make reads the rest.
const SWITCHES: &str = " MAKEFLAGS GNUMAKEFLAGS MAKEFILES .RECIPEPREFIX ";

/// Words at the start of a line whose meaning is not followed here.
const DIRECTIVES: &str = " ifdef ifndef ifeq ifneq else endif include -include sinclude vpath load -load unexport override private \
    define undefine ";

/// Variables that make sets itself, besides those whose names begin with `MAKE` or contain a dot.
const OWN: &str = " AR ARFLAGS AS CC CO COFLAGS CPP CTANGLE CURDIR CWEAVE CXX F77 F77FLAGS FC GET GNUMAKEFLAGS IFS LD LEX LINT M2C MFLAGS OBJC \
    OUTPUT_OPTION PC RM SHELL SUFFIXES TANGLE TEX TEXI2DVI WEAVE YACC ";

/// Returns whether make gives a variable a value unless a file does.
pub(crate) fn is_own(name: &[u8]) -> bool {
    name.starts_with(b"MAKE") || memchr::memchr(b'.', name).is_some() || has(OWN, name)
}

/// Where the parts of an assignment are.
struct Definition {
    name: (usize, usize),
    value: usize,
}

/// Why a line sets nothing.
enum Fault {
    /// What it means depends on more than the file.
    NotStatic,
    Rejected(SyntaxErrorKind),
}

impl Parser<'_> {
    /// Reads one line of a makefile, with those that continue it; returns the offset after it.
    pub(super) fn make_line(&mut self, from: usize) -> usize {
        let (end, next) = line(self.text, from);
        let start = leading(&self.text[..end], from);
        let fault = if memchr::memchr(0, &self.text[from..end]).is_some() {
            // make goes on with what the next line adds to it.
            Fault::NotStatic
        } else if matches!(self.text[start..end].first(), None | Some(b'#')) {
            return next;
        } else {
            match self.make_statement(from, start, end, next) {
                Ok(next) => return next,
                Err(fault) => fault,
            }
        };
        match fault {
            Fault::Rejected(kind) => {
                self.error(kind, Effect::Rejected, Span::new(start, end));
                next
            }
            Fault::NotStatic => {
                self.stop_at(start);
                self.text.len()
            }
        }
    }

    /// Reads a line that is neither empty nor a comment; returns the offset after what belongs to it.
    fn make_statement(&mut self, from: usize, start: usize, end: usize, next: usize) -> Result<usize, Fault> {
        let text = &self.text[..end];
        let (mut at, mut exports) = (start, false);
        loop {
            if let Some(definition) = definition(text, at)? {
                self.define(&definition, exports)?;
                return Ok(next);
            }
            let word = word(text, at);
            if word.of(text) == b"export" {
                exports = true;
                at = leading(text, word.end as usize);
                if !matches!(text.get(at), None | Some(b'#')) {
                    continue;
                }
            } else if has(DIRECTIVES, word.of(text)) {
                return Err(Fault::NotStatic);
            }
            break;
        }
        if word(text, start).of(text) == b"export" {
            return self.make_exports(start + b"export".len(), end, next);
        }
        if text[from] == b'\t' {
            return Err(Fault::Rejected(SyntaxErrorKind::NoSeparator));
        }
        self.make_rule(start, end, next)
    }

    /// Records an assignment.
    fn define(&mut self, definition: &Definition, exports: bool) -> Result<(), Fault> {
        let text = self.text;
        let key = Span::new(definition.name.0, definition.name.1);
        let name = key.of(text);
        if name.is_empty() {
            return Err(Fault::Rejected(SyntaxErrorKind::NoKey));
        }
        if has(SWITCHES, name) {
            return Err(Fault::NotStatic);
        }
        let end = scan(text, definition.value, &mut ()).value;
        let value = RawValue {
            span: Span::new(leading(text, definition.value).min(end), end),
            quote: None,
            plain: false,
        };
        let kind = match text[definition.value - 2] {
            _ if !is_name(name) && exports => AssignmentKind::Unknown,
            _ if !is_name(name) => {
                // Other variables can refer to it, but programs don't get it.
                self.error(SyntaxErrorKind::BadKey, Effect::Dropped, key);
                AssignmentKind::Hidden
            }
            b'?' => AssignmentKind::Default { colon: false },
            b'+' => AssignmentKind::Append,
            _ => AssignmentKind::Value,
        };
        if is_own(name) || text[definition.value - 2] == b'!' {
            // Not a plain value, whatever it looks like.
            self.document.assignments.push(Assignment { key, value, kind });
        } else {
            self.assign(key, value, kind);
        }
        Ok(())
    }

    /// Reads the names behind `export`, each of which is empty unless it is set.
    fn make_exports(&mut self, from: usize, end: usize, next: usize) -> Result<usize, Fault> {
        let text = &self.text[..end];
        let mut at = leading(text, from);
        while !matches!(text.get(at), None | Some(b'#')) {
            let key = word(text, at);
            if !is_name(key.of(text)) || is_own(key.of(text)) {
                return Err(Fault::NotStatic);
            }
            at = key.end as usize;
            let value = RawValue {
                span: Span::new(at, at),
                quote: None,
                plain: true,
            };
            self.assign(key, value, AssignmentKind::Default { colon: false });
            at = leading(text, at);
        }
        Ok(next)
    }

    /// Reads a rule, which sets nothing, with its recipe.
    fn make_rule(&mut self, start: usize, end: usize, mut next: usize) -> Result<usize, Fault> {
        let text = self.text;
        let line = &text[start..end];
        if memchr::memchr2(b'$', b'\\', line).is_some() {
            return Err(Fault::NotStatic);
        }
        let line = &line[..memchr::memchr(b'#', line).unwrap_or(line.len())];
        let Some(colon) = memchr::memchr(b':', line) else {
            return Err(Fault::Rejected(SyntaxErrorKind::NoSeparator));
        };
        let (targets, rest) = (&line[..colon], &line[colon + 1..]);
        let is_target = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'/' | b' ');
        let holds = |byte: u8| memchr::memchr(byte, rest).is_some();
        let sets = holds(b'=');
        if colon == 0
            || !targets.iter().all(is_target)
            || b":%(|&".iter().any(|&byte| holds(byte))
            || sets && holds(b';')
        {
            return Err(Fault::NotStatic);
        }
        // An assignment for a target has no recipe.
        let mut at = next;
        while !sets && at < text.len() {
            let (end, behind) = self::line(text, at);
            let first = leading(&text[..end], at);
            if memchr::memchr(0, &text[at..end]).is_some() {
                break;
            }
            if text[at] == b'\t' {
                next = behind;
            } else if !matches!(text[first..end].first(), None | Some(b'#')) {
                break;
            }
            at = behind;
        }
        let shown = text[..next].trim_ascii_end().len();
        self.error(SyntaxErrorKind::NoSeparator, Effect::Dropped, Span::new(start, shown));
        Ok(next)
    }
}

/// Finds name and value if a line is an assignment.
fn definition(text: &[u8], start: usize) -> Result<Option<Definition>, Fault> {
    let mut at = start;
    let mut end = None;
    loop {
        let byte = match text.get(at) {
            None | Some(b'#') => return Ok(None),
            Some(b'$' | b'\\') => return Err(Fault::NotStatic),
            Some(b' ' | b'\t') => {
                end = Some(at);
                at = leading(text, at);
                match text.get(at) {
                    None | Some(b'#') => return Ok(None),
                    Some(b'$' | b'\\') => return Err(Fault::NotStatic),
                    Some(&byte) => byte,
                }
            }
            Some(&byte) => byte,
        };
        let sign = match (byte, &text[at + 1..]) {
            (b'=', _) => 1,
            (b':' | b'+' | b'?' | b'!', [b'=', ..]) => 2,
            (b':', [b':', b'=', ..]) => 3,
            // Only newer versions know it.
            (b':', [b':', b':', b'=', ..]) => return Err(Fault::NotStatic),
            (b':', _) => return Ok(None),
            _ if end.is_some() => return Ok(None),
            _ => {
                at += 1;
                continue;
            }
        };
        return Ok(Some(Definition {
            name: (start, end.unwrap_or(at)),
            value: at + sign,
        }));
    }
}

/// Returns the word at an offset.
fn word(text: &[u8], start: usize) -> Span {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, 0x0B | b'#' | b'\\' | b'$');
    let len = text[start..].iter().position(ends).unwrap_or(text.len() - start);
    Span::new(start, start + len)
}
