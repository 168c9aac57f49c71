//! Shell scripts that run others in their own shell, with `source FILE` or `. FILE`: what one of them sets, the others
//! don't read from the environment.
//!
//! The path mostly begins with something that is only known at run time, as in `. "$(dirname "$0")/lib.sh"`. What
//! follows that is enough to find the file among those searched.

use std::collections::{BTreeMap, BTreeSet};

use super::Finder;
use super::findings::Text;
use crate::name::word_len;

/// What a script shares with those that it runs in its own shell.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// The variables that it sets.
    pub(super) sets: BTreeSet<Vec<u8>>,
    /// Ends of the paths that it sources, such as `lib/common.sh`.
    pub(super) sources: BTreeSet<String>,
}

impl Script {
    pub(super) fn is_empty(&self) -> bool {
        self.sets.is_empty() && self.sources.is_empty()
    }
}

/// Whether a command may begin at a place: elsewhere `.` is a folder.
pub(super) fn is_command(text: &[u8], at: usize) -> bool {
    let before = text[..at].trim_ascii_end();
    let is_next_line = text[before.len()..at].contains(&b'\n') && !before.ends_with(b"\\");
    let ends_with = |word: &&[u8]| before.ends_with(word);
    is_next_line
        || before.last().is_none_or(|byte| b";&|({!".contains(byte))
        || [b" then".as_slice(), b" do", b" else", b"\nelse", b"\ndo", b"\nthen"]
            .iter()
            .any(ends_with)
}

/// The longest argument that is read, in bytes: an unclosed quote may extend to the end of the text.
const MAX_ARGUMENT: usize = 512;

/// Returns the end of the path that the argument at `from` names, if it is written out.
pub(super) fn argument(text: &[u8], from: usize) -> Option<String> {
    let text = &text[..text.len().min(from + MAX_ARGUMENT)];
    let mut at = from
        + text[from..]
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
    let mut quote = None;
    let mut known = Vec::new();
    // Whether the path is known from its first folder on.
    let mut is_whole = true;
    while let Some(&byte) = text.get(at) {
        at += 1;
        match byte {
            b'\n' => break,
            b' ' | b'\t' | b'\r' | b';' | b'&' | b'|' | b')' if quote.is_none() => break,
            b'"' | b'\'' if quote.is_none() => quote = Some(byte),
            _ if quote == Some(byte) => quote = None,
            b'$' | b'`' if quote != Some(b'\'') => {
                at = behind_expansion(text, at - 1);
                known.clear();
                is_whole = false;
            }
            b'*' | b'?' | b'[' => return None,
            _ => {
                is_whole |= known.is_empty() && byte == b'/';
                known.push(byte);
            }
        }
    }
    let path = String::from_utf8(known).ok().filter(|_| is_whole)?;
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    // Where `..` leads depends on what comes before it.
    let from = parts.iter().rposition(|part| *part == "..").map_or(0, |at| at + 1);
    (from < parts.len()).then(|| parts[from..].join("/"))
}

/// Returns the index after `$NAME`, `${…}`, `$(…)` or `` `…` ``.
fn behind_expansion(text: &[u8], dollar: usize) -> usize {
    let (open, close) = match (text[dollar], text.get(dollar + 1)) {
        (b'`', _) => return memchr::memchr(b'`', &text[dollar + 1..]).map_or(text.len(), |len| dollar + len + 2),
        (_, Some(b'(')) => (b'(', b')'),
        (_, Some(b'{')) => (b'{', b'}'),
        // `$0` and `$1` too.
        _ => return dollar + 1 + word_len(&text[dollar + 1..]),
    };
    let mut depth = 0_usize;
    for (at, &byte) in text.iter().enumerate().skip(dollar + 1) {
        depth += usize::from(byte == open);
        if byte == close {
            depth -= 1;
            if depth == 0 {
                return at + 1;
            }
        }
    }
    text.len()
}

/// Takes out the uses of variables that a script sets which runs in the same shell, and counts them as mentions.
pub(super) fn settle(finder: &Finder, texts: &mut [Text]) {
    let edges = edges(texts);
    if edges.iter().all(Vec::is_empty) {
        return;
    }
    let mut sourced_by = vec![Vec::new(); texts.len()];
    for (from, all) in edges.iter().enumerate() {
        for &to in all {
            sourced_by[to].push(from);
        }
    }
    let scripts: Vec<_> = texts
        .iter_mut()
        .map(|text| std::mem::take(&mut text.found.script))
        .collect();
    for at in 0..texts.len() {
        if edges[at].is_empty() && sourced_by[at].is_empty() || texts[at].found.uses.is_empty() {
            continue;
        }
        // Whatever runs this script in its own shell, and all that those run in theirs.
        let shell = reached(&edges, reached(&sourced_by, vec![at]));
        let found = &mut texts[at].found;
        let mut mentions = Vec::new();
        found.uses.retain(|one| {
            let name = one.name.as_bytes();
            // A script's own variable is only a use if it may have come from the environment: `NAME=${NAME:-default}`.
            let is_own = scripts[at].sets.contains(name);
            let is_set = !is_own && shell.iter().any(|&other| scripts[other].sets.contains(name));
            mentions.extend(finder.key(name).filter(|_| is_set));
            !is_set
        });
        found.mentions.append(&mut mentions);
    }
}

/// Returns the indices that can be reached, including the first ones.
fn reached(edges: &[Vec<usize>], mut all: Vec<usize>) -> Vec<usize> {
    let mut is_known = vec![false; edges.len()];
    for &at in &all {
        is_known[at] = true;
    }
    let mut next = 0;
    while let Some(&at) = all.get(next) {
        next += 1;
        for &to in &edges[at] {
            if !std::mem::replace(&mut is_known[to], true) {
                all.push(to);
            }
        }
    }
    all
}

/// Returns the indices of the scripts that each text sources.
fn edges(texts: &[Text]) -> Vec<Vec<usize>> {
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, text) in texts.iter().enumerate() {
        by_name.entry(last(&text.name)).or_default().push(at);
    }
    let sourced = |text: &Text| {
        let sources = text.found.script.sources.iter();
        let near = sources.flat_map(|path| {
            let candidates = by_name.get(last(path)).map_or(&[][..], Vec::as_slice);
            nearest(texts, &text.name, path, candidates)
        });
        near.collect()
    };
    texts.iter().map(sourced).collect()
}

/// Returns those of the candidates whose names end with `path`, and that share the most folders with `script`.
fn nearest(texts: &[Text], script: &str, path: &str, candidates: &[usize]) -> Vec<usize> {
    let shared = |name: &str| {
        let pairs = name.split('/').zip(script.split('/'));
        pairs.take_while(|(one, other)| one == other).count()
    };
    let is_meant = |name: &str| {
        name.strip_suffix(path)
            .is_some_and(|before| before.is_empty() || before.ends_with('/'))
    };
    let meant = || candidates.iter().filter(|&&at| is_meant(&texts[at].name));
    let most = meant().map(|&at| shared(&texts[at].name)).max();
    meant()
        .copied()
        .filter(|&at| Some(shared(&texts[at].name)) == most)
        .collect()
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_path_is_enough() {
        for (text, path) in [
            ("lib.sh", Some("lib.sh")),
            ("./lib/../common.sh arg", Some("common.sh")),
            ("\"$(dirname \"$0\")/install/_lib.sh\"; x", Some("install/_lib.sh")),
            ("\"${BASH_SOURCE%/*}/lib.sh\" || exit", Some("lib.sh")),
            ("`dirname $0`/lib.sh", Some("lib.sh")),
            ("$DIR/lib.sh)", Some("lib.sh")),
            ("'lib/it is.sh'", Some("lib/it is.sh")),
            ("$1", None),
            ("\"$FILE\"", None),
            ("lib-$OS.sh", None),
            ("$DIR/lib-$OS/x.sh", Some("x.sh")),
            ("<(kubectl completion bash)", Some("<(kubectl")),
            ("..", None),
            ("$(", None),
            ("", None),
        ] {
            assert_eq!(argument(text.as_bytes(), 0).as_deref(), path, "{text}");
        }
    }

    #[test]
    fn a_folder_is_no_command() {
        for (before, is) in [
            ("", true),
            ("x\n  ", true),
            ("a && ", true),
            ("if x; then ", true),
            ("(", true),
            ("find ", false),
            ("cp a \\\n  ", false),
        ] {
            assert_eq!(is_command(before.as_bytes(), before.len()), is, "{before}");
        }
    }
}
