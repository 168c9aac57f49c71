//! @env-spec, the language of varlock's `.env.schema`: a .env file whose comments carry decorators.

use super::value::{Argument, Form, Reader, Value};
use super::{Draft, Key, escaped, is_a_name, quoted, shown, simple_type, take_pattern, word};

/// Whether a text is one: decorators in comments, and keys.
pub(super) fn is_one(text: &str) -> bool {
    let comment = |line: &str| {
        line.trim_start()
            .strip_prefix('#')
            .is_some_and(|rest| is_decorated(rest.trim_start()))
    };
    let key = |line: &str| line.split_once('=').is_some_and(|(name, _)| is_a_name(name.trim()));
    text.lines().any(comment) && text.lines().any(key)
}

fn is_decorated(text: &str) -> bool {
    text.strip_prefix('@')
        .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_alphabetic()))
}

/// `@name`, `@name=value`, `@name(…)`
struct Decorator {
    name: String,
    start: usize,
    end: usize,
    value: Option<Value>,
    /// Of a bare call.
    arguments: Option<Vec<Argument>>,
}

impl Decorator {
    /// What it says, if it is a plain yes or no.
    fn flag(&self) -> Option<bool> {
        match &self.value {
            None => Some(true),
            Some(value) => value.flag(),
        }
    }
}

/// What holds for all keys of the file.
struct Defaults {
    /// `None`: those that have a value.
    required: Option<bool>,
    sensitive: bool,
    /// Keys that begin so are not sensitive.
    public: Option<String>,
    environment_key: Option<String>,
}

/// Reads a whole file.
pub(super) fn read(text: &str, draft: &mut Draft) {
    let mut defaults = Defaults {
        required: None,
        sensitive: true,
        public: None,
        environment_key: None,
    };
    let mut file = File {
        text,
        at: 0,
        draft,
        decorators: Vec::new(),
        notes: Vec::new(),
    };
    let mut is_header = true;
    let mut items = Vec::new();
    while file.at < text.len() {
        let start = file.at;
        let line_end = text[start..].find('\n').map_or(text.len(), |len| start + len);
        let line = text[start..line_end].trim_end_matches('\r');
        let trimmed = line.trim_start();
        file.at = line_end + 1;
        if let Some(comment) = trimmed.strip_prefix('#') {
            let inner = comment.trim_start();
            if inner.starts_with("---") || inner.starts_with("===") {
                file.detach(is_header, &mut defaults);
                is_header = false;
            } else if is_decorated(inner) {
                file.decorators_of(
                    line_end - (text[start..line_end].len() - line.len()) - inner.len(),
                    line_end,
                );
            } else {
                file.notes.push(inner.trim_end().to_owned());
            }
        } else if trimmed.is_empty() {
            file.detach(is_header, &mut defaults);
        } else {
            let decorators = std::mem::take(&mut file.decorators);
            let notes = std::mem::take(&mut file.notes);
            // In the header may stand what is about the file, even right above the first key.
            let (about_all, own): (Vec<_>, Vec<_>) =
                decorators.into_iter().partition(|one| is_header && is_root(&one.name));
            for one in about_all {
                file.root(one, &mut defaults);
            }
            is_header = false;
            file.decorators = own;
            items.extend(file.item(start, line_end, notes));
        }
    }
    file.detach(is_header, &mut defaults);
    let environments = environments(&items, &defaults);
    for item in items {
        key(item, &defaults, &environments, draft);
    }
    if let Some(name) = &defaults.environment_key {
        if draft.keys.iter().any(|key| key.name == *name) {
            draft.root.insert(0, ("environmentKey", quoted(name)));
        }
        if !environments.is_empty() {
            let each: Vec<String> = environments
                .iter()
                .map(|name| {
                    let files = [
                        ".env".to_owned(),
                        ".env.local".to_owned(),
                        format!(".env.{name}"),
                        format!(".env.{name}.local"),
                    ];
                    format!(
                        "    {}: {{ \"files\": [{}] }}",
                        quoted(name),
                        files.map(|file| quoted(&file)).join(", ")
                    )
                })
                .collect();
            draft
                .root
                .insert(0, ("environments", format!("{{\n{}\n  }}", each.join(",\n"))));
        }
    }
}

fn is_root(name: &str) -> bool {
    [
        "currentEnv",
        "envFlag",
        "defaultRequired",
        "defaultSensitive",
        "defaultDynamic",
        "disable",
        "import",
        "setValuesBulk",
        "plugin",
        "cache",
        "generateTypes",
        "generateTsTypes",
        "redactLogs",
        "preventLeaks",
        "encryptInjectedEnv",
        "resolveFrom",
    ]
    .contains(&name)
        || name.starts_with("init") && name.len() > 4
        || name.starts_with("generate")
}

/// A key with all that stands at it.
struct Item {
    name: String,
    start: usize,
    decorators: Vec<Decorator>,
    notes: Vec<String>,
    value: Option<Value>,
}

struct File<'t, 'd> {
    text: &'t str,
    at: usize,
    draft: &'d mut Draft,
    /// Those that wait for their key.
    decorators: Vec<Decorator>,
    notes: Vec<String>,
}

impl File<'_, '_> {
    /// A blank line or a divider: what waits is about no key.
    fn detach(&mut self, is_header: bool, defaults: &mut Defaults) {
        for one in std::mem::take(&mut self.decorators) {
            if is_header || is_root(&one.name) {
                self.root(one, defaults);
            } else {
                let message = format!(
                    "@{} stands above no key, so it is about none",
                    word(&one.name).trim_matches('"')
                );
                self.draft.lose(one.start, one.end, message);
            }
        }
        self.notes.clear();
    }

    /// The decorators of a comment line, which may go on in the next where a bracket is open.
    fn decorators_of(&mut self, start: usize, line_end: usize) {
        let mut reader = Reader {
            text: self.text,
            at: start,
            end: self.text.len(),
        };
        while reader.at < line_end.max(self.at.saturating_sub(1)) && reader.peek() == Some(b'@') {
            let begin = reader.at;
            reader.at += 1;
            let Some(name) = reader.name() else { break };
            let mut one = Decorator {
                name,
                start: begin,
                end: reader.at,
                value: None,
                arguments: None,
            };
            if reader.take(b'=') {
                one.value = reader.value(b" \t#\r\n", 0);
            } else if reader.take(b'(') {
                one.arguments = reader.arguments(b')', 0);
            }
            let is_broken = one.value.is_none() && one.arguments.is_none() && reader.at > one.end;
            one.end = reader.at.min(self.text.len()).max(one.end);
            if is_broken {
                self.draft
                    .lose(one.start, line_end, format!("@{} can't be read", one.name));
                self.at = self.at.max(line_end + 1);
                return;
            }
            self.decorators.push(one);
            reader.blanks();
        }
        if reader.at > line_end {
            // It went on over further lines.
            let end = self.text[reader.at..]
                .find('\n')
                .map_or(self.text.len(), |len| reader.at + len);
            self.at = end + 1;
        }
    }

    /// What a decorator says of the whole file.
    fn root(&mut self, one: Decorator, defaults: &mut Defaults) {
        let told = |what: &str| format!("@{} {what}", one.name);
        match (one.name.as_str(), &one.value) {
            ("currentEnv", Some(value)) => {
                let name = self.text[value.start..value.end]
                    .trim_start_matches(['$', '{'])
                    .trim_end_matches('}');
                defaults.environment_key = Some(name.to_owned()).filter(|name| is_a_name(name));
            }
            ("envFlag", Some(value)) => {
                defaults.environment_key = value.text().map(str::to_owned).filter(|name| is_a_name(name))
            }
            ("defaultRequired", value) => match value.as_ref().map(|value| (value.flag(), value.text())) {
                None => defaults.required = Some(true),
                Some((Some(flag), _)) => defaults.required = Some(flag),
                Some((None, Some("infer"))) => defaults.required = None,
                Some(_) => self.draft.lose(
                    one.start,
                    one.end,
                    told("depends on what only varlock computes: keys with a value are taken for required"),
                ),
            },
            ("defaultSensitive", value) => match value.as_ref().map(|value| &value.form) {
                None => defaults.sensitive = true,
                Some(Form::Call(name, arguments)) if name == "inferFromPrefix" && arguments.len() == 1 => {
                    defaults.public = arguments[0].value.text().map(str::to_owned);
                }
                Some(Form::Word(word)) if word == "true" || word == "false" => defaults.sensitive = word == "true",
                Some(_) => self.draft.lose(
                    one.start,
                    one.end,
                    told("depends on what only varlock computes: keys are taken for sensitive"),
                ),
            },
            ("import", _) => self.draft.lose(
                one.start,
                one.end,
                told("is not followed: carry that file over by itself"),
            ),
            ("setValuesBulk", _) => self.draft.lose(
                one.start,
                one.end,
                told("sets values from elsewhere: envgate checks what is in the env files"),
            ),
            ("plugin", _) => self.draft.lose(
                one.start,
                one.end,
                told("is not loaded: its types and functions mean nothing to envgate"),
            ),
            ("disable", _) => self
                .draft
                .lose(one.start, one.end, told("is not heeded: the keys are carried over")),
            _ => self.draft.lose(one.start, one.end, told("has no counterpart")),
        }
    }

    /// `NAME=value # comment`, whose value may go over lines.
    fn item(&mut self, start: usize, line_end: usize, notes: Vec<String>) -> Option<Item> {
        let line = &self.text[start..line_end];
        let lead = line.len() - line.trim_start().len();
        let body = line
            .trim_start()
            .strip_prefix("export ")
            .map_or(line.trim_start(), str::trim_start);
        let at = start + lead + (line.trim_start().len() - body.len());
        let name = body.split('=').next().unwrap_or_default().trim_end();
        let mut decorators = std::mem::take(&mut self.decorators);
        if !is_a_name(name) || !body.contains('=') {
            self.draft.lose(at, line_end, "this line declares no key");
            return None;
        }
        let mut reader = Reader {
            text: self.text,
            at: at + body.find('=').unwrap_or_default() + 1,
            end: self.text.len(),
        };
        reader.blanks();
        let value = match reader.peek() {
            None | Some(b'\n' | b'\r' | b'#') => None,
            Some(_) => self.value(&mut reader, line_end),
        };
        if reader.at > line_end {
            let end = self.text[reader.at.min(self.text.len())..]
                .find('\n')
                .map_or(self.text.len(), |len| reader.at + len);
            self.at = self.at.max(end + 1);
        }
        // Behind the value may stand decorators as well.
        let rest = &self.text[reader.at.min(line_end)..line_end];
        if let Some(hash) = rest.find('#') {
            let comment = &rest[hash + 1..];
            let inner = comment.trim_start();
            if is_decorated(inner) {
                let after = self.at;
                self.decorators_of(line_end - inner.len(), line_end);
                self.at = self.at.max(after);
                decorators.append(&mut self.decorators);
            }
        }
        Some(Item {
            name: name.to_owned(),
            start: at,
            decorators,
            notes,
            value,
        })
    }

    fn value(&self, reader: &mut Reader<'_>, line_end: usize) -> Option<Value> {
        let start = reader.at;
        for fence in ["```", "\"\"\""] {
            if self.text[start..].starts_with(fence) {
                let inner = start + fence.len();
                let end = self.text[inner..]
                    .find(fence)
                    .map_or(self.text.len(), |len| inner + len);
                reader.at = (end + fence.len()).min(self.text.len());
                let form = Form::Text(self.text[inner..end].trim_matches('\n').to_owned());
                return Some(Value { start, end, form });
            }
        }
        let read = reader.value(b"#\r\n", 0);
        match read {
            Some(mut value) => {
                if let Form::Word(word) = &mut value.form {
                    *word = word.trim_end().to_owned();
                }
                Some(value)
            }
            None => {
                // A text over several lines, or one that is not closed: what it says is not needed.
                reader.at = line_end;
                Some(Value {
                    start,
                    end: line_end,
                    form: Form::Computed,
                })
            }
        }
    }
}

/// The environments that the key which names them may have.
fn environments(items: &[Item], defaults: &Defaults) -> Vec<String> {
    let item = defaults
        .environment_key
        .as_ref()
        .and_then(|name| items.iter().find(|item| item.name == *name));
    let types = item
        .iter()
        .flat_map(|item| &item.decorators)
        .filter(|one| one.name == "type");
    let mut found = Vec::new();
    for one in types {
        if let Some(Value {
            form: Form::Call(name, arguments),
            ..
        }) = &one.value
            && name == "enum"
        {
            found.extend(
                arguments
                    .iter()
                    .filter_map(|argument| argument.value.text())
                    .map(str::to_owned),
            );
        }
    }
    found.retain(|name| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    });
    found.dedup();
    found
}

fn key(item: Item, defaults: &Defaults, environments: &[String], draft: &mut Draft) {
    let mut key = Key::new(&item.name);
    if draft.keys.iter().any(|other| other.name == item.name) {
        draft.lose(
            item.start,
            item.start + item.name.len(),
            format!("{} is declared again: the first time counts", shown(&item.name)),
        );
        return;
    }
    let has_value =
        item.value.is_some() && !matches!(item.value.as_ref().and_then(Value::text), Some("" | "undefined"));
    let is_static = item.value.as_ref().is_some_and(|value| value.text().is_some());
    let mut required = match defaults.required {
        Some(flag) => flag,
        None => has_value,
    };
    let mut sensitive = defaults.sensitive
        && !defaults
            .public
            .as_ref()
            .is_some_and(|prefix| item.name.starts_with(prefix.as_str()));
    let mut is_explicit = false;
    let mut required_in: Vec<String> = Vec::new();
    let mut notes = item.notes;
    for one in &item.decorators {
        let told = |what: &str| format!("{}: @{} {what}", shown(&item.name), one.name);
        match (one.name.as_str(), one.flag()) {
            ("required", Some(flag)) => required = flag,
            ("optional", Some(flag)) => required = !flag,
            ("sensitive", Some(flag)) => (sensitive, is_explicit) = (flag, true),
            ("public", Some(flag)) => (sensitive, is_explicit) = (!flag, true),
            ("required", None) => match for_environments(one, environments) {
                Some(named) => {
                    required_in = named;
                    required = false;
                }
                None => draft.lose(
                    one.start,
                    one.end,
                    told("depends on what only varlock computes: say it with requiredIn, or with if and then"),
                ),
            },
            ("sensitive", None) => {
                (sensitive, is_explicit) = (true, true);
                draft.lose(
                    one.start,
                    one.end,
                    told("has options that have no counterpart: it is a secret"),
                );
            }
            ("type", _) => kind(one, &mut key, draft),
            ("example", _) => match one.value.as_ref().and_then(Value::text) {
                Some(text) => key.set("examples", format!("[{}]", quoted(text))),
                None => draft.lose(one.start, one.end, told("has no text")),
            },
            ("docs" | "docsUrl", _) => {
                let said = one
                    .arguments
                    .iter()
                    .flatten()
                    .map(|argument| &argument.value)
                    .chain(&one.value);
                notes.extend(said.filter_map(Value::text).map(str::to_owned));
            }
            ("deprecated", flag) => {
                if flag != Some(false) {
                    key.set("deprecated", "true");
                }
                if let Some(text) = one
                    .value
                    .as_ref()
                    .filter(|value| value.flag().is_none())
                    .and_then(Value::text)
                {
                    notes.push(text.to_owned());
                }
            }
            ("internal" | "dynamic" | "static" | "icon" | "tag" | "auditIgnore", _) => {
                draft.lose(one.start, one.end, told("has no counterpart"));
            }
            _ => draft.lose(one.start, one.end, told("is not known to envgate")),
        }
    }
    if !key
        .words
        .iter()
        .any(|(word, _)| !["examples", "deprecated"].contains(&word.as_str()))
        && let Some(Value {
            form: Form::Word(word), ..
        }) = &item.value
    {
        infer(word, &mut key);
    }
    let harmless = ["integer", "number", "boolean"]
        .iter()
        .any(|name| key.words.contains(&("type".to_owned(), quoted(name))));
    let is_environment = defaults.environment_key.as_ref() == Some(&item.name);
    if sensitive && (is_explicit || !(harmless || key.has("enum") || is_environment)) {
        key.set("secret", "true");
        if !is_explicit {
            key.comments
                .push("secret since varlock takes every key for sensitive that is not said to be public".to_owned());
        }
    }
    if key.is_secret() && key.has("examples") {
        key.words.retain(|(word, _)| word != "examples");
        key.comments
            .push("its example is left out, since it is a secret".to_owned());
    }
    if !notes.is_empty() {
        key.text("description", &notes.join("\n"));
    }
    match &item.value {
        Some(value) if has_value => match value.text() {
            Some(text) => default(&mut key, text),
            None => {
                let message = format!(
                    "{}: its value is computed by varlock; for envgate it has to be set",
                    shown(&item.name)
                );
                draft.lose(value.start, value.end, message);
            }
        },
        _ => {}
    }
    if !required_in.is_empty() {
        let names: Vec<String> = required_in.iter().map(|name| quoted(name)).collect();
        key.set("requiredIn", format!("[{}]", names.join(", ")));
    }
    if required && is_static && has_value && key.has("default") {
        key.comments
            .push("required there, which its default satisfies".to_owned());
    } else {
        key.required = required;
    }
    draft.keys.push(key);
}

/// The environments of `forEnv(…)`, if that is all, and the schema knows them.
fn for_environments(one: &Decorator, environments: &[String]) -> Option<Vec<String>> {
    match &one.value.as_ref()?.form {
        Form::Call(name, arguments) if name == "forEnv" => {
            let names = arguments.iter().map(|argument| Some(argument.value.text()?.to_owned()));
            let names: Vec<String> = names.collect::<Option<_>>()?;
            (!names.is_empty() && names.iter().all(|name| environments.contains(name))).then_some(names)
        }
        _ => None,
    }
}

/// What varlock takes an unquoted value for, where no type is given.
fn infer(word: &str, key: &mut Key) {
    let is_number = serde_json::from_str::<serde_json::Number>(word).is_ok_and(|number| number.to_string() == word);
    if word == "true" || word == "false" {
        key.text("type", "boolean");
        key.comments.push("a boolean since its value is one".to_owned());
    } else if is_number {
        key.text("type", if word.contains('.') { "number" } else { "integer" });
        key.comments.push("a number since its value is one".to_owned());
    }
}

fn default(key: &mut Key, text: &str) {
    let is = |name: &str| key.words.contains(&("type".to_owned(), quoted(name)));
    let typed = is("integer") || is("number") || is("boolean");
    let json = if typed && serde_json::from_str::<serde_json::Value>(text).is_ok() {
        text.to_owned()
    } else {
        quoted(text)
    };
    key.fall_back(text, json);
}

/// `@type=name` or `@type=name(…)`
fn kind(one: &Decorator, key: &mut Key, draft: &mut Draft) {
    let Some(value) = &one.value else {
        return draft.lose(one.start, one.end, format!("{}: @type names no type", shown(&key.name)));
    };
    shape(value, key, draft);
}

fn shape(value: &Value, key: &mut Key, draft: &mut Draft) {
    let (name, arguments): (&str, &[Argument]) = match &value.form {
        Form::Word(name) => (name, &[]),
        Form::Call(name, arguments) => (name, arguments),
        _ => {
            let message = format!("{}: its type is computed by varlock", shown(&key.name));
            return draft.lose(value.start, value.end, message);
        }
    };
    match name {
        "enum" => return choices(arguments, key, draft),
        "array" => return list(arguments, key, draft),
        "simple-object" | "record" => {
            key.text("type", "object");
            if !arguments.is_empty() {
                draft.lose(
                    value.start,
                    value.end,
                    format!("{}: what a record holds is not checked", shown(&key.name)),
                );
            }
            return;
        }
        "isoDate" => key.set("anyOf", "[{ \"format\": \"date\" }, { \"format\": \"date-time\" }]"),
        "md5" => key.pattern("^[0-9a-fA-F]{32}$"),
        "domain" => key.text("format", "hostname"),
        "duration" => key.pattern("^[0-9]+(?:\\.[0-9]+)?\\s*[a-z]*$"),
        // Its port may be 0.
        _ if simple_type(key, name) => {}
        _ => {
            return draft.lose(
                value.start,
                value.end,
                format!("{}: {} is no type that envgate has", shown(&key.name), word(name)),
            );
        }
    }
    for argument in arguments {
        option(name, argument, key, draft);
    }
}

/// `minLength=5`
fn option(kind: &str, argument: &Argument, key: &mut Key, draft: &mut Draft) {
    let value = &argument.value;
    let place = (value.start, value.end);
    let Some(option) = argument.name.as_deref() else {
        return draft.lose(
            place.0,
            place.1,
            format!("{}: this option of {} has no name", shown(&key.name), word(kind)),
        );
    };
    let text = value.text();
    let mut set = |word: &str, json: Option<String>| match json {
        Some(json) => {
            key.set(word, json);
            true
        }
        None => false,
    };
    let taken = match (kind, option) {
        ("string", "minLength") => set("minLength", value.count()),
        ("string", "maxLength") => set("maxLength", value.count()),
        ("string", "isLength") => set("minLength", value.count()) && set("maxLength", value.count()),
        ("number" | "port", "min") => set("minimum", value.number()),
        ("number" | "port", "max") => set("maximum", value.number()),
        ("number", "isDivisibleBy") => set(
            "multipleOf",
            value.number().filter(|number| !number.starts_with(['-', '0'])),
        ),
        ("number", "isInt") if value.flag().is_some() => {
            if value.flag() == Some(true) {
                key.text("type", "integer");
            }
            true
        }
        ("number", "precision") if text == Some("0") => {
            key.text("type", "integer");
            true
        }
        ("ip", "version") if matches!(text, Some("4" | "6")) => {
            key.words.retain(|(word, _)| word != "anyOf");
            key.text("format", if text == Some("4") { "ipv4" } else { "ipv6" });
            true
        }
        ("string", "startsWith") if text.is_some() => {
            key.pattern(&format!("^{}", escaped(text.unwrap_or_default())));
            true
        }
        ("string", "endsWith") if text.is_some() => {
            key.pattern(&format!("{}$", escaped(text.unwrap_or_default())));
            true
        }
        ("string" | "url" | "domain", "matches") => return pattern(value, key, draft),
        ("url", "allowedProtocols") => match words(value) {
            Some(names) => {
                let names: Vec<String> = names.iter().map(|name| escaped(name.trim_end_matches(':'))).collect();
                key.pattern(&format!("^(?:{}):", names.join("|")));
                true
            }
            None => false,
        },
        ("url", "noTrailingSlash") if value.flag() == Some(true) => {
            key.pattern("[^/]$");
            true
        }
        ("url", "prependHttps") => {
            if value.flag() == Some(true) {
                key.words.retain(|(word, _)| word != "format");
                key.comments.push(
                    "varlock puts https:// in front where it is missing: so the format is not asked for".to_owned(),
                );
            }
            true
        }
        ("domain", "allowIp" | "allowSingleLabel") if value.flag() == Some(true) => {
            key.text("format", "host");
            true
        }
        ("domain", "allowWildcard") if value.flag() == Some(true) => {
            key.words.retain(|(word, _)| word != "format");
            key.pattern("^(?:\\*\\.)?[A-Za-z0-9.-]+$");
            true
        }
        // What it is if nobody says so.
        (_, _) if value.flag() == Some(false) => true,
        _ => false,
    };
    if !taken {
        let computed = matches!(value.form, Form::Computed | Form::Call(..));
        let why = if computed {
            "is computed by varlock"
        } else {
            "has no counterpart"
        };
        draft.lose(
            place.0,
            place.1,
            format!("{}: {} of {} {why}", shown(&key.name), word(option), word(kind)),
        );
    }
}

/// `"…"`, `/…/flags` or `regex("…", "flags")`
fn pattern(value: &Value, key: &mut Key, draft: &mut Draft) {
    let place = (value.start, value.end);
    let (source, flags) = match &value.form {
        Form::Text(text) => (text.clone(), String::new()),
        Form::Word(text) => match text.strip_prefix('/').and_then(|rest| rest.rsplit_once('/')) {
            Some((source, flags)) => (source.to_owned(), flags.to_owned()),
            None => (text.clone(), String::new()),
        },
        Form::Call(name, arguments) if name == "regex" => {
            let text = |index: usize| {
                arguments
                    .get(index)
                    .and_then(|argument| argument.value.text())
                    .unwrap_or_default()
                    .to_owned()
            };
            (text(0), text(1))
        }
        _ => {
            return draft.lose(
                place.0,
                place.1,
                format!("{}: its pattern is computed by varlock", shown(&key.name)),
            );
        }
    };
    if flags.bytes().any(|flag| flag != b'u') {
        let message = format!(
            "{}: the flags {} of its pattern are not carried over, nor is the pattern",
            shown(&key.name),
            word(&flags)
        );
        return draft.lose(place.0, place.1, message);
    }
    take_pattern(draft, key, &source, place);
}

fn words(value: &Value) -> Option<Vec<String>> {
    match &value.form {
        Form::List(items) => items.iter().map(|item| item.text().map(str::to_owned)).collect(),
        _ => value.text().map(|text| vec![text.to_owned()]),
    }
}

fn choices(arguments: &[Argument], key: &mut Key, draft: &mut Draft) {
    let mut words = Vec::new();
    for argument in arguments {
        match argument.value.text() {
            Some(text) => words.push(quoted(text)),
            None => {
                let message = format!("{}: its choices are computed by varlock", shown(&key.name));
                return draft.lose(argument.value.start, argument.value.end, message);
            }
        }
    }
    if !words.is_empty() {
        words.dedup();
        key.set("enum", format!("[{}]", words.join(", ")));
    }
}

fn list(arguments: &[Argument], key: &mut Key, draft: &mut Draft) {
    key.text("type", "array");
    for argument in arguments {
        let value = &argument.value;
        let taken = match argument.name.as_deref() {
            None => {
                let mut item = Key::new(&key.name);
                shape(value, &mut item, draft);
                if !item.words.is_empty() {
                    let words: Vec<String> = item
                        .words
                        .iter()
                        .map(|(word, json)| format!("{}: {json}", quoted(word)))
                        .collect();
                    key.set("items", format!("{{ {} }}", words.join(", ")));
                }
                true
            }
            Some("separator") => match value.text().filter(|text| !text.is_empty()) {
                Some(text) => {
                    key.text("separator", text);
                    true
                }
                None => false,
            },
            Some("unique") if value.flag().is_some() => {
                if value.flag() == Some(true) {
                    key.set("uniqueItems", "true");
                }
                true
            }
            Some(name @ ("minLength" | "maxLength" | "isLength")) => match value.count() {
                Some(count) => {
                    if name != "maxLength" {
                        key.set("minItems", count.clone());
                    }
                    if name != "minLength" {
                        key.set("maxItems", count);
                    }
                    true
                }
                None => false,
            },
            Some(_) => false,
        };
        if !taken {
            let name = argument.name.as_deref().unwrap_or_default();
            draft.lose(
                value.start,
                value.end,
                format!("{}: {} of \"array\" has no counterpart", shown(&key.name), word(name)),
            );
        }
    }
    if !key.has("minItems") {
        key.set("minItems", "1");
    }
}
