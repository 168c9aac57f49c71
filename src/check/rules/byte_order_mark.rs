//! A file begins with a byte order mark.

use crate::check::divergence::View;
use crate::check::hygiene::{Remark, report, unusual};
use crate::check::mend;
use crate::check::rule::{Check, Findings, Matter, Rule, Scope};
use crate::diagnostic::{Edit, RuleCode, Severity};
use crate::parse::dialect::Bom;
use crate::source::{Location, Span};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("byte-order-mark"),
    severity: Severity::Hint,
    summary: "a file begins with a byte order mark",
    docs: docs!("byte_order_mark.md"),
    check: Check::Environment(Matter::Lines, check),
};

const MARK: &[u8] = b"\xEF\xBB\xBF";

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    let views = &scope.views;
    for layer in unusual(scope).filter(|layer| layer.text.starts_with(MARK)) {
        let edits = vec![Edit {
            span: Span::new(0, MARK.len()),
            text: "",
        }];
        let help = "save the file as UTF-8 without one";
        let title = "remove the byte order mark";
        let rejecting = |view: &&View<'_, '_>| view.dialect.reader.bom == Bom::Rejected;
        if let Some(view) = views.iter().find(rejecting) {
            let location = Location {
                source: layer.source,
                span: edits[0].span,
            };
            let message = format!("the file begins with a byte order mark; {} rejects it", view.loader());
            let draft = found.at(location, message).severity(Severity::Error).help(help);
            draft.fix(mend::safe(title, edits));
            continue;
        }
        let remark = Remark {
            what: "the file begins with a byte order mark".to_owned(),
            part: "the first line",
            title,
            help,
        };
        report(scope, found, layer.source, edits, remark, &|view| {
            let document = view.layer(layer.source).map(|layer| layer.document);
            view.dialect.reader.bom == Bom::Text
                && document.is_some_and(|document| {
                    let touches = |span: Span| (span.start as usize) < MARK.len();
                    document.assignments().first().is_some_and(|first| touches(first.key))
                        || document.errors().first().is_some_and(|first| touches(first.span))
                })
        });
    }
}
