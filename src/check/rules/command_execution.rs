//! A declared loader would execute a command in the file.

use crate::check::divergence::View;
use crate::check::rule::{Check, Findings, Matter, Rule, Scope};
use crate::check::wording;
use crate::diagnostic::{RuleCode, Severity};
use crate::model::{Origin, Unknown, Value};
use crate::name::word_len;
use crate::parse::SyntaxErrorKind;
use crate::parse::dialect::Key;
use crate::sort;
use crate::source::{Location, SourceId, Span};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("command-execution"),
    severity: Severity::Error,
    summary: "a value, or a line, that a loader would run as a command",
    docs: docs!("command_execution.md"),
    check: Check::Environment(Matter::References, check),
};

/// What a loader would execute, or needs the output of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// A command in a value.
    Command,
    /// A reference to a value that contains a command.
    Reference,
    /// A line that a shell would execute.
    Line,
    /// Something in a value that only a running shell knows, such as `$RANDOM`.
    State,
    /// A function of make, or a variable that make sets itself.
    Function,
}

/// One place in a file, for one loader.
type Run<'c> = (SourceId, Span, What, Option<&'c [u8]>, &'static str);

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    let mut runs: Vec<Run<'_>> = Vec::new();
    for view in &scope.views {
        look(view, &mut runs);
    }
    sort::by(&mut runs, &|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)));
    for place in runs.chunk_by(|a, b| (a.0, a.1, a.2) == (b.0, b.1, b.2)) {
        let (source, span, what, key, _) = place[0];
        let mut loaders: Vec<&str> = place.iter().map(|run| run.4).collect();
        loaders.dedup();
        let loaders = wording::list(&loaders, "and");
        let name = key.map_or("this key", |key| scope.context.name(key));
        let (message, help) = match what {
            What::Command => (
                format!(
                    "{name} holds a command that {loaders} would run; envgate runs none, so its value was not checked"
                ),
                "write the value itself, or set the variable where the command may run",
            ),
            What::Reference => (
                format!(
                    "{name} refers to the output of a command that {loaders} would run, so its value was not checked"
                ),
                "write the value itself, or set the variable where the command may run",
            ),
            What::Line => (
                format!("this line is run as a command by {loaders}"),
                "write `KEY=value`, and put a value with white space or special characters in quotes",
            ),
            What::State => (
                format!("{name} is only known to a running shell, for {loaders}, so its value was not checked"),
                "write the value itself; in single quotes, every character is literal",
            ),
            What::Function => (
                format!("{name} is only known to {loaders} while it runs, so its value was not checked"),
                "write the value itself; `$$` stands for a `$`",
            ),
        };
        found
            .at(Location { source, span }, message)
            .key(key.and_then(|key| scope.context.shown(key)))
            .help(help);
    }
}

fn look<'c>(view: &View<'_, 'c>, runs: &mut Vec<Run<'c>>) {
    let name = view.loader();
    for layer in view.layers {
        let errors = layer.document.errors().iter();
        let lines = errors.filter(|error| error.kind == SyntaxErrorKind::Command);
        runs.extend(lines.map(|error| (layer.source, error.span, What::Line, None, name)));
    }
    let is_make = view.dialect.grammar.key == Key::Make;
    // `xargs` runs nothing, but the shell that exports its words knows what was there before.
    let is_xargs = view.dialect.grammar.key == Key::Xargs;
    let is_shell = is_xargs || matches!(view.dialect.grammar.key, Key::Shell(_));
    for origin in &view.environment.commands {
        let Origin::File { source, key, value } = *origin else {
            continue;
        };
        let Some(layer) = view.layer(source) else { continue };
        let is_run = !is_xargs && (!is_make || is_run_by_make(layer.text, key, value));
        let (what, span) = match command(layer.text, value, is_shell).filter(|_| is_run) {
            Some(span) => (What::Command, span),
            None => match reference(view, layer.text, value) {
                Some(span) => (What::Reference, span),
                None if is_shell => (What::State, value),
                None if !is_run => (What::Function, value),
                None => (What::Command, value),
            },
        };
        runs.push((source, span, what, Some(key.of(layer.text)), name));
    }
}

/// Returns whether make runs something for a value: what stands behind `!=`, or in `$(shell …)`.
fn is_run_by_make(text: &[u8], key: Span, value: Span) -> bool {
    let before = &text[key.end as usize..value.start as usize];
    memchr::memchr(b'!', before).is_some() || crate::find::find(value.of(text), b"shell").is_some()
}

/// Returns the span of the command in a value, from `$(` or a backtick to its end.
fn command(text: &[u8], value: Span, is_shell: bool) -> Option<Span> {
    let typed = value.of(text);
    let start = typed.iter().enumerate().position(|(at, &byte)| match byte {
        b'`' => is_shell,
        b'$' => typed.get(at + 1) == Some(&b'(') && !(is_shell && typed.get(at + 2) == Some(&b'(')),
        _ => false,
    })?;
    let mut open = 0;
    let len = typed[start + 1..].iter().position(|&byte| match (typed[start], byte) {
        (b'`', byte) => byte == b'`',
        (_, b'(') => {
            open += 1;
            false
        }
        (_, b')') => {
            open -= 1;
            open == 0
        }
        _ => false,
    });
    let start = value.start as usize + start;
    Some(len.map_or(Span::new(start, value.end as usize), |len| {
        Span::new(start, start + len + 2)
    }))
}

/// Returns the first reference of a value to another one that only a command can produce.
fn reference(view: &View<'_, '_>, text: &[u8], value: Span) -> Option<Span> {
    let typed = value.of(text);
    memchr::memchr_iter(b'$', typed).find_map(|at| {
        let braced = usize::from(matches!(typed.get(at + 1), Some(b'{' | b'(')));
        let start = at + 1 + braced;
        let end = start + word_len(typed.get(start..)?);
        let variable = view.environment.get(&typed[start..end])?;
        let takes_command = matches!(variable.value, Value::Unknown(Unknown::Command))
            && !matches!(variable.origin, Origin::File { value: other, .. } if other == value);
        let base = value.start as usize;
        takes_command.then(|| Span::new(base + at, base + end + braced.min(typed.len() - end)))
    })
}
