//! `envgate explain CODE`: the page of a rule, or of a preset of rotation policies.

use envgate::check::rules::{self, RULES};
use envgate::rotation::presets::{PRESETS, Preset};
use envgate::suggest;

use crate::FAILED;
use crate::args::ExplainArguments;
use crate::terminal::{self, Problem, complain};

/// Runs the subcommand.
pub(crate) fn run(arguments: &ExplainArguments) -> u8 {
    let code = arguments.code.trim();
    if let Some(name) = code.strip_prefix("preset:") {
        return preset(name);
    }
    let Some(rule) = rules::find(code) else {
        let problem = Problem::new(format!("there is no rule {code:?}"));
        complain(&match suggest::nearest(code, RULES.iter().map(|rule| rule.code.0)) {
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

/// The source of a preset, and what it asks of each class.
fn preset(name: &str) -> u8 {
    let Some(preset) = Preset::find(name) else {
        let names = || PRESETS.iter().map(|preset| preset.name);
        let problem = Problem::new(format!("there is no preset {name:?}"));
        complain(&match suggest::nearest(name, names()) {
            Some(near) => problem.help(format!("did you mean {near}?")),
            None => problem.help(format!("the presets are {}", names().collect::<Vec<_>>().join(", "))),
        });
        return FAILED;
    };
    let mut text = format!(
        "# {}\n\nSource: {}\nChecked: {}\n",
        preset.name, preset.source, preset.checked
    );
    for row in preset.classes {
        let class = if row.class == "*" {
            "every other class"
        } else {
            row.class
        };
        text.push_str(&format!("\n{class}\n  {}\n", row.citation()));
        let asks = [
            row.max_age.map(|age| format!("maxAge {age}")),
            row.warn_before.map(|band| format!("warnBefore {band}")),
            row.expiry
                .and_then(|expiry| expiry.required)
                .map(|_| "expiry.required".to_owned()),
            row.expiry
                .and_then(|expiry| expiry.max_lifetime)
                .map(|life| format!("expiry.maxLifetime {life}")),
            row.configurable
                .then(|| "its users may choose another figure".to_owned()),
        ];
        for line in asks.into_iter().flatten() {
            text.push_str(&format!("  - {line}\n"));
        }
        for requirement in row.requires {
            text.push_str(&format!("  - {}\n", requirement.words().0));
        }
    }
    text.push_str("\nIn a schema: \"rotation\": { \"presets\": [\"");
    text.push_str(preset.name);
    text.push_str("\"] }. A policy on top of it may be stricter; a weaker one is a warning, preset-not-met.\n");
    terminal::print(&text, 0)
}
