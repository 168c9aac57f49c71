//! Links and connection strings that are signed for a limited time: Azure's shared access signatures, presigned URLs of AWS and Google.

use super::{Dates, since, until};
use crate::find;
use crate::percent;
use crate::rotation::time::{self, Moment};

pub(super) fn read(text: &str) -> Option<Dates> {
    let query = Query(query_of(text)?);
    azure(&query)
        .or_else(|| presigned(&query, "X-Amz"))
        .or_else(|| presigned(&query, "X-Goog"))
}

/// Returns the query string: what follows `?`, `SharedAccessSignature=` in a connection string, or `SharedAccessSignature ` in a header; or
/// else the whole text.
fn query_of(text: &str) -> Option<&str> {
    let after = |mark: &str| find::split_once(text, mark).map(|(_, rest)| rest);
    let query = after("SharedAccessSignature=").map(|rest| rest.split(';').next().unwrap_or(rest));
    let query = query
        .or_else(|| after("SharedAccessSignature "))
        .or_else(|| after("?"))
        .unwrap_or(text);
    let query = query.strip_prefix('?').unwrap_or(query);
    query.contains('&').then(|| query.split('#').next().unwrap_or(query))
}

/// `st` (optional) and `se`, as text or, for Service Bus, in seconds. With a stored access policy (`si`), only Azure may know the expiry.
fn azure(query: &Query<'_>) -> Option<Dates> {
    query.get("sig")?;
    let stored = query.get("si").is_some();
    if !stored && query.get("se").is_none() {
        return None;
    }
    let date = |name| query.get(name).and_then(|text| moment(&text));
    let field = if query.get("se").is_some() {
        "st, se"
    } else {
        "none: its end is kept in the stored access policy"
    };
    Some(Dates {
        form: "azure-sas",
        field,
        written: since(date("st")),
        expires: until(date("se")),
    })
}

/// A date, from which Azure may omit parts, or a number of seconds.
fn moment(text: &str) -> Option<Moment> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return time::parse_number(text).ok();
    }
    time::parse(text, false).ok()
}

/// `X-Amz-Date` and, in seconds after it, `X-Amz-Expires`; likewise for Google.
fn presigned(query: &Query<'_>, vendor: &str) -> Option<Dates> {
    let get = |name: &str| query.get(&format!("{vendor}-{name}"));
    let Ok(Moment::At(at)) = time::parse_compact(get("Date")?.as_bytes()) else {
        return None;
    };
    let seconds: u32 = get("Expires")?.parse().ok()?;
    let expires = until(Some(Moment::At(time::shift(at, i64::from(seconds)))));
    Some(Dates {
        form: "presigned-url",
        field: "Date, Expires",
        written: since(Some(Moment::At(at))),
        expires,
    })
}

/// `name "=" value *( "&" name "=" value )`, percent-encoded.
struct Query<'t>(&'t str);

impl Query<'_> {
    fn get(&self, name: &str) -> Option<String> {
        let mut pairs = self.0.split('&').filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        String::from_utf8(percent::decode(value.as_bytes())).ok()
    }
}
