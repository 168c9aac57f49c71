//! Wrappers around reading variables: functions of the project (`getEnv("NAME")`, `env_bool("NAME")`), and the schemas
//! it validates variables with (t3-env, envalid, znv, zod, Joi), whose members are the names.

use super::lexer::Kind;
use super::reader::{Reader, is_in_capitals};
use super::{Language, Need};

/// Words, besides `env`, in names of functions that read variables. Functions that set or create variables have other
/// words in their names.
const WORDS: &[&str] = &[
    "app",
    "array",
    "as",
    "assert",
    "bool",
    "boolean",
    "check",
    "choice",
    "config",
    "csv",
    "default",
    "dict",
    "dir",
    "duration",
    "else",
    "ensure",
    "environment",
    "fetch",
    "find",
    "flag",
    "float",
    "from",
    "get",
    "has",
    "int",
    "integer",
    "is",
    "json",
    "list",
    "load",
    "lookup",
    "maybe",
    "must",
    "need",
    "non",
    "num",
    "number",
    "opt",
    "optional",
    "or",
    "parse",
    "path",
    "port",
    "positive",
    "process",
    "public",
    "read",
    "require",
    "required",
    "resolve",
    "safe",
    "secret",
    "server",
    "str",
    "strict",
    "string",
    "throw",
    "to",
    "try",
    "url",
    "value",
    "var",
    "variable",
    "vars",
    "with",
];

/// Words that are often run together with those.
const TOGETHER: &[&str] = &["get", "os", "var", "bool", "str", "int", "list", "secret", "float"];

/// Functions of `Config` of Effect that take the name of a variable.
const EFFECT: &[&[u8]] = &[
    b"string",
    b"nonEmptyString",
    b"redacted",
    b"secret",
    b"number",
    b"integer",
    b"boolean",
    b"port",
    b"url",
];

/// Options of `createEnv` whose members are variables.
const GROUPS: &[&str] = &["server", "client", "shared"];

/// Options of `createEnv` that say where each variable comes from.
const SOURCES: &[&str] = &["runtimeEnv", "runtimeEnvStrict", "experimental__runtimeEnv"];

/// The most validator objects searched for or visited in a text, which is more than real texts have.
const MAX_SCHEMAS: usize = 64;

impl Reader<'_> {
    /// Handles `getEnv("NAME")`, `env_bool("NAME", false)`, `env<string>('NAME')`, `config.get('NAME')` of NestJS, `env.get('NAME')` of
    /// AdonisJS and env-var, and `Config.string('NAME')` of Effect.
    pub(super) fn helper(&mut self, index: usize) {
        let code = self.code;
        let mut open = index + 1;
        // `f!(…)` in Rust, `f<T>(…)` in TypeScript.
        if code.is(open, b'!') {
            open += 1;
        } else if code.is(open, b'<') && code.is(open + 2, b'>') {
            open += 3;
        }
        let argument = open + 1;
        let is_call = code.is(open, b'(')
            && code.kind(argument) == Some(Kind::Text)
            && code.is_any(argument + 1, b"),")
            && is_in_capitals(code.text(argument));
        if !is_call {
            return;
        }
        let name = code.text(index);
        let is_member = index >= 2 && code.is(index - 1, b'.');
        let of = |words: &[&str]| is_member && code.is_any_word(index - 2, words);
        let reads = if matches!(name, b"get" | b"getOrThrow") {
            of(&["configService", "ConfigService"])
                || of(&["config"]) && index >= 4 && code.is_word(index - 4, "this") && code.is(index - 3, b'.')
                || of(&["env", "Env"]) && matches!(self.language, Language::JavaScript | Language::Java)
        } else if matches!(name, b"getOrDefault" | b"getProperty" | b"getRequiredProperty") {
            of(&["env", "environment"]) && self.language == Language::Java
        } else if EFFECT.contains(&name) && of(&["Config"]) {
            self.language == Language::JavaScript
        } else if is_member && name == b"env" {
            // An option of clap or commander takes the name alone; a command takes the name together with a value to
            // set.
            code.is(argument + 1, b')') && !of(&["Cypress"])
        } else {
            reads_by_name(name) && !self.is_being_defined(index)
        };
        if reads {
            self.of_vite = false;
            self.name(argument);
        }
    }

    /// Records the members of an object passed to a validator.
    pub(super) fn validator(&mut self, index: usize) {
        let code = self.code;
        let opens = |at: usize| code.spells(at, b"({");
        match code.text(index) {
            b"createEnv" if opens(index + 1) => {
                let groups = self.members(index + 2);
                let of = |words: &[&str]| {
                    let is_one =
                        |(member, value): &&(usize, usize)| code.is(*value, b'{') && code.is_any_word(*member, words);
                    groups
                        .iter()
                        .filter(is_one)
                        .map(|group| group.1)
                        .collect::<Vec<usize>>()
                };
                let known = self.raw.names.len();
                of(GROUPS).into_iter().for_each(|open| self.names(open));
                // What takes the variables for the validator, `NAME: process.env.NAME`, needs none that it lets be missing.
                for open in of(SOURCES) {
                    let end = self.members(open).last().map_or(open, |last| last.1 + 8);
                    for name in self.raw.names[known..]
                        .iter()
                        .filter(|name| name.need == Need::Optional)
                    {
                        self.guards.guard(code, &code.text[name.start..name.end], (open, end));
                    }
                }
            }
            b"cleanEnv" | b"customCleanEnv" | b"parseEnv" if code.is(index + 1, b'(') => {
                let near = code.tokens.len().min(index + 12);
                let Some(comma) = (index + 2..near).find(|&at| code.is(at, b',')) else {
                    return;
                };
                let open = if code.kind(comma + 1) == Some(Kind::Word) {
                    self.set(comma + 1)
                } else {
                    Some(comma + 1)
                };
                if let Some(open) = open.filter(|&open| code.is(open, b'{')) {
                    self.names(open);
                }
            }
            b"validationSchema" if code.is(index + 1, b':') => {
                if let Some(open) = self.object_of(index + 2) {
                    self.names(open);
                }
            }
            b"parse" | b"safeParse" | b"parseAsync" | b"safeParseAsync" | b"validate" | b"validateAsync"
            | b"validateSync" | b"Parse" | b"Decode"
                if index > 1 && code.is(index - 1, b'.') =>
            {
                let near = code.tokens.len().min(index + 8);
                let of_process = (index + 2..near).any(|at| code.behind_path(at, &["process", "env"]).is_some());
                if code.is(index + 1, b'(') && of_process {
                    // `v.parse(Schema, process.env)` of Valibot, `Schema.parse(process.env)` of the others.
                    let is_first = code.is(index + 3, b',');
                    self.parsed(if is_first { index + 2 } else { index - 2 });
                }
            }
            _ => {}
        }
    }

    /// Records the schema that ends at `last`, or that is named there.
    fn parsed(&mut self, mut last: usize) {
        let code = self.code;
        while code.is(last, b')') {
            let Some(open) = code.opening(last).filter(|open| *open > 1) else {
                return;
            };
            let is_object = code.text(open - 1).to_ascii_lowercase().ends_with(b"object");
            if code.is(open + 1, b'{') && (is_object || code.is_word(open - 1, "keys")) {
                return self.names(open + 1);
            }
            // `schema.prefs({ … })`
            if open < 3 || !code.is(open - 2, b'.') {
                return;
            }
            last = open - 3;
        }
        if code.kind(last) == Some(Kind::Word)
            && let Some(set) = self.set(last)
            && let Some(open) = self.object_of(set)
        {
            self.names(open);
        }
    }

    /// Finds the value that the name at `index` is set to anywhere in the text.
    fn set(&mut self, index: usize) -> Option<usize> {
        let code = self.code;
        self.schemas += 1;
        if self.schemas > MAX_SCHEMAS {
            return None;
        }
        let name = code.text(index);
        let set = (0..code.tokens.len()).find(|&at| code.text(at) == name && code.is_assignment(at + 1))?;
        Some(set + 2)
    }

    /// Returns the `{` of `z.object({` or `Joi.object<T>({` that begins at `at`.
    fn object_of(&self, at: usize) -> Option<usize> {
        let code = self.code;
        let word = (at..at + 4).find(|&at| code.text(at).to_ascii_lowercase().ends_with(b"object"))?;
        let mut open = (word + 1..word + 6).find(|&at| code.is(at, b'('))?;
        // `Joi.object().keys({`
        if code.is(open + 1, b')') && code.is_word(open + 3, "keys") {
            open += 4;
        }
        code.is(open + 1, b'{').then_some(open + 1)
    }

    /// Records the members in capitals as variables. Optional ones need not be declared.
    fn names(&mut self, open: usize) {
        self.of_vite = false;
        for (member, value) in self.members(open) {
            if !is_in_capitals(self.code.text(member)) {
                continue;
            }
            let known = self.raw.names.len();
            self.name(member);
            if self.may_be_missing(value) {
                self.raw.names[known..]
                    .iter_mut()
                    .for_each(|name| name.need = Need::Optional);
            }
        }
    }

    /// Returns whether a member's value makes it optional: `z.string().optional()`, `str({ default: 'x' })`.
    fn may_be_missing(&self, value: usize) -> bool {
        let code = self.code;
        code.depths(value..code.tokens.len())
            .take_while(|&(at, depth)| depth > 0 || depth == 0 && !code.is(at, b','))
            .filter(|&(_, depth)| depth <= 2)
            .any(|(at, _)| code.is_any_word(at, &["optional", "default", "prefault", "nullish", "catch"]))
    }

    /// Returns the members of the object that begins at `open`, each with the start of its value.
    fn members(&mut self, open: usize) -> Vec<(usize, usize)> {
        let code = self.code;
        let mut found = Vec::new();
        self.schemas += 1;
        if self.schemas > MAX_SCHEMAS {
            return found;
        }
        let mut begins = true;
        let inside = code.depths(open + 1..code.tokens.len());
        for (at, depth) in inside.take_while(|&(_, depth)| depth >= 0) {
            let is_word = matches!(code.kind(at), Some(Kind::Word | Kind::Text));
            if is_word && begins && depth == 0 && code.is(at + 1, b':') {
                found.push((at, at + 2));
            }
            begins = depth == 0 && code.is(at, b',');
        }
        found
    }

    fn is_being_defined(&self, index: usize) -> bool {
        let is_member = index > 0 && self.code.behind_dot(index - 1).is_some();
        // In Rust and Go, a method may be a setter of a builder.
        !is_member && self.is_of_another(index) || is_member && self.language == Language::Rust
    }
}

/// Returns whether a function reads variables, judging by the words of its name: `env` and others that fit.
fn reads_by_name(name: &[u8]) -> bool {
    let Ok(name) = str::from_utf8(name) else { return false };
    if name.len() > 40 || !name.is_ascii() {
        return false;
    }
    let mut has_env = false;
    let fit = words(name).iter().all(|word| {
        let rest = word
            .strip_prefix("env")
            .filter(|rest| rest.is_empty() || TOGETHER.contains(rest) || *rest == "iron")
            .or_else(|| word.strip_suffix("env").filter(|rest| TOGETHER.contains(rest)));
        has_env |= rest.is_some();
        rest.is_some() || WORDS.contains(&word.as_str())
    });
    fit && has_env
}

/// Splits `get_env_var`, `getEnvVar` or `GetENVVar` into words.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = '_';
    for letter in name.chars() {
        let begins = letter.is_ascii_uppercase() && !before.is_ascii_uppercase() || before == '_';
        if begins || words.is_empty() {
            words.push(String::new());
        }
        if letter != '_'
            && let Some(word) = words.last_mut()
        {
            word.push(letter.to_ascii_lowercase());
        }
        before = letter;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::reads_by_name;

    #[test]
    fn reads_are_distinguished_from_writes() {
        for name in [
            "env",
            "getEnv",
            "get_env",
            "getenv",
            "envbool",
            "env_var",
            "requireEnv",
            "mustGetEnv",
            "get_bool_from_env",
            "envOr",
            "EnvVar",
            "getEnvVar",
            "env_var_or_default",
            "readEnv",
            "envsecret",
            "GetEnvWithDefault",
            "assertEnv",
            "parseIntEnv",
        ] {
            assert!(reads_by_name(name.as_bytes()), "{name}");
        }
        for name in [
            "setEnv",
            "Setenv",
            "putenv",
            "stubEnv",
            "delenv",
            "unsetenv",
            "envelope",
            "MissingEnvError",
            "updateEnvFile",
            "get",
            "withoutEnv",
            "environments",
            "convertEnv",
            "rootEnvironmentWhere",
            "environment",
            "SetEnvPrefix",
        ] {
            assert!(!reads_by_name(name.as_bytes()), "{name}");
        }
    }
}
