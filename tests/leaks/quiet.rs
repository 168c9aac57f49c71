//! What keeps a leak from being reported: comments, waivers, the baseline.

use std::fs;
use std::process::Output;

use crate::planted::{gitlab_token, nothing_is_printed, stripe, text, undeclared};
use crate::support::{Folder, said};

const LEAKS: [&str; 3] = ["--format", "concise", "--now=2026-11-20T00:00:00Z"];

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
    // Not in a comment, or two lines above.
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
    // If only a part of the tree is searched, the comment may be needed in the rest.
    assert_eq!(
        told(&tree.run(&[&LEAKS[..], &["far.py"]].concat(), b"")),
        ["far.py:3:8 known-value-leaked"]
    );
    // Nobody reviews the content of a log.
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
    // Comments in an env file concern a check.
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
    // The window of the search may end in the mark, between mark and value, or in the value.
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

/// The same value in two files, and a token beside one of them.
fn two_leaks() -> Folder {
    let tree = Folder::with_secrets();
    tree.write("a.ts", format!("'{}'\n", stripe()));
    tree.write("b.ts", format!("'{}' '{}'\n", stripe(), gitlab_token()));
    tree
}

#[test]
fn waivers_hide_leaks() {
    let tree = two_leaks();
    let waiver = |rest: &str| {
        format!("{{ \"rule\": {rest}, \"until\": \"2026-12-31\", \"owner\": \"web\", \"reason\": \"moves\" }}")
    };
    let waivers = [
        waiver(r#""known-value-leaked", "environment": "production", "key": "STRIPE_SECRET_KEY", "file": "a.ts""#),
        waiver(r#""token-in-source", "file": "b.ts""#),
        waiver(r#""token-in-source", "file": "c.ts""#),
        // A search does not report this.
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
}

#[test]
fn the_baseline_hides_leaks() {
    let tree = two_leaks();
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
        !written.contains(&stripe()[8..14]) && !written.contains(&gitlab_token()[6..12]),
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
    // A check does not know these entries, and keeps them.
    assert_eq!(tree.baseline(&[]), written);
    // The same value in another file is reported, and so is an entry whose finding is gone.
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

/// Tokens can also be found in a repository without a schema, but only on request.
#[test]
fn tokens_are_found_without_a_schema_on_request() {
    let folder = Folder::new();
    folder.write("src/a.py", format!("token = '{}'\n", gitlab_token()));
    let output = folder.run(&[], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("`envgate leaks --tokens-only`"),
        "{}",
        said(&output)
    );
    let output = folder.run(&["--tokens-only", "--format", "concise"], b"");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("src/a.py:1:10: error[token-in-source]"),
        "{}",
        said(&output)
    );
    assert!(output.stderr.is_empty(), "{}", said(&output));
    // The values in `.env` are not searched for.
    folder.write(".env", format!("API_TOKEN={}\n", undeclared()));
    folder.write("src/a.py", format!("token = f('{}')\n", undeclared()));
    assert_eq!(folder.run(&["--tokens-only"], b"").status.code(), Some(0));
    for other in [&["--process-env"][..], &["--schema", "env.schema.json"]] {
        let output = folder.run(&[&["--tokens-only"], other].concat(), b"");
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    }
    // Beside a schema, its exceptions count.
    let folder = Folder::with_secrets();
    folder.write("src/a.py", format!("token = '{}' or '{}'\n", gitlab_token(), stripe()));
    let waivers = r#"{ "version": 1, "waivers": [
      { "rule": "known-value-leaked", "environment": "production", "file": "src/a.py", "reason": "a test", "owner": "me", "until": "2026-12-31" },
      { "rule": "token-in-source", "file": "src/a.py", "reason": "a test", "owner": "me", "until": "2026-12-31" }
    ] }"#;
    folder.write("env.waivers.json", waivers);
    let output = folder.run(&["--tokens-only", "--now", "2026-11-20T00:00:00Z"], b"");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

/// A repository without a schema can accept what is there today. Beside a schema, entries that were not searched for stay.
#[test]
fn a_baseline_of_tokens_alone() {
    let folder = Folder::new();
    folder.git(&["init", "-q", "."]);
    folder.write("src/a.py", format!("token = '{}'\n", gitlab_token()));
    folder.git(&["add", "."]);
    folder.git(&["commit", "-qm", "leak"]);
    folder.baseline(&["--tokens-only", "--history"]);
    let history = ["--tokens-only", "--history"];
    assert_eq!(folder.run(&history, b"").status.code(), Some(0));
    assert_eq!(
        folder.run(&history[..1], b"").status.code(),
        Some(1),
        "the file is as it was"
    );
    folder.baseline(&["--tokens-only", "--leaks"]);
    for arguments in [&history[..], &history[..1]] {
        let output = folder.run(arguments, b"");
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    }
    let output = folder.envgate(&["baseline", "--tokens-only"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    let tree = Folder::with_secrets();
    tree.write("a.ts", format!("'{}'\n", undeclared()));
    let all = tree.baseline(&["--leaks"]);
    assert!(all.contains("known-value-leaked"), "{all}");
    tree.write("b.ts", format!("'{}'\n", gitlab_token()));
    let tokens = [&LEAKS[..], &["--tokens-only"]].concat();
    assert_eq!(told(&tree.run(&tokens, b"")), ["b.ts:1:2 token-in-source"]);
    let more = tree.baseline(&["--leaks", "--tokens-only"]);
    assert_eq!(told(&tree.run(&tokens, b"")), [""; 0]);
    assert_eq!(tree.baseline(&["--leaks"]), more);
}
