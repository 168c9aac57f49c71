//! Addresses of services and people: IP addresses, ports, hosts, mailboxes.

use crate::find;

use super::hostname::{are_labels, is_hostname, is_idn_hostname};

/// Longest local part of a mailbox in bytes, RFC 5321 section 4.5.3.1.1.
const MAX_LOCAL_PART: usize = 64;

/// `dec-octet 3( "." dec-octet )`. Accepts the same as the standard library, whose reader adds kilobytes.
pub(super) fn is_ipv4(text: &str) -> bool {
    let is_octet = |part: &str| {
        let digits = part.bytes().all(|b| b.is_ascii_digit());
        digits && (part.len() == 1 || !part.starts_with('0')) && part.parse::<i64>().is_ok_and(|octet| octet < 1 << 8)
    };
    text.split('.').count() == 4 && text.split('.').all(is_octet)
}

/// Eight groups, or fewer with one `::` for the missing ones; the last two may be an IPv4 address.
pub(super) fn is_ipv6(text: &str) -> bool {
    match find::split_once(text, "::") {
        Some((head, tail)) => {
            let counts = groups(head, false).zip(groups(tail, true));
            counts.is_some_and(|(head, tail)| head + tail < 8)
        }
        None => groups(text, true) == Some(8),
    }
}

/// Returns the number of groups, or `None` if the text is not made of groups.
fn groups(text: &str, may_end_in_ipv4: bool) -> Option<usize> {
    if text.is_empty() {
        return Some(0);
    }
    let is_group = |part: &str| matches!(part.len(), 1..=4) && part.bytes().all(|b| b.is_ascii_hexdigit());
    let count = text.split(':').count();
    let (before, last) = text.rsplit_once(':').unwrap_or(("", text));
    let is_rest = count == 1 || before.split(':').all(is_group);
    if !is_rest {
        None
    } else if is_group(last) {
        Some(count)
    } else {
        (may_end_in_ipv4 && is_ipv4(last)).then_some(count + 1)
    }
}

pub(super) fn is_port(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
        && !text.starts_with('0')
        && text.parse::<i64>().is_ok_and(|port| port < 1 << 16)
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

/// A hostname or an IPv4 address. A name whose last label is a number can only be a mistyped address. A full stop ends a name of several
/// labels that is not to be searched for in other domains, as people write them in Kubernetes: `db.prod.svc.cluster.local.`.
fn is_named_host(text: &str) -> bool {
    let name = text.strip_suffix('.').filter(|name| name.contains('.')).unwrap_or(text);
    let last = name.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|b| b.is_ascii_digit()) {
        return is_ipv4(text);
    }
    are_labels(name, |b| b == b'_')
}

pub(super) fn is_email(text: &str) -> bool {
    is_mailbox(text, false, is_hostname)
}

pub(super) fn is_idn_email(text: &str) -> bool {
    is_mailbox(text, true, is_idn_hostname)
}

/// `( dot-string / quoted-string ) "@" ( domain / address-literal )`, RFC 5321 section 4.1.2. RFC 6531 section 3.3 adds
/// characters beyond ASCII.
fn is_mailbox(text: &str, international: bool, is_domain: fn(&str) -> bool) -> bool {
    // An `@` in the local part must be quoted, and the domain can't have any, so the last one separates them.
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

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    proptest! {
        #[test]
        fn addresses_are_those_of_the_standard_library(
            four in "[0-9]{0,4}(\\.[0-9]{1,3}){2,4}",
            six in "[0-9a-fg]{0,5}(::?[0-9a-f]{0,4}){1,8}(:[0-9]{1,3}(\\.[0-9]{1,2}){3})?",
        ) {
            for text in [four, six] {
                prop_assert_eq!(super::is_ipv4(&text), text.parse::<Ipv4Addr>().is_ok(), "{}", text);
                prop_assert_eq!(super::is_ipv6(&text), text.parse::<Ipv6Addr>().is_ok(), "{}", text);
            }
        }

        #[test]
        fn every_address_is_one(four: Ipv4Addr, six: Ipv6Addr, low: u32) {
            prop_assert!(super::is_ipv4(&four.to_string()));
            prop_assert!(super::is_ipv6(&six.to_string()));
            prop_assert!(super::is_ipv6(&Ipv6Addr::from(u128::from(low)).to_string()));
        }
    }
}
