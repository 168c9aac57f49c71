//! What `.gitignore` files exclude from a walk, the same natively and in Node. The `ignore` crate, which the native searches use, is too
//! large for WebAssembly.
//!
//! Folders are matched before they are entered, so that nothing below an excluded one can be included again, as in git. What is configured
//! elsewhere (`.git/info/exclude`, `core.excludesFile`) belongs to one machine, and a gate must not depend on that.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::{discover, read};

/// The name of such a file.
pub(crate) const FILE: &str = ".gitignore";

/// The patterns on the way from the root of the repository to a folder.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ignored {
    /// The patterns of each file, with its folder; the last one has the highest precedence.
    files: Vec<Rc<(PathBuf, Vec<Pattern>)>>,
}

impl Ignored {
    /// Reads the `.gitignore` files above a folder, up to the root of its repository. If they exclude the folder itself, none of them
    /// counts: whoever starts there wants it to be searched.
    pub(crate) fn above(folder: &Path) -> Ignored {
        let home = discover::absolute(folder);
        let Some(root) = discover::repository(&home) else {
            return Ignored::default();
        };
        let way: Vec<&Path> = home.ancestors().take_while(|one| one.starts_with(root)).collect();
        let mut ignored = Ignored::default();
        for step in way.windows(2).rev() {
            let (above, below) = (step[1], step[0]);
            ignored = ignored.within(above);
            if ignored.leaves_out(below) {
                return Ignored::default();
            }
        }
        ignored
    }

    /// Adds the file in a folder itself. One that can't be read excludes nothing.
    pub(crate) fn within(&self, folder: &Path) -> Ignored {
        let mut ignored = self.clone();
        if let Ok(bytes) = read::file(&folder.join(FILE), FILE) {
            let patterns = String::from_utf8_lossy(&bytes)
                .lines()
                .filter_map(Pattern::read)
                .collect();
            ignored.files.push(Rc::new((discover::absolute(folder), patterns)));
        }
        ignored
    }

    /// Whether a folder is excluded.
    pub(crate) fn leaves_out(&self, folder: &Path) -> bool {
        let path = discover::absolute(folder);
        for (home, patterns) in self.files.iter().rev().map(Rc::as_ref) {
            let Ok(inside) = path.strip_prefix(home) else { continue };
            let inside = inside.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
            if let Some(last) = patterns.iter().rev().find(|pattern| pattern.matches(&inside)) {
                return !last.takes_in;
            }
        }
        false
    }
}

/// A line of such a file that can match a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern {
    /// The parts between slashes.
    parts: Vec<String>,
    /// Whether it matches names at any depth.
    floats: bool,
    /// `!`: what was excluded is included again.
    takes_in: bool,
}

impl Pattern {
    fn read(line: &str) -> Option<Pattern> {
        let (takes_in, line) = match line.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        if line.starts_with('#') && !takes_in {
            return None;
        }
        let blanks = line.trim_end_matches(' ');
        // A backslash keeps the blank after it.
        let text = if blanks.ends_with('\\') && blanks.len() < line.len() {
            &line[..=blanks.len()]
        } else {
            blanks
        };
        let text = text.strip_suffix('/').unwrap_or(text);
        if text.is_empty() {
            return None;
        }
        Some(Pattern {
            floats: !text.contains('/'),
            parts: text.trim_start_matches('/').split('/').map(str::to_owned).collect(),
            takes_in,
        })
    }

    fn matches(&self, path: &str) -> bool {
        let names: Vec<&str> = path.split('/').collect();
        match (&self.parts[..], names.last()) {
            ([part], Some(name)) if self.floats => fits(part, name),
            (parts, _) => matches_path(parts, &names),
        }
    }
}

/// Whether the parts of a pattern match all names of a path; `**` matches any number of them, at the end at least one.
fn matches_path(parts: &[String], names: &[&str]) -> bool {
    let first = |parts: &[String], name: &&str| parts.first().filter(|part| fits(part, name)).map(|_| 1);
    rest(parts, names, |part| part == "**", first).is_some_and(<[String]>::is_empty)
}

/// Whether a part matches a name, with `*`, `?`, `[a-z]`, and `\` before a literal character. Bytes are compared, as git does, so a `?`
/// matches half of an umlaut.
fn fits(part: &str, name: &str) -> bool {
    let is_star = |byte: &u8| *byte == b'*';
    let first = |part: &[u8], byte: &u8| one(part, *byte);
    rest(part.as_bytes(), name.as_bytes(), is_star, first).is_some_and(|rest| rest.iter().all(is_star))
}

/// Returns what is left of a pattern once the whole text has been matched; `None` if it doesn't match. `is_any` says which elements stand
/// for any number of items, and `first` how many elements the next item uses up. Only the last element of the former kind is ever tried
/// again, so this takes at most elements times items steps.
fn rest<'p, P, T>(
    pattern: &'p [P],
    text: &[T],
    is_any: impl Fn(&P) -> bool,
    first: impl Fn(&[P], &T) -> Option<usize>,
) -> Option<&'p [P]> {
    let (mut at, mut item) = (0, 0);
    let mut again: Option<(usize, usize)> = None;
    while item < text.len() {
        if pattern.get(at).is_some_and(&is_any) {
            again = Some((at + 1, item));
            at += 1;
        } else if let Some(len) = first(&pattern[at..], &text[item]) {
            at += len;
            item += 1;
        } else {
            let (behind, from) = again?;
            again = Some((behind, from + 1));
            at = behind;
            item = from + 1;
        }
    }
    Some(&pattern[at..])
}

/// The length of the first element of a pattern, if it fits a byte.
fn one(part: &[u8], byte: u8) -> Option<usize> {
    match part {
        [b'?', ..] => Some(1),
        [b'\\', escaped, ..] => (*escaped == byte).then_some(2),
        [b'[', rest @ ..] => {
            let (is_negated, set) = match rest {
                [b'!' | b'^', rest @ ..] => (true, rest),
                rest => (false, rest),
            };
            let (has, len) = set_has(set, byte)?;
            (has != is_negated).then_some(part.len() - set.len() + len)
        }
        [plain, ..] => (*plain == byte).then_some(1),
        [] => None,
    }
}

/// Returns whether a set has a byte, and the length of the set with its closing bracket; `None` if that is missing. A closing bracket at
/// the beginning is a member.
fn set_has(set: &[u8], byte: u8) -> Option<(bool, usize)> {
    let mut has = false;
    let mut rest = set;
    loop {
        rest = match rest {
            [b']', ..] if rest.len() < set.len() => return Some((has, set.len() - rest.len() + 1)),
            [b'[', b':', name @ ..] if name.windows(2).any(|pair| pair == b":]") => {
                let len = name.windows(2).position(|pair| pair == b":]")?;
                has |= is_of_class(&name[..len], byte)?;
                &name[len + 2..]
            }
            [from, b'-', to, rest @ ..] if *to != b']' => {
                has |= (*from..=*to).contains(&byte);
                rest
            }
            [b'\\', one, rest @ ..] | [one, rest @ ..] => {
                has |= *one == byte;
                rest
            }
            [] => return None,
        };
    }
}

/// Whether a byte belongs to a POSIX class; `None` if there is no such class, in which case git matches nothing.
fn is_of_class(class: &[u8], byte: u8) -> Option<bool> {
    Some(match class {
        b"alnum" => byte.is_ascii_alphanumeric(),
        b"alpha" => byte.is_ascii_alphabetic(),
        b"blank" => matches!(byte, b' ' | b'\t'),
        b"cntrl" => byte.is_ascii_control(),
        b"digit" => byte.is_ascii_digit(),
        b"graph" => byte.is_ascii_graphic(),
        b"lower" => byte.is_ascii_lowercase(),
        b"print" => byte.is_ascii_graphic() || byte == b' ',
        b"punct" => byte.is_ascii_punctuation(),
        b"space" => byte.is_ascii_whitespace() || byte == 0x0B,
        b"upper" => byte.is_ascii_uppercase(),
        b"xdigit" => byte.is_ascii_hexdigit(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn matches(line: &str, path: &str) -> bool {
        Pattern::read(line).is_some_and(|pattern| pattern.matches(path))
    }

    #[test]
    fn patterns_of_folders() {
        for (line, path) in [
            ("tmp", "tmp"),
            ("tmp/", "a/b/tmp"),
            ("/tmp", "tmp"),
            ("a/tmp/", "a/tmp"),
            ("*", "anything"),
            ("**/deps", "deps"),
            ("**/deps", "a/b/deps"),
            ("a/**/z", "a/z"),
            ("a/**/z", "a/b/c/z"),
            ("a/**", "a/b"),
            (".work*", ".worktrees"),
            ("build-[0-9]", "x/build-7"),
            ("build-[!0-9]", "build-x"),
            ("[]a]x", "]x"),
            ("gen?", "gen1"),
            ("\\#a", "#a"),
            ("\\!a", "!a"),
            ("a\\ ", "a "),
            ("a  ", "a"),
            ("*a*b*c", "xaxbxc"),
            ("[[:alpha:]_]*[[:digit:]]", "_x7"),
            ("[a-c-]", "-"),
            ("[\\]]", "]"),
            ("??", "é"),
        ] {
            assert!(matches(line, path), "{line} {path}");
        }
        for (line, path) in [
            ("/tmp", "a/tmp"),
            ("a/tmp", "b/a/tmp"),
            ("a/**", "a"),
            ("a/*", "a/b/c"),
            ("# tmp", "tmp"),
            ("", "tmp"),
            ("build-[0-9]", "build-x"),
            ("[z", "[z"),
            ("gen?", "gen"),
            ("*a*b*c", "xaxcxb"),
            ("[[:alpha:]]", "7"),
            ("[[:letters:]]", "a"),
            ("?", "é"),
        ] {
            assert!(!matches(line, path), "{line} {path}");
        }
    }
}
