//! The password that a URL holds: for the search for known values, for secrets that environments share, and for the drafts of schemas.

use crate::find;

/// Returns the password in a URL, or in the URL behind a prefix such as `jdbc:`.
#[must_use]
pub fn password_in(url: &[u8]) -> Option<&[u8]> {
    let rest = &url[find::find(url, b"://")? + 3..];
    let end = rest.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(rest.len());
    let user = &rest[..rest[..end].iter().rposition(|byte| *byte == b'@')?];
    let colon = user.iter().position(|byte| *byte == b':')?;
    Some(&user[colon + 1..]).filter(|password| !password.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_ends_at_the_last_at_sign_of_the_authority() {
        assert_eq!(password_in(b"redis://:a1@b2@host/0"), Some(&b"a1@b2"[..]));
        assert_eq!(password_in(b"jdbc:mysql://app:a1b2@host/0"), Some(&b"a1b2"[..]));
        assert_eq!(password_in(b"https://host/a:b@c"), None);
    }
}
