//! Parameters of a shell: of the file before that line, else of the process environment.

use std::borrow::Cow;

use crate::parse::Effect;
use crate::parse::dialect::Shell;
use crate::parse::shell::sets_itself;
use crate::parse::words::{Parameter, Sink, shell};

use super::super::{FailureKind, ReferenceOutcome, Unknown};
use super::{Expansion, Lookup, MAX_DEPTH, outcome};

/// Expands the word that begins at `start`.
pub(super) fn expand(
    lookup: &mut Lookup<'_, '_>,
    expansion: &mut Expansion<'_>,
    shell: Shell,
    text: &[u8],
    start: usize,
    appends: bool,
) -> Result<Vec<u8>, Unknown> {
    let mut evaluator = Evaluator {
        shell,
        text,
        lookup,
        expansion,
        out: vec![],
        result: Ok(()),
        depth: 0,
    };
    if appends {
        let before = evaluator.value(evaluator.expansion.key)?;
        evaluator.insert(&before.unwrap_or_default());
    }
    let _ = shell::word(shell, text, start, &mut evaluator);
    evaluator.result.map(|()| evaluator.out)
}

struct Evaluator<'t, 'l, 'a, 's, 'e> {
    shell: Shell,
    text: &'t [u8],
    lookup: &'l mut Lookup<'a, 's>,
    expansion: &'l mut Expansion<'e>,
    out: Vec<u8>,
    result: Result<(), Unknown>,
    depth: usize,
}

impl Sink for Evaluator<'_, '_, '_, '_, '_> {
    fn text(&mut self, _: usize, bytes: &[u8], _: bool) {
        self.out.extend_from_slice(bytes);
    }

    fn home(&mut self, _: usize) {
        let home = self.value(b"HOME");
        match home {
            Ok(Some(home)) => self.insert(&home),
            Ok(None) => self.unknown(),
            Err(unknown) => self.result = self.result.and(Err(unknown)),
        }
    }

    fn unknown(&mut self) {
        self.result = self.result.and(Err(Unknown::Command));
    }

    fn parameter(&mut self, parameter: Parameter) {
        let result = self.evaluate(&parameter);
        self.result = self.result.and(result);
    }
}

impl<'s> Evaluator<'_, '_, '_, 's, '_> {
    fn value(&self, name: &[u8]) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        match self.lookup.before(name, self.expansion.when)? {
            Some(value) => Ok(Some(value)),
            None if self.lookup.is_cleared(name, self.expansion.when) => Ok(None),
            None if sets_itself(self.shell, name) => Err(Unknown::Command),
            None => Ok(self.lookup.process(name).map(Cow::Borrowed)),
        }
    }

    fn evaluate(&mut self, parameter: &Parameter) -> Result<(), Unknown> {
        let name = &self.text[parameter.name.0..parameter.name.1];
        let operator = &self.text[parameter.operator.0..parameter.operator.1];
        let value = self.value(name)?;
        let colon = operator.first() == Some(&b':');
        let found = value.as_ref().is_some_and(|value| !colon || !value.is_empty());
        let result = match operator.last() {
            None => outcome(value.is_some()),
            Some(b'?') => outcome(found),
            Some(_) if found => ReferenceOutcome::Resolved,
            Some(_) => ReferenceOutcome::Defaulted,
        };
        self.expansion.refer_to_text(parameter.whole, parameter.name, result);
        match operator.last() {
            Some(b'+') if !found => {}
            Some(b'-') if !found => self.argument(parameter)?,
            Some(b'+') => self.argument(parameter)?,
            Some(b'?') if !found => {
                self.lookup
                    .fail_at(self.expansion, parameter.whole, FailureKind::Required, Effect::Halted);
            }
            _ => self.insert(&value.unwrap_or_default()),
        }
        Ok(())
    }

    fn argument(&mut self, parameter: &Parameter) -> Result<(), Unknown> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Unknown::TooLarge);
        }
        let read = shell::argument(self.shell, self.text, parameter.quoted, parameter.argument, self);
        self.depth -= 1;
        read.map_err(|_| Unknown::Command)
    }

    fn insert(&mut self, value: &[u8]) {
        self.out.extend_from_slice(value);
        self.result = self.result.and(self.lookup.insert(value.len()));
    }
}
