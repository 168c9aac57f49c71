//! Variables in files other than .env: from bytes to a [`Document`], the form in which the model takes them.
//!
//! A JSON or YAML text becomes a [`tree`], a unit of systemd is read line by line; from either a reader takes [sets](set::Set) of
//! variables, one for whatever gets an environment of its own: a service, a container, a step of a job. What is checked is the part
//! that was asked for, or all of them together, as long as no two disagree about a key. Like parsing, reading never fails: what is
//! wrong is an error in the document. Values that a file only points to are [external](crate::parse::External).

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
mod kubernetes;
#[cfg(feature = "yaml")]
mod unit;
#[cfg(feature = "yaml")]
mod yaml;

use crate::parse::carried::Stores;
use crate::parse::dialect::{DOCKER, Precedence};
use crate::parse::{Dialect, Document, Effect, EntryError, SyntaxError, SyntaxErrorKind};
use crate::source::{Source, Span};

use set::Reader;
use tree::Tree;

/// How long a chain of services of other files may be that extend each other.
pub const MAX_EXTENDING: usize = 64;

/// The name of an input that has none.
pub const STDIN: &str = "<stdin>";

/// What carries variables, besides a .env file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// JSON: whatever the text turns out to be, else an object of variables.
    Json,
    /// YAML: whatever the text turns out to be, else a mapping of variables.
    Yaml,
    /// Docker Compose: `environment` and `env_file` of services.
    Compose,
    /// Kubernetes: Secret, ConfigMap, and `env` and `envFrom` of containers.
    Kubernetes,
    /// A workflow or an action of GitHub: `env` of workflow, job and step.
    GithubActions,
    /// A unit of systemd: `Environment=` and `EnvironmentFile=`.
    Systemd,
}

/// A file that a carrier takes further variables from.
#[derive(Debug, Clone)]
pub struct Reference {
    /// Its path as written.
    pub path: String,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it wins over the file that names it.
    pub wins: bool,
    /// The loader that reads it.
    pub dialect: &'static Dialect,
    /// Where it is named.
    pub span: Span,
}

/// A service of another file that what was read extends: what it sets lies below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// The path of the file as written.
    pub path: String,
    /// The service in it.
    pub part: String,
}

/// What was read.
#[derive(Debug)]
pub struct Reading {
    /// The variables.
    pub document: Document,
    /// As what it was read: never [`Carrier::Json`] or [`Carrier::Yaml`] where the text told more.
    pub carrier: Carrier,
    /// Further files, from low to high precedence among themselves.
    pub files: Vec<Reference>,
    /// What lies below it in another file, whose own files lie below these.
    pub base: Option<Base>,
    /// The paths of the files that any of its parts takes or extends, asked for or not, as written.
    pub named: Vec<String>,
    /// The names of the parts that may be asked for.
    pub parts: Vec<String>,
    /// The paths of files that it includes, as written: they must be there, and are not read with it.
    pub included: Vec<String>,
    /// Whether it holds Secrets and ConfigMaps alone.
    pub lies_below: bool,
    /// Whether a container takes variables from some that are not in the file.
    pub takes: bool,
}

impl Carrier {
    /// Every carrier.
    pub const ALL: [Carrier; 6] = [
        Carrier::Json,
        Carrier::Yaml,
        Carrier::Compose,
        Carrier::Kubernetes,
        Carrier::GithubActions,
        Carrier::Systemd,
    ];

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Carrier::Json => "json",
            Carrier::Yaml => "yaml",
            Carrier::Compose => "compose",
            Carrier::Kubernetes => "kubernetes",
            Carrier::GithubActions => "github-actions",
            Carrier::Systemd => "systemd",
        }
    }

    /// The carrier of a name.
    #[must_use]
    pub fn find(name: &str) -> Option<Carrier> {
        Carrier::ALL.into_iter().find(|carrier| carrier.name() == name)
    }

    /// What an input is: by its name, and where it has none, by its text. `None` is a .env file.
    #[must_use]
    pub fn of(source: &Source) -> Option<Carrier> {
        match source.name() {
            STDIN => Carrier::of_text(source.bytes()),
            name => Carrier::of_name(name),
        }
    }

    /// What a file is by its name; the shape of the text then tells the rest. `None` is a .env file.
    #[must_use]
    fn of_name(name: &str) -> Option<Carrier> {
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

    /// What a text without a name is, by how it begins. `None` is a .env file.
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

    /// How variables that it carries are loaded, in the columns of a loader.
    #[must_use]
    pub fn dialect(self) -> &'static Dialect {
        match self {
            Carrier::Json => &JSON,
            Carrier::Yaml => &YAML,
            Carrier::Compose => &COMPOSE,
            Carrier::Kubernetes => &KUBERNETES,
            Carrier::GithubActions => &GITHUB_ACTIONS,
            Carrier::Systemd => &SYSTEMD,
        }
    }
}

/// Of the columns only those count that are about whole values: reading is done. `docker run` takes a value as it is.
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
static GITHUB_ACTIONS: Dialect = row("github-actions", "GitHub Actions", Precedence::File);
static SYSTEMD: Dialect = row("systemd", "systemd", Precedence::FileAlone);

/// Reads the variables of `part`, or of all parts, from a text.
#[must_use]
pub fn read(text: &[u8], carrier: Carrier, part: Option<&str>) -> Reading {
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
        ),
        carrier,
        files: Vec::new(),
        base: None,
        named: Vec::new(),
        parts: Vec::new(),
        included: Vec::new(),
        lies_below: false,
        takes: false,
    };
    let valid = match str::from_utf8(text) {
        Ok(valid) => valid,
        Err(error) => {
            let start = error.valid_up_to();
            let len = error.error_len().unwrap_or(text.len() - start);
            return rejected(Span::new(start, start + len), SyntaxErrorKind::NotUtf8);
        }
    };
    match read_text(valid, carrier) {
        Ok((carrier, reader)) => reader.finish(carrier, part),
        Err((span, error)) => rejected(span, SyntaxErrorKind::Entry(error)),
    }
}

impl Reading {
    /// Whether this build does not read such files.
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        let unsupported = SyntaxErrorKind::Entry(EntryError::Unsupported);
        self.document.errors().iter().any(|error| error.kind == unsupported)
    }
}

/// The name of a file that another names by a path.
#[must_use]
pub fn beside(name: &str, path: &str) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}

/// Where reading ended, and why.
type Failed = (Span, EntryError);

#[cfg(feature = "yaml")]
fn read_text(text: &str, carrier: Carrier) -> Result<(Carrier, Reader), Failed> {
    if carrier == Carrier::Systemd {
        return Ok((carrier, unit::read(text)));
    }
    let begins_object = text.trim_start_matches('\u{FEFF}').trim_ascii_start().starts_with('{');
    let tree = match carrier {
        Carrier::Json => tree::json(text)?,
        Carrier::Yaml => yaml::tree(text)?,
        // JSON is YAML too, but its own reader tells better what is wrong with it.
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
        Carrier::GithubActions => actions::read(&mut reader),
        Carrier::Json | Carrier::Yaml | Carrier::Systemd => object::read(&mut reader),
    }
    Ok((kind, reader))
}

/// The compact build reads objects of variables, and refuses all else.
#[cfg(not(feature = "yaml"))]
fn read_text(text: &str, carrier: Carrier) -> Result<(Carrier, Reader), Failed> {
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

/// What a tree is by the keys at its top. `None` is an object of variables, if anything.
fn shape(tree: &Tree) -> Option<Carrier> {
    let has = |key: &str| tree.roots.iter().any(|&root| tree.get(root, key).is_some());
    let nests = |key: &str| {
        let nested = |&root: &tree::NodeId| tree.get(root, key).is_some_and(|id| tree.is_nested(id));
        tree.roots.iter().any(nested)
    };
    if has("apiVersion") && has("kind") || nests("items") && has("kind") {
        Some(Carrier::Kubernetes)
    } else if nests("services") || nests("include") {
        Some(Carrier::Compose)
    } else if nests("jobs") || nests("runs") {
        Some(Carrier::GithubActions)
    } else {
        None
    }
}
