//! @env-spec, the language of varlock's `.env.schema`: a .env file with decorators in its comments.

mod key;
mod lines;
mod types;

use super::target::distinct;
use super::value::{Form, Value};
use super::{Draft, is_a_name, quoted};
use lines::{File, Item};

/// Whether a text is @env-spec: it has decorators in comments, and keys.
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

/// Settings that apply to all keys of the file.
struct Defaults {
    /// `None`: keys with a value are required.
    required: Option<bool>,
    sensitive: bool,
    /// Keys with this prefix are not sensitive.
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
            // Decorators of the file may be anywhere in the header, even right above the first key.
            let (about_all, own): (Vec<_>, Vec<_>) = decorators
                .into_iter()
                .partition(|one| is_header && lines::is_root(&one.name));
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
    for item in &items {
        key::add(item, &defaults, &environments, draft);
    }
    root(&defaults, &environments, draft);
}

/// Adds the members of the root that precede the keys: the environments, and the key that names them.
fn root(defaults: &Defaults, environments: &[String], draft: &mut Draft) {
    let Some(name) = &defaults.environment_key else { return };
    if draft.keys.iter().any(|key| key.name == *name) {
        draft.root.insert(0, ("environmentKey", quoted(name)));
    }
    if environments.is_empty() {
        return;
    }
    let entry = |name: &String| {
        let files = ["", ".local"].map(|end| format!("\".env{end}\""));
        let own = ["", ".local"].map(|end| quoted(&format!(".env.{name}{end}")));
        format!(
            "    {}: {{ \"files\": [{}, {}] }}",
            quoted(name),
            files.join(", "),
            own.join(", ")
        )
    };
    let all: Vec<String> = environments.iter().map(entry).collect();
    draft
        .root
        .insert(0, ("environments", format!("{{\n{}\n  }}", all.join(",\n"))));
}

/// Returns the environments, which are the allowed values of the key that names the environment.
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
    distinct(found)
}
