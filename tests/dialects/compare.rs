//! What a dialect makes of the files of a case, compared with the recorded answer of its loader.

use std::collections::BTreeMap;

use envgate::model::{Environment, Failure, Layer, Origin, ProcessEnvironment, Unknown, Value as Resolved};
use envgate::parse::dialect::{Precedence, Unfit};
use envgate::parse::{Dialect, Effect, External, SyntaxErrorKind, parse};
use envgate::source::SourceId;
use serde_json::Value;

use crate::corpus::{bytes, cases, files, key_bytes, process};
use crate::loaders::{LOADERS, XFAIL};

/// Up to Node 24 a program that lists `process.env` is not told of names that are digits; it can read them.
const LISTS_NO_DIGITS: &[&str] = &["node-20", "node-22", "node-24"];

/// Where Vite keeps for itself what a file says of `NODE_ENV`.
const VITE_NOTES: &[u8] = b"VITE_USER_NODE_ENV";

/// How a loader's dialect did.
pub(crate) struct Agreement {
    pub(crate) loader: &'static str,
    pub(crate) total: usize,
    pub(crate) agree: usize,
    /// The dialect says that it does not know.
    pub(crate) declined: Vec<String>,
    /// Cases that XFAIL lists.
    pub(crate) expected: usize,
    /// Cases that XFAIL lists for no reason.
    pub(crate) stale: Vec<String>,
    pub(crate) differs: Vec<(String, String)>,
}

/// Holds every loader that has a row and an answer against a corpus; prints the agreement.
pub(crate) fn run(corpus: &Value) -> Vec<Agreement> {
    let process = process(corpus);
    let mut agreements = vec![];
    for &(loader, name) in LOADERS {
        let dialect = Dialect::find(name).unwrap();
        let mut agreement = Agreement {
            loader,
            total: 0,
            agree: 0,
            declined: vec![],
            expected: 0,
            stale: vec![],
            differs: vec![],
        };
        for case in cases(corpus) {
            let recorded = &case["results"][loader];
            if recorded.is_null() {
                continue;
            }
            agreement.total += 1;
            let id = case["id"].as_str().unwrap();
            let is_listed = XFAIL.iter().any(|&(l, c, _)| l == loader && c == id);
            match compare(&files(case), (loader, dialect), &process, recorded) {
                Verdict::Agrees if is_listed => agreement.stale.push(id.to_owned()),
                Verdict::Agrees => agreement.agree += 1,
                Verdict::Declines => agreement.declined.push(id.to_owned()),
                Verdict::Differs(_) if is_listed => agreement.expected += 1,
                Verdict::Differs(how) => agreement.differs.push((id.to_owned(), how)),
            }
        }
        if agreement.total > 0 {
            println!(
                "{loader:20} {:4} of {} agree, {} declined, {} known to differ, {} differ",
                agreement.agree,
                agreement.total,
                agreement.declined.len(),
                agreement.expected,
                agreement.differs.len()
            );
            agreements.push(agreement);
        }
    }
    agreements
}

enum Verdict {
    Agrees,
    /// The dialect says that the value is not known; the rest agrees.
    Declines,
    Differs(String),
}

type Variables = BTreeMap<Vec<u8>, Vec<u8>>;

fn compare(
    files: &[Vec<u8>],
    (loader, dialect): (&str, &'static Dialect),
    process: &ProcessEnvironment,
    recorded: &Value,
) -> Verdict {
    let mut ours = Ours::read(files, dialect, process);
    let ok = recorded["ok"].as_bool().unwrap();
    if loader.starts_with("ruby-dotenv") && ok && !ours.running.is_empty() {
        // It takes a command that is not there for a file that is not there, and goes on with the next file. Which these are, only running
        // them could tell.
        for gone in 1..1_u32 << files.len() {
            let is_gone = |at: &u32| gone >> at & 1 == 1;
            if !(0..)
                .take(files.len())
                .filter(is_gone)
                .all(|at| ours.running.contains(&at))
            {
                continue;
            }
            let there = (0..).zip(files).filter(|(at, _)| !is_gone(at));
            let rest: Vec<_> = there.map(|(_, file)| file.clone()).collect();
            let rest = Ours::read(&rest, dialect, process);
            let mut expected = told(recorded);
            expected.retain(|key, _| !rest.unknown.contains(key));
            if rest.vars == expected {
                return Verdict::Declines;
            }
        }
    }
    if ours.rejects && !ok {
        return Verdict::Agrees;
    }
    if ours.rejects == ok && (ok || !ours.declines) {
        let rejects = ours.rejects;
        return Verdict::Differs(format!("loader ok: {ok}, dialect rejects: {rejects}; {recorded}"));
    }
    if !ok {
        return Verdict::Declines;
    }
    ours.as_told_by(loader, dialect);
    let mut expected = told(recorded);
    if loader.starts_with("vite") && !ours.vars.contains_key(VITE_NOTES) {
        expected.remove(VITE_NOTES);
    }
    if !is_map(dialect) {
        // direnv says of all that it sets, be it there before.
        expected.retain(|key, value| before(process, key) != Some(value.as_slice()));
    }
    // An unknown value is not an answer; all others must still be right.
    expected.retain(|key, _| !ours.unknown.contains(key) && (!ours.stops || ours.vars.contains_key(key)));
    if ours.vars != expected {
        return Verdict::Differs(format!(
            "\n    input    {:?}\n    expected {:?}\n    got      {:?}",
            files.iter().map(|text| shorten(text)).collect::<Vec<_>>(),
            shown(&expected),
            shown(&ours.vars)
        ));
    }
    if ours.declines {
        Verdict::Declines
    } else {
        Verdict::Agrees
    }
}

/// The variables of a recorded answer.
fn told(recorded: &Value) -> Variables {
    let vars = recorded["vars"].as_object().unwrap().iter();
    vars.map(|(key, value)| (key_bytes(key), bytes(value))).collect()
}

/// What the dialect makes of a file.
struct Ours {
    /// The loader gives the file up.
    rejects: bool,
    /// Some value could only be known by running something, or not at all.
    declines: bool,
    /// A shell script is not followed any further from somewhere on.
    stops: bool,
    /// The files in which a command is run.
    running: Vec<u32>,
    /// The variables that the loader sets.
    vars: Variables,
    /// The keys whose values are said not to be known.
    unknown: Vec<Vec<u8>>,
}

impl Ours {
    fn read(files: &[Vec<u8>], dialect: &'static Dialect, process: &ProcessEnvironment) -> Ours {
        let documents: Vec<_> = files.iter().map(|text| parse(text, dialect)).collect();
        let layers: Vec<Layer<'_>> = (0..)
            .zip(files.iter().zip(&documents))
            .map(|(at, (text, document))| Layer {
                source: SourceId(at),
                text,
                document,
                dialect,
            })
            .collect();
        let environment = Environment::resolve(&layers, process);
        let fails = |is: fn(Effect) -> bool| environment.failures.iter().any(|failure| is(failure.effect));
        let mut errors = documents.iter().flat_map(|document| document.errors());
        let stops = errors.any(|error| error.kind == SyntaxErrorKind::NotStatic);
        let mut ours = Ours {
            rejects: documents.iter().any(|document| document.rejected().is_some())
                || fails(|effect| matches!(effect, Effect::Rejected | Effect::Halted)),
            declines: stops,
            stops,
            running: environment.commands.iter().filter_map(file_of).collect(),
            vars: Variables::new(),
            unknown: vec![],
        };
        let dropped = |at: &usize| {
            let of_file = |failure: &&Failure| failure.source.0 as usize == *at && failure.effect == Effect::Dropped;
            environment.failures.iter().any(|failure| of_file(&failure))
        };
        if fails(|effect| effect == Effect::Dropped) {
            // The loader goes on without these files.
            let rest: Vec<_> = (0..files.len())
                .filter(|at| !dropped(at))
                .map(|at| files[at].clone())
                .collect();
            return Ours::read(&rest, dialect, process);
        }
        for variable in &environment.variables {
            match &variable.value {
                Resolved::Unknown(reason) => {
                    ours.declines |= match reason {
                        Unknown::Command | Unknown::Cycle | Unknown::TooLarge => true,
                        Unknown::External(why) => *why == External::Placeholder,
                    };
                    ours.unknown.push(variable.key.to_vec());
                }
                // Loaders that only return a map don't show what was set before.
                Resolved::Known(value) if is_map(dialect) || before(process, variable.key) != Some(value.expose()) => {
                    ours.vars.insert(variable.key.to_vec(), value.expose().to_vec());
                }
                Resolved::Known(_) => {}
            }
        }
        ours
    }

    /// Makes of the variables what the answer of the loader can hold of them.
    fn as_told_by(&mut self, loader: &str, dialect: &Dialect) {
        if matches!(loader, "compose" | "compose-5" | "podman" | "direnv") {
            // Their output is JSON, in which Go writes each byte that is not UTF-8 as U+FFFD.
            let written = |text: Vec<u8>| -> Vec<u8> {
                let chunks = text.utf8_chunks();
                let chunks = chunks.map(|chunk| chunk.valid().to_owned() + &"\u{FFFD}".repeat(chunk.invalid().len()));
                chunks.collect::<String>().into_bytes()
            };
            let key = |key| if loader == "podman" { written(key) } else { key };
            let vars = std::mem::take(&mut self.vars).into_iter();
            self.vars = vars.map(|(name, value)| (key(name), written(value))).collect();
        }
        if loader == "just" {
            // It is asked through a recipe, whose shell hands on what is a name to it.
            let is_name = |key: &[u8]| key.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
            self.vars.retain(|key, _| is_name(key));
        }
        if LISTS_NO_DIGITS.contains(&loader) {
            // A leading zero, or a number that is too large, makes a name of it.
            self.vars.retain(|key, _| {
                let number = std::str::from_utf8(key).ok().and_then(|key| key.parse::<u32>().ok());
                number.is_none_or(|number| number == u32::MAX || number.to_string().as_bytes() != key)
            });
        }
        if matches!(dialect.reader.invalid_utf8, Unfit::Replaced(_)) {
            // Keys are names in the file, of which the loader hands on a copy with U+FFFD.
            self.vars = std::mem::take(&mut self.vars)
                .into_iter()
                .map(|(key, value)| (String::from_utf8_lossy(&key).into_owned().into_bytes(), value))
                .collect();
        }
    }
}

/// The file in which a variable is assigned.
fn file_of(origin: &Origin) -> Option<u32> {
    match origin {
        Origin::File { source, .. } => Some(source.0),
        Origin::Process => None,
    }
}

fn is_map(dialect: &Dialect) -> bool {
    dialect.precedence == Precedence::FileAlone
}

/// What a variable was before the file was loaded.
fn before<'p>(process: &'p ProcessEnvironment, key: &[u8]) -> Option<&'p [u8]> {
    process.pairs().find(|(name, _)| *name == key).map(|(_, value)| value)
}

fn shown(vars: &Variables) -> BTreeMap<String, String> {
    let text = |(key, value): (&Vec<u8>, &Vec<u8>)| (String::from_utf8_lossy(key).into_owned(), shorten(value));
    vars.iter().map(text).collect()
}

fn shorten(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(120)]).into_owned()
}
