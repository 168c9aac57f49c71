//! After a check, the memory of a program with the zeroing allocator holds no value, and no eight bytes of one.
//!
//! The program looks at itself: every page that it can write to, but for the stack, where a build without optimisation spills the
//! registers that `memchr` compares with, until the next call is there. `tests/js/memory.mjs` does the same with the WebAssembly,
//! stack and all.
#![cfg(all(target_os = "linux", feature = "cli"))]

use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use envgate::report::{Export, json};
use envgate::schema::{EnvironmentId, Schema, Vocabulary};
use envgate::source::{PositionEncoding, Source, SourceId};
use envgate::{EnvironmentInput, Options, check};
use jiff::Timestamp;
use zeroizing_alloc::ZeroAlloc;

/// As in the program (`src/cli/main.rs`).
#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

/// What is left of a value is found when it is this long.
const PIECE: usize = 8;

/// Values are kept behind this mask, so that the test itself holds none.
const MASK: u8 = 0x80;

/// What values are made of.
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const SCHEMA: &str = r#"{
  "environments": { "development": { "files": [".env"] }, "production": { "files": [".env"] } },
  "properties": {
    "SHORT": { "secret": true, "minLength": 200 },
    "NUMBER": { "type": "integer" },
    "PATTERN": { "pattern": "^[0-9]+(\\.[0-9]+)*$" },
    "KEY": { "secret": true, "minBits": 512, "encoding": "base64" },
    "URL": { "format": "uri" },
    "LIST": { "type": "array", "separator": ",", "items": { "enum": ["a", "b"] } },
    "JSON": { "type": "object" }
  },
  "additionalProperties": false
}"#;

#[test]
fn no_value_is_left_after_a_check() {
    let canaries: Vec<Vec<u8>> = (0..12).map(canary).collect();

    // What is there is found: the test can fail.
    let mut kept = unmask(&canaries[0]);
    assert!(leftovers(&canaries) > 0, "a value that is in memory must be found");
    kept.fill(0);
    drop(kept);
    assert_eq!(leftovers(&canaries), 0, "the test itself must hold no value");

    for _ in 0..3 {
        run(&canaries);
        let found = leftovers(&canaries);
        assert_eq!(found, 0, "{found} pieces of values are left in memory");
    }
}

/// A check of values in every position, by text and by pairs, with a report in the end.
#[inline(never)]
fn run(canaries: &[Vec<u8>]) {
    let schema = Source::new("env.schema.json", SCHEMA).expect("it is small");
    let compiled = Schema::compile(&schema, &Vocabulary::default()).expect("the schema is right");
    let line =
        |key: &[u8], canary: usize, quote: &[u8]| [key, quote, &unmask(&canaries[canary]), quote, b"\n"].concat();
    let text = [
        line(b"SHORT=", 0, b""),
        line(b"NUMBER=", 1, b"'"),
        line(b"PATTERN=", 2, b"\""),
        line(b"KEY=", 3, b""),
        line(b"URL=", 4, b"\""),
        line(b"LIST=a,", 5, b""),
        line(b"JSON=", 6, b""),
        line(b"# was ", 7, b""),
        line(b"no separator ", 8, b""),
        line(b"COPY=\"${SHORT}-${URL}$UNSET", 9, b""),
        line(b"\"\nexport MORE=`", 10, b""),
    ]
    .concat();
    let sources = [schema, Source::new(".env", text).expect("it is small")];
    let process = vec![
        (b"PROCESS".to_vec(), unmask(&canaries[11])),
        (b"SHORT".to_vec(), unmask(&canaries[0])),
    ];
    let environments = [
        EnvironmentInput::new(EnvironmentId(0), [SourceId(1)]),
        EnvironmentInput {
            id: EnvironmentId(1),
            files: vec![SourceId(1).into()],
            dialect: None,
            process: process.into_iter().collect(),
        },
    ];
    let options = Options {
        now: Timestamp::UNIX_EPOCH,
        phase: None,
        example: Some(SourceId(1)),
        ..Options::default()
    };
    let report = check(&compiled, &sources, &environments, &options);
    assert!(report.diagnostics.len() > 10, "the check looked at the values");
    assert!(!json::render(&Export::new(&report, &sources, PositionEncoding::Scalar)).is_empty());
}

/// A text that stands nowhere else, masked.
fn canary(index: u64) -> Vec<u8> {
    // SplitMix64: any well-mixed sequence will do.
    let mut state = 0x5EC2_E7AA_0000_0000 | index;
    let mut next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    };
    (0..40).map(|_| LETTERS[(next() >> 59) as usize] | MASK).collect()
}

fn unmask(masked: &[u8]) -> Vec<u8> {
    masked.iter().map(|byte| byte & !MASK).collect()
}

/// Counts the pieces of the canaries in memory that this process can write to.
#[inline(never)]
fn leftovers(canaries: &[Vec<u8>]) -> usize {
    let mut pieces: Vec<[u8; PIECE]> = Vec::new();
    for canary in canaries {
        pieces.extend(
            canary
                .windows(PIECE)
                .map(|piece| <[u8; PIECE]>::try_from(piece).expect("it is that long")),
        );
    }
    pieces.sort_unstable();
    let memory = File::open("/proc/self/mem").expect("a process can read its own memory");
    let maps = fs::read_to_string("/proc/self/maps").expect("a process can read its own map");
    // The pages of this buffer are read too. So it is compared as it is: unmasking it, or the canaries, would put values there.
    let mut chunk = vec![0; 1 << 16];
    let mut found = Vec::new();
    let here = std::ptr::from_ref(&found).addr() as u64;
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let (Some(range), Some(rights)) = (words.next(), words.next()) else {
            continue;
        };
        if !rights.starts_with("rw") {
            continue;
        }
        let (start, end) = range.split_once('-').expect("a range");
        let address = |text| u64::from_str_radix(text, 16).expect("hexadecimal");
        let (mut at, end) = (address(start), address(end));
        if (at..end).contains(&here) {
            continue;
        }
        while at < end {
            let wanted = usize::try_from(end - at).unwrap_or(usize::MAX).min(chunk.len());
            let Ok(read) = memory.read_at(&mut chunk[..wanted], at) else {
                break;
            };
            for piece in chunk[..read].windows(PIECE).filter(|piece| LETTERS.contains(&piece[0])) {
                let masked = piece.iter().map(|byte| byte ^ MASK);
                if let Ok(index) = pieces.binary_search_by(|probe| probe.iter().copied().cmp(masked.clone())) {
                    found.push(index);
                }
            }
            // The last bytes are read again, for a piece that crosses the edge.
            at += if read > PIECE && read == chunk.len() {
                (read - PIECE) as u64
            } else {
                read as u64
            };
            if read == 0 {
                break;
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found.len()
}
