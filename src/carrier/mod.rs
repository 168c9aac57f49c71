//! Reads variables from files other than .env: from bytes to a [`Document`], the form that the model takes.
//!
//! A JSON or YAML text is first parsed to a [`tree`]; a systemd unit is read line by line. A reader then collects
//! [sets](set::Set) of variables, one for each unit with an environment of its own: a service, a container, a step of a
//! job. A check covers either one named part or all parts together; the latter is an error where two parts set a key to
//! different values.
//!
//! Like parsing, reading never fails: what is wrong is an error in the document. A value that the file only refers to
//! is [external](crate::parse::External).

mod merge;
#[cfg_attr(not(feature = "yaml"), allow(dead_code, reason = "Compose asks"))]
mod number;
mod object;
#[cfg_attr(not(feature = "yaml"), allow(dead_code, reason = "the other readers use the rest"))]
mod set;
#[cfg_attr(not(feature = "yaml"), allow(dead_code, reason = "the other readers use the rest"))]
mod tree;
#[cfg(feature = "yaml")]
mod actions;
#[cfg(feature = "cli")]
pub(crate) mod as_json;
#[cfg(feature = "yaml")]
mod compose;
#[cfg(feature = "yaml")]
pub(crate) mod conflicts;
#[cfg(feature = "yaml")]
mod container;
#[cfg(feature = "yaml")]
mod ecs;
#[cfg(feature = "yaml")]
mod kubernetes;
#[cfg(feature = "yaml")]
mod kustomize;
#[cfg(feature = "yaml")]
mod parsed;
#[cfg(feature = "yaml")]
mod unit;
#[cfg(feature = "yaml")]
mod yaml;

#[cfg(feature = "cli")]
pub use compose::is_compose_name;
#[cfg(feature = "yaml")]
pub(crate) use container::{Claim, Standing};
#[cfg(feature = "yaml")]
pub(crate) use kubernetes::within;
#[cfg(feature = "yaml")]
pub(crate) use merge::Lendable;
pub use merge::{Conflict, Cut, Lent, LentStore, Merge, Removed};
#[cfg(feature = "yaml")]
pub use parsed::Shelf;

use std::rc::Rc;

use crate::parse::carried::Stores;
use crate::parse::dialect::{DOCKER, Precedence};
use crate::parse::{Dialect, Document, Effect, EntryError, SyntaxError, SyntaxErrorKind};
use crate::source::{Source, Span, resolved};

use set::Reader;
use tree::Tree;

/// The maximum length of a chain of files that extend or include each other.
pub const MAX_EXTENDING: usize = 64;

/// The name of an input that has no file name.
pub const STDIN: &str = "<stdin>";

/// A kind of file, other than .env, that holds variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// JSON: any other carrier that the shape of the text indicates, otherwise an object of variables.
    Json,
    /// YAML: any other carrier that the shape of the text indicates, otherwise a mapping of variables.
    Yaml,
    /// Docker Compose: `environment` and `env_file` of services.
    Compose,
    /// Kubernetes: Secrets, ConfigMaps, and `env` and `envFrom` of containers.
    Kubernetes,
    /// A kustomization: `configMapGenerator` and `secretGenerator`.
    Kustomize,
    /// A GitHub workflow or action: `env` of the workflow, its jobs and steps.
    GithubActions,
    /// A task definition of Amazon ECS: `environment` and `secrets` of its containers.
    Ecs,
    /// A systemd unit: `Environment=` and `EnvironmentFile=`.
    Systemd,
}

/// A file from which a carrier takes further variables.
#[derive(Debug, Clone)]
pub struct Reference {
    /// The path as written.
    pub path: String,
    /// Whether the file must exist.
    pub required: bool,
    /// Whether it takes precedence over the file that refers to it.
    pub wins: bool,
    /// The loader that reads it.
    pub dialect: &'static Dialect,
    /// Where the reference is.
    pub span: Span,
}

/// A service of another file that the service read here extends. Its variables have lower precedence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// The path of the file as written.
    pub path: String,
    /// The name of the service.
    pub part: String,
}

/// Other Compose files, one merged over the other, that a file includes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Included {
    /// The paths as written.
    pub paths: Vec<String>,
    /// The folder from which paths in those files start, unless it is that of the first file.
    pub folder: Option<String>,
}

/// A file or a folder of which a kustomization takes or changes objects.
#[derive(Debug, Clone)]
pub struct Unread {
    /// The path as written.
    pub path: String,
    /// Where it is.
    pub span: Span,
}

/// The result of reading a file.
#[derive(Debug)]
pub struct Reading {
    /// The variables.
    pub document: Document,
    /// The carrier as which the text was read: more specific than [`Carrier::Json`] or [`Carrier::Yaml`] where the
    /// shape of the text allows it.
    pub carrier: Carrier,
    /// Further files, in order of increasing precedence.
    pub files: Vec<Reference>,
    /// The service of another file that it extends. That service's own files have lower precedence than `files`.
    pub base: Option<Base>,
    /// Where it says so.
    pub base_place: Span,
    /// The paths, as written, of all files that any part refers to or extends, even the parts not selected.
    pub named: Vec<String>,
    /// The names of the parts that can be selected.
    pub parts: Vec<String>,
    /// The files it includes. A service that is in both has the variables of both, and those of this file prevail.
    pub included: Vec<Included>,
    /// What a kustomization names besides, and is not followed.
    pub unread: Vec<Unread>,
    /// Whether the part that was asked for is in this file; true if none was.
    pub has_part: bool,
    /// What it takes away from Compose files that are merged below it.
    pub cuts: Vec<Cut>,
    /// Whether it consists of Secrets and ConfigMaps only, so that files with containers take precedence over it.
    pub lies_below: bool,
    /// Whether a container takes all variables of a Secret or ConfigMap that is not in the file.
    pub takes: bool,
    /// Whether it has containers of Kubernetes.
    pub starts: bool,
    /// The variables of each part.
    #[cfg(feature = "yaml")]
    sets: Rc<Vec<set::Set>>,
}

impl Carrier {
    /// All carriers.
    pub const ALL: [Carrier; 8] = [
        Carrier::Json,
        Carrier::Yaml,
        Carrier::Compose,
        Carrier::Kubernetes,
        Carrier::Kustomize,
        Carrier::GithubActions,
        Carrier::Ecs,
        Carrier::Systemd,
    ];

    /// Returns the name used on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Carrier::Json => "json",
            Carrier::Yaml => "yaml",
            Carrier::Compose => "compose",
            Carrier::Kubernetes => "kubernetes",
            Carrier::Kustomize => "kustomize",
            Carrier::GithubActions => "github-actions",
            Carrier::Ecs => "ecs",
            Carrier::Systemd => "systemd",
        }
    }

    /// Returns the carrier with that name.
    #[must_use]
    pub fn find(name: &str) -> Option<Carrier> {
        Carrier::ALL.into_iter().find(|carrier| carrier.name() == name)
    }

    /// Determines the carrier of an input: by its name, or for standard input by its text. `None` means a .env file.
    #[must_use]
    pub fn of(source: &Source) -> Option<Carrier> {
        match source.name() {
            STDIN => Carrier::of_text(source.bytes()),
            name => Carrier::of_name(name),
        }
    }

    /// Determines the carrier by the name of a file; for JSON and YAML, the shape of the text then decides. `None`
    /// means a .env file.
    #[must_use]
    fn of_name(name: &str) -> Option<Carrier> {
        // A check of one text asks this four times, and most env files end in `.env`.
        if name.ends_with("env") {
            return None;
        }
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let (_, extension) = file.rsplit_once('.')?;
        let is = |names: &[&str]| names.iter().any(|name| extension.eq_ignore_ascii_case(name));
        if is(&["json"]) {
            Some(Carrier::Json)
        } else if is(&["yaml", "yml"]) {
            Some(Carrier::Yaml)
        } else if is(&["service", "socket", "mount", "swap"]) || is(&["conf"]) && folder.ends_with(".service.d") {
            Some(Carrier::Systemd)
        } else {
            None
        }
    }

    /// Determines the carrier of a text without a file name by its first line that is neither empty nor a comment.
    /// `None` means a .env file.
    #[must_use]
    fn of_text(text: &[u8]) -> Option<Carrier> {
        let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
        let first = text
            .split(|byte| matches!(byte, b'\n' | b'\r'))
            .map(<[u8]>::trim_ascii)
            .find(|line| !line.is_empty() && !line.starts_with(b"#"))?;
        let starts = |words: &[&str]| words.iter().any(|word| first.starts_with(word.as_bytes()));
        if starts(&["{"]) {
            Some(Carrier::Json)
        } else if starts(&["---", "apiVersion:", "kind:", "items:", "services:", "%YAML"]) {
            Some(Carrier::Yaml)
        } else if starts(&["[Unit]", "[Service]"]) {
            Some(Carrier::Systemd)
        } else {
            None
        }
    }

    /// Returns the row of a loader that describes how variables of this carrier are loaded.
    #[must_use]
    pub fn dialect(self) -> &'static Dialect {
        match self {
            Carrier::Json => &JSON,
            Carrier::Yaml => &YAML,
            Carrier::Compose => &COMPOSE,
            Carrier::Kubernetes => &KUBERNETES,
            Carrier::Kustomize => &KUSTOMIZE,
            Carrier::GithubActions => &GITHUB_ACTIONS,
            Carrier::Ecs => &ECS,
            Carrier::Systemd => &SYSTEMD,
        }
    }
}

/// A row for a carrier. Only the columns about whole values matter, since the carrier's reader has done the parsing.
/// `docker run` takes values verbatim.
const fn row(name: &'static str, title: &'static str, precedence: Precedence) -> Dialect {
    Dialect {
        name,
        aliases: &[],
        title,
        versions: "",
        precedence,
        ..DOCKER
    }
}

static JSON: Dialect = row("json", "a program", Precedence::Process);
static YAML: Dialect = row("yaml", "a program", Precedence::Process);
static COMPOSE: Dialect = row("compose", "Docker Compose", Precedence::FileAlone);
static KUBERNETES: Dialect = row("kubernetes", "Kubernetes", Precedence::FileAlone);
static KUSTOMIZE: Dialect = row("kustomize", "Kustomize", Precedence::FileAlone);
static GITHUB_ACTIONS: Dialect = row("github-actions", "GitHub Actions", Precedence::File);
static ECS: Dialect = row("ecs", "Amazon ECS", Precedence::FileAlone);
static SYSTEMD: Dialect = row("systemd", "systemd", Precedence::FileAlone);

/// A text, and the name of its file, from which a systemd unit has its own; empty if it has none.
#[derive(Clone, Copy)]
pub struct File<'t> {
    name: &'t str,
    text: &'t [u8],
}

impl<'t> From<&'t Source> for File<'t> {
    fn from(source: &'t Source) -> File<'t> {
        File {
            name: source.name(),
            text: source.bytes(),
        }
    }
}

impl<'t> From<&'t [u8]> for File<'t> {
    fn from(text: &'t [u8]) -> File<'t> {
        File { name: "", text }
    }
}

/// Reads the variables of `part`, or of all parts, from a text.
#[must_use]
pub fn read<'t>(file: impl Into<File<'t>>, carrier: Carrier, part: Option<&str>) -> Reading {
    read_merged(file.into(), carrier, part, &Merge::default())
}

/// Like [`read`], for a file that is merged with others.
#[must_use]
pub fn read_merged(file: File<'_>, carrier: Carrier, part: Option<&str>, merge: &Merge) -> Reading {
    let text = file.text;
    let rejected = |span, kind| Reading {
        document: Document::carried(
            &[],
            vec![SyntaxError {
                kind,
                effect: Effect::Rejected,
                span,
            }],
            Vec::new(),
            Stores::default(),
            Vec::new(),
        ),
        carrier,
        files: Vec::new(),
        base: None,
        base_place: Span::new(0, 0),
        named: Vec::new(),
        parts: Vec::new(),
        included: Vec::new(),
        unread: Vec::new(),
        has_part: true,
        cuts: Vec::new(),
        lies_below: false,
        takes: false,
        starts: false,
        #[cfg(feature = "yaml")]
        sets: Rc::default(),
    };
    let valid = match str::from_utf8(text) {
        Ok(valid) => valid,
        Err(error) => {
            let start = error.valid_up_to();
            let len = error.error_len().unwrap_or(text.len() - start);
            return rejected(Span::new(start, start + len), SyntaxErrorKind::NotUtf8);
        }
    };
    match read_text((valid, file.name), carrier, part) {
        Ok((carrier, mut reader)) => {
            let sets = Rc::new(std::mem::take(&mut reader.sets));
            reader.finish(sets, carrier, part, merge)
        }
        Err((span, error)) => rejected(span, SyntaxErrorKind::Entry(error)),
    }
}

impl Reading {
    /// Returns whether this build can't read such files.
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        let unsupported = SyntaxErrorKind::Entry(EntryError::Unsupported);
        self.document.errors().iter().any(|error| error.kind == unsupported)
    }

    /// Returns whether the file sets, takes or takes away anything.
    #[must_use]
    pub fn holds_something(&self) -> bool {
        let takes = !self.files.is_empty() || self.base.is_some() || !self.cuts.is_empty();
        takes || self.takes || !self.document.assignments().is_empty()
    }

    /// Returns the Secrets and ConfigMaps of other files that containers take anything of, even the containers not selected.
    #[cfg(feature = "yaml")]
    pub(crate) fn taken_stores(&self) -> impl Iterator<Item = &str> {
        self.sets.iter().flat_map(|set| {
            let wanted = set.wanted.iter().map(|wanted| &*wanted.store);
            wanted.chain(set.asked.iter().map(|asked| &*asked.store))
        })
    }

    /// Returns what containers, only those of `part` if there is one, would have from Secrets and ConfigMaps that were lent to it.
    #[cfg(feature = "yaml")]
    pub(crate) fn claims<'r>(&'r self, part: Option<&'r str>) -> impl Iterator<Item = &'r Claim> {
        let is_chosen = move |set: &&set::Set| part.is_none_or(|part| set.is_called(part));
        self.sets.iter().filter(is_chosen).flat_map(|set| &set.claims)
    }

    /// Returns the namespaces of the containers that take variables from other files, only of those of `part` if there is one.
    #[cfg(feature = "yaml")]
    pub(crate) fn namespaces<'r>(&'r self, part: Option<&'r str>) -> impl Iterator<Item = Option<&'r str>> {
        let takes = |set: &&set::Set| !set.wanted.is_empty() || !set.asked.is_empty();
        let is_chosen = move |set: &&set::Set| part.is_none_or(|part| set.is_called(part));
        let chosen = self.sets.iter().filter(is_chosen).filter(takes);
        chosen.map(|set| set.namespace.as_deref())
    }

    /// Returns its Secrets and ConfigMaps.
    #[cfg(feature = "yaml")]
    pub(crate) fn lendable(&self) -> impl Iterator<Item = Lendable<'_>> {
        self.sets.iter().filter_map(|set| {
            Some(Lendable {
                keys: set.store.as_ref()?.keys.as_deref(),
                // The last name of a store is the one with its kind.
                name: set.names.last()?,
                namespace: set.namespace.as_deref(),
                bindings: &set.bindings,
                takes_files: !set.files.is_empty(),
            })
        })
    }
}

/// Returns the name of a file that another file, `name`, refers to by a path.
#[must_use]
pub fn beside(name: &str, path: &str) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    resolved(folder, path)
}

/// Where reading stopped, and why.
type Failed = (Span, EntryError);

#[cfg(feature = "yaml")]
fn read_text((text, name): (&str, &str), carrier: Carrier, part: Option<&str>) -> Result<(Carrier, Reader), Failed> {
    if carrier == Carrier::Systemd {
        return Ok((carrier, unit::read(text, name, part)));
    }
    let begins_object = text.trim_start_matches('\u{FEFF}').trim_ascii_start().starts_with('{');
    let tree = match carrier {
        Carrier::Json => tree::json(text)?,
        Carrier::Yaml => yaml::tree(text)?,
        // JSON is YAML too, but the JSON reader gives better errors.
        _ if begins_object => tree::json(text)?,
        _ => yaml::tree(text)?,
    };
    let kind = match carrier {
        Carrier::Json | Carrier::Yaml => shape(&tree).unwrap_or(carrier),
        forced => forced,
    };
    let mut reader = Reader::new(text, tree, kind);
    match kind {
        Carrier::Compose => compose::read(&mut reader),
        Carrier::Kubernetes => kubernetes::read(&mut reader),
        Carrier::Kustomize => kustomize::read(&mut reader),
        Carrier::GithubActions => actions::read(&mut reader),
        Carrier::Ecs => ecs::read(&mut reader),
        Carrier::Json | Carrier::Yaml | Carrier::Systemd => object::read(&mut reader),
    }
    Ok((kind, reader))
}

/// Reads only objects of variables: the compact build refuses anything else.
#[cfg(not(feature = "yaml"))]
fn read_text((text, _): (&str, &str), carrier: Carrier, _: Option<&str>) -> Result<(Carrier, Reader), Failed> {
    let unsupported = (Span::new(0, 0), EntryError::Unsupported);
    if carrier != Carrier::Json {
        return Err(unsupported);
    }
    let tree = tree::json(text)?;
    if shape(&tree).is_some() {
        return Err(unsupported);
    }
    let mut reader = Reader::new(text, tree, carrier);
    object::read(&mut reader);
    Ok((carrier, reader))
}

/// Determines the carrier from the top-level keys. `None` means an object of variables, if anything.
fn shape(tree: &Tree) -> Option<Carrier> {
    let has = |key: &str| tree.roots.iter().any(|&root| tree.get(root, key).is_some());
    let nests = |key: &str| {
        let nested = |&root: &tree::NodeId| tree.get(root, key).is_some_and(|id| tree.is_nested(id));
        tree.roots.iter().any(nested)
    };
    // The compact build refuses what it would find.
    #[cfg(feature = "yaml")]
    let is_list_of_containers = |&root: &tree::NodeId| ecs::is_list_of_containers(tree, root);
    #[cfg(not(feature = "yaml"))]
    let is_list_of_containers = |_: &tree::NodeId| false;
    if nests("configMapGenerator") || nests("secretGenerator") {
        Some(Carrier::Kustomize)
    } else if has("apiVersion") && has("kind") || nests("items") && has("kind") {
        Some(Carrier::Kubernetes)
    } else if nests("services") || nests("include") {
        Some(Carrier::Compose)
    } else if nests("jobs") || nests("runs") {
        Some(Carrier::GithubActions)
    } else if nests("containerDefinitions") || nests("taskDefinition") || tree.roots.iter().any(is_list_of_containers) {
        Some(Carrier::Ecs)
    } else {
        None
    }
}
