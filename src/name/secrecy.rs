//! What the name of a key says about its value: that it is a secret, or that a bundler publishes it.

use super::{has_end, is_among};

/// Last words of names whose values are secrets. `KEY` is one of them, `KEY_ID` is not: the identifier of a key is no secret.
const SECRET_WORDS: &[&str] = &[
    "APIKEY",
    "CREDENTIAL",
    "CREDENTIALS",
    "KEY",
    "PASS",
    "PASSPHRASE",
    "PASSWD",
    "PASSWORD",
    "PAT",
    "PEPPER",
    "PWD",
    "SALT",
    "SECRET",
    "SECRETS",
    "TOKEN",
];

/// Words before `KEY` that make it a key of another kind.
const KEY_BUT_NO_SECRET: &[&str] = &[
    "CACHE",
    "ENV",
    "FOREIGN",
    "GROUP",
    "HEADER",
    "IDEMPOTENCY",
    "INDEX",
    "LOCALE",
    "MESSAGE",
    "NAMESPACE",
    "OBJECT",
    "PARTITION",
    "PREFIX",
    "PROJECT",
    "PUBLIC",
    "PUBLISHABLE",
    "QUEUE",
    "ROUTING",
    "SHARD",
    "SITE",
    "SORT",
    "STATE",
];

/// Words before `KEY` that leave no doubt.
const KEY_AND_SECRET: &str = "ACCESS ADMIN API APP AUTH ENCRYPTION JWT MASTER PRIVATE ROLE SECRET SIGNING";

/// Last words of names that name an environment, or one of several generations.
const ENVIRONMENTS: &[&str] = &[
    "DEV",
    "DEVELOPMENT",
    "LIVE",
    "LOCAL",
    "NEW",
    "OLD",
    "PREVIOUS",
    "PROD",
    "PRODUCTION",
    "SANDBOX",
    "STAGING",
    "TEST",
];

/// Last words of names that say how the value is encoded.
const WRITTEN: &[&str] = &["B", "CONTENTS", "HEX", "JSON", "PEM", "V"];

/// Words in names of switches: the value is not the thing that is named, as in `ALLOW_EMPTY_PASSWORD`.
const SWITCH_WORDS: &[&str] = &[
    "ALLOW", "DISABLE", "ENABLE", "HAS", "HIDE", "IS", "REQUIRE", "SHOW", "SKIP", "USE", "WITH",
];

/// Returns whether the name says that its value is a secret: `DB_PASSWORD`, `stripe.api-key`, `SECRET_KEY_BASE`.
pub(crate) fn looks_secret(key: &[u8]) -> bool {
    let mut words = key
        .rsplit(|byte| matches!(byte, b'_' | b'-' | b'.'))
        .map(without_digits)
        .filter(|word| !word.is_empty());
    let Some(mut last) = words.next() else { return false };
    // `STRIPE_SECRET_KEY_LIVE_OLD`: the secret of an environment is a secret too, and so is the one before it.
    while is_one_of(last, ENVIRONMENTS) {
        let Some(before) = words.next() else { return false };
        last = before;
    }
    // `GCP_CREDENTIALS_JSON`, `SIGNING_KEY_B64`, `OPENSSL_KEY_V1`.
    if is_one_of(last, WRITTEN) {
        let Some(before) = words.next() else { return false };
        last = before;
    }
    if is_one_of(last, &["BASE", "FILE", "PATH"]) {
        // Rails' SECRET_KEY_BASE is the secret itself; the path of a file that contains one is not.
        if !last.eq_ignore_ascii_case(b"BASE") {
            return false;
        }
        let Some(before) = words.next() else { return false };
        last = before;
    }
    // `PGPASSWORD`, `MYSQLPASSWORD`.
    let ends_so = last.len() > 8 && has_end(last, b"PASSWORD");
    if !is_one_of(last, SECRET_WORDS) && !ends_so {
        return false;
    }
    let before = words.next().unwrap_or_default();
    // GOOGLE_APPLICATION_CREDENTIALS is the path of a file.
    !(last.eq_ignore_ascii_case(b"KEY") && is_one_of(before, KEY_BUT_NO_SECRET)
        || last.eq_ignore_ascii_case(b"CREDENTIALS") && before.eq_ignore_ascii_case(b"APPLICATION")
        || is_one_of(before, SWITCH_WORDS)
        || words.any(|word| is_one_of(word, SWITCH_WORDS)))
}

/// What cookies, columns and entries of a store are called.
const NAMED: &str =
    "access app auth config cookie data default id jwt name refresh session state theme token type user";

/// Returns whether a key that may be secret by its name holds the name of a cookie, a column or an entry of a store: `TOKEN_KEY=access_token`.
pub(crate) fn names_something(key: &[u8], value: &[u8]) -> bool {
    let mut words = key.rsplit(|byte| matches!(byte, b'_' | b'-' | b'.'));
    words.next().is_some_and(|last| last.eq_ignore_ascii_case(b"KEY"))
        && words.next().is_some_and(|before| !is_among(before, KEY_AND_SECRET))
        && value
            .split(|byte| matches!(byte, b'-' | b'_' | b':' | b'.'))
            .all(|word| is_among(word, NAMED))
}

/// Suffixes of names that are certainly secrets. Only such an undeclared key is reported as published.
const PLAINLY_SECRET_ENDS: &str = "_SECRET _SECRET_KEY _PRIVATE_KEY _PASSWORD _PASSWD _PASSPHRASE _SERVICE_ROLE_KEY \
    _ADMIN_KEY _ENCRYPTION_KEY _SIGNING_KEY _SECRET_ACCESS_KEY _DATABASE_URL _CREDENTIALS";

/// Returns whether a name is certainly that of a secret. The password of a demonstration is published.
pub(crate) fn is_plainly_secret(key: &[u8]) -> bool {
    PLAINLY_SECRET_ENDS
        .split(' ')
        .any(|end| key.len() > end.len() && has_end(key, end.as_bytes()))
        && !key.ends_with(b"APPLICATION_CREDENTIALS")
        && !key
            .split(|byte| *byte == b'_')
            .any(|word| is_one_of(word, SWITCH_WORDS) || word == b"DEMO")
}

/// Prefixes with which bundlers copy a variable into code that everybody can read, and the bundler of each. Sorted.
const PUBLISHED: &[(&str, &str)] = &[
    ("EXPO_PUBLIC_", "Expo"),
    ("GATSBY_", "Gatsby"),
    ("GRIDSOME_", "Gridsome"),
    ("NEXT_PUBLIC_", "Next.js"),
    ("NG_APP_", "Angular (@ngx-env)"),
    ("NUXT_PUBLIC_", "Nuxt"),
    ("PLASMO_PUBLIC_", "Plasmo"),
    ("PUBLIC_", "SvelteKit, Astro or Rsbuild"),
    ("QCLI_", "Quasar"),
    ("RAZZLE_", "Razzle"),
    ("REACT_APP_", "Create React App"),
    ("REDWOOD_ENV_", "Redwood"),
    ("SNOWPACK_PUBLIC_", "Snowpack"),
    ("STORYBOOK_", "Storybook"),
    ("TARO_APP_", "Taro"),
    ("UMI_APP_", "Umi"),
    ("VITE_", "Vite"),
    ("VUE_APP_", "Vue CLI"),
    ("WXT_", "WXT"),
];

/// Returns the prefix by which a key is published, and the bundler that does so.
pub(crate) fn published(key: &[u8]) -> Option<(&'static str, &'static str)> {
    // Quick exit: every prefix starts with one of these letters, and most keys do not.
    if !matches!(
        key.first(),
        Some(b'E' | b'G' | b'N' | b'P' | b'Q' | b'R' | b'S' | b'T' | b'U' | b'V' | b'W')
    ) {
        return None;
    }
    PUBLISHED
        .iter()
        .copied()
        .find(|(prefix, _)| key[0] == prefix.as_bytes()[0] && key.starts_with(prefix.as_bytes()))
}

/// Returns whether the name says that anybody may have the value: it is published, or that of a public key, or of a client.
pub(crate) fn is_for_everybody(key: &[u8]) -> bool {
    "PUBLISHABLE_KEY PUBLIC_KEY CLIENT_ID"
        .split(' ')
        .any(|end| key.ends_with(end.as_bytes()))
        || published(key).is_some()
}

/// Ends of names that say that the value is one half of a pair: the one that nobody else may have.
const SECRET_HALVES: &[&str] = &[
    "AUTH_TOKEN",
    "PASSWORD",
    "PRIVATE_KEY",
    "SECRET",
    "SECRET_ACCESS_KEY",
    "SECRET_KEY",
    "SERVICE_ROLE_KEY",
];

/// Returns whether the name says that nobody else may have the value, so that what is public, or only an id, is not what belongs there.
pub(crate) fn is_for_nobody_else(key: &[u8]) -> bool {
    matches!(key.last(), Some(b'D' | b'N' | b'T' | b'Y'))
        && SECRET_HALVES.iter().any(|end| key.ends_with(end.as_bytes()))
        && published(key).is_none()
}

/// Returns whether somebody may have made the value up, judging by the name: a password, or one half of a pair.
pub(crate) fn may_be_made_up(key: &[u8]) -> bool {
    is_for_nobody_else(key)
        || matches!(key.last(), Some(b'D' | b'd' | b'S' | b's'))
            && [&b"PASSWORD"[..], b"PASS", b"PASSWD"]
                .iter()
                .any(|end| has_end(key, end))
}

/// Returns whether the name is that of the key with which a service passes the rules of Supabase for its users.
pub(crate) fn is_of_service(key: &[u8]) -> bool {
    key.ends_with(b"SERVICE_ROLE_KEY")
}

fn without_digits(word: &[u8]) -> &[u8] {
    let letters = word.iter().rev().skip_while(|byte| byte.is_ascii_digit()).count();
    &word[..letters]
}

/// Whether a word is one of a list of which every key is asked.
fn is_one_of(word: &[u8], words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets() {
        for name in [
            "SECRET_KEY",
            "DB_PASSWORD",
            "stripe.api-key",
            "SECRET_KEY_BASE",
            "API_KEY_2",
            "TOKEN",
            "PGPASS_PWD",
            "PGPASSWORD",
            "GITHUB_PAT",
            "NEXTAUTH_SECRET",
            "STRIPE_SECRET_KEY_TEST",
            "STRIPE_SECRET_KEY_LIVE_OLD",
            "PRIVATE_KEY_CONTENTS",
            "DB_PASSWORD_PROD",
            "apikey",
            "ENCRYPTION_PRIMARY_KEY",
            "GCP_CREDENTIALS_JSON",
            "PRIVATE_KEY_BASE64",
            "PRIVATE_KEY_B64",
            "OPENSSL_KEY_V1",
        ] {
            assert!(looks_secret(name.as_bytes()), "{name}");
        }
        for name in [
            "PORT",
            "AWS_ACCESS_KEY_ID",
            "CACHE_KEY",
            "REDIS_PREFIX_KEY",
            "STRIPE_PUBLISHABLE_KEY",
            "PASSWORD_FILE",
            "TOKEN_TTL",
            "KEYBOARD",
            "COMPASS",
            "ALLOW_EMPTY_PASSWORD",
            "AUTH_DISABLE_USERNAME_PASSWORD",
            "USE_API_KEY",
            "LOGIN_WITH_PASSWORD",
            "SENTRY_ENV_KEY",
            "SONAR_PROJECT_KEY",
            "",
            "_",
            "SMTP_USER",
            "SMTP_USER_TEST",
            "OLD",
            "SMTP_USER_OLD",
            "STRIPE_PUBLISHABLE_KEY_LIVE",
            "TEST",
            "GOOGLE_APPLICATION_CREDENTIALS",
            "CONFIG_JSON",
            "V1",
        ] {
            assert!(!looks_secret(name.as_bytes()), "{name}");
        }
    }

    /// The letters that the quick look compares are written out in it.
    #[test]
    fn every_half_passes_the_quick_look() {
        for half in SECRET_HALVES {
            assert!(is_for_nobody_else(half.as_bytes()), "{half}");
        }
    }

    #[test]
    fn keys_that_name_something() {
        for (key, value) in [
            ("TOKEN_KEY", "access_token"),
            ("LOCAL_STORAGE_KEY", "user"),
            ("session-key", "app:session"),
        ] {
            assert!(names_something(key.as_bytes(), value.as_bytes()), "{key}");
        }
        for (key, value) in [
            ("KEY", "token"),
            ("SECRET_KEY", "token"),
            ("TOKEN_KEY", "secret"),
            ("TOKEN", "token"),
        ] {
            assert!(!names_something(key.as_bytes(), value.as_bytes()), "{key}");
        }
    }

    #[test]
    fn prefixes_are_sorted_and_found() {
        assert!(PUBLISHED.is_sorted());
        for (prefix, _) in PUBLISHED {
            assert!(published(format!("{prefix}X").as_bytes()).is_some(), "{prefix}");
        }
        assert_eq!(published(b"MY_VITE_X"), None);
    }

    #[test]
    fn only_plain_secrets_are_plainly_secret() {
        assert!(is_plainly_secret(b"VITE_SUPABASE_SERVICE_ROLE_KEY"));
        assert!(!is_plainly_secret(b"VITE_SUPABASE_ANON_KEY"));
        assert!(!is_plainly_secret(b"GOOGLE_APPLICATION_CREDENTIALS"));
        assert!(!is_plainly_secret(b"VITE_DISABLE_USERNAME_PASSWORD"));
        assert!(!is_plainly_secret(b"NEXT_PUBLIC_DEMO_PASSWORD"));
        assert!(!is_plainly_secret(b"NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY"));
    }
}
