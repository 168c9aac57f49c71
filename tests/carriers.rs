//! Other carriers, with anything in them: reading never fails, places lie within the file, and no value comes out.

#![cfg(feature = "yaml")]

use envgate::carrier::{self, Carrier, Merge, Shelf};
use envgate::check::{FileInput, Form, mask};
use envgate::model::{Environment, Layer, ProcessEnvironment, Value};
use envgate::parse::{Document, Effect, EntryError, SyntaxErrorKind, parse};
use envgate::report::{Export, concise, json};
use envgate::schema::{EnvironmentId, Schema, Vocabulary};
use envgate::source::{PositionEncoding, Source, SourceId, Span};
use envgate::{EnvironmentInput, Options, check};
use proptest::prelude::*;

const CANARY: &str = "zQ9xCanaryW7";

/// One of each kind, with the canary where values stand.
const SEEDS: [&str; 6] = [
    r#"{"HOST":"zQ9xCanaryW7","PORT":1,"X":null,"Y":[1],"Z":"\u0041zQ9xCanaryW7"}"#,
    "x: &c\n  A: zQ9xCanaryW7\nservices:\n  web:\n    env_file: [a.env, {path: b.env, required: false, format: raw}]\n    environment:\n      <<: [*c, *c]\n      HOST: 'zQ9xCanaryW7'\n      PORT: ${PORT}\n  db:\n    environment:\n      - A=zQ9xCanaryW7\n      - B\n      - \"C=$$zQ9xCanaryW7\"\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata:\n  HOST: elE5eENhbmFyeVc3\nstringData:\n  B: |\n    zQ9xCanaryW7\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w}\nspec:\n  template:\n    spec:\n      containers:\n      - name: c\n        envFrom: [{prefix: P_, secretRef: {name: a}}]\n        env:\n        - {name: HOST, value: zQ9xCanaryW7}\n        - {name: PORT, value: $(HOST)$$(X)}\n        - name: T\n          valueFrom: {secretKeyRef: {name: b, key: c}}\n",
    "on: push\nenv: {A: zQ9xCanaryW7, B: '${{ secrets.B }}'}\njobs:\n  t:\n    env:\n      HOST: zQ9xCanaryW7\n    steps:\n    - id: s\n      env: {A: other}\n",
    "[Service]\nEnvironment=HOST=zQ9xCanaryW7 \"B=x zQ9xCanaryW7\" \\\n  'C=\\x41zQ9xCanaryW7'\nEnvironment=D=%h\nPassEnvironment=E F\nUnsetEnvironment=B\nEnvironmentFile=-/etc/x.env\n",
    "HOST: zQ9xCanaryW7\nPORT: 0x1F\nA: yes\n? B\n: !t zQ9xCanaryW7\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn anything_is_read_and_no_value_comes_out(
        seed in 0..SEEDS.len(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..24_usize), 0..6),
    ) {
        const PIECES: [&str; 24] = [
            "\n", " ", "  ", "\t", ":", "- ", "&a ", "*a", "<<: *c\n", "{", "}", "[", "]", "\"", "'", "#", "|\n", "---\n", "!!str ", "\\", "$", "${", "=", "\u{e9}",
        ];
        let mut text = SEEDS[seed].to_owned();
        for (at, piece) in edits {
            let mut at = at.index(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            // Not within the canary, because a piece of it would not be found.
            if text.match_indices(CANARY).any(|(start, _)| start < at && at < start + CANARY.len()) {
                continue;
            }
            text.insert_str(at, PIECES[piece]);
        }
        let schema = r#"{ "required": ["HOST"], "properties": { "HOST": { "minLength": 50 }, "PORT": { "type": "integer" } }, "additionalProperties": false }"#;
        let sources = [Source::new("env.schema.json", schema).unwrap(), Source::new("file", text.clone()).unwrap()];
        let codes = envgate::check::rules::codes();
        let schema = Schema::compile(&sources[0], &Vocabulary { rules: &codes, ..Vocabulary::default() }).unwrap();
        for one in Carrier::ALL {
            for part in [None, Some("web".to_owned())] {
                let read = carrier::read(text.as_bytes(), one, part.as_deref());
                prop_assert!(read.document.errors().iter().all(|error| error.span.end as usize <= text.len()));
                for index in 0..read.document.assignments().len() {
                    let (key, value) = read.document.place(index);
                    prop_assert!(key.end as usize <= text.len() && value.end as usize <= text.len());
                }
                let mut shelf = Shelf::default();
                for _ in 0..2 {
                    let again = shelf.read(text.as_bytes().into(), one, part.as_deref(), &Merge::default());
                    let errors = |document: &Document| document.errors().iter().map(|one| (one.kind, one.span)).collect::<Vec<_>>();
                    let places = |document: &Document| (0..document.assignments().len()).map(|at| document.place(at)).collect::<Vec<_>>();
                    prop_assert_eq!(errors(&again.document), errors(&read.document));
                    prop_assert_eq!(places(&again.document), places(&read.document));
                    prop_assert_eq!((again.parts, again.named, again.has_part), (read.parts.clone(), read.named.clone(), read.has_part));
                }
                let input = EnvironmentInput::new(EnvironmentId(0), [FileInput { source: SourceId(1), form: Form::Carried(one, part, Merge::default()) }]);
                let inputs = [input];
                let options = Options {
                    now: "2026-11-20T00:00:00Z".parse().unwrap(),
                    phase: None,
                    example: None,
                    quiet: envgate::check::quiet::Quiet::default(),
                    ages: envgate::check::AgeEvidence::default(),
                };
                let report = check(&schema, &sources, &inputs, &options);
                let masked = mask(&schema, &sources, &inputs);
                let mut said = concise::render(&report, &sources) + &json::render(&Export::new(&report, &sources, PositionEncoding::Scalar));
                let mut at = 0;
                for line in text.split_inclusive('\n') {
                    said += &masked[1].excerpt(Span::new(at, at + line.len()), 0).text;
                    at += line.len();
                }
                prop_assert!(!said.contains(CANARY) && !said.contains("elE5eENhbmFyeVc3"), "{one:?}: {said}");
            }
        }
    }
}

/// The variables of the service `web` and whether the file is rejected. `a.env` stands below it.
fn compose(body: &str, a_env: &str) -> (Vec<(String, String)>, bool) {
    let body = body.lines().map(|line| format!("    {line}\n")).collect::<String>();
    let text = format!("services:\n  web:\n{body}");
    let read = carrier::read(text.as_bytes(), Carrier::Compose, Some("web"));
    let is_rejected = read
        .document
        .errors()
        .iter()
        .any(|error| error.effect == Effect::Rejected);
    let files: Vec<_> = read
        .files
        .iter()
        .map(|file| (parse(a_env.as_bytes(), file.dialect), file.dialect))
        .collect();
    let below = files.iter().map(|(document, dialect)| Layer {
        source: SourceId(0),
        text: a_env.as_bytes(),
        document,
        dialect,
    });
    let own = Layer {
        source: SourceId(1),
        text: read.document.text(text.as_bytes()),
        document: &read.document,
        dialect: Carrier::Compose.dialect(),
    };
    let layers: Vec<_> = below.chain([own]).collect();
    (pairs(&layers), is_rejected)
}

/// The variables of layers, each with its value.
fn pairs(layers: &[Layer<'_>]) -> Vec<(String, String)> {
    let process = ProcessEnvironment::default();
    let environment = Environment::resolve(layers, &process);
    let shown = |value: &Value<'_>| match value {
        Value::Known(secret) => String::from_utf8_lossy(secret.expose()).into_owned(),
        Value::Unknown(_) => "<elsewhere>".to_owned(),
    };
    let variables = environment.variables.iter();
    let pairs = variables.map(|one| (String::from_utf8_lossy(one.key).into_owned(), shown(&one.value)));
    pairs.collect()
}

#[test]
fn compose_reads_values_as_compose_go_does() {
    // Each was given to compose-go 2, as `docker compose config` does.
    let written = [
        ("1.50", "1.5"),
        ("3.10", "3.1"),
        ("100.0", "100"),
        (".5", "0.5"),
        ("-1.50", "-1.5"),
        ("+1", "1"),
        ("-0", "0"),
        ("0x1F", "31"),
        ("0o17", "15"),
        ("0b11", "3"),
        ("0777", "511"),
        ("08", "8"),
        ("1_000", "1000"),
        ("12345678901234567890", "12345678901234567890"),
        ("1:30", "1:30"),
        ("True", "true"),
        ("FALSE", "false"),
        ("yes", "yes"),
        ("\"1.50\"", "1.50"),
        ("a$$b", "a$b"),
        ("$1", "$1"),
        ("cost $ 5", "cost $ 5"),
        ("pay$", "pay$"),
        ("${UNDEF:-d}", "<elsewhere>"),
    ];
    for (typed, value) in written {
        let (variables, is_rejected) = compose(&format!("environment:\n  A: {typed}"), "");
        assert_eq!(variables, [("A".to_owned(), value.to_owned())], "{typed}");
        assert!(!is_rejected, "{typed}");
    }
    let rejected = [
        "environment:\n  A: 2024-01-31",
        "environment:\n  A: 2024-01-31T12:00:00Z",
        "environment:\n  A: \"${\"",
        "environment:\n  A: [1]",
        "environment:\n  1: x",
        "environment:\n  - A =x",
        "environment:\n  - 5",
        "environment:\n  - true",
        "environment: A=x",
        "env_file:\n  path: a.env",
        "env_file:\n  - path: a.env\n    requried: false",
        "env_file:\n  - path: a.env\n    format: other",
    ];
    for body in rejected {
        assert!(compose(body, "B=1\n").1, "{body}");
    }
    let taken = [
        "environment:\n  A: 2024-13-01",
        "environment:\n  A: 2024-01-31x",
        "environment:\n  A: \"2024-01-31\"",
    ];
    for body in taken {
        assert!(!compose(body, "").1, "{body}");
    }
}

#[test]
fn references_in_an_env_file_reach_what_the_service_sets() {
    let body = "env_file: a.env\nenvironment:\n  HOST: db\n  OTHER: ${OTHER}";
    let (variables, is_rejected) = compose(body, "URL=http://${HOST}/\nX=${NONE:-d}\nY=$OTHER\n");
    let pairs: Vec<(&str, &str)> = variables.iter().map(|(key, value)| (&**key, &**value)).collect();
    let expected = [
        ("HOST", "db"),
        ("OTHER", "<elsewhere>"),
        ("URL", "http://db/"),
        ("X", "d"),
        ("Y", "<elsewhere>"),
    ];
    assert_eq!(pairs, expected);
    assert!(!is_rejected);
}

#[test]
fn what_an_env_file_and_the_service_set_otherwise_is_not_known_to_references() {
    let body = "env_file: a.env\nenvironment:\n  HOST: db\n  PORT: 1";
    let (variables, _) = compose(body, "HOST=other\nPORT=1\nURL=http://${HOST}/\nPLACE=$PORT\n");
    let of = |name: &str| {
        variables
            .iter()
            .find(|(key, _)| **key == *name)
            .map(|(_, value)| &**value)
    };
    assert_eq!(
        [of("HOST"), of("URL"), of("PLACE")],
        [Some("db"), Some("<elsewhere>"), Some("1")]
    );
}

/// The variables of a service of one text, as `NAME=value`, and what reading it says.
fn service(text: &str, name: &str) -> (Vec<String>, carrier::Reading) {
    let read = carrier::read(text.as_bytes(), Carrier::Compose, Some(name));
    let own = Layer {
        source: SourceId(0),
        text: read.document.text(text.as_bytes()),
        document: &read.document,
        dialect: Carrier::Compose.dialect(),
    };
    let process = ProcessEnvironment::default();
    let environment = Environment::resolve(&[own], &process);
    let shown = environment.variables.iter().map(|one| match &one.value {
        Value::Known(secret) => format!(
            "{}={}",
            String::from_utf8_lossy(one.key),
            String::from_utf8_lossy(secret.expose())
        ),
        Value::Unknown(_) => format!("{}=<elsewhere>", String::from_utf8_lossy(one.key)),
    });
    (shown.collect(), read)
}

/// Warnings of one kind must not crowd out what was not checked.
#[test]
fn an_error_behind_ten_thousand_others_is_kept() {
    let mut text = String::from("services:\n  web:\n    environment:\n");
    (0..20_000).for_each(|index| text.push_str(&format!("      K_{index}: 0x1F\n")));
    text.push_str("    env_file: ${WHICH}\n");
    let (_, read) = service(&text, "web");
    let errors = read.document.errors();
    let path = SyntaxErrorKind::Entry(EntryError::Path);
    assert!(errors.iter().any(|error| error.kind == path));
    assert!(errors.len() < 10_100, "{}", errors.len());
}

#[test]
fn tags_take_away_what_is_extended() {
    // Each service was given to compose-go 2.9, which says what its variables are.
    let text = "services:
  base: {env_file: a.env, environment: {A: b, B: b, C: b}}
  mid: {extends: base, environment: {B: m}}
  web: {extends: base, environment: {A: !reset null, B: !override w, D: w}}
  list: {extends: base, environment: [\"A=l\", !reset \"B=l\"]}
  two: {extends: mid, environment: {A: !reset null}}
  over: {extends: base, environment: !override {D: o, T: !reset null, U: !reset 1.50}}
  none: {extends: base, environment: !reset null}
  nofile: {extends: base, env_file: !reset []}
  ofile: {extends: base, env_file: !override [b.env]}
  alone: !override {extends: base, environment: {X: !override 1.50, Y: !reset 1}}
  gone: !reset {environment: {X: 1}}
";
    let expected: [(&str, &[&str], &[&str]); 11] = [
        ("mid", &["A=b", "B=m", "C=b"], &["a.env"]),
        ("web", &["B=w", "C=b", "D=w"], &["a.env"]),
        ("list", &["A=l", "B=b", "C=b"], &["a.env"]),
        ("two", &["A=b", "B=m", "C=b"], &["a.env"]),
        ("over", &["D=o", "T=null", "U=1.50"], &["a.env"]),
        ("none", &[], &["a.env"]),
        ("nofile", &["A=b", "B=b", "C=b"], &[]),
        ("ofile", &["A=b", "B=b", "C=b"], &["b.env"]),
        ("alone", &["A=b", "B=b", "C=b", "X=1.50", "Y=1"], &["a.env"]),
        ("gone", &[], &[]),
        ("base", &["A=b", "B=b", "C=b"], &["a.env"]),
    ];
    for (name, variables, files) in expected {
        let (found, read) = service(text, name);
        let mut found: Vec<&str> = found.iter().map(String::as_str).collect();
        found.sort_unstable();
        assert_eq!(found, variables, "{name}");
        let taken: Vec<&str> = read.files.iter().map(|file| &*file.path).collect();
        assert_eq!(taken, files, "{name}");
        assert!(
            read.document.errors().is_empty(),
            "{name}: {:?}",
            read.document.errors()
        );
    }
}

#[test]
fn the_tags_of_compose_are_errors_elsewhere() {
    let text = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {A: !reset x}\n";
    let read = carrier::read(&text[..], Carrier::Kubernetes, None);
    assert!(!read.document.errors().is_empty());
}

#[test]
fn what_a_unit_unsets_no_file_of_it_can_set() {
    let unit = "[Service]\nUnsetEnvironment=A B=2 C=9 E\nEnvironment=D=4 E=5\nEnvironmentFile=/a.env\n";
    let read = carrier::read(unit.as_bytes(), Carrier::Systemd, None);
    let file = &read.files[0];
    let text = b"A=1\nB=2\nC=3\n";
    let document = parse(text, file.dialect);
    let layers = [
        Layer {
            source: SourceId(0),
            text: read.document.text(unit.as_bytes()),
            document: &read.document,
            dialect: Carrier::Systemd.dialect(),
        },
        Layer {
            source: SourceId(1),
            text,
            document: &document,
            dialect: file.dialect,
        },
    ];
    let process = ProcessEnvironment::default();
    let environment = Environment::resolve(&layers, &process);
    let keys: Vec<&[u8]> = environment.variables.iter().map(|one| one.key).collect();
    assert_eq!(keys, [b"C", b"D"]);
}

/// Half a million references that are never closed. If each were searched for its end, this would take many minutes.
#[test]
fn openings_in_a_value_of_a_pod_take_linear_time() {
    let value = "$(".repeat(1 << 19);
    let text = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - name: c\n    env:\n    - name: A\n      value: \"{value}\"\n"
    );
    let reading = carrier::read(text.as_bytes(), Carrier::Kubernetes, None);
    let (_, place) = reading.document.place(0);
    assert!(place.of(text.as_bytes()) == value.as_bytes());
}

/// The variables that systemd sets for a service, and whether something of it is told.
fn unit(body: &str) -> (Vec<(String, String)>, bool) {
    let text = format!("[Service]\n{body}\n");
    let read = carrier::read(text.as_bytes(), Carrier::Systemd, None);
    let own = Layer {
        source: SourceId(0),
        text: read.document.text(text.as_bytes()),
        document: &read.document,
        dialect: Carrier::Systemd.dialect(),
    };
    (pairs(&[own]), !read.document.errors().is_empty())
}

#[test]
fn systemd_reads_units_as_the_manager_does() {
    // Each was given to `systemd --test`, which prints what it made of a unit.
    let read = [
        ("Environment=A_1=x _B=y", vec![("A_1", "x"), ("_B", "y")], false),
        ("Environment=A=1 a.b=2", vec![("A", "1")], true),
        ("Environment=A=1 -b=2", vec![("A", "1")], true),
        ("Environment=A=1 1P=2", vec![("A", "1")], true),
        ("Environment=A=1 é=2", vec![("A", "1")], true),
        ("Environment=A=1 =2", vec![("A", "1")], true),
        ("PassEnvironment=A $X", vec![("A", "<elsewhere>")], true),
    ];
    for (body, variables, is_told) in read {
        let expected: Vec<(String, String)> = variables
            .iter()
            .map(|(key, value)| ((*key).into(), (*value).into()))
            .collect();
        assert_eq!(unit(body), (expected, is_told), "{body}");
    }
    let files = |path: &str| {
        carrier::read(
            format!("[Service]\nEnvironmentFile={path}\n").as_bytes(),
            Carrier::Systemd,
            None,
        )
        .files
    };
    assert_eq!(files("/etc/./a").len(), 1);
    assert!(files("/etc/x/../a").is_empty());
}

/// The variables and the files of a unit, or of one instance of it.
fn named_unit(name: &str, body: &str, instance: Option<&str>) -> (Vec<(String, String)>, Vec<String>, Vec<EntryError>) {
    let source = Source::new(name, format!("[Service]\n{body}\n")).unwrap();
    let read = carrier::read(&source, Carrier::Systemd, instance);
    let own = Layer {
        source: SourceId(0),
        text: read.document.text(source.bytes()),
        document: &read.document,
        dialect: Carrier::Systemd.dialect(),
    };
    let errors = read.document.errors().iter().map(|error| match error.kind {
        SyntaxErrorKind::Entry(error) => error,
        other => panic!("{other:?}"),
    });
    let files = read.files.iter().map(|file| file.path.clone()).collect();
    (pairs(&[own]), files, errors.collect())
}

/// What `systemd --test` made of these units, but for what it took from the machine.
#[test]
fn specifiers_of_units_are_resolved_as_far_as_their_names_tell() {
    let body = "Environment=A=%i B=%I C=%n D=%N E=%p F=%P G=%j H=%J I=%f J=100%% L=x% N=%-x O=%\n\
                Environment=%j_Y=2\nEnvironmentFile=/etc/app/%i.env\nEnvironmentFile=-/etc/%p/a%%b/%-";
    let known = |of: &[&str]| {
        let keys = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "L", "N", "O"];
        let always = ["100%", "x%", "%-x", "%"];
        let values = of.iter().copied().chain(always);
        let pairs = keys
            .into_iter()
            .zip(values)
            .map(|(key, value)| (key.to_owned(), value.to_owned()));
        pairs.chain([("web_Y".to_owned(), "2".to_owned())]).collect::<Vec<_>>()
    };
    let plain = [
        "",
        "",
        "app-web.service",
        "app-web",
        "app-web",
        "app/web",
        "web",
        "web",
        "/app/web",
    ];
    let files = |first: &str| vec![first.to_owned(), "/etc/app-web/a%b/%-".to_owned()];
    for name in ["deploy/app-web.service", "app-web.service.d/10-env.conf"] {
        let expected = (known(&plain), files("/etc/app/.env"), vec![]);
        assert_eq!(named_unit(name, body, None), expected, "{name}");
    }
    let instance = [
        "a-b",
        "a/b",
        "app-web@a-b.service",
        "app-web@a-b",
        "app-web",
        "app/web",
        "web",
        "web",
        "/a/b",
    ];
    let expected = (known(&instance), files("/etc/app/a-b.env"), vec![]);
    assert_eq!(named_unit("app-web@a-b.service", body, None), expected);
    assert_eq!(named_unit("x/app-web@.service", body, Some("a-b")), expected);
    assert_eq!(named_unit("app-web@.service.d/a.conf", body, Some("a-b")), expected);

    let template = [
        "<elsewhere>",
        "<elsewhere>",
        "<elsewhere>",
        "<elsewhere>",
        "app-web",
        "app/web",
        "web",
        "web",
        "<elsewhere>",
    ];
    let (variables, taken, errors) = named_unit("app-web@.service", body, None);
    assert_eq!(variables, known(&template));
    assert_eq!(
        (&taken[..], &errors[..]),
        (&files("")[1..], &[EntryError::Specifier][..])
    );
    for name in ["", "app-.service.d/a.conf"] {
        let (variables, taken, errors) = named_unit(name, "Environment=A=%p B=x %j_Y=1\nEnvironmentFile=/%n", None);
        let expected = [("A", "<elsewhere>"), ("B", "x")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!((variables, taken), (expected.to_vec(), vec![]), "{name}");
        assert_eq!(errors, [EntryError::Specifier; 2], "{name}");
    }
    // In an escaped name, `-` is a slash and `\x2d` a dash.
    let escaped = named_unit(
        "a\\x2db.c-d\\x20e.service",
        "Environment=A=%n B=%P C=%j D=%J E=%f",
        None,
    )
    .0;
    let values: Vec<&str> = escaped.iter().map(|(_, value)| &**value).collect();
    assert_eq!(
        values,
        ["a\\x2db.c-d\\x20e.service", "a-b.c/d e", "d\\x20e", "d e", "/a-b.c/d e"]
    );
}

/// An encoded URL, as in `PASSWORD=a%20b`, is the usual case: systemd leaves the variable out.
#[test]
fn what_is_no_specifier_costs_the_whole_assignment() {
    let body = "Environment=A=1 K=a%20b M=%z Q=1%2F B=2\nEnvironmentFile=/etc/%20.env\nPassEnvironment=%5";
    let (variables, files, errors) = named_unit("a.service", body, None);
    let expected = [("A", "1"), ("B", "2")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!((variables, files), (expected.to_vec(), vec![]));
    assert_eq!(errors, [EntryError::NoSpecifier; 5]);
}

/// The variables of the job or action of a workflow, and whether something of it is told.
fn workflow(text: &str) -> (Vec<(String, String)>, bool) {
    let read = carrier::read(text.as_bytes(), Carrier::GithubActions, None);
    let own = Layer {
        source: SourceId(0),
        text: read.document.text(text.as_bytes()),
        document: &read.document,
        dialect: Carrier::GithubActions.dialect(),
    };
    (pairs(&[own]), !read.document.errors().is_empty())
}

#[test]
fn github_formats_numbers_as_dotnet_does() {
    let written = [
        ("8080", "8080", false),
        ("1.5", "1.5", false),
        ("-12", "-12", false),
        ("123456789012345", "123456789012345", false),
        ("3.10", "3.1", true),
        ("2.0", "2", true),
        ("007", "7", true),
        ("+5", "5", true),
        (".5", "0.5", true),
        ("5.", "5", true),
        ("0x1F", "31", true),
        ("0o17", "15", true),
        ("1e3", "1000", true),
        ("100e-1", "10", true),
        ("-0", "-0", false),
        ("0.00001", "1E-05", true),
        ("0.0001", "0.0001", false),
        ("0.00012", "0.00012", false),
        ("1234567890123456", "1.23456789012346E+15", true),
        ("12345678901234567890", "1.23456789012346E+19", true),
        // Other readers take these for numbers.
        ("1_000", "1_000", false),
        ("0b11", "0b11", false),
        ("1:30", "1:30", false),
        ("-0x1F", "-0x1F", false),
        ("\"3.10\"", "3.10", false),
        ("True", "true", false),
        ("yes", "yes", false),
        ("~", "", false),
    ];
    for (typed, value, is_told) in written {
        let expected = vec![("A".to_owned(), value.to_owned())];
        assert_eq!(
            workflow(&format!("env:\n  A: {typed}\njobs: {{}}\n")),
            (expected, is_told),
            "{typed}"
        );
    }
}

#[test]
fn an_action_that_is_a_container_has_variables_of_its_own() {
    let action = "runs:\n  using: docker\n  image: Dockerfile\n  env:\n    A: x\n    B: ${{ inputs.b }}\n";
    let expected = [("A", "x"), ("B", "<elsewhere>")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(workflow(action), (expected.to_vec(), false));
}

#[test]
fn a_job_that_calls_another_workflow_has_none_of_the_variables() {
    let calls = "env:\n  A: x\njobs:\n  deploy:\n    uses: ./.github/workflows/deploy.yml\n";
    assert_eq!(workflow(calls).0, []);
    let beside = format!("{calls}  test:\n    steps: [{{run: x}}]\n");
    assert_eq!(workflow(&beside).0, [("A".to_owned(), "x".to_owned())]);
}
