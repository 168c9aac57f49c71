//! Files that several loaders read: differences are reported, fixes make them agree, and what they agree on is never changed.

use std::collections::{BTreeMap, BTreeSet};

use envgate::check::rules;
use envgate::check::{agreement_holds, mask};
use envgate::diagnostic::{Applicability, Edit};
use envgate::model::{Environment, Layer, NO_PROCESS, Value};
use envgate::parse::dialect::DIALECTS;
use envgate::parse::{Dialect, parse};
use envgate::report::{Export, Report, human, json};
use envgate::schema::{EnvironmentId, Schema, Vocabulary};
use envgate::source::{PositionEncoding, Source, SourceId};
use envgate::{EnvironmentInput, Options, check};
use proptest::prelude::*;

/// What no output may hold.
const CANARY: &str = "c4naryV4lue";

/// What each loader gives a program; `None` for a value that only a command could tell.
type Seen = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

fn seen(text: &[u8], dialect: &'static Dialect) -> Seen {
    let document = parse(text, dialect);
    let layer = Layer {
        source: SourceId(1),
        text,
        document: &document,
        dialect,
    };
    let environment = Environment::resolve(&[layer], &NO_PROCESS);
    let value = |value: &Value<'_>| match value {
        Value::Known(value) => Some(value.expose().to_vec()),
        Value::Unknown(_) => None,
    };
    let all = environment.variables.iter();
    all.map(|variable| (variable.key.to_vec(), value(&variable.value)))
        .collect()
}

struct Project {
    schema: Schema,
    sources: Vec<Source>,
    dialects: Vec<&'static Dialect>,
}

impl Project {
    fn new(text: &[u8], dialects: &[&'static Dialect]) -> Project {
        let names: Vec<&str> = dialects.iter().map(|dialect| dialect.name).collect();
        let schema = format!(r#"{{ "dialects": {} }}"#, serde_json::to_string(&names).unwrap());
        let sources = vec![
            Source::new("env.schema.json", schema).unwrap(),
            Source::new(".env", text).unwrap(),
        ];
        let codes = rules::codes();
        let vocabulary = Vocabulary {
            rules: &codes,
            ..Vocabulary::default()
        };
        Project {
            schema: Schema::compile(&sources[0], &vocabulary).unwrap(),
            sources,
            dialects: dialects.to_vec(),
        }
    }

    fn text(&self) -> &[u8] {
        self.sources[1].bytes()
    }

    fn with(&self, text: Vec<u8>) -> Project {
        Project::new(&text, &self.dialects)
    }

    fn inputs() -> Vec<EnvironmentInput> {
        vec![EnvironmentInput::new(EnvironmentId(0), [SourceId(1)])]
    }

    fn report(&self) -> Report {
        let options = Options {
            now: "2026-11-20T00:00:00Z".parse().unwrap(),
            ..options()
        };
        check(&self.schema, &self.sources, &Project::inputs(), &options)
    }

    /// The keys about which the loaders do not agree, as far as their values are known.
    fn divergent(&self) -> BTreeSet<Vec<u8>> {
        let all: Vec<Seen> = self.dialects.iter().map(|dialect| seen(self.text(), dialect)).collect();
        let keys: BTreeSet<&Vec<u8>> = all.iter().flat_map(BTreeMap::keys).collect();
        let differs = |key: &&&Vec<u8>| {
            let values: BTreeSet<Option<&Vec<u8>>> = all
                .iter()
                .filter(|seen| seen.get(**key) != Some(&None))
                .map(|seen| seen.get(**key).and_then(Option::as_ref))
                .collect();
            values.len() > 1
        };
        keys.iter().filter(differs).map(|key| (**key).clone()).collect()
    }

    /// The keys of which some loader knows no value: what only a command could tell, or a circle.
    fn unknown(&self) -> BTreeSet<Vec<u8>> {
        let all = self.dialects.iter().flat_map(|dialect| seen(self.text(), dialect));
        all.filter(|(_, value)| value.is_none()).map(|(key, _)| key).collect()
    }

    /// The edits of all safe fixes.
    fn safe(&self) -> Vec<Vec<Edit>> {
        let report = self.report();
        let fixes = report.diagnostics.into_iter().filter_map(|diagnostic| diagnostic.fix);
        let mut edits: Vec<Vec<Edit>> = fixes
            .filter(|fix| fix.applicability == Applicability::Safe)
            .map(|fix| fix.edits)
            .collect();
        edits.dedup();
        edits
    }

    fn applied(&self, edits: &[Edit]) -> Project {
        let text = self.text();
        let (mut out, mut at) = (Vec::new(), 0);
        for edit in edits {
            assert!(edit.span.start as usize >= at, "sorted and disjoint");
            out.extend_from_slice(&text[at..edit.span.start as usize]);
            out.extend_from_slice(edit.text.as_bytes());
            at = edit.span.end as usize;
        }
        out.extend_from_slice(&text[at..]);
        self.with(out)
    }

    /// Applies one fix after the other until none is left.
    fn fixed(self) -> Project {
        let mut project = self;
        for _ in 0..200 {
            let Some(edits) = project.safe().into_iter().next() else {
                return project;
            };
            project = project.applied(&edits);
        }
        panic!("fixes never end: {:?}", String::from_utf8_lossy(project.text()));
    }
}

fn options() -> Options {
    Options {
        now: "2026-11-20T00:00:00Z".parse().unwrap(),
        phase: None,
        example: None,
        quiet: Default::default(),
        ages: Default::default(),
    }
}

fn line() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec!["A", "B", "PORT", "URL", "x.y", "D-E", "9Z", "Key"]);
    let before = prop::sample::select(vec!["", "", "", "", "", "export ", " ", "# "]);
    let equals = prop::sample::select(vec!["=", "=", "=", "=", "=", " = ", "= ", ": ", " "]);
    let piece = prop::sample::select(vec![
        CANARY, "abc", "1", "#", " #", " ", "\\n", "\\t", "\\", "$A", "${B}", "${B:-x}", "$$", "$(id)", "`id`", "'",
        "\"", "ü", ":", "/",
    ]);
    let quote = prop::sample::select(vec!["", "", "", "\"", "\"", "'", "'", "`"]);
    let behind = prop::sample::select(vec!["", "", "", "", " ", "\t", " # note", "# note", " note", "\r"]);
    (before, key, equals, quote, prop::collection::vec(piece, 0..4), behind).prop_map(
        |(before, key, equals, quote, pieces, behind)| {
            format!("{before}{key}{equals}{quote}{}{quote}{behind}", pieces.concat())
        },
    )
}

fn file() -> impl Strategy<Value = String> {
    let end = prop::sample::select(vec!["\n", "\n", "\n", "\r\n"]);
    let bom = prop::sample::select(vec!["", "", "", "\u{FEFF}"]);
    (bom, prop::collection::vec(line(), 1..7), end, any::<bool>()).prop_map(|(bom, lines, end, ended)| {
        let last = if ended { end } else { "" };
        format!("{bom}{}{last}", lines.join(end))
    })
}

/// By name, which is what a failure is to show.
fn dialects() -> impl Strategy<Value = Vec<&'static str>> {
    let names: Vec<&str> = DIALECTS.iter().map(|dialect| dialect.name).collect();
    prop::sample::subsequence(names, 1..5).prop_shuffle()
}

fn found(names: &[&str]) -> Vec<&'static Dialect> {
    names.iter().filter_map(|name| Dialect::find(name)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn differences_are_reported(text in file(), names in dialects()) {
        let dialects = found(&names);
        let project = Project::new(text.as_bytes(), &dialects);
        let codes: BTreeSet<&str> = project.report().diagnostics.iter().map(|diagnostic| diagnostic.code.0).collect();
        if !project.divergent().is_empty() {
            let told = ["divergent-value", "loader-drops", "command-execution"].iter().any(|code| codes.contains(code));
            prop_assert!(told, "{:?}", project.divergent());
        } else if project.unknown().is_empty() {
            prop_assert!(!codes.contains("divergent-value"));
        }
        if dialects.len() == 1 {
            prop_assert!(!codes.contains("divergent-value"));
        }
    }

    #[test]
    fn each_safe_fix_resolves_its_problem_and_changes_nothing_else(text in file(), names in dialects()) {
        let dialects = found(&names);
        let project = Project::new(text.as_bytes(), &dialects);
        for edits in project.safe() {
            let after = project.applied(&edits);
            prop_assert!(agreement_holds(&project.schema, &project.sources, &after.sources, &Project::inputs()));
            let divergent = project.divergent();
            for dialect in &dialects {
                let (before, after) = (seen(project.text(), dialect), seen(after.text(), dialect));
                for (key, value) in before.iter().filter(|(key, _)| !divergent.contains(*key)) {
                    prop_assert!(value.is_none() || after.get(key) == Some(value), "{}: {key:?}", dialect.name);
                }
            }
            let new: Vec<_> = after.divergent().difference(&divergent).cloned().collect();
            prop_assert!(new.iter().all(|key| project.unknown().contains(key)), "{new:?}");
        }
    }

    #[test]
    fn fixes_come_to_an_end(text in file(), names in dialects()) {
        let dialects = found(&names);
        let before = Project::new(text.as_bytes(), &dialects);
        let divergent = before.divergent();
        let sees: Vec<Seen> = dialects.iter().map(|dialect| seen(before.text(), dialect)).collect();
        let unknown = before.unknown();
        let after = before.fixed();
        let new: Vec<_> = after.divergent().difference(&divergent).cloned().collect();
        prop_assert!(new.iter().all(|key| unknown.contains(key)), "{new:?}");
        for (dialect, before) in dialects.iter().zip(&sees) {
            let now = seen(after.text(), dialect);
            for (key, value) in before.iter().filter(|(key, _)| !divergent.contains(*key)) {
                prop_assert!(value.is_none() || now.get(key) == Some(value), "{}: {key:?}", dialect.name);
            }
        }
    }

    #[test]
    fn nothing_is_shown(text in file(), names in dialects()) {
        let dialects = found(&names);
        let project = Project::new(text.as_bytes(), &dialects);
        let report = project.report();
        let masked = mask(&project.schema, &project.sources, &Project::inputs());
        let shown = human::render(&report, &project.sources, &masked, human::Style::PLAIN);
        prop_assert!(!shown.contains(&CANARY[..4]), "{shown}");
        let shown = json::render(&Export::new(&report, &project.sources, PositionEncoding::Scalar));
        prop_assert!(!shown.contains(&CANARY[..4]), "{shown}");
    }
}

/// A key on one line, with `\n` for its line ends, of which not all loaders make line ends.
#[test]
fn line_ends_in_the_place_of_escapes() {
    let dialects = found(&["dotenv", "bash"]);
    let project = Project::new(b"A=\"x\\ny\"\n", &dialects);
    let report = project.report();
    let edits: Vec<Edit> = report
        .diagnostics
        .iter()
        .filter_map(|diagnostic| diagnostic.fix.as_ref())
        .flat_map(|fix| fix.edits.clone())
        .collect();
    let after = project.applied(&edits);
    assert_eq!(String::from_utf8_lossy(after.text()), "A=\"x\ny\"\n");
    assert!(after.divergent().is_empty());
}

impl Project {
    /// Every key that is known to a loader is known to it when one fix was applied, but for those to which loaders give several values.
    fn is_kept(&self, edits: &[Edit]) -> bool {
        let (open, after) = (self.divergent(), self.applied(edits));
        self.dialects.iter().all(|dialect| {
            let (before, after) = (seen(self.text(), dialect), seen(after.text(), dialect));
            let all: BTreeSet<&Vec<u8>> = before.keys().chain(after.keys()).collect();
            all.into_iter()
                .all(|key| open.contains(key) || before.get(key) == after.get(key))
        })
    }
}

/// Found by chance: without the byte order mark, dash reads a command that fails, and nothing after it.
#[test]
fn a_mark_that_hides_a_command() {
    let dialects = found(&["vite@7", "deno", "dash"]);
    let project = Project::new("\u{feff}export A = x$A\nB=\n".as_bytes(), &dialects);
    assert!(project.safe().iter().all(|edits| project.is_kept(edits)));
}

/// One takes what the login has set, and the other the text as it is written.
#[test]
fn a_name_that_every_login_sets() {
    let is_told = |names: &[&str]| {
        let report = Project::new(b"DATA=$HOME/data\n", &found(names)).report();
        report.diagnostics.iter().any(|one| one.code.0 == "divergent-value")
    };
    assert!(is_told(&["dotenv", "dotenv-expand"]));
    assert!(!is_told(&["docker-compose", "dotenv-expand"]));
}

/// Found by chance: a line that repeats another to one loader, and to another belongs to a key of several lines.
#[test]
fn a_repeated_line_within_a_key() {
    for names in [&["dotenv", "node@20"][..], &["dotenv-expand@11", "node@20"]] {
        let project = Project::new(b"D=1\nA: \nD=1\n", &found(names));
        assert!(project.safe().iter().all(|edits| project.is_kept(edits)));
        let whole = Project::new(b"D=1\nA=2\nD=1\n", &found(names));
        assert!(!whole.safe().is_empty(), "an ordinary one is offered");
    }
}

/// What is offered is held against the loaders of all environments that read the file.
#[test]
fn a_fix_that_another_environment_does_not_take() {
    let schema = r#"{ "environments": { "a": { "dialects": ["dotenv"] }, "b": { "dialects": ["node@20"] } } }"#;
    let sources = vec![
        Source::new("env.schema.json", schema).unwrap(),
        Source::new(".env", "D=1\nA: \nD=1\n").unwrap(),
    ];
    let schema = Schema::compile(&sources[0], &Vocabulary::default()).unwrap();
    let input = |id| EnvironmentInput {
        id: EnvironmentId(id),
        ..Project::inputs().remove(0)
    };
    let safe = |inputs: &[EnvironmentInput]| {
        let report = check(&schema, &sources, inputs, &options());
        let fixes = report.diagnostics.into_iter().filter_map(|diagnostic| diagnostic.fix);
        fixes.filter(|fix| fix.applicability == Applicability::Safe).count()
    };
    assert_eq!(safe(&[input(0)]), 1, "alone");
    assert_eq!(
        safe(&[input(0), input(1)]),
        0,
        "beside one that reads the line otherwise"
    );
}

/// A value over several lines is one that is written otherwise as a whole: `export`, white space and the comment behind it.
#[test]
fn a_value_of_several_lines_is_mended() {
    let mended = |names: &[&str], text: &str| {
        let project = Project::new(text.as_bytes(), &found(names));
        assert!(!project.divergent().is_empty(), "{text:?}");
        let after = project.fixed();
        assert!(after.divergent().is_empty(), "{text:?}");
        String::from_utf8(after.text().to_vec()).unwrap()
    };
    let loaders = ["dotenv", "bash"];
    assert_eq!(mended(&loaders, "A = \"x\ny\"\nB=1\n"), "A=\"x\ny\"\nB=1\n");
    assert_eq!(
        mended(&loaders, "A= 'x\n$y\n\n\tz' # note\nB=1\n"),
        "A='x\n$y\n\n\tz' # note\nB=1\n"
    );
    assert_eq!(
        mended(&["dotenv", "bash", "python-dotenv"], "A='x\ny'# note\nB=1\n"),
        "A='x\ny'\n# note\nB=1\n"
    );
}

/// A line over which one loader gives up the file, and which another reads, is written so that both read it.
#[test]
fn a_line_that_a_loader_rejects_is_mended() {
    let mended = |names: &[&str], text: &str| {
        let project = Project::new(text.as_bytes(), &found(names));
        let drops = |project: &Project| {
            let report = project.report();
            report.diagnostics.iter().any(|one| one.code.0 == "loader-drops")
        };
        assert!(drops(&project), "{text:?}");
        let after = project.fixed();
        assert!(!drops(&after), "{text:?}");
        String::from_utf8(after.text().to_vec()).unwrap()
    };
    let php = ["phpdotenv", "symfony", "docker-compose"];
    assert_eq!(mended(&php, "A=two words\nB=1\n"), "A=\"two words\"\nB=1\n");
    assert_eq!(
        mended(&php, "A=[{\"id\": 1}]\nB=1\n"),
        "A='[{\"id\": 1}]'\nB=1\n",
        "with quotes in it"
    );
    assert_eq!(mended(&["dotenv", "docker"], "A =\nB = 1\n"), "A=\nB=1\n");
}

/// Found by chance: a mark that one loader rejects and another takes for a part of a name.
#[test]
fn a_mark_within_a_name() {
    let dialects = found(&["python-dotenv@1.1", "symfony"]);
    let project = Project::new("\u{feff}x.y=".as_bytes(), &dialects);
    for edits in project.safe() {
        let after = project.applied(&edits);
        assert!(agreement_holds(
            &project.schema,
            &project.sources,
            &after.sources,
            &Project::inputs()
        ));
    }
}

/// What grows without an end in one loader is given up soon enough to be read for every mend that is tried.
#[test]
fn a_loop_is_told() {
    let dialects = found(&["vite@7", "dotenv@15", "bun", "dotenv-expand@1000"]);
    let project = Project::new(b"A=\"#\"# x\nB=:$$${B:-x}\t\nPORT=${B:-x}\\n/", &dialects);
    let report = project.report();
    // The first of them uses the default; for another, a missing value is reported.
    let messages: Vec<&str> = report
        .diagnostics
        .iter()
        .map(|diagnostic| &*diagnostic.message)
        .collect();
    let told = |message: &&str| message.contains("leads back to itself");
    assert!(messages.iter().any(told), "{messages:?}");
}
