//! A loader stumbles over a line, drops it, or takes it in another way than it looks.

use crate::check::rule::{Check, Findings, Matter, Rule, Scope, loader};
use crate::diagnostic::{RuleCode, Severity};
use crate::model::{FailureKind, Layer};
use crate::parse::{Effect, SyntaxError, SyntaxErrorKind};
use crate::source::Location;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("malformed-line"),
    severity: Severity::Error,
    summary: "a line that the loader can't read, or reads in another way than it looks",
    docs: docs!("malformed_line.md"),
    check: Check::Environment(Matter::Lines, check),
};

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for layer in &scope.environment.layers {
        for error in layer.document.errors() {
            word(layer, error, found);
        }
    }
    for (location, loader, gives_up) in scope.failures(FailureKind::InvalidReference) {
        found
            .at(
                location,
                format!("this begins like a reference and is none; {loader} {gives_up}"),
            )
            .help("write `${NAME}`; a `$` that is meant as it is must be escaped");
    }
}

fn word(layer: &Layer<'_>, error: &SyntaxError, found: &mut Findings<'_>) {
    let (what, help) = match error.kind {
        SyntaxErrorKind::NoSeparator => (
            "this line has no `=`",
            "write `KEY=value`, or `#` in front of a comment; a value of several lines needs quotes",
        ),
        SyntaxErrorKind::NoKey => ("this line has no key before its separator", "write `KEY=value`"),
        SyntaxErrorKind::BadKey => (
            "what stands where the key should is none that the loader takes",
            "begin with a letter or `_`, and use letters, digits and `_` only",
        ),
        SyntaxErrorKind::UnterminatedQuote => (
            "this quote is never closed",
            "close it; a quote inside the value needs the other kind around it",
        ),
        SyntaxErrorKind::TextAfterQuote => (
            "there is more text behind the closing quote",
            "put all of the value inside the quotes, or `#` with a space before it in front of a comment",
        ),
        SyntaxErrorKind::SwallowsNextLine => (
            "the value is taken from the next line, with the assignment that stands there",
            "for an empty value write nothing behind `=`, or `\"\"`",
        ),
        SyntaxErrorKind::Nul => (
            "there is a zero byte, which no variable can hold",
            "remove it; is the file in UTF-16?",
        ),
        SyntaxErrorKind::NotStatic => (
            "what a shell does from here on can't be known without running it",
            "keep to assignments, with values in quotes",
        ),
        SyntaxErrorKind::ShellSyntax => (
            "a shell can't read this as a command",
            "put the value in single quotes; outside of quotes `(`, `)`, `<`, `>`, `|`, `&` and `;` are syntax",
        ),
        SyntaxErrorKind::FailingCommand => (
            "a shell gives this command up",
            "keep to assignments, with values in single quotes",
        ),
        SyntaxErrorKind::SpaceBeforeSeparator => (
            "there is white space beside the `=`",
            "write `KEY=value` without space around the `=`",
        ),
        SyntaxErrorKind::SpaceInValue => (
            "there is white space in a value without quotes",
            "put the value in quotes",
        ),
        SyntaxErrorKind::BadEscape => (
            "this backslash stands before a character that it does not go with",
            "put the value in single quotes, or write the backslash twice",
        ),
        SyntaxErrorKind::BadReference => (
            "this reference begins and does not end",
            "write `${NAME}`; a `$` that is meant as it is must be escaped",
        ),
        SyntaxErrorKind::LineTooLong => (
            "this line is longer than the loader reads",
            "keep the value in a file of its own, and its path in the variable",
        ),
        // Have rules of their own.
        SyntaxErrorKind::NotUtf8
        | SyntaxErrorKind::ByteOrderMark
        | SyntaxErrorKind::DuplicateKey
        | SyntaxErrorKind::Command
        | SyntaxErrorKind::Entry(_) => return,
    };
    let loader = loader(layer.dialect);
    let effect = match (error.effect, error.kind) {
        // What is taken is told already.
        (Effect::Literal, SyntaxErrorKind::SwallowsNextLine) => String::new(),
        (Effect::Literal, SyntaxErrorKind::UnterminatedQuote) => {
            format!("; {loader} makes it part of the value")
        }
        (Effect::Literal, SyntaxErrorKind::TextAfterQuote) => {
            format!("; for {loader} the value is another than it looks")
        }
        (Effect::Literal, _) => format!("; {loader} leaves it there"),
        (Effect::Dropped, _) => format!("; {loader} skips it without a word"),
        (Effect::Rejected, _) => format!("; {loader} rejects the file"),
        (Effect::Stopped, _) => format!("; {loader} reads no further, without a word"),
        (Effect::Halted, _) => format!("; {loader} fails there, with what stands before set"),
    };
    found
        .at(
            Location {
                source: layer.source,
                span: error.span,
            },
            format!("{what}{effect}"),
        )
        .help(help);
}
