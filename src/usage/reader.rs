//! Searches the tokens of a text for reads of variables.

use super::access::{ALL, Code, Form, Object, table};
use super::aliases::Aliases;
use super::guard::Guards;
use super::lexer::{Kind, Token};
use super::{Finder, Language, Name, Need, Raw, ambient, fallback, is_a_name};
use crate::name::word_len;

pub(super) struct Reader<'r> {
    pub(super) finder: &'r Finder,
    pub(super) code: Code<'r>,
    pub(super) language: Language,
    /// Whether the text makes a configuration of convict.
    pub(super) has_convict: bool,
    pub(super) aliases: &'r Aliases,
    pub(super) raw: &'r mut Raw,
    /// Whether `import.meta.env` is being read.
    pub(super) of_vite: bool,
    /// How many validator objects were visited or searched for.
    pub(super) schemas: usize,
    /// The ranges in which variables are known to be set.
    pub(super) guards: Guards<'r>,
}

/// Words behind which a bracket calls nothing; and `dict`, which copies.
const BEFORE: &[&str] = &[
    "and", "await", "case", "dict", "do", "elif", "else", "if", "in", "not", "of", "or", "return", "typeof", "void",
    "yield",
];

impl Reader<'_> {
    /// Records what a word reads, if anything.
    pub(super) fn word(&mut self, index: usize) {
        self.particular(index);
        let code = self.code;
        for access in table(self.language) {
            if let Some(behind) = code.behind_path(index, access.path)
                && !(access.path.len() == 1 && self.is_of_another(index))
            {
                return self.access(access.form, index, behind, false);
            }
        }
        if self.language == Language::JavaScript
            && let Some(behind) = self.aliases.behind_env(code, index)
            && !self.is_of_another(index)
        {
            return self.access(table(self.language)[0].form, index, behind, false);
        }
        if let Some(alias) = self.aliases.of(code.text(index))
            && !self.is_of_another(index)
        {
            return self.access(alias, index, index + 1, true);
        }
        self.helper(index);
        if self.language == Language::JavaScript {
            self.validator(index);
        }
    }

    /// Returns whether a name belongs to something before it, or is being defined.
    pub(super) fn is_of_another(&self, index: usize) -> bool {
        let Some(before) = index.checked_sub(1) else {
            return false;
        };
        let code = self.code;
        let is_definition = code.is_any_word(before, &["function", "def", "fn", "func"]);
        // In PHP a dot concatenates strings.
        let has_dots = self.language != Language::Php;
        let is_member = has_dots && code.is(before, b'.') && !code.is(before.wrapping_sub(1), b'.');
        let is_arrow = code.is(before, b'>') && code.is(before.wrapping_sub(1), b'-');
        is_definition || is_member || is_arrow
    }

    fn access(&mut self, form: &Form, start: usize, behind: usize, is_alias: bool) {
        self.of_vite = false;
        match form {
            Form::Object(object) => {
                self.of_vite = object.of_vite;
                self.object(object, start, behind, is_alias);
            }
            Form::Call => {
                let behind = behind + usize::from(self.code.is(behind, b'!'));
                self.call(behind, is_alias);
            }
            Form::Reader => {
                let method = self.code.behind_dot(behind);
                let at = method.map_or(behind, |method| method + 1);
                let is_named = self.code.is(at, b'(')
                    && self.code.kind(at + 1) == Some(Kind::Text)
                    && is_a_name(self.code.text(at + 1));
                let is_prefix = method.is_some_and(|method| self.code.is_word(method, "prefixed"));
                if is_prefix {
                    self.raw.untold += 1;
                } else if is_named {
                    // With `env.prefixed("X_")` the name is given without its prefix.
                    let known = self.raw.names.len();
                    self.argument(at + 1);
                    let is_prefixed = memchr::memmem::find(self.code.text, b".prefixed(").is_some();
                    if is_prefixed {
                        self.raw.names[known..]
                            .iter_mut()
                            .for_each(|name| name.need = Need::Unsure);
                    }
                } else if let Some(method) = method
                    && self.code.is(at, b'(')
                {
                    self.usual(self.code.text(method), self.code.is(at + 1, b')'));
                }
            }
            Form::Macro => {
                if self.code.is(behind, b'!') && self.code.kind(behind + 2) == Some(Kind::Text) {
                    self.argument(behind + 2);
                }
            }
            Form::All => self.raw.untold += 1,
        }
    }

    /// Records the default variable that a method of `environ.Env` reads if no name is given.
    fn usual(&mut self, method: &[u8], is_without: bool) {
        let usual: &[u8] = match method {
            b"db" | b"db_url" => b"DATABASE_URL",
            b"cache" | b"cache_url" => b"CACHE_URL",
            b"email" | b"email_url" => b"EMAIL_URL",
            b"search_url" => b"SEARCH_URL",
            b"channels" | b"channels_url" => b"CHANNELS_URL",
            _ => return,
        };
        if is_without {
            self.raw.mentions.extend(self.finder.key(usual));
        }
    }

    /// Reads `("NAME", …)`. If the call returns all variables, looks at how the result is used.
    fn call(&mut self, at: usize, is_alias: bool) {
        let code = self.code;
        if !code.is(at, b'(') {
            // The function itself is passed on, unless this is an import.
            if !is_alias && !code.is(at, b',') && !code.is(at, b';') && self.language != Language::Rust {
                self.raw.untold += 1;
            }
            return;
        }
        if code.is(at + 1, b')') {
            return self.object(&ALL, at, at + 2, false);
        }
        self.argument(at + 1);
    }

    /// Records the name in an argument or in brackets, which must be a single string.
    fn argument(&mut self, at: usize) {
        let code = self.code;
        let ends = code.is_any(at + 1, b")],");
        // Ruby calls methods without parentheses.
        let is_bare = self.language == Language::Ruby;
        // `name: "X"`: a named argument in PHP and C#.
        let is_named =
            code.kind(at) == Some(Kind::Word) && code.is(at + 1, b':') && code.kind(at + 2) == Some(Kind::Text);
        if code.kind(at) == Some(Kind::Text) && (ends || is_bare) {
            self.name(at);
        } else if is_named {
            self.name(at + 2);
        } else if let Some(text) = self.aliases.constant(code.text(at)).filter(|_| ends || is_bare) {
            self.name(text);
        } else {
            self.raw.untold += 1;
        }
    }

    pub(super) fn name(&mut self, at: usize) {
        let token = self.code.tokens[at];
        let name = self.code.text(at);
        if is_a_name(name) && !(self.of_vite && ambient::is_of_vite(name)) {
            let is_test = self.guards.note(self.code, at);
            self.raw.names.push(Name {
                start: token.start,
                end: token.end,
                need: if is_test {
                    Need::Optional
                } else {
                    fallback::need_of(self.code, self.language, at)
                },
            });
        }
    }

    fn object(&mut self, object: &Object, start: usize, behind: usize, is_alias: bool) {
        let code = self.code;
        let (mut first, mut at) = (start, behind);
        if let Some(close) = self.closing(start, at) {
            at = close + 1;
            first = start - 1;
        }
        // `process.env!["NAME"]`, `process.env?.["NAME"]`
        if code.spells(at, b"![") {
            at += 1;
        }
        if code.spells(at, b"?.[") {
            at += 2;
        }
        if code.is(at, b'[') {
            let key = match code.kind(at + 1).filter(|_| code.is(at + 2, b']')) {
                Some(Kind::Text) => Some(at + 1),
                _ if code.is(at + 2, b']') => self.aliases.constant(code.text(at + 1)),
                _ => None,
            };
            match key {
                None => self.raw.untold += 1,
                Some(key) if !self.is_written(first, at + 3) => self.name(key),
                Some(_) => {}
            }
            return;
        }
        // `sys.env("NAME")`
        if code.is(at, b'(') && self.language == Language::Java {
            return self.argument(at + 1);
        }
        let Some(member) = code
            .behind_dot(at)
            .filter(|&member| code.kind(member) == Some(Kind::Word))
        else {
            return self.whole(first, at, is_alias);
        };
        self.member(object, first, member, is_alias);
    }

    /// Returns the `)` behind an object in brackets of its own, with a member behind it: `(process.env as Record<…>).NAME`,
    /// `(process.env ?? {}).NAME`. In those of a call, the member is one of what the function returns.
    fn closing(&self, start: usize, at: usize) -> Option<usize> {
        let code = self.code;
        let open = start.checked_sub(1).filter(|&open| code.is(open, b'('))?;
        let before = open.wrapping_sub(1);
        let is_called =
            code.is_any(before, b")]>") || code.kind(before) == Some(Kind::Word) && !code.is_any_word(before, BEFORE);
        let is_whole = code.is(at, b')') || code.is_any_word(at, &["as", "satisfies"]);
        let has_default = code.spells(at, b"??{})") || code.spells(at, b"||{})");
        let close = (at..at + 16).find(|&index| code.is(index, b')'))?;
        let is_read = code.behind_dot(close + 1).is_some() || code.is(close + 1, b'[');
        (!is_called && (is_whole || has_default) && is_read).then_some(close)
    }

    /// Reads `object.member`, where `object` begins at `first`.
    fn member(&mut self, object: &Object, first: usize, member: usize, is_alias: bool) {
        let code = self.code;
        let word = str::from_utf8(code.text(member)).unwrap_or_default();
        let mut open = member + 1;
        open += usize::from(code.is_any(open, b"?!"));
        let is_call = code.is(open, b'(');
        if object.reads.contains(&word) && (is_call || code.kind(open) == Some(Kind::Text)) {
            self.argument(open + usize::from(is_call));
        } else if object.several.contains(&word) {
            let mut at = open + usize::from(is_call);
            while code.kind(at) == Some(Kind::Text) {
                self.name(at);
                at += 1 + usize::from(code.is(at + 1, b','));
            }
        } else if object.writes.contains(&word) {
        } else if !object.members {
            self.raw.untold += 1;
        } else {
            let is_lower = word.bytes().any(|byte| byte.is_ascii_lowercase());
            // A method that every object has; or an unrelated thing with the same name as an alias.
            let is_no_variable = is_lower && (is_call || is_alias);
            if !is_no_variable && !self.is_written(first, member + 1) {
                self.name(member);
            }
        }
    }

    /// Returns whether the variable is only set or deleted.
    fn is_written(&self, start: usize, behind: usize) -> bool {
        let before = |word| start > 0 && self.code.is_word(start - 1, word);
        self.code.is_assignment(behind) || before("delete") || before("del")
    }

    /// Handles the object as a whole: destructured, tested, assigned or passed on.
    fn whole(&mut self, start: usize, behind: usize, is_alias: bool) {
        let code = self.code;
        let before = |count: usize| start.wrapping_sub(count);
        if code.is_word(before(1), "in") {
            let name = if code.is_word(before(2), "not") {
                before(3)
            } else {
                before(2)
            };
            match code.kind(name) {
                Some(Kind::Text) => self.name(name),
                _ => self.raw.untold += 1,
            }
            return;
        }
        if code.is_assignment(before(1)) && code.is_assignment(behind) {
            return;
        }
        if code.is_assignment(before(1)) {
            if let Some(close) = self.pattern_before(before(1)) {
                return match code.opening(close) {
                    Some(open) => self.pattern(open, close),
                    None => self.raw.untold += 1,
                };
            }
            // It gets an alias here, which is known already.
            if self.aliases.of(code.text(before(2))).is_some() {
                return;
            }
        }
        if !is_alias {
            self.raw.untold += 1;
        }
    }

    /// Returns the `}` of `{ … }: Type =`.
    fn pattern_before(&self, equals: usize) -> Option<usize> {
        let code = self.code;
        let mut at = equals.checked_sub(1)?;
        // A type annotation: a name with members and parameters.
        for _ in 0..12 {
            if code.is(at, b'}') {
                // Without a colon the brace ends a block, and what follows is a separate variable.
                return (at + 1 == equals || code.is(at + 1, b':')).then_some(at);
            }
            let is_type = code.kind(at) == Some(Kind::Word) || code.is_any(at, b":.<>,[]");
            if !is_type {
                return None;
            }
            at = at.checked_sub(1)?;
        }
        None
    }

    /// Reads `{ NAME, NAME: other, NAME = 'default', ...rest }`.
    fn pattern(&mut self, open: usize, close: usize) {
        let code = self.code;
        let mut at = open + 1;
        while at < close {
            match code.kind(at) {
                Some(Kind::Word | Kind::Text) => self.name(at),
                Some(Kind::Sign(b'.' | b'[')) => self.raw.untold += 1,
                _ => {}
            }
            let mut rest = code.depths(at..close);
            let comma = rest.find(|&(at, depth)| depth == 0 && code.is(at, b','));
            at = comma.map_or(close, |(at, _)| at) + 1;
        }
    }

    /// Reads `{ env: { NAME } }`, whose outer braces are given.
    pub(super) fn nested_pattern(&mut self, open: usize, close: usize) {
        let code = self.code;
        let mut depth = 0_i32;
        let mut inner = None;
        for at in open + 1..close {
            if code.is(at, b'{') {
                if depth == 0 && code.is(at - 1, b':') && code.is_word(at.saturating_sub(2), "env") {
                    inner = Some(at);
                }
                depth += 1;
            } else if code.is(at, b'}') {
                depth -= 1;
                if let Some(inner) = inner.take_if(|_| depth == 0) {
                    self.pattern(inner, at);
                }
            }
        }
    }

    /// Reads ``Field string `env:"NAME,required"` ``.
    pub(super) fn tag(&mut self, token: Token) {
        let text = &self.code.text[token.start..token.end];
        for mark in [b"env:\"".as_slice(), b"envconfig:\""] {
            let Some(found) = memchr::memmem::find(text, mark) else {
                continue;
            };
            let is_whole = found == 0 || !text[found - 1].is_ascii_alphanumeric();
            let from = found + mark.len();
            let len = word_len(&text[from..]);
            if is_whole && is_a_name(&text[from..from + len]) {
                self.raw.names.push(Name {
                    start: token.start + from,
                    end: token.start + from + len,
                    need: fallback::need_of_tag(text, from + len),
                });
            }
        }
    }
}

/// Returns whether a name is in capitals, such as `NAME` or `NAME_2`, and so most likely a variable.
pub(super) fn is_in_capitals(name: &[u8]) -> bool {
    name.len() > 2
        && is_a_name(name)
        && name.iter().any(u8::is_ascii_uppercase)
        && !name.iter().any(u8::is_ascii_lowercase)
}
