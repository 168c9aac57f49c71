//! Keys that the source reads, added to a schema that people wrote: the rest of its text stays as it is.

use std::ops::Range;

use super::{Described, Draft, Key};
use crate::json::quoted;
use crate::schema::json::{self, Member};

/// A variable that the source reads and a schema does not declare.
#[derive(Debug)]
pub struct Missing {
    /// Its name.
    pub name: String,
    /// The first file that reads it, one without a default if there is any.
    pub file: String,
    /// Whether that file has no default for it.
    pub is_needed: bool,
}

/// A member of `properties`.
#[derive(Debug)]
pub struct Addition {
    /// The name of the key.
    pub name: String,
    /// Whether it was taken for a secret.
    pub is_secret: bool,
    /// Its schema.
    json: String,
}

impl Addition {
    fn member(&self) -> String {
        format!("{}: {}", quoted(&self.name), self.json)
    }
}

impl Draft<'_> {
    /// Returns what to add for variables. None of them is required, because the source does not tell in which environments it runs.
    #[must_use]
    pub fn additions(&self, missing: &[Missing]) -> Vec<Addition> {
        let mut keys = self.keys();
        let additions = missing.iter().map(|one| {
            let new = || Key::new(&one.name, self.environments.len());
            let key = keys.remove(&one.name).unwrap_or_else(new);
            let Described {
                is_secret,
                mut words,
                mut comments,
            } = self.described(&key);
            comments.push(if one.is_needed {
                format!("{} reads it and has no default: is it required?", one.file)
            } else {
                format!("optional, since {} does without it", one.file)
            });
            words.insert(0, format!("\"$comment\": {}", quoted(&comments.join("; "))));
            if let Some(said) = &key.description {
                words.insert(0, format!("\"description\": {}", quoted(said)));
            }
            Addition {
                name: one.name.clone(),
                is_secret,
                json: format!("{{ {} }}", words.join(", ")),
            }
        });
        additions.collect()
    }
}

/// Returns the text of a schema with further keys. If the existing keys are sorted by name, each is inserted at its place; otherwise all
/// are added at the end, sorted. Returns `None` if the text is not a JSON object.
#[must_use]
pub fn extended(text: &str, additions: &[Addition]) -> Option<String> {
    let mark = text.len() - text.trim_start_matches('\u{feff}').len();
    let body = &text[mark..];
    let root = json::parse(body, &mut Vec::new()).ok()?;
    let members = &root.as_object()?.members;
    let line = if body.contains("\r\n") { "\r\n" } else { "\n" };
    let step = members
        .first()
        .map_or("  ", |first| indentation(body, first).unwrap_or("  "));
    let block = || {
        let lines: Vec<String> = additions
            .iter()
            .map(|one| format!("{line}{step}{step}{}", one.member()))
            .collect();
        format!("{{{}{line}{step}}}", lines.join(","))
    };
    let edits: Vec<(Range<usize>, String)> = match (root.get("properties"), &members[..]) {
        _ if additions.is_empty() => Vec::new(),
        (Some(properties), _) => match properties.own_members() {
            [] => vec![(properties.span.range(), block())],
            known => among(body, known, additions, line),
        },
        (None, [.., last]) => {
            let end = last.value.span.range().end;
            vec![(end..end, format!(",{line}{step}\"properties\": {}", block()))]
        }
        (None, []) => vec![(
            root.span.range(),
            format!("{{{line}{step}\"properties\": {}{line}}}", block()),
        )],
    };
    let mut extended = text[..mark].to_owned();
    let mut at = 0;
    for (range, new) in edits {
        extended.push_str(&body[at..range.start]);
        extended.push_str(&new);
        at = range.end;
    }
    extended.push_str(&body[at..]);
    Some(extended)
}

/// Returns what to insert among keys, in the order of the text.
fn among(body: &str, known: &[Member<'_>], additions: &[Addition], line: &str) -> Vec<(Range<usize>, String)> {
    let gap = indentation(body, &known[0]).map_or_else(|| " ".to_owned(), |indent| format!("{line}{indent}"));
    let is_sorted = known.is_sorted_by(|a, b| a.key <= b.key);
    let edit = |one: &Addition| {
        let at = if is_sorted {
            known.partition_point(|member| *member.key < *one.name)
        } else {
            known.len()
        };
        match at.checked_sub(1).map(|before| known[before].value.span.range().end) {
            Some(end) => (end..end, format!(",{gap}{}", one.member())),
            None => {
                let start = known[0].key_span.range().start;
                (start..start, format!("{},{gap}", one.member()))
            }
        }
    };
    additions.iter().map(edit).collect()
}

/// Returns what is in front of a member, if it is the first on its line.
fn indentation<'t>(body: &'t str, member: &Member<'_>) -> Option<&'t str> {
    let before = &body[..member.key_span.range().start];
    let blank = &before[before.trim_end().len()..];
    blank.rfind('\n').map(|at| &blank[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::{Addition, extended};

    fn added(text: &str, names: &[&str]) -> String {
        let addition = |name: &&str| Addition {
            name: (*name).to_owned(),
            is_secret: false,
            json: "{}".to_owned(),
        };
        let additions: Vec<Addition> = names.iter().map(addition).collect();
        extended(text, &additions).unwrap()
    }

    #[test]
    fn keys_are_added_in_the_manner_of_the_text() {
        for (text, expected) in [
            ("{}", "{\n  \"properties\": {\n    \"B\": {},\n    \"D\": {}\n  }\n}"),
            (
                "{\r\n\t\"required\": []\r\n}\r\n",
                "{\r\n\t\"required\": [],\r\n\t\"properties\": {\r\n\t\t\"B\": {},\r\n\t\t\"D\": {}\r\n\t}\r\n}\r\n",
            ),
            (
                "{ \"properties\": {} }",
                "{ \"properties\": {\n    \"B\": {},\n    \"D\": {}\n  } }",
            ),
            (
                "\u{feff}{ \"properties\": { \"C\": { \"type\": \"integer\" } } }",
                "\u{feff}{ \"properties\": { \"B\": {}, \"C\": { \"type\": \"integer\" }, \"D\": {} } }",
            ),
            (
                "{\n    \"properties\": {\n        \"A\": {},\n        \"E\": {\n        }\n    },\n    \"x\": 1\n}\n",
                "{\n    \"properties\": {\n        \"A\": {},\n        \"B\": {},\n        \"D\": {},\n        \"E\": {\n        }\n    },\n    \"x\": 1\n}\n",
            ),
            // Keys in another order stay in that order.
            (
                "{\n  \"properties\": {\n    \"E\": {},\n    \"A\": {}\n  }\n}\n",
                "{\n  \"properties\": {\n    \"E\": {},\n    \"A\": {},\n    \"B\": {},\n    \"D\": {}\n  }\n}\n",
            ),
        ] {
            assert_eq!(added(text, &["B", "D"]), expected);
            assert_eq!(added(text, &[]), text);
        }
    }
}
