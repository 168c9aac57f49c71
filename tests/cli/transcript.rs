//! Transcripts: files, arguments, and all that comes out. Adding one needs no Rust.
//!
//! A `.txt` file in this folder is one folder and what is done in it, in sections. The text before the first section says what it shows.
//!
//! ```text
//! === file PATH              the text below; `=== bytes PATH` takes \xNN escapes and no line end at the end
//! === folder PATH            also: link PATH TARGET, fifo PATH, socket PATH, empty PATH, sparse PATH BYTES, locked PATH (not readable)
//! === run ARGUMENTS          runs envgate; `NAME=VALUE` in front sets variables, `< PATH` behind gives standard input
//! --- stdout                 what is expected; a stream that stays empty has no section
//! --- stderr
//! --- exit CODE
//! ```
//!
//! The environment holds only what a run sets, and the folder appears as `[DIR]`. `UPDATE=1` rewrites what is expected; read the
//! difference before you commit it.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::Folder;
use crate::{PATIENCE, another_program, program};

/// A user who may not read what the superuser locked.
const NOBODY: u32 = 65534;

#[test]
fn transcripts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .collect();
    files.sort();
    if another_program().is_some() {
        // Other users than the superuser can't usually enter the folder of that program. Besides, its usage lacks the native commands
        // `leaks` and `hook`.
        let native = ["locked.txt", "-leaks.txt", "usage.txt"];
        files.retain(|file| !native.iter().any(|end| file.to_string_lossy().ends_with(end)));
    }
    assert!(files.len() > 5, "the transcripts are gone");
    let wrong = Mutex::new(Vec::new());
    let next = Mutex::new(files.iter());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some(path) = next.lock().unwrap().next() else { break };
                    let expected = fs::read_to_string(path).unwrap();
                    let actual = replay(&expected);
                    if actual == expected {
                        continue;
                    }
                    if std::env::var_os("UPDATE").is_some() {
                        fs::write(path, actual).unwrap();
                    } else {
                        let difference = first_difference(&expected, &actual);
                        wrong.lock().unwrap().push(format!("{}\n{difference}", path.display()));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(
        wrong.is_empty(),
        "{}\n\nUPDATE=1 cargo test --test cli rewrites them",
        wrong.join("\n\n")
    );
}

fn first_difference(expected: &str, actual: &str) -> String {
    let line = expected.lines().zip(actual.lines()).take_while(|(a, b)| a == b).count();
    let part = |text: &str| {
        text.lines()
            .skip(line.saturating_sub(3))
            .take(12)
            .collect::<Vec<_>>()
            .join("\n")
    };
    format!("expected:\n{}\nactual:\n{}", part(expected), part(actual))
}

/// The transcript, with what comes out now.
fn replay(transcript: &str) -> String {
    let folder = Folder::new();
    let root = folder.0.clone();
    let mut actual = String::new();
    let mut sections = transcript.split("\n=== ");
    actual.push_str(sections.next().unwrap());
    let mut listeners = Vec::new();
    let mut locked = Vec::new();
    for section in sections {
        let (head, body) = section.split_once('\n').unwrap_or((section, ""));
        let _ = write!(actual, "\n=== {head}");
        if let Some(command) = head.strip_prefix("run ") {
            actual.push_str(&run(&root, command, !locked.is_empty()));
            // The empty line in front of the next section.
            if body.ends_with('\n') || body.is_empty() {
                actual.push('\n');
            }
            continue;
        }
        let mut words = head.split(' ');
        let (kind, path) = (words.next().unwrap(), root.join(words.next().expect("a path")));
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).unwrap();
        }
        match kind {
            "file" => fs::write(&path, body).unwrap(),
            "bytes" => fs::write(&path, unescaped(body.trim_end_matches('\n'))).unwrap(),
            "folder" => fs::create_dir(&path).unwrap(),
            "empty" => fs::write(&path, "").unwrap(),
            "fifo" => assert!(Command::new("mkfifo").arg(&path).status().unwrap().success()),
            "link" => symlink(words.next().unwrap(), &path).unwrap(),
            "socket" => listeners.push(UnixListener::bind(&path).unwrap()),
            "sparse" => File::create(&path)
                .unwrap()
                .set_len(words.next().unwrap().parse().unwrap())
                .unwrap(),
            "locked" => {
                fs::write(&path, "LOCKED=1\n").unwrap();
                lock(&path);
                locked.push(path);
            }
            "locked-folder" => {
                fs::create_dir(&path).unwrap();
                lock(&path);
                locked.push(path);
            }
            other => panic!("no section is called {other}"),
        }
        if !section[head.len()..].is_empty() {
            actual.push('\n');
            actual.push_str(body);
        }
    }
    // So that all of it can be removed.
    for path in locked {
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    }
    actual
}

fn lock(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\x") {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        bytes.push(u8::from_str_radix(&rest[at + 2..at + 4], 16).unwrap());
        rest = &rest[at + 4..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

/// Runs a command line and writes down what comes out.
fn run(root: &Path, line: &str, has_locks: bool) -> String {
    let (line, input) = line
        .split_once(" < ")
        .map_or((line, None), |(line, input)| (line, Some(input)));
    let mut command = program();
    command
        .env_clear()
        .current_dir(root)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut arguments = line.split(' ').skip_while(|word| word.is_empty()).peekable();
    while let Some((name, value)) = arguments.peek().and_then(|word| word.split_once('=')) {
        command.env(name, value);
        arguments.next();
    }
    command.args(arguments);
    match input {
        Some(path) => command.stdin(File::open(root.join(path)).unwrap()),
        None => command.stdin(Stdio::null()),
    };
    if has_locks && locks_are_no_use() {
        // The superuser may read everything. Another user may not, and can't run what is in our folder.
        let copy = root.join(".envgate");
        fs::copy(env!("CARGO_BIN_EXE_envgate"), &copy).unwrap();
        command = rebuilt(&command, &copy);
        command.uid(NOBODY).gid(NOBODY);
    }
    let (status, [stdout, stderr]) = finish(start(&mut command, line), line);
    let mut text = String::from("\n");
    for (name, stream) in [("stdout", stdout), ("stderr", stderr)] {
        if !stream.is_empty() {
            let stream = stream.replace(root.to_str().unwrap(), "[DIR]");
            let _ = write!(text, "--- {name}\n{stream}");
            assert!(stream.ends_with('\n'), "envgate {line}: {name} ends within a line");
        }
    }
    let code = status
        .code()
        .map_or_else(|| "by a signal".to_owned(), |code| code.to_string());
    let _ = writeln!(text, "--- exit {code}");
    text
}

fn start(command: &mut Command, line: &str) -> Child {
    loop {
        match command.spawn() {
            Ok(child) => return child,
            // Another thread started a program while ours was being copied, and that one still holds the copy open for a moment.
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => thread::sleep(Duration::from_millis(5)),
            Err(error) => panic!("envgate {line}: {error}"),
        }
    }
}

/// Waits for a program, but not forever; how it ended, and what it wrote to its two streams.
fn finish(mut child: Child, line: &str) -> (ExitStatus, [String; 2]) {
    let (mut stdout, mut stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let readers = [
        thread::spawn(move || read(&mut stdout)),
        thread::spawn(move || read(&mut stderr)),
    ];
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("envgate {line}: still running after {PATIENCE:?}");
        }
        thread::sleep(Duration::from_millis(2));
    };
    (status, readers.map(|reader| reader.join().unwrap()))
}

fn read(stream: &mut impl Read) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    String::from_utf8(bytes).expect("what is printed is text")
}

/// Whether this is the superuser.
fn locks_are_no_use() -> bool {
    let folder = Folder::new();
    let file = folder.0.join("locked");
    fs::write(&file, "").unwrap();
    lock(&file);
    File::open(&file).is_ok()
}

/// The same command with another program.
fn rebuilt(command: &Command, program: &Path) -> Command {
    let mut other = Command::new(program);
    other
        .env_clear()
        .args(command.get_args())
        .current_dir(command.get_current_dir().unwrap());
    other.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    other
}
