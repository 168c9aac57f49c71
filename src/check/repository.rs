//! What a repository does with its env files, beside what stands in them: whether secrets are committed, could be, or may be read by
//! anybody, and whether the reference file keeps up.
//!
//! The facts come from git and the file system, by way of a shell ([`Tracked`]); what they mean is said here.

use super::quiet::suppression::Suppressions;
use super::rule::{Sink, in_schema};
use super::rules::{
    env_file_committed, env_file_not_ignored, env_file_readable, example_holds_secret, example_out_of_step,
    ledger_not_committed,
};
use super::{Documents, EnvironmentInput, KnownValue, Options, Searching, dialect_of, known_values, placeholders};
use crate::model::Layer;
use crate::name::is_plainly_a_name;
use crate::parse::{self, dialect};
use crate::report::Report;
use crate::schema::{EnvironmentId, Schema};
use crate::source::{Location, Source, SourceId, Span};

/// Which of the sources are what to the repository.
#[derive(Debug, Default)]
pub struct Tracked {
    /// Env files that the commit adds or changes.
    pub committed: Vec<SourceId>,
    /// Env files of the work tree that nothing keeps out of the next commit.
    pub not_ignored: Vec<SourceId>,
    /// Env files that every user of the machine may read.
    pub readable: Vec<SourceId>,
    /// The reference file.
    pub example: Option<SourceId>,
    /// The ledger, where the work tree has another one than the commit.
    pub ledger: Option<SourceId>,
}

/// The most names in a message.
const MOST_NAMES: usize = 5;

/// Judges it. `sources[0]` is the schema, as in [`check`](super::check()).
#[must_use]
pub fn judge(schema: &Schema, sources: &[Source], tracked: &Tracked, options: &Options) -> Report {
    let mut sink = Sink::default();
    let name = |id: SourceId| sources[id.0 as usize].name();
    for &file in &tracked.committed {
        if let Some((place, what)) = secrets_in(schema, sources, file) {
            sink.of(&env_file_committed::RULE, None)
                .report(place, format!("{} is committed with the value of {what}", name(file)))
                .help(format!(
                    "`git rm --cached {0}`, and add {0} to .gitignore; to share it, encrypt it with sops or dotenvx",
                    name(file)
                ));
        }
    }
    for &file in &tracked.not_ignored {
        if let Some((place, what)) = secrets_in(schema, sources, file) {
            sink.of(&env_file_not_ignored::RULE, None)
                .report(
                    place,
                    format!("{} has the value of {what}, and git does not ignore it", name(file)),
                )
                .help(format!("add {} to .gitignore, before `git add .` adds it", name(file)));
        }
    }
    for &file in &tracked.readable {
        if let Some((place, what)) = secrets_in(schema, sources, file) {
            sink.of(&env_file_readable::RULE, None)
                .report(
                    place,
                    format!(
                        "{} has the value of {what}, and every user of this machine can read it",
                        name(file)
                    ),
                )
                .help(format!("chmod 600 {}", name(file)));
        }
    }
    if let Some(example) = tracked.example {
        judge_example(schema, sources, example, &mut sink);
    }
    if let Some(ledger) = tracked.ledger {
        let start = Location {
            source: ledger,
            span: Span::new(0, 0),
        };
        sink.of(&ledger_not_committed::RULE, None)
            .report(start, format!("{} was changed but is not in this commit", name(ledger)))
            .help(format!("git add {}", name(ledger)));
    }
    let files = tracked
        .committed
        .iter()
        .chain(&tracked.not_ignored)
        .chain(&tracked.readable);
    let inputs: Vec<EnvironmentInput> = files
        .chain(&tracked.example)
        .map(|file| alone(schema, sources, *file))
        .collect();
    let documents = Documents::parse(schema, sources, &inputs, None);
    let layers: Vec<Layer<'_>> = inputs
        .iter()
        .flat_map(|input| documents.layers(sources, &input.files, dialect_of(schema, input)))
        .collect();
    let silenced = Suppressions::read(layers.iter());
    let searching = Searching {
        found: sink,
        suppressions: Suppressions::of_texts(silenced.all, Vec::new()),
        ..Searching::default()
    };
    searching.report(schema, sources, options)
}

/// An env file as the only one of its environment: of the one that names it, else of the first.
fn alone(schema: &Schema, sources: &[Source], file: SourceId) -> EnvironmentInput {
    let text = sources[file.0 as usize].name();
    let names = |entry: &String| text == entry || text.ends_with(&format!("/{entry}"));
    let own = schema
        .environments()
        .iter()
        .position(|spec| spec.files.iter().any(names));
    EnvironmentInput {
        id: EnvironmentId(own.and_then(|index| u16::try_from(index).ok()).unwrap_or_default()),
        files: vec![file.into()],
        dialect: None,
        process: Default::default(),
    }
}

/// The place of the first real secret in an env file, and the names of all.
fn secrets_in(schema: &Schema, sources: &[Source], file: SourceId) -> Option<(Location, String)> {
    let mut secrets = known_values(schema, sources, &[alone(schema, sources, file)]);
    secrets.retain(is_real);
    secrets.sort_by_key(|known| known.location.map(|location| location.span.start));
    let place = secrets.iter().find_map(|known| known.location)?;
    let mut names: Vec<&str> = secrets
        .iter()
        .map(|known| known.key.as_deref().unwrap_or("a key"))
        .collect();
    names.dedup();
    Some((place, listed(&names)))
}

/// Neither a placeholder nor encrypted.
fn is_real(known: &KnownValue) -> bool {
    let value = known.value.expose();
    let encrypted = [&b"encrypted:"[..], b"ENC[", b"enc:"]
        .iter()
        .any(|start| value.starts_with(start));
    !encrypted && placeholders::find(value, true).is_none()
}

/// The reference file against the schema.
fn judge_example(schema: &Schema, sources: &[Source], example: SourceId, sink: &mut Sink) {
    let source = &sources[example.0 as usize];
    let text = source.bytes();
    let dialect = schema
        .environments()
        .first()
        .and_then(|spec| spec.dialects.first().copied());
    let document = parse::parse(text, dialect.unwrap_or(dialect::DEFAULT));
    let has = |name: &str| {
        document
            .assignments()
            .iter()
            .any(|one| one.key.of(text) == name.as_bytes())
    };
    let start = Location {
        source: example,
        span: Span::new(0, 0),
    };
    let missing: Vec<_> = schema
        .properties()
        .iter()
        .filter(|property| !property.deprecated && property.default.is_none() && !has(&property.name))
        .collect();
    if let Some(first) = missing.first() {
        let names: Vec<&str> = missing.iter().map(|property| property.name.as_str()).collect();
        sink.of(&example_out_of_step::RULE, None)
            .report(
                start,
                format!("{} lacks {}, which the schema declares", source.name(), listed(&names)),
            )
            .related(in_schema(first.span), "declared here")
            .help("`envgate example` writes it from the schema");
    }
    for one in document.assignments() {
        let key = one.key.of(text);
        if schema.property(key).is_none() {
            let shown = str::from_utf8(key).ok().filter(|_| is_plainly_a_name(key));
            sink.of(&example_out_of_step::RULE, None)
                .report(
                    Location {
                        source: example,
                        span: one.key,
                    },
                    format!(
                        "{} of {} is not declared in the schema",
                        shown.unwrap_or("a key"),
                        source.name()
                    ),
                )
                .key(shown);
        }
    }
    for known in known_values(schema, sources, &[alone(schema, sources, example)]) {
        let shown_in_schema = known
            .key
            .as_deref()
            .and_then(|key| schema.property(key.as_bytes()))
            .is_some_and(|property| {
                property
                    .examples
                    .iter()
                    .any(|one| one.as_bytes() == known.value.expose())
            });
        if is_real(&known) && super::is_worth_searching(known.value.expose()) && !shown_in_schema {
            let key = known.key.as_deref();
            sink.of(&example_holds_secret::RULE, None)
                .report(
                    known.location,
                    format!(
                        "{} has what looks like a real value for {}",
                        source.name(),
                        key.unwrap_or("a secret")
                    ),
                )
                .key(key)
                .help("leave it empty there, or use a placeholder such as `changeme`; if it was real, issue a new one");
        }
    }
}

/// `A, B and 3 more`.
fn listed(names: &[&str]) -> String {
    let (shown, more) = names.split_at(names.len().min(MOST_NAMES));
    let all = shown.join(", ");
    if more.is_empty() {
        all
    } else {
        format!("{all} and {} more", more.len())
    }
}
