//! symfony/dotenv before it read all files first: each piece of a value is expanded as soon as it is read, and escapes are taken off what came
//! of it, be it the value of another variable.

use crate::parse::Effect;
use crate::parse::dialect::Words;
use crate::parse::words::{Sink, scan};

use super::super::{FailureKind, ReferenceOutcome, Unknown};
use super::symfony::{Parts, parts, without_escaped_commands};
use super::{Expanded, Expansion, Lookup, outcome};

/// Expands the value that begins at `start`.
pub(super) fn expand(
    lookup: &mut Lookup<'_, '_>,
    expansion: &mut Expansion<'_>,
    text: &[u8],
    start: usize,
) -> Result<Vec<u8>, Unknown> {
    let mut pieces = Pieces {
        lookup,
        expansion,
        out: Vec::new(),
        piece: Vec::new(),
        origins: Vec::new(),
        result: Ok(()),
    };
    let _ = scan(Words::Symfony5, text, start, &mut pieces);
    pieces.result.map(|()| pieces.out)
}

struct Pieces<'l, 'a, 's, 'e> {
    lookup: &'l mut Lookup<'a, 's>,
    expansion: &'l mut Expansion<'e>,
    out: Vec<u8>,
    /// The piece that is being read, and where each of its bytes stands in the file.
    piece: Vec<u8>,
    origins: Vec<usize>,
    result: Result<(), Unknown>,
}

impl Sink for Pieces<'_, '_, '_, '_> {
    fn text(&mut self, at: usize, bytes: &[u8], _: bool) {
        self.piece.extend_from_slice(bytes);
        self.origins.extend(at..at + bytes.len());
    }

    fn piece(&mut self, live: bool) {
        let piece = std::mem::take(&mut self.piece);
        let origins = std::mem::take(&mut self.origins);
        if !live || self.result.is_err() {
            self.out.extend_from_slice(&piece);
            return;
        }
        match self.resolve(&piece, &origins) {
            Ok(text) => halve(&text, &mut self.out),
            Err(unknown) => self.result = Err(unknown),
        }
    }
}

impl Pieces<'_, '_, '_, '_> {
    /// A piece with texts in the place of its references.
    fn resolve(&mut self, typed: &[u8], origins: &[usize]) -> Result<Vec<u8>, Unknown> {
        let text = without_escaped_commands(typed)?;
        // Where a reference stands is known of what stands in the file.
        let origins = if text.len() == typed.len() { origins } else { &[] };
        let mut out = Vec::with_capacity(text.len());
        let mut at = 0;
        while let Some(dollar) = memchr::memchr(b'$', &text[at..]).map(|len| at + len) {
            out.extend_from_slice(&text[at..dollar]);
            if text.get(dollar + 1) == Some(&b'(') {
                out.push(b'$');
                at = dollar + 1;
                continue;
            }
            let found = parts(&text, dollar, 1);
            let backslashes = text[at..dollar].iter().rev().take_while(|&&byte| byte == b'\\').count();
            if backslashes % 2 == 1 {
                out.pop();
                out.extend_from_slice(&text[dollar..found.end]);
            } else if found.is_text {
                out.extend_from_slice(&text[dollar..found.end]);
            } else {
                self.reference((&text, origins), (dollar, &found), &mut out)?;
            }
            at = found.end;
        }
        out.extend_from_slice(&text[at..]);
        Ok(out)
    }

    fn reference(
        &mut self,
        (text, origins): (&[u8], &[usize]),
        (dollar, found): (usize, &Parts),
        out: &mut Vec<u8>,
    ) -> Result<(), Unknown> {
        let place = |start: usize, end: usize| {
            let last = origins.get(end.max(start + 1) - 1)?;
            Some((*origins.get(start)?, last + 1))
        };
        let (name, default) = (
            &text[found.name.0..found.name.1],
            &text[found.default.0..found.default.1],
        );
        let value = self.lookup.sequential(name, self.expansion.when)?;
        let is_set = value.is_some();
        let value = value.unwrap_or_default();
        let is_default = value.is_empty() && !default.is_empty();
        let is_bad = is_default && default.iter().any(|byte| matches!(byte, b'\'' | b'"' | b'{' | b'$'));
        let whole = place(dollar, found.end);
        if is_bad || found.opens && !found.closes {
            let start = self.expansion.decoded.origin(0);
            let place = whole.unwrap_or((start, start));
            self.lookup
                .fail_at(self.expansion, place, FailureKind::InvalidReference, Effect::Rejected);
        }
        if let (Some(whole), Some(name_place), false) = (whole, place(found.name.0, found.name.1), name.is_empty()) {
            let result = if is_default {
                ReferenceOutcome::Defaulted
            } else {
                outcome(is_set)
            };
            self.expansion.refer_to_text(whole, name_place, result);
        }
        if is_default {
            let default = &default[2..];
            if found.sets(text) {
                self.set(name, default);
            }
            out.extend_from_slice(default);
        } else {
            self.lookup.insert(value.len())?;
            out.extend_from_slice(&value);
        }
        if found.closes && !found.opens {
            out.push(b'}');
        }
        Ok(())
    }

    /// `${NAME:=value}`: what was read for the name is forgotten.
    fn set(&mut self, name: &[u8], value: &[u8]) {
        if let Some(when) = self.lookup.when_before(name, self.expansion.when) {
            let value = Ok(value.to_vec());
            let references = Vec::new();
            self.lookup.done.insert(when, Expanded { value, references });
        }
    }
}

/// Two backslashes make one.
fn halve(text: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while at < text.len() {
        out.push(text[at]);
        at += if text[at..].starts_with(b"\\\\") { 2 } else { 1 };
    }
}
