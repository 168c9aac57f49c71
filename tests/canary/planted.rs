//! What is planted, and where: a schema that checks every value, and lines with a secret in every place.
//!
//! Secrets are words in both cases, made of letters of which no fixed text and no schema has four in a row. So a hit is never chance.

use proptest::prelude::*;

/// Every keyword that looks at a value, and every rule that looks at a key.
pub(crate) const SCHEMA: &str = r#"{
  "environments": {
    "development": { "files": [".env"] },
    "staging": { "files": [".env.staging"] },
    "production": { "aliases": ["prod"], "files": [".env.production"] }
  },
  "environmentKey": "APP_ENV",
  "required": ["DATABASE_URL", "REDIS_URL"],
  "together": [["SMTP_HOST", "SMTP_PASSWORD"]],
  "exclusive": [["REDIS_URL", "REDIS_SOCKET"]],
  "dependentRequired": { "SMTP_HOST": ["SMTP_PORT"] },
  "properties": {
    "APP_ENV": { "type": "string" },
    "PORT": { "type": "integer", "minimum": 1, "maximum": 10, "multipleOf": 5 },
    "RATIO": { "type": "number", "exclusiveMaximum": 1 },
    "RELOAD": { "type": "boolean", "allowedIn": ["development"] },
    "LOG_LEVEL": { "enum": ["debug", "info"] },
    "NODE_ENV": { "const": "production" },
    "RELEASE": { "type": "string", "pattern": "^v[0-9]+$" },
    "SECRET_KEY": { "type": "string", "minLength": 64, "secret": true, "minBits": 512 },
    "HEX_KEY": { "type": "string", "secret": true, "minBits": 64, "encoding": "hex" },
    "DATABASE_URL": { "type": "string", "format": "uri", "secret": true },
    "REDIS_URL": { "type": "string", "maxLength": 3 },
    "REDIS_SOCKET": { "type": "string", "deprecated": true, "replacedBy": "REDIS_URL" },
    "HOSTS": { "type": "array", "items": { "type": "string", "format": "hostname", "maxLength": 2 }, "maxItems": 1, "uniqueItems": true },
    "COUNTS": { "type": "array", "items": { "type": "integer" } },
    "SETTINGS": { "type": "object" },
    "WORKERS": { "oneOf": [{ "type": "integer" }, { "const": "auto" }] },
    "EITHER": { "anyOf": [{ "type": "string", "minLength": 900 }, { "type": "string", "pattern": "^[0-9]$" }] },
    "NEITHER": { "type": "string", "not": { "minLength": 4 } },
    "NEVER": false,
    "NEXT_PUBLIC_TOKEN": { "type": "string", "secret": true, "examples": ["token"] },
    "SMTP_HOST": { "type": "string" },
    "SMTP_PORT": { "type": "integer" },
    "SMTP_PASSWORD": { "type": "string", "secret": true }
  },
  "additionalProperties": false
}"#;

pub(crate) const KEYS: &[&str] = &[
    "APP_ENV",
    "PORT",
    "RATIO",
    "RELOAD",
    "LOG_LEVEL",
    "NODE_ENV",
    "RELEASE",
    "SECRET_KEY",
    "HEX_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "REDIS_SOCKET",
    "HOSTS",
    "COUNTS",
    "SETTINGS",
    "WORKERS",
    "EITHER",
    "NEITHER",
    "NEVER",
    "NEXT_PUBLIC_TOKEN",
    "SMTP_HOST",
    "SMTP_PORT",
    "SMTP_PASSWORD",
    "REDIS_URI",
    "UNDECLARED",
    "VITE_CLIENT_SECRET",
    "lower.case-key",
];

/// Possible lines: `K` is a key, `@` a secret, `§` an `@`, `#0` a zero byte, `#F` a byte that is not UTF-8.
const LINES: &[&str] = &[
    "K=@",
    "K=\"@\"",
    "K='@'",
    "K=`@`",
    "export K=@",
    "K = @",
    "K: @",
    "K=@ # @",
    "K=\"@\" # @",
    "# @",
    "#@",
    "# envgate: ignore[@] @",
    "# envgate: @[unknown-key]",
    "K=@ # envgate: ignore[unknown-key, @] @",
    "@",
    "@ @",
    "@=",
    "@==",
    "=@",
    ":@",
    "@=@",
    "export @",
    "export @=",
    "K=\"@",
    "K='@",
    "K=\"@\"@",
    "K='@' @",
    "K @",
    "K=@ @",
    "K=${@}",
    "K=$@",
    "K=${UNSET:-@}",
    "K=${UNSET-@}",
    "K=${UNSET:?@}",
    "K=${UNSET:+@}",
    "K=${@",
    "K=${@:-@}",
    "K=$(@)",
    "K=\"${@}\"",
    "K=\"$@ ${PORT}\"",
    "BASE=@\nK=${BASE}@",
    "K=\\@",
    "K=\"\\@\\n@\"",
    "K=\"@\n@\"",
    "K='@\n@'",
    "K=@#0@",
    "K=#F@",
    "@#F",
    "#F#F=@",
    "@#0=@",
    "K=@,@",
    "K=[@,@]",
    "K={\"@\":\"@\"}",
    "K={\"@\":",
    "K=https://user:@§host/@",
    "K=postgres://@:@§db/@?@#@",
    "K=<@>",
    "STRIPE_SECRET_KEY=sk_live_@@@",
    "STRIPE_SECRET_KEY=SG.@@@",
    "CLERK_PUBLISHABLE_KEY=pk_test_@@@@@==",
    "K=sk_test_@@@",
    "K=your-@-here",
    "K=changeme@",
    "K=@@@@",
    "K=\u{feff}@",
    "\u{feff}K=@",
    "K=@\r",
    "K=\n@=",
    "K:\n@: @",
    "K=\"\n@\n\"",
    "K='-----BEGIN PRIVATE KEY-----\n@\n@\n-----END PRIVATE KEY-----'",
    "K=-----BEGIN PRIVATE KEY-----\n@\n@==\n-----END PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\n@\n@=\n-----END PRIVATE KEY-----",
    "K=é@",
    "é@=@",
    "K@=@",
    "@K=x",
    "@.@=x",
    "@ K=x",
];

/// A word in both cases, too long for any rule to take it for a name.
pub(crate) fn secret() -> impl Strategy<Value = String> {
    "[qxzjvkw]{2}[QXZJVKW]{2}[qxzjvkwQXZJVKW]{8,40}"
}

/// A file, and the secrets in it.
pub(crate) fn file() -> impl Strategy<Value = (Vec<u8>, Vec<String>)> {
    let line = (0..LINES.len(), 0..KEYS.len(), prop::collection::vec(secret(), 8));
    prop::collection::vec(line, 1..12).prop_map(|lines| {
        let (mut text, mut planted) = (Vec::new(), Vec::new());
        for (line, key, secrets) in lines {
            let mut secrets = secrets.into_iter().cycle();
            let mut letters = LINES[line].chars().peekable();
            while let Some(letter) = letters.next() {
                match (letter, letters.peek()) {
                    ('@', _) => {
                        let secret = secrets.next().unwrap();
                        text.extend_from_slice(secret.as_bytes());
                        planted.push(secret);
                    }
                    ('§', _) => text.push(b'@'),
                    ('K', next) if next.is_none_or(|next| !next.is_ascii_uppercase() && *next != 'E') => {
                        text.extend_from_slice(KEYS[key].as_bytes());
                    }
                    ('#', Some('0')) => {
                        letters.next();
                        text.push(0);
                    }
                    ('#', Some('F')) => {
                        letters.next();
                        text.push(0xFF);
                    }
                    _ => text.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
                }
            }
            text.push(b'\n');
        }
        (text, planted)
    })
}

/// Variables of the process: a key, and a value and a name that are secrets.
pub(crate) fn process() -> impl Strategy<Value = Vec<(usize, String, String)>> {
    prop::collection::vec((0..KEYS.len(), secret(), secret()), 0..4)
}
