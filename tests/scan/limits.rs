//! Hostile texts, and searches of nothing.

use crate::support::Folder;

/// Any input ends soon and without a panic.
#[test]
fn hostile_texts_end() {
    let tree = Folder::new();
    tree.write("env.schema.json", "{}");
    let many = 200_000;
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
