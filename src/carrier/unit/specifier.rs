//! Specifiers: `%` and a letter, which systemd replaces when it loads a unit. Those that come from the name of the unit are
//! known here if the name of the file is; the others depend on the machine and on who runs the manager.

use zeroize::Zeroizing;

use super::Word;

/// The letters of all specifiers. A `%` before another letter, or before a digit, is a mistake.
const LETTERS: &[u8] = b"AaBbCcDdEfGgHhIiJjLlMmNnoPpqRrSsTtUuVvWwYy";

/// The name of a unit, as far as the name of its file tells.
pub(super) struct UnitName<'n> {
    /// Before the `@`, or the whole name without its type.
    prefix: Option<&'n str>,
    /// Behind the `@`; empty if there is none.
    instance: Option<&'n str>,
    /// The type.
    suffix: &'n str,
    is_template: bool,
}

/// What a specifier stands for.
enum Meaning {
    Text(Zeroizing<Vec<u8>>),
    Unknown,
    Invalid,
}

impl<'n> UnitName<'n> {
    /// Takes the name of a unit from that of its file, which may be a drop-in, and the instance of a template from the part that is read.
    pub(super) fn of(file: &'n str, part: Option<&'n str>) -> UnitName<'n> {
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
        let unit = match name.ends_with(".conf") {
            true => folder.rsplit('/').next().and_then(|folder| folder.strip_suffix(".d")),
            false => Some(name),
        };
        let known = unit.and_then(|unit| unit.rsplit_once('.'));
        // A drop-in of `a-.service.d` is for all units that begin with `a-`.
        let known = known.filter(|(name, _)| unit == Some(file_name(file)) || !name.ends_with('-'));
        let Some((name, suffix)) = known else {
            return UnitName {
                prefix: None,
                instance: None,
                suffix: "",
                is_template: false,
            };
        };
        let (prefix, instance, is_template) = match name.split_once('@') {
            Some((prefix, "")) => (prefix, part, true),
            Some((prefix, instance)) => (prefix, Some(instance), false),
            None => (name, Some(""), false),
        };
        UnitName {
            prefix: Some(prefix),
            instance,
            suffix,
            is_template,
        }
    }

    /// Whether the name lacks the instance.
    pub(super) fn is_template(&self) -> bool {
        self.is_template
    }

    /// Replaces the specifiers of a word. Those that are not known stay, and the word says so. `None` if there is one that systemd
    /// does not have, for which it leaves the word out.
    pub(super) fn resolve(&self, word: &Word) -> Option<Word> {
        let mut resolved = Word::new(word.span);
        let text = &word.text;
        let place = |at: usize| word.places[at] as usize;
        let mut at = 0;
        while at < text.len() {
            match text.get(at + 1) {
                Some(&letter) if text[at] == b'%' && (letter == b'%' || letter.is_ascii_alphanumeric()) => {
                    match self.meaning(letter) {
                        Meaning::Text(meaning) => {
                            let last = meaning.len().saturating_sub(1);
                            for (index, &byte) in meaning.iter().enumerate() {
                                // The last byte is where the specifier ends, so that it is in the span of what it is a part of.
                                resolved.push(byte, place(at + usize::from(index == last)));
                            }
                        }
                        Meaning::Unknown => {
                            resolved.unknown = resolved.unknown.or(Some(resolved.text.len()));
                            resolved.push(b'%', place(at));
                            resolved.push(letter, place(at + 1));
                        }
                        Meaning::Invalid => return None,
                    }
                    at += 2;
                }
                _ => {
                    resolved.push(text[at], place(at));
                    at += 1;
                }
            }
        }
        Some(resolved)
    }

    fn meaning(&self, letter: u8) -> Meaning {
        let last = self.prefix.map(|prefix| prefix.rsplit('-').next().unwrap_or_default());
        let meaning = match letter {
            b'%' => Some(b"%".to_vec()),
            b'n' => self.whole().map(|name| (name + "." + self.suffix).into_bytes()),
            b'N' => self.whole().map(String::into_bytes),
            b'p' => self.prefix.map(|prefix| prefix.as_bytes().to_vec()),
            b'i' => self.instance.map(|instance| instance.as_bytes().to_vec()),
            b'j' => last.map(|last| last.as_bytes().to_vec()),
            b'P' => self.prefix.and_then(unescaped),
            b'I' => self.instance.and_then(unescaped),
            b'J' => last.and_then(unescaped),
            b'f' => self.file(),
            letter if LETTERS.contains(&letter) => None,
            _ => return Meaning::Invalid,
        };
        meaning.map_or(Meaning::Unknown, |text| Meaning::Text(Zeroizing::new(text)))
    }

    /// The name without its type.
    fn whole(&self) -> Option<String> {
        match (self.prefix?, self.instance?) {
            (prefix, "") if !self.is_template => Some(prefix.to_owned()),
            (prefix, instance) => Some(format!("{prefix}@{instance}")),
        }
    }

    /// The path that a unit is named after. Systemd has none for a name that is none.
    fn file(&self) -> Option<Vec<u8>> {
        let name = match self.instance? {
            "" => self.prefix?,
            instance => instance,
        };
        if name == "-" {
            return Some(b"/".to_vec());
        }
        let path = unescaped(name)?;
        let is_normal = path
            .split(|&byte| byte == b'/')
            .all(|part| !matches!(part, b"" | b"." | b".."));
        is_normal.then(|| [b"/", &*path].concat())
    }
}

fn file_name(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

/// Reads a name in which `-` stands for a slash and `\xHH` for a byte. `None` if systemd can't.
fn unescaped(name: &str) -> Option<Vec<u8>> {
    let mut text = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        match first {
            b'-' => text.push(b'/'),
            b'\\' => {
                let digits = rest.strip_prefix(b"x")?.get(..2)?;
                text.push(u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()?);
                rest = &rest[3..];
            }
            &byte => text.push(byte),
        }
    }
    Some(text)
}
