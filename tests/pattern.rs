//! Patterns against the `regex` crate and against V8.
//!
//! Patterns are generated together with texts that are likely to match: each text is a walk through the pattern, with
//! something before, after or changed. `pattern/suite.json` holds the cases of the JSON-Schema-Test-Suite's
//! `draft2020-12/optional/ecmascript-regex.json` (by Julian Berman, MIT licence).
//!
//! `ENVGATE_PATTERN_CASES` sets how many patterns are generated, `ENVGATE_PATTERN_SEED` which.

use std::fmt::Write as _;

#[cfg(feature = "full")]
use envgate::schema::pattern::to_regex;
use envgate::schema::pattern::{Pattern, PatternErrorKind, Unsupported};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

/// The characters patterns and texts are made of: some of each kind that a pattern can tell apart.
const ALPHABET: &[char] = &[
    'a',
    'b',
    'c',
    'z',
    'A',
    '0',
    '9',
    '_',
    '-',
    ' ',
    '.',
    '/',
    '\n',
    '\r',
    '\t',
    '\u{8}',
    '\0',
    '\u{85}',
    '\u{A0}',
    'é',
    'K',
    '\u{212A}',
    'ſ',
    '\u{2028}',
    '\u{FEFF}',
    '\u{D7FF}',
    '\u{E000}',
    '\u{FFFF}',
    '😀',
    '\u{10FFFF}',
    '^',
    ']',
];

#[derive(Debug, Clone)]
enum Node {
    Char(char, u8),
    /// An escape or `.`.
    Set(&'static str),
    Class(bool, Vec<Member>),
    Assertion(&'static str),
    Group(u8, Box<Node>),
    Sequence(Vec<Node>),
    Choice(Vec<Node>),
    Repeat(Box<Node>, u32, Option<u32>, bool),
}

#[derive(Debug, Clone)]
enum Member {
    Char(char, u8),
    Range(char, char, u8),
    Set(&'static str),
}

fn character() -> impl Strategy<Value = char> {
    prop_oneof![3 => prop::sample::select(&ALPHABET[..5]), 1 => prop::sample::select(ALPHABET)]
}

fn member() -> impl Strategy<Value = Member> {
    prop_oneof![
        3 => (character(), any::<u8>()).prop_map(|(c, style)| Member::Char(c, style)),
        2 => (prop::sample::select(ALPHABET), prop::sample::select(ALPHABET), any::<u8>())
            .prop_map(|(a, b, style)| Member::Range(a.min(b), a.max(b), style)),
        1 => prop::sample::select(&[r"\d", r"\D", r"\w", r"\W", r"\s", r"\S"][..]).prop_map(Member::Set),
    ]
}

fn node() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        6 => (character(), any::<u8>()).prop_map(|(c, style)| Node::Char(c, style)),
        2 => prop::sample::select(&[".", r"\d", r"\D", r"\w", r"\W", r"\s", r"\S"][..]).prop_map(Node::Set),
        2 => (any::<bool>(), prop::collection::vec(member(), 0..4)).prop_map(|(negated, members)| Node::Class(negated, members)),
        2 => prop::sample::select(&["^", "$", r"\b", r"\B"][..]).prop_map(Node::Assertion),
    ];
    leaf.prop_recursive(5, 24, 4, |inner| {
        let bounds = prop_oneof![
            Just((0, None)),
            Just((1, None)),
            Just((0, Some(1))),
            Just((0, Some(0))),
            Just((2, Some(2))),
            (0u32..3).prop_map(|min| (min, None)),
            (0u32..3, 0u32..4).prop_map(|(min, more)| (min, Some(min + more))),
        ];
        prop_oneof![
            4 => prop::collection::vec(inner.clone(), 0..5).prop_map(Node::Sequence),
            2 => prop::collection::vec(inner.clone(), 1..4).prop_map(Node::Choice),
            1 => (0u8..3, inner.clone()).prop_map(|(kind, node)| Node::Group(kind, Box::new(node))),
            3 => (inner, bounds, any::<bool>())
                .prop_map(|(node, (min, max), lazy)| Node::Repeat(Box::new(node), min, max, lazy)),
        ]
    })
}

/// A pattern as text.
struct Writer {
    out: String,
    groups: u32,
}

impl Writer {
    fn write(&mut self, node: &Node) {
        match node {
            Node::Char(c, style) => self.character(*c, *style, r"^$\.*+?()[]{}|"),
            Node::Set(text) | Node::Assertion(text) => self.out.push_str(text),
            Node::Class(negated, members) => {
                self.out.push_str(if *negated { "[^" } else { "[" });
                for member in members {
                    match member {
                        Member::Set(text) => self.out.push_str(text),
                        Member::Char(c, style) => self.character(*c, *style, r"\]^-"),
                        Member::Range(first, last, style) => {
                            self.character(*first, *style, r"\]^-");
                            self.out.push('-');
                            self.character(*last, style.wrapping_mul(7), r"\]^-");
                        }
                    }
                }
                self.out.push(']');
            }
            Node::Group(kind, node) => {
                self.groups += 1;
                match kind {
                    0 => self.out.push_str("(?:"),
                    1 => self.out.push('('),
                    _ => write!(self.out, "(?<g{}>", self.groups).unwrap(),
                }
                self.write(node);
                self.out.push(')');
            }
            Node::Sequence(nodes) => {
                for node in nodes {
                    match node {
                        Node::Choice(_) => self.group(node),
                        _ => self.write(node),
                    }
                }
            }
            Node::Choice(nodes) => {
                for (index, node) in nodes.iter().enumerate() {
                    if index > 0 {
                        self.out.push('|');
                    }
                    self.write(node);
                }
            }
            Node::Repeat(node, min, max, lazy) => {
                match **node {
                    Node::Char(..) | Node::Set(_) | Node::Class(..) | Node::Group(..) => self.write(node),
                    _ => self.group(node),
                }
                match (min, max) {
                    (0, None) => self.out.push('*'),
                    (1, None) => self.out.push('+'),
                    (0, Some(1)) => self.out.push('?'),
                    (min, None) => write!(self.out, "{{{min},}}").unwrap(),
                    (min, Some(max)) if min == max => write!(self.out, "{{{min}}}").unwrap(),
                    (min, Some(max)) => write!(self.out, "{{{min},{max}}}").unwrap(),
                }
                if *lazy {
                    self.out.push('?');
                }
            }
        }
    }

    fn group(&mut self, node: &Node) {
        self.out.push_str("(?:");
        self.write(node);
        self.out.push(')');
    }

    /// A character in one of the ways to write it.
    fn character(&mut self, c: char, style: u8, special: &str) {
        let code = u32::from(c);
        match style % 8 {
            0 => write!(self.out, "\\u{{{code:x}}}").unwrap(),
            1 if code < 0x100 => write!(self.out, "\\x{code:02X}").unwrap(),
            2 if code < 0x10000 => write!(self.out, "\\u{code:04x}").unwrap(),
            2 => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    write!(self.out, "\\u{unit:04X}").unwrap();
                }
            }
            3 if (1..27).contains(&code) => write!(self.out, "\\c{}", char::from(code as u8 + b'a' - 1)).unwrap(),
            4 if c == '/' => self.out.push_str("\\/"),
            _ if special.contains(c) => write!(self.out, "\\{c}").unwrap(),
            _ => self.out.push(c),
        }
    }
}

fn source(node: &Node) -> String {
    let mut writer = Writer {
        out: String::new(),
        groups: 0,
    };
    writer.write(node);
    writer.out
}

/// Longest text: backtracking takes time exponential in it.
const MAX_TEXT: usize = 14;

/// A text that takes a way through the pattern, were it not for assertions.
fn walk(node: &Node, choices: &mut dyn Iterator<Item = usize>, out: &mut String) {
    let mut choose = |n: usize| choices.next().unwrap_or(0) % n.max(1);
    match node {
        _ if out.chars().count() > MAX_TEXT => {}
        Node::Char(c, _) => out.push(*c),
        Node::Set(_) => out.push(ALPHABET[choose(ALPHABET.len())]),
        Node::Class(true, _) => out.push(ALPHABET[choose(ALPHABET.len())]),
        Node::Class(false, members) => match members.get(choose(members.len())) {
            Some(Member::Char(c, _)) => out.push(*c),
            Some(Member::Range(first, last, _)) => out.push(if choose(2) == 0 { *first } else { *last }),
            Some(Member::Set(_)) | None => out.push(ALPHABET[choose(ALPHABET.len())]),
        },
        Node::Assertion(_) => {}
        Node::Group(_, node) => walk(node, choices, out),
        Node::Sequence(nodes) => nodes.iter().for_each(|node| walk(node, choices, out)),
        Node::Choice(nodes) => {
            let index = choose(nodes.len());
            walk(&nodes[index], choices, out);
        }
        Node::Repeat(node, min, max, _) => {
            let extra = choose(3) as u32;
            let times = max.map_or(min + extra, |max| (min + extra).min(max + u32::from(extra == 2)));
            (0..times).for_each(|_| walk(node, choices, out));
        }
    }
}

/// Texts for a pattern: walks, some with something before, behind or instead of a character, and noise.
fn texts(node: &Node, seeds: &[(Vec<usize>, usize)]) -> Vec<String> {
    let mut texts = vec![String::new()];
    for (choices, change) in seeds {
        let mut text = String::new();
        walk(node, &mut choices.iter().copied(), &mut text);
        let mut chars: Vec<char> = text.chars().collect();
        let c = ALPHABET[change / 8 % ALPHABET.len()];
        match change % 8 {
            0 => chars.insert(0, c),
            1 => chars.push(c),
            2 if !chars.is_empty() => {
                let at = change / 256 % chars.len();
                chars[at] = c;
            }
            3 if !chars.is_empty() => {
                chars.remove(change / 256 % chars.len());
            }
            4 => {
                chars = choices
                    .iter()
                    .take(6)
                    .map(|choice| ALPHABET[choice % ALPHABET.len()])
                    .collect()
            }
            _ => {}
        }
        texts.push(chars.into_iter().collect());
    }
    texts
}

fn seeds() -> impl Strategy<Value = Vec<(Vec<usize>, usize)>> {
    prop::collection::vec((prop::collection::vec(any::<usize>(), 0..24), any::<usize>()), 4..12)
}

/// A pattern that is likely to be wrong: a sound one with a change, or noise of what patterns are made of.
fn broken() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "a", "b", "-", "^", "$", "\\", ".", "*", "+", "?", "(", ")", "[", "]", "{", "}", "|", "/", ",", "1", "0", "2",
        ":", "=", "!", "<", ">", "(?", "(?:", "(?<", "(?<n>", "(?=", "(?<!", "\\k", "\\k<n>", "\\1", "\\u", "\\x",
        "\\c", "\\b", "\\d", "\\p", "\\p{L}", "{1}", "{2,1}", "{,1}", "{1,}", "D83D", "\\uD83D", "\\uDE00", "\\u{",
        "\\-", "\\0", "é", "😀", "\n", "[^", "a-z", "\\cA", "\\B", "\\S", "_", "#", "\\_", "(?i:",
    ];
    let piece = prop::sample::select(PIECES);
    let noise = prop::collection::vec(piece.clone(), 0..8).prop_map(|pieces| pieces.concat());
    let changed = (node(), any::<usize>(), 0usize..3, piece).prop_map(|(node, at, removed, piece)| {
        let chars: Vec<char> = source(&node).chars().collect();
        let at = at % (chars.len() + 1);
        let rest = &chars[(at + removed).min(chars.len())..];
        chars[..at]
            .iter()
            .copied()
            .chain(piece.chars())
            .chain(rest.iter().copied())
            .collect()
    });
    prop_oneof![noise, changed]
}

fn cases(default: u32) -> u32 {
    std::env::var("ENVGATE_PATTERN_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(default)
}

fn runner(cases: u32) -> TestRunner {
    let seed: u64 = std::env::var("ENVGATE_PATTERN_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(1);
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

#[test]
fn the_test_suite_agrees() {
    let cases: Vec<(String, String, bool)> = serde_json::from_str(include_str!("pattern/suite.json")).unwrap();
    assert!(cases.len() > 50);
    for (source, text, expected) in cases {
        match Pattern::compile(&source) {
            Ok(pattern) => assert_eq!(pattern.is_match(&text), expected, "{source} on {text:?}"),
            Err(error) => {
                assert_eq!(
                    error.kind,
                    PatternErrorKind::Unsupported(Unsupported::UnicodeProperty),
                    "{source}"
                );
                #[cfg(feature = "full")]
                {
                    let regex = regex::Regex::new(&to_regex(&source).unwrap()).unwrap();
                    assert_eq!(regex.is_match(&text), expected, "{source} on {text:?}");
                }
            }
        }
    }
}

#[cfg(feature = "full")]
#[test]
fn regex_agrees() {
    let strategy = (node(), seeds());
    let result = runner(cases(2_000)).run(&strategy, |(node, seeds)| {
        let source = source(&node);
        let pattern = match Pattern::compile(&source) {
            Ok(pattern) => pattern,
            Err(error) => {
                prop_assert_eq!(error.kind, PatternErrorKind::TooLarge, "{}", source);
                return Ok(());
            }
        };
        let regex = regex::Regex::new(&to_regex(&source).unwrap()).unwrap();
        for text in texts(&node, &seeds) {
            prop_assert_eq!(
                pattern.is_match(&text),
                regex.is_match(&text),
                "/{}/u on {:?}",
                source,
                text
            );
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

/// The same patterns, and broken ones, judged by `new RegExp(source, "u")` in Node.
#[test]
fn v8_agrees() {
    let cases = cases(2_000);
    let mut runner = runner(cases);
    let mut lines = String::new();
    for index in 0..cases {
        let (source, texts) = if index % 4 == 3 {
            let source = broken().new_tree(&mut runner).unwrap().current();
            (source, vec!["a".to_owned(), "ab1\n".to_owned()])
        } else {
            let (node, seeds) = (node(), seeds()).new_tree(&mut runner).unwrap().current();
            (source(&node), texts(&node, &seeds))
        };
        let ours = match Pattern::compile(&source) {
            Ok(pattern) => {
                let verdicts: Vec<bool> = texts.iter().map(|text| pattern.is_match(text)).collect();
                serde_json::json!({ "source": source, "texts": texts, "verdicts": verdicts })
            }
            Err(error) => serde_json::json!({ "source": source, "refused": refusal(error.kind) }),
        };
        lines.push_str(&ours.to_string());
        lines.push('\n');
    }
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("pattern-differential.jsonl");
    std::fs::write(&path, lines).unwrap();

    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/js/pattern-differential.mjs");
    match std::process::Command::new("node").arg(script).arg(&path).output() {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{text}");
            assert!(text.contains(" 0 differences"), "{text}");
        }
        // Asked for by name, so that no run passes without V8 unnoticed.
        Err(_) if std::env::var_os("ENVGATE_NO_NODE").is_some() => {}
        Err(error) => panic!("node is needed to judge patterns (ENVGATE_NO_NODE=1 leaves it out): {error}"),
    }
}

/// What V8 should say to a pattern that we refuse: `wrong` if it is no pattern, `either` where we are known to be stricter
/// or to look no further.
fn refusal(kind: PatternErrorKind) -> &'static str {
    match kind {
        PatternErrorKind::Unsupported(_)
        | PatternErrorKind::TooLarge
        | PatternErrorKind::LoneSurrogate
        | PatternErrorKind::GroupName => "either",
        _ => "wrong",
    }
}
