//! Hostile texts, and searches of nothing.

use crate::support::Folder;

/// Any input ends soon and without a panic.
#[test]
fn hostile_texts_end() {
    let tree = Folder::new();
    tree.write("env.schema.json", "{}");
    // So many that time which grows with the square of it, or a call for each, does not go unseen.
    let many = 50_000;
    for (index, unit) in [
        "(/[",
        "`${",
        "${",
        "}",
        "'",
        "\"",
        "/*",
        "%w(",
        "<<~A\n",
        "env[",
        "} = process.env;",
        "{process.env",
        "r#\"",
        "'''",
        "$(",
        "\"$(",
        "/",
        "\\",
        "é",
        "const env = process.env;",
        "f\"{",
        "process.env.",
        "in process.env ",
        "// envgate: ignore[undeclared-variable]\n",
        "x",
        "<?php <<<A\n",
        "env(",
        "cleanEnv(a,{A:",
        "createEnv({server:{",
        "A.parse(process.env);",
        "EnvVars: \"",
        "-include .env\n\t$$A printenv ",
        "a = Config(b)\n",
        "{env: 'A_B', ",
        "const ( ",
        "%env(A",
        "declare ",
        "for ((",
        "printenv ",
        "envsubst $A ",
        "const a = process.env.A_B; if (!a) return;\n",
        "v = os.environ.get('A_B')\nif not v: return\n",
        "if v := os.Getenv(\"A_B\"); v != \"\" {\n",
        "if let Ok(a) = env::var(\"A_B\") { ",
        "match env::var(\"A_B\") { Err(a) => ",
    ]
    .iter()
    .enumerate()
    {
        for end in [
            "ts",
            "py",
            "rb",
            "rs",
            "php",
            "sh",
            "go",
            "kt",
            "cs",
            "vue",
            "yml",
            "dockerfile",
            "exs",
        ] {
            tree.write(
                format!("{index}.{end}"),
                format!("env {}", unit.repeat(many / unit.len())),
            );
        }
        tree.write(format!("{index}/compose.yaml"), unit.repeat(many / unit.len()));
    }
    let output = tree.run(&["--format", "concise"]);
    assert!(
        matches!(output.status.code(), Some(0 | 1)),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn searching_nothing_fails() {
    let tree = Folder::new();
    tree.write("env.schema.json", "{}");
    tree.write("notes.txt", "process.env.X");
    tree.says(&[], 2);
    tree.says(&["nowhere"], 2);
    tree.write("blob.js", b"\0\0process.env.X_Y_Z");
    tree.says(&[], 2);
    // By its first line.
    tree.write("bin/tool", "#!/usr/bin/env node\nprocess.env.BY_SHEBANG\n");
    assert!(tree.says(&[], 1)[0].starts_with("bin/tool:2:13: error[undeclared-variable]: BY_SHEBANG"));
}

/// The automaton that looks for keys would take hours to build for all of this one.
#[test]
fn a_key_of_64_kib_is_searched_for() {
    let tree = Folder::new();
    let key = "K".repeat(65_536);
    tree.write("env.schema.json", format!(r#"{{ "properties": {{ "{key}": {{}} }} }}"#));
    tree.write("a.js", format!("process.env.{key}\n"));
    let lines = tree.says(&[], 0);
    assert!(lines[0].contains("1 of 1 key declared in use"), "{}", lines[0].len());
}
