//! Fingerprints and seals: HMAC-SHA-256 under a key that lives with the values.
//!
//! A ledger stays in the history of a repository for good, so what it holds must be of no use to a reader who guesses: not now, and not with the computers of
//! later. A hash, salted or slow, is: people choose passwords from a small set. So the fingerprint is keyed, one key for each environment, kept as an
//! ordinary secret of that environment. Who can read the values can verify; who can read only the repository can test nothing. And because a key may
//! leak one day, the fingerprint has only [`BITS`] bits: even then one guess in a million fits by chance, and the ledger never proves a guess right.
//!
//! There is no mode without a key: a value without one is recorded by its date alone.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::Entry;
use crate::rotation::base64;

/// How many bits of the HMAC are kept: a wrong value agrees once in a million times, and a leaked key gives away no more than this.
pub const BITS: u32 = 20;

/// How a ledger key begins, so that people and scanners know one.
const KEY_MARK: &str = "lgk1.";

/// What is hashed before a value, and before an entry, so that one is never taken for the other.
const VALUE: &[u8] = b"lgr1\0";
const ENTRY: &[u8] = b"lgr1-entry\0";

/// RFC 4648 base32.
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The first [`BITS`] bits of an HMAC over environment, key and value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(u32);

impl Fingerprint {
    /// Reads four letters of base32.
    #[must_use]
    pub fn parse(text: &str) -> Option<Fingerprint> {
        let letters: &[u8; 4] = text.as_bytes().try_into().ok()?;
        letters
            .iter()
            .try_fold(0, |bits, letter| {
                let five = LETTERS.iter().position(|other| other == letter)?;
                Some(bits << 5 | u32::try_from(five).ok()?)
            })
            .map(Fingerprint)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for shift in [15, 10, 5, 0] {
            write!(f, "{}", char::from(LETTERS[(self.0 >> shift & 31) as usize]))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// The proof over all other members of an entry: half of an HMAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seal([u8; 16]);

impl Seal {
    /// Reads 22 letters of base64url.
    #[must_use]
    pub fn parse(text: &str) -> Option<Seal> {
        let mut seal = [0; 16];
        let len = Base64UrlUnpadded::decode(text, &mut seal).ok()?.len();
        (len == seal.len()).then_some(Seal(seal))
    }
}

impl fmt::Display for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Base64UrlUnpadded::encode_string(&self.0))
    }
}

/// The key of one environment's ledger, with the name by which entries speak of it: `lgk1.<kid>.<32 bytes in base64url>`.
pub struct LedgerKey {
    kid: String,
    hmac: Hmac<Sha256>,
}

/// Why a text is no ledger key. Says nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotALedgerKey;

impl fmt::Display for NotALedgerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is not a ledger key (lgk1.<name>.<43 letters>); make one with `envgate rotation key new`")
    }
}

impl std::error::Error for NotALedgerKey {}

impl LedgerKey {
    /// Whether a value is, or is meant to be, a ledger key.
    #[must_use]
    pub fn is_meant(value: &[u8]) -> bool {
        value.starts_with(KEY_MARK.as_bytes())
    }

    /// Reads a key.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(value: &[u8]) -> Result<LedgerKey, NotALedgerKey> {
        let text = std::str::from_utf8(value).map_err(|_| NotALedgerKey)?.trim_ascii();
        let (kid, key) = text
            .strip_prefix(KEY_MARK)
            .and_then(|rest| rest.split_once('.'))
            .ok_or(NotALedgerKey)?;
        let key = base64::decode(key.as_bytes())
            .filter(|key| key.len() == 32)
            .ok_or(NotALedgerKey)?;
        if !is_kid(kid) {
            return Err(NotALedgerKey);
        }
        let hmac = Hmac::new_from_slice(&key).map_err(|_| NotALedgerKey)?;
        Ok(LedgerKey {
            kid: kid.to_owned(),
            hmac,
        })
    }

    /// The text of a new key, of 32 bytes that the caller drew at random.
    ///
    /// # Errors
    /// When the name is not made of small letters, digits and `-`.
    pub fn render(kid: &str, random: &[u8; 32]) -> Result<Zeroizing<String>, NotALedgerKey> {
        if !is_kid(kid) {
            return Err(NotALedgerKey);
        }
        let key = Zeroizing::new(Base64UrlUnpadded::encode_string(random));
        Ok(Zeroizing::new(format!("{KEY_MARK}{kid}.{}", *key)))
    }

    /// Its name.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The fingerprint of a value, to be written into a ledger. It is bound to environment and key, so that equal values don't show.
    /// `None` for a name with a NUL, which would make two names one.
    #[must_use]
    pub fn fingerprint(&self, environment: &str, key: &str, value: &[u8]) -> Option<Fingerprint> {
        if environment.contains('\0') || key.contains('\0') {
            return None;
        }
        let mut hmac = self.hmac.clone();
        for part in [VALUE, environment.as_bytes(), b"\0", key.as_bytes(), b"\0", value] {
            hmac.update(part);
        }
        let bytes = hmac.finalize().into_bytes();
        Some(Fingerprint(
            u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) >> (32 - BITS),
        ))
    }

    /// Whether a value agrees with the fingerprint of an entry. Takes the same time whichever bits differ.
    pub(super) fn agrees(&self, entry: &Entry, value: &[u8]) -> bool {
        let candidate = self.fingerprint(&entry.environment, &entry.key, value);
        candidate
            .zip(entry.fingerprint)
            .is_some_and(|(this, that)| this.0.ct_eq(&that.0).into())
    }

    /// The seal of an entry, whatever seal it has.
    #[must_use]
    pub fn seal(&self, entry: &Entry) -> Seal {
        let mut hmac = self.hmac.clone();
        hmac.update(ENTRY);
        let members = entry.members();
        for member in &members[..members.len() - 1] {
            // A length in front of each, and none for one that isn't there, so that no two entries hash the same bytes.
            let len = member
                .as_ref()
                .map_or(u32::MAX, |text| u32::try_from(text.len()).unwrap_or(u32::MAX - 1));
            hmac.update(&len.to_be_bytes());
            hmac.update(member.as_deref().unwrap_or_default().as_bytes());
        }
        let mut seal = [0; 16];
        seal.copy_from_slice(&hmac.finalize().into_bytes()[..16]);
        Seal(seal)
    }

    /// Whether the seal of an entry is the one that this key makes.
    pub(super) fn sealed(&self, entry: &Entry) -> bool {
        entry.seal.is_some_and(|seal| seal.0.ct_eq(&self.seal(entry).0).into())
    }

    /// Fingerprints and seals an entry for a value.
    pub fn sign(&self, entry: &mut Entry, value: &[u8]) {
        entry.kid = Some(self.kid.clone());
        entry.fingerprint = self.fingerprint(&entry.environment, &entry.key, value);
        entry.seal = Some(self.seal(entry));
    }
}

impl fmt::Debug for LedgerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LedgerKey({}, ***)", self.kid)
    }
}

/// `1*40( lower / DIGIT / "-" )`
fn is_kid(kid: &str) -> bool {
    (1..=40).contains(&kid.len())
        && kid
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
