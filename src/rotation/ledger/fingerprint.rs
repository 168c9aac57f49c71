//! Fingerprints and seals: HMAC-SHA-256 under a key that is kept with the values.
//!
//! A ledger stays in the history of a repository for good, so it must not help anybody to guess values, now or with faster computers. A
//! hash would, salted or slow: people choose passwords from a small set. So the fingerprint is keyed, with one key per environment that is
//! kept as an ordinary secret of that environment. Those who can read the values can verify; those who can read only the repository can
//! test nothing. And because a key may leak one day, the fingerprint has only [`BITS`] bits: even then one guess in a million matches by
//! chance, and the ledger never proves a guess right.
//!
//! There is no mode without a key: without one, a rotation is recorded by its date alone.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::Entry;
use crate::rotation::base64;

/// How many bits of the HMAC are kept. A wrong value matches once in a million, and a leaked key reveals no more than this.
pub const BITS: u32 = 20;

/// The prefix of a ledger key, by which people and scanners recognise it.
const KEY_MARK: &str = "lgk1.";

/// Prefixes that keep the HMAC of a value and that of an entry apart.
const VALUE: &[u8] = b"lgr1\0";
const ENTRY: &[u8] = b"lgr1-entry\0";

/// The alphabet of base32 (RFC 4648).
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The first [`BITS`] bits of an HMAC over environment, key and value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint(u32);

impl Fingerprint {
    /// Parses four letters of base32.
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

/// A MAC over all other members of an entry: half of an HMAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seal([u8; 16]);

impl Seal {
    /// Parses 22 letters of base64url.
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

/// The ledger key of one environment, with the id by which entries refer to it: `lgk1.<kid>.<32 bytes in base64url>`.
pub struct LedgerKey {
    kid: String,
    hmac: Hmac<Sha256>,
}

/// The error for a text that is not a ledger key. It reveals nothing of the text.
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

    /// Parses a key.
    ///
    /// # Errors
    /// If the value is not a ledger key.
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

    /// Formats a new key from 32 bytes that the caller drew at random.
    ///
    /// # Errors
    /// If `kid` contains anything but lower-case letters, digits and `-`, or is empty or longer than 40 bytes.
    pub fn render(kid: &str, random: &[u8; 32]) -> Result<Zeroizing<String>, NotALedgerKey> {
        if !is_kid(kid) {
            return Err(NotALedgerKey);
        }
        let key = Zeroizing::new(Base64UrlUnpadded::encode_string(random));
        Ok(Zeroizing::new(format!("{KEY_MARK}{kid}.{}", *key)))
    }

    /// Returns the id of the key.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Returns the fingerprint of a value, to be stored in a ledger. It depends on environment and key, so equal values have different
    /// fingerprints. `None` if a name contains a NUL, since NUL separates the parts.
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

    /// Whether a value matches the fingerprint of an entry. Takes the same time whichever bits differ.
    pub(super) fn agrees(&self, entry: &Entry, value: &[u8]) -> bool {
        let candidate = self.fingerprint(&entry.environment, &entry.key, value);
        candidate
            .zip(entry.fingerprint)
            .is_some_and(|(this, that)| this.0.ct_eq(&that.0).into())
    }

    /// Computes the seal of an entry, ignoring the seal that it has.
    #[must_use]
    pub fn seal(&self, entry: &Entry) -> Seal {
        let mut hmac = self.hmac.clone();
        hmac.update(ENTRY);
        let members = entry.members();
        for member in &members[..members.len() - 1] {
            // Each member is preceded by its length, or by a marker if absent, so no two entries hash the same bytes.
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

    /// Whether this key made the seal of an entry.
    pub(super) fn sealed(&self, entry: &Entry) -> bool {
        entry.seal.is_some_and(|seal| seal.0.ct_eq(&self.seal(entry).0).into())
    }

    /// Adds fingerprint and seal for a value to an entry.
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
