//! The files of a check: parses each once per way of reading it, then resolves and evaluates the environments.

use std::rc::Rc;

use super::ages::Ages;
use super::input::{Manner, Text};
use super::quiet::suppression::Suppressions;
use super::rule::{Context, Example};
use super::{Checked, EnvironmentInput, FileInput, Options, Reading};
use crate::model::{Environments, Layer};
use crate::parse::{self, Dialect, Document, dialect};
use crate::schema::Schema;
use crate::source::{Source, SourceId};

/// The parsed files of one check.
pub(super) struct Documents<'i> {
    /// What was read of each source, in each manner.
    parsed: Vec<Vec<Parsed<'i>>>,
    example: Option<Document>,
}

struct Parsed<'i> {
    manner: Manner<'i>,
    document: Rc<Document>,
    dialect: &'static Dialect,
}

impl<'i> Documents<'i> {
    pub(super) fn parse(
        schema: &Schema,
        sources: &[Source],
        environments: &'i [EnvironmentInput],
        example: Option<SourceId>,
    ) -> Documents<'i> {
        let mut parsed: Vec<Vec<Parsed<'i>>> = Vec::new();
        let mut texts: Vec<Option<Text<'_>>> = Vec::new();
        parsed.resize_with(sources.len(), Vec::new);
        texts.resize_with(sources.len(), || None);
        for input in environments {
            for file in &input.files {
                for dialect in dialects_of(schema, input) {
                    let (source, manner) = (file.source.0 as usize, Manner::of(sources, file, dialect));
                    let known = &mut parsed[source];
                    if !known.iter().any(|one| one.manner.is(manner)) {
                        let readings = texts[source].get_or_insert_with(|| Text::new(&sources[source]));
                        let (document, dialect) = manner.read(readings);
                        known.push(Parsed {
                            manner,
                            document,
                            dialect,
                        });
                    }
                }
            }
        }
        let example = example.map(|id| {
            let dialect = environments
                .first()
                .map_or(dialect::DEFAULT, |input| dialect_of(schema, input));
            parse::parse(text(sources, id), dialect)
        });
        Documents { parsed, example }
    }

    /// Whether all files are made of ordinary lines only.
    pub(super) fn are_ordinary(&self) -> bool {
        self.parsed.iter().flatten().all(|parsed| parsed.document.is_ordinary())
    }

    /// Returns the files of an environment, its .env files as read by that loader.
    pub(super) fn layers<'c>(
        &'c self,
        sources: &'c [Source],
        files: &[FileInput],
        dialect: &'static Dialect,
    ) -> Vec<Layer<'c>> {
        let layer = |file: &FileInput| {
            let (source, manner) = (file.source, Manner::of(sources, file, dialect));
            let mut parsed = self.parsed[source.0 as usize].iter();
            let parsed = parsed.find(|one| one.manner.is(manner))?;
            Some(Layer {
                source,
                text: parsed.document.text(text(sources, source)),
                document: &parsed.document,
                dialect: parsed.dialect,
            })
        };
        files.iter().filter_map(layer).collect()
    }

    pub(super) fn evaluate<'c>(
        &'c self,
        schema: &Schema,
        sources: &'c [Source],
        environments: &'c [EnvironmentInput],
        options: &Options,
    ) -> Vec<Checked<'c>> {
        environments
            .iter()
            .map(|input| {
                let mut readings = self.readings(schema, sources, input);
                let Reading {
                    layers, environment, ..
                } = readings.remove(0);
                let violations = schema.evaluate(input.id, options.phase, &environment);
                Checked {
                    id: input.id,
                    layers,
                    environment,
                    violations,
                    process: &input.process,
                    others: readings,
                }
            })
            .collect()
    }

    /// Returns the files of an environment as read by each of its loaders, beginning with the one that decides, which always exists.
    pub(super) fn readings<'c>(
        &'c self,
        schema: &Schema,
        sources: &'c [Source],
        input: &'c EnvironmentInput,
    ) -> Vec<Reading<'c>> {
        let mut environments = Environments::default();
        let reading = |dialect| {
            let layers = self.layers(sources, &input.files, dialect);
            let environment = environments.of(&layers, &input.process);
            Reading {
                dialect,
                layers,
                environment,
            }
        };
        dialects_of(schema, input).map(reading).collect()
    }

    pub(super) fn context<'c>(
        &'c self,
        schema: &'c Schema,
        sources: &'c [Source],
        environments: &'c [Checked<'c>],
        options: &'c Options,
    ) -> Context<'c> {
        let example = options
            .example
            .zip(self.example.as_ref())
            .map(|(source, document)| Example::new(source, text(sources, source), document));
        Context {
            ages: Ages::of(schema, sources, environments, options),
            schema,
            sources,
            environments,
            options,
            example,
            suppressions: Suppressions::read(environments.iter().flat_map(|one| &one.layers)),
            reach: None,
        }
    }
}

pub(super) fn dialect_of(schema: &Schema, input: &EnvironmentInput) -> &'static Dialect {
    input
        .dialect
        .or_else(|| schema.environments()[input.id.0 as usize].dialects.first().copied())
        .unwrap_or(dialect::DEFAULT)
}

/// Returns the loaders of an environment's files without duplicates; the first one decides what a value is.
pub(super) fn dialects_of(schema: &Schema, input: &EnvironmentInput) -> impl Iterator<Item = &'static Dialect> {
    let declared = &schema.environments()[input.id.0 as usize].dialects;
    let others = declared.iter().enumerate().filter(move |&(index, dialect)| {
        input.dialect.is_none() && index > 0 && !declared[..index].iter().any(|before| std::ptr::eq(*before, *dialect))
    });
    std::iter::once(dialect_of(schema, input)).chain(others.map(|(_, dialect)| *dialect))
}

pub(super) fn text(sources: &[Source], id: SourceId) -> &[u8] {
    sources[id.0 as usize].bytes()
}
