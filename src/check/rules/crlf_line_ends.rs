//! Lines end with CRLF.

use crate::check::divergence::View;
use crate::check::hygiene::{Remark, lines, report, unusual};
use crate::check::mend;
use crate::check::rule::{Check, Findings, Matter, Rule, Scope};
use crate::diagnostic::{Edit, RuleCode, Severity};
use crate::model::Layer;
use crate::parse::decode::decode;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("crlf-line-ends"),
    severity: Severity::Hint,
    summary: "lines end with CRLF",
    docs: docs!("crlf_line_ends.md"),
    check: Check::Environment(Matter::Lines, check),
};

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for layer in unusual(scope) {
        let edits: Vec<Edit> = mend::without_cr(layer.text).collect();
        let remark = Remark {
            what: lines(edits.len(), "ends with CRLF", "end with CRLF"),
            part: "the value",
            title: "end lines with LF",
            help: "save the file with LF line ends",
        };
        let takes = |view: &View<'_, '_>| view.layer(layer.source).is_some_and(keeps);
        report(scope, found, layer.source, edits, remark, &takes);
    }
}

/// Whether the carriage return of a line end is part of a key or value.
fn keeps(layer: &Layer<'_>) -> bool {
    let mut assignments = layer.document.assignments().iter().enumerate();
    assignments.any(|(index, assignment)| {
        let value = decode(layer.text, assignment.value, layer.dialect);
        let key = layer.document.key(index, layer.text);
        memchr::memchr(b'\r', &value.bytes).is_some() || memchr::memchr(b'\r', key).is_some()
    })
}
