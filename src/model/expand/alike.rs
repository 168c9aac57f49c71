//! A fast path for references that loaders read alike: `$NAME`, `${NAME}` and `${NAME:-default}`, where the name is
//! assigned once, further up in the same file, to a value that needs no decoding.
//!
//! Most references are of that kind, and every expander produces the same result for them, only more slowly. With debug
//! assertions enabled, the expander runs as well, and its result must be the same.

use crate::parse::Quote;
use crate::parse::dialect::Expander;

use super::super::table::When;
use super::super::{Reference, ReferenceOutcome};
use super::{Expanded, Expansion, Lookup, liveness};

/// How many references a value may contain to be expanded here.
const MAX: usize = 4;

/// The forms of reference besides `${NAME}`: those that an expander supports, or those that occur in a file.
#[derive(Clone, Copy, Default)]
pub(in super::super) struct Forms {
    /// `$NAME`
    bare: bool,
    /// `${NAME:-default}`, with a default for unset names.
    default: bool,
    /// In a file: whether there is a `$` in quotes in which some loaders don't expand it.
    pub(super) quoted: bool,
}

/// Returns the forms that an expander supports, or `None` if it can't expand references one by one.
fn forms(expander: Expander) -> Option<Forms> {
    let (bare, default) = match expander {
        Expander::DotenvExpand13
        | Expander::DotenvExpand1000
        | Expander::DotenvExpand11
        | Expander::Dotenvx
        | Expander::Dotenvx1
        | Expander::Vite
        | Expander::Vite5
        | Expander::Bun
        | Expander::Bun13
        | Expander::Compose
        | Expander::Compose5
        | Expander::Direnv
        | Expander::Shell => (true, true),
        // With dotenv-expand 10, the default takes precedence over the file. The others don't support defaults.
        Expander::DotenvExpand10
        | Expander::DotenvExpand5
        | Expander::C12
        | Expander::Next
        | Expander::Deno
        | Expander::Ruby
        | Expander::Godotenv
        | Expander::Gotenv => (true, false),
        Expander::Python => (false, true),
        // In dotenvy, a name without braces ends at `_`.
        Expander::Dotenvy | Expander::Php | Expander::Laravel => (false, false),
        Expander::None | Expander::Make | Expander::Symfony | Expander::Symfony5 | Expander::Expo | Expander::Uv => {
            return None;
        }
    };
    Some(Forms {
        bare,
        default,
        quoted: true,
    })
}

/// Returns whether two expanders produce the same result, if all references are of this kind and in the forms that are used.
pub(in super::super) fn give_same_result(one: Expander, other: Expander, used: Forms) -> bool {
    let knows_them = |forms: Forms| (forms.bare || !used.bare) && (forms.default || !used.default);
    reads_pieces(one) == reads_pieces(other)
        && (liveness(one) == liveness(other) || !used.quoted)
        && forms(one).is_some_and(knows_them)
        && forms(other).is_some_and(knows_them)
}

/// Returns whether an expander reads a value undecoded, piece by piece.
fn reads_pieces(expander: Expander) -> bool {
    matches!(
        expander,
        Expander::Shell | Expander::Dotenvy | Expander::Php | Expander::Laravel
    )
}

/// A reference in a text.
#[derive(Clone, Copy, Default)]
struct Found<'s> {
    whole: (usize, usize),
    name: (usize, usize),
    /// The value of the variable.
    value: &'s [u8],
}

/// Returns the value of an assignment if all references in it are of this kind. `typed` is the value as written in the
/// file, and its quotes.
pub(super) fn expand(
    lookup: &mut Lookup<'_, '_>,
    expansion: &Expansion<'_>,
    expander: Expander,
    typed: (&[u8], Option<Quote>),
    used: &mut Forms,
) -> Option<Expanded> {
    let forms = forms(expander).filter(|_| lookup.table.process.is_empty())?;
    let reads_pieces = reads_pieces(expander);
    if reads_pieces && matches!(typed.1, Some(Quote::Single | Quote::Backtick)) {
        return None;
    }
    let text = if reads_pieces {
        typed.0
    } else {
        &*expansion.decoded.bytes
    };
    let is_text = |text: &[u8]| !reads_pieces || text.iter().all(|&byte| is_piece(byte, typed.1));
    let mut all = [Found::default(); MAX];
    let (mut count, mut at) = (0, 0);
    let (mut inserted, mut replaced) = (0, 0);
    while let Some(dollar) = memchr::memchr(b'$', &text[at..]).map(|len| at + len) {
        let found = find(lookup, text, dollar, expansion.when, forms).filter(|_| is_text(&text[at..dollar]))?;
        // Some expanders replace the first text that is spelled like the reference, which may be the beginning of
        // another one without braces.
        let is_second = count > 0 && (is_bare(text, dollar) || is_bare(text, all[0].whole.0));
        *all.get_mut(count).filter(|_| !is_second)? = found;
        used.bare |= is_bare(text, dollar);
        used.default |= text[found.name.1..].starts_with(b":");
        (count, at) = (count + 1, found.whole.1);
        inserted += found.value.len();
        replaced += found.whole.1 - found.whole.0;
    }
    if !is_text(&text[at..]) {
        return None;
    }
    if !cfg!(debug_assertions) {
        lookup.insert(inserted).ok()?;
    }
    let mut value = Vec::with_capacity(text.len() + inserted - replaced);
    let mut at = 0;
    for found in &all[..count] {
        value.extend_from_slice(&text[at..found.whole.0]);
        value.extend_from_slice(found.value);
        at = found.whole.1;
    }
    value.extend_from_slice(&text[at..]);
    let refer = |found: &Found<'_>| Reference {
        span: expansion.span(found.whole.0, found.whole.1),
        name: expansion.span(found.name.0, found.name.1),
        outcome: ReferenceOutcome::Resolved,
    };
    Some(Expanded {
        value: Ok(value),
        references: all[..count].iter().map(refer).collect(),
    })
}

/// Returns whether a byte represents itself in a value that is composed of pieces, if that is one pair of double quotes
/// or one word.
fn is_piece(byte: u8, quote: Option<Quote>) -> bool {
    match quote {
        Some(Quote::Double) => matches!(byte, b' '..=b'z') && !matches!(byte, b'"' | b'\'' | b'`' | b'\\'),
        None => is_plain(byte) || byte == b'=',
        Some(Quote::Single | Quote::Backtick) => false,
    }
}

/// Returns whether a reference has no braces.
fn is_bare(text: &[u8], dollar: usize) -> bool {
    text.get(dollar + 1) != Some(&b'{')
}

/// Returns the reference at a `$`, if all expanders read it alike and its value is known.
fn find<'s>(lookup: &Lookup<'_, 's>, text: &[u8], dollar: usize, own: When, forms: Forms) -> Option<Found<'s>> {
    let is_bare = is_bare(text, dollar);
    if dollar > 0 && text[dollar - 1] == b'\\' || is_bare && !forms.bare {
        return None;
    }
    let start = dollar + 1 + usize::from(!is_bare);
    let name_end = start + capitals(&text[start..]);
    let behind = &text[name_end..];
    let end = match behind {
        _ if start == name_end => return None,
        // Any other byte might belong to the name in some expander, and is left to the expander itself.
        [] | [b' ' | b'/' | b'"' | b'\'' | b',' | b'@' | b';' | b'&' | b'=', ..] if is_bare => name_end,
        _ if is_bare => return None,
        [b'}', ..] => name_end + 1,
        [b':', b'-', default @ ..] if forms.default => {
            let len = default.iter().take_while(|byte| is_plain(**byte)).count();
            if len == 0 || default.get(len) != Some(&b'}') {
                return None;
            }
            name_end + 2 + len + 1
        }
        _ => return None,
    };
    if text.get(end) == Some(&b'}') {
        return None;
    }
    let [entry] = lookup.table.find(&text[start..name_end]) else {
        return None;
    };
    let value = lookup
        .table
        .verbatim(entry.when)
        .filter(|value| !value.is_empty() && entry.when.layer == own.layer && entry.when < own)?;
    Some(Found {
        whole: (dollar, end),
        name: (start, name_end),
        value,
    })
}

/// Returns the length of `[A-Z_][A-Z0-9_]*`, or 0 if the text starts with a digit or does not match.
fn capitals(text: &[u8]) -> usize {
    let is_capital = |byte: &&u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || **byte == b'_';
    let len = text.iter().take_while(is_capital).count();
    if text.first().is_some_and(u8::is_ascii_digit) {
        0
    } else {
        len
    }
}

/// Returns whether all expanders read a byte in a default as text.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b':' | b'@' | b',')
}
