//! How a repository treats its env files, whatever they contain: whether secrets are committed, could be, or can be read by anybody; and
//! whether the reference file is up to date.
//!
//! The facts come from git and the file system, gathered by a shell ([`Tracked`]); this module decides what they mean.

use super::quiet::suppression::Suppressions;
use super::rule::{Draft, Rule, Sink, in_schema};
use super::rules::{
    edited_record, env_file_committed, env_file_not_ignored, env_file_readable, example_holds_secret,
    example_out_of_step, ledger_not_committed,
};
use super::{
    Documents, EnvironmentInput, KnownValue, Options, Searching, dialect_of, known_values, placeholders, promotion,
};
use crate::diagnostic::Severity;
use crate::instant::Shown;
use crate::model::Layer;
use crate::name::is_plainly_a_name;
use crate::parse::{self, dialect};
use crate::report::Report;
use crate::rotation::ledger::{self, Entry};
use crate::schema::{EnvironmentId, Schema};
use crate::sort;
use crate::source::{Location, Source, SourceId, Span};

/// The role of sources in the repository.
#[derive(Debug, Default)]
pub struct Tracked {
    /// Env files that the commit adds or changes.
    pub committed: Vec<SourceId>,
    /// Versions of env files that are not in the commit, with the earlier commit that brings each, by the id that people are told.
    pub replaced: Vec<(SourceId, String)>,
    /// Env files in the work tree that nothing keeps out of the next commit.
    pub not_ignored: Vec<SourceId>,
    /// Env files that every user of the machine can read, in folders that everybody may enter.
    pub readable: Vec<SourceId>,
    /// The reference file.
    pub example: Option<SourceId>,
    /// The ledger, if it differs between work tree and commit.
    pub ledger: Option<SourceId>,
    /// Records that the commit takes out of the ledger.
    pub lost: Vec<Entry>,
}

/// The maximum number of names in a message.
const MOST_NAMES: usize = 5;

/// Judges the repository. `sources[0]` is the schema, as in [`check`](super::check()).
#[must_use]
pub fn judge(schema: &Schema, sources: &[Source], tracked: &Tracked, options: &Options) -> Report {
    let mut judging = Judging {
        schema,
        sources,
        sink: Sink::default(),
    };
    for &file in &tracked.committed {
        judging.committed(file);
    }
    for (file, commit) in &tracked.replaced {
        judging.replaced(*file, commit);
    }
    for &file in &tracked.not_ignored {
        judging.not_ignored(file);
    }
    for &file in &tracked.readable {
        judging.readable(file);
    }
    if let Some(example) = tracked.example {
        judging.example(example);
    }
    if let Some(ledger) = tracked.ledger {
        judging.ledger(ledger);
    }
    judging.lost(&tracked.lost);
    let replaced = tracked.replaced.iter().map(|(file, _)| file);
    let files = tracked
        .committed
        .iter()
        .chain(replaced)
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
        found: judging.sink,
        suppressions: Suppressions::of_texts(silenced.all, Vec::new()),
        ..Searching::default()
    };
    searching.report(schema, sources, options)
}

struct Judging<'j> {
    schema: &'j Schema,
    sources: &'j [Source],
    sink: Sink,
}

impl<'j> Judging<'j> {
    fn name(&self, file: SourceId) -> &'j str {
        self.sources[file.0 as usize].name()
    }

    fn committed(&mut self, file: SourceId) {
        let name = self.name(file);
        self.secrets(file, &env_file_committed::RULE, &|what| {
            (
                format!("{name} is committed with the value of {what}"),
                format!("`git rm --cached {name}`, and add {name} to .gitignore; to share it, encrypt it with sops or dotenvx"),
            )
        });
    }

    fn replaced(&mut self, file: SourceId, commit: &str) {
        let name = self.name(file);
        self.secrets(file, &env_file_committed::RULE, &|what| {
            (
                format!("{name} of commit {commit} has the value of {what}, and is pushed although a later commit changes it"),
                format!("take it out of that commit before you push (`git rebase -i {commit}^`), or issue a new secret"),
            )
        });
    }

    fn not_ignored(&mut self, file: SourceId) {
        let name = self.name(file);
        self.secrets(file, &env_file_not_ignored::RULE, &|what| {
            (
                format!("{name} has the value of {what}, and git does not ignore it"),
                format!("add {name} to .gitignore, before `git add .` adds it"),
            )
        });
    }

    fn readable(&mut self, file: SourceId) {
        let name = self.name(file);
        let of = alone(self.schema, self.sources, file).id;
        let is_production = promotion::is_production(self.schema.environments(), of) == Some(true);
        let draft = self.secrets(file, &env_file_readable::RULE, &|what| {
            (
                format!("{name} has the value of {what}, and every user of this machine can read it"),
                format!("chmod 600 {name}"),
            )
        });
        // What a developer has on a machine of their own is less of a matter than what production runs with.
        if let Some(draft) = draft.filter(|_| !is_production) {
            let _ = draft.severity(Severity::Info);
        }
    }

    /// Reports a file if it contains secrets; `words` turns their names into message and help.
    fn secrets(
        &mut self,
        file: SourceId,
        rule: &'static Rule,
        words: &dyn Fn(&str) -> (String, String),
    ) -> Option<Draft<'_>> {
        let (place, names) = secrets_in(self.schema, self.sources, file)?;
        let (message, help) = words(&names);
        Some(self.sink.of(rule, None).report(place, message).help(help))
    }

    fn ledger(&mut self, ledger: SourceId) {
        let name = self.name(ledger);
        self.sink
            .of(&ledger_not_committed::RULE, None)
            .report(
                start_of(ledger),
                format!("{name} was changed but is not in this commit"),
            )
            .help(format!("git add {name}"));
    }

    /// Reports the youngest lost record of each secret of which the schema still demands something.
    fn lost(&mut self, lost: &[Entry]) {
        for (id, spec) in (0..).map(EnvironmentId).zip(self.schema.environments()) {
            for property in self.schema.properties() {
                let is_ours = |entry: &&Entry| entry.environment == spec.name && entry.key == property.name;
                let policy = property.secret.as_ref().and_then(|secret| secret.policy(id));
                let Some(entry) = lost.iter().filter(is_ours).max_by_key(|entry| entry.rotated_at) else {
                    continue;
                };
                if !policy.is_some_and(|policy| policy.policy.asks()) {
                    continue;
                }
                let message = format!(
                    "the record of {} in {}, of {}, is no longer in {}",
                    property.name,
                    spec.name,
                    Shown(entry.rotated_at),
                    ledger::FILE_NAME
                );
                self.sink
                    .of(&edited_record::RULE, Some(id))
                    .report(in_schema(property.span), message)
                    .key(Some(&property.name))
                    .help("put its line back, which `git log -p --all -- env.rotation.json` shows; if it was wrong, correct its date to an earlier one, or write a waiver that says why it goes");
            }
        }
    }

    /// Compares the reference file with the schema.
    fn example(&mut self, example: SourceId) {
        let dialect = self
            .schema
            .environments()
            .first()
            .and_then(|spec| spec.dialects.first().copied());
        let text = self.sources[example.0 as usize].bytes();
        let document = parse::parse(text, dialect.unwrap_or(dialect::DEFAULT));
        let keys: Vec<Span> = document.assignments().iter().map(|one| one.key).collect();
        self.missing_from_example(example, &keys);
        self.undeclared_in_example(example, &keys);
        self.secrets_in_example(example);
    }

    fn missing_from_example(&mut self, example: SourceId, keys: &[Span]) {
        let source = &self.sources[example.0 as usize];
        let set = keys.iter().map(|key| key.of(source.bytes()));
        let shown = sort::set(set.chain(commented(source.bytes())).collect());
        let has = |name: &str| shown.binary_search(&name.as_bytes()).is_ok();
        let missing: Vec<_> = self
            .schema
            .properties()
            .iter()
            .filter(|property| !property.deprecated && property.default.is_none() && !has(&property.name))
            .collect();
        let Some(first) = missing.first() else { return };
        let names: Vec<&str> = missing.iter().map(|property| property.name.as_str()).collect();
        let message = format!("{} lacks {}, which the schema declares", source.name(), listed(&names));
        self.sink
            .of(&example_out_of_step::RULE, None)
            .report(start_of(example), message)
            .related(in_schema(first.span), "declared here")
            .help("`envgate example` writes it from the schema");
    }

    fn undeclared_in_example(&mut self, example: SourceId, keys: &[Span]) {
        let source = &self.sources[example.0 as usize];
        for &span in keys {
            let key = span.of(source.bytes());
            if self.schema.property(key).is_some() {
                continue;
            }
            let shown = str::from_utf8(key).ok().filter(|_| is_plainly_a_name(key));
            let place = Location { source: example, span };
            let message = format!(
                "{} of {} is not declared in the schema",
                shown.unwrap_or("a key"),
                source.name()
            );
            self.sink
                .of(&example_out_of_step::RULE, None)
                .report(place, message)
                .key(shown);
        }
    }

    fn secrets_in_example(&mut self, example: SourceId) {
        for known in known_values(self.schema, self.sources, &[alone(self.schema, self.sources, example)]) {
            let (key, value) = (known.key.as_deref(), known.value.expose());
            let property = key.and_then(|key| self.schema.property(key.as_bytes()));
            let is_in_schema =
                property.is_some_and(|property| property.examples.iter().any(|one| one.as_bytes() == value));
            if is_in_schema || !is_real(&known) || !super::is_worth_searching(value) {
                continue;
            }
            let message = format!(
                "{} has what looks like a real value for {}",
                self.name(example),
                key.unwrap_or("a secret")
            );
            self.sink
                .of(&example_holds_secret::RULE, None)
                .report(known.location, message)
                .key(key)
                .help("leave it empty there, or use a placeholder such as `changeme`; if it was real, issue a new one");
        }
    }
}

/// Returns the keys that an example has as comments, `# NAME=value`, as `envgate example` writes optional ones.
fn commented(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_start);
    lines.filter_map(|line| {
        let comment = line.strip_prefix(b"#")?.trim_ascii_start();
        let comment = comment.strip_prefix(b"export ").unwrap_or(comment);
        Some(comment.split(|byte| *byte == b'=').next()?.trim_ascii())
    })
}

fn start_of(source: SourceId) -> Location {
    Location {
        source,
        span: Span::new(0, 0),
    }
}

/// Returns an environment with only this file: the one that names the file, or else the first.
fn alone(schema: &Schema, sources: &[Source], file: SourceId) -> EnvironmentInput {
    let text = sources[file.0 as usize].name();
    let names = |entry: &String| text == entry || text.ends_with(&format!("/{entry}"));
    let own = schema
        .environments()
        .iter()
        .position(|spec| spec.files.iter().any(names));
    EnvironmentInput::new(
        EnvironmentId(own.and_then(|index| u16::try_from(index).ok()).unwrap_or_default()),
        [file],
    )
}

/// Returns the place of the first real secret in an env file, and the names of all.
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

/// Whether a value is no placeholder; what stands for another is not known.
fn is_real(known: &KnownValue) -> bool {
    placeholders::find(known.value.expose(), true).is_none()
}

/// Formats `A, B and 3 more`.
fn listed(names: &[&str]) -> String {
    let (shown, more) = names.split_at(names.len().min(MOST_NAMES));
    let all = shown.join(", ");
    if more.is_empty() {
        all
    } else {
        format!("{all} and {} more", more.len())
    }
}
