//! The columns that describe how a loader turns text into assignments: white space, comments, keys, values and escapes.

use super::document::Effect;

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
    /// Those of [`Space::Ascii`] and 0xA0, byte by byte: in UTF-8, some characters end with that byte.
    Latin1,
    /// What PHP's `trim` removes: those of [`Space::Ascii`] without the form feed, and zero bytes.
    Php,
    /// `\s` of Go's regular expressions.
    Re2,
    /// `unicode.IsSpace` of Go around a line, and `\s` of its regular expressions within one.
    Trimmed,
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

/// Whose variables a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// All who work on the project.
    Everyone,
    /// One developer, as the name of the file says.
    Developer,
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
        /// Whether Unicode white space around the key is trimmed too, and some keys are refused, as Expo does, which lets a developer's own
        /// file set more.
        trims: Option<Owner>,
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
    /// The first word of `shlex` of Python, then `=` with white space around it.
    Shlex,
    /// Lines of a makefile: assignments are read, alone or after `export`.
    Make,
    /// Words that `xargs` passes to `export`.
    Xargs,
    /// Everything before the first `=` on the line, without surrounding white space; the line sets an empty value if there is none.
    Nf,
    /// Everything before the first `=` or `<<` on the line; a mark behind `<<` ends a value of several lines.
    FileCommand,
    /// Everything before the first `=`, `:` or white space, with the escapes of Java.
    Properties(Properties),
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
    /// Quotes up to the first of the same kind that only white space or a comment follows on its line, however many lines
    /// below; or the line with its quotes. White space before the quotes may contain line ends.
    QuoteAtLineEnd,
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
    /// The line up to a `#`, with its single quotes and minus a pair of double ones; one whose double quotes don't close is joined with the next.
    Joined,
    /// Quotes up to the last of the same kind that only a comment follows, or the line up to a `#`; with the lines below if the quotes don't
    /// close on the first.
    Anchored,
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
    /// `shlex` of Python, whose words are joined.
    Shlex,
    /// The rest of a line of a makefile, with those that continue it.
    Make,
    /// A word that `xargs` passes on and a shell splits again.
    Xargs,
    /// The rest of a line of a properties file of Java, with those that continue it.
    Properties(Properties),
    /// symfony/dotenv.
    Symfony,
    /// symfony/dotenv 5, which allows white space in a bare value only if something in it is replaced.
    Symfony5,
    /// A word of a shell.
    Shell(Shell),
}

/// Who reads a properties file of Java.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Properties {
    /// `java.util.Properties`, from UTF-8.
    Utf8,
    /// Spring Boot, from Latin-1. It trims control characters from a key.
    Spring,
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
