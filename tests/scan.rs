//! `envgate scan`, as people run it. In `tests/scan/samples/`, every name that begins with `USED_` is read where it stands, and none that begins with `TRAP_` is: those
//! stand in comments, in strings, in regular expressions, in tags, or are only set.

#![cfg(all(feature = "cli", unix))]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::Instant;

use envgate::schema::{Schema, Vocabulary};
use envgate::source::Source;
use envgate::usage::{Finder, Language};
use support::Folder;

/// A folder with source.
impl Folder {
    fn run(&self, arguments: &[&str]) -> Output {
        self.envgate(&[&["scan"], arguments].concat()).output().unwrap()
    }

    /// The lines of the concise report, and the exit code.
    #[track_caller]
    fn says(&self, arguments: &[&str], code: i32) -> Vec<String> {
        let output = self.run(&[&["--format", "concise"], arguments].concat());
        let text = String::from_utf8(output.stdout.clone()).unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{text}{complaint}");
        text.lines().map(str::to_owned).collect()
    }
}

#[test]
fn what_is_read_is_found_and_nothing_else() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scan/samples");
    let tree = Folder::new();
    tree.write("env.schema.json", "{}");
    let mut expected = BTreeSet::new();
    for entry in fs::read_dir(samples).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        for (line, content) in text.lines().enumerate() {
            for (at, _) in content.match_indices("USED_") {
                let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
                if content[..at].ends_with(is_word) {
                    continue;
                }
                let used: String = content[at..].chars().take_while(|letter| is_word(*letter)).collect();
                // It is set there.
                if content[at + used.len()..].starts_with('=') {
                    continue;
                }
                expected.insert(format!(
                    "{name}:{}:{} {used}",
                    line + 1,
                    content[..at].chars().count() + 1
                ));
            }
        }
        tree.write(&name, text);
    }
    let output = tree.run(&["--list", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut found = BTreeSet::new();
    for variable in list["variables"].as_array().unwrap() {
        let key = variable["key"].as_str().unwrap();
        for place in variable["uses"].as_array().unwrap() {
            found.insert(format!(
                "{}:{}:{} {key}",
                place["file"].as_str().unwrap(),
                place["line"],
                place["column"]
            ));
        }
    }
    let mut wrong = String::new();
    for one in expected.difference(&found) {
        let _ = writeln!(wrong, "not found: {one}");
    }
    for one in found.difference(&expected) {
        let _ = writeln!(wrong, "found:     {one}");
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(expected.len() > 100, "the samples are gone");
}

/// Each sample up to each of its signs, as every language reads it: whoever types has files that end anywhere.
#[test]
fn a_file_may_end_anywhere() {
    let schema = Source::new("env.schema.json", "{}").unwrap();
    let finder = Finder::new(&Schema::compile(&schema, &Vocabulary::default()).unwrap());
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scan/samples")).unwrap() {
        let path = entry.unwrap().path();
        let Some(language) = Language::of(path.file_name().unwrap().to_str().unwrap()) else {
            continue;
        };
        let text = fs::read(&path).unwrap();
        for end in (0..text.len()).filter(|&end| text[end].is_ascii_punctuation()) {
            let _ = finder.look(&text[..=end], language);
        }
    }
}

#[test]
fn the_list_is_as_it_is_promised() {
    let promised: serde_json::Value = serde_json::from_str(include_str!("../schemas/uses.v1.schema.json")).unwrap();
    jsonschema::draft202012::meta::validate(&promised).unwrap();
    let validator = jsonschema::validator_for(&promised).unwrap();
    let tree = Folder::new();
    tree.write("env.schema.json", SCHEMA);
    tree.write("a.js", "process.env.DATABASE_URL + process.env.OTHER_ONE\n");
    let output = tree.run(&["--list", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(validator.is_valid(&json), "{json:#}");
    assert_eq!(json["variables"].as_array().unwrap().len(), 2);
}

/// A name within `env.prefixed()` is only the end of one.
#[test]
fn what_a_prefix_hides_is_no_mistake() {
    let tree = Folder::new();
    tree.write("env.schema.json", "{}");
    tree.write(
        "settings.py",
        "from environs import Env\nenv = Env()\nwith env.prefixed('MYAPP_'):\n    host = env.str('HOST_NAME')\n",
    );
    let lines = tree.says(&[], 0);
    assert!(
        lines[0].contains("(1 more place reads a name that can't be resolved)"),
        "{lines:?}"
    );
}

/// `BASE_URL` is Vite's own in `import.meta.env`, and anybody's in `process.env`.
#[test]
fn what_vite_sets_is_passed_over_where_vite_sets_it() {
    let tree = Folder::new();
    tree.write("env.schema.json", "{}");
    tree.write(
        "a.ts",
        "import.meta.env.BASE_URL + import.meta.env.MODE + process.env.BASE_URL\n",
    );
    let lines = tree.says(&[], 1);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].starts_with("a.ts:1:63: error[undeclared-variable]: BASE_URL"),
        "{lines:?}"
    );
}

/// As with the fields of pydantic: what may be missing is a use, and asks for no declaration.
#[test]
fn what_a_validator_lets_be_missing_asks_for_nothing() {
    let tree = Folder::new();
    tree.write("env.schema.json", r#"{ "properties": { "DECLARED": {} } }"#);
    tree.write(
        "env.ts",
        "const Env = z.object({\n  DECLARED: z.string().optional(),\n  WITH_DEFAULT: z.coerce.number().default(1),\n  NEEDED: z.string(),\n  MAYBE: z.string().optional() });\nEnv.parse(process.env);\n",
    );
    let lines = tree.says(&[], 1);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].starts_with("env.ts:4:3: error[undeclared-variable]: NEEDED"),
        "{lines:?}"
    );
}

/// Whether `$(NAME)` is the environment's, nobody can tell; what a shell reads is, and so is everything once the env file is included.
#[test]
fn a_makefile_uses_keys_and_asks_for_what_its_commands_read() {
    let tree = Folder::new();
    tree.write(
        "env.schema.json",
        r#"{ "properties": { "DATABASE_URL": {}, "PORT": {} } }"#,
    );
    let rule = "all:\n\techo $(DATABASE_URL) $(BUILD_FOLDER) $(PORT)\n";
    tree.write("Makefile", rule);
    assert_eq!(tree.says(&[], 0).len(), 1);
    tree.write("Makefile", format!("{rule}\techo $$API_TOKEN\n"));
    assert!(tree.says(&[], 1)[0].contains("API_TOKEN is used here"));
    tree.write("Makefile", format!("include .env\n{rule}"));
    assert!(tree.says(&[], 1)[0].contains("BUILD_FOLDER is used here"));
}

const SCHEMA: &str = r#"{
  "properties": {
    "DATABASE_URL": {},
    "STRIPE_SECRET_KEY": {},
    "HANDED_ON": {},
    "OLD_THING": {},
    "AWS_REGION": {}
  },
  "patternProperties": { "^FEATURE_": {} }
}
"#;

#[test]
fn what_is_not_declared_and_what_is_not_used() {
    let tree = Folder::new();
    tree.write("env.schema.json", SCHEMA);
    tree.write(
        "src/app.ts",
        "const db = process.env.DATABSE_URL;\nconst key = process.env.STRIPE_SECRET_KEY;\nconst f = process.env.FEATURE_X;\nconst n = process.env.NODE_ENV + process.env.PATH;\nconst e = process.env.NODE_EVN;\nconst u = process.env.UNKNOWN_TO_ALL;\n",
    );
    tree.write("src/config.ts", "export const keys = ['HANDED_ON'];\n// OLD_THING\n");
    tree.write("README.md", "Set OLD_THING.\n");
    tree.write(".env", "OLD_THING=1\n");
    tree.write(
        "node_modules/x/index.js",
        "process.env.OLD_THING + process.env.OF_ANOTHER\n",
    );
    tree.write("ignored/x.js", "process.env.OF_NOBODY\n");
    tree.write(".gitignore", "ignored\n");
    assert_eq!(
        tree.says(&[], 1),
        [
            "src/app.ts:1:24: error[undeclared-variable]: DATABSE_URL is used here but not declared in the schema; did you mean DATABASE_URL?",
            "src/app.ts:5:23: error[undeclared-variable]: NODE_EVN is used here but not declared in the schema; did you mean NODE_ENV?",
            "src/app.ts:6:23: error[undeclared-variable]: UNKNOWN_TO_ALL is used here but not declared in the schema",
            "env.schema.json:3:5: warning[unused-variable]: DATABASE_URL is declared but not used anywhere in what was searched",
            "env.schema.json:6:5: warning[unused-variable]: OLD_THING is declared but not used anywhere in what was searched",
            "env.schema.json:7:5: info[unused-variable]: AWS_REGION is declared but not used anywhere in what was searched",
            "Searched 2 files, 281 bytes: 7 uses of variables, 2 of 5 keys declared in use: 3 errors, 2 warnings, 1 info.",
        ]
    );
    // Of a part of the project nobody knows what the rest uses.
    assert!(
        tree.says(&["src"], 1)
            .iter()
            .all(|line| !line.contains("unused-variable"))
    );
    assert_eq!(tree.says(&["src/config.ts"], 0).len(), 1);
    let all = tree.says(&["--no-ignore"], 1);
    assert!(all.iter().any(|line| line.contains("OF_ANOTHER")) && all.iter().any(|line| line.contains("OF_NOBODY")));
    for format in [
        "human", "json", "sarif", "github", "gitlab", "junit", "markdown", "rdjson",
    ] {
        let output = tree.run(&["--format", format]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{format}");
        assert!(text.contains("DATABSE_URL"), "{format}: {text}");
    }
    assert_eq!(tree.says(&["--fail-on", "warning", "src/config.ts"], 0).len(), 1);
}

/// What a bundler wrote is on lines that nobody would.
#[test]
fn bundles_use_what_is_declared_and_ask_for_nothing() {
    let tree = Folder::new();
    tree.write("env.schema.json", r#"{ "properties": { "PORT": {} } }"#);
    let padding = "f();".repeat(2000);
    let reads = "process.env.PORT;process.env.BUNDLED;";
    tree.write(
        "public/app.js",
        format!("{padding}{reads}{padding}\nprocess.env.WRITTEN;\n{reads}\n"),
    );
    tree.write(".yarn/releases/yarn.cjs", "process.env.YARN_ONLY;\n");
    let said = tree.says(&[], 1);
    assert_eq!(
        said[..2],
        [
            "public/app.js:2:13: error[undeclared-variable]: WRITTEN is used here but not declared in the schema",
            "public/app.js:3:30: error[undeclared-variable]: BUNDLED is used here but not declared in the schema",
        ],
        "{said:?}"
    );
    assert_eq!(said.len(), 3, "{said:?}");
}

#[test]
fn what_can_t_be_told_is_counted() {
    let tree = Folder::new();
    tree.write("env.schema.json", SCHEMA);
    tree.write(
        "src/app.js",
        "const v = process.env[name];\nrun({ env: process.env });\n",
    );
    let lines = tree.says(&[], 0);
    assert!(
        lines[0].starts_with("env.schema.json:3:5: info[unused-variable]: DATABASE_URL is declared but not used anywhere in what was searched, as far as can be told"),
        "{lines:?}"
    );
    assert!(
        lines
            .last()
            .unwrap()
            .contains("(2 more places read names that can't be resolved)"),
        "{lines:?}"
    );
}

#[test]
fn comments_silence_and_are_held_to_it() {
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

#[test]
fn a_search_of_nothing_is_no_pass() {
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

/// Whatever stands there, it ends, soon, and without a panic.
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
    let start = Instant::now();
    let output = tree.run(&["--format", "concise"]);
    assert!(
        matches!(output.status.code(), Some(0 | 1)),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(start.elapsed().as_secs() < 100, "{:?}", start.elapsed());
}

#[test]
fn waivers_and_the_baseline_hide_what_a_scan_finds() {
    let tree = Folder::new();
    tree.write(
        "env.schema.json",
        r#"{ "properties": { "PORT": { "type": "integer" }, "OLD": { "type": "string" } } }"#,
    );
    tree.write("a.ts", "process.env.PORT;\nprocess.env.EXTRA;\n");
    tree.write("b.ts", "process.env.EXTRA;\n");
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
    // Of a part of the project nobody can say which waiver is not needed.
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
    fs::remove_file(tree.0.join("env.waivers.json")).unwrap();

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
    // A check knows nothing of it, and lets it stand; so does a search for leaks.
    assert_eq!(baseline(&[]), written);
    assert_eq!(baseline(&["--leaks"]), written);
    // Another file is told, and so is what is no longer there.
    tree.write("c.ts", "process.env.EXTRA;\n");
    fs::remove_file(tree.0.join("b.ts")).unwrap();
    let told = tree.says(&[], 1);
    assert!(told.iter().any(|line| line.starts_with("c.ts:1:13: error")), "{told:?}");
    assert!(told.iter().any(|line| line.contains("stale-baseline")), "{told:?}");
}

/// Names that stand nowhere in the source as they are.
#[test]
fn names_that_are_made_from_fields() {
    let tree = Folder::new();
    tree.write(
        "env.schema.json",
        r#"{ "properties": { "APP_PORT": {}, "app_lower": {}, "LEVEL": {}, "IDLE": {} } }"#,
    );
    let python = "from pydantic_settings import BaseSettings\n\nclass Settings(BaseSettings):\n    port: int\n    lower: str\n    token: SecretStr\n    \
                  title: str = 'x'\n    group: Group\n\n    class Config:\n        env_prefix = 'APP_'\n";
    tree.write("settings.py", python);
    let rust = "#[derive(Parser)]\nstruct Arguments {\n    /// Level\n    #[arg(long, env, default_value_t = f(1))]\n    #[serde(default)]\n    pub(crate) level: u8,\n    \
                #[arg(env)]\n    speed: Option<u8>,\n    #[arg(long)]\n    quiet: bool,\n}\nfn f(env: u8) -> u8 { g(env, env) }\n";
    tree.write("main.rs", rust);
    let found = tree.says(&[], 1);
    let expected = [
        "main.rs:8:5: error[undeclared-variable]: SPEED is used here but not declared in the schema",
        "settings.py:6:5: error[undeclared-variable]: APP_TOKEN is used here but not declared in the schema",
    ];
    let told: Vec<&String> = found
        .iter()
        .filter(|line| line.contains("undeclared-variable"))
        .collect();
    assert_eq!(told.len(), 2, "{found:#?}");
    for one in expected {
        assert!(told.iter().any(|line| line.starts_with(one)), "{found:#?}");
    }
    let unused: Vec<&String> = found.iter().filter(|line| line.contains("unused-variable")).collect();
    assert!(unused.len() == 1 && unused[0].contains("IDLE"), "{found:#?}");
}
