//! Random values next to a name for secrets: `apiToken = "…"`, `DB_PASSWORD: …`, `Authorization: Bearer …`.
//!
//! Most secrets have no format of their own. What distinguishes them from words, names and paths is that they are random and have a name
//! for secrets. Only both together count, and even then the finding is a warning, since a hash or an id may look the same.

use super::checksum::Checksum;
use super::{Dated, Format, Mode, Secrecy};
use crate::check::material;
use crate::find;
use crate::name::letters;

/// The format reported for a value that has no other.
pub(super) static ASSIGNED: Format = Format {
    provider: "",
    name: "secret value",
    lead: "",
    rest: "",
    least: LEAST as u16,
    around: "*",
    // It can't be told whether it is one.
    secrecy: Secrecy::Either,
    mode: Mode::Any,
    checksum: Checksum::None,
    lifetime: 0,
    context: "",
    dated: Dated::No,
};

/// Parts of names for secrets, in the cases in which they occur.
pub(super) const WORDS: &[&str] = &[
    "secret",
    "Secret",
    "SECRET",
    "token",
    "Token",
    "TOKEN",
    "passw",
    "Passw",
    "PASSW",
    "passphrase",
    "Passphrase",
    "PASSPHRASE",
    "_pass",
    "-pass",
    "_PASS",
    "pwd",
    "Pwd",
    "PWD",
    "_key",
    "-key",
    "_KEY",
    "-KEY",
    "-Key",
    "Key",
    "apikey",
    "APIKEY",
    "accesskey",
    "ACCESSKEY",
    "privatekey",
    "PRIVATEKEY",
    "credential",
    "Credential",
    "CREDENTIAL",
    "uthorization",
];

/// Names whose value is a name with its password in base64, in the files of Docker and npm.
pub(super) const PAIRS: &[&str] = &["\"auth\"", "_auth"];

/// Parts of names whose values may be public, or merely look random, in lower case.
const PLAIN: &[&str] = &[
    "public",
    "publish",
    "hash",
    "sha1",
    "sha2",
    "sha5",
    "digest",
    "checksum",
    "finger",
    "thumb",
    "integrity",
    "etag",
    "partition",
    "idempot",
    "keyid",
    "key_id",
    "key-id",
    "tokenid",
    "token_id",
    // Jenkins and others name what they keep elsewhere.
    "credentialid",
    "credentialsid",
    "credential_id",
    "credentials_id",
    "cachekey",
    "cache_key",
    "cache-key",
    "sitekey",
    "site_key",
    "site-key",
    "nonce",
    "example",
    "dummy",
    "fake",
    "mock",
    "sample",
    "placeholder",
    "csrf",
    "xsrf",
    "revision",
    "commit",
    "keyword",
    "keybo",
    "keyframe",
    "tokeniz",
    "tracking",
    "encrypted",
    "keyname",
    "key_name",
    "authenticity",
    "verification",
    "nexttok",
    "next_tok",
    "pagetok",
    "page_tok",
    "paginat",
    "continuation",
    "starttok",
    "synctok",
    "clienttok",
    "requesttok",
    "updatetok",
    "s3key",
    "s3_key",
    "materialid",
    "versionid",
    "secretarn",
    "secret_arn",
    // What .NET calls the folder in which it keeps secrets.
    "usersecretsid",
    "websocket",
];

/// The minimum length of a value.
const LEAST: usize = 16;

/// The maximum length of a value. Anything longer is a file rather than a key.
const MOST: usize = 256;

/// How many bytes of a name are read on either side of its word, and how many may be between a name and its value.
const NAME: usize = 24;
const BETWEEN: usize = 40;

/// Returns the range of the value whose name contains a word for secrets at `at..end`.
pub(super) fn value(text: &[u8], at: usize, end: usize) -> Option<(usize, usize)> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
    let word = &text[at..end];
    // `key` must begin a word within the name, as in `_key` and `apiKey`: `Keyboard` is not a key, and `key` alone may be anything.
    if word == b"Key" && !text[..at].last().is_some_and(u8::is_ascii_alphanumeric)
        || word.ends_with(b"ey") && text.get(end).is_some_and(u8::is_ascii_lowercase)
    {
        return None;
    }
    let tail = text[end..].iter().take(NAME).take_while(|byte| is_name(byte)).count();
    let name_end = end + tail;
    let head = text[..at]
        .iter()
        .rev()
        .take(NAME)
        .take_while(|byte| is_name(byte))
        .count();
    let name = &text[at - head..name_end];
    // After an option, a blank is enough: `--token VALUE`.
    let is_option = matches!(name, [b'-', b'-', b'a'..=b'z', ..]);
    let (start, is_quoted) = beginning(text, name_end, is_option)?;
    let length = text[start..]
        .iter()
        .take(MOST + 1)
        .take_while(|byte| is_of_value(byte, is_quoted))
        .count();
    let value = &text[start..start + length];
    let ends = match text.get(start + length) {
        None => !is_quoted,
        Some(b'"' | b'\'' | b'`' | b'\\') => true,
        Some(byte) => !is_quoted && (byte.is_ascii_whitespace() || b";,&<)}".contains(byte)),
    };
    // An abridged value was abridged so that it may be shown.
    if !ends || !(LEAST..=MOST).contains(&length) || value.ends_with(b"...") || is_digest(value) {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let has = |part: &&str| find::find(&name, part.as_bytes()).is_some();
    // An id of what the name says: `signing_key`, `PasswordManager`.
    let is_id = is_uuid(value) && (has(&"key") || has(&"passw") && tail > 3) && !has(&"api") && !has(&"secret");
    if PLAIN.iter().any(has) || is_id {
        return None;
    }
    (is_random(value) && !is_public(value)).then_some((start, start + length))
}

/// Returns where the value begins that is assigned to a name ending at `at`, and whether it is quoted.
fn beginning(text: &[u8], at: usize, is_option: bool) -> Option<(usize, bool)> {
    let line = &text[at..text.len().min(at + BETWEEN)];
    // The closing characters in `"token": `, `env["TOKEN"] = `, `\"token\": `.
    let closing = line
        .iter()
        .take(4)
        .take_while(|byte| b"\"'`\\])".contains(byte))
        .count();
    let mut has_letters = false;
    let mut operator = (is_option && line.starts_with(b" ")).then_some(b'=');
    for (i, byte) in line.iter().enumerate().skip(closing) {
        match byte {
            b'=' | b':' | b'>' | b',' => operator = Some(*byte),
            b'?' | b'|' | b'!' | b'.' | b'&' | b'[' | b']' | b'\\' | b' ' | b'\t' => {}
            // `<token>` and its value may be on different lines.
            b'\r' | b'\n' if operator == Some(b'>') => {}
            b'"' | b'\'' | b'`' => {
                // A type may precede an equals sign; before the other operators, letters are another name.
                let is_assigned = operator? == b'=' || !has_letters;
                return is_assigned.then(|| (at + scheme(line, i + 1), true));
            }
            // Without quotes, the value follows the operator, unless that is a type with an assignment after it.
            _ if byte.is_ascii_alphanumeric() || b"_/+-~".contains(byte) => {
                let start = scheme(line, i);
                let run = line[start..].iter().take_while(|byte| is_of_value(byte, false)).count();
                let is_type = run < LEAST && line[start + run..].contains(&b'=');
                if operator.is_some() && !is_type {
                    let is_long = run >= LEAST || start + run == line.len();
                    return (is_long && operator != Some(b',')).then_some((at + start, false));
                }
                has_letters = true;
            }
            _ => return None,
        }
    }
    None
}

/// Skips the word that names the kind of credentials.
fn scheme(line: &[u8], at: usize) -> usize {
    let words: [&[u8]; 7] = [
        b"Bearer ",
        b"bearer ",
        b"Token ",
        b"token ",
        b"Basic ",
        b"ApiKey ",
        b"Api-Token ",
    ];
    let found = words.iter().find(|word| line[at.min(line.len())..].starts_with(word));
    at + found.map_or(0, |word| word.len())
}

fn is_of_value(byte: &u8, is_quoted: bool) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=_.~-".contains(byte) || is_quoted && b"!@#$%^&*:".contains(byte)
}

/// Whether a value has the form of a token that anybody may have, such as the key of a page for PostHog.
fn is_public(value: &[u8]) -> bool {
    let mut formats = super::whole(b"", value).peekable();
    formats.peek().is_some() && formats.all(|format| format.secrecy == Secrecy::Public)
}

/// Whether a value says that it is the hash of something: `sha256:…`, `sha512-…`.
fn is_digest(value: &[u8]) -> bool {
    value.starts_with(b"sha") && value.get(6).is_some_and(|byte| matches!(byte, b':' | b'-'))
}

fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36 && value.iter().filter(|byte| **byte == b'-').count() == 4
}

/// Whether a text looks like random letters and digits, and not like words.
pub(super) fn is_random(text: &[u8]) -> bool {
    let body = &text[..text.len() - text.iter().rev().take_while(|byte| **byte == b'=').count()];
    let count = |is: fn(&u8) -> bool| body.iter().filter(|byte| is(byte)).count();
    let (digits, letters) = (count(u8::is_ascii_digit), count(u8::is_ascii_alphabetic));
    let signs = body.len() - digits - letters;
    if body.len() < LEAST || letters < 3 || material::pattern(body).is_some() {
        return false;
    }
    let distinct = super::scan::distinct(body);
    let joined = |byte: &u8| byte.is_ascii_hexdigit() || *byte == b'-';
    // Figma puts a number in front of one.
    if is_uuid(&body[body.len().saturating_sub(36)..]) && body.iter().all(joined) {
        return distinct > 9;
    }
    let cases = (count(u8::is_ascii_lowercase) > 0, count(u8::is_ascii_uppercase) > 0);
    if body.iter().all(u8::is_ascii_hexdigit) && cases != (true, true) {
        return body.len() >= 32 && digits >= 4 && distinct > 7;
    }
    if signs * 6 > body.len() || distinct < 10.max(body.len() / 4).min(24) {
        return false;
    }
    let kind = |byte: u8| match byte {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        _ => 3,
    };
    let turns = body.windows(2).filter(|pair| kind(pair[0]) != kind(pair[1])).count();
    let (known, all) = letters::pairs(body);
    let is_mixed = digits >= 2 || letters >= 20 && cases == (true, true) && turns * 3 >= body.len();
    is_mixed && turns * 5 >= body.len() && known * 2 < all.max(1) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the value found in a line.
    fn found(line: &str) -> Option<&str> {
        WORDS.iter().find_map(|word| {
            let at = line.find(word)?;
            value(line.as_bytes(), at, at + word.len()).map(|(start, end)| &line[start..end])
        })
    }

    /// Returns pseudo-random letters and digits, the same each time.
    fn random(alphabet: &str, length: usize, seed: u64) -> String {
        let alphabet = alphabet.as_bytes();
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let digits = (0..length).map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            char::from(alphabet[(state >> 33) as usize % alphabet.len()])
        });
        digits.collect()
    }

    const LOWER: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
    const MIXED: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const HEX: &str = "0123456789abcdef";

    #[test]
    fn assigned_secrets_are_found_in_any_language() {
        let secret = random(MIXED, 32, 3);
        for line in [
            r#"apiToken = "@""#,
            r#"{"api_token": "@"}"#,
            r#"{\"api_token\": \"@\"}"#,
            "API_KEY=@",
            "export DB_PASSWORD=@\n",
            "api-key: @",
            "apiKey: '@',",
            r#"var apiToken string = "@""#,
            r#"const API_TOKEN: &str = "@";"#,
            r#"let token: string = "@";"#,
            "$clientSecret .= '@';",
            r#"apiToken := `@`"#,
            r#"System.setProperty("API_TOKEN", "@")"#,
            r#""apiToken" => "@""#,
            "<apiToken>\n    @\n</apiToken>",
            "<apiToken>@</apiToken>",
            "API_TOKEN ?= \"@\"",
            "curl -H 'Authorization: Bearer @'",
            "https://host/?api_token=@&x=1",
            "Server=db;Pwd=@;Database=x",
            "os.environ['API_TOKEN'] = '@'",
            "curl -H 'X-Api-Key: @'",
            "DB_PASS=@",
            "db-pass: @",
            "GPG_PASSPHRASE=@",
            "deploy --token @ --verbose",
            "--api-key '@'",
        ] {
            assert_eq!(found(&line.replace('@', &secret)), Some(secret.as_str()), "{line}");
        }
    }

    #[test]
    fn random_values_are_distinguished_from_words() {
        for (alphabet, length, least) in [(LOWER, 24, 900), (MIXED, 24, 950), (MIXED, 40, 980), (HEX, 40, 990)] {
            let random = (0..1000).filter(|seed| is_random(random(alphabet, length, *seed).as_bytes()));
            let count = random.count();
            assert!(count >= least, "{length} of {alphabet}: {count}");
        }
    }

    #[test]
    fn words_names_and_hashes_are_not() {
        for line in [
            "token = getAccessTokenFromRequest2(request)",
            "apiKey: process.env.STRIPE_API_KEY_V2,",
            "secret_name = \"projects/my-project-123/secrets/db-password/versions/2\"",
            "password = \"correct-horse-battery-staple-42\"",
            "tokenEndpoint = \"https://login.example.com/oauth2/v2.0/token\"",
            "public_key = \"@\"",
            "sha256_key: \"@\"",
            "const keyboardLayout1 = \"@\"",
            "Keyboard: \"@\"",
            "token = hash(\"@\")",
            "\"NextToken\": \"@\"",
            "apiToken = \"@...\"",
            "password: \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
            "secret = \"0123456789abcdef0123456789abcdef\"",
            "tokens, nonce: \"@\"",
            "myToken2024ForTheWholeTeam = \"myToken2024ForTheWholeTeam\"",
            "TOKEN_EXPIRES_AT=2024-01-01T00:00:00.000Z",
            "password_hash = \"@\"",
            "asttokens-3.0.0.tar.gz\", hash = \"sha256:@\"",
            "<UserSecretsId>@</UserSecretsId>",
            "the token @ is gone",
            "-- token @",
            "Sec-WebSocket-Key: @",
            "credentialsId: '@'",
            "\"credential_id\": \"@\"",
            "ApplePasswordManager = \"fbfc3007-154e-4ecc-8c0b-6e020557d7bd\"",
            "\"apiKey\": \"phc_@AbCd1234\"",
        ] {
            assert_eq!(found(&line.replace('@', &random(MIXED, 32, 5))), None, "{line}");
        }
    }
}
