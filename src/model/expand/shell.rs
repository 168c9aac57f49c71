//! Expands the parameters of a shell, from earlier lines of the file, else from the process environment.

use std::borrow::Cow;

use crate::name::is_name;
use crate::parse::Effect;
use crate::parse::dialect::Shell;
use crate::parse::shell::sets_itself;
use crate::parse::words::{Operator, Parameter, Sink, shell};

use super::super::{FailureKind, ReferenceOutcome, Unknown};
use super::pattern::{self, Pattern};
use super::{Expansion, Lookup, MAX_DEPTH, arithmetic, outcome};

/// How many bytes of a file are searched for a command whose status `$?` might be.
const MAX_BEFORE_STATUS: usize = 16 << 10;

/// Expands the word that starts at `start`.
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
        wild: None,
        set: vec![],
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
    /// While a pattern is read: the offsets in `out` of its special bytes.
    wild: Option<Vec<usize>>,
    /// Variables that the word itself has set.
    set: Vec<(Vec<u8>, Vec<u8>)>,
    result: Result<(), Unknown>,
    depth: usize,
}

impl Sink for Evaluator<'_, '_, '_, '_, '_> {
    fn text(&mut self, _: usize, bytes: &[u8], live: bool) {
        if let Some(wild) = self.wild.as_mut().filter(|_| live) {
            let start = self.out.len();
            let special = |byte: &u8| matches!(byte, b'*' | b'?' | b'[');
            wild.extend((0..bytes.len()).filter(|&at| special(&bytes[at])).map(|at| start + at));
        }
        if bytes.contains(&0) && self.shell != Shell::Zsh {
            // bash and dash drop zero bytes.
            self.out.extend(bytes.iter().filter(|&&byte| byte != 0));
        } else {
            self.out.extend_from_slice(bytes);
        }
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

    fn fails(&mut self, _: usize) {
        self.unknown();
    }

    fn status(&mut self, at: usize) {
        // If only assignments have run, the status is 0, because they can't fail.
        let layer = self.lookup.table.assignment(self.expansion.when);
        let errors = layer.map_or(&[][..], |(layer, _)| layer.document.errors());
        let before = &self.text[..at];
        let ran = errors.first().is_some_and(|error| (error.span.start as usize) < at)
            || before.len() > MAX_BEFORE_STATUS
            || memchr::memchr3(b'`', b';', b'&', before).is_some()
            || crate::find::find(before, b"$(").is_some()
            || crate::find::find(before, b"unset").is_some();
        if ran {
            self.unknown();
        } else {
            self.out.push(b'0');
        }
    }

    fn parameter(&mut self, parameter: Parameter) {
        let result = self.evaluate(&parameter);
        self.result = self.result.and(result);
    }

    fn arithmetic(&mut self, (start, end): (usize, usize)) {
        let mut names = vec![];
        let value = arithmetic::evaluate(&self.text[start..end], self.shell, &mut |name: (usize, usize)| {
            names.push((start + name.0, start + name.1));
            match self.value(&self.text[start + name.0..start + name.1]) {
                Ok(None) => Some(0),
                Ok(Some(value)) if value.is_empty() => Some(0),
                Ok(Some(value)) => arithmetic::number(&value),
                Err(_) => None,
            }
        });
        for name in names {
            let is_set = matches!(self.value(&self.text[name.0..name.1]), Ok(Some(_)));
            self.expansion.refer_to_text(name, name, outcome(is_set));
        }
        match value {
            Some(value) => self.insert(value.to_string().as_bytes()),
            None => self.unknown(),
        }
    }
}

impl<'s> Evaluator<'_, '_, '_, 's, '_> {
    fn value(&self, name: &[u8]) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        if let Some((_, value)) = self.set.iter().rev().find(|(set, _)| set == name) {
            return Ok(Some(Cow::Owned(value.clone())));
        }
        match self.lookup.before(name, self.expansion.when)? {
            Some(value) => Ok(Some(value)),
            None if self.lookup.is_cleared(name, self.expansion.when) => Ok(None),
            // The folder of this process need not be that of the shell.
            None if name == b"PWD" => Ok(Some(Cow::Borrowed(self.lookup.login()))),
            None if sets_itself(self.shell, name) && !self.lookup.inherits(name) => Err(Unknown::Command),
            None => Ok(self.lookup.process(name).map(Cow::Borrowed)),
        }
    }

    fn evaluate(&mut self, parameter: &Parameter) -> Result<(), Unknown> {
        let name = &self.text[parameter.name.0..parameter.name.1];
        let value = self.value(name)?;
        let (colon, has_word) = match parameter.operator {
            Operator::Default { colon }
            | Operator::Assign { colon }
            | Operator::Alternative { colon }
            | Operator::Require { colon } => (colon, true),
            _ => (false, false),
        };
        let found = value.as_ref().is_some_and(|value| !colon || !value.is_empty());
        let result = match parameter.operator {
            Operator::Require { .. } => outcome(found),
            _ if !has_word => outcome(value.is_some()),
            _ if found => ReferenceOutcome::Resolved,
            _ => ReferenceOutcome::Defaulted,
        };
        self.expansion.refer_to_text(parameter.whole, parameter.name, result);
        let value = value.unwrap_or_default();
        match parameter.operator {
            Operator::Alternative { .. } if !found => {}
            Operator::Alternative { .. } => self.argument(parameter)?,
            Operator::Default { .. } if !found => self.argument(parameter)?,
            Operator::Assign { .. } if !found => {
                if self.depth > 0 {
                    // An assignment in a nested argument is not tracked.
                    return Err(Unknown::Command);
                }
                let before = self.out.len();
                self.argument(parameter)?;
                self.set.push((name.to_vec(), self.out[before..].to_vec()));
            }
            Operator::Require { .. } if !found => {
                self.lookup
                    .fail_at(self.expansion, parameter.whole, FailureKind::Required, Effect::Halted);
            }
            Operator::None | Operator::Default { .. } | Operator::Assign { .. } | Operator::Require { .. } => {
                self.insert(&value);
            }
            Operator::Indirect => {
                if !is_name(&value) {
                    return Err(Unknown::Command);
                }
                let named = self.value(&value)?;
                self.insert(&named.unwrap_or_default());
            }
            _ => {
                let part = self.part(parameter, &value)?;
                self.insert(&part);
            }
        }
        Ok(())
    }

    /// Returns the part of a value that an operator selects, or what it computes from the value.
    fn part(&mut self, parameter: &Parameter, value: &[u8]) -> Result<Vec<u8>, Unknown> {
        let typed = &self.text[parameter.argument.0..parameter.argument.1];
        let unknown = Err(Unknown::Command);
        match parameter.operator {
            Operator::Length => match std::str::from_utf8(value) {
                _ if self.shell == Shell::Dash => Ok(value.len().to_string().into_bytes()),
                Ok(text) => Ok(text.chars().count().to_string().into_bytes()),
                Err(_) => unknown,
            },
            Operator::Prefix { longest } | Operator::Suffix { longest } => {
                let pattern = self.pattern(parameter.argument)?;
                let is_prefix = matches!(parameter.operator, Operator::Prefix { .. });
                let cut = pattern.cut(value, is_prefix, longest).ok_or(Unknown::TooLarge)?;
                Ok(match cut {
                    None => value.to_vec(),
                    Some(at) if is_prefix => value[at..].to_vec(),
                    Some(at) => value[..at].to_vec(),
                })
            }
            Operator::Replace { all } => {
                let special = |byte: &u8| matches!(byte, b'\\' | b'$' | b'`' | b'\'' | b'"' | b'&' | b'{' | b'~');
                if typed.iter().any(special) || matches!(typed.first(), Some(b'#' | b'%')) {
                    return unknown;
                }
                let slash = memchr::memchr(b'/', typed);
                let end = parameter.argument.0 + slash.unwrap_or(typed.len());
                let pattern = self.pattern((parameter.argument.0, end))?;
                let with = slash.map_or(&[][..], |slash| &typed[slash + 1..]);
                pattern.replace(value, with, all).ok_or(Unknown::TooLarge)
            }
            Operator::Case { upper, all } => {
                if !typed.is_empty() || !value.is_ascii() {
                    return unknown;
                }
                let mut value = value.to_vec();
                let len = if all { value.len() } else { value.len().min(1) };
                if upper {
                    value[..len].make_ascii_uppercase();
                } else {
                    value[..len].make_ascii_lowercase();
                }
                Ok(value)
            }
            _ => pattern::substring(value, typed).ok_or(Unknown::Command),
        }
    }

    /// Reads the pattern in a range of the text.
    fn pattern(&mut self, range: (usize, usize)) -> Result<Pattern, Unknown> {
        let before = std::mem::take(&mut self.out);
        let outside = self.wild.replace(vec![]);
        self.depth += 1;
        let read = if self.depth > MAX_DEPTH {
            Err(Unknown::TooLarge)
        } else {
            // A pattern is read as if it were outside quotes.
            shell::argument(self.shell, self.text, false, range, self).map_err(|_| Unknown::Command)
        };
        self.depth -= 1;
        let text = std::mem::replace(&mut self.out, before);
        let wild = std::mem::replace(&mut self.wild, outside).unwrap_or_default();
        read?;
        self.result?;
        Pattern::new(text, &wild).ok_or(Unknown::Command)
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
        if self.wild.is_some() && value.iter().any(|byte| matches!(byte, b'*' | b'?' | b'[' | b'\\')) {
            // Special characters in an inserted value are part of the pattern.
            self.unknown();
        }
        self.out.extend_from_slice(value);
        self.result = self.result.and(self.lookup.insert(value.len()));
    }
}
