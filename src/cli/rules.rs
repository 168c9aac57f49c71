//! `envgate rules`: the list of rules, for people and for programs.

use envgate::check::rules::RULES;
use serde::Serialize;

use crate::args::{ListFormat, RulesArguments};
use crate::terminal;

/// Runs the subcommand.
pub(crate) fn run(arguments: &RulesArguments) -> u8 {
    let text = match arguments.format {
        ListFormat::Human => table(),
        ListFormat::Json => json(),
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

/// An entry of the list, in the fields that the WebAssembly module gives too.
#[derive(Serialize)]
struct Entry {
    code: &'static str,
    severity: &'static str,
    summary: &'static str,
    docs: &'static str,
}

fn json() -> String {
    let entries: Vec<Entry> = RULES
        .iter()
        .map(|rule| Entry {
            code: rule.code.0,
            severity: rule.severity.name(),
            summary: rule.summary,
            docs: rule.docs,
        })
        .collect();
    serde_json::to_string_pretty(&entries).unwrap_or_else(|_| unreachable!("strings serialise")) + "\n"
}
