//! The table of loaders: one row each, in a file for each family.

mod containers;
mod go;
mod java;
mod javascript;
mod npm;
mod php;
mod python;
mod ruby;
mod rust;
mod system;

pub(crate) use containers::DOCKER;

use super::dialect::*;
use super::document::Effect;

/// Every dialect, in the order of the help text.
pub static DIALECTS: &[&Dialect] = &[
    &npm::DOTENV,
    &npm::DOTENV_OVERRIDE,
    &npm::DOTENV_15,
    &npm::DOTENV_14,
    &npm::DOTENV_10,
    &npm::DOTENV_EXPAND,
    &npm::DOTENV_EXPAND_1000,
    &npm::DOTENV_EXPAND_11,
    &npm::DOTENV_EXPAND_10,
    &npm::DOTENV_EXPAND_5,
    &npm::DOTENVX,
    &npm::DOTENVX_1,
    &containers::COMPOSE,
    &containers::COMPOSE_5,
    &containers::COMPOSE_RAW,
    &containers::DOCKER,
    &containers::PODMAN,
    &containers::KUBECTL,
    &javascript::NODE,
    &javascript::NODE_20,
    &javascript::NODE_PARSE_ENV,
    &javascript::VITE,
    &javascript::VITE_7,
    &javascript::VITE_5,
    &javascript::NEXT,
    &javascript::NUXT,
    &javascript::EXPO,
    &javascript::BUN,
    &javascript::BUN_1_3,
    &javascript::DENO,
    &python::PYTHON_DOTENV,
    &python::PYTHON_DOTENV_1_1,
    &python::PYTHON_DOTENV_OVERRIDE,
    &python::DJANGO_ENVIRON,
    &python::PYTHON_DECOUPLE,
    &python::HONCHO,
    &ruby::RUBY_DOTENV,
    &ruby::RUBY_DOTENV_OVERRIDE,
    &ruby::FOREMAN,
    &go::GODOTENV,
    &go::GOTENV,
    &java::DOTENV_JAVA,
    &java::QUARKUS,
    &java::SPRING,
    &php::PHPDOTENV,
    &php::LARAVEL,
    &php::SYMFONY,
    &php::SYMFONY_5,
    &rust::DOTENVY,
    &rust::DOTENVY_OVERRIDE,
    &rust::DOTENV_RS,
    &rust::JUST,
    &rust::UV,
    &system::SYSTEMD,
    &go::DIRENV,
    &npm::ENV_CMD,
    &npm::NODE_FOREMAN,
    &system::BASH,
    &system::ZSH,
    &system::DASH,
    &system::MAKE,
    &system::XARGS,
    &system::XARGS_CAT,
    &system::GITHUB_ENV,
];

impl Dialect {
    /// Returns the row by which the loader reads a file of that name: Expo takes more from what is one developer's own.
    pub(crate) fn for_file(&'static self, name: &str) -> &'static Dialect {
        match self.expander {
            Expander::Expo if name.ends_with(".local") => &javascript::EXPO_LOCAL,
            _ => self,
        }
    }
}

/// The loader assumed for a schema that names none: the one with which most can go wrong at a `$`.
pub static DEFAULT: &Dialect = &npm::DOTENV_EXPAND;

/// The reader of a loader that works on JavaScript strings; rows state how they differ from it.
const JAVASCRIPT: Reader = Reader {
    bom: Bom::Text,
    invalid_utf8: Unfit::Replaced("\u{FFFD}"),
    nul: Unfit::Kept,
    lines: LineEnds::Any,
    max_line: None,
};

/// The grammar of a loader for which a line is an assignment and everything after the `=` its value; rows state how
/// they differ from it.
const PLAIN: Grammar = Grammar {
    space: Space::Unicode,
    comments: b"#",
    export: Export::None,
    key: Key::Verbatim(Names::WithoutBlanks),
    value: Value::Verbatim,
    comment: Comment::None,
    bare: Escapes::None,
    single: Escapes::None,
    double: Escapes::None,
    on_error: Effect::Rejected,
};
