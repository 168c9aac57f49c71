//! Describes the syntax of languages, and the tokens of a text.

/// The kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::usage) enum Kind {
    /// A name, a keyword or a number.
    Word,
    /// A string without interpolation. Its span is the text between the quotes.
    Text,
    /// A string with a part known only at run time.
    Template,
    /// A regular expression.
    Pattern,
    /// Any other single character.
    Sign(u8),
}

#[derive(Debug, Clone, Copy)]
pub(in crate::usage) struct Token {
    pub(in crate::usage) kind: Kind,
    pub(in crate::usage) start: usize,
    pub(in crate::usage) end: usize,
}

/// A kind of string.
#[derive(Debug)]
pub(in crate::usage) struct Quote {
    pub(in crate::usage) open: &'static str,
    pub(in crate::usage) close: &'static str,
    /// Whether a backslash escapes the next character.
    pub(in crate::usage) escapes: bool,
    /// Whether it may span several lines.
    pub(in crate::usage) lines: bool,
    /// What opens interpolated code, if the string allows any; `}` closes it.
    pub(in crate::usage) hole: Option<&'static str>,
}

impl Quote {
    pub(in crate::usage) const fn new(mark: &'static str) -> Quote {
        Quote {
            open: mark,
            close: mark,
            escapes: true,
            lines: false,
            hole: None,
        }
    }

    pub(in crate::usage) const fn raw(self) -> Quote {
        Quote { escapes: false, ..self }
    }

    pub(in crate::usage) const fn long(self) -> Quote {
        Quote { lines: true, ..self }
    }

    pub(in crate::usage) const fn hole(self, open: &'static str) -> Quote {
        Quote {
            hole: Some(open),
            ..self
        }
    }
}

/// What a language needs beyond its tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::usage) enum Habit {
    None,
    /// Regular expressions between slashes, and apostrophes in the text of tags.
    JavaScript,
    /// Prefixes before quotes: `r`, `b`, `f`.
    Python,
    /// `r#"…"#`, lifetimes, nested comments.
    Rust,
    /// Regular expressions, `<<~HEREDOC`, `%w[…]`, `=begin`.
    Ruby,
    /// `<<<HEREDOC`.
    Php,
    /// `@"…"`.
    CSharp,
}

/// The lexical syntax of a language.
#[derive(Debug)]
pub(in crate::usage) struct Syntax {
    pub(in crate::usage) line_comments: &'static [&'static str],
    pub(in crate::usage) block_comment: Option<(&'static str, &'static str)>,
    /// Sorted so that longer marks come before their prefixes.
    pub(in crate::usage) quotes: &'static [Quote],
    pub(in crate::usage) habit: Habit,
}
