//! The formats of providers' tokens: a table ([`Format`]), and how texts are matched with it.
//!
//! A format is data: its prefix, the shape of the rest, its checksum, whether it is for tests, which date it contains, and its maximum
//! lifetime. Rules about values use [`whole`] and [`mode`]; `Anchors` (feature `cli`) find tokens in any text.

#[cfg(all(feature = "cli", not(target_family = "wasm")))]
mod assigned;
mod checksum;
mod known;
pub(super) mod providers;
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
mod scan;
mod shape;
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
mod sought;
mod table;
#[cfg(test)]
mod tests;

pub use checksum::Checksum;
pub(super) use known::{is_well_known, may_be_well_known};
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
pub(super) use scan::distinct;
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
pub use scan::{Anchors, Dates, Token};

use crate::find::find;
use crate::name::secrecy;
use providers::KeyWords;
use table::FORMATS;

/// A format of tokens.
#[derive(Debug)]
pub struct Format {
    /// The provider that issues it; empty if anybody can make one.
    pub provider: &'static str,
    /// The provider's name for it.
    pub name: &'static str,
    /// The prefix.
    pub lead: &'static str,
    /// The shape of the rest, see `shape.rs`.
    rest: &'static str,
    /// The minimum length of a token, in bytes.
    least: u16,
    /// Signs that may not surround it, in addition to letters and digits; `*` if anything may.
    pub around: &'static str,
    /// Who may see it.
    pub secrecy: Secrecy,
    /// Whether it is for tests.
    pub mode: Mode,
    /// The checksum that tells it from a mistyped one.
    pub checksum: Checksum,
    /// The maximum lifetime that the provider allows, in days; 0 if no limit is known.
    pub lifetime: u16,
    /// Words, separated by blanks, of which one must be nearby, in the key or on the line, because the shape alone says too little. Empty
    /// if none is needed.
    context: &'static str,
    /// Which date it contains.
    pub dated: Dated,
}

/// Which date a token contains; [`selfdated`](crate::rotation::selfdated) reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dated {
    /// None.
    No,
    /// When it was issued.
    Made,
    /// When it expires, if an expiry was requested.
    Ends,
    /// Both, unless its issuer left one out.
    Both,
    /// Possibly an expiry, in a caveat of a macaroon, which is not read.
    Caveat,
}

/// Who may see a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// Nobody else: it is a secret.
    Secret,
    /// Everybody.
    Public,
    /// Everybody or nobody, depending on its use.
    Either,
    /// Everybody: it is the name of a secret, not a secret itself.
    Id,
}

/// Whether a token is for tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The token doesn't say.
    Any,
    /// It is live.
    Live,
    /// It is for tests.
    Test,
}

/// The minimum length of any format, in bytes.
const SHORTEST: usize = 12;

impl Format {
    /// Returns the format with its article: "a Stripe secret API key", "an AWS access key id".
    #[must_use]
    pub fn title(&self) -> String {
        let spoken = if self.provider.is_empty() {
            self.name
        } else {
            self.provider
        };
        let vowel = spoken.starts_with(['A', 'E', 'I', 'O', 'a']) || matches!(spoken, "NVIDIA" | "npm" | "xAI");
        let space = if self.provider.is_empty() { "" } else { " " };
        format!(
            "{} {}{space}{}",
            if vowel { "an" } else { "a" },
            self.provider,
            self.name
        )
    }

    /// Whether nobody else may see it.
    pub(super) fn is_secret(&self) -> bool {
        self.secrecy == Secrecy::Secret
    }

    /// Whether the whole text is such a token.
    #[must_use]
    pub fn matches(&self, text: &[u8]) -> bool {
        begins(text, self.lead) && self.matches_rest(text)
    }

    /// Whether the whole text is such a token, given that it has the prefix.
    fn matches_rest(&self, text: &[u8]) -> bool {
        text.len() >= usize::from(self.least)
            && shape::run(self.rest.as_bytes(), text, self.lead.len(), &|end| end == text.len()).is_some()
    }

    /// Whether it is a text in PEM, of which only the beginning has a shape: what follows are lines.
    pub(super) fn is_pem(&self) -> bool {
        self.lead == "-----BEGIN "
    }

    /// Whether a value with the prefix is such a token, either as a whole or because the prefix is distinctive.
    fn matches_or_begins(&self, value: &[u8]) -> bool {
        self.has_distinctive_lead() && value.len() >= self.lead.len() + 8 && value.iter().all(u8::is_ascii_graphic)
            || self.context.is_empty() && self.matches_rest(value)
            || self.is_pem() && shape::run(self.rest.as_bytes(), value, self.lead.len(), &|_| true).is_some()
    }

    /// Like [`Format::matches_or_begins`], but accepts a whole token that would need a context word.
    fn may_match(&self, value: &[u8]) -> bool {
        self.matches_or_begins(value) || self.asks_for_context() && self.matches_rest(value)
    }

    /// Whether the checksum of a token matches; `None` if the format has none.
    #[must_use]
    pub fn fits(&self, token: &[u8]) -> Option<bool> {
        checksum::fits(self.checksum, token, self.lead.len())
    }

    /// Whether a token belongs in any key: one that anybody can make, or whose format several providers share, such as the signing secrets
    /// of webhooks and the addresses of databases.
    fn belongs_anywhere(&self) -> bool {
        matches!(self.provider, "" | "MongoDB" | "NATS" | "age") || self.lead == "whsec_"
    }

    /// Whether the format only counts near a context word.
    #[must_use]
    pub fn asks_for_context(&self) -> bool {
        !self.context.is_empty()
    }

    /// Whether a key or a line has one of the context words, if the format needs any.
    fn has_context(&self, text: &[u8]) -> bool {
        self.context.is_empty()
            || self.context.split(' ').any(|word| {
                let mut parts = text.windows(word.len()).enumerate();
                parts.any(|(at, part)| part.eq_ignore_ascii_case(word.as_bytes()) && begins_a_word(text, at))
            })
    }

    /// Whether the prefix alone is distinctive. One that only counts near a word is not: `test_` begins many values.
    fn has_distinctive_lead(&self) -> bool {
        let lead = self.lead.as_bytes();
        !self.asks_for_context() && lead.len() >= 5 && matches!(lead, [.., b'_' | b'-' | b'$']) || lead == b"SG."
    }
}

/// Whether a word of a name begins at an offset: `dd_` doesn't begin one in `add_chart`.
fn begins_a_word(text: &[u8], at: usize) -> bool {
    text[..at].last().is_none_or(|before| {
        !before.is_ascii_alphabetic() || before.is_ascii_lowercase() && text[at].is_ascii_uppercase()
    })
}

/// For each first byte, where the formats with that byte begin in the table.
static BY_LETTER: [u8; 257] = {
    let mut starts = [0; 257];
    let mut letter = 0;
    while letter < 257 {
        let mut index = 0;
        while index < FORMATS.len()
            && (FORMATS[index].lead.is_empty() || (FORMATS[index].lead.as_bytes()[0] as usize) < letter)
        {
            index += 1;
        }
        starts[letter] = index as u8;
        letter += 1;
    }
    starts
};

/// Returns the formats that a value may have, judging by its prefix and length.
fn candidates(value: &[u8]) -> impl Iterator<Item = &'static Format> + '_ {
    let formats = match value {
        [first, second, ..] if value.len() >= SHORTEST && may_begin(*first, *second) => {
            let first = usize::from(*first);
            &FORMATS[usize::from(BY_LETTER[first])..usize::from(BY_LETTER[first + 1])]
        }
        _ => &[],
    };
    formats.iter().filter(|format| {
        begins(value, format.lead) && (value.len() >= usize::from(format.least) || format.has_distinctive_lead())
    })
}

/// For each ASCII first byte, which second bytes occur in prefixes, as bits by their last five bits. This rules out most values at once.
static SECOND: [u32; 128] = {
    let mut seconds = [0; 128];
    let mut index = 0;
    while index < FORMATS.len() {
        match *FORMATS[index].lead.as_bytes() {
            [] => {}
            [first] => seconds[first as usize] = u32::MAX,
            [first, second, ..] => seconds[first as usize] |= 1 << (second & 31),
        }
        index += 1;
    }
    seconds
};

/// Whether a prefix may begin with these two bytes.
fn may_begin(first: u8, second: u8) -> bool {
    let seconds = SECOND.get(usize::from(first));
    seconds.is_some_and(|seconds| seconds >> (second & 31) & 1 == 1)
}

/// Whether a value has a prefix. Compares the last byte first, where most differ, and then byte by byte, since comparing slices takes a
/// call.
fn begins(value: &[u8], lead: &str) -> bool {
    let lead = lead.as_bytes();
    let Some(last) = lead.len().checked_sub(1) else {
        return true;
    };
    value.get(last) == lead.last() && lead.iter().zip(value).all(|(one, other)| one == other)
}

/// Returns the formats that a value has, as a whole or by a distinctive prefix. If there are none, none of the functions below returns any.
fn formats(value: &[u8]) -> impl Iterator<Item = &'static Format> + '_ {
    candidates(value).filter(|format| format.may_match(value))
}

/// Whether a value has any format.
pub(super) fn is_token(value: &[u8]) -> bool {
    formats(value).next().is_some()
}

/// Whether no rule can have anything to say about the value of a key: it is not a token, or one that belongs in that key, is neither live
/// nor for tests by its format, and has no checksum. The shape is checked last, since it takes longest.
pub(super) fn is_silent(key: &[u8], value: &[u8]) -> bool {
    !is_id_of(key, value)
        && candidates(value).all(|format| {
            let is_right = format.mode == Mode::Any
                && matches!(format.checksum, Checksum::None)
                && KeyWords::of(key).accept(format)
                && !is_named_otherwise(key, format)
                && (!format.is_pem() || has_end(value) && has_lines(value));
            is_right || !format.may_match(value)
        })
}

/// Whether a value without a known format says enough for a rule, in this key.
pub(super) fn is_plain_but_telling(key: &[u8], value: &[u8]) -> bool {
    is_id_of(key, value) || spoken(key, value).is_some()
}

/// Returns the mode that a secret without a known format names, if its key says that it is one.
fn spoken(key: &[u8], value: &[u8]) -> Option<Mode> {
    said(value).filter(|_| secrecy::looks_secret(key))
}

/// Returns the mode that a secret without a known format names before what is random: `ak_test_…`, `sandbox-…`, `prv_prod_…`. The key of a
/// stream begins with `live_`, too, so that this alone says nothing.
pub(super) fn said(value: &[u8]) -> Option<Mode> {
    let is_between = |byte: &u8| matches!(byte, b'_' | b'-');
    // Most values show at once that they begin with no word.
    if value.len() < 20 || !value[..12].iter().any(is_between) {
        return None;
    }
    let parts = || value.split(is_between);
    let is = |word: &[u8], other: &[u8]| word.eq_ignore_ascii_case(other);
    let named = |(at, word): (usize, &[u8])| {
        if is(word, b"test") || is(word, b"sandbox") {
            return Some(Mode::Test);
        }
        (at > 0 && (is(word, b"live") || is(word, b"prod"))).then_some(Mode::Live)
    };
    let mut words = parts()
        .take(3)
        .take_while(|part| part.len() < 12 && part.iter().all(u8::is_ascii_alphabetic));
    let mode = words.by_ref().enumerate().find_map(named)?;
    let is_random = |part: &[u8]| part.len() >= 16 && part.iter().filter(|byte| byte.is_ascii_digit()).count() > 1;
    parts().any(is_random).then_some(mode)
}

/// How the id of an OAuth client of Google ends.
const GOOGLE_CLIENT: &[u8] = b".apps.googleusercontent.com";

/// Whether the key of a secret has the id of a client of Google, or a UUID for a client of Azure, which is the id of a secret or of the client:
/// no secret looks so, and no prefix tells.
pub(super) fn is_id_of(key: &[u8], value: &[u8]) -> bool {
    let is_id = match value {
        [.., b'.', b'c', b'o', b'm'] => value.ends_with(GOOGLE_CLIENT),
        [_, _, _, _, _, _, _, _, b'-', ..] if value.len() == 36 => {
            let is_of_azure = |name: &[u8]| find(key, name).is_some();
            value[8..].iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-')
                && key.ends_with(b"SECRET")
                && ([&b"AZURE"[..], b"ENTRA", b"MICROSOFT"].into_iter().any(is_of_azure) || key == b"ARM_CLIENT_SECRET")
        }
        _ => false,
    };
    is_id && secrecy::is_for_nobody_else(key)
}

/// Whether the name of a key may say that its value is a secret where the format says that it is none, or the other way round.
fn is_named_otherwise(key: &[u8], format: &Format) -> bool {
    match format.is_secret() {
        true => secrecy::is_for_everybody(key) || secrecy::is_of_service(key),
        false => secrecy::is_for_nobody_else(key),
    }
}

/// Whether a value begins in PEM.
pub(super) fn is_in_pem(value: &[u8]) -> bool {
    value.starts_with(b"-----BEGIN ")
}

/// Whether a value that begins in PEM ends so, too.
pub(super) fn has_end(value: &[u8]) -> bool {
    find(value, b"-----END ").is_some()
}

/// Whether a value has lines, or what a program takes for their ends.
pub(super) fn has_lines(value: &[u8]) -> bool {
    value.contains(&b'\n') || find(value, b"\\n").is_some()
}

/// Returns the formats that a whole value has, for a key of that name.
pub(super) fn whole<'v>(key: &'v [u8], value: &'v [u8]) -> impl Iterator<Item = &'static Format> + 'v {
    candidates(value).filter(move |format| format.matches_rest(value) && format.has_context(key))
}

/// Whether a value has the prefix of a format with a checksum; if not, no checksum can be wrong.
pub(super) fn may_have_checksum(value: &[u8]) -> bool {
    candidates(value).any(|format| !matches!(format.checksum, Checksum::None))
}

/// Returns the formats that a value has as a whole or by a distinctive prefix.
pub(super) fn whole_or_begun<'v>(value: &'v [u8]) -> impl Iterator<Item = &'static Format> + 'v {
    candidates(value).filter(move |format| format.matches_or_begins(value))
}

/// Returns whether the value of a key is live or for tests, if its format says so.
pub(super) fn mode(key: &[u8], value: &[u8]) -> Option<Mode> {
    // Most formats don't say, and then there is no need to check the shape.
    let mut telling = candidates(value).filter(|format| format.mode != Mode::Any);
    telling
        .find(|format| format.matches_or_begins(value) || format.has_context(key) && format.matches_rest(value))
        .map_or_else(|| spoken(key, value), |format| Some(format.mode))
}
