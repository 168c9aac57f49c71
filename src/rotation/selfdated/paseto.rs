//! PASETO: dates are RFC 3339 text in the payload of a `public` token or in the footer of any token.

use super::{Dates, base64, issued_or_valid, until};
use crate::rotation::json::{self, Node};
use crate::rotation::time::{self, Moment};

/// `version "." purpose "." payload [ "." footer ]`. The payload of a public token is the message followed by the signature.
pub(super) fn read(text: &str) -> Option<Dates> {
    let mut parts = text.split('.');
    let (version, purpose, payload) = (parts.next()?, parts.next()?, parts.next()?);
    let footer = parts.next();
    let signature = match version {
        "v1" => 256,
        "v2" | "v4" => 64,
        "v3" => 96,
        _ => return None,
    };
    if !matches!(purpose, "public" | "local") || parts.next().is_some() {
        return None;
    }
    let message = (purpose == "public").then(|| {
        let payload = base64::decode(payload.as_bytes())?;
        claims(payload.len().checked_sub(signature).map(|end| &payload[..end])?)
    });
    let footer = || claims(&base64::decode(footer?.as_bytes())?);
    message.flatten().or_else(footer)
}

fn claims(message: &[u8]) -> Option<Dates> {
    let claims = json::parse(std::str::from_utf8(message).ok()?).ok()?;
    let (issued, from, end) = (date(&claims, "iat"), date(&claims, "nbf"), date(&claims, "exp"));
    if issued.is_none() && from.is_none() && end.is_none() {
        return None;
    }
    Some(Dates {
        form: "paseto",
        field: "iat, exp",
        written: issued_or_valid(issued, from),
        expires: until(end),
    })
}

fn date(claims: &Node<'_>, claim: &str) -> Option<Moment> {
    time::parse(&claims.text_of(claim)?, false).ok()
}
