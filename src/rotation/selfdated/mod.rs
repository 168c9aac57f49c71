//! Values that say themselves when they were made or when they end.
//!
//! No signature is verified: whoever can write the value can write its date. What a value says ranks above a store all the same, because a
//! program that uses it believes it too. Values come in exposed; only dates go out ([`Evidence`] has no room for more).
//!
//! A date that a provider puts into its tokens without saying so (Discord, Postman) is a hint: it ranks as a comment.

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

/// What a value says of itself.
struct Dates {
    /// What kind of value it is.
    form: &'static str,
    /// Where in it the dates are.
    field: &'static str,
    written: Interval,
    expires: Expiry,
}

/// Every form, in the order in which it is tried: those with a mark at their beginning first.
const FORMS: [fn(&str) -> Option<Dates>; 6] = [x509::read, ssh::read, paseto::read, jwt::read, sas::read, tokens::read];

/// The dates in a value, if it is of a form that has some.
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

/// The id in a value by which its issuer lists it: an AWS access key id, or the `private_key_id` of a Google service account. It is public.
///
/// A secret that is no such id itself has that of the key beside it: `AWS_SECRET_ACCESS_KEY` that of `AWS_ACCESS_KEY_ID` ([`id_beside`]).
#[must_use]
pub fn public_id(value: &[u8]) -> Option<String> {
    if value.len() > MAX_LEN {
        return None;
    }
    let text = std::str::from_utf8(value).ok()?.trim_ascii();
    tokens::aws_access_key_id(text).or_else(|| tokens::service_account_key_id(text))
}

/// The name of the key whose value is the public id of this one: `…ACCESS_KEY_ID` for `…SECRET_ACCESS_KEY`.
#[must_use]
pub fn id_beside(key: &str) -> Option<String> {
    key.strip_suffix("SECRET_ACCESS_KEY")
        .map(|prefix| format!("{prefix}ACCESS_KEY_ID"))
}

/// A beginning, as far as there is one.
fn since(moment: Option<Moment>) -> Interval {
    match moment {
        Some(Moment::At(at)) => Interval::exact(at),
        Some(Moment::Never | Moment::Unset) | None => Interval::UNKNOWN,
    }
}

/// The beginning of a token: when it was issued, else from when on it is valid, which it may have been given long before.
fn issued_or_valid(issued: Option<Moment>, from: Option<Moment>) -> Interval {
    match (issued, from) {
        (None, Some(Moment::At(from))) => Interval::until(from),
        (issued, _) => since(issued),
    }
}

/// An end, as far as there is one.
fn until(moment: Option<Moment>) -> Expiry {
    match moment {
        Some(Moment::At(at)) => Expiry::At(at),
        Some(Moment::Never) => Expiry::Never,
        Some(Moment::Unset) | None => Expiry::Unknown,
    }
}
