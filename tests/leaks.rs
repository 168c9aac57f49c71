//! `envgate leaks`, as people run it: planted values are found where they stand and in whatever way they are written, and not one byte of them is
//! printed, whatever the format. Values that look live are put together here.

mod support;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use base64ct::{Base64, Encoding as _};
use support::{Folder, said};

const SCHEMA: &str = r#"{
  "environments": {
    "local": { "files": [".env"] },
    "production": { "files": [".env.production"] }
  },
  "properties": {
    "STRIPE_SECRET_KEY": { "type": "string", "secret": true },
    "DATABASE_URL": { "type": "string", "secret": true },
    "SHORT": { "type": "string", "secret": true },
    "HOST": { "type": "string" },
    "PUBLIC_URL": { "type": "string", "secret": true }
  }
}"#;

impl Folder {
    /// With secrets in its env files.
    fn with_secrets() -> Folder {
        let folder = Folder::new();
        folder.write("env.schema.json", SCHEMA);
        folder.write(".env", "SHORT=abc\nHOST=localhost\nSTRIPE_SECRET_KEY=changeme\n");
        let text = format!(
            "# production\n\nHOST=localhost\nSTRIPE_SECRET_KEY={}\nDATABASE_URL=postgres://app:{}@db.internal/app\nPUBLIC_URL=https://api.example.com\nAPI_TOKEN={}\n",
            stripe(),
            password(),
            undeclared()
        );
        folder.write(".env.production", text);
        folder
    }

    fn run(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut child = self
            .envgate(&[&["leaks"], arguments].concat())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let _ = child.stdin.take().unwrap().write_all(input);
        child.wait_with_output().unwrap()
    }
}

fn stripe() -> String {
    ["sk_", "live_", "51HaTq8ZxWm3VpLs6NdYbGfRk"].concat()
}

fn password() -> String {
    "Jd9pYw3KxTq6uBhE".to_owned()
}

fn undeclared() -> String {
    "n5GsPzR2vWc8kQdA".to_owned()
}

fn base64(text: &str) -> String {
    Base64::encode_string(text.as_bytes())
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// No four bytes of a value, nor of an encoding of it, in anything that was printed.
#[track_caller]
fn nothing_is_printed(output: &Output) {
    let printed = [output.stdout.as_slice(), &output.stderr].concat();
    for value in [stripe(), password(), undeclared()] {
        let body = &value[value.len() - 14..];
        for text in [
            body.to_owned(),
            base64(&format!("a{body}"))[4..].to_owned(),
            base64(body),
            hex(body),
        ] {
            for piece in text.as_bytes().windows(6) {
                let found = printed.windows(6).any(|part| part == piece);
                assert!(
                    !found,
                    "{}\n{}",
                    String::from_utf8_lossy(&printed),
                    String::from_utf8_lossy(piece)
                );
            }
        }
    }
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

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
    let token = ["gl", "pat-", "Q7xWm2ZpLr9Tk4VbNc8s"].concat();
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

/// What has no form but is random, beside a name for secrets, is a warning: nobody can tell whether it opens anything.
#[test]
fn random_values_beside_names_for_secrets_are_warnings() {
    let tree = Folder::new();
    tree.write("env.schema.json", SCHEMA);
    let value = ["q8Zt5LmXw0", "Kd7Rb3xVn2", "Hs6Yc1Gf"].concat();
    tree.write(
        "a.py",
        format!("vendor_token = \"{value}\"\nVENDOR_PASSWORD = os.environ['VENDOR_PASSWORD']\nname = \"{value}\"\n"),
    );
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

/// A date that stands in a token says how old the leak is; nothing else of the token is told.
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
fn ignore_files_are_honoured_and_env_files_keep_their_own() {
    let tree = Folder::with_secrets();
    tree.write(".gitignore", "/build\n.env*\n");
    tree.write("build/out.js", stripe());
    tree.write(".git/config", stripe());
    tree.write(".github/workflows/ci.yml", "on: push\n");
    let output = tree.run(&["--format", "concise"], b"");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let all = tree.run(&["--no-ignore", "--format", "concise"], b"");
    assert_eq!(all.status.code(), Some(1));
    let all = text(&all);
    assert!(
        all.starts_with("build/out.js:1:1:") && all.lines().count() == 2,
        "{all}"
    );
    assert_eq!(
        tree.run(&["build"], b"").status.code(),
        Some(1),
        "what is named is searched"
    );
}

#[cfg(unix)]
#[test]
fn what_can_not_be_read_is_told() {
    let tree = Folder::with_secrets();
    tree.write("a.txt", "nothing");
    std::os::unix::fs::symlink(".", tree.0.join("loop")).unwrap();
    std::os::unix::fs::symlink("nowhere", tree.0.join("broken")).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(tree.0.join("fifo"))
            .status()
            .unwrap()
            .success()
    );
    let output = tree.run(&[], b"");
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for (path, message) in [
        ("fifo", "error: fifo is a named pipe, not a file"),
        ("broken", "error: broken does not exist"),
        ("missing", "error: missing does not exist"),
        ("/dev/zero", "error: /dev/zero is a device, not a file"),
    ] {
        let output = tree.run(&[path, "a.txt"], b"");
        assert_eq!(output.status.code(), Some(2), "{path}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains(message), "{path}: {told}");
    }
    fs::create_dir(tree.0.join("none")).unwrap();
    assert_eq!(
        tree.run(&["none"], b"").status.code(),
        Some(2),
        "nothing to search is no pass"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn names_of_files_hold_no_values_either() {
    let folder = Folder::with_secrets();
    folder.write(format!("backup/{}.txt", password()), "nothing\n");
    folder.write(format!("{}/empty", undeclared()), "");
    folder.write("plain/empty", "");
    let output = folder.run(&["--format", "concise"], b"");
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for expected in [
        "********/empty:1:1: error[known-value-leaked]: the value of API_TOKEN (.env.production:7) is in the name of ********/empty",
        "backup/********.txt:1:1: error[known-value-leaked]: the password in DATABASE_URL (.env.production:5) is in the name of backup/********.txt",
    ] {
        assert!(text.contains(expected), "{text}");
    }
    assert!(
        !text.contains(&password()) && !text.contains(&undeclared()) && !text.contains("plain"),
        "{text}"
    );
    for format in [
        "human", "json", "sarif", "github", "gitlab", "junit", "markdown", "rdjson",
    ] {
        let text = said(&folder.run(&["--format", format], b""));
        assert!(text.contains("in the name of") && !text.contains(&password()), "{text}");
    }
}

#[test]
fn odd_names_and_huge_lines() {
    use std::os::unix::ffi::OsStrExt;
    let tree = Folder::with_secrets();
    let name = std::ffi::OsStr::from_bytes(b"odd-\xFF\x1b[2J.txt");
    fs::write(tree.0.join(name), stripe()).unwrap();
    let mut line = vec![b'x'; 3_000_000];
    line.extend("é".repeat(10).bytes());
    line.extend(stripe().bytes());
    tree.write("line.js", &line);
    let mut deep = PathBuf::new();
    for _ in 0..200 {
        deep.push("d");
    }
    tree.write(deep.join("end.txt").to_str().unwrap(), stripe());
    let output = tree.run(&["--format", "concise"], b"");
    assert_eq!(output.status.code(), Some(1));
    nothing_is_printed(&output);
    let text = text(&output);
    assert!(text.contains("line.js:1:3000011: "), "{text}");
    assert!(text.contains("/d/end.txt:1:1: ") && !text.contains('\x1b'), "{text}");
    assert_eq!(text.lines().count(), 4, "{text}");
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
    let token = ["gl", "pat-", "Q7xWm2ZpLr9Tk4VbNc8s"].concat();
    tree.write("a.txt", token);
    assert_eq!(tree.run(&[], b"").status.code(), Some(0), "a rule can be turned off");
}

/// The codes of a concise report, with their places.
fn told(output: &Output) -> Vec<String> {
    let text = text(output);
    let lines = text.lines().filter(|line| line.contains('['));
    let told = lines.map(|line| {
        let (place, rest) = line.split_once(": ").unwrap();
        let code = rest.split(['[', ']']).nth(1).unwrap();
        format!("{place} {code}")
    });
    told.collect()
}

const LEAKS: [&str; 3] = ["--format", "concise", "--now=2026-11-20T00:00:00Z"];

#[test]
fn a_comment_silences_a_line_or_a_file() {
    let tree = Folder::with_secrets();
    let (value, mark) = (stripe(), "envgate: ignore[known-value-leaked]");
    tree.write(
        "behind.ts",
        format!("a('{value}'); // {mark} a fixture\nb('{value}');\n"),
    );
    tree.write(
        "above.py",
        format!("# {mark} a fixture\n#   {mark}\r\nkey = '{value}'\r\nkey = '{value}'\r\n"),
    );
    tree.write(
        "all.sql",
        format!(
            "-- envgate: ignore-file[token-in-source, known-value-leaked] seeds\nselect '{value}'\n\nselect '{value}'\n"
        ),
    );
    tree.write(
        "data.json",
        format!("{{ \"//\": \"{mark}\",\n  \"key\": \"{value}\" }}\n"),
    );
    tree.write("page.html", format!("<!-- {mark} -->\n<b>{value}</b>\n"));
    // No sign stands before it, or it stands in the next line but one.
    tree.write(
        "prose.txt",
        format!("{mark}\n{value} is what envgate: ignore[known-value-leaked] speaks of\n"),
    );
    tree.write("far.py", format!("# {mark}\n\nkey = '{value}'\n"));
    let output = tree.run(&LEAKS, b"");
    nothing_is_printed(&output);
    let expected = [
        "above.py:2:21 unused-suppression",
        "above.py:4:8 known-value-leaked",
        "all.sql:1:25 unused-suppression",
        "behind.ts:2:4 known-value-leaked",
        "far.py:1:19 unused-suppression",
        "far.py:3:8 known-value-leaked",
        "prose.txt:2:1 known-value-leaked",
    ];
    assert_eq!(told(&output), expected, "{}", text(&output));
    assert!(text(&output).contains("6 suppressed"), "{}", text(&output));
    // Of a part of the tree it can't be said that a comment is not needed.
    assert_eq!(
        told(&tree.run(&[&LEAKS[..], &["far.py"]].concat(), b"")),
        ["far.py:3:8 known-value-leaked"]
    );
    // Nobody answers for what stands in a log.
    let log = format!("# {mark}\n{value}\n");
    assert_eq!(
        told(&tree.run(&[&LEAKS[..], &["-"]].concat(), log.as_bytes())),
        ["<stdin>:2:1 known-value-leaked"]
    );
}

#[test]
fn a_comment_that_names_no_rule_is_an_error_and_documentation_is_not() {
    let tree = Folder::with_secrets();
    tree.write(
        "a.rs",
        "// envgate: ignore[known-value-leakd] a fixture\n// envgate: ignore[unused-waiver]\n",
    );
    tree.write(
        "docs.md",
        "Write `# envgate: ignore[CODE] reason`, or # envgate: ignore[weak-key]. # envgate: reads it. # envgate: ignore it\n",
    );
    // What stands in an env file is the business of a check.
    tree.write(
        ".env",
        "# envgate: ignore[known-value-leakd]\n# envgate: ignore[weak-key]\nSHORT=abc\n",
    );
    let output = tree.run(&LEAKS, b"");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        told(&output),
        ["a.rs:1:20 unknown-suppression", "a.rs:2:20 unknown-suppression"],
        "{}",
        text(&output)
    );
    assert!(text(&tree.run(&["--format", "human"], b"")).contains("did you mean `known-value-leaked`?"));
}

#[test]
fn comments_and_values_across_pieces_of_a_stream() {
    let tree = Folder::with_secrets();
    // Wherever the window of the search ends: in the mark, between the two, in the value.
    for before in [262_100, 262_130, 262_144, 253_940, 253_960, 253_990, 524_200] {
        let text = format!(
            "{}\n// envgate: ignore[known-value-leaked]\nkey('{}')\n",
            "x".repeat(before),
            stripe()
        );
        tree.write("long.js", text);
        let output = tree.run(&[&LEAKS[..], &["long.js"]].concat(), b"");
        assert_eq!(output.status.code(), Some(0), "{before}: {}", self::text(&output));
    }
}

#[test]
fn waivers_and_the_baseline_hide_leaks() {
    let tree = Folder::with_secrets();
    let token = ["gl", "pat-", "Q7xWm2ZpLr9Tk4VbNc8s"].concat();
    tree.write("a.ts", format!("'{}'\n", stripe()));
    tree.write("b.ts", format!("'{}' '{token}'\n", stripe()));
    let waiver = |rest: &str| {
        format!("{{ \"rule\": {rest}, \"until\": \"2026-12-31\", \"owner\": \"web\", \"reason\": \"moves\" }}")
    };
    let waivers = [
        waiver(r#""known-value-leaked", "environment": "production", "key": "STRIPE_SECRET_KEY", "file": "a.ts""#),
        waiver(r#""token-in-source", "file": "b.ts""#),
        waiver(r#""token-in-source", "file": "c.ts""#),
        // Not the business of a search.
        waiver(r#""weak-key", "environment": "production", "key": "STRIPE_SECRET_KEY""#),
    ];
    tree.write(
        "env.waivers.json",
        format!("{{ \"version\": 1, \"waivers\": [ {} ] }}", waivers.join(",\n")),
    );
    let output = tree.run(&LEAKS, b"");
    nothing_is_printed(&output);
    assert_eq!(
        told(&output),
        ["env.waivers.json:3:1 unused-waiver", "b.ts:1:2 known-value-leaked"],
        "{}",
        text(&output)
    );
    let later = tree.run(&["--format", "concise", "--now", "2027-02-01T00:00:00Z"], b"");
    let ended = told(&later)
        .iter()
        .filter(|line| line.contains("expired-waiver"))
        .count();
    assert_eq!((ended, told(&later).len()), (3, 6), "{}", text(&later));
    // A mistake in it means that nothing is searched.
    tree.write(
        "env.waivers.json",
        r#"{ "version": 1, "waivers": [ { "rule": "known-value-leakd" } ] }"#,
    );
    assert_eq!(tree.run(&LEAKS, b"").status.code(), Some(2));
    fs::remove_file(tree.0.join("env.waivers.json")).unwrap();

    let written = tree.baseline(&["--leaks"]);
    assert!(
        written.contains(r#""key": "STRIPE_SECRET_KEY", "file": "b.ts", "rule": "known-value-leaked""#),
        "{written}"
    );
    assert!(
        written.contains(r#"{ "file": "b.ts", "rule": "token-in-source" }"#),
        "{written}"
    );
    assert!(
        !written.contains(&stripe()[8..14]) && !written.contains(&token[6..12]),
        "{written}"
    );
    let quiet = tree.run(&LEAKS, b"");
    assert_eq!(
        (quiet.status.code(), told(&quiet).len()),
        (Some(0), 0),
        "{}",
        text(&quiet)
    );
    assert_eq!(
        tree.run(&[&LEAKS[..], &["--no-baseline"]].concat(), b"").status.code(),
        Some(1)
    );
    // A check knows nothing of it, and lets it stand.
    assert_eq!(tree.baseline(&[]), written);
    // The same value in another file is told, and so is what is no longer there.
    tree.write("c.ts", format!("'{}'\n", stripe()));
    fs::remove_file(tree.0.join("b.ts")).unwrap();
    let new = tree.run(&LEAKS, b"");
    let codes: Vec<String> = told(&new)
        .iter()
        .map(|line| line.rsplit(' ').next().unwrap().to_owned())
        .collect();
    assert_eq!(
        codes,
        ["stale-baseline", "stale-baseline", "known-value-leaked"],
        "{}",
        text(&new)
    );
}

#[test]
fn a_baseline_knows_the_value_by_its_fingerprint() {
    let tree = Folder::with_secrets();
    let key = format!("lgk1.a.{}", "Q".repeat(42) + "A");
    let env = |value: &str| format!("LEDGER_KEY={key}\nSTRIPE_SECRET_KEY={value}\n");
    tree.write(".env.production", env(&stripe()));
    tree.write("a.ts", format!("'{}'\n", stripe()));
    let written = tree.baseline(&["--leaks"]);
    let entry = written
        .lines()
        .find(|line| line.contains("known-value-leaked"))
        .unwrap();
    assert!(entry.contains("fingerprint"), "{written}");
    assert_eq!(tree.run(&LEAKS, b"").status.code(), Some(0));
    // The next value in the same place is another matter.
    let next = stripe().replace("Ha", "Wu");
    tree.write(".env.production", env(&next));
    tree.write("a.ts", format!("'{next}'\n"));
    assert_eq!(tree.run(&LEAKS, b"").status.code(), Some(1));
}
