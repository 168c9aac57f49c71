//! SOPS files, in JSON, YAML, dotenv and INI. Nothing is decrypted.
//!
//! The file has a single date, set whenever anything in it is encrypted, so it is an upper bound for every value. What each value has to
//! itself is the `iv` of its ciphertext, which SOPS keeps as long as the value is unchanged, even through `sops rotate`. It is random, so
//! it reveals nothing about the value and serves as its version id.

use jiff::Timestamp;

use super::{Found, Interval, NoteKind, Reader, Sink, version};
use crate::rotation::evidence::Rank;
use crate::rotation::json::Node;
use crate::rotation::time::{self, Moment};
use crate::source::Span;

/// A SOPS file. One in dotenv or INI is recognised by [`is_lines`].
pub(super) static FILE: Reader = Reader {
    kind: "sops",
    command: "the encrypted file itself",
    rank: Rank::Store,
    knows: |node| node.get("sops").is_some_and(|sops| sops.has("lastmodified")),
    read: |pages, sink| {
        for file in pages {
            let Some(modified) = sink.time(file.at(&["sops", "lastmodified"])) else {
                continue;
            };
            for member in file.members().iter().filter(|member| member.name != "sops") {
                tree(&member.value, &member.name, modified, sink);
            }
        }
    },
};

/// Reads every encrypted string below a node. Its path is its name.
fn tree(node: &Node<'_>, path: &str, modified: Timestamp, sink: &mut Sink<'_>) {
    if let Some(text) = node.text() {
        value(&text, path, modified, node.span, sink);
    }
    node.items().iter().for_each(|item| tree(item, path, modified, sink));
    for member in node.members() {
        tree(&member.value, &format!("{path}/{}", member.name), modified, sink);
    }
}

/// Whether a text is a SOPS file in dotenv, where the metadata are variables, or in INI, where they are a section.
pub(super) fn is_lines(text: &str) -> bool {
    text.lines()
        .any(|line| line.starts_with("sops_lastmodified=") || line.starts_with("sops_mac=") || line.trim() == "[sops]")
}

/// Reads a SOPS file in dotenv or INI.
pub(super) fn read_lines(text: &str, sink: &mut Sink<'_>) {
    let mut start = 0;
    let mut section = "";
    let (mut modified, mut values) = (None, Vec::new());
    for line in text.split_inclusive('\n') {
        let span = Span::new(start, start + line.trim_end().len());
        start += line.len();
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
        } else if let Some((key, text)) = line.split_once('=').filter(|_| !line.starts_with(['#', ';'])) {
            let (key, text) = (key.trim(), text.trim().trim_matches('`'));
            match (section, key) {
                ("sops", "lastmodified") | ("", "sops_lastmodified") => modified = Some((text, span)),
                ("sops", _) => {}
                ("" | "DEFAULT", _) if !key.starts_with("sops_") => values.push((key.to_owned(), text, span)),
                ("" | "DEFAULT", _) => {}
                (section, key) => values.push((format!("{section}/{key}"), text, span)),
            }
        }
    }
    let Some((modified, span)) = modified else {
        return sink.note(NoteKind::BadDate, "the file has no lastmodified".to_owned(), None);
    };
    match time::parse(modified, sink.options.assume_utc) {
        Ok(Moment::At(modified)) => {
            for (path, ciphertext, span) in values {
                value(ciphertext, &path, modified, span, sink);
            }
        }
        Ok(_) => {}
        Err(error) => sink.note(NoteKind::BadDate, format!("lastmodified {error}"), Some(span)),
    }
}

/// `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]`. A value that is not encrypted is not a secret.
fn value(text: &str, path: &str, modified: Timestamp, span: Span, sink: &mut Sink<'_>) {
    let Some(inner) = text
        .strip_prefix("ENC[AES256_GCM,")
        .and_then(|rest| rest.strip_suffix(']'))
    else {
        return;
    };
    let iv = inner.split(',').find_map(|field| field.strip_prefix("iv:"));
    let found = Found::named(path, "lastmodified of the file", Interval::until(modified))
        .better("SOPS keeps one date for the file; record the rotation with `envgate rotation record`: the iv of the line tells whether the value changed since");
    sink.add(found, span).evidence.version = iv.and_then(|iv| version("sops-iv", iv));
}
