//! A loader rejects a line, drops it, or reads it differently from how it looks.

use crate::check::rule::{Check, Findings, Matter, Rule, Scope, loader};
use crate::diagnostic::{RuleCode, Severity};
use crate::model::{FailureKind, Layer};
use crate::parse::dialect::{Key, Value};
use crate::parse::{Effect, SyntaxError, SyntaxErrorKind};
use crate::schema::json::{UNMERGED, is_conflict_marker};
use crate::source::Location;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("malformed-line"),
    severity: Severity::Error,
    summary: "a line that the loader can't read, or reads differently than it looks",
    docs: docs!("malformed_line.md"),
    check: Check::Environment(Matter::Lines, check),
};

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for layer in &scope.environment.layers {
        let text = scope.context.sources[layer.source.0 as usize].bytes();
        let count = |kind| {
            layer
                .document
                .errors()
                .iter()
                .filter(|error| error.kind == kind)
                .count()
        };
        let nuls = count(SyntaxErrorKind::Nul);
        // A binary file is reported as such by `not-utf8`, not line by line.
        if nuls > 0 && count(SyntaxErrorKind::NotUtf8) > 0 {
            continue;
        }
        let mut nuls = Some(nuls);
        for error in layer.document.errors() {
            let is_nul = error.kind == SyntaxErrorKind::Nul;
            if str::from_utf8(&text[error.span.range()]).is_ok() && !(is_nul && nuls.is_none()) {
                let count = if is_nul { nuls.take() } else { None };
                let cause = cause(text, error.span.start as usize);
                word(layer, error, count.unwrap_or(1), cause, found);
            }
        }
    }
    for (location, loader, gives_up) in scope.failures(FailureKind::InvalidReference) {
        found
            .at(
                location,
                format!("this looks like a reference but is not one; {loader} {gives_up}"),
            )
            .help("write `${NAME}`; escape a literal `$`");
    }
    for (location, loader, gives_up) in scope.failures(FailureKind::InDefault) {
        found
            .at(
                location,
                format!("there is a `$` in the default of a reference; {loader} {gives_up}"),
            )
            .help("give the default in a variable of its own, or write it without `$`");
    }
    for (location, loader, gives_up) in scope.failures(FailureKind::Unset) {
        found
            .at(
                location,
                format!("`export` of a variable that is not set; {loader} {gives_up}"),
            )
            .help("give it a value, or remove the line");
    }
}

/// Recognises by its beginning what produced a line that isn't an assignment, and returns what to do about it.
fn cause(text: &[u8], start: usize) -> Option<&'static str> {
    let begins = start == 0 || text[start - 1] == b'\n';
    let line = &text[start..];
    if begins && line.starts_with(b"version https://git-lfs.github.com/") {
        Some("this is a pointer of Git LFS and not the file: `git lfs pull` brings that")
    } else {
        (begins && is_conflict_marker(line)).then_some(UNMERGED)
    }
}

/// Reports one error. `count` is the number of errors of its kind if they are reported as one.
fn word(layer: &Layer<'_>, error: &SyntaxError, count: usize, cause: Option<&str>, found: &mut Findings<'_>) {
    let Some(general) = words(error.kind) else {
        return;
    };
    let (mut what, help) = words_of_loader(layer, error, general);
    if error.kind == SyntaxErrorKind::Nul && count != 1 {
        what = "this is the first of several NUL bytes, which no variable can hold";
    }
    let location = Location {
        source: layer.source,
        span: error.span,
    };
    let loader = loader(layer.dialect);
    let message = match does(error) {
        "" => what.to_owned(),
        does => format!("{what}; {loader} {does}"),
    };
    found.at(location, message).help(cause.unwrap_or(help));
}

/// What is wrong, and what to do.
type Words = (&'static str, &'static str);

/// Returns the words for an error of a loader, which has reasons of its own for some; `general` are those for all loaders.
fn words_of_loader(layer: &Layer<'_>, error: &SyntaxError, general: Words) -> Words {
    let grammar = &layer.dialect.grammar;
    let own = match (grammar.key, error.kind) {
        _ if grammar.value == Value::Joined => words_of_java(error, layer.text),
        (Key::Make, SyntaxErrorKind::NotStatic) => Some((
            "what make does from here on can't be known without running it",
            general.1,
        )),
        (Key::Nf, SyntaxErrorKind::UnterminatedQuote) => Some((
            "this value begins with a quote that isn't closed on its line",
            "close it, and write line ends in another way: node-foreman reads no value of several lines",
        )),
        (Key::Xargs, SyntaxErrorKind::NoSeparator) => Some((
            "a blank ends a value, even in quotes, and what is here is no assignment",
            "`xargs` can't give a value with blanks to a program, another loader can; write comments on lines of their own",
        )),
        (Key::Xargs, SyntaxErrorKind::UnterminatedQuote) => Some((
            "this has a quote that isn't closed on its line",
            "close it; outside quotes, write `\\'` for an apostrophe",
        )),
        (Key::FileCommand, SyntaxErrorKind::NoSeparator) => Some((
            "this line is no `KEY=value`",
            "leave it out: GitHub Actions knows neither comments nor quotes here; `KEY<<EOF`, the lines and `EOF` are a value of several lines",
        )),
        (Key::FileCommand, SyntaxErrorKind::UnterminatedQuote) => Some((
            "this value has no end: no line below consists of what stands behind `<<`",
            "end the value with that line",
        )),
        (Key::Properties(_), SyntaxErrorKind::BadEscape) => Some(words_of_properties(error)),
        _ => None,
    };
    own.unwrap_or(general)
}

/// Returns the words for an escape in a file of Java properties. One that does not reject the file is in a comment.
fn words_of_properties(error: &SyntaxError) -> Words {
    if error.effect == Effect::Literal {
        (
            "Spring Boot takes this backslash at the beginning of a comment for an escape, so that the comment does not end with its line",
            "leave it out, or write a few words before it",
        )
    } else {
        (
            "four hexadecimal digits must follow `\\u`",
            "double the backslash if it is meant literally",
        )
    }
}

/// Returns the words where dotenv-java has a reason that no other loader has.
fn words_of_java(error: &SyntaxError, text: &[u8]) -> Option<Words> {
    match (error.kind, error.effect) {
        _ if error.span.of(text).first() == Some(&b'#') => Some((
            "this comment does not begin its line",
            "remove the white space before the `#`",
        )),
        (SyntaxErrorKind::UnterminatedQuote, Effect::Dropped) => Some((
            "this value has no end: its double quote is never closed, and all that follows is taken for a part of it",
            "close the quote",
        )),
        (SyntaxErrorKind::UnterminatedQuote, _) => Some((
            "there is a double quote without a counterpart, or a `#` in a value of several lines",
            "begin and end the value with `\"`, with text right after the first one; a value of several lines can't hold a `#`",
        )),
        _ => None,
    }
}

/// Returns what the loader does about the error; empty if the message says so already.
fn does(error: &SyntaxError) -> &'static str {
    match (error.effect, error.kind) {
        (Effect::Literal, SyntaxErrorKind::SwallowsNextLine | SyntaxErrorKind::BadEscape) => "",
        (Effect::Literal, SyntaxErrorKind::UnterminatedQuote) => "makes it part of the value",
        (Effect::Literal, SyntaxErrorKind::TextAfterQuote) => "reads another value than the line suggests",
        (Effect::Literal, _) => "leaves it there",
        (Effect::Dropped, _) => "silently skips it",
        (Effect::Rejected, _) => "rejects the file",
        (Effect::Stopped, _) => "silently stops reading there",
        (Effect::Halted, _) => "fails there, after setting what comes before it",
    }
}

/// Returns what is wrong, and what to do; `None` for kinds that have a rule of their own.
fn words(kind: SyntaxErrorKind) -> Option<Words> {
    Some(match kind {
        SyntaxErrorKind::NoSeparator => (
            "this line has no `=`",
            "write `KEY=value`, or start a comment with `#`; a value of several lines needs quotes",
        ),
        SyntaxErrorKind::NoKey => ("this line has no key before its separator", "write `KEY=value`"),
        SyntaxErrorKind::BadKey => (
            "the loader does not accept this as a key",
            "begin with a letter or `_`, and use letters, digits and `_` only",
        ),
        SyntaxErrorKind::RefusedKey => (
            "the loader sets no variable of this name from a file",
            "set it where the program is started",
        ),
        SyntaxErrorKind::PersonalKey => (
            "the loader takes this for a setting of one developer",
            "move it to a file whose name ends with `.local`",
        ),
        SyntaxErrorKind::UnterminatedQuote => (
            "this quote is never closed",
            "close it; to use a quote inside the value, put the other kind around it",
        ),
        SyntaxErrorKind::TextAfterQuote => (
            "there is text after the closing quote",
            "put the whole value inside the quotes; a comment starts with ` #`",
        ),
        SyntaxErrorKind::SwallowsNextLine => (
            "the value is taken from the next line, along with the assignment there",
            "for an empty value, write nothing after `=`, or `\"\"`",
        ),
        SyntaxErrorKind::Nul => (
            "there is a NUL byte here, which no variable can hold",
            "remove it; is the file in UTF-16, or not text at all?",
        ),
        SyntaxErrorKind::NotStatic => (
            "what a shell does from here on can't be known without running it",
            "use nothing but assignments, with values in quotes",
        ),
        SyntaxErrorKind::ShellSyntax => (
            "a shell can't read this as a command",
            "put the value in single quotes; outside quotes, `(`, `)`, `<`, `>`, `|`, `&` and `;` are syntax",
        ),
        SyntaxErrorKind::FailingCommand => (
            "a shell gives up on this command",
            "use nothing but assignments, with values in single quotes",
        ),
        SyntaxErrorKind::SpaceBeforeSeparator => (
            "there is white space next to the `=`",
            "write `KEY=value`, with no space around the `=`",
        ),
        SyntaxErrorKind::SpaceInValue => ("there is white space in an unquoted value", "put the value in quotes"),
        SyntaxErrorKind::BadEscape => (
            "this backslash escapes a character that can't be escaped",
            "put the value in single quotes, or double the backslash",
        ),
        SyntaxErrorKind::BadReference => (
            "this reference is never closed",
            "write `${NAME}`; escape a literal `$`",
        ),
        SyntaxErrorKind::LineTooLong => (
            "this line is longer than the loader reads",
            "put the value in a file of its own, and the path of that in the variable",
        ),
        // Where a loader sets no variable without a value, the rules about missing variables tell what matters.
        SyntaxErrorKind::NoValue
        | SyntaxErrorKind::NotUtf8
        | SyntaxErrorKind::ByteOrderMark
        | SyntaxErrorKind::DuplicateKey
        | SyntaxErrorKind::Command
        | SyntaxErrorKind::Entry(_) => return None,
    })
}
