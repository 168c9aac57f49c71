//! What a program would see: layers, provenance, and the bounds of expansion.

use proptest::prelude::*;

use super::*;
use crate::parse::dialect::DIALECTS;
use crate::parse::{Readings, parse};

/// Resolves files under one dialect, from low to high precedence.
fn resolve<'s>(
    dialect: &str,
    files: &[&'s str],
    process: &'s ProcessEnvironment,
    documents: &'s mut Vec<Document>,
) -> Environment<'s> {
    let dialect = Dialect::find(dialect).unwrap();
    *documents = files.iter().map(|text| parse(text.as_bytes(), dialect)).collect();
    let layers: Vec<Layer<'s>> = files
        .iter()
        .zip(&*documents)
        .zip(0..)
        .map(|((text, document), id)| Layer {
            source: SourceId(id),
            text: text.as_bytes(),
            document,
            dialect,
        })
        .collect();
    Environment::resolve(&layers, process)
}

fn known<'e>(environment: &'e Environment<'_>, key: &str) -> &'e [u8] {
    match &environment.get(key.as_bytes()).unwrap().value {
        Value::Known(secret) => secret.expose(),
        Value::Unknown(unknown) => panic!("{key} is unknown: {unknown:?}"),
    }
}

fn unknown(environment: &Environment<'_>, key: &str) -> Option<Unknown> {
    match environment.get(key.as_bytes())?.value {
        Value::Known(_) => None,
        Value::Unknown(unknown) => Some(unknown),
    }
}

fn process(pairs: &[(&str, &str)]) -> ProcessEnvironment {
    pairs.iter().copied().collect()
}

#[test]
fn the_highest_layer_wins_and_the_others_are_remembered() {
    let mut documents = vec![];
    let environment = resolve("dotenv", &["A=1\nA=2\n", "A=3\nB=4\n"], &NO_PROCESS, &mut documents);
    assert_eq!(known(&environment, "A"), b"3");
    let variable = environment.get(b"A").unwrap();
    assert!(matches!(
        variable.origin,
        Origin::File {
            source: SourceId(1),
            ..
        }
    ));
    let sources: Vec<_> = variable
        .overridden
        .iter()
        .map(|origin| match origin {
            Origin::File { source, key, .. } => (source.0, key.start),
            Origin::Process => (u32::MAX, 0),
        })
        .collect();
    assert_eq!(sources, [(0, 0), (0, 4)], "in the order in which they were read");
}

#[test]
fn a_file_above_prevails_where_values_are_expanded_again() {
    for dialect in ["dotenv-expand@5", "dotenv-expand@10", "next"] {
        let mut documents = Vec::new();
        let environment = resolve(dialect, &["A=1\nB=\n", "A=2\nB=3\n"], &NO_PROCESS, &mut documents);
        assert_eq!(known(&environment, "A"), b"2", "{dialect}");
        assert_eq!(known(&environment, "B"), b"3", "{dialect}");
    }
}

#[test]
fn the_process_wins_where_the_loader_lets_it() {
    let of_process = process(&[("A", "process"), ("E", ""), ("P", "only")]);
    let files = ["A=file\nE=file\n"];
    let mut documents = vec![];
    let dotenv = resolve("dotenv", &files, &of_process, &mut documents);
    assert_eq!(
        (known(&dotenv, "A"), known(&dotenv, "E"), known(&dotenv, "P")),
        (&b"process"[..], &b""[..], &b"only"[..])
    );
    let mut documents = vec![];
    let expand = resolve("dotenv-expand", &files, &of_process, &mut documents);
    assert_eq!(
        (known(&expand, "A"), known(&expand, "E")),
        (&b"process"[..], &b"file"[..])
    );
    let mut documents = vec![];
    let compose = resolve("compose", &files, &of_process, &mut documents);
    assert_eq!(known(&compose, "A"), b"file");
    assert!(
        compose.get(b"P").is_none(),
        "a container does not get the environment of its client"
    );
}

#[test]
fn references_point_into_the_value_as_typed() {
    let mut documents = vec![];
    let text = "A=1\nB=\"x\\n${A}\\n${NONE:-${A}}$GONE\"\n";
    let environment = resolve("compose", &[text], &NO_PROCESS, &mut documents);
    assert_eq!(known(&environment, "B"), b"x\n1\n1");
    let variable = environment.get(b"B").unwrap();
    let told: Vec<_> = variable
        .references
        .iter()
        .map(|reference| {
            let of = |span: Span| &text[span.range()];
            (of(reference.span), of(reference.name), reference.outcome)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("${A}", "A", ReferenceOutcome::Resolved),
            ("${NONE:-${A}}", "NONE", ReferenceOutcome::Defaulted),
            ("${A}", "A", ReferenceOutcome::Resolved),
            ("$GONE", "GONE", ReferenceOutcome::Undefined),
        ]
    );
}

#[test]
fn a_name_without_braces_ends_where_its_loader_says() {
    for (dialect, expected) in [
        ("dotenvy", &b"1_B"[..]),
        ("dotenv-rs", b"1_B"),
        ("just", b"1_B"),
        ("docker-compose", b"2"),
        ("ruby-dotenv", b"2"),
    ] {
        let mut documents = vec![];
        let environment = resolve(dialect, &["A=1\nA_B=2\nC=$A_B\n"], &NO_PROCESS, &mut documents);
        assert_eq!(known(&environment, "C"), expected, "{dialect}");
    }
}

#[test]
fn a_cycle_is_reported() {
    let mut documents = vec![];
    let environment = resolve("dotenv-expand", &["A=$B\nB=$A\n"], &NO_PROCESS, &mut documents);
    assert_eq!(known(&environment, "A"), b"", "dotenv-expand 13 stops, with nothing");
    assert_eq!(
        environment.get(b"A").unwrap().references[0].outcome,
        ReferenceOutcome::Cycle
    );
    let mut documents = vec![];
    let endless = resolve("dotenv-expand@1000", &["A=1${A}\n"], &NO_PROCESS, &mut documents);
    assert_eq!(
        unknown(&endless, "A"),
        Some(Unknown::Cycle),
        "dotenv-expand 1000 never returns"
    );
    for dialect in ["dotenv-expand", "vite"] {
        let mut documents = vec![];
        let fallback = resolve(dialect, &["PORT=${PORT:-3000}\n"], &NO_PROCESS, &mut documents);
        assert_eq!(known(&fallback, "PORT"), b"3000");
        let references = &fallback.get(b"PORT").unwrap().references;
        assert_eq!(references[0].outcome, ReferenceOutcome::Defaulted, "{dialect}");
    }
    // However far away the cycle is that a chain leads into.
    let chain: String = (0..200)
        .map(|index| format!("A{index}=x${{A{}}}\n", index + 1))
        .collect();
    let mut documents = vec![];
    let far = format!("{chain}A200=x${{A199}}\n");
    let far = resolve("dotenv-expand@1000", &[&far], &NO_PROCESS, &mut documents);
    for key in ["A0", "A1", "A198", "A199", "A200"] {
        assert_eq!(unknown(&far, key), Some(Unknown::Cycle), "{key}");
    }
    let mut documents = vec![];
    let next = resolve("next", &["A=$B\nB=$A\nC=1\n"], &NO_PROCESS, &mut documents);
    assert_eq!(next.failures[0].kind, FailureKind::Cycle);
    let mut documents = vec![];
    let compose = resolve("compose", &["A=${A}\n"], &NO_PROCESS, &mut documents);
    assert_eq!(
        compose.get(b"A").unwrap().references[0].outcome,
        ReferenceOutcome::Undefined,
        "Compose has not set it yet"
    );
}

#[test]
fn expansion_bombs_are_bounded() {
    let mut text = "A0=0123456789\n".to_owned();
    for level in 1..=40 {
        text += &format!("A{level}=$A{0}$A{0}\n", level - 1);
    }
    for dialect in crate::parse::dialect::DIALECTS {
        let mut documents = vec![];
        let environment = resolve(dialect.name, &[&text], &NO_PROCESS, &mut documents);
        let held: usize = environment
            .variables
            .iter()
            .map(|variable| match &variable.value {
                Value::Known(secret) => secret.expose().len(),
                Value::Unknown(_) => 0,
            })
            .sum();
        assert!(held < 40 << 20, "{} holds {held} bytes", dialect.name);
    }
    let mut documents = vec![];
    let environment = resolve("compose", &[&text], &NO_PROCESS, &mut documents);
    assert_eq!(unknown(&environment, "A40"), Some(Unknown::TooLarge));
}

#[test]
fn commands_are_never_run() {
    for (dialect, text) in [
        ("bash", "A=$(id)\n"),
        ("ruby-dotenv", "A=\"$(id)\"\n"),
        ("symfony", "A=$(id)\n"),
        ("zsh", "A=`id`\n"),
    ] {
        let mut documents = vec![];
        let environment = resolve(dialect, &[text], &NO_PROCESS, &mut documents);
        assert_eq!(unknown(&environment, "A"), Some(Unknown::Command), "{dialect}");
    }
    let of_process = process(&[("CMD", "$(id)")]);
    let mut documents = vec![];
    let environment = resolve(
        "dotenv-expand@1000",
        &["A='${CMD}'\nB=${A}\n"],
        &of_process,
        &mut documents,
    );
    assert_eq!(
        unknown(&environment, "A"),
        Some(Unknown::Command),
        "fetched from the process environment, in single quotes"
    );
    assert_eq!(
        unknown(&environment, "B"),
        Some(Unknown::Command),
        "through another variable"
    );
}

#[test]
fn loader_failures_are_reported_with_their_location() {
    let text = "A=${NEEDED:?no}\nB=${ A }\n";
    let mut documents = vec![];
    let environment = resolve("compose", &[text], &NO_PROCESS, &mut documents);
    let told: Vec<_> = environment
        .failures
        .iter()
        .map(|failure| (&text[failure.span.range()], failure.kind))
        .collect();
    assert_eq!(
        told,
        [
            ("${NEEDED:?no}", FailureKind::Required),
            ("${ A }", FailureKind::InvalidReference)
        ]
    );
}

#[test]
fn a_key_without_a_value_inherits() {
    let of_process = process(&[("A", "1")]);
    let mut documents = vec![];
    let environment = resolve("docker", &["A\nB\n"], &of_process, &mut documents);
    assert_eq!(known(&environment, "A"), b"1");
    assert!(environment.get(b"B").is_none());
}

#[test]
fn plain_values_are_not_copied() {
    let mut documents = vec![];
    let text = "A=plain\nB=\"quoted value\"\n";
    let environment = resolve("dotenv", &[text], &NO_PROCESS, &mut documents);
    for key in ["A", "B"] {
        let value = known(&environment, key).as_ptr() as usize;
        let range = text.as_ptr() as usize..text.as_ptr() as usize + text.len();
        assert!(range.contains(&value), "{key} is borrowed from the file");
    }
}

/// Read again for each reference to itself, it would take minutes.
#[test]
fn a_long_value_that_refers_to_itself_takes_bounded_time() {
    let text = format!("A={}\n", "${A}$B".repeat(20_000));
    for dialect in ["dotenv-expand@11", "vite@5", "expo"] {
        let mut documents = vec![];
        let environment = resolve(dialect, &[&text], &NO_PROCESS, &mut documents);
        assert!(environment.variables.len() <= 1, "{dialect}");
    }
}

/// Each reference looked for among all assignments would take minutes.
#[test]
fn many_assignments_of_a_name_and_many_references_to_it_take_linear_time() {
    const LINES: usize = 20_000;
    for (line, reference) in [("A\n", "B=$A\n"), ("A=1\n", "B=$A\n"), ("", "A=1\nB=$A$B\n")] {
        let text = line.repeat(LINES) + &reference.repeat(LINES);
        for dialect in ["compose", "direnv", "bash"] {
            let mut documents = vec![];
            let environment = resolve(dialect, &[&text], &NO_PROCESS, &mut documents);
            assert!(environment.variables.len() <= 2, "{dialect}");
        }
    }
}

proptest! {
    #[test]
    fn an_environment_that_is_shared_is_what_each_loader_gives(
        lines in prop::collection::vec(prop::sample::select(vec![
            "A=1", "B='x y'", "C=\"x #y\"", "A=2", "export D=d", "E = e", "F=f # g", "# a", "", "G=$A", "H='$A'", "I=a\\b", "J", "K=", "L: l",
            "M=\"${A} ${D:-d}\"", "N=$A/$D", "O=\"a\\\"b $A\"", "P='x\\ty'", "Q=`$A`", "R='$A", "S=\\$A", "T=${A}}", "U=$Ab", "V=\"$A:$D\"", "W=${G}",
        ]), 0..6),
        process in prop::sample::select(vec![None, Some(("A", "p"))]),
    ) {
        let text = lines.join("\n");
        let process: ProcessEnvironment = process.into_iter().collect();
        let mut readings = Readings::new(text.as_bytes());
        let documents: Vec<_> = DIALECTS.iter().map(|dialect| readings.by(dialect)).collect();
        let layer = |index: usize| [Layer {
            source: SourceId(0),
            text: text.as_bytes(),
            document: &documents[index],
            dialect: DIALECTS[index],
        }];
        let seen = |environment: &Environment<'_>| {
            let value = |variable: &Variable<'_>| match &variable.value {
                Value::Known(value) => Ok(value.expose().to_vec()),
                Value::Unknown(unknown) => Err(*unknown),
            };
            let variables = environment.variables.iter();
            let variables: Vec<_> = variables.map(|one| (one.key.to_vec(), value(one), one.origin, one.references.len())).collect();
            (variables, environment.failures.len(), environment.commands.len())
        };
        // Loaders that share an environment get the one of the loader that was resolved first.
        let (mut environments, mut reversed) = (Environments::default(), Environments::default());
        let layers: Vec<_> = (0..DIALECTS.len()).map(layer).collect();
        for layers in layers.iter().rev() {
            let _ = reversed.of(layers, &process);
        }
        for layers in &layers {
            let alone = seen(&Environment::resolve(layers, &process));
            prop_assert_eq!(seen(&environments.of(layers, &process)), alone.clone(), "{}", layers[0].dialect.name);
            prop_assert_eq!(seen(&reversed.of(layers, &process)), alone, "{}", layers[0].dialect.name);
        }
    }
}

const OF_LOGIN: Option<Unknown> = Some(Unknown::External(External::Login));

#[test]
fn what_a_login_sets_is_not_known_unless_the_process_is_read() {
    let text = "A=${HOME}/a\nB=${A}/b\nPATH=${PATH}:/c\nD=${HOEM}/${HOME}\nE=${TMPDIR}/e\nUSER=u\nF=${USER}\n";
    let process = process(&[("HOME", "/h"), ("PATH", "/p")]);
    for dialect in [
        "dotenv-expand",
        "dotenv-expand@1000",
        "dotenv-expand@11",
        "dotenv-expand@10",
        "dotenv-expand@5",
        "dotenvx",
        "dotenvx@1",
        "docker-compose",
        "docker-compose@5",
        "vite",
        "vite@5",
        "next",
        "nuxt",
        "bun",
        "bun@1.3",
        "deno",
        "python-dotenv",
        "ruby-dotenv",
        "phpdotenv",
        "symfony",
        "symfony@5",
        "dotenvy",
        "uv",
        "direnv",
        "bash",
        "zsh",
        "dash",
    ] {
        let mut documents = vec![];
        let environment = resolve(dialect, &[text], &NO_PROCESS, &mut documents);
        for key in ["A", "B", "PATH", "D"] {
            assert_eq!(unknown(&environment, key), OF_LOGIN, "{key} of {dialect}");
        }
        assert!(environment.failures.is_empty(), "{dialect}");
        let outcomes = environment
            .get(b"D")
            .unwrap()
            .references
            .iter()
            .map(|reference| reference.outcome);
        assert!(
            outcomes.eq([ReferenceOutcome::Undefined, ReferenceOutcome::Resolved]),
            "{dialect}"
        );
        assert_eq!(unknown(&environment, "E"), None, "{dialect}");
        assert_eq!(known(&environment, "F"), b"u", "{dialect}");
        let mut documents = vec![];
        let environment = resolve(dialect, &[text], &process, &mut documents);
        assert_eq!(known(&environment, "B"), b"/h/a/b", "{dialect}");
    }
    // These look at the file alone, or expand nothing.
    for (dialect, value) in [("godotenv", &b"/a"[..]), ("dotenv", b"${HOME}/a")] {
        let mut documents = vec![];
        let environment = resolve(dialect, &[text], &NO_PROCESS, &mut documents);
        assert_eq!(known(&environment, "A"), value, "{dialect}");
    }
}

#[test]
fn what_a_login_sets_hides_nothing_else() {
    let commands = "A=$HOME/$(id)\nB=$HOME/b\nC=$B/$(id)\n";
    for dialect in ["bash", "ruby-dotenv", "symfony", "dotenvx"] {
        let mut documents = vec![];
        let environment = resolve(dialect, &[commands], &NO_PROCESS, &mut documents);
        for key in ["A", "C"] {
            assert_eq!(unknown(&environment, key), Some(Unknown::Command), "{key} of {dialect}");
        }
        assert_eq!(environment.commands.len(), 2, "{dialect}");
    }
    let mut documents = vec![];
    let text = "A := $(HOME)/a\nB = $(A)/$(shell id)\nC = $(PWD)\nD = $(C)\nE = ${A}/${E}\nF += $(D)\nG = $(HOEM)\nH = $(HOME)/$(I)\nI = $(J)\nJ = 1\n";
    let environment = resolve("make", &[text], &NO_PROCESS, &mut documents);
    let of = |key| unknown(&environment, key);
    let command = Some(Unknown::Command);
    assert_eq!(
        ["A", "B", "C", "D", "E", "F", "G", "H", "I"].map(of),
        [
            OF_LOGIN,
            command,
            OF_LOGIN,
            OF_LOGIN,
            Some(Unknown::Cycle),
            OF_LOGIN,
            None,
            OF_LOGIN,
            None
        ]
    );
    // An argument that Compose reads and leaves out is no part of the value, and a shell knows its folder, but nobody its numbers.
    let mut documents = vec![];
    let environment = resolve(
        "docker-compose",
        &["A=a\nB=${A:-$HOME}\nC=${HOME:?}\n"],
        &NO_PROCESS,
        &mut documents,
    );
    assert_eq!(known(&environment, "B"), b"a");
    assert_eq!((unknown(&environment, "C"), environment.failures.len()), (OF_LOGIN, 0));
    let process = process(&[("HOME", "/h")]);
    let mut documents = vec![];
    let environment = resolve(
        "bash",
        &["A=$PWD/a\nB=~/b\nC=$HOME$RANDOM\nD=$SHELL\n"],
        &process,
        &mut documents,
    );
    assert_eq!(["A", "C"].map(|key| unknown(&environment, key)), [OF_LOGIN, command]);
    assert_eq!(known(&environment, "B"), b"/h/b");
    let mut documents = vec![];
    let environment = resolve(
        "bash",
        &["A=$PWD/a\nB=~/b\nC=$HOME$RANDOM\nD=$SHELL\n"],
        &NO_PROCESS,
        &mut documents,
    );
    let of = |key| unknown(&environment, key);
    assert_eq!(["A", "B", "C", "D"].map(of), [OF_LOGIN, OF_LOGIN, command, OF_LOGIN]);
}
