//! Reads a systemd unit: `Environment=` sets variables, `EnvironmentFile=` overrides them from a file,
//! `PassEnvironment=` passes variables on, `UnsetEnvironment=` removes any of them.
//!
//! ```text
//! unit = ( "[" section "]" | comment | name "=" value )*      a backslash at the end of a line continues it
//! value = ( word white* )*                                    words are quoted and escaped as in C
//! ```
//!
//! In a word and in a path, [specifiers](specifier) stand for the name of the unit and for what is known only where it runs.

mod specifier;

use zeroize::Zeroizing;

use crate::parse::carried::{Binding, Held, Removals};
use crate::parse::{Dialect, Effect, EntryError, External};
use crate::source::Span;

use super::set::{Reader, Set};
use super::tree::Tree;
use super::{Carrier, Reference};
use specifier::UnitName;

/// Reads a unit. Of a template, the part is an instance.
pub(super) fn read(text: &str, file: &str, part: Option<&str>) -> Reader {
    let name = UnitName::of(file, part);
    let unit = &name;
    let mut reader = Reader::new(text, Tree::default(), Carrier::Systemd);
    let (mut set, mut passed) = (Set::default(), Vec::new());
    let (mut at, mut in_section) = (if text.starts_with('\u{FEFF}') { 3 } else { 0 }, true);
    let bytes = text.as_bytes();
    while at < bytes.len() {
        let line = Line::at(bytes, at);
        at = line.next;
        let typed = line.span.of(bytes).trim_ascii();
        if typed.starts_with(b"[") && typed.ends_with(b"]") {
            in_section = matches!(typed, b"[Service]" | b"[Socket]" | b"[Mount]" | b"[Swap]");
            continue;
        }
        let separator = memchr::memchr(b'=', line.span.of(bytes));
        let Some(separator) = separator.filter(|_| in_section && !typed.starts_with(b"#") && !typed.starts_with(b";"))
        else {
            continue;
        };
        let start = line.span.start as usize;
        let setting = bytes[start..start + separator].trim_ascii();
        let value = Span::new(start + separator + 1, line.span.end as usize);
        match setting {
            b"Environment" => environment(&mut reader, unit, value, &mut set.bindings),
            b"EnvironmentFile" => environment_file(&mut reader, unit, value, &mut set.files),
            b"PassEnvironment" => pass(&mut reader, unit, value, &mut passed),
            b"UnsetEnvironment" => unset(&mut reader, unit, value),
            _ => continue,
        }
        let indent = bytes[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        reader
            .structure
            .push(Span::new(start + indent, start + indent + setting.len()));
    }
    // Variables that the unit itself sets take precedence.
    passed.append(&mut set.bindings);
    set.bindings = passed;
    let removals = Removals::of(reader.unset.iter());
    set.bindings.retain(|binding| {
        let value = match &binding.value {
            Held::Known(value) => Some(value.as_slice()),
            Held::External(_) => None,
        };
        !removals.remove(binding.key.as_bytes(), value)
    });
    if name.is_template() {
        set.names.extend(part.map(str::to_owned));
    }
    if !set.bindings.is_empty() || !set.files.is_empty() {
        reader.sets.push(set);
    }
    reader
}

/// A logical line, including its continuation lines, and the comments between them.
struct Line {
    span: Span,
    next: usize,
}

impl Line {
    fn at(text: &[u8], start: usize) -> Line {
        let mut from = start;
        loop {
            let end = memchr::memchr(b'\n', &text[from..]).map_or(text.len(), |len| from + len);
            let next = (end + 1).min(text.len());
            let content = text[from..end].strip_suffix(b"\r").unwrap_or(&text[from..end]);
            // A backslash that is escaped continues nothing.
            let backslashes = content.iter().rev().take_while(|&&byte| byte == b'\\').count();
            let goes_on = match is_comment(content) {
                true => from != start,
                false => backslashes % 2 == 1,
            };
            if goes_on && next < text.len() {
                from = next;
                continue;
            }
            return Line {
                span: Span::new(start, from + content.len()),
                next,
            };
        }
    }
}

/// Whether a line is a comment, which may also stand between a line and what continues it.
fn is_comment(line: &[u8]) -> bool {
    matches!(line.trim_ascii_start().first(), Some(b'#' | b';'))
}

/// Returns where a line goes on that the backslash at `at` continues.
fn continuation(text: &[u8], at: usize) -> usize {
    let after = |at: usize| memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |len| at + len + 1);
    let mut at = after(at);
    while at < text.len() && is_comment(&text[at..after(at)]) {
        at = after(at);
    }
    at
}

/// A word of a value: its decoded text, and the place of each byte of it.
struct Word {
    text: Zeroizing<Vec<u8>>,
    places: Vec<u32>,
    span: Span,
    /// Where in the decoded text the first specifier is whose meaning is not known.
    unknown: Option<usize>,
}

impl Word {
    fn new(span: Span) -> Word {
        Word {
            text: Zeroizing::default(),
            places: Vec::new(),
            span,
            unknown: None,
        }
    }

    fn push(&mut self, byte: u8, place: usize) {
        self.text.push(byte);
        self.places.push(Span::new(place, place).start);
    }

    /// Returns the place of a range of the decoded text.
    fn place(&self, start: usize, end: usize) -> Span {
        let at = |index: usize| self.places.get(index).map(|&place| place as usize);
        let from = at(start).unwrap_or(self.span.end as usize);
        let to = match end.checked_sub(1) {
            Some(last) if end > start => at(last).map_or(from, |place| place + 1),
            _ => from,
        };
        Span::new(from, to.max(from))
    }
}

/// Splits a value into words, and resolves their specifiers. `None` if there are no words.
fn resolved(reader: &mut Reader, unit: &UnitName<'_>, value: Span) -> Option<Vec<Word>> {
    let words = words(reader, value);
    let has_words = !words.is_empty();
    let resolve = |word: Word| match unit.resolve(&word) {
        Some(word) => Some(word),
        None => {
            reader.error(word.span, EntryError::NoSpecifier, Effect::Dropped);
            None
        }
    };
    let resolved = words.into_iter().filter_map(resolve).collect();
    has_words.then_some(resolved)
}

/// Splits a value into words. As in systemd, the first mistake ends the value.
fn words(reader: &mut Reader, value: Span) -> Vec<Word> {
    let mut words = Vec::new();
    let (mut at, end) = (value.start as usize, value.end as usize);
    loop {
        while at < end && is_blank(&reader.text[at..end]) {
            at = match reader.text[at] {
                b'\\' => continuation(&reader.text[..end], at),
                _ => at + 1,
            };
        }
        if at >= end {
            return words;
        }
        let start = at;
        let mut word = Word::new(Span::new(start, start));
        match fill(&reader.text[..end], &mut at, &mut word) {
            Some(()) => {
                word.span = Span::new(start, at);
                words.push(word);
            }
            None => {
                reader.error(Span::new(start, end), EntryError::Quoting, Effect::Rejected);
                return words;
            }
        }
    }
}

/// Returns whether the text starts with white space or with a backslash that continues the line.
fn is_blank(rest: &[u8]) -> bool {
    match rest {
        [b'\\', b'\n', ..] | [b'\\', b'\r', b'\n', ..] => true,
        [byte, ..] => byte.is_ascii_whitespace(),
        [] => false,
    }
}

/// Reads one word. `None` if a quote is not closed or an escape is invalid.
fn fill(text: &[u8], at: &mut usize, word: &mut Word) -> Option<()> {
    let mut quote = None;
    while let Some(&byte) = text.get(*at) {
        let place = *at;
        match (byte, quote) {
            (b'\\', _) if is_blank(&text[place..]) => {
                *at = continuation(text, place);
                if quote.is_none() {
                    return Some(());
                }
                // Within quotes, a continuation becomes a space.
                word.push(b' ', place);
                continue;
            }
            (b'\\', _) => {
                let (bytes, len) = escape(&text[place + 1..])?;
                bytes.iter().for_each(|&byte| word.push(byte, place));
                *at += 1 + len;
                continue;
            }
            (b'\'' | b'"', None) => quote = Some(byte),
            (_, Some(open)) if byte == open => quote = None,
            (_, None) if byte.is_ascii_whitespace() => return Some(()),
            _ => word.push(byte, place),
        }
        *at += 1;
    }
    quote.is_none().then_some(())
}

/// Decodes the escape after a backslash. Returns its bytes and its length.
fn escape(rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    let number = |from: usize, len: usize, radix| {
        let digits = str::from_utf8(rest.get(from..from + len)?).ok()?;
        u32::from_str_radix(digits, radix).ok().filter(|&code| code != 0)
    };
    let byte = |code: u32| u8::try_from(code).ok().map(|byte| vec![byte]);
    let character = |code: u32| char::from_u32(code).map(|character| character.to_string().into_bytes());
    let one = match *rest.first()? {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b's' => b' ',
        other @ (b'\\' | b'"' | b'\'') => other,
        b'x' => return Some((byte(number(1, 2, 16)?)?, 3)),
        b'u' => return Some((character(number(1, 4, 16)?)?, 5)),
        b'U' => return Some((character(number(1, 8, 16)?)?, 9)),
        b'0'..=b'7' => return Some((byte(number(0, 3, 8)?)?, 3)),
        _ => return None,
    };
    Some((vec![one], 1))
}

/// `Environment=`: assignments. An empty value discards all earlier ones.
fn environment(reader: &mut Reader, unit: &UnitName<'_>, value: Span, bindings: &mut Vec<Binding>) {
    let Some(words) = resolved(reader, unit, value) else {
        return bindings.clear();
    };
    for word in words {
        let name = memchr::memchr(b'=', &word.text);
        let Some(end) = name.filter(|&end| end > 0) else {
            reader.error(word.span, EntryError::NoAssignment, Effect::Dropped);
            continue;
        };
        if word.unknown.is_some_and(|at| at < end) {
            reader.error(word.place(0, end), EntryError::Specifier, Effect::Dropped);
            continue;
        }
        let Some(key) = name_of(&word.text[..end]) else {
            reader.error(word.place(0, end), EntryError::Name, Effect::Dropped);
            continue;
        };
        let text = &word.text[end + 1..];
        let held = match word.unknown {
            Some(_) => Held::External(External::Specifier),
            None if str::from_utf8(text).is_err() => {
                reader.error(word.span, EntryError::NotText, Effect::Dropped);
                continue;
            }
            None => Held::Known(Zeroizing::new(text.to_vec())),
        };
        bindings.push(Binding {
            key: key.into(),
            value: held,
            key_span: word.place(0, end),
            value_span: word.place(end + 1, word.text.len()),
        });
    }
}

/// `EnvironmentFile=`: one path, preceded by `-` if the file may be missing. An empty value discards all earlier ones.
fn environment_file(reader: &mut Reader, unit: &UnitName<'_>, value: Span, files: &mut Vec<Reference>) {
    let typed = value.of(&reader.text);
    let lead = typed.len() - typed.trim_ascii_start().len();
    let path = typed.trim_ascii();
    let start = value.start as usize + lead;
    let span = Span::new(start, start + path.len());
    if path.is_empty() {
        return files.clear();
    }
    let mut word = Word::new(span);
    for (index, &byte) in path.iter().enumerate() {
        word.push(byte, start + index);
    }
    let word = match unit.resolve(&word) {
        None => return reader.error(span, EntryError::NoSpecifier, Effect::Dropped),
        Some(word) if word.unknown.is_some() => return reader.error(span, EntryError::Specifier, Effect::Dropped),
        Some(word) => word,
    };
    let optional = word.text.starts_with(b"-");
    let path = str::from_utf8(&word.text[usize::from(optional)..]).unwrap_or_default();
    match Dialect::find("systemd") {
        Some(dialect)
            if path.starts_with('/')
                && !path.contains(['*', '?', '[', '\\', '\n'])
                && !path.split('/').any(|part| part == "..") =>
        {
            files.push(Reference {
                path: path.to_owned(),
                required: !optional,
                wins: true,
                dialect,
                span,
            });
        }
        _ => reader.error(span, EntryError::Path, Effect::Dropped),
    }
}

/// `PassEnvironment=`: names. An empty value discards all earlier ones.
fn pass(reader: &mut Reader, unit: &UnitName<'_>, value: Span, passed: &mut Vec<Binding>) {
    let Some(words) = resolved(reader, unit, value) else {
        return passed.clear();
    };
    for word in words {
        match name_of(&word.text) {
            _ if word.unknown.is_some() => reader.error(word.span, EntryError::Specifier, Effect::Dropped),
            Some(key) => passed.push(super::set::external(
                (key.into(), word.span),
                word.span,
                External::PassedOn,
            )),
            None => reader.error(word.span, EntryError::Name, Effect::Dropped),
        }
    }
}

/// Returns a name as text, if systemd sets variables of that name: letters, digits and `_`, of which a digit is not the first.
fn name_of(text: &[u8]) -> Option<&str> {
    let is_name =
        !text.first()?.is_ascii_digit() && text.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    str::from_utf8(text).ok().filter(|_| is_name)
}

/// `UnsetEnvironment=`: names, or assignments, which remove a variable only if its value matches too. They apply at the very
/// end, wherever they are, also to what files set. An empty value discards all earlier ones.
fn unset(reader: &mut Reader, unit: &UnitName<'_>, value: Span) {
    let Some(words) = resolved(reader, unit, value) else {
        return reader.unset.clear();
    };
    for word in words {
        match word.unknown {
            Some(_) => reader.error(word.span, EntryError::Specifier, Effect::Dropped),
            None => reader.unset.push(word.text),
        }
    }
}
