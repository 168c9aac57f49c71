//! `envgate explain CODE`: the page of a rule.

use envgate::check::rules::{self, RULES};

use crate::args::ExplainArguments;
use crate::terminal::{self, Problem, complain};
use crate::{FAILED, similar};

/// Runs the subcommand.
pub(crate) fn run(arguments: &ExplainArguments) -> u8 {
    let code = arguments.code.trim();
    let Some(rule) = rules::find(code) else {
        let problem = Problem::new(format!("there is no rule {code:?}"));
        complain(&match similar::nearest(code, RULES.iter().map(|rule| rule.code.0)) {
            Some(near) => problem.help(format!("did you mean {near}?")),
            None => problem.help("`envgate rules` lists all"),
        });
        return FAILED;
    };
    terminal::print(
        &format!(
            "{}\n\nSeverity, unless the schema says otherwise: {}\n",
            rule.docs.trim_end(),
            rule.severity.name()
        ),
        0,
    )
}
