//! Runs every example of `src/check/rules/*.md`: what the documentation says is found is found, and nothing else.
//!
//! A block `json schema` holds a schema, which counts until the next one. The blocks `env [ENVIRONMENT [FILE]]` behind it are checked
//! against it, those without text between them together; `env example FILE` is the reference file. After the name there
//! may be `dialect=NAME` and `phase=NAME`. `json waivers` and `json baseline` hold the files beside the schema, until the next of that kind. Expectations are in comments, which are taken out before the check:
//!
//! ```text
//! PORT=80a0
//! #    ^^^^ error[schema-type]: PORT must be an integer        at this place of the line above
//! #^^^ …                                                       the `#` counts as a caret when one follows
//! ^ …                                                          the first character
//! #schema error[missing-required]: …                           in the schema, for the environment of the block
//! #waivers …  #baseline …                                      in the file beside it
//! ```
//!
//! A block `env process [ENVIRONMENT]` is the environment of a process, whose expectations have no place: `#process error[…]: …`.
//!
//! In front of the files may stand `json evidence FILE`, an export, and `json ledger [ENVIRONMENT]`, with expectations as in the files, for that environment. A `…`
//! after the carets stands for the rest of the place.

use std::fmt::Write as _;

use envgate::check::quiet::{Baseline, Waivers};
use envgate::check::rule::Check;
use envgate::check::rules::{self, RULES};
use envgate::check::{AgeEvidence, ExportInput};
use envgate::parse::Dialect;
use envgate::schema::{Phase, Schema, Vocabulary};
use envgate::source::{LineIndex, PositionEncoding, Source, SourceId};
use envgate::{EnvironmentInput, Options, check};

#[test]
fn every_example_is_as_it_says() {
    let mut failures = String::new();
    for rule in RULES {
        for case in cases(rule.docs) {
            if let Err(difference) = run(&case) {
                let _ = writeln!(
                    failures,
                    "\n{}.md, line {}:\n{difference}",
                    rule.code.0.replace('-', "_"),
                    case.line
                );
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn every_rule_shows_what_it_finds_and_what_is_good() {
    for rule in RULES {
        let cases = cases(rule.docs);
        let own = format!("[{}]", rule.code);
        let is_bad = |case: &Case| {
            case.blocks
                .iter()
                .any(|block| block.expected.iter().any(|text| text.contains(&own)))
        };
        let is_good = |case: &Case| case.blocks.iter().all(|block| block.expected.is_empty());
        // What is found outside of env files is shown by tests/leaks/.
        if matches!(rule.check, Check::Search) {
            assert!(cases.is_empty(), "{}", rule.code);
            continue;
        }
        assert!(cases.iter().any(is_good), "{}: no good example", rule.code);
        assert!(cases.iter().any(is_bad), "{}: no bad example", rule.code);
    }
}

/// Some blocks that are checked together.
struct Case {
    line: usize,
    schema: String,
    /// What is beside the schema: its name and its text.
    beside: Option<(&'static str, String)>,
    blocks: Vec<Block>,
}

/// What a file of a case is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Env,
    Example,
    Process,
    Evidence,
    Ledger,
}

/// One file of a case.
struct Block {
    kind: Kind,
    environment: Option<String>,
    file: String,
    dialect: Option<&'static Dialect>,
    phase: Option<Phase>,
    text: Vec<u8>,
    /// As [`found`] writes it.
    expected: Vec<String>,
}

fn cases(docs: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut schema = String::new();
    let mut beside = None;
    let mut continues = false;
    let mut lines = docs.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else {
            continues &= line.trim().is_empty();
            continue;
        };
        let body: Vec<&str> = lines
            .by_ref()
            .map(|(_, line)| line)
            .take_while(|line| *line != "```")
            .collect();
        if info == "json schema" {
            schema = body.join("\n");
            beside = None;
            continues = false;
        } else if info == "json waivers" {
            beside = Some(("waivers", body.join("\n")));
            continues = false;
        } else if info == "json baseline" {
            beside = Some(("baseline", body.join("\n")));
            continues = false;
        } else if let Some((kind, info)) = kind(info) {
            let block = block(kind, info, &body);
            match cases.last_mut() {
                // What comes after a reference file belongs to it, and so does what stands directly behind another file.
                Some(case) if continues && case.blocks.iter().all(|other| other.file != block.file) => {
                    case.blocks.push(block)
                }
                _ => cases.push(Case {
                    line: number + 1,
                    schema: schema.clone(),
                    beside: beside.clone(),
                    blocks: vec![block],
                }),
            }
            continues = true;
        }
    }
    cases
}

/// What a block is, and what else is said of it.
fn kind(info: &str) -> Option<(Kind, &str)> {
    [
        ("json evidence ", Kind::Evidence),
        ("json ledger", Kind::Ledger),
        ("env example ", Kind::Example),
        ("env process", Kind::Process),
        ("env", Kind::Env),
    ]
    .into_iter()
    .find_map(|(word, kind)| Some((kind, info.strip_prefix(word)?)))
}

fn block(kind: Kind, info: &str, body: &[&str]) -> Block {
    let mut block = Block {
        kind,
        environment: None,
        file: if kind == Kind::Ledger {
            "env.rotation.json"
        } else {
            ".env"
        }
        .to_owned(),
        dialect: None,
        phase: None,
        text: Vec::new(),
        expected: Vec::new(),
    };
    for (index, word) in info.split_whitespace().enumerate() {
        match (word.split_once('='), index) {
            (Some(("dialect", name)), _) => block.dialect = Some(Dialect::find(name).expect("a dialect")),
            (Some(("phase", name)), _) => {
                block.phase = Some(match name {
                    "build" => Phase::Build,
                    "deploy" => Phase::Deploy,
                    "run" => Phase::Run,
                    _ => panic!("no phase: {name}"),
                });
            }
            (_, 0) if matches!(kind, Kind::Example | Kind::Evidence) => block.file = word.to_owned(),
            (_, 0) => block.environment = Some(word.to_owned()),
            _ => block.file = word.to_owned(),
        }
    }
    let mut line = 0;
    for text in body {
        if let Some(message) = text.strip_prefix("#schema ") {
            block.expected.push(format!("schema {message}"));
        } else if let Some(message) = text.strip_prefix("#process ") {
            block.expected.push(format!("nowhere {message}"));
        } else if text.starts_with("#waivers ") || text.starts_with("#baseline ") {
            block.expected.push(text[1..].to_owned());
        } else if let Some((start, end, message)) = caret(text) {
            let (end, message) = match message.strip_prefix('…') {
                Some(message) => ("…".to_owned(), message.trim_start()),
                None => (end.to_string(), message),
            };
            block
                .expected
                .push(format!("{}:{line}:{start}-{end} {message}", block.file));
        } else {
            line += 1;
            block.text.extend_from_slice(unescape(text).as_slice());
            if !block.text.ends_with("␄".as_bytes()) {
                block.text.push(b'\n');
            } else {
                block.text.truncate(block.text.len() - "␄".len());
            }
        }
    }
    block
}

/// Columns from 1, the end exclusive, and the text behind the carets.
fn caret(text: &str) -> Option<(usize, usize, &str)> {
    if let Some(message) = text.strip_prefix("^ ") {
        return Some((1, 2, message));
    }
    let behind = text.strip_prefix('#')?;
    let carets = behind.trim_start_matches(' ');
    let width = carets.bytes().take_while(|&byte| byte == b'^').count();
    if width == 0 {
        return None;
    }
    let end = text.len() - carets.len() + width;
    let start = if behind.starts_with('^') { 0 } else { end - width };
    Some((start + 1, end + 1, carets[width..].trim_start()))
}

/// `␀` is a zero byte and `�` one that is not UTF-8, which a Markdown file can't hold; `␍` is a CR and `␠` a space, which would be invisible.
fn unescape(text: &str) -> Vec<u8> {
    text.chars().fold(Vec::new(), |mut bytes, character| {
        match character {
            '␀' => bytes.push(0),
            '�' => bytes.push(0xFF),
            '␍' => bytes.push(b'\r'),
            '␠' => bytes.push(b' '),
            _ => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        bytes
    })
}

/// What a case hands to a check, and what it expects of it.
struct Inputs {
    sources: Vec<Source>,
    environments: Vec<EnvironmentInput>,
    options: Options,
    exports: Vec<ExportInput>,
    ledger: Option<SourceId>,
    expected: Vec<String>,
}

impl Inputs {
    fn add_source(&mut self, name: &str, text: &[u8]) -> SourceId {
        let id = SourceId(u32::try_from(self.sources.len()).unwrap());
        self.sources.push(Source::new(name, text).unwrap());
        id
    }

    fn add(&mut self, block: &Block, schema: &Schema) -> Result<(), String> {
        let file = self.add_source(&block.file, &block.text);
        self.options.phase = self.options.phase.or(block.phase);
        let mut environment = block.environment.as_deref();
        match block.kind {
            Kind::Env | Kind::Process => environment = environment.or(Some(&schema.environments()[0].name)),
            Kind::Example => {
                self.options.example = Some(file);
                return Ok(());
            }
            Kind::Ledger => self.ledger = Some(file),
            Kind::Evidence => self.exports.push(ExportInput {
                source: file,
                ..ExportInput::default()
            }),
        }
        let name = environment.unwrap_or("-");
        let expected = block.expected.iter().map(|text| format!("{name}: {text}"));
        self.expected.extend(expected);
        if !matches!(block.kind, Kind::Env | Kind::Process) {
            return Ok(());
        }
        let id = schema
            .find_environment(name)
            .ok_or_else(|| format!("no environment {name}"))?;
        let index = self
            .environments
            .iter()
            .position(|input| input.id == id)
            .unwrap_or_else(|| {
                self.environments.push(EnvironmentInput {
                    id,
                    files: Vec::new(),
                    dialect: block.dialect,
                    process: Default::default(),
                });
                self.environments.len() - 1
            });
        let input = &mut self.environments[index];
        if block.kind == Kind::Env {
            input.files.push(file.into());
        } else {
            let text = str::from_utf8(&block.text).map_err(|error| error.to_string())?;
            input.process = text.lines().filter_map(|line| line.split_once('=')).collect();
        }
        Ok(())
    }

    /// Reads the waivers or the baseline beside the files.
    fn add_beside(&mut self, name: &str, text: &str, schema: &Schema) -> Result<(), String> {
        let id = self.add_source(name, text.as_bytes());
        let source = &self.sources[id.0 as usize];
        let refused = |errors| format!("the {name} are refused: {errors:#?}");
        let quiet = &mut self.options.quiet;
        match name {
            "waivers" => quiet.waivers = Waivers::read(source, id, schema, self.options.now).map_err(refused)?,
            _ => quiet.baseline = Baseline::read(source, id, schema).map_err(refused)?,
        }
        Ok(())
    }
}

fn run(case: &Case) -> Result<(), String> {
    let codes = rules::codes();
    let vocabulary = Vocabulary {
        rules: &codes,
        ..Vocabulary::default()
    };
    let source = Source::new("env.schema.json", case.schema.as_str()).unwrap();
    let schema =
        Schema::compile(&source, &vocabulary).map_err(|errors| format!("the schema is refused: {errors:#?}"))?;
    let mut inputs = Inputs {
        sources: vec![source],
        environments: Vec::new(),
        options: Options {
            now: "2026-11-20T00:00:00Z".parse().unwrap(),
            ..Options::default()
        },
        exports: Vec::new(),
        ledger: None,
        expected: Vec::new(),
    };
    for block in &case.blocks {
        inputs.add(block, &schema)?;
    }
    if let Some((name, text)) = &case.beside {
        inputs.add_beside(name, text, &schema)?;
    }
    let Inputs {
        sources,
        environments,
        mut options,
        exports,
        ledger,
        mut expected,
    } = inputs;
    options.ages = AgeEvidence::read(&schema, &sources, &exports, Vec::new(), ledger)
        .map_err(|errors| format!("the evidence is refused: {errors:#?}"))?;
    let report = check(&schema, &sources, &environments, &options);
    let mut found: Vec<String> = report
        .diagnostics
        .iter()
        .map(|diagnostic| found(&sources, diagnostic))
        .map(|text| open_ended(&text).filter(|open| expected.contains(open)).unwrap_or(text))
        .collect();
    found.sort();
    expected.sort();
    if found == expected {
        Ok(())
    } else {
        Err(difference(&expected, &found))
    }
}

/// With `…` for where a place ends.
fn open_ended(text: &str) -> Option<String> {
    let (before, behind) = text
        .split_once('-')
        .filter(|(before, _)| before.ends_with(|char: char| char.is_ascii_digit()))?;
    let (_, message) = behind.split_once(' ')?;
    Some(format!("{before}-… {message}"))
}

/// A diagnostic as the expectations are written.
fn found(sources: &[Source], diagnostic: &envgate::diagnostic::Diagnostic) -> String {
    let place = match diagnostic.location {
        None => "nowhere".to_owned(),
        Some(location) if location.source == SourceId(0) => "schema".to_owned(),
        Some(location) if ["waivers", "baseline"].contains(&sources[location.source.0 as usize].name()) => {
            sources[location.source.0 as usize].name().to_owned()
        }
        Some(location) => {
            let source = &sources[location.source.0 as usize];
            let index = LineIndex::new(source.bytes());
            let at = |offset| index.line_column(source.bytes(), offset, PositionEncoding::Scalar);
            let (start, mut end) = (at(location.span.start), at(location.span.end));
            if end.line > start.line {
                end = at(index.line_span(source.bytes(), start.line).unwrap().end);
            }
            // One caret is the least that can be drawn.
            format!(
                "{}:{}:{}-{}",
                source.name(),
                start.line,
                start.column,
                end.column.max(start.column + 1)
            )
        }
    };
    let environment = diagnostic.environment.as_deref().unwrap_or("-");
    format!(
        "{environment}: {place} {}[{}]: {}",
        diagnostic.severity.name(),
        diagnostic.code,
        diagnostic.message
    )
}

fn difference(expected: &[String], found: &[String]) -> String {
    let mut text = String::new();
    for line in expected.iter().filter(|line| !found.contains(line)) {
        let _ = writeln!(text, "  not found: {line}");
    }
    for line in found.iter().filter(|line| !expected.contains(line)) {
        let _ = writeln!(text, "  found:     {line}");
    }
    if text.is_empty() {
        text.push_str("  something is found or expected twice");
    }
    text
}
