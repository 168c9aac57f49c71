//! How changes are written: one line per key for people, a checklist for a pull request, `diff.v1` for programs.

use std::fmt::Write as _;

use envgate::report::{column, counted, neutralise, neutralise_first};
use serde_json::json;

use super::contract::{Demand, KeyChange, KeyChangeKind};
use super::strictness::{Direction, Note};
use super::{Changed, Changes};

pub(super) fn human(changes: &Changes) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !changes.schema.is_empty() {
        let lines: String = changes
            .schema
            .iter()
            .map(|line| format!("  ~ {}\n", neutralise(line)))
            .collect();
        parts.push(format!("schema\n{lines}"));
    }
    let whose = whose(changes);
    parts.extend(changes.environments.iter().map(|one| environment(one, whose)));
    if let Some(last) = last_line(changes) {
        parts.push(format!("{last}\n"));
    }
    parts.join("\n")
}

/// Beside changes of the schema, a change of the value is named as such.
fn whose(changes: &Changes) -> &'static str {
    if changes.deployed.is_some() { "value " } else { "" }
}

fn environment(one: &Changed, whose: &str) -> String {
    let is_new = if one.is_new { "  new" } else { "" };
    let mut text = format!("{}{is_new}\n", neutralise_first(&one.name));
    let keys = one
        .set
        .iter()
        .map(|demand| &demand.key)
        .chain(one.keys.iter().map(|change| &change.key));
    let keys = keys.chain(one.values.iter().map(|(_, key)| key));
    let width = column::width(keys.map(|key| &**key));
    let mut line = |sign: char, key: &str, words: &str| {
        let _ = writeln!(text, "  {sign} {:width$}  {}", neutralise(key), neutralise(words));
    };
    for demand in &one.set {
        line('>', &demand.key, &format!("set it before you deploy: {}", kind(demand)));
    }
    for change in &one.keys {
        line(sign(change.kind), &change.key, &words(change));
    }
    for (change, key) in &one.values {
        line(change.sign(), key, &format!("{whose}{}", change.words()));
    }
    for one in &one.broken {
        let _ = writeln!(text, "  ! newly broken: {} [{}]", neutralise(&one.message), one.code);
    }
    if one.is_empty() {
        text.push_str("  nothing changes\n");
    }
    text
}

fn sign(kind: KeyChangeKind) -> char {
    match kind {
        KeyChangeKind::Added => '+',
        KeyChangeKind::Removed => '-',
        KeyChangeKind::Changed => '~',
    }
}

fn kind(demand: &Demand) -> String {
    let secret = if demand.secret { ", secret" } else { "" };
    format!("{}{secret}", demand.kind)
}

fn words(change: &KeyChange) -> String {
    let note = |note: &Note| match note.direction {
        Direction::Narrower | Direction::Wider => format!("{} ({})", note.words, note.direction.name()),
        Direction::Other | Direction::Neutral => note.words.clone(),
    };
    let notes: Vec<String> = change.notes.iter().map(note).collect();
    let first = match change.kind {
        KeyChangeKind::Added if change.notes.is_empty() => "declared now; it need not be set",
        KeyChangeKind::Added => "declared now",
        KeyChangeKind::Removed => "no longer declared",
        KeyChangeKind::Changed => return notes.join("; "),
    };
    std::iter::once(first.to_owned())
        .chain(notes)
        .collect::<Vec<_>>()
        .join("; ")
}

/// Says in one sentence what has to be set before a deployment.
fn last_line(changes: &Changes) -> Option<String> {
    let deployed = neutralise(changes.deployed.as_ref()?).into_owned();
    let needed = changes.environments.iter().filter(|one| !one.set.is_empty());
    let needed: Vec<String> = needed
        .map(|one| format!("{} in {}", counted(one.set.len(), "key"), neutralise(&one.name)))
        .collect();
    Some(if needed.is_empty() {
        format!("No key has to be set before you deploy {deployed}.")
    } else {
        format!("Set {} before you deploy {deployed}.", needed.join(", "))
    })
}

pub(super) fn markdown(changes: &Changes) -> String {
    let mut parts: Vec<String> = Vec::new();
    if let Some(last) = last_line(changes) {
        parts.push(format!("**{}**\n", code_free(&last)));
    }
    if !changes.schema.is_empty() {
        let lines: String = changes
            .schema
            .iter()
            .map(|line| format!("- {}\n", code(line)))
            .collect();
        parts.push(format!("### Schema\n\n{lines}"));
    }
    for one in &changes.environments {
        let is_new = if one.is_new { " (new)" } else { "" };
        let mut text = format!("### {}{is_new}\n\n", code(&one.name));
        for demand in &one.set {
            let _ = writeln!(
                text,
                "- [ ] set {} before you deploy: {}",
                code(&demand.key),
                code_free(&kind(demand))
            );
        }
        for change in &one.keys {
            let _ = writeln!(text, "- {} {}", code(&change.key), code_free(&words(change)));
        }
        for (change, key) in &one.values {
            let _ = writeln!(text, "- {} {}{}", code(key), whose(changes), change.words());
        }
        for one in &one.broken {
            let _ = writeln!(
                text,
                "- **newly broken:** {} ({})",
                code(&one.message),
                code(one.code.0)
            );
        }
        if one.is_empty() {
            text.push_str("Nothing changes.\n");
        }
        parts.push(text);
    }
    parts.join("\n")
}

fn code(text: &str) -> String {
    format!("`{}`", neutralise(text).replace('`', "'"))
}

/// Escapes text of a schema for Markdown.
fn code_free(text: &str) -> String {
    let mut safe = String::new();
    for letter in neutralise(text).chars() {
        if "\\`*_[]<>|#!".contains(letter) {
            safe.push('\\');
        }
        safe.push(letter);
    }
    safe
}

/// `diff.v1`, see `schemas/diff.v1.schema.json`.
pub(super) fn json(changes: &Changes) -> String {
    let environments: Vec<_> = changes.environments.iter().map(of).collect();
    let document = json!({
        "version": 1,
        "deployed": changes.deployed,
        "schema": changes.schema,
        "environments": environments,
    });
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn of(one: &Changed) -> serde_json::Value {
    let set: Vec<_> = one
        .set
        .iter()
        .map(|demand| json!({ "key": demand.key, "secret": demand.secret, "kind": demand.kind }))
        .collect();
    let declared: Vec<_> = one
        .keys
        .iter()
        .map(|change| {
            let notes: Vec<_> = change
                .notes
                .iter()
                .map(|note| json!({ "keyword": note.what, "direction": note.direction.name(), "message": note.words }))
                .collect();
            let name = match change.kind {
                KeyChangeKind::Added => "added",
                KeyChangeKind::Removed => "removed",
                KeyChangeKind::Changed => "changed",
            };
            json!({ "key": change.key, "change": name, "details": notes })
        })
        .collect();
    let keys: Vec<_> = one
        .values
        .iter()
        .map(|(change, key)| json!({ "key": key, "change": change.words() }))
        .collect();
    let broken: Vec<_> = one
        .broken
        .iter()
        .map(|one| json!({ "code": one.code.0, "severity": one.severity.name(), "key": one.key, "message": one.message }))
        .collect();
    json!({ "name": one.name, "new": one.is_new, "set": set, "declared": declared, "keys": keys, "newlyBroken": broken })
}
