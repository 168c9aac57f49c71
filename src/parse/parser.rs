//! Splits a text into statements. [`key`](super::key) reads how a statement starts, [`value`](super::value) finds where
//! its value ends.

use std::cell::Cell;

use crate::map::Map;
use crate::source::Span;

use super::decode::joins;
use super::dialect::{Bom, Dialect, Export, Grammar, Key, LineEnds, Precedence, Shell, Space, Value, Words};
use super::document::{Assignment, AssignmentKind, Document, Effect, RawValue, SyntaxError, SyntaxErrorKind};
use super::expo::{Treatment, treatment};
use super::file_command::is_refused;
use super::inherited::{is_inherited, stumbles_over};
use super::key::Head;
use super::lexer::{OrdinaryLine, OrdinaryLines, is_inert, skip};
use super::make::is_own;
use super::reader;
use super::shell::Script;
use super::words::{self, End, Fault};

/// Parses a text as the loader of `dialect` reads it. `is_fit` is what [`reader::is_fit`] returns for the text.
pub(super) fn parse(text: &[u8], dialect: &Dialect, is_fit: bool, mut lines: OrdinaryLines<'_>) -> Document {
    let mut document = Document::default();
    // A guess at the number of lines, bounded so that one long value does not reserve memory for nothing.
    document.assignments.reserve((text.len() / 32).min(1024) + 1);
    let mut end = text.len();
    if !is_fit || reader::refuses_noncharacters(&dialect.reader) {
        end = reader::check(text, &dialect.reader, &mut document.errors);
    }
    if matches!(dialect.grammar.key, Key::UpToEquals { .. }) {
        // Node trims the text before it parses it.
        end = dialect.grammar.space.skip_back(text, 0, end);
    }
    let mut parser = Parser {
        text: &text[..end],
        dialect,
        grammar: &dialect.grammar,
        document,
        trimmed: true,
        stumbled: 0,
        line_limit: end,
        line_next: 0,
        line: Cell::new((1, 0)),
        wasted: 0,
        astray: Map::default(),
        exported: Map::default(),
        known: 0,
        script: Script::default(),
    };
    let mut at = if dialect.reader.bom != Bom::Text && text.starts_with(reader::BOM) {
        reader::BOM.len()
    } else {
        0
    };
    // The fast path takes lines that are not subject to a limit on lines or keys.
    let short = dialect.reader.max_line.is_none() || text.len() < 250;
    let mut ordinary = at == 0 && matches!(&text[end..], b"" | b"\n");
    while at < end {
        at = match lines.at(parser.text, at) {
            Some(line) if (short || line.end - at < 250) && parser.is_ordinary(&line) => parser.ordinary(&line),
            _ => {
                ordinary = false;
                let next = parser.statement(at);
                // The line end is white space before the next statement; skipped, so that an ordinary line there is recognised.
                next + usize::from(parser.text.get(next) == Some(&b'\n'))
            }
        };
    }
    let mut document = parser.document;
    document.ordinary = ordinary && document.errors.is_empty();
    reader::judge(text, dialect, &mut document);
    document
}

/// How many times the length of the text may be read in search of a terminator that is not there.
const MAX_WASTED: usize = 8;

pub(super) struct Parser<'t> {
    pub(super) text: &'t [u8],
    pub(super) dialect: &'t Dialect,
    pub(super) grammar: &'t Grammar,
    pub(super) document: Document,
    /// Whether Node has just trimmed the rest of the text, so that the white space before a `#` is gone.
    pub(super) trimmed: bool,
    /// Where reading a statement failed, if after its first line.
    pub(super) stumbled: usize,
    /// For loaders that find the end of a logical line before they parse it, because quotes may hide line ends: the end
    /// of its content, and the end of the line itself (0 for other loaders).
    pub(super) line_limit: usize,
    pub(super) line_next: usize,
    /// Where the last search for a line end started, and what it found: several steps of a statement need it.
    line: Cell<(usize, usize)>,
    /// How many bytes were read in search of a terminator that is not there.
    pub(super) wasted: usize,
    /// Quotes behind which there is none that ends its line.
    pub(super) astray: Map<usize, ()>,
    /// Keys of the first `known` assignments, for the loader that requires an exported key to have a value.
    exported: Map<&'t [u8], ()>,
    known: usize,
    /// What is known about the variables of a shell script.
    pub(super) script: Script<'t>,
}

impl<'t> Parser<'t> {
    /// Returns whether the loader takes the key of an ordinary line for an ordinary key: shells have variables of their
    /// own, and objects have members.
    fn is_ordinary(&mut self, line: &OrdinaryLine) -> bool {
        match self.grammar.key {
            Key::Shell(shell) => self.sets_plainly(shell, &self.text[line.start..line.separator]),
            Key::Make => !is_own(&self.text[line.start..line.separator]),
            Key::FileCommand => !is_refused(&self.text[line.start..line.separator]),
            Key::Xargs => self.sets_plainly(Shell::Bash, &self.text[line.start..line.separator]),
            Key::UpToEquals { trims: Some(_), .. } => {
                let key = &self.text[line.start..line.separator];
                !is_inherited(key) && treatment(key) == Treatment::Set
            }
            _ => stumbles_over(self.dialect.expander, &self.text[line.start..line.separator]).is_none(),
        }
    }

    /// Takes a line that every loader reads the same way; returns the offset after it.
    fn ordinary(&mut self, &OrdinaryLine { start, separator, end }: &OrdinaryLine) -> usize {
        let value = RawValue {
            span: Span::new(separator + 1, end),
            quote: None,
            plain: true,
        };
        self.document.assignments.push(Assignment {
            key: Span::new(start, separator),
            value,
            kind: AssignmentKind::Value,
        });
        self.trimmed = true;
        (end + 1).min(self.text.len())
    }

    /// Takes white space, a comment, or one statement; returns the offset after it, which is always greater than `from`.
    fn statement(&mut self, from: usize) -> usize {
        match self.grammar.key {
            Key::Make => return self.make_line(from),
            Key::Xargs => return self.xargs_line(from),
            Key::Nf => return self.nf_line(from),
            Key::FileCommand => return self.file_command(from),
            Key::Properties(reader) => return self.properties_line(from, reader),
            _ => {}
        }
        let space = self.grammar.space;
        let start = space.skip(self.text, from);
        if matches!(self.grammar.key, Key::UpToEquals { glues: true, .. }) {
            // The text is trimmed before its first line is parsed.
            let first = if from == 0 { start } else { from };
            if matches!(self.text.get(first), Some(b'\n' | b'\r')) {
                return first + 1;
            }
        }
        let Some(first) = self.text.get(start) else {
            self.blank_end(from);
            return self.text.len();
        };
        if let Some((max, effect)) = self.dialect.reader.max_line
            && let Some(next) = self.overlong(from, start, max, effect)
        {
            return next;
        }
        if self.grammar.comments.contains(first) && self.is_comment(from, start) {
            // Node trims after a line that starts with `#` but has no `=`, which it does not recognise as a comment,
            // but not after a comment.
            self.trimmed = !self.trimmed && start > from && matches!(self.text[start - 1], b' ' | b'\t');
            return self.comment_end(start);
        }
        if let Key::Shell(shell) = self.grammar.key {
            return self.commands(shell, start);
        }
        if let Err(fault) = self.find_logical_line(start) {
            self.stumbled = start;
            return self.skip_line(start, fault.kind);
        }
        self.head_and_value(start)
    }

    /// Takes an assignment, or a line that is none; returns the offset after it.
    fn head_and_value(&mut self, start: usize) -> usize {
        let (head, exported) = self.head_after_export(start);
        let read = match head {
            Ok(Head::Key { key, value }) if exported && self.lacks_value(value) => {
                // As if the key were alone.
                self.exports(key);
                return value;
            }
            Ok(Head::Key { key, value }) => self
                .value(key, value)
                .map(|(value, next)| (key, value, AssignmentKind::Value, next)),
            Ok(Head::Dropped { key, value }) => {
                let next = match self.value(key, value) {
                    Ok((_, next)) => next,
                    Err(kind) if self.grammar.on_error == Effect::Rejected => return self.skip_line(start, kind),
                    Err(_) => self.text.len(),
                };
                let kind = match self.grammar.key {
                    Key::UpToEquals { trims: Some(_), .. } if !key.is_empty() => SyntaxErrorKind::RefusedKey,
                    _ => SyntaxErrorKind::BadKey,
                };
                self.error(kind, Effect::Dropped, Span::new(start, next));
                return next;
            }
            Ok(Head::Alone { key, next, .. }) if key.is_empty() => return next,
            Ok(Head::Alone {
                key,
                kind: AssignmentKind::Value,
                next,
            }) if exported => {
                self.exports(key);
                return next;
            }
            Ok(Head::Alone { key, kind, next }) => {
                let value = RawValue {
                    span: Span::new(key.end as usize, key.end as usize),
                    quote: None,
                    plain: true,
                };
                Ok((key, value, kind, next))
            }
            Err(kind) => Err(kind),
        };
        match read {
            Ok((key, value, kind, next)) => {
                self.respell(key);
                self.assign(key, value, kind);
                next
            }
            Err(SyntaxErrorKind::UnterminatedQuote)
                if matches!(self.grammar.key, Key::UpToEquals { .. })
                    || self.grammar.value == Value::Joined && self.stumbled == self.text.len() =>
            {
                // Node 20 continues with the text that it did not take for a value, of which dotenv-java leaves none.
                let next = self.stumbled;
                self.error(
                    SyntaxErrorKind::UnterminatedQuote,
                    Effect::Dropped,
                    Span::new(start, next),
                );
                next
            }
            Err(kind) => self.skip_line(start, kind),
        }
    }

    /// Records the key of the next assignment without its CRs, if the loader removes every CR from the text.
    fn respell(&mut self, key: Span) {
        let key = key.of(self.text);
        if self.dialect.reader.lines == LineEnds::LfWithoutCr && memchr::memchr(b'\r', key).is_some() {
            let spelled = key.iter().copied().filter(|&byte| byte != b'\r').collect();
            self.document.respelled.push((self.document.assignments.len(), spelled));
        }
    }

    /// Adds an assignment to the document.
    pub(super) fn assign(&mut self, key: Span, mut value: RawValue, kind: AssignmentKind) {
        value.plain |= kind == AssignmentKind::Value
            && is_inert(value.span.of(self.text))
            && !joins(self.grammar, self.text, value);
        self.document.assignments.push(Assignment { key, value, kind });
    }

    /// Reads key and separator, after an optional `export`; returns whether there was one.
    fn head_after_export(&mut self, start: usize) -> (Result<Head, SyntaxErrorKind>, bool) {
        let Some(key) = self.after_export(start) else {
            return (self.head(start), false);
        };
        let head = self.head(key);
        let may_be_key = matches!(self.grammar.export, Export::AcrossLines | Export::OnLineOrKey);
        // `export` itself may be the key.
        if may_be_key && head.is_err() {
            (self.head(start), false)
        } else {
            (head, true)
        }
    }

    /// Returns where the key starts after the word `export`, if the loader removes that before it reads the key.
    fn after_export(&self, start: usize) -> Option<usize> {
        let behind = start + b"export".len();
        let space = self.grammar.space;
        let (first, _) = self.text[start..]
            .starts_with(b"export")
            .then(|| space.char_at(self.text, behind))??;
        match self.grammar.export {
            Export::None | Export::OneSpace => None,
            Export::AcrossLines => space.is_space(first).then(|| space.skip(self.text, behind)),
            Export::OnLine | Export::OnLineOrKey => {
                let ends = self.dialect.reader.lines == LineEnds::Any;
                let of_symfony = matches!(self.grammar.key, Key::Symfony { .. });
                let is_blank = |c: char| match c {
                    '\r' if ends => false,
                    c if of_symfony => matches!(c, ' ' | '\t'),
                    c => space.is_blank(c),
                };
                // Compose finds the word by a regular expression, whose class of white space is smaller than that of its scanner.
                let begins = self.grammar.key != Key::Compose || Space::Re2.is_blank(first);
                (begins && is_blank(first)).then(|| skip(self.text, behind, is_blank))
            }
        }
    }

    /// Returns whether the `#` at `start` starts a comment: Node takes it for the start of a key if there is white
    /// space before it and an `=` on its line.
    fn is_comment(&self, from: usize, start: usize) -> bool {
        if self.grammar.value == Value::Joined {
            return self.is_passed_over(start);
        }
        if matches!(self.grammar.key, Key::UpToEquals { glues: true, .. }) {
            // Node 20 looks for a line end, and takes a last line without one for an assignment.
            let rest = &self.text[start..];
            let ends = memchr::memchr(b'\n', rest).is_some() || memchr::memchr(b'=', rest).is_none();
            return ends && (start == from || from == 0);
        }
        let untrimmed = matches!(self.grammar.key, Key::UpToEquals { .. }) && !self.trimmed;
        let behind_blank = start > from && matches!(self.text[start - 1], b' ' | b'\t');
        !(untrimmed && behind_blank && memchr::memchr(b'=', &self.text[start..self.line_end(start)]).is_some())
    }

    /// Returns the end of a comment line.
    fn comment_end(&self, start: usize) -> usize {
        match self.dialect.reader.lines {
            LineEnds::LfOrCr => memchr::memchr(b'\n', &self.text[start..]).map_or(self.text.len(), |len| start + len),
            _ => self.pattern_end(start),
        }
    }

    /// Returns the next line end; for the regular expression of npm dotenv, what `^` and `$` match.
    pub(super) fn pattern_end(&self, at: usize) -> usize {
        let end = self.line_end(at);
        if !self.takes_separators() {
            return end;
        }
        let mut separators = memchr::memchr_iter(0xE2, &self.text[at..end]).map(|len| at + len);
        separators
            .find(|&at| ends_javascript_line(&self.text[at..]))
            .unwrap_or(end)
    }

    /// Returns whether U+2028 and U+2029 end a comment and start a statement.
    pub(super) fn takes_separators(&self) -> bool {
        matches!(self.grammar.value, Value::Pattern { .. }) && self.grammar.space == Space::JavaScript
    }

    /// Skips a line that is longer than the loader accepts, be it the one at `start`, a comment, or a blank one before it.
    fn overlong(&mut self, from: usize, start: usize, max: usize, effect: Effect) -> Option<usize> {
        let mut at = from;
        let end = self.line_end(start);
        while end + 1 - at > max {
            let next = self.line_end(at) + 1;
            if next - at > max {
                let begin = if start < next { start } else { at };
                return Some(self.skip_line_with(begin, SyntaxErrorKind::LineTooLong, effect));
            }
            at = next;
        }
        None
    }

    /// Reports white space on a last line without a line end, after which dotenvy expects more.
    fn blank_end(&mut self, from: usize) {
        let start = memchr::memrchr(b'\n', self.text).map_or(0, |at| at + 1).max(from);
        if start < self.text.len()
            && self.grammar.value == Value::Words(Words::Dotenvy)
            && let Err(fault) = words::logical_line(Words::Dotenvy, self.text, start)
        {
            self.skip_line(start, fault.kind);
        }
    }

    /// Finds the end of the logical line of a statement, for loaders from which quotes may hide line ends.
    fn find_logical_line(&mut self, start: usize) -> Result<(), Fault> {
        let Value::Words(words @ (Words::Dotenvy | Words::DotenvRs | Words::Php)) = self.grammar.value else {
            return Ok(());
        };
        let end = words::logical_line(words, self.text, start);
        if let Err(fault) = end {
            self.wasted += fault.at - start;
        }
        let End { value, next } = end?;
        self.line_limit = self.grammar.space.skip_back(self.text, start, value);
        self.line_next = next.max(self.line_limit);
        Ok(())
    }

    /// Returns whether Ruby finds nothing after a separator, not even white space, so that `export KEY=` means `export KEY`.
    fn lacks_value(&self, from: usize) -> bool {
        let stands_alone = matches!(self.grammar.key, Key::Word { stands_alone: true, .. });
        if !stands_alone || !matches!(self.text.get(from), None | Some(b'\n' | b'\r' | b'#')) {
            return false;
        }
        // Quotes on a later line are the value if nothing but a comment follows them.
        let start = self.grammar.space.skip(self.text, from);
        match self.text.get(start) {
            Some(&mark @ (b'\'' | b'"')) => self.pattern_close(start, mark).is_none(),
            _ => true,
        }
    }

    /// Takes an exported key without a value, which is an error unless the variable is set: further up in the file or,
    /// for a loader that leaves alone what is set, by the process or by another file.
    fn exports(&mut self, key: Span) {
        if self.is_known(key.of(self.text)) {
            return;
        }
        if self.dialect.precedence == Precedence::File {
            return self.error(SyntaxErrorKind::NoSeparator, Effect::Rejected, key);
        }
        let value = RawValue {
            span: Span::new(key.end as usize, key.end as usize),
            quote: None,
            plain: false,
        };
        self.assign(key, value, AssignmentKind::Exported);
    }

    /// Returns whether a key was assigned before.
    pub(super) fn is_known(&mut self, key: &[u8]) -> bool {
        for assignment in &self.document.assignments[self.known..] {
            if assignment.kind != AssignmentKind::Exported {
                self.exported.insert(assignment.key.of(self.text), ());
            }
        }
        self.known = self.document.assignments.len();
        self.exported.contains(key)
    }

    /// Skips a line with an error; returns the offset after it.
    fn skip_line(&mut self, start: usize, kind: SyntaxErrorKind) -> usize {
        self.skip_line_with(start, kind, self.grammar.on_error)
    }

    fn skip_line_with(&mut self, start: usize, kind: SyntaxErrorKind, effect: Effect) -> usize {
        let mut end = self.pattern_end(start.max(self.stumbled));
        if self.wasted > MAX_WASTED * self.text.len() {
            // Line after line has an unterminated quote; the rest becomes one error.
            end = self.text.len();
        }
        let shown = self.grammar.space.skip_back(self.text, start, end).max(start + 1);
        self.trimmed = true;
        if effect == Effect::Stopped {
            // The loader never reads the rest, so it does not matter whether that is UTF-8.
            self.document
                .errors
                .retain(|error| error.kind != SyntaxErrorKind::NotUtf8 || (error.span.start as usize) < end);
            self.error(kind, Effect::Stopped, Span::new(start, self.text.len()));
            return self.text.len();
        }
        self.error(kind, effect, Span::new(start, shown));
        end.max(start + 1)
    }

    pub(super) fn error(&mut self, kind: SyntaxErrorKind, effect: Effect, span: Span) {
        self.document.errors.push(SyntaxError { kind, effect, span });
    }

    /// Returns the offset of the next line end, or of the end of the text.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let (from, end) = self.line.get();
        if !(from..=end).contains(&at) {
            self.line.set((at, self.find_line_end(at)));
        }
        self.line.get().1
    }

    fn find_line_end(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        let len = match self.dialect.reader.lines {
            LineEnds::Lf | LineEnds::Crlf | LineEnds::LfWithoutCr => memchr::memchr(b'\n', rest),
            LineEnds::Any | LineEnds::AnyKept | LineEnds::LfOrCr => memchr::memchr2(b'\n', b'\r', rest),
            LineEnds::JavaScript => {
                memchr::memchr3_iter(b'\n', b'\r', 0xE2, rest).find(|&at| ends_javascript_line(&rest[at..]))
            }
            LineEnds::Python => {
                let may = |byte: u8| byte <= 0x1E || matches!(byte, 0xC2 | 0xE2);
                let mut bytes = rest.iter().enumerate();
                bytes
                    .find(|&(at, &byte)| may(byte) && ends_python_line(&rest[at..]))
                    .map(|(at, _)| at)
            }
        };
        at + len.unwrap_or(rest.len())
    }
}

/// Returns whether `$` of JavaScript with the flag `m` matches here.
pub(super) fn ends_javascript_line(rest: &[u8]) -> bool {
    matches!(rest, [b'\n' | b'\r', ..] | [0xE2, 0x80, 0xA8 | 0xA9, ..])
}

/// Returns whether `str.splitlines` of Python ends a line here.
pub(super) fn ends_python_line(rest: &[u8]) -> bool {
    matches!(
        rest,
        [b'\n' | b'\r' | 0x0B | 0x0C | 0x1C..=0x1E, ..] | [0xC2, 0x85, ..] | [0xE2, 0x80, 0xA8 | 0xA9, ..]
    )
}
