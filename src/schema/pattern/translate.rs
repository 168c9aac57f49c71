//! Translates ECMA-262 patterns to the syntax of the `regex` crate, for the engine and for differential tests.

use std::fmt::Write as _;

use super::charset::SURROGATES;
use super::error::{PatternError, PatternErrorKind};
use super::syntax::{Assertion, Class, Lexer, Token};

/// Translates an ECMA-262 pattern for the `regex` crate without changing its meaning: ECMA's own sets are expanded,
/// `\b` is ASCII-only, and `\p{…}` is passed on. Groups no longer capture.
///
/// # Errors
/// Returns an error if the pattern is invalid or uses lookaround or back references. Limits of size are left to
/// `regex`.
pub fn to_regex(source: &str) -> Result<String, PatternError> {
    let mut lexer = Lexer::new(source)?;
    let mut out = String::with_capacity(source.len() * 2);
    loop {
        let offset = lexer.offset();
        let Some(token) = lexer.next()? else { return Ok(out) };
        match token {
            Token::Char(c) if c.is_ascii_alphanumeric() => out.push(c),
            Token::Char(c) => push_code_point(&mut out, c as u32),
            Token::Class(class) => push_class(&mut out, &class),
            Token::Assertion(Assertion::Start) => out.push_str(r"\A"),
            Token::Assertion(Assertion::End) => out.push_str(r"\z"),
            Token::Assertion(Assertion::Boundary) => out.push_str(r"(?-u:\b)"),
            // Between the bytes of one character there is no ASCII boundary either; the second part holds only between
            // characters.
            Token::Assertion(Assertion::NotBoundary) => out.push_str(r"(?-u:\B)(?:\b|\B)"),
            Token::Open => out.push_str("(?:"),
            Token::Close => out.push(')'),
            Token::Or => out.push('|'),
            Token::Unsupported(what) => {
                return Err(PatternErrorKind::Unsupported(what).at(offset));
            }
            Token::Repeat { min, max } => {
                // Writing to a String can't fail.
                let _ = match max {
                    Some(max) => write!(out, "{{{min},{max}}}"),
                    None => write!(out, "{{{min},}}"),
                };
            }
        }
    }
}

fn push_class(out: &mut String, class: &Class<'_>) {
    let set = &class.set;
    if set.ascii == 0 && set.wide.is_empty() && class.properties.is_empty() {
        // `regex` has no `[]`; no character is both a space and not a space.
        out.push_str(if class.negated { r"[\s\S]" } else { r"[^\s\S]" });
        return;
    }
    out.push_str(if class.negated { "[^" } else { "[" });
    let mut rest = set.ascii;
    while rest != 0 {
        let first = rest.trailing_zeros();
        let length = (rest >> first).trailing_ones();
        push_range(out, first, first + length - 1);
        rest = if first + length == 128 {
            0
        } else {
            rest >> (first + length) << (first + length)
        };
    }
    for &(first, last) in &set.wide {
        // `regex` accepts no surrogates as the ends of a range; inside a range they do no harm.
        let is_surrogate = |c| (SURROGATES.0..=SURROGATES.1).contains(&c);
        let first = if is_surrogate(first) { SURROGATES.1 + 1 } else { first };
        let last = if is_surrogate(last) { SURROGATES.0 - 1 } else { last };
        push_range(out, first, last);
    }
    class.properties.iter().for_each(|property| out.push_str(property));
    out.push(']');
}

fn push_range(out: &mut String, first: u32, last: u32) {
    push_code_point(out, first);
    if first < last {
        out.push('-');
        push_code_point(out, last);
    }
}

fn push_code_point(out: &mut String, c: u32) {
    // Writing to a String can't fail.
    let _ = write!(out, r"\x{{{c:X}}}");
}
