//! Asks a Rust loader in this process: LOADER CASES FROM TO. One line of JSON for each case.

use std::os::unix::ffi::OsStrExt;

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(*chunk.get(at).unwrap_or(&0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            out.push(if at <= chunk.len() { DIGITS[(bits >> (18 - 6 * at) & 63) as usize] as char } else { '=' });
        }
    }
    out
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let first: Vec<_> = std::env::vars_os().collect();
    std::panic::set_hook(Box::new(|_| {}));
    for id in args[3].parse::<usize>().unwrap()..args[4].parse().unwrap() {
        for (key, _) in std::env::vars_os() {
            std::env::remove_var(key);
        }
        for (key, value) in &first {
            std::env::set_var(key, value);
        }
        let names = [".env", ".env.local", ".env.production.local"];
        let mut files: Vec<String> = names.iter().map(|name| format!("{}/{id}/{name}", args[2])).collect();
        files.retain(|file| std::fs::exists(file).unwrap());
        if args[1] != "dotenvy-override" {
            // What is set stays as it is, so the file that is to win comes first.
            files.reverse();
        }
        let done = std::panic::catch_unwind(|| files.iter().try_for_each(|file| match args[1].as_str() {
            "dotenvy" => dotenvy::from_path(file).map_err(|error| error.to_string()),
            "dotenvy-override" => dotenvy::from_path_override(file).map_err(|error| error.to_string()),
            #[allow(deprecated)]
            _ => dotenv::from_path(file).map_err(|error| error.to_string()),
        }));
        let env: Vec<String> = std::env::vars_os()
            .map(|(key, value)| format!("[\"{}\",\"{}\"]", base64(key.as_bytes()), base64(value.as_bytes())))
            .collect();
        let ok = matches!(done, Ok(Ok(())));
        println!("{{\"id\":{id},\"ok\":{ok},\"env\":[{}]}}", env.join(","));
    }
}
