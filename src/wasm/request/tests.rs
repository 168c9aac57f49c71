use proptest::prelude::*;

use super::*;

fn number(number: usize) -> Vec<u8> {
    u32::try_from(number).unwrap().to_le_bytes().to_vec()
}

fn field(bytes: &[u8]) -> Vec<u8> {
    [number(bytes.len()), bytes.to_vec()].concat()
}

fn instant(milliseconds: i64) -> Vec<u8> {
    milliseconds.to_le_bytes().to_vec()
}

/// A request with all kinds of extras.
fn request() -> Vec<u8> {
    [
        without_extras(),
        number(5),
        number(1),
        number(1),
        field(b"kind\0vercel\0environment\0production\0"),
        number(2),
        number(1),
        field(b""),
        number(3),
        number(0),
        field(b"prod/db\0DATABASE_URL\0"),
        number(4),
        number(1),
        field(b""),
        number(5),
        number(1),
        field(b""),
    ]
    .concat()
}

/// A request with one file, and one environment with that file and one variable.
fn without_extras() -> Vec<u8> {
    [
        number(1),
        number(2),
        instant(1_795_132_800_000),
        number(1),
        number(1),
        field(b".env"),
        field(b"A=1\n"),
        number(1),
        field(b"production"),
        field(b""),
        number(1),
        number(0),
        number(1),
        number(2),
        field(b"B\x002\0C\0\0"),
    ]
    .concat()
}

#[test]
fn a_request_is_read_as_written() {
    let bytes = request();
    let request = CheckRequest::read(&bytes).expect("the request is well formed");
    assert_eq!(request.encoding, PositionEncoding::Utf16);
    assert_eq!(request.phase, Some(Phase::Deploy));
    assert_eq!(request.now.to_string(), "2026-11-20T00:00:00Z");
    assert_eq!(request.example, Some(0));
    assert_eq!((request.files[0].name, request.files[0].bytes), (".env", &b"A=1\n"[..]));
    let environment = &request.environments[0];
    assert_eq!(
        (environment.name, environment.dialect, &environment.files[..]),
        ("production", "", &[0][..])
    );
    let variables = environment.variables.read(&[]).expect("the variables are well formed");
    let pairs: Vec<_> = variables.pairs().collect();
    assert_eq!(pairs, [(&b"B"[..], &b"2"[..]), (b"C", b"")]);
    let [export, ledger, names, waivers, baseline] = &request.extras[..] else {
        panic!("five extras")
    };
    assert_eq!(
        (export.kind, export.file, export.word("kind")),
        (ExtraKind::Export, Some(0), Some("vercel"))
    );
    assert_eq!(
        (ledger.kind, ledger.file, ledger.words.len()),
        (ExtraKind::Ledger, Some(0), 0)
    );
    assert_eq!(
        (names.kind, names.file, &names.words[..]),
        (ExtraKind::Names, None, &[("prod/db", "DATABASE_URL")][..])
    );
    assert_eq!(
        (waivers.kind, waivers.file, baseline.kind, baseline.file),
        (ExtraKind::Waivers, Some(0), ExtraKind::Baseline, Some(0))
    );
}

#[test]
fn a_request_that_is_cut_or_too_long_is_refused() {
    let bytes = request();
    for len in 0..bytes.len() {
        assert!(CheckRequest::read(&bytes[..len]).is_err(), "cut to {len} bytes");
    }
    assert!(CheckRequest::read(&[bytes, vec![0]].concat()).is_err());
}

#[test]
fn a_list_that_lies_about_its_length_asks_for_no_memory() {
    let bytes = [number(0), number(0), instant(0), number(0), number(u32::MAX as usize)].concat();
    assert_eq!(
        CheckRequest::read(&bytes).err(),
        Some(Malformed("as many items as the list says"))
    );
}

#[test]
fn an_instant_out_of_range_is_refused() {
    for milliseconds in [i64::MIN, i64::MAX] {
        let bytes = [number(0), number(0), instant(milliseconds)].concat();
        assert_eq!(
            CheckRequest::read(&bytes).err(),
            Some(Malformed("an instant from the year -9999 to 9999"))
        );
    }
}

#[test]
fn variables_with_a_nul_are_refused() {
    let cases: [(&[u8], usize, bool); 9] = [
        (b"", 0, true),
        (b"A\x001\0", 1, true),
        (b"A\x001\x002\0", 1, false),
        (b"A\x001\x002\0", 2, false),
        (b"A\x001\0\0\0", 1, false),
        (b"A\x001", 1, false),
        (b"A", 0, false),
        (b"", 1, false),
        (b"", usize::MAX, false),
    ];
    for (text, count, right) in cases {
        let variables = ProcessEnvironment::from_words(text, count);
        assert_eq!(variables.is_some(), right, "{text:?} as {count}");
    }
}

#[test]
fn values_without_keys_must_match_the_number_of_keys() {
    let pairs = |absent: &[u32], text: &[u8]| {
        let read = ProcessEnvironment::from_values(["A", "B", "C"].into_iter(), absent, text);
        read.map(|read| {
            read.pairs()
                .map(|(key, value)| (key.to_vec(), value.to_vec()))
                .collect::<Vec<_>>()
        })
    };
    let pair = |key: &[u8], value: &[u8]| (key.to_vec(), value.to_vec());
    assert_eq!(
        pairs(&[], b"1\0\x003\0"),
        Some(vec![pair(b"A", b"1"), pair(b"B", b""), pair(b"C", b"3")])
    );
    assert_eq!(pairs(&[0, 2], b"2\0"), Some(vec![pair(b"B", b"2")]));
    assert_eq!(pairs(&[0, 1, 2], b""), Some(vec![]));
    let wrong: [(&[u32], &[u8]); 7] = [
        (&[], b""),
        (&[], b"1\x002\0"),
        (&[], b"1\x002\x003"),
        (&[], b"1\x002\x003\x004\0"),
        (&[2, 0], b"2\0"),
        (&[0, 2, 3], b"2\0"),
        (&[0, 0, 2], b"2\0"),
    ];
    for (absent, text) in wrong {
        assert_eq!(pairs(absent, text), None, "{absent:?} {text:?}");
    }
}

#[test]
fn extras_with_another_kind_file_or_word_are_refused() {
    let extras = |parts: &[Vec<u8>]| {
        CheckRequest::read(&[without_extras(), number(1), parts.concat()].concat())
            .map(|_| ())
            .err()
    };
    assert_eq!(extras(&[number(2), number(1), field(b"")]), None);
    for parts in [
        [number(0), number(1), field(b"")],
        [number(7), number(1), field(b"")],
        [number(4), number(0), field(b"")],
        [number(5), number(1), field(b"kind\0x\0")],
        [number(2), number(2), field(b"")],
        [number(1), number(0), field(b"")],
        [number(3), number(1), field(b"")],
        [number(2), number(1), field(b"kind\0x\0")],
        [number(1), number(1), field(b"kinds\0x\0")],
        [number(1), number(1), field(b"kind\0x")],
        [number(1), number(1), field(b"kind")],
    ] {
        assert!(extras(&parts).is_some(), "{parts:?}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        let _ = CheckRequest::read(&bytes);
        let _ = CompileRequest::read(&bytes);
        let _ = ParseRequest::read(&bytes);
    }

    #[test]
    fn a_request_with_any_byte_changed_is_read_or_refused(at in 0..request().len(), byte: u8) {
        let mut bytes = request();
        bytes[at] = byte;
        let _ = CheckRequest::read(&bytes);
    }
}
