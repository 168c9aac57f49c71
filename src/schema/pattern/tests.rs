use super::{Pattern, PatternErrorKind as Kind, Unsupported, to_regex};

/// Asserts that each of `yes` contains a match and each of `no` doesn't, and that `regex` agrees.
#[track_caller]
fn matches(source: &str, yes: &[&str], no: &[&str]) {
    let pattern = Pattern::compile(source).unwrap_or_else(|error| panic!("{source}: {error} at {}", error.offset));
    for (texts, expected) in [(yes, true), (no, false)] {
        for text in texts {
            // The second run uses the cached states.
            for _ in 0..2 {
                assert_eq!(pattern.is_match(text), expected, "/{source}/u on {text:?}");
            }
            #[cfg(feature = "full")]
            assert_eq!(
                regex::Regex::new(&to_regex(source).unwrap()).unwrap().is_match(text),
                expected,
                "{source} {text:?}"
            );
        }
    }
}

#[track_caller]
fn refused(source: &str, kind: Kind, offset: usize) {
    let error = Pattern::check(source).expect_err(source);
    assert_eq!((error.kind, error.offset), (kind, offset), "{source}");
}

#[test]
fn finds_a_match_anywhere() {
    matches("b+", &["b", "abc", "ab", "ü b"], &["", "a", "ü"]);
    matches("", &["", "a"], &[]);
    matches("abcab", &["abcabcab", "xabcab"], &["abcaabca"]);
}

#[test]
fn anchors_hold_at_the_ends_only() {
    matches("^a$", &["a"], &["", "aa", "a\n", "\na", "ba"]);
    matches("^a|b$", &["a", "ax", "xb", "b"], &["xa", "bx", ""]);
    matches("(?:^|,)x(?:,|$)", &["x", "a,x", "x,a", "a,x,b"], &["ax", "xa", "a,xx"]);
    matches("^$", &[""], &["a", "\n"]);
    matches("$^", &[""], &["a"]);
    matches("a^b", &[], &["ab", "b", "a"]);
    matches("(?:^a)*b", &["b", "ab", "aab"], &["a", ""]);
    matches("(?:$)*", &["", "a"], &[]);
}

#[test]
fn boundaries_are_those_of_ascii_words() {
    matches(
        r"\bcat\b",
        &["cat", "a cat.", "ücatü"],
        &["cats", "concat", "_cat", "cat9"],
    );
    matches(r"\Bcat", &["concat", "_cat"], &["cat", " cat", "ücat"]);
    matches(r"^\b", &["a", "_"], &["", " a", "ü"]);
    matches(r"^\B$", &[""], &["a", " "]);
    matches(r"\B|b|c\x85\D", &["c\u{85}a", "ab", "é"], &["c"]);
    matches(r"xy|\B", &["aa", "😀"], &["b😀a", "béa", "a"]);
    matches(r"\b\B", &[], &["", "a", " "]);
    matches(r"a\b|\bb", &["a", "b", "b ca"], &["ab", "cbc", "aac"]);
    matches(r"(?:a|\b)+c", &["c", "ac", "bac", " c"], &["bc"]);
}

#[test]
fn quantifiers_count() {
    matches("^a{2,3}$", &["aa", "aaa"], &["a", "aaaa", ""]);
    matches("^a{2,}$", &["aa", "aaaaaaaaa"], &["a", ""]);
    matches("^a{0}$", &[""], &["a"]);
    matches("^(?:a{0}b)?$", &["", "b"], &["ab"]);
    matches(
        "^(?:ab?){2}$",
        &["aa", "aba", "abab", "aab"],
        &["a", "ab", "abb", "aaa"],
    );
    matches("^a*?$", &["", "aa"], &["b"]);
    matches("^a{1,2}?b??c+?$", &["ac", "aabcc"], &["c", "aaac", "abbc"]);
    matches("^(a|bc){0,2}$", &["", "a", "bc", "abc", "bca"], &["b", "aaa", "bcbcbc"]);
    matches("^(?:(?:a*)*)*$", &["", "aaa"], &["b"]);
    matches("^(?:){4000}a(?:){7,}$", &["a"], &["", "aa"]);
    matches("^(?:a|b|){3}c$", &["c", "ac", "bac", "aaac"], &["aaaac", "a"]);
    matches("^x{0,2048}$", &["", &"x".repeat(2048)], &[&"x".repeat(2049), "y"]);
}

#[test]
fn alternatives_nest() {
    matches(
        "^(?:a|b(?:c|d|)|e)$",
        &["a", "bc", "bd", "b", "e"],
        &["", "c", "ae", "bcd"],
    );
    matches("a||b", &["", "x"], &[]);
    matches(
        "^(?<year>[0-9]{4})-(?<month>0[1-9]|1[0-2])$",
        &["2026-11"],
        &["2026-13", "2026-1"],
    );
    matches(
        "^(postgres(ql)?|redis)://",
        &["postgres://", "postgresql://x", "redis://"],
        &["postgresq://", "http://"],
    );
}

#[test]
fn classes_and_their_escapes() {
    matches("^[a-c_\\-\\]^]+$", &["a-b_c]^"], &["d", "", "\\"]);
    matches("^[^a-c]$", &["d", "ü", "\n", "😀"], &["a", "dd", ""]);
    matches("^[]$", &[], &["", "a"]);
    matches("^[^]$", &["a", "\n", "😀"], &["", "aa"]);
    matches("[]|a", &["a"], &["b"]);
    matches("^[-a]$", &["-", "a"], &["b"]);
    matches("^[a-]$", &["-", "a"], &["b"]);
    matches("^[\\b]$", &["\u{8}"], &["b"]);
    matches("^[+--]$", &["+", ",", "-"], &["."]);
    matches("^[\\d.]+$", &["1.2"], &["٣", "a"]);
    matches("^\\w$", &["a", "Z", "_", "0"], &["ü", "-", "ſ", "\u{212A}"]);
    matches("^\\W$", &["ü", "-", "ſ", "\u{212A}"], &["a", "_"]);
    matches("^\\D$", &["٣", "x"], &["3"]);
    matches("^[^\\S ]$", &["\t", "\u{A0}"], &["a", " "]);
    matches("^[\\w\\W]$", &["a", "😀"], &[""]);
    matches("^[α-ω]+$", &["αβγ"], &["Α", "a", "ά"]);
    matches(
        "^[\\u0000-\\u{10FFFF}]$",
        &["a", "\u{D7FF}", "\u{E000}", "😀"],
        &["", "ab"],
    );
    // `regex` (regex-syntax 0.8.11) would get this complement wrong if it were given two ranges.
    matches(
        "[^\\u{E000}-\\u{FEFF}\\n-\\uD7FF]",
        &["\u{FF00}", "\t"],
        &["\u{D7FF}", "\u{E000}", "a"],
    );
    matches("^[^\\u{E000}]$", &["\u{D7FF}", "a", "\u{E001}"], &["\u{E000}"]);
    matches("^[^\\uD7FF]$", &["\u{E000}", "a", "\u{D7FE}"], &["\u{D7FF}"]);
    matches("^[é-ïaê-ü]$", &["é", "ü", "a"], &["è", "ý", "b"]);
}

#[test]
fn spaces_are_those_of_ecmascript() {
    let spaces = "\t\n\u{B}\u{C}\r \u{A0}\u{1680}\u{2000}\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}\u{FEFF}";
    matches(r"^\s+$", &[spaces], &["\u{85}", "\u{180E}", "\u{200B}", "\u{1C}", ""]);
    matches(r"^\S+$", &["\u{85}\u{180E}\u{200B}\u{1C}a😀"], &["\u{FEFF}", "\u{A0}"]);
    matches(
        "^.$",
        &["a", "\u{85}", "\0", "😀"],
        &["\n", "\r", "\u{2028}", "\u{2029}", ""],
    );
}

#[test]
fn escapes_stand_for_characters() {
    matches(r"^\t\n\v\f\r\0$", &["\t\n\u{B}\u{C}\r\0"], &["tnvfr0"]);
    matches(r"^\cA\cz\cJ$", &["\u{1}\u{1A}\n"], &["AzJ"]);
    matches(r"^\x41\u0042\u{43}\u{000044}$", &["ABCD"], &["abcd"]);
    matches(r"^\uD83D\uDE00\u{1F600}😀$", &["😀😀😀"], &["😀"]);
    matches(r"^\^\$\\\.\*\+\?\(\)\[\]\{\}\|\/$", &["^$\\.*+?()[]{}|/"], &[""]);
    matches("a/b-c,d \n", &["a/b-c,d \n"], &["a/b-c,d  n"]);
}

#[test]
fn mistakes_are_named_where_they_are() {
    refused("ab(c", Kind::UnclosedGroup, 2);
    refused("ab)c", Kind::UnopenedGroup, 2);
    refused("a[bc", Kind::UnclosedClass, 1);
    refused("a[b-", Kind::UnclosedClass, 1);
    refused("a[b\\", Kind::TrailingBackslash, 3);
    refused("ü]", Kind::LoneBracket(']'), 2);
    refused("}", Kind::LoneBracket('}'), 0);
    refused("{", Kind::LoneBracket('{'), 0);
    refused("a|*", Kind::NothingToRepeat, 2);
    refused("^*", Kind::NothingToRepeat, 1);
    refused(r"\b+", Kind::NothingToRepeat, 2);
    refused("a**", Kind::NothingToRepeat, 2);
    refused("a{1}{2}", Kind::NothingToRepeat, 4);
    refused("(?:*)", Kind::NothingToRepeat, 3);
    refused("a??+", Kind::NothingToRepeat, 3);
    refused("a{,5}", Kind::Quantifier, 1);
    refused("a{1,2", Kind::Quantifier, 1);
    refused("a{x}", Kind::Quantifier, 1);
    refused("a{3,2}", Kind::QuantifierOrder, 1);
    refused("[b-a]", Kind::RangeOrder, 1);
    refused(r"[a-\d]", Kind::RangeEnd, 1);
    refused(r"[\w-z]", Kind::RangeEnd, 1);
    refused("a\\", Kind::TrailingBackslash, 1);
    refused(r"a\-", Kind::UnknownEscape('-'), 1);
    refused(r"\ü", Kind::UnknownEscape('ü'), 0);
    refused(r"\e", Kind::UnknownEscape('e'), 0);
    refused(r"[\B]", Kind::UnknownEscape('B'), 1);
    refused(r"[\k]", Kind::UnknownEscape('k'), 1);
    refused(r"\00", Kind::DecimalEscape, 0);
    refused(r"[\1]", Kind::DecimalEscape, 1);
    refused(r"\c1", Kind::ControlEscape, 0);
    refused(r"\xg0", Kind::HexEscape, 0);
    refused(r"\x4", Kind::HexEscape, 0);
    refused(r"\u004", Kind::UnicodeEscape, 0);
    refused(r"\u{}", Kind::UnicodeEscape, 0);
    refused(r"\u{110000}", Kind::UnicodeEscape, 0);
    refused(r"\u{FFFFFFFFFF}", Kind::UnicodeEscape, 0);
    refused(r"\u{41", Kind::UnicodeEscape, 0);
    refused(r"\uD83D", Kind::LoneSurrogate, 0);
    refused(r"\uD83D\u0041", Kind::LoneSurrogate, 0);
    refused(r"\u{D83D}", Kind::LoneSurrogate, 0);
    refused("(?x:a)", Kind::UnknownGroup, 0);
    refused("(?", Kind::UnknownGroup, 0);
    refused("(?<>a)", Kind::GroupName, 3);
    refused("(?<1a>a)", Kind::GroupName, 3);
    refused("(?<a", Kind::GroupName, 3);
    refused("(?<é>a)", Kind::GroupName, 3);
    refused("(?<a>a)|(?<a>b)", Kind::DuplicateGroupName, 11);
    refused(r"\p", Kind::Property, 0);
    refused(r"\p{", Kind::Property, 0);
    refused(r"\p{L u}", Kind::Property, 0);
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    refused("a(?=b)", Kind::Unsupported(Unsupported::Lookahead), 1);
    refused("(?!b)", Kind::Unsupported(Unsupported::Lookahead), 0);
    refused("(?<=b)", Kind::Unsupported(Unsupported::Lookbehind), 0);
    refused("(?<!b)", Kind::Unsupported(Unsupported::Lookbehind), 0);
    refused(r"(a)\1", Kind::Unsupported(Unsupported::Backreference), 3);
    refused(r"(?<a>b)\k<a>", Kind::Unsupported(Unsupported::Backreference), 7);
    refused("(?i:a)", Kind::Unsupported(Unsupported::Modifiers), 0);
    refused(r"a\p{Lu}", Kind::Unsupported(Unsupported::UnicodeProperty), 1);
    refused(
        r"[^\P{Script=Greek}]",
        Kind::Unsupported(Unsupported::UnicodeProperty),
        0,
    );
    assert_eq!(to_regex(r"[^\P{Lu}a]").unwrap(), r"[^\x{61}\P{Lu}]");
}

#[test]
fn sizes_are_bounded() {
    refused("a{5000}", Kind::TooLarge, 1);
    refused("a{99999999999999999999}", Kind::TooLarge, 1);
    refused("(?:){5000}", Kind::TooLarge, 4);
    refused("(?:a{70}){72}", Kind::TooLarge, 9);
    refused("(?:(?:(?:a{99}){99}){99}){99}", Kind::TooLarge, 15);
    refused(&"a".repeat(5001), Kind::TooLarge, 4999);
    refused(&"a".repeat(40_000), Kind::TooLarge, 32 * 1024);
    refused(&"(".repeat(101), Kind::TooLarge, 100);
    assert!(Pattern::check(&format!("{}{}", "(".repeat(100), ")".repeat(100))).is_ok());
    let ranges: String = (0..2001).filter_map(|n| char::from_u32(0x4E00 + n * 2)).collect();
    refused(&format!("[{ranges}]"), Kind::TooLarge, 0);
    // Repeating an empty group costs nothing, at any depth.
    let nested = format!("{}{}", "(?:".repeat(90), "){4000}".repeat(90));
    matches(&nested, &["", "a"], &[]);
}

/// Work is at most proportional to the length of the text, even for patterns on which a backtracking engine explodes.
#[test]
fn time_is_linear() {
    let megabyte = "a".repeat(1 << 20);
    for source in [
        "(a*)*b",
        "(a|a)*$",
        "(.*)*x",
        "^(a+)+$",
        "(?:a?){30}a{30}b",
        r"(\ba|a\B)*c",
    ] {
        let pattern = Pattern::compile(source).unwrap();
        let _ = pattern.is_match(&megabyte);
        // A text of one repeated letter needs few states, and each is built once.
        let steps = pattern.dfa.borrow().as_ref().unwrap().steps;
        assert!(steps < 20_000, "{source}: {steps} steps");
    }
}

/// A pattern with more states than the table holds builds the same ones again, but still passes each instruction at
/// most once per character.
#[test]
fn the_table_is_emptied_when_it_is_full() {
    let pattern = Pattern::compile("(?:a|b)*a(?:a|b){12}c").unwrap();
    let instructions = pattern.program.len() as u64;
    let mut bits = 1u32;
    let text: String = (0..100_000)
        .map(|_| {
            bits = bits.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if bits >> 31 == 0 { 'a' } else { 'b' }
        })
        .collect();
    assert!(!pattern.is_match(&text));
    assert!(pattern.is_match(&format!("{text}a{}c", "b".repeat(12))));
    assert!(!pattern.is_match(&format!("{text}b{}c", "b".repeat(12))));
    assert!(pattern.is_match(&format!("{text}üa{}c", "b".repeat(12))));
    let steps = pattern.dfa.borrow().as_ref().unwrap().steps;
    assert!(steps <= 4 * text.len() as u64 * instructions, "{steps} steps");
    assert!(steps > text.len() as u64, "the table was never full");
}

/// Rows so wide that the table holds fewer states than the text needs.
#[test]
fn a_wide_alphabet_leaves_room_for_some_states() {
    let members: String = (0..1_900).filter_map(|n| char::from_u32(0x4E00 + n * 2)).collect();
    let pattern = Pattern::compile(&format!("^[{members}]{{40}}$")).unwrap();
    let text = "\u{4E00}\u{5000}".repeat(20);
    for _ in 0..3 {
        assert!(pattern.is_match(&text));
        assert!(!pattern.is_match(&format!("{text}\u{4E00}")));
        assert!(!pattern.is_match(&text.replacen('\u{5000}', "\u{5001}", 1)));
        assert!(!pattern.is_match("a"));
    }
}

#[test]
fn a_pattern_can_be_sent_to_another_thread() {
    fn is_send<T: Send>() {}
    is_send::<Pattern>();
}

#[test]
fn debug_shows_nothing_of_what_was_matched() {
    let pattern = Pattern::compile("^[a-z]+$").unwrap();
    let before = format!("{pattern:?}");
    assert!(pattern.is_match("secret"));
    assert_eq!(format!("{pattern:?}"), before);
}
