//! Provider tokens whose format contains a date, and ids by which a provider lists its credentials.

use super::{Dates, Expiry, Interval, base64, since};
use crate::rotation::json;
use crate::rotation::time::{self, Moment};

pub(super) fn read(text: &str) -> Option<Dates> {
    sentry(text)
        .or_else(|| azure_key(text))
        .or_else(|| discord(text))
        .or_else(|| postman(text))
}

/// Sentry's organisation token: `sntrys_ base64(JSON) _ secret`, with `iat` in seconds.
fn sentry(text: &str) -> Option<Dates> {
    let (claims, _secret) = text.strip_prefix("sntrys_")?.rsplit_once('_')?;
    let claims = base64::decode(claims.as_bytes())?;
    let claims = json::parse(std::str::from_utf8(&claims).ok()?).ok()?;
    let issued = time::parse_number(claims.get("iat")?.number()?).ok()?;
    Some(Dates {
        form: "sentry-token",
        field: "iat",
        written: since(Some(issued)),
        expires: Expiry::Unknown,
    })
}

/// Offset and text of the mark that all of Azure's common annotated keys have.
const AZURE_MARK: (usize, &[u8]) = (52, b"JQQJ9");

/// Azure's common annotated key (DevOps, OpenAI, Event Grid, Maps…): the characters 59 and 60 encode year and month of its creation.
fn azure_key(text: &str) -> Option<Dates> {
    let key = text.as_bytes();
    let (at, mark) = AZURE_MARK;
    if !matches!(key.len(), 84 | 88) || !key[at..].starts_with(mark) || !key[..84].iter().all(u8::is_ascii_alphanumeric)
    {
        return None;
    }
    let year = match key[58] {
        letter @ b'A'..=b'Z' => letter - b'A',
        letter @ b'a'..=b'z' => letter - b'a' + 26,
        digit => digit - b'0' + 52,
    };
    let month = key[59].checked_sub(b'A').filter(|month| *month < 12)?;
    let first_of = |year: u16, month: u8| match time::parse(&format!("{year:04}-{month:02}-01"), true) {
        Ok(Moment::At(at)) => Some(at),
        _ => None,
    };
    let year = 2024 + u16::from(year);
    let from = first_of(year, month + 1)?;
    let next = if month == 11 {
        first_of(year + 1, 1)
    } else {
        first_of(year, month + 2)
    }?;
    let written = Interval::between(Some(from), Some(time::shift(next, -1)));
    Some(Dates {
        form: "azure-key",
        field: "the month in letters 59 and 60",
        written,
        expires: Expiry::Unknown,
    })
}

/// Discord's bot token: its middle part encodes seconds since 2011. This is community knowledge, so only a hint.
fn discord(text: &str) -> Option<Dates> {
    const EPOCH: i64 = 1_293_840_000;
    let mut parts = text.split('.');
    let (id, seconds, secret) = (parts.next()?, parts.next()?, parts.next()?);
    let shape = (23..=28).contains(&id.len())
        && id.starts_with(['M', 'N', 'O'])
        && seconds.len() == 6
        && (27..=38).contains(&secret.len());
    if !shape || parts.next().is_some() {
        return None;
    }
    let id = base64::decode(id.as_bytes())?;
    if !id.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let seconds = base64::decode(seconds.as_bytes())?;
    let seconds = i64::from(u32::from_be_bytes(*seconds.first_chunk()?));
    hint("discord-token", "the middle part", seconds + EPOCH)
}

/// Postman's key: its first eight digits look like the timestamp of a MongoDB id, so only a hint.
fn postman(text: &str) -> Option<Dates> {
    let (id, secret) = text.strip_prefix("PMAK-")?.split_once('-')?;
    if id.len() != 24 || secret.len() != 34 || !id.bytes().chain(secret.bytes()).all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    hint(
        "postman-key",
        "the first eight digits",
        i64::from_str_radix(&id[..8], 16).ok()?,
    )
}

fn hint(form: &'static str, field: &'static str, seconds: i64) -> Option<Dates> {
    let at = jiff::Timestamp::from_second(seconds).ok()?;
    Some(Dates {
        form,
        field,
        written: Interval::exact(at),
        expires: Expiry::Unknown,
    })
}

/// `AKIA` or `ASIA` and sixteen characters of base32; all digits are accepted, since AWS's own examples use them.
pub(super) fn aws_access_key_id(text: &str) -> Option<String> {
    let shape = text.len() == 20 && (text.starts_with("AKIA") || text.starts_with("ASIA"));
    (shape
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()))
    .then(|| text.to_owned())
}

/// Returns the `private_key_id` in the JSON of a service account, which may be base64-encoded.
pub(super) fn service_account_key_id(text: &str) -> Option<String> {
    let decoded = if text.starts_with("ey") || text.starts_with("ew") {
        base64::decode_lines(text)
    } else {
        None
    };
    let text = decoded
        .as_ref()
        .map_or(Some(text), |bytes| std::str::from_utf8(bytes).ok())?;
    if !text.trim_ascii_start().starts_with('{') {
        return None;
    }
    let id = json::parse(text).ok()?.text_of("private_key_id")?.into_owned();
    (id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(id)
}
