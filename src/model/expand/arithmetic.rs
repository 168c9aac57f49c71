//! Evaluates the arithmetic of a shell: integers, names, parentheses and `+ - * / %`.

use crate::name::{name_len, word_len};
use crate::parse::dialect::Shell;

/// How deeply parentheses may be nested.
const MAX_DEPTH: usize = 64;

/// Evaluates an expression. Returns `None` if it is invalid, or uses anything else. `value` returns the value of a name.
pub(super) fn evaluate(text: &[u8], shell: Shell, value: &mut dyn FnMut((usize, usize)) -> Option<i64>) -> Option<i64> {
    let mut reader = Reader {
        text,
        shell,
        at: 0,
        depth: 0,
        value,
    };
    reader.blanks();
    if reader.at == text.len() {
        return (shell != Shell::Dash).then_some(0);
    }
    let sum = reader.sum()?;
    (reader.at == text.len()).then_some(sum)
}

/// Parses a decimal integer; `None` for any other notation.
pub(super) fn number(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_octal = digits.len() > 1 && digits.starts_with('0');
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && !is_octal).then(|| text.parse().ok())?
}

struct Reader<'t, 'v> {
    text: &'t [u8],
    shell: Shell,
    at: usize,
    depth: usize,
    value: &'v mut dyn FnMut((usize, usize)) -> Option<i64>,
}

impl Reader<'_, '_> {
    fn blanks(&mut self) {
        while matches!(self.text.get(self.at), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    fn peek(&mut self) -> Option<u8> {
        self.blanks();
        self.text.get(self.at).copied()
    }

    fn sum(&mut self) -> Option<i64> {
        let mut left = self.product()?;
        while let Some(operator @ (b'+' | b'-')) = self.peek() {
            self.at += 1;
            let right = self.product()?;
            left = if operator == b'+' {
                left.checked_add(right)?
            } else {
                left.checked_sub(right)?
            };
        }
        Some(left)
    }

    fn product(&mut self) -> Option<i64> {
        let mut left = self.operand()?;
        while let Some(operator @ (b'*' | b'/' | b'%')) = self.peek() {
            self.at += 1;
            let right = self.operand()?;
            left = match operator {
                b'*' => left.checked_mul(right)?,
                b'/' => left.checked_div(right)?,
                _ => left.checked_rem(right)?,
            };
        }
        Some(left)
    }

    fn operand(&mut self) -> Option<i64> {
        let negative = self.peek()? == b'-';
        if negative || self.peek() == Some(b'+') {
            self.at += 1;
            // `--` and `++` are separate operators.
            if matches!(self.text.get(self.at), Some(b'-' | b'+')) {
                return None;
            }
        }
        let value = if self.peek()? == b'(' {
            self.at += 1;
            self.depth += 1;
            let value = (self.depth < MAX_DEPTH).then(|| self.sum())??;
            self.depth -= 1;
            (self.peek()? == b')').then_some(())?;
            self.at += 1;
            value
        } else {
            let start = self.at;
            let len = word_len(&self.text[start..]);
            let word = &self.text[start..start + len];
            self.at = start + len;
            if name_len(word) > 0 {
                (self.value)((start, start + len))?
            } else if self.shell == Shell::Zsh && word.len() > 1 && word[0] == b'0' {
                return None;
            } else {
                number(word)?
            }
        };
        if negative { value.checked_neg() } else { Some(value) }
    }
}
