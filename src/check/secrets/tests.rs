use super::*;

/// Made-up tokens of every format, two each, and a near miss. They are stored reversed, so that no secret scanner reports the file.
fn samples() -> Vec<serde_json::Value> {
    let text = include_str!("../../../tests/secrets/samples.json");
    serde_json::from_str(text).unwrap()
}

fn turned(value: &serde_json::Value) -> Vec<u8> {
    value.as_str().unwrap().chars().rev().collect::<String>().into_bytes()
}

/// Returns the formats of a provider that match a whole text.
fn formats(provider: &str, text: &[u8]) -> Vec<&'static Format> {
    let of = |format: &&Format| format.provider == provider && format.matches(text);
    FORMATS.iter().filter(of).collect()
}

#[test]
fn the_table_is_sorted_by_beginnings() {
    assert!(FORMATS.windows(2).all(|pair| pair[0].lead <= pair[1].lead));
    assert!(FORMATS.len() < 256, "indices are bytes");
    for format in FORMATS.iter().filter(|format| !format.lead.is_empty()) {
        let value = format.lead.to_owned() + &".".repeat(usize::from(format.least).max(SHORTEST));
        assert!(
            candidates(value.as_bytes()).any(|one| std::ptr::eq(one, format)),
            "{}",
            format.title()
        );
    }
}

#[test]
fn the_shortest_of_each_format_is_as_long_as_its_shape_says() {
    fn least(shape: &[u8]) -> usize {
        let Some(item) = shape::Item::first(shape) else {
            return 0;
        };
        let one = match item.kind {
            shape::Kind::Group(inner) => shape::branches(inner).map(least).min().unwrap_or(0),
            _ => 1,
        };
        one * item.min + least(&shape[item.len..])
    }
    for format in FORMATS {
        let expected = format.lead.len() + least(format.rest.as_bytes());
        assert_eq!(usize::from(format.least), expected, "{}", format.title());
    }
}

#[test]
fn every_sample_is_recognised_as_its_format() {
    let mut wrong = Vec::new();
    for sample in samples() {
        let id = sample["id"].as_str().unwrap();
        let provider = sample["provider"].as_str().unwrap();
        for text in sample["reversed"].as_array().unwrap() {
            let text = turned(text);
            // Formats that occur within something longer.
            if matches!(id, "pem-private-key" | "gcp-service-account") || id.contains("url") || id.contains("uri") {
                continue;
            }
            let found = formats(provider, &text);
            if found.is_empty() {
                wrong.push(format!("{id}: no format"));
            }
            if sample["sum"] == true && !found.iter().any(|format| format.fits(&text) == Some(true)) {
                wrong.push(format!("{id}: the checksum"));
            }
        }
        let near = turned(&sample["near"]);
        let mut close = formats(provider, &near).into_iter();
        if close.any(|format| format.context.is_empty() && format.fits(&near) != Some(false)) {
            wrong.push(format!("{id}: a near miss"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn some_formats_say_live_or_test_only_in_keys_of_their_provider() {
    let digits = |count: usize| (0..count).map(|n| char::from(b"k3Qz7Rw9"[n % 8])).collect::<String>();
    let mollie = format!("test_{}", digits(30));
    assert_eq!(mode(b"MOLLIE_API_KEY", mollie.as_bytes()), Some(Mode::Test));
    assert_eq!(mode(b"SUITE", mollie.as_bytes()), None);
    for (key, value, is) in [
        ("PAGARME_API_KEY", "ak_test_x9vq0rEYjVhqq1bOqykOYpSq", Some(Mode::Test)),
        (
            "MERCADOPAGO_ACCESS_TOKEN",
            "TEST-1459983781135866-066283-aca3b736",
            Some(Mode::Test),
        ),
        (
            "IYZICO_SECRET_KEY",
            "sandbox-x9LbRXHnssebfXwNL3W8TAt97ar7Tpec",
            Some(Mode::Test),
        ),
        (
            "KLARNA_API_KEY",
            "klarna_test_api_8UTsbhZEwWVm6vyjs5FPSX",
            Some(Mode::Test),
        ),
        (
            "WOMPI_PRIVATE_KEY",
            "prv_prod_2FbPiO3AOriRcyWcAkwLRDPEFA0ou0wE",
            Some(Mode::Live),
        ),
        ("STREAM_KEY", "live_2FbPiO3AOriRcyWcAkwLRDPE", None),
        ("MODEL_NAME", "ak_test_x9vq0rEYjVhqq1bOqykOYpSq", None),
        ("DB_PASSWORD", "acme-test-password-2024", None),
        ("DB_PASSWORD", "q8Zt5LmX-test-x9vq0rEYjVhqq1bO", None),
        ("SECRET_KEY", "testx9vq0rEYjVhqq1bOqykOYpSq", None),
    ] {
        assert_eq!(mode(key.as_bytes(), value.as_bytes()), is, "{value}");
    }
    assert_eq!(mode(b"PADDLE_DATABASE", b"test_database_of_the_shop"), None);
    let sandbox = format!("sandbox_{}", digits(40));
    assert_eq!(mode(b"GOCARDLESS_ACCESS_TOKEN", sandbox.as_bytes()), Some(Mode::Test));
    let braintree = format!(
        "access_token$production${}${}",
        "k3z7r9w2".repeat(2),
        "0a1b2c3d".repeat(4)
    );
    assert_eq!(mode(b"BRAINTREE_TOKEN", braintree.as_bytes()), Some(Mode::Live));
}

/// The column of dates agrees with the readers of dates.
#[test]
fn dates_are_read_where_a_format_has_them() {
    use crate::rotation::evidence::{Expiry, Interval};
    let mut wrong = Vec::new();
    for sample in samples() {
        let id = sample["id"].as_str().unwrap();
        for text in sample["reversed"].as_array().unwrap() {
            let text = turned(text);
            let Some(format) = formats(sample["provider"].as_str().unwrap(), &text).first().copied() else {
                continue;
            };
            let dates = crate::rotation::selfdated::read(&text);
            let made = dates.as_ref().is_some_and(|dates| dates.written != Interval::UNKNOWN);
            let ends = dates
                .as_ref()
                .is_some_and(|dates| matches!(dates.expires, Expiry::At(_)));
            let is_right = match format.dated {
                Dated::No | Dated::Caveat => dates.is_none(),
                Dated::Made => made && !ends,
                // The expiry is optional in such a token.
                Dated::Ends => !made,
                Dated::Both => made || ends,
            };
            if !is_right {
                wrong.push(format!("{id}: {:?}, made {made}, ends {ends}", format.dated));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let dated = FORMATS.iter().filter(|format| format.dated != Dated::No);
    assert_eq!(dated.count(), 13);
}

#[cfg(feature = "full")]
#[test]
fn shapes_are_read_as_regular_expressions_are() {
    let pieces: Vec<Vec<u8>> = samples()
        .iter()
        .flat_map(|sample| {
            sample["reversed"]
                .as_array()
                .unwrap()
                .iter()
                .map(turned)
                .collect::<Vec<_>>()
        })
        .collect();
    #[cfg(all(feature = "cli", not(target_family = "wasm")))]
    let formats = FORMATS.iter().chain(sought::SOUGHT);
    #[cfg(not(all(feature = "cli", not(target_family = "wasm"))))]
    let formats = FORMATS.iter();
    for format in formats {
        let shape = format!("(?s-u)^{}(?:{})$", regex::escape(format.lead), format.rest);
        let judge = regex::bytes::Regex::new(&shape).unwrap();
        for text in &pieces {
            for text in [
                text.as_slice(),
                &text[1..],
                &text[..text.len() - 1],
                &[text, b"a".as_slice()].concat(),
            ] {
                assert_eq!(format.matches(text), judge.is_match(text), "{}", format.title());
            }
        }
    }
}

#[cfg(all(feature = "cli", not(target_family = "wasm")))]
mod scanning {
    use super::*;

    fn scan(text: &[u8]) -> Vec<Token> {
        static ANCHORS: std::sync::OnceLock<Anchors> = std::sync::OnceLock::new();
        let anchors = ANCHORS.get_or_init(Anchors::new);
        let mut found: Vec<Token> = Vec::new();
        for (index, literal) in anchors.literals().enumerate() {
            assert!(literal.len() >= 2, "a literal of one byte stands everywhere");
            found.extend(memchr::memmem::find_iter(text, literal).filter_map(|at| anchors.token(index, text, at)));
        }
        found
    }

    #[test]
    fn every_sample_is_found_in_a_line_of_code() {
        let mut missed = Vec::new();
        for sample in samples() {
            let id = sample["id"].as_str().unwrap();
            if matches!(
                id,
                "sentry-dsn" | "supabase-publishable" | "mapbox-public" | "posthog-project"
            ) || id.starts_with("stripe-pk")
                || id == "clerk-publishable"
            {
                continue;
            }
            for text in sample["reversed"].as_array().unwrap() {
                let hint = sample["hint"].as_str().unwrap();
                let token = turned(text);
                for (before, behind) in [
                    ("const x = \"", "\";"),
                    ("", " "),
                    ("a\\n", "\\n"),
                    ("url=", "&b=c"),
                    ("", ".\n"),
                ] {
                    let mut line = format!("// first\n  {hint}: {before}").into_bytes();
                    let start = line.len();
                    line.extend(&token);
                    line.extend(behind.as_bytes());
                    let is_it =
                        |found: &Token| found.start <= start + 12 && found.end + 200 >= start + token.len().min(80);
                    if !scan(&line).iter().any(is_it) {
                        missed.push(format!("{id} between {before:?} and {behind:?}"));
                    }
                }
            }
        }
        assert!(missed.is_empty(), "{missed:#?}");
    }

    #[test]
    fn near_misses_and_examples_are_not() {
        let mut wrong = Vec::new();
        for sample in samples() {
            let id = sample["id"].as_str().unwrap();
            let near = turned(&sample["near"]);
            let line = [b"KEY=\"".as_slice(), &near, b"\""].concat();
            let found = scan(&line);
            let first = found
                .iter()
                // Next to such a name, anything random is reported, whatever its format.
                .filter(|token| !std::ptr::eq(token.format, &assigned::ASSIGNED))
                .find(|token| token.fits != Some(false))
                .map(|one| one.format.title());
            // These are tokens of another format.
            if let Some(title) = first.filter(|_| !matches!(id, "supabase-jwt" | "workos")) {
                wrong.push(format!("{id}: {title}"));
            }
        }
        for line in [
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "AKIAIOSFODNN7EXAMPLE",
            "postgres://user:password@localhost:5432/db",
            "postgres://app:${DB_PASSWORD}@db/app",
            "https://user:%s@host/",
            "celery-task-meta-0123456789abcdef0123456789abcdef",
            "-----BEGIN PRIVATE KEY-----",
            "sk_live_XXXXXXXXXXXXXXXXXXXXXXXX",
            "datadog 0123456789abcdef0123456789abcdef",
            "common/add_chart: 0c8539d3ccc83fce87bb1e0dc3e30005",
            "\"ADD_CHART\": \"0c8539d3ccc83fce87bb1e0dc3e30005\"",
        ] {
            if !scan(line.as_bytes()).is_empty() {
                wrong.push(line.to_owned());
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    /// Generates a text that matches a shape, choosing signs at random.
    fn of_shape(mut shape: &[u8], next: &mut impl FnMut(usize) -> usize, text: &mut Vec<u8>) {
        while let Some(item) = shape::Item::first(shape) {
            let most = item.max.min(item.min + 12);
            for _ in 0..item.min + next(most - item.min + 1) {
                if let shape::Kind::Group(inner) = item.kind {
                    let branches: Vec<&[u8]> = shape::branches(inner).collect();
                    let branch = branches[next(branches.len())];
                    of_shape(branch, next, text);
                } else {
                    let set = item.kind.set();
                    let signs: Vec<u8> = (b' '..=b'~').filter(|byte| set.has(*byte)).collect();
                    let plain: Vec<u8> = signs.iter().copied().filter(u8::is_ascii_alphanumeric).collect();
                    let signs = if plain.is_empty() { &signs } else { &plain };
                    text.push(signs[next(signs.len())]);
                }
            }
            shape = &shape[item.len..];
        }
    }

    /// Every format that is only searched for is found in a text of its shape: its literals do occur there.
    #[test]
    fn sought_formats_are_found() {
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        let mut next = |count: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 33) as usize % count
        };
        let mut missed = Vec::new();
        for format in sought::SOUGHT {
            let found = (0..40).filter(|_| {
                let mut token = format.lead.as_bytes().to_vec();
                of_shape(format.rest.as_bytes(), &mut next, &mut token);
                let word = format.context.split(' ').next().unwrap_or_default();
                let line = [b"a\n", word.as_bytes(), b" = \"", &token, b"\"\n"].concat();
                let is_it = |one: &Token| std::ptr::eq(one.format, format) && line[one.start..one.end] == token;
                scan(&line).iter().any(is_it)
            });
            // A few of the random ones look like words.
            let found = found.count();
            if found < 30 {
                missed.push(format!("{} ({found} of 40)", format.title()));
            }
        }
        assert!(missed.is_empty(), "{missed:#?}");
        let mut named = sought::SOUGHT
            .iter()
            .map(|format| (format.provider, format.name, format.lead, format.rest));
        assert!(named.clone().is_sorted_by_key(|format| format.0.to_owned()));
        assert!(named.all(|(_, name, lead, rest)| !name.is_empty() && lead.len() + rest.len() > 4));
    }

    #[test]
    fn passwords_of_commands() {
        for line in [
            "curl -s -u deploy:kJ8sPq2L -X POST https://registry.internal/api",
            "curl --user 'deploy:kJ8sPq2L' https://registry.internal/api",
            "sshpass -p kJ8sPq2L ssh root@host",
            "sshpass -p'kJ8sPq2L' ssh root@host",
            "mysqldump -u root -pkJ8sPq2L db",
            "docker login -u bot -p kJ8sPq2L registry.internal",
            "redis-cli -h cache -a kJ8sPq2L ping",
            "machine host login me password kJ8sPq2L",
            "machine host\n  login me\n  password kJ8sPq2L\n",
        ] {
            let found = scan(line.as_bytes());
            assert!(found.iter().any(|token| token.format.name == sought::GIVEN), "{line}");
        }
        for line in [
            "curl -u \"$USER:$PASSWORD\" https://host",
            "curl -u user:password https://host",
            "curl -u user:<your password> https://host",
            "curl --unix-socket /var/run/docker.sock http://host",
            "sshpass -p \"$PASS\" ssh root@host",
            "sshpass -e ssh -p 2222222222 root@host",
            "mysql -h host -p --protocol=tcp db",
            "mysql -u root -ppassword db",
            "DATABASE=${MYSQL_DB:-passbolt-db2}",
            "docker login -u bot --password-stdin registry",
            "docker run -p 127.0.0.1:8080:8080 login",
            "login as root, and type the password of the machine",
        ] {
            assert!(scan(line.as_bytes()).is_empty(), "{line}");
        }
    }

    #[test]
    fn passwords_in_base64() {
        use base64ct::{Base64, Encoding};

        for (pair, is_found) in [
            ("deploy:kJ8sPq2LmN4vXz7R", true),
            ("deploy:password", false),
            ("deploy:changeme123", false),
        ] {
            let pair = Base64::encode_string(pair.as_bytes());
            for line in [
                format!(r#"{{"auths": {{"ghcr.io": {{"auth": "{pair}"}}}}}}"#),
                format!("//registry.internal/:_auth={pair}"),
            ] {
                assert_eq!(!scan(line.as_bytes()).is_empty(), is_found, "{line}");
            }
        }
    }

    #[test]
    fn the_body_of_a_key_is_on_the_line_below() {
        let body = "eyJrZGYiOnsibmFtZSI6InNjcnlwdCIsInBhcmFtcyI6eyJOIjozMjc2OCwiciI6OC";
        let dashes = "-----";
        for text in [
            format!("{dashes}BEGIN ENCRYPTED SIGSTORE PRIVATE KEY{dashes}\n{body}\n"),
            format!("{dashes}BEGIN ENCRYPTED COSIGN PRIVATE KEY{dashes}\r\n{body}\n"),
            format!("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: \"x\"\n{body}\n"),
            format!("{dashes}BEGIN PGP PRIVATE KEY BLOCK{dashes}\n\n{body}\n"),
        ] {
            assert_eq!(scan(text.as_bytes())[0].format.name, "private key", "{text}");
        }
    }

    #[test]
    fn names_near_a_word_are_no_tokens() {
        for line in [
            "// vault: s.StoreSecretWithTTLandPath",
            "vault.s.readSecretsFromTheStore",
            "if err := vault.Put(s.pathOfThePolicyDocument01)",
            "snyk_token: 00000000-0000-0000-0000-000000000000",
            "/img/video_box.ico-7a388b69018576d24b59331fd60aab0c.png",
            "bootstrap: jquery.slim0123456789abcd",
        ] {
            let found = scan(line.as_bytes()).first().map(|token| token.format.title());
            assert_eq!(found, None, "{line}");
        }
    }

    #[test]
    fn the_hash_of_a_file_is_no_key() {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let digits = (0..86_usize).map(|n| char::from(DIGITS[(n * n * 31 + n * 7) % 64]));
        let key = digits.collect::<String>() + "==";
        assert_eq!(scan(format!("storage: \"{key}\"").as_bytes()).len(), 1);
        assert!(scan(format!("storage-js: \"sha512-{key}\"").as_bytes()).is_empty());
    }
}
