//! Placeholders in URLs: a user and password that everybody knows, a host that is still to be named.

use super::{Placeholder, find_in_text};

/// What is behind the `://` of a URL.
pub(super) fn authority(value: &[u8]) -> Option<&[u8]> {
    memchr::memchr_iter(b':', value)
        .map(|at| &value[at + 1..])
        .find_map(|rest| rest.strip_prefix(b"//"))
}

/// Passwords that come with software, for the users that come with it.
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

/// `user:password@host…` with a password that is no secret.
pub(super) fn credentials(authority: &[u8]) -> Option<Placeholder> {
    let end = authority
        .iter()
        .position(|byte| matches!(byte, b'/' | b'?' | b'#'))
        .unwrap_or(authority.len());
    let at = authority[..end].iter().rposition(|&byte| byte == b'@')?;
    let user_info = &authority[..at];
    let colon = user_info.iter().position(|&byte| byte == b':')?;
    let (user, password) = (&user_info[..colon], &user_info[colon + 1..]);
    if password.is_empty() {
        return None;
    }
    let known = user.eq_ignore_ascii_case(password)
        || WELL_KNOWN_PASSWORDS
            .iter()
            .any(|known| password.eq_ignore_ascii_case(known.as_bytes()))
        || find_in_text(password, true).is_some();
    known.then_some(Placeholder::Credentials)
}

/// A URL with a host or a part that is still to be named: `https://your-project.example`, `https://<host>/`.
pub(super) fn is_unreplaced(rest: &[u8]) -> bool {
    let end = rest
        .iter()
        .position(|byte| matches!(byte, b'/' | b'?' | b'#'))
        .unwrap_or(rest.len());
    let host = &rest[..end];
    let host = host
        .iter()
        .rposition(|&byte| byte == b'@')
        .map_or(host, |at| &host[at + 1..]);
    let label = host
        .split(|byte| matches!(byte, b'.' | b':'))
        .next()
        .unwrap_or_default();
    let begins = |prefix: &[u8]| label.len() > prefix.len() && label[..prefix.len()].eq_ignore_ascii_case(prefix);
    begins(b"your-")
        || begins(b"your_")
        || label.eq_ignore_ascii_case(b"yourdomain")
        || label.eq_ignore_ascii_case(b"changeme")
        || label.eq_ignore_ascii_case(b"change-me")
        || (label.len() >= 3 && label.iter().all(|byte| byte.eq_ignore_ascii_case(&b'x')))
        || (label.first() == Some(&b'<') && label.last() == Some(&b'>'))
}
