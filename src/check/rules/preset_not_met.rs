//! A policy is weaker than a preset that the schema names.

use crate::check::rule::{Check, Context, Findings, Matter, Rule, in_schema};
use crate::diagnostic::{RuleCode, Severity};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("preset-not-met"),
    severity: Severity::Warning,
    summary: "a policy is weaker than the preset it builds on",
    docs: docs!("preset_not_met.md"),
    check: Check::Across(Matter::Remarks, check),
};

fn check(context: &Context<'_>, found: &mut Findings<'_>) {
    for remark in context.schema.remarks() {
        // A key without a value in this environment has nothing to apply the policy to.
        let here = context
            .environments
            .iter()
            .find(|checked| checked.id == remark.environment);
        if here.is_some_and(|checked| checked.environment.get(remark.key.as_bytes()).is_some()) {
            let _ = found
                .at(in_schema(remark.span), remark.message.as_str())
                .environment(remark.environment)
                .help(remark.help.as_str());
        }
    }
}
