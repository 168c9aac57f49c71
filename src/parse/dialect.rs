//! What a loader is made of. A [`Dialect`] is a composition, not a parser: reader, grammar, expander, command policy,
//! precedence, error policy. The rows are in [`table`](super::table).

use super::document::Effect;
pub use super::table::{DEFAULT, DIALECTS};

/// How one loader reads a .env file.
#[derive(Debug)]
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
}

/// How bytes become text.
#[derive(Debug)]
pub struct Reader {
    /// Whether a byte order mark at the start is taken off; else it is part of the first line.
    pub strips_bom: bool,
    /// What becomes of bytes that are not UTF-8.
    pub invalid_utf8: InvalidUtf8,
    /// What ends a line.
    pub lines: LineEnds,
}

/// What becomes of bytes that are not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidUtf8 {
    /// Each sequence becomes U+FFFD.
    Replaced,
}

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnds {
    /// LF; a CR is white space.
    Lf,
    /// LF, CRLF or CR, each read as LF.
    Any,
}

/// How text becomes assignments.
#[derive(Debug)]
pub struct Grammar {
    /// What is white space.
    pub space: Space,
    /// How a key is written.
    pub key: Key,
    /// What stands between key and value.
    pub separator: Separator,
    /// How a value is quoted.
    pub quotes: Quotes,
    /// What starts a comment behind a bare value.
    pub comment: Comment,
    /// The escapes in double quotes.
    pub double: Escapes,
    /// The escapes in single quotes.
    pub single: Escapes,
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
}

/// How a key is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// `[A-Za-z0-9_.-]+`
    Word,
    /// Letters and digits of any script, `_`, `.`, `-`, `[`, `]`, with white space in between.
    Compose,
}

/// What stands between key and value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Separator {
    /// Whether a colon separates.
    pub colon: Colon,
    /// Whether white space around the separator may hold line ends, where a key stands before or a quote behind.
    pub crosses_lines: bool,
}

/// Whether a colon separates key and value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colon {
    /// Directly behind the key and with white space behind it, be it a line end.
    BeforeSpace,
    /// Wherever `=` does.
    Always,
}

/// How a value is quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotes {
    /// The bytes that open a quoted value.
    pub marks: &'static [u8],
    /// How the end is found, and what may stand behind it.
    pub close: Close,
}

/// How the end of a quoted value is found, and what may stand behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Close {
    /// As the regular expression of npm dotenv: a quote behind which only white space or a comment stands. If there is
    /// none, the value is the line, less one pair of equal quotes around it.
    Pattern,
    /// The next quote that an odd number of backslashes does not precede; what stands behind it is the next statement.
    NextStatement,
}

/// What starts a comment behind a bare value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comment {
    /// `#` anywhere.
    Glued,
    /// A space and `#`, unless the value starts with it.
    BehindSpace,
}

/// The escapes in a quoted value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escapes {
    /// None: a backslash is a backslash.
    None,
    /// `\n` and `\r`.
    LineEnds,
    /// `\'` alone.
    Quote,
    /// `\"`, the letters of Go, `\$`, `\\`, and octal `\0ooo`.
    Compose,
}

/// What becomes of references in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expander {
    /// They are text.
    None,
    /// npm dotenv-expand 11 to 13, behind quotes of every kind.
    DotenvExpand13,
    /// The template of Compose, in bare and double-quoted values.
    Compose,
}

/// What becomes of commands in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commands {
    /// They are text.
    Text,
}

/// Which of two assignments to the same key in one file counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duplicates {
    /// The last.
    Last,
}

/// Which of file and process environment counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precedence {
    /// The process environment, also where it is empty.
    Process,
    /// The process environment, unless it is empty there.
    ProcessUnlessEmpty,
    /// The file; and of the process environment only what the file refers to reaches the program.
    FileAlone,
}
