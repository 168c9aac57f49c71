//! Two declared loaders give a program different variables.

use crate::check::divergence::{Cause, Divergence, View};
use crate::check::mend;
use crate::check::rule::{Check, Findings, Matter, Rule, Scope};
use crate::check::wording;
use crate::diagnostic::{RuleCode, Severity};
use crate::parse::decode::decode;
use crate::parse::dialect::Key;
use crate::parse::parse;
use crate::source::Location;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("divergent-value"),
    severity: Severity::Warning,
    summary: "two declared loaders give a program different variables",
    docs: docs!("divergent_value.md"),
    check: Check::Environment(Matter::Lines, check),
};

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    if !scope.environment.others.is_empty() {
        compare(scope, found);
    }
}

/// Kept out of line, since most schemas declare one loader.
#[inline(never)]
fn compare(scope: &Scope<'_>, found: &mut Findings<'_>) {
    let views = &scope.views;
    let divergences = mend::divergences(views, scope.environment.process);
    if divergences.is_empty() {
        return;
    }
    let keepers = keepers(views);
    for (divergence, fix) in divergences {
        let context = scope.context;
        let key = divergence.keys[0];
        let location = Location {
            source: divergence.source,
            span: divergence.span,
        };
        let draft = found
            .at(location, message(&divergence, views, context.name(key)))
            .key(context.shown(key))
            .help(help(divergence.cause, views, keepers));
        if let Some(fix) = fix {
            draft.fix(fix);
        }
    }
}

/// Says what some loaders do, and what others do instead.
fn message(divergence: &Divergence<'_>, views: &[View<'_, '_>], name: &str) -> String {
    let names = |indices: &[usize]| {
        let mut names: Vec<&str> = Vec::new();
        for &index in indices {
            let name = views[index].loader();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        wording::list(&names, "and")
    };
    let (doing, not) = if divergence.doing {
        (names(&divergence.like), names(&divergence.unlike))
    } else {
        (names(&divergence.unlike), names(&divergence.like))
    };
    let more = match divergence.keys.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (subject, does, does_not) = phrase(divergence.cause);
    format!("{name}{more}: {subject} {does} {doing}, {does_not} {not}")
}

fn phrase(cause: Cause) -> (&'static str, &'static str, &'static str) {
    match cause {
        Cause::Comment => ("everything from `#` on is", "dropped by", "kept by"),
        Cause::Quotes => ("the quotes are", "taken off by", "kept as part of the value by"),
        Cause::Behind => ("what follows the value is", "dropped by", "kept by"),
        Cause::Blank => ("the white space around the value is", "dropped by", "kept by"),
        Cause::CarriageReturn => (
            "the carriage return of the line end is",
            "dropped by",
            "kept as part of the value by",
        ),
        Cause::Escape => ("the backslash is", "read as an escape by", "kept by"),
        Cause::OtherEscape => ("what the backslash escapes is", "one thing to", "another to"),
        Cause::Reference => ("the `$` is", "expanded by", "kept as text by"),
        Cause::OtherReference => ("what the `$` stands for is", "one thing to", "another to"),
        Cause::Cycle => (
            "the reference leads back to itself and gives",
            "no value with",
            "one with",
        ),
        Cause::Duplicate => (
            "of several assignments the later one counts",
            "for",
            "and the earlier one for",
        ),
        Cause::Lines => (
            "the value is",
            "continued on the next line by",
            "ended with its line by",
        ),
        Cause::Export => ("`export` is", "taken off by", "part of the key for"),
        Cause::Word => (
            "the value is",
            "`null`, a boolean or the text in its quotes to",
            "as it is written to",
        ),
        Cause::ByteOrderMark => ("the byte order mark is", "taken off by", "part of the key for"),
        Cause::Key => ("the key is", "this to", "another to"),
        Cause::Around => (
            "the white space around the `=` is",
            "no matter to",
            "the end of the assignment to",
        ),
        Cause::Syntax => ("what stands here", "ends the value for", "belongs to it for"),
        Cause::Dropped => ("the assignment is", "taken by", "left out by"),
        Cause::Stopped => ("it is", "set by", "lost to what is above it with"),
        Cause::Alone => ("a key without `=` is", "set by", "not set, or set otherwise, by"),
        Cause::Precedence => (
            "the file and the process environment both set it, and the file wins",
            "for",
            "the process environment for",
        ),
        Cause::Bytes => ("bytes that are not text are", "one thing to", "another to"),
        Cause::Other => ("the value is", "one thing to", "another to"),
    }
}

/// The first loader that reads a value in double quotes as something else than what is in them, and that for single quotes.
type Keepers = [Option<&'static str>; 2];

fn keepers(views: &[View<'_, '_>]) -> Keepers {
    ["A=\"x\"", "A='\\x'"].map(|line| {
        let is_kept = |view: &&View<'_, '_>| {
            let document = parse(line.as_bytes(), view.dialect);
            document.assignments().first().is_none_or(|assignment| {
                let value = decode(line.as_bytes(), assignment.value, view.dialect);
                *value.bytes != line.as_bytes()[3..line.len() - 1]
            })
        };
        views.iter().find(is_kept).map(View::loader)
    })
}

/// Returns what to do. Quotes are advised only if every loader takes them off.
fn help(cause: Cause, views: &[View<'_, '_>], [double, single]: Keepers) -> String {
    let (keeper, instead) = match cause {
        Cause::Comment => (
            double,
            "put the comment on a line of its own, and no `#` into the value",
        ),
        Cause::Behind => (double, "remove them, and what follows the value"),
        Cause::Blank => (double, "remove the white space"),
        Cause::Syntax => (double, "write a value without white space and `& ; | < > ( )`"),
        Cause::Escape | Cause::OtherEscape => (single, "write the value without a backslash"),
        Cause::Reference | Cause::OtherReference | Cause::Cycle => {
            (single, "write the value that the `$` stands for, or one without it")
        }
        Cause::Other => (single, "write the value without them, on one line"),
        _ => (None, ""),
    };
    match keeper {
        Some(loader) => format!("quotes are no help with {loader}: {instead}"),
        None => usual_help(cause, views).to_owned(),
    }
}

fn usual_help(cause: Cause, views: &[View<'_, '_>]) -> &'static str {
    match cause {
        Cause::Behind if views.iter().any(|view| view.dialect.grammar.key == Key::Xargs) => {
            "write a value without blanks, in which `xargs` ends it even in quotes"
        }
        Cause::Comment => "put the value in quotes if the `#` belongs to it, else the comment on a line of its own",
        Cause::Quotes => "write the value without quotes, and without what needs them",
        Cause::Behind => "put the whole value inside the quotes, and nothing after them",
        Cause::Blank => "remove the white space, or put it inside the quotes with the value",
        Cause::CarriageReturn => "save the file with LF line ends",
        Cause::Escape | Cause::OtherEscape => {
            "put the value in single quotes if the backslash is meant literally; otherwise write the character that it stands for"
        }
        Cause::Reference | Cause::OtherReference | Cause::Cycle => {
            "put the value in single quotes or escape the `$` if it is meant literally; otherwise write the value that it stands for"
        }
        Cause::Duplicate => "remove all but the assignment you mean",
        Cause::Lines => "keep the value on one line, or in a file of its own",
        Cause::Export => "remove `export`",
        Cause::Word => "leave the value empty for `null`, and write booleans without parentheses",
        Cause::ByteOrderMark => "save the file as UTF-8 without a byte order mark",
        Cause::Around => "write `KEY=value` without white space around the `=`",
        Cause::Syntax => {
            "put the value in quotes: after white space and `& ; | < > ( )`, a shell reads another command"
        }
        Cause::Key | Cause::Dropped => {
            "begin the key with a letter or `_`, use letters, digits and `_` only, and write `KEY=value`"
        }
        Cause::Stopped => "fix the marked line",
        Cause::Alone => "write `KEY=value`, or remove the line",
        Cause::Precedence => "set it in one place only",
        Cause::Bytes => "save the file as UTF-8, without zero bytes",
        Cause::Other => "write the value in single quotes, on one line",
    }
}
