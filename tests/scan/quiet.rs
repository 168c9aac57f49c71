//! What keeps a finding of a scan from being told: comments, waivers, the baseline.

use std::fs;

use crate::support::Folder;

#[test]
fn comments_silence_findings_and_unused_ones_are_reported() {
    let tree = Folder::new();
    tree.write("env.schema.json", "{}");
    tree.write(
        "a.ts",
        "const a = process.env.A_ONE; // envgate: ignore[undeclared-variable] the platform's\n// envgate: ignore[undeclared-variable] below\nconst b = process.env.A_TWO;\nconst c = process.env.A_THREE;\n// envgate: ignore[undeclared-variable]\nconst d = 1;\n// envgate: ignore[no-such-rule]\n",
    );
    tree.write(
        "b.py",
        "# envgate: ignore-file[undeclared-variable] generated\nimport os\nos.getenv('B_ONE')\n",
    );
    assert_eq!(
        tree.says(&[], 1),
        [
            "a.ts:4:23: error[undeclared-variable]: A_THREE is used here but not declared in the schema",
            "a.ts:5:20: warning[unused-suppression]: undeclared-variable is suppressed here but finds nothing",
            "a.ts:7:20: error[unknown-suppression]: this comment suppresses nothing: there is no such rule; `envgate rules` lists them",
            "Not shown: 3 suppressed by a comment.",
            "Searched 2 files, 359 bytes: 4 uses of variables, 0 of 0 keys declared in use: 2 errors, 1 warning.",
        ]
    );
}

/// A variable that is not declared, read in two files, and a key that nothing reads.
fn three_problems() -> Folder {
    let tree = Folder::new();
    tree.write(
        "env.schema.json",
        r#"{ "properties": { "PORT": { "type": "integer" }, "OLD": { "type": "string" } } }"#,
    );
    tree.write("a.ts", "process.env.PORT;\nprocess.env.EXTRA;\n");
    tree.write("b.ts", "process.env.EXTRA;\n");
    tree
}

#[test]
fn waivers_hide_what_a_scan_finds() {
    let tree = three_problems();
    let waivers = |until: &str| {
        let waiver = |rest: &str| format!(r#"{{ {rest}, "until": "{until}", "owner": "web", "reason": "goes" }}"#);
        let all = [
            waiver(r#""rule": "undeclared-variable", "key": "EXTRA", "file": "a.ts""#),
            waiver(r#""rule": "unused-variable", "key": "OLD""#),
            waiver(r#""rule": "undeclared-variable", "key": "EXTRA", "file": "c.ts""#),
            // Not the business of this search.
            waiver(r#""rule": "token-in-source", "file": "b.ts""#),
        ];
        tree.write(
            "env.waivers.json",
            format!("{{ \"version\": 1, \"waivers\": [\n{}\n] }}", all.join(",\n")),
        );
    };
    let now = ["--now", "2026-11-20T00:00:00Z"];
    waivers("2026-12-31");
    let told = tree.says(&now, 1);
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(
        told[0].starts_with("env.waivers.json:4:1: warning[unused-waiver]"),
        "{told:?}"
    );
    assert!(
        told[1].starts_with("b.ts:1:13: error[undeclared-variable]: EXTRA"),
        "{told:?}"
    );
    assert_eq!(told[2], "Not shown: 2 waived.");
    // In a part of the project, it is unknown which waivers are unused.
    assert_eq!(tree.says(&[&now[..], &["b.ts"]].concat(), 1).len(), 2);
    waivers("2026-11-01");
    assert_eq!(
        tree.says(&now, 1)
            .iter()
            .filter(|line| line.contains("expired-waiver"))
            .count(),
        3
    );
    // A mistake in it means that nothing is searched.
    tree.write(
        "env.waivers.json",
        r#"{ "version": 1, "waivers": [ { "rule": "unused-variabel" } ] }"#,
    );
    assert_eq!(tree.run(&[]).status.code(), Some(2));
}

#[test]
fn the_baseline_hides_what_a_scan_finds() {
    let tree = three_problems();
    let baseline = |arguments: &[&str]| {
        tree.write(".env", "PORT=1\n");
        tree.baseline(arguments)
    };
    let written = baseline(&["--scan"]);
    for entry in [
        r#"{ "key": "EXTRA", "file": "b.ts", "rule": "undeclared-variable" }"#,
        r#"{ "key": "OLD", "file": "env.schema.json", "rule": "unused-variable" }"#,
    ] {
        assert!(written.contains(entry), "{written}");
    }
    assert_eq!(tree.says(&["--fail-on", "hint"], 0).len(), 2);
    assert_eq!(tree.says(&["--no-baseline"], 1).len(), 4);
    // In a CI there are no env files.
    fs::remove_file(tree.0.join("env.baseline.json")).unwrap();
    fs::remove_file(tree.0.join(".env")).unwrap();
    assert_eq!(tree.baseline(&["--scan-only"]), written);
    // A check knows nothing of it, and lets it stand; so does a search for leaks.
    assert_eq!(baseline(&[]), written);
    assert_eq!(baseline(&["--leaks"]), written);
    // Another file is reported, and so is an entry whose finding is gone.
    tree.write("c.ts", "process.env.EXTRA;\n");
    fs::remove_file(tree.0.join("b.ts")).unwrap();
    let told = tree.says(&[], 1);
    assert!(told.iter().any(|line| line.starts_with("c.ts:1:13: error")), "{told:?}");
    assert!(told.iter().any(|line| line.contains("stale-baseline")), "{told:?}");
}
