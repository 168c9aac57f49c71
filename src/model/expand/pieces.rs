//! Loaders that expand a value while they put it together from pieces: dotenvy and Symfony.

use crate::parse::Effect;
use crate::parse::dialect::Words;
use crate::parse::words::{Sink, scan};

use super::super::{FailureKind, ReferenceOutcome, Unknown};
use super::once::is_command;
use super::{Expansion, Lookup, outcome};

/// Expands a value as dotenvy does: references are known where the pieces are read.
pub(super) fn dotenvy(
    lookup: &mut Lookup<'_, '_>,
    expansion: &mut Expansion<'_>,
    text: &[u8],
    start: usize,
) -> Result<Vec<u8>, Unknown> {
    let mut sink = Dotenvy {
        text,
        lookup,
        expansion,
        out: vec![],
        result: Ok(()),
    };
    let _ = scan(Words::Dotenvy, text, start, &mut sink);
    sink.result.map(|()| sink.out)
}

struct Dotenvy<'t, 'l, 'a, 's, 'e> {
    text: &'t [u8],
    lookup: &'l mut Lookup<'a, 's>,
    expansion: &'l mut Expansion<'e>,
    out: Vec<u8>,
    result: Result<(), Unknown>,
}

impl Sink for Dotenvy<'_, '_, '_, '_, '_> {
    fn text(&mut self, _: usize, bytes: &[u8], _: bool) {
        self.out.extend_from_slice(bytes);
    }

    fn reference(&mut self, whole: (usize, usize), name: (usize, usize)) {
        let key = &self.text[name.0..name.1];
        let value = if key.is_empty() {
            Ok(None)
        } else {
            self.lookup.sequential(key, self.expansion.when)
        };
        let inserted = value.and_then(|value| {
            if !key.is_empty() {
                self.expansion.refer_to_text(whole, name, outcome(value.is_some()));
            }
            let value = value.unwrap_or_default();
            self.out.extend_from_slice(&value);
            self.lookup.insert(value.len())
        });
        self.result = self.result.and(inserted);
    }
}

/// Expands a value as Symfony does: it puts the pieces together, then runs commands, then replaces references, which may so reach over
/// quotes; then two backslashes make one.
pub(super) fn symfony(
    lookup: &mut Lookup<'_, '_>,
    expansion: &mut Expansion<'_>,
    text: &[u8],
    start: usize,
) -> Result<Vec<u8>, Unknown> {
    let mut sink = Symfony {
        lookup,
        expansion,
        piece: vec![],
        joined: vec![],
        out: vec![],
    };
    let _ = scan(Words::Symfony, text, start, &mut sink);
    sink.expand()?;
    Ok(sink.out)
}

/// Stands for a `$` that begins no reference, as it does in Symfony, which takes no file with a zero byte.
const LITERAL_DOLLAR: u8 = 0;

struct Symfony<'l, 'a, 's, 'e> {
    lookup: &'l mut Lookup<'a, 's>,
    expansion: &'l mut Expansion<'e>,
    /// The bytes of the piece that is being read, and where each stands in the file.
    piece: Vec<(u8, usize)>,
    /// The pieces that are read.
    joined: Vec<(u8, usize)>,
    out: Vec<u8>,
}

impl Sink for Symfony<'_, '_, '_, '_> {
    fn text(&mut self, at: usize, bytes: &[u8], _: bool) {
        self.piece.extend(bytes.iter().copied().zip(at..));
    }

    fn piece(&mut self, live: bool) {
        let mut backslashes = 0;
        for (byte, at) in std::mem::take(&mut self.piece) {
            match byte {
                b'$' if !live => self.joined.push((LITERAL_DOLLAR, at)),
                b'$' if backslashes % 2 == 1 => {
                    self.joined.pop();
                    self.joined.push((LITERAL_DOLLAR, at));
                }
                b'\\' if !live => self.joined.extend([(byte, at); 2]),
                _ => self.joined.push((byte, at)),
            }
            backslashes = if byte == b'\\' && live { backslashes + 1 } else { 0 };
        }
    }
}

impl Symfony<'_, '_, '_, '_> {
    fn expand(&mut self) -> Result<(), Unknown> {
        let value: Vec<u8> = self.joined.iter().map(|&(byte, _)| byte).collect();
        let mut at = 0;
        while let Some(dollar) = memchr::memchr(b'$', &value[at..]).map(|len| at + len) {
            let escaped = dollar > at && value[dollar - 1] == b'\\';
            let runs = is_command(&value, dollar);
            if runs && !escaped {
                return Err(Unknown::Command);
            }
            let found = parts(&value, dollar);
            self.literal(&value[at..dollar - usize::from(runs)]);
            at = if runs { dollar + 1 } else { found.end };
            if runs || found.is_text {
                self.literal(&value[dollar..at]);
            } else {
                self.reference(&value, dollar, &found)?;
            }
        }
        self.literal(&value[at..]);
        Ok(())
    }

    /// Text of a value, in which two backslashes make one.
    fn literal(&mut self, text: &[u8]) {
        let mut at = 0;
        while at < text.len() {
            self.out.push(match text[at] {
                LITERAL_DOLLAR => b'$',
                byte => byte,
            });
            at += if text[at..].starts_with(b"\\\\") { 2 } else { 1 };
        }
    }

    fn reference(&mut self, piece: &[u8], dollar: usize, found: &Parts) -> Result<(), Unknown> {
        let whole = (self.origin(dollar), self.origin(found.end - 1) + 1);
        let name = (
            self.origin(found.name.0),
            self.origin(found.name.1.max(found.name.0 + 1) - 1) + 1,
        );
        if found.opens && !found.closes {
            self.lookup
                .fail_at(self.expansion, whole, FailureKind::InvalidReference, Effect::Rejected);
        }
        let key = &piece[found.name.0..found.name.1];
        let value = self.lookup.in_symfony(key, self.expansion.key)?;
        let is_set = value.is_some();
        let value = value.unwrap_or_default();
        let default = &piece[found.default.0..found.default.1];
        let has_default = found.default.0 < found.default.1;
        let result = if value.is_empty() && has_default {
            ReferenceOutcome::Defaulted
        } else {
            outcome(is_set)
        };
        if !key.is_empty() {
            self.expansion.refer_to_text(whole, name, result);
        }
        if value.is_empty() && has_default {
            if default.iter().any(|byte| matches!(byte, b'\'' | b'"' | b'{' | b'$')) {
                self.lookup
                    .fail_at(self.expansion, whole, FailureKind::InvalidReference, Effect::Rejected);
            }
            self.out.extend_from_slice(&default[2..]);
        } else {
            self.lookup.insert(value.len())?;
            self.out.extend_from_slice(&value);
        }
        if found.closes && !found.opens {
            self.out.push(b'}');
        }
        Ok(())
    }

    /// Where a byte of the value stands in the file.
    fn origin(&self, at: usize) -> usize {
        self.joined.get(at).map_or(0, |&(_, origin)| origin)
    }
}

/// What stands behind a `$`.
struct Parts {
    opens: bool,
    name: (usize, usize),
    /// With its operator.
    default: (usize, usize),
    closes: bool,
    end: usize,
    /// Nothing that could be replaced.
    is_text: bool,
}

/// `\$(\{)?(_*[A-Za-z][A-Za-z0-9_]*)?(:[-=][^}]*)?(\})?`
fn parts(text: &[u8], dollar: usize) -> Parts {
    let opens = text.get(dollar + 1) == Some(&b'{');
    let start = dollar + 1 + usize::from(opens);
    let underscores = text[start..].iter().take_while(|&&byte| byte == b'_').count();
    let has_letter = text.get(start + underscores).is_some_and(u8::is_ascii_alphabetic);
    let name_end = start + if has_letter { super::word_len(&text[start..]) } else { 0 };
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
