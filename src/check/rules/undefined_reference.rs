//! A value refers to a variable that is not set.

use crate::check::rule::{Check, Findings, Matter, Rule, Scope, referred};
use crate::diagnostic::{RuleCode, Severity};
use crate::model::{FailureKind, Origin, Reference, ReferenceOutcome, Variable};
use crate::parse::dialect::Expander;
use crate::source::{Location, SourceId};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("undefined-reference"),
    severity: Severity::Warning,
    summary: "a value refers to a variable that is not set",
    docs: docs!("undefined_reference.md"),
    check: Check::Environment(Matter::References, check),
};

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for variable in scope.variables() {
        let Origin::File { source, .. } = variable.origin else {
            continue;
        };
        let undefined = |reference: &&Reference| reference.outcome == ReferenceOutcome::Undefined;
        for reference in variable.references.iter().filter(undefined) {
            // References that make the loader fail are reported as failures.
            let mut failures = scope.environment.environment.failures.iter();
            if failures.all(|failure| failure.source != source || failure.span != reference.span) {
                report(scope, variable, source, reference, found);
            }
        }
    }
    for (location, loader, gives_up) in scope.failures(FailureKind::Required) {
        found
            .at(
                location,
                format!("a reference requires a variable that is not set; {loader} {gives_up}"),
            )
            .severity(Severity::Error)
            .help("set the variable that is referred to, or remove the `?` from the reference");
    }
}

fn report(
    scope: &Scope<'_>,
    variable: &Variable<'_>,
    source: SourceId,
    reference: &Reference,
    found: &mut Findings<'_>,
) {
    let context = scope.context;
    let loader = scope.loader(source);
    let location = Location {
        source,
        span: reference.span,
    };
    let name = referred(context.schema, context.text(source), reference);
    let key = reference.name.of(context.text(source));
    let is_set_later = scope.environment.environment.get(key).is_some();
    let whose = context.name(variable.key);
    let yet = if is_set_later { " yet" } else { "" };
    let expander = scope.layer(source).map(|layer| layer.dialect.expander);
    let stays = matches!(expander, Some(Expander::Php | Expander::Laravel | Expander::C12));
    let left = if stays { "leaves it as text" } else { "leaves it empty" };
    let what = name.unwrap_or("a variable");
    let which = if name.is_some() { ", which" } else { " that" };
    found
        .at(
            location,
            format!("{whose} refers to {what}{which} is not set{yet}; {loader} {left}"),
        )
        .key(context.shown(variable.key))
        .help(match name {
            _ if stays && !is_set_later => {
                "set it, or escape the `$` if it is meant literally: this loader knows no default".to_owned()
            }
            Some(name) if is_set_later => {
                format!("{loader} comes to {name} later: set it further up, or in a file that is read before")
            }
            Some(name) => {
                format!("set {name}, or give it a default: `${{{name}:-…}}`; escape the `$` if it is meant literally")
            }
            None => "set it, or give it a default: `${NAME:-…}`; escape the `$` if it is meant literally".to_owned(),
        });
}
