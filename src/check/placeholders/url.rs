//! Placeholders in URLs and connection strings: well-known credentials, or a host that is yet to be filled in.

use super::{Bytes, MAX_LEN, Placeholder, find_in_text, is_name_with_word, phrases};

/// Returns what follows the `://` of a URL.
pub(in crate::check) fn authority(mut value: &[u8]) -> Option<&[u8]> {
    loop {
        value = &value[memchr::memchr(b':', value)? + 1..];
        if let [b'/', b'/', rest @ ..] = value {
            return Some(rest);
        }
    }
}

/// Whether what follows `://` may contain a placeholder, judging by its first letter and whether it has a user.
pub(super) fn may_be(rest: &[u8]) -> bool {
    matches!(rest.first(), Some(b'x' | b'X' | b'<' | b'_' | b'{'))
        || phrases::begin(rest)
        || memchr::memchr(b'@', rest).is_some()
}

/// Finds a placeholder in what follows `://`: well-known credentials, or a host that is yet to be filled in.
pub(super) fn find(rest: &[u8]) -> Option<Placeholder> {
    let end = memchr::memchr3(b'/', b'?', b'#', rest);
    let authority = &rest[..end.unwrap_or(rest.len())];
    let host = match memchr::memrchr(b'@', authority) {
        Some(at) if is_known(&authority[..at]) || is_of_database(&authority[..at], &rest[authority.len()..]) => {
            return Some(Placeholder::Credentials);
        }
        Some(at) => &authority[at + 1..],
        None => authority,
    };
    is_unreplaced(host).then_some(Placeholder::Unreplaced)
}

/// Whether `user:password` has a password that is not a secret.
fn is_known(user_info: &[u8]) -> bool {
    let Some(colon) = memchr::memchr(b':', user_info) else {
        return false;
    };
    let (user, password) = (&user_info[..colon], &user_info[colon + 1..]);
    !password.is_empty() && (user.eq_ignore_ascii_case(password) || is_guessed(password))
}

/// Whether a password is not a secret.
fn is_guessed(password: &[u8]) -> bool {
    find_in_text(password, Bytes::of(password), true).is_some() || is_name_with_word(password)
}

/// Whether the password is the name of the database, which comes next: `/name?…`.
fn is_of_database(user_info: &[u8], path: &[u8]) -> bool {
    let mut names = path.split(|byte| matches!(byte, b'/' | b'?' | b'#'));
    let name = names.nth(1).unwrap_or_default();
    !name.is_empty()
        && user_info
            .strip_suffix(name)
            .is_some_and(|before| before.ends_with(b":"))
}

/// Whether a connection string has a password that is not a secret: `Server=db;Password=postgres` of ADO.NET and ODBC,
/// `jdbc:mysql://db/app?password=root`, `host=db password=postgres` of libpq, `root:root@tcp(db)/app` of Go.
pub(super) fn connects_with_known(value: &[u8]) -> bool {
    // Most values are none; the shortest is `pwd=root`.
    if !(8..=MAX_LEN).contains(&value.len()) || memchr::memchr2(b'=', b'(', value).is_none() {
        return false;
    }
    if let Some(at) = memchr::memrchr(b'@', value)
        && value[at..].starts_with(b"@tcp(")
    {
        return is_known(&value[..at]);
    }
    options(value).any(|(name, password)| {
        [&b"password"[..], b"pwd"]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known))
            && (is_guessed(password)
                || options(value)
                    .filter(|(_, other)| other.eq_ignore_ascii_case(password))
                    .count()
                    > 1)
    })
}

/// Returns the names and values in a connection string.
pub(in crate::check) fn options(value: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let is_of_net = memchr::memchr(b';', value).is_some();
    let is_separator = move |byte: &u8| match is_of_net {
        true => *byte == b';',
        false => matches!(byte, b' ' | b'&' | b'?'),
    };
    value.split(is_separator).filter_map(|part| {
        let (name, value) = part.split_at(memchr::memchr(b'=', part)?);
        let bare = |byte: &u8| !matches!(byte, b'\'' | b'"' | b' ' | b'=');
        let value = &value[value.iter().position(bare)?..=value.iter().rposition(bare)?];
        Some((name.trim_ascii(), value))
    })
}

/// Whether a host, or its first label, is yet to be filled in: `https://your-project.example`, `https://<host>/`.
fn is_unreplaced(host: &[u8]) -> bool {
    let end = host.iter().position(|byte| matches!(byte, b'.' | b':'));
    let label = &host[..end.unwrap_or(host.len())];
    let begins = |prefix: &[u8]| label.len() > prefix.len() && label[..prefix.len()].eq_ignore_ascii_case(prefix);
    begins(b"your-") || begins(b"your_") || !label.is_empty() && find_in_text(label, Bytes::of(label), false).is_some()
}
