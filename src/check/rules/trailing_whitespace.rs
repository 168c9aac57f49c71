//! Lines end in white space.

use crate::check::hygiene::{Remark, in_value, lines, report, unusual};
use crate::check::rule::{Check, Findings, Matter, Rule, Scope};
use crate::diagnostic::{Edit, RuleCode, Severity};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("trailing-whitespace"),
    severity: Severity::Hint,
    summary: "lines end in white space",
    docs: docs!("trailing_whitespace.md"),
    check: Check::Environment(Matter::Lines, check),
};

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for layer in unusual(scope) {
        let views = &scope.views;
        // Those that no loader takes for text, and those that every loader does.
        let (mut idle, mut taken) = (Vec::new(), Vec::new());
        for edit in runs(layer.text) {
            let at = edit.span.start as usize;
            let inside: Vec<Option<bool>> = views.iter().map(|view| in_value(view, layer.source, at)).collect();
            if inside.iter().all(|inside| *inside == Some(false)) {
                idle.push(edit);
            } else if inside.iter().all(|inside| *inside == Some(true)) {
                taken.push(edit);
            }
        }
        for (edits, is_taken) in [(idle, false), (taken, true)] {
            let remark = Remark {
                what: lines(edits.len(), "ends in white space", "end in white space"),
                part: "the value",
                title: "remove the white space",
                help: "remove it; where it belongs to a value, put the value in quotes",
            };
            report(scope, found, layer.source, edits, remark, &|_| is_taken);
        }
    }
}

/// Returns the runs of blanks at line ends, except those after a backslash, which makes the first of them text.
fn runs(text: &[u8]) -> impl Iterator<Item = Edit> + '_ {
    let ends = memchr::memchr_iter(b'\n', text).chain(std::iter::once(text.len()));
    ends.filter_map(|end| {
        let end = end - usize::from(end > 0 && text[end - 1] == b'\r');
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        if !text[..end].last().is_some_and(is_blank) {
            return None;
        }
        let len = text[..end].iter().rev().take_while(|byte| is_blank(byte)).count();
        let start = end - len;
        let escaped = start > 0 && text[start - 1] == b'\\';
        (!escaped).then(|| Edit {
            span: Span::new(start, end),
            text: "",
        })
    })
}
