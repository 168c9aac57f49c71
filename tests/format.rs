//! Formats against the JSON-Schema-Test-Suite, and against the general engine.
//!
//! `format/suite.json` holds the cases of the suite's `draft2020-12/optional/format`, one a line: format, text, whether it
//! is valid, what it is about. The suite is by Julian Berman, under the MIT licence.

use envgate::schema::format::Format;

#[test]
fn the_test_suite_agrees() {
    let cases: Vec<(String, String, bool, String)> = serde_json::from_str(include_str!("format/suite.json")).unwrap();
    assert!(cases.len() > 300);
    let wrong: Vec<String> = cases
        .iter()
        .filter(|(name, text, valid, _)| Format::find(name).unwrap().is_match(text) != *valid)
        .map(|(name, text, valid, about)| format!("{name}: {about}: {text:?} should be {valid}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[cfg(feature = "full")]
mod against_the_engine {
    use envgate::schema::format::Format;
    use proptest::prelude::*;

    /// The standard's formats that the engine is built with, with pieces of which their texts are made.
    const FORMATS: &[(Format, &[&str])] = &[
        (
            Format::DateTime,
            &[
                "2026-11-20",
                "2024-02-29",
                "T",
                "t",
                " ",
                "08:30:00",
                "23:59:60",
                ".5",
                "Z",
                "+00:00",
                "-01:30",
            ],
        ),
        (
            Format::Date,
            &[
                "2026", "1900", "2000", "-", "02", "29", "30", "31", "04", "11", "00", "13", "é",
            ],
        ),
        (
            Format::Time,
            &[
                "23", "24", "59", "60", "00", "01", ":", ".", "5", "Z", "z", "+", "-", "23:59:60", "08:30:00", " ",
            ],
        ),
        (
            Format::Duration,
            &["P", "T", "1", "02", "Y", "M", "W", "D", "H", "S", ".", "-"],
        ),
        (
            Format::Email,
            &[
                "a",
                "b.c",
                "@",
                ".",
                "\"",
                "\\",
                " ",
                "é",
                "x.y",
                "[127.0.0.1]",
                "[IPv6:::1]",
                "-",
                "!",
                "(",
                "<",
                "xn--e1afmkfd",
                ",",
            ],
        ),
        (
            Format::Hostname,
            &[
                "a",
                "1",
                "-",
                "--",
                ".",
                "_",
                "xn--",
                "e1afmkfd",
                "80ak6aa92e",
                "é",
                "xyz",
                "xn--4gbwdl",
            ],
        ),
        (Format::Ipv4, &["1", "0", "255", "256", "01", ".", "127.0.0", " ", "٣"]),
        (
            Format::Ipv6,
            &[
                "1",
                "ffff",
                "12345",
                ":",
                "::",
                "127.0.0.1",
                "1:2:3:4:5:6",
                "%eth0",
                "g",
                ".",
            ],
        ),
        (Format::Uri, URI),
        (Format::UriReference, URI),
        (Format::Iri, URI),
        (Format::IriReference, URI),
        (
            Format::Uuid,
            &["123e4567", "-e89b", "-12d3-a456-", "426614174000", "-", "g", "AB"],
        ),
        (
            Format::UriTemplate,
            &[
                "{", "}", "a", "b.c", ",", ":", "3", "0", "1000", "*", "+", "#", "%41", "%4", "é", "|", "'", "\"", "`",
                "~", "/",
            ],
        ),
        (
            Format::JsonPointer,
            &["/", "a", "~", "0", "1", "2", "#", "é", "\0", " "],
        ),
        (
            Format::RelativeJsonPointer,
            &["/", "a", "~", "0", "1", "2", "#", "-", "+", "é"],
        ),
    ];

    const URI: &[&str] = &[
        "http",
        ":",
        "//",
        "/",
        "?",
        "#",
        "@",
        "a",
        "b.c",
        "%41",
        "%4",
        "[",
        "]",
        "[::1]",
        "[v1.x:]",
        "[v.x]",
        ":80",
        "é",
        "\u{E000}",
        "\u{80}",
        "\u{FFFE}",
        "\u{10000}",
        " ",
        "^",
        "'",
        "(",
        "..",
        "+",
        "-",
        "1",
        "\\",
        "{",
        "|",
        "1.2.3.4",
        "",
    ];

    /// Verdicts of the engine that we leave, each with the text that is right.
    fn is_known_difference(format: Format, text: &str) -> bool {
        match format {
            // RFC 5321 section 4.1.2 has no display names: `Name <a@b.c>` is a header of RFC 5322, not a Mailbox. Its quoted
            // strings hold spaces after a backslash and no tabs.
            Format::Email => {
                text.contains(" <") || text.contains("xn--") || (text.starts_with('"') && text.contains(['\\', '\t']))
            }
            // RFC 5891 section 4.2.3.1 binds also what an A-label decodes to: no hyphen at either end, nor two in third and
            // fourth place. The other way around, the engine asks tables of Unicode, see the module `hostname`.
            Format::Hostname => text.contains("xn--") || text.contains("XN--"),
            // RFC 6570 section 2.1: beyond ASCII, a literal is `ucschar` or `iprivate`.
            Format::UriTemplate => text.contains(|c| {
                let c = u32::from(c);
                matches!(c, 0x80..0xA0 | 0xFDD0..0xFDF0 | 0xFFF0..0x10000 | 0xE0000..0xE1000) || c & 0xFFFE == 0xFFFE
            }),
            // RFC 3339 section 5.6: digits are digits. The engine takes a few other characters for them.
            Format::Date | Format::DateTime | Format::Time => {
                let shape = &"dddd-dd-ddTdd:dd:dd"[if format == Format::Time { 11 } else { 0 }..];
                let is_off = |text: &[u8], shape: &str| {
                    std::iter::zip(text, shape.bytes()).any(|(b, kind)| kind == b'd' && !b.is_ascii_digit())
                };
                let offset = &text.as_bytes()[text.len().saturating_sub(6)..];
                is_off(text.as_bytes(), shape)
                    || (offset.starts_with(b"+") || offset.starts_with(b"-")) && is_off(offset, "+dd:dd")
            }
            _ => false,
        }
    }

    /// What the difference above leaves out.
    #[test]
    fn names_of_all_scripts() {
        let engine = engine(Format::Hostname);
        let yes = [
            "xn--e1afmkfd",
            "xn--fiqs8s",
            "xn--p1ai",
            "xn--mgbaam7a8h",
            "xn--bcher-kva",
            "xn--j6w193g",
            "xn--h2brj9c",
        ];
        let no = [
            "xn--",
            "xn--a",
            "xn--99999999",
            "xn--i-7iq",
            "xn--ls8h",
            "xn--e1afmkfd-",
            "ab--c",
            "xn--a-b--",
            "xn--a\u{e9}",
        ];
        for (names, expected) in [(&yes[..], true), (&no[..], false)] {
            for name in names {
                assert_eq!(Format::Hostname.is_match(name), expected, "{name}");
                assert_eq!(engine.is_valid(&serde_json::json!(name)), expected, "{name}");
            }
        }
    }

    fn engine(format: Format) -> jsonschema::Validator {
        jsonschema::options()
            .should_validate_formats(true)
            .should_ignore_unknown_formats(false)
            .build(&serde_json::json!({ "format": format.name() }))
            .unwrap()
    }

    /// Makes texts, of which the engine must say what we say.
    fn compare<S: Strategy>(format: Format, strategy: &S, text_of: impl Fn(S::Value) -> String) {
        let engine = engine(format);
        let config = ProptestConfig {
            cases: cases(),
            failure_persistence: None,
            ..ProptestConfig::default()
        };
        let mut runner = proptest::test_runner::TestRunner::new(config);
        let result = runner.run(strategy, |made| {
            let text = text_of(made);
            if !is_known_difference(format, &text) {
                let theirs = engine.is_valid(&serde_json::json!(text));
                prop_assert_eq!(format.is_match(&text), theirs, "{} on {:?}", format.name(), text);
            }
            Ok(())
        });
        if let Err(error) = result {
            panic!("{error}");
        }
    }

    #[test]
    fn texts_of_the_grammars_pieces() {
        for (format, pieces) in FORMATS {
            let pieces = prop::sample::select(pieces.to_vec());
            let text = prop::collection::vec(prop_oneof![20 => pieces.prop_map(str::to_owned), 1 => "\\PC"], 0..10);
            compare(*format, &text, |pieces| pieces.concat());
        }
    }

    /// Half of the texts are sound ones with a small change, since most texts of random pieces are nothing.
    #[test]
    fn sound_texts_with_a_change() {
        let cases_of_suite: Vec<(String, String, bool, String)> =
            serde_json::from_str(include_str!("format/suite.json")).unwrap();
        for (format, pieces) in FORMATS {
            let sound: Vec<String> = cases_of_suite
                .iter()
                .filter(|(name, _, valid, _)| name == format.name() && *valid)
                .map(|(_, text, _, _)| text.clone())
                .collect();
            let change = (
                prop::sample::select(sound),
                any::<prop::sample::Index>(),
                0usize..3,
                prop::sample::select(pieces.to_vec()),
            );
            compare(*format, &change, |(text, at, removed, piece)| {
                let chars: Vec<char> = text.chars().collect();
                let at = at.index(chars.len() + 1);
                let rest = &chars[(at + removed).min(chars.len())..];
                let start = chars[..at].iter().copied();
                start.chain(piece.chars()).chain(rest.iter().copied()).collect()
            });
        }
    }

    /// More with `PROPTEST_CASES`.
    fn cases() -> u32 {
        std::env::var("PROPTEST_CASES")
            .ok()
            .and_then(|cases| cases.parse().ok())
            .unwrap_or(2_000)
    }
}
