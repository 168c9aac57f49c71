//! Comments in source that silence [`undeclared-variable`](crate::check::rules::undeclared_variable), with the syntax
//! of suppressions in env files:
//! `// envgate: ignore[undeclared-variable] reason` after the use or above it, `ignore-file[…]` for the whole file.

use super::Extent;
use crate::check::quiet::is_never_hidden;
use crate::check::rules::{self, undeclared_variable};
use crate::source::LineIndex;

const MARK: &[u8] = b"envgate:";

/// The maximum number of comment lines between a comment and the line it applies to.
const MAX_LINES: usize = 50;

/// The comments of one text.
#[derive(Debug, Default)]
pub(super) struct Silence {
    /// Where the rule is named, and the line on which it is silenced; `None` for the whole file.
    pub(super) all: Vec<(Extent, Option<u32>)>,
    /// Comments with an error, each with what is wrong.
    pub(super) mistakes: Vec<(Extent, &'static str)>,
}

impl Silence {
    /// Reads the comments addressed to envgate. Very few texts have any.
    pub(super) fn read(text: &[u8], comments: &[(usize, usize)]) -> Silence {
        let mut silence = Silence::default();
        let mut index = None;
        for &(start, end) in comments {
            let Some(mark) = memchr::memmem::find(&text[start..end], MARK) else {
                continue;
            };
            let index = index.get_or_insert_with(|| LineIndex::new(text));
            let comment = Comment {
                text,
                index,
                start,
                end,
            };
            comment.read(start + mark, comments, &mut silence);
        }
        silence
    }

    /// Returns the index of the comment that silences a line, if any.
    pub(super) fn of(&self, line: u32) -> Option<usize> {
        self.all
            .iter()
            .position(|(_, silent)| silent.is_none_or(|silent| silent == line))
    }
}

struct Comment<'c> {
    text: &'c [u8],
    index: &'c LineIndex,
    start: usize,
    end: usize,
}

impl Comment<'_> {
    fn extent(&self, start: usize, end: usize) -> Extent {
        Extent::of(self.text, self.index, start, end)
    }

    fn read(&self, mark: usize, comments: &[(usize, usize)], silence: &mut Silence) {
        let text = &self.text[..self.end];
        let mut at = mark + MARK.len();
        at += text[at..]
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        let word = at
            + text[at..]
                .iter()
                .take_while(|byte| byte.is_ascii_lowercase() || **byte == b'-')
                .count();
        let is_whole = match &text[at..word] {
            b"ignore" => false,
            b"ignore-file" => true,
            // An ordinary comment may mention envgate.
            _ => return,
        };
        let extent = self.extent(mark, word);
        let Some(codes) = text[word..].strip_prefix(b"[") else {
            return silence
                .mistakes
                .push((extent, "it names no rule, as in `ignore[undeclared-variable]`"));
        };
        let Some(len) = memchr::memchr2(b']', b'\n', codes).filter(|len| codes[*len] == b']') else {
            return silence.mistakes.push((extent, "its list of rules is never closed"));
        };
        let line = (!is_whole).then(|| self.line(comments));
        let mut at = word + 1;
        for piece in codes[..len].split(|byte| *byte == b',') {
            let code = piece.trim_ascii();
            let start = at + (piece.len() - piece.trim_ascii_start().len());
            at += piece.len() + 1;
            let extent = self.extent(start, start + code.len());
            match rules::find(str::from_utf8(code).unwrap_or_default()) {
                Some(rule) if is_never_hidden(rule.code) => {
                    silence.mistakes.push((extent, "this rule can't be suppressed"))
                }
                Some(rule) if rule.code == undeclared_variable::RULE.code => silence.all.push((extent, line)),
                // Another command handles this rule.
                Some(_) => {}
                None => silence
                    .mistakes
                    .push((extent, "there is no such rule; `envgate rules` lists them")),
            }
        }
    }

    /// Returns the line a comment applies to: its own if code precedes it there, otherwise the next that is neither
    /// blank nor a comment.
    fn line(&self, comments: &[(usize, usize)]) -> u32 {
        let own = self.extent(self.start, self.end);
        let begins = memchr::memrchr(b'\n', &self.text[..self.start]).map_or(0, |end| end + 1);
        // `{/* … */}` in JSX counts as a comment on a line of its own.
        if !matches!(self.text[begins..self.start].trim_ascii(), b"" | b"{") {
            return own.from.line;
        }
        let mut line = own.to.line + 1;
        for _ in 0..MAX_LINES {
            let Some(span) = self.index.line_span(self.text, line) else {
                break;
            };
            let here = span.of(self.text);
            let first = span.start as usize + (here.len() - here.trim_ascii_start().len());
            let is_comment = comments.binary_search_by(|(start, end)| {
                if *end <= first {
                    std::cmp::Ordering::Less
                } else if *start > first {
                    std::cmp::Ordering::Greater
                } else {
                    std::cmp::Ordering::Equal
                }
            });
            if !here.trim_ascii().is_empty() && is_comment.is_err() {
                break;
            }
            line += 1;
        }
        line
    }
}
