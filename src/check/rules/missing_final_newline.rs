//! The last line of a file has no line end.

use crate::check::hygiene::{Remark, layers, report};
use crate::check::rule::{Check, Findings, Matter, Rule, Scope};
use crate::diagnostic::{Edit, RuleCode, Severity};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("missing-final-newline"),
    severity: Severity::Hint,
    summary: "the last line of a file has no newline",
    docs: docs!("missing_final_newline.md"),
    check: Check::Environment(Matter::Lines, check),
};

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for layer in layers(scope) {
        // After a backslash, a line end would become text.
        if matches!(layer.text.last(), None | Some(b'\n' | b'\r' | b'\\')) {
            continue;
        }
        let end = layer.text.len();
        let is_open = scope.views.iter().any(|view| {
            let errors = view.layer(layer.source).map(|layer| layer.document.errors());
            errors.is_some_and(|errors| errors.last().is_some_and(|error| error.span.end as usize >= end))
        });
        // The same goes for a quote that is still open.
        if is_open {
            continue;
        }
        let edit = Edit {
            span: Span::new(end, end),
            text: "\n",
        };
        let remark = Remark {
            what: "the last line has no newline, so anything appended to the file becomes part of it".to_owned(),
            part: "the value",
            title: "add a newline at the end of the file",
            help: "add a newline at the end of the file",
        };
        report(scope, found, layer.source, vec![edit], remark, &|_| false);
    }
}
