//! The variables of a container of Kubernetes: what sets them, in order, and what comes of it.
//!
//! What it takes from Secrets and ConfigMaps of other files is not known while its own is read, so the steps are kept, and gone through
//! again once it is.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::merge::{Lent, LentStore};
use crate::map::Map;
use crate::parse::External;
use crate::parse::carried::{Binding, Held, Wanted};
use crate::source::Span;

/// The maximum size of a value after `$(NAME)` is replaced in it, in bytes.
const MAX_EXPANDED: usize = 1 << 20;

/// Something that sets variables, over what is set before.
pub(super) enum Step {
    /// A variable with its value, unless another file lends that.
    Given(Binding),
    /// A variable in whose value `$(NAME)` is to be replaced.
    Written(Binding),
    /// All variables of a Secret or ConfigMap in another file.
    Taken(Wanted),
}

/// What other files lend to the containers of a file, by the places where these ask for it.
#[derive(Default)]
pub(super) struct Lending<'l> {
    keys: Map<Span, &'l Option<Held>>,
    stores: Map<Span, &'l LentStore>,
}

/// What comes of the steps.
#[derive(Default)]
pub(super) struct Outcome {
    /// What the file itself sets, in order of increasing precedence, without what another file overrides.
    pub(super) own: Vec<Binding>,
    /// What other files would set.
    pub(super) claims: Vec<Claim>,
}

/// A variable that a container takes with all others of a Secret or ConfigMap in another file.
#[derive(Clone)]
pub(crate) struct Claim {
    /// `secret/NAME` or `configmap/NAME`.
    pub(crate) store: Box<str>,
    /// What stands before the key of the store.
    pub(crate) prefix: Box<str>,
    /// The name with the prefix, the value, and where the container names the store.
    pub(crate) binding: Binding,
    pub(crate) standing: Standing,
}

/// What becomes of a [`Claim`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The program gets its value.
    Wins,
    /// Another file has precedence.
    LosesElsewhere,
    /// The file of the container has precedence.
    LosesHere,
}

impl<'l> Lending<'l> {
    pub(super) fn of(keys: &'l [Lent], stores: &'l [LentStore]) -> Lending<'l> {
        let mut lending = Lending::default();
        for one in keys {
            lending.keys.insert(one.place, &one.value);
        }
        for one in stores {
            lending.stores.insert(one.place, one);
        }
        lending
    }

    pub(super) fn is_empty(&self) -> bool {
        self.keys.entries().is_empty() && self.stores.entries().is_empty()
    }

    /// Returns how many variables the steps have with what is lent to them.
    pub(super) fn count(&self, steps: &[Step]) -> usize {
        let count = |step: &Step| match step {
            Step::Taken(wanted) => self.stores.get(&wanted.place).map_or(1, |store| store.entries.len()),
            Step::Given(_) | Step::Written(_) => 1,
        };
        steps.iter().map(count).sum()
    }
}

/// What is set so far.
#[derive(Default)]
struct Known {
    /// The values, and which claim each is of, if any.
    values: BTreeMap<Box<str>, (Held, Option<usize>)>,
    /// Whether any other name may be set, too.
    is_open: bool,
}

/// Goes through the steps.
pub(super) fn outcome(steps: &[Step], lending: &Lending<'_>) -> Outcome {
    let mut known = Known::default();
    let (mut own, mut claims): (Vec<Binding>, Vec<Claim>) = (Vec::new(), Vec::new());
    for step in steps {
        let binding = match step {
            Step::Taken(wanted) => {
                let store = lending.stores.get(&wanted.place);
                known.is_open |= store.is_none_or(|store| !store.is_whole);
                for (key, value) in store.iter().flat_map(|store| &*store.entries) {
                    let name: Box<str> = format!("{}{key}", wanted.prefix).into();
                    known.values.insert(name.clone(), (value.clone(), Some(claims.len())));
                    claims.push(Claim {
                        store: wanted.store.clone(),
                        prefix: wanted.prefix.clone(),
                        binding: Binding {
                            key: name,
                            value: value.clone(),
                            key_span: wanted.place,
                            value_span: wanted.place,
                        },
                        standing: Standing::LosesHere,
                    });
                }
                continue;
            }
            Step::Given(binding) => match lending.keys.get(&binding.value_span) {
                Some(Some(value)) => Binding {
                    value: value.clone(),
                    ..binding.clone()
                },
                Some(None) => continue,
                None => binding.clone(),
            },
            Step::Written(binding) => Binding {
                value: match &binding.value {
                    Held::Known(text) => known.expand(text),
                    external @ Held::External(_) => external.clone(),
                },
                ..binding.clone()
            },
        };
        known.values.insert(binding.key.clone(), (binding.value.clone(), None));
        own.push(binding);
    }
    for (index, claim) in claims.iter_mut().enumerate() {
        claim.standing = match known.winner(&claim.binding.key) {
            Some(winner) if winner == index => Standing::Wins,
            Some(_) => Standing::LosesElsewhere,
            None => Standing::LosesHere,
        };
    }
    own.retain(|binding| known.winner(&binding.key).is_none());
    Outcome { own, claims }
}

impl Known {
    /// Returns which claim a variable has its value from, if any.
    fn winner(&self, name: &str) -> Option<usize> {
        self.values.get(name)?.1
    }

    /// Replaces `$(NAME)` if the variable is set earlier, and keeps it if not. `$$` is a `$`.
    fn expand(&self, value: &[u8]) -> Held {
        let mut text = Zeroizing::new(Vec::with_capacity(value.len()));
        let mut rest = value;
        // Nothing behind the last `)` is searched for one, or a value of openings would take quadratic time.
        let unclosed = memchr::memrchr(b')', value).map_or(value.len(), |last| value.len() - last - 1);
        while let Some(at) = memchr::memchr(b'$', rest) {
            text.extend_from_slice(&rest[..at]);
            let behind = &rest[at + 1..];
            let opens = behind.starts_with(b"(") && behind.len() > unclosed;
            let close = if opens { memchr::memchr(b')', behind) } else { None };
            rest = if let Some(behind) = behind.strip_prefix(b"$") {
                text.push(b'$');
                behind
            } else if let Some(close) = close {
                let name = str::from_utf8(&behind[1..close]).unwrap_or_default();
                match self.values.get(name).map(|(value, _)| value) {
                    Some(Held::Known(value)) if text.len() + value.len() <= MAX_EXPANDED => {
                        text.extend_from_slice(value);
                    }
                    Some(Held::Known(_)) => return Held::External(External::Interpolated),
                    Some(Held::External(why)) => return Held::External(*why),
                    // It may be in a store outside the file.
                    None if self.is_open => return Held::External(External::Secret),
                    None => {
                        text.push(b'$');
                        text.extend_from_slice(&behind[..=close]);
                    }
                }
                &behind[close + 1..]
            } else {
                text.push(b'$');
                behind
            };
        }
        text.extend_from_slice(rest);
        Held::Known(text)
    }
}
