//! The columns that describe a loader. A [`Dialect`] is a composition, not a parser: reader, grammar, expander, command
//! policy, precedence. The columns of the grammar are in [`grammar`](super::grammar), the rows in [`table`](super::table), a
//! file for each family of loaders.

use super::document::Effect;
pub use super::grammar::{
    Colon, Comment, Escapes, Export, Grammar, Key, Names, Owner, Properties, Shell, Space, Value, Words,
};
pub(crate) use super::table::DOCKER;
pub use super::table::{DEFAULT, DIALECTS};

/// How one loader reads a .env file.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    /// The name in schemas, on the command line and in reports.
    pub name: &'static str,
    /// Aliases.
    pub aliases: &'static [&'static str],
    /// The loader, for people.
    pub title: &'static str,
    /// The versions that the row describes.
    pub versions: &'static str,
    /// How bytes become text.
    pub reader: Reader,
    /// How text becomes assignments.
    pub grammar: Grammar,
    /// What it does with references in a value.
    pub expander: Expander,
    /// What it does with commands in a value.
    pub commands: Commands,
    /// Which of two assignments to the same key in one file prevails.
    pub duplicates: Duplicates,
    /// Whether the file or the process environment prevails.
    pub precedence: Precedence,
    /// The order in which it passes the variables on.
    pub order: Order,
}

impl Dialect {
    /// Returns the row with a name or alias.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Dialect> {
        DIALECTS
            .iter()
            .copied()
            .find(|dialect| dialect.name == name || dialect.aliases.contains(&name))
    }

    /// Returns the name of the loader, without its version: `vite` of `vite@7`.
    #[must_use]
    pub fn loader(&self) -> &'static str {
        loader_of(self.name)
    }

    /// Returns whether the file that prevails is read first, because the loader does not change what is already set. A
    /// loader that reads all files before it sets anything starts with the lowest.
    #[must_use]
    pub fn reads_winner_first(&self) -> bool {
        matches!(self.precedence, Precedence::Process | Precedence::ProcessUnlessEmpty)
            && !matches!(
                self.expander,
                Expander::Vite
                    | Expander::Vite5
                    | Expander::Expo
                    | Expander::C12
                    | Expander::Symfony
                    | Expander::Symfony5
                    | Expander::Php
                    | Expander::Laravel
            )
    }
}

/// Returns the part of a name that says which loader is meant, not which version of it.
pub(crate) fn loader_of(name: &str) -> &str {
    name.split_once('@').map_or(name, |(loader, _)| loader)
}

/// How bytes become text.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    /// What a leading byte order mark is.
    pub bom: Bom,
    /// What happens to bytes that are not UTF-8.
    pub invalid_utf8: Unfit,
    /// What happens to zero bytes.
    pub nul: Unfit,
    /// What ends a line.
    pub lines: LineEnds,
    /// The longest line that is accepted, in bytes including its end, and what happens at a longer one.
    pub max_line: Option<(usize, Effect)>,
}

/// What a leading byte order mark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bom {
    /// A character like any other; no matter where the grammar counts it as white space.
    Text,
    /// It is removed.
    Stripped,
    /// The file is rejected.
    Rejected,
}

/// What happens to bytes that are not text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// They are kept.
    Kept,
    /// Each sequence is replaced by this.
    Replaced(&'static str),
    /// They end the key or value that contains them.
    Cuts,
    /// The environment silently refuses the variable.
    NotSet,
    /// The file is rejected.
    Rejected,
    /// The file is rejected if they are in a key or a value.
    RejectedInAssignments,
    /// The loader fails when it reaches the line; what comes before is set.
    Halts,
    /// The loader silently stops at the key or value that contains them; what comes before is set.
    Stops,
    /// Nothing of the file is loaded, and the loader does not fail.
    Ignored,
}

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnds {
    /// LF; a CR is white space or text.
    Lf,
    /// LF or CRLF; a CR elsewhere is text.
    Crlf,
    /// LF, CRLF or CR, but a CR does not end a comment; CRLF is read as LF.
    LfOrCr,
    /// LF, CRLF or CR, each read as LF.
    Any,
    /// What `$` of JavaScript matches with the flag `m`: LF, CRLF, CR, U+2028 and U+2029.
    JavaScript,
    /// LF, CRLF or CR, each kept unchanged in a value.
    AnyKept,
    /// What `str.splitlines` of Python splits at: LF, CRLF, CR, and seven more characters.
    Python,
    /// LF; every CR is removed before anything is parsed.
    LfWithoutCr,
}

/// What happens to references in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expander {
    /// They are text.
    None,
    /// `$name` of letters and digits, or `${anything}`, in bare and double-quoted pieces.
    Dotenvy,
    /// Like dotenvy, but uv sets nothing until everything is read, so that a reference finds the last earlier assignment.
    Uv,
    /// Only `${name}`, in bare and double-quoted values; unset ones are kept.
    Php,
    /// Like [`Expander::Php`], and a program reads what `env()` makes of a value.
    Laravel,
    /// Parameters of a shell, those of the file first.
    Shell,
    /// Variables of GNU make, which are expanded when a program is run, unless they are assigned with `:=`.
    Make,
    /// `$name`, `${name}`, `${name:-default}`, `${name:=default}` in bare and double-quoted pieces.
    Symfony,
    /// Like [`Expander::Symfony`], but each value is expanded as soon as it is read.
    Symfony5,
    /// npm dotenv-expand 12 and 13, in all kinds of quotes.
    DotenvExpand13,
    /// dotenv-expand 12 as patched by Vite: a variable that is not expanded yet is looked up as it was read.
    Vite,
    /// npm dotenv-expand 1000.
    DotenvExpand1000,
    /// dotenvx, in all kinds of quotes but single ones.
    Dotenvx,
    /// dotenvx before 2, to which `-` and `+` are `:-` and `:+`.
    Dotenvx1,
    /// dotenv-expand 10 as bundled by Next, which reads the file itself.
    Next,
    /// npm dotenv-expand 10.
    DotenvExpand10,
    /// npm dotenv-expand 5, without defaults.
    DotenvExpand5,
    /// dotenv-expand 5 as modified by c12, the loader of Nuxt: unset references are kept.
    C12,
    /// npm dotenv-expand 11.
    DotenvExpand11,
    /// dotenv-expand 11 as used by Vite 5: the file is not in the process environment.
    Vite5,
    /// dotenv-expand 11 as modified by Expo: the file is not in the process environment, and a variable does not see itself.
    Expo,
    /// `os.Expand` of Go, with `:-`; in bare and double-quoted values.
    Direnv,
    /// Bun.
    Bun,
    /// Bun before 1.4, which goes from the last reference of a value to the first.
    Bun13,
    /// The template of Compose, in bare and double-quoted values.
    Compose,
    /// Like [`Expander::Compose`], but what follows an operator is only expanded if it is used.
    Compose5,
    /// `$name` and `${anything}`, in bare and double-quoted values.
    Deno,
    /// `${name}` and `${name:-default}`, in all kinds of quotes.
    Python,
    /// `$name` and `${name}`, the braces optional, in bare and double-quoted values.
    Ruby,
    /// `$NAME` and `${NAME}` in capitals, the braces optional, in bare and double-quoted values; only variables of the file.
    Godotenv,
    /// Like [`Expander::Godotenv`], but variables of the environment come first.
    Gotenv,
}

/// What happens to commands in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commands {
    /// They are text.
    Text,
    /// `$(…)` is run in values with any quotes or none.
    RunAnywhere,
    /// `$(…)` is run in bare and double-quoted values.
    Run,
}

/// Which of two assignments to the same key in one file prevails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duplicates {
    /// The first.
    First,
    /// The last.
    Last,
    /// Neither: they are an error.
    Rejected,
}

/// Whether the file or the process environment prevails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precedence {
    /// The process environment, even if the variable is empty there.
    Process,
    /// The process environment, unless the variable is empty there.
    ProcessUnlessEmpty,
    /// The file.
    File,
    /// The file; only variables of the process environment that the file refers to reach the program.
    FileAlone,
}

/// The order in which a loader passes the variables on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The order of the file, where each key has its first position.
    File,
    /// Like [`Order::File`], but names that are numbers come first, as in a JavaScript object.
    Object,
    /// Sorted by key, but names that are numbers come first.
    Sorted,
    /// None: it differs from run to run.
    None,
}
