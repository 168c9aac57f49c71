//! An entry of a JSON, YAML or unit file can't be read as a variable, or in another way than it looks.

use crate::check::rule::{Check, Findings, Matter, Rule, Scope, loader};
use crate::diagnostic::{RuleCode, Severity};
use crate::parse::{EntryError, SyntaxErrorKind};
use crate::source::Location;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("malformed-entry"),
    severity: Severity::Error,
    summary: "an entry of a JSON, YAML or unit file that can't be read as a variable",
    docs: docs!("malformed_entry.md"),
    check: Check::Environment(Matter::Lines, check),
};

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for layer in &scope.environment.layers {
        for error in layer.document.errors() {
            let SyntaxErrorKind::Entry(entry) = error.kind else {
                continue;
            };
            // What is in another file of the environment is not out of reach.
            let is_given = entry == EntryError::ForeignSource
                && layer.document.wanted_store(error.span).is_some_and(|store| {
                    let mut others = scope.environment.layers.iter();
                    others.any(|other| other.document.holds_store(store))
                });
            if is_given {
                continue;
            }
            let (message, help) = words(entry, loader(layer.dialect));
            let location = Location {
                source: layer.source,
                span: error.span,
            };
            found.at(location, message).severity(severity(entry)).help(help);
        }
    }
}

/// Where the variable has the value that stands there, it is no error.
fn severity(error: EntryError) -> Severity {
    match error {
        EntryError::Unreferenced => Severity::Info,
        EntryError::Null
        | EntryError::Boolean
        | EntryError::Number
        | EntryError::ForeignSource
        | EntryError::Include => Severity::Warning,
        _ => Severity::Error,
    }
}

fn words(error: EntryError, loader: &str) -> (String, &'static str) {
    let (message, help) = match error {
        EntryError::Unsupported => (
            "this build reads .env files and JSON objects of variables only",
            "use the native program, or the full build",
        ),
        EntryError::NotJson => (
            "from here on this is no JSON; nothing of the file was read",
            "mend it; JSON has no comments and no comma behind the last member",
        ),
        EntryError::NotYaml => (
            "from here on this is no YAML; nothing of the file was read",
            "look at the indentation, and for a quote or bracket that is not closed",
        ),
        EntryError::UnknownKind => (
            "this is nothing that carries variables",
            "what is read: Compose (`services`), Kubernetes (`apiVersion` and `kind`), GitHub Actions (`jobs`), or a mapping of keys to values; say which with --carrier",
        ),
        EntryError::NoSuchPart => (
            "the file has no part of that name",
            "name a service, a container, a job or an object behind the `#`",
        ),
        EntryError::Ambiguous => (
            "this key is set to something else in another part of the file, so it is not clear which of the two is to be checked",
            "name the part behind the file, as in compose.yaml#web",
        ),
        EntryError::AmbiguousFiles => (
            "not all parts of the file take variables from the same further files, so it is not clear which are to be checked",
            "name the part behind the file, as in compose.yaml#web",
        ),
        EntryError::Duplicate => ("this key stands twice in one place", "keep the one that is meant"),
        EntryError::BadAlias => (
            "this alias leads to no anchor before it, or back to itself",
            "define the anchor above, outside of what uses it",
        ),
        EntryError::BadMerge => (
            "this can't be merged",
            "`<<` takes a mapping or a list of mappings; GitHub Actions has no `<<`",
        ),
        EntryError::TooLarge => (
            "what the aliases of this file stand for is too large to be read",
            "is it meant to be? nothing behind this was read",
        ),
        EntryError::Tag => (
            "this tag is none that the loader knows",
            "remove it; a string is written in quotes",
        ),
        EntryError::Key => (
            "what stands here is no name of a variable",
            "a name has at least one character, no `=` and no control characters",
        ),
        EntryError::NotScalar => (
            "a list or a mapping stands here where a value should",
            "the value of a variable is a string; put structured data into one, as JSON",
        ),
        EntryError::NotStructure => {
            return (
                format!("{loader} takes something else here"),
                "compare it with the documentation of the format",
            );
        }
        EntryError::Null => (
            "nothing stands here, which is taken for the empty string",
            "write \"\" if that is meant",
        ),
        EntryError::Boolean => {
            return (
                format!("this is a boolean, where {loader} wants a string"),
                "put it in quotes",
            );
        }
        EntryError::Number => {
            return (
                format!("this number may be written in another way by {loader}"),
                "put it in quotes",
            );
        }
        EntryError::NotString => {
            return (
                format!("{loader} takes only strings here, and rejects the file"),
                "put it in quotes",
            );
        }
        EntryError::Base64 => (
            "this is not base64",
            "encode the value, with padding and without a line end at its end; `stringData` takes it as it is",
        ),
        EntryError::NotText => (
            "this is no text once it is decoded",
            "a variable is text; mount other data as a file",
        ),
        EntryError::Nul => ("there is a zero byte, which no variable can hold", "remove it"),
        EntryError::NoAssignment => (
            "this is no `KEY=value`",
            "write `KEY=value`, in quotes if there is white space in it",
        ),
        EntryError::Reference => {
            return (
                format!("this begins like a reference and is none; {loader} rejects the file"),
                "write a `$` that is meant as it is `$$`; in GitHub Actions, close `${{` with `}}`",
            );
        }
        EntryError::ForeignSource => (
            "which variables come from here can't be told from this file; those that only it has are reported as missing",
            "check the file that has it together with this one",
        ),
        EntryError::Unreferenced => (
            "no container of this file takes its variables from here, so they were not checked",
            "check it by itself, with its name behind the file and a `#`",
        ),
        EntryError::Extends => (
            "what this extends is not read, so variables may be missing here",
            "check the merged file: docker compose config",
        ),
        EntryError::Include => (
            "the services of the file that is included here are not read with this one",
            "check that file by itself as well, or the merged one: docker compose config",
        ),
        EntryError::Quoting => (
            "systemd can't read this: a quote is not closed, or a backslash stands before a character that it does not go with",
            "close the quote; a backslash is written twice",
        ),
        EntryError::Path => (
            "which file this is can't be told from here, so it was not checked",
            "write the path itself, without variables, specifiers and patterns",
        ),
    };
    (message.to_owned(), help)
}
