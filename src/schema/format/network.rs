//! Where services and people are reached: addresses, ports, hosts, mailboxes.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::hostname::{are_labels, is_hostname, is_idn_hostname};

/// Longest local part of a mailbox, RFC 5321 section 4.5.3.1.1.
const MAX_LOCAL_PART: usize = 64;

pub(super) fn is_ipv4(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}

pub(super) fn is_ipv6(text: &str) -> bool {
    text.parse::<Ipv6Addr>().is_ok()
}

pub(super) fn is_port(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0') && text.parse::<u16>().is_ok()
}

pub(super) fn is_host(text: &str) -> bool {
    is_ipv6(text) || is_named_host(text)
}

pub(super) fn is_host_port(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else {
        return false;
    };
    let is_known = match host.strip_prefix('[') {
        Some(host) => host.strip_suffix(']').is_some_and(is_ipv6),
        None => is_named_host(host),
    };
    is_known && is_port(port)
}

/// A hostname or an IPv4 address; a name whose last label is a number is nothing but a mistyped address.
fn is_named_host(text: &str) -> bool {
    let last = text.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|b| b.is_ascii_digit()) {
        return is_ipv4(text);
    }
    are_labels(text, |b| b == b'_')
}

pub(super) fn is_email(text: &str) -> bool {
    is_mailbox(text, false, is_hostname)
}

pub(super) fn is_idn_email(text: &str) -> bool {
    is_mailbox(text, true, is_idn_hostname)
}

/// `( dot-string / quoted-string ) "@" ( domain / address-literal )`, RFC 5321 section 4.1.2; RFC 6531 section 3.3 adds
/// the characters beyond ASCII.
fn is_mailbox(text: &str, international: bool, is_domain: fn(&str) -> bool) -> bool {
    // An `@` in the local part is quoted, one in the domain can't be.
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    if local.len() > MAX_LOCAL_PART || (!international && !local.is_ascii()) {
        return false;
    }
    let is_local = match local.strip_prefix('"') {
        Some(quoted) => quoted.strip_suffix('"').is_some_and(is_quoted),
        None => local
            .split('.')
            .all(|atom| !atom.is_empty() && atom.bytes().all(is_atom_byte)),
    };
    let is_reachable = match domain.strip_prefix('[') {
        Some(literal) => literal.strip_suffix(']').is_some_and(is_address_literal),
        None => is_domain(domain),
    };
    is_local && is_reachable
}

/// `*( qtext / "\" printable )`.
fn is_quoted(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(b) = bytes.next() {
        let is_allowed = match b {
            b'\\' => bytes.next().is_some_and(|b| matches!(b, b' '..=b'~')),
            b'"' => false,
            _ => b >= b' ' && b != 0x7F,
        };
        if !is_allowed {
            return false;
        }
    }
    true
}

fn is_atom_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b) || !b.is_ascii()
}

fn is_address_literal(text: &str) -> bool {
    match text.split_at_checked(5) {
        Some((tag, address)) if tag.eq_ignore_ascii_case("IPv6:") => is_ipv6(address),
        _ => is_ipv4(text),
    }
}
