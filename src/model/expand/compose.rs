//! Expands the template syntax of Compose: `$NAME`, `${NAME}`, `${NAME:-default}` and the related operators, `$$`.

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
    text: &[u8],
) -> Result<Vec<u8>, Unknown> {
    let mut template = Template {
        text,
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
    /// Whether the argument of an operator is expanded before it is known whether it is used, so that an error in an
    /// unused argument makes the loader give up.
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

    /// Returns the value of a name: from an earlier assignment, else from the service itself. Compose prefers the
    /// service to earlier lines of the same file, unless the file is the `.env` of the project. Nothing tells which of
    /// the two this file is, so the value is unknown where it makes a difference.
    fn value(&self, name: (usize, usize)) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        let (name, when) = (&self.text[name.0..name.1], self.expansion.when);
        let value = self.lookup.sequential(name, when)?;
        if value.is_some() && (self.lookup.process(name).is_some() || !self.lookup.is_set_in_same_file(name, when)) {
            return Ok(value);
        }
        let carried = self.lookup.carried(name, when)?;
        match (&value, &carried) {
            (Some(own), Some(of_service)) if own != of_service => Err(Unknown::External(External::Interpolated)),
            _ => Ok(value.or(carried)),
        }
    }

    /// Expands `$NAME` or `${NAME}`.
    fn name(&mut self, whole: (usize, usize), name: (usize, usize)) -> Result<(), Unknown> {
        let value = self.value(name)?;
        self.expansion.refer(whole, name, outcome(value.is_some()));
        self.insert(value.as_deref())
    }

    /// Expands a reference in braces, and returns the offset after it.
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
        // The message of `?` is expanded as well, although it does not become part of the value.
        let is_read = self.is_eager || found == (kind == b'+');
        let (written, referred) = (self.out.len(), self.expansion.references.len());
        let is_of_login = self.lookup.is_of_login.get();
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
            self.lookup.is_of_login.set(is_of_login);
            if outcome == ReferenceOutcome::Undefined {
                self.lookup
                    .fail(self.expansion, whole, FailureKind::Required, Effect::Rejected);
            } else {
                self.insert(value.as_deref())?;
            }
        }
        Ok(close + 1)
    }

    /// Returns the offset of the brace that closes the one after `dollar`: the balancing one, else the last one on the
    /// line. Like Compose, skips the character after an opening brace.
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

    /// Reports a `${` that does not start a valid reference, at which the loader gives up. The rest of the value is
    /// taken verbatim.
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
