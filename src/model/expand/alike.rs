//! References that loaders read alike: `$NAME`, `${NAME}` and `${NAME:-default}`, where the name is assigned once, further up in the
//! file, to what stands there as it is.
//!
//! Most references are of that kind, and every expander comes to the same of them by a longer way. Where debug assertions are on, that way
//! is gone as well, and must lead to the same.

use crate::parse::Quote;
use crate::parse::dialect::Expander;

use super::super::table::When;
use super::super::{Reference, ReferenceOutcome};
use super::{Expanded, Expansion, Lookup, liveness};

/// How many references a value may hold.
const MAX: usize = 4;

/// What an expander takes for a reference besides `${NAME}`, or what a file holds of it.
#[derive(Clone, Copy, Default)]
pub(in super::super) struct Forms {
    /// `$NAME`
    bare: bool,
    /// `${NAME:-default}`, of which the default is for a name that is not set.
    default: bool,
    /// Of a file: whether there is a `$` in quotes in which some loaders leave it.
    pub(super) quoted: bool,
}

/// The forms of an expander that holds each reference for itself.
fn forms(expander: Expander) -> Option<Forms> {
    let (bare, default) = match expander {
        Expander::DotenvExpand13
        | Expander::DotenvExpand1000
        | Expander::DotenvExpand11
        | Expander::Dotenvx
        | Expander::Vite
        | Expander::Vite5
        | Expander::Bun
        | Expander::Compose
        | Expander::Compose5
        | Expander::Direnv
        | Expander::Shell => (true, true),
        // The default of dotenv-expand 10 goes before what the file says; others know none.
        Expander::DotenvExpand10
        | Expander::DotenvExpand5
        | Expander::C12
        | Expander::Next
        | Expander::Deno
        | Expander::Ruby
        | Expander::Godotenv => (true, false),
        Expander::Python => (false, true),
        // To dotenvy, a name without braces ends at `_`.
        Expander::Dotenvy | Expander::Php => (false, false),
        Expander::None | Expander::Symfony | Expander::Symfony5 | Expander::Expo | Expander::Uv => return None,
    };
    Some(Forms {
        bare,
        default,
        quoted: true,
    })
}

/// Whether two expanders come to the same, if all references are of that kind and of those forms.
pub(in super::super) fn come_to_the_same(one: Expander, other: Expander, used: Forms) -> bool {
    let knows_them = |forms: Forms| (forms.bare || !used.bare) && (forms.default || !used.default);
    reads_pieces(one) == reads_pieces(other)
        && (liveness(one) == liveness(other) || !used.quoted)
        && forms(one).is_some_and(knows_them)
        && forms(other).is_some_and(knows_them)
}

/// Whether an expander reads a value as it is typed, piece for piece.
fn reads_pieces(expander: Expander) -> bool {
    matches!(expander, Expander::Shell | Expander::Dotenvy | Expander::Php)
}

/// A reference in a text.
#[derive(Clone, Copy, Default)]
struct Found<'s> {
    whole: (usize, usize),
    name: (usize, usize),
    /// What the name stands for.
    value: &'s [u8],
}

/// The value of an assignment, if all that is referred to in it is of that kind. `typed` is how it stands in the file.
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
        // Some replace the first text that looks like a reference, which may be the beginning of another without braces.
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

/// Whether a byte stands for itself in a value that is put together from pieces, if that is one pair of double quotes, or one word.
fn is_piece(byte: u8, quote: Option<Quote>) -> bool {
    match quote {
        Some(Quote::Double) => matches!(byte, b' '..=b'z') && !matches!(byte, b'"' | b'\'' | b'`' | b'\\'),
        None => is_plain(byte) || byte == b'=',
        Some(Quote::Single | Quote::Backtick) => false,
    }
}

/// Whether a reference has no braces.
fn is_bare(text: &[u8], dollar: usize) -> bool {
    text.get(dollar + 1) != Some(&b'{')
}

/// The reference at a `$`, if all read it alike and know what it stands for.
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
        // Whatever could belong to it is left to who knows better.
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
        .standing(entry.when)
        .filter(|value| !value.is_empty() && entry.when.layer == own.layer && entry.when < own)?;
    Some(Found {
        whole: (dollar, end),
        name: (start, name_end),
        value,
    })
}

/// The length of `[A-Z_][A-Z0-9_]*`, 0 if there is none, or if it goes on with what is a letter to others.
fn capitals(text: &[u8]) -> usize {
    let is_capital = |byte: &&u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || **byte == b'_';
    let len = text.iter().take_while(is_capital).count();
    if text.first().is_some_and(u8::is_ascii_digit) {
        0
    } else {
        len
    }
}

/// Whether a byte in a default is text to everybody.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b':' | b'@' | b',')
}
