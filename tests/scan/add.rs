//! `envgate scan --add`: what is missing is declared, and nothing else in the schema changes.

use std::fs;

use crate::support::Folder;

const SCHEMA: &str = r#"{
    "environments": { "default": { "files": [".env"] } },
    "properties": {
        "HOST":     { "description": "kept  as it is" },
        "SMTP_KEY": { "secret": true }
    },
    "additionalProperties": false
}
"#;

#[test]
fn what_is_missing_is_declared() {
    let tree = Folder::new();
    tree.write("env.schema.json", SCHEMA);
    tree.write(".env", "HOST=a\nWORKERS=4\nDATABASE_URL=postgres://u:p4ssw0rd@db/x\n");
    tree.write(".env.example", "# How many jobs run at once.\nWORKERS=\n");
    tree.write(
        "src/a.ts",
        "process.env.HOST; process.env.SMTP_KEY; process.env.API_TOKEN; process.env.WORKERS ?? 2; process.env.SMTP_KYE\n",
    );
    tree.write("src/b.ts", "process.env.WORKERS; process.env.DATABASE_URL\n// envgate: ignore[undeclared-variable] the platform's\nprocess.env.PLATFORM_ID\n");
    tree.write("src/b.test.ts", "process.env.TEST_DATABASE_URL\n");
    let output = tree.run(&["--add", "--format", "concise"]);
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "src/a.ts:1:102: error[undeclared-variable]: SMTP_KYE is used here but not declared in the schema; did you mean SMTP_KEY?\n\
         src/b.test.ts:1:13: info[undeclared-variable]: TEST_DATABASE_URL is used here but not declared in the schema; this is a test, which is not deployed\n\
         Not shown: 1 suppressed by a comment.\n\
         Searched 3 files, 265 bytes: 9 uses of variables, 5 of 5 keys declared in use: 1 error, 1 info.\n"
    );
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "note: 3 keys added to env.schema.json (2 secrets), none of them required: read the \"$comment\" of each\n"
    );
    let schema = fs::read_to_string(tree.0.join("env.schema.json")).unwrap();
    let expected = r#"        "API_TOKEN": { "$comment": "secret by its name; src/a.ts reads it and has no default: is it required?", "secret": true },
        "DATABASE_URL": { "$comment": "secret by the shape of its value; every value is a URL; src/b.ts reads it and has no default: is it required?", "secret": true, "format": "uri" },
        "HOST":     { "description": "kept  as it is" },
        "SMTP_KEY": { "secret": true },
        "WORKERS": { "description": "How many jobs run at once.", "$comment": "every value is a whole number; src/b.ts reads it and has no default: is it required?", "type": "integer" }
"#;
    let start = schema.find("        \"API_TOKEN\"").unwrap();
    assert_eq!(&schema[start..start + expected.len()], expected);
    assert_eq!(tree.envgate(&["check"]).output().unwrap().status.code(), Some(0));
    // Again, there is nothing to do.
    let again = tree.run(&["--add"]);
    assert_eq!(
        String::from_utf8(again.stderr).unwrap(),
        "note: nothing was added to env.schema.json\n"
    );
    assert_eq!(fs::read_to_string(tree.0.join("env.schema.json")).unwrap(), schema);
}

/// The name of a file is written into the schema, and must not change how that is read.
#[test]
fn a_file_whose_name_acts_on_a_terminal() {
    let tree = Folder::new();
    tree.write("env.schema.json", r#"{ "properties": { "PORT": {} } }"#);
    tree.write("a\u{202e}\u{9b}.ts", "process.env.PORT; process.env.NEW_NAME;\n");
    tree.run(&["--add"]);
    let schema = fs::read_to_string(tree.0.join("env.schema.json")).unwrap();
    assert!(schema.contains("NEW_NAME"), "{schema}");
    assert!(!schema.contains(['\u{202e}', '\u{9b}']), "{schema}");
}

/// What a waiver, the baseline or the path of a folder leaves out is not declared either.
#[test]
fn what_is_set_aside_stays_out() {
    let tree = Folder::new();
    tree.write("env.schema.json", r#"{ "properties": { "PORT": {} } }"#);
    tree.write("a.ts", "process.env.PORT; process.env.OLD_NAME;\n");
    tree.write(".env", "PORT=1\n");
    tree.baseline(&["--scan"]);
    tree.write("src/b.ts", "process.env.NEW_NAME;\n");
    tree.write("lib/c.ts", "process.env.OTHER_NAME;\n");
    let output = tree.run(&["--add", "src", "a.ts"]);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let schema = fs::read_to_string(tree.0.join("env.schema.json")).unwrap();
    assert_eq!(
        schema,
        r#"{ "properties": { "NEW_NAME": { "$comment": "src/b.ts reads it and has no default: is it required?" }, "PORT": {} } }"#
    );
}

#[test]
fn without_a_schema_nothing_is_added() {
    let tree = Folder::new();
    tree.write("a.ts", "process.env.NEW_NAME;\n");
    let output = tree.run(&["--add"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!tree.0.join("env.schema.json").exists());
}
