//! What the page gets of the project: the schema, the env files with everything that they include, and the files that go with them. Each
//! has the name that a report gives it, so that the page's report is that of `envgate check`.
//!
//! Mistakes in the files are no reason to stop here: the page shows them.

use std::path::{Path, PathBuf};

use envgate::check::quiet::{baseline, waiver};
use envgate::check::{Form, rules};
use envgate::report::counted;
use envgate::schema::{Schema, Vocabulary};
use envgate::source::Source;
use serde_json::{Value, json};

use crate::args::{ReviewArguments, Selection};
use crate::inputs::Inputs;
use crate::terminal::{Problem, complain, note};
use crate::{discover, evidence, host, plan, read, schema};

/// The files of the project, and what each of them is.
#[derive(Default)]
pub(super) struct Project {
    files: Vec<File>,
}

struct File {
    name: String,
    /// The kind of file, in the page's terms.
    role: &'static str,
    /// The environment and the parts named on the command line; the page knows those that the schema names.
    environment: Option<String>,
    parts: Vec<String>,
    bytes: Vec<u8>,
}

impl Project {
    /// Reads everything. Returns `None` if that is impossible, which has been reported.
    pub(super) fn gather(arguments: &ReviewArguments) -> Option<Project> {
        let report = |problem: Problem| complain(&problem);
        let path = discover::schema(&arguments.schema.named, &arguments.paths)
            .map_err(report)
            .ok()?;
        let source = schema::read(&path).map_err(report).ok()?;
        let mut sources = vec![source];
        schema::beside(&path, &mut sources).map_err(report).ok()?;
        let mut project = Project::default();
        for (at, source) in sources.iter().enumerate() {
            project.add(source, if at == 0 { "schema" } else { "beside" });
        }
        let rules = rules::codes();
        let vocabulary = Vocabulary {
            rules: &rules,
            files: &sources[1..],
        };
        let Ok(compiled) = Schema::compile(&sources[0], &vocabulary) else {
            note(&format!("{} has mistakes: the page shows them", discover::shown(&path)));
            project.add_named(&sources[0], &path);
            return Some(project);
        };
        let beside = sources.split_off(1);
        let selection = arguments.selection();
        let opened = schema::Opened {
            path,
            schema: compiled,
            sources,
            beside,
        };
        project.add_environments(&selection, &arguments.paths, opened, arguments)?;
        Some(project)
    }

    /// Reads what a check would.
    fn add_environments(
        &mut self,
        selection: &Selection,
        paths: &[PathBuf],
        opened: schema::Opened,
        arguments: &ReviewArguments,
    ) -> Option<()> {
        let plan = plan::plan(selection, paths, &opened.schema, &opened.path);
        if !plan.problems.is_empty() {
            plan.problems.iter().for_each(complain);
            return None;
        }
        let mut planned = plan.environments.iter().flat_map(|planned| &planned.inputs);
        if planned.any(|input| matches!(input, plan::Input::Stdin)) {
            complain(
                &Problem::new("the page takes files and parts of files, not standard input")
                    .help("write it into a file first"),
            );
            return None;
        }
        let mut inputs = Inputs::new(selection, opened, !paths.is_empty());
        let said = !selection.environments.is_empty() && !paths.is_empty();
        for planned in &plan.environments {
            let environment = inputs.read(planned)?;
            let spec = &inputs.opened.schema.environments()[usize::from(planned.id.0)];
            let name = said.then_some(spec.name.as_str());
            for file in environment.files {
                self.add_env(&inputs.opened.sources[file.source.0 as usize], name, file.form);
            }
        }
        if let Some(id) = inputs.example(&plan) {
            self.add(&inputs.opened.sources[id.0 as usize], "example");
        }
        self.add_evidence(&inputs.opened.path, &plan.folder, arguments)
    }

    /// Adds an env file, with the environment that somebody named for it.
    fn add_env(&mut self, source: &Source, environment: Option<&str>, form: Form) {
        self.add(source, "env");
        let added = self.files.iter_mut().find(|file| file.name == source.name());
        let (Some(environment), Some(added)) = (environment, added) else {
            return;
        };
        added.environment = Some(environment.to_owned());
        if let Form::Carried(_, Some(part), _) = form {
            added.parts.push(part);
        }
    }

    /// Adds what exists besides the values: waivers, the baseline, the ledger, exports.
    fn add_evidence(&mut self, schema: &Path, folder: &Path, arguments: &ReviewArguments) -> Option<()> {
        let beside = |name| discover::beside(schema, name);
        let ledger = evidence::ledger_path(arguments.ledger.path.as_ref(), schema, folder);
        let others = [
            ("waivers", beside(waiver::FILE_NAME)),
            ("baseline", beside(baseline::FILE_NAME)),
            ("ledger", ledger),
        ];
        let exports = arguments.evidence.iter().map(|path| ("evidence", Some(path.clone())));
        for (role, path) in others.into_iter().chain(exports) {
            let Some(path) = path else { continue };
            let bytes = read::file(&path, &discover::shown(&path))
                .map_err(|problem| complain(&problem))
                .ok()?;
            self.files.push(File {
                name: discover::name(&path, schema),
                role,
                environment: None,
                parts: Vec::new(),
                bytes,
            });
        }
        Some(())
    }

    /// Adds the files that a schema which doesn't compile names, as far as its text shows. Says so of one that can't be read: the page would say that it
    /// is not there.
    fn add_named(&mut self, schema: &Source, path: &Path) {
        let value: Value = serde_json::from_slice(schema.bytes()).unwrap_or_default();
        let environments = value["environments"]
            .as_object()
            .into_iter()
            .flat_map(|all| all.values());
        let files = environments.filter_map(|one| one["files"].as_array()).flatten();
        for file in files.filter_map(Value::as_str) {
            let at = |file: &str| discover::folder(path).join(file);
            // It may name a part of a file.
            let file = file
                .rsplit_once('#')
                .map_or(file, |(whole, _)| if host::exists(&at(file)) { file } else { whole });
            let whole = at(file);
            if !host::exists(&whole) {
                continue;
            }
            let name = discover::name(&whole, path);
            match read::file(&whole, &name) {
                Ok(bytes) => {
                    if let Ok(source) = Source::new(name, bytes) {
                        self.add(&source, "env");
                    }
                }
                Err(problem) => complain(&problem),
            }
        }
    }

    /// Adds a file, unless it is there.
    fn add(&mut self, source: &Source, role: &'static str) {
        if self.files.iter().any(|file| file.name == source.name()) {
            return;
        }
        self.files.push(File {
            name: source.name().to_owned(),
            role,
            environment: None,
            parts: Vec::new(),
            bytes: source.bytes().to_vec(),
        });
    }

    /// Describes it for the terminal.
    pub(super) fn about(&self) -> String {
        format!("The review page, with {}:", counted(self.files.len(), "file"))
    }

    /// Encodes everything for the page: the length of the list, the list as JSON, and the texts of the files, one behind the other. The texts
    /// are bytes, since not all of them need be UTF-8.
    pub(super) fn message(&self) -> Vec<u8> {
        let files: Vec<Value> = self
            .files
            .iter()
            .map(|file| json!({ "name": file.name, "role": file.role, "environment": file.environment, "parts": file.parts, "length": file.bytes.len() }))
            .collect();
        let list = json!({ "version": env!("CARGO_PKG_VERSION"), "files": files }).to_string();
        let mut message = u32::try_from(list.len()).unwrap_or(u32::MAX).to_le_bytes().to_vec();
        message.extend_from_slice(list.as_bytes());
        for file in &self.files {
            message.extend_from_slice(&file.bytes);
        }
        message
    }
}
