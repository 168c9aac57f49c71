//! What is found: values in every encoding, tokens of known formats, random values beside names for secrets.

use std::fs;

use crate::planted::{SCHEMA, base64, gitlab_token, hex, nothing_is_printed, password, stripe, text, undeclared};
use crate::support::Folder;

#[test]
fn values_are_found_and_not_printed() {
    let tree = Folder::with_secrets();
    tree.write(
        "src/foo.ts",
        format!("// first\nconst token = '{}';\n", base64(&stripe())),
    );
    tree.write(
        "src/two.py",
        format!("a = '{}' + '{}' # {}\n", stripe(), undeclared(), hex(&undeclared())),
    );
    tree.write("docs/url.md", format!("PGPASSWORD={}\n", password()));
    tree.write(format!("dump-{}.txt", undeclared()), stripe());
    tree.write(
        "bin/blob",
        [b"\0\x01\xFF".as_slice(), stripe().as_bytes(), b"\0"].concat(),
    );
    tree.write("src/clean.rs", "// abc localhost changeme https://api.example.com\n");
    for format in [
        "human", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown", "rdjson",
    ] {
        let output = tree.run(&["--format", format], b"");
        assert_eq!(output.status.code(), Some(1), "{format}");
        nothing_is_printed(&output);
    }
    let concise = text(&tree.run(&["--format", "concise"], b""));
    for line in [
        "src/foo.ts:2:16: error[known-value-leaked]: the value of STRIPE_SECRET_KEY (.env.production:4) is in src/foo.ts:2:16 (base64)",
        "src/two.py:1:6: error[known-value-leaked]: the value of STRIPE_SECRET_KEY (.env.production:4) is in src/two.py:1:6",
        "the value of API_TOKEN (.env.production:7) is in src/two.py:1:44",
        "the value of API_TOKEN (.env.production:7) is in src/two.py:1:64 (hex)",
        "docs/url.md:1:12: error[known-value-leaked]: the password in DATABASE_URL (.env.production:5) is in docs/url.md:1:12",
        "dump-********.txt:1:1: error[known-value-leaked]",
        "bin/blob:1:4: error[known-value-leaked]",
    ] {
        assert!(concise.contains(line), "{line}\n\n{concise}");
    }
    assert!(!concise.contains("clean.rs") && !concise.contains("SHORT"), "{concise}");
    let last = concise.lines().last().unwrap();
    assert!(
        last.contains("for 3 values (3 more: too short or too common to search for)"),
        "{last}"
    );
    assert_eq!(concise.matches("[known-value-leaked]").count(), 7, "{concise}");
}

#[test]
fn a_log_is_searched_as_it_comes() {
    let tree = Folder::with_secrets();
    let mut log = Vec::new();
    for line in 0..50_000 {
        log.extend(format!("Nov 20 host app[{line}]: all is well\n").bytes());
    }
    let clean = tree.run(&["-"], &log);
    assert_eq!(clean.status.code(), Some(0), "{}", text(&clean));
    log.extend(format!("Nov 20 host app: connecting with {}\n", stripe()).bytes());
    let output = tree.run(&["-", "--format", "concise"], &log);
    assert_eq!(output.status.code(), Some(1));
    nothing_is_printed(&output);
    assert!(
        text(&output).starts_with("<stdin>:50001:34: error[known-value-leaked]"),
        "{}",
        text(&output)
    );
    let empty = tree.run(&["-"], b"");
    assert_eq!(empty.status.code(), Some(2));
}

#[test]
fn tokens_of_known_formats_are_found() {
    let tree = Folder::with_secrets();
    let token = gitlab_token();
    tree.write("ci.yml", format!("token: {token}\nid: AKIAIOSFODNN7EXAMPLE\n"));
    let output = tree.run(&["--format", "concise"], b"");
    assert_eq!(output.status.code(), Some(1));
    let text = text(&output);
    assert!(
        text.starts_with(
            "ci.yml:1:8: error[token-in-source]: what looks like a GitLab access token is in ci.yml:1:8\n"
        ),
        "{text}"
    );
    assert!(!text.contains(&token[6..]) && text.lines().count() == 2, "{text}");
}

/// A random value without a known form beside a name for secrets is a warning: it may not be a secret.
#[test]
fn random_values_beside_names_for_secrets_are_warnings() {
    let tree = Folder::new();
    tree.write("env.schema.json", SCHEMA);
    let value = ["q8Zt5LmXw0", "Kd7Rb3xVn2", "Hs6Yc1Gf"].concat();
    tree.write(
        "a.py",
        format!("vendor_token = \"{value}\"\nVENDOR_PASSWORD = os.environ['VENDOR_PASSWORD']\nname = \"{value}\"\n"),
    );
    // In a lock file, what stands beside any name is a hash.
    tree.write("i18n.lock", format!("reset_password: {value}\n"));
    tree.write("api/go.sum", format!("example.org/token v1.1.0 h1:{value}=\n"));
    let output = tree.run(&["-f", "concise"], b"");
    let text = text(&output);
    assert!(
        text.starts_with("a.py:1:17: warning[token-in-source]: what looks like a secret value is in a.py:1:17\n"),
        "{text}"
    );
    assert!(!text.contains(&value[..6]) && text.lines().count() == 2, "{text}");
    assert_eq!(output.status.code(), Some(0), "{text}");
    let strict = tree.run(&["--fail-on", "warning"], b"");
    assert_eq!(strict.status.code(), Some(1));
}

/// A date in a token says how old the leak is; nothing else of the token is shown.
#[test]
fn a_token_says_when_it_was_made_and_when_it_ends() {
    let tree = Folder::with_secrets();
    let part = |text: &str| base64(text).trim_end_matches('=').to_owned();
    let (header, claims) = (
        part(r#"{"alg":"HS256","typ":"JWT"}"#),
        part(r#"{"iat":1763856000,"exp":1795392000,"sub":"x"}"#),
    );
    let signature = "q8Zt5LmXw0Kd7RbHn3vJc2TgYp9QsFxWzEaUo4Ib1Mk";
    tree.write("a.ts", format!("const token = '{header}.{claims}.{signature}';\n"));
    let output = tree.run(&["--format", "json"], b"");
    let text = text(&output);
    assert!(
        text.contains("by its own word it was made on 2025-11-23 and ends on 2026-11-23"),
        "{text}"
    );
    assert!(
        !text.contains(&signature[4..12]) && !text.contains(&claims[..12]),
        "{text}"
    );
}

#[test]
fn the_schema_decides_what_is_a_secret() {
    let tree = Folder::with_secrets();
    let plain = "m4Tz9QwLr7Xc2BvKaP";
    let schema = r#"{ "environments": { "local": { "files": [".env"] } }, "properties": { "API_TOKEN": { "type": "string" } } }"#;
    tree.write("env.schema.json", schema);
    tree.write(".env", format!("API_TOKEN={plain}\n"));
    tree.write("a.txt", plain);
    fs::remove_file(tree.0.join(".env.production")).unwrap();
    assert_eq!(tree.run(&[], b"").status.code(), Some(0));
    tree.write(
        "env.schema.json",
        schema.replace(
            "}, \"properties",
            "}, \"rules\": { \"token-in-source\": \"off\" }, \"properties",
        ),
    );
    let token = gitlab_token();
    tree.write("a.txt", token);
    assert_eq!(tree.run(&[], b"").status.code(), Some(0), "a rule can be turned off");
}
