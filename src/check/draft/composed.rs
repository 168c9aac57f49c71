//! What a Compose file takes from `.env` or the shell: `${NAME}`, and whether it has a default for it.

use std::collections::BTreeMap;

use crate::name::{self, word_len};

/// The variables that a Compose file takes from outside.
#[derive(Debug)]
pub struct Asked {
    /// The name of the file.
    pub file: String,
    /// Their names, and whether there is a place without a default for them. Sorted.
    pub keys: Vec<(String, bool)>,
}

impl Asked {
    /// Reads a Compose file.
    #[must_use]
    pub fn of(file: &str, text: &[u8]) -> Asked {
        let mut keys: BTreeMap<String, bool> = BTreeMap::new();
        for line in text.split(|byte| *byte == b'\n').map(without_comment) {
            let mut at = 0;
            while let Some(dollar) = memchr::memchr(b'$', &line[at..]).map(|len| at + len) {
                at = dollar + 1;
                if line.get(at) == Some(&b'$') {
                    at += 1;
                    continue;
                }
                let is_braced = line.get(at) == Some(&b'{');
                let start = at + usize::from(is_braced);
                let end = start + word_len(&line[start..]);
                // What follows a `$` may be the rest of a password.
                let name = str::from_utf8(&line[start..end]).ok();
                if let Some(name) = name.filter(|name| name::is_plainly_a_name(name.as_bytes())) {
                    let is_needed = !(is_braced && has_default(&line[end..]));
                    *keys.entry(name.to_owned()).or_default() |= is_needed;
                }
            }
        }
        Asked {
            file: file.to_owned(),
            keys: keys.into_iter().collect(),
        }
    }
}

/// Returns whether `rest`, which follows the name in `${NAME`, is a default: `:-x}`. An empty default counts, because people only write
/// `:-}` to say that the variable may be missing.
pub(crate) fn has_default(rest: &[u8]) -> bool {
    let rest = rest.strip_prefix(b":").unwrap_or(rest);
    matches!(rest.first(), Some(b'-' | b'=' | b'+'))
}

/// Cuts the comment off a line of YAML, unless the `#` may be in quotes.
fn without_comment(line: &[u8]) -> &[u8] {
    let start = line.trim_ascii_start();
    if start.starts_with(b"#") {
        return b"";
    }
    match memchr::memmem::find(line, b" #") {
        Some(at) if memchr::memchr2(b'"', b'\'', &line[..at]).is_none() => &line[..at],
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::Asked;

    #[test]
    fn what_is_taken_from_outside() {
        let text = "image: a:${TAG:-1}\nb: ${PORT}:$HOST ${EMPTY:-} # ${COMMENT}\n# ${OFF}\nc: \"${QUOTED:?x} # ${INSIDE-1}\"\nd: $$LITERAL ${TAG}\n";
        let asked = Asked::of("compose.yaml", text.as_bytes());
        let keys: Vec<(&str, bool)> = asked
            .keys
            .iter()
            .map(|(name, needed)| (name.as_str(), *needed))
            .collect();
        let expected = [
            ("EMPTY", false),
            ("HOST", true),
            ("INSIDE", false),
            ("PORT", true),
            ("QUOTED", true),
            ("TAG", true),
        ];
        assert_eq!(keys, expected);
    }
}
