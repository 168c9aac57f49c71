//! The checksum of a token does not match, the end of a key in PEM is missing, or something is around a secret that is no part of it.

use crate::check::rule::{Check, Findings, Rule, Subject, Traits};
use crate::check::rules::placeholder_value;
use crate::check::secrets;
use crate::diagnostic::{RuleCode, Severity};
use crate::find::find;
use crate::name::{has_end, secrecy};
use crate::schema::Property;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("malformed-token"),
    severity: Severity::Warning,
    summary: "a token has a wrong checksum, no end, or something around it",
    docs: docs!("malformed_token.md"),
    check: Check::Variable(Traits::TOKEN.or(Traits::MATERIAL), check),
};

fn check(subject: &Subject<'_>, found: &mut Findings<'_>) {
    let Some(value) = subject.known().map(|secret| secret.expose()) else {
        return;
    };
    let is_secret = subject.property.is_some_and(|property| property.secret.is_some());
    if let Some(spoilt) = spoilt(subject.variable.key, value, is_secret) {
        report_spoilt(subject, spoilt, found);
        return;
    }
    if !secrets::may_have_checksum(value) {
        return;
    }
    let formats = || secrets::whole(subject.variable.key, value);
    let Some(format) = formats().next() else { return };
    // A single format without a checksum, or with one that matches, is enough for the token to be intact.
    if !formats().all(|format| format.fits(value) == Some(false)) {
        return;
    }
    if placeholder_value::refuses_here(subject) {
        return;
    }
    let message = format!(
        "{} looks like {}, but its checksum does not match",
        subject.name(),
        format.title()
    );
    subject.report_value(
        found,
        message,
        "copy it again: a character is missing or mistyped, or the token was made up",
    );
}

/// How a secret was damaged on its way here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spoilt {
    /// The end is missing: something limits the length of values, or a loader reads only one line.
    Cut,
    /// It is in quotes that nothing removed.
    Quoted,
    /// It ends in the line end that `echo` wrote, or has a blank that was copied with it.
    Padded,
    /// It ends in the two characters `\n`, which no loader made a line end of.
    Escaped,
    /// It is in PEM, and something joined its lines.
    Joined,
    /// It is in PEM, and its line ends are still escaped where a program has replaced `\n`.
    Twice,
    /// It begins with its own key: a whole line was copied.
    Named,
    /// It is the path of the file that has it.
    Path,
    /// A document or a chat put in characters that no generator makes.
    Typeset,
}

/// Returns how a value was damaged. Quotes and blanks around it only matter in a secret, because a server compares every byte of that.
fn spoilt(key: &[u8], value: &[u8], is_secret: bool) -> Option<Spoilt> {
    let (&first, &last) = (value.first()?, value.last()?);
    if first == b'-' && secrets::is_in_pem(value) {
        return match secrets::has_end(value) {
            false => Some(Spoilt::Cut),
            true if !secrets::has_lines(value) => Some(Spoilt::Joined),
            true => [b"\\\\", b"\\\n"]
                .iter()
                .any(|twice| find(value, *twice).is_some())
                .then_some(Spoilt::Twice),
        };
    }
    if !is_secret {
        return None;
    }
    if value
        .strip_prefix(key)
        .is_some_and(|rest| rest.len() > 1 && rest[0] == b'=')
    {
        return Some(Spoilt::Named);
    }
    // Programs read some keys, and documents of credentials, from either.
    if value.starts_with(b"/run/secrets/")
        && secrecy::is_plainly_secret(key)
        && !has_end(key, b"KEY")
        && !has_end(key, b"CREDENTIALS")
    {
        return Some(Spoilt::Path);
    }
    if is_typeset(value) {
        return Some(Spoilt::Typeset);
    }
    if first == last && matches!(first, b'"' | b'\'') {
        let inner = value.get(1..value.len() - 1)?;
        return (!inner.is_empty() && !inner.contains(&first)).then_some(Spoilt::Quoted);
    }
    if let Some(before) = value.strip_suffix(b"\\n") {
        let before = before.strip_suffix(b"\\r").unwrap_or(before);
        return (!before.contains(&b'\\')).then_some(Spoilt::Escaped);
    }
    // A text of several lines may well end in a line end.
    let is_padded = (first.is_ascii_whitespace() || last.is_ascii_whitespace()) && !value.trim_ascii().contains(&b'\n');
    is_padded.then_some(Spoilt::Padded)
}

/// Whether a value has characters that are invisible, or that stand for signs of ASCII, and is ASCII without blanks besides: a phrase of
/// a language has others, too.
fn is_typeset(value: &[u8]) -> bool {
    let is_typographic = |sign| matches!(sign, '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2010}'..='\u{201f}' | '\u{2060}' | '\u{feff}');
    !value.is_ascii()
        && str::from_utf8(value)
            .is_ok_and(|text| text.chars().all(|sign| sign.is_ascii_graphic() || is_typographic(sign)))
}

/// Whether the value of a declared key shows no damage, as far as that can be told without its format.
pub(in crate::check) fn is_silent(property: &Property, value: &str) -> bool {
    spoilt(property.name.as_bytes(), value.as_bytes(), property.secret.is_some()).is_none()
}

fn report_spoilt(subject: &Subject<'_>, spoilt: Spoilt, found: &mut Findings<'_>) {
    if placeholder_value::refuses_here(subject) {
        return;
    }
    let name = subject.name();
    let (message, to_do) = match spoilt {
        Spoilt::Cut => (
            format!("{name} is cut off: its last line, `-----END …-----`, is missing"),
            "copy all of it, in quotes, and look for a limit on the length of values",
        ),
        Spoilt::Quoted => (
            format!("{name} has quotes around it, which are a part of the value"),
            "write it without quotes there",
        ),
        Spoilt::Padded => (
            format!("{name} begins or ends with white space, which is a part of the value"),
            "set it again without that: `printf %s` adds no line end, as `echo` does",
        ),
        Spoilt::Escaped => (
            format!("{name} ends with `\\n`, which is a part of the value"),
            "set it again without that",
        ),
        Spoilt::Joined => (
            format!("{name} is in PEM and has no line ends, so that most programs can't read it"),
            "put back the line ends, or `\\n` in their place if the program reads that",
        ),
        Spoilt::Twice => (
            format!("{name} is in PEM, with line ends that were escaped twice"),
            "write each line end as `\\n`, with one backslash",
        ),
        Spoilt::Named => (
            format!("{name} holds its own name and `=` before the secret"),
            "take the name out of the value",
        ),
        Spoilt::Path => (
            format!("{name} is the path of a file, and not what is in it"),
            "set the secret itself, or give the path to a key that ends in `_FILE`, if the program reads that",
        ),
        Spoilt::Typeset => (
            format!("{name} has invisible characters, or typographic quotes or dashes"),
            "copy it again from where it was issued",
        ),
    };
    subject.report_value(found, message, to_do);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_around_a_secret_is_found() {
        for (text, is) in [
            ("\"q8Zt5LmX\"", Some(Spoilt::Quoted)),
            ("'q8Zt5LmX'", Some(Spoilt::Quoted)),
            ("q8Zt5LmX\n", Some(Spoilt::Padded)),
            ("q8Zt5LmX\r\n", Some(Spoilt::Padded)),
            (" q8Zt5LmX", Some(Spoilt::Padded)),
            ("-----BEGIN PRIVATE KEY-----", Some(Spoilt::Cut)),
            (
                "-----BEGIN PRIVATE KEY----- MC4= -----END PRIVATE KEY-----",
                Some(Spoilt::Joined),
            ),
            (
                "-----BEGIN CERTIFICATE-----MC4=-----END CERTIFICATE-----",
                Some(Spoilt::Joined),
            ),
            (
                "-----BEGIN PRIVATE KEY-----\\nMC4=\\n-----END PRIVATE KEY-----\\n",
                None,
            ),
            ("q8Zt5LmX\\n", Some(Spoilt::Escaped)),
            ("q8Zt5LmX\\r\\n", Some(Spoilt::Escaped)),
            ("q8Zt5LmX\\nKd7Rb3\\n", None),
            ("C:\\new", None),
            ("-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n", None),
            ("{\n}\n", None),
            ("\"", None),
            ("\"\"", None),
            ("\"a\" or \"b\"", None),
            ("\"q8Zt5LmX", None),
            ("q8Zt 5LmX", None),
            ("", None),
            ("KEY=q8Zt5LmX", Some(Spoilt::Named)),
            ("KEY=", None),
            ("KEYq8Zt5LmX=", None),
            ("q8Zt\u{200b}5LmX", Some(Spoilt::Typeset)),
            ("q8Zt\u{a0}5LmX", Some(Spoilt::Typeset)),
            ("\u{201c}q8Zt5LmX\u{201d}", Some(Spoilt::Typeset)),
            ("q8Zt\u{2013}5LmX", Some(Spoilt::Typeset)),
            ("\u{feff}q8Zt5LmX", Some(Spoilt::Typeset)),
            ("l\u{2019}arbre et la mer", None),
            ("l\u{2019}été\u{2013}bleu", None),
            ("q8Zt\u{1f511}\u{200d}5LmX", None),
            (
                "-----BEGIN PRIVATE KEY-----\\\\nMC4=\\\\n-----END PRIVATE KEY-----\\\\n",
                Some(Spoilt::Twice),
            ),
            (
                "-----BEGIN PRIVATE KEY-----\\\nMC4=\\\n-----END PRIVATE KEY-----\\\n",
                Some(Spoilt::Twice),
            ),
            (
                "-----BEGIN PRIVATE KEY-----\\r\\nMC4=\\r\\n-----END PRIVATE KEY-----\\r\\n",
                None,
            ),
        ] {
            assert_eq!(spoilt(b"KEY", text.as_bytes(), true), is, "{text:?}");
        }
        assert_eq!(spoilt(b"KEY", b"\"Q\"", false), None);
        let path = |key: &str, path: &str| spoilt(key.as_bytes(), path.as_bytes(), true);
        assert_eq!(path("DB_PASSWORD", "/run/secrets/db"), Some(Spoilt::Path));
        for key in [
            "DB_PASSWORD_FILE",
            "TLS_PRIVATE_KEY",
            "GOOGLE_CREDENTIALS",
            "tls.private_key",
            "SECRETS_DIR",
        ] {
            assert_eq!(path(key, "/run/secrets/db"), None, "{key}");
        }
    }
}
