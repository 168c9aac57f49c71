//! An entry of a JSON, YAML or unit file can't be read as a variable, or means something other than it seems to.

use crate::check::rule::{Check, Findings, Matter, Rule, Scope, loader};
use crate::diagnostic::{RuleCode, Severity};
use crate::find;
use crate::map::Map;
use crate::model::Layer;
use crate::parse::{EntryError, SyntaxErrorKind};
use crate::source::{Location, SourceId};

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
            // An entry that refers to a store which another file of this environment provides is fine, and so is a store that another
            // file takes something of.
            let mut others = scope.environment.layers.iter().map(|other| &other.document);
            let is_fine = match entry {
                EntryError::ForeignSource => {
                    let wanted = layer.document.wanted_store(error.span);
                    wanted.is_some_and(|wanted| others.any(|other| other.gives_store(wanted)))
                }
                EntryError::Unreferenced => {
                    let held = layer.document.held_store(error.span);
                    held.is_some_and(|held| others.any(|other| other.takes_of(held)))
                }
                _ => false,
            };
            if is_fine {
                continue;
            }
            let (message, help) = words(entry);
            let message = match entry {
                EntryError::Override(name) => find::replace(message, "FILE", name),
                _ => find::replace(message, "LOADER", loader(layer.dialect)),
            };
            let location = Location {
                source: layer.source,
                span: error.span,
            };
            found.at(location, message).severity(severity(entry)).help(help);
        }
    }
    if cfg!(feature = "yaml") {
        report_repeats(&scope.environment.layers, found);
    }
}

/// Reports each key that several of the `envs`, or one of them and what else there is, give to a generator: Kustomize refuses them all. What
/// one file repeats is reported where it is read.
fn report_repeats(layers: &[Layer<'_>], found: &mut Findings<'_>) {
    let (message, help) = words(EntryError::Repeated);
    // The files of `envs` come right before the kustomization.
    let mut seen: Map<&[u8], SourceId> = Map::default();
    let mut repeats = Vec::new();
    for layer in layers {
        let is_generator = layer.dialect.name == "kustomize";
        if !is_generator && layer.dialect.name != "kubectl" {
            seen = Map::default();
            repeats.clear();
            continue;
        }
        for index in 0..layer.document.assignments().len() {
            let key = layer.document.key(index, layer.text);
            let known = seen.get(key).copied();
            if known.is_some_and(|known| known != layer.source) {
                repeats.push(Location {
                    source: layer.source,
                    span: layer.document.place(index).0,
                });
            } else if !is_generator {
                seen.insert(key, layer.source);
            }
        }
        if is_generator {
            for location in repeats.drain(..) {
                found
                    .at(location, message.to_owned())
                    .severity(Severity::Error)
                    .help(help);
            }
            seen = Map::default();
        }
    }
}

/// Returns the severity: not an error if the variable gets the value that is written there.
fn severity(error: EntryError) -> Severity {
    match error {
        EntryError::Unreferenced | EntryError::NotFollowed => Severity::Info,
        EntryError::Null
        | EntryError::Boolean
        | EntryError::Number
        | EntryError::ForeignSource
        | EntryError::Include
        | EntryError::Override(_) => Severity::Warning,
        _ => Severity::Error,
    }
}

/// Returns what is wrong, and what to do. `LOADER` and `FILE` are placeholders for the names of the loader and of a file, which keeps this a
/// single table.
fn words(error: EntryError) -> (&'static str, &'static str) {
    match error {
        EntryError::Unsupported => (
            "this build reads .env files and JSON objects of variables only",
            "use the native program, or the full build",
        ),
        EntryError::NotJson => (
            "from here on, this is not JSON; nothing in the file was read",
            "fix it; JSON has no comments and no trailing commas",
        ),
        EntryError::NotYaml => (
            "from here on, this is not YAML; nothing in the file was read",
            "check the indentation, and look for an unclosed quote or bracket",
        ),
        EntryError::Template => (
            "this is a template, from which the YAML is yet to be made",
            "check what it makes: `helm template . | envgate check -`",
        ),
        EntryError::UnknownKind => (
            "envgate does not know this kind of file, so it read no variables from it",
            "it knows Compose (`services`), Kubernetes (`apiVersion` and `kind`), GitHub Actions (`jobs`), and mappings of keys to values; if it is one of these, say so with `--carrier NAME` on the command line",
        ),
        EntryError::NoSuchPart => (
            "the file has no part with that name",
            "after the `#`, name a service, a container, a job or an object",
        ),
        EntryError::Ambiguous => (
            "another part sets this key to a different value, so it is not clear which one to check",
            "name the part after the file, as in compose.yaml#web",
        ),
        EntryError::AmbiguousStore => (
            "another part has a key that comes from here with a different value, so it is not clear which one to check",
            "name the part after the file, as in deploy.yaml#web",
        ),
        EntryError::AmbiguousFiles => (
            "the parts take variables from different files, so it is not clear which ones to check",
            "name the part after the file, as in compose.yaml#web",
        ),
        EntryError::Duplicate => ("this key appears twice", "keep the one you mean"),
        EntryError::Repeated => (
            "this key appears twice among `envs`, `literals` and `files` of a generator, which Kustomize refuses",
            "keep the one you mean; to override it, add a generator of the same name with `behavior: merge` on top",
        ),
        EntryError::BadAlias => (
            "this alias refers to no earlier anchor, or to itself",
            "define the anchor above, outside what uses it",
        ),
        EntryError::BadMerge => (
            "this can't be merged",
            "`<<` takes a mapping or a list of mappings; GitHub Actions has no `<<`",
        ),
        EntryError::TooLarge => (
            "the aliases in this file expand to more than envgate reads",
            "nothing after this was read; is it meant to be that large?",
        ),
        EntryError::Tag => (
            "envgate does not follow this tag",
            "remove it, and write a string in quotes; or check what `docker compose config` prints",
        ),
        EntryError::Key => (
            "this is not the name of a variable",
            "a name has at least one character, no `=` and no control characters",
        ),
        EntryError::NotScalar => (
            "there is a list or a mapping here where a value should be",
            "the value of a variable is a string; write structured data as JSON in it",
        ),
        EntryError::NotStructure => (
            "LOADER expects something else here",
            "see the documentation of the format",
        ),
        EntryError::Null => (
            "there is no value here, which is read as the empty string",
            "write \"\" if you mean that",
        ),
        EntryError::Boolean => ("this is a boolean, where LOADER expects a string", "put it in quotes"),
        EntryError::Number => ("LOADER may write this number differently", "put it in quotes"),
        EntryError::NotString => (
            "LOADER takes only strings here, and rejects the file",
            "put it in quotes",
        ),
        EntryError::Base64 => (
            "this is not base64",
            "encode the value, with padding and without a newline at its end; `stringData` takes it unencoded",
        ),
        EntryError::NotText => (
            "this does not decode to text",
            "a variable is text; mount other data as a file",
        ),
        EntryError::Nul => ("there is a NUL byte here, which no variable can hold", "remove it"),
        EntryError::NoAssignment => (
            "this is not `KEY=value`",
            "write `KEY=value`, in quotes if there is white space in it",
        ),
        EntryError::Reference => (
            "this looks like a reference but is not one; LOADER rejects the file",
            "write a literal `$` as `$$`; in GitHub Actions, close `${{` with `}}`",
        ),
        EntryError::ForeignSource => (
            "the variables that come from here are not in this file; those set only there are reported as missing",
            "check the file that defines it together with this one",
        ),
        EntryError::NoSuchKey => (
            "the Secret or ConfigMap has no such key, so the container does not start",
            "correct the key, or add it there; with `optional: true` the container starts without the variable",
        ),
        EntryError::Unreferenced => (
            "no container takes these variables, so they were not checked",
            "take them with `envFrom`, or check them by themselves: put `#` and the name after the file",
        ),
        EntryError::Extends => (
            "what this extends is not read, so variables may be missing here",
            "check the merged file: docker compose config",
        ),
        EntryError::Include => (
            "which file this includes is not known here, so its services were not checked",
            "check the merged file: docker compose config",
        ),
        EntryError::NotFollowed => (
            "Kustomize also reads this, and what it sets or changes was not checked",
            "if it is a file with variables, name it as well; or check what `kubectl kustomize` prints",
        ),
        EntryError::Override(_) => (
            "Docker Compose merges FILE over this file unless it is told which to take; the schema does not name it, so it was not checked",
            "name it after this file in `files`, in the environments that it is for",
        ),
        EntryError::Name => (
            "systemd sets no variable of this name, so it is left out",
            "use letters, digits and `_`, and begin with a letter or `_`",
        ),
        EntryError::Quoting => (
            "systemd can't read this: a quote is not closed, or a backslash escapes a character that can't be escaped",
            "close the quote, or double the backslash",
        ),
        EntryError::Path => (
            "which file this means is not known here, so it was not checked",
            "write the path itself, without variables or patterns",
        ),
        EntryError::Specifier => (
            "what this means depends on a specifier (`%`) that only systemd can resolve, where the unit runs, so it was not checked",
            "name an instance of a template as `NAME@.service#INSTANCE`; in place of another specifier write what it stands for",
        ),
        EntryError::NoSpecifier => (
            "systemd leaves this out: `%` begins a specifier, and there is none of this letter",
            "write `%%` for a percent sign",
        ),
    }
}
