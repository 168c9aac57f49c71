//! `envgate scan`, as people run it.

#![cfg(all(feature = "cli", unix))]

mod add;
mod defaults;
mod limits;
mod quiet;
mod samples;
#[path = "../support/mod.rs"]
mod support;

use std::process::Output;

use support::Folder;

impl Folder {
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.envgate(&[&["scan"], arguments].concat()).output().unwrap()
    }

    /// The lines of the concise report, and the exit code.
    #[track_caller]
    pub(crate) fn says(&self, arguments: &[&str], code: i32) -> Vec<String> {
        let output = self.run(&[&["--format", "concise"], arguments].concat());
        let text = String::from_utf8(output.stdout.clone()).unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{text}{complaint}");
        text.lines().map(str::to_owned).collect()
    }
}

#[test]
fn the_list_matches_its_schema() {
    let promised: serde_json::Value = serde_json::from_str(include_str!("../../schemas/uses.v1.schema.json")).unwrap();
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

/// A project that is new to envgate reads hundreds of variables that its schema does not have yet: people get a screen of that, and the
/// worst first.
#[test]
fn what_is_said_of_many_variables_is_said_once() {
    let tree = Folder::new();
    tree.write("env.schema.json", r#"{ "properties": { "DATABASE_URL": {} } }"#);
    let mut text = String::from("process.env.LOG_FOLDER ?? 'x';\nprocess.env.DATABSE_URL;\n");
    for letter in 'A'..='Z' {
        text.push_str(&format!(
            "process.env.SOME_{letter}{letter};\nprocess.env.SOME_{letter}{letter};\n"
        ));
    }
    tree.write("a.js", text);
    tree.write("b.js", "process.env.DATABASE_URL\n");
    let said = String::from_utf8(tree.run(&[]).stdout).unwrap();
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines.len() < 30, "{said}");
    let at = |part: &str| lines.iter().position(|line| line.contains(part));
    assert!(
        at("error[undeclared-variable]: DATABSE_URL") < at("info[undeclared-variable]: LOG_FOLDER"),
        "{said}"
    );
    assert!(at("the same of: SOME_AA at a.js:4:13").is_some(), "{said}");
    assert!(at("SOME_BB at a.js:5:13 and 1 more place").is_some(), "{said}");
    assert!(at("18 more; `--format concise` shows each place").is_some(), "{said}");
    assert_eq!(tree.says(&[], 1).len(), 2 + 52 + 1);
}

/// In a monorepo, each part is compared with its own schema.
#[test]
fn the_folder_of_another_schema_is_left_to_it() {
    let tree = Folder::new();
    tree.write("env.schema.json", r#"{ "properties": { "SHARED": {}, "OWN": {} } }"#);
    tree.write("a.ts", "process.env.OWN\n");
    tree.write(
        "apps/api/env.schema.json",
        r#"{ "properties": { "PORT": {}, "SHARED": {} } }"#,
    );
    tree.write(
        "apps/api/src/a.ts",
        "process.env.PORT; process.env.SHARED; process.env.LACKING\n",
    );
    tree.write("apps/idle/env.schema.json", "{}");
    let whole = tree.run(&[]);
    assert_eq!(whole.status.code(), Some(0), "{}", support::said(&whole));
    let expected = "note: not compared with this schema, since there is another one: the source in apps/api; next: envgate scan apps/api\n";
    assert_eq!(String::from_utf8(whole.stderr).unwrap(), expected);
    let schema = std::fs::read(tree.0.join("env.schema.json")).unwrap();
    tree.run(&["--add"]);
    assert_eq!(std::fs::read(tree.0.join("env.schema.json")).unwrap(), schema);
    let lacking = "src/a.ts:1:51: error[undeclared-variable]: LACKING is used here but not declared in the schema";
    assert_eq!(tree.says(&["apps/api"], 1)[0], lacking);
    // Whoever asks for it gets it compared with any schema.
    let output = tree.says(&["--schema", "env.schema.json", "apps/api"], 1);
    assert_eq!(output.len(), 3, "{output:?}");
}

/// A key that only other values refer to is in use.
#[test]
fn what_a_value_refers_to_is_used() {
    let tree = Folder::new();
    let schema = r#"{ "environments": { "a": { "files": [".env"] } }, "properties": { "DOMAIN": {}, "HOST": {}, "IDLE": {}, "URL": {}, "OFF": {} } }"#;
    tree.write("env.schema.json", schema);
    tree.write("a.js", "process.env.URL\n");
    tree.write(".env", "DOMAIN=example.org\nIDLE=1\nURL=https://$DOMAIN\n# URL=$IDLE\n");
    tree.write(".env.example", "URL=https://${HOST:-x}\nOFF=$$\n");
    let lines = tree.says(&[], 0);
    let unused: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.split("warning[unused-variable]: ").nth(1))
        .collect();
    assert!(
        unused.len() == 2 && unused[0].starts_with("IDLE ") && unused[1].starts_with("OFF "),
        "{lines:?}"
    );
    assert!(lines[2].starts_with("Searched 1 file,"), "{lines:?}");
}

/// Each stage of a Dockerfile names the arguments again that it takes from above.
#[test]
fn an_argument_with_a_default_above_is_no_mistake() {
    let tree = Folder::new();
    tree.write("env.schema.json", "{}");
    tree.write(
        "Dockerfile",
        "ARG MODE=debug\nFROM a AS b\nARG MODE\nARG COMMIT\nRUN echo $MODE $COMMIT\n",
    );
    let lines = tree.says(&[], 0);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].starts_with("Dockerfile:4:5: info[undeclared-variable]: COMMIT"),
        "{lines:?}"
    );
}

/// What an image sets has a default wherever it runs: nobody has to set it, but it may be misspelt.
#[test]
fn what_the_image_sets_need_not_be_declared() {
    let tree = Folder::new();
    tree.write("env.schema.json", r#"{ "properties": { "DATABASE_URL": {} } }"#);
    let dockerfile = "FROM a AS build\nENV BUILT=1\nFROM b\nARG REVISION=x\nENV DB_HOST=localhost \\\n    DB_NAME='a b' DATABASE_URI=x\n\
        ENV LEGACY some value\nENV REVISION=$REVISION DERIVED=\"${OTHER}\" EMPTY=\n";
    tree.write("api/Dockerfile", dockerfile);
    let names = [
        "BUILT",
        "DB_HOST",
        "DB_NAME",
        "DATABASE_URI",
        "LEGACY",
        "DERIVED",
        "EMPTY",
    ];
    let source: String = names.iter().map(|name| format!("process.env.{name}\n")).collect();
    tree.write("api/src/a.js", &source);
    tree.write("web/a.js", "process.env.DB_HOST\n");
    tree.write("web/z.js", "process.env.DATABASE_URL\n");
    let severities = |tree: &Folder| -> Vec<String> {
        let lines = tree.says(&[], 1);
        let of_line = |line: &String| {
            Some(
                line.split_once("[undeclared-variable]: ")?
                    .0
                    .rsplit(' ')
                    .next()?
                    .to_owned()
                    + " "
                    + line.split("]: ").nth(1)?.split(' ').next()?,
            )
        };
        lines
            .iter()
            .filter(|line| !line.starts_with("api/Dockerfile"))
            .filter_map(of_line)
            .collect()
    };
    let alone = [
        "error BUILT",
        "info DB_HOST",
        "info DB_NAME",
        "error DATABASE_URI",
        "info LEGACY",
        "error DERIVED",
        "info EMPTY",
        "error DB_HOST",
    ];
    assert_eq!(severities(&tree), alone);
    // Of two images, both must set it.
    tree.write("api/Dockerfile.worker", "FROM b\nENV DB_NAME=x\n");
    let both = [
        "error BUILT",
        "error DB_HOST",
        "info DB_NAME",
        "error DATABASE_URI",
        "error LEGACY",
        "error DERIVED",
        "error EMPTY",
        "error DB_HOST",
    ];
    assert_eq!(severities(&tree), both);
}

/// What `env_file` hands on is read in the container, by what nobody sees here.
#[test]
fn what_a_container_gets_is_not_unused_for_certain() {
    let tree = Folder::new();
    tree.write("env.schema.json", r#"{ "properties": { "BASE_URL": {} } }"#);
    tree.write(
        "compose.yaml",
        "services:\n  web:\n    image: a\n    env_file: web.env\n",
    );
    let lines = tree.says(&[], 0);
    assert!(lines[0].contains("info[unused-variable]: BASE_URL"), "{lines:?}");
}

/// A project without any env file: the draft is what its source reads.
#[test]
fn a_schema_is_drafted_from_source() {
    let tree = Folder::new();
    tree.write(
        "app.rb",
        "ENV.fetch('DATABASE_URL')\nENV.fetch('PORT', 3000)\nENV['HOME']\nENV['API_TOKEN']\n",
    );
    let output = tree.envgate(&["init"]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(
        said.starts_with("env.schema.json: 3 keys (2 secrets) and 1 environment, as guessed from the source\n"),
        "{said}"
    );
    assert!(
        said.contains("; set in .env what the source takes from it, then run: envgate check"),
        "{said}"
    );
    assert_eq!(tree.says(&[], 0).len(), 1);
    let output = tree.envgate(&["example"]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    for line in ["DATABASE_URL=", "API_TOKEN=", "# PORT="] {
        assert!(said.lines().any(|one| one == line), "{line}: {said}");
    }
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

/// As with the fields of pydantic: what may be missing is a use, and an info where it is not declared.
#[test]
fn what_a_validator_lets_be_missing_asks_for_nothing() {
    let tree = Folder::new();
    tree.write("env.schema.json", r#"{ "properties": { "DECLARED": {} } }"#);
    tree.write(
        "env.ts",
        "const Env = z.object({\n  DECLARED: z.string().optional(),\n  WITH_DEFAULT: z.coerce.number().default(1),\n  NEEDED: z.string(),\n  MAYBE: z.string().optional() });\nEnv.parse(process.env);\n",
    );
    let lines = tree.says(&[], 1);
    assert_eq!(lines.len(), 4, "{lines:?}");
    let starts = [
        "env.ts:3:3: info[undeclared-variable]: WITH_DEFAULT",
        "env.ts:4:3: error[undeclared-variable]: NEEDED",
        "env.ts:5:3: info[undeclared-variable]: MAYBE",
    ];
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(start), "{lines:?}");
    }
}

/// `$(NAME)` may not come from the environment; what a shell reads does, and so does everything once the env file is included.
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

/// What a script sets, those that it sources don't read from the environment, nor those that source it.
#[test]
fn what_a_sourced_script_sets_is_no_mistake() {
    let tree = Folder::new();
    tree.write("env.schema.json", r#"{ "properties": { "PORT": {} } }"#);
    tree.write(
        "install.sh",
        "MODE=quick\nsource ./install/_lib.sh\n. \"$(dirname \"$0\")/install/run.sh\"\necho $COLOUR $PORT $REGION\n",
    );
    tree.write("install/_lib.sh", "COLOUR=red\nPORT=1\nLEVEL=${LEVEL:-1}\n");
    tree.write("install/run.sh", "echo $COLOUR $MODE $LEVEL\n");
    // Has the name of the one that is meant, and is further away.
    tree.write("other/run.sh", "REGION=a\n");
    // Runs the library without what `install.sh` sets.
    tree.write("deploy.sh", "#!/bin/sh\n. install/_lib.sh\necho $MODE $COLOUR\n");
    let lines = tree.says(&[], 1);
    let wrong: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.split(" is used here").next())
        .collect();
    assert_eq!(
        wrong[..3],
        [
            "deploy.sh:3:7: error[undeclared-variable]: MODE",
            "install.sh:4:21: error[undeclared-variable]: REGION",
            "install/_lib.sh:3:9: info[undeclared-variable]: LEVEL",
        ],
        "{lines:#?}"
    );
    assert!(lines[3].contains("1 of 1 key declared in use"), "{lines:#?}");
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
fn undeclared_and_unused_variables_are_reported() {
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
            "env.schema.json:3:5: info[unused-variable]: DATABASE_URL is declared but not used anywhere in what was searched",
            "env.schema.json:6:5: warning[unused-variable]: OLD_THING is declared but not used anywhere in what was searched",
            "env.schema.json:7:5: info[unused-variable]: AWS_REGION is declared but not used anywhere in what was searched",
            "Searched 2 files, 281 bytes: 7 uses of variables, 2 of 5 keys declared in use: 3 errors, 1 warning, 2 infos.",
        ]
    );
    // In a part of the project, what the rest uses is unknown.
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

/// The output of a bundler has lines longer than anybody writes.
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
fn unresolved_reads_are_counted() {
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
        "main.rs:8:5: info[undeclared-variable]: SPEED is used here but not declared in the schema",
        "settings.py:6:5: error[undeclared-variable]: APP_TOKEN is used here but not declared in the schema",
        "settings.py:7:5: info[undeclared-variable]: APP_TITLE is used here but not declared in the schema; the program does without it",
    ];
    let told: Vec<&String> = found
        .iter()
        .filter(|line| line.contains("undeclared-variable"))
        .collect();
    assert_eq!(told.len(), 3, "{found:#?}");
    for one in expected {
        assert!(told.iter().any(|line| line.starts_with(one)), "{found:#?}");
    }
    let unused: Vec<&String> = found.iter().filter(|line| line.contains("unused-variable")).collect();
    assert!(unused.len() == 1 && unused[0].contains("IDLE"), "{found:#?}");
}

/// The name of a file may hold the value of a secret, as that of a dump that was named after it.
#[test]
fn known_values_are_masked_in_names_of_files() {
    let value = ["m4Tz9Qw", "Lr7Xc2BvKaP"].concat();
    let tree = Folder::new();
    let schema =
        r#"{ "environments": { "local": { "files": [".env"] } }, "properties": { "TOKEN": { "secret": true } } }"#;
    tree.write("env.schema.json", schema);
    tree.write(".env", format!("TOKEN={value}\n"));
    for end in ["", "-2"] {
        tree.write(
            format!("dump-{value}{end}.js"),
            "process.env.DATABSE_URL + process.env.TOKEN\n",
        );
    }
    tree.write(format!("large-{value}.js"), " ".repeat(9 << 20));
    for arguments in [
        &[][..],
        &["--list"],
        &["--list", "--format", "json"],
        &["--format", "json"],
        &["--format", "sarif"],
    ] {
        let output = tree.run(arguments);
        let said = support::said(&output);
        assert!(!said.contains(&value), "{said}");
        // Two files, though their names may look alike. SARIF writes names as parts of a URL.
        assert!(said.contains("*.js") || said.contains("%2A.js"), "{said}");
        assert!(said.contains("*-2.js") || said.contains("%2A-2.js"), "{said}");
        assert!(said.contains("large-********.js is larger"), "{said}");
    }
}
