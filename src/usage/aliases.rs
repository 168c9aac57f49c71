//! Other names by which a text reads variables, introduced by imports and assignments.

use super::access::{Code, Form, table};
use super::lexer::Kind;
use super::{Language, Name, Need, Raw, is_a_name};

/// Names with what they mean.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    forms: Vec<(Vec<u8>, &'static Form)>,
    /// Names that stand for `process`, or a module that has the variables as its `env`.
    holders: Vec<Vec<u8>>,
    /// Names in capitals that are set exactly once, with the token of the string they are set to. Sorted.
    constants: Vec<(Vec<u8>, Option<usize>)>,
}

impl Aliases {
    pub(super) fn of(&self, name: &[u8]) -> Option<&'static Form> {
        self.forms.iter().find(|one| one.0 == name).map(|one| one.1)
    }

    /// Returns the index behind `.env` of something other than `process` that has the variables there, if it begins at `index`.
    pub(super) fn behind_env(&self, code: Code<'_>, index: usize) -> Option<usize> {
        let is_holder = code.kind(index) == Some(Kind::Word) && self.holders.iter().any(|one| one == code.text(index));
        let behind = behind_module(code, index).or(is_holder.then_some(index + 1))?;
        code.behind_member(behind, "env")
    }

    fn hold(&mut self, name: &[u8]) {
        if self.holders.len() < MAX {
            self.holders.push(name.to_vec());
        }
    }

    /// Returns the token of the string that a constant of this text is set to.
    pub(super) fn constant(&self, name: &[u8]) -> Option<usize> {
        let found = self.constants.binary_search_by(|one| one.0.as_slice().cmp(name)).ok()?;
        self.constants[found].1
    }

    fn add(&mut self, name: &[u8], form: &'static Form) {
        if self.forms.len() < MAX && self.of(name).is_none() {
            self.forms.push((name.to_vec(), form));
        }
    }

    /// `const NAME = "X"`, `NAME: &str = "X"`, `const NAME string = "X"`, `#define NAME "X"`; in Go and C# also `const name = "X"`. In Go
    /// that may be in a block of constants, `in_block`.
    fn add_constant(&mut self, code: Code<'_>, index: usize, language: Language, in_block: bool) {
        let name = code.text(index);
        let is_capital = name.len() > 1 && is_a_name(name) && !name.iter().any(u8::is_ascii_lowercase);
        let is_const = || match language {
            Language::Go => in_block || code.is_word(index.wrapping_sub(1), "const"),
            Language::CSharp => {
                code.is_word(index.wrapping_sub(2), "const") && code.is_word(index.wrapping_sub(1), "string")
            }
            _ => false,
        };
        if !(is_capital || is_const()) || index > 0 && code.behind_dot(index - 1).is_some() {
            return;
        }
        let is_type = |at: &usize| code.kind(*at) == Some(Kind::Word) || code.is_any(*at, b":&'*[]");
        let defined = index > 1 && code.is_word(index - 1, "define") && code.kind(index + 1) == Some(Kind::Text);
        let text = if defined {
            index + 1
        } else {
            let behind = (index + 1..index + 7).find(|at| !is_type(at)).unwrap_or(index);
            if !code.is_assignment(behind) {
                return;
            }
            behind + 1
        };
        let goes_on = code.is_any(text + 1, b"+.%?[");
        let is_text = code.kind(text) == Some(Kind::Text) && !goes_on;
        self.constants.push((name.to_vec(), is_text.then_some(text)));
    }

    /// Drops constants that are set more than once, since their value is uncertain.
    fn drop_reassigned(&mut self) {
        self.constants.sort_unstable();
        let all = std::mem::take(&mut self.constants);
        for one in all.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() == 1) {
            self.constants.extend_from_slice(one);
        }
    }
}

/// More aliases than any real text has; the limit keeps a text full of them from taking long.
const MAX: usize = 32;

/// Modules of SvelteKit and Astro that export each variable by its name.
const STATIC: &[&[u8]] = &[
    b"$env/static/private",
    b"$env/static/public",
    b"astro:env/server",
    b"astro:env/client",
];

/// Modules that export the variables as `env`.
const DYNAMIC: &[&[u8]] = &[
    b"process",
    b"node:process",
    b"bun",
    b"$env/dynamic/private",
    b"$env/dynamic/public",
    b"cloudflare:workers",
];

/// Finds all aliases in a text. Names that a module exports one by one are recorded as uses right away.
pub(super) fn find(language: Language, code: Code<'_>, raw: &mut Raw) -> Aliases {
    let mut aliases = Aliases::default();
    let table = table(language);
    let assigned = |aliases: &mut Aliases, index: usize| {
        let paths = table.iter().filter(|access| matches!(access.form, Form::Object(_)));
        let direct = paths.filter_map(|access| Some((code.behind_path(index, access.path)?, access.form)));
        let held = aliases.behind_env(code, index).map(|behind| (behind, table[0].form));
        // Another name for what has one.
        let known = aliases
            .of(code.text(index))
            .filter(|form| matches!(form, Form::Object(_)));
        let all = direct.chain(held).chain(known.map(|form| (index + 1, form)));
        for (behind, form) in all.collect::<Vec<_>>() {
            if let Some(name) = name_before(code, index, behind) {
                aliases.add(name, form);
            }
        }
    };
    // Once for the text, which may name the class at every turn.
    let has_config = language == Language::Python && code.mentions(&[b"starlette.config", b"decouple"]);
    let (mut block_end, mut has_blocks) = (0, language == Language::Go);
    for index in 0..code.tokens.len() {
        if code.kind(index) != Some(Kind::Word) {
            continue;
        }
        if has_blocks && code.is_word(index, "const") && code.is(index + 1, b'(') && index >= block_end {
            let mut block = code.depths(index + 1..code.tokens.len());
            let end = block.find(|&(_, depth)| depth == 0);
            block_end = end.map_or(0, |(at, _)| at);
            // Behind one that never ends, no other is looked for: that would be the rest of the text each time.
            has_blocks = end.is_some();
        }
        aliases.add_constant(code, index, language, index < block_end);
        match language {
            Language::JavaScript => {
                assigned(&mut aliases, index);
                javascript(code, index, &mut aliases, raw);
            }
            Language::Python => {
                assigned(&mut aliases, index);
                python(code, index, has_config, &mut aliases);
            }
            Language::Rust if code.is_word(index, "use") => rust(code, index, &mut aliases),
            _ => {}
        }
    }
    aliases.drop_reassigned();
    aliases
}

/// Returns the name to which is assigned what begins at `index`, if that ends at `behind`.
fn name_before<'c>(code: Code<'c>, index: usize, behind: usize) -> Option<&'c [u8]> {
    let goes_on = code.behind_dot(behind).is_some() || code.is_any(behind, b"[(");
    let is_named = index >= 2 && code.is_assignment(index - 1) && code.kind(index - 2) == Some(Kind::Word);
    (is_named && !goes_on).then(|| code.text(index - 2))
}

/// Returns the index behind `require("process")` or `import("process")`, if one begins at `index`.
fn behind_module(code: Code<'_>, index: usize) -> Option<usize> {
    let is_loaded = code.is_any_word(index, &["require", "import"]) && code.is(index + 1, b'(');
    (is_loaded && DYNAMIC.contains(&code.text(index + 2)) && code.is(index + 3, b')')).then_some(index + 4)
}

fn javascript(code: Code<'_>, index: usize, aliases: &mut Aliases, raw: &mut Raw) {
    let object = table(Language::JavaScript)[0].form;
    if let Some((open, close)) = process_pattern(code, index) {
        for (name, known, _) in bindings(code, open, close) {
            if name == b"env" {
                aliases.add(known, object);
            }
        }
    }
    // `const one = require('process')`, `const one = await import('process')`
    if let Some(behind) = behind_module(code, index) {
        let first = index - usize::from(index > 0 && code.is_word(index - 1, "await"));
        if let Some(name) = name_before(code, first, behind) {
            aliases.hold(name);
        }
    }
    // `import one, { … } from '…'`, `import * as one from '…'`
    if !code.is_word(index, "from") || code.kind(index + 1) != Some(Kind::Text) || index == 0 {
        return;
    }
    let module = code.text(index + 1);
    if !STATIC.contains(&module) && !DYNAMIC.contains(&module) {
        return;
    }
    let is_list = code.is(index - 1, b'}');
    let open = is_list.then(|| code.opening(index - 1)).flatten();
    let whole = match open {
        Some(open) => open.checked_sub(2).filter(|_| code.is(open - 1, b',')),
        None => Some(index - 1),
    };
    if let Some(name) = whole.filter(|&at| code.kind(at) == Some(Kind::Word)) {
        if DYNAMIC.contains(&module) {
            aliases.hold(code.text(name));
        } else if !is_list {
            aliases.add(code.text(name), object);
        }
    }
    let Some(open) = open else { return };
    for (name, known, at) in bindings(code, open, index - 1) {
        if DYNAMIC.contains(&module) {
            if name == b"env" {
                aliases.add(known, object);
            }
        } else if is_a_name(name) {
            let token = code.tokens[at];
            raw.names.push(Name {
                start: token.start,
                end: token.end,
                need: Need::Sure,
            });
        }
    }
}

/// Returns the braces of `{ … } = process` and `{ … } = require('process')`, if what they are taken from is at `index`.
pub(super) fn process_pattern(code: Code<'_>, index: usize) -> Option<(usize, usize)> {
    let from_process =
        code.is_word(index, "process") && code.behind_dot(index + 1).is_none() && !code.is(index + 1, b'[');
    let required =
        code.is_word(index, "require") && code.is(index + 1, b'(') && DYNAMIC.contains(&code.text(index + 2));
    let close = index.checked_sub(2).filter(|&close| code.is(close, b'}'))?;
    let is_taken = (from_process || required) && code.is_assignment(index - 1);
    Some((code.opening(close).filter(|_| is_taken)?, close))
}

/// Returns the bindings of `{ a, b as c, d: e }`: the exported name, the local name and the index of each.
fn bindings(code: Code<'_>, open: usize, close: usize) -> Vec<(&[u8], &[u8], usize)> {
    let mut found = Vec::new();
    let mut at = open + 1;
    while at < close {
        if code.kind(at) == Some(Kind::Word) {
            let renamed = code.is_word(at + 1, "as") || code.is(at + 1, b':');
            let known = if renamed { at + 2 } else { at };
            found.push((code.text(at), code.text(known), at));
            at = known;
        }
        at += 1;
    }
    found
}

fn python(code: Code<'_>, index: usize, has_config: bool, aliases: &mut Aliases) {
    // `env = environ.Env(…)`, `env: Env = Env()`, `config = Config(…)`
    let is_env = code.is_any_word(index, &["Env", "FileAwareEnv"]);
    let is_config = has_config && code.is_word(index, "Config");
    let makes_one = code.is(index + 1, b'(') && (is_env || is_config);
    if makes_one {
        let first = if index >= 2 && code.is(index - 1, b'.') {
            index - 2
        } else {
            index
        };
        if first >= 2 && code.is_assignment(first - 1) {
            // A type annotation comes between name and value.
            let name = if first >= 4 && code.is(first - 3, b':') {
                first - 4
            } else {
                first - 2
            };
            aliases.add(code.text(name), &Form::Reader);
        }
        return;
    }
    let values = code.is_word(index, "dotenv_values") && code.is(index + 1, b'(');
    if values && index >= 2 && code.is_assignment(index - 1) {
        return aliases.add(code.text(index - 2), table(Language::Python)[0].form);
    }
    if !code.is_word(index, "from") {
        return;
    }
    // `from os import environ, getenv as get`
    let Some(import) = (index + 1..index + 12).find(|&at| code.is_word(at, "import")) else {
        return;
    };
    let module = code.text(index + 1);
    let mut at = import + 1 + usize::from(code.is(import + 1, b'('));
    while code.kind(at) == Some(Kind::Word) {
        let name = code.text(at);
        let known = if code.is_word(at + 1, "as") { at + 2 } else { at };
        let os = || {
            table(Language::Python)
                .iter()
                .find(|access| access.path[1].as_bytes() == name)
                .map(|access| access.form)
        };
        let form = match (module, name) {
            (b"os", _) if import == index + 2 => os(),
            (b"decouple", b"config") => Some(&Form::Reader),
            // A reader made by another module of the project.
            (_, b"env") => Some(&Form::Reader),
            _ => None,
        };
        if let Some(form) = form {
            aliases.add(code.text(known), form);
        }
        at = known + 1;
        if !code.is(at, b',') {
            break;
        }
        at += 1;
    }
}

/// `use std::env::{var, var_os};`
fn rust(code: Code<'_>, index: usize, aliases: &mut Aliases) {
    let Some(mut at) = code
        .behind_path(index + 1, &["std", "env"])
        .and_then(|behind| code.behind_dot(behind))
    else {
        return;
    };
    at += usize::from(code.is(at, b'{'));
    while code.kind(at) == Some(Kind::Word) {
        let known = if code.is_word(at + 1, "as") { at + 2 } else { at };
        if code.is_any_word(at, &["var", "var_os"]) {
            aliases.add(code.text(known), &Form::Call);
        }
        at = known + 1;
        if !code.is(at, b',') {
            break;
        }
        at += 1;
    }
}
