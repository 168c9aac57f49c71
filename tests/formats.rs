//! The formats for other tools, through the real binary: every example set and a project full of hostile names, each held to the schema
//! that its readers publish.

#![cfg(all(feature = "cli", feature = "full", unix))]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jsonschema::Validator;
use serde_json::Value;

const FORMATS: [&str; 6] = ["sarif", "github", "gitlab", "junit", "markdown", "rdjson"];

/// One run that writes all formats.
struct Run {
    name: String,
    report: Value,
    output: Output,
    folder: PathBuf,
}

impl Run {
    fn of(name: &str, folder: &Path, arguments: &[&str]) -> Run {
        let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("formats-{name}"));
        let _ = fs::remove_dir_all(&out);
        fs::create_dir_all(&out).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_envgate"));
        command.env_clear().current_dir(folder).arg("check").args(arguments);
        command.args(["--format", "json", "--now", "2026-11-20T00:00:00Z"]);
        for format in FORMATS {
            command.arg(format!("--output={format}={}", out.join(format).display()));
        }
        let output = command.output().unwrap();
        let report =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{name}: {error}: {output:?}"));
        Run {
            name: name.to_owned(),
            report,
            output,
            folder: out,
        }
    }

    fn text(&self, format: &str) -> String {
        fs::read_to_string(self.folder.join(format))
            .unwrap_or_else(|error| panic!("{} as {format}: {error}", self.name))
    }

    fn json(&self, format: &str) -> Value {
        serde_json::from_str(&self.text(format)).unwrap_or_else(|error| panic!("{} as {format}: {error}", self.name))
    }

    fn diagnostics(&self) -> &[Value] {
        self.report["diagnostics"].as_array().unwrap()
    }

    /// The diagnostics, in which the same one of several environments that share a file is merged: it is fixed once, so formats that point
    /// people to lines say it once.
    fn told(&self) -> Vec<Value> {
        let mut seen = BTreeSet::new();
        let mut told: Vec<Value> = self.diagnostics().to_vec();
        told.retain_mut(|one| {
            one.as_object_mut().unwrap().remove("environment");
            seen.insert(one.to_string())
        });
        told
    }
}

fn runs() -> Vec<Run> {
    let mut runs = vec![hostile()];
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/examples");
    for system in ["convex-saas", "episodes", "ora", "template-cli", "web-backend"] {
        let mut sets: Vec<PathBuf> = fs::read_dir(examples.join(system))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        sets.sort();
        for set in sets.iter().filter(|set| set.is_dir() && !set.ends_with("expected")) {
            let name = set.file_name().unwrap().to_str().unwrap();
            runs.push(Run::of(&format!("{system}-{name}"), &examples.join(system), &[name]));
        }
    }
    assert!(runs.len() > 15, "the examples are gone");
    runs
}

/// Names that would break every format if they were not escaped, and more lines than any tool shows.
fn hostile() -> Run {
    let folder = write_hostile(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("formats-project"));
    Run::of("hostile", &folder, &[])
}

fn write_hostile(folder: &Path) -> PathBuf {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder.join("a,b::c%0A#?")).unwrap();
    let environment = "pro`|<b>&\\\"@all]]>%,:\\n::error::x\\u001b[2J\\u202e";
    let file = "a,b::c%0A#?/ü <i>|`&\\\" .env";
    fs::write(
        folder.join("env.schema.json"),
        format!(
            r#"{{ "environments": {{ "{environment}": {{ "files": ["{file}"] }}, "second": {{ "files": ["{file}"] }} }},
              "required": ["MISSING", "B\n::error::x"], "properties": {{ "A": {{ "enum": ["::warning::|`<&>\u0007"] }}, "MISSING": {{}}, "B\n::error::x": {{}} }},
              "additionalProperties": false }}"#
        ),
    )
    .unwrap();
    let mut text = String::from("A='x\ny'\nno assignment\r\n");
    for index in 0..3_000 {
        text.push_str(&format!("UNKNOWN_{index}=é\n"));
    }
    fs::write(folder.join(file.replace("\\\"", "\"")), text).unwrap();
    folder.to_owned()
}

/// What the readers of a format publish.
fn published(name: &str) -> Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats").join(name);
    // One pattern of OASIS's schema is no regular expression: it closes a bracket that it never opens.
    let text = fs::read_to_string(path)
        .unwrap()
        .replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}?$");
    validator(&serde_json::from_str(&text).unwrap())
}

fn validator(schema: &Value) -> Validator {
    jsonschema::options()
        .should_validate_formats(true)
        .build(schema)
        .unwrap()
}

#[track_caller]
fn assert_valid(schema: &Validator, json: &Value, what: &str) {
    let mistakes: Vec<String> = schema
        .iter_errors(json)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(mistakes.is_empty(), "{what}: {mistakes:#?}");
}

#[test]
fn every_format_holds_to_its_schema() {
    let (sarif, rdjson) = (published("sarif-2.1.0.schema.json"), published("rdjson.schema.json"));
    for run in runs() {
        for (format, schema) in [("sarif", &sarif), ("rdjson", &rdjson)] {
            assert_valid(schema, &run.json(format), &format!("{} as {format}", run.name));
        }
        check_sarif(&run);
        check_rdjson(&run);
        check_gitlab(&run);
        check_github(&run);
        check_junit(&run);
        check_markdown(&run);
        check_harmless(&run);
    }
}

/// Several schemas in one report: one that is fine, one full of hostile names, and one that is invalid.
#[test]
fn several_schemas_are_one_report() {
    let whole = Path::new(env!("CARGO_TARGET_TMPDIR")).join("formats-monorepo");
    let _ = fs::remove_dir_all(&whole);
    let hostile = write_hostile(&whole.join("apps/::error::%0A,<b>|`@all"));
    for (name, schema) in [
        ("fine", r#"{ "properties": { "UNKNOWN_1": {} } }"#),
        ("wrong", "no JSON"),
    ] {
        fs::create_dir_all(whole.join(name)).unwrap();
        fs::write(whole.join(name).join("env.schema.json"), schema).unwrap();
        fs::write(whole.join(name).join(".env"), "UNKNOWN_1=1\n").unwrap();
    }
    assert!(hostile.starts_with(&whole));
    let run = Run::of("several", &whole, &["--recursive"]);
    assert_eq!(run.output.status.code(), Some(2));
    let schema = |text| serde_json::from_str::<Value>(text).unwrap();
    let mut reports = schema(include_str!("../schemas/reports.v1.schema.json"));
    reports["$defs"] = serde_json::json!({ "report": schema(include_str!("../schemas/report.v1.schema.json")) });
    assert_valid(&validator(&reports), &run.report, "json");
    let each = run.report["reports"].as_array().unwrap();
    let complete: Vec<bool> = each.iter().map(|one| one["complete"].as_bool().unwrap()).collect();
    assert_eq!(complete, [true, true, false]);
    assert!(each[2]["report"].is_null());

    let sarif = run.json("sarif");
    assert_valid(&published("sarif-2.1.0.schema.json"), &sarif, "sarif");
    let runs = sarif["runs"].as_array().unwrap();
    let ids: BTreeSet<&str> = runs
        .iter()
        .map(|run| run["automationDetails"]["id"].as_str().unwrap())
        .collect();
    assert_eq!((runs.len(), ids.len()), (2, 2));
    assert_valid(&published("rdjson.schema.json"), &run.json("rdjson"), "rdjson");
    let gitlab = run.json("gitlab");
    unique(
        &run,
        gitlab
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["fingerprint"].as_str().unwrap()),
    );
    check_junit_counts(&run);
    check_markdown(&run);
    check_harmless(&run);
}

/// Two schemas of one folder, which find the same in the file that both read: GitHub refuses a file with two runs of one category, and GitLab
/// shows one of two issues that share a fingerprint.
#[test]
fn schemas_of_one_folder_are_kept_apart() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("formats-twins");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join(".git")).unwrap();
    for name in ["env.schema.json", "web.schema.json"] {
        let schema =
            r#"{ "environments": { "dev": { "files": [".env"] } }, "properties": { "A": { "type": "integer" } } }"#;
        fs::write(folder.join(name), schema).unwrap();
    }
    fs::write(folder.join(".env"), "A=x\n").unwrap();
    let schemas = ["--schema", "env.schema.json", "--schema", "web.schema.json"];
    let run = Run::of("one-folder", &folder, &schemas);
    let sarif = run.json("sarif");
    let categories = sarif["runs"].as_array().unwrap().iter();
    let categories: Vec<&str> = categories
        .map(|run| run["automationDetails"]["id"].as_str().unwrap())
        .collect();
    assert_eq!(categories, ["envgate/", "envgate/web.schema.json/"]);
    let gitlab = run.json("gitlab");
    let issues = gitlab.as_array().unwrap();
    assert_eq!(issues.len(), 2);
    unique(&run, issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()));
}

/// A list of problems that has no place for anything else says it as one of them: an empty one would read as a pass.
#[test]
fn lists_of_problems_say_what_was_not_checked() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("formats-halves");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join(".git")).unwrap();
    for part in ["fine", "gone"] {
        fs::create_dir_all(folder.join(part)).unwrap();
        let schema = r#"{ "environments": { "dev": { "files": [".env"] } }, "properties": { "A": {} } }"#;
        fs::write(folder.join(part).join("env.schema.json"), schema).unwrap();
    }
    fs::write(folder.join("fine/.env"), "A=x\n").unwrap();
    for (name, arguments) in [
        ("incomplete", ["--recursive"].as_slice()),
        (
            "incomplete-file",
            &["--schema", "fine/env.schema.json", "fine/.env", "nowhere"],
        ),
    ] {
        let run = Run::of(name, &folder, arguments);
        assert_eq!(run.output.status.code(), Some(2));
        let (gitlab, rdjson) = (run.json("gitlab"), run.json("rdjson"));
        let issue = &gitlab[0];
        assert_eq!(
            (&issue["check_name"], &issue["severity"]),
            (&"incomplete".into(), &"blocker".into())
        );
        let said = &rdjson["diagnostics"][0];
        assert_eq!(
            (&said["code"]["value"], &said["severity"]),
            (&"incomplete".into(), &"ERROR".into())
        );
        for text in [&issue["description"], &said["message"]] {
            assert_eq!(text, "not everything could be checked: this is not a pass");
        }
        let path = if name == "incomplete" {
            "gone/env.schema.json"
        } else {
            "fine/env.schema.json"
        };
        assert_eq!(
            (&issue["location"]["path"], &said["location"]["path"]),
            (&path.into(), &path.into())
        );
        assert_valid(&published("rdjson.schema.json"), &rdjson, "rdjson");
        assert_eq!(
            (
                gitlab.as_array().unwrap().len(),
                rdjson["diagnostics"].as_array().unwrap().len()
            ),
            (1, 1)
        );
    }
}

/// A file of one environment can't be read, and one of another does not exist. A reader who sees only the report must not think that the
/// project has no such environments.
#[test]
fn environments_that_were_not_checked_are_named() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("formats-unchecked");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join(".env.production")).unwrap();
    let schema = r#"{
        "environments": { "dev": { "files": [".env"] }, "staging": { "files": [".env.staging"] }, "production": { "files": [".env.production"] } },
        "properties": { "A": {} }
    }"#;
    fs::write(folder.join("env.schema.json"), schema).unwrap();
    fs::write(folder.join(".env"), "A=x\n").unwrap();
    for (name, arguments, code) in [("unread", [].as_slice(), 2), ("selected", &["-e", "dev"], 0)] {
        let run = Run::of(name, &folder, arguments);
        assert_eq!(run.output.status.code(), Some(code), "{:?}", run.output);
        assert_eq!(run.report["complete"], code == 0);
        assert_eq!(run.report["unchecked"], serde_json::json!(["staging", "production"]));
        let sarif = run.json("sarif");
        let said = sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array();
        let said: Vec<&str> = said
            .unwrap()
            .iter()
            .map(|one| one["message"]["text"].as_str().unwrap())
            .collect();
        let passed_over = ["staging was not checked", "production was not checked"];
        assert_eq!(said[said.len() - 2..], passed_over);
        assert_eq!(said.len() > 2, code == 2, "{said:?}");
        let markdown = run.text("markdown");
        assert!(
            markdown.contains("\n| staging | | | not checked |\n| production | | | not checked |\n"),
            "{markdown}"
        );
        let junit = run.text("junit");
        assert_eq!(
            junit.matches("<skipped message=\"not checked\"/>").count(),
            2,
            "{junit}"
        );
        check_sarif(&run);
        check_junit_counts(&run);
        check_markdown(&run);
    }
}

fn check_harmless(run: &Run) {
    for format in FORMATS {
        let text = run.text(format);
        let acts = |letter: char| letter != '\n' && (letter.is_control() || letter == '\u{202e}');
        assert!(!text.contains(acts), "{} as {format} acts on a terminal", run.name);
        // The commands of GitHub are ours, and each of them an annotation.
        let commands = text.lines().filter(|line| line.trim_start().starts_with("::"));
        let is_ours = |line: &str| format == "github" && line.contains(",title=envgate ");
        assert!(commands.clone().all(is_ours), "{} as {format} has commands", run.name);
    }
}

/// Other tools show a single text, so it has to say what to do as well.
fn advises(text: &Value, diagnostic: &Value) -> bool {
    text.as_str().unwrap().contains("\nhelp: ") == diagnostic["help"].is_string()
}

fn check_sarif(run: &Run) {
    let sarif = run.json("sarif");
    let (results, rules) = (
        &sarif["runs"][0]["results"],
        &sarif["runs"][0]["tool"]["driver"]["rules"],
    );
    let codes: Vec<&str> = rules
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    let all: Vec<&str> = envgate::check::rules::RULES.iter().map(|rule| rule.code.0).collect();
    assert_eq!(codes, all, "every rule is listed");
    for rule in rules.as_array().unwrap() {
        for description in ["shortDescription", "fullDescription"] {
            assert!(
                rule[description]["text"].is_string(),
                "GitHub asks for {description}: {rule}"
            );
        }
        assert!(rule["name"].is_string(), "Azure DevOps asks for a name: {rule}");
    }
    let results = results.as_array().unwrap();
    let told = run.told();
    assert_eq!(results.len(), told.len());
    assert!(results.len() <= 25_000, "GitHub takes no more");
    for (result, diagnostic) in results.iter().zip(&told) {
        assert_eq!(result["ruleId"], diagnostic["code"]);
        assert!(advises(&result["message"]["text"], diagnostic), "{result}");
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let region = &result["locations"][0]["physicalLocation"]["region"];
        if !diagnostic["start"].is_null() {
            assert_eq!(region["startLine"], diagnostic["start"]["line"]);
            assert_eq!(region["startColumn"], diagnostic["start"]["column"]);
        }
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            .as_str()
            .unwrap();
        assert!(!uri.contains([' ', '#', '?', '<', '"', '|']), "{uri}");
    }
    unique(
        run,
        results.iter().map(|result| {
            result["partialFingerprints"]["primaryLocationLineHash"]
                .as_str()
                .unwrap()
        }),
    );
}

fn check_gitlab(run: &Run) {
    let gitlab = run.json("gitlab");
    let issues = gitlab.as_array().unwrap();
    let told = run.told();
    assert_eq!(issues.len(), told.len() + besides(run));
    for (issue, diagnostic) in issues[besides(run)..].iter().zip(&told) {
        assert!(advises(&issue["description"], diagnostic), "{issue}");
    }
    unique(run, issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()));
    for issue in issues {
        let severity = issue["severity"].as_str().unwrap();
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity));
        let path = issue["location"]["path"].as_str().unwrap();
        assert!(!path.starts_with("./") && !path.starts_with('/'), "{path}");
        assert!(issue["location"]["positions"]["begin"]["line"].as_u64() > Some(0));
        assert!(issue["description"].is_string() && issue["check_name"].is_string());
    }
}

/// How many problems say that something was not checked, or is left out.
fn besides(run: &Run) -> usize {
    usize::from(run.report["hidden"]["omitted"] != 0) + usize::from(run.output.status.code() == Some(2))
}

fn unique<'a>(run: &Run, fingerprints: impl Iterator<Item = &'a str>) {
    let all: Vec<&str> = fingerprints.collect();
    let set: BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!(
        set.len(),
        all.len(),
        "{}: two diagnostics share a fingerprint",
        run.name
    );
}

/// Columns are bytes, as reviewdog has them.
fn check_rdjson(run: &Run) {
    let rdjson = run.json("rdjson");
    let (all, told) = (rdjson["diagnostics"].as_array().unwrap(), run.told());
    assert_eq!(all.len(), told.len() + besides(run));
    for (one, diagnostic) in all[besides(run)..].iter().zip(&told) {
        assert!(advises(&one["message"], diagnostic), "{one}");
        let range = &one["location"]["range"];
        assert!(range["start"]["column"].as_u64().unwrap() >= diagnostic["start"]["column"].as_u64().unwrap_or(1));
        assert!(["ERROR", "WARNING", "INFO"].contains(&one["severity"].as_str().unwrap()));
    }
}

/// Reads the commands back as the runner does.
fn check_github(run: &Run) {
    let text = run.text("github");
    let unescape = |text: &str| {
        text.replace("%3A", ":")
            .replace("%2C", ",")
            .replace("%0D", "\r")
            .replace("%0A", "\n")
            .replace("%25", "%")
    };
    let mut severities = Vec::new();
    for line in text.lines().filter(|line| line.starts_with("::")) {
        let (head, message) = line[2..].split_once("::").unwrap();
        let (command, properties) = head.split_once(' ').unwrap();
        severities.push(
            ["error", "warning", "notice"]
                .iter()
                .position(|known| *known == command)
                .unwrap(),
        );
        let properties: Vec<(&str, String)> = properties
            .split(',')
            .map(|property| {
                property
                    .split_once('=')
                    .map(|(name, value)| (name, unescape(value)))
                    .unwrap()
            })
            .collect();
        assert_eq!(properties[0].0, "file");
        for (name, value) in &properties[1..] {
            match *name {
                "title" => assert!(value.starts_with("envgate ")),
                "line" | "endLine" | "col" | "endColumn" => assert!(value.parse::<u32>().unwrap() > 0),
                other => panic!("{other} is no property"),
            }
        }
        assert!(!message.is_empty());
    }
    assert_eq!(
        severities.len(),
        run.told().len(),
        "each is one command, and nothing else is"
    );
    assert!(severities.is_sorted(), "the worst come first");
}

/// The elements and attributes that junit-10.xsd allows, and sums that are right.
fn check_junit(run: &Run) {
    let (failures, errors) = check_junit_counts(run);
    let has_errors = run.diagnostics().iter().any(|one| one["severity"] == "error");
    assert_eq!(failures > 0, has_errors, "{}", run.name);
    assert_eq!(errors > 0, run.output.status.code() == Some(2), "{}", run.name);
}

/// How many failures and errors there are.
fn check_junit_counts(run: &Run) -> (usize, usize) {
    let text = run.text("junit");
    let document = roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", run.name));
    let root = document.root_element();
    let number = |node: roxmltree::Node<'_, '_>, name: &str| node.attribute(name).unwrap().parse::<usize>().unwrap();
    let under =
        |node: roxmltree::Node<'_, '_>, name: &str| node.descendants().filter(|one| one.has_tag_name(name)).count();
    for node in root.descendants().filter(roxmltree::Node::is_element) {
        let (parent, attributes): (&str, &[&str]) = match node.tag_name().name() {
            "testsuites" => ("", &["name", "tests", "failures", "errors"]),
            "testsuite" => (
                "testsuites",
                &["name", "tests", "failures", "errors", "skipped", "timestamp"],
            ),
            "testcase" => ("testsuite", &["name", "classname"]),
            "failure" | "error" => ("testcase", &["type", "message"]),
            "skipped" => ("testcase", &["message"]),
            "system-out" => ("testcase", &[]),
            other => panic!("{other} is no element"),
        };
        assert_eq!(
            node.parent_element().map_or("", |parent| parent.tag_name().name()),
            parent
        );
        assert!(node.attributes().all(|one| attributes.contains(&one.name())));
        if node.has_attribute("tests") {
            assert_eq!(number(node, "tests"), under(node, "testcase"));
            assert_eq!(number(node, "failures"), under(node, "failure"));
            assert_eq!(number(node, "errors"), under(node, "error"));
            let skipped = node.attribute("skipped").unwrap_or("0").parse();
            assert!(node == root || skipped == Ok(under(node, "skipped")));
        }
    }
    (number(root, "failures"), number(root, "errors"))
}

fn check_markdown(run: &Run) {
    let text = run.text("markdown");
    assert!(text.starts_with("<!-- envgate -->\n### envgate"));
    assert!(text.len() <= 65_536, "longer than a comment may be");
    for row in text.lines().filter(|line| line.starts_with('|')) {
        let bars = row.replace("\\\\", "").replace("\\|", "").matches('|').count();
        assert!([4, 5].contains(&bars), "a name broke out of its cell: {row}");
        let html = row.replace("<!-- -->", "").replace("<br>", "");
        assert!(!html.contains('<'), "HTML that is not ours: {row}");
    }
    if run.output.status.code() == Some(2) {
        assert!(text.contains("not everything could be checked"));
    }
}

/// A file that three environments read, of which one is to be stricter: `report.v1` and JUnit have a row for each, by which programs count;
/// all else says each thing once, with the environments, in promotion order, where the file does not tell.
#[test]
fn shared_problems_are_reported_once() {
    let project = Path::new(env!("CARGO_TARGET_TMPDIR")).join("formats-shared-project");
    let _ = fs::remove_dir_all(&project);
    fs::create_dir_all(&project).unwrap();
    let schema = r#"{
        "environments": {
            "development": { "files": [".env"] },
            "staging": { "files": [".env"], "rules": { "schema-type": "warning" } },
            "production": { "files": [".env"] }
        },
        "properties": { "PORT": { "type": "integer" } }
    }"#;
    fs::write(project.join("env.schema.json"), schema).unwrap();
    fs::write(project.join(".env"), "PORT=http\nPORT=https\n").unwrap();
    let run = Run::of("shared", &project, &[]);
    let of = |code: &str| {
        let all = run.diagnostics().iter().filter(|one| one["code"] == code);
        all.map(|one| one["environment"].as_str().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(of("duplicate-key"), ["development", "staging", "production"]);
    assert_eq!(of("schema-type"), ["development", "staging", "production"]);
    let environments = run.report["environments"].as_array().unwrap();
    let counts: Vec<_> = environments
        .iter()
        .map(|one| (&one["errors"], &one["warnings"]))
        .collect();
    assert_eq!(
        counts,
        [(&1.into(), &1.into()), (&0.into(), &2.into()), (&1.into(), &1.into())]
    );
    // One duplicate; one wrong type as an error in two environments, and once as a warning.
    let sarif = run.json("sarif");
    let results: Vec<String> = sarif["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            format!(
                "{} {} {}",
                one["ruleId"], one["level"], one["properties"]["environments"]
            )
        })
        .collect();
    assert_eq!(
        results,
        [
            r#""duplicate-key" "warning" ["development","staging","production"]"#,
            r#""schema-type" "error" ["development","production"]"#,
            r#""schema-type" "warning" ["staging"]"#,
        ]
    );
    let markdown = run.text("markdown");
    assert!(
        markdown.contains("PORT must be an integer (development, production) `schema-type`"),
        "{markdown}"
    );
    assert!(markdown.contains("### envgate: 1 error, 2 warnings\n"), "{markdown}");
    assert_eq!(
        run.text("github").lines().filter(|line| line.starts_with("::")).count(),
        3
    );
    assert_eq!(run.json("gitlab").as_array().unwrap().len(), 3);
    assert_eq!(run.json("rdjson")["diagnostics"].as_array().unwrap().len(), 3);
    let junit = run.text("junit");
    assert_eq!(junit.matches("<failure ").count(), 2);
    assert_eq!(junit.matches("warning[duplicate-key]").count(), 3);
}

/// A fingerprint identifies the problem and the file, not the line or the value.
#[test]
fn a_fingerprint_survives_moved_lines_and_changed_values() {
    let project = Path::new(env!("CARGO_TARGET_TMPDIR")).join("formats-moved");
    let _ = fs::remove_dir_all(&project);
    fs::create_dir_all(&project).unwrap();
    fs::write(
        project.join("env.schema.json"),
        r#"{ "environments": { "production": { "files": [".env"] } }, "properties": { "KEY": { "minLength": 9 } } }"#,
    )
    .unwrap();
    let fingerprint = |name: &str, text: &str| {
        fs::write(project.join(".env"), text).unwrap();
        let run = Run::of(name, &project, &[]);
        run.json("sarif")["runs"][0]["results"][0]["partialFingerprints"]["envgate/v1"].clone()
    };
    let first = fingerprint("moved-1", "KEY=short\n".replace("short", "abc").as_str());
    let second = fingerprint("moved-2", "# above\n\nOTHER=1\nKEY=xyzxyz\n");
    assert!(first.is_string());
    assert_eq!(first, second);
}
