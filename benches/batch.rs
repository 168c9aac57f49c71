//! Measures how many sets of 30 variables a compiled schema checks in a second, on one core: `cargo bench --bench
//! batch`.
//!
//! The figures are reported, never asserted. `… -- verdict 1000` computes that many verdicts and nothing else, so that
//! callgrind can count instructions; `… -- refusal 1000` does the same for a set with errors.

#![allow(clippy::print_stdout, reason = "a benchmark that reports")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use envgate::diagnostic::Severity;
use envgate::report::{Export, json};
use envgate::schema::{EnvironmentId, Schema, Vocabulary};
use envgate::source::{PositionEncoding, Source, SourceId};
use envgate::{EnvironmentInput, Options, check, passes};
use jiff::Timestamp;
use zeroizing_alloc::ZeroAlloc;

/// The program's allocator, so that its cost is part of the figures.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

const SCHEMA: &str = include_str!("data/env.schema.json");
const ENV: &str = include_str!("data/.env");

/// Number of sets in a batch; one in ten has errors.
const SETS: usize = 20_000;
const ROUNDS: usize = 7;

fn main() {
    let schema_source = || Source::new("env.schema.json", SCHEMA).expect("the schema is small");
    let schema = Schema::compile(&schema_source(), &Vocabulary::default()).expect("the schema is valid");
    let wrong = ENV.replacen("PORT=8080", "PORT=none", 1);
    let options = Options {
        now: Timestamp::UNIX_EPOCH,
        phase: None,
        example: None,
        ..Options::default()
    };
    let mut sources = vec![schema_source()];
    let environments = [EnvironmentInput::new(EnvironmentId(0), [SourceId(1)])];

    for (name, text, is_right) in [("verdict", ENV, true), ("refusal", &wrong, false)] {
        let Some(count) = asked_for(name) else { continue };
        sources.push(Source::new(".env", text).expect("the file is small"));
        for _ in 0..count {
            let passed = passes(&schema, black_box(&sources), &environments, &options, Severity::Error);
            assert_eq!(passed, is_right, "{name}");
        }
        return;
    }
    println!("### Native, batch: sets of 30 variables from text, one core\n");
    println!("| | sets/s, best | sets/s, median |\n|---|--:|--:|");
    let mut measure = |name: &str, work: &dyn Fn(&[Source]) -> bool| {
        let times = rounds(|| {
            let mut passed = 0;
            for set in 0..SETS {
                let text = if set % 10 == 0 { &wrong } else { ENV };
                sources.push(Source::new(".env", text).expect("the file is small"));
                passed += usize::from(work(&sources));
                sources.truncate(1);
            }
            assert_eq!(passed, SETS - SETS / 10, "each tenth is wrong");
        });
        let speed = |time: Duration| SETS as f64 / time.as_secs_f64();
        println!("| {name} | {:.0} | {:.0} |", speed(times[0]), speed(times[ROUNDS / 2]));
    };
    measure("verdict", &|sources| {
        passes(&schema, sources, &environments, &options, Severity::Error)
    });
    measure("report", &|sources| {
        check(&schema, sources, &environments, &options).environments[0].errors == 0
    });
    measure("report as JSON", &|sources| {
        let report = check(&schema, sources, &environments, &options);
        black_box(json::render(&Export::new(&report, sources, PositionEncoding::Scalar)));
        report.environments[0].errors == 0
    });
}

/// Returns the number that follows `name` on the command line, if it is there.
fn asked_for(name: &str) -> Option<u32> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.next()?;
    arguments.next()?.parse().ok()
}

/// Returns the time each round took, fastest first.
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
