//! What production was left with from development, judging by the name of a key and its value.

use super::promotion::names_another;
use crate::name::{ends_in, secrecy};
use crate::schema::boolean;

/// What production should not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LeftOver {
    /// An address that others are given is one of the own machine.
    Address,
    /// A switch shows users what is for developers.
    Debug,
    /// The environment of a framework or a provider is another one.
    Environment,
    /// A switch turns the verification of certificates off.
    Unverified,
}

impl LeftOver {
    /// What is wrong with the key, and what to do.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            LeftOver::Address => (
                "is an address of the own machine, which nobody else can reach",
                "set the address under which others reach it",
            ),
            LeftOver::Debug => (
                "is on, and shows users what is for developers",
                "turn it off there: such pages hold variables and code",
            ),
            LeftOver::Environment => ("names another environment", "does this file belong to another one?"),
            LeftOver::Unverified => (
                "turns off that certificates are verified",
                "leave it out, and add the certificate authority that is missing",
            ),
        }
    }
}

/// Switches for pages of errors that show variables and code.
const DEBUG: &[&str] = &["APP_DEBUG", "DEBUG", "DJANGO_DEBUG", "FLASK_DEBUG", "WP_DEBUG"];

/// Switches that are off at 0, and certificates are not verified.
const VERIFIED: &[&str] = &["NODE_TLS_REJECT_UNAUTHORIZED", "PYTHONHTTPSVERIFY"];

/// Ends of names of addresses at which browsers and other services reach the program. Other addresses may lead to a program beside it.
const REACHED: &[&str] = &[
    "APP_URL",
    "CALLBACK_URL",
    "CLIENT_URL",
    "CORS_ORIGIN",
    "FRONTEND_URL",
    "NEXTAUTH_URL",
    "PUBLIC_URL",
    "REDIRECT_URI",
    "REDIRECT_URL",
    "SITE_URL",
    "WEBSITE_URL",
];

/// Hosts that are another machine for whoever gets the address.
const OWN: [&str; 5] = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]", "host.docker.internal"];

/// Returns what a variable of production is left from, if it is. Two letters tell that most are not.
#[inline]
pub(super) fn find(key: &[u8], value: &[u8]) -> Option<LeftOver> {
    let may_be = matches!(value, [b'h', b't', ..])
        || matches!(
            key,
            [.., b'U', b'G'] | [.., b'N', b'V' | b'T'] | [.., b'E', b'D'] | [.., b'F', b'Y']
        );
    if may_be { judged(key, value) } else { None }
}

#[inline(never)]
fn judged(key: &[u8], value: &[u8]) -> Option<LeftOver> {
    if is_of_own_machine(value) {
        return is_handed_out(key).then_some(LeftOver::Address);
    }
    if is_one_of(DEBUG, key) && is_on(value) {
        return Some(LeftOver::Debug);
    }
    if ["ENV", "ENVIRONMENT"].iter().any(|end| ends_in(key, end)) && is_another(value) {
        return Some(LeftOver::Environment);
    }
    (value == b"0" && is_one_of(VERIFIED, key)).then_some(LeftOver::Unverified)
}

fn is_one_of(names: &[&str], key: &[u8]) -> bool {
    names.iter().any(|name| name.as_bytes() == key)
}

fn is_on(value: &[u8]) -> bool {
    str::from_utf8(value).is_ok_and(|text| boolean(text) == Some(true))
}

/// Whether a value names an environment that is not production, as it mostly is. A path is no name.
fn is_another(value: &[u8]) -> bool {
    value != b"production" && !value.contains(&b'/') && str::from_utf8(value).is_ok_and(names_another)
}

/// Whether a value is a URL of the own machine.
fn is_of_own_machine(value: &[u8]) -> bool {
    let [b'h', b't', b't', b'p', rest @ ..] = value else {
        return false;
    };
    let ([b':', b'/', b'/', host @ ..] | [b's', b':', b'/', b'/', host @ ..]) = rest else {
        return false;
    };
    matches!(host.first(), Some(b'l' | b'1' | b'0' | b'[' | b'h'))
        && OWN.iter().any(|own| {
            let behind = host.strip_prefix(own.as_bytes());
            behind.is_some_and(|behind| matches!(behind.first(), None | Some(b':' | b'/' | b'?' | b'#')))
        })
}

/// Whether the name says that others get the address, because a bundler publishes it or because they are sent there.
fn is_handed_out(key: &[u8]) -> bool {
    let is_inner = |word: &[u8]| matches!(word, b"INTERNAL" | b"LOCAL" | b"DEV" | b"UPSTREAM" | b"PROXY");
    (secrecy::published(key).is_some() || REACHED.iter().any(|end| ends_in(key, end)))
        && !key.split(|byte| *byte == b'_').any(is_inner)
}

#[cfg(test)]
mod tests {
    use super::{DEBUG, LeftOver, OWN, REACHED, VERIFIED, find};

    /// The letters that the quick look compares are written out in it.
    #[test]
    fn every_entry_of_the_lists_passes_the_quick_look() {
        let is_found =
            |key: &str, value: &str, is| assert_eq!(find(key.as_bytes(), value.as_bytes()), Some(is), "{key}");
        for key in DEBUG {
            is_found(key, "true", LeftOver::Debug);
        }
        for key in VERIFIED {
            is_found(key, "0", LeftOver::Unverified);
        }
        for end in ["ENV", "ENVIRONMENT", "NODE_ENV", "PLAID_ENVIRONMENT"] {
            is_found(end, "staging", LeftOver::Environment);
        }
        for (end, host) in REACHED.iter().flat_map(|end| OWN.map(|host| (end, host))) {
            for scheme in ["http", "https"] {
                is_found(end, &format!("{scheme}://{host}:3000/path"), LeftOver::Address);
                is_found(&format!("WEB_{end}"), &format!("{scheme}://{host}"), LeftOver::Address);
            }
        }
    }

    #[test]
    fn what_is_left_from_development() {
        for (key, value, is) in [
            ("APP_URL", "http://localhost:3000", Some(LeftOver::Address)),
            ("VITE_API", "https://127.0.0.1/api", Some(LeftOver::Address)),
            ("SEARCH_URL", "http://localhost:9200", None),
            ("APP_INTERNAL_URL", "http://localhost", None),
            ("APP_URL", "https://localhost.example.com", None),
            ("APP_DEBUG", "True", Some(LeftOver::Debug)),
            ("DEBUG", "app:*", None),
            ("APP_DEBUG", "false", None),
            ("STRIPE_DEBUG", "true", None),
            ("NODE_ENV", "development", Some(LeftOver::Environment)),
            ("ENVIRONMENT", "staging", Some(LeftOver::Environment)),
            ("BRAINTREE_ENVIRONMENT", "Sandbox", Some(LeftOver::Environment)),
            ("NODE_ENV", "production", None),
            ("PIPENV", "dev", None),
            ("VIRTUAL_ENV", "/srv/test", None),
            ("NODE_TLS_REJECT_UNAUTHORIZED", "0", Some(LeftOver::Unverified)),
            ("NODE_TLS_REJECT_UNAUTHORIZED", "1", None),
            ("", "", None),
        ] {
            assert_eq!(find(key.as_bytes(), value.as_bytes()), is, "{key}={value}");
        }
    }
}
