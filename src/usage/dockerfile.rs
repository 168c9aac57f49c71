//! Reads Dockerfiles: build arguments, and the variables that instructions give to a shell or substitute themselves.

use std::collections::BTreeSet;

use super::shell::{Scan, name_len};
use super::{Finder, Name, Need, Raw};

/// Reads a Dockerfile, each instruction separately, so that an apostrophe in one doesn't open a string that extends
/// into the next.
pub(super) fn read(finder: &Finder, text: &[u8], comments: &mut Vec<(usize, usize)>, raw: &mut Raw) {
    let mut scan = Scan::new(text);
    let mut defaults = BTreeSet::new();
    let mut at = 0;
    while at < text.len() {
        let (start, end) = instruction(text, at);
        at = end + 1;
        let line = &text[start..end];
        let trimmed = line.trim_ascii_start();
        if trimmed.starts_with(b"#") {
            comments.push((start, end));
            continue;
        }
        let from = start + (line.len() - trimmed.len());
        let word = trimmed.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let rest = from + word;
        if trimmed[..word].eq_ignore_ascii_case(b"ARG") {
            for (name, has_default) in arguments(text, rest, end) {
                let known = &text[name.start..name.end];
                // A stage that names an argument again takes the default that it has above.
                let has_default = if has_default {
                    defaults.insert(known);
                    true
                } else {
                    defaults.contains(known)
                };
                scan.assigned.insert(known.to_vec());
                scan.arguments.push(Name {
                    need: if has_default { Need::Unsure } else { Need::Passed },
                    ..name
                });
            }
        } else if trimmed[..word].eq_ignore_ascii_case(b"ENV") {
            let names: Vec<Name> = arguments(text, rest, end).into_iter().map(|(name, _)| name).collect();
            let ends = names.iter().skip(1).map(|next| next.start).chain([end]);
            for (name, value_end) in names.iter().zip(ends) {
                let known = &text[name.start..name.end];
                scan.assigned.insert(known.to_vec());
                // What it is set from is mostly an argument, which somebody has to give.
                if !text[name.end..value_end].contains(&b'$') {
                    raw.image.set(known);
                }
            }
        } else if trimmed[..word].eq_ignore_ascii_case(b"FROM") {
            raw.image.begin(&text[rest..end]);
        }
        scan.run(rest, end);
    }
    comments.append(&mut scan.comments);
    scan.finish(finder, raw);
}

/// Returns the range of an instruction, from the start of its first line to the end of its last continuation line.
fn instruction(text: &[u8], start: usize) -> (usize, usize) {
    let mut at = start;
    loop {
        let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |len| at + len);
        let line = text[at..end].trim_ascii();
        // A comment between the lines of an instruction does not end it.
        let goes_on = line.ends_with(b"\\") || at > start && (line.is_empty() || line.starts_with(b"#"));
        if end == text.len() || !goes_on {
            return (start, end);
        }
        at = end + 1;
    }
}

/// Reads `NAME` and `NAME=value`, each preceded by white space, or `NAME value`; returns whether each has a value.
fn arguments(text: &[u8], from: usize, to: usize) -> Vec<(Name, bool)> {
    let mut found = Vec::new();
    let mut at = from;
    let mut quote = None;
    let mut begins = true;
    while at < to {
        let byte = text[at];
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), b'\\') => at += 1,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b' ' | b'\t' | b'\n' | b'\r' | b'\\') => {
                begins = true;
                at += 1;
                continue;
            }
            _ if begins => {
                let len = name_len(&text[at..to]);
                if len > 0 {
                    let name = Name {
                        start: at,
                        end: at + len,
                        need: Need::Sure,
                    };
                    let next = text.get(at + len);
                    found.push((name, next == Some(&b'=')));
                    // `ENV NAME value`: the rest is the value.
                    if next == Some(&b' ') && !text[at..to].contains(&b'=') {
                        return found;
                    }
                    at += len;
                    begins = false;
                    continue;
                }
            }
            _ => {}
        }
        begins = false;
        at += 1;
    }
    found
}
