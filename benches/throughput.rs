//! How much a compiled schema gets through on one core: bytes parsed, sets checked. Prints tables in Markdown; asserts no time.

#![allow(clippy::print_stdout, missing_docs)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use envgate::diagnostic::Severity;
use envgate::parse::{dialect::DIALECTS, parse};
use envgate::report::json;
use envgate::schema::{EnvironmentId, Schema};
use envgate::source::{PositionEncoding, Source, SourceId};
use envgate::{EnvironmentInput, Options, check, passes};
use jiff::Timestamp;
use zeroizing_alloc::ZeroAlloc;

/// As in the program: what it costs is a part of the figures.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

const SCHEMA: &str = include_str!("data/env.schema.json");
const ENV: &str = include_str!("data/.env");

/// Lines of the large file.
const LINES: usize = 1_000_000;
/// Sets of one batch; each tenth is wrong.
const SETS: usize = 20_000;
const ROUNDS: usize = 7;

fn main() {
    parsing();
    batch();
}

fn parsing() {
    let text = large_file();
    println!("\n### Native, parsing {:.1} MB of a million lines, one core\n", text.len() as f64 / 1e6);
    println!("| dialect | GB/s, best | GB/s, median |\n|---|--:|--:|");
    for dialect in DIALECTS {
        let times = rounds(|| {
            black_box(parse(black_box(text.as_bytes()), dialect));
        });
        let speed = |time: Duration| text.len() as f64 / time.as_secs_f64() / 1e9;
        println!("| {} | {:.2} | {:.2} |", dialect.name, speed(times[0]), speed(times[ROUNDS / 2]));
    }
}

fn batch() {
    let schema_source = || Source::new("env.schema.json", SCHEMA).expect("it is small");
    let schema = Schema::compile(&schema_source()).expect("it is right");
    let wrong = ENV.replacen("PORT=8080", "PORT=none", 1);
    let options = Options { now: Timestamp::UNIX_EPOCH, phase: None, example: None };
    let mut sources = vec![schema_source()];
    let environments =
        [EnvironmentInput { id: EnvironmentId(0), files: vec![SourceId(1)], dialect: None, process: Vec::new() }];

    println!("\n### Native, batch: sets of 30 variables from text, one core\n");
    println!("| | sets/s, best | sets/s, median |\n|---|--:|--:|");
    let mut measure = |name: &str, work: &dyn Fn(&[Source]) -> bool| {
        let times = rounds(|| {
            let mut passed = 0;
            for set in 0..SETS {
                let text = if set % 10 == 0 { &wrong } else { ENV };
                sources.push(Source::new(".env", text).expect("it is small"));
                passed += usize::from(work(&sources));
                sources.truncate(1);
            }
            assert_eq!(passed, SETS - SETS / 10, "each tenth is wrong");
        });
        let speed = |time: Duration| SETS as f64 / time.as_secs_f64();
        println!("| {name} | {:.0} | {:.0} |", speed(times[0]), speed(times[ROUNDS / 2]));
    };
    measure("verdict", &|sources| passes(&schema, sources, &environments, &options, Severity::Error));
    measure("report", &|sources| check(&schema, sources, &environments, &options).environments[0].errors == 0);
    measure("report as JSON", &|sources| {
        let report = check(&schema, sources, &environments, &options);
        black_box(json::render(&report, sources, PositionEncoding::Scalar));
        report.environments[0].errors == 0
    });
}

/// What each of some rounds took, quickest first.
fn rounds(mut work: impl FnMut()) -> Vec<Duration> {
    work();
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times
}

/// Lines as they are met: four in five plain, one in ten quoted, some comments and blank lines.
fn large_file() -> String {
    let mut text = String::with_capacity(LINES * 48);
    for line in 0..LINES {
        let number = line as u64 * 0x9E37_79B9_7F4A_7C15;
        match line % 20 {
            0 => text.push_str("# what stands below is set by the deployment\n"),
            1 => text.push('\n'),
            2 | 3 => text.push_str(&format!("SERVICE_{line}_TITLE=\"value {number:x} of {line}\"\n")),
            _ => text.push_str(&format!("SERVICE_{line}_VALUE=abcdefgh-{number:016x}-{line}\n")),
        }
    }
    text
}
