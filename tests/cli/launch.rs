//! `envgate run`: the program takes the place of the gate, with its signals, exit codes, limits and variables.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use crate::support::{Folder, said};
use crate::{another_program, envgate};

/// The limit protects values in the memory of the gate. The program that takes its place gets its own back.
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
    assert!(said(&output).contains("the interpreter or loader"), "{}", said(&output));
    fs::create_dir(folder.0.join("gone")).unwrap();
    let script = format!("cd gone && rmdir ../gone && {gate} /bin/true");
    let output = folder.command("/bin/sh", &["-c", &script]).output().unwrap();
    assert!(
        said(&output).contains("the current folder does not exist any more"),
        "{}",
        said(&output)
    );
    let output = envgate(&folder, &["run", "--", ""]).env("PATH", "/").output().unwrap();
    assert_eq!(output.status.code(), Some(127));
    assert!(
        said(&output).contains("error: no program was named"),
        "{}",
        said(&output)
    );
}

/// No keyword checks a value that is not text, so a declared variable of the process that is not text is an error.
#[test]
fn variables_of_the_process_are_text() {
    // In Node they are always text: it replaces invalid bytes.
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
            let said = said(&output);
            assert_eq!(output.status.code(), Some(code), "{key} {arguments:?}: {said}");
            assert_eq!(said.contains("[not-utf8]"), code == 1, "{key} {arguments:?}: {said}");
        }
    }
}

/// A value that is not text is reported as that and nothing else: not as a placeholder, and not as a weak key.
#[test]
fn a_secret_that_is_not_text_is_told_once() {
    // In Node they are always text: it replaces invalid bytes.
    if another_program().is_some() {
        return;
    }
    let folder = Folder::new();
    let schema =
        r#"{ "environments": { "production": {} }, "properties": { "TOKEN": { "secret": true, "minBits": 256 } } }"#;
    folder.write("env.schema.json", schema);
    for bytes in [&b"\xff\xfe"[..], b"changeme\xff", &[0xff; 40]] {
        let mut command = envgate(&folder, &["check", "--process-env", "--format", "concise"]);
        let output = command.env("TOKEN", OsStr::from_bytes(bytes)).output().unwrap();
        let said = said(&output);
        assert_eq!(output.status.code(), Some(1), "{bytes:?}: {said}");
        assert_eq!(said.matches("error[").count(), 1, "{bytes:?}: {said}");
        assert!(said.contains("error[not-utf8]: TOKEN holds bytes"), "{bytes:?}: {said}");
    }
    // It was not checked, so turning off the rule does not make it pass.
    let off = schema.replacen('{', r#"{ "rules": { "not-utf8": "off" }, "#, 1);
    folder.write("env.schema.json", off);
    for arguments in [&["check", "--process-env"][..], &["run", "--", "true"]] {
        let mut command = envgate(&folder, arguments);
        let output = command.env("TOKEN", OsStr::from_bytes(b"\xff\xfe")).output().unwrap();
        let said = said(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains("so not checked: TOKEN"), "{arguments:?}: {said}");
    }
}

/// Node only learns that a program can't be started when it is too late to report it: some versions then end with a core dump.
#[test]
fn a_program_is_started_or_refused_as_a_shell_does_it() {
    let folder = Folder::new();
    folder.write("env.schema.json", r#"{ "properties": { "HOME": {} } }"#);
    let mut foreign = fs::read("/bin/sh").unwrap();
    // A program for an unknown processor, and one whose loader is missing.
    foreign[18..20].fill(0xfe);
    let loader = b"/lib";
    let at = |bytes: &[u8]| bytes.windows(loader.len()).position(|part| part == loader);
    let mut elsewhere = fs::read("/bin/sh").unwrap();
    let dynamic = at(&elsewhere).filter(|&at| at < 4096);
    if let Some(at) = dynamic {
        elsewhere[at..at + loader.len()].copy_from_slice(b"/bil");
    }
    let programs: [(&str, &[u8], Option<&str>); 7] = [
        ("plain", b"echo ran $1\n", None),
        ("first-line", b"#! /bin/sh -e\necho ran $1\n", None),
        ("through", b"#!./first-line\n", None),
        (
            "line-end",
            b"#!/bin/sh\r\necho ran\n",
            Some("the interpreter or loader"),
        ),
        ("folder", b"#!/bin\n", Some("permission denied")),
        ("foreign", &foreign, Some("")),
        ("elsewhere", &elsewhere, dynamic.map(|_| "the interpreter or loader")),
    ];
    for (name, text, refusal) in programs {
        folder.write(name, text);
        fs::set_permissions(folder.0.join(name), fs::Permissions::from_mode(0o755)).unwrap();
        let program = format!("./{name}");
        let arguments = if name == "elsewhere" {
            vec!["run", "--", &program, "-c", "echo ran"]
        } else {
            vec!["run", "--", &program, "1"]
        };
        let output = envgate(&folder, &arguments).env("HOME", "/").output().unwrap();
        let said = said(&output);
        assert_eq!(output.status.signal(), None, "{name}: {said}");
        assert_eq!(output.status.success(), refusal.is_none(), "{name}: {said}");
        assert!(said.contains(refusal.unwrap_or("ran")), "{name}: {said}");
        assert!(!said.contains("Native stack trace"), "{name}: {said}");
        // The exit code is that of every program that starts another.
        let mut env = Command::new("/usr/bin/env");
        let by_env = env.args(&arguments[2..]).current_dir(&folder.0).output().unwrap();
        assert_eq!(output.status.code(), by_env.status.code(), "{name}: {said}");
    }
    for name in ["", "./nowhere", "nowhere", "/"] {
        let output = envgate(&folder, &["run", "--", name])
            .env("HOME", "/")
            .env("PATH", "/bin")
            .output()
            .unwrap();
        let mut env = Command::new("/usr/bin/env");
        let by_env = env
            .arg(name)
            .env("PATH", "/bin")
            .current_dir(&folder.0)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), by_env.status.code(), "{name}: {}", said(&output));
    }
}

/// A program that was ended by a signal did not do its work. Rust and Node themselves ignore the signal of a broken pipe.
#[test]
fn what_ends_the_program_ends_the_gate() {
    let folder = Folder::new();
    folder.write("env.schema.json", r#"{ "properties": { "HOME": {} } }"#);
    for (name, number) in [("PIPE", 13), ("XFSZ", 25), ("TERM", 15), ("KILL", 9)] {
        let script = format!("kill -{name} $$; exit 7");
        let output = envgate(&folder, &["run", "--", "/bin/sh", "-c", &script])
            .env("HOME", "/")
            .output()
            .unwrap();
        assert_eq!(output.status.signal(), Some(number), "{name}: {}", said(&output));
    }
}

/// Signals such as those that stop a container reach the program that the gate started, and the gate ends as the program does.
#[test]
fn signals_and_exit_codes_are_those_of_the_program() {
    use std::io::BufRead;

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
    // The program has its own standard streams.
    let mut child = run("cat; echo $PORT");
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"through\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "through\n80\n");
    // A script makes its background processes ignore INT, and they pass that on to their children, so there is nothing to forward.
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

/// Some programs take the first of two variables of a name, others the last.
#[test]
fn a_variable_that_the_process_has_twice_is_refused() {
    let python = Command::new("python3").arg("--version").output();
    if another_program().is_some() || python.is_err() {
        return;
    }
    let folder = Folder::new();
    folder.write(
        "env.schema.json",
        r#"{ "environments": { "dev": {} }, "properties": { "PORT": { "type": "integer" }, "HOST": {} } }"#,
    );
    let start = |variables: &str| {
        let script = format!(
            "import ctypes, sys\na = [b'envgate', b'run', b'--', b'/bin/true', None]\ne = [{variables}, None]\n\
             ctypes.CDLL(None).execve(sys.argv[1].encode(), (ctypes.c_char_p * len(a))(*a), (ctypes.c_char_p * len(e))(*e))"
        );
        let mut command = Command::new("python3");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_envgate")]);
        command.current_dir(&folder.0).output().unwrap()
    };
    let refused = start("b'PORT=80', b'PORT=81'");
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(
        said(&refused).contains("PORT is twice among the variables"),
        "{}",
        said(&refused)
    );
    // All of them at once, each named once.
    let refused = start("b'PORT=80', b'HOST=a', b'PORT=81', b'HOST=b', b'PORT=82'");
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(
        said(&refused).contains("HOST, PORT are twice among the variables"),
        "{}",
        said(&refused)
    );
    for fine in ["b'PORT=80', b'PORT=80'", "b'PORT=80', b'OTHER=1', b'OTHER=2'"] {
        let output = start(fine);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    }
}

/// Without this, its schema would be skipped.
#[test]
#[cfg(target_os = "linux")]
fn a_folder_whose_name_is_no_text_is_not_passed_over() {
    if another_program().is_some() {
        return;
    }
    let folder = Folder::new();
    folder.write(
        "api/env.schema.json",
        r#"{ "environments": { "dev": { "files": [".env"] } }, "properties": { "A": {} } }"#,
    );
    folder.write("api/.env", "A=1\n");
    let check = || envgate(&folder, &["check", "--recursive"]).output().unwrap();
    assert_eq!(check().status.code(), Some(0), "{}", said(&check()));
    fs::create_dir(folder.0.join(OsStr::from_bytes(b"web\xff"))).unwrap();
    assert_eq!(check().status.code(), Some(2), "{}", said(&check()));
    assert!(
        said(&check()).contains("can't be read, so a schema in it would not be checked"),
        "{}",
        said(&check())
    );
}

/// A file that is written under one name is written under its other name, too.
#[test]
fn a_file_with_two_names_is_fixed_once() {
    if another_program().is_some() {
        return;
    }
    let folder = Folder::new();
    let schema = r#"{ "environments": { "staging": { "files": [".env.staging"] }, "production": { "files": [".env.production"] } },
      "properties": { "A": {} } }"#;
    folder.write("env.schema.json", schema);
    folder.write(".env.production", "A=x   \n");
    std::os::unix::fs::symlink(".env.production", folder.0.join(".env.staging")).unwrap();
    let output = envgate(&folder, &["fix"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(fs::read(folder.0.join(".env.production")).unwrap(), b"A=x\n");
    assert!(folder.0.join(".env.staging").symlink_metadata().unwrap().is_symlink());
}

/// What is fixed differs where a rule is off for the environment of one of the names: neither is written then, since it would be for the other as
/// well. A hard link is a file of its own once it is written; `./a` and `a` are one name.
#[test]
fn a_file_with_two_names_that_come_out_differently_is_left_alone() {
    if another_program().is_some() {
        return;
    }
    let schema = |other: &str| {
        format!(
            r#"{{ "environments": {{
              "staging": {{ "files": ["{other}"], "rules": {{ "trailing-whitespace": "off" }} }},
              "production": {{ "files": [".env.production"] }} }}, "properties": {{ "A": {{}} }} }}"#
        )
    };
    let (typed, fixed) = ("A=x   \n", "A=x\n");
    let project = |other: &str| {
        let folder = Folder::new();
        folder.write("env.schema.json", schema(other));
        folder.write(".env.production", typed);
        folder
    };
    let fix = |folder: &Folder| {
        let output = envgate(folder, &["fix"]).output().unwrap();
        (output.status.code(), said(&output))
    };
    let held = |folder: &Folder, name: &str| fs::read_to_string(folder.0.join(name)).unwrap();

    let folder = project(".env.staging");
    std::os::unix::fs::symlink(".env.production", folder.0.join(".env.staging")).unwrap();
    let (code, text) = fix(&folder);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("the fixes for them differ: not written"), "{text}");
    assert_eq!(held(&folder, ".env.production"), typed);
    assert!(folder.0.join(".env.staging").symlink_metadata().unwrap().is_symlink());

    let folder = project(".env.staging");
    let [from, to] = [".env.production", ".env.staging"].map(|name| folder.0.join(name));
    fs::hard_link(from, to).unwrap();
    let (code, text) = fix(&folder);
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(held(&folder, ".env.production"), fixed);
    assert_eq!(held(&folder, ".env.staging"), typed);

    let folder = project("./.env.production");
    let (code, text) = fix(&folder);
    assert_eq!((code, text.matches("fixed").count()), (Some(0), 1), "{text}");
    assert_eq!(held(&folder, ".env.production"), fixed);
}
