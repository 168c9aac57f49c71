//! The files in a repository that people copy to make an env file of their own: examples, recognised by their names.

use std::path::{Path, PathBuf};

use crate::host;

/// Names of the reference file that a project may have beside its env files; the first is taken. The package (`node.ts`) and the page
/// (`route.ts`) have the same ones: all gates compare values with those of the example.
#[rustfmt::skip]
pub(crate) const EXAMPLES: [&str; 15] = [
    ".env.example", ".env.sample", ".env.template", ".env.dist",
    "env.example", "env.sample", "env.template", "env.dist",
    "example.env", "sample.env", ".example.env",
    ".env-example", ".env-sample", ".env-template", ".env_example",
];

/// Names of files with defaults, which `init` takes for an example where there is none.
const DEFAULTS: &[&str] = &[".env.default", ".env.defaults"];

/// The maximum number of files that a message names.
const MAX_NAMED: usize = 10;

/// Endings of examples. Without the ending, the name is that of the copy.
const EXAMPLE_ENDS: [&str; 6] = [".example", ".sample", ".template", "-example", "-sample", "-template"];

/// Endings of names that begin like an env file but are not one: examples, copies, encrypted files, files of other tools.
#[rustfmt::skip]
pub(crate) const OTHER_ENDS: &[&str] = &[
    "age", "asc", "backup", "bak", "bash", "cjs", "d", "default", "defaults", "diff", "dist", "enc", "encrypted", "gpg", "js",
    "json", "keys", "lock", "md", "me", "mjs", "old", "orig", "patch", "php", "previous", "py", "rb", "save", "schema", "sh",
    "sops", "swo", "swp", "tmp", "toml", "ts", "txt", "vault", "yaml", "yml", "zip",
];

/// Whether a file has the name of an env file, or of something made from one: `.env`, `.env.…`, `….env`.
pub(crate) fn is_called_env(name: &str) -> bool {
    name.starts_with(".env.") || name.ends_with(COPY)
}

/// Whether a file beside a schema has the name of an env file that some program reads, and not that of an example or a copy.
pub(crate) fn may_be_loaded(name: &str) -> bool {
    let is_model = |word: &str| EXAMPLE_ENDS.iter().any(|end| word.contains(&end[1..]));
    let end = name.rsplit('.').next().unwrap_or_default();
    is_called_env(name) && !OTHER_ENDS.contains(&end) && !name.split('.').any(is_model)
}

/// The reference file in a folder, if it has one.
pub(crate) fn example(folder: &Path) -> Option<PathBuf> {
    EXAMPLES
        .iter()
        .map(|name| folder.join(name))
        .find(|path| host::is_file(path))
}

/// Whether a file has the name of an example, or of a file with defaults that is used as one.
pub(crate) fn is_model(name: &str) -> bool {
    EXAMPLES.contains(&name) || DEFAULTS.contains(&name)
}

/// Returns the file that people copy: the example of a project, or a file that is used as one.
pub(crate) fn model(folder: &Path) -> Option<PathBuf> {
    example(folder).or_else(|| other_example(folder))
}

/// Returns a file with defaults, or else the example of a single environment.
fn other_example(folder: &Path) -> Option<PathBuf> {
    let mut named = DEFAULTS.iter().map(|name| folder.join(name));
    named
        .find(|path| host::is_file(path))
        .or_else(|| of_environments(folder).next())
}

/// Returns the examples of single environments, such as `.env.production.example`, and that of Wrangler.
pub(crate) fn of_environments(folder: &Path) -> impl Iterator<Item = PathBuf> {
    [
        ".env.local",
        ".env.development",
        ".env.dev",
        VARS,
        ".env.docker",
        ".env.production",
        ".env.prod",
        ".env.staging",
        ".env.stage",
        ".env.test",
    ]
    .into_iter()
    .flat_map(|name| EXAMPLE_ENDS.map(|end| folder.join(format!("{name}{end}"))))
    .filter(|path| host::is_file(path))
}

/// Returns the example in a folder that is named after a file: `.env.production.example` for `.env.production`.
pub(crate) fn example_of(folder: &Path, name: &str) -> Option<String> {
    let mut named = EXAMPLE_ENDS.iter().map(|end| format!("{name}{end}"));
    named.find(|example| host::is_file(&folder.join(example)))
}

/// The file of Wrangler.
pub(crate) const VARS: &str = ".dev.vars";

/// The name of the file that is copied from most examples.
pub(crate) const COPY: &str = ".env";

/// Returns the name of the file that is copied from an example: `.env.local` from `.env.local.example`.
pub(crate) fn copy_of(example: &str) -> &str {
    let named = EXAMPLE_ENDS.iter().find_map(|end| example.strip_suffix(end));
    named
        .filter(|name| name.starts_with(COPY) || *name == VARS)
        .unwrap_or(COPY)
}

/// Returns the names of files that look like examples, but not plainly enough to begin with one: `env-example-postgres`, `defaults.env`.
pub(crate) fn alike(folder: &Path) -> Vec<String> {
    let mut names = host::names(folder);
    names.retain(|name| {
        let lower = name.to_ascii_lowercase();
        let is_env = lower.trim_start_matches('.').starts_with("env") || lower.ends_with(".env");
        let is_model = |text: &str| {
            ["example", "sample", "template", "default", "dist"]
                .iter()
                .any(|word| text.contains(word))
        };
        // `env.example.ts` is code.
        let end = lower.rsplit('.').next().unwrap_or_default();
        let is_other = OTHER_ENDS.contains(&end) && !is_model(end);
        is_env && is_model(&lower) && !is_other && host::is_file(&folder.join(name))
    });
    names.sort();
    names.truncate(MAX_NAMED);
    names
}
