//! A comment that looks like a suppression, but isn't a valid one.

use crate::check::quiet::suppression::Mistake;
use crate::check::rule::{Check, Context, Findings, Matter, Rule};
use crate::diagnostic::{RuleCode, Severity};

pub(crate) static RULE: Rule = Rule {
    code: RuleCode("unknown-suppression"),
    severity: Severity::Error,
    summary: "a suppression comment names no rule that exists",
    docs: docs!("unknown_suppression.md"),
    check: Check::Across(Matter::Comments, check),
};

/// The syntax of a suppression.
const FORM: &str = "write `# envgate: ignore[CODE] reason` above the line, or `ignore-file[CODE]` for the whole file";

fn check(context: &Context<'_>, found: &mut Findings<'_>) {
    for &(location, mistake) in &context.suppressions.mistakes {
        // A comment may contain a secret, so no word of it is repeated.
        let (message, help) = match mistake {
            Mistake::Unreadable => (
                "envgate does not know this kind of suppression".to_owned(),
                FORM.to_owned(),
            ),
            Mistake::NoRule => (
                "a suppression must name the rules it suppresses".to_owned(),
                FORM.to_owned(),
            ),
            Mistake::UnknownRule(near) => (
                "there is no rule with this name".to_owned(),
                match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`envgate rules` lists them".to_owned(),
                },
            ),
            Mistake::NeverHidden(code) => (format!("{code} can't be suppressed"), "fix what it reports".to_owned()),
            Mistake::OnlyWaived(code) => (
                format!("{code} can't be suppressed by a comment, because a comment never expires"),
                "fix what it reports, or write a waiver in env.waivers.json, which has an end date".to_owned(),
            ),
            Mistake::InValue(loader) => (
                format!("{loader} reads this suppression as part of the value"),
                "put it on its own line, above".to_owned(),
            ),
        };
        let reader = context
            .environments
            .iter()
            .find(|one| one.layers.iter().any(|layer| layer.source == location.source));
        let draft = found.at(location, message).help(help);
        if let Some(reader) = reader {
            draft.environment(reader.id);
        }
    }
}
