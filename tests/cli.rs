//! Transcripts of the real binary: files, arguments, and all that comes out. Adding one needs no Rust.
//!
//! A file in `tests/cli/` is one folder and what is done in it, in sections. What stands before the first section is about what it shows.
//!
//! ```text
//! === file PATH              the text below; `=== bytes PATH` takes \xNN escapes and no line end at the end
//! === folder PATH            also: fifo PATH, socket PATH, empty PATH, sparse PATH BYTES, locked PATH (not readable)
//! === run ARGUMENTS          runs envgate; `NAME=VALUE` in front sets variables, `< PATH` behind gives standard input
//! --- stdout                 what is expected; a stream that stays empty has no section
//! --- stderr
//! --- exit CODE
//! ```
//!
//! The environment is empty but for what a run sets, and the folder is spoken of as `[DIR]`. `UPDATE=1` rewrites what is expected;
//! it is read by people before it is committed.

#![cfg(all(feature = "cli", unix))]

mod support;

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use support::Folder;

/// Longer than any run takes on a busy machine; a run that waits on a pipe is over it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A user that may not read what the superuser locked.
const NOBODY: u32 = 65534;

#[test]
fn transcripts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    if another_program().is_some() {
        // Who is not the superuser may not enter the folder of that program, as a rule; and usage lists what is native, `leaks` and `hook`.
        let native = ["locked.txt", "secret-words-leaks.txt", "usage.txt"];
        files.retain(|file| !native.iter().any(|name| file.ends_with(name)));
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

/// A project whose check gives a report that is larger than a pipe holds.
fn large_project() -> Folder {
    let folder = Folder::new();
    folder.write(
        "env.schema.json",
        r#"{ "properties": {}, "additionalProperties": false }"#,
    );
    let lines: String = (0..3_000).map(|index| format!("KEY_{index}=1\n")).collect();
    folder.write(".env", lines);
    folder
}

fn envgate(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = program();
    command.args(arguments).env_clear().current_dir(&folder.0);
    command
}

fn another_program() -> Option<String> {
    std::env::var("ENVGATE_PROGRAM").ok()
}

/// The program under test: ours, or the one that `ENVGATE_PROGRAM` names, as words (`node pkg/dist/cli.js`): the npm package has the same
/// commands and is held to the same transcripts.
fn program() -> Command {
    let Some(words) = another_program() else {
        return Command::new(env!("CARGO_BIN_EXE_envgate"));
    };
    let mut words = words.split(' ').map(str::to_owned);
    let mut command = Command::new(words.next().expect("a program"));
    command.args(words);
    command
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let folder = large_project();
    let mut child = envgate(&folder, &["check"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()),
        (Some(1), "")
    );
}

/// A report stops somewhere, and what it leaves out is fixed all the same: here, what it tells first has no fix at all.
#[test]
fn fixes_beyond_what_a_report_tells_are_applied() {
    let folder = Folder::new();
    let schema = r#"{ "dialects": ["docker-compose", "dotenv", "bash"], "properties": { "KEY_1": {} } }"#;
    folder.write("env.schema.json", schema);
    let count = 10_001;
    let lines: String = (0..count)
        .map(|key| format!("KEY_{key} = a value # of {key}\n"))
        .collect();
    folder.write(".env", lines);
    let start = Instant::now();
    let output = envgate(&folder, &["fix"]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(told, format!(".env: fixed divergent-value ({count})\n"));
    assert!(start.elapsed() < PATIENCE, "the time grows faster than the file");
    let output = envgate(&folder, &["fix", "--dry-run"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "nothing to fix\n");
}

/// A gate must not pass with its report lost.
#[test]
#[cfg(target_os = "linux")]
fn a_report_that_cannot_be_written_is_a_failure() {
    let folder = large_project();
    folder.write("env.schema.json", r#"{ "properties": { "KEY": {} } }"#);
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = envgate(&folder, &["check", "--format", "json"])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: the report can't be written"));
    for words in [&["--help"][..], &["check", "--help"], &["--version"]] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = envgate(&folder, words).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: the help can't be written"));
    }
}

/// Before the first byte of an input is read.
#[test]
#[cfg(target_os = "linux")]
fn no_core_is_dumped() {
    if another_program().is_some() {
        return;
    }
    let folder = large_project();
    let mut child = envgate(&folder, &["check", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let limits = format!("/proc/{}/limits", child.id());
    let start = Instant::now();
    let dumps = || {
        let limits = fs::read_to_string(&limits).unwrap_or_default();
        let line = limits
            .lines()
            .find(|line| line.starts_with("Max core file size"))
            .unwrap_or_default()
            .to_owned();
        line.split_whitespace().nth(4) != Some("0")
    };
    while dumps() {
        assert!(start.elapsed() < PATIENCE, "the limit is not zero");
        thread::sleep(Duration::from_millis(2));
    }
    drop(child.stdin.take());
    child.wait().unwrap();
}

/// That limit is for values in the memory of the gate, and not for the program that takes its place.
#[test]
#[cfg(target_os = "linux")]
fn the_program_starts_as_it_would_without_the_gate() {
    if another_program().is_some() {
        return;
    }
    let folder = Folder::new();
    folder.write("env.schema.json", r#"{ "properties": { "PATH": {} } }"#);
    let limits = |through: &str| {
        let asked = "ulimit -Sc; ulimit -Hc";
        let script = format!("ulimit -Sc \"$(ulimit -Hc)\"; exec {through} /bin/sh -c '{asked}'");
        let mut command = Command::new("/bin/sh");
        let output = command.args(["-c", &script]).current_dir(&folder.0).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let gate = format!("'{}' run --", env!("CARGO_BIN_EXE_envgate"));
    assert_eq!(limits(&gate), limits(""));
    let orphan = folder.0.join("orphan.sh");
    folder.write("orphan.sh", "#!/nowhere/sh\n");
    fs::set_permissions(&orphan, fs::Permissions::from_mode(0o755)).unwrap();
    let output = envgate(&folder, &["run", "--", "./orphan.sh"])
        .env("PATH", "/")
        .output()
        .unwrap();
    assert!(
        support::said(&output).contains("what its first line"),
        "{}",
        support::said(&output)
    );
}

/// No keyword looks at what is no text, so it is an error that a variable of the process is none; what is not declared is nobody's business.
#[test]
fn variables_of_the_process_are_text() {
    // To Node they are text in any case: it replaces what is none.
    if another_program().is_some() {
        return;
    }
    let folder = Folder::new();
    let schema = r#"{ "environments": { "dev": {} }, "properties": { "PIN": { "enum": ["x"] }, "HOST": { "type": "string" } } }"#;
    folder.write("env.schema.json", schema);
    let bytes = OsStr::from_bytes(b"\xff\xfe");
    for (key, code) in [("PIN", 1), ("HOST", 1), ("ELSE", 0)] {
        for arguments in [&["check", "--process-env"][..], &["run", "-e", "dev", "--", "true"]] {
            let mut command = envgate(&folder, arguments);
            let output = command
                .env("HOME", "/")
                .env("HOST", "a")
                .env(key, bytes)
                .output()
                .unwrap();
            let said = support::said(&output);
            assert_eq!(output.status.code(), Some(code), "{key} {arguments:?}: {said}");
            assert_eq!(said.contains("[not-utf8]"), code == 1, "{key} {arguments:?}: {said}");
        }
    }
}

/// What is told to the gate is told to the program that it started: the signals of who stops a container, and they end it as they would end the program.
#[test]
fn signals_and_exit_codes_are_those_of_the_program() {
    use std::io::BufRead;
    use std::os::unix::process::ExitStatusExt;

    let folder = Folder::new();
    folder.write(
        "env.schema.json",
        r#"{ "environments": { "production": {} }, "required": ["PORT"], "properties": { "PORT": { "type": "integer" } } }"#,
    );
    let run = |script: &str| {
        envgate(&folder, &["run", "--", "/bin/sh", "-c", script])
            .env("PORT", "80")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    };
    for status in [0, 3, 255] {
        assert_eq!(run(&format!("exit {status}")).wait().unwrap().code(), Some(status));
    }
    // What the program reads and writes is its own.
    let mut child = run("cat; echo $PORT");
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"through\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "through\n80\n");
    // What is started in the background of a script ignores INT, and so does all that it starts: there is nothing to pass on.
    let is_ignored = |name: &str| {
        let script = format!("kill -s {name} $$; echo ignored");
        let output = Command::new("/bin/sh").args(["-c", &script]).output().unwrap();
        !output.stdout.is_empty()
    };
    let all = [("TERM", 15), ("INT", 2), ("HUP", 1), ("USR1", 10)];
    for (name, number) in all.into_iter().filter(|(name, _)| !is_ignored(name)) {
        let signalled = |script: &str| {
            let mut child = run(script);
            let mut lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
            assert_eq!(lines.next().unwrap().unwrap(), "ready");
            let pid = child.id().to_string();
            assert!(
                Command::new("kill")
                    .args(["-s", name, &pid])
                    .status()
                    .unwrap()
                    .success()
            );
            let rest: Vec<String> = lines.map_while(Result::ok).collect();
            (child.wait().unwrap(), rest)
        };
        let handled = format!("trap 'echo {name}; exit 7' {name}; echo ready; while :; do sleep 0.05; done");
        let (status, said) = signalled(&handled);
        assert_eq!((status.code(), said), (Some(7), vec![name.to_owned()]), "{name}");
        let (status, _) = signalled("echo ready; while :; do sleep 0.05; done");
        assert_eq!(status.signal(), Some(number), "{name} ends what doesn't handle it");
    }
}

#[test]
fn completions_and_manual_know_every_option() {
    let folder = Folder::new();
    let print = |arguments: &[&str]| {
        let output = envgate(&folder, arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        assert!(print(&["completions", shell]).contains("process-env"), "{shell}");
    }
    assert!(print(&["man"]).contains(".TH envgate 1"));
    assert!(print(&["man", "check"]).contains("process\\-env"));
}

/// Not to a pipe, unless asked; `NO_COLOR` has the last word. The transcripts hold what is said without.
#[test]
fn colour_is_for_who_asks() {
    let folder = large_project();
    let coloured = |variables: &[(&str, &str)]| {
        let output = envgate(&folder, &["check"])
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        output.stdout.contains(&0x1b)
    };
    assert!(!coloured(&[]));
    assert!(coloured(&[("CLICOLOR_FORCE", "1")]));
    assert!(coloured(&[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "0")]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")]));
}

/// Every rule of the list is in `rules`, and `explain` has its page.
#[test]
fn every_rule_is_listed_and_explained() {
    let folder = Folder::new();
    let print = |arguments: &[&str]| String::from_utf8(envgate(&folder, arguments).output().unwrap().stdout).unwrap();
    let (table, json) = (print(&["rules"]), print(&["rules", "--format", "json"]));
    let entries: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(entries.len(), envgate::check::rules::RULES.len());
    assert_eq!(table.lines().count(), entries.len());
    for (rule, line) in envgate::check::rules::RULES.iter().zip(table.lines()) {
        assert!(line.starts_with(rule.code.0) && line.ends_with(rule.summary), "{line}");
        assert!(
            print(&["explain", rule.code.0]).contains(rule.docs.trim_end()),
            "{}",
            rule.code
        );
    }
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
    for section in sections {
        let (head, body) = section.split_once('\n').unwrap_or((section, ""));
        let _ = write!(actual, "\n=== {head}");
        if let Some(command) = head.strip_prefix("run ") {
            actual.push_str(&run(&root, command));
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
            "socket" => listeners.push(UnixListener::bind(&path).unwrap()),
            "sparse" => File::create(&path)
                .unwrap()
                .set_len(words.next().unwrap().parse().unwrap())
                .unwrap(),
            "locked" => {
                fs::write(&path, "LOCKED=1\n").unwrap();
                fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
            }
            other => panic!("no section is called {other}"),
        }
        if !section[head.len()..].is_empty() {
            actual.push('\n');
            actual.push_str(body);
        }
    }
    actual
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
fn run(root: &Path, line: &str) -> String {
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
    if line.contains("locked") && locks_are_no_use() {
        // The superuser may read all; somebody else may not, nor run what is in our folder.
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
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
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
