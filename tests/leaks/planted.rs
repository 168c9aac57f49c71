//! A project with secrets in its env files, and a search of everything that was printed. Values that look live are put together at run
//! time, so that no scanner takes this file for a leak.

use std::io::Write;
use std::process::{Output, Stdio};

use base64ct::{Base64, Encoding as _};

use crate::support::Folder;

pub(crate) const SCHEMA: &str = r#"{
  "environments": {
    "local": { "files": [".env"] },
    "production": { "files": [".env.production"] }
  },
  "properties": {
    "STRIPE_SECRET_KEY": { "type": "string", "secret": true },
    "DATABASE_URL": { "type": "string", "secret": true },
    "SHORT": { "type": "string", "secret": true },
    "HOST": { "type": "string" },
    "PUBLIC_URL": { "type": "string", "secret": true }
  }
}"#;

impl Folder {
    /// A project with secrets in its env files.
    pub(crate) fn with_secrets() -> Folder {
        let folder = Folder::new();
        folder.write("env.schema.json", SCHEMA);
        folder.write(".env", "SHORT=abc\nHOST=localhost\nSTRIPE_SECRET_KEY=changeme\n");
        let text = format!(
            "# production\n\nHOST=localhost\nSTRIPE_SECRET_KEY={}\nDATABASE_URL=postgres://app:{}@db.internal/app\nPUBLIC_URL=https://api.example.com\nAPI_TOKEN={}\n",
            stripe(),
            password(),
            undeclared()
        );
        folder.write(".env.production", text);
        folder
    }

    pub(crate) fn run(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut child = self
            .envgate(&[&["leaks"], arguments].concat())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let _ = child.stdin.take().unwrap().write_all(input);
        child.wait_with_output().unwrap()
    }
}

pub(crate) fn stripe() -> String {
    ["sk_", "live_", "51HaTq8ZxWm3VpLs6NdYbGfRk"].concat()
}

pub(crate) fn password() -> String {
    "Jd9pYw3KxTq6uBhE".to_owned()
}

pub(crate) fn undeclared() -> String {
    "n5GsPzR2vWc8kQdA".to_owned()
}

pub(crate) fn gitlab_token() -> String {
    ["gl", "pat-", "Q7xWm2ZpLr9Tk4VbNc8s"].concat()
}

pub(crate) fn base64(text: &str) -> String {
    Base64::encode_string(text.as_bytes())
}

pub(crate) fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// No six bytes of a value, nor of an encoding of it, in anything that was printed.
#[track_caller]
pub(crate) fn nothing_is_printed(output: &Output) {
    let printed = [output.stdout.as_slice(), &output.stderr].concat();
    for value in [stripe(), password(), undeclared()] {
        let body = &value[value.len() - 14..];
        // Six digits of a commit id may occur in some value by chance, twelve do not.
        for (text, length) in [
            (body.to_owned(), 6),
            (base64(&format!("a{body}"))[4..].to_owned(), 6),
            (base64(body), 6),
            (hex(body), 12),
        ] {
            for piece in text.as_bytes().windows(length) {
                let found = printed.windows(length).any(|part| part == piece);
                assert!(
                    !found,
                    "{}\n{}",
                    String::from_utf8_lossy(&printed),
                    String::from_utf8_lossy(piece)
                );
            }
        }
    }
}

pub(crate) fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}
