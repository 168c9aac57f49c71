//! A unified diff without values: lines are compared as they are, and shown masked.

use std::ops::Range;

use envgate::report::MaskedSource;
use envgate::source::{Source, Span};

/// How many lines are shown around a change.
const CONTEXT: usize = 3;

/// The difference between two texts of one file.
pub(crate) fn unified(name: &str, [(old, masked_old), (new, masked_new)]: [(&Source, &MaskedSource<'_>); 2]) -> String {
    let (a, b) = (lines(old), lines(new));
    let operations = similar::capture_diff_slices(similar::Algorithm::Myers, &a, &b);
    let mut text = format!("--- a/{name}\n+++ b/{name}\n");
    let old = Side::new(masked_old, &a);
    let new = Side::new(masked_new, &b);
    for group in similar::group_diff_ops(operations, CONTEXT) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            continue;
        };
        let range = |start: usize, end: usize| match end - start {
            0 => format!("{start},0"),
            1 => format!("{}", start + 1),
            len => format!("{},{len}", start + 1),
        };
        text.push_str(&format!(
            "@@ -{} +{} @@\n",
            range(first.old_range().start, last.old_range().end),
            range(first.new_range().start, last.new_range().end)
        ));
        for operation in &group {
            if operation.tag() == similar::DiffTag::Equal {
                new.write(' ', operation.new_range(), &mut text);
            } else {
                old.write('-', operation.old_range(), &mut text);
                new.write('+', operation.new_range(), &mut text);
            }
        }
    }
    text
}

/// The lines of a text with their ends.
fn lines(source: &Source) -> Vec<&[u8]> {
    source.bytes().split_inclusive(|&byte| byte == b'\n').collect()
}

/// One of the two texts.
struct Side<'a> {
    masked: &'a MaskedSource<'a>,
    lines: &'a [&'a [u8]],
    /// Where each line begins.
    starts: Vec<usize>,
}

impl<'a> Side<'a> {
    fn new(masked: &'a MaskedSource<'a>, lines: &'a [&'a [u8]]) -> Side<'a> {
        let mut at = 0;
        let start = |line: &&[u8]| {
            at += line.len();
            at - line.len()
        };
        Side {
            masked,
            lines,
            starts: lines.iter().map(start).collect(),
        }
    }

    fn write(&self, sign: char, range: Range<usize>, text: &mut String) {
        for index in range {
            let (line, start) = (self.lines[index], self.starts[index]);
            let content = line.strip_suffix(b"\n").unwrap_or(line);
            let content = content.strip_suffix(b"\r").unwrap_or(content);
            let span = Span::new(start, start + content.len());
            text.push(sign);
            text.push_str(&self.masked.excerpt(span, span.start).text);
            text.push('\n');
            if !line.ends_with(b"\n") {
                text.push_str("\\ No newline at end of file\n");
            }
        }
    }
}
