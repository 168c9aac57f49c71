//! What production was left with from development, judging by the name of a key and its value.

use super::placeholders::{authority, options};
use super::promotion::names_another;
use super::traits::{Bytes, Noted};
use crate::find;
use crate::name::{ends_in, is_among, secrecy};
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
    /// A connection to another machine can be read or redirected.
    Open,
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
            LeftOver::Open => (
                "goes to another machine without encryption, or without verifying who that is",
                "require TLS with verified certificates there, such as `sslmode=verify-full`",
            ),
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
const REACHED: &str = "APP_URL CALLBACK_URL CLIENT_URL CORS_ORIGIN FRONTEND_URL NEXTAUTH_URL PUBLIC_URL REDIRECT_URI \
    REDIRECT_URL SITE_URL WEBSITE_URL";

/// Hosts that are another machine for whoever gets the address.
const OWN: [&str; 5] = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]", "host.docker.internal"];

/// Options of connection strings that turn off TLS or its verification, name and value, in lower case and without signs.
const OPEN: &str = "encryptfalse encryptno rejectunauthorizedfalse ssl0 sslfalse sslnoverify sslacceptacceptinvalidcerts sslcertreqscertnone \
    sslcertreqsnone sslmodedisable sslmodedisabled sslmodenone sslmodenoverify tlsfalse tlsskipverify tlsallowinvalidcertificatestrue \
    tlsinsecuretrue trustservercertificatetrue trustservercertificateyes usesslfalse verifyfalse verifyservercertificatefalse";

/// The length of the shortest connection string that leaves something open: `host=a.b.c ssl=0`.
const SHORTEST: usize = 16;

/// Words in the names of hosts that belong to another environment. Others, as in `dev.azure.com`, may well be of production.
const ANOTHER: &str = "sandbox stage staging uat";

/// Whether a value may be a URL or a connection string: by the schemes of databases and queues, the names of options with a host, or the end
/// of the key (`DSN`, `URL`, `HOST`).
fn may_connect(key: &[u8], value: &[u8]) -> bool {
    let [first, second, ..] = value else { return false };
    matches!(
        (first | 0x20, second),
        (b'p', b'o' | b'a')
            | (b'm', b'a' | b'o' | b's' | b'y')
            | (b'j', b'd')
            | (b's', b'q' | b'e')
            | (b'r', b'e')
            | (b'a', b'm')
            | (b'd', b'a' | b'b' | b'r')
            | (b'h', b'o' | b't')
            | (b'u', b's')
    ) || matches!(key, [.., b'S', b'N' | b'T'] | [.., b'R', b'L'])
}

/// Ends of the names of hosts within a private network.
const PRIVATE_ENDS: &str = ".internal .local .localhost .lan .svc .flycast .intranet .consul .home.arpa";

/// How addresses of private networks begin.
const PRIVATE_STARTS: &str = "10. 100. 127. 169.254. 172. 192.168. 0. [";

/// Whether the name of a key may be one whose value is judged by itself. Two letters tell that most are not.
pub(super) fn may_be_judged(key: &[u8]) -> bool {
    matches!(
        key,
        [.., b'U', b'G'] | [.., b'D', b'E'] | [.., b'N', b'V' | b'T'] | [.., b'E', b'D'] | [.., b'F', b'Y']
    )
}

/// Whether [`find()`] may find something of a declared key. What is no URL, has no options and is no host leads nowhere.
pub(super) fn may_be(key: &[u8], noted: Noted, bytes: Bytes) -> bool {
    noted.has(Noted::LEFT_OVER) || bytes.has(Bytes::SYNTAX) || matches!(key, [.., b'S', b'T'])
}

/// Returns what a variable of production is left from, if it is.
#[inline]
pub(super) fn find(key: &[u8], value: &[u8], bytes: Bytes) -> Option<LeftOver> {
    let left = if may_be_judged(key) || value.starts_with(b"ht") {
        judged(key, value)
    } else {
        None
    };
    left.or_else(|| {
        if (bytes.has(Bytes::EQUALS) || may_name_another(bytes)) && may_connect(key, value) {
            connected(key, value)
        } else {
            None
        }
    })
}

/// The letters of the words of [`ANOTHER`].
const LETTERS: [Bytes; 3] = [
    Bytes::of_word(b"sandbox"),
    Bytes::of_word(b"stag"),
    Bytes::of_word(b"uat"),
];

/// Whether a text has the letters of a word of [`ANOTHER`]. Most addresses do not, and fewer hosts.
fn may_name_another(bytes: Bytes) -> bool {
    LETTERS.iter().any(|letters| bytes.has_all(*letters))
}

/// Judges the host to which a value leads.
#[inline(never)]
fn connected(key: &[u8], value: &[u8]) -> Option<LeftOver> {
    let host = host(value).or_else(|| ends_in(key, "HOST").then_some(value))?;
    if is_of_another(host) && !str::from_utf8(key).is_ok_and(names_another) {
        return Some(LeftOver::Environment);
    }
    // A web server may have a parameter of any name.
    let has_options = value.len() >= SHORTEST && !value.starts_with(b"http") && value.contains(&b'=');
    (has_options && is_open(value) && !is_private(host)).then_some(LeftOver::Open)
}

/// Whether the name of a host has a word for another environment, its domain aside.
fn is_of_another(host: &[u8]) -> bool {
    let mut dots = host.iter().rev().enumerate().filter(|(_, byte)| **byte == b'.');
    let own = match (dots.next(), dots.next()) {
        (None, _) => host,
        (_, None) => return false,
        (_, Some((domain, _))) => &host[..host.len() - domain],
    };
    may_name_another(Bytes::of(own))
        && own
            .split(|byte| !byte.is_ascii_alphanumeric())
            .any(|word| is_among(word, ANOTHER))
}

#[inline(never)]
fn judged(key: &[u8], value: &[u8]) -> Option<LeftOver> {
    if is_of_own_machine(value) {
        return is_handed_out(key).then_some(LeftOver::Address);
    }
    if !may_be_judged(key) {
        return None;
    }
    if is_one_of(DEBUG, key) && is_on(value) {
        return Some(LeftOver::Debug);
    }
    if ["ENV", "ENVIRONMENT"].iter().any(|end| ends_in(key, end)) && is_another(value) {
        return Some(LeftOver::Environment);
    }
    // Other modes may well be `local`, or a `preview` of something.
    if ends_in(key, "MODE") && is_another(value) && !is_among(value, "local preview") {
        return Some(LeftOver::Environment);
    }
    is_unverified(key, value).then_some(LeftOver::Unverified)
}

fn is_one_of(names: &[&str], key: &[u8]) -> bool {
    names.iter().any(|name| name.as_bytes() == key)
}

fn is_on(value: &[u8]) -> bool {
    is_flag(value, true)
}

fn is_flag(value: &[u8], flag: bool) -> bool {
    str::from_utf8(value).is_ok_and(|text| boolean(text) == Some(flag))
}

/// Node and Python turn it off at nothing but 0, programs also at what is false to them.
fn is_unverified(key: &[u8], value: &[u8]) -> bool {
    match is_one_of(VERIFIED, key) {
        true => value == b"0",
        false => ends_in(key, "REJECT_UNAUTHORIZED") && is_flag(value, false),
    }
}

/// Whether a connection string has an option that leaves it open.
fn is_open(value: &[u8]) -> bool {
    let leaves_open = |(name, value): (&[u8], &[u8])| {
        let letters = name.iter().chain(value).filter(|byte| byte.is_ascii_alphanumeric());
        let written: Vec<u8> = letters.map(u8::to_ascii_lowercase).collect();
        is_among(&written, OPEN)
    };
    options(value).any(leaves_open)
}

/// Returns the host of a connection string, of several the first.
fn host(value: &[u8]) -> Option<&[u8]> {
    let named = || {
        options(value).find_map(|(name, value)| {
            (is_among(name, "host server") || name.eq_ignore_ascii_case(b"data source"))
                .then_some(value.strip_prefix(b"tcp:").unwrap_or(value))
        })
    };
    let host = match authority(value) {
        Some(rest) => {
            let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#' | b';'));
            let authority = &rest[..end.unwrap_or(rest.len())];
            &authority[authority.iter().rposition(|byte| *byte == b'@').map_or(0, |at| at + 1)..]
        }
        None => match find::find(value, b"@tcp(") {
            Some(at) => &value[at + 5..],
            None => named()?,
        },
    };
    host.split(|byte| matches!(byte, b':' | b',' | b'\\' | b')')).next()
}

/// Whether a host is this machine or in its private network, as far as its name tells: one of a cluster may have a dot.
fn is_private(host: &[u8]) -> bool {
    host.iter().filter(|byte| **byte == b'.').count() < 2
        || PRIVATE_ENDS.split(' ').any(|end| host.ends_with(end.as_bytes()))
        || PRIVATE_STARTS
            .split(' ')
            .any(|start| host.starts_with(start.as_bytes()))
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
    let is_inner = |word: &[u8]| is_among(word, "INTERNAL LOCAL DEV UPSTREAM PROXY");
    (secrecy::published(key).is_some() || REACHED.split(' ').any(|end| ends_in(key, end)))
        && !key.split(|byte| *byte == b'_').any(is_inner)
}

#[cfg(test)]
mod tests {
    use super::{ANOTHER, Bytes, DEBUG, LeftOver, OWN, REACHED, VERIFIED};

    fn find(key: &[u8], value: &[u8]) -> Option<LeftOver> {
        super::find(key, value, Bytes::of(value))
    }

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
        for (end, host) in REACHED.split(' ').flat_map(|end| OWN.map(move |host| (end, host))) {
            for scheme in ["http", "https"] {
                is_found(end, &format!("{scheme}://{host}:3000/path"), LeftOver::Address);
                is_found(&format!("WEB_{end}"), &format!("{scheme}://{host}"), LeftOver::Address);
            }
        }
    }

    #[test]
    fn connections_that_others_can_read() {
        let is = |value: &str| find(b"DB", value.as_bytes());
        for value in [
            "postgres://app:q8Zt5LmX@db.example.com:5432/app?sslmode=disable",
            "postgresql://app:q8Zt5LmX@db.example.com/app?pool=5&sslmode=no-verify",
            "postgres://app@a.example.com,b.example.com/app?ssl=false",
            "mysql://app:q8Zt5LmX@db.example.com/app?ssl-mode=DISABLED",
            "mysql://app:q8Zt5LmX@db.example.com/app?sslaccept=accept_invalid_certs",
            "mongodb://app:q8Zt5LmX@db.example.com/app?tls=false",
            "mongodb+srv://app:q8Zt5LmX@db.example.com/app?tlsInsecure=true",
            "rediss://:q8Zt5LmX@ec2.example.com:6379?ssl_cert_reqs=CERT_NONE",
            "amqps://app:q8Zt5LmX@mq.example.com/v?verify=False",
            "jdbc:mysql://db.example.com/app?useSSL=false",
            "jdbc:sqlserver://db.example.com:1433;encrypt=false;user=app",
            "sqlserver://db.example.com:1433;trustServerCertificate=true",
            "Server=tcp:db.example.com,1433;Database=app;Trust Server Certificate=True",
            "Data Source=db.example.com\\app;Encrypt=no",
            "Host=db.example.com;Username=app;SSL Mode=Disable",
            "host=db.example.com user=app sslmode=disable",
            "user=app password=q8Zt5LmX host=db.example.com sslmode=disable",
            "dbname=app host=db.example.com sslmode=disable",
            "User Id=app;Server=db.example.com;Encrypt=no",
            "Driver={ODBC Driver 18 for SQL Server};Server=db.example.com;TrustServerCertificate=yes",
        ] {
            assert_eq!(is(value), Some(LeftOver::Open), "{value}");
        }
        for value in [
            "postgres://app:q8Zt5LmX@db.example.com:5432/app?sslmode=verify-full",
            "postgres://app:q8Zt5LmX@db.example.com:5432/app",
            "postgres://app:q8Zt5LmX@postgres:5432/app?sslmode=disable",
            "postgres://app:q8Zt5LmX@localhost/app?sslmode=disable",
            "postgres://app:q8Zt5LmX@postgres.data:5432/app?sslmode=disable",
            "postgres://app:q8Zt5LmX@10.0.3.7/app?sslmode=disable",
            "postgres://app:q8Zt5LmX@db.eu.internal/app?sslmode=disable",
            "postgres://app:q8Zt5LmX@db.data.svc.cluster.local/app?sslmode=disable",
            "postgres://app:q8Zt5LmX@[fd00::1]/app?sslmode=disable",
            "postgres:///app?host=/var/run/postgresql&sslmode=disable",
            "postgres://app:q8Zt5LmX@/app?sslmode=disable",
            "Server=db,1433;Encrypt=false",
            "host=/run/postgresql sslmode=disable",
            "https://api.example.com/?ssl=false",
            "post sslmode=disable",
            "sslmode=disable",
        ] {
            assert_eq!(is(value), None, "{value}");
        }
    }

    #[test]
    fn every_word_of_another_environment_passes_the_quick_look() {
        for word in ANOTHER.split(' ') {
            for value in [
                format!("https://{word}.example.com/"),
                format!("https://api-{word}.example.com/"),
            ] {
                assert_eq!(find(b"API", value.as_bytes()), Some(LeftOver::Environment), "{value}");
            }
        }
    }

    #[test]
    fn hosts_of_other_environments() {
        for (key, value) in [
            ("PAYPAL_API", "https://api-m.sandbox.paypal.com/v1"),
            ("PLAID_API", "https://sandbox.plaid.com"),
            ("DB", "postgres://app:q8Zt5LmX@staging.db.example.com/app"),
            (
                "DB",
                "postgres://app:q8Zt5LmX@app-staging.abc.eu-west-1.rds.amazonaws.com:5432/app",
            ),
            ("CACHE", "redis://staging-cache:6379"),
            ("DB", "user=app host=db.uat.example.com"),
            ("MAIL_HOST", "sandbox.smtp.mailtrap.io"),
            ("DB_DSN", "app:q8Zt5LmX@tcp(db.staging.example.com:3306)/app"),
        ] {
            let found = find(key.as_bytes(), value.as_bytes());
            assert_eq!(found, Some(LeftOver::Environment), "{value}");
        }
        for (key, value) in [
            ("AZURE_DEVOPS", "https://dev.azure.com/example"),
            ("BLOG", "https://dev.to/staging"),
            ("STAGING_API", "https://api.staging.example.com"),
            ("SITE", "https://center-stage.com"),
            ("SITE", "https://www.stagecraft.example.com"),
            ("DB", "postgres://staging:q8Zt5LmX@db.example.com/staging"),
            ("MAIL_HOST", "smtp.example.com"),
            ("REQUEST", "staging"),
            ("DOCS", "Set staging.example.com first"),
        ] {
            assert_eq!(find(key.as_bytes(), value.as_bytes()), None, "{value}");
        }
        let dsn = "app:q8Zt5LmX@tcp(db.example.com:3306)/app?tls=skip-verify";
        assert_eq!(find(b"DB_DSN", dsn.as_bytes()), Some(LeftOver::Open));
        let private = dsn.replace("db.example.com", "db");
        assert_eq!(find(b"DB_DSN", private.as_bytes()), None);
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
            ("PAYPAL_MODE", "sandbox", Some(LeftOver::Environment)),
            ("STORAGE_MODE", "local", None),
            ("CACHE_MODE", "redis", None),
            ("PIPENV", "dev", None),
            ("VIRTUAL_ENV", "/srv/test", None),
            ("NODE_TLS_REJECT_UNAUTHORIZED", "0", Some(LeftOver::Unverified)),
            ("NODE_TLS_REJECT_UNAUTHORIZED", "1", None),
            ("DB_SSL_REJECT_UNAUTHORIZED", "false", Some(LeftOver::Unverified)),
            ("NODE_TLS_REJECT_UNAUTHORIZED", "false", None),
            ("", "", None),
        ] {
            assert_eq!(find(key.as_bytes(), value.as_bytes()), is, "{key}={value}");
        }
    }
}
