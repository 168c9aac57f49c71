//! Expands variables the way GNU make does: those assigned with `=` when a program is run, from what all files have set by
//! then, and those assigned with `:=` where they stand.

use std::borrow::Cow;
use std::rc::Rc;

use crate::map::Map;
use crate::parse::decode::{Decoded, decode};
use crate::parse::dialect::Expander;
use crate::parse::make::is_own;
use crate::parse::shell::has;
use crate::parse::{Assignment, AssignmentKind, Effect};

use super::super::resolve::file_winner;
use super::super::table::When;
use super::super::{Failure, FailureKind, Layer, Unknown};
use super::lookup::UNKNOWN_OF_LOGIN;
use super::{Expanded, Expansion, Lookup, MAX_DEPTH, outcome};

/// Functions, of which nothing is computed here.
const FUNCTIONS: &str = " abspath addprefix addsuffix and basename call dir error eval file filter filter-out findstring firstword flavor foreach \
    guile if info intcmp join lastword let notdir or origin patsubst realpath shell sort strip subst suffix value warning wildcard word wordlist \
    words ";

/// Why there is no value.
#[derive(Clone, Copy, PartialEq)]
enum Stop {
    Unknown(Unknown),
    Fails(FailureKind),
}

const NOT_STATIC: Stop = Stop::Unknown(Unknown::Command);
const OF_LOGIN: Stop = Stop::Unknown(UNKNOWN_OF_LOGIN);

/// A variable of make.
struct Definition<'s> {
    text: Result<Rc<Cow<'s, [u8]>>, Stop>,
    /// Whether its references are expanded where it is used.
    is_recursive: bool,
}

/// A reference: its range, that of its name, and whether it was found.
type Found = ((usize, usize), (usize, usize), bool);

struct Make<'l, 'a, 's> {
    lookup: &'l mut Lookup<'a, 's>,
    definitions: Map<&'s [u8], Definition<'s>>,
    /// What recursive variables are in the end.
    values: Map<&'s [u8], Result<Rc<Vec<u8>>, Stop>>,
    /// Whether all files have been read.
    is_over: bool,
    /// The variables that are being expanded.
    within: Vec<Vec<u8>>,
}

/// Returns whether a layer is read by make and has values that need more than decoding.
pub(super) fn holds_more_than_text(layer: &Layer<'_>) -> bool {
    layer.dialect.expander == Expander::Make && !layer.document.is_plain()
}

/// Expands all values; returns whether that concerns some that look as if they needed nothing.
pub(super) fn expand(lookup: &mut Lookup<'_, '_>) -> bool {
    let table = lookup.table;
    let mut make = Make {
        lookup,
        definitions: Map::default(),
        values: Map::default(),
        is_over: false,
        within: vec![],
    };
    make.lookup.is_of_login.set(false);
    let mut expanded = vec![];
    for (layer, at) in table.layers.iter().zip(0..) {
        if layer.dialect.expander != Expander::Make || layer.document.is_carried() {
            continue;
        }
        for (assignment, index) in layer.document.assignments().iter().zip(0..) {
            let when = When { layer: at, index };
            let mut found = vec![];
            let mut definition = make.define(table.key(when), layer, assignment, &mut found);
            if make.lookup.is_of_login.take()
                && let Some(definition) = &mut definition
            {
                definition.text = std::mem::replace(&mut definition.text, Err(OF_LOGIN)).and(Err(OF_LOGIN));
            }
            if let Some(Definition {
                text: Err(Stop::Fails(kind)),
                ..
            }) = &definition
            {
                // make fails here, whatever becomes of the variable.
                make.fail(when, *kind);
            }
            if let Some(definition) = definition {
                make.definitions.insert(table.key(when), definition);
            }
            if !found.is_empty() {
                expanded.push((when, found));
            }
        }
    }
    make.is_over = true;
    for group in table.groups() {
        let Some(when) = file_winner(table, group).filter(|when| table.has_value(*when)) else {
            continue;
        };
        let at = expanded.partition_point(|(other, _)| *other < when);
        let found = expanded.get_mut(at).filter(|(other, _)| *other == when);
        let found = found.map(|(_, found)| std::mem::take(found)).unwrap_or_default();
        make.finish(when, found);
    }
    true
}

/// Returns the byte before the `=` if that makes it another kind of assignment, else the `=`.
fn sign(text: &[u8], assignment: &Assignment) -> u8 {
    // `export KEY` has none.
    let between = &text[assignment.key.end as usize..assignment.value.span.start as usize];
    let len = memchr::memchr(b'=', between).unwrap_or(0);
    match between[..len].last() {
        Some(&sign @ (b':' | b'+' | b'?' | b'!')) => sign,
        _ => b'=',
    }
}

impl<'s> Make<'_, '_, 's> {
    /// Returns what an assignment makes of its variable, and collects the references that are expanded at once.
    fn define(
        &mut self,
        key: &'s [u8],
        layer: &Layer<'s>,
        assignment: &Assignment,
        found: &mut Vec<Found>,
    ) -> Option<Definition<'s>> {
        let sign = sign(layer.text, assignment);
        let is_default = matches!(assignment.kind, AssignmentKind::Default { .. });
        if is_default && (self.definitions.contains(key) || self.lookup.process(key).is_some()) {
            return None;
        }
        let recursive = |text| Definition {
            text,
            is_recursive: true,
        };
        if assignment.kind == AssignmentKind::Unknown || sign == b'!' || is_own(key) && !sets_plainly(key, sign) {
            return Some(recursive(Err(NOT_STATIC)));
        }
        let decoded = decode(layer.text, assignment.value, layer.dialect).bytes;
        if sign == b':' {
            let value = self.value_of(&decoded, Some(found));
            return Some(Definition {
                text: value.map(|value| Rc::new(Cow::Owned(value))),
                is_recursive: false,
            });
        }
        if sign != b'+' {
            return Some(recursive(Ok(Rc::new(decoded))));
        }
        // Moved, so that adding to one variable again and again does not copy it each time.
        let before = self.definitions.get_mut(key);
        let before = before.map(|before| std::mem::replace(before, recursive(Err(NOT_STATIC))));
        let of_process = |lookup: &Lookup<'_, 's>| Some(recursive(Ok(Rc::new(Cow::Borrowed(lookup.process(key)?)))));
        let Some(mut definition) = before.or_else(|| of_process(self.lookup)) else {
            return Some(recursive(Ok(Rc::new(decoded))));
        };
        let more = if definition.is_recursive {
            Ok(decoded)
        } else {
            self.value_of(&decoded, Some(found)).map(Cow::Owned)
        };
        definition.text = definition.text.and_then(|mut text| {
            let whole = Rc::make_mut(&mut text).to_mut();
            if !whole.is_empty() {
                whole.push(b' ');
            }
            whole.extend_from_slice(&more?);
            Ok(text)
        });
        Some(definition)
    }

    /// Records that make gives up on the file.
    fn fail(&mut self, when: When, kind: FailureKind) {
        if let Some((layer, assignment)) = self.lookup.table.assignment(when) {
            self.lookup.failures.push(Failure {
                source: layer.source,
                span: assignment.value.span,
                kind,
                effect: Effect::Rejected,
            });
        }
    }

    /// Determines what a program gets of the assignment that counts.
    fn finish(&mut self, when: When, mut found: Vec<Found>) {
        let table = self.lookup.table;
        let (key, Some((layer, assignment))) = (table.key(when), table.assignment(when)) else {
            return;
        };
        let Some(definition) = self.definitions.get(key) else {
            return;
        };
        let definition_is_recursive = definition.is_recursive;
        let decoded = decode(layer.text, assignment.value, layer.dialect);
        let value = match (&definition.text, definition.is_recursive) {
            (Err(stop), _) => Err(*stop),
            (Ok(text), false) => Ok(text.to_vec()),
            (Ok(text), true) if memchr::memchr(b'$', text).is_none() && assignment.kind != AssignmentKind::Append => {
                return;
            }
            (Ok(_), true) => {
                // For the places of the references.
                let _ = self.value_of(&decoded.bytes, Some(&mut found));
                self.final_value(key).map(|value| value.to_vec())
            }
        };
        let mut expansion = Expansion {
            when,
            key,
            decoded: Decoded::default(),
            references: vec![],
        };
        for (whole, name, is_found) in found {
            let place = |(start, end): (usize, usize)| (decoded.origin(start), decoded.origin(end));
            expansion.refer_to_text(place(whole), place(name), outcome(is_found));
        }
        let value = match value {
            Ok(value) => Ok(value),
            Err(Stop::Unknown(unknown)) => Err(unknown),
            Err(Stop::Fails(kind)) => {
                if definition_is_recursive {
                    self.fail(when, kind);
                }
                Err(Unknown::Cycle)
            }
        };
        if value == Err(Unknown::Command) {
            self.lookup.commands.push(when);
        }
        let references = expansion.references;
        self.lookup.done.insert(when, Expanded { value, references });
    }

    /// Returns what a recursive variable is once all files have been read.
    fn final_value(&mut self, name: &[u8]) -> Result<Rc<Vec<u8>>, Stop> {
        if let Some(value) = self.values.get(name) {
            return value.clone();
        }
        let of_file = self.definitions.get(name).map(|definition| definition.text.clone());
        let text = match of_file {
            Some(text) => text?,
            None => Rc::new(Cow::Borrowed(self.lookup.process(name).unwrap_or_default())),
        };
        if self.within.iter().any(|other| other == name) {
            return Err(Stop::Fails(FailureKind::Cycle));
        }
        self.within.push(name.to_vec());
        let around = self.lookup.is_of_login.take();
        let mut value = self.value_of(&text, None).map(Rc::new);
        self.within.pop();
        if self.lookup.is_of_login.replace(around) {
            value = value.and(Err(OF_LOGIN));
        }
        if self.is_over
            && let Some(key) = self
                .lookup
                .table
                .find(name)
                .first()
                .map(|entry| self.lookup.table.key(entry.when))
        {
            self.values.insert(key, value.clone());
        }
        value
    }

    /// Replaces the references in a text; collects them if asked to.
    fn value_of(&mut self, text: &[u8], mut found: Option<&mut Vec<Found>>) -> Result<Vec<u8>, Stop> {
        self.lookup.read(text.len()).map_err(Stop::Unknown)?;
        if self.within.len() > MAX_DEPTH {
            return Err(Stop::Unknown(Unknown::TooLarge));
        }
        let mut out = Vec::with_capacity(text.len());
        let mut at = 0;
        while let Some(len) = memchr::memchr(b'$', &text[at..]) {
            let dollar = at + len;
            out.extend_from_slice(&text[at..dollar]);
            let from = dollar + 2;
            let close = match text.get(dollar + 1) {
                None | Some(b'$') => {
                    out.push(b'$');
                    at = from.min(text.len());
                    continue;
                }
                Some(b'(') => b')',
                Some(b'{') => b'}',
                Some(_) => {
                    let is_found = self.insert(&text[dollar + 1..from], &mut out)?;
                    if let Some(found) = &mut found {
                        found.push(((dollar, from), (dollar + 1, from), is_found));
                    }
                    at = from;
                    continue;
                }
            };
            let (name, next) = self.name(text, from, close)?;
            let is_found = self.insert(&name, &mut out)?;
            if let Some(found) = &mut found {
                found.push(((dollar, next), (from, next - 1), is_found));
            }
            at = next;
        }
        out.extend_from_slice(&text[at..]);
        Ok(out)
    }

    /// Returns the name in brackets, and the offset behind them.
    fn name<'t>(&mut self, text: &'t [u8], from: usize, close: u8) -> Result<(Cow<'t, [u8]>, usize), Stop> {
        let is_of_word = |byte: &&u8| byte.is_ascii_lowercase() || **byte == b'-';
        let word = text[from..].iter().take_while(is_of_word).count();
        if matches!(text.get(from + word), None | Some(b' ' | b'\t')) && has(FUNCTIONS, &text[from..from + word]) {
            return Err(NOT_STATIC);
        }
        let len = memchr::memchr(close, &text[from..]).ok_or(Stop::Fails(FailureKind::InvalidReference))?;
        let mut end = from + len;
        let mut name = Cow::Borrowed(&text[from..end]);
        if memchr::memchr(b'$', &name).is_some() {
            // The name has to be put together first.
            let mut open = 1;
            let closes = |byte: &u8| {
                open += usize::from(*byte == text[from - 1]);
                open -= usize::from(*byte == close);
                open == 0
            };
            end = from + text[from..].iter().position(closes).ok_or(NOT_STATIC)?;
            self.within.push(vec![]);
            name = Cow::Owned(self.value_of(&text[from..end], None)?);
            self.within.pop();
        }
        // `$(NAME:.c=.o)`
        let substitutes =
            memchr::memchr(b':', &name).is_some_and(|colon| memchr::memchr(b'=', &name[colon..]).is_some());
        if substitutes {
            Err(NOT_STATIC)
        } else {
            Ok((name, end + 1))
        }
    }

    /// Adds the value of a variable; returns whether it has one.
    fn insert(&mut self, name: &[u8], out: &mut Vec<u8>) -> Result<bool, Stop> {
        match self.insert_known(name, out) {
            Err(OF_LOGIN) => {
                out.extend_from_slice(self.lookup.login());
                Ok(true)
            }
            result => result,
        }
    }

    fn insert_known(&mut self, name: &[u8], out: &mut Vec<u8>) -> Result<bool, Stop> {
        let is_automatic = matches!(
            name,
            [b'@' | b'%' | b'<' | b'?' | b'^' | b'+' | b'*' | b'|'] | [_, b'D' | b'F']
        ) && !name[0].is_ascii_alphanumeric();
        let definition = self.definitions.get(name);
        let is_set = definition.is_some() || self.lookup.process(name).is_some();
        let before = out.len();
        match definition {
            None if is_automatic || is_own(name) && (!is_set || name == b"SHELL") => return Err(NOT_STATIC),
            None if !is_set => {}
            Some(Definition {
                text,
                is_recursive: false,
            }) => out.extend_from_slice(text.as_ref().map_err(|stop| *stop)?),
            _ => {
                let value = self.final_value(name)?;
                out.extend_from_slice(&value);
            }
        }
        self.lookup.insert(out.len() - before).map_err(Stop::Unknown)?;
        Ok(is_set)
    }
}

/// Returns whether an assignment to a variable of make itself is like any other.
fn sets_plainly(key: &[u8], sign: u8) -> bool {
    let is_fixed = key.starts_with(b"MAKE") || matches!(key, b"SHELL" | b"CURDIR" | b"MFLAGS" | b"IFS");
    !is_fixed && matches!(sign, b'=' | b':')
}
