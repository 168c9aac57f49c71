//! Values that contain the date of their creation or expiry.
//!
//! Signatures are not verified: anybody who can write the value can write its date. It ranks above a store all the same, because a program
//! that uses the value believes it too. Values come in exposed; only dates go out ([`Evidence`] has no room for more).
//!
//! A date that a provider puts into its tokens without documenting it (Discord, Postman) is a hint and ranks as a comment.

mod jwt;
mod paseto;
mod sas;
mod ssh;
mod tokens;
mod x509;

use super::base64;
use super::evidence::{Evidence, Expiry, Interval, Rank};
use super::time::Moment;

/// The longest value that is looked at, in bytes: a bundle of certificates fits, an image does not.
const MAX_LEN: usize = 1 << 20;

/// The dates found in a value.
struct Dates {
    /// The kind of value.
    form: &'static str,
    /// Where in the value the dates are.
    field: &'static str,
    written: Interval,
    expires: Expiry,
}

/// All forms, in the order in which they are tried: those with a distinctive prefix first.
const FORMS: [fn(&str) -> Option<Dates>; 6] = [x509::read, ssh::read, paseto::read, jwt::read, sas::read, tokens::read];

/// Returns the dates in a value, if it is of a form that contains some.
#[must_use]
pub fn read(value: &[u8]) -> Option<Evidence> {
    if value.len() > MAX_LEN {
        return None;
    }
    let text = std::str::from_utf8(value).ok()?.trim_ascii();
    let dates = FORMS.iter().find_map(|read| read(text))?;
    let hint = matches!(dates.form, "discord-token" | "postman-key");
    Some(Evidence {
        rank: if hint { Rank::Comment } else { Rank::Value },
        source: dates.form,
        field: dates.field,
        written: dates.written,
        expires: dates.expires,
        as_of: None,
        version: None,
        better: Some("the value has an end but no beginning: record its rotation with `envgate rotation record`")
            .filter(|_| dates.written == Interval::UNKNOWN),
    })
}

/// Returns the id in a value by which its issuer lists it: an AWS access key id, or the `private_key_id` of a Google service account. It is
/// public.
///
/// A secret that doesn't contain such an id is identified by the key next to it: `AWS_SECRET_ACCESS_KEY` by `AWS_ACCESS_KEY_ID`
/// ([`id_beside`]).
#[must_use]
pub fn public_id(value: &[u8]) -> Option<String> {
    if value.len() > MAX_LEN {
        return None;
    }
    let text = std::str::from_utf8(value).ok()?.trim_ascii();
    tokens::aws_access_key_id(text).or_else(|| tokens::service_account_key_id(text))
}

/// Returns the name of the key that holds the public id of this one: `…ACCESS_KEY_ID` for `…SECRET_ACCESS_KEY`.
#[must_use]
pub fn id_beside(key: &str) -> Option<String> {
    key.strip_suffix("SECRET_ACCESS_KEY")
        .map(|prefix| format!("{prefix}ACCESS_KEY_ID"))
}

/// Converts the date of a token's beginning to an interval.
fn since(moment: Option<Moment>) -> Interval {
    match moment {
        Some(Moment::At(at)) => Interval::exact(at),
        Some(Moment::Never | Moment::Unset) | None => Interval::UNKNOWN,
    }
}

/// The beginning of a token: when it was issued; or else when it became valid, which is an upper bound, as it may have been issued long
/// before.
fn issued_or_valid(issued: Option<Moment>, from: Option<Moment>) -> Interval {
    match (issued, from) {
        (None, Some(Moment::At(from))) => Interval::until(from),
        (issued, _) => since(issued),
    }
}

/// Converts the date of a token's end to an expiry.
fn until(moment: Option<Moment>) -> Expiry {
    match moment {
        Some(Moment::At(at)) => Expiry::At(at),
        Some(Moment::Never) => Expiry::Never,
        Some(Moment::Unset) | None => Expiry::Unknown,
    }
}
