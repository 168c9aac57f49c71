//! Placeholders in URLs: well-known credentials, or a host that is yet to be filled in.

use super::{Placeholder, find_in_text};

/// Returns what follows the `://` of a URL.
pub(super) fn authority(mut value: &[u8]) -> Option<&[u8]> {
    loop {
        value = &value[memchr::memchr(b':', value)? + 1..];
        if let [b'/', b'/', rest @ ..] = value {
            return Some(rest);
        }
    }
}

/// Default passwords of software, usually along with its default users.
const WELL_KNOWN_PASSWORDS: &[&str] = &[
    "123456",
    "12345678",
    "admin",
    "changeit",
    "changeme",
    "default",
    "dev",
    "example",
    "guest",
    "minioadmin",
    "mongo",
    "mysql",
    "pass",
    "passwd",
    "password",
    "password123",
    "pgpassword",
    "postgres",
    "postgrespw",
    "rabbitmq",
    "redis",
    "root",
    "secret",
    "secret123",
    "test",
    "toor",
    "user",
    "xxx",
    "your-password",
    "your_password",
    "yourpassword",
];

/// Whether what follows `://` may contain a placeholder, judging by its first letter and whether it has a user.
pub(super) fn may_be(rest: &[u8]) -> bool {
    let Some(first) = rest.first() else { return false };
    matches!(first.to_ascii_lowercase(), b'y' | b'c' | b'x' | b'<') || memchr::memchr(b'@', rest).is_some()
}

/// Finds a placeholder in what follows `://`: well-known credentials, or a host that is yet to be filled in.
pub(super) fn find(rest: &[u8]) -> Option<Placeholder> {
    let end = memchr::memchr3(b'/', b'?', b'#', rest);
    let authority = &rest[..end.unwrap_or(rest.len())];
    let host = match memchr::memrchr(b'@', authority) {
        Some(at) if is_known(&authority[..at]) => return Some(Placeholder::Credentials),
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
    !password.is_empty()
        && (user.eq_ignore_ascii_case(password)
            || WELL_KNOWN_PASSWORDS
                .iter()
                .any(|known| password.eq_ignore_ascii_case(known.as_bytes()))
            || find_in_text(password, true).is_some())
}

/// Whether a host, or its first label, is yet to be filled in: `https://your-project.example`, `https://<host>/`.
fn is_unreplaced(host: &[u8]) -> bool {
    let end = host.iter().position(|byte| matches!(byte, b'.' | b':'));
    let label = &host[..end.unwrap_or(host.len())];
    let begins = |prefix: &[u8]| label.len() > prefix.len() && label[..prefix.len()].eq_ignore_ascii_case(prefix);
    begins(b"your-")
        || begins(b"your_")
        || label.eq_ignore_ascii_case(b"yourdomain")
        || label.eq_ignore_ascii_case(b"changeme")
        || label.eq_ignore_ascii_case(b"change-me")
        || (label.len() >= 3 && label.iter().all(|byte| byte.eq_ignore_ascii_case(&b'x')))
        || (label.first() == Some(&b'<') && label.last() == Some(&b'>'))
}
