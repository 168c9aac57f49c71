//! The inputs of a check: reads everything in the plan, each file once, with the files that a carrier
//! includes.
//!
//! An input that can't be used does not keep the rest from being read; but [`Inputs::failed`] is set, because a gate must not
//! pass what was not checked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use envgate::carrier::{self, Carrier, Included, MAX_EXTENDING, Merge, Reading, Reference, Way};
use envgate::check::{FileInput, Form};
use envgate::model::ProcessEnvironment;
use envgate::parse::Dialect;
use envgate::report::neutralise;
use envgate::source::{Source, SourceId};
use envgate::suggest;
use envgate::{EnvironmentInput, name};

use crate::args::{ENV, Selection};
use crate::plan::{Input, Plan, Planned};
use crate::terminal::{Problem, complain, note};
use crate::{discover, host, read, schema};

/// Everything that a run reads.
pub(crate) struct Inputs<'a> {
    pub(crate) selection: &'a Selection,
    pub(crate) opened: schema::Opened,
    /// Whether an input could not be used, so that the exit code is 2 whatever the report says.
    pub(crate) failed: bool,
    /// Included files that are not in the commit; the hook asks git whether that is all right.
    pub(crate) left_out: Vec<PathBuf>,
    /// Whether the files were named, so that an empty one is a mistake.
    pub(crate) named: bool,
    /// What was read, or could not be: an input of several environments is read, and reported, once.
    inputs: Vec<(Input, Option<SourceId>)>,
    /// The same by their places, once they are many; standard input is the empty one.
    by_place: BTreeMap<PathBuf, Option<SourceId>>,
    /// Files, or parts of them, that were reported as having nothing to check.
    reported: Vec<(SourceId, Option<String>)>,
}

/// Fewer inputs than these are compared one by one, which takes no question for the current folder.
const FEW: usize = 16;

/// What leads to an input.
#[derive(Default)]
struct Trail {
    /// The inputs that extend or include each other, down to this one.
    leading: Vec<Input>,
    /// What was included, and from which folder its paths start: a file that is included again adds nothing.
    included: Vec<(Input, PathBuf)>,
    /// Whether there was anything to check in one of them.
    found: bool,
}

impl<'a> Inputs<'a> {
    pub(crate) fn new(selection: &'a Selection, opened: schema::Opened, named: bool) -> Inputs<'a> {
        Inputs {
            selection,
            opened,
            failed: false,
            left_out: Vec::new(),
            named,
            inputs: Vec::new(),
            by_place: BTreeMap::new(),
            reported: Vec::new(),
        }
    }

    /// The files that were read for the environments, and their paths.
    pub(crate) fn named_paths(&self) -> impl Iterator<Item = (SourceId, &Path)> {
        self.inputs.iter().filter_map(|(input, id)| match input {
            Input::File(path) => Some(((*id)?, path.as_path())),
            Input::Part(..) | Input::Stdin => None,
        })
    }

    pub(crate) fn fail(&mut self, problem: &Problem) {
        complain(problem);
        self.failed = true;
    }

    /// Reads the files of an environment; `None` if one can't be read, since without it the others would be judged wrongly.
    pub(crate) fn read(&mut self, planned: &Planned) -> Option<EnvironmentInput> {
        let read: Vec<Option<Vec<FileInput>>> = planned.inputs.iter().map(|input| self.files(input)).collect();
        let name = self.opened.schema.environments()[planned.id.0 as usize].name.clone();
        let Some(files) = read.into_iter().collect::<Option<Vec<Vec<FileInput>>>>() else {
            note(&format!("{name} was not checked"));
            return None;
        };
        let files = FileInput::arranged(files.concat(), &self.opened.sources);
        self.refuse_empty(&files, planned.process);
        let dialect = self.selection.dialect.as_deref().and_then(Dialect::find);
        let process = if planned.process {
            host::variables()
        } else {
            ProcessEnvironment::default()
        };
        Some(EnvironmentInput {
            id: planned.id,
            files,
            dialect,
            process,
        })
    }

    /// Returns an input with everything that it includes, low to high precedence.
    fn files(&mut self, input: &Input) -> Option<Vec<FileInput>> {
        let source = self.source(input)?;
        let forced = self.selection.carrier.as_deref();
        let carrier = match forced {
            Some(ENV) => None,
            Some(name) => Carrier::find(name),
            None => Carrier::of(self.bytes(source)),
        };
        let folder = input.folder();
        self.files_of(input, carrier, (Way::Named, folder), &mut Trail::default())
    }

    /// Like [`Inputs::files`], for an input that others extend or include. Its paths are relative to a folder.
    fn files_of(
        &mut self,
        input: &Input,
        carrier: Option<Carrier>,
        (way, folder): (Way, &Path),
        trail: &mut Trail,
    ) -> Option<Vec<FileInput>> {
        let source = self.source(input)?;
        let part = match input {
            Input::Part(_, part) => Some(part.clone()),
            Input::File(_) | Input::Stdin => None,
        };
        let Some(carrier) = carrier else {
            return self.env_file(source, part.as_deref()).map(|file| vec![file]);
        };
        let reading = carrier::read(self.bytes(source).bytes(), carrier, part.as_deref());
        trail.found |= holds_something(&reading);
        let mut below = Vec::new();
        // Of a file that holds the service that is extended, Compose does not read what it includes.
        if way != Way::Extended && !reading.included.is_empty() {
            trail.leading.push(input.clone());
            below = self.included(&reading.included, part.as_deref(), (source, folder), trail)?;
            trail.leading.pop();
        }
        if way == Way::Named && !trail.found {
            self.refuse_nothing(source, part.as_deref(), &reading);
        }
        if !reading.has_part && (way == Way::Included || !below.is_empty()) {
            return Some(below);
        }
        let mut above = Vec::new();
        if let Some(base) = &reading.base {
            trail.leading.push(input.clone());
            below.extend(self.extended(&folder.join(&base.path), &base.part, source, trail)?);
            trail.leading.pop();
        }
        for file in &reading.files {
            let layers = if file.wins { &mut above } else { &mut below };
            layers.extend(self.referenced(file, source, folder)?);
        }
        let form = Form::Carried(carrier, part, Merge::default());
        below.push(FileInput { source, form });
        below.append(&mut above);
        Some(below)
    }

    /// A .env file, which is read as a whole.
    fn env_file(&mut self, source: SourceId, part: Option<&str>) -> Option<FileInput> {
        if let Some(part) = part {
            let name = self.bytes(source).name();
            let problem = Problem::new(format!("{name} is a .env file, which has no part {}", named(part)));
            self.fail(&problem.help("say what it is with --carrier"));
            return None;
        }
        let form = Form::Env(None);
        Some(FileInput { source, form })
    }

    /// A file that a carrier takes variables from. `Some(None)` if it does not exist and need not, or not here.
    fn referenced(&mut self, file: &Reference, by: SourceId, folder: &Path) -> Option<Option<FileInput>> {
        let path = folder.join(&file.path);
        if !host::exists(&path) {
            if !file.required {
                return Some(None);
            }
            if host::is_in_a_view() {
                self.left_out.push(path);
                return Some(None);
            }
            let name = self.bytes(by).name().to_owned();
            let problem = Problem::new(format!("{} does not exist", discover::shown(&path)));
            self.fail(&problem.help(format!("{name} takes variables from it")));
            return None;
        }
        let source = self.source(&Input::File(path))?;
        let form = Form::Env(Some(file.dialect));
        Some(Some(FileInput { source, form }))
    }

    /// A service, or all of them, as far as they are in files that another includes.
    fn included(
        &mut self,
        included: &[Included],
        part: Option<&str>,
        (by, folder): (SourceId, &Path),
        trail: &mut Trail,
    ) -> Option<Vec<FileInput>> {
        // What is included first prevails.
        let mut files: Vec<Vec<FileInput>> = Vec::new();
        let mut reported: Vec<PathBuf> = Vec::new();
        for one in included {
            let mut merged = Vec::new();
            let paths: Vec<PathBuf> = one.paths.iter().map(|path| folder.join(path)).collect();
            let of_first = || paths.first().and_then(|path| path.parent()).map(Path::to_owned);
            let own = one.folder.as_ref().map(|own| folder.join(own)).or_else(of_first);
            let own = own.unwrap_or_default();
            for path in &paths {
                let is_above = |other: &Input| other.path().is_some_and(|other| is_same_file(other, path));
                let what = if trail.leading.iter().any(is_above) || trail.leading.len() >= MAX_EXTENDING {
                    "is included by what it includes itself"
                } else if host::exists(path) {
                    merged.extend(self.included_part(path, part, &own, trail)?);
                    continue;
                } else if host::is_in_a_view() {
                    self.left_out.push(path.clone());
                    continue;
                } else {
                    "does not exist"
                };
                if !reported.contains(path) {
                    let name = self.bytes(by).name().to_owned();
                    let problem = Problem::new(format!("{} {what}", discover::shown(path)));
                    self.fail(&problem.help(format!("{name} includes it")));
                    reported.push(path.clone());
                }
            }
            files.push(merged);
        }
        reported.is_empty().then(|| files.into_iter().rev().flatten().collect())
    }

    /// A file that is included, or a service of it, unless it was included from that folder before.
    fn included_part(
        &mut self,
        path: &Path,
        part: Option<&str>,
        folder: &Path,
        trail: &mut Trail,
    ) -> Option<Vec<FileInput>> {
        let input = match part {
            Some(part) => Input::Part(path.to_owned(), part.to_owned()),
            None => Input::File(path.to_owned()),
        };
        let included = (input.clone(), folder.to_owned());
        if trail.included.contains(&included) {
            return Some(Vec::new());
        }
        trail.included.push(included);
        self.files_of(&input, Some(Carrier::Compose), (Way::Included, folder), trail)
    }

    /// A service of another file, which the last input of the trail extends.
    fn extended(&mut self, path: &Path, part: &str, by: SourceId, trail: &mut Trail) -> Option<Vec<FileInput>> {
        let input = Input::Part(path.to_owned(), part.to_owned());
        let what = if trail.leading.iter().any(|other| is_same(other, &input)) || trail.leading.len() >= MAX_EXTENDING {
            "is extended by what it extends itself"
        } else if host::exists(path) {
            let folder = path.parent().unwrap_or(Path::new(""));
            return self.files_of(&input, Some(Carrier::Compose), (Way::Extended, folder), trail);
        } else if host::is_in_a_view() {
            self.left_out.push(path.to_owned());
            return Some(Vec::new());
        } else {
            "does not exist"
        };
        let name = self.bytes(by).name().to_owned();
        let problem = Problem::new(format!("{} {what}", discover::shown(path)));
        self.fail(&problem.help(format!("{name} extends a service of it")));
        None
    }

    /// Reports a carrier in which there is nothing to check, or not the requested part.
    fn refuse_nothing(&mut self, source: SourceId, part: Option<&str>, reading: &Reading) {
        let subject = (source, part.map(str::to_owned));
        if self.reported.contains(&subject) {
            return;
        }
        self.reported.push(subject);
        let name = self.bytes(source).name().to_owned();
        let is_shown = |part: &&String| part.split('/').all(|word| name::is_plainly_a_name(word.as_bytes()));
        let parts: Vec<&str> = reading.parts.iter().filter(is_shown).map(String::as_str).collect();
        let problem = match part {
            Some(part) if !reading.parts.is_empty() => {
                let problem = Problem::new(format!("{name} has no part {} with variables", named(part)));
                match suggest::nearest(part, parts.iter().copied()) {
                    Some(near) => problem.help(format!("did you mean {near}?")),
                    None if parts.is_empty() => problem,
                    None => problem.help(format!("it has {}", parts.join(", "))),
                }
            }
            _ => Problem::new(format!(
                "{name} has no variables that could be read: nothing was checked in it"
            )),
        };
        self.fail(&problem);
    }

    /// The files that were read, or should have been.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.inputs.iter().filter_map(|(input, _)| input.path())
    }

    fn bytes(&self, source: SourceId) -> &Source {
        &self.opened.sources[source.0 as usize]
    }

    /// An input, read when it is first asked for.
    pub(crate) fn source(&mut self, input: &Input) -> Option<SourceId> {
        // A part of a file is the same file.
        let input = &match input {
            Input::Part(path, _) => Input::File(path.clone()),
            other => other.clone(),
        };
        if let Some(known) = self.known(input) {
            return known;
        }
        let (name, read) = match input.path() {
            Some(path) => (
                discover::name(path, &self.opened.path),
                read::file(path, &discover::shown(path)),
            ),
            None => (carrier::STDIN.to_owned(), read::stdin("standard input")),
        };
        let source = read.and_then(|bytes| Source::new(name, bytes).map_err(|error| Problem::new(error.to_string())));
        let id = match source {
            Ok(source) => Some(self.add(source)),
            Err(problem) => {
                self.fail(&problem);
                None
            }
        };
        self.inputs.push((input.clone(), id));
        id
    }

    /// What was read of an input, if it was.
    fn known(&mut self, input: &Input) -> Option<Option<SourceId>> {
        if self.inputs.len() < FEW {
            let mut known = self.inputs.iter();
            return known.find(|(other, _)| is_same(other, input)).map(|(_, id)| *id);
        }
        let place = |input: &Input| input.path().map(discover::absolute).unwrap_or_default();
        let new = &self.inputs[self.by_place.len()..];
        self.by_place.extend(new.iter().map(|(input, id)| (place(input), *id)));
        self.by_place.get(&place(input)).copied()
    }

    pub(crate) fn add(&mut self, source: Source) -> SourceId {
        if let Err(error) = str::from_utf8(source.bytes()) {
            let problem = Problem::new(format!(
                "{} is not UTF-8, from byte {} on",
                source.name(),
                error.valid_up_to()
            ));
            self.fail(&problem.help("save it as UTF-8; what a loader makes of such bytes is not what the file says"));
        }
        self.push(source)
    }

    fn push(&mut self, source: Source) -> SourceId {
        self.opened.sources.push(source);
        SourceId(u32::try_from(self.opened.sources.len() - 1).unwrap_or(u32::MAX))
    }

    /// An empty layer among others is fine; an environment that has nothing else was not checked.
    fn refuse_empty(&mut self, files: &[FileInput], process: bool) {
        let empty: Vec<String> = files
            .iter()
            .map(|file| self.bytes(file.source))
            .filter(|source| source.bytes().trim_ascii().is_empty())
            .map(|source| source.name().to_owned())
            .collect();
        let all = empty.len() == files.len() && !process;
        for name in empty {
            if all || self.named {
                self.fail(&Problem::new(format!("{name} is empty: nothing was checked in it")));
            } else {
                note(&format!("{name} is empty"));
            }
        }
    }

    /// The reference file, whose values are placeholders. One that can't be read is no reason to fail: it is not under check.
    pub(crate) fn example(&mut self, plan: &Plan) -> Option<SourceId> {
        let path: PathBuf = discover::example(&plan.folder)?;
        let input = Input::File(path.clone());
        if let Some((_, known)) = self.inputs.iter().find(|(other, _)| *other == input) {
            return *known;
        }
        let name = discover::name(&path, &self.opened.path);
        let source = Source::new(name.clone(), read::file(&path, &name).ok()?).ok()?;
        Some(self.push(source))
    }
}

/// Whether a carrier sets, takes or takes away anything.
fn holds_something(reading: &Reading) -> bool {
    let takes = !reading.files.is_empty() || reading.base.is_some() || !reading.cuts.is_empty();
    takes || reading.takes || !reading.document.assignments().is_empty()
}

/// Whether two inputs are the same, even if their paths are written differently.
fn is_same(one: &Input, other: &Input) -> bool {
    match (one, other) {
        (Input::File(one), Input::File(other)) => is_same_file(one, other),
        (Input::Part(one, part), Input::Part(other, whole)) => part == whole && is_same_file(one, other),
        (one, other) => one == other,
    }
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    one.file_name() == other.file_name() && discover::absolute(one) == discover::absolute(other)
}

/// Formats a part as it was typed.
fn named(part: &str) -> String {
    format!("{:?}", neutralise(part))
}
