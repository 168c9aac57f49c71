//! The template of Compose: `$NAME`, `${NAME}`, `${NAME:-default}` and its kin, `$$`.

use std::borrow::Cow;

use crate::parse::dialect::Expander;
use crate::parse::{Effect, External};

use super::super::{FailureKind, ReferenceOutcome, Unknown};
use super::{Expansion, Lookup, MAX_DEPTH, outcome};
use crate::name::name_len;

/// Expands a bare or double-quoted value.
pub(super) fn expand(
    lookup: &mut Lookup<'_, '_>,
    expansion: &mut Expansion<'_>,
    expander: Expander,
) -> Result<Vec<u8>, Unknown> {
    let text = std::mem::take(&mut expansion.decoded.bytes);
    let mut template = Template {
        text: &text,
        lookup,
        expansion,
        out: Vec::with_capacity(text.len()),
        is_eager: expander == Expander::Compose,
    };
    template.substitute(0, text.len(), 0)?;
    Ok(template.out)
}

struct Template<'t, 'l, 'a, 's, 'e> {
    text: &'t [u8],
    lookup: &'l mut Lookup<'a, 's>,
    expansion: &'l mut Expansion<'e>,
    out: Vec<u8>,
    /// Whether what stands behind an operator is read before it is asked whether it is wanted, and the loader gives up where it can't.
    is_eager: bool,
}

impl<'s> Template<'_, '_, '_, 's, '_> {
    /// Expands the text between two offsets.
    fn substitute(&mut self, mut at: usize, end: usize, depth: usize) -> Result<(), Unknown> {
        if depth > MAX_DEPTH {
            return Err(Unknown::TooLarge);
        }
        while let Some(len) = memchr::memchr(b'$', &self.text[at..end]) {
            let dollar = at + len;
            self.out.extend_from_slice(&self.text[at..dollar]);
            let name_end = dollar + 1 + name_len(&self.text[dollar + 1..end]);
            at = match self.text[..end].get(dollar + 1) {
                Some(b'$') => {
                    self.out.push(b'$');
                    dollar + 2
                }
                Some(b'{') => self.braced(dollar, end, depth)?,
                _ if name_end > dollar + 1 => {
                    self.name((dollar, name_end), (dollar + 1, name_end))?;
                    name_end
                }
                _ => {
                    self.out.push(b'$');
                    dollar + 1
                }
            };
        }
        self.out.extend_from_slice(&self.text[at..end]);
        Ok(())
    }

    /// What a name stands for: what is set before, else what the service sets itself. Compose prefers the service to what stands further up
    /// in the same file, unless that is the `.env` of the project: which of them it is here nobody said, so that where it matters the value is not known.
    fn value(&self, name: (usize, usize)) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        let (name, when) = (&self.text[name.0..name.1], self.expansion.when);
        let value = self.lookup.sequential(name, when)?;
        if value.is_some() && (self.lookup.process(name).is_some() || !self.lookup.stands_above(name, when)) {
            return Ok(value);
        }
        let carried = self.lookup.carried(name, when)?;
        match (&value, &carried) {
            (Some(own), Some(of_service)) if own != of_service => Err(Unknown::External(External::Interpolated)),
            _ => Ok(value.or(carried)),
        }
    }

    /// `$NAME` and `${NAME}`.
    fn name(&mut self, whole: (usize, usize), name: (usize, usize)) -> Result<(), Unknown> {
        let value = self.value(name)?;
        self.expansion.refer(whole, name, outcome(value.is_some()));
        self.insert(value.as_deref())
    }

    /// A reference in braces; gives the offset behind it.
    fn braced(&mut self, dollar: usize, end: usize, depth: usize) -> Result<usize, Unknown> {
        let start = dollar + 2;
        let name = (start, start.min(end) + name_len(&self.text[start.min(end)..end]));
        let operator = &self.text[name.1..end];
        let colon = usize::from(operator.first() == Some(&b':'));
        let Some(kind) = operator.get(colon).copied().filter(|_| name.1 > start) else {
            return Ok(self.invalid(dollar, end));
        };
        if colon == 0 && kind == b'}' {
            self.name((dollar, name.1 + 1), name)?;
            return Ok(name.1 + 1);
        }
        let close = matches!(kind, b'-' | b'+' | b'?')
            .then(|| self.close(dollar, end))
            .flatten();
        let Some(close) = close.filter(|&close| close > name.1 + colon) else {
            return Ok(self.invalid(dollar, end));
        };
        let argument = name.1 + colon + 1;
        let value = self.value(name)?;
        let found = value.as_ref().is_some_and(|value| colon == 0 || !value.is_empty());
        let whole = (dollar, close + 1);
        let outcome = match kind {
            _ if found => ReferenceOutcome::Resolved,
            b'+' | b'-' => ReferenceOutcome::Defaulted,
            _ => ReferenceOutcome::Undefined,
        };
        self.expansion.refer(whole, name, outcome);
        // A message of `?` is wanted, too, though nothing of it becomes part of the value.
        let is_read = self.is_eager || found == (kind == b'+');
        let (written, referred) = (self.out.len(), self.expansion.references.len());
        if is_read {
            self.substitute(argument, close, depth + 1)?;
        }
        let wanted = match kind {
            b'+' => found,
            _ => kind == b'-' && !found,
        };
        if !wanted {
            self.out.truncate(written);
            self.expansion.references.truncate(referred);
            if outcome == ReferenceOutcome::Undefined {
                self.lookup
                    .fail(self.expansion, whole, FailureKind::Required, Effect::Rejected);
            } else {
                self.insert(value.as_deref())?;
            }
        }
        Ok(close + 1)
    }

    /// The brace that closes the one behind `dollar`: the one that balances it, else the last of the line. As in Compose, the
    /// character behind an opening brace is passed over.
    fn close(&self, dollar: usize, end: usize) -> Option<usize> {
        let rest = &self.text[dollar..end];
        let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
        let last = memchr::memrchr(b'}', line)?;
        let (mut open, mut at) = (0, 0);
        while at <= last {
            match line[at] {
                b'}' if open == 1 => return Some(dollar + at),
                b'}' => open -= 1,
                b'{' => {
                    open += 1;
                    at += 1;
                }
                _ => {}
            }
            at += 1;
        }
        Some(dollar + last)
    }

    /// A `${` that begins no reference: the loader gives up. What is left of the value is taken as it stands.
    fn invalid(&mut self, dollar: usize, end: usize) -> usize {
        self.lookup.fail(
            self.expansion,
            (dollar, end),
            FailureKind::InvalidReference,
            Effect::Rejected,
        );
        self.out.extend_from_slice(&self.text[dollar..end]);
        end
    }

    fn insert(&mut self, value: Option<&[u8]>) -> Result<(), Unknown> {
        let value = value.unwrap_or_default();
        self.lookup.insert(value.len())?;
        self.out.extend_from_slice(value);
        Ok(())
    }
}
