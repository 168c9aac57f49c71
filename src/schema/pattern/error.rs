//! The mistakes that a pattern may contain, and their wording.

use std::fmt;

/// Why a pattern was refused, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PatternError {
    /// What is wrong.
    pub kind: PatternErrorKind,
    /// The place of the mistake, in bytes from the start of the pattern.
    pub offset: usize,
}

/// The kinds of mistakes in a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatternErrorKind {
    /// `(` without its `)`.
    UnclosedGroup,
    /// `)` without its `(`.
    UnopenedGroup,
    /// `(?` followed by something that is not a kind of group.
    UnknownGroup,
    /// `(?<name>` with a name that is empty, not closed, or not an ASCII identifier.
    GroupName,
    /// Two groups with the same name.
    DuplicateGroupName,
    /// `\1` or `\k<name>` without a matching group.
    UnknownReference,
    /// `[` without its `]`.
    UnclosedClass,
    /// An unescaped `]`, `{` or `}`, which Unicode mode does not allow.
    LoneBracket(char),
    /// A quantifier after nothing that can be repeated.
    NothingToRepeat,
    /// `{` after an atom that doesn't continue as `{n}`, `{n,}` or `{n,m}`.
    Quantifier,
    /// `{n,m}` with n greater than m.
    QuantifierOrder,
    /// `[z-a]`.
    RangeOrder,
    /// `[a-\d]`: a set of characters as the end of a range.
    RangeEnd,
    /// A backslash at the end.
    TrailingBackslash,
    /// A backslash before a character that doesn't form an escape.
    UnknownEscape(char),
    /// `\0` followed by a digit, or another decimal escape in a class.
    DecimalEscape,
    /// `\c` not followed by a letter.
    ControlEscape,
    /// `\x` not followed by two hexadecimal digits.
    HexEscape,
    /// `\u` not followed by four hexadecimal digits, or by a code point in braces.
    UnicodeEscape,
    /// One half of a surrogate pair.
    LoneSurrogate,
    /// `\p` not followed by a property in braces.
    Property,
    /// Well-formed, but not supported by this matcher.
    Unsupported(Unsupported),
    /// Larger than allowed: in bytes, in instructions after counted repetitions are expanded, in nesting of groups, in
    /// named groups or in ranges beyond ASCII.
    TooLarge,
}

impl PatternErrorKind {
    pub(super) fn at(self, offset: usize) -> PatternError {
        PatternError { kind: self, offset }
    }
}

/// Well-formed features that this matcher doesn't support.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsupported {
    /// `(?=…)`, `(?!…)`.
    Lookahead,
    /// `(?<=…)`, `(?<!…)`.
    Lookbehind,
    /// `\1`, `\k<name>`.
    Backreference,
    /// `(?i:…)`.
    Modifiers,
    /// `\p{…}`, which the general engine supports.
    UnicodeProperty,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for PatternError {}

impl fmt::Display for PatternErrorKind {
    /// Says what is wrong, and what to write instead.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LoneBracket(c) => return write!(f, "`{c}` stands alone; write `\\{c}` for the character"),
            Self::UnknownEscape(c) if c.is_ascii_graphic() => {
                return write!(f, "`\\{c}` is no escape; write `{c}` for the character");
            }
            Self::UnclosedGroup => "this group is not closed; add `)`, or write `\\(` for the character",
            Self::UnopenedGroup => "no group is open here; remove `)`, or write `\\)` for the character",
            Self::UnknownGroup => "no such kind of group; write `(…)`, `(?:…)` or `(?<name>…)`",
            Self::GroupName => "a group's name is made of ASCII letters, digits, `_` and `$`, as in `(?<name>…)`",
            Self::DuplicateGroupName => "another group has this name; rename one, or write `(?:…)`",
            Self::UnknownReference => "there is no group of this number or name to refer to",
            Self::UnclosedClass => "this class is not closed; add `]`, or write `\\[` for the character",
            Self::NothingToRepeat => "nothing to repeat before this quantifier; escape it for the character itself",
            Self::Quantifier => "not a quantifier; write `{n}`, `{n,}` or `{n,m}`, or `\\{` for the character",
            Self::QuantifierOrder => "the quantifier's first number is greater than its second; swap them",
            Self::RangeOrder => "the range's first character comes after its last; swap them",
            Self::RangeEnd => "a range can't begin or end with a set of characters; write `\\-` for the character",
            Self::TrailingBackslash => "nothing follows the backslash; write `\\\\` for the character",
            Self::UnknownEscape(_) => "no such escape; write the character without a backslash",
            Self::DecimalEscape => "no such escape; write `\\xHH` for the character of that number",
            Self::ControlEscape => "`\\c` is followed by a letter, as in `\\cJ`",
            Self::HexEscape => "`\\x` is followed by two hexadecimal digits, as in `\\x7F`",
            Self::UnicodeEscape => "`\\u` is followed by four hexadecimal digits, or a code point as in `\\u{1F600}`",
            Self::LoneSurrogate => "half a surrogate pair is in no text; write the whole code point as in `\\u{1F600}`",
            Self::Property => "`\\p` is followed by a property in braces, as in `\\p{Lu}` or `\\p{Script=Greek}`",
            Self::Unsupported(what) => return what.fmt(f),
            Self::TooLarge => "the pattern is too large; use fewer or smaller repetitions, or `maxLength`",
        })
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lookahead => {
                "lookahead is not supported, since it can't be matched in linear time; use `allOf` or `not`"
            }
            Self::Lookbehind => {
                "lookbehind is not supported, since it can't be matched in linear time; use `allOf` or `not`"
            }
            Self::Backreference => {
                "a back reference is not supported, since it can't be matched in linear time; repeat the group"
            }
            Self::Modifiers => "modifiers of a group are not supported; write both cases, as in `[Aa]`",
            Self::UnicodeProperty => "`\\p{…}` needs the full build; write the characters as a class, as in `[A-Za-z]`",
        })
    }
}
