//! The operating system.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, FileType, OpenOptions};
use std::io::{self, ErrorKind, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::OnceLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use envgate::model::ProcessEnvironment;
use jiff::Timestamp;

use super::{Kind, Refusal, Stream, view};

/// The command line, the program's own name first.
pub(crate) fn arguments() -> Vec<OsString> {
    env::args_os().collect()
}

/// Returns the kind of thing at a path, or at the end of the links there.
pub(crate) fn kind(path: &Path) -> Result<Kind, ErrorKind> {
    if let Some(kind) = view::kind(path) {
        return kind;
    }
    fs::metadata(path)
        .map(|metadata| kind_of(metadata.file_type()))
        .map_err(|error| error.kind())
}

/// Whether a commit is read in place of the disk.
pub(crate) fn is_in_a_view() -> bool {
    view::is_there()
}

/// Whether anything exists at a path, even a dangling link.
pub(crate) fn exists(path: &Path) -> bool {
    match view::kind(path) {
        Some(kind) => kind.is_ok(),
        None => fs::symlink_metadata(path).is_ok(),
    }
}

pub(super) fn kind_of(kind: FileType) -> Kind {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return Kind::Fifo;
        }
        if kind.is_socket() {
            return Kind::Socket;
        }
        if kind.is_block_device() || kind.is_char_device() {
            return Kind::Device;
        }
    }
    if kind.is_file() {
        Kind::File
    } else if kind.is_dir() {
        Kind::Folder
    } else {
        Kind::Other
    }
}

/// Reads a file of at most `limit` bytes, never blocking on anything but a file.
pub(crate) fn read(path: &Path, limit: usize) -> Result<Vec<u8>, Refusal> {
    if let Some(content) = view::read(path, limit) {
        return content;
    }
    let only_files = |kind: FileType| match kind_of(kind) {
        Kind::File => Ok(()),
        other => Err(Refusal::Not(other)),
    };
    // To open some devices already has an effect, so the kind is asked before opening, and again afterwards, because the name may have come
    // to mean something else in between.
    only_files(fs::metadata(path)?.file_type())?;
    let file = open(path)?;
    let metadata = file.metadata()?;
    only_files(metadata.file_type())?;
    if metadata.len() > limit as u64 {
        return Err(Refusal::TooLarge);
    }
    bounded(file, usize::try_from(metadata.len()).unwrap_or(0), limit)
}

/// Reads standard input, of at most `limit` bytes.
pub(crate) fn stdin(limit: usize) -> Result<Vec<u8>, Refusal> {
    bounded(io::stdin().lock(), 0, limit)
}

/// Reads up to the limit and one byte more: the file may grow while it is read, and some files do not know their length.
fn bounded(input: impl Read, expected: usize, limit: usize) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::with_capacity(expected + 1);
    input.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > limit {
        return Err(Refusal::TooLarge);
    }
    Ok(bytes)
}

/// Opens without waiting: a pipe in place of the file may have no writer.
#[cfg(unix)]
pub(super) fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
}

#[cfg(not(unix))]
pub(super) fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// Returns the names in a folder, sorted, and whether each is a folder and not a link to one. What can't be read, or has a name that is not
/// text, is left out.
pub(crate) fn entries(folder: &Path) -> Vec<(String, bool)> {
    let read = fs::read_dir(folder).into_iter().flatten();
    let mut entries: Vec<(String, bool)> = read
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let name = match entry.file_name().into_string() {
                // The lossy name exists nowhere, so whoever tries to enter this folder finds that it can't be read.
                Err(name) if is_folder => name.to_string_lossy().into_owned(),
                name => name.ok()?,
            };
            Some((name, is_folder))
        })
        .collect();
    entries.sort_unstable();
    entries
}

/// Whether the names in a folder can be read.
pub(crate) fn is_open(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok()
}

/// Whether everybody on the machine may read a file and enter every folder on the way to it. The folders count, because most systems create
/// files that everybody may read, in a home that nobody else may enter.
#[cfg(unix)]
pub(crate) fn is_readable_by_all(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let allows =
        |path: &Path, bit: u32| fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & bit != 0);
    let Ok(path) = fs::canonicalize(path) else {
        return false;
    };
    allows(&path, 0o004) && path.ancestors().skip(1).all(|folder| allows(folder, 0o001))
}

#[cfg(not(unix))]
pub(crate) fn is_readable_by_all(_: &Path) -> bool {
    false
}

/// How many other names a file has. They are hard links, which a replaced file loses.
#[cfg(unix)]
pub(crate) fn other_names(path: &Path) -> usize {
    use std::os::unix::fs::MetadataExt;
    let names = fs::metadata(path).map_or(1, |metadata| metadata.nlink());
    usize::try_from(names.saturating_sub(1)).unwrap_or(usize::MAX)
}

#[cfg(not(unix))]
pub(crate) fn other_names(_: &Path) -> usize {
    0
}

/// Whether there is a link, whatever it leads to.
pub(crate) fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink())
}

/// Returns the path of this program, or its bare name if that is unknown.
pub(crate) fn program() -> PathBuf {
    env::current_exe().unwrap_or_else(|_| PathBuf::from("envgate"))
}

/// Whether a file may be run by somebody.
#[cfg(unix)]
pub(crate) fn may_be_run(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
pub(crate) fn may_be_run(_: &Path) -> bool {
    true
}

/// Appends to a file that others append to as well, and creates it if there is none.
pub(crate) fn append(path: &Path, bytes: &[u8]) -> Result<(), ErrorKind> {
    let file = OpenOptions::new().append(true).create(true).open(path);
    file.and_then(|mut file| file.write_all(bytes))
        .map_err(|error| error.kind())
}

/// The folder that relative paths start from; empty if it has been removed.
pub(crate) fn current_folder() -> PathBuf {
    env::current_dir().unwrap_or_default()
}

/// Returns the canonical path of a file, or the path as it is if that is unknown.
pub(crate) fn canonical(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Returns the milliseconds since this was first called.
pub(crate) fn milliseconds() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    u64::try_from(START.get_or_init(Instant::now).elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// A variable of this process, if it is set and not empty.
pub(crate) fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// The variables of this process, as bytes.
pub(crate) fn variables() -> ProcessEnvironment {
    let bytes = OsString::into_encoded_bytes;
    env::vars_os().map(|(key, value)| (bytes(key), bytes(value))).collect()
}

/// Returns random bytes.
pub(crate) fn random() -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes)
}

/// Returns the current time in whole seconds, which is precise enough for a report.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs())
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Whether the stream goes to a terminal that supports colours.
pub(crate) fn is_terminal(stream: Stream) -> bool {
    let terminal = match stream {
        Stream::Stdout => io::stdout().is_terminal(),
        Stream::Stderr => io::stderr().is_terminal(),
    };
    terminal && variable("TERM").map_or(cfg!(windows), |value| value != *OsStr::new("dumb"))
}

/// How many columns the terminal has.
#[cfg(unix)]
pub(crate) fn columns() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    (size.ws_col > 0).then(|| usize::from(size.ws_col))
}

#[cfg(not(unix))]
pub(crate) fn columns() -> Option<usize> {
    None
}

/// Writes all of it.
pub(crate) fn write(stream: Stream, bytes: &[u8]) -> Result<(), ErrorKind> {
    let written = match stream {
        Stream::Stdout => {
            let mut stdout = io::stdout().lock();
            stdout.write_all(bytes).and_then(|()| stdout.flush())
        }
        Stream::Stderr => io::stderr().write_all(bytes),
    };
    written.map_err(|error| error.kind())
}

/// Converts an exit code for `main`.
pub(crate) fn ended(code: u8) -> ExitCode {
    ExitCode::from(code)
}

/// Ends the program at once.
pub(crate) fn exit(code: u8) -> ! {
    std::process::exit(i32::from(code))
}

/// The limit of core dumps that the process was started with.
#[cfg(unix)]
static CORE_LIMIT: OnceLock<rustix::process::Rlimit> = OnceLock::new();

/// Prevents core dumps, which would hold values. A limit of zero keeps a dump out of the folder; making the process undumpable also keeps it
/// from a handler such as systemd-coredump, which ignores the limit. If either is refused, the check still runs.
#[cfg(unix)]
pub(crate) fn forbid_core_dumps() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    // Only the soft limit is lowered, so that [`execute`] can restore it for the program that replaces this one.
    let before = *CORE_LIMIT.get_or_init(|| getrlimit(Resource::Core));
    let _ = setrlimit(
        Resource::Core,
        Rlimit {
            current: Some(0),
            ..before
        },
    );
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

#[cfg(not(unix))]
pub(crate) fn forbid_core_dumps() {}

/// Replaces this process by a program; returns why that failed.
#[cfg(unix)]
pub(crate) fn execute(words: &[OsString]) -> ErrorKind {
    use std::os::unix::process::CommandExt;
    let Some((program, arguments)) = words.split_first() else {
        return ErrorKind::InvalidInput;
    };
    if let Some(before) = CORE_LIMIT.get() {
        let _ = rustix::process::setrlimit(rustix::process::Resource::Core, *before);
    }
    std::process::Command::new(program).args(arguments).exec().kind()
}

/// Runs a program and exits with its code; returns why that failed.
#[cfg(not(unix))]
pub(crate) fn execute(words: &[OsString]) -> ErrorKind {
    let Some((program, arguments)) = words.split_first() else {
        return ErrorKind::InvalidInput;
    };
    match std::process::Command::new(program).args(arguments).status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(2)),
        Err(error) => error.kind(),
    }
}
