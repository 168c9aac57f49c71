//! Reads what a step of GitHub Actions appends to the file that `$GITHUB_ENV` names: `KEY=value`, or `KEY<<MARK`, lines, and `MARK` on a line
//! of its own. There are no comments, no quotes and no white space that is trimmed.

use crate::source::Span;

use super::document::{AssignmentKind, Effect, RawValue, SyntaxErrorKind};
use super::parser::Parser;

/// The variable that no step can set for those after it, in any case.
const REFUSED: &[u8] = b"NODE_OPTIONS";

impl Parser<'_> {
    /// Reads one line, and those of its value; returns the offset after them.
    pub(super) fn file_command(&mut self, from: usize) -> usize {
        let text = self.text;
        let end = self.line_end(from);
        let next = (end + 1).min(text.len());
        let line = &text[from..end];
        if line.is_empty() {
            return next;
        }
        let shown = Span::new(from, end);
        let separator =
            memchr::memchr2_iter(b'=', b'<', line).find(|&at| line[at] == b'=' || line[at..].starts_with(b"<<"));
        let Some(separator) = separator else {
            self.error(SyntaxErrorKind::NoSeparator, Effect::Halted, shown);
            return next;
        };
        let key = Span::new(from, from + separator);
        let (value, next) = if line[separator] == b'=' {
            (Span::new(from + separator + 1, end), next)
        } else {
            let mark = &line[separator + 2..];
            if separator == 0 || mark.is_empty() {
                let kind = if separator == 0 {
                    SyntaxErrorKind::NoKey
                } else {
                    SyntaxErrorKind::NoSeparator
                };
                self.error(kind, Effect::Halted, shown);
                return next;
            }
            let Some(found) = lines_up_to(text, next, mark) else {
                let all = Span::new(from, text.len());
                self.error(SyntaxErrorKind::UnterminatedQuote, Effect::Halted, all);
                return text.len();
            };
            found
        };
        let kind = match key.of(text) {
            b"" => SyntaxErrorKind::NoKey,
            key if is_refused(key) => SyntaxErrorKind::RefusedKey,
            _ => {
                let value = RawValue {
                    span: value,
                    quote: None,
                    plain: false,
                };
                self.assign(key, value, AssignmentKind::Value);
                return next;
            }
        };
        self.error(kind, Effect::Dropped, Span::new(from, value.end as usize));
        next
    }
}

/// Returns the lines before the one that is the mark, and the offset after that.
fn lines_up_to(text: &[u8], start: usize, mark: &[u8]) -> Option<(Span, usize)> {
    let mut at = start;
    for line in text[start..].split(|&byte| byte == b'\n') {
        if line == mark {
            let next = (at + line.len() + 1).min(text.len());
            return Some((Span::new(start, at.saturating_sub(1).max(start)), next));
        }
        at += line.len() + 1;
    }
    None
}

/// Returns whether no variable of this name is set: the runner refuses it, or the environment, which ends it at a zero byte, has no `=` for it.
pub(super) fn is_refused(key: &[u8]) -> bool {
    key.eq_ignore_ascii_case(REFUSED) || memchr::memchr(0, key).is_some()
}
