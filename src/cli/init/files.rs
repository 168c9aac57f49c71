//! Finds out which files of a project are env files, and the environment of each, by their names, which differ from project to project.
//!
//! Files in the folder itself take precedence over those in its subfolders, and one naming scheme over another: where two could be meant, the
//! second is skipped and mentioned, because a guess that takes in too much would check files that nothing reads.

use std::path::{Path, PathBuf};

use envgate::check::draft::Modes;
use envgate::parse::{self, Dialect};
use envgate::schema::MAX_ENVIRONMENTS;

use crate::ignored::Ignored;
use crate::{discover, host, models, read};

/// Words for environments in names of files, and the names of those environments, in promotion order.
const ENVIRONMENTS: &[(&str, &[&str])] = &[
    (DEVELOPMENT, &["development", "dev", "local"]),
    (TEST, &["test", "testing"]),
    (
        "ci",
        &[
            "ci",
            "travis",
            "travis-ci",
            "circleci",
            "appveyor",
            "github-actions",
            "gitlab-ci",
        ],
    ),
    ("qa", &["qa"]),
    ("preview", &["preview"]),
    ("sandbox", &["sandbox"]),
    ("uat", &["uat"]),
    ("staging", &["staging", "stage"]),
    ("production", &["production", "prod", "prd"]),
];

pub(super) const DEVELOPMENT: &str = "development";

pub(super) const TEST: &str = "test";

/// The name of the only environment.
pub(super) const ONLY: &str = "default";

/// The file with a developer's own values.
pub(super) const LOCAL: &str = ".env.local";

/// Folders in which projects keep env files, and whether everything in them is one, so that a file may be called just `production`.
const FOLDERS: &[(&str, bool)] = &[
    ("env", true),
    (".env", true),
    ("envs", true),
    (".envs", true),
    ("environments", true),
    ("environment", true),
    ("config", false),
    ("configs", false),
    ("conf", false),
    ("deploy", false),
    ("docker", false),
];

/// An environment, and its files, low to high precedence.
#[derive(Debug)]
pub(super) struct OfEnvironment {
    pub(super) name: String,
    pub(super) files: Vec<PathBuf>,
    /// Whether its name is only a word from the name of a file.
    pub(super) is_guessed: bool,
    /// The loader, if the name of the files says so.
    pub(super) dialect: Option<&'static Dialect>,
    /// How the files are named.
    manner: Manner,
}

/// The env files of a project.
#[derive(Debug, Default)]
pub(super) struct EnvFiles {
    pub(super) environments: Vec<OfEnvironment>,
    /// Files with such names that are not used.
    pub(super) passed_over: Vec<PathBuf>,
}

/// The depth of a file's folder, and its naming scheme.
type Manner = (usize, Way);

/// A naming scheme, the most common first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// `.env`, `.env.production`, as loaders choose files by mode.
    Mode,
    /// `.env-production`, `.env_production`
    Dash,
    /// `production.env`, `.production.env`
    End,
    /// `env.production`
    Begin,
    /// `.dev.vars` of Wrangler
    Vars,
    /// `env/production`, `.envs/.production/.django`
    Folder,
    /// `.envrc`
    Direnv,
}

/// The parts of a file's name. The fields are in the order in which files are sorted.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    way: Way,
    /// Whether it is a developer's own, which wins over the shared one.
    is_local: bool,
    /// The word for its environment; empty in `.env`.
    word: String,
}

/// The environments that have files. `.env` belongs to all of them where development has a file of its own, as with the loaders that choose
/// files by mode; else it is that of development, and of those in which such a loader finds it.
pub(super) fn find(folder: &Path, modes: Option<Modes>) -> EnvFiles {
    let mut found = EnvFiles::default();
    let (mut base, mut direnv) = (Vec::new(), None);
    for (place, folder) in places(folder).into_iter().enumerate() {
        let (own, rest): (Vec<_>, Vec<_>) = candidates(&folder)
            .into_iter()
            .partition(|(named, _)| named.word.is_empty());
        for (named, path) in own {
            match named.way {
                Way::Direnv if direnv.is_none() => direnv = Some(path),
                Way::Mode if base.is_empty() || named.is_local && place == 0 => base.push(path),
                _ => found.passed_over.push(path),
            }
        }
        for (named, path) in rest {
            found.add(&named.word, path, (place, named.way));
        }
    }
    let development = found.environments.iter().position(|one| one.name == DEVELOPMENT);
    match development {
        // `.env.local` wins over `.env`, and the file of a mode over both, but for its own `.local`.
        Some(at) if found.environments[at].is_mode() => {
            for one in found.environments.iter_mut().filter(|one| one.is_mode()) {
                one.add_below(&base, modes);
            }
        }
        _ if base.is_empty() => {}
        development => {
            if let Some(at) = development {
                found.passed_over.extend(found.environments.remove(at).files);
            }
            if modes.is_some() {
                found.add_base(folder, &base, modes);
            }
            found.begin_with(base, None);
        }
    }
    match direnv {
        Some(path) if found.environments.iter().all(|one| one.name != DEVELOPMENT) && sets_only(&path) => {
            found.begin_with(vec![path], Some(direnv_dialect()));
        }
        other => found.passed_over.extend(other),
    }
    // A schema can't have more. The guessed ones are between development and the other known ones.
    while found.environments.len() > MAX_ENVIRONMENTS {
        found.passed_over.extend(found.environments.remove(1).files);
    }
    found
}

impl OfEnvironment {
    /// Whether its files are named as loaders choose them by mode.
    fn is_mode(&self) -> bool {
        self.manner == (0, Way::Mode)
    }

    /// Adds the files that all modes have, below that of the mode.
    fn add_below(&mut self, base: &[PathBuf], modes: Option<Modes>) {
        let is_local = |path: &PathBuf| path.file_name().is_some_and(|name| name == LOCAL);
        let (local, shared): (Vec<PathBuf>, Vec<PathBuf>) = base.iter().cloned().partition(is_local);
        if modes.is_none_or(|modes| modes.local_in_test || self.name != TEST) {
            let of_mode = |path: &PathBuf| !path.to_string_lossy().ends_with(".local");
            let at = if modes.is_some_and(|modes| modes.local_wins) {
                self.files.iter().take_while(|path| of_mode(path)).count()
            } else {
                0
            };
            self.files.splice(at..at, local);
        }
        self.files.splice(0..0, shared);
    }
}

impl EnvFiles {
    /// Adds the files that a loader reads in every mode. Tests run on the machine of a developer, which has all of them; other environments
    /// only get the files that may be committed.
    fn add_base(&mut self, folder: &Path, base: &[PathBuf], modes: Option<Modes>) {
        let ignored = Ignored::above(folder).within(folder);
        let here = base.iter().filter(|path| path.parent() == Some(folder));
        let (all, brought): (Vec<PathBuf>, Vec<PathBuf>) = (
            here.clone().cloned().collect(),
            here.filter(|path| !ignored.leaves_out(path)).cloned().collect(),
        );
        let of_mode = |one: &&mut OfEnvironment| one.is_mode() && !one.is_guessed;
        for one in self.environments.iter_mut().filter(of_mode) {
            let base = if one.name == TEST { &all } else { &brought };
            one.add_below(base, modes);
        }
    }

    /// Adds a file of the environment that a word stands for.
    fn add(&mut self, word: &str, path: PathBuf, manner: Manner) {
        let name = known(word).map_or(word, |at| ENVIRONMENTS[at].0);
        match self.environments.iter_mut().find(|one| one.name == name) {
            Some(one) if one.manner == manner => one.files.push(path),
            Some(_) => self.passed_over.push(path),
            None => {
                let at = self.environments.partition_point(|one| order(&one.name) <= order(name));
                let one = OfEnvironment {
                    name: name.to_owned(),
                    files: vec![path],
                    is_guessed: known(word).is_none(),
                    dialect: None,
                    manner,
                };
                self.environments.insert(at, one);
            }
        }
    }

    /// Adds the files of development, which needs no name if it is the only environment.
    fn begin_with(&mut self, files: Vec<PathBuf>, dialect: Option<&'static Dialect>) {
        let name = if self.environments.is_empty() {
            ONLY
        } else {
            DEVELOPMENT
        };
        let one = OfEnvironment {
            name: name.to_owned(),
            files,
            is_guessed: false,
            dialect,
            manner: (0, Way::Mode),
        };
        self.environments.insert(0, one);
    }
}

/// Whether `find` searches a folder: the project's own, or one in it that is for env files.
pub(super) fn is_searched(project: &Path, other: &Path) -> bool {
    let (project, other) = (discover::absolute(project), discover::absolute(other));
    other == project || FOLDERS.iter().any(|(name, _)| other.starts_with(project.join(name)))
}

/// Returns the folder and its subfolders for env files, and whether everything in each is one.
fn places(folder: &Path) -> Vec<Place> {
    let mut places = vec![Place {
        path: folder.to_owned(),
        holds_nothing_else: false,
    }];
    let inside = FOLDERS.iter().map(|&(name, holds_nothing_else)| Place {
        path: folder.join(name),
        holds_nothing_else,
    });
    // A virtual environment of Python is called `env` as well.
    places.extend(inside.filter(|place| host::is_folder(&place.path) && !host::exists(&place.path.join("pyvenv.cfg"))));
    places
}

struct Place {
    path: PathBuf,
    holds_nothing_else: bool,
}

/// Returns the files with names of env files, sorted.
fn candidates(place: &Place) -> Vec<(Named, PathBuf)> {
    let mut all = Vec::new();
    let of_folder = |word: &str| Named {
        way: Way::Folder,
        is_local: false,
        word: word.to_owned(),
    };
    for name in host::names(&place.path) {
        let path = place.path.join(&name);
        let word = name.trim_start_matches('.');
        let is_one = place.holds_nothing_else && known(word).is_some();
        if is_one && host::is_folder(&path) {
            let files = host::names(&path);
            let files = files
                .iter()
                .filter(|file| file.ends_with(".env") || file.rfind('.') == Some(0));
            all.extend(files.map(|file| (of_folder(word), path.join(file))));
        } else if let Some(named) = named(&name).or_else(|| is_one.then(|| of_folder(word))) {
            all.push((named, path));
        }
    }
    all.retain(|(_, path)| host::is_file(path));
    all.sort();
    all
}

/// Parses the name of a file.
fn named(name: &str) -> Option<Named> {
    let (way, rest) = if let Some(rest) = name.strip_prefix(".env") {
        match rest.as_bytes().first() {
            None => (Way::Mode, ""),
            Some(b'.') => (Way::Mode, &rest[1..]),
            Some(b'-' | b'_') => (Way::Dash, &rest[1..]),
            Some(_) if rest == "rc" => (Way::Direnv, ""),
            Some(_) => return None,
        }
    } else if let Some(word) = name.strip_suffix(".env") {
        (Way::End, word.trim_start_matches('.'))
    } else if let Some(rest) = name.strip_prefix(".dev.vars") {
        (Way::Vars, rest.strip_prefix('.').unwrap_or("dev"))
    } else {
        let word = name.strip_prefix("env.").filter(|word| known(word).is_some())?;
        (Way::Begin, word)
    };
    let (word, is_local) = match rest.strip_suffix("local") {
        Some("") if way == Way::Mode => ("", true),
        Some(word) if word.ends_with('.') => (&word[..word.len() - 1], true),
        _ => (rest, false),
    };
    let is_sound = is_environment(word) || word.is_empty() && matches!(way, Way::Mode | Way::Direnv);
    is_sound.then(|| Named {
        way,
        is_local,
        word: word.to_owned(),
    })
}

/// Whether a word in the name of a file may stand for an environment.
fn is_environment(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let is_example = ["example", "sample", "template"]
        .iter()
        .any(|part| lower.contains(part));
    let is_word = word
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    !word.is_empty() && is_word && !is_example && !models::OTHER_ENDS.contains(&lower.as_str())
}

/// Returns the environment that the name of a file plainly denotes, if it does.
pub(super) fn environment(file: &str) -> Option<&'static str> {
    known(&named(file)?.word).map(|at| ENVIRONMENTS[at].0)
}

/// Returns the position of an environment in the order of promotion. Unknown ones come after development and before all others, because the
/// last one is taken for production.
pub(super) fn order(name: &str) -> usize {
    known(name).map_or(1, |at| if at == 0 { 0 } else { at + 1 })
}

/// Returns the environment that a word stands for.
fn known(word: &str) -> Option<usize> {
    ENVIRONMENTS
        .iter()
        .position(|(_, aliases)| aliases.iter().any(|alias| word.eq_ignore_ascii_case(alias)))
}

/// Whether an `.envrc` only sets variables. If it runs commands, it is unknown what they would set.
fn sets_only(path: &Path) -> bool {
    let text = read::file(path, &discover::shown(path)).unwrap_or_default();
    let document = parse::parse(&text, direnv_dialect());
    document.rejected().is_none() && document.errors().is_empty() && !document.assignments().is_empty()
}

fn direnv_dialect() -> &'static Dialect {
    Dialect::find("direnv").unwrap_or(parse::dialect::DEFAULT)
}

/// Whether a folder has an env file, or an example of one.
pub(super) fn has_any(folder: &Path, names: &[&str]) -> bool {
    let is_one = |name: &str| named(name).is_some() || models::is_model(name);
    let mut names = names.iter();
    names.any(|name| is_one(name) && host::is_file(&folder.join(name)))
}

#[cfg(test)]
mod tests {
    use super::{known, named};

    #[test]
    fn names_of_env_files() {
        let word = |name: &str| named(name).map(|named| (named.word, named.is_local));
        for (name, expected, is_local) in [
            (".env", "", false),
            (".envrc", "", false),
            (".env.local", "", true),
            (".env.production", "production", false),
            (".env.production.local", "production", true),
            (".env-prod", "prod", false),
            (".env_prod", "prod", false),
            ("prod.env", "prod", false),
            (".prod.env", "prod", false),
            ("backend.env", "backend", false),
            ("env.staging", "staging", false),
            (".dev.vars", "dev", false),
            (".dev.vars.staging", "staging", false),
        ] {
            assert_eq!(word(name), Some((expected.to_owned(), is_local)), "{name}");
        }
        for name in [
            "env",
            "env.js",
            "env.d.ts",
            "environment",
            ".env.example",
            ".env.production.example",
            "example.env",
            ".env.vault",
            ".env.keys",
            ".env.bak",
            ".env.schema",
            ".environment",
            ".env~",
            ".env.sh",
            ".env.eu.prod",
        ] {
            assert_eq!(word(name), None, "{name}");
        }
        assert_eq!(known("Prod"), known("production"));
        assert_eq!(known("travis"), known("ci"));
    }
}
