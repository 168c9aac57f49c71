//! The inputs of a check: reads everything in the plan, each file once, with the files that a carrier takes variables from.
//!
//! An input that can't be used does not keep the rest from being read; but [`Inputs::failed`] is set, because a gate must not
//! pass what was not checked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use envgate::carrier::{self, Carrier, Merge, Reading, Shelf};
use envgate::check::links::{self, Files, Link, LinkKind, Start};
use envgate::check::unread::{self, Named};
use envgate::check::{FileInput, Form};
use envgate::model::ProcessEnvironment;
use envgate::parse::Dialect;
use envgate::report::neutralise;
use envgate::schema::Schema;
use envgate::source::{MAX_SOURCE_LEN, Source, SourceId, is_utf16};
use envgate::suggest;
use envgate::{EnvironmentInput, name};

use crate::args::{ENV, Selection};
use crate::plan::{Input, Plan, Planned};
use crate::terminal::{Problem, complain, note};
use crate::{discover, host, models, read, schema};

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
    /// The carriers, each parsed once.
    shelves: BTreeMap<u32, Shelf>,
    /// Files, or parts of them, that were reported as having nothing to check.
    reported: Vec<(SourceId, Option<String>)>,
}

/// How a file begins that git-crypt has encrypted.
pub(crate) const GIT_CRYPT: &[u8] = b"\0GITCRYPT\0";

/// Below this number, inputs are compared one by one, for which the current folder need not be asked.
const FEW: usize = 16;

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
            shelves: BTreeMap::new(),
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
        let mut files = FileInput::arranged(files.concat(), &self.opened.sources);
        self.look_beside(&planned.inputs, &mut files);
        self.refuse_empty(&files, planned.process);
        let dialect = self.selection.dialect.as_deref().and_then(Dialect::find);
        let process = if planned.process {
            self.process()
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

    /// Returns the variables of this process. A declared key that occurs twice with different values is a failure: some programs take the
    /// first value and others the last.
    fn process(&mut self) -> ProcessEnvironment {
        let variables = host::variables();
        let mut sorted: Vec<(&[u8], &[u8])> = variables.pairs().collect();
        sorted.sort_unstable();
        let differ = |pair: &&[(&[u8], &[u8])]| pair[0].0 == pair[1].0 && pair[0].1 != pair[1].1;
        let key = |pair: &[(&[u8], &[u8])]| Some(self.opened.schema.property(pair[0].0)?.name.clone());
        let mut twice: Vec<String> = sorted.windows(2).filter(differ).filter_map(key).collect();
        twice.dedup();
        if !twice.is_empty() {
            let problem = Problem::new(format!(
                "{} {} twice among the variables of the process, with different values",
                twice.join(", "),
                if twice.len() == 1 { "is" } else { "are" }
            ));
            self.fail(&problem.help("programs differ in which of the two they take: start this one with one of them"));
        }
        variables
    }

    /// Looks for files that Compose merges over the files of an environment by itself.
    fn look_beside(&mut self, inputs: &[Input], files: &mut [FileInput]) {
        let named: Vec<Named<PathBuf>> = inputs
            .iter()
            .filter_map(|input| {
                Some(Named {
                    source: self.source(input)?,
                    folder: input.folder().to_owned(),
                })
            })
            .collect();
        let mut disk = Disk {
            inputs: self,
            has_variables: false,
        };
        unread::note(&mut disk, &named, files);
    }

    /// Returns an input with everything that it takes variables from, low to high precedence.
    fn files(&mut self, input: &Input) -> Option<Vec<FileInput>> {
        let source = self.source(input)?;
        let part = input.part();
        let carrier = match self.selection.carrier.as_deref() {
            Some(ENV) => None,
            Some(name) => Carrier::find(name),
            None => Carrier::of(self.bytes(source)),
        };
        let Some(carrier) = carrier else {
            return self.env_file(source, part).map(|file| vec![file]);
        };
        let start = Start {
            source,
            carrier,
            part,
            folder: &input.folder().to_owned(),
        };
        let mut disk = Disk {
            inputs: self,
            has_variables: false,
        };
        let files = links::follow(&mut disk, start).ok()?;
        if !disk.has_variables {
            self.refuse_nothing(source, carrier, part);
        }
        Some(files)
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

    /// Reports a carrier in which there is nothing to check, or not the requested part.
    fn refuse_nothing(&mut self, source: SourceId, carrier: Carrier, part: Option<&str>) {
        let subject = (source, part.map(str::to_owned));
        if self.reported.contains(&subject) {
            return;
        }
        self.reported.push(subject);
        let reading = carrier::read(self.bytes(source), carrier, part);
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
        if source.bytes().starts_with(GIT_CRYPT) {
            let problem = Problem::new(format!("{} is encrypted by git-crypt", source.name()));
            self.fail(&problem.help("`git-crypt unlock` decrypts it"));
        } else if is_utf16(source.bytes()) {
            self.fail(&read::utf16(source.name()));
        } else if let Err(error) = str::from_utf8(source.bytes()) {
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
        let path: PathBuf = models::example(&plan.folder)?;
        let input = Input::File(path.clone());
        if let Some((_, known)) = self.inputs.iter().find(|(other, _)| *other == input) {
            return *known;
        }
        let name = discover::name(&path, &self.opened.path);
        let source = Source::new(name.clone(), read::file(&path, &name).ok()?).ok()?;
        Some(self.push(source))
    }
}

/// The place where a carrier finds the files that it takes variables from: the disk, or the commit that is read in place of it.
struct Disk<'d, 'a> {
    inputs: &'d mut Inputs<'a>,
    /// Whether any of the carriers sets, takes or takes away anything.
    has_variables: bool,
}

/// A file can't be used, which has been reported.
struct Reported;

impl Files for Disk<'_, '_> {
    type Place = PathBuf;
    type Refusal = Reported;

    fn file(&self, folder: &PathBuf, path: &str) -> PathBuf {
        folder.join(path)
    }

    fn folder(&self, folder: &PathBuf, path: &str) -> PathBuf {
        folder.join(path)
    }

    fn folder_of(&self, file: &PathBuf) -> PathBuf {
        file.parent().unwrap_or(Path::new("")).to_owned()
    }

    fn schema(&self) -> &Schema {
        &self.inputs.opened.schema
    }

    fn name(&self, file: SourceId) -> &str {
        let name = self.inputs.bytes(file).name();
        name.rsplit('/').next().unwrap_or(name)
    }

    fn known(&mut self, file: &PathBuf) -> Option<SourceId> {
        self.inputs.known(&Input::File(file.clone())).flatten()
    }

    fn is_there(&self, place: &PathBuf) -> bool {
        host::exists(place)
    }

    fn look(&self, file: &PathBuf) -> Option<Vec<u8>> {
        host::read(file, MAX_SOURCE_LEN).ok()
    }

    fn open(&mut self, link: &Link<'_, PathBuf>) -> Result<Option<SourceId>, Reported> {
        if host::exists(link.to) {
            let source = self.inputs.source(&Input::File(link.to.clone()));
            return source.map(Some).ok_or(Reported);
        }
        if link.kind == (LinkKind::Takes { required: false }) {
            return Ok(None);
        }
        if host::is_in_a_view() {
            self.inputs.left_out.push(link.to.clone());
            return Ok(None);
        }
        Err(self.refuse(link, "does not exist"))
    }

    fn refuse_cycle(&mut self, link: &Link<'_, PathBuf>) -> Reported {
        let what = match link.kind {
            LinkKind::Extends => "is extended by what it extends itself",
            LinkKind::Includes | LinkKind::Takes { .. } => "is included by what it includes itself",
        };
        self.refuse(link, what)
    }

    fn read(&mut self, start: &Start<'_, PathBuf>) -> Result<Reading, Reported> {
        let Inputs { opened, shelves, .. } = &mut *self.inputs;
        let source = &opened.sources[start.source.0 as usize];
        let shelf = shelves.entry(start.source.0).or_default();
        let reading = shelf.read(source.into(), start.carrier, start.part, &Merge::default());
        self.has_variables |= reading.holds_something();
        Ok(reading)
    }
}

impl Disk<'_, '_> {
    fn refuse(&mut self, link: &Link<'_, PathBuf>, what: &str) -> Reported {
        let name = self.inputs.bytes(link.by).name();
        let help = match link.kind {
            LinkKind::Includes => format!("{name} includes it"),
            LinkKind::Extends => format!("{name} extends a service of it"),
            LinkKind::Takes { .. } if self.is_of_project(link.to) => format!("{name} takes variables from it"),
            LinkKind::Takes { .. } => format!(
                "{name} takes variables from it, and it is outside of this project: check where it is there, or name a copy of it in place of {name}"
            ),
        };
        let problem = Problem::new(format!("{} {what}", discover::shown(link.to)));
        self.inputs.fail(&problem.help(help));
        Reported
    }

    /// Whether a file is in the folder of the schema, or below it.
    fn is_of_project(&self, file: &Path) -> bool {
        let folder = discover::absolute(discover::folder(&self.inputs.opened.path));
        discover::absolute(file).starts_with(folder)
    }
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
