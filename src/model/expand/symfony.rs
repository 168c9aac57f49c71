//! Expands references the way symfony/dotenv does: it replaces references in all variables at once and reads the result
//! again, up to five times. Only then does it remove escapes. So a name may be formed by two texts that end up side by
//! side.

use std::borrow::Cow;

use crate::map::Map;
use crate::name::word_len;
use crate::parse::Effect;
use crate::parse::decode::{Decoded, halve, pieces as pieces_of};
use crate::parse::dialect::{Expander, Words};
use crate::parse::words::{Sink, scan};
use crate::sort;

use super::super::resolve::file_winner;
use super::super::table::When;
use super::super::{FailureKind, ReferenceOutcome, Unknown};
use super::lookup::UNKNOWN_OF_LOGIN;
use super::once::is_command;
use super::{Expanded, Expansion, Lookup, outcome};

/// How many times the texts are read.
const PASSES: usize = 5;

/// Represents a `$` that does not start a reference, as in Symfony, which rejects files with zero bytes.
const LITERAL_DOLLAR: u8 = 0;

/// A variable with references.
struct Open<'s> {
    expansion: Expansion<'s>,
    /// The text so far.
    text: Result<Vec<u8>, Unknown>,
    /// The place in the file of each byte of the text; only valid before the first pass.
    origins: Vec<usize>,
    /// Whether it refers to itself, in which case it does not see its own value.
    is_own: bool,
}

/// Expands the variables of Symfony, after all files have been read.
pub(super) fn expand(lookup: &mut Lookup<'_, '_>) {
    let mut open = open(lookup);
    let mut indices = Map::default();
    for (one, index) in open.iter().zip(0..) {
        indices.insert(one.expansion.key, index);
    }
    let mut passes = Passes {
        lookup,
        indices,
        set: Map::default(),
    };
    for pass in 0..PASSES {
        let mut texts = Vec::new();
        for index in 0..open.len() {
            let has_reference = |text: &Vec<u8>| memchr::memchr(b'$', text).is_some();
            if !open[index].text.as_ref().is_ok_and(has_reference) {
                continue;
            }
            let text = passes.read(&mut open, index, pass);
            if open[index].text != text {
                texts.push((index, text));
            }
        }
        if texts.is_empty() {
            break;
        }
        for (index, text) in texts {
            let is_endless = pass + 1 == PASSES && text.is_ok();
            open[index].text = text;
            if is_endless {
                // It may also just be a chain of references that is too long for five passes.
                let why = passes
                    .lookup
                    .endless(open[index].expansion.key, open[index].expansion.when);
                passes.fail(&open[index], FailureKind::Cycle);
                open[index].text = Err(why);
            }
        }
    }
    for one in open {
        if one.text == Err(Unknown::Command) {
            passes.lookup.commands.push(one.expansion.when);
        }
        let expanded = Expanded {
            value: one.text.map(halve_backslashes),
            references: one.expansion.references,
        };
        passes.lookup.done.insert(one.expansion.when, expanded);
    }
}

/// Returns the variables with references, from the winning file. Variables that the process environment sets are left out.
fn open<'s>(lookup: &Lookup<'_, 's>) -> Vec<Open<'s>> {
    let table = lookup.table;
    let mut whens: Vec<When> = Vec::new();
    for group in table.groups() {
        let Some(when) = file_winner(table, group).filter(|_| table.process_value(group).is_none()) else {
            continue;
        };
        let holds_reference = table.assignment(when).is_some_and(|(layer, assignment)| {
            layer.dialect.expander == Expander::Symfony
                && !assignment.value.plain
                && memchr::memchr(b'$', assignment.value.span.of(layer.text)).is_some()
        });
        if holds_reference {
            whens.push(when);
        }
    }
    sort::by(&mut whens, &Ord::cmp);
    let of = |when: When| {
        let raw = raw(lookup, when).filter(|_| table.has_value(when))?;
        let key = table.key(when);
        Some(Open {
            is_own: names_itself(&raw.text, key),
            expansion: Expansion {
                when,
                key,
                decoded: Decoded::default(),
                references: Vec::new(),
            },
            text: Ok(raw.text),
            origins: raw.origins,
        })
    };
    whens.into_iter().filter_map(of).collect()
}

/// Returns the text that Symfony keeps of an assignment, and the place of each byte in the file.
fn raw(lookup: &Lookup<'_, '_>, when: When) -> Option<Raw> {
    let (layer, assignment) = lookup.table.assignment(when)?;
    let span = pieces_of(assignment.value);
    let mut sink = Raw {
        text: Vec::with_capacity(span.len()),
        origins: Vec::with_capacity(span.len()),
        piece: 0,
    };
    let _ = scan(
        Words::Symfony,
        &layer.text[..span.end as usize],
        span.start as usize,
        &mut sink,
    );
    // An incomplete piece is not part of the value.
    sink.text.truncate(sink.piece);
    sink.origins.truncate(sink.piece);
    Some(sink)
}

/// Returns whether `\$\{?NAME(?![A-Za-z0-9_])` matches.
fn names_itself(text: &[u8], key: &[u8]) -> bool {
    memchr::memchr_iter(b'$', text).any(|dollar| {
        let rest = &text[dollar + 1..];
        let rest = rest.strip_prefix(b"{").unwrap_or(rest);
        rest.strip_prefix(key).is_some_and(|behind| word_len(behind) == 0)
    })
}

#[derive(Default)]
struct Raw {
    /// The bytes read so far, and the place of each in the file.
    text: Vec<u8>,
    origins: Vec<usize>,
    /// Where the current piece starts.
    piece: usize,
}

impl Sink for Raw {
    fn text(&mut self, at: usize, bytes: &[u8], _: bool) {
        self.text.extend_from_slice(bytes);
        self.origins.extend(at..at + bytes.len());
    }

    fn piece(&mut self, live: bool) {
        let start = std::mem::replace(&mut self.piece, self.text.len());
        if memchr::memchr2(b'$', b'\\', &self.text[start..]).is_none() {
            return;
        }
        let (typed, places) = (self.text.split_off(start), self.origins.split_off(start));
        let mut backslashes = 0;
        for (byte, at) in typed.into_iter().zip(places) {
            let byte = match byte {
                b'$' if !live => LITERAL_DOLLAR,
                b'$' if backslashes % 2 == 1 => {
                    self.text.pop();
                    self.origins.pop();
                    LITERAL_DOLLAR
                }
                byte => byte,
            };
            let count = if byte == b'\\' && !live { 2 } else { 1 };
            self.text.extend(std::iter::repeat_n(byte, count));
            self.origins.extend(std::iter::repeat_n(at, count));
            backslashes = if byte == b'\\' && live { backslashes + 1 } else { 0 };
        }
        self.piece = self.text.len();
    }
}

struct Passes<'l, 'a, 's> {
    lookup: &'l mut Lookup<'a, 's>,
    /// Indices of the variables with references, by name.
    indices: Map<&'s [u8], usize>,
    /// Variables that `${NAME:=value}` has set.
    set: Map<Vec<u8>, Vec<u8>>,
}

impl<'s> Passes<'_, '_, 's> {
    /// Returns the text of a variable with its references replaced.
    fn read(&mut self, open: &mut [Open<'_>], index: usize, pass: usize) -> Result<Vec<u8>, Unknown> {
        let typed = open[index].text.clone()?;
        // The places of references are known only in the first pass, when the text is that of the file.
        let origins = if pass == 0 {
            std::mem::take(&mut open[index].origins)
        } else {
            Vec::new()
        };
        self.lookup.read(typed.len())?;
        self.lookup.begin(open[index].expansion.when);
        let mut one = Turn {
            passes: self,
            open,
            index,
        };
        let value = replace(&mut one, &typed, &origins, usize::MAX);
        self.lookup.settle(value)
    }

    /// Returns the value of a name inside a variable: the current text of the other variable.
    fn value(&self, open: &[Open<'_>], own: usize, name: &[u8]) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        if let Some(value) = self.lookup.process(name) {
            return Ok(Some(protected(value).into()));
        }
        if let Some(value) = self.set.get(name) {
            return Ok(Some(value.clone().into()));
        }
        if let Some(&index) = self.indices.get(name) {
            let other = &open[index];
            return match &other.text {
                _ if index == own && other.is_own => Ok(self.covered(name, other.expansion.when)),
                Ok(text) => Ok(Some(text.clone().into())),
                Err(UNKNOWN_OF_LOGIN) => Ok(Some(self.lookup.login().into())),
                Err(unknown) => Err(*unknown),
            };
        }
        let table = self.lookup.table;
        let Some(when) = file_winner(table, table.find(name)) else {
            return Ok(None);
        };
        let of_symfony = table
            .assignment(when)
            .is_some_and(|(layer, _)| layer.dialect.expander == Expander::Symfony);
        if let Some(text) = table.verbatim(when).filter(|_| of_symfony) {
            return Ok(Some(text.into()));
        }
        if of_symfony {
            let text = raw(self.lookup, when).unwrap_or_default().text;
            return Ok(Some(text.into()));
        }
        Ok(self.lookup.value(when)?.map(|value| protected(&value).into()))
    }

    /// Returns what a variable that refers to itself sees as its value: the text from the lowest file that sets it, if
    /// that is a different file. References in it are not expanded.
    fn covered(&self, name: &[u8], when: When) -> Option<Cow<'s, [u8]>> {
        let group = self.lookup.table.find(name);
        let lowest = group.first().filter(|first| first.when.layer < when.layer)?;
        let of_lowest = group.iter().take_while(|entry| entry.when.layer == lowest.when.layer);
        let raw = raw(self.lookup, of_lowest.last()?.when)?;
        Some(protected(&raw.text).into())
    }

    fn fail(&mut self, open: &Open<'_>, kind: FailureKind) {
        let place = self.lookup.table.assignment(open.expansion.when);
        if let Some((_, assignment)) = place {
            let span = assignment.value.span;
            let span = (span.start as usize, span.end as usize);
            self.lookup.fail_at(&open.expansion, span, kind, Effect::Rejected);
        }
    }
}

/// A variable whose text is being read.
struct Turn<'p, 'o, 'e, 'l, 'a, 's> {
    passes: &'p mut Passes<'l, 'a, 's>,
    open: &'o mut [Open<'e>],
    index: usize,
}

impl<'a, 's, 'e> Variables<'a, 's, 'e> for Turn<'_, '_, 'e, '_, 'a, 's> {
    fn value(&mut self, name: &[u8]) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        self.passes.value(self.open, self.index, name)
    }

    fn set(&mut self, name: &[u8], value: &[u8]) {
        self.passes.set.insert(name.to_vec(), value.to_vec());
    }

    fn expansion(&mut self) -> (&mut Lookup<'a, 's>, &mut Expansion<'e>) {
        (&mut *self.passes.lookup, &mut self.open[self.index].expansion)
    }
}

/// What [`replace`] needs to know about variables.
pub(super) trait Variables<'a, 's: 'a, 'e> {
    /// Returns the value of a name.
    fn value(&mut self, name: &[u8]) -> Result<Option<Cow<'s, [u8]>>, Unknown>;
    /// Applies `${NAME:=value}` for an unset or empty name.
    fn set(&mut self, name: &[u8], value: &[u8]);
    /// Returns the lookup, and the expansion of the current variable.
    fn expansion(&mut self) -> (&mut Lookup<'a, 's>, &mut Expansion<'e>);
}

/// Replaces the references in a text. `origins` are the places of its bytes in the file, as far as they are known.
pub(super) fn replace<'a, 's: 'a, 'e>(
    variables: &mut dyn Variables<'a, 's, 'e>,
    typed: &[u8],
    origins: &[usize],
    max_underscores: usize,
) -> Result<Vec<u8>, Unknown> {
    let text = without_escaped_commands(typed)?;
    let origins = if text.len() == typed.len() { origins } else { &[] };
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(dollar) = memchr::memchr(b'$', &text[at..]).map(|len| at + len) {
        let before = &text[at..dollar];
        let backslashes = before.iter().rev().take_while(|&&byte| byte == b'\\').count();
        let found = parts(&text, dollar, max_underscores);
        out.extend_from_slice(before);
        at = found.end;
        if text.get(dollar + 1) == Some(&b'(') {
            out.push(b'$');
            at = dollar + 1;
        } else if backslashes % 2 == 1 {
            out.pop();
            out.extend_from_slice(&text[dollar..at]);
        } else if found.is_text {
            out.extend_from_slice(&text[dollar..at]);
        } else {
            reference(variables, (&text, origins), (dollar, &found), &mut out)?;
        }
    }
    out.extend_from_slice(&text[at..]);
    Ok(out)
}

fn reference<'a, 's: 'a, 'e>(
    variables: &mut dyn Variables<'a, 's, 'e>,
    (text, origins): (&[u8], &[usize]),
    (dollar, found): (usize, &Parts),
    out: &mut Vec<u8>,
) -> Result<(), Unknown> {
    let place = |start: usize, end: usize| {
        let last = origins.get(end.max(start + 1) - 1)?;
        Some((*origins.get(start)?, last + 1))
    };
    let whole = place(dollar, found.end);
    let name = &text[found.name.0..found.name.1];
    let default = &text[found.default.0..found.default.1];
    let value = variables.value(name)?;
    let is_set = value.is_some();
    let value = value.unwrap_or_default();
    let is_default = value.is_empty() && !default.is_empty();
    let is_bad = is_default && default.iter().any(|byte| matches!(byte, b'\'' | b'"' | b'{' | b'$'));
    let (lookup, expansion) = variables.expansion();
    if is_bad || found.opens && !found.closes {
        let decoded = lookup.table.decoded(expansion.when);
        let start = decoded.map_or(0, |decoded| decoded.origin(0));
        let place = whole.unwrap_or((start, start));
        lookup.fail_at(expansion, place, FailureKind::InvalidReference, Effect::Rejected);
    }
    if let (Some(whole), Some(name_place), false) = (whole, place(found.name.0, found.name.1), name.is_empty()) {
        let result = if is_default {
            ReferenceOutcome::Defaulted
        } else {
            outcome(is_set)
        };
        expansion.refer_to_text(whole, name_place, result);
    }
    if is_default {
        if default[1] == b'=' {
            variables.set(name, &default[2..]);
        }
        out.extend_from_slice(&default[2..]);
    } else {
        lookup.insert(value.len())?;
        out.extend_from_slice(&value);
    }
    if found.closes && !found.opens {
        out.push(b'}');
    }
    Ok(())
}

/// Encodes a value from elsewhere so that nothing in it is expanded or unescaped.
fn protected(value: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(value.len());
    for &byte in value {
        match byte {
            b'$' => text.push(LITERAL_DOLLAR),
            b'\\' => text.extend_from_slice(b"\\\\"),
            _ => text.push(byte),
        }
    }
    text
}

/// Removes escapes from a text that was read completely: two backslashes become one.
fn halve_backslashes(text: Vec<u8>) -> Vec<u8> {
    if memchr::memchr2(LITERAL_DOLLAR, b'\\', &text).is_none() {
        return text;
    }
    let mut out = Vec::with_capacity(text.len());
    halve(&text, &mut out);
    for byte in out.iter_mut().filter(|byte| **byte == LITERAL_DOLLAR) {
        *byte = b'$';
    }
    out
}

/// Removes the backslashes before commands, which prevent them from being run.
fn without_escaped_commands(text: &[u8]) -> Result<Cow<'_, [u8]>, Unknown> {
    let mut out = Vec::new();
    let mut at = 0;
    for dollar in memchr::memchr_iter(b'$', text).filter(|&dollar| is_command(text, dollar)) {
        if dollar == 0 || text[dollar - 1] != b'\\' {
            return Err(Unknown::Command);
        }
        out.extend_from_slice(&text[at..dollar - 1]);
        at = dollar;
    }
    if at == 0 {
        return Ok(Cow::Borrowed(text));
    }
    out.extend_from_slice(&text[at..]);
    Ok(Cow::Owned(out))
}

/// What follows a `$`.
struct Parts {
    opens: bool,
    name: (usize, usize),
    /// Includes its operator.
    default: (usize, usize),
    closes: bool,
    end: usize,
    /// Whether there is nothing to replace.
    is_text: bool,
}

/// Matches `\$(\{)?(_*[A-Za-z][A-Za-z0-9_]*)?(:[-=][^}]*)?(\})?`.
fn parts(text: &[u8], dollar: usize, max_underscores: usize) -> Parts {
    let opens = text.get(dollar + 1) == Some(&b'{');
    let start = dollar + 1 + usize::from(opens);
    let underscores = text[start..].iter().take_while(|&&byte| byte == b'_').count();
    let has_letter =
        underscores <= max_underscores && text.get(start + underscores).is_some_and(u8::is_ascii_alphabetic);
    let name_end = start + if has_letter { word_len(&text[start..]) } else { 0 };
    let mut default = (name_end, name_end);
    if text[name_end..].starts_with(b":-") || text[name_end..].starts_with(b":=") {
        let len = memchr::memchr(b'}', &text[name_end + 2..]).unwrap_or(text.len() - name_end - 2);
        default = (name_end, name_end + 2 + len);
    }
    let closes = text.get(default.1) == Some(&b'}');
    let end = default.1 + usize::from(closes);
    let is_text = start == name_end && default.0 == default.1 && !closes;
    Parts {
        opens,
        name: (start, name_end),
        default,
        closes,
        end,
        is_text,
    }
}
