//! The schema under construction: keys with their keywords as JSON, and the list of what was lost on the way.

use std::collections::BTreeSet;
use std::fmt::Display;

use super::{Adopted, Kind, Lost, Refused, mend, quoted, word};
use crate::check::draft;
use crate::name::shown;
use crate::schema::LANGUAGE;
use crate::schema::pattern::Pattern;
use crate::source::Span;

/// The schema.
pub(super) struct Draft {
    /// How many bytes of the file precede the text.
    pub(super) shift: usize,
    /// Members of the root before `required` and `properties`: name and JSON.
    pub(super) root: Vec<(&'static str, String)>,
    pub(super) keys: Vec<Key>,
    pub(super) lost: Vec<Lost>,
    /// Members of the root after `properties`.
    pub(super) tail: Vec<(&'static str, String)>,
}

/// A key.
#[derive(Default)]
pub(super) struct Key {
    pub(super) name: String,
    /// Where it is declared.
    pub(super) span: Span,
    pub(super) required: bool,
    /// Keywords and their JSON, in the order in which they are written.
    pub(super) words: Vec<(String, String)>,
    pub(super) comments: Vec<String>,
}

impl Draft {
    pub(super) fn new(shift: usize) -> Draft {
        Draft {
            shift,
            root: Vec::new(),
            keys: Vec::new(),
            lost: Vec::new(),
            tail: Vec::new(),
        }
    }

    /// Converts a span in the text to one in the file.
    pub(super) fn in_file(&self, span: Span) -> Span {
        Span::new(span.start as usize + self.shift, span.end as usize + self.shift)
    }

    /// Records that something is not converted.
    pub(super) fn lose(&mut self, span: Span, message: impl Into<String>) {
        self.lost.push(Lost {
            span: self.in_file(span),
            message: message.into(),
        });
    }

    /// Like [`Draft::lose`], for something about a key.
    pub(super) fn lose_of(&mut self, key: &str, span: Span, what: impl Display) {
        self.lose(span, format!("{}: {what}", shown(key)));
    }

    /// Sets the type of a key by a name that several tools use; returns whether it is one.
    pub(super) fn take_type(&mut self, key: &mut Key, name: &str, span: Span) -> bool {
        let is_known = simple_type(key, name);
        if !is_known {
            self.lose_of(
                &key.name,
                span,
                format_args!("{} is not a type that envgate has", word(name)),
            );
        }
        is_known
    }

    /// Adds a pattern to a key, if it can be matched without backtracking.
    pub(super) fn take_pattern(&mut self, key: &mut Key, pattern: &str, span: Span) {
        match Pattern::check(pattern) {
            Ok(()) => key.pattern(pattern),
            Err(error) => self.lose_of(
                &key.name,
                span,
                format_args!("its pattern is not carried over: {error}"),
            ),
        }
    }

    /// Whether the key is declared already, which is reported: the first declaration counts.
    pub(super) fn is_duplicate(&mut self, name: &str, span: Span) -> bool {
        let has = self.keys.iter().any(|key| key.name == name);
        if has {
            self.lose(
                span,
                format!("{} is declared again: the first time counts", shown(name)),
            );
        }
        has
    }

    pub(super) fn finish(mut self, kind: Kind) -> Result<Adopted, Refused> {
        for key in self.keys.iter_mut().filter(|key| key.is_secret() && key.has("enum")) {
            key.remove("enum");
            key.comment("the values that it may have are left out, since it is a secret");
        }
        let mut text = format!("{{\n  \"$schema\": \"{LANGUAGE}\",\n");
        let comment = format!(
            "Carried over from {} by `envgate init --from`. Each \"$comment\" says what was assumed: correct it, then remove the comment.",
            kind.title()
        );
        text.push_str(&format!("  \"$comment\": {},\n", quoted(&comment)));
        for (word, json) in &self.root {
            text.push_str(&format!("  {}: {json},\n", quoted(word)));
        }
        let required: Vec<String> = self
            .keys
            .iter()
            .filter(|key| key.required)
            .map(|key| quoted(&key.name))
            .collect();
        if !required.is_empty() {
            text.push_str(&format!("  \"required\": [{}],\n", required.join(", ")));
        }
        text.push_str("  \"properties\": {");
        for (index, key) in self.keys.iter().enumerate() {
            text.push_str(if index > 0 { ",\n    " } else { "\n    " });
            let mut members = key.members();
            if !key.comments.is_empty() {
                members.insert(0, format!("\"$comment\": {}", quoted(&key.comments.join("; "))));
            }
            let body = if members.is_empty() {
                "{}".to_owned()
            } else {
                format!("{{ {} }}", members.join(", "))
            };
            text.push_str(&format!("{}: {body}", quoted(&key.name)));
        }
        text.push_str("\n  }");
        for (word, json) in &self.tail {
            text.push_str(&format!(",\n  {}: {json}", quoted(word)));
        }
        text.push_str("\n}\n");
        let keys = std::mem::take(&mut self.keys);
        let shift = self.shift;
        self.adopted(kind, text, |path| {
            let key = keys.iter().find(|key| path.get(1) == Some(&key.name))?;
            Some(Span::new(
                key.span.start as usize + shift,
                key.span.end as usize + shift,
            ))
        })
    }

    /// Finishes with a schema that was written elsewhere, and what was lost.
    pub(super) fn adopted(
        mut self,
        kind: Kind,
        text: String,
        place: impl Fn(&mend::Path) -> Option<Span>,
    ) -> Result<Adopted, Refused> {
        let text = mend::mend(text, &mut self.lost, place)?;
        self.lost.sort();
        self.lost.dedup();
        Ok(Adopted {
            kind,
            text,
            lost: self.lost,
        })
    }
}

impl Key {
    pub(super) fn new(name: &str, span: Span) -> Key {
        Key {
            name: name.to_owned(),
            span,
            ..Key::default()
        }
    }

    /// Sets a keyword, replacing its previous value.
    pub(super) fn set(&mut self, word: &str, json: impl Into<String>) {
        self.remove(word);
        self.words.push((word.to_owned(), json.into()));
    }

    pub(super) fn text(&mut self, word: &str, text: &str) {
        self.set(word, quoted(text));
    }

    /// Adds an item to the list or object of a keyword, creating it if necessary.
    pub(super) fn append(&mut self, word: &str, item: String, [open, close]: [&str; 2]) {
        let before = self.words.iter().find(|(other, _)| other == word);
        let json = match before.and_then(|(_, json)| json.strip_suffix(close)) {
            Some(items) => format!("{items}, {item}{close}"),
            None => format!("{open}{item}{close}"),
        };
        self.set(word, json);
    }

    pub(super) fn remove(&mut self, word: &str) {
        self.words.retain(|(other, _)| other != word);
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.words.iter().any(|(other, _)| other == word)
    }

    pub(super) fn is_of_type(&self, name: &str) -> bool {
        let json = quoted(name);
        self.words.iter().any(|(word, said)| word == "type" && *said == json)
    }

    /// Adds an assumption to `$comment`.
    pub(super) fn comment(&mut self, text: &str) {
        self.comments.push(text.to_owned());
    }

    /// Adds a pattern; if there are several, all must match.
    pub(super) fn pattern(&mut self, pattern: &str) {
        let json = quoted(pattern);
        if !self.has("pattern") && !self.has("allOf") {
            return self.set("pattern", json);
        }
        if let Some(at) = self.words.iter().position(|(word, _)| word == "pattern") {
            let (_, first) = self.words.remove(at);
            self.set("allOf", format!("[{{ \"pattern\": {first} }}]"));
        }
        self.append("allOf", format!("{{ \"pattern\": {json} }}"), ["[", "]"]);
    }

    pub(super) fn is_secret(&self) -> bool {
        self.has("secret")
    }

    /// Marks the key as secret because of its name, if the other tool doesn't say.
    pub(super) fn guess_secret(&mut self) {
        if !self.is_secret() && draft::is_secret_by_name(&self.name) {
            self.set("secret", "true");
            self.comment("secret by its name");
        }
    }

    /// Restricts the key to these values.
    pub(super) fn choices<'c>(&mut self, choices: impl IntoIterator<Item = &'c str>) {
        let choices = distinct(choices.into_iter().map(quoted));
        if !choices.is_empty() {
            self.set("enum", format!("[{}]", choices.join(", ")));
        }
    }

    /// Returns the keywords as members of a JSON object.
    pub(super) fn members(&self) -> Vec<String> {
        let member = |(word, json): &(String, String)| format!("{}: {json}", quoted(word));
        self.words.iter().map(member).collect()
    }

    /// For a key that the other tool requires but that has a default: a default satisfies `required` there.
    pub(super) fn satisfy_required_by_default(&mut self) {
        let alone = format!(
            "{{ \"properties\": {{ {}: {{ {} }} }} }}",
            quoted(&self.name),
            self.members().join(", ")
        );
        // A default that is dropped satisfies nothing.
        self.required = !mend::compiles(&alone);
        if !self.required {
            self.comment("required there, which its default satisfies");
        }
    }

    /// Sets the default, unless it may be a secret. `json` is how it is written.
    pub(super) fn set_default(&mut self, text: &str, json: String) {
        let by_name = self.is_secret() || draft::is_secret_by_name(&self.name);
        if by_name || draft::is_secret_value(&self.name, text) {
            self.comment("its default is left out, since it may be a secret");
        } else {
            self.set("default", json);
        }
    }
}

/// Removes duplicates, keeping the order.
pub(super) fn distinct(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    texts.into_iter().filter(|text| seen.insert(text.clone())).collect()
}

/// Sets the keywords for a type that several tools have; returns whether it is one.
fn simple_type(key: &mut Key, name: &str) -> bool {
    match name.to_ascii_lowercase().as_str() {
        "string" | "str" | "text" => {}
        "int" | "integer" => key.text("type", "integer"),
        "float" | "number" | "num" => key.text("type", "number"),
        "bool" | "boolean" => key.text("type", "boolean"),
        "url" | "uri" => key.text("format", "uri"),
        "email" => key.text("format", "email"),
        "uuid" => key.text("format", "uuid"),
        "ipv4" => key.text("format", "ipv4"),
        "ipv6" => key.text("format", "ipv6"),
        "ip" => key.set("anyOf", "[{ \"format\": \"ipv4\" }, { \"format\": \"ipv6\" }]"),
        "semver" => key.text("format", "semver"),
        "date" => key.text("format", "date"),
        "hostname" | "host" => key.text("format", "hostname"),
        "port" => {
            key.text("type", "integer");
            key.set("minimum", "1");
            key.set("maximum", "65535");
        }
        _ => return false,
    }
    true
}
