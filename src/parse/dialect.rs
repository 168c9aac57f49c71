//! The columns that describe a loader. A [`Dialect`] is a composition, not a parser: reader, grammar, expander, command
//! policy, precedence, error policy. The rows are in [`table`](super::table), a file for each family of loaders.

use super::document::Effect;
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
            )
    }
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
    /// The longest line that is accepted, in bytes including its end.
    pub max_line: Option<usize>,
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

/// How text becomes assignments.
#[derive(Debug, Clone, Copy)]
pub struct Grammar {
    /// What white space is.
    pub space: Space,
    /// The bytes that start a comment line.
    pub comments: &'static [u8],
    /// What the word `export` before a key means.
    pub export: Export,
    /// How key and separator are written.
    pub key: Key,
    /// How a value is written.
    pub value: Value,
    /// What starts a comment after a bare value.
    pub comment: Comment,
    /// The escapes in a bare value.
    pub bare: Escapes,
    /// The escapes in single quotes.
    pub single: Escapes,
    /// The escapes in double quotes.
    pub double: Escapes,
    /// What happens to a line that is not an assignment.
    pub on_error: Effect,
}

/// What white space is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// `\s` of JavaScript.
    JavaScript,
    /// `unicode.IsSpace` of Go between statements, and the six characters of godotenv within one.
    Go,
    /// Unicode white space, as in Rust and Go.
    Unicode,
    /// Unicode white space, and U+001C to U+001F, which Python adds.
    Python,
    /// The six characters of C's `isspace`.
    Ascii,
    /// What PHP's `trim` removes: those of [`Space::Ascii`] without the form feed, and zero bytes.
    Php,
    /// `\s` of Go's regular expressions.
    Re2,
    /// Space, tab and LF.
    Posix,
    /// Space alone.
    Spaces,
    /// Space, tab and line ends.
    Blank,
}

/// What the word `export` before a key means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Export {
    /// Nothing: it is part of the key.
    None,
    /// It is removed with the white space after it, which may contain line ends; if no key follows, it is the key.
    AcrossLines,
    /// It is removed with the white space after it on the line.
    OnLine,
    /// It is removed with the white space after it on the line; if no key follows, it is the key.
    OnLineOrKey,
    /// It is removed with one space and any blanks after it.
    OneSpace,
}

/// How key and separator are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// ASCII letters, digits, `_`, `.` and perhaps `-`, then the separator, with line ends in the white space before it.
    Word {
        /// Whether a key may contain a dash.
        dash: bool,
        /// Whether the white space before the separator may hold line ends.
        across: bool,
        /// Whether a colon followed by white space is a separator.
        colon: Colon,
        /// Whether a key without a separator sets the variable to the empty string.
        stands_alone: bool,
    },
    /// Letters and digits of any script, `_`, `.`, `-`, `[`, `]`, with white space in between, then `=` or `:`; or a
    /// key alone, which inherits.
    Compose,
    /// Letters, digits, `_` and `.` of Latin-1, byte by byte, with white space in between, then `=` or `:`.
    Godotenv,
    /// Everything before the first `=`, without surrounding white space.
    UpToEquals {
        /// What happens to a line that is just an `=`.
        lone_equals: Effect,
        /// Whether a key may span several lines, so that a line without `=` is part of the next key.
        glues: bool,
        /// Whether Unicode white space around the key is trimmed too, and some keys are refused, as Expo does.
        trims: bool,
    },
    /// Everything before the first `=`; or a key alone, which inherits.
    Verbatim(Names),
    /// Everything before the first `=` on the line, without surrounding white space; dropped if it is not a name.
    Systemd,
    /// Everything before the first `=` on the line, without surrounding white space, whatever it is.
    Stripped,
    /// `[A-Za-z_][A-Za-z0-9_.]*`, then `=` with white space around it.
    Dotenvy,
    /// Letters, marks and numbers of any script, `_`, `.`, optionally quoted; or a key alone, which clears.
    Php,
    /// `_*[A-Za-z][A-Za-z0-9_]*`, directly followed by `=`.
    Symfony {
        /// Whether it may start with more than one `_`.
        underscores: bool,
    },
    /// `[A-Za-z0-9_]+` at the start of the line, directly followed by `=`.
    Glued {
        /// Whether it may follow `export `.
        exports: bool,
    },
    /// Shell commands: assignments are read, alone or after `export`; anything else is reported as not an assignment.
    Shell(Shell),
    /// `'[^']+'` or `[^=#\s]+`, white space, `=`; or a key alone, which clears.
    Python,
}

/// Which keys are invalid to a loader that takes everything before the separator for the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Empty ones.
    Any,
    /// Those that are empty or contain white space.
    WithoutBlanks,
    /// Those that contain anything but ASCII letters, digits, `_`, `.`, `-`, or start with a digit.
    Strict,
}

/// Whether a colon followed by white space separates a key from its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colon {
    /// No.
    None,
    /// If it directly follows the key.
    Glued,
    /// Also after white space.
    Spaced,
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// As in the regular expression of npm dotenv: quotes if only white space or a comment follows. Otherwise the line,
    /// minus one pair of equal quotes around it.
    Pattern {
        /// The bytes that open a quoted value.
        marks: &'static [u8],
    },
    /// Quotes, or the rest of the line. The next statement starts after the quotes. An unterminated quote is an error.
    QuotesThenStatement {
        /// Whether a backslash escapes the next character, even a backslash; else any backslash before a quote keeps it.
        pairs: bool,
    },
    /// Quotes up to the next of the same kind, dropping the rest of the line; or the line. An unterminated quote is
    /// part of the value. White space before the value may contain line ends.
    FirstQuote {
        /// Whether a backslash keeps a quote from closing.
        escapes: bool,
        /// Whether a quote at the end of its line is preferred to the first one.
        prefers_line_end: bool,
    },
    /// Quotes followed by nothing but a comment, or the statement is dropped; or the rest of the line.
    Statement {
        /// Whether a backslash escapes the next character, even a backslash; else any backslash before a quote keeps it.
        pairs: bool,
    },
    /// The rest of the line, unchanged.
    Verbatim,
    /// The rest of the line, minus one pair of quotes around it.
    Line {
        /// Whether double quotes directly inside single ones are removed too.
        both: bool,
    },
    /// The rest of the line without surrounding white space, minus one pair of quotes around that.
    Stripped,
    /// The rest of the line: minus one pair of quotes around it if nothing follows them, else without surrounding white space.
    Old,
    /// Quotes up to the last of the same kind on the line, dropping what follows; or the line.
    ToLastQuote,
    /// Quotes up to the last of the same kind on the line that only a comment follows, or one word; anything else is an error.
    LastQuote,
    /// Composed of quoted and bare pieces.
    Words(Words),
}

/// How a value is composed of pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// `EnvironmentFile=` of systemd.
    Systemd,
    /// The crate dotenvy.
    Dotenvy,
    /// The crate dotenv, without multi-line values.
    DotenvRs,
    /// vlucas/phpdotenv.
    Php,
    /// symfony/dotenv.
    Symfony,
    /// symfony/dotenv 5, which allows white space in a bare value only if something in it is replaced.
    Symfony5,
    /// A word of a shell.
    Shell(Shell),
}

/// Which shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    /// GNU bash.
    Bash,
    /// dash, which also stands for any POSIX `sh`.
    Dash,
    /// zsh.
    Zsh,
}

/// What starts a comment after a bare value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comment {
    /// Nothing.
    None,
    /// `#` anywhere.
    Glued,
    /// A space and `#`, unless the value starts with it.
    BehindSpace,
    /// The first `#` after white space, unless the value starts with it.
    BehindWhite,
    /// The first `#` after white space, also where the value would start.
    BehindWhiteOrSeparator,
    /// The last `#` after white space, unless the value starts with it.
    LastBehindWhite,
}

/// The escapes in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escapes {
    /// None: a backslash is a backslash.
    None,
    /// `\n`.
    LineFeed,
    /// `\n` and `\r`.
    LineEnds,
    /// `\n`, `\r` and `\t`.
    LineEndsAndTab,
    /// `\'` only.
    Quote,
    /// `\'` only, whatever precedes it.
    QuoteAnywhere,
    /// `\'` and `\\`.
    QuoteAndBackslash,
    /// `\"`, the letters of Go, `\$`, `\\`, and octal `\0ooo`.
    Compose,
    /// `\n` and `\r`; any other backslash is kept together with the next character.
    Bun,
    /// `\n` and `\r`; any other escaped character except `$` is taken literally, without its backslash.
    Godotenv,
    /// Like [`Escapes::Godotenv`], but `\n` and `\r` are replaced before other escapes are looked for.
    Direnv,
    /// Any escaped character except `$` is taken literally, without its backslash.
    Ruby,
    /// Like [`Escapes::Ruby`], but `\n` and `\r` are kept.
    RubyDouble,
    /// Any escaped character except `n`, `r` and `t` is taken literally, without its backslash.
    Django,
    /// `\n`, which is replaced before other escapes are looked for; any other escaped character is taken literally.
    Foreman,
    /// `\\ \' \" \a \b \f \n \r \t \v`.
    Python,
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
    /// Parameters of a shell, those of the file first.
    Shell,
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
