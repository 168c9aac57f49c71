//! The exports for the page and the npm package: bytes in, JSON out, no imports from the host.
//!
//! A call passes all its data in one buffer in this module's memory ([`buffer`]), in the layout that [`request`]
//! describes; never value by value, never as JSON. The buffer is wiped before the call returns, and so is all memory
//! that is freed, and the stack, so that no copy of a value outlives its call.
//!
//! Schemas are compiled once and then referred to by number. Free functions and numbers instead of exported classes,
//! and JSON instead of thrown errors, keep the module free of imports: it runs wherever WebAssembly runs. An answer is
//! either the result or `{"errors": […]}`; no input makes the module trap.

mod inputs;
mod loaded;
mod refusal;
mod request;
#[cfg(all(target_family = "wasm", feature = "full", getrandom_backend = "custom"))]
mod seed;
mod tiles;

use std::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::carrier::{self, Carrier};
use crate::check::rules;
use crate::check::{self, Held};
use crate::diagnostic::Severity;
use crate::report::{self, Export, JsonText};
use crate::schema::{Schema, Vocabulary};
use crate::source::{PositionEncoding, Source, SourceId};
use inputs::{Inputs, inputs};
use refusal::Refusal;
use request::{CheckRequest, CompileRequest, Malformed};

/// Zeroes everything that is freed. Only in WebAssembly: a native library must not choose the allocator of the program
/// that links it.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// A buffer larger than this is freed after the call, so that one large file doesn't hold memory for ever.
const KEPT_BUFFER: usize = 64 << 10;

thread_local! {
    // The module has one thread, so these are plain statics there.
    static BUFFER: RefCell<Buffer> = const { RefCell::new(Buffer { bytes: Vec::new(), room: 0 }) };
    static SCHEMAS: RefCell<Schemas> = const { RefCell::new(Schemas { last: 0, compiled: Vec::new() }) };
}

/// Makes room for a request of at most `len` bytes and returns its address. It is valid until the next call that reads
/// it, which wipes it.
#[wasm_bindgen]
#[must_use]
pub fn buffer(len: usize) -> *mut u8 {
    BUFFER.with_borrow_mut(|buffer| buffer.make_room(len))
}

/// Compiles the schema in the first `len` bytes of the buffer: `{"schema": 1, "environments": […], "environmentKey": …,
/// "keys": […], "patterns": …}`. `patterns` says whether the schema also constrains keys it does not name. Later calls
/// refer to the schema by the number, until [`release`].
#[wasm_bindgen]
#[must_use]
pub fn compile(len: usize) -> String {
    answer(take(len, compile_request))
}

/// Returns the files that the one in the buffer refers to, as paths relative to the same folder as its own name:
/// `["common.json"]`. Files that a schema refers to go into the request to [`compile`]; they may refer to further ones,
/// so call this again with each in place of the schema. Files that another carrier refers to, such as the `env_file` of
/// a service, go into the files of a check but into no environment.
#[wasm_bindgen]
#[must_use]
pub fn references(len: usize) -> String {
    answer(take(len, |bytes| {
        let (source, _) = CompileRequest::read(bytes)?.sources()?;
        let mut files = Schema::files(&source);
        if let Some(carrier) = Carrier::of(&source) {
            let reading = carrier::read(&source, carrier, None);
            let taken = reading.named.iter();
            files.extend(taken.map(|path| carrier::beside(source.name(), path)));
            if cfg!(feature = "yaml") {
                let folders = reading
                    .included
                    .iter()
                    .filter_map(|included| included.folder.as_deref());
                files.extend(folders.map(|folder| carrier::beside(source.name(), folder) + "/"));
            }
        }
        Ok(JsonText::list(&mut files.iter().map(String::as_str)))
    }))
}

/// Forgets a schema. An unknown number is ignored.
#[wasm_bindgen]
pub fn release(schema: u32) {
    SCHEMAS.with_borrow_mut(|schemas| {
        if let Ok(index) = schemas.find(schema) {
            schemas.compiled.remove(index);
        }
    });
}

/// Checks the environments in the first `len` bytes of the buffer and returns a `report.v1`: the bytes that `envgate
/// check --format json` writes.
#[wasm_bindgen]
#[must_use]
pub fn check(schema: u32, len: usize) -> String {
    answer(take(len, |bytes| check_request(schema, Format::Json, bytes)))
}

/// Runs the same check but returns another format: 1 is SARIF 2.1.0, 2 is Markdown for a comment, with the bytes that
/// `envgate check --format sarif` or `markdown` writes for a schema at the root of its repository. 0 is the format of
/// [`check`](fn@check).
#[wasm_bindgen]
#[must_use]
pub fn render(schema: u32, format: u32, len: usize) -> String {
    answer(take(len, |bytes| {
        let format = match format {
            0 => Format::Json,
            1 => Format::Sarif,
            2 => Format::Markdown,
            _ => return Err(Malformed("a format from 0 to 2").into()),
        };
        check_request(schema, format, bytes)
    }))
}

/// The formats available here; the others exist only on the command line.
#[derive(Clone, Copy)]
enum Format {
    Json,
    Sarif,
    Markdown,
}

/// Returns the verdict on the environments in the first `len` bytes of the buffer as an exit code: 0 if nothing of
/// severity `fail_on` (0 hint, 1 info, 2 warning, 3 error) or above would be reported, 1 if something would, and 2 if
/// they could not be checked, for which [`check`](fn@check) gives the reason. Faster than a check, since it writes no
/// report.
#[wasm_bindgen]
#[must_use]
pub fn verdict(schema: u32, fail_on: u32, len: usize) -> u32 {
    match take(len, |bytes| verdict_request(schema, fail_on, bytes)) {
        Ok(true) => 0,
        Ok(false) => 1,
        Err(_) => 2,
    }
}

/// Returns the variables of the single environment in the first `len` bytes of the buffer, which reads no files, as the
/// types of the schema read them: `{"values": [1, [8000], 0]}` if no error would be reported, with one item for each declared key
/// in the order of the schema: 1 for the text that was given, 0 for none, otherwise the value in an array. If one would, the
/// report of [`check`](fn@check). Besides [`parse`], this is the only function whose answer holds values: they go back to
/// the program that passed them in.
#[wasm_bindgen]
#[must_use]
pub fn typed(schema: u32, len: usize) -> String {
    answer(take(len, |bytes| typed_request(schema, bytes)))
}

/// Returns what the loader of a dialect reads from a text. The request names both, and the variables that exist before:
/// `{"dialect": "dotenv", "variables": {"PORT": "8000"}, "unknown": {"KEY": "command"}, "rejected": false,
/// "incomplete": false, "faulty": false}`. Holds values, as [`typed`] does.
#[wasm_bindgen]
#[must_use]
pub fn parse(len: usize) -> String {
    answer(take(len, loaded::loaded))
}

/// Returns what an editor may show of the files in the first `len` bytes of the buffer while values are hidden. The
/// request has the layout of `check`; the answer is `{"files": [{"pieces": [line, start, end, kind, …]}, …]}`, in
/// order. Lines count from 0, columns from 0 in UTF-16 code units; kind is 0 for text that may be shown, 1 for a key, 2
/// for a comment, which may not be shown. Everything outside these pieces must be hidden, and so must a file that no
/// environment reads.
#[wasm_bindgen]
#[must_use]
pub fn mask(schema: u32, len: usize) -> String {
    answer(take(len, |bytes| mask_request(schema, bytes)))
}

/// Compares the values of the environments in the first `len` bytes of the buffer without revealing them: `{"keys":
/// [{"key": …, "sameAs": […], "longerThan": […]}]}`. For each environment, `sameAs` is the index of the first one with
/// the same value, and `longerThan` is how many have a shorter one; null if the key is absent, and -1 if its value
/// can't be known. An environment may be given twice, with two versions of its files.
#[wasm_bindgen]
#[must_use]
pub fn compare(schema: u32, len: usize) -> String {
    answer(take(len, |bytes| compare_request(schema, bytes)))
}

/// Returns every rule, as `envgate rules --format json` lists them: `[{"code": …, "severity": …, "summary": …, "docs":
/// …}]`. The compact module leaves out `docs`, which a page loads on demand.
#[wasm_bindgen]
#[must_use]
pub fn rules() -> String {
    report::rules_json(&rules::texts())
}

/// Returns the version of the package.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// The schemas in use. A number is never reused, so that of a released schema can't come to refer to another.
struct Schemas {
    last: u32,
    /// In the order of their numbers.
    compiled: Vec<(u32, Compiled)>,
}

impl Schemas {
    fn find(&self, number: u32) -> Result<usize, usize> {
        self.compiled.binary_search_by(|(other, _)| other.cmp(&number))
    }
}

/// A schema, and the inputs of a check, the first of which is the schema's text. Between calls it is the only one.
struct Compiled {
    schema: Schema,
    sources: Vec<Source>,
}

/// Where requests are written. All of it is zero except the room requested last.
struct Buffer {
    bytes: Vec<u8>,
    room: usize,
}

impl Buffer {
    fn make_room(&mut self, len: usize) -> *mut u8 {
        self.wipe();
        if len > self.bytes.len() {
            // A new buffer, since growing would copy.
            self.bytes = vec![0; len];
        }
        self.room = len;
        self.bytes.as_mut_ptr()
    }

    /// Wipes the room. An ordinary `fill` is not optimised away here: the memory stays in use, and its address is known
    /// outside.
    fn wipe(&mut self) {
        self.bytes[..self.room].fill(0);
        self.room = 0;
        if self.bytes.len() > KEPT_BUFFER {
            self.bytes = Vec::new();
        }
    }
}

/// Lets `work` read the first `len` bytes of the buffer, then wipes it in any case, and what the work has left on the stack.
fn take<T>(len: usize, work: impl FnOnce(&[u8]) -> Result<T, Refusal>) -> Result<T, Refusal> {
    let result = taken(len, work);
    wipe_stack();
    result
}

/// A function of its own, so that all of its work is below the frame of the caller.
#[inline(never)]
fn taken<T>(len: usize, work: impl FnOnce(&[u8]) -> Result<T, Refusal>) -> Result<T, Refusal> {
    BUFFER.with_borrow_mut(|buffer| {
        let request = buffer.bytes[..buffer.room].get(..len);
        let request = request.ok_or(Malformed("no more bytes than there was room for"));
        let result = request.map_err(Refusal::from).and_then(work);
        buffer.wipe();
        result
    })
}

/// As much of the stack as is wiped after a call: most take half of it.
const STACK: usize = 16 << 10;

/// Overwrites the stack below the caller, where pieces of values may be: a few bytes that were compared, or moved.
#[inline(never)]
fn wipe_stack() {
    std::hint::black_box(&mut [0_u8; STACK]);
}

fn compile_request(bytes: &[u8]) -> Result<String, Refusal> {
    let request = CompileRequest::read(bytes)?;
    let (source, files) = request.sources()?;
    let rules = rules::codes();
    let vocabulary = Vocabulary {
        rules: &rules,
        files: &files,
    };
    let schema = Schema::compile(&source, &vocabulary)
        .map_err(|errors| Refusal::schema(&source, &files, request.encoding, errors))?;
    SCHEMAS.with_borrow_mut(|schemas| {
        schemas.last = schemas
            .last
            .checked_add(1)
            .ok_or_else(|| Refusal::because("too many schemas were compiled"))?;
        let answer = JsonText::answer(&mut |json| {
            json.number("schema", schemas.last);
            json.array("environments", &mut |json| {
                for spec in schema.environments() {
                    json.item(&mut |json| {
                        json.string("name", &spec.name);
                        json.strings("aliases", &mut spec.aliases.iter().map(String::as_str));
                        json.nullable("title", spec.title.as_deref());
                        json.strings("files", &mut spec.files.iter().map(String::as_str));
                    });
                }
            });
            json.nullable("environmentKey", schema.environment_key());
            json.strings(
                "keys",
                &mut schema.properties().iter().map(|property| property.name.as_str()),
            );
            json.boolean("patterns", schema.depends_on_undeclared());
        });
        let compiled = Compiled {
            schema,
            sources: vec![source],
        };
        schemas.compiled.push((schemas.last, compiled));
        Ok(answer)
    })
}

fn check_request(handle: u32, format: Format, bytes: &[u8]) -> Result<String, Refusal> {
    with_inputs(handle, bytes, |schema, sources, inputs, encoding| {
        let report = check::check(schema, sources, &inputs.environments, &inputs.options);
        // A hint about white space does not mean that variables were checked.
        let has_error = |name: &str| {
            let mut errors = report.diagnostics.iter().filter(|one| one.severity == Severity::Error);
            errors.any(|one| one.environment.as_deref() == Some(name))
        };
        let unchecked: Vec<&str> = inputs.silent.iter().copied().filter(|name| !has_error(name)).collect();
        if !unchecked.is_empty() {
            return Err(Refusal::unchecked(schema, &sources[0], &unchecked));
        }
        let export = Export {
            complete: inputs.complete && not_text(sources, inputs).is_none(),
            ..Export::new(&report, sources, encoding)
        };
        Ok(match format {
            Format::Json => report::json::render(&export),
            Format::Sarif => report::sarif::render(&export, &rules::texts()),
            Format::Markdown => report::markdown::render(&export),
        })
    })
}

fn typed_request(handle: u32, bytes: &[u8]) -> Result<String, Refusal> {
    with_inputs(handle, bytes, |schema, sources, inputs, encoding| {
        let [environment] = inputs.environments.as_slice() else {
            return Err(Malformed("one environment").into());
        };
        if !environment.files.is_empty() {
            return Err(Malformed("an environment without files").into());
        }
        if refuses(schema, sources, inputs, Severity::Error)? {
            let report = check::check(schema, sources, &inputs.environments, &inputs.options);
            return Ok(report::json::render(&Export::new(&report, sources, encoding)));
        }
        let variables = &mut environment.process.texts().flatten();
        Ok(format!(
            r#"{{"values":{}}}"#,
            schema.typed_beside(environment.id, variables)
        ))
    })
}

fn verdict_request(handle: u32, fail_on: u32, bytes: &[u8]) -> Result<bool, Refusal> {
    let floor = match fail_on {
        0 => Severity::Hint,
        1 => Severity::Info,
        2 => Severity::Warning,
        3 => Severity::Error,
        _ => return Err(Malformed("a severity from 0 to 3").into()),
    };
    with_inputs(handle, bytes, |schema, sources, inputs, _| {
        refuses(schema, sources, inputs, floor).map(|refused| !refused)
    })
}

/// Returns the first file that is not text, if there is one: it was not checked in full.
fn not_text<'s>(sources: &'s [Source], inputs: &Inputs<'_>) -> Option<&'s Source> {
    // The schema, which comes first, was read as text when it was compiled. No program reads the reference file: bytes in it that
    // are not text are compared with nothing, and nothing else depends on them.
    let reads = |id: SourceId| {
        let mut files = inputs.environments.iter().flat_map(|environment| &environment.files);
        inputs.options.example != Some(id) || files.any(|file| file.source == id)
    };
    let mut read = sources.iter().zip(0..).skip(1).filter(|&(_, id)| reads(SourceId(id)));
    let found = read.find(|(source, _)| str::from_utf8(source.bytes()).is_err());
    found.map(|(source, _)| source)
}

/// Returns whether anything at `floor` or above would be reported.
fn refuses(schema: &Schema, sources: &[Source], inputs: &Inputs<'_>, floor: Severity) -> Result<bool, Refusal> {
    if let Some(source) = not_text(sources, inputs) {
        return Err(Refusal::not_utf8(source));
    }
    let passes = check::passes(schema, sources, &inputs.environments, &inputs.options, floor);
    if passes && !inputs.silent.is_empty() {
        return Err(Refusal::unchecked(schema, &sources[0], &inputs.silent));
    }
    Ok(!passes)
}

fn mask_request(handle: u32, bytes: &[u8]) -> Result<String, Refusal> {
    with_inputs(handle, bytes, |schema, sources, inputs, _| {
        Ok(JsonText::answer(&mut |json| {
            json.array("files", &mut |json| {
                for (source, id) in sources.iter().zip(0..).skip(1) {
                    let tiles = check::tiles(schema, sources, SourceId(id), &inputs.environments);
                    let pieces = tiles::by_line(source.bytes(), &tiles);
                    json.item(&mut |json| {
                        json.numbers("pieces", &mut pieces.iter().map(|&number| Some(i64::from(number))));
                    });
                }
            });
        }))
    })
}

fn compare_request(handle: u32, bytes: &[u8]) -> Result<String, Refusal> {
    let integer = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    with_inputs(handle, bytes, |schema, sources, inputs, _| {
        let compared = check::compare(schema, sources, &inputs.environments);
        Ok(JsonText::answer(&mut |json| {
            json.array("keys", &mut |json| {
                for comparison in &compared {
                    let same_as = |held: &Held| match *held {
                        Held::Unknown => -1,
                        Held::Known { same_as, .. } => integer(same_as),
                    };
                    let longer_than = |held: &Held| match *held {
                        Held::Unknown => -1,
                        Held::Known { longer_than, .. } => integer(longer_than),
                    };
                    let held = || comparison.held.iter().map(Option::as_ref);
                    json.item(&mut |json| {
                        json.string("key", &comparison.key);
                        json.numbers("sameAs", &mut held().map(|one| one.map(same_as)));
                        json.numbers("longerThan", &mut held().map(|one| one.map(longer_than)));
                    });
                }
            });
        }))
    })
}

/// Reads a request and lets `work` check it.
fn with_inputs<T>(
    handle: u32,
    bytes: &[u8],
    work: impl FnOnce(&Schema, &[Source], &Inputs<'_>, PositionEncoding) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    SCHEMAS.with_borrow_mut(|schemas| {
        let index = schemas
            .find(handle)
            .map_err(|_| Refusal::because("this number stands for no schema; was it released?"))?;
        let Compiled { schema, sources } = &mut schemas.compiled[index].1;
        let request = CheckRequest::read(bytes)?;
        let result =
            inputs(schema, sources, &request).and_then(|inputs| work(schema, sources, &inputs, request.encoding));
        // The inputs are dropped with the call; the text of the schema stays.
        sources.truncate(1);
        result
    })
}

fn answer(result: Result<String, Refusal>) -> String {
    result.unwrap_or_else(|refusal| refusal.to_json())
}
