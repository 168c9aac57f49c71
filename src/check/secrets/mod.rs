//! What tokens of providers look like: a table ([`Format`]), and how a text is matched against it.
//!
//! A format is data: how it begins, the shape of the rest, its checksum, whether it is for tests, which date stands in it, how long it may live. The rules about values ask
//! [`whole`] and [`mode`]; [`Anchors`] find tokens in any text.

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

use providers::KeyWords;
use table::FORMATS;

/// One format of token.
#[derive(Debug)]
pub struct Format {
    /// Who issues it; empty for what anybody makes.
    pub provider: &'static str,
    /// What it is, in the words of the provider.
    pub name: &'static str,
    /// How it begins.
    pub lead: &'static str,
    /// The shape of what follows.
    rest: &'static str,
    /// The length of the shortest.
    least: u16,
    /// Besides letters and digits, what may not stand beside it; `*` if anything may.
    pub around: &'static str,
    /// Who may see it.
    pub secrecy: Secrecy,
    /// What it opens.
    pub mode: Mode,
    /// How it can be told from a mistyped one.
    pub checksum: Checksum,
    /// The most days that the provider lets it live; 0 where no limit is known.
    pub lifetime: u16,
    /// Words of which one must be near, in the key or in the line, because the shape alone says too little.
    context: &'static str,
    /// Which date stands in it.
    pub dated: Dated,
}

/// Which date stands in a token; [`selfdated`](crate::rotation::selfdated) reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dated {
    /// None.
    No,
    /// When it was made.
    Made,
    /// When it ends, where that was asked for.
    Ends,
    /// Both, as far as its issuer wrote them.
    Both,
    /// Perhaps an end, in a caveat of a macaroon, which is not read.
    Caveat,
}

/// Who may see a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// Nobody.
    Secret,
    /// Everybody.
    Public,
    /// Everybody or nobody, by what it is used for.
    Either,
    /// It is the name of a secret, and none itself.
    Id,
}

/// What a token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The token does not say.
    Any,
    /// The real thing.
    Live,
    /// A place for tests.
    Test,
}

/// No format is shorter.
const SHORTEST: usize = 12;

impl Format {
    /// "a Stripe secret API key", "an AWS access key id".
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

    /// Whether a text is such a token, from end to end.
    #[must_use]
    pub fn matches(&self, text: &[u8]) -> bool {
        begins(text, self.lead) && self.goes_on(text)
    }

    /// The same of a text that begins as one.
    fn goes_on(&self, text: &[u8]) -> bool {
        text.len() >= usize::from(self.least)
            && shape::run(self.rest.as_bytes(), text, self.lead.len(), &|end| end == text.len()).is_some()
    }

    /// Whether a value that begins as such a token is one as a whole or, where that is telling enough, by its beginning.
    fn is_begun(&self, value: &[u8]) -> bool {
        self.is_telling() && value.len() >= self.lead.len() + 8 && value.iter().all(u8::is_ascii_graphic)
            || self.context.is_empty() && self.goes_on(value)
    }

    /// The same, and as a whole also where a word near it has to tell.
    fn is_told_of(&self, value: &[u8]) -> bool {
        self.is_begun(value) || self.asks_for_context() && self.goes_on(value)
    }

    /// Whether the checksum of such a token fits; `None` where there is none.
    #[must_use]
    pub fn fits(&self, token: &[u8]) -> Option<bool> {
        checksum::fits(self.checksum, token, self.lead.len())
    }

    /// Whether a key may be named for anybody: what anybody makes, and what has one form with several providers, such as the signing secrets of
    /// webhooks and the address of a database.
    fn is_right_anywhere(&self) -> bool {
        matches!(self.provider, "" | "MongoDB" | "NATS" | "age") || self.lead == "whsec_"
    }

    /// Whether the format only counts near a word that goes with it.
    #[must_use]
    pub fn asks_for_context(&self) -> bool {
        !self.context.is_empty()
    }

    /// Whether a key or a line has the words that the format asks for.
    fn has_context(&self, text: &[u8]) -> bool {
        self.context.is_empty()
            || self.context.split(' ').any(|word| {
                let mut parts = text.windows(word.len()).enumerate();
                parts.any(|(at, part)| part.eq_ignore_ascii_case(word.as_bytes()) && begins_a_word(text, at))
            })
    }

    /// Whether the beginning is telling enough by itself.
    fn is_telling(&self) -> bool {
        let lead = self.lead.as_bytes();
        lead.len() >= 5 && matches!(lead, [.., b'_' | b'-']) || lead == b"SG."
    }
}

/// Whether a word of a name begins there: `dd_` is none in `add_chart`.
fn begins_a_word(text: &[u8], at: usize) -> bool {
    text[..at].last().is_none_or(|before| {
        !before.is_ascii_alphabetic() || before.is_ascii_lowercase() && text[at].is_ascii_uppercase()
    })
}

/// The formats that begin with a letter: where they begin in the table, for each letter.
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

/// The formats of which a value may be one by how it begins.
fn candidates(value: &[u8]) -> impl Iterator<Item = &'static Format> + '_ {
    let formats = match value {
        [first, second, ..] if value.len() >= SHORTEST && may_begin(*first, *second) => {
            let first = usize::from(*first);
            &FORMATS[usize::from(BY_LETTER[first])..usize::from(BY_LETTER[first + 1])]
        }
        _ => &[],
    };
    formats.iter().filter(|format| {
        begins(value, format.lead) && (value.len() >= usize::from(format.least) || format.is_telling())
    })
}

/// For each first byte of ASCII, the second bytes with which a lead goes on, a bit each for the last five bits of one: most values are told from
/// every token at once.
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

/// Whether a token may begin with two bytes.
fn may_begin(first: u8, second: u8) -> bool {
    let seconds = SECOND.get(usize::from(first));
    seconds.is_some_and(|seconds| seconds >> (second & 31) & 1 == 1)
}

/// Whether a value begins that way. The last byte first, and then one by one: most differ there, and comparing whole takes a call.
fn begins(value: &[u8], lead: &str) -> bool {
    let lead = lead.as_bytes();
    let Some(last) = lead.len().checked_sub(1) else {
        return true;
    };
    value.get(last) == lead.last() && lead.iter().zip(value).all(|(one, other)| one == other)
}

/// The formats that a value has, as a whole or by a beginning that is telling enough; where there is none, nothing below finds one.
fn formats(value: &[u8]) -> impl Iterator<Item = &'static Format> + '_ {
    candidates(value).filter(|format| format.is_told_of(value))
}

/// Whether a value has any format.
pub(super) fn is_token(value: &[u8]) -> bool {
    formats(value).next().is_some()
}

/// Whether the value of a key is no token, or one of which there is nothing to say: right in that key, for no environment in particular, without a
/// sum. The shape, which takes longest, is looked at last.
pub(super) fn is_silent(key: &str, value: &[u8]) -> bool {
    candidates(value).all(|format| {
        let is_right = format.mode == Mode::Any
            && matches!(format.checksum, Checksum::None)
            && KeyWords::of(key.as_bytes()).accept(format);
        is_right || !format.is_told_of(value)
    })
}

/// The formats that a value has as a whole, for a key of that name.
pub(super) fn whole<'v>(key: &'v [u8], value: &'v [u8]) -> impl Iterator<Item = &'static Format> + 'v {
    candidates(value).filter(move |format| format.goes_on(value) && format.has_context(key))
}

/// Whether a format with a checksum begins as a value does; if none, no sum can be wrong.
pub(super) fn may_have_checksum(value: &[u8]) -> bool {
    candidates(value).any(|format| !matches!(format.checksum, Checksum::None))
}

/// The formats that a value has as a whole or, where that is telling enough, by its beginning.
pub(super) fn begun<'v>(value: &'v [u8]) -> impl Iterator<Item = &'static Format> + 'v {
    candidates(value).filter(move |format| format.is_begun(value))
}

/// Whether a value is for tests or the real thing, if it says so.
pub(super) fn mode(value: &[u8]) -> Option<Mode> {
    // Most formats say nothing of it, and then the shape need not be looked at.
    let mut telling = candidates(value).filter(|format| format.mode != Mode::Any);
    telling.find(|format| format.is_begun(value)).map(|format| format.mode)
}
