//! JSON Web Tokens (RFC 7519), alone or inside the tokens of GitHub, Supabase and Qdrant.

use super::{Dates, base64, issued_or_valid, until};
use crate::rotation::json::{self, Node};
use crate::rotation::time::{self, Moment};

/// `header "." payload "." signature`, the first two of which are JSON in base64url; optionally after `Bearer ` or GitHub's `ghs_<id>_`.
pub(super) fn read(text: &str) -> Option<Dates> {
    let token = text.strip_prefix("Bearer ").unwrap_or(text);
    let token = token
        .strip_prefix("ghs_")
        .and_then(|rest| rest.split_once('_'))
        .map_or(token, |(_, jwt)| jwt);
    let mut parts = token.split('.');
    let (header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if !header.starts_with("ey") || parts.next().is_some() {
        return None;
    }
    let header = base64::decode(header.as_bytes())?;
    if !json::parse(std::str::from_utf8(&header).ok()?).ok()?.has("alg") {
        return None;
    }
    let payload = base64::decode(payload.as_bytes())?;
    let claims = json::parse(std::str::from_utf8(&payload).ok()?).ok()?;
    let (issued, from, end) = (date(&claims, "iat"), date(&claims, "nbf"), date(&claims, "exp"));
    if issued.is_none() && from.is_none() && end.is_none() {
        return None;
    }
    let field = match (issued, from) {
        (Some(_), _) => "iat, exp",
        (None, Some(_)) => "nbf, exp",
        (None, None) => "exp",
    };
    Some(Dates {
        form: "jwt",
        field,
        written: issued_or_valid(issued, from),
        expires: until(end),
    })
}

/// Reads a NumericDate: seconds, possibly with a fraction. Claims are never in milliseconds, so a number beyond the calendar is not a date.
fn date(claims: &Node<'_>, claim: &str) -> Option<Moment> {
    time::parse_number(claims.get(claim)?.number()?).ok()
}
