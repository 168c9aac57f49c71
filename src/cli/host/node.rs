//! Node, through the functions of `host.js` in the npm package. Bytes and numbers only: a function that can fail returns bytes of
//! which the first is a code.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use envgate::model::ProcessEnvironment;
use jiff::Timestamp;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Kind, Refusal, Stream};

#[wasm_bindgen(raw_module = "./host.js")]
extern "C" {
    /// The command line without program, each argument with a NUL behind it.
    #[wasm_bindgen(js_name = argumentList)]
    fn argument_list() -> String;
    /// A code of [`KINDS`] or, from 16 on, of [`FAILURES`].
    #[wasm_bindgen(js_name = kindOf)]
    fn kind_of(path: &str) -> u8;
    /// Whether anything exists there.
    #[wasm_bindgen(js_name = standsAt)]
    fn stands_at(path: &str) -> bool;
    /// How many hard links there are to a file beside this one.
    #[wasm_bindgen(js_name = otherNames)]
    fn other_names_of(path: &str) -> usize;
    /// A code, and behind it the bytes if it is 0.
    #[wasm_bindgen(js_name = readFile)]
    fn read_file(path: &str, limit: usize) -> Vec<u8>;
    #[wasm_bindgen(js_name = readStdin)]
    fn read_stdin(limit: usize) -> Vec<u8>;
    /// A code. With `existed == false`, `before` is empty and there was no file.
    #[wasm_bindgen(js_name = replaceFile)]
    fn replace_file(path: &str, existed: bool, before: &[u8], after: &[u8]) -> u8;
    /// A code.
    #[wasm_bindgen(js_name = appendFile)]
    fn append_file(path: &str, bytes: &[u8]) -> u8;
    #[wasm_bindgen(js_name = workingFolder)]
    fn working_folder() -> String;
    /// The path without links; empty if nothing exists there.
    #[wasm_bindgen(js_name = realPath)]
    fn real_path(path: &str) -> String;
    /// The names in a folder, each followed by a NUL, those of folders by `/` and a NUL; empty if it can't be read.
    #[wasm_bindgen(js_name = namesIn)]
    fn names_in(folder: &str) -> String;
    /// Whether the names in a folder can be read.
    #[wasm_bindgen(js_name = canList)]
    fn can_list(folder: &str) -> bool;
    /// Each variable as key, NUL, value, NUL. Bytes, since the process may have some that are no text.
    #[wasm_bindgen(js_name = variableList)]
    fn variable_list() -> Vec<u8>;
    /// Seconds since 1970 in UTC.
    #[wasm_bindgen(js_name = secondsNow)]
    fn seconds_now() -> f64;
    /// A number of random bytes.
    #[wasm_bindgen(js_name = unguessable)]
    fn unguessable(count: usize) -> Vec<u8>;
    /// The columns of the terminal that reads the stream (1, 2); 0 if none does.
    #[wasm_bindgen(js_name = terminalColumns)]
    fn terminal_columns(stream: u8) -> usize;
    /// A code.
    #[wasm_bindgen(js_name = writeTo)]
    fn write_to(stream: u8, bytes: &[u8]) -> u8;
    /// Ends this instance and replaces the process by a program, given as words that each end with a NUL; returns a code if that failed.
    #[wasm_bindgen(js_name = startProgram)]
    fn start_program(words: &str) -> u8;
    /// Ends the process.
    #[wasm_bindgen(js_name = leave)]
    fn leave(code: u8);
}

/// The kinds of things at a path, by their codes from 0 on.
const KINDS: [Kind; 6] = [
    Kind::File,
    Kind::Folder,
    Kind::Fifo,
    Kind::Socket,
    Kind::Device,
    Kind::Other,
];

/// The failures, by their codes from 16 on.
const FAILURES: [ErrorKind; 14] = [
    ErrorKind::Other,
    ErrorKind::NotFound,
    ErrorKind::PermissionDenied,
    ErrorKind::NotADirectory,
    ErrorKind::IsADirectory,
    ErrorKind::BrokenPipe,
    ErrorKind::AlreadyExists,
    ErrorKind::StorageFull,
    ErrorKind::ReadOnlyFilesystem,
    ErrorKind::InvalidFilename,
    ErrorKind::QuotaExceeded,
    ErrorKind::FileTooLarge,
    ErrorKind::TooManyLinks,
    ErrorKind::InvalidData,
];

/// The code of a file that is too large.
const TOO_LARGE: u8 = 15;

/// The code of a file that was changed meanwhile.
const CHANGED: u8 = 14;

fn done(code: u8) -> Result<(), ErrorKind> {
    if code == 0 { Ok(()) } else { Err(failure(code)) }
}

fn failure(code: u8) -> ErrorKind {
    let index = usize::from(code.saturating_sub(16));
    FAILURES.get(index).copied().unwrap_or(ErrorKind::Other)
}

/// Node has no paths that are not text.
fn text(path: &Path) -> &str {
    path.to_str().unwrap_or_default()
}

pub(crate) fn arguments() -> Vec<OsString> {
    let list = argument_list();
    let words = list.split_terminator('\0').map(OsString::from);
    std::iter::once(OsString::from("envgate")).chain(words).collect()
}

pub(crate) fn kind(path: &Path) -> Result<Kind, ErrorKind> {
    let code = kind_of(text(path));
    KINDS.get(usize::from(code)).copied().ok_or_else(|| failure(code))
}

pub(crate) fn is_in_a_view() -> bool {
    false
}

pub(crate) fn exists(path: &Path) -> bool {
    stands_at(text(path))
}

pub(crate) fn read(path: &Path, limit: usize) -> Result<Vec<u8>, Refusal> {
    match kind(path)? {
        Kind::File => answer(read_file(text(path), limit)),
        other => Err(Refusal::Not(other)),
    }
}

pub(crate) fn stdin(limit: usize) -> Result<Vec<u8>, Refusal> {
    answer(read_stdin(limit))
}

fn answer(mut bytes: Vec<u8>) -> Result<Vec<u8>, Refusal> {
    match bytes.first().copied() {
        Some(0) => {
            bytes.remove(0);
            Ok(bytes)
        }
        Some(TOO_LARGE) => Err(Refusal::TooLarge),
        code => Err(Refusal::Failed(failure(code.unwrap_or_default()))),
    }
}

pub(crate) fn replace(path: &Path, before: Option<&[u8]>, after: &[u8]) -> Result<(), Refusal> {
    if before.is_some() && kind(path)? != Kind::File {
        return Err(Refusal::Not(kind(path)?));
    }
    match replace_file(text(path), before.is_some(), before.unwrap_or_default(), after) {
        0 => Ok(()),
        CHANGED => Err(Refusal::Changed),
        code => Err(Refusal::Failed(failure(code))),
    }
}

/// How many other names a file has. They are hard links, which a replaced file loses.
pub(crate) fn other_names(path: &Path) -> usize {
    other_names_of(text(path))
}

pub(crate) fn append(path: &Path, bytes: &[u8]) -> Result<(), ErrorKind> {
    done(append_file(text(path), bytes))
}

/// Returns the canonical path of a file, or the path as it is if nothing exists there.
pub(crate) fn canonical(path: &Path) -> PathBuf {
    match real_path(text(path)) {
        real if real.is_empty() => path.to_owned(),
        real => PathBuf::from(real),
    }
}

pub(crate) fn entries(folder: &Path) -> Vec<(String, bool)> {
    let list = names_in(text(folder));
    let entry = |name: &str| match name.strip_suffix('/') {
        Some(folder) => (folder.to_owned(), true),
        None => (name.to_owned(), false),
    };
    let mut entries: Vec<(String, bool)> = list.split_terminator('\0').map(entry).collect();
    entries.sort_unstable();
    entries
}

pub(crate) fn is_open(folder: &Path) -> bool {
    can_list(text(folder))
}

pub(crate) fn current_folder() -> PathBuf {
    PathBuf::from(working_folder())
}

pub(crate) fn variable(name: &str) -> Option<OsString> {
    variables()
        .pairs()
        .find(|(key, value)| *key == name.as_bytes() && !value.is_empty())
        .and_then(|(_, value)| str::from_utf8(value).ok())
        .map(OsString::from)
}

pub(crate) fn variables() -> ProcessEnvironment {
    let list = variable_list();
    let mut words = list.strip_suffix(b"\0").unwrap_or_default().split(|&byte| byte == 0);
    std::iter::from_fn(|| words.next().zip(words.next())).collect()
}

pub(crate) fn random() -> Option<[u8; 32]> {
    unguessable(32).try_into().ok()
}

pub(crate) fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "whole seconds of our time")]
    let seconds = seconds_now() as i64;
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn number(stream: Stream) -> u8 {
    match stream {
        Stream::Stdout => 1,
        Stream::Stderr => 2,
    }
}

pub(crate) fn is_terminal(stream: Stream) -> bool {
    terminal_columns(number(stream)) > 0
}

pub(crate) fn columns() -> Option<usize> {
    Some(terminal_columns(1)).filter(|&columns| columns > 0)
}

pub(crate) fn write(stream: Stream, bytes: &[u8]) -> Result<(), ErrorKind> {
    done(write_to(number(stream), bytes))
}

pub(crate) fn ended(code: u8) -> ExitCode {
    exit(code)
}

pub(crate) fn exit(code: u8) -> ! {
    leave(code);
    // Node has exited by now. A host that did not must not continue in this code.
    core::arch::wasm32::unreachable()
}

/// Replaces this process by a program, as far as this version of Node can; returns why that failed.
pub(crate) fn execute(words: &[OsString]) -> ErrorKind {
    let mut list = String::new();
    for word in words {
        list.push_str(word.to_str().unwrap_or_default());
        list.push('\0');
    }
    failure(start_program(&list))
}

/// Node handles that itself.
pub(crate) fn forbid_core_dumps() {}
