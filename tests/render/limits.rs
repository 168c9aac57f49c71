//! What no format shows, and what no report costs.

use std::borrow::Cow;

use envgate::diagnostic::Severity;
use envgate::report::human::{self, Style};
use envgate::report::{Export, MaskedSource, concise, json};
use envgate::source::{Location, PositionEncoding, Source, SourceId, Span};

use crate::human::render_human;
use crate::sample::{ENV, SCHEMA, diagnostic, report, sources};

#[test]
fn no_format_shows_a_value() {
    let sources = sources();
    let texts = [
        render_human(&report(), Style::PLAIN),
        render_human(
            &report(),
            Style {
                colour: true,
                width: 40,
                ..Style::PLAIN
            },
        ),
        concise::render(&report(), &sources),
        json::render(&Export::new(&report(), &sources, PositionEncoding::Scalar)),
    ];
    for text in texts {
        for piece in ["hunter2", "tr0u", "dor&", "é😀", "rotate", "8000", "9000"] {
            assert!(!text.contains(piece), "{piece} in {text}");
        }
    }
}

/// Names of files and words of a schema are somebody's text too.
#[test]
fn no_format_lets_a_control_character_through() {
    let bad = "x\u{1b}]0;title\u{7}\u{9b}2J\u{202e}\u{7f}\u{e0001}\nnext";
    let sources = [
        Source::new(format!("{bad}.schema"), SCHEMA).unwrap(),
        Source::new(bad, ENV).unwrap(),
    ];
    let mut report = report();
    for diagnostic in &mut report.diagnostics {
        diagnostic.message = bad.to_owned();
        diagnostic.help = Some(bad.to_owned());
        diagnostic.environment = Some(bad.to_owned());
        diagnostic.key = Some(bad.to_owned());
        diagnostic
            .related
            .iter_mut()
            .for_each(|label| label.message = Cow::Owned(bad.to_owned()));
    }
    report.environments[0].name = bad.to_owned();
    let masked = sources.each_ref().map(MaskedSource::schema);
    let json = json::render(&Export::new(&report, &sources, PositionEncoding::Scalar));
    let texts = [
        human::render(&report, &sources, &masked, Style::PLAIN),
        concise::render(&report, &sources),
        json.clone(),
    ];
    for text in texts {
        let acting = text
            .chars()
            .find(|&c| c != '\n' && (c.is_control() || matches!(c, '\u{202e}' | '\u{e0001}')));
        assert_eq!(acting, None, "{text}");
        assert!(!text.contains("\nnext"), "{text}");
    }
    let back: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(back["diagnostics"][0]["message"], bad, "escapes mean the same text");
}

/// A report may point ten thousand times into one line of 16 MiB, and must not read it ten thousand times.
#[test]
fn many_diagnostics_in_one_long_line() {
    let text = format!("KEY=\"{}\"", "x".repeat(16 << 20));
    let sources = [
        Source::new("env.schema.json", SCHEMA).unwrap(),
        Source::new(".env", text).unwrap(),
    ];
    let mut report = report();
    report.environments.clear();
    report.diagnostics = (0..10_000u32)
        .map(|index| {
            let at = Span::new(1_000 * index as usize, 1_000 * index as usize + 7);
            let message = "a reference to nothing";
            diagnostic(
                "undefined-reference",
                Severity::Warning,
                message,
                Some(Location {
                    source: SourceId(1),
                    span: at,
                }),
            )
        })
        .collect();
    let masked = [
        MaskedSource::schema(&sources[0]),
        MaskedSource::new(&sources[1], vec![Span::new(0, 5)]),
    ];
    let text = human::render(&report, &sources, &masked, Style::PLAIN);
    assert!(text.len() < 10_000 * 400 && text.contains(".env:1:9999001"));
    assert_eq!(concise::render(&report, &sources).lines().count(), 10_002);
}
