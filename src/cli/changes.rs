//! `envgate diff OLD NEW`: what a program would see differently, without the values: which variables come, go or change, and what is newly
//! broken.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use envgate::check::{Comparison, Held, compare};
use envgate::diagnostic::{Diagnostic, Severity};
use envgate::report::neutralise;
use envgate::schema::EnvironmentId;
use envgate::{EnvironmentInput, Options};

use crate::args::{ChangesFormat, DiffArguments, Format};
use crate::inputs::Inputs;
use crate::terminal::{self, Problem};
use crate::{FAILED, FOUND, discover, host, plan, schema};

/// Runs the subcommand.
pub(crate) fn run(arguments: &DiffArguments) -> u8 {
    let selection = &arguments.selection;
    let both = [arguments.old.clone(), arguments.new.clone()];
    let Some(opened) = schema::open(&selection.schema, &both[1..], Format::Human) else {
        return FAILED;
    };
    let mut inputs = Inputs::new(selection, opened, true);
    let [old, new] = both.each_ref().map(|path| read(&mut inputs, path));
    let options = Options {
        now: arguments.now.unwrap_or_else(host::now),
        ..Options::default()
    };
    let mut changes = Vec::new();
    for (id, after) in &new {
        let spec = &inputs.opened.schema.environments()[usize::from(id.0)];
        match old.iter().find(|(other, _)| other == id) {
            Some((_, before)) => changes.push(Changes::of(&inputs, before, after, &options)),
            None => inputs.fail(&Problem::new(format!(
                "{} has no files in {}",
                spec.name,
                discover::shown(&arguments.old)
            ))),
        }
    }
    if changes.is_empty() {
        return FAILED;
    }
    let text = match arguments.format {
        ChangesFormat::Human => changes.iter().map(Changes::human).collect::<Vec<_>>().join("\n"),
        ChangesFormat::Markdown => changes.iter().map(Changes::markdown).collect::<Vec<_>>().join("\n"),
        ChangesFormat::Json => json(&changes),
    };
    let broken = changes.iter().any(|one| !one.broken.is_empty());
    let code = if inputs.failed {
        FAILED
    } else if broken {
        FOUND
    } else {
        0
    };
    terminal::print(&text, code)
}

/// The environments of a file or folder.
fn read(inputs: &mut Inputs<'_>, path: &Path) -> Vec<(EnvironmentId, EnvironmentInput)> {
    let paths: [PathBuf; 1] = [path.to_owned()];
    let plan = plan::plan(inputs.selection, &paths, &inputs.opened.schema, &inputs.opened.path);
    for problem in &plan.problems {
        inputs.fail(problem);
    }
    let environments = plan.environments.iter();
    environments
        .filter_map(|one| Some((one.id, inputs.read(one)?)))
        .collect()
}

/// What changes in one environment.
struct Changes {
    environment: String,
    /// How, and what; sorted by key.
    keys: Vec<(Change, String)>,
    /// Errors that were not there before.
    broken: Vec<Diagnostic>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Added,
    Removed,
    Longer,
    Shorter,
    Changed,
    Unknown,
}

impl Change {
    fn of(held: &[Option<Held>]) -> Option<Change> {
        match held {
            [None, Some(_)] => Some(Change::Added),
            [Some(_), None] => Some(Change::Removed),
            [
                Some(Held::Known {
                    longer_than: before, ..
                }),
                Some(Held::Known { same_as, longer_than }),
            ] => match (same_as, before, longer_than) {
                (0, ..) => None,
                (_, 0, 1..) => Some(Change::Longer),
                (_, 1.., 0) => Some(Change::Shorter),
                _ => Some(Change::Changed),
            },
            [Some(_), Some(_)] => Some(Change::Unknown),
            _ => None,
        }
    }

    fn sign(self) -> char {
        match self {
            Change::Added => '+',
            Change::Removed => '-',
            _ => '~',
        }
    }

    fn words(self) -> &'static str {
        match self {
            Change::Added => "added",
            Change::Removed => "removed",
            Change::Longer => "changed, longer",
            Change::Shorter => "changed, shorter",
            Change::Changed => "changed",
            Change::Unknown => "not known: a command or a reference decides",
        }
    }
}

impl Changes {
    fn of(inputs: &Inputs<'_>, before: &EnvironmentInput, after: &EnvironmentInput, options: &Options) -> Changes {
        let (schema, sources) = (&inputs.opened.schema, &inputs.opened.sources);
        let pair = [before.clone(), after.clone()];
        let compared = compare(schema, sources, &pair);
        let keys = compared
            .into_iter()
            .filter_map(|Comparison { key, held }| Some((Change::of(&held)?, key)))
            .collect();
        let errors = |input: &EnvironmentInput| {
            let report = envgate::check(schema, sources, std::slice::from_ref(input), options);
            let mut errors = report.diagnostics;
            errors.retain(|one| one.severity == Severity::Error);
            errors
        };
        let known: Vec<_> = errors(before).into_iter().map(|one| (one.code, one.key)).collect();
        let mut broken = errors(after);
        broken.retain(|one| !known.iter().any(|(code, key)| *code == one.code && *key == one.key));
        Changes {
            environment: schema.environments()[usize::from(after.id.0)].name.clone(),
            keys,
            broken,
        }
    }

    fn human(&self) -> String {
        let mut text = format!("{}\n", neutralise(&self.environment));
        let width = self.keys.iter().map(|(_, key)| key.len()).max().unwrap_or_default();
        for (change, key) in &self.keys {
            let _ = writeln!(text, "  {} {key:width$}  {}", change.sign(), change.words());
        }
        for one in &self.broken {
            let _ = writeln!(text, "  ! newly broken: {} [{}]", neutralise(&one.message), one.code);
        }
        if self.keys.is_empty() && self.broken.is_empty() {
            text.push_str("  nothing changes\n");
        }
        text
    }

    fn markdown(&self) -> String {
        let code = |text: &str| format!("`{}`", neutralise(text).replace('`', "'"));
        let mut text = format!("### {}\n\n", code(&self.environment));
        for (change, key) in &self.keys {
            let _ = writeln!(text, "- {} {}", code(key), change.words());
        }
        for one in &self.broken {
            let _ = writeln!(
                text,
                "- **newly broken:** {} ({})",
                code(&one.message),
                code(one.code.0)
            );
        }
        if self.keys.is_empty() && self.broken.is_empty() {
            text.push_str("Nothing changes.\n");
        }
        text
    }
}

fn json(changes: &[Changes]) -> String {
    let environments: Vec<_> = changes
        .iter()
        .map(|one| {
            let keys: Vec<_> = one
                .keys
                .iter()
                .map(|(change, key)| serde_json::json!({ "key": key, "change": change.words() }))
                .collect();
            let broken: Vec<_> = one
                .broken
                .iter()
                .map(|one| serde_json::json!({ "code": one.code.0, "key": one.key, "message": one.message }))
                .collect();
            serde_json::json!({ "name": one.environment, "keys": keys, "newlyBroken": broken })
        })
        .collect();
    let document = serde_json::json!({ "version": 1, "environments": environments });
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}
