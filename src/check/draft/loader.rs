//! Guesses which loaders read the env files of a project, and in which version, from its dependencies, scripts and Compose files.

mod modes;
mod table;
#[cfg(test)]
mod tests;

use crate::parse::{Dialect, tools};

use modes::MODES_OF_DEPENDENCIES;
pub use modes::{Modes, modes};
pub use table::MANIFESTS;
use table::{BUNDLERS, INSIDE, LOADERS};

/// A loader that a project uses, and what says so.
#[derive(Debug, Clone)]
pub struct Loader {
    /// The dialect of the loader.
    pub dialect: &'static Dialect,
    /// The name of the manifest or of the Compose file.
    pub manifest: String,
    /// The version that the manifest asks for, if it is older than all that are known.
    pub older: Option<String>,
    /// Whether it is only known to read the files for what runs in the browser.
    pub is_bundler: bool,
    /// How it chooses files, if it does so by mode.
    pub modes: Option<Modes>,
}

/// Returns the loader that a manifest implies.
#[must_use]
pub fn loader(manifest: &str, text: &[u8]) -> Option<Loader> {
    if manifest.starts_with("bun.lock") {
        // Bun reads `.env` without being told.
        return Dialect::find("bun").map(|bun| implied(bun, manifest));
    }
    let (_, names) = LOADERS.iter().find(|(name, _)| *name == manifest)?;
    let is_listed = |(word, _): &&(&str, &str)| texts_after(text, word).next().is_some();
    let Some((word, name)) = names.iter().find(is_listed) else {
        return script(manifest, text);
    };
    // Rails loads the gem `dotenv` as it loads `dotenv-rails`.
    let is_of_rails = *word == "dotenv" && manifest == "Gemfile" && texts_after(text, "rails").next().is_some();
    let dependency = if is_of_rails { "dotenv-rails" } else { word };
    let guessed = |dialect, older| {
        let loader = implied(dialect, manifest);
        let of_dependency = MODES_OF_DEPENDENCIES.iter().find(|(one, _)| *one == dependency);
        Loader {
            older,
            is_bundler: BUNDLERS.contains(word),
            modes: loader.modes.or(of_dependency.map(|(_, modes)| *modes)),
            ..loader
        }
    };
    let version = texts_after(text, word).map(version).find(|version| !version.is_empty());
    let version = version.unwrap_or_default();
    // The version of a framework is not that of the loader inside it.
    let inside = INSIDE.iter().find(|(framework, _)| framework == word);
    let row = match inside.and_then(|(_, versions)| versions.iter().find(|(major, _)| version.first() == Some(major))) {
        Some((_, name)) => return Dialect::find(name).map(|row| guessed(row, None)),
        None if word.contains(name) => in_version(name, &version),
        None => Dialect::find(name),
    };
    let is_itself = word.contains(name) || name.contains(word);
    let older = (is_itself && is_older(name, &version)).then(|| version.join("."));
    row.map(|row| guessed(row, older))
}

/// Returns the row of a script that exports the words of an env file, `export $(grep -v '^#' .env | xargs)`, or hands it to the steps of a job
/// that follow: `cat .env >> $GITHUB_ENV`.
#[must_use]
pub fn script(name: &str, text: &[u8]) -> Option<Loader> {
    let lines = text.split(|byte| *byte == b'\n');
    let row = lines
        .filter(|line| !line.trim_ascii_start().starts_with(b"#"))
        .find_map(|line| {
            let line = String::from_utf8_lossy(line);
            words_of(&line).or_else(|| is_appended(&line).then_some("github-env"))
        })?;
    Some(implied(Dialect::find(row)?, name))
}

fn implied(dialect: &'static Dialect, manifest: &str) -> Loader {
    Loader {
        dialect,
        manifest: manifest.to_owned(),
        older: None,
        is_bundler: false,
        modes: modes(dialect).map(|(_, modes)| modes),
    }
}

/// Returns the row for the words of a file that are substituted in a line. With an option of `xargs`, or another program before it, it is
/// unknown what is read.
fn words_of(line: &str) -> Option<&'static str> {
    let mut before = "";
    for part in line.split("$(") {
        let command = part.split(')').next().unwrap_or_default();
        let outer = before.trim_end_matches('$').trim_end();
        before = part;
        if !["export", "env"].iter().any(|word| outer.ends_with(word)) {
            continue;
        }
        let command = command.replace(['\'', '"', '\\'], "");
        let words: Vec<&str> = command.split_whitespace().collect();
        let first = words.first().copied().unwrap_or_default();
        let reads = command.trim_end().strip_suffix("xargs").map(str::trim_end);
        let reads = reads.and_then(|reads| reads.strip_suffix('|'));
        let is_one = reads.is_some_and(|reads| reads.contains("env") && !reads.contains('|'));
        match first {
            "cat" if is_one => return Some("xargs-cat"),
            "grep" | "egrep" if is_one && words.contains(&"^#") => return Some("xargs"),
            "xargs" if words.get(1).is_some_and(|word| word.starts_with('<')) => return Some("xargs-cat"),
            _ => {}
        }
    }
    None
}

/// Returns whether a line appends an env file, as it is, to the file that `$GITHUB_ENV` names.
fn is_appended(line: &str) -> bool {
    let line = line.replace(['\'', '"', '{', '}'], "");
    let Some((before, file)) = line.split_once(">>") else {
        return false;
    };
    let command = before.rsplit([';', '&', '|', ':']).next().unwrap_or_default();
    let words: Vec<&str> = command.split_whitespace().collect();
    matches!(words[..], ["cat", file] if file.contains("env")) && file.trim_start().starts_with("$GITHUB_ENV")
}

/// Returns Docker Compose if a Compose file makes it read all of these files: it reads `.env` without being told, others only if the file
/// names them.
#[must_use]
pub fn compose(name: &str, text: &[u8], files: &[&str]) -> Option<Loader> {
    let is_read = |file: &&str| *file == ".env" || memchr::memmem::find(text, file.as_bytes()).is_some();
    let dialect = Dialect::find("docker-compose").filter(|_| files.iter().all(is_read))?;
    Some(implied(dialect, name))
}

/// Returns the rest of the line after each occurrence of a word that is not part of a longer one, outside of comments.
fn texts_after<'t>(text: &'t [u8], word: &'t str) -> impl Iterator<Item = &'t [u8]> {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte));
    text.split(|byte| *byte == b'\n')
        .filter(|line| !line.trim_ascii_start().starts_with(b"#"))
        .flat_map(move |line| {
            memchr::memmem::find_iter(line, word).filter_map(move |at| {
                let before = at.checked_sub(1).and_then(|before| line.get(before));
                let rest = &line[at + word.len()..];
                (!is_part(before) && !is_part(rest.first())).then_some(rest)
            })
        })
}

/// Returns the dialect of a loader in a version. The rows for older versions are named after them (`vite@7`), so no list of versions is
/// needed here.
fn in_version(name: &str, version: &[&str]) -> Option<&'static Dialect> {
    let named = |length: usize| Dialect::find(&format!("{name}@{}", version.get(..length)?.join(".")));
    named(2).or_else(|| named(1)).or_else(|| Dialect::find(name))
}

/// Returns the version that a dependency asks for, as far as it is certain: `5` for `^5.4.0`, `1.0.1` for `==1.0.1`. A range without an
/// upper bound means the newest version, for which nothing is returned; of several alternatives, the last counts.
fn version(rest: &[u8]) -> Vec<&str> {
    // In a Gemfile the version is an argument of its own.
    let rest = rest.strip_prefix(b"',").or(rest.strip_prefix(b"\",")).unwrap_or(rest);
    let end = rest.iter().position(|byte| b",;#}".contains(byte));
    let range = str::from_utf8(&rest[..end.unwrap_or(rest.len())]).unwrap_or_default();
    let range = range.rsplit("||").next().unwrap_or_default();
    let (operator, number) = range.split_at(range.find(|c: char| c.is_ascii_digit()).unwrap_or(range.len()));
    let operator = operator.trim_end().replace("~>", "~=");
    // `.` and `/` occur in paths of scripts, which are not versions.
    if operator.contains(['>', '<', '.', '/']) {
        return Vec::new();
    }
    let end = number.find(|c: char| !c.is_ascii_digit() && c != '.');
    let mut parts: Vec<&str> = number[..end.unwrap_or(number.len())].split('.').collect();
    parts.retain(|part| !part.is_empty());
    // `^` allows everything up to the next major version; so do `~=1.0` in Python and `~> 1.0` in Ruby.
    let is_wide = operator.ends_with('^') || (operator.ends_with("~=") && parts.len() == 2);
    if is_wide && parts.first().is_some_and(|major| *major != "0") {
        parts.truncate(1);
    }
    parts
}

/// Returns whether a version is older than all that a loader has rows for. `1` may be any of `1.75`.
fn is_older(loader: &str, version: &[&str]) -> bool {
    let numbers = |parts: &mut dyn Iterator<Item = &str>| parts.map_while(|part| part.parse().ok()).collect();
    let asked: Vec<u32> = numbers(&mut version.iter().copied());
    let first = |row: &Dialect| -> Vec<u32> {
        let version = row.versions.split(|c: char| c != '.' && !c.is_ascii_digit()).next();
        let mut parts: Vec<u32> = numbers(&mut version.unwrap_or_default().split('.'));
        parts.truncate(asked.len());
        parts
    };
    let oldest = tools::rows(loader).map(first).filter(|first| !first.is_empty()).min();
    oldest.is_some_and(|oldest| asked < oldest)
}
