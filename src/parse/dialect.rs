//! What a loader is made of. A [`Dialect`] is a composition, not a parser: reader, grammar, expander, command policy,
//! precedence, error policy. The rows are in [`table`](super::table), a file for each family of loaders.

use super::document::Effect;
pub(crate) use super::table::DOCKER;
pub use super::table::{DEFAULT, DIALECTS};

/// How one loader reads a .env file.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    /// The name in schemas, on the command line and in reports.
    pub name: &'static str,
    /// Other names for it.
    pub aliases: &'static [&'static str],
    /// The loader, for people.
    pub title: &'static str,
    /// The versions that the row stands for.
    pub versions: &'static str,
    /// How bytes become text.
    pub reader: Reader,
    /// How text becomes assignments.
    pub grammar: Grammar,
    /// What becomes of references in a value.
    pub expander: Expander,
    /// What becomes of commands in a value.
    pub commands: Commands,
    /// Which of two assignments to the same key in one file counts.
    pub duplicates: Duplicates,
    /// Which of file and process environment counts.
    pub precedence: Precedence,
    /// In which order it hands the variables on.
    pub order: Order,
}

impl Dialect {
    /// The row of a name or alias.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Dialect> {
        DIALECTS
            .iter()
            .copied()
            .find(|dialect| dialect.name == name || dialect.aliases.contains(&name))
    }

    /// Whether of several files the one that counts is read first, because what is set stays as it is. What reads all of them before it
    /// sets anything begins with the lowest.
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
    /// What a byte order mark at the start is.
    pub bom: Bom,
    /// What becomes of bytes that are not UTF-8.
    pub invalid_utf8: Unfit,
    /// What becomes of zero bytes.
    pub nul: Unfit,
    /// What ends a line.
    pub lines: LineEnds,
    /// The longest line that is read, in bytes with its end.
    pub max_line: Option<usize>,
}

/// What a byte order mark at the start is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bom {
    /// A character like any other; where the grammar calls it white space, nothing comes of it.
    Text,
    /// It is taken off.
    Stripped,
    /// The file is rejected.
    Rejected,
}

/// What becomes of bytes that do not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// They stay.
    Kept,
    /// Each sequence becomes this.
    Replaced(&'static str),
    /// They end the key or value that they stand in.
    Cuts,
    /// The environment does not take the variable, and nothing is said.
    NotSet,
    /// The file is rejected.
    Rejected,
    /// The file is rejected if they stand in a key or a value.
    RejectedInAssignments,
    /// The loader fails when it comes to the line, and has set what stands before.
    Halts,
    /// The loader stops without a failure at the key or value that they stand in, and has set what stands before.
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
    /// LF, CRLF or CR, of which a CR does not end a comment; CRLF is read as LF.
    LfOrCr,
    /// LF, CRLF or CR, each read as LF.
    Any,
    /// What `$` of JavaScript takes for one with the flag `m`: LF, CRLF, CR, and two more characters.
    JavaScript,
    /// LF, CRLF or CR, each kept as it is in a value.
    AnyKept,
    /// What `str.splitlines` of Python takes for one: LF, CRLF, CR, and seven more characters.
    Python,
    /// LF; each CR is taken out before anything is read.
    LfWithoutCr,
}

/// How text becomes assignments.
#[derive(Debug, Clone, Copy)]
pub struct Grammar {
    /// What is white space.
    pub space: Space,
    /// The bytes that start a comment line.
    pub comments: &'static [u8],
    /// What is done about the word `export` before a key.
    pub export: Export,
    /// How a key and its separator are written.
    pub key: Key,
    /// How a value is written.
    pub value: Value,
    /// What starts a comment behind a bare value.
    pub comment: Comment,
    /// The escapes in a bare value.
    pub bare: Escapes,
    /// The escapes in single quotes.
    pub single: Escapes,
    /// The escapes in double quotes.
    pub double: Escapes,
    /// What becomes of a line that is no assignment.
    pub on_error: Effect,
}

/// What is white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// `\s` of JavaScript.
    JavaScript,
    /// `unicode.IsSpace` of Go between statements, and the six of godotenv inside of one.
    Go,
    /// White space of Unicode, as Rust and Go see it.
    Unicode,
    /// White space of Unicode, and the four characters before the space that separate records to Python.
    Python,
    /// The six of C.
    Ascii,
    /// What `trim` of PHP takes off: those without the form feed, and zero bytes.
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

/// What is done about the word `export` before a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Export {
    /// Nothing: it is part of the key.
    None,
    /// It is taken off with the white space behind it, which may hold line ends; if no key follows, it is the key.
    AcrossLines,
    /// It is taken off with the white space behind it on the line.
    OnLine,
    /// It is taken off with the white space behind it on the line; if no key follows, it is the key.
    OnLineOrKey,
    /// It is taken off with one space and the blanks behind it.
    OneSpace,
}

/// How a key and its separator are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Letters, digits, `_`, `.` and perhaps `-` of ASCII, then the separator, with line ends in the white space before it.
    Word {
        /// Whether a dash is a character of a key.
        dash: bool,
        /// Whether the white space before the separator may hold line ends.
        across: bool,
        /// Whether a colon with white space behind it is a separator.
        colon: Colon,
        /// Whether a key without separator sets the variable to the empty string.
        stands_alone: bool,
    },
    /// Letters and digits of any script, `_`, `.`, `-`, `[`, `]`, with white space in between, then `=` or `:`; or a key
    /// alone, which inherits.
    Compose,
    /// Letters, digits, `_` and `.` of ASCII, with white space in between, then `=` or `:`.
    Godotenv,
    /// All that stands before the first `=`, without the white space around it.
    UpToEquals {
        /// What becomes of a line that is an `=` alone.
        lone_equals: Effect,
        /// Whether the key may stand on several lines, so that a line without `=` is a part of the next key.
        glues: bool,
        /// As Expo does it: what JavaScript takes for white space around it is taken off, too, and some keys are refused.
        trims: bool,
    },
    /// All that stands before the first `=`; or a key alone, which inherits.
    Verbatim(Names),
    /// All that stands before the first `=` on the line, without the white space around it; what is no name is dropped.
    Systemd,
    /// All that stands before the first `=` on the line, without the white space around it, whatever it is.
    Stripped,
    /// `[A-Za-z_][A-Za-z0-9_.]*`, then `=` with white space around it.
    Dotenvy,
    /// Letters, marks and numbers of any script, `_`, `.`, perhaps in quotes; or a key alone, which clears.
    Php,
    /// `_*[A-Za-z][A-Za-z0-9_]*`, directly followed by `=`.
    Symfony {
        /// Whether it may begin with more than one `_`.
        underscores: bool,
    },
    /// `[A-Za-z0-9_]+` at the start of the line, directly followed by `=`.
    Glued {
        /// Whether `export ` may stand before it.
        exports: bool,
    },
    /// The commands of a shell: assignments, alone or behind `export`, are read, and all else is said to be no assignment.
    Shell(Shell),
    /// `'[^']+'` or `[^=#\s]+`, white space, `=`; or a key alone, which clears.
    Python,
}

/// Which keys are none to a loader that takes all that stands before the separator for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// An empty one.
    Any,
    /// One with white space in it.
    WithoutBlanks,
    /// Whatever is not letters, digits, `_`, `.`, `-` of ASCII, or begins with a digit.
    Strict,
}

/// Whether a colon with white space behind it separates a key from its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colon {
    /// No.
    None,
    /// If it stands directly behind the key.
    Glued,
    /// Also with white space before it.
    Spaced,
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// As in the regular expression of npm dotenv: quotes if only white space or a comment stands behind them. If not, the
    /// line, less one pair of equal quotes around it.
    Pattern {
        /// The bytes that open a quoted value.
        marks: &'static [u8],
    },
    /// Quotes, or what is left of the line. Behind the quotes the next statement begins. An open quote is an error.
    QuotesThenStatement {
        /// Whether a backslash takes the character behind it along; else one before a quote is enough to keep it.
        pairs: bool,
    },
    /// Quotes up to the next of the same kind, what is behind them on the line is dropped; else the line. An open quote is
    /// part of the value. White space before the value may hold line ends.
    FirstQuote {
        /// Whether a backslash keeps a quote from closing.
        escapes: bool,
        /// Whether a quote that ends its line is preferred to the first.
        prefers_line_end: bool,
    },
    /// Quotes and nothing but a comment behind them, else the statement is dropped; or what is left of the line.
    Statement {
        /// Whether a backslash takes the character behind it along; else one before a quote is enough to keep it.
        pairs: bool,
    },
    /// What is left of the line, as it stands.
    Verbatim,
    /// What is left of the line, less one pair of quotes around it.
    Line {
        /// Whether double quotes that stand directly in single ones are taken off, too.
        both: bool,
    },
    /// What is left of the line without the white space around it, less one pair of quotes around that.
    Stripped,
    /// What is left of the line, less one pair of quotes around it if nothing is behind them, else without white space around it.
    Old,
    /// Quotes up to the last of the same kind on the line, what is behind them is dropped; else the line.
    ToLastQuote,
    /// Quotes up to the last of the same kind that only a comment follows on the line, or one word; anything else is an error.
    LastQuote,
    /// Put together from quoted and bare pieces.
    Words(Words),
}

/// How a value is put together from pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// `EnvironmentFile=` of systemd.
    Systemd,
    /// The crate dotenvy.
    Dotenvy,
    /// The crate dotenv, which has no values of several lines.
    DotenvRs,
    /// vlucas/phpdotenv.
    Php,
    /// symfony/dotenv.
    Symfony,
    /// symfony/dotenv, which takes white space in a bare value if something else in it is replaced.
    Symfony5,
    /// A word of a shell.
    Shell(Shell),
}

/// Which shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    /// GNU bash.
    Bash,
    /// dash, and as good as any POSIX `sh`.
    Dash,
    /// zsh.
    Zsh,
}

/// What starts a comment behind a bare value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comment {
    /// Nothing.
    None,
    /// `#` anywhere.
    Glued,
    /// A space and `#`, unless the value starts with it.
    BehindSpace,
    /// White space and the first `#` behind any, unless the value starts with it.
    BehindWhite,
    /// White space and the first `#` behind any, also where the value would start.
    BehindWhiteOrSeparator,
    /// The last `#` with white space before it, unless the value starts with it.
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
    /// `\'` alone.
    Quote,
    /// `\'` alone, whatever is before it.
    QuoteAnywhere,
    /// `\'` and `\\`.
    QuoteAndBackslash,
    /// `\"`, the letters of Go, `\$`, `\\`, and octal `\0ooo`.
    Compose,
    /// `\n` and `\r`; a backslash before another character stays, and takes it along.
    Bun,
    /// `\n` and `\r`; any other character but `$` stands for itself.
    Godotenv,
    /// As [`Escapes::Godotenv`], and `\n` and `\r` are replaced before a backslash is looked for.
    Direnv,
    /// Any character but `$` stands for itself.
    Ruby,
    /// As [`Escapes::Ruby`], and `\n` and `\r` stay as they are.
    RubyDouble,
    /// Any character but `n`, `r` and `t` stands for itself.
    Django,
    /// `\n`, which is replaced before a backslash is looked for; any other character stands for itself.
    Foreman,
    /// `\\ \' \" \a \b \f \n \r \t \v`.
    Python,
}

/// What becomes of references in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expander {
    /// They are text.
    None,
    /// Letters and digits, or all in braces, in bare and double-quoted pieces.
    Dotenvy,
    /// As dotenvy, in which uv sets nothing until all is read, so that the last assignment before counts.
    Uv,
    /// `${name}` alone, in bare and double-quoted values; what is not set stays.
    Php,
    /// The parameters of a shell, of the file first.
    Shell,
    /// `$name`, `${name}`, `${name:-default}`, `${name:=default}` in bare and double-quoted pieces.
    Symfony,
    /// As [`Expander::Symfony`], each value as soon as it is read.
    Symfony5,
    /// npm dotenv-expand 12 and 13, behind quotes of every kind.
    DotenvExpand13,
    /// dotenv-expand 12 as Vite patches it: what is not expanded yet is looked up as it was read.
    Vite,
    /// npm dotenv-expand 1000.
    DotenvExpand1000,
    /// dotenvx, behind quotes of every kind but single ones.
    Dotenvx,
    /// dotenv-expand 10, as Next bundles it, which reads the file itself.
    Next,
    /// npm dotenv-expand 10.
    DotenvExpand10,
    /// npm dotenv-expand 5, which knows no default.
    DotenvExpand5,
    /// What c12, the loader of Nuxt, made of dotenv-expand 5: what is not set stays.
    C12,
    /// npm dotenv-expand 11.
    DotenvExpand11,
    /// dotenv-expand 11 as Vite 5 has it: the file is not in the process environment.
    Vite5,
    /// What Expo made of dotenv-expand 11: the file is not in the process environment, and a name does not stand for itself.
    Expo,
    /// `os.Expand` of Go, with `:-`; in bare and double-quoted values.
    Direnv,
    /// Bun.
    Bun,
    /// The template of Compose, in bare and double-quoted values.
    Compose,
    /// As [`Expander::Compose`], but what stands behind an operator is only read if it is wanted.
    Compose5,
    /// `$name` and `${anything}`, in bare and double-quoted values.
    Deno,
    /// `${name}` and `${name:-default}`, behind quotes of every kind.
    Python,
    /// `$name` and `${name}`, the braces optional, in bare and double-quoted values.
    Ruby,
    /// `$NAME` and `${NAME}` in capitals, the braces optional, in bare and double-quoted values; of the file alone.
    Godotenv,
}

/// What becomes of commands in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commands {
    /// They are text.
    Text,
    /// `$(…)` is run in values of every kind of quotes.
    RunAnywhere,
    /// `$(…)` is run in bare and double-quoted values.
    Run,
}

/// Which of two assignments to the same key in one file counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duplicates {
    /// The first.
    First,
    /// The last.
    Last,
    /// None: they are an error.
    Rejected,
}

/// Which of file and process environment counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precedence {
    /// The process environment, also where it is empty.
    Process,
    /// The process environment, unless it is empty there.
    ProcessUnlessEmpty,
    /// The file.
    File,
    /// The file; and of the process environment only what the file refers to reaches the program.
    FileAlone,
}

/// In which order a loader hands the variables on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// That of the file, in which each stands where its key stood first.
    File,
    /// As [`Order::File`], but names that are numbers come first, as in an object of JavaScript.
    Object,
    /// Sorted by key, but names that are numbers come first.
    Sorted,
    /// None: another at each run.
    None,
}
