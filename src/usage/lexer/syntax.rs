//! The syntax of a language, and the tokens of a text.

/// What stands somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::usage) enum Kind {
    /// A name, a keyword or a number.
    Word,
    /// A string that says what it is: its span is what stands between the quotes.
    Text,
    /// A string with something in it that only the running program knows.
    Template,
    /// A regular expression.
    Pattern,
    /// One character of anything else.
    Sign(u8),
}

#[derive(Debug, Clone, Copy)]
pub(in crate::usage) struct Token {
    pub(in crate::usage) kind: Kind,
    pub(in crate::usage) start: usize,
    pub(in crate::usage) end: usize,
}

/// A sort of string.
#[derive(Debug)]
pub(in crate::usage) struct Quote {
    pub(in crate::usage) open: &'static str,
    pub(in crate::usage) close: &'static str,
    /// Whether a backslash takes the next character in.
    pub(in crate::usage) escapes: bool,
    /// Whether it may go over the end of a line.
    pub(in crate::usage) lines: bool,
    /// What opens a hole with code in it; `}` closes it.
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

/// What is particular to a language beyond tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::usage) enum Habit {
    None,
    /// Regular expressions between slashes, apostrophes in the text of tags.
    JavaScript,
    /// Letters in front of quotes: `r`, `b`, `f`.
    Python,
    /// `r#"…"#`, lifetimes, comments in comments.
    Rust,
    /// Regular expressions, `<<~HEREDOC`, `%w[…]`, `=begin`.
    Ruby,
    /// `<<<HEREDOC`.
    Php,
    /// `@"…"`.
    CSharp,
}

/// How a language is written.
#[derive(Debug)]
pub(in crate::usage) struct Syntax {
    pub(in crate::usage) line_comments: &'static [&'static str],
    pub(in crate::usage) block_comment: Option<(&'static str, &'static str)>,
    /// Longer marks before shorter ones.
    pub(in crate::usage) quotes: &'static [Quote],
    pub(in crate::usage) habit: Habit,
}
