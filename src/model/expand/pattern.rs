//! Shell patterns with `*` and `?`, and substrings.

/// The longest value that is matched against a pattern with wildcards, since that takes cubic time.
const MAX_VALUE: usize = 300;

pub(super) struct Pattern {
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece {
    Byte(u8),
    /// `*`
    Any,
    /// `?`
    One,
}

impl Pattern {
    /// Creates a pattern in which the bytes at `wild` are special. Returns `None` if it has bracket expressions, or `?`
    /// with text that is not ASCII.
    pub(super) fn new(text: Vec<u8>, wild: &[usize]) -> Option<Pattern> {
        let mut pieces: Vec<Piece> = text.iter().map(|&byte| Piece::Byte(byte)).collect();
        for &at in wild {
            pieces[at] = match text[at] {
                b'*' => Piece::Any,
                b'?' if text.is_ascii() => Piece::One,
                _ => return None,
            };
        }
        Some(Pattern { pieces })
    }

    fn has_wildcards(&self) -> bool {
        self.pieces.iter().any(|piece| !matches!(piece, Piece::Byte(_)))
    }

    /// Returns whether the pattern can be matched against a value.
    fn fits(&self, value: &[u8]) -> bool {
        !self.has_wildcards() || value.len() <= MAX_VALUE && value.is_ascii()
    }

    /// Returns whether the pattern matches all of a text.
    fn is_match(&self, text: &[u8]) -> bool {
        let (mut at, mut piece) = (0, 0);
        // The position of the last `*`, and the offset up to which it has matched.
        let mut star: Option<(usize, usize)> = None;
        while at < text.len() {
            match self.pieces.get(piece) {
                Some(Piece::Any) => {
                    star = Some((piece, at));
                    piece += 1;
                    continue;
                }
                Some(Piece::One) => {
                    (at, piece) = (at + 1, piece + 1);
                    continue;
                }
                Some(Piece::Byte(byte)) if *byte == text[at] => {
                    (at, piece) = (at + 1, piece + 1);
                    continue;
                }
                _ => {}
            }
            let Some((starred, taken)) = star else { return false };
            star = Some((starred, taken + 1));
            (at, piece) = (taken + 1, starred + 1);
        }
        self.pieces[piece..].iter().all(|piece| *piece == Piece::Any)
    }

    /// Finds where to cut a value to remove the prefix or suffix that matches. Returns `Some(None)` if nothing matches,
    /// and `None` if matching would take too long.
    #[expect(
        clippy::option_option,
        reason = "two questions: whether it is told, and whether it is cut"
    )]
    pub(super) fn cut(&self, value: &[u8], is_prefix: bool, longest: bool) -> Option<Option<usize>> {
        if !self.has_wildcards() {
            let text: Vec<u8> = self
                .pieces
                .iter()
                .map(|piece| if let Piece::Byte(byte) = piece { *byte } else { 0 })
                .collect();
            return Some(if is_prefix {
                value.starts_with(&text).then_some(text.len())
            } else {
                value.ends_with(&text).then(|| value.len() - text.len())
            });
        }
        if !self.fits(value) {
            return None;
        }
        let matches = |at: &usize| {
            if is_prefix {
                self.is_match(&value[..*at])
            } else {
                self.is_match(&value[*at..])
            }
        };
        Some(if is_prefix == longest {
            (0..=value.len()).rev().find(matches)
        } else {
            (0..=value.len()).find(matches)
        })
    }

    /// Replaces the first match in a value, or all matches; at each position the longest. Returns `None` if that would
    /// take too long.
    pub(super) fn replace(&self, value: &[u8], with: &[u8], all: bool) -> Option<Vec<u8>> {
        if self.pieces.is_empty() {
            return Some(value.to_vec());
        }
        if !self.fits(value) {
            return None;
        }
        let mut out = vec![];
        let mut at = 0;
        let literal = self.pieces.len();
        while at < value.len() {
            let end = if self.has_wildcards() {
                (at + 1..=value.len()).rev().find(|&end| self.is_match(&value[at..end]))
            } else {
                (at + literal <= value.len() && self.is_match(&value[at..at + literal])).then_some(at + literal)
            };
            match end {
                Some(end) => {
                    out.extend_from_slice(with);
                    at = end;
                    if !all {
                        break;
                    }
                }
                None => {
                    out.push(value[at]);
                    at += 1;
                }
            }
        }
        out.extend_from_slice(&value[at..]);
        Some(out)
    }
}

/// Evaluates `from` or `from:length`, in characters. Returns `None` if they are not plain numbers.
pub(super) fn substring(value: &[u8], typed: &[u8]) -> Option<Vec<u8>> {
    let number = |text: &[u8]| -> Option<i64> {
        let text = std::str::from_utf8(text).ok()?.trim_matches([' ', '\t']);
        let text = text
            .strip_prefix('(')
            .and_then(|text| text.strip_suffix(')'))
            .unwrap_or(text);
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_octal = digits.len() > 1 && digits.starts_with('0');
        (digits.len() < 10 && !digits.is_empty() && !is_octal && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| text.parse().ok())?
    };
    let mut parts = typed.splitn(2, |&byte| byte == b':');
    let from = number(parts.next()?)?;
    let len = match parts.next() {
        Some(len) => Some(number(len)?),
        None => None,
    };
    let text = std::str::from_utf8(value).ok()?;
    let count = i64::try_from(text.chars().count()).ok()?;
    let start = if from < 0 { count + from } else { from };
    if start < 0 || start > count {
        return Some(vec![]);
    }
    let end = match len {
        None => count,
        Some(len) if len < 0 => Some(count + len).filter(|end| *end >= start)?,
        Some(len) => (start + len).min(count),
    };
    let (start, end) = (usize::try_from(start).ok()?, usize::try_from(end).ok()?);
    let part: String = text.chars().skip(start).take(end - start).collect();
    Some(part.into_bytes())
}
