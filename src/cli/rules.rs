//! `envgate rules`: the list of rules, for people and for programs.

use envgate::check::rules::{self, RULES};
use envgate::report;

use crate::args::{ListFormat, RulesArguments};
use crate::terminal;

/// Runs the subcommand.
pub(crate) fn run(arguments: &RulesArguments) -> u8 {
    let text = match arguments.format {
        ListFormat::Human => table(),
        ListFormat::Json => report::rules_json(&rules::texts()),
    };
    terminal::print(&text, 0)
}

fn table() -> String {
    let width = |text: fn(usize) -> &'static str| (0..RULES.len()).map(|index| text(index).len()).max().unwrap_or(0);
    let codes = width(|index| RULES[index].code.0);
    let severities = width(|index| RULES[index].severity.name());
    let lines = RULES.iter().map(|rule| {
        format!(
            "{:codes$}  {:severities$}  {}\n",
            rule.code.0,
            rule.severity.name(),
            rule.summary
        )
    });
    lines.collect()
}
