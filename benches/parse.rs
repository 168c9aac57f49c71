//! Measures parsing and resolving as single runs on one core: `cargo bench --bench parse`. With `-- compare`,
//! measures only how one file is read by all dialects.
//!
//! The figures are reported, never asserted. Beside each is a yardstick: `memchr` counting the lines of the same text.
#![allow(clippy::print_stdout, reason = "a benchmark that reports")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use envgate::model::{Environment, Environments, Layer, NO_PROCESS};
use envgate::parse::dialect::DIALECTS;
use envgate::parse::{Dialect, Document, Readings, parse};
use envgate::source::SourceId;

/// Names of variables of a typical service.
const NAMES: [&str; 30] = [
    "ENVIRONMENT",
    "PORT",
    "HOST",
    "LOG_LEVEL",
    "SECRET_KEY",
    "DATABASE_URL",
    "DATABASE_POOL_SIZE",
    "DATABASE_SSL_MODE",
    "REDIS_URL",
    "SMTP_HOST",
    "SMTP_PORT",
    "SMTP_USERNAME",
    "SMTP_PASSWORD",
    "AWS_REGION",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "S3_BUCKET",
    "SENTRY_DSN",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "OAUTH_CLIENT_ID",
    "OAUTH_CLIENT_SECRET",
    "OAUTH_REDIRECT_URL",
    "SESSION_TIMEOUT",
    "FEATURE_FLAGS",
    "CORS_ORIGINS",
    "RATE_LIMIT",
    "WORKERS",
    "RELOAD",
    "TIMEZONE",
];

fn main() {
    if std::env::args().any(|argument| argument == "compare") {
        return compare_dialects();
    }
    let ordinary: String = (0..1_000_000)
        .map(|i| {
            format!(
                "SERVICE_{}_ENDPOINT_{}=https://host-{}.internal.example.org:8443/v1/things\n",
                i % 97,
                i,
                i % 1000
            )
        })
        .collect();
    let mixed: String = (0..300_000)
        .map(|i| match i % 5 {
            0 => "# a comment that says what the next line is for\n".to_owned(),
            1 => format!("KEY_{i}=\"a quoted value with spaces\"\n"),
            2 => format!("export KEY_{i}='single'\n"),
            3 => format!("KEY_{i}=bare value # and a comment\n"),
            _ => format!("KEY_{i}=plain\n"),
        })
        .collect();
    let quotes: String = (0..100_000).map(|i| format!("KEY_{i}='\n")).collect();
    let open: String = (0..100_000).map(|i| format!("KEY_{i}=\"x\\\"\n")).collect();
    let yardstick = best(5, || memchr::memchr_iter(b'\n', ordinary.as_bytes()).count());
    println!("memchr               ordinary {:6.2} GB/s", rate(&ordinary, yardstick));
    for dialect in DIALECTS {
        let of = |text: &str| rate(text, best(3, || parse(text.as_bytes(), dialect).assignments().len()));
        println!(
            "{:20} ordinary {:6.2} GB/s, mixed {:6.2} GB/s, open quotes {:6.2} GB/s, escaped quotes {:6.2} GB/s",
            dialect.name,
            of(&ordinary),
            of(&mixed),
            of(&quotes),
            of(&open)
        );
    }
    let thirty: String = NAMES.iter().map(|name| format!("{name}=value-of-it\n")).collect();
    let dialect = Dialect::find("docker-compose").expect("docker-compose is a row of the table");
    let document = parse(thirty.as_bytes(), dialect);
    let layers = layers(&thirty, dialect, &document);
    let time = best(20, || {
        (0..1000)
            .map(|_| Environment::resolve(black_box(&layers), &NO_PROCESS).variables.len())
            .sum::<usize>()
    });
    println!("30 variables: resolve {:?}", time / 1000);
    let time = best(20, || {
        (0..1000)
            .map(|_| parse(black_box(thirty.as_bytes()), dialect).assignments().len())
            .sum::<usize>()
    });
    println!("30 variables: parse   {:?}", time / 1000);
    compare_dialects();
}

/// Measures reading a file of 500 lines in all dialects.
fn compare_dialects() {
    let text: String = (0..500)
        .map(|i| match i % 10 {
            0 => format!("# about KEY_{}\n", i + 1),
            1 => format!("export KEY_{i}='single # quoted'\n"),
            2 => format!("KEY_{i}=\"double $KEY_{} and \\\"more\\\"\"\n", i - 1),
            3 => format!("KEY_{i}=bare value # and a comment\n"),
            4 => format!("KEY_{i}=${{KEY_{}:-default}}\n", i - 1),
            _ => format!("KEY_{i}=https://host-{i}.internal.example.org:8443/v1\n"),
        })
        .collect();
    let time = best(20, || by_all_dialects(&text));
    println!("500 lines, {} dialects: {time:?}", DIALECTS.len());
    let slowest = DIALECTS
        .iter()
        .map(|dialect| {
            let alone = || {
                let document = parse(text.as_bytes(), dialect);
                let layers = layers(&text, dialect, &document);
                Environment::resolve(black_box(&layers), &NO_PROCESS).variables.len()
            };
            (best(10, alone), dialect.name)
        })
        .max()
        .expect("there is at least one dialect");
    println!("500 lines, the slowest of them: {} {:?}", slowest.1, slowest.0);
}

/// Returns the total number of variables that all dialects find in a text.
#[inline(never)]
fn by_all_dialects(text: &str) -> usize {
    let mut readings = Readings::new(text.as_bytes());
    let documents: Vec<_> = DIALECTS.iter().map(|dialect| readings.by(dialect)).collect();
    let mut environments = Environments::default();
    let all = DIALECTS
        .iter()
        .zip(&documents)
        .map(|(dialect, document)| layers(text, dialect, document));
    all.map(|layers| environments.of(black_box(&layers), &NO_PROCESS).variables.len())
        .sum()
}

/// The layers of an environment with a single file.
fn layers<'t>(text: &'t str, dialect: &'static Dialect, document: &'t Document) -> [Layer<'t>; 1] {
    [Layer {
        source: SourceId(0),
        text: text.as_bytes(),
        document,
        dialect,
    }]
}

fn best(times: u32, mut run: impl FnMut() -> usize) -> Duration {
    (0..times)
        .map(|_| {
            let start = Instant::now();
            black_box(run());
            start.elapsed()
        })
        .min()
        .expect("times is at least one")
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn rate(text: &str, time: Duration) -> f64 {
    text.len() as f64 / time.as_secs_f64() / 1e9
}
