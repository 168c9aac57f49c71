//! A comment that looks like a suppression and is none.

use crate::check::quiet::suppression::Mistake;
use crate::check::rule::{Check, Context, Findings, Matter, Rule};
use crate::diagnostic::{RuleCode, Severity};

pub(crate) static RULE: Rule = Rule {
    code: RuleCode("unknown-suppression"),
    severity: Severity::Error,
    summary: "a suppression comment names no rule that there is",
    docs: docs!("unknown_suppression.md"),
    check: Check::Across(Matter::Comments, check),
};

/// How one is written.
const FORM: &str = "write `# envgate: ignore[CODE] reason` above the line, or `ignore-file[CODE]` for the whole file";

fn check(context: &Context<'_>, found: &mut Findings<'_>) {
    for &(location, mistake) in &context.suppressions.mistakes {
        // What stands in a comment may be a secret, so no word of it is repeated.
        let (message, help) = match mistake {
            Mistake::Unreadable => ("this is no suppression that envgate knows".to_owned(), FORM.to_owned()),
            Mistake::NoRule => (
                "a suppression names the rules that it silences".to_owned(),
                FORM.to_owned(),
            ),
            Mistake::UnknownRule(near) => (
                "there is no rule of this name".to_owned(),
                match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`envgate rules` lists them".to_owned(),
                },
            ),
            Mistake::AlwaysTold(code) => (format!("{code} can't be silenced"), "mend what it tells".to_owned()),
            Mistake::OnlyWaived(code) => (
                format!("{code} can't be silenced by a comment, which has no end"),
                "mend what it tells, or write a waiver: a line in env.waivers.json, with a day on which it ends"
                    .to_owned(),
            ),
            Mistake::InValue(loader) => (
                format!("{loader} takes this suppression for a part of the value"),
                "put it on a line of its own, above".to_owned(),
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
