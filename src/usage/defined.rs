//! What the configuration of a bundler defines: `process.env.basePath` in the code that it bundles is then no variable,
//! but what stands in the configuration, as with `env` of Next.js and `define` of Vite, esbuild and webpack.

use std::collections::{BTreeMap, BTreeSet};

use super::access::Code;
use super::findings::Text;
use super::lexer::Kind;
use super::{Finder, Language, folders_above, is_a_name};

/// The names that a text defines.
#[derive(Debug, Default)]
pub(super) struct Defined {
    /// With the whole path that is replaced: `define: { 'process.env.NAME': … }`.
    names: BTreeSet<String>,
    /// In an object `env`, which means that in the configuration of Next.js only.
    of_next: BTreeSet<String>,
    /// Up to which token such an object has been read: one within another is not read again.
    read: usize,
}

impl Defined {
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty() && self.of_next.is_empty()
    }

    /// Records what the token at `index` defines, if anything.
    pub(super) fn note(&mut self, code: Code<'_>, index: usize) {
        if !code.is(index + 1, b':') {
            return;
        }
        if code.kind(index) == Some(Kind::Text) {
            let text = code.text(index);
            let name = [b"process.env.".as_slice(), b"import.meta.env."]
                .iter()
                .find_map(|path| text.strip_prefix(*path));
            self.names.extend(name.and_then(named));
        } else if index >= self.read && code.is_word(index, "env") && code.is(index + 2, b'{') {
            self.read = members(code, index + 2, &mut self.of_next);
        }
    }

    /// The names that are defined in a file of that name.
    fn in_file(&mut self, name: &str) -> BTreeSet<String> {
        let file = name.rsplit('/').next().unwrap_or(name);
        let mut names = std::mem::take(&mut self.names);
        if file.starts_with("next.config.") {
            names.append(&mut self.of_next);
        }
        names
    }
}

fn named(text: &[u8]) -> Option<String> {
    let text = str::from_utf8(text).ok()?;
    is_a_name(text.as_bytes()).then(|| text.to_owned())
}

/// More tokens than such an object has.
const MAX_TOKENS: usize = 2000;

/// Adds the names of the members of the object that `open` begins. Returns the index after what was read.
fn members(code: Code<'_>, open: usize, names: &mut BTreeSet<String>) -> usize {
    let end = code.tokens.len().min(open + MAX_TOKENS);
    for (at, depth) in code.depths(open..end) {
        if depth == 0 {
            return at;
        }
        let is_word = matches!(code.kind(at), Some(Kind::Word | Kind::Text));
        if is_word && depth == 1 && code.is_any(at - 1, b"{,") && code.is_any(at + 1, b":,}") {
            names.extend(named(code.text(at)));
        }
    }
    end
}

/// Takes out the uses of names that a configuration in the same folder or above defines, and counts them as mentions.
pub(super) fn settle(finder: &Finder, texts: &mut [Text]) {
    let mut by_folder: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut defining = BTreeSet::new();
    for (at, text) in texts.iter_mut().enumerate() {
        let names = text.found.defined.in_file(&text.name);
        if !names.is_empty() {
            defining.insert(at);
            let folder = folders_above(&text.name).next().unwrap_or_default();
            by_folder.entry(folder.to_owned()).or_default().extend(names);
        }
    }
    if by_folder.is_empty() {
        return;
    }
    for (at, text) in texts.iter_mut().enumerate() {
        let file = text.name.rsplit('/').next().unwrap_or(&text.name);
        let is_bundled = Language::of(file).map(Language::of_code) == Some(Language::JavaScript);
        // A configuration itself reads variables.
        if !is_bundled || defining.contains(&at) || text.found.uses.is_empty() {
            continue;
        }
        let defined: Vec<_> = folders_above(&text.name)
            .filter_map(|folder| by_folder.get(folder))
            .collect();
        let mut mentions = Vec::new();
        text.found.uses.retain(|one| {
            let is_defined = defined.iter().any(|names| names.contains(&one.name));
            mentions.extend(finder.key(one.name.as_bytes()).filter(|_| is_defined));
            !is_defined
        });
        text.found.mentions.append(&mut mentions);
    }
}
