//! Any bytes give a document, its pieces tile them, loaders share one only where each would make it, and an ordinary line is read
//! alike with and without the short cut.

use envgate::model::{Environment, Layer, NO_PROCESS, ProcessEnvironment};
use envgate::parse::dialect::DIALECTS;
use envgate::parse::{Dialect, Document, PieceKind, Readings, parse};
use envgate::source::SourceId;
use proptest::prelude::*;

/// Parses under every dialect; checks the tiles and resolves.
fn check(text: &[u8]) {
    // Whoever comes first reads for all that read alike.
    let (mut readings, mut reversed) = (Readings::new(text), Readings::new(text));
    for &dialect in DIALECTS.iter().rev() {
        let _ = reversed.by(dialect);
    }
    for &dialect in DIALECTS {
        let document = parse(text, dialect);
        for shared in [readings.by(dialect), reversed.by(dialect)] {
            assert_eq!(shared.assignments(), document.assignments(), "{}", dialect.name);
            assert_eq!(shared.errors(), document.errors(), "{}", dialect.name);
        }
        check_dialect(text, dialect, &document);
    }
}

fn check_dialect(text: &[u8], dialect: &'static Dialect, document: &Document) {
    let mut at = 0;
    let mut keys = 0;
    for piece in document.pieces(text) {
        assert_eq!(
            piece.span.start as usize, at,
            "{}: a gap or an overlap before {piece:?}",
            dialect.name
        );
        assert!(!piece.span.is_empty(), "{}: {piece:?} is empty", dialect.name);
        at = piece.span.end as usize;
        keys += usize::from(piece.kind == PieceKind::Key);
    }
    assert_eq!(at, text.len(), "{}: the end is missing", dialect.name);
    let named = document
        .assignments()
        .iter()
        .filter(|assignment| !assignment.key.is_empty())
        .count();
    assert_eq!(keys, named, "{}: each assignment has its key", dialect.name);
    for error in document.errors() {
        assert!(error.span.end as usize <= text.len());
    }
    let layer = Layer {
        source: SourceId(0),
        text,
        document,
        dialect,
    };
    let process: ProcessEnvironment = [("P", "p$A"), ("A", "")].into_iter().collect();
    let environment = Environment::resolve(&[layer], &process);
    assert!(
        environment.variables.is_sorted_by(|a, b| a.key < b.key),
        "{}: sorted, each key once",
        dialect.name
    );
    for reference in environment.variables.iter().flat_map(|variable| &variable.references) {
        assert!(reference.span.start <= reference.name.start && reference.name.end <= reference.span.end);
        assert!(
            reference.span.end as usize <= text.len(),
            "{}: {reference:?}",
            dialect.name
        );
    }
}

/// Text made of what matters in these files.
fn fragments() -> impl Strategy<Value = Vec<u8>> {
    let fragment = prop::sample::select(vec![
        "A",
        "B",
        "PORT",
        "=",
        "=",
        ":",
        ": ",
        " ",
        "\t",
        "\n",
        "\n",
        "\r\n",
        "\r",
        "'",
        "\"",
        "`",
        "#",
        " #",
        "\\",
        "\\n",
        "\\\"",
        "$",
        "$A",
        "${A}",
        "${",
        "}",
        "${B:-",
        "${A-x}",
        "$(",
        ")",
        "export ",
        "export",
        "x",
        "1",
        "\0",
        "\u{FEFF}",
        "\u{A0}",
        "\u{E9}",
        ";",
        "$$",
        "-",
        "+",
        "?",
        "\u{2028}",
        "~",
        "A=1\n",
        "B=$A\n",
        "C='",
        "D=\"",
        "__proto__",
    ]);
    prop::collection::vec(fragment, 0..40).prop_map(|parts| parts.concat().into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_tile(text in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&text);
    }

    #[test]
    fn env_like_input_tiles(text in fragments()) {
        check(&text);
    }

    #[test]
    fn the_short_cut_is_taken_where_the_general_path_would_be(before in fragments(), behind in fragments()) {
        // No loader makes anything of a `^` in a value, but it keeps the short cut away.
        let around = |line: &str| [&before[..], b"\n", line.as_bytes(), b"\n", &behind].concat();
        let (short, long) = (around("KEY=a-b"), around("KEY=a^b"));
        for &dialect in DIALECTS {
            let (short, long) = (parse(&short, dialect), parse(&long, dialect));
            prop_assert_eq!(short.assignments(), long.assignments(), "{}", dialect.name);
            prop_assert_eq!(short.errors(), long.errors(), "{}", dialect.name);
        }
    }

    #[test]
    fn the_short_cut_reads_as_the_general_path(key in "[A-Za-z][A-Za-z0-9_]{0,20}", value in "[A-Za-z0-9_./:+@%,-][A-Za-z0-9_./:+@%,-]{0,30}") {
        // A blank in front keeps the short cut away, and means nothing to most loaders; to the others, a CR before the line end. To GitHub
        // Actions, both do, and a value may stand below its key.
        for &dialect in DIALECTS {
            let short = format!("{key}={value}\n");
            let long = match dialect.name {
                "django-environ" | "foreman" => format!("{key}={value}\r\n"),
                "github-env" => format!("{key}<< \n{value}\n \n"),
                _ => format!(" {key}={value}\n"),
            };
            let read = |text: &str| {
                let document = parse(text.as_bytes(), dialect);
                let layer = Layer { source: SourceId(0), text: text.as_bytes(), document: &document, dialect };
                let environment = Environment::resolve(&[layer], &NO_PROCESS);
                let keys: Vec<Vec<u8>> = environment.variables.iter().map(|variable| variable.key.to_vec()).collect();
                let spans: Vec<_> = document.assignments().iter().map(|a| (a.key.of(text.as_bytes()).to_vec(), a.value.span.of(text.as_bytes()).to_vec(), a.value.quote)).collect();
                (keys, spans, document.errors().len())
            };
            prop_assert_eq!(read(&short), read(&long), "{}", dialect.name);
        }
    }
}

/// What fuzzing found, shrunk.
#[test]
fn inputs_found_by_fuzzing() {
    // To Ruby's dotenv with `overwrite`, only the file sets the key.
    check(b"export  A: ");
    // zsh can't read the second command, which begins on a line that a quote of the first one reaches.
    check(b"-:\ni='\xB2\xB2\xB2\xB2=f\n\xFF\n\xFF\ni='\xB2=&&=f\n\n~");
}

/// A shell runs all commands of a line, so what one of them does depends on those before it. To look at all of these for each would take
/// minutes.
#[test]
fn a_line_of_many_commands_is_read_in_linear_time() {
    let numbered = |text: &dyn Fn(usize) -> String| (0..60_000).map(text).collect::<String>();
    for line in [
        numbered(&|number| format!("K{number}=a; ")),
        format!("export {}", numbered(&|number| format!("K{number}=a "))),
        numbered(&|number| format!("declare K{number}=a; ")),
        numbered(&|number| format!("K{number}=a\0b ")),
        format!("K={}", "a\0".repeat(60_000)),
        format!("echo {}", "a\0".repeat(60_000)),
    ] {
        for name in ["bash", "zsh", "dash"] {
            let dialect = Dialect::find(name).expect("it is in the table");
            check_dialect(line.as_bytes(), dialect, &parse(line.as_bytes(), dialect));
        }
    }
}
