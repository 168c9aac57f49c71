//! RFC 3986 and RFC 3987: URIs, IRIs and references; RFC 6570: URI templates.

use super::network::is_ipv6;
use crate::find;

pub(super) fn is_uri(text: &str) -> bool {
    Reference::split(text, false).is_some_and(|uri| uri.scheme.is_some())
}

pub(super) fn is_uri_reference(text: &str) -> bool {
    Reference::split(text, false).is_some()
}

pub(super) fn is_iri(text: &str) -> bool {
    Reference::split(text, true).is_some_and(|iri| iri.scheme.is_some())
}

pub(super) fn is_iri_reference(text: &str) -> bool {
    Reference::split(text, true).is_some()
}

pub(super) fn is_http_url(text: &str) -> bool {
    is_url_of(text, &["http", "https"])
}

pub(super) fn is_https_url(text: &str) -> bool {
    is_url_of(text, &["https"])
}

/// `scheme "://" [ user "@" ] host *( "," host ) …`, or `jdbc:` and anything the driver named after it may read.
pub(super) fn is_connection_url(text: &str) -> bool {
    if let Some((driver, rest)) = text.strip_prefix("jdbc:").and_then(|text| text.split_once(':')) {
        return is_scheme(driver) && !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic());
    }
    let Some((scheme, rest)) = find::split_once(text, "://") else {
        return false;
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (user, hosts) = authority.split_once('@').unwrap_or(("", authority));
    is_made_of(user, ":", false, false)
        && hosts
            .split(',')
            .all(|host| !host.ends_with(':') && host_of(host, false).is_some())
        && is_uri(&format!("{scheme}://{path}"))
}

fn is_url_of(text: &str, schemes: &[&str]) -> bool {
    Reference::split(text, false).is_some_and(|uri| {
        uri.scheme
            .is_some_and(|scheme| schemes.iter().any(|known| scheme.eq_ignore_ascii_case(known)))
            && uri.host.is_some_and(|host| !host.is_empty())
    })
}

/// The relevant parts of a well-formed reference.
struct Reference<'t> {
    scheme: Option<&'t str>,
    host: Option<&'t str>,
}

impl<'t> Reference<'t> {
    /// `[ scheme ":" ] [ "//" authority ] path [ "?" query ] [ "#" fragment ]`
    fn split(text: &'t str, international: bool) -> Option<Reference<'t>> {
        let is_made_of = |text, extra, private| is_made_of(text, extra, international, private);
        let (rest, fragment) = split_off(text, '#');
        let (rest, query) = split_off(rest, '?');
        // A colon in the first segment of the path can only be that of a scheme.
        let (scheme, rest) = match rest.find([':', '/']) {
            Some(at) if rest.as_bytes()[at] == b':' => (Some(&rest[..at]), &rest[at + 1..]),
            _ => (None, rest),
        };
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => {
                let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                (Some(authority), path)
            }
            None => (None, rest),
        };
        let host = match authority {
            None => None,
            Some(authority) => {
                let (user, host_port) = authority.split_once('@').unwrap_or(("", authority));
                if !is_made_of(user, ":", false) {
                    return None;
                }
                Some(host_of(host_port, international)?)
            }
        };
        let is_sound = scheme.is_none_or(is_scheme)
            && is_made_of(path, ":@/", false)
            && is_made_of(query, ":@/?", true)
            && is_made_of(fragment, ":@/?", false);
        is_sound.then_some(Reference { scheme, host })
    }
}

fn split_off(text: &str, separator: char) -> (&str, &str) {
    text.split_once(separator).unwrap_or((text, ""))
}

/// `ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )`
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

/// Returns the host of `( "[" address "]" / name ) [ ":" *DIGIT ]`, or `None` if the text does not match.
fn host_of(text: &str, international: bool) -> Option<&str> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            if !is_ipv6(address) && !is_ip_future(address) {
                return None;
            }
            (address, port)
        }
        None => {
            let (host, port) = text.split_at(text.find(':').unwrap_or(text.len()));
            if !is_made_of(host, "", international, false) {
                return None;
            }
            (host, port)
        }
    };
    let is_port = port.is_empty()
        || port
            .strip_prefix(':')
            .is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit()));
    is_port.then_some(host)
}

/// `"v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )`
fn is_ip_future(text: &str) -> bool {
    text.strip_prefix(['v', 'V'])
        .and_then(|text| text.split_once('.'))
        .is_some_and(|(version, address)| {
            !version.is_empty()
                && version.bytes().all(|b| b.is_ascii_hexdigit())
                && !address.is_empty()
                && address.bytes().all(|b| is_unreserved(b) || b == b':')
        })
}

/// Returns whether a text consists of unreserved characters, sub-delims, percent-encodings and the `extra` ones; in an
/// IRI also of `ucschar`, and of `iprivate` if `private` is set.
fn is_made_of(text: &str, extra: &str, international: bool, private: bool) -> bool {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let is_allowed = match c {
            '%' => is_hex_pair(&mut chars),
            '\0'..='\x7F' => is_unreserved(c as u8) || extra.contains(c),
            _ => international && (is_ucschar(c) || private && is_iprivate(c)),
        };
        if !is_allowed {
            return false;
        }
    }
    true
}

fn is_hex_pair(chars: &mut std::str::Chars<'_>) -> bool {
    (0..2).all(|_| chars.next().is_some_and(|c| c.is_ascii_hexdigit()))
}

/// `unreserved / sub-delims`
fn is_unreserved(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&b)
}

/// RFC 3987 section 2.2. From plane 1 to 14, all except the last two code points of each, and the tags of plane 14.
fn is_ucschar(c: char) -> bool {
    match u32::from(c) {
        0xA0..=0xD7FF | 0xF900..=0xFDCF | 0xFDF0..=0xFFEF => true,
        c @ 0x10000..=0xEFFFF => c & 0xFFFF <= 0xFFFD && !(0xE0000..0xE1000).contains(&c),
        _ => false,
    }
}

/// RFC 3987 section 2.2.
fn is_iprivate(c: char) -> bool {
    matches!(u32::from(c), 0xE000..=0xF8FF | 0xF0000..=0xFFFFD | 0x100000..=0x10FFFD)
}

/// RFC 6570 section 2: `*( literal / "{" [ operator ] varspec *( "," varspec ) "}" )`.
pub(super) fn is_uri_template(text: &str) -> bool {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let is_allowed = match c {
            '{' => match chars.as_str().split_once('}') {
                Some((expression, rest)) => {
                    chars = rest.chars();
                    is_expression(expression)
                }
                None => false,
            },
            '%' => is_hex_pair(&mut chars),
            '\0'..=' ' | '"' | '<' | '>' | '\\' | '^' | '`' | '|' | '}' | '\x7F' => false,
            '!'..='~' => true,
            _ => is_ucschar(c) || is_iprivate(c),
        };
        if !is_allowed {
            return false;
        }
    }
    true
}

fn is_expression(text: &str) -> bool {
    let variables = text
        .strip_prefix(['+', '#', '.', '/', ';', '?', '&', '=', ',', '!', '@', '|'])
        .unwrap_or(text);
    variables.split(',').all(|variable| {
        let name = match variable.split_once(':') {
            Some((name, length)) => {
                let is_length = matches!(length.len(), 1..=4) && length.bytes().all(|b| b.is_ascii_digit());
                if !is_length || length.starts_with('0') {
                    return false;
                }
                name
            }
            None => variable.strip_suffix('*').unwrap_or(variable),
        };
        name.split('.').all(is_variable_name)
    })
}

/// `1*( ALPHA / DIGIT / "_" / percent-encoding )`
fn is_variable_name(text: &str) -> bool {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if !(c.is_ascii_alphanumeric() || c == '_' || c == '%' && is_hex_pair(&mut chars)) {
            return false;
        }
    }
    !text.is_empty()
}
