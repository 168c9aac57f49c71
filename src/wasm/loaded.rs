//! Says what a loader reads from one text, without a schema: for programs that want to know what another program would
//! see.

use super::refusal::Refusal;
use super::request::ParseRequest;
use crate::model::{Environment, Layer, Origin, Unknown, Value};
use crate::parse::{Dialect, Effect, SyntaxErrorKind, parse};
use crate::report::JsonText;
use crate::sort;
use crate::source::SourceId;

struct Loaded<'a> {
    dialect: &'static str,
    /// The variables it adds or changes, in its order.
    variables: Vec<(&'a str, &'a str)>,
    /// The keys whose value can't be known, each with the reason.
    unknown: Vec<(String, &'static str)>,
    /// Whether the loader fails on the file.
    rejected: bool,
    /// Whether the rest of the file after some place can't be known without running it, so that any of the above may be
    /// wrong.
    incomplete: bool,
    /// Whether the loader finds a mistake in the file, whatever it does about it.
    faulty: bool,
}

impl Loaded<'_> {
    fn to_json(&self) -> String {
        JsonText::answer(&mut |json| {
            json.string("dialect", self.dialect);
            json.object("variables", &mut |json| {
                for (key, value) in &self.variables {
                    json.string(key, value);
                }
            });
            json.object("unknown", &mut |json| {
                for (key, reason) in &self.unknown {
                    json.string(key, reason);
                }
            });
            json.boolean("rejected", self.rejected);
            json.boolean("incomplete", self.incomplete);
            json.boolean("faulty", self.faulty);
        })
    }
}

/// Answers a request to parse.
pub(super) fn loaded(bytes: &[u8]) -> Result<String, Refusal> {
    let request = ParseRequest::read(bytes)?;
    let dialect = Dialect::find(request.dialect).ok_or_else(|| Refusal::dialect(request.dialect))?;
    let document = parse(request.text, dialect);
    let process = request.variables;
    let layer = Layer {
        source: SourceId(0),
        text: request.text,
        document: &document,
        dialect,
    };
    let layers = [layer];
    let environment = Environment::resolve(&layers, &process);
    let fails = |effect| matches!(effect, Effect::Rejected | Effect::Halted);
    let rejected = document.rejected().is_some() || environment.failures.iter().any(|failure| fails(failure.effect));
    // The loader silently skips the whole file.
    let dropped = environment
        .failures
        .iter()
        .any(|failure| failure.effect == Effect::Dropped);
    let mut answer = Loaded {
        dialect: dialect.name,
        variables: vec![],
        unknown: vec![],
        rejected,
        incomplete: document
            .errors()
            .iter()
            .any(|error| error.kind == SyntaxErrorKind::NotStatic),
        faulty: !document.errors().is_empty() || !environment.failures.is_empty(),
    };
    if !rejected && !dropped {
        let own = |origin: Origin| matches!(origin, Origin::File { .. });
        let variables = environment.in_order(dialect.order).into_iter();
        for variable in variables.filter(|variable| own(variable.origin)) {
            let text = match &variable.value {
                Value::Known(value) => str::from_utf8(value.expose()).map_err(|_| "not-utf-8"),
                Value::Unknown(reason) => Err(word(*reason)),
            };
            match (str::from_utf8(variable.key), text) {
                (Ok(key), Ok(text)) => {
                    answer.variables.push((key, text));
                }
                (_, text) => {
                    let reason = text.err().unwrap_or("not-utf-8");
                    let key = String::from_utf8_lossy(variable.key).into_owned();
                    answer.unknown.push((key, reason));
                }
            }
        }
        // Keys that are not UTF-8 may look the same once replaced.
        sort::by(&mut answer.unknown, &|a, b| a.0.cmp(&b.0));
        answer.unknown.dedup_by(|a, b| a.0 == b.0);
    }
    Ok(answer.to_json())
}

fn word(reason: Unknown) -> &'static str {
    match reason {
        Unknown::Command => "command",
        Unknown::Cycle => "cycle",
        Unknown::TooLarge => "too-large",
        Unknown::External(_) => "external",
    }
}
