//! Words that `xargs` passes on and a shell then splits again. The quotes and backslashes are those of `xargs`; a blank
//! ends a word even in them.

use super::{End, Sink};

/// What stands at an offset.
pub(in super::super) enum Step {
    /// A byte of the word, at this offset.
    Byte(usize),
    /// A quote, which is not part of the word.
    Quote,
    /// A blank that `xargs` keeps, so that only the shell splits there.
    Blank,
    /// A blank or line end at which both split.
    End,
    /// A line end in quotes, at which `xargs` gives up.
    Unmatched,
}

/// Takes one step. `quote` is the quote that is open, or 0.
pub(in super::super) fn step(text: &[u8], at: &mut usize, quote: &mut u8) -> Step {
    let here = *at;
    let is_blank = |at: usize| matches!(text.get(at), None | Some(b' ' | b'\t' | b'\n'));
    match text.get(here) {
        _ if *quote == 0 && is_blank(here) => return Step::End,
        None | Some(b'\n') => return Step::Unmatched,
        Some(b'\\') if *quote == 0 => {
            *at = text.len().min(here + 2);
            return if is_blank(here + 1) {
                Step::Blank
            } else {
                Step::Byte(here + 1)
            };
        }
        Some(&mark @ (b'"' | b'\'')) if *quote == 0 => *quote = mark,
        Some(mark) if mark == quote => *quote = 0,
        Some(_) => {
            *at += 1;
            return if is_blank(here) { Step::Blank } else { Step::Byte(here) };
        }
    }
    *at += 1;
    Step::Quote
}

/// Reads a value up to the blank that ends it. It can't fail.
pub(in super::super) fn scan(text: &[u8], start: usize, sink: &mut dyn Sink) -> End {
    let (mut at, mut quote) = (start, 0);
    let mut run = start..start;
    loop {
        let end = at;
        match step(text, &mut at, &mut quote) {
            Step::Quote => {}
            Step::Byte(byte) if byte == run.end => run.end += 1,
            Step::Byte(byte) => {
                sink.text(run.start, &text[run], false);
                run = byte..byte + 1;
            }
            Step::Blank | Step::End | Step::Unmatched => {
                sink.text(run.start, &text[run], false);
                return End { value: end, next: end };
            }
        }
    }
}
