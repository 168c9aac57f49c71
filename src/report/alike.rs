//! Groups diagnostics that say the same of different keys, for people: twenty keys that are missing are one mistake to read
//! about, and twenty names.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::report::merged::Merged;
use crate::source::Source;

/// How many diagnostics that say the same are told as one. Up to three are read faster one by one.
const MANY: usize = 4;

/// A diagnostic, and those that differ from it only in key and place.
#[derive(Debug)]
pub(super) struct Alike<'r> {
    /// The first of them.
    pub(super) first: Merged<'r>,
    /// The others; none, or at least three.
    pub(super) others: Vec<&'r Diagnostic>,
}

/// Returns the groups of merged diagnostics, in the order of the first of each. Of a text that was only searched there is no excerpt, so that
/// what is said of several of those is the same.
pub(super) fn alike<'r>(all: Vec<Merged<'r>>, sources: &[Source]) -> Vec<Alike<'r>> {
    let mut groups: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, one) in all.iter().enumerate() {
        let said = one.diagnostic;
        let Some(key) = &said.key else { continue };
        let related: Vec<_> = said.related.iter().map(|label| &label.message).collect();
        let words = (
            said.message.replace(key, ""),
            &said.help,
            said.fix.as_ref().map(|fix| fix.title.replace(key, "")),
            related,
        );
        let file = said.location.map(|location| location.source);
        let file = file.filter(|id| sources[id.0 as usize].marks().is_none());
        groups
            .entry((said.code, said.severity, file, &one.environments, words))
            .or_default()
            .push(at);
    }
    let mut others = vec![Vec::new(); all.len()];
    let mut is_told = vec![false; all.len()];
    for group in groups.into_values().filter(|group| group.len() >= MANY) {
        for &at in &group[1..] {
            others[group[0]].push(all[at].diagnostic);
            is_told[at] = true;
        }
    }
    let each = all.into_iter().zip(others).zip(is_told);
    each.filter(|(_, is_told)| !is_told)
        .map(|((first, others), _)| Alike { first, others })
        .collect()
}
