use super::encoding::{self, Encoding};
use super::*;
use crate::check::{KnownValue, MAX_DIAGNOSTICS, Reach};
use crate::schema::EnvironmentId;
use crate::secret::Secret;
use crate::source::{LineIndex, PositionEncoding, Source};

/// Looks random to a scanner, but is the same in every run.
const VALUE: &str = "q8Zt5/LmXw0+Kd7Rb3\"x?";

fn known(key: &str, value: &str) -> KnownValue {
    KnownValue {
        key: Some(key.to_owned()),
        environment: EnvironmentId(0),
        location: None,
        value: Secret::owned(value.as_bytes().to_vec()),
        fingerprint: None,
    }
}

fn needles(values: &[&str]) -> Needles {
    Needles::build(
        values
            .iter()
            .enumerate()
            .map(|(index, value)| known(&format!("KEY_{index}"), value)),
    )
}

/// Returns what is found when the text arrives in pieces of `size` bytes.
fn by_pieces(needles: &Needles, text: &[u8], size: usize) -> Found {
    let mut search = Search::new(needles);
    for mut piece in text.chunks(size) {
        while !piece.is_empty() {
            let space = search.space();
            let count = piece.len().min(space.len());
            space[..count].copy_from_slice(&piece[..count]);
            search.filled(count);
            piece = &piece[count..];
        }
    }
    search.finish()
}

fn places(found: &Found) -> Vec<(u64, u64, u32, u32, Option<Encoding>)> {
    let of = |hit: &Hit| match hit.what {
        What::Value { encoding, .. } => Some(encoding),
        What::Token { .. } => None,
    };
    found
        .hits
        .iter()
        .map(|hit| (hit.start, hit.end, hit.at.line, hit.at.column, of(hit)))
        .collect()
}

#[test]
fn every_encoding_is_found() {
    let needles = needles(&[VALUE]);
    for (encoding, text) in encoding::all(VALUE.as_bytes()) {
        let line = [b"first\n  x = '".as_slice(), &text, b"' end"].concat();
        let found = Search::whole(&needles, &line);
        let hits = places(&found);
        assert_eq!(hits.len(), 1, "{encoding:?}: {hits:?}");
        assert_eq!((hits[0].2, hits[0].3, hits[0].4), (2, 8, Some(encoding)));
    }
}

#[test]
fn no_comment_silences_a_text_of_which_findings_are_left_out() {
    let needles = needles(&[VALUE]);
    let mut text = "# envgate: ignore-file[known-value-leaked] fixtures\n".to_owned();
    text.push_str(&format!("{VALUE}\n").repeat(MAX_DIAGNOSTICS));
    let silences = |text: &str| Search::whole(&needles, text.as_bytes()).silences.len();
    assert_eq!(silences(&text), 1);
    text.push_str(VALUE);
    assert_eq!(silences(&text), 0);
}

#[test]
fn base64_is_found_within_something_longer() {
    let needles = needles(&[VALUE]);
    for before in 0..6 {
        for behind in 0..4 {
            let text = format!("{}{VALUE}{}", &"user:x"[..before], &"tail"[..behind]);
            let encoded = encoding::all(text.as_bytes());
            let (_, base64) = encoded
                .iter()
                .find(|(encoding, _)| *encoding == Encoding::Base64)
                .unwrap();
            assert_eq!(Search::whole(&needles, base64).hits.len(), 1, "{before} {behind}");
        }
    }
}

#[test]
fn values_across_chunk_borders_are_found() {
    let needles = needles(&[VALUE, "m4Tz9QwLr7Xc2BvKaP"]);
    let mut text = Vec::new();
    let mut seed = 7_u32;
    while text.len() < 900_000 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        match seed >> 24 {
            0 => text.extend(VALUE.as_bytes()),
            1 => text.extend(b"m4Tz9QwLr7Xc2BvKaP"),
            2 => text.extend("é€😀".as_bytes()),
            3 => text.extend(b"\r\n"),
            4 | 5 => text.extend(b"\n"),
            6 => text.extend(b"\r"),
            7 => text.extend([0, 0xFF]),
            other => text.extend(vec![b'a' + (other % 26) as u8; (seed >> 16 & 63) as usize]),
        }
    }
    let whole = Search::whole(&needles, &text);
    assert!(whole.hits.len() > 100);
    let index = LineIndex::new(&text);
    for hit in &whole.hits {
        let at = index.line_column(&text, u32::try_from(hit.start).unwrap(), PositionEncoding::Scalar);
        assert_eq!((hit.at.line, hit.at.column), (at.line, at.column));
    }
    for size in [1 << 20, 65_536, 4099] {
        assert_eq!(places(&by_pieces(&needles, &text, size)), places(&whole), "{size}");
    }
}

#[test]
fn common_values_are_not_searched() {
    let needles = needles(&[
        "abc",
        "localhost",
        "production",
        "5432",
        "https://api.example.com/v1",
        VALUE,
        VALUE,
    ]);
    assert_eq!((needles.values(), needles.unsearched()), (1, 5));
}

#[test]
fn the_password_of_a_url_is_found_alone() {
    let needles = needles(&["postgres://app:m4Tz9Qw%2FLr7Xc@db.internal/app"]);
    for (text, count) in [
        ("postgres://app:m4Tz9Qw%2FLr7Xc@db.internal/app", 1),
        ("PGPASSWORD=m4Tz9Qw/Lr7Xc psql", 1),
        ("psql -h db.internal", 0),
    ] {
        assert_eq!(Search::whole(&needles, text.as_bytes()).hits.len(), count, "{text}");
    }
}

#[test]
fn of_overlapping_hits_the_most_specific_is_reported() {
    let token = ["gl", "pat-", "Q7xWm2ZpLr9Tk4VbNc8s"].concat();
    let line = format!("git clone https://ci:{token}@git.internal/x and postgres://app:m4Tz9QwLr7Xc@db.internal/app");
    let names = |found: &Found| {
        let of = |hit: &Hit| match hit.what {
            What::Value { .. } => "value",
            What::Token { format, .. } => format.name,
        };
        found.hits.iter().map(of).collect::<Vec<_>>()
    };
    let found = Search::whole(&needles(&[]), line.as_bytes());
    assert_eq!(names(&found), ["access token", "URL with a password"]);
    let found = Search::whole(&needles(&[&token]), line.as_bytes());
    assert_eq!(names(&found), ["value", "URL with a password"]);
}

#[test]
fn what_is_shown_is_masked() {
    let needles = needles(&[VALUE, "m4Tz9QwLr7Xc2BvKaP", "7Xc2BvKaPq8Zt5Lm"]);
    assert_eq!(needles.redact("a/m4Tz9QwLr7Xc2BvKaP/b"), "a/********/b");
    assert_eq!(needles.redact(&format!("{VALUE}{VALUE}")), "****************");
    assert_eq!(
        needles.redact("x-m4Tz9QwLr7Xc2BvKaPq8Zt5Lm-y"),
        "x-********-y",
        "overlapping ones"
    );
    assert_eq!(needles.redact("src/main.rs"), "src/main.rs");
    assert_eq!(format!("{needles:?}").matches("q8Zt").count(), 0);
}

#[test]
fn a_report_names_places_and_no_values() {
    let text = r#"{"environments":{"production":{"files":[".env.production"]}},"properties":{"STRIPE_SECRET_KEY":{"type":"string","secret":true},"PORT":{"type":"integer"}}}"#;
    let schema_source = Source::new("env.schema.json", text).unwrap();
    let schema = crate::schema::Schema::compile(&schema_source, &crate::schema::Vocabulary::default()).unwrap();
    let value = ["sk_", "live_", "51Hx9QwLr7Xc2BvKaPz0TdYe"].concat();
    let env = Source::new(
        ".env.production",
        format!("# one\nPORT=8000\n\nSTRIPE_SECRET_KEY={value}\n"),
    )
    .unwrap();
    let mut sources = vec![schema_source, env];
    let input = crate::EnvironmentInput::new(EnvironmentId(0), [crate::source::SourceId(1)]);
    let needles = Needles::build(crate::check::known_values(&schema, &sources, &[input]));
    assert_eq!(needles.values(), 1);
    let mut findings = Findings::new(&needles);
    let (_, base64) = encoding::all(value.as_bytes())
        .into_iter()
        .find(|one| one.0 == Encoding::Base64)
        .unwrap();
    let line = format!("a\nb = '{}' + '{value}'\n", str::from_utf8(&base64).unwrap());
    findings.add(
        &format!("src/{value}.ts"),
        Origin::Present,
        Kept::Nothing,
        Search::whole(&needles, line.as_bytes()),
    );
    findings.add(
        ".env.production",
        Origin::Present,
        Kept::All(crate::source::SourceId(1)),
        Search::whole(&needles, sources[1].bytes()),
    );
    let options = crate::Options {
        now: jiff::Timestamp::UNIX_EPOCH,
        phase: None,
        example: None,
        quiet: crate::check::quiet::Quiet::default(),
        ..crate::Options::default()
    };
    let report = findings.report(&schema, &mut sources, &options, Reach::default());
    let text = crate::report::concise::render(&report, &sources);
    assert!(
        text.contains("the value of STRIPE_SECRET_KEY (.env.production:4) is in src/********.ts:2:6 (base64)"),
        "{text}"
    );
    assert_eq!(report.diagnostics.len(), 2, "{text}");
    let masked = crate::check::mask(&schema, &sources, &[]);
    let human = crate::report::human::render(&report, &sources, &masked, crate::report::human::Style::PLAIN);
    let json = crate::report::json::render(&crate::report::Export::new(&report, &sources, PositionEncoding::Scalar));
    for text in [&text, &human, &json] {
        assert!(
            !text.contains(&value[8..16]) && !text.contains(str::from_utf8(&base64[4..12]).unwrap()),
            "{text}"
        );
    }
    assert!(json.contains("\"column\": 6"), "{json}");
}

#[test]
fn base64_in_lines_is_found() {
    use base64ct::{Base64, Encoding as _};
    let value = "correct.horse-battery_staple:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let needles = needles(&[value]);
    let text = Base64::encode_string(format!("# variables\nPORT=80\nTOKEN={value}\nNAME=x\n").as_bytes());
    for (width, end) in [(76, "\n"), (64, "\r\n"), (76, "\n    ")] {
        let lines: Vec<&str> = text
            .as_bytes()
            .chunks(width)
            .map(|line| str::from_utf8(line).unwrap())
            .collect();
        let found = Search::whole(&needles, format!("data: {}\n", lines.join(end)).as_bytes());
        let encodings: Vec<_> = places(&found).into_iter().map(|hit| hit.4).collect();
        assert_eq!(encodings, [Some(Encoding::Base64)], "{width} {end:?}");
    }
}

#[test]
fn base64_is_found_wherever_its_lines_break() {
    use base64ct::{Base64, Encoding as _};
    let value = "q8Zt5LmXw0Kd7Rb3m4Tz9Q";
    let needles = needles(&[value]);
    for end in ["\n", "\r\n", "\n    ", "\\n", "\\r\\n"] {
        for before in 0..80 {
            let text = Base64::encode_string(format!("{}{value}{}", ".".repeat(before), "-".repeat(40)).as_bytes());
            let lines: Vec<&str> = text
                .as_bytes()
                .chunks(76)
                .map(|line| str::from_utf8(line).unwrap())
                .collect();
            let text = lines.join(end);
            let found = Search::whole(&needles, text.as_bytes());
            assert_eq!(found.hits.len(), 1, "{before} {end:?}");
            assert_eq!(places(&by_pieces(&needles, text.as_bytes(), 7)), places(&found));
        }
    }
}
