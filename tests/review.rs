//! `envgate review` over real connections: who gets the page, who gets the files, how often, and when the program ends.
//!
//! What the page then makes of them is tried in a browser (www/test/).

#![cfg(all(feature = "cli", unix))]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use support::Folder;

const SCHEMA: &str = r#"{ "environments": { "production": { "files": [".env.production"] } }, "properties": { "PORT": { "type": "integer" } } }"#;
const PAGE: &str = "<!doctype html><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-x'; connect-src 'none'\"><title>page</title>";
/// No text, and no UTF-8 either.
const ODD: &[u8] = b"PORT=80\xff\0\n";

/// A project, and a page that is to show it.
fn project() -> Folder {
    let folder = Folder::new();
    folder.write("env.schema.json", SCHEMA);
    folder.write(".env.production", "PORT=80\n");
    folder.write("page.html", PAGE);
    folder
}

fn review(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = folder.envgate(&[&["review"], arguments].concat());
    command.stdin(Stdio::null());
    command
}

/// A running `envgate review`.
struct Review {
    child: Child,
    port: u16,
    token: String,
}

impl Review {
    fn start(folder: &Folder, arguments: &[&str]) -> Review {
        let all = [&["--page", "page.html", "--no-open"], arguments].concat();
        let mut child = review(folder, &all)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let url = lines
            .find_map(|line| line.unwrap().strip_prefix("http://127.0.0.1:").map(str::to_owned))
            .unwrap();
        let (port, token) = url.split_once("/#").unwrap();
        let (port, token) = (port.parse().unwrap(), token.to_owned());
        Review { child, port, token }
    }

    fn connect(&self, path: &str, headers: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\n{headers}\r\n").unwrap();
        stream
    }

    /// Status, head and body.
    fn ask(&self, path: &str, headers: &str) -> (String, String, Vec<u8>) {
        let mut answer = Vec::new();
        self.connect(path, headers).read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        (head[9..12].to_owned(), head, answer[end..].to_vec())
    }

    fn host(&self) -> String {
        format!("Host: 127.0.0.1:{}\r\n", self.port)
    }

    fn ours(&self) -> String {
        format!("{}X-Envgate-Token: {}\r\n", self.host(), self.token)
    }

    fn ended(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < Duration::from_secs(60), "it does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Review {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_page_is_served_and_the_files_are_handed_over_once() {
    let folder = project();
    let mut review = Review::start(&folder, &[]);
    assert!(review.token.len() == 64, "256 bits");
    let (status, head, page) = review.ask("/", &review.host());
    assert_eq!(status, "200");
    let policy = "default-src 'none'; script-src 'sha256-x'; connect-src 'self'";
    assert!(
        head.contains(&format!(
            "\r\nContent-Security-Policy: {policy}; frame-ancestors 'none'\r\n"
        )),
        "{head}"
    );
    for line in [
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Referrer-Policy: no-referrer",
        "Cross-Origin-Resource-Policy: same-origin",
    ] {
        assert!(head.contains(line), "{line}");
    }
    assert_eq!(
        String::from_utf8(page).unwrap(),
        PAGE.replace("connect-src 'none'", "connect-src 'self'")
    );

    assert_eq!(review.ask("/project", &review.host()).0, "403");
    assert_eq!(
        review
            .ask(
                "/project",
                &format!("{}X-Envgate-Token: {}\r\n", review.host(), "0".repeat(64))
            )
            .0,
        "403"
    );
    let (status, _, message) = review.ask("/project", &review.ours());
    assert_eq!(status, "200");
    let files = files(&message);
    let names: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, role, _)| (name.as_str(), role.as_str()))
        .collect();
    assert_eq!(names, [("env.schema.json", "schema"), (".env.production", "env")]);
    assert_eq!(files[1].2, b"PORT=80\n");
    assert_eq!(review.ask("/project", &review.ours()).0, "410");

    let held = review.connect("/open", &review.ours());
    std::thread::sleep(Duration::from_millis(200));
    assert!(
        review.child.try_wait().unwrap().is_none(),
        "it stays for as long as the page does"
    );
    drop(held);
    assert!(review.ended().success());
}

#[test]
fn other_names_of_the_host_get_nothing() {
    let folder = project();
    let review = Review::start(&folder, &[]);
    for host in [
        format!("localhost:{}", review.port),
        "rebound.example".to_owned(),
        format!("127.0.0.1:{}", u32::from(review.port) + 1),
    ] {
        let (status, _, body) = review.ask("/", &format!("Host: {host}\r\n"));
        assert_eq!(status, "421", "{host}");
        assert!(!String::from_utf8(body).unwrap().contains("page</title>"));
        assert_eq!(
            review
                .ask(
                    "/project",
                    &format!("Host: {host}\r\nX-Envgate-Token: {}\r\n", review.token)
                )
                .0,
            "421"
        );
    }
    let elsewhere = format!("{}Origin: https://elsewhere.example\r\n", review.ours());
    assert_eq!(review.ask("/project", &elsewhere).0, "403");
    assert_eq!(
        review.ask("/project", &review.ours()).0,
        "200",
        "none of it used the token up"
    );
}

#[test]
fn an_idle_connection_blocks_nobody() {
    let folder = project();
    let review = Review::start(&folder, &[]);
    let _silent: Vec<TcpStream> = (0..20)
        .map(|_| TcpStream::connect(("127.0.0.1", review.port)).unwrap())
        .collect();
    let mut long = TcpStream::connect(("127.0.0.1", review.port)).unwrap();
    let _ = long.write_all(&[b'x'; 64 << 10]);
    // It gives up after half a minute.
    assert_eq!(review.ask("/", &review.host()).0, "200");
}

/// Cookies are the same for all ports of a machine, so that the page gets those of everything that was ever developed there.
#[test]
fn many_cookies_keep_nobody_out() {
    let folder = project();
    let review = Review::start(&folder, &[]);
    let cookies = format!("Cookie: {}\r\n", "session=0123456789; ".repeat(6000));
    assert_eq!(review.ask("/", &(review.host() + &cookies)).0, "200");
}

#[test]
fn files_with_mistakes_are_served_too() {
    let folder = project();
    folder.write(".env.production", ODD);
    let review = Review::start(&folder, &[]);
    let (_, _, message) = review.ask("/project", &review.ours());
    assert_eq!(files(&message)[1].2, ODD);

    folder.write("env.schema.json", SCHEMA.replace("properties", "propertys").as_bytes());
    let review = Review::start(&folder, &[]);
    let (_, _, message) = review.ask("/project", &review.ours());
    assert_eq!(files(&message).len(), 2, "the schema, and what it names");
}

#[test]
fn what_a_schema_with_mistakes_names_is_handed_over_or_told() {
    let folder = project();
    let schema = SCHEMA.replace("properties", "propertys").replace(
        r#"".env.production""#,
        r#"".env.production", "compose.yaml#web", "folder.env", "absent.env""#,
    );
    folder.write("env.schema.json", schema);
    folder.write("compose.yaml", "services:\n  web: { environment: { PORT: 80 } }\n");
    fs::create_dir(folder.0.join("folder.env")).unwrap();
    let mut child = review(&folder, &["--page", "page.html", "--no-open"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let first = BufReader::new(child.stdout.as_mut().unwrap()).lines().next();
    child.kill().unwrap();
    let said = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
    assert_eq!(first.unwrap().unwrap(), "The review page, with 3 files:");
    assert_eq!(
        said,
        "note: env.schema.json has mistakes: the page shows them\nerror: folder.env is a folder, not a file\n"
    );
}

/// Whether there is a browser is only known once the program that looks for one has failed.
#[cfg(target_os = "linux")]
#[test]
fn who_sees_no_browser_is_told_what_to_do() {
    let folder = project();
    folder.write("bin/xdg-open", "#!/bin/sh\nexit 3\n");
    fs::set_permissions(folder.0.join("bin/xdg-open"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = review(&folder, &["--page", "page.html"]);
    let path = format!(
        "{}/bin:{}",
        folder.0.display(),
        std::env::var("PATH").unwrap_or_default()
    );
    command.env("PATH", path).env("SSH_CONNECTION", "::1 40000 ::1 22");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let note = BufReader::new(child.stderr.as_mut().unwrap()).lines().next();
    child.kill().unwrap();
    let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(
        note.unwrap().unwrap(),
        "note: no browser could be started: open the address yourself"
    );
    let (_, port) = said.split_once("http://127.0.0.1:").unwrap();
    let (port, _) = port.split_once('/').unwrap();
    assert!(said.contains(&format!("ssh -L {port}:127.0.0.1:{port} ")), "{said}");
}

#[test]
fn a_chosen_environment_is_passed_to_the_page() {
    let folder = project();
    folder.write("live.txt", b"PORT=81\n");
    let review = Review::start(&folder, &["-e", "production", "live.txt"]);
    let (_, _, message) = review.ask("/project", &review.ours());
    assert!(String::from_utf8_lossy(&message).contains(r#""environment":"production""#));
    assert_eq!(files(&message)[1].0, "live.txt");
}

#[test]
fn a_part_of_a_file_is_known_to_the_page() {
    let folder = project();
    let compose = "services:\n  web: { environment: { PORT: 80 } }\n  api: { environment: { PORT: 81 } }\n";
    folder.write("compose.yaml", compose.as_bytes());
    let schema = SCHEMA.replace(".env.production", "compose.yaml#web");
    folder.write("env.schema.json", schema.as_bytes());
    let review = Review::start(&folder, &[]);
    let (_, _, message) = review.ask("/project", &review.ours());
    assert_eq!(
        files(&message)[1].0,
        "compose.yaml",
        "the page finds the part in the schema"
    );
    let review = Review::start(&folder, &["-e", "production", "compose.yaml#api"]);
    let (_, _, message) = review.ask("/project", &review.ours());
    assert!(String::from_utf8_lossy(&message).contains(r#""parts":["api"]"#));
}

#[test]
fn the_page_is_written_as_it_is() {
    let folder = project();
    let output = review(&folder, &["--page", "page.html", "--write", "kept.html"])
        .output()
        .unwrap();
    assert!(output.status.success());
    assert_eq!(fs::read_to_string(folder.0.join("kept.html")).unwrap(), PAGE);
    assert!(String::from_utf8(output.stdout).unwrap().contains("\nSHA-256 "));
    // What it says when such a file is to be read does not help.
    let output = review(&folder, &["--page", "page.html", "--write", "/dev/full"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: /dev/full is a device, not a file\n"
    );
}

#[test]
fn failures_to_open_the_page_are_reported() {
    let folder = project();
    folder.write("other.html", b"<title>other</title>");
    fs::create_dir(folder.0.join("empty")).unwrap();
    let cases: [(&[&str], &str); 5] = [
        (&["--page", "nowhere.html"], "error: nowhere.html does not exist\n"),
        (&["--page", "other.html"], "error: other.html is not the review page\n"),
        (
            &["--page", "page.html", "-e", "prodution"],
            "error: the schema has no environment \"prodution\"\n  help: did you mean production?\n",
        ),
        (
            &["--page", "page.html", "empty"],
            "error: empty is a folder without any of the files that the schema names",
        ),
        (
            &["--page", "page.html", "-e", "production", "-"],
            "error: the page takes files and parts of files",
        ),
    ];
    for (arguments, expected) in cases {
        let output = review(&folder, arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with(expected), "{arguments:?}: {said}");
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_build_without_the_page_says_where_to_get_it() {
    if option_env!("ENVGATE_PAGE").is_some_and(|page| !page.is_empty()) {
        return;
    }
    let output = review(&project(), &["--no-open"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.starts_with("error: this build of envgate has no review page\n  help: give the file with --page "),
        "{said}"
    );
    assert_eq!(output.status.code(), Some(2));
}

/// Name, role and text of each.
fn files(message: &[u8]) -> Vec<(String, String, Vec<u8>)> {
    let (length, rest) = message.split_at(4);
    let length = u32::from_le_bytes(length.try_into().unwrap()) as usize;
    let (list, mut texts) = rest.split_at(length);
    let list: serde_json::Value = serde_json::from_slice(list).unwrap();
    assert_eq!(list["version"], env!("CARGO_PKG_VERSION"));
    let mut files = Vec::new();
    for file in list["files"].as_array().unwrap() {
        let (text, others) = texts.split_at(usize::try_from(file["length"].as_u64().unwrap()).unwrap());
        texts = others;
        let word = |name: &str| file[name].as_str().unwrap().to_owned();
        files.push((word("name"), word("role"), text.to_vec()));
    }
    assert!(texts.is_empty());
    files
}

/// The token is in the list of processes once a browser is started with it.
#[cfg(target_os = "linux")]
#[test]
fn another_user_gets_nothing_even_with_the_token() {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;
    if fs::metadata("/proc/self").is_ok_and(|it| it.uid() != 0) {
        return;
    }
    let folder = project();
    let review = Review::start(&folder, &[]);
    let ask = |address: &str, user: u32, then: &str| {
        let (port, head) = (review.port, review.ours().replace("\r\n", "\\r\\n"));
        let script =
            format!("exec 3<>/dev/tcp/{address}/{port} && printf 'GET /project HTTP/1.1\\r\\n{head}\\r\\n' >&3{then}");
        let mut command = Command::new("bash");
        command.arg("-c").arg(script).current_dir("/").uid(user).gid(user);
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let read = " && head -c 12 <&3";
    assert_eq!(ask("127.0.0.1", 65534, read), "HTTP/1.1 403");
    // The same through IPv6, where there is any.
    let mapped = ask("::ffff:127.0.0.1", 65534, read);
    assert!(["HTTP/1.1 403", ""].contains(&mapped.as_str()), "{mapped}");
    // Nor do they use the files up by leaving before it is known whose the connection was.
    for _ in 0..20 {
        ask("127.0.0.1", 65534, "");
    }
    // Nor do they take all connections.
    let crowd = format!(
        "for i in {{1..100}}; do exec {{fd}}<>/dev/tcp/127.0.0.1/{}; done; echo; read",
        review.port
    );
    let mut crowd = Command::new("bash")
        .args(["-c", &crowd])
        .current_dir("/")
        .uid(65534)
        .gid(65534)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    crowd.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
    assert_eq!(ask("127.0.0.1", 0, read), "HTTP/1.1 200");
    crowd.kill().unwrap();
    crowd.wait().unwrap();
}
