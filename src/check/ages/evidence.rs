//! Evidence for the age of values that does not come from the values themselves: exports, the ledger, commits.

use jiff::Timestamp;

use crate::carrier;
use crate::rotation::git::Blame;
use crate::rotation::importers::{self, Import, ImportOptions, Note, NoteKind, Record, Subject, Target};
use crate::rotation::ledger::Ledger;
use crate::schema::{EnvironmentId, Schema};
use crate::source::{Source, SourceId, Span};

/// Evidence for the age of values, apart from that in the values themselves.
#[derive(Debug, Clone, Default)]
pub struct AgeEvidence {
    exports: Vec<(SourceId, Import)>,
    pub(super) ledger: Option<(SourceId, Ledger)>,
    pub(super) names: Vec<(String, String)>,
    /// When lines of env files were last changed, according to git.
    pub commits: Vec<(SourceId, Vec<Blame>)>,
}

/// An export of a secret manager, with what its text doesn't say.
#[derive(Debug, Clone, Default)]
pub struct ExportInput {
    /// The source with its text.
    pub source: SourceId,
    /// The kind of export; `None` to recognise it by its shape.
    pub kind: Option<String>,
    /// The environment that it belongs to.
    pub environment: Option<EnvironmentId>,
    /// When the export was made; `None` for now.
    pub exported_at: Option<Timestamp>,
    /// Whether to take times without an offset for UTC.
    pub assume_utc: bool,
}

/// Why an export or a ledger was refused. The text contains nothing from the file but names of members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceError {
    /// The file.
    pub source: SourceId,
    /// The place in it.
    pub span: Option<Span>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl AgeEvidence {
    /// Reads exports and the ledger. `names` maps names in the store to keys.
    ///
    /// # Errors
    /// Returns all errors in all of them.
    pub fn read(
        schema: &Schema,
        sources: &[Source],
        exports: &[ExportInput],
        names: Vec<(String, String)>,
        ledger: Option<SourceId>,
    ) -> Result<AgeEvidence, Vec<EvidenceError>> {
        let mut errors = Vec::new();
        let mut read = AgeEvidence {
            names,
            ..AgeEvidence::default()
        };
        for export in exports {
            let source = &sources[export.source.0 as usize];
            let options = ImportOptions {
                from: export.kind.as_deref(),
                name: (source.name() != carrier::STDIN).then(|| stem(source.name())),
                scope: export
                    .environment
                    .map(|id| schema.environments()[usize::from(id.0)].name.as_str()),
                exported_at: export.exported_at,
                assume_utc: export.assume_utc,
            };
            match importers::import(source.bytes(), &options) {
                Ok(mut import) => {
                    import.notes.extend(unrelated_note(&import, schema, &read.names));
                    read.exports.push((export.source, import));
                }
                Err(error) => errors.push(EvidenceError {
                    source: export.source,
                    span: error.span,
                    message: error.message,
                    help: error.help,
                }),
            }
        }
        if let Some(id) = ledger {
            match Ledger::parse(sources[id.0 as usize].bytes()) {
                Ok(ledger) => read.ledger = Some((id, ledger)),
                Err(wrong) => errors.extend(wrong.into_iter().map(|error| EvidenceError {
                    source: id,
                    span: Some(error.span),
                    message: error.message,
                    help: error.help.to_owned(),
                })),
            }
        }
        if errors.is_empty() { Ok(read) } else { Err(errors) }
    }

    /// Whether there is no evidence.
    pub(in crate::check) fn is_empty(&self) -> bool {
        self.exports.is_empty() && self.ledger.is_none() && self.commits.is_empty()
    }

    /// Returns the ledger and its source.
    #[must_use]
    pub fn ledger(&self) -> Option<(SourceId, &Ledger)> {
        self.ledger.as_ref().map(|(id, ledger)| (*id, ledger))
    }

    /// Returns the notes on the exports, each with its source.
    pub fn notes(&self) -> impl Iterator<Item = (SourceId, &Note)> {
        self.exports()
            .iter()
            .flat_map(|(id, import)| import.notes.iter().map(|note| (*id, note)))
    }

    /// Returns the exports; a constant empty slice in builds that read none, so that the compiler can drop the code.
    pub(super) fn exports(&self) -> &[(SourceId, Import)] {
        if importers::ARE_READ { &self.exports } else { &[] }
    }

    /// Returns the commits; always empty in WebAssembly builds without the CLI, which have no way to receive any.
    pub(super) fn commits(&self) -> &[(SourceId, Vec<Blame>)] {
        if cfg!(all(target_family = "wasm", not(feature = "cli"))) {
            &[]
        } else {
            &self.commits
        }
    }
}

/// Returns a note if an export has nothing about any key of the schema: otherwise nobody would notice that it has no effect.
fn unrelated_note(import: &Import, schema: &Schema, names: &[(String, String)]) -> Option<Note> {
    // Only the values can tell which key a public id belongs to.
    let is_open = |record: &Record| matches!(record.subject, Subject::PublicId(_));
    if import.records.is_empty() || import.records.iter().any(is_open) {
        return None;
    }
    let specs = schema.environments().iter();
    let environment: Vec<&str> = specs
        .flat_map(|spec| std::iter::once(&spec.name).chain(&spec.aliases).map(String::as_str))
        .collect();
    let is_known = schema.properties().iter().any(|property| {
        let target = Target {
            key: &property.name,
            environment: &environment,
            others: &[],
            public_ids: &[],
        };
        !importers::evidence_in(import, &target, names).is_empty()
    });
    let is_unnamed = import.records.iter().any(|record| record.subject == Subject::Unnamed);
    (!is_known).then(|| Note {
        kind: NoteKind::Empty,
        message: if is_unnamed {
            "the export does not say which secret it is about, so it was not used: give it as a file named after the key".to_owned()
        } else {
            "no name in the export is a key of the schema, so it was not used: say which name stands for which key (`--evidence-name STORE_NAME=KEY` on the command line)".to_owned()
        },
        span: None,
    })
}

/// Returns the name of a file without folders and extension, which names the secret of an export that doesn't.
fn stem(name: &str) -> &str {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    file.split('.').find(|part| !part.is_empty()).unwrap_or(file)
}
