//! The table of expressions that read a variable.

use std::ops::Range;

use super::guard::Guards;
use super::lexer::{Kind, Token};
use super::reader::Reader;
use super::{Finder, Language, Raw, aliases, config, indent_of, line_start};

/// Every entry in the tables below contains one of these words.
pub(super) const WORDS: &[&str] = &["env", "Env", "ENV", "BaseSettings", "decouple", "@Value"];

/// One way to read variables.
#[derive(Debug)]
pub(super) struct Access {
    /// The names that lead to it, separated by `.`, `?.`, `::` or `->`.
    pub(super) path: &'static [&'static str],
    pub(super) form: &'static Form,
}

/// How the variable's name is given.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// An object: `x.NAME`, `x["NAME"]`, and methods.
    Object(Object),
    /// `x("NAME")`; without an argument, all variables.
    Call,
    /// `x("NAME")` and `x.int("NAME")`, whatever the method.
    Reader,
    /// `x!("NAME")`.
    Macro,
    /// All variables.
    All,
}

/// How the variables of an object are read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Object {
    /// Whether they are members: `x.NAME`.
    pub(super) members: bool,
    /// Methods that take one name.
    pub(super) reads: &'static [&'static str],
    /// Methods that take several names.
    pub(super) several: &'static [&'static str],
    /// Methods that change the object.
    pub(super) writes: &'static [&'static str],
    /// Whether Vite adds variables of its own to it.
    pub(super) of_vite: bool,
}

const OBJECT: Object = Object {
    members: false,
    reads: &[],
    several: &[],
    writes: &[],
    of_vite: false,
};

/// What a call returns that gives all variables.
pub(super) const ALL: Object = Object {
    reads: &["get", "getOrDefault", "containsKey"],
    ..OBJECT
};

const NODE: Form = Form::Object(Object {
    members: true,
    reads: &["hasOwnProperty"],
    ..OBJECT
});

const VITE: Form = Form::Object(Object {
    members: true,
    reads: &["hasOwnProperty"],
    of_vite: true,
    ..OBJECT
});

const DENO: Form = Form::Object(Object {
    reads: &["get", "has"],
    writes: &["set", "delete"],
    ..OBJECT
});

const PYTHON: Form = Form::Object(Object {
    reads: &["get", "pop", "setdefault", "__getitem__"],
    writes: &["update", "clear", "putenv"],
    ..OBJECT
});

const RUBY: Form = Form::Object(Object {
    reads: &["fetch", "key", "has_key", "include", "member", "delete", "dig"],
    several: &["values_at", "slice"],
    writes: &["update", "merge!", "replace", "store", "clear"],
    ..OBJECT
});

const ARRAY: Form = Form::Object(Object {
    reads: &["get", "getOrDefault", "getOrElse", "contains", "containsKey"],
    ..OBJECT
});

macro_rules! accesses {
    ($($name:ident: $($path:literal $(. $more:literal)* => $form:expr),+;)+) => {
        $(pub(super) static $name: &[Access] = &[$(Access { path: &[$path $(, $more)*], form: &$form }),+];)+
    };
}

accesses! {
    JAVASCRIPT: "process"."env" => NODE, "import"."meta"."env" => VITE, "Bun"."env" => NODE, "Deno"."env" => DENO;
    PYTHON_ACCESS: "os"."environ" => PYTHON, "os"."environb" => PYTHON, "os"."getenv" => Form::Call, "os"."getenvb" => Form::Call;
    RUST: "env"."var" => Form::Call, "env"."var_os" => Form::Call, "dotenvy"."var" => Form::Call, "dotenv"."var" => Form::Call, "env"."vars" => Form::All,
        "env"."vars_os" => Form::All, "env" => Form::Macro, "option_env" => Form::Macro, "dotenv" => Form::Macro;
    GO: "os"."Getenv" => Form::Call, "os"."LookupEnv" => Form::Call, "syscall"."Getenv" => Form::Call, "os"."Environ" => Form::All;
    RUBY_ACCESS: "ENV" => RUBY;
    PHP: "$_ENV" => ARRAY, "$_SERVER" => ARRAY, "getenv" => Form::Call, "env" => Form::Call, "Env"."get" => Form::Call;
    JAVA: "System"."getenv" => Form::Call, "providers"."environmentVariable" => Form::Call, "dotenv"."get" => Form::Call, "sys"."env" => ARRAY;
    CSHARP: "Environment"."GetEnvironmentVariable" => Form::Call, "Environment"."GetEnvironmentVariables" => Form::All;
    C: "getenv" => Form::Call, "secure_getenv" => Form::Call;
    ELIXIR: "System"."get_env" => Form::Call, "System"."fetch_env" => Form::Call;
    PRISMA: "env" => Form::Call;
}

/// Returns the table of a language of code.
pub(super) fn table(language: Language) -> &'static [Access] {
    match language {
        Language::JavaScript => JAVASCRIPT,
        Language::Python => PYTHON_ACCESS,
        Language::Rust => RUST,
        Language::Go => GO,
        Language::Ruby => RUBY_ACCESS,
        Language::Php => PHP,
        Language::Java => JAVA,
        Language::CSharp => CSHARP,
        Language::C => C,
        Language::Elixir => ELIXIR,
        Language::Prisma => PRISMA,
        _ => &[],
    }
}

/// Records what the tokens of a text read, in a language of code.
pub(super) fn read(finder: &Finder, language: Language, text: &[u8], tokens: &[Token], raw: &mut Raw) {
    let code = Code { text, tokens };
    for (index, token) in tokens.iter().enumerate() {
        if matches!(token.kind, Kind::Word | Kind::Text) {
            raw.mentions.extend(finder.key(code.text(index)));
        }
    }
    let aliases = aliases::find(language, code, raw);
    let is_script = language == Language::JavaScript;
    if is_script {
        (0..tokens.len()).for_each(|index| raw.defined.note(code, index));
    }
    let mut reader = Reader {
        finder,
        code,
        language,
        has_convict: is_script && code.mentions(&[b"convict("]),
        aliases: &aliases,
        raw,
        of_vite: false,
        schemas: 0,
        guards: Guards::new(language),
    };
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Word => reader.word(index),
            Kind::Text if language == Language::Go => reader.tag(*token),
            Kind::Text if language == Language::Php => config::symfony(text, token.start, token.end, reader.raw),
            _ => {}
        }
    }
    let Reader { mut guards, raw, .. } = reader;
    guards.settle_constants(code, &mut raw.names);
    guards.settle(text, &mut raw.names);
}

/// Tokens with the text they come from.
#[derive(Clone, Copy)]
pub(super) struct Code<'c> {
    pub(super) text: &'c [u8],
    pub(super) tokens: &'c [Token],
}

impl<'c> Code<'c> {
    /// Returns whether the text has any of these words, wherever that is.
    pub(super) fn mentions(self, words: &[&[u8]]) -> bool {
        words.iter().any(|word| memchr::memmem::find(self.text, word).is_some())
    }

    pub(super) fn text(self, index: usize) -> &'c [u8] {
        self.tokens
            .get(index)
            .map_or(b"", |token| &self.text[token.start..token.end])
    }

    pub(super) fn kind(self, index: usize) -> Option<Kind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    pub(super) fn is(self, index: usize, byte: u8) -> bool {
        self.kind(index) == Some(Kind::Sign(byte))
    }

    /// Returns whether one of some signs is at `index`.
    pub(super) fn is_any(self, index: usize, signs: &[u8]) -> bool {
        signs.iter().any(|sign| self.is(index, *sign))
    }

    /// Returns whether some signs follow each other, the first of them at `index`.
    pub(super) fn spells(self, index: usize, signs: &[u8]) -> bool {
        let mut signs = signs.iter().enumerate();
        signs.all(|(at, sign)| self.is(index + at, *sign))
    }

    pub(super) fn is_word(self, index: usize, word: &str) -> bool {
        self.kind(index) == Some(Kind::Word) && self.text(index) == word.as_bytes()
    }

    pub(super) fn is_any_word(self, index: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.is_word(index, word))
    }

    /// Returns the index after `.`, `?.`, `!.`, `::` or `->`, if one is at `index`.
    pub(super) fn behind_dot(self, index: usize) -> Option<usize> {
        let long = ["?.", "&.", "!.", "::", "->"];
        if long.iter().any(|signs| self.spells(index, signs.as_bytes())) {
            Some(index + 2)
        } else {
            self.is(index, b'.').then_some(index + 1)
        }
    }

    /// Returns whether the token at `index` is the last one of its line.
    pub(super) fn ends_line(self, index: usize) -> bool {
        let gap = |next: &Token| &self.text[self.tokens[index].end..next.start];
        (self.tokens.get(index + 1)).is_none_or(|next| memchr::memchr(b'\n', gap(next)).is_some())
    }

    /// Returns whether the token at `index` is the first one of its line.
    pub(super) fn begins_line(self, index: usize) -> bool {
        index.checked_sub(1).is_none_or(|before| self.ends_line(before))
    }

    /// Returns how far the line of a token is indented, unless the line is longer than people write.
    pub(super) fn indent(self, index: usize) -> Option<usize> {
        let at = self.tokens.get(index)?.start;
        Some(indent_of(&self.text[line_start(self.text, at)?..at]))
    }

    /// Returns whether there is an `=` at `index` that means assignment.
    pub(super) fn is_assignment(self, index: usize) -> bool {
        self.is(index, b'=') && {
            let ends = self.tokens[index].end;
            let next = self.tokens.get(index + 1).filter(|next| next.start == ends);
            !next.is_some_and(|next| matches!(next.kind, Kind::Sign(b'=' | b'>' | b'~')))
        }
    }

    /// Returns how many brackets a token opens; one that closes a bracket, -1.
    pub(super) fn nesting(self, index: usize) -> i32 {
        match self.kind(index) {
            Some(Kind::Sign(b'{' | b'(' | b'[')) => 1,
            Some(Kind::Sign(b'}' | b')' | b']')) => -1,
            _ => 0,
        }
    }

    /// Returns the tokens of a range, each with how many brackets are open behind it: below zero once what the range begins in is closed.
    pub(super) fn depths(self, range: Range<usize>) -> impl Iterator<Item = (usize, i32)> {
        let mut depth = 0;
        (range.start..range.end.min(self.tokens.len())).map(move |index| {
            depth += self.nesting(index);
            (index, depth)
        })
    }

    /// Returns the opening bracket that matches the closing one at `index`, if it is near.
    pub(super) fn opening(self, index: usize) -> Option<usize> {
        let mut depth = 0;
        (index.saturating_sub(600)..=index).rev().find(|&at| {
            let nesting = self.nesting(at);
            depth -= nesting;
            nesting > 0 && depth <= 0
        })
    }

    /// Returns the index after `path`, if the path begins at `index`.
    pub(super) fn behind_path(self, index: usize, path: &[&str]) -> Option<usize> {
        let (first, members) = path.split_first()?;
        let behind = self.is_word(index, first).then_some(index + 1);
        members
            .iter()
            .try_fold(behind?, |at, member| self.behind_member(at, member))
    }

    /// Returns the index after `.member` or `["member"]`, if one is at `index`.
    pub(super) fn behind_member(self, index: usize, member: &str) -> Option<usize> {
        let dot = self.behind_dot(index);
        if let Some(at) = dot.filter(|&at| self.is_word(at, member)) {
            return Some(at + 1);
        }
        let open = dot.unwrap_or(index);
        let is_key = self.is(open, b'[') && self.kind(open + 1) == Some(Kind::Text) && self.is(open + 2, b']');
        (is_key && self.text(open + 1) == member.as_bytes()).then_some(open + 3)
    }
}
